//! distutils.log: messages with levels and a threshold, and the short cut that batches take.

mod logger;

use std::borrow::Cow;
use std::ffi::OsString;

use oxidist_engine::terminal;
use oxidist_engine::words::shell_line;
use pyo3::exceptions::{PyUnicodeEncodeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyString, PyTuple};

use self::logger::{Logger, pass_on};
use crate::file_name::AsFileName;
use crate::{seam, text};

pub const DEBUG: i64 = 1;
pub const INFO: i64 = 2;
pub const WARN: i64 = 3;
pub const ERROR: i64 = 4;
pub const FATAL: i64 = 5;

/// Prints messages whose level reaches its `threshold`: to standard output below WARN, else to standard error.
#[pyclass(subclass, frozen, extends = Logger, module = "distutils.log")]
pub struct Log;

#[pymethods]
impl Log {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Logger).add_subclass(Log)
    }

    #[pyo3(signature = (threshold = WARN))]
    fn __init__(slf: &Bound<'_, Self>, threshold: i64) -> PyResult<()> {
        slf.setattr("threshold", threshold)
    }

    /// The arguments behind `args` are those of `logging`. `exc_info` puts a traceback behind the message.
    #[pyo3(signature = (level, msg, args, exc_info = None, extra = None, stack_info = None, stacklevel = None), text_signature = "($self, level, msg, args, exc_info=None, extra=None, stack_info=False, stacklevel=1)")]
    #[allow(clippy::too_many_arguments)] // logging's own parameter list
    fn _log(
        slf: &Bound<'_, Self>,
        level: &Bound<'_, PyAny>,
        msg: Bound<'_, PyAny>,
        args: &Bound<'_, PyAny>,
        exc_info: Option<Bound<'_, PyAny>>,
        extra: Option<Bound<'_, PyAny>>,
        stack_info: Option<Bound<'_, PyAny>>,
        stacklevel: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _ = (extra, stack_info, stacklevel);
        let py = slf.py();
        let number = level.extract::<i64>().ok().map(logger::level);
        let Some(number) = number.filter(|number| (DEBUG..=FATAL).contains(number)) else {
            return Err(PyValueError::new_err(format!("{} wrong log level", level.str()?)));
        };
        if !slf.getattr(intern!(py, "threshold"))?.le(number)? {
            return Ok(());
        }
        let text = if args.is_truthy()? { msg.rem(safe_arguments(args)?)? } else { msg };
        let mut text = text.str()?;
        if let Some(traceback) = exc_info.map_or(Ok(None), |exc_info| logger::traceback(&exc_info))? {
            text = PyString::new(py, &format!("{}\n{traceback}", text.to_string_lossy()));
        }
        let text = text::safe(&text, terminal::coloured)?;
        print(number, &text)?;
        logger::emit(slf, number, &text)
    }

    #[pyo3(signature = (level, msg, *args, **kwargs))]
    fn log<'py>(
        slf: &Bound<'py, Self>,
        level: Bound<'py, PyAny>,
        msg: &Bound<'py, PyAny>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        pass_on(slf, level, msg, args, kwargs)
    }

    #[pyo3(signature = (msg, *args, **kwargs))]
    fn debug(
        slf: &Bound<'_, Self>,
        msg: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        pass_on(slf, DEBUG, msg, args, kwargs)
    }

    #[pyo3(signature = (msg, *args, **kwargs))]
    fn info(
        slf: &Bound<'_, Self>,
        msg: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        pass_on(slf, INFO, msg, args, kwargs)
    }

    #[pyo3(signature = (msg, *args, **kwargs))]
    fn warn(
        slf: &Bound<'_, Self>,
        msg: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        pass_on(slf, WARN, msg, args, kwargs)
    }

    #[pyo3(signature = (msg, *args, **kwargs))]
    fn error(
        slf: &Bound<'_, Self>,
        msg: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        pass_on(slf, ERROR, msg, args, kwargs)
    }

    #[pyo3(signature = (msg, *args, **kwargs))]
    fn fatal(
        slf: &Bound<'_, Self>,
        msg: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        pass_on(slf, FATAL, msg, args, kwargs)
    }
}

/// What goes into a message is a name as a rule: no sequence in it is for the terminal to obey.
fn safe_arguments<'py>(args: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let Ok(tuple) = args.cast::<PyTuple>() else { return Ok(args.clone()) };
    let safe = |argument: Bound<'py, PyAny>| match argument.cast::<PyString>() {
        Ok(text) => text::safe(text, terminal::lines).map(Bound::into_any),
        Err(_) => Ok(argument),
    };
    let all = tuple.iter().map(safe).collect::<PyResult<Vec<_>>>()?;
    Ok(PyTuple::new(args.py(), all)?.into_any())
}

/// Write lines to the stream of their level. What the stream cannot encode is written as escapes.
fn print(level: i64, text: &Bound<'_, PyString>) -> PyResult<()> {
    let py = text.py();
    let stream = py.import("sys")?.getattr(if level >= WARN { "stderr" } else { "stdout" })?;
    if stream.is_none() {
        // It was closed before Python started: `print` says nothing either.
        return Ok(());
    }
    let line = text.add(intern!(py, "\n"))?;
    match stream.call_method1("write", (&line,)) {
        Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(py) => {
            let encoding = stream.getattr("encoding")?;
            let bytes = line.call_method1("encode", (&encoding, "backslashreplace"))?;
            stream.call_method1("write", (bytes.call_method1("decode", (encoding,))?,))?;
        }
        written => drop(written?),
    }
    stream.call_method0("flush")?;
    Ok(())
}

