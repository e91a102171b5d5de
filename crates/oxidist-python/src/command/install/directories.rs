//! Which folder everything is installed in, worked out from what was asked for.

use std::path::{Path, PathBuf};

use oxidist_engine::tree;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::{Install, constant};
use crate::command::build::running_version;
use crate::door;
use crate::errors::{DistutilsOptionError, DistutilsPlatformError, OrRaise};
use crate::file_name::AsFileName;
use crate::value::{Elements, option};
use crate::{debug, log, seam, setuptools};

/// Whether an option has a value that counts.
fn is_set(slf: &Bound<'_, Install>, name: &str) -> PyResult<bool> {
    slf.getattr(name)?.is_truthy()
}

fn is_given(slf: &Bound<'_, Install>, name: &str) -> PyResult<bool> {
    Ok(!slf.getattr(name)?.is_none())
}

fn any_is_set(slf: &Bound<'_, Install>, names: &[&str]) -> PyResult<bool> {
    names.iter().try_fold(false, |found, name| Ok(found || is_set(slf, name)?))
}

fn os_name(py: Python<'_>) -> PyResult<String> {
    py.import("os")?.getattr("name")?.extract()
}

/// Sets of options that exclude each other: where both sides have one, the text is the error.
const CONFLICTS: &[(&[&str], &[&str], &str)] = &[
    (
        &["prefix", "exec_prefix", "home"],
        &["install_base", "install_platbase"],
        "must supply either prefix/exec-prefix/home or install-base/install-platbase -- not both",
    ),
    (&["home"], &["prefix", "exec_prefix"], "must supply either home or prefix/exec-prefix -- not both"),
    (
        &["user"],
        &["prefix", "exec_prefix", "home", "install_base", "install_platbase"],
        "can't combine user with prefix, exec_prefix/home, or install_(plat)base",
    ),
];

pub fn finalize(slf: &Bound<'_, Install>) -> PyResult<()> {
    let py = slf.py();
    for (ones, others, text) in CONFLICTS {
        if any_is_set(slf, ones)? && any_is_set(slf, others)? {
            return Err(DistutilsOptionError::new_err(*text));
        }
    }
    let is_posix = os_name(py)? == "posix";
    if !is_posix && is_set(slf, "exec_prefix")? {
        slf.call_method1("warn", ("exec-prefix option ignored on this platform",))?;
        slf.setattr("exec_prefix", py.None())?;
    }
    slf.call_method1("dump_dirs", ("pre-finalize_{unix,other}",))?;
    slf.call_method0(if is_posix { "finalize_unix" } else { "finalize_other" })?;
    slf.call_method1("dump_dirs", ("post-finalize_{unix,other}()",))?;
    expand(slf)?;
    if is_set(slf, "user")? {
        slf.call_method0("create_home_path")?;
    }
    if !is_given(slf, "install_lib")? {
        let has_extensions = setuptools::has_extensions(&slf.getattr("distribution")?)?;
        let chosen = if has_extensions { "install_platlib" } else { "install_purelib" };
        slf.setattr("install_lib", slf.getattr(chosen)?)?;
    }
    slf.call_method1("convert_paths", ("lib", "purelib", "platlib", "scripts", "data", "headers"))?;
    if constant(py, "HAS_USER_SITE")?.is_truthy()? {
        slf.call_method1("convert_paths", ("userbase", "usersite"))?;
    }
    slf.call_method0("handle_extra_path")?;
    slf.setattr("install_libbase", slf.getattr("install_lib")?)?;
    let lib: PathBuf = option(slf.as_any(), "install_lib")?;
    let extra: PathBuf = option(slf.as_any(), "extra_dirs")?;
    slf.setattr("install_lib", lib.join(extra).as_file_name())?;
    if is_given(slf, "root")? {
        let names = ("libbase", "lib", "purelib", "platlib", "scripts", "data", "headers");
        slf.call_method1("change_roots", names)?;
    }
    slf.call_method1("dump_dirs", ("after prepending root",))?;
    let undefined = ("build", ("build_base", "build_base"), ("build_lib", "build_lib"));
    slf.call_method1("set_undefined_options", undefined).map(drop)
}

