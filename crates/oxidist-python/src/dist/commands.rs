//! Command classes and command objects: found, made, given their options.

use pyo3::exceptions::{PyException, PyModuleNotFoundError, PySyntaxError, PySystemExit, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyType};

use super::command_line::not_a_command;
use super::{Distribution, installed_commands, keywords, option_tables, origins, suggestions};
use crate::cmd::check_sub_commands_of_class;
use crate::command::egg_info::{self, EggInfo};
use crate::errors::{DistutilsModuleError, DistutilsOptionError, caused};
use crate::value::Elements;
use crate::{debug, failed_command, log, seam, setuptools, source_lines};

/// Where commands are always looked for.
const STANDARD: &str = "distutils.command";

const EGG_INFO: &str = "egg_info";

// The one command that needs a module which only some Pythons have.
const NEEDS_MSILIB: &str = "distutils.command.bdist_msi";
const MSILIB: &str = "msilib";
const WHERE_MSILIB_IS: &str = "it needs Python's module msilib, which Pythons for Windows have up to 3.12; \
                               bdist_wheel works with every Python";

/// See `Distribution.get_command_packages`. A text is split at its commas once, and kept as the list.
pub fn packages<'py>(dist: &Bound<'py, Distribution>) -> PyResult<Bound<'py, PyAny>> {
    let py = dist.py();
    let given = dist.getattr("command_packages")?;
    if given.is_instance_of::<PyList>() {
        return Ok(given);
    }
    let text: String = match given.is_none() {
        true => String::new(),
        false => given.extract().map_err(|_| {
            let shown = given.repr().map_or_else(|_| String::new(), |text| text.to_string());
            DistutilsOptionError::new_err(format!(
                "'command_packages' must be a list of strings, or a string with commas (got {shown})"
            ))
        })?,
    };
    warn_of_missing_packages(dist, &text)?;
    let mut names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if !names.contains(&STANDARD) {
        names.insert(0, STANDARD);
    }
    let own = super::pyproject::command_packages(dist)?;
    names.extend(
        own.iter().map(String::as_str).filter(|name| !text.split(',').any(|given| given.trim() == *name)),
    );
    let list = PyList::new(py, names)?.into_any();
    dist.setattr("command_packages", &list)?;
    Ok(list)
}

/// Warn of command packages in a configuration file that are not there: no other command would say so.
fn warn_of_missing_packages(dist: &Bound<'_, Distribution>, text: &str) -> PyResult<()> {
    let py = dist.py();
    let names = || text.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != STANDARD);
    if names().next().is_none() || setuptools::is_imported(py)? {
        return Ok(());
    }
    let origin = origins::origin(dist, "global", "command_packages")?;
    if !origins::is_in_file(&origin) {
        return Ok(());
    }
    let find = py.import("importlib.util")?.getattr("find_spec")?;
    for name in names() {
        let found = find.call1((name,));
        let why = match &found {
            Ok(spec) if !spec.is_none() => continue,
            Ok(_) => "there is no such package".to_string(),
            Err(error) if error.is_instance_of::<PyModuleNotFoundError>(py) => {
                "there is no such package".to_string()
            }
            Err(error) => match why_not_imported(py, error)? {
                Some(why) => format!("it cannot be imported: {why}"),
                None => return found.map(drop),
            },
        };
        log::warn(py, &format!("warning: {origin}: command_packages: '{name}': {why}"))?;
    }
    Ok(())
}

/// Whether nobody could tell that a command is looked for.
pub fn finds_by_us(dist: &Bound<'_, PyAny>) -> PyResult<bool> {
    seam::methods_are_ours(dist, &["get_command_class", "get_command_packages"])
}

