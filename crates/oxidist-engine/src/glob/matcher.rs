//! Whether a name matches: shell patterns, compiled to a few kinds of steps and run without backtracking.
//!
//! A run keeps the set of places in the name that can be reached after each step. Most names never come so
//! far: what a match must begin with, end with or contain is compared first.

use super::fnmatch::{Dot, Piece, pieces};
use super::path::SEPARATOR;
use crate::{Error, Result};

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(crate) struct Matcher {
    /// Whether a match begins where the name does (else anywhere in it).
    anchored: bool,
    /// Whether a match ends where the name does (else anywhere).
    to_end: bool,
    steps: Vec<Step>,
    quick: Quick,
}

/// What can be said without a run.
#[derive(Debug, Clone, Default)]
struct Quick {
    head: String,
    tail: String,
    /// The longest text that each match contains, `head` and `tail` apart.
    inside: String,
    /// What is left between `head` and `tail`, if that can be told from the text there alone.
    between: Option<Between>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    NoSeparator,
    Anything,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Literal(String),
    One(Class),
    /// `(?!)`
    Never,
    /// `[^/]*`
    Run,
    /// `.*`
    Any,
    /// A star between other pieces: the nearest place where the steps behind it match, and no other.
    Nearest(Reach, Vec<Step>),
}

/// What a star may pass over.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reach {
    Anything,
    ButSeparator,
}

/// A set of characters.
#[derive(Debug, Clone, PartialEq)]
struct Class {
    negated: bool,
    ranges: Vec<(char, char)>,
}

impl Class {
    fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|&(low, high)| low <= c && c <= high) != self.negated
    }
}

impl Matcher {
    /// `fnmatch`: the whole name, with `*` and `?` for anything.
    pub(crate) fn fnmatch(pattern: &str) -> Result<Self> {
        Ok(Matcher::new(true, true, steps(pattern, Dot::Anything)?))
    }

    /// A manifest pattern that the end of a name matches, or with `anchored` the whole name. Without a
    /// pattern every name matches.
    pub(crate) fn manifest(pattern: &str, anchored: bool) -> Result<Self> {
        Ok(Matcher::new(anchored, !pattern.is_empty(), steps(pattern, Dot::ButSeparator)?))
    }

    /// A manifest pattern for what is anywhere below the folders that match `prefix`.
    pub(crate) fn below(prefix: &str, pattern: &str) -> Result<Self> {
        let mut all = steps(prefix, Dot::ButSeparator)?;
        push_literal(&mut all, SEPARATOR);
        all.push(Step::Any);
        all.extend(steps(pattern, Dot::ButSeparator)?);
        Ok(Matcher::new(true, true, all))
    }

    fn new(anchored: bool, to_end: bool, steps: Vec<Step>) -> Self {
        let quick = quick(anchored, to_end, &steps);
        Matcher { anchored, to_end, steps, quick }
    }

    pub(crate) fn is_match(&self, name: &str) -> bool {
        let Quick { head, tail, inside, between } = &self.quick;
        let Some(middle) = name.strip_prefix(head.as_str()).and_then(|rest| rest.strip_suffix(tail.as_str()))
        else {
            return false;
        };
        match between {
            Some(Between::Nothing) => middle.is_empty(),
            Some(Between::NoSeparator) => !middle.contains(SEPARATOR),
            Some(Between::Anything) => true,
            None => middle.contains(inside.as_str()) && self.run(name),
        }
    }

    fn run(&self, name: &str) -> bool {
        let mut places = if self.anchored { vec![0] } else { places_from(name, 0).collect() };
        for step in &self.steps {
            places = step.after(name, &places);
            if places.is_empty() {
                return false;
            }
        }
        !self.to_end || places.last() == Some(&name.len())
    }

    /// Whether any name that begins with `start` could match. A "yes" may be wrong, a "no" never is.
    pub(crate) fn may_match_below(&self, start: &str) -> bool {
        if !self.anchored {
            return true;
        }
        let mut places = vec![0];
        for step in &self.steps {
            match step.within(start, &places) {
                Progress::Through => return true,
                Progress::Places(next) => places = next,
            }
        }
        !self.to_end
    }
}

