//! Options as Python holds them (any type at all), read as the Rust types that the work needs.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use pyo3::exceptions::PyUnicodeEncodeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::errors::DistutilsOptionError;
use crate::file_name::{AsFileName, encoding_is_utf8};

/// What can be iterated over in Python.
pub trait Elements<'py> {
    /// As `try_iter`, for what is collected: how many are to come is not asked, as PyO3 imports the module `operator`
    /// for that question.
    fn elements(&self) -> PyResult<impl Iterator<Item = PyResult<Bound<'py, PyAny>>>>;
}

impl<'py> Elements<'py> for Bound<'py, PyAny> {
    fn elements(&self) -> PyResult<impl Iterator<Item = PyResult<Bound<'py, PyAny>>>> {
        let mut elements = self.try_iter()?;
        let mut count = 0usize;
        Ok(std::iter::from_fn(move || {
            let next = elements.next()?;
            count += 1;
            Some(next.and_then(|element| bounded(count, &element).map(|()| element)))
        }))
    }
}

/// No option has more elements: an iterator that gives more does not end.
const MOST_ELEMENTS: usize = 5_000_000;

/// After how many elements Ctrl-C is asked for: iterators that are not written in Python do not hear it.
const HEARS_AFTER: usize = 4096;

fn bounded(count: usize, element: &Bound<'_, PyAny>) -> PyResult<()> {
    if count > MOST_ELEMENTS {
        let text = format!("an option has more than {MOST_ELEMENTS} elements: does its iterator ever end?");
        return Err(DistutilsOptionError::new_err(text));
    }
    if count.is_multiple_of(HEARS_AFTER) { element.py().check_signals() } else { Ok(()) }
}

thread_local! {
    /// What an iterator raised while an option was read: more than that the option is of another type.
    static RAISED: Cell<Option<PyErr>> = const { Cell::new(None) };
}

/// The elements of a list of that type; `None` where one is of another type, or the iteration ended with an error.
fn all<T: for<'a, 'py> FromPyObject<'a, 'py>>(value: &Bound<'_, PyAny>) -> Option<Vec<T>> {
    if value.is_instance_of::<PyString>() {
        return None;
    }
    let mut all = Vec::new();
    for element in value.elements().ok()? {
        match element {
            Ok(element) => all.push(element.extract().ok()?),
            Err(error) => {
                RAISED.set(Some(error));
                return None;
            }
        }
    }
    Some(all)
}

/// A type that an option can be read as. `EXPECTED` completes "'build_lib' must be ...".
pub trait OptionValue: Sized {
    const EXPECTED: &'static str;
    /// `None`: `value` is not of this type.
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self>;
}

/// A boolean option: whatever Python takes for true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl OptionValue for Flag {
    const EXPECTED: &'static str = "true or false";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        value.is_truthy().ok().map(Flag)
    }
}

/// As an argument: 0, 1, None and booleans are all in use.
impl<'a, 'py> FromPyObject<'a, 'py> for Flag {
    type Error = PyErr;
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        object.is_truthy().map(Flag)
    }
}

impl OptionValue for PathBuf {
    const EXPECTED: &'static str = "a path";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        value.extract().ok()
    }
}

impl OptionValue for String {
    const EXPECTED: &'static str = "a string";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        value.extract().ok()
    }
}

impl OptionValue for i64 {
    const EXPECTED: &'static str = "a number";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        value.extract().ok()
    }
}

impl<T: OptionValue> OptionValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        if value.is_none() { Some(None) } else { T::from_python(value).map(Some) }
    }
}

/// Any iterable but a string: a string given for a list is the commonest mistake in a setup script.
impl OptionValue for Vec<String> {
    const EXPECTED: &'static str = "a list of strings";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        all(value)
    }
}

/// Names of packages and modules, which become names of files.
impl OptionValue for Vec<OsString> {
    const EXPECTED: &'static str = "a list of strings";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        all(value)
    }
}

/// File names, which need not be Unicode: strings as a rule, and path objects where distutils never minded.
impl OptionValue for Vec<PathBuf> {
    const EXPECTED: &'static str = "a list of strings";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        all(value)
    }
}

impl OptionValue for BTreeMap<String, String> {
    const EXPECTED: &'static str = "a dictionary of strings";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        dictionary(value)
    }
}

impl OptionValue for BTreeMap<OsString, PathBuf> {
    const EXPECTED: &'static str = "a dictionary of paths";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        dictionary(value)
    }
}

impl OptionValue for BTreeMap<OsString, Vec<PathBuf>> {
    const EXPECTED: &'static str = "a dictionary of lists of strings";
    fn from_python(value: &Bound<'_, PyAny>) -> Option<Self> {
        // These are patterns, and one that no file's name can match matches none.
        dictionary(value).or_else(|| dictionary(without_lost_patterns(value)?.as_any()))
    }
}

