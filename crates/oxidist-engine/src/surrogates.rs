//! Characters that stand for what Python's strings can hold and Rust's cannot: surrogates.
//!
//! Python carries a byte that is not UTF-8 through as one of U+DC80 to U+DCFF (`surrogateescape`); any other
//! surrogate is there because a script wrote it. Each has a private-use character here, one that nobody uses.

use std::ops::RangeInclusive;

/// The surrogates that stand for the bytes 0x80 to 0xFF: their stand-ins end in U+10FFFF.
const OF_BYTES: RangeInclusive<u32> = 0xDC80..=0xDCFF;
const BYTES_AT: u32 = 0x10_FF80;
/// All of them: the stand-ins of the others begin here.
const SURROGATES: RangeInclusive<u32> = 0xD800..=0xDFFF;
const OTHERS_AT: u32 = 0x10_F000;

/// The character for a code point of a Python string: itself, or the stand-in for a surrogate.
pub fn stand_in(code_point: u32) -> Option<char> {
    char::from_u32(match code_point {
        byte if OF_BYTES.contains(&byte) => byte - OF_BYTES.start() + BYTES_AT,
        other if SURROGATES.contains(&other) => other - SURROGATES.start() + OTHERS_AT,
        plain => plain,
    })
}

/// The code point that a character stands for: the reverse of [`stand_in`].
pub fn code_point(character: char) -> u32 {
    let number = u32::from(character);
    let at = |start: u32, range: RangeInclusive<u32>| {
        number.checked_sub(start).map(|offset| range.start() + offset).filter(|found| range.contains(found))
    };
    at(BYTES_AT, OF_BYTES).or_else(|| at(OTHERS_AT, SURROGATES)).unwrap_or(number)
}

/// Whether a text has any stand-in in it.
pub fn has_stand_ins(text: &str) -> bool {
    text.chars().any(|character| code_point(character) != u32::from(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_surrogate_has_a_stand_in_of_its_own() {
        let mut seen = std::collections::HashSet::new();
        for surrogate in SURROGATES {
            let character = stand_in(surrogate).unwrap();
            assert!(seen.insert(character) && has_stand_ins(&character.to_string()));
            assert_eq!(code_point(character), surrogate);
        }
        assert_eq!(stand_in(0xDCFF), Some('\u{10FFFF}'));
        for plain in ['a', '\u{e000}', '\u{10efff}', '\u{10f800}', '\u{10ff7f}'] {
            assert_eq!(code_point(plain), u32::from(plain));
            assert_eq!(stand_in(u32::from(plain)), Some(plain));
        }
    }
}
