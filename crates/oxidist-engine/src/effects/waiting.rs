//! Pipes and devices, which may have a build wait: for a reader, or until there is room.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::Cancel;
use super::place::Kept;

/// How often a build that waits for a reader looks whether it is to stop.
#[cfg(unix)]
const TICK: std::time::Duration = std::time::Duration::from_millis(20);

/// How whoever uses the engine waits: the bindings let other threads of Python run meanwhile, and hear Ctrl-C.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Runs something that may take long.
    pub during: fn(&mut (dyn FnMut() + Send)),
    /// Whether the user wants the build to stop.
    pub is_over: fn() -> bool,
}

impl Default for Patience {
    /// Just waits.
    fn default() -> Patience {
        Patience { during: |work| work(), is_over: || false }
    }
}

impl Patience {
    fn whole<T: Send>(&self, mut work: impl FnMut() -> T + Send) -> io::Result<T> {
        let mut result = None;
        (self.during)(&mut || result = Some(work()));
        result.ok_or_else(interrupted)
    }

    fn check(&self, cancel: Option<&Cancel>) -> io::Result<()> {
        let over = cancel.map_or_else(|| (self.is_over)(), Cancel::is_set);
        if over { Err(interrupted()) } else { Ok(()) }
    }
}

/// The mark of a wait that the user ended: writers around this one go on after `Interrupted`.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
struct Ended;

fn interrupted() -> io::Error {
    io::Error::other(Ended)
}

/// Whether a wait ended because the user wanted it to.
pub(super) fn is_interrupted(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Ended>())
}

/// Something that is written to where it is.
pub(super) struct Waiting<'a> {
    pub(super) file: File,
    patience: Patience,
    /// Who says when to stop, in place of `patience`.
    cancel: Option<&'a Cancel>,
}

impl<'a> Waiting<'a> {
    /// Open it for writing; a pipe opens when it has a reader.
    pub(super) fn open(
        path: &Path,
        kind: Kept,
        patience: Patience,
        cancel: Option<&'a Cancel>,
    ) -> io::Result<Waiting<'a>> {
        let file = match kind {
            Kept::Pipe => open_pipe(path, patience, cancel)?,
            _ => patience.whole(|| OpenOptions::new().write(true).open(path))??,
        };
        if kind == Kept::OpenFile {
            file.set_len(0)?;
        }
        Ok(Waiting { file, patience, cancel })
    }
}

impl Write for Waiting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let mut file = &self.file;
            match self.patience.whole(|| file.write(bytes))? {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    self.patience.check(self.cancel)?;
                }
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Opening waits for a reader, and a thread that waits in the system hears no Ctrl-C: so the system is asked again
/// and again.
#[cfg(unix)]
fn open_pipe(path: &Path, patience: Patience, cancel: Option<&Cancel>) -> io::Result<File> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.write(true).custom_flags(OFlags::NONBLOCK.bits() as i32);
    let no_reader = rustix::io::Errno::NXIO.raw_os_error();
    loop {
        match options.open(path) {
            Err(error) if error.raw_os_error() == Some(no_reader) => {}
            opened => {
                let file = opened?;
                let flags = fcntl_getfl(&file)?;
                fcntl_setfl(&file, flags.difference(OFlags::NONBLOCK))?;
                return Ok(file);
            }
        }
        patience.whole(|| std::thread::sleep(TICK))?;
        patience.check(cancel)?;
    }
}

#[cfg(not(unix))]
fn open_pipe(path: &Path, patience: Patience, _: Option<&Cancel>) -> io::Result<File> {
    patience.whole(|| OpenOptions::new().write(true).open(path))?
}