/// See `Distribution.get_command_class`.
pub fn class<'py>(
    dist: &Bound<'py, Distribution>,
    command: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let known = dist.getattr("cmdclass")?.call_method1("get", (command,))?;
    if known.is_truthy()? {
        return Ok(known);
    }
    let name = command.str()?.to_string_lossy().into_owned();
    let packages: Vec<String> = dist.call_method0("get_command_packages")?.extract()?;
    let mut missing = Vec::new();
    for package in &packages {
        match find_module(dist.py(), package, &name)? {
            Lookup::Module(module) => {
                let Some(class) = module.getattr_opt(&*name)? else {
                    return Err(DistutilsModuleError::new_err(format!(
                        "invalid command '{name}' (no class '{name}' in module '{package}.{name}')"
                    )));
                };
                if is_hidden(dist, &class, &name)? {
                    continue;
                }
                dist.getattr("cmdclass")?.set_item(command, &class)?;
                return Ok(class);
            }
            Lookup::NoModule => {}
            Lookup::NoPackage(reason) => missing.push(reason),
        }
    }
    if let Some(class) = installed_commands::load(dist.py(), &name)? {
        dist.getattr("cmdclass")?.set_item(command, &class)?;
        return Ok(class);
    }
    let hint = suggestions::of_command(dist, &name);
    Err(DistutilsModuleError::new_err(not_found(&name, &packages, &missing, &hint)))
}

/// The commands that CPython's distutils does not have.
pub const ADDITIONS: &[&str] = &["bdist_wheel", "dist_info", "egg_info", "editable_wheel", "develop"];

/// Whether it is one of our additions, and the distribution is one of setuptools: that has its own, or none.
fn is_hidden(dist: &Bound<'_, Distribution>, class: &Bound<'_, PyAny>, name: &str) -> PyResult<bool> {
    Ok(ADDITIONS.contains(&name)
        && keywords::are_setuptools(dist)?
        && class.getattr_opt("__module__")?.is_some_and(|module| {
            module.extract::<String>().is_ok_and(|module| module == format!("{STANDARD}.{name}"))
        }))
}

fn not_found(command: &str, packages: &[String], missing: &[String], hint: &str) -> String {
    if packages.iter().all(|package| package == STANDARD) {
        return format!("invalid command '{command}'{hint}");
    }
    let mut parts = vec![format!("looked in {}", packages.join(", "))];
    parts.extend(missing.iter().cloned());
    format!("invalid command '{command}' ({}){hint}", parts.join("; "))
}

/// What became of importing `package.command`.
enum Lookup<'py> {
    Module(Bound<'py, PyModule>),
    /// The package has no such module.
    NoModule,
    /// There is no such package; the words say which.
    NoPackage(String),
}

/// Import the module of a command. An error *inside* the module (or in the package's own code) is an error:
/// only where Python says that it is this module that does not exist does the search go on.
fn find_module<'py>(py: Python<'py>, package: &str, command: &str) -> PyResult<Lookup<'py>> {
    let name = format!("{package}.{command}");
    let error = match py.import(&*name) {
        Ok(module) => return Ok(Lookup::Module(module)),
        Err(error) => error,
    };
    if error.is_instance_of::<PyModuleNotFoundError>(py) {
        let missing: Option<String> = error.value(py).getattr("name")?.extract().unwrap_or(None);
        match missing {
            // Elsewhere than on Windows there is no such command.
            Some(missing) if missing == MSILIB && name == NEEDS_MSILIB => {
                if py.import("sys")?.getattr("platform")?.eq("win32")? {
                    let text = format!("invalid command '{command}' ({WHERE_MSILIB_IS})");
                    return Err(caused(py, DistutilsModuleError::new_err(text), error));
                }
                return Ok(Lookup::NoModule);
            }
            Some(missing) if missing == name && py.import(package)?.hasattr("__path__")? => {
                return Ok(Lookup::NoModule);
            }
            Some(missing) if missing == name => {
                return Ok(Lookup::NoPackage(format!("'{package}' is a module, not a package")));
            }
            Some(missing) if package == missing || package.starts_with(&format!("{missing}.")) => {
                return Ok(Lookup::NoPackage(format!("there is no package '{missing}'")));
            }
            _ => {}
        }
    }
    let Some(why) = why_not_imported(py, &error)?.filter(|_| !leaves_with_a_message(py, &error)) else {
        return Err(error);
    };
    // A package whose own code fails is not among the modules.
    let is_of_package = !py.import("sys")?.getattr("modules")?.contains(package)?;
    let what = if is_of_package { format!("package '{package}'") } else { format!("module '{name}'") };
    let text = format!("invalid command '{command}' ({what} cannot be imported: {why})");
    Err(caused(py, DistutilsModuleError::new_err(text), error))
}

