//! Archives made by Python's `zipfile` and `tarfile`, or by other programs, where a script asks for that: it has
//! taken one of these modules away, or replaced a name that CPython's functions look up.

use std::path::Path;

use oxidist_engine::archive::{Compressor, Container, Format, Ownership};
use oxidist_engine::effects::COPIED_MODE;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};

use crate::errors::DistutilsExecError;
use crate::file_name::AsFileName;
use crate::log;
use crate::python_os::Os;
use crate::seam::{self, Borrowed};
use crate::value::path_to_python;

static ZIPPING: [Borrowed; 3] = [
    Borrowed::new("os", &["walk", "scandir", "stat"]),
    Borrowed::new("os.path", &["isfile", "normpath", "join"]),
    Borrowed::new("zipfile", &["ZipFile"]),
];

static PACKING: [Borrowed; 3] = [
    Borrowed::new("os", &["listdir", "lstat"]),
    Borrowed::new("os.path", &["join"]),
    Borrowed::new("tarfile", &["open", "TarFile"]),
];

fn loaded<'py>(py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?.get_item(name)
}

/// A name that is in the namespace of `distutils.archive_util`, which has this one only if somebody asked for it.
fn set_here<'py>(py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    seam::face(py, "archive_util")?.dict().get_item(name)
}

/// Whether nobody could tell that zip files are made without Python's `zipfile`.
pub fn zipping_is_pythons(py: Python<'_>) -> PyResult<bool> {
    let real = loaded(py, "zipfile")?;
    if let Some(here) = set_here(py, "zipfile")?
        && !real.as_ref().is_some_and(|real| real.is(&here))
    {
        return Ok(false);
    }
    // How a script has it do without compression.
    let without_zlib = match real.map(|real| real.getattr_opt("zlib")).transpose()? {
        Some(Some(zlib)) => zlib.is_none(),
        _ => false,
    };
    Ok(!without_zlib && seam::world_is_pythons(py, "archive_util", &ZIPPING)?)
}

/// Whether nobody could tell that tar files are made without Python's `tarfile`, or the program `compress`.
pub fn packing_is_pythons(py: Python<'_>, compress: Option<&str>) -> PyResult<bool> {
    let spawn_is_ours = || {
        Ok::<bool, PyErr>(
            seam::imports_are_ours(py, "archive_util", &[("spawn", "spawn")])?
                && seam::functions_are_ours(py, &[("spawn", "spawn")])?,
        )
    };
    Ok(seam::world_is_pythons(py, "archive_util", &PACKING)?
        && (compress != Some("compress") || spawn_is_ours()?))
}

/// Zip the folder `base_dir` as `name`, whose folder is there.
pub fn zip<'py>(name: &Bound<'py, PyAny>, base_dir: &Bound<'py, PyAny>, verbose: bool) -> PyResult<()> {
    let py = name.py();
    let zipfile = seam::global(py, "archive_util", "zipfile")?;
    if zipfile.is_none() {
        return zip_by_program(name, base_dir, verbose);
    }
    log::call(py, "info", "creating '%s' and adding '%s' to it", (name, base_dir))?;
    let create = |compression: &str| {
        let keywords = PyDict::new(py);
        keywords.set_item("compression", zipfile.getattr(compression)?)?;
        zipfile.getattr("ZipFile")?.call((name, "w"), Some(&keywords))
    };
    let archive = match create("ZIP_DEFLATED") {
        Err(error) if error.is_instance_of::<PyRuntimeError>(py) => create("ZIP_STORED")?,
        created => created?,
    };
    archive.call_method0("__enter__")?;
    let added = add_all(&archive, base_dir);
    leave(&archive, added)
}

fn add_all<'py>(archive: &Bound<'py, PyAny>, base_dir: &Bound<'py, PyAny>) -> PyResult<()> {
    let py = archive.py();
    let os = Os::seen_by(py, "archive_util")?;
    let add = |path: Bound<'py, PyAny>| {
        archive.call_method1("write", (&path, &path))?;
        log::call(py, "info", "adding '%s'", (path,))
    };
    if !base_dir.eq(os.get("curdir")?)? {
        add(os.path("normpath", (os.path("join", (base_dir, ""))?,))?)?;
    }
    for step in os.call("walk", (base_dir,))?.try_iter()? {
        let (folder, folders, files): (Bound<'_, PyAny>, Bound<'_, PyAny>, Bound<'_, PyAny>) =
            step?.extract()?;
        for name in folders.try_iter()? {
            add(os.path("normpath", (os.path("join", (&folder, name?, ""))?,))?)?;
        }
        for name in files.try_iter()? {
            let path = os.path("normpath", (os.path("join", (&folder, name?))?,))?;
            if os.is("isfile", &path)? {
                add(path)?;
            }
        }
    }
    Ok(())
}

