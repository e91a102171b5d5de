//! How libraries are built: as one graph of steps, or one after the other where a script could tell.

use std::collections::HashSet;

use oxidist_engine::compile::Group;
use pyo3::prelude::*;

use super::BuildClib;
use super::library::{ArchiveCall, CompileCall, Library, Sources};
use crate::command::compiler_options::{SharedObject, require_sources};
use crate::steps::{self, Texts};
use crate::{log, seam, setuptools, text};

const TEXTS: Texts =
    Texts { begins: "building '%s' library", up_to_date: "skipping '%s' library (up-to-date)" };

/// Whether `build_libraries` is setuptools'. That compares times of sources and objects, sees no header, and means
/// all objects where it calls the compiler. Of libraries that say nothing to it alone, [`build`] makes the same exactly.
pub fn goes_by_setuptools(slf: &Bound<'_, BuildClib>) -> PyResult<bool> {
    let method = "build_libraries";
    Ok(!seam::methods_are_ours(slf.as_any(), &[method])?
        && setuptools::adds_only_what_is_known(slf.as_any(), method, setuptools::BUILD_LIBRARIES)?)
}

pub fn build(slf: &Bound<'_, BuildClib>, libraries: &Bound<'_, PyAny>, sources: Sources) -> PyResult<()> {
    if steps::compiler_is_ours(&slf.getattr("compiler")?)? {
        side_by_side(slf, libraries, sources)
    } else {
        one_by_one(slf, libraries, sources)
    }
}

/// Every hook is called as the long way calls it, in the same order; only the compiler's steps wait until all
/// libraries have been asked.
fn side_by_side(slf: &Bound<'_, BuildClib>, libraries: &Bound<'_, PyAny>, sources: Sources) -> PyResult<()> {
    remember(slf)?;
    let mut groups = Vec::new();
    let mut names = HashSet::new();
    for library in libraries.try_iter()? {
        let library = Library::read(&library?, sources)?;
        if !names.insert(library.name.str()?.to_string_lossy().into_owned())
            && !setuptools::is_imported(slf.py())?
        {
            let text = "warning: build_clib: two libraries are called '%s': only the last one is kept";
            log::call(slf.py(), "warn", text, (&library.name,))?;
        }
        let owner = format!("library '{}'", library.name.str()?.to_string_lossy());
        require_sources(slf.as_any(), &owner, library.sources.as_any())?;
        groups.push(plan(slf, &library)?);
    }
    let outcomes = steps::run(&slf.getattr("compiler")?, &groups, &TEXTS)?;
    groups.iter().zip(&outcomes).try_for_each(|(group, outcome)| steps::raise_failure(group, outcome))
}

fn plan<'py>(slf: &Bound<'py, BuildClib>, library: &Library<'py>) -> PyResult<Group> {
    let mut steps = Vec::new();
    steps::gather(&mut steps, || make(slf, library))?;
    let name = text::from_python(&library.name.str()?)?.into_owned();
    Ok(Group { name, optional: false, steps })
}

fn one_by_one(slf: &Bound<'_, BuildClib>, libraries: &Bound<'_, PyAny>, sources: Sources) -> PyResult<()> {
    for library in libraries.try_iter()? {
        let library = Library::read(&library?, sources)?;
        log::call(slf.py(), "info", TEXTS.begins, (&library.name,))?;
        make(slf, &library)?;
    }
    Ok(())
}

fn make<'py>(slf: &Bound<'py, BuildClib>, library: &Library<'py>) -> PyResult<()> {
    let objects = CompileCall::of(slf, library)?.carry_out(&slf.getattr("compiler")?)?;
    if !setuptools::is_imported(slf.py())?
        && let Some(shared) = SharedObject::of(library.sources.as_any(), &objects)?
    {
        let text = "warning: build_clib: library '%s': %s";
        log::call(slf.py(), "warn", text, (&library.name, shared.in_words()?))?;
    }
    ArchiveCall::of(slf, library, objects)?.carry_out(&slf.getattr("compiler")?)
}

/// Let the compiler remember what it makes in `build_temp`, so that only what has changed is made again.
pub fn remember(slf: &Bound<'_, BuildClib>) -> PyResult<()> {
    let (folder, launcher) = (slf.getattr("build_temp")?, slf.getattr("launcher")?);
    steps::remember_in(&slf.getattr("compiler")?, &folder, &launcher, width(slf)?)
}

/// How many jobs `build` was told to run at the same time. This command has no such option in distutils, and
/// asks no hook for it.
pub fn width(slf: &Bound<'_, BuildClib>) -> PyResult<Option<usize>> {
    let commands = slf.getattr("distribution")?.getattr("command_obj")?;
    let build = commands.call_method1("get", ("build",))?;
    match build.getattr_opt("parallel")? {
        Some(parallel) => steps::width_of(&parallel),
        None => Ok(None),
    }
}
