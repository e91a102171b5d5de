//! distutils.command.bdist_msi: an installer for Windows, written with Python's own `msilib`.
//!
//! The module can be imported where `msilib` can: on Windows, up to Python 3.12.

mod dialogs;
mod drawing;
mod files;
mod py_dialog;
mod pythons;
mod running;

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::exceptions::PyDeprecationWarning;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PySuper, PyTuple};

use super::{Row, take_options};
use crate::cmd::Command;
use crate::errors::DistutilsOptionError;
use crate::file_name::AsFileName;
use crate::seam;
use crate::value::{Elements, option};

/// The module whose names a script may have replaced.
const MODULE: &str = "command.bdist_msi";

/// What every new command says.
const DEPRECATED: &std::ffi::CStr =
    c"bdist_msi command is deprecated since Python 3.9, use bdist_wheel (wheel packages) instead";

/// Makes an installer of what `install` puts in place.
///
/// It looks in the registry for the Pythons of `versions`, and lets people choose which of them get the files.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.bdist_msi", name = "bdist_msi")]
pub struct BdistMsi;

#[pymethods]
impl BdistMsi {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BdistMsi)
    }

    #[pyo3(signature = (*args, **kw))]
    fn __init__(
        slf: &Bound<'_, Self>,
        args: &Bound<'_, PyTuple>,
        kw: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let py = slf.py();
        PySuper::new(&py.get_type::<Self>(), slf)?.call_method("__init__", args, kw)?;
        PyErr::warn(py, &py.get_type::<PyDeprecationWarning>(), DEPRECATED, 1)
    }

    #[classattr]
    fn description() -> &'static str {
        "create an installer for Windows (.msi)"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("bdist-dir=", None, "folder in which the distribution is put together"),
            ("plat-name=", Some("p"), "name of the platform, for file names [default: this one]"),
            ("keep-temp", Some("k"), "keep the folder that the installer is made of"),
            ("target-version=", None, "install into this version of Python only (3.10, for example)"),
            ("no-target-compile", Some("c"), "make no byte code when installing"),
            ("no-target-optimize", Some("o"), "make no optimized byte code when installing"),
            ("dist-dir=", Some("d"), "folder that the installer goes into"),
            ("skip-build", None, "take what is built already"),
            (
                "install-script=",
                None,
                "name of a script to run after installing (one of the project's scripts)",
            ),
            ("pre-install-script=", None, "path of a script to run before installing (not supported yet)"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["keep-temp", "no-target-compile", "no-target-optimize", "skip-build"]
    }

    /// The Pythons that an installer without a target version looks for: those that CPython 3.10's knows.
    #[classattr]
    fn all_versions() -> Vec<String> {
        [2, 3].into_iter().flat_map(|major| (0..10).map(move |minor| format!("{major}.{minor}"))).collect()
    }

    /// What stands for a version where the folder is chosen by hand.
    #[classattr]
    fn other_version() -> &'static str {
        "X"
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        const UNSET: [&str; 8] = [
            "bdist_dir",
            "plat_name",
            "target_version",
            "dist_dir",
            "skip_build",
            "install_script",
            "pre_install_script",
            "versions",
        ];
        for option in UNSET {
            slf.setattr(option, slf.py().None())?;
        }
        ["keep_temp", "no_target_compile", "no_target_optimize"]
            .into_iter()
            .try_for_each(|option| slf.setattr(option, 0))
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        take_options(slf, "bdist", &[("skip_build", "skip_build")])?;
        if slf.getattr("bdist_dir")?.is_none() {
            let bdist = slf.call_method1("get_finalized_command", ("bdist",))?;
            let base: PathBuf = option(&bdist, "bdist_base")?;
            slf.setattr("bdist_dir", base.join("msi").as_file_name())?;
        }
        choose_versions(slf)?;
        take_options(slf, "bdist", &[("dist_dir", "dist_dir"), ("plat_name", "plat_name")])?;
        if is_set(slf, "pre_install_script")? {
            let text = "the pre-install-script feature is not yet implemented";
            return Err(DistutilsOptionError::new_err(text));
        }
        if is_set(slf, "install_script")? {
            check_install_script(slf)?;
        }
        slf.setattr("install_script_key", slf.py().None())
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        running::run(slf)
    }

    /// A feature for each Python, and all that was installed into `bdist_dir` as its files.
    fn add_files(slf: &Bound<'_, Self>) -> PyResult<()> {
        files::add(slf)
    }

    /// The actions that look for Pythons in the registry.
    ///
    /// For the version 3.9 they set `PYTHON.MACHINE.3.9` and `PYTHON.USER.3.9` to the folders found, `TARGETDIR3.9`
    /// to the folder to install to (the user's rather than the machine's), and `PYTHON3.9` to its `python.exe`.
    fn add_find_python(slf: &Bound<'_, Self>) -> PyResult<()> {
        pythons::add_searches(slf)
    }

    /// The actions that run the project's own script in each Python that it was installed for.
    fn add_scripts(slf: &Bound<'_, Self>) -> PyResult<()> {
        pythons::add_scripts(slf)
    }

    /// The dialogs, and when they are shown.
    fn add_ui(slf: &Bound<'_, Self>) -> PyResult<()> {
        drawing::add_ui(slf)
    }

    /// The path of the installer for a distribution of that full name (`name-version`), in `dist_dir`.
    fn get_installer_filename(slf: &Bound<'_, Self>, fullname: &Bound<'_, PyAny>) -> PyResult<OsString> {
        let mut name = format!("{}.{}", fullname.str()?, slf.getattr("plat_name")?.str()?);
        if is_set(slf, "target_version")? {
            name += &format!("-py{}", slf.getattr("target_version")?.str()?);
        }
        let folder: PathBuf = option(slf, "dist_dir")?;
        Ok(folder.join(name + ".msi").into_os_string())
    }
}

