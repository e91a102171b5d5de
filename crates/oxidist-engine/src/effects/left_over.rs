//! What runs that were killed left of files that they were just writing: removed by the next that comes by.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::Duration;

use super::partial::{is_partial, writer_of};

/// Longer than it takes from making a file to locking it.
const NEW: Duration = Duration::from_secs(60);

/// Remove those in a folder. What cannot be read or removed stays.
pub(super) fn remove_from(folder: &Path) {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| is_partial(&entry.file_name())) {
        remove(&entry.path());
    }
}

/// Remove one, if nobody writes it any more.
pub(super) fn remove(path: &Path) {
    if is_abandoned(path) {
        // Nothing more can be done about one that cannot be removed.
        let _ = fs::remove_file(path);
    }
}

/// A process holds a lock on such a file while it writes it. The number in the name proves less: it may belong to
/// another machine or container, or to a later process.
fn is_abandoned(path: &Path) -> bool {
    let Ok(there) = fs::symlink_metadata(path) else { return false };
    if !there.is_file() {
        return false;
    }
    let is_old = || there.modified().is_ok_and(|time| time.elapsed().is_ok_and(|age| age > NEW));
    let writer_is_gone = writer_of(path).is_some_and(|writer| !is_running(writer));
    match File::open(path).map(|file| file.try_lock()) {
        Ok(Ok(())) => writer_is_gone || is_old(),
        Ok(Err(TryLockError::WouldBlock)) => false,
        // There are no locks here, or it may not be read.
        _ => writer_is_gone && is_old(),
    }
}

#[cfg(unix)]
fn is_running(process: u32) -> bool {
    let process = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    process.is_some_and(|process| rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH))
}

/// Nobody knows: the lock decides.
#[cfg(not(unix))]
fn is_running(_: u32) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_a_dead_process_left_is_removed_and_what_is_being_written_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        // A number above the highest that Linux gives; this process's own; the first process of all.
        let (dead, own, other) =
            (".oxidist-4999999-0", format!(".oxidist-{}-999", std::process::id()), ".oxidist-1-7");
        let kept = [".oxidist-records", ".oxidist-x-1", "oxidist-4999999-0", &own, ".oxidist-4999999-8"];
        for name in kept.iter().chain(&[dead, other]) {
            fs::write(at(name), "half").unwrap();
        }
        fs::create_dir(at(".oxidist-4999999-9")).unwrap();
        let old = File::options().write(true).open(at(other)).unwrap();
        old.set_modified(SystemTime::now() - NEW * 2).unwrap();
        let held = File::open(at(".oxidist-4999999-8")).unwrap();
        held.lock().unwrap();
        remove_from(folder.path());
        assert!(!at(dead).exists(), "its writer is dead");
        assert!(!at(other).exists(), "nobody has written to it for a long time");
        assert!(kept.iter().all(|name| at(name).exists()));
        assert!(at(".oxidist-4999999-9").exists());
    }
}
