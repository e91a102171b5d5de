//! What `python -m oxidist -C ARCHIVE` needs: a source archive, unpacked.

use std::path::PathBuf;

use oxidist_engine::archive;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::door::door;
use crate::errors::OrRaise;
use crate::file_name::AsFileName;
use crate::interrupt::released;

/// Unpack a source archive into the folder `into`, and return the one folder that was in it.
///
/// Nothing is written outside `into`, whatever the archive says: DistutilsFileError names what was refused.
#[pyfunction]
fn unpack(py: Python<'_>, archive: PathBuf, into: PathBuf) -> PyResult<Bound<'_, PyString>> {
    let root = released(py, |cancel| archive::unpack(door(false), &archive, &into, cancel))?.or_raise()?;
    root.as_file_name().into_pyobject(py)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(unpack, module)?)
}
