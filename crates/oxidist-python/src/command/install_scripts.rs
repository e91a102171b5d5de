//! distutils.command.install_scripts: installs what `build_scripts` has built.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyTuple};

use super::{Row, build_scripts};
use crate::cmd::Command;
use crate::door;

/// Installs scripts, in Python or not, so that everyone can run them.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.install_scripts", name = "install_scripts")]
pub struct InstallScripts;

#[pymethods]
impl InstallScripts {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(InstallScripts)
    }

    #[classattr]
    fn description() -> &'static str {
        "install scripts (Python or otherwise)"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("install-dir=", Some("d"), "folder to install in"),
            ("build-dir=", Some("b"), "folder that scripts were built in"),
            ("force", Some("f"), "install everything, up to date or not"),
            ("skip-build", None, "take what is built already"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["force", "skip-build"]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.setattr("force", 0)?;
        for name in ["install_dir", "build_dir", "skip_build", "outfiles"] {
            slf.setattr(name, slf.py().None())?;
        }
        Ok(())
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        super::take_options(slf.as_any(), "build", &[("build_scripts", "build_dir")])?;
        let pairs = [("install_scripts", "install_dir"), ("force", "force"), ("skip_build", "skip_build")];
        super::take_options(slf.as_any(), "install", &pairs)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        if !slf.getattr("skip_build")?.is_truthy()? {
            slf.call_method1("run_command", ("build_scripts",))?;
        }
        let arguments = (slf.getattr("build_dir")?, slf.getattr("install_dir")?);
        slf.setattr("outfiles", slf.call_method1("copy_tree", arguments)?)?;
        if py.import("os")?.getattr("name")?.extract::<String>()? == "posix" {
            let door = door::of(slf.as_any())?;
            for file in slf.call_method0("get_outputs")?.try_iter()? {
                build_scripts::make_executable(py, door, &file?.extract::<PathBuf>()?)?;
            }
        }
        Ok(())
    }

    fn get_inputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        super::or_empty_list(slf.getattr("distribution")?.getattr("scripts")?)
    }

    fn get_outputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        super::or_empty_list(slf.getattr("outfiles")?)
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<InstallScripts>()
}
