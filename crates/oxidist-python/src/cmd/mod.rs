//! distutils.cmd: `Command`, the base class of every command.
//!
//! Its instances have no Rust fields: options and state are Python attributes, so that subclasses,
//! `vars()`, `copy` and multiple inheritance work as with a class written in Python.

mod lenders;
mod option_checks;
mod sub_commands;
mod undefined;

pub use lenders::of as lender_of;
pub use sub_commands::{check as check_sub_commands, check_class as check_sub_commands_of_class};

use std::path::PathBuf;

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyAttributeError, PyRuntimeError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::door;
use crate::errors::{DistutilsClassError, also};
use crate::value::Flag;
use crate::{debug, failed_command, late, log, seam, source_lines};

/// What every command derives from: it holds options, knows its distribution, and can run.
///
/// A command defines `initialize_options`, `finalize_options` and `run`, and lists its options in
/// `user_options`.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.cmd")]
pub struct Command;

impl Command {
    /// The base part of a command's instance: `Command::base().add_subclass(BuildPy)`.
    pub fn base() -> PyClassInitializer<Command> {
        PyClassInitializer::from(Command)
    }
}

#[pymethods]
impl Command {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Command
    }

    /// `(command name, predicate or None)`: the commands that this one stands for.
    #[classattr]
    fn sub_commands(py: Python<'_>) -> Py<PyList> {
        PyList::empty(py).unbind()
    }

    fn __init__(slf: &Bound<'_, Self>, dist: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        if !dist.is_instance(&seam::global(py, "dist", "Distribution")?)? {
            return Err(PyTypeError::new_err("dist must be a Distribution instance"));
        }
        if slf.get_type().is(py.get_type::<Command>()) {
            return Err(PyRuntimeError::new_err("Command is an abstract class"));
        }
        slf.setattr("distribution", dist)?;
        slf.call_method0("initialize_options")?;
        // None: as the distribution says (see `__getattr__`).
        slf.setattr("_dry_run", py.None())?;
        slf.setattr("verbose", dist.getattr("verbose")?)?;
        slf.setattr("force", py.None())?;
        slf.setattr("help", 0)?;
        slf.setattr("finalized", 0)
    }

    /// `dry_run` is the command's own once it is set, and the distribution's before.
    pub fn __getattr__<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        if name != "dry_run" {
            return Err(PyAttributeError::new_err(name.to_string()));
        }
        let own = slf.getattr("_dry_run")?;
        if own.is_none() { slf.getattr("distribution")?.getattr("dry_run") } else { Ok(own) }
    }

    fn ensure_finalized(slf: &Bound<'_, Self>) -> PyResult<()> {
        if !slf.getattr(intern!(slf.py(), "finalized"))?.is_truthy()? {
            let finalized = slf.call_method0(intern!(slf.py(), "finalize_options"));
            finalized.map_err(|error| failed_command::note(error, slf.as_any()))?;
        }
        slf.setattr(intern!(slf.py(), "finalized"), 1)
    }

    /// Give every option its first value, mostly None.
    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(abstract_method(slf, "initialize_options"))
    }

    /// Give every option its last value, when all that sets options has had its turn.
    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(abstract_method(slf, "finalize_options"))
    }

    /// Do what the command is for.
    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        Err(abstract_method(slf, "run"))
    }

    #[pyo3(signature = (header = None, indent = ""))]
    fn dump_options(slf: &Bound<'_, Self>, header: Option<String>, indent: &str) -> PyResult<()> {
        let py = slf.py();
        let header = match header {
            Some(header) => header,
            None => format!("command options for '{}':", slf.call_method0("get_command_name")?),
        };
        let announce = |text: String| slf.call_method1("announce", (text, log::INFO)).map(drop);
        announce(format!("{indent}{header}"))?;
        for row in slf.getattr("user_options")?.try_iter()? {
            let long: String = row?.get_item(0)?.extract()?;
            let attribute = long.strip_suffix('=').unwrap_or(&long).replace('-', "_");
            let value = slf.getattr(PyString::new(py, &attribute))?;
            announce(format!("{indent}  {attribute} = {}", value.str()?))?;
        }
        Ok(())
    }

    /// Print `msg` where the verbosity reaches `level`.
    #[pyo3(signature = (msg, level = None), text_signature = "($self, msg, level=1)")]
    fn announce<'py>(
        slf: &Bound<'py, Self>,
        msg: &Bound<'py, PyAny>,
        level: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let level = level.map_or_else(|| 1.into_bound_py_any(slf.py()), Ok)?;
        seam::global(slf.py(), "log", "log")?.call1((level, msg)).map(drop)
    }

    /// Print `msg` where DISTUTILS_DEBUG is set.
    fn debug_print(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        if debug::is_on(py, "debug")? {
            crate::text::print(msg)?;
            py.import("sys")?.getattr("stdout")?.call_method0("flush")?;
        }
        Ok(())
    }

    /// The command's name: `command_name` where it has one, else its class's.
    fn get_command_name<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        match slf.getattr_opt("command_name")? {
            Some(name) => Ok(name),
            None => slf.get_type().getattr("__name__"),
        }
    }

    /// Take options that are still None from another command: `(its option, own option)` pairs.
    #[pyo3(signature = (src_cmd, *option_pairs))]
    fn set_undefined_options(
        slf: &Bound<'_, Self>,
        src_cmd: &Bound<'_, PyAny>,
        option_pairs: &Bound<'_, PyTuple>,
    ) -> PyResult<()> {
        let source = slf.getattr("distribution")?.call_method1("get_command_obj", (src_cmd,))?;
        source.call_method0("ensure_finalized")?;
        for pair in option_pairs {
            let (theirs, own) = undefined::pair(slf, src_cmd, &pair)?;
            if undefined::attribute(slf, slf, &own)?.is_none() {
                slf.setattr(&own, undefined::attribute(slf, &source, &theirs)?)?;
                lenders::note(slf, &own, src_cmd, &theirs)?;
            }
        }
        Ok(())
    }

    /// Where the value of an option comes from: `setup.cfg:12`, `command line`, `setup script` or `default`.
    ///
    /// A value that was taken from another command is from where that command has it.
    fn get_option_origin<'py>(slf: &Bound<'py, Self>, option: &str) -> PyResult<Bound<'py, PyAny>> {
        let name = slf.call_method0("get_command_name")?;
        let dist = slf.getattr("distribution")?;
        let own = dist.call_method1("get_option_origin", (name, option))?;
        let option = option.trim_end_matches('=').replace('-', "_");
        match lenders::of(slf, &option)? {
            Some((command, theirs)) if own.eq("default")? => {
                let command = dist.call_method1("get_command_obj", (command,))?;
                command.call_method1("get_option_origin", (theirs,))
            }
            _ => Ok(own),
        }
    }

    /// Another command's object, with its options finalized.
    #[pyo3(signature = (command, create = Flag(true)), text_signature = "($self, command, create=1)")]
    fn get_finalized_command<'py>(
        slf: &Bound<'py, Self>,
        command: &Bound<'py, PyAny>,
        create: Flag,
    ) -> PyResult<Bound<'py, PyAny>> {
        let found =
            slf.getattr("distribution")?.call_method1("get_command_obj", (command, i64::from(create.0)))?;
        found.call_method0("ensure_finalized")?;
        Ok(found)
    }

    #[pyo3(signature = (command, reinit_subcommands = Flag(false)), text_signature = "($self, command, reinit_subcommands=0)")]
    fn reinitialize_command<'py>(
        slf: &Bound<'py, Self>,
        command: &Bound<'py, PyAny>,
        reinit_subcommands: Flag,
    ) -> PyResult<Bound<'py, PyAny>> {
        let arguments = (command, i64::from(reinit_subcommands.0));
        slf.getattr("distribution")?.call_method1("reinitialize_command", arguments)
    }

    /// Run another command, unless it has run already.
    fn run_command(slf: &Bound<'_, Self>, command: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.getattr("distribution")?.call_method1("run_command", (command,)).map(drop)
    }

    /// The names in `sub_commands` whose predicates hold for this distribution.
    fn get_sub_commands<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        sub_commands::of(slf)
    }

    fn warn(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>) -> PyResult<()> {
        let name = slf.call_method0("get_command_name")?;
        seam::global(slf.py(), "log", "warn")?.call1(("warning: %s: %s\n", name, msg)).map(drop)
    }

    #[pyo3(signature = (func, args, msg = None, level = 1))]
    fn execute(
        slf: &Bound<'_, Self>,
        func: &Bound<'_, PyAny>,
        args: &Bound<'_, PyAny>,
        msg: Option<&Bound<'_, PyAny>>,
        level: i64,
    ) -> PyResult<()> {
        let _ = level;
        call_dry(slf, "util", "execute", (func, args, msg)).map(drop)
    }

    #[pyo3(signature = (name, mode = 0o777))]
    fn mkpath(slf: &Bound<'_, Self>, name: &Bound<'_, PyAny>, mode: i64) -> PyResult<()> {
        call_dry(slf, "dir_util", "mkpath", (name, mode)).map(drop)
    }

    /// Copy a file as `distutils.file_util.copy_file` does; only where it is newer, unless `force` is set.
    #[pyo3(signature = (infile, outfile, preserve_mode = Flag(true), preserve_times = Flag(true), link = None, level = 1), text_signature = "($self, infile, outfile, preserve_mode=1, preserve_times=1, link=None, level=1)")]
    fn copy_file<'py>(
        slf: &Bound<'py, Self>,
        infile: &Bound<'py, PyAny>,
        outfile: &Bound<'py, PyAny>,
        preserve_mode: Flag,
        preserve_times: Flag,
        link: Option<&Bound<'py, PyAny>>,
        level: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = level;
        let update = !slf.getattr("force")?.is_truthy()?;
        let arguments =
            (infile, outfile, i64::from(preserve_mode.0), i64::from(preserve_times.0), update, link);
        call_dry(slf, "file_util", "copy_file", arguments)
    }

    /// Copy a folder as `distutils.dir_util.copy_tree` does; only what is newer, unless `force` is set.
    #[pyo3(signature = (infile, outfile, preserve_mode = Flag(true), preserve_times = Flag(true), preserve_symlinks = Flag(false), level = 1), text_signature = "($self, infile, outfile, preserve_mode=1, preserve_times=1, preserve_symlinks=0, level=1)")]
    fn copy_tree<'py>(
        slf: &Bound<'py, Self>,
        infile: &Bound<'py, PyAny>,
        outfile: &Bound<'py, PyAny>,
        preserve_mode: Flag,
        preserve_times: Flag,
        preserve_symlinks: Flag,
        level: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = level;
        let update = !slf.getattr("force")?.is_truthy()?;
        let arguments = (
            infile,
            outfile,
            i64::from(preserve_mode.0),
            i64::from(preserve_times.0),
            i64::from(preserve_symlinks.0),
            update,
        );
        call_dry(slf, "dir_util", "copy_tree", arguments)
    }

    #[pyo3(signature = (src, dst, level = 1))]
    fn move_file<'py>(
        slf: &Bound<'py, Self>,
        src: &Bound<'py, PyAny>,
        dst: &Bound<'py, PyAny>,
        level: i64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = level;
        call_dry(slf, "file_util", "move_file", (src, dst))
    }

    /// Run another program: see `distutils.spawn.spawn`.
    #[pyo3(signature = (cmd, search_path = 1, level = 1))]
    fn spawn(slf: &Bound<'_, Self>, cmd: &Bound<'_, PyAny>, search_path: i64, level: i64) -> PyResult<()> {
        let _ = level;
        call_dry(slf, "spawn", "spawn", (cmd, search_path)).map(drop)
    }

    #[pyo3(signature = (base_name, format, root_dir = None, base_dir = None, owner = None, group = None))]
    fn make_archive<'py>(
        slf: &Bound<'py, Self>,
        base_name: &Bound<'py, PyAny>,
        format: &Bound<'py, PyAny>,
        root_dir: Option<&Bound<'py, PyAny>>,
        base_dir: Option<&Bound<'py, PyAny>>,
        owner: Option<&Bound<'py, PyAny>>,
        group: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let keywords = PyDict::new(slf.py());
        keywords.set_item("dry_run", slf.getattr("dry_run")?)?;
        keywords.set_item("owner", owner)?;
        keywords.set_item("group", group)?;
        seam::global(slf.py(), "archive_util", "make_archive")?
            .call((base_name, format, root_dir, base_dir), Some(&keywords))
    }

    /// `execute` for work that makes one file from others: skipped where the file is newer than all of them,
    /// unless `force` is set.
    #[pyo3(signature = (infiles, outfile, func, args, exec_msg = None, skip_msg = None, level = 1))]
    #[allow(clippy::too_many_arguments)] // distutils' own parameter list
    fn make_file(
        slf: &Bound<'_, Self>,
        infiles: &Bound<'_, PyAny>,
        outfile: &Bound<'_, PyAny>,
        func: &Bound<'_, PyAny>,
        args: &Bound<'_, PyAny>,
        exec_msg: Option<String>,
        skip_msg: Option<String>,
        level: i64,
    ) -> PyResult<()> {
        let py = slf.py();
        let infiles = if infiles.is_instance_of::<PyString>() {
            PyTuple::new(py, [infiles])?.into_any()
        } else if infiles.is_instance_of::<PyList>() || infiles.is_instance_of::<PyTuple>() {
            infiles.clone()
        } else {
            let text = "'infiles' must be a string, or a list or tuple of strings";
            return Err(PyTypeError::new_err(text));
        };
        let outdated = slf.getattr("force")?.is_truthy()?
            || seam::global(py, "dep_util", "newer_group")?.call1((&infiles, outfile))?.is_truthy()?;
        if outdated {
            let message = match exec_msg {
                Some(message) => message,
                None => {
                    let sources: Vec<String> = infiles.extract()?;
                    format!("generating {} from {}", outfile.str()?, sources.join(", "))
                }
            };
            slf.call_method1("execute", (func, args, message, level))?;
            if let Ok(path) = outfile.extract::<PathBuf>() {
                door::of(slf.as_any())?.expect_file(&path);
            }
            Ok(())
        } else {
            let message = match skip_msg {
                Some(message) => message,
                None => format!("skipping {} (inputs unchanged)", outfile.str()?),
            };
            log::debug(py, &message)
        }
    }
}

