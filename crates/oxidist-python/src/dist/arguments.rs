//! What `setup()` is given becomes attributes: of the distribution, of its metadata, or options of commands.

use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use super::{Distribution, keywords, origins, suggestions};
use crate::errors::DistutilsSetupError;
use crate::seam;
use crate::value::{Elements, expected};

/// Where a script's own values are from, in `command_options`.
pub(super) const SETUP_SCRIPT: &str = "setup script";

/// Attributes that are None until somebody sets them.
const UNSET: [&str; 14] = [
    "command_packages",
    "script_name",
    "script_args",
    "packages",
    "package_dir",
    "py_modules",
    "libraries",
    "headers",
    "ext_modules",
    "ext_package",
    "include_dirs",
    "extra_path",
    "scripts",
    "data_files",
];

/// Give every attribute its first value.
pub(super) fn initialize(dist: &Bound<'_, Distribution>) -> PyResult<()> {
    let py = dist.py();
    dist.setattr("verbose", 1)?;
    dist.setattr("dry_run", 0)?;
    dist.setattr("help", 0)?;
    for name in dist.getattr("display_option_names")?.try_iter()? {
        dist.setattr(name?.cast_into::<PyString>()?, 0)?;
    }
    let metadata = seam::global(py, "dist", "DistributionMetadata")?.call0()?;
    dist.setattr("metadata", &metadata)?;
    for name in metadata.getattr("_METHOD_BASENAMES")?.try_iter()? {
        let getter = format!("get_{}", name?.extract::<String>()?);
        dist.setattr(&*getter, metadata.getattr(&*getter)?)?;
    }
    for name in UNSET {
        dist.setattr(name, py.None())?;
    }
    for name in ["cmdclass", "command_options", "package_data", "command_obj", "have_run"] {
        dist.setattr(name, PyDict::new(py))?;
    }
    dist.setattr("dist_files", PyList::empty(py))?;
    dist.setattr("password", "")?;
    origins::initialize(dist)
}

/// `options`, the script's values for commands: `{command: {option: value}}`.
pub(super) fn take_options(dist: &Bound<'_, Distribution>, attrs: &Bound<'_, PyAny>) -> PyResult<()> {
    let options = attrs.call_method1("get", ("options",))?;
    if options.is_none() {
        return Ok(());
    }
    attrs.del_item("options")?;
    for (command, values) in items(&options)? {
        let known = dist.call_method1("get_option_dict", (command,))?;
        for (option, value) in items(&values)? {
            known.set_item(option, (SETUP_SCRIPT, value))?;
        }
    }
    Ok(())
}

fn items<'py>(dictionary: &Bound<'py, PyAny>) -> PyResult<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
    let Some(items) = dictionary.getattr_opt("items")? else {
        return Err(wrong_argument("options", "a dictionary {command: {option: value}}", dictionary));
    };
    items.call0()?.elements()?.map(|item| item?.extract()).collect()
}

/// The error for an argument of `setup()` of a type that cannot be used.
pub(super) fn wrong_argument(name: &str, what: &str, value: &Bound<'_, PyAny>) -> PyErr {
    DistutilsSetupError::new_err(expected(name, what, value))
}

/// The other arguments of `setup()`: each is the metadata's, the distribution's, or not known.
pub(super) fn take_attributes(dist: &Bound<'_, Distribution>, attrs: &Bound<'_, PyAny>) -> PyResult<()> {
    let warn = |message: &str| dist.py().import("warnings")?.call_method1("warn", (message,)).map(drop);
    if attrs.contains("licence")? {
        attrs.set_item("license", attrs.get_item("licence")?)?;
        attrs.del_item("licence")?;
        warn("'licence' distribution option is deprecated; use 'license'")?;
    }
    let metadata = dist.getattr("metadata")?;
    for (key, value) in items(attrs)? {
        let name: String = key.extract()?;
        if name == "cmdclass" && !value.hasattr("get")? {
            return Err(wrong_argument(&name, "a dictionary {command: class}", &value));
        }
        if let Some(setter) = metadata.getattr_opt(&*format!("set_{name}"))? {
            setter.call1((&value,)).map_err(|error| wrong_type(&name, &value, error))?;
        } else if keywords::is_of_metadata(&name) || metadata.getattr_opt(&*name)?.is_some() {
            metadata.setattr(&*name, value)?;
        } else if dist.getattr_opt(&*name)?.is_some() {
            dist.setattr(&*name, value)?;
            keywords::note(dist, &name)?;
            origins::note_script(dist, &name)?;
        } else {
            warn(&format!(
                "Unknown distribution option: {}{}",
                key.repr()?,
                suggestions::of_argument(&name)
            ))?;
        }
    }
    Ok(())
}

/// The error for a value that a setter of the metadata cannot go through as a list of strings.
fn wrong_type(name: &str, value: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let py = value.py();
    let of_type = error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyAttributeError>(py);
    // With a traceback it is from a method of the script's own.
    if of_type && error.traceback(py).is_none() {
        wrong_argument(name, "a list of strings", value)
    } else {
        error
    }
}

/// Whether the user's own configuration file is read. The command line is looked through for
/// `--no-user-cfg` before it is parsed, because it is parsed after the configuration files.
pub(super) fn wants_user_cfg(dist: &Bound<'_, Distribution>) -> PyResult<bool> {
    let args = dist.getattr("script_args")?;
    if args.is_none() {
        return Ok(true);
    }
    let wrong = |_| wrong_argument("script_args", "a list of strings", &args);
    for arg in args.try_iter().map_err(wrong)? {
        let arg = arg?;
        if arg.eq("--no-user-cfg")? {
            return Ok(false);
        }
        if !arg.str()?.to_string_lossy().starts_with('-') {
            break;
        }
    }
    Ok(true)
}
