//! distutils.command.build_ext: compiles and links extension modules.
//!
//! Each method is a hook, and calls the others as CPython's does. The rooms: [`options`] (the table, first and
//! last values), [`compiler`] (the compiler object, made and set up), [`listing`] (the list of extensions,
//! checked), [`building`] (one extension: what is asked before, the calls of the compiler), [`failures`] (all
//! of them, one by one or side by side, and those that may fail), [`graph`] (the same as one graph of steps, where
//! nobody could tell), [`swig`], [`names`] (of modules, files, symbols, libraries) and [`unfinished`] (the trace
//! of a run that was killed).

pub(crate) mod building;
mod compiler;
pub(crate) mod copied_on;
mod failures;
mod graph;
mod listing;
mod names;
mod options;
mod repeated;
mod swig;
mod unfinished;

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::Row;
use super::compiler_options::from_ccompiler;
use crate::cmd::Command;
use crate::{late, seam};

/// Builds extension modules from C, C++ and whatever else the compiler takes.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.build_ext", name = "build_ext")]
pub struct BuildExt;

#[pymethods]
impl BuildExt {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BuildExt)
    }

    #[classattr]
    fn description() -> &'static str {
        "build C/C++ extensions (compile/link to build directory)"
    }

    /// What help texts of lists of folders end in.
    #[classattr]
    fn sep_by() -> String {
        format!(" (separated by '{}')", options::PATH_SEPARATOR)
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        options::TABLE.to_vec()
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        options::BOOLEAN.to_vec()
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        options::initialize(slf)
    }

    #[staticmethod]
    fn _python_lib_dir<'py>(sysconfig: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        options::python_lib_dir(sysconfig)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        options::finalize(slf)
    }

    /// Make the compiler, set it up, and build all extensions.
    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        compiler::run(slf)
    }

    /// That `extensions` is a list of Extension objects; pairs of an older form are replaced by such.
    ///
    /// Raises DistutilsSetupError where it is not.
    fn check_extensions_list(slf: &Bound<'_, Self>, extensions: &Bound<'_, PyAny>) -> PyResult<()> {
        listing::check(slf.py(), extensions)
    }

    /// The sources of all extensions.
    fn get_source_files<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let files = PyList::empty(slf.py());
        for extension in listing::checked(slf)?.try_iter()? {
            files.call_method1("extend", (extension?.getattr("sources")?,))?;
        }
        Ok(files)
    }

    /// The files that the extensions are built as.
    fn get_outputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let outputs = PyList::empty(slf.py());
        for extension in listing::checked(slf)?.try_iter()? {
            outputs.append(slf.call_method1("get_ext_fullpath", (extension?.getattr("name")?,))?)?;
        }
        Ok(outputs)
    }

    fn build_extensions(slf: &Bound<'_, Self>) -> PyResult<()> {
        listing::checked(slf)?;
        repeated::begin(slf)?;
        if graph::covers_all(slf)? {
            return graph::build_all(slf);
        }
        let one_by_one = !slf.getattr("parallel")?.is_truthy()?;
        let way = if one_by_one { "_build_extensions_serial" } else { "_build_extensions_parallel" };
        slf.call_method0(way).map(drop)
    }

    fn _build_extensions_parallel(slf: &Bound<'_, Self>) -> PyResult<()> {
        failures::build_side_by_side(slf)
    }

    fn _build_extensions_serial(slf: &Bound<'_, Self>) -> PyResult<()> {
        failures::build_one_by_one(slf)
    }

    /// A context manager: an error of distutils inside it is a warning where the extension is optional.
    fn _filter_build_errors(slf: &Bound<'_, Self>, ext: Bound<'_, PyAny>) -> failures::BuildErrors {
        failures::BuildErrors::of(slf, ext)
    }

    /// Compile and link one extension, where its sources or `depends` are newer than it.
    fn build_extension(slf: &Bound<'_, Self>, ext: &Bound<'_, PyAny>) -> PyResult<()> {
        if graph::covers_one(slf)? { graph::build_one(slf, ext) } else { building::build(slf, ext) }
    }

    /// Run SWIG for each `.i` file. Returns `sources` with what it made of them in their place.
    fn swig_sources<'py>(
        slf: &Bound<'py, Self>,
        sources: &Bound<'py, PyAny>,
        extension: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        swig::sources(slf, sources, extension)
    }

    /// The program to run for `.i` files.
    fn find_swig<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        swig::find(slf.py())
    }

    /// The file that an extension is built as: in `build_lib`, or with `inplace` in its package's source folder.
    fn get_ext_fullpath<'py>(
        slf: &Bound<'py, Self>,
        ext_name: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        names::full_path(slf, ext_name)
    }

    /// The dotted name of an extension, `ext_package` included.
    fn get_ext_fullname<'py>(
        slf: &Bound<'py, Self>,
        ext_name: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        names::full_name(slf, ext_name)
    }

    /// The file for a dotted name: `a.b` is in `a/b.cpython-310-x86_64-linux-gnu.so`, or what this Python wants.
    fn get_ext_filename<'py>(
        slf: &Bound<'py, Self>,
        ext_name: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        names::file_name(slf.py(), ext_name)
    }

    /// `ext.export_symbols`, with the function that Python calls to import the module added to them.
    fn get_export_symbols<'py>(
        slf: &Bound<'py, Self>,
        ext: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        names::export_symbols(slf, ext)
    }

    fn _get_module_name_for_symbol<'py>(
        slf: &Bound<'py, Self>,
        ext: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        names::module_name(slf.py(), ext)
    }

    /// `ext.libraries`, with Python's own library where extensions are linked with it.
    fn get_libraries<'py>(slf: &Bound<'py, Self>, ext: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        names::libraries(slf, ext)
    }
}

/// List the compilers that there are: `build_ext --help-compiler`.
#[pyfunction]
fn show_compilers(py: Python<'_>) -> PyResult<()> {
    seam::global(py, "ccompiler", "show_compilers")?.call0().map(drop)
}

/// Regular expressions of the module, compiled when they are first asked for, and names of
/// `distutils.ccompiler`.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    match from_ccompiler(py, "command.build_ext", name) {
        Err(error) if error.is_instance_of::<PyAttributeError>(py) => {
            late::expression(py, "command.build_ext", listing::EXPRESSIONS, name)
        }
        found => found,
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let function = wrap_pyfunction!(show_compilers, module)?;
    module.add_function(function.clone())?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_class::<BuildExt>()?;
    let help = "list the compilers that there are";
    super::set_help_options(&py.get_type::<BuildExt>(), "help-compiler", help, function.into_any())
}
