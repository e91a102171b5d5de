//! The archives of `sdist`: packed straight from the list of files, or from a folder of links to them.
//!
//! distutils always makes that folder, a second copy of the project. Here it is made where somebody could see
//! it: with `--keep-temp`, where a hook on the way is overridden, and in the few cases in which the list alone
//! does not say what the folder would have in it. The archives have the same members either way.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use oxidist_engine::archive::{self, Container, Content, Format, Owner, Ownership, ReleaseFile};
use oxidist_engine::effects::{Copy, Effects, Means};
use oxidist_engine::tree::Step;
use oxidist_engine::wheel;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use super::Sdist;
use crate::command::egg_info;
use crate::dist::{core_metadata, metadata};
use crate::door::door;
use crate::errors::{DistutilsOptionError, OrRaise};
use crate::file_name::AsFileName;
use crate::value::{Elements, option};
use crate::{archive_util, backend, dir_util, dist_files, filelist, log, seam};

/// The time of what is made for front ends where SOURCE_DATE_EPOCH does not say one: 1980-01-01, as in wheels.
const FIRST_DAY: i64 = 315_532_800;

/// What else is called on the way to an archive.
const ARCHIVE_METHODS: &[&str] = &["make_release_tree", "make_archive", "copy_file", "mkpath"];
const ARCHIVE_FUNCTIONS: &[(&str, &str)] = &[
    ("dir_util", "mkpath"),
    ("dir_util", "create_tree"),
    ("dir_util", "remove_tree"),
    ("archive_util", "make_archive"),
];

pub fn make_distribution(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    core_metadata::in_source_archive(&slf.getattr("distribution")?, || make(slf))
}

fn make(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    let base_dir = release_name(slf)?;
    if let Some(straight) = Straight::if_possible(slf, &base_dir)? {
        return pack(slf, &base_dir, Some(&straight));
    }
    let path: PathBuf = base_dir.extract()?;
    let is_in_the_way = path.symlink_metadata().is_ok();
    let keep = slf.getattr("keep_temp")?.is_truthy()?;
    let packed = pack(slf, &base_dir, None);
    // As distutils has it, the folder stays after a failure. Who calls the backend does not know of it.
    if !keep && (packed.is_ok() || backend::is_running() && !is_in_the_way && path.is_dir()) {
        let keywords = PyDict::new(slf.py());
        keywords.set_item("dry_run", slf.getattr("dry_run")?)?;
        seam::global(slf.py(), "dir_util", "remove_tree")?.call((base_dir,), Some(&keywords))?;
    }
    packed
}

/// All archives, straight from the list of files or from the folder that is made here.
fn pack(slf: &Bound<'_, Sdist>, base_dir: &Bound<'_, PyString>, straight: Option<&Straight>) -> PyResult<()> {
    let py = slf.py();
    if straight.is_none() {
        let files = slf.getattr("filelist")?.getattr("files")?;
        slf.call_method1("make_release_tree", (base_dir, files))?;
    }
    let dist_dir: PathBuf = option(slf.as_any(), "dist_dir")?;
    let base_name = dist_dir.join(base_dir.extract::<PathBuf>()?);
    let archives = PyList::empty(py);
    for format in formats_with_tar_last(slf)? {
        let archive = match straight {
            Some(straight) => straight.pack(py, &base_name, &format.extract::<String>()?)?,
            None => pack_folder(slf, &base_name, &format, base_dir)?,
        };
        dist_files::append(&slf.getattr("distribution")?, "sdist", "", &archive)?;
        archives.append(archive)?;
    }
    slf.setattr("archive_files", archives)
}

