//! distutils.command.install_headers: installs C and C++ headers.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::Row;
use crate::cmd::Command;
use crate::file_name::AsFileName;
use crate::value::option;

/// Installs the headers that other extensions include, all in one folder.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.install_headers", name = "install_headers")]
pub struct InstallHeaders;

#[pymethods]
impl InstallHeaders {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(InstallHeaders)
    }

    #[classattr]
    fn description() -> &'static str {
        "install C/C++ header files"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("install-dir=", Some("d"), "folder to install in"),
            ("force", Some("f"), "install everything, up to date or not"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["force"]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.setattr("install_dir", slf.py().None())?;
        slf.setattr("force", 0)?;
        slf.setattr("outfiles", PyList::empty(slf.py()))
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let pairs = [("install_headers", "install_dir"), ("force", "force")];
        super::take_options(slf.as_any(), "install", &pairs)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let headers: Option<Vec<PathBuf>> = option(&slf.getattr("distribution")?, "headers")?;
        let Some(headers) = headers.filter(|headers| !headers.is_empty()) else { return Ok(()) };
        slf.call_method1("mkpath", (slf.getattr("install_dir")?,))?;
        for header in headers {
            let copied =
                slf.call_method1("copy_file", (header.as_file_name(), slf.getattr("install_dir")?))?;
            slf.getattr("outfiles")?.call_method1("append", (copied.get_item(0)?,))?;
        }
        Ok(())
    }

    fn get_inputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        super::or_empty_list(slf.getattr("distribution")?.getattr("headers")?)
    }

    fn get_outputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("outfiles")
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<InstallHeaders>()
}
