//! The order that C++20 modules need: which source exports which module, and which imports it.
//!
//! The sources are read for it, where the command line switches modules on. Only lines such as `export module spam;`
//! and `import spam;` count, and no preprocessor runs: what stands in a branch that is not compiled counts too, so that
//! there may be more order than is needed. An import that only a header or a macro has is not seen: a source without an
//! import of its own is compiled after all sources of its extension that export something and are listed before it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::path_bytes;
use super::step::{Group, Kind, Step};

/// What one source says of modules, by their full names (`spam`, or `spam:part`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) exports: Option<String>,
    pub(super) imports: Vec<String>,
}

/// What the sources of a run say, by group and step.
#[derive(Debug, Default)]
pub(super) struct Units(HashMap<(usize, usize), Unit>);

impl Units {
    /// `None`: not a source that may have to do with modules.
    pub(super) fn of(&self, place: (usize, usize)) -> Option<&Unit> {
        self.0.get(&place)
    }
}

/// How an option begins that switches modules on, with its value where that matters.
const SWITCHES: &[&str] = &[
    "-fmodules",
    "-fcxx-modules",
    "-fmodule-",
    "-fprebuilt-module-path",
    "--precompile",
    "/interface",
    "/internalPartition",
    "/ifc",
    "/experimental:module",
];

/// Compilers that have modules in C++20 without a further switch do so from here on.
const STANDARDS: &[&str] =
    &["-std=c++2", "-std=gnu++2", "/std:c++20", "/std:c++latest", "-std:c++20", "-std:c++latest"];

/// Endings of sources in languages that have no modules of this kind.
const WITHOUT: &[&str] = &["c", "m", "s", "S", "f", "f90", "F90", "cu"];

/// Larger files are not read.
const MOST: u64 = 16 << 20;

/// The groups with their compiles in an order in which each module is there when it is imported, as far as their own
/// sources make it; and what these say.
pub(super) fn ordered(groups: &[Group]) -> (Cow<'_, [Group]>, Units) {
    let mut ordered = Cow::Borrowed(groups);
    let mut units = HashMap::new();
    for (index, group) in groups.iter().enumerate() {
        let read: Vec<Option<Unit>> = group.steps.iter().map(unit).collect();
        if read.iter().flatten().all(|unit| unit.exports.is_none() && unit.imports.is_empty()) {
            continue;
        }
        let order = order(&read);
        if !order.is_sorted() {
            let steps = order.iter().map(|at| group.steps[*at].clone()).collect();
            ordered.to_mut()[index].steps = steps;
        }
        for (place, at) in order.into_iter().enumerate() {
            if let Some(unit) = &read[at] {
                units.insert((index, place), unit.clone());
            }
        }
    }
    (ordered, Units(units))
}

/// The unit that a step compiles.
fn unit(step: &Step) -> Option<Unit> {
    let source = step.inputs.first().filter(|_| step.kind == Kind::Compile)?;
    let ending = source.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let has_modules = step.commands.iter().flatten().any(|word| {
        let text = word.to_string_lossy();
        SWITCHES.iter().chain(STANDARDS).any(|switch| text.starts_with(switch))
    });
    if !has_modules || WITHOUT.contains(&ending) {
        return None;
    }
    Some(scan(&contents(source).unwrap_or_default()))
}

fn contents(path: &Path) -> Option<Vec<u8>> {
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut text = Vec::new();
    File::open(path).ok()?.take(MOST).read_to_end(&mut text).ok()?;
    Some(text)
}

