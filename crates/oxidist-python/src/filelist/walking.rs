//! Finding all files below a folder.

use std::path::PathBuf;

use oxidist_engine::manifest;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::paths_to_python;
use crate::interrupt::released;
use crate::python_os::Os;
use crate::seam::{self, Borrowed};
use crate::unread;

/// All files below a folder, links followed, with the folder in front (unless it is the current one, `.`).
///
/// In the order of the names, outer folders first. A link that leads to a folder it is in is not followed.
#[pyfunction]
#[pyo3(signature = (dir = None), text_signature = "(dir='.')")]
pub(super) fn findall<'py>(py: Python<'py>, dir: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyList>> {
    let os = Os::seen_by(py, "filelist")?;
    let dir = dir.map_or_else(|| os.get("curdir"), Ok)?;
    if !seam::world_is_pythons(py, "filelist", &WALKING)?
        || !seam::functions_are_ours(py, &[("filelist", "_find_all_simple")])?
    {
        let files = seam::global(py, "filelist", "_find_all_simple")?.call1((&dir,))?;
        let below_here = dir.eq(os.get("curdir")?)?;
        let start = PyDict::new(py);
        start.set_item("start", &dir)?;
        let named = files.try_iter()?.map(|file| match below_here {
            true => os.get("path")?.getattr("relpath")?.call((file?,), Some(&start)),
            false => file,
        });
        return PyList::new(py, named.collect::<PyResult<Vec<_>>>()?);
    }
    let dir: PathBuf = dir.extract()?;
    let mut walked = released(py, |_| manifest::find_all(&dir))?;
    // Links that lead nowhere are told of where somebody asks for this folder: the whole project has others' too.
    walked.unread.retain(|unread| unread.is_folder() || dir.as_os_str() != ".");
    unread::warn(py, &walked.unread)?;
    paths_to_python(py, &walked.files)
}

/// What finding files looks up.
pub(super) static WALKING: [Borrowed; 2] = [
    Borrowed::new("os", &["walk", "scandir", "stat"]),
    Borrowed::new("os.path", &["isfile", "join", "relpath"]),
];

/// [`_find_all_simple`] through Python's `os`, where a script has replaced a name of it.
fn find_all_by_python<'py>(path: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = path.py();
    let os = Os::seen_by(py, "filelist")?;
    let keywords = PyDict::new(py);
    keywords.set_item("followlinks", true)?;
    let found = PyList::empty(py);
    for step in os.get("walk")?.call((path,), Some(&keywords))?.try_iter()? {
        let (folder, _, names): (Bound<'_, PyAny>, Bound<'_, PyAny>, Bound<'_, PyAny>) = step?.extract()?;
        for name in names.try_iter()? {
            let file = os.path("join", (&folder, name?))?;
            if os.is("isfile", &file)? {
                found.append(file)?;
            }
        }
    }
    Ok(found.try_iter()?.into_any())
}

/// All files below a folder, links followed, with the folder in front.
#[pyfunction]
pub(super) fn _find_all_simple<'py>(path: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = path.py();
    if !seam::world_is_pythons(py, "filelist", &WALKING)? {
        return find_all_by_python(path);
    }
    let path: PathBuf = path.extract()?;
    let files = released(py, |_| manifest::files_below(&path, &|_| true))?;
    let files: Vec<PathBuf> = files.files.into_iter().map(|file| path.join(file)).collect();
    Ok(paths_to_python(py, &files)?.try_iter()?.into_any())
}
