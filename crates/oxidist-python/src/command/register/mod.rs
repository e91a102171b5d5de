//! distutils.command.register: tells a package index about the distribution.

mod login;
mod posting;

use pyo3::exceptions::PyPendingDeprecationWarning;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyTuple, PyType};

use oxidist_engine::upload::without_login;

use super::Row;
use crate::config::{self, PyPIRCCommand};
use crate::errors::DistutilsOptionError;
use crate::{log, seam};

/// Registers the distribution with a package index.
#[pyclass(subclass, frozen, extends = PyPIRCCommand, module = "distutils.command.register", name = "register")]
pub struct Register;

#[pymethods]
impl Register {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        PyPIRCCommand::base().add_subclass(Register)
    }

    #[classattr]
    fn description() -> &'static str {
        "tell a package index about the distribution"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        let mut options = config::USER_OPTIONS.to_vec();
        options.extend([
            ("list-classifiers", None, "list the classifiers that the index knows"),
            ("strict", None, "end with an error if anything is wrong with the metadata"),
        ]);
        options
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        let mut options = config::BOOLEAN_OPTIONS.to_vec();
        options.extend(["verify", "list-classifiers", "strict"]);
        options
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        seam::global(slf.py(), "command.register", "PyPIRCCommand")?
            .call_method1("initialize_options", (slf,))?;
        slf.setattr("list_classifiers", 0)?;
        slf.setattr("strict", 0)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        seam::global(py, "command.register", "PyPIRCCommand")?.call_method1("finalize_options", (slf,))?;
        let check = PyDict::new(py);
        check.set_item("strict", ("register", slf.getattr("strict")?))?;
        check.set_item("restructuredtext", ("register", 1))?;
        slf.getattr("distribution")?.getattr("command_options")?.set_item("check", check)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        slf.call_method0("finalize_options")?;
        slf.call_method0("_set_config")?;
        for name in slf.call_method0("get_sub_commands")?.try_iter()? {
            slf.call_method1("run_command", (name?,))?;
        }
        let next = if slf.getattr("dry_run")?.is_truthy()? {
            "verify_metadata"
        } else if slf.getattr("list_classifiers")?.is_truthy()? {
            "classifiers"
        } else {
            "send_metadata"
        };
        slf.call_method0(next).map(drop)
    }

    /// Run `check` with this command's options. Deprecated: run the command `check`.
    fn check_metadata(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let text = "distutils.command.register.check_metadata is deprecated, use the check command instead";
        let category = py.get_type::<PyPendingDeprecationWarning>();
        seam::global(py, "command.register", "warn")?.call1((text, category))?;
        let check = slf.getattr("distribution")?.call_method1("get_command_obj", ("check",))?;
        check.call_method0("ensure_finalized")?;
        check.setattr("strict", slf.getattr("strict")?)?;
        check.setattr("restructuredtext", 1)?;
        check.call_method0("run").map(drop)
    }

    /// Take the login from `~/.pypirc`, where it has one for this index.
    fn _set_config(slf: &Bound<'_, Self>) -> PyResult<()> {
        let login = slf.call_method0("_read_pypirc")?;
        if login.is_truthy()? {
            for option in ["username", "password", "repository", "realm"] {
                slf.setattr(option, login.get_item(option)?)?;
            }
            return slf.setattr("has_config", true);
        }
        let repository = slf.getattr("repository")?;
        let default = slf.getattr("DEFAULT_REPOSITORY")?;
        if repository.eq("pypi")? {
            slf.setattr("repository", default)?;
        } else if repository.ne(default)? {
            let shown = without_login(&repository.str()?.to_string_lossy());
            return Err(DistutilsOptionError::new_err(format!("{shown} not found in .pypirc")));
        }
        slf.setattr("has_config", false)
    }

    /// Show the classifiers that the index knows.
    fn classifiers(slf: &Bound<'_, Self>) -> PyResult<()> {
        let response = posting::list_classifiers(slf)?;
        let text = slf.call_method1("_read_pypi_response", (response,))?;
        log::info(slf.py(), &text.str()?.to_string_lossy())
    }

    /// Ask the index what it thinks of the metadata.
    fn verify_metadata(slf: &Bound<'_, Self>) -> PyResult<()> {
        let data = slf.call_method1("build_post_data", ("verify",))?;
        let (code, result): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
            slf.call_method1("post_to_server", (data,))?.extract()?;
        // No server has said anything then, unless a script's own method has asked one.
        if slf.getattr("dry_run")?.is_truthy()? && seam::methods_are_ours(slf.as_any(), &["post_to_server"])?
        {
            return Ok(());
        }
        log::call(slf.py(), "info", "Server response (%s): %s", (&code, &result))?;
        login::require_success(&code, &result)
    }

    /// Register: with the login of `~/.pypirc`, or as the answers to a menu say.
    fn send_metadata(slf: &Bound<'_, Self>) -> PyResult<()> {
        login::send_metadata(slf)
    }

    /// The metadata as a dictionary, for a request of that `action`.
    fn build_post_data<'py>(
        slf: &Bound<'py, Self>,
        action: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        posting::metadata(slf, action)
    }

    /// Send a form to the index: `(status, reason)`, `(200, "OK")` where all is well.
    ///
    /// `auth` is an `urllib.request.HTTPPasswordMgr`. OSError: there was no answer.
    #[pyo3(signature = (data, auth = None))]
    fn post_to_server<'py>(
        slf: &Bound<'py, Self>,
        data: &Bound<'py, PyAny>,
        auth: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        posting::post(slf, data, auth)
    }
}

/// `sub_commands` has a function that anybody may call with a command.
fn always(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let function = pyo3::types::PyCFunction::new_closure(
        py,
        None,
        None,
        |_: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| true,
    )?;
    Ok(function.into_any())
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add_class::<Register>()?;
    let class: Bound<'_, PyType> = py.get_type::<Register>();
    class.setattr("sub_commands", vec![("check", always(py)?)])
}
