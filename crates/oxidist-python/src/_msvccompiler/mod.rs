//! distutils._msvccompiler: Microsoft's compiler, from Visual Studio 2015 on.
//!
//! The class is here, how Visual Studio is found in `installation`. Python's own functions (`os.path.isfile`,
//! `subprocess.check_output`, those of `winreg`) are asked when a method is called, so the module can be imported,
//! and its command lines made, on every platform.

mod installation;

use std::ffi::OsString;

use oxidist_engine::compile::Kind;
use oxidist_engine::toolchain::msvc;
use pyo3::exceptions::PyAssertionError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::ccompiler::{
    Archive, ArchiveArguments, CCompiler, InitArguments, LinkArguments, declare_methods, option_with,
    os_path, skipped,
};
use crate::errors::DistutilsPlatformError;
use crate::windows::{self, Generation, Linking};
use crate::{seam, steps};

const GENERATION: Generation = Generation { module: "_msvccompiler", exceptions: true, is_there: "isfile" };

/// The programs, by the attributes that hold their paths.
const PROGRAMS: [(&str, &str); 6] = [
    ("cc", "cl.exe"),
    ("linker", "link.exe"),
    ("lib", "lib.exe"),
    ("rc", "rc.exe"),
    ("mc", "mc.exe"),
    ("mt", "mt.exe"),
];

/// Which flags a link takes: the target, an attribute of the class, and the list.
const LINK_FLAGS: [(&str, &str); 3] = [
    ("EXECUTABLE", "ldflags_exe"),
    ("SHARED_OBJECT", "ldflags_shared"),
    ("SHARED_LIBRARY", "ldflags_static"),
];

/// Microsoft's compiler, from Visual Studio 2015 on. It is looked for when something is to be compiled or linked.
#[pyclass(subclass, frozen, extends = CCompiler, module = "distutils._msvccompiler", name = "MSVCCompiler")]
pub struct MsvcCompiler;

#[pymethods]
impl MsvcCompiler {
    /// Find the programs, headers and libraries for `plat_name` (this platform where it is None), and set the flags.
    #[pyo3(signature = (plat_name = None))]
    fn initialize<'py>(slf: &Bound<'py, Self>, plat_name: Option<Bound<'py, PyAny>>) -> PyResult<()> {
        let py = slf.py();
        let global = |name| seam::global(py, GENERATION.module, name);
        if slf.getattr("initialized")?.is_truthy()? {
            return Err(PyAssertionError::new_err("don't init multiple times"));
        }
        let platform = match plat_name {
            Some(name) => name,
            None => global("get_platform")?.call0()?,
        };
        let platforms = global("PLAT_TO_VCVARS")?;
        if !platforms.contains(&platform)? {
            let names = py.get_type::<PyTuple>().call1((platforms,))?;
            return Err(DistutilsPlatformError::new_err(format!("--plat-name must be one of {names}")));
        }
        let environment = global("_get_vc_env")?.call1((platforms.get_item(platform)?,))?;
        if !environment.is_truthy()? {
            let text = "Unable to find a compatible Visual Studio installation.";
            return Err(DistutilsPlatformError::new_err(text));
        }
        let variable = |name: &str| environment.call_method1("get", (name, ""));
        slf.setattr("_paths", variable("path")?)?;
        let separator = py.import("os")?.getattr("pathsep")?;
        let paths = slf.getattr("_paths")?.call_method1("split", (&separator,))?;
        let find = global("_find_exe")?;
        for (attribute, program) in PROGRAMS {
            slf.setattr(attribute, find.call1((program, &paths))?)?;
        }
        for (name, method) in [("include", "add_include_dir"), ("lib", "add_library_dir")] {
            for folder in variable(name)?.call_method1("split", (&separator,))?.try_iter()? {
                let folder = folder?;
                if folder.is_truthy()? {
                    let end = py.import("os")?.getattr("sep")?;
                    slf.call_method1(method, (folder.call_method1("rstrip", (end,))?,))?;
                }
            }
        }
        slf.setattr("preprocess_options", py.None())?;
        windows::set_flags(slf.as_any(), msvc::UNIVERSAL)?;
        slf.setattr("_ldflags", link_flags(slf)?)?;
        slf.setattr("initialized", true)
    }

    /// Run a program with the PATH of Visual Studio.
    fn spawn<'py>(slf: &Bound<'py, Self>, cmd: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let environ = py.import("os")?.getattr("environ")?;
        let before = environ.call_method1("get", ("path",))?;
        environ.set_item("path", slf.getattr("_paths")?)?;
        let class = py.get_type::<MsvcCompiler>();
        let parent = py.import("builtins")?.getattr("super")?.call1((class, slf));
        let ran = parent.and_then(|parent| parent.call_method1("spawn", (cmd,)));
        if before.is_none() {
            environ.call_method1("pop", ("path", py.None()))?;
        } else {
            environ.set_item("path", before)?;
        }
        ran
    }
}