/// The steps in the order that they need: the first whose imports are all there, again and again. Only compiles change
/// their places; where modules import each other in a circle, the list's own order stands.
fn order(units: &[Option<Unit>]) -> Vec<usize> {
    let exports = |at: usize| units[at].as_ref().and_then(|unit| unit.exports.as_ref());
    let exporter = |name: &String| (0..units.len()).find(|at| exports(*at) == Some(name));
    let mut open: Vec<usize> = (0..units.len()).filter(|at| units[*at].is_some()).collect();
    let needed: Vec<Vec<usize>> = units
        .iter()
        .enumerate()
        .map(|(at, unit)| match unit {
            Some(unit) if unit == &Unit::default() => (0..at).filter(|at| exports(*at).is_some()).collect(),
            Some(unit) => unit.imports.iter().filter_map(exporter).filter(|needed| *needed != at).collect(),
            None => Vec::new(),
        })
        .collect();
    let mut sorted = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let is_ready = |at: &usize| needed[*at].iter().all(|needed| !open.contains(needed));
        let next = open.iter().position(is_ready).unwrap_or(0);
        sorted.push(open.remove(next));
    }
    let mut sorted = sorted.into_iter();
    // Whatever is no such compile stays where it is.
    (0..units.len()).map(|at| if units[at].is_some() { sorted.next().unwrap_or(at) } else { at }).collect()
}

/// What a source says.
fn scan(text: &[u8]) -> Unit {
    // Most sources of most projects have to do with no modules at all.
    if [&b"import"[..], b"module"].iter().all(|word| memchr::memmem::find(text, word).is_none()) {
        return Unit::default();
    }
    let text = code(text);
    let mut unit = Unit::default();
    let mut module: Option<String> = None;
    for line in text.split(['\n', ';']) {
        let line = line.trim();
        let (is_exported, rest) = match word(line, "export") {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        if let Some(rest) = word(rest, "module") {
            let Some((name, part)) = name(rest) else { continue };
            let Some(name) = name else { continue };
            let whole = part.as_ref().map_or(name.clone(), |part| format!("{name}:{part}"));
            if is_exported || part.is_some() {
                unit.exports = Some(whole);
            } else {
                // `module spam;` belongs to spam, and sees what that exports.
                unit.imports.push(whole);
            }
            module = Some(name);
        } else if let Some(rest) = word(rest, "import") {
            match name(rest) {
                Some((Some(name), None)) => unit.imports.push(name),
                Some((None, Some(part))) => {
                    unit.imports.extend(module.as_ref().map(|module| format!("{module}:{part}")));
                }
                // Headers, and what is no import.
                _ => {}
            }
        }
    }
    unit
}

/// What is behind `keyword`, where the line begins with it as a word of its own.
fn word<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(keyword)?;
    let ends = !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
    ends.then(|| rest.trim_start())
}

/// A module's name and its partition's: `spam.ham`, `spam:part`, `:part`, and attributes behind. `None` for anything
/// else.
fn name(text: &str) -> Option<(Option<String>, Option<String>)> {
    let text = text.split("[[").next().unwrap_or_default();
    let (name, part) = text.split_once(':').map_or((text, None), |(name, part)| (name, Some(part)));
    let clean = |name: &str| -> Option<String> {
        let name: String = name.split('.').map(str::trim).collect::<Vec<_>>().join(".");
        let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
        (!name.is_empty() && name.chars().all(is_name)).then_some(name)
    };
    match (name.trim().is_empty(), part) {
        // `module :private` begins no module.
        (true, Some(part)) if part.trim() == "private" => None,
        (true, part) => Some((None, Some(clean(part?)?))),
        (false, None) => Some((Some(clean(name)?), None)),
        (false, Some(part)) => Some((Some(clean(name)?), Some(clean(part)?))),
    }
}

/// The text with a space in place of each comment, string and preprocessor line, and continued lines joined.
fn code(text: &[u8]) -> String {
    let text = path_bytes::path(text).to_string_lossy().replace("\\\r\n", "").replace("\\\n", "");
    let mut code = String::with_capacity(text.len());
    let mut rest = text.as_str();
    let mut begins_line = true;
    while let Some(letter) = rest.chars().next() {
        let skipped = if rest.starts_with("//") || (begins_line && letter == '#') {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or(rest.len(), |end| end + 4)
        } else if letter == '"' {
            string(rest, code.ends_with('R'))
        } else if letter == '\'' && !code.ends_with(|before: char| before.is_ascii_hexdigit()) {
            quoted(rest, '\'')
        } else {
            0
        };
        if skipped > 0 {
            code.push(' ');
            // A comment over several lines may stand before a directive.
            begins_line &= rest.starts_with("/*");
            rest = &rest[skipped.min(rest.len())..];
        } else {
            code.push(letter);
            begins_line = letter == '\n' || (begins_line && letter.is_whitespace());
            rest = &rest[letter.len_utf8()..];
        }
    }
    code
}

