//! The one door to the outside world: whatever changes a file or starts a process goes through [`Effects`].
//!
//! [`Disk`] does it; [`DryRun`] only writes it down, and answers later questions as if it had been done.
//! Both keep a [`Journal`]. Nothing else in the project asks whether a run is dry.

mod attributes;
mod cancel;
mod capture;
mod cores;
mod disk;
mod dry_run;
mod journal;
mod ledger;
mod left_over;
mod listening;
mod output;
mod partial;
mod place;
mod process;
pub mod reading;
mod streams;
mod threads;
mod waiting;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

pub use cancel::Cancel;
pub use capture::{Captured, Makes};
pub(crate) use cores::release_threads;
pub use cores::{core_count, on_all_cores};
pub use disk::Disk;
pub use dry_run::DryRun;
pub(crate) use dry_run::{absolute, leave};
pub use journal::{Action, Journal};
pub use ledger::Ledger;
pub(crate) use output::require_regular;
pub use partial::is_partial;
pub use process::{Conversation, Process};
pub use streams::open_closed_streams;
pub(crate) use threads::available;
pub use threads::start;
pub use waiting::Patience;

use crate::Result;

/// What kind of thing a path leads to, symbolic links followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    /// A device, a socket, a pipe: nothing a build copies.
    Other,
}

/// The facts of one `stat`, symbolic links followed.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    pub kind: Kind,
    /// Bytes.
    pub len: u64,
    pub modified: SystemTime,
    /// When anything about it was last changed, which nobody can set; where the platform does not tell, `modified`.
    pub changed: SystemTime,
    /// Which file of its disk it is; 0 where the platform does not tell.
    pub inode: u64,
    /// Unix permission bits (`0o7777`); 0 where the platform has none.
    pub mode: u32,
}

/// The bits of a source's mode that its copies and members of archives have. Not those that give a program the rights
/// of its owner or group (set-user-id, set-group-id): those of the person who builds would go to who installs.
pub const COPIED_MODE: u32 = 0o777;

/// How a copy is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// The bytes are copied.
    Contents,
    /// A hard link; where the file system refuses, the bytes.
    HardLink,
    /// A symbolic link with the source's path as given.
    SymbolicLink,
}

/// One file to copy. Paths are relative to the working folder, or absolute.
#[derive(Debug, Clone)]
pub struct Copy {
    pub from: PathBuf,
    /// The new file itself, not the folder that it goes into.
    pub to: PathBuf,
    pub preserve_mode: bool,
    pub preserve_times: bool,
    /// Only when the source is newer than the target, or there is no target (`distutils.dep_util.newer`).
    pub only_newer: bool,
    pub means: Means,
}

/// What became of one [`Copy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    Done,
    UpToDate,
}

/// The one door. Every method that changes something is whole or not at all, and is journalled.
pub trait Effects: Send + Sync {
    /// What is at `path`, symbolic links followed.
    fn stat(&self, path: &Path) -> io::Result<Facts>;

    /// The names in a folder, sorted, without `.` and `..`.
    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>>;

    /// Make one folder with `mode` less the umask; its parent must be there.
    fn make_folder(&self, path: &Path, mode: u32) -> Result<()>;

    /// Copy many files, in parallel where that is possible. The answers are in the order of `copies`.
    ///
    /// On an error the copies before the failed one are done and journalled; `Err` carries how many those
    /// are beside the error, so that a caller can tell the user about them first.
    fn copy_files(&self, copies: &[Copy], cancel: &Cancel) -> Result<Vec<Copied>, Stopped>;

