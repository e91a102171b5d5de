//! `Distribution.dist_files`: what the commands made, in both forms that the list's entries have.
//!
//! Commands here append `(command, Python version, path)`. The pair `(command, file name)`, which the
//! documentation of distutils tells authors of commands to append, is read wherever the list is: its name
//! without any folder is looked for in the folder that distributions go into.

use std::path::{Path, PathBuf};

use oxidist_engine::digest;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use crate::errors::{DistutilsSetupError, OrRaise};
use crate::file_name::AsFileName;
use crate::interrupt::released;

/// One file that a command made, or would have made in a dry run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistFile {
    pub command: String,
    /// Empty for what fits every Python version, as a source distribution does; `any` for what a built
    /// distribution of pure Python modules is made for.
    pub python_version: String,
    /// Relative to the working folder, or absolute.
    pub path: PathBuf,
}

/// The folder for distributions where no command says another.
const DIST_DIR: &str = "dist";

/// Add what `command` made.
pub fn append(
    distribution: &Bound<'_, PyAny>,
    command: &str,
    python_version: &str,
    file: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let entry = (command, python_version, file);
    distribution.getattr("dist_files")?.call_method1("append", (entry,)).map(drop)
}

/// All entries, of both forms. DistutilsSetupError for what is of neither.
pub fn read(distribution: &Bound<'_, PyAny>) -> PyResult<Vec<DistFile>> {
    let mut files = Vec::new();
    for entry in distribution.getattr("dist_files")?.try_iter()? {
        let entry = entry?;
        let file = read_entry(distribution, &entry)?.ok_or_else(|| {
            DistutilsSetupError::new_err(format!(
                "an entry of dist_files must be (command, filename) or (command, python_version, path) (got {})",
                entry.repr().map_or_else(|_| "something else".into(), |text| text.to_string())
            ))
        })?;
        files.push(file);
    }
    Ok(files)
}

/// A tuple or list of two or three; `None` for anything else.
fn read_entry(distribution: &Bound<'_, PyAny>, entry: &Bound<'_, PyAny>) -> PyResult<Option<DistFile>> {
    if entry.is_instance_of::<PyString>() {
        return Ok(None);
    }
    let parts: Vec<Bound<'_, PyAny>> = entry.extract().unwrap_or_default();
    let (command, python_version, path) = match parts.as_slice() {
        [command, path] => (command, None, path),
        [command, python_version, path] => (command, Some(python_version), path),
        _ => return Ok(None),
    };
    let (Ok(command), Ok(path)) = (command.extract::<String>(), path.extract::<PathBuf>()) else {
        return Ok(None);
    };
    Ok(match python_version.map(|version| version.extract::<String>()) {
        Some(Err(_)) => None,
        Some(Ok(python_version)) => {
            let path = if command == NAMES_NO_FILE { installer(distribution, path)? } else { path };
            Some(DistFile { command, python_version, path })
        }
        None => {
            let path = located(distribution, &command, path)?;
            Some(DistFile { command, python_version: String::new(), path })
        }
    })
}

/// The command whose entries have the full name of the distribution in the place of a path, in distutils.
const NAMES_NO_FILE: &str = "bdist_msi";

/// The file of such an entry; what has a folder is a path already.
fn installer(distribution: &Bound<'_, PyAny>, name: PathBuf) -> PyResult<PathBuf> {
    if name.parent() != Some(Path::new("")) {
        return Ok(name);
    }
    let command = distribution.call_method1("get_command_obj", (NAMES_NO_FILE, 0))?;
    if command.is_none() {
        return Ok(name);
    }
    command.call_method1("get_installer_filename", (name.as_file_name(),))?.extract()
}

/// A bare file name in the folder that `command` writes to.
fn located(distribution: &Bound<'_, PyAny>, command: &str, name: PathBuf) -> PyResult<PathBuf> {
    if name.parent() != Some(Path::new("")) {
        return Ok(name);
    }
    let command = distribution.call_method1("get_command_obj", (command, 0))?;
    let folder = match command.getattr_opt("dist_dir")? {
        Some(folder) if !folder.is_none() => folder.extract()?,
        _ => PathBuf::from(DIST_DIR),
    };
    Ok(folder.join(name))
}

/// The files in a distribution's `dist_files`, as `(command, path, SHA-256)`.
///
/// The digest is hexadecimal, and None where there is no such file, as after a dry run.
#[pyfunction]
fn dist_file_digests<'py>(distribution: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let py = distribution.py();
    let rows = PyList::empty(py);
    for file in read(distribution)? {
        let digest = if file.path.is_file() {
            Some(released(py, |cancel| digest::of_file(&file.path, cancel))?.or_raise()?.sha256)
        } else {
            None
        };
        let row: Bound<'py, PyTuple> = (file.command, file.path.as_file_name(), digest).into_pyobject(py)?;
        rows.append(row)?;
    }
    Ok(rows)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(dist_file_digests, module)?)
}
