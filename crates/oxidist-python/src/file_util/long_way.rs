//! One file copied or moved through Python's `os` and `open`, where a script has replaced a name of theirs.

use oxidist_engine::effects::COPIED_MODE;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Asked, invalid_link, row_of};
use crate::errors::DistutilsFileError;
use crate::log;
use crate::python_os::{Os, has_number, os_error_as};
use crate::seam::{self, Borrowed};

/// What copying looks up.
pub static COPYING: [Borrowed; 3] = [
    Borrowed::new("os", &["unlink", "link", "symlink", "stat", "utime", "chmod"]),
    Borrowed::new("os.path", &["isfile", "isdir", "exists", "samefile", "join", "basename", "dirname"]),
    Borrowed::new("builtins", &["open"]),
];

/// What moving looks up.
pub static MOVING: [Borrowed; 2] = [
    Borrowed::new("os", &["rename", "unlink", "stat"]),
    Borrowed::new("os.path", &["isfile", "isdir", "exists", "join", "basename", "dirname"]),
];

/// `open` of Python's built-in functions.
pub fn open<'py>(path: &Bound<'py, PyAny>, mode: &str) -> PyResult<Bound<'py, PyAny>> {
    path.py().import("builtins")?.getattr("open")?.call1((path, mode))
}

fn file_error(text: String) -> PyErr {
    DistutilsFileError::new_err(text)
}

/// The new name, and whether the file was copied.
pub fn copy_file<'py>(
    src: &Bound<'py, PyAny>,
    dst: &Bound<'py, PyAny>,
    asked: &Asked<'_>,
) -> PyResult<(Bound<'py, PyAny>, bool)> {
    let py = src.py();
    let os = Os::seen_by(py, "file_util")?;
    if !os.is("isfile", src)? {
        let text = format!("can't copy '{}': doesn't exist or not a regular file", src.str()?);
        return Err(file_error(text));
    }
    let (folder, dst) = match os.is("isdir", dst)? {
        true => (dst.clone(), os.path("join", (dst, os.path("basename", (src,))?))?),
        false => (os.path("dirname", (dst,))?, dst.clone()),
    };
    if asked.update && !seam::global(py, "dep_util", "newer")?.call1((src, &dst))?.is_truthy()? {
        if asked.verbose >= 1 {
            log::call(py, "debug", "not copying %s (output up-to-date)", (src,))?;
        }
        return Ok((dst, false));
    }
    let verb = row_of(asked.link).ok_or_else(|| invalid_link(asked.link))?.2;
    if asked.verbose >= 1 {
        let same_name = os.path("basename", (&dst,))?.eq(os.path("basename", (src,))?)?;
        log::call(py, "info", "%s %s -> %s", (verb, src, if same_name { &folder } else { &dst }))?;
    }
    let is_there = |os: &Os<'py>| -> PyResult<bool> {
        Ok(os.is("exists", &dst)? && os.path("samefile", (src, &dst))?.is_truthy()?)
    };
    match asked.link {
        Some("hard") if !is_there(&os)? => match os.call("link", (src, &dst)) {
            // Not every file system has links: then it is copied.
            Err(error) if error.is_instance_of::<PyOSError>(py) => {}
            linked => return linked.map(|_| (dst, true)),
        },
        Some("sym") if !is_there(&os)? => return os.call("symlink", (src, &dst)).map(|_| (dst, true)),
        _ => {}
    }
    seam::global(py, "file_util", "_copy_file_contents")?.call1((src, &dst))?;
    if asked.preserve_mode || asked.preserve_times {
        let status = os.call("stat", (src,))?;
        if asked.preserve_times {
            set_times(&os, &dst, &status)?;
        }
        if asked.preserve_mode {
            os.call("chmod", (&dst, status.get_item(0)?.extract::<u32>()? & COPIED_MODE))?;
        }
    }
    Ok((dst, true))
}

