//! The nodes that have to run, side by side: each as soon as what it needs is there and the budget has room.
//!
//! Workers take nodes in the order in which these are listed; the thread that called tells the watch what they did,
//! in that same order. After a failure nothing new begins (in an optional group: nothing new of that group), and
//! what runs is waited for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::budget::{Budget, Token};
use super::job::{Ended, Shop};
use super::outcome::{self, Outcome, Progress, Watch};
use super::step::Group;
use crate::effects::Cancel;
use crate::{Error, Result};

/// How often Ctrl-C is asked for, and the watch hears of progress, while nothing ends.
const TICK: Duration = Duration::from_millis(50);

/// Where a node stands.
#[derive(Debug)]
enum State {
    /// It need not run.
    UpToDate,
    /// This many nodes must end before it can begin.
    Waiting(usize),
    Running(Instant),
    /// It has run, and what it said waits to be told.
    Ended(Box<Ended>),
    /// It has run, and that is told.
    Told,
    /// It is not going to run.
    Cancelled,
}

/// Run the nodes that `runs` says, as many at once as the budget has room for, and tell `watch` and the journal.
pub(super) fn run(
    shop: &Shop<'_>,
    groups: &[Group],
    runs: &[bool],
    watch: &dyn Watch,
) -> Result<Vec<Outcome>> {
    let schedule = Schedule::new(shop, groups, runs);
    let total = runs.iter().filter(|runs| **runs).count();
    let mut teller = Teller { shop, groups, runs, watch, group: 0, step: 0, begun: false, total };
    if let Some(budget) = shop.budget {
        thread::scope(|scope| {
            for _ in 0..budget.width().min(total) {
                scope.spawn(|| schedule.work(budget));
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

/// What the threads of a run share.
struct Board {
    states: Vec<State>,
    /// What can begin, the first listed first.
    ready: BTreeSet<usize>,
    /// How many workers ask for leave to run one of them.
    asking: usize,
    running: usize,
    done: usize,
    /// Nothing new begins.
    stopping: bool,
    /// What ends the whole run.
    fault: Option<Error>,
    /// By group: the step that failed, and why.
    failed: BTreeMap<usize, (usize, Error)>,
    /// Whether the watch has not heard of something.
    news: bool,
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
            let ended = self.shop.run(index);
            alarm.armed = false;
            drop(token);
            self.ended(index, ended);
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

impl Board {
    fn is_over(&self) -> bool {
        self.stopping || (self.ready.is_empty() && self.running == 0)
    }

    /// A node is not going to run. The answer is whether it would have.
    fn cancel(&mut self, index: usize) -> bool {
        let waits = matches!(self.states[index], State::Waiting(_));
        if waits {
            self.ready.remove(&index);
            self.states[index] = State::Cancelled;
        }
        waits
    }

    fn stop_with(&mut self, error: Error) {
        self.stopping = true;
        self.fault.get_or_insert(error);
    }

    fn outcomes(&mut self, groups: usize, places: &[Vec<usize>]) -> Vec<Outcome> {
        let outcome = |group| {
            if let Some((step, why)) = self.failed.remove(&group) {
                return Outcome::Failed { step, why };
            }
            let states = || places[group].iter().map(|node| &self.states[*node]);
            if states().all(|state| matches!(state, State::UpToDate)) {
                Outcome::UpToDate
            } else if states().all(|state| matches!(state, State::UpToDate | State::Told)) {
                Outcome::Built
            } else {
                Outcome::Stopped
            }
        };
        (0..groups).map(outcome).collect()
    }
}

/// Tells the watch and the journal, in the order of the list.
struct Teller<'a> {
    shop: &'a Shop<'a>,
    groups: &'a [Group],
    runs: &'a [bool],
    watch: &'a dyn Watch,
    /// What is told next.
    group: usize,
    step: usize,
    /// Whether the group's beginning is told.
    begun: bool,
    total: usize,
}

/// One thing to tell.
enum News {
    GroupBegins(usize),
    GroupUpToDate(usize),
    StepRan { group: usize, step: usize, ended: Box<Ended> },
    Progress { done: usize, longest: Option<(usize, Instant)> },
}

impl Teller<'_> {
    /// What can be told by now.
    fn news(&mut self, board: &mut Board) -> Vec<News> {
        let mut news = Vec::new();
        while let Some(one) = self.next(board) {
            news.extend(one);
        }
        let longest = board.states.iter().enumerate().filter_map(|(index, state)| match state {
            State::Running(since) => Some((index, *since)),
            _ => None,
        });
        let longest = longest.min_by_key(|(_, since)| *since);
        news.push(News::Progress { done: board.done, longest });
        board.news = false;
        news
    }

    /// What is left when all is over: steps that ran behind one that never will.
    fn rest(&mut self, board: &mut Board) {
        while let Some(one) = self.next(board) {
            let one: Vec<News> = one.into_iter().collect();
            self.tell(one);
        }
    }

    /// Go one place on in the list, and say what is to be told there. `None` where nothing is known yet, or at
    /// the end.
    fn next(&mut self, board: &mut Board) -> Option<Option<News>> {
        let places = self.shop.graph.places.get(self.group)?;
        if !self.begun {
            // What this group shares with an earlier one is told there.
            let is_own = |node: &usize| {
                self.shop.graph.nodes[*node].owners.first().is_some_and(|(group, _)| *group == self.group)
            };
            let never = |node: &usize| match board.states[*node] {
                State::Waiting(_) => board.stopping,
                State::UpToDate | State::Cancelled => true,
                State::Running(_) | State::Ended(_) | State::Told => !is_own(node),
            };
            self.begun = true;
            if !places.iter().any(|node| self.runs[*node]) {
                let group = self.group;
                self.next_group();
                return Some(Some(News::GroupUpToDate(group)));
            }
            // After a failure, groups of which nothing ran are not spoken of.
            let silent = board.stopping && places.iter().all(never);
            return Some((!silent).then_some(News::GroupBegins(self.group)));
        }
        let Some(node) = places.get(self.step).copied() else {
            self.next_group();
            return Some(None);
        };
        let (group, step) = (self.group, self.step);
        let is_first = self.shop.graph.nodes[node].owners.first() == Some(&(group, step));
        let is_open = match board.states[node] {
            State::Waiting(_) => !board.stopping,
            State::Running(_) => true,
            _ => false,
        };
        if is_first && is_open {
            return None;
        }
        self.step += 1;
        if is_first
            && matches!(board.states[node], State::Ended(_))
            && let State::Ended(ended) = std::mem::replace(&mut board.states[node], State::Told)
        {
            return Some(Some(News::StepRan { group, step, ended }));
        }
        Some(None)
    }

    fn next_group(&mut self) {
        self.group += 1;
        self.step = 0;
        self.begun = false;
    }

    fn tell(&self, news: Vec<News>) {
        for one in news {
            match one {
                News::GroupBegins(group) => self.watch.group_begins(&self.groups[group]),
                News::GroupUpToDate(group) => self.watch.group_up_to_date(&self.groups[group]),
                News::StepRan { group, step, ended } => {
                    let Ended { ran, actions, .. } = *ended;
                    self.shop.effects.journal().extend(actions);
                    self.watch.step_ran(&self.groups[group].steps[step], &ran);
                }
                News::Progress { done, longest } => {
                    let step = longest.map(|(node, _)| self.shop.graph.nodes[node].step);
                    let running = longest.map_or(Duration::ZERO, |(_, since)| since.elapsed());
                    self.watch.progress(&Progress { done, total: self.total, step, running });
                }
            }
        }
    }
}
