//! distutils.filelist: `FileList`, the files that rules and patterns choose.

mod search;
mod template;
mod walking;

use std::path::PathBuf;

use oxidist_engine::manifest::{self, Action, Arguments, Effect, Rule, Spelling};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySlice, PyString, PyTuple};

use search::Search;
pub use template::{finds_by_rules, run_template};

use crate::errors::{DistutilsInternalError, OrRaise};
use crate::file_name::AsFileName;
use crate::value::{Elements, Flag};
use crate::{debug, log, seam, setuptools, text};

/// Files that were chosen (`files`) among those there are (`allfiles`; None: not looked for yet).
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.filelist")]
pub struct FileList;

#[pymethods]
impl FileList {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        FileList
    }

    /// Both arguments are left from earlier times, and mean nothing.
    #[pyo3(signature = (warn = None, debug_print = None))]
    fn __init__(
        slf: &Bound<'_, Self>,
        warn: Option<&Bound<'_, PyAny>>,
        debug_print: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _ = (warn, debug_print);
        slf.setattr("allfiles", slf.py().None())?;
        slf.setattr("files", PyList::empty(slf.py()))
    }

    /// Give the files to choose from, in place of what `findall` would find.
    fn set_allfiles(slf: &Bound<'_, Self>, allfiles: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.setattr("allfiles", allfiles)
    }

    /// Take all files below a folder as those to choose from.
    #[pyo3(signature = (dir = None), text_signature = "($self, dir='.')")]
    fn findall(slf: &Bound<'_, Self>, dir: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let dir = dir.unwrap_or_else(|| intern!(slf.py(), ".").clone().into_any());
        slf.setattr("allfiles", seam::global(slf.py(), "filelist", "findall")?.call1((dir,))?)
    }

    /// Print `msg` where DISTUTILS_DEBUG is set.
    fn debug_print(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        if debug::is_on(py, "debug")? {
            crate::text::print(msg)?;
        }
        Ok(())
    }

    fn append(slf: &Bound<'_, Self>, item: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.getattr(intern!(slf.py(), "files"))?.call_method1(intern!(slf.py(), "append"), (item,)).map(drop)
    }

    fn extend(slf: &Bound<'_, Self>, items: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.getattr("files")?.call_method1("extend", (items,)).map(drop)
    }

    /// Sort `files` by folder, then by name (so `b` stands before `a/b`).
    fn sort(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let files = slf.getattr("files")?;
        let Ok(files) = paths(&files) else { return sort_by_os_path(slf, &files) };
        let mut list = manifest::FileList { files, ..manifest::FileList::default() };
        list.sort();
        slf.setattr("files", paths_to_python(py, &list.files)?)
    }

    /// Leave one of each run of equal names; in a sorted list, of all.
    fn remove_duplicates(slf: &Bound<'_, Self>) -> PyResult<()> {
        let files = slf.getattr("files")?;
        let mut kept: Vec<Bound<'_, PyAny>> = Vec::with_capacity(files.len()?);
        for file in files.try_iter()? {
            let file = file?;
            if !kept.last().map_or(Ok(false), |last| last.eq(&file))? {
                kept.push(file);
            }
        }
        replace_contents(&files, kept)
    }

    /// A template's line as `(action, patterns, dir, dir_pattern)`, with None for what the action has not.
    fn _parse_template_line<'py>(
        slf: &Bound<'py, Self>,
        line: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let rule = Rule::parse(&text::from_python(line)?, setuptools::spelling(py)?).or_raise()?;
        let convert = match seam::imports_are_ours(py, "filelist", template::CONVERT_PATH)? {
            true => None,
            false => Some(seam::global(py, "filelist", "convert_path")?),
        };
        let word = |word: &str| -> PyResult<Bound<'py, PyAny>> {
            let word = text::to_python(py, word)?.into_any();
            convert.as_ref().map_or(Ok(word.clone()), |convert| convert.call1((word,)))
        };
        let folder = rule.folder().map(word).transpose()?;
        let patterns = rule.patterns().iter().map(|pattern| word(pattern)).collect::<PyResult<Vec<_>>>()?;
        let arguments = Action::named(rule.action()).map(|action| action.arguments);
        let (patterns, dir, dir_pattern) = match arguments {
            Some(Arguments::Folder) => (None, None, folder),
            _ => (Some(patterns), folder, None),
        };
        (rule.action(), patterns, dir, dir_pattern).into_pyobject(py)
    }

    /// Do what one line of a template says; a pattern that matches nothing is warned about.
    ///
    /// DistutilsTemplateError where the line is no rule.
    fn process_template_line(slf: &Bound<'_, Self>, line: &Bound<'_, PyAny>) -> PyResult<()> {
        let parsed = slf.call_method1("_parse_template_line", (line,))?;
        let (word, patterns, dir, dir_pattern): ParsedLine<'_> = parsed.extract()?;
        let Some(action) = Action::named(&word) else {
            return Err(DistutilsInternalError::new_err(format!(
                "this cannot happen: invalid action '{word}'"
            )));
        };
        let folder = dir.or(dir_pattern);
        let words: Vec<String> = folder
            .iter()
            .chain(patterns.iter().flatten())
            .map(|word| word.str().map(|word| word.to_string_lossy().into_owned()))
            .collect::<PyResult<_>>()?;
        slf.call_method1("debug_print", (format!("{word} {}", words.join(" ")),))?;
        match (action.arguments, patterns) {
            (Arguments::Folder, _) | (_, None) => take_step(slf, action, None, folder.as_ref()),
            (_, Some(patterns)) => {
                patterns.iter().try_for_each(|pattern| take_step(slf, action, Some(pattern), folder.as_ref()))
            }
        }
    }

    /// Add to `files` what matches among all files; whether there was any.
    ///
    /// `pattern` is a shell pattern whose wildcards do not match separators. It stands for a whole name, or with
    /// `anchor` off for the end of one; with `prefix`, for what is below that folder (None: for all there).
    /// With `is_regex` it is a regular expression, as text or compiled, and nothing else counts.
    #[pyo3(
        signature = (pattern, anchor = Flag(true), prefix = None, is_regex = Flag(false)),
        text_signature = "($self, pattern, anchor=1, prefix=None, is_regex=0)"
    )]
    fn include_pattern(
        slf: &Bound<'_, Self>,
        pattern: &Bound<'_, PyAny>,
        anchor: Flag,
        prefix: Option<&Bound<'_, PyAny>>,
        is_regex: Flag,
    ) -> PyResult<bool> {
        let search = Search::new(slf, "include_pattern", pattern, anchor, prefix, is_regex)?;
        if slf.getattr("allfiles")?.is_none() {
            slf.call_method0("findall")?;
        }
        let files = slf.getattr("files")?;
        let include = |search: &Search<'_>| -> PyResult<bool> {
            let mut found = false;
            for name in slf.getattr("allfiles")?.try_iter()? {
                let name = name?;
                if search.finds(&name)? {
                    search.tell(slf, " adding ", &name)?;
                    files.call_method1(intern!(slf.py(), "append"), (name,))?;
                    found = true;
                }
            }
            Ok(found)
        };
        if include(&search)? {
            return Ok(true);
        }
        let plain = Search::plain(slf, "include_pattern", pattern, anchor, prefix, is_regex)?;
        plain.map_or(Ok(false), |plain| include(&plain))
    }

    /// Take out of `files` what matches; whether there was any. The parameters are `include_pattern`'s.
    #[pyo3(
        signature = (pattern, anchor = Flag(true), prefix = None, is_regex = Flag(false)),
        text_signature = "($self, pattern, anchor=1, prefix=None, is_regex=0)"
    )]
    fn exclude_pattern(
        slf: &Bound<'_, Self>,
        pattern: &Bound<'_, PyAny>,
        anchor: Flag,
        prefix: Option<&Bound<'_, PyAny>>,
        is_regex: Flag,
    ) -> PyResult<bool> {
        let search = Search::new(slf, "exclude_pattern", pattern, anchor, prefix, is_regex)?;
        let plain = Search::plain(slf, "exclude_pattern", pattern, anchor, prefix, is_regex)?;
        let names_too = !is_regex.0 && setuptools::spelling(slf.py())? == Spelling::Lenient;
        let finds = |name: &Bound<'_, PyAny>| -> PyResult<bool> {
            if search.finds(name)? {
                return Ok(true);
            }
            let plain_name = if names_too { search::plain(name)? } else { None };
            match (&plain, plain_name) {
                (None, None) => Ok(false),
                (plain, plain_name) => {
                    plain.as_ref().unwrap_or(&search).finds(plain_name.as_ref().unwrap_or(name))
                }
            }
        };
        let files = slf.getattr("files")?;
        let before: Vec<Bound<'_, PyAny>> = files.elements()?.collect::<PyResult<_>>()?;
        let mut kept = Vec::with_capacity(before.len());
        // From behind, in which order a `debug_print` is told of them.
        for name in before.iter().rev() {
            if finds(name)? {
                search.tell(slf, " removing ", name)?;
            } else {
                kept.push(name.clone());
            }
        }
        let found = kept.len() < before.len();
        if found {
            kept.reverse();
            replace_contents(&files, kept)?;
        }
        Ok(found)
    }
}