/// Expand the bases first, so that they are variables for the rest.
fn expand(slf: &Bound<'_, Install>) -> PyResult<()> {
    let py = slf.py();
    slf.setattr("config_vars", config_vars(slf)?)?;
    slf.call_method0("expand_basedirs")?;
    slf.call_method1("dump_dirs", ("post-expand_basedirs()",))?;
    let variables = slf.getattr("config_vars")?;
    variables.set_item("base", slf.getattr("install_base")?)?;
    variables.set_item("platbase", slf.getattr("install_platbase")?)?;
    if debug::is_on(py, "command.install")? {
        py.import("builtins")?.getattr("print")?.call1(("config vars:",))?;
        py.import("pprint")?.call_method1("pprint", (variables,))?;
    }
    slf.call_method0("expand_dirs")?;
    slf.call_method1("dump_dirs", ("post-expand_dirs()",)).map(drop)
}

/// The variables that options may have in them. `base` and `platbase` come later.
fn config_vars<'py>(slf: &Bound<'py, Install>) -> PyResult<Bound<'py, PyDict>> {
    let py = slf.py();
    let sys = py.import("sys")?;
    let distribution = slf.getattr("distribution")?;
    let configured = |name: &str| -> PyResult<Bound<'py, PyAny>> {
        seam::global(py, "command.install", "get_config_vars")?.call1((name,))?.get_item(0)
    };
    let (major, minor) = running_version(py)?;
    let version: String = sys.getattr("version")?.extract()?;
    let (prefix, exec_prefix) = (configured("prefix")?, configured("exec_prefix")?);
    let abiflags = sys.getattr_opt("abiflags")?.unwrap_or_else(|| PyString::new(py, "").into_any());
    let implementation: String = sys.getattr("implementation")?.getattr("name")?.extract()?;
    let free_threaded = configured("Py_GIL_DISABLED")?.is_truthy()?;

    let variables = PyDict::new(py);
    variables.set_item("dist_name", distribution.call_method0("get_name")?)?;
    variables.set_item("dist_version", distribution.call_method0("get_version")?)?;
    variables.set_item("dist_fullname", distribution.call_method0("get_fullname")?)?;
    variables.set_item("py_version", version.split_whitespace().next().unwrap_or_default())?;
    variables.set_item("py_version_short", format!("{major}.{minor}"))?;
    variables.set_item("py_version_nodot", format!("{major}{minor}"))?;
    variables.set_item("sys_prefix", &prefix)?;
    variables.set_item("prefix", prefix)?;
    variables.set_item("sys_exec_prefix", &exec_prefix)?;
    variables.set_item("exec_prefix", exec_prefix)?;
    variables.set_item("abiflags", abiflags)?;
    variables.set_item("platlibdir", sys.getattr("platlibdir")?)?;
    // Newer Pythons' schemes have these too.
    variables
        .set_item("implementation", if implementation == "cpython" { "Python" } else { &implementation })?;
    variables.set_item(
        "implementation_lower",
        if implementation == "cpython" { "python" } else { &implementation },
    )?;
    variables.set_item("abi_thread", if free_threaded { "t" } else { "" })?;
    let win_version = sys.getattr_opt("winver")?;
    let nodot_plat: String = match win_version {
        Some(version) => version.extract::<String>()?.replace('.', ""),
        None => format!("{major}{minor}"),
    };
    variables.set_item("py_version_nodot_plat", nodot_plat)?;
    if constant(py, "HAS_USER_SITE")?.is_truthy()? {
        variables.set_item("userbase", slf.getattr("install_userbase")?)?;
        variables.set_item("usersite", slf.getattr("install_usersite")?)?;
    }
    if seam::global(py, "sysconfig", "python_build")?.is_truthy()? {
        variables.set_item("srcdir", configured("srcdir")?)?;
    }
    Ok(variables)
}

/// Print what each option is, under its own name even where the command line knows its opposite.
pub fn dump(slf: &Bound<'_, Install>, msg: &str) -> PyResult<()> {
    let py = slf.py();
    log::debug(py, &format!("{msg}:"))?;
    let opposites = slf.getattr("negative_opt")?;
    for row in slf.getattr("user_options")?.try_iter()? {
        let long: String = row?.get_item(0)?.extract()?;
        let long = long.strip_suffix('=').unwrap_or(&long);
        let (name, value) = if opposites.contains(long)? {
            let name = opposites.get_item(long)?.extract::<String>()?.replace('-', "_");
            let value = !slf.getattr(&*name)?.is_truthy()?;
            (name, value.into_pyobject(py)?.to_owned().into_any())
        } else {
            let name = long.replace('-', "_");
            let value = slf.getattr(&*name)?;
            (name, value)
        };
        log::call(py, "debug", "  %s: %s", (name, value))?;
    }
    Ok(())
}

