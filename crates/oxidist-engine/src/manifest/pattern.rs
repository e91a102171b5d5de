//! The patterns of manifests: `distutils.filelist.translate_pattern`, as text for Python and as a matcher.

use std::borrow::Cow;
use std::ffi::OsStr;

use unicode_normalization::{UnicodeNormalization, is_nfc_quick};

use super::regex;
use crate::glob::Dialect;
use crate::glob::fnmatch::{Dot, spelled};
use crate::glob::matcher::Matcher;
use crate::glob::path::text_of;
use crate::{Error, Result};

/// A shell pattern as the text of a Python regular expression (`distutils.filelist.glob_to_re`).
///
/// It is `fnmatch.translate`'s with each unescaped dot written as "not the separator", in brackets too.
pub fn glob_to_re(pattern: &str, dialect: Dialect) -> String {
    format!(r"(?s:{})\Z", spelled(pattern, Dot::ButSeparator, dialect))
}

/// The text that `distutils.filelist.translate_pattern` compiles, when `pattern` is no regular expression.
///
/// Without a pattern and a prefix but with `anchor` that is not a valid expression, as it is not there.
pub fn translate_pattern(
    pattern: Option<&str>,
    anchor: bool,
    prefix: Option<&str>,
    dialect: Dialect,
) -> String {
    let inside = |pattern| spelled(pattern, Dot::ButSeparator, dialect);
    let pattern = pattern.filter(|pattern| !pattern.is_empty());
    if let Some(prefix) = prefix {
        let separator = if cfg!(windows) { r"\\" } else { "/" };
        // In this order, in which the groups of 3.10's dialect are numbered.
        let pattern = pattern.map_or_else(String::new, inside);
        return format!(r"(?s:\A{}{separator}.*{pattern})\Z", inside(prefix));
    }
    match (pattern, anchor) {
        (Some(pattern), true) => format!(r"(?s:\A{})\Z", inside(pattern)),
        (Some(pattern), false) => format!(r"(?s:{})\Z", inside(pattern)),
        (None, true) => r"(?s:\A".to_string(),
        (None, false) => String::new(),
    }
}

/// A compiled pattern, to be searched for in file names.
///
/// Names and patterns are compared as they are, and once more with both in Unicode's normal form C: a rule
/// holds for a file however the two are spelled. In a name that is not UTF-8 each odd byte counts as one
/// character, which only wildcards match.
#[derive(Debug, Clone)]
pub struct Pattern {
    exact: Kind,
    /// For the composed spelling of the pattern, if that is another one.
    composed: Option<Kind>,
}

#[derive(Debug, Clone)]
enum Kind {
    Glob(Matcher),
    Regex(::regex::Regex),
}

impl Pattern {
    /// A shell pattern, whose wildcards do not match the separator: `translate_pattern` with `is_regex=0`.
    ///
    /// With a `prefix`, itself a pattern, what matches `pattern` anywhere below a folder of that name, or all
    /// that is there without one. Else the whole name if `anchor`, or the end of the name.
    ///
    /// # Errors
    /// [`Error::UnsupportedPattern`] if only Python's `re` can tell what it means (or that it is wrong):
    /// brackets with a dot and one of `*+?{()|^$` behind it, or neither pattern nor prefix but an `anchor`.
    pub fn glob(pattern: Option<&OsStr>, anchor: bool, prefix: Option<&OsStr>) -> Result<Self> {
        let pattern = pattern.map_or(Cow::Borrowed(""), text_of);
        let prefix = prefix.map(text_of);
        let exact = glob(&pattern, anchor, prefix.as_deref())?;
        let all_composed = is_composed(&pattern) && prefix.as_deref().is_none_or(is_composed);
        let composed = if all_composed {
            None
        } else {
            let prefix = prefix.map(|prefix| prefix.nfc().collect::<String>());
            Some(glob(&pattern.nfc().collect::<String>(), anchor, prefix.as_deref())?)
        };
        Ok(Pattern { exact, composed })
    }

    /// A regular expression in Python's language: `translate_pattern` with `is_regex=1`.
    ///
    /// # Errors
    /// [`Error::UnsupportedPattern`] if it is malformed, or not in the part of the language that is known here.
    pub fn regex(pattern: &str) -> Result<Self> {
        let unsupported = || Error::UnsupportedPattern(pattern.to_string());
        let exact = Kind::Regex(regex::compile(pattern).ok_or_else(unsupported)?);
        let composed = if is_composed(pattern) {
            None
        } else {
            let composed: String = pattern.nfc().collect();
            Some(Kind::Regex(regex::compile(&composed).ok_or_else(unsupported)?))
        };
        Ok(Pattern { exact, composed })
    }

    /// Whether the pattern is found in a file name, whose separators are the platform's.
    pub fn is_match(&self, name: impl AsRef<OsStr>) -> bool {
        let name = text_of(name.as_ref());
        if self.exact.is_match(&name) {
            return true;
        }
        match (&self.composed, is_composed(&name)) {
            (None, true) => false,
            (Some(composed), true) => composed.is_match(&name),
            (composed, false) => {
                composed.as_ref().unwrap_or(&self.exact).is_match(&name.nfc().collect::<String>())
            }
        }
    }

    /// Whether a file in or below `folder` could match (a path that names are given relative to the same
    /// place; empty for that place itself). A "yes" may be wrong, a "no" never is.
    pub fn may_match_in(&self, folder: &OsStr) -> bool {
        let mut start = text_of(folder).into_owned();
        if !start.is_empty() {
            start.push(crate::glob::path::SEPARATOR);
        }
        self.exact.may_match_below(&start)
            || match (&self.composed, is_composed(&start)) {
                (None, true) => false,
                (composed, _) => {
                    composed.as_ref().unwrap_or(&self.exact).may_match_below(&start.nfc().collect::<String>())
                }
            }
    }
}

