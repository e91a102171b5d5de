//! Configuration files (`setup.cfg`, `distutils.cfg`, `.pydistutils.cfg`), read as Python's `ConfigParser` reads
//! them, with the line that each value stands on. References (`%(name)s`) are replaced by [`interpolate`].

mod interpolation;

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;

use crate::effects::reading;
use crate::{Error, Result};

pub use interpolation::interpolate;

/// The section whose options every other section has too, unless it sets them itself.
const DEFAULT_SECTION: &str = "DEFAULT";

/// Where each line of a file that starts with one of these (after white space) is left out.
const COMMENT_PREFIXES: [char; 2] = ['#', ';'];

/// What separates an option's name from its value; the first of either on a line counts.
const DELIMITERS: [char; 2] = ['=', ':'];

/// How much of a faulty line an error message shows, in characters.
const SHOWN: usize = 60;

/// An option's value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The text; the lines of a value that goes over several are joined with `\n`.
    pub text: String,
    /// The line, counted from 1, that the option's name stands on.
    pub line: usize,
    /// Why the references in the text could not be replaced; the text is as it stands in the file then.
    pub fault: Option<String>,
}

/// One section, with the options of `[DEFAULT]` that it does not set itself after its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The text between the brackets, as written.
    pub name: String,
    /// Lower-cased names with their values, in the order of `ConfigParser.options(section)`.
    pub options: Vec<(String, Value)>,
}

impl Section {
    /// The value of `option` (lower case, as in the `options` list).
    pub fn get(&self, option: &str) -> Option<&Value> {
        self.options.iter().find(|(name, _)| name == option).map(|(_, value)| value)
    }
}

/// Reads and parses the file at `path`, which must be UTF-8, and replaces the references in its values.
///
/// `None` means that there is no such file or that it cannot be opened: as with `ConfigParser.read`,
/// that is nothing to stop at. [`Error::Syntax`] is for a file that does not parse.
pub fn read(path: &Path) -> Result<Option<Vec<Section>>> {
    match reading::whole(path) {
        Ok(bytes) => {
            let mut sections = parse(decode(&bytes, path)?, path)?;
            interpolate(&mut sections);
            Ok(Some(sections))
        }
        Err(error) if CANNOT_BE_OPENED.contains(&error.kind()) => Ok(None),
        Err(error) => Err(Error::file("read", path)(error)),
    }
}

/// What is passed over in silence.
const CANNOT_BE_OPENED: [ErrorKind; 4] =
    [ErrorKind::NotFound, ErrorKind::PermissionDenied, ErrorKind::IsADirectory, ErrorKind::NotADirectory];

/// Parses the text of a configuration file into its sections, in their order and without `[DEFAULT]`. References in
/// values stay as they are.
///
/// `file` only names the source in errors, all of which are [`Error::Syntax`]: an option before any
/// section, a section or option given twice, a line that is neither, an option without a name.
pub fn parse(text: &str, file: &Path) -> Result<Vec<Section>> {
    let mut drafts = Drafts::new();
    for (index, line) in lines(text).enumerate() {
        let number = index + 1;
        drafts.take(line, number).map_err(|message| Error::Syntax {
            file: file.to_path_buf(),
            line: number,
            message,
        })?;
    }
    Ok(drafts.finish())
}

/// A section while it is being read.
struct Draft {
    name: String,
    line: usize,
    options: Vec<(String, Value)>,
    /// Option name to the line it stands on.
    seen: HashMap<String, usize>,
}

impl Draft {
    fn new(name: &str, line: usize) -> Self {
        Draft { name: name.to_string(), line, options: Vec::new(), seen: HashMap::new() }
    }
}

/// Everything known after some lines of a file.
struct Drafts {
    /// `[DEFAULT]` first, whether the file has it or not.
    sections: Vec<Draft>,
    by_name: HashMap<String, usize>,
    /// The section that options now go to; `None` before the first header.
    current: Option<usize>,
    /// The current section's last option is open: a line that stands further in continues its value.
    open: bool,
    /// How far in, in characters, the last header or option stood.
    indent: usize,
}

impl Drafts {
    fn new() -> Self {
        Drafts {
            sections: vec![Draft::new(DEFAULT_SECTION, 0)],
            by_name: HashMap::new(),
            current: None,
            open: false,
            indent: 0,
        }
    }

    /// Takes in one line; an error is the message for it.
    fn take(&mut self, line: &str, number: usize) -> Result<(), String> {
        let content = line.trim_matches(is_space);
        if content.starts_with(COMMENT_PREFIXES) {
            return Ok(());
        }
        if content.is_empty() {
            self.continue_value("");
            return Ok(());
        }
        let indent = line.chars().take_while(|&c| is_space(c)).count();
        if indent > self.indent && self.continue_value(content) {
            return Ok(());
        }
        self.indent = indent;
        if let Some(name) = header(content) {
            return self.enter(name, number);
        }
        match self.current {
            Some(section) => self.define(section, content, number),
            None => Err(without_section(content)),
        }
    }

