//! Folders made, copied and removed through Python's `os`, where a script has replaced a name of it.

use std::ffi::OsString;

use oxidist_engine::tree;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::{TreeOptions, error_removing};
use crate::errors::DistutilsFileError;
use crate::file_util::COPYING;
use crate::log;
use crate::python_os::{Os, has_number, os_error_as};
use crate::seam::{self, Borrowed};

/// What making folders looks up.
pub static MAKING: [Borrowed; 2] = [
    Borrowed::new("os", &["mkdir", "stat"]),
    Borrowed::new("os.path", &["isdir", "normpath", "split", "join"]),
];

/// What removing a folder looks up.
pub static REMOVING: [Borrowed; 2] = [
    Borrowed::new("os", &["listdir", "remove", "rmdir", "stat", "lstat"]),
    Borrowed::new("os.path", &["isdir", "islink", "join"]),
];

/// What copying a folder looks up by itself.
static LISTING: [Borrowed; 2] = [
    Borrowed::new("os", &["listdir", "readlink", "symlink", "stat", "lstat"]),
    Borrowed::new("os.path", &["isdir", "islink", "join"]),
];

/// Whether all that copying a folder looks up is Python's own.
pub fn copying_is_pythons(py: Python<'_>) -> PyResult<bool> {
    Ok(seam::world_is_pythons(py, "dir_util", &LISTING)?
        && seam::world_is_pythons(py, "dir_util", &MAKING)?
        && seam::world_is_pythons(py, "file_util", &COPYING)?)
}

/// The folders that were made.
pub fn mkpath<'py>(name: &Bound<'py, PyAny>, mode: u32, verbose: i64) -> PyResult<Bound<'py, PyList>> {
    let py = name.py();
    let os = Os::seen_by(py, "dir_util")?;
    let made = PyList::empty(py);
    let name = os.path("normpath", (name,))?;
    if os.is("isdir", &name)? || !name.is_truthy()? {
        return Ok(made);
    }
    let (mut above, last): (Bound<'py, PyAny>, Bound<'py, PyAny>) = os.path("split", (name,))?.extract()?;
    let mut missing = vec![last.clone()];
    let mut last = last;
    while above.is_truthy()? && last.is_truthy()? && !os.is("isdir", &above)? {
        (above, last) = os.path("split", (above,))?.extract()?;
        missing.push(last.clone());
    }
    for part in missing.into_iter().rev() {
        above = os.path("join", (above, part))?;
        if verbose >= 1 {
            log::call(py, "info", "creating %s", (&above,))?;
        }
        match os.call("mkdir", (&above, mode)) {
            Err(error)
                if error.is_instance_of::<PyOSError>(py)
                    && has_number(py, &error, "EEXIST")?
                    && os.is("isdir", &above)? => {}
            result => drop(os_error_as(py, result, |why| {
                DistutilsFileError::new_err(format!("could not create '{above}': {why}"))
            })?),
        }
        made.append(&above)?;
    }
    Ok(made)
}

/// The names in a folder: in their order, unless a script says which there are.
fn names_in<'py>(os: &Os<'py>, folder: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    static LISTDIR: [Borrowed; 1] = [Borrowed::new("os", &["listdir"])];
    let py = folder.py();
    let names = os.call("listdir", (folder,))?;
    if seam::world_is_pythons(py, "dir_util", &LISTDIR)? {
        names.call_method0("sort")?;
    }
    names.try_iter()?.collect()
}

/// The new names of all files.
pub fn copy_tree<'py>(
    src: &Bound<'py, PyAny>,
    dst: &Bound<'py, PyAny>,
    options: TreeOptions,
    verbose: i64,
) -> PyResult<Bound<'py, PyList>> {
    let py = src.py();
    let os = Os::seen_by(py, "dir_util")?;
    let TreeOptions { preserve_mode, preserve_times, preserve_symlinks, only_newer } = options;
    if !os.is("isdir", src)? {
        return Err(DistutilsFileError::new_err(format!("cannot copy tree '{src}': not a directory")));
    }
    let names = os_error_as(py, names_in(&os, src), |why| {
        DistutilsFileError::new_err(format!("error listing files in '{src}': {why}"))
    })?;
    let keywords = PyDict::new(py);
    keywords.set_item("verbose", verbose)?;
    seam::global(py, "dir_util", "mkpath")?.call((dst,), Some(&keywords))?;
    keywords.set_item("dry_run", false)?;
    let outputs = PyList::empty(py);
    for name in names {
        let (from, to) = (os.path("join", (src, &name))?, os.path("join", (dst, &name))?);
        if tree::is_placeholder(&name.extract::<OsString>()?) {
            continue;
        }
        if preserve_symlinks && os.is("islink", &from)? {
            let target = os.call("readlink", (&from,))?;
            if verbose >= 1 {
                log::call(py, "info", "linking %s -> %s", (&to, &target))?;
            }
            os.call("symlink", (target, &to))?;
            outputs.append(to)?;
        } else if os.is("isdir", &from)? {
            let arguments = (from, to, preserve_mode, preserve_times, preserve_symlinks, only_newer);
            let copied = seam::global(py, "dir_util", "copy_tree")?.call(arguments, Some(&keywords))?;
            outputs.call_method1("extend", (copied,))?;
        } else {
            let arguments = (from, &to, preserve_mode, preserve_times, only_newer);
            seam::global(py, "file_util", "copy_file")?.call(arguments, Some(&keywords))?;
            outputs.append(to)?;
        }
    }
    Ok(outputs)
}

/// See `_build_cmdtuple`, which is asked for each folder below.
pub fn add_removals<'py>(
    os: &Os<'py>,
    folder: &Bound<'py, PyAny>,
    calls: &Bound<'py, PyAny>,
) -> PyResult<()> {
    for name in names_in(os, folder)? {
        let path = os.path("join", (folder, name))?;
        if os.is("isdir", &path)? && !os.is("islink", &path)? {
            seam::global(folder.py(), "dir_util", "_build_cmdtuple")?.call1((path, calls))?;
        } else {
            calls.call_method1("append", ((os.get("remove")?, path),))?;
        }
    }
    calls.call_method1("append", ((os.get("rmdir")?, folder),)).map(drop)
}

pub fn remove_tree<'py>(folder: &Bound<'py, PyAny>) -> PyResult<()> {
    let py = folder.py();
    let calls = PyList::empty(py);
    seam::global(py, "dir_util", "_build_cmdtuple")?.call1((folder, &calls))?;
    for call in calls {
        let (function, path) = (call.get_item(0)?, call.get_item(1)?);
        match function.call1((path,)) {
            Err(error) if error.is_instance_of::<PyOSError>(py) => {
                error_removing(py, folder, error.into_value(py))?;
            }
            result => drop(result?),
        }
    }
    Ok(())
}