/// Name and version: distutils' way, or (through the build backend always) as PEP 625 has it.
fn release_name<'py>(slf: &Bound<'py, Sdist>) -> PyResult<Bound<'py, PyString>> {
    let distribution = slf.getattr("distribution")?;
    // A subclass that does not call our `initialize_options` has no such option.
    let asked = slf.getattr_opt("standard_name")?.map_or(Ok(false), |asked| asked.is_truthy())?;
    if !asked && !backend::is_running() {
        return Ok(distribution.call_method0("get_fullname")?.cast_into::<PyString>()?);
    }
    egg_info::tag_version(&distribution)?;
    let text = |name: &str| -> PyResult<String> {
        Ok(distribution.call_method0(name)?.str()?.to_cow()?.into_owned())
    };
    let (name, version) = (text("get_name")?, text("get_version")?);
    let name = format!("{}-{}", wheel::escaped_name(&name), wheel::escaped_version(&version).or_raise()?);
    Ok(PyString::new(slf.py(), &name))
}

/// Members of a source archive that front ends make: alike from every folder and for every user.
fn normalise(files: &mut [ReleaseFile], py: Python<'_>) -> PyResult<()> {
    let modified = archive_util::source_date_epoch(py)?
        .map_or(FIRST_DAY, |epoch| i64::try_from(epoch).unwrap_or(i64::MAX));
    for file in files {
        let is_program = match &file.contents {
            archive::Contents::Disk(path) => is_executable(path),
            archive::Contents::Memory(_) => false,
        };
        file.mode = Some(if is_program { 0o755 } else { 0o644 });
        file.modified = Some(modified);
    }
    Ok(())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_path: &Path) -> bool {
    false
}

/// The formats, as the option then says: another one may be made by way of a tar file, and take it away.
fn formats_with_tar_last<'py>(slf: &Bound<'py, Sdist>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let formats = slf.getattr("formats")?;
    if formats.contains("tar")? {
        let at = formats.call_method1("index", ("tar",))?;
        formats.call_method1("append", (formats.call_method1("pop", (at,))?,))?;
    }
    formats.elements()?.collect()
}

fn pack_folder<'py>(
    slf: &Bound<'py, Sdist>,
    base_name: &Path,
    format: &Bound<'py, PyAny>,
    base_dir: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let keywords = PyDict::new(slf.py());
    keywords.set_item("base_dir", base_dir)?;
    for name in ["owner", "group"] {
        keywords.set_item(name, slf.getattr(name)?)?;
    }
    slf.call_method("make_archive", (base_name.as_file_name(), format), Some(&keywords))
}

/// A release that is packed without a folder.
struct Straight {
    base: PathBuf,
    files: Vec<ReleaseFile>,
    folder_mode: u32,
    owner: Option<String>,
    group: Option<String>,
    dry_run: bool,
    /// Owners are nobody in particular.
    for_front_end: bool,
}

