//! Entry points: what `entry_points.txt` holds, and the scripts that some of them are.

use super::checks::wrong;
use crate::{Error, Result};

/// The groups whose entry points become scripts: (group, whether it is one without a console).
const SCRIPT_GROUPS: [(&str, bool); 2] = [("console_scripts", false), ("gui_scripts", true)];

/// The entry points of a distribution, by group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryPoints {
    groups: Vec<(String, Vec<EntryPoint>)>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPoint {
    pub name: String,
    /// `module`, `module:attribute`, either with ` [extra, ...]` behind it.
    pub value: String,
}

/// A script that calls a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub name: String,
    pub module: String,
    /// With dots where it is an attribute of an attribute.
    pub attribute: String,
    pub is_gui: bool,
}

impl EntryPoints {
    pub fn is_empty(&self) -> bool {
        self.groups.iter().all(|(_, points)| points.is_empty())
    }

    /// Reads the text of an `entry_points.txt`. `key` is named in errors.
    pub fn parse(key: &str, text: &str) -> Result<EntryPoints> {
        let mut points = EntryPoints::default();
        let mut group = None;
        for line in lines(text) {
            match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                Some(name) => group = Some(name.trim().to_string()),
                None => match &group {
                    Some(group) => points.add_line(key, group, line)?,
                    None => return Err(wrong(key, line, "stands before the first [group]")),
                },
            }
        }
        Ok(points)
    }

    /// Adds the lines of one group, each `name = value`. `key` is named in errors.
    pub fn add_lines(&mut self, key: &str, group: &str, text: &str) -> Result<()> {
        lines(text).try_for_each(|line| self.add_line(key, group, line))
    }

    fn add_line(&mut self, key: &str, group: &str, line: &str) -> Result<()> {
        match line.split_once('=') {
            Some((name, value)) => self.add(key, group, name, value),
            None => Err(wrong(key, line, "is not an entry point: it has to be 'name = module:function'")),
        }
    }

    /// Adds one entry point. `key` is named in errors.
    pub fn add(&mut self, key: &str, group: &str, name: &str, value: &str) -> Result<()> {
        let (name, value) = (name.trim(), value.trim());
        if group.is_empty() || !group.split('.').all(is_word) {
            return Err(wrong(key, group, "is not the name of a group of entry points"));
        }
        let shown = format!("{name} = {value}");
        if name.is_empty() || name.contains(['=', '\n', '\r']) || name.starts_with('[') {
            return Err(wrong(key, &shown, "has no name that an entry point can have"));
        }
        let Some(reference) = Reference::of(value) else {
            return Err(wrong(key, &shown, "is not an entry point: it has to be 'name = module:function'"));
        };
        let is_script = SCRIPT_GROUPS.iter().any(|row| row.0 == group);
        if is_script && name.contains(['/', '\\']) {
            return Err(wrong(key, &shown, "is not a script: its name is a file's, and has no slash in it"));
        }
        if is_script && reference.attribute.is_empty() {
            return Err(wrong(key, &shown, "is not a script: it has to be 'name = module:function'"));
        }
        let group = match self.groups.iter().position(|known| known.0 == group) {
            Some(at) => &mut self.groups[at].1,
            None => {
                self.groups.push((group.to_string(), Vec::new()));
                &mut self.groups.last_mut().ok_or_else(|| Error::Metadata(group.to_string()))?.1
            }
        };
        if let Some(known) = group.iter().find(|known| known.name == name) {
            if known.value == value {
                return Ok(());
            }
            return Err(wrong(key, &shown, &format!("has the name of another one ({:?})", known.value)));
        }
        group.push(EntryPoint { name: name.to_string(), value: value.to_string() });
        Ok(())
    }

    /// The text of `entry_points.txt`: groups and names in alphabetical order.
    pub fn to_text(&self) -> String {
        let mut groups: Vec<_> = self.groups.iter().filter(|(_, points)| !points.is_empty()).collect();
        groups.sort();
        let mut text = String::new();
        for (group, points) in groups {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("[{group}]\n"));
            let mut points: Vec<_> = points.iter().collect();
            points.sort();
            points.iter().for_each(|point| text.push_str(&format!("{} = {}\n", point.name, point.value)));
        }
        text
    }

    /// The scripts among them, those for the console first, in alphabetical order.
    pub fn scripts(&self) -> Vec<Script> {
        let mut scripts = Vec::new();
        for (group, is_gui) in SCRIPT_GROUPS {
            let points = self.groups.iter().filter(|known| known.0 == group).flat_map(|known| &known.1);
            let mut found: Vec<Script> = points
                .filter_map(|point| {
                    let Reference { module, attribute } = Reference::of(&point.value)?;
                    Some(Script { name: point.name.clone(), module, attribute, is_gui })
                })
                .collect();
            found.sort_by(|one, other| one.name.cmp(&other.name));
            scripts.extend(found);
        }
        scripts
    }
}

