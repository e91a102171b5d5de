//! Where Visual Studio is: `vswhere` tells it from 2017 on, the registry before. What its programs need in their
//! environment is told by its own script, `vcvarsall.bat`.

use oxidist_engine::toolchain::visual_studio;
use pyo3::exceptions::{PyOSError, PyUnicodeDecodeError};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyDict, PyList, PyString};

use crate::ccompiler::os_path;
use crate::errors::DistutilsPlatformError;
use crate::{late, log, registry, seam};

/// This module, whose names scripts and tests replace.
const MODULE: &str = "_msvccompiler";

/// A version of Visual C++ and a folder, each None where there is none.
type Found<'py> = (Option<i64>, Option<Bound<'py, PyAny>>);

/// The newest Visual C++ from 2015 on in the registry, where those up to 2015 are: `(version, folder)`.
#[pyfunction]
fn _find_vc2015(py: Python<'_>) -> PyResult<Found<'_>> {
    let Some(key) = registered(py)? else {
        log::debug(py, "Visual C++ is not registered")?;
        return Ok((None, None));
    };
    key.call_method0("__enter__")?;
    let entries = installations(&key);
    key.call_method1("__exit__", (py.None(), py.None(), py.None()))?;
    let (names, folders): (Vec<String>, Vec<Bound<'_, PyAny>>) = entries?.into_iter().unzip();
    Ok(match visual_studio::newest(names.iter().map(String::as_str)) {
        Some((version, place)) => (Some(version), folders.into_iter().nth(place)),
        None => (Some(0), None),
    })
}

/// The registry's key for Visual C++, in the part for programs of 32 bits.
fn registered(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let Some(winreg) = seam::face(py, MODULE)?.getattr_opt("winreg")? else { return Ok(None) };
    let access = winreg.getattr("KEY_READ")?.bitor(winreg.getattr("KEY_WOW64_32KEY")?)?;
    let keywords = PyDict::new(py);
    keywords.set_item("access", access)?;
    let arguments = (winreg.getattr("HKEY_LOCAL_MACHINE")?, visual_studio::REGISTERED);
    match winreg.call_method("OpenKeyEx", arguments, Some(&keywords)) {
        Err(error) if error.is_instance_of::<PyOSError>(py) => Ok(None),
        key => key.map(Some),
    }
}

/// The names and folders in it, of folders that are there.
fn installations<'py>(key: &Bound<'py, PyAny>) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    let py = key.py();
    let winreg = seam::global(py, MODULE, "winreg")?;
    let mut found = Vec::new();
    for place in 0.. {
        let item = match winreg.call_method1("EnumValue", (key, place)) {
            Err(error) if error.is_instance_of::<PyOSError>(py) => break,
            item => item?,
        };
        let (name, folder, kind): (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>) =
            item.extract()?;
        if name.is_truthy()?
            && kind.eq(winreg.getattr("REG_SZ")?)?
            && os_path(py, "isdir", (&folder,))?.is_truthy()?
        {
            found.push((name.extract()?, folder));
        }
    }
    Ok(found)
}

/// The newest Visual C++ from 2017 on, as `vswhere.exe` tells: `(15, folder of its scripts)`.
#[pyfunction]
fn _find_vc2017(py: Python<'_>) -> PyResult<Found<'_>> {
    let environ = py.import("os")?.getattr("environ")?;
    let mut root = environ.call_method1("get", ("ProgramFiles(x86)",))?;
    if !root.is_truthy()? {
        root = environ.call_method1("get", ("ProgramFiles",))?;
    }
    if !root.is_truthy()? {
        return Ok((None, None));
    }
    let command = PyList::new(py, [below(root, visual_studio::VSWHERE)?])?;
    visual_studio::VSWHERE_QUESTION.iter().try_for_each(|word| command.append(word))?;
    let keywords = PyDict::new(py);
    keywords.set_item("encoding", "mbcs")?;
    keywords.set_item("errors", "strict")?;
    let subprocess = seam::global(py, MODULE, "subprocess")?;
    let answer = match subprocess.call_method("check_output", (command,), Some(&keywords)) {
        Err(error)
            if error.is_instance_of::<PyOSError>(py)
                || error.is_instance_of::<PyUnicodeDecodeError>(py)
                || error.matches(py, subprocess.getattr("CalledProcessError")?)? =>
        {
            return Ok((None, None));
        }
        answer => answer?.call_method0("strip")?,
    };
    let folder = below(answer, visual_studio::SCRIPTS)?;
    Ok(if os_path(py, "isdir", (&folder,))?.is_truthy()? { (Some(15), Some(folder)) } else { (None, None) })
}

fn below<'py>(folder: Bound<'py, PyAny>, names: &[&str]) -> PyResult<Bound<'py, PyAny>> {
    names.iter().try_fold(folder, |folder, name| os_path(folder.py(), "join", (&folder, *name)))
}

