//! What the classes of compilers for Windows have in common, above all the three for Microsoft's: `_msvccompiler`,
//! `msvc9compiler` and `msvccompiler`.
//!
//! Each step is made in two parts: `commands` and `arguments` give its command lines, and others run them. What the
//! two older classes share besides is in `old`.

pub mod batch;
pub mod compile;
pub mod link;
pub mod old;

use std::ffi::OsString;
use std::path::PathBuf;

use oxidist_engine::toolchain::msvc::Flags;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyType};

pub use compile::compile;
pub(crate) use link::Linking;
pub use link::{announce, archive_arguments, make_archive, run_linker, surrounded};

use crate::ccompiler::{FindArguments, NameArguments, os_path, relative};
use crate::errors::{CompileError, DistutilsPlatformError, UnknownFileError, or_failed};
use crate::value::Elements;

/// What a class and its module differ in.
pub struct Generation {
    /// The module whose code asks for `gen_lib_options` and its kin.
    pub module: &'static str,
    /// Whether C++ is compiled with `/EHsc`; older versions have an own flag for exceptions.
    pub exceptions: bool,
    /// What says that a library file is there: a function of `os.path`.
    pub is_there: &'static str,
}

/// Names of files: attributes of each class.
const NAMES: [(&str, &str); 8] = [
    ("compiler_type", "msvc"),
    ("res_extension", ".res"),
    ("obj_extension", ".obj"),
    ("static_lib_extension", ".lib"),
    ("shared_lib_extension", ".dll"),
    ("static_lib_format", "%s%s"),
    ("shared_lib_format", "%s%s"),
    ("exe_extension", ".exe"),
];

/// What sources are called, by what they are compiled as: attributes too, and `src_extensions` is all of them.
const SOURCES: [(&str, &[&str]); 4] = [
    ("_c_extensions", &[".c"]),
    ("_cpp_extensions", &[".cc", ".cpp", ".cxx"]),
    ("_rc_extensions", &[".rc"]),
    ("_mc_extensions", &[".mc"]),
];

/// Give a class the attributes that all of these classes have.
pub fn declare(class: &Bound<'_, PyType>) -> PyResult<()> {
    let py = class.py();
    class.setattr("executables", PyDict::new(py))?;
    for (name, value) in NAMES {
        class.setattr(name, value)?;
    }
    let all = PyList::empty(py);
    for (name, endings) in SOURCES {
        class.setattr(name, PyList::new(py, endings)?)?;
        endings.iter().try_for_each(|ending| all.append(ending))?;
    }
    class.setattr("src_extensions", all)
}

/// Give an instance the flags of a table, each row a list of its own.
pub fn set_flags(slf: &Bound<'_, PyAny>, flags: &Flags) -> PyResult<()> {
    flags.iter().try_for_each(|(name, words)| slf.setattr(*name, PyList::new(slf.py(), *words)?))
}

/// The compiler is looked for when it is first needed.
pub fn initialized(slf: &Bound<'_, PyAny>) -> PyResult<()> {
    if !slf.getattr(intern!(slf.py(), "initialized"))?.is_truthy()? {
        slf.call_method0("initialize")?;
    }
    Ok(())
}

/// Words of a command line: strings, or paths.
pub fn words(list: &Bound<'_, PyAny>) -> PyResult<Vec<OsString>> {
    list.elements()?.map(|item| word(&item?)).collect()
}

pub fn word(item: &Bound<'_, PyAny>) -> PyResult<OsString> {
    item.extract::<PathBuf>().map(PathBuf::into_os_string)
}

/// `self.spawn(command)`; that the program fails is an error of the step that it was run for.
pub fn spawn(
    slf: &Bound<'_, PyAny>,
    command: &[OsString],
    exception: impl FnOnce((Py<PyAny>,)) -> PyErr,
) -> PyResult<()> {
    let py = slf.py();
    let ran = slf.call_method1(intern!(py, "spawn"), (PyList::new(py, command)?,));
    or_failed(py, ran.map(drop), exception)
}

/// A program and its arguments.
pub fn with_program(program: &Bound<'_, PyAny>, arguments: Vec<OsString>) -> PyResult<Vec<OsString>> {
    let mut command = vec![word(program)?];
    command.extend(arguments);
    Ok(command)
}

