//! distutils.command.develop: makes the project importable from where it lies, without an installer.
//!
//! It puts what an editable wheel has in it into the folders that `install` chooses, with a `.dist-info` folder whose
//! RECORD tells installers how to remove it. [`installed`] knows that folder.

mod installed;

use std::path::{Path, PathBuf};

use oxidist_engine::Error;
use oxidist_engine::effects::{Copy, Effects, Means};
use oxidist_engine::wheel::{self, Member, Source};
use oxidist_engine::{digest, tree};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyTuple};

use super::bdist_wheel::{self, BdistWheel};
use super::editable::{self, Built};
use super::{Row, install_scripts};
use crate::cmd::Command;
use crate::dist::keywords;
use crate::errors::{DistutilsOptionError, OrRaise};
use crate::file_name::AsFileName;
use crate::interrupt::released;
use crate::value::{option, path_to_python};
use crate::{door, log};

/// Installs the project in editable mode: see [`editable`].
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.develop", name = "develop")]
pub struct Develop;

/// What the file INSTALLER says, by which an own installation is known again.
const INSTALLER: &str = "oxidist";

/// The options for folders: those of `install` that they are taken from.
const FOLDERS: [(&str, &str); 4] = [
    ("install_dir", "install_lib"),
    ("script_dir", "install_scripts"),
    ("install_data", "install_data"),
    ("install_headers", "install_headers"),
];

#[pymethods]
impl Develop {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(Develop)
    }

    #[classattr]
    fn description() -> &'static str {
        "install the project so that it is imported from where it lies"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("uninstall", Some("u"), "remove what an earlier 'develop' has installed"),
            ("user", None, "install for yourself alone"),
            ("install-dir=", Some("d"), "folder to install in, with scripts and data files"),
            ("script-dir=", Some("s"), "folder for scripts"),
            ("prefix=", None, "folder that the scheme's folders are in"),
            ("no-deps", Some("N"), "without effect: requirements are never installed"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["uninstall", "user", "no-deps"]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        ["uninstall", "user", "no_deps"].iter().try_for_each(|name| slf.setattr(*name, false))?;
        slf.setattr("prefix", slf.py().None())?;
        FOLDERS.iter().try_for_each(|(name, _)| slf.setattr(*name, slf.py().None()))
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let distribution = slf.getattr("distribution")?;
        let given = slf.getattr("install_dir")?;
        if !given.is_none() {
            // Who names one folder gets all of it there.
            let headers = option::<PathBuf>(slf.as_any(), "install_dir")?.join("include");
            for (name, value) in [
                ("script_dir", given.clone()),
                ("install_data", given.clone()),
                ("install_headers", path_to_python(slf.py(), &headers)?),
            ] {
                if slf.getattr(name)?.is_none() {
                    slf.setattr(name, value)?;
                }
            }
        }
        // One of its own: the project's `install` may run as well, elsewhere.
        let install =
            distribution.call_method1("get_command_class", ("install",))?.call1((&distribution,))?;
        distribution.call_method1("_set_command_options", (&install,))?;
        if slf.getattr("user")?.is_truthy()? {
            // As in most virtual environments.
            let site = slf.py().import("site")?;
            if site.getattr("ENABLE_USER_SITE")?.is(false.into_pyobject(slf.py())?) {
                let text =
                    "'--user': this Python does not search your own folder of modules; leave the option out";
                return Err(DistutilsOptionError::new_err(text));
            }
            install.setattr("user", 1)?;
        }
        let prefix = slf.getattr("prefix")?;
        if !prefix.is_none() {
            install.setattr("prefix", prefix)?;
        }
        for (own, name) in FOLDERS {
            let value = slf.getattr(own)?;
            if !value.is_none() {
                install.setattr(name, value)?;
            }
        }
        install.call_method0("ensure_finalized")?;
        FOLDERS.iter().try_for_each(|(own, name)| slf.setattr(*own, install.getattr(*name)?))
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let name = match slf.getattr("uninstall")?.is_truthy()? {
            true => "uninstall_link",
            false => "install_for_development",
        };
        slf.call_method0(name).map(drop)
    }

    /// Build in place, and install what leads there. What an earlier run has installed is removed first.
    fn install_for_development(slf: &Bound<'_, Self>) -> PyResult<()> {
        let earlier = installed::find(slf)?;
        let built = editable::build(slf.as_any())?;
        let done = install(slf, &earlier, &built);
        let forgotten = built.forget(slf.as_any());
        done.and(forgotten)
    }

    /// Remove what an earlier run has installed.
    fn uninstall_link(slf: &Bound<'_, Self>) -> PyResult<()> {
        let found = installed::find(slf)?;
        if found.is_empty() {
            let folder: PathBuf = option(slf.as_any(), "install_dir")?;
            let name = slf.getattr("distribution")?.call_method0("get_name")?.str()?.to_cow()?.into_owned();
            let text = format!("warning: '{name}' is not installed in '{}'", folder.display());
            return log::warn(slf.py(), &text);
        }
        found.iter().try_for_each(|folder| installed::remove(slf, folder))
    }
}

