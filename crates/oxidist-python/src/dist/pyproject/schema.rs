//! The JSON schema of `[tool.oxidist]`, with the option tables of all commands that are here.

use oxidist_engine::pyproject::{self, CommandTable};
use pyo3::prelude::*;

use super::options;
use crate::command_modules;

/// The schema of `[tool.oxidist]`, as JSON. It is the same for every Python and platform.
#[pyfunction]
fn tool_schema(py: Python<'_>) -> PyResult<String> {
    let table = |name: &str| -> PyResult<CommandTable> {
        let class = class(py, name)?;
        let about = class.getattr("description")?.extract()?;
        Ok(CommandTable { name: name.to_string(), about, options: options::rows_everywhere(name, &class)? })
    };
    Ok(pyproject::schema(&command_modules().map(table).collect::<PyResult<Vec<_>>>()?))
}

pub fn has_command(name: &str) -> bool {
    command_modules().any(|known| known == name)
}

/// The class of a command of ours. Not the face's, which a script may have changed, and which is not everywhere:
/// bdist_msi needs Windows.
pub fn class<'py>(py: Python<'py>, command: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import(format!("oxidist._core.command.{command}"))?.getattr(command)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(super::check_describes_a_build, module)?)?;
    module.add_function(wrap_pyfunction!(tool_schema, module)?)
}
