//! Work without the GIL that still answers Ctrl-C.

use std::cell::Cell;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use oxidist_engine::effects::{Cancel, Patience};
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError};
use pyo3::prelude::*;

/// How long Ctrl-C waits at most before it is heard.
pub const HEARD_WITHIN: Duration = Duration::from_millis(50);

/// The tokens of all work that is going on, on whichever of Python's threads somebody waits for it.
static GOING_ON: Mutex<Vec<(thread::ThreadId, Cancel)>> = Mutex::new(Vec::new());

fn going_on() -> MutexGuard<'static, Vec<(thread::ThreadId, Cancel)>> {
    GOING_ON.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How the engine waits on this thread for the reader of a pipe: other threads of Python run, and may be that reader.
pub const PATIENCE: Patience = Patience {
    during: |work| Python::attach(|py| py.detach(work)),
    is_over: || Python::attach(|py| py.check_signals()).map_err(|error| RAISED.set(Some(error))).is_err(),
};

thread_local! {
    /// What a signal handler has raised while the engine waited.
    static RAISED: Cell<Option<PyErr>> = const { Cell::new(None) };
}

/// What stopped the engine: what a signal handler has raised.
pub fn raised() -> PyErr {
    RAISED.take().unwrap_or_else(|| PyKeyboardInterrupt::new_err(()))
}

/// Ask all work of this process to stop. Only Python's main thread hears signals: whoever has work done on
/// other threads, and waits for them in Python, passes the word on with this.
pub fn stop_all() {
    going_on().iter().for_each(|(_, cancel)| cancel.set());
}

/// Work that [`stop_all`] reaches for as long as this lives.
struct GoingOn;

impl GoingOn {
    fn with(cancel: &Cancel) -> GoingOn {
        going_on().push((thread::current().id(), cancel.clone()));
        GoingOn
    }
}

impl Drop for GoingOn {
    fn drop(&mut self) {
        let own = thread::current().id();
        let mut all = going_on();
        // Work inside work of the same thread ends first.
        if let Some(last) = all.iter().rposition(|(id, _)| *id == own) {
            all.remove(last);
        }
    }
}

/// Run `work` that ends before anybody could press Ctrl-C: with the GIL released, on this thread.
pub fn brief<T: Send>(py: Python<'_>, work: impl FnOnce(&Cancel) -> T + Send) -> PyResult<T> {
    let result = py.detach(|| work(&Cancel::default()));
    py.check_signals().map(|()| result)
}

/// Run `work` on another thread with the GIL released, and look for signals while waiting for it.
///
/// When a signal handler raises (Ctrl-C: `KeyboardInterrupt`), the work is asked to stop through its
/// [`Cancel`], waited for, and the handler's exception is returned in place of the result, also if that was
/// there already.
pub fn released<T: Send>(py: Python<'_>, work: impl FnOnce(&Cancel) -> T + Send) -> PyResult<T> {
    let cancel = Cancel::default();
    let _going_on = GoingOn::with(&cancel);
    let (finished, done) = mpsc::channel::<()>();
    let mut raised = None;
    let result = py.detach(|| {
        let done = done;
        thread::scope(|scope| {
            let worker = scope.spawn(|| {
                // Dropped when the work returns or panics: either ends the wait below.
                let _finished = finished;
                work(&cancel)
            });
            while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(HEARD_WITHIN) {
                if raised.is_none()
                    && let Err(error) = Python::attach(|py| py.check_signals())
                {
                    cancel.set();
                    raised = Some(error);
                }
            }
            worker.join()
        })
    });
    match (raised, result) {
        (Some(error), _) => Err(error),
        // Ctrl-C may have ended a child process, and thereby the work, before it was heard here.
        (None, Ok(result)) => py.check_signals().map(|()| result),
        (None, Err(_)) => Err(PyRuntimeError::new_err("the build engine failed; its report is above")),
    }
}
