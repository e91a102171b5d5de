//! What extensions are called: modules, the files they are in, the symbols they export, the libraries they need.

use pyo3::exceptions::PyUnicodeEncodeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PySlice, PyString, PyTuple};

use super::BuildExt;
use super::options::{is_mingw, join};
use crate::dist::keywords;
use crate::seam;

/// A configuration variable, from where a script may have replaced the function.
fn config_var<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    seam::global(py, "sysconfig", "get_config_var")?.call1((name,))
}

pub fn full_path<'py>(
    slf: &Bound<'py, BuildExt>,
    ext_name: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let full_name = slf.call_method1("get_ext_fullname", (ext_name,))?;
    let mut parts: Vec<Bound<'py, PyAny>> = full_name.call_method1("split", (".",))?.extract()?;
    let last = parts.pop().unwrap_or_else(|| PyString::new(py, "").into_any());
    let file = slf.call_method1("get_ext_filename", (last,))?;
    let file = for_limited_api(slf, ext_name, file)?;
    if !slf.getattr("inplace")?.is_truthy()? {
        parts.push(file);
        let relative = join(py, PyTuple::new(py, parts)?)?;
        return join(py, (slf.getattr("build_lib")?, relative));
    }
    let package = PyString::new(py, ".").call_method1("join", (PyList::new(py, parts)?,))?;
    let build_py = slf.call_method1("get_finalized_command", ("build_py",))?;
    let folder = build_py.call_method1("get_package_dir", (package,))?;
    join(py, (py.import("os.path")?.call_method1("abspath", (folder,))?, file))
}

/// `file` with the ending that stands for Python's stable ABI, where the extension keeps to that.
///
/// Only where `file` has this Python's own ending: an overridden `get_ext_filename` has the last word.
fn for_limited_api<'py>(
    slf: &Bound<'py, BuildExt>,
    ext_name: &Bound<'py, PyAny>,
    file: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    // setuptools' own `build_ext` has its own name for such a module; one that derives from ours has none there.
    if keywords::are_setuptools(&slf.getattr("distribution")?)? || !keeps_to_limited_api(slf, ext_name)? {
        return Ok(file);
    }
    let (own, Some(stable)) = (config_var(py, "EXT_SUFFIX")?, stable_suffix(py)?) else { return Ok(file) };
    if !own.is_truthy()? || !file.call_method1("endswith", (&own,))?.is_truthy()? {
        return Ok(file);
    }
    let stem = file.get_item(PySlice::new(py, 0, isize::try_from(file.len()? - own.len()?)?, 1))?;
    stem.add(stable)
}

fn keeps_to_limited_api(slf: &Bound<'_, BuildExt>, ext_name: &Bound<'_, PyAny>) -> PyResult<bool> {
    let Ok(extensions) = slf.getattr("extensions")?.cast_into::<PyList>() else { return Ok(false) };
    for extension in extensions.iter() {
        if let Some(limited) = extension.getattr_opt("py_limited_api")?
            && limited.is_truthy()?
            && extension.getattr("name")?.eq(ext_name)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The ending of modules that keep to the stable ABI; `None` where this Python does not load such.
fn stable_suffix(py: Python<'_>) -> PyResult<Option<String>> {
    let suffixes: Vec<String> = py.import("importlib.machinery")?.getattr("EXTENSION_SUFFIXES")?.extract()?;
    Ok(suffixes.into_iter().find(|suffix| suffix.contains(".abi3") || suffix == ".pyd"))
}

pub fn full_name<'py>(
    slf: &Bound<'py, BuildExt>,
    ext_name: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let package = slf.getattr("package")?;
    if package.is_none() { Ok(ext_name.clone()) } else { package.add(".")?.add(ext_name) }
}

pub fn file_name<'py>(py: Python<'py>, ext_name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let parts: Vec<Bound<'py, PyAny>> = ext_name.call_method1("split", (".",))?.extract()?;
    let suffix = config_var(py, "EXT_SUFFIX")?;
    join(py, PyTuple::new(py, parts)?)?.add(suffix)
}

/// The name that Python makes the init function's from: that of the package for its `__init__`.
pub fn module_name<'py>(py: Python<'py>, ext: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let mut parts: Vec<Bound<'py, PyAny>> = ext.getattr("name")?.call_method1("split", (".",))?.extract()?;
    let last = parts.pop().unwrap_or_else(|| PyString::new(py, "").into_any());
    match parts.pop() {
        Some(package) if last.eq("__init__")? => Ok(package),
        _ => Ok(last),
    }
}

/// PEP 489: `PyInit_name`, or `PyInitU_` and the name in punycode where it is not ASCII.
pub fn export_symbols<'py>(
    slf: &Bound<'py, BuildExt>,
    ext: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let name = slf.call_method1("_get_module_name_for_symbol", (ext,))?;
    let init_function = match name.call_method1("encode", ("ascii",)) {
        Ok(_) => PyString::new(py, "PyInit_").add(name)?,
        Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(py) => {
            let encoded = name.call_method1("encode", ("punycode",))?.call_method1("decode", ("ascii",))?;
            PyString::new(py, "PyInitU_").add(encoded.call_method1("replace", ("-", "_"))?)?
        }
        Err(error) => return Err(error),
    };
    let symbols = ext.getattr("export_symbols")?;
    if !symbols.contains(&init_function)? {
        symbols.call_method1("append", (init_function,))?;
    }
    ext.getattr("export_symbols")
}

pub fn libraries<'py>(slf: &Bound<'py, BuildExt>, ext: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let own = ext.getattr("libraries")?;
    let on_windows = py.import("sys")?.getattr("platform")?.eq("win32")?;
    let mingw = on_windows && is_mingw(py)?;
    let python = if on_windows && !mingw {
        windows_library(slf)?
    } else if needs_shared_python(py, mingw)? {
        Some(PyString::new(py, "python").add(config_var(py, "LDVERSION")?)?)
    } else {
        None
    };
    // A new list: the extension's own may be shared with others.
    match python {
        Some(library) => own.add(PyList::new(py, [library])?),
        None => Ok(own),
    }
}

/// Python's import library, for the compilers that do not find its name in `pyconfig.h`.
fn windows_library<'py>(slf: &Bound<'py, BuildExt>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = slf.py();
    let compiler = slf.getattr("compiler")?;
    if compiler.is_instance(&seam::global(py, "_msvccompiler", "MSVCCompiler")?)? {
        return Ok(None);
    }
    let version: u32 = py.import("sys")?.getattr("hexversion")?.extract()?;
    let debug = if slf.getattr("debug")?.is_truthy()? { "_d" } else { "" };
    let name = format!("python{}{}{debug}", version >> 24, version >> 16 & 0xff);
    Ok(Some(PyString::new(py, &name).into_any()))
}

/// Android, Cygwin and MinGW: symbols of a shared Python library are found only where the module is linked with it.
fn needs_shared_python(py: Python<'_>, mingw: bool) -> PyResult<bool> {
    if !config_var(py, "Py_ENABLE_SHARED")?.is_truthy()? {
        return Ok(false);
    }
    let sys = py.import("sys")?;
    if mingw || sys.hasattr("getandroidapilevel")? || sys.getattr("platform")?.eq("cygwin")? {
        return Ok(true);
    }
    if !py.import("os")?.getattr("environ")?.contains("_PYTHON_HOST_PLATFORM")? {
        return Ok(false);
    }
    // Built for another platform than this one.
    Ok(config_var(py, "ANDROID_API_LEVEL")?.ne(0)? || config_var(py, "MACHDEP")?.eq("cygwin")?)
}
