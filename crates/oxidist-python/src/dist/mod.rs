//! distutils.dist: `Distribution`, what a setup script describes and what runs its commands.
//!
//! | room | what it is for |
//! | --- | --- |
//! | [`tables`] | the options, and the texts, that `Distribution` itself has |
//! | [`arguments`] | the arguments of `setup()`, taken as attributes |
//! | [`config_files`] | which configuration files there are, and what they set |
//! | [`command_line`] | the command line: global options, commands, their options |
//! | [`misspelt_sections`] | sections that are a slip away from a command's name |
//! | [`display`] | help, the list of commands, and options that only display something |
//! | [`commands`] | command classes and objects: found, made, given their options, run |
//! | [`option_tables`] | what is wrong with the options of a command class |
//! | [`suggestions`] | what a misspelt command or option was meant to be |
//! | [`origins`] | where an option's value comes from |
//! | [`metadata`] | `DistributionMetadata` |
//! | [`keywords`] | arguments of `setup()` beyond distutils' own |
//! | [`core_metadata`] | core metadata, of which wheels are made |
//! | [`pyproject`] | `pyproject.toml`: arguments of `setup()`, and options of commands |
//!
//! As with commands, all state is Python attributes, and every call that CPython's class makes through
//! `self` is made through `self`.

mod arguments;
mod command_line;
mod commands;
mod config_files;
pub mod core_metadata;
pub mod display;
mod frames;
mod installed_commands;
pub mod keywords;
pub mod metadata;
mod misspelt_sections;
mod option_tables;
pub mod origins;
pub mod pyproject;
mod suggestions;
mod tables;
mod without_setuptools;

pub use commands::finds_by_us;
pub use origins::{has_lines, is_in_file, origin};
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::errors::DistutilsOptionError;
use crate::file_name::AsFileName;
use crate::value::{Flag, expected};
use crate::{door, failed_command, late, log, seam};

/// A package (or several, or none) that is built, installed and distributed as one.
///
/// `setup()` makes one from its arguments, has it read the configuration files and the command line, and
/// runs the commands that are found there.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.dist")]
pub struct Distribution;

