//! `[tool.oxidist]`: what a distribution is made of, and options of commands.

use std::path::Path;

use super::dynamic::{self, Resolved};
use super::keys::{DISCOVERY_KEYS, EXTENSION_KEYS, Key, Kind, LIBRARY_KEYS, NEEDED, TOOL_KEYS};
use super::project::leads_out;
use super::tree::{Entry, Node, Read, Value};
use super::{Given, Setting};
use crate::find_packages::Rules;
use crate::{Error, Result, glob};

/// `[tool.oxidist]`, read.
#[derive(Debug, Clone, Default)]
pub struct Tool {
    /// What is an argument of `setup()` as it stands.
    pub settings: Vec<Setting>,
    pub packages: Option<(Packages, usize)>,
    pub data_files: Vec<(String, Vec<Pattern>)>,
    pub extensions: Option<Vec<Extension>>,
    pub libraries: Option<Vec<Library>>,
    pub cmdclass: Vec<Reference>,
    pub commands: Vec<Command>,
    pub dynamic: Vec<Resolved>,
}

/// A pattern for files, and where it stands.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub pattern: String,
    pub key: String,
    pub line: usize,
}

#[derive(Debug, Clone)]
pub enum Packages {
    Listed(Vec<String>),
    Found(Discovery),
}

/// Where packages are, and which of them are taken.
#[derive(Debug, Clone)]
pub struct Discovery {
    /// Relative to the project's folder; `.` is that itself.
    pub folder: String,
    pub rules: Rules,
}

/// `("NAME", None)` defines a macro without a value.
pub type Macro = (String, Option<String>);

