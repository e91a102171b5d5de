//! Data files of packages that `package_data` does not say: `include_package_data` takes what the manifest template
//! chooses, and `exclude_package_data` leaves files out again.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use oxidist_engine::manifest::plain_name;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::BuildPy;
use crate::dist::keywords;
use crate::file_name::AsFileName;
use crate::filelist;
use crate::seam;
use crate::value::option;

/// Where a command keeps what the template has chosen.
const CHOSEN: &str = "_manifest_files";

/// Whether a script has given either of the keywords, and setuptools does not see to them.
pub fn is_wanted(slf: &Bound<'_, BuildPy>) -> PyResult<bool> {
    let Some(distribution) = slf.getattr_opt("distribution")? else { return Ok(false) };
    Ok((keywords::attribute(&distribution, "include_package_data")?.is_truthy()?
        || keywords::attribute(&distribution, "exclude_package_data")?.is_truthy()?)
        && !keywords::are_setuptools(&distribution)?)
}

/// The data files of a package: those that were `found` by patterns, with the manifest's, without those that are to
/// be left out.
pub fn adjusted(
    slf: &Bound<'_, BuildPy>,
    package: &OsStr,
    folder: &Path,
    found: Vec<PathBuf>,
) -> PyResult<Vec<PathBuf>> {
    let distribution = slf.getattr("distribution")?;
    let mut files = found;
    if keywords::attribute(&distribution, "include_package_data")?.is_truthy()? {
        for file in chosen(slf)?.remove(package).unwrap_or_default() {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    let excluded = keywords::string_groups(&distribution, "exclude_package_data")?;
    let patterns: Vec<String> = excluded
        .into_iter()
        .filter(|(of, _)| of.is_empty() || OsStr::new(of) == package)
        .flat_map(|(_, all)| all)
        .collect();
    without(slf, folder, &patterns, files)
}

/// As `fnmatch` has it, a `*` goes through folders.
fn without(
    slf: &Bound<'_, BuildPy>,
    folder: &Path,
    patterns: &[String],
    mut files: Vec<PathBuf>,
) -> PyResult<Vec<PathBuf>> {
    let py = slf.py();
    for pattern in patterns {
        let pattern = seam::global(py, "command.build_py", "convert_path")?.call1((pattern,))?;
        // As in rules of a manifest template, `./` and doubled slashes do not keep a file in.
        let pattern = plain_name(&folder.join(pattern.extract::<PathBuf>()?)).into_owned();
        let matches = py.import("fnmatch")?.getattr("fnmatch")?;
        let mut kept = Vec::new();
        for file in files {
            if !matches.call1((plain_name(&file).as_file_name(), pattern.as_file_name()))?.is_truthy()? {
                kept.push(file);
            }
        }
        files = kept;
    }
    Ok(files)
}

/// What the manifest template chooses, by package; asked once.
fn chosen(slf: &Bound<'_, BuildPy>) -> PyResult<BTreeMap<OsString, Vec<PathBuf>>> {
    if let Some(known) = slf.getattr_opt(CHOSEN)? {
        return known.extract();
    }
    let mut folders = BTreeMap::new();
    for name in option::<Option<Vec<OsString>>>(slf.as_any(), "packages")?.unwrap_or_default() {
        let folder: PathBuf = slf.call_method1("get_package_dir", (name.as_file_name(),))?.extract()?;
        folders.insert(plain(&folder), name);
    }
    let mut by_package: BTreeMap<OsString, Vec<PathBuf>> = BTreeMap::new();
    for file in files_of_template(slf)? {
        let file = plain(&file);
        let parent = file.parent().unwrap_or(Path::new(""));
        let Some((folder, package)) = parent.ancestors().find_map(|folder| folders.get_key_value(folder))
        else {
            continue;
        };
        let is_module = parent == folder && file.extension().is_some_and(|extension| extension == "py");
        if !is_module {
            by_package.entry(package.clone()).or_default().push(file);
        }
    }
    let kept = PyDict::new(slf.py());
    for (package, files) in &by_package {
        kept.set_item(
            package.as_file_name(),
            files.iter().map(|file| file.as_file_name()).collect::<Vec<_>>(),
        )?;
    }
    slf.setattr(CHOSEN, kept)?;
    Ok(by_package)
}

/// The files that `sdist`'s template chooses, without the default files.
fn files_of_template(slf: &Bound<'_, BuildPy>) -> PyResult<Vec<PathBuf>> {
    let distribution = slf.getattr("distribution")?;
    let sdist = distribution.call_method1("get_command_class", ("sdist",))?.call1((&distribution,))?;
    sdist.call_method0("ensure_finalized")?;
    if !option::<PathBuf>(&sdist, "template")?.is_file() {
        return Ok(Vec::new());
    }
    let files = seam::global(slf.py(), "filelist", "FileList")?.call0()?;
    sdist.setattr("filelist", &files)?;
    files.call_method0("findall")?;
    sdist.call_method0("read_template")?;
    files.call_method0("sort")?;
    files.call_method0("remove_duplicates")?;
    filelist::paths(&files.getattr("files")?)
}

/// A path without `.` in it, so that one file has one name.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect()
}
