//! distutils.dir_util: folders made, copied and removed, with all that is in them.

mod long_way;

use std::path::{Path, PathBuf};

use oxidist_engine::Error;
use oxidist_engine::effects::{Copied, Effects};
use oxidist_engine::tree::{self, Step, TreeOptions};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySet, PyString};

use crate::door::door;
use crate::errors::{DistutilsFileError, DistutilsInternalError, OrRaise, exception};
use crate::file_name::AsFileName;
use crate::file_util::{CONTENTS, copy_message};
use crate::interrupt::released;
use crate::python_os::Os;
use crate::value::{Flag, path_to_python};
use crate::{log, seam};

/// Make a folder and those above it that are missing; the made ones are returned, outermost first.
///
/// Raises DistutilsFileError where one cannot be made, as when a file has its name.
#[pyfunction]
#[pyo3(signature = (name, mode = 0o777, verbose = 1, dry_run = Flag(false)), text_signature = "(name, mode=0o777, verbose=1, dry_run=0)")]
pub fn mkpath<'py>(
    name: &Bound<'py, PyAny>,
    mode: u32,
    verbose: i64,
    dry_run: Flag,
) -> PyResult<Bound<'py, PyList>> {
    let py = name.py();
    // Later copies of distutils take paths that are no strings, too.
    let path =
        if name.hasattr("__fspath__")? { &py.import("os")?.call_method1("fspath", (name,))? } else { name };
    if !path.is_instance_of::<PyString>() {
        let text = format!("mkpath: 'name' must be a string (got {})", name.repr()?);
        return Err(DistutilsInternalError::new_err(text));
    }
    if !dry_run.0 && !seam::world_is_pythons(py, "dir_util", &long_way::MAKING)? {
        return long_way::mkpath(path, mode, verbose);
    }
    let path: PathBuf = tree::normalized(&path.extract::<PathBuf>()?);
    let door = door(dry_run.0);
    let created = PyList::empty(py);
    for folder in tree::missing_folders(door, &path) {
        if verbose >= 1 {
            log::call(py, "info", "creating %s", (folder.as_file_name(),))?;
        }
        make_folder(door, &folder, mode).or_raise()?;
        created.append(folder.as_file_name())?;
    }
    Ok(created)
}

/// One folder; that another process made it meanwhile is no error.
fn make_folder(door: &dyn Effects, folder: &Path, mode: u32) -> oxidist_engine::Result<()> {
    match door.make_folder(folder, mode) {
        Err(_) if door.is_folder(folder) => Ok(()),
        result => result,
    }
}

/// Make all folders under `base_dir` that the relative names `files` need.
#[pyfunction]
#[pyo3(signature = (base_dir, files, mode = 0o777, verbose = 1, dry_run = Flag(false)), text_signature = "(base_dir, files, mode=0o777, verbose=1, dry_run=0)")]
fn create_tree(
    base_dir: &Bound<'_, PyAny>,
    files: &Bound<'_, PyAny>,
    mode: u32,
    verbose: i64,
    dry_run: Flag,
) -> PyResult<()> {
    let py = base_dir.py();
    let os = Os::seen_by(py, "dir_util")?;
    let folders = PySet::empty(py)?;
    for file in files.try_iter()? {
        folders.add(os.path("join", (base_dir, os.path("dirname", (file?,))?))?)?;
    }
    let folders = PyList::new(py, folders)?;
    folders.sort()?;
    let mkpath = seam::global(py, "dir_util", "mkpath")?;
    let keywords = PyDict::new(py);
    keywords.set_item("verbose", verbose)?;
    keywords.set_item("dry_run", dry_run.0)?;
    for folder in folders {
        mkpath.call((folder, mode), Some(&keywords))?;
    }
    Ok(())
}

/// What is called for each file and folder that is copied, where a script has replaced it.
pub const COPY_FUNCTIONS: &[(&str, &str)] = &[
    ("file_util", "copy_file"),
    CONTENTS,
    ("dir_util", "mkpath"),
    ("dir_util", "copy_tree"),
    ("dep_util", "newer"),
];

