//! distutils.bcppcompiler: Borland's C++ compiler.

mod steps;

use std::ffi::OsString;

use oxidist_engine::toolchain::borland;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use crate::ccompiler::{
    Archive, ArchiveArguments, CCompiler, CompileArguments, FindArguments, InitArguments, LinkArguments,
    NameArguments, PreprocessArguments, declare_methods, is_outdated, make_folder_of, skipped,
};
use crate::errors::{CompileError, LibError, LinkError};
use crate::windows::compile::SetUp;
use crate::windows::{first_there, set_flags, spawn, surrounded, with_program, with_resources, word, words};
use steps::Linking;

/// This module, whose names scripts and tests replace.
const MODULE: &str = "bcppcompiler";

/// Names of files: attributes of the class.
const NAMES: [(&str, &str); 7] = [
    ("compiler_type", "bcpp"),
    ("obj_extension", ".obj"),
    ("static_lib_extension", ".lib"),
    ("shared_lib_extension", ".dll"),
    ("static_lib_format", "%s%s"),
    ("shared_lib_format", "%s%s"),
    ("exe_extension", ".exe"),
];

/// Borland's C++ compiler, whose programs are on the PATH.
#[pyclass(subclass, frozen, extends = CCompiler, module = "distutils.bcppcompiler", name = "BCPPCompiler")]
pub struct BcppCompiler;

declare_methods! { BcppCompiler {
    __new__ => CCompiler::base;
    __init__ => init;
    compile => compile;
    create_static_lib => create_static_lib;
    link => link;
    /// The file of a library in one of `dirs`: `<lib>_bcpp` comes before `<lib>`, and with `debug` the debug versions
    /// (`<lib>_d`) before both.
    find_library_file => find_library_file;
    /// The object file of each source. Resource scripts become `.res` files, which are taken as they are.
    object_filenames => object_filenames;
    preprocess => preprocess;
} }

fn init<'py>(slf: &Bound<'py, PyAny>, call: InitArguments<'py>) -> PyResult<()> {
    call.call_of(slf, MODULE, "CCompiler")?;
    for (attribute, program) in borland::PROGRAMS {
        slf.setattr(*attribute, *program)?;
    }
    slf.setattr("preprocess_options", slf.py().None())?;
    set_flags(slf, borland::FLAGS)
}

fn compile<'py>(slf: &Bound<'py, PyAny>, call: CompileArguments<'py>) -> PyResult<Bound<'py, PyAny>> {
    let set_up = SetUp::new(slf, call, "-c")?;
    for object in set_up.objects.try_iter()? {
        for command in steps::compile_commands(slf, &set_up, &object?)? {
            spawn(slf, &command, CompileError::new_err)?;
        }
    }
    Ok(set_up.objects)
}

fn create_static_lib<'py>(slf: &Bound<'py, PyAny>, call: ArchiveArguments<'py>) -> PyResult<()> {
    let Archive { objects, output } = Archive::of(slf, &call)?;
    if !is_outdated(slf, &objects, &output)? {
        return skipped(&output);
    }
    let arguments = borland::archive(&words(&objects)?, &word(&output)?);
    spawn(slf, &with_program(&slf.getattr("lib")?, arguments)?, LibError::new_err)
}

fn find_library_file<'py>(
    slf: &Bound<'py, PyAny>,
    call: FindArguments<'py>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let own = |name: &Bound<'py, PyAny>| name.add("_bcpp");
    let names = if call.debug.is_truthy()? {
        let debug = call.lib.add("_d")?;
        vec![own(&debug)?, own(&call.lib)?, debug, call.lib.clone()]
    } else {
        vec![own(&call.lib)?, call.lib.clone()]
    };
    first_there(slf, "exists", &call.dirs, &names)
}

fn object_filenames<'py>(slf: &Bound<'py, PyAny>, call: NameArguments<'py>) -> PyResult<Bound<'py, PyList>> {
    let object_ending = |ending: &str| match ending {
        ".rc" | ".res" => Ok(PyString::new(slf.py(), ".res").into_any()),
        _ => slf.getattr("obj_extension"),
    };
    with_resources(slf, call, object_ending)
}

fn preprocess<'py>(slf: &Bound<'py, PyAny>, call: PreprocessArguments<'py>) -> PyResult<()> {
    let py = slf.py();
    let mut command: Vec<OsString> = vec!["cpp32.exe".into()];
    command.extend(words(&call.options(slf, MODULE)?)?);
    if let Some(file) = &call.output_file {
        command.push(word(&PyString::new(py, "-o").add(file)?)?);
    }
    let none = py.None().into_bound(py);
    let before = call.extra_preargs.as_ref().unwrap_or(&none);
    let after = call.extra_postargs.as_ref().unwrap_or(&none);
    let mut command = surrounded(command, before, after)?;
    command.push(word(&call.source)?);
    if !call.is_due(slf, MODULE)? {
        return Ok(());
    }
    spawn(slf, &command, CompileError::new_err)
}

fn link<'py>(slf: &Bound<'py, PyAny>, call: LinkArguments<'py>) -> PyResult<()> {
    let linking = Linking::new(slf, &call)?;
    if !is_outdated(slf, &linking.objects, &linking.output)? {
        return skipped(&linking.output);
    }
    let arguments = linking.arguments(slf, &call)?;
    make_folder_of(slf, &linking.output)?;
    spawn(slf, &with_program(&slf.getattr("linker")?, arguments)?, LinkError::new_err)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<BcppCompiler>()?;
    let py = module.py();
    let class = py.get_type::<BcppCompiler>();
    for (name, value) in NAMES {
        class.setattr(name, value)?;
    }
    class.setattr("executables", PyDict::new(py))?;
    class.setattr("_c_extensions", PyList::new(py, [".c"])?)?;
    class.setattr("_cpp_extensions", PyList::new(py, [".cc", ".cpp", ".cxx"])?)?;
    class.setattr("src_extensions", PyList::new(py, [".c", ".cc", ".cpp", ".cxx"])?)
}
