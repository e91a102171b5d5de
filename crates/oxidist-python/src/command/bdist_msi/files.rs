//! The files of an installer: one feature for each Python, and each file stored once for all of them.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;

use oxidist_engine::Error;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{BdistMsi, MODULE, add_data, versions_and_other};
use crate::errors::{DistutilsOptionError, OrRaise};
use crate::value::option;
use crate::{door, seam};

/// A feature, the folder that its files go to, and what makes its names differ from the others'.
struct Place<'py> {
    feature: Bound<'py, PyAny>,
    folder: Bound<'py, PyAny>,
    suffix: String,
}

/// The installer's folders as they are added to.
struct Tree<'a, 'py> {
    command: &'a Bound<'py, BdistMsi>,
    cabinet: Bound<'py, PyAny>,
    /// Files that are in the cabinet already, by path, with their keys.
    stored: HashMap<PathBuf, String>,
}

pub fn add(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    let py = slf.py();
    let database = slf.getattr("db")?;
    let cabinet = seam::global(py, MODULE, "msilib")?.call_method1("CAB", ("distfiles",))?;
    let mut tree = Tree { command: slf, cabinet, stored: HashMap::new() };
    let places = tree.places()?;
    database.call_method0("Commit")?;
    for place in places {
        tree.fill(place)?;
        database.call_method0("Commit")?;
    }
    tree.cabinet.call_method1("commit", (database,)).map(drop)
}

impl<'py> Tree<'_, 'py> {
    /// The root, then a place for each version.
    fn places(&self) -> PyResult<Vec<Place<'py>>> {
        let slf = self.command;
        let folder: PathBuf =
            slf.py().import("os.path")?.call_method1("abspath", (slf.getattr("bdist_dir")?,))?.extract()?;
        let root = self.folder(None, folder.as_os_str(), "TARGETDIR", "SourceDir")?;
        let feature = self.feature("Python", "Python", 0, 1, "TARGETDIR")?;
        let mut places = vec![Place { feature, folder: root.clone(), suffix: String::new() }];
        let versions = versions_and_other(slf)?;
        for (place, version) in versions.iter().enumerate() {
            let (target, name) = (format!("TARGETDIR{version}"), format!("Python{version}"));
            // The last one is offered, and not installed unless it is chosen.
            let (title, level) = if place + 1 == versions.len() {
                ("Python from another location".to_string(), 2)
            } else {
                (format!("Python {version} from registry"), 1)
            };
            let feature = self.feature(&name, &title, 1, level, &target)?;
            let folder = self.folder(Some(&root), folder.as_os_str(), &target, &name)?;
            places.push(Place { feature, folder, suffix: version.clone() });
        }
        Ok(places)
    }

    fn feature(
        &self,
        name: &str,
        title: &str,
        display: i64,
        level: i64,
        folder: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = self.command.py();
        let keywords = PyDict::new(py);
        keywords.set_item("directory", folder)?;
        let arguments = (self.command.getattr("db")?, name, title, "Everything", display, level);
        seam::global(py, MODULE, "Feature")?.call(arguments, Some(&keywords))
    }

    fn folder(
        &self,
        parent: Option<&Bound<'py, PyAny>>,
        physical: &std::ffi::OsStr,
        logical: &str,
        default: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let arguments = (self.command.getattr("db")?, &self.cabinet, parent, physical, logical, default);
        seam::global(self.command.py(), MODULE, "Directory")?.call1(arguments)
    }

    /// Add what is below `place`'s folder, the deepest of the last subfolder first.
    fn fill(&mut self, place: Place<'py>) -> PyResult<()> {
        let door = door::of(self.command)?;
        let mut waiting = vec![place.folder];
        while let Some(folder) = waiting.pop() {
            let path: PathBuf = folder.getattr("absolute")?.extract()?;
            for name in door.list(&path).map_err(Error::file("list", &path)).or_raise()? {
                let file = path.join(&name);
                if door.is_folder(&file) {
                    let shown = name.to_string_lossy();
                    let short = folder.call_method1("make_short", (&name,))?;
                    let names = format!("{}|{shown}", short.str()?);
                    waiting.push(self.folder(
                        Some(&folder),
                        &name,
                        &format!("{shown}{}", place.suffix),
                        &names,
                    )?);
                } else {
                    self.add_file(&folder, &place.feature, &place.suffix, name, file)?;
                }
            }
        }
        Ok(())
    }

    /// Store a file, or say that it is to be copied here, too.
    fn add_file(
        &mut self,
        folder: &Bound<'py, PyAny>,
        feature: &Bound<'py, PyAny>,
        suffix: &str,
        name: OsString,
        path: PathBuf,
    ) -> PyResult<()> {
        let logical = folder.getattr("logical")?;
        if !folder.getattr("component")?.is_truthy()? {
            folder.call_method1("start_component", (&logical, feature, 0))?;
        }
        if let Some(key) = self.stored.get(&path) {
            let component = folder.getattr("component")?;
            let row = (format!("{key}{suffix}"), component, key, None::<&str>, logical);
            return add_data(self.command, "DuplicateFile", vec![row]);
        }
        let key: String = folder.call_method1("add_file", (&name,))?.extract()?;
        let script: Option<OsString> =
            option::<Option<PathBuf>>(self.command, "install_script")?.map(Into::into);
        if script.is_some_and(|script| script == name) {
            if self.command.getattr("install_script_key")?.is_truthy()? {
                let text = format!("Multiple files with name {}", name.display());
                return Err(DistutilsOptionError::new_err(text));
            }
            self.command.setattr("install_script_key", format!("[#{key}]"))?;
        }
        self.stored.insert(path, key);
        Ok(())
    }
}
