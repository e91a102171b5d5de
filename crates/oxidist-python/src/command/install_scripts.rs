//! distutils.command.install_scripts: installs what `build_scripts` has built.

use std::path::PathBuf;

use oxidist_engine::Error;
use oxidist_engine::metadata::Script;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::{Row, build_scripts};
use crate::cmd::Command;
use crate::dist::keywords;
use crate::errors::OrRaise;
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{door, log};

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
        let points = keywords::scripts(&slf.getattr("distribution")?)?;
        if points.is_empty() || slf.getattr("distribution")?.call_method0("has_scripts")?.is_truthy()? {
            let arguments = (slf.getattr("build_dir")?, slf.getattr("install_dir")?);
            slf.setattr("outfiles", slf.call_method1("copy_tree", arguments)?)?;
        } else {
            slf.setattr("outfiles", PyList::empty(py))?;
        }
        if !points.is_empty() && !slf.getattr("no_ep")?.is_truthy()? {
            write_entry_points(slf, &points)?;
        }
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

/// Write the scripts of entry points, and add them to the installed files.
fn write_entry_points(slf: &Bound<'_, InstallScripts>, scripts: &[Script]) -> PyResult<()> {
    let py = slf.py();
    let folder: PathBuf = option(slf.as_any(), "install_dir")?;
    slf.call_method1("mkpath", (folder.as_file_name(),))?;
    let build = slf.call_method1("get_finalized_command", ("build",))?;
    let executable: Option<String> = option(&build, "executable")?;
    let executable = match executable {
        Some(executable) => executable,
        None => py.import("sys")?.getattr("executable")?.extract()?,
    };
    let on_windows = py.import("os")?.getattr("name")?.eq("nt")?;
    for script in scripts {
        for (name, text) in files_of(script, &executable, on_windows) {
            let path = folder.join(name);
            log::call(py, "info", "writing %s", (path.as_file_name(),))?;
            let fill = &mut |out: &mut dyn std::io::Write| {
                out.write_all(text.as_bytes()).map_err(Error::file("write", &path))
            };
            door::of(slf.as_any())?.replace_file(&path, 0o777, fill).or_raise()?;
            slf.getattr("outfiles")?.call_method1("append", (path.as_file_name(),))?;
        }
    }
    Ok(())
}

/// The files that a script is. On Windows a batch file starts it.
pub fn files_of(script: &Script, executable: &str, on_windows: bool) -> Vec<(String, String)> {
    let text = script.text(executable);
    if !on_windows {
        return vec![(script.name.clone(), text)];
    }
    let own = format!("{}-script.py", script.name);
    let start = format!("@\"{executable}\" \"%~dp0{own}\" %*\r\n");
    vec![(own, text), (format!("{}.cmd", script.name), start)]
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<InstallScripts>()?;
    // Whether scripts of entry points are left to whoever installs later.
    module.getattr("install_scripts")?.setattr("no_ep", false)
}
