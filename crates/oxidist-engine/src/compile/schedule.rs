//! The nodes that have to run, side by side: each as soon as what it needs is there and the budget has room.
//!
//! Workers take nodes in the order in which these are listed; the thread that called tells the watch what they did,
//! in that same order. After a failure nothing new begins (in an optional group: nothing new of that group), and
//! what runs is waited for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::board::{Board, State};
use super::budget::{Budget, Token};
use super::job::{Ended, Shop};
use super::outcome::{self, Outcome, Watch};
use super::step::Group;
use super::telling::Teller;
use crate::effects::{Cancel, start};
use crate::{Error, Result};

/// How often Ctrl-C is asked for, and the watch hears of progress, while nothing ends.
const TICK: Duration = Duration::from_millis(50);

/// Run the nodes that `runs` says, as many at once as the budget has room for, and tell `watch` and the journal.
pub(super) fn run(
    shop: &Shop<'_>,
    groups: &[Group],
    runs: &[bool],
    watch: &dyn Watch,
) -> Result<Vec<Outcome>> {
    let schedule = Schedule::new(shop, groups, runs);
    let total = runs.iter().filter(|runs| **runs).count();
    let mut teller = Teller::new(shop, groups, runs, watch);
    if let Some(budget) = shop.budget {
        thread::scope(|scope| {
            let workers = budget.width().min(total);
            let counted = &shop.room.workers;
            for _ in 0..workers {
                counted.fetch_add(1, Ordering::SeqCst);
                if start(scope, || schedule.work(budget)).is_none() {
                    counted.fetch_sub(1, Ordering::SeqCst);
                    break;
                }
            }
            if workers > 0 && counted.load(Ordering::SeqCst) == 0 {
                // The system allows no thread at all.
                counted.store(1, Ordering::SeqCst);
                schedule.work(budget);
            }
            schedule.follow(&mut teller);
        });
    }
    let mut board = schedule.board();
    teller.rest(&mut board);
    if let Some(error) = board.fault.take() {
        return Err(error);
    }
    Ok(board.outcomes(groups.len(), &shop.graph.places))
}

fn was_refused(ended: &Result<Ended>) -> bool {
    match ended {
        Ok(ended) => matches!(ended.failure, Some(Error::TooManyProcesses(_))),
        Err(error) => matches!(error, Error::TooManyProcesses(_)),
    }
}

struct Schedule<'a> {
    shop: &'a Shop<'a>,
    /// Groups that may fail.
    optional: Vec<bool>,
    /// For each node, those that wait for it: with `true`, because they read what it makes.
    followers: Vec<Vec<(usize, bool)>>,
    board: Mutex<Board>,
    changed: Condvar,
    /// Set when workers need not wait for the budget any more.
    stop: Cancel,
}

impl<'a> Schedule<'a> {
    fn new(shop: &'a Shop<'a>, groups: &[Group], runs: &[bool]) -> Schedule<'a> {
        let nodes = &shop.graph.nodes;
        let mut followers: Vec<Vec<(usize, bool)>> = vec![Vec::new(); nodes.len()];
        let mut states = Vec::with_capacity(nodes.len());
        let mut ready = BTreeSet::new();
        for (index, runs_too) in runs.iter().enumerate() {
            if !runs_too {
                states.push(State::UpToDate);
                continue;
            }
            let before = shop.graph.before(index, runs);
            for (before, reads) in &before {
                followers[*before].push((index, *reads));
            }
            states.push(State::Waiting(before.len()));
            if before.is_empty() {
                ready.insert(index);
            }
        }
        let board = Board {
            states,
            ready,
            asking: 0,
            running: 0,
            done: 0,
            stopping: false,
            fault: None,
            failed: BTreeMap::new(),
            news: true,
        };
        Schedule {
            shop,
            optional: groups.iter().map(|group| group.optional).collect(),
            followers,
            board: Mutex::new(board),
            changed: Condvar::new(),
            stop: Cancel::default(),
        }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a worker does until there is nothing more to do.
    fn work(&self, budget: &Budget) {
        while let Some((index, token)) = self.next(budget) {
            let mut alarm = Alarm { schedule: self, index, armed: true };
            let mut ended = self.shop.run(index);
            if was_refused(&ended) {
                if self.shop.room.leave() {
                    alarm.armed = false;
                    drop(token);
                    self.put_back(index);
                    return;
                }
                // It has become the last one meanwhile.
                ended = self.shop.run(index);
            }
            alarm.armed = false;
            drop(token);
            self.ended(index, ended);
            if self.shop.room.leave() {
                return;
            }
        }
    }

