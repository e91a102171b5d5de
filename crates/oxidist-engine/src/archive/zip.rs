//! Writing zip files front to back, with members compressed on all cores (PKWARE's APPNOTE, with Zip64).

use std::cell::OnceCell;
use std::ops::Range;

use chrono::{DateTime, Datelike, Local, NaiveDateTime, Timelike};

use super::entry::name_bytes;
use sha2::{Digest, Sha256};

use super::ordered::in_order;
use super::{Content, Entry, Options, Sink, deflate};
use crate::Result;
use crate::effects::{COPIED_MODE, Cancel};

/// Longer files are compressed in parts, and their checksums and lengths follow behind them.
const LONG: u64 = 8 * 1024 * 1024;

/// Members that together have about so many bytes are compressed in one go on one core.
const BATCH: u64 = 256 * 1024;

/// What does not fit into 32 bits is marked so, and stands in an extra field.
const IN_ZIP64: u32 = u32::MAX;
/// Even the largest file that is noted in 32 bits stays below them when it does not compress at all.
const LARGEST_WITHOUT_ZIP64: u64 = 0xF000_0000;

/// Seconds since 1970: the years 1970 and 2200, beyond what zip files can say.
const EARLIEST: i64 = 0;
const LATEST: i64 = 7_258_118_400;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

const UTF8_NAME: u16 = 0x800;
const LENGTHS_FOLLOW: u16 = 0x8;

/// "Made by": Unix, so that the upper half of the attributes is a mode.
const MADE_ON_UNIX: u16 = 3 << 8;

/// What one core does at a time.
enum Job {
    /// Whole members.
    Batch(Range<usize>),
    /// A part of a long one.
    Part { entry: usize, range: Range<u64> },
}

/// What comes of it.
enum Packed {
    Batch {
        first: usize,
        members: Vec<Member>,
    },
    Part {
        entry: usize,
        range: Range<u64>,
        checksum: crc32fast::Hasher,
        data: Vec<u8>,
        /// What was compressed, if its digest is wanted.
        plain: Vec<u8>,
    },
}

struct Member {
    method: u16,
    checksum: u32,
    data: Vec<u8>,
    /// Of the contents, if it is wanted.
    digest: Option<Sha256Digest>,
}

/// The SHA-256 of a member's contents.
pub type Sha256Digest = [u8; 32];

/// Makes the last member from the digests of all others, which are in the order of the entries.
pub type Closing<'a> = dyn Fn(&[Entry], &[Sha256Digest]) -> Entry + Sync + 'a;

/// How contents are packed.
#[derive(Clone, Copy)]
struct Packing {
    level: u32,
    stored: bool,
    digests: bool,
}

/// What the directory at the end says about a member.
struct Listed<'a> {
    entry: &'a Entry,
    offset: u64,
    flags: u16,
    method: u16,
    checksum: u32,
    packed: u64,
}

pub(super) fn write(
    entries: &[Entry],
    options: &Options,
    closing: Option<&Closing<'_>>,
    sink: &mut Sink<'_>,
    cancel: &Cancel,
) -> Result<()> {
    let packing = Packing {
        level: options.level.unwrap_or(6).min(9),
        stored: options.stored,
        digests: closing.is_some(),
    };
    let jobs = share_out(entries);
    let last = OnceCell::new();
    let mut zip = Writer { in_utc: options.source_date_epoch.is_some(), sink, listed: Vec::new() };
    let mut checksum = crc32fast::Hasher::new();
    let mut digest = Sha256::new();
    let mut digests = Vec::new();
    in_order(
        jobs.len(),
        cancel,
        |job| pack(entries, &jobs[job], packing),
        |packed| match packed {
            Packed::Batch { first, members } => {
                members.into_iter().enumerate().try_for_each(|(index, member)| {
                    digests.extend(member.digest);
                    zip.add(&entries[first + index], &member)
                })
            }
            Packed::Part { entry, range, checksum: part, data, plain } => {
                let entry = &entries[entry];
                if range.start == 0 {
                    checksum = crc32fast::Hasher::new();
                    digest = Sha256::new();
                    match packing.stored {
                        true => zip.begin(entry, STORED, 0, checksum_of(entry, cancel)?, entry.len())?,
                        false => zip.begin(entry, DEFLATED, LENGTHS_FOLLOW, 0, 0)?,
                    }
                }
                checksum.combine(&part);
                digest.update(&plain);
                zip.sink.put(&data)?;
                if range.end < entry.len() {
                    return Ok(());
                }
                if packing.digests {
                    digests.push(std::mem::take(&mut digest).finalize().into());
                }
                if packing.stored { Ok(()) } else { zip.end_long(checksum.clone().finalize()) }
            }
        },
    )?;
    if let Some(closing) = closing {
        let entry = last.get_or_init(|| closing(entries, &digests));
        zip.add(entry, &pack_whole(entry, packing)?)?;
    }
    zip.finish()
}

