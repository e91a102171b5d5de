//! distutils.command.editable_wheel: a wheel (PEP 660) that makes the project importable from where it lies.

use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyString, PyTuple};

use super::editable::{self, Built};
use super::{Row, bdist_wheel};
use crate::cmd::Command;

/// Makes a wheel for an editable installation: see [`editable`].
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.editable_wheel", name = "editable_wheel")]
pub struct EditableWheel;

/// Tells such a wheel from one that can be given to others.
const BUILD_NUMBER: &str = "0.editable";

#[pymethods]
impl EditableWheel {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(EditableWheel)
    }

    #[classattr]
    fn description() -> &'static str {
        "create a wheel by which the project is imported from where it lies"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("dist-dir=", Some("d"), "folder that the wheel goes into"),
            ("dist-info-dir=", Some("I"), "a .dist-info folder whose files are taken as they are"),
        ]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        ["dist_dir", "dist_info_dir"].iter().try_for_each(|name| slf.setattr(*name, slf.py().None()))
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        super::take_options(slf.as_any(), "bdist", &[("dist_dir", "dist_dir")])
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let built = editable::build(slf.as_any())?;
        let made = make(slf, &built);
        let forgotten = built.forget(slf.as_any());
        made.and(forgotten)
    }
}

fn make(slf: &Bound<'_, EditableWheel>, built: &Built) -> PyResult<()> {
    let options = [
        ("dist_dir", slf.getattr("dist_dir")?),
        ("dist_info_dir", slf.getattr("dist_info_dir")?),
        ("dry_run", slf.getattr("dry_run")?),
        ("build_number", PyString::new(slf.py(), BUILD_NUMBER).into_any()),
    ];
    let wheel = editable::wheel(slf.as_any(), &options)?;
    let members = editable::members(slf.as_any(), &wheel, built)?;
    let tag = wheel.call_method0("get_tag")?.extract()?;
    bdist_wheel::make(&wheel, "editable_wheel", &tag, members)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<EditableWheel>()
}