/// The lines that say something.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// An object, by its module and its name in there.
struct Reference {
    module: String,
    attribute: String,
}

impl Reference {
    fn of(value: &str) -> Option<Reference> {
        let object = match value.split_once('[') {
            Some((object, extras)) => {
                extras.trim_end().strip_suffix(']')?;
                object.trim_end()
            }
            None => value,
        };
        let (module, attribute) = match object.split_once(':') {
            Some((module, attribute)) => (module.trim(), attribute.trim()),
            None => (object, ""),
        };
        let is_dotted = |text: &str| text.split('.').all(is_python_name);
        let is_one =
            is_dotted(module) && (is_dotted(attribute) || attribute.is_empty() && !object.contains(':'));
        is_one.then(|| Reference { module: module.to_string(), attribute: attribute.to_string() })
    }
}

fn is_python_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

impl Script {
    /// The script, run by `executable` (an absolute path, or `python`, which an installer replaces).
    pub fn text(&self, executable: &str) -> String {
        let Script { module, attribute, .. } = self;
        let (object, _) = attribute.split_once('.').unwrap_or((attribute, ""));
        format!(
            "{}import sys\n\nfrom {module} import {object}\n\nif __name__ == \"__main__\":\n    \
             sys.argv[0] = sys.argv[0].removesuffix(\".exe\").removesuffix(\"-script.py\")\n    \
             sys.exit({attribute}())\n",
            first_lines(executable)
        )
    }
}

/// The longest first line that every Unix starts a program from.
const LONGEST_FIRST_LINE: usize = 127;

/// What starts a Python script on Unix. A shell finds the interpreter whose path the system would cut off.
fn first_lines(executable: &str) -> String {
    let plain = format!("#!{executable}\n");
    if plain.len() <= LONGEST_FIRST_LINE && !executable.contains(char::is_whitespace) {
        return plain;
    }
    let quoted = executable.replace('\'', "'\"'\"'");
    format!("#!/bin/sh\n'''exec' '{quoted}' \"$0\" \"$@\"\n' '''\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_points_are_written_sorted_and_read_again() {
        let mut points = EntryPoints::default();
        points.add_lines("k", "console_scripts", "b = m:f\n# no\na=m.n:C.main [x]\n").unwrap();
        points.add("k", "a.plugins", "one thing", "pkg").unwrap();
        let text = points.to_text();
        assert_eq!(text, "[a.plugins]\none thing = pkg\n\n[console_scripts]\na = m.n:C.main [x]\nb = m:f\n");
        assert_eq!(EntryPoints::parse("k", &text).unwrap().to_text(), text);
        let scripts = points.scripts();
        assert_eq!((scripts[0].module.as_str(), scripts[0].attribute.as_str()), ("m.n", "C.main"));
        assert!(scripts[0].text("/usr/bin/python3").contains("from m.n import C\n"));
    }

    #[test]
    fn what_is_no_entry_point_is_an_error_that_shows_it() {
        for text in [
            "a = b:c",
            "[x]\na",
            "[x]\na = b c",
            "[console_scripts]\na = b",
            "[x y]\na=b",
            "[x]\n=b",
            "[x]\na=b:",
        ] {
            let error = EntryPoints::parse("entry_points", text).unwrap_err().to_string();
            assert!(error.starts_with("'entry_points': "), "{error}");
        }
        let twice = EntryPoints::parse("entry_points", "[x]\na=b\na=c").unwrap_err().to_string();
        assert!(twice.contains("another one"), "{twice}");
    }

    #[test]
    fn an_interpreter_with_a_space_in_its_path_is_started_by_the_shell() {
        let script = Script { name: "a".into(), module: "m".into(), attribute: "f".into(), is_gui: false };
        assert!(
            script
                .text("/a b/python")
                .starts_with("#!/bin/sh\n'''exec' '/a b/python' \"$0\" \"$@\"\n' '''\n")
        );
    }
}
