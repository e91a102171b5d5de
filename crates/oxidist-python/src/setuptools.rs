//! What is known of the setuptools that stands on this distutils.
//!
//! Each version was written beside one state of setuptools' own copy of distutils. Where that copy departed from
//! CPython's in a way that shows in what setuptools makes, the version decides.
//!
//! And its commands override methods that are seams for everybody else, in nearly every setup.py there is. Those
//! listed here do not look at what the overridden method has made, so its work can wait, or go to the engine.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFunction};

use crate::command::compiler_options::items;
use crate::seam;

pub const NAME: &str = "setuptools";

/// The first that takes its own distutils unasked, which has `has_ext_modules()` of a distribution decide: scripts
/// override that for what another tool compiles. Those before it go by `ext_modules`, as Python's distutils does.
const ASKS_FOR_EXT_MODULES: u32 = 60;

/// The first whose PKG-INFO leaves out what is missing; those before it write `UNKNOWN`, as distutils does.
const LEAVES_OUT_WHAT_IS_MISSING: u32 = 62;

/// The first whose source distributions have the tests in a folder `tests`, too.
const PUBLISHES_TESTS: u32 = 67;

/// The first that compiles C++ by CXX and CXXFLAGS; those before it do what distutils does.
const HAS_FLAGS_FOR_CXX: u32 = 73;

/// Whether modules go where those that depend on the platform go.
pub fn has_extensions(distribution: &Bound<'_, PyAny>) -> PyResult<bool> {
    let asks = major_version(distribution.py())?.is_some_and(|major| major >= ASKS_FOR_EXT_MODULES);
    let answer = match asks {
        true => distribution.call_method0("has_ext_modules")?,
        false => distribution.getattr("ext_modules")?,
    };
    answer.is_truthy()
}

/// Whether getters of metadata return what is missing as it is, instead of `UNKNOWN`.
pub fn leaves_out_what_is_missing(py: Python<'_>) -> PyResult<bool> {
    Ok(major_version(py)?.is_some_and(|major| major >= LEAVES_OUT_WHAT_IS_MISSING))
}

/// Whether the default files of a source distribution are also those of `tests/`.
pub fn publishes_tests(py: Python<'_>) -> PyResult<bool> {
    Ok(major_version(py)?.is_some_and(|major| major >= PUBLISHES_TESTS))
}

/// Whether CXX and CXXFLAGS in the environment are what C++ is compiled by.
pub fn has_flags_for_cxx(py: Python<'_>) -> PyResult<bool> {
    Ok(major_version(py)?.is_some_and(|major| major >= HAS_FLAGS_FOR_CXX))
}

/// Of the setuptools that is imported.
fn major_version(py: Python<'_>) -> PyResult<Option<u32>> {
    let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.cast_into::<PyDict>()?;
    let Some(module) = modules.get_item(NAME)? else { return Ok(None) };
    let Some(version) = module.getattr_opt(intern!(py, "__version__"))? else { return Ok(None) };
    Ok(version.str()?.to_cow()?.split('.').next().and_then(|major| major.parse().ok()))
}

/// `build_extension`, as `(module, qualified name)`: prepares the sources, and calls the one that it overrides.
pub const BUILD_EXTENSION: &[(&str, &str)] = &[
    ("setuptools.command.build_ext", "build_ext.build_extension"),
    // Which setuptools derives its own from, where there is a Cython.
    ("Cython.Distutils.build_ext", "build_ext.build_extension"),
];

/// The same of `get_export_symbols`, for extensions that are no `Library`.
pub const GET_EXPORT_SYMBOLS: &[(&str, &str)] =
    &[("setuptools.command.build_ext", "build_ext.get_export_symbols")];

/// `build_libraries`: does what ours does, but for libraries that have their own build info.
pub const BUILD_LIBRARIES: &[(&str, &str)] =
    &[("setuptools.command.build_clib", "build_clib.build_libraries")];

/// What setuptools adds to the keys of a library's dictionary.
const OWN_BUILD_INFO: &[&str] = &["obj_deps", "cflags"];

/// Whether one of `libraries` (`(name, build_info)` pairs) says something that only setuptools knows.
pub fn has_own_build_info(libraries: &Bound<'_, PyAny>) -> PyResult<bool> {
    for library in libraries.try_iter()? {
        let [_, build_info] = items(&library?)?;
        for key in OWN_BUILD_INFO {
            if build_info.contains(key)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// How `build_py` copies: the one passes its arguments on, the other also keeps a list that nobody reads.
pub const COPYING_MODULES: &[(&str, &str)] = &[
    ("setuptools.command.build_py", "build_py.copy_file"),
    ("setuptools.command.build_py", "build_py.build_module"),
];

/// Whether a call of `method` on `object` reaches nothing but functions that are `known`, and then this library's own.
pub fn adds_only_what_is_known(
    object: &Bound<'_, PyAny>,
    method: &str,
    known: &[(&str, &str)],
) -> PyResult<bool> {
    let py = object.py();
    if object.getattr(intern!(py, "__dict__"))?.contains(method)? {
        return Ok(false);
    }
    for class in object.get_type().mro() {
        let attributes = class.getattr(intern!(py, "__dict__"))?;
        if !attributes.contains(method)? {
            continue;
        }
        let found = attributes.get_item(method)?;
        if !found.is_exact_instance_of::<PyFunction>() {
            return seam::method_is_ours(&found, method);
        }
        let module = found.getattr(intern!(py, "__module__"))?.str()?;
        let name = found.getattr(intern!(py, "__qualname__"))?.str()?;
        if !known.contains(&(&*module.to_cow()?, &*name.to_cow()?)) {
            return Ok(false);
        }
    }
    Ok(false)
}
