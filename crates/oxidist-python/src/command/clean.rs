//! distutils.command.clean: removes what `build` made.

use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyTuple};

use super::Row;
use crate::cmd::Command;
use crate::file_name::AsFileName;
use crate::{log, seam};

/// Removes the temporary files of `build`, and with `--all` everything that it made.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.clean", name = "clean")]
pub struct Clean;

/// The folders that `--all` removes besides the temporary one.
const BUILT: [&str; 3] = ["build_lib", "bdist_base", "build_scripts"];

#[pymethods]
impl Clean {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(Clean)
    }

    #[classattr]
    fn description() -> &'static str {
        "clean up temporary files from 'build' command"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("build-base=", Some("b"), "where everything is built [default: build's]"),
            ("build-lib=", None, "where all modules are built [default: build's]"),
            ("build-temp=", Some("t"), "where temporary files go [default: build's]"),
            ("build-scripts=", None, "where scripts are built [default: build's]"),
            ("bdist-base=", None, "where built distributions are put together [default: bdist's]"),
            ("all", Some("a"), "remove all that was built, not just what is temporary"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["all"]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for option in ["build_base", "build_lib", "build_temp", "build_scripts", "bdist_base", "all"] {
            slf.setattr(option, slf.py().None())?;
        }
        Ok(())
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let same = |option: &'static str| (option, option);
        let build =
            ("build", same("build_base"), same("build_lib"), same("build_scripts"), same("build_temp"));
        slf.call_method1("set_undefined_options", build)?;
        slf.call_method1("set_undefined_options", ("bdist", same("bdist_base")))?;
        Ok(())
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        remove(slf, "build_temp", "debug", "'%s' does not exist -- can't clean it")?;
        if slf.getattr("all")?.is_truthy()? {
            for option in BUILT {
                remove(slf, option, "warn", "'%s' does not exist -- can't clean it")?;
            }
        }
        // The base folder goes too where nothing else is left in it; a full one is no error.
        let dry_run = slf.getattr("dry_run")?.is_truthy()?;
        let base: std::path::PathBuf = crate::value::option(slf.as_any(), "build_base")?;
        if crate::door::door(dry_run).remove_folder(&base).is_ok() {
            log::call(slf.py(), "info", "removing '%s'", (base.as_file_name(),))?;
        }
        Ok(())
    }
}

/// Remove the folder that `option` names, or say with `level` that it is not there.
fn remove(slf: &Bound<'_, Clean>, option: &str, level: &str, missing: &str) -> PyResult<()> {
    let py = slf.py();
    let folder: std::path::PathBuf = crate::value::option(slf.as_any(), option)?;
    let dry_run = slf.getattr("dry_run")?;
    if crate::door::door(dry_run.is_truthy()?).exists(&folder) {
        let keywords = PyDict::new(py);
        keywords.set_item("dry_run", dry_run)?;
        seam::global(py, "command.clean", "remove_tree")?
            .call((folder.as_file_name(),), Some(&keywords))
            .map(drop)
    } else {
        log::call(py, level, missing, (folder.as_file_name(),))
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Clean>()
}
