//! Forms for the index, and its answers to them.

use oxidist_engine::upload::{Form, Layout, Subject, Verdict};
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

use super::Register;
use crate::errors::{DistutilsOptionError, OrRaise};
use crate::index_server::{self, Call, METADATA_FIELDS, Server, StreamedBody};
use crate::{door, log, seam};

const MODULE: &str = "command.register";

/// See `register.build_post_data`.
pub fn metadata<'py>(slf: &Bound<'py, Register>, action: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let metadata = slf.getattr("distribution")?.getattr("metadata")?;
    let data = PyDict::new(slf.py());
    data.set_item(":action", action)?;
    data.set_item("metadata_version", "1.0")?;
    let mut of_pep_314 = false;
    for (field, method) in [("name", "get_name"), ("version", "get_version")].iter().chain(&METADATA_FIELDS) {
        let value = metadata.call_method0(*method)?;
        of_pep_314 |= ["provides", "requires", "obsoletes"].contains(field) && value.is_truthy()?;
        data.set_item(field, value)?;
    }
    if of_pep_314 {
        data.set_item("metadata_version", "1.1")?;
    }
    Ok(data)
}

fn server(slf: &Bound<'_, Register>) -> PyResult<Server> {
    let url = index_server::address(slf)?;
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(DistutilsOptionError::new_err(format!("'{url}' is not an address with http: or https:")));
    }
    let server = Server::new(slf.py(), &url)?;
    server.learn_passwords(slf)?;
    Ok(server)
}

/// Hide the passwords in a form, and those that a password manager holds.
fn learn_secrets(server: &Server, data: &Bound<'_, PyAny>, auth: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    let mut secrets = server.secrets.borrow_mut();
    let field = |name: &str| -> PyResult<String> {
        Ok(data.call_method1("get", (name, ""))?.extract::<String>().unwrap_or_default())
    };
    for name in ["password", "confirm"] {
        secrets.add_login(&field("name")?, &field(name)?);
    }
    // Python's own keeps, for each realm, logins by place.
    let realms = auth.map_or(Ok(None), |auth| auth.getattr_opt("passwd"))?;
    if let Some(realms) = realms.and_then(|realms| realms.cast_into::<PyDict>().ok()) {
        for places in realms.values() {
            for login in places.call_method0("values")?.try_iter()? {
                if let Ok((name, secret)) = login?.extract::<(String, String)>() {
                    secrets.add_login(&name, &secret);
                }
            }
        }
    }
    Ok(())
}

/// See `register.post_to_server`.
pub fn post<'py>(
    slf: &Bound<'py, Register>,
    data: &Bound<'py, PyAny>,
    auth: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyTuple>> {
    let py = slf.py();
    let server = server(slf)?;
    learn_secrets(&server, data, auth)?;
    if data.contains("name")? {
        let name = data.get_item("name")?.str()?.to_string_lossy().into_owned();
        let text = format!("Registering {name} to {}", server.url);
        slf.call_method1("announce", (text, log::INFO))?;
    }
    // The door writes it down, without a word of the login; a dry run ends here.
    if !door::of(slf.as_any())?.perform(&format!("Registering at {}", server.hide(&server.url))) {
        return (200, "OK").into_pyobject(py);
    }
    let library = seam::global(py, MODULE, "urllib")?.getattr("request")?;
    let make_opener = library.getattr("build_opener")?;
    let is_own = index_server::is_pythons_own(&make_opener)?;
    // Servers of today refuse CPython's lines, which end with a line feed alone.
    let layout = if is_own { Layout::Upload } else { Layout::Register };
    let body = form(data, layout)?.finish(false);
    let headers = PyDict::new(py);
    let boundary = body.boundary();
    headers.set_item("Content-type", format!("multipart/form-data; boundary={boundary}; charset=utf-8"))?;
    headers.set_item("Content-length", body.length().to_string())?;
    let keywords = PyDict::new(py);
    keywords.set_item("password_mgr", auth)?;
    let handler = library.getattr("HTTPBasicAuthHandler")?.call((), Some(&keywords))?;
    let opener = make_opener.call1((handler,))?;
    let request = |data: &Bound<'py, PyAny>| library.getattr("Request")?.call1((&server.url, data, &headers));
    if !is_own {
        let bytes = PyBytes::new(py, &body.to_bytes().or_raise()?);
        return post_through(slf, &server, &opener.call_method1("open", (request(&bytes)?,)));
    }

    let body = Bound::new(py, StreamedBody::whole(body))?;
    let open = || {
        let request = request(&body)?;
        index_server::stay(&request)?;
        let timeout = index_server::timeout(py, &server)?;
        Call::new(opener.getattr("open")?, (request,), &timeout)
    };
    let subject = Subject { server: &server.name, what: "the registration", digests: &[] };
    let answer = index_server::send(py, &server, subject, &body, &open)?;
    if slf.getattr("show_response")?.is_truthy()? {
        index_server::show_response(slf, &server, &answer.response)?;
    }
    match answer.verdict {
        Verdict::Accepted => (200, "OK").into_pyobject(py),
        Verdict::Unbelievable(text) => Err(PyOSError::new_err(text)),
        _ => (answer.status, server.hide(&answer.reason)).into_pyobject(py),
    }
}

