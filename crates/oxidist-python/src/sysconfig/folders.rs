//! Where this Python keeps its headers and its library, by distutils' rules.

use std::path::{Path, PathBuf};

use oxidist_engine::tree;
use pyo3::prelude::*;

use crate::errors::DistutilsPlatformError;
use crate::file_name::AsFileName;
use crate::seam;
use crate::value::{Flag, path_to_python};

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

/// Whether Debian's Python keeps modules below `prefix` in its own folder.
fn is_debians_prefix(prefix: &Path) -> bool {
    prefix.as_os_str().is_empty()
        || [Path::new("/usr"), Path::new("/usr/local")].contains(&tree::normalized(prefix).as_path())
}

fn is_virtual(py: Python<'_>) -> PyResult<bool> {
    let sys = py.import("sys")?;
    Ok(sys.getattr("base_prefix")?.ne(sys.getattr("prefix")?)? || sys.hasattr("real_prefix")?)
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
                let home = seam::global(py, "sysconfig", "_sys_home")?;
                return if home.is_truthy()? {
                    Ok(home)
                } else {
                    seam::global(py, "sysconfig", "project_base")
                };
            }
            let source: PathBuf =
                seam::global(py, "sysconfig", "get_config_var")?.call1(("srcdir",))?.extract()?;
            py.import("os.path")?.call_method1("normpath", (source.join("Include").as_file_name(),))
        }
        "posix" if plat_specific.0 && super::is_debian(py)? => {
            py.import("sysconfig")?.call_method1("get_path", ("platinclude",))
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
    let is_default = prefix.as_deref().is_none_or(is_debians_prefix);
    let prefix = prefix_or(py, prefix, constant)?;
    let site =
        |library: &Path| if standard_lib.0 { library.to_path_buf() } else { library.join("site-packages") };
    match platform_kind(py)?.as_str() {
        "posix" if !standard_lib.0 && is_default && super::is_debian(py)? && !is_virtual(py)? => {
            path_to_python(py, &prefix.join("lib/python3/dist-packages"))
        }
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

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(get_python_inc, module)?)?;
    module.add_function(wrap_pyfunction!(get_python_lib, module)?)
}
