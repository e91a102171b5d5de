//! What is wrong with the options of a command class, told with the class, its line and what to write instead.
//!
//! Mistakes that make a command line impossible to read are looked for when that has failed. Those that distutils
//! passes over are warned of, where the class is one of the project's own: nobody else can mend it.

use std::collections::HashMap;

use oxidist_engine::spelling::nearest;
use pyo3::exceptions::{PyAttributeError, PyIndexError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};

use super::Distribution;
use crate::errors::{DistutilsGetoptError, also, caused};
use crate::value::Elements;
use crate::{log, setuptools, source_lines};

/// What a row must be.
const ROW: &str = "must be (name, letter or None, help)";
const HELP_ROW: &str = "must be (name, letter or None, help, function)";

/// A row of a table, as far as it can be read.
struct Row {
    name: String,
    takes_value: bool,
    letter: Option<char>,
}

/// The error that reading the options of `class` ended in, with what is wrong in the class.
pub fn explained(dist: &Bound<'_, Distribution>, class: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = dist.py();
    let of_table = error.is_instance_of::<DistutilsGetoptError>(py);
    let of_python = error.is_instance_of::<PyValueError>(py)
        || error.is_instance_of::<PyTypeError>(py)
        || error.is_instance_of::<PyIndexError>(py)
        || error.is_instance_of::<PyAttributeError>(py);
    if !of_table && !of_python {
        return error;
    }
    let text = match (wrong(dist, class), of_table) {
        (Ok(Some(text)), _) => text,
        (_, true) => format!("command {}: {}", source_lines::named(class), error.value(py)),
        (_, false) => return error,
    };
    match of_table {
        true => caused(py, DistutilsGetoptError::new_err(text), error),
        false => caused(py, also::<DistutilsGetoptError, PyValueError>(py, text), error),
    }
}

/// What is wrong in the tables of `class`, if it is found: of a command, or of a distribution.
fn wrong(dist: &Bound<'_, Distribution>, class: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let mut known = Vec::new();
    let of_command = !dist.get_type().is(class);
    let tables = match of_command {
        true => [("user_options", ROW, 3), ("help_options", HELP_ROW, 4)],
        false => [("global_options", ROW, 3), ("display_options", ROW, 3)],
    };
    if of_command {
        known = rows(&dist.getattr("global_options")?)?;
    }
    for (table, what, shortest) in tables {
        let Some(list) = class.getattr_opt(table)?.filter(|list| list.is_instance_of::<PyList>()) else {
            continue;
        };
        for (index, row) in list.elements()?.enumerate() {
            let (row, index) = (row?, format!("[{index}]"));
            let is_row = row.is_instance_of::<PyTuple>() || row.is_instance_of::<PyList>();
            let fits = is_row && (shortest..=4).contains(&row.len()?);
            let place = place(class, table, &index);
            if !fits {
                return Ok(Some(format!("{place} {what} (got {})", row.repr()?.to_string_lossy())));
            }
            if let Some(text) = wrong_name(&row.get_item(0)?)?.or(wrong_letter(&row.get_item(1)?)?) {
                return Ok(Some(format!("{place}: {text}")));
            }
            known.extend(read(&row));
        }
    }
    wrong_opposites(class, &known)
}

/// `foo.user_options[0] (setup.py:3)`.
fn place(class: &Bound<'_, PyAny>, attribute: &str, index: &str) -> String {
    let name = class.getattr("__name__").map(|name| name.to_string()).unwrap_or_default();
    let at = source_lines::in_parentheses(source_lines::of_attribute(class, attribute));
    format!("{name}.{attribute}{index}{at}")
}

fn wrong_name(given: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let Ok(name) = given.extract::<String>() else {
        return Ok(Some(format!("the name must be a string (got {})", given.repr()?.to_string_lossy())));
    };
    let (bare, equals) = match name.strip_suffix('=') {
        Some(bare) => (bare, "="),
        None => (&*name, ""),
    };
    let is_plain = bare.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if bare.starts_with(|c: char| c.is_ascii_alphabetic()) && is_plain && name.chars().count() > 1 {
        return Ok(None);
    }
    if !bare.is_ascii() {
        return Ok(Some(format!("'{name}': only ASCII letters, digits and hyphens are allowed in a name")));
    }
    let better = bare.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let equals = if bare.ends_with([':', '=']) { "=" } else { equals };
    let better: String = better.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    if better.len() > 1 && better.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let attribute = better.replace('-', "_");
        return Ok(Some(format!("'{name}': write '{better}{equals}'; the attribute is {attribute}")));
    }
    Ok(Some(format!(
        "'{name}': a name has two characters or more: a letter, then letters, digits and hyphens (and '=' at the \
         end where the option takes a value)"
    )))
}

