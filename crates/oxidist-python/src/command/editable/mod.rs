//! What `editable_wheel` and `develop` have in common: extensions built in place, and the files that make a project
//! importable from where it lies.
//!
//! Where all modules lie below one folder as their names say, that is a `.pth` file with this folder; else it is one
//! that starts a finder, a small module with the names and their places, which needs nothing but Python. What the build
//! generates is installed in a folder beside that, and found through the same two. [`building`] is what runs before.

mod building;

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oxidist_engine::editable::{self, Generated, Layout, Mapping, Place, layout};
use oxidist_engine::wheel::{Member, escaped_name};
use oxidist_engine::{package, tree};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};

pub use self::building::{Built, build};
use super::bdist_wheel::{BdistWheel, plan};
use crate::door;
use crate::file_name::AsFileName;
use crate::value::{option, path_to_python};

const FINDER: &str = include_str!("finder.py");

/// The lines of [`FINDER`] that are filled in.
const NO_MAPPING: &str = "MAPPING = {}";
const NO_NAMESPACES: &str = "NAMESPACES = set()";
const NOTHING_SHARED: &str = "SHARED = {}";

/// The command `bdist_wheel`, which knows names, tags and metadata. `options` are set before it is finalized; [`Built`]
/// has it forget them.
pub fn wheel<'py>(
    command: &Bound<'py, PyAny>,
    options: &[(&str, Bound<'py, PyAny>)],
) -> PyResult<Bound<'py, BdistWheel>> {
    let py = command.py();
    let distribution = command.getattr("distribution")?;
    let object = distribution.call_method1("reinitialize_command", ("bdist_wheel",))?;
    // Another library's class has not the methods that are needed.
    let wheel = match object.cast_into::<BdistWheel>() {
        Ok(wheel) => wheel,
        Err(_) => {
            let wheel = py.get_type::<BdistWheel>().call1((&distribution,))?.cast_into::<BdistWheel>()?;
            distribution.call_method1("_set_command_options", (&wheel,))?;
            wheel
        }
    };
    options.iter().try_for_each(|(name, value)| wheel.setattr(*name, value))?;
    wheel.call_method0("ensure_finalized")?;
    Ok(wheel)
}

/// What is installed, named as in a wheel, but for WHEEL and RECORD.
pub fn members(
    command: &Bound<'_, PyAny>,
    wheel: &Bound<'_, BdistWheel>,
    built: &Built,
) -> PyResult<Vec<Member>> {
    let py = command.py();
    let name = command.getattr("distribution")?.call_method0("get_name")?.str()?.to_cow()?.into_owned();
    let stem = format!("_editable_{}", escaped_name(&name));
    let folder = format!("{stem}_generated");
    let (generated, mut members) = generated(command, wheel, built, &folder)?;
    let (mut lines, mut mapping) = (String::new(), Mapping::default());
    let layout = layout(places(command, built)?);
    if let Layout::Path(folder) = &layout {
        lines.push_str(&path_entry(py, folder)?);
    }
    let is_mapped = matches!(layout, Layout::Mapping(_));
    match layout {
        Layout::Mapping(found) => {
            mapping = found;
            mapping.add(&generated, Path::new(&folder));
        }
        // Relative to the folder that the file is in.
        _ if !generated.files.is_empty() => lines.push_str(&format!("{folder}\n")),
        _ => {}
    }
    if is_mapped || !generated.shared.is_empty() {
        lines.push_str(&format!("import {stem}; {stem}.install()\n"));
        let finder = finder(py, &mapping, &generated, Path::new(&folder))?;
        members.push(Member::bytes(format!("{stem}.py"), finder.into_bytes()));
    }
    if !lines.is_empty() {
        members.push(Member::bytes(format!("{stem}.pth"), lines.into_bytes()));
    }
    plan::check_scripts(wheel)?;
    plan::check_data_files(wheel)?;
    members.extend(plan::besides_modules(wheel)?);
    Ok(members)
}

/// What was generated, and the members that it is in `folder`.
fn generated(
    command: &Bound<'_, PyAny>,
    wheel: &Bound<'_, BdistWheel>,
    built: &Built,
    folder: &str,
) -> PyResult<(Generated, Vec<Member>)> {
    let door = door::of(command)?;
    let Some(build_lib) = built.build_lib.as_ref().filter(|folder| door.is_folder(folder)) else {
        return Ok((Generated::default(), Vec::new()));
    };
    let here = std::env::current_dir()?;
    let build_py = command.call_method1("get_finalized_command", ("build_py",))?;
    let mut known: HashMap<String, PathBuf> = HashMap::new();
    let source_of = |package: &str| -> PyResult<PathBuf> {
        if let Some(folder) = known.get(package) {
            return Ok(folder.clone());
        }
        // Names of members are Unicode; those of the packages are as the file system has them.
        let name = Path::new(package).as_file_name();
        let folder: PathBuf = build_py.call_method1("get_package_dir", (name,))?.extract()?;
        let folder = tree::normalized(&here.join(folder));
        known.insert(package.to_string(), folder.clone());
        Ok(folder)
    };
    let mut files: Vec<String> =
        plan::in_folder(wheel, build_lib, "")?.into_iter().map(|member| member.name).collect();
    files.sort();
    let generated = editable::generated(door, files.into_iter().map(PathBuf::from), source_of)?;
    let member = |file: &PathBuf| {
        Member::file(format!("{folder}/{}", file.to_string_lossy().replace('\\', "/")), build_lib.join(file))
    };
    let members = generated.files.iter().map(member).collect();
    Ok((generated, members))
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
    let path = path_expression(py, folder)?;
    Ok(format!("import os, sys; {path} in sys.path or sys.path.append({path})\n"))
}

