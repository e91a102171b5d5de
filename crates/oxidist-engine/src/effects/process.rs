//! Child processes: started, waited for, and ended when the user interrupts.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::Cancel;
use crate::{Error, Result};

/// A program and its arguments.
#[derive(Debug, Clone, Default)]
pub struct Process {
    /// The program (found on the `PATH` unless it has a separator in it), then its arguments.
    pub argv: Vec<OsString>,
    /// `None`: this process's own working folder.
    pub working_folder: Option<PathBuf>,
    /// `None`: this process's own environment.
    pub environment: Option<Vec<(OsString, OsString)>>,
    /// Variables set beside those, or in their place.
    pub more_environment: Vec<(OsString, OsString)>,
    /// What its standard input is, and that of the processes it starts. `None`: what [`Effects::run`] starts
    /// reads from ours, and what [`Effects::capture`] starts has nothing to read.
    ///
    /// [`Effects::run`]: super::Effects::run
    /// [`Effects::capture`]: super::Effects::capture
    pub input: Option<Arc<File>>,
}

/// How often a running child is looked at: short at first, since most children are.
const FIRST_WAIT: Duration = Duration::from_micros(500);
const LONGEST_WAIT: Duration = Duration::from_millis(20);

/// Ctrl-C at a terminal reaches the child as well: it has this long to take away what it was writing.
pub(super) const TO_TIDY_UP: Duration = Duration::from_millis(250);

impl Process {
    pub(super) fn command(&self) -> Result<Command> {
        let Some((program, arguments)) = self.argv.split_first() else {
            return Err(Error::Process("no program to run: the command line is empty".into()));
        };
        let mut command = Command::new(program);
        command.args(arguments);
        if let Some(folder) = &self.working_folder {
            command.current_dir(folder);
        }
        if let Some(environment) = &self.environment {
            command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        }
        command.envs(self.more_environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }

    pub(super) fn failed(&self, error: &io::Error) -> Error {
        let program = self.argv.first().map(|program| program.to_string_lossy()).unwrap_or_default();
        if is_refusal(error) {
            return Error::TooManyProcesses(format!(
                "command '{program}' cannot be started: this user or container may have no more processes \
                 (ulimit -u, pids.max). Use fewer jobs (-j1, OXIDIST_JOBS=1), or raise that limit"
            ));
        }
        Error::Process(format!("command '{program}' failed: {}", crate::reason(error)))
    }

    /// Start it with pipes to and from it; its standard error is ours.
    ///
    /// It is no child of the terminal's: Ctrl-C is for us to hear, and could meet it before it is ready.
    pub(super) fn converse(&self) -> Result<Conversation> {
        let failed = |error| self.failed(&error);
        let mut command = self.command()?;
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = start(&mut command, &Cancel::default()).map_err(failed)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(hear)) => Ok(Conversation { child, ask, hear: BufReader::new(hear) }),
            _ => Err(failed(io::Error::other("its streams are missing"))),
        }
    }

    /// Run to the end. A child ended by signal `n` gives `-n`, as Python's `subprocess` does.
    pub(super) fn run(&self, cancel: &Cancel) -> Result<i32> {
        let failed = |error| self.failed(&error);
        let input = match &self.input {
            Some(file) => file.try_clone().map_err(failed)?.into(),
            None => Stdio::inherit(),
        };
        let mut child = start(self.command()?.stdin(input), cancel).map_err(failed)?;
        let mut wait = FIRST_WAIT;
        let mut interrupted: Option<Instant> = None;
        loop {
            if let Some(status) = child.try_wait().map_err(failed)? {
                return if interrupted.is_some() { Err(Error::Interrupted) } else { Ok(exit_code(status)) };
            }
            if cancel.is_set() && interrupted.get_or_insert_with(Instant::now).elapsed() >= TO_TIDY_UP {
                let _ = child.kill();
                let _ = child.wait();
                return Err(Error::Interrupted);
            }
            thread::sleep(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}

/// How long to wait for room where the system allows no more processes: others of this user may end.
const FOR_ROOM: Duration = Duration::from_secs(1);

/// Whether the system has no room for one more process.
fn is_refusal(error: &io::Error) -> bool {
    // EAGAIN.
    error.kind() == io::ErrorKind::WouldBlock
}

/// Start a process, and try that again for a while where the system has no room for it.
pub(super) fn start(command: &mut Command, cancel: &Cancel) -> io::Result<Child> {
    let since = Instant::now();
    let mut wait = LONGEST_WAIT;
    loop {
        match command.spawn() {
            Err(error) if is_refusal(&error) && since.elapsed() < FOR_ROOM && !cancel.is_set() => {
                thread::sleep(wait);
                wait *= 2;
            }
            started => return started,
        }
    }
}

/// A process that is asked through its standard input and answers on its standard output. It ends when this
/// is dropped, at once: what it was to say has been heard.
#[derive(Debug)]
pub struct Conversation {
    child: Child,
    /// Not buffered.
    pub ask: ChildStdin,
    pub hear: BufReader<ChildStdout>,
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // Either fails only where the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn exit_code(status: std::process::ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return -signal;
    }
    status.code().unwrap_or(-1)
}
