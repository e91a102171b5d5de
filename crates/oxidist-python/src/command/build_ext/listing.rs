//! The list of extensions: checked, and pairs of the form that came before `Extension` turned into such.

use pyo3::exceptions::PyAssertionError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::BuildExt;
use crate::errors::DistutilsSetupError;
use crate::{log, seam};

/// A module's dotted name.
pub const EXPRESSIONS: &[(&str, &str)] =
    &[("extension_name_re", r"^[a-zA-Z_][a-zA-Z_0-9]*(\.[a-zA-Z_][a-zA-Z_0-9]*)*$")];

/// What a pair's dictionary and an Extension call by the same name.
const SAME_NAMES: [&str; 6] =
    ["include_dirs", "library_dirs", "libraries", "extra_objects", "extra_compile_args", "extra_link_args"];

/// The command's `extensions`, after its own `check_extensions_list` has seen them.
pub fn checked<'py>(slf: &Bound<'py, BuildExt>) -> PyResult<Bound<'py, PyAny>> {
    slf.call_method1("check_extensions_list", (slf.getattr("extensions")?,))?;
    slf.getattr("extensions")
}

pub fn check(py: Python<'_>, extensions: &Bound<'_, PyAny>) -> PyResult<()> {
    let Ok(list) = extensions.cast::<PyList>() else {
        return wrong("'ext_modules' option must be a list of Extension instances");
    };
    let class = seam::global(py, "command.build_ext", "Extension")?;
    for (index, item) in list.iter().enumerate() {
        if !item.is_instance(&class)? {
            list.set_item(index, from_pair(&class, &item)?)?;
        }
    }
    Ok(())
}

fn wrong<T>(text: impl Into<String>) -> PyResult<T> {
    Err(DistutilsSetupError::new_err(text.into()))
}

/// An Extension from `(name, {"sources": ..., "macros": ...})`.
fn from_pair<'py>(class: &Bound<'py, PyAny>, pair: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let Some(pair) = pair.cast::<PyTuple>().ok().filter(|pair| pair.len() == 2) else {
        return wrong("each element of 'ext_modules' option must be an Extension instance or 2-tuple");
    };
    let (name, info) = (pair.get_item(0)?, pair.get_item(1)?);
    let notice = "old-style (ext_name, build_info) tuple found in ext_modules for extension '%s' \
                  -- please convert to Extension instance";
    log::call(py, "warn", notice, (&name,))?;
    let expression = || seam::global(py, "command.build_ext", "extension_name_re");
    if !name.is_instance_of::<PyString>() || !expression()?.call_method1("match", (&name,))?.is_truthy()? {
        return wrong("first element of each tuple in 'ext_modules' must be the extension name (a string)");
    }
    let Ok(info) = info.cast::<PyDict>() else {
        return wrong("second element of each tuple in 'ext_modules' must be a dictionary (build info)");
    };
    let Some(sources) = info.get_item("sources")? else {
        return wrong(format!("in 'ext_modules' option (extension '{name}'), 'sources' must be present"));
    };
    let extension = class.call1((&name, sources)).map_err(|error| {
        if !error.is_instance_of::<PyAssertionError>(py) {
            return error;
        }
        let text = error.value(py).to_string();
        let text = text.strip_prefix(&format!("extension '{name}': ")).unwrap_or(&text);
        DistutilsSetupError::new_err(format!("in 'ext_modules' option (extension '{name}'): {text}"))
    })?;
    for attribute in SAME_NAMES {
        if let Some(value) = info.get_item(attribute)?.filter(|value| !value.is_none()) {
            extension.setattr(attribute, value)?;
        }
    }
    extension.setattr("runtime_library_dirs", info.get_item("rpath")?)?;
    if info.contains("def_file")? {
        log::call(py, "warn", "'def_file' element of build info dict no longer supported", ())?;
    }
    set_macros(&extension, info)?;
    Ok(extension)
}

/// `macros`: pairs are to be defined, tuples of one to be undefined.
fn set_macros(extension: &Bound<'_, PyAny>, info: &Bound<'_, PyDict>) -> PyResult<()> {
    let Some(macros) = info.get_item("macros")? else { return Ok(()) };
    if !macros.is_truthy()? {
        return Ok(());
    }
    let (define, undefine) = (PyList::empty(info.py()), PyList::empty(info.py()));
    let Ok(items) = macros.try_iter() else {
        let (name, shown) = (extension.getattr("name")?, macros.repr()?.to_string_lossy().into_owned());
        return wrong(format!(
            "in 'ext_modules' option (extension '{name}'): 'macros' must be a list of tuples (got {shown})"
        ));
    };
    for item in items {
        let item = item?;
        match item.cast::<PyTuple>().map(|item| item.len()) {
            Ok(1) => undefine.append(item.get_item(0)?)?,
            Ok(2) => define.append(item)?,
            _ => return wrong("'macros' element of build info dict must be 1- or 2-tuple"),
        }
    }
    extension.setattr("define_macros", define)?;
    extension.setattr("undef_macros", undefine)
}
