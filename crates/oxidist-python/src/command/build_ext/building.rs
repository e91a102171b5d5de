//! One extension: what is asked before it is compiled, and the two calls of the compiler that make it.

use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PySlice, PyString, PyTuple};

use super::unfinished::Marker;
use super::{BuildExt, repeated};
use crate::command::compiler_options::{SharedObject, require_sources};
use crate::command::or_empty_list;
use crate::errors::{DistutilsSetupError, OrRaise};
use crate::value::{Elements, expected};
use crate::{door, log, seam, steps};

/// The long way: one step after the other, where distutils' own rule says that the extension is out of date.
pub fn build(slf: &Bound<'_, BuildExt>, ext: &Bound<'_, PyAny>) -> PyResult<()> {
    let question = Question::of(slf, ext)?;
    if let Some(first) = repeated::claim(slf, ext, &question.ext_path)? {
        return repeated::warn(slf, &first, ext, &question.ext_path);
    }
    let path = question.ext_path.clone();
    build_alone(slf, ext, question).inspect_err(|_| {
        // The error that is under way counts more than one of these notes.
        let _ = repeated::give_up(slf, &path);
    })
}

/// The same, for an extension whose module no other one of this run makes.
fn build_alone<'py>(
    slf: &Bound<'py, BuildExt>,
    ext: &Bound<'py, PyAny>,
    question: Question<'py>,
) -> PyResult<()> {
    let py = slf.py();
    let name = ext.getattr("name")?;
    let output: PathBuf = question.ext_path.extract()?;
    let marker = Marker::of(slf, &output)?;
    if !question.is_out_of_date(slf)? && !marker.is_there() {
        return log::call(py, "debug", "skipping '%s' extension (up-to-date)", (name,));
    }
    log::call(py, "info", "building '%s' extension", (&name,))?;
    let door = door::of(slf.as_any())?;
    if marker.is_there() && door.is_file(&output) {
        // Half a module would otherwise be newer than the objects that are linked into it.
        door.remove_file(&output).or_raise()?;
    }
    let sources = question.sources_to_compile(slf, ext)?;
    marker.set(py, &name)?;
    let compiled = CompileCall::of(slf, ext, &sources).and_then(|call| call.carry_out(slf));
    let objects = match compiled {
        Ok(objects) => objects,
        Err(error) => {
            // The module is as it was before, and its time still says what it said.
            marker.clear()?;
            return Err(error);
        }
    };
    require_own_objects(ext, &sources, &objects)?;
    slf.setattr("_built_objects", objects.get_item(PySlice::full(py))?)?;
    LinkCall::of(slf, ext, &sources, objects, question.ext_path)?.carry_out(slf)?;
    marker.clear()
}

/// What is known of an extension before anything is compiled.
pub(crate) struct Question<'py> {
    /// Sorted; interface files of SWIG are still among them.
    pub sources: Bound<'py, PyList>,
    /// The file to make.
    pub ext_path: Bound<'py, PyAny>,
    /// `sources`, and the extension's `depends`.
    pub depends: Bound<'py, PyList>,
}

impl<'py> Question<'py> {
    /// Asks `get_ext_fullpath`. Errors with DistutilsSetupError where the sources are no list.
    pub fn of(slf: &Bound<'py, BuildExt>, ext: &Bound<'py, PyAny>) -> PyResult<Self> {
        let py = slf.py();
        let name = ext.getattr("name")?;
        let given = ext.getattr("sources")?;
        if !given.is_instance_of::<PyList>() && !given.is_instance_of::<PyTuple>() {
            return Err(DistutilsSetupError::new_err(format!(
                "in 'ext_modules' option (extension '{}'), 'sources' must be present and must be a list of \
                 source filenames",
                name.str()?
            )));
        }
        // In one order, so that the same sources make the same module.
        let sources = PyList::new(py, given.elements()?.collect::<PyResult<Vec<_>>>()?)?;
        sources.sort()?;
        let ext_path = slf.call_method1("get_ext_fullpath", (&name,))?;
        let depends = PyList::new(py, &sources)?;
        for path in strings(ext, "depends")?.into_iter().filter(is_word) {
            depends.append(path)?;
        }
        if let Some(value) = ext.getattr_opt("swig_opts")?
            && value.is_truthy()?
            && value.try_iter().is_err()
            && seam::methods_are_ours(slf, &["swig_sources"])?
        {
            return Err(no_list(ext, "swig_opts", &value));
        }
        Ok(Question { sources, ext_path, depends })
    }