/// The checksum of a long member that is stored: readers of a stream need it, and the length, in front of it.
fn checksum_of(entry: &Entry, cancel: &Cancel) -> Result<u32> {
    let mut checksum = crc32fast::Hasher::new();
    let mut bytes = Vec::new();
    for start in (0..entry.len()).step_by(deflate::BLOCK as usize) {
        cancel.check()?;
        bytes.clear();
        entry.read(start, deflate::BLOCK.min(entry.len() - start) as usize, &mut bytes)?;
        checksum.update(&bytes);
    }
    Ok(checksum.finalize())
}

fn share_out(entries: &[Entry]) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut first = 0;
    let mut bytes = 0;
    for (index, entry) in entries.iter().enumerate() {
        let len = entry.len();
        let long = len > LONG;
        if long || bytes + len > BATCH {
            if first < index {
                jobs.push(Job::Batch(first..index));
            }
            first = index;
            bytes = 0;
        }
        if long {
            let starts = (0..len).step_by(deflate::BLOCK as usize);
            jobs.extend(
                starts
                    .map(|start| Job::Part { entry: index, range: start..(start + deflate::BLOCK).min(len) }),
            );
            first = index + 1;
        }
        bytes += len;
    }
    if first < entries.len() {
        jobs.push(Job::Batch(first..entries.len()));
    }
    jobs
}

fn pack(entries: &[Entry], job: &Job, packing: Packing) -> Result<Packed> {
    match job {
        Job::Batch(range) => {
            let members = entries[range.clone()].iter().map(|entry| pack_whole(entry, packing));
            Ok(Packed::Batch { first: range.start, members: members.collect::<Result<_>>()? })
        }
        Job::Part { entry, range } => {
            let before = range.start.saturating_sub(deflate::WINDOW);
            let mut bytes = Vec::new();
            entries[*entry].read(before, (range.end - before) as usize, &mut bytes)?;
            let (dictionary, plain) = bytes.split_at((range.start - before) as usize);
            let mut checksum = crc32fast::Hasher::new();
            checksum.update(plain);
            let last = range.end == entries[*entry].len();
            let data = match packing.stored {
                true => plain.to_vec(),
                false => deflate::block(dictionary, plain, last, packing.level),
            };
            let plain = if packing.digests { plain.to_vec() } else { Vec::new() };
            Ok(Packed::Part { entry: *entry, range: range.clone(), checksum, data, plain })
        }
    }
}

fn pack_whole(entry: &Entry, packing: Packing) -> Result<Member> {
    let mut bytes = Vec::new();
    entry.read(0, entry.len() as usize, &mut bytes)?;
    let checksum = crc32fast::hash(&bytes);
    let digest = packing.digests.then(|| Sha256::digest(&bytes).into());
    if !bytes.is_empty() && !packing.stored {
        let data = deflate::block(&[], &bytes, true, packing.level);
        if data.len() < bytes.len() {
            return Ok(Member { method: DEFLATED, checksum, data, digest });
        }
    }
    Ok(Member { method: STORED, checksum, data: bytes, digest })
}

struct Writer<'a, 'b, 'c> {
    in_utc: bool,
    sink: &'a mut Sink<'b>,
    listed: Vec<Listed<'c>>,
}

impl<'c> Writer<'_, '_, 'c> {
    /// A member whose lengths are known.
    fn add(&mut self, entry: &'c Entry, member: &Member) -> Result<()> {
        self.begin(entry, member.method, 0, member.checksum, member.data.len() as u64)?;
        self.sink.put(&member.data)
    }

