//! The options of `build_ext`: their table, their first values and their last ones.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};

use super::BuildExt;
use crate::command::compiler_options::split_macros;
use crate::command::{Row, build, take_options};
use crate::errors::DistutilsOptionError;
use crate::value::{OptionValue, expected, option};
use crate::{seam, setuptools};

/// What stands between the folders of a list that is given as one string.
pub const PATH_SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };

pub const TABLE: &[Row] = &[
    ("build-lib=", Some("b"), "folder that extensions are built in"),
    ("build-temp=", Some("t"), "folder for object files and other temporary files"),
    ("plat-name=", Some("p"), "platform to build for, where that is possible [default: this one]"),
    ("inplace", Some("i"), "build into the source folders, beside the Python modules, instead of build-lib"),
    ("include-dirs=", Some("I"), "folders to search for headers (separated as in PATH)"),
    ("define=", Some("D"), "preprocessor macros to define (separated by ',')"),
    ("undef=", Some("U"), "preprocessor macros to undefine (separated by ',')"),
    ("libraries=", Some("l"), "C libraries to link with"),
    ("library-dirs=", Some("L"), "folders to search for C libraries (separated as in PATH)"),
    ("rpath=", Some("R"), "folders to search for shared libraries at run time (separated as in PATH)"),
    ("link-objects=", Some("O"), "more object files to link with"),
    ("debug", Some("g"), "compile and link with debugging information"),
    ("force", Some("f"), "build everything, up to date or not"),
    ("compiler=", Some("c"), "the type of the compiler"),
    ("parallel=", Some("j"), "how many jobs run at the same time"),
    (
        "launcher=",
        None,
        "ccache, sccache, distcc, icecc, or the path of a program: put in front of each compile",
    ),
    ("swig-cpp", None, "let SWIG write C++ [default: C]"),
    ("swig-opts=", None, "options for SWIG (separated by spaces)"),
    ("swig=", None, "the SWIG program"),
    ("user", None, "search the user's own include and lib folders, at run time too"),
];

pub const BOOLEAN: &[&str] = &["inplace", "debug", "force", "swig-cpp", "user"];

/// The attributes that begin as None.
const UNSET: &[&str] = &[
    "extensions",
    "build_lib",
    "plat_name",
    "build_temp",
    "package",
    "include_dirs",
    "define",
    "undef",
    "libraries",
    "library_dirs",
    "rpath",
    "link_objects",
    "debug",
    "force",
    "compiler",
    "swig",
    "swig_cpp",
    "swig_opts",
    "user",
    "parallel",
    "launcher",
];

/// What is taken from `build` where it is not set.
const FROM_BUILD: &[(&str, &str)] = &[
    ("build_lib", "build_lib"),
    ("build_temp", "build_temp"),
    ("compiler", "compiler"),
    ("debug", "debug"),
    ("force", "force"),
    ("parallel", "parallel"),
    ("plat_name", "plat_name"),
];

pub fn initialize(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    for name in UNSET {
        slf.setattr(*name, slf.py().None())?;
    }
    slf.setattr("inplace", 0)
}

pub fn finalize(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    take_options(slf.as_any(), "build", FROM_BUILD)?;
    let distribution = slf.getattr("distribution")?;
    if slf.getattr("package")?.is_none() {
        slf.setattr("package", distribution.getattr("ext_package")?)?;
    }
    slf.setattr("extensions", distribution.getattr("ext_modules")?)?;
    finalize_include_dirs(slf)?;
    for name in ["libraries", "link_objects"] {
        slf.call_method1("ensure_string_list", (name,))?;
    }
    if slf.getattr("libraries")?.is_none() {
        slf.setattr("libraries", PyList::empty(slf.py()))?;
    }
    for name in ["library_dirs", "rpath"] {
        finalize_folders(slf, name, |py| Ok(PyList::empty(py).into_any()))?;
    }
    add_library_folders(slf)?;
    finalize_macros(slf)?;
    finalize_swig_opts(slf)?;
    if slf.getattr("user")?.is_truthy()? {
        add_user_folders(slf)?;
    }
    build::finalize_parallel(slf.as_any())
}