    /// distutils' own rule: `force`, or a source or one of `depends` is newer than the module, or missing. Beyond
    /// it, where the compiler remembers of what it made the module: something of that has changed.
    pub fn is_out_of_date(&self, slf: &Bound<'py, BuildExt>) -> PyResult<bool> {
        if slf.getattr("force")?.is_truthy()? {
            return Ok(true);
        }
        let newer_group = seam::global(slf.py(), "command.build_ext", "newer_group")?;
        if newer_group.call1((&self.depends, &self.ext_path, "newer"))?.is_truthy()? {
            return Ok(true);
        }
        steps::is_known_stale(&slf.getattr("compiler")?, &self.ext_path.extract::<PathBuf>()?)
    }

    /// Asks `swig_sources`, which may run SWIG. Errors with CompileError, which scripts expect of the
    /// compiler, where a source is missing.
    pub fn sources_to_compile(
        &self,
        slf: &Bound<'py, BuildExt>,
        ext: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let compiler = slf.getattr("compiler")?;
        let owner = format!("extension '{}'", ext.getattr("name")?.str()?.to_string_lossy());
        // Whoever replaced one of these may make the files that are missing.
        let read_as_they_are = seam::methods_are_ours(&compiler, READ_SOURCES)?;
        if read_as_they_are && seam::methods_are_ours(slf.as_any(), &["swig_sources", "spawn"])? {
            require_sources(slf.as_any(), &owner, self.sources.as_any())?;
        }
        let sources = slf.call_method1("swig_sources", (&self.sources, ext))?;
        if read_as_they_are {
            require_sources(slf.as_any(), &owner, &sources)?;
        }
        Ok(sources)
    }
}

/// What the sources go through on their way to the compiler.
const READ_SOURCES: &[&str] = &["compile", "_setup_compile", "object_filenames", "_compile", "spawn", "call"];

/// The items of a list that belongs to an extension. Errors with DistutilsSetupError where it is a string.
fn strings<'py>(ext: &Bound<'py, PyAny>, name: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let value = ext.getattr(name)?;
    if value.is_none() {
        return Ok(Vec::new());
    }
    let items = match value.is_instance_of::<PyString>() {
        true => Err(PyTypeError::new_err("a string")),
        false => value.try_iter().and_then(Iterator::collect::<PyResult<Vec<_>>>),
    };
    items.map_err(|_| no_list(ext, name, &value))
}

fn no_list(ext: &Bound<'_, PyAny>, name: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let extension = ext.getattr("name").and_then(|name| Ok(name.str()?.to_string())).unwrap_or_default();
    let what = if name == "define_macros" { "a list of (name, value) pairs" } else { "a list of strings" };
    DistutilsSetupError::new_err(format!("extension '{extension}': {}", expected(name, what, value)))
}

/// What `compile` and `link_shared_object` take as lists. Objects of other types are theirs to judge: a replaced one
/// may take dictionaries.
const COMPILE_LISTS: &[&str] = &["include_dirs", "extra_compile_args"];
const LINK_LISTS: &[&str] = &[
    "extra_objects",
    "libraries",
    "library_dirs",
    "runtime_library_dirs",
    "extra_link_args",
    "export_symbols",
];

/// Lists of which only strings can be used: paths are joined to the letters of an option.
const OF_STRINGS: &[&str] = &["libraries", "library_dirs", "runtime_library_dirs"];

/// Lists in which distutils passes over items that are no strings, or writes them as they are. They are warned of.
const PASSED_OVER: &[&str] = &["include_dirs", "undef_macros", "depends", "swig_opts", "export_symbols"];

/// What makes words of the lists for `link_shared_object`.
const LINK_METHODS: &[&str] = &[
    "link_shared_object",
    "link",
    "_fix_lib_args",
    "library_dir_option",
    "runtime_library_dir_option",
    "library_option",
    "find_library_file",
];

/// Errors with DistutilsSetupError for a string, or what is no list at all, where the compiler's own `methods` need a
/// list of strings, and for an item that they cannot use.
fn refuse_no_strings(
    slf: &Bound<'_, BuildExt>,
    ext: &Bound<'_, PyAny>,
    methods: &[&str],
    names: &[&str],
) -> PyResult<()> {
    let compiler = slf.getattr("compiler")?;
    for name in names {
        let value = ext.getattr(*name)?;
        let is_string = value.is_instance_of::<PyString>();
        let wrong = if (is_string || value.try_iter().is_err()) && value.is_truthy()? {
            no_list(ext, name, &value)
        } else {
            match no_word(&value, OF_STRINGS.contains(name))? {
                Some((index, item)) if !PASSED_OVER.contains(name) => {
                    DistutilsSetupError::new_err(no_string(ext, name, index, &item)?)
                }
                _ => continue,
            }
        };
        // A string is wrong for whatever hands it on.
        let methods = if is_string { methods.get(..1).unwrap_or(methods) } else { methods };
        if seam::methods_are_ours(&compiler, methods)?
            && (is_string || seam::methods_are_ours(slf, &["get_libraries", "get_export_symbols"])?)
        {
            return Err(wrong);
        }
    }
    Ok(())
}

