//! What a script may have replaced, and the one question whether it has.
//!
//! CPython's distutils is Python code: each method call is looked up on the instance, its class and the
//! class's bases, and each function in the module that uses it. Scripts rely on that. Our methods look
//! names up in the same places ([`global`], `call_method`); a batch in the engine skips the look-ups, and
//! may do so only while [`methods_are_ours`] and [`functions_are_ours`] say that nobody would notice.
//!
//! CPython's functions also look up each name of Python's own library that they call: `os.rename`, `open`. Ours
//! go to the engine instead, and may do so only while [`Borrowed::are_pythons`].

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyCFunction, PyDict, PyString, PyType};

/// A name as `module` (`"file_util"`: `distutils.file_util`) sees it now.
pub fn global<'py>(py: Python<'py>, module: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    face(py, module)?.getattr(name)
}

/// The module `distutils.<name>`, imported when it is not yet.
pub fn face<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(format!("distutils.{name}"))
}

/// Whether every method of `names` that a call on `object` would reach is one of this library's own:
/// not overridden in a subclass, not replaced on a class, not set on the instance.
pub fn methods_are_ours(object: &Bound<'_, PyAny>, names: &[&str]) -> PyResult<bool> {
    let py = object.py();
    let class = object.get_type();
    let own = object.getattr(intern!(py, "__dict__"))?.cast_into::<PyDict>()?;
    for name in names {
        if own.contains(*name)? || !method_is_ours(&class.getattr(*name)?, name)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A method written in Rust is a `method_descriptor` that knows its name and the class it was made for.
pub fn method_is_ours(method: &Bound<'_, PyAny>, name: &str) -> PyResult<bool> {
    let py = method.py();
    if method.get_type().name()?.to_cow()? != "method_descriptor" {
        return Ok(false);
    }
    let class = method.getattr(intern!(py, "__objclass__"))?;
    let module: String = class.getattr(intern!(py, "__module__"))?.extract()?;
    let own_name: String = method.getattr(intern!(py, "__name__"))?.extract()?;
    Ok(own_name == name && module.starts_with("distutils."))
}

/// Whether the attribute `name` that `object` would find is an `Own`, which a class of this library has: not set
/// on a subclass, on a class or on the instance. It is not evaluated if it computes its value.
pub fn attribute_is_ours<Own: pyo3::PyTypeInfo>(object: &Bound<'_, PyAny>, name: &str) -> PyResult<bool> {
    let py = object.py();
    if object.getattr(intern!(py, "__dict__"))?.contains(name)? {
        return Ok(false);
    }
    for class in object.get_type().mro() {
        let attributes = class.getattr(intern!(py, "__dict__"))?;
        if attributes.contains(name)? {
            return Ok(attributes.get_item(name)?.is_instance_of::<Own>());
        }
    }
    Ok(false)
}

/// The name of the class whose method a call of `name` on `object` reaches; `None` where it is not one of this
/// library's own.
pub fn owner_of(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<String>> {
    if !methods_are_ours(object, &[name])? {
        return Ok(None);
    }
    let class = object.get_type().getattr(name)?.getattr(intern!(object.py(), "__objclass__"))?;
    class.getattr(intern!(object.py(), "__name__"))?.extract().map(Some)
}

/// Whether each `(module, name)` of `distutils` is still the function that this library put there.
pub fn functions_are_ours(py: Python<'_>, names: &[(&str, &str)]) -> PyResult<bool> {
    for (module, name) in names {
        let own = py.import(format!("oxidist._core.{module}"))?.getattr(*name)?;
        if !global(py, module, name)?.is(&own) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As [`functions_are_ours`], for names that one module has from others: `(name, the module it is from)`.
pub fn imports_are_ours(py: Python<'_>, module: &str, names: &[(&str, &str)]) -> PyResult<bool> {
    for (name, home) in names {
        let own = py.import(format!("oxidist._core.{home}"))?.getattr(*name)?;
        if !global(py, module, name)?.is(&own) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As [`methods_are_ours`], for the instances that `class` will have.
pub fn class_is_ours(class: &Bound<'_, PyAny>, names: &[&str]) -> PyResult<bool> {
    for name in names {
        if !method_is_ours(&class.getattr(*name)?, name)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether `object` is an `own`, a class of this library, with no method replaced: on a class or on itself.
pub fn is_untouched(object: &Bound<'_, PyAny>, own: &Bound<'_, PyType>) -> PyResult<bool> {
    let class = object.get_type();
    if !class.is(own) {
        return Ok(false);
    }
    for base in class.mro() {
        for name in base.getattr("__dict__")?.try_iter()? {
            let name: String = name?.extract()?;
            let value = class.getattr(&*name)?;
            let is_method =
                !name.starts_with("__") && value.is_callable() && !value.is_instance_of::<PyCFunction>();
            if is_method && !methods_are_ours(object, &[&name])? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Names of a module of Python's own library that a helper of distutils looks up whenever it is called.
pub struct Borrowed {
    module: &'static str,
    names: &'static [&'static str],
    originals: PyOnceLock<Originals>,
}

/// The namespace of the module, and each name with what Python put there.
struct Originals {
    namespace: Py<PyDict>,
    values: Vec<(Py<PyString>, Py<PyAny>)>,
}

impl Borrowed {
    pub const fn new(module: &'static str, names: &'static [&'static str]) -> Self {
        Borrowed { module, names, originals: PyOnceLock::new() }
    }

    /// Whether each name still means what Python itself put there. Never an import: what nobody has imported,
    /// nobody has replaced.
    pub fn are_pythons(&self, py: Python<'_>) -> PyResult<bool> {
        let originals = match self.originals.get(py) {
            Some(originals) => originals,
            None => match self.originals(py)? {
                Found::Originals(originals) => self.originals.get_or_init(py, || originals),
                Found::NotImported => return Ok(true),
                Found::Replaced => return Ok(false),
            },
        };
        let namespace = originals.namespace.bind(py);
        for (name, original) in &originals.values {
            if !namespace.get_item(name)?.is_some_and(|value| value.is(original)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What Python put there, where it still is: not all scripts wait with their replacements for this library.
    fn originals(&self, py: Python<'_>) -> PyResult<Found> {
        let modules = py.import("sys")?.getattr(intern!(py, "modules"))?.cast_into::<PyDict>()?;
        let Some(module) = modules.get_item(self.module)? else { return Ok(Found::NotImported) };
        let namespace = module.getattr(intern!(py, "__dict__"))?.cast_into::<PyDict>()?;
        let mut values = Vec::with_capacity(self.names.len());
        for name in self.names {
            let Some(value) = namespace.get_item(name)? else { return Ok(Found::Replaced) };
            if !is_made_by_python(&modules, self.module, &value, name)? {
                return Ok(Found::Replaced);
            }
            values.push((PyString::new(py, name).unbind(), value.unbind()));
        }
        Ok(Found::Originals(Originals { namespace: namespace.unbind(), values }))
    }
}

enum Found {
    Originals(Originals),
    NotImported,
    Replaced,
}

/// The modules in which the functions of `os`, `os.path`, `builtins` and `importlib.util` are really defined.
const HOMES: &[&str] = &[
    "posix",
    "nt",
    "os",
    "posixpath",
    "ntpath",
    "genericpath",
    "io",
    "_io",
    "importlib._bootstrap_external",
    "_frozen_importlib_external",
];

/// Whether `value` is the function or class that a module of Python's own library defines by that name.
fn is_made_by_python(
    modules: &Bound<'_, PyDict>,
    module: &str,
    value: &Bound<'_, PyAny>,
    name: &str,
) -> PyResult<bool> {
    let py = value.py();
    // A class method like `tarfile.open` is told by its function.
    let value = value.getattr_opt(intern!(py, "__func__"))?.unwrap_or_else(|| value.clone());
    let text = |attribute| -> PyResult<String> {
        let text = value.getattr_opt(attribute)?.and_then(|text| text.extract().ok());
        Ok(text.unwrap_or_default())
    };
    let (own_name, home) = (text(intern!(py, "__name__"))?, text(intern!(py, "__module__"))?);
    // `posixpath` has some functions from C, where they are called `_path_normpath`.
    if own_name.strip_prefix("_path_").unwrap_or(&own_name) != name
        || !(home == module || HOMES.contains(&home.as_str()))
    {
        return Ok(false);
    }
    if value.is_instance_of::<PyCFunction>() || value.is_instance_of::<PyType>() {
        return Ok(true);
    }
    // A wrapper can have the name and the module of what it wraps, but not its globals.
    let home = modules.get_item(home)?.map(|home| home.getattr(intern!(py, "__dict__"))).transpose()?;
    let globals = value.getattr_opt(intern!(py, "__globals__"))?;
    Ok(matches!((home, globals), (Some(home), Some(globals)) if globals.is(&home)))
}

/// Whether all of `borrowed` are Python's own, and `distutils.<module>` means the real module by `os`.
pub fn world_is_pythons(py: Python<'_>, module: &str, borrowed: &[Borrowed]) -> PyResult<bool> {
    let os = face(py, module)?.getattr_opt(intern!(py, "os"))?;
    let real = py.import("os")?;
    if os.is_some_and(|os| !os.is(&real))
        || !real.getattr(intern!(py, "path"))?.is(&py.import(intern!(py, "os.path"))?)
    {
        return Ok(false);
    }
    borrowed.iter().try_fold(true, |all, names| Ok(all && names.are_pythons(py)?))
}