/// How long a string is that `text` begins with.
fn string(text: &str, is_raw: bool) -> usize {
    let raw = || {
        let open = text.find('(').filter(|_| is_raw)?;
        let end = format!("){}\"", &text[1..open]);
        Some(text[open..].find(&end).map_or(text.len(), |at| open + at + end.len()))
    };
    raw().unwrap_or_else(|| quoted(text, '"'))
}

fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            // One that does not end is no string.
            '\n' => return at,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(text: &str) -> (Option<String>, Vec<String>) {
        let Unit { exports, imports } = scan(text.as_bytes());
        (exports, imports)
    }

    #[test]
    fn exports_and_imports_are_found() {
        assert_eq!(
            told("export module spam;\nimport ham.egg; export import bean;"),
            (Some("spam".into()), vec!["ham.egg".into(), "bean".into()])
        );
        assert_eq!(
            told("module;\n#include <a.h>\nexport module spam : part;\nimport :other;\n"),
            (Some("spam:part".into()), vec!["spam:other".into()])
        );
        assert_eq!(told("module spam;\nimport :x;"), (None, vec!["spam".into(), "spam:x".into()]));
        assert_eq!(told("  import   a . b [[deprecated]] ;"), (None, vec!["a.b".into()]));
        assert_eq!(told("import\\\n spam;"), (None, vec!["spam".into()]));
        assert_eq!(
            told("/* x\n */ import /* y */ spam; // import ham;\nmodule :private;"),
            (None, vec!["spam".into()])
        );
    }

    #[test]
    fn what_only_looks_like_an_import_is_none() {
        for text in [
            "import <vector>;",
            "import \"a.h\";",
            "#define X import spam;",
            "// import spam;",
            "/*\nimport spam;\n*/",
            "const char *s = \"\\\nimport spam;\";",
            "auto s = R\"x(\nimport spam;\n)\"\nimport spam;\n)x\";",
            "int importer = 1;\nimportant spam;\nmodules x;",
            "import = 3;\nmodule(1);",
            "char c = '\"'; char d = '\\''; /* \" import spam; */",
        ] {
            assert_eq!(told(text), (None, vec![]), "{text}");
        }
        assert_eq!(told("int million = 1'000'000;\nimport spam;"), (None, vec!["spam".into()]));
    }

    #[test]
    fn a_source_comes_after_what_it_imports_and_all_else_stays() {
        let unit = |exports: &str, imports: &[&str]| {
            let exports = Some(exports.to_string()).filter(|name| !name.is_empty());
            Some(Unit { exports, imports: imports.iter().map(|name| (*name).to_string()).collect() })
        };
        assert_eq!(
            order(&[unit("", &["m"]), None, unit("n", &[]), unit("m", &["n"]), None]),
            [2, 1, 3, 0, 4]
        );
        assert_eq!(order(&[unit("a", &["b"]), unit("b", &["a"]), unit("c", &["c", "gone"])]), [2, 0, 1]);
        assert_eq!(order(&[unit("a", &[]), unit("", &["a"])]), [0, 1]);
        // The fourth may import `a` by a header, as it could where one is compiled after the other.
        assert_eq!(
            order(&[unit("", &["a"]), unit("", &[]), unit("a", &["b"]), unit("", &[]), unit("b", &[])]),
            [1, 4, 2, 0, 3]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[\"'R/*\\\\\n ()#;:a-z.é]{0,80}") {
            let _ = scan(text.as_bytes());
        }
    }
}
