//! Objects, libraries and programs made by a compiler: what is out of date, in parallel, each of it once.
//!
//! A run goes through these rooms: the steps become a [`graph`]; [`up_to_date`] compares it with the [`records`] of
//! earlier builds and says which nodes have to run, and for which of the [`reasons`]; [`schedule`] runs them side by side, each as a [`job`] that
//! writes down what it was made of. What counts as a change, what does not, and why, is the table in
//! `docs/rebuilds.md`.

mod board;
pub mod budget;
mod command_files;
mod depfile;
mod directives;
mod entry;
mod graph;
mod include_search;
mod job;
mod jobserver;
mod known;
mod modules;
mod outcome;
mod path_bytes;
mod phases;
mod questions;
mod reasons;
mod records;
mod schedule;
mod show_includes;
mod side_files;
mod stale;
mod stamp;
mod step;
mod telling;
mod tools;
mod up_to_date;

use std::collections::HashSet;
use std::path::Path;

pub use outcome::{Outcome, Progress, Ran, Watch};
pub use stale::is_known_stale;
pub use step::{Group, Kind, Reports, Settings, Step};

use budget::Budget;
use graph::{Graph, Places};
use include_search::Texts;
use job::Shop;
use records::{Claim, Records};
use stamp::{Looking, Sights};
use tools::Tools;
use up_to_date::Check;

use crate::effects::{Cancel, Effects};
use crate::{Result, tree};

/// Bring every output of `groups` up to date.
///
/// The steps of all groups are one graph: a step that reads what another one makes comes after it in the list,
/// and waits for it; everything else runs side by side. The answer has one [`Outcome`] for each group, in order.
///
/// Runs of one process with the same records share them: two that make the same files, or of which one makes what
/// the other reads, take turns. So do builds of different processes, whatever they make.
///
/// # Errors
///
/// [`Error::Interrupted`](crate::Error::Interrupted) once `cancel` is set. Records or folders that cannot be
/// read or written. A step that fails is no error of this function: the outcome of its group says so.
pub fn run(
    groups: &[Group],
    settings: &Settings,
    effects: &dyn Effects,
    cancel: &Cancel,
    watch: &dyn Watch,
) -> Result<Vec<Outcome>> {
    cancel.check()?;
    let places = Places::here();
    let records = match &settings.records {
        Some(folder) if groups.iter().any(|group| !group.steps.is_empty()) => {
            Some(Records::open(folder, effects, cancel, watch)?)
        }
        _ => None,
    };
    let (groups, units) = modules::ordered(groups);
    let groups = &*groups;
    let _claimed = match &records {
        Some(records) => Some(records.claim(claim(groups, &places), cancel)?),
        None => None,
    };
    let sights = Sights::default();
    let tools = Tools::of_environment(settings.colours);
    let mut graph = Graph::of(groups, &units, &places, &Looking { sights: &sights, effects });
    let up_to_date::Plan { why: plan, renewed } = match &records {
        Some(records) => records.known(|known| {
            let check = Check { known, sights: &sights, tools: &tools, effects };
            up_to_date::plan(&mut graph, &check)
        }),
        None => up_to_date::everything(&graph),
    };
    if let Some(records) = records.as_ref().filter(|_| !renewed.is_empty()) {
        records.renew(renewed)?;
    }
    for (node, why) in graph.nodes.iter().zip(&plan) {
        if let Some(why) = why {
            watch.out_of_date(node.step, &why.in_words(&graph));
        }
    }
    let runs: Vec<bool> = plan.iter().map(Option::is_some).collect();
    let budget = match runs.contains(&true) {
        true => Some(budget(settings, effects)?),
        false => None,
    };
    make_folders(&graph, &runs, effects)?;
    let shop = Shop {
        graph: &graph,
        records: records.as_ref(),
        launcher: settings.launcher.as_ref(),
        tools: &tools,
        sights: &sights,
        texts: &Texts::default(),
        effects,
        budget: budget.as_ref(),
        cancel,
        room: job::Room::default(),
    };
    schedule::run(&shop, groups, &runs, watch)
}

/// What the runs of one process must not do at once.
fn claim(groups: &[Group], places: &Places) -> Claim {
    let steps = || groups.iter().flat_map(|group| &group.steps);
    Claim {
        reads: steps().flat_map(|step| &step.inputs).map(|path| places.absolute(path)).collect(),
        makes: steps()
            .flat_map(|step| {
                let more = side_files::written(step).into_iter();
                more.chain(step.beside.iter().cloned()).chain([step.output.clone()])
            })
            .map(|path| places.absolute(&path))
            .collect(),
    }
}

fn budget(settings: &Settings, effects: &dyn Effects) -> Result<Budget> {
    let hosts = match (&settings.width, &settings.launcher) {
        (None, Some(launcher)) => launcher.hosts(effects),
        _ => None,
    };
    Budget::shared(settings.width, hosts)
}

/// The folders that outputs go into.
fn make_folders(graph: &Graph<'_>, runs: &[bool], effects: &dyn Effects) -> Result<()> {
    let mut made = HashSet::new();
    for (node, _) in graph.nodes.iter().zip(runs).filter(|(_, runs)| **runs) {
        let folder = node.step.output.parent().unwrap_or(Path::new(""));
        if made.insert(folder) {
            for missing in tree::missing_folders(effects, folder) {
                records::make_folder(effects, &missing)?;
            }
        }
    }
    Ok(())
}
