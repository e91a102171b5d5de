//! A form on its way to the index, and what comes back.

use oxidist_engine::upload::{Subject, Verdict, without_login};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use super::Upload;
use super::form::{self, DistFile};
use crate::errors::{DistutilsError, DistutilsOptionError, OrRaise};
use crate::index_server::{self, Call, Server, StreamedBody};
use crate::{log, seam};

const MODULE: &str = "command.upload";

/// The index that `repository` names, which must be an address that takes forms.
pub fn server(slf: &Bound<'_, Upload>) -> PyResult<Server> {
    let py = slf.py();
    let url = index_server::address(slf)?;
    let shown = without_login(&url);
    let parts = seam::global(py, MODULE, "urlparse")?.call1((&url,))?;
    let (scheme, _, _, params, query, fragment): (String, String, String, String, String, String) =
        parts.extract()?;
    if !(params.is_empty() && query.is_empty() && fragment.is_empty()) {
        let text = format!("Incompatible url {shown}: it must have no parameters, query or fragment");
        return Err(DistutilsOptionError::new_err(text));
    }
    if scheme != "http" && scheme != "https" {
        return Err(DistutilsOptionError::new_err(format!(
            "'{shown}' is neither a section of ~/.pypirc nor an address with http: or https:"
        )));
    }
    let server = Server::new(py, &url)?;
    server.learn_passwords(slf)?;
    Ok(server)
}

/// Whether a script has put something of its own in the place of what speaks to the server.
pub fn is_replaced(py: Python<'_>) -> PyResult<bool> {
    Ok(index_server::is_replaced(py, MODULE, "urlopen")? || index_server::is_replaced(py, MODULE, "Request")?)
}

/// The header `Authorization`, as an attribute of the request or of one that is not sent on.
fn authorization(slf: &Bound<'_, Upload>, server: &Server) -> PyResult<String> {
    let py = slf.py();
    let word = |option: &str| -> PyResult<String> {
        let value = slf.getattr(option)?;
        let text = value.extract::<String>().ok();
        match text {
            Some(text) if text.is_ascii() => Ok(text),
            // Without a word of what is in it.
            Some(_) => Err(DistutilsOptionError::new_err(format!(
                "the {option} for {} has characters that are not ASCII, which no index takes",
                server.name
            ))),
            None => Err(DistutilsOptionError::new_err(format!(
                "there is no {option} for {}: put it into ~/.pypirc",
                server.name
            ))),
        }
    };
    let login = format!("{}:{}", word("username")?, word("password")?);
    let encoded =
        seam::global(py, MODULE, "standard_b64encode")?.call1((PyBytes::new(py, login.as_bytes()),))?;
    let encoded: String = encoded.call_method1("decode", ("ascii",))?.extract()?;
    server.secrets.borrow_mut().add(&encoded);
    Ok(format!("Basic {encoded}"))
}

/// Send the file in blocks, through Python's own `urlopen`.
pub fn streamed(
    slf: &Bound<'_, Upload>,
    server: &Server,
    file: &DistFile<'_, '_>,
    submitting: &str,
) -> PyResult<()> {
    let py = slf.py();
    let filled = form::filled(slf, file, false)?;
    let authorization = authorization(slf, server)?;
    let body = filled.form.finish(filled.file_has_boundary);
    let headers = headers(py, body.boundary(), body.length())?;
    let body = Bound::new(py, StreamedBody::with_file(body))?;
    slf.call_method1("announce", (submitting, log::INFO))?;

    let open = || {
        let keywords = PyDict::new(py);
        keywords.set_item("data", &body)?;
        keywords.set_item("headers", &headers)?;
        let request = seam::global(py, MODULE, "Request")?.call((&server.url,), Some(&keywords))?;
        // Not among the headers that a redirection would take along.
        request.call_method1("add_unredirected_header", ("Authorization", &authorization))?;
        index_server::stay(&request)?;
        let timeout = index_server::timeout(py, server)?;
        Call::new(seam::global(py, MODULE, "urlopen")?, (request,), &timeout)
    };
    let what = format!("'{}'", file.path.str()?.to_string_lossy());
    let digests: Vec<&str> = filled.digests.iter().map(String::as_str).collect();
    let subject = Subject { server: &server.name, what: &what, digests: &digests };
    let answer = match index_server::send(py, server, subject, &body, &open) {
        Err(error) if error.is_instance_of::<PyOSError>(py) => {
            let text = error.value(py).str()?;
            slf.call_method1("announce", (text, log::ERROR))?;
            return Err(error);
        }
        answer => answer?,
    };
    let failed = match answer.verdict {
        Verdict::Accepted => None,
        Verdict::AlreadyThere { text, .. }
        | Verdict::TryLater { text, .. }
        | Verdict::Refused(text)
        | Verdict::Unbelievable(text) => Some(text),
    };
    if let Some(text) = failed {
        slf.call_method1("announce", (&text, log::ERROR))?;
        if slf.getattr("show_response")?.is_truthy()? && answer.response.hasattr("getheader")? {
            index_server::show_response(slf, server, &answer.response)?;
        }
        return Err(DistutilsError::new_err(text));
    }
    accepted(slf, server, answer.status, &answer.reason, &answer.response)
}