/// Install what was `built`, in the place of what `earlier` runs have installed.
fn install(slf: &Bound<'_, Develop>, earlier: &[PathBuf], built: &Built) -> PyResult<()> {
    let py = slf.py();
    let door = door::of(slf.as_any())?;
    let wheel = editable::wheel(slf.as_any(), &[("dry_run", slf.getattr("dry_run")?)])?;
    let info = bdist_wheel::dist_info_name(&wheel)?;
    let folder: PathBuf = option(slf.as_any(), "install_dir")?;
    let mut members = editable::members(slf.as_any(), &wheel, built)?;
    members.extend(bdist_wheel::wheel_file(&wheel)?);
    members.push(Member::bytes(format!("{info}/INSTALLER"), format!("{INSTALLER}\n").into_bytes()));
    members.push(Member::bytes(format!("{info}/direct_url.json"), direct_url(py)?.into_bytes()));
    let files = files(slf, &wheel, wheel::in_order(&folder.join(&info), &info, members).or_raise()?)?;
    check_sources(door, &files)?;
    for folder in earlier {
        installed::remove(slf, folder)?;
    }
    log::call(py, "info", "installing to %s", (folder.as_file_name(),))?;
    let installed = put_all(py, door, &files, &folder, &folder.join(&info).join("RECORD"));
    if installed.is_err() {
        // RECORD is missing, which would say what to remove.
        let written = files.iter().filter(|(path, _)| path.symlink_metadata().is_ok());
        written.for_each(|(path, _)| drop(door.remove_file(path)));
        drop(door.remove_folder(&folder.join(&info)));
    }
    installed?;
    bdist_wheel::remove_folder(&wheel)
}

/// Where the project is (PEP 610): so pip knows that it is editable.
fn direct_url(py: Python<'_>) -> PyResult<String> {
    let here = std::env::current_dir()?;
    let url = py.import("pathlib")?.getattr("Path")?.call1((here.as_file_name(),))?.call_method0("as_uri")?;
    let (about, folder) = (PyDict::new(py), PyDict::new(py));
    folder.set_item("editable", true)?;
    about.set_item("dir_info", folder)?;
    about.set_item("url", url)?;
    py.import("json")?.call_method1("dumps", (about,))?.extract()
}