/// To the nanosecond where `os.utime` is Python's own; a replaced one is called as CPython's distutils does.
fn set_times<'py>(os: &Os<'py>, dst: &Bound<'py, PyAny>, status: &Bound<'py, PyAny>) -> PyResult<()> {
    static UTIME: [Borrowed; 1] = [Borrowed::new("os", &["utime"])];
    let py = dst.py();
    if seam::world_is_pythons(py, "file_util", &UTIME)?
        && let (Some(accessed), Some(modified)) =
            (status.getattr_opt("st_atime_ns")?, status.getattr_opt("st_mtime_ns")?)
    {
        let keywords = PyDict::new(py);
        keywords.set_item("ns", (accessed, modified))?;
        return os.get("utime")?.call((dst,), Some(&keywords)).map(drop);
    }
    os.call("utime", (dst, (status.get_item(7)?, status.get_item(8)?))).map(drop)
}

/// `buffer_size` bytes at once.
pub fn copy_contents<'py>(
    os: &Os<'py>,
    src: &Bound<'py, PyAny>,
    dst: &Bound<'py, PyAny>,
    buffer_size: isize,
) -> PyResult<()> {
    let py = src.py();
    let failed = |what: &str, path: &Bound<'py, PyAny>, why: &str| {
        file_error(format!("could not {what} '{path}': {why}"))
    };
    let from = os_error_as(py, open(src, "rb"), |why| failed("open", src, why))?;
    let copied = (|| {
        if os.is("exists", dst)? {
            os_error_as(py, os.call("unlink", (dst,)), |why| failed("delete", dst, why))?;
        }
        let to = os_error_as(py, open(dst, "wb"), |why| failed("create", dst, why))?;
        let written = (|| {
            loop {
                let read = from.call_method1("read", (buffer_size,));
                let bytes = os_error_as(py, read, |why| failed("read from", src, why))?;
                if !bytes.is_truthy()? {
                    return Ok(());
                }
                let written = to.call_method1("write", (bytes,));
                os_error_as(py, written, |why| failed("write to", dst, why))?;
            }
        })();
        close(&to, written)
    })();
    close(&from, copied)
}

/// Close a file, whatever became of the work with it.
pub fn close(file: &Bound<'_, PyAny>, result: PyResult<()>) -> PyResult<()> {
    let closed = file.call_method0("close").map(drop);
    result.and(closed)
}

/// The new name.
pub fn move_file<'py>(
    src: &Bound<'py, PyAny>,
    dst: &Bound<'py, PyAny>,
    verbose: i64,
) -> PyResult<Bound<'py, PyAny>> {
    let py = src.py();
    let os = Os::seen_by(py, "file_util")?;
    let refused = |why: String| file_error(format!("can't move '{src}': {why}"));
    if !os.is("isfile", src)? {
        return Err(refused("not a regular file".into()));
    }
    let dst = if os.is("isdir", dst)? {
        os.path("join", (dst, os.path("basename", (src,))?))?
    } else if os.is("exists", dst)? {
        return Err(refused(format!("destination '{dst}' already exists")));
    } else {
        dst.clone()
    };
    let folder = os.path("dirname", (&dst,))?;
    // A bare name stands for one in the current folder.
    if (folder.is_truthy()? || !dst.is_truthy()?) && !os.is("isdir", &folder)? {
        return Err(refused(format!("destination '{dst}' not a valid path")));
    }
    match os.call("rename", (src, &dst)) {
        Err(error) if error.is_instance_of::<PyOSError>(py) && has_number(py, &error, "EXDEV")? => {}
        renamed => {
            let failed = |why: &str| file_error(format!("couldn't move '{src}' to '{dst}': {why}"));
            return os_error_as(py, renamed, failed).map(|_| dst.clone());
        }
    }
    let keywords = PyDict::new(py);
    keywords.set_item("verbose", verbose)?;
    seam::global(py, "file_util", "copy_file")?.call((src, &dst), Some(&keywords))?;
    let removed = os.call("unlink", (src,));
    if removed.as_ref().is_err_and(|error| error.is_instance_of::<PyOSError>(py)) {
        // There shall not be two. What this fails with is less telling than what the first one failed with.
        match os.call("unlink", (&dst,)) {
            Err(error) if !error.is_instance_of::<PyOSError>(py) => return Err(error),
            _ => {}
        }
    }
    let failed = |why: &str| {
        file_error(format!("couldn't move '{src}' to '{dst}' by copy/delete: delete '{src}' failed: {why}"))
    };
    os_error_as(py, removed, failed).map(|_| dst.clone())
}
