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
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::ccompiler::{CCompiler, Given, LinkArguments, or_none, os_path, skipped};
use crate::errors::DistutilsPlatformError;
use crate::value::Flag;
use crate::windows::{self, Archive, CompileArguments, Generation, Linking};
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
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        CCompiler::base().add_subclass(MsvcCompiler)
    }

    #[pyo3(signature = (verbose = Given::Default, dry_run = Given::Default, force = Given::Default))]
    fn __init__<'py>(
        slf: &Bound<'py, Self>,
        verbose: Given<'py>,
        dry_run: Given<'py>,
        force: Given<'py>,
    ) -> PyResult<()> {
        let py = slf.py();
        let arguments = (slf, verbose.or(py, 0)?, dry_run.or(py, 0)?, force.or(py, 0)?);
        seam::global(py, GENERATION.module, "CCompiler")?.call_method1("__init__", arguments)?;
        slf.setattr("plat_name", py.None())?;
        slf.setattr("initialized", false)
    }

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
        let output_dir = output_dir.or(slf.py(), "")?;
        windows::object_filenames(slf.as_any(), source_filenames, strip_dir.0, &output_dir)
    }

    #[pyo3(
        signature = (sources, output_dir = None, macros = None, include_dirs = None, debug = Flag(false), extra_preargs = None, extra_postargs = None, depends = None),
        text_signature = "($self, sources, output_dir=None, macros=None, include_dirs=None, debug=0, extra_preargs=None, extra_postargs=None, depends=None)"
    )]
    #[allow(clippy::too_many_arguments)] // distutils' own parameter list
    fn compile<'py>(
        slf: &Bound<'py, Self>,
        sources: &Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
        macros: Option<Bound<'py, PyAny>>,
        include_dirs: Option<Bound<'py, PyAny>>,
        debug: Flag,
        extra_preargs: Option<Bound<'py, PyAny>>,
        extra_postargs: Option<Bound<'py, PyAny>>,
        depends: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let debug = debug.0;
        let arguments = CompileArguments {
            sources,
            output_dir,
            macros,
            include_dirs,
            debug,
            extra_preargs,
            extra_postargs,
            depends,
        };
        windows::compile(slf.as_any(), &GENERATION, arguments)
    }

    #[pyo3(
        signature = (objects, output_libname, output_dir = None, debug = Flag(false), target_lang = None),
        text_signature = "($self, objects, output_libname, output_dir=None, debug=0, target_lang=None)"
    )]
    fn create_static_lib<'py>(
        slf: &Bound<'py, Self>,
        objects: &Bound<'py, PyAny>,
        output_libname: &Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
        debug: Flag,
        target_lang: Option<Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let _ = (debug, target_lang);
        windows::initialized(slf.as_any())?;
        let slf = slf.as_any();
        let archive = Archive::new(slf, objects, output_libname, output_dir)?;
        if steps::decided_by_engine(slf)? {
            let command = windows::with_program(&slf.getattr("lib")?, archive.arguments()?)?;
            let made = (&archive.objects, &archive.output);
            let step = windows::batch::put_together(slf, Kind::Archive, made, command)?;
            return steps::add_or_run(slf, vec![step]);
        }
        archive.make(slf, windows::announce)
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
        let call = LinkArguments {
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
        run_link(slf.as_any(), &call)
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

    fn library_dir_option<'py>(
        slf: &Bound<'py, Self>,
        dir: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = slf;
        windows::option_with("/LIBPATH:", dir)
    }

    fn runtime_library_dir_option(slf: &Bound<'_, Self>, dir: &Bound<'_, PyAny>) -> PyResult<()> {
        let _ = (slf, dir);
        let text = "don't know how to set runtime library search path for MSVC";
        Err(DistutilsPlatformError::new_err(text))
    }

    fn library_option<'py>(slf: &Bound<'py, Self>, lib: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        slf.call_method1("library_filename", (lib,))
    }

    #[pyo3(signature = (dirs, lib, debug = Flag(false)), text_signature = "($self, dirs, lib, debug=0)")]
    fn find_library_file<'py>(
        slf: &Bound<'py, Self>,
        dirs: &Bound<'py, PyAny>,
        lib: &Bound<'py, PyAny>,
        debug: Flag,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        windows::find_library_file(slf.as_any(), &GENERATION, dirs, lib, debug.0)
    }
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

fn run_link<'py>(slf: &Bound<'py, PyAny>, call: &LinkArguments<'py>) -> PyResult<()> {
    let py = slf.py();
    windows::initialized(slf)?;
    let linking = Linking::new(slf, &GENERATION, call)?;
    let by_engine = steps::decided_by_engine(slf)?;
    if !by_engine && !linking.is_needed(slf)? {
        return skipped(&linking.output);
    }
    let arguments = link_arguments(slf, &linking, call)?;
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
