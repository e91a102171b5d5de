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
use pyo3::types::PyList;

use crate::ccompiler::{
    CCompiler, InitArguments, LinkArguments, declare_methods, make_folder_of, option_with, os_path, skipped,
};
use crate::errors::{DistutilsPlatformError, LinkError, OrRaise};
use crate::windows::{self, Generation, Linking, old};
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
        ld_args.call_method1("append", (option_with(slf, "/MANIFESTFILE:", &manifest)?,)).map(drop)
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

    /// The path of a program, from the compiler's folders or else the PATH; its name alone where it is in neither.
    fn find_exe<'py>(slf: &Bound<'py, Self>, exe: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        old::find_exe(slf.as_any(), exe)
    }
}

declare_methods! { Msvc9Compiler {
    __new__ => CCompiler::base;
    __init__ => init;
    object_filenames => windows::object_filenames;
    compile => windows::compile(&GENERATION);
    create_static_lib => old::create_static_lib;
    link => link;
    library_dir_option => option_with("/LIBPATH:");
    runtime_library_dir_option => windows::runtime_library_dir_option("MSVC++");
    library_option => windows::library_option;
    find_library_file => windows::find_library_file(&GENERATION);
} }

fn init<'py>(slf: &Bound<'py, PyAny>, call: InitArguments<'py>) -> PyResult<()> {
    let py = slf.py();
    call.call_of(slf, GENERATION.module, "CCompiler")?;
    slf.setattr("_MSVCCompiler__version", seam::global(py, MODULE, "VERSION")?)?;
    slf.setattr("_MSVCCompiler__root", r"Software\Microsoft\VisualStudio")?;
    slf.setattr(old::PATHS, PyList::empty(py))?;
    slf.setattr("plat_name", py.None())?;
    slf.setattr("_MSVCCompiler__arch", py.None())?;
    slf.setattr("initialized", false)
}

fn link<'py>(slf: &Bound<'py, PyAny>, call: LinkArguments<'py>) -> PyResult<()> {
    let py = slf.py();
    windows::initialized(slf)?;
    let linking = Linking::new(slf, &GENERATION, &call)?;
    if !linking.is_needed(slf)? {
        return skipped(&linking.output);
    }
    let arguments = PyList::new(py, old::link_arguments(slf, MODULE, &linking, &call)?)?;
    slf.call_method1("manifest_setup_ldargs", (&linking.output, linking.folder()?, &arguments))?;
    let arguments = old::with_own_words(windows::words(&arguments)?, &call)?;
    make_folder_of(slf, &linking.output)?;
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
