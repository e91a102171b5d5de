//! How many jobs run at once: one pool for the whole process, and for the tree of processes that it belongs to.
//!
//! The pool is GNU make's jobserver (see [`jobserver`](super::jobserver)) wherever there is one: joined when this
//! process was started under a `make -j`, else made here, so that a `make` or a `cargo` that a build starts takes its
//! jobs out of the same pool. Tokens taken are always given back: a token is a value, and its end is the end of it.

use std::env;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use super::jobserver::{Jobserver, Offer, variables_for};
use crate::effects::{Cancel, Process};
use crate::{Error, Result};

/// The environment variable that says how many jobs run at once where no option does.
pub const VARIABLE: &str = "OXIDIST_JOBS";

/// More than any machine has use for, and less than a pipe holds.
const WIDEST: usize = 4096;

/// How often somebody who waits asks whether to go on waiting.
const LOOK: Duration = Duration::from_millis(20);

/// A share in the process's pool of jobs. Clones are the same share.
#[derive(Debug, Clone)]
pub struct Budget {
    pool: Arc<Pool>,
    width: usize,
}

/// Leave to run one job. Given back when it is dropped.
#[derive(Debug)]
#[must_use = "the job may run for as long as this lives"]
pub struct Token {
    pool: Arc<Pool>,
}

static SHARED: Mutex<Option<Arc<Pool>>> = Mutex::new(None);

impl Budget {
    /// The pool of this process, of which at most `width` jobs run at once.
    ///
    /// `None`: as many as another share says that is alive, else as [`VARIABLE`] says, else as the jobserver was made
    /// for that is joined, else as the launcher's `hosts` take, else as this machine runs. So whoever knows the width
    /// of a whole build keeps its share to the end, and all that is started meanwhile goes by it.
    ///
    /// # Errors
    /// [`Error::Option`] if [`VARIABLE`] is no number of jobs.
    pub fn shared(width: Option<usize>, hosts: Option<usize>) -> Result<Budget> {
        let by_variable = asked_for(env::var_os(VARIABLE).map(|text| text.to_string_lossy().into_owned()))?;
        let offer = Offer::of_environment();
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let current = shared.as_ref().filter(|pool| pool.is_of(offer.as_ref()));
        let joined = match (current, &offer) {
            (None, Some(offer)) => Jobserver::join(&offer.auth),
            _ => None,
        };
        let is_joined = current.map_or(joined.is_some(), |pool| pool.joined);
        let of_jobserver = offer.as_ref().filter(|_| is_joined).and_then(|offer| offer.jobs);
        let of_others = current.filter(|pool| pool.is_in_use()).map(|pool| pool.width());
        let known = width.or(of_others).or(by_variable).or(of_jobserver).or(hosts);
        let width = known.unwrap_or_else(of_machine).clamp(1, WIDEST);
        let pool = match current {
            Some(pool) if pool.serves(width) => {
                if !pool.is_in_use() {
                    pool.width.store(width, Ordering::Relaxed);
                }
                Arc::clone(pool)
            }
            _ => Arc::clone(shared.insert(Arc::new(Pool::new(offer, joined, width)))),
        };
        Ok(Budget { pool, width })
    }

    /// How many jobs run at once at most, and as a rule if nobody else takes from the same jobserver.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether the pool is that of a make, or of another build, which this process was started by.
    pub fn is_joined(&self) -> bool {
        self.pool.joined
    }

    /// Wait until one more job may run.
    ///
    /// # Errors
    /// [`Error::Interrupted`] within a tenth of a second after `cancel` was set.
    pub fn acquire(&self, cancel: &Cancel) -> Result<Token> {
        loop {
            cancel.check()?;
            match self.pool.take(self.width) {
                Taken::Token(token) => return Ok(token),
                Taken::Full(state) => {
                    // Woken by the next token that comes back.
                    drop(self.pool.freed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner));
                }
                Taken::Empty(server) => server.wait(LOOK),
            }
        }
    }

    /// A token if one is free now.
    pub fn try_acquire(&self) -> Option<Token> {
        match self.pool.take(self.width) {
            Taken::Token(token) => Some(token),
            Taken::Full(_) | Taken::Empty(_) => None,
        }
    }

    /// Let a child that knows jobservers (make, cargo, ninja, `gcc -flto=auto`) take its jobs from this pool.
    pub fn configure(&self, process: &mut Process) {
        let Some(offer) = &self.pool.offer else { return };
        let more = match &process.environment {
            Some(own) => variables_for(offer, |name| {
                own.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.clone())
            }),
            None => variables_for(offer, |name| env::var_os(name)),
        };
        process.more_environment.extend(more);
    }
}

/// How many jobs this machine runs at once, by its cores and by what this process may have of them.
fn of_machine() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZeroUsize::get))
}

/// What [`VARIABLE`] says: `None` if it is not set, or empty.
fn asked_for(text: Option<String>) -> Result<Option<usize>> {
    let Some(text) = text else { return Ok(None) };
    match text.trim() {
        "" => Ok(None),
        number => match number.parse() {
            Ok(jobs) if jobs > 0 => Ok(Some(jobs)),
            _ => Err(Error::Option(format!(
                "{VARIABLE}: '{number}' is not a number of jobs (1 or more): correct it, or leave {VARIABLE} out"
            ))),
        },
    }
}

