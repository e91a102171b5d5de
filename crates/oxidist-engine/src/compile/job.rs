//! One step carried out: its commands run, and what came of them written down.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::budget::Budget;
use super::depfile::Report;
use super::graph::{Graph, Node, Origin};
use super::include_search::Texts;
use super::known::{Known, Making};
use super::outcome::{self, Ran};
use super::records::Records;
use super::stamp::{Seen, Sight, Sights, Stamp, TICK};
use super::step::{Kind, Reports};
use super::tools::{Asked, Tools};
use super::{depfile, show_includes, stamp, up_to_date};
use crate::effects::{Action, Cancel, Captured, Effects, Makes, Process, release_threads};
use crate::toolchain::launcher::Launcher;
use crate::toolchain::object_format::{self, Shape};
use crate::{Error, Result};

/// What all jobs of a run share.
pub(super) struct Shop<'a> {
    pub(super) graph: &'a Graph<'a>,
    pub(super) records: Option<&'a Arc<Records>>,
    pub(super) launcher: Option<&'a Launcher>,
    pub(super) tools: &'a Tools,
    pub(super) sights: &'a Sights,
    /// What stands in sources and headers.
    pub(super) texts: &'a Texts,
    pub(super) effects: &'a dyn Effects,
    /// There whenever something runs.
    pub(super) budget: Option<&'a Budget>,
    pub(super) cancel: &'a Cancel,
    pub(super) room: Room,
}

/// What a job was.
#[derive(Debug, Default)]
pub(super) struct Ended {
    pub(super) ran: Vec<Ran>,
    /// For the journal.
    pub(super) actions: Vec<Action>,
    /// Why it failed.
    pub(super) failure: Option<Error>,
}

/// What the workers of a run know of each other where the system has room for few processes.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// How many there are.
    pub(super) workers: AtomicUsize,
    /// From the first refusal on, to the end of the run.
    is_short: AtomicBool,
}

impl Room {
    /// Whether a worker that is not the last one is to end, since each takes the place of a process.
    pub(super) fn leave(&self) -> bool {
        let one_less = |workers: usize| (workers > 1).then(|| workers - 1);
        self.is_short.load(Ordering::Relaxed)
            && self.workers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
    }

    fn has_become_short(&self) {
        if !self.is_short.swap(true, Ordering::Relaxed) {
            release_threads();
        }
    }
}

/// How long to wait for other processes of this user before a job is tried again.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LAST_PAUSE: Duration = Duration::from_millis(500);

/// What compilers say where they cannot start a part of theirs (the system's own words for EAGAIN).
const REFUSAL: &[u8] = b"Resource temporarily unavailable";

fn was_refused(captured: &Result<Captured>) -> bool {
    match captured {
        Err(Error::TooManyProcesses(_)) => true,
        Ok(captured) => has_refusal(captured),
        Err(_) => false,
    }
}

fn has_refusal(captured: &Captured) -> bool {
    captured.status != 0 && memchr::memmem::find(&captured.output, REFUSAL).is_some()
}

