//! Python strings as Rust text, with the surrogates in them that Rust's text cannot hold.
//!
//! Most stand for bytes that are not UTF-8. Here, and in the engine's patterns, each is one private-use character
//! ([`oxidist_engine::surrogates`]).

use std::borrow::Cow;

use oxidist_engine::surrogates::{code_point, has_stand_ins, stand_in};
use oxidist_engine::terminal;
use pyo3::PyErrArguments;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};

/// `text` with a private-use character for each surrogate.
pub fn from_python<'a>(text: &'a Bound<'_, PyString>) -> PyResult<Cow<'a, str>> {
    if let Ok(plain) = text.to_str() {
        return Ok(Cow::Borrowed(plain));
    }
    let encoded = text.call_method1("encode", ("utf-32-le", "surrogatepass"))?.cast_into::<PyBytes>()?;
    let units = encoded.as_bytes().chunks_exact(4);
    Ok(units.filter_map(|unit| stand_in(u32::from_le_bytes([unit[0], unit[1], unit[2], unit[3]]))).collect())
}

/// The Python string that [`from_python`] made `text` from.
pub fn to_python<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyString>> {
    if !has_stand_ins(text) {
        return Ok(PyString::new(py, text));
    }
    let units = text.chars().flat_map(|character| code_point(character).to_le_bytes());
    let encoded = PyBytes::new(py, &units.collect::<Vec<u8>>());
    Ok(encoded.call_method1("decode", ("utf-32-le", "surrogatepass"))?.cast_into::<PyString>()?)
}

/// `text` made fit for a terminal by one of [`oxidist_engine::terminal`]'s functions.
pub fn safe<'py>(
    text: &Bound<'py, PyString>,
    make_safe: impl Fn(&str) -> Cow<'_, str>,
) -> PyResult<Bound<'py, PyString>> {
    let plain = from_python(text)?;
    match make_safe(&plain) {
        Cow::Borrowed(_) => Ok(text.clone()),
        Cow::Owned(safe) => to_python(text.py(), &safe),
    }
}

/// Print what was found in files or on the command line.
pub fn print(text: &Bound<'_, PyAny>) -> PyResult<()> {
    let safe = safe(&text.str()?, terminal::coloured)?;
    text.py().import("builtins")?.getattr("print")?.call1((safe,)).map(drop)
}

/// A list of such strings.
pub fn list_to_python<'py>(py: Python<'py>, texts: &[String]) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, texts.iter().map(|text| to_python(py, text)).collect::<PyResult<Vec<_>>>()?)
}

/// An exception's text, which may quote what came from Python.
pub struct Message(pub String);

impl PyErrArguments for Message {
    fn arguments(self, py: Python<'_>) -> Py<PyAny> {
        match to_python(py, &self.0) {
            Ok(text) => text.into_any().unbind(),
            Err(_) => PyString::new(py, &self.0).into_any().unbind(),
        }
    }
}

/// A text for standard error or output, without what a terminal would obey in it.
#[pyfunction]
fn shown<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    safe(&text.str()?, terminal::coloured)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(shown, module)?)
}