    /// Adds a line to the open option's value, if one is open.
    fn continue_value(&mut self, content: &str) -> bool {
        let last =
            self.current.filter(|_| self.open).and_then(|index| self.sections[index].options.last_mut());
        match last {
            Some((_, value)) => {
                value.text.push('\n');
                value.text.push_str(content);
                true
            }
            None => false,
        }
    }

    /// Starts the section `name`. Only `[DEFAULT]` may be entered again.
    fn enter(&mut self, name: &str, number: usize) -> Result<(), String> {
        self.open = false;
        if name == DEFAULT_SECTION {
            self.current = Some(0);
            return Ok(());
        }
        if let Some(&index) = self.by_name.get(name) {
            return Err(format!(
                "section {} already exists (line {}); put its options there",
                shown(name),
                self.sections[index].line
            ));
        }
        self.by_name.insert(name.to_string(), self.sections.len());
        self.current = Some(self.sections.len());
        self.sections.push(Draft::new(name, number));
        Ok(())
    }

    /// Reads `content` as `name = value` into the section at index `section`.
    fn define(&mut self, section: usize, content: &str, number: usize) -> Result<(), String> {
        let Some((name, text)) = content.split_once(DELIMITERS) else {
            return Err(format!(
                "{} is neither a [section] nor an option; write 'name = value', or indent the line \
                 if it continues a value",
                shown(content)
            ));
        };
        let name = name.trim_end_matches(is_space).to_lowercase();
        if name.is_empty() {
            return Err(format!("{} has no option name before its '=' or ':'", shown(content)));
        }
        let section = &mut self.sections[section];
        if let Some(line) = section.seen.insert(name.clone(), number) {
            return Err(format!(
                "option {} in section {} already exists (line {line}); keep one of the two",
                shown(&name),
                shown(&section.name)
            ));
        }
        let text = text.trim_start_matches(is_space).to_string();
        section.options.push((name, Value { text, line: number, fault: None }));
        self.open = true;
        Ok(())
    }

    /// The sections, their values trimmed at the end and with the options of `[DEFAULT]` added.
    fn finish(mut self) -> Vec<Section> {
        for (_, value) in self.sections.iter_mut().flat_map(|section| &mut section.options) {
            value.text.truncate(value.text.trim_end_matches(is_space).len());
        }
        let mut sections = self.sections.into_iter();
        let defaults = sections.next().map(|section| section.options).unwrap_or_default();
        sections
            .map(|Draft { name, mut options, seen, .. }| {
                options.extend(defaults.iter().filter(|(name, _)| !seen.contains_key(name)).cloned());
                Section { name, options }
            })
            .collect()
    }
}

/// The name in a header line: from the first character, a bracket, to the last closing one.
/// What follows it is not looked at; `[]` is no header.
fn header(content: &str) -> Option<&str> {
    let (name, _) = content.strip_prefix('[')?.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

fn without_section(content: &str) -> String {
    if content.starts_with('\u{feff}') {
        return "starts with a byte order mark; save it as UTF-8 without one".to_string();
    }
    format!("{} stands before any section header; put a [section] line above it", shown(content))
}

/// The text of a file, or the place of the first byte that is not UTF-8.
fn decode<'a>(bytes: &'a [u8], file: &Path) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|error| {
        let (before, after) = bytes.split_at(error.valid_up_to());
        let before = String::from_utf8_lossy(before);
        let at_line_start = before.is_empty() || before.ends_with(['\n', '\r']);
        Error::Syntax {
            file: file.to_path_buf(),
            line: lines(&before).count() + usize::from(at_line_start),
            message: match after.first() {
                Some(byte) => format!("byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"),
                None => "not UTF-8; save the file as UTF-8".to_string(),
            },
        }
    })
}

/// The lines of a text file in Python's sense: `\n`, `\r\n` and `\r` end one, nothing else does.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        rest = tail.strip_prefix("\r\n").or_else(|| tail.strip_prefix(['\n', '\r'])).unwrap_or_default();
        Some(line)
    })
}

