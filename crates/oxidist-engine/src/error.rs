//! The engine's one error type; the bindings turn each kind into its class of `distutils.errors`.

use std::io;
use std::path::{Path, PathBuf};

/// What can go wrong in a build. The text is one line, names the file or option, and is shown as it is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An operation on a file failed. `action` is a verb phrase that reads after "could not".
    #[error("could not {action} '{}': {}", path.display(), reason(source))]
    File { action: &'static str, path: PathBuf, source: io::Error },

    /// The source of a copy is missing, or is a folder, a device or a socket (distutils' own wording).
    #[error("can't copy '{}': doesn't exist or not a regular file", .0.display())]
    NotARegularFile(PathBuf),

    /// There is no folder where a package should be (distutils' own wording).
    #[error("package directory '{}' does not exist", .0.display())]
    NoPackageFolder(PathBuf),

    /// Where a package's folder should be is something else (distutils' own wording).
    #[error("supposed package directory '{}' exists, but is not a directory", .0.display())]
    NotAPackageFolder(PathBuf),

    /// A file was written to by somebody while it was being read.
    #[error("'{}' has changed while it was being read", .0.display())]
    Changed(PathBuf),

    /// A configuration file, manifest template or other text that people write does not parse.
    #[error("{}:{line}: {message}", file.display())]
    Syntax { file: PathBuf, line: usize, message: String },

    /// A line of a manifest template is no rule (distutils' own wording, without file and line).
    #[error("{0}")]
    Template(String),

    /// A pattern that only Python's `re` can answer for: it may be right, but cannot be read here.
    #[error("pattern '{0}' needs Python's own regular expressions")]
    UnsupportedPattern(String),

    /// An option's value is not acceptable.
    #[error("{0}")]
    Option(String),

    /// A table of options, as a command or `Distribution` declares it, contradicts itself.
    #[error("{0}")]
    OptionTable(String),

    /// The arguments of a command line do not fit the options there are.
    #[error("{0}")]
    CommandLine(String),

    /// An archive cannot be read, or holds something that must not be unpacked.
    #[error("'{}': {message}", archive.display())]
    Archive { archive: PathBuf, message: String },

    /// A version number, or a requirement that contains one, does not parse.
    #[error("{0}")]
    Version(String),

    /// A distribution's metadata break a standard: key, value and what is wrong.
    #[error("{0}")]
    Metadata(String),

    /// Two version numbers have no order: one has a number where the other has a word.
    #[error("{0}")]
    NoOrder(String),

    /// A child process could not be started, failed, or was ended by a signal.
    #[error("{0}")]
    Process(String),

    /// The system allows this user or container no more processes.
    #[error("{0}")]
    TooManyProcesses(String),

    /// This platform, or this Python's configuration of it, cannot do what was asked.
    #[error("{0}")]
    Platform(String),

    /// No interpreter can be started that compiles as this one does.
    #[error("no interpreter to byte-compile with: {0}")]
    Interpreter(String),

    /// Another process has what a build needs, and was waited for long enough.
    #[error("{0}")]
    Locked(String),

    /// The user pressed Ctrl-C (or a caller set the [`Cancel`](crate::effects::Cancel) token).
    #[error("interrupted")]
    Interrupted,
}

/// The result of everything in the engine.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An [`Error::File`] maker for `map_err`: `.map_err(Error::file("read", path))`.
    pub fn file(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::File { action, path: path.as_ref().to_path_buf(), source }
    }
}

/// The operating system's words for `error`, without Rust's "(os error N)" behind them.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) if text.ends_with(')') => text[..end].to_string(),
        _ => text,
    }
}