    /// A member's own header.
    fn begin(&mut self, entry: &'c Entry, method: u16, flags: u16, checksum: u32, packed: u64) -> Result<()> {
        let name = zip_name(entry);
        let flags =
            flags | if name.is_ascii() || std::str::from_utf8(&name).is_err() { 0 } else { UTF8_NAME };
        self.listed.push(Listed { entry, offset: self.sink.bytes, flags, method, checksum, packed });

        let len = entry.len();
        let in_zip64 = len > LARGEST_WITHOUT_ZIP64;
        let known = flags & LENGTHS_FOLLOW == 0;
        let mut header = Record::default();
        header.u32(0x0403_4b50);
        header.u16(if in_zip64 { 45 } else { 20 });
        header.u16(flags);
        header.u16(method);
        header.u32(self.time(entry));
        header.u32(checksum);
        match (in_zip64, known) {
            (true, _) => header.u32(IN_ZIP64).u32(IN_ZIP64),
            (false, true) => header.u32(packed as u32).u32(len as u32),
            (false, false) => header.u32(0).u32(0),
        };
        header.u16(name.len() as u16);
        header.u16(if in_zip64 { 20 } else { 0 });
        header.0.extend_from_slice(&name);
        if in_zip64 {
            let (len, packed) = if known { (len, packed) } else { (0, 0) };
            header.u16(1).u16(16).u64(len).u64(packed);
        }
        self.sink.put(&header.0)
    }

    /// What follows a member that was written in parts.
    fn end_long(&mut self, checksum: u32) -> Result<()> {
        let Some(last) = self.listed.last_mut() else { return Ok(()) };
        let len = last.entry.len();
        let in_zip64 = len > LARGEST_WITHOUT_ZIP64;
        let header = 30 + zip_name(last.entry).len() as u64 + if in_zip64 { 20 } else { 0 };
        last.packed = self.sink.bytes - last.offset - header;
        last.checksum = checksum;
        let mut lengths = Record::default();
        lengths.u32(0x0807_4b50).u32(checksum);
        if in_zip64 {
            lengths.u64(last.packed).u64(len);
        } else {
            lengths.u32(last.packed as u32).u32(len as u32);
        }
        self.sink.put(&lengths.0)
    }

    /// The directory of all members, and the end.
    fn finish(mut self) -> Result<()> {
        let start = self.sink.bytes;
        for listed in std::mem::take(&mut self.listed) {
            let record = self.directory_record(&listed);
            self.sink.put(&record)?;
            self.listed.push(listed);
        }
        let (count, end) = (self.listed.len() as u64, self.sink.bytes);
        let mut record = Record::default();
        if count >= 0xFFFF || start >= u64::from(IN_ZIP64) || end - start >= u64::from(IN_ZIP64) {
            record.u32(0x0606_4b50).u64(44).u16(MADE_ON_UNIX | 45).u16(45).u32(0).u32(0);
            record.u64(count).u64(count).u64(end - start).u64(start);
            record.u32(0x0706_4b50).u32(0).u64(end).u32(1);
        }
        let count = count.min(0xFFFF) as u16;
        record.u32(0x0605_4b50).u16(0).u16(0).u16(count).u16(count);
        record.u32(clipped(end - start)).u32(clipped(start)).u16(0);
        self.sink.put(&record.0)
    }

    fn directory_record(&self, listed: &Listed<'_>) -> Vec<u8> {
        let entry = listed.entry;
        let name = zip_name(entry);
        let mut extra = Record::default();
        for value in [entry.len(), listed.packed, listed.offset] {
            if clipped(value) == IN_ZIP64 {
                extra.u64(value);
            }
        }
        let needs = if extra.0.is_empty() && entry.len() <= LARGEST_WITHOUT_ZIP64 { 20 } else { 45 };
        let (kind, dos) =
            if matches!(entry.content, Content::Folder) { (0o040_000, 0x10) } else { (0o100_000, 0) };

        let mut record = Record::default();
        record.u32(0x0201_4b50).u16(MADE_ON_UNIX | needs).u16(needs).u16(listed.flags).u16(listed.method);
        record.u32(self.time(listed.entry)).u32(listed.checksum);
        record.u32(clipped(listed.packed)).u32(clipped(entry.len())).u16(name.len() as u16);
        record.u16(if extra.0.is_empty() { 0 } else { extra.0.len() as u16 + 4 });
        // No comment, on the first disk, and not marked as text.
        record.u16(0).u16(0).u16(0);
        record.u32((kind | entry.attributes.mode & COPIED_MODE) << 16 | dos).u32(clipped(listed.offset));
        record.0.extend_from_slice(&name);
        if !extra.0.is_empty() {
            record.u16(1).u16(extra.0.len() as u16);
            record.0.extend_from_slice(&extra.0);
        }
        record.0
    }

