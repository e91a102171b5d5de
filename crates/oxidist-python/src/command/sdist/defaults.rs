//! The files of a source distribution that need no rule.

use std::path::{Path, PathBuf};

use oxidist_engine::glob::files_and_unread;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::Sdist;
use crate::dist::{keywords, pyproject};
use crate::errors::OrRaise;
use crate::file_name::AsFileName;
use crate::seam;
use crate::setuptools::Departure;
use crate::unread;
use crate::value::option;

/// The methods that `add_defaults` calls, in order.
pub const STEPS: [&str; 7] = [
    "_add_defaults_standards",
    "_add_defaults_optional",
    "_add_defaults_python",
    "_add_defaults_data_files",
    "_add_defaults_ext",
    "_add_defaults_c_libs",
    "_add_defaults_scripts",
];

/// Patterns for what is taken where it is there.
const OPTIONAL: [&str; 2] = ["test/test*.py", "setup.cfg"];

/// What setuptools takes besides.
const TESTS: &str = "tests/test*.py";

/// Whether a file exists under a name of exactly this case.
pub fn exists_in_this_case(fspath: &Bound<'_, PyAny>) -> PyResult<bool> {
    let path: PathBuf = fspath.extract()?;
    // Only there a name may lead to a file of another name.
    if !path.exists() || !cfg!(any(windows, target_os = "macos")) {
        return Ok(path.exists());
    }
    let path = std::path::absolute(&path)?;
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(true) };
    Ok(std::fs::read_dir(folder)?.flatten().any(|entry| entry.file_name() == name))
}

/// A README, and the setup script; a missing one is warned about.
pub fn standards(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    let distribution = slf.getattr("distribution")?;
    option::<PathBuf>(&distribution, "script_name")?;
    let script = distribution.getattr("script_name")?;
    for standard in [slf.getattr("READMES")?, script] {
        let alternatives: Vec<Bound<'_, PyAny>> = match standard.cast::<PyTuple>() {
            Ok(names) => names.iter().collect(),
            Err(_) => vec![standard.clone()],
        };
        if append_first(slf, &alternatives)? {
            continue;
        }
        // What pyproject.toml says is the readme is added with its other files.
        if standard.is_instance_of::<PyTuple>() && has_readme(&distribution)? {
            continue;
        }
        let text = if standard.is_instance_of::<PyTuple>() {
            let names: Vec<String> = standard.extract()?;
            format!("standard file not found: should have one of {}", names.join(", "))
        } else {
            format!("standard file '{}' not found", standard.str()?)
        };
        slf.call_method1("warn", (text,))?;
    }
    Ok(())
}

fn has_readme(distribution: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(pyproject::files(distribution)?.iter().any(|file| file.to_lowercase().starts_with("readme")))
}

fn append_first(slf: &Bound<'_, Sdist>, names: &[Bound<'_, PyAny>]) -> PyResult<bool> {
    for name in names {
        if slf.call_method1("_cs_path_exists", (name,))?.is_truthy()? {
            append(slf, name)?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// The files that pyproject.toml names, tests, the configuration, and the licence files that core metadata list.
pub fn optional(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    let distribution = slf.getattr("distribution")?;
    let mut files = pyproject::files(&distribution)?;
    files.retain(|file| Path::new(file).is_file());
    let metadata = distribution.getattr("metadata")?;
    if keywords::any_is_given(&metadata)? && !keywords::are_setuptools(&distribution)? {
        files.extend(keywords::license_files(&metadata)?);
    }
    // Whoever overrides the list sees distutils' own calls where there is nothing more.
    if !files.is_empty() {
        slf.getattr("filelist")?.call_method1("extend", (files,))?;
    }
    let of_setuptools = Departure::PublishesTests.is_there(slf.py())?.then_some(TESTS);
    for pattern in of_setuptools.into_iter().chain(OPTIONAL) {
        let (found, not_read) = files_and_unread(pattern).or_raise()?;
        unread::warn(slf.py(), &not_read)?;
        let files: Vec<_> = found.iter().map(|path| path.as_file_name()).collect();
        slf.getattr("filelist")?.call_method1("extend", (files,))?;
    }
    Ok(())
}

/// The modules, and the package data.
pub fn python(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    let build_py = slf.call_method1("get_finalized_command", ("build_py",))?;
    if slf.getattr("distribution")?.call_method0("has_pure_modules")?.is_truthy()? {
        let sources = build_py.call_method0("get_source_files")?;
        slf.getattr("filelist")?.call_method1("extend", (sources,))?;
    }
    for row in build_py.getattr("data_files")?.try_iter()? {
        let row = row?;
        let folder: PathBuf = row.get_item(1)?.extract()?;
        for name in row.get_item(3)?.try_iter()? {
            let path = folder.join(name?.extract::<PathBuf>()?);
            append(slf, path.as_file_name())?;
        }
    }
    Ok(())
}

/// The data files that exist, of plain names and of `(folder, names)` pairs.
pub fn data_files(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    let distribution = slf.getattr("distribution")?;
    if !distribution.call_method0("has_data_files")?.is_truthy()? {
        return Ok(());
    }
    for entry in crate::data_files::entries(&distribution.getattr("data_files")?)? {
        entry.files.iter().try_for_each(|name| append_data_file(slf, name))?;
    }
    Ok(())
}

fn append_data_file(slf: &Bound<'_, Sdist>, name: &Bound<'_, PyAny>) -> PyResult<()> {
    let name = seam::global(slf.py(), "command.sdist", "convert_path")?.call1((name,))?;
    // The list is one of strings: it is sorted, and setuptools looks at their ends.
    let name = slf.py().import("os")?.call_method1("fspath", (name,))?;
    if Path::new(&name.extract::<PathBuf>()?).is_file() { append(slf, &name) } else { Ok(()) }
}

/// What a command is made of, where the distribution has something for it.
pub fn sources_of(slf: &Bound<'_, Sdist>, predicate: &str, command: &str) -> PyResult<()> {
    if !slf.getattr("distribution")?.call_method0(predicate)?.is_truthy()? {
        return Ok(());
    }
    let command = slf.call_method1("get_finalized_command", (command,))?;
    let sources = command.call_method0("get_source_files")?;
    slf.getattr("filelist")?.call_method1("extend", (sources,)).map(drop)
}

fn append<'py>(slf: &Bound<'py, Sdist>, name: impl IntoPyObject<'py>) -> PyResult<()> {
    let name = name.into_bound_py_any(slf.py())?;
    slf.getattr("filelist")?.call_method1("append", (name,)).map(drop)
}
