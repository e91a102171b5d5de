//! distutils._macos_compat: a compiler's command line, without what this Mac's compiler does not know.

use pyo3::prelude::*;

/// `cmd` as it is.
#[pyfunction]
fn bypass_compiler_fixup<'py>(cmd: Bound<'py, PyAny>, args: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
    let _ = args;
    cmd
}

/// On a Mac, `cmd` with the architectures and SDK that fit `args` (`_osx_support.compiler_fixup`); elsewhere
/// `cmd` as it is.
#[pyfunction]
fn compiler_fixup<'py>(cmd: Bound<'py, PyAny>, args: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = cmd.py();
    if py.import("sys")?.getattr("platform")?.eq("darwin")? {
        return py.import("_osx_support")?.call_method1("compiler_fixup", (cmd, args));
    }
    Ok(cmd)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(bypass_compiler_fixup, module)?)?;
    module.add_function(wrap_pyfunction!(compiler_fixup, module)?)
}
