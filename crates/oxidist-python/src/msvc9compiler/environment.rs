//! Where Visual Studio 2005 or 2008 is, and the environment that its `vcvarsall.bat` makes.

use oxidist_engine::toolchain::visual_studio;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyList, PyString};

use super::{MODULE, registry_values};
use crate::ccompiler::os_path;
use crate::errors::DistutilsPlatformError;
use crate::windows::old;
use crate::{late, log, seam};

/// The variables that count: the others are not the compiler's.
const VARIABLES: [&str; 4] = ["include", "lib", "libpath", "path"];

/// Names that are made when they are asked for.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    match name {
        "VERSION" => seam::global(py, MODULE, "get_build_version")?.call0(),
        "re" | "subprocess" => Ok(py.import(name)?.into_any()),
        _ => registry_values::late(py, name)?.ok_or_else(|| late::missing(MODULE, name)),
    }
}

/// A variable's value, a list like PATH, without what is in it twice.
#[pyfunction]
#[pyo3(name = "removeDuplicates")]
fn remove_duplicates<'py>(variable: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = variable.py();
    let separator = py.import("os")?.getattr("pathsep")?;
    let unique = PyList::empty(py);
    for item in variable.call_method1("split", (&separator,))?.try_iter()? {
        let item = item?;
        if !unique.contains(&item)? {
            unique.append(item)?;
        }
    }
    separator.call_method1("join", (unique,))
}

/// `vcvarsall.bat` of a version: the registry tells its folder, otherwise a variable that the installation sets.
/// None where it is in neither.
#[pyfunction]
fn find_vcvarsall<'py>(py: Python<'py>, version: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let key = seam::global(py, MODULE, "VS_BASE")?.rem(version)?.add(r"\Setup\VC")?;
    let mut folder = match seam::global(py, MODULE, "Reg")?.call_method1("get_value", (key, "productdir")) {
        Err(error) if error.is_instance_of::<PyKeyError>(py) => {
            log::debug(py, "Unable to find productdir in registry")?;
            py.None().into_bound(py)
        }
        folder => folder?,
    };
    if !folder.is_truthy()? || !os_path(py, "isdir", (&folder,))?.is_truthy()? {
        let variable = PyString::new(py, "VS%0.f0COMNTOOLS").rem(version)?;
        let tools = py.import("os")?.getattr("environ")?.call_method1("get", (&variable,))?;
        if tools.is_truthy()? && os_path(py, "isdir", (&tools,))?.is_truthy()? {
            let up = py.import("os")?.getattr("pardir")?;
            folder = os_path(py, "abspath", (os_path(py, "join", (tools, &up, &up, "VC"))?,))?;
            if !os_path(py, "isdir", (&folder,))?.is_truthy()? {
                log::debug(py, &format!("{folder} is not a valid directory"))?;
                return Ok(None);
            }
        } else {
            log::debug(py, &format!("Env var {variable} is not set or invalid"))?;
        }
    }
    if !folder.is_truthy()? {
        log::debug(py, "No productdir found")?;
        return Ok(None);
    }
    let script = os_path(py, "join", (folder, "vcvarsall.bat"))?;
    if os_path(py, "isfile", (&script,))?.is_truthy()? {
        return Ok(Some(script));
    }
    log::debug(py, "Unable to find vcvarsall.bat")?;
    Ok(None)
}

