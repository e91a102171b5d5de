//! distutils.extension: the description of an extension module.

use oxidist_engine::makefile;
use oxidist_engine::setup_file::Module;
use pyo3::exceptions::PyAssertionError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::value::expected;
use crate::{seam, text};

/// What `build_ext` needs to know to build one extension module.
///
/// `name` is the module's dotted name, `sources` are its files relative to the setup script, with
/// slashes; the other arguments become attributes too, and lists where they are not given. Any other keyword
/// but `py_limited_api` is warned of.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.extension")]
pub struct Extension;

#[pymethods]
impl Extension {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Extension
    }

    /// Whether the module keeps to Python's stable ABI, so that it is built under a name (`.abi3.so`) that
    /// every later Python finds. Later copies of distutils take it as an argument, and so does this one.
    #[classattr]
    fn py_limited_api() -> bool {
        false
    }

    #[pyo3(signature = (name, sources, include_dirs = None, define_macros = None, undef_macros = None, library_dirs = None, libraries = None, runtime_library_dirs = None, extra_objects = None, extra_compile_args = None, extra_link_args = None, export_symbols = None, swig_opts = None, depends = None, language = None, optional = None, **kw))]
    #[allow(clippy::too_many_arguments)] // distutils' own parameter list
    fn __init__(
        slf: &Bound<'_, Self>,
        name: &Bound<'_, PyAny>,
        sources: &Bound<'_, PyAny>,
        include_dirs: Option<Bound<'_, PyAny>>,
        define_macros: Option<Bound<'_, PyAny>>,
        undef_macros: Option<Bound<'_, PyAny>>,
        library_dirs: Option<Bound<'_, PyAny>>,
        libraries: Option<Bound<'_, PyAny>>,
        runtime_library_dirs: Option<Bound<'_, PyAny>>,
        extra_objects: Option<Bound<'_, PyAny>>,
        extra_compile_args: Option<Bound<'_, PyAny>>,
        extra_link_args: Option<Bound<'_, PyAny>>,
        export_symbols: Option<Bound<'_, PyAny>>,
        swig_opts: Option<Bound<'_, PyAny>>,
        depends: Option<Bound<'_, PyAny>>,
        language: Option<Bound<'_, PyAny>>,
        optional: Option<Bound<'_, PyAny>>,
        kw: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        if !name.is_instance_of::<PyString>() {
            return Err(PyAssertionError::new_err(expected("name", "a string", name)));
        }
        let Some(sources) = list_of_paths(sources) else {
            let text = expected("sources", "a list of strings", sources);
            return Err(PyAssertionError::new_err(format!(
                "extension '{}': {text}",
                name.str()?.to_string_lossy()
            )));
        };
        slf.setattr("name", name)?;
        slf.setattr("sources", sources)?;
        let lists = [
            ("include_dirs", include_dirs),
            ("define_macros", define_macros),
            ("undef_macros", undef_macros),
            ("library_dirs", library_dirs),
            ("libraries", libraries),
            ("runtime_library_dirs", runtime_library_dirs),
            ("extra_objects", extra_objects),
            ("extra_compile_args", extra_compile_args),
            ("extra_link_args", extra_link_args),
            ("export_symbols", export_symbols),
            ("swig_opts", swig_opts),
            ("depends", depends),
        ];
        for (attribute, value) in lists {
            match value {
                Some(value) if value.is_truthy()? => slf.setattr(attribute, value)?,
                _ => slf.setattr(attribute, PyList::empty(slf.py()))?,
            }
        }
        slf.setattr("language", language)?;
        slf.setattr("optional", optional)?;
        let Some(others) = kw else { return Ok(()) };
        if let Some(limited) = others.get_item("py_limited_api")? {
            slf.setattr("py_limited_api", limited)?;
            others.del_item("py_limited_api")?;
        }
        warn_of_unknown(others)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let class = slf.get_type();
        let (module, name) = (class.getattr("__module__")?, class.getattr("__qualname__")?);
        Ok(format!("<{module}.{name}({}) at {:#x}>", slf.getattr("name")?.repr()?, slf.as_ptr() as usize))
    }
}

