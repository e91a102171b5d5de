//! distutils.command.install_lib: installs what `build_py` and `build_ext` have built, and byte-compiles it.

use std::ffi::OsString;
use std::path::PathBuf;

use oxidist_engine::package::relative_to;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::Row;
use super::build_ext::copied_on;
use crate::cmd::Command;
use crate::door;
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{byte_compile, seam};

/// Installs all modules: copies everything from the folder that they were built in.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.install_lib", name = "install_lib")]
pub struct InstallLib;

/// What is taken from `install`: its option, and the name it has here.
const FROM_INSTALL: [(&str, &str); 6] = [
    ("build_lib", "build_dir"),
    ("install_lib", "install_dir"),
    ("force", "force"),
    ("compile", "compile"),
    ("optimize", "optimize"),
    ("skip_build", "skip_build"),
];

#[pymethods]
impl InstallLib {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(InstallLib)
    }

    #[classattr]
    fn description() -> &'static str {
        "install all Python modules (extensions and pure Python)"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("install-dir=", Some("d"), "folder to install in"),
            ("build-dir=", Some("b"), "folder that everything was built in"),
            ("force", Some("f"), "install everything, up to date or not"),
            ("compile", Some("c"), "compile modules to .pyc files [default]"),
            ("no-compile", None, "make no .pyc files"),
            ("optimize=", Some("O"), byte_compile::OPTIMIZE_HELP),
            ("skip-build", None, "take what is built already"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["force", "compile", "skip-build"]
    }

    #[classattr]
    fn negative_opt(py: Python<'_>) -> PyResult<Py<PyDict>> {
        super::negative_options(py, &[("no-compile", "compile")])
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for name in ["install_dir", "build_dir", "compile", "optimize", "skip_build"] {
            slf.setattr(name, slf.py().None())?;
        }
        slf.setattr("force", 0)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        super::take_options(slf.as_any(), "install", &FROM_INSTALL)?;
        if slf.getattr("compile")?.is_none() {
            slf.setattr("compile", true)?;
        }
        if slf.getattr("optimize")?.is_none() {
            slf.setattr("optimize", false)?;
        }
        byte_compile::finalize_optimize(slf.as_any())
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.call_method0("build")?;
        let outfiles = slf.call_method0("install")?;
        if !outfiles.is_none() && has(slf, "has_pure_modules")? {
            slf.call_method1("byte_compile", (outfiles,))?;
        }
        Ok(())
    }

    /// Build what is to be installed.
    fn build(slf: &Bound<'_, Self>) -> PyResult<()> {
        if slf.getattr("skip_build")?.is_truthy()? {
            return Ok(());
        }
        for (predicate, command) in [("has_pure_modules", "build_py"), ("has_ext_modules", "build_ext")] {
            if has(slf, predicate)? {
                slf.call_method1("run_command", (command,))?;
            }
        }
        Ok(())
    }

    /// Copy everything. Returns the installed files, or None with a warning where nothing is built.
    fn install<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        copied_on::copy_on(&slf.getattr("distribution")?)?;
        let build_dir: PathBuf = option(slf.as_any(), "build_dir")?;
        if door::of(slf.as_any())?.is_folder(&build_dir) {
            let arguments = (slf.getattr("build_dir")?, slf.getattr("install_dir")?);
            return slf.call_method1("copy_tree", arguments).map(Some);
        }
        let text = format!("'{}' does not exist -- no Python modules to install", build_dir.display());
        slf.call_method1("warn", (text,))?;
        Ok(None)
    }

    fn byte_compile(slf: &Bound<'_, Self>, files: &Bound<'_, PyAny>) -> PyResult<()> {
        if byte_compile::is_disabled(slf.py())? {
            slf.call_method1("warn", ("byte-compiling is disabled, skipping.",))?;
            return Ok(());
        }
        // Tracebacks of what is installed below another root name the files as they will be called there.
        let root = slf.call_method1("get_finalized_command", ("install",))?.getattr("root")?;
        for level in byte_compile::wanted_levels(slf.as_any())? {
            let verbose = if level > 0 { Some(slf.getattr("verbose")?) } else { None };
            byte_compile::call(slf.as_any(), files, level, &root, verbose)?;
        }
        Ok(())
    }

    /// What a build command makes, under its names in `output_dir`; `cmd_option` is where it makes it.
    fn _mutate_outputs<'py>(
        slf: &Bound<'py, Self>,
        has_any: &Bound<'py, PyAny>,
        build_cmd: &Bound<'py, PyAny>,
        cmd_option: &str,
        output_dir: PathBuf,
    ) -> PyResult<Bound<'py, PyList>> {
        let outputs = PyList::empty(slf.py());
        if !has_any.is_truthy()? {
            return Ok(outputs);
        }
        let command = slf.call_method1("get_finalized_command", (build_cmd,))?;
        let files = copied_on::outputs_in_build_lib(&command)?;
        let built_in: PathBuf = option(&command, cmd_option)?;
        for file in files.try_iter()? {
            let file: PathBuf = file?.extract()?;
            outputs.append(output_dir.join(relative_to(&file, &built_in)).as_file_name())?;
        }
        Ok(outputs)
    }

    /// The `.pyc` files of those that are Python sources.
    fn _bytecode_filenames<'py>(
        slf: &Bound<'py, Self>,
        py_filenames: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let extension: OsString =
            seam::global(py, "command.install_lib", "PYTHON_SOURCE_EXTENSION")?.extract()?;
        let levels = byte_compile::wanted_levels(slf.as_any())?;
        let names = byte_compile::CacheNames::new(py)?;
        let bytecode = PyList::empty(py);
        for file in py_filenames.try_iter()? {
            let file: PathBuf = file?.extract()?;
            let mut own = OsString::from(".");
            own.push(file.extension().unwrap_or_default());
            let is_source = own == extension || cfg!(windows) && own.eq_ignore_ascii_case(&extension);
            for level in levels.iter().filter(|_| is_source) {
                bytecode.append(names.of(&file, *level)?.as_file_name())?;
            }
        }
        Ok(bytecode)
    }

    /// Everything that is installed, whether it is built yet or not.
    fn get_outputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let distribution = slf.getattr("distribution")?;
        let install_dir = slf.getattr("install_dir")?;
        let has_modules = distribution.call_method0("has_pure_modules")?;
        let arguments = (has_modules, "build_py", "build_lib", &install_dir);
        let modules = slf.call_method1("_mutate_outputs", arguments)?;
        let bytecode = if slf.getattr("compile")?.is_truthy()? {
            slf.call_method1("_bytecode_filenames", (&modules,))?
        } else {
            PyList::empty(slf.py()).into_any()
        };
        let has_extensions = distribution.call_method0("has_ext_modules")?;
        let arguments = (has_extensions, "build_ext", "build_lib", &install_dir);
        let extensions = slf.call_method1("_mutate_outputs", arguments)?;
        modules.add(bytecode)?.add(extensions)
    }

    /// The built files that are installed, in the order of `get_outputs`.
    fn get_inputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let inputs = PyList::empty(slf.py());
        for (predicate, command) in [("has_pure_modules", "build_py"), ("has_ext_modules", "build_ext")] {
            if has(slf, predicate)? {
                let command = slf.call_method1("get_finalized_command", (command,))?;
                inputs.call_method1("extend", (copied_on::outputs_in_build_lib(&command)?,))?;
            }
        }
        Ok(inputs)
    }
}

fn has(slf: &Bound<'_, InstallLib>, predicate: &str) -> PyResult<bool> {
    slf.getattr("distribution")?.call_method0(predicate)?.is_truthy()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("PYTHON_SOURCE_EXTENSION", ".py")?;
    module.add_class::<InstallLib>()
}
