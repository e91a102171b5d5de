//! What `install` would put into a wheel, listed without putting it anywhere.
//!
//! That takes the place of `install` only while nobody could tell the difference: see [`is_enough`].

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use oxidist_engine::wheel::{self, Member, Source};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{BdistWheel, dist_info_name, folder, licenses};
use crate::command::build_ext::copied_on;
use crate::command::dist_info::DistInfo;
use crate::command::egg_info::{self, EggInfo};
use crate::command::info_folder;
use crate::dir_util::COPY_FUNCTIONS;
use crate::errors::{DistutilsFileError, DistutilsSetupError, OrRaise};
use crate::interrupt::released;
use crate::value::option;
use crate::{data_files, door, log, seam};

/// The commands that install, with their hooks.
const INSTALLERS: [(&str, &[&str]); 6] = [
    (
        "install",
        &[
            "run",
            "initialize_options",
            "finalize_options",
            "finalize_unix",
            "finalize_other",
            "select_scheme",
            "_expand_attrs",
            "expand_basedirs",
            "expand_dirs",
            "convert_paths",
            "change_roots",
            "handle_extra_path",
            "create_path_file",
            "create_home_path",
            "get_outputs",
            "has_lib",
            "has_headers",
            "has_scripts",
            "has_data",
        ],
    ),
    ("install_lib", &["run", "initialize_options", "finalize_options", "build", "install", "byte_compile"]),
    ("install_headers", &["run", "initialize_options", "finalize_options"]),
    ("install_scripts", &["run", "initialize_options", "finalize_options", "get_outputs"]),
    ("install_data", &["run", "initialize_options", "finalize_options"]),
    ("install_egg_info", &["run", "initialize_options", "finalize_options", "get_outputs"]),
];

/// What all of them have from `Command`, and call.
const INHERITED: &[&str] = &[
    "ensure_finalized",
    "get_finalized_command",
    "get_sub_commands",
    "run_command",
    "set_undefined_options",
    "copy_file",
    "copy_tree",
    "mkpath",
    "execute",
    "warn",
    "announce",
];

/// Options of `install` that change nothing of what a wheel has in it.
const WITHOUT_EFFECT: [&str; 12] = [
    "compile",
    "no_compile",
    "optimize",
    "force",
    "prefix",
    "exec_prefix",
    "home",
    "user",
    "root",
    "record",
    "skip_build",
    "warn_dir",
];

/// Whether nothing is lost when `install` is not run: nobody asks for the folder, and no hook, option or
/// sub-command on the way is a script's own.
pub fn is_enough(slf: &Bound<'_, BdistWheel>) -> PyResult<bool> {
    let py = slf.py();
    let distribution = slf.getattr("distribution")?;
    if slf.getattr("keep_temp")?.is_truthy()?
        || !seam::methods_are_ours(
            slf.as_any(),
            &["egg2dist", "reinitialize_command", "run_command", "mkpath"],
        )?
        || !seam::functions_are_ours(py, COPY_FUNCTIONS)?
        || distribution.getattr("extra_path")?.is_truthy()?
    {
        return Ok(false);
    }
    let options = distribution.getattr("command_options")?.cast_into::<PyDict>()?;
    let objects = distribution.getattr("command_obj")?;
    for (name, methods) in INSTALLERS {
        let class = distribution.call_method1("get_command_class", (name,))?;
        if !seam::class_is_ours(&class, methods)? || !seam::class_is_ours(&class, INHERITED)? {
            return Ok(false);
        }
        let object = objects.call_method1("get", (name,))?;
        if !object.is_none()
            && (!seam::methods_are_ours(&object, methods)? || !seam::methods_are_ours(&object, INHERITED)?)
        {
            return Ok(false);
        }
        if let Some(given) = options.get_item(name)? {
            for option in given.try_iter()? {
                let option: String = option?.extract()?;
                if name != "install" || !WITHOUT_EFFECT.contains(&option.replace('-', "_").as_str()) {
                    return Ok(false);
                }
            }
        }
    }
    let class = distribution.call_method1("get_command_class", ("install",))?;
    let own = INSTALLERS.iter().skip(1).map(|row| row.0.to_string());
    let named = class.getattr("sub_commands")?.try_iter()?.map(|row| row?.get_item(0)?.extract::<String>());
    Ok(own.collect::<Vec<_>>() == named.collect::<PyResult<Vec<_>>>()?)
}

