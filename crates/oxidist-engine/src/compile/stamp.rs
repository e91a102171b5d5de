//! What tells that a file is another one than it was, each path looked at once in a run.
//!
//! A look at a file ([`Sight`]) costs a system call and is enough where nothing has changed. Where times differ and the
//! size does not, the contents decide, by their digest ([`Seen::compare`]): a script that writes the same header once
//! more has changed nothing.

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::command_files;
use super::entry::Hash;
use super::graph::{There, first_half};
use crate::effects::{Disk, Effects, Kind};

/// What one look at a file tells of its contents, without reading them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Stamp {
    /// There is no such file.
    Missing,
    /// It may have been changed while it was read: no file ever compares equal to it.
    Unknown,
    File(Facts),
}

impl Stamp {
    /// What is at `path` now.
    pub(super) fn of(effects: &dyn Effects, path: &Path) -> Stamp {
        Sight::of(effects, path).stamp
    }
}

/// Times are nanoseconds since 1970, negative before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Facts {
    /// When the contents were written, as far as nobody has set another time since.
    pub(super) modified: i128,
    /// Bytes.
    pub(super) len: u64,
    /// When anything about the file was changed, which nobody can set.
    pub(super) changed: i128,
    pub(super) inode: u64,
}

/// A file as it was at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) path: PathBuf,
    pub(super) stamp: Stamp,
    /// Of the contents; `None` where they were not read.
    pub(super) digest: Option<Hash>,
}

/// What has become of a file since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    /// Nothing has touched it.
    Same,
    /// It has the same contents under this stamp.
    Renewed(Stamp),
    /// It has other contents, or may have.
    Changed,
    /// It was there, and is not now.
    Gone,
    /// It was not there, and is now.
    There,
}

impl Seen {
    /// What `now` shows of the file; where that leaves it open, its contents are read.
    pub(super) fn compare(&self, now: Stamp) -> Became {
        match (self.stamp, now) {
            (Stamp::Unknown, _) | (_, Stamp::Unknown) => Became::Changed,
            (was, now) if was == now => Became::Same,
            (Stamp::Missing, _) => Became::There,
            (_, Stamp::Missing) => Became::Gone,
            (Stamp::File(was), Stamp::File(is)) => {
                let is_same =
                    was.len == is.len && self.digest.is_some() && self.digest == digest(&self.path, now);
                if is_same { Became::Renewed(now) } else { Became::Changed }
            }
        }
    }

    /// Whether `other` is this file with the same contents, by what is known of both.
    pub(super) fn is_same_as(&self, other: &Seen) -> bool {
        self.path == other.path
            && match (self.stamp, other.stamp) {
                (Stamp::Unknown, _) | (_, Stamp::Unknown) => false,
                (Stamp::File(one), Stamp::File(two)) if one != two => {
                    one.len == two.len && self.digest.is_some() && self.digest == other.digest
                }
                (one, two) => one == two,
            }
    }

    /// Whether the file is certain to have the contents that it had.
    pub(super) fn is_still(&self, now: Stamp) -> bool {
        matches!(self.compare(now), Became::Same | Became::Renewed(_))
    }
}

/// Larger files are not read to find out whether they have changed: their times decide.
const MOST: u64 = 64 << 20;

/// The digest of the contents that a file has under this stamp. `None` where it has another one by now, and for what
/// is no file or a very large one.
pub(super) fn digest(path: &Path, stamp: Stamp) -> Option<Hash> {
    let Stamp::File(facts) = stamp else { return None };
    let is_it = || {
        let sight = Sight::of(&Disk::default(), path);
        sight.is_file && sight.stamp == stamp
    };
    if facts.len > MOST || !is_it() {
        return None;
    }
    let mut file = File::open(path).ok()?.take(facts.len + 1);
    let mut hash = Sha256::new();
    let mut buffer = [0; 16 * 1024];
    let mut len = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                hash.update(&buffer[..count]);
                len += count as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    // A change while it was read shows in the times.
    (len == facts.len && is_it()).then(|| first_half(&hash.finalize()))
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
                stamp: Stamp::File(Facts {
                    modified: nanoseconds(facts.modified),
                    len: facts.len,
                    changed: nanoseconds(facts.changed),
                    inode: facts.inode,
                }),
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
            (Some(changed), Some(start)) if settled(changed).is_none_or(|settled| settled > start) => {
                Stamp::Unknown
            }
            _ => self.stamp,
        }
    }

    /// Whether a change from now on would show in the stamp: the clock has gone on since the last one.
    pub(super) fn is_settled(self) -> bool {
        let Some(changed) = self.changed else { return true };
        let age = settled(changed).and_then(|settled| SystemTime::now().duration_since(settled).ok());
        age.is_some_and(|age| age > TICK)
    }
}

/// A time stamp may be as much as this behind the clock: kernels look at the clock once in a while only.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// From when on a change would get another time than `changed`; `None` at the end of all time.
fn settled(changed: SystemTime) -> Option<SystemTime> {
    changed.checked_add(resolution(changed))
}

