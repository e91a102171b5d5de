//! From which other command an option has its value.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::Command;

/// The attribute with `{option: (command, its option)}` for what `set_undefined_options` took.
const LENDERS: &str = "_option_lenders";

pub(super) fn note(
    command: &Bound<'_, Command>,
    own: &Bound<'_, PyString>,
    lender: &Bound<'_, PyAny>,
    theirs: &Bound<'_, PyString>,
) -> PyResult<()> {
    let lenders = match command.getattr_opt(LENDERS)? {
        Some(lenders) => lenders,
        None => {
            let lenders = PyDict::new(command.py()).into_any();
            command.setattr(LENDERS, &lenders)?;
            lenders
        }
    };
    lenders.set_item(own, (lender, theirs))
}

/// The command, and its option, that an option's value was taken from.
pub fn of<'py>(command: &Bound<'py, Command>, option: &str) -> PyResult<Option<(Bound<'py, PyAny>, String)>> {
    match command.getattr_opt(LENDERS)? {
        Some(lenders) => lenders.call_method1("get", (option,))?.extract(),
        None => Ok(None),
    }
}
