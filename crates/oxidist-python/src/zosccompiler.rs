//! distutils.zosccompiler: the C and C++ compilers of z/OS.

use oxidist_engine::toolchain::zos::{self, Family};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::ccompiler::{
    InitArguments, LinkArguments, ObjectArguments, declare_methods, option_with, os_path,
};
use crate::errors::DistutilsPlatformError;
use crate::seam;
use crate::unixccompiler::{UnixCCompiler, compile_object};

/// This module, whose names scripts and tests replace.
const MODULE: &str = "zosccompiler";

/// The variables whose programs tell which compiler is used; the first that is set counts.
const VARIABLES: [&str; 3] = ["CC", "CXX", "LDSHARED"];

/// The C and C++ compilers of z/OS: which one, CC, CXX or LDSHARED tell.
#[pyclass(subclass, frozen, extends = UnixCCompiler, module = "distutils.zosccompiler", name = "zOSCCompiler")]
pub struct ZosCCompiler;

#[pymethods]
impl ZosCCompiler {
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
}

declare_methods! { ZosCCompiler {
    __new__ => UnixCCompiler::base;
    __init__ => init;
    _compile => compile_object(object_argv);
    /// z/OS has no search path for libraries in what is linked: the linker looks there.
    runtime_library_dir_option => option_with("-L");
    link => link;
} }

fn init<'py>(slf: &Bound<'py, PyAny>, call: InitArguments<'py>) -> PyResult<()> {
    call.call_of(slf, MODULE, "UnixCCompiler")?;
    slf.setattr("zos_compiler", slf.call_method0("_get_zos_compiler_name")?)?;
    seam::global(slf.py(), "sysconfig", "customize_compiler")?.call1((slf,)).map(drop)
}

fn link<'py>(slf: &Bound<'py, PyAny>, call: LinkArguments<'py>) -> PyResult<()> {
    as_unix_link(slf, call)?.call_of(&seam::global(slf.py(), MODULE, "UnixCCompiler")?, slf)
}

fn family(slf: &Bound<'_, PyAny>) -> PyResult<&'static Family> {
    let name: String = slf.getattr("zos_compiler")?.extract()?;
    zos::family(&name)
        .ok_or_else(|| DistutilsPlatformError::new_err(format!("'{name}' is no family of z/OS compilers")))
}

/// The command line that makes one object: the family's own options come before all others.
pub(crate) fn object_argv<'py>(
    slf: &Bound<'py, PyAny>,
    call: ObjectArguments<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let family = family(slf)?;
    let is = |kind: &str| slf.getattr(kind)?.contains(call.ending);
    let (program, own) = if is("_cpp_extensions")? {
        ("compiler_cxx", [family.all, family.cpp, &[]])
    } else if is("_asm_extensions")? {
        ("compiler_so", [family.all, family.c, family.assembler])
    } else {
        ("compiler_so", [family.all, family.c, &[]])
    };
    let files = [call.source, PyString::new(py, "-o").as_any(), call.object].map(Clone::clone);
    slf.getattr(program)?
        .add(PyList::new(py, own.concat())?)?
        .add(call.cc_args)?
        .add(PyList::new(py, files)?)?
        .add(call.extra_postargs)
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
