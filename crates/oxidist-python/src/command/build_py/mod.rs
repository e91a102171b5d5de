//! distutils.command.build_py: copies Python modules and the data files of packages to where they are built.
//!
//! Each method is a hook, and calls the others as CPython's does. Where those that a loop would call for every
//! file are this library's own, the loop is one batch in the engine instead: see [`batch`].

mod batch;
mod manifest_data;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oxidist_engine::package::{self, DataFiles, Package};
use pyo3::exceptions::{PyAssertionError, PyTypeError};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::Row;
use crate::byte_compile;
use crate::cmd::Command;
use crate::door;
use crate::errors::{DistutilsFileError, OrRaise, caused};
use crate::file_name::AsFileName;
use crate::value::{Elements, Flag, option, path_to_python};
use crate::{fixers, log, seam, unread};

/// `(package, module, file)`: what the methods that find modules give for each.
type ModuleRow<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Builds pure Python modules: copies them, and byte-compiles the copies where that is asked for.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.build_py", name = "build_py")]
pub struct BuildPy;

#[pymethods]
impl BuildPy {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BuildPy)
    }

    #[classattr]
    fn description() -> &'static str {
        "\"build\" pure Python modules (copy to build directory)"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("build-lib=", Some("d"), "folder to copy to"),
            ("compile", Some("c"), "compile the copies to .pyc files"),
            ("no-compile", None, "make no .pyc files [default]"),
            ("optimize=", Some("O"), byte_compile::OPTIMIZE_HELP),
            ("force", Some("f"), "copy everything, up to date or not"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["compile", "force"]
    }

    #[classattr]
    fn negative_opt(py: Python<'_>) -> PyResult<Py<PyDict>> {
        super::negative_options(py, &[("no-compile", "compile")])
    }

    /// Whether the project is built for an editable installation: for subclasses, which may then write what they
    /// generate into the source tree.
    #[classattr]
    fn editable_mode() -> bool {
        false
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        if slf.getattr("__dict__")?.contains("editable_mode")? {
            slf.delattr("editable_mode")?;
        }
        for name in ["build_lib", "py_modules", "package", "package_data", "package_dir"] {
            slf.setattr(name, slf.py().None())?;
        }
        slf.setattr("compile", 0)?;
        slf.setattr("optimize", 0)?;
        slf.setattr("force", slf.py().None())
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let undefined = ("build", ("build_lib", "build_lib"), ("force", "force"));
        slf.call_method1("set_undefined_options", undefined)?;
        let distribution = slf.getattr("distribution")?;
        for name in ["packages", "py_modules", "package_data"] {
            slf.setattr(name, distribution.getattr(name)?)?;
        }
        let folders = PyDict::new(py);
        let convert_path = seam::global(py, "command.build_py", "convert_path")?;
        let given: Option<BTreeMap<OsString, PathBuf>> = option(&distribution, "package_dir")?;
        for (name, path) in given.unwrap_or_default() {
            folders.set_item(name.as_file_name(), convert_path.call1((path.as_file_name(),))?)?;
        }
        slf.setattr("package_dir", folders)?;
        slf.setattr("data_files", slf.call_method0("get_data_files")?)?;
        byte_compile::finalize_optimize(slf.as_any())
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        build_everything(slf.as_any())?;
        let outputs = if batch::nobody_asks_for_outputs(slf)? {
            PyList::empty(slf.py()).into_any()
        } else {
            let keywords = PyDict::new(slf.py());
            keywords.set_item("include_bytecode", 0)?;
            slf.call_method("get_outputs", (), Some(&keywords))?
        };
        slf.call_method1("byte_compile", (outputs,)).map(drop)
    }

    /// `(package, source folder, build folder, file names in it)` for each package.
    fn get_data_files<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let Some(packages) = option::<Option<Vec<OsString>>>(slf.as_any(), "packages")? else {
            return Ok(PyList::empty(py));
        };
        if seam::methods_are_ours(slf.as_any(), batch::DATA_METHODS)? {
            return batch::data_files(slf, &packages);
        }
        let build_lib: PathBuf = option(slf.as_any(), "build_lib")?;
        let rows = PyList::empty(py);
        for name in packages {
            let package = name.as_file_name();
            let folder = slf.call_method1("get_package_dir", (package,))?;
            let found = slf.call_method1("find_data_files", (package, &folder))?;
            let folder: PathBuf = folder.extract()?;
            let names = PyList::empty(py);
            for file in found.try_iter()? {
                names.append(package::relative_to(&file?.extract::<PathBuf>()?, &folder).as_file_name())?;
            }
            let target = package::below(&build_lib, &name);
            rows.append((package, folder.as_file_name(), target.as_file_name(), names))?;
        }
        Ok(rows)
    }

    /// The data files of a package: what matches its patterns and those for all packages (`''`).
    fn find_data_files<'py>(
        slf: &Bound<'py, Self>,
        package: OsString,
        src_dir: PathBuf,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let patterns = batch::patterns_of(py, &batch::package_data(slf)?, &package)?;
        let DataFiles { mut files, unread } = package::data_files(&src_dir, &patterns).or_raise()?;
        unread::refuse(py, &unread)?;
        if manifest_data::is_wanted(slf)? {
            files = manifest_data::adjusted(slf, &package, &src_dir, files)?;
        }
        PyList::new(py, files.iter().map(|file| file.as_file_name()))
    }

    /// Copy the packages' data files.
    fn build_package_data(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let rows = data_rows(slf)?;
        let files = rows.iter().flat_map(|(_, source_folder, build_folder, names)| {
            names.iter().map(|name| (source_folder.join(name), build_folder.join(name)))
        });
        if batch::copying_is_ours(slf, &["mkpath", "copy_file"])? {
            return batch::copy(slf, files);
        }
        let keywords = PyDict::new(py);
        keywords.set_item("preserve_mode", false)?;
        for (source, target) in files {
            let folder = target.parent().unwrap_or(Path::new(""));
            slf.call_method1("mkpath", (folder.as_file_name(),))?;
            slf.call_method("copy_file", (source.as_file_name(), target.as_file_name()), Some(&keywords))?;
        }
        Ok(())
    }

    /// The folder of a package in the source, as `package_dir` says.
    fn get_package_dir<'py>(slf: &Bound<'py, Self>, package: OsString) -> PyResult<Bound<'py, PyAny>> {
        let folders = batch::package_folders(slf)?;
        path_to_python(slf.py(), &Package::locate(&package, &folders).folder)
    }

    /// The package's `__init__.py`, or None with a warning. DistutilsFileError where it has no folder.
    fn check_package<'py>(
        slf: &Bound<'py, Self>,
        package: &Bound<'py, PyAny>,
        package_dir: PathBuf,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        let name = if package.is_truthy()? { package.str()?.extract()? } else { OsString::new() };
        let package = Package { name, folder: package_dir };
        match package.init_file(door::to_look_through(slf.as_any())?).or_raise()? {
            Some(file) => path_to_python(py, &file).map(Some),
            None => batch::warn_of_missing_init(slf, &package).map(|()| None),
        }
    }

    /// Whether a module's file is there; a warning where it is not.
    fn check_module(
        slf: &Bound<'_, Self>,
        module: &Bound<'_, PyAny>,
        module_file: PathBuf,
    ) -> PyResult<bool> {
        let is_there = door::to_look_through(slf.as_any())?.is_file(&module_file);
        if !is_there {
            let arguments = (module_file.as_file_name(), module);
            log::call(slf.py(), "warn", "file %s (for module %s) not found", arguments)?;
        }
        Ok(is_there)
    }

    /// `(package, module, file)` for each module in a package's folder.
    fn find_package_modules<'py>(
        slf: &Bound<'py, Self>,
        package: &Bound<'py, PyAny>,
        package_dir: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        slf.call_method1("check_package", (package, package_dir))?;
        let script = batch::setup_script(slf)?;
        let found = package::modules_in(
            door::to_look_through(slf.as_any())?,
            &package_dir.extract::<PathBuf>()?,
            script.as_deref(),
        );
        unread::refuse(slf.py(), found.unread.as_slice())?;
        if let (true, Some(script)) = (found.without_script, &script) {
            slf.call_method1("debug_print", (batch::excluded_message(script),))?;
        }
        let rows = PyList::empty(slf.py());
        for module in found.modules {
            rows.append((package, module.name.as_file_name(), module.file.as_file_name()))?;
        }
        Ok(rows)
    }

    /// `(package, module, file)` for each module that `py_modules` names, and the packages they are in.
    fn find_modules<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let rows = PyList::empty(py);
        let mut folders: Vec<(Bound<'py, PyAny>, PathBuf)> = Vec::new();
        let names: Option<Vec<PathBuf>> = option(slf.as_any(), "py_modules")?;
        for name in names.unwrap_or_default() {
            let name = name.as_file_name().into_pyobject(py)?;
            let (package, _, base): (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>) =
                name.call_method1("rpartition", (".",))?.extract()?;
            let known = folders.iter().find_map(|known| match known.0.eq(&package) {
                Ok(false) => None,
                found => Some(found.map(|_| known)),
            });
            let folder = match known.transpose()? {
                Some((_, folder)) => folder.clone(),
                None => {
                    let folder = slf.call_method1("get_package_dir", (&package,))?;
                    let init = slf
                        .call_method1("check_package", (&package, &folder))
                        .map_err(|error| file_for_module(py, &base, &package, error))?;
                    if init.is_truthy()? {
                        rows.append((&package, "__init__", init))?;
                    }
                    let folder: PathBuf = folder.extract()?;
                    folders.push((package.clone(), folder.clone()));
                    folder
                }
            };
            let file = folder.join(base.add(".py")?.extract::<PathBuf>()?);
            if slf.call_method1("check_module", (&name, file.as_file_name()))?.is_truthy()? {
                rows.append((package, base, file.as_file_name()))?;
            }
        }
        Ok(rows)
    }

    /// `(package, module, file)` for everything that is built.
    fn find_all_modules<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let rows = PyList::empty(slf.py());
        if slf.getattr("py_modules")?.is_truthy()? {
            rows.call_method1("extend", (slf.call_method0("find_modules")?,))?;
        }
        for package in option::<Option<Vec<OsString>>>(slf.as_any(), "packages")?.unwrap_or_default() {
            let package = package.as_file_name();
            let folder = slf.call_method1("get_package_dir", (package,))?;
            let found = slf.call_method1("find_package_modules", (package, folder))?;
            rows.call_method1("extend", (found,))?;
        }
        Ok(rows.into_any())
    }

    fn get_source_files<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let files = PyList::empty(slf.py());
        for row in slf.call_method0("find_all_modules")?.try_iter()? {
            files.append(row?.get_item(-1)?)?;
        }
        Ok(files)
    }

    /// The file that a module is built as; `package` is a list of the parts of its name.
    fn get_module_outfile<'py>(
        slf: &Bound<'py, Self>,
        build_dir: PathBuf,
        package: &Bound<'py, PyAny>,
        module: PathBuf,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut path = build_dir;
        for part in package.try_iter()? {
            path.push(part?.extract::<PathBuf>()?);
        }
        path_to_python(slf.py(), &batch::module_file(&path, module.as_os_str()))
    }

    /// Everything that is built, with `include_bytecode` the `.pyc` files too.
    #[pyo3(signature = (include_bytecode = Flag(true)), text_signature = "($self, include_bytecode=1)")]
    fn get_outputs<'py>(slf: &Bound<'py, Self>, include_bytecode: Flag) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let outputs = PyList::empty(py);
        let levels = if include_bytecode.0 { byte_compile::wanted_levels(slf.as_any())? } else { Vec::new() };
        let names = byte_compile::CacheNames::new(py)?;
        let add = |file: PathBuf| -> PyResult<()> {
            outputs.append(file.as_file_name())?;
            for level in &levels {
                outputs.append(names.of(&file, *level)?.as_file_name())?;
            }
            Ok(())
        };
        if seam::methods_are_ours(slf.as_any(), batch::OUTPUT_METHODS)? {
            for file in batch::built_modules(slf)? {
                add(file)?;
            }
        } else {
            for row in slf.call_method0("find_all_modules")?.try_iter()? {
                let (package, module, _file): ModuleRow<'_> = row?.extract()?;
                let parts = package.call_method1("split", (".",))?;
                let build_lib = slf.getattr("build_lib")?;
                add(slf.call_method1("get_module_outfile", (build_lib, parts, module))?.extract()?)?;
            }
        }
        for (_, _, build_folder, names) in data_rows(slf)? {
            for name in names {
                outputs.append(build_folder.join(name).as_file_name())?;
            }
        }
        Ok(outputs)
    }

    /// Copy one module. Answers as `copy_file` does.
    fn build_module<'py>(
        slf: &Bound<'py, Self>,
        module: &Bound<'py, PyAny>,
        module_file: &Bound<'py, PyAny>,
        package: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let parts = parts_of(package)?;
        let outfile = slf.call_method1("get_module_outfile", (slf.getattr("build_lib")?, parts, module))?;
        let path: PathBuf = outfile.extract()?;
        let folder = path.parent().unwrap_or(Path::new(""));
        slf.call_method1("mkpath", (folder.as_file_name(),))?;
        let keywords = PyDict::new(slf.py());
        keywords.set_item("preserve_mode", 0)?;
        slf.call_method("copy_file", (module_file, outfile), Some(&keywords))
    }

    /// Copy the modules that `py_modules` names.
    fn build_modules(slf: &Bound<'_, Self>) -> PyResult<()> {
        let modules = slf.call_method0("find_modules")?;
        if batch::copying_is_ours(slf, batch::COPY_METHODS)? {
            return batch::copy_modules(slf, &modules);
        }
        for row in modules.try_iter()? {
            let (package, module, file): ModuleRow<'_> = row?.extract()?;
            slf.call_method1("build_module", (module, file, package))?;
        }
        Ok(())
    }

    /// Copy the modules of all packages.
    fn build_packages(slf: &Bound<'_, Self>) -> PyResult<()> {
        let copying_is_ours = batch::copying_is_ours(slf, batch::COPY_METHODS)?;
        if copying_is_ours && seam::methods_are_ours(slf.as_any(), batch::FIND_METHODS)? {
            return batch::build_packages(slf);
        }
        for name in option::<Option<Vec<OsString>>>(slf.as_any(), "packages")?.unwrap_or_default() {
            let name = name.as_file_name().into_pyobject(slf.py())?;
            let folder = slf.call_method1("get_package_dir", (&name,))?;
            let modules = slf.call_method1("find_package_modules", (&name, folder))?;
            if copying_is_ours {
                batch::copy_modules(slf, &modules)?;
                continue;
            }
            for row in modules.try_iter()? {
                let (package, module, file): ModuleRow<'_> = row?.extract()?;
                if !package.eq(&name)? {
                    let text = format!("module {module} is in package '{package}', not '{name}'");
                    return Err(PyAssertionError::new_err(text));
                }
                slf.call_method1("build_module", (module, file, &name))?;
            }
        }
        Ok(())
    }

    fn byte_compile(slf: &Bound<'_, Self>, files: &Bound<'_, PyAny>) -> PyResult<()> {
        if byte_compile::is_disabled(slf.py())? {
            slf.call_method1("warn", ("byte-compiling is disabled, skipping.",))?;
            return Ok(());
        }
        let mut prefix = option::<PathBuf>(slf.as_any(), "build_lib")?.into_os_string();
        if prefix.as_encoded_bytes().last().is_some_and(|last| !std::path::is_separator(char::from(*last))) {
            prefix.push(std::path::MAIN_SEPARATOR_STR);
        }
        byte_compile::wanted_levels(slf.as_any())?.into_iter().try_for_each(|level| {
            let prefix = path_to_python(slf.py(), Path::new(&prefix))?;
            byte_compile::call(slf.as_any(), files, level, &prefix, None)
        })
    }
}

