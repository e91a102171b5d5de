//! distutils.file_util: one file copied, moved or written.

mod long_way;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use oxidist_engine::effects::{Cancel, Copied, Copy, Effects, Kind, Means};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyTuple};

use crate::door::door;
use crate::errors::{DistutilsFileError, OrRaise, exception};
use crate::file_name::AsFileName;
use crate::interrupt::{brief, released};
use crate::python_os::Os;
use crate::seam::Borrowed;
use crate::value::{Flag, path_to_python};
use crate::{log, seam};

pub use long_way::COPYING;

/// Bytes.
const SMALL: u64 = 256 * 1024;

/// What the `link` argument may be, and the verb that the message starts with.
const MEANS: &[(Option<&str>, Means, &str)] = &[
    (None, Means::Contents, "copying"),
    (Some("hard"), Means::HardLink, "hard linking"),
    (Some("sym"), Means::SymbolicLink, "symbolically linking"),
];

fn row_of(link: Option<&str>) -> Option<&'static (Option<&'static str>, Means, &'static str)> {
    MEANS.iter().find(|row| row.0 == link)
}

fn invalid_link(link: Option<&str>) -> PyErr {
    PyValueError::new_err(format!("invalid value '{}' for 'link' argument", link.unwrap_or_default()))
}

/// What copies the bytes, where a script has replaced it.
pub const CONTENTS: (&str, &str) = ("file_util", "_copy_file_contents");

/// Copy the bytes of a file, `buffer_size` of them at once. Raises DistutilsFileError.
#[pyfunction]
#[pyo3(signature = (src, dst, buffer_size = 16 * 1024), text_signature = "(src, dst, buffer_size=16384)")]
fn _copy_file_contents(src: &Bound<'_, PyAny>, dst: &Bound<'_, PyAny>, buffer_size: isize) -> PyResult<()> {
    long_way::copy_contents(&Os::seen_by(src.py(), "file_util")?, src, dst, buffer_size)
}

/// How a file is to be copied.
struct Asked<'a> {
    preserve_mode: bool,
    preserve_times: bool,
    update: bool,
    link: Option<&'a str>,
    verbose: i64,
}

/// The verb for a copy made by `means`.
pub fn verb(means: Means) -> &'static str {
    MEANS.iter().find(|row| row.1 == means).map_or("copying", |row| row.2)
}

/// The message of one copy: the folder alone is named where the file keeps its name.
pub fn copy_message(copy: &Copy) -> String {
    let shown = if copy.from.file_name() == copy.to.file_name() {
        copy.to.parent().unwrap_or(Path::new(""))
    } else {
        &copy.to
    };
    format!("{} {} -> {}", verb(copy.means), copy.from.display(), shown.display())
}

/// Copy a file, to a file name or into an existing folder.
///
/// `update`: only where `src` is newer than what is there. `link`: `"hard"` or `"sym"` to link instead.
/// Returns `(name of the new file, whether it was copied)`. Raises DistutilsFileError.
#[pyfunction]
#[pyo3(
    signature = (src, dst, preserve_mode = Flag(true), preserve_times = Flag(true), update = Flag(false), link = None, verbose = 1, dry_run = Flag(false)),
    text_signature = "(src, dst, preserve_mode=1, preserve_times=1, update=0, link=None, verbose=1, dry_run=0)"
)]
#[allow(clippy::too_many_arguments)] // distutils' own parameter list
fn copy_file<'py>(
    py: Python<'py>,
    src: &Bound<'py, PyAny>,
    dst: &Bound<'py, PyAny>,
    preserve_mode: Flag,
    preserve_times: Flag,
    update: Flag,
    link: Option<&str>,
    verbose: i64,
    dry_run: Flag,
) -> PyResult<Bound<'py, PyTuple>> {
    let in_the_engine = dry_run.0
        || seam::world_is_pythons(py, "file_util", &COPYING)? && seam::functions_are_ours(py, &[CONTENTS])?;
    if !in_the_engine {
        let asked = Asked {
            preserve_mode: preserve_mode.0,
            preserve_times: preserve_times.0,
            update: update.0,
            link,
            verbose,
        };
        let (name, copied) = long_way::copy_file(src, dst, &asked)?;
        return PyTuple::new(py, [name, i64::from(copied).into_pyobject(py)?.into_any()]);
    }
    let (src, dst): (PathBuf, PathBuf) = (src.extract()?, dst.extract()?);
    let door = door(dry_run.0);
    if !door.is_file(&src) {
        return Err(exception(oxidist_engine::Error::NotARegularFile(src)));
    }
    let to = match src.file_name() {
        Some(name) if door.is_folder(&dst) => dst.join(name),
        _ => dst,
    };
    let means = row_of(link).ok_or_else(|| invalid_link(link))?.1;
    let mut copy = Copy {
        from: src,
        to,
        preserve_mode: preserve_mode.0,
        preserve_times: preserve_times.0,
        only_newer: update.0,
        means,
    };
    let to = path_to_python(py, &copy.to)?;
    let answer = |copied| PyTuple::new(py, [to, i64::into_pyobject(copied, py)?.into_any()]);
    if copy.only_newer {
        // Decided here: a script's own `newer` may know better than the files' times.
        copy.only_newer = false;
        if !is_newer(py, door, &copy)? {
            if verbose >= 1 {
                log::call(py, "debug", "not copying %s (output up-to-date)", (copy.from.as_file_name(),))?;
            }
            return answer(0);
        }
    }
    if verbose >= 1 {
        announce(py, &copy)?;
    }
    let copies = std::slice::from_ref(&copy);
    let copy_files = |cancel: &Cancel| door.copy_files(copies, cancel);
    // To begin a thread takes as long as to copy a file of this size.
    let is_small = door.stat(&copy.from).is_ok_and(|facts| facts.kind == Kind::File && facts.len <= SMALL);
    let done = if is_small { brief(py, copy_files) } else { released(py, copy_files) }?
        .map_err(|stopped| exception(stopped.error))?;
    answer(i64::from(done.first() == Some(&Copied::Done)))
}

