//! Calls that wait for a server, on a thread of their own: the caller waits with a bound, and hears Ctrl-C meanwhile.
//!
//! The timeout of a socket is one for each few bytes. A server that sends a header byte by byte, or says `100 Continue`
//! again and again, never exceeds it.

use std::time::{Duration, Instant};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::interrupt::HEARD_WITHIN;

/// What a socket's own timeout, which is as long, may come late.
const GRACE: Duration = Duration::from_millis(250);

/// The module with what runs on the other thread.
pub const WAITING: &str = "oxidist._waiting";

/// A function with its arguments.
pub struct Call<'py> {
    function: Bound<'py, PyAny>,
    args: Bound<'py, PyTuple>,
    keywords: Bound<'py, PyDict>,
}

impl<'py> Call<'py> {
    pub fn new<A>(function: Bound<'py, PyAny>, args: A, keywords: &Bound<'py, PyDict>) -> PyResult<Call<'py>>
    where
        A: IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
        PyErr: From<A::Error>,
    {
        let args = args.into_pyobject(function.py())?;
        Ok(Call { function, args, keywords: keywords.clone() })
    }

    /// Wait for the call as long as `progress` gives another number at least once in `patience`; `None`: it did not.
    /// Then its thread is left to itself, and ends with the process at the latest.
    ///
    /// Where the system allows no other thread, this one does the work, without a bound.
    pub fn within(
        &self,
        patience: Duration,
        progress: &dyn Fn() -> u64,
    ) -> PyResult<Option<PyResult<Bound<'py, PyAny>>>> {
        let py = self.function.py();
        let call =
            py.import(WAITING)?.getattr("Call")?.call1((&self.function, &self.args, &self.keywords))?;
        let (mut known, mut since) = (progress(), Instant::now());
        loop {
            let result = call.getattr("result")?;
            if !result.is_none() {
                let (returned, raised) = result.extract::<(Bound<'py, PyAny>, Bound<'py, PyAny>)>()?;
                return Ok(Some(if raised.is_none() {
                    Ok(returned)
                } else {
                    Err(PyErr::from_value(raised))
                }));
            }
            let now = progress();
            if now != known {
                (known, since) = (now, Instant::now());
            }
            if since.elapsed() >= patience + GRACE {
                return Ok(None);
            }
            call.call_method1("wait", (HEARD_WITHIN.as_secs_f64(),))?;
            py.check_signals()?;
        }
    }
}
