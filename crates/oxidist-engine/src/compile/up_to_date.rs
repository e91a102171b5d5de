//! What has to run, found out before anything does. `docs/rebuilds.md` has the rules in a table.
//!
//! A node runs because of what is recorded of it (its command, its compiler, the stamps of what it read and of what
//! it made), or because a node runs that makes one of its inputs. What it needs that is not in place follows from
//! that: where two nodes make one file by different commands, only one of them has its output there, and the other
//! runs again only if something that reads its output has to.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::entry::{Hash, Record};
use super::graph::{Graph, Input, Node, Origin};
use super::known::{Known, Output};
use super::reasons::{self, Difference, Why};
use super::stamp::{Became, Sight, Sights, Stamp};
use super::step::Kind;
use super::tools::Tools;
use crate::effects::Effects;

/// What is known of a node before anything runs.
enum State {
    Runs(Why),
    /// As it was, and its output is there.
    InPlace,
    /// As it was, but what is there was made by another command for the same output.
    Displaced,
}

/// Everything that a look at the disk needs.
pub(super) struct Check<'a> {
    pub(super) known: &'a Known,
    pub(super) sights: &'a Sights,
    pub(super) tools: &'a Tools,
    pub(super) effects: &'a dyn Effects,
}

/// What was found out.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// For each node, why it has to run; `None` where it need not.
    pub(super) why: Vec<Option<Why>>,
    /// Files of the records that have the contents they had, under other stamps.
    pub(super) renewed: Vec<(u32, Stamp)>,
}

/// What has to run by what is known.
pub(super) fn plan(graph: &mut Graph<'_>, check: &Check<'_>) -> Plan {
    let mut checker = Checker { check, became: vec![None; check.known.file_count()], renewed: Vec::new() };
    let mut states: Vec<State> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let state = checker.node(node, graph, &states);
        states.push(state);
    }
    checker.depends(graph, &mut states);
    settle(graph, check.known, &mut states);
    join_repeated(graph, &mut states);
    let why = |state| match state {
        State::Runs(why) => Some(why),
        State::InPlace | State::Displaced => None,
    };
    Plan { why: states.into_iter().map(why).collect(), renewed: checker.renewed }
}

/// Everything runs: nothing is remembered.
pub(super) fn everything(graph: &Graph<'_>) -> Plan {
    Plan { why: graph.nodes.iter().map(|_| Some(Why::New)).collect(), renewed: Vec::new() }
}

struct Checker<'a> {
    check: &'a Check<'a>,
    /// What has become of each file of the records, as far as it was asked.
    became: Vec<Option<Became>>,
    /// See [`Plan`].
    renewed: Vec<(u32, Stamp)>,
}

impl<'a> Checker<'a> {
    fn node(&mut self, node: &Node<'_>, graph: &Graph<'_>, states: &[State]) -> State {
        if node.force {
            return State::Runs(Why::Forced);
        }
        let Some(output) = self.check.known.output(&node.output) else { return State::Runs(Why::New) };
        let Some(record) = output.record(&node.command) else {
            return State::Runs(self.other_command(node, output));
        };
        if record.identity != self.check.tools.identity(node.step) {
            let before = self.check.known.texts(&record.tools);
            return State::Runs(Why::Tools(reasons::tools(&before, &self.check.tools.told(node.step))));
        }
        let changed = match node.step.kind {
            Kind::Generate | Kind::Compile => {
                self.changed(&record.inputs).or_else(|| self.changed_modules(node, record, graph, states))
            }
            Kind::Link | Kind::Archive => self.changed_link(node, record, graph, states),
        };
        let changed = changed.or_else(|| self.changed(&record.sought));
        match changed {
            Some(why) => State::Runs(why),
            None => self.place(node, output),
        }
    }

    /// Why a node runs whose output was made by other commands only.
    fn other_command(&self, node: &Node<'_>, output: &Output) -> Why {
        let Some(record) = output.owner().map(|(_, record)| record).or(output.last()) else {
            return Why::New;
        };
        let words: Vec<Vec<u8>> =
            node.step.commands.iter().flatten().map(|word| word.as_encoded_bytes().to_vec()).collect();
        Why::Command(reasons::words(&self.check.known.texts(&record.words), &words))
    }

