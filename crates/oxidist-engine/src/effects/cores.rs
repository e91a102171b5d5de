//! Batches of files on all cores, also in a process that was forked from one that worked on all cores.

use std::sync::atomic::{AtomicBool, Ordering};
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
    match pool() {
        Pool::Own(pool) => pool.install(|| items.par_iter().with_min_len(least).map(work).collect()),
        Pool::Inside => items.par_iter().with_min_len(least).map(work).collect(),
        Pool::None => items.iter().map(work).collect(),
    }
}

/// How many threads there are for a batch.
pub fn core_count() -> usize {
    match pool() {
        Pool::Own(pool) => pool.current_num_threads(),
        Pool::Inside => rayon::current_num_threads(),
        Pool::None => 1,
    }
}

/// Threads take the places of processes: from here on this process has none that wait for work.
pub(crate) fn release_threads() {
    IS_SHORT.store(true, Ordering::Relaxed);
    let pool = POOL.lock().unwrap_or_else(PoisonError::into_inner).take();
    match pool {
        Some((owner, pool)) if owner == process::id() => drop(pool),
        // Those of the parent are not here to be told to end.
        parents => mem::forget(parents),
    }
}

/// Whether the system has refused a process.
static IS_SHORT: AtomicBool = AtomicBool::new(false);

enum Pool {
    Own(Arc<ThreadPool>),
    /// This is one of its threads.
    Inside,
    /// The system gives none. (Rayon's own would panic.)
    None,
}

/// The threads of this process.
fn pool() -> Pool {
    if rayon::current_thread_index().is_some() {
        return Pool::Inside;
    }
    if IS_SHORT.load(Ordering::Relaxed) {
        return Pool::None;
    }
    let mut known = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((owner, pool)) = known.as_ref()
        && *owner == process::id()
    {
        return Pool::Own(Arc::clone(pool));
    }
    let Some(pool) = new_pool().map(Arc::new) else { return Pool::None };
    if let Some((_, parents)) = known.replace((process::id(), Arc::clone(&pool))) {
        // Its threads are not here to be told to end.
        mem::forget(parents);
    }
    Pool::Own(pool)
}

/// As many threads as there are cores, or as the system allows: all of a pool are started, or none.
fn new_pool() -> Option<ThreadPool> {
    let of = |count: usize| ThreadPoolBuilder::new().num_threads(count).build().ok();
    // 0: rayon's own number.
    let mut count = std::thread::available_parallelism().map_or(1, usize::from);
    of(0).or_else(|| {
        loop {
            count /= 2;
            match of(count.max(1)) {
                Some(pool) => return Some(pool),
                None if count <= 1 => return None,
                None => {}
            }
        }
    })
}
