//! What `Log` has of `logging.Logger`, which it derives from in later copies of distutils.
//!
//! Handlers and filters are kept by a logger of `logging`, made when the first of these methods is called: from
//! then on it gets each message that is printed.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use super::{DEBUG, ERROR, FATAL, WARN};

/// The attribute that has the logger, where there is one.
pub const LOGGER: &str = "_logger";

/// What a level of `logging` is worth here, as `logging.WARNING` is 30: a tenth.
pub fn level(number: i64) -> i64 {
    if number >= 10 && number % 10 == 0 { number / 10 } else { number }
}

/// The base class of `Log`.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.log", name = "_Logger")]
pub struct Logger;

#[pymethods]
impl Logger {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Logger
    }

    #[pyo3(name = "setLevel")]
    fn set_level(slf: &Bound<'_, Self>, level: i64) -> PyResult<()> {
        slf.setattr("threshold", self::level(level))
    }

    #[pyo3(name = "getEffectiveLevel")]
    fn get_effective_level<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("threshold")
    }

    #[pyo3(name = "isEnabledFor")]
    fn is_enabled_for(slf: &Bound<'_, Self>, level: i64) -> PyResult<bool> {
        slf.getattr("threshold")?.le(self::level(level))
    }

    #[pyo3(signature = (msg, *args, **kwargs))]
    fn warning(
        slf: &Bound<'_, Self>,
        msg: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        pass_on(slf.as_any(), WARN, msg, args, kwargs)
    }

    #[pyo3(signature = (msg, *args, **kwargs))]
    fn critical(
        slf: &Bound<'_, Self>,
        msg: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        pass_on(slf.as_any(), FATAL, msg, args, kwargs)
    }

    /// An error, with the traceback of the exception that is being handled.
    #[pyo3(signature = (msg, *args, exc_info = None, **kwargs), text_signature = "($self, msg, *args, exc_info=True, **kwargs)")]
    fn exception<'py>(
        slf: &Bound<'py, Self>,
        msg: &Bound<'py, PyAny>,
        args: &Bound<'py, PyTuple>,
        exc_info: Option<Bound<'py, PyAny>>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let keywords = kwargs.map_or_else(|| Ok(PyDict::new(py)), |kwargs| kwargs.copy())?;
        match exc_info {
            Some(exc_info) => keywords.set_item("exc_info", exc_info)?,
            None => keywords.set_item("exc_info", true)?,
        }
        pass_on(slf.as_any(), ERROR, msg, args, Some(&keywords))
    }

    #[pyo3(name = "addHandler")]
    fn add_handler<'py>(slf: &Bound<'py, Self>, hdlr: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method1("addHandler", (hdlr,))
    }

    #[pyo3(name = "removeHandler")]
    fn remove_handler<'py>(slf: &Bound<'py, Self>, hdlr: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method1("removeHandler", (hdlr,))
    }

    #[pyo3(name = "hasHandlers")]
    fn has_handlers<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method0("hasHandlers")
    }

    #[pyo3(name = "callHandlers")]
    fn call_handlers<'py>(slf: &Bound<'py, Self>, record: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method1("callHandlers", (record,))
    }

    #[pyo3(name = "addFilter")]
    fn add_filter<'py>(slf: &Bound<'py, Self>, filter: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method1("addFilter", (filter,))
    }

    #[pyo3(name = "removeFilter")]
    fn remove_filter<'py>(slf: &Bound<'py, Self>, filter: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method1("removeFilter", (filter,))
    }

    fn filter<'py>(slf: &Bound<'py, Self>, record: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method1("filter", (record,))
    }

    fn handle<'py>(slf: &Bound<'py, Self>, record: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method1("handle", (record,))
    }

    #[pyo3(name = "findCaller", signature = (stack_info = false, stacklevel = 1), text_signature = "($self, stack_info=False, stacklevel=1)")]
    fn find_caller<'py>(
        slf: &Bound<'py, Self>,
        stack_info: bool,
        stacklevel: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method1("findCaller", (stack_info, stacklevel))
    }

    #[pyo3(name = "makeRecord", signature = (*args, **kwargs), text_signature = "($self, name, level, fn, lno, msg, args, exc_info, func=None, extra=None, sinfo=None)")]
    fn make_record<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        logger(slf)?.call_method("makeRecord", args, kwargs)
    }

    #[pyo3(name = "getChild")]
    fn get_child<'py>(slf: &Bound<'py, Self>, suffix: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("logging")?.call_method1("getLogger", (format!("distutils.log.{suffix}"),))
    }

    /// The loggers that `getChild` made.
    #[pyo3(name = "getChildren")]
    fn get_children<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let root = slf.py().import("logging")?.call_method1("getLogger", ("distutils.log",))?;
        root.call_method0("getChildren")
    }
}

/// The logger of a log, made where there is none.
fn logger<'py>(log: &Bound<'py, Logger>) -> PyResult<Bound<'py, PyAny>> {
    if let Some(logger) = log.getattr_opt(LOGGER)? {
        return Ok(logger);
    }
    let logger = log.py().import("logging")?.getattr("Logger")?.call1(("distutils.log",))?;
    log.setattr(LOGGER, &logger)?;
    Ok(logger)
}

/// Hand a message to `_log`; arguments of `logging` only where there are some, as overrides need not know them.
pub fn pass_on<'py>(
    log: &Bound<'py, PyAny>,
    level: impl IntoPyObject<'py>,
    msg: &Bound<'py, PyAny>,
    args: &Bound<'py, PyTuple>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<()> {
    log.call_method("_log", (level, msg, args), keywords.filter(|keywords| !keywords.is_empty())).map(drop)
}

/// The text of a traceback, as `logging` takes it: an exception, what `sys.exc_info()` gives, or true for the
/// exception that is being handled. `None` where there is none.
pub fn traceback(exc_info: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let py = exc_info.py();
    if !exc_info.is_truthy()? {
        return Ok(None);
    }
    let exception = match exc_info.cast::<PyTuple>() {
        Ok(three) => three.get_item(1)?,
        Err(_) if exc_info.is_instance_of::<pyo3::exceptions::PyBaseException>() => exc_info.clone(),
        Err(_) => py.import("sys")?.call_method0("exc_info")?.get_item(1)?,
    };
    if exception.is_none() {
        return Ok(None);
    }
    let arguments = (exception.get_type(), &exception, exception.getattr("__traceback__")?);
    let lines: Vec<String> =
        py.import("traceback")?.call_method1("format_exception", arguments)?.extract()?;
    Ok(Some(lines.concat().trim_end().to_string()))
}

/// Give a printed message to the handlers there are. `level` is one of ours.
pub fn emit(log: &Bound<'_, PyAny>, level: i64, text: &Bound<'_, PyAny>) -> PyResult<()> {
    debug_assert!((DEBUG..=FATAL).contains(&level));
    match log.getattr_opt(LOGGER)? {
        Some(logger) => logger.call_method1("log", (level * 10, "%s", text)).map(drop),
        None => Ok(()),
    }
}
