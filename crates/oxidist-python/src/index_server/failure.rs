//! What Python raises where there is no answer, as the engine's words for it.

use oxidist_engine::upload::Failure;
use pyo3::exceptions::{
    PyBaseException, PyBrokenPipeError, PyConnectionAbortedError, PyConnectionRefusedError,
    PyConnectionResetError, PyOSError, PyTimeoutError,
};
use pyo3::prelude::*;

/// An answer that `urllib` raises: any but a good one.
pub fn answer_in<'py>(py: Python<'py>, error: &PyErr) -> PyResult<Option<Bound<'py, PyAny>>> {
    let class = py.import("urllib.error")?.getattr("HTTPError")?;
    let value = error.value(py);
    Ok(if value.is_instance(&class)? { Some(value.clone().into_any()) } else { None })
}

/// Why there is no answer, and the system's word for it; `None`: the error is about something else.
pub fn of(py: Python<'_>, error: &PyErr) -> PyResult<Option<(Failure, String)>> {
    let url_error = py.import("urllib.error")?.getattr("URLError")?;
    let value = error.value(py).clone().into_any();
    if !value.is_instance(&url_error)? {
        return reason(&value);
    }
    let inner = value.getattr("reason")?;
    if inner.is_instance_of::<PyBaseException>() {
        return match reason(&inner)? {
            Some(found) => Ok(Some(found)),
            None => Ok(Some((Failure::Other, words(&inner)?))),
        };
    }
    Ok(Some((Failure::Other, words(&inner)?)))
}

fn reason(value: &Bound<'_, PyAny>) -> PyResult<Option<(Failure, String)>> {
    let py = value.py();
    let is = |module: &str, name: &str| -> PyResult<bool> {
        match py.import(module) {
            Ok(module) => value.is_instance(&module.getattr(name)?),
            // A Python without TLS has no module `ssl`.
            Err(_) => Ok(false),
        }
    };
    let failure = if is("ssl", "SSLCertVerificationError")? {
        return Ok(Some((Failure::Untrusted, value.getattr("verify_message")?.str()?.to_string())));
    } else if value.is_instance_of::<PyTimeoutError>() {
        Failure::Slow
    } else if value.is_instance_of::<PyConnectionRefusedError>() {
        Failure::Refused
    } else if value.is_instance_of::<PyConnectionResetError>()
        || value.is_instance_of::<PyConnectionAbortedError>()
        || value.is_instance_of::<PyBrokenPipeError>()
        || is("ssl", "SSLEOFError")?
        || is("http.client", "IncompleteRead")?
    {
        Failure::CutOff
    } else if is("socket", "gaierror")? {
        Failure::UnknownHost
    } else if is("http.client", "HTTPException")? {
        Failure::Garbled
    } else if value.is_instance_of::<PyOSError>() {
        Failure::Other
    } else {
        return Ok(None);
    };
    Ok(Some((failure, words(value)?)))
}

/// The system's text without its number; one line.
fn words(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = match value.getattr_opt("strerror")? {
        Some(text) if text.is_truthy()? => text.str()?,
        _ => value.str()?,
    };
    let text = text.to_string_lossy().replace(char::is_control, " ");
    if !text.is_empty() {
        return Ok(text);
    }
    value.get_type().name().map(|name| name.to_string_lossy().into_owned())
}
