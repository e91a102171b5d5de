//! Options of commands that stand in `pyproject.toml`, and those that a front end was given as config settings.

use oxidist_engine::options::{FALSE, TRUE};
use oxidist_engine::pyproject::{CommandOption, FILE, OptionValue, TOOL_KEYS, Tool};
use oxidist_engine::spelling::nearest;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::{Distribution, config_files, display, origins};
use super::{error, schema};
use crate::backend::{self, Value};
use crate::command_modules;
use crate::errors::{DistutilsModuleError, DistutilsOptionError};
use crate::value::Elements;

/// Names that options have here beside distutils' own.
const ALIASES: [(&str, &str); 1] = [("jobs", "parallel")];

/// Options that not every Python has: command, option, whether it is true or false, what it is for.
const NOT_EVERYWHERE: [(&str, &str, bool, &str); 2] = [
    ("install", "user", true, "install in your own site-packages"),
    ("install", "install-layout", false, "the folders to use: deb or unix, where Python is a distributor's"),
];

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
            // One of ours, but not for this platform or Python: nobody will run it here.
            Err(_) if schema::has_command(&command.name) => schema::class(py, &command.name)?,
            Err(reason) => {
                let keys = TOOL_KEYS.iter().map(|key| key.0.to_string());
                let known: Vec<String> = keys.chain(display::command_names(dist)?).collect();
                let near = unless_given(&reason, suggestion(&command.name, &known));
                return wrong(
                    command.line,
                    format!("'{}' is neither a key nor a command: {reason}{near}", command.key),
                );
            }
        };
        let rows = rows(&class)?;
        let names = names(&rows);
        let options = dist.call_method1("get_option_dict", (&command.name,))?;
        for (name, value, line) in &command.options {
            let Some(name) = &known(&names, name) else {
                if is_elsewhere(&command.name, name) {
                    continue;
                }
                let (key, command, near) =
                    (&command.key, &command.name, suggestion(name, &with_aliases(&names)));
                return wrong(*line, format!("'{key}': command '{command}' has no option '{name}'{near}"));
            };
            if let Some(shown) = no_truth(value)
                && rows.iter().any(|row| row.is_switch && row.name.replace('-', "_") == *name)
            {
                let key = &command.key;
                return wrong(*line, format!("'{key}': option '{name}' must be true or false (is {shown})"));
            }
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
                let near = unless_given(&reason, near);
                return wrong(format!("{reason}{near}"));
            }
        };
        let names = names(&rows(&class)?);
        let Some(option) = known(&names, &setting.option) else {
            let near = suggestion(&setting.option, &with_aliases(&names));
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

/// A command's options, as its class has them in its tables.
pub fn rows(class: &Bound<'_, PyAny>) -> PyResult<Vec<CommandOption>> {
    let Some(rows) = class.getattr_opt("user_options")? else { return Ok(Vec::new()) };
    let mut switches: Vec<String> = match class.getattr_opt("boolean_options")? {
        Some(names) => names.elements()?.map(|name| name?.extract()).collect::<PyResult<_>>()?,
        None => Vec::new(),
    };
    switches.extend(opposites(class)?);
    let row = |row: PyResult<Bound<'_, PyAny>>| {
        let row = row?;
        let name = row.get_item(0)?.extract::<String>()?.trim_end_matches('=').to_string();
        let about = row.get_item(2)?.extract().unwrap_or_default();
        let is_switch = switches.contains(&name);
        Ok(CommandOption { name, about, is_switch })
    };
    rows.elements()?.map(row).collect()
}

/// The names of options, as a command's attributes are called.
fn names(rows: &[CommandOption]) -> Vec<String> {
    rows.iter().map(|row| row.name.replace('-', "_")).collect()
}

/// The value as an error shows it, if it says neither true nor false.
fn no_truth(value: &OptionValue) -> Option<String> {
    match value {
        OptionValue::Flag(_) => None,
        OptionValue::Text(text) => {
            let is_one = TRUE.iter().chain(&FALSE).any(|word| *word == text.to_lowercase());
            (!is_one).then(|| format!("{text:?}"))
        }
        OptionValue::Strings(_) => Some("a list".into()),
    }
}

/// The rows of a command of ours, with the other names that its options have here, whatever this Python has.
pub fn rows_everywhere(command: &str, class: &Bound<'_, PyAny>) -> PyResult<Vec<CommandOption>> {
    let mut rows = rows(class)?;
    rows.retain(|row| !is_elsewhere(command, &row.name));
    for (_, name, is_switch, about) in NOT_EVERYWHERE.iter().filter(|row| row.0 == command) {
        rows.push(CommandOption { name: name.to_string(), about: about.to_string(), is_switch: *is_switch });
    }
    for (alias, name) in ALIASES {
        if let Some(row) = rows.iter().find(|row| row.name == name).cloned()
            && !rows.iter().any(|row| row.name == alias)
        {
            let about = format!("another name of '{name}'");
            rows.push(CommandOption { name: alias.into(), about, ..row });
        }
    }
    Ok(rows)
}

/// The commands of this library that have an option, those first that front ends run.
pub fn commands_with(py: Python<'_>, option: &str) -> PyResult<Vec<&'static str>> {
    const FIRST: [&str; 4] = ["build_ext", "build", "bdist_wheel", "sdist"];
    let mut found = Vec::new();
    for command in command_modules() {
        let rows = rows_everywhere(command, &schema::class(py, command)?)?;
        if rows.iter().any(|row| row.name.replace('-', "_") == option) {
            found.push(command);
        }
    }
    found.sort_by_key(|name| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    Ok(found)
}

fn is_elsewhere(command: &str, option: &str) -> bool {
    let option = option.replace('_', "-");
    NOT_EVERYWHERE.iter().any(|row| (row.0, row.1) == (command, &*option))
}

fn is_opposite(class: &Bound<'_, PyAny>, option: &str) -> PyResult<bool> {
    Ok(opposites(class)?.iter().any(|name| name.replace('-', "_") == option))
}

/// The options that are the opposites of others.
fn opposites(class: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let Some(opposites) = class.getattr_opt("negative_opt")? else { return Ok(Vec::new()) };
    let Ok(opposites) = opposites.cast_into::<PyDict>() else { return Ok(Vec::new()) };
    Ok(opposites.keys().iter().filter_map(|name| name.extract().ok()).collect())
}

/// `hint`, if the reason why there is no such command does not end in one already.
fn unless_given(reason: &str, hint: String) -> String {
    if reason.contains("': ") || reason.contains(": did you mean") { String::new() } else { hint }
}

/// `names`, and the other names that some of them have here.
fn with_aliases(names: &[String]) -> Vec<String> {
    let aliases = ALIASES.iter().filter(|alias| names.iter().any(|name| name == alias.1));
    names.iter().cloned().chain(aliases.map(|alias| alias.0.to_string())).collect()
}

/// The option of distutils that has this other name in `pyproject.toml` and in config settings only.
pub fn meant_by_alias(name: &str) -> Option<&'static str> {
    ALIASES.iter().find(|alias| alias.0 == name).map(|alias| alias.1)
}

fn suggestion(name: &str, known: &[String]) -> String {
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!(": did you mean '{near}'?"),
        None => String::new(),
    }
}
