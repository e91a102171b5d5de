//! Options of commands that stand in `pyproject.toml`, and those that a front end was given as config settings.

use oxidist_engine::pyproject::{FILE, OptionValue, TOOL_KEYS, Tool, nearest};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::{Distribution, config_files, display, origins};
use super::error;
use crate::backend::{self, Value};
use crate::errors::{DistutilsModuleError, DistutilsOptionError};
use crate::value::Elements;

/// Names that options have here beside distutils' own.
const ALIASES: [(&str, &str); 1] = [("jobs", "parallel")];

/// The option that is meant, if the command has it.
fn known(names: &[String], name: &str) -> Option<String> {
    let meant = ALIASES.iter().find(|alias| alias.0 == name).map_or(name, |alias| alias.1);
    [name, meant].into_iter().find(|name| names.iter().any(|known| known == name)).map(str::to_string)
}

/// `[tool.oxidist.<command>]`
pub fn of_file(dist: &Bound<'_, Distribution>, tool: &Tool) -> PyResult<()> {
    let py = dist.py();
    for command in &tool.commands {
        let wrong = |line, message: String| Err(error(line, &message));
        let class = match class(dist, &command.name)? {
            Ok(class) => class,
            Err(reason) => {
                let keys = TOOL_KEYS.iter().map(|key| key.0.to_string());
                let known: Vec<String> = keys.chain(display::command_names(dist)?).collect();
                let near = suggestion(&command.name, &known);
                return wrong(
                    command.line,
                    format!("'{}' is neither a key nor a command: {reason}{near}", command.key),
                );
            }
        };
        let names = option_names(&class)?;
        let options = dist.call_method1("get_option_dict", (&command.name,))?;
        for (name, value, line) in &command.options {
            let Some(name) = &known(&names, name) else {
                let (key, command, near) = (&command.key, &command.name, suggestion(name, &names));
                return wrong(*line, format!("'{key}': command '{command}' has no option '{name}'{near}"));
            };
            if config_files::is_the_environments(py, name)? {
                continue;
            }
            let value = match value {
                OptionValue::Text(text) => text.into_bound_py_any(py)?,
                // As a command line and configuration files have it: opposites of options are known of texts only.
                OptionValue::Flag(flag) if is_opposite(&class, name)? => {
                    (if *flag { "1" } else { "0" }).into_bound_py_any(py)?
                }
                OptionValue::Flag(flag) => flag.into_bound_py_any(py)?,
                OptionValue::Strings(strings) => strings.into_bound_py_any(py)?,
            };
            options.set_item(name, (FILE, value))?;
            origins::note_line(dist, &command.name, name, &FILE.into_bound_py_any(py)?, *line)?;
        }
    }
    Ok(())
}

/// `build_ext.jobs=4`
pub fn of_front_end(dist: &Bound<'_, Distribution>) -> PyResult<()> {
    let py = dist.py();
    for setting in backend::settings() {
        let key = format!("{}.{}", setting.command, setting.option);
        let wrong = |message: String| {
            Err(DistutilsOptionError::new_err(format!("config setting '{key}': {message}")))
        };
        let class = match class(dist, &setting.command)? {
            Ok(class) => class,
            Err(reason) => {
                let near = suggestion(&setting.command, &display::command_names(dist)?);
                return wrong(format!("{reason}{near}"));
            }
        };
        let names = option_names(&class)?;
        let Some(option) = known(&names, &setting.option) else {
            let near = suggestion(&setting.option, &names);
            return wrong(format!("command '{}' has no option '{}'{near}", setting.command, setting.option));
        };
        let value = match setting.value {
            Value::One(text) => text.into_bound_py_any(py)?,
            Value::Several(texts) => texts.into_bound_py_any(py)?,
        };
        let options = dist.call_method1("get_option_dict", (setting.command,))?;
        options.set_item(option, (backend::SOURCE, value))?;
    }
    Ok(())
}

/// The command's class, or why there is none.
fn class<'py>(dist: &Bound<'py, Distribution>, command: &str) -> PyResult<Result<Bound<'py, PyAny>, String>> {
    match dist.call_method1("get_command_class", (command,)) {
        Ok(class) => Ok(Ok(class)),
        Err(error) if error.is_instance_of::<DistutilsModuleError>(dist.py()) => {
            Ok(Err(error.value(dist.py()).to_string()))
        }
        Err(error) => Err(error),
    }
}

/// The names of a command's options, as its attributes are called.
fn option_names(class: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let Some(rows) = class.getattr_opt("user_options")? else { return Ok(Vec::new()) };
    rows.elements()?
        .map(|row| Ok(row?.get_item(0)?.extract::<String>()?.trim_end_matches('=').replace('-', "_")))
        .collect()
}

fn is_opposite(class: &Bound<'_, PyAny>, option: &str) -> PyResult<bool> {
    let Some(opposites) = class.getattr_opt("negative_opt")? else { return Ok(false) };
    let Ok(opposites) = opposites.cast_into::<PyDict>() else { return Ok(false) };
    Ok(opposites
        .keys()
        .iter()
        .any(|name| name.extract::<String>().is_ok_and(|name| name.replace('-', "_") == option)))
}

fn suggestion(name: &str, known: &[String]) -> String {
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!(": did you mean '{near}'?"),
        None => String::new(),
    }
}
