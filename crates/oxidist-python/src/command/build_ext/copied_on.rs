//! Extensions that were built in place, for what packs or installs: copied to `build_lib` as well.
//!
//! `inplace` in a configuration file holds for every run. CPython's distutils then makes wheels and installs without
//! the extension; setuptools builds in `build_lib` and copies from there, and has it in both places.

use std::path::{Path, PathBuf};

use oxidist_engine::package::{self, CopyOptions};
use pyo3::prelude::*;

use super::BuildExt;
use crate::{dir_util, door, setuptools};

/// Set on a `build` that is to leave extensions where they are: editable installations import them from there.
pub const ONLY_IN_PLACE: &str = "_only_in_place";

/// Copies what the distribution's `build_ext` has built in place to where it would be without `inplace`.
pub fn copy_on(distribution: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = distribution.py();
    let object = |name: &str| distribution.getattr("command_obj")?.call_method1("get", (name,));
    let (build, command) = (object("build")?, object("build_ext")?);
    let stays = build.getattr_opt(ONLY_IN_PLACE)?.map_or(Ok(false), |stays| stays.is_truthy())?;
    let Ok(command) = command.cast::<BuildExt>() else { return Ok(()) };
    if stays || !builds_in_place(command)? || !command.getattr("finalized")?.is_truthy()? {
        return Ok(());
    }
    // Asked last: scripts may override it, and nothing asks it here where nothing is built in place.
    if !distribution.call_method0("has_ext_modules")?.is_truthy()? {
        return Ok(());
    }
    let door = door::of(command.as_any())?;
    let mut files = Vec::new();
    for (made, wanted) in paths(command)?.into_iter().zip(elsewhere(command, || paths(command))?) {
        // A missing one may be optional, or a script's own method has put it elsewhere.
        if made != wanted && door.is_file(&made) && !is_a_copy(&made, &wanted) {
            files.push((made, wanted));
        }
    }
    let options = CopyOptions { preserve_mode: true, only_newer: false };
    dir_util::copy_at_once(py, door, &package::plan_copies(door, files, options), 1).map(drop)
}

/// Whether a command has `inplace`, and nobody else has it in `build_lib` too. What setuptools makes is its own affair.
pub fn builds_in_place(command: &Bound<'_, BuildExt>) -> PyResult<bool> {
    Ok(command.getattr("inplace")?.is_truthy()? && !setuptools::is_imported(command.py())?)
}

/// What `ask` answers while the command builds into `build_lib`.
pub fn elsewhere<T>(command: &Bound<'_, BuildExt>, ask: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let in_place = command.getattr("inplace")?;
    command.setattr("inplace", 0)?;
    let answer = ask();
    command.setattr("inplace", in_place)?;
    answer
}

/// The outputs of a build command under the names that they have in `build_lib`.
pub fn outputs_in_build_lib<'py>(command: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let ask = || command.call_method0("get_outputs");
    match command.cast::<BuildExt>() {
        Ok(command) if builds_in_place(command)? => elsewhere(command, ask),
        _ => ask(),
    }
}

fn paths(command: &Bound<'_, BuildExt>) -> PyResult<Vec<PathBuf>> {
    let extensions = command.getattr("extensions")?;
    if extensions.is_none() {
        return Ok(Vec::new());
    }
    let path = |extension: PyResult<Bound<'_, PyAny>>| {
        command.call_method1("get_ext_fullpath", (extension?.getattr("name")?,))?.extract()
    };
    extensions.try_iter()?.map(path).collect()
}

/// Whether nothing would change: a copy has its original's size and time.
fn is_a_copy(made: &Path, wanted: &Path) -> bool {
    let known = |path: &Path| path.metadata().and_then(|found| Ok((found.len(), found.modified()?))).ok();
    known(made).is_some_and(|original| known(wanted) == Some(original))
}
