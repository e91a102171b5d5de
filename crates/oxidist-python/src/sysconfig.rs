//! distutils.sysconfig: where this Python keeps its library and headers, and how it was configured.
//!
//! What Python's own `sysconfig` knows is asked of it; the paths are made by distutils' rules, which are
//! older than install schemes and differ from them (`get_python_lib` never names a virtual scheme).

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::DistutilsPlatformError;
use crate::value::{Flag, path_to_python};
use crate::{late, seam};

/// Values of the module that cost an import of `sysconfig`, made when they are first asked for.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let sys = py.import("sys")?;
    let normal = |attribute: &str| py.import("os.path")?.call_method1("normpath", (sys.getattr(attribute)?,));
    let value = match name {
        "PREFIX" => normal("prefix")?,
        "EXEC_PREFIX" => normal("exec_prefix")?,
        "BASE_PREFIX" => normal("base_prefix")?,
        "BASE_EXEC_PREFIX" => normal("base_exec_prefix")?,
        "python_build" => py.import("sysconfig")?.call_method0("is_python_build")?,
        "project_base" => py.import("sysconfig")?.call_method1("get_config_var", ("projectbase",))?,
        "_config_vars" => py.import("sysconfig")?.call_method0("get_config_vars")?,
        "build_flags" => match sys.getattr_opt("abiflags")? {
            Some(flags) if !__getattr__(py, "python_build")?.is_truthy()? => flags,
            _ => "".into_pyobject(py)?.into_any(),
        },
        _ => return Err(late::missing("sysconfig", name)),
    };
    seam::face(py, "sysconfig")?.setattr(name, &value)?;
    Ok(value)
}

/// Whether this Python runs from the folder that it was built in.
fn is_python_build(py: Python<'_>) -> PyResult<bool> {
    seam::global(py, "sysconfig", "python_build")?.is_truthy()
}

fn version(py: Python<'_>) -> PyResult<String> {
    seam::global(py, "sysconfig", "get_python_version")?.call0()?.extract()
}

/// The prefix that was given, or one of the module's own.
fn prefix_or(py: Python<'_>, given: Option<PathBuf>, constant: &str) -> PyResult<PathBuf> {
    match given {
        Some(prefix) => Ok(prefix),
        None => seam::global(py, "sysconfig", constant)?.extract(),
    }
}

fn platform_kind(py: Python<'_>) -> PyResult<String> {
    py.import("os")?.getattr("name")?.extract()
}

/// The folder of Python's C headers; with `plat_specific`, the one of `pyconfig.h`.
///
/// `prefix` stands in for `sys.base_prefix` and `sys.base_exec_prefix`.
#[pyfunction]
#[pyo3(signature = (plat_specific = Flag(false), prefix = None), text_signature = "(plat_specific=0, prefix=None)")]
fn get_python_inc(
    py: Python<'_>,
    plat_specific: Flag,
    prefix: Option<PathBuf>,
) -> PyResult<Bound<'_, PyAny>> {
    let constant = if plat_specific.0 { "BASE_EXEC_PREFIX" } else { "BASE_PREFIX" };
    let prefix = prefix_or(py, prefix, constant)?;
    match platform_kind(py)?.as_str() {
        "posix" if is_python_build(py)? => {
            if plat_specific.0 {
                return seam::global(py, "sysconfig", "project_base");
            }
            let source: PathBuf =
                seam::global(py, "sysconfig", "get_config_var")?.call1(("srcdir",))?.extract()?;
            py.import("os.path")?.call_method1("normpath", (source.join("Include").as_os_str(),))
        }
        "posix" => {
            let flags: String = seam::global(py, "sysconfig", "build_flags")?.extract()?;
            path_to_python(py, &prefix.join("include").join(format!("python{}{flags}", version(py)?)))
        }
        "nt" if is_python_build(py)? => {
            let separator: String = py.import("os")?.getattr("pathsep")?.extract()?;
            let both =
                format!("{}{separator}{}", prefix.join("include").display(), prefix.join("PC").display());
            Ok(both.into_pyobject(py)?.into_any())
        }
        "nt" => path_to_python(py, &prefix.join("include")),
        other => Err(DistutilsPlatformError::new_err(format!(
            "I don't know where Python installs its C header files on platform '{other}'"
        ))),
    }
}

/// The folder of installed modules, or with `standard_lib` of Python's own.
///
/// `plat_specific`: that of modules with compiled parts. `prefix` stands in for `sys.prefix` and its kin.
#[pyfunction]
#[pyo3(
    signature = (plat_specific = Flag(false), standard_lib = Flag(false), prefix = None),
    text_signature = "(plat_specific=0, standard_lib=0, prefix=None)"
)]
fn get_python_lib(
    py: Python<'_>,
    plat_specific: Flag,
    standard_lib: Flag,
    prefix: Option<PathBuf>,
) -> PyResult<Bound<'_, PyAny>> {
    let constant = match (standard_lib.0, plat_specific.0) {
        (true, true) => "BASE_EXEC_PREFIX",
        (true, false) => "BASE_PREFIX",
        (false, true) => "EXEC_PREFIX",
        (false, false) => "PREFIX",
    };
    let prefix = prefix_or(py, prefix, constant)?;
    let site =
        |library: &Path| if standard_lib.0 { library.to_path_buf() } else { library.join("site-packages") };
    match platform_kind(py)?.as_str() {
        "posix" => {
            let lib: String = if plat_specific.0 || standard_lib.0 {
                py.import("sys")?.getattr("platlibdir")?.extract()?
            } else {
                "lib".to_string()
            };
            path_to_python(py, &site(&prefix.join(lib).join(format!("python{}", version(py)?))))
        }
        "nt" => path_to_python(py, &site(&prefix.join("Lib"))),
        other => Err(DistutilsPlatformError::new_err(format!(
            "I don't know where Python installs its library on platform '{other}'"
        ))),
    }
}

/// The `#define`s of a `pyconfig.h`, read from an open file; put into `g` where it is given.
#[pyfunction]
#[pyo3(signature = (fp, g = None))]
fn parse_config_h<'py>(fp: &Bound<'py, PyAny>, g: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
    let py = fp.py();
    let keywords = PyDict::new(py);
    keywords.set_item("vars", g)?;
    py.import("sysconfig")?.call_method("parse_config_h", (fp,), Some(&keywords))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(get_python_inc, module)?)?;
    module.add_function(wrap_pyfunction!(get_python_lib, module)?)?;
    module.add_function(wrap_pyfunction!(parse_config_h, module)?)
}
