//! What is known of earlier builds: records in memory, entry by entry as they were written.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::entry::{self, Entry, Hash, Record};
use super::path_bytes;
use super::stamp::{Seen, Stamp};
use crate::effects::Effects;

/// All that is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    files: Vec<Seen>,
    /// The number of each of `files`.
    numbers: HashMap<(PathBuf, Stamp), u32>,
    texts: Vec<Vec<u8>>,
    /// The number of each of `texts`.
    text_numbers: HashMap<Vec<u8>, u32>,
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

/// A file that is nowhere told of.
static NO_FILE: LazyLock<Seen> =
    LazyLock::new(|| Seen { path: PathBuf::new(), stamp: Stamp::Unknown, digest: None });

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

    /// How it was made the last time, by whatever command.
    pub(super) fn last(&self) -> Option<&Arc<Record>> {
        self.records.iter().map(|(_, record)| record).max_by_key(|record| record.build)
    }
}

impl Known {
    /// What is known of `output`, an absolute path.
    pub(super) fn output(&self, output: &Path) -> Option<&Output> {
        self.outputs.get(output)
    }

    /// The file that a record names by `number`; one that is nowhere told of is never the same.
    pub(super) fn file(&self, number: u32) -> &Seen {
        self.files.get(number as usize).unwrap_or(&NO_FILE)
    }

    /// The path of that file.
    pub(super) fn path(&self, number: u32) -> &Path {
        &self.file(number).path
    }

    /// The digest of a file as it was seen, where it is known.
    pub(super) fn digest(&self, path: &Path, stamp: Stamp) -> Option<Hash> {
        self.file(*self.numbers.get(&(path.to_path_buf(), stamp))?).digest
    }

