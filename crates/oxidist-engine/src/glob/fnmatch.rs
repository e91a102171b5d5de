//! A shell pattern spelled as a regular expression of Python's `re`, character for character as
//! `fnmatch.translate` spells it.
//!
//! The spelling is more than an outside form: the manifest's patterns are *defined* as an edited version of
//! it, with the odd meanings that this gives to a dot in brackets, and [`matcher`](super::matcher) therefore
//! reads the pieces made here.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Which `fnmatch.translate` is spoken: they differ in how a star between two other pieces is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Python 3.10's: a named group in a lookahead, and a reference to it. The names are numbered through
    /// the life of the process.
    NamedGroups,
    /// Python 3.11's and later: an atomic group.
    AtomicGroups,
}

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// One or more `*`.
    Star,
    /// All that stands between two stars, as a regular expression for text of one length.
    Fixed(String),
}

/// What `.` stands for, in the expression for a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dot {
    /// Any character: `fnmatch`, and `glob` on a single name.
    Anything,
    /// Any but the separator: the manifest.
    ButSeparator,
}

impl Dot {
    fn spelled(self) -> &'static str {
        match self {
            Dot::Anything => ".",
            Dot::ButSeparator if cfg!(windows) => r"[^\\]",
            Dot::ButSeparator => "[^/]",
        }
    }
}

/// The pattern's pieces: stars, and never two neighbours of the same kind.
pub(crate) fn pieces(pattern: &str, dot: Dot) -> Vec<Piece> {
    let pattern: Vec<char> = pattern.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < pattern.len() {
        let c = pattern[at];
        at += 1;
        let fixed = match c {
            '*' => {
                if pieces.last() != Some(&Piece::Star) {
                    pieces.push(Piece::Star);
                }
                continue;
            }
            '?' => ".".to_string(),
            '[' => match class_end(&pattern, at) {
                Some(end) => {
                    let class = class(&pattern[at..end]);
                    at = end + 1;
                    class
                }
                None => r"\[".to_string(),
            },
            _ => escaped(c),
        };
        let fixed = with_dots(&fixed, dot);
        match pieces.last_mut() {
            Some(Piece::Fixed(before)) => before.push_str(&fixed),
            _ => pieces.push(Piece::Fixed(fixed)),
        }
    }
    pieces
}

/// The whole expression, without the `(?s:` and `)\Z` around it.
pub(crate) fn spelled(pattern: &str, dot: Dot, dialect: Dialect) -> String {
    static GROUPS: AtomicUsize = AtomicUsize::new(0);
    let star = dot.spelled();
    let pieces = pieces(pattern, dot);
    let mut text = String::new();
    let mut rest = pieces.as_slice();
    while let Some((piece, after)) = rest.split_first() {
        rest = after;
        match (piece, after) {
            (Piece::Fixed(fixed), _) => text.push_str(fixed),
            (Piece::Star, [Piece::Fixed(fixed), later @ ..]) if !later.is_empty() => {
                match dialect {
                    Dialect::NamedGroups => {
                        let group = GROUPS.fetch_add(1, Ordering::Relaxed);
                        text.push_str(&format!("(?=(?P<g{group}>{star}*?{fixed}))(?P=g{group})"));
                    }
                    Dialect::AtomicGroups => text.push_str(&format!("(?>{star}*?{fixed})")),
                }
                rest = later;
            }
            (Piece::Star, _) => text.push_str(&format!("{star}*")),
        }
    }
    text
}

/// Where the `]` is that ends the class whose `[` is just before `start`.
fn class_end(pattern: &[char], start: usize) -> Option<usize> {
    let mut from = start;
    from += usize::from(pattern.get(from) == Some(&'!'));
    from += usize::from(pattern.get(from) == Some(&']'));
    pattern.iter().skip(from).position(|&c| c == ']').map(|at| from + at)
}

/// A class, from what stands between its brackets.
fn class(inside: &[char]) -> String {
    let inside = if inside.contains(&'-') {
        with_ranges(inside)
    } else {
        inside.iter().collect::<String>().replace('\\', r"\\")
    };
    let mut text = String::with_capacity(inside.len() + 2);
    for c in inside.chars() {
        // Set operations, which `re` may have one day.
        if "&~|".contains(c) {
            text.push('\\');
        }
        text.push(c);
    }
    match text.as_str() {
        "" => "(?!)".to_string(),
        "!" => ".".to_string(),
        _ => match text.strip_prefix('!') {
            Some(rest) => format!("[^{rest}]"),
            None if text.starts_with(['^', '[']) => format!(r"[\{text}]"),
            None => format!("[{text}]"),
        },
    }
}

/// A class's inside with its ranges: those from a higher to a lower character, which hold nothing, are
/// left out, and hyphens that make no range are escaped.
fn with_ranges(inside: &[char]) -> String {
    let hyphen = |from: usize| inside.iter().skip(from).position(|&c| c == '-').map(|at| from + at);
    let mut chunks: Vec<Vec<char>> = Vec::new();
    let mut start = 0;
    let mut from = if inside[0] == '!' { 2 } else { 1 };
    while let Some(at) = hyphen(from) {
        chunks.push(inside[start..at].to_vec());
        start = at + 1;
        // What follows is the range's other end, and can only then be a hyphen itself.
        from = at + 3;
    }
    match (inside.get(start..), chunks.last_mut()) {
        (Some([]) | None, Some(last)) => last.push('-'),
        (rest, _) => chunks.push(rest.unwrap_or_default().to_vec()),
    }
    for right in (1..chunks.len()).rev() {
        if let (Some(low), Some(high)) = (chunks[right - 1].last(), chunks[right].first())
            && low > high
        {
            let rest = chunks.remove(right);
            chunks[right - 1].pop();
            chunks[right - 1].extend(&rest[1..]);
        }
    }
    let chunks: Vec<String> = chunks
        .iter()
        .map(|chunk| chunk.iter().collect::<String>().replace('\\', r"\\").replace('-', r"\-"))
        .collect();
    chunks.join("-")
}

/// `re.escape` of one character.
fn escaped(c: char) -> String {
    if "()[]{}?*+-|^$\\.&~# \t\n\r\x0b\x0c".contains(c) { format!("\\{c}") } else { c.to_string() }
}

/// An expression with each of its dots that is not escaped spelled out, even where it stands in brackets.
fn with_dots(expression: &str, dot: Dot) -> String {
    let mut text = String::with_capacity(expression.len() + 4);
    let mut characters = expression.chars();
    while let Some(c) = characters.next() {
        match c {
            '.' => text.push_str(dot.spelled()),
            '\\' => {
                text.push(c);
                text.extend(characters.next());
            }
            _ => text.push(c),
        }
    }
    text
}
