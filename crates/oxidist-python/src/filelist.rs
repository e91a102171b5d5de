//! distutils.filelist: `FileList`, the files that rules and patterns choose.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oxidist_engine::Error;
use oxidist_engine::manifest::{self, Action, Arguments, Dialect, Effect, Pattern, Rule};
use oxidist_engine::text_file::Line;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySlice, PyString, PyTuple};

use crate::errors::{DistutilsInternalError, OrRaise};
use crate::interrupt::released;
use crate::python_os::Os;
use crate::seam::Borrowed;
use crate::value::{Elements, Flag};
use crate::{debug, log, seam, text};

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
            py.import("builtins")?.getattr("print")?.call1((msg,))?;
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
        let rule = Rule::parse(&text::from_python(line)?).or_raise()?;
        let convert = match seam::imports_are_ours(py, "filelist", CONVERT_PATH)? {
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
        let files = slf.getattr("files")?;
        let before: Vec<Bound<'_, PyAny>> = files.elements()?.collect::<PyResult<_>>()?;
        let mut kept = Vec::with_capacity(before.len());
        // From behind, in which order a `debug_print` is told of them.
        for name in before.iter().rev() {
            if search.finds(name)? {
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

const CONVERT_PATH: &[(&str, &str)] = &[("convert_path", "util")];

/// What a pattern is turned into a regular expression by, where a script has replaced it.
const TRANSLATION: &[(&str, &str)] = &[("filelist", "translate_pattern"), ("filelist", "glob_to_re")];

/// All that stands between a template's line and the files that it chooses.
const RULE_METHODS: &[&str] = &[
    "process_template_line",
    "_parse_template_line",
    "include_pattern",
    "exclude_pattern",
    "debug_print",
    "findall",
];

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

/// How names are searched: in the engine, or by Python's `re`.
enum Search<'py> {
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
    fn new(
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

    fn finds(&self, name: &Bound<'py, PyAny>) -> PyResult<bool> {
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

    fn tell(&self, list: &Bound<'py, FileList>, what: &str, name: &Bound<'py, PyAny>) -> PyResult<()> {
        if let Search::Python { told: true, .. } = self {
            let message = PyString::new(list.py(), what).add(name)?;
            list.call_method1("debug_print", (message,))?;
        }
        Ok(())
    }
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

/// Whether nothing was replaced of what a template's rule goes through.
fn rules_are_ours(list: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = list.py();
    Ok(list.is_instance_of::<FileList>()
        && !debug::is_on(py, "debug")?
        && seam::methods_are_ours(list, RULE_METHODS)?
        && seam::functions_are_ours(py, TRANSLATION)?
        && seam::functions_are_ours(py, &[("filelist", "findall"), ("filelist", "_find_all_simple")])?
        && seam::world_is_pythons(py, "filelist", &WALKING)?
        && seam::imports_are_ours(py, "filelist", CONVERT_PATH)?)
}

/// Whether a list need not be told of all files before rules are applied to it: nobody would see `allfiles`, and
/// [`run_template`] reads only the folders that a rule can include from.
pub fn finds_by_rules(list: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(rules_are_ours(list)?
        && seam::methods_are_ours(list, &["append", "extend", "sort", "remove_duplicates"])?)
}

/// Applies a whole template at once, where nothing of what it goes through was replaced; else `false`, and
/// nothing was done. `tell` hears of each line that is no rule, and of patterns without effect.
pub fn run_template(
    list: &Bound<'_, PyAny>,
    lines: &[Line],
    tell: &mut dyn FnMut(&manifest::Message) -> PyResult<()>,
) -> PyResult<bool> {
    let py = list.py();
    if !rules_are_ours(list)? {
        return Ok(false);
    }
    let Ok(files) = paths(&list.getattr("files")?) else { return Ok(false) };
    let all_files = list.getattr("allfiles")?;
    let source = if all_files.is_none() {
        manifest::Source::Tree(Path::new("."))
    } else {
        let Ok(all_files) = paths(&all_files) else { return Ok(false) };
        manifest::Source::Listed(all_files)
    };
    let outcome = match released(py, |_| manifest::run_template(lines, files, source))? {
        Err(Error::UnsupportedPattern(_)) => return Ok(false),
        outcome => outcome.or_raise()?,
    };
    replace_contents(&list.getattr("files")?, paths_to_python(py, &outcome.files)?)?;
    outcome.messages.iter().filter(|message| message.level != manifest::Level::Debug).try_for_each(tell)?;
    Ok(true)
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
    PyList::new(py, paths.iter().map(|path| path.as_os_str()))
}

/// `list[:] = contents`: whoever holds the list sees it change.
fn replace_contents<'py>(
    list: &Bound<'py, PyAny>,
    contents: impl IntoPyObject<'py, Error: Into<PyErr>>,
) -> PyResult<()> {
    list.set_item(PySlice::full(list.py()), contents)
}

/// All files below a folder, links followed, with the folder in front (unless it is the current one, `.`).
///
/// In the order of the names, outer folders first. A link that leads to a folder it is in is not followed.
#[pyfunction]
#[pyo3(signature = (dir = None), text_signature = "(dir='.')")]
fn findall<'py>(py: Python<'py>, dir: Option<Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyList>> {
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
    let files = released(py, |_| manifest::find_all(&dir))?;
    paths_to_python(py, &files)
}

/// What finding files looks up.
static WALKING: [Borrowed; 2] = [
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
fn _find_all_simple<'py>(path: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = path.py();
    if !seam::world_is_pythons(py, "filelist", &WALKING)? {
        return find_all_by_python(path);
    }
    let path: PathBuf = path.extract()?;
    let files = released(py, |_| manifest::files_below(&path, &|_| true))?;
    let files: Vec<PathBuf> = files.into_iter().map(|file| path.join(file)).collect();
    Ok(paths_to_python(py, &files)?.try_iter()?.into_any())
}

/// A shell pattern as the text of a regular expression, in which wildcards do not match separators.
#[pyfunction]
fn glob_to_re<'py>(pattern: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    let py = pattern.py();
    text::to_python(py, &manifest::glob_to_re(&text::from_python(pattern)?, dialect(py)))
}

/// A shell pattern as a compiled regular expression; see `FileList.include_pattern` for the parameters.
#[pyfunction]
#[pyo3(
    signature = (pattern, anchor = Flag(true), prefix = None, is_regex = Flag(false)),
    text_signature = "(pattern, anchor=1, prefix=None, is_regex=0)"
)]
fn translate_pattern<'py>(
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

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<FileList>()?;
    module.add_function(wrap_pyfunction!(findall, module)?)?;
    module.add_function(wrap_pyfunction!(_find_all_simple, module)?)?;
    module.add_function(wrap_pyfunction!(glob_to_re, module)?)?;
    module.add_function(wrap_pyfunction!(translate_pattern, module)?)
}
