//! Names of modules that few scripts ask for, and whose making would cost every script an import.

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;

use crate::seam;

/// A module's `__getattr__` for regular expressions: `(name, expression)`. Each is compiled once.
pub fn expression<'py>(
    py: Python<'py>,
    module: &str,
    table: &[(&str, &str)],
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let Some((_, text)) = table.iter().find(|row| row.0 == name) else {
        return Err(missing(module, name));
    };
    let compiled = py.import("re")?.call_method1("compile", (*text,))?;
    seam::face(py, module)?.setattr(name, &compiled)?;
    Ok(compiled)
}

/// A name of a module that is really another module's: the name, that module, and the name it has there
/// (an empty one is the other module itself).
pub type Borrowed = (&'static str, &'static str, &'static str);

/// A module's `__getattr__` for names of others.
pub fn borrowed<'py>(
    py: Python<'py>,
    module: &str,
    table: &[Borrowed],
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let Some((_, lender, original)) = table.iter().find(|row| row.0 == name) else {
        return Err(missing(module, name));
    };
    let lender = py.import(*lender)?;
    let value = match *original {
        "" => lender.into_any(),
        original => lender.getattr_opt(original)?.ok_or_else(|| missing(module, name))?,
    };
    seam::face(py, module)?.setattr(name, &value)?;
    Ok(value)
}

/// What Python itself raises for a name that `distutils.<module>` does not have.
pub fn missing(module: &str, name: &str) -> PyErr {
    PyAttributeError::new_err(format!("module 'distutils.{module}' has no attribute '{name}'"))
}
