//! What an instance says, and what it does to files and runs: each in a way that a dry run can leave out.

use std::path::PathBuf;

use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyOSError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::{CCompiler, names, os_path};
use crate::errors::DistutilsExecError;
use crate::file_name::AsFileName;
use crate::{debug, door, log, platform, seam, steps};

#[pymethods]
impl CCompiler {
    #[pyo3(signature = (msg, level = 1))]
    fn announce(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>, level: i64) -> PyResult<()> {
        let _ = level;
        seam::global(slf.py(), "log", "debug")?.call1((msg,)).map(drop)
    }

    /// Print `msg` where DISTUTILS_DEBUG is set.
    fn debug_print(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        if debug::is_on(py, "debug")? {
            crate::text::print(msg)?;
        }
        Ok(())
    }

    fn warn(slf: &Bound<'_, Self>, msg: &Bound<'_, PyAny>) -> PyResult<()> {
        let line = PyString::new(slf.py(), "warning: ").add(msg.str()?)?.add("\n")?;
        slf.py().import("sys")?.getattr("stderr")?.call_method1("write", (line,)).map(drop)
    }

    /// Call `func(*args)` after telling what it does; in a dry run only tell.
    #[pyo3(signature = (func, args, msg = None, level = 1))]
    fn execute(
        slf: &Bound<'_, Self>,
        func: &Bound<'_, PyAny>,
        args: &Bound<'_, PyAny>,
        msg: Option<&Bound<'_, PyAny>>,
        level: i64,
    ) -> PyResult<()> {
        let _ = level;
        let py = slf.py();
        let (execute, dry_run) = (seam::global(py, "ccompiler", "execute")?, slf.getattr("dry_run")?);
        if seam::imports_are_ours(py, "ccompiler", &[("execute", "util")])? {
            // The fourth argument, which is all that distutils gives, is not the one that makes a run dry.
            return execute.call1((func, args, msg, 0, dry_run)).map(drop);
        }
        execute.call1((func, args, msg, dry_run)).map(drop)
    }

    /// Run another program: see `distutils.spawn.spawn`. A replaced `call` runs it instead.
    fn spawn(slf: &Bound<'_, Self>, cmd: &Bound<'_, PyAny>) -> PyResult<()> {
        let launched = steps::launched(slf.as_any(), cmd)?;
        let cmd = launched.as_ref().map_or(cmd, |list| list.as_any());
        if seam::methods_are_ours(slf.as_any(), &["call"])?
            && seam::class_is_ours(&slf.py().get_type::<CCompiler>(), &["call"])?
        {
            return call_dry(slf, "spawn", (cmd,)).map(drop);
        }
        slf.call_method1(intern!(slf.py(), "call"), (cmd,))
            .map(drop)
            .map_err(|error| as_exec_error(slf, error))
    }

    /// Run another program as `subprocess.check_call` does, with its errors: what later copies of distutils call
    /// for each step of a build, in the place of `spawn`. A replaced one is called for each step here, too.
    #[pyo3(signature = (cmd, *, env = None, **kwargs))]
    fn call(
        slf: &Bound<'_, Self>,
        cmd: &Bound<'_, PyAny>,
        env: Option<&Bound<'_, PyAny>>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let py = slf.py();
        let subprocess = py.import("subprocess")?;
        log::info(py, &subprocess.call_method1("list2cmdline", (cmd,))?.str()?.to_string_lossy())?;
        if slf.getattr("dry_run")?.is_truthy()? {
            return Ok(());
        }
        let environment = py.import("builtins")?.getattr("dict")?.call1((match env {
            Some(env) => env.clone(),
            None => py.import("os")?.getattr("environ")?,
        },))?;
        for (name, value) in platform::build_environment(py)? {
            environment.set_item(name.as_file_name(), value.as_file_name())?;
        }
        let keywords = kwargs.map_or_else(|| Ok(PyDict::new(py)), |kwargs| kwargs.copy())?;
        keywords.set_item("env", environment)?;
        subprocess.call_method("check_call", (cmd,), Some(&keywords)).map(drop)
    }

    /// Give it this Python's own programs and flags: `distutils.sysconfig.customize_compiler`, as a method.
    fn configure_system(slf: &Bound<'_, Self>) -> PyResult<()> {
        seam::global(slf.py(), "sysconfig", "customize_compiler")?.call1((slf,)).map(drop)
    }

    fn move_file<'py>(
        slf: &Bound<'py, Self>,
        src: &Bound<'py, PyAny>,
        dst: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        call_dry(slf, "move_file", (src, dst))
    }

    #[pyo3(signature = (name, mode = 0o777))]
    fn mkpath(slf: &Bound<'_, Self>, name: &Bound<'_, PyAny>, mode: i64) -> PyResult<()> {
        call_dry(slf, "mkpath", (name, mode))?;
        // `mkpath` takes `x/..` for nothing; a compiler that is told to write there goes through `x`.
        let Ok(path) = name.extract::<PathBuf>() else { return Ok(()) };
        for folder in names::passed_through(&path) {
            if !door::of(slf)?.is_folder(&folder) {
                call_dry(slf, "mkpath", (folder.as_file_name(), mode))?;
            }
        }
        Ok(())
    }
}

/// What `call` raises for a program that fails or cannot be run, as the error that callers of `spawn` handle.
fn as_exec_error(compiler: &Bound<'_, CCompiler>, error: PyErr) -> PyErr {
    let py = compiler.py();
    let failed = py
        .import("subprocess")
        .and_then(|subprocess| subprocess.getattr("CalledProcessError"))
        .is_ok_and(|class| error.matches(py, class).unwrap_or(false));
    if failed || error.is_instance_of::<PyOSError>(py) {
        let raised = DistutilsExecError::new_err(error.value(py).to_string());
        raised.set_cause(py, Some(error));
        return raised;
    }
    error
}

/// Call a function that the module `ccompiler` has, with this compiler's `dry_run`.
fn call_dry<'py>(
    slf: &Bound<'py, CCompiler>,
    function: &str,
    args: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let keywords = PyDict::new(slf.py());
    keywords.set_item(intern!(slf.py(), "dry_run"), slf.getattr(intern!(slf.py(), "dry_run"))?)?;
    seam::global(slf.py(), "ccompiler", function)?.call(args, Some(&keywords))
}

/// Make the folder that a file is in.
pub fn make_folder_of<'py>(compiler: &Bound<'py, PyAny>, file: &Bound<'py, PyAny>) -> PyResult<()> {
    let folder = os_path(compiler.py(), "dirname", (file,))?;
    compiler.call_method1(intern!(compiler.py(), "mkpath"), (folder,)).map(drop)
}
