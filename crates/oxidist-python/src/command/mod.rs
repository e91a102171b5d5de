//! distutils.command: one file for each command, named as the command is.

pub mod base;
pub mod bdist;
pub mod bdist_dumb;
pub mod bdist_msi;
pub mod bdist_rpm;
pub mod bdist_wheel;
pub mod build;
pub mod build_clib;
pub mod build_ext;
pub mod build_py;
pub mod build_scripts;
pub mod check;
pub mod clean;
pub mod compiler_options;
pub mod config;
pub mod develop;
pub mod dist_info;
mod editable;
pub mod editable_wheel;
pub mod egg_info;
pub mod framework_compat;
pub mod info_folder;
pub mod install;
pub mod install_data;
pub mod install_egg_info;
pub mod install_headers;
pub mod install_lib;
pub mod install_scripts;
pub mod register;
pub mod sdist;
pub mod upload;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyType};

/// One row of an option table: the long name (with `=` where it takes a value), the letter, the help text.
pub type Row = (&'static str, Option<&'static str>, &'static str);

/// Give a command class its `sub_commands`: names, each with the class's own method that says whether there
/// is anything to do for it. An override in a subclass does not change the table.
fn set_sub_commands(class: &Bound<'_, PyType>, table: &[(&str, &str)]) -> PyResult<()> {
    let rows = PyList::empty(class.py());
    for (name, predicate) in table {
        rows.append((name, class.getattr(*predicate)?))?;
    }
    class.setattr("sub_commands", rows)
}

/// A command's `negative_opt`: which option each one is the opposite of.
fn negative_options(py: Python<'_>, table: &[(&str, &str)]) -> PyResult<Py<PyDict>> {
    let options = PyDict::new(py);
    for (negative, positive) in table {
        options.set_item(negative, positive)?;
    }
    Ok(options.unbind())
}

/// Give a command class its one help option, which calls `function`.
fn set_help_options(
    class: &Bound<'_, PyType>,
    option: &str,
    help: &str,
    function: Bound<'_, PyAny>,
) -> PyResult<()> {
    class.setattr("help_options", vec![(option, class.py().None(), help, function)])
}

/// `command.set_undefined_options(from, *pairs)`: each pair is the other command's option and the own one.
fn take_options(command: &Bound<'_, PyAny>, from: &str, pairs: &[(&str, &str)]) -> PyResult<()> {
    let arguments = PyList::new(command.py(), [from])?;
    for pair in pairs {
        arguments.append(pair)?;
    }
    command.call_method1("set_undefined_options", arguments.to_tuple()).map(drop)
}

/// `value or []`.
fn or_empty_list(value: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    if value.is_truthy()? { Ok(value) } else { Ok(PyList::empty(value.py()).into_any()) }
}