/// A list of folders: a string is taken apart, and what is not a list becomes one.
fn finalize_folders<'py>(
    slf: &Bound<'py, BuildExt>,
    name: &str,
    default: impl FnOnce(Python<'py>) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<()> {
    let py = slf.py();
    let mut value = slf.getattr(name)?;
    if value.is_none() {
        value = default(py)?;
    }
    if value.is_instance_of::<PyString>() {
        value = value.call_method1("split", (py.import("os")?.getattr("pathsep")?,))?;
    } else if !value.is_instance_of::<PyList>() {
        let items = value.try_iter().and_then(|items| items.collect::<PyResult<Vec<_>>>());
        let what = <Vec<String> as OptionValue>::EXPECTED;
        let items = items.map_err(|_| DistutilsOptionError::new_err(expected(name, what, &value)))?;
        value = PyList::new(py, items)?.into_any();
    }
    slf.setattr(name, value)
}

/// What was asked for, then a virtual environment's headers, then Python's own.
fn finalize_include_dirs(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let py = slf.py();
    let (sys, os) = (py.import("sys")?, py.import("os")?);
    let get_python_inc = seam::global(py, "sysconfig", "get_python_inc")?;
    let general = get_python_inc.call0()?;
    let keywords = PyDict::new(py);
    keywords.set_item("plat_specific", 1)?;
    let specific = get_python_inc.call((), Some(&keywords))?;
    finalize_folders(slf, "include_dirs", |_| {
        super::super::or_empty_list(slf.getattr("distribution")?.getattr("include_dirs")?)
    })?;
    // The list may be the distribution's: it grows in place, as it always did.
    let folders = slf.getattr("include_dirs")?;
    let prefix = sys.getattr("exec_prefix")?;
    if prefix.ne(sys.getattr("base_exec_prefix")?)? {
        folders.call_method1("append", (join(py, (prefix, "include"))?,))?;
    }
    let separator = os.getattr("pathsep")?;
    folders.call_method1("extend", (general.call_method1("split", (&separator,))?,))?;
    if specific.ne(&general)? {
        folders.call_method1("extend", (specific.call_method1("split", (separator,))?,))?;
    }
    Ok(())
}

/// `os.path.join`, as the platform of the call has it.
pub fn join<'py, A>(py: Python<'py>, parts: A) -> PyResult<Bound<'py, PyAny>>
where
    A: pyo3::call::PyCallArgs<'py>,
{
    py.import("os.path")?.getattr("join")?.call1(parts)
}

fn append(slf: &Bound<'_, BuildExt>, list: &str, item: Bound<'_, PyAny>) -> PyResult<()> {
    slf.getattr(list)?.call_method1("append", (item,)).map(drop)
}

/// Where Python's own library is, on platforms whose extensions are linked with it.
fn add_library_folders(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let py = slf.py();
    let sys = py.import("sys")?;
    if py.import("os")?.getattr("name")?.eq("nt")? && !is_mingw(py)? {
        add_windows_folders(slf)?;
    }
    let here = || Ok::<_, PyErr>(PyString::new(py, ".").into_any());
    if sys.getattr("platform")?.extract::<String>()?.starts_with("cygwin") {
        let programs = join(py, (sys.getattr("exec_prefix")?, "bin"))?;
        let installed = sys.getattr("executable")?.call_method1("startswith", (programs,))?.is_truthy()?;
        let folder = if installed {
            let version = seam::global(py, "command.build_ext", "get_python_version")?.call0()?;
            let version = PyString::new(py, "python").add(version)?;
            join(py, (sys.getattr("prefix")?, "lib", version, "config"))?
        } else {
            // Python's own extensions.
            here()?
        };
        append(slf, "library_dirs", folder)?;
    }
    for folder in slf.call_method1("_python_lib_dir", (seam::face(py, "sysconfig")?,))?.try_iter()? {
        append(slf, "library_dirs", folder?)?;
    }
    Ok(())
}

