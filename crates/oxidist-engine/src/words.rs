//! Strings taken apart into words: shell-like quoting, lists in one string, `$variables`.

use std::ffi::OsString;
use std::iter::Peekable;
use std::time::Duration;

use crate::{Error, Result, terminal};

/// More seconds than anybody waits, and than a system's calls take: 23 days.
const LONGEST: f64 = 2_000_000.0;

/// A number of seconds above 0 from a variable; more than about three weeks are as good as for ever, and count as that.
/// An empty text says nothing.
pub fn seconds(variable: &str, text: &str) -> Result<Option<Duration>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds.is_finite() => {
            Ok(Some(Duration::from_secs_f64(seconds.clamp(0.001, LONGEST))))
        }
        _ => Err(Error::Option(format!(
            "{variable} must be a number of seconds above 0 (got '{}')",
            terminal::short(text, 40)
        ))),
    }
}

/// What Python's `str.isspace` calls white space: Unicode's, and the four ASCII separators.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// The characters of Python's `string.whitespace`: the ones that end a word.
fn ends_word(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// Split as a Unix shell does, in short (`distutils.util.split_quoted`).
///
/// Words end at white space. A backslash keeps the next character as it is, outside quotes; inside them it
/// stays, and so does what it escapes. An unmatched quote is [`Error::Option`].
pub fn split_quoted(text: &str) -> Result<Vec<String>> {
    let mut rest = text.trim_matches(is_space).chars().peekable();
    let mut words = Vec::new();
    while rest.peek().is_some() {
        words.push(next_word(&mut rest)?);
        while rest.next_if(|&c| is_space(c)).is_some() {}
    }
    Ok(words)
}

fn next_word(rest: &mut Peekable<impl Iterator<Item = char>>) -> Result<String> {
    let mut word = String::new();
    while let Some(c) = rest.next_if(|&c| !ends_word(c)) {
        match c {
            '\\' => word.extend(rest.next()),
            '\'' | '"' => word.push_str(&quoted(c, rest)?),
            plain => word.push(plain),
        }
    }
    Ok(word)
}

/// What stands between an opening `quote`, already taken, and its partner.
fn quoted(quote: char, rest: &mut impl Iterator<Item = char>) -> Result<String> {
    let mismatched = || Error::Option(format!("bad string (mismatched {quote} quotes?)"));
    let mut inside = String::new();
    loop {
        match rest.next().ok_or_else(mismatched)? {
            c if c == quote => return Ok(inside),
            '\\' => {
                inside.push('\\');
                // An escaped line end is no escape, and then the quote has no end.
                inside.push(rest.next().filter(|&c| c != '\n').ok_or_else(mismatched)?);
            }
            plain => inside.push(plain),
        }
    }
}

/// Split a list written in one string: at commas with the white space behind them, and at white space.
pub fn split_list(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == ',' || is_space(c) {
            while rest.next_if(|&next| is_space(next)).is_some() {}
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// Put values in the place of `$name`, a dollar sign and an ASCII identifier; other dollar signs stay.
///
/// The first error of `value` ends the work and is returned.
pub fn substitute<E>(text: &str, mut value: impl FnMut(&str) -> Result<String, E>) -> Result<String, E> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        let (before, after) = (&rest[..dollar], &rest[dollar + 1..]);
        result.push_str(before);
        let length = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        if length == 0 || after.as_bytes()[0].is_ascii_digit() {
            result.push('$');
            rest = after;
        } else {
            result.push_str(&value(&after[..length])?);
            rest = &after[length..];
        }
    }
    result.push_str(rest);
    Ok(result)
}

/// A command line that a shell would take apart into exactly `argv`; words that need no quotes have none.
#[cfg(unix)]
pub fn shell_line(argv: &[OsString]) -> OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let mut line = Vec::new();
    for (place, word) in argv.iter().enumerate() {
        if place > 0 {
            line.push(b' ');
        }
        if !word.is_empty() && word.as_bytes().iter().all(|byte| is_plain(*byte)) {
            line.extend_from_slice(word.as_bytes());
            continue;
        }
        // The one word that cannot be quoted, with a zero byte in it, cannot be an argument either.
        match shlex::bytes::try_quote(word.as_bytes()) {
            Ok(quoted) => line.extend_from_slice(&quoted),
            Err(_) => line.extend_from_slice(word.as_bytes()),
        }
    }
    OsString::from_vec(line)
}

/// What no shell gives a meaning to, wherever it stands in a word; a name that is not ASCII is easier to read as it is.
#[cfg(unix)]
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte) || byte >= 0x80
}

/// A command line with words in double quotes where there is white space in them.
#[cfg(not(unix))]
pub fn shell_line(argv: &[OsString]) -> OsString {
    let mut line = OsString::new();
    for (place, word) in argv.iter().enumerate() {
        let quote = if word.is_empty() || word.to_string_lossy().contains(is_space) { "\"" } else { "" };
        line.push(if place > 0 { " " } else { "" });
        line.push(quote);
        line.push(word);
        line.push(quote);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_keep_spaces_in_a_word() {
        assert_eq!(split_quoted(r#" a\ b 'c d'e "f g" "#).unwrap(), ["a b", "c de", "f g"]);
        assert_eq!(split_quoted("''").unwrap(), [""]);
        assert_eq!(split_quoted(r#""a\"b""#).unwrap(), [r#"a\"b"#]);
        assert_eq!(split_quoted("a\\").unwrap(), ["a"]);
        assert!(split_quoted("'a").unwrap_err().to_string().contains("mismatched ' quotes"));
    }

    #[test]
    fn a_list_splits_at_commas_and_spaces_and_keeps_what_is_empty() {
        assert_eq!(split_list("foo, bar baz"), ["foo", "bar", "baz"]);
        assert_eq!(split_list("a ,b"), ["a", "", "b"]);
        assert_eq!(split_list(""), [""]);
    }

    #[test]
    fn a_command_line_has_quotes_where_a_shell_needs_them() {
        let argv =
            ["gcc", "-DNAME=\"x\"", "a b.c", "-o", "it's.o", "-I/usr/include/c++/12,é"].map(OsString::from);
        let line = shell_line(&argv).into_string().unwrap();
        assert_eq!(split_quoted(&line.replace("'\\''", "\"'\"")).unwrap().len(), argv.len(), "{line}");
        assert!(line.ends_with(" -I/usr/include/c++/12,é"), "{line}");
    }

    #[test]
    fn variables_are_names_behind_a_dollar_sign() {
        let value = |name: &str| if name == "bad" { Err(name.to_string()) } else { Ok(format!("<{name}>")) };
        assert_eq!(substitute("$a/$b_1.$$c$1 $", value).unwrap(), "<a>/<b_1>.$<c>$1 $");
        assert_eq!(substitute("x$bad", value).unwrap_err(), "bad");
    }
}
