//! What an instance remembers for all of its steps: programs, macros, folders, libraries and objects.

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PySlice, PyString};

use super::{CCompiler, arguments};
use crate::seam;

#[pymethods]
impl CCompiler {
    /// Say which programs do the steps, each as a list of words or as a string that is split like a shell
    /// would. The names are those of the class's `executables`, and the same with `_cxx` for a program that is for
    /// C++ alone; ValueError for another.
    #[pyo3(signature = (**kwargs))]
    fn set_executables(slf: &Bound<'_, Self>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let py = slf.py();
        for (key, value) in kwargs.into_iter().flat_map(|kwargs| kwargs.iter()) {
            let programs = slf.getattr(intern!(py, "executables"))?;
            let name: String = key.extract()?;
            // setuptools' `customize_compiler` knows programs for C++, and gets our compilers by their module's name.
            let is_known = |name: &str| programs.contains(name);
            if !is_known(&name)? && !name.strip_suffix("_cxx").map_or(Ok(false), is_known)? {
                let class = slf.getattr("__class__")?.getattr("__name__")?;
                let text = format!("unknown executable '{key}' for class {class}");
                return Err(PyValueError::new_err(text));
            }
            slf.call_method1(intern!(py, "set_executable"), (key, value))?;
        }
        Ok(())
    }

    fn set_executable(
        slf: &Bound<'_, Self>,
        key: &Bound<'_, PyString>,
        value: Bound<'_, PyAny>,
    ) -> PyResult<()> {
        if !value.is_instance_of::<PyString>() {
            return slf.setattr(key, value);
        }
        slf.setattr(key, seam::global(slf.py(), "ccompiler", "split_quoted")?.call1((value,))?)
    }

    /// The place of a macro in `macros`; None where it is not there.
    fn _find_macro(slf: &Bound<'_, Self>, name: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        for (place, definition) in slf.getattr("macros")?.try_iter()?.enumerate() {
            if definition?.get_item(0)?.eq(name)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// TypeError unless each is `(name,)`, `(name, value)` or `(name, None)`.
    fn _check_macro_definitions(slf: &Bound<'_, Self>, definitions: &Bound<'_, PyAny>) -> PyResult<()> {
        let _ = slf;
        arguments::check_macros(definitions)
    }

    /// Define a macro in every later step, with a value or without.
    #[pyo3(signature = (name, value = None))]
    fn define_macro(
        slf: &Bound<'_, Self>,
        name: Bound<'_, PyAny>,
        value: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        arguments::forget_macro(slf.as_any(), &name)?;
        slf.getattr("macros")?.call_method1("append", ((name, value),)).map(drop)
    }

    /// Undefine a macro in every later step.
    fn undefine_macro(slf: &Bound<'_, Self>, name: Bound<'_, PyAny>) -> PyResult<()> {
        arguments::forget_macro(slf.as_any(), &name)?;
        slf.getattr("macros")?.call_method1("append", ((name,),)).map(drop)
    }

    /// Add a folder in which headers are looked for.
    fn add_include_dir(slf: &Bound<'_, Self>, dir: &Bound<'_, PyAny>) -> PyResult<()> {
        append(slf, "include_dirs", dir)
    }

    fn set_include_dirs(slf: &Bound<'_, Self>, dirs: &Bound<'_, PyAny>) -> PyResult<()> {
        set_copy(slf, "include_dirs", dirs)
    }

    /// Add a library, by its name (`z`), to every link. One that is added twice is named twice to the linker.
    fn add_library(slf: &Bound<'_, Self>, libname: &Bound<'_, PyAny>) -> PyResult<()> {
        append(slf, "libraries", libname)
    }

    fn set_libraries(slf: &Bound<'_, Self>, libnames: &Bound<'_, PyAny>) -> PyResult<()> {
        set_copy(slf, "libraries", libnames)
    }

    /// Add a folder in which the linker looks for libraries.
    fn add_library_dir(slf: &Bound<'_, Self>, dir: &Bound<'_, PyAny>) -> PyResult<()> {
        append(slf, "library_dirs", dir)
    }

    fn set_library_dirs(slf: &Bound<'_, Self>, dirs: &Bound<'_, PyAny>) -> PyResult<()> {
        set_copy(slf, "library_dirs", dirs)
    }

    /// Add a folder in which what is linked will look for shared libraries when it runs.
    fn add_runtime_library_dir(slf: &Bound<'_, Self>, dir: &Bound<'_, PyAny>) -> PyResult<()> {
        append(slf, "runtime_library_dirs", dir)
    }

    fn set_runtime_library_dirs(slf: &Bound<'_, Self>, dirs: &Bound<'_, PyAny>) -> PyResult<()> {
        set_copy(slf, "runtime_library_dirs", dirs)
    }

    /// Add an object file, or a library by its file name, to every link.
    fn add_link_object(slf: &Bound<'_, Self>, object: &Bound<'_, PyAny>) -> PyResult<()> {
        append(slf, "objects", object)
    }

    fn set_link_objects(slf: &Bound<'_, Self>, objects: &Bound<'_, PyAny>) -> PyResult<()> {
        set_copy(slf, "objects", objects)
    }
}

fn append(compiler: &Bound<'_, CCompiler>, list: &str, item: &Bound<'_, PyAny>) -> PyResult<()> {
    compiler.getattr(list)?.call_method1("append", (item,)).map(drop)
}

/// The attribute becomes a copy of the list, so that it grows alone.
fn set_copy(compiler: &Bound<'_, CCompiler>, name: &str, list: &Bound<'_, PyAny>) -> PyResult<()> {
    compiler.setattr(name, list.get_item(PySlice::full(list.py()))?)
}
