//! What `build_py` does for many files at once, while the hooks that it leaves out are this library's own.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use oxidist_engine::package::{self, CopyOptions, DataFiles, Found, Package};
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::{BuildPy, BuildPy2to3, ModuleRow, manifest_data, parts_of};
use crate::dir_util::{COPY_FUNCTIONS, copy_at_once};
use crate::dist::keywords;
use crate::door;
use crate::errors::OrRaise;
use crate::file_name::AsFileName;
use crate::interrupt::released;
use crate::value::option;
use crate::{byte_compile, debug, log, seam, setuptools, unread};

/// The hooks that are called for each module when it is copied.
pub const COPY_METHODS: &[&str] = &["build_module", "get_module_outfile", "mkpath", "copy_file"];
/// The hooks that find the modules of packages.
pub const FIND_METHODS: &[&str] =
    &["get_package_dir", "find_package_modules", "check_package", "debug_print"];
/// The hooks that find the data files of packages.
pub const DATA_METHODS: &[&str] = &["get_package_dir", "find_data_files"];
/// The hooks that make the list of outputs.
pub const OUTPUT_METHODS: &[&str] = &[
    "find_all_modules",
    "find_modules",
    "check_module",
    "get_package_dir",
    "find_package_modules",
    "check_package",
    "debug_print",
    "get_module_outfile",
];

/// Whether files may be copied without calls of `methods` and of the functions behind them.
pub fn copying_is_ours(slf: &Bound<'_, BuildPy>, methods: &[&str]) -> PyResult<bool> {
    // `build_py_2to3` is ours too, and notes each module that it builds.
    if slf.is_instance_of::<BuildPy2to3>() || !seam::functions_are_ours(slf.py(), COPY_FUNCTIONS)? {
        return Ok(false);
    }
    for method in methods {
        if !setuptools::adds_only_what_is_known(slf.as_any(), method, setuptools::COPYING_MODULES)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the list of outputs goes nowhere: nothing is byte-compiled, and no override would see the list
/// or be asked for a part of it.
pub fn nobody_asks_for_outputs(slf: &Bound<'_, BuildPy>) -> PyResult<bool> {
    Ok(seam::methods_are_ours(slf.as_any(), &["byte_compile", "get_outputs"])?
        && seam::methods_are_ours(slf.as_any(), OUTPUT_METHODS)?
        && byte_compile::wanted_levels(slf.as_any())?.is_empty())
}

/// The packages of the distribution, each with its folder.
fn packages(slf: &Bound<'_, BuildPy>) -> PyResult<Vec<Package>> {
    let names: Option<Vec<OsString>> = option(slf.as_any(), "packages")?;
    located(slf, &names.unwrap_or_default())
}

fn located(slf: &Bound<'_, BuildPy>, names: &[OsString]) -> PyResult<Vec<Package>> {
    let folders = package_folders(slf)?;
    Ok(names.iter().map(|name| Package::locate(name, &folders)).collect())
}

/// The option `package_dir`.
pub fn package_folders(slf: &Bound<'_, BuildPy>) -> PyResult<BTreeMap<OsString, PathBuf>> {
    Ok(option::<Option<_>>(slf.as_any(), "package_dir")?.unwrap_or_default())
}

/// The script that is running: no module, even where it lies in a package's folder.
pub fn setup_script(slf: &Bound<'_, BuildPy>) -> PyResult<Option<PathBuf>> {
    option(&slf.getattr("distribution")?, "script_name")
}

/// Look into all packages, and warn of those without `__init__.py`.
fn find(slf: &Bound<'_, BuildPy>, packages: &[Package]) -> PyResult<Vec<Found>> {
    let py = slf.py();
    let door = door::to_look_through(slf.as_any())?;
    let script = setup_script(slf)?;
    let found =
        released(py, |cancel| package::find(door, packages, script.as_deref(), cancel))?.or_raise()?;
    for (package, found) in packages.iter().zip(&found) {
        unread::refuse(py, found.modules.unread.as_slice())?;
        if found.init_file.is_none() {
            warn_of_missing_init(slf, package)?;
        }
        if let (true, Some(script)) = (found.modules.without_script && debug::is_on(py, "debug")?, &script) {
            slf.call_method1("debug_print", (excluded_message(script),))?;
        }
    }
    Ok(found)
}

/// The message that the setup script is left out of a package.
pub fn excluded_message(script: &Path) -> String {
    let script = std::path::absolute(script).unwrap_or_else(|_| script.to_path_buf());
    format!("excluding {}", script.display())
}

/// Say that a package has no `__init__.py`. What is in no package needs none, and for setuptools it is a namespace.
pub fn warn_of_missing_init(slf: &Bound<'_, BuildPy>, package: &Package) -> PyResult<()> {
    let distribution = slf.getattr_opt("distribution")?;
    let is_namespace =
        distribution.map_or(Ok(false), |distribution| keywords::are_setuptools(&distribution))?;
    if package.name.is_empty() || is_namespace {
        return Ok(());
    }
    let format = "package init file '%s' not found (or not a regular file)";
    log::call(slf.py(), "warn", format, (package.init_path().as_file_name(),))
}

/// The file of a module in the folder of its package.
pub fn module_file(folder: &Path, module: &OsStr) -> PathBuf {
    let mut name = module.to_os_string();
    name.push(".py");
    folder.join(name)
}

/// Copy the modules of all packages.
pub fn build_packages(slf: &Bound<'_, BuildPy>) -> PyResult<()> {
    let packages = packages(slf)?;
    let found = find(slf, &packages)?;
    let build_lib: PathBuf = option(slf.as_any(), "build_lib")?;
    copy(slf, targets(&packages, found, &build_lib))
}

/// Each module's file with the one that it is built as.
fn targets<'a>(
    packages: &'a [Package],
    found: Vec<Found>,
    build_lib: &'a Path,
) -> impl Iterator<Item = (PathBuf, PathBuf)> + 'a {
    packages.iter().zip(found).flat_map(move |(package, found)| {
        let folder = package::below(build_lib, &package.name);
        let modules = found.modules.modules.into_iter();
        modules.map(move |module| {
            let target = module_file(&folder, &module.name);
            (module.file, target)
        })
    })
}