    /// Take a node that can run, and leave to run it; `None` at the end.
    fn next(&self, budget: &Budget) -> Option<(usize, Token)> {
        let mut board = self.board();
        loop {
            while board.ready.len() <= board.asking {
                if board.is_over() {
                    self.changed.notify_all();
                    return None;
                }
                board = self.changed.wait(board).unwrap_or_else(PoisonError::into_inner);
            }
            if board.stopping {
                return None;
            }
            board.asking += 1;
            drop(board);
            let token = budget.acquire(&self.stop);
            board = self.board();
            board.asking -= 1;
            match token {
                Ok(token) if !board.stopping => {
                    if let Some(index) = board.ready.pop_first() {
                        board.states[index] = State::Running(Instant::now());
                        board.running += 1;
                        board.news = true;
                        self.changed.notify_all();
                        return Some((index, token));
                    }
                }
                Err(error) if !board.stopping => board.stop_with(error),
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// A node that could not be run now is there to be run later.
    fn put_back(&self, index: usize) {
        let mut board = self.board();
        board.running -= 1;
        board.states[index] = State::Waiting(0);
        board.ready.insert(index);
        board.news = true;
        self.changed.notify_all();
    }

    fn ended(&self, index: usize, ended: Result<Ended>) {
        let mut board = self.board();
        board.running -= 1;
        board.done += 1;
        board.news = true;
        match ended {
            Err(error) => {
                board.states[index] = State::Cancelled;
                board.stop_with(error);
            }
            Ok(mut ended) => {
                let failure = ended.failure.take();
                board.states[index] = State::Ended(Box::new(ended));
                match failure {
                    None => self.let_go(&mut board, index),
                    Some(why) => self.fail(&mut board, index, why),
                }
            }
        }
        if board.stopping {
            self.stop.set();
        }
        self.changed.notify_all();
    }

    /// Those that waited for this node have one thing less to wait for.
    fn let_go(&self, board: &mut Board, index: usize) {
        for (follower, _) in &self.followers[index] {
            if let State::Waiting(waits) = &mut board.states[*follower] {
                *waits -= 1;
                if *waits == 0 {
                    board.ready.insert(*follower);
                }
            }
        }
    }

    /// The groups of a node have failed, and with them what reads its output; and all groups, unless these may.
    fn fail(&self, board: &mut Board, failed: usize, why: Error) {
        let graph = self.shop.graph;
        for (group, step) in &graph.nodes[failed].owners {
            // Of steps that fail at one time, the first listed is the one that is told of.
            if board.failed.get(group).is_some_and(|(other, _)| other > step) {
                board.failed.insert(*group, (*step, outcome::again(&why)));
            }
        }
        let mut failing = vec![(failed, why)];
        while let Some((index, why)) = failing.pop() {
            let node = &graph.nodes[index];
            self.let_go(board, index);
            for (follower, reads) in &self.followers[index] {
                if *reads && board.cancel(*follower) {
                    failing.push((*follower, outcome::not_made(graph.nodes[*follower].step, node.step)));
                }
            }
            for (group, step) in &node.owners {
                if board.failed.contains_key(group) {
                    continue;
                }
                board.failed.insert(*group, (*step, outcome::again(&why)));
                board.stopping |= !self.optional[*group];
                for member in &graph.places[*group] {
                    let mut owners = graph.nodes[*member].owners.iter();
                    let is_needed = owners.any(|(group, _)| !board.failed.contains_key(group));
                    if !is_needed && board.cancel(*member) {
                        failing.push((*member, outcome::again(&why)));
                    }
                }
            }
        }
    }

    /// Tell the watch what happens, until the run is over.
    fn follow(&self, teller: &mut Teller<'_>) {
        let mut board = self.board();
        loop {
            if self.shop.cancel.is_set() && board.fault.is_none() {
                board.stop_with(Error::Interrupted);
                self.changed.notify_all();
            }
            if board.stopping {
                self.stop.set();
            }
            let news = teller.news(&mut board);
            let over = board.is_over() && board.running == 0;
            drop(board);
            teller.tell(news);
            if over {
                return;
            }
            board = self.board();
            if !board.news {
                board = self.changed.wait_timeout(board, TICK).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }
}

/// Ends the run where a job panics: the panic itself goes on, and nobody waits for the job.
struct Alarm<'a, 'b> {
    schedule: &'a Schedule<'b>,
    index: usize,
    armed: bool,
}

impl Drop for Alarm<'_, '_> {
    fn drop(&mut self) {
        if self.armed {
            self.schedule.ended(self.index, Err(Error::Interrupted));
        }
    }
}
