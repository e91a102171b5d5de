//! Help, the list of commands, and options that only display something.

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyException, PyModuleNotFoundError, PySystemExit, PyUnicodeEncodeError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PySlice, PyTuple, PyType};

use super::command_line::is_command_name;
use super::commands::{ADDITIONS, why_not_imported};
use super::{Distribution, installed_commands, keywords, without_setuptools};
use crate::value::Elements;
use crate::{log, seam};

const NO_DESCRIPTION: &str = "(no description available)";

/// See `Distribution._show_help`.
pub fn show_help(
    dist: &Bound<'_, Distribution>,
    parser: &Bound<'_, PyAny>,
    global_options: bool,
    display_options: bool,
) -> PyResult<()> {
    let py = dist.py();
    if global_options {
        let table = match display_options {
            true => dist.call_method0("_get_toplevel_options")?,
            false => dist.getattr("global_options")?,
        };
        let header = dist.getattr("common_usage")?.add("\nGlobal options:")?;
        print_table(parser, &table, &header)?;
    }
    if display_options {
        let header = "Information display options (just display information, ignore any commands)";
        print_table(parser, &dist.getattr("display_options")?, header.into_pyobject(py)?.as_any())?;
    }
    let base = seam::global(py, "cmd", "Command")?;
    for command in dist.getattr("commands")?.try_iter()? {
        let command = command?;
        let is_class = command.cast::<PyType>().is_ok_and(|class| class.is_subclass(&base).unwrap_or(false));
        let class = if is_class { command } else { dist.call_method1("get_command_class", (command,))? };
        let mut table = class.getattr("user_options")?;
        if let Some(help_options) = self::help_options(&class)? {
            table = table.add(without_functions(&help_options)?)?;
        }
        let header = format!("Options for '{}' command:", class.getattr("__name__")?.str()?);
        print_table(parser, &table, header.into_pyobject(py)?.as_any())?;
    }
    print(py, &usage(dist)?)
}

fn print_table(
    parser: &Bound<'_, PyAny>,
    table: &Bound<'_, PyAny>,
    header: &Bound<'_, PyAny>,
) -> PyResult<()> {
    parser.call_method1("set_option_table", (table,))?;
    parser.call_method1("print_help", (header,))?;
    print(parser.py(), "")
}

fn usage(dist: &Bound<'_, Distribution>) -> PyResult<String> {
    seam::global(dist.py(), "core", "gen_usage")?.call1((dist.getattr("script_name")?,))?.extract()
}

fn print<'py>(py: Python<'py>, text: impl IntoPyObject<'py, Error: Into<PyErr>>) -> PyResult<()> {
    let text = text.into_bound_py_any(py)?;
    let print = py.import("builtins")?.getattr("print")?;
    let to = || py.import("sys")?.getattr("stdout");
    or_escaped(&text, to, |text| print.call1((text,)).map(drop))
}

/// `write` the text, with escapes for what the encoding of the stream `to` does not have.
pub fn or_escaped<'py>(
    text: &Bound<'py, PyAny>,
    to: impl Fn() -> PyResult<Bound<'py, PyAny>>,
    write: impl Fn(&Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    match write(text) {
        Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(text.py()) => {
            let Ok(encoding) = to()?.getattr("encoding") else { return Err(error) };
            let bytes = text.str()?.call_method1("encode", (&encoding, "backslashreplace"))?;
            write(&bytes.call_method1("decode", (encoding,))?)
        }
        result => result,
    }
}

/// A command's own help options, which call a function each: `(long name, letter, help text, function)`.
pub fn help_options<'py>(class: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyList>>> {
    Ok(class.getattr_opt("help_options")?.and_then(|rows| rows.cast_into::<PyList>().ok()))
}

/// Help options as rows of an option table.
pub fn without_functions<'py>(options: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyAny>> {
    seam::global(options.py(), "dist", "fix_help_options")?.call1((options,))
}

/// The rows of a command's `help_options` without the function that each ends in.
#[pyfunction]
fn fix_help_options<'py>(options: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let rows = PyList::empty(options.py());
    for row in options.try_iter()? {
        rows.append(row?.get_item(PySlice::new(options.py(), 0, 3, 1))?)?;
    }
    Ok(rows)
}