/// Copy the modules of a list of `(package, module, file)`.
pub fn copy_modules(slf: &Bound<'_, BuildPy>, modules: &Bound<'_, PyAny>) -> PyResult<()> {
    let build_lib: PathBuf = option(slf.as_any(), "build_lib")?;
    let mut files = Vec::new();
    for row in modules.try_iter()? {
        let (package, module, file): ModuleRow<'_> = row?.extract()?;
        let mut folder = build_lib.clone();
        for part in parts_of(&package)?.try_iter()? {
            folder.push(part?.extract::<PathBuf>()?);
        }
        files.push((file.extract()?, module_file(&folder, &module.extract::<OsString>()?)));
    }
    copy(slf, files)
}

/// Copy files to new names in the build folder, with the folders that they need.
pub fn copy(slf: &Bound<'_, BuildPy>, files: impl IntoIterator<Item = (PathBuf, PathBuf)>) -> PyResult<()> {
    let door = door::of(slf.as_any())?;
    let only_newer = !slf.getattr("force")?.is_truthy()?;
    // The mode is the builder's: read-only sources must not make copies that cannot be replaced.
    let steps = package::plan_copies(door, files, CopyOptions { preserve_mode: false, only_newer });
    copy_at_once(slf.py(), door, &steps, 1).map(drop)
}

/// The files that all modules are built as, in the order of `find_all_modules`.
pub fn built_modules(slf: &Bound<'_, BuildPy>) -> PyResult<Vec<PathBuf>> {
    let build_lib: PathBuf = option(slf.as_any(), "build_lib")?;
    let mut files = Vec::new();
    if slf.getattr("py_modules")?.is_truthy()? {
        for row in slf.call_method0("find_modules")?.try_iter()? {
            let (package, module, _file): (OsString, OsString, Bound<'_, PyAny>) = row?.extract()?;
            files.push(module_file(&package::below(&build_lib, &package), &module));
        }
    }
    let packages = packages(slf)?;
    let found = find(slf, &packages)?;
    files.extend(targets(&packages, found, &build_lib).map(|(_, target)| target));
    Ok(files)
}

/// The rows of the attribute `data_files`: `(package, source folder, build folder, names)`.
pub fn data_files<'py>(slf: &Bound<'py, BuildPy>, names: &[OsString]) -> PyResult<Bound<'py, PyList>> {
    let py = slf.py();
    let build_lib: PathBuf = option(slf.as_any(), "build_lib")?;
    let packages = located(slf, names)?;
    let patterns = package_data(slf)?;
    let wanted = packages
        .iter()
        .map(|package| Ok((package.folder.clone(), patterns_of(py, &patterns, &package.name)?)))
        .collect::<PyResult<Vec<_>>>()?;
    let found = released(py, |cancel| package::all_data_files(&wanted, cancel))?.or_raise()?;
    let rows = PyList::empty(py);
    let more = manifest_data::is_wanted(slf)?;
    for (package, DataFiles { mut files, unread }) in packages.iter().zip(found) {
        unread::refuse(py, &unread)?;
        if more {
            files = manifest_data::adjusted(slf, &package.name, &package.folder, files)?;
        }
        let names: Vec<PathBuf> =
            files.iter().map(|file| package::relative_to(file, &package.folder)).collect();
        let names = PyList::new(py, names.iter().map(|name| name.as_file_name()))?;
        let target = package::below(&build_lib, &package.name);
        rows.append((
            package.name.as_file_name(),
            package.folder.as_file_name(),
            target.as_file_name(),
            names,
        ))?;
    }
    Ok(rows)
}

/// The option `package_data`: patterns by package, with `''` for all of them.
pub fn package_data(slf: &Bound<'_, BuildPy>) -> PyResult<BTreeMap<OsString, Vec<PathBuf>>> {
    Ok(option::<Option<_>>(slf.as_any(), "package_data")?.unwrap_or_default())
}

/// The patterns for one package's data files, those for all packages first.
pub fn patterns_of(
    py: Python<'_>,
    package_data: &BTreeMap<OsString, Vec<PathBuf>>,
    package: &OsStr,
) -> PyResult<Vec<PathBuf>> {
    let convert_path = seam::global(py, "command.build_py", "convert_path")?;
    // What is in no package has the name that stands for all: its patterns count twice, its files once.
    [package_data.get(OsStr::new("")), package_data.get(package)]
        .into_iter()
        .flatten()
        .flatten()
        .map(|pattern| convert_path.call1((pattern.as_file_name(),))?.extract())
        .collect()
}
