//! What is remembered from one build to the next: of what each output was made, and by which command.
//!
//! The form on disk is in [`entry`](super::entry). In memory the entries are replayed, on loading and on adding
//! alike, so that both always agree. One process has a folder's records open once, whatever number of runs use
//! them; between processes there is the lock of the ledger.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::entry::{self, Entry, Hash};
use super::known::{Known, Making};
use super::outcome::Watch;
use super::path_bytes;
use super::stamp::Stamp;
use crate::effects::{Cancel, Effects, Ledger};
use crate::{Error, Result, terminal, tree, words};

/// The records of one folder, open.
#[derive(Debug)]
pub(super) struct Records {
    inner: Mutex<Inner>,
    lock: Option<Arc<File>>,
    claims: Mutex<Vec<Arc<Claim>>>,
    unclaimed: Condvar,
}

#[derive(Debug)]
struct Inner {
    ledger: Ledger,
    known: Known,
    /// What must be done before anything can be added to the file.
    first: First,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Nothing,
    /// The file is not there, or empty.
    Magic,
    /// It is torn, of another form, or mostly waste: what is in memory takes its place.
    Rewrite,
}

/// Where each folder's records are, as long as somebody has them open. With `true`: those of dry runs.
static OPEN: LazyLock<Mutex<HashMap<(PathBuf, bool), Slot>>> = LazyLock::new(Mutex::default);

/// Locked while the records are being opened, which may take as long as another build does.
type Slot = Arc<Mutex<Weak<Records>>>;

/// How long another build may take until that is told.
const UNTOLD: Duration = Duration::from_millis(100);

const FIRST_WAIT: Duration = Duration::from_millis(1);
const LONGEST_WAIT: Duration = Duration::from_millis(20);

impl Records {
    /// Open the records in `folder`, which is made where it is missing. While another process has them, this
    /// waits, and tells `watch` so.
    pub(super) fn open(
        folder: &Path,
        effects: &dyn Effects,
        cancel: &Cancel,
        watch: &dyn Watch,
    ) -> Result<Arc<Records>> {
        for missing in tree::missing_folders(effects, folder) {
            make_folder(effects, &missing)?;
        }
        let ledger = effects.ledger(folder);
        let key = (crate::effects::absolute(folder), ledger.is_only_read());
        let slot = Slot::clone(locked(&OPEN).entry(key).or_default());
        let mut wait = Wait::default();
        let mut slot = loop {
            match slot.try_lock() {
                Ok(slot) => break slot,
                Err(TryLockError::Poisoned(poisoned)) => break poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => wait.one(folder, &|| None, cancel, watch)?,
            }
        };
        if let Some(records) = slot.upgrade() {
            return Ok(records);
        }
        let records = Arc::new(Records::load(ledger, &mut wait, effects, cancel, watch)?);
        *slot = Arc::downgrade(&records);
        Ok(records)
    }

    fn load(
        mut ledger: Ledger,
        wait: &mut Wait,
        effects: &dyn Effects,
        cancel: &Cancel,
        watch: &dyn Watch,
    ) -> Result<Records> {
        while !ledger.try_lock()? {
            wait.one(ledger.folder(), &|| ledger.holders(), cancel, watch)?;
        }
        let contents = ledger.read()?;
        let (entries, torn) = entry::read(&contents);
        let mut known = Known::default();
        entries.into_iter().for_each(|entry| known.replay(entry));
        let first = if torn || known.is_wasteful() {
            known = known.compacted(effects);
            First::Rewrite
        } else if contents.is_empty() {
            First::Magic
        } else {
            First::Nothing
        };
        let lock = ledger.lock();
        let inner = Mutex::new(Inner { ledger, known, first });
        Ok(Records { inner, lock, claims: Mutex::default(), unclaimed: Condvar::new() })
    }

    /// What a process that works for this build has as its standard input, so that the next one waits for it.
    pub(super) fn lock(&self) -> Option<Arc<File>> {
        self.lock.clone()
    }

    /// Where a program may write what it reads to make `output`; it is read, and removed.
    pub(super) fn report_of(&self, output: &Path) -> PathBuf {
        let sum = crc32fast::hash(&path_bytes::of(&crate::effects::absolute(output)));
        let name = output.file_name().unwrap_or_default().to_string_lossy().into_owned();
        crate::effects::absolute(locked(&self.inner).ledger.folder())
            .join(format!(".oxidist-{sum:08x}-{name}.d"))
    }

    /// A process that worked for this build was ended by force, and what that has started may still be at work: the
    /// next build waits for it.
    pub(super) fn leave_lock(&self) {
        locked(&self.inner).ledger.leave_lock();
    }

    /// Ask for what is known.
    pub(super) fn known<T>(&self, ask: impl FnOnce(&Known) -> T) -> T {
        ask(&locked(&self.inner).known)
    }

    /// Write down that a job begins which makes `output`. The answer is when that was, by the clock of the file
    /// system; `None` in a dry run.
    pub(super) fn started(&self, output: &Path) -> Result<Option<SystemTime>> {
        locked(&self.inner).add(vec![Entry::Started { output: path_bytes::of(output).into_owned() }])
    }

