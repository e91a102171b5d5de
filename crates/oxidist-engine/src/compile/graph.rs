//! The steps of all groups as one graph: what reads what another makes, and what must not run before what.
//!
//! Every edge leads from a step to one that is listed later, so there are no circles. There are five kinds:
//!
//! * a step reads what an earlier one makes: by a listed input, by a file named in its command line, by a library
//!   that its `-L` and `-l` lead to, by what a linker script or a thin archive names, by its `depends`. The nearest
//!   earlier step that makes the file is the one that is meant;
//! * a step that is `ordered` waits for all earlier ones of its group, and all later ones wait for it;
//! * two steps write the same file beside what they make (a database of debug information, what an option names or
//!   leaves in the working folder: [`side_files`]): one after the other;
//! * a source imports a C++20 module that an earlier one exports ([`modules`](super::modules)); what exports a module of
//!   the same name once more waits for those that import the first;
//! * two steps make the same file by different commands (one source in two extensions): the later waits until
//!   everything that reads the file as the earlier makes it has done so.
//!
//! Steps that make the same file by the same commands, with no other in between, are one node.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use super::command_files::{self, Reads};
use super::entry::Hash;
use super::modules::{Unit, Units};
use super::side_files;
use super::step::{Group, Kind, Step};

/// The graph of one run.
#[derive(Debug)]
pub(super) struct Graph<'a> {
    /// In the order in which they are listed first.
    pub(super) nodes: Vec<Node<'a>>,
    /// For each group, the node of each of its steps.
    pub(super) places: Vec<Vec<usize>>,
    /// The nodes that make a path which several make, in order.
    pub(super) generations: Vec<Vec<usize>>,
    /// Nodes that run together or not at all: where two of them export a module of one name, the one that is there is
    /// the last one's, and who imports the first needs it again.
    pub(super) together: Vec<Vec<usize>>,
}

/// One output, made by one list of commands.
#[derive(Debug)]
pub(super) struct Node<'a> {
    /// As it is listed first.
    pub(super) step: &'a Step,
    /// Where it is listed: group and step.
    pub(super) owners: Vec<(usize, usize)>,
    /// Absolute.
    pub(super) output: PathBuf,
    /// Of the commands and the working folder.
    pub(super) command: Hash,
    pub(super) inputs: Vec<Input>,
    /// Of all its owners.
    pub(super) depends: Vec<PathBuf>,
    /// Where one of its owners says so.
    pub(super) force: bool,
    /// The nodes that make its inputs, each once.
    pub(super) makers: Vec<usize>,
    /// Nodes that must have ended before it, whatever became of them, each once.
    pub(super) after: Vec<usize>,
    /// The nodes that read what it makes.
    pub(super) users: Vec<usize>,
    /// Nodes whose modules it may import by a header or a macro: see [`modules`](super::modules).
    pub(super) may_import: Vec<usize>,
    /// Whether it exports a module that no other node does.
    pub(super) exports: bool,
}

/// A file that a node reads, known before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    /// As it is given.
    pub(super) path: PathBuf,
    /// The node that makes it in this run.
    pub(super) maker: Option<usize>,
    pub(super) origin: Origin,
}

/// How an input is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The step lists it.
    Listed,
    /// A word of the command line is its name, and there is such a file. It may be one that the command writes.
    Named,
    /// A library that was looked for and found, or what stands in a linker script or a thin archive.
    Library,
    /// A file that is read where it is there.
    Sought,
    /// What exports a module that the source imports.
    Module,
}

/// What is on the disk before a run.
pub(super) trait There {
    fn is_file(&self, path: &Path) -> bool;

    /// Whether no file can be found in a folder: it is empty, or there is none.
    fn holds_nothing(&self, folder: &Path) -> bool;

    /// What is in a file; `None` where there is none, or it is too large to be what is asked for.
    fn contents(&self, file: &Path) -> Option<Vec<u8>>;
    /// The files in a folder.
    fn list(&self, folder: &Path) -> Vec<PathBuf>;
}

/// Paths made absolute against one working folder.
#[derive(Debug, Clone)]
pub(super) struct Places {
    working_folder: PathBuf,
}

impl Places {
    pub(super) fn here() -> Places {
        Places { working_folder: std::env::current_dir().unwrap_or_default() }
    }

