//! Values that are in a module of the project: read from its source where they are written out there, else imported.

use std::path::{Path, PathBuf};

use oxidist_engine::pyproject::Resolved;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString, PyTuple};

use super::raised;
use crate::file_name::AsFileName;
use crate::value::Elements;

/// The value of `module.name` for a dynamic field, and whether it was computed.
pub fn value<'py>(
    py: Python<'py>,
    resolved: &Resolved,
    name: &str,
    folders: &[(String, String)],
) -> PyResult<(Bound<'py, PyAny>, bool)> {
    let wrong = |message: String| raised(resolved.error(&message));
    let (module, attribute) = name.rsplit_once('.').unwrap_or(("", name));
    let literal = written_out(py, module, attribute, folders)?;
    let is_computed = literal.is_none();
    let found = match literal {
        Some(value) => value,
        None => {
            let imported = import(py, module, folders)
                .map_err(|failure| wrong(format!("is '{name}': {}", failure.text(py))))?;
            imported
                .getattr_opt(attribute)?
                .ok_or_else(|| wrong(format!("is '{name}', but module '{module}' has no '{attribute}'")))?
        }
    };
    let fitting = fitting(resolved, &found)?.ok_or_else(|| {
        let shown = found.repr().map_or_else(|_| "something unprintable".into(), |text| text.to_string());
        wrong(format!("is '{name}', which cannot be a value of this field (is {shown})"))
    })?;
    Ok((fitting, is_computed))
}

/// The value as the field has it; None where it is nothing for it.
fn fitting<'py>(resolved: &Resolved, value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = value.py();
    let is_sequence = value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>();
    Ok(match resolved.field.as_str() {
        "version" if is_sequence => {
            let parts: Vec<String> = value
                .elements()?
                .map(|part| Ok(part?.str()?.to_cow()?.into_owned()))
                .collect::<PyResult<_>>()?;
            Some(PyString::new(py, &parts.join(".")).into_any())
        }
        "version" if !value.is_instance_of::<PyBool>() && !value.is_none() => Some(value.str()?.into_any()),
        "description" | "readme" | "requires-python" | "license" => {
            value.is_instance_of::<PyString>().then(|| value.clone())
        }
        "dependencies" | "classifiers" | "keywords" | "license-files" => is_sequence.then(|| value.clone()),
        "version" => None,
        _ => (is_sequence || value.is_instance_of::<PyDict>()).then(|| value.clone()),
    })
}

/// The folders that modules are in: `package_dir`'s for all, and the project's.
fn roots(folders: &[(String, String)]) -> Vec<PathBuf> {
    let own = folders.iter().find(|pair| pair.0.is_empty()).map(|pair| PathBuf::from(&pair.1));
    own.into_iter().chain([PathBuf::new()]).collect()
}

fn source_of(module: &str, folders: &[(String, String)]) -> Option<PathBuf> {
    let below = |folder: &Path, module: &str| {
        let path = module
            .split('.')
            .filter(|part| !part.is_empty())
            .fold(folder.to_path_buf(), |at, part| at.join(part));
        let candidates = [path.with_extension("py"), path.join("__init__.py")];
        candidates.into_iter().find(|candidate| candidate.is_file())
    };
    for (package, folder) in folders.iter().filter(|pair| !pair.0.is_empty()) {
        let rest = module.strip_prefix(package.as_str());
        let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('.'));
        if let Some(found) = rest.and_then(|rest| below(Path::new(folder), rest)) {
            return Some(found);
        }
    }
    roots(folders).iter().find_map(|root| below(root, module))
}

/// The value of a name that a module's source assigns a literal to, without running it.
fn written_out<'py>(
    py: Python<'py>,
    module: &str,
    name: &str,
    folders: &[(String, String)],
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Some(path) = source_of(module, folders) else { return Ok(None) };
    let Ok(source) = oxidist_engine::effects::reading::whole(&path) else { return Ok(None) };
    let ast = py.import("ast")?;
    let Ok(tree) = ast.call_method1("parse", (source.as_slice(),)) else { return Ok(None) };
    let mut found = None;
    for statement in tree.getattr("body")?.try_iter()? {
        let statement = statement?;
        let targets: Vec<Bound<'_, PyAny>> = if statement.is_instance(&ast.getattr("Assign")?)? {
            statement.getattr("targets")?.extract()?
        } else if statement.is_instance(&ast.getattr("AnnAssign")?)? {
            vec![statement.getattr("target")?]
        } else {
            continue;
        };
        for target in targets {
            if target.getattr_opt("id")?.is_some_and(|id| id.eq(name).unwrap_or(false)) {
                found = Some(statement.getattr("value")?);
            }
        }
    }
    match found.map(|value| ast.call_method1("literal_eval", (value,))) {
        Some(Ok(value)) => Ok(Some(value)),
        Some(Err(error))
            if !error.is_instance_of::<PyValueError>(py) && !error.is_instance_of::<PyException>(py) =>
        {
            Err(error)
        }
        _ => Ok(None),
    }
}

/// Why a module could not be imported.
pub struct Failure {
    module: String,
    error: PyErr,
}

impl Failure {
    /// One line.
    pub fn text(&self, py: Python<'_>) -> String {
        let kind = self.error.get_type(py).name().map_or_else(|_| String::new(), |name| name.to_string());
        let value = self.error.value(py).to_string();
        let first = value.lines().next().unwrap_or_default();
        format!("module '{}' cannot be imported: {kind}: {first}", self.module)
    }
}

/// Import a module, with the project's folders on the path while that lasts.
pub fn import<'py>(
    py: Python<'py>,
    module: &str,
    folders: &[(String, String)],
) -> Result<Bound<'py, PyModule>, Failure> {
    let failed = |error| Failure { module: module.to_string(), error };
    let with_path = || -> PyResult<Bound<'py, PyModule>> {
        let path = py.import("sys")?.getattr("path")?.cast_into::<PyList>()?;
        let before = path.as_any().call_method0("copy")?;
        for root in roots(folders).iter().rev() {
            let root = std::path::absolute(Path::new(".").join(root))?;
            path.insert(0, root.as_file_name())?;
        }
        py.import("importlib")?.call_method0("invalidate_caches")?;
        let imported = py.import(module);
        path.set_slice(0, path.len(), &before)?;
        imported
    };
    with_path().map_err(failed)
}