declare_methods! { MsvcCompiler {
    __new__ => CCompiler::base;
    __init__ => init;
    object_filenames => windows::object_filenames;
    compile => windows::compile(&GENERATION);
    create_static_lib => create_static_lib;
    link => link;
    library_dir_option => option_with("/LIBPATH:");
    runtime_library_dir_option => windows::runtime_library_dir_option("MSVC");
    library_option => windows::library_option;
    find_library_file => windows::find_library_file(&GENERATION);
} }

fn init<'py>(slf: &Bound<'py, PyAny>, call: InitArguments<'py>) -> PyResult<()> {
    let py = slf.py();
    call.call_of(slf, GENERATION.module, "CCompiler")?;
    slf.setattr("plat_name", py.None())?;
    slf.setattr("initialized", false)
}

fn create_static_lib<'py>(slf: &Bound<'py, PyAny>, call: ArchiveArguments<'py>) -> PyResult<()> {
    windows::initialized(slf)?;
    let archive = Archive::of(slf, &call)?;
    if steps::decided_by_engine(slf)? {
        let command = windows::with_program(&slf.getattr("lib")?, windows::archive_arguments(&archive)?)?;
        let made = (&archive.objects, &archive.output);
        let step = windows::batch::put_together(slf, Kind::Archive, made, command)?;
        return steps::add_or_run(slf, vec![step]);
    }
    windows::make_archive(slf, &archive, windows::announce)
}

/// `{(target, debug): flags}`: the lists are those of the attributes, so a change to one counts.
fn link_flags<'py>(slf: &Bound<'py, MsvcCompiler>) -> PyResult<Bound<'py, PyDict>> {
    let py = slf.py();
    let class = seam::global(py, GENERATION.module, "CCompiler")?;
    let flags = PyDict::new(py);
    for (target, list) in LINK_FLAGS {
        let target = class.getattr(target)?;
        flags.set_item((&target, py.None()), slf.getattr(list)?)?;
        flags.set_item((&target, false), slf.getattr(list)?)?;
        flags.set_item((&target, true), slf.getattr(format!("{list}_debug"))?)?;
    }
    Ok(flags)
}

/// The linker's arguments for a call of `link`.
pub(crate) fn link_arguments<'py>(
    slf: &Bound<'py, PyAny>,
    linking: &Linking<'py>,
    call: &LinkArguments<'py>,
) -> PyResult<Vec<OsString>> {
    let flags = slf.getattr("_ldflags")?.get_item((&call.target_desc, &call.debug))?;
    let arguments = linking.arguments(slf, windows::words(&flags)?, &call.export_symbols)?;
    windows::surrounded(arguments, &call.extra_preargs, &call.extra_postargs)
}

fn link<'py>(slf: &Bound<'py, PyAny>, call: LinkArguments<'py>) -> PyResult<()> {
    let py = slf.py();
    windows::initialized(slf)?;
    let linking = Linking::new(slf, &GENERATION, &call)?;
    let by_engine = steps::decided_by_engine(slf)?;
    if !by_engine && !linking.is_needed(slf)? {
        return skipped(&linking.output);
    }
    let arguments = link_arguments(slf, &linking, &call)?;
    let folder = os_path(py, "dirname", (os_path(py, "abspath", (&linking.output,))?,))?;
    slf.call_method1("mkpath", (folder,))?;
    if by_engine {
        let command = windows::with_program(&slf.getattr("linker")?, arguments)?;
        let made = (&linking.objects, &linking.output);
        let step = windows::batch::put_together(slf, Kind::Link, made, command)?;
        return steps::add_or_run(slf, vec![step]);
    }
    windows::announce(&slf.getattr("linker")?, &arguments)?;
    windows::run_linker(slf, arguments)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    installation::register(module)?;
    module.add_class::<MsvcCompiler>()?;
    windows::declare(&module.py().get_type::<MsvcCompiler>())
}
