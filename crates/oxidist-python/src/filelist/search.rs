//! How a pattern finds names: in the engine where nobody would see the difference, or by Python's `re`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use oxidist_engine::manifest::{self, Dialect, Pattern, PlainPattern, Spelling};
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::FileList;
use crate::value::Flag;
use crate::{debug, seam, setuptools, text};

/// What a pattern is turned into a regular expression by, where a script has replaced it.
pub(super) const TRANSLATION: &[(&str, &str)] =
    &[("filelist", "translate_pattern"), ("filelist", "glob_to_re")];

/// How names are searched: in the engine, or by Python's `re`.
pub(super) enum Search<'py> {
    Engine(Box<Pattern>),
    Python {
        search: Bound<'py, PyAny>,
        /// For the pattern in Unicode's normal form C, if that is another one.
        composed: Option<Bound<'py, PyAny>>,
        /// Whether anybody hears of each file.
        told: bool,
    },
}

impl<'py> Search<'py> {
    /// The way for one call of `caller`. The engine's is taken where nobody would see the difference and it
    /// knows all that is in the pattern.
    pub(super) fn new(
        list: &Bound<'py, FileList>,
        caller: &str,
        pattern: &Bound<'py, PyAny>,
        anchor: Flag,
        prefix: Option<&Bound<'py, PyAny>>,
        is_regex: Flag,
    ) -> PyResult<Search<'py>> {
        let py = list.py();
        let told = debug::is_on(py, "debug")? || !seam::methods_are_ours(list, &["debug_print"])?;
        if !told
            && seam::functions_are_ours(py, TRANSLATION)?
            && let Some(pattern) = engine_pattern(pattern, anchor, prefix, is_regex)
        {
            return Ok(Search::Engine(Box::new(pattern)));
        }
        let translate = seam::global(py, "filelist", "translate_pattern")?;
        let compile = |pattern: &Bound<'py, PyAny>, prefix: Option<&Bound<'py, PyAny>>| {
            translate.call1((pattern, anchor.0, prefix, is_regex.0))
        };
        let compiled = compile(pattern, prefix)?;
        let spelled = (composed(pattern)?, prefix.map(composed).transpose()?.flatten());
        let composed = match spelled {
            (None, None) => None,
            (other, other_prefix) => {
                let other = other.as_ref().unwrap_or(pattern);
                Some(compile(other, other_prefix.as_ref().or(prefix))?.getattr("search")?)
            }
        };
        if told {
            let shown = compiled.getattr("pattern")?.str()?;
            let message = format!("{caller}: applying regex r'{}'", text::from_python(&shown)?);
            let message = text::to_python(py, &message)?;
            list.call_method1("debug_print", (message,))?;
        }
        Ok(Search::Python { search: compiled.getattr("search")?, composed, told })
    }

    /// What a pattern finds beside what it says, on our own ground: without `./` and doubled slashes. None where
    /// there is no other spelling.
    pub(super) fn plain(
        list: &Bound<'py, FileList>,
        caller: &str,
        pattern: &Bound<'py, PyAny>,
        anchor: Flag,
        prefix: Option<&Bound<'py, PyAny>>,
        is_regex: Flag,
    ) -> PyResult<Option<Search<'py>>> {
        let py = list.py();
        if is_regex.0 || setuptools::spelling(py)? != Spelling::Lenient {
            return Ok(None);
        }
        let written = |value: &Bound<'py, PyAny>| -> PyResult<Option<OsString>> {
            let Ok(text) = value.cast::<PyString>() else { return Ok(None) };
            Ok(Some(OsString::from(text::from_python(text)?.into_owned())))
        };
        let (written, folder) = (written(pattern)?, prefix.map(written).transpose()?.flatten());
        let excludes = caller == "exclude_pattern";
        let plain = PlainPattern::of(written.as_deref(), anchor.0, folder.as_deref(), excludes);
        let Some(plain) = plain else { return Ok(None) };
        let python = |text: Option<OsString>| text.map(|text| text_to_python(py, &text)).transpose();
        let (pattern, prefix) = (python(plain.pattern)?, python(plain.prefix)?);
        let pattern = pattern.unwrap_or_else(|| py.None().into_bound(py));
        Search::new(list, caller, &pattern, Flag(plain.anchor), prefix.as_ref(), is_regex).map(Some)
    }

    pub(super) fn finds(&self, name: &Bound<'py, PyAny>) -> PyResult<bool> {
        match self {
            Search::Python { search, composed, .. } => {
                let matches = |search: &Bound<'py, PyAny>, name: &Bound<'py, PyAny>| {
                    search.call1((name,)).and_then(|found| found.is_truthy())
                };
                if matches(search, name)? {
                    return Ok(true);
                }
                let search = composed.as_ref().unwrap_or(search);
                match self::composed(name)? {
                    Some(name) => matches(search, &name),
                    None if composed.is_some() => matches(search, name),
                    None => Ok(false),
                }
            }
            Search::Engine(pattern) => match name.cast::<PyString>() {
                Ok(name) => Ok(pattern.is_match(&*text::from_python(name)?)),
                Err(_) => Ok(pattern.is_match(name.extract::<PathBuf>()?)),
            },
        }
    }

    pub(super) fn tell(
        &self,
        list: &Bound<'py, FileList>,
        what: &str,
        name: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        if let Search::Python { told: true, .. } = self {
            let message = PyString::new(list.py(), what).add(name)?;
            list.call_method1("debug_print", (message,))?;
        }
        Ok(())
    }
}