/// How far a pattern's steps come with the beginning of a name.
enum Progress {
    /// To its end, in the middle of the steps or exactly between two of them.
    Through,
    Places(Vec<usize>),
}

impl Step {
    /// The places that this step leads to, in ascending order.
    fn after(&self, name: &str, places: &[usize]) -> Vec<usize> {
        match self {
            Step::Literal(_) | Step::One(_) | Step::Never => {
                places.iter().filter_map(|&at| self.over(name, at)).collect()
            }
            Step::Any => places.first().map_or_else(Vec::new, |&first| places_from(name, first).collect()),
            Step::Run => {
                let mut reached: Vec<usize> = Vec::new();
                for &place in places {
                    if reached.last().is_none_or(|&last| last < place) {
                        reached.extend(places_until_separator(name, place));
                    }
                }
                reached
            }
            Step::Nearest(reach, fixed) => {
                let mut reached: Vec<usize> =
                    places.iter().filter_map(|&place| nearest(name, place, *reach, fixed)).collect();
                reached.sort_unstable();
                reached.dedup();
                reached
            }
        }
    }

    /// The place behind this step, for one that matches text of a single length.
    fn over(&self, name: &str, at: usize) -> Option<usize> {
        let rest = &name[at..];
        match self {
            Step::Literal(text) => rest.starts_with(text.as_str()).then(|| at + text.len()),
            Step::One(class) => {
                rest.chars().next().filter(|&c| class.has(c)).map(|character| at + character.len_utf8())
            }
            Step::Never | Step::Run | Step::Any | Step::Nearest(..) => None,
        }
    }

    fn within(&self, start: &str, places: &[usize]) -> Progress {
        if places.contains(&start.len()) {
            return Progress::Through;
        }
        match self {
            Step::Literal(text) if places.iter().any(|&at| text.starts_with(&start[at..])) => {
                Progress::Through
            }
            // Not the nearest place alone: that may be another one when the name goes on.
            Step::Nearest(reach, fixed) => {
                let star = match reach {
                    Reach::Anything => Step::Any,
                    Reach::ButSeparator => Step::Run,
                };
                let mut places = match star.within(start, places) {
                    Progress::Through => return Progress::Through,
                    Progress::Places(next) => next,
                };
                for step in fixed {
                    match step.within(start, &places) {
                        Progress::Through => return Progress::Through,
                        Progress::Places(next) => places = next,
                    }
                }
                Progress::Places(places)
            }
            _ => {
                let next = self.after(start, places);
                if next.contains(&start.len()) { Progress::Through } else { Progress::Places(next) }
            }
        }
    }
}

fn nearest(name: &str, from: usize, reach: Reach, fixed: &[Step]) -> Option<usize> {
    let try_at = |at: usize| fixed.iter().try_fold(at, |at, step| step.over(name, at));
    match reach {
        Reach::Anything => places_from(name, from).find_map(try_at),
        Reach::ButSeparator => places_until_separator(name, from).find_map(try_at),
    }
}

/// Every place between two characters from `from` on, and the end.
fn places_from(name: &str, from: usize) -> impl Iterator<Item = usize> {
    name[from..].char_indices().map(move |(at, _)| from + at).chain([name.len()])
}

/// Every place that is reached from `from` without passing a separator.
fn places_until_separator(name: &str, from: usize) -> impl Iterator<Item = usize> {
    let end = name[from..].find(SEPARATOR).map_or(name.len(), |at| from + at);
    places_from(&name[..end], from)
}