impl Shop<'_> {
    /// Run the commands of a node up to the first that fails.
    ///
    /// # Errors
    /// What is no failure of the step: an interruption, or records that cannot be written.
    pub(super) fn run(&self, index: usize) -> Result<Ended> {
        let node = &self.graph.nodes[index];
        let asked = match self.records {
            Some(records) => self.tools.ask(node.step, records, self.effects, self.cancel)?,
            None => Asked::nothing(),
        };
        let start = match self.records {
            Some(records) => {
                self.let_the_clock_pass(node);
                records.started(&node.output)?
            }
            None => None,
        };
        let before = Sight::of(self.effects, &node.step.output);
        let mut ended = Ended::default();
        let mut reported = None;
        for (place, argv) in node.step.commands.iter().enumerate() {
            match self.command(node, place, argv, &asked, &mut ended) {
                Ok(Some(files)) => reported = Some(files),
                Ok(None) => {}
                Err(Error::Interrupted) => {
                    self.records.inspect(|records| records.leave_lock());
                    return Err(Error::Interrupted);
                }
                Err(error) => {
                    ended.failure = Some(self.without_broken(node, error)?);
                    return Ok(ended);
                }
            }
        }
        if let (true, [argv]) = (asked.asks_apart, &node.step.commands[..]) {
            reported = self.ask_headers(node.step, argv)?;
        }
        self.effects.expect_file(&node.step.output);
        let made = Sight::of(self.effects, &node.step.output);
        let is_untouched = node.step.kind == Kind::Generate && made == before;
        // GNU's linker takes an empty object for a script without a word in it, and links a module without its code.
        let is_empty = node.step.kind == Kind::Compile
            && asked.reports != Reports::Nothing
            && matches!(made.stamp, Stamp::File(facts) if facts.len == 0)
            && made.is_file
            && start.is_some();
        if made.stamp == Stamp::Missing || made.is_folder || is_untouched || is_empty {
            ended.failure = Some(outcome::wrote_nothing(node.step));
        } else if let Some(records) = self.records {
            let making = self.making(node, made.stamp, start, &asked, reported, records)?;
            records.made(&node.output, node.command, making)?;
        }
        Ok(ended)
    }

    /// After a link that failed: an object of it that is not whole, or for another machine than the others, is not
    /// trusted any more. The error says so.
    fn without_broken(&self, node: &Node<'_>, error: Error) -> Result<Error> {
        let Some(records) = self.records.filter(|_| node.step.kind == Kind::Link) else { return Ok(error) };
        let ours: Vec<(PathBuf, Shape)> = node
            .inputs
            .iter()
            .map(|input| match input.maker {
                Some(maker) => self.graph.nodes[maker].output.clone(),
                None => crate::effects::absolute(&input.path),
            })
            .filter(|path| records.known(|known| known.output(path).is_some()))
            .filter_map(|path| object_format::shape(&path).map(|shape| (path, shape)))
            .collect();
        let machines = || ours.iter().filter(|(_, shape)| matches!(shape, Shape::Whole(Some(_))));
        let count = |shape: &Shape| machines().filter(|(_, other)| other == shape).count();
        let usual = machines().map(|(_, shape)| *shape).max_by_key(count);
        let is_broken = |shape: Shape| {
            shape == Shape::Broken || (matches!(shape, Shape::Whole(Some(_))) && Some(shape) != usual)
        };
        let mut text = error.to_string();
        for (path, _) in ours.iter().filter(|(_, shape)| is_broken(*shape)) {
            records.started(path)?;
            text += &format!("; '{}' is no whole object file: the next build makes it again", path.display());
        }
        Ok(if text == error.to_string() { error } else { Error::Process(text) })
    }

    /// Run one command. The answer is what files it has reported to have read, where it was asked to and did.
    fn command(
        &self,
        node: &Node<'_>,
        place: usize,
        argv: &[OsString],
        asked: &Asked,
        ended: &mut Ended,
    ) -> Result<Option<Report>> {
        let step = node.step;
        let launched = self.launcher.filter(|_| step.kind == Kind::Compile);
        let mut words =
            launched.and_then(|launcher| launcher.launched(argv)).unwrap_or_else(|| argv.to_vec());
        asked.add_to(&mut words);
        let input = self.records.and_then(|records| records.lock());
        let more_environment = step.environment.clone();
        let mut process = Process { argv: words.clone(), input, more_environment, ..Process::default() };
        if let Some(budget) = self.budget {
            budget.configure(&mut process);
        }
        // A step that works on a file in its place gets what is there; and a source may be in somebody's care, so it
        // stays until it is written.
        let stays = step.inputs.contains(&step.output) || step.kind == Kind::Generate;
        let makes = Makes {
            output: (place == 0 && !stays).then_some(&step.output),
            report: asked.depfile.as_deref(),
        };
        let started = Instant::now();
        let captured = match step.kind {
            Kind::Link => self.link(step, &process, makes),
            _ => self.captured(&process, makes),
        };
        let took = started.elapsed();
        if step.kind == Kind::Archive && captured.as_ref().is_ok_and(|captured| captured.replaced) {
            ended.actions.push(Action::RemoveFile(step.output.clone()));
        }
        ended.actions.push(Action::Run(words.clone()));
        let captured = captured?;
        let was_refused = has_refusal(&captured);
        let Captured { status, mut output, report, .. } = captured;
        let source = step.inputs.first().map_or(Path::new(""), PathBuf::as_path);
        let reported = match asked.reports {
            Reports::Depfile => report.and_then(|text| depfile::parse(&text, source, &step.output)),
            Reports::ShowIncludes => {
                let is_file = |path: &Path| Sight::of(self.effects, path).is_file;
                let (files, rest) = show_includes::split(&output, &is_file);
                // Where the user asks for the lines as well, they are there for the user too.
                if asked.is_added() {
                    output = rest;
                }
                Some(Report { read: files, ..Report::default() })
            }
            Reports::Nothing if step.kind == Kind::Link => {
                report.and_then(|text| depfile::parse(&text, Path::new(""), &step.output))
            }
            Reports::Nothing => None,
        };
        ended.ran.push(Ran { argv: words, status, output, took });
        match outcome::failed(step, argv, status) {
            _ if status == 0 => Ok(reported),
            error if was_refused => Err(outcome::refused(&error)),
            error => Err(error),
        }
    }

    /// Run a process.
    ///
    /// # Errors
    /// [`Error::TooManyProcesses`] where the system had no room for it or for what it starts, and there are other
    /// workers: this one is to be run once more when there are fewer. The last one tries it for a while.
    pub(super) fn captured(&self, process: &Process, makes: Makes<'_>) -> Result<Captured> {
        let mut pause = FIRST_PAUSE;
        loop {
            let captured = self.effects.capture(process, makes, self.cancel);
            if !was_refused(&captured) {
                return captured;
            }
            self.room.has_become_short();
            if self.room.workers.load(Ordering::SeqCst) > 1 {
                return captured.and(Err(Error::TooManyProcesses("refused".into())));
            }
            if pause > LAST_PAUSE {
                return captured;
            }
            self.cancel.check()?;
            thread::sleep(pause);
            pause *= 2;
        }
    }

    /// Wait until a change of what is known to be read would be seen: a file that was written just now could be
    /// written again and have the same time.
    fn let_the_clock_pass(&self, node: &Node<'_>) {
        let given = node.inputs.iter().filter(|input| input.maker.is_none()).map(|input| &input.path);
        given.chain(&node.depends).for_each(|path| _ = self.sights.look(self.effects, path));
        // Objects are known by the jobs that made them.
        let generated = node.inputs.iter().filter(|input| {
            input.maker.is_some() && matches!(node.step.kind, Kind::Generate | Kind::Compile)
        });
        let changed = generated.filter_map(|input| Sight::of(self.effects, &input.path).changed);
        let Some(newest) = changed.chain(self.sights.newest()).max() else { return };
        if let Ok(age) = SystemTime::now().duration_since(newest)
            && age < TICK
        {
            thread::sleep(TICK - age);
        }
    }

    /// What is written down of a job that has ended well. `start` is when it began by the clock of the file system.
    fn making(
        &self,
        node: &Node<'_>,
        made: Stamp,
        start: Option<SystemTime>,
        asked: &Asked,
        reported: Option<Report>,
        records: &Records,
    ) -> Result<Making> {
        // What was made in this run is not what it was at the first look; nor is what was made beside it, of which
        // nobody knows.
        let is_generated = !node.makers.is_empty();
        let look = |path: &Path| match is_generated {
            true => Sight::of(self.effects, path),
            false => self.sights.look(self.effects, path),
        };
        let seen = |path: &Path| {
            let stamp = look(path).since(start);
            let known = records.known(|known| known.digest(path, stamp));
            let digest = known.or_else(|| self.sights.digest(path, stamp));
            Seen { path: path.into(), stamp, digest }
        };
        // Objects are known by the jobs that made them.
        let unread =
            |path: &Path| Seen { path: path.into(), stamp: Stamp::of(self.effects, path), digest: None };
        let words = node.step.commands.iter().flatten();
        let mut making = Making {
            identity: self.tools.identity(node.step),
            made: Seen { path: node.output.clone(), stamp: made, digest: stamp::digest(&node.output, made) },
            reported: reported.is_some(),
            inputs: Vec::new(),
            depends: node.depends.iter().map(|path| seen(path)).collect(),
            sought: Vec::new(),
            built: Vec::new(),
            words: words.map(|word| word.as_encoded_bytes().to_vec()).collect(),
            tools: self.tools.told(node.step),
        };
        for input in &node.inputs {
            let build = match (node.step.kind, input.maker) {
                (Kind::Generate | Kind::Compile, _) if input.origin != Origin::Module => None,
                (_, Some(maker)) => {
                    let maker = &self.graph.nodes[maker];
                    records.known(|known| Some(known.output(&maker.output)?.record(&maker.command)?.build))
                }
                (_, None) => {
                    let path = crate::effects::absolute(&input.path);
                    records.known(|known| up_to_date::build_at(known, self.effects, &path))
                }
            };
            let path = input.path.clone();
            match (build, input.maker) {
                (Some(build), _) => making.built.push((unread(&path), build)),
                (None, Some(_)) => {
                    let stamp = Stamp::of(self.effects, &path);
                    let digest = stamp::digest(&path, stamp);
                    making.inputs.push(Seen { path, stamp, digest });
                }
                // The command line names it, and it has changed meanwhile: the command wrote it.
                (None, None) if input.origin == Origin::Named && self.has_changed(&path) => {}
                (None, None) => making.inputs.push(seen(&path)),
            }
        }
        // A module that it exports is what the next build must find.
        for path in reported.iter().flat_map(|report| &report.modules).filter(|_| node.exports) {
            let stamp = Stamp::of(self.effects, path);
            making.inputs.push(Seen { path: path.clone(), stamp, digest: stamp::digest(path, stamp) });
        }
        if reported.as_ref().is_some_and(Report::has_imports) {
            for exporter in &node.may_import {
                let maker = &self.graph.nodes[*exporter];
                let build = |known: &Known| Some(known.output(&maker.output)?.record(&maker.command)?.build);
                making.built.extend(records.known(build).map(|build| (unread(&maker.output), build)));
            }
        }
        let known: HashSet<PathBuf> = making
            .inputs
            .iter()
            .chain(making.built.iter().map(|(seen, _)| seen))
            .map(|seen| seen.path.clone())
            .collect();
        making.sought =
            self.sought(node.step, reported.as_ref().map(|report| &report.read[..]), &look, start)?;
        making.sought.retain(|seen| !known.contains(&seen.path));
        if matches!(node.step.kind, Kind::Generate | Kind::Compile) {
            self.add_read(node, &mut making, asked, reported, &seen);
        }
        Ok(making)
    }

    fn has_changed(&self, path: &Path) -> bool {
        self.sights.stamp(self.effects, path) != Stamp::of(self.effects, path)
    }

    /// What a compile has read beside what is known from its step.
    fn add_read(
        &self,
        node: &Node<'_>,
        making: &mut Making,
        asked: &Asked,
        reported: Option<Report>,
        seen: &dyn Fn(&Path) -> Seen,
    ) {
        let known: HashSet<PathBuf> = making.inputs.iter().map(|seen| seen.path.clone()).collect();
        let mut read: Vec<PathBuf> = match &reported {
            Some(report) => report.read.clone(),
            // Of a compiler that tells nothing: whatever object of the group is out of date, this one may be too.
            None if node.step.kind == Kind::Compile => self.sources_of_groups(node),
            None => Vec::new(),
        };
        read.retain(|path| !known.contains(path));
        let was_read = reported.is_some();
        making.inputs.extend(read.into_iter().map(|path| {
            let mut seen = seen(&path);
            // It was there when it was read.
            if was_read && seen.stamp == Stamp::Missing {
                seen.stamp = Stamp::Unknown;
            }
            seen
        }));
        if reported.is_none() && asked.reports != Reports::Nothing {
            // It was to tell and did not, so nobody can say that nothing has changed.
            making.inputs.push(Seen { path: PathBuf::new(), stamp: Stamp::Unknown, digest: None });
        }
    }

    /// What the objects of a node's groups are made of; in place of a source that another node makes, what that is
    /// made of.
    fn sources_of_groups(&self, node: &Node<'_>) -> Vec<PathBuf> {
        let nodes = &self.graph.nodes;
        let members = node.owners.iter().flat_map(|(group, _)| &self.graph.places[*group]);
        let compiles = members.map(|member| &nodes[*member]).filter(|node| node.step.kind == Kind::Compile);
        let mut sources: Vec<PathBuf> = Vec::new();
        for input in compiles.flat_map(|node| &node.inputs) {
            match input.maker {
                Some(maker) => sources.extend(nodes[maker].step.inputs.iter().cloned()),
                None => sources.push(input.path.clone()),
            }
        }
        sources.sort();
        sources.dedup();
        sources
    }
}