/// Everything but WHEEL and RECORD.
pub fn members(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let distribution = slf.getattr("distribution")?;
    let has = |what: &str| -> PyResult<bool> { distribution.call_method0(what)?.is_truthy() };
    let mut members = Vec::new();
    if has("has_pure_modules")? || has("has_ext_modules")? {
        members.extend(modules(slf)?);
    }
    members.extend(besides_modules(slf)?);
    Ok(members)
}

/// Everything but modules, WHEEL and RECORD.
pub fn besides_modules(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let distribution = slf.getattr("distribution")?;
    let has = |what: &str| -> PyResult<bool> { distribution.call_method0(what)?.is_truthy() };
    let mut members = Vec::new();
    if has("has_headers")? {
        members.extend(headers(slf)?);
    }
    if has("has_scripts")? {
        members.extend(scripts(slf)?);
    }
    if has("has_data_files")? {
        members.extend(data(slf)?);
    }
    members.extend(info(slf)?);
    Ok(members)
}

/// The `.dist-info` folder, without WHEEL and RECORD.
pub fn info(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let name = dist_info_name(slf)?;
    let mut members = match option::<Option<PathBuf>>(slf.as_any(), "dist_info_dir")? {
        Some(folder) => {
            let mut members = in_folder(slf, &folder, "")?;
            members.retain(|member| member.name != "WHEEL");
            members
        }
        None if !info_is_ours(slf)? => info_of_command(slf)?,
        None => info_folder::dist_info(&slf.getattr("distribution")?, &licenses(slf)?)?,
    };
    for member in &mut members {
        member.name = format!("{name}/{}", member.name);
        member.executable = Some(false);
    }
    Ok(members)
}

/// Whether nothing that makes the folder is a script's own.
fn info_is_ours(slf: &Bound<'_, BdistWheel>) -> PyResult<bool> {
    let distribution = slf.getattr("distribution")?;
    let dist_info = distribution.call_method1("get_command_obj", ("dist_info",))?;
    Ok(seam::methods_are_ours(slf.as_any(), &["egg2dist"])?
        && seam::is_untouched(&egg_info::of(&distribution)?, &slf.py().get_type::<EggInfo>())?
        && seam::is_untouched(&dist_info, &slf.py().get_type::<DistInfo>())?)
}

/// What `dist_info` makes of it, below `bdist_dir`.
fn info_of_command(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let distribution = slf.getattr("distribution")?;
    let again = || distribution.call_method1("reinitialize_command", ("dist_info",));
    let command = again()?;
    command.setattr("output_dir", slf.getattr("bdist_dir")?)?;
    command.call_method0("ensure_finalized")?;
    let folder: PathBuf = option(&command, "dist_info_dir")?;
    distribution.call_method1("run_command", ("dist_info",))?;
    again()?;
    // In a dry run nothing has been written.
    match door::of(slf.as_any())?.is_folder(&folder) {
        true => in_folder(slf, &folder, ""),
        false => info_folder::dist_info(&distribution, &licenses(slf)?),
    }
}

/// What is below a folder.
pub fn in_folder(slf: &Bound<'_, BdistWheel>, folder: &Path, prefix: &str) -> PyResult<Vec<Member>> {
    let door = door::of(slf.as_any())?;
    released(slf.py(), |cancel| wheel::members_of_folder(door, folder, prefix, cancel))?.or_raise()
}

fn modules(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let build = slf.call_method1("get_finalized_command", ("build",))?;
    copied_on::copy_on(&slf.getattr("distribution")?)?;
    let build_lib: PathBuf = option(&build, "build_lib")?;
    if !door::of(slf.as_any())?.is_folder(&build_lib) {
        let text = format!("'{}' does not exist -- no Python modules to install", build_lib.display());
        slf.call_method1("warn", (text,))?;
        return Ok(Vec::new());
    }
    let place = folder::place_of_modules(slf)?;
    let prefix = if place.is_empty() { place } else { place + "/" };
    in_folder(slf, &build_lib, &prefix)
}

fn data_place(slf: &Bound<'_, BdistWheel>, kind: &str) -> PyResult<String> {
    Ok(format!("{}/{kind}", option::<String>(slf.as_any(), "data_dir")?))
}

fn headers(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let place = data_place(slf, "headers")?;
    let headers: Vec<PathBuf> = option(&slf.getattr("distribution")?, "headers")?;
    headers
        .into_iter()
        .map(|header| Ok(Member::file(format!("{place}/{}", file_name(&header)?), header)))
        .collect()
}