    /// Write a file as `open(path, "w")` does: through links, into devices and pipes, and with the mode and owner of
    /// a file that is there. `fill` gets a buffered writer, and a regular file takes its place when `fill` has returned
    /// without an error. `mode`, less the umask, is for a new file. A dry run does not call `fill`.
    fn write_file(&self, path: &Path, mode: u32, fill: &mut Fill<'_>) -> Result<()>;

    /// The same for a file that is installed or unpacked. It replaces a file or link of that name; a link is not followed.
    fn replace_file(&self, path: &Path, mode: u32, fill: &mut Fill<'_>) -> Result<()>;

    /// Write many files whose contents come in any order, from any thread: `fill` is called once and hands
    /// each over by its index. What it does not hand over is not written; the answers say what was.
    ///
    /// Where something else than a regular file has one of their names, nothing is written. They are journalled in
    /// the order of `files`. A dry run does not call `fill`, and counts all as written.
    fn write_files(&self, files: &[NewFile], fill: &mut FillMany<'_>) -> Result<Vec<bool>>;

    /// Make a symbolic link at `path` with `target` as its text.
    fn make_symlink(&self, target: &Path, path: &Path) -> Result<()>;

    /// Give a file other permission bits (exactly these, whatever the umask).
    fn set_mode(&self, path: &Path, mode: u32) -> Result<()>;

    /// Say when a file was last modified.
    fn set_modified(&self, path: &Path, modified: SystemTime) -> Result<()>;

    /// Move a file or a folder within one file system.
    fn rename(&self, from: &Path, to: &Path) -> Result<()>;

    /// Remove a file or a symbolic link.
    fn remove_file(&self, path: &Path) -> Result<()>;

    /// Remove an empty folder.
    fn remove_folder(&self, path: &Path) -> Result<()>;

    /// Remove what a killed run left of a file that it was writing ([`is_partial`]), unless somebody writes it still.
    /// It is not journalled; a dry run leaves it.
    fn remove_left_over(&self, path: &Path);

    /// Start a process and wait for its end: its exit status, or minus the number of the signal that ended it.
    fn run(&self, process: &Process, cancel: &Cancel) -> Result<i32>;

    /// Start a process that others may run beside, and wait for its end with all that it says kept.
    ///
    /// It is not journalled: who runs several at once adds an [`Action::Run`] for each, in an order that threads
    /// have no part in. A dry run starts nothing, and answers that it went well.
    /// So are the files in `makes`: they are removed and read without a word.
    fn capture(&self, process: &Process, makes: Makes<'_>, cancel: &Cancel) -> Result<Captured>;

    /// Start a process that answers questions on its standard streams. It changes nothing itself, so it is not
    /// journalled: what comes of its answers goes through this door.
    fn converse(&self, process: &Process) -> Result<Conversation>;

    /// Write down something that is done outside the engine (a Python function), and tell whether to do it.
    fn perform(&self, what: &str) -> bool;

    /// A file that [`perform`](Effects::perform) makes: a dry run answers from now on as if it were there.
    fn expect_file(&self, path: &Path);

    /// What a build remembers in `folder`. None of it is journalled, since it is no part of what a build makes; a
    /// dry run reads it and adds nothing.
    fn ledger(&self, folder: &Path) -> Ledger;

    fn journal(&self) -> &Journal;
}

/// What fills a file: see [`Effects::write_file`].
pub type Fill<'a> = dyn FnMut(&mut dyn Write) -> Result<()> + 'a;

/// One file of a batch: see [`Effects::write_files`].
#[derive(Debug, Clone)]
pub struct NewFile {
    pub path: PathBuf,
    /// Less the umask.
    pub mode: u32,
}

/// Takes the contents of the file of that index.
pub type Put<'a> = dyn Fn(usize, &[u8]) -> Result<()> + Sync + 'a;

/// What fills a batch of files: see [`Effects::write_files`].
pub type FillMany<'a> = dyn FnMut(&Put<'_>) -> Result<()> + 'a;

/// A batch that ended early.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Stopped {
    /// How the first items of the batch went, in their order, up to the one that failed.
    pub done: Vec<Copied>,
    pub error: crate::Error,
}

impl dyn Effects + '_ {
    pub fn is_file(&self, path: &Path) -> bool {
        self.stat(path).is_ok_and(|facts| facts.kind == Kind::File)
    }

    pub fn is_folder(&self, path: &Path) -> bool {
        self.stat(path).is_ok_and(|facts| facts.kind == Kind::Folder)
    }

    pub fn exists(&self, path: &Path) -> bool {
        self.stat(path).is_ok()
    }
}
