//! Which command an error comes from, noted on its way up, and what the line that is shown says of that.
//!
//! The error itself stays as it was raised: scripts may catch it and look at its text.

use std::ffi::OsString;

use oxidist_engine::words;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

use crate::cmd::{Command, lender_of};
use crate::dist;
use crate::errors::{CCompilerError, DistutilsOptionError};
use crate::source_lines;
use crate::value::Elements;

/// The attribute of an exception with the command's object, or with its name where it has no object yet.
const COMMAND: &str = "_distutils_command";

/// `error`, which came out of `command` (an object, or a name); what is noted first stays.
pub fn note(error: PyErr, command: &Bound<'_, PyAny>) -> PyErr {
    let py = command.py();
    let concerned = error.is_instance_of::<PyOSError>(py) || error.is_instance_of::<DistutilsOptionError>(py);
    if concerned && error.value(py).getattr_opt(COMMAND).is_ok_and(|noted| noted.is_none()) {
        // An exception that takes no attributes is told without.
        let _ = error.value(py).setattr(COMMAND, command);
    }
    error
}

/// What is wrong, in the words of `error`, and which command, line or configuration file it is about.
pub fn text(py: Python<'_>, error: &PyErr) -> String {
    let words = error.value(py).to_string();
    let command = error.value(py).getattr_opt(COMMAND).ok().flatten();
    if error.is_instance_of::<PyOSError>(py) {
        let place = source_lines::of_error(py, error);
        return match (command.and_then(|command| name(&command).ok()), place) {
            (Some(name), place) => {
                format!("command '{name}'{}: {words}", source_lines::in_parentheses(place))
            }
            (None, Some(place)) => format!("{place}: {words}"),
            (None, None) => words,
        };
    }
    if error.is_instance_of::<CCompilerError>(py) {
        let about =
            program_that_is_missing(&words).and_then(|program| about_program(py, program, &words).ok());
        return about.unwrap_or(words);
    }
    match command.and_then(|command| origins(&command, &words).ok()) {
        Some(places) if !places.is_empty() => format!("{words} ({})", places.join(", ")),
        _ => words,
    }
}

/// The program in `command 'cc' failed: No such file or directory`. One that ran and failed has told why itself.
fn program_that_is_missing(words: &str) -> Option<&str> {
    words.strip_prefix("command '")?.split_once("' failed: ").map(|(program, _)| program)
}

/// `words`, with where the name of a compiler that cannot be run comes from.
fn about_program(py: Python<'_>, program: &str, words: &str) -> PyResult<String> {
    let environ = py.import("os")?.getattr("environ")?;
    for variable in PROGRAMS {
        let Some(value) = environ.call_method1("get", (variable,))?.extract::<Option<OsString>>()? else {
            continue;
        };
        let value = value.to_string_lossy();
        if value.trim().is_empty() {
            let text = "is set, and empty: unset it, or let it name a program";
            return Ok(format!("{variable} {text} ({words})"));
        }
        if words::split_quoted(&value).is_ok_and(|line| line.first().is_some_and(|first| first == program)) {
            return Ok(format!("{words}: '{program}' (from {variable}) cannot be run"));
        }
    }
    Ok(format!("{words}: is '{program}' installed, and on the PATH? The variable CC names another compiler"))
}

/// Variables that name a program.
const PROGRAMS: [&str; 6] = ["CC", "CXX", "CPP", "LDSHARED", "LDCXXSHARED", "AR"];

/// What `get_command_name` says where nobody has overridden it: for a message no method is called that scripts see.
fn name(command: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(name) = command.extract() {
        return Ok(name);
    }
    match command.getattr_opt("command_name")? {
        Some(name) => name.extract(),
        None => command.get_type().getattr("__name__")?.extract(),
    }
}

/// Which lines of configuration files have set the options of `command` that `words` name.
fn origins(command: &Bound<'_, PyAny>, words: &str) -> PyResult<Vec<String>> {
    let mut places: Vec<String> = Vec::new();
    if !dist::has_lines(&command.getattr("distribution")?)? {
        return Ok(places);
    }
    for row in command.getattr("user_options")?.elements()? {
        let long: String = row?.get_item(0)?.extract()?;
        let option = long.trim_end_matches('=');
        let attribute = option.replace('-', "_");
        if !has_word(words, option) && !has_word(words, &attribute) {
            continue;
        }
        let place = origin(command, &attribute)?;
        if dist::is_in_file(&place) && !words.contains(&place) && !places.contains(&place) {
            places.push(place);
        }
    }
    Ok(places)
}

/// As `Command.get_option_origin`, without a call of a method.
fn origin(command: &Bound<'_, PyAny>, option: &str) -> PyResult<String> {
    let dist = command.getattr("distribution")?;
    let own = dist::origin(dist.cast()?, &name(command)?, option)?;
    let lender = match command.cast::<Command>() {
        Ok(command) if own == "default" => lender_of(command, option)?,
        _ => None,
    };
    let Some((lender, theirs)) = lender else { return Ok(own) };
    let lender = dist.getattr("command_obj")?.call_method1("get", (lender,))?;
    if lender.is_none() { Ok(own) } else { origin(&lender, &theirs) }
}

/// Whether `word` stands in `text` as a word of its own.
fn has_word(text: &str, word: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    !word.is_empty()
        && text.match_indices(word).any(|(start, found)| {
            let (before, behind) = (&text[..start], &text[start + found.len()..]);
            let begins = before.ends_with("--") || !before.chars().next_back().is_some_and(joins);
            begins && !behind.chars().next().is_some_and(joins)
        })
}
