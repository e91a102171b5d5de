//! distutils.command.upload: hands what other commands of the same run have made to a package index.

mod form;
mod sending;

use std::path::Path;

use oxidist_engine::wheel;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::Row;
use crate::config::{self, PyPIRCCommand};
use crate::errors::DistutilsOptionError;
use crate::file_name::AsFileName;
use crate::{dist_files, door, log, seam};

/// Uploads the files in `dist_files`.
#[pyclass(subclass, frozen, extends = PyPIRCCommand, module = "distutils.command.upload", name = "upload")]
pub struct Upload;

#[pymethods]
impl Upload {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        PyPIRCCommand::base().add_subclass(Upload)
    }

    #[classattr]
    fn description() -> &'static str {
        "upload what was made to a package index"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        let mut options = config::USER_OPTIONS.to_vec();
        options.extend([
            ("sign", Some("s"), "sign each file with gpg, and upload the signature, too"),
            ("identity=", Some("i"), "the key to sign with, as gpg knows it"),
        ]);
        options
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        let mut options = config::BOOLEAN_OPTIONS.to_vec();
        options.push("sign");
        options
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        seam::global(py, "command.upload", "PyPIRCCommand")?.call_method1("initialize_options", (slf,))?;
        slf.setattr("username", "")?;
        slf.setattr("password", "")?;
        slf.setattr("show_response", 0)?;
        slf.setattr("sign", false)?;
        slf.setattr("identity", py.None())
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        seam::global(py, "command.upload", "PyPIRCCommand")?.call_method1("finalize_options", (slf,))?;
        if slf.getattr("identity")?.is_truthy()? && !slf.getattr("sign")?.is_truthy()? {
            return Err(DistutilsOptionError::new_err("Must use --sign for --identity to have meaning"));
        }
        let login = slf.call_method0("_read_pypirc")?;
        if login.is_truthy()? {
            for option in ["username", "password", "repository", "realm"] {
                slf.setattr(option, login.get_item(option)?)?;
            }
        }
        // `register` has asked for it.
        if !slf.getattr("password")?.is_truthy()? {
            let password = slf.getattr("distribution")?.getattr("password")?;
            if password.is_truthy()? {
                slf.setattr("password", password)?;
            }
        }
        Ok(())
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let distribution = slf.getattr("distribution")?;
        if !distribution.getattr("dist_files")?.is_truthy()? {
            return Err(DistutilsOptionError::new_err(
                "Must create and upload files in one command (e.g. setup.py sdist upload)",
            ));
        }
        // All are read before the first is sent: a list that is wrong sends nothing.
        let files = PyList::empty(py);
        for file in dist_files::read(&distribution)? {
            // One that is not there is an error soon.
            if file.command == "sdist" && door::of(slf.as_any())?.is_file(&file.path) {
                warn_of_name(&distribution, &file.path)?;
            }
            files.append((file.command, file.python_version, file.path.as_file_name()))?;
        }
        for file in files {
            slf.call_method1("upload_file", file.cast_into::<PyTuple>()?)?;
        }
        Ok(())
    }

    /// Upload one file: `command` has made it, for `pyversion`.
    fn upload_file(
        slf: &Bound<'_, Self>,
        command: &Bound<'_, PyAny>,
        pyversion: &Bound<'_, PyAny>,
        filename: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let py = slf.py();
        let server = sending::server(slf)?;
        if slf.getattr("sign")?.is_truthy()? {
            sign(slf, filename)?;
        }
        let submitting =
            format!("Submitting {} to {}", filename.str()?.to_string_lossy(), server.hide(&server.url));
        // The door writes it down, without a word of the login; a dry run ends here.
        if !door::of(slf.as_any())?.perform(&submitting) {
            return slf.call_method1("announce", (submitting, log::INFO)).map(drop);
        }
        let file = form::DistFile { command, python_version: pyversion, path: filename };
        if sending::is_replaced(py)? {
            return sending::as_replaced(slf, &server, &file, &submitting);
        }
        sending::streamed(slf, &server, &file, &submitting)
    }
}

/// Say that a source archive has another name than the one that PyPI takes it by: distutils' own, or another format's.
fn warn_of_name(distribution: &Bound<'_, PyAny>, path: &Path) -> PyResult<()> {
    // Not by `get_name` and `get_version`: a script's own are asked as often as distutils asks them.
    let metadata = distribution.getattr("metadata")?;
    let text = |field: &str| -> PyResult<Option<String>> {
        let value = metadata.getattr_opt(field)?.filter(|value| !value.is_none());
        value.map(|value| Ok(value.str()?.to_cow()?.into_owned())).transpose()
    };
    let (Some(name), Some(version)) = (text("name")?, text("version")?) else { return Ok(()) };
    // Of a version that is none, the index has more to say.
    let Ok(version) = wheel::escaped_version(&version) else { return Ok(()) };
    let standard = format!("{}-{version}.tar.gz", wheel::escaped_name(&name));
    if path.file_name().is_some_and(|name| name == standard.as_str()) {
        return Ok(());
    }
    let is_gzipped = path.to_string_lossy().ends_with(".tar.gz");
    let format = if is_gzipped { "" } else { " --formats=gztar" };
    let text = format!(
        "warning: '{}' is not named as PyPI wants it (PEP 625), which may refuse it: 'sdist{format} --standard-name' \
         makes '{standard}'",
        path.display()
    );
    log::warn(distribution.py(), &text)
}

/// Have gpg write a signature beside the file.
fn sign(slf: &Bound<'_, Upload>, filename: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = slf.py();
    let words = PyList::new(py, ["gpg", "--detach-sign"])?;
    let identity = slf.getattr("identity")?;
    if identity.is_truthy()? {
        words.append("--local-user")?;
        words.append(identity)?;
    }
    words.append("-a")?;
    words.append(filename)?;
    let keywords = PyDict::new(py);
    keywords.set_item("dry_run", slf.getattr("dry_run")?)?;
    seam::global(py, "command.upload", "spawn")?.call((words,), Some(&keywords)).map(drop)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Upload>()
}
