//! distutils.core: `setup`, what every setup script calls, and `run_setup`, which runs a setup script.

use oxidist_engine::terminal;
use pyo3::exceptions::{PyKeyboardInterrupt, PyOSError, PyRuntimeError, PySystemExit, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PySlice, PyTuple};

use crate::dist::{Distribution, pyproject};
use crate::errors::{CCompilerError, DistutilsArgError, DistutilsError, DistutilsSetupError, caused};
use crate::value::expected;
use crate::{debug, failed_command, seam};

/// What is shown for a command line that cannot be understood, and behind every help text.
const USAGE: &str = "\
usage: %(script)s [global_opts] cmd1 [cmd1_opts] [cmd2 [cmd2_opts] ...]
   or: %(script)s --help [cmd1 cmd2 ...]
   or: %(script)s --help-commands
   or: %(script)s cmd --help
";

/// The arguments that `setup()` has a use for itself, or hands to the metadata.
const SETUP_KEYWORDS: [&str; 21] = [
    "distclass",
    "script_name",
    "script_args",
    "options",
    "name",
    "version",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "url",
    "license",
    "description",
    "long_description",
    "keywords",
    "platforms",
    "classifiers",
    "download_url",
    "requires",
    "provides",
    "obsoletes",
];

/// The arguments of `Extension`.
const EXTENSION_KEYWORDS: [&str; 15] = [
    "name",
    "sources",
    "include_dirs",
    "define_macros",
    "undef_macros",
    "library_dirs",
    "libraries",
    "runtime_library_dirs",
    "extra_objects",
    "extra_compile_args",
    "extra_link_args",
    "swig_opts",
    "export_symbols",
    "depends",
    "language",
];

/// What a process that was ended by Ctrl-C exits with: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;

/// Where `setup()` may stop, in its own order.
const STAGES: [&str; 4] = ["init", "config", "commandline", "run"];

/// The usage text for a script.
#[pyfunction]
fn gen_usage<'py>(py: Python<'py>, script_name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let names = PyDict::new(py);
    names.set_item("script", py.import("os.path")?.call_method1("basename", (script_name,))?)?;
    seam::global(py, "core", "USAGE")?.rem(names)
}

/// Do what the command line says with the distribution that the arguments describe.
///
/// A distribution is made of the arguments (`distclass` is its class), reads its configuration files and
/// the command line, and runs the commands that are given there. It is returned.
#[pyfunction]
#[pyo3(signature = (**attrs))]
fn setup<'py>(py: Python<'py>, attrs: Option<Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
    let attrs = attrs.unwrap_or_else(|| PyDict::new(py));
    let class = match attrs.get_item("distclass")? {
        Some(class) if class.is_truthy()? => {
            attrs.del_item("distclass")?;
            if !class.is_callable() {
                let text = expected("distclass", "a class", &class);
                return Err(setup_error(py, &attrs, DistutilsSetupError::new_err(text)));
            }
            class
        }
        _ => seam::global(py, "core", "Distribution")?,
    };
    let argv = py.import("sys")?.getattr("argv")?;
    if !attrs.contains("script_name")? {
        let name = py.import("os.path")?.call_method1("basename", (argv.get_item(0)?,))?;
        attrs.set_item("script_name", name)?;
    }
    if !attrs.contains("script_args")? {
        attrs.set_item("script_args", argv.get_item(PySlice::new(py, 1, isize::MAX, 1))?)?;
    }

    let core = seam::face(py, "core")?;
    let configured = pyproject::complete(py, &attrs, &class).map_err(|error| told(py, error))?;
    let dist = class.call1((&attrs,)).map_err(|error| setup_error(py, &attrs, error))?;
    let own = dist.cast::<Distribution>().ok();
    if let (Some(own), Some(configured)) = (own, &configured) {
        pyproject::attach(own, configured)?;
    }
    core.setattr("_setup_distribution", &dist)?;
    let stop_after: Option<String> = core.getattr("_setup_stop_after")?.extract()?;
    let stops_after = |stage: &str| stop_after.as_deref() == Some(stage);
    if stops_after("init") {
        return Ok(dist);
    }

    dist.call_method0("parse_config_files").map_err(|error| told(py, error))?;
    if let Some(own) = own {
        pyproject::set_options(own, configured.as_ref()).map_err(|error| told(py, error))?;
    }
    dump_options(&dist, "options (after parsing config files):")?;
    if stops_after("config") {
        return Ok(dist);
    }

    let run = dist.call_method0("parse_command_line").map_err(|error| usage_error(&dist, error))?;
    dump_options(&dist, "options (after parsing command line):")?;
    if stops_after("commandline") {
        return Ok(dist);
    }

    if run.is_truthy()? {
        return run_commands(dist);
    }
    Ok(dist)
}

