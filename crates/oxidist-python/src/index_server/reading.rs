//! An answer, read to its end or to where it breaks off.

use oxidist_engine::upload::{Answer, Subject, Verdict, charset};
use pyo3::exceptions::PyLookupError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

use super::bounded::{Call, WAITING};
use super::{Response, Server, failure};

/// Bytes of an answer that are read: no index has more to say than this.
const ENOUGH: usize = 1 << 20;

/// An answer that came.
pub struct Heard<'py> {
    response: Bound<'py, PyAny>,
    status: u16,
    reason: String,
    content_type: String,
    location: Option<String>,
    retry_after: Option<String>,
    text: String,
    complete: bool,
    from_elsewhere: Option<String>,
}

impl<'py> Heard<'py> {
    pub fn verdict(&self, subject: Subject<'_>) -> Verdict {
        let answer = Answer {
            status: self.status,
            reason: &self.reason,
            content_type: &self.content_type,
            location: self.location.as_deref(),
            retry_after: self.retry_after.as_deref(),
            text: &self.text,
            complete: self.complete,
            from_elsewhere: self.from_elsewhere.as_deref(),
        };
        Verdict::of(&answer, subject)
    }

    pub fn is_complete(&self) -> bool {
        self.complete
    }

    pub fn ended(self, verdict: Verdict) -> Response<'py> {
        Response { response: self.response, status: self.status, reason: self.reason, verdict }
    }
}

/// Read what `urllib` gave, a response or an HTTPError. The response can be read once more afterwards.
pub fn heard<'py>(response: &Bound<'py, PyAny>, server: &Server) -> PyResult<Heard<'py>> {
    let py = response.py();
    let (text, complete) = read(response, server)?;
    let source = py.import("io")?.call_method1("BytesIO", (PyBytes::new(py, &text),))?;
    // The object stays what it was for `--show-response`, whose method a script may have overridden.
    response.setattr("read", source.getattr("read")?)?;
    let headers = response.getattr("headers")?;
    let header = |name: &str| -> PyResult<Option<String>> {
        let value = headers.call_method1("get", (name,))?;
        if value.is_none() { Ok(None) } else { Ok(Some(value.str()?.to_string_lossy().into_owned())) }
    };
    // Before anything is cut: half a secret would not be found.
    let hide = |text: &str| server.secrets.borrow().hide(text);
    let reason = own_reason(response)?;
    let reason = if reason.is_none() { String::new() } else { reason.str()?.to_string_lossy().into_owned() };
    let from: String = response.call_method0("geturl")?.extract()?;
    Ok(Heard {
        status: response.call_method0("getcode")?.extract()?,
        reason: hide(&reason),
        content_type: header("Content-Type")?.unwrap_or_default(),
        location: header("Location")?.map(|place| hide(&place)),
        retry_after: header("Retry-After")?,
        text: hide(&String::from_utf8_lossy(&text)),
        complete,
        from_elsewhere: if from == server.url { None } else { Some(hide(&from)) },
        response: response.clone(),
    })
}

/// The server's own word behind the status. `urllib` puts a text of its own in its place, where it does not follow a
/// redirection, and keeps the response.
fn own_reason<'py>(response: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let inner = response.getattr_opt("fp")?;
    match inner.map_or(Ok(None), |inner| inner.getattr_opt("reason"))? {
        Some(reason) => Ok(reason),
        None => response.getattr("msg"),
    }
}

/// What it says, and whether that is all of it.
fn read(response: &Bound<'_, PyAny>, server: &Server) -> PyResult<(Vec<u8>, bool)> {
    let py = response.py();
    if !response.hasattr("read1")? {
        // Of a script's own handler.
        return Ok((response.call_method0("read")?.extract()?, true));
    }
    let said = PyList::empty(py);
    let read = py.import(WAITING)?.getattr("read_into")?;
    let call = Call::new(read, (&said, response, ENOUGH), &PyDict::new(py))?;
    let complete = match call.within(server.patience, &|| 0)? {
        None => false,
        Some(Ok(_)) => {
            // Of an answer with a length, what is left of it.
            let left = response.getattr_opt("length")?.and_then(|left| left.extract::<u64>().ok());
            left.unwrap_or(0) == 0
        }
        Some(Err(error)) => match failure::of(py, &error)? {
            Some(_) => false,
            None => return Err(error),
        },
    };
    let mut text = Vec::new();
    for block in said.iter() {
        text.extend(block.extract::<Vec<u8>>()?);
    }
    // Of more than that, the rest is not read.
    let complete = complete || text.len() >= ENOUGH;
    Ok((text, complete))
}

pub fn text_of<'py>(response: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let content_type: String =
        response.call_method1("getheader", ("content-type", "text/plain"))?.extract()?;
    let bytes = response.call_method0("read")?;
    match bytes.call_method1("decode", (charset(&content_type), "replace")) {
        Err(error) if error.is_instance_of::<PyLookupError>(response.py()) => {
            bytes.call_method1("decode", ("utf-8", "replace"))
        }
        decoded => decoded,
    }
}
