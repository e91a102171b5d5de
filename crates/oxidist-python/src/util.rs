//! distutils.util: paths, quoting, variables, and what fits nowhere else.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::door::door;
use crate::log;
use crate::value::Flag;

/// Call `func(*args)` after telling what it does; in a dry run only tell.
#[pyfunction]
#[pyo3(signature = (func, args, msg = None, verbose = 0, dry_run = Flag(false)), text_signature = "(func, args, msg=None, verbose=0, dry_run=0)")]
fn execute(
    func: &Bound<'_, PyAny>,
    args: &Bound<'_, PyAny>,
    msg: Option<Bound<'_, PyAny>>,
    verbose: i64,
    dry_run: Flag,
) -> PyResult<()> {
    let _ = verbose;
    let py = func.py();
    let msg = match msg {
        Some(msg) => msg.str()?.to_string_lossy().into_owned(),
        None => {
            let text = format!("{}{}", func.getattr("__name__")?.str()?, args.repr()?);
            text.strip_suffix(",)").map(|start| format!("{start})")).unwrap_or(text)
        }
    };
    log::info(py, &msg)?;
    if door(dry_run.0).perform(&msg) {
        func.call1(PyTuple::new(py, args.try_iter()?.collect::<PyResult<Vec<_>>>()?)?)?;
    }
    Ok(())
}

/// 1 for y, yes, t, true, on, 1; 0 for n, no, f, false, off, 0, in any case. Else ValueError.
#[pyfunction]
fn strtobool(val: &Bound<'_, PyString>) -> PyResult<i64> {
    match val.to_cow()?.to_lowercase().as_str() {
        "y" | "yes" | "t" | "true" | "on" | "1" => Ok(1),
        "n" | "no" | "f" | "false" | "off" | "0" => Ok(0),
        other => Err(PyValueError::new_err(format!(
            "invalid truth value {}",
            PyString::new(val.py(), other).repr()?
        ))),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(execute, module)?)?;
    module.add_function(wrap_pyfunction!(strtobool, module)?)
}
