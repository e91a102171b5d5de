//! Names of files as Python strings, by the encoding that Python has for the names of files.
//!
//! PyO3 takes the bytes of a name for UTF-8 wherever they happen to be. In a Python whose file-system encoding is
//! another one (`LC_ALL=de_DE.ISO-8859-1`, `C` without UTF-8 mode) such a string names another file, or none. Whatever
//! hands a name to Python does so by [`AsFileName`]. The other way, `extract::<PathBuf>()` is right.

use std::ffi::OsStr;
use std::path::Path;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString};

/// A name that becomes what `os.fsdecode` makes of its bytes.
#[derive(Clone, Copy)]
pub struct FileName<'a>(&'a OsStr);

/// For every kind of name that the standard library has.
pub trait AsFileName {
    fn as_file_name(&self) -> FileName<'_>;
}

impl AsFileName for OsStr {
    fn as_file_name(&self) -> FileName<'_> {
        FileName(self)
    }
}

impl AsFileName for Path {
    fn as_file_name(&self) -> FileName<'_> {
        FileName(self.as_os_str())
    }
}

impl<'py> IntoPyObject<'py> for FileName<'_> {
    type Target = PyString;
    type Output = Bound<'py, PyString>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        let bytes = self.0.as_encoded_bytes();
        if cfg!(windows) || bytes.is_ascii() || encoding_is_utf8(py)? {
            return Ok(self.0.into_pyobject(py)?);
        }
        let bytes = PyBytes::new(py, bytes);
        Ok(py.import("os")?.call_method1(intern!(py, "fsdecode"), (bytes,))?.cast_into::<PyString>()?)
    }
}

/// Whether the names of files are UTF-8; that cannot change while Python runs.
pub fn encoding_is_utf8(py: Python<'_>) -> PyResult<bool> {
    static IS_UTF8: PyOnceLock<bool> = PyOnceLock::new();
    let ask = || -> PyResult<bool> {
        let name: String = py.import("sys")?.call_method0("getfilesystemencoding")?.extract()?;
        Ok(name.eq_ignore_ascii_case("utf-8"))
    };
    IS_UTF8.get_or_try_init(py, ask).copied()
}
