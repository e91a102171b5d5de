//! Work without the GIL that still answers Ctrl-C.

use std::cell::Cell;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use oxidist_engine::effects::{Cancel, Patience, start};
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

/// Run `work` on another thread with the GIL released, and look for signals while waiting for it. Where the system
/// allows no other thread, this one does it.
///
/// When a signal handler raises (Ctrl-C: `KeyboardInterrupt`), the work is asked to stop through its
/// [`Cancel`], waited for, and the handler's exception is returned in place of the result, also if that was
/// there already.
pub fn released<T: Send>(py: Python<'_>, work: impl FnOnce(&Cancel) -> T + Send) -> PyResult<T> {
    let cancel = Cancel::default();
    let _going_on = GoingOn::with(&cancel);
    let (finished, done) = mpsc::channel::<()>();
    // Taken by the thread that does it.
    let work = Mutex::new(Some((work, finished)));
    let take = || work.lock().unwrap_or_else(PoisonError::into_inner).take();
    let mut raised = None;
    let result = py.detach(|| {
        let done = done;
        thread::scope(|scope| {
            let worker = start(scope, || {
                // Dropped when the work returns or panics: either ends the wait below.
                take().map(|(work, _finished)| work(&cancel))
            })?;
            while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(HEARD_WITHIN) {
                if raised.is_none()
                    && let Err(error) = Python::attach(|py| py.check_signals())
                {
                    cancel.set();
                    raised = Some(error);
                }
            }
            Some(worker.join())
        })
    });
    match (raised, result) {
        (Some(error), _) => Err(error),
        // Ctrl-C may have ended a child process, and thereby the work, before it was heard here.
        (None, Some(Ok(Some(result)))) => py.check_signals().map(|()| result),
        (None, None) => match take() {
            Some((work, _)) => on_this_thread(py, work),
            None => Err(failed()),
        },
        (None, Some(_)) => Err(failed()),
    }
}

fn failed() -> PyErr {
    PyRuntimeError::new_err("the build engine failed; its report is above")
}

/// Where the system allows no more threads: this one does the work, and looks for signals when that asks whether to
/// go on.
fn on_this_thread<T: Send>(py: Python<'_>, work: impl FnOnce(&Cancel) -> T + Send) -> PyResult<T> {
    let own = thread::current().id();
    let raised: Arc<Mutex<Option<PyErr>>> = Arc::default();
    let looked = Mutex::new(Instant::now());
    let heard = Arc::clone(&raised);
    let cancel = Cancel::listening(move || {
        let mut looked = looked.lock().unwrap_or_else(PoisonError::into_inner);
        if thread::current().id() != own || looked.elapsed() < HEARD_WITHIN {
            return false;
        }
        *looked = Instant::now();
        match Python::attach(|py| py.check_signals()) {
            Ok(()) => false,
            Err(error) => {
                *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                true
            }
        }
    });
    let _going_on = GoingOn::with(&cancel);
    let result = py.detach(|| work(&cancel));
    match raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(error) => Err(error),
        None => py.check_signals().map(|()| result),
    }
}
