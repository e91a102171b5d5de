//! distutils.text_file: `TextFile`, lines without comments, blank lines and continuations.

use oxidist_engine::text_file::{Assembler, DANGLING, Fed, Number, Options};
use pyo3::exceptions::{PyKeyError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::text;

/// Reads a text file by logical lines. What is done to a line is said by options, which are attributes:
///
/// * `strip_comments` (on): from an unescaped `#` on a line is cut off;
/// * `skip_blanks` (on): lines with nothing on them are left out;
/// * `lstrip_ws`, `rstrip_ws` (off, on): white space in front and behind goes;
/// * `join_lines` (off): a backslash at the end joins a line with the next;
/// * `collapse_join` (off): what is joined loses the white space in front of it;
/// * `errors` ('strict'): how bytes that do not decode are treated when a file is opened.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.text_file")]
pub struct TextFile;

#[pymethods]
impl TextFile {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        TextFile
    }

    #[classattr]
    fn default_options(py: Python<'_>) -> PyResult<Py<PyDict>> {
        let defaults = PyDict::new(py);
        for (name, value) in [
            ("strip_comments", 1),
            ("skip_blanks", 1),
            ("lstrip_ws", 0),
            ("rstrip_ws", 1),
            ("join_lines", 0),
            ("collapse_join", 0),
        ] {
            defaults.set_item(name, value)?;
        }
        defaults.set_item("errors", "strict")?;
        Ok(defaults.unbind())
    }

    /// `file` is anything with `readline` and `close`; without one, `filename` is opened.
    #[pyo3(signature = (filename = None, file = None, **options))]
    fn __init__(
        slf: &Bound<'_, Self>,
        filename: Option<&Bound<'_, PyAny>>,
        file: Option<&Bound<'_, PyAny>>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        if filename.is_none() && file.is_none() {
            return Err(PyRuntimeError::new_err("either 'filename' or 'file' must be given, or both"));
        }
        let defaults = slf.getattr("default_options")?;
        for name in defaults.try_iter()? {
            let name = name?.cast_into::<PyString>()?;
            let given = options.map(|options| options.get_item(&name)).transpose()?.flatten();
            let value = given.map_or_else(|| defaults.get_item(&name), Ok)?;
            slf.setattr(&name, value)?;
        }
        for name in options.into_iter().flat_map(|options| options.keys()) {
            if !defaults.contains(&name)? {
                return Err(PyKeyError::new_err(format!("invalid TextFile option '{}'", name.str()?)));
            }
        }
        match file {
            Some(file) => {
                slf.setattr("filename", filename)?;
                slf.setattr("file", file)?;
                slf.setattr("current_line", 0)?;
            }
            None => drop(slf.call_method1("open", (filename,))?),
        }
        slf.setattr("linebuf", PyList::empty(slf.py()))
    }

    /// Open a file in place of the one that is read now.
    fn open(slf: &Bound<'_, Self>, filename: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        slf.setattr("filename", filename)?;
        let keywords = PyDict::new(py);
        keywords.set_item("errors", slf.getattr("errors")?)?;
        let file = py.import("io")?.getattr("open")?.call((filename, "r"), Some(&keywords))?;
        slf.setattr("file", file)?;
        slf.setattr("current_line", 0)
    }

    /// Close the file, and forget its name and place.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        let file = slf.getattr("file")?;
        for attribute in ["file", "filename", "current_line"] {
            slf.setattr(attribute, slf.py().None())?;
        }
        file.call_method0("close").map(drop)
    }

    /// `msg` with the file's name and the line in front; `line` is a number, or two as first and last.
    #[pyo3(signature = (msg, line = None))]
    fn gen_error(
        slf: &Bound<'_, Self>,
        msg: &Bound<'_, PyAny>,
        line: Option<Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let line = line.map_or_else(|| slf.getattr("current_line"), Ok)?;
        let file = slf.getattr("filename")?.str()?.to_string_lossy().into_owned();
        let number = read_number(&line)?;
        Ok(oxidist_engine::text_file::located(&file, number, &msg.str()?.to_string_lossy()))
    }

    /// Raise ValueError with `msg` and the place that is read now, or `line`.
    #[pyo3(signature = (msg, line = None))]
    fn error(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>, line: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let text = slf.call_method1("gen_error", (msg, line))?;
        Err(PyValueError::new_err(format!("error: {}", text.str()?)))
    }

    /// Print `msg` and the place that is read now, or `line`, to standard error.
    #[pyo3(signature = (msg, line = None))]
    fn warn(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>, line: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let text = slf.call_method1("gen_error", (msg, line))?;
        let stream = slf.py().import("sys")?.getattr("stderr")?;
        stream.call_method1("write", (format!("warning: {}\n", text.str()?),)).map(drop)
    }

    /// The next logical line, or None at the end. Lines that were put back come first.
    ///
    /// `current_line` is then its number, or a list of the first and last of the lines that were joined.
    fn readline<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let put_back = slf.getattr("linebuf")?;
        if put_back.is_truthy()? {
            return put_back.call_method0("pop");
        }
        let mut assembler = Assembler::new(options(slf)?, read_number(&slf.getattr("current_line")?)?);
        let next = slf.getattr("file")?.getattr("readline")?;
        loop {
            let physical = next.call0()?.cast_into::<PyString>()?;
            let before = assembler.number;
            let fed = assembler.feed(Some(&text::from_python(&physical)?));
            if assembler.number != before {
                slf.setattr("current_line", number_to_python(py, assembler.number)?)?;
            }
            match fed {
                Fed::More => {}
                Fed::Line(line) => return Ok(text::to_python(py, &line)?.into_any()),
                Fed::Dangling(line) => {
                    slf.call_method1("warn", (DANGLING,))?;
                    return Ok(text::to_python(py, &line)?.into_any());
                }
                Fed::End => return Ok(py.None().into_bound(py)),
            }
        }
    }

    /// All logical lines that are left.
    fn readlines<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let lines = PyList::empty(slf.py());
        loop {
            let line = slf.call_method0("readline")?;
            if line.is_none() {
                return Ok(lines);
            }
            lines.append(line)?;
        }
    }

    /// Put a line back, for the next `readline`.
    fn unreadline(slf: &Bound<'_, Self>, line: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.getattr("linebuf")?.call_method1("append", (line,)).map(drop)
    }
}

