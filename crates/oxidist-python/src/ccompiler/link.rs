//! Objects put together to libraries and programs: the methods of the class, most of which a compiler's own
//! class defines.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use super::{
    CCompiler, Given, LinkArguments, arguments, declare_methods, not_implemented, nothing, or_none, trial,
};
use crate::seam;
use crate::setuptools::Departure;
use crate::unixccompiler::{UnixCCompiler, without_standard_folder};

#[pymethods]
impl CCompiler {
    /// `(objects as a list, output_dir)`; TypeError for what cannot be one.
    #[pyo3(signature = (objects, output_dir))]
    fn _fix_object_args<'py>(
        slf: &Bound<'py, Self>,
        objects: &Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyAny>)> {
        arguments::for_objects(slf.as_any(), objects, output_dir)
    }

    /// The three lists, with what the instance adds to each; TypeError for what cannot be one.
    #[pyo3(signature = (libraries, library_dirs, runtime_library_dirs))]
    fn _fix_lib_args<'py>(
        slf: &Bound<'py, Self>,
        libraries: Option<Bound<'py, PyAny>>,
        library_dirs: Option<Bound<'py, PyAny>>,
        runtime_library_dirs: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let fixed = |given, name| arguments::extended(slf.as_any(), given, name);
        let (libraries, library_dirs) =
            (fixed(libraries, "libraries")?, fixed(library_dirs, "library_dirs")?);
        let runtime_library_dirs = fixed(runtime_library_dirs, "runtime_library_dirs")?;
        if slf.is_instance_of::<UnixCCompiler>() && Departure::NoStandardRpath.is_there(slf.py())? {
            without_standard_folder(&runtime_library_dirs)?;
        }
        Ok((libraries, library_dirs, runtime_library_dirs))
    }

    /// Whether `output_file` is missing or older than one of `objects`.
    fn _need_link<'py>(
        slf: &Bound<'py, Self>,
        objects: &Bound<'py, PyAny>,
        output_file: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        if slf.getattr("force")?.is_truthy()? {
            return Ok(true.into_pyobject(py)?.to_owned().into_any());
        }
        let keywords = PyDict::new(py);
        if slf.getattr("dry_run")?.is_truthy()? {
            keywords.set_item("missing", "newer")?;
        }
        seam::global(py, "ccompiler", "newer_group")?.call((objects, output_file), Some(&keywords))
    }

    /// `link` for a program that has that name.
    #[pyo3(
        signature = (objects, output_progname, output_dir = None, libraries = None, library_dirs = None, runtime_library_dirs = None, debug = Given::Default, extra_preargs = None, extra_postargs = None, target_lang = None),
        text_signature = "($self, objects, output_progname, output_dir=None, libraries=None, library_dirs=None, runtime_library_dirs=None, debug=0, extra_preargs=None, extra_postargs=None, target_lang=None)"
    )]
    #[allow(clippy::too_many_arguments)] // distutils' own parameter list
    fn link_executable<'py>(
        slf: &Bound<'py, Self>,
        objects: Bound<'py, PyAny>,
        output_progname: Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
        libraries: Option<Bound<'py, PyAny>>,
        library_dirs: Option<Bound<'py, PyAny>>,
        runtime_library_dirs: Option<Bound<'py, PyAny>>,
        debug: Given<'py>,
        extra_preargs: Option<Bound<'py, PyAny>>,
        extra_postargs: Option<Bound<'py, PyAny>>,
        target_lang: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let py = slf.py();
        LinkArguments {
            target_desc: target(py, "EXECUTABLE")?,
            objects,
            output_filename: slf.call_method1("executable_filename", (output_progname,))?,
            output_dir: or_none(py, output_dir),
            libraries: or_none(py, libraries),
            library_dirs: or_none(py, library_dirs),
            runtime_library_dirs: or_none(py, runtime_library_dirs),
            export_symbols: or_none(py, None),
            debug: debug.or(py, 0)?,
            extra_preargs: or_none(py, extra_preargs),
            extra_postargs: or_none(py, extra_postargs),
            build_temp: or_none(py, None),
            target_lang: or_none(py, target_lang),
        }
        .call(slf.as_any())
    }

    /// Whether a C function of that name can be compiled and linked against. Nothing of the trial is left
    /// behind.
    #[pyo3(signature = (funcname, includes = None, include_dirs = None, libraries = None, library_dirs = None))]
    fn has_function<'py>(
        slf: &Bound<'py, Self>,
        funcname: &Bound<'py, PyAny>,
        includes: Option<Bound<'py, PyAny>>,
        include_dirs: Option<Bound<'py, PyAny>>,
        libraries: Option<Bound<'py, PyAny>>,
        library_dirs: Option<Bound<'py, PyAny>>,
    ) -> PyResult<bool> {
        trial::has_function(slf.as_any(), funcname, includes, include_dirs, libraries, library_dirs)
    }
}

declare_methods! { CCompiler {
    /// Put object files, and those of `add_link_object`, into a static library of that name. LibError where
    /// it fails.
    create_static_lib => nothing;
    /// Link object files to a program or a shared library: `target_desc` is `EXECUTABLE`, `SHARED_OBJECT` or
    /// `SHARED_LIBRARY`.
    ///
    /// `libraries` are names (`z`), or names with a folder before them. LinkError where it fails.
    link => not_implemented;
    /// `link` for a shared library that has that name (`z`: `libz.so`).
    link_shared_lib => call_link(shared_library, shared_library_name);
    /// `link` for a shared object (an extension module) that has that file name.
    link_shared_object => call_link(shared_object);
    /// The word that makes the linker look for libraries in `dir`.
    library_dir_option => not_implemented;
    /// The word, or the list of words, by which what is linked will look for shared libraries in `dir`.
    runtime_library_dir_option => not_implemented;
    /// The word that makes the linker add a library.
    library_option => not_implemented;
    /// The file of a library in one of the folders; None where it is in none.
    find_library_file => not_implemented;
} }

fn call_link<'py>(slf: &Bound<'py, PyAny>, call: LinkArguments<'py>) -> PyResult<()> {
    call.call(slf)
}

fn shared_library(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    target(py, "SHARED_LIBRARY")
}

fn shared_object(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    target(py, "SHARED_OBJECT")
}

/// A value for `target_desc`, as the class has it.
fn target<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    seam::global(py, "ccompiler", "CCompiler")?.getattr(name)
}

fn shared_library_name<'py>(slf: &Bound<'py, PyAny>, name: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let keywords = PyDict::new(slf.py());
    keywords.set_item("lib_type", "shared")?;
    slf.call_method("library_filename", (name,), Some(&keywords))
}

/// `option` and what belongs to it, as one word.
pub fn option_with<'py>(
    slf: &Bound<'py, PyAny>,
    option: &str,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    PyString::new(slf.py(), option).as_any().add(value)
}

/// What the hook `_need_link` says.
pub fn is_outdated<'py>(
    compiler: &Bound<'py, PyAny>,
    objects: &Bound<'py, PyAny>,
    output: &Bound<'py, PyAny>,
) -> PyResult<bool> {
    compiler.call_method1(intern!(compiler.py(), "_need_link"), (objects, output))?.is_truthy()
}
