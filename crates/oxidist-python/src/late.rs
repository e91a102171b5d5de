//! Names of modules that few scripts ask for, and whose making would cost every script an import.

use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;

use crate::seam;

/// Modules of Python's own library that scripts find in the namespaces of distutils' modules, as CPython's use
/// them there: `(module, their names)`. Here they are imported for those who ask; what every run imports in any
/// case (`os`, `sys`, `errno`) stands in the faces.
const LIBRARY: &[(&str, &[&str])] = &[
    ("_msvccompiler", &["contextlib", "re", "shutil", "stat", "subprocess"]),
    ("ccompiler", &["re"]),
    ("cmd", &["re"]),
    ("command.build_ext", &["contextlib", "re"]),
    ("command.build_py", &["glob", "importlib"]),
    ("command.build_scripts", &["re", "tokenize"]),
    ("command.config", &["re"]),
    ("command.install", &["re", "sysconfig"]),
    ("command.install_egg_info", &["re"]),
    ("command.install_lib", &["importlib"]),
    ("config", &["warnings"]),
    ("cygwinccompiler", &["copy", "re"]),
    ("extension", &["re", "warnings"]),
    ("fancy_getopt", &["getopt", "re", "string"]),
    ("filelist", &["fnmatch", "functools", "re"]),
    ("text_file", &["io"]),
    ("unixccompiler", &["re"]),
    ("util", &["importlib", "re", "string"]),
    ("version", &["re"]),
    ("versionpredicate", &["operator", "re"]),
];

/// What a module's `__getattr__` comes to when it knows no other answer: a module of [`LIBRARY`], which then
/// stands in the face, or an AttributeError.
pub fn library<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    if !LIBRARY.iter().any(|row| row.0 == module && row.1.contains(&name)) {
        return Err(missing(module, name));
    }
    let value = py.import(name)?;
    seam::face(py, module)?.setattr(name, &value)?;
    Ok(value.into_any())
}

/// A module's `__getattr__` for regular expressions: `(name, expression)`. Each is compiled once.
pub fn expression<'py>(
    py: Python<'py>,
    module: &str,
    table: &[(&str, &str)],
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let Some((_, text)) = table.iter().find(|row| row.0 == name) else {
        return library(py, module, name);
    };
    let compiled = py.import("re")?.call_method1("compile", (*text,))?;
    seam::face(py, module)?.setattr(name, &compiled)?;
    Ok(compiled)
}

/// A name of a module that is really another module's: the name, that module, and the name it has there
/// (an empty one is the other module itself).
pub type Borrowed = (&'static str, &'static str, &'static str);

/// A module's `__getattr__` for names of others.
pub fn borrowed<'py>(
    py: Python<'py>,
    module: &str,
    table: &[Borrowed],
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let Some((_, lender, original)) = table.iter().find(|row| row.0 == name) else {
        return library(py, module, name);
    };
    let lender = py.import(*lender)?;
    let value = match *original {
        "" => lender.into_any(),
        original => lender.getattr_opt(original)?.ok_or_else(|| missing(module, name))?,
    };
    seam::face(py, module)?.setattr(name, &value)?;
    Ok(value)
}

/// What Python itself raises for a name that `distutils.<module>` does not have.
pub fn missing(module: &str, name: &str) -> PyErr {
    PyAttributeError::new_err(format!("module 'distutils.{module}' has no attribute '{name}'"))
}
