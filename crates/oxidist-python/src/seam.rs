//! What a script may have replaced, and the one question whether it has.
//!
//! CPython's distutils is Python code: each method call is looked up on the instance, its class and the
//! class's bases, and each function in the module that uses it. Scripts rely on that. Our methods look
//! names up in the same places ([`global`], `call_method`); a batch in the engine skips the look-ups, and
//! may do so only while [`methods_are_ours`] and [`functions_are_ours`] say that nobody would notice.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A name as `module` (`"file_util"`: `distutils.file_util`) sees it now.
pub fn global<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    face(py, module)?.getattr(name)
}

/// The module `distutils.<name>`, imported when it is not yet.
pub fn face<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(format!("distutils.{name}"))
}

/// Whether every method of `names` that a call on `object` would reach is one of this library's own:
/// not overridden in a subclass, not replaced on a class, not set on the instance.
pub fn methods_are_ours(object: &Bound<'_, PyAny>, names: &[&str]) -> PyResult<bool> {
    let py = object.py();
    let class = object.get_type();
    let own = object.getattr(intern!(py, "__dict__"))?.cast_into::<PyDict>()?;
    for name in names {
        if own.contains(*name)? || !method_is_ours(&class.getattr(*name)?, name)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A method written in Rust is a `method_descriptor` that knows its name and the class it was made for.
fn method_is_ours(method: &Bound<'_, PyAny>, name: &str) -> PyResult<bool> {
    let py = method.py();
    if method.get_type().name()?.to_cow()? != "method_descriptor" {
        return Ok(false);
    }
    let class = method.getattr(intern!(py, "__objclass__"))?;
    let module: String = class.getattr(intern!(py, "__module__"))?.extract()?;
    let own_name: String = method.getattr(intern!(py, "__name__"))?.extract()?;
    Ok(own_name == name && module.starts_with("distutils."))
}

/// The name of the class whose method a call of `name` on `object` reaches; `None` where it is not one of this
/// library's own.
pub fn owner_of(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<String>> {
    if !methods_are_ours(object, &[name])? {
        return Ok(None);
    }
    let class = object.get_type().getattr(name)?.getattr(intern!(object.py(), "__objclass__"))?;
    class.getattr(intern!(object.py(), "__name__"))?.extract().map(Some)
}

/// Whether each `(module, name)` of `distutils` is still the function that this library put there.
pub fn functions_are_ours(py: Python<'_>, names: &[(&str, &str)]) -> PyResult<bool> {
    for (module, name) in names {
        let own = py.import(format!("oxidist._core.{module}"))?.getattr(*name)?;
        if !global(py, module, name)?.is(&own) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As [`functions_are_ours`], for names that one module has from others: `(name, the module it is from)`.
pub fn imports_are_ours(py: Python<'_>, module: &str, names: &[(&str, &str)]) -> PyResult<bool> {
    for (name, home) in names {
        let own = py.import(format!("oxidist._core.{home}"))?.getattr(*name)?;
        if !global(py, module, name)?.is(&own) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As [`methods_are_ours`], for the instances that `class` will have.
pub fn class_is_ours(class: &Bound<'_, PyAny>, names: &[&str]) -> PyResult<bool> {
    for name in names {
        if !method_is_ours(&class.getattr(*name)?, name)? {
            return Ok(false);
        }
    }
    Ok(true)
}
