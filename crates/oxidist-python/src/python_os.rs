//! Python's `os` as a module of distutils sees it: what the long ways of the public helpers are made of.
//!
//! They are taken where a script has replaced one of the names that CPython's helpers look up. Everything then is
//! asked of Python, in CPython's order, so that whatever stands in for a name sees the calls that it expects.

use pyo3::exceptions::PyOSError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::seam;

/// `os` and `os.path`.
pub struct Os<'py> {
    module: Bound<'py, PyAny>,
    path: Bound<'py, PyAny>,
}

impl<'py> Os<'py> {
    /// Those of `distutils.<module>`.
    pub fn seen_by(py: Python<'py>, module: &str) -> PyResult<Self> {
        let os = seam::global(py, module, "os")?;
        Ok(Os { path: os.getattr(intern!(py, "path"))?, module: os })
    }

    /// `os.<name>(*arguments)`.
    pub fn call<A>(&self, name: &str, arguments: A) -> PyResult<Bound<'py, PyAny>>
    where
        A: IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>, Error = PyErr>,
    {
        self.module.getattr(name)?.call1(arguments.into_pyobject(self.module.py())?)
    }

    /// `os.<name>`.
    pub fn get(&self, name: &str) -> PyResult<Bound<'py, PyAny>> {
        self.module.getattr(name)
    }

    /// `os.path.<name>(*arguments)`.
    pub fn path<A>(&self, name: &str, arguments: A) -> PyResult<Bound<'py, PyAny>>
    where
        A: IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>, Error = PyErr>,
    {
        self.path.getattr(name)?.call1(arguments.into_pyobject(self.path.py())?)
    }

    /// Whether `os.path.<question>(path)`.
    pub fn is(&self, question: &str, path: &Bound<'py, PyAny>) -> PyResult<bool> {
        self.path(question, (path,))?.is_truthy()
    }
}

/// `result`, or the exception that `raised` makes of an OSError and its reason.
pub fn os_error_as<T>(
    py: Python<'_>,
    result: PyResult<T>,
    raised: impl FnOnce(&str) -> PyErr,
) -> PyResult<T> {
    match result {
        Err(error) if error.is_instance_of::<PyOSError>(py) => Err(raised(&reason(py, &error)?)),
        result => result,
    }
}

/// What an OSError says went wrong: its second argument, else all it says.
pub fn reason(py: Python<'_>, error: &PyErr) -> PyResult<String> {
    let value = error.value(py);
    let strerror = value.getattr("strerror")?;
    let text = if strerror.is_none() { value.str()? } else { strerror.str()? };
    Ok(text.to_string_lossy().into_owned())
}

/// Whether an OSError has this number.
pub fn has_number(py: Python<'_>, error: &PyErr, name: &str) -> PyResult<bool> {
    error.value(py).getattr("errno")?.eq(py.import("errno")?.getattr(name)?)
}
