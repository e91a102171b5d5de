//! A run of the build backend: that there is one, and what the front end was told of options (`config_settings`).

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::dist::pyproject;
use crate::errors::DistutilsOptionError;
use crate::value::Elements;

/// How messages and origins call these settings.
pub const SOURCE: &str = "config settings";

/// An option of a command, as the front end has it.
#[derive(Debug, Clone)]
pub struct Setting {
    pub command: String,
    pub option: String,
    pub value: Value,
}

/// What front ends hand on: the setting as it was given once, or several times.
#[derive(Debug, Clone)]
pub enum Value {
    One(String),
    Several(Vec<String>),
}

static RUN: Mutex<Option<Vec<Setting>>> = Mutex::new(None);

fn run() -> std::sync::MutexGuard<'static, Option<Vec<Setting>>> {
    RUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a hook of the backend is running.
pub fn is_running() -> bool {
    run().is_some()
}

/// The settings of the hook that is running.
pub fn settings() -> Vec<Setting> {
    run().clone().unwrap_or_default()
}

/// A hook of the backend begins: `{"command.option": value}`.
///
/// DistutilsOptionError for the name of an option without its command. Any other key is warned about, since front ends
/// may give all projects the same settings.
#[pyfunction]
fn begin_backend_run(py: Python<'_>, settings: &Bound<'_, PyDict>) -> PyResult<()> {
    let mut known = Vec::new();
    for (key, value) in settings {
        let key = key.str()?.to_cow()?.into_owned();
        let Some((command, option)) = key.split_once('.').filter(|(command, _)| !command.starts_with('-'))
        else {
            require_command(py, &key, &value)?;
            let text = format!(
                "warning: config setting '{key}' is not known here: it can be '--global-option', \
                 '--build-option', or an option of a command, such as 'build_ext.jobs'"
            );
            crate::log::warn(py, &text)?;
            continue;
        };
        let value = if value.is_none() {
            continue;
        } else if value.is_instance_of::<PyString>() {
            Value::One(value.extract()?)
        } else if let Ok(flag) = value.extract::<bool>() {
            Value::One(if flag { "1" } else { "0" }.into())
        } else if let Ok(items) = value.elements() {
            Value::Several(
                items.map(|item| Ok(item?.str()?.to_cow()?.into_owned())).collect::<PyResult<_>>()?,
            )
        } else {
            Value::One(value.str()?.to_cow()?.into_owned())
        };
        let option = option.trim_start_matches('-').replace('-', "_");
        if command.is_empty() || option.is_empty() {
            let text =
                format!("config setting '{key}': must be a command and an option, as in 'build_ext.jobs'");
            return Err(DistutilsOptionError::new_err(text));
        }
        known.push(Setting { command: command.replace('-', "_"), option, value });
    }
    *run() = Some(known);
    Ok(())
}

/// DistutilsOptionError where `key` is an option of a command: which command is meant has to be said.
fn require_command(py: Python<'_>, key: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let option = key.trim_start_matches('-');
    let commands = pyproject::commands_with(py, &option.replace('-', "_"))?;
    let Some((first, others)) = commands.split_first() else { return Ok(()) };
    let value = value.str()?.to_string_lossy().into_owned();
    let mut text = format!("config setting '{key}': write '{first}.{option}={value}'");
    if !others.is_empty() {
        let others: Vec<String> = others.iter().map(|command| format!("'{command}.{option}'")).collect();
        text.push_str(&format!(" (or {})", others.join(", ")));
    }
    Err(DistutilsOptionError::new_err(text))
}

/// The hook has ended.
#[pyfunction]
fn end_backend_run() {
    *run() = None;
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(begin_backend_run, module)?)?;
    module.add_function(wrap_pyfunction!(end_backend_run, module)?)
}
