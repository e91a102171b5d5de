//! Whole numbers without an upper bound, as version numbers (dates, build counters) have them.

use std::cmp::Ordering;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

/// A number, as decimal digits without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number(String);

impl Number {
    /// From ASCII digits.
    pub(super) fn from_digits(digits: &str) -> Number {
        match digits.trim_start_matches('0') {
            "" => Number("0".into()),
            significant => Number(significant.into()),
        }
    }

    pub fn is_zero(&self) -> bool {
        self.0 == "0"
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

static DECIMAL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\p{Nd}$").expect("a valid pattern"));

/// The ASCII digit for a decimal digit of any script.
pub(super) fn decimal_digit(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_digit().then_some(character);
    }
    let is_decimal = |character: char| DECIMAL.is_match(character.encode_utf8(&mut [0; 4]));
    if !is_decimal(character) {
        return None;
    }
    // Unicode has the digits of a script in a row from 0 to 9, and nothing decimal just before a 0 but a 9.
    let mut first = u32::from(character);
    while char::from_u32(first - 1).is_some_and(is_decimal) {
        first -= 1;
    }
    char::from_digit((u32::from(character) - first) % 10, 10)
}
