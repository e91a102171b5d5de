//! What `set_undefined_options` is given: pairs of options, and the commands that have them.

use pyo3::exceptions::{PyAttributeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::{DistutilsClassError, also, caused};
use crate::source_lines;

/// The other command's option and the own one. Errors, as an `also` of Python's ValueError, where it is no pair of
/// strings.
pub fn pair<'py>(
    command: &Bound<'py, PyAny>,
    from: &Bound<'py, PyAny>,
    given: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyString>, Bound<'py, PyString>)> {
    let py = command.py();
    let items: Option<Vec<Bound<'py, PyString>>> = given.try_iter().ok().and_then(|items| {
        items.map(|item| Ok(item?.cast_into::<PyString>()?)).collect::<PyResult<Vec<_>>>().ok()
    });
    if let Some([theirs, own]) = items.as_deref() {
        return Ok((theirs.clone(), own.clone()));
    }
    let (from, shown) = (from.str()?, given.repr()?);
    let pair = match given.cast::<PyString>() {
        Ok(name) => format!("write (\"{name}\", \"{name}\") for '{name}'"),
        Err(_) => format!("a pair of names is needed, (theirs, own) (got {})", shown.to_string_lossy()),
    };
    let text = format!("{}: set_undefined_options() from '{from}': {pair}", named(command));
    Err(match given.try_iter() {
        Ok(_) => also::<DistutilsClassError, PyValueError>(py, text),
        Err(_) => also::<DistutilsClassError, PyTypeError>(py, text),
    })
}

/// The attribute `option` of `owner`, for `command`. Errors, as an `also` of Python's AttributeError, where there is none.
pub fn attribute<'py>(
    command: &Bound<'py, PyAny>,
    owner: &Bound<'py, PyAny>,
    option: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = command.py();
    owner.getattr(option).map_err(|error| {
        // One with a traceback comes from a property.
        if !error.is_instance_of::<PyAttributeError>(py) || error.traceback(py).is_some() {
            return error;
        }
        let name = owner.call_method0("get_command_name").map(|name| name.to_string()).unwrap_or_default();
        let text = format!(
            "{}: set_undefined_options(): command '{name}' has no attribute '{option}'",
            named(command)
        );
        caused(py, also::<DistutilsClassError, PyAttributeError>(py, text), error)
    })
}

fn named(command: &Bound<'_, PyAny>) -> String {
    source_lines::named(&command.get_type().into_any())
}
