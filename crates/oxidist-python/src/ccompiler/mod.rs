//! distutils.ccompiler: `CCompiler`, what a setup script knows of any C compiler, and how one is chosen.
//!
//! The class is here, its methods are in the rooms: `bookkeeping` (what an instance remembers), `compile`
//! (sources into objects), `link` (objects into libraries and programs), `names` (of all these files), and
//! `running` (programs and changes to files). Those that each compiler's own class has too are declared by
//! `signatures`; `calls` has what they are called with, and `arguments` checks it. Then there are `trial`
//! (whether a function exists), `tables` (the attributes of the class), and for the module's functions
//! `options` (words of a command line) and `choice` (which class).

mod arguments;
mod bookkeeping;
mod calls;
mod choice;
mod compile;
mod link;
mod names;
mod options;
mod running;
mod signatures;
mod tables;
mod trial;

use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyNotImplementedError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

pub use arguments::{Given, or_none};
pub use calls::{
    Archive, ArchiveArguments, CompileArguments, FindArguments, FixedLink, InitArguments, LinkArguments,
    NameArguments, ObjectArguments, PreprocessArguments,
};
pub use compile::insert_first;
pub use link::{is_outdated, option_with};
pub use names::relative;
pub use running::make_folder_of;
pub(crate) use signatures::declare_methods;

use crate::log;
use crate::unixccompiler::begin_with_cxx;

/// What compiles and links C and its relatives: the part that is the same for every compiler.
///
/// A class for one kind of compiler derives from it, defines `executables`, file name endings, and either
/// `_compile` or `compile`, `link`, `create_static_lib` and the `*_option` methods. One instance serves a
/// whole build: what is added to it (macros, folders, libraries) counts in each of its later steps.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.ccompiler")]
pub struct CCompiler;

impl CCompiler {
    /// The base part of a compiler's instance: `CCompiler::base().add_subclass(UnixCCompiler)`.
    pub fn base() -> PyClassInitializer<CCompiler> {
        PyClassInitializer::from(CCompiler)
    }
}

#[pymethods]
impl CCompiler {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        CCompiler
    }
}

declare_methods! { CCompiler {
    __init__ => init;
} }

fn init<'py>(slf: &Bound<'py, PyAny>, call: InitArguments<'py>) -> PyResult<()> {
    let py = slf.py();
    slf.setattr(intern!(py, "dry_run"), call.dry_run)?;
    slf.setattr(intern!(py, "force"), call.force)?;
    slf.setattr(intern!(py, "verbose"), call.verbose)?;
    slf.setattr(intern!(py, "output_dir"), py.None())?;
    for list in tables::LISTS {
        slf.setattr(*list, PyList::empty(py))?;
    }
    let executables = slf.getattr(intern!(py, "executables"))?;
    for key in executables.call_method0("keys")?.try_iter()? {
        let key = key?;
        let value = slf.getattr(intern!(py, "executables"))?.get_item(&key)?;
        slf.call_method1(intern!(py, "set_executable"), (key, value))?;
    }
    begin_with_cxx(slf, &executables)
}

/// A method that a compiler's own class defines, or does without.
fn nothing<Call>(_compiler: &Bound<'_, PyAny>, _call: Call) -> PyResult<()> {
    Ok(())
}

/// A method that a compiler's own class has to define.
fn not_implemented<Call, Answer>(_compiler: &Bound<'_, PyAny>, _call: Call) -> PyResult<Answer> {
    Err(PyNotImplementedError::new_err(()))
}

/// A function of `os.path`, which scripts replace to speak of another platform's paths.
pub fn os_path<'py>(
    py: Python<'py>,
    function: &str,
    args: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    py.import(intern!(py, "os"))?.getattr(intern!(py, "path"))?.getattr(function)?.call1(args)
}

/// What `link` and `create_static_lib` say of an output that need not be made.
pub fn skipped(output: &Bound<'_, PyAny>) -> PyResult<()> {
    log::call(output.py(), "debug", "skipping %s (up-to-date)", (output,))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<CCompiler>()?;
    tables::register(module)?;
    options::register(module)?;
    choice::register(module)
}
