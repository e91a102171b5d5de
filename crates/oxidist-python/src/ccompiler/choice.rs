//! Which compiler class: the platform's own, or the one that was asked for.

use pyo3::exceptions::{PyImportError, PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::Given;
use crate::errors::{DistutilsModuleError, DistutilsPlatformError, caused};
use crate::seam;
use crate::value::Elements;

/// A compiler's name, the module of its class, the class, and what it is called in help texts.
type Compiler = (&'static str, (&'static str, &'static str, &'static str));

/// `compiler_class`, as long as no script has changed it.
const COMPILERS: &[Compiler] = &[
    ("unix", ("unixccompiler", "UnixCCompiler", "standard UNIX-style compiler")),
    ("msvc", ("_msvccompiler", "MSVCCompiler", "Microsoft Visual C++")),
    ("cygwin", ("cygwinccompiler", "CygwinCCompiler", "Cygwin port of GNU C Compiler for Win32")),
    ("mingw32", ("cygwinccompiler", "Mingw32CCompiler", "Mingw32 port of GNU C Compiler for Win32")),
    ("bcpp", ("bcppcompiler", "BCPPCompiler", "Borland C++ Compiler")),
];

/// `_default_compilers`: expressions for the start of `sys.platform` or `os.name`, and the compiler there.
const DEFAULTS: [(&str, &str); 3] = [("cygwin.*", "unix"), ("posix", "unix"), ("nt", "msvc")];

/// The compiler of a platform. `osname` and `platform` stand in for `os.name` and `sys.platform`.
#[pyfunction]
#[pyo3(signature = (osname = None, platform = None))]
fn get_default_compiler<'py>(
    py: Python<'py>,
    osname: Option<Bound<'py, PyAny>>,
    platform: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let osname = match osname {
        Some(name) => name,
        None => py.import("os")?.getattr("name")?,
    };
    let platform = match platform {
        Some(name) => name,
        None => py.import("sys")?.getattr("platform")?,
    };
    for row in seam::global(py, "ccompiler", "_default_compilers")?.try_iter()? {
        let (pattern, compiler): (Bound<'py, PyAny>, Bound<'py, PyAny>) = row?.extract()?;
        if matches(&pattern, &platform)? || matches(&pattern, &osname)? {
            return Ok(compiler);
        }
    }
    Ok(PyString::new(py, "unix").into_any())
}

/// Whether `re.match` finds `pattern`. Those that are plain words, as ours are, need not load `re`.
fn matches(pattern: &Bound<'_, PyAny>, name: &Bound<'_, PyAny>) -> PyResult<bool> {
    if let (Ok(pattern), Ok(name)) = (pattern.extract::<String>(), name.extract::<String>()) {
        let start = pattern.strip_suffix(".*").unwrap_or(&pattern);
        if start.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(name.starts_with(start));
        }
    }
    Ok(!pattern.py().import("re")?.call_method1("match", (pattern, name))?.is_none())
}

/// A compiler object: of the class that `compiler` names in `compiler_class`, or of the platform's own.
///
/// `plat` stands in for `os.name`. DistutilsPlatformError where there is none, DistutilsModuleError where its
/// class cannot be loaded.
#[pyfunction]
#[pyo3(
    signature = (plat = None, compiler = None, verbose = Given::Default, dry_run = Given::Default, force = Given::Default),
    text_signature = "(plat=None, compiler=None, verbose=0, dry_run=0, force=0)"
)]
fn new_compiler<'py>(
    py: Python<'py>,
    plat: Option<Bound<'py, PyAny>>,
    compiler: Option<Bound<'py, PyAny>>,
    verbose: Given<'py>,
    dry_run: Given<'py>,
    force: Given<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let _ = verbose;
    let plat = match plat {
        Some(plat) => plat,
        None => py.import("os")?.getattr("name")?,
    };
    let compiler = match compiler {
        Some(compiler) => compiler,
        None => seam::global(py, "ccompiler", "get_default_compiler")?.call1((&plat,))?,
    };
    let table = seam::global(py, "ccompiler", "compiler_class")?;
    let row = table.get_item(&compiler).map_err(|error| {
        if !error.is_instance_of::<PyKeyError>(py) {
            return error;
        }
        let types = PyString::new(py, ", ").call_method1("join", (&table,));
        let types = types.map_or_else(|_| String::new(), |types| format!(" (the types are {types})"));
        let text = format!(
            "don't know how to compile C/C++ code on platform '{plat}' with '{compiler}' compiler{types}"
        );
        caused(py, DistutilsPlatformError::new_err(text), error)
    })?;
    let class = load(&row)?;
    // The first argument once was the verbosity, and stays for classes that still count on it.
    class.call1((py.None(), dry_run.or(py, 0)?, force.or(py, 0)?))
}

/// The class that a row of `compiler_class` names.
fn load<'py>(row: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = row.py();
    let row: Vec<Bound<'py, PyAny>> = row.elements()?.collect::<PyResult<_>>()?;
    let [module, class, _description] = row.as_slice() else {
        let text = "a row of 'compiler_class' must be (module, class, description)";
        return Err(PyValueError::new_err(text));
    };
    let name = format!("distutils.{module}");
    let module = py.import(name.as_str()).map_err(|error| {
        if !error.is_instance_of::<PyImportError>(py) {
            return error;
        }
        let text = format!("can't compile C/C++ code: unable to load module '{name}'");
        caused(py, DistutilsModuleError::new_err(text), error)
    })?;
    module.dict().get_item(class)?.ok_or_else(|| {
        DistutilsModuleError::new_err(format!(
            "can't compile C/C++ code: unable to find class '{class}' in module '{name}'"
        ))
    })
}

/// Print the names in `compiler_class` and what they stand for.
#[pyfunction]
fn show_compilers(py: Python<'_>) -> PyResult<()> {
    let rows = PyList::empty(py);
    let table = seam::global(py, "ccompiler", "compiler_class")?;
    for name in table.call_method0("keys")?.try_iter()? {
        let name = name?;
        let description = table.get_item(&name)?.get_item(2)?;
        rows.append((PyString::new(py, "compiler=").add(name)?, py.None(), description))?;
    }
    rows.sort()?;
    let printer = seam::global(py, "fancy_getopt", "FancyGetopt")?.call1((rows,))?;
    printer.call_method1("print_help", ("List of available compilers:",)).map(drop)
}

/// The classes that `compiler_class` names and that can be loaded here, by their names.
#[pyfunction]
fn get_compilers(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let classes = PyDict::new(py);
    let table = seam::global(py, "ccompiler", "compiler_class")?;
    for row in table.call_method0("items")?.try_iter()? {
        let (name, row): (Bound<'_, PyAny>, Bound<'_, PyAny>) = row?.extract()?;
        match load(&row) {
            Ok(class) => classes.set_item(name, class)?,
            Err(error) if error.is_instance_of::<DistutilsModuleError>(py) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(classes)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let table = PyDict::new(py);
    for (name, row) in COMPILERS {
        table.set_item(name, row)?;
    }
    module.add("compiler_class", table)?;
    module.add("_default_compilers", PyTuple::new(py, DEFAULTS)?)?;
    module.add_function(wrap_pyfunction!(get_default_compiler, module)?)?;
    module.add_function(wrap_pyfunction!(new_compiler, module)?)?;
    module.add_function(wrap_pyfunction!(show_compilers, module)?)?;
    module.add_function(wrap_pyfunction!(get_compilers, module)?)
}
