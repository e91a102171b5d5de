//! Writing tar files: the whole stream is laid out first, so that any part of it can be made on any core.

use std::io::Write;
use std::ops::Range;

use liblzma::stream::{Action, Status};

use super::ordered::in_order;
use super::ownership::Names;
use super::{Compressor, Entry, Options, Sink, deflate, lzw, pax};
use crate::effects::{Cancel, available, core_count, on_all_cores};
use crate::{Error, Result};

/// The end of a tar file is filled up to a multiple of this many bytes.
const RECORD: u64 = 10_240;

/// Bytes of input per independent block of an xz file: twice the reach of its default preset.
const XZ_BLOCK: u64 = 16 * 1024 * 1024;

/// Write `entries` through `compressor`.
pub(super) fn write(
    entries: &[Entry],
    compressor: Compressor,
    options: &Options,
    sink: &mut Sink<'_>,
    cancel: &Cancel,
) -> Result<()> {
    let stream = Stream::lay_out(entries, Names::of(entries, &options.ownership));
    let path = sink.path;
    match compressor {
        Compressor::Gzip => gzip(&stream, options, sink, cancel),
        Compressor::None => stream.feed(cancel, |bytes| sink.put(bytes)),
        Compressor::Compress => {
            let mut encoder = lzw::Encoder::new();
            let mut packed = Vec::new();
            stream.feed(cancel, |bytes| {
                encoder.encode(bytes, &mut packed);
                sink.put(&packed)?;
                packed.clear();
                Ok(())
            })?;
            encoder.finish(&mut packed);
            sink.put(&packed)
        }
        Compressor::Bzip2 => {
            let level = bzip2::Compression::new(options.level.unwrap_or(9).clamp(1, 9));
            let mut encoder = bzip2::write::BzEncoder::new(Through::default(), level);
            stream.feed(cancel, |bytes| {
                encoder.write_all(bytes).map_err(Error::file("compress", path))?;
                encoder.get_mut().drain(sink)
            })?;
            encoder.finish().map_err(Error::file("compress", path))?.drain(sink)
        }
        Compressor::Xz => xz(&stream, options, sink, cancel),
    }
}

/// How long xz may work until it is asked whether to go on.
const XZ_PATIENCE_MS: u32 = 100;

/// An xz file of independent blocks; of one block, where the system allows not a single thread.
fn xz(stream: &Stream<'_>, options: &Options, sink: &mut Sink<'_>, cancel: &Cancel) -> Result<()> {
    let path = sink.path;
    let failed = |error: liblzma::stream::Error| Error::file("compress", path)(error.into());
    // The number of threads does not show in the result, the size of the blocks does.
    let threads = stream.len.div_ceil(XZ_BLOCK).clamp(1, core_count() as u64);
    let threads = available(usize::try_from(threads).unwrap_or(1));
    let level = options.level.unwrap_or(6).clamp(1, 9);
    let check = liblzma::stream::Check::Crc64;
    let encoder = match u32::try_from(threads) {
        Ok(0) => liblzma::stream::Stream::new_easy_encoder(level, check),
        threads => liblzma::stream::MtStreamBuilder::new()
            .preset(level)
            .check(check)
            .block_size(XZ_BLOCK)
            .threads(threads.unwrap_or(1))
            .timeout_ms(XZ_PATIENCE_MS)
            .encoder(),
    };
    let mut encoder = encoder.map_err(failed)?;
    let mut packed = Vec::with_capacity(64 * 1024);
    let mut pass = |bytes: &[u8], action: Action| -> Result<()> {
        let mut rest = bytes;
        loop {
            cancel.check()?;
            let before = encoder.total_in();
            let status = encoder.process_vec(rest, &mut packed, action).map_err(failed)?;
            rest = &rest[(encoder.total_in() - before) as usize..];
            sink.put(&packed)?;
            packed.clear();
            let complete = match action {
                Action::Finish => status == Status::StreamEnd,
                _ => rest.is_empty(),
            };
            if complete {
                return Ok(());
            }
        }
    };
    stream.feed(cancel, |bytes| pass(bytes, Action::Run))?;
    pass(&[], Action::Finish)
}

/// One gzip member (RFC 1952), deflated in blocks on all cores.
fn gzip(stream: &Stream<'_>, options: &Options, sink: &mut Sink<'_>, cancel: &Cancel) -> Result<()> {
    let level = options.level.unwrap_or(6).min(9);
    let time = u32::try_from(options.source_date_epoch.unwrap_or(0)).unwrap_or(0).to_le_bytes();
    // What the level says about effort: 2, the most; 4, the least. Then: from an unknown system.
    let effort = [4, 0, 2][usize::from(level > 1) + usize::from(level == 9)];
    sink.put(&[0x1f, 0x8b, 8, 0, time[0], time[1], time[2], time[3], effort, 255])?;

    let blocks = stream.len.div_ceil(deflate::BLOCK);
    let work = |block: usize| -> Result<(Vec<u8>, crc32fast::Hasher)> {
        let start = block as u64 * deflate::BLOCK;
        let end = (start + deflate::BLOCK).min(stream.len);
        let before = start.saturating_sub(deflate::WINDOW);
        let bytes = stream.part(before..end)?;
        let (dictionary, data) = bytes.split_at((start - before) as usize);
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(data);
        Ok((deflate::block(dictionary, data, end == stream.len, level), checksum))
    };
    let mut checksum = crc32fast::Hasher::new();
    in_order(blocks as usize, cancel, work, |(packed, part)| {
        checksum.combine(&part);
        sink.put(&packed)
    })?;
    sink.put(&checksum.finalize().to_le_bytes())?;
    sink.put(&(stream.len as u32).to_le_bytes())
}

