//! Values of `pyproject.toml` as Python objects.

use oxidist_engine::pyproject::{Extension, Given, Library, Macro, Reference};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::{attribute, error};
use crate::seam;

pub fn python<'py>(py: Python<'py>, value: &Given) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Given::Text(text) => text.into_bound_py_any(py),
        Given::Flag(flag) => flag.into_bound_py_any(py),
        Given::Strings(strings) => strings.into_bound_py_any(py),
        Given::Pairs(pairs) => {
            let dictionary = PyDict::new(py);
            pairs.iter().try_for_each(|(name, value)| dictionary.set_item(name, value))?;
            Ok(dictionary.into_any())
        }
        Given::Groups(groups) => {
            let dictionary = PyDict::new(py);
            groups.iter().try_for_each(|(name, values)| dictionary.set_item(name, values))?;
            Ok(dictionary.into_any())
        }
    }
}

/// `[(folder, files)]`
pub fn data_files<'py>(py: Python<'py>, folders: &[(String, Vec<String>)]) -> PyResult<Bound<'py, PyAny>> {
    let pairs = folders.iter().map(|(folder, files)| (folder.as_str(), files.clone()));
    Ok(PyList::new(py, pairs.collect::<Vec<_>>())?.into_any())
}

pub fn extensions<'py>(py: Python<'py>, extensions: &[Extension]) -> PyResult<Bound<'py, PyAny>> {
    let class = seam::global(py, "core", "Extension")?;
    let list = PyList::empty(py);
    for extension in extensions {
        let keywords = arguments(py, &extension.settings, &extension.macros, "define_macros")?;
        list.append(class.call((), Some(&keywords))?)?;
    }
    Ok(list.into_any())
}

/// `[(name, build_info)]`
pub fn libraries<'py>(py: Python<'py>, libraries: &[Library]) -> PyResult<Bound<'py, PyAny>> {
    let list = PyList::empty(py);
    for library in libraries {
        list.append((&library.name, arguments(py, &library.settings, &library.macros, "macros")?))?;
    }
    Ok(list.into_any())
}

fn arguments<'py>(
    py: Python<'py>,
    settings: &[(&'static str, Given)],
    macros: &[Macro],
    name_of_macros: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let arguments = PyDict::new(py);
    for (argument, value) in settings {
        arguments.set_item(argument, python(py, value)?)?;
    }
    if !macros.is_empty() {
        arguments.set_item(name_of_macros, macros.to_vec())?;
    }
    Ok(arguments)
}

/// A command's class, imported with the project's folder on the path.
pub fn class<'py>(
    py: Python<'py>,
    reference: &Reference,
    folders: &[(String, String)],
) -> PyResult<Bound<'py, PyAny>> {
    let wrong = |message: String| error(reference.line, &format!("'{}': {message}", reference.key));
    let module =
        attribute::import(py, &reference.module, folders).map_err(|failure| wrong(failure.text(py)))?;
    match module.getattr_opt(&*reference.name)? {
        Some(class) => Ok(class),
        None => Err(wrong(format!("module '{}' has no '{}'", reference.module, reference.name))),
    }
}
