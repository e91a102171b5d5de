//! The module `oxidist._core`: one submodule for each module of distutils, listed in [`MODULES`].
//!
//! Each file here is the distutils module of the same name. What serves all of them is in four rooms:
//! [`seam`] (what a script may have replaced), [`door`] (disk or dry run), [`interrupt`] (work without the
//! GIL that Ctrl-C ends) and [`value`] (options of any Python type, read as Rust types).

mod _msvccompiler;
mod archive_util;
mod backend;
mod bcppcompiler;
mod byte_compile;
mod ccompiler;
mod cmd;
mod command;
mod config;
mod core;
mod cygwinccompiler;
mod data_files;
mod dataclass;
mod debug;
mod dep_util;
mod dir_util;
mod dist;
mod dist_files;
mod door;
mod errors;
mod extension;
mod failed_command;
mod fancy_getopt;
mod file_name;
mod file_util;
mod filelist;
mod find_packages;
mod fixers;
mod index_server;
mod interrupt;
mod late;
mod log;
mod macos_compat;
mod modified;
mod msvc9compiler;
mod msvccompiler;
mod plain_new;
mod platform;
mod python_os;
mod registry;
mod repeated_paths;
mod seam;
mod setuptools;
mod source_lines;
mod spawn;
mod steps;
mod sysconfig;
mod text;
mod text_file;
mod unixccompiler;
mod unpack;
mod unread;
mod util;
mod value;
mod version;
mod versionpredicate;
mod windows;
mod zosccompiler;

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

/// Fills one submodule with its classes and functions.
type Register = fn(&Bound<'_, PyModule>) -> PyResult<()>;

/// The whole public surface: `distutils.<name>` re-exports `oxidist._core.<name>`.
const MODULES: &[(&str, Register)] = &[
    ("errors", errors::register),
    ("debug", debug::register),
    ("log", log::register),
    ("dep_util", dep_util::register),
    ("_modified", modified::register),
    ("dir_util", dir_util::register),
    ("file_util", file_util::register),
    ("spawn", spawn::register),
    ("sysconfig", sysconfig::register),
    ("_macos_compat", macos_compat::register),
    ("util", util::register),
    ("fancy_getopt", fancy_getopt::register),
    ("extension", extension::register),
    ("_dataclass", dataclass::register),
    ("text_file", text_file::register),
    ("filelist", filelist::register),
    ("archive_util", archive_util::register),
    ("ccompiler", ccompiler::register),
    ("unixccompiler", unixccompiler::register),
    ("cygwinccompiler", cygwinccompiler::register),
    ("zosccompiler", zosccompiler::register),
    ("_msvccompiler", _msvccompiler::register),
    ("msvc9compiler", msvc9compiler::register),
    ("msvccompiler", msvccompiler::register),
    ("bcppcompiler", bcppcompiler::register),
    ("version", version::register),
    ("versionpredicate", versionpredicate::register),
    ("cmd", cmd::register),
    ("dist", dist::register),
    ("config", config::register),
    ("core", core::register),
    ("command", |_| Ok(())),
    ("command.build", command::build::register),
    ("command.build_clib", command::build_clib::register),
    ("command.build_ext", command::build_ext::register),
    ("command.build_py", command::build_py::register),
    ("command.build_scripts", command::build_scripts::register),
    ("command._framework_compat", command::framework_compat::register),
    ("command.check", command::check::register),
    ("command.clean", command::clean::register),
    ("command.config", command::config::register),
    ("command.install", command::install::register),
    ("command.install_data", command::install_data::register),
    ("command.install_egg_info", command::install_egg_info::register),
    ("command.install_headers", command::install_headers::register),
    ("command.install_lib", command::install_lib::register),
    ("command.install_scripts", command::install_scripts::register),
    ("command.register", command::register::register),
    ("command.sdist", command::sdist::register),
    ("command.bdist", command::bdist::register),
    ("command.bdist_dumb", command::bdist_dumb::register),
    ("command.bdist_msi", command::bdist_msi::register),
    ("command.bdist_rpm", command::bdist_rpm::register),
    ("command.upload", command::upload::register),
    ("command.bdist_wheel", command::bdist_wheel::register),
    ("command.dist_info", command::dist_info::register),
    ("command.egg_info", command::egg_info::register),
    ("command.editable_wheel", command::editable_wheel::register),
    ("command.develop", command::develop::register),
];

/// The modules of commands, by the names of these.
pub fn command_modules() -> impl Iterator<Item = &'static str> {
    MODULES.iter().filter_map(|(name, _)| name.strip_prefix("command.")).filter(|name| !name.starts_with('_'))
}

