//! The names of platforms, as folders and archives carry them.

use pyo3::prelude::*;

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
        let variables = py.import("sysconfig")?.call_method0("get_config_vars")?;
        let (system, release, machine): (String, String, String) = py
            .import("_osx_support")?
            .call_method1("get_platform_osx", (variables, system, release, machine))?
            .extract()?;
        return Ok(format!("{system}-{release}-{machine}"));
    }
    Ok(format!("{system}-{release}-{machine}"))
}
