//! distutils.ccompiler: `CCompiler`, what a setup script knows of any C compiler, and how one is chosen.
//!
//! The class is here; what its methods do is in the rooms: `arguments` (what a call is given, with what the
//! instance adds), `names` (of object files, libraries and programs), `compile` (sources into objects),
//! `trial` (whether a function exists), `tables` (the attributes of the class), and for the module's
//! functions `options` (words of a command line) and `choice` (which class).

mod arguments;
mod choice;
mod compile;
mod names;
mod options;
mod tables;
mod trial;

use std::path::PathBuf;

use pyo3::call::PyCallArgs;
use pyo3::exceptions::{PyNotImplementedError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PySlice, PyString, PyTuple};

pub use arguments::{Given, LinkArguments, or_none};
pub use compile::insert_first;

use crate::value::Flag;
use crate::{debug, door, log, seam, steps};

/// What compiles and links C and its relatives: the part that is the same for every compiler.
///
/// A class for one kind of compiler derives from it, defines `executables`, file name endings, and either
/// `_compile` or `compile`, `link`, `create_static_lib` and the `*_option` methods. One instance serves a
/// whole build: what is added to it (macros, folders, libraries) counts in each of its later steps.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.ccompiler")]
pub struct CCompiler;

impl CCompiler {
    /// The base part of a compiler's instance: `CCompiler::base().add_subclass(UnixCCompiler)`.
    pub fn base() -> PyClassInitializer<CCompiler> {
        PyClassInitializer::from(CCompiler)
    }
}

