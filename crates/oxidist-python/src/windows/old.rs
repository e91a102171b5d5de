//! What only the classes for Visual Studio 2008 and older have in common.

use std::ffi::OsString;

use oxidist_engine::toolchain::msvc;
use oxidist_engine::toolchain::visual_studio;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use super::{Linking, set_flags, surrounded, words};
use crate::ccompiler::{Archive, ArchiveArguments, LinkArguments, os_path};
use crate::seam;

/// The programs, by the attributes that hold their paths.
pub const PROGRAMS: [(&str, &str); 5] =
    [("cc", "cl.exe"), ("linker", "link.exe"), ("lib", "lib.exe"), ("rc", "rc.exe"), ("mc", "mc.exe")];

/// The folders in which programs are looked for: private to the classes, which have the same name.
pub const PATHS: &str = "_MSVCCompiler__paths";

/// The version of Visual C++ that made this Python: 9.0, say. 6 where `sys.version` does not tell, None where it tells
/// something unknown.
#[pyfunction]
pub fn get_build_version(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    Ok(match build_version(py)? {
        // The one version that has always been a whole number.
        Some(6.0) => 6_i32.into_pyobject(py)?.into_any(),
        Some(version) => version.into_pyobject(py)?.into_any(),
        None => py.None().into_bound(py),
    })
}

pub fn build_version(py: Python<'_>) -> PyResult<Option<f64>> {
    let version: String = py.import("sys")?.getattr("version")?.extract()?;
    Ok(visual_studio::build_version(&version))
}

/// Paths in their normal form, each once, in their order.
#[pyfunction]
pub fn normalize_and_reduce_paths<'py>(
    py: Python<'py>,
    paths: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let reduced = PyList::empty(py);
    for path in paths.try_iter()? {
        let path = os_path(py, "normpath", (path?,))?;
        if !reduced.contains(&path)? {
            reduced.append(path)?;
        }
    }
    Ok(reduced)
}

/// Whether the environment says that everything in it is right, by the two variables of Microsoft's SDK.
pub fn sdk_is_set_up(slf: &Bound<'_, PyAny>) -> PyResult<bool> {
    let environ = slf.py().import("os")?.getattr("environ")?;
    Ok(environ.contains("DISTUTILS_USE_SDK")?
        && environ.contains("MSSdk")?
        && slf.call_method1("find_exe", ("cl.exe",))?.is_truthy()?)
}

/// The programs by their names, for the PATH to find.
pub fn take_programs_from_path(slf: &Bound<'_, PyAny>) -> PyResult<()> {
    PROGRAMS.iter().try_for_each(|(attribute, program)| slf.setattr(*attribute, *program))
}

/// The programs with their folders, from `find_exe`.
pub fn find_programs(slf: &Bound<'_, PyAny>) -> PyResult<()> {
    PROGRAMS.iter().try_for_each(|(attribute, program)| {
        slf.setattr(*attribute, slf.call_method1("find_exe", (*program,))?)
    })
}

/// Put the folders of the compiler in front of this process's PATH, for all that it starts.
pub fn extend_path(slf: &Bound<'_, PyAny>, module: &str) -> PyResult<()> {
    let py = slf.py();
    let environ = py.import("os")?.getattr("environ")?;
    let path = environ.call_method1("get", ("path",))?;
    if !path.is_none() {
        let folders = path.call_method1("split", (";",))?;
        slf.getattr(PATHS)?.call_method1("extend", (folders,))?;
    }
    let reduce = seam::global(py, module, "normalize_and_reduce_paths")?;
    slf.setattr(PATHS, reduce.call1((slf.getattr(PATHS)?,))?)?;
    environ.set_item("path", PyString::new(py, ";").call_method1("join", (slf.getattr(PATHS)?,))?)
}

/// The path of a program, from the compiler's folders or else the PATH; its name alone where it is in neither.
pub fn find_exe<'py>(slf: &Bound<'py, PyAny>, exe: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let path = py.import("os")?.getattr("environ")?.call_method1("get", ("Path", ""))?;
    for folders in [slf.getattr(PATHS)?, path.call_method1("split", (";",))?] {
        for folder in folders.try_iter()? {
            let file = os_path(py, "join", (os_path(py, "abspath", (folder?,))?, exe))?;
            if os_path(py, "isfile", (&file,))?.is_truthy()? {
                return Ok(file);
            }
        }
    }
    Ok(exe.clone())
}

/// The flags of links. From version 7 on the linker makes debug information in a file of its own by itself.
pub fn set_link_flags(slf: &Bound<'_, PyAny>) -> PyResult<()> {
    let version: f64 = slf.getattr("_MSVCCompiler__version")?.extract()?;
    let debug = if version >= 7.0 { msvc::OLD_LINK_DEBUG } else { msvc::OLDEST_LINK_DEBUG };
    set_flags(slf, msvc::OLD_LINK)?;
    set_flags(slf, &[("ldflags_shared_debug", debug)])
}

/// The linker's arguments for a call of `link`, without those that the caller adds. Programs are linked with the flags
/// of libraries, but for the first.
pub fn link_arguments<'py>(
    slf: &Bound<'py, PyAny>,
    module: &str,
    linking: &Linking<'py>,
    call: &LinkArguments<'py>,
) -> PyResult<Vec<OsString>> {
    let list = if call.debug.is_truthy()? { "ldflags_shared_debug" } else { "ldflags_shared" };
    let mut flags = words(&slf.getattr(list)?)?;
    let program = seam::global(slf.py(), module, "CCompiler")?.getattr("EXECUTABLE")?;
    if call.target_desc.eq(program)? && !flags.is_empty() {
        flags.remove(0);
    }
    linking.arguments(slf, flags, &call.export_symbols)
}

/// The same, between the caller's own words.
pub fn with_own_words(arguments: Vec<OsString>, call: &LinkArguments<'_>) -> PyResult<Vec<OsString>> {
    surrounded(arguments, &call.extra_preargs, &call.extra_postargs)
}

/// The method `create_static_lib`.
pub fn create_static_lib<'py>(slf: &Bound<'py, PyAny>, call: ArchiveArguments<'py>) -> PyResult<()> {
    super::initialized(slf)?;
    super::make_archive(slf, &Archive::of(slf, &call)?, |_, _| Ok(()))
}
