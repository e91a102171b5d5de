//! distutils.command.egg_info: the `.egg-info` folder, where older tools look for a distribution's metadata.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use oxidist_engine::metadata::{checks, safe_name, to_filename};
use oxidist_engine::wheel::Source;
use oxidist_engine::{Error, tree};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::{Row, info_folder};
use crate::cmd::Command;
use crate::dist::keywords;
use crate::door;
use crate::errors::OrRaise;
use crate::file_name::AsFileName;
use crate::value::{Flag, option};
use crate::{log, seam};

/// Makes the `.egg-info` folder.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.egg_info", name = "egg_info")]
pub struct EggInfo;

/// The list of the files of a source distribution.
const SOURCES: &str = "SOURCES.txt";

/// Files that say whether the distribution may be imported from a zip file.
const ZIP_SAFE: [(&str, bool); 2] = [("zip-safe", true), ("not-zip-safe", false)];

#[pymethods]
impl EggInfo {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(EggInfo)
    }

    #[classattr]
    fn description() -> &'static str {
        "create the .egg-info folder, a distribution's metadata for older tools"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            (
                "egg-base=",
                Some("e"),
                "folder that the .egg-info folder goes into [default: that of the modules]",
            ),
            ("tag-date", Some("d"), "add the date (20260131) to the version"),
            ("tag-build=", Some("b"), "text to add to the version"),
            ("no-date", Some("D"), "add no date to the version [default]"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["tag-date"]
    }

    #[classattr]
    fn negative_opt(py: Python<'_>) -> PyResult<Py<PyDict>> {
        super::negative_options(py, &[("no-date", "tag-date")])
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        // Old configuration files set `tag_svn_revision`, which nothing reads any more.
        for name in
            ["egg_base", "egg_name", "egg_info", "egg_version", "tag_build", "tag_svn_revision", "filelist"]
        {
            slf.setattr(name, slf.py().None())?;
        }
        slf.setattr("tag_date", 0)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let distribution = slf.getattr("distribution")?;
        let name = distribution.call_method0("get_name")?.str()?.to_cow()?.into_owned();
        checks::name("name", &name).or_raise()?;
        let name = safe_name(&name);
        slf.setattr("egg_name", &name)?;
        let version: String = slf.call_method0("tagged_version")?.extract()?;
        slf.setattr("egg_version", &version)?;
        if slf.getattr("egg_base")?.is_none() {
            let folders = keywords::string_pairs(&distribution, "package_dir")?;
            let base = folders.into_iter().find(|(package, _)| package.is_empty()).map(|(_, folder)| folder);
            // That a package is not there is told by who builds it, and better.
            let base = base.filter(|folder| Path::new(folder).is_dir());
            slf.setattr("egg_base", base.unwrap_or_else(|| ".".into()))?;
        }
        slf.call_method1("ensure_dirname", ("egg_base",))?;
        let base: PathBuf = option(slf.as_any(), "egg_base")?;
        let folder = format!("{}.egg-info", to_filename(&name));
        let path = if base == Path::new(".") { PathBuf::from(folder) } else { base.join(folder) };
        slf.setattr("egg_info", path.as_file_name())?;
        if slf.call_method0("tags")?.is_truthy()?
            || !seam::methods_are_ours(slf.as_any(), &["tagged_version"])?
        {
            distribution.getattr("metadata")?.setattr("version", version)?;
        }
        Ok(())
    }

    /// The version, in its normal form, with what `tag_build` and `tag_date` add.
    fn tagged_version(slf: &Bound<'_, Self>) -> PyResult<String> {
        let version = slf.getattr("distribution")?.call_method0("get_version")?.str()?.to_cow()?.into_owned();
        let tags: String = slf.call_method0("tags")?.extract()?;
        let tagged = if version.ends_with(&tags) { version } else { version + &tags };
        checks::version("version", &tagged).or_raise()
    }

    fn tags(slf: &Bound<'_, Self>) -> PyResult<String> {
        tags(slf)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let folder: PathBuf = option(slf.as_any(), "egg_info")?;
        slf.call_method1("mkpath", (folder.as_file_name(),))?;
        for file in info_folder::egg_info(&slf.getattr("distribution")?)? {
            let Source::Memory(contents) = &file.source else { continue };
            let path = folder.join(&file.name);
            let text = String::from_utf8_lossy(contents);
            slf.call_method1("write_file", (&*file.name, path.as_file_name(), &*text))?;
        }
        let safe = keywords::attribute(&slf.getattr("distribution")?, "zip_safe")?;
        for (name, says) in ZIP_SAFE {
            let wanted = !safe.is_none() && safe.is_truthy()? == says;
            let path = folder.join(name);
            let text = if wanted { PyString::new(py, "\n").into_any() } else { py.None().into_bound(py) };
            slf.call_method1("write_or_delete_file", (name, path.as_file_name(), text))?;
        }
        slf.call_method0("find_sources").map(drop)
    }

    /// Choose the files of a source distribution (`filelist`), and write their list.
    fn find_sources(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let distribution = slf.getattr("distribution")?;
        let sdist = distribution.call_method1("get_command_class", ("sdist",))?.call1((&distribution,))?;
        sdist.call_method0("ensure_finalized")?;
        let files = seam::global(py, "filelist", "FileList")?.call0()?;
        sdist.setattr("filelist", &files)?;
        files.call_method0("findall")?;
        sdist.call_method0("add_defaults")?;
        let template: PathBuf = option(&sdist, "template")?;
        if template.is_file() {
            sdist.call_method0("read_template")?;
        }
        sdist.call_method0("prune_file_list")?;
        files.call_method0("sort")?;
        files.call_method0("remove_duplicates")?;
        slf.setattr("filelist", &files)?;
        let folder: PathBuf = option(slf.as_any(), "egg_info")?;
        let names: Vec<PathBuf> = crate::filelist::paths(&files.getattr("files")?)?;
        let lines: Vec<_> =
            names.iter().map(|name| name.to_string_lossy().replace('\\', "/") + "\n").collect();
        let path = folder.join(SOURCES);
        slf.call_method1("write_file", ("sources", path.as_file_name(), lines.concat())).map(drop)
    }

    /// Write a text file; `what` is in it.
    fn write_file(slf: &Bound<'_, Self>, what: &str, filename: PathBuf, data: &str) -> PyResult<()> {
        log::call(slf.py(), "info", "writing %s to %s", (what, filename.as_file_name()))?;
        let door = door::of(slf.as_any())?;
        for missing in tree::missing_folders(door, filename.parent().unwrap_or(Path::new(""))) {
            door.make_folder(&missing, 0o777).or_raise()?;
        }
        let fill = &mut |out: &mut dyn std::io::Write| {
            out.write_all(data.as_bytes()).map_err(Error::file("write", &filename))
        };
        door.write_file(&filename, 0o666, fill).or_raise()
    }

    /// Write a file, or remove it where there is nothing to write.
    #[pyo3(signature = (what, filename, data, force = Flag(false)), text_signature = "($self, what, filename, data, force=False)")]
    fn write_or_delete_file(
        slf: &Bound<'_, Self>,
        what: &str,
        filename: PathBuf,
        data: Option<String>,
        force: Flag,
    ) -> PyResult<()> {
        match data.filter(|data| force.0 || !data.is_empty()) {
            Some(data) => slf.call_method1("write_file", (what, filename.as_file_name(), data)).map(drop),
            None if door::of(slf.as_any())?.exists(&filename) => {
                slf.call_method1("delete_file", (filename.as_file_name(),)).map(drop)
            }
            None => Ok(()),
        }
    }

    fn delete_file(slf: &Bound<'_, Self>, filename: PathBuf) -> PyResult<()> {
        log::call(slf.py(), "info", "deleting %s", (filename.as_file_name(),))?;
        door::of(slf.as_any())?.remove_file(&filename).or_raise()
    }

    /// The files that `run` writes; those that are there only sometimes are left out.
    fn get_outputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let folder: PathBuf = option(slf.as_any(), "egg_info")?;
        let files = info_folder::egg_info(&slf.getattr("distribution")?)?;
        let files: Vec<PathBuf> = files.iter().map(|file| folder.join(&file.name)).collect();
        PyList::new(slf.py(), files.iter().map(|file| file.as_file_name()))
    }
}

fn tags(slf: &Bound<'_, EggInfo>) -> PyResult<String> {
    let mut tags = option::<Option<String>>(slf.as_any(), "tag_build")?.unwrap_or_default();
    if slf.getattr("tag_date")?.is_truthy()? {
        let date: String = slf.py().import("time")?.call_method1("strftime", ("%Y%m%d",))?.extract()?;
        tags.push_str(&date);
    }
    Ok(tags)
}

thread_local! {
    static OURSELVES: Cell<bool> = const { Cell::new(false) };
}

/// Whether it is [`of`] that asks for the command.
pub fn is_for_ourselves() -> bool {
    OURSELVES.get()
}

/// The distribution's `egg_info`, for commands of this library: ours is not there for everybody.
pub fn of<'py>(distribution: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let before = OURSELVES.replace(true);
    let object = distribution.call_method1("get_command_obj", ("egg_info",));
    OURSELVES.set(before);
    object
}

/// Give the distribution the version that `egg_info` makes, with its tags: what is made for installers has that.
pub fn tag_version(distribution: &Bound<'_, PyAny>) -> PyResult<()> {
    of(distribution)?.call_method0("ensure_finalized").map(drop)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<EggInfo>()
}