fn dictionary<N, T>(value: &Bound<'_, PyAny>) -> Option<BTreeMap<N, T>>
where
    N: Ord + for<'a, 'py> FromPyObject<'a, 'py>,
    T: OptionValue,
{
    let items = value.cast::<PyDict>().ok()?.iter();
    items.map(|(name, item)| Some((name.extract().ok()?, T::from_python(&item)?))).collect()
}

/// A dictionary of lists without the strings in them that have no bytes in the file-system encoding.
fn without_lost_patterns<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyDict>> {
    let rest = PyDict::new(value.py());
    for (name, patterns) in value.cast::<PyDict>().ok()?.iter() {
        if !patterns.is_instance_of::<PyList>() && !patterns.is_instance_of::<PyTuple>() {
            return None;
        }
        let kept = patterns.try_iter().ok()?.flatten().filter(|pattern| without_bytes(pattern, 0).is_none());
        rest.set_item(name, PyList::new(value.py(), kept.collect::<Vec<_>>()).ok()?).ok()?;
    }
    Some(rest)
}

/// One option of a command, or of any object: an attribute of that name.
///
/// Errors with `DistutilsOptionError` ("'packages' must be a list of strings (got 5)").
pub fn option<T: OptionValue>(object: &Bound<'_, PyAny>, name: &str) -> PyResult<T> {
    let value = object.getattr(name)?;
    RAISED.set(None);
    T::from_python(&value).ok_or_else(|| {
        let wrong = || DistutilsOptionError::new_err(expected(name, T::EXPECTED, &value));
        RAISED.take().unwrap_or_else(wrong)
    })
}

/// "'packages' must be a list of strings (got 5)".
pub fn expected(name: &str, what: &str, value: &Bound<'_, PyAny>) -> String {
    if let Some(text) = not_a_file_name(value, what) {
        return text;
    }
    let shown = value.repr().map_or_else(|_| "something unprintable".into(), |text| text.to_string());
    format!("'{name}' must be {what} (got {shown})")
}

/// What is wrong with a file name in an option of names that the file-system encoding does not have.
fn not_a_file_name(value: &Bound<'_, PyAny>, what: &str) -> Option<String> {
    if what == <String as OptionValue>::EXPECTED {
        return None;
    }
    let name = without_bytes(value, 3)?;
    let encoding = value.py().import("sys").ok()?.call_method0("getfilesystemencoding").ok()?;
    let mut text = format!("{} cannot be a file name in this locale ({encoding})", name.repr().ok()?);
    if !encoding_is_utf8(value.py()).unwrap_or(true) {
        text.push_str(": set LC_ALL=C.UTF-8 or PYTHONUTF8=1");
    }
    Some(text)
}

/// The first string in `value`, or in what it contains, that has no bytes in the file-system encoding.
fn without_bytes<'py>(value: &Bound<'py, PyAny>, depth: usize) -> Option<Bound<'py, PyAny>> {
    if value.is_instance_of::<PyString>() || value.hasattr("__fspath__").unwrap_or(false) {
        let bytes = value.py().import("os").ok()?.call_method1("fsencode", (value,));
        let is_lost = bytes.is_err_and(|error| error.is_instance_of::<PyUnicodeEncodeError>(value.py()));
        return is_lost.then(|| value.clone());
    }
    let depth = depth.checked_sub(1)?;
    if let Ok(dictionary) = value.cast::<PyDict>() {
        let mut items = dictionary.iter();
        return items
            .find_map(|(name, item)| without_bytes(&name, depth).or_else(|| without_bytes(&item, depth)));
    }
    // An iterator is used up by now, and would not tell.
    let is_sequence = value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>();
    if is_sequence {
        value.try_iter().ok()?.flatten().find_map(|item| without_bytes(&item, depth))
    } else {
        None
    }
}

/// Declares the typed snapshot of a command's options that its work starts from:
/// a struct with `read(command)`, which reads each field from the attribute of its name.
#[macro_export]
macro_rules! snapshot {
    ($(#[$meta:meta])* $visibility:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        $visibility struct $name { $($(#[$field_meta])* $visibility $field: $type),* }

        impl $name {
            $visibility fn read(command: &pyo3::Bound<'_, pyo3::PyAny>) -> pyo3::PyResult<Self> {
                Ok(Self { $($field: $crate::value::option(command, stringify!($field))?),* })
            }
        }
    };
}

/// A path as a Python string (surrogate escapes for what is not Unicode).
pub fn path_to_python<'py>(py: Python<'py>, path: &Path) -> PyResult<Bound<'py, PyAny>> {
    Ok(path.as_file_name().into_pyobject(py)?.into_any())
}
