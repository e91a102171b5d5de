//! distutils._modified: what later copies of distutils call `dep_util`, with the comparison as an argument.

use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::dep_util;
use crate::seam;

/// The pairs of two lists for which `newer` (the module's own unless given) is true, as two lists.
#[pyfunction]
#[pyo3(signature = (sources, targets, newer = None))]
fn newer_pairwise<'py>(
    py: Python<'py>,
    sources: Vec<Bound<'py, PyAny>>,
    targets: Vec<Bound<'py, PyAny>>,
    newer: Option<Bound<'py, PyAny>>,
) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
    let newer = newer.map_or_else(|| seam::global(py, "_modified", "newer"), Ok)?;
    dep_util::pairs(py, sources, targets, &newer)
}

/// The same for lists of sources: a pair counts where any of them is newer than its target.
#[pyfunction]
fn newer_pairwise_group<'py>(
    py: Python<'py>,
    sources: Vec<Bound<'py, PyAny>>,
    targets: Vec<Bound<'py, PyAny>>,
) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
    dep_util::pairs(py, sources, targets, &seam::global(py, "_modified", "newer_group")?)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(dep_util::newer, module)?)?;
    module.add_function(wrap_pyfunction!(dep_util::newer_group, module)?)?;
    module.add_function(wrap_pyfunction!(newer_pairwise, module)?)?;
    module.add_function(wrap_pyfunction!(newer_pairwise_group, module)?)
}
