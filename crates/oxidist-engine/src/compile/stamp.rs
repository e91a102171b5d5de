//! What tells that a file is another one than it was, each path looked at once in a run.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::graph::There;
use crate::effects::{Effects, Kind};

/// A file as it was. Any difference is a change: an older time as much as a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Stamp {
    /// There is no such file.
    Missing,
    /// It may have been changed while it was read: no file ever compares equal to it.
    Unknown,
    /// The time of its contents in nanoseconds since 1970, and its size in bytes.
    File { modified: i64, len: u64 },
}

impl Stamp {
    /// Whether the file is certain to be the same as when `self` was written down.
    pub(super) fn is_still(self, now: Stamp) -> bool {
        self == now && self != Stamp::Unknown
    }

    /// What is at `path` now.
    pub(super) fn of(effects: &dyn Effects, path: &Path) -> Stamp {
        Sight::of(effects, path).stamp
    }
}

/// What one look at a file shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sight {
    pub(super) stamp: Stamp,
    /// Whether it is a file, and no folder or device.
    pub(super) is_file: bool,
    pub(super) is_folder: bool,
    /// When anything about the file was last changed; `None` where there is none.
    pub(super) changed: Option<SystemTime>,
}

impl Sight {
    /// Of what is at `path` now.
    pub(super) fn of(effects: &dyn Effects, path: &Path) -> Sight {
        match effects.stat(path) {
            Ok(facts) => Sight {
                stamp: Stamp::File { modified: nanoseconds(facts.modified), len: facts.len },
                is_file: facts.kind == Kind::File,
                is_folder: facts.kind == Kind::Folder,
                changed: Some(facts.changed),
            },
            Err(_) => Sight { stamp: Stamp::Missing, is_file: false, is_folder: false, changed: None },
        }
    }

    /// Its stamp, as known to a job that started at `start` (by the clock of the file system): unknown where the
    /// file was changed since, or may have been.
    ///
    /// A stamp from before `start` serves as well: whatever happens after the look changes what the next build
    /// sees, unless it happens within the resolution of the clock, and that is ruled out here.
    pub(super) fn since(self, start: Option<SystemTime>) -> Stamp {
        match (self.changed, start) {
            (Some(changed), Some(start)) if changed + resolution(changed) > start => Stamp::Unknown,
            _ => self.stamp,
        }
    }
}

/// How much later a change may be that gets the same time. Where times are whole seconds (on some network and
/// removable disks) it is one or two of those; else the least difference there is.
fn resolution(time: SystemTime) -> Duration {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    if since.subsec_nanos() == 0 { Duration::from_secs(2) } else { Duration::from_nanos(1) }
}

/// The files of a run that nothing in it makes: looked at once.
#[derive(Debug, Default)]
pub(super) struct Sights(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    by_path: HashMap<PathBuf, Sight>,
    /// Whether there is nothing in these folders.
    hollow: HashMap<PathBuf, bool>,
    newest: Option<SystemTime>,
}

impl Sights {
    pub(super) fn look(&self, effects: &dyn Effects, path: &Path) -> Sight {
        let known = self.seen().by_path.get(path).copied();
        known.unwrap_or_else(|| {
            let sight = Sight::of(effects, path);
            let mut seen = self.seen();
            seen.newest = seen.newest.max(sight.changed);
            seen.by_path.insert(path.to_path_buf(), sight);
            sight
        })
    }

    pub(super) fn stamp(&self, effects: &dyn Effects, path: &Path) -> Stamp {
        self.look(effects, path).stamp
    }

    /// Whether nothing can be found in `folder`: it is empty, or there is no such folder.
    fn holds_nothing(&self, effects: &dyn Effects, folder: &Path) -> bool {
        let known = self.seen().hollow.get(folder).copied();
        known.unwrap_or_else(|| {
            let hollow = match effects.list(folder) {
                Ok(names) => names.is_empty(),
                Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
            };
            self.seen().hollow.insert(folder.to_path_buf(), hollow);
            hollow
        })
    }

    /// When any of the files looked at so far was changed last.
    pub(super) fn newest(&self) -> Option<SystemTime> {
        self.seen().newest
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks at the disk, at each path once.
pub(super) struct Looking<'a> {
    pub(super) sights: &'a Sights,
    pub(super) effects: &'a dyn Effects,
}

impl There for Looking<'_> {
    fn is_file(&self, path: &Path) -> bool {
        self.sights.look(self.effects, path).is_file
    }

    fn holds_nothing(&self, folder: &Path) -> bool {
        self.sights.holds_nothing(self.effects, folder)
    }
}

/// Since 1970, before that negative; times beyond the year 2262 are all the same.
fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos().try_into().unwrap_or(i64::MAX),
        Err(before) => before.duration().as_nanos().try_into().map_or(i64::MIN, |before: i64| -before),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::Disk;
    use std::fs::{self, File};

    #[test]
    fn any_other_time_or_size_is_a_change_an_older_time_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.h");
        let disk = Disk::default();
        assert_eq!(Stamp::of(&disk, &path), Stamp::Missing);
        fs::write(&path, "x").unwrap();
        let first = Stamp::of(&disk, &path);
        assert!(first.is_still(Stamp::of(&disk, &path)));
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(UNIX_EPOCH - Duration::from_nanos(5)).unwrap();
        let older = Stamp::of(&disk, &path);
        assert_eq!(older, Stamp::File { modified: -5, len: 1 });
        assert!(!first.is_still(older));
        fs::write(&path, "xy").unwrap();
        file.set_modified(UNIX_EPOCH - Duration::from_nanos(5)).unwrap();
        assert!(!older.is_still(Stamp::of(&disk, &path)));
    }

    #[test]
    fn what_is_unknown_is_never_the_same_and_what_is_missing_is() {
        assert!(!Stamp::Unknown.is_still(Stamp::Unknown));
        assert!(Stamp::Missing.is_still(Stamp::Missing));
    }

    #[test]
    fn a_file_changed_since_the_start_is_unknown() {
        let start = UNIX_EPOCH + Duration::from_nanos(10_000_000_001);
        let stamp = Stamp::File { modified: 1, len: 1 };
        let at = |time: u64| Sight {
            stamp,
            is_file: true,
            is_folder: false,
            changed: Some(UNIX_EPOCH + Duration::from_nanos(time)),
        };
        assert_eq!(at(10_000_000_000 - 5).since(Some(start)), stamp);
        assert_eq!(at(10_000_000_001).since(Some(start)), Stamp::Unknown);
        assert_eq!(at(10_000_000_002).since(Some(start)), Stamp::Unknown);
        // A time in whole seconds: the disk may know no others.
        assert_eq!(at(9_000_000_000).since(Some(start)), Stamp::Unknown);
        assert_eq!(at(8_000_000_000).since(Some(start)), stamp);
        let missing = Sight { stamp: Stamp::Missing, is_file: false, is_folder: false, changed: None };
        assert_eq!(missing.since(Some(start)), Stamp::Missing);
    }

    #[test]
    fn each_path_is_looked_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.h");
        let sights = Sights::default();
        let disk = Disk::default();
        assert_eq!(sights.stamp(&disk, &path), Stamp::Missing);
        fs::write(&path, "x").unwrap();
        assert_eq!(sights.stamp(&disk, &path), Stamp::Missing);
    }
}
