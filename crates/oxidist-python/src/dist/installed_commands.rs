//! Commands that installed distributions offer as entry points of the group `distutils.commands`.
//!
//! Looking for them takes longer than all else that a short run does: it is done for a command that is nowhere else,
//! and for a list of all commands.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::command_line::is_command_name;
use super::commands::why_not_imported;
use super::without_setuptools;
use crate::errors::{DistutilsModuleError, caused};
use crate::setuptools;

const GROUP: &str = "distutils.commands";

/// What the entry point `name` leads to, if there is one.
///
/// It is loaded without setuptools, unless the script has imported that. DistutilsModuleError, with the name of the
/// distribution, for one that cannot be loaded.
pub fn load<'py>(py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    for point in points(py)? {
        if point.getattr("name")?.extract::<String>()? != name {
            continue;
        }
        let loaded = without_setuptools::import(py, || point.call_method0("load"))?;
        return match loaded.found {
            Ok(found) => Ok(Some(found)),
            Err(error) if loaded.missed_setuptools && error.is_instance_of::<PyException>(py) => {
                let distribution = distribution(&point)?.unwrap_or_else(|| "an unknown one".into());
                let text = format!(
                    "invalid command '{name}' (that of the distribution '{distribution}' needs setuptools: import \
                     setup from setuptools instead of distutils.core)"
                );
                Err(caused(py, DistutilsModuleError::new_err(text), error))
            }
            Err(error) => {
                let Some(why) = why_not_imported(py, &error)? else { return Err(error) };
                let distribution = distribution(&point)?.unwrap_or_else(|| "an unknown one".into());
                let text = format!(
                    "invalid command '{name}' (entry point '{}' of the distribution '{distribution}' cannot be \
                     loaded: {why})",
                    point.getattr("value")?.str()?.to_cow()?,
                );
                Err(caused(py, DistutilsModuleError::new_err(text), error))
            }
        };
    }
    Ok(None)
}

/// The names of all of them, sorted.
pub fn names(py: Python<'_>) -> PyResult<Vec<String>> {
    let mut names = Vec::new();
    for point in points(py)? {
        let name: String = point.getattr("name")?.extract()?;
        if is_command_name(&name) {
            names.push(name);
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// The entry points of the group, in the order of Python's path. Where they cannot be read there are none.
fn points(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyAny>>> {
    match read(py) {
        Err(error) if error.is_instance_of::<PyException>(py) => Ok(Vec::new()),
        read => read,
    }
}

fn read(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyAny>>> {
    let group = PyDict::new(py);
    group.set_item("group", GROUP)?;
    // It offers its own commands there, which are for its own `setup()`.
    let with_setuptools = py.import("sys")?.getattr("modules")?.contains(setuptools::NAME)?;
    let mut found = Vec::new();
    for point in
        py.import("importlib.metadata")?.getattr("entry_points")?.call((), Some(&group))?.try_iter()?
    {
        let point = point?;
        if with_setuptools || distribution(&point)?.as_deref() != Some(setuptools::NAME) {
            found.push(point);
        }
    }
    Ok(found)
}

/// The name of the distribution that an entry point is from, as far as its metadata tell.
fn distribution(point: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let distribution = match point.getattr_opt("dist")? {
        Some(distribution) if !distribution.is_none() => distribution,
        _ => return Ok(None),
    };
    distribution.getattr("metadata")?.call_method1("get", ("Name",))?.extract()
}
