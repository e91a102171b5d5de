//! `install --root`: all that is installed stays below that folder.

use std::path::Path;

use oxidist_engine::tree;
use pyo3::prelude::*;

use crate::errors::DistutilsOptionError;

/// DistutilsOptionError where `path` is not below `root`; `entry` is what the user wrote that leads there.
pub fn require_below(root: &Path, path: &Path, entry: &str) -> PyResult<()> {
    if !tree::leads_out(root, path) {
        return Ok(());
    }
    let (path, root) = (path.display(), root.display());
    let text = format!("{entry} leads to '{path}', which is outside of the root '{root}'");
    Err(DistutilsOptionError::new_err(text))
}