#[pymethods]
impl CCompiler {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        CCompiler
    }

    #[pyo3(signature = (verbose = Given::Default, dry_run = Given::Default, force = Given::Default))]
    fn __init__<'py>(
        slf: &Bound<'py, Self>,
        verbose: Given<'py>,
        dry_run: Given<'py>,
        force: Given<'py>,
    ) -> PyResult<()> {
        let py = slf.py();
        slf.setattr(intern!(py, "dry_run"), dry_run.or(py, 0)?)?;
        slf.setattr(intern!(py, "force"), force.or(py, 0)?)?;
        slf.setattr(intern!(py, "verbose"), verbose.or(py, 0)?)?;
        slf.setattr(intern!(py, "output_dir"), py.None())?;
        for list in tables::LISTS {
            slf.setattr(*list, PyList::empty(py))?;
        }
        let executables = slf.getattr(intern!(py, "executables"))?;
        for key in executables.call_method0("keys")?.try_iter()? {
            let key = key?;
            let value = slf.getattr(intern!(py, "executables"))?.get_item(&key)?;
            slf.call_method1(intern!(py, "set_executable"), (key, value))?;
        }
        Ok(())
    }

    /// Say which programs do the steps, each as a list of words or as a string that is split like a shell
    /// would. The names are those of the class's `executables`; ValueError for another.
    #[pyo3(signature = (**kwargs))]
    fn set_executables(slf: &Bound<'_, Self>, kwargs: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
        let py = slf.py();
        for (key, value) in kwargs.into_iter().flat_map(|kwargs| kwargs.iter()) {
            if !slf.getattr(intern!(py, "executables"))?.contains(&key)? {
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

    /// What `compile` needs: `(macros, objects, extra, preprocessor options, {object: (source, ending)})`.
    #[pyo3(signature = (outdir, macros, incdirs, sources, depends, extra))]
    fn _setup_compile<'py>(
        slf: &Bound<'py, Self>,
        outdir: Option<Bound<'py, PyAny>>,
        macros: Option<Bound<'py, PyAny>>,
        incdirs: Option<Bound<'py, PyAny>>,
        sources: &Bound<'py, PyAny>,
        depends: Option<Bound<'py, PyAny>>,
        extra: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let _ = depends;
        compile::set_up(slf.as_any(), outdir, macros, incdirs, sources, extra)
    }

    /// The arguments that all sources of one `compile` have in common.
    #[pyo3(signature = (pp_opts, debug, before))]
    fn _get_cc_args<'py>(
        slf: &Bound<'py, Self>,
        pp_opts: &Bound<'py, PyAny>,
        debug: Option<&Bound<'py, PyAny>>,
        before: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = slf;
        compile::common_arguments(pp_opts, debug, before)
    }

    /// `(output_dir, macros, include_dirs)`, with what the instance adds; TypeError for what cannot be one.
    #[pyo3(signature = (output_dir, macros, include_dirs))]
    fn _fix_compile_args<'py>(
        slf: &Bound<'py, Self>,
        output_dir: Option<Bound<'py, PyAny>>,
        macros: Option<Bound<'py, PyAny>>,
        include_dirs: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        arguments::for_compile(slf.as_any(), output_dir, macros, include_dirs)
    }

    /// The names of the objects, and a dictionary that is empty: `compile` decides what is up to date.
    #[pyo3(signature = (sources, output_dir, depends = None))]
    fn _prep_compile<'py>(
        slf: &Bound<'py, Self>,
        sources: &Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
        depends: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyDict>)> {
        let _ = depends;
        let keywords = PyDict::new(slf.py());
        keywords.set_item("output_dir", output_dir)?;
        Ok((compile::object_names(slf.as_any(), sources, &keywords)?, PyDict::new(slf.py())))
    }

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
        Ok((
            fixed(libraries, "libraries")?,
            fixed(library_dirs, "library_dirs")?,
            fixed(runtime_library_dirs, "runtime_library_dirs")?,
        ))
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

    /// The language of a source, or the one that a list of sources is linked as; None where none is known.
    fn detect_language<'py>(
        slf: &Bound<'py, Self>,
        sources: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        names::language(slf.as_any(), sources)
    }

    /// Run the preprocessor over one source, into `output_file` or to standard output. PreprocessError where
    /// it fails.
    #[pyo3(signature = (source, output_file = None, macros = None, include_dirs = None, extra_preargs = None, extra_postargs = None))]
    fn preprocess(
        slf: &Bound<'_, Self>,
        source: &Bound<'_, PyAny>,
        output_file: Option<&Bound<'_, PyAny>>,
        macros: Option<&Bound<'_, PyAny>>,
        include_dirs: Option<&Bound<'_, PyAny>>,
        extra_preargs: Option<&Bound<'_, PyAny>>,
        extra_postargs: Option<&Bound<'_, PyAny>>,
    ) {
        let _ = (slf, source, output_file, macros, include_dirs, extra_preargs, extra_postargs);
    }

    /// Compile sources to object files below `output_dir`; the names of all of these are returned.
    ///
    /// `macros`: `(name, value)` to define, `(name,)` to undefine. `extra_preargs` and `extra_postargs` go
    /// before and behind the other words of each command line. CompileError where a source does not compile.
    #[pyo3(
        signature = (sources, output_dir = None, macros = None, include_dirs = None, debug = Given::Default, extra_preargs = None, extra_postargs = None, depends = None),
        text_signature = "($self, sources, output_dir=None, macros=None, include_dirs=None, debug=0, extra_preargs=None, extra_postargs=None, depends=None)"
    )]
    #[allow(clippy::too_many_arguments)] // distutils' own parameter list
    fn compile<'py>(
        slf: &Bound<'py, Self>,
        sources: Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
        macros: Option<Bound<'py, PyAny>>,
        include_dirs: Option<Bound<'py, PyAny>>,
        debug: Given<'py>,
        extra_preargs: Option<Bound<'py, PyAny>>,
        extra_postargs: Option<Bound<'py, PyAny>>,
        depends: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let set_up = (output_dir, macros, include_dirs, sources, &depends, extra_postargs);
        let set_up = slf.call_method1(intern!(slf.py(), "_setup_compile"), set_up)?;
        compile::run(slf.as_any(), &set_up, debug.or(slf.py(), 0)?, extra_preargs, depends.as_ref())
    }

    /// Compile `src`, whose file name ends in `ext`, to `obj`. Nothing is done here: for classes to define.
    fn _compile(
        slf: &Bound<'_, Self>,
        obj: &Bound<'_, PyAny>,
        src: &Bound<'_, PyAny>,
        ext: &Bound<'_, PyAny>,
        cc_args: &Bound<'_, PyAny>,
        extra_postargs: &Bound<'_, PyAny>,
        pp_opts: &Bound<'_, PyAny>,
    ) {
        let _ = (slf, obj, src, ext, cc_args, extra_postargs, pp_opts);
    }

    /// Put object files, and those of `add_link_object`, into a static library of that name. LibError where
    /// it fails.
    #[pyo3(
        signature = (objects, output_libname, output_dir = None, debug = Given::Default, target_lang = None),
        text_signature = "($self, objects, output_libname, output_dir=None, debug=0, target_lang=None)"
    )]
    fn create_static_lib(
        slf: &Bound<'_, Self>,
        objects: &Bound<'_, PyAny>,
        output_libname: &Bound<'_, PyAny>,
        output_dir: Option<&Bound<'_, PyAny>>,
        debug: Given<'_>,
        target_lang: Option<&Bound<'_, PyAny>>,
    ) {
        let _ = (slf, objects, output_libname, output_dir, debug, target_lang);
    }

    /// Link object files to a program or a shared library: `target_desc` is `EXECUTABLE`, `SHARED_OBJECT` or
    /// `SHARED_LIBRARY`.
    ///
    /// `libraries` are names (`z`), or names with a folder before them. LinkError where it fails.
    #[pyo3(
        signature = (target_desc, objects, output_filename, output_dir = None, libraries = None, library_dirs = None, runtime_library_dirs = None, export_symbols = None, debug = Given::Default, extra_preargs = None, extra_postargs = None, build_temp = None, target_lang = None),
        text_signature = "($self, target_desc, objects, output_filename, output_dir=None, libraries=None, library_dirs=None, runtime_library_dirs=None, export_symbols=None, debug=0, extra_preargs=None, extra_postargs=None, build_temp=None, target_lang=None)"
    )]
    #[allow(clippy::too_many_arguments, unused_variables)] // distutils' own parameter list
    fn link(
        slf: &Bound<'_, Self>,
        target_desc: &Bound<'_, PyAny>,
        objects: &Bound<'_, PyAny>,
        output_filename: &Bound<'_, PyAny>,
        output_dir: Option<&Bound<'_, PyAny>>,
        libraries: Option<&Bound<'_, PyAny>>,
        library_dirs: Option<&Bound<'_, PyAny>>,
        runtime_library_dirs: Option<&Bound<'_, PyAny>>,
        export_symbols: Option<&Bound<'_, PyAny>>,
        debug: Given<'_>,
        extra_preargs: Option<&Bound<'_, PyAny>>,
        extra_postargs: Option<&Bound<'_, PyAny>>,
        build_temp: Option<&Bound<'_, PyAny>>,
        target_lang: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        Err(not_implemented())
    }

    /// `link` for a shared library that has that name (`z`: `libz.so`).
    #[pyo3(
        signature = (objects, output_libname, output_dir = None, libraries = None, library_dirs = None, runtime_library_dirs = None, export_symbols = None, debug = Given::Default, extra_preargs = None, extra_postargs = None, build_temp = None, target_lang = None),
        text_signature = "($self, objects, output_libname, output_dir=None, libraries=None, library_dirs=None, runtime_library_dirs=None, export_symbols=None, debug=0, extra_preargs=None, extra_postargs=None, build_temp=None, target_lang=None)"
    )]
    #[allow(clippy::too_many_arguments)] // distutils' own parameter list
    fn link_shared_lib<'py>(
        slf: &Bound<'py, Self>,
        objects: Bound<'py, PyAny>,
        output_libname: Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
        libraries: Option<Bound<'py, PyAny>>,
        library_dirs: Option<Bound<'py, PyAny>>,
        runtime_library_dirs: Option<Bound<'py, PyAny>>,
        export_symbols: Option<Bound<'py, PyAny>>,
        debug: Given<'py>,
        extra_preargs: Option<Bound<'py, PyAny>>,
        extra_postargs: Option<Bound<'py, PyAny>>,
        build_temp: Option<Bound<'py, PyAny>>,
        target_lang: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let keywords = PyDict::new(py);
        keywords.set_item("lib_type", "shared")?;
        LinkArguments {
            target_desc: target(py, "SHARED_LIBRARY")?,
            objects,
            output_filename: slf.call_method("library_filename", (output_libname,), Some(&keywords))?,
            output_dir: or_none(py, output_dir),
            libraries: or_none(py, libraries),
            library_dirs: or_none(py, library_dirs),
            runtime_library_dirs: or_none(py, runtime_library_dirs),
            export_symbols: or_none(py, export_symbols),
            debug: debug.or(py, 0)?,
            extra_preargs: or_none(py, extra_preargs),
            extra_postargs: or_none(py, extra_postargs),
            build_temp: or_none(py, build_temp),
            target_lang: or_none(py, target_lang),
        }
        .call(slf.as_any())
    }

    /// `link` for a shared object (an extension module) that has that file name.
    #[pyo3(
        signature = (objects, output_filename, output_dir = None, libraries = None, library_dirs = None, runtime_library_dirs = None, export_symbols = None, debug = Given::Default, extra_preargs = None, extra_postargs = None, build_temp = None, target_lang = None),
        text_signature = "($self, objects, output_filename, output_dir=None, libraries=None, library_dirs=None, runtime_library_dirs=None, export_symbols=None, debug=0, extra_preargs=None, extra_postargs=None, build_temp=None, target_lang=None)"
    )]
    #[allow(clippy::too_many_arguments)] // distutils' own parameter list
    fn link_shared_object<'py>(
        slf: &Bound<'py, Self>,
        objects: Bound<'py, PyAny>,
        output_filename: Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
        libraries: Option<Bound<'py, PyAny>>,
        library_dirs: Option<Bound<'py, PyAny>>,
        runtime_library_dirs: Option<Bound<'py, PyAny>>,
        export_symbols: Option<Bound<'py, PyAny>>,
        debug: Given<'py>,
        extra_preargs: Option<Bound<'py, PyAny>>,
        extra_postargs: Option<Bound<'py, PyAny>>,
        build_temp: Option<Bound<'py, PyAny>>,
        target_lang: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let py = slf.py();
        LinkArguments {
            target_desc: target(py, "SHARED_OBJECT")?,
            objects,
            output_filename,
            output_dir: or_none(py, output_dir),
            libraries: or_none(py, libraries),
            library_dirs: or_none(py, library_dirs),
            runtime_library_dirs: or_none(py, runtime_library_dirs),
            export_symbols: or_none(py, export_symbols),
            debug: debug.or(py, 0)?,
            extra_preargs: or_none(py, extra_preargs),
            extra_postargs: or_none(py, extra_postargs),
            build_temp: or_none(py, build_temp),
            target_lang: or_none(py, target_lang),
        }
        .call(slf.as_any())
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

    /// The word that makes the linker look for libraries in `dir`.
    fn library_dir_option(slf: &Bound<'_, Self>, dir: &Bound<'_, PyAny>) -> PyResult<()> {
        let _ = (slf, dir);
        Err(not_implemented())
    }

    /// The word, or the list of words, by which what is linked will look for shared libraries in `dir`.
    fn runtime_library_dir_option(slf: &Bound<'_, Self>, dir: &Bound<'_, PyAny>) -> PyResult<()> {
        let _ = (slf, dir);
        Err(not_implemented())
    }

    /// The word that makes the linker add a library.
    fn library_option(slf: &Bound<'_, Self>, lib: &Bound<'_, PyAny>) -> PyResult<()> {
        let _ = (slf, lib);
        Err(not_implemented())
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

    /// The file of a library in one of the folders; None where it is in none.
    #[pyo3(signature = (dirs, lib, debug = Given::Default), text_signature = "($self, dirs, lib, debug=0)")]
    fn find_library_file(
        slf: &Bound<'_, Self>,
        dirs: &Bound<'_, PyAny>,
        lib: &Bound<'_, PyAny>,
        debug: Given<'_>,
    ) -> PyResult<()> {
        let _ = (slf, dirs, lib, debug);
        Err(not_implemented())
    }

    /// The object file of each source, below `output_dir`. UnknownFileError for an ending not in
    /// `src_extensions`.
    #[pyo3(
        signature = (source_filenames, strip_dir = Flag(false), output_dir = Given::Default),
        text_signature = "($self, source_filenames, strip_dir=0, output_dir='')"
    )]
    fn object_filenames<'py>(
        slf: &Bound<'py, Self>,
        source_filenames: &Bound<'py, PyAny>,
        strip_dir: Flag,
        output_dir: Given<'py>,
    ) -> PyResult<Bound<'py, PyList>> {
        names::of_objects(slf.as_any(), source_filenames, strip_dir.0, output_dir.or(slf.py(), "")?)
    }

    #[pyo3(
        signature = (basename, strip_dir = Flag(false), output_dir = Given::Default),
        text_signature = "($self, basename, strip_dir=0, output_dir='')"
    )]
    fn shared_object_filename<'py>(
        slf: &Bound<'py, Self>,
        basename: Bound<'py, PyAny>,
        strip_dir: Flag,
        output_dir: Given<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let ending = slf.getattr("shared_lib_extension")?;
        names::with_ending(basename, ending, strip_dir.0, &output_dir.or(slf.py(), "")?)
    }

    #[pyo3(
        signature = (basename, strip_dir = Flag(false), output_dir = Given::Default),
        text_signature = "($self, basename, strip_dir=0, output_dir='')"
    )]
    fn executable_filename<'py>(
        slf: &Bound<'py, Self>,
        basename: Bound<'py, PyAny>,
        strip_dir: Flag,
        output_dir: Given<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let ending = slf.getattr("exe_extension")?;
        let ending = if ending.is_truthy()? { ending } else { PyString::new(py, "").into_any() };
        names::with_ending(basename, ending, strip_dir.0, &output_dir.or(py, "")?)
    }

    /// The file name of a library. `lib_type`: `static`, `shared`, `dylib` or `xcode_stub`.
    #[pyo3(
        signature = (libname, lib_type = "static", strip_dir = Flag(false), output_dir = Given::Default),
        text_signature = "($self, libname, lib_type='static', strip_dir=0, output_dir='')"
    )]
    fn library_filename<'py>(
        slf: &Bound<'py, Self>,
        libname: &Bound<'py, PyAny>,
        lib_type: &str,
        strip_dir: Flag,
        output_dir: Given<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        names::of_library(slf.as_any(), libname, lib_type, strip_dir.0, &output_dir.or(slf.py(), "")?)
    }

    #[pyo3(signature = (msg, level = 1))]
    fn announce(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>, level: i64) -> PyResult<()> {
        let _ = level;
        seam::global(slf.py(), "log", "debug")?.call1((msg,)).map(drop)
    }

    /// Print `msg` where DISTUTILS_DEBUG is set.
    fn debug_print(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        if debug::is_on(py, "debug")? {
            py.import("builtins")?.getattr("print")?.call1((msg,))?;
        }
        Ok(())
    }

    fn warn(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>) -> PyResult<()> {
        let line = PyString::new(slf.py(), "warning: ").add(msg.str()?)?.add("\n")?;
        slf.py().import("sys")?.getattr("stderr")?.call_method1("write", (line,)).map(drop)
    }

    /// Call `func(*args)` after telling what it does; in a dry run only tell.
    #[pyo3(signature = (func, args, msg = None, level = 1))]
    fn execute(
        slf: &Bound<'_, Self>,
        func: &Bound<'_, PyAny>,
        args: &Bound<'_, PyAny>,
        msg: Option<&Bound<'_, PyAny>>,
        level: i64,
    ) -> PyResult<()> {
        let _ = level;
        let py = slf.py();
        let (execute, dry_run) = (seam::global(py, "ccompiler", "execute")?, slf.getattr("dry_run")?);
        if seam::imports_are_ours(py, "ccompiler", &[("execute", "util")])? {
            // The fourth argument, which is all that distutils gives, is not the one that makes a run dry.
            return execute.call1((func, args, msg, 0, dry_run)).map(drop);
        }
        execute.call1((func, args, msg, dry_run)).map(drop)
    }

    /// Run another program: see `distutils.spawn.spawn`.
    fn spawn(slf: &Bound<'_, Self>, cmd: &Bound<'_, PyAny>) -> PyResult<()> {
        let launched = steps::launched(slf.as_any(), cmd)?;
        call_dry(slf, "spawn", (launched.as_ref().map_or(cmd, |list| list.as_any()),)).map(drop)
    }

    fn move_file<'py>(
        slf: &Bound<'py, Self>,
        src: &Bound<'py, PyAny>,
        dst: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        call_dry(slf, "move_file", (src, dst))
    }

    #[pyo3(signature = (name, mode = 0o777))]
    fn mkpath(slf: &Bound<'_, Self>, name: &Bound<'_, PyAny>, mode: i64) -> PyResult<()> {
        call_dry(slf, "mkpath", (name, mode))?;
        // `mkpath` takes `x/..` for nothing; a compiler that is told to write there goes through `x`.
        let Ok(path) = name.extract::<PathBuf>() else { return Ok(()) };
        for folder in names::passed_through(&path) {
            if !door::of(slf)?.is_folder(&folder) {
                call_dry(slf, "mkpath", (folder.as_os_str(), mode))?;
            }
        }
        Ok(())
    }
}

