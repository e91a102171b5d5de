//! Configuration files: which there are, and what they set.

use std::path::{Path, PathBuf};

use oxidist_engine::{Error, config};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use super::{Distribution, misspelt_sections, origins};
use crate::errors::{DistutilsOptionError, exception};
use crate::file_name::AsFileName;
use crate::{debug, log, seam};

/// The project's own file, relative to the current directory.
const PROJECT_FILE: &str = "setup.cfg";

/// Options that say where to install. Inside a virtual environment that is the environment's business, and
/// configuration files are not asked. As in distutils only the spelling with hyphens is left out.
const INSTALL_LOCATIONS: [&str; 13] = [
    "install-base",
    "install-platbase",
    "install-lib",
    "install-platlib",
    "install-purelib",
    "install-headers",
    "install-scripts",
    "install-data",
    "prefix",
    "exec-prefix",
    "home",
    "user",
    "root",
];

/// Whether an option says where to install, and so is the business of the virtual environment that this is.
pub fn is_the_environments(py: Python<'_>, option: &str) -> PyResult<bool> {
    let sys = py.import("sys")?;
    let in_virtual_environment = sys.getattr("prefix")?.ne(sys.getattr("base_prefix")?)?;
    Ok(in_virtual_environment && INSTALL_LOCATIONS.contains(&option.replace('_', "-").as_str()))
}

/// The files that exist, of: `distutils.cfg` beside distutils, the user's, the one that DIST_EXTRA_CONFIG
/// names, and the project's.
pub fn find<'py>(dist: &Bound<'py, Distribution>) -> PyResult<Bound<'py, PyList>> {
    let py = dist.py();
    seam::global(py, "dist", "check_environ")?.call0()?;
    let found = PyList::empty(py);
    for file in candidates(dist)? {
        if file.is_file() {
            found.append(file.as_file_name())?;
        }
    }
    if debug::is_on(py, "dist")? {
        let names = PyString::new(py, ", ").call_method1("join", (&found,))?;
        dist.call_method1("announce", (PyString::new(py, "using config files: ").add(names)?,))?;
    }
    Ok(found)
}

/// The same, whether they exist or not.
pub fn candidates(dist: &Bound<'_, Distribution>) -> PyResult<Vec<PathBuf>> {
    let py = dist.py();
    let os = py.import("os")?;
    let package: PathBuf = py.import("distutils")?.getattr("__file__")?.extract()?;
    let mut files = vec![package.with_file_name("distutils.cfg")];
    if dist.getattr("want_user_cfg")?.is_truthy()? {
        let posix = os.getattr("name")?.eq("posix")?;
        let home: PathBuf = os.getattr("path")?.call_method1("expanduser", ("~",))?.extract()?;
        files.push(home.join(if posix { ".pydistutils.cfg" } else { "pydistutils.cfg" }));
    }
    let extra = os.getattr("environ")?.call_method1("get", ("DIST_EXTRA_CONFIG",))?;
    if extra.is_truthy()? {
        let extra: PathBuf = extra.extract()?;
        if !extra.is_file() {
            log::warn(py, &format!("warning: DIST_EXTRA_CONFIG: '{}' is not a file", extra.display()))?;
        }
        files.push(extra);
    }
    files.push(PROJECT_FILE.into());
    Ok(files)
}

/// Read `filenames` into `command_options`, and set the distribution's own options from `[global]`.
pub fn parse(dist: &Bound<'_, Distribution>, filenames: Option<Bound<'_, PyAny>>) -> PyResult<()> {
    let py = dist.py();
    let sys = py.import("sys")?;
    let virtual_environment = sys.getattr("prefix")?.ne(sys.getattr("base_prefix")?)?;
    let filenames = match filenames {
        Some(filenames) => filenames,
        None => dist.call_method0("find_config_files")?,
    };
    let debugging = debug::is_on(py, "dist")?;
    if debugging {
        dist.call_method1("announce", ("Distribution.parse_config_files():",))?;
    }
    for filename in filenames.try_iter()? {
        let filename = filename?;
        if debugging {
            dist.call_method1("announce", (format!("  reading {}", filename.str()?),))?;
        }
        let path: PathBuf = filename.extract()?;
        for section in config::read(&path).map_err(unreadable)?.unwrap_or_default() {
            take_section(dist, &filename, &section, virtual_environment)?;
            warn_of_command_packages(py, &path, &section)?;
        }
    }
    misspelt_sections::warn(dist)?;
    set_global_options(dist)
}

/// A file that does not parse is the fault of an option's value, wherever it was given.
fn unreadable(error: Error) -> PyErr {
    match error {
        Error::Syntax { .. } => DistutilsOptionError::new_err(error.to_string()),
        other => exception(other),
    }
}

fn take_section(
    dist: &Bound<'_, Distribution>,
    filename: &Bound<'_, PyAny>,
    section: &config::Section,
    virtual_environment: bool,
) -> PyResult<()> {
    let known = dist.call_method1("get_option_dict", (&section.name,))?;
    for (name, value) in &section.options {
        if name == "__name__" || virtual_environment && INSTALL_LOCATIONS.contains(&name.as_str()) {
            continue;
        }
        let option = name.replace('-', "_");
        known.set_item(&option, (filename, &value.text))?;
        origins::note_line(dist, &section.name, &option, filename, value.line)?;
        if let Some(fault) = &value.fault {
            origins::note_fault(dist, &section.name, &option, (filename, &value.text), fault)?;
        }
    }
    Ok(())
}

/// Where commands come from is for whoever runs the setup script to say; a project that says it surprises.
fn warn_of_command_packages(py: Python<'_>, path: &Path, section: &config::Section) -> PyResult<()> {
    let names = ["command-packages", "command_packages"];
    let value = names.iter().find_map(|name| section.get(name));
    match value.filter(|_| section.name == "global" && path == Path::new(PROJECT_FILE)) {
        None => Ok(()),
        Some(value) => log::warn(
            py,
            &format!(
                "warning: {}:{}: command_packages is not for a project's own {PROJECT_FILE}: it belongs on \
                 the command line or in your own configuration file",
                path.display(),
                value.line
            ),
        ),
    }
}

/// Set what stands in `[global]`, from all files and the script together, as the distribution's attributes.
fn set_global_options(dist: &Bound<'_, Distribution>) -> PyResult<()> {
    let all = dist.getattr("command_options")?;
    if !all.contains("global")? {
        return Ok(());
    }
    let opposites = dist.getattr("negative_opt")?;
    for item in all.get_item("global")?.call_method0("items")?.try_iter()? {
        let (option, pair): (String, Bound<'_, PyAny>) = item?.extract()?;
        origins::check_value(dist, "global", &option, &pair)?;
        let (_, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let opposite = opposites.call_method1("get", (&option,))?;
        let wrong = |error| origins::wrong_value(dist, "global", &option, error);
        if opposite.is_truthy()? {
            let on = truth(&value).map_err(wrong)?;
            dist.setattr(opposite.cast_into::<PyString>()?, !on)?;
        } else if option == "verbose" || option == "dry_run" {
            let on = truth(&value).map_err(wrong)?;
            dist.setattr(&*option, i64::from(on))?;
        } else {
            dist.setattr(&*option, value)?;
        }
    }
    Ok(())
}

/// The truth of a text by distutils' words for it, and of any other value by Python's rules.
fn truth(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if value.is_instance_of::<PyString>() {
        return seam::global(value.py(), "dist", "strtobool")?.call1((value,))?.is_truthy();
    }
    value.is_truthy()
}
