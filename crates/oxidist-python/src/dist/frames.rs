//! Two frames of Python's on the stack, for commands that ask who has called them.
//!
//! A `setup.py install` of setuptools before 80 makes an egg if it was called by `run_commands` of `distutils.dist`, by
//! way of `run_command`, and by nothing in between; it looks at the frames of its callers. Rust has none.

use pyo3::ffi::c_str;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::code::PyCodeInput;
use pyo3::types::{PyCode, PyCodeMethods, PyDict};

use super::Distribution;

const CODE: &std::ffi::CStr = c_str!(
    "def run_commands(self):
    for command in self.commands:
        self.run_command(command)

def run_command(command):
    command.run()
"
);

/// Have `dist` run each of its commands.
pub fn run_commands(dist: &Bound<'_, Distribution>) -> PyResult<()> {
    function(dist.py(), "run_commands")?.call1((dist,)).map(drop)
}

/// Have the command object `command` do its work.
pub fn run_command(command: &Bound<'_, PyAny>) -> PyResult<()> {
    function(command.py(), "run_command")?.call1((command,)).map(drop)
}

fn function<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    static MODULE: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let module = MODULE.get_or_try_init(py, || {
        let names = PyDict::new(py);
        names.set_item("__name__", "distutils.dist")?;
        PyCode::compile(py, CODE, c_str!("<distutils.dist>"), PyCodeInput::File)?.run(Some(&names), None)?;
        Ok::<_, PyErr>(names.unbind())
    })?;
    module.bind(py).as_any().get_item(name)
}
