//! `pyproject.toml` in `setup()`: its values become arguments that the script has not given, and options of commands.
//!
//! | room | what it is for |
//! | --- | --- |
//! | [`merging`] | arguments: the script's and the file's |
//! | [`values`] | the file's values as Python objects; extension modules, libraries, classes of commands |
//! | [`attribute`] | values that are in a module of the project |
//! | [`options`] | options of commands, of the file and of a front end's config settings |
//! | [`schema`] | what the table can have in it, for editors and validators |

mod attribute;
mod merging;
mod options;
pub mod schema;
mod values;

use std::path::Path;

use oxidist_engine::Error;
use oxidist_engine::pyproject::{self, FIELDS, FILE, Pyproject};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use super::{Distribution, origins};
use crate::errors::{DistutilsSetupError, exception};
use crate::{backend, setuptools};

pub use merging::Merged;
pub use options::{commands_with, meant_by_alias};

/// The metadata's attribute that says that there is a `[project]`: `[(field, line, arguments)]` of what is dynamic.
pub const DYNAMIC: &str = "_pyproject_dynamic";

/// The metadata's attribute with the keys of `[project]` whose values a module of the project has computed.
const COMPUTED: &str = "_pyproject_computed";

/// The distribution's attribute with the files that `pyproject.toml` names, itself first.
const FILES: &str = "_pyproject_files";

/// The distribution's attribute with the project's own command packages.
const COMMAND_PACKAGES: &str = "_project_command_packages";

/// The metadata's attribute with the line of `license-files`.
const LICENSE_LINE: &str = "_pyproject_license_line";

/// The error at a line of the file.
fn error(line: usize, message: &str) -> PyErr {
    DistutilsSetupError::new_err(format!("{FILE}:{line}: {message}"))
}

/// The engine's error as one about the arguments of `setup()`.
fn raised(error: Error) -> PyErr {
    match error {
        Error::Syntax { .. } | Error::UnsupportedPattern(_) => {
            DistutilsSetupError::new_err(error.to_string())
        }
        other => exception(other),
    }
}

/// Read the file in the working folder, and complete the arguments of `setup()` with what it says. None where there is
/// nothing for this library in it, or where another library's class of distributions reads it.
pub fn complete<'py>(
    py: Python<'py>,
    attrs: &Bound<'py, PyDict>,
    class: &Bound<'py, PyAny>,
) -> PyResult<Option<Merged<'py>>> {
    if is_of_setuptools(class)? {
        return Ok(None);
    }
    let root = Path::new(".");
    match pyproject::read(root, backend::is_running()).map_err(raised)? {
        None => Ok(None),
        Some(file) => Merged::of(py, attrs, file, root).map(Some),
    }
}

/// Refuse a project without a setup.py, in the working folder, whose `pyproject.toml` says nothing to this library.
///
/// A hook that runs was called for the project, by whatever name its backend has.
#[pyfunction]
pub fn check_describes_a_build() -> PyResult<()> {
    if backend::is_running() {
        return Ok(());
    }
    pyproject::check_describes_a_build(Path::new(".")).map_err(raised)
}

