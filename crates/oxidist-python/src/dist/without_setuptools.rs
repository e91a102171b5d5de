//! Imports other people's commands without letting them switch a run to setuptools.
//!
//! An import of setuptools replaces `Distribution`, `Command` and `Extension` in distutils' modules. A distribution that a
//! plain script has made by then is of the wrong class for each command that comes after it. So while commands are
//! listed, or looked for among installed distributions, `import setuptools` fails as where it is not installed.

use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::PyModuleNotFoundError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::setuptools;

/// What was imported, and whether setuptools was missed by it.
pub struct Imported<T> {
    pub found: PyResult<T>,
    pub missed_setuptools: bool,
}

/// Do `import` without setuptools, unless the script has imported that.
pub fn import<T>(py: Python<'_>, import: impl FnOnce() -> PyResult<T>) -> PyResult<Imported<T>> {
    let sys = py.import("sys")?;
    if sys.getattr("modules")?.contains(setuptools::NAME)? {
        return Ok(Imported { found: import(), missed_setuptools: false });
    }
    let finder = Bound::new(py, Finder { asked: AtomicBool::new(false) })?;
    sys.getattr("meta_path")?.call_method1("insert", (0, &finder))?;
    let found = import();
    sys.getattr("meta_path")?.call_method1("remove", (&finder,))?;
    Ok(Imported { found, missed_setuptools: finder.get().asked.load(Ordering::Relaxed) })
}

/// Finds nothing, and lets no other finder look for setuptools.
#[pyclass(frozen, module = "oxidist")]
struct Finder {
    asked: AtomicBool,
}

#[pymethods]
impl Finder {
    #[pyo3(signature = (fullname, path = None, target = None))]
    fn find_spec<'py>(
        &self,
        py: Python<'py>,
        fullname: &str,
        path: Option<&Bound<'py, PyAny>>,
        target: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _ = (path, target);
        if fullname.split('.').next() != Some(setuptools::NAME) {
            return Ok(None);
        }
        self.asked.store(true, Ordering::Relaxed);
        let keywords = PyDict::new(py);
        keywords.set_item("name", fullname)?;
        let text = "it needs setuptools, which this script does not import";
        let error = py.get_type::<PyModuleNotFoundError>().call((text,), Some(&keywords))?;
        Err(PyErr::from_value(error))
    }
}