    /// `path` from the root, without `.` and `..`, so that one file has one such name, as far
    /// as no links are in it that it does not leave again.
    pub(super) fn absolute(&self, path: &Path) -> PathBuf {
        let whole = self.working_folder.join(path);
        if whole.components().all(|part| !matches!(part, Component::CurDir | Component::ParentDir)) {
            return whole.components().collect();
        }
        let mut clean = PathBuf::new();
        for part in whole.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => crate::effects::leave(&mut clean),
                other => clean.push(other),
            }
        }
        clean
    }
}

/// The identity of a step's commands: every word of them, and the folder in which they run, since names in them are
/// relative to it and debug information has it in it.
///
/// Left out is where a compiler looks for headers in vain: what `-I` names and `holds_nothing`. A front end builds in
/// an environment with another name each time, and the folder for headers of one has nothing in it. As soon as
/// something is there the word counts again.
fn command_hash(step: &Step, places: &Places, holds_nothing: &dyn Fn(&Path) -> bool) -> Hash {
    let in_vain = |word: &OsStr| {
        let folder =
            word.to_str().and_then(|word| word.strip_prefix("-I")).filter(|folder| !folder.is_empty());
        step.kind == Kind::Compile && folder.is_some_and(|folder| holds_nothing(Path::new(folder)))
    };
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    add(places.working_folder.as_os_str().as_encoded_bytes());
    for argv in &step.commands {
        let words: Vec<&OsString> = argv.iter().filter(|word| !in_vain(word)).collect();
        add(&(words.len() as u64).to_le_bytes());
        words.iter().for_each(|word| add(word.as_encoded_bytes()));
    }
    first_half(&hash.finalize())
}

/// The first half of a SHA-256.
pub(super) fn first_half(digest: &[u8]) -> Hash {
    std::array::from_fn(|index| digest[index])
}

impl<'a> Graph<'a> {
    /// The nodes that must have ended before a node begins, of those that run; with `true` the ones that make what
    /// it reads.
    ///
    /// What it waits for may not run itself, and still come after others that do: then these are waited for.
    pub(super) fn before(&self, node: usize, runs: &[bool]) -> BTreeMap<usize, bool> {
        let mut before = BTreeMap::new();
        let mut seen = HashSet::new();
        let all = |node: usize| self.nodes[node].makers.iter().chain(&self.nodes[node].after).copied();
        let mut open: Vec<usize> = all(node).collect();
        while let Some(next) = open.pop() {
            if runs[next] {
                before.insert(next, self.nodes[node].makers.contains(&next));
            } else if seen.insert(next) {
                open.extend(all(next));
            }
        }
        before
    }

    /// Have `node` do what a later one does that has the same commands: there will be no other in between.
    pub(super) fn join(&mut self, node: usize, later: usize) {
        let owners = std::mem::take(&mut self.nodes[later].owners);
        for (group, step) in &owners {
            self.places[*group][*step] = node;
        }
        self.nodes[node].owners.extend(owners);
        let users = std::mem::take(&mut self.nodes[later].users);
        for user in &users {
            let user = &mut self.nodes[*user];
            user.inputs
                .iter_mut()
                .filter(|input| input.maker == Some(later))
                .for_each(|input| input.maker = Some(node));
            user.makers.retain(|maker| *maker != later);
            add(&mut user.makers, node);
        }
        users.into_iter().for_each(|user| add(&mut self.nodes[node].users, user));
    }

