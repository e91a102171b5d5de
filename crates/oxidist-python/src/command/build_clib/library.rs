//! One library: what `setup()` was told of it, and the two calls of the compiler that make it.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::BuildClib;
use crate::command::compiler_options::items;
use crate::errors::DistutilsSetupError;
use crate::value::{Elements, expected};

/// In which order the sources of a library are compiled and its objects stand in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sources {
    AsGiven,
    Sorted,
}

/// One library, as `setup()` was told of it.
pub struct Library<'py> {
    /// A string, unless `check_library_list` is overridden.
    pub name: Bound<'py, PyAny>,
    /// A list of its own: whoever gets it may change it.
    pub sources: Bound<'py, PyList>,
    /// `build_info`'s, as `CCompiler.compile` takes them; None where there are none.
    pub macros: Bound<'py, PyAny>,
    pub include_dirs: Bound<'py, PyAny>,
}

impl<'py> Library<'py> {
    /// From a `(name, build_info)` pair. Raises DistutilsSetupError where the sources are not a list.
    pub fn read(library: &Bound<'py, PyAny>, order: Sources) -> PyResult<Self> {
        let [name, build_info] = items(library)?;
        let given = |key| build_info.call_method1("get", (key,));
        let sources = given("sources")?;
        if !sources.is_instance_of::<PyList>() && !sources.is_instance_of::<PyTuple>() {
            return Err(DistutilsSetupError::new_err(format!(
                "in 'libraries' option (library '{}'), 'sources' must be present and must be a list of source \
                 filenames",
                name.str()?.to_string_lossy()
            )));
        }
        for key in ["include_dirs", "macros"] {
            let value = given(key)?;
            if value.is_instance_of::<PyString>() && value.is_truthy()? {
                let text = expected(key, "a list", &value);
                let name = name.str()?.to_string_lossy().into_owned();
                return Err(DistutilsSetupError::new_err(format!("library '{name}': {text}")));
            }
        }
        let sources = PyList::new(library.py(), sources.elements()?.collect::<PyResult<Vec<_>>>()?)?;
        if order == Sources::Sorted {
            sources.sort()?;
        }
        Ok(Library { name, sources, macros: given("macros")?, include_dirs: given("include_dirs")? })
    }
}

/// The arguments of the compiler's `compile`.
pub struct CompileCall<'py> {
    pub sources: Bound<'py, PyList>,
    pub output_dir: Bound<'py, PyAny>,
    pub macros: Bound<'py, PyAny>,
    pub include_dirs: Bound<'py, PyAny>,
    pub debug: Bound<'py, PyAny>,
}

impl<'py> CompileCall<'py> {
    pub fn of(command: &Bound<'py, BuildClib>, library: &Library<'py>) -> PyResult<Self> {
        Ok(CompileCall {
            sources: library.sources.clone(),
            output_dir: command.getattr("build_temp")?,
            macros: library.macros.clone(),
            include_dirs: library.include_dirs.clone(),
            debug: command.getattr("debug")?,
        })
    }

    /// The objects, as the compiler names them.
    pub fn carry_out(self, compiler: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let keywords = PyDict::new(compiler.py());
        keywords.set_item("output_dir", self.output_dir)?;
        keywords.set_item("macros", self.macros)?;
        keywords.set_item("include_dirs", self.include_dirs)?;
        keywords.set_item("debug", self.debug)?;
        compiler.call_method("compile", (self.sources,), Some(&keywords))
    }
}

/// The arguments of the compiler's `create_static_lib`.
pub struct ArchiveCall<'py> {
    pub objects: Bound<'py, PyAny>,
    pub name: Bound<'py, PyAny>,
    pub output_dir: Bound<'py, PyAny>,
    pub debug: Bound<'py, PyAny>,
}

impl<'py> ArchiveCall<'py> {
    pub fn of(
        command: &Bound<'py, BuildClib>,
        library: &Library<'py>,
        objects: Bound<'py, PyAny>,
    ) -> PyResult<Self> {
        let name = library.name.clone();
        let (output_dir, debug) = (command.getattr("build_clib")?, command.getattr("debug")?);
        Ok(ArchiveCall { objects, name, output_dir, debug })
    }

    pub fn carry_out(self, compiler: &Bound<'py, PyAny>) -> PyResult<()> {
        let keywords = PyDict::new(compiler.py());
        keywords.set_item("output_dir", self.output_dir)?;
        keywords.set_item("debug", self.debug)?;
        compiler.call_method("create_static_lib", (self.objects, self.name), Some(&keywords)).map(drop)
    }
}
