//! distutils.command.bdist_wheel: a wheel (PEP 427), written straight from where its files lie.
//!
//! Here are the class and the steps of a run; [`plan`] lists what `install` would put in place, without doing
//! it; [`folder`] has `install` really do it, where a hook on the way is overridden; [`tags`] asks this Python
//! what it is.

mod folder;
pub mod plan;
mod tags;

use std::path::{Path, PathBuf};

use oxidist_engine::tree;
use oxidist_engine::wheel::{self, Compression, Member, Settings, Tag, WheelFile, WheelName};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::build::running_version;
use super::{Row, build_scripts, egg_info, info_folder};
use crate::cmd::Command;
use crate::dist::{Distribution, keywords, origins};
use crate::door;
use crate::errors::{DistutilsOptionError, OrRaise};
use crate::file_name::AsFileName;
use crate::interrupt::released;
use crate::value::{option, path_to_python};
use crate::{archive_util, dist_files, log, seam};

/// Makes a wheel of what `install` puts in place.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.bdist_wheel", name = "bdist_wheel")]
pub struct BdistWheel;

const MODULE: &str = "command.bdist_wheel";

/// What WHEEL says made it.
const GENERATOR: &str = concat!("oxidist ", env!("CARGO_PKG_VERSION"));

/// The values of `--compression`, with the numbers that zip files have for them.
const COMPRESSIONS: [(&str, u16, Compression); 2] =
    [("stored", 0, Compression::Stored), ("deflated", 8, Compression::Deflated)];

