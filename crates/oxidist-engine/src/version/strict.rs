//! `StrictVersion`: two or three numbers, and perhaps an alpha or beta.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use regex::Regex;

use super::Number;
use crate::Error;

/// A version such as `1.2`, `1.2.3` or `1.2b4`. `1.2` and `1.2.0` are the same; an alpha or beta comes before
/// the version that it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StrictVersion {
    pub numbers: [Number; 3],
    pub prerelease: Option<Prerelease>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prerelease {
    /// `a` or `b`.
    pub letter: char,
    pub number: Number,
}

// One line break at the end is let through, as Python's `$` does.
static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([0-9]+)\.([0-9]+)(?:\.([0-9]+))?(?:([ab])([0-9]+))?\n?$").expect("a valid pattern")
});

impl FromStr for StrictVersion {
    type Err = Error;

    /// Anything else is [`Error::Version`].
    fn from_str(text: &str) -> Result<StrictVersion, Error> {
        let found = PATTERN.captures(text);
        let Some(found) = found else {
            return Err(Error::Version(format!("invalid version number '{text}'")));
        };
        let number = |group| Number::from_digits(found.get(group).map_or("0", |digits| digits.as_str()));
        let letter = found.get(4).and_then(|letter| letter.as_str().chars().next());
        Ok(StrictVersion {
            numbers: [number(1), number(2), number(3)],
            prerelease: letter.map(|letter| Prerelease { letter, number: number(5) }),
        })
    }
}

impl Ord for StrictVersion {
    fn cmp(&self, other: &StrictVersion) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (&self.prerelease, &other.prerelease) {
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (this, that) => this.cmp(that),
        })
    }
}

impl PartialOrd for StrictVersion {
    fn partial_cmp(&self, other: &StrictVersion) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for StrictVersion {
    /// Without a third number that is 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = &self.numbers;
        write!(f, "{major}.{minor}")?;
        if !patch.is_zero() {
            write!(f, ".{patch}")?;
        }
        match &self.prerelease {
            Some(prerelease) => write!(f, "{}{}", prerelease.letter, prerelease.number),
            None => Ok(()),
        }
    }
}
