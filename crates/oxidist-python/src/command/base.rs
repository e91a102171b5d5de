//! What the commands derive from: whatever is called `Command` where distutils' own module would define the class.
//!
//! CPython's `build_ext` derives from what `distutils.core.Command` is when `distutils.command.build_ext` is
//! imported. setuptools puts a class of its own there, before that, and what is built on it counts on the result:
//! `build_ext(dist, use_ninja=False)`, `self.reinitialize_command("build_ext", inplace=1)`. Our classes have their
//! base once and for all. So where another one stands in its place, the module gets a class that derives from both.

use pyo3::IntoPyObjectExt;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use crate::cmd::Command;

/// Replaces each class that `module` (`oxidist._core.command.<name>`) has made and whose base is ours, where the
/// module `distutils.command.<name>`, in the middle of its import, has another `Command` by now.
pub fn replace(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let ours = py.get_type::<Command>();
    let Some(base) = imported_base(module)?.filter(|base| !base.is(&ours)) else { return Ok(()) };
    for (name, value) in module.dict() {
        if let Ok(class) = value.cast::<PyType>()
            && class.getattr(intern!(py, "__base__"))?.is(&ours)
        {
            module.setattr(name.extract::<&str>()?, derived(class, &base)?)?;
        }
    }
    Ok(())
}

/// A class derived from ours, if that is what the module of Python calls `Command`.
fn imported_base<'py>(module: &Bound<'py, PyModule>) -> PyResult<Option<Bound<'py, PyType>>> {
    let py = module.py();
    let modules = py.import("sys")?.getattr(intern!(py, "modules"))?.cast_into::<PyDict>()?;
    let Some(face) = modules.get_item(module.name()?)? else { return Ok(None) };
    let base = face.getattr_opt(intern!(py, "Command"))?.and_then(|base| base.cast_into::<PyType>().ok());
    Ok(base.filter(|base| base.is_subclass_of::<Command>().unwrap_or(false)))
}

/// `class <name>(class, base)`, by whatever makes classes for `base`.
fn derived<'py>(class: &Bound<'py, PyType>, base: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let body = PyDict::new(py);
    for name in ["__module__", "__doc__"] {
        body.set_item(name, class.getattr(name)?)?;
    }
    if base.getattr_opt(DRY_RUN)?.is_some() {
        body.set_item(DRY_RUN, DryRun)?;
    }
    base.get_type().call1((class.name()?, (class, base), body))
}

const DRY_RUN: &str = "dry_run";

/// The attribute `dry_run` of commands that would find another base's: it is as [`Command`] has it.
///
/// A current setuptools knows no dry runs, and its class says False.
#[pyclass(frozen, module = "distutils.cmd")]
struct DryRun;

#[pymethods]
impl DryRun {
    fn __get__<'py>(
        &self,
        command: Option<&Bound<'py, Command>>,
        _class: Option<&Bound<'py, PyAny>>,
        py: Python<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match command {
            Some(command) => Command::__getattr__(command, DRY_RUN),
            None => false.into_bound_py_any(py),
        }
    }
}