/// Warns of items that are no strings, where distutils goes on.
fn warn_of_no_strings(ext: &Bound<'_, PyAny>) -> PyResult<()> {
    for name in PASSED_OVER {
        if let Some(value) = ext.getattr_opt(*name)?
            && let Some((index, item)) = no_word(&value, false)?
        {
            log::warn(ext.py(), &format!("warning: {}", no_string(ext, name, index, &item)?))?;
        }
    }
    Ok(())
}

fn no_string(ext: &Bound<'_, PyAny>, name: &str, index: usize, item: &Bound<'_, PyAny>) -> PyResult<String> {
    let (extension, item) = (ext.getattr("name")?.str()?, item.repr()?);
    let (extension, item) = (extension.to_string_lossy(), item.to_string_lossy());
    Ok(format!("extension '{extension}': {name}[{index}] is {item}: must be a string"))
}

/// The first item of a list or tuple that is no string, nor a path where those will do.
fn no_word<'py>(
    value: &Bound<'py, PyAny>,
    only_strings: bool,
) -> PyResult<Option<(usize, Bound<'py, PyAny>)>> {
    // Others may be read once only.
    if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
        return Ok(None);
    }
    for (index, item) in value.try_iter()?.enumerate() {
        let item = item?;
        if !(item.is_instance_of::<PyString>() || !only_strings && is_word(&item)) {
            return Ok(Some((index, item)));
        }
    }
    Ok(None)
}

/// Whether it is a string or a path.
fn is_word(item: &Bound<'_, PyAny>) -> bool {
    item.is_instance_of::<PyString>()
        || item.is_instance_of::<PyBytes>()
        || item.hasattr("__fspath__").unwrap_or(false)
}

/// The extension's `define_macros`. Errors with DistutilsSetupError where one is no tuple that `compile` of this library
/// takes.
fn macros<'py>(slf: &Bound<'py, BuildExt>, ext: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let macros = strings(ext, "define_macros")?;
    if !seam::methods_are_ours(&slf.getattr("compiler")?, &["compile", "_setup_compile"])? {
        return Ok(macros);
    }
    for (index, item) in macros.iter().enumerate() {
        if !item.cast::<PyTuple>().is_ok_and(|item| matches!(item.len(), 1 | 2)) {
            return Err(DistutilsSetupError::new_err(format!(
                "extension '{}': define_macros[{index}] is {}: must be a tuple, ('NAME', 'value') or ('NAME', None)",
                ext.getattr("name")?.str()?.to_string_lossy(),
                item.repr()?.to_string_lossy()
            )));
        }
    }
    Ok(macros)
}

/// DistutilsSetupError where two of the extension's sources have been, or will be, compiled to one object.
pub(super) fn require_own_objects<'py>(
    ext: &Bound<'py, PyAny>,
    sources: &Bound<'py, PyAny>,
    objects: &Bound<'py, PyAny>,
) -> PyResult<()> {
    let Some(shared) = SharedObject::of(sources, objects)? else { return Ok(()) };
    let name = ext.getattr("name")?;
    let name = name.str()?;
    let text = format!("extension '{}': {}", name.to_string_lossy(), shared.in_words()?);
    Err(DistutilsSetupError::new_err(text))
}

/// The arguments of the compiler's `compile`.
pub(crate) struct CompileCall<'py> {
    pub sources: Bound<'py, PyAny>,
    pub output_dir: Bound<'py, PyAny>,
    /// Pairs to define, tuples of one to undefine.
    pub macros: Bound<'py, PyList>,
    pub include_dirs: Bound<'py, PyAny>,
    pub debug: Bound<'py, PyAny>,
    pub extra_postargs: Bound<'py, PyAny>,
    pub depends: Bound<'py, PyAny>,
}