/// Where each member goes; scripts get their interpreter, and those of entry points are made.
fn files(
    slf: &Bound<'_, Develop>,
    wheel: &Bound<'_, BdistWheel>,
    members: Vec<Member>,
) -> PyResult<Vec<(PathBuf, Member)>> {
    let py = slf.py();
    let folder = |name: &str| option::<PathBuf>(slf.as_any(), name);
    let data_dir: String = option(wheel.as_any(), "data_dir")?;
    let build = slf.call_method1("get_finalized_command", ("build",))?;
    let executable: String = match option::<Option<String>>(&build, "executable")? {
        Some(executable) => executable,
        None => py.import("sys")?.getattr("executable")?.extract()?,
    };
    let kinds = [("scripts", "script_dir"), ("data", "install_data"), ("headers", "install_headers")];
    let mut files = Vec::new();
    for mut member in members {
        let below = member.name.strip_prefix(&data_dir).and_then(|rest| rest.strip_prefix('/'));
        let place = below.and_then(|below| below.split_once('/'));
        let row = place.and_then(|(kind, rest)| Some((kinds.iter().find(|row| row.0 == kind)?, rest)));
        let path = match row {
            Some((row, rest)) => folder(row.1)?.join(rest),
            None => folder("install_dir")?.join(&member.name),
        };
        if let Source::Memory(text) = &member.source
            && member.executable == Some(true)
            && let Some(script) = wheel::with_interpreter(text, &executable)
        {
            member.source = Source::Memory(script.into());
        }
        files.push((path, member));
    }
    let on_windows = py.import("os")?.getattr("name")?.eq("nt")?;
    for script in keywords::entry_points(&slf.getattr("distribution")?)?.scripts() {
        for (name, text) in install_scripts::files_of(&script, &executable, on_windows) {
            let mut member = Member::bytes(name.clone(), text.into_bytes());
            member.executable = Some(true);
            files.push((folder("script_dir")?.join(name), member));
        }
    }
    Ok(files)
}

/// Whether all files are there, before anything is changed.
fn check_sources(door: &dyn Effects, files: &[(PathBuf, Member)]) -> PyResult<()> {
    for (_, member) in files {
        if let Source::File(source) = &member.source
            && !door.is_file(source)
        {
            return Err(Error::NotARegularFile(source.clone())).or_raise();
        }
    }
    Ok(())
}

/// Put all files in their places, and write the `record` of them; `folder` is that of modules.
fn put_all(
    py: Python<'_>,
    door: &dyn Effects,
    files: &[(PathBuf, Member)],
    folder: &Path,
    record: &Path,
) -> PyResult<()> {
    let mut text = String::new();
    for (path, member) in files {
        let name = installed::record_name(py, path, folder)?;
        if let Some((digest, len)) = put(py, door, path, member)? {
            text.push_str(&wheel::record_row(&name, &digest, len));
        }
    }
    text.push_str(&wheel::record_own_row(&installed::record_name(py, record, folder)?));
    put(py, door, record, &Member::bytes("RECORD", text.into_bytes())).map(drop)
}

/// Put a file in its place: its digest and length; None in a dry run, where it may not be there yet.
fn put(
    py: Python<'_>,
    door: &dyn Effects,
    path: &Path,
    member: &Member,
) -> PyResult<Option<([u8; 32], u64)>> {
    for missing in tree::missing_folders(door, path.parent().unwrap_or(Path::new(""))) {
        door.make_folder(&missing, 0o777).or_raise()?;
    }
    let mode = if member.executable == Some(true) { 0o777 } else { 0o666 };
    let digest = |content: &mut dyn std::io::Read| {
        digest::sha256_of(content).map_err(Error::file("read", path)).or_raise()
    };
    match &member.source {
        Source::Memory(bytes) => {
            let fill =
                &mut |out: &mut dyn std::io::Write| out.write_all(bytes).map_err(Error::file("write", path));
            door.replace_file(path, mode, fill).or_raise()?;
            digest(&mut &**bytes).map(Some)
        }
        Source::File(source) => {
            let copy = Copy {
                from: source.clone(),
                to: path.to_path_buf(),
                preserve_mode: true,
                preserve_times: true,
                only_newer: false,
                means: Means::Contents,
            };
            released(py, |cancel| door.copy_files(&[copy], cancel))?
                .map_err(|stopped| stopped.error)
                .or_raise()?;
            match std::fs::File::open(path) {
                Ok(mut file) => digest(&mut file).map(Some),
                Err(_) => Ok(None),
            }
        }
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Develop>()
}
