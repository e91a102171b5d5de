//! What has to be known before GCC can build for this Python: their versions, and whether they fit.

use std::path::PathBuf;

use oxidist_engine::reason;
use oxidist_engine::toolchain::mingw;
use oxidist_engine::toolchain::visual_studio::{CRuntime, c_runtime};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

use super::MODULE;
use crate::{late, seam};

/// What [`check_config_h`] finds: constants of the module.
const OK: &str = "ok";
const NOT_OK: &str = "not ok";
const UNCERTAIN: &str = "uncertain";

/// What a compiler that Python's headers work with calls itself in `sys.version`.
const COMPILERS: [&str; 2] = ["GCC", "Clang"];

/// The C runtime that this Python was linked with, as a list of libraries; None where Microsoft's compiler did not
/// make it. The list is empty where the runtime is Windows' own (from Visual Studio 2015 on).
#[pyfunction]
fn get_msvcr(py: Python<'_>) -> PyResult<Option<Vec<&'static str>>> {
    let version: String = py.import("sys")?.getattr("version")?.extract()?;
    match c_runtime(&version) {
        CRuntime::NotMicrosoft => Ok(None),
        CRuntime::Libraries(libraries) => Ok(Some(libraries)),
        CRuntime::Unknown(version) => {
            Err(PyValueError::new_err(format!("Unknown MS Compiler version {version} ")))
        }
    }
}

/// Whether extensions can be built with GCC for this Python, one of the module's `CONFIG_H_...`, and why.
#[pyfunction]
fn check_config_h(py: Python<'_>) -> PyResult<(Bound<'_, PyAny>, String)> {
    let status = |name: &str| seam::global(py, MODULE, name);
    let version: String = py.import("sys")?.getattr("version")?.extract()?;
    if let Some(compiler) = COMPILERS.iter().find(|compiler| version.contains(*compiler)) {
        return Ok((status("CONFIG_H_OK")?, format!("sys.version mentions '{compiler}'")));
    }
    let file: PathBuf = seam::global(py, "sysconfig", "get_config_h_filename")?.call0()?.extract()?;
    let name = file.display();
    match std::fs::read(&file) {
        Ok(header) if header.windows(8).any(|word| word == b"__GNUC__") => {
            Ok((status("CONFIG_H_OK")?, format!("'{name}' mentions '__GNUC__'")))
        }
        Ok(_) => Ok((status("CONFIG_H_NOTOK")?, format!("'{name}' does not mention '__GNUC__'"))),
        Err(error) => {
            Ok((status("CONFIG_H_UNCERTAIN")?, format!("couldn't read '{name}': {}", reason(&error))))
        }
    }
}

/// The version that a command prints; None where its program is not there, or prints none.
#[pyfunction]
fn _find_exe_version<'py>(py: Python<'py>, cmd: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let global = |name: &str| seam::global(py, MODULE, name);
    let program = cmd.call_method0("split")?.get_item(0)?;
    if global("find_executable")?.call1((program,))?.is_none() {
        return Ok(None);
    }
    let keywords = PyDict::new(py);
    keywords.set_item("shell", true)?;
    keywords.set_item("stdout", global("PIPE")?)?;
    let process = global("Popen")?.call((cmd,), Some(&keywords))?;
    let stream = process.getattr("stdout")?;
    let printed = stream.call_method0("read");
    stream.call_method0("close")?;
    let printed = printed?;
    if let Some(wait) = process.getattr_opt("wait")? {
        wait.call0()?;
    }
    let found = global("RE_VERSION")?.call_method1("search", (printed,))?;
    if found.is_none() {
        return Ok(None);
    }
    let number = found.call_method1("group", (1,))?.call_method0("decode")?;
    global("LooseVersion")?.call1((number,)).map(Some)
}

/// The versions of gcc, ld and dllwrap; None for one that does not tell.
#[pyfunction]
fn get_versions(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    let find = seam::global(py, MODULE, "_find_exe_version")?;
    let versions = mingw::VERSION_COMMANDS.iter().map(|command| find.call1((*command,)));
    PyTuple::new(py, versions.collect::<PyResult<Vec<_>>>()?)
}

/// Whether the GCC on the PATH is Cygwin's.
#[pyfunction]
fn is_cygwingcc(py: Python<'_>) -> PyResult<bool> {
    is_for_cygwin(PyList::new(py, ["gcc"])?)
}

/// Whether a compiler, given as a command line, is Cygwin's.
#[pyfunction]
fn is_cygwincc(cc: &Bound<'_, PyAny>) -> PyResult<bool> {
    is_for_cygwin(cc.py().import("shlex")?.call_method1("split", (cc,))?.cast_into()?)
}

fn is_for_cygwin(command: Bound<'_, PyList>) -> PyResult<bool> {
    let py = command.py();
    command.append("-dumpmachine")?;
    let machine = seam::global(py, MODULE, "check_output")?.call1((command,))?.call_method0("strip")?;
    machine.call_method1("endswith", (PyBytes::new(py, b"cygwin"),))?.is_truthy()
}

/// Names that cost an import, made when they are first asked for.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let value = match name {
        "PIPE" | "Popen" | "check_output" => py.import("subprocess")?.getattr(name)?,
        "RE_VERSION" => {
            let expression = PyBytes::new(py, br"(\d+\.\d+(\.\d+)*)");
            py.import("re")?.call_method1("compile", (expression,))?
        }
        _ => return late::library(py, MODULE, name),
    };
    seam::face(py, MODULE)?.setattr(name, &value)?;
    Ok(value)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    for (name, value) in [("CONFIG_H_OK", OK), ("CONFIG_H_NOTOK", NOT_OK), ("CONFIG_H_UNCERTAIN", UNCERTAIN)]
    {
        module.add(name, value)?;
    }
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(get_msvcr, module)?)?;
    module.add_function(wrap_pyfunction!(check_config_h, module)?)?;
    module.add_function(wrap_pyfunction!(_find_exe_version, module)?)?;
    module.add_function(wrap_pyfunction!(get_versions, module)?)?;
    module.add_function(wrap_pyfunction!(is_cygwingcc, module)?)?;
    module.add_function(wrap_pyfunction!(is_cygwincc, module)?)
}
