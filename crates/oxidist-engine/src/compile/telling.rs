//! What the watch and the journal hear of a run, in the order of the list whatever the threads did.

use std::time::{Duration, Instant};

use super::board::{Board, State};
use super::job::{Ended, Shop};
use super::outcome::{Progress, Watch};
use super::step::Group;

/// Tells the watch and the journal, in the order of the list.
pub(super) struct Teller<'a> {
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
pub(super) enum News {
    GroupBegins(usize),
    GroupUpToDate(usize),
    StepRan { group: usize, step: usize, ended: Box<Ended> },
    Progress { done: usize, longest: Option<(usize, Instant)> },
}

impl<'a> Teller<'a> {
    pub(super) fn new(
        shop: &'a Shop<'a>,
        groups: &'a [Group],
        runs: &'a [bool],
        watch: &'a dyn Watch,
    ) -> Teller<'a> {
        let total = runs.iter().filter(|runs| **runs).count();
        Teller { shop, groups, runs, watch, group: 0, step: 0, begun: false, total }
    }

    /// What can be told by now.
    pub(super) fn news(&mut self, board: &mut Board) -> Vec<News> {
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
    pub(super) fn rest(&mut self, board: &mut Board) {
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

    pub(super) fn tell(&self, news: Vec<News>) {
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
