//! distutils.command.install_data: installs files that belong to no package.

use std::path::{Path, PathBuf};

use oxidist_engine::package::{self, CopyOptions};
use oxidist_engine::tree;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::Row;
use super::install::root::require_below;
use crate::cmd::Command;
use crate::dir_util::{COPY_FUNCTIONS, copy_at_once};
use crate::door;
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{data_files, seam};

/// Installs data files, each in the folder that the setup script names for it.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.install_data", name = "install_data")]
pub struct InstallData;

#[pymethods]
impl InstallData {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(InstallData)
    }

    #[classattr]
    fn description() -> &'static str {
        "install data files"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("install-dir=", Some("d"), "folder for files and folders without one [default: install's]"),
            ("root=", None, "put everything below this folder, as if it were the root"),
            ("force", Some("f"), "install everything, up to date or not"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["force"]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.setattr("install_dir", slf.py().None())?;
        slf.setattr("outfiles", PyList::empty(slf.py()))?;
        slf.setattr("root", slf.py().None())?;
        slf.setattr("force", 0)?;
        slf.setattr("data_files", slf.getattr("distribution")?.getattr("data_files")?)?;
        slf.setattr("warn_dir", 1)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let pairs = [("install_data", "install_dir"), ("root", "root"), ("force", "force")];
        super::take_options(slf.as_any(), "install", &pairs)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let entries = entries(slf)?;
        let places = entries.iter().map(|entry| entry.place(slf)).collect::<PyResult<Vec<_>>>()?;
        slf.call_method1("mkpath", (slf.getattr("install_dir")?,))?;
        let is_ours = seam::methods_are_ours(slf.as_any(), &["mkpath", "copy_file"])?
            && seam::functions_are_ours(slf.py(), COPY_FUNCTIONS)?;
        let outfiles = slf.getattr("outfiles")?;
        let mut batch = Vec::new();
        for (entry, place) in entries.iter().zip(places) {
            let folder = entry.folder(slf, place)?;
            if entry.files.is_empty() || !is_ours && entry.folder.is_some() {
                slf.call_method1("mkpath", (folder.as_file_name(),))?;
            }
            if entry.files.is_empty() {
                outfiles.call_method1("append", (folder.as_file_name(),))?;
            }
            for file in &entry.files {
                if is_ours {
                    let target = folder.join(file.file_name().unwrap_or_default());
                    outfiles.call_method1("append", (target.as_file_name(),))?;
                    batch.push((file.clone(), target));
                } else {
                    let copied =
                        slf.call_method1("copy_file", (file.as_file_name(), folder.as_file_name()))?;
                    outfiles.call_method1("append", (copied.get_item(0)?,))?;
                }
            }
        }
        let door = door::of(slf.as_any())?;
        let only_newer = !slf.getattr("force")?.is_truthy()?;
        let steps = package::plan_copies(door, batch, CopyOptions { preserve_mode: true, only_newer });
        copy_at_once(slf.py(), door, &steps, 1).map(drop)
    }

    fn get_inputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        super::or_empty_list(slf.getattr("data_files")?)
    }

    fn get_outputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("outfiles")
    }
}

/// One entry of `data_files`.
struct Entry {
    /// As the script has it, and `None` for a file that is named alone.
    folder: Option<PathBuf>,
    /// Empty: the folder itself is wanted.
    files: Vec<PathBuf>,
}

impl Entry {
    /// The folder that the files go into; `place` is where the one leads to that the script has given.
    fn folder(&self, slf: &Bound<'_, InstallData>, place: Option<PathBuf>) -> PyResult<PathBuf> {
        let Some(place) = place else {
            let install_dir: PathBuf = option(slf.as_any(), "install_dir")?;
            if slf.getattr("warn_dir")?.is_truthy()? {
                let file = self.files.first().map(PathBuf::as_path).unwrap_or(Path::new(""));
                let text = format!(
                    "setup script did not provide a directory for '{}' -- installing right in '{}'",
                    file.display(),
                    install_dir.display()
                );
                slf.call_method1("warn", (text,))?;
            }
            return Ok(install_dir);
        };
        Ok(place)
    }

    /// Where a folder that the script has given leads to. DistutilsOptionError where that is outside of the root.
    fn place(&self, slf: &Bound<'_, InstallData>) -> PyResult<Option<PathBuf>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let root = slf.getattr("root")?;
        let install_dir: PathBuf = option(slf.as_any(), "install_dir")?;
        let place = if !folder.is_absolute() {
            install_dir.join(folder)
        } else if root.is_truthy()? {
            let change_root = seam::global(slf.py(), "command.install_data", "change_root")?;
            change_root.call1((&root, folder.as_file_name()))?.extract()?
        } else {
            folder.clone()
        };
        if root.is_truthy()? {
            let root: PathBuf = root.extract()?;
            // An `install_dir` of the user's own may be anywhere.
            if folder.is_absolute() || !tree::leads_out(&root, &install_dir) {
                let entry = format!("data_files: the folder '{}'", folder.display());
                require_below(&root, &place, &entry)?;
            }
        }
        Ok(Some(place))
    }
}

/// The option `data_files`, with its names in this platform's form.
fn entries(slf: &Bound<'_, InstallData>) -> PyResult<Vec<Entry>> {
    let convert_path = seam::global(slf.py(), "command.install_data", "convert_path")?;
    let path = |name: Bound<'_, PyAny>| -> PyResult<PathBuf> { convert_path.call1((name,))?.extract() };
    let given = data_files::entries(&slf.getattr("data_files")?)?;
    given
        .into_iter()
        .map(|entry| {
            let folder = entry.folder.map(path).transpose()?;
            Ok(Entry { folder, files: entry.files.into_iter().map(path).collect::<PyResult<_>>()? })
        })
        .collect()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<InstallData>()
}