fn options(file: &Bound<'_, TextFile>) -> PyResult<Options> {
    let is_on = |name| file.getattr(name)?.is_truthy();
    Ok(Options {
        strip_comments: is_on("strip_comments")?,
        skip_blanks: is_on("skip_blanks")?,
        lstrip_ws: is_on("lstrip_ws")?,
        rstrip_ws: is_on("rstrip_ws")?,
        join_lines: is_on("join_lines")?,
        collapse_join: is_on("collapse_join")?,
    })
}

/// A line number in `current_line`'s form: one, or a list of two.
fn read_number(value: &Bound<'_, PyAny>) -> PyResult<Number> {
    if let Ok(line) = value.extract::<usize>() {
        return Ok(Number::Line(line));
    }
    match value.extract::<Vec<usize>>().as_deref() {
        Ok([first, last]) => Ok(Number::Lines(*first, *last)),
        _ => Err(PyTypeError::new_err(format!(
            "a line number, or a list of two, is needed (got {})",
            value.repr()?
        ))),
    }
}

fn number_to_python(py: Python<'_>, number: Number) -> PyResult<Bound<'_, PyAny>> {
    match number {
        Number::Line(line) => Ok(line.into_pyobject(py)?.into_any()),
        Number::Lines(first, last) => Ok(PyList::new(py, [first, last])?.into_any()),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<TextFile>()
}
