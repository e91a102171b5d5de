//! distutils.command.bdist: makes built distributions, each by the command of its format.

use std::path::PathBuf;

use pyo3::exceptions::PyDeprecationWarning;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple, PyType};

use super::Row;
use crate::cmd::Command;
use crate::errors::{DistutilsOptionError, DistutilsPlatformError};
use crate::file_name::AsFileName;
use crate::value::{Elements, option};
use crate::{seam, setuptools};

/// Makes built distributions.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.bdist", name = "bdist")]
pub struct Bdist;

/// The formats in the order of their list, with the command that makes each, and the help text.
const FORMATS: [(&str, &str, &str); 9] = [
    ("rpm", "bdist_rpm", "RPM package"),
    ("gztar", "bdist_dumb", "tar file, compressed with gzip"),
    ("bztar", "bdist_dumb", "tar file, compressed with bzip2"),
    ("xztar", "bdist_dumb", "tar file, compressed with xz"),
    ("ztar", "bdist_dumb", "tar file, compressed with compress"),
    ("tar", "bdist_dumb", "tar file, not compressed"),
    ("zip", "bdist_dumb", "zip file"),
    ("msi", "bdist_msi", "Windows installer package"),
    ("wheel", "bdist_wheel", "wheel, as pip installs it"),
];

/// The format by the value of `os.name`.
pub const DEFAULT_FORMATS: [(&str, &str); 2] = [("posix", "gztar"), ("nt", "zip")];

#[pymethods]
impl Bdist {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(Bdist)
    }

    #[classattr]
    fn description() -> &'static str {
        "create a built (binary) distribution"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("bdist-base=", Some("b"), "folder in which built distributions are put together"),
            ("plat-name=", Some("p"), "name of the platform, for file names [default: this one]"),
            ("formats=", None, "formats of the distributions (a list with commas)"),
            ("dist-dir=", Some("d"), "folder that the distributions go into [default: dist]"),
            ("skip-build", None, "take what is built already"),
            ("owner=", Some("u"), "owner of the files in tar archives [default: the files' own]"),
            ("group=", Some("g"), "group of the files in tar archives [default: the files' own]"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["skip-build"]
    }

    /// Commands that make one format only.
    #[classattr]
    fn no_format_option() -> (&'static str,) {
        ("bdist_rpm",)
    }

    #[classattr]
    fn default_format(py: Python<'_>) -> PyResult<Py<PyDict>> {
        default_formats(py)
    }

    #[classattr]
    fn format_commands() -> Vec<&'static str> {
        FORMATS.iter().map(|row| row.0).collect()
    }

    #[classattr]
    fn format_command(py: Python<'_>) -> PyResult<Py<PyDict>> {
        let commands = PyDict::new(py);
        for (format, command, help) in FORMATS {
            commands.set_item(format, (command, help))?;
        }
        Ok(commands.unbind())
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for option in ["bdist_base", "plat_name", "formats", "dist_dir", "group", "owner"] {
            slf.setattr(option, slf.py().None())?;
        }
        slf.setattr("skip_build", 0)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        if slf.getattr("plat_name")?.is_none() {
            let name = if slf.getattr("skip_build")?.is_truthy()? {
                seam::global(py, "command.bdist", "get_platform")?.call0()?
            } else {
                slf.call_method1("get_finalized_command", ("build",))?.getattr("plat_name")?
            };
            slf.setattr("plat_name", name)?;
        }
        if slf.getattr("bdist_base")?.is_none() {
            let build = slf.call_method1("get_finalized_command", ("build",))?;
            let base: PathBuf = option(&build, "build_base")?;
            let name = format!("bdist.{}", option::<String>(slf.as_any(), "plat_name")?);
            slf.setattr("bdist_base", base.join(name).as_file_name())?;
        }
        slf.call_method1("ensure_string_list", ("formats",))?;
        if slf.getattr("formats")?.is_none() {
            let format = default_format(slf.as_any(), "built distributions")?;
            slf.setattr("formats", PyList::new(py, [format])?)?;
        }
        if slf.getattr("dist_dir")?.is_none() {
            slf.setattr("dist_dir", "dist")?;
        }
        Ok(())
    }

    /// Run the command of each format, one after the other.
    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let table = slf.getattr("format_command")?;
        let formats: Vec<Bound<'_, PyAny>> = slf.getattr("formats")?.elements()?.collect::<PyResult<_>>()?;
        let mut commands = Vec::new();
        for format in &formats {
            let known = if is_hidden(format)? { None } else { table.get_item(format).ok() };
            let Some(entry) = known else {
                let text = format!("invalid format '{}'", format.str()?);
                return Err(DistutilsOptionError::new_err(text));
            };
            commands.push(entry.get_item(0)?.extract::<String>()?);
        }
        for (at, (format, name)) in formats.iter().zip(&commands).enumerate() {
            let command = slf.call_method1("reinitialize_command", (name,))?;
            if !slf.getattr("no_format_option")?.contains(name)? {
                command.setattr("format", format)?;
            }
            if name == "bdist_dumb" {
                command.setattr("owner", slf.getattr("owner")?)?;
                command.setattr("group", slf.getattr("group")?)?;
            }
            // What the same command needs again need not be made again.
            if commands[at + 1..].contains(name) {
                command.setattr("keep_temp", 1)?;
            }
            slf.call_method1("run_command", (name,))?;
        }
        Ok(())
    }
}

