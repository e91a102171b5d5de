//! The attributes of `CCompiler` and of its instances, as data.
//!
//! Lists and dictionaries are made once and belong to the class: scripts change them in place.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::CCompiler;

/// What every instance begins with an empty list of.
pub const LISTS: &[&str] =
    &["macros", "include_dirs", "libraries", "library_dirs", "runtime_library_dirs", "objects"];

/// For each kind of compiler to define.
const UNDEFINED: [&str; 8] = [
    "compiler_type",
    "src_extensions",
    "obj_extension",
    "static_lib_extension",
    "shared_lib_extension",
    "static_lib_format",
    "shared_lib_format",
    "exe_extension",
];

/// The values for `link`'s `target_desc`.
const TARGETS: [(&str, &str); 3] =
    [("SHARED_OBJECT", "shared_object"), ("SHARED_LIBRARY", "shared_library"), ("EXECUTABLE", "executable")];

/// Which language a source is in.
const LANGUAGES: [(&str, &str); 5] =
    [(".c", "c"), (".cc", "c++"), (".cpp", "c++"), (".cxx", "c++"), (".m", "objc")];

/// Sources in several languages are linked as the first of these among them.
const LANGUAGE_ORDER: [&str; 3] = ["c++", "objc", "c"];

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let class = py.get_type::<CCompiler>();
    for name in UNDEFINED {
        class.setattr(name, py.None())?;
    }
    for (name, value) in TARGETS {
        class.setattr(name, value)?;
    }
    let languages = PyDict::new(py);
    for (ending, language) in LANGUAGES {
        languages.set_item(ending, language)?;
    }
    class.setattr("language_map", languages)?;
    class.setattr("language_order", PyList::new(py, LANGUAGE_ORDER)?)
}
