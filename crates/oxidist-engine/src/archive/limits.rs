//! How large an archive from a stranger may be: bounds that a variable raises, and a reader that keeps to them.

use std::cell::Cell;
use std::env;
use std::io::{self, Read};
use std::rc::Rc;

use crate::{Error, Result};

/// One bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// Bytes of all contents together: those that the archive has when it is decompressed, and those written.
    Bytes,
    /// Members, whatever they are.
    Members,
    /// Bytes of what stands in front of one member: long names, targets of links, extended headers.
    Header,
}

/// The variable of each bound, its value where that is not set, and what is said of an archive that exceeds it.
const TABLE: [(Bound, &str, u64, &str); 3] = [
    (Bound::Bytes, "OXIDIST_UNPACK_BYTES", 4 << 30, "bytes of contents"),
    (Bound::Members, "OXIDIST_UNPACK_MEMBERS", 500_000, "members, or their names are too long"),
    (Bound::Header, "OXIDIST_UNPACK_HEADER", 1 << 20, "bytes of names and headers for one member"),
];

/// What is remembered of all names, in bytes for each member that is allowed.
const NAME_BYTES_PER_MEMBER: u64 = 512;

/// Tar pads contents up to a block of this many bytes, and a header is one.
const BLOCK: u64 = 512;

/// Names and targets of links that are longer are in no file system.
pub(super) const LONGEST_NAME: usize = 4096;

/// The bounds, and how much of each is used up.
#[derive(Debug)]
pub(super) struct Meter {
    limits: [u64; 3],
    read: Cell<u64>,
    written: Cell<u64>,
    members: Cell<u64>,
    names: Cell<u64>,
    /// How much may still be read in front of a member; `None` while its contents are read.
    header: Cell<Option<u64>>,
    exceeded: Cell<Option<Bound>>,
}

impl Meter {
    /// The bounds that the environment sets.
    pub(super) fn of_environment() -> Result<Meter> {
        let mut limits = TABLE.map(|(_, _, default, _)| default);
        for (limit, (_, variable, _, _)) in limits.iter_mut().zip(TABLE) {
            if let Some(text) = env::var_os(variable) {
                *limit = number(variable, &text.to_string_lossy())?.unwrap_or(*limit);
            }
        }
        Ok(Meter::of(limits))
    }

    /// In the order of the table.
    pub(super) fn of(limits: [u64; 3]) -> Meter {
        Meter {
            limits,
            read: Cell::default(),
            written: Cell::default(),
            members: Cell::default(),
            names: Cell::default(),
            header: Cell::default(),
            exceeded: Cell::default(),
        }
    }

    fn limit(&self, bound: Bound) -> u64 {
        TABLE.iter().zip(self.limits).find(|(row, _)| row.0 == bound).map_or(0, |(_, limit)| limit)
    }

    /// Count `more`, which fails once there are more than `limit`.
    fn count(&self, used: &Cell<u64>, more: u64, limit: u64, bound: Bound) -> io::Result<()> {
        used.set(used.get().saturating_add(more));
        if used.get() > limit { Err(self.exceed(bound)) } else { Ok(()) }
    }

    fn exceed(&self, bound: Bound) -> io::Error {
        self.exceeded.set(Some(bound));
        io::Error::other("it is too large")
    }

    /// Bytes that are written to the disk.
    pub(super) fn writes(&self, bytes: u64) -> io::Result<()> {
        self.count(&self.written, bytes, self.limit(Bound::Bytes), Bound::Bytes)
    }

    /// One more member.
    pub(super) fn member(&self) -> io::Result<()> {
        self.count(&self.members, 1, self.limit(Bound::Members), Bound::Members)
    }

    /// A name that is remembered to the end.
    pub(super) fn remembers(&self, bytes: usize) -> io::Result<()> {
        let limit = self.limit(Bound::Members).saturating_mul(NAME_BYTES_PER_MEMBER);
        self.count(&self.names, bytes as u64, limit, Bound::Members)
    }