/// What a compressor has written and nobody has taken yet.
#[derive(Default)]
struct Through(Vec<u8>);

impl Write for Through {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Through {
    fn drain(&mut self, sink: &mut Sink<'_>) -> Result<()> {
        sink.put(&self.0)?;
        self.0.clear();
        Ok(())
    }
}

/// A tar file that is only a plan: what stands where.
struct Stream<'a> {
    entries: &'a [Entry],
    names: Names<'a>,
    /// Where each entry's headers begin, and where its contents do.
    places: Vec<(u64, u64)>,
    /// With the end mark and the filling behind it.
    len: u64,
}

impl<'a> Stream<'a> {
    fn lay_out(entries: &'a [Entry], names: Names<'a>) -> Stream<'a> {
        let headers = on_all_cores(entries, 256, |entry| pax::header(entry, &names).len() as u64);
        let mut end = 0;
        let mut places = Vec::with_capacity(entries.len());
        for (entry, header) in entries.iter().zip(headers) {
            places.push((end, end + header));
            end += header + entry.len().next_multiple_of(pax::BLOCK);
        }
        let len = (end + 2 * pax::BLOCK).next_multiple_of(RECORD);
        Stream { entries, names, places, len }
    }

    /// The bytes of one part of the file.
    fn part(&self, range: Range<u64>) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity((range.end - range.start) as usize);
        let first = self.places.partition_point(|&(header, _)| header <= range.start).saturating_sub(1);
        for (entry, &(header, contents)) in self.entries.iter().zip(&self.places).skip(first) {
            if header >= range.end {
                break;
            }
            if contents > range.start {
                let text = pax::header(entry, &self.names);
                let from = range.start.saturating_sub(header) as usize;
                let to = (range.end.min(contents) - header) as usize;
                bytes.extend_from_slice(&text[from..to]);
            }
            let end = contents + entry.len();
            let (from, to) = (range.start.max(contents), range.end.min(end));
            if from < to {
                entry.read(from - contents, (to - from) as usize, &mut bytes)?;
            }
            let filled = range.end.min(end.next_multiple_of(pax::BLOCK));
            if filled > range.start {
                bytes.resize(bytes.len().max((filled - range.start) as usize), 0);
            }
        }
        bytes.resize((range.end - range.start) as usize, 0);
        Ok(bytes)
    }

    /// The whole file in order, read ahead on the other cores.
    fn feed(&self, cancel: &Cancel, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let blocks = self.len.div_ceil(deflate::BLOCK);
        let read = |block: usize| {
            let start = block as u64 * deflate::BLOCK;
            self.part(start..(start + deflate::BLOCK).min(self.len))
        };
        in_order(blocks as usize, cancel, read, |bytes| take(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Read, Seek, SeekFrom};

    use super::super::{Attributes, Content, Ownership};
    use super::*;

    const ATTRIBUTES: Attributes = Attributes { mode: 0o644, modified: 0, uid: 0, gid: 0 };

    #[test]
    fn a_member_of_more_than_eight_gibibytes_has_its_length_in_an_extended_header() {
        let top = tempfile::tempdir().unwrap();
        // The largest number of eleven octal digits is one less than the second of these.
        let lengths = [(1 << 33) - 1, 1 << 33, 9 << 30];
        let mut entries: Vec<Entry> = lengths
            .iter()
            .map(|&len| {
                let source = top.path().join(format!("{len:x}"));
                File::create(&source).unwrap().set_len(len).unwrap();
                let content = Content::File { source, len };
                Entry { name: format!("p/{len:x}").into(), attributes: ATTRIBUTES, content }
            })
            .collect();
        let content = Content::Memory(b"last".to_vec().into());
        entries.push(Entry { name: "p/last".into(), attributes: ATTRIBUTES, content });
        let ownership = Ownership::default();
        let stream = Stream::lay_out(&entries, Names::of(&entries, &ownership));

        // The contents stay holes.
        let mut file = File::create_new(top.path().join("p.tar")).unwrap();
        for (&(header, contents), entry) in stream.places.iter().zip(&entries) {
            file.seek(SeekFrom::Start(header)).unwrap();
            file.write_all(&stream.part(header..contents + entry.len().min(512)).unwrap()).unwrap();
        }
        file.set_len(stream.len).unwrap();

        let mut archive = ::tar::Archive::new(File::open(top.path().join("p.tar")).unwrap());
        let mut found = Vec::new();
        for entry in archive.entries_with_seek().unwrap() {
            let mut entry = entry.unwrap();
            let mut start = [0; 4];
            entry.read_exact(&mut start).unwrap();
            let has_extension = entry.pax_extensions().unwrap().is_some();
            found.push((entry.path().unwrap().into_owned(), entry.size(), has_extension, start));
        }
        let expected = [(lengths[0], false), (lengths[1], true), (lengths[2], true)];
        let expected = expected.map(|(len, extended)| (format!("p/{len:x}").into(), len, extended, [0; 4]));
        assert_eq!(found[..3], expected);
        assert_eq!(found[3], ("p/last".into(), 4, false, *b"last"));
    }
}