fn wrong_letter(given: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if given.is_none() {
        return Ok(None);
    }
    let shown = given.repr()?.to_string_lossy().into_owned();
    match given.extract::<String>() {
        Ok(letter) if letter.chars().count() == 1 => Ok(None),
        Ok(letter) if letter.is_empty() => {
            Ok(Some("the letter is empty: write None where there is none".into()))
        }
        _ => Ok(Some(format!("{shown}: the second item is one letter, without a hyphen, or None"))),
    }
}

fn wrong_opposites(class: &Bound<'_, PyAny>, known: &[Row]) -> PyResult<Option<String>> {
    let Some(opposites) = class.getattr_opt("negative_opt")? else { return Ok(None) };
    let place = place(class, "negative_opt", "");
    let Ok(opposites) = opposites.cast_into::<PyDict>() else {
        let text = "must be a dictionary: {\"no-fast\": \"fast\"}";
        let shown = class.getattr("negative_opt")?.repr()?.to_string_lossy().into_owned();
        return Ok(Some(format!("{place} {text} (got {shown})")));
    };
    let names = || known.iter().map(|row| &*row.name);
    for (opposite, positive) in opposites {
        for (item, role) in [(&opposite, "the option"), (&positive, "the option to turn off")] {
            let Ok(name) = item.extract::<String>() else {
                let shown = item.repr()?.to_string_lossy().into_owned();
                return Ok(Some(format!("{place}: the name of an option must be a string (got {shown})")));
            };
            let Some(row) = known.iter().find(|row| row.name == name) else {
                let near = did_you_mean(&name, names());
                return Ok(Some(format!("{place}: '{name}', {role}, is not in user_options{near}")));
            };
            if row.takes_value {
                return Ok(Some(format!(
                    "{place}: '{name}', {role}, takes a value; only switches have an opposite"
                )));
            }
        }
    }
    Ok(None)
}

/// `: did you mean 'fast'?`, or nothing.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!(": did you mean '{near}'?"))
}

/// The rows of a table that can be read.
fn rows(table: &Bound<'_, PyAny>) -> PyResult<Vec<Row>> {
    Ok(table.elements()?.filter_map(|row| read(&row.ok()?)).collect())
}

fn read(row: &Bound<'_, PyAny>) -> Option<Row> {
    let long: String = row.get_item(0).ok()?.extract().ok()?;
    let letter: Option<String> = row.get_item(1).ok()?.extract().ok()?;
    Some(Row {
        name: long.strip_suffix('=').unwrap_or(&long).to_string(),
        takes_value: long.ends_with('='),
        letter: letter.and_then(|letter| letter.chars().next()),
    })
}

/// Which two options of a class have the letter that a command line could not be read for.
pub fn shared_letter(class: &Bound<'_, PyAny>, arguments: &[String]) -> PyResult<Option<String>> {
    let rows = rows(&class.getattr("user_options")?)?;
    let typed = |letter: char| arguments.iter().any(|word| word.starts_with('-') && word.contains(letter));
    let pair = twice(&rows).into_iter().find(|(letter, ..)| typed(*letter));
    Ok(pair.map(|(letter, one, other)| {
        format!("{}: -{letter} is both --{one} and --{other}", place(class, "user_options", ""))
    }))
}

/// The letters that two options have, with their names.
fn twice(rows: &[Row]) -> Vec<(char, &str, &str)> {
    let mut first: HashMap<char, &str> = HashMap::new();
    let mut found = Vec::new();
    for row in rows {
        let Some(letter) = row.letter else { continue };
        match first.get(&letter) {
            Some(name) if *name != row.name => found.push((letter, *name, &*row.name)),
            Some(_) => {}
            None => drop(first.insert(letter, &row.name)),
        }
    }
    found
}

/// Warn of what distutils passes over in a class of the project's own.
pub fn warn(dist: &Bound<'_, Distribution>, class: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = dist.py();
    let is_own = class.cast::<PyType>().is_ok_and(|class| {
        class
            .getattr("__module__")
            .is_ok_and(|module| module.extract::<&str>().is_ok_and(|module| module.starts_with("distutils.")))
    });
    if is_own || setuptools::is_imported(py)? {
        return Ok(());
    }
    let found = passed_over(dist, class)?;
    if found.is_empty() || !source_lines::is_in_project(class) {
        return Ok(());
    }
    for (attribute, text) in found {
        log::warn(py, &format!("warning: {}: {text}", place(class, attribute, "")))?;
    }
    Ok(())
}

