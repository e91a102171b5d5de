//! Threads that the system may refuse: a person or a container may have only so many (`ulimit -u`, `pids.max`).

use std::sync::Mutex;
use std::thread::{self, Builder, Scope, ScopedJoinHandle};

/// Start a thread; `None` where the system allows no more. Then fewer do the work, or the caller itself.
pub fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Option<ScopedJoinHandle<'scope, T>> {
    Builder::new().spawn_scoped(scope, work).ok()
}

/// How many of `wanted` threads can be had at once. They have ended when this returns.
pub(crate) fn available(wanted: usize) -> usize {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        // Nobody ends before all are there.
        let closed = gate.lock();
        let threads = (0..wanted).map_while(|_| start(scope, || drop(gate.lock())));
        let threads: Vec<_> = threads.collect();
        drop(closed);
        threads.len()
    })
}
