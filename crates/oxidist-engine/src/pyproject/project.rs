//! `[project]`: the metadata that all build backends read alike (PEP 621, PEP 639).

use std::path::{Component, Path};

use super::tree::{Entry, Fault, Node, Read, Value};
use super::{Given, Setting};
use crate::effects::reading;
use crate::metadata::{EntryPoints, checks};
use crate::reason;
use crate::spelling::nearest;

/// A key of `[project]`, and the arguments of `setup()` that say the same.
pub struct Field {
    pub name: &'static str,
    pub arguments: &'static [&'static str],
    /// What it is for, for the schema.
    pub about: &'static str,
}

/// All keys but `dynamic`.
pub const FIELDS: [Field; 17] = [
    Field { name: "name", arguments: &["name"], about: "the project's name" },
    Field { name: "version", arguments: &["version"], about: "the version (PEP 440)" },
    Field { name: "description", arguments: &["description"], about: "a summary in one line" },
    Field {
        name: "readme",
        arguments: &["long_description", "long_description_content_type"],
        about: "a file, or a table of file or text and content-type",
    },
    Field { name: "requires-python", arguments: &["python_requires"], about: "which Pythons" },
    Field {
        name: "license",
        arguments: &["license_expression", "license"],
        about: "an SPDX expression; a table of file or text is the old form",
    },
    Field { name: "license-files", arguments: &["license_files"], about: "patterns for licence files" },
    Field { name: "authors", arguments: &["author", "author_email"], about: "tables of name and email" },
    Field {
        name: "maintainers",
        arguments: &["maintainer", "maintainer_email"],
        about: "tables of name and email",
    },
    Field { name: "keywords", arguments: &["keywords"], about: "words to search for" },
    Field { name: "classifiers", arguments: &["classifiers"], about: "Trove classifiers" },
    Field {
        name: "urls",
        arguments: &["project_urls", "url", "download_url"],
        about: "addresses with labels",
    },
    Field { name: "scripts", arguments: &["entry_points"], about: "commands for the console" },
    Field { name: "gui-scripts", arguments: &["entry_points"], about: "commands with windows" },
    Field { name: "entry-points", arguments: &["entry_points"], about: "groups of entry points" },
    Field { name: "dependencies", arguments: &["install_requires"], about: "requirements (PEP 508)" },
    Field { name: "optional-dependencies", arguments: &["extras_require"], about: "requirements of extras" },
];

/// Keys that the standard has gained since the version of core metadata that is written.
const LATER: [&str; 2] = ["import-names", "import-namespaces"];

/// The content types of readme files, by the ends of their names.
const README_TYPES: [(&str, &str); 4] = [
    (".md", "text/markdown"),
    (".markdown", "text/markdown"),
    (".rst", "text/x-rst"),
    (".txt", "text/plain"),
];

/// `[project]`, read.
#[derive(Debug, Clone)]
pub struct Project {
    pub name: String,
    pub line: usize,
    /// What is given, each as an argument of `setup()`.
    pub settings: Vec<Setting>,
    /// The names of keys that are given, with their lines.
    pub given: Vec<(String, usize)>,
    /// The names in `dynamic`, with their lines.
    pub dynamic: Vec<(String, usize)>,
    /// The files that values were read from, relative to the project's folder.
    pub files: Vec<String>,
}

