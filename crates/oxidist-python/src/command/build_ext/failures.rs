//! All extensions, one by one or side by side, and the errors of those that may fail.

use pyo3::exceptions::{PyException, PyImportError};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBool, PyDict, PyList};

use super::BuildExt;
use crate::command::build;
use crate::errors::{CCompilerError, DistutilsError};
use crate::interrupt;

/// `_filter_build_errors`: turns an error of distutils into a warning where the extension is optional.
#[pyclass(frozen, module = "distutils.command.build_ext", name = "_BuildErrors")]
pub struct BuildErrors {
    command: Py<PyAny>,
    extension: Py<PyAny>,
}

impl BuildErrors {
    pub fn of(command: &Bound<'_, BuildExt>, extension: Bound<'_, PyAny>) -> BuildErrors {
        BuildErrors { command: command.clone().into_any().unbind(), extension: extension.unbind() }
    }
}

#[pymethods]
impl BuildErrors {
    fn __enter__(&self) {}

    fn __exit__(
        &self,
        _kind: &Bound<'_, PyAny>,
        error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let py = error.py();
        let extension = self.extension.bind(py);
        let is_ours = error.is_instance_of::<CCompilerError>() || error.is_instance_of::<DistutilsError>();
        if !is_ours || !extension.getattr("optional")?.is_truthy()? {
            return Ok(false);
        }
        let text =
            format!("building extension \"{}\" failed: {}", extension.getattr("name")?.str()?, error.str()?);
        self.command.bind(py).call_method1("warn", (text,))?;
        Ok(true)
    }
}

/// `with command._filter_build_errors(extension): work()`
pub fn filtered(
    slf: &Bound<'_, BuildExt>,
    extension: &Bound<'_, PyAny>,
    work: impl FnOnce() -> PyResult<()>,
) -> PyResult<()> {
    let py = slf.py();
    let filter = slf.call_method1("_filter_build_errors", (extension,))?;
    filter.call_method0("__enter__")?;
    let Err(error) = work() else {
        return filter.call_method1("__exit__", (py.None(), py.None(), py.None())).map(drop);
    };
    let arguments = (error.get_type(py), error.value(py), error.traceback(py));
    if filter.call_method1("__exit__", arguments)?.is_truthy()? { Ok(()) } else { Err(error) }
}

pub fn build_one_by_one(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    for extension in slf.getattr("extensions")?.try_iter()? {
        let extension = extension?;
        filtered(slf, &extension, || slf.call_method1("build_extension", (&extension,)).map(drop))?;
    }
    Ok(())
}

/// On as many of Python's threads as `parallel` says. After an error no other extension is begun.
pub fn build_side_by_side(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    let py = slf.py();
    let mut workers = slf.getattr("parallel")?;
    if workers.is(PyBool::new(py, true)) {
        workers = py.import("os")?.call_method0("cpu_count")?;
    } else {
        build::check_parallel(&workers)?;
    }
    let futures_module = match py.import("concurrent.futures") {
        Ok(module) => Some(module),
        Err(error) if error.is_instance_of::<PyImportError>(py) => None,
        Err(error) => return Err(error),
    };
    let Some(futures_module) = futures_module.filter(|_| !workers.is_none()) else {
        return slf.call_method0("_build_extensions_serial").map(drop);
    };
    let keywords = PyDict::new(py);
    keywords.set_item("max_workers", workers)?;
    let executor = futures_module.getattr("ThreadPoolExecutor")?.call((), Some(&keywords))?;
    let threads = Threads { executor, wait: futures_module.getattr("wait")?, futures: PyList::empty(py) };
    let result = threads.submit_and_wait(slf);
    if result.as_ref().is_err_and(|error| !error.is_instance_of::<PyException>(py)) {
        // Ctrl-C: the threads do not hear it.
        threads.stop()?;
    }
    // Waits for what runs; what has not begun is left out where something has failed.
    threads.shut_down(true, result.is_err())?;
    result
}

/// Python's threads that build an extension each.
struct Threads<'py> {
    executor: Bound<'py, PyAny>,
    /// `concurrent.futures.wait`.
    wait: Bound<'py, PyAny>,
    /// One for each extension that was submitted.
    futures: Bound<'py, PyList>,
}

impl Threads<'_> {
    fn submit_and_wait(&self, slf: &Bound<'_, BuildExt>) -> PyResult<()> {
        let mut extensions = Vec::new();
        for extension in slf.getattr("extensions")?.try_iter()? {
            let extension = extension?;
            let future =
                self.executor.call_method1("submit", (slf.getattr("build_extension")?, &extension))?;
            self.futures.append(future)?;
            extensions.push(extension);
        }
        for (extension, future) in extensions.iter().zip(&self.futures) {
            filtered(slf, extension, || {
                self.wait_for(&future, || slf.py().check_signals())?;
                future.call_method0("result").map(drop)
            })?;
        }
        Ok(())
    }

    /// Wait until `future` is done, and call `meanwhile` at short intervals.
    ///
    /// Python hears signals on its main thread, but the system may give Ctrl-C to any (one that has just started
    /// a process, say), and then nothing ends a wait on this one.
    fn wait_for(&self, future: &Bound<'_, PyAny>, meanwhile: impl Fn() -> PyResult<()>) -> PyResult<()> {
        while !future.call_method0("done")?.is_truthy()? {
            self.wait.call1(((future,), interrupt::HEARD_WITHIN.as_secs_f64()))?;
            meanwhile()?;
        }
        Ok(())
    }

    /// End what runs, also what begins a moment from now since its thread was between two steps.
    fn stop(&self) -> PyResult<()> {
        self.shut_down(false, true)?;
        interrupt::stop_all();
        self.futures.iter().try_for_each(|future| {
            self.wait_for(&future, || {
                interrupt::stop_all();
                Ok(())
            })
        })
    }

    fn shut_down(&self, wait: bool, cancel_futures: bool) -> PyResult<()> {
        let keywords =
            [("wait", wait), ("cancel_futures", cancel_futures)].into_py_dict(self.executor.py())?;
        self.executor.call_method("shutdown", (), Some(&keywords)).map(drop)
    }
}
