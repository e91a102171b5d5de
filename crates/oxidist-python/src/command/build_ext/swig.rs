//! SWIG: interface files (`.i`) become C or C++ beside themselves.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use super::BuildExt;
use super::options::join;
use crate::errors::DistutilsPlatformError;
use crate::{door, log, seam, steps};

/// Versions of SWIG whose own installers for Windows put them into a folder named after them.
const WINDOWS_VERSIONS: [&str; 3] = ["1.3", "1.2", "1.1"];

pub fn sources<'py>(
    slf: &Bound<'py, BuildExt>,
    sources: &Bound<'py, PyAny>,
    extension: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let py = slf.py();
    let ending = if writes_cpp(slf, extension)? { "_wrap.cpp" } else { "_wrap.c" };
    let split = py.import("os.path")?.getattr("splitext")?;
    let all = PyList::empty(py);
    let mut interfaces = Vec::new();
    for source in sources.try_iter()? {
        let source = source?;
        let (base, suffix): (Bound<'_, PyAny>, Bound<'_, PyAny>) = split.call1((&source,))?.extract()?;
        if suffix.eq(".i")? {
            let target = base.add(ending)?;
            all.append(&target)?;
            interfaces.push((source, target));
        } else {
            all.append(source)?;
        }
    }
    if interfaces.is_empty() {
        return Ok(all);
    }
    let command = command_line(slf, extension)?;
    for (source, target) in interfaces {
        let words = PyList::new(py, &command)?;
        words.append("-o")?;
        words.append(&target)?;
        words.append(&source)?;
        if steps::gathering() && left_to_engine(slf, extension, (&source, &target), &words)? {
            continue;
        }
        log::call(py, "info", "swigging %s to %s", (&source, &target))?;
        slf.call_method1("spawn", (words,))?;
        // A dry run has not made it, and goes on as if it had.
        door::of(slf.as_any())?.expect_file(&target.extract::<PathBuf>()?);
    }
    Ok(all)
}

/// Add SWIG's run to the steps that are gathered, where nobody replaced what would start it.
fn left_to_engine(
    slf: &Bound<'_, BuildExt>,
    extension: &Bound<'_, PyAny>,
    files: (&Bound<'_, PyAny>, &Bound<'_, PyAny>),
    words: &Bound<'_, PyList>,
) -> PyResult<bool> {
    if !seam::methods_are_ours(slf.as_any(), &["spawn"])?
        || !seam::functions_are_ours(slf.py(), &[("spawn", "spawn")])?
    {
        return Ok(false);
    }
    let force = slf.getattr("force")?.is_truthy()?;
    let Some(step) = steps::generate(files, words, &extension.getattr("depends")?, force)? else {
        return Ok(false);
    };
    steps::add_or_run(&slf.getattr("compiler")?, vec![step])?;
    Ok(true)
}

fn writes_cpp(slf: &Bound<'_, BuildExt>, extension: &Bound<'_, PyAny>) -> PyResult<bool> {
    if slf.getattr("swig_cpp")?.is_truthy()? {
        log::call(slf.py(), "warn", "--swig-cpp is deprecated - use --swig-opts=-c++", ())?;
        return Ok(true);
    }
    Ok(slf.getattr("swig_opts")?.contains("-c++")? || extension.getattr("swig_opts")?.contains("-c++")?)
}

/// The program and its options. Those of the command stand in the place of the extension's.
fn command_line<'py>(
    slf: &Bound<'py, BuildExt>,
    extension: &Bound<'py, PyAny>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = slf.py();
    let mut program = slf.getattr("swig")?;
    if !program.is_truthy()? {
        program = slf.call_method0("find_swig")?;
    }
    let own = slf.getattr("swig_opts")?;
    let mut words = vec![program, PyString::new(py, "-python").into_any()];
    for word in own.try_iter()? {
        words.push(word?);
    }
    if slf.getattr("swig_cpp")?.is_truthy()? {
        words.push(PyString::new(py, "-c++").into_any());
    }
    if !own.is_truthy()? {
        for word in extension.getattr("swig_opts")?.try_iter()? {
            words.push(word?);
        }
    }
    Ok(words)
}

pub fn find(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let platform: String = py.import("os")?.getattr("name")?.extract()?;
    match platform.as_str() {
        "posix" => Ok(PyString::new(py, "swig").into_any()),
        "nt" => {
            for version in WINDOWS_VERSIONS {
                let program = join(py, (format!("c:\\swig{version}"), "swig.exe"))?;
                if py.import("os.path")?.call_method1("isfile", (&program,))?.is_truthy()? {
                    return Ok(program);
                }
            }
            Ok(PyString::new(py, "swig.exe").into_any())
        }
        other => Err(DistutilsPlatformError::new_err(format!(
            "I don't know how to find (much less run) SWIG on platform '{other}'"
        ))),
    }
}
