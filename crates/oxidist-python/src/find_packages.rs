//! `oxidist.find_packages` and `oxidist.find_namespace_packages`, for setup scripts.

use std::path::PathBuf;

use oxidist_engine::find_packages::{Rules, find_and_unread};
use oxidist_engine::unread::Unread;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::OrRaise;
use crate::interrupt::released;
use crate::unread;
use crate::value::{Elements, expected};

/// The packages below the folder `where`: those that `include` has a pattern for and `exclude` has none for, sorted.
/// A package has an `__init__.py`, and so have those that it is in.
#[pyfunction]
#[pyo3(signature = (r#where = None, exclude = None, include = None), text_signature = "(where='.', exclude=(), include=('*',))")]
fn find_packages(
    py: Python<'_>,
    r#where: Option<PathBuf>,
    exclude: Option<Bound<'_, PyAny>>,
    include: Option<Bound<'_, PyAny>>,
) -> PyResult<Vec<String>> {
    found(py, r#where, exclude, include, false)
}

/// The same, where a package needs no `__init__.py` (PEP 420).
#[pyfunction]
#[pyo3(signature = (r#where = None, exclude = None, include = None), text_signature = "(where='.', exclude=(), include=('*',))")]
fn find_namespace_packages(
    py: Python<'_>,
    r#where: Option<PathBuf>,
    exclude: Option<Bound<'_, PyAny>>,
    include: Option<Bound<'_, PyAny>>,
) -> PyResult<Vec<String>> {
    found(py, r#where, exclude, include, true)
}

fn found(
    py: Python<'_>,
    r#where: Option<PathBuf>,
    exclude: Option<Bound<'_, PyAny>>,
    include: Option<Bound<'_, PyAny>>,
    namespaces: bool,
) -> PyResult<Vec<String>> {
    let patterns = |name: &str, given: Option<Bound<'_, PyAny>>, default: &[&str]| match given {
        None => Ok(default.iter().map(|pattern| pattern.to_string()).collect()),
        // Each letter would be a pattern.
        Some(given) if given.is_instance_of::<PyString>() => {
            Err(pyo3::exceptions::PyTypeError::new_err(expected(name, "a list of patterns", &given)))
        }
        Some(given) => given.elements()?.map(|item| item?.extract()).collect::<PyResult<Vec<String>>>(),
    };
    let rules = Rules {
        include: patterns("include", include, &["*"])?,
        exclude: patterns("exclude", exclude, &[])?,
        namespaces,
    };
    let root = r#where.unwrap_or_else(|| PathBuf::from("."));
    let mut unread = Vec::new();
    let found = released(py, |cancel| find_and_unread(&root, &rules, cancel, &mut unread))?.or_raise()?;
    let unread: Vec<Unread> = unread.iter().filter_map(|(path, error)| Unread::folder(path, error)).collect();
    unread::warn(py, &unread)?;
    Ok(found)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(find_packages, module)?)?;
    module.add_function(wrap_pyfunction!(find_namespace_packages, module)?)
}