/// Send the file as CPython does, with all of it in the request: what a script has put in `urlopen`'s place may
/// look at that.
pub fn as_replaced(
    slf: &Bound<'_, Upload>,
    server: &Server,
    file: &DistFile<'_, '_>,
    submitting: &str,
) -> PyResult<()> {
    let py = slf.py();
    let filled = form::filled(slf, file, true)?;
    let authorization = authorization(slf, server)?;
    let body = filled.form.finish(filled.file_has_boundary);
    slf.call_method1("announce", (submitting, log::INFO))?;
    let headers = headers(py, body.boundary(), body.length())?;
    headers.set_item("Authorization", authorization)?;
    let keywords = PyDict::new(py);
    keywords.set_item("data", PyBytes::new(py, &body.to_bytes().or_raise()?))?;
    keywords.set_item("headers", headers)?;
    let request = seam::global(py, MODULE, "Request")?.call((&server.url,), Some(&keywords))?;

    let http_error = seam::global(py, MODULE, "HTTPError")?;
    let (status, reason, response) = match seam::global(py, MODULE, "urlopen")?.call1((request,)) {
        Ok(response) => (response.call_method0("getcode")?, response.getattr("msg")?, Some(response)),
        Err(error) if error.value(py).is_instance(&http_error)? => {
            let value = error.value(py);
            (value.getattr("code")?, value.getattr("msg")?, None)
        }
        Err(error) => {
            if error.is_instance_of::<PyOSError>(py) {
                let text = error.value(py).str()?.to_string_lossy().into_owned();
                let shown = server.hide(&text);
                slf.call_method1("announce", (&shown, log::ERROR))?;
                if shown != text {
                    return Err(PyOSError::new_err(shown));
                }
            }
            return Err(error);
        }
    };
    let reason = reason.str()?.to_string_lossy().into_owned();
    match response {
        Some(response) if status.eq(200)? => accepted(slf, server, status.extract()?, &reason, &response),
        _ => {
            let text = server.hide(&format!("Upload failed ({}): {reason}", status.str()?));
            slf.call_method1("announce", (&text, log::ERROR))?;
            Err(DistutilsError::new_err(text))
        }
    }
}

fn headers<'py>(py: Python<'py>, boundary: &str, length: u64) -> PyResult<Bound<'py, PyDict>> {
    let headers = PyDict::new(py);
    headers.set_item("Content-type", format!("multipart/form-data; boundary={boundary}"))?;
    headers.set_item("Content-length", length.to_string())?;
    Ok(headers)
}

fn accepted(
    slf: &Bound<'_, Upload>,
    server: &Server,
    status: u16,
    reason: &str,
    response: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let text = server.hide(&format!("Server response ({status}): {reason}"));
    slf.call_method1("announce", (text, log::INFO))?;
    if slf.getattr("show_response")?.is_truthy()? {
        index_server::show_response(slf, server, response)?;
    }
    Ok(())
}
