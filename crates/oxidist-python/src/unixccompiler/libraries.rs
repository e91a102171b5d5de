//! Where a library's file is, and how a linker is told where shared libraries will be.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySlice, PyString};

use crate::ccompiler::{FindArguments, os_path};
use crate::setuptools::{self, Departure};
use crate::{seam, text};

/// What the names of compilers that take GCC's options have in them.
const LIKE_GCC: [&str; 3] = ["gcc", "g++", "clang"];

pub fn is_gcc(compiler: &str) -> bool {
    LIKE_GCC.iter().any(|name| compiler.contains(name))
}

/// `sys.platform` as it is now.
pub fn platform(py: Python<'_>) -> PyResult<String> {
    py.import(intern!(py, "sys"))?.getattr(intern!(py, "platform"))?.extract()
}

/// Python's own module for Apple's tools, or what a script has put in its place.
pub fn macos_support(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    match seam::face(py, "unixccompiler")?.getattr_opt("_osx_support")? {
        Some(module) => Ok(module),
        None => Ok(py.import("_osx_support")?.into_any()),
    }
}

/// A configuration variable, as the module `unixccompiler` asks for it.
fn config_var<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    seam::global(py, "unixccompiler", "sysconfig")?.call_method1("get_config_var", (name,))
}

/// The option, or the list of options, for a folder of shared libraries.
pub fn runtime_dir_option<'py>(
    compiler: &Bound<'py, PyAny>,
    folder: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = compiler.py();
    let option = |start: &str| PyString::new(py, start).add(folder);
    let cc = os_path(py, "basename", (config_var(py, "CC")?,))?;
    let takes_gcc_options = || compiler.call_method1("_is_gcc", (&cc,))?.is_truthy();
    let platform = platform(py)?;
    let by_setuptools = setuptools::has_its_own_distutils(py)?;
    if platform.starts_with("darwin") {
        // Every Mac since 10.5 has it; CPython's distutils never learnt.
        option(if by_setuptools { "-Wl,-rpath," } else { "-L" })
    } else if platform.starts_with("freebsd") {
        option("-Wl,-rpath=")
    } else if platform.starts_with("hp-ux") {
        let search = if takes_gcc_options()? { "-Wl,+s" } else { "+s" };
        let words = [PyString::new(py, search).into_any(), option("-L")?];
        Ok(PyList::new(py, words)?.into_any())
    } else if !by_setuptools && !takes_gcc_options()? {
        option("-R")
    } else if config_var(py, "GNULD")?.eq("yes")? {
        // A RUNPATH, which the environment can override, and not just an RPATH.
        if Departure::RpathInTwoWords.is_there(py)? {
            let words = [PyString::new(py, "-Wl,--enable-new-dtags").into_any(), option("-Wl,-rpath,")?];
            return Ok(PyList::new(py, words)?.into_any());
        }
        let by_name = Departure::RpathOption.is_there(py)?;
        option(if by_name { "-Wl,--enable-new-dtags,-rpath," } else { "-Wl,--enable-new-dtags,-R" })
    } else {
        option("-Wl,-R")
    }
}

/// Takes the system's own folder of libraries, where this Python's is too, out of folders for the run: the loader looks
/// there anyway. Only setuptools' own distutils does that.
pub fn without_standard_folder(folders: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = folders.py();
    let folder = py.import(intern!(py, "sysconfig"))?.call_method1("get_config_var", ("LIBDIR",))?;
    let is_systems = folder.extract::<String>().is_ok_and(|folder| folder.starts_with("/usr/lib"));
    if is_systems && folders.is_truthy()? && folders.contains(&folder)? {
        folders.call_method1("remove", (folder,))?;
    }
    Ok(())
}

/// The kinds of library files in the order in which they are preferred.
const PREFERRED: [&str; 4] = ["dylib", "xcode_stub", "shared", "static"];

/// The order in which their names are asked for.
const ASKED: [&str; 4] = ["shared", "dylib", "xcode_stub", "static"];

/// The file of a library in the first of the folders that has one.
pub fn find<'py>(
    compiler: &Bound<'py, PyAny>,
    call: FindArguments<'py>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = compiler.py();
    let mut names = Vec::new();
    for kind in ASKED {
        let keywords = PyDict::new(py);
        keywords.set_item("lib_type", kind)?;
        names.push((kind, compiler.call_method("library_filename", (&call.lib,), Some(&keywords))?));
    }
    names.sort_by_key(|(kind, _)| PREFERRED.iter().position(|preferred| preferred == kind));
    let sysroot = if platform(py)? == "darwin" { Some(sysroot(py)?) } else { None };
    for folder in call.dirs.try_iter()? {
        let folder = within(sysroot.as_ref(), folder?)?;
        for (_, name) in &names {
            let file = os_path(py, "join", (&folder, name))?;
            if os_path(py, "exists", (&file,))?.is_truthy()? {
                return Ok(Some(file));
            }
        }
    }
    Ok(None)
}

/// Apple's software development kit: the one that the compiler's flags name, or the compiler's own.
fn sysroot(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let flags = config_var(py, "CFLAGS")?.cast_into::<PyString>()?;
    let flags = text::from_python(&flags)?;
    let named = flags
        .match_indices("-isysroot")
        .find_map(|(place, option)| flags[place + option.len()..].split_whitespace().next());
    match named {
        Some(folder) => Ok(text::to_python(py, folder)?.into_any()),
        None => macos_support(py)?.call_method1("_default_sysroot", (config_var(py, "CC")?,)),
    }
}

/// A system's folder as the kit has it; other folders as they are.
fn within<'py>(
    sysroot: Option<&Bound<'py, PyAny>>,
    folder: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let Some(sysroot) = sysroot else { return Ok(folder) };
    let begins = |start: &str| folder.call_method1("startswith", (start,))?.is_truthy();
    if begins("/System/")? || (begins("/usr/")? && !begins("/usr/local/")?) {
        let relative = folder.get_item(PySlice::new(folder.py(), 1, isize::MAX, 1))?;
        return os_path(folder.py(), "join", (sysroot, relative));
    }
    Ok(folder)
}