/// An extension module: arguments of `Extension`.
#[derive(Debug, Clone)]
pub struct Extension {
    pub settings: Vec<(&'static str, Given)>,
    pub macros: Vec<Macro>,
}

/// A static library: its name, and what it is made of.
#[derive(Debug, Clone)]
pub struct Library {
    pub name: String,
    pub settings: Vec<(&'static str, Given)>,
    pub macros: Vec<Macro>,
}

/// A command's class: `module:class`.
#[derive(Debug, Clone)]
pub struct Reference {
    pub command: String,
    pub module: String,
    pub name: String,
    pub key: String,
    pub line: usize,
}

/// The options of a command. Names are as in Python, with `_`.
#[derive(Debug, Clone)]
pub struct Command {
    pub name: String,
    pub key: String,
    pub line: usize,
    pub options: Vec<(String, OptionValue, usize)>,
}

#[derive(Debug, Clone)]
pub enum OptionValue {
    /// Strings and numbers, as a command line has them.
    Text(String),
    Flag(bool),
    Strings(Vec<String>),
}

pub fn read(node: &Node) -> Read<Tool> {
    let mut tool = Tool::default();
    for Entry { name, node } in node.table()? {
        let Some((_, kind, argument, _)) = TOOL_KEYS.iter().find(|key| key.0 == name) else {
            // What else is a table is a command's: whether there is such a command is known later.
            let is_misspelt = TOOL_KEYS.iter().any(|key| key.0 == name.replace('_', "-"));
            if let Value::Table(entries) = &node.value
                && !is_misspelt
            {
                tool.commands.push(command(name, node, entries)?);
                continue;
            }
            return Err(node.unknown(TOOL_KEYS.iter().map(|key| key.0), "is not a key of [tool.oxidist]"));
        };
        if let Some(value) = given(*kind, node)? {
            tool.settings.push(Setting { argument, key: node.key.clone(), line: node.line, value });
            continue;
        }
        match kind {
            Kind::Packages => tool.packages = Some((packages(node)?, node.line)),
            Kind::DataFiles => tool.data_files = data_files(node)?,
            Kind::Extensions => tool.extensions = Some(extensions(node)?),
            Kind::Libraries => tool.libraries = Some(libraries(node)?),
            Kind::Classes => tool.cmdclass = cmdclass(node)?,
            _ => tool.dynamic = dynamic::read(node)?,
        }
    }
    Ok(tool)
}

/// A value of a plain kind.
fn given(kind: Kind, node: &Node) -> Read<Option<Given>> {
    Ok(Some(match kind {
        Kind::Text => Given::Text(node.text()?.into()),
        Kind::Flag => Given::Flag(node.flag()?),
        Kind::Strings => Given::Strings(node.strings()?),
        Kind::Pairs => Given::Pairs(node.pairs()?),
        Kind::Groups => Given::Groups(node.groups()?),
        Kind::Folder => Given::Text(folder(node)?.into()),
        Kind::Folders => {
            node.table_of("a table of strings")?
                .iter()
                .try_for_each(|entry| folder(&entry.node).map(drop))?;
            Given::Pairs(node.pairs()?)
        }
        _ => return Ok(None),
    }))
}

/// A folder that is the project's or below it.
fn folder(node: &Node) -> Read<&str> {
    match node.text()? {
        name if leads_out(name) => Err(node.fault("leads out of the project's folder")),
        name => Ok(name),
    }
}

fn packages(node: &Node) -> Read<Packages> {
    const WHAT: &str = "a list of packages, or a table with 'where', 'include', 'exclude' and 'namespaces'";
    if let Value::List(_) = node.value {
        return Ok(Packages::Listed(node.strings()?));
    }
    let mut discovery = Discovery {
        folder: ".".into(),
        rules: Rules { include: vec!["*".into()], exclude: Vec::new(), namespaces: false },
    };
    for Entry { name, node } in node.table_of(WHAT)? {
        match name.as_str() {
            "where" => discovery.folder = folder(node)?.trim_end_matches('/').to_string(),
            "include" => discovery.rules.include = node.strings()?,
            "exclude" => discovery.rules.exclude = node.strings()?,
            "namespaces" => discovery.rules.namespaces = node.flag()?,
            _ => return Err(node.unknown(DISCOVERY_KEYS.map(|key| key.0), "is not a key of 'packages'")),
        }
    }
    Ok(Packages::Found(discovery))
}

fn data_files(node: &Node) -> Read<Vec<(String, Vec<Pattern>)>> {
    let mut folders = Vec::new();
    for Entry { name, node } in node.table_of("a table of lists of files")? {
        let mut patterns = Vec::new();
        for item in node.list("a list of strings")? {
            patterns.push(Pattern { pattern: item.text()?.into(), key: item.key.clone(), line: item.line });
        }
        folders.push((name.clone(), patterns));
    }
    Ok(folders)
}

/// The keys of a table that a table of rows knows; `define-macros` apart.
type Rows = (Vec<(&'static str, Given)>, Vec<Macro>);

fn rows(node: &Node, known: &[Key], what: &str) -> Read<Rows> {
    let (mut settings, mut macros) = (Vec::new(), Vec::new());
    for Entry { name, node } in node.table()? {
        let Some((_, kind, argument, _)) = known.iter().find(|row| row.0 == name) else {
            return Err(node.unknown(known.iter().map(|row| row.0), &format!("is not a key of {what}")));
        };
        match given(*kind, node)? {
            Some(value) => settings.push((*argument, value)),
            None => macros = define_macros(node)?,
        }
    }
    for needed in NEEDED {
        if node.get(needed).is_none() {
            return Err(node.fault(format!("must have '{needed}'")));
        }
    }
    Ok((settings, macros))
}

/// `"NAME"`, `["NAME"]` or `["NAME", "value"]`.
fn define_macros(node: &Node) -> Read<Vec<Macro>> {
    const WHAT: &str = "a list of [\"NAME\", \"value\"] and \"NAME\"";
    let one = |item: &Node| match &item.value {
        Value::Text(name) => Ok((name.clone(), None)),
        Value::List(_) => match item.strings()?.as_slice() {
            [name] => Ok((name.clone(), None)),
            [name, value] => Ok((name.clone(), Some(value.clone()))),
            _ => Err(item.must_be("a name, or a name and a value")),
        },
        _ => Err(item.must_be("a name, or a name and a value")),
    };
    node.list(WHAT)?.iter().map(one).collect()
}

fn extensions(node: &Node) -> Read<Vec<Extension>> {
    let items = node.list("a list of tables ([[tool.oxidist.ext-modules]])")?;
    let one = |item| rows(item, &EXTENSION_KEYS, "an extension module");
    items.iter().map(|item| one(item).map(|(settings, macros)| Extension { settings, macros })).collect()
}

fn libraries(node: &Node) -> Read<Vec<Library>> {
    let items = node.list("a list of tables ([[tool.oxidist.libraries]])")?;
    let one = |item: &Node| {
        let (mut settings, macros) = rows(item, &LIBRARY_KEYS, "a library")?;
        settings.retain(|setting| setting.0 != "name");
        let name = item.get("name").map(Node::text).transpose()?.unwrap_or_default().to_string();
        Ok(Library { name, settings, macros })
    };
    items.iter().map(one).collect()
}

fn cmdclass(node: &Node) -> Read<Vec<Reference>> {
    let one = |entry: &Entry| {
        let node = &entry.node;
        let text = node.text()?;
        let is_name =
            |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == ':');
        match text.split_once(':') {
            Some((module, name)) if is_name(module) && is_name(name) => Ok(Reference {
                command: entry.name.clone(),
                module: module.to_string(),
                name: name.to_string(),
                key: node.key.clone(),
                line: node.line,
            }),
            _ => Err(node.must_be("'module:class'")),
        }
    };
    node.table_of("a table of 'module:class'")?.iter().map(one).collect()
}

fn command(name: &str, node: &Node, entries: &[Entry]) -> Read<Command> {
    let option = |entry: &Entry| {
        let node = &entry.node;
        let value = match &node.value {
            Value::Text(text) | Value::Number(text) => OptionValue::Text(text.clone()),
            Value::Flag(flag) => OptionValue::Flag(*flag),
            Value::List(_) => OptionValue::Strings(node.strings()?),
            _ => return Err(node.must_be("a string, a number, true, false or a list of strings")),
        };
        Ok((entry.name.replace('-', "_"), value, node.line))
    };
    Ok(Command {
        name: name.replace('-', "_"),
        key: node.key.clone(),
        line: node.line,
        options: entries.iter().map(option).collect::<Read<_>>()?,
    })
}

impl Tool {
    /// The data files, of what the patterns match: folders, with files relative to `root`.
    ///
    /// # Errors
    /// [`Error::Syntax`] for a pattern that matches nothing.
    pub fn data_files(&self) -> Result<Vec<(String, Vec<String>)>> {
        let mut folders = Vec::new();
        for (folder, patterns) in &self.data_files {
            let mut files = Vec::new();
            for Pattern { pattern, key, line } in patterns {
                let mut found: Vec<String> = match glob::has_magic(pattern) {
                    true => {
                        glob::files(pattern)?.iter().map(|path| path.to_string_lossy().into_owned()).collect()
                    }
                    false => Path::new(pattern).is_file().then(|| pattern.clone()).into_iter().collect(),
                };
                if found.is_empty() {
                    let message = format!("'{key}': there is no file {pattern:?}");
                    return Err(Error::Syntax { file: super::FILE.into(), line: *line, message });
                }
                found.sort();
                files.append(&mut found);
            }
            folders.push((folder.clone(), files));
        }
        Ok(folders)
    }
}
