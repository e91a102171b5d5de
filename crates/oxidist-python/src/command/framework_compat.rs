//! distutils.command._framework_compat: the install schemes of Homebrew's framework builds of Python 3.9.
//!
//! For other Pythons it has nothing to say, and those are the ones that we know.

use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Whether this is such a Python. It is not.
#[pyfunction]
fn enabled() -> bool {
    false
}

/// The variables that its schemes need: none.
#[pyfunction]
fn vars(py: Python<'_>) -> Bound<'_, PyDict> {
    PyDict::new(py)
}

/// The scheme that stands in for `name`.
#[pyfunction]
fn scheme(name: Bound<'_, PyAny>) -> Bound<'_, PyAny> {
    name
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("schemes", PyDict::new(module.py()))?;
    module.add_function(wrap_pyfunction!(enabled, module)?)?;
    module.add_function(wrap_pyfunction!(vars, module)?)?;
    module.add_function(wrap_pyfunction!(scheme, module)?)
}