/// Modules whose classes extend those of another, which gets its classes' attributes first.
const BASES: &[(&str, &str)] = &[
    ("unixccompiler", "ccompiler"),
    ("cygwinccompiler", "unixccompiler"),
    ("zosccompiler", "unixccompiler"),
    ("_msvccompiler", "ccompiler"),
    ("msvc9compiler", "ccompiler"),
    ("msvccompiler", "msvc9compiler"),
    ("bcppcompiler", "ccompiler"),
];

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    // Where there is no /dev/null, the streams stay as they are.
    let _ = oxidist_engine::effects::open_closed_streams();
    door::register(module)?;
    dist_files::register(module)?;
    unpack::register(module)?;
    text::register(module)?;
    backend::register(module)?;
    find_packages::register(module)?;
    dist::pyproject::schema::register(module)?;
    let loaded = py.import("sys")?.getattr("modules")?;
    for (name, _) in MODULES {
        // Named as Python code knows it, so that `__module__`, pickles and tracebacks say `distutils...`.
        let submodule = PyModule::new(py, &format!("{PACKAGE}{name}"))?;
        submodule.setattr("__getattr__", wrap_pyfunction!(__getattr__, &submodule)?)?;
        submodule.setattr("__dir__", wrap_pyfunction!(__dir__, &submodule)?)?;
        loaded.set_item(format!("oxidist._core.{name}"), &submodule)?;
        if !name.contains('.') {
            module.setattr(*name, &submodule)?;
        }
    }
    Ok(())
}

/// What stands before the names of [`MODULES`] in Python.
const PACKAGE: &str = "distutils.";

/// A submodule is filled when it is first asked for a name: a class takes tens of microseconds to make, and a setup
/// script needs few of them.
///
/// A face that has taken this very function asks it for names later on, too.
#[pyfunction]
#[pyo3(pass_module)]
fn __getattr__<'py>(
    module: &Bound<'py, PyModule>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let text = name.to_cow()?;
    // What Python asks every module for, and none of these has.
    if text.starts_with("__") && text != "__all__" {
        return Err(PyAttributeError::new_err(format!(
            "module '{}' has no attribute '{text}'",
            module.name()?
        )));
    }
    fill(module)?;
    module.getattr(name)
}

#[pyfunction]
#[pyo3(pass_module)]
fn __dir__<'py>(module: &Bound<'py, PyModule>) -> PyResult<Bound<'py, PyList>> {
    fill(module)?;
    Ok(module.dict().keys())
}

/// Fills a submodule that still is as [`_core`] made it.
fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let names = module.dict();
    if !names.contains("__dir__")? {
        return Ok(());
    }
    names.del_item("__dir__")?;
    names.del_item("__getattr__")?;
    let name = module.name()?;
    let name = name.to_cow()?;
    let name = name.strip_prefix(PACKAGE).unwrap_or(&name);
    for (_, base) in BASES.iter().filter(|row| row.0 == name) {
        fill(&module.py().import(format!("oxidist._core.{base}"))?)?;
    }
    MODULES.iter().filter(|row| row.0 == name).try_for_each(|(_, register)| register(module))?;
    plain_new::complete(module)?;
    command::base::replace(module)?;
    if names.contains("__getattr__")? {
        return Ok(());
    }
    // Without one of its own.
    names.set_item("__getattr__", wrap_pyfunction!(of_the_library, module)?)
}

/// The `__getattr__` of a filled submodule and of its face, where the module has none of its own.
#[pyfunction(name = "__getattr__")]
#[pyo3(pass_module)]
fn of_the_library<'py>(module: &Bound<'py, PyModule>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let module_name = module.name()?;
    let module_name = module_name.to_cow()?;
    late::library(module.py(), module_name.strip_prefix(PACKAGE).unwrap_or(&module_name), name)
}
