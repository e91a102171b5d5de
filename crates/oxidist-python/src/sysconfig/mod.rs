//! distutils.sysconfig: where this Python keeps its library and headers, and how it was configured.
//!
//! What Python's own `sysconfig` knows is asked of it, at each call: scripts and tests replace its functions.
//! The folders are made by distutils' rules, which are older than install schemes and differ from them.

mod customize;
mod folders;
mod parse;

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};

use crate::{late, seam};

/// What this module has from others.
const BORROWED: &[late::Borrowed] = &[
    ("_fix_pcbuild", "sysconfig", "_fix_pcbuild"),
    ("_init_non_posix", "sysconfig", "_init_non_posix"),
    ("sysconfig_init_posix", "sysconfig", "_init_posix"),
    ("sysconfig_parse_config_h", "sysconfig", "parse_config_h"),
    ("partial", "functools", "partial"),
    ("CCompiler", "distutils.ccompiler", "CCompiler"),
    ("_imp", "_imp", ""),
    ("re", "re", ""),
    ("warnings", "warnings", ""),
];

/// What an assignment in a Makefile looks like, and the two forms of a reference: for scripts, as the engine
/// needs no expressions for them.
const EXPRESSIONS: &[(&str, &str)] = &[
    ("_variable_rx", r"([a-zA-Z][a-zA-Z0-9_]+)\s*=\s*(.*)"),
    ("_findvar1_rx", r"\$\(([A-Za-z][A-Za-z0-9_]*)\)"),
    ("_findvar2_rx", r"\${([A-Za-z][A-Za-z0-9_]*)}"),
];

/// Values of the module that cost an import of `sysconfig`, made when they are first asked for.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let value = match name {
        "PREFIX" => normalized(py, "prefix")?,
        "EXEC_PREFIX" => normalized(py, "exec_prefix")?,
        "BASE_PREFIX" => normalized(py, "base_prefix")?,
        "BASE_EXEC_PREFIX" => normalized(py, "base_exec_prefix")?,
        "_sys_home" => py.import("sys")?.getattr_opt("_home")?.unwrap_or_else(|| py.None().into_bound(py)),
        "python_build" => _python_build(py)?,
        "project_base" => py.import("sysconfig")?.call_method1("get_config_var", ("projectbase",))?,
        "_config_vars" => py.import("sysconfig")?.call_method0("get_config_vars")?,
        "build_flags" => match py.import("sys")?.getattr_opt("abiflags")? {
            Some(flags) if !seam::global(py, "sysconfig", "python_build")?.is_truthy()? => flags,
            _ => "".into_pyobject(py)?.into_any(),
        },
        "_init_posix" => bound_to_values(py, "sysconfig_init_posix")?,
        "_init_nt" => bound_to_values(py, "_init_non_posix")?,
        _ => return late::borrowed(py, "sysconfig", BORROWED, name),
    };
    seam::face(py, "sysconfig")?.setattr(name, &value)?;
    Ok(value)
}

fn normalized<'py>(py: Python<'py>, attribute: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("os.path")?.call_method1("normpath", (py.import("sys")?.getattr(attribute)?,))
}

/// `function`, which fills a dictionary of configuration values, for the one that there is.
fn bound_to_values<'py>(py: Python<'py>, function: &str) -> PyResult<Bound<'py, PyAny>> {
    let function = seam::global(py, "sysconfig", function)?;
    let values = seam::global(py, "sysconfig", "_config_vars")?;
    py.import("functools")?.getattr("partial")?.call1((function, values))
}

/// All configuration values of this Python, as the dictionary that `sysconfig` keeps; or a list of those that
/// `args` name, with None for what there is not.
#[pyfunction]
#[pyo3(signature = (*args))]
fn get_config_vars<'py>(py: Python<'py>, args: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
    py.import("sysconfig")?.getattr("get_config_vars")?.call1(args)
}

/// One of them, or None.
#[pyfunction]
fn get_config_var<'py>(name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    name.py().import("sysconfig")?.call_method1("get_config_var", (name,))
}

/// The `Makefile` that this Python was built with.
#[pyfunction]
fn get_makefile_filename(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import("sysconfig")?.call_method0("get_makefile_filename")
}

/// This Python's `pyconfig.h`.
#[pyfunction]
fn get_config_h_filename(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import("sysconfig")?.call_method0("get_config_h_filename")
}

/// Major and minor version, as in the names of folders: `3.10`.
#[pyfunction]
fn get_python_version(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.import("sysconfig")?.call_method0("get_python_version")
}

/// Whether this Python runs from the folder that it was built in. `check_home`: ask for the folder of the one
/// that a virtual environment was made from; only 3.10 makes that difference.
#[pyfunction]
#[pyo3(signature = (check_home = None), text_signature = "(check_home=False)")]
fn is_python_build<'py>(
    py: Python<'py>,
    check_home: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import("sysconfig")?.getattr("is_python_build")?.call1(PyTuple::new(py, check_home)?)
}

/// `is_python_build(check_home=True)`.
#[pyfunction]
fn _python_build(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    match py.import("sysconfig")?.getattr_opt("_PYTHON_BUILD")? {
        Some(known) => Ok(known),
        None => is_python_build(py, None),
    }
}

/// Whether a folder is one that Python is built from.
#[pyfunction]
fn _is_python_source_dir(d: PathBuf) -> bool {
    ["Setup", "Setup.local"].iter().any(|name| d.join("Modules").join(name).is_file())
}

/// Whether this is a Debian Python, which has folders and compiler flags of its own.
fn is_debian(py: Python<'_>) -> PyResult<bool> {
    py.import("sysconfig")?.call_method0("get_scheme_names")?.contains("deb_system")
}

/// A decorator for functions that are on their way out; it changes nothing.
#[pyfunction]
fn deprecated<'py>(py: Python<'py>, message: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyCFunction>> {
    let _ = message;
    PyCFunction::new_closure(
        py,
        Some(c"decorator"),
        None,
        |args: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| args.get_item(0).map(Bound::unbind),
    )
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    for (name, expression) in EXPRESSIONS {
        module.add(*name, *expression)?;
    }
    module.add("IS_PYPY", false)?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(get_config_vars, module)?)?;
    module.add_function(wrap_pyfunction!(get_config_var, module)?)?;
    module.add_function(wrap_pyfunction!(get_makefile_filename, module)?)?;
    module.add_function(wrap_pyfunction!(get_config_h_filename, module)?)?;
    module.add_function(wrap_pyfunction!(get_python_version, module)?)?;
    module.add_function(wrap_pyfunction!(is_python_build, module)?)?;
    module.add_function(wrap_pyfunction!(_is_python_source_dir, module)?)?;
    module.add_function(wrap_pyfunction!(_python_build, module)?)?;
    module.add_function(wrap_pyfunction!(_is_python_source_dir, module)?)?;
    module.add_function(wrap_pyfunction!(deprecated, module)?)?;
    folders::register(module)?;
    parse::register(module)?;
    customize::register(module)
}