fn abstract_method(command: &Bound<'_, Command>, method: &str) -> PyErr {
    let class = command.get_type();
    let place = source_lines::in_parentheses(source_lines::of_class(&class));
    let text = format!("abstract method -- subclass {class} must override: {method}() is missing{place}");
    also::<DistutilsClassError, PyRuntimeError>(command.py(), text)
}

/// Call a function of `distutils.<module>` with this command's `dry_run`.
fn call_dry<'py, A>(
    slf: &Bound<'py, Command>,
    module: &str,
    name: &str,
    args: A,
) -> PyResult<Bound<'py, PyAny>>
where
    A: pyo3::call::PyCallArgs<'py>,
{
    let keywords = PyDict::new(slf.py());
    keywords.set_item(intern!(slf.py(), "dry_run"), slf.getattr(intern!(slf.py(), "dry_run"))?)?;
    seam::global(slf.py(), module, name)?.call(args, Some(&keywords))
}

/// Modules that scripts find in this one's names. Not every script needs them.
const BORROWED: [late::Borrowed; 5] = [
    ("archive_util", "distutils.archive_util", ""),
    ("dep_util", "distutils.dep_util", ""),
    ("dir_util", "distutils.dir_util", ""),
    ("file_util", "distutils.file_util", ""),
    ("util", "distutils.util", ""),
];

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    late::borrowed(py, "cmd", &BORROWED, name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_class::<Command>()
}
