//! distutils.bcppcompiler: Borland's C++ compiler.

mod steps;

use std::ffi::OsString;

use oxidist_engine::toolchain::borland;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::ccompiler::{CCompiler, Given, LinkArguments, or_none, os_path, skipped};
use crate::errors::{CompileError, LibError, LinkError};
use crate::seam;
use crate::value::Flag;
use crate::windows::compile::SetUp;
use crate::windows::{
    CompileArguments, set_flags, spawn, surrounded, with_program, with_resources, word, words,
};
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

#[pymethods]
impl BcppCompiler {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        CCompiler::base().add_subclass(BcppCompiler)
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
        for (attribute, program) in borland::PROGRAMS {
            slf.setattr(*attribute, *program)?;
        }
        slf.setattr("preprocess_options", py.None())?;
        set_flags(slf.as_any(), borland::FLAGS)
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
        let call = CompileArguments {
            sources,
            output_dir,
            macros,
            include_dirs,
            debug,
            extra_preargs,
            extra_postargs,
            depends,
        };
        let set_up = SetUp::new(slf.as_any(), call, "-c")?;
        for object in set_up.objects.try_iter()? {
            for command in steps::compile_commands(slf.as_any(), &set_up, &object?)? {
                spawn(slf.as_any(), &command, CompileError::new_err)?;
            }
        }
        Ok(set_up.objects)
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
        let (objects, output_dir): (Bound<'py, PyAny>, Bound<'py, PyAny>) =
            slf.call_method1("_fix_object_args", (objects, output_dir))?.extract()?;
        let keywords = PyDict::new(slf.py());
        keywords.set_item("output_dir", output_dir)?;
        let output = slf.call_method("library_filename", (output_libname,), Some(&keywords))?;
        if !slf.call_method1("_need_link", (&objects, &output))?.is_truthy()? {
            return skipped(&output);
        }
        let arguments = borland::archive(&words(&objects)?, &word(&output)?);
        spawn(slf.as_any(), &with_program(&slf.getattr("lib")?, arguments)?, LibError::new_err)
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

    /// The file of a library in one of `dirs`: `<lib>_bcpp` comes before `<lib>`, and with `debug` the debug versions
    /// (`<lib>_d`) before both.
    #[pyo3(signature = (dirs, lib, debug = Flag(false)), text_signature = "($self, dirs, lib, debug=0)")]
    fn find_library_file<'py>(
        slf: &Bound<'py, Self>,
        dirs: &Bound<'py, PyAny>,
        lib: &Bound<'py, PyAny>,
        debug: Flag,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = slf.py();
        let own = |name: &Bound<'py, PyAny>| name.add("_bcpp");
        let names = if debug.0 {
            let debug = lib.add("_d")?;
            vec![own(&debug)?, own(lib)?, debug, lib.clone()]
        } else {
            vec![own(lib)?, lib.clone()]
        };
        for folder in dirs.try_iter()? {
            let folder = folder?;
            for name in &names {
                let file = os_path(py, "join", (&folder, slf.call_method1("library_filename", (name,))?))?;
                if os_path(py, "exists", (&file,))?.is_truthy()? {
                    return Ok(Some(file));
                }
            }
        }
        Ok(None)
    }

    /// The object file of each source. Resource scripts become `.res` files, which are taken as they are.
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
        let object_ending = |ending: &str| match ending {
            ".rc" | ".res" => Ok(PyString::new(slf.py(), ".res").into_any()),
            _ => slf.getattr("obj_extension"),
        };
        let output_dir = output_dir.or(slf.py(), "")?;
        with_resources(slf.as_any(), source_filenames, strip_dir.0, &output_dir, object_ending)
    }

    #[pyo3(signature = (source, output_file = None, macros = None, include_dirs = None, extra_preargs = None, extra_postargs = None))]
    fn preprocess<'py>(
        slf: &Bound<'py, Self>,
        source: &Bound<'py, PyAny>,
        output_file: Option<&Bound<'py, PyAny>>,
        macros: Option<&Bound<'py, PyAny>>,
        include_dirs: Option<&Bound<'py, PyAny>>,
        extra_preargs: Option<&Bound<'py, PyAny>>,
        extra_postargs: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let fixed = slf.call_method1("_fix_compile_args", (py.None(), macros, include_dirs))?;
        let (_, macros, include_dirs): (Bound<'_, PyAny>, Bound<'_, PyAny>, Bound<'_, PyAny>) =
            fixed.extract()?;
        let options = seam::global(py, MODULE, "gen_preprocess_options")?.call1((macros, include_dirs))?;
        let mut command: Vec<OsString> = vec!["cpp32.exe".into()];
        command.extend(words(&options)?);
        if let Some(file) = output_file {
            command.push(word(&PyString::new(py, "-o").add(file)?)?);
        }
        let none = py.None().into_bound(py);
        let mut command =
            surrounded(command, extra_preargs.unwrap_or(&none), extra_postargs.unwrap_or(&none))?;
        command.push(word(source)?);
        let outdated = slf.getattr("force")?.is_truthy()?
            || match output_file {
                None => true,
                Some(file) => seam::global(py, MODULE, "newer")?.call1((source, file))?.is_truthy()?,
            };
        if !outdated {
            return Ok(());
        }
        if let Some(file) = output_file
            && file.is_truthy()?
        {
            slf.call_method1("mkpath", (os_path(py, "dirname", (file,))?,))?;
        }
        spawn(slf.as_any(), &command, CompileError::new_err)
    }
}

fn run_link<'py>(slf: &Bound<'py, PyAny>, call: &LinkArguments<'py>) -> PyResult<()> {
    let linking = Linking::new(slf, call)?;
    if !slf.call_method1("_need_link", (&linking.objects, &linking.output))?.is_truthy()? {
        return skipped(&linking.output);
    }
    let arguments = linking.arguments(slf, call)?;
    slf.call_method1("mkpath", (os_path(slf.py(), "dirname", (&linking.output,))?,))?;
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
