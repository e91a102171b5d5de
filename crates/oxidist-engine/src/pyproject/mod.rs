//! `pyproject.toml`: what `[project]` (PEP 621, PEP 639) and `[tool.oxidist]` say, each value with its key and line.
//!
//! | room | what it is for |
//! | --- | --- |
//! | [`tree`] | TOML with lines; values of one type; names that were probably meant |
//! | [`project`] | `[project]` |
//! | [`tool`] | `[tool.oxidist]` |
//! | [`keys`] | its keys, as data |
//! | [`modules`] | which packages and modules there are |
//! | [`dynamic`] | `[tool.oxidist.dynamic]` |
//! | [`schema`] | the same keys as a JSON schema, for editors and validators |

mod dynamic;
mod keys;
mod modules;
mod project;
mod schema;
mod tool;
mod tree;

use std::path::{Path, PathBuf};

pub use dynamic::{Origin, Resolved};
pub use keys::TOOL_KEYS;
pub use modules::{Located, discover};
pub use project::{FIELDS, Field, Project};
pub use schema::{CommandOption, CommandTable, schema};
pub use tool::{Command, Discovery, Extension, Library, Macro, OptionValue, Packages, Reference, Tool};

use crate::effects::reading;
use crate::{Error, Result};
use tree::{Fault, Node};

/// The file's name, in the project's folder.
pub const FILE: &str = "pyproject.toml";

/// The module of the build backend, and the names in it.
const BACKEND: &str = "oxidist.build_meta";

/// A value for an attribute of the distribution or its metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    Text(String),
    Flag(bool),
    Strings(Vec<String>),
    Pairs(Vec<(String, String)>),
    Groups(Vec<(String, Vec<String>)>),
}

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The argument of `setup()` that it stands for.
    pub argument: &'static str,
    /// `project.version`
    pub key: String,
    pub line: usize,
    pub value: Given,
}

/// What a `pyproject.toml` says to this library.
#[derive(Debug, Clone)]
pub struct Pyproject {
    pub project: Option<Project>,
    pub tool: Tool,
}

/// Read the file in `folder`.
///
/// `None`: there is none, or it is another tool's: it has no `[tool.oxidist]`, and neither has `[build-system]` the
/// build backend of this library. With `always` every file counts.
///
/// # Errors
/// [`Error::Syntax`], with the line, for what is no TOML, a key that does not exist, a value of another type or
/// one that breaks a standard; [`Error::File`] for a file that cannot be read (one that a key names, too).
pub fn read(folder: &Path, always: bool) -> Result<Option<Pyproject>> {
    let Some(bytes) = bytes(folder)? else { return Ok(None) };
    if !always && memchr::memmem::find(&bytes, b"oxidist").is_none() {
        return Ok(None);
    }
    let root = parsed(&bytes)?;
    let tool = root.get("tool").and_then(|tool| tool.get("oxidist"));
    if !always && tool.is_none() && !has_our_backend(&root) {
        return Ok(None);
    }
    let tool = tool.map(tool::read).transpose().map_err(wrong)?.unwrap_or_default();
    let project = root.get("project").map(|node| project::read(node, folder)).transpose().map_err(wrong)?;
    if let Some(project) = &project {
        dynamic::check(project, &tool).map_err(wrong)?;
    }
    Ok(Some(Pyproject { project, tool }))
}

/// Check that the file in `folder`, which has no setup script, says to this library what to build.
///
/// # Errors
/// [`Error::Syntax`] where another build backend is named or none, or for what is no TOML; [`Error::File`] for a file
/// that cannot be read.
pub fn check_describes_a_build(folder: &Path) -> Result<()> {
    let Some(bytes) = bytes(folder)? else { return Ok(()) };
    let root = parsed(&bytes)?;
    if has_our_backend(&root) || root.get("tool").is_some_and(|tool| tool.get("oxidist").is_some()) {
        return Ok(());
    }
    let Some(backend) = backend(&root) else {
        let message = format!(
            "nothing says what to build: there is neither a table [tool.oxidist] nor the build backend '{BACKEND}' \
             in this file, and there is no setup.py"
        );
        return Err(wrong(Fault { line: 1, message }));
    };
    let message = format!(
        "the build backend is '{}', and there is no setup.py: build this project with 'pip wheel .' or \
         'python -m build'",
        backend.text().unwrap_or_default().trim()
    );
    Err(wrong(Fault { line: backend.line, message }))
}

/// The file's bytes; `None` where there is no file.
fn bytes(folder: &Path) -> Result<Option<Vec<u8>>> {
    let path = folder.join(FILE);
    match reading::whole(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("read", path)(error)),
    }
}

fn parsed(bytes: &[u8]) -> Result<Node> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count() + 1;
        wrong(Fault { line, message: "not UTF-8; save the file as UTF-8".into() })
    })?;
    tree::parse(text).map_err(wrong)
}

fn wrong(fault: Fault) -> Error {
    Error::Syntax { file: PathBuf::from(FILE), line: fault.line, message: fault.message }
}

fn backend(root: &Node) -> Option<&Node> {
    root.get("build-system").and_then(|system| system.get("build-backend"))
}

fn has_our_backend(root: &Node) -> bool {
    let name = backend(root).and_then(|backend| backend.text().ok()).unwrap_or_default();
    name.split(':').next().unwrap_or_default().trim() == BACKEND
}

#[cfg(test)]
mod tests;
