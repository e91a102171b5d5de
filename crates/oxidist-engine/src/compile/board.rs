//! Where each node of a run stands, and what follows for the whole: the state that its threads share.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::job::Ended;
use super::outcome::Outcome;
use crate::Error;

/// Where a node stands.
#[derive(Debug)]
pub(super) enum State {
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

/// What the threads of a run share.
pub(super) struct Board {
    pub(super) states: Vec<State>,
    /// What can begin, the first listed first.
    pub(super) ready: BTreeSet<usize>,
    /// How many workers ask for leave to run one of them.
    pub(super) asking: usize,
    pub(super) running: usize,
    pub(super) done: usize,
    /// Nothing new begins.
    pub(super) stopping: bool,
    /// What ends the whole run.
    pub(super) fault: Option<Error>,
    /// By group: the step that failed, and why.
    pub(super) failed: BTreeMap<usize, (usize, Error)>,
    /// Whether the watch has not heard of something.
    pub(super) news: bool,
}

impl Board {
    pub(super) fn is_over(&self) -> bool {
        self.stopping || (self.ready.is_empty() && self.running == 0)
    }

    /// A node is not going to run. The answer is whether it would have.
    pub(super) fn cancel(&mut self, index: usize) -> bool {
        let waits = matches!(self.states[index], State::Waiting(_));
        if waits {
            self.ready.remove(&index);
            self.states[index] = State::Cancelled;
        }
        waits
    }

    pub(super) fn stop_with(&mut self, error: Error) {
        self.stopping = true;
        self.fault.get_or_insert(error);
    }

    pub(super) fn outcomes(&mut self, groups: usize, places: &[Vec<usize>]) -> Vec<Outcome> {
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
