//! Whether a name matches: shell patterns, compiled to a few kinds of steps and run without backtracking.
//!
//! A run keeps the set of places in the name that can be reached after each step. Few names come so far: what
//! a match must begin with, end with and contain is compared first, and often there is nothing more to it.

use super::fnmatch::{Dot, Piece, pieces};
use super::path::SEPARATOR;
use crate::{Error, Result};

/// A compiled pattern: three runs of steps, one after the other. Either outer one is empty where a match need
/// not begin, or end, where the name does.
#[derive(Debug, Clone)]
pub(crate) struct Matcher {
    /// Whether a match begins where the name does (else anywhere in it).
    anchored: bool,
    /// Whether a match ends where the name does (else anywhere).
    to_end: bool,
    /// Steps of one length each, which a name must begin with.
    head: Vec<Step>,
    inner: Vec<Step>,
    /// What can be said of `inner` without a run, by the text that `head` and `tail` leave alone.
    simply: Option<Simply>,
    /// The longest text that is in `inner` and so in every match.
    needle: String,
    /// Steps of one length each, which a name must end with.
    tail: Vec<Step>,
}

/// What `inner` comes to when it has nothing but stars in it, or nothing at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Simply {
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
        let mut head = steps;
        let head_length =
            if anchored { head.iter().take_while(|step| step.has_one_length()).count() } else { 0 };
        let mut inner = head.split_off(head_length);
        let tail_length =
            if to_end { inner.iter().rev().take_while(|step| step.has_one_length()).count() } else { 0 };
        let tail = inner.split_off(inner.len() - tail_length);
        let simply = simply(anchored, to_end, &inner);
        let needle = literals(&inner).max_by_key(|text| text.len()).unwrap_or_default().to_string();
        Matcher { anchored, to_end, head, inner, simply, needle, tail }
    }

    pub(crate) fn is_match(&self, name: &str) -> bool {
        let Some(start) = self.head.iter().try_fold(0, |at, step| step.over(name, at)) else { return false };
        let rest = &name[start..];
        let Some(end) = self.tail.iter().rev().try_fold(rest.len(), |at, step| step.back_over(rest, at))
        else {
            return false;
        };
        let middle = &rest[..end];
        match self.simply {
            Some(Simply::Nothing) => middle.is_empty(),
            Some(Simply::NoSeparator) => !middle.contains(SEPARATOR),
            Some(Simply::Anything) => true,
            // Not even a star finds its nearest place elsewhere for having less of the name to look at: none
            // that reaches into the tail could lead to a match.
            None => middle.contains(self.needle.as_str()) && self.run(middle),
        }
    }

    fn run(&self, middle: &str) -> bool {
        let mut places = if self.anchored { vec![0] } else { places_from(middle, 0).collect() };
        for step in &self.inner {
            places = step.after(middle, &places);
            if places.is_empty() {
                return false;
            }
        }
        !self.to_end || places.last() == Some(&middle.len())
    }

    /// Whether any name that begins with `start` could match. A "yes" may be wrong, a "no" never is.
    pub(crate) fn may_match_below(&self, start: &str) -> bool {
        if !self.anchored {
            return true;
        }
        let mut places = vec![0];
        for step in self.head.iter().chain(&self.inner).chain(&self.tail) {
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

    /// Whether all texts that it matches have the same number of characters.
    fn has_one_length(&self) -> bool {
        matches!(self, Step::Literal(_) | Step::One(_) | Step::Never)
    }

    /// The place behind this step, for one that has a single length.
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

    /// The place before this step, for one that has a single length and ends at `end`.
    fn back_over(&self, name: &str, end: usize) -> Option<usize> {
        let before = &name[..end];
        match self {
            Step::Literal(text) => before.strip_suffix(text.as_str()).map(str::len),
            Step::One(class) => before
                .chars()
                .next_back()
                .filter(|&c| class.has(c))
                .map(|character| end - character.len_utf8()),
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

fn simply(anchored: bool, to_end: bool, inner: &[Step]) -> Option<Simply> {
    if !inner.iter().all(|step| matches!(step, Step::Run | Step::Any)) {
        None
    } else if !anchored || !to_end || inner.contains(&Step::Any) {
        Some(Simply::Anything)
    } else if inner.is_empty() {
        Some(Simply::Nothing)
    } else {
        Some(Simply::NoSeparator)
    }
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
