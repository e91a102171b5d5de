//! Work on all cores whose results are taken one by one, in order, with only a few of them in memory.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::Result;
use crate::effects::{Cancel, core_count, start};

/// How far the work has come.
struct Progress {
    /// The next item that nobody works on yet.
    next: usize,
    /// Items whose results were taken.
    taken: usize,
    stopped: bool,
}

struct Line {
    progress: Mutex<Progress>,
    moved: Condvar,
    count: usize,
    /// How many items may be under work or waiting to be taken.
    ahead: usize,
}

/// Call `work` for `0..count` on all cores, and `take` with each result, in order, on the calling thread.
///
/// The error is that of the first item that fails, whichever fails earliest in time. Between one item and the
/// next, `cancel` is asked.
pub(super) fn in_order<T: Send>(
    count: usize,
    cancel: &Cancel,
    work: impl Fn(usize) -> Result<T> + Sync,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let workers = core_count().min(count);
    if count <= 1 {
        return one_by_one(count, cancel, &work, &mut take);
    }
    let line = Line {
        progress: Mutex::new(Progress { next: 0, taken: 0, stopped: false }),
        moved: Condvar::new(),
        count,
        ahead: 2 * workers + 2,
    };
    let (sender, receiver) = mpsc::channel();
    let work = &work;
    thread::scope(|scope| {
        // However this thread leaves, the workers have to hear of it.
        let _stop = StopAtEnd(&line);
        let mut started = 0;
        for _ in 0..workers {
            let (sender, line) = (sender.clone(), &line);
            let worker = start(scope, move || {
                let _stop = StopAtPanic(line);
                while let Some(item) = line.claim() {
                    let result = cancel.check().and_then(|()| work(item));
                    if sender.send((item, result)).is_err() {
                        break;
                    }
                }
            });
            match worker {
                Some(_) => started += 1,
                None => break,
            }
        }
        drop(sender);
        if started == 0 {
            return one_by_one(count, cancel, work, &mut take);
        }
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (item, result) in receiver {
            early.insert(item, result);
            while let Some(result) = early.remove(&next) {
                take(result?)?;
                next += 1;
                line.change(|progress| progress.taken = next);
            }
            cancel.check()?;
        }
        Ok(())
    })
}

/// On the calling thread alone.
fn one_by_one<T>(
    count: usize,
    cancel: &Cancel,
    work: &impl Fn(usize) -> Result<T>,
    take: &mut impl FnMut(T) -> Result<()>,
) -> Result<()> {
    (0..count).try_for_each(|item| cancel.check().and_then(|()| work(item)).and_then(&mut *take))
}

impl Line {
    /// The next item to work on, once there is room for its result; `None` at the end.
    fn claim(&self) -> Option<usize> {
        let mut progress = self.lock();
        while !progress.stopped && progress.next < self.count && progress.next >= progress.taken + self.ahead
        {
            progress = self.moved.wait(progress).unwrap_or_else(PoisonError::into_inner);
        }
        if progress.stopped || progress.next == self.count {
            return None;
        }
        progress.next += 1;
        Some(progress.next - 1)
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.lock());
        self.moved.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct StopAtEnd<'a>(&'a Line);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.change(|progress| progress.stopped = true);
    }
}

struct StopAtPanic<'a>(&'a Line);

impl Drop for StopAtPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.change(|progress| progress.stopped = true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn results_are_taken_in_order_however_long_each_takes() {
        let mut taken = Vec::new();
        let work = |item: usize| {
            thread::sleep(std::time::Duration::from_micros((item * 7919 % 13) as u64 * 50));
            Ok(item)
        };
        in_order(200, &Cancel::default(), work, |item| {
            taken.push(item);
            Ok(())
        })
        .unwrap();
        assert_eq!(taken, (0..200).collect::<Vec<_>>());
    }

    #[test]
    fn the_error_of_the_first_failing_item_is_reported_and_ends_the_work() {
        let work = |item: usize| if item >= 20 { Err(Error::Option(format!("item {item}"))) } else { Ok(()) };
        let error = in_order(10_000, &Cancel::default(), work, |()| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "item 20");
    }

    #[test]
    fn an_error_while_taking_ends_the_work() {
        let result = in_order(10_000, &Cancel::default(), Ok, |item| {
            if item == 3 { Err(Error::Option("full".into())) } else { Ok(()) }
        });
        assert_eq!(result.unwrap_err().to_string(), "full");
    }

    #[test]
    fn a_cancelled_run_ends_as_interrupted() {
        let cancel = Cancel::default();
        let result = in_order(10_000, &cancel, Ok, |item| {
            if item == 5 {
                cancel.set();
            }
            Ok(())
        });
        assert!(matches!(result, Err(Error::Interrupted)));
    }
}