/// The end of a `with` statement.
fn leave(context: &Bound<'_, PyAny>, result: PyResult<()>) -> PyResult<()> {
    let py = context.py();
    let Err(error) = result else {
        return context.call_method1("__exit__", (py.None(), py.None(), py.None())).map(drop);
    };
    let about = (error.get_type(py), error.value(py), error.traceback(py));
    match context.call_method1("__exit__", about)?.is_truthy()? {
        true => Ok(()),
        false => Err(error),
    }
}

fn spawn(py: Python<'_>, words: Vec<Bound<'_, PyAny>>) -> PyResult<()> {
    let keywords = PyDict::new(py);
    keywords.set_item("dry_run", false)?;
    seam::global(py, "archive_util", "spawn")?.call((words,), Some(&keywords)).map(drop)
}

fn zip_by_program(name: &Bound<'_, PyAny>, base_dir: &Bound<'_, PyAny>, verbose: bool) -> PyResult<()> {
    let py = name.py();
    let text = |text: &str| text.into_pyobject(py).map(Bound::into_any);
    let options = if verbose { "-r" } else { "-rq" };
    let words = vec![text("zip")?, text(options)?, name.clone(), base_dir.clone()];
    match spawn(py, words) {
        Err(error) if error.is_instance_of::<DistutilsExecError>(py) => {
            Err(DistutilsExecError::new_err(format!(
                "unable to create zip file '{name}': could neither import the 'zipfile' module nor find a \
                 standalone zip utility"
            )))
        }
        done => done,
    }
}

/// Pack the folder `base_dir` as `name`, whose folder is there.
pub fn tar(
    py: Python<'_>,
    name: &Path,
    base_dir: &Path,
    format: &Format,
    owner: Option<String>,
    group: Option<String>,
) -> PyResult<()> {
    let by_program = format.container == Container::Tar(Compressor::Compress);
    // The program makes `x.tar.Z` of `x.tar`.
    let name = path_to_python(py, &if by_program { name.with_extension("") } else { name.to_path_buf() })?;
    let Ownership { user, group } = super::ownership(py, owner, group)?;
    let set_owners = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
        let member = arguments.get_item(0)?;
        member.setattr("mode", member.getattr("mode")?.extract::<u32>()? & COPIED_MODE)?;
        if let Some(group) = &group {
            member.setattr("gid", group.id)?;
            member.setattr("gname", &group.name)?;
        }
        if let Some(user) = &user {
            member.setattr("uid", user.id)?;
            member.setattr("uname", &user.name)?;
        }
        Ok::<Py<PyAny>, PyErr>(member.unbind())
    };
    let keywords = PyDict::new(py);
    keywords.set_item("filter", PyCFunction::new_closure(py, None, None, set_owners)?)?;
    let mode = match format.container {
        Container::Tar(Compressor::Gzip) => "w|gz",
        Container::Tar(Compressor::Bzip2) => "w|bz2",
        Container::Tar(Compressor::Xz) => "w|xz",
        _ => "w|",
    };
    let archive = py.import("tarfile")?.getattr("open")?.call1((&name, mode))?;
    let added = archive.getattr("add")?.call((base_dir.as_file_name(),), Some(&keywords)).map(drop);
    added.and(archive.call_method0("close").map(drop))?;
    if by_program { compress(&name) } else { Ok(()) }
}

/// Have the program `compress` replace `name` by `name` + `.Z`.
fn compress(name: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = name.py();
    let text = |text: &str| text.into_pyobject(py).map(Bound::into_any);
    let words = if py.import("sys")?.getattr("platform")?.eq("win32")? {
        vec![text("compress")?, name.clone(), name.add(".Z")?]
    } else {
        vec![text("compress")?, text("-f")?, name.clone()]
    };
    spawn(py, words)
}