fn quick(anchored: bool, to_end: bool, steps: &[Step]) -> Quick {
    let mut quick = Quick::default();
    let mut rest = steps;
    if let ([Step::Literal(text), after @ ..], true) = (rest, anchored) {
        quick.head = text.clone();
        rest = after;
    }
    if let ([before @ .., Step::Literal(text)], true) = (rest, to_end) {
        quick.tail = text.clone();
        rest = before;
    }
    let only_stars = rest.iter().all(|step| matches!(step, Step::Run | Step::Any));
    quick.between = match rest {
        _ if !only_stars => None,
        _ if !anchored || !to_end || rest.contains(&Step::Any) => Some(Between::Anything),
        [] => Some(Between::Nothing),
        _ => Some(Between::NoSeparator),
    };
    quick.inside = literals(rest).max_by_key(|text| text.len()).unwrap_or_default().to_string();
    quick
}

fn literals(steps: &[Step]) -> Box<dyn Iterator<Item = &str> + '_> {
    Box::new(steps.iter().flat_map(|step| match step {
        Step::Nearest(_, fixed) => literals(fixed),
        Step::Literal(text) => Box::new(std::iter::once(text.as_str())),
        _ => Box::new(std::iter::empty()),
    }))
}

fn steps(pattern: &str, dot: Dot) -> Result<Vec<Step>> {
    let (star, reach) = match dot {
        Dot::Anything => (Step::Any, Reach::Anything),
        Dot::ButSeparator => (Step::Run, Reach::ButSeparator),
    };
    let unsupported = || Error::UnsupportedPattern(pattern.to_string());
    let pieces = pieces(pattern, dot);
    let mut steps = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let last = at + 1 == pieces.len();
        match piece {
            // A star and what is behind it are one step, unless they end the pattern.
            Piece::Star if at + 2 < pieces.len() => {}
            Piece::Star => steps.push(star.clone()),
            Piece::Fixed(text) => {
                let fixed = fixed_steps(text).ok_or_else(unsupported)?;
                if at > 0 && !last {
                    steps.push(Step::Nearest(reach, fixed));
                } else {
                    steps.extend(fixed);
                }
            }
        }
    }
    Ok(steps)
}

/// The steps of an expression without stars. A dot in a pattern's brackets ends the class early, and what
/// was behind it stands outside; `None` if that comes to have a meaning there.
fn fixed_steps(expression: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let c = rest.chars().next()?;
                rest = &rest[c.len_utf8()..];
                push_literal(&mut steps, c);
            }
            '.' => steps.push(Step::One(Class { negated: true, ranges: Vec::new() })),
            '[' => {
                let (class, after) = parse_class(rest)?;
                rest = after;
                steps.push(Step::One(class));
            }
            '(' => {
                rest = rest.strip_prefix("?!)")?;
                steps.push(Step::Never);
            }
            '*' | '+' | '?' | '{' | ')' | '|' | '^' | '$' => return None,
            _ => push_literal(&mut steps, c),
        }
    }
    Some(steps)
}

fn push_literal(steps: &mut Vec<Step>, c: char) {
    match steps.last_mut() {
        Some(Step::Literal(text)) => text.push(c),
        _ => steps.push(Step::Literal(c.to_string())),
    }
}

/// A class as `re` reads one, from behind its `[`, and what follows its `]`.
fn parse_class(text: &str) -> Option<(Class, &str)> {
    let negated = text.starts_with('^');
    let mut rest = if negated { &text[1..] } else { text };
    let mut ranges = Vec::new();
    loop {
        if let (Some(after), false) = (rest.strip_prefix(']'), ranges.is_empty()) {
            return Some((Class { negated, ranges }, after));
        }
        let low = class_character(&mut rest)?;
        let mut high = low;
        if rest.starts_with('-') && !rest.starts_with("-]") {
            rest = &rest[1..];
            high = class_character(&mut rest)?;
        }
        if high < low {
            return None;
        }
        ranges.push((low, high));
    }
}

fn class_character(rest: &mut &str) -> Option<char> {
    let mut characters = rest.chars();
    let mut c = characters.next()?;
    if c == '\\' {
        c = characters.next()?;
    }
    *rest = characters.as_str();
    Some(c)
}
