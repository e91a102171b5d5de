//! distutils.config: `PyPIRCCommand`, what commands that speak to a package index have in common.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use oxidist_engine::Error;
use oxidist_engine::effects::reading;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyTuple};

use crate::cmd::Command;
use crate::command::Row;
use crate::errors::{DistutilsFileError, DistutilsOptionError, OrRaise};
use crate::{door, index_server, late, log, seam};

/// The file that a login is stored in: user's name and password go in for the `%s`.
const DEFAULT_PYPIRC: &str = "\
[distutils]
index-servers =
    pypi

[pypi]
username:%s
password:%s
";

/// For everybody's eyes but the owner's.
const PRIVATE: u32 = 0o600;

/// Reads the logins of package indexes from `~/.pypirc`, and says which index is meant.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.config", name = "PyPIRCCommand")]
pub struct PyPIRCCommand;

impl PyPIRCCommand {
    /// The base part of a command's instance: see [`Command::base`].
    pub fn base() -> PyClassInitializer<PyPIRCCommand> {
        Command::base().add_subclass(PyPIRCCommand)
    }
}

/// The options of every command that speaks to an index.
pub const USER_OPTIONS: [Row; 2] = [
    (
        "repository=",
        Some("r"),
        "address of the index, or its section in ~/.pypirc [default: https://upload.pypi.org/legacy/]",
    ),
    ("show-response", None, "show what the server answers"),
];
pub const BOOLEAN_OPTIONS: [&str; 1] = ["show-response"];

#[pymethods]
impl PyPIRCCommand {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        PyPIRCCommand::base()
    }

    #[classattr]
    const DEFAULT_REPOSITORY: &'static str = "https://upload.pypi.org/legacy/";

    #[classattr]
    const DEFAULT_REALM: &'static str = "pypi";

    #[classattr]
    fn repository(py: Python<'_>) -> Py<PyAny> {
        py.None()
    }

    #[classattr]
    fn realm(py: Python<'_>) -> Py<PyAny> {
        py.None()
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        USER_OPTIONS.to_vec()
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        BOOLEAN_OPTIONS.to_vec()
    }

    /// Where logins are: `.pypirc` in the home folder.
    fn _get_rc_file<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let path = slf.py().import("os.path")?;
        let home = path.call_method1("expanduser", ("~",))?;
        path.call_method1("join", (home, ".pypirc"))
    }

    /// Write a file with this login, which only its owner can read. What a file has in it already stays.
    fn _store_pypirc(
        slf: &Bound<'_, Self>,
        username: &Bound<'_, PyAny>,
        password: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let py = slf.py();
        let path: PathBuf = slf.call_method0("_get_rc_file")?.extract()?;
        let format = seam::global(py, "config", "DEFAULT_PYPIRC")?;
        let login: String = format.rem((username, password))?.extract()?;
        // To read from a pipe would wait for somebody to write to it.
        let is_other = path.exists() && !path.is_file();
        let before = match if is_other { Ok(String::new()) } else { reading::text(&path) } {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.map_err(Error::file("read", &path)).or_raise()?,
        };
        if before.lines().any(|line| ["[distutils]", "[pypi]"].contains(&line.trim_end())) {
            return Err(DistutilsFileError::new_err(format!(
                "'{}' has a section [distutils] or [pypi] already, and is left as it is: add the login by hand",
                path.display()
            )));
        }
        let separator = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
        let text = format!("{before}{separator}{login}");
        let door = door::of(slf.as_any())?;
        if path.is_file() {
            // Before the password is in it. Who may not change the mode of a file may still write to it.
            drop(door.set_mode(&path, PRIVATE));
        }
        door.write_file(&path, PRIVATE, &mut |file| {
            file.write_all(text.as_bytes()).map_err(Error::file("write", &path))
        })
        .or_raise()
    }

    /// The login for `repository` (an address, a section's name, or None for the default): a dictionary with
    /// `server`, `username`, `password`, `repository` and `realm`, or an empty one.
    fn _read_pypirc<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
        let py = slf.py();
        let file = slf.call_method0("_get_rc_file")?;
        if !py.import("os.path")?.call_method1("exists", (&file,))?.is_truthy()? {
            return Ok(PyDict::new(py));
        }
        slf.call_method1("announce", (format!("Using PyPI login from {}", file.str()?),))?;
        warn_of_readers(&file)?;
        login(slf, &file).map_err(|error| unreadable(py, &file, error))
    }

    /// What a server's response says, as text.
    fn _read_pypi_response<'py>(
        slf: &Bound<'py, Self>,
        response: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = slf;
        index_server::text_of(response)
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.setattr("repository", slf.py().None())?;
        slf.setattr("realm", slf.py().None())?;
        slf.setattr("show_response", 0)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for (option, default) in [("repository", "DEFAULT_REPOSITORY"), ("realm", "DEFAULT_REALM")] {
            if slf.getattr(option)?.is_none() {
                slf.setattr(option, slf.getattr(default)?)?;
            }
        }
        Ok(())
    }
}