/// What `distutils.dep_util.newer` says; ours would not know of the files that a dry run has planned.
fn is_newer(py: Python<'_>, door: &dyn Effects, copy: &Copy) -> PyResult<bool> {
    if !seam::functions_are_ours(py, &[("dep_util", "newer")])? {
        let newer = seam::global(py, "dep_util", "newer")?;
        return newer.call1((copy.from.as_file_name(), copy.to.as_file_name()))?.is_truthy();
    }
    Ok(match (door.stat(&copy.from), door.stat(&copy.to)) {
        (Ok(source), Ok(target)) => source.modified > target.modified,
        _ => true,
    })
}

/// The message in the form that a replaced `log.info` expects: a format and its arguments.
fn announce(py: Python<'_>, copy: &Copy) -> PyResult<()> {
    let shown: &OsStr = if copy.from.file_name() == copy.to.file_name() {
        copy.to.parent().unwrap_or(Path::new("")).as_os_str()
    } else {
        copy.to.as_os_str()
    };
    log::call(py, "info", "%s %s -> %s", (verb(copy.means), copy.from.as_file_name(), shown.as_file_name()))
}

/// Move a file, to a new name or into an existing folder; its new name is returned.
///
/// Raises DistutilsFileError where `src` is no file, the target exists, or its folder does not.
#[pyfunction]
#[pyo3(signature = (src, dst, verbose = 1, dry_run = Flag(false)), text_signature = "(src, dst, verbose=1, dry_run=0)")]
fn move_file<'py>(
    py: Python<'py>,
    src: &Bound<'py, PyAny>,
    dst: &Bound<'py, PyAny>,
    verbose: i64,
    dry_run: Flag,
) -> PyResult<Bound<'py, PyAny>> {
    if verbose >= 1 {
        log::call(py, "info", "moving %s -> %s", (src, dst))?;
    }
    if !dry_run.0 && !seam::world_is_pythons(py, "file_util", &long_way::MOVING)? {
        return long_way::move_file(src, dst, verbose);
    }
    let given = dst;
    let (src, dst): (PathBuf, PathBuf) = (src.extract()?, dst.extract()?);
    let door = door(dry_run.0);
    if dry_run.0 {
        // What is to be moved may be what a program makes that was not started: never an error, as in CPython.
        let to = match src.file_name() {
            Some(name) if door.is_folder(&dst) => dst.join(name),
            _ => dst,
        };
        if door.is_file(&src) && !door.exists(&to) {
            let _ = door.rename(&src, &to);
        }
        return Ok(given.clone());
    }
    let failed = |why: String| DistutilsFileError::new_err(format!("can't move '{}': {why}", src.display()));
    if !door.is_file(&src) {
        return Err(failed("not a regular file".into()));
    }
    let to = match (door.stat(&dst).map(|facts| facts.kind), src.file_name()) {
        (Ok(Kind::Folder), Some(name)) => dst.join(name),
        (Ok(_), _) => return Err(failed(format!("destination '{}' already exists", dst.display()))),
        (Err(_), _) => dst,
    };
    // A bare name stands for one in the current folder.
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty() || to.as_os_str().is_empty());
    if !door.is_folder(parent.unwrap_or(Path::new("."))) {
        return Err(failed(format!("destination '{}' not a valid path", to.display())));
    }
    match door.rename(&src, &to) {
        Err(oxidist_engine::Error::File { source, .. })
            if source.kind() == std::io::ErrorKind::CrossesDevices =>
        {
            let copy = Copy {
                from: src.clone(),
                to: to.clone(),
                preserve_mode: true,
                preserve_times: true,
                only_newer: false,
                means: Means::Contents,
            };
            released(py, |cancel| door.copy_files(&[copy], cancel))?
                .map_err(|stopped| exception(stopped.error))?;
            door.remove_file(&src).or_raise()?;
        }
        result => result.or_raise()?,
    }
    path_to_python(py, &to)
}

/// Write a text file whose lines are `contents` (strings without line ends).
#[pyfunction]
fn write_file(filename: &Bound<'_, PyAny>, contents: &Bound<'_, PyAny>) -> PyResult<()> {
    static WRITING: [Borrowed; 1] = [Borrowed::new("builtins", &["open"])];
    if !seam::world_is_pythons(filename.py(), "file_util", &WRITING)? {
        let file = long_way::open(filename, "w")?;
        let written = contents.try_iter()?.try_for_each(|line| {
            let line = line?.add("\n")?;
            file.call_method1("write", (line,)).map(drop)
        });
        return long_way::close(&file, written);
    }
    let filename: PathBuf = filename.extract()?;
    let mut text = String::new();
    for line in contents.try_iter()? {
        text.push_str(line?.extract::<std::borrow::Cow<'_, str>>()?.as_ref());
        text.push('\n');
    }
    door(false)
        .write_file(&filename, 0o666, &mut |file| {
            file.write_all(text.as_bytes()).map_err(oxidist_engine::Error::file("write", &filename))
        })
        .or_raise()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let actions = MEANS.iter().map(|row| (row.0, row.2)).into_py_dict(module.py())?;
    module.add("_copy_action", actions)?;
    module.add_function(wrap_pyfunction!(_copy_file_contents, module)?)?;
    module.add_function(wrap_pyfunction!(copy_file, module)?)?;
    module.add_function(wrap_pyfunction!(move_file, module)?)?;
    module.add_function(wrap_pyfunction!(write_file, module)?)
}