/// `versions`: the target version, which extension modules force to be this Python's, or all that are known.
fn choose_versions(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    let running = seam::global(slf.py(), MODULE, "get_python_version")?.call0()?;
    if !is_set(slf, "target_version")? && has_extensions(slf)? {
        slf.setattr("target_version", &running)?;
    }
    let target = slf.getattr("target_version")?;
    if !target.is_truthy()? {
        let known = slf.getattr("all_versions")?.elements()?.collect::<PyResult<Vec<_>>>()?;
        return slf.setattr("versions", known);
    }
    slf.setattr("versions", vec![&target])?;
    if !is_set(slf, "skip_build")? && has_extensions(slf)? && target.ne(&running)? {
        return Err(DistutilsOptionError::new_err(format!(
            "target version can only be {running}, or the '--skip-build' option must be specified"
        )));
    }
    Ok(())
}

/// It must be one of the distribution's scripts.
fn check_install_script(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    let wanted = slf.getattr("install_script")?;
    let scripts = super::or_empty_list(slf.getattr("distribution")?.getattr("scripts")?)?;
    let basename = slf.py().import("os.path")?.getattr("basename")?;
    for script in scripts.try_iter()? {
        if wanted.eq(basename.call1((script?,))?)? {
            return Ok(());
        }
    }
    Err(DistutilsOptionError::new_err(format!("install_script '{}' not found in scripts", wanted.str()?)))
}

/// The versions with a feature each, and last what stands for a folder that is chosen by hand.
fn versions_and_other(slf: &Bound<'_, BdistMsi>) -> PyResult<Vec<String>> {
    let mut versions: Vec<String> = option(slf, "versions")?;
    versions.push(option(slf, "other_version")?);
    Ok(versions)
}

/// Add rows to a table of the installer, through the module's `add_data`.
fn add_data<'py>(slf: &Bound<'py, BdistMsi>, table: &str, rows: impl IntoPyObject<'py>) -> PyResult<()> {
    let arguments = (slf.getattr("db")?, table, rows);
    seam::global(slf.py(), MODULE, "add_data")?.call1(arguments).map(drop)
}

/// Whether an option has a value that counts.
fn is_set(slf: &Bound<'_, BdistMsi>, option: &str) -> PyResult<bool> {
    slf.getattr(option)?.is_truthy()
}

fn has_extensions(slf: &Bound<'_, BdistMsi>) -> PyResult<bool> {
    slf.getattr("distribution")?.call_method0("has_ext_modules")?.is_truthy()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<BdistMsi>()?;
    py_dialog::register(module)
}
