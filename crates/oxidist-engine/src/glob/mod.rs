//! Shell patterns: file names on disk that match one, as Python's `glob.glob` finds them.
//!
//! [`fnmatch`] spells a pattern as a regular expression, [`matcher`] answers whether a name matches,
//! and [`path`] takes names apart.

pub(crate) mod fnmatch;
pub(crate) mod matcher;
pub(crate) mod path;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use matcher::Matcher;
use path::{join, split, text_of};

use crate::Result;
use crate::unread::Unread;

pub use fnmatch::Dialect;

/// The paths that match `pattern`, in the order of their names; relative ones if the pattern is relative
/// (to the working folder).
///
/// `*`, `?` and `[...]` match within one name. Names that begin with a dot are only found by a pattern that
/// begins with one. `**` is no more than `*`. What cannot be read has no names in it: see
/// [`files_and_unread`]. A pattern that ends
/// with a separator finds folders only, and they keep the separator. A pattern without wildcards is found
/// if there is something of that name, a broken link included.
///
/// # Errors
/// [`Error::UnsupportedPattern`](crate::Error::UnsupportedPattern) for brackets that cannot be read as a class
/// of characters, which Python's own spelling of them rules out.
pub fn glob(pattern: impl AsRef<OsStr>) -> Result<Vec<PathBuf>> {
    let found = expand(pattern.as_ref(), Wanted::Anything, &mut Vec::new())?;
    Ok(found.into_iter().filter(|path| !path.is_empty()).map(PathBuf::from).collect())
}

/// As [`glob`], but only regular files and links to them.
///
/// # Errors
/// As [`glob`].
pub fn files(pattern: impl AsRef<OsStr>) -> Result<Vec<PathBuf>> {
    Ok(files_and_unread(pattern)?.0)
}

/// As [`files`], with the folders that could not be read.
///
/// # Errors
/// As [`glob`].
pub fn files_and_unread(pattern: impl AsRef<OsStr>) -> Result<(Vec<PathBuf>, Vec<Unread>)> {
    let mut unread = Vec::new();
    let found = expand(pattern.as_ref(), Wanted::Files, &mut unread)?;
    Ok((found.into_iter().map(PathBuf::from).collect(), unread))
}

/// Whether a pattern has any wildcard in it.
pub fn has_magic(pattern: impl AsRef<OsStr>) -> bool {
    pattern.as_ref().as_encoded_bytes().iter().any(|byte| b"*?[".contains(byte))
}