/// The folder of Python's own library, where that is a shared one: one item or none. `sysconfig` is distutils'.
pub fn python_lib_dir<'py>(sysconfig: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = sysconfig.py();
    let variable = |name: &str| sysconfig.call_method1("get_config_var", (name,));
    if !variable("Py_ENABLE_SHARED")?.is_truthy()? {
        return Ok(Vec::new());
    }
    Ok(vec![if sysconfig.getattr("python_build")?.is_truthy()? {
        PyString::new(py, ".").into_any()
    } else if py.import("sys")?.getattr("platform")?.eq("zos")? {
        // There Python may have been moved since it was built.
        join(py, (variable("base")?, variable("platlibdir")?))?
    } else {
        variable("LIBDIR")?
    }])
}

/// Whether this is a Python for Windows that was itself built by MinGW, and laid out as on Unix.
pub fn is_mingw(py: Python<'_>) -> PyResult<bool> {
    seam::global(py, "command.build_ext", "is_mingw")?.call0()?.is_truthy()
}

/// Windows: the import libraries of an installed Python and of one in the folder of its build, and object
/// files of debug builds apart from others.
fn add_windows_folders(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let py = slf.py();
    let sys = py.import("sys")?;
    let prefix = sys.getattr("exec_prefix")?;
    append(slf, "library_dirs", join(py, (&prefix, "libs"))?)?;
    let base = sys.getattr("base_exec_prefix")?;
    if base.ne(sys.getattr("prefix")?)? {
        append(slf, "library_dirs", join(py, (base, "libs"))?)?;
    }
    let kind = if slf.getattr("debug")?.is_truthy()? { "Debug" } else { "Release" };
    slf.setattr("build_temp", join(py, (slf.getattr("build_temp")?, kind))?)?;
    let header = seam::global(py, "command.build_ext", "get_config_h_filename")?.call0()?;
    append(slf, "include_dirs", py.import("os.path")?.call_method1("dirname", (header,))?)?;
    if let Some(home) = sys.getattr_opt("_home")?
        && home.is_truthy()?
    {
        append(slf, "library_dirs", home)?;
    }
    let platform: String = option(slf.as_any(), "plat_name")?;
    let folder = join(py, (prefix, "PCbuild"))?;
    // `win-amd64`: the part after the dash.
    let suffix = if platform == "win32" { "win32" } else { platform.get(4..).unwrap_or("") };
    let folder = if suffix.is_empty() { folder } else { join(py, (folder, suffix))? };
    append(slf, "library_dirs", folder)
}

/// `A=7,B` as lists: of pairs to define, of names to undefine. Lists stay as they are.
///
/// On top of a setuptools `A=7` is the name of a macro whose value is 1, as it is in CPython's distutils, so that the
/// compiler gets `-DA=7=1`.
fn finalize_macros(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let py = slf.py();
    let define = slf.getattr("define")?;
    if setuptools::is_imported(py)? && define.is_truthy()? && define.is_instance_of::<PyString>() {
        let pairs = PyList::empty(py);
        for symbol in define.call_method1("split", (",",))?.try_iter()? {
            pairs.append((symbol?, "1"))?;
        }
        slf.setattr("define", pairs)?;
    }
    split_macros(slf.as_any())
}

fn finalize_swig_opts(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let given = slf.getattr("swig_opts")?;
    if given.is_none() {
        slf.setattr("swig_opts", PyList::empty(slf.py()))
    } else if given.is_instance_of::<PyString>() {
        slf.setattr("swig_opts", given.call_method1("split", (" ",))?)
    } else {
        Ok(())
    }
}

fn add_user_folders(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let py = slf.py();
    let mut base = seam::global(py, "command.build_ext", "USER_BASE")?;
    if base.is_none() {
        // `python -S`: nobody has asked for it yet.
        base = py.import("site")?.call_method0("getuserbase")?;
    }
    let is_folder =
        |path: &Bound<'_, PyAny>| py.import("os.path")?.call_method1("isdir", (path,))?.is_truthy();
    let (include, lib) = (join(py, (&base, "include"))?, join(py, (base, "lib"))?);
    if is_folder(&include)? {
        append(slf, "include_dirs", include)?;
    }
    if is_folder(&lib)? {
        append(slf, "library_dirs", lib.clone())?;
        append(slf, "rpath", lib)?;
    }
    Ok(())
}