/// `build_py` for a source in Python 2, which lib2to3 translates as it is built (on Pythons that have lib2to3).
#[pyclass(subclass, frozen, extends = BuildPy, module = "distutils.command.build_py", name = "build_py_2to3")]
pub struct BuildPy2to3;

fixers::declare! { BuildPy2to3 }

#[pymethods]
impl BuildPy2to3 {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BuildPy).add_subclass(BuildPy2to3)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.setattr("updated_files", PyList::empty(slf.py()))?;
        build_everything(slf.as_any())?;
        slf.call_method1("run_2to3", (slf.getattr("updated_files")?,))?;
        let keywords = PyDict::new(slf.py());
        keywords.set_item("include_bytecode", 0)?;
        let outputs = slf.call_method("get_outputs", (), Some(&keywords))?;
        slf.call_method1("byte_compile", (outputs,)).map(drop)
    }

    fn build_module<'py>(
        slf: &Bound<'py, Self>,
        module: &Bound<'py, PyAny>,
        module_file: &Bound<'py, PyAny>,
        package: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let built = BuildPy::build_module(slf.as_super(), module, module_file, package)?;
        if built.get_item(1)?.is_truthy()? {
            slf.getattr("updated_files")?.call_method1("append", (built.get_item(0)?,))?;
        }
        Ok(built)
    }
}

