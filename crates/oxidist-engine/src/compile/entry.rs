//! The form of records on disk: checked entries one after the other, so that a torn end is seen and dropped.
//!
//! The file begins with [`MAGIC`]. An entry is its length and its CRC-32 (four bytes each, the low one first), and
//! then a byte for its kind and its fields. Numbers are written in groups of seven bits, the low ones first; texts
//! and lists begin with their length. Files are entries of their own ([`Entry::File`]), and others name them by
//! their place among these: what sixty objects have read alike is written once.

use super::stamp::{Facts, Stamp};

/// How the file begins. Another number: another form, and nothing in it is believed.
pub(super) const MAGIC: &[u8] = b"oxidist records 3\n";

/// A command line, or an identity, as the first half of its SHA-256.
pub(super) type Hash = [u8; 16];

/// One thing that was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A file as it was seen, which gets the next number.
    File { path: Vec<u8>, stamp: Stamp, digest: Option<Hash> },
    /// The file of that number has the same contents under another stamp.
    Renewed { file: u32, stamp: Stamp },
    /// A word of a command line, or what else is only told to people, which gets the next number of these.
    Text { text: Vec<u8> },
    /// A job begins that makes `output`: what is there is not to be trusted until it has ended.
    Started { output: Vec<u8> },
    /// A job has ended well.
    Made { output: Vec<u8>, command: Hash, record: Record },
    /// What a compiler of this identity has said of itself.
    Compiler { identity: Hash, reports: u8 },
}

/// Of what, and with what, an output was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// Of the compiler, and of the environment that it obeys.
    pub(super) identity: Hash,
    /// Another one for each job that ever ran, except that one which was done again for another's sake keeps its.
    pub(super) build: u64,
    /// The output, when the job had ended: the number of a file.
    pub(super) made: u32,
    /// Whether the compiler told what it read.
    pub(super) reported: bool,
    /// What it was made of, as numbers of files.
    pub(super) inputs: Vec<u32>,
    /// The files that somebody says it depends on.
    pub(super) depends: Vec<u32>,
    /// Inputs that were made by jobs, and the `build` of those.
    pub(super) built: Vec<(u32, u64)>,
    /// Files beside its inputs that decide what comes of it: what the linker has read, and where files were looked
    /// for in vain.
    pub(super) sought: Vec<u32>,
    /// The words of its commands, as numbers of texts: for people, as `tools`.
    pub(super) words: Vec<u32>,
    /// What `identity` is of: [`Tools::told`](super::tools::Tools::told).
    pub(super) tools: Vec<u32>,
}

/// An entry in its form on disk.
pub(super) fn write(entry: &Entry, to: &mut Vec<u8>) {
    let start = to.len();
    to.extend([0; 8]);
    let mut fields = Writer(to);
    match entry {
        Entry::File { path, stamp, digest } => {
            fields.byte(b'F');
            fields.stamp(*stamp);
            fields.byte(digest.is_some().into());
            fields.0.extend(digest.iter().flatten());
            fields.bytes(path);
        }
        Entry::Renewed { file, stamp } => {
            fields.byte(b'R');
            fields.number((*file).into());
            fields.stamp(*stamp);
        }
        Entry::Text { text } => {
            fields.byte(b'T');
            fields.bytes(text);
        }
        Entry::Started { output } => {
            fields.byte(b'S');
            fields.bytes(output);
        }
        Entry::Made { output, command, record } => {
            fields.byte(b'M');
            fields.bytes(output);
            fields.0.extend(command);
            fields.record(record);
        }
        Entry::Compiler { identity, reports } => {
            fields.byte(b'C');
            fields.0.extend(identity);
            fields.byte(*reports);
        }
    }
    let body = &to[start + 8..];
    let (length, sum) = (body.len() as u32, crc32fast::hash(body));
    to[start..start + 4].copy_from_slice(&length.to_le_bytes());
    to[start + 4..start + 8].copy_from_slice(&sum.to_le_bytes());
}

/// All entries of a file up to the first that is not whole, and whether there is one.
pub(super) fn read(contents: &[u8]) -> (Vec<Entry>, bool) {
    let Some(mut rest) = contents.strip_prefix(MAGIC) else { return (Vec::new(), !contents.is_empty()) };
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let Some((entry, after)) = first(rest) else { return (entries, true) };
        entries.push(entry);
        rest = after;
    }
    (entries, false)
}

fn first(contents: &[u8]) -> Option<(Entry, &[u8])> {
    let (length, rest) = contents.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let (body, after) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
        return None;
    }
    let mut fields = Reader(body);
    let entry = fields.entry()?;
    fields.0.is_empty().then_some((entry, after))
}

struct Writer<'a>(&'a mut Vec<u8>);

impl Writer<'_> {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend(bytes);
    }

    fn stamp(&mut self, stamp: Stamp) {
        match stamp {
            Stamp::Missing => self.byte(0),
            Stamp::Unknown => self.byte(1),
            Stamp::File(Facts { modified, len, changed, inode }) => {
                self.byte(2);
                self.0.extend(modified.to_le_bytes());
                self.number(len);
                self.0.extend(changed.to_le_bytes());
                self.number(inode);
            }
        }
    }

    fn numbers(&mut self, numbers: &[u32]) {
        self.number(numbers.len() as u64);
        for number in numbers {
            self.number((*number).into());
        }
    }

    fn record(&mut self, record: &Record) {
        self.0.extend(record.identity);
        self.number(record.build);
        self.number(record.made.into());
        self.byte(record.reported.into());
        self.numbers(&record.inputs);
        self.numbers(&record.depends);
        self.number(record.built.len() as u64);
        for (file, build) in &record.built {
            self.number((*file).into());
            self.number(*build);
        }
        self.numbers(&record.sought);
        self.numbers(&record.words);
        self.numbers(&record.tools);
    }
}