fn append(compiler: &Bound<'_, CCompiler>, list: &str, item: &Bound<'_, PyAny>) -> PyResult<()> {
    compiler.getattr(list)?.call_method1("append", (item,)).map(drop)
}

/// The attribute becomes a copy of the list, so that it grows alone.
fn set_copy(compiler: &Bound<'_, CCompiler>, name: &str, list: &Bound<'_, PyAny>) -> PyResult<()> {
    compiler.setattr(name, list.get_item(PySlice::full(list.py()))?)
}

fn not_implemented() -> PyErr {
    PyNotImplementedError::new_err(())
}

/// A value for `target_desc`, as the class has it.
fn target<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    seam::global(py, "ccompiler", "CCompiler")?.getattr(name)
}

/// Call a function that the module `ccompiler` has, with this compiler's `dry_run`.
fn call_dry<'py>(
    slf: &Bound<'py, CCompiler>,
    function: &str,
    args: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let keywords = PyDict::new(slf.py());
    keywords.set_item(intern!(slf.py(), "dry_run"), slf.getattr(intern!(slf.py(), "dry_run"))?)?;
    seam::global(slf.py(), "ccompiler", function)?.call(args, Some(&keywords))
}

/// A function of `os.path`, which scripts replace to speak of another platform's paths.
pub fn os_path<'py>(
    py: Python<'py>,
    function: &str,
    args: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import(intern!(py, "os"))?.getattr(intern!(py, "path"))?.getattr(function)?.call1(args)
}

/// What `link` and `create_static_lib` say of an output that need not be made.
pub fn skipped(output: &Bound<'_, PyAny>) -> PyResult<()> {
    log::call(output.py(), "debug", "skipping %s (up-to-date)", (output,))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<CCompiler>()?;
    tables::register(module)?;
    options::register(module)?;
    choice::register(module)
}