/// A name without `./` and doubled slashes, if that is another one.
pub(super) fn plain<'py>(name: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Ok(written) = name.cast::<PyString>() else { return Ok(None) };
    let plain = manifest::plain_spelling(text::from_python(written)?.as_ref().as_ref());
    plain.map(|plain| text_to_python(name.py(), &plain)).transpose()
}

/// What was text of Python before it was taken apart, at ASCII characters only.
fn text_to_python<'py>(py: Python<'py>, text: &OsStr) -> PyResult<Bound<'py, PyAny>> {
    Ok(text::to_python(py, &text.to_string_lossy())?.into_any())
}

/// A name or a pattern in Unicode's normal form C, if that is another one. A compiled pattern gives its text's, with
/// its flags.
fn composed<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = value.py();
    if let Ok(plain) = value.cast::<PyString>() {
        let other = manifest::composed(&text::from_python(plain)?);
        return other.map(|other| Ok(text::to_python(py, &other)?.into_any())).transpose();
    }
    let Some(inside) = value.getattr_opt("pattern")?.filter(|inside| inside.is_instance_of::<PyString>())
    else {
        return Ok(None);
    };
    let Some(other) = composed(&inside)? else { return Ok(None) };
    py.import("re")?.call_method1("compile", (other, value.getattr("flags")?)).map(Some)
}

/// The engine's pattern; `None` where only Python's `re` knows what is meant, or that it is wrong.
fn engine_pattern(
    pattern: &Bound<'_, PyAny>,
    anchor: Flag,
    prefix: Option<&Bound<'_, PyAny>>,
    is_regex: Flag,
) -> Option<Pattern> {
    if is_regex.0 {
        return Pattern::regex(pattern.cast::<PyString>().ok()?.to_str().ok()?).ok();
    }
    let text = |value: &Bound<'_, PyAny>| {
        let text = value.cast::<PyString>().ok()?;
        text::from_python(text).ok().map(|text| OsString::from(text.into_owned()))
    };
    let pattern = if pattern.is_none() { None } else { Some(text(pattern)?) };
    let prefix = match prefix {
        Some(prefix) => Some(text(prefix)?),
        None => None,
    };
    Pattern::glob(pattern.as_deref(), anchor.0, prefix.as_deref()).ok()
}

/// A shell pattern as the text of a regular expression, in which wildcards do not match separators.
#[pyfunction]
pub(super) fn glob_to_re<'py>(pattern: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    let py = pattern.py();
    text::to_python(py, &manifest::glob_to_re(&text::from_python(pattern)?, dialect(py)))
}

/// A shell pattern as a compiled regular expression; see `FileList.include_pattern` for the parameters.
#[pyfunction]
#[pyo3(
    signature = (pattern, anchor = Flag(true), prefix = None, is_regex = Flag(false)),
    text_signature = "(pattern, anchor=1, prefix=None, is_regex=0)"
)]
pub(super) fn translate_pattern<'py>(
    pattern: &Bound<'py, PyAny>,
    anchor: Flag,
    prefix: Option<&Bound<'py, PyString>>,
    is_regex: Flag,
) -> PyResult<Bound<'py, PyAny>> {
    let py = pattern.py();
    let compile = py.import("re")?.getattr("compile")?;
    if is_regex.0 {
        let is_text = pattern.is_instance_of::<PyString>();
        return if is_text { compile.call1((pattern,)) } else { Ok(pattern.clone()) };
    }
    let pattern = if pattern.is_truthy()? { Some(pattern.cast::<PyString>()?) } else { None };
    let pattern = pattern.map(text::from_python).transpose()?;
    let prefix = prefix.map(text::from_python).transpose()?;
    let expression =
        manifest::translate_pattern(pattern.as_deref(), anchor.0, prefix.as_deref(), dialect(py));
    compile.call1((text::to_python(py, &expression)?,))
}

/// As `fnmatch.translate` of this Python spells its patterns.
fn dialect(py: Python<'_>) -> Dialect {
    if py.version_info() >= (3, 11) { Dialect::AtomicGroups } else { Dialect::NamedGroups }
}
