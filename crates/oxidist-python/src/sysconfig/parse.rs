//! Makefiles and `pyconfig.h`, read from files that Python opens.

use oxidist_engine::makefile::{self, Value};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::{seam, text};

/// The `#define`s of a `pyconfig.h`, read from an open file; put into `g` where it is given.
#[pyfunction]
#[pyo3(signature = (fp, g = None))]
fn parse_config_h<'py>(fp: &Bound<'py, PyAny>, g: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
    let py = fp.py();
    let values = g.unwrap_or_else(|| PyDict::new(py).into_any());
    loop {
        let line = fp.call_method0("readline")?.cast_into::<PyString>()?;
        let line = text::from_python(&line)?;
        if line.is_empty() {
            return Ok(values);
        }
        if let Some((name, value)) = makefile::definition(&line) {
            values.set_item(name, to_python(py, &value)?)?;
        }
    }
}

/// The variables of a Makefile, with their references to each other and to the environment replaced; put
/// into `g` where it is given. Whole numbers are numbers.
#[pyfunction]
#[pyo3(name = "parse_makefile", signature = (r#fn, g = None))]
fn parse_makefile<'py>(
    r#fn: &Bound<'py, PyAny>,
    g: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = r#fn.py();
    let environ = py.import("os")?.getattr("environ")?;
    let environment = |name: &str| {
        let value = environ.get_item(name).ok()?.cast_into::<PyString>().ok()?;
        text::from_python(&value).ok().map(|value| value.into_owned())
    };
    let values = g.unwrap_or_else(|| PyDict::new(py).into_any());
    let found = PyDict::new(py);
    for (name, value) in makefile::parse(logical_lines(r#fn)?, environment) {
        found.set_item(name, to_python(py, &value)?)?;
    }
    values.call_method1("update", (found,))?;
    Ok(values)
}

/// The lines of a file without comments and joined where a backslash says so. What does not decode is kept.
fn logical_lines(name: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let py = name.py();
    let options = PyDict::new(py);
    for option in ["strip_comments", "skip_blanks", "join_lines"] {
        options.set_item(option, 1)?;
    }
    options.set_item("errors", "surrogateescape")?;
    let file = seam::global(py, "text_file", "TextFile")?.call((name,), Some(&options))?;
    let lines = read_lines(&file);
    file.call_method0("close")?;
    lines
}

fn read_lines(file: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let line = file.call_method0("readline")?;
        if line.is_none() {
            return Ok(lines);
        }
        lines.push(text::from_python(line.cast::<PyString>()?)?.into_owned());
    }
}

fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Text(value) => Ok(text::to_python(py, value)?.into_any()),
        Value::Number(digits) => py.import("builtins")?.getattr("int")?.call1((digits,)),
    }
}

/// Put values in the place of `$(name)` and `${name}` in `s`, and of the references in them. A name that
/// `vars` does not have is replaced by nothing.
///
/// ValueError where that would never end.
#[pyfunction]
fn expand_makefile_vars<'py>(
    s: &Bound<'py, PyString>,
    vars: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyString>> {
    let text = text::from_python(s)?;
    let expanded = makefile::expand(&text, |name| -> PyResult<String> {
        let value = vars.call_method1("get", (name,))?;
        if value.is_none() {
            return Ok(String::new());
        }
        Ok(text::from_python(&value.str()?)?.into_owned())
    })?;
    match expanded {
        Some(expanded) => text::to_python(s.py(), &expanded),
        None => Err(PyValueError::new_err(format!("the variables in {} lead to themselves", s.repr()?))),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(parse_config_h, module)?)?;
    module.add_function(wrap_pyfunction!(parse_makefile, module)?)?;
    module.add_function(wrap_pyfunction!(expand_makefile_vars, module)?)
}
