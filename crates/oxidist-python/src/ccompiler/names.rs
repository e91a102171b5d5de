//! The names of object files, libraries and programs, and the language that a source's name tells.
//!
//! All paths are taken apart and put together by Python's `os.path`.

use std::path::{Component, Path, PathBuf};

use pyo3::exceptions::{PyAssertionError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PySlice, PyString};

use super::{CCompiler, Given, NameArguments, declare_methods, os_path};
use crate::errors::UnknownFileError;
use crate::setuptools::Departure;
use crate::value::{Elements, Flag, path_to_python};

/// What `lib_type` may be; `<type>_lib_format` and `<type>_lib_extension` make the name.
const LIBRARY_TYPES: [&str; 4] = ["static", "shared", "dylib", "xcode_stub"];

#[pymethods]
impl CCompiler {
    /// The language of a source, or the one that a list of sources is linked as; None where none is known.
    fn detect_language<'py>(
        slf: &Bound<'py, Self>,
        sources: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        language(slf.as_any(), sources)
    }

    #[pyo3(
        signature = (basename, strip_dir = Flag(false), output_dir = Given::Default),
        text_signature = "($self, basename, strip_dir=0, output_dir='')"
    )]
    fn shared_object_filename<'py>(
        slf: &Bound<'py, Self>,
        basename: Bound<'py, PyAny>,
        strip_dir: Flag,
        output_dir: Given<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let ending = slf.getattr("shared_lib_extension")?;
        with_ending(basename, ending, strip_dir.0, &output_dir.or(slf.py(), "")?)
    }

    #[pyo3(
        signature = (basename, strip_dir = Flag(false), output_dir = Given::Default),
        text_signature = "($self, basename, strip_dir=0, output_dir='')"
    )]
    fn executable_filename<'py>(
        slf: &Bound<'py, Self>,
        basename: Bound<'py, PyAny>,
        strip_dir: Flag,
        output_dir: Given<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let ending = slf.getattr("exe_extension")?;
        let ending = if ending.is_truthy()? { ending } else { PyString::new(py, "").into_any() };
        with_ending(basename, ending, strip_dir.0, &output_dir.or(py, "")?)
    }

    /// The file name of a library. `lib_type`: `static`, `shared`, `dylib` or `xcode_stub`.
    #[pyo3(
        signature = (libname, lib_type = "static", strip_dir = Flag(false), output_dir = Given::Default),
        text_signature = "($self, libname, lib_type='static', strip_dir=0, output_dir='')"
    )]
    fn library_filename<'py>(
        slf: &Bound<'py, Self>,
        libname: &Bound<'py, PyAny>,
        lib_type: &str,
        strip_dir: Flag,
        output_dir: Given<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        of_library(slf.as_any(), libname, lib_type, strip_dir.0, &output_dir.or(slf.py(), "")?)
    }
}

declare_methods! { CCompiler {
    /// The object file of each source, below `output_dir`. UnknownFileError for an ending not in
    /// `src_extensions`.
    object_filenames => of_objects;
} }

/// The object files of sources. `output_dir` None: relative to the working folder.
fn of_objects<'py>(compiler: &Bound<'py, PyAny>, call: NameArguments<'py>) -> PyResult<Bound<'py, PyList>> {
    let py = compiler.py();
    let NameArguments { source_filenames, strip_dir, output_dir } = call;
    let output_dir = if output_dir.is_none() { PyString::new(py, "").into_any() } else { output_dir };
    let objects = PyList::empty(py);
    let plain = Departure::PlainObjectNames.is_there(py)?;
    for source in source_filenames.try_iter()? {
        let source = source?;
        let source = if plain { without_dots(&source)? } else { source };
        let (base, ending): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
            os_path(py, "splitext", (&source,))?.extract()?;
        let base = relative(&base)?;
        if !compiler.getattr(intern!(py, "src_extensions"))?.contains(&ending)? {
            let text = PyString::new(py, "unknown file type '%s' (from '%s')").rem((ending, &source))?;
            return Err(UnknownFileError::new_err((text.unbind(),)));
        }
        let base = if strip_dir { os_path(py, "basename", (base,))? } else { base };
        let base = inside(py, &output_dir, base)?;
        let name = base.add(compiler.getattr(intern!(py, "obj_extension"))?)?;
        objects.append(os_path(py, "join", (&output_dir, name))?)?;
    }
    Ok(objects)
}

/// A source's path as `pathlib` has it: without `./` and doubled slashes.
fn without_dots<'py>(source: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = source.py();
    Ok(py
        .import(intern!(py, "pathlib"))?
        .getattr(intern!(py, "PurePath"))?
        .call1((source,))?
        .str()?
        .into_any())
}

