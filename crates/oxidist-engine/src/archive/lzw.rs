//! The format of Unix `compress` (`.Z`): LZW with codes that grow from 9 to 16 bits.

/// `compress`'s signature, and its third byte: codes of up to 16 bits, and the clear code is in use.
const HEADER: [u8; 3] = [0x1f, 0x9d, 0x80 | LARGEST_WIDTH as u8];

const SMALLEST_WIDTH: u32 = 9;
const LARGEST_WIDTH: u32 = 16;

/// Tells the reader to forget all strings.
const CLEAR: u32 = 256;
const FIRST_FREE: u32 = 257;
const TABLE_FULL: u32 = 1 << LARGEST_WIDTH;

/// Once the table is full the ratio is looked at every so many bytes of input, and a table that has become
/// worse is cleared.
const CHECK_EVERY: u64 = 10_000;

/// Twice as many places as there are codes, so that a search is short.
const PLACES: usize = 2 * TABLE_FULL as usize;
const EMPTY: u32 = u32::MAX;

pub(super) struct Encoder {
    /// Known strings: a shorter one's code and the byte behind it, as `code << 8 | byte`.
    keys: Vec<u32>,
    /// The codes of `keys`.
    codes: Vec<u16>,
    next_free: u32,
    /// The code of the longest known string that ends at the last byte; `None` before the first.
    current: Option<u32>,
    width: u32,
    /// Bits that do not make up a byte yet, the lowest first.
    bits: u64,
    bit_count: u32,
    /// Codes written with the present width, modulo 8.
    in_group: u32,
    bytes_in: u64,
    bytes_out: u64,
    next_check: u64,
    best_ratio: u64,
    started: bool,
}

impl Encoder {
    pub(super) fn new() -> Encoder {
        Encoder {
            keys: vec![EMPTY; PLACES],
            codes: vec![0; PLACES],
            next_free: FIRST_FREE,
            current: None,
            width: SMALLEST_WIDTH,
            bits: 0,
            bit_count: 0,
            in_group: 0,
            bytes_in: 0,
            bytes_out: 0,
            next_check: CHECK_EVERY,
            best_ratio: 0,
            started: false,
        }
    }

    /// Append the compressed form of `data` to `out`, apart from what the next call can still prolong.
    pub(super) fn encode(&mut self, data: &[u8], out: &mut Vec<u8>) {
        self.start(out);
        for &byte in data {
            self.bytes_in += 1;
            let Some(current) = self.current else {
                self.current = Some(u32::from(byte));
                continue;
            };
            let key = current << 8 | u32::from(byte);
            let place = self.place(key);
            if self.keys[place] == key {
                self.current = Some(u32::from(self.codes[place]));
                continue;
            }
            self.write(current, out);
            self.widen(out);
            self.current = Some(u32::from(byte));
            if self.next_free < TABLE_FULL {
                self.keys[place] = key;
                self.codes[place] = self.next_free as u16;
                self.next_free += 1;
            } else if self.bytes_in >= self.next_check {
                self.check_ratio(out);
            }
        }
    }

    /// Append what is left.
    pub(super) fn finish(mut self, out: &mut Vec<u8>) {
        self.start(out);
        if let Some(current) = self.current {
            self.write(current, out);
        }
        if self.bit_count > 0 {
            out.push(self.bits as u8);
        }
    }

    fn start(&mut self, out: &mut Vec<u8>) {
        if !self.started {
            out.extend_from_slice(&HEADER);
            self.bytes_out += HEADER.len() as u64;
            self.started = true;
        }
    }

    /// Where `key` is in the table, or where it would go.
    fn place(&self, key: u32) -> usize {
        let mut place = (key.wrapping_mul(0x9E37_79B1) >> (32 - PLACES.trailing_zeros())) as usize;
        while self.keys[place] != EMPTY && self.keys[place] != key {
            place = (place + 1) % PLACES;
        }
        place
    }

    fn write(&mut self, code: u32, out: &mut Vec<u8>) {
        self.bits |= u64::from(code) << self.bit_count;
        self.bit_count += self.width;
        self.in_group = (self.in_group + 1) % 8;
        while self.bit_count >= 8 {
            out.push(self.bits as u8);
            self.bytes_out += 1;
            self.bits >>= 8;
            self.bit_count -= 8;
        }
    }

    /// Take one bit more once the codes in use need it.
    fn widen(&mut self, out: &mut Vec<u8>) {
        if self.width < LARGEST_WIDTH && self.next_free >= 1 << self.width {
            self.fill_group(out);
            self.width += 1;
        }
    }

    /// Readers take codes of one width eight at a time, so before a change of width the eight are made full.
    fn fill_group(&mut self, out: &mut Vec<u8>) {
        while self.in_group != 0 {
            self.write(0, out);
        }
    }

    fn check_ratio(&mut self, out: &mut Vec<u8>) {
        self.next_check = self.bytes_in + CHECK_EVERY;
        let ratio = (self.bytes_in << 8) / self.bytes_out;
        if ratio > self.best_ratio {
            self.best_ratio = ratio;
            return;
        }
        self.best_ratio = 0;
        self.write(CLEAR, out);
        self.fill_group(out);
        self.keys.fill(EMPTY);
        self.next_free = FIRST_FREE;
        self.width = SMALLEST_WIDTH;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    fn compressed(data: &[u8], step: usize) -> Vec<u8> {
        let mut encoder = Encoder::new();
        let mut out = Vec::new();
        for part in data.chunks(step) {
            encoder.encode(part, &mut out);
        }
        encoder.finish(&mut out);
        out
    }

    /// What `gzip -d`, which reads this format, makes of it.
    fn read_by_gzip(packed: &[u8]) -> Vec<u8> {
        let mut child = Command::new("gzip")
            .args(["-d", "-c"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("gzip is needed for this test");
        let mut stdin = child.stdin.take().unwrap();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.write_all(packed).unwrap());
            child.wait_with_output().unwrap()
        });
        assert!(output.status.success());
        output.stdout
    }

    #[test]
    fn gzip_reads_back_what_was_written() {
        let mut state = 7u32;
        let mut random = move || {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            (state >> 24) as u8
        };
        let noise: Vec<u8> = (0..400_000).map(|_| random()).collect();
        let mut mixed = Vec::new();
        for chapter in 0..40u32 {
            // Every chapter has its own words, so that the table goes stale and is cleared.
            for line in 0..4000u32 {
                mixed.extend(format!("{} {} ", chapter * 7919, line * chapter % 97).bytes());
            }
            mixed.extend(&noise[chapter as usize * 1000..][..20_000]);
        }
        for data in [&b""[..], b"a", b"ab", b"aaaaaaaaaaaaaaaa", &noise[..1000], &noise, &mixed] {
            for step in [1 << 20, 977] {
                let packed = compressed(data, step);
                assert!(read_by_gzip(&packed) == data, "{} bytes in steps of {step}", data.len());
            }
        }
    }

    #[test]
    fn text_becomes_shorter() {
        let text = "import os\nimport sys\n".repeat(10_000);
        assert!(compressed(text.as_bytes(), 4096).len() < text.len() / 20);
    }
}
