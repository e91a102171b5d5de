//! Words of command lines that several kinds of compilers share.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use super::os_path;

/// `-D`, `-U` and `-I` words for macros, `(name, value)`, `(name, None)` or `(name,)`, and folders of
/// headers.
#[pyfunction]
fn gen_preprocess_options<'py>(
    py: Python<'py>,
    macros: &Bound<'py, PyAny>,
    include_dirs: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let options = PyList::empty(py);
    for given in macros.try_iter()? {
        options.append(macro_option(&given?)?)?;
    }
    for folder in include_dirs.try_iter()? {
        options.append(PyString::new(py, "-I").add(folder?.str()?)?)?;
    }
    Ok(options)
}

fn macro_option<'py>(given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = given.py();
    let items: Option<Vec<_>> = given.cast::<PyTuple>().ok().map(|tuple| tuple.iter().collect());
    let word = |start: &str, name: &Bound<'py, PyAny>| PyString::new(py, start).add(name.str()?);
    match items.as_deref() {
        Some([name]) => word("-U", name),
        Some([name, value]) if value.is_none() => word("-D", name),
        Some([name, value]) => word("-D", name)?.add("=")?.add(value.str()?),
        _ => Err(PyTypeError::new_err(format!(
            "bad macro definition '{}': each element of 'macros' list must be a 1- or 2-tuple",
            given.str()?.to_string_lossy()
        ))),
    }
}

/// The words by which a compiler's linker finds libraries and adds them, in their order and as often as
/// named.
///
/// A library with a folder before its name is looked for in that folder only, and left out with a warning
/// where it is not there.
#[pyfunction]
fn gen_lib_options<'py>(
    py: Python<'py>,
    compiler: &Bound<'py, PyAny>,
    library_dirs: &Bound<'py, PyAny>,
    runtime_library_dirs: &Bound<'py, PyAny>,
    libraries: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let options = PyList::empty(py);
    for folder in library_dirs.try_iter()? {
        options.append(compiler.call_method1("library_dir_option", (folder?,))?)?;
    }
    for folder in runtime_library_dirs.try_iter()? {
        let option = compiler.call_method1("runtime_library_dir_option", (folder?,))?;
        match option.cast::<PyList>() {
            Ok(several) => several.iter().try_for_each(|word| options.append(word))?,
            Err(_) => options.append(option)?,
        }
    }
    for library in libraries.try_iter()? {
        let library = library?;
        let (folder, name): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
            os_path(py, "split", (&library,))?.extract()?;
        if !folder.is_truthy()? {
            options.append(compiler.call_method1("library_option", (library,))?)?;
            continue;
        }
        let file = compiler.call_method1("find_library_file", (PyList::new(py, [folder])?, name))?;
        if file.is_truthy()? {
            options.append(file)?;
        } else {
            let text = PyString::new(py, "no library file corresponding to '%s' found (skipping)");
            compiler.call_method1("warn", (text.rem((library,))?,))?;
        }
    }
    Ok(options)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(gen_preprocess_options, module)?)?;
    module.add_function(wrap_pyfunction!(gen_lib_options, module)?)
}
