//! distutils.dep_util: which files are out of date, by their modification times.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::errors::DistutilsFileError;
use crate::file_name::AsFileName;
use crate::python_os::Os;
use crate::seam::{self, Borrowed};

/// What comparing files looks up.
static COMPARING: [Borrowed; 2] =
    [Borrowed::new("os", &["stat"]), Borrowed::new("os.path", &["exists", "abspath"])];

/// When a file was last modified, to the file system's precision; `None` where there is none.
fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// Whether `source` was modified after `target`, or `target` does not exist.
///
/// Raises DistutilsFileError where `source` does not exist.
#[pyfunction]
pub fn newer(source: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>) -> PyResult<bool> {
    if !seam::world_is_pythons(source.py(), "dep_util", &COMPARING)? {
        return newer_by_python(source, target);
    }
    let (source, target): (PathBuf, PathBuf) = (source.extract()?, target.extract()?);
    let Some(source_time) = modified(&source) else {
        let path = std::path::absolute(&source).unwrap_or(source);
        return Err(DistutilsFileError::new_err(format!("file '{}' does not exist", path.display())));
    };
    Ok(modified(&target).is_none_or(|target_time| source_time > target_time))
}

/// [`newer`] through Python's `os`, where a script has replaced a name of it.
fn newer_by_python<'py>(source: &Bound<'py, PyAny>, target: &Bound<'py, PyAny>) -> PyResult<bool> {
    let os = Os::seen_by(source.py(), "dep_util")?;
    if !os.is("exists", source)? {
        let path = os.path("abspath", (source,))?;
        return Err(DistutilsFileError::new_err(format!("file '{path}' does not exist")));
    }
    Ok(!os.is("exists", target)? || time_of(&os, source)?.gt(time_of(&os, target)?)?)
}

/// [`newer_group`] in the same way.
fn newer_group_by_python<'py>(
    sources: &Bound<'py, PyAny>,
    target: &Bound<'py, PyAny>,
    missing: &str,
) -> PyResult<bool> {
    let os = Os::seen_by(target.py(), "dep_util")?;
    if !os.is("exists", target)? {
        return Ok(true);
    }
    let target_time = time_of(&os, target)?;
    for source in sources.try_iter()? {
        let source = source?;
        if !os.is("exists", &source)? {
            match missing {
                "ignore" => continue,
                "newer" => return Ok(true),
                _ => {}
            }
        }
        if time_of(&os, &source)?.gt(&target_time)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The modification time that `os.stat` gives: to the nanosecond, unless it gives no more than ten numbers.
fn time_of<'py>(os: &Os<'py>, path: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let status = os.call("stat", (path,))?;
    match status.getattr_opt("st_mtime_ns")? {
        Some(nanoseconds) => Ok(nanoseconds),
        None => status.get_item(8)?.mul(1_000_000_000),
    }
}

/// The pairs of two lists in which the source is newer than its target, as two lists.
#[pyfunction]
fn newer_pairwise<'py>(
    py: Python<'py>,
    sources: Vec<Bound<'py, PyAny>>,
    targets: Vec<Bound<'py, PyAny>>,
) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
    pairs(py, sources, targets, &seam::global(py, "dep_util", "newer")?)
}

/// The pairs for which `newer` is true, as two lists.
pub fn pairs<'py>(
    py: Python<'py>,
    sources: Vec<Bound<'py, PyAny>>,
    targets: Vec<Bound<'py, PyAny>>,
    newer: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
    if sources.len() != targets.len() {
        return Err(PyValueError::new_err("'sources' and 'targets' must be same length"));
    }
    let (newer_sources, their_targets) = (PyList::empty(py), PyList::empty(py));
    for (source, target) in sources.iter().zip(&targets) {
        if newer.call1((source, target))?.is_truthy()? {
            newer_sources.append(source)?;
            their_targets.append(target)?;
        }
    }
    Ok((newer_sources, their_targets))
}

/// Whether `target` is missing or older than any of `sources`.
///
/// `missing` says what a missing source means: `"error"` (FileNotFoundError), `"ignore"` (it does not
/// count) or `"newer"` (the target is out of date).
#[pyfunction]
#[pyo3(signature = (sources, target, missing = "error"))]
pub fn newer_group(sources: &Bound<'_, PyAny>, target: &Bound<'_, PyAny>, missing: &str) -> PyResult<bool> {
    if !seam::world_is_pythons(target.py(), "dep_util", &COMPARING)? {
        return newer_group_by_python(sources, target, missing);
    }
    let (sources, target): (Vec<PathBuf>, PathBuf) = (sources.extract()?, target.extract()?);
    let Some(target_time) = modified(&target) else { return Ok(true) };
    for source in sources {
        match std::fs::metadata(&source).and_then(|metadata| metadata.modified()) {
            Ok(source_time) if source_time > target_time => return Ok(true),
            Ok(_) => {}
            Err(_) if missing == "newer" => return Ok(true),
            Err(_) if missing == "ignore" => {}
            Err(error) => return Err(os_error(&error, &source)),
        }
    }
    Ok(false)
}

/// The OSError that Python's own functions raise: number, text and file name.
fn os_error(error: &std::io::Error, path: &Path) -> PyErr {
    let number = error.raw_os_error();
    let text = oxidist_engine::reason(error);
    Python::attach(|py| match path.as_file_name().into_pyobject(py) {
        Ok(name) => pyo3::exceptions::PyOSError::new_err((number, text, name.unbind())),
        Err(error) => error,
    })
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(newer, module)?)?;
    module.add_function(wrap_pyfunction!(newer_pairwise, module)?)?;
    module.add_function(wrap_pyfunction!(newer_group, module)?)
}