impl Kind {
    fn is_match(&self, name: &str) -> bool {
        match self {
            Kind::Glob(matcher) => matcher.is_match(name),
            Kind::Regex(regex) => regex.is_match(name),
        }
    }

    fn may_match_below(&self, start: &str) -> bool {
        match self {
            Kind::Glob(matcher) => matcher.may_match_below(start),
            Kind::Regex(_) => true,
        }
    }
}

fn glob(pattern: &str, anchor: bool, prefix: Option<&str>) -> Result<Kind> {
    let matcher = match prefix {
        Some(prefix) => Matcher::below(prefix, pattern)?,
        None if pattern.is_empty() && anchor => return Err(Error::UnsupportedPattern(String::new())),
        None => Matcher::manifest(pattern, anchor)?,
    };
    Ok(Kind::Glob(matcher))
}

/// A text in normal form C, where it is not yet: for those who compare names by other means than [`Pattern`].
pub fn composed(text: &str) -> Option<String> {
    if is_composed(text) {
        return None;
    }
    Some(text.nfc().collect::<String>()).filter(|composed| composed != text)
}

/// Whether a text is certainly in normal form C.
fn is_composed(text: &str) -> bool {
    text.is_ascii() || is_nfc_quick(text.chars()) == unicode_normalization::IsNormalized::Yes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchored(pattern: &str) -> Pattern {
        Pattern::glob(Some(pattern.as_ref()), true, None).unwrap()
    }

    fn below(prefix: &str, pattern: &str) -> Pattern {
        Pattern::glob(Some(pattern.as_ref()), true, Some(prefix.as_ref())).unwrap()
    }

    #[cfg(unix)]
    #[test]
    fn the_text_is_that_of_cpython() {
        let text = |pattern| glob_to_re(pattern, Dialect::AtomicGroups);
        assert_eq!(text("foo*"), r"(?s:foo[^/]*)\Z");
        assert_eq!(text("foo?"), r"(?s:foo[^/])\Z");
        assert_eq!(text(r"foo\??"), r"(?s:foo\\[^/][^/])\Z");
        assert_eq!(text("a*b*c.d"), r"(?s:a(?>[^/]*?b)[^/]*c\.d)\Z");
        assert_eq!(text("[!.a]"), r"(?s:[^[^/]a])\Z");
        assert_eq!(
            translate_pattern(Some("*.rst"), true, Some("docs"), Dialect::NamedGroups),
            r"(?s:\Adocs/.*[^/]*\.rst)\Z"
        );
    }

    #[cfg(unix)]
    #[test]
    fn stars_and_question_marks_stop_at_separators() {
        assert!(anchored("*.py").is_match("a.py"));
        assert!(!anchored("*.py").is_match("a/b.py"));
        assert!(!anchored("a?b").is_match("a/b"));
        assert!(anchored("a[!x]b").is_match("a/b"));
        assert!(Pattern::glob(Some("a.py".as_ref()), false, None).unwrap().is_match("x/ba.py"));
        assert!(below("a*", "*.py").is_match("ab/c/d.py"));
        assert!(!below("a*", "*.py").is_match("a.py"));
        assert!(Pattern::glob(None, true, Some("a".as_ref())).unwrap().is_match("a/b"));
        assert!(Pattern::glob(None, true, None).is_err());
        assert!(Pattern::glob(Some("[.*]".as_ref()), true, None).is_err());
    }

    #[test]
    fn the_normal_form_of_pattern_and_name_does_not_matter() {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
        for pattern in [composed, decomposed] {
            for name in [composed, decomposed] {
                assert!(anchored(pattern).is_match(name), "{pattern:?} {name:?}");
                assert!(
                    below(pattern, "*")
                        .is_match(format!("{name}/x").replace('/', std::path::MAIN_SEPARATOR_STR))
                );
                assert!(Pattern::regex(&format!("^{pattern}$")).unwrap().is_match(name));
                assert!(below(pattern, "*").may_match_in(name.as_ref()));
            }
        }
        assert!(anchored("caf?").is_match(decomposed));
        assert!(anchored("caf??").is_match(decomposed));
    }

    #[cfg(unix)]
    #[test]
    fn an_undecodable_byte_counts_as_one_character() {
        use std::os::unix::ffi::OsStrExt;
        let name = OsStr::from_bytes(b"a\xff\xfeb");
        assert!(anchored("a??b").is_match(name));
        assert!(!anchored("a?b").is_match(name));
        assert!(Pattern::regex("^a..b$").unwrap().is_match(name));
        assert!(Pattern::glob(Some(name), true, None).unwrap().is_match(name));
    }

    #[cfg(unix)]
    #[test]
    fn only_folders_that_could_hold_a_match_are_looked_into() {
        let may = |pattern: &Pattern, folder: &str| pattern.may_match_in(folder.as_ref());
        assert!(may(&anchored("*.txt"), ""));
        assert!(!may(&anchored("*.txt"), "docs"));
        assert!(may(&anchored("d*s/*.txt"), "docs"));
        assert!(!may(&anchored("d*s/*.txt"), "src"));
        assert!(may(&below("docs/api", "*.rst"), "docs"));
        assert!(may(&below("docs/api", "*.rst"), "docs/api/deep/er"));
        assert!(!may(&below("docs/api", "*.rst"), "docs/ap"));
        assert!(may(&Pattern::glob(Some("x".as_ref()), false, None).unwrap(), "any/where"));
    }
}