#[pymethods]
impl Distribution {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Distribution
    }

    #[classattr]
    fn global_options(py: Python<'_>) -> PyResult<Py<PyList>> {
        tables::global_options(py)
    }

    #[classattr]
    fn common_usage() -> &'static str {
        tables::COMMON_USAGE
    }

    #[classattr]
    fn display_options() -> Vec<crate::command::Row> {
        tables::DISPLAY_OPTIONS.to_vec()
    }

    #[classattr]
    fn display_option_names() -> Vec<String> {
        tables::DISPLAY_OPTIONS.iter().map(|(long, ..)| long.replace('-', "_")).collect()
    }

    #[classattr]
    fn negative_opt(py: Python<'_>) -> PyResult<Py<PyDict>> {
        let opposites = PyDict::new(py);
        opposites.set_item("quiet", "verbose")?;
        Ok(opposites.unbind())
    }

    #[pyo3(signature = (attrs = None))]
    fn __init__(slf: &Bound<'_, Self>, attrs: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        arguments::initialize(slf)?;
        if let Some(attrs) = attrs
            && attrs.is_truthy()?
        {
            arguments::take_options(slf, &attrs)?;
            arguments::take_attributes(slf, &attrs)?;
        }
        slf.setattr("want_user_cfg", arguments::wants_user_cfg(slf)?)?;
        slf.call_method0("finalize_options").map(drop)
    }

    /// The options known for `command`, as `{option: (source, value)}`; made when there is none yet.
    fn get_option_dict<'py>(
        slf: &Bound<'py, Self>,
        command: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let all = slf.getattr("command_options")?;
        let known = all.call_method1("get", (command,))?;
        if !known.is_none() {
            return Ok(known);
        }
        let empty = PyDict::new(slf.py());
        all.set_item(command, &empty)?;
        Ok(empty.into_any())
    }

    /// Where the value of a command's option comes from: `setup.cfg:12`, `command line`, `setup script`
    /// or `default`. The command `global` has the distribution's own options.
    fn get_option_origin(slf: &Bound<'_, Self>, command: &str, option: &str) -> PyResult<String> {
        origins::origin(slf, command, option)
    }

    #[pyo3(signature = (header = None, commands = None, indent = ""))]
    fn dump_option_dicts(
        slf: &Bound<'_, Self>,
        header: Option<&str>,
        commands: Option<Bound<'_, PyAny>>,
        indent: &str,
    ) -> PyResult<()> {
        origins::dump(slf, header, commands, indent)
    }

    /// The configuration files that exist, in the order in which they are read.
    fn find_config_files<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        config_files::find(slf)
    }

    /// The files that `find_config_files` looks for, whether they are there or not.
    fn _gen_paths<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let paths = config_files::candidates(slf)?;
        PyList::new(slf.py(), paths.iter().map(|path| path.as_file_name()))?.call_method0("__iter__")
    }

    /// Read configuration files (`find_config_files()` unless given) into `command_options`, and set the
    /// options of their `[global]` sections.
    #[pyo3(signature = (filenames = None))]
    fn parse_config_files(slf: &Bound<'_, Self>, filenames: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        config_files::parse(slf, filenames)
    }

    /// Read `script_args`. True where commands are to be run, None where all that was asked is done.
    fn parse_command_line(slf: &Bound<'_, Self>) -> PyResult<Option<bool>> {
        command_line::parse(slf)
    }

    fn _get_toplevel_options<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("global_options")?.add(PyList::new(slf.py(), [tables::COMMAND_PACKAGES])?)
    }

    fn _parse_command_opts<'py>(
        slf: &Bound<'py, Self>,
        parser: &Bound<'py, PyAny>,
        args: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        command_line::parse_command(slf, parser, args)
    }

    /// Turn `keywords` and `platforms` given in one string into lists.
    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let metadata = slf.getattr("metadata")?;
        for name in ["keywords", "platforms"] {
            if let Ok(text) = metadata.getattr(name)?.extract::<String>() {
                let words: Vec<&str> = text.split(',').map(str::trim).collect();
                metadata.setattr(name, words)?;
            }
        }
        keywords::check(slf)
    }

    #[pyo3(signature = (parser, global_options = Flag(true), display_options = Flag(true), commands = None), text_signature = "($self, parser, global_options=1, display_options=1, commands=[])")]
    fn _show_help(
        slf: &Bound<'_, Self>,
        parser: &Bound<'_, PyAny>,
        global_options: Flag,
        display_options: Flag,
        commands: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        // distutils shows help for the commands of the command line, whichever are given here.
        let _ = commands;
        display::show_help(slf, parser, global_options.0, display_options.0)
    }

    /// Print what options such as `--name` and `--help-commands` ask for; whether there was one.
    fn handle_display_options(slf: &Bound<'_, Self>, option_order: &Bound<'_, PyAny>) -> PyResult<i64> {
        display::handle_options(slf, option_order)
    }

    /// Print a header and commands with their descriptions, which start `max_length` characters in.
    fn print_command_list(
        slf: &Bound<'_, Self>,
        commands: &Bound<'_, PyAny>,
        header: &Bound<'_, PyAny>,
        max_length: usize,
    ) -> PyResult<()> {
        display::print_command_list(slf, commands, header, max_length)
    }

    /// Print all commands with their descriptions: distutils' own, then those of the script and of the
    /// command packages.
    fn print_commands(slf: &Bound<'_, Self>) -> PyResult<()> {
        display::print_commands(slf)
    }

    /// `(command, description)` for every command that `print_commands` lists.
    fn get_command_list<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        display::command_list(slf)
    }

    /// The packages that commands are looked for in, in this order.
    fn get_command_packages<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        commands::packages(slf)
    }

    /// The class of a command: `cmdclass`'s, or the class of the command's name in the module of its name
    /// in the first command package that has one.
    ///
    /// DistutilsModuleError: there is none, or its module cannot be imported.
    fn get_command_class<'py>(
        slf: &Bound<'py, Self>,
        command: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        commands::class(slf, command)
    }

    /// The object of a command, made on the first call (with `create` false: None instead).
    #[pyo3(signature = (command, create = Flag(true)), text_signature = "($self, command, create=1)")]
    fn get_command_obj<'py>(
        slf: &Bound<'py, Self>,
        command: &Bound<'py, PyAny>,
        create: Flag,
    ) -> PyResult<Bound<'py, PyAny>> {
        commands::object(slf, command, create.0)
    }

    #[pyo3(signature = (command_obj, option_dict = None))]
    fn _set_command_options(
        slf: &Bound<'_, Self>,
        command_obj: &Bound<'_, PyAny>,
        option_dict: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        commands::set_options(slf, command_obj, option_dict)
    }

    /// Take a command (a name or an object) back to where its options are set but not finalized.
    #[pyo3(signature = (command, reinit_subcommands = Flag(false)), text_signature = "($self, command, reinit_subcommands=0)")]
    fn reinitialize_command<'py>(
        slf: &Bound<'py, Self>,
        command: &Bound<'py, PyAny>,
        reinit_subcommands: Flag,
    ) -> PyResult<Bound<'py, PyAny>> {
        commands::reinitialize(slf, command, reinit_subcommands.0)
    }

    #[pyo3(signature = (msg, level = None), text_signature = "($self, msg, level=2)")]
    fn announce<'py>(
        slf: &Bound<'py, Self>,
        msg: &Bound<'py, PyAny>,
        level: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let level = level.map_or_else(|| log::INFO.into_bound_py_any(slf.py()), Ok)?;
        seam::global(slf.py(), "log", "log")?.call1((level, msg)).map(drop)
    }

    /// Run the commands of the command line.
    fn run_commands(slf: &Bound<'_, Self>) -> PyResult<()> {
        let _run = Run::begin();
        commands::check_sub_commands(slf)?;
        frames::run_commands(slf)
    }

    /// Run a command, unless it has run already.
    fn run_command(slf: &Bound<'_, Self>, command: &Bound<'_, PyAny>) -> PyResult<()> {
        if slf.getattr("have_run")?.call_method1("get", (command,))?.is_truthy()? {
            return Ok(());
        }
        log::call(slf.py(), "info", "running %s", (command,))?;
        let object = slf.call_method1("get_command_obj", (command,))?;
        let failed = |error| failed_command::note(error, &object);
        object.call_method0("ensure_finalized").map_err(failed)?;
        frames::run_command(&object).map_err(failed)?;
        slf.getattr("have_run")?.set_item(command, 1)
    }

    fn has_pure_modules(slf: &Bound<'_, Self>) -> PyResult<bool> {
        for name in ["packages", "py_modules"] {
            let value = slf.getattr(name)?;
            if value.is_truthy()? {
                return Ok(length(name, &value)? > 0);
            }
        }
        Ok(false)
    }

    fn has_ext_modules<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        any_in(slf, "ext_modules")
    }

    fn has_c_libraries<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        any_in(slf, "libraries")
    }

    fn has_modules<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let pure = slf.call_method0("has_pure_modules")?;
        if pure.is_truthy()? { Ok(pure) } else { slf.call_method0("has_ext_modules") }
    }

    fn has_headers<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        any_in(slf, "headers")
    }

    fn has_scripts<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        any_in(slf, "scripts")
    }

    fn has_data_files<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        any_in(slf, "data_files")
    }

    /// Whether there is Python code and no compiled code.
    fn is_pure(slf: &Bound<'_, Self>) -> PyResult<bool> {
        Ok(slf.call_method0("has_pure_modules")?.is_truthy()?
            && !slf.call_method0("has_ext_modules")?.is_truthy()?
            && !slf.call_method0("has_c_libraries")?.is_truthy()?)
    }
}