/// Set the level from which on messages are printed; the old one is returned.
#[pyfunction]
fn set_threshold<'py>(py: Python<'py>, level: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let log = seam::global(py, "log", "_global_log")?;
    let old = log.getattr("threshold")?;
    log.setattr("threshold", level)?;
    Ok(old)
}

/// Set the threshold from a count of `--verbose`: 0 warnings, 1 what is done, 2 and more everything.
#[pyfunction]
fn set_verbosity(py: Python<'_>, v: i64) -> PyResult<()> {
    let level = match v {
        ..=0 => WARN,
        1 => INFO,
        2.. => DEBUG,
    };
    seam::global(py, "log", "set_threshold")?.call1((level,)).map(drop)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    for (name, level) in
        [("DEBUG", DEBUG), ("INFO", INFO), ("WARN", WARN), ("ERROR", ERROR), ("FATAL", FATAL)]
    {
        module.add(name, level)?;
    }
    module.add_class::<Log>()?;
    let global_log = py.get_type::<Log>().call0()?;
    for name in ["log", "debug", "info", "warn", "error", "fatal"] {
        module.add(name, global_log.getattr(name)?)?;
    }
    module.add("_global_log", global_log)?;
    module.add_function(wrap_pyfunction!(set_threshold, module)?)?;
    module.add_function(wrap_pyfunction!(set_verbosity, module)?)
}

/// `log.<function>(format, *args)` as `distutils.log` has it now. `format` is Python's `%` form.
pub fn call<'py, A>(py: Python<'py>, function: &str, format: &str, args: A) -> PyResult<()>
where
    A: IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
    PyErr: From<A::Error>,
{
    let args = args.into_pyobject(py)?;
    let all = PyTuple::new(py, [format.into_pyobject(py)?.into_any()])?;
    let all = all.as_sequence().concat(args.as_sequence())?.to_tuple()?;
    seam::global(py, "log", function)?.call1(all).map(drop)
}

/// A finished message at INFO (a `%` in it stays what it is).
pub fn info(py: Python<'_>, text: &str) -> PyResult<()> {
    seam::global(py, "log", "info")?.call1((terminal::lines(text),)).map(drop)
}

/// A command line at INFO, as it could be given to a shell.
pub fn command_line(py: Python<'_>, argv: &[OsString]) -> PyResult<()> {
    let line = shell_line(argv).as_file_name().into_pyobject(py)?;
    seam::global(py, "log", "info")?.call1((line,)).map(drop)
}

/// A finished message at WARN.
pub fn warn(py: Python<'_>, text: &str) -> PyResult<()> {
    seam::global(py, "log", "warn")?.call1((terminal::lines(text),)).map(drop)
}

/// A finished message at DEBUG.
pub fn debug(py: Python<'_>, text: &str) -> PyResult<()> {
    seam::global(py, "log", "debug")?.call1((terminal::lines(text),)).map(drop)
}

/// Whether messages of `level` come out at all. True also where a script has put its own functions in
/// place of ours, which must then see every message.
pub fn wants(py: Python<'_>, level: i64) -> PyResult<bool> {
    Ok(!is_ours(py)? || seam::global(py, "log", "_global_log")?.getattr("threshold")?.le(level)?)
}

/// The messages of a whole batch at INFO: see [`lines`].
pub fn info_lines(py: Python<'_>, messages: &[String]) -> PyResult<()> {
    let messages: Vec<(i64, String)> = messages.iter().map(|line| (INFO, line.clone())).collect();
    lines(py, &messages)
}

/// The messages of a whole batch, each with its level below WARN: one write, unless a script replaced a part
/// of the log.
pub fn lines(py: Python<'_>, lines: &[(i64, String)]) -> PyResult<()> {
    if lines.is_empty() {
        return Ok(());
    }
    if is_ours(py)? {
        let threshold: i64 = seam::global(py, "log", "_global_log")?.getattr("threshold")?.extract()?;
        let shown: Vec<Cow<'_, str>> =
            lines.iter().filter(|line| line.0 >= threshold).map(|line| terminal::line(&line.1)).collect();
        return if shown.is_empty() { Ok(()) } else { print(INFO, &PyString::new(py, &shown.join("\n"))) };
    }
    let (debug, info) = (seam::global(py, "log", "debug")?, seam::global(py, "log", "info")?);
    lines
        .iter()
        .try_for_each(|(level, line)| (if *level < INFO { &debug } else { &info }).call1((line,)).map(drop))
}

fn is_ours(py: Python<'_>) -> PyResult<bool> {
    let names = [("log", "info"), ("log", "debug"), ("log", "_global_log")];
    let log = seam::global(py, "log", "_global_log")?;
    Ok(seam::functions_are_ours(py, &names)?
        && seam::methods_are_ours(&log, &["info", "debug", "_log"])?
        && log.getattr_opt(logger::LOGGER)?.is_none())
}
