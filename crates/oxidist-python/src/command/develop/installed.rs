//! What is installed already: found by its `.dist-info` folder, and removed as its RECORD says.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use oxidist_engine::Error;
use oxidist_engine::wheel::{escaped_name, record_names};
use pyo3::prelude::*;

use super::{Develop, INSTALLER};
use crate::errors::{DistutilsFileError, OrRaise};
use crate::file_name::AsFileName;
use crate::value::{option, path_to_python};
use crate::{door, log};

/// The `.dist-info` folders that earlier runs have made for this distribution.
///
/// DistutilsFileError for one that another installer has made: what it has put there would be imported instead of
/// the project.
pub fn find(slf: &Bound<'_, Develop>) -> PyResult<Vec<PathBuf>> {
    let folder: PathBuf = option(slf.as_any(), "install_dir")?;
    let name = slf.getattr("distribution")?.call_method0("get_name")?.str()?.to_cow()?.into_owned();
    let door = door::of(slf.as_any())?;
    if !door.is_folder(&folder) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in door.list(&folder).map_err(Error::file("list the files in", &folder)).or_raise()? {
        let stem = entry.to_str().and_then(|entry| entry.strip_suffix(".dist-info"));
        let Some((own, version)) = stem.and_then(|stem| stem.split_once('-')) else { continue };
        if escaped_name(own) != escaped_name(&name) {
            continue;
        }
        let info = folder.join(&entry);
        let installer = std::fs::read_to_string(info.join("INSTALLER")).unwrap_or_default();
        if installer.trim() != INSTALLER {
            let by = if installer.trim().is_empty() { "another installer" } else { installer.trim() };
            let text = format!(
                "'{name}' {version} was installed in '{}' by {by}: uninstall it with that first",
                folder.display()
            );
            return Err(DistutilsFileError::new_err(text));
        }
        found.push(info);
    }
    Ok(found)
}

/// Remove the files that RECORD names, with what Python has compiled of them, and the folders that are empty then.
pub fn remove(slf: &Bound<'_, Develop>, info: &Path) -> PyResult<()> {
    let py = slf.py();
    let door = door::of(slf.as_any())?;
    let root = info.parent().unwrap_or(Path::new(""));
    let record = info.join("RECORD");
    log::call(py, "info", "removing '%s' (and everything it names)", (info.as_file_name(),))?;
    let text = std::fs::read_to_string(&record).map_err(Error::file("read", &record)).or_raise()?;
    let mut folders = BTreeSet::from([info.to_path_buf()]);
    for name in record_names(&text) {
        let path = root.join(&name);
        let mut files = vec![path.clone()];
        if path.extension().is_some_and(|ending| ending == "py") {
            let cached =
                py.import("importlib.util")?.call_method1("cache_from_source", (path.as_file_name(),))?;
            files.push(cached.extract()?);
        }
        if is_below_a_link(root, &path) {
            let why = "'%s' is left alone: a folder that it is in is a symbolic link now";
            log::call(py, "warn", why, (path.as_file_name(),))?;
            continue;
        }
        for file in files {
            if file.symlink_metadata().is_ok() {
                door.remove_file(&file).or_raise()?;
            }
            folders.extend(file.parent().map(Path::to_path_buf));
        }
    }
    // Inner ones first; one that is not empty stays, and those around it.
    for folder in folders.iter().rev().flat_map(|folder| folder.ancestors()) {
        let is_empty = door.is_folder(folder) && door.list(folder).is_ok_and(|names| names.is_empty());
        if !folder.starts_with(root) || folder == root || !is_empty {
            continue;
        }
        door.remove_folder(folder).or_raise()?;
    }
    Ok(())
}

/// Whether a folder between `root` and a file below it is a link: then the file is another's.
fn is_below_a_link(root: &Path, file: &Path) -> bool {
    let folders = file.ancestors().skip(1).take_while(|folder| *folder != root);
    file.strip_prefix(root).is_ok_and(|below| below.components().all(is_plain))
        && folders.into_iter().any(Path::is_symlink)
}

fn is_plain(component: Component<'_>) -> bool {
    matches!(component, Component::Normal(_))
}

/// The name of an installed file in RECORD: relative to the folder of modules, where it can be.
pub fn record_name(py: Python<'_>, path: &Path, folder: &Path) -> PyResult<String> {
    let name = match path.strip_prefix(folder) {
        Ok(inside) => inside.to_path_buf(),
        Err(_) => {
            let arguments = (path_to_python(py, path)?, path_to_python(py, folder)?);
            // On another drive of Windows.
            let relative = py.import("os.path")?.call_method1("relpath", arguments);
            relative.and_then(|name| name.extract()).unwrap_or_else(|_| path.to_path_buf())
        }
    };
    let text = name.to_str().ok_or_else(|| {
        let text = format!("'{}' cannot be installed: its name is not Unicode", path.display());
        DistutilsFileError::new_err(text)
    })?;
    Ok(if cfg!(windows) { text.replace('\\', "/") } else { text.to_string() })
}
