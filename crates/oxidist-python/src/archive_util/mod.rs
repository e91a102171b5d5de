//! distutils.archive_util: a folder packed as a tar or zip file, in any of the formats of a public table.

mod long_way;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use oxidist_engine::Result;
use oxidist_engine::archive::{
    self, Compressor, Container, Entry, FORMATS, Format, Options, Owner, Ownership,
};
use oxidist_engine::effects::Cancel;
use pyo3::exceptions::{PyKeyError, PyPendingDeprecationWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::door::door;
use crate::errors::OrRaise;
use crate::file_name::AsFileName;
use crate::interrupt::released;
use crate::value::{Flag, path_to_python};
use crate::{late, log, seam};

/// What the `compress` argument of `make_tarball` may be.
const COMPRESSORS: [(Option<&str>, Compressor); 5] = [
    (Some("gzip"), Compressor::Gzip),
    (Some("bzip2"), Compressor::Bzip2),
    (Some("xz"), Compressor::Xz),
    (Some("compress"), Compressor::Compress),
    (None, Compressor::None),
];

fn tar_format(compress: Option<&str>) -> Option<&'static Format> {
    let compressor = COMPRESSORS.iter().find(|row| row.0 == compress)?.1;
    FORMATS.iter().find(|format| format.container == Container::Tar(compressor))
}

fn zip_format() -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.container == Container::Zip)
}

/// The number of a group; None where the system does not know the name, or has no groups.
#[pyfunction]
fn _get_gid<'py>(name: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    look_up(name, "grp", "getgrnam")
}

/// The number of a user; None where the system does not know the name, or has no users.
#[pyfunction]
fn _get_uid<'py>(name: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    look_up(name, "pwd", "getpwnam")
}

fn look_up<'py>(
    name: &Bound<'py, PyAny>,
    module: &str,
    function: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = name.py();
    let Ok(module) = py.import(module) else { return Ok(None) };
    if name.is_none() {
        return Ok(None);
    }
    match module.call_method1(function, (name,)) {
        Ok(entry) => entry.get_item(2).map(Some),
        Err(error) if error.is_instance_of::<PyKeyError>(py) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The owners for a tar file's members; a name that the system does not know changes nothing.
pub fn ownership(py: Python<'_>, owner: Option<String>, group: Option<String>) -> PyResult<Ownership> {
    let named = |name: Option<String>, function: &str| -> PyResult<Option<Owner>> {
        let number = seam::global(py, "archive_util", function)?.call1((&name,))?;
        match (name, number.extract::<Option<u32>>()?) {
            (Some(name), Some(id)) => Ok(Some(Owner { name, id })),
            _ => Ok(None),
        }
    };
    // In this order a replaced function sees its calls.
    let user = named(owner, "_get_uid")?;
    Ok(Ownership { user, group: named(group, "_get_gid")? })
}

/// Write an archive through the door; the names of its members are returned (none in a dry run).
pub fn write(
    py: Python<'_>,
    dry_run: bool,
    path: &Path,
    format: &Format,
    members: &(dyn Fn(&Cancel) -> Result<Vec<Entry>> + Sync),
    ownership: Ownership,
) -> PyResult<Vec<PathBuf>> {
    let options = Options { ownership, source_date_epoch: source_date_epoch(py)?, ..Options::default() };
    let names = Mutex::new(Vec::new());
    released(py, |cancel| {
        let listed = || {
            let entries = members(cancel)?;
            let mut names = names.lock().unwrap_or_else(PoisonError::into_inner);
            *names = entries.iter().map(|entry| entry.name.clone()).collect();
            Ok(entries)
        };
        archive::write(door(dry_run), path, format, &listed, &options, cancel)
    })?
    .or_raise()?;
    Ok(names.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// SOURCE_DATE_EPOCH of the environment: no member is newer than that.
pub fn source_date_epoch(py: Python<'_>) -> PyResult<Option<u64>> {
    let environment = py.import("os")?.getattr("environ")?;
    let Some(text) = environment.call_method1("get", ("SOURCE_DATE_EPOCH",))?.extract::<Option<String>>()?
    else {
        return Ok(None);
    };
    match text.parse() {
        Ok(seconds) => Ok(Some(seconds)),
        Err(_) if text.is_empty() => Ok(None),
        Err(_) => Err(crate::errors::DistutilsPlatformError::new_err(format!(
            "the environment variable SOURCE_DATE_EPOCH must be a number of seconds (is '{text}')"
        ))),
    }
}

/// `base_name` with `extension`, and the folder that it goes into made.
pub fn archive_name(py: Python<'_>, base_name: &Path, extension: &str, dry_run: bool) -> PyResult<PathBuf> {
    let mut name: OsString = base_name.as_os_str().to_os_string();
    name.push(extension);
    let name = PathBuf::from(name);
    let keywords = PyDict::new(py);
    keywords.set_item("dry_run", dry_run)?;
    let folder = name.parent().unwrap_or(Path::new(""));
    seam::global(py, "archive_util", "mkpath")?.call((folder.as_file_name(),), Some(&keywords))?;
    Ok(name)
}

/// Pack the folder `base_dir` as `base_name` + `.tar` and what `compress` adds: "gzip" (`.gz`), "bzip2"
/// (`.bz2`), "xz" (`.xz`), "compress" (`.Z`) or None. The archive's name is returned.
///
/// `owner` and `group` replace the files' own in the archive.
#[pyfunction]
#[pyo3(
    signature = (base_name, base_dir, compress = Some("gzip"), verbose = Flag(false), dry_run = Flag(false), owner = None, group = None),
    text_signature = "(base_name, base_dir, compress='gzip', verbose=0, dry_run=0, owner=None, group=None)"
)]
#[allow(clippy::too_many_arguments)] // distutils' own parameter list
fn make_tarball<'py>(
    py: Python<'py>,
    base_name: PathBuf,
    base_dir: PathBuf,
    compress: Option<&str>,
    verbose: Flag,
    dry_run: Flag,
    owner: Option<String>,
    group: Option<String>,
) -> PyResult<Bound<'py, PyAny>> {
    let _ = verbose;
    let format = tar_format(compress).ok_or_else(|| {
        PyValueError::new_err("bad value for 'compress': must be None, 'gzip', 'bzip2', 'xz' or 'compress'")
    })?;
    let name = archive_name(py, &base_name, format.extension, dry_run.0)?;
    announce(py, format, &name, &base_dir)?;
    if !dry_run.0 && !long_way::packing_is_pythons(py, compress)? {
        let python_name = path_to_python(py, &name)?;
        long_way::tar(py, &name, &base_dir, format, owner, group)?;
        return Ok(python_name);
    }
    let ownership = ownership(py, owner, group)?;
    let members = |_: &Cancel| archive::tree(Path::new(""), &base_dir, format);
    write(py, dry_run.0, &name, format, &members, ownership)?;
    path_to_python(py, &name)
}

