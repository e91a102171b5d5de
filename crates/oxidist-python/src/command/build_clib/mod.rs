//! distutils.command.build_clib: static libraries in C and C++, which a project's extensions are linked with.

mod graph;
mod library;

use std::path::MAIN_SEPARATOR;

use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use library::{Library, Sources};

use super::Row;
use super::compiler_options::{from_ccompiler, items, new_compiler, set_macros, split_folders};
use crate::cmd::Command;
use crate::dist::{Distribution, origins};
use crate::errors::DistutilsSetupError;
use crate::{seam, setuptools, steps};

/// Builds the static libraries that `libraries=[(name, build_info), ...]` describes.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.build_clib", name = "build_clib")]
pub struct BuildClib;

/// What `build` says where this command was not told: its option, and the own one.
const FROM_BUILD: &[(&str, &str)] = &[
    // A library is a thing to link with and is never installed: its place is the temporary folder.
    ("build_temp", "build_clib"),
    ("build_temp", "build_temp"),
    ("compiler", "compiler"),
    ("debug", "debug"),
    ("force", "force"),
];

#[pymethods]
impl BuildClib {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BuildClib)
    }

    #[classattr]
    fn description() -> &'static str {
        "build C/C++ libraries used by Python extensions"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("build-clib=", Some("b"), "where libraries go [default: build-temp]"),
            ("build-temp=", Some("t"), "where temporary files go"),
            ("debug", Some("g"), "compile with debugging information"),
            ("force", Some("f"), "build everything, up to date or not"),
            ("compiler=", Some("c"), "the type of the compiler"),
            ("launcher=", None, "ccache, sccache, distcc, icecc or a path [default: build_ext's]"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["debug", "force"]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for name in ["build_clib", "build_temp", "libraries", "include_dirs", "define", "undef", "debug"] {
            slf.setattr(name, slf.py().None())?;
        }
        slf.setattr("force", 0)?;
        slf.setattr("compiler", slf.py().None())?;
        slf.setattr("launcher", slf.py().None())
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        super::take_options(slf.as_any(), "build", FROM_BUILD)?;
        let libraries = slf.getattr("distribution")?.getattr("libraries")?;
        slf.setattr("libraries", &libraries)?;
        if libraries.is_truthy()? {
            slf.call_method1("check_library_list", (libraries,))?;
        }
        if slf.getattr("include_dirs")?.is_none() {
            let given = slf.getattr("distribution")?.getattr("include_dirs")?;
            slf.setattr("include_dirs", super::or_empty_list(given)?)?;
        }
        split_folders(slf.as_any(), "include_dirs")?;
        if slf.getattr("launcher")?.is_none()
            && let Some(launcher) = launcher_of_build_ext(slf.as_any())?
        {
            slf.setattr("launcher", launcher)?;
        }
        Ok(())
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        if !slf.getattr("libraries")?.is_truthy()? {
            return Ok(());
        }
        let compiler = new_compiler(slf.as_any(), "command.build_clib", slf.getattr("force")?)?;
        slf.setattr("compiler", &compiler)?;
        seam::global(slf.py(), "command.build_clib", "customize_compiler")?.call1((&compiler,))?;
        let include_dirs = slf.getattr("include_dirs")?;
        if !include_dirs.is_none() {
            slf.getattr("compiler")?.call_method1("set_include_dirs", (include_dirs,))?;
        }
        set_macros(slf.as_any())?;
        let _share = steps::share(graph::width(slf)?)?;
        let libraries = slf.getattr("libraries")?;
        if !graph::goes_by_setuptools(slf)? {
            graph::remember(slf)?;
        } else if !setuptools::has_own_build_info(&libraries)? {
            let sources =
                if setuptools::sorts_sources(slf.py())? { Sources::Sorted } else { Sources::AsGiven };
            return graph::build(slf, &libraries, sources);
        }
        slf.call_method1("build_libraries", (libraries,)).map(drop)
    }

    /// Raise DistutilsSetupError unless `libraries` is a list of `(name, build_info)` pairs, each with a
    /// string without folders in it and a dictionary.
    fn check_library_list(_slf: &Bound<'_, Self>, libraries: &Bound<'_, PyAny>) -> PyResult<()> {
        let wrong = |text: &str| Err(DistutilsSetupError::new_err(text.to_string()));
        if !libraries.is_instance_of::<PyList>() {
            return wrong("'libraries' option must be a list of tuples");
        }
        for library in libraries.try_iter()? {
            let Ok([name, build_info]) = items(&library?) else {
                return wrong("each element of 'libraries' must a 2-tuple");
            };
            let Ok(name) = name.cast::<PyString>() else {
                return wrong(
                    "first element of each tuple in 'libraries' must be a string (the library name)",
                );
            };
            let text = name.to_string_lossy();
            if text.contains(['/', MAIN_SEPARATOR]) {
                return wrong(&format!("bad library name '{text}': may not contain directory separators"));
            }
            if !build_info.is_instance_of::<PyDict>() {
                return wrong(
                    "second element of each tuple in 'libraries' must be a dictionary (build info)",
                );
            }
        }
        Ok(())
    }

    /// The names of all libraries, as a linker takes them; None where there are no libraries.
    fn get_library_names<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyList>>> {
        let libraries = slf.getattr("libraries")?;
        if !libraries.is_truthy()? {
            return Ok(None);
        }
        let names = PyList::empty(slf.py());
        for library in libraries.try_iter()? {
            let [name, _] = items(&library?)?;
            names.append(name)?;
        }
        Ok(Some(names))
    }

    fn get_source_files<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let libraries = slf.getattr("libraries")?;
        slf.call_method1("check_library_list", (&libraries,))?;
        let files = PyList::empty(slf.py());
        for library in libraries.try_iter()? {
            for source in Library::read(&library?, Sources::AsGiven)?.sources {
                files.append(source)?;
            }
        }
        Ok(files)
    }

    /// Compile the sources of each library, and put its objects into an archive.
    fn build_libraries(slf: &Bound<'_, Self>, libraries: &Bound<'_, PyAny>) -> PyResult<()> {
        graph::build(slf, libraries, Sources::AsGiven)
    }
}

/// What `build_ext` was told of a launcher: who has one for extensions has it for libraries too.
///
/// Read where the options wait for their command, so that `build_ext` is not made before its turn.
fn launcher_of_build_ext<'py>(command: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let distribution = command.getattr("distribution")?;
    let options = distribution.getattr("command_options")?;
    let given = options.call_method1("get", ("build_ext",))?;
    if given.is_none() {
        return Ok(None);
    }
    let given = given.call_method1("get", ("launcher",))?;
    if given.is_none() {
        return Ok(None);
    }
    if let Ok(distribution) = distribution.cast::<Distribution>() {
        origins::check_value(distribution, "build_ext", "launcher", &given)?;
    }
    given.get_item(1).map(Some)
}

/// List the compilers that there are: `build_clib --help-compiler`.
#[pyfunction]
fn show_compilers(py: Python<'_>) -> PyResult<()> {
    seam::global(py, "ccompiler", "show_compilers")?.call0().map(drop)
}

/// Names of `distutils.ccompiler`.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    from_ccompiler(py, "command.build_clib", name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let function = wrap_pyfunction!(show_compilers, module)?;
    module.add_function(function.clone())?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_class::<BuildClib>()?;
    let class = module.py().get_type::<BuildClib>();
    super::set_help_options(&class, "help-compiler", "list the compilers that there are", function.into_any())
}