fn passed_over(
    dist: &Bound<'_, Distribution>,
    class: &Bound<'_, PyAny>,
) -> PyResult<Vec<(&'static str, String)>> {
    const OPTIONS: &str = "user_options";
    let global = rows(&dist.getattr("global_options")?)?;
    let all = rows(&class.getattr(OPTIONS)?)?;
    let inherited =
        inherited(class, OPTIONS, |list| Ok(rows(list)?.into_iter().map(|row| row.name).collect()))?;
    let own: Vec<&Row> = all.iter().filter(|row| !inherited.contains(&row.name)).collect();
    let mut found = Vec::new();
    for row in &own {
        let taken = global.iter().find(|other| other.letter == row.letter && other.name != row.name);
        if let (Some(letter), Some(other)) = (row.letter, taken) {
            let (name, other) = (&row.name, &other.name);
            let text = format!(
                "-{letter} of --{name} hides the -{letter} (--{other}) of every command: take another letter"
            );
            found.push((OPTIONS, text));
        }
        if global.iter().any(|other| other.name == row.name && other.takes_value != row.takes_value) {
            let text =
                format!("'{}=' is the name of an option of every command: take another name", row.name);
            found.push((OPTIONS, text));
        }
    }
    for (letter, one, other) in twice(&all) {
        if own.iter().any(|row| row.name == one || row.name == other) {
            found.push((OPTIONS, format!("-{letter} is both --{one} and --{other}")));
        }
    }
    for (index, row) in own.iter().enumerate() {
        if own.iter().take(index).any(|other| other.name == row.name) {
            found.push((OPTIONS, format!("'{}' is there twice", row.name)));
        }
    }
    let known = || all.iter().chain(&global).map(|row| &*row.name);
    if class.getattr_opt("boolean_options")?.is_some_and(|list| list.is_instance_of::<PyString>()) {
        found.push(("boolean_options", "a list of names is needed, not a string".to_string()));
        return Ok(found);
    }
    for name in inherited_and_own(class, "boolean_options")? {
        let plain = name.replace('_', "-");
        if !known().any(|known| known == name || known == plain) {
            let near = did_you_mean(&name, known());
            found.push(("boolean_options", format!("'{name}' is not in user_options{near}")));
        }
    }
    if let Some(opposites) = class.getattr_opt("negative_opt")?
        && !opposites.is_instance_of::<PyDict>()
        && opposites.is_truthy()?
    {
        let text =
            "a dictionary is needed, {\"no-fast\": \"fast\"}: in configuration files this one is passed over";
        found.push(("negative_opt", text.to_string()));
    }
    Ok(found)
}

/// The names that the bases of a class have in a list.
fn inherited(
    class: &Bound<'_, PyAny>,
    attribute: &str,
    names: impl Fn(&Bound<'_, PyAny>) -> PyResult<Vec<String>>,
) -> PyResult<Vec<String>> {
    let mut found = Vec::new();
    for base in class.cast::<PyType>()?.mro().iter().skip(1) {
        if let Some(list) = base.getattr_opt(attribute)? {
            found.extend(names(&list).unwrap_or_default());
        }
    }
    Ok(found)
}

/// The names in a list that the class itself has, without those that are a base's.
fn inherited_and_own(class: &Bound<'_, PyAny>, attribute: &str) -> PyResult<Vec<String>> {
    let names = |list: &Bound<'_, PyAny>| -> PyResult<Vec<String>> {
        Ok(list.elements()?.filter_map(|name| name.ok()?.extract().ok()).collect())
    };
    let Some(list) = class.getattr_opt(attribute)? else { return Ok(Vec::new()) };
    let inherited = inherited(class, attribute, names)?;
    Ok(names(&list)?.into_iter().filter(|name| !inherited.contains(name)).collect())
}

/// Behind "has no such option": the class lists it and never gives it a value, or another one was meant.
pub fn why_there_is_none(command: &Bound<'_, PyAny>, option: &str) -> String {
    let class = command.get_type().into_any();
    let rows = class.getattr("user_options").and_then(|table| rows(&table)).unwrap_or_default();
    if let Ok(positive) =
        class.getattr("negative_opt").and_then(|opposites| opposites.get_item(option.replace('_', "-")))
    {
        return format!(": it is for command lines; write {positive} = 0 here");
    }
    if rows.iter().any(|row| row.name.replace('-', "_") == option) {
        return format!(
            ": {} lists '{}', but initialize_options() does not set self.{option}",
            source_lines::named(&class),
            option.replace('_', "-")
        );
    }
    let names: Vec<String> = rows.iter().map(|row| row.name.replace('-', "_")).collect();
    if let Some(meant) = super::pyproject::meant_by_alias(option)
        && names.iter().any(|name| name == meant)
    {
        return format!(": it is '{meant}' here");
    }
    did_you_mean(option, names.iter().map(String::as_str))
}