/// Whether an error is `sys.exit("...")`: Python shows the message as it ends.
fn leaves_with_a_message(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PySystemExit>(py)
        && error.value(py).getattr("code").is_ok_and(|code| code.is_instance_of::<PyString>())
}

/// What an import ended in, with file and line: `ImportError: no such name (pkg/foo.py:3)`. `None` for what is no error
/// of the module's, such as Ctrl-C.
pub fn why_not_imported(py: Python<'_>, error: &PyErr) -> PyResult<Option<String>> {
    let place = source_lines::in_parentheses(source_lines::of_error(py, error));
    let value = error.value(py);
    if error.is_instance_of::<PySystemExit>(py) {
        let code = value.getattr("code")?;
        let shown = if code.is_none() { String::new() } else { code.repr()?.to_string_lossy().into_owned() };
        return Ok(Some(format!("it calls sys.exit({shown}){place}")));
    }
    if !error.is_instance_of::<PyException>(py) {
        return Ok(None);
    }
    let text = value.str()?.to_string_lossy().into_owned();
    // Python says the line of what does not parse, and only the last part of its file's name.
    let text = match error.is_instance_of::<PySyntaxError>(py) && !place.is_empty() {
        true => value.getattr("msg")?.str()?.to_string_lossy().into_owned(),
        false => text,
    };
    Ok(Some(format!("{}: {text}{place}", error.get_type(py).name()?)))
}

/// See `Distribution.get_command_obj`.
pub fn object<'py>(
    dist: &Bound<'py, Distribution>,
    command: &Bound<'py, PyAny>,
    create: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let known = dist.getattr("command_obj")?.call_method1("get", (command,))?;
    if !create || known.is_truthy()? {
        return Ok(known);
    }
    if debug::is_on(dist.py(), "dist")? {
        let text = format!("Distribution.get_command_obj(): creating '{}' command object", command.str()?);
        dist.call_method1("announce", (text,))?;
    }
    let class = dist.call_method1("get_command_class", (command,))?;
    if class.is(dist.py().get_type::<EggInfo>()) && !asks_for_egg_info(dist)? {
        return Err(DistutilsModuleError::new_err(format!("invalid command '{EGG_INFO}'")));
    }
    // Anything that makes a command will do; on the command line it must be a class of commands.
    if !class.is_callable() || class.is_instance_of::<PyType>() && class.getattr_opt("run")?.is_none() {
        return Err(not_a_command(command, &class)?);
    }
    let object = class.call1((dist,)).map_err(|error| failed_command::note(error, command))?;
    dist.getattr("command_obj")?.set_item(command, &object)?;
    dist.getattr("have_run")?.set_item(command, 0)?;
    let options = dist.getattr("command_options")?.call_method1("get", (command,))?;
    if options.is_truthy()? {
        dist.call_method1("_set_command_options", (&object, options))?;
    }
    Ok(object)
}

/// That the sub-commands which the commands of the command line are certain to run are there, before anything runs.
pub fn check_sub_commands(dist: &Bound<'_, Distribution>) -> PyResult<()> {
    let Some(commands) = dist.getattr_opt("commands")?.filter(|commands| !commands.is_none()) else {
        return Ok(());
    };
    let classes = dist.getattr("cmdclass")?;
    for command in commands.try_iter()? {
        let class = classes.call_method1("get", (command?,))?;
        if !class.is_none() {
            check_sub_commands_of_class(dist.as_any(), &class)?;
        }
    }
    Ok(())
}

/// Whether somebody wants this library's own `egg_info`: the command line, or a command of this library.
///
/// For all others it is not there. CPython has none, and commands such as stdeb's ask for it to learn whether a
/// script is one of setuptools.
fn asks_for_egg_info(dist: &Bound<'_, Distribution>) -> PyResult<bool> {
    let named = match dist.getattr_opt("commands")? {
        Some(commands) if !commands.is_none() => commands.contains(EGG_INFO)?,
        _ => false,
    };
    Ok(named || egg_info::is_for_ourselves())
}

