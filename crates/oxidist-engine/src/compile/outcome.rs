//! What a run tells: while it goes on, to a [`Watch`]; at its end, as one [`Outcome`] for each group.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Group, Kind, Step};
use crate::Error;
use crate::toolchain::identity;

/// What became of one group.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing of it had to run.
    UpToDate,
    /// Some of it ran, and all of it is up to date now.
    Built,
    /// `step` is an index into the group's steps. The error names source, program and status in one line; what
    /// the compiler said has gone to [`Watch::step_ran`].
    Failed { step: usize, why: Error },
    /// Not finished, because another group failed.
    Stopped,
}

/// One command that has run.
#[derive(Debug, Clone)]
pub struct Ran {
    /// As it was run: with launcher and with the flags that make the compiler report.
    pub argv: Vec<OsString>,
    /// Its exit status, or minus the number of the signal that ended it.
    pub status: i32,
    /// Everything it wrote to standard output and standard error, in the order in which it did.
    pub output: Vec<u8>,
    pub took: Duration,
}

/// Where a run is, for people who wait.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// Steps that have ended.
    pub done: usize,
    /// Steps that have to run, those that have ended among them.
    pub total: usize,
    /// The step that has been running longest; `None` between jobs and at the end.
    pub step: Option<&'a Step>,
    /// For how long that step has been running.
    pub running: Duration,
}

/// Hears what a run does. All calls come from the thread that called [`run`](super::run), one at a time.
///
/// Groups are told in their order, steps in the order in which they are listed, each when it has ended and all
/// that stands before it has been told.
pub trait Watch: Sync {
    /// Another build has the records in `folder`; this one goes on when that has ended.
    fn waiting(&self, folder: &Path, holders: Option<&str>) {
        let _ = (folder, holders);
    }

    /// A step is out of date, and `why` says for what reason in a few words. All are told of before the first runs.
    fn out_of_date(&self, step: &Step, why: &str) {
        let _ = (step, why);
    }

    /// Something of this group has to run.
    fn group_begins(&self, group: &Group) {
        let _ = group;
    }

    /// Nothing of this group has to run.
    fn group_up_to_date(&self, group: &Group) {
        let _ = group;
    }

    /// A step has ended, well or not: its commands up to the first that failed. One whose program could not even
    /// be started has no `ran` for it.
    fn step_ran(&self, step: &Step, ran: &[Ran]) {
        let _ = (step, ran);
    }

    /// Called at each start and end of a job, and about twenty times a second in between.
    fn progress(&self, progress: &Progress<'_>) {
        let _ = progress;
    }
}

/// A watch that does nothing.
impl Watch for () {}

/// The one line that tells that a program did not do what it is for.
pub(super) fn wrote_nothing(step: &Step) -> Error {
    let program = step.commands.first().and_then(|argv| argv.first());
    let program = program.map(|program| program.to_string_lossy()).unwrap_or_default();
    let of = source(step).map(|source| format!(": {}", source.display())).unwrap_or_default();
    Error::Process(format!("command '{program}' wrote no '{}'{of}", step.output.display()))
}

/// The one line that tells why a step was not even tried.
pub(super) fn not_made(step: &Step, needed: &Step) -> Error {
    let (output, needed) = (step.output.display(), needed.output.display());
    Error::Process(format!("'{output}' needs '{needed}', which could not be made"))
}

/// An error once more, for another group that it is about.
pub(super) fn again(error: &Error) -> Error {
    Error::Process(error.to_string())
}

/// The one line that tells why a step failed.
pub(super) fn failed(step: &Step, argv: &[OsString], status: i32) -> Error {
    let subject = source(step).unwrap_or(&step.output).display();
    let named = || argv.first().map(PathBuf::from);
    let program = identity::started(argv).or_else(named).unwrap_or_default();
    let program = program.display();
    Error::Process(match status {
        ..0 => format!("command '{program}' terminated by signal {}: {subject}", -status),
        _ => format!("command '{program}' failed with exit code {status}: {subject}"),
    })
}

/// The same where it failed because the system allows no more processes.
pub(super) fn refused(error: &Error) -> Error {
    Error::Process(format!(
        "{error}: this user or container may have no more processes (ulimit -u, pids.max): raise that limit"
    ))
}

/// What people know a step by where it has one: the source of an object. A link has many inputs.
fn source(step: &Step) -> Option<&Path> {
    match step.kind {
        Kind::Generate | Kind::Compile => step.inputs.first().map(PathBuf::as_path),
        Kind::Link | Kind::Archive => None,
    }
}