/// The variables `include`, `lib`, `libpath` and `path` that `vcvarsall.bat` sets for a processor.
#[pyfunction]
#[pyo3(signature = (version, arch = "x86"))]
fn query_vcvarsall<'py>(
    py: Python<'py>,
    version: &Bound<'py, PyAny>,
    arch: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let script = seam::global(py, MODULE, "find_vcvarsall")?.call1((version,))?;
    if script.is_none() {
        return Err(DistutilsPlatformError::new_err("Unable to find vcvarsall.bat"));
    }
    log::call(py, "debug", "Calling 'vcvarsall.bat %s' (version=%s)", (arch, version))?;
    let subprocess = seam::global(py, MODULE, "subprocess")?;
    let pipes = PyDict::new(py);
    pipes.set_item("stdout", subprocess.getattr("PIPE")?)?;
    pipes.set_item("stderr", subprocess.getattr("PIPE")?)?;
    let process = subprocess.call_method("Popen", (format!("\"{script}\" {arch} & set"),), Some(&pipes))?;
    let printed = printed(&process);
    for stream in ["stdout", "stderr"] {
        process.getattr(stream)?.call_method0("close")?;
    }
    let result = PyDict::new(py);
    for line in printed?.call_method1("split", ("\n",))?.try_iter()? {
        add_variable(&result, &line?)?;
    }
    if result.len() != VARIABLES.len() {
        return Err(PyValueError::new_err(result.keys().repr()?.unbind()));
    }
    Ok(result)
}

/// What a process printed, once it has ended well.
fn printed<'py>(process: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let (output, errors): (Bound<'py, PyAny>, Bound<'py, PyAny>) =
        process.call_method0("communicate")?.extract()?;
    if process.call_method0("wait")?.ne(0)? {
        let errors = errors.call_method1("decode", ("mbcs",))?.unbind();
        return Err(DistutilsPlatformError::new_err(errors));
    }
    output.call_method1("decode", ("mbcs",))
}

/// Add what a line `NAME=value` says, where that variable counts.
fn add_variable<'py>(result: &Bound<'py, PyDict>, line: &Bound<'py, PyAny>) -> PyResult<()> {
    let py = result.py();
    let line = seam::global(py, MODULE, "Reg")?.call_method1("convert_mbcs", (line,))?;
    let line: String = line.call_method0("strip")?.extract()?;
    let Some((name, value)) = line.split_once('=') else { return Ok(()) };
    let name = name.to_lowercase();
    if VARIABLES.contains(&name.as_str()) {
        let separator: String = py.import("os")?.getattr("pathsep")?.extract()?;
        let value = value.strip_suffix(&separator).unwrap_or(value);
        result.set_item(name, seam::global(py, MODULE, "removeDuplicates")?.call1((value,))?)?;
    }
    Ok(())
}

/// What `vcvarsall.bat` calls a platform.
pub fn vcvars_name<'py>(platform: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    seam::global(platform.py(), MODULE, "PLAT_TO_VCVARS")?.get_item(platform)
}

/// Put the environment of `vcvarsall.bat` in the place of this process's.
pub fn take_over<'py>(slf: &Bound<'py, PyAny>, spec: &Bound<'py, PyAny>) -> PyResult<()> {
    let py = slf.py();
    let version = seam::global(py, MODULE, "VERSION")?;
    let variables = seam::global(py, MODULE, "query_vcvarsall")?.call1((version, spec))?;
    let os = py.import("os")?;
    let paths = variables.get_item("path")?.call_method1("split", (os.getattr("pathsep")?,))?;
    slf.setattr(old::PATHS, paths)?;
    for name in ["lib", "include"] {
        os.getattr("environ")?.set_item(name, variables.get_item(name)?)?;
    }
    Ok(())
}

/// DistutilsPlatformError where this Python was made by an older Visual C++, or by another compiler.
pub fn check_version(py: Python<'_>) -> PyResult<()> {
    let version: Option<f64> = seam::global(py, MODULE, "VERSION")?.extract()?;
    match version {
        Some(version) if version >= 8.0 => Ok(()),
        version => {
            let version = version.unwrap_or_default();
            let text = format!("VC {version:.1} is not supported by this module");
            Err(DistutilsPlatformError::new_err(text))
        }
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let platforms = visual_studio::PLATFORMS_2008.iter().copied().into_py_dict(module.py())?;
    module.add("PLAT_TO_VCVARS", platforms)?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(remove_duplicates, module)?)?;
    module.add_function(wrap_pyfunction!(find_vcvarsall, module)?)?;
    module.add_function(wrap_pyfunction!(query_vcvarsall, module)?)?;
    module.add_function(wrap_pyfunction!(old::get_build_version, module)?)?;
    module.add_function(wrap_pyfunction!(old::normalize_and_reduce_paths, module)?)
}