#[derive(Debug)]
struct Pool {
    /// `None` where a jobserver can neither be joined nor made: the width alone decides then.
    server: Option<Jobserver>,
    /// How children are told of the server.
    offer: Option<Offer>,
    /// What the environment offered when this was made, good or not.
    offered: Option<Offer>,
    joined: bool,
    /// For how many jobs it was made, or joined the last time that nobody had a share.
    width: AtomicUsize,
    state: Mutex<State>,
    /// A token came back.
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Jobs of this process.
    running: usize,
    /// The bytes that were taken for them, all but one: every process runs one job without asking. Which job that
    /// is does not matter, so that a byte goes back as long as there is one.
    taken: Vec<u8>,
    /// The server cannot be read any more.
    broken: bool,
}

enum Taken<'a> {
    Token(Token),
    /// As many jobs run as the caller wants at most.
    Full(MutexGuard<'a, State>),
    /// Other processes have all the bytes.
    Empty(&'a Jobserver),
}

impl Pool {
    /// `joined` is what came of joining the offer.
    fn new(offered: Option<Offer>, joined: Option<Jobserver>, width: usize) -> Pool {
        let is_joined = joined.is_some();
        let (server, offer) = match joined {
            Some(server) => (Some(server), offered.clone()),
            // Without a pipe builds still run side by side; only what they start does not share their width.
            None => {
                Jobserver::make(width).map_or((None, None), |(server, offer)| (Some(server), Some(offer)))
            }
        };
        let (state, freed, width) = (Mutex::default(), Condvar::new(), AtomicUsize::new(width));
        Pool { server, offer, offered, joined: is_joined, width, state, freed }
    }

    /// Whether it was made where the environment offered the same.
    fn is_of(&self, offered: Option<&Offer>) -> bool {
        self.offered.as_ref().map(|offer| &offer.auth) == offered.map(|offer| &offer.auth)
    }

    fn width(&self) -> usize {
        self.width.load(Ordering::Relaxed)
    }

    /// Whether somebody has a share in it, or a token.
    fn is_in_use(self: &Arc<Self>) -> bool {
        // One is kept for whoever comes next.
        Arc::strong_count(self) > 1
    }

    /// Whether to go on with this one. One that was made here is made again for another width, but not while it is
    /// in use: what runs at the same time shares one pool.
    fn serves(self: &Arc<Self>, width: usize) -> bool {
        self.joined || self.width() == width || self.is_in_use()
    }

    fn take(self: &Arc<Self>, width: usize) -> Taken<'_> {
        let mut state = self.state();
        if state.running >= width {
            return Taken::Full(state);
        }
        match &self.server {
            Some(server) if !state.broken && state.running > state.taken.len() => match server.take() {
                Ok(Some(byte)) => state.taken.push(byte),
                Ok(None) => return Taken::Empty(server),
                Err(_) => state.broken = true,
            },
            // The job without asking.
            Some(server) => server.silence(),
            None => {}
        }
        state.running += 1;
        Taken::Token(Token { pool: Arc::clone(self) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing below panics between two changes that belong together.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        state.running -= 1;
        if let Some(server) = &self.pool.server {
            match state.taken.pop() {
                // A server that has ended needs nothing back.
                Some(byte) => drop(server.give(byte)),
                None => server.ring(),
            }
        }
        drop(state);
        self.pool.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A pool of its own, whatever this process was offered.
    fn budget(width: usize) -> Budget {
        Budget { pool: Arc::new(Pool::new(None, None, width)), width }
    }

    /// Somebody else in the same jobserver.
    #[cfg(target_os = "linux")]
    fn beside(budget: &Budget) -> Budget {
        let offer = budget.pool.offer.clone().unwrap();
        let joined = Jobserver::join(&offer.auth);
        assert!(joined.is_some());
        Budget { pool: Arc::new(Pool::new(Some(offer), joined, budget.width)), width: budget.width }
    }

    /// How many tokens can be had now.
    fn free(budget: &Budget) -> usize {
        std::iter::from_fn(|| budget.try_acquire()).collect::<Vec<_>>().len()
    }

    #[test]
    fn there_are_as_many_tokens_as_the_pool_is_wide() {
        for width in [1, 2, 5] {
            let budget = budget(width);
            assert_eq!(free(&budget), width);
            assert_eq!(free(&budget), width, "all were given back");
        }
    }

    #[test]
    fn jobs_of_all_threads_together_keep_to_the_width() {
        let budget = budget(3);
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let token = budget.acquire(&Cancel::default()).unwrap();
                        most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        thread::sleep(Duration::from_millis(1));
                        running.fetch_sub(1, Ordering::SeqCst);
                        drop(token);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 3);
        assert_eq!(free(&budget), 3);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn two_processes_share_one_jobserver() {
        let one = budget(3);
        let other = beside(&one);
        // Each has the one job of its own; of two more, whoever comes first has them.
        let (first, second) = (one.try_acquire(), one.try_acquire());
        assert_eq!(free(&other), 2);
        let third = one.try_acquire();
        assert_eq!(free(&other), 1);
        assert!(first.is_some() && second.is_some() && third.is_some());
        // The one without asking ends last, whichever job it was.
        drop(first);
        assert_eq!(free(&other), 2);
        drop(second);
        assert_eq!(free(&other), 3);
        drop(third);
        assert_eq!((free(&one), free(&other)), (3, 3));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_without_a_byte_goes_on_as_soon_as_its_own_job_ends() {
        let one = budget(2);
        let other = beside(&one);
        let cancel = Cancel::default();
        let all = (one.acquire(&cancel).unwrap(), one.acquire(&cancel).unwrap());
        let round = || {
            let own = other.acquire(&cancel).unwrap();
            thread::scope(|scope| {
                let waiting = scope.spawn(|| other.acquire(&cancel).map(|_| Instant::now()));
                thread::sleep(LOOK * 2);
                assert!(!waiting.is_finished());
                let freed = Instant::now();
                drop(own);
                waiting.join().unwrap().unwrap() - freed
            })
        };
        // It is told, and need not look: on a busy machine that shows in the quickest of some rounds.
        let quickest = (0..8).map(|_| round()).min().unwrap();
        assert!(quickest < LOOK / 8, "{quickest:?}");
        drop(all);
        assert_eq!(free(&other), 2);
    }

    #[test]
    fn waiting_ends_soon_after_a_cancel_and_keeps_nothing() {
        let budget = budget(2);
        let held = (budget.try_acquire(), budget.try_acquire());
        let cancel = Cancel::default();
        let begin = Instant::now();
        let result = thread::scope(|scope| {
            let waiting = scope.spawn(|| budget.acquire(&cancel).map(drop));
            thread::sleep(Duration::from_millis(50));
            cancel.set();
            waiting.join().unwrap()
        });
        assert!(matches!(result, Err(Error::Interrupted)));
        assert!(begin.elapsed() < Duration::from_millis(150), "{:?}", begin.elapsed());
        drop(held);
        assert_eq!(free(&budget), 2);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_cancel_is_heard_while_other_processes_have_all_bytes() {
        let one = budget(2);
        let other = beside(&one);
        let held = (one.try_acquire(), one.try_acquire(), other.try_acquire());
        let cancel = Cancel::default();
        let begin = Instant::now();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| other.acquire(&cancel).map(drop));
            thread::sleep(Duration::from_millis(50));
            cancel.set();
            assert!(waiting.join().unwrap().is_err());
        });
        assert!(begin.elapsed() < Duration::from_millis(150), "{:?}", begin.elapsed());
        drop(held);
        assert_eq!((free(&one), free(&other)), (2, 2));
    }

    #[test]
    fn a_panic_gives_its_token_back() {
        let budget = budget(2);
        let panicked = thread::scope(|scope| {
            let job = scope.spawn(|| {
                let _tokens = (budget.try_acquire(), budget.try_acquire());
                panic!("a job fails badly (this text is expected)");
            });
            job.join().is_err()
        });
        assert!(panicked);
        assert_eq!(free(&budget), 2);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_byte_goes_back_as_it_came() {
        let one = budget(1);
        let server = one.pool.server.as_ref().unwrap();
        server.give(b'7').unwrap();
        let wide = Budget { pool: Arc::clone(&one.pool), width: 9 };
        assert_eq!(free(&wide), 2);
        assert_eq!(server.take().unwrap(), Some(b'7'));
    }

    #[test]
    fn without_a_jobserver_the_width_decides() {
        let mut pool = Pool::new(None, None, 2);
        (pool.server, pool.offer) = (None, None);
        let budget = Budget { pool: Arc::new(pool), width: 2 };
        assert_eq!(free(&budget), 2);
        let mut process = Process::default();
        budget.configure(&mut process);
        assert!(process.more_environment.is_empty());
    }

    #[test]
    fn the_number_of_jobs_is_a_number() {
        let number = |text: &str| asked_for(Some(text.into()));
        assert_eq!(asked_for(None).unwrap(), None);
        assert_eq!(number("").unwrap(), None);
        assert_eq!(number(" 12 ").unwrap(), Some(12));
        for text in ["0", "-1", "two", "1.5", "99999999999999999999999"] {
            let line = number(text).unwrap_err().to_string();
            let beginning = format!("OXIDIST_JOBS: '{text}' is not a number of jobs (1 or more)");
            assert!(line.starts_with(&beginning) && !line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn a_pool_is_made_again_for_another_width_unless_it_is_in_use() {
        let pool = Arc::new(Pool::new(None, None, 2));
        assert!(pool.serves(2) && !pool.serves(3));
        let share = Budget { pool: Arc::clone(&pool), width: 2 };
        assert!(pool.serves(3));
        let token = share.try_acquire();
        drop(share);
        assert!(pool.serves(3));
        drop(token);
        assert!(!pool.serves(3));
    }
}
