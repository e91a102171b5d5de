//! distutils.command.bdist_dumb: an archive of the installed files, to be unpacked where they belong.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyTuple};

use super::{Row, bdist};
use crate::cmd::Command;
use crate::errors::{DistutilsOptionError, DistutilsPlatformError};
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{dist_files, log, seam};

/// Makes an archive of what `install` puts in place.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.bdist_dumb", name = "bdist_dumb")]
pub struct BdistDumb;

#[pymethods]
impl BdistDumb {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BdistDumb)
    }

    #[classattr]
    fn description() -> &'static str {
        "create a built distribution that is just an archive of the installed files"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("bdist-dir=", Some("d"), "folder in which the distribution is put together"),
            ("plat-name=", Some("p"), "name of the platform, for file names [default: this one]"),
            ("format=", Some("f"), "format of the archive (tar, gztar, bztar, xztar, ztar, zip)"),
            ("keep-temp", Some("k"), "keep the folder that is packed"),
            ("dist-dir=", Some("d"), "folder that the distribution goes into"),
            ("skip-build", None, "take what is built already"),
            ("relative", None, "name files in the archive relative to the prefix [default: to the root]"),
            ("owner=", Some("u"), "owner of the files in tar archives [default: the files' own]"),
            ("group=", Some("g"), "group of the files in tar archives [default: the files' own]"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["keep-temp", "skip-build", "relative"]
    }

    #[classattr]
    fn default_format(py: Python<'_>) -> PyResult<Py<PyDict>> {
        bdist::default_formats(py)
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for option in ["bdist_dir", "plat_name", "format", "dist_dir", "skip_build", "owner", "group"] {
            slf.setattr(option, slf.py().None())?;
        }
        slf.setattr("keep_temp", 0)?;
        slf.setattr("relative", 0)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        if slf.getattr("bdist_dir")?.is_none() {
            let bdist = slf.call_method1("get_finalized_command", ("bdist",))?;
            let base: PathBuf = option(&bdist, "bdist_base")?;
            slf.setattr("bdist_dir", base.join("dumb").as_file_name())?;
        }
        if slf.getattr("format")?.is_none() {
            slf.setattr("format", bdist::default_format(slf.as_any(), "dumb built distributions")?)?;
        }
        let same = |option: &'static str| (option, option);
        let arguments = ("bdist", same("dist_dir"), same("plat_name"), same("skip_build"));
        slf.call_method1("set_undefined_options", arguments).map(drop)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        check_format(slf)?;
        let skip_build = slf.getattr("skip_build")?;
        if !skip_build.is_truthy()? {
            slf.call_method1("run_command", ("build",))?;
        }
        let install = install_below(slf, &skip_build)?;

        let distribution = slf.getattr("distribution")?;
        let full_name = distribution.call_method0("get_fullname")?;
        let base_name = format!("{}.{}", full_name.str()?, slf.getattr("plat_name")?.str()?);
        let dist_dir: PathBuf = option(slf.as_any(), "dist_dir")?;
        let keywords = PyDict::new(py);
        keywords.set_item("root_dir", archive_root(slf, &install)?.as_file_name())?;
        for name in ["owner", "group"] {
            keywords.set_item(name, slf.getattr(name)?)?;
        }
        let base_name = dist_dir.join(base_name);
        let arguments = (base_name.as_file_name(), slf.getattr("format")?);
        let archive = slf.call_method("make_archive", arguments, Some(&keywords))?;

        let python_version = if has_extensions(slf)? {
            seam::global(py, "command.bdist_dumb", "get_python_version")?.call0()?.extract::<String>()?
        } else {
            "any".to_string()
        };
        dist_files::append(&distribution, "bdist_dumb", &python_version, &archive)?;
        if !slf.getattr("keep_temp")?.is_truthy()? {
            let keywords = PyDict::new(py);
            keywords.set_item("dry_run", slf.getattr("dry_run")?)?;
            seam::global(py, "command.bdist_dumb", "remove_tree")?
                .call((slf.getattr("bdist_dir")?,), Some(&keywords))?;
        }
        Ok(())
    }
}

/// Run `install` with `bdist_dir` as its root.
fn install_below<'py>(
    slf: &Bound<'py, BdistDumb>,
    skip_build: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let folder = slf.getattr("bdist_dir")?;
    let keywords = PyDict::new(py);
    keywords.set_item("reinit_subcommands", 1)?;
    let install = slf.call_method("reinitialize_command", ("install",), Some(&keywords))?;
    install.setattr("root", &folder)?;
    install.setattr("skip_build", skip_build)?;
    install.setattr("warn_dir", 0)?;
    log::call(py, "info", "installing to %s", (folder,))?;
    slf.call_method1("run_command", ("install",))?;
    Ok(install)
}

/// The folder that names in the archive are relative to.
fn archive_root(slf: &Bound<'_, BdistDumb>, install: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    let folder: PathBuf = option(slf.as_any(), "bdist_dir")?;
    if !slf.getattr("relative")?.is_truthy()? {
        return Ok(folder);
    }
    let (base, platform_base) = (install.getattr("install_base")?, install.getattr("install_platbase")?);
    if has_extensions(slf)? && base.ne(&platform_base)? {
        return Err(DistutilsPlatformError::new_err(format!(
            "can't make a dumb built distribution where base and platbase are different ({}, {})",
            base.repr()?,
            platform_base.repr()?
        )));
    }
    let ensure_relative = seam::global(slf.py(), "command.bdist_dumb", "ensure_relative")?;
    Ok(folder.join(ensure_relative.call1((base,))?.extract::<PathBuf>()?))
}

fn has_extensions(slf: &Bound<'_, BdistDumb>) -> PyResult<bool> {
    slf.getattr("distribution")?.call_method0("has_ext_modules")?.is_truthy()
}

/// Refuse a format that nobody knows before anything is built for it; a script's own `make_archive` may
/// know more than we.
fn check_format(slf: &Bound<'_, BdistDumb>) -> PyResult<()> {
    let format = slf.getattr("format")?;
    let known = seam::global(slf.py(), "archive_util", "ARCHIVE_FORMATS")?;
    if known.contains(&format)? || !seam::methods_are_ours(slf.as_any(), &["make_archive"])? {
        return Ok(());
    }
    Err(DistutilsOptionError::new_err(format!("unknown archive format '{}'", format.str()?)))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<BdistDumb>()
}