/// How much later a change may be that gets the same time. Where times are whole seconds (on some network and
/// removable disks) it is one or two of those; else the least difference there is.
fn resolution(time: SystemTime) -> Duration {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    if since.subsec_nanos() == 0 { Duration::from_secs(2) } else { Duration::from_nanos(1) }
}

/// The files of a run that nothing in it makes: looked at once.
#[derive(Debug, Default)]
pub(super) struct Sights(Mutex<Looks>);

#[derive(Debug, Default)]
struct Looks {
    by_path: HashMap<PathBuf, Sight>,
    digests: HashMap<PathBuf, (Stamp, Hash)>,
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

    /// [`digest`], of each file once.
    pub(super) fn digest(&self, path: &Path, stamp: Stamp) -> Option<Hash> {
        let known = self.seen().digests.get(path).copied();
        match known {
            Some((of, digest)) if of == stamp => Some(digest),
            _ => {
                let digest = digest(path, stamp)?;
                self.seen().digests.insert(path.to_path_buf(), (stamp, digest));
                Some(digest)
            }
        }
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

    fn seen(&self) -> MutexGuard<'_, Looks> {
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

    fn contents(&self, file: &Path) -> Option<Vec<u8>> {
        let is_file = self.sights.look(self.effects, file).is_file;
        is_file.then(|| command_files::read(file)).flatten()
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let names = self.effects.list(folder).unwrap_or_default();
        names.into_iter().map(|name| folder.join(name)).collect()
    }
}

/// Since 1970, before that negative.
fn nanoseconds(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => i128::try_from(before.duration().as_nanos()).map_or(i128::MIN, |before| -before),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::Disk;
    use std::fs::{self, File};

    fn seen(path: &Path) -> Seen {
        let stamp = Stamp::of(&Disk::default(), path);
        Seen { path: path.into(), stamp, digest: digest(path, stamp) }
    }

    fn became(seen: &Seen) -> Became {
        seen.compare(Stamp::of(&Disk::default(), &seen.path))
    }

    fn set_modified(path: &Path, time: SystemTime) {
        File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    }

    #[test]
    fn contents_decide_whatever_the_times_say() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.h");
        let missing = seen(&path);
        assert_eq!((missing.stamp, became(&missing)), (Stamp::Missing, Became::Same));
        fs::write(&path, "x").unwrap();
        assert_eq!(became(&missing), Became::There);
        let first = seen(&path);
        assert_eq!(became(&first), Became::Same);
        set_modified(&path, UNIX_EPOCH - Duration::from_nanos(5));
        let older = Stamp::of(&Disk::default(), &path);
        assert!(matches!(older, Stamp::File(Facts { modified: -5, len: 1, .. })));
        assert_eq!(became(&first), Became::Renewed(older));
        let other = folder.path().join("b.h");
        fs::write(&other, "y").unwrap();
        set_modified(&other, UNIX_EPOCH - Duration::from_nanos(5));
        let older = seen(&path);
        fs::rename(&other, &path).unwrap();
        // Of the same size and time as before.
        assert_eq!(became(&older), Became::Changed);
        fs::remove_file(&path).unwrap();
        assert_eq!(became(&older), Became::Gone);
    }

    #[test]
    fn without_a_digest_any_other_time_is_a_change_also_one_of_another_century() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.h");
        fs::write(&path, "x").unwrap();
        let at = |year: u64| {
            set_modified(&path, UNIX_EPOCH + Duration::from_secs((year - 1970) * 31_556_952));
            Seen { digest: None, ..seen(&path) }
        };
        let late = at(2300);
        assert_eq!(became(&late), Became::Same);
        let later = at(2400);
        if later.stamp != late.stamp {
            assert_eq!(became(&late), Became::Changed);
        }
        assert_ne!(
            nanoseconds(UNIX_EPOCH + Duration::from_secs(1 << 34)),
            nanoseconds(UNIX_EPOCH + Duration::from_secs(1 << 35))
        );
    }

    #[test]
    fn a_digest_is_of_the_contents_that_belong_to_the_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.h");
        fs::write(&path, "x").unwrap();
        let before = seen(&path);
        fs::write(&path, "xy").unwrap();
        assert_eq!(digest(&path, before.stamp), None);
        let folder = Stamp::of(&Disk::default(), folder.path());
        assert_eq!(digest(&path, folder), None);
        assert_eq!(digest(Path::new("/dev/zero"), Stamp::of(&Disk::default(), Path::new("/dev/zero"))), None);
    }

    #[test]
    fn what_is_unknown_is_never_the_same() {
        let path = PathBuf::from("a.h");
        let unknown = Seen { path, stamp: Stamp::Unknown, digest: None };
        assert!(!unknown.is_still(Stamp::Unknown));
    }

    #[test]
    fn a_file_changed_since_the_start_is_unknown() {
        let start = UNIX_EPOCH + Duration::from_nanos(10_000_000_001);
        let stamp = Stamp::File(Facts { modified: 1, len: 1, changed: 1, inode: 1 });
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
