//! Passwords and tokens, and texts without them.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::fmt;
use std::sync::LazyLock;

use regex::{NoExpand, Regex, RegexBuilder};

/// What stands in a text in a secret's place.
const HIDDEN: &str = "***";

/// Texts that must not be shown to anybody.
#[derive(Clone, Default)]
pub struct Secrets {
    texts: Vec<String>,
    /// Finds each in all its forms; `None` until it is asked for.
    finder: RefCell<Option<Regex>>,
}

impl Secrets {
    /// An empty text hides nothing.
    pub fn add(&mut self, secret: &str) {
        if !secret.is_empty() && !self.texts.iter().any(|known| known == secret) {
            self.texts.push(secret.to_string());
            // A long one may contain a short one, and is hidden whole.
            self.texts.sort_by_key(|secret| Reverse(secret.len()));
            self.finder.replace(None);
        }
    }

    /// A name and its password: the password, and both as a login sends them.
    pub fn add_login(&mut self, name: &str, password: &str) {
        if !password.is_empty() {
            self.add(&format!("{name}:{password}"));
            self.add(password);
        }
    }

    /// `text` with `***` for each of the secrets, in whatever form it is written there.
    pub fn hide(&self, text: &str) -> String {
        if self.texts.is_empty() {
            return text.to_string();
        }
        let mut finder = self.finder.borrow_mut();
        let finder = finder.get_or_insert_with(|| self.made_finder());
        finder.replace_all(text, NoExpand(HIDDEN)).into_owned()
    }

    fn made_finder(&self) -> Regex {
        let forms = |form: fn(&str) -> Option<String>| self.texts.iter().filter_map(move |text| form(text));
        let plain = self.texts.iter().map(|text| written(text));
        let all: Vec<String> = plain.chain(forms(in_base64)).chain(forms(in_hex)).collect();
        let of = |forms: &[String]| RegexBuilder::new(&forms.join("|")).size_limit(FINDER_SIZE).build();
        // A secret of kilobytes is looked for as it stands; and where even that is too much, no text is shown.
        let literal = || of(&self.texts.iter().map(|text| regex::escape(text)).collect::<Vec<_>>());
        of(&all).or_else(|_| literal()).unwrap_or_else(|_| ANYTHING.clone())
    }
}

/// Bytes that the finder of all forms may take up.
const FINDER_SIZE: usize = 64 << 20;

/// In base64 and hexadecimal, shorter secrets are found everywhere.
const SHORTEST: usize = 4;

static ANYTHING: LazyLock<Regex> = LazyLock::new(|| {
    #[allow(clippy::unwrap_used)] // a constant
    Regex::new("(?s).+").unwrap()
});

/// A text as it stands, and each of its characters as addresses (`%40`), pages (`&amp;`, `&#64;`) and programs
/// (`\u0040`, `\x40`, `\"`) write it, escaped twice, too.
fn written(text: &str) -> String {
    text.chars().map(written_character).collect()
}

fn written_character(character: char) -> String {
    let code = u32::from(character);
    let mut forms = vec![regex::escape(&character.to_string())];
    let mut utf8 = [0; 4];
    let utf8 = character.encode_utf8(&mut utf8).as_bytes();
    forms.push(utf8.iter().map(|byte| format!("%(?:25)*(?i:{byte:02x})")).collect());
    forms.push(utf8.iter().map(|byte| format!(r"\\+x(?i:{byte:02x})")).collect());
    forms.push(utf8.iter().map(|byte| format!("=(?i:{byte:02x})")).collect());
    forms.push(format!("&(?:amp;)*#(?:0*{code}|(?i:x)0*(?i:{code:x}));?"));
    let mut utf16 = [0; 2];
    forms.push(
        character.encode_utf16(&mut utf16).iter().map(|unit| format!(r"\\+u(?i:{unit:04x})")).collect(),
    );
    forms.push(format!(r"\\+[uU]\{{?0*(?i:{code:x})\}}?"));
    if character.is_ascii_punctuation() {
        forms.push(format!(r"\\+{}", regex::escape(&character.to_string())));
    }
    let names = match character {
        '&' => "(?:amp;)*amp;",
        '<' => "(?:amp;)*lt;",
        '>' => "(?:amp;)*gt;",
        '"' => "(?:amp;)*quot;",
        '\'' => "(?:amp;)*apos;",
        _ => "",
    };
    match character {
        // The plain character would match first, and leave the rest of its name.
        _ if !names.is_empty() => forms.insert(0, format!("&{names}")),
        ' ' => forms.push(r"\+".into()),
        _ => {}
    }
    format!("(?:{})", forms.join("|"))
}

/// Hexadecimal, with or without something between the bytes.
fn in_hex(text: &str) -> Option<String> {
    let bytes: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    (text.len() >= SHORTEST).then(|| format!("(?i:{})", bytes.join(r"(?:[\s:_,-]|0x|\\x)*")))
}

