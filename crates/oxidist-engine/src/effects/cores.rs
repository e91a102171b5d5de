//! Batches of files on all cores, also in a process that was forked from one that worked on all cores.

use std::sync::{Arc, Mutex, PoisonError};
use std::{mem, process};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The threads, and the number of the process that has them.
///
/// Rayon's own pool is made once and for all: a child that Python's `os.fork` or `multiprocessing` makes
/// afterwards takes it over without its threads, and would wait for them for ever.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// What `work` makes of each of `items`, in their order. A core gets at least `least` of them at a time: fewer
/// are done in less time than it takes to hand them over.
pub fn on_all_cores<T: Sync, R: Send>(
    items: &[T],
    least: usize,
    work: impl Fn(&T) -> R + Sync + Send,
) -> Vec<R> {
    if items.len() / 2 < least {
        return items.iter().map(work).collect();
    }
    let whole = || items.par_iter().with_min_len(least).map(work).collect();
    match pool() {
        Some(pool) => pool.install(whole),
        None => whole(),
    }
}

/// How many threads there are for a batch.
pub fn core_count() -> usize {
    pool().map_or_else(rayon::current_num_threads, |pool| pool.current_num_threads())
}

/// The threads of this process; `None` on one of them, or where the system gives none.
fn pool() -> Option<Arc<ThreadPool>> {
    if rayon::current_thread_index().is_some() {
        return None;
    }
    let mut known = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((owner, pool)) = known.as_ref()
        && *owner == process::id()
    {
        return Some(Arc::clone(pool));
    }
    let pool = Arc::new(ThreadPoolBuilder::new().build().ok()?);
    if let Some((_, parents)) = known.replace((process::id(), Arc::clone(&pool))) {
        // Its threads are not here to be told to end.
        mem::forget(parents);
    }
    Some(pool)
}
