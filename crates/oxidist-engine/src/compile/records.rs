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

use super::entry::{self, Entry, Hash, Record};
use super::outcome::Watch;
use super::path_bytes;
use super::stamp::Stamp;
use crate::effects::{Cancel, Effects, Ledger};
use crate::{Result, tree};

/// All that is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    files: Vec<(PathBuf, Stamp)>,
    /// The number of each of `files`.
    numbers: HashMap<(PathBuf, Stamp), u32>,
    outputs: HashMap<PathBuf, Output>,
    compilers: HashMap<Hash, u8>,
    last_build: u64,
    /// How many entries tell nothing any more.
    spare: usize,
}

/// What is known of one path.
#[derive(Debug, Default)]
pub(super) struct Output {
    /// Each command that ever made it, the last time.
    records: Vec<(Hash, Arc<Record>)>,
    /// Which of them made what is there now; `None` where a job has begun and not ended.
    owner: Option<Hash>,
    /// Which of them had made what was there when the last job began.
    displaced: Option<Hash>,
}

impl Output {
    /// How `command` made it, the last time.
    pub(super) fn record(&self, command: &Hash) -> Option<&Arc<Record>> {
        self.records.iter().find(|(known, _)| known == command).map(|(_, record)| record)
    }

    /// The command that made what is there, and how.
    pub(super) fn owner(&self) -> Option<(&Hash, &Arc<Record>)> {
        let owner = self.owner.as_ref()?;
        Some((owner, self.record(owner)?))
    }
}

impl Known {
    /// What is known of `output`, an absolute path.
    pub(super) fn output(&self, output: &Path) -> Option<&Output> {
        self.outputs.get(output)
    }

    /// The file that a record names by `number`; one that is nowhere told of is never the same.
    pub(super) fn file(&self, number: u32) -> (&Path, Stamp) {
        match self.files.get(number as usize) {
            Some((path, stamp)) => (path, *stamp),
            None => (Path::new(""), Stamp::Unknown),
        }
    }

    /// How the job with that number made what it made; `None` where it has been made again since.
    pub(super) fn record_of(&self, build: u64) -> Option<&Arc<Record>> {
        let mut records = self.outputs.values().flat_map(|output| &output.records);
        records.find(|(_, record)| record.build == build).map(|(_, record)| record)
    }

    pub(super) fn file_count(&self) -> usize {
        self.files.len()
    }

    pub(super) fn compiler(&self, identity: &Hash) -> Option<u8> {
        self.compilers.get(identity).copied()
    }

    fn replay(&mut self, entry: Entry) {
        match entry {
            Entry::File { path, stamp } => {
                let file = (path_bytes::path(&path), stamp);
                self.numbers.insert(file.clone(), self.files.len() as u32);
                self.files.push(file);
            }
            Entry::Started { output } => {
                let output = self.outputs.entry(path_bytes::path(&output)).or_default();
                output.displaced = output.owner.take();
                self.spare += 1;
            }
            Entry::Made { output, command, record } => {
                self.last_build = self.last_build.max(record.build);
                let output = self.outputs.entry(path_bytes::path(&output)).or_default();
                let before = output.records.len();
                output.records.retain(|(known, _)| *known != command);
                self.spare += before - output.records.len();
                output.records.push((command, Arc::new(record)));
                output.owner = Some(command);
            }
            Entry::Compiler { identity, reports } => {
                self.spare += usize::from(self.compilers.insert(identity, reports).is_some());
            }
        }
    }

    /// Whether most of the file is about what was.
    fn is_wasteful(&self) -> bool {
        let live: usize = self.outputs.values().map(|output| output.records.len()).sum();
        self.spare > 4 * live + 256
    }

    /// What is still of use, without outputs that are gone.
    fn compacted(&self, effects: &dyn Effects) -> Known {
        let mut compact = Known { last_build: self.last_build, ..Known::default() };
        for (identity, reports) in &self.compilers {
            compact.replay(Entry::Compiler { identity: *identity, reports: *reports });
        }
        for (path, output) in self.outputs.iter().filter(|(path, _)| effects.exists(path)) {
            let mut kept = Output {
                records: Vec::with_capacity(output.records.len()),
                owner: output.owner,
                displaced: None,
            };
            for (command, record) in &output.records {
                let mut record = Record::clone(record);
                let built = record.built.iter_mut().map(|(file, _)| file);
                for number in record.inputs.iter_mut().chain(&mut record.depends).chain(built) {
                    let (path, stamp) = self.file(*number);
                    *number = compact.number(path, stamp);
                }
                kept.records.push((*command, Arc::new(record)));
            }
            compact.outputs.insert(path.clone(), kept);
        }
        compact
    }

