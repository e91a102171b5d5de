//! distutils.cygwinccompiler: GCC on Windows, Cygwin's and MinGW's. What it asks of Python and of the programs is in
//! `probes`.

mod probes;

use std::path::PathBuf;

use oxidist_engine::toolchain::mingw::{self, Linking};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString};

use crate::ccompiler::{
    InitArguments, LinkArguments, NameArguments, ObjectArguments, declare_methods, os_path,
};
use crate::errors::CCompilerError;
use crate::unixccompiler::command_lines::compile_argv;
use crate::unixccompiler::{UnixCCompiler, compile_object};
use crate::windows::with_resources;
use crate::{seam, steps};

/// This module, whose names scripts and tests replace.
const MODULE: &str = "cygwinccompiler";

/// Names of files: attributes of the class.
const NAMES: [(&str, &str); 7] = [
    ("compiler_type", "cygwin"),
    ("obj_extension", ".o"),
    ("static_lib_extension", ".a"),
    ("shared_lib_extension", ".dll"),
    ("static_lib_format", "lib%s%s"),
    ("shared_lib_format", "%s%s"),
    ("exe_extension", ".exe"),
];

/// Cygwin's GCC.
#[pyclass(subclass, frozen, extends = UnixCCompiler, module = "distutils.cygwinccompiler")]
pub struct CygwinCCompiler;

impl CygwinCCompiler {
    /// The base part of a compiler's instance.
    fn base() -> PyClassInitializer<CygwinCCompiler> {
        UnixCCompiler::base().add_subclass(CygwinCCompiler)
    }
}

declare_methods! { CygwinCCompiler {
    __new__ => UnixCCompiler::base;
    __init__ => init;
    /// Resources are compiled by windres, to object files too.
    _compile => compile_object(object_argv);
    link => link;
    /// The object file of each source; resources keep their ending before that of objects.
    object_filenames => object_filenames;
} }

fn init<'py>(slf: &Bound<'py, PyAny>, call: InitArguments<'py>) -> PyResult<()> {
    let py = slf.py();
    let global = |name: &str| seam::global(py, MODULE, name);
    call.call_of(slf, MODULE, "UnixCCompiler")?;
    warn_of_headers(slf)?;
    let (gcc, ld, dllwrap): (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>) =
        global("get_versions")?.call0()?.extract()?;
    slf.setattr("gcc_version", &gcc)?;
    slf.setattr("ld_version", &ld)?;
    slf.setattr("dllwrap_version", &dllwrap)?;
    let kind = slf.getattr("compiler_type")?;
    slf.call_method1("debug_print", (format!("{kind}: gcc {gcc}, ld {ld}, dllwrap {dllwrap}\n"),))?;
    let linking = linking(slf)?;
    slf.setattr("linker_dll", linking.linker)?;
    set_executables(slf, &mingw::cygwin(linking))?;
    if !gcc.is_none() && gcc.eq(mingw::ANCIENT_GCC)? {
        slf.setattr("dll_libraries", PyList::new(py, ["msvcrt"])?)?;
        return slf.call_method1("warn", ("Consider upgrading to a newer version of gcc",)).map(drop);
    }
    slf.setattr("dll_libraries", global("get_msvcr")?.call0()?)
}

fn link<'py>(slf: &Bound<'py, PyAny>, call: LinkArguments<'py>) -> PyResult<()> {
    as_unix_link(slf, call)?.call_of(&seam::global(slf.py(), MODULE, "UnixCCompiler")?, slf)
}

fn object_filenames<'py>(slf: &Bound<'py, PyAny>, call: NameArguments<'py>) -> PyResult<Bound<'py, PyList>> {
    let object_ending = |ending: &str| match ending {
        ".rc" | ".res" => PyString::new(slf.py(), ending).add(slf.getattr("obj_extension")?),
        _ => slf.getattr("obj_extension"),
    };
    with_resources(slf, call, object_ending)
}

/// MinGW's GCC, whose libraries need nothing of Cygwin's.
#[pyclass(subclass, frozen, extends = CygwinCCompiler, module = "distutils.cygwinccompiler")]
pub struct Mingw32CCompiler;

declare_methods! { Mingw32CCompiler {
    __new__ => CygwinCCompiler::base;
    __init__ => init_mingw;
} }

fn init_mingw<'py>(slf: &Bound<'py, PyAny>, call: InitArguments<'py>) -> PyResult<()> {
    let global = |name: &str| seam::global(slf.py(), MODULE, name);
    call.call_of(slf, MODULE, "CygwinCCompiler")?;
    if global("is_cygwingcc")?.call0()?.is_truthy()? {
        return Err(CCompilerError::new_err("Cygwin gcc cannot be used with --compiler=mingw32"));
    }
    let gcc = slf.getattr("gcc_version")?;
    let ancient = !gcc.is_none() && gcc.le(mingw::ANCIENT_GCC)?;
    let linker: String = slf.getattr("linker_dll")?.extract()?;
    set_executables(slf, &mingw::mingw(&linker, linking(slf)?.options, ancient))?;
    slf.setattr("dll_libraries", global("get_msvcr")?.call0()?)
}

/// Say it where Python's own header does not know GCC.
fn warn_of_headers(slf: &Bound<'_, PyAny>) -> PyResult<()> {
    let global = |name: &str| seam::global(slf.py(), MODULE, name);
    let (status, details): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
        global("check_config_h")?.call0()?.extract()?;
    slf.call_method1("debug_print", (format!("Python's GCC status: {status} (details: {details})"),))?;
    if status.eq(global("CONFIG_H_OK")?)? {
        return Ok(());
    }
    let text = format!(
        "Python's pyconfig.h doesn't seem to support your compiler. Reason: {details}. Compiling may fail because \
         of undefined preprocessor macros."
    );
    slf.call_method1("warn", (text,)).map(drop)
}

