//! Where in people's own files something stands: a class, a function, the line that raised an error.
//!
//! All of it is for messages, and is looked for when there is one to write.

use std::path::{Path, PathBuf};

use pyo3::exceptions::PySyntaxError;
use pyo3::prelude::*;
use pyo3::types::{PyFunction, PyType};

/// `setup.py:3`: relative to the current folder where the file is in it.
fn shown(file: &Path, line: usize) -> String {
    let here = std::env::current_dir().ok();
    let near = here.and_then(|here| file.strip_prefix(here).ok().map(Path::to_path_buf));
    format!("{}:{line}", near.as_deref().unwrap_or(file).display())
}

/// ` (setup.py:3)`, or nothing where the place is not known.
pub fn in_parentheses(place: Option<String>) -> String {
    place.map_or_else(String::new, |place| format!(" ({place})"))
}

/// The name of a class with the place of its `class` statement: `foo (setup.py:3)`.
pub fn named(class: &Bound<'_, PyAny>) -> String {
    let name = class.getattr("__name__").and_then(|name| name.extract::<String>());
    let name = name.unwrap_or_else(|_| class.repr().map_or_else(|_| "?".into(), |text| text.to_string()));
    format!("{name}{}", in_parentheses(of_class(class)))
}

/// Where a class is defined; `None` for one that is not written in Python.
pub fn of_class(class: &Bound<'_, PyAny>) -> Option<String> {
    let (file, line) = class_statement(class.cast::<PyType>().ok()?)?;
    Some(shown(&file, line))
}

/// Where the class is defined from which `class` has its attribute `name`.
pub fn of_attribute(class: &Bound<'_, PyAny>, name: &str) -> Option<String> {
    let class = class.cast::<PyType>().ok()?;
    let has = |base: &Bound<'_, PyAny>| {
        base.getattr("__dict__").and_then(|attributes| attributes.contains(name)).unwrap_or(false)
    };
    class.mro().iter().find(has).and_then(|base| of_class(&base))
}

/// Where a function of Python is defined.
pub fn of_function(function: &Bound<'_, PyAny>) -> Option<String> {
    let (file, line) = definition(function)?;
    Some(shown(&file, line))
}

fn definition(function: &Bound<'_, PyAny>) -> Option<(PathBuf, usize)> {
    let function = function.getattr("__func__").unwrap_or_else(|_| function.clone());
    let code = function.cast::<PyFunction>().ok()?.getattr("__code__").ok()?;
    let file: PathBuf = code.getattr("co_filename").ok()?.extract().ok()?;
    Some((file, code.getattr("co_firstlineno").ok()?.extract().ok()?))
}

/// The first method tells the file; above it stands the `class` statement.
fn class_statement(class: &Bound<'_, PyType>) -> Option<(PathBuf, usize)> {
    let name: String = class.getattr("__name__").ok()?.extract().ok()?;
    let values = class.getattr("__dict__").ok()?.call_method0("values").ok()?;
    let methods = values.try_iter().ok()?.flatten().filter_map(|value| definition(&value));
    let first = methods.min_by_key(|(_, line)| *line);
    let file = match &first {
        Some((file, _)) => file.clone(),
        None => file_of_module(class)?,
    };
    let text = std::fs::read(&file).ok()?;
    let text = String::from_utf8_lossy(&text);
    let is_statement = |line: &str| {
        let rest =
            line.trim_start().strip_prefix("class ").and_then(|rest| rest.trim_start().strip_prefix(&*name));
        rest.is_some_and(|rest| rest.trim_start().starts_with(['(', ':', '[']))
    };
    let until = first.as_ref().map_or(usize::MAX, |(_, line)| *line);
    let statements = text.lines().zip(1..).take_while(|(_, number)| *number <= until);
    let statement = statements.filter(|(line, _)| is_statement(line)).last();
    match (statement, first) {
        (Some((_, number)), _) => Some((file, number)),
        (None, first) => first,
    }
}

fn file_of_module(class: &Bound<'_, PyType>) -> Option<PathBuf> {
    let modules = class.py().import("sys").ok()?.getattr("modules").ok()?;
    let module = modules.get_item(class.getattr("__module__").ok()?).ok()?;
    module.getattr("__file__").ok()?.extract().ok()
}

/// The innermost line of people's own code that an error went through: of the project's if there is one, else of
/// another library's. A file that does not parse is the place of its error.
pub fn of_error(py: Python<'_>, error: &PyErr) -> Option<String> {
    if error.is_instance_of::<PySyntaxError>(py) {
        let value = error.value(py);
        let file: Option<PathBuf> = value.getattr("filename").ok()?.extract().ok()?;
        let line: Option<usize> = value.getattr("lineno").ok()?.extract().ok()?;
        if let (Some(file), Some(line)) = (file, line) {
            return Some(shown(&file, line));
        }
    }
    let inner = inner_folders(py);
    let (mut of_project, mut of_library) = (None, None);
    let mut next = error.traceback(py).map(Bound::into_any);
    while let Some(step) = next {
        let file: PathBuf = step
            .getattr("tb_frame")
            .ok()?
            .getattr("f_code")
            .ok()?
            .getattr("co_filename")
            .ok()?
            .extract()
            .ok()?;
        let line: Option<usize> = step.getattr("tb_lineno").ok()?.extract().ok()?;
        if let Some(line) = line {
            match owner(&file, &inner) {
                Owner::Project => of_project = Some((file, line)),
                Owner::Library => of_library = Some((file, line)),
                Owner::Python => {}
            }
        }
        next = step.getattr("tb_next").ok().filter(|step| !step.is_none());
    }
    of_project.or(of_library).map(|(file, line)| shown(&file, line))
}

enum Owner {
    Project,
    Library,
    Python,
}

fn owner(file: &Path, inner: &[PathBuf]) -> Owner {
    // The deepest folder counts: `site-packages` lies within that of Python's own library.
    let is_installed = is_installed(file);
    let is_inner =
        inner.iter().any(|folder| file.strip_prefix(folder).is_ok_and(|rest| !self::is_installed(rest)));
    match (file.to_string_lossy().starts_with('<') || is_inner, is_installed) {
        (true, _) => Owner::Python,
        (false, true) => Owner::Library,
        (false, false) => Owner::Project,
    }
}

/// Whether a file belongs to an installed distribution: whoever reads a message about it cannot mend it.
pub fn is_installed(file: &Path) -> bool {
    file.components().any(|part| part.as_os_str() == "site-packages" || part.as_os_str() == "dist-packages")
}

/// Whether a class is written in a file that belongs to no installed distribution.
pub fn is_in_project(class: &Bound<'_, PyAny>) -> bool {
    let place = class.cast::<PyType>().ok().and_then(class_statement);
    place.is_some_and(|(file, _)| !is_installed(&file))
}

/// The folders of Python's own library, and of what this library and setuptools have in Python.
fn inner_folders(py: Python<'_>) -> Vec<PathBuf> {
    let modules = py.import("sys").and_then(|sys| sys.getattr("modules"));
    let folder = |name: &str| -> Option<PathBuf> {
        let file = modules.as_ref().ok()?.get_item(name).ok()?.getattr("__file__").ok()?;
        file.extract::<PathBuf>().ok()?.parent().map(Path::to_path_buf)
    };
    ["os", "distutils", "oxidist", "setuptools"].into_iter().filter_map(folder).collect()
}
