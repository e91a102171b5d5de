//! distutils.unixccompiler: compilers with the command line that Unix ones have (`cc -c`, `ar -cr`).
//!
//! Each step is made in two parts: `command_lines` gives its command lines, and the methods of the class run
//! them. `libraries` knows where libraries are, and how a platform's linker is told. What differs between
//! platforms is decided by `sys.platform` at the time of the call.

pub mod command_lines;
mod libraries;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::ccompiler::{CCompiler, Given, LinkArguments, or_none, os_path, skipped};
use crate::errors::{CompileError, LibError, LinkError, or_failed};
use crate::{seam, steps};
use command_lines::{
    Archive, Link, archive_argv, compile_argv, index_argv, link_words, linker, preprocess_argv,
};

/// A compiler with the command line that Unix ones have: GCC, Clang, and most that came after `cc`.
#[pyclass(subclass, frozen, extends = CCompiler, module = "distutils.unixccompiler")]
pub struct UnixCCompiler;

impl UnixCCompiler {
    /// The base part of a compiler's instance: `UnixCCompiler::base().add_subclass(CygwinCCompiler)`.
    pub fn base() -> PyClassInitializer<UnixCCompiler> {
        CCompiler::base().add_subclass(UnixCCompiler)
    }
}

#[pymethods]
impl UnixCCompiler {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        UnixCCompiler::base()
    }

    #[pyo3(signature = (source, output_file = None, macros = None, include_dirs = None, extra_preargs = None, extra_postargs = None))]
    fn preprocess(
        slf: &Bound<'_, Self>,
        source: &Bound<'_, PyAny>,
        output_file: Option<&Bound<'_, PyAny>>,
        macros: Option<&Bound<'_, PyAny>>,
        include_dirs: Option<&Bound<'_, PyAny>>,
        extra_preargs: Option<&Bound<'_, PyAny>>,
        extra_postargs: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let into = (source, output_file);
        let words = preprocess_argv(slf, into, macros, include_dirs, extra_preargs, extra_postargs)?;
        let outdated = slf.getattr("force")?.is_truthy()?
            || match output_file {
                None => true,
                Some(file) => {
                    seam::global(py, "unixccompiler", "newer")?.call1((source, file))?.is_truthy()?
                }
            };
        if !outdated {
            return Ok(());
        }
        if let Some(file) = output_file
            && file.is_truthy()?
        {
            make_folder_of(slf, file)?;
        }
        or_failed(py, spawn(slf, words), CompileError::new_err)
    }

    fn _compile(
        slf: &Bound<'_, Self>,
        obj: &Bound<'_, PyAny>,
        src: &Bound<'_, PyAny>,
        ext: &Bound<'_, PyAny>,
        cc_args: &Bound<'_, PyAny>,
        extra_postargs: &Bound<'_, PyAny>,
        pp_opts: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let _ = (ext, pp_opts);
        let words = compile_argv(slf, obj, src, cc_args, extra_postargs)?;
        or_failed(slf.py(), spawn(slf, words), CompileError::new_err)
    }

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
    ) -> PyResult<()> {
        let _ = (debug, target_lang);
        let archive = Archive::of(slf, objects, output_libname, output_dir)?;
        if steps::decided_by_engine(slf)? {
            let commands: Vec<_> =
                std::iter::once(archive_argv(slf, &archive)?).chain(index_argv(slf, &archive)?).collect();
            if let Some(step) = steps::archive(slf, (&archive.objects, &archive.output), &commands)? {
                make_folder_of(slf, &archive.output)?;
                return steps::add_or_run(slf, vec![step]);
            }
        }
        if !is_outdated(slf, &archive.objects, &archive.output)? {
            return skipped(&archive.output);
        }
        make_folder_of(slf, &archive.output)?;
        spawn(slf, archive_argv(slf, &archive)?)?;
        match index_argv(slf, &archive)? {
            Some(words) => or_failed(slf.py(), spawn(slf, words), LibError::new_err),
            None => Ok(()),
        }
    }

    #[pyo3(
        signature = (target_desc, objects, output_filename, output_dir = None, libraries = None, library_dirs = None, runtime_library_dirs = None, export_symbols = None, debug = Given::Default, extra_preargs = None, extra_postargs = None, build_temp = None, target_lang = None),
        text_signature = "($self, target_desc, objects, output_filename, output_dir=None, libraries=None, library_dirs=None, runtime_library_dirs=None, export_symbols=None, debug=0, extra_preargs=None, extra_postargs=None, build_temp=None, target_lang=None)"
    )]
    #[allow(clippy::too_many_arguments)] // distutils' own parameter list
    fn link<'py>(
        slf: &Bound<'py, Self>,
        target_desc: Bound<'py, PyAny>,
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
        let arguments = LinkArguments {
            target_desc,
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
        };
        let link = Link::of(slf, &arguments)?;
        if steps::decided_by_engine(slf)? {
            let words = link_words(slf, &link, &arguments)?;
            let words = linker(slf, &arguments, &words)?.add(words)?;
            let more = [&arguments.extra_preargs, &arguments.extra_postargs];
            if let Some(step) = steps::link(slf, (&link.objects, &link.output), &words, &more)? {
                make_folder_of(slf, &link.output)?;
                return steps::add_or_run(slf, vec![step]);
            }
        }
        if !is_outdated(slf, &link.objects, &link.output)? {
            return skipped(&link.output);
        }
        let words = link_words(slf, &link, &arguments)?;
        make_folder_of(slf, &link.output)?;
        let linker = linker(slf, &arguments, &words)?;
        or_failed(py, spawn(slf, linker.add(words)?), LinkError::new_err)
    }

    fn library_dir_option<'py>(
        slf: &Bound<'py, Self>,
        dir: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        PyString::new(slf.py(), "-L").add(dir)
    }

    /// Whether a command line's compiler takes GCC's options.
    fn _is_gcc(slf: &Bound<'_, Self>, compiler_name: &Bound<'_, PyString>) -> bool {
        let _ = slf;
        libraries::is_gcc(&compiler_name.to_string_lossy())
    }

    fn runtime_library_dir_option<'py>(
        slf: &Bound<'py, Self>,
        dir: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        libraries::runtime_dir_option(slf, dir)
    }

    fn library_option<'py>(slf: &Bound<'py, Self>, lib: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        PyString::new(slf.py(), "-l").add(lib)
    }

    #[pyo3(signature = (dirs, lib, debug = Given::Default), text_signature = "($self, dirs, lib, debug=0)")]
    fn find_library_file<'py>(
        slf: &Bound<'py, Self>,
        dirs: &Bound<'py, PyAny>,
        lib: &Bound<'py, PyAny>,
        debug: Given<'py>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _ = debug;
        libraries::find(slf, dirs, lib)
    }
}