    /// The texts of these numbers.
    pub(super) fn texts(&self, numbers: &[u32]) -> Vec<&[u8]> {
        numbers.iter().filter_map(|number| self.texts.get(*number as usize)).map(Vec::as_slice).collect()
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

    pub(super) fn replay(&mut self, entry: Entry) {
        match entry {
            Entry::File { path, stamp, digest } => {
                self.add_file(Seen { path: path_bytes::path(&path), stamp, digest });
            }
            Entry::Renewed { file: number, stamp } => {
                if let Some(file) = self.files.get_mut(number as usize) {
                    let key = (file.path.clone(), std::mem::replace(&mut file.stamp, stamp));
                    if self.numbers.get(&key) == Some(&number) {
                        self.numbers.remove(&key);
                    }
                    self.numbers.insert((key.0, stamp), number);
                }
                self.spare += 1;
            }
            Entry::Text { text } => {
                self.add_text(text);
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

    /// What has to be written down of `command` having made `output`: the record, and before it the files that
    /// have no number yet.
    pub(super) fn entries_of(&self, output: &Path, command: Hash, making: Making) -> Vec<Entry> {
        let build = self.same_job(output, &command, &making).unwrap_or(self.last_build.saturating_add(1));
        let mut texts = Vec::new();
        let mut next = self.texts.len() as u32;
        let mut new: HashMap<Vec<u8>, u32> = HashMap::new();
        let mut text_number = |text: Vec<u8>| {
            if let Some(number) = self.text_numbers.get(&text).or_else(|| new.get(&text)) {
                return *number;
            }
            texts.push(Entry::Text { text: text.clone() });
            new.insert(text, next);
            next += 1;
            next - 1
        };
        let words = making.words.into_iter().map(&mut text_number).collect();
        let tools = making.tools.into_iter().map(&mut text_number).collect();
        let mut entries = texts;
        let mut next = self.files.len() as u32;
        let mut new: HashMap<(PathBuf, Stamp), u32> = HashMap::new();
        let mut number = |seen: Seen| {
            let Seen { path, stamp, digest } = seen;
            let file = (path, stamp);
            if let Some(number) = self.numbers.get(&file).or_else(|| new.get(&file)) {
                return *number;
            }
            entries.push(Entry::File { path: path_bytes::of(&file.0).into_owned(), stamp, digest });
            new.insert(file, next);
            next += 1;
            next - 1
        };
        let record = Record {
            identity: making.identity,
            build,
            made: number(making.made),
            reported: making.reported,
            inputs: making.inputs.into_iter().map(&mut number).collect(),
            depends: making.depends.into_iter().map(&mut number).collect(),
            sought: making.sought.into_iter().map(&mut number).collect(),
            built: making.built.into_iter().map(|(seen, build)| (number(seen), build)).collect(),
            words,
            tools,
        };
        entries.push(Entry::Made { output: path_bytes::of(output).into_owned(), command, record });
        entries
    }

    /// The build of the job that `command` did last, where it had to be done again only because another command
    /// had written over its output: it makes the same once more, and what links it need not be linked again.
    fn same_job(&self, output: &Path, command: &Hash, making: &Making) -> Option<u64> {
        let output = self.output(output)?;
        let before = output.record(command)?;
        let is_same = output.displaced.is_some_and(|displaced| displaced != *command)
            && (before.identity, before.reported) == (making.identity, making.reported)
            && self.are_same(&before.inputs, &making.inputs)
            && self.are_same(&before.depends, &making.depends)
            && self.are_same(&before.sought, &making.sought)
            && before.built.len() == making.built.len()
            && before.built.iter().zip(&making.built).all(|((number, was), (seen, is))| {
                // Which job has made it says what is in it, whenever it did that.
                was == is && self.path(*number) == seen.path
            });
        is_same.then_some(before.build)
    }

    /// Whether these are the same files with the same contents, whatever their times are: one may have been touched
    /// so short a time before the build that its record has not been renewed.
    fn are_same(&self, before: &[u32], now: &[Seen]) -> bool {
        before.len() == now.len()
            && before.iter().zip(now).all(|(number, now)| self.file(*number).is_same_as(now))
    }

    /// Whether most of the file is about what was.
    pub(super) fn is_wasteful(&self) -> bool {
        let live: usize = self.outputs.values().map(|output| output.records.len()).sum();
        self.spare > 4 * live + 256
    }

    /// What is still of use, without outputs that are gone.
    pub(super) fn compacted(&self, effects: &dyn Effects) -> Known {
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
                let files = record
                    .inputs
                    .iter_mut()
                    .chain(&mut record.depends)
                    .chain(&mut record.sought)
                    .chain(built);
                for number in files.chain([&mut record.made]) {
                    *number = compact.number(self.file(*number));
                }
                for number in record.words.iter_mut().chain(&mut record.tools) {
                    let text = self.texts.get(*number as usize).map(Vec::as_slice).unwrap_or_default();
                    *number = match compact.text_numbers.get(text) {
                        Some(number) => *number,
                        None => compact.add_text(text.to_vec()),
                    };
                }
                kept.records.push((*command, Arc::new(record)));
            }
            compact.outputs.insert(path.clone(), kept);
        }
        compact
    }

    /// The number of a file as it was seen.
    fn number(&mut self, seen: &Seen) -> u32 {
        match self.numbers.get(&(seen.path.clone(), seen.stamp)) {
            Some(number) => *number,
            None => self.add_file(seen.clone()),
        }
    }

    fn add_file(&mut self, seen: Seen) -> u32 {
        let number = self.files.len() as u32;
        self.numbers.insert((seen.path.clone(), seen.stamp), number);
        self.files.push(seen);
        number
    }

    fn add_text(&mut self, text: Vec<u8>) -> u32 {
        let number = self.texts.len() as u32;
        self.text_numbers.insert(text.clone(), number);
        self.texts.push(text);
        number
    }

    /// As a file that begins anew.
    pub(super) fn contents(&self) -> Vec<u8> {
        let mut contents = entry::MAGIC.to_vec();
        let mut put = |entry: &Entry| entry::write(entry, &mut contents);
        for (identity, reports) in &self.compilers {
            put(&Entry::Compiler { identity: *identity, reports: *reports });
        }
        for Seen { path, stamp, digest } in &self.files {
            put(&Entry::File { path: path_bytes::of(path).into_owned(), stamp: *stamp, digest: *digest });
        }
        for text in &self.texts {
            put(&Entry::Text { text: text.clone() });
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

/// How an output was made, for [`Known::entries_of`]: a record that is not written down yet.
#[derive(Debug)]
pub(super) struct Making {
    pub(super) identity: Hash,
    pub(super) made: Seen,
    pub(super) reported: bool,
    pub(super) inputs: Vec<Seen>,
    pub(super) depends: Vec<Seen>,
    pub(super) sought: Vec<Seen>,
    pub(super) built: Vec<(Seen, u64)>,
    pub(super) words: Vec<Vec<u8>>,
    pub(super) tools: Vec<Vec<u8>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::stamp::Facts;
    use proptest::prelude::*;

    fn stamp(len: u64) -> Stamp {
        Stamp::File(Facts { modified: 1, len, changed: 2, inode: 3 })
    }

    fn any_entries() -> impl Strategy<Value = Vec<Entry>> {
        let output = || prop::sample::select(vec![b"/a".to_vec(), b"/b".to_vec(), b"/c".to_vec()]);
        let record = (1u64..100, prop::collection::vec(0u32..4, 0..4)).prop_map(|(build, inputs)| Record {
            identity: [0; 16],
            build,
            made: (build % 4) as u32,
            reported: build % 2 == 0,
            words: inputs.clone(),
            tools: inputs.iter().rev().copied().collect(),
            depends: inputs.iter().rev().copied().collect(),
            sought: inputs.clone(),
            built: inputs.iter().map(|input| (*input, build)).collect(),
            inputs,
        });
        let entry = prop_oneof![
            output().prop_map(|output| Entry::Started { output }),
            (output(), 0u8..3, record).prop_map(|(output, command, record)| Entry::Made {
                output,
                command: [command; 16],
                record
            }),
            (0u32..4, 10u64..12).prop_map(|(file, len)| Entry::Renewed { file, stamp: stamp(len) }),
            (0u8..3, 0u8..3)
                .prop_map(|(compiler, reports)| Entry::Compiler { identity: [compiler; 16], reports }),
        ];
        let files = (0..4).map(|file| Entry::File {
            path: vec![b'0' + file],
            stamp: stamp(file.into()),
            digest: (file % 2 == 0).then_some([file; 16]),
        });
        let texts = (0..4).map(|text| Entry::Text { text: vec![b'a' + text] });
        let files: Vec<Entry> = files.chain(texts).collect();
        prop::collection::vec(entry, 0..30).prop_map(move |entries| [files.clone(), entries].concat())
    }

    /// All that is known, with files by their names.
    fn told(known: &Known) -> Vec<String> {
        let mut told: Vec<String> = known.compilers.iter().map(|compiler| format!("{compiler:?}")).collect();
        for (path, output) in &known.outputs {
            told.push(format!("{path:?} {:?}", output.owner().map(|(owner, _)| owner)));
            for (command, record) in &output.records {
                let files = |numbers: &[u32]| {
                    format!("{:?}", numbers.iter().map(|file| known.file(*file)).collect::<Vec<_>>())
                };
                let built: Vec<_> =
                    record.built.iter().map(|(file, build)| (known.file(*file), *build)).collect();
                let Record { build, reported, .. } = **record;
                let made = known.file(record.made);
                let texts = (known.texts(&record.words), known.texts(&record.tools));
                let (inputs, depends) =
                    (files(&record.inputs), files(&[&record.depends[..], &record.sought].concat()));
                told.push(format!(
                    "{path:?} {command:?} {build} {made:?} {reported} {inputs} {depends} {built:?} {texts:?}"
                ));
            }
        }
        told.sort();
        told
    }

    proptest! {
        #[test]
        fn what_is_rewritten_tells_the_same(entries in any_entries()) {
            let mut known = Known::default();
            entries.into_iter().for_each(|entry| known.replay(entry));
            let mut again = Known::default();
            let (entries, torn) = entry::read(&known.contents());
            prop_assert!(!torn);
            entries.into_iter().for_each(|entry| again.replay(entry));
            prop_assert_eq!(told(&again), told(&known));
        }

        #[test]
        fn what_is_compacted_tells_the_same_of_what_is_there(entries in any_entries()) {
            let mut known = Known::default();
            entries.into_iter().for_each(|entry| known.replay(entry));
            let there = crate::effects::DryRun::default();
            ["/a", "/b"].iter().for_each(|path| there.expect_file(Path::new(path)));
            let compact = known.compacted(&there);
            known.outputs.remove(Path::new("/c"));
            prop_assert_eq!(told(&compact), told(&known));
        }
    }
}
