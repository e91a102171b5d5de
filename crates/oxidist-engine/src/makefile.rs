//! Makefiles, `pyconfig.h` and their variables, as distutils reads them: assignments and `$(references)`.
//!
//! What is read here is what `distutils.sysconfig.parse_makefile` makes of a file, which is not always what
//! make makes of it. In one round each variable has one reference replaced, a `$(...)` before a `${...}`, and is
//! done when no dollar sign stands behind the place. So what a reference brought in is not looked at again,
//! and a variable that keeps a dollar sign which starts no reference is dropped.

use std::collections::HashMap;
use std::convert::Infallible;

use crate::words::is_space;

/// Variables that Python's build prefixes with `PY_`. They are known by both names.
const RENAMED: [&str; 3] = ["CFLAGS", "LDFLAGS", "CPPFLAGS"];

/// Definitions in `pyconfig.h` that are versions, even where they look like a number.
const ALWAYS_TEXT: [&str; 2] = ["IPHONEOS_DEPLOYMENT_TARGET", "MACOSX_DEPLOYMENT_TARGET"];

/// How long a number Python reads from a text, in digits (its default limit).
const LONGEST_NUMBER: usize = 4300;

/// References that are followed in one text beyond those that stand in it, and bytes that it may grow to,
/// before it counts as endless.
const ENDLESS: (usize, usize) = (1000, 1 << 24);

/// How many references are followed in `text`.
fn most_references(text: &str) -> usize {
    ENDLESS.0 + text.matches('$').count()
}

/// The value of a variable: a whole number, where the text is one by Python's rules, or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// In decimal digits without leading zeros, perhaps behind a minus sign; of any size.
    Number(String),
    Text(String),
}

impl Value {
    fn new(text: &str) -> Value {
        number(text).map_or_else(|| Value::Text(text.trim_matches(is_space).to_string()), Value::Number)
    }

    fn text(&self) -> &str {
        match self {
            Value::Number(text) | Value::Text(text) => text,
        }
    }
}

/// `text` as Python's `int` takes it, in ASCII digits: white space around, a sign, single `_` between digits.
fn number(text: &str) -> Option<String> {
    let text = text.trim_matches(is_space);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let is_number =
        digits.split('_').all(|group| !group.is_empty() && group.bytes().all(|digit| digit.is_ascii_digit()));
    let digits = digits.replace('_', "");
    if !is_number || digits.len() > LONGEST_NUMBER {
        return None;
    }
    match digits.trim_start_matches('0') {
        "" => Some("0".to_string()),
        digits => Some(format!("{sign}{digits}")),
    }
}

/// `NAME = value` at the start of a line: a name of two or more letters, digits and underscores. The value
/// has no white space around it.
pub fn assignment(line: &str) -> Option<(&str, &str)> {
    let length = name_length(line);
    let value = line[length..].trim_start_matches(is_space).strip_prefix('=')?;
    let value = value.trim_start_matches(is_space);
    let value = value.split('\n').next().unwrap_or(value);
    (length > 1).then(|| (&line[..length], value.trim_matches(is_space)))
}

/// How many bytes at the start of `text` are an ASCII letter and the letters, digits and `_` behind it.
fn name_length(text: &str) -> usize {
    if !text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return 0;
    }
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// The first reference in `text`: where it starts and ends (in bytes), and its name.
fn reference(text: &str) -> Option<(usize, usize, &str)> {
    closed_by(text, "$(", ')').or_else(|| closed_by(text, "${", '}'))
}

fn closed_by<'a>(text: &'a str, open: &str, close: char) -> Option<(usize, usize, &'a str)> {
    text.match_indices(open).find_map(|(start, _)| {
        let inside = &text[start + open.len()..];
        let length = name_length(inside);
        let is_whole = length > 0 && inside[length..].starts_with(close);
        is_whole.then(|| (start, start + open.len() + length + 1, &inside[..length]))
    })
}

/// The variables of a Makefile's logical lines, with their references replaced: by other variables, by
/// what `environment` has, or by nothing. A name that was asked for in vain is in the answer, as an empty text.
///
/// In the order in which they got their values. Variables that refer to each other in a circle are left out.
pub fn parse<L: AsRef<str>>(
    lines: impl IntoIterator<Item = L>,
    environment: impl Fn(&str) -> Option<String>,
) -> Vec<(String, Value)> {
    let mut makefile = Makefile { known: Known::default(), pending: Vec::new(), environment };
    for line in lines {
        if let Some((name, value)) = assignment(line.as_ref()) {
            makefile.assign(name, value);
        }
    }
    while makefile.round() {}
    makefile.known.values
}