/// Copy all that is in the folder `src` into `dst`, which is made where it is missing.
///
/// Returns the new names of all files, copied or up to date. `preserve_symlinks`: links stay links.
/// Raises DistutilsFileError where `src` is no folder or something cannot be copied.
#[pyfunction]
#[pyo3(
    signature = (src, dst, preserve_mode = Flag(true), preserve_times = Flag(true), preserve_symlinks = Flag(false), update = Flag(false), verbose = 1, dry_run = Flag(false)),
    text_signature = "(src, dst, preserve_mode=1, preserve_times=1, preserve_symlinks=0, update=0, verbose=1, dry_run=0)"
)]
#[allow(clippy::too_many_arguments)] // distutils' own parameter list
fn copy_tree<'py>(
    py: Python<'py>,
    src: &Bound<'py, PyAny>,
    dst: &Bound<'py, PyAny>,
    preserve_mode: Flag,
    preserve_times: Flag,
    preserve_symlinks: Flag,
    update: Flag,
    verbose: i64,
    dry_run: Flag,
) -> PyResult<Bound<'py, PyList>> {
    let options = TreeOptions {
        preserve_mode: preserve_mode.0,
        preserve_times: preserve_times.0,
        preserve_symlinks: preserve_symlinks.0,
        only_newer: update.0,
    };
    if !dry_run.0 && !long_way::copying_is_pythons(py)? {
        return long_way::copy_tree(src, dst, options, verbose);
    }
    let (src, dst): (PathBuf, PathBuf) = (src.extract()?, dst.extract()?);
    let door = door(dry_run.0);
    if !door.is_folder(&src) {
        if dry_run.0 {
            return Ok(PyList::empty(py));
        }
        let text = format!("cannot copy tree '{}': not a directory", src.display());
        return Err(DistutilsFileError::new_err(text));
    }
    if !seam::functions_are_ours(py, COPY_FUNCTIONS)? {
        return copy_step_by_step(py, &src, &dst, options, verbose, dry_run);
    }
    let mut steps = released(py, |cancel| tree::plan(door, &src, &dst, options, cancel))?.or_raise()?;
    // No name at all stands for the current folder, which is there.
    steps.retain(|step| !matches!(step, Step::Folder(folder) if folder.as_os_str().is_empty()));
    copy_at_once(py, door, &steps, verbose)?;
    let outputs = PyList::empty(py);
    for step in &steps {
        match step {
            Step::Folder(_) => {}
            Step::Link { path, .. } => outputs.append(path.as_file_name())?,
            Step::Copy(copy) => outputs.append(copy.to.as_file_name())?,
        }
    }
    Ok(outputs)
}

/// The batch: everything in the engine, then the messages of what was done. Answers for the copies, in order.
///
/// Only for callers that have asked for [`COPY_FUNCTIONS`].
pub fn copy_at_once(
    py: Python<'_>,
    door: &dyn Effects,
    steps: &[Step],
    verbose: i64,
) -> PyResult<Vec<Copied>> {
    let result = released(py, |cancel| tree::carry_out(door, steps, 0o777, cancel))?;
    let (done, failure) = match result {
        Ok(done) => (done, None),
        Err(stopped) => (stopped.done, Some(stopped.error)),
    };
    if verbose >= 1 && log::wants(py, log::INFO)? {
        let with_skipped = log::wants(py, log::DEBUG)?;
        let made = |folder: &Path| failure.is_none() || door.is_folder(folder);
        log::lines(py, &messages(steps, &done, with_skipped, made))?;
    }
    failure.map_or(Ok(done), |error| Err(exception(error)))
}

/// The messages of the steps that were taken; `done` answers for the copies among them, in order.
/// `made` tells of a folder whether the steps came as far as that.
fn messages(
    steps: &[Step],
    done: &[Copied],
    with_skipped: bool,
    made: impl Fn(&Path) -> bool,
) -> Vec<(i64, String)> {
    let mut answers = done.iter();
    let mut lines = Vec::new();
    for step in steps {
        let line = match step {
            Step::Folder(path) if made(path) => format!("creating {}", path.display()),
            Step::Folder(_) => continue,
            Step::Link { target, path } => format!("linking {} -> {}", path.display(), target.display()),
            Step::Copy(copy) => match answers.next() {
                Some(Copied::Done) => copy_message(copy),
                Some(Copied::UpToDate) if with_skipped => {
                    let line = format!("not copying {} (output up-to-date)", copy.from.display());
                    lines.push((log::DEBUG, line));
                    continue;
                }
                Some(Copied::UpToDate) => continue,
                None => break,
            },
        };
        lines.push((log::INFO, line));
    }
    lines
}