    /// The first of these files that is not as it was.
    fn changed(&mut self, files: &[u32]) -> Option<Why> {
        let changed = files.iter().find(|number| !self.is_still(**number))?;
        Some(self.why_changed(*changed))
    }

    fn why_changed(&mut self, number: u32) -> Why {
        Why::Changed(self.check.known.path(number).to_path_buf(), self.became(number, false))
    }

    fn is_still(&mut self, number: u32) -> bool {
        matches!(self.became(number, false), Became::Same | Became::Renewed(_))
    }

    /// What has become of a file of the records. An output is looked at here only: what is seen of it now is soon no
    /// longer so.
    fn became(&mut self, number: u32, is_output: bool) -> Became {
        let Check { known, sights, effects, .. } = *self.check;
        let Some(slot) = self.became.get_mut(number as usize) else { return Became::Changed };
        if let Some(became) = slot {
            return *became;
        }
        let seen = known.file(number);
        let now = match is_output {
            true => Sight::of(effects, &seen.path),
            false => sights.look(effects, &seen.path),
        };
        let became = seen.compare(now.stamp);
        *slot = Some(became);
        if let Became::Renewed(stamp) = became
            && now.is_settled()
        {
            self.renewed.push((number, stamp));
        }
        became
    }

    /// A module that is imported, and is not the one that was.
    fn changed_modules(
        &mut self,
        node: &Node<'_>,
        record: &Record,
        graph: &Graph<'_>,
        states: &[State],
    ) -> Option<Why> {
        let known = self.check.known;
        let runs = |maker: &usize| matches!(states[*maker], State::Runs(_));
        for input in node.inputs.iter().filter(|input| input.origin == Origin::Module) {
            let was = record.built.iter().find(|(number, _)| known.path(*number) == input.path);
            let is = self.build_of(input, graph);
            match (was, is) {
                (_, _) if input.maker.is_some_and(|maker| runs(&maker)) => {
                    return input.maker.map(Why::Maker);
                }
                (Some((_, was)), Some(is)) if *was == is => {}
                _ => return Some(Why::Changed(input.path.clone(), Became::Changed)),
            }
        }
        // Those that only a header imports.
        for maker in &node.may_import {
            let path = &graph.nodes[*maker].output;
            let Some((_, was)) = record.built.iter().find(|(number, _)| known.path(*number) == path) else {
                continue;
            };
            let input = Input { path: path.clone(), maker: Some(*maker), origin: Origin::Module };
            if runs(maker) {
                return Some(Why::Maker(*maker));
            } else if self.build_of(&input, graph) != Some(*was) {
                return Some(Why::Changed(input.path, Became::Changed));
            }
        }
        None
    }

    /// What makes a link or an archive run: other inputs, or one that is not the one that was linked.
    fn changed_link(
        &mut self,
        node: &Node<'_>,
        record: &Record,
        graph: &Graph<'_>,
        states: &[State],
    ) -> Option<Why> {
        let known = self.check.known;
        let mut built: HashMap<&Path, (u32, u64)> =
            record.built.iter().map(|(number, build)| (known.path(*number), (*number, *build))).collect();
        let mut read: HashMap<&Path, u32> =
            record.inputs.iter().map(|number| (known.path(*number), *number)).collect();
        for input in &node.inputs {
            let path = input.path.as_path();
            if let Some(maker) = input.maker
                && matches!(states[maker], State::Runs(_))
            {
                return Some(Why::Maker(maker));
            }
            if let Some((number, build)) = built.remove(path) {
                match self.build_of(input, graph) {
                    Some(now) if now == build => {}
                    Some(_) => return Some(Why::Changed(path.to_path_buf(), Became::Changed)),
                    None if self.is_still(number) => {}
                    None => return Some(self.why_changed(number)),
                }
            } else if let Some(number) = read.remove(path) {
                if !self.is_still(number) {
                    return Some(self.why_changed(number));
                }
            } else if input.origin != Origin::Named {
                // A name may be of a file that was not there then, or that the command itself writes: see `job`.
                return Some(Why::Inputs(Difference {
                    added: path.to_path_buf().into(),
                    ..Difference::default()
                }));
            }
        }
        // What is left was linked, and would not be now.
        let left = built.into_keys().chain(read.into_keys()).min()?;
        Some(Why::Inputs(Difference { removed: left.to_path_buf().into(), ..Difference::default() }))
    }