/// Pack the folder `base_dir` as `base_name` + `.zip`. The archive's name is returned.
#[pyfunction]
#[pyo3(
    signature = (base_name, base_dir, verbose = Flag(false), dry_run = Flag(false)),
    text_signature = "(base_name, base_dir, verbose=0, dry_run=0)"
)]
fn make_zipfile<'py>(
    py: Python<'py>,
    base_name: PathBuf,
    base_dir: PathBuf,
    verbose: Flag,
    dry_run: Flag,
) -> PyResult<Bound<'py, PyAny>> {
    let format = zip_format().ok_or_else(|| PyValueError::new_err("unknown archive format 'zip'"))?;
    let name = archive_name(py, &base_name, format.extension, dry_run.0)?;
    if !dry_run.0 && !long_way::zipping_is_pythons(py)? {
        let name = path_to_python(py, &name)?;
        long_way::zip(&name, &path_to_python(py, &base_dir)?, verbose.0)?;
        return Ok(name);
    }
    announce(py, format, &name, &base_dir)?;
    let members = |_: &Cancel| archive::tree(Path::new(""), &base_dir, format);
    let added = write(py, dry_run.0, &name, format, &members, Ownership::default())?;
    tell_added(py, &added)?;
    path_to_python(py, &name)
}

/// The message before an archive of `base_dir` is made, and the warning about a format of the past.
pub fn announce(py: Python<'_>, format: &Format, name: &Path, base_dir: &Path) -> PyResult<()> {
    match format.container {
        Container::Zip => {
            let arguments = (name.as_file_name(), base_dir.as_file_name());
            log::call(py, "info", "creating '%s' and adding '%s' to it", arguments)
        }
        Container::Tar(compressor) => {
            log::call(py, "info", "Creating tar archive", ())?;
            if compressor == Compressor::Compress {
                let category = py.get_type::<PyPendingDeprecationWarning>();
                PyErr::warn(py, &category, c"'compress' is deprecated: 'gzip' is smaller and everywhere", 1)?;
            }
            Ok(())
        }
    }
}

/// The message for each member of an archive.
pub fn tell_added(py: Python<'_>, members: &[PathBuf]) -> PyResult<()> {
    if !log::wants(py, log::INFO)? {
        return Ok(());
    }
    let lines: Vec<String> = members.iter().map(|name| format!("adding '{}'", name.display())).collect();
    log::info_lines(py, &lines)
}

/// The first of `formats` that is not in ARCHIVE_FORMATS; None where all are.
#[pyfunction]
fn check_archive_formats<'py>(
    py: Python<'py>,
    formats: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let known = seam::global(py, "archive_util", "ARCHIVE_FORMATS")?;
    for format in formats.try_iter()? {
        let format = format?;
        if !known.contains(&format)? {
            return Ok(Some(format));
        }
    }
    Ok(None)
}

