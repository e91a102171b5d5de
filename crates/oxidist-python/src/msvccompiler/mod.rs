//! distutils.msvccompiler: Microsoft's compiler before Visual Studio 2005.
//!
//! The class is here, what it finds in the registry in `settings`. With a Python made by a later version, the names
//! `MSVCCompiler` and `MacroExpander` are those of `msvc9compiler`, as in distutils; the class here is then only
//! `OldMSVCCompiler`.

mod settings;

use oxidist_engine::toolchain::{msvc, visual_studio};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::ccompiler::{CCompiler, Given, LinkArguments, or_none, skipped};
use crate::errors::DistutilsPlatformError;
use crate::value::Flag;
use crate::windows::{self, Archive, CompileArguments, Generation, Linking, old};
use crate::{msvc9compiler, seam};

/// This module, whose names scripts and tests replace.
const MODULE: &str = "msvccompiler";

const GENERATION: Generation = Generation { module: MODULE, exceptions: false, is_there: "exists" };

/// Microsoft's compiler before Visual Studio 2005. It is looked for when something is to be compiled or linked.
#[pyclass(subclass, frozen, extends = CCompiler, module = "distutils.msvccompiler", name = "MSVCCompiler")]
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
        let global = |name: &str| seam::global(py, MODULE, name);
        let arguments = (slf, verbose.or(py, 0)?, dry_run.or(py, 0)?, force.or(py, 0)?);
        global("CCompiler")?.call_method1("__init__", arguments)?;
        let version = global("get_build_version")?.call0()?;
        let architecture = global("get_build_architecture")?.call0()?;
        slf.setattr("_MSVCCompiler__version", &version)?;
        slf.setattr("_MSVCCompiler__arch", &architecture)?;
        if !architecture.eq("Intel")? {
            // Made by the platform's SDK, which has no settings.
            let text = format!("Microsoft SDK compiler {}", version.add(6)?);
            slf.setattr("_MSVCCompiler__product", text)?;
        } else {
            let mut root = r"Software\Microsoft\Devstudio";
            if version.ge(7)? {
                root = r"Software\Microsoft\VisualStudio";
                let expander = global("MacroExpander")?.call1((&version,))?;
                slf.setattr("_MSVCCompiler__macros", expander)?;
            }
            slf.setattr("_MSVCCompiler__root", root)?;
            slf.setattr("_MSVCCompiler__product", format!("Visual Studio version {version}"))?;
        }
        slf.setattr("initialized", false)
    }

    /// Find the programs, set the flags, and change this process's environment to what the programs need.
    fn initialize(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        slf.setattr(old::PATHS, PyList::empty(py))?;
        if old::sdk_is_set_up(slf.as_any())? {
            old::take_programs_from_path(slf.as_any())?;
        } else {
            slf.setattr(old::PATHS, slf.call_method1("get_msvc_paths", ("path",))?)?;
            if slf.getattr(old::PATHS)?.len()? == 0 {
                return Err(DistutilsPlatformError::new_err(format!(
                    "Python was built with {}, and extensions need to be built with the same version of the \
                     compiler, but it isn't installed.",
                    slf.getattr("_MSVCCompiler__product")?
                )));
            }
            old::find_programs(slf.as_any())?;
            slf.call_method1("set_path_env_var", ("lib",))?;
            slf.call_method1("set_path_env_var", ("include",))?;
        }
        old::extend_path(slf.as_any(), MODULE)?;
        slf.setattr("preprocess_options", py.None())?;
        let intel = slf.getattr("_MSVCCompiler__arch")?.eq("Intel")?;
        windows::set_flags(slf.as_any(), if intel { msvc::OLDEST } else { msvc::OLD })?;
        old::set_link_flags(slf.as_any())?;
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
        Archive::new(slf.as_any(), objects, output_libname, output_dir)?.make(slf.as_any(), |_, _| Ok(()))
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

    fn library_dir_option<'py>(
        slf: &Bound<'py, Self>,
        dir: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = slf;
        windows::option_with("/LIBPATH:", dir)
    }

    fn runtime_library_dir_option(slf: &Bound<'_, Self>, dir: &Bound<'_, PyAny>) -> PyResult<()> {
        let _ = (slf, dir);
        let text = "don't know how to set runtime library search path for MSVC++";
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

    /// The path of a program, from the compiler's folders or else the PATH; its name alone where it is in neither.
    fn find_exe<'py>(slf: &Bound<'py, Self>, exe: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        old::find_exe(slf.as_any(), exe)
    }

    /// The folders that Visual Studio's settings name under `path` (`path`, `include` or `library`); none where the
    /// registry does not have them.
    #[pyo3(signature = (path, platform = "x86"))]
    fn get_msvc_paths<'py>(
        slf: &Bound<'py, Self>,
        path: &str,
        platform: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        settings::paths(slf.as_any(), path, platform)
    }

    /// Set an environment variable to the folders that the settings have for it.
    fn set_path_env_var(slf: &Bound<'_, Self>, name: &str) -> PyResult<()> {
        let py = slf.py();
        let kind = if name == "lib" { "library" } else { name };
        let folders = slf.call_method1("get_msvc_paths", (kind,))?;
        if folders.is_truthy()? {
            let joined = PyString::new(py, ";").call_method1("join", (folders,))?;
            py.import("os")?.getattr("environ")?.set_item(name, joined)?;
        }
        Ok(())
    }
}

fn run_link<'py>(slf: &Bound<'py, PyAny>, call: &LinkArguments<'py>) -> PyResult<()> {
    windows::initialized(slf)?;
    let linking = Linking::new(slf, &GENERATION, call)?;
    if !linking.is_needed(slf)? {
        return skipped(&linking.output);
    }
    let arguments = old::link_arguments(slf, MODULE, &linking, call)?;
    let arguments = old::with_own_words(arguments, call)?;
    old::make_folder_of(slf, &linking.output)?;
    windows::run_linker(slf, arguments)
}

/// The processor that this Python was made for: `Intel` or `AMD64`, as `sys.version` says.
#[pyfunction]
fn get_build_architecture(py: Python<'_>) -> PyResult<String> {
    let version: String = py.import("sys")?.getattr("version")?.extract()?;
    Ok(visual_studio::build_architecture(&version).to_string())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    settings::register(module)?;
    module.add_function(wrap_pyfunction!(get_build_architecture, module)?)?;
    module.add_function(wrap_pyfunction!(old::get_build_version, module)?)?;
    module.add_function(wrap_pyfunction!(old::normalize_and_reduce_paths, module)?)?;
    let class = py.get_type::<MsvcCompiler>();
    windows::declare(&class)?;
    module.add("OldMSVCCompiler", &class)?;
    if old::build_version(py)?.is_some_and(|version| version >= 8.0) {
        module.add("MSVCCompiler", py.get_type::<msvc9compiler::Msvc9Compiler>())?;
        return module.add("MacroExpander", py.get_type::<msvc9compiler::MacroExpander>());
    }
    module.add("MSVCCompiler", class)?;
    module.add_class::<settings::MacroExpander>()
}
