//! The trace of an extension whose building was begun and not ended: a file in `build_temp`.
//!
//! Time stamps cannot tell a module that was linked from one that a killed run left half-written. So a marker
//! stands in `build_temp` from the first compile to the end of the link. One that is found there says that the
//! module is not to be trusted, whatever its time.

use std::path::{Path, PathBuf};

use oxidist_engine::digest;
use oxidist_engine::effects::Effects;
use pyo3::prelude::*;

use super::BuildExt;
use crate::errors::OrRaise;
use crate::file_name::AsFileName;
use crate::value::{Flag, option};
use crate::{dir_util, door};

/// The marker of one extension.
pub struct Marker<'a> {
    door: &'a dyn Effects,
    /// `None`: the command has no `build_temp`, and nothing is marked.
    path: Option<PathBuf>,
    dry_run: bool,
}

impl Marker<'_> {
    /// The marker for the module that is built as `ext_path`.
    pub fn of(slf: &Bound<'_, BuildExt>, ext_path: &Path) -> PyResult<Marker<'static>> {
        let folder: Option<PathBuf> = option(slf.as_any(), "build_temp")?;
        let name = digest::sha256(ext_path.as_os_str().as_encoded_bytes());
        let path = folder.map(|folder| folder.join(format!(".oxidist-unfinished-{}", &name[..16])));
        let dry_run = slf.getattr("dry_run")?.is_truthy()?;
        Ok(Marker { door: door::of(slf.as_any())?, path, dry_run })
    }

    /// Whether an earlier run left it.
    pub fn is_there(&self) -> bool {
        self.path.as_ref().is_some_and(|path| self.door.exists(path))
    }

    /// Put it in place. `build_temp` is made where it is missing.
    pub fn set(&self, py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let folder = path.parent().unwrap_or(Path::new(""));
        let folder = folder.as_file_name().into_pyobject(py)?;
        dir_util::mkpath(folder.as_any(), 0o777, 1, Flag(self.dry_run))?;
        let text = format!("{}\n", name.str()?.to_string_lossy());
        self.door
            .write_file(path, 0o666, &mut |out| {
                out.write_all(text.as_bytes()).map_err(oxidist_engine::Error::file("write", path))
            })
            .or_raise()
    }

    /// Take it away: the module is what a finished link has made, or what it was before.
    pub fn clear(&self) -> PyResult<()> {
        match &self.path {
            Some(path) if self.door.exists(path) => self.door.remove_file(path).or_raise(),
            _ => Ok(()),
        }
    }
}
