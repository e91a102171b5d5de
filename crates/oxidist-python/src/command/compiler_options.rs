//! Options that commands with a compiler share: folders, macros, and how the compiler is made of them.

use std::collections::HashMap;
use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::errors::CompileError;
use crate::value::Elements;
use crate::{door, late, seam, steps};

/// The `__getattr__` of a command's module for what a run asks `distutils.ccompiler` for.
///
/// Later versions of distutils import these names into the command's module, and there they can be replaced as
/// well. Nothing is kept, so that what is replaced in `distutils.ccompiler` itself counts.
pub(super) fn from_ccompiler<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    match name {
        "new_compiler" | "CCompiler" => seam::global(py, "ccompiler", name),
        _ => late::library(py, module, name),
    }
}

/// `new_compiler`, as the command's module (`"command.config"`) sees it, for the options `compiler` and
/// `dry_run`.
pub(super) fn new_compiler<'py>(
    command: &Bound<'py, PyAny>,
    module: &str,
    force: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let keywords = PyDict::new(command.py());
    for option in ["compiler", "dry_run"] {
        keywords.set_item(option, command.getattr(option)?)?;
    }
    keywords.set_item("force", force)?;
    seam::global(command.py(), module, "new_compiler")?.call((), Some(&keywords))
}

/// What is in a tuple, or in whatever a script has put in its place. Raises ValueError unless it is `N` items.
pub fn items<'py, const N: usize>(value: &Bound<'py, PyAny>) -> PyResult<[Bound<'py, PyAny>; N]> {
    let items: Vec<_> = value.elements()?.collect::<PyResult<_>>()?;
    <[_; N]>::try_from(items)
        .map_err(|items| PyValueError::new_err(format!("{} items for {N} names to unpack", items.len())))
}

/// Where the option is one string, make it a list: folders as they stand in a PATH.
pub(super) fn split_folders(command: &Bound<'_, PyAny>, option: &str) -> PyResult<()> {
    let folders = command.getattr(option)?;
    if !folders.is_instance_of::<PyString>() {
        return Ok(());
    }
    let separator = command.py().import("os")?.getattr("pathsep")?;
    command.setattr(option, folders.call_method1("split", (separator,))?)
}

/// Tell a command's compiler of its options `define` (pairs of a name and a value) and `undef` (names).
pub(super) fn set_macros(command: &Bound<'_, PyAny>) -> PyResult<()> {
    let given = |option| -> PyResult<Vec<Bound<'_, PyAny>>> {
        match command.getattr_opt(option)? {
            Some(value) if !value.is_none() => value.elements()?.collect(),
            _ => Ok(Vec::new()),
        }
    };
    for define in given("define")? {
        let [name, value] = items(&define)?;
        command.getattr("compiler")?.call_method1("define_macro", (name, value))?;
    }
    for name in given("undef")? {
        command.getattr("compiler")?.call_method1("undefine_macro", (name,))?;
    }
    Ok(())
}

/// Make pairs of a name and a value of the option `define`, and a list of the option `undef`, where each is
/// one string, its items separated by commas. A macro without a value is 1.
pub(super) fn split_macros(command: &Bound<'_, PyAny>) -> PyResult<()> {
    let given = |option| -> PyResult<Option<Bound<'_, PyAny>>> {
        let text = command.getattr_opt(option)?.filter(|value| value.is_instance_of::<PyString>());
        match text {
            Some(text) if text.is_truthy()? => text.call_method1("split", (",",)).map(Some),
            _ => Ok(None),
        }
    };
    if let Some(macros) = given("define")? {
        let pairs = PyList::empty(command.py());
        for define in macros.try_iter()? {
            let [name, equals, value] = items(&define?.call_method1("partition", ("=",))?)?;
            if equals.is_truthy()? { pairs.append((name, value))? } else { pairs.append((name, "1"))? }
        }
        command.setattr("define", pairs)?;
    }
    match given("undef")? {
        Some(names) => command.setattr("undef", names),
        None => Ok(()),
    }
}

/// CompileError, as of a compiler, where one of `sources` is missing; `owner` says whose they are (`extension 'spam'`).
///
/// What a gathered step will write is there by the time it is read.
pub fn require_sources(command: &Bound<'_, PyAny>, owner: &str, sources: &Bound<'_, PyAny>) -> PyResult<()> {
    let door = door::of(command)?;
    for source in sources.try_iter()? {
        let source = source?;
        // What is no path at all is the compiler's to complain of.
        let Ok(path) = source.extract::<PathBuf>() else { continue };
        if !door.exists(&path) && !steps::will_make(&path) {
            let source = source.str()?;
            let text = format!("{owner}: source file '{}' does not exist", source.to_string_lossy());
            return Err(CompileError::new_err(text));
        }
    }
    Ok(())
}

/// Two sources that are compiled to one object, of which one source is lost.
pub struct SharedObject<'py> {
    first: Bound<'py, PyAny>,
    second: Bound<'py, PyAny>,
    object: Bound<'py, PyAny>,
}

impl<'py> SharedObject<'py> {
    /// The first two of `sources` whose `objects`, one for each, are one file.
    pub fn of(sources: &Bound<'py, PyAny>, objects: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        // An override of `compile` may return other objects than one for each source, or nothing.
        let Ok(objects) = objects.cast::<PyList>() else { return Ok(None) };
        let sources: Vec<_> = sources.elements()?.collect::<PyResult<_>>()?;
        if sources.len() != objects.len() {
            return Ok(None);
        }
        let mut sources_of = HashMap::new();
        for (second, object) in sources.into_iter().zip(objects) {
            let Ok(path) = object.extract::<PathBuf>() else { continue };
            if let Some(first) = sources_of.insert(path, second.clone()) {
                return Ok(Some(SharedObject { first, second, object }));
            }
        }
        Ok(None)
    }

    pub fn in_words(&self) -> PyResult<String> {
        let SharedObject { first, second, object } = self;
        Ok(match first.eq(second)? {
            true => format!("source '{first}' is listed twice"),
            false => {
                format!(
                    "sources '{first}' and '{second}' both make '{object}': give one of them another name"
                )
            }
        })
    }
}