    /// What is read from now on stands in front of a member.
    pub(super) fn begin_header(&self) {
        self.header.set(Some(self.limit(Bound::Header).saturating_add(2 * BLOCK)));
    }

    /// What is read from now on is a member's contents.
    pub(super) fn begin_contents(&self) {
        self.header.set(None);
    }

    /// What to say of an archive that exceeded a bound.
    pub(super) fn complaint(&self) -> Option<String> {
        let bound = self.exceeded.get()?;
        let (_, variable, _, what) = TABLE.iter().find(|row| row.0 == bound)?;
        let limit = self.limit(bound);
        Some(format!("it has more than {limit} {what}; if you trust it, set {variable} to a larger number"))
    }
}

/// A number, with `K`, `M`, `G` or `T` behind it where somebody wrote one; `None` where nothing is said.
fn number(variable: &str, text: &str) -> Result<Option<u64>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let power = "KMGT".find(|unit| text.to_ascii_uppercase().ends_with(unit));
    let digits = if power.is_some() { &text[..text.len() - 1] } else { text };
    let factor = power.map_or(1, |power| 1u64 << (10 * (power + 1)));
    let number = digits.trim().parse::<u64>().ok().filter(|number| *number > 0);
    match number.and_then(|number| number.checked_mul(factor)) {
        Some(number) => Ok(Some(number)),
        None => Err(Error::Option(format!(
            "{variable}: '{text}' is not a number above 0, such as 200000 or 20G: correct it, or leave it out"
        ))),
    }
}

/// A stream whose bytes are counted.
pub(super) struct Metered<R> {
    stream: R,
    meter: Rc<Meter>,
}

impl<R: Read> Metered<R> {
    pub(super) fn new(stream: R, meter: &Rc<Meter>) -> Metered<R> {
        Metered { stream, meter: Rc::clone(meter) }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(into)?;
        let meter = &self.meter;
        meter.count(&meter.read, count as u64, meter.limit(Bound::Bytes), Bound::Bytes)?;
        if let Some(left) = meter.header.get() {
            let left = left.checked_sub(count as u64).ok_or_else(|| meter.exceed(Bound::Header))?;
            meter.header.set(Some(left));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_have_a_unit_and_nothing_else() {
        let read = |text| number("V", text).ok().flatten();
        assert_eq!(read("200"), Some(200));
        assert_eq!((read(" 3k "), read("2 M"), read("1G")), (Some(3072), Some(2 << 20), Some(1 << 30)));
        assert_eq!(read(""), None);
        for text in ["0", "-1", "G", "1.5G", "1e9", "ü", "18446744073709551615K", "99999999999999999999"] {
            assert!(number("V", text).unwrap_err().to_string().contains("V: '"), "{text}");
        }
    }

    #[test]
    fn a_header_has_a_bound_of_its_own_and_contents_count_for_the_whole() {
        let meter = Rc::new(Meter::of([6000, 2, 10]));
        let mut stream = Metered::new(io::repeat(0), &meter);
        let mut read = |bytes: usize| stream.read_exact(&mut vec![0; bytes]);
        meter.begin_header();
        read(1034).unwrap();
        meter.begin_contents();
        read(3000).unwrap();
        meter.begin_header();
        assert!(read(1035).is_err());
        assert!(meter.complaint().unwrap().contains("OXIDIST_UNPACK_HEADER"));
        assert!(meter.writes(6001).is_err());
        assert!(meter.complaint().unwrap().contains("OXIDIST_UNPACK_BYTES"));
        assert!(
            (meter.member().is_ok(), meter.member().is_ok(), meter.member().is_err()) == (true, true, true)
        );
        assert!(meter.remembers(1025).is_err());
        assert!(meter.writes(u64::MAX).is_err() && meter.writes(u64::MAX).is_err());
    }
}
