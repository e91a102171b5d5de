//! distutils.command.build: runs the commands that build something, and says where everything is built.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::Row;
use super::build_ext::copied_on;
use crate::cmd::Command;
use crate::errors::DistutilsOptionError;
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{seam, setuptools};

/// Builds everything that `install` and the built distributions need.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.build", name = "build")]
pub struct Build;

#[pymethods]
impl Build {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(Build)
    }

    #[classattr]
    fn description() -> &'static str {
        "build everything needed to install"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("build-base=", Some("b"), "folder that everything is built in [default: build]"),
            ("build-purelib=", None, "where modules go if none is an extension [default: lib in build-base]"),
            ("build-platlib=", None, "where modules go if some are extensions [default: lib.<platform>]"),
            ("build-lib=", None, "where all modules go (instead of build-purelib or build-platlib)"),
            ("build-scripts=", None, "where scripts go"),
            ("build-temp=", Some("t"), "where temporary files go"),
            ("plat-name=", Some("p"), "platform to build for, where that is possible [default: this one]"),
            ("compiler=", Some("c"), "the type of the compiler"),
            ("parallel=", Some("j"), "how many jobs run at the same time"),
            ("debug", Some("g"), "compile libraries and extensions with debugging information"),
            ("force", Some("f"), "build everything, up to date or not"),
            ("executable=", Some("e"), "the interpreter that scripts are to be run by"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["debug", "force"]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.setattr("build_base", "build")?;
        for name in ["build_purelib", "build_platlib", "build_lib", "build_temp", "build_scripts"] {
            slf.setattr(name, slf.py().None())?;
        }
        for name in ["compiler", "plat_name", "debug"] {
            slf.setattr(name, slf.py().None())?;
        }
        slf.setattr("force", 0)?;
        slf.setattr("executable", slf.py().None())?;
        slf.setattr("parallel", slf.py().None())
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let sys = py.import("sys")?;
        finalize_platform(slf)?;
        let (major, minor) = running_version(py)?;
        let debug_build = if sys.hasattr("gettotalrefcount")? { "-pydebug" } else { "" };
        let specifier = format!(".{}-{major}.{minor}{debug_build}", slf.getattr("plat_name")?.str()?);
        let base: PathBuf = option(slf.as_any(), "build_base")?;
        set_default(slf, "build_purelib", || Ok(base.join("lib")))?;
        set_default(slf, "build_platlib", || Ok(base.join(format!("lib{specifier}"))))?;
        if slf.getattr("build_lib")?.is_none() {
            let has_extensions = setuptools::has_extensions(&slf.getattr("distribution")?)?;
            let chosen = if has_extensions { "build_platlib" } else { "build_purelib" };
            slf.setattr("build_lib", slf.getattr(chosen)?)?;
        }
        set_default(slf, "build_temp", || Ok(base.join(format!("temp{specifier}"))))?;
        set_default(slf, "build_scripts", || Ok(base.join(format!("scripts-{major}.{minor}"))))?;
        if slf.getattr("executable")?.is_none() {
            let executable = sys.getattr("executable")?;
            if executable.is_truthy()? {
                let normal = py.import("os.path")?.call_method1("normpath", (executable,))?;
                slf.setattr("executable", normal)?;
            }
        }
        finalize_parallel(slf.as_any())
    }

    /// Run the sub-commands that the distribution has something for.
    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        for name in slf.call_method0("get_sub_commands")?.try_iter()? {
            slf.call_method1("run_command", (name?,))?;
        }
        copied_on::copy_on(&slf.getattr("distribution")?)
    }

    fn has_pure_modules<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("distribution")?.call_method0("has_pure_modules")
    }

    fn has_c_libraries<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("distribution")?.call_method0("has_c_libraries")
    }

    fn has_ext_modules<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("distribution")?.call_method0("has_ext_modules")
    }

    fn has_scripts<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("distribution")?.call_method0("has_scripts")
    }
}

/// The sub-commands in the order in which they run, with the method that says whether there is need.
const SUB_COMMANDS: &[(&str, &str)] = &[
    ("build_py", "has_pure_modules"),
    ("build_clib", "has_c_libraries"),
    ("build_ext", "has_ext_modules"),
    ("build_scripts", "has_scripts"),
];

fn finalize_platform(slf: &Bound<'_, Build>) -> PyResult<()> {
    let py = slf.py();
    if slf.getattr("plat_name")?.is_none() {
        return slf.setattr("plat_name", seam::global(py, "command.build", "get_platform")?.call0()?);
    }
    // Elsewhere the platform is chosen when Python is configured, and an option would only mislead.
    if py.import("os")?.getattr("name")?.extract::<String>()? != "nt" {
        let text = "--plat-name only supported on Windows (try using './configure --help' on your platform)";
        return Err(DistutilsOptionError::new_err(text));
    }
    Ok(())
}

/// `parallel` as a number, where it is a text. None, 0 and False from a script: one job after the other.
pub fn finalize_parallel(command: &Bound<'_, PyAny>) -> PyResult<()> {
    let parallel = command.getattr("parallel")?;
    if !parallel.is_instance_of::<PyString>() {
        return if parallel.is_truthy()? { check_parallel(&parallel) } else { Ok(()) };
    }
    let number = command.py().import("builtins")?.getattr("int")?.call1((&parallel,));
    let number = number.map_err(|_| {
        DistutilsOptionError::new_err(format!("parallel should be an integer (got '{parallel}')"))
    })?;
    check_parallel(&number)?;
    command.setattr("parallel", number)
}

/// That `number` is one of jobs that can run at the same time.
pub fn check_parallel(number: &Bound<'_, PyAny>) -> PyResult<()> {
    match number.extract::<i64>() {
        Ok(number) if number < 1 => Err(DistutilsOptionError::new_err(format!(
            "parallel should be an integer from 1 upwards (got {number})"
        ))),
        _ => Ok(()),
    }
}

fn set_default(
    slf: &Bound<'_, Build>,
    name: &str,
    default: impl FnOnce() -> PyResult<PathBuf>,
) -> PyResult<()> {
    if slf.getattr(name)?.is_none() {
        let path: &Path = &default()?;
        slf.setattr(name, path.as_file_name())?;
    }
    Ok(())
}

/// The first two numbers of `sys.version_info`.
pub fn running_version(py: Python<'_>) -> PyResult<(u32, u32)> {
    let version = py.import("sys")?.getattr("version_info")?;
    Ok((version.get_item(0)?.extract()?, version.get_item(1)?.extract()?))
}

/// List the compilers that there are: `build --help-compiler`.
#[pyfunction]
fn show_compilers(py: Python<'_>) -> PyResult<()> {
    seam::global(py, "ccompiler", "show_compilers")?.call0().map(drop)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let function = wrap_pyfunction!(show_compilers, module)?;
    module.add_function(function.clone())?;
    module.add_class::<Build>()?;
    let class = py.get_type::<Build>();
    let row = ("help-compiler", py.None(), "list the compilers that there are", function);
    class.setattr("help_options", PyList::new(py, [row])?)?;
    super::set_sub_commands(&class, SUB_COMMANDS)
}
