//! What `editable_wheel` and `develop` have in common: extensions built in place, and the files that make a project
//! importable from where it lies.
//!
//! Where all modules lie below one folder as their names say, that is a `.pth` file with this folder; else it is one
//! that starts a finder, a small module with the names and their places, which needs nothing but Python.

use std::path::{Path, PathBuf};

use oxidist_engine::editable::{Layout, Mapping, Place, layout};
use oxidist_engine::tree;
use oxidist_engine::wheel::{Member, escaped_name};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use super::bdist_wheel::{BdistWheel, plan};
use crate::value::{option, path_to_python};

const FINDER: &str = include_str!("finder.py");

/// The lines of [`FINDER`] that are filled in.
const NO_MAPPING: &str = "MAPPING = {}";
const NO_NAMESPACES: &str = "NAMESPACES = set()";

/// Build what is not Python: libraries, extensions in place, scripts.
pub fn build(command: &Bound<'_, PyAny>) -> PyResult<()> {
    let distribution = command.getattr("distribution")?;
    let has = |what: &str| -> PyResult<bool> { distribution.call_method0(what)?.is_truthy() };
    if has("has_c_libraries")? {
        command.call_method1("run_command", ("build_clib",))?;
    }
    if has("has_ext_modules")? {
        command.call_method1("reinitialize_command", ("build_ext",))?.setattr("inplace", 1)?;
        command.call_method1("run_command", ("build_ext",))?;
    }
    if has("has_scripts")? {
        // Those of an earlier build may be for another interpreter.
        command.call_method1("reinitialize_command", ("build_scripts",))?.setattr("force", 1)?;
        command.call_method1("run_command", ("build_scripts",))?;
    }
    Ok(())
}

/// A `bdist_wheel` of its own, which knows names, tags and metadata. `options` are set before it is finalized.
pub fn wheel<'py>(
    command: &Bound<'py, PyAny>,
    options: &[(&str, Bound<'py, PyAny>)],
) -> PyResult<Bound<'py, BdistWheel>> {
    let py = command.py();
    let distribution = command.getattr("distribution")?;
    let class = distribution.call_method1("get_command_class", ("bdist_wheel",))?;
    let object = class.call1((&distribution,))?;
    // Another library's class has not the methods that are needed.
    let wheel = match object.cast_into::<BdistWheel>() {
        Ok(wheel) => wheel,
        Err(_) => py.get_type::<BdistWheel>().call1((&distribution,))?.cast_into::<BdistWheel>()?,
    };
    distribution.call_method1("_set_command_options", (&wheel,))?;
    options.iter().try_for_each(|(name, value)| wheel.setattr(*name, value))?;
    wheel.call_method0("ensure_finalized")?;
    Ok(wheel)
}

/// What is installed, named as in a wheel, but for WHEEL and RECORD.
pub fn members(command: &Bound<'_, PyAny>, wheel: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let name = command.getattr("distribution")?.call_method0("get_name")?.str()?.to_cow()?.into_owned();
    let stem = format!("_editable_{}", escaped_name(&name));
    let mut members = match layout(places(command)?) {
        Layout::Nothing => Vec::new(),
        Layout::Path(folder) => vec![path_file(&stem, path_entry(command.py(), &folder)?)],
        Layout::Mapping(mapping) => vec![
            path_file(&stem, format!("import {stem}; {stem}.install()\n")),
            Member::bytes(format!("{stem}.py"), finder(command.py(), &mapping)?.into_bytes()),
        ],
    };
    plan::check_scripts(wheel)?;
    members.extend(plan::besides_modules(wheel)?);
    Ok(members)
}

fn path_file(stem: &str, text: String) -> Member {
    Member::bytes(format!("{stem}.pth"), text.into_bytes())
}

/// The line of a `.pth` file for `folder`. Pythons before 3.13 read such files in the encoding of the locale: what is
/// not ASCII is written as code, with escapes.
fn path_entry(py: Python<'_>, folder: &Path) -> PyResult<String> {
    let plain = folder.to_str().filter(|text| {
        text.chars().all(|c| c.is_ascii() && !c.is_ascii_control()) && text.trim_end() == *text
    });
    if let Some(text) = plain {
        return Ok(format!("{text}\n"));
    }
    let literal = literal(&path_to_python(py, folder)?)?;
    Ok(format!("import sys; {literal} in sys.path or sys.path.append({literal})\n"))
}

fn finder(py: Python<'_>, mapping: &Mapping) -> PyResult<String> {
    let places = PyDict::new(py);
    for (name, base) in &mapping.places {
        places.set_item(name, path_to_python(py, base)?)?;
    }
    let mut text = FINDER.replace(NO_MAPPING, &format!("MAPPING = {}", literal(&places)?));
    if !mapping.namespaces.is_empty() {
        let names = PyTuple::new(py, &mapping.namespaces)?;
        text = text.replace(NO_NAMESPACES, &format!("NAMESPACES = set({})", literal(&names)?));
    }
    Ok(text)
}

/// `ascii(value)`
fn literal(value: &Bound<'_, PyAny>) -> PyResult<String> {
    value.py().import("builtins")?.getattr("ascii")?.call1((value,))?.extract()
}

/// Where the project's packages, modules and extension modules lie.
fn places(command: &Bound<'_, PyAny>) -> PyResult<Vec<Place>> {
    let here = std::env::current_dir()?;
    let distribution = command.getattr("distribution")?;
    let build_py = command.call_method1("get_finalized_command", ("build_py",))?;
    let folder = |package: &str| -> PyResult<PathBuf> {
        build_py.call_method1("get_package_dir", (package,))?.extract()
    };
    let mut places = Vec::new();
    for package in option::<Option<Vec<String>>>(&build_py, "packages")?.unwrap_or_default() {
        let folder = folder(&package)?;
        build_py.call_method1("check_package", (&package, folder.as_os_str()))?;
        places.push(Place { name: package, base: tree::normalized(&here.join(folder)) });
    }
    for name in option::<Option<Vec<String>>>(&build_py, "py_modules")?.unwrap_or_default() {
        let (package, module) = name.rsplit_once('.').unwrap_or(("", &name));
        let base = folder(package)?.join(module);
        let file = base.with_file_name(format!("{module}.py"));
        build_py.call_method1("check_module", (&name, file.as_os_str()))?;
        places.push(Place { base: tree::normalized(&here.join(base)), name });
    }
    if distribution.call_method0("has_ext_modules")?.is_truthy()? {
        places.extend(extensions(command, &here)?);
    }
    Ok(places)
}

fn extensions(command: &Bound<'_, PyAny>, here: &Path) -> PyResult<Vec<Place>> {
    let build_ext = command.call_method1("get_finalized_command", ("build_ext",))?;
    let mut places = Vec::new();
    for extension in build_ext.getattr("extensions")?.try_iter()? {
        let extension = extension?;
        // A pair is the old form.
        let name = match extension.cast::<PyTuple>() {
            Ok(pair) => pair.get_item(0)?,
            Err(_) => extension.getattr("name")?,
        };
        let file: PathBuf = build_ext.call_method1("get_ext_fullpath", (&name,))?.extract()?;
        let file = tree::normalized(&here.join(file));
        let full: String = build_ext.call_method1("get_ext_fullname", (&name,))?.extract()?;
        let last = full.rsplit('.').next().unwrap_or_default();
        places.push(match full.strip_suffix(".__init__") {
            Some(package) => {
                Place { name: package.to_string(), base: file.parent().unwrap_or(here).to_path_buf() }
            }
            None => Place { base: file.with_file_name(last), name: full },
        });
    }
    Ok(places)
}
