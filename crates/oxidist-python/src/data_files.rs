//! The option `data_files`: names of files, and pairs of a folder and a list of such names.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::DistutilsOptionError;
use crate::value::expected;

/// Completes "'data_files' must be ...".
pub const EXPECTED: &str = "a list of file names and (folder, [file names]) pairs";

/// One entry, its names as the script has them.
pub struct Entry<'py> {
    /// `None` for a file that is named alone.
    pub folder: Option<Bound<'py, PyAny>>,
    /// Empty: the folder itself is wanted.
    pub files: Vec<Bound<'py, PyAny>>,
}

/// The entries of a value that a script has given; none where that is None.
///
/// Errors with `DistutilsOptionError`, which shows the entry that is none.
pub fn entries<'py>(data_files: &Bound<'py, PyAny>) -> PyResult<Vec<Entry<'py>>> {
    if data_files.is_none() {
        return Ok(Vec::new());
    }
    if data_files.is_instance_of::<PyString>() {
        return Err(wrong(data_files));
    }
    let items = data_files.try_iter().map_err(|_| wrong(data_files))?;
    items.map(|item| item.and_then(|item| entry(&item).ok_or_else(|| wrong(&item)))).collect()
}

fn entry<'py>(item: &Bound<'py, PyAny>) -> Option<Entry<'py>> {
    // Later copies of distutils take paths that are no strings, too.
    if item.is_instance_of::<PyString>() || item.hasattr("__fspath__").ok()? {
        return Some(Entry { folder: None, files: vec![item.clone()] });
    }
    let (folder, names) = (item.get_item(0).ok()?, item.get_item(1).ok()?);
    if !is_path(&folder) || names.is_instance_of::<PyString>() {
        return None;
    }
    let files: Vec<_> = names.try_iter().ok()?.collect::<PyResult<_>>().ok()?;
    files.iter().all(is_path).then_some(Entry { folder: Some(folder), files })
}

fn is_path(name: &Bound<'_, PyAny>) -> bool {
    name.extract::<PathBuf>().is_ok()
}

fn wrong(what: &Bound<'_, PyAny>) -> PyErr {
    DistutilsOptionError::new_err(expected("data_files", EXPECTED, what))
}
