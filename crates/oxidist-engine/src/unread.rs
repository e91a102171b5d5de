//! What could not be read while files were looked for: it is told of, and never silently left out.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::reason;

/// How many characters of a path messages show at most: what is too long for the system is too long for people.
const SHOWN: usize = 240;

/// A folder or a link that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    pub path: PathBuf,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The system's words: the folder cannot be listed.
    Folder(String),
    /// A link that leads nowhere, with its text.
    Dangling(PathBuf),
    /// The system's words: nobody can say what it is.
    Other(String),
}

impl Unread {
    /// A folder that cannot be listed. One that is not there (any more) has nothing in it, and is no news.
    pub fn folder(path: &Path, error: &io::Error) -> Option<Unread> {
        let why = Why::Folder(reason(error));
        (!is_absence(error)).then(|| Unread { path: path.to_path_buf(), why })
    }

    /// A link that cannot be followed.
    pub fn link(path: &Path, at: &Path, error: &io::Error) -> Unread {
        let why = match std::fs::read_link(at) {
            Ok(target) if error.kind() == io::ErrorKind::NotFound => Why::Dangling(target),
            _ => Why::Other(reason(error)),
        };
        Unread { path: path.to_path_buf(), why }
    }

    pub fn is_folder(&self) -> bool {
        matches!(self.why, Why::Folder(_))
    }
}

/// Whether an error only says that something is not there.
pub fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = shortened(&self.path);
        match &self.why {
            Why::Folder(reason) => write!(f, "cannot read the folder '{path}': {reason}"),
            Why::Other(reason) => write!(f, "cannot read '{path}': {reason}"),
            Why::Dangling(target) => {
                write!(f, "'{path}' is a link to '{}', which is not there", shortened(target))
            }
        }
    }
}

/// A path as messages show it: the middle of a very long one is left out.
fn shortened(path: &Path) -> String {
    let text = path.display().to_string();
    let length = text.chars().count();
    if length <= SHOWN {
        return text;
    }
    let start: String = text.chars().take(SHOWN / 2).collect();
    let end: String = text.chars().skip(length - SHOWN / 2).collect();
    format!("{start}[...]{end}")
}
