//! Deflate in independent blocks that add up to one stream, so that all cores can work on one file.
//!
//! Each block is compressed with the 32 KiB before it as its dictionary, and ends on a byte boundary; put one
//! after the other they are one deflate stream, a few bytes longer than if it had been made in one go.

use flate2::{Compress, Compression, FlushCompress, Status};

/// The reach of deflate's back references: how much of what stands before a block is worth knowing.
pub(super) const WINDOW: u64 = 32 * 1024;

/// Uncompressed bytes in one block. Large enough to hide the cost of the seams, small enough to share out.
pub(super) const BLOCK: u64 = 1024 * 1024;

/// Compress `data`, which follows on `dictionary`. The last block closes the stream.
pub(super) fn block(dictionary: &[u8], data: &[u8], last: bool, level: u32) -> Vec<u8> {
    let mut compress = Compress::new(Compression::new(level.min(9)), false);
    if !dictionary.is_empty() {
        // Only a stream with a zlib header, or one that has begun, can refuse a dictionary.
        let accepted = compress.set_dictionary(dictionary);
        debug_assert!(accepted.is_ok());
    }
    let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
    let mut out = Vec::with_capacity(data.len() / 3 + 64);
    loop {
        let done = compress.total_in() as usize;
        let status = compress.compress_vec(&data[done..], &mut out, flush);
        let complete = match status {
            Ok(Status::StreamEnd) => true,
            // A flush is over when it leaves room behind.
            Ok(Status::Ok) => !last && out.len() < out.capacity(),
            // Nothing left to do, or no room: the latter is seen below.
            Ok(Status::BufError) | Err(_) => out.len() < out.capacity(),
        };
        if complete {
            return out;
        }
        out.reserve(out.capacity().max(4096));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn inflate(compressed: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        flate2::read::DeflateDecoder::new(compressed).read_to_end(&mut plain).unwrap();
        plain
    }

    /// Text that compresses as source code does, and bytes that do not compress at all.
    fn samples() -> Vec<Vec<u8>> {
        let mut state = 1u32;
        let mut random = move || {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            state >> 24
        };
        let noise: Vec<u8> = (0..300_000).map(|_| random() as u8).collect();
        let text = (0..20_000)
            .map(|_| format!("def f{}(self):\n    return {}\n", random(), random()))
            .collect::<String>();
        vec![Vec::new(), b"x".to_vec(), noise, text.into_bytes()]
    }

    #[test]
    fn blocks_one_after_the_other_are_one_stream() {
        for sample in samples() {
            for level in [0, 1, 6, 9] {
                let mut stream = Vec::new();
                let cuts: Vec<usize> = (0..sample.len()).step_by(70_000).chain([sample.len()]).collect();
                for pair in cuts.windows(2) {
                    let dictionary = &sample[pair[0].saturating_sub(WINDOW as usize)..pair[0]];
                    stream.extend(block(dictionary, &sample[pair[0]..pair[1]], false, level));
                }
                stream.extend(block(&[], &[], true, level));
                assert!(inflate(&stream) == sample, "level {level}, {} bytes", sample.len());
            }
        }
    }

    #[test]
    fn a_dictionary_makes_the_seams_cheap() {
        let text = samples().remove(3);
        let whole = block(&[], &text, true, 6).len();
        let parts: usize = (0..text.len())
            .step_by(BLOCK as usize / 8)
            .map(|start| {
                let end = (start + BLOCK as usize / 8).min(text.len());
                let dictionary = &text[start.saturating_sub(WINDOW as usize)..start];
                block(dictionary, &text[start..end], end == text.len(), 6).len()
            })
            .sum();
        assert!(parts * 100 < whole * 101, "{parts} bytes in blocks, {whole} in one go");
    }
}
