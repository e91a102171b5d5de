//! A TOML file as a tree whose keys and values know their lines, and the ways to read a value of one type.

use toml::de::{DeTable, DeValue};

use crate::spelling::nearest;

/// What is wrong at a line of the file.
#[derive(Debug)]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    pub message: String,
}

pub type Read<T> = std::result::Result<T, Fault>;

#[derive(Debug, Clone)]
pub enum Value {
    Text(String),
    /// As written.
    Number(String),
    Flag(bool),
    /// As written.
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A value, and the key that leads to it.
#[derive(Debug, Clone)]
pub struct Node {
    /// Dotted (`project.urls`), for messages.
    pub key: String,
    pub line: usize,
    pub value: Value,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub name: String,
    pub node: Node,
}

/// The table at the root of a file.
pub fn parse(text: &str) -> Read<Node> {
    let lines = Lines::of(text);
    match DeTable::parse(text) {
        Ok(table) => Ok(lines.node(String::new(), 1, &DeValue::Table(table.into_inner()))),
        Err(error) => Err(Fault {
            line: lines.at(error.span().map_or(0, |span| span.start)),
            message: error.message().lines().collect::<Vec<_>>().join("; "),
        }),
    }
}

/// Where the lines of a text begin, in bytes.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Lines {
        Lines(
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect(),
        )
    }

    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte)
    }

    fn node(&self, key: String, line: usize, value: &DeValue<'_>) -> Node {
        let value = match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Value::Number(number.as_str().to_string()),
            DeValue::Integer(number) => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                Value::Number(
                    parsed.map_or_else(|_| number.as_str().to_string(), |parsed| parsed.to_string()),
                )
            }
            DeValue::Float(number) => Value::Number(number.as_str().to_string()),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(items) => {
                let item = |(index, item): (usize, &toml::Spanned<DeValue<'_>>)| {
                    self.node(format!("{key}[{index}]"), self.at(item.span().start), item.get_ref())
                };
                Value::List(items.iter().enumerate().map(item).collect())
            }
            DeValue::Table(table) => {
                let mut entries: Vec<(usize, Entry)> = table
                    .iter()
                    .map(|(name, value)| {
                        let start = name.span().start;
                        let name = name.get_ref().to_string();
                        let node = self.node(joined(&key, &name), self.at(start), value.get_ref());
                        (start, Entry { name, node })
                    })
                    .collect();
                entries.sort_by_key(|entry| entry.0);
                Value::Table(entries.into_iter().map(|entry| entry.1).collect())
            }
        };
        Node { key, line, value }
    }
}

/// A key below another; in quotes where TOML needs them.
fn joined(key: &str, name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let name = if is_bare { name.to_string() } else { format!("{name:?}") };
    if key.is_empty() { name } else { format!("{key}.{name}") }
}

impl Node {
    /// The error for this value: `'key' MESSAGE`.
    pub fn fault(&self, message: impl std::fmt::Display) -> Fault {
        Fault { line: self.line, message: format!("'{}' {message}", self.key) }
    }

    /// The error for a value of another type.
    pub fn must_be(&self, what: &str) -> Fault {
        let found = match &self.value {
            Value::Text(text) => format!("{text:?}"),
            Value::Number(text) | Value::Date(text) => text.clone(),
            Value::Flag(flag) => flag.to_string(),
            Value::List(_) => "a list".into(),
            Value::Table(_) => "a table".into(),
        };
        self.fault(format!("must be {what} (is {found})"))
    }

    /// An error of the engine about this value, with its line.
    pub fn checked<T>(&self, result: crate::Result<T>) -> Read<T> {
        result.map_err(|error| Fault { line: self.line, message: error.to_string() })
    }

    pub fn text(&self) -> Read<&str> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.must_be("a string")),
        }
    }

    pub fn flag(&self) -> Read<bool> {
        match self.value {
            Value::Flag(flag) => Ok(flag),
            _ => Err(self.must_be("true or false")),
        }
    }

    pub fn list(&self, what: &str) -> Read<&[Node]> {
        match &self.value {
            Value::List(items) => Ok(items),
            _ => Err(self.must_be(what)),
        }
    }

    pub fn strings(&self) -> Read<Vec<String>> {
        self.list("a list of strings")?.iter().map(|item| Ok(item.text()?.to_string())).collect()
    }

    pub fn table(&self) -> Read<&[Entry]> {
        self.table_of("a table")
    }

    pub fn table_of(&self, what: &str) -> Read<&[Entry]> {
        match &self.value {
            Value::Table(entries) => Ok(entries),
            _ => Err(self.must_be(what)),
        }
    }

    /// A table of strings.
    pub fn pairs(&self) -> Read<Vec<(String, String)>> {
        let entries = self.table_of("a table of strings")?;
        entries.iter().map(|entry| Ok((entry.name.clone(), entry.node.text()?.to_string()))).collect()
    }

    /// A table of lists of strings.
    pub fn groups(&self) -> Read<Vec<(String, Vec<String>)>> {
        let entries = self.table_of("a table of lists of strings")?;
        entries.iter().map(|entry| Ok((entry.name.clone(), entry.node.strings()?))).collect()
    }

    /// The value at a key of a table.
    pub fn get(&self, name: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(entries) => entries.iter().find(|entry| entry.name == name).map(|entry| &entry.node),
            _ => None,
        }
    }

    /// The error for a key that does not exist; `known` are those that do.
    pub fn unknown<'a>(&self, known: impl IntoIterator<Item = &'a str>, what: &str) -> Fault {
        let name = self.key.rsplit('.').next().unwrap_or_default();
        let suggestion = match nearest(name, known) {
            Some(near) => format!(": did you mean '{near}'?"),
            None => String::new(),
        };
        self.fault(format!("{what}{suggestion}"))
    }
}