impl<'py> CompileCall<'py> {
    /// `sources`: what `swig_sources` answered.
    pub fn of(
        slf: &Bound<'py, BuildExt>,
        ext: &Bound<'py, PyAny>,
        sources: &Bound<'py, PyAny>,
    ) -> PyResult<Self> {
        let py = slf.py();
        refuse_no_strings(slf, ext, &["compile", "_setup_compile"], COMPILE_LISTS)?;
        warn_of_no_strings(ext)?;
        let extra_postargs = or_empty_list(ext.getattr("extra_compile_args")?)?;
        let macros = PyList::new(py, macros(slf, ext)?)?;
        for name in strings(ext, "undef_macros")? {
            macros.append((name,))?;
        }
        Ok(CompileCall {
            sources: sources.clone(),
            output_dir: slf.getattr("build_temp")?,
            macros,
            include_dirs: ext.getattr("include_dirs")?,
            debug: slf.getattr("debug")?,
            extra_postargs,
            depends: ext.getattr("depends")?,
        })
    }

    /// The objects, as the compiler names them.
    pub fn carry_out(self, slf: &Bound<'py, BuildExt>) -> PyResult<Bound<'py, PyAny>> {
        let keywords = PyDict::new(slf.py());
        keywords.set_item("output_dir", self.output_dir)?;
        keywords.set_item("macros", self.macros)?;
        keywords.set_item("include_dirs", self.include_dirs)?;
        keywords.set_item("debug", self.debug)?;
        keywords.set_item("extra_postargs", self.extra_postargs)?;
        keywords.set_item("depends", self.depends)?;
        slf.getattr("compiler")?.call_method("compile", (self.sources,), Some(&keywords))
    }
}

/// The arguments of the compiler's `link_shared_object`.
pub(crate) struct LinkCall<'py> {
    pub objects: Bound<'py, PyAny>,
    pub ext_path: Bound<'py, PyAny>,
    pub libraries: Bound<'py, PyAny>,
    pub library_dirs: Bound<'py, PyAny>,
    pub runtime_library_dirs: Bound<'py, PyAny>,
    pub extra_postargs: Bound<'py, PyAny>,
    pub export_symbols: Bound<'py, PyAny>,
    pub debug: Bound<'py, PyAny>,
    pub build_temp: Bound<'py, PyAny>,
    pub target_lang: Bound<'py, PyAny>,
}

impl<'py> LinkCall<'py> {
    /// Asks the compiler's `detect_language`, then `get_libraries` and `get_export_symbols`. The extension's
    /// `extra_objects` are added to `objects` in place.
    pub fn of(
        slf: &Bound<'py, BuildExt>,
        ext: &Bound<'py, PyAny>,
        sources: &Bound<'py, PyAny>,
        objects: Bound<'py, PyAny>,
        ext_path: Bound<'py, PyAny>,
    ) -> PyResult<Self> {
        refuse_no_strings(slf, ext, LINK_METHODS, LINK_LISTS)?;
        let more = ext.getattr("extra_objects")?;
        if more.is_truthy()? {
            objects.call_method1("extend", (more,))?;
        }
        let extra_postargs = or_empty_list(ext.getattr("extra_link_args")?)?;
        let mut target_lang = ext.getattr("language")?;
        if !target_lang.is_truthy()? {
            target_lang = slf.getattr("compiler")?.call_method1("detect_language", (sources,))?;
        }
        Ok(LinkCall {
            objects,
            ext_path,
            libraries: slf.call_method1("get_libraries", (ext,))?,
            library_dirs: ext.getattr("library_dirs")?,
            runtime_library_dirs: ext.getattr("runtime_library_dirs")?,
            extra_postargs,
            export_symbols: slf.call_method1("get_export_symbols", (ext,))?,
            debug: slf.getattr("debug")?,
            build_temp: slf.getattr("build_temp")?,
            target_lang,
        })
    }

    pub fn carry_out(self, slf: &Bound<'py, BuildExt>) -> PyResult<()> {
        let keywords = PyDict::new(slf.py());
        keywords.set_item("libraries", self.libraries)?;
        keywords.set_item("library_dirs", self.library_dirs)?;
        keywords.set_item("runtime_library_dirs", self.runtime_library_dirs)?;
        keywords.set_item("extra_postargs", self.extra_postargs)?;
        keywords.set_item("export_symbols", self.export_symbols)?;
        keywords.set_item("debug", self.debug)?;
        keywords.set_item("build_temp", self.build_temp)?;
        keywords.set_item("target_lang", self.target_lang)?;
        let arguments = (self.objects, self.ext_path);
        slf.getattr("compiler")?.call_method("link_shared_object", arguments, Some(&keywords)).map(drop)
    }
}
