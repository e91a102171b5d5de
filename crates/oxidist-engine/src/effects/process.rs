//! Child processes: started, waited for, and ended when the user interrupts.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

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
}

/// How often a running child is looked at: short at first, since most children are.
const FIRST_WAIT: Duration = Duration::from_micros(500);
const LONGEST_WAIT: Duration = Duration::from_millis(20);

impl Process {
    /// Run to the end. A child ended by signal `n` gives `-n`, as Python's `subprocess` does.
    pub(super) fn run(&self, cancel: &Cancel) -> Result<i32> {
        let Some(program) = self.argv.first() else {
            return Err(Error::Process("no program to run: the command line is empty".into()));
        };
        let failed = |error: io::Error| {
            Error::Process(format!(
                "command '{}' failed: {}",
                program.to_string_lossy(),
                crate::reason(&error)
            ))
        };
        let mut command = Command::new(program);
        command.args(&self.argv[1..]).stdin(Stdio::inherit());
        if let Some(folder) = &self.working_folder {
            command.current_dir(folder);
        }
        if let Some(environment) = &self.environment {
            command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        }
        let mut child = command.spawn().map_err(failed)?;
        let mut wait = FIRST_WAIT;
        loop {
            if let Some(status) = child.try_wait().map_err(failed)? {
                return Ok(exit_code(status));
            }
            if cancel.is_set() {
                let _ = child.kill();
                let _ = child.wait();
                return Err(Error::Interrupted);
            }
            thread::sleep(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}

fn exit_code(status: std::process::ExitStatus) -> i32 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return -signal;
    }
    status.code().unwrap_or(-1)
}