/// [`FINDER`] with its tables; `folder` is that of what was generated.
fn finder(py: Python<'_>, mapping: &Mapping, generated: &Generated, folder: &Path) -> PyResult<String> {
    let mut places = Vec::new();
    for (name, base) in &mapping.places {
        places.push(format!("{}: {}", text_expression(py, name)?, path_expression(py, base)?));
    }
    let mut text = FINDER.replace(NO_MAPPING, &format!("MAPPING = {{{}}}", places.join(", ")));
    if !mapping.namespaces.is_empty() {
        let names = PyTuple::new(py, &mapping.namespaces)?;
        text = text.replace(NO_NAMESPACES, &format!("NAMESPACES = set({})", literal(&names)?));
    }
    if !generated.shared.is_empty() {
        let mut packages = Vec::new();
        for (name, shared) in &generated.shared {
            let source = path_expression(py, &shared.source)?;
            let below = path_expression(py, &package::below(folder, name))?;
            let has_data = if shared.has_data { "True" } else { "False" };
            packages.push(format!("{}: ({source}, {below}, {has_data})", text_expression(py, name)?));
        }
        text = text.replace(NOTHING_SHARED, &format!("SHARED = {{{}}}", packages.join(", ")));
    }
    Ok(text)
}

/// An expression for a path. What is not ASCII is given as bytes: a string names another file where the file system's
/// encoding is another one than now.
fn path_expression(py: Python<'_>, path: &Path) -> PyResult<String> {
    let bytes = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) || bytes.is_ascii() {
        return literal(&path_to_python(py, path)?);
    }
    Ok(format!("os.fsdecode({})", literal(PyBytes::new(py, bytes).as_any())?))
}

fn text_expression(py: Python<'_>, text: &str) -> PyResult<String> {
    literal(PyString::new(py, text).as_any())
}

/// `ascii(value)`
fn literal(value: &Bound<'_, PyAny>) -> PyResult<String> {
    value.py().import("builtins")?.getattr("ascii")?.call1((value,))?.extract()
}

/// Where the project's packages, modules and extension modules lie.
fn places(command: &Bound<'_, PyAny>, built: &Built) -> PyResult<Vec<Place>> {
    let here = std::env::current_dir()?;
    let distribution = command.getattr("distribution")?;
    let build_py = command.call_method1("get_finalized_command", ("build_py",))?;
    let folder = |package: &str| -> PyResult<PathBuf> {
        build_py.call_method1("get_package_dir", (package,))?.extract()
    };
    let mut places = Vec::new();
    for package in option::<Option<Vec<String>>>(&build_py, "packages")?.unwrap_or_default() {
        let folder = folder(&package)?;
        let below = named(command.py(), &package)?;
        let made = built.build_lib.as_ref().map(|build_lib| package::below(build_lib, &below));
        if !folder.is_dir() && made.is_some_and(|made| made.is_dir()) {
            continue;
        }
        build_py.call_method1("check_package", (&package, folder.as_file_name()))?;
        places.push(Place { name: package, base: tree::normalized(&here.join(folder)) });
    }
    for name in option::<Option<Vec<String>>>(&build_py, "py_modules")?.unwrap_or_default() {
        let (package, module) = name.rsplit_once('.').unwrap_or(("", &name));
        let base = folder(package)?.join(named(command.py(), module)?);
        let file = base.with_file_name(named(command.py(), &format!("{module}.py"))?);
        build_py.call_method1("check_module", (&name, file.as_file_name()))?;
        places.push(Place { base: tree::normalized(&here.join(base)), name });
    }
    if distribution.call_method0("has_ext_modules")?.is_truthy()? {
        places.extend(extensions(command, &here)?);
    }
    Ok(places)
}

/// The name that a file has whose name is this text in Python.
fn named(py: Python<'_>, text: &str) -> PyResult<OsString> {
    if text.is_ascii() { Ok(text.into()) } else { PyString::new(py, text).extract() }
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
            None => Place { base: file.with_file_name(named(command.py(), last)?), name: full },
        });
    }
    Ok(places)
}
