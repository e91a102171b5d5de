//! distutils.command.check: says what is missing or malformed in the metadata.

use pyo3::exceptions::{PyAttributeError, PyException};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{IntoPyDict, PyCFunction, PyDict, PyList, PyTuple};

use super::Row;
use crate::cmd::Command;
use crate::dist::{keywords, pyproject};
use crate::errors::DistutilsSetupError;
use crate::seam;

/// Checks the metadata, and warns of what is wrong with it.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.check", name = "check")]
pub struct Check;

/// The fields that every distribution must have.
const REQUIRED: [&str; 3] = ["name", "version", "url"];

/// The people of whom one must be named, and the field that must then be there too.
const PEOPLE: [(&str, &str); 2] = [("author", "author_email"), ("maintainer", "maintainer_email")];

#[pymethods]
impl Check {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(Check)
    }

    #[classattr]
    fn description() -> &'static str {
        "check the metadata of the package"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("metadata", Some("m"), "check that required fields are there"),
            ("restructuredtext", Some("r"), "check that the long description is reStructuredText"),
            ("strict", Some("s"), "end with an error if anything is wrong"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["metadata", "restructuredtext", "strict"]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for (option, value) in [("restructuredtext", 0), ("metadata", 1), ("strict", 0), ("_warnings", 0)] {
            slf.setattr(option, value)?;
        }
        Ok(())
    }

    fn finalize_options(&self) {}

    /// Warn, and count it.
    fn warn<'py>(slf: &Bound<'py, Self>, msg: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        slf.setattr("_warnings", slf.getattr("_warnings")?.add(1)?)?;
        seam::global(slf.py(), "command.check", "Command")?.call_method1("warn", (slf, msg))
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let is_on = |option| slf.getattr(option)?.is_truthy();
        if is_on("metadata")? {
            slf.call_method0("check_metadata")?;
        }
        if is_on("restructuredtext")? {
            if seam::global(slf.py(), "command.check", "HAS_DOCUTILS")?.is_truthy()? {
                slf.call_method0("check_restructuredtext")?;
            } else if is_on("strict")? {
                return Err(DistutilsSetupError::new_err("The docutils package is needed."));
            }
        }
        if is_on("strict")? && slf.getattr("_warnings")?.gt(0)? {
            return Err(DistutilsSetupError::new_err("Please correct your package."));
        }
        Ok(())
    }

    /// Warn of required fields that are missing. Where setuptools says what they are, those that the standard requires.
    fn check_metadata(slf: &Bound<'_, Self>) -> PyResult<()> {
        let distribution = slf.getattr("distribution")?;
        let metadata = distribution.getattr("metadata")?;
        let is_setuptools = keywords::are_setuptools(&distribution)?;
        let has = |field: &str| metadata.getattr_opt(field)?.map_or(Ok(false), |value| value.is_truthy());
        let mut missing = Vec::new();
        for field in REQUIRED {
            // An address with a label is one, too.
            if !(has(field)? || field == "url" && (is_setuptools || has("project_urls")?)) {
                missing.push(field);
            }
        }
        let warn = |text: String| slf.call_method1("warn", (text,)).map(drop);
        if !missing.is_empty() {
            warn(format!("missing required meta-data: {}", missing.join(", ")))?;
        }
        if is_setuptools {
            return Ok(());
        }
        // In `[project]` a name alone is as good as an address, which may have a name in it.
        if pyproject::has_project(&metadata)? {
            for (person, address) in PEOPLE {
                if has(person)? || has(address)? {
                    return Ok(());
                }
            }
        }
        for (person, address) in PEOPLE {
            if !metadata.getattr(person)?.is_truthy()? {
                continue;
            }
            if !metadata.getattr(address)?.is_truthy()? {
                let text =
                    format!("missing meta-data: if '{person}' supplied, '{address}' should be supplied too");
                warn(text)?;
            }
            return Ok(());
        }
        warn(
            "missing meta-data: either (author and author_email) or (maintainer and maintainer_email) \
              should be supplied"
                .into(),
        )
    }

    /// Warn of what is wrong in the long description.
    fn check_restructuredtext(slf: &Bound<'_, Self>) -> PyResult<()> {
        let text = slf.getattr("distribution")?.call_method0("get_long_description")?;
        for warning in slf.call_method1("_check_rst_data", (text,))?.try_iter()? {
            let warning = warning?;
            let message = warning.get_item(1)?;
            let line = warning.get_item(-1)?.call_method1("get", ("line",))?;
            if line.is_none() {
                slf.call_method1("warn", (message,))?;
            } else {
                slf.call_method1("warn", (format!("{} (line {line})", message.str()?),))?;
            }
        }
        Ok(())
    }

    /// What docutils says about a text: a list of `(level, message, children, attributes)`.
    fn _check_rst_data<'py>(
        slf: &Bound<'py, Self>,
        data: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = slf.py();
        let script = slf.getattr("distribution")?.getattr("script_name")?;
        let source = if script.is_truthy()? { script } else { "setup.py".into_pyobject(py)?.into_any() };
        let parser = py.import("docutils.parsers.rst")?.getattr("Parser")?.call0()?;
        let settings = settings(py, &parser)?;
        let messages = PyList::empty(py);
        let reporter = reporter(&settings, &source, &messages)?;
        let document = py
            .import("docutils.nodes")?
            .getattr("document")?
            .call((&settings, &reporter), Some(&[("source", &source)].into_py_dict(py)?))?;
        document.call_method1("note_source", (&source, -1))?;
        if let Err(error) = parser.call_method1("parse", (data, document)) {
            if !error.is_instance_of::<PyAttributeError>(py) {
                return Err(error);
            }
            let text = format!("Could not finish the parsing: {}.", error.value(py));
            messages.append((-1, text, "", PyDict::new(py)))?;
        }
        Ok(messages)
    }
}

