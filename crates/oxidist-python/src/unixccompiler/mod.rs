//! distutils.unixccompiler: compilers with the command line that Unix ones have (`cc -c`, `ar -cr`).
//!
//! Each step is made in two parts: `command_lines` gives its command lines, and the methods of the class run
//! them. `libraries` knows where libraries are, and how a platform's linker is told. What differs between
//! platforms is decided by `sys.platform` at the time of the call.

pub mod command_lines;
mod libraries;
mod linker;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString};

use crate::ccompiler::{
    Archive, ArchiveArguments, CCompiler, LinkArguments, ObjectArguments, PreprocessArguments,
    declare_methods, is_outdated, make_folder_of, option_with, skipped,
};
use crate::errors::{CompileError, LibError, LinkError, or_failed};
use crate::setuptools::Departure;
use crate::steps;
use command_lines::{Link, archive_argv, compile_argv, index_argv, link_words, preprocess_argv};
pub use libraries::without_standard_folder;
use linker::linker;

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
    /// Whether a command line's compiler takes GCC's options.
    fn _is_gcc(slf: &Bound<'_, Self>, compiler_name: &Bound<'_, PyString>) -> bool {
        let _ = slf;
        libraries::is_gcc(&compiler_name.to_string_lossy())
    }
}

declare_methods! { UnixCCompiler {
    __new__ => CCompiler::base;
    preprocess => preprocess;
    _compile => compile_object(compile_argv);
    create_static_lib => create_static_lib;
    link => link;
    library_dir_option => option_with("-L");
    runtime_library_dir_option => libraries::runtime_dir_option;
    library_option => option_with("-l");
    find_library_file => libraries::find;
} }

fn preprocess<'py>(slf: &Bound<'py, PyAny>, call: PreprocessArguments<'py>) -> PyResult<()> {
    let words = preprocess_argv(slf, &call)?;
    if !call.is_due(slf, "unixccompiler")? {
        return Ok(());
    }
    or_failed(slf.py(), spawn(slf, words), CompileError::new_err)
}

/// The method `_compile` of a class: run what `argv` says.
pub fn compile_object<'a, 'py>(
    slf: &Bound<'py, PyAny>,
    argv: impl FnOnce(&Bound<'py, PyAny>, ObjectArguments<'a, 'py>) -> PyResult<Bound<'py, PyAny>>,
    call: ObjectArguments<'a, 'py>,
) -> PyResult<()> {
    let words = argv(slf, call)?;
    or_failed(slf.py(), spawn(slf, words), CompileError::new_err)
}

fn create_static_lib<'py>(slf: &Bound<'py, PyAny>, call: ArchiveArguments<'py>) -> PyResult<()> {
    let archive = Archive::of(slf, &call)?;
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

fn link<'py>(slf: &Bound<'py, PyAny>, call: LinkArguments<'py>) -> PyResult<()> {
    let link = Link::of(slf, &call)?;
    if steps::decided_by_engine(slf)? {
        let words = link_words(slf, &link, &call)?;
        let words = linker(slf, &call, &words)?.add(words)?;
        if let Some(step) = steps::link(slf, (&link.objects, &link.output), &words)? {
            make_folder_of(slf, &link.output)?;
            return steps::add_or_run(slf, vec![step]);
        }
    }
    if !is_outdated(slf, &link.objects, &link.output)? {
        return skipped(&link.output);
    }
    let words = link_words(slf, &link, &call)?;
    make_folder_of(slf, &link.output)?;
    let linker = linker(slf, &call, &words)?;
    or_failed(slf.py(), spawn(slf, linker.add(words)?), LinkError::new_err)
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

/// The same of those for C++ alone, which setuptools' own distutils has. There `-shared` stands in the last one too, and
/// so is taken out of links as a part of the compiler's name.
const CXX_EXECUTABLES: [(&str, &[&str]); 4] = [
    ("compiler_cxx", &["c++"]),
    ("compiler_so_cxx", &["c++"]),
    ("linker_so_cxx", &["c++", "-shared"]),
    ("linker_exe_cxx", &["c++"]),
];

/// Give a new compiler the programs for C++, where it begins with this class's own.
pub fn begin_with_cxx<'py>(compiler: &Bound<'py, PyAny>, executables: &Bound<'py, PyAny>) -> PyResult<()> {
    let py = compiler.py();
    // A class whose module has not been filled yet has none, and no compiler begins with them.
    let own = py.get_type::<UnixCCompiler>().getattr_opt("executables")?;
    if !own.is_some_and(|own| executables.is(&own)) || !Departure::FlagsForCxx.is_there(py)? {
        return Ok(());
    }
    for (name, words) in CXX_EXECUTABLES {
        compiler.setattr(name, PyList::new(py, words)?)?;
    }
    Ok(())
}

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
