//! distutils.debug: the `DEBUG` switch, taken from the environment when the module is loaded.

use pyo3::prelude::*;

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let environment = module.py().import("os")?.getattr("environ")?;
    module.add("DEBUG", environment.call_method1("get", ("DISTUTILS_DEBUG",))?)
}

/// `DEBUG` as `distutils.<module>` sees it now: scripts and tests set it while they run.
pub fn is_on(py: Python<'_>, module: &str) -> PyResult<bool> {
    crate::seam::global(py, module, "DEBUG")?.is_truthy()
}