impl Straight {
    /// `None`: the folder has to be made.
    fn if_possible(slf: &Bound<'_, Sdist>, base_dir: &Bound<'_, PyString>) -> PyResult<Option<Straight>> {
        let py = slf.py();
        let metadata = slf.getattr("distribution")?.getattr("metadata")?;
        if slf.getattr("keep_temp")?.is_truthy()?
            || !seam::methods_are_ours(slf, ARCHIVE_METHODS)?
            || !seam::methods_are_ours(&metadata, &["write_pkg_info"])?
            || !seam::functions_are_ours(py, dir_util::COPY_FUNCTIONS)?
            || !seam::functions_are_ours(py, ARCHIVE_FUNCTIONS)?
            || !seam::imports_are_ours(py, "archive_util", &[("mkpath", "dir_util")])?
            || !py.import("os")?.hasattr("link")?
        {
            return Ok(None);
        }
        let Some(formats) = own_formats(slf)? else { return Ok(None) };
        let dry_run = slf.getattr("dry_run")?.is_truthy()?;
        let base: PathBuf = base_dir.extract()?;
        let files = filelist::paths(&slf.getattr("filelist")?.getattr("files")?)?;
        if door(dry_run).exists(&base)
            || !is_one_name(&base)
            || files.iter().any(|file| leads_elsewhere(file))
            || formats.iter().any(|format| format.container == Container::Zip)
                && files.iter().any(|file| file.is_symlink())
        {
            return Ok(None);
        }
        if files.is_empty() {
            log::warn(py, "no files to distribute -- empty manifest?")?;
        }
        let umask = umask(py)?;
        let for_front_end = backend::is_running();
        let files = regular_files(py, door(dry_run), files)?;
        let loose = if for_front_end { HashSet::new() } else { tell_of_loose_links(py, &files)? };
        let mut members = Vec::with_capacity(files.len() + 1);
        for file in files {
            // Installers refuse links that lead out, and the same files have to give the same archive.
            let follow = for_front_end || loose.contains(&file);
            members.push(ReleaseFile { follow, ..ReleaseFile::on_disk(file) });
        }
        let mut pkg_info = ReleaseFile::in_memory("PKG-INFO", metadata::pkg_info(&metadata)?);
        pkg_info.mode = Some(0o666 & !umask);
        members.push(pkg_info);
        if for_front_end {
            normalise(&mut members, py)?;
        }
        Ok(Some(Straight {
            base,
            files: members,
            folder_mode: if for_front_end { 0o755 } else { 0o777 & !umask },
            for_front_end,
            owner: option(slf.as_any(), "owner")?,
            group: option(slf.as_any(), "group")?,
            dry_run,
        }))
    }

    /// What `make_archive` does with a folder.
    fn pack<'py>(&self, py: Python<'py>, base_name: &Path, format: &str) -> PyResult<Bound<'py, PyAny>> {
        let format = archive_util::own_format(py, format)?
            .ok_or_else(|| DistutilsOptionError::new_err(format!("unknown archive format '{format}'")))?;
        let name = archive_util::archive_name(py, base_name, format.extension, self.dry_run)?;
        archive_util::announce(py, format, &name, &self.base)?;
        let ownership = match format.container {
            Container::Tar(_) if self.for_front_end => {
                let root = || Some(Owner { name: String::new(), id: 0 });
                Ownership { user: root(), group: root() }
            }
            Container::Tar(_) => archive_util::ownership(py, self.owner.clone(), self.group.clone())?,
            Container::Zip => Ownership::default(),
        };
        let members = |cancel: &_| {
            let mut entries = archive::release(Path::new(""), &self.base, &self.files, format, cancel)?;
            for entry in &mut entries {
                if matches!(entry.content, Content::Folder) {
                    entry.attributes.mode = self.folder_mode;
                }
            }
            Ok(entries)
        };
        archive_util::write(py, self.dry_run, &name, format, &members, ownership)?;
        let names: Vec<PathBuf> = self.files.iter().map(|file| self.base.join(&file.name)).collect();
        archive_util::tell_added(py, &names)?;
        crate::value::path_to_python(py, &name)
    }
}

/// The formats that were asked for, if all are of our own making.
fn own_formats(slf: &Bound<'_, Sdist>) -> PyResult<Option<Vec<&'static Format>>> {
    let mut formats = Vec::new();
    for name in option::<Vec<String>>(slf.as_any(), "formats")? {
        match archive_util::own_format(slf.py(), &name)? {
            Some(format) => formats.push(format),
            None => return Ok(None),
        }
    }
    Ok(Some(formats))
}

fn is_one_name(path: &Path) -> bool {
    let mut parts = path.components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None))
}

/// Whether a file of this name would not be below the folder that it is to be in.
fn leads_elsewhere(file: &Path) -> bool {
    file.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir))
}

/// The files that are regular ones, or lead to one; the others are warned about.
fn regular_files(py: Python<'_>, door: &dyn Effects, files: Vec<PathBuf>) -> PyResult<Vec<PathBuf>> {
    let mut regular = Vec::with_capacity(files.len());
    for file in files {
        if door.is_file(&file) {
            regular.push(file);
        } else {
            log::call(py, "warn", "'%s' not a regular file -- skipping", (file.as_file_name(),))?;
        }
    }
    Ok(regular)
}