fn set_bases(slf: &Bound<'_, Install>, base: &Bound<'_, PyAny>, platbase: &Bound<'_, PyAny>) -> PyResult<()> {
    slf.setattr("install_base", base)?;
    slf.setattr("install_platbase", platbase)
}

/// The installation for one person: the scheme's name is the platform's with `_user`.
fn finalize_user(slf: &Bound<'_, Install>, scheme: &str) -> PyResult<()> {
    let base = slf.getattr("install_userbase")?;
    if base.is_none() {
        return Err(DistutilsPlatformError::new_err("User base directory is not specified"));
    }
    set_bases(slf, &base, &base)?;
    slf.call_method1("select_scheme", (scheme,)).map(drop)
}

fn finalize_home(slf: &Bound<'_, Install>) -> PyResult<()> {
    let home = slf.getattr("home")?;
    set_bases(slf, &home, &home)?;
    slf.call_method1("select_scheme", ("unix_home",)).map(drop)
}

pub fn finalize_unix(slf: &Bound<'_, Install>) -> PyResult<()> {
    let py = slf.py();
    if is_given(slf, "install_base")? || is_given(slf, "install_platbase")? {
        return require_whole_scheme(slf);
    }
    if is_set(slf, "user")? {
        return finalize_user(slf, "unix_user");
    }
    if is_given(slf, "home")? {
        return finalize_home(slf);
    }
    slf.setattr("prefix_option", slf.getattr("prefix")?)?;
    if !is_given(slf, "prefix")? {
        if is_given(slf, "exec_prefix")? {
            return Err(DistutilsOptionError::new_err("must not supply exec-prefix without prefix"));
        }
        let (sys, path) = (py.import("sys")?, py.import("os.path")?);
        slf.setattr("prefix", path.call_method1("normpath", (sys.getattr("prefix")?,))?)?;
        slf.setattr("exec_prefix", path.call_method1("normpath", (sys.getattr("exec_prefix")?,))?)?;
    } else if !is_given(slf, "exec_prefix")? {
        slf.setattr("exec_prefix", slf.getattr("prefix")?)?;
    }
    set_bases(slf, &slf.getattr("prefix")?, &slf.getattr("exec_prefix")?)?;
    let scheme = prefix_scheme(slf)?;
    slf.call_method1("select_scheme", (scheme,)).map(drop)
}

/// With a base of its own every folder must be given: there is no scheme to take the rest from.
fn require_whole_scheme(slf: &Bound<'_, Install>) -> PyResult<()> {
    let mut has_lib = false;
    for name in ["install_lib", "install_purelib", "install_platlib"] {
        has_lib |= is_given(slf, name)?;
    }
    if has_lib
        && is_given(slf, "install_headers")?
        && is_given(slf, "install_scripts")?
        && is_given(slf, "install_data")?
    {
        return Ok(());
    }
    let text = "install-base or install-platbase supplied, but installation scheme is incomplete";
    Err(DistutilsOptionError::new_err(text))
}

