//! distutils.msvc9compiler: Microsoft's compiler of Visual Studio 2005 and 2008.
//!
//! The class is here; `registry_values` has the classes that read the registry, and `environment` finds the
//! compiler and asks it for its environment.

mod environment;
mod registry_values;

use oxidist_engine::effects::Effects;
use oxidist_engine::toolchain::{assembly, msvc};
use pyo3::exceptions::PyAssertionError;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::ccompiler::{CCompiler, Given, LinkArguments, or_none, os_path, skipped};
use crate::errors::{DistutilsPlatformError, LinkError, OrRaise};
use crate::value::Flag;
use crate::windows::{self, Archive, CompileArguments, Generation, Linking, old};
use crate::{door, seam};

pub use registry_values::{MacroExpander, not_installed};

/// This module, whose names scripts and tests replace.
const MODULE: &str = "msvc9compiler";

const GENERATION: Generation = Generation { module: MODULE, exceptions: false, is_there: "exists" };

/// Microsoft's compiler of Visual Studio 2005 and 2008. It is looked for when something is to be compiled or linked.
#[pyclass(subclass, frozen, extends = CCompiler, module = "distutils.msvc9compiler", name = "MSVCCompiler")]
pub struct Msvc9Compiler;

#[pymethods]
impl Msvc9Compiler {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        CCompiler::base().add_subclass(Msvc9Compiler)
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
        seam::global(py, MODULE, "CCompiler")?.call_method1("__init__", arguments)?;
        slf.setattr("_MSVCCompiler__version", seam::global(py, MODULE, "VERSION")?)?;
        slf.setattr("_MSVCCompiler__root", r"Software\Microsoft\VisualStudio")?;
        slf.setattr(old::PATHS, PyList::empty(py))?;
        slf.setattr("plat_name", py.None())?;
        slf.setattr("_MSVCCompiler__arch", py.None())?;
        slf.setattr("initialized", false)
    }

    /// Find the programs for `plat_name` (this platform where it is None), set the flags, and change this process's
    /// environment to what the programs need.
    #[pyo3(signature = (plat_name = None))]
    fn initialize<'py>(slf: &Bound<'py, Self>, plat_name: Option<Bound<'py, PyAny>>) -> PyResult<()> {
        let py = slf.py();
        if slf.getattr("initialized")?.is_truthy()? {
            return Err(PyAssertionError::new_err("don't init multiple times"));
        }
        let own = || seam::global(py, MODULE, "get_platform")?.call0();
        let platform = match plat_name {
            Some(name) => name,
            None => own()?,
        };
        let name = platform.str()?.to_string_lossy().into_owned();
        if !["win32", "win-amd64"].contains(&name.as_str()) {
            let text = "--plat-name must be one of ('win32', 'win-amd64')";
            return Err(DistutilsPlatformError::new_err(text));
        }
        environment::check_version(py)?;
        if old::sdk_is_set_up(slf.as_any())? {
            old::take_programs_from_path(slf.as_any())?;
        } else {
            let target = environment::vcvars_name(&platform)?;
            // 64 bits from 32: the script has a name for the pair.
            let spec = if name == "win32" || platform.eq(own()?)? {
                target
            } else {
                environment::vcvars_name(&own()?)?.add("_")?.add(target)?
            };
            environment::take_over(slf.as_any(), &spec)?;
            old::find_programs(slf.as_any())?;
        }
        old::extend_path(slf.as_any(), MODULE)?;
        slf.setattr("preprocess_options", py.None())?;
        let x86 = slf.getattr("_MSVCCompiler__arch")?.eq("x86")?;
        windows::set_flags(slf.as_any(), if x86 { msvc::OLD_X86 } else { msvc::OLD })?;
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

    /// Let the linker write the manifest into the folder of objects, from where it can be embedded.
    fn manifest_setup_ldargs(
        slf: &Bound<'_, Self>,
        output_filename: &Bound<'_, PyAny>,
        build_temp: &Bound<'_, PyAny>,
        ld_args: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let py = slf.py();
        let name = os_path(py, "basename", (output_filename,))?.add(".manifest")?;
        let manifest = os_path(py, "join", (build_temp, name))?;
        ld_args.call_method1("append", (windows::option_with("/MANIFESTFILE:", &manifest)?,)).map(drop)
    }

    /// The manifest to embed, and the number that it gets there; None where there is none to embed.
    fn manifest_get_embed_info<'py>(
        slf: &Bound<'py, Self>,
        target_desc: &Bound<'py, PyAny>,
        ld_args: &Bound<'py, PyAny>,
    ) -> PyResult<Option<(Bound<'py, PyAny>, i32)>> {
        let py = slf.py();
        for argument in ld_args.try_iter()? {
            let argument = argument?;
            if !argument.call_method1("startswith", ("/MANIFESTFILE:",))?.is_truthy()? {
                continue;
            }
            let manifest = argument.call_method1("split", (":", 1))?.get_item(1)?;
            if target_desc.eq(seam::global(py, MODULE, "CCompiler")?.getattr("EXECUTABLE")?)? {
                return Ok(Some((manifest, 1)));
            }
            let manifest = slf.call_method1("_remove_visual_c_ref", (manifest,))?;
            return Ok(if manifest.is_none() { None } else { Some((manifest, 2)) });
        }
        Ok(None)
    }

    /// Take the references to Visual C++'s runtime out of a manifest, so that an extension module gets the one of
    /// the Python that loads it. The manifest's name, or None where nothing is left that had to be embedded.
    fn _remove_visual_c_ref<'py>(
        slf: &Bound<'py, Self>,
        manifest_file: Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let path = std::path::PathBuf::from(windows::word(&manifest_file)?);
        let Ok(manifest) = std::fs::read(&path) else { return Ok(None) };
        let Some(manifest) = assembly::without_c_runtime(&manifest) else { return Ok(None) };
        let door: &dyn Effects = door::of(slf)?;
        door.write_file(&path, 0o666, &mut |file| {
            file.write_all(&manifest).map_err(oxidist_engine::Error::file("write", &path))
        })
        .or_raise()?;
        Ok(Some(manifest_file))
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
}

