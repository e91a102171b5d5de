//! Child processes that run side by side: what each says is kept, and handed over whole.

use std::fs;
use std::io::{self, PipeReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Cancel;
use super::process::{Process, TO_TIDY_UP, exit_code};
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

/// A process may end and leave its output open in one that it has started (a compiler cache and its server):
/// what has not been said this long after the end is not waited for.
const LAST_WORDS: Duration = Duration::from_millis(100);

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
            let read = fs::read(report).ok();
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
        let child = command.spawn().map_err(failed)?;
        // The command holds the ends that are written to: output ends when only the child's are left.
        drop::<Command>(command);
        let output = Output::of(reader);
        let status = wait(child, &output, cancel).map_err(failed)?.ok_or(Error::Interrupted)?;
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

/// Whether there was something. A file or a link is gone now; a folder is left to whoever cannot write over it, a
/// device or a pipe to whoever writes to it.
fn remove(path: &Path) -> Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_file() || there.is_symlink() => {
            fs::remove_file(path).map_err(Error::file("delete", path)).map(|()| true)
        }
        Ok(_) => Ok(true),
        Err(_) => Ok(false),
    }
}

/// What is read from a pipe, on a thread of its own.
struct Output {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// Disconnected once the pipe is closed at its other end.
    ended: Receiver<()>,
}

impl Output {
    fn of(mut pipe: PipeReader) -> Output {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (open, ended) = mpsc::channel();
        let read = Arc::clone(&bytes);
        thread::spawn(move || {
            let _open: mpsc::Sender<()> = open;
            let mut buffer = vec![0; 16 * 1024];
            loop {
                match pipe.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => {
                        read.lock().unwrap_or_else(PoisonError::into_inner).extend(&buffer[..count]);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        });
        Output { bytes, ended }
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The exit status; `None` where the user has interrupted.
fn wait(mut child: Child, output: &Output, cancel: &Cancel) -> io::Result<Option<i32>> {
    let mut interrupted: Option<Instant> = None;
    let mut ended: Option<Instant> = None;
    let mut closed = false;
    let mut nap = FIRST_NAP;
    loop {
        if closed {
            // Nothing more can be said: it is about to end.
            thread::sleep(nap);
            nap = (nap * 2).min(TICK);
        } else {
            closed = output.ended.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout);
        }
        if let Some(status) = child.try_wait()? {
            if interrupted.is_some() {
                return Ok(None);
            }
            if closed || ended.get_or_insert_with(Instant::now).elapsed() >= LAST_WORDS {
                return Ok(Some(exit_code(status)));
            }
        } else if cancel.is_set() && interrupted.get_or_insert_with(Instant::now).elapsed() >= TO_TIDY_UP {
            let _ = child.kill();
            let _ = child.wait();
            return Ok(None);
        }
    }
}