/// Where a distributor keeps the system's own packages apart, these are the folders of what is installed by
/// hand (Debian: below /usr/local), and all others are asked for by `--install-layout` or a prefix.
fn prefix_scheme(slf: &Bound<'_, Install>) -> PyResult<&'static str> {
    let py = slf.py();
    if !constant(py, "INSTALL_SCHEMES")?.contains("unix_local")? {
        return Ok("unix_prefix");
    }
    let layout: Option<String> = option(slf.as_any(), "install_layout")?;
    match layout.filter(|layout| !layout.is_empty()).map(|layout| layout.to_lowercase()).as_deref() {
        Some("deb") => return Ok("deb_system"),
        Some("unix") => return Ok("unix_prefix"),
        Some(_) => return Err(DistutilsOptionError::new_err("unknown value for --install-layout")),
        None => {}
    }
    let sys = py.import("sys")?;
    let is_virtual = !sys.getattr("base_prefix")?.eq(sys.getattr("prefix")?)?;
    let prefix = tree::normalized(&option::<PathBuf>(slf.as_any(), "prefix")?);
    let is_local = prefix == Path::new("/usr/local");
    if is_virtual || is_set(slf, "prefix_option")? && !is_local {
        return Ok("unix_prefix");
    }
    if is_local {
        // The scheme's folders have the `local` in them already.
        let system = PyString::new(py, "/usr").into_any();
        slf.setattr("prefix", &system)?;
        slf.setattr("exec_prefix", &system)?;
        set_bases(slf, &system, &system)?;
    }
    Ok("unix_local")
}

pub fn finalize_other(slf: &Bound<'_, Install>) -> PyResult<()> {
    let py = slf.py();
    let platform = os_name(py)?;
    if is_set(slf, "user")? {
        return finalize_user(slf, &format!("{platform}_user"));
    }
    if is_given(slf, "home")? {
        return finalize_home(slf);
    }
    if !is_given(slf, "prefix")? {
        let prefix = py.import("sys")?.getattr("prefix")?;
        slf.setattr("prefix", py.import("os.path")?.call_method1("normpath", (prefix,))?)?;
    }
    let prefix = slf.getattr("prefix")?;
    set_bases(slf, &prefix, &prefix)?;
    match slf.call_method1("select_scheme", (&platform,)) {
        Err(error) if error.is_instance_of::<PyKeyError>(py) => {
            let text = format!("I don't know how to install stuff on '{platform}'");
            Err(DistutilsPlatformError::new_err(text))
        }
        result => result.map(drop),
    }
}

pub fn handle_extra_path(slf: &Bound<'_, Install>) -> PyResult<()> {
    let py = slf.py();
    if !is_given(slf, "extra_path")? {
        slf.setattr("extra_path", slf.getattr("distribution")?.getattr("extra_path")?)?;
    }
    let mut extra = slf.getattr("extra_path")?;
    if extra.is_none() {
        slf.setattr("path_file", py.None())?;
        return slf.setattr("extra_dirs", "");
    }
    log::warn(py, "Distribution option extra_path is deprecated. See issue27919 for details.")?;
    if extra.is_instance_of::<PyString>() {
        extra = extra.call_method1("split", (",",))?;
        slf.setattr("extra_path", &extra)?;
    }
    let parts: Vec<Bound<'_, PyAny>> = match extra.try_iter() {
        Ok(parts) => parts.collect::<PyResult<_>>()?,
        Err(_) => Vec::new(),
    };
    let (file, folder) = match parts.as_slice() {
        [both] => (both, both),
        [file, folder] => (file, folder),
        _ => {
            let text =
                "'extra_path' option must be a list, tuple, or comma-separated string with 1 or 2 elements";
            return Err(DistutilsOptionError::new_err(text));
        }
    };
    let folder = seam::global(py, "command.install", "convert_path")?.call1((folder,))?;
    slf.setattr("path_file", file)?;
    slf.setattr("extra_dirs", folder)
}

pub fn create_home_path(slf: &Bound<'_, Install>) -> PyResult<()> {
    let py = slf.py();
    if !is_set(slf, "user")? {
        return Ok(());
    }
    let home = py.import("os.path")?.call_method1("expanduser", ("~",))?;
    let home: PathBuf = seam::global(py, "command.install", "convert_path")?.call1((home,))?.extract()?;
    let door = door::of(slf.as_any())?;
    let values: Vec<Bound<'_, PyAny>> =
        slf.getattr("config_vars")?.call_method0("values")?.elements()?.collect::<PyResult<_>>()?;
    for value in values {
        let Ok(path) = value.extract::<PathBuf>() else { continue };
        let is_below = path.as_os_str().as_encoded_bytes().starts_with(home.as_os_str().as_encoded_bytes());
        if !is_below || door.is_folder(&path) {
            continue;
        }
        slf.call_method1("debug_print", (format!("os.makedirs('{}', 0o700)", path.display()),))?;
        for folder in tree::missing_folders(door, &path) {
            // Nobody else has to see what is in it; those on the way are as usual.
            let mode = if folder == path { 0o700 } else { 0o777 };
            door.make_folder(&folder, mode).or_raise()?;
        }
    }
    Ok(())
}