/// Copy all modules and data files.
fn build_everything(command: &Bound<'_, PyAny>) -> PyResult<()> {
    if command.getattr("py_modules")?.is_truthy()? {
        command.call_method0("build_modules")?;
    }
    if command.getattr("packages")?.is_truthy()? {
        command.call_method0("build_packages")?;
        command.call_method0("build_package_data")?;
    }
    Ok(())
}

/// The parts of a package's name, from itself (with dots), or a list or tuple of them.
fn parts_of<'py>(package: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if package.is_instance_of::<PyString>() {
        return package.call_method1("split", (".",));
    }
    if package.is_instance_of::<PyList>() || package.is_instance_of::<PyTuple>() {
        return Ok(package.clone());
    }
    Err(PyTypeError::new_err("'package' must be a string (dot-separated), list, or tuple"))
}

/// One row of the attribute `data_files`: package, source folder, build folder, names of the files.
type DataRow<'py> = (Bound<'py, PyAny>, PathBuf, PathBuf, Vec<PathBuf>);

fn data_rows<'py>(slf: &Bound<'py, BuildPy>) -> PyResult<Vec<DataRow<'py>>> {
    slf.getattr("data_files")?.elements()?.map(|row| row?.extract()).collect()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<BuildPy>()?;
    module.add_class::<BuildPy2to3>()
}

/// The error of a package without a folder, where `py_modules` names the file of a module.
fn file_for_module(
    py: Python<'_>,
    base: &Bound<'_, PyAny>,
    package: &Bound<'_, PyAny>,
    error: PyErr,
) -> PyErr {
    if !error.is_instance_of::<DistutilsFileError>(py) || !base.eq("py").unwrap_or(false) {
        return error;
    }
    let text = format!("{}: 'py_modules' has '{package}.py' in it: write '{package}'", error.value(py));
    caused(py, DistutilsFileError::new_err(text), error)
}
