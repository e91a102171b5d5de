//! The names of platforms, as folders and archives carry them.

use std::ffi::OsString;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::DistutilsPlatformError;
use crate::seam;

/// The variable that says for which macOS is built: in the environment, and in Python's configuration.
const MACOS_TARGET: &str = "MACOSX_DEPLOYMENT_TARGET";

/// Before this macOS, modules were linked in another way.
const TWO_LEVEL_NAMESPACES: [u64; 2] = [10, 3];

/// What the Windows tool chain's environment calls its target, and Python's name for it.
const WINDOWS_TARGETS: &[(&str, &str)] =
    &[("x86", "win32"), ("x64", "win-amd64"), ("arm", "win-arm32"), ("arm64", "win-arm64")];

/// What `sys.version` of a Windows Python says of its compiler's target, and Python's name for it.
const WINDOWS_HOSTS: &[(&str, &str)] =
    &[("amd64", "win-amd64"), ("(arm)", "win-arm32"), ("(arm64)", "win-arm64")];

/// The target that a Windows tool chain's environment asks for; `None` elsewhere, or where it asks for none.
pub fn target(py: Python<'_>) -> PyResult<Option<&'static str>> {
    let os = py.import("os")?;
    if os.getattr("name")?.extract::<String>()? != "nt" {
        return Ok(None);
    }
    let asked = os.getattr("environ")?.call_method1("get", ("VSCMD_ARG_TGT_ARCH",))?;
    let asked: Option<String> = asked.extract()?;
    Ok(WINDOWS_TARGETS.iter().find(|row| asked.as_deref() == Some(row.0)).map(|row| row.1))
}

/// The platform that this Python runs on. All is asked of Python when called: `os.name`, `os.uname()`,
/// `sys.platform`, and the variable `_PYTHON_HOST_PLATFORM`, with which a cross build names its target.
pub fn host(py: Python<'_>) -> PyResult<String> {
    let (os, sys) = (py.import("os")?, py.import("sys")?);
    let platform: String = sys.getattr("platform")?.extract()?;
    let name: String = os.getattr("name")?.extract()?;
    if name == "nt" {
        let version = sys.getattr("version")?.extract::<String>()?.to_lowercase();
        let known = WINDOWS_HOSTS.iter().find(|row| version.contains(row.0));
        return Ok(known.map_or(platform, |row| row.1.to_string()));
    }
    let environ = os.getattr("environ")?;
    if let Some(named) = environ.call_method1("get", ("_PYTHON_HOST_PLATFORM",))?.extract()? {
        return Ok(named);
    }
    if name != "posix" || !os.hasattr("uname")? {
        return Ok(platform);
    }
    let (system, _host, release, _version, machine): (String, String, String, String, String) =
        py.import("builtins")?.getattr("tuple")?.call1((os.call_method0("uname")?,))?.extract()?;
    let system = system.to_lowercase().replace('/', "");
    let machine = machine.replace(' ', "_").replace('/', "-");
    if system.starts_with("linux") {
        return Ok(format!("{system}-{machine}"));
    }
    if system.starts_with("sunos") && release.as_bytes().first().is_some_and(|digit| *digit >= b'5') {
        let bits =
            if sys.getattr("maxsize")?.extract::<i64>()? > i64::from(i32::MAX) { "64bit" } else { "32bit" };
        let major = i64::from(release.as_bytes()[0] - b'0') - 3;
        return Ok(format!("solaris-{major}.{}-{machine}.{bits}", release.get(2..).unwrap_or_default()));
    }
    if system.starts_with("aix") {
        return py.import("_aix_support")?.call_method0("aix_platform")?.extract();
    }
    if system.starts_with("cygwin") {
        let end = release.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(release.len());
        let number = if end > 0 { &release[..end] } else { &release };
        return Ok(format!("cygwin-{number}-{machine}"));
    }
    if system.starts_with("darwin") {
        let variables = seam::global(py, "sysconfig", "get_config_vars")?.call0()?;
        let (system, release, machine): (String, String, String) = py
            .import("_osx_support")?
            .call_method1("get_platform_osx", (variables, system, release, machine))?
            .extract()?;
        return Ok(format!("{system}-{release}-{machine}"));
    }
    Ok(format!("{system}-{release}-{machine}"))
}

/// The numbers of a version: `10.15.4`. ValueError where there is something else between the dots.
#[pyfunction]
fn split_version(s: &Bound<'_, PyString>) -> PyResult<Vec<u64>> {
    let numbers = s.to_cow()?.split('.').map(|part| part.trim().parse()).collect::<Result<_, _>>();
    numbers.map_err(|_| {
        PyValueError::new_err(format!(
            "invalid version number {}",
            s.as_any().repr().map_or_else(|_| "?".into(), |text| text.to_string())
        ))
    })
}

/// The oldest macOS that this Python was built for, as a string; None where it was built for none.
#[pyfunction]
fn get_macosx_target_ver_from_syscfg(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let version = seam::global(py, "sysconfig", "get_config_var")?.call1((MACOS_TARGET,))?;
    Ok(version.is_truthy()?.then_some(version))
}

/// The oldest macOS to build for: as the environment says, else as this Python was built.
///
/// DistutilsPlatformError where Python itself was built for a later way of linking than the environment asks for.
#[pyfunction]
fn get_macosx_target_ver(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    let pythons = seam::global(py, "util", "get_macosx_target_ver_from_syscfg")?.call0()?;
    let asked = py.import("os")?.getattr("environ")?.call_method1("get", (MACOS_TARGET,))?;
    if !asked.is_truthy()? {
        return Ok(pythons.is_truthy()?.then_some(pythons));
    }
    let numbers = |version: &Bound<'_, PyAny>| split_version(&version.str()?);
    if pythons.is_truthy()?
        && numbers(&pythons)?.as_slice() >= &TWO_LEVEL_NAMESPACES[..]
        && numbers(&asked)?.as_slice() < &TWO_LEVEL_NAMESPACES[..]
    {
        return Err(DistutilsPlatformError::new_err(format!(
            "${MACOS_TARGET} mismatch: now \"{asked}\" but \"{pythons}\" during configure;must use 10.3 or later"
        )));
    }
    Ok(Some(asked))
}

/// What the programs that build have in their environment beside what this process has: on a Mac, the one to
/// build for, so that modules run wherever this Python does.
pub fn build_environment(py: Python<'_>) -> PyResult<Vec<(OsString, OsString)>> {
    if !py.import("sys")?.getattr("platform")?.eq("darwin")? {
        return Ok(Vec::new());
    }
    if !seam::global(py, "util", "get_macosx_target_ver_from_syscfg")?.call0()?.is_truthy()? {
        return Ok(Vec::new());
    }
    let target = seam::global(py, "util", "get_macosx_target_ver")?.call0()?;
    Ok(vec![(MACOS_TARGET.into(), target.str()?.extract()?)])
}

/// Whether this is a Windows Python that was built with MinGW.
#[pyfunction]
fn is_mingw(py: Python<'_>) -> PyResult<bool> {
    Ok(py.import("sys")?.getattr("platform")?.eq("win32")?
        && seam::global(py, "util", "get_platform")?.call0()?.extract::<String>()?.starts_with("mingw"))
}

/// Whether this Python was built without the global interpreter lock.
#[pyfunction]
fn is_freethreaded(py: Python<'_>) -> PyResult<bool> {
    py.import("sysconfig")?.call_method1("get_config_var", ("Py_GIL_DISABLED",))?.is_truthy()
}

/// What `distutils.util` has of this.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("MACOSX_VERSION_VAR", MACOS_TARGET)?;
    module.add_function(wrap_pyfunction!(split_version, module)?)?;
    module.add_function(wrap_pyfunction!(get_macosx_target_ver_from_syscfg, module)?)?;
    module.add_function(wrap_pyfunction!(get_macosx_target_ver, module)?)?;
    module.add_function(wrap_pyfunction!(is_mingw, module)?)?;
    module.add_function(wrap_pyfunction!(is_freethreaded, module)?)
}