/// Variables with their values, in the order in which they first got one.
#[derive(Default)]
struct Known {
    values: Vec<(String, Value)>,
    places: HashMap<String, usize>,
}

impl Known {
    fn get(&self, name: &str) -> Option<&str> {
        self.places.get(name).map(|place| self.values[*place].1.text())
    }

    fn set(&mut self, name: &str, value: Value) {
        match self.places.get(name) {
            Some(place) => self.values[*place].1 = value,
            None => {
                self.places.insert(name.to_string(), self.values.len());
                self.values.push((name.to_string(), value));
            }
        }
    }
}

struct Makefile<E> {
    known: Known,
    /// Those with references that are still to be replaced.
    pending: Vec<Pending>,
    environment: E,
}

struct Pending {
    name: String,
    value: String,
    /// How many references may yet be replaced: a literal dollar sign can bring in the reference it came from.
    left: usize,
}

/// What a round does to one variable.
enum Turn {
    /// What it refers to has no value yet.
    Waits,
    Changed(String),
    Done(String),
    /// There is a dollar sign in it that starts no reference.
    Dropped,
}

impl<E: Fn(&str) -> Option<String>> Makefile<E> {
    fn assign(&mut self, name: &str, value: &str) {
        if value.replace("$$", "").contains('$') {
            let left = most_references(value);
            let variable = Pending { name: name.to_string(), value: value.to_string(), left };
            match self.pending.iter_mut().find(|pending| pending.name == name) {
                Some(old) => *old = variable,
                None => self.pending.push(variable),
            }
        } else {
            self.known.set(name, Value::new(&value.replace("$$", "$")));
        }
    }

    /// Gives each pending variable its turn; whether there is any use in another round.
    fn round(&mut self) -> bool {
        let mut moved = false;
        let mut place = 0;
        while place < self.pending.len() {
            let Pending { name, value, left } = &self.pending[place];
            let (name, value, left) = (name.clone(), value.clone(), *left);
            match self.turn(&name, &value) {
                Turn::Waits => {
                    place += 1;
                    continue;
                }
                Turn::Changed(value) if left > 0 && value.len() < ENDLESS.1 => {
                    self.pending[place] = Pending { name, value, left: left - 1 };
                    place += 1;
                }
                Turn::Done(value) => {
                    self.pending.remove(place);
                    self.finish(&name, Value::new(&value));
                }
                Turn::Changed(_) | Turn::Dropped => drop(self.pending.remove(place)),
            }
            moved = true;
        }
        moved && !self.pending.is_empty()
    }

    fn turn(&mut self, name: &str, value: &str) -> Turn {
        let Some((start, end, wanted)) = reference(value) else { return Turn::Dropped };
        let Some(found) = self.look_up(name, wanted) else { return Turn::Waits };
        let (before, after) = (&value[..start], &value[end..]);
        let replaced = format!("{before}{found}{after}");
        if after.contains('$') { Turn::Changed(replaced) } else { Turn::Done(replaced) }
    }

    /// The value of `wanted` in the variable `name`; `None` while it is pending.
    fn look_up(&mut self, name: &str, wanted: &str) -> Option<String> {
        if let Some(value) = self.known.get(wanted) {
            return Some(value.to_string());
        }
        if self.is_pending(wanted) {
            return None;
        }
        if let Some(value) = (self.environment)(wanted) {
            return Some(value);
        }
        if RENAMED.contains(&wanted) {
            let prefixed = format!("PY_{wanted}");
            if name.strip_prefix("PY_").is_some_and(|plain| RENAMED.contains(&plain)) {
                return Some(String::new());
            }
            if self.is_pending(&prefixed) {
                return None;
            }
            return Some(self.known.get(&prefixed).unwrap_or_default().to_string());
        }
        self.known.set(wanted, Value::Text(String::new()));
        Some(String::new())
    }

    fn is_pending(&self, name: &str) -> bool {
        self.pending.iter().any(|pending| pending.name == name)
    }

    fn finish(&mut self, name: &str, value: Value) {
        if let Some(plain) = name.strip_prefix("PY_").filter(|plain| RENAMED.contains(plain)) {
            self.known.set(name, value.clone());
            if self.known.get(plain).is_none() {
                self.known.set(plain, value);
            }
        } else {
            self.known.set(name, value);
        }
    }
}

