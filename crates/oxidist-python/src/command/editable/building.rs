//! What is built for an editable installation.
//!
//! While `build` and its parts are this library's own, modules need no building: only libraries, extensions in place
//! and scripts. What a script's own may generate is known when it has run: then all of `build` runs, into a folder of
//! its own, in which nothing is that an earlier build has left.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::command::build::Build;
use crate::command::build_clib::BuildClib;
use crate::command::build_ext::BuildExt;
use crate::command::build_ext::copied_on::ONLY_IN_PLACE;
use crate::command::build_py::BuildPy;
use crate::command::build_scripts::{self, BuildScripts};
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{door, seam};

/// The folder below `build_base` that is built into.
const FOLDER: &str = "editable";

/// What `build` is told to build into that folder.
const LIBRARIES: [&str; 3] = ["build_lib", "build_purelib", "build_platlib"];

/// What was built.
pub struct Built {
    /// Where modules were built; None where only such as are built in place.
    pub build_lib: Option<PathBuf>,
    /// The commands that ran with other options than the person's; `bdist_wheel` is one always.
    changed: Vec<String>,
}

/// Build all that the project's own folders do not have.
pub fn build(command: &Bound<'_, PyAny>) -> PyResult<Built> {
    match is_plain(command)? {
        true => build_parts(command),
        false => build_all(command),
    }
}

impl Built {
    /// Remove the folder that was built into, and let the commands forget their options: they may run again.
    pub fn forget(self, command: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Some(folder) = &self.build_lib {
            remove(command, folder)?;
        }
        let changed = self.changed.iter().map(String::as_str).chain(["bdist_wheel"]);
        for name in changed {
            command.call_method1("reinitialize_command", (name,))?;
        }
        Ok(())
    }
}

/// Whether `build` and those of its parts that are needed are this library's own.
fn is_plain(command: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = command.py();
    let distribution = command.getattr("distribution")?;
    let build = distribution.call_method1("get_command_obj", ("build",))?;
    let parts = [
        ("build_py", "has_pure_modules", py.get_type::<BuildPy>()),
        ("build_clib", "has_c_libraries", py.get_type::<BuildClib>()),
        ("build_ext", "has_ext_modules", py.get_type::<BuildExt>()),
        ("build_scripts", "has_scripts", py.get_type::<BuildScripts>()),
    ];
    let named = build.getattr("sub_commands")?.try_iter()?.map(|row| row?.get_item(0)?.extract::<String>());
    if !seam::is_untouched(&build, &py.get_type::<Build>())?
        || named.collect::<PyResult<Vec<_>>>()? != parts.each_ref().map(|part| part.0)
    {
        return Ok(false);
    }
    for (name, predicate, class) in parts {
        if distribution.call_method0(predicate)?.is_truthy()? {
            let part = distribution.call_method1("get_command_obj", (name,))?;
            if !seam::is_untouched(&part, &class)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Build what is not Python: libraries, extensions in place, scripts.
fn build_parts(command: &Bound<'_, PyAny>) -> PyResult<Built> {
    let distribution = command.getattr("distribution")?;
    let has = |what: &str| -> PyResult<bool> { distribution.call_method0(what)?.is_truthy() };
    let mut changed = Vec::new();
    if has("has_c_libraries")? {
        command.call_method1("run_command", ("build_clib",))?;
    }
    if has("has_ext_modules")? {
        command.call_method1("reinitialize_command", ("build_ext",))?.setattr("inplace", 1)?;
        command.call_method1("run_command", ("build_ext",))?;
        changed.push("build_ext".to_string());
    }
    if has("has_scripts")? {
        command.call_method1("run_command", ("build_scripts",))?;
    }
    Ok(Built { build_lib: None, changed })
}

/// Run `build`, with its modules in a new folder, and its extensions in place.
fn build_all(command: &Bound<'_, PyAny>) -> PyResult<Built> {
    let build = command.call_method1("reinitialize_command", ("build",))?;
    let folder = option::<PathBuf>(&build, "build_base")?.join(FOLDER);
    remove(command, &folder)?;
    LIBRARIES.iter().try_for_each(|name| build.setattr(*name, folder.as_file_name()))?;
    build.call_method0("ensure_finalized")?;
    let parts: Vec<String> = build.call_method0("get_sub_commands")?.extract()?;
    for name in &parts {
        let part = command.call_method1("reinitialize_command", (name,))?;
        if part.hasattr("build_lib")? {
            part.setattr("build_lib", folder.as_file_name())?;
        }
        if part.hasattr("editable_mode")? {
            part.setattr("editable_mode", true)?;
        } else if part.hasattr("inplace")? {
            part.setattr("inplace", 1)?;
        }
    }
    build.setattr(ONLY_IN_PLACE, true)?;
    build_scripts::build_unknown_again(&command.getattr("distribution")?)?;
    command.call_method1("run_command", ("build",))?;
    build.setattr(ONLY_IN_PLACE, false)?;
    let changed = ["build".to_string()].into_iter().chain(parts).collect();
    Ok(Built { build_lib: Some(folder), changed })
}

fn remove(command: &Bound<'_, PyAny>, folder: &Path) -> PyResult<()> {
    if !door::of(command)?.is_folder(folder) {
        return Ok(());
    }
    let keywords = PyDict::new(command.py());
    keywords.set_item("dry_run", command.getattr("dry_run")?)?;
    let remove_tree = seam::global(command.py(), "dir_util", "remove_tree")?;
    remove_tree.call((folder.as_file_name(),), Some(&keywords)).map(drop)
}