/// Run the commands of a distribution's command line; what goes wrong ends the process, as in `setup`.
#[pyfunction]
fn run_commands(dist: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    dist.call_method0("run_commands").map_err(|error| told(dist.py(), error))?;
    Ok(dist)
}

fn dump_options(dist: &Bound<'_, PyAny>, header: &str) -> PyResult<()> {
    let py = dist.py();
    if debug::is_on(py, "core")? {
        py.import("builtins")?.getattr("print")?.call1((header,))?;
        dist.call_method0("dump_option_dicts")?;
    }
    Ok(())
}

/// Arguments of `setup()` that are wrong. A ValueError (a requirement does not parse) counts only where no
/// Python code has raised it: an error in a class of the script's own keeps its traceback.
fn setup_error(py: Python<'_>, attrs: &Bound<'_, PyDict>, error: PyErr) -> PyErr {
    if error.is_instance_of::<PyKeyboardInterrupt>(py) {
        return told(py, error);
    }
    let of_value = error.is_instance_of::<PyValueError>(py) && error.traceback(py).is_none();
    if !of_value && !error.is_instance_of::<DistutilsSetupError>(py) {
        return error;
    }
    let name = match attrs.get_item("name") {
        Ok(Some(name)) => format!("{name} "),
        _ => String::new(),
    };
    ended(py, format!("error in {name}setup command: {}", error.value(py)), error)
}

/// A command line that is wrong: the usage text stands before what is wrong with it.
fn usage_error(dist: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = dist.py();
    if !error.is_instance_of::<DistutilsArgError>(py) {
        return told(py, error);
    }
    let usage = || -> PyResult<String> {
        seam::global(py, "core", "gen_usage")?.call1((dist.getattr("script_name")?,))?.extract()
    };
    match usage() {
        Ok(usage) => ended(py, format!("{usage}\nerror: {}", error.value(py)), error),
        Err(error) => error,
    }
}

/// What distutils itself found wrong, and what the system refused, is told in one line (with DISTUTILS_DEBUG
/// it keeps its traceback). What a script raises stays what it is.
fn told(py: Python<'_>, error: PyErr) -> PyErr {
    if error.is_instance_of::<PyKeyboardInterrupt>(py) {
        let _ = to_stderr(py, "interrupted\n");
        return caused(py, PySystemExit::new_err(INTERRUPTED), error);
    }
    let of_the_system = error.is_instance_of::<PyOSError>(py);
    let ours = error.is_instance_of::<DistutilsError>(py) || error.is_instance_of::<CCompilerError>(py);
    if !of_the_system && !ours {
        return error;
    }
    let text = format!("error: {}", failed_command::text(py, &error));
    match debug::is_on(py, "core") {
        Err(error) => error,
        Ok(false) => ended(py, text, error),
        Ok(true) => {
            if of_the_system {
                let _ = to_stderr(py, &format!("{text}\n"));
            }
            error
        }
    }
}