/// The links whose file is not in the archive; each is told of, since CPython packs the link.
fn tell_of_loose_links(py: Python<'_>, files: &[PathBuf]) -> PyResult<HashSet<PathBuf>> {
    let mut loose = HashSet::new();
    for link in archive::loose_links(Path::new(""), files) {
        let format = "warning: '%s' is a link to '%s', which is not in the archive: its contents are packed";
        log::call(py, "warn", format, (link.file.as_file_name(), link.target.as_file_name()))?;
        loose.insert(link.file);
    }
    Ok(loose)
}

/// The bits that new files and folders do not get.
fn umask(py: Python<'_>) -> PyResult<u32> {
    let os = py.import("os")?;
    let mask = os.call_method1("umask", (0o022,))?;
    os.call_method1("umask", (&mask,))?;
    mask.extract()
}

pub fn make_tree(
    slf: &Bound<'_, Sdist>,
    base_dir: &Bound<'_, PyString>,
    files: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let py = slf.py();
    let dry_run = slf.getattr("dry_run")?;
    slf.call_method1("mkpath", (base_dir,))?;
    let keywords = PyDict::new(py);
    keywords.set_item("dry_run", &dry_run)?;
    seam::global(py, "dir_util", "create_tree")?.call((base_dir, files), Some(&keywords))?;

    // Who builds from the archive gets contents: no link, and the same bytes of the same files.
    let link = (!backend::is_running() && py.import("os")?.hasattr("link")?).then_some("hard");
    let what = if link.is_some() { "making hard links in" } else { "copying files to" };
    if files.is_truthy()? {
        log::info(py, &format!("{what} {base_dir}..."))?;
    } else {
        log::warn(py, "no files to distribute -- empty manifest?")?;
    }
    let base: PathBuf = base_dir.extract()?;
    let door = door(dry_run.is_truthy()?);
    let regular = regular_files(py, door, filelist::paths(files)?)?;
    let loose = if link.is_some() { tell_of_loose_links(py, &regular)? } else { HashSet::new() };
    if seam::methods_are_ours(slf, &["copy_file"])? && seam::functions_are_ours(py, dir_util::COPY_FUNCTIONS)?
    {
        let means = |file: &PathBuf| match link.is_some() && !loose.contains(file) {
            true => Means::HardLink,
            false => Means::Contents,
        };
        let only_newer = !slf.getattr("force")?.is_truthy()?;
        dir_util::copy_at_once(py, door, &copies(&base, regular, only_newer, means), 1)?;
    } else {
        for file in regular {
            let keywords = PyDict::new(py);
            keywords.set_item("link", link.filter(|_| !loose.contains(&file)))?;
            let target = base.join(&file);
            slf.call_method("copy_file", (file.as_file_name(), target.as_file_name()), Some(&keywords))?;
        }
    }

    let metadata = slf.getattr("distribution")?.getattr("metadata")?;
    if seam::methods_are_ours(&metadata, &["write_pkg_info"])? {
        return metadata::write_through(&metadata, &base, door);
    }
    if door.perform(&format!("writing {}", base.join("PKG-INFO").display())) {
        metadata.call_method1("write_pkg_info", (base_dir,))?;
    }
    Ok(())
}

/// A step for each file, from which the folder gets it.
fn copies(
    base: &Path,
    files: Vec<PathBuf>,
    only_newer: bool,
    means: impl Fn(&PathBuf) -> Means,
) -> Vec<Step> {
    files
        .into_iter()
        .map(|from| {
            let to = base.join(&from);
            let (preserve_mode, preserve_times, means) = (true, true, means(&from));
            Step::Copy(Copy { from, to, preserve_mode, preserve_times, only_newer, means })
        })
        .collect()
}