#[pymethods]
impl BdistWheel {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BdistWheel)
    }

    #[classattr]
    fn description() -> &'static str {
        "create a wheel, the built distribution that pip and others install"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("bdist-dir=", Some("b"), "folder in which the wheel is put together, where that is needed"),
            ("plat-name=", Some("p"), "platform tag of the wheel [default: this one, or any]"),
            ("keep-temp", Some("k"), "put the wheel together in a folder, and keep it"),
            ("dist-dir=", Some("d"), "folder that the wheel goes into"),
            ("skip-build", None, "take what is built already"),
            ("relative", None, "without effect: names in a wheel are always relative"),
            ("owner=", Some("u"), "without effect: a wheel knows no owners"),
            ("group=", Some("g"), "without effect: a wheel knows no groups"),
            ("universal", None, "for Python 2 as well as 3 (pure Python only)"),
            ("compression=", None, "deflated or stored [default: deflated]"),
            ("python-tag=", None, "Python tag of a wheel of pure Python [default: py3]"),
            ("build-number=", None, "number that decides between wheels of one version; begins with a digit"),
            (
                "py-limited-api=",
                None,
                "the oldest Python whose stable ABI is used, such as cp310: the ABI is abi3",
            ),
            ("dist-info-dir=", None, "a .dist-info folder whose files are taken as they are"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["keep-temp", "skip-build", "relative", "universal"]
    }

    #[classattr]
    fn supported_compressions(py: Python<'_>) -> PyResult<Py<PyDict>> {
        let compressions = PyDict::new(py);
        for (name, number, _) in COMPRESSIONS {
            compressions.set_item(name, number)?;
        }
        Ok(compressions.unbind())
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        for name in [
            "bdist_dir",
            "plat_name",
            "plat_tag",
            "dist_dir",
            "dist_info_dir",
            "egginfo_dir",
            "root_is_pure",
            "owner",
            "group",
            "build_number",
        ] {
            slf.setattr(name, py.None())?;
        }
        for name in
            ["keep_temp", "skip_build", "relative", "universal", "py_limited_api", "plat_name_supplied"]
        {
            slf.setattr(name, false)?;
        }
        slf.setattr("data_dir", "")?;
        slf.setattr("format", "zip")?;
        slf.setattr("compression", "deflated")?;
        slf.setattr("python_tag", seam::global(py, MODULE, "python_tag")?.call0()?)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        if slf.getattr("bdist_dir")?.is_none() {
            let bdist = slf.call_method1("get_finalized_command", ("bdist",))?;
            let base: PathBuf = option(&bdist, "bdist_base")?;
            slf.setattr("bdist_dir", base.join("wheel").as_file_name())?;
        }
        slf.setattr("plat_name_supplied", slf.getattr("plat_name")?.is_truthy()?)?;
        let pairs = [("dist_dir", "dist_dir"), ("plat_name", "plat_name")];
        super::take_options(slf.as_any(), "bdist", &pairs)?;
        if !slf.getattr("skip_build")?.is_truthy()? {
            let bdist = slf.call_method1("get_finalized_command", ("bdist",))?;
            slf.setattr("skip_build", bdist.getattr("skip_build")?)?;
        }
        let distribution = slf.getattr("distribution")?;
        egg_info::tag_version(&distribution)?;
        let is_pure = !distribution.call_method0("has_ext_modules")?.is_truthy()?
            && !distribution.call_method0("has_c_libraries")?.is_truthy()?;
        slf.setattr("root_is_pure", is_pure)?;
        take_old_section(slf)?;
        check_limited_api(slf)?;
        tags::check_given(slf)?;
        compression(slf)?;
        let name = name(slf, None)?;
        name.stem().or_raise()?;
        slf.setattr("data_dir", format!("{}.data", WheelName { build: None, ..name }.stem().or_raise()?))
    }

    /// Name and version, and the build number where there is one, as the wheel's file name has them.
    #[getter]
    fn wheel_dist_name(slf: &Bound<'_, Self>) -> PyResult<String> {
        name(slf, None)?.stem().or_raise()
    }

    /// The Python, ABI and platform tag.
    fn get_tag(slf: &Bound<'_, Self>) -> PyResult<(String, String, String)> {
        let tag = tags::of(slf)?;
        Ok((tag.python, tag.abi, tag.platform))
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        plan::check_scripts(slf)?;
        plan::check_data_files(slf)?;
        if !slf.getattr("skip_build")?.is_truthy()? {
            build_scripts::build_unknown_again(&slf.getattr("distribution")?)?;
            slf.call_method1("run_command", ("build",))?;
        }
        let members = match plan::is_enough(slf)? {
            true => plan::members(slf)?,
            false => folder::members(slf)?,
        };
        let tag: (String, String, String) = slf.call_method0("get_tag")?.extract()?;
        warn_of_other_abi(py, &tag.1, &members)?;
        make(slf, "bdist_wheel", &tag, members)
    }

    /// Write the file WHEEL into a `.dist-info` folder.
    #[pyo3(signature = (wheelfile_base, generator = GENERATOR))]
    fn write_wheelfile(slf: &Bound<'_, Self>, wheelfile_base: PathBuf, generator: &str) -> PyResult<()> {
        let text = wheel_text(slf, generator)?;
        info_folder::write(
            door::of(slf.as_any())?,
            &wheelfile_base,
            &[Member::bytes("WHEEL", text.into_bytes())],
        )
    }

    /// The licence files, relative to the working folder.
    #[getter]
    fn license_paths<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let metadata = slf.getattr("distribution")?.getattr("metadata")?;
        PyList::new(slf.py(), keywords::license_files(&metadata)?)?.call_method0("__iter__")
    }

    /// Make the `.dist-info` folder that takes the place of an `.egg-info` file or folder, which is removed. What
    /// other commands have put into that folder is taken over.
    fn egg2dist(slf: &Bound<'_, Self>, egginfo_path: PathBuf, distinfo_path: PathBuf) -> PyResult<()> {
        let door = door::of(slf.as_any())?;
        let mut files = info_folder::dist_info(&slf.getattr("distribution")?, &licenses(slf)?)?;
        files.extend(folder::others_of_egg_info(slf, &egginfo_path, &files)?);
        info_folder::write(door, &distinfo_path, &files)?;
        if door.is_folder(&egginfo_path) {
            let removals = tree::removals(door, &egginfo_path).or_raise()?;
            removals.iter().try_for_each(|removal| removal.carry_out(door)).or_raise()
        } else if door.exists(&egginfo_path) {
            door.remove_file(&egginfo_path).or_raise()
        } else {
            Ok(())
        }
    }
}

/// Write the wheel of `members`, to which WHEEL and RECORD are added, and note it as what `command` has made.
pub fn make(
    slf: &Bound<'_, BdistWheel>,
    command: &str,
    tag: &(String, String, String),
    mut members: Vec<Member>,
) -> PyResult<()> {
    let py = slf.py();
    members.extend(wheel_file(slf)?);
    let stem: String = slf.getattr("wheel_dist_name")?.extract()?;
    let dist_dir: PathBuf = option(slf.as_any(), "dist_dir")?;
    let path = dist_dir.join(format!("{stem}-{}-{}-{}.whl", tag.0, tag.1, tag.2));
    write(slf, &path, members)?;
    let (major, minor) = running_version(py)?;
    let distribution = slf.getattr("distribution")?;
    let file = path_to_python(py, &path)?;
    dist_files::append(&distribution, command, &format!("{major}.{minor}"), &file)?;
    remove_folder(slf)
}