/// The object files of sources: resources become `.res`, all else `.obj`. Drive and root are cut off.
pub fn object_filenames<'py>(
    slf: &Bound<'py, PyAny>,
    call: NameArguments<'py>,
) -> PyResult<Bound<'py, PyList>> {
    let py = slf.py();
    let objects = PyList::empty(py);
    let NameArguments { source_filenames, strip_dir, output_dir } = call;
    let output_dir = if output_dir.is_truthy()? { output_dir } else { PyString::new(py, "").into_any() };
    for source in source_filenames.try_iter()? {
        let source = source?;
        let (base, ending): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
            os_path(py, "splitext", (&source,))?.extract()?;
        let is = |kind: &str| slf.getattr(kind)?.contains(&ending);
        let object_ending = if is("_rc_extensions")? || is("_mc_extensions")? {
            slf.getattr("res_extension")?
        } else if is("src_extensions")? {
            slf.getattr("obj_extension")?
        } else {
            return Err(CompileError::new_err(format!("Don't know how to compile {source}")));
        };
        let base = if strip_dir { os_path(py, "basename", (base,))? } else { relative(&base)? };
        objects.append(os_path(py, "join", (&output_dir, base.add(object_ending)?))?)?;
    }
    Ok(objects)
}

/// Object files by the endings of sources, among which resources are. The case of names is the platform's: `.RC` is
/// `.rc` on Windows.
pub fn with_resources<'py>(
    slf: &Bound<'py, PyAny>,
    call: NameArguments<'py>,
    object_ending: impl Fn(&str) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let py = slf.py();
    let objects = PyList::empty(py);
    let NameArguments { source_filenames, strip_dir, output_dir } = call;
    let output_dir = if output_dir.is_none() { PyString::new(py, "").into_any() } else { output_dir };
    for source in source_filenames.try_iter()? {
        let source = source?;
        let name = os_path(py, "normcase", (&source,))?;
        let (base, ending): (Bound<'_, PyAny>, String) = os_path(py, "splitext", (name,))?.extract()?;
        let is_resource = ending == ".rc" || ending == ".res";
        if !is_resource && !slf.getattr("src_extensions")?.contains(&ending)? {
            let text = format!("unknown file type '{ending}' (from '{source}')");
            return Err(UnknownFileError::new_err(text));
        }
        let base = if strip_dir { os_path(py, "basename", (base,))? } else { base };
        objects.append(os_path(py, "join", (&output_dir, base.add(object_ending(&ending)?)?))?)?;
    }
    Ok(objects)
}

/// The file of a library in one of `dirs`; with `debug`, its debug version (`<lib>_d`) where there is one.
pub fn find_library_file<'py>(
    slf: &Bound<'py, PyAny>,
    generation: &Generation,
    call: FindArguments<'py>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let mut names = vec![call.lib.clone()];
    if call.debug.is_truthy()? {
        names.insert(0, call.lib.add("_d")?);
    }
    first_there(slf, generation.is_there, &call.dirs, &names)
}

/// The first file in `dirs` that is that of a library with one of the names.
pub fn first_there<'py>(
    slf: &Bound<'py, PyAny>,
    is_there: &str,
    dirs: &Bound<'py, PyAny>,
    names: &[Bound<'py, PyAny>],
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = slf.py();
    for folder in dirs.try_iter()? {
        let folder = folder?;
        for name in names {
            let file = os_path(py, "join", (&folder, slf.call_method1("library_filename", (name,))?))?;
            if os_path(py, is_there, (&file,))?.is_truthy()? {
                return Ok(Some(file));
            }
        }
    }
    Ok(None)
}

/// The method `library_option`: a library is its file to the linker.
pub fn library_option<'py>(slf: &Bound<'py, PyAny>, lib: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    slf.call_method1("library_filename", (lib,))
}

/// The method `runtime_library_dir_option`: Windows has no such folders.
pub fn runtime_library_dir_option<'py>(
    _slf: &Bound<'py, PyAny>,
    compiler: &str,
    _dir: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let text = format!("don't know how to set runtime library search path for {compiler}");
    Err(DistutilsPlatformError::new_err(text))
}
