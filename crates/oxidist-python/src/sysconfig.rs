//! distutils.sysconfig: where this Python keeps its library and headers, and how it was configured.
//!
//! What Python's own `sysconfig` knows is asked of it; the paths are made by distutils' rules, which are
//! older than install schemes and differ from them (`get_python_lib` never names a virtual scheme).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oxidist_engine::toolchain::unix::{self, Configured};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::errors::{DistutilsPlatformError, OrRaise};
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

/// Give a Unix compiler object the programs and flags that this Python was configured with, changed by CC,
/// CXX, CPP, LDSHARED, CFLAGS, CPPFLAGS, LDFLAGS, AR and ARFLAGS in the environment.
///
/// Compilers of other types stay as they are.
#[pyfunction]
fn customize_compiler(compiler: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = compiler.py();
    if !compiler.getattr("compiler_type")?.eq("unix")? {
        return Ok(());
    }
    let on_macos = py.import("sys")?.getattr("platform")?.eq("darwin")?;
    if on_macos {
        customize_for_macos(py)?;
    }
    let names = ("CC", "CXX", "CFLAGS", "CCSHARED", "LDSHARED", "SHLIB_SUFFIX", "AR", "ARFLAGS");
    let values = seam::global(py, "sysconfig", "get_config_vars")?.call1(names)?;
    let (cc, cxx, cflags, ccshared, ldshared, suffix, ar, ar_flags) = unpack(&values)?;
    let configured = Configured { cc, cxx, cflags, ccshared, ldshared, ar, ar_flags };
    let environ = py.import("os")?.getattr("environ")?;
    let environment = |name: &str| environ.get_item(name).and_then(|value| value.extract()).ok();
    let built = unix::executables(configured, environment, on_macos).or_raise()?;
    let keywords = PyDict::new(py);
    keywords.set_item("preprocessor", built.preprocessor)?;
    keywords.set_item("compiler", built.compiler)?;
    keywords.set_item("compiler_so", built.compiler_so)?;
    keywords.set_item("compiler_cxx", built.compiler_cxx)?;
    keywords.set_item("linker_so", built.linker_so)?;
    keywords.set_item("linker_exe", built.linker_exe)?;
    keywords.set_item("archiver", built.archiver)?;
    compiler.call_method("set_executables", (), Some(&keywords))?;
    compiler.setattr("shared_lib_extension", suffix)
}

/// The configured values of a Mac, adapted once to the compilers that it has now.
fn customize_for_macos(py: Python<'_>) -> PyResult<()> {
    let vars = seam::global(py, "sysconfig", "_config_vars")?;
    if !vars.call_method1("get", ("CUSTOMIZED_OSX_COMPILER",))?.is_truthy()? {
        py.import("_osx_support")?.call_method1("customize_compiler", (&vars,))?;
        vars.set_item("CUSTOMIZED_OSX_COMPILER", "True")?;
    }
    Ok(())
}

type Word = Option<OsString>;
type Words<'py> = (Word, Word, Word, Word, Word, Bound<'py, PyAny>, Word, Word);

/// Eight values, as `get_config_vars` gives them, in whatever sequence.
fn unpack<'py>(values: &Bound<'py, PyAny>) -> PyResult<Words<'py>> {
    let items = values.try_iter()?.collect::<PyResult<Vec<_>>>()?;
    PyTuple::new(values.py(), items)?.extract()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(get_python_inc, module)?)?;
    module.add_function(wrap_pyfunction!(get_python_lib, module)?)?;
    module.add_function(wrap_pyfunction!(parse_config_h, module)?)?;
    module.add_function(wrap_pyfunction!(customize_compiler, module)?)
}