/// What is known of the file's name; `tag` for the whole of it.
fn name(slf: &Bound<'_, BdistWheel>, tag: Option<Tag>) -> PyResult<WheelName> {
    let distribution = slf.getattr("distribution")?;
    let part = |name: &str| -> PyResult<String> {
        let value = distribution.call_method0(&*format!("get_{name}"))?.str()?;
        seam::global(slf.py(), MODULE, &format!("safer_{name}"))?.call1((value,))?.extract()
    };
    let build = slf.getattr("build_number")?;
    let build = if build.is_none() { None } else { Some(build.str()?.to_cow()?.into_owned()) };
    let tag = tag.unwrap_or(Tag { python: String::new(), abi: String::new(), platform: String::new() });
    Ok(WheelName { name: part("name")?, version: part("version")?, build, tag })
}

/// The name of the `.dist-info` folder.
pub fn dist_info_name(slf: &Bound<'_, BdistWheel>) -> PyResult<String> {
    let name = name(slf, None)?;
    wheel::dist_info_folder(&name.name, &name.version).or_raise()
}

/// `universal` in the section `[wheel]`, where it once stood.
fn take_old_section(slf: &Bound<'_, BdistWheel>) -> PyResult<()> {
    let distribution = slf.getattr("distribution")?;
    let section = distribution.call_method1("get_option_dict", ("wheel",))?;
    if section.contains("universal")? {
        let pair = section.get_item("universal")?;
        if let Ok(distribution) = distribution.cast::<Distribution>() {
            origins::check_value(distribution, "wheel", "universal", &pair)?;
        }
        let value: String = pair.get_item(1)?.str()?.to_cow()?.trim().to_lowercase();
        if ["1", "true", "yes", "on"].contains(&value.as_str()) {
            slf.setattr("universal", true)?;
        }
    }
    Ok(())
}

fn check_limited_api(slf: &Bound<'_, BdistWheel>) -> PyResult<()> {
    let value = slf.getattr("py_limited_api")?;
    if !value.is_truthy()? {
        return Ok(());
    }
    let text = value.str()?.to_cow()?.into_owned();
    let version = text.strip_prefix("cp3").unwrap_or_default();
    if version.is_empty() || !version.bytes().all(|byte| byte.is_ascii_digit()) {
        let text =
            format!("'py_limited_api' must be cp3 and a number, such as cp310 (got {})", value.repr()?);
        return Err(DistutilsOptionError::new_err(text));
    }
    if tags::is_free_threaded(slf.py())? {
        let text = "'py_limited_api' is set, but this Python is free-threaded, and has no stable ABI";
        return Err(DistutilsOptionError::new_err(text));
    }
    Ok(())
}

fn compression(slf: &Bound<'_, BdistWheel>) -> PyResult<Compression> {
    let value = slf.getattr("compression")?;
    let text = value.str()?.to_cow()?.into_owned();
    let known = COMPRESSIONS.iter().find(|row| row.0 == text || row.1.to_string() == text);
    known.map(|row| row.2).ok_or_else(|| {
        DistutilsOptionError::new_err(format!("unknown compression '{text}': it can be deflated or stored"))
    })
}