/// See `Distribution.handle_display_options`.
pub fn handle_options(dist: &Bound<'_, Distribution>, order: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = dist.py();
    if dist.getattr("help_commands")?.is_truthy()? {
        dist.call_method0("print_commands")?;
        print(py, "")?;
        print(py, usage(dist)?)?;
        return Ok(1);
    }
    let displays = dist
        .getattr("display_options")?
        .elements()?
        .map(|row| row?.get_item(0)?.extract())
        .collect::<PyResult<Vec<String>>>()?;
    let mut any = 0;
    for item in order.try_iter()? {
        let (option, value): (String, Bound<'_, PyAny>) = item?.extract()?;
        if !value.is_truthy()? || !displays.contains(&option) {
            continue;
        }
        let name = option.replace('-', "_");
        let value = dist.getattr("metadata")?.call_method0(&*format!("get_{name}"))?;
        match name.as_str() {
            "keywords" | "platforms" => print(py, joined(",", &value)?)?,
            "classifiers" | "provides" | "requires" | "obsoletes" => print(py, joined("\n", &value)?)?,
            _ => print(py, value)?,
        }
        any = 1;
    }
    Ok(any)
}

fn joined<'py>(separator: &str, values: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    separator.into_pyobject(values.py())?.call_method1("join", (values,))
}

/// See `Distribution.print_command_list`.
pub fn print_command_list(
    dist: &Bound<'_, Distribution>,
    commands: &Bound<'_, PyAny>,
    header: &Bound<'_, PyAny>,
    max_length: usize,
) -> PyResult<()> {
    let py = dist.py();
    print(py, header.add(":")?)?;
    for command in commands.try_iter()? {
        let command = command?;
        let name = command.str()?.to_string_lossy().into_owned();
        let description = description(dist, &command)?.str()?.to_string_lossy().into_owned();
        print(py, format!("  {name:<max_length$}  {description}"))?;
    }
    Ok(())
}

/// What a command says of itself, or why it cannot say it.
fn description<'py>(
    dist: &Bound<'py, Distribution>,
    command: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = dist.py();
    let text = |text: String| Ok(text.into_pyobject(py)?.into_any());
    let mut class = dist.getattr("cmdclass")?.call_method1("get", (command,))?;
    if !class.is_truthy()? {
        let asked = without_setuptools::import(py, || dist.call_method1("get_command_class", (command,)))?;
        class = match asked.found {
            Ok(class) => class,
            Err(error) if error.is_instance_of::<PyException>(py) => {
                return text(format!("({})", error.value(py).str()?.to_string_lossy()));
            }
            Err(error) if error.is_instance_of::<PySystemExit>(py) => {
                let name = command.str()?;
                return text(match why_not_imported(py, &error)? {
                    Some(why) => format!("(invalid command '{name}': {why})"),
                    None => NO_DESCRIPTION.to_string(),
                });
            }
            Err(error) => return Err(error),
        };
    }
    match class.getattr_opt("description")? {
        Some(description) => Ok(description),
        None => text(NO_DESCRIPTION.to_string()),
    }
}

/// The names of all commands.
pub fn command_names(dist: &Bound<'_, Distribution>) -> PyResult<Vec<String>> {
    let (standard, extra) = all_commands(dist)?;
    standard.iter().chain(&extra).map(|name| Ok(name.str()?.to_cow()?.into_owned())).collect()
}

/// The names of commands.
type Names<'py> = Vec<Bound<'py, PyAny>>;

