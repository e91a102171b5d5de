//! The files of a question to the compiler: what is written into the source, and read from the answer.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyList, PyString};

use super::Config;
use crate::door;

/// What every file of a question is called, but for its ending. It is in the working folder.
pub(super) const PROBE: &str = "_configtest";

/// An argument that may be left out.
pub(super) type Given<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// The source file of a question: its headers included, an empty line, the body.
pub(super) fn source_text<'py>(
    slf: &Bound<'py, Config>,
    body: Given<'_, 'py>,
    headers: Given<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let parts = PyList::empty(slf.py());
    if let Some(headers) = headers
        && headers.is_truthy()?
    {
        if headers.is_instance_of::<PyString>() {
            parts.append(format!("#include <{headers}>\n"))?;
        } else {
            for header in headers.try_iter()? {
                parts.append(format!("#include <{}>\n", header?.str()?))?;
            }
        }
        parts.append("\n")?;
    }
    if let Some(body) = body {
        let body = body.cast::<PyString>()?;
        parts.append(body)?;
        if !body.is_empty()? && !body.call_method1("endswith", ("\n",))?.is_truthy()? {
            parts.append("\n")?;
        }
    }
    PyString::new(slf.py(), "").call_method1("join", (parts,))
}

/// Whether a file is there only as what a dry run would have written.
pub(super) fn is_planned(slf: &Bound<'_, Config>, file: &Bound<'_, PyAny>) -> PyResult<bool> {
    let Ok(path) = file.extract::<PathBuf>() else { return Ok(false) };
    Ok(!path.exists() && door::of(slf.as_any())?.is_file(&path))
}

/// Whether a line of the file `output` matches `pattern`.
pub(super) fn matches<'py>(
    slf: &Bound<'py, Config>,
    pattern: &Bound<'py, PyAny>,
    output: &Bound<'py, PyAny>,
) -> PyResult<bool> {
    let py = slf.py();
    let pattern = if pattern.is_instance_of::<PyString>() {
        py.import("re")?.call_method1("compile", (pattern,))?
    } else {
        pattern.clone()
    };
    if is_planned(slf, output)? {
        return Ok(false);
    }
    let file = open(output)?;
    let mut found = Ok(false);
    for line in file.try_iter()? {
        found = line.and_then(|line| pattern.call_method1("search", (line,))?.is_truthy());
        if !matches!(found, Ok(false)) {
            break;
        }
    }
    file.call_method0("close")?;
    found
}

/// A text file to read. Bytes that are not UTF-8 come as surrogate escapes.
pub(super) fn open<'py>(file: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let keywords = [("encoding", "utf-8"), ("errors", "surrogateescape")].into_py_dict(file.py())?;
    file.py().import("io")?.call_method("open", (file,), Some(&keywords))
}
