//! What a call is given: checked, and with what the compiler's own lists add to it.

use crate::value::Elements;
use pyo3::BoundObject;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

/// An argument of any type that is handed on as it came, None included.
pub enum Given<'py> {
    /// The caller left it out.
    Default,
    Value(Bound<'py, PyAny>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Given<'py> {
    type Error = PyErr;
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Given::Value(object.to_owned()))
    }
}

impl<'py> Given<'py> {
    /// The argument, or `default` where it was left out.
    pub fn or(self, py: Python<'py>, default: impl IntoPyObject<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Given::Value(value) => Ok(value),
            Given::Default => {
                default.into_pyobject(py).map(|value| value.into_any().into_bound()).map_err(Into::into)
            }
        }
    }
}

/// An argument as an object: Python's None for `None`.
pub fn or_none<'py>(py: Python<'py>, given: Option<Bound<'py, PyAny>>) -> Bound<'py, PyAny> {
    given.unwrap_or_else(|| py.None().into_bound(py))
}

/// `output_dir`: the compiler's own where none is given.
fn output_dir<'py>(
    compiler: &Bound<'py, PyAny>,
    given: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    match given {
        None => compiler.getattr(intern!(compiler.py(), "output_dir")),
        Some(folder) if folder.is_instance_of::<PyString>() => Ok(folder),
        Some(_) => Err(PyTypeError::new_err("'output_dir' must be a string or None")),
    }
}

fn is_list_or_tuple(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>()
}

/// The items of a list or a tuple as a new list.
fn as_list<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    PyList::new(value.py(), value.elements()?.collect::<PyResult<Vec<_>>>()?)
}

/// The compiler's own list, or an empty one where a script has put None there.
fn own_list<'py>(compiler: &Bound<'py, PyAny>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let own = compiler.getattr(name)?;
    if own.is_truthy()? { Ok(own) } else { Ok(PyList::empty(compiler.py()).into_any()) }
}

/// A list of strings with the compiler's own of that name behind it; the latter itself where none is given.
pub fn extended<'py>(
    compiler: &Bound<'py, PyAny>,
    given: Option<Bound<'py, PyAny>>,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    match given {
        None => compiler.getattr(name),
        Some(list) if is_list_or_tuple(&list) => as_list(&list)?.as_any().add(own_list(compiler, name)?),
        Some(_) => Err(PyTypeError::new_err(format!("'{name}' (if supplied) must be a list of strings"))),
    }
}

fn with_own_macros<'py>(
    compiler: &Bound<'py, PyAny>,
    given: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    match given {
        None => compiler.getattr("macros"),
        Some(list) if list.is_instance_of::<PyList>() => list.add(own_list(compiler, "macros")?),
        Some(_) => Err(PyTypeError::new_err("'macros' (if supplied) must be a list of tuples")),
    }
}

/// `(output_dir, macros, include_dirs)` of a compile step.
pub fn for_compile<'py>(
    compiler: &Bound<'py, PyAny>,
    folder: Option<Bound<'py, PyAny>>,
    macros: Option<Bound<'py, PyAny>>,
    include_dirs: Option<Bound<'py, PyAny>>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    Ok((
        output_dir(compiler, folder)?,
        with_own_macros(compiler, macros)?,
        extended(compiler, include_dirs, "include_dirs")?,
    ))
}

/// `(objects, output_dir)` of a link or an archive.
pub fn for_objects<'py>(
    compiler: &Bound<'py, PyAny>,
    objects: &Bound<'py, PyAny>,
    folder: Option<Bound<'py, PyAny>>,
) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyAny>)> {
    if !is_list_or_tuple(objects) {
        return Err(PyTypeError::new_err("'objects' must be a list or tuple of strings"));
    }
    Ok((as_list(objects)?, output_dir(compiler, folder)?))
}

/// Take a macro out of the compiler's own, so that what is said of it next counts.
pub fn forget_macro(compiler: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>) -> PyResult<()> {
    let place = compiler.call_method1("_find_macro", (name,))?;
    if place.is_none() { Ok(()) } else { compiler.getattr("macros")?.del_item(place) }
}

pub fn check_macros(definitions: &Bound<'_, PyAny>) -> PyResult<()> {
    for definition in definitions.try_iter()? {
        let definition = definition?;
        if !definition.cast::<PyTuple>().is_ok_and(|definition| is_macro(definition)) {
            return Err(PyTypeError::new_err(format!(
                "invalid macro definition '{}': must be tuple (string,), (string, string), or (string, None)",
                definition.str()?.to_string_lossy()
            )));
        }
    }
    Ok(())
}

fn is_macro(definition: &Bound<'_, PyTuple>) -> bool {
    let items: Vec<_> = definition.iter().collect();
    match items.as_slice() {
        [name] => name.is_instance_of::<PyString>(),
        [name, value] => {
            name.is_instance_of::<PyString>() && (value.is_none() || value.is_instance_of::<PyString>())
        }
        _ => false,
    }
}
