//! distutils.command.install_egg_info: installs the distribution's metadata, as one file beside its modules.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use oxidist_engine::wheel::Member;
use oxidist_engine::{Error, tree};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::build::running_version;
use super::{Row, info_folder};
use crate::cmd::Command;
use crate::dist::keywords;
use crate::door;
use crate::errors::{DistutilsOptionError, OrRaise};
use crate::file_name::AsFileName;
use crate::value::{expected, option};
use crate::{log, seam};

/// Installs the metadata as an `.egg-info` file.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.install_egg_info", name = "install_egg_info")]
pub struct InstallEggInfo;

#[pymethods]
impl InstallEggInfo {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(InstallEggInfo)
    }

    #[classattr]
    fn description() -> &'static str {
        "install package's PKG-INFO metadata as an .egg-info file"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![("install-dir=", Some("d"), "folder to install in")]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.setattr("install_dir", slf.py().None())
    }

    /// The file's name without its folder.
    #[getter]
    fn basename(slf: &Bound<'_, Self>) -> PyResult<String> {
        file_name(slf)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        super::take_options(slf.as_any(), "install_lib", &[("install_dir", "install_dir")])?;
        let folder: PathBuf = option(slf.as_any(), "install_dir")?;
        let target = folder.join(file_name(slf)?);
        slf.setattr("target", target.as_file_name())?;
        let files: Vec<PathBuf> = match folder_files(slf)? {
            Some(files) => files.iter().map(|file| target.join(&file.name)).collect(),
            None => vec![target],
        };
        slf.setattr("outputs", PyList::new(slf.py(), files.iter().map(|file| file.as_file_name()))?)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let target: PathBuf = option(slf.as_any(), "target")?;
        make_way(slf, &target)?;
        log::call(py, "info", "Writing %s", (target.as_file_name(),))?;
        if let Some(files) = folder_files(slf)? {
            return info_folder::write(door::of(slf.as_any())?, &target, &files);
        }
        let metadata = slf.getattr("distribution")?.getattr("metadata")?;
        let raised = RefCell::new(None);
        let door = door::of(slf.as_any())?;
        let written = door.write_file(&target, 0o666, &mut |file| {
            let text = rendered(&metadata).map_err(|error| {
                // The caller raises this one: it is the script's own, and no error of the file's.
                *raised.borrow_mut() = Some(error);
                Error::Interrupted
            })?;
            file.write_all(&text).map_err(Error::file("write", &target))
        });
        match raised.into_inner() {
            Some(error) => Err(error),
            None => written.or_raise(),
        }
    }

    /// None: the metadata come from the distribution itself. `install` asks for all its commands' inputs.
    fn get_inputs<'py>(slf: &Bound<'py, Self>) -> Bound<'py, PyList> {
        PyList::empty(slf.py())
    }

    fn get_outputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("outputs")
    }
}

/// What a folder in the place of the file has in it; None where a file is enough. Entry points need a file of their
/// own beside PKG-INFO.
fn folder_files(slf: &Bound<'_, InstallEggInfo>) -> PyResult<Option<Vec<Member>>> {
    let distribution = slf.getattr("distribution")?;
    if keywords::entry_points(&distribution)?.is_empty() {
        return Ok(None);
    }
    info_folder::egg_info(&distribution).map(Some)
}

/// `Name-version-py3.11.egg-info`. Debian's own folders are for every Python 3, and their files name none.
fn file_name(slf: &Bound<'_, InstallEggInfo>) -> PyResult<String> {
    let py = slf.py();
    let distribution = slf.getattr("distribution")?;
    let part = |field: &str, clean: &str| -> PyResult<String> {
        let given = distribution.call_method0(&*format!("get_{field}"))?;
        if !given.is_instance_of::<PyString>() {
            return Err(DistutilsOptionError::new_err(expected(field, "a string", &given)));
        }
        let clean = seam::global(py, "command.install_egg_info", clean)?;
        let cleaned = clean.call1((given,))?;
        seam::global(py, "command.install_egg_info", "to_filename")?.call1((cleaned,))?.extract()
    };
    let name = part("name", "safe_name")?;
    let version = part("version", "safe_version")?;
    if is_for_every_python(slf)? {
        return Ok(format!("{name}-{version}.egg-info"));
    }
    let (major, minor) = running_version(py)?;
    Ok(format!("{name}-{version}-py{major}.{minor}.egg-info"))
}

