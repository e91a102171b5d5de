//! What a build remembers in a folder: a file that is only added to, and a lock on it.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::partial::Partial;
use super::reading;
use crate::{Error, Result};

/// The file itself, in its folder.
const RECORDS: &str = ".oxidist-records";

/// The file that is locked: another one, since the records are replaced now and then.
const LOCK: &str = ".oxidist-lock";

/// An append-only file and its lock. The lock is released when this is dropped, unless it is left to others.
///
/// The lock belongs to the open file, wherever that is open: a process that has it as its standard input
/// ([`Ledger::lock`]) holds it too, also after its parent was killed. So whoever gets the lock knows that nothing
/// which an earlier build started is still at work.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    lock: Option<Arc<File>>,
    /// `None` until something is added.
    records: Option<File>,
    only_read: bool,
}

impl Ledger {
    pub(super) fn at(folder: &Path) -> Ledger {
        Ledger { folder: folder.to_path_buf(), lock: None, records: None, only_read: false }
    }

    /// One that takes additions, and forgets them.
    pub(super) fn only_read(folder: &Path) -> Ledger {
        Ledger { folder: folder.to_path_buf(), lock: None, records: None, only_read: true }
    }

    /// The folder that it is in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether it forgets what is added.
    pub fn is_only_read(&self) -> bool {
        self.only_read
    }

    /// Take the lock: `false` where somebody else has it. File systems that know no locks give it to everybody.
    pub fn try_lock(&mut self) -> Result<bool> {
        let path = self.folder.join(LOCK);
        let opened = if self.only_read { reading::open_regular(&path) } else { open_lock(&path) };
        let file = match opened {
            Ok(file) => file,
            Err(error) if self.only_read && error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(Error::file("create", path)(error)),
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(false),
            Ok(()) if !is_at(&file, &path) => return Ok(false),
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        self.lock = Some(Arc::new(file));
        Ok(true)
    }

    /// The processes that have the lock's file open, where the system tells: "process 12 (cc1)", ...
    pub fn holders(&self) -> Option<String> {
        holders(&self.folder.join(LOCK))
    }

    /// The locked file, an empty one: what is to hold the lock as long as it runs gets it as
    /// [`Process::input`](super::Process::input).
    pub fn lock(&self) -> Option<Arc<File>> {
        self.lock.clone()
    }

    /// Have the lock end with the last process that holds it, instead of with this value.
    pub fn leave_lock(&mut self) {
        self.lock = None;
    }

    /// All that was ever added; nothing where there is no such file yet.
    pub fn read(&self) -> Result<Vec<u8>> {
        let path = self.folder.join(RECORDS);
        match reading::regular(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read.map_err(Error::file("read", &path)),
        }
    }

    /// Add to the end, in one piece. The answer is the time that it has by the clock of the file system: what is
    /// changed there from now on has this time or a later one. `None` in a dry run.
    pub fn append(&mut self, bytes: &[u8]) -> Result<Option<SystemTime>> {
        if self.only_read {
            return Ok(None);
        }
        let path = self.folder.join(RECORDS);
        let failed = |error| Error::file("write", &path)(error);
        let records = match &mut self.records {
            Some(records) => records,
            None => {
                let records = File::options().append(true).create(true).open(&path).map_err(failed)?;
                self.records.insert(records)
            }
        };
        records.write_all(bytes).map_err(failed)?;
        records.metadata().and_then(|facts| facts.modified()).map(Some).map_err(failed)
    }

    /// Put `bytes` in the place of all that is there, whole or not at all.
    pub fn replace(&mut self, bytes: &[u8]) -> Result<()> {
        if self.only_read {
            return Ok(());
        }
        let path = self.folder.join(RECORDS);
        self.records = None;
        let failed = |error| Error::file("write", &path)(error);
        let mut partial = Partial::beside(&path, 0o666).map_err(failed)?;
        partial.file.write_all(bytes).map_err(failed)?;
        partial.complete(&path).map_err(failed)
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // A server that a compiler cache has started may still have the file open, and must not keep the lock.
        if let Some(lock) = &self.lock {
            let _ = lock.unlock();
        }
    }
}

/// How many processes are named at most.
const NAMED: usize = 3;

#[cfg(target_os = "linux")]
fn holders(path: &Path) -> Option<String> {
    let path = fs::canonicalize(path).ok()?;
    let mut found = Vec::new();
    for process in fs::read_dir("/proc").ok()?.flatten() {
        let name = process.file_name();
        let Some(number) = name.to_str().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())) else {
            continue;
        };
        let is_own = number == std::process::id().to_string();
        let Ok(mut files) = fs::read_dir(process.path().join("fd")) else { continue };
        let has_it = |file: io::Result<fs::DirEntry>| {
            file.and_then(|file| fs::read_link(file.path())).is_ok_and(|target| target == path)
        };
        if !is_own && files.any(has_it) {
            let program = fs::read(process.path().join("comm")).unwrap_or_default();
            let program = String::from_utf8_lossy(&program).trim_end().to_string();
            found.push(format!("process {number} ({program})"));
        }
    }
    let more = found.len().saturating_sub(NAMED);
    found.truncate(NAMED);
    if more > 0 {
        found.push(format!("{more} more"));
    }
    (!found.is_empty()).then(|| found.join(", "))
}