/// The long way: each file and folder through the functions that a script put in place of ours.
fn copy_step_by_step<'py>(
    py: Python<'py>,
    src: &Path,
    dst: &Path,
    options: TreeOptions,
    verbose: i64,
    dry_run: Flag,
) -> PyResult<Bound<'py, PyList>> {
    let door = door(dry_run.0);
    let TreeOptions { preserve_mode, preserve_times, preserve_symlinks, only_newer } = options;
    let keywords = PyDict::new(py);
    keywords.set_item("verbose", verbose)?;
    // As distutils calls it; in a dry run it does not call it at all, and could not tell what would be made.
    if dry_run.0 {
        keywords.set_item("dry_run", true)?;
    }
    seam::global(py, "dir_util", "mkpath")?.call((dst.as_file_name(),), Some(&keywords))?;
    keywords.set_item("dry_run", dry_run.0)?;
    let outputs = PyList::empty(py);
    for name in door.list(src).map_err(Error::file("list the files in", src)).or_raise()? {
        if tree::is_placeholder(&name) {
            continue;
        }
        let (from, to) = (src.join(&name), dst.join(&name));
        if preserve_symlinks && let Ok(target) = from.read_link() {
            if verbose >= 1 {
                log::call(py, "info", "linking %s -> %s", (to.as_file_name(), target.as_file_name()))?;
            }
            door.make_symlink(&target, &to).or_raise()?;
            outputs.append(to.as_file_name())?;
        } else if door.is_folder(&from) {
            let (from, to) = (from.as_file_name(), to.as_file_name());
            let arguments = (from, to, preserve_mode, preserve_times, preserve_symlinks, only_newer);
            let copied = seam::global(py, "dir_util", "copy_tree")?.call(arguments, Some(&keywords))?;
            outputs.call_method1("extend", (copied,))?;
        } else {
            let arguments =
                (from.as_file_name(), to.as_file_name(), preserve_mode, preserve_times, only_newer);
            seam::global(py, "file_util", "copy_file")?.call(arguments, Some(&keywords))?;
            outputs.append(to.as_file_name())?;
        }
    }
    Ok(outputs)
}

/// Add to `cmdtuples` what has to be called for each path below a folder, and for itself, so that nothing of it
/// stays: `(function, path)`.
#[pyfunction]
fn _build_cmdtuple(path: &Bound<'_, PyAny>, cmdtuples: &Bound<'_, PyAny>) -> PyResult<()> {
    long_way::add_removals(&Os::seen_by(path.py(), "dir_util")?, path, cmdtuples)
}

/// Remove a folder and all that is in it. What cannot be removed is warned about and left.
#[pyfunction]
#[pyo3(signature = (directory, verbose = 1, dry_run = Flag(false)), text_signature = "(directory, verbose=1, dry_run=0)")]
fn remove_tree(directory: &Bound<'_, PyAny>, verbose: i64, dry_run: Flag) -> PyResult<()> {
    let py = directory.py();
    if verbose >= 1 {
        log::call(py, "info", "removing '%s' (and everything under it)", (directory,))?;
    }
    if tree::is_link(&directory.extract::<PathBuf>()?) {
        // What it leads to is not what was built, and may be in use elsewhere.
        let why = "it is a symbolic link, and what it leads to is left alone";
        return error_removing(py, directory, why);
    }
    let in_the_engine = dry_run.0
        || seam::world_is_pythons(py, "dir_util", &long_way::REMOVING)?
            && seam::functions_are_ours(py, &[("dir_util", "_build_cmdtuple")])?;
    if !in_the_engine {
        return long_way::remove_tree(directory);
    }
    let path: PathBuf = directory.extract()?;
    let door = door(dry_run.0);
    if !door.is_folder(&path) && dry_run.0 {
        return Ok(());
    }
    let failures = released(py, |cancel| {
        let removals = tree::removals(door, &path)?;
        let mut failures = Vec::new();
        for removal in &removals {
            cancel.check()?;
            failures.extend(removal.carry_out(door).err());
        }
        Ok(failures)
    })?
    .or_raise()?;
    for failure in failures {
        error_removing(py, directory, failure.to_string())?;
    }
    Ok(())
}

/// The warning about something below `directory` that stays.
fn error_removing<'py>(
    py: Python<'py>,
    directory: &Bound<'py, PyAny>,
    why: impl IntoPyObject<'py, Error: Into<PyErr>>,
) -> PyResult<()> {
    log::call(py, "warn", "error removing %s: %s", (directory, why.into_bound_py_any(py)?))
}

/// `path` without its root, so that it can be joined to another folder.
#[pyfunction]
fn ensure_relative<'py>(py: Python<'py>, path: PathBuf) -> PyResult<Bound<'py, PyAny>> {
    let (drive, path): (String, String) =
        py.import("os.path")?.call_method1("splitdrive", (path.as_file_name(),))?.extract()?;
    let separator = std::path::MAIN_SEPARATOR;
    match path.strip_prefix(separator) {
        Some(relative) => path_to_python(py, Path::new(&format!("{drive}{relative}"))),
        None => path_to_python(py, Path::new(&path)),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // Kept for scripts that clear it: here every question goes to the disk, and nothing is remembered.
    module.add("_path_created", PyDict::new(module.py()))?;
    crate::repeated_paths::register(module)?;
    module.add_function(wrap_pyfunction!(mkpath, module)?)?;
    module.add_function(wrap_pyfunction!(create_tree, module)?)?;
    module.add_function(wrap_pyfunction!(copy_tree, module)?)?;
    module.add_function(wrap_pyfunction!(_build_cmdtuple, module)?)?;
    module.add_function(wrap_pyfunction!(remove_tree, module)?)?;
    module.add_function(wrap_pyfunction!(ensure_relative, module)?)
}
