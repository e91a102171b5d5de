//! lib2to3's fixers, which Pythons before 3.13 have: what `distutils.util` and commands offer of them.

use std::path::{Path, PathBuf};

use pyo3::exceptions::PyModuleNotFoundError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::errors::DistutilsPlatformError;
use crate::file_name::AsFileName;
use crate::seam;
use crate::value::Elements;

/// Run lib2to3's fixers over files in place. ImportError on a Python that has no lib2to3 (3.13 and later).
#[pyfunction]
#[pyo3(signature = (files, fixer_names = None, options = None, explicit = None))]
fn run_2to3(
    py: Python<'_>,
    files: &Bound<'_, PyAny>,
    fixer_names: Option<Bound<'_, PyAny>>,
    options: Option<Bound<'_, PyAny>>,
    explicit: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let _ = explicit;
    if !files.is_truthy()? {
        return Ok(());
    }
    let refactor = py.import("lib2to3.refactor")?;
    let fixers = match fixer_names {
        Some(names) => names,
        None => refactor.call_method1("get_fixers_from_package", ("lib2to3.fixes",))?,
    };
    let keywords = PyDict::new(py);
    keywords.set_item("options", options)?;
    let tool = refactor.getattr("RefactoringTool")?.call((fixers,), Some(&keywords))?;
    for (hook, function) in [("log_error", "error"), ("log_message", "info"), ("log_debug", "debug")] {
        tool.setattr(hook, seam::global(py, "log", function)?)?;
    }
    let keywords = PyDict::new(py);
    keywords.set_item("write", true)?;
    tool.call_method("refactor", (files,), Some(&keywords)).map(drop)
}

/// Copy what is new or changed in a folder, run the fixers over the Python files of that, and return what was
/// copied. `template` has rules as in MANIFEST.in for which files are meant.
#[pyfunction]
#[pyo3(signature = (src, dest, template = None, fixer_names = None, options = None, explicit = None))]
fn copydir_run_2to3<'py>(
    py: Python<'py>,
    src: PathBuf,
    dest: PathBuf,
    template: Option<String>,
    fixer_names: Option<Bound<'py, PyAny>>,
    options: Option<Bound<'py, PyAny>>,
    explicit: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let (copied, python) = (PyList::empty(py), PyList::empty(py));
    let keywords = PyDict::new(py);
    keywords.set_item("update", 1)?;
    for name in chosen_files(py, &src, template.as_deref())? {
        let target = dest.join(&name);
        let folder = target.parent().unwrap_or(Path::new(""));
        seam::global(py, "dir_util", "mkpath")?.call1((folder.as_file_name(),))?;
        let source = src.join(&name);
        let arguments = (source.as_file_name(), target.as_file_name());
        let answer = seam::global(py, "file_util", "copy_file")?.call(arguments, Some(&keywords))?;
        if !answer.get_item(1)?.is_truthy()? {
            continue;
        }
        copied.append(target.as_file_name())?;
        if target.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("py")) {
            python.append(target.as_file_name())?;
        }
    }
    seam::global(py, "util", "run_2to3")?.call1((python, fixer_names, options, explicit))?;
    Ok(copied)
}

/// The files below `src` that the rules choose, relative to it.
fn chosen_files(py: Python<'_>, src: &Path, template: Option<&str>) -> PyResult<Vec<PathBuf>> {
    let list = seam::global(py, "filelist", "FileList")?.call0()?;
    let os = py.import("os")?;
    let here = os.call_method0("getcwd")?;
    os.call_method1("chdir", (src.as_file_name(),))?;
    let found = list.call_method0("findall");
    os.call_method1("chdir", (here,))?;
    found?;
    list.setattr("files", list.getattr("allfiles")?.elements()?.collect::<PyResult<Vec<_>>>()?)?;
    for line in template.into_iter().flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty()) {
        list.call_method1("process_template_line", (line,))?;
    }
    list.getattr("files")?.extract()
}

/// Gives a class `run_2to3`, and the attributes that say what it does.
macro_rules! declare {
    ($class:ident) => {
        #[::pyo3::pymethods]
        impl $class {
            /// None: all that lib2to3 has.
            #[classattr]
            fn fixer_names() -> Option<bool> {
                None
            }

            #[classattr]
            fn options() -> Option<bool> {
                None
            }

            #[classattr]
            fn explicit() -> Option<bool> {
                None
            }

            fn run_2to3(
                slf: &::pyo3::Bound<'_, Self>,
                files: &::pyo3::Bound<'_, ::pyo3::PyAny>,
            ) -> ::pyo3::PyResult<()> {
                $crate::fixers::fix_files(slf.as_any(), files)
            }
        }
    };
}
pub(crate) use declare;

/// What a command derives from to run lib2to3's fixers over what it builds.
#[pyclass(subclass, dict, frozen, module = "distutils.util", name = "Mixin2to3")]
pub struct Mixin2to3;

declare! { Mixin2to3 }

#[pymethods]
impl Mixin2to3 {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Mixin2to3
    }
}

/// Run the fixers that a command's class attributes name.
pub fn fix_files(command: &Bound<'_, PyAny>, files: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = command.py();
    let (names, options, explicit) =
        (command.getattr("fixer_names")?, command.getattr("options")?, command.getattr("explicit")?);
    match seam::global(py, "util", "run_2to3")?.call1((files, names, options, explicit)) {
        Err(error) if error.is_instance_of::<PyModuleNotFoundError>(py) => {
            let text = format!("a source in Python 2 cannot be translated here: {}", error.value(py));
            Err(DistutilsPlatformError::new_err(text))
        }
        result => result.map(drop),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(run_2to3, module)?)?;
    module.add_function(wrap_pyfunction!(copydir_run_2to3, module)?)?;
    module.add_class::<Mixin2to3>()
}
