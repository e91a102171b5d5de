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

/// What Python itself raises for a name that `distutils.<module>` does not have.
pub fn missing(module: &str, name: &str) -> PyErr {
    PyAttributeError::new_err(format!("module 'distutils.{module}' has no attribute '{name}'"))
}
