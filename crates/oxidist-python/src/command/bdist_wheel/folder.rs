//! A wheel of what `install` really puts in place, below `bdist_dir`: for scripts whose hooks have to be called.

use std::path::{Path, PathBuf};

use oxidist_engine::wheel::{Member, Source};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{BdistWheel, dist_info_name, plan};
use crate::door;
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{log, seam};

/// Which files of an `.egg-info` folder say nothing that a `.dist-info` folder does not.
const OF_EGG_INFO: [&str; 8] = [
    "PKG-INFO",
    "requires.txt",
    "SOURCES.txt",
    "dependency_links.txt",
    "zip-safe",
    "not-zip-safe",
    "top_level.txt",
    "entry_points.txt",
];

/// Run `install` into `bdist_dir`; everything but WHEEL and RECORD.
pub fn members(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let root: PathBuf = option(slf.as_any(), "bdist_dir")?;
    let install = install(slf)?;
    let info = dist_info_name(slf)?;
    let egg_info = egg_info(slf, &install)?;
    let is_own = seam::methods_are_ours(slf.as_any(), &["egg2dist"])?;
    let mut members = Vec::new();
    if option::<Option<PathBuf>>(slf.as_any(), "dist_info_dir")?.is_some() {
        members.extend(plan::info(slf)?);
    } else if let (Some(egg_info), false) = (&egg_info, is_own) {
        let target = root.join(&info);
        if door::of(slf.as_any())?.perform(&format!("writing {}", target.display())) {
            slf.call_method1("egg2dist", (egg_info.as_file_name(), target.as_file_name()))?;
        }
    } else {
        members.extend(plan::info(slf)?);
        if let Some(egg_info) = &egg_info {
            let mut others = others_of_egg_info(slf, egg_info, &[])?;
            others.iter_mut().for_each(|member| member.name = format!("{info}/{}", member.name));
            members.extend(others);
        }
    }
    let is_info = |member: &Member| match (&member.source, &egg_info) {
        (Source::File(path), Some(egg_info)) => path.starts_with(egg_info),
        _ => false,
    };
    if door::of(slf.as_any())?.is_folder(&root) {
        let mut installed = plan::in_folder(slf, &root, "")?;
        installed.retain(|member| !is_info(member));
        members.extend(installed);
    }
    plan::for_installers(slf, &mut members)?;
    Ok(members)
}

fn install<'py>(slf: &Bound<'py, BdistWheel>) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let root = slf.getattr("bdist_dir")?;
    let keywords = PyDict::new(py);
    keywords.set_item("reinit_subcommands", true)?;
    let install = slf.call_method("reinitialize_command", ("install",), Some(&keywords))?;
    install.setattr("root", &root)?;
    install.setattr("compile", false)?;
    install.setattr("skip_build", slf.getattr("skip_build")?)?;
    install.setattr("warn_dir", false)?;
    // An installer makes the scripts of entry points.
    slf.call_method1("reinitialize_command", ("install_scripts",))?.setattr("no_ep", true)?;
    let data_dir: PathBuf = option(slf.as_any(), "data_dir")?;
    for key in ["headers", "scripts", "data", "purelib", "platlib"] {
        install.setattr(&*format!("install_{key}"), data_dir.join(key).as_file_name())?;
    }
    let is_pure = slf.getattr("root_is_pure")?.is_truthy()?;
    install.setattr(if is_pure { "install_purelib" } else { "install_platlib" }, "")?;
    install.setattr("install_lib", place_of_modules(slf)?)?;
    log::call(py, "info", "installing to %s", (root,))?;
    slf.call_method1("run_command", ("install",))?;
    Ok(install)
}

/// Where in the wheel the modules are: at its root, unless the root is for modules of the other kind.
pub fn place_of_modules(slf: &Bound<'_, BdistWheel>) -> PyResult<String> {
    let is_pure = slf.getattr("root_is_pure")?.is_truthy()?;
    let has_extensions = slf.getattr("distribution")?.call_method0("has_ext_modules")?.is_truthy()?;
    let data_dir: String = option(slf.as_any(), "data_dir")?;
    Ok(match (is_pure, has_extensions) {
        (true, true) => format!("{data_dir}/platlib"),
        (false, false) => format!("{data_dir}/purelib"),
        _ => String::new(),
    })
}

/// The file or folder that `install_egg_info` made, if it ran.
fn egg_info(slf: &Bound<'_, BdistWheel>, install: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    let ran: Vec<String> = install.call_method0("get_sub_commands")?.extract()?;
    if !ran.iter().any(|name| name == "install_egg_info") {
        return Ok(None);
    }
    super::super::take_options(slf.as_any(), "install_egg_info", &[("target", "egginfo_dir")])?;
    option(slf.as_any(), "egginfo_dir")
}

/// What is in an `.egg-info` folder and has no other place in a `.dist-info` folder, with names relative to it.
pub fn others_of_egg_info(
    slf: &Bound<'_, BdistWheel>,
    folder: &Path,
    known: &[Member],
) -> PyResult<Vec<Member>> {
    if !door::of(slf.as_any())?.is_folder(folder) {
        return Ok(Vec::new());
    }
    let mut others = plan::in_folder(slf, folder, "")?;
    others.retain(|other| {
        !OF_EGG_INFO.contains(&other.name.as_str()) && known.iter().all(|member| member.name != other.name)
    });
    Ok(others)
}
