//! The compiler object of `build_ext`: made, adjusted to this Python, and told what holds for all extensions.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::BuildExt;
use crate::errors::DistutilsOptionError;
use crate::value::expected;
use crate::{seam, steps};

pub fn run(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let py = slf.py();
    let new_compiler = seam::global(py, "command.build_ext", "new_compiler")?;
    if !slf.getattr("extensions")?.is_truthy()? {
        return Ok(());
    }
    if slf.getattr("distribution")?.call_method0("has_c_libraries")?.is_truthy()? {
        link_with_own_libraries(slf)?;
    }
    let keywords = PyDict::new(py);
    for name in ["compiler", "verbose", "dry_run", "force"] {
        keywords.set_item(name, slf.getattr(name)?)?;
    }
    slf.setattr("compiler", new_compiler.call((), Some(&keywords))?)?;
    seam::global(py, "command.build_ext", "customize_compiler")?.call1((slf.getattr("compiler")?,))?;
    set_platform(slf)?;
    set_up(slf)?;
    remember(slf)?;
    let _share = steps::share(steps::width_of(&slf.getattr("parallel")?)?)?;
    slf.call_method0("build_extensions").map(drop)
}

/// Let the compiler remember what it makes in `build_temp`, so that only what has changed is made again.
pub fn remember(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let width = steps::width_of(&slf.getattr("parallel")?)?;
    let (folder, launcher) = (slf.getattr("build_temp")?, slf.getattr("launcher")?);
    steps::remember_in(&slf.getattr("compiler")?, &folder, &launcher, width)
}

/// The C libraries that this distribution builds itself.
fn link_with_own_libraries(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let py = slf.py();
    let build_clib = slf.call_method1("get_finalized_command", ("build_clib",))?;
    let mut names = build_clib.call_method0("get_library_names")?;
    if !names.is_truthy()? {
        names = PyList::empty(py).into_any();
    }
    slf.getattr("libraries")?.call_method1("extend", (names,))?;
    slf.getattr("library_dirs")?.call_method1("append", (build_clib.getattr("build_clib")?,))?;
    Ok(())
}

/// Windows: a compiler for another platform must know that before its options are set.
fn set_platform(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let py = slf.py();
    if !py.import("os")?.getattr("name")?.eq("nt")? {
        return Ok(());
    }
    let platform = slf.getattr("plat_name")?;
    let own = seam::global(py, "command.build_ext", "get_platform")?.call0()?;
    if platform.ne(own)? {
        slf.getattr("compiler")?.call_method1("initialize", (platform,))?;
    }
    // There pyconfig.h is one for both kinds of Python 3.13, and cannot say which this one is.
    let free_threaded = seam::global(py, "sysconfig", "get_config_var")?.call1(("Py_GIL_DISABLED",))?;
    if free_threaded.is_truthy()? {
        slf.getattr("compiler")?.call_method1("define_macro", ("Py_GIL_DISABLED", "1"))?;
    }
    Ok(())
}

/// What the options say for all extensions.
fn set_up(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let compiler = slf.getattr("compiler")?;
    let given = |name: &str| slf.getattr(name).map(|value| (!value.is_none()).then_some(value));
    if let Some(folders) = given("include_dirs")? {
        compiler.call_method1("set_include_dirs", (folders,))?;
    }
    if let Some(macros) = given("define")? {
        for pair in macros.try_iter()? {
            let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair?
                .extract()
                .map_err(|_| not_a_list("define", "a list of pairs of a name and a value", &macros))?;
            compiler.call_method1("define_macro", (name, value))?;
        }
    }
    if let Some(names) = given("undef")? {
        for name in names.try_iter()? {
            compiler.call_method1("undefine_macro", (name?,))?;
        }
    }
    for (option, method) in [
        ("libraries", "set_libraries"),
        ("library_dirs", "set_library_dirs"),
        ("rpath", "set_runtime_library_dirs"),
        ("link_objects", "set_link_objects"),
    ] {
        if let Some(value) = given(option)? {
            compiler.call_method1(method, (value,))?;
        }
    }
    Ok(())
}

fn not_a_list(name: &str, what: &str, value: &Bound<'_, PyAny>) -> PyErr {
    DistutilsOptionError::new_err(expected(name, what, value))
}
