//! distutils._dataclass: data classes that pass over arguments they do not know.

use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple, PyType};

use crate::extension::warn_of_unknown;

/// A decorator that makes a data class (`dc_kwargs` are those of `dataclasses.dataclass`) whose `__init__` warns
/// of arguments that are no fields, instead of refusing them.
#[pyfunction]
#[pyo3(signature = (**dc_kwargs))]
fn lenient_dataclass<'py>(
    py: Python<'py>,
    dc_kwargs: Option<Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyCFunction>> {
    let keywords = dc_kwargs.map(Bound::unbind);
    PyCFunction::new_closure(py, Some(c"lenient_dataclass"), None, move |args: &Bound<'_, PyTuple>, _| {
        let py = args.py();
        let keywords = keywords.as_ref().map(|keywords| keywords.bind(py));
        let decorator = py.import("dataclasses")?.getattr("dataclass")?.call((), keywords)?;
        let class = decorator.call1((args.get_item(0)?,))?.cast_into::<PyType>()?;
        make_lenient(&class)?;
        Ok::<_, PyErr>(class.unbind())
    })
}

fn make_lenient(class: &Bound<'_, PyType>) -> PyResult<()> {
    let py = class.py();
    let mut fields = Vec::new();
    for field in py.import("dataclasses")?.call_method1("fields", (class,))?.try_iter()? {
        fields.push(field?.getattr("name")?.unbind());
    }
    let strict = class.getattr("__init__")?.unbind();
    let lenient = move |args: &Bound<'_, PyTuple>, keywords: Option<&Bound<'_, PyDict>>| {
        let py = args.py();
        let (known, unknown) = (PyDict::new(py), PyDict::new(py));
        for (name, value) in keywords.into_iter().flatten() {
            let mut is_field = false;
            for field in &fields {
                is_field |= name.eq(field)?;
            }
            (if is_field { &known } else { &unknown }).set_item(name, value)?;
        }
        warn_of_unknown(&unknown)?;
        strict.bind(py).call(args, Some(&known)).map(Bound::unbind)
    };
    let function = PyCFunction::new_closure(py, Some(c"__init__"), None, lenient)?;
    // A function of this kind takes no `self` by itself.
    let method = py.import("functools")?.getattr("partialmethod")?.call1((function,))?;
    class.setattr("__init__", method)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(lenient_dataclass, module)?)
}
