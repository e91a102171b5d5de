//! Where the value of an option comes from.
//!
//! `command_options` keeps distutils' `(source, value)` pairs, whose source is a file's name,
//! `"command line"` or `"setup script"`. Which line of the file it was is noted beside it, and counts as long
//! as the pair still names that file: scripts and subclasses may write pairs of their own.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::Distribution;
use super::arguments::SETUP_SCRIPT;
use crate::errors::DistutilsOptionError;

const COMMAND_LINE: &str = "command line";
const DEFAULT: &str = "default";

/// The attribute with `{(command, option): (file name, line)}`.
const LINES: &str = "_option_lines";

/// The attribute with `{(command, option): (pair, fault)}`: values of files whose references lead nowhere.
const FAULTS: &str = "_option_faults";

/// The attribute with `{option: source}` for what was set on the distribution itself.
const OWN: &str = "_own_options";

pub fn initialize(dist: &Bound<'_, Distribution>) -> PyResult<()> {
    dist.setattr(LINES, PyDict::new(dist.py()))?;
    dist.setattr(FAULTS, PyDict::new(dist.py()))?;
    dist.setattr(OWN, PyDict::new(dist.py()))
}

/// `option` of `command` stands on `line` of `file`.
pub fn note_line(
    dist: &Bound<'_, Distribution>,
    command: &str,
    option: &str,
    file: &Bound<'_, PyAny>,
    line: usize,
) -> PyResult<()> {
    note(dist, LINES, (command, option), (file, line))
}

/// `pair` of `option` of `command` is the text of a file as it stands there, because of `fault`. Files have sections of
/// other programs, so this is an error for [`check_value`] alone.
pub fn note_fault(
    dist: &Bound<'_, Distribution>,
    command: &str,
    option: &str,
    pair: (&Bound<'_, PyAny>, &str),
    fault: &str,
) -> PyResult<()> {
    note(dist, FAULTS, (command, option), (pair, fault))
}

/// `option` of the distribution was given to `setup()`.
pub fn note_script(dist: &Bound<'_, Distribution>, option: &str) -> PyResult<()> {
    note(dist, OWN, option, SETUP_SCRIPT)
}

/// `option` of the distribution stands on `line` of `file`.
pub fn note_file(dist: &Bound<'_, Distribution>, option: &str, file: &str, line: usize) -> PyResult<()> {
    note(dist, OWN, option, format!("{file}:{line}"))
}

/// `option` of the distribution was given on the command line.
pub fn note_command_line(dist: &Bound<'_, Distribution>, option: &str) -> PyResult<()> {
    note(dist, OWN, option, COMMAND_LINE)
}

fn note<'py, K, V>(dist: &Bound<'py, Distribution>, attribute: &str, key: K, value: V) -> PyResult<()>
where
    K: IntoPyObject<'py>,
    V: IntoPyObject<'py>,
{
    // A subclass that does not call our `__init__` has no such attribute, and no lines.
    match dist.getattr_opt(attribute)? {
        Some(notes) => notes.set_item(key, value),
        None => Ok(()),
    }
}

/// Whether any option of any command is set by a line of a file.
pub fn has_lines(dist: &Bound<'_, PyAny>) -> PyResult<bool> {
    dist.getattr_opt(LINES)?.map_or(Ok(false), |lines| lines.is_truthy())
}

/// Whether an origin is a line of a file: `setup.cfg:12`.
pub fn is_in_file(origin: &str) -> bool {
    origin.rsplit_once(':').is_some_and(|(_, line)| line.parse::<usize>().is_ok())
}

/// See `Distribution.get_option_origin`.
pub fn origin(dist: &Bound<'_, Distribution>, command: &str, option: &str) -> PyResult<String> {
    let option = option.trim_end_matches('=').replace('-', "_");
    if command == "global"
        && let Some(own) = own_source(dist, &option)?
        && own == COMMAND_LINE
    {
        return Ok(own);
    }
    for name in names(dist, command, &option)? {
        if let Some(source) = source(dist, command, &name)? {
            return Ok(source);
        }
    }
    let own = if command == "global" { own_source(dist, &option)? } else { None };
    Ok(own.unwrap_or_else(|| DEFAULT.to_string()))
}

fn own_source(dist: &Bound<'_, Distribution>, option: &str) -> PyResult<Option<String>> {
    match dist.getattr_opt(OWN)? {
        Some(own) => own.call_method1("get", (option,))?.extract(),
        None => Ok(None),
    }
}

