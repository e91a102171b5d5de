//! Classes of this library are made as classes written in Python are: by `object.__new__`, or by whatever else stands
//! in the bases.
//!
//! Scripts and libraries make instances without a class's own way: `object.__new__(cls)`, `dict.__new__(cls)` for a
//! class with two bases, `copy`, every protocol of `pickle`. A class written in Rust has a `__new__` of its own, and
//! Python then refuses all others ("object.__new__(X) is not safe, use X.__new__()"). A class whose `__new__` is a
//! descriptor counts as one whose `__new__` is Python code, which may leave the work to any base. An instance made
//! that way is complete: these classes have no Rust fields, so that a new one is empty memory.

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PySuper, PyTuple, PyType};

/// Python's flag of a class that others may derive from.
const IS_BASE: u64 = 1 << 10;

/// The `__new__` of the class `root`: that of the next class after it.
#[pyclass(frozen, module = "distutils.cmd")]
struct NextNew {
    root: Py<PyType>,
}

#[pymethods]
impl NextNew {
    fn __get__<'py>(
        &self,
        _instance: &Bound<'py, PyAny>,
        class: &Bound<'py, PyType>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = class.py();
        let next = PySuper::new(self.root.bind(py), class)?.getattr(intern!(py, "__new__"))?;
        if next.is(&new_of_object(py)?) {
            return plain(py);
        }
        Ok(next)
    }
}

fn new_of_object(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    py.get_type::<PyAny>().getattr(intern!(py, "__new__"))
}

fn plain(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    static PLAIN: pyo3::sync::PyOnceLock<Py<PyAny>> = pyo3::sync::PyOnceLock::new();
    let made =
        PLAIN.get_or_try_init(py, || wrap_pyfunction!(__new__, py).map(|made| made.into_any().unbind()))?;
    Ok(made.bind(py).clone())
}

/// An instance of `cls`. Other arguments are for `__init__`, as they are where Python calls `object.__new__` itself.
#[pyfunction]
#[pyo3(signature = (cls, /, *args, **kwargs))]
fn __new__<'py>(
    cls: &Bound<'py, PyAny>,
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = cls.py();
    if !args.is_empty() || kwargs.is_some_and(|kwargs| !kwargs.is_empty()) {
        let own = py.get_type::<PyAny>().getattr(intern!(py, "__init__"))?;
        if cls.getattr(intern!(py, "__init__"))?.is(&own) {
            let name = cls.getattr(intern!(py, "__name__"))?;
            return Err(PyTypeError::new_err(format!("{name}() takes no arguments")));
        }
    }
    new_of_object(py)?.call1((cls,))
}

/// Gives the classes of `module`, which has just been filled, this `__new__` in the place of the one that PyO3 made.
pub fn complete(module: &Bound<'_, PyModule>) -> PyResult<()> {
    for (_, value) in module.dict() {
        if let Ok(class) = value.cast::<PyType>() {
            complete_class(class)?;
        }
    }
    Ok(())
}

fn complete_class(class: &Bound<'_, PyType>) -> PyResult<()> {
    let py = class.py();
    let new = intern!(py, "__new__");
    let base = class.getattr(intern!(py, "__base__"))?;
    let is_root = base.is(py.get_type::<PyAny>());
    if !is_root {
        // The module of the base may not have been filled yet.
        complete_class(base.cast::<PyType>()?)?;
    }
    if !has_pyo3s_new(class)? {
        return Ok(());
    }
    if is_root {
        return class.setattr(new, NextNew { root: class.clone().unbind() });
    }
    class.delattr(new)
}

/// Whether `class` is one of this library's, for scripts to derive from, and as PyO3 made it.
fn has_pyo3s_new(class: &Bound<'_, PyType>) -> PyResult<bool> {
    let py = class.py();
    let attributes = class.getattr(intern!(py, "__dict__"))?;
    if !attributes.contains(intern!(py, "__new__"))?
        || !attributes.get_item(intern!(py, "__new__"))?.is_instance_of::<PyCFunction>()
    {
        return Ok(false);
    }
    let flags: u64 = class.getattr(intern!(py, "__flags__"))?.extract()?;
    let module: String = class.getattr(intern!(py, "__module__"))?.extract()?;
    Ok(flags & IS_BASE != 0 && module.starts_with("distutils."))
}
