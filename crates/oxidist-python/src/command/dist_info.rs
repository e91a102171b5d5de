//! distutils.command.dist_info: the `.dist-info` folder of the distribution, without building it.

use std::path::PathBuf;

use oxidist_engine::wheel;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyTuple};

use super::egg_info::{self, EggInfo};
use super::{Row, info_folder};
use crate::cmd::Command;
use crate::dist::keywords;
use crate::door;
use crate::errors::OrRaise;
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{log, seam};

/// Makes the `.dist-info` folder, as it will be in a wheel but for WHEEL and RECORD.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.dist_info", name = "dist_info")]
pub struct DistInfo;

#[pymethods]
impl DistInfo {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(DistInfo)
    }

    #[classattr]
    fn description() -> &'static str {
        "create the .dist-info folder, a distribution's metadata"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            (
                "output-dir=",
                Some("o"),
                "folder that the .dist-info folder goes into [default: the working folder]",
            ),
            ("tag-date", Some("d"), "add the date (20260131) to the version"),
            ("tag-build=", Some("b"), "text to add to the version"),
            ("no-date", Some("D"), "add no date to the version [default]"),
            ("keep-egg-info", None, "keep the .egg-info folder, where a script's own command makes one"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["tag-date", "keep-egg-info"]
    }

    #[classattr]
    fn negative_opt(py: Python<'_>) -> PyResult<Py<PyDict>> {
        super::negative_options(py, &[("no-date", "tag-date")])
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for name in ["output_dir", "name", "dist_info_dir", "tag_date", "tag_build"] {
            slf.setattr(name, slf.py().None())?;
        }
        slf.setattr("keep_egg_info", false)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        if slf.getattr("output_dir")?.is_none() {
            slf.setattr("output_dir", ".")?;
        }
        let distribution = slf.getattr("distribution")?;
        let egg_info = egg_info::of(&distribution)?;
        for name in ["tag_date", "tag_build"] {
            let own = slf.getattr(name)?;
            if own.is_none() {
                slf.setattr(name, egg_info.getattr(name)?)?;
            } else {
                egg_info.setattr(name, own)?;
            }
        }
        egg_info.call_method0("ensure_finalized")?;
        let text = |name: &str| -> PyResult<String> {
            Ok(distribution.call_method0(name)?.str()?.to_cow()?.into_owned())
        };
        let folder = wheel::dist_info_folder(&text("get_name")?, &text("get_version")?).or_raise()?;
        slf.setattr("name", folder.trim_end_matches(".dist-info"))?;
        let output_dir: PathBuf = option(slf.as_any(), "output_dir")?;
        slf.setattr("dist_info_dir", output_dir.join(folder).as_file_name())
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let folder: PathBuf = option(slf.as_any(), "dist_info_dir")?;
        log::call(py, "info", "creating '%s'", (folder.as_file_name(),))?;
        let bdist_wheel = slf.call_method1("get_finalized_command", ("bdist_wheel",))?;
        let door = door::of(slf.as_any())?;
        let egg_info = egg_info::of(&slf.getattr("distribution")?)?;
        if seam::methods_are_ours(&bdist_wheel, &["egg2dist"])?
            && seam::is_untouched(&egg_info, &py.get_type::<EggInfo>())?
        {
            let distribution = slf.getattr("distribution")?;
            let licenses = keywords::license_files(&distribution.getattr("metadata")?)?;
            return info_folder::write(door, &folder, &info_folder::dist_info(&distribution, &licenses)?);
        }
        slf.call_method1("run_command", ("egg_info",))?;
        let egg_info = slf.call_method1("get_finalized_command", ("egg_info",))?.getattr("egg_info")?;
        if door.perform(&format!("writing {}", folder.display())) {
            bdist_wheel.call_method1("egg2dist", (egg_info, folder.as_file_name()))?;
        }
        Ok(())
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<DistInfo>()
}