/// Whether it is a `Distribution` of setuptools, which reads the file itself.
pub fn is_of_setuptools(class: &Bound<'_, PyAny>) -> PyResult<bool> {
    let Ok(class) = class.cast::<PyType>() else { return Ok(false) };
    for base in class.mro() {
        let module = base.getattr("__module__")?.str()?;
        if module.to_cow()?.split('.').next() == Some(setuptools::NAME) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the distribution keeps of the file.
pub fn attach(dist: &Bound<'_, Distribution>, merged: &Merged<'_>) -> PyResult<()> {
    for (argument, line) in &merged.given {
        origins::note_file(dist, argument, FILE, *line)?;
    }
    let Pyproject { project, tool } = &merged.file;
    if let Some(project) = project {
        let dynamic: Vec<(&str, usize, Vec<&str>)> = project
            .dynamic
            .iter()
            .filter_map(|(name, line)| {
                let field = FIELDS.iter().find(|field| field.name == name)?;
                Some((field.name, *line, field.arguments.to_vec()))
            })
            .collect();
        dist.getattr("metadata")?.setattr(DYNAMIC, dynamic)?;
    }
    if !merged.computed.is_empty() {
        dist.getattr("metadata")?.setattr(COMPUTED, merged.computed.clone())?;
    }
    if let Some((_, line)) = merged.given.iter().find(|given| given.0 == "license_files") {
        dist.getattr("metadata")?.setattr(LICENSE_LINE, line)?;
    }
    dist.setattr(FILES, merged.files())?;
    let packages = tool.settings.iter().find(|setting| setting.argument == "command_packages");
    if let Some(pyproject::Given::Strings(packages)) = packages.map(|setting| &setting.value) {
        dist.setattr(COMMAND_PACKAGES, packages)?;
    }
    Ok(())
}

/// Options of commands: the file's, then those of a front end.
pub fn set_options(dist: &Bound<'_, Distribution>, merged: Option<&Merged<'_>>) -> PyResult<()> {
    if let Some(merged) = merged {
        options::of_file(dist, &merged.file.tool)?;
    }
    options::of_front_end(dist)
}

/// The files that the project's `pyproject.toml` names, itself first; none where it has none that counts.
pub fn files(dist: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    match dist.getattr_opt(FILES)? {
        Some(files) => files.extract(),
        None => Ok(Vec::new()),
    }
}

/// Packages of commands that the project names for itself.
pub fn command_packages(dist: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    match dist.getattr_opt(COMMAND_PACKAGES)? {
        Some(packages) => packages.extract(),
        None => Ok(Vec::new()),
    }
}

/// The keys of `[project]` that are dynamic; None where there is no `[project]`.
pub fn dynamic_fields(metadata: &Bound<'_, PyAny>) -> PyResult<Option<Vec<String>>> {
    let Some(dynamic) = metadata.getattr_opt(DYNAMIC)? else { return Ok(None) };
    let rows: Vec<(String, usize, Vec<String>)> = dynamic.extract()?;
    Ok(Some(rows.into_iter().map(|row| row.0).collect()))
}

/// Whether a `[project]` describes the distribution.
pub fn has_project(metadata: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(metadata.getattr_opt(DYNAMIC)?.is_some())
}

/// The keys of `[project]` whose values are computed whenever somebody builds.
pub fn computed_fields(metadata: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    metadata.getattr_opt(COMPUTED)?.map_or(Ok(Vec::new()), |fields| fields.extract())
}

/// The line of `license-files`, where the file gives them.
pub fn license_line(metadata: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    metadata.getattr_opt(LICENSE_LINE)?.map(|line| line.extract()).transpose()
}

/// DistutilsSetupError for a field that is dynamic, and that nobody has given.
pub fn check_dynamic(metadata: &Bound<'_, PyAny>, distribution: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    let Some(dynamic) = metadata.getattr_opt(DYNAMIC)? else { return Ok(()) };
    for (field, line, arguments) in dynamic.extract::<Vec<(String, usize, Vec<String>)>>()? {
        let mut is_given = field == "license-files";
        for argument in &arguments {
            // Only what is none of the metadata's is an attribute of the distribution, which has options of the command
            // line under the names of the others.
            let value = match (metadata.getattr_opt(&**argument)?, distribution) {
                (None, Some(distribution)) => distribution.getattr_opt(&**argument)?,
                (value, _) => value,
            };
            is_given |= value.is_some_and(|value| !value.is_none());
        }
        if !is_given {
            return Err(unresolved(&field, line));
        }
    }
    Ok(())
}

fn unresolved(field: &str, line: usize) -> PyErr {
    let message = format!(
        "'project.dynamic' has '{field}' in it, but neither [tool.oxidist.dynamic] nor setup.py says what it is"
    );
    error(line, &message)
}