/// `text` with its references replaced by what `value` says, and the references in that as well.
///
/// `None` where that has no end. The first error of `value` ends the work and is returned.
pub fn expand<E>(text: &str, mut value: impl FnMut(&str) -> Result<String, E>) -> Result<Option<String>, E> {
    let mut text = text.to_string();
    for _ in 0..=most_references(&text) {
        let Some((start, end, name)) = reference(&text) else { return Ok(Some(text)) };
        let found = value(name)?;
        if text.len() + found.len() > ENDLESS.1 {
            return Ok(None);
        }
        text.replace_range(start..end, &found);
    }
    Ok(None)
}

/// As [`expand`], with values that cannot fail.
pub fn expanded(text: &str, value: impl Fn(&str) -> String) -> Option<String> {
    expand(text, |name| Ok::<_, Infallible>(value(name))).unwrap_or_else(|never| match never {})
}

/// The definition in a line of `pyconfig.h`: `#define NAME value`, or `/* #undef NAME */`, which is 0.
///
/// Names start with a capital letter. A line without its end is none.
pub fn definition(line: &str) -> Option<(&str, Value)> {
    let (line, _) = line.split_once('\n')?;
    if let Some(defined) = line.strip_prefix("#define ") {
        let name = definition_name(defined)?;
        let text = defined[name.len()..].strip_prefix(' ')?;
        let number = if ALWAYS_TEXT.contains(&name) { None } else { number(text) };
        return Some((name, number.map_or_else(|| Value::Text(text.to_string()), Value::Number)));
    }
    let undefined = line.strip_prefix("/* #undef ")?;
    let name = definition_name(undefined)?;
    (&undefined[name.len()..] == " */").then(|| (name, Value::Number("0".to_string())))
}

fn definition_name(text: &str) -> Option<&str> {
    let name = &text[..name_length(text)];
    (name.len() > 1 && name.starts_with(|first: char| first.is_ascii_uppercase())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<(String, String)> {
        let environment = |name: &str| (name == "FROM_ENV").then(|| "outside".to_string());
        let values = parse(text.lines(), environment);
        values.into_iter().map(|(name, value)| (name, value.text().to_string())).collect()
    }

    fn value(text: &str, name: &str) -> Option<String> {
        parsed(text).into_iter().find(|row| row.0 == name).map(|row| row.1)
    }

    #[test]
    fn references_are_replaced_wherever_their_variable_stands() {
        assert_eq!(value("AA = $(BB)/x\nBB = b", "AA").unwrap(), "b/x");
        assert_eq!(value("AA = ${BB} ${CC}\nBB = b\nCC = c", "AA").unwrap(), "b c");
        assert_eq!(value("AA = $(FROM_ENV)", "AA").unwrap(), "outside");
        assert_eq!(value("AA = $(NOWHERE).", "NOWHERE").unwrap(), "");
    }

    #[test]
    fn a_circle_of_references_is_left_out() {
        assert_eq!(parsed("AA = $(BB)\nBB = $(AA)\nCC = c"), [("CC".to_string(), "c".to_string())]);
        assert_eq!(value("AA = $(BB)$\nBB = $$(BB)$$(BB)", "AA"), None);
    }

    #[test]
    fn numbers_are_read_as_python_reads_them() {
        for (text, number) in [("7", "7"), ("007", "7"), ("-0", "0"), ("+1_000", "1000"), ("-12", "-12")] {
            assert_eq!(Value::new(text), Value::Number(number.to_string()), "{text}");
        }
        for text in ["", "-", "1__0", "_1", "1_", "0x10", "1.5", "--1"] {
            assert_eq!(Value::new(text), Value::Text(text.to_string()), "{text}");
        }
    }

    #[test]
    fn an_expansion_without_end_is_told() {
        let value = |name: &str| if name == "A" { "x$(A)".to_string() } else { "$(A)".repeat(100) };
        assert_eq!(expanded("$(A)", value), None);
        assert_eq!(expanded("$(B)", value), None);
        assert_eq!(expanded("$(1)$", value).unwrap(), "$(1)$");
    }

    #[test]
    fn a_definition_is_a_whole_line() {
        assert_eq!(definition("#define HAVE_X 1\n"), Some(("HAVE_X", Value::Number("1".into()))));
        assert_eq!(definition("/* #undef HAVE_X */\n"), Some(("HAVE_X", Value::Number("0".into()))));
        assert_eq!(definition("#define HAVE_X 1"), None);
        assert_eq!(definition("#define HAVE_X\n"), None);
        assert_eq!(
            definition("#define MACOSX_DEPLOYMENT_TARGET 11\n"),
            Some(("MACOSX_DEPLOYMENT_TARGET", Value::Text("11".into())))
        );
    }
}
