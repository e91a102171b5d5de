//! The command line: global options, then each command with its options.

use oxidist_engine::options;
use pyo3::exceptions::PySystemExit;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySlice, PyType};

use super::{Distribution, display, option_tables, origins, suggestions};
use crate::errors::{DistutilsArgError, DistutilsClassError, DistutilsModuleError, caused};
use crate::value::option;
use crate::{seam, source_lines};

/// See `Distribution.parse_command_line`.
pub fn parse(dist: &Bound<'_, Distribution>) -> PyResult<Option<bool>> {
    let py = dist.py();
    let toplevel = dist.call_method0("_get_toplevel_options")?;
    dist.setattr("commands", PyList::empty(py))?;
    let table = toplevel.add(dist.getattr("display_options")?)?;
    let of_class = |error| option_tables::explained(dist, dist.get_type().as_any(), error);
    let parser = seam::global(py, "dist", "FancyGetopt")?.call1((table,)).map_err(of_class)?;
    parser.call_method1("set_negative_aliases", (dist.getattr("negative_opt")?,)).map_err(of_class)?;
    let aliases = PyDict::new(py);
    aliases.set_item("licence", "license")?;
    parser.call_method1("set_aliases", (aliases,))?;

    let keywords = PyDict::new(py);
    keywords.set_item("args", dist.getattr("script_args")?)?;
    keywords.set_item("object", dist)?;
    let found = parser.call_method("getopt", (), Some(&keywords));
    let mut args = found.map_err(|error| suggestions::of_global_option(dist, of_class(error)))?;
    let order = parser.call_method0("get_option_order")?;
    note_origins(dist, &order)?;
    option::<i64>(dist, "verbose")?;
    seam::global(py, "log", "set_verbosity")?.call1((dist.getattr("verbose")?,))?;

    if dist.call_method1("handle_display_options", (order,))?.is_truthy()? {
        return Ok(None);
    }
    while args.is_truthy()? {
        args = dist.call_method1("_parse_command_opts", (&parser, args))?;
        if args.is_none() {
            return Ok(None);
        }
    }
    let commands = dist.getattr("commands")?;
    if dist.getattr("help")?.is_truthy()? {
        let keywords = PyDict::new(py);
        keywords.set_item("display_options", commands.len()? == 0)?;
        keywords.set_item("commands", &commands)?;
        dist.call_method("_show_help", (parser,), Some(&keywords))?;
        return Ok(None);
    }
    if !commands.is_truthy()? {
        return Err(DistutilsArgError::new_err("no commands supplied"));
    }
    Ok(Some(true))
}

/// What stands before the commands sets the distribution's own options.
fn note_origins(dist: &Bound<'_, Distribution>, order: &Bound<'_, PyAny>) -> PyResult<()> {
    for item in order.try_iter()? {
        let (option, _): (String, Bound<'_, PyAny>) = item?.extract()?;
        origins::note_command_line(dist, &option.replace('-', "_"))?;
    }
    Ok(())
}

/// See `Distribution._parse_command_opts`: the command is `args[0]`, its options follow. What is left over
/// is returned, or None where help was asked for and given.
pub fn parse_command<'py>(
    dist: &Bound<'py, Distribution>,
    parser: &Bound<'py, PyAny>,
    args: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = dist.py();
    let command = args.get_item(0)?;
    if !is_command_name(&command.str()?.to_string_lossy()) {
        let hint = suggestions::of_command_name(dist, &command.str()?.to_string_lossy());
        return Err(PySystemExit::new_err(format!("invalid command name '{}'{hint}", command.str()?)));
    }
    dist.getattr("commands")?.call_method1("append", (&command,))?;
    let class = dist.call_method1("get_command_class", (&command,)).map_err(|error| {
        match error.is_instance_of::<DistutilsModuleError>(py) {
            true => caused(py, DistutilsArgError::new_err(error.value(py).to_string()), error),
            false => error,
        }
    })?;
    check_class(&command, &class)?;

    let help_options = display::help_options(&class)?;
    let behind = args.get_item(PySlice::new(py, 1, isize::MAX, 1))?;
    let (args, options) = read_options(dist, parser, &class, help_options.as_ref(), &behind)
        .map_err(|error| explained(dist, &command, &class, &behind, error))?;
    option_tables::warn(dist, &class)?;

    if options.getattr_opt("help")?.is_some_and(|help| help.is_truthy().unwrap_or(true)) {
        let keywords = PyDict::new(py);
        keywords.set_item("display_options", 0)?;
        keywords.set_item("commands", PyList::new(py, [class])?)?;
        dist.call_method("_show_help", (parser,), Some(&keywords))?;
        return Ok(None);
    }
    if let Some(help_options) = help_options
        && call_help_functions(dist, &class, parser, &options, &help_options)?
    {
        return Ok(None);
    }
    let known = dist.call_method1("get_option_dict", (command,))?;
    for item in py.import("builtins")?.call_method1("vars", (options,))?.call_method0("items")?.try_iter()? {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item?.extract()?;
        known.set_item(name, ("command line", value))?;
    }
    Ok(Some(args))
}

