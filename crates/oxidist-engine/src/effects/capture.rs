//! Child processes that run side by side: what each says is kept, and handed over whole.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::Cancel;
use super::listening::Listener;
use super::process::{Process, TO_TIDY_UP, exit_code, start};
use super::reading;
use crate::{Error, Result};

/// Files that a captured process makes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Makes<'a> {
    /// Removed when it starts, so that what is there afterwards is its work; and after a failure, so that nobody
    /// takes half of it for the whole. A process that cannot be started leaves it there.
    pub output: Option<&'a Path>,
    /// One that it writes for who started it: read into [`Captured::report`], and removed.
    pub report: Option<&'a Path>,
}

/// What one process said, and how it ended.
#[derive(Debug, Clone, Default)]
pub struct Captured {
    /// Whether there was something at [`Makes::output`] before.
    pub replaced: bool,
    /// What is in [`Makes::report`]; `None` where there is no such file.
    pub report: Option<Vec<u8>>,
    /// The exit status, or minus the number of the signal that ended it.
    pub status: i32,
    /// All that it wrote to standard output and standard error, in the order in which it did.
    pub output: Vec<u8>,
}

/// How often Ctrl-C is asked for, and a process looked after that has not closed its output.
const TICK: Duration = Duration::from_millis(20);

/// The first wait between the end of its output and its own; the next ones are longer.
const FIRST_NAP: Duration = Duration::from_micros(50);

/// A process may end and leave its output open in one that it has started: a server of a compiler cache, which says
/// nothing, or a filter that a wrapper sends the compiler's words through, which has not ended yet. This long nobody
/// looks which of them it is.
const A_MOMENT: Duration = Duration::from_millis(100);

/// How long a filter is waited for: what it says of a failure is what people need.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
const AFTER_SUCCESS: Duration = Duration::from_secs(3);

/// Whether a process was waited for after a success, and had nothing to say.
static IN_VAIN: AtomicBool = AtomicBool::new(false);

impl Process {
    pub(super) fn capture(&self, makes: Makes<'_>, cancel: &Cancel) -> Result<Captured> {
        // What cannot be started leaves there what is there.
        let output = makes.output.filter(|_| self.is_there());
        let replaced = match output {
            Some(output) => remove(output)?,
            None => false,
        };
        let captured = self.captured(cancel);
        let report = makes.report.filter(|report| report.is_file()).and_then(|report| {
            // A compiler has written it: what is no file has nothing to say.
            let read = reading::regular(report).ok();
            let _ = fs::remove_file(report);
            read
        });
        if let Some(output) = output
            && !captured.as_ref().is_ok_and(|captured| captured.status == 0)
        {
            let _ = remove(output);
        }
        Ok(Captured { replaced, report, ..captured? })
    }

    fn captured(&self, cancel: &Cancel) -> Result<Captured> {
        let failed = |error| self.failed(&error);
        let (reader, writer) = io::pipe().map_err(failed)?;
        let mut command = self.command()?;
        command.stdin(match &self.input {
            Some(file) => file.try_clone().map_err(failed)?.into(),
            None => Stdio::null(),
        });
        command.stdout(writer.try_clone().map_err(failed)?).stderr(writer);
        let mut output = Listener::new(reader).map_err(failed)?;
        let child = start(&mut command, cancel).map_err(failed)?;
        // The command holds the ends that are written to: output ends when only the child's are left.
        drop::<Command>(command);
        let status = wait(child, &mut output, cancel).map_err(failed)?.ok_or(Error::Interrupted)?;
        Ok(Captured { status, output: output.take(), ..Captured::default() })
    }

    /// Whether there is a program to start.
    fn is_there(&self) -> bool {
        let Some(program) = self.argv.first().map(Path::new) else { return false };
        if program.components().count() != 1 || cfg!(windows) {
            // Windows looks in more places than the PATH, and for names with more endings.
            return cfg!(windows) || program.exists();
        }
        let own = self.environment.iter().flatten().chain(&self.more_environment);
        let path = own.filter(|(name, _)| name == "PATH").map(|(_, path)| path.clone()).next_back();
        let path = path.or_else(|| std::env::var_os("PATH"));
        // Without any, the system has folders of its own to look in.
        path.is_none_or(|path| std::env::split_paths(&path).any(|folder| folder.join(program).exists()))
    }
}

/// Remove a file or a link. Returns whether there was one.
///
/// Folders, devices and pipes stay: the program that is started reports a folder, and writes to the others.
fn remove(path: &Path) -> Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_file() || there.is_symlink() => {
            fs::remove_file(path).map_err(Error::file("delete", path)).map(|()| true)
        }
        Ok(_) => Ok(true),
        Err(_) => Ok(false),
    }
}

/// The exit status; `None` where the user has interrupted.
fn wait(mut child: Child, output: &mut Listener, cancel: &Cancel) -> io::Result<Option<i32>> {
    let mut interrupted: Option<Instant> = None;
    let mut ended: Option<Ended> = None;
    let mut closed = false;
    let mut nap = FIRST_NAP;
    loop {
        if closed {
            // Nothing more can be said: it is about to end.
            thread::sleep(nap);
            nap = (nap * 2).min(TICK);
        } else {
            closed = output.listen(TICK);
        }
        if let Some(status) = child.try_wait()? {
            if interrupted.is_some() || cancel.is_set() {
                return Ok(None);
            }
            let ended = ended.get_or_insert_with(|| Ended::new(exit_code(status)));
            if closed || ended.has_said_all(output) {
                return Ok(Some(ended.status));
            }
        } else if cancel.is_set() && interrupted.get_or_insert_with(Instant::now).elapsed() >= TO_TIDY_UP {
            let _ = child.kill();
            let _ = child.wait();
            return Ok(None);
        }
    }
}

/// A process that has ended, and has left its output open in another.
struct Ended {
    status: i32,
    since: Instant,
    /// Looked at once the first moment is over.
    patience: Option<Duration>,
}

impl Ended {
    fn new(status: i32) -> Ended {
        Ended { status, since: Instant::now(), patience: None }
    }

    /// Whether to wait no longer for what else may be said.
    fn has_said_all(&mut self, output: &Listener) -> bool {
        let waited = self.since.elapsed();
        if waited < A_MOMENT {
            return false;
        }
        let status = self.status;
        let patience = self.patience.get_or_insert_with(|| match output.may_say_more() {
            false => A_MOMENT,
            true if status != 0 => AFTER_FAILURE,
            // Such a process has been waited for in vain before.
            true if IN_VAIN.load(Ordering::Relaxed) => A_MOMENT,
            true => AFTER_SUCCESS,
        });
        if waited < *patience {
            return false;
        }
        if *patience == AFTER_SUCCESS {
            IN_VAIN.store(true, Ordering::Relaxed);
        }
        true
    }
}
