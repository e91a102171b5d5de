//! What the engine could not read while it looked for files: an error or a warning that names it.

use oxidist_engine::unread::Unread;
use pyo3::prelude::*;

use crate::errors::DistutilsFileError;
use crate::{log, setuptools};

/// A warning for each.
pub fn warn(py: Python<'_>, unread: &[Unread]) -> PyResult<()> {
    unread.iter().try_for_each(|unread| log::warn(py, &format!("warning: {unread}: left out")))
}

/// DistutilsFileError: what is built would lack a part. A setuptools goes on without it, and so it is warned of there.
pub fn refuse(py: Python<'_>, unread: &[Unread]) -> PyResult<()> {
    match unread.first() {
        Some(first) if !setuptools::is_imported(py)? => Err(DistutilsFileError::new_err(first.to_string())),
        _ => warn(py, unread),
    }
}
