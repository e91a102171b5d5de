//! distutils.command.bdist_rpm: source and binary RPMs, made by `rpmbuild` from a spec file that is written here.

mod options;
mod running;
mod spec_file;

use std::path::{Path, PathBuf};

use oxidist_engine::rpm;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::Row;
use crate::cmd::Command;
use crate::dist::pyproject;
use crate::errors::{DistutilsOptionError, DistutilsPlatformError};
use crate::file_name::AsFileName;
use crate::value::option;

/// Makes RPMs.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.bdist_rpm", name = "bdist_rpm")]
pub struct BdistRpm;

#[pymethods]
impl BdistRpm {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BdistRpm)
    }

    #[classattr]
    fn description() -> &'static str {
        "create an RPM distribution"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        options::OPTIONS.to_vec()
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        options::BOOLEAN.to_vec()
    }

    #[classattr]
    fn negative_opt(py: Python<'_>) -> PyResult<Py<PyDict>> {
        super::negative_options(py, &options::NEGATIVE)
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for option in options::UNSET {
            slf.setattr(option, slf.py().None())?;
        }
        options::SWITCHES.iter().try_for_each(|(option, value)| slf.setattr(*option, value))
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        super::take_options(slf, "bdist", &[("bdist_base", "bdist_base")])?;
        if slf.getattr("rpm_base")?.is_none() {
            if !is_set(slf, "rpm3_mode")? {
                return Err(DistutilsOptionError::new_err("you must specify --rpm-base in RPM 2 mode"));
            }
            let base: PathBuf = option(slf, "bdist_base")?;
            slf.setattr("rpm_base", base.join("rpm").as_file_name())?;
        }
        choose_python(slf)?;
        let system = py.import("os")?.getattr("name")?;
        if !system.eq("posix")? {
            let text = format!("don't know how to create RPM distributions on platform {system}");
            return Err(DistutilsPlatformError::new_err(text));
        }
        if is_set(slf, "binary_only")? && is_set(slf, "source_only")? {
            let text = "cannot supply both '--source-only' and '--binary-only'";
            return Err(DistutilsOptionError::new_err(text));
        }
        if !has_extensions(slf)? {
            slf.setattr("use_rpm_opt_flags", 0)?;
        }
        super::take_options(slf, "bdist", &[("dist_dir", "dist_dir")])?;
        slf.call_method0("finalize_package_data").map(drop)
    }

    /// Check what goes into the spec file, and give it defaults.
    fn finalize_package_data(slf: &Bound<'_, Self>) -> PyResult<()> {
        let distribution = slf.getattr("distribution")?;
        slf.call_method1("ensure_string", ("group", "Development/Libraries"))?;
        let contact = distribution.call_method0("get_contact")?;
        let address = distribution.call_method0("get_contact_email")?;
        // In `[project]`, who has a name and an address has both in the address.
        let is_whole = pyproject::has_project(&distribution.getattr("metadata")?)?
            && contact.eq("UNKNOWN")?
            && address.str()?.to_cow()?.contains('<');
        let vendor = match is_whole {
            true => address.str()?.to_cow()?.into_owned(),
            false => format!("{} <{}>", contact.str()?, address.str()?),
        };
        slf.call_method1("ensure_string", ("vendor", vendor))?;
        slf.call_method1("ensure_string", ("packager",))?;
        slf.call_method1("ensure_string_list", ("doc_files",))?;
        if let Ok(files) = slf.getattr("doc_files")?.cast::<PyList>() {
            for readme in ["README", "README.txt"] {
                if Path::new(readme).exists() && !files.contains(readme)? {
                    files.append(readme)?;
                }
            }
        }
        slf.call_method1("ensure_string", ("release", "1"))?;
        for option in ["serial", "distribution_name", "changelog"] {
            slf.call_method1("ensure_string", (option,))?;
        }
        let changelog = slf.call_method1("_format_changelog", (slf.getattr("changelog")?,))?;
        slf.setattr("changelog", changelog)?;
        for option in options::FILES {
            slf.call_method1("ensure_filename", (option,))?;
        }
        for option in options::CAPABILITIES {
            slf.call_method1("ensure_string_list", (option,))?;
        }
        slf.call_method1("ensure_string", ("force_arch",)).map(drop)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        running::run(slf)
    }

    /// Where a file of `path`'s name is, once it is in `dist_dir`.
    fn _dist_path<'py>(slf: &Bound<'py, Self>, path: PathBuf) -> PyResult<Bound<'py, PyString>> {
        let folder: PathBuf = option(slf, "dist_dir")?;
        folder.join(path.file_name().unwrap_or_default()).as_file_name().into_pyobject(slf.py())
    }

    /// The text of the spec file, as a list of strings.
    fn _make_spec_file(slf: &Bound<'_, Self>) -> PyResult<Vec<String>> {
        Ok(spec_file::read(slf)?.lines())
    }

    /// The lines of a changelog as RPM wants them; what is empty is returned as it is.
    fn _format_changelog<'py>(
        slf: &Bound<'py, Self>,
        changelog: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if !changelog.is_truthy()? {
            return Ok(changelog);
        }
        let text: String = changelog.extract()?;
        Ok(PyList::new(slf.py(), rpm::changelog(&text))?.into_any())
    }
}

/// The Python that the spec file names.
fn choose_python(slf: &Bound<'_, BdistRpm>) -> PyResult<()> {
    let fixed = is_set(slf, "fix_python")?;
    if !slf.getattr("python")?.is_none() {
        if fixed {
            let text = "--python and --fix-python are mutually exclusive options";
            return Err(DistutilsOptionError::new_err(text));
        }
        return Ok(());
    }
    match fixed {
        true => slf.setattr("python", slf.py().import("sys")?.getattr("executable")?),
        false => slf.setattr("python", "python3"),
    }
}

/// Whether a switch is on.
fn is_set(slf: &Bound<'_, BdistRpm>, option: &str) -> PyResult<bool> {
    slf.getattr(option)?.is_truthy()
}

fn has_extensions(slf: &Bound<'_, BdistRpm>) -> PyResult<bool> {
    slf.getattr("distribution")?.call_method0("has_ext_modules")?.is_truthy()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<BdistRpm>()
}