    /// Of `groups`; `there` tells of the files that no step makes.
    pub(super) fn of(groups: &'a [Group], units: &Units, places: &Places, there: &dyn There) -> Graph<'a> {
        let mut builder = Builder {
            places,
            there,
            nodes: Vec::with_capacity(groups.iter().map(|group| group.steps.len()).sum()),
            makers: HashMap::new(),
            beside: HashMap::new(),
            units,
            modules: BTreeMap::new(),
            exporters: Vec::new(),
            generations: HashMap::new(),
        };
        let listed = groups.iter().enumerate();
        let places = listed.map(|(index, group)| builder.group(index, group)).collect();
        let mut generations: Vec<Vec<usize>> =
            builder.generations.into_values().filter(|nodes| nodes.len() > 1).collect();
        generations.sort();
        let mut nodes = builder.nodes;
        let mut together = Vec::new();
        for exports in builder.modules.into_values() {
            match &exports[..] {
                [only] => nodes[only.exporter].exports = true,
                _ => together.extend(exports.into_iter().map(|export| {
                    let mut nodes = vec![export.exporter];
                    nodes.extend(export.importers);
                    nodes
                })),
            }
        }
        for node in 0..nodes.len() {
            for maker in nodes[node].makers.clone() {
                nodes[maker].users.push(node);
            }
        }
        for generation in &generations {
            for (earlier, later) in generation.iter().zip(&generation[1..]) {
                // Its users are all listed before the later one: what is listed after that reads the later one's.
                let before = [*earlier].into_iter().chain(nodes[*earlier].users.clone());
                let after = &mut nodes[*later].after;
                before.filter(|node| node != later).for_each(|node| add(after, node));
            }
        }
        Graph { nodes, places, generations, together }
    }
}

struct Builder<'a, 'b> {
    places: &'b Places,
    there: &'b dyn There,
    nodes: Vec<Node<'a>>,
    /// The last node so far that makes a path.
    makers: HashMap<PathBuf, usize>,
    /// The last node so far that writes a path beside what it makes.
    beside: HashMap<PathBuf, usize>,
    /// All of them.
    generations: HashMap<PathBuf, Vec<usize>>,
    units: &'b Units,
    /// Those who export a module of that name, in their order.
    modules: BTreeMap<String, Vec<Export>>,
    /// The nodes of the group so far that export any.
    exporters: Vec<usize>,
}

/// A module as one node exports it, and the nodes that import it so.
#[derive(Debug)]
struct Export {
    exporter: usize,
    importers: Vec<usize>,
}

impl<'a> Builder<'a, '_> {
    fn group(&mut self, index: usize, group: &'a Group) -> Vec<usize> {
        let mut barrier = None;
        let mut since_barrier = Vec::new();
        let mut members = Vec::with_capacity(group.steps.len());
        self.exporters.clear();
        for (place, step) in group.steps.iter().enumerate() {
            let node = self.step(step, (index, place));
            members.push(node);
            // One that is listed before in another group is in the order of that.
            if self.nodes[node].owners.len() == 1 {
                let after = &mut self.nodes[node].after;
                barrier.into_iter().for_each(|before| add(after, before));
                if step.ordered {
                    since_barrier.iter().for_each(|before| add(after, *before));
                }
            }
            if step.ordered {
                barrier = Some(node);
                since_barrier.clear();
            } else {
                since_barrier.push(node);
            }
        }
        members
    }

    /// The node of a step: a new one, or the one that does the same already.
    fn step(&mut self, step: &'a Step, owner: (usize, usize)) -> usize {
        let output = self.places.absolute(&step.output);
        let command = command_hash(step, self.places, &|folder| self.there.holds_nothing(folder));
        let last = self.makers.get(&output).copied();
        if let Some(same) = last.filter(|node| self.nodes[*node].command == command) {
            let node = &mut self.nodes[same];
            node.owners.push(owner);
            node.force |= step.force;
            for path in &step.depends {
                if !node.depends.contains(path) {
                    node.depends.push(path.clone());
                }
            }
            return same;
        }
        let written: Vec<PathBuf> = side_files::written(step)
            .iter()
            .chain(&step.beside)
            .map(|path| self.places.absolute(path))
            .collect();
        let mut inputs = self.inputs(step, &output, &written);
        let mut makers = Vec::new();
        let dependencies = step.depends.iter().filter_map(|path| self.maker(&self.places.absolute(path)));
        dependencies.for_each(|maker| add(&mut makers, maker));
        let index = self.nodes.len();
        let mut after = Vec::new();
        for path in written {
            let before = self.beside.insert(path, index).filter(|before| *before != index);
            before.into_iter().for_each(|before| add(&mut after, before));
        }
        let mut may_import = Vec::new();
        if let Some(unit) = self.units.of(owner) {
            self.modules(unit, index, &mut inputs, &mut after);
            if unit.imports.is_empty() && unit.exports.is_none() {
                may_import.clone_from(&self.exporters);
                self.exporters.iter().for_each(|exporter| add(&mut after, *exporter));
            }
        }
        inputs.iter().filter_map(|input| input.maker).for_each(|maker| add(&mut makers, maker));
        self.makers.insert(output.clone(), index);
        self.generations.entry(output.clone()).or_default().push(index);
        self.nodes.push(Node {
            step,
            owners: vec![owner],
            output,
            command,
            inputs,
            depends: step.depends.clone(),
            force: step.force,
            makers,
            after,
            users: Vec::new(),
            may_import,
            exports: false,
        });
        index
    }