/// `value and len(value) > 0`, as distutils gives it.
fn any_in<'py>(dist: &Bound<'py, Distribution>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let value = dist.getattr(name)?;
    if !value.is_truthy()? {
        return Ok(value);
    }
    Ok((length(name, &value)? > 0).into_pyobject(dist.py())?.to_owned().into_any())
}

/// How many there are of what is a list, if it is one. DistutilsOptionError if not.
fn length(name: &str, value: &Bound<'_, PyAny>) -> PyResult<usize> {
    value.len().map_err(|_| {
        let what = tables::LISTS.iter().find(|row| row.0 == name).map_or("a list of strings", |row| row.1);
        DistutilsOptionError::new_err(expected(name, what, value))
    })
}

/// A run of commands. The outermost one of a process starts with a fresh journal.
struct Run;

static RUNS: AtomicUsize = AtomicUsize::new(0);

impl Run {
    fn begin() -> Run {
        if RUNS.fetch_add(1, Ordering::SeqCst) == 0 {
            door::new_run();
        }
        Run
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        RUNS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The names that a command can have.
const EXPRESSIONS: &[(&str, &str)] = &[("command_re", "^[a-zA-Z]([a-zA-Z0-9_]*)$")];

/// What this module has from others, and few runs need.
const BORROWED: &[late::Borrowed] =
    &[("message_from_file", "email", "message_from_file"), ("re", "re", ""), ("warnings", "warnings", "")];

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    if EXPRESSIONS.iter().any(|row| row.0 == name) {
        return late::expression(py, "dist", EXPRESSIONS, name);
    }
    late::borrowed(py, "dist", BORROWED, name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_class::<Distribution>()?;
    metadata::register(module)?;
    keywords::register(module)?;
    display::register(module)
}
