//! Who registers: the login of `~/.pypirc`, or what a person answers.

use oxidist_engine::terminal;
use pyo3::exceptions::PyEOFError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::Register;
use crate::errors::{DistutilsError, DistutilsOptionError};
use crate::{log, seam};

const MODULE: &str = "command.register";

const MENU: &str = "\
We need to know who you are, so please choose either:
 1. use your existing login,
 2. register as a new user,
 3. have the server generate a new password for you (and email it to you), or
 4. quit
Your selection [default 1]: ";

/// See `register.send_metadata`.
pub fn send_metadata(slf: &Bound<'_, Register>) -> PyResult<()> {
    let has_config = slf.getattr("has_config")?.is_truthy()?;
    let registered = || {
        let choice = if has_config { "1".to_string() } else { ask_who(slf)? };
        match choice.as_str() {
            "1" => with_login(slf, has_config),
            "2" => as_new_user(slf),
            "3" => reset_password(slf),
            _ => Ok(()),
        }
    };
    registered().map_err(|error| match error.is_instance_of::<PyEOFError>(slf.py()) {
        true => DistutilsOptionError::new_err(
            "register has to ask for a login, and nobody is there to answer: put it into ~/.pypirc",
        ),
        false => error,
    })
}

fn announce(slf: &Bound<'_, Register>, text: &str) -> PyResult<()> {
    slf.call_method1("announce", (text, log::INFO)).map(drop)
}

fn print(py: Python<'_>, text: &str) -> PyResult<()> {
    py.import("builtins")?.call_method1("print", (text,)).map(drop)
}

/// `input`, as the module sees it: its own, where a script has put one there, or Python's.
fn input(py: Python<'_>, prompt: Option<&str>) -> PyResult<String> {
    let input = match seam::face(py, MODULE)?.dict().get_item("input")? {
        Some(own) => own,
        None => py.import("builtins")?.getattr("input")?,
    };
    match prompt {
        Some(prompt) => input.call1((prompt,))?,
        None => input.call0()?,
    }
    .extract()
}

fn getpass<'py>(py: Python<'py>, prompt: &str) -> PyResult<Bound<'py, PyAny>> {
    seam::global(py, MODULE, "getpass")?.call_method1("getpass", (prompt,))
}

/// Ask until there is something.
fn input_something(py: Python<'_>, prompt: &str) -> PyResult<String> {
    loop {
        let answer = input(py, Some(prompt))?;
        if !answer.is_empty() {
            return Ok(answer);
        }
    }
}

fn getpass_something<'py>(py: Python<'py>, prompt: &str) -> PyResult<Bound<'py, PyAny>> {
    loop {
        let answer = getpass(py, prompt)?;
        if answer.is_truthy()? {
            return Ok(answer);
        }
    }
}

/// The menu, until one of its numbers is chosen.
fn ask_who(slf: &Bound<'_, Register>) -> PyResult<String> {
    loop {
        announce(slf, MENU)?;
        let choice = input(slf.py(), None)?;
        match choice.as_str() {
            "" => return Ok("1".to_string()),
            "1" | "2" | "3" | "4" => return Ok(choice),
            _ => print(slf.py(), "Please choose one of the four options!")?,
        }
    }
}

fn with_login(slf: &Bound<'_, Register>, has_config: bool) -> PyResult<()> {
    let py = slf.py();
    let known = |name: &str| -> PyResult<Option<Bound<'_, PyAny>>> {
        if !has_config {
            return Ok(None);
        }
        let value = slf.getattr(name)?;
        Ok(if value.is_truthy()? { Some(value) } else { None })
    };
    let username = match known("username")? {
        Some(username) => username,
        None => input_something(py, "Username: ")?.into_pyobject(py)?.into_any(),
    };
    let password = match known("password")? {
        Some(password) => password,
        None => getpass_something(py, "Password: ")?,
    };
    let auth = seam::global(py, MODULE, "urllib")?.getattr("request")?.getattr("HTTPPasswordMgr")?.call0()?;
    let parse = seam::global(py, MODULE, "urllib")?.getattr("parse")?;
    let host = parse.call_method1("urlparse", (slf.getattr("repository")?,))?.get_item(1)?;
    auth.call_method1("add_password", (slf.getattr("realm")?, host, &username, &password))?;

    let data = slf.call_method1("build_post_data", ("submit",))?;
    let (code, result): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
        slf.call_method1("post_to_server", (data, auth))?.extract()?;
    announce(slf, &format!("Server response ({}): {}", code.str()?, result.str()?.to_string_lossy()))?;
    require_success(&code, &result)?;
    if has_config {
        // For `upload`.
        return slf.getattr("distribution")?.setattr("password", password);
    }
    announce(slf, "I can store your PyPI login so future submissions will be faster.")?;
    let file = slf.call_method0("_get_rc_file")?.str()?.to_string_lossy().into_owned();
    announce(slf, &format!("(the login will be stored in {file})"))?;
    loop {
        match input(py, Some("Save your login (y/N)?"))?.to_lowercase().as_str() {
            "y" => return slf.call_method1("_store_pypirc", (username, password)).map(drop),
            "" | "n" | "yn" => return Ok(()),
            _ => {}
        }
    }
}

fn as_new_user(slf: &Bound<'_, Register>) -> PyResult<()> {
    let py = slf.py();
    let data = PyDict::new(py);
    data.set_item(":action", "user")?;
    // The form's order.
    for field in ["name", "password", "email", "confirm"] {
        data.set_item(field, "")?;
    }
    data.set_item("name", input_something(py, "Username: ")?)?;
    loop {
        let password = getpass_something(py, "Password: ")?;
        let confirm = getpass_something(py, " Confirm: ")?;
        if password.eq(&confirm)? {
            data.set_item("password", password)?;
            data.set_item("confirm", confirm)?;
            break;
        }
        print(py, "Password and confirm don't match!")?;
    }
    data.set_item("email", input_something(py, "   EMail: ")?)?;
    let (code, result): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
        slf.call_method1("post_to_server", (data,))?.extract()?;
    if code.ne(200)? {
        log::call(py, "info", "Server response (%s): %s", (&code, &result))?;
        return require_success(&code, &result);
    }
    log::info(py, "You will receive an email shortly.")?;
    log::info(py, "Follow the instructions in it to complete registration.")
}

fn reset_password(slf: &Bound<'_, Register>) -> PyResult<()> {
    let py = slf.py();
    let data = PyDict::new(py);
    data.set_item(":action", "password_reset")?;
    data.set_item("email", input_something(py, "Your email address: ")?)?;
    let (code, result): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
        slf.call_method1("post_to_server", (data,))?.extract()?;
    log::call(py, "info", "Server response (%s): %s", (&code, &result))?;
    require_success(&code, &result)
}

/// What an index answers that has no use for registrations any more, as PyPI.
const GONE: u16 = 410;

/// An index that refuses ends the run: CPython's `register` goes on, and ends with 0. After [`GONE`] it goes on here,
/// too: `register sdist upload` works with PyPI.
pub fn require_success(code: &Bound<'_, PyAny>, reason: &Bound<'_, PyAny>) -> PyResult<()> {
    if code.eq(200)? || code.eq(GONE)? {
        return Ok(());
    }
    let reason = reason.str()?.to_string_lossy().into_owned();
    Err(DistutilsError::new_err(format!(
        "registration failed ({}): {}",
        code.str()?,
        terminal::short(&reason, 300)
    )))
}
