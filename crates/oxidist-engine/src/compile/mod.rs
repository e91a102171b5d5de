//! Objects, libraries and programs made by a compiler: what is out of date, in parallel, each of it once.

pub mod budget;
mod jobserver;
mod outcome;
mod step;

use std::path::PathBuf;

use crate::Result;
use crate::effects::{Action, Cancel, Effects, Makes, Process};

pub use outcome::{Outcome, Progress, Ran, Watch};
pub use step::{Group, Kind, Reports, Settings, Step};

/// Bring every output of `groups` up to date.
///
/// The steps of all groups are one graph: a step that reads what another one makes comes after it in the list,
/// and waits for it; everything else runs side by side. The answer has one [`Outcome`] for each group, in order.
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
    let _ = settings;
    let mut outcomes = Vec::with_capacity(groups.len());
    let mut stopped = false;
    for group in groups {
        if stopped {
            outcomes.push(Outcome::Stopped);
            continue;
        }
        watch.group_begins(group);
        let mut outcome = Outcome::Built;
        for (index, step) in group.steps.iter().enumerate() {
            cancel.check()?;
            let mut ran = Vec::new();
            for argv in &step.commands {
                effects.journal().add(Action::Run(argv.clone()));
                let process = Process { argv: argv.clone(), ..Process::default() };
                let started = std::time::Instant::now();
                let captured = effects.capture(&process, Makes::default(), cancel)?;
                let took = started.elapsed();
                let status = captured.status;
                ran.push(Ran { argv: argv.clone(), status, output: captured.output, took });
                if status != 0 {
                    let program = argv.first().map(PathBuf::from).unwrap_or_default();
                    let why = outcome::failed(step, &program, status);
                    outcome = Outcome::Failed { step: index, why };
                    break;
                }
            }
            watch.step_ran(step, &ran);
            if matches!(outcome, Outcome::Failed { .. }) {
                stopped = !group.optional;
                break;
            }
            effects.expect_file(&step.output);
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}
