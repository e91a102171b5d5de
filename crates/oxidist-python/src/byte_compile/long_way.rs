//! Byte code made by Python's `py_compile`, where a script has replaced that or what names the files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::shown_name;
use crate::log;
use crate::seam::{self, Borrowed};
use crate::value::path_to_python;

/// What byte-compiling in this process looks up.
pub static COMPILING: [Borrowed; 2] =
    [Borrowed::new("py_compile", &["compile"]), Borrowed::new("importlib.util", &["cache_from_source"])];

pub fn byte_compile(
    py_files: &Bound<'_, PyAny>,
    optimize: i64,
    force: bool,
    prefix: Option<OsString>,
    base_dir: Option<PathBuf>,
) -> PyResult<()> {
    let py = py_files.py();
    let level = PyDict::new(py);
    match optimize {
        ..0 => {}
        0 => level.set_item("optimization", "")?,
        number => level.set_item("optimization", number)?,
    }
    for file in py_files.try_iter()? {
        let file = file?;
        let path: PathBuf = file.extract()?;
        if !path.as_os_str().as_encoded_bytes().ends_with(b".py") {
            continue;
        }
        let cache_from_source = py.import("importlib.util")?.getattr("cache_from_source")?;
        let target = cache_from_source.call((&file,), Some(&level))?;
        let shown = shown_name(&path, prefix.as_deref(), base_dir.as_deref())?;
        let shown = py.import("os")?.call_method1("fsdecode", (shown.as_slice(),))?;
        let name: PathBuf = target.extract()?;
        let name = path_to_python(py, Path::new(name.file_name().unwrap_or_default()))?;
        if force || seam::global(py, "util", "newer")?.call1((&file, &target))?.is_truthy()? {
            log::call(py, "info", "byte-compiling %s to %s", (&file, name))?;
            py.import("py_compile")?.getattr("compile")?.call1((&file, target, shown))?;
        } else {
            log::call(py, "debug", "skipping byte-compilation of %s to %s", (&file, name))?;
        }
    }
    Ok(())
}