    /// A member's time as MS-DOS has it: the local time, in steps of two seconds, from 1980 to 2107.
    fn time(&self, entry: &Entry) -> u32 {
        // Years outside of these have nothing near them either; chrono's own last ones have no local time.
        let seconds = entry.attributes.modified.clamp(EARLIEST, LATEST);
        let modified = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        let time: NaiveDateTime =
            if self.in_utc { modified.naive_utc() } else { modified.with_timezone(&Local).naive_local() };
        match time.year() {
            ..1980 => 1 << 21 | 1 << 16,
            2108.. => 127 << 25 | 12 << 21 | 31 << 16 | 23 << 11 | 59 << 5 | 29,
            year => {
                let date = (year as u32 - 1980) << 9 | time.month() << 5 | time.day();
                date << 16 | time.hour() << 11 | time.minute() << 5 | (time.second() / 2)
            }
        }
    }
}

/// The value, or the mark that it is elsewhere.
fn clipped(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(IN_ZIP64)
}

/// A member's name; folders end with a slash.
fn zip_name(entry: &Entry) -> Vec<u8> {
    let mut name = name_bytes(&entry.name);
    if matches!(entry.content, Content::Folder) {
        name.push(b'/');
    }
    name
}

/// Fields one after the other, the lowest byte first.
#[derive(Default)]
struct Record(Vec<u8>);

impl Record {
    fn u16(&mut self, value: u16) -> &mut Record {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn u32(&mut self, value: u32) -> &mut Record {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn u64(&mut self, value: u64) -> &mut Record {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Seek, SeekFrom};
    use std::path::Path;

    use super::super::Attributes;
    use super::*;

    const ATTRIBUTES: Attributes = Attributes { mode: 0o644, modified: 0, uid: 0, gid: 0 };

    /// Lengths around those where fields of 32 bits end; the last member is behind all of them.
    const LENGTHS: [u64; 6] =
        [LARGEST_WITHOUT_ZIP64, LARGEST_WITHOUT_ZIP64 + 1, 0xFFFF_FFFE, 0xFFFF_FFFF, 1 << 32, 7];

    /// The checksum of so many zeros.
    fn of_zeros(len: u64) -> u32 {
        let (mut whole, mut power) = (crc32fast::Hasher::new(), crc32fast::Hasher::new());
        power.update(&[0]);
        for bit in 0..u64::BITS - len.leading_zeros() {
            if len >> bit & 1 == 1 {
                whole.combine(&power);
            }
            let same = power.clone();
            power.combine(&same);
        }
        whole.finalize()
    }

    /// A zip file of members that are nothing but holes: stored, and with their lengths in front or behind.
    fn write_holes(path: &Path, entries: &[Entry], behind: bool) {
        let mut file = File::create(path).unwrap();
        let mut holes = file.try_clone().unwrap();
        let mut sink = Sink { out: &mut file, path, hasher: Sha256::new(), bytes: 0 };
        let mut zip = Writer { in_utc: true, sink: &mut sink, listed: Vec::new() };
        for entry in entries {
            let checksum = of_zeros(entry.len());
            match behind {
                true => zip.begin(entry, STORED, LENGTHS_FOLLOW, 0, 0).unwrap(),
                false => zip.begin(entry, STORED, 0, checksum, entry.len()).unwrap(),
            }
            holes.seek(SeekFrom::Current(entry.len() as i64)).unwrap();
            zip.sink.bytes += entry.len();
            if behind {
                zip.end_long(checksum).unwrap();
            }
        }
        zip.finish().unwrap();
    }

    #[test]
    fn lengths_and_places_around_four_gibibytes_are_read_back() {
        let top = tempfile::tempdir().unwrap();
        let entries: Vec<Entry> = LENGTHS
            .iter()
            .map(|&len| Entry {
                name: format!("{len:x}").into(),
                attributes: ATTRIBUTES,
                content: Content::File { source: "none".into(), len },
            })
            .collect();
        for behind in [false, true] {
            let path = top.path().join(format!("{behind}.zip"));
            write_holes(&path, &entries, behind);
            let mut archive = ::zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
            let mut place = 0;
            for (index, &len) in LENGTHS.iter().enumerate() {
                let member = archive.by_index(index).unwrap();
                assert_eq!((member.size(), member.compressed_size()), (len, len));
                assert_eq!((member.header_start(), member.crc32()), (place, of_zeros(len)));
                let extra = if len > LARGEST_WITHOUT_ZIP64 { 20 } else { 0 };
                let contents = place + 30 + member.name().unwrap().len() as u64 + extra;
                assert_eq!(member.data_start(), Some(contents));
                place = contents
                    + len
                    + if !behind {
                        0
                    } else if extra > 0 {
                        24
                    } else {
                        16
                    };
            }
            let mut last = archive.by_index(LENGTHS.len() - 1).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut last, &mut bytes).unwrap();
            assert_eq!(bytes, [0; 7]);
        }
    }
}