/// White space in the sense of Python's `str.strip`, which has four separators more than Unicode's list.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// `text` in quotes for a one-line message: control characters escaped, its end cut when it is long.
fn shown(text: &str) -> String {
    let mut shown = String::from("'");
    for (count, c) in text.chars().enumerate() {
        if count == SHOWN {
            shown.push_str("...");
            break;
        }
        match c {
            '\u{2028}' | '\u{2029}' => shown.extend(c.escape_unicode()),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown.push('\'');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<Section> {
        parse(text, Path::new("setup.cfg")).unwrap()
    }

    fn error(text: &str) -> String {
        parse(text, Path::new("setup.cfg")).unwrap_err().to_string()
    }

    fn pairs(section: &Section) -> Vec<(&str, &str, usize)> {
        section.options.iter().map(|(name, value)| (name.as_str(), value.text.as_str(), value.line)).collect()
    }

    #[test]
    fn every_value_knows_the_line_of_its_option() {
        let sections =
            parsed("# top\n[build]\nbuild-base = out\n\n[Install]\r\nPrefix: /opt\r  \roptimize=1\n");
        assert_eq!(sections.len(), 2);
        assert_eq!(sections[0].name, "build");
        assert_eq!(pairs(&sections[0]), [("build-base", "out", 3)]);
        assert_eq!(sections[1].name, "Install");
        assert_eq!(pairs(&sections[1]), [("prefix", "/opt", 6), ("optimize", "1", 8)]);
    }

    #[test]
    fn an_indented_line_continues_a_value_over_comments_and_empty_lines() {
        let sections = parsed("[s]\na = 1\n  2\n# no\n\n  ; no\n  [3]\nb =\n  x = 4\n\n");
        assert_eq!(pairs(&sections[0]), [("a", "1\n2\n\n[3]", 2), ("b", "\nx = 4", 8)]);
    }

    #[test]
    fn default_options_follow_a_sections_own_and_never_replace_them() {
        let sections = parsed("[a]\ny = own\n[DEFAULT]\nx = 1\ny = 2\n[b]\n[DEFAULT]\nz = 3\n");
        assert_eq!(pairs(&sections[0]), [("y", "own", 2), ("x", "1", 4), ("z", "3", 8)]);
        assert_eq!(pairs(&sections[1]), [("x", "1", 4), ("y", "2", 5), ("z", "3", 8)]);
        assert_eq!(sections[1].get("y").map(|value| value.line), Some(5));
        assert_eq!(sections[1].get("no"), None);
    }

    #[test]
    fn references_are_replaced_where_a_file_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("setup.cfg");
        std::fs::write(&path, "[s]\na = %(b)s 100%%\nb = 1\n").unwrap();
        let sections = read(&path).unwrap().unwrap();
        assert_eq!(pairs(&sections[0]), [("a", "1 100%", 2), ("b", "1", 3)]);
    }

    #[test]
    fn each_mistake_is_told_on_one_line_with_its_place_and_cure() {
        assert_eq!(
            error("\na = 1\n"),
            "setup.cfg:2: 'a = 1' stands before any section header; put a [section] line above it"
        );
        assert_eq!(
            error("\u{feff}[a]\n"),
            "setup.cfg:1: starts with a byte order mark; save it as UTF-8 without one"
        );
        assert_eq!(
            error("[a]\n[b]\n[a]\n"),
            "setup.cfg:3: section 'a' already exists (line 1); put its options there"
        );
        assert_eq!(
            error("[a]\nX = 1\nx : 2\n"),
            "setup.cfg:3: option 'x' in section 'a' already exists (line 2); keep one of the two"
        );
        assert_eq!(error("[a]\n = 1\n"), "setup.cfg:2: '= 1' has no option name before its '=' or ':'");
        assert_eq!(
            error("[a]\nwor\x0bd\n"),
            "setup.cfg:2: 'wor\\u{b}d' is neither a [section] nor an option; write 'name = value', \
             or indent the line if it continues a value"
        );
    }

    #[test]
    fn a_file_that_is_not_utf8_is_refused_with_the_line_of_the_first_wrong_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("setup.cfg");
        for (bytes, line) in
            [(&b"\xe9"[..], 1), (b"[a]\r\nb = caf\xe9\n", 2), (b"[a]\r\xff", 2), (b"[a]\n\nx\xc3", 3)]
        {
            std::fs::write(&path, bytes).unwrap();
            match read(&path) {
                Err(Error::Syntax { file, line: found, message }) => {
                    assert_eq!((file, found), (path.clone(), line), "{bytes:?}");
                    assert!(message.ends_with("is not UTF-8; save the file as UTF-8"), "{message}");
                }
                other => panic!("{bytes:?} gave {other:?}"),
            }
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_no_error_and_a_folder_neither() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(&folder.path().join("setup.cfg")).unwrap(), None);
        assert_eq!(read(folder.path()).unwrap(), None);
        let empty = folder.path().join("empty.cfg");
        std::fs::write(&empty, "").unwrap();
        assert_eq!(read(&empty).unwrap(), Some(vec![]));
    }
}