/// See `PyPIRCCommand._read_pypirc`.
fn login<'py>(slf: &Bound<'py, PyPIRCCommand>, file: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let py = slf.py();
    let default_repository = slf.getattr("DEFAULT_REPOSITORY")?;
    let default_realm = slf.getattr("DEFAULT_REALM")?;
    let wanted = slf.getattr("repository")?;
    let wanted = if wanted.is_truthy()? { wanted } else { default_repository.clone() };

    let config = seam::global(py, "config", "RawConfigParser")?.call0()?;
    if !config.call_method1("read", (file,))?.is_truthy()? {
        let text = format!("could not read '{}': permission denied, or not a file", file.str()?);
        return Err(DistutilsFileError::new_err(text));
    }
    let get = |section: &str, option: &str| config.call_method1("get", (section, option));
    let get_or = |section: &str, option: &str, default: Bound<'py, PyAny>| {
        let is_there = config.call_method1("has_option", (section, option))?.is_truthy()?;
        if is_there { get(section, option) } else { Ok(default) }
    };
    let sections = config.call_method0("sections")?;
    let found = PyDict::new(py);
    if sections.contains("distutils")? {
        let listed: String = get("distutils", "index-servers")?.extract()?;
        let mut servers: Vec<&str> =
            listed.split('\n').map(str::trim).filter(|name| !name.is_empty()).collect();
        if servers.is_empty() && sections.contains("pypi")? {
            servers.push("pypi");
        }
        for server in servers {
            let username = get(server, "username")?;
            let mut repository = get_or(server, "repository", default_repository.clone())?;
            let realm = get_or(server, "realm", default_realm.clone())?;
            let password = get_or(server, "password", py.None().into_bound(py))?;
            // Old files send PyPI's login to an address without TLS.
            let is_pypi = server == "pypi" && (wanted.eq(&default_repository)? || wanted.eq("pypi")?);
            if is_pypi {
                repository = default_repository.clone();
            }
            if is_pypi || wanted.eq(server)? || repository.eq(&wanted)? {
                found.set_item("server", server)?;
                found.set_item("username", username)?;
                found.set_item("repository", repository)?;
                found.set_item("realm", realm)?;
                found.set_item("password", password)?;
                return Ok(found);
            }
        }
    } else if sections.contains("server-login")? {
        let server = "server-login";
        let repository = get_or(server, "repository", default_repository)?;
        found.set_item("username", get(server, "username")?)?;
        found.set_item("password", get(server, "password")?)?;
        found.set_item("repository", repository)?;
        found.set_item("server", server)?;
        found.set_item("realm", default_realm)?;
    }
    Ok(found)
}

/// Say once of a file of logins that others than its owner can read or change it.
#[cfg(unix)]
fn warn_of_readers(file: &Bound<'_, PyAny>) -> PyResult<()> {
    use std::os::unix::fs::PermissionsExt;
    static TOLD: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let path: PathBuf = file.extract()?;
    let is_private = std::fs::metadata(&path).map_or(true, |facts| facts.permissions().mode() & 0o077 == 0);
    if is_private || !TOLD.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone()) {
        return Ok(());
    }
    let shown = path.display();
    let text = format!("warning: other users can read the logins in '{shown}': run 'chmod 600 {shown}'");
    log::warn(file.py(), &text)
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Bound<'_, PyAny>) -> PyResult<()> {
    Ok(())
}

/// What is wrong with a file of logins, without a word of what is in its lines: one of them is a password.
fn unreadable(py: Python<'_>, file: &Bound<'_, PyAny>, error: PyErr) -> PyErr {
    let what = || -> PyResult<Option<String>> {
        let value = error.value(py);
        let parser = py.import("configparser")?;
        let is = |name: &str| -> PyResult<bool> { value.is_instance(&parser.getattr(name)?) };
        let attribute = |name: &str| value.getattr(name)?.str().map(|text| text.to_string());
        let unicode = py.import("builtins")?.getattr("UnicodeDecodeError")?;
        Ok(Some(if is("MissingSectionHeaderError")? && starts_with_a_mark(file) {
            "line 1: starts with a byte order mark; save it as UTF-8 without one".to_string()
        } else if is("MissingSectionHeaderError")? {
            format!("line {} stands before any [section]", attribute("lineno")?)
        } else if is("DuplicateSectionError")? {
            format!("line {}: section [{}] is there twice", attribute("lineno")?, attribute("section")?)
        } else if is("DuplicateOptionError")? {
            let section = attribute("section")?;
            format!("line {}: '{}' is there twice in [{section}]", attribute("lineno")?, attribute("option")?)
        } else if is("ParsingError")? {
            let first = value.getattr("errors")?.get_item(0)?.get_item(0)?;
            format!("line {first} is neither '[section]' nor 'name = value'")
        } else if is("NoSectionError")? {
            format!("there is no section [{}], which 'index-servers' names", attribute("section")?)
        } else if is("NoOptionError")? {
            format!("section [{}] has no '{}'", attribute("section")?, attribute("option")?)
        } else if is("Error")? {
            "it cannot be understood".to_string()
        } else if value.is_instance(&unicode)? {
            format!("it is not in {}", attribute("encoding")?)
        } else {
            return Ok(None);
        }))
    };
    match what() {
        Ok(Some(what)) => {
            let file =
                file.str().map_or_else(|_| ".pypirc".into(), |file| file.to_string_lossy().into_owned());
            DistutilsOptionError::new_err(format!("{file}: {what}"))
        }
        _ => error,
    }
}

/// Whether a file begins with the mark that editors on Windows write before UTF-8.
fn starts_with_a_mark(file: &Bound<'_, PyAny>) -> bool {
    let path = file.extract::<std::path::PathBuf>();
    path.is_ok_and(|path| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"\xef\xbb\xbf")))
}

/// Names that this module has from others: few scripts ask for them.
const BORROWED: [late::Borrowed; 1] = [("RawConfigParser", "configparser", "RawConfigParser")];

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    late::borrowed(py, "config", &BORROWED, name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("DEFAULT_PYPIRC", DEFAULT_PYPIRC)?;
    module.add_class::<PyPIRCCommand>()?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)
}