/// Read the table. Files are relative to `folder`.
pub fn read(node: &Node, folder: &Path) -> Read<Project> {
    let entries = node.table()?;
    for Entry { name, node } in entries {
        if LATER.contains(&name.as_str()) {
            return Err(node.fault("has no field in core metadata 2.4, which is what is written: remove it"));
        }
        if name != "dynamic" && !FIELDS.iter().any(|field| field.name == name) {
            let known = FIELDS.iter().map(|field| field.name).chain(["dynamic"]);
            return Err(node.unknown(known, "is not a key of [project]"));
        }
    }
    let Some(name) = node.get("name") else {
        return Err(Fault { line: node.line, message: "[project] must have a 'name'".into() });
    };
    let mut project = Reader {
        folder,
        project: Project {
            name: name.text()?.to_string(),
            line: node.line,
            settings: Vec::new(),
            given: entries
                .iter()
                .filter(|entry| entry.name != "dynamic")
                .map(|entry| (entry.name.clone(), entry.node.line))
                .collect(),
            dynamic: dynamic(node)?,
            files: Vec::new(),
        },
        points: None,
        license_files: node.get("license-files").is_some(),
    };
    entries.iter().try_for_each(|entry| project.take(&entry.name, &entry.node))?;
    if let Some((points, node)) = project.points.take() {
        let mut setting = Setting { argument: "entry_points", value: Given::Groups(points), ..at(&node) };
        setting.key = "project.entry-points".into();
        project.project.settings.push(setting);
    }
    let project = project.project;
    let is_known = |name: &str| project.given.iter().chain(&project.dynamic).any(|known| known.0 == name);
    if !is_known("version") {
        let message = "[project] must have a 'version', or list it in 'dynamic'".into();
        return Err(Fault { line: node.line, message });
    }
    Ok(project)
}

fn dynamic(node: &Node) -> Read<Vec<(String, usize)>> {
    let Some(list) = node.get("dynamic") else { return Ok(Vec::new()) };
    let mut names = Vec::new();
    for item in list.list("a list of strings")? {
        let name = item.text()?;
        if name == "name" {
            return Err(list.fault("must not have 'name' in it, which is always static"));
        }
        if !FIELDS.iter().any(|field| field.name == name) {
            let near = nearest(name, FIELDS.iter().map(|field| field.name));
            let near = near.map(|near| format!(": did you mean '{near}'?")).unwrap_or_default();
            return Err(Fault {
                line: item.line,
                message: format!(
                    "'project.dynamic' has '{name}' in it, which is not a key of [project]{near}"
                ),
            });
        }
        if let Some(other) = node.get(name) {
            let line = other.line;
            return Err(Fault {
                line: item.line,
                message: format!(
                    "'project.dynamic' has '{name}' in it, which line {line} gives: keep one of the two"
                ),
            });
        }
        names.push((name.to_string(), item.line));
    }
    Ok(names)
}

fn at(node: &Node) -> Setting {
    Setting { argument: "", key: node.key.clone(), line: node.line, value: Given::Flag(false) }
}

/// Entry points by their groups, and the first key that has some.
type Points = (Vec<(String, Vec<String>)>, Node);

struct Reader<'a> {
    folder: &'a Path,
    project: Project,
    points: Option<Points>,
    license_files: bool,
}