/// The base of an object's name, which stays in `output_dir` where a link in that would be left by the `..` of the source:
/// `..` behind a link leads to wherever the link's target is, and nobody wants objects there. Each `..` becomes `__`.
///
/// Without links the name stays as distutils has it: `build/temp` and `../a` are `build/temp/../a`.
fn inside<'py>(
    py: Python<'py>,
    output_dir: &Bound<'py, PyAny>,
    base: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let (Ok(path), Ok(folder)) = (base.extract::<PathBuf>(), output_dir.extract::<PathBuf>()) else {
        return Ok(base);
    };
    if !path.components().any(|part| part == Component::ParentDir) {
        return Ok(base);
    }
    let mut clean = PathBuf::new();
    let mut left = 0;
    for part in path.components() {
        match part {
            Component::ParentDir if !clean.pop() => left += 1,
            Component::ParentDir | Component::CurDir => {}
            other => clean.push(other),
        }
    }
    let mut is_linked = folder.ancestors().filter(|folder| !folder.as_os_str().is_empty()).take(left);
    if !is_linked.any(Path::is_symlink) {
        return Ok(base);
    }
    let named: PathBuf = std::iter::repeat_n(Path::new("__"), left).chain([clean.as_path()]).collect();
    path_to_python(py, &named)
}

/// A path without its drive and its root, so that it can go below another folder.
///
/// Not by `isabs`, for which on Windows a path without a drive is no longer absolute.
pub fn relative<'py>(path: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = path.py();
    let path = os_path(py, "splitdrive", (path,))?.get_item(1)?;
    let system = py.import("os")?.getattr("path")?;
    for separator in [system.getattr("sep")?, system.getattr("altsep")?] {
        if !separator.is_none() && path.call_method1("startswith", (separator,))?.is_truthy()? {
            return path.get_item(PySlice::new(py, 1, isize::MAX, 1));
        }
    }
    Ok(path)
}

/// The folders that a path with `..` in it leaves again: `build/x` in `build/x/../y`.
pub fn passed_through(path: &Path) -> Vec<PathBuf> {
    let mut so_far = PathBuf::new();
    let mut left = Vec::new();
    for component in path.components() {
        if component == Component::ParentDir && so_far.file_name().is_some() {
            left.push(so_far.clone());
        }
        so_far.push(component);
    }
    left
}

/// A shared object's or a program's file name.
fn with_ending<'py>(
    base: Bound<'py, PyAny>,
    ending: Bound<'py, PyAny>,
    strip_dir: bool,
    output_dir: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = base.py();
    check_folder(output_dir)?;
    let base = if strip_dir { os_path(py, "basename", (base,))? } else { base };
    os_path(py, "join", (output_dir, base.add(ending)?))
}

fn of_library<'py>(
    compiler: &Bound<'py, PyAny>,
    name: &Bound<'py, PyAny>,
    kind: &str,
    strip_dir: bool,
    output_dir: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = compiler.py();
    check_folder(output_dir)?;
    if !LIBRARY_TYPES.contains(&kind) {
        let text = "'lib_type' must be \"static\", \"shared\", \"dylib\", or \"xcode_stub\"";
        return Err(PyValueError::new_err(text));
    }
    let format = compiler.getattr(format!("{kind}_lib_format"))?;
    let ending = compiler.getattr(format!("{kind}_lib_extension"))?;
    let (folder, base): (Bound<'_, PyAny>, Bound<'_, PyAny>) = os_path(py, "split", (name,))?.extract()?;
    let file = format.rem((base, ending))?;
    let folder = if strip_dir { PyString::new(py, "").into_any() } else { folder };
    os_path(py, "join", (output_dir, folder, file))
}

fn check_folder(output_dir: &Bound<'_, PyAny>) -> PyResult<()> {
    if output_dir.is_none() { Err(PyAssertionError::new_err(())) } else { Ok(()) }
}

/// The language of the sources that comes first in `language_order`.
fn language<'py>(
    compiler: &Bound<'py, PyAny>,
    sources: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = compiler.py();
    let sources = match sources.cast::<PyList>() {
        Ok(list) => list.clone(),
        Err(_) => PyList::new(py, [sources])?,
    };
    let order: Vec<Bound<'_, PyAny>> =
        compiler.getattr("language_order")?.elements()?.collect::<PyResult<_>>()?;
    let map = compiler.getattr("language_map")?;
    let mut first = order.len();
    for source in sources {
        let ending = os_path(py, "splitext", (source,))?.get_item(1)?;
        let language = map.call_method1("get", (ending,))?;
        for (place, known) in order[..first].iter().enumerate() {
            if known.eq(&language)? {
                first = place;
                break;
            }
        }
    }
    Ok(order.get(first).cloned())
}
