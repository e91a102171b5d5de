//! Work without the GIL that still answers Ctrl-C.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use oxidist_engine::effects::Cancel;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// How long Ctrl-C waits at most before it is heard.
const HEARD_WITHIN: Duration = Duration::from_millis(50);

/// Run `work` on another thread with the GIL released, and look for signals while waiting for it.
///
/// When a signal handler raises (Ctrl-C: `KeyboardInterrupt`), the work is asked to stop through its
/// [`Cancel`], waited for, and the handler's exception is returned in place of the result, also if that was
/// there already.
pub fn released<T: Send>(py: Python<'_>, work: impl FnOnce(&Cancel) -> T + Send) -> PyResult<T> {
    let cancel = Cancel::default();
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
