//! Requirements: a package's name and the versions that will do (PEP 314), as `requires` and `provides` have them.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use regex::Regex;

use super::StrictVersion;
use super::repr::repr;
use crate::Error;

/// How a version must compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    Greater,
    GreaterOrEqual,
    NotEqual,
}

impl Comparison {
    pub const ALL: [(Comparison, &'static str); 6] = [
        (Comparison::Less, "<"),
        (Comparison::LessOrEqual, "<="),
        (Comparison::Equal, "=="),
        (Comparison::Greater, ">"),
        (Comparison::GreaterOrEqual, ">="),
        (Comparison::NotEqual, "!="),
    ];

    pub fn symbol(self) -> &'static str {
        Comparison::ALL.iter().find(|(comparison, _)| *comparison == self).map_or("", |(_, symbol)| symbol)
    }

    fn holds(self, version: &StrictVersion, limit: &StrictVersion) -> bool {
        match self {
            Comparison::Less => version < limit,
            Comparison::LessOrEqual => version <= limit,
            Comparison::Equal => version == limit,
            Comparison::Greater => version > limit,
            Comparison::GreaterOrEqual => version >= limit,
            Comparison::NotEqual => version != limit,
        }
    }
}

/// `name`, or `name (>= 1.0, != 1.5)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionPredicate {
    pub name: String,
    /// All of them must hold.
    pub comparisons: Vec<(Comparison, StrictVersion)>,
}

/// What a package offers: a name, and perhaps a version.
pub type Provision = (String, Option<StrictVersion>);

// Python's `\s` in ASCII mode, and in Unicode mode (where the information separators count as blanks too).
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[ \t\n\r\x0b\x0c]*([a-zA-Z_][0-9a-zA-Z_]*(?:\.[a-zA-Z_][0-9a-zA-Z_]*)*)([^\n]*)")
        .expect("a valid pattern")
});
static IN_PARENTHESES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\s\x1c-\x1f]*\(([^\n]*)\)[\s\x1c-\x1f]*$").expect("a valid pattern"));
static COMPARISON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s\x1c-\x1f]*(<=|>=|<|>|!=|==)[\s\x1c-\x1f]*([^\s\x1c-\x1f,]+)[\s\x1c-\x1f]*$")
        .expect("a valid pattern")
});
static PROVISION: LazyLock<Regex> = LazyLock::new(|| {
    let word = "[a-zA-Z_][0-9a-zA-Z_]*";
    let blank = r"[ \t\n\r\x0b\x0c]*";
    let version = format!(r"{blank}\({blank}([^) \t\n\r\x0b\x0c]+){blank}\)");
    Regex::new(&format!(r"^({word}(?:\.{word})*)(?:{version})?$")).expect("a valid pattern")
});

/// Without blanks at both ends, as Python's `strip` sees blanks.
fn stripped(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || ('\x1c'..='\x1f').contains(&character))
}

/// One comparison, such as `>= 1.0`.
pub fn split_comparison(text: &str) -> Result<(Comparison, StrictVersion), Error> {
    let (comparison, version) = comparison_words(text)?;
    Ok((comparison, version.parse()?))
}

/// The same with the version as it is written.
pub fn comparison_words(text: &str) -> Result<(Comparison, &str), Error> {
    let bad = || Error::Version(format!("bad package restriction syntax: {}", repr(text)));
    let found = COMPARISON.captures(text).ok_or_else(bad)?;
    let known = Comparison::ALL.iter().find(|(_, symbol)| *symbol == &found[1]);
    let (comparison, _) = known.ok_or_else(bad)?;
    Ok((*comparison, found.get(2).map_or("", |version| version.as_str())))
}

/// A name, and perhaps a version in parentheses, such as `pkg (1.2)`.
pub fn split_provision(text: &str) -> Result<Provision, Error> {
    let (name, version) = provision_words(text)?;
    Ok((name.to_string(), version.map(str::parse).transpose()?))
}

/// The same with the version as it is written.
pub fn provision_words(text: &str) -> Result<(&str, Option<&str>), Error> {
    let text = stripped(text);
    let found = PROVISION
        .captures(text)
        .ok_or_else(|| Error::Version(format!("illegal provides specification: {}", repr(text))))?;
    let word = |group| found.get(group).map(|word: regex::Match<'_>| word.as_str());
    Ok((word(1).unwrap_or_default(), word(2)))
}

/// A package's name, and the comparisons in parentheses behind it, of which there may be none.
pub fn predicate_words(text: &str) -> Result<(&str, Vec<&str>), Error> {
    let text = stripped(text);
    if text.is_empty() {
        return Err(Error::Version("empty package restriction".into()));
    }
    let found = NAME.captures(text);
    let word = |group| found.as_ref().and_then(|found| found.get(group)).map(|word| word.as_str());
    let (Some(name), Some(rest)) = (word(1), word(2).map(stripped)) else {
        return Err(Error::Version(format!("bad package name in {}", repr(text))));
    };
    if rest.is_empty() {
        return Ok((name, Vec::new()));
    }
    let list = IN_PARENTHESES
        .captures(rest)
        .and_then(|found| found.get(1))
        .ok_or_else(|| Error::Version(format!("expected parenthesized list: {}", repr(rest))))?;
    Ok((name, list.as_str().split(',').collect()))
}

impl FromStr for VersionPredicate {
    type Err = Error;

    /// What does not parse is [`Error::Version`], in distutils' words.
    fn from_str(text: &str) -> Result<VersionPredicate, Error> {
        let (name, comparisons) = predicate_words(text)?;
        let comparisons = comparisons.into_iter().map(split_comparison).collect::<Result<_, _>>()?;
        Ok(VersionPredicate { name: name.to_string(), comparisons })
    }
}

impl VersionPredicate {
    /// Whether a version will do.
    pub fn is_satisfied_by(&self, version: &StrictVersion) -> bool {
        self.comparisons.iter().all(|(comparison, limit)| comparison.holds(version, limit))
    }

    /// As [`is_satisfied_by`](Self::is_satisfied_by), for a version that is parsed only if there is something to
    /// compare it with.
    pub fn is_satisfied_by_text(&self, version: &str) -> Result<bool, Error> {
        if self.comparisons.is_empty() {
            return Ok(true);
        }
        Ok(self.is_satisfied_by(&version.parse()?))
    }
}

impl fmt::Display for VersionPredicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (index, (comparison, version)) in self.comparisons.iter().enumerate() {
            let before = if index == 0 { " (" } else { ", " };
            write!(f, "{before}{} {version}", comparison.symbol())?;
        }
        if self.comparisons.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}
