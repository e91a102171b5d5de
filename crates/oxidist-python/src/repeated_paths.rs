//! The class by which later copies of `distutils.dir_util` make each folder once: a set of absolute paths.
//!
//! Here every question goes to the disk, and nothing of the library uses it. It is for scripts that clear it.

use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PySet, PyTuple, PyType};

/// What the class has beside a set's own methods.
#[pyclass(subclass, frozen, module = "distutils.dir_util")]
struct Wrapping;

#[pymethods]
impl Wrapping {
    /// `func`, called only for a path (its first argument) that it was not called for before.
    fn wrap<'py>(slf: &Bound<'py, Self>, func: Py<PyAny>) -> PyResult<Bound<'py, PyCFunction>> {
        let seen = slf.as_any().clone().unbind();
        let once = move |args: &Bound<'_, PyTuple>, keywords: Option<&Bound<'_, PyDict>>| {
            let py = args.py();
            let path = py.import("os.path")?.call_method1("abspath", (args.get_item(0)?,))?;
            let seen = seen.bind(py);
            if seen.contains(&path)? {
                return Ok(py.None());
            }
            let answer = func.bind(py).call(args, keywords)?;
            seen.call_method1("add", (path,))?;
            Ok::<_, PyErr>(answer.unbind())
        };
        PyCFunction::new_closure(slf.py(), Some(c"wrapper"), None, once)
    }
}

/// Forget the paths of the class's one instance.
#[pyfunction]
fn clear(cls: &Bound<'_, PyAny>) -> PyResult<()> {
    cls.getattr("instance")?.cast_into::<PySet>()?.clear();
    Ok(())
}

/// The class, its one instance, and `wrapper`, that instance's `wrap`.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let names = PyDict::new(py);
    names.set_item("__module__", "distutils.dir_util")?;
    names.set_item(
        "clear",
        py.import("builtins")?.call_method1("classmethod", (wrap_pyfunction!(clear, py)?,))?,
    )?;
    let bases = (py.get_type::<PySet>(), py.get_type::<Wrapping>());
    let class = py.get_type::<PyType>().call1(("SkipRepeatAbsolutePaths", bases, names))?;
    let instance = class.call0()?;
    module.add("wrapper", instance.getattr("wrap")?)?;
    class.setattr("instance", instance)?;
    module.add("SkipRepeatAbsolutePaths", class)
}