/// What is left of `args` behind the options of a command, and an object that has these.
fn read_options<'py>(
    dist: &Bound<'py, Distribution>,
    parser: &Bound<'py, PyAny>,
    class: &Bound<'py, PyAny>,
    help_options: Option<&Bound<'py, PyList>>,
    args: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let mut table = dist.getattr("global_options")?.add(class.getattr("user_options")?)?;
    if let Some(help_options) = help_options {
        table = table.add(display::without_functions(help_options)?)?;
    }
    parser.call_method1("set_option_table", (table,))?;
    parser.call_method1("set_negative_aliases", (opposites(dist, class)?,))?;
    parser.call_method1("getopt", (args,))?.extract()
}

/// The error of the options behind a command: the class is to blame for it, or the command line.
fn explained(
    dist: &Bound<'_, Distribution>,
    command: &Bound<'_, PyAny>,
    class: &Bound<'_, PyAny>,
    args: &Bound<'_, PyAny>,
    error: PyErr,
) -> PyErr {
    let py = dist.py();
    if !error.is_instance_of::<DistutilsArgError>(py) {
        return option_tables::explained(dist, class, error);
    }
    let words: Vec<String> = args.extract().unwrap_or_default();
    if error.value(py).to_string() == options::SWITCH_WITH_VALUE
        && let Ok(Some(text)) = option_tables::shared_letter(class, &words)
    {
        return caused(py, DistutilsArgError::new_err(text), error);
    }
    suggestions::of_command_option(dist, &command.to_string(), class, error)
}

/// A letter, then letters, digits and underscores: the name of a module.
pub fn is_command_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A command is a class that derives from `Command` and has a list of options.
fn check_class(command: &Bound<'_, PyAny>, class: &Bound<'_, PyAny>) -> PyResult<()> {
    let base = seam::global(class.py(), "cmd", "Command")?;
    if !class.cast::<PyType>().is_ok_and(|class| class.is_subclass(&base).unwrap_or(false)) {
        return Err(not_a_command(command, class)?);
    }
    let options = match class.getattr_opt("user_options")? {
        None => options_below_setuptools(class)?,
        options => options,
    };
    if !options.is_some_and(|options| options.is_instance_of::<PyList>()) {
        let text = format!(
            "command class {} must provide 'user_options' attribute (a list of tuples){}",
            class.str()?,
            source_lines::in_parentheses(source_lines::of_class(class))
        );
        return Err(DistutilsClassError::new_err(text));
    }
    Ok(())
}

/// Commands that derive from setuptools' may have no list: the base of its own distutils has an empty one.
///
/// It is then given to setuptools' base, so that everybody finds it.
fn options_below_setuptools<'py>(class: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let modules = class.py().import("sys")?.getattr("modules")?;
    let Some(base) = modules.call_method1("get", ("setuptools",))?.getattr_opt("Command")? else {
        return Ok(None);
    };
    if !class.cast::<PyType>()?.is_subclass(&base)? {
        return Ok(None);
    }
    base.setattr("user_options", PyList::empty(class.py()))?;
    class.getattr_opt("user_options")
}

/// The error for what is given as a command's class and is none.
pub fn not_a_command(command: &Bound<'_, PyAny>, class: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let text = format!(
        "command '{}': command class {} must subclass Command{}",
        command.str()?.to_string_lossy(),
        class.str()?.to_string_lossy(),
        source_lines::in_parentheses(source_lines::of_class(class))
    );
    Ok(DistutilsClassError::new_err(text))
}

/// The distribution's opposites of options, with those of the command.
fn opposites<'py>(dist: &Bound<'py, Distribution>, class: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let own = dist.getattr("negative_opt")?;
    match class.getattr_opt("negative_opt")? {
        None => Ok(own),
        Some(more) => {
            let all = own.call_method0("copy")?;
            all.call_method1("update", (more,))?;
            Ok(all)
        }
    }
}

/// Call the functions of the help options that were given; whether there were any.
fn call_help_functions(
    dist: &Bound<'_, Distribution>,
    class: &Bound<'_, PyAny>,
    parser: &Bound<'_, PyAny>,
    options: &Bound<'_, PyAny>,
    help_options: &Bound<'_, PyList>,
) -> PyResult<bool> {
    let mut found = false;
    for row in help_options {
        let function = row.get_item(3).map_err(|error| option_tables::explained(dist, class, error))?;
        let name = row.get_item(0)?;
        let attribute: String = parser.call_method1("get_attr_name", (&name,))?.extract()?;
        if options.getattr_opt(&*attribute)?.is_none() {
            continue;
        }
        found = true;
        if !function.is_callable() {
            return Err(DistutilsClassError::new_err(format!(
                "invalid help function {} for help option '{}': must be a callable object (function, etc.)",
                function.repr()?,
                name.str()?
            )));
        }
        function.call0()?;
    }
    Ok(found)
}
