//! Installation schemes: which folders a kind of installation goes to, as templates with `$variables`.
//!
//! They are Python's own (`sysconfig`), in the form and under the names that distutils gives them, and made
//! when `distutils.command.install` is first imported: that takes `sysconfig` and `site`.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::Install;
use crate::late;

/// What a scheme has a folder for.
pub const SCHEME_KEYS: [&str; 5] = ["purelib", "platlib", "headers", "scripts", "data"];

/// distutils' name of a scheme, and `sysconfig`'s. The last two are only there where a distributor put them:
/// Debian keeps its own packages apart from what is installed by hand.
const SCHEMES: &[(&str, &str)] = &[
    ("unix_prefix", "posix_prefix"),
    ("unix_home", "posix_home"),
    ("nt", "nt"),
    ("unix_local", "posix_local"),
    ("deb_system", "deb_system"),
];

/// The scheme that tells a Python with a distributor's layout.
const LOCAL: &str = "unix_local";

/// Folders that `sysconfig` has otherwise than distutils, or not at all.
const OTHERWISE: &[(&str, &str, &str)] =
    &[(LOCAL, "headers", "$base/local/include/python$py_version_short$abiflags/$dist_name")];

/// How `sysconfig`'s variables are called here.
const RENAMED: &[(&str, &str)] =
    &[("$installed_base", "$base"), ("$py_version_nodot_plat", "$py_version_nodot")];

/// The schemes of one person's own folder, which only exist if this Python has such a folder.
const USER_SCHEMES: &[(&str, [&str; 5])] = &[
    (
        "nt_user",
        [
            "$usersite",
            "$usersite",
            "$userbase/Python$py_version_nodot/Include/$dist_name",
            "$userbase/Python$py_version_nodot/Scripts",
            "$userbase",
        ],
    ),
    (
        "unix_user",
        [
            "$usersite",
            "$usersite",
            "$userbase/include/python$py_version_short$abiflags/$dist_name",
            "$userbase/bin",
            "$userbase",
        ],
    ),
];

/// Attributes of the module that are made when the first of them is asked for.
const LATE: &[&str] = &["INSTALL_SCHEMES", "HAS_USER_SITE", "USER_BASE", "USER_SITE"];

/// Names that distutils' own loops over the schemes leave behind in the module, with what they end on.
const LEFT_BEHIND: &[(&str, &str)] = &[
    ("key", "data"),
    ("sys_key", "data"),
    ("main_key", "nt"),
    ("distutils_scheme_name", "nt"),
    ("sys_scheme_name", "nt"),
    ("value", "$base"),
];

/// The scheme of Windows, as later copies write it.
const WINDOWS: [(&str, &str); 5] = [
    ("purelib", "{base}/Lib/site-packages"),
    ("platlib", "{base}/Lib/site-packages"),
    ("headers", "{base}/Include/{dist_name}"),
    ("scripts", "{base}/Scripts"),
    ("data", "{base}"),
];

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    if name == "sys_scheme" {
        return py.import("sysconfig")?.getattr("_INSTALL_SCHEMES")?.get_item("nt");
    }
    if !LATE.contains(&name) {
        return late::library(py, "command.install", name);
    }
    let module = py.import("oxidist._core.command.install")?;
    make(&module)?;
    module.getattr(name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("SCHEME_KEYS", pyo3::types::PyTuple::new(module.py(), SCHEME_KEYS)?)?;
    for (name, value) in LEFT_BEHIND {
        module.add(*name, *value)?;
    }
    let windows = PyDict::new(module.py());
    for (key, folder) in WINDOWS {
        windows.set_item(key, folder)?;
    }
    module.add("WINDOWS_SCHEME", windows)?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)
}

fn make(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let site = py.import("site")?;
    let has_user_site = !site.getattr("USER_SITE")?.is_none();
    let schemes = PyDict::new(py);
    let templates = py.import("sysconfig")?.getattr("_INSTALL_SCHEMES")?;
    for (name, original) in SCHEMES {
        if templates.contains(original)? {
            schemes.set_item(name, translated(name, &templates.get_item(original)?)?)?;
        }
    }
    if has_user_site {
        for (name, folders) in USER_SCHEMES {
            let scheme = PyDict::new(py);
            for (key, folder) in SCHEME_KEYS.iter().zip(folders) {
                scheme.set_item(key, folder)?;
            }
            schemes.set_item(name, scheme)?;
        }
    }
    let has_local_scheme = schemes.contains(LOCAL)?;
    add_options(py, has_user_site.then(|| site.getattr("USER_SITE")).transpose()?, has_local_scheme)?;
    for name in ["USER_BASE", "USER_SITE"] {
        module.add(name, site.getattr(name)?)?;
    }
    module.add("HAS_USER_SITE", has_user_site)?;
    module.add("INSTALL_SCHEMES", schemes)
}

/// The options that not every Python has.
fn add_options(py: Python<'_>, user_site: Option<Bound<'_, PyAny>>, has_local_scheme: bool) -> PyResult<()> {
    let class = py.get_type::<Install>();
    let options = class.getattr("user_options")?.cast_into::<PyList>()?;
    if let Some(user_site) = user_site {
        options.append(("user", py.None(), format!("install in your own site-packages '{user_site}'")))?;
        class.getattr("boolean_options")?.cast_into::<PyList>()?.append("user")?;
    }
    if has_local_scheme {
        let help = "the folders to use: deb (the system's own) or unix (without a distributor's changes)";
        options.append(("install-layout=", py.None(), help))?;
    }
    Ok(())
}

/// A scheme of `sysconfig` as distutils has it.
fn translated<'py>(name: &str, original: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let scheme = PyDict::new(original.py());
    for key in SCHEME_KEYS {
        if let Some(row) = OTHERWISE.iter().find(|row| (row.0, row.1) == (name, key)) {
            scheme.set_item(key, row.2)?;
            continue;
        }
        // Only a Python that is being built has headers; all others install where they include from.
        let has_headers = key != "headers" || original.contains(key)?;
        let template: String = original.get_item(if has_headers { key } else { "include" })?.extract()?;
        let mut folder = with_dollars(&template);
        for (theirs, ours) in RENAMED {
            folder = folder.replace(theirs, ours);
        }
        match key {
            "headers" => folder.push_str("/$dist_name"),
            "platlib" => folder = folder.replace("/lib/", "/$platlibdir/"),
            _ => {}
        }
        scheme.set_item(key, folder)?;
    }
    Ok(scheme)
}

/// `{name}` as `$name`.
fn with_dollars(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        text.extend([before, "$", name]);
        rest = behind;
    }
    text + rest
}