    /// Which job has made an input: by the node that makes it in this run, or by what is known of the file as it is
    /// there.
    fn build_of(&mut self, input: &Input, graph: &Graph<'_>) -> Option<u64> {
        match input.maker {
            Some(maker) => {
                let maker = &graph.nodes[maker];
                let record = self.check.known.output(&maker.output)?.record(&maker.command)?;
                Some(record.build)
            }
            None => build_at(self.check.known, self.check.effects, &crate::effects::absolute(&input.path)),
        }
    }

    /// Where a node stands whose record is as it should be.
    fn place(&mut self, node: &Node<'_>, output: &Output) -> State {
        let Some((owner, by)) = output.owner() else { return State::Runs(Why::Unfinished) };
        match self.became(by.made, true) {
            Became::Same | Became::Renewed(_) if *owner == node.command => State::InPlace,
            Became::Same | Became::Renewed(_) => State::Displaced,
            became => State::Runs(Why::Output(became)),
        }
    }

    /// Files that somebody says a group depends on. Where the compiler has reported such a file, the report says
    /// which objects it counts for; where none has, it counts for all of the group.
    fn depends(&mut self, graph: &Graph<'_>, states: &mut [State]) {
        for places in &graph.places {
            let compiles = || places.iter().filter(|node| graph.nodes[**node].step.kind == Kind::Compile);
            let has_depends = places.iter().any(|node| !graph.nodes[*node].depends.is_empty());
            if !has_depends {
                continue;
            }
            let reported = self.reported(compiles().map(|node| &graph.nodes[*node]));
            let has_compiles = compiles().next().is_some();
            for node in places {
                let (node, index) = (&graph.nodes[*node], *node);
                // A link follows its objects.
                let follows = has_compiles && matches!(node.step.kind, Kind::Link | Kind::Archive);
                if follows || matches!(states[index], State::Runs(_)) {
                    continue;
                }
                if let Some(why) = self.changed_depends(node, &reported) {
                    states[index] = State::Runs(why);
                }
            }
        }
    }

    fn changed_depends(&mut self, node: &Node<'_>, reported: &Reported) -> Option<Why> {
        let known = self.check.known;
        let record = known.output(&node.output)?.record(&node.command)?.clone();
        for path in &node.depends {
            if record.reported && reported.has(path) {
                continue;
            }
            let number = record.depends.iter().find(|number| known.path(**number) == path).copied();
            match number {
                Some(number) if self.is_still(number) => {}
                Some(number) => return Some(self.why_changed(number)),
                None => {
                    return Some(Why::Inputs(Difference {
                        added: path.clone().into(),
                        ..Difference::default()
                    }));
                }
            }
        }
        None
    }

    /// The files that these nodes have reported.
    fn reported<'n>(&self, nodes: impl Iterator<Item = &'n Node<'n>>) -> Reported {
        let known = self.check.known;
        let mut numbers = HashSet::new();
        for node in nodes {
            let record = known.output(&node.output).and_then(|output| output.record(&node.command));
            if let Some(record) = record.filter(|record| record.reported) {
                numbers.extend(&record.inputs);
            }
        }
        let mut reported = Reported::default();
        for number in numbers {
            let path = known.path(number);
            reported
                .by_name
                .entry(path.file_name().unwrap_or_default().into())
                .or_default()
                .push(path.into());
        }
        reported
    }
}

/// Files that compilers have reported, by their last names.
#[derive(Debug, Default)]
struct Reported {
    by_name: HashMap<Box<OsStr>, Vec<PathBuf>>,
}

impl Reported {
    /// Whether `path` is one of them, by whatever way each is named.
    fn has(&self, path: &Path) -> bool {
        let same_name = self.by_name.get(path.file_name().unwrap_or_default());
        same_name.is_some_and(|candidates| {
            candidates.iter().any(|candidate| candidate == path) || {
                let real = |path: &Path| path.canonicalize().ok();
                real(path).is_some_and(|path| {
                    candidates
                        .iter()
                        .any(|candidate| real(candidate).is_some_and(|candidate| candidate == path))
                })
            }
        })
    }
}