/// All commands: the standard ones, and the others (`cmdclass`'s first, then the command packages', then
/// those of entry points).
fn all_commands<'py>(dist: &Bound<'py, Distribution>) -> PyResult<(Names<'py>, Names<'py>)> {
    let py = dist.py();
    let listed = seam::face(py, "command")?.getattr("__all__")?;
    let mut standard = listed.elements()?.collect::<PyResult<Vec<_>>>()?;
    if keywords::are_setuptools(dist)? {
        standard.retain(|name| !name.extract::<String>().is_ok_and(|name| ADDITIONS.contains(&&*name)));
    }
    let listed = PyList::new(py, &standard)?;
    let mut extra = Names::new();
    let keys = dist.getattr("cmdclass")?.call_method0("keys")?;
    for name in keys.try_iter()? {
        let name = name?;
        if !listed.contains(&name)? {
            extra.push(name);
        }
    }
    let known = PyList::new(py, standard.iter().chain(&extra))?;
    for name in packaged_commands(dist)?.into_iter().chain(installed_commands::names(py)?) {
        let name = name.into_pyobject(py)?.into_any();
        if !known.contains(&name)? {
            known.append(&name)?;
            extra.push(name);
        }
    }
    Ok((standard, extra))
}

/// The modules of the command packages that have a class of their own name, or cannot be imported.
fn packaged_commands(dist: &Bound<'_, Distribution>) -> PyResult<Vec<String>> {
    let py = dist.py();
    let packages: Vec<String> = dist.call_method0("get_command_packages")?.extract()?;
    let mut found = Vec::new();
    for package in packages.iter().filter(|package| *package != "distutils.command") {
        let path = match without_setuptools::import(py, || py.import(&**package))?.found {
            Ok(package) => package.getattr_opt("__path__")?,
            Err(error) if is_the_modules(py, &error) => {
                warn_of_package(dist, package, &error)?;
                None
            }
            Err(error) => return Err(error),
        };
        let Some(path) = path else { continue };
        for module in py.import("pkgutil")?.call_method1("iter_modules", (path,))?.try_iter()? {
            let name: String = module?.getattr("name")?.extract()?;
            let is_command = is_command_name(&name)
                && match without_setuptools::import(py, || py.import(&*format!("{package}.{name}")))?.found {
                    Ok(module) => {
                        module.getattr_opt(&*name)?.is_some_and(|class| class.is_instance_of::<PyType>())
                    }
                    Err(error) if is_the_modules(py, &error) => true,
                    Err(error) => return Err(error),
                };
            if is_command {
                found.push(name);
            }
        }
    }
    Ok(found)
}

/// Warn of a command package whose own code fails. Of one that is not there, the place where it is named is told of.
fn warn_of_package(dist: &Bound<'_, Distribution>, package: &str, error: &PyErr) -> PyResult<()> {
    let py = dist.py();
    if error.is_instance_of::<PyModuleNotFoundError>(py)
        && error
            .value(py)
            .getattr("name")?
            .extract::<String>()
            .is_ok_and(|name| package == name || package.starts_with(&format!("{name}.")))
    {
        return Ok(());
    }
    let why = why_not_imported(py, error)?.unwrap_or_default();
    log::warn(py, &format!("warning: the command package '{package}' cannot be imported: {why}"))
}

/// Whether an import ended by the fault of the module, which may leave with `sys.exit`, and not by Ctrl-C.
fn is_the_modules(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyException>(py) || error.is_instance_of::<PySystemExit>(py)
}

/// See `Distribution.print_commands`.
pub fn print_commands(dist: &Bound<'_, Distribution>) -> PyResult<()> {
    let py = dist.py();
    let (standard, extra) = all_commands(dist)?;
    let lengths = standard.iter().chain(&extra).map(|name| name.len()).collect::<PyResult<Vec<_>>>()?;
    let width = lengths.into_iter().max().unwrap_or(0);
    let list = |names: &[Bound<'_, PyAny>], header: &str| {
        dist.call_method1("print_command_list", (PyList::new(py, names)?, header, width)).map(drop)
    };
    list(&standard, "Standard commands")?;
    if extra.is_empty() {
        return Ok(());
    }
    py.import("builtins")?.getattr("print")?.call0()?;
    list(&extra, "Extra commands")
}

/// See `Distribution.get_command_list`.
pub fn command_list<'py>(dist: &Bound<'py, Distribution>) -> PyResult<Bound<'py, PyList>> {
    let (standard, extra) = all_commands(dist)?;
    let list = PyList::empty(dist.py());
    for command in standard.into_iter().chain(extra) {
        let description = description(dist, &command)?;
        list.append(PyTuple::new(dist.py(), [command, description])?)?;
    }
    Ok(list)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(fix_help_options, module)?)
}
