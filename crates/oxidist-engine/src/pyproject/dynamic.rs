//! `[tool.oxidist.dynamic]`: where the values of fields are that `project.dynamic` names.

use std::path::Path;

use super::project::{self, FIELDS, Project, read_file};
use super::tool::Tool;
use super::tree::{Entry, Fault, Node, Read, Value};
use super::{FILE, Given};
use crate::metadata::checks;
use crate::{Error, Result};

/// Fields whose value is one text.
pub(super) const TEXTS: [&str; 5] = ["version", "description", "readme", "requires-python", "license"];
/// Fields whose value is a list of lines.
pub(super) const LISTS: [&str; 4] = ["dependencies", "classifiers", "keywords", "license-files"];
/// The others that there can be.
pub(super) const OTHERS: [&str; 5] =
    ["entry-points", "scripts", "gui-scripts", "urls", "optional-dependencies"];
/// Those of them that no file can give.
pub(super) const IN_MODULES_ONLY: [&str; 3] = ["scripts", "gui-scripts", "urls"];

/// Where a value is.
#[derive(Debug, Clone)]
pub enum Origin {
    /// `module.name`
    Attribute(String),
    /// Relative to the project's folder; their texts are put one after the other.
    Files(Vec<String>),
}

/// A field, and where its value is.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// As in `[project]`.
    pub field: String,
    /// The argument of `setup()`.
    pub argument: &'static str,
    /// Of `optional-dependencies`.
    pub extra: Option<String>,
    /// Of `readme`.
    pub content_type: Option<String>,
    pub origin: Origin,
    node: Node,
}

pub fn read(node: &Node) -> Read<Vec<Resolved>> {
    let mut all = Vec::new();
    for Entry { name, node } in node.table()? {
        let fields = || TEXTS.iter().chain(&LISTS).chain(&OTHERS).copied();
        if !fields().any(|field| field == name) {
            return Err(node.unknown(fields(), "is not a field that can be dynamic here"));
        }
        let argument = FIELDS.iter().find(|field| field.name == name).map_or("", |field| field.arguments[0]);
        if name == "optional-dependencies" && node.get("attr").is_none() {
            for extra in node.table_of("a table of extras, each { file = ... }")? {
                let one = one(name, argument, &extra.node)?;
                all.push(Resolved { extra: Some(extra.name.clone()), ..one });
            }
        } else {
            all.push(one(name, argument, node)?);
        }
    }
    Ok(all)
}

fn one(field: &str, argument: &'static str, node: &Node) -> Read<Resolved> {
    const WHAT: &str = "{ attr = \"module.name\" } or { file = \"name\" }";
    let keys: &[&str] = if field == "readme" { &["attr", "file", "content-type"] } else { &["attr", "file"] };
    for entry in node.table_of(WHAT)? {
        if !keys.contains(&entry.name.as_str()) {
            return Err(entry.node.unknown(keys.iter().copied(), "says nothing here"));
        }
    }
    let origin = match (node.get("attr"), node.get("file")) {
        (Some(attribute), None) => {
            let text = attribute.text()?;
            if !text.contains('.') || text.split('.').any(str::is_empty) || text.contains(char::is_whitespace)
            {
                return Err(attribute.must_be("'module.name'"));
            }
            Origin::Attribute(text.to_string())
        }
        (None, Some(files)) => {
            if IN_MODULES_ONLY.contains(&field) {
                return Err(files.fault("cannot be in a file: only 'attr' can give it"));
            }
            Origin::Files(match &files.value {
                Value::Text(name) => vec![name.clone()],
                _ => files.strings()?,
            })
        }
        _ => return Err(node.must_be(WHAT)),
    };
    let content_type = node.get("content-type").map(|kind| {
        kind.checked(checks::content_type(&kind.key, kind.text()?))?;
        Ok(kind.text()?.to_string())
    });
    let content_type = content_type.transpose()?;
    Ok(Resolved { field: field.into(), argument, extra: None, content_type, origin, node: node.clone() })
}

/// What is resolved must be dynamic.
pub fn check(project: &Project, tool: &Tool) -> Read<()> {
    for resolved in &tool.dynamic {
        let field = &resolved.field;
        if !project.dynamic.iter().any(|dynamic| dynamic.0 == *field) {
            return Err(resolved
                .node
                .fault(format!("is for a field that 'project.dynamic' must have in it: '{field}'")));
        }
    }
    Ok(())
}

impl Resolved {
    pub fn line(&self) -> usize {
        self.node.line
    }

    pub fn key(&self) -> &str {
        &self.node.key
    }

    /// An error about this value.
    pub fn error(&self, message: &str) -> Error {
        wrong(self.node.fault(message))
    }

    /// The value, of files in `folder`.
    ///
    /// # Errors
    /// [`Error::Syntax`] for a file that cannot be read.
    pub fn of_files(&self, folder: &Path, files: &[String]) -> Result<Given> {
        let mut texts = Vec::new();
        for file in files {
            texts.push(read_file(&self.node, folder, file).map_err(wrong)?);
        }
        let text = texts.join("\n");
        if self.field == "readme" || self.field == "entry-points" {
            return Ok(Given::Text(text));
        }
        if TEXTS.contains(&self.field.as_str()) {
            return Ok(Given::Text(text.trim().to_string()));
        }
        let is_requirements = self.field == "dependencies" || self.field == "optional-dependencies";
        let lines = text.lines().map(|line| match is_requirements {
            true => line.split_once(" #").map_or(line, |(before, _)| before).trim(),
            false => line.trim(),
        });
        let lines: Vec<String> =
            lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_string).collect();
        if let Some(option) = lines.iter().find(|line| is_requirements && line.starts_with('-')) {
            return Err(self.error(&format!("has a line that is no requirement: {option:?}")));
        }
        Ok(Given::Strings(lines))
    }

    /// The content type of a readme: as given, or by the name of its file.
    pub fn content_type(&self) -> Option<String> {
        self.content_type.clone().or_else(|| match &self.origin {
            Origin::Files(files) => project::content_type_of(files.first()?).map(str::to_string),
            Origin::Attribute(_) => None,
        })
    }
}

fn wrong(fault: Fault) -> Error {
    Error::Syntax { file: FILE.into(), line: fault.line, message: fault.message }
}