/// docutils' settings for a text that is only parsed.
fn settings<'py>(py: Python<'py>, parser: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let frontend = py.import("docutils.frontend")?;
    // Newer versions have a function for what was done with a class that they deprecate.
    let settings = match frontend.getattr_opt("get_default_settings")? {
        Some(defaults) => defaults.call1((parser,))?,
        None => {
            let keywords = [("components", (parser,))].into_py_dict(py)?;
            frontend.getattr("OptionParser")?.call((), Some(&keywords))?.call_method0("get_default_values")?
        }
    };
    settings.setattr("tab_width", 4)?;
    settings.setattr("pep_references", py.None())?;
    settings.setattr("rfc_references", py.None())?;
    Ok(settings)
}

/// A reporter that prints nothing and never ends the parsing; what it is told of is added to `messages`.
fn reporter<'py>(
    settings: &Bound<'py, PyAny>,
    source: &Bound<'py, PyAny>,
    messages: &Bound<'py, PyList>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = settings.py();
    /// Above docutils' own highest level.
    const NEVER: i64 = 5;
    let arguments = (source, settings.getattr("report_level")?, NEVER);
    let keywords = PyDict::new(py);
    keywords.set_item("stream", py.import("io")?.call_method0("StringIO")?)?;
    let reporter = py.import("docutils.utils")?.getattr("Reporter")?.call(arguments, Some(&keywords))?;
    let messages = messages.clone().unbind();
    let heard = PyCFunction::new_closure(py, None, None, move |arguments, _| -> PyResult<()> {
        let message = arguments.get_item(0)?;
        let py = message.py();
        let attributes = PyDict::new(py);
        let line = message.call_method1("get", ("line",))?;
        if !line.is_none() {
            attributes.set_item("line", line)?;
        }
        let text = message.get_item(0)?.call_method0("astext")?;
        messages.bind(py).append((message.get_item("level")?, text, PyTuple::empty(py), attributes))
    })?;
    reporter.call_method1("attach_observer", (heard,))?;
    Ok(reporter)
}

/// `HAS_DOCUTILS`: looked for when it is first asked for, since it takes longer to load than all of this.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    if name != "HAS_DOCUTILS" {
        let text = format!("module 'distutils.command.check' has no attribute '{name}'");
        return Err(PyAttributeError::new_err(text));
    }
    // Whatever an import ends with, as it is a sign of a docutils that does not work here.
    let found = match py.import("docutils.parsers.rst").and_then(|_| py.import("docutils.frontend")) {
        Err(error) if !error.is_instance_of::<PyException>(py) => return Err(error),
        found => found.is_ok(),
    };
    let found = found.into_pyobject(py)?.to_owned().into_any();
    seam::face(py, "command.check")?.setattr("HAS_DOCUTILS", &found)?;
    Ok(found)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Check>()?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)
}