fn is_for_every_python(slf: &Bound<'_, InstallEggInfo>) -> PyResult<bool> {
    let py = slf.py();
    if !seam::global(py, "command.install", "INSTALL_SCHEMES")?.contains("unix_local")? {
        return Ok(false);
    }
    let install = slf.getattr("distribution")?.call_method1("get_command_obj", ("install",))?;
    install.call_method0("ensure_finalized")?;
    let layout: Option<String> = option(&install, "install_layout")?;
    match layout.filter(|layout| !layout.is_empty()).map(|layout| layout.to_lowercase()).as_deref() {
        Some("deb") => Ok(true),
        Some("unix") => Ok(false),
        Some(_) => Err(DistutilsOptionError::new_err("unknown value for --install-layout")),
        None => Ok(!install.getattr("prefix_option")?.is_truthy()?),
    }
}

/// Remove what an earlier installation left in the place of the file, or make the folder it goes into.
fn make_way(slf: &Bound<'_, InstallEggInfo>, target: &Path) -> PyResult<()> {
    let py = slf.py();
    let dry_run = slf.getattr("dry_run")?;
    let door = door::door(dry_run.is_truthy()?);
    let folder: PathBuf = option(slf.as_any(), "install_dir")?;
    if door.is_folder(target) && !target.is_symlink() {
        let keywords = PyDict::new(py);
        keywords.set_item("dry_run", dry_run)?;
        let arguments = (target.as_file_name(),);
        return seam::global(py, "dir_util", "remove_tree")?.call(arguments, Some(&keywords)).map(drop);
    }
    let os = py.import("os")?;
    if door.exists(target) {
        let message = format!("Removing {}", target.display());
        if execute_is_ours(slf)? {
            log::info(py, &message)?;
            return door.remove_file(target).or_raise();
        }
        let arguments = (os.getattr("unlink")?, (target.as_file_name(),), message);
        slf.call_method1("execute", arguments)?;
    } else if !door.is_folder(&folder) {
        let message = format!("Creating {}", folder.display());
        if execute_is_ours(slf)? {
            log::info(py, &message)?;
        } else {
            let arguments = (os.getattr("makedirs")?, (folder.as_file_name(),), message);
            slf.call_method1("execute", arguments)?;
        }
        // In a dry run nothing else tells the door of the folder.
        for missing in tree::missing_folders(door, &folder) {
            door.make_folder(&missing, 0o777).or_raise()?;
        }
    }
    Ok(())
}

/// Whether steps may go through the door themselves, instead of as functions that `execute` calls.
fn execute_is_ours(slf: &Bound<'_, InstallEggInfo>) -> PyResult<bool> {
    Ok(seam::methods_are_ours(slf.as_any(), &["execute"])?
        && seam::functions_are_ours(slf.py(), &[("util", "execute")])?)
}

/// What the distribution's metadata writes to a text file.
fn rendered(metadata: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let io = metadata.py().import("io")?;
    let bytes = io.getattr("BytesIO")?.call0()?;
    let file = io.getattr("TextIOWrapper")?.call1((&bytes, "UTF-8"))?;
    metadata.call_method1("write_pkg_file", (&file,))?;
    file.call_method0("flush")?;
    bytes.call_method0("getvalue")?.extract()
}

/// A project's name in the form that file names have: other characters than letters, digits and dots become
/// one `-`.
#[pyfunction]
fn safe_name(name: &str) -> String {
    let mut safe = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            safe.push(c);
        } else if !safe.ends_with('-') {
            safe.push('-');
        }
    }
    safe
}

/// A version in the form that file names have: a space is a dot, else as `safe_name`.
#[pyfunction]
fn safe_version(version: &str) -> String {
    safe_name(&version.replace(' ', "."))
}

/// A part of a file name between two `-`: its own become `_`.
#[pyfunction]
fn to_filename(name: &str) -> String {
    name.replace('-', "_")
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(safe_name, module)?)?;
    module.add_function(wrap_pyfunction!(safe_version, module)?)?;
    module.add_function(wrap_pyfunction!(to_filename, module)?)?;
    module.add_class::<InstallEggInfo>()
}