    /// The node so far that makes the file at an absolute path.
    fn maker(&self, absolute: &Path) -> Option<usize> {
        self.makers.get(absolute).or_else(|| self.beside.get(absolute)).copied()
    }

    /// What follows from the modules that the source of the node `index` exports and imports.
    fn modules(&mut self, unit: &Unit, index: usize, inputs: &mut Vec<Input>, after: &mut Vec<usize>) {
        for name in &unit.imports {
            let Some(export) = self.modules.get_mut(name).and_then(|exports| exports.last_mut()) else {
                continue;
            };
            add(&mut export.importers, index);
            let path = self.nodes[export.exporter].output.clone();
            if inputs.iter().all(|input| input.path != path) {
                inputs.push(Input { path, maker: Some(export.exporter), origin: Origin::Module });
            }
        }
        if let Some(name) = &unit.exports {
            let exports = self.modules.entry(name.clone()).or_default();
            if let Some(last) = exports.last() {
                last.importers.iter().chain([&last.exporter]).for_each(|before| add(after, *before));
            }
            exports.push(Export { exporter: index, importers: Vec::new() });
            add(&mut self.exporters, index);
        }
    }

    fn inputs(&self, step: &Step, output: &Path, written: &[PathBuf]) -> Vec<Input> {
        let mut inputs: Vec<Input> = Vec::with_capacity(step.inputs.len());
        let mut known = HashSet::new();
        let mut put = |path: PathBuf, origin| {
            let absolute = self.places.absolute(&path);
            let maker = self.maker(&absolute);
            let counts = match origin {
                Origin::Listed | Origin::Sought | Origin::Module => true,
                Origin::Named => {
                    let is_written = absolute == output || written.contains(&absolute);
                    !is_written && (maker.is_some() || self.there.is_file(&path))
                }
                Origin::Library => absolute != output,
            };
            if counts && known.insert(absolute) {
                inputs.push(Input { path, maker, origin });
            }
        };
        step.inputs.iter().for_each(|path| put(path.clone(), Origin::Listed));
        let read = |file: &Path| self.there.contents(file);
        let variable = |name: &str| command_files::variable(&step.environment, name);
        let list = |folder: &Path| self.there.list(folder);
        side_files::read(step, &list).into_iter().for_each(|path| put(path, Origin::Sought));
        for argv in &step.commands {
            let reads = Reads::of(argv, &read, &variable);
            if step.kind == Kind::Link {
                self.linked(&reads).into_iter().for_each(|path| put(path, Origin::Library));
            }
            reads.files.into_iter().for_each(|path| put(path, Origin::Named));
        }
        inputs
    }

    /// The libraries of a link, and what the ones that stand for other files name.
    fn linked(&self, reads: &Reads) -> Vec<PathBuf> {
        let exists =
            |path: &Path| self.maker(&self.places.absolute(path)).is_some() || self.there.is_file(path);
        let mut linked = reads.libraries.files(&exists);
        let mut open = linked.clone();
        open.extend(reads.files.iter().filter(|file| command_files::is_library(file)).cloned());
        let mut seen = HashSet::new();
        while let Some(path) = open.pop() {
            // What this run makes is made by a linker or an archiver, and holds what it is made of.
            let is_new = seen.insert(path.clone()) && self.maker(&self.places.absolute(&path)).is_none();
            let Some(contents) = is_new.then(|| self.there.contents(&path)).flatten() else { continue };
            let named = command_files::named_in(&path, &contents, &reads.libraries, &exists);
            open.extend(named.iter().cloned());
            linked.extend(named);
        }
        linked
    }
}

fn add(list: &mut Vec<usize>, node: usize) {
    if !list.contains(&node) {
        list.push(node);
    }
}

#[cfg(test)]
mod tests;