/// The job that made the file which is at `path` (absolute) now, where that is known.
pub(super) fn build_at(known: &Known, effects: &dyn Effects, path: &Path) -> Option<u64> {
    let (_, record) = known.output(path)?.owner()?;
    known.file(record.made).is_still(Stamp::of(effects, path)).then_some(record.build)
}

/// Follow what runs to what must run because of it, until nothing more comes of it.
fn settle(graph: &Graph<'_>, known: &Known, states: &mut [State]) {
    loop {
        let mut changed = false;
        for (index, node) in graph.nodes.iter().enumerate() {
            if let State::Runs(_) = states[index] {
                continue;
            }
            let maker = node.makers.iter().find(|maker| matches!(states[**maker], State::Runs(_)));
            let why = match (maker, &states[index]) {
                (Some(maker), _) => Some(Why::Maker(*maker)),
                (None, State::Displaced) if !is_one_of_several(graph, index) => {
                    wanted(graph, states, index, true)
                }
                _ => None,
            };
            if let Some(why) = why {
                states[index] = State::Runs(why);
                changed = true;
            }
        }
        for nodes in &graph.together {
            let Some(runs) = nodes.iter().copied().find(|node| matches!(states[*node], State::Runs(_)))
            else {
                continue;
            };
            for node in nodes {
                if !matches!(states[*node], State::Runs(_)) {
                    states[*node] = State::Runs(Why::User(runs));
                    changed = true;
                }
            }
        }
        for generation in &graph.generations {
            changed |= settle_generation(graph, known, states, generation);
        }
        if !changed {
            return;
        }
    }
}

fn is_one_of_several(graph: &Graph<'_>, node: usize) -> bool {
    graph.generations.iter().any(|generation| generation.contains(&node))
}

/// Nodes that make one file: which of them is there when, and who needs it then.
fn settle_generation(graph: &Graph<'_>, known: &Known, states: &mut [State], generation: &[usize]) -> bool {
    let mut changed = false;
    let Some(first) = generation.first() else { return false };
    let output = known.output(&graph.nodes[*first].output);
    let mut there: Option<Hash> = output.and_then(Output::owner).map(|(owner, _)| *owner);
    // The node that has put it there in this run.
    let mut by = None;
    for (place, index) in generation.iter().enumerate() {
        let command = graph.nodes[*index].command;
        if !matches!(states[*index], State::Runs(_)) {
            let why = match by {
                _ if there != Some(command) => wanted(graph, states, *index, place + 1 == generation.len()),
                // The same commands have run for another reason than that their output was not in place.
                Some(by) if makes_anew(&states[by]) => Some(Why::Maker(by)),
                _ => None,
            };
            let Some(why) = why else { continue };
            states[*index] = State::Runs(why);
            changed = true;
        }
        (there, by) = (Some(command), Some(*index));
    }
    changed
}

/// Where the commands of a node would run again though nothing has written over their output since they ran for an
/// earlier one, the earlier one is both.
fn join_repeated(graph: &mut Graph<'_>, states: &mut [State]) {
    for generation in graph.generations.clone() {
        let mut by: Option<usize> = None;
        for node in generation {
            let is_same = by.is_some_and(|by| graph.nodes[by].command == graph.nodes[node].command);
            match by {
                Some(by) if is_same => {
                    graph.join(by, node);
                    states[node] = State::InPlace;
                }
                _ if matches!(states[node], State::Runs(_)) => by = Some(node),
                _ => {}
            }
        }
    }
}

/// Whether a node makes something that was not there before, and not once more what was made already.
fn makes_anew(state: &State) -> bool {
    !matches!(state, State::InPlace | State::Displaced | State::Runs(Why::User(_) | Why::Displaced))
}

/// Whether what a node makes must be there: somebody who runs reads it, or nobody reads it, so that it is wanted
/// for itself (unless another one for the same file comes after it anyway).
fn wanted(graph: &Graph<'_>, states: &[State], node: usize, is_last: bool) -> Option<Why> {
    let users = &graph.nodes[node].users;
    match users.iter().find(|user| matches!(states[**user], State::Runs(_))) {
        Some(user) => Some(Why::User(*user)),
        None if users.is_empty() && is_last => Some(Why::Displaced),
        None => None,
    }
}