/// The option's name and those of its opposites: each of them sets it.
fn names(dist: &Bound<'_, Distribution>, command: &str, option: &str) -> PyResult<Vec<String>> {
    let holder = if command == "global" {
        Some(dist.as_any().clone())
    } else {
        Some(dist.getattr("command_obj")?.call_method1("get", (command,))?).filter(|found| !found.is_none())
    };
    let mut names = vec![option.to_string()];
    if let Some(opposites) = holder.map(|holder| holder.getattr_opt("negative_opt")).transpose()?.flatten() {
        for item in opposites.call_method0("items")?.try_iter()? {
            let (opposite, positive): (String, String) = item?.extract()?;
            if positive.replace('-', "_") == option {
                names.push(opposite.replace('-', "_"));
            }
        }
    }
    Ok(names)
}

/// The source of the pair for an option, with the line where one is known; None where there is no pair.
fn source(dist: &Bound<'_, Distribution>, command: &str, option: &str) -> PyResult<Option<String>> {
    let known = dist.getattr("command_options")?.call_method1("get", (command,))?;
    if known.is_none() || !known.contains(option)? {
        return Ok(None);
    }
    let source = known.get_item(option)?.get_item(0)?;
    let lines = dist.getattr_opt(LINES)?;
    let place = lines.map(|lines| lines.call_method1("get", ((command, option),))).transpose()?;
    if let Some(place) = place.filter(|place| !place.is_none()) {
        let (file, line): (Bound<'_, PyAny>, usize) = place.extract()?;
        if file.eq(&source)? {
            return Ok(Some(format!("{}:{line}", source.str()?.to_string_lossy())));
        }
    }
    Ok(Some(source.str()?.to_string_lossy().into_owned()))
}

/// An error where `pair`, whose value a command is to have, is one whose references could not be replaced.
pub fn check_value(
    dist: &Bound<'_, Distribution>,
    command: &str,
    option: &str,
    pair: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let Some(faults) = dist.getattr_opt(FAULTS)? else { return Ok(()) };
    let fault = faults.call_method1("get", ((command, option),))?;
    if fault.is_none() {
        return Ok(());
    }
    let (faulty, fault): (Bound<'_, PyAny>, String) = fault.extract()?;
    if faulty.ne(pair)? {
        return Ok(());
    }
    let source = source(dist, command, option)?.unwrap_or_else(|| DEFAULT.to_string());
    Err(DistutilsOptionError::new_err(format!("error in {source}: {}: {fault}", about(command, option))))
}

/// The source as an error message shows it: with the line where it is known.
pub fn shown(
    dist: &Bound<'_, Distribution>,
    command: &str,
    option: &str,
    given: &Bound<'_, PyAny>,
) -> PyResult<String> {
    let known = source(dist, command, option)?;
    let given = given.str()?.to_string_lossy().into_owned();
    Ok(known.filter(|source| source.starts_with(&given)).unwrap_or(given))
}

/// The error for a value that distutils' conversions refuse with ValueError; other errors stay what they are.
pub fn wrong_value(dist: &Bound<'_, Distribution>, command: &str, option: &str, error: PyErr) -> PyErr {
    let py = dist.py();
    if !error.is_instance_of::<PyValueError>(py) {
        return error;
    }
    match source(dist, command, option) {
        Err(error) => error,
        Ok(source) => {
            let source = source.unwrap_or_else(|| DEFAULT.to_string());
            let text = format!("error in {source}: {}: {}", about(command, option), error.value(py));
            DistutilsOptionError::new_err(text)
        }
    }
}

fn about(command: &str, option: &str) -> String {
    match command {
        "global" => format!("option '{option}'"),
        _ => format!("option '{option}' of command '{command}'"),
    }
}

/// See `Distribution.dump_option_dicts`.
pub fn dump(
    dist: &Bound<'_, Distribution>,
    header: Option<&str>,
    commands: Option<Bound<'_, PyAny>>,
    indent: &str,
) -> PyResult<()> {
    let py = dist.py();
    let announce = |text: String| dist.call_method1("announce", (text,)).map(drop);
    let all = dist.getattr("command_options")?;
    let commands = match commands {
        Some(commands) => commands,
        None => py.import("builtins")?.call_method1("sorted", (all.call_method0("keys")?,))?,
    };
    let mut indent = indent.to_string();
    if let Some(header) = header {
        announce(format!("{indent}{header}"))?;
        indent.push_str("  ");
    }
    if !commands.is_truthy()? {
        return announce(format!("{indent}no commands known yet"));
    }
    for command in commands.try_iter()? {
        let command = command?;
        let options = all.call_method1("get", (&command,))?;
        if options.is_none() {
            announce(format!("{indent}no option dict for '{}' command", command.str()?))?;
            continue;
        }
        announce(format!("{indent}option dict for '{}' command:", command.str()?))?;
        let text: String = py.import("pprint")?.call_method1("pformat", (options,))?.extract()?;
        text.split('\n').try_for_each(|line| announce(format!("{indent}  {line}")))?;
    }
    Ok(())
}