fn licenses(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<String>> {
    let mut files = Vec::new();
    for file in slf.getattr("license_paths")?.try_iter()? {
        files.push(file?.str()?.to_cow()?.replace('\\', "/"));
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn wheel_text(slf: &Bound<'_, BdistWheel>, generator: &str) -> PyResult<String> {
    let (python, abi, platform): (String, String, String) = slf.call_method0("get_tag")?.extract()?;
    let file = WheelFile {
        generator: generator.to_string(),
        root_is_purelib: slf.getattr("root_is_pure")?.is_truthy()?,
        tag: Tag { python, abi, platform },
        build: name(slf, None)?.build,
    };
    Ok(file.to_text())
}

/// The file WHEEL; written by the script where `write_wheelfile` is its own, with what else that writes.
pub fn wheel_file(slf: &Bound<'_, BdistWheel>) -> PyResult<Vec<Member>> {
    let name = dist_info_name(slf)?;
    if seam::methods_are_ours(slf.as_any(), &["write_wheelfile"])? {
        let text = wheel_text(slf, GENERATOR)?;
        return Ok(vec![Member::bytes(format!("{name}/WHEEL"), text.into_bytes())]);
    }
    let folder = option::<PathBuf>(slf.as_any(), "bdist_dir")?.join(&name);
    slf.call_method1("mkpath", (folder.as_file_name(),))?;
    let door = door::of(slf.as_any())?;
    if door.perform(&format!("writing {}", folder.join("WHEEL").display())) {
        slf.call_method1("write_wheelfile", (folder.as_file_name(),))?;
    }
    released(slf.py(), |cancel| wheel::members_of_folder(door, &folder, &format!("{name}/"), cancel))?
        .or_raise()
}

/// A wheel for every later Python does not work if its modules are named for one of them.
fn warn_of_other_abi(py: Python<'_>, abi: &str, members: &[Member]) -> PyResult<()> {
    if abi != "abi3" {
        return Ok(());
    }
    let own = tags::extension_suffix(py)?;
    if let Some(member) = members.iter().find(|member| !own.is_empty() && member.name.ends_with(&own)) {
        let text = format!(
            "warning: the wheel is for the stable ABI, but '{}' is for this Python alone: give its Extension \
             py_limited_api=True",
            member.name
        );
        log::warn(py, &text)?;
    }
    Ok(())
}

fn write(slf: &Bound<'_, BdistWheel>, path: &Path, members: Vec<Member>) -> PyResult<()> {
    let py = slf.py();
    let door = door::of(slf.as_any())?;
    let folder = path.parent().unwrap_or(Path::new(""));
    if !door.is_folder(folder) {
        slf.call_method1("mkpath", (folder.as_file_name(),))?;
    }
    log::call(py, "info", "creating '%s'", (path.as_file_name(),))?;
    let settings =
        Settings { source_date_epoch: archive_util::source_date_epoch(py)?, compression: compression(slf)? };
    let info = dist_info_name(slf)?;
    released(py, |cancel| wheel::write(door, path, &info, members, &settings, cancel))?.or_raise().map(drop)
}

/// Remove the folder in which the wheel was put together, if it was, unless it is to be kept.
pub fn remove_folder(slf: &Bound<'_, BdistWheel>) -> PyResult<()> {
    let folder: PathBuf = option(slf.as_any(), "bdist_dir")?;
    if slf.getattr("keep_temp")?.is_truthy()? || !door::of(slf.as_any())?.is_folder(&folder) {
        return Ok(());
    }
    let keywords = PyDict::new(slf.py());
    keywords.set_item("dry_run", slf.getattr("dry_run")?)?;
    seam::global(slf.py(), "dir_util", "remove_tree")?
        .call((folder.as_file_name(),), Some(&keywords))
        .map(drop)
}

/// A name as `.egg-info` folders have it: `-` for what is neither letter, digit nor dot.
#[pyfunction]
fn safer_name(name: &str) -> String {
    wheel::escaped_name(name)
}

/// A version as file names have it. DistutilsSetupError for what is none.
#[pyfunction]
fn safer_version(version: &str) -> PyResult<String> {
    wheel::escaped_version(version).or_raise()
}

/// The ABI tag of this Python.
#[pyfunction]
fn get_abi_tag(py: Python<'_>) -> PyResult<String> {
    tags::abi(py)
}

/// The platform tag of this Python. `archive_root` is without meaning.
#[pyfunction]
#[pyo3(signature = (archive_root = None))]
fn get_platform(py: Python<'_>, archive_root: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
    let _ = archive_root;
    tags::platform(py, None)
}

/// The Python tag of a wheel of pure Python.
#[pyfunction]
fn python_tag(py: Python<'_>) -> PyResult<String> {
    Ok(format!("py{}", running_version(py)?.0))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<BdistWheel>()?;
    module.add_function(wrap_pyfunction!(safer_name, module)?)?;
    module.add_function(wrap_pyfunction!(safer_version, module)?)?;
    module.add_function(wrap_pyfunction!(get_abi_tag, module)?)?;
    module.add_function(wrap_pyfunction!(get_platform, module)?)?;
    module.add_function(wrap_pyfunction!(python_tag, module)?)
}
