//! Two extensions that would be one file: the first is built, as in CPython, and the second is not.
//!
//! CPython's rule follows from file times: the second module's sources are older than the module that the first has
//! just made. The engine does not go by times, and `force` does not either, so the rule stands here.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::BuildExt;
use crate::{log, setuptools};

/// The attribute with `{path of a module: its extension}` of the run.
const OWNERS: &str = "_module_owners";

/// A run begins: no module has been claimed by an extension.
pub fn begin(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    slf.setattr(OWNERS, PyDict::new(slf.py()))
}

/// Claim `path` for `extension`. Returns the extension that has claimed it before, if another one has.
///
/// Outside of a run every extension gets what it asks for.
pub fn claim<'py>(
    slf: &Bound<'py, BuildExt>,
    extension: &Bound<'py, PyAny>,
    path: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(owners) = slf.getattr_opt(OWNERS)? else { return Ok(None) };
    let owner = owners.call_method1("setdefault", (path, extension))?;
    Ok((!owner.is(extension)).then_some(owner))
}

/// The extension's module could not be made: another one of the same path may be built in its place.
pub fn give_up(slf: &Bound<'_, BuildExt>, path: &Bound<'_, PyAny>) -> PyResult<()> {
    match slf.getattr_opt(OWNERS)? {
        Some(owners) => owners.call_method1("pop", (path, slf.py().None())).map(drop),
        None => Ok(()),
    }
}

/// Warn that `extension` is left out. A setuptools leaves it out without a word, so this does on top of one.
pub fn warn(
    slf: &Bound<'_, BuildExt>,
    first: &Bound<'_, PyAny>,
    extension: &Bound<'_, PyAny>,
    path: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let py = slf.py();
    let name = extension.getattr("name")?;
    if setuptools::is_imported(py)? {
        return log::call(py, "debug", "skipping '%s' extension (up-to-date)", (name,));
    }
    let text = "warning: build_ext: two extensions make '%s': '%s' of %s is built, '%s' of %s is not";
    let (first_name, first_sources) = (first.getattr("name")?, first.getattr("sources")?);
    log::call(py, "warn", text, (path, first_name, first_sources, name, extension.getattr("sources")?))
}