/// A command's `default_format`: the format by the value of `os.name`.
pub fn default_formats(py: Python<'_>) -> PyResult<Py<PyDict>> {
    let formats = PyDict::new(py);
    for (system, format) in DEFAULT_FORMATS {
        formats.set_item(system, format)?;
    }
    Ok(formats.unbind())
}

/// The entry of a command's `default_format` for this platform; `what` is made in it.
pub fn default_format<'py>(command: &Bound<'py, PyAny>, what: &str) -> PyResult<Bound<'py, PyAny>> {
    let system = command.py().import("os")?.getattr("name")?;
    command.getattr("default_format")?.get_item(&system).map_err(|_| {
        DistutilsPlatformError::new_err(format!("don't know how to create {what} on platform {system}"))
    })
}

/// The format that is an addition of ours: a setuptools has none of that name.
const ADDITION: &str = "wheel";

fn is_hidden(format: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(format.eq(ADDITION)? && setuptools::is_imported(format.py())?)
}

/// Print what `--formats` can be.
#[pyfunction]
fn show_formats(py: Python<'_>) -> PyResult<()> {
    let class = seam::global(py, "command.bdist", "bdist")?;
    let table = class.getattr("format_command")?;
    let rows = PyList::empty(py);
    for format in class.getattr("format_commands")?.try_iter()? {
        let format = format?;
        if is_hidden(&format)? {
            continue;
        }
        let help = table.get_item(&format)?.get_item(1)?;
        rows.append((format!("formats={}", format.str()?), py.None(), help))?;
    }
    let parser = seam::global(py, "fancy_getopt", "FancyGetopt")?.call1((rows,))?;
    parser.call_method1("print_help", ("List of available distribution formats:",)).map(drop)
}

/// What `ListCompat` has beside a dictionary's own methods.
#[pyclass(subclass, frozen, module = "distutils.command.bdist")]
struct Appending;

#[pymethods]
impl Appending {
    /// Once, `format_commands` was a list, as it is here.
    fn append(slf: &Bound<'_, Self>, item: &Bound<'_, PyAny>) -> PyResult<()> {
        let _ = item;
        let message = "format_commands is now a dict. append is deprecated.";
        let arguments = (message, slf.py().get_type::<PyDeprecationWarning>(), 2);
        slf.py().import("warnings")?.call_method1("warn", arguments).map(drop)
    }
}

/// The class of `format_commands` in later copies: a dictionary that takes `append`, and does nothing with it.
fn list_compat(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let names = PyDict::new(py);
    names.set_item("__module__", "distutils.command.bdist")?;
    py.get_type::<PyType>().call1((
        "ListCompat",
        (py.get_type::<PyDict>(), py.get_type::<Appending>()),
        names,
    ))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("ListCompat", list_compat(module.py())?)?;
    module.add_class::<Bdist>()?;
    module.add_function(wrap_pyfunction!(show_formats, module)?)?;
    let class = module.py().get_type::<Bdist>();
    super::set_help_options(
        &class,
        "help-formats",
        "list the formats there are",
        module.getattr("show_formats")?,
    )
}
