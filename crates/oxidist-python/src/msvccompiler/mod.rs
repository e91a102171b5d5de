//! distutils.msvccompiler: Microsoft's compiler before Visual Studio 2005.
//!
//! The class is here, what it finds in the registry in `settings`. With a Python made by a later version, the names
//! `MSVCCompiler` and `MacroExpander` are those of `msvc9compiler`, as in distutils; the class here is then only
//! `OldMSVCCompiler`.

mod settings;

use oxidist_engine::toolchain::{msvc, visual_studio};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::ccompiler::{
    CCompiler, InitArguments, LinkArguments, declare_methods, make_folder_of, option_with, skipped,
};
use crate::errors::DistutilsPlatformError;
use crate::windows::{self, Generation, Linking, old};
use crate::{msvc9compiler, seam};

/// This module, whose names scripts and tests replace.
const MODULE: &str = "msvccompiler";

const GENERATION: Generation = Generation { module: MODULE, exceptions: false, is_there: "exists" };

/// Microsoft's compiler before Visual Studio 2005. It is looked for when something is to be compiled or linked.
#[pyclass(subclass, frozen, extends = CCompiler, module = "distutils.msvccompiler", name = "MSVCCompiler")]
pub struct MsvcCompiler;

#[pymethods]
impl MsvcCompiler {
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

declare_methods! { MsvcCompiler {
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
    let global = |name: &str| seam::global(py, MODULE, name);
    call.call_of(slf, GENERATION.module, "CCompiler")?;
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

fn link<'py>(slf: &Bound<'py, PyAny>, call: LinkArguments<'py>) -> PyResult<()> {
    windows::initialized(slf)?;
    let linking = Linking::new(slf, &GENERATION, &call)?;
    if !linking.is_needed(slf)? {
        return skipped(&linking.output);
    }
    let arguments = old::link_arguments(slf, MODULE, &linking, &call)?;
    let arguments = old::with_own_words(arguments, &call)?;
    make_folder_of(slf, &linking.output)?;
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