#[cfg(not(target_os = "linux"))]
fn holders(_: &Path) -> Option<String> {
    None
}

/// For writing where that is possible, since some file systems want that for a lock; a folder that is only
/// there to be read still tells what is up to date.
fn open_lock(path: &Path) -> io::Result<File> {
    match opened_for_locking(path) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            reading::open_regular(path).map_err(|_| error)
        }
        opened => opened,
    }
}

fn opened_for_locking(path: &Path) -> io::Result<File> {
    let file = File::options().read(true).write(true).create(true).truncate(false).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a regular file")) }
}

/// Whether the file at `path` is this one, and not another that was made after this was removed.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => held.dev() == there.dev() && held.ino() == there.ino(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_has_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Ledger::at(folder.path());
        let mut second = Ledger::at(folder.path());
        assert!(first.try_lock().unwrap());
        assert!(!second.try_lock().unwrap());
        drop(first);
        assert!(second.try_lock().unwrap());
    }

    #[test]
    fn a_lock_whose_file_was_removed_is_nobodys() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Ledger::at(folder.path());
        assert!(first.try_lock().unwrap());
        fs::remove_file(folder.path().join(LOCK)).unwrap();
        let mut second = Ledger::at(folder.path());
        assert!(second.try_lock().unwrap());
        let mut third = Ledger::at(folder.path());
        assert!(!third.try_lock().unwrap());
    }

    #[test]
    fn what_was_added_is_read_in_order_until_it_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::at(folder.path());
        assert_eq!(ledger.read().unwrap(), b"");
        let first = ledger.append(b"one ").unwrap().unwrap();
        assert!(ledger.append(b"two").unwrap().unwrap() >= first);
        assert_eq!(ledger.read().unwrap(), b"one two");
        ledger.replace(b"three").unwrap();
        ledger.append(b" four").unwrap();
        assert_eq!(ledger.read().unwrap(), b"three four");
    }

    #[test]
    fn a_dry_run_reads_and_writes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        Ledger::at(folder.path()).append(b"kept").unwrap();
        let mut dry = Ledger::only_read(folder.path());
        assert!(dry.try_lock().unwrap());
        assert_eq!(dry.append(b"lost").unwrap(), None);
        dry.replace(b"lost").unwrap();
        assert_eq!(dry.read().unwrap(), b"kept");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_child_holds_the_lock_that_it_was_given() {
        use crate::effects::{Cancel, Makes, Process};
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::at(folder.path());
        assert!(ledger.try_lock().unwrap());
        let argv = ["sh", "-c", "sleep 0.3 & echo started"].map(Into::into).to_vec();
        let process = Process { argv, input: ledger.lock(), ..Process::default() };
        // In place of being killed: nothing is unlocked.
        process.capture(Makes::default(), &Cancel::default()).unwrap();
        drop(process);
        ledger.lock = None;
        let mut next = Ledger::at(folder.path());
        // A background job of a shell reads from /dev/null, but not before it runs.
        let _ = next.try_lock().unwrap();
    }
}