    /// Write down how `command` made `output`.
    pub(super) fn made(&self, output: &Path, command: Hash, making: Making) -> Result<()> {
        let inner = &mut *locked(&self.inner);
        inner.add(inner.known.entries_of(output, command, making)).map(|_| ())
    }

    /// Write down under which stamps files have the contents that they had.
    pub(super) fn renew(&self, files: Vec<(u32, Stamp)>) -> Result<()> {
        let entry = |(file, stamp)| Entry::Renewed { file, stamp };
        locked(&self.inner).add(files.into_iter().map(entry).collect()).map(|_| ())
    }

    /// Write down what a compiler has said of itself.
    pub(super) fn compiler(&self, identity: Hash, reports: u8) -> Result<()> {
        locked(&self.inner).add(vec![Entry::Compiler { identity, reports }]).map(|_| ())
    }

    /// Wait until no other run of this process makes what this one reads or makes, nor reads what it makes.
    pub(super) fn claim(self: &Arc<Records>, claim: Claim, cancel: &Cancel) -> Result<Claimed> {
        let claim = Arc::new(claim);
        let mut claims = locked(&self.claims);
        while claims.iter().any(|other| claim.collides(other)) {
            cancel.check()?;
            let waited = self.unclaimed.wait_timeout(claims, LONGEST_WAIT);
            claims = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        claims.push(Arc::clone(&claim));
        drop(claims);
        Ok(Claimed { records: Arc::clone(self), claim })
    }
}

impl Inner {
    /// Put entries into the file and into memory. The first ones of a run also put right what is wrong with it.
    fn add(&mut self, entries: Vec<Entry>) -> Result<Option<SystemTime>> {
        let mut bytes = Vec::new();
        match self.first {
            First::Nothing => {}
            First::Magic => bytes.extend(entry::MAGIC),
            First::Rewrite => self.ledger.replace(&self.known.contents())?,
        }
        self.first = First::Nothing;
        entries.iter().for_each(|entry| entry::write(entry, &mut bytes));
        let time = self.ledger.append(&bytes)?;
        entries.into_iter().for_each(|entry| self.known.replay(entry));
        Ok(time)
    }
}

/// What a run reads and makes, as absolute paths.
#[derive(Debug, Default)]
pub(super) struct Claim {
    pub(super) reads: HashSet<PathBuf>,
    pub(super) makes: HashSet<PathBuf>,
}

impl Claim {
    fn collides(&self, other: &Claim) -> bool {
        let makes_what_is_used = |one: &Claim, other: &Claim| {
            one.makes.iter().any(|path| other.makes.contains(path) || other.reads.contains(path))
        };
        makes_what_is_used(self, other) || makes_what_is_used(other, self)
    }
}

/// Held by a run until its end.
#[derive(Debug)]
pub(super) struct Claimed {
    records: Arc<Records>,
    claim: Arc<Claim>,
}

impl Drop for Claimed {
    fn drop(&mut self) {
        locked(&self.records.claims).retain(|claim| !Arc::ptr_eq(claim, &self.claim));
        self.records.unclaimed.notify_all();
    }
}

/// The environment variable that says for how many seconds at most another build is waited for.
const LOCK_TIMEOUT: &str = "OXIDIST_LOCK_TIMEOUT";

/// `None`: for ever.
fn longest_wait() -> Result<Option<Duration>> {
    match std::env::var_os(LOCK_TIMEOUT) {
        Some(text) => words::seconds(LOCK_TIMEOUT, &text.to_string_lossy()),
        None => Ok(None),
    }
}

/// Waiting for another build, told once.
struct Wait {
    since: Instant,
    next: Duration,
    told: bool,
    /// Known once it is told.
    longest: Option<Duration>,
}

impl Default for Wait {
    fn default() -> Wait {
        Wait { since: Instant::now(), next: FIRST_WAIT, told: false, longest: None }
    }
}

impl Wait {
    fn one(
        &mut self,
        folder: &Path,
        holders: &dyn Fn() -> Option<String>,
        cancel: &Cancel,
        watch: &dyn Watch,
    ) -> Result<()> {
        cancel.check()?;
        let waited = self.since.elapsed();
        if !self.told && waited >= UNTOLD {
            self.longest = longest_wait()?;
            watch.waiting(folder, holders().map(|holders| terminal::line(&holders).into_owned()).as_deref());
            self.told = true;
        }
        if self.longest.is_some_and(|longest| waited >= longest) {
            let holder =
                holders().map_or("another build".into(), |holders| terminal::line(&holders).into_owned());
            return Err(Error::Locked(format!(
                "'{}' is locked by {holder}: no longer waited for after {} s ({LOCK_TIMEOUT})",
                folder.display(),
                waited.as_secs()
            )));
        }
        thread::sleep(self.next);
        self.next = (self.next * 2).min(LONGEST_WAIT);
        Ok(())
    }
}

pub(super) fn make_folder(effects: &dyn Effects, folder: &Path) -> Result<()> {
    match effects.make_folder(folder, 0o777) {
        // Another build has been quicker.
        Err(_) if effects.is_folder(folder) => Ok(()),
        made => made,
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Entries are replayed one by one: after a panic they are still true.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::stamp::Stamp;
    use crate::compile::stamp::{Facts, Seen};
    use crate::effects::Disk;

    fn open(folder: &Path) -> Arc<Records> {
        Records::open(folder, &Disk::default(), &Cancel::default(), &()).unwrap()
    }

    fn stamp(len: u64) -> Stamp {
        Stamp::File(Facts { modified: 1, len, changed: 1, inode: 1 })
    }

    fn seen(path: &str, len: u64) -> Seen {
        Seen { path: path.into(), stamp: stamp(len), digest: None }
    }

    fn making(inputs: &[(&str, u64)]) -> Making {
        Making {
            identity: [7; 16],
            made: seen("/output", 9),
            reported: true,
            inputs: inputs.iter().map(|(path, len)| seen(path, *len)).collect(),
            depends: vec![],
            sought: vec![],
            built: vec![],
            words: vec![],
            tools: vec![],
        }
    }

    /// The build and the inputs of what `command` made.
    fn made(records: &Records, output: &str, command: Hash) -> Option<(u64, Vec<(PathBuf, Stamp)>)> {
        records.known(|known| {
            let record = known.output(Path::new(output))?.record(&command)?;
            let file = |number: &u32| (known.path(*number).to_path_buf(), known.file(*number).stamp);
            Some((record.build, record.inputs.iter().map(file).collect()))
        })
    }

    fn owner(records: &Records, output: &str) -> Option<Hash> {
        records.known(|known| known.output(Path::new(output))?.owner().map(|(owner, _)| *owner))
    }

    #[test]
    fn what_was_made_is_known_to_the_next_who_opens_them() {
        let folder = tempfile::tempdir().unwrap();
        let records = open(folder.path());
        records.started(Path::new("/a.o")).unwrap();
        records.made(Path::new("/a.o"), [1; 16], making(&[("a.c", 1), ("a.h", 2)])).unwrap();
        records.made(Path::new("/b.o"), [1; 16], making(&[("b.c", 1), ("a.h", 2)])).unwrap();
        drop(records);
        let records = open(folder.path());
        let (build, inputs) = made(&records, "/b.o", [1; 16]).unwrap();
        assert_eq!(build, 2);
        assert_eq!(inputs, [("b.c".into(), stamp(1)), ("a.h".into(), stamp(2))]);
        assert_eq!(made(&records, "/b.o", [2; 16]), None);
        // The header that both have read is written once.
        assert_eq!(records.known(Known::file_count), 4);
    }

    #[test]
    fn an_output_whose_job_has_not_ended_belongs_to_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let records = open(folder.path());
        records.made(Path::new("/a.o"), [1; 16], making(&[])).unwrap();
        assert_eq!(owner(&records, "/a.o"), Some([1; 16]));
        records.started(Path::new("/a.o")).unwrap();
        drop(records);
        let records = open(folder.path());
        assert_eq!(owner(&records, "/a.o"), None);
        records.made(Path::new("/a.o"), [2; 16], making(&[])).unwrap();
        assert_eq!(owner(&records, "/a.o"), Some([2; 16]));
        assert!(made(&records, "/a.o", [1; 16]).is_some());
    }

    #[test]
    fn one_process_opens_them_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(folder.path());
        let second = open(&folder.path().join("."));
        assert!(Arc::ptr_eq(&first, &second));
    }

