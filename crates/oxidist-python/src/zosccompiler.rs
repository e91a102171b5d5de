//! distutils.zosccompiler: the C and C++ compilers of z/OS.

use oxidist_engine::toolchain::zos::{self, Family};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::ccompiler::{Given, LinkArguments, or_none, os_path};
use crate::errors::{CompileError, DistutilsPlatformError, or_failed};
use crate::seam;
use crate::unixccompiler::UnixCCompiler;

/// This module, whose names scripts and tests replace.
const MODULE: &str = "zosccompiler";

/// The variables whose programs tell which compiler is used; the first that is set counts.
const VARIABLES: [&str; 3] = ["CC", "CXX", "LDSHARED"];

/// The C and C++ compilers of z/OS: which one, CC, CXX or LDSHARED tell.
#[pyclass(subclass, frozen, extends = UnixCCompiler, module = "distutils.zosccompiler", name = "zOSCCompiler")]
pub struct ZosCCompiler;

#[pymethods]
impl ZosCCompiler {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        UnixCCompiler::base().add_subclass(ZosCCompiler)
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
        seam::global(py, MODULE, "UnixCCompiler")?.call_method1("__init__", arguments)?;
        slf.setattr("zos_compiler", slf.call_method0("_get_zos_compiler_name")?)?;
        seam::global(py, "sysconfig", "customize_compiler")?.call1((slf,)).map(drop)
    }

    /// The family of compilers: `ibm-openxl`, `ibm-xlclang` or `ibm-xlc`.
    fn _get_zos_compiler_name(slf: &Bound<'_, Self>) -> PyResult<&'static str> {
        let py = slf.py();
        let environ = py.import("os")?.getattr("environ")?;
        for variable in VARIABLES {
            let program = environ.call_method1("get", (variable,))?;
            if program.is_truthy()? {
                let name: String = os_path(py, "basename", (program,))?.extract()?;
                return Ok(zos::family_of(Some(&name)).name);
            }
        }
        Ok(zos::family_of(None).name)
    }

    fn _compile<'py>(
        slf: &Bound<'py, Self>,
        obj: &Bound<'py, PyAny>,
        src: &Bound<'py, PyAny>,
        ext: &Bound<'py, PyAny>,
        cc_args: &Bound<'py, PyAny>,
        extra_postargs: &Bound<'py, PyAny>,
        pp_opts: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let _ = pp_opts;
        let command = object_argv(slf.as_any(), obj, src, ext, cc_args, extra_postargs)?;
        or_failed(slf.py(), slf.call_method1("spawn", (command,)).map(drop), CompileError::new_err)
    }

    /// z/OS has no search path for libraries in what is linked: the linker looks there.
    fn runtime_library_dir_option<'py>(
        slf: &Bound<'py, Self>,
        dir: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        PyString::new(slf.py(), "-L").add(dir)
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
        let call = as_unix_link(slf.as_any(), call)?;
        call.call_of(&seam::global(py, MODULE, "UnixCCompiler")?, slf.as_any())
    }
}

fn family(slf: &Bound<'_, PyAny>) -> PyResult<&'static Family> {
    let name: String = slf.getattr("zos_compiler")?.extract()?;
    zos::family(&name)
        .ok_or_else(|| DistutilsPlatformError::new_err(format!("'{name}' is no family of z/OS compilers")))
}

/// The command line that makes one object: the family's own options come before all others.
pub(crate) fn object_argv<'py>(
    slf: &Bound<'py, PyAny>,
    object: &Bound<'py, PyAny>,
    source: &Bound<'py, PyAny>,
    ending: &Bound<'py, PyAny>,
    cc_args: &Bound<'py, PyAny>,
    extra_postargs: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let family = family(slf)?;
    let is = |kind: &str| slf.getattr(kind)?.contains(ending);
    let (program, own) = if is("_cpp_extensions")? {
        ("compiler_cxx", [family.all, family.cpp, &[]])
    } else if is("_asm_extensions")? {
        ("compiler_so", [family.all, family.c, family.assembler])
    } else {
        ("compiler_so", [family.all, family.c, &[]])
    };
    let files = [source, PyString::new(py, "-o").as_any(), object].map(Clone::clone);
    slf.getattr(program)?
        .add(PyList::new(py, own.concat())?)?
        .add(cc_args)?
        .add(PyList::new(py, files)?)?
        .add(extra_postargs)
}

/// What [`UnixCCompiler`] has to link for this call. Functions of a shared library are found by its side deck, a file
/// `<library>.x` beside it: Python's own is added, and those of libraries in a run-time folder take their place.
pub(crate) fn as_unix_link<'py>(
    slf: &Bound<'py, PyAny>,
    mut call: LinkArguments<'py>,
) -> PyResult<LinkArguments<'py>> {
    let py = slf.py();
    let after = PyList::empty(py);
    if call.extra_postargs.is_truthy()? {
        after.as_any().call_method1("extend", (&call.extra_postargs,))?;
    }
    let python = python_side_deck(py)?;
    if os_path(py, "exists", (&python,))?.is_truthy()? {
        after.append(python)?;
    }
    if call.runtime_library_dirs.is_truthy()? && call.libraries.is_truthy()? {
        let libraries = PyList::empty(py);
        for library in call.libraries.try_iter()? {
            let library = library?;
            match side_deck(&call.runtime_library_dirs, &library)? {
                Some(deck) => after.append(deck)?,
                None => libraries.append(library)?,
            }
        }
        call.libraries = libraries.into_any();
    }
    family(slf)?.link.iter().try_for_each(|word| after.append(word))?;
    call.extra_postargs = after.into_any();
    Ok(call)
}

/// The side deck of a library in the first of `folders` that has it.
fn side_deck<'py>(
    folders: &Bound<'py, PyAny>,
    library: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = folders.py();
    for folder in folders.try_iter()? {
        let deck = os_path(py, "join", (folder?, format!("{library}.x")))?;
        if os_path(py, "exists", (&deck,))?.is_truthy()? {
            return Ok(Some(deck));
        }
    }
    Ok(None)
}

/// Where the side deck of this Python is.
fn python_side_deck(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let sysconfig = py.import("sysconfig")?;
    let variable = |name: &str| sysconfig.call_method1("get_config_var", (name,));
    let file = format!("libpython{}.x", variable("LDVERSION")?);
    if sysconfig.call_method0("is_python_build")?.is_truthy()? {
        return os_path(py, "join", (variable("abs_builddir")?, file));
    }
    os_path(py, "join", (variable("installed_base")?, variable("platlibdir")?, file))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<ZosCCompiler>()?;
    let py = module.py();
    let class = py.get_type::<ZosCCompiler>();
    class.setattr("compiler_type", "zos")?;
    class.setattr("src_extensions", PyList::new(py, [".c", ".C", ".cc", ".cxx", ".cpp", ".m", ".s"])?)?;
    class.setattr("_cpp_extensions", PyList::new(py, [".cc", ".cpp", ".cxx", ".C"])?)?;
    class.setattr("_asm_extensions", PyList::new(py, [".s"])?)
}