impl Reader<'_> {
    fn give(&mut self, node: &Node, argument: &'static str, value: Given) {
        self.project.settings.push(Setting { argument, value, ..at(node) });
    }

    fn take(&mut self, name: &str, node: &Node) -> Read<()> {
        let key = &node.key;
        match name {
            "name" => {
                node.checked(checks::name(key, node.text()?))?;
                self.give(node, "name", Given::Text(node.text()?.into()));
            }
            "version" => {
                node.checked(checks::version(key, node.text()?))?;
                self.give(node, "version", Given::Text(node.text()?.into()));
            }
            "description" => {
                node.checked(checks::line(key, node.text()?))?;
                self.give(node, "description", Given::Text(node.text()?.into()));
            }
            "readme" => self.readme(node)?,
            "requires-python" => {
                let specifiers = node.checked(checks::specifiers(key, node.text()?))?;
                self.give(node, "python_requires", Given::Text(specifiers));
            }
            "license" => self.license(node)?,
            "license-files" => {
                let patterns = node.strings()?;
                if let Some(pattern) = patterns.iter().find(|pattern| leads_out(pattern)) {
                    return Err(
                        node.fault(format!("has {pattern:?} in it, which leads out of the project's folder"))
                    );
                }
                self.give(node, "license_files", Given::Strings(patterns));
            }
            "authors" => self.people(node, "author", "author_email")?,
            "maintainers" => self.people(node, "maintainer", "maintainer_email")?,
            "keywords" | "classifiers" => {
                let argument = if name == "keywords" { "keywords" } else { "classifiers" };
                for item in node.list("a list of strings")? {
                    item.checked(checks::line(&item.key, item.text()?))?;
                    if argument == "keywords" && item.text()?.contains(',') {
                        return Err(item.fault("has a comma in it: give each word for itself"));
                    }
                }
                self.give(node, argument, Given::Strings(node.strings()?));
            }
            "urls" => {
                let urls = node.pairs()?;
                for (entry, (label, address)) in node.table()?.iter().zip(&urls) {
                    entry.node.checked(checks::label(key, label))?;
                    entry.node.checked(checks::line(&entry.node.key, address))?;
                }
                self.give(node, "project_urls", Given::Pairs(urls));
            }
            "scripts" => self.entry_points(node, "console_scripts", node)?,
            "gui-scripts" => self.entry_points(node, "gui_scripts", node)?,
            "entry-points" => {
                for group in node.table_of("a table of tables")? {
                    if ["console_scripts", "gui_scripts"].contains(&group.name.as_str()) {
                        let instead = if group.name.starts_with('c') { "scripts" } else { "gui-scripts" };
                        return Err(group.node.fault(format!("must be 'project.{instead}'")));
                    }
                    self.entry_points(node, &group.name, &group.node)?;
                }
            }
            "dependencies" => {
                for item in node.list("a list of strings")? {
                    item.checked(checks::requirement(&item.key, item.text()?))?;
                }
                self.give(node, "install_requires", Given::Strings(node.strings()?));
            }
            "optional-dependencies" => {
                for extra in node.table_of("a table of lists of strings")? {
                    extra.node.checked(checks::extra(key, &extra.name))?;
                    for item in extra.node.list("a list of strings")? {
                        item.checked(checks::requirement(&item.key, item.text()?))?;
                    }
                }
                self.give(node, "extras_require", Given::Groups(node.groups()?));
            }
            _ => {}
        }
        Ok(())
    }

    fn entry_points(&mut self, key: &Node, group: &str, table: &Node) -> Read<()> {
        let mut parsed = EntryPoints::default();
        let mut lines = Vec::new();
        for entry in table.table_of("a table of strings")? {
            let value = entry.node.text()?;
            entry.node.checked(parsed.add(&table.key, group, &entry.name, value))?;
            lines.push(format!("{} = {value}", entry.name));
        }
        let points = &mut self.points.get_or_insert_with(|| (Vec::new(), key.clone())).0;
        points.push((group.to_string(), lines));
        Ok(())
    }

    fn readme(&mut self, node: &Node) -> Read<()> {
        let (text, content_type) = match &node.value {
            Value::Text(file) => {
                let Some(kind) = content_type_of(file) else {
                    return Err(node.fault(format!(
                        "is {file:?}, whose name does not say what it is: end it with .md, .rst or .txt, or give \
                         {{ file = {file:?}, content-type = \"...\" }}"
                    )));
                };
                (self.file(node, file)?, kind.to_string())
            }
            Value::Table(entries) => {
                for entry in entries {
                    if !["file", "text", "content-type"].contains(&entry.name.as_str()) {
                        return Err(entry
                            .node
                            .unknown(["file", "text", "content-type"], "is not a key of a readme"));
                    }
                }
                let Some(kind) = node.get("content-type") else {
                    return Err(node.fault("must have a 'content-type'"));
                };
                kind.checked(checks::content_type(&kind.key, kind.text()?))?;
                (self.file_or_text(node)?, kind.text()?.to_string())
            }
            _ => return Err(node.must_be("a file's name, or a table")),
        };
        node.checked(checks::text(&node.key, &text))?;
        self.give(node, "long_description", Given::Text(text));
        self.give(node, "long_description_content_type", Given::Text(content_type));
        Ok(())
    }

    fn license(&mut self, node: &Node) -> Read<()> {
        match &node.value {
            Value::Text(expression) => {
                let expression = node.checked(checks::license_expression(&node.key, expression))?;
                self.give(node, "license_expression", Given::Text(expression));
            }
            Value::Table(entries) => {
                for entry in entries {
                    if !["file", "text"].contains(&entry.name.as_str()) {
                        return Err(entry.node.unknown(["file", "text"], "is not a key of a licence"));
                    }
                }
                if self.license_files {
                    return Err(node.fault(
                        "must be an SPDX expression beside 'project.license-files' (PEP 639), not a table",
                    ));
                }
                let text = self.file_or_text(node)?;
                self.give(node, "license", Given::Text(text));
            }
            _ => return Err(node.must_be("an SPDX expression")),
        }
        Ok(())
    }

    fn file_or_text(&mut self, node: &Node) -> Read<String> {
        match (node.get("file"), node.get("text")) {
            (Some(file), None) => self.file(file, file.text()?),
            (None, Some(text)) => Ok(text.text()?.to_string()),
            _ => Err(node.fault("must have one of 'file' and 'text'")),
        }
    }

    fn file(&mut self, node: &Node, name: &str) -> Read<String> {
        let text = read_file(node, self.folder, name)?;
        self.project.files.push(name.to_string());
        Ok(text)
    }

    /// Those with an address, and those with a name only: two fields of core metadata.
    fn people(&mut self, node: &Node, names: &'static str, addresses: &'static str) -> Read<()> {
        let what = "a list of tables with 'name' and 'email'";
        let (mut named, mut addressed) = (Vec::new(), Vec::new());
        for person in node.list(what)? {
            for entry in person.table_of("a table with 'name' and 'email'")? {
                if !["name", "email"].contains(&entry.name.as_str()) {
                    return Err(entry.node.unknown(["name", "email"], "is neither 'name' nor 'email'"));
                }
                entry.node.checked(checks::line(&entry.node.key, entry.node.text()?))?;
            }
            let text = |key: &str| person.get(key).map(Node::text).transpose();
            match (text("name")?, text("email")?) {
                (Some(name), None) => named.push(name.to_string()),
                (None, Some(email)) => addressed.push(email.to_string()),
                (Some(name), Some(email)) => addressed.push(format!("{} <{email}>", quoted(name))),
                (None, None) => return Err(person.fault("must have a 'name' or an 'email'")),
            }
        }
        for (argument, values) in [(names, named), (addresses, addressed)] {
            if !values.is_empty() {
                self.give(node, argument, Given::Text(values.join(", ")));
            }
        }
        Ok(())
    }
}

/// The content type of a readme of this name.
pub fn content_type_of(file: &str) -> Option<&'static str> {
    let lower = file.to_lowercase();
    README_TYPES.iter().find(|(end, _)| lower.ends_with(end)).map(|row| row.1)
}

/// The text of a file of the project.
pub fn read_file(node: &Node, folder: &Path, name: &str) -> Read<String> {
    if leads_out(name) {
        return Err(node.fault(format!("is {name:?}, which leads out of the project's folder")));
    }
    match reading::text(&folder.join(name)) {
        Ok(text) => Ok(text),
        Err(error) => {
            Err(node.fault(format!("is the file {name:?}, which cannot be read: {}", reason(&error))))
        }
    }
}

/// Whether a name does not stay below the project's folder.
pub fn leads_out(name: &str) -> bool {
    Path::new(name).components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
}

/// A name in front of an address: in quotes where it has characters that mean something there.
fn quoted(name: &str) -> String {
    if name.contains(|c| "()<>@,;:\\\".[]".contains(c)) {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        name.to_string()
    }
}