    #[test]
    fn whoever_waits_for_them_can_be_called_off() {
        let folder = tempfile::tempdir().unwrap();
        let mut other = Disk::default().ledger(folder.path());
        assert!(other.try_lock().unwrap());
        let cancel = Cancel::default();
        cancel.set();
        let opened = Records::open(folder.path(), &Disk::default(), &cancel, &());
        assert!(matches!(opened, Err(crate::Error::Interrupted)));
    }

    #[test]
    fn claims_of_other_files_are_given_at_once_and_those_of_the_same_by_turns() {
        let folder = tempfile::tempdir().unwrap();
        let records = open(folder.path());
        let claim = |reads: &[&str], makes: &[&str]| Claim {
            reads: reads.iter().map(PathBuf::from).collect(),
            makes: makes.iter().map(PathBuf::from).collect(),
        };
        let cancelled = Cancel::default();
        cancelled.set();
        let first = records.claim(claim(&["h"], &["a"]), &Cancel::default()).unwrap();
        let _second = records.claim(claim(&["h"], &["b"]), &cancelled).unwrap();
        for blocked in [claim(&[], &["a"]), claim(&["a"], &["c"]), claim(&[], &["h"])] {
            assert!(records.claim(blocked, &cancelled).is_err());
        }
        drop(first);
        assert!(records.claim(claim(&[], &["a"]), &cancelled).is_ok());
    }
}
