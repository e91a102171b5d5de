//! What a compiler object is told of this Python's own compiler: `customize_compiler`.

use std::ffi::OsString;

use oxidist_engine::toolchain::unix::{self, Configured, Rules};
use oxidist_engine::words;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::errors::{DistutilsPlatformError, OrRaise};
use crate::file_name::AsFileName;
use crate::seam;
use crate::setuptools::{self, Departure};
use crate::value::Elements;

/// Give a Unix compiler object the programs and flags that this Python was configured with, changed by CC,
/// CXX, CPP, LDSHARED, CFLAGS, CPPFLAGS, LDFLAGS, AR and ARFLAGS in the environment. On top of a setuptools that
/// compiles C++ by CXX, CXXFLAGS and LDCXXSHARED, those count as well; and it has rules of its own for CC and CFLAGS.
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
    let (configured, suffix) = configured(py)?;
    let environ = py.import("os")?.getattr("environ")?;
    let environment = |name: &str| environ.get_item(name).and_then(|value| value.extract()).ok();
    let for_cxx = match Departure::FlagsForCxx.is_there(py)? {
        true => unix::cxx_executables(&configured, environment),
        false => None,
    };
    let rules = Rules {
        cc_links: on_macos || setuptools::has_its_own_distutils(py)?,
        cflags_replace: Departure::ReplacesCflags.is_there(py)?,
    };
    let built = unix::executables(configured, environment, rules).or_raise()?;
    let keywords = PyDict::new(py);
    keywords.set_item("preprocessor", built.preprocessor.as_file_name())?;
    keywords.set_item("compiler", built.compiler.as_file_name())?;
    keywords.set_item("compiler_so", built.compiler_so.as_file_name())?;
    keywords.set_item("compiler_cxx", built.compiler_cxx.as_ref().map(|words| words.as_file_name()))?;
    keywords.set_item("linker_so", built.linker_so.as_ref().map(|words| words.as_file_name()))?;
    keywords.set_item("linker_exe", built.linker_exe.as_file_name())?;
    keywords.set_item("archiver", built.archiver.as_file_name())?;
    if let Some(built) = for_cxx {
        keywords.set_item("compiler_cxx", built.compiler.as_file_name())?;
        keywords.set_item("compiler_so_cxx", built.compiler_so.as_file_name())?;
        keywords.set_item("linker_so_cxx", built.linker_so.as_ref().map(|words| words.as_file_name()))?;
        keywords.set_item("linker_exe_cxx", built.linker_exe.as_file_name())?;
    }
    if setuptools::has_its_own_distutils(py)?
        && let Some(ranlib) = environment("RANLIB")
        && compiler.getattr("executables")?.call_method1("get", ("ranlib",))?.is_truthy()?
    {
        keywords.set_item("ranlib", ranlib.as_file_name())?;
    }
    let set = compiler.call_method("set_executables", (), Some(&keywords));
    set.map_err(|error| with_the_variable(py, error, environment))?;
    compiler.setattr("shared_lib_extension", suffix)
}

/// The error of a command line that cannot be split into words: where a variable is to blame, in one line with its
/// name.
fn with_the_variable(py: Python<'_>, error: PyErr, value: impl Fn(&str) -> Option<OsString>) -> PyErr {
    if !error.is_instance_of::<PyValueError>(py) {
        return error;
    }
    for name in unix::VARIABLES {
        if let Some(Err(why)) = value(name).map(|value| words::split_quoted(&value.to_string_lossy())) {
            return DistutilsPlatformError::new_err(format!("{name} in the environment: {why}"));
        }
    }
    error
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

/// The variables of Python's Makefile that a compiler is made of.
const NAMES: [&str; 8] = ["CC", "CXX", "CFLAGS", "CCSHARED", "LDSHARED", "SHLIB_SUFFIX", "AR", "ARFLAGS"];

/// What links C++, which only a later setuptools asks for.
const LDCXXSHARED: &str = "LDCXXSHARED";

/// In Debian's own distutils also the flags that it was configured with: they count where the environment has none.
const DEBIAN_NAMES: [&str; 3] = ["CONFIGURE_CPPFLAGS", "CONFIGURE_CFLAGS", "CONFIGURE_LDFLAGS"];

/// What Python was configured with, and the suffix of shared libraries.
fn configured(py: Python<'_>) -> PyResult<(Configured, Bound<'_, PyAny>)> {
    let mut names = NAMES.to_vec();
    if Departure::FlagsForCxx.is_there(py)? {
        names.push(LDCXXSHARED);
    }
    if super::is_debian(py)? && !setuptools::has_its_own_distutils(py)? {
        names.extend(DEBIAN_NAMES);
    }
    let values = seam::global(py, "sysconfig", "get_config_vars")?.call1(PyTuple::new(py, &names)?)?;
    let values = values.elements()?.collect::<PyResult<Vec<_>>>()?;
    let value = |name| {
        let place = names.iter().position(|known| *known == name);
        let value = place.and_then(|place| values.get(place)).filter(|value| !value.is_none());
        value.map(|value| value.extract::<OsString>()).transpose()
    };
    let configured = Configured {
        cc: value("CC")?,
        cxx: value("CXX")?,
        cflags: value("CFLAGS")?,
        ccshared: value("CCSHARED")?,
        ldshared: value("LDSHARED")?,
        ldcxxshared: value(LDCXXSHARED)?,
        ar: value("AR")?,
        ar_flags: value("ARFLAGS")?,
        default_cppflags: value("CONFIGURE_CPPFLAGS")?,
        default_cflags: value("CONFIGURE_CFLAGS")?,
        default_ldflags: value("CONFIGURE_LDFLAGS")?,
    };
    let suffix = NAMES.iter().position(|name| *name == "SHLIB_SUFFIX").and_then(|place| values.get(place));
    Ok((configured, suffix.cloned().unwrap_or_else(|| py.None().into_bound(py))))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(customize_compiler, module)?)
}
