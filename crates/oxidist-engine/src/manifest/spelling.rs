//! Paths in rules that are written with `./` or doubled slashes, and what such a rule matches.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::Pattern;
use crate::Result;
use crate::glob::path::native;

/// How the paths in rules are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// As they are written, as distutils reads them. A rule that matches nothing as it is written also matches
    /// without `./` and doubled slashes; a rule that excludes always does.
    Lenient,
    /// As they are written, and not otherwise: distutils under an older setuptools.
    AsWritten,
    /// Without `./` and doubled slashes from the start: distutils under a current setuptools.
    Normalised,
}

/// A path without `.` parts, doubled separators and separators at the end; None where it has none of these.
///
/// `..` stays. What names the folder itself becomes empty.
pub fn plain_spelling(path: &OsStr) -> Option<OsString> {
    let bytes = path.as_encoded_bytes();
    let is_separator = |byte: &u8| std::path::is_separator(*byte as char);
    if bytes.is_empty() || bytes.split(is_separator).all(|part| !part.is_empty() && part != b".") {
        return None;
    }
    let root: &[u8] = if bytes.first().is_some_and(is_separator) { &bytes[..1] } else { b"" };
    let parts = bytes.split(is_separator).filter(|part| !part.is_empty() && *part != b".");
    let mut plain = root.to_vec();
    for (at, part) in parts.enumerate() {
        if at > 0 {
            plain.push(std::path::MAIN_SEPARATOR as u8);
        }
        plain.extend_from_slice(part);
    }
    (plain != bytes).then(|| native(&plain))
}

/// A file's name as [`plain_spelling`] has it.
pub fn plain_name(name: &Path) -> Cow<'_, Path> {
    plain_spelling(name.as_os_str()).map_or(Cow::Borrowed(name), |plain| Cow::Owned(plain.into()))
}

/// The arguments of [`Pattern::glob`], as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainPattern {
    pub pattern: Option<OsString>,
    pub anchor: bool,
    pub prefix: Option<OsString>,
}

impl PlainPattern {
    /// What a rule with these arguments of [`Pattern::glob`] also stands for; None where there is nothing else.
    ///
    /// A separator at the end counts for folders only: a pattern for files that ends in one names no file. The
    /// project's own folder as `.` stays what it is in distutils, a folder in which nothing is found; except that
    /// what `excludes` some of its files does so. Nothing excludes all of them: setuptools' `prune` does not either.
    pub fn of(
        pattern: Option<&OsStr>,
        anchor: bool,
        prefix: Option<&OsStr>,
        excludes: bool,
    ) -> Option<PlainPattern> {
        let pattern = pattern.filter(|pattern| !pattern.is_empty());
        let names_a_file = |pattern: &OsStr| {
            let last =
                pattern.as_encoded_bytes().rsplit(|byte| std::path::is_separator(*byte as char)).next();
            !matches!(last, None | Some(b"" | b"."))
        };
        if pattern.is_some_and(|pattern| !names_a_file(pattern))
            || prefix.is_some_and(|prefix| prefix == ".") && !excludes
        {
            return None;
        }
        let (other, other_prefix) = (pattern.and_then(plain_spelling), prefix.and_then(plain_spelling));
        if other.is_none() && other_prefix.is_none() {
            return None;
        }
        let pattern = other.or_else(|| pattern.map(OsStr::to_os_string));
        let prefix = other_prefix.or_else(|| prefix.map(OsStr::to_os_string));
        match (pattern, prefix) {
            (None, Some(prefix)) if prefix.is_empty() && excludes => None,
            (pattern, Some(prefix)) if prefix.is_empty() => {
                let pattern = pattern.unwrap_or_else(|| "*".into());
                Some(PlainPattern { pattern: Some(pattern), anchor: false, prefix: None })
            }
            (pattern, prefix) => Some(PlainPattern { pattern, anchor, prefix }),
        }
    }

    /// # Errors
    /// As [`Pattern::glob`].
    pub fn compile(&self) -> Result<Pattern> {
        Pattern::glob(self.pattern.as_deref(), self.anchor, self.prefix.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn dots_and_doubled_separators_fall_away() {
        for (path, plain) in [
            ("./p/x", "p/x"),
            ("p//x", "p/x"),
            ("p/./x", "p/x"),
            (".//p/", "p"),
            ("p/.", "p"),
            (".", ""),
            ("./", ""),
            ("//p", "/p"),
            ("../p/./x", "../p/x"),
        ] {
            assert_eq!(plain_spelling(path.as_ref()), Some(plain.into()), "{path}");
        }
        for path in ["", "p", "p/x", "/p", "..", ".p", "p/.x", "p./x"] {
            assert_eq!(plain_spelling(path.as_ref()), None, "{path}");
        }
        assert_eq!(plain_name(Path::new("./a/b")), Path::new("a/b"));
    }
}