/// A list of strings as it is. Other iterables, and paths that are no strings, are what later copies of
/// distutils take besides: they become a list of strings. `None` for anything else.
fn list_of_paths<'py>(sources: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    let is_text = |item: &Bound<'_, PyAny>| item.is_instance_of::<PyString>();
    if sources.cast::<PyList>().is_ok_and(|list| list.iter().all(|item| is_text(&item))) {
        return Some(sources.clone());
    }
    if is_text(sources) {
        return None;
    }
    let py = sources.py();
    let path_of = py.import("os").ok()?.getattr("fspath").ok()?;
    let paths = PyList::empty(py);
    for item in sources.try_iter().ok()? {
        let path = path_of.call1((item.ok()?,)).ok()?;
        if !is_text(&path) {
            return None;
        }
        paths.append(path).ok()?;
    }
    Some(paths.into_any())
}

/// Warn of arguments that `Extension` has no use for.
pub fn warn_of_unknown(keywords: &Bound<'_, PyDict>) -> PyResult<()> {
    if keywords.is_empty() {
        return Ok(());
    }
    let mut names =
        keywords.keys().iter().map(|key| Ok(key.repr()?.to_string())).collect::<PyResult<Vec<_>>>()?;
    names.sort();
    let message = format!("Unknown Extension options: {}", names.join(", "));
    keywords.py().import("warnings")?.call_method1("warn", (message,)).map(drop)
}

/// The extensions that a `Setup` file describes, one to a line: the module's name, and behind it sources and
/// words as a compiler takes them. Lines `NAME = value` set variables for the others.
///
/// Lines in stars, and words that mean nothing, are warned of.
#[pyfunction]
fn read_setup_file<'py>(filename: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let py = filename.py();
    let variables = seam::global(py, "sysconfig", "parse_makefile")?.call1((filename,))?;
    let options = PyDict::new(py);
    for option in ["strip_comments", "skip_blanks", "join_lines", "lstrip_ws", "rstrip_ws"] {
        options.set_item(option, 1)?;
    }
    let file = seam::global(py, "text_file", "TextFile")?.call((filename,), Some(&options))?;
    let extensions = read_extensions(&file, &variables);
    file.call_method0("close")?;
    extensions
}

fn read_extensions<'py>(
    file: &Bound<'py, PyAny>,
    variables: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let py = file.py();
    let extensions = PyList::empty(py);
    loop {
        let line = file.call_method0("readline")?;
        if line.is_none() {
            return Ok(extensions);
        }
        let line = line.cast_into::<PyString>()?;
        let plain = text::from_python(&line)?;
        if makefile::assignment(&plain).is_some() {
            continue;
        }
        if plain.starts_with('*') && plain.ends_with('*') {
            file.call_method1("warn", (format!("'{line}' lines not handled yet"),))?;
            continue;
        }
        let line = seam::global(py, "sysconfig", "expand_makefile_vars")?.call1((&line, variables))?;
        let words = seam::global(py, "util", "split_quoted")?.call1((line,))?.extract::<Vec<String>>()?;
        let Some(module) = Module::read(&words) else { continue };
        for word in &module.unrecognized {
            file.call_method1("warn", (format!("unrecognized argument '{word}'"),))?;
        }
        extensions.append(extension(py, module)?)?;
    }
}

fn extension(py: Python<'_>, module: Module) -> PyResult<Bound<'_, PyAny>> {
    let class = seam::global(py, "extension", "Extension")?;
    let extension = class.call1((&module.name, PyList::empty(py)))?;
    extension.getattr("define_macros")?.call_method1("extend", (module.define_macros,))?;
    for (attribute, words) in [
        ("sources", module.sources),
        ("include_dirs", module.include_dirs),
        ("undef_macros", module.undef_macros),
        ("library_dirs", module.library_dirs),
        ("libraries", module.libraries),
        ("runtime_library_dirs", module.runtime_library_dirs),
        ("extra_objects", module.extra_objects),
        ("extra_compile_args", module.extra_compile_args),
        ("extra_link_args", module.extra_link_args),
    ] {
        extension.getattr(attribute)?.call_method1("extend", (words,))?;
    }
    Ok(extension)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Extension>()?;
    module.add_function(wrap_pyfunction!(read_setup_file, module)?)
}