/// Base64 of the text wherever it begins among other bytes: at each of the three places in a group.
fn in_base64(text: &str) -> Option<String> {
    if text.len() < SHORTEST {
        return None;
    }
    let forms: Vec<String> = (0..3).map(|before| in_base64_after(text.as_bytes(), before)).collect();
    Some(forms.join("|"))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn in_base64_after(text: &[u8], before: usize) -> String {
    let bits: Vec<u8> = text.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    // The character that the text shares with what is in front of it ends after so many bits.
    let shared = [0, 4, 2][before];
    let mut pattern = String::new();
    // A whole one of the shared characters goes with it, as it tells some of the bits.
    if shared > 0 {
        pattern.push_str("[A-Za-z0-9+/_-]?");
    }
    for group in bits[shared..].chunks_exact(6) {
        let value = group.iter().fold(0usize, |value, bit| value << 1 | usize::from(*bit));
        // Lines may be broken, the alphabet that for addresses, and all of it escaped once more.
        pattern.push_str(&match BASE64[value] {
            b'+' => r"(?:[+-]|%(?:25)*2[bB]|\\u002[bB])".to_string(),
            b'/' => r"(?:\\?/|_|%(?:25)*2[fF]|\\u002[fF])".to_string(),
            other => char::from(other).to_string(),
        });
        pattern.push_str(r"\s*");
    }
    if !(bits.len() - shared).is_multiple_of(6) {
        pattern.push_str("[A-Za-z0-9+/_-]?");
    }
    pattern.push_str("(?:=|%(?:25)*3[dD]){0,2}");
    pattern
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secrets({})", self.texts.len())
    }
}

/// The place of `user:password` in an address.
fn login(url: &str) -> Option<std::ops::Range<usize>> {
    let start = url.find("://")? + "://".len();
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |end| start + end);
    let at = url[start..end].rfind('@')?;
    Some(start..start + at)
}

/// Whether an address holds a user's name or password.
pub fn has_login(url: &str) -> bool {
    login(url).is_some()
}

/// An address with `***` for the user and password in it.
pub fn without_login(url: &str) -> String {
    match login(url) {
        Some(place) => format!("{}{HIDDEN}{}", &url[..place.start], &url[place.end..]),
        None => url.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let mut secrets = Secrets::default();
        secrets.add("");
        secrets.add("pypi");
        secrets.add("pypi-token");
        assert_eq!(secrets.hide("a pypi-token, pypi"), "a ***, ***");
        assert_eq!(secrets.hide("none"), "none");
        assert_eq!(format!("{secrets:?}"), "Secrets(2)");
    }

    #[test]
    fn a_secret_of_stars_ends() {
        let mut secrets = Secrets::default();
        secrets.add("*");
        secrets.add("x");
        assert_eq!(secrets.hide("x*"), "******");
    }

    #[test]
    fn a_secret_is_hidden_in_every_form_that_a_server_may_write_it_in() {
        let password = "p&\"<ü>'/ 1+";
        let mut secrets = Secrets::default();
        secrets.add_login("ada", password);
        for form in [
            "p%26%22%3C%C3%BC%3E%27%2F%201%2B",
            "p%26%22%3c%c3%bc%3e'/+1%2b",
            "p%2526%2522%253C%25C3%25BC%253E%2527%252F%25201%252B",
            "p&amp;&quot;&lt;ü&gt;&#x27;/ 1+",
            "p&amp;&quot;&lt;&#252;&gt;&#39;/ 1+",
            "p&amp;amp;&amp;quot;&amp;lt;ü&amp;gt;&amp;apos;/ 1+",
            r#"p&\"<\u00fc>'\/ 1+"#,
            r"p\u0026\u0022\u003c\u00FC\u003e\u0027/ 1\u002b",
            r"p\x26\x22<\xc3\xbc>'/ 1+",
            "7026223cc3bc3e272f20312b",
            "70:26:22:3C:C3:BC:3E:27:2F:20:31:2B",
            // Of the password, of "ada:" and the password, and of two bytes more in front.
            "cCYiPMO8PicvIDEr",
            "YWRhOnAmIjzDvD4nLyAxKw==",
            "YWRhOnAmIjzDvD4nLyAxKw",
            "YWRhOnAmIjzDvD4nLyAxKw%3D%3D",
        ] {
            let shown = secrets.hide(&format!("you said {form}, did you"));
            let rest = shown.replace("you said", "").replace(", did you", "").replace(HIDDEN, "");
            assert!(rest.trim().len() <= 4, "{form}: {shown}");
        }
        assert_eq!(secrets.hide("Basic YWRhOnAmIjzDvD4nLyAxKw=="), "Basic ***");
        assert_eq!(secrets.hide("nothing of ada's"), "nothing of ada's");
    }

    #[test]
    fn a_secret_is_found_in_base64_after_anything() {
        let mut secrets = Secrets::default();
        secrets.add("s3cret-token");
        // "x:", "xy:" and "xyz:" stand in front, "!" behind.
        for form in ["eDpzM2NyZXQtdG9rZW4h", "eHk6czNjcmV0LXRva2VuIQ==", "eHl6OnMzY3JldC10b2tlbiE="] {
            let shown = secrets.hide(form);
            assert!(shown.contains(HIDDEN) && shown.len() <= HIDDEN.len() + 8, "{form}: {shown}");
        }
    }

    #[test]
    fn a_long_secret_is_hidden_too() {
        let mut secrets = Secrets::default();
        let long = "pypi-AgEIcHlwaS5vcmc".repeat(40);
        secrets.add_login("__token__", &long);
        assert_eq!(secrets.hide(&format!("<{long}>")), "<***>");
    }

    #[test]
    fn an_address_is_shown_without_its_login() {
        assert_eq!(without_login("https://me:s@cret@host/a@b"), "https://***@host/a@b");
        assert_eq!(without_login("https://host/a@b"), "https://host/a@b");
        assert!(has_login("http://token@host"));
        assert!(!has_login("pypi"));
    }
}
