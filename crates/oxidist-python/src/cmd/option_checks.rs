//! `Command.ensure_*`: an option is of the kind that a command needs.

use oxidist_engine::words;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use super::Command;
use crate::errors::DistutilsOptionError;

#[pymethods]
impl Command {
    #[pyo3(signature = (option, what, default = None))]
    fn _ensure_stringlike<'py>(
        slf: &Bound<'py, Self>,
        option: &str,
        what: &str,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let value = slf.getattr(option)?;
        if value.is_none() {
            slf.setattr(option, &default)?;
            return Ok(default);
        }
        if !value.is_instance_of::<PyString>() {
            let text = format!("'{option}' must be a {what} (got `{}`)", value.str()?);
            return Err(DistutilsOptionError::new_err(text));
        }
        Ok(Some(value))
    }

    /// The option must be a string; None becomes `default`.
    #[pyo3(signature = (option, default = None))]
    fn ensure_string(slf: &Bound<'_, Self>, option: &str, default: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        slf.call_method1("_ensure_stringlike", (option, "string", default)).map(drop)
    }

    /// The option must be a list of strings; a string is split at commas and white space.
    fn ensure_string_list(slf: &Bound<'_, Self>, option: &str) -> PyResult<()> {
        let value = slf.getattr(option)?;
        if value.is_none() {
            return Ok(());
        }
        if let Ok(text) = value.extract::<String>() {
            return slf.setattr(option, words::split_list(&text));
        }
        let is_list_of_strings = value
            .cast::<PyList>()
            .is_ok_and(|list| list.iter().all(|item| item.is_instance_of::<PyString>()));
        if is_list_of_strings {
            return Ok(());
        }
        let text = format!("'{option}' must be a list of strings (got {})", value.repr()?);
        Err(DistutilsOptionError::new_err(text))
    }

    #[pyo3(signature = (option, tester, what, error_fmt, default = None))]
    fn _ensure_tested_string(
        slf: &Bound<'_, Self>,
        option: &str,
        tester: &Bound<'_, PyAny>,
        what: &str,
        error_fmt: &str,
        default: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let value = slf.call_method1("_ensure_stringlike", (option, what, default))?;
        if value.is_none() || tester.call1((&value,))?.is_truthy()? {
            return Ok(());
        }
        let format = PyString::new(slf.py(), "error in '%s' option: ").add(error_fmt)?;
        let text: String = format.rem((option, value))?.extract()?;
        Err(DistutilsOptionError::new_err(text))
    }

    /// The option must be the name of an existing file.
    fn ensure_filename(slf: &Bound<'_, Self>, option: &str) -> PyResult<()> {
        let tester = slf.py().import("os.path")?.getattr("isfile")?;
        let arguments = (option, tester, "filename", "'%s' does not exist or is not a file");
        slf.call_method1("_ensure_tested_string", arguments).map(drop)
    }

    /// The option must be the name of an existing folder.
    fn ensure_dirname(slf: &Bound<'_, Self>, option: &str) -> PyResult<()> {
        let tester = slf.py().import("os.path")?.getattr("isdir")?;
        let arguments = (option, tester, "directory name", "'%s' does not exist or is not a directory");
        slf.call_method1("_ensure_tested_string", arguments).map(drop)
    }
}