/// What the hook `_need_link` says.
fn is_outdated(
    compiler: &Bound<'_, PyAny>,
    objects: &Bound<'_, PyAny>,
    output: &Bound<'_, PyAny>,
) -> PyResult<bool> {
    compiler.call_method1(intern!(compiler.py(), "_need_link"), (objects, output))?.is_truthy()
}

fn make_folder_of(compiler: &Bound<'_, PyAny>, file: &Bound<'_, PyAny>) -> PyResult<()> {
    let folder = os_path(compiler.py(), "dirname", (file,))?;
    compiler.call_method1(intern!(compiler.py(), "mkpath"), (folder,)).map(drop)
}

fn spawn<'py>(compiler: &Bound<'py, PyAny>, words: Bound<'py, PyAny>) -> PyResult<()> {
    compiler.call_method1(intern!(compiler.py(), "spawn"), (words,)).map(drop)
}

/// The program of each step and its first arguments, until `customize_compiler` or a script knows better.
const EXECUTABLES: [(&str, Option<&[&str]>); 8] = [
    ("preprocessor", None),
    ("compiler", Some(&["cc"])),
    ("compiler_so", Some(&["cc"])),
    ("compiler_cxx", Some(&["cc"])),
    ("linker_so", Some(&["cc", "-shared"])),
    ("linker_exe", Some(&["cc"])),
    ("archiver", Some(&["ar", "-cr"])),
    ("ranlib", None),
];

const SOURCES: [&str; 6] = [".c", ".C", ".cc", ".cxx", ".cpp", ".m"];

/// The other attributes of the class.
const NAMES: [(&str, &str); 10] = [
    ("compiler_type", "unix"),
    ("obj_extension", ".o"),
    ("static_lib_extension", ".a"),
    ("shared_lib_extension", ".so"),
    ("dylib_lib_extension", ".dylib"),
    ("xcode_stub_lib_extension", ".tbd"),
    ("static_lib_format", "lib%s%s"),
    ("shared_lib_format", "lib%s%s"),
    ("dylib_lib_format", "lib%s%s"),
    ("xcode_stub_lib_format", "lib%s%s"),
];

/// A real list and dictionary, which scripts change in place.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<UnixCCompiler>()?;
    let py = module.py();
    let class = py.get_type::<UnixCCompiler>();
    for (name, value) in NAMES {
        class.setattr(name, value)?;
    }
    class.setattr("src_extensions", PyList::new(py, SOURCES)?)?;
    let executables = PyDict::new(py);
    for (name, words) in EXECUTABLES {
        executables.set_item(name, words.map(|words| PyList::new(py, words)).transpose()?)?;
    }
    let platform = libraries::platform(py)?;
    if platform.starts_with("darwin") {
        executables.set_item("ranlib", PyList::new(py, ["ranlib"])?)?;
    }
    if platform == "cygwin" {
        class.setattr("exe_extension", ".exe")?;
    }
    class.setattr("executables", executables)
}