/// `(vcvarsall.bat, None)` of the newest Visual C++; None for both where there is none.
#[pyfunction]
fn _find_vcvarsall<'py>(
    py: Python<'py>,
    plat_spec: &Bound<'py, PyAny>,
) -> PyResult<(Option<Bound<'py, PyAny>>, Option<i64>)> {
    let _ = plat_spec;
    for finder in ["_find_vc2017", "_find_vc2015"] {
        let folder = seam::global(py, MODULE, finder)?.call0()?.get_item(1)?;
        if !folder.is_truthy()? {
            continue;
        }
        let script = os_path(py, "join", (folder, "vcvarsall.bat"))?;
        if os_path(py, "isfile", (&script,))?.is_truthy()? {
            return Ok((Some(script), None));
        }
        log::call(py, "debug", "%s cannot be found", (script,))?;
        return Ok((None, None));
    }
    log::debug(py, "No suitable Visual C++ version found")?;
    Ok((None, None))
}

/// The environment that `vcvarsall.bat` makes, with names in small letters. Where DISTUTILS_USE_SDK is set it has
/// been run already, and the environment is this process's own.
#[pyfunction]
fn _get_vc_env<'py>(py: Python<'py>, plat_spec: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let environ = py.import("os")?.getattr("environ")?;
    let variables = PyDict::new(py);
    if environ.call_method1("get", ("DISTUTILS_USE_SDK",))?.is_truthy()? {
        for item in environ.call_method0("items")?.try_iter()? {
            let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item?.extract()?;
            variables.set_item(name.call_method0("lower")?, value)?;
        }
        return Ok(variables);
    }
    let script = seam::global(py, MODULE, "_find_vcvarsall")?.call1((plat_spec,))?.get_item(0)?;
    if !script.is_truthy()? {
        return Err(DistutilsPlatformError::new_err("Unable to find vcvarsall.bat"));
    }
    let printed = run_script(&script, plat_spec)?;
    for (name, value) in visual_studio::environment(printed.as_bytes()) {
        variables.set_item(name, value)?;
    }
    Ok(variables)
}

/// What `set` prints after the script.
fn run_script<'py>(
    script: &Bound<'py, PyAny>,
    plat_spec: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = script.py();
    let subprocess = seam::global(py, MODULE, "subprocess")?;
    let keywords = PyDict::new(py);
    keywords.set_item("stderr", subprocess.getattr("STDOUT")?)?;
    // As one string: cmd.exe has quoting of its own. /u makes what it prints UTF-16.
    let command =
        PyString::new(py, "cmd /u /c \"{}\" {} && set").call_method1("format", (script, plat_spec))?;
    match subprocess.call_method("check_output", (command,), Some(&keywords)) {
        Err(error) if error.matches(py, subprocess.getattr("CalledProcessError")?)? => {
            let failure = error.value(py);
            seam::global(py, "log", "error")?.call1((failure.getattr("output")?,))?;
            Err(DistutilsPlatformError::new_err(format!("Error executing {}", failure.getattr("cmd")?)))
        }
        printed => Ok(printed?.cast_into()?),
    }
}

/// The path of a program, from the first of `paths` (the PATH where there are none) that has it; its name alone
/// where none has.
#[pyfunction]
#[pyo3(signature = (exe, paths = None))]
fn _find_exe<'py>(
    py: Python<'py>,
    exe: Bound<'py, PyAny>,
    paths: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let paths = match paths {
        Some(paths) if paths.is_truthy()? => paths,
        _ => {
            let os = py.import("os")?;
            let path = os.getattr("environ")?.call_method1("get", ("path", ""))?;
            path.call_method1("split", (os.getattr("pathsep")?,))?
        }
    };
    for folder in paths.try_iter()? {
        let file = os_path(py, "join", (os_path(py, "abspath", (folder?,))?, &exe))?;
        if os_path(py, "isfile", (&file,))?.is_truthy()? {
            return Ok(file);
        }
    }
    Ok(exe)
}

/// `winreg`, where there is one.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    match name {
        "winreg" => registry::late(py, name)?.ok_or_else(|| late::missing(MODULE, name)),
        _ => late::library(py, MODULE, name),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let tables =
        [("PLAT_TO_VCVARS", visual_studio::PLATFORMS), ("PLAT_SPEC_TO_RUNTIME", visual_studio::RUNTIMES)];
    for (name, rows) in tables {
        module.add(name, rows.iter().copied().into_py_dict(module.py())?)?;
    }
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(_find_vc2015, module)?)?;
    module.add_function(wrap_pyfunction!(_find_vc2017, module)?)?;
    module.add_function(wrap_pyfunction!(_find_vcvarsall, module)?)?;
    module.add_function(wrap_pyfunction!(_get_vc_env, module)?)?;
    module.add_function(wrap_pyfunction!(_find_exe, module)?)
}
