//! A file that is being written beside its place, and that leaves nothing behind unless it is completed.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What every temporary name begins with.
const PREFIX: &str = ".oxidist-";

/// Whether a file of this name is one that some run is just writing, or left when it was killed.
pub fn is_partial(name: &OsStr) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    numbers(name).is_some_and(|(process, serial)| is_number(process) && is_number(serial))
}

/// The number of the process that writes such a file, or wrote it.
pub(super) fn writer_of(path: &Path) -> Option<u32> {
    numbers(path.file_name()?)?.0.parse().ok()
}

fn numbers(name: &OsStr) -> Option<(&str, &str)> {
    name.to_str()?.strip_prefix(PREFIX)?.split_once('-')
}

/// A new file under a temporary name in the target's own folder (so that the final rename is atomic).
pub(super) struct Partial {
    pub(super) file: File,
    path: PathBuf,
    completed: bool,
}

/// Makes the temporary names of one process distinct.
static SERIAL: AtomicU64 = AtomicU64::new(0);

impl Partial {
    /// Open a temporary file beside `target`, with `mode` less the umask.
    pub(super) fn beside(target: &Path, mode: u32) -> io::Result<Partial> {
        let folder = target.parent().unwrap_or(Path::new(""));
        loop {
            let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
            let path = folder.join(format!("{PREFIX}{}-{serial}", std::process::id()));
            let mut options = OpenOptions::new();
            options.read(true).write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
            #[cfg(not(unix))]
            let _ = mode;
            match options.open(&path) {
                Ok(file) => {
                    // Tells other runs that it is being written. Not every file system knows locks.
                    let _ = file.try_lock();
                    return Ok(Partial { file, path, completed: false });
                }
                // Left by an earlier process with the same number: try the next name.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            }
        }
    }

    /// Put the file in its place, over whatever file or link is there.
    pub(super) fn complete(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.completed();
        Ok(())
    }

    /// Its temporary name.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// It has been renamed, so there is nothing to remove.
    pub(super) fn completed(&mut self) {
        self.completed = true;
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.completed {
            // Nothing more can be done about a temporary file that cannot be removed.
            let _ = fs::remove_file(&self.path);
        }
    }
}