/// What something that a script has put in `build_opener`'s place answered: as CPython takes it.
fn post_through<'py>(
    slf: &Bound<'py, Register>,
    server: &Server,
    result: &PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyTuple>> {
    let py = slf.py();
    let errors = py.import("urllib.error")?;
    let show = slf.getattr("show_response")?.is_truthy()?;
    match result {
        Ok(response) => {
            if show {
                index_server::show_response(slf, server, response)?;
            }
            (200, "OK").into_pyobject(py)
        }
        Err(error) if error.value(py).is_instance(&errors.getattr("HTTPError")?)? => {
            let value = error.value(py);
            if show {
                index_server::show_response(slf, server, &value.getattr("fp")?)?;
            }
            let reason = value.getattr("msg")?.str()?.to_string_lossy().into_owned();
            (value.getattr("code")?, server.hide(&reason)).into_pyobject(py)
        }
        Err(error) if error.value(py).is_instance(&errors.getattr("URLError")?)? => {
            let reason = error.value(py).str()?.to_string_lossy().into_owned();
            (500, server.hide(&reason)).into_pyobject(py)
        }
        Err(error) => {
            let text = error.value(py).str()?.to_string_lossy().into_owned();
            let shown = server.hide(&text);
            let is_told = error.is_instance_of::<PyOSError>(py) && shown != text;
            Err(if is_told { PyOSError::new_err(shown) } else { error.clone_ref(py) })
        }
    }
}

fn form(data: &Bound<'_, PyAny>, layout: Layout) -> PyResult<Form> {
    let mut form = Form::new(layout);
    for row in data.call_method0("items")?.try_iter()? {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = row?.extract()?;
        let name = name.str()?.to_str()?.to_string();
        let values = if value.is_exact_instance_of::<PyList>() || value.is_exact_instance_of::<PyTuple>() {
            value.try_iter()?.collect::<PyResult<Vec<_>>>()?
        } else {
            vec![value]
        };
        for value in values {
            form.field(&name, value.str()?.to_str()?);
        }
    }
    Ok(form)
}

/// The index's answer to the question for its classifiers.
pub fn list_classifiers<'py>(slf: &Bound<'py, Register>) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let url = slf.getattr("repository")?.add("?:action=list_classifiers")?;
    let urlopen = seam::global(py, MODULE, "urllib")?.getattr("request")?.getattr("urlopen")?;
    if !index_server::is_pythons_own(&urlopen)? || !opener_is_pythons_own(py)? {
        return urlopen.call1((url,));
    }
    let server = server(slf)?;
    let timeout = index_server::timeout(py, &server)?;
    index_server::asked(py, &server, "the list of classifiers", Call::new(urlopen, (url,), &timeout)?)
}

/// Whether `urlopen` makes its opener with Python's own function.
fn opener_is_pythons_own(py: Python<'_>) -> PyResult<bool> {
    index_server::is_pythons_own(&py.import("urllib.request")?.getattr("build_opener")?)
}