/// How this compiler's ld links. One that does not tell its version is a new one.
fn linking(slf: &Bound<'_, PyAny>) -> PyResult<Linking> {
    let ld = slf.getattr("ld_version")?;
    let from = |version: &str| if ld.is_none() { Ok(true) } else { ld.ge(version) };
    Ok(Linking::new(from(mingw::LINKS_ITSELF_FROM)?, from(mingw::SHARED_FROM)?))
}

fn set_executables(slf: &Bound<'_, PyAny>, executables: &[(&str, String)]) -> PyResult<()> {
    let keywords = PyDict::new(slf.py());
    for (name, command) in executables {
        keywords.set_item(name, command)?;
    }
    slf.call_method("set_executables", (), Some(&keywords)).map(drop)
}

/// The command line that makes one object.
pub(crate) fn object_argv<'py>(
    slf: &Bound<'py, PyAny>,
    call: ObjectArguments<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    if !call.ending.eq(".rc")? && !call.ending.eq(".res")? {
        return compile_argv(slf, call);
    }
    let option = |text: &str| PyString::new(slf.py(), text).into_any();
    let words = [option("windres"), option("-i"), call.source.clone(), option("-o"), call.object.clone()];
    Ok(PyList::new(slf.py(), words)?.into_any())
}

/// What [`UnixCCompiler`] has to link for this call: with the C runtime, and with a file of definitions among the
/// objects, written here, in the place of exported symbols. Without `debug` the output has no symbols.
pub(crate) fn as_unix_link<'py>(
    slf: &Bound<'py, PyAny>,
    mut call: LinkArguments<'py>,
) -> PyResult<LinkArguments<'py>> {
    let py = slf.py();
    call.extra_preargs = copied(&call.extra_preargs)?;
    call.libraries = copied(&call.libraries)?;
    call.objects = copied(&call.objects)?;
    let runtime = slf.getattr("dll_libraries")?;
    if runtime.is_truthy()? {
        call.libraries.call_method1("extend", (runtime,))?;
    }
    let by_gcc = slf.getattr("linker_dll")?.eq("gcc")?;
    if !call.export_symbols.is_none() && (by_gcc || call.target_desc.ne(slf.getattr("EXECUTABLE")?)?) {
        let (definitions, import_library) = write_definitions(slf, &call)?;
        if slf.getattr("linker_dll")?.eq("dllwrap")? {
            let words = ("--output-lib", import_library, "--def", definitions);
            call.extra_preargs.call_method1("extend", (words,))?;
        } else {
            call.objects.call_method1("append", (definitions,))?;
        }
    }
    if !call.debug.is_truthy()? {
        call.extra_preargs.call_method1("append", ("-s",))?;
    }
    call.export_symbols = py.None().into_bound(py);
    Ok(call)
}

/// A copy, of whatever type the list is; an empty list for nothing.
fn copied<'py>(list: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if list.is_truthy()? {
        list.py().import("copy")?.call_method1("copy", (list,))
    } else {
        Ok(PyList::empty(list.py()).into_any())
    }
}

/// Write the file that names what is exported, beside the first object. Its name, and that of an import library there.
fn write_definitions<'py>(
    slf: &Bound<'py, PyAny>,
    call: &LinkArguments<'py>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let py = slf.py();
    let folder = os_path(py, "dirname", (call.objects.get_item(0)?,))?;
    let library = os_path(py, "basename", (&call.output_filename,))?;
    let name = os_path(py, "splitext", (&library,))?.get_item(0)?;
    let definitions = os_path(py, "join", (&folder, name.add(".def")?))?;
    let lines = PyList::new(py, [format!("LIBRARY {library}"), "EXPORTS".to_string()])?;
    for symbol in call.export_symbols.try_iter()? {
        lines.append(symbol?)?;
    }
    // Written again it would be a newer one, and the link that reads it not up to date.
    if !(steps::decided_by_engine(slf)? && is_written(slf, &definitions, &lines)?) {
        let write = seam::global(py, MODULE, "write_file")?;
        slf.call_method1("execute", (write, (&definitions, lines), format!("writing {definitions}")))?;
    }
    Ok((definitions, os_path(py, "join", (folder, format!("lib{name}.a")))?))
}

/// Whether `file` has these lines already, and nobody wants to see it written.
fn is_written(slf: &Bound<'_, PyAny>, file: &Bound<'_, PyAny>, lines: &Bound<'_, PyList>) -> PyResult<bool> {
    if slf.getattr("force")?.is_truthy()?
        || !seam::methods_are_ours(slf, &["execute"])?
        || !seam::imports_are_ours(slf.py(), MODULE, &[("write_file", "file_util")])?
    {
        return Ok(false);
    }
    let (file, lines): (PathBuf, Vec<String>) = (file.extract()?, lines.extract()?);
    let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    Ok(std::fs::read_to_string(file).is_ok_and(|there| there.replace("\r\n", "\n") == text))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    probes::register(module)?;
    module.add_class::<CygwinCCompiler>()?;
    for (name, value) in NAMES {
        py.get_type::<CygwinCCompiler>().setattr(name, value)?;
    }
    module.add_class::<Mingw32CCompiler>()?;
    py.get_type::<Mingw32CCompiler>().setattr("compiler_type", "mingw32")
}
