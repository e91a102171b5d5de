//! Text from elsewhere (names of files, members of archives, answers of servers, compilers) made safe for a terminal.
//!
//! A terminal obeys control characters: they can repaint lines, change its title, or type for the user. Here each
//! becomes an escape that can be read (`\x1b`), as Python's `repr` has it. So do the marks that change the direction
//! of text, which show a name otherwise than it is.

use std::borrow::Cow;
use std::fmt::Write;

use crate::surrogates::code_point;

/// What stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Nothing,
    /// Line breaks and tabs.
    Lines,
    /// Those, and colours: sequences of the form `ESC [ numbers m` (or `K`, by which GCC ends them).
    Colours,
}

/// A name, or anything else that must be on one line.
pub fn line(text: &str) -> Cow<'_, str> {
    safe(text, Keep::Nothing)
}

/// A text of several lines.
pub fn lines(text: &str) -> Cow<'_, str> {
    safe(text, Keep::Lines)
}

/// What a compiler says, in whatever encoding: bytes that are no UTF-8 stay, but for those that are control characters
/// where a terminal has eight bits.
pub fn coloured_bytes(text: &[u8]) -> Cow<'_, [u8]> {
    if let Ok(text) = std::str::from_utf8(text) {
        return match coloured(text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
    }
    let mut out = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        out.extend_from_slice(coloured(chunk.valid()).as_bytes());
        for byte in chunk.invalid() {
            match byte {
                0x80..=0x9f if cfg!(unix) => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
                byte => out.push(*byte),
            }
        }
    }
    Cow::Owned(out)
}

/// A text of several lines that may be coloured: what compilers say, or scripts.
pub fn coloured(text: &str) -> Cow<'_, str> {
    safe(text, Keep::Colours)
}

/// As [`line`], and no more than about `longest` characters of it: of a longer text, its beginning and its end.
pub fn short(text: &str, longest: usize) -> String {
    let safe = line(text);
    let count = safe.chars().count();
    if count <= longest {
        return safe.into_owned();
    }
    let half = longest / 2;
    let start: String = safe.chars().take(half).collect();
    let end: String = safe.chars().skip(count - half).collect();
    format!("{start}...{end}")
}

/// Whether a terminal does anything but show this character.
fn is_active(character: char) -> bool {
    matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Marks of direction: embeddings, overrides, isolates and their ends.
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Separators of lines and paragraphs.
        | '\u{2028}' | '\u{2029}'
        // Characters that are not seen, by which two names look alike.
        | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
        // A byte that is not UTF-8, as Python's strings carry it.
        || (0xdc80..=0xdc9f).contains(&code_point(character))
}

fn safe(text: &str, keep: Keep) -> Cow<'_, str> {
    let stays =
        |character: char| !is_active(character) || (keep != Keep::Nothing && "\n\t".contains(character));
    // Most texts are of plain characters.
    let plain = |byte: u8| (0x20..0x7f).contains(&byte);
    if text.bytes().all(plain) || text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let length = match colour(rest) {
            Some(length) if keep == Keep::Colours => {
                out.push_str(&rest[..length]);
                length
            }
            // A line that ends as Windows has it.
            _ if keep != Keep::Nothing && rest.starts_with("\r\n") => {
                out.push('\n');
                2
            }
            _ if stays(character) => {
                out.push(character);
                character.len_utf8()
            }
            _ => {
                escape(character, &mut out);
                character.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

fn escape(character: char, out: &mut String) {
    // Writing into a string cannot fail.
    let code = match code_point(character) {
        byte @ 0xdc80..=0xdc9f => byte - 0xdc00,
        code => code,
    };
    let _ = match (character, code) {
        ('\n', _) => write!(out, "\\n"),
        ('\r', _) => write!(out, "\\r"),
        ('\t', _) => write!(out, "\\t"),
        (_, code @ ..=0xff) => write!(out, "\\x{code:02x}"),
        (_, code @ ..=0xffff) => write!(out, "\\u{code:04x}"),
        (_, code) => write!(out, "\\U{code:08x}"),
    };
}

/// The length of the colour sequence that `text` begins with.
fn colour(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\x1b[")?;
    let end = numbers.find(|each: char| !(each.is_ascii_digit() || each == ';' || each == ':'))?;
    (end <= 64 && matches!(numbers.as_bytes()[end], b'm' | b'K')).then_some(2 + end + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_of_all_kinds_become_escapes() {
        assert_eq!(
            line("a\x1b]0;title\x07b\rc\x08d\ne\tf\x7f"),
            "a\\x1b]0;title\\x07b\\rc\\x08d\\ne\\tf\\x7f"
        );
        assert_eq!(
            line("\u{9b}31m \u{202e}gnp.exe \u{2028} \u{e0041}"),
            "\\x9b31m \\u202egnp.exe \\u2028 \\U000e0041"
        );
        assert!(matches!(line("café 漢字 'x'"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_keep_their_ends_and_colours_where_they_may() {
        assert_eq!(lines("a\r\n\tb\x1b[1m"), "a\n\tb\\x1b[1m");
        let gcc = "\x1b[01m\x1b[Kx.c:1:\x1b[m\x1b[K error\n";
        assert_eq!(coloured(gcc), gcc);
        assert_eq!(
            coloured("\x1b[2J\x1b[10A\x1b[31\x1b]8;;u\x07"),
            "\\x1b[2J\\x1b[10A\\x1b[31\\x1b]8;;u\\x07"
        );
    }

    #[test]
    fn a_long_name_is_shown_by_its_ends() {
        assert_eq!(short("abcdefghij", 10), "abcdefghij");
        assert_eq!(short("abcdefghijk", 10), "abcde...ghijk");
    }

    proptest! {
        #[test]
        fn nothing_active_is_left_of_any_text(text in any::<String>()) {
            prop_assert!(!line(&text).chars().any(is_active));
            let rest = lines(&text).replace(['\n', '\t'], "");
            prop_assert!(!rest.chars().any(is_active));
            prop_assert!(short(&text, 20).chars().count() <= 23);
        }
    }
}