/// A path as a pattern that matches nothing else: each wildcard stands in brackets (`glob.escape`).
pub fn escape(path: &str) -> String {
    let (drive, rest) = path.split_at(path::drive_length(path.as_bytes()));
    let mut escaped = drive.to_string();
    for c in rest.chars() {
        if "*?[".contains(c) {
            escaped.extend(['[', c, ']']);
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// A pattern for the names in one folder, for a caller that has listed it already.
#[derive(Debug, Clone)]
pub struct NamePattern {
    matcher: Matcher,
    finds_hidden: bool,
}

impl NamePattern {
    /// A pattern without separators in it.
    ///
    /// # Errors
    /// As [`glob`].
    pub fn new(pattern: impl AsRef<OsStr>) -> Result<Self> {
        let pattern = text_of(pattern.as_ref());
        Ok(NamePattern { finds_hidden: pattern.starts_with('.'), matcher: Matcher::fnmatch(&pattern)? })
    }

    /// Whether `glob` would find this name in its folder.
    pub fn is_match(&self, name: impl AsRef<OsStr>) -> bool {
        let name = text_of(name.as_ref());
        (self.finds_hidden || !name.starts_with('.')) && self.matcher.is_match(&name)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Anything,
    Files,
    /// Something is to be looked for inside.
    Folders,
}

impl Wanted {
    /// Whether a directory entry is of this kind, or a link to such a thing; only links cost a `stat`.
    fn is(self, entry: &fs::DirEntry) -> bool {
        if self == Wanted::Anything {
            return true;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_symlink() => self.is_at(&entry.path()),
            Ok(kind) => {
                if self == Wanted::Files {
                    kind.is_file()
                } else {
                    kind.is_dir()
                }
            }
            Err(_) => false,
        }
    }

    /// Whether there is something of this kind, or a link to it, or for [`Wanted::Anything`] a broken link.
    fn is_at(self, path: &Path) -> bool {
        match self {
            Wanted::Anything => path.symlink_metadata().is_ok(),
            Wanted::Files => path.is_file(),
            Wanted::Folders => path.is_dir(),
        }
    }

    /// The same for a path without wildcards, of which `name` is the last part. With none it ends in a
    /// separator, and only a folder will do.
    fn is_named(self, path: &OsStr, name: &OsStr) -> bool {
        let path = Path::new(path);
        if name.is_empty() { self != Wanted::Files && path.is_dir() } else { self.is_at(path) }
    }
}

fn expand(pattern: &OsStr, wanted: Wanted, unread: &mut Vec<Unread>) -> Result<Vec<OsString>> {
    let (folder, name) = split(pattern);
    if !has_magic(pattern) {
        let there = wanted.is_named(pattern, &name);
        return Ok(if there { vec![pattern.to_os_string()] } else { Vec::new() });
    }
    if folder.is_empty() {
        return names_in(&folder, &name, wanted, unread);
    }
    // A drive is its own folder: nothing to expand there, whatever characters it has.
    let folders = if folder != pattern && has_magic(&folder) {
        expand(&folder, Wanted::Folders, unread)?
    } else {
        vec![folder]
    };
    let mut found = Vec::new();
    for folder in folders {
        if has_magic(&name) {
            found.extend(names_in(&folder, &name, wanted, unread)?.iter().map(|name| join(&folder, name)));
        } else {
            found.extend(Some(join(&folder, &name)).filter(|path| wanted.is_named(path, &name)));
        }
    }
    Ok(found)
}

fn names_in(
    folder: &OsStr,
    pattern: &OsStr,
    wanted: Wanted,
    unread: &mut Vec<Unread>,
) -> Result<Vec<OsString>> {
    let pattern = NamePattern::new(pattern)?;
    let folder = if folder.is_empty() { Path::new(".") } else { Path::new(folder) };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            unread.extend(Unread::folder(folder, &error));
            return Ok(Vec::new());
        }
    };
    let mut names: Vec<OsString> = entries
        .flatten()
        .filter(|entry| wanted.is(entry))
        .map(|entry| entry.file_name())
        .filter(|name| pattern.is_match(name))
        .collect();
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    fn found(folder: &tempfile::TempDir, pattern: &str) -> Vec<String> {
        let root = escape(folder.path().to_str().unwrap());
        let start = folder.path().to_str().unwrap().len() + 1;
        let paths = glob(format!("{root}/{pattern}")).unwrap();
        paths.iter().map(|path| path.to_str().unwrap()[start..].to_string()).collect()
    }

    #[test]
    fn hidden_names_are_found_only_by_hidden_patterns() {
        let folder = tree(&["a.txt", ".b.txt", "c/d.txt", "c/.e"]);
        assert_eq!(found(&folder, "*.txt"), ["a.txt"]);
        assert_eq!(found(&folder, ".*"), [".b.txt"]);
        assert_eq!(found(&folder, "*"), ["a.txt", "c"]);
        assert_eq!(found(&folder, "*/*"), ["c/d.txt"]);
        assert_eq!(found(&folder, "**/d.txt"), ["c/d.txt"]);
    }

    #[test]
    fn a_final_separator_asks_for_folders() {
        let folder = tree(&["a/x", "b"]);
        assert_eq!(found(&folder, "*/"), ["a/"]);
        assert_eq!(found(&folder, "a/"), ["a/"]);
        assert_eq!(found(&folder, "b/"), [""; 0]);
    }

    #[test]
    fn brackets_are_character_classes_and_escape_takes_their_meaning_away() {
        let folder = tree(&["a.py", "b.py", "[ab].py", "x[1]/y"]);
        assert_eq!(found(&folder, "[ab].py"), ["a.py", "b.py"]);
        assert_eq!(found(&folder, "[!a].py"), ["b.py"]);
        assert_eq!(found(&folder, "[.]py"), [""; 0]);
        assert_eq!(found(&folder, "b[.]py"), ["b.py"]);
        assert_eq!(found(&folder, &escape("[ab].py")), ["[ab].py"]);
        assert_eq!(found(&folder, &format!("{}/*", escape("x[1]"))), ["x[1]/y"]);
        assert_eq!(escape("a*b?[c"), "a[*]b[?][[]c");
    }

    #[test]
    fn what_is_not_there_is_an_empty_answer() {
        assert_eq!(glob("").unwrap(), [""; 0].map(PathBuf::from));
        assert_eq!(glob("/nowhere/at/all/*").unwrap(), [""; 0].map(PathBuf::from));
    }

    #[cfg(unix)]
    #[test]
    fn a_broken_link_and_a_name_that_is_not_utf_8_are_found() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tree(&["a"]);
        std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
        fs::write(folder.path().join(OsStr::from_bytes(b"l\xffx")), "").unwrap();
        assert_eq!(found(&folder, "link"), ["link"]);
        let pattern = folder.path().join("l?x");
        assert_eq!(glob(pattern).unwrap(), [folder.path().join(OsStr::from_bytes(b"l\xffx"))]);
    }
}