/// Pack a folder in one of the formats of ARCHIVE_FORMATS; the archive's name is returned.
///
/// `base_name` is that name without the format's extension. `root_dir` is the folder that names in the archive
/// are relative to, and `base_dir`, relative to it, the one that is packed; both are the working folder where
/// they are not given. ValueError for an unknown format.
#[pyfunction]
#[pyo3(
    signature = (base_name, format, root_dir = None, base_dir = None, verbose = Flag(false), dry_run = Flag(false), owner = None, group = None),
    text_signature = "(base_name, format, root_dir=None, base_dir=None, verbose=0, dry_run=0, owner=None, group=None)"
)]
#[allow(clippy::too_many_arguments)] // distutils' own parameter list
fn make_archive<'py>(
    py: Python<'py>,
    base_name: Bound<'py, PyAny>,
    format: &Bound<'py, PyAny>,
    root_dir: Option<&Bound<'py, PyAny>>,
    base_dir: Option<Bound<'py, PyAny>>,
    verbose: Flag,
    dry_run: Flag,
    owner: Option<&Bound<'py, PyAny>>,
    group: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let _ = verbose;
    let os = py.import("os")?;
    let Ok(entry) = seam::global(py, "archive_util", "ARCHIVE_FORMATS")?.get_item(format) else {
        return Err(PyValueError::new_err(format!("unknown archive format '{}'", format.str()?)));
    };
    let keywords = PyDict::new(py);
    keywords.set_item("dry_run", dry_run.0)?;
    for pair in entry.get_item(1)?.try_iter()? {
        let pair = pair?;
        keywords.set_item(pair.get_item(0)?, pair.get_item(1)?)?;
    }
    if !format.eq("zip")? {
        keywords.set_item("owner", owner)?;
        keywords.set_item("group", group)?;
    }
    let base_dir = base_dir.map_or_else(|| os.getattr("curdir"), Ok)?;
    let function = entry.get_item(0)?;
    let Some(root_dir) = root_dir else {
        return function.call((base_name, base_dir), Some(&keywords));
    };
    let started_in = os.call_method0("getcwd")?;
    log::call(py, "debug", "changing into '%s'", (root_dir,))?;
    let base_name = os.getattr("path")?.call_method1("abspath", (base_name,))?;
    if !dry_run.0 {
        os.call_method1("chdir", (root_dir,))?;
    }
    let made = function.call((base_name, base_dir), Some(&keywords));
    log::call(py, "debug", "changing back to '%s'", (&started_in,))?;
    os.call_method1("chdir", (started_in,))?;
    made
}

/// The format behind a name, where ARCHIVE_FORMATS still says that this module's own functions write it.
pub fn own_format(py: Python<'_>, name: &str) -> PyResult<Option<&'static Format>> {
    let formats = seam::global(py, "archive_util", "ARCHIVE_FORMATS")?;
    let Ok(entry) = formats.get_item(name) else { return Ok(None) };
    let own = py.import("oxidist._core.archive_util")?;
    let function = entry.get_item(0)?;
    let arguments: Vec<(String, Option<String>)> = match entry.get_item(1)?.extract() {
        Ok(arguments) => arguments,
        Err(_) => return Ok(None),
    };
    Ok(match arguments.as_slice() {
        [] if function.is(own.getattr("make_zipfile")?) => zip_format(),
        [] if function.is(own.getattr("make_tarball")?) => tar_format(Some("gzip")),
        [(argument, value)] if argument == "compress" && function.is(own.getattr("make_tarball")?) => {
            tar_format(value.as_deref())
        }
        _ => None,
    })
}

/// ARCHIVE_FORMATS: by name, the function that writes it, more arguments for that, and the help text.
fn archive_formats<'py>(module: &Bound<'py, PyModule>) -> PyResult<Bound<'py, PyDict>> {
    let py = module.py();
    let formats = PyDict::new(py);
    for format in &FORMATS {
        let (function, arguments) = match format.container {
            Container::Zip => ("make_zipfile", Vec::new()),
            Container::Tar(compressor) => {
                let compress = COMPRESSORS.iter().find(|row| row.1 == compressor).and_then(|row| row.0);
                ("make_tarball", vec![("compress", compress)])
            }
        };
        let row: Bound<'_, PyTuple> =
            (module.getattr(function)?, arguments, format.description).into_pyobject(py)?;
        formats.set_item(format.name, row)?;
    }
    Ok(formats)
}

/// What this module has from others.
const BORROWED: &[late::Borrowed] = &[
    ("zipfile", "zipfile", ""),
    ("getpwnam", "pwd", "getpwnam"),
    ("getgrnam", "grp", "getgrnam"),
    ("warn", "warnings", "warn"),
];

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    late::borrowed(py, "archive_util", BORROWED, name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(_get_gid, module)?)?;
    module.add_function(wrap_pyfunction!(_get_uid, module)?)?;
    module.add_function(wrap_pyfunction!(make_tarball, module)?)?;
    module.add_function(wrap_pyfunction!(make_zipfile, module)?)?;
    module.add_function(wrap_pyfunction!(check_archive_formats, module)?)?;
    module.add_function(wrap_pyfunction!(make_archive, module)?)?;
    module.add("ARCHIVE_FORMATS", archive_formats(module)?)
}