/// The end of the process with `text` on standard error and exit status 1. With DISTUTILS_DEBUG the traceback stands
/// before it.
fn ended(py: Python<'_>, text: String, cause: PyErr) -> PyErr {
    match debug::is_on(py, "core") {
        Err(error) => return error,
        Ok(true) => cause.print(py),
        Ok(false) => {}
    }
    caused(py, PySystemExit::new_err(terminal::coloured(&text).into_owned()), cause)
}

fn to_stderr(py: Python<'_>, text: &str) -> PyResult<()> {
    let stream = py.import("sys")?.getattr("stderr")?;
    if stream.is_none() {
        return Ok(());
    }
    stream.call_method1("write", (terminal::coloured(text),)).map(drop)
}

/// Run a setup script, with `script_args` as its command line, and return its distribution.
///
/// `stop_after` is where `setup()` stops: `init` (the arguments are in the distribution), `config` (the
/// configuration files, too), `commandline`, or `run`. The script runs as `__main__`.
///
/// ValueError: there is no such `stop_after`. RuntimeError: the script did not call `setup()`.
#[pyfunction]
#[pyo3(signature = (script_name, script_args = None, stop_after = None), text_signature = "(script_name, script_args=None, stop_after='run')")]
fn run_setup<'py>(
    py: Python<'py>,
    script_name: &Bound<'py, PyAny>,
    script_args: Option<Bound<'py, PyAny>>,
    stop_after: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let stage = match &stop_after {
        None => "run".to_string(),
        Some(stage) => match stage.extract::<String>() {
            Ok(name) if STAGES.contains(&name.as_str()) => name,
            _ => {
                let text = format!("invalid value for 'stop_after': {}", stage.repr()?);
                return Err(PyValueError::new_err(text));
            }
        },
    };
    let core = seam::face(py, "core")?;
    core.setattr("_setup_stop_after", stage)?;
    let sys = py.import("sys")?;
    let saved = sys.getattr("argv")?.call_method0("copy")?;
    let ran = run_script(&sys, script_name, script_args);
    sys.setattr("argv", saved)?;
    core.setattr("_setup_stop_after", py.None())?;
    match ran {
        Err(error) if !error.is_instance_of::<PySystemExit>(py) => return Err(error),
        _ => {}
    }
    let dist = core.getattr("_setup_distribution")?;
    if dist.is_none() {
        return Err(PyRuntimeError::new_err(format!(
            "'distutils.core.setup()' was never called -- perhaps '{}' is not a Distutils setup script?",
            script_name.str()?
        )));
    }
    Ok(dist)
}

/// Compile and execute a script's file, under its own name so that tracebacks show its lines.
fn run_script(
    sys: &Bound<'_, PyModule>,
    script_name: &Bound<'_, PyAny>,
    script_args: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let py = sys.py();
    let argv = sys.getattr("argv")?;
    argv.set_item(0, script_name)?;
    if let Some(script_args) = script_args {
        argv.set_item(PySlice::new(py, 1, isize::MAX, 1), script_args)?;
    }
    let builtins = py.import("builtins")?;
    let file = builtins.call_method1("open", (script_name, "rb"))?;
    let source = file.call_method0("read");
    file.call_method0("close")?;
    let code = builtins.call_method1("compile", (source?, script_name, "exec"))?;
    let names = PyDict::new(py);
    names.set_item("__file__", script_name)?;
    names.set_item("__name__", "__main__")?;
    builtins.call_method1("exec", (code, names)).map(drop)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("USAGE", USAGE)?;
    module.add("setup_keywords", PyTuple::new(py, SETUP_KEYWORDS)?)?;
    module.add("extension_keywords", PyTuple::new(py, EXTENSION_KEYWORDS)?)?;
    module.add_function(wrap_pyfunction!(gen_usage, module)?)?;
    module.add_function(wrap_pyfunction!(setup, module)?)?;
    module.add_function(wrap_pyfunction!(run_commands, module)?)?;
    module.add_function(wrap_pyfunction!(run_setup, module)?)
}