    /// The number of a file as it was seen.
    fn number(&mut self, path: &Path, stamp: Stamp) -> u32 {
        let file = (path.to_path_buf(), stamp);
        if let Some(number) = self.numbers.get(&file) {
            return *number;
        }
        let number = self.files.len() as u32;
        self.numbers.insert(file.clone(), number);
        self.files.push(file);
        number
    }

    /// As a file that begins anew.
    fn contents(&self) -> Vec<u8> {
        let mut contents = entry::MAGIC.to_vec();
        let mut put = |entry: &Entry| entry::write(entry, &mut contents);
        for (identity, reports) in &self.compilers {
            put(&Entry::Compiler { identity: *identity, reports: *reports });
        }
        for (path, stamp) in &self.files {
            put(&Entry::File { path: path_bytes::of(path).into_owned(), stamp: *stamp });
        }
        for (path, output) in &self.outputs {
            let name = path_bytes::of(path).into_owned();
            let is_owner = |command: &Hash| output.owner.as_ref() == Some(command);
            let (last, first): (Vec<_>, Vec<_>) =
                output.records.iter().partition(|(command, _)| is_owner(command));
            let has_owner = !last.is_empty();
            for (command, record) in first.into_iter().chain(last) {
                let record = Record::clone(record);
                put(&Entry::Made { output: name.clone(), command: *command, record });
            }
            if !has_owner {
                put(&Entry::Started { output: name });
            }
        }
        contents
    }
}

/// How an output was made, for [`Records::made`]. Files are given by path and stamp.
#[derive(Debug)]
pub(super) struct Making {
    pub(super) identity: Hash,
    pub(super) made: Stamp,
    pub(super) reported: bool,
    pub(super) inputs: Vec<(PathBuf, Stamp)>,
    pub(super) depends: Vec<(PathBuf, Stamp)>,
    pub(super) built: Vec<(PathBuf, Stamp, u64)>,
}

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
                Err(TryLockError::WouldBlock) => wait.one(folder, cancel, watch)?,
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
            wait.one(ledger.folder(), cancel, watch)?;
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
        let mut entries = Vec::new();
        let mut next = inner.known.files.len() as u32;
        let mut new: HashMap<(PathBuf, Stamp), u32> = HashMap::new();
        let mut number = |path: PathBuf, stamp: Stamp| {
            let file = (path, stamp);
            if let Some(number) = inner.known.numbers.get(&file).or_else(|| new.get(&file)) {
                return *number;
            }
            entries.push(Entry::File { path: path_bytes::of(&file.0).into_owned(), stamp });
            new.insert(file, next);
            next += 1;
            next - 1
        };
        let mut record = Record {
            identity: making.identity,
            build: inner.known.last_build + 1,
            made: making.made,
            reported: making.reported,
            inputs: making.inputs.into_iter().map(|(path, stamp)| number(path, stamp)).collect(),
            depends: making.depends.into_iter().map(|(path, stamp)| number(path, stamp)).collect(),
            built: making
                .built
                .into_iter()
                .map(|(path, stamp, build)| (number(path, stamp), build))
                .collect(),
        };
        if let Some(build) = inner.same_job(output, &command, &record) {
            record.build = build;
        }
        entries.push(Entry::Made { output: path_bytes::of(output).into_owned(), command, record });
        inner.add(entries).map(|_| ())
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
    /// The build of the job that `command` did last, where it had to be done again only because another command
    /// had written over its output: it makes the same once more, and what links it need not be linked again.
    fn same_job(&self, output: &Path, command: &Hash, record: &Record) -> Option<u64> {
        let output = self.known.output(output)?;
        let before = output.record(command)?;
        let mut read = record.inputs.iter().chain(&record.depends);
        let is_same = output.displaced.is_some_and(|displaced| displaced != *command)
            && (before.identity, before.reported) == (record.identity, record.reported)
            && (&before.inputs, &before.depends, &before.built)
                == (&record.inputs, &record.depends, &record.built)
            && read.all(|number| self.known.file(*number).1 != Stamp::Unknown);
        is_same.then_some(before.build)
    }

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

/// Waiting for another build, told once.
struct Wait {
    since: Instant,
    next: Duration,
    told: bool,
}

impl Default for Wait {
    fn default() -> Wait {
        Wait { since: Instant::now(), next: FIRST_WAIT, told: false }
    }
}

impl Wait {
    fn one(&mut self, folder: &Path, cancel: &Cancel, watch: &dyn Watch) -> Result<()> {
        cancel.check()?;
        if !self.told && self.since.elapsed() >= UNTOLD {
            watch.waiting(folder);
            self.told = true;
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