fn run_link<'py>(slf: &Bound<'py, PyAny>, call: &LinkArguments<'py>) -> PyResult<()> {
    let py = slf.py();
    windows::initialized(slf)?;
    let linking = Linking::new(slf, &GENERATION, call)?;
    if !linking.is_needed(slf)? {
        return skipped(&linking.output);
    }
    let arguments = PyList::new(py, old::link_arguments(slf, MODULE, &linking, call)?)?;
    slf.call_method1("manifest_setup_ldargs", (&linking.output, linking.folder()?, &arguments))?;
    let arguments = old::with_own_words(windows::words(&arguments)?, call)?;
    old::make_folder_of(slf, &linking.output)?;
    windows::run_linker(slf, arguments.clone())?;
    // Should this fail, the library is there but has no manifest, and is taken for up to date from then on.
    let embedded = slf
        .call_method1("manifest_get_embed_info", (&call.target_desc, PyList::new(py, &arguments)?))?
        .extract::<Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>>()?;
    let Some((manifest, number)) = embedded else { return Ok(()) };
    let output = linking.output.str()?;
    let command = [
        "mt.exe".into(),
        "-nologo".into(),
        "-manifest".into(),
        windows::word(&manifest)?,
        format!("-outputresource:{};{number}", output.to_string_lossy()).into(),
    ];
    windows::spawn(slf, &command, LinkError::new_err)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    environment::register(module)?;
    registry_values::register(module)?;
    module.add_class::<Msvc9Compiler>()?;
    windows::declare(&module.py().get_type::<Msvc9Compiler>())
}