/// For how many items room is made before the first is read.
const LONGEST_GUESS: usize = 4096;

/// There is always a next build.
const LAST_BUILD: u64 = u64::MAX / 2;

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self) -> Option<Vec<u8>> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes.to_vec())
    }

    fn stamp(&mut self) -> Option<Stamp> {
        Some(match self.byte()? {
            0 => Stamp::Missing,
            1 => Stamp::Unknown,
            2 => Stamp::File(Facts {
                modified: i128::from_le_bytes(self.array()?),
                len: self.number()?,
                changed: i128::from_le_bytes(self.array()?),
                inode: self.number()?,
            }),
            _ => return None,
        })
    }

    fn file(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        // Each item takes a byte at least: a larger count is none.
        let mut list = Vec::with_capacity(count.min(self.0.len()).min(LONGEST_GUESS));
        for _ in 0..count {
            list.push(one(self)?);
        }
        Some(list)
    }

    fn record(&mut self) -> Option<Record> {
        Some(Record {
            identity: self.array()?,
            // Builds are counted from 0: no folder has seen so many.
            build: self.number().filter(|build| *build <= LAST_BUILD)?,
            made: self.file()?,
            reported: self.byte()? != 0,
            inputs: self.list(Self::file)?,
            depends: self.list(Self::file)?,
            built: self.list(|fields| Some((fields.file()?, fields.number()?)))?,
            sought: self.list(Self::file)?,
            words: self.list(Self::file)?,
            tools: self.list(Self::file)?,
        })
    }

    fn entry(&mut self) -> Option<Entry> {
        Some(match self.byte()? {
            b'F' => {
                let stamp = self.stamp()?;
                let digest = match self.byte()? {
                    0 => None,
                    _ => Some(self.array()?),
                };
                Entry::File { path: self.bytes()?, stamp, digest }
            }
            b'R' => Entry::Renewed { file: self.file()?, stamp: self.stamp()? },
            b'T' => Entry::Text { text: self.bytes()? },
            b'S' => Entry::Started { output: self.bytes()? },
            b'M' => Entry::Made { output: self.bytes()?, command: self.array()?, record: self.record()? },
            b'C' => Entry::Compiler { identity: self.array()?, reports: self.byte()? },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_stamp() -> impl Strategy<Value = Stamp> {
        prop_oneof![
            Just(Stamp::Missing),
            Just(Stamp::Unknown),
            any::<(i128, u64, i128, u64)>().prop_map(|(modified, len, changed, inode)| Stamp::File(Facts {
                modified,
                len,
                changed,
                inode
            })),
        ]
    }

    fn any_record() -> impl Strategy<Value = Record> {
        let lists = (
            prop::collection::vec(any::<u32>(), 0..4),
            prop::collection::vec(any::<u32>(), 0..4),
            prop::collection::vec(any::<(u32, u64)>(), 0..4),
            prop::collection::vec(any::<u32>(), 0..4),
            prop::collection::vec(any::<u32>(), 0..4),
            prop::collection::vec(any::<u32>(), 0..4),
        );
        (any::<Hash>(), 0..=LAST_BUILD, any::<u32>(), any::<bool>(), lists).prop_map(
            |(identity, build, made, reported, (inputs, depends, built, sought, words, tools))| Record {
                identity,
                build,
                made,
                reported,
                inputs,
                depends,
                built,
                sought,
                words,
                tools,
            },
        )
    }

    fn any_entry() -> impl Strategy<Value = Entry> {
        let text = || prop::collection::vec(any::<u8>(), 0..20);
        prop_oneof![
            (text(), any_stamp(), any::<Option<Hash>>()).prop_map(|(path, stamp, digest)| Entry::File {
                path,
                stamp,
                digest
            }),
            (any::<u32>(), any_stamp()).prop_map(|(file, stamp)| Entry::Renewed { file, stamp }),
            text().prop_map(|text| Entry::Text { text }),
            text().prop_map(|output| Entry::Started { output }),
            (text(), any::<Hash>(), any_record()).prop_map(|(output, command, record)| Entry::Made {
                output,
                command,
                record
            }),
            (any::<Hash>(), any::<u8>())
                .prop_map(|(identity, reports)| Entry::Compiler { identity, reports }),
        ]
    }

    fn written(entries: &[Entry]) -> Vec<u8> {
        let mut contents = MAGIC.to_vec();
        entries.iter().for_each(|entry| write(entry, &mut contents));
        contents
    }

    proptest! {
        #[test]
        fn entries_come_back_as_they_were_written(entries in prop::collection::vec(any_entry(), 0..8)) {
            prop_assert_eq!(read(&written(&entries)), (entries, false));
        }

        #[test]
        fn of_a_torn_file_the_whole_entries_are_left(entries in prop::collection::vec(any_entry(), 1..6), cut in any::<prop::sample::Index>()) {
            let whole = written(&entries);
            let torn = &whole[..cut.index(whole.len())];
            let (left, is_torn) = read(torn);
            prop_assert_eq!(&left[..], &entries[..left.len()]);
            prop_assert!(is_torn || torn == written(&left) || torn.is_empty());
        }

        #[test]
        fn a_changed_byte_ends_what_is_believed(entries in prop::collection::vec(any_entry(), 1..6), at in any::<prop::sample::Index>(), flip in 1u8..) {
            let mut contents = written(&entries);
            let at = at.index(contents.len());
            contents[at] ^= flip;
            let (left, is_torn) = read(&contents);
            prop_assert!(is_torn);
            prop_assert_eq!(&left[..], &entries[..left.len()]);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut contents = MAGIC.to_vec();
            contents.extend(bytes);
            let _ = read(&contents);
        }
    }
}