/// The word, the patterns, and the folder, which is the third of a recursive rule and the fourth of the others.
type ParsedLine<'py> =
    (String, Option<Vec<Bound<'py, PyAny>>>, Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>);

/// One pattern of a template's line, given to `include_pattern` or `exclude_pattern`.
fn take_step(
    list: &Bound<'_, FileList>,
    action: &Action,
    pattern: Option<&Bound<'_, PyAny>>,
    folder: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let py = list.py();
    let method = match action.effect {
        Effect::Include => "include_pattern",
        Effect::Exclude => "exclude_pattern",
    };
    let keywords = PyDict::new(py);
    match folder {
        Some(folder) => keywords.set_item("prefix", folder)?,
        None => keywords.set_item("anchor", i64::from(action.anchored))?,
    }
    if list.call_method(method, (pattern,), Some(&keywords))?.is_truthy()? {
        return Ok(());
    }
    let arguments = PyTuple::new(py, pattern.into_iter().chain(folder).collect::<Vec<_>>())?;
    log::call(py, "warn", action.useless, arguments)
}

/// As [`FileList::sort`], for names that cannot be names of files: they have half a surrogate pair in them.
fn sort_by_os_path(list: &Bound<'_, FileList>, files: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = list.py();
    let path = py.import("os")?.getattr("path")?;
    let parts: Vec<_> =
        files.try_iter()?.map(|file| path.call_method1("split", (file?,))).collect::<PyResult<_>>()?;
    let parts = PyList::new(py, parts)?;
    parts.sort()?;
    let join = path.getattr("join")?;
    let names =
        parts.iter().map(|parts| join.call1(parts.cast_into::<PyTuple>()?)).collect::<PyResult<Vec<_>>>()?;
    list.setattr("files", PyList::new(py, names)?)
}

/// A list of names as paths; an error where one is no string.
pub fn paths(names: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    let mut paths = Vec::with_capacity(names.len().unwrap_or(0));
    for name in names.try_iter()? {
        let name = name?;
        // Nearly all are plain text, for which this is the shortest way.
        match name.cast::<PyString>().map(|name| name.to_str()) {
            Ok(Ok(plain)) => paths.push(PathBuf::from(plain)),
            _ => paths.push(name.extract()?),
        }
    }
    Ok(paths)
}

fn paths_to_python<'py>(py: Python<'py>, paths: &[PathBuf]) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, paths.iter().map(|path| path.as_file_name()))
}

/// `list[:] = contents`: whoever holds the list sees it change.
fn replace_contents<'py>(
    list: &Bound<'py, PyAny>,
    contents: impl IntoPyObject<'py, Error: Into<PyErr>>,
) -> PyResult<()> {
    list.set_item(PySlice::full(list.py()), contents)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<FileList>()?;
    module.add_function(wrap_pyfunction!(walking::findall, module)?)?;
    module.add_function(wrap_pyfunction!(walking::_find_all_simple, module)?)?;
    module.add_function(wrap_pyfunction!(search::glob_to_re, module)?)?;
    module.add_function(wrap_pyfunction!(search::translate_pattern, module)?)
}