/// See `Distribution._set_command_options`: `options` is `{option: (source, value)}`.
pub fn set_options(
    dist: &Bound<'_, Distribution>,
    object: &Bound<'_, PyAny>,
    options: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let command: String = object.call_method0("get_command_name")?.extract()?;
    let options = match options {
        Some(options) => options,
        None => dist.call_method1("get_option_dict", (&command,))?,
    };
    let debugging = debug::is_on(dist.py(), "dist")?;
    if debugging {
        dist.call_method1("announce", (format!("  setting options for '{command}' command:"),))?;
    }
    let booleans: Vec<String> = match object.getattr_opt("boolean_options")? {
        Some(names) => names
            .elements()?
            .map(|name| Ok(name?.extract::<String>()?.replace('-', "_")))
            .collect::<PyResult<_>>()?,
        None => Vec::new(),
    };
    let opposites = object.getattr_opt("negative_opt")?;
    for item in options.call_method0("items")?.try_iter()? {
        let (option, pair): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item?.extract()?;
        let (source, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let Ok(option) = option.extract::<String>() else {
            let (source, option) = (source.str()?, option.repr()?);
            let text = format!(
                "error in {source}: the name of an option of '{command}' must be a string (got {option})"
            );
            return Err(DistutilsOptionError::new_err(text));
        };
        if debugging {
            let text = format!("    {option} = {} (from {})", value.str()?, source.str()?);
            dist.call_method1("announce", (text,))?;
        }
        origins::check_value(dist, &command, &option, &pair)?;
        let opposite = match &opposites {
            Some(opposites) if opposites.contains(&option)? => Some(opposites.get_item(&option)?),
            _ => None,
        };
        let set = set_option(object, &option, &value, opposite, booleans.contains(&option));
        match set {
            Ok(true) => {}
            Ok(false) => {
                return Err(DistutilsOptionError::new_err(format!(
                    "error in {}: command '{command}' has no such option '{option}'{}",
                    origins::shown(dist, &command, &option, &source)?,
                    option_tables::why_there_is_none(object, &option)
                )));
            }
            Err(error) if error.is_instance_of::<PyValueError>(dist.py()) => {
                return Err(DistutilsOptionError::new_err(format!(
                    "error in {}: option '{option}' of command '{command}': {}",
                    origins::shown(dist, &command, &option, &source)?,
                    error.value(dist.py()).str()?.to_string_lossy()
                )));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Set one option; false where the command has none of this name.
fn set_option(
    object: &Bound<'_, PyAny>,
    option: &str,
    value: &Bound<'_, PyAny>,
    opposite: Option<Bound<'_, PyAny>>,
    boolean: bool,
) -> PyResult<bool> {
    let truth = || seam::global(object.py(), "dist", "strtobool")?.call1((value,));
    let is_text = value.is_instance_of::<PyString>();
    match opposite {
        Some(positive) if is_text => {
            object.setattr(positive.cast_into::<PyString>()?, !truth()?.is_truthy()?)?;
        }
        _ if boolean && is_text => object.setattr(option, truth()?)?,
        _ if object.getattr_opt(option)?.is_some() => object.setattr(option, value)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// See `Distribution.reinitialize_command`.
pub fn reinitialize<'py>(
    dist: &Bound<'py, Distribution>,
    command: &Bound<'py, PyAny>,
    sub_commands: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let is_object = command.is_instance(&seam::global(dist.py(), "cmd", "Command")?)?;
    let (name, object) = match is_object {
        true => (command.call_method0("get_command_name")?, command.clone()),
        false => (command.clone(), dist.call_method1("get_command_obj", (command,))?),
    };
    if !object.getattr("finalized")?.is_truthy()? {
        return Ok(object);
    }
    object.call_method0("initialize_options")?;
    object.setattr("finalized", 0)?;
    dist.getattr("have_run")?.set_item(name, 0)?;
    dist.call_method1("_set_command_options", (&object,))?;
    if sub_commands {
        for sub_command in object.call_method0("get_sub_commands")?.try_iter()? {
            dist.call_method1("reinitialize_command", (sub_command?, 1))?;
        }
    }
    Ok(object)
}
