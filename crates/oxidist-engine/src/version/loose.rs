//! `LooseVersion`: any text, taken apart into numbers and words.

use std::cmp::Ordering;
use std::fmt;

use super::Number;
use super::number::decimal_digit;
use crate::Error;

/// Any version text, and what it is made of.
#[derive(Debug, Clone)]
pub struct LooseVersion {
    pub text: String,
    pub parts: Vec<Part>,
}

/// Digits are a number, small ASCII letters in a row a word, and whatever else stands between those a word too;
/// dots only separate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    Number(Number),
    Word(String),
}

/// What a character belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Digit,
    Letter,
    Dot,
    Other,
}

impl LooseVersion {
    pub fn new(text: &str) -> LooseVersion {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(class) = rest.chars().next().map(class) {
            let end = rest.find(|character| self::class(character) != class).unwrap_or(rest.len());
            let (run, behind) = rest.split_at(end);
            match class {
                Class::Dot => {}
                Class::Digit => {
                    let digits: String = run.chars().filter_map(decimal_digit).collect();
                    parts.push(Part::Number(Number::from_digits(&digits)));
                }
                Class::Letter | Class::Other => parts.push(Part::Word(run.into())),
            }
            rest = behind;
        }
        LooseVersion { text: text.into(), parts }
    }

    /// The order of two versions, part by part; where one has a number and the other a word there is none, which
    /// is [`Error::NoOrder`].
    pub fn compare(&self, other: &LooseVersion) -> Result<Ordering, Error> {
        for (this, that) in self.parts.iter().zip(&other.parts) {
            let order = match (this, that) {
                (Part::Number(this), Part::Number(that)) => this.cmp(that),
                (Part::Word(this), Part::Word(that)) => this.cmp(that),
                _ => {
                    return Err(Error::NoOrder(format!(
                        "'<' not supported between instances of '{}' and '{}'",
                        this.python_type(),
                        that.python_type()
                    )));
                }
            };
            if order.is_ne() {
                return Ok(order);
            }
        }
        Ok(self.parts.len().cmp(&other.parts.len()))
    }
}

impl Part {
    fn python_type(&self) -> &'static str {
        match self {
            Part::Number(_) => "int",
            Part::Word(_) => "str",
        }
    }
}

/// The same parts, whatever the text.
impl PartialEq for LooseVersion {
    fn eq(&self, other: &LooseVersion) -> bool {
        self.parts == other.parts
    }
}

impl Eq for LooseVersion {}

impl fmt::Display for LooseVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn class(character: char) -> Class {
    match character {
        'a'..='z' => Class::Letter,
        '.' => Class::Dot,
        _ if decimal_digit(character).is_some() => Class::Digit,
        _ => Class::Other,
    }
}
