//! Whether a C function exists: found out by compiling and linking a program that calls it.

use std::path::{Path, PathBuf};

use oxidist_engine::{Error, tree};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::door;
use crate::errors::{CompileError, LinkError, OrRaise};
use crate::file_name::AsFileName;

/// What the program is called: nobody sees it.
const PROGRAM: &str = "a.out";

/// Compile and link in a folder that is gone afterwards, whatever the outcome.
pub fn has_function<'py>(
    compiler: &Bound<'py, PyAny>,
    function: &Bound<'py, PyAny>,
    includes: Option<Bound<'py, PyAny>>,
    include_dirs: Option<Bound<'py, PyAny>>,
    libraries: Option<Bound<'py, PyAny>>,
    library_dirs: Option<Bound<'py, PyAny>>,
) -> PyResult<bool> {
    let py = compiler.py();
    let list = |given: Option<Bound<'py, PyAny>>| match given {
        Some(list) => list,
        None => PyList::empty(py).into_any(),
    };
    let program = program(function, &list(includes))?;
    let folder = temporary_folder(compiler)?;
    let source = folder.join(format!("{}.c", function.str()?.to_string_lossy()));
    let keywords = PyDict::new(py);
    keywords.set_item("libraries", list(libraries))?;
    keywords.set_item("library_dirs", list(library_dirs))?;
    // Both steps are called as ever, so what they make has to be sent to the folder from here.
    let output_dir = compiler.getattr("output_dir")?;
    compiler.setattr("output_dir", folder.as_file_name())?;
    let result = write(compiler, &source, &program)
        .and_then(|()| compiles_and_links(compiler, &source, list(include_dirs), &keywords));
    compiler.setattr("output_dir", output_dir)?;
    let removed = remove(compiler, &folder);
    let found = result?;
    removed.map(|()| found)
}

/// Without a header that declares it, the function is declared as no known one is, so that the compiler takes
/// it for a function of the program's own and leaves the question to the linker.
fn program<'py>(function: &Bound<'py, PyAny>, includes: &Bound<'py, PyAny>) -> PyResult<String> {
    let mut text = String::new();
    for header in includes.try_iter()? {
        text.push_str(&format!("#include \"{}\"\n", header?.str()?.to_str()?));
    }
    let function = function.str()?;
    let function = function.to_str()?;
    if text.is_empty() {
        text.push_str(&format!("#ifdef __cplusplus\nextern \"C\"\n#endif\nchar {function}(void);\n"));
    }
    text.push_str(&format!("int main (int argc, char **argv) {{\n    {function}();\n    return 0;\n}}\n"));
    Ok(text)
}

fn compiles_and_links<'py>(
    compiler: &Bound<'py, PyAny>,
    source: &Path,
    include_dirs: Bound<'py, PyAny>,
    libraries: &Bound<'py, PyDict>,
) -> PyResult<bool> {
    let py = compiler.py();
    let keywords = PyDict::new(py);
    keywords.set_item("include_dirs", include_dirs)?;
    let sources = PyList::new(py, [source.as_file_name()])?;
    let objects = match compiler.call_method("compile", (sources,), Some(&keywords)) {
        Err(error) if error.is_instance_of::<CompileError>(py) => return Ok(false),
        objects => objects?,
    };
    match compiler.call_method("link_executable", (objects, PROGRAM), Some(libraries)) {
        Err(error) if error.is_instance_of::<LinkError>(py) || error.is_instance_of::<PyTypeError>(py) => {
            Ok(false)
        }
        linked => linked.map(|_| true),
    }
}

/// A folder of its own below Python's folder for temporary files.
fn temporary_folder(compiler: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    // Only a name so far: the folder is made, and nothing that is there already taken for it, by the door.
    let folder: PathBuf = compiler.py().import("tempfile")?.call_method0("mktemp")?.extract()?;
    door::of(compiler)?.make_folder(&folder, 0o700).or_raise()?;
    Ok(folder)
}

fn write(compiler: &Bound<'_, PyAny>, path: &Path, text: &str) -> PyResult<()> {
    door::of(compiler)?
        .write_file(path, 0o666, &mut |file| {
            file.write_all(text.as_bytes()).map_err(Error::file("write", path))
        })
        .or_raise()
}

fn remove(compiler: &Bound<'_, PyAny>, folder: &Path) -> PyResult<()> {
    let door = door::of(compiler)?;
    let removals = tree::removals(door, folder).or_raise()?;
    removals.iter().try_for_each(|removal| removal.carry_out(door)).or_raise()
}