fn scripts(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let build = slf.call_method1("get_finalized_command", ("build",))?;
    let build_dir: PathBuf = option(&build, "build_scripts")?;
    let mut members = match door::of(slf.as_any())?.is_folder(&build_dir) {
        true => in_folder(slf, &build_dir, &(data_place(slf, "scripts")? + "/"))?,
        // Only empty ones, as a rule.
        false => Vec::new(),
    };
    for_installers(slf, &mut members)?;
    Ok(members)
}

/// DistutilsSetupError for two scripts that have one name: where they are built, the second takes the first one's place.
pub fn check_scripts(slf: &Bound<'_, BdistWheel>) -> PyResult<()> {
    let scripts: Option<Vec<PathBuf>> = option(&slf.getattr("distribution")?, "scripts")?;
    let mut named: BTreeMap<OsString, PathBuf> = BTreeMap::new();
    for script in scripts.unwrap_or_default() {
        let Some(name) = script.file_name().map(OsString::from) else { continue };
        match named.insert(name, script.clone()) {
            Some(other) if other != script => {
                let place = data_place(slf, "scripts")?;
                let name = script.file_name().unwrap_or_default().display();
                return Err(DistutilsSetupError::new_err(format!(
                    "two files for one place, '{place}/{name}': '{}' and '{}'",
                    other.display(),
                    script.display()
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

/// DistutilsFileError for data files whose folder leads out of where a wheel keeps them.
pub fn check_data_files(slf: &Bound<'_, BdistWheel>) -> PyResult<()> {
    for entry in data_files::entries(&slf.getattr("distribution")?.getattr("data_files")?)? {
        let Some(folder) = entry.folder else { continue };
        let folder: PathBuf = folder.extract()?;
        if folder.components().any(|part| part == Component::ParentDir) {
            return Err(DistutilsFileError::new_err(format!(
                "data_files: the folder '{}' is not a place in a wheel: it has '..' in it",
                folder.display()
            )));
        }
    }
    Ok(())
}

/// Scripts begin with `#!python` where they were built for an interpreter of this machine, and are executable.
pub fn for_installers(slf: &Bound<'_, BdistWheel>, members: &mut [Member]) -> PyResult<()> {
    let place = data_place(slf, "scripts")? + "/";
    let build = slf.call_method1("get_finalized_command", ("build",))?;
    let executable: Option<PathBuf> = option(&build, "executable")?;
    let executable = executable.unwrap_or_default();
    for member in members.iter_mut().filter(|member| member.name.starts_with(&place)) {
        member.executable = Some(true);
        let Source::File(path) = &member.source else { continue };
        // In a dry run it may not be there.
        let Ok(script) = oxidist_engine::effects::reading::whole(path) else { continue };
        if let Some(script) = wheel::with_python_shebang(&script, &executable.to_string_lossy()) {
            member.source = Source::Memory(script.into());
        }
    }
    Ok(())
}

fn data(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let py = slf.py();
    let place = data_place(slf, "data")?;
    let convert_path = seam::global(py, "command.install_data", "convert_path")?;
    let path = |name: Bound<'_, PyAny>| -> PyResult<PathBuf> { convert_path.call1((name,))?.extract() };
    let mut members = Vec::new();
    for entry in data_files::entries(&slf.getattr("distribution")?.getattr("data_files")?)? {
        let folder = entry.folder.map(path).transpose()?.unwrap_or_default();
        let place = match folder.is_absolute() {
            true => root_place(py, &folder)?,
            false => below(&place, &folder),
        };
        for file in entry.files {
            let file = path(file)?;
            members.push(Member::file(format!("{place}/{}", file_name(&file)?), file));
        }
    }
    Ok(members)
}

/// The place of a folder that is absolute: below the wheel's root, as `install --root` has it.
fn root_place(py: Python<'_>, folder: &Path) -> PyResult<String> {
    let text = format!(
        "warning: 'data_files' names the absolute folder '{}': a wheel can only hold it below the modules",
        folder.display()
    );
    log::warn(py, &text)?;
    let parts = folder.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy()),
        _ => None,
    });
    Ok(parts.collect::<Vec<_>>().join("/"))
}

fn below(place: &str, folder: &Path) -> String {
    let mut name = place.to_string();
    for part in folder.components().filter(|part| !matches!(part, Component::CurDir)) {
        name.push('/');
        name.push_str(&part.as_os_str().to_string_lossy());
    }
    name
}

/// The last part of a file's name, which has to be Unicode.
fn file_name(file: &Path) -> PyResult<&str> {
    let name = file.file_name().and_then(|name| name.to_str());
    name.ok_or_else(|| {
        let text = format!("'{}' cannot be in a wheel: its name is not Unicode", file.display());
        DistutilsFileError::new_err(text)
    })
}
