//! A whole folder copied to another place: planned in one walk, then carried out as one batch.

use std::collections::{BTreeSet, HashSet};
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::effects::{Cancel, Copied, Copy, Effects, Kind, Means, Stopped, absolute, is_partial};
use crate::{Error, Result};

/// How [`plan`] treats what it finds.
#[derive(Debug, Clone, Copy)]
pub struct TreeOptions {
    pub preserve_mode: bool,
    pub preserve_times: bool,
    /// Symbolic links are made again with the same text, instead of copying what they lead to.
    pub preserve_symlinks: bool,
    /// Only files that are newer than their copy.
    pub only_newer: bool,
}

/// One step of a tree's copy, in the order in which they are told to the user.
#[derive(Debug, Clone)]
pub enum Step {
    Folder(PathBuf),
    Link { target: PathBuf, path: PathBuf },
    Copy(Copy),
}

/// Names that a network file system makes for files which are deleted while open.
const PLACEHOLDER_PREFIX: &str = ".nfs";

/// What copying the folder `from` to `to` takes. Folders that are there already need no step.
pub fn plan(
    effects: &dyn Effects,
    from: &Path,
    to: &Path,
    options: TreeOptions,
    cancel: &Cancel,
) -> Result<Vec<Step>> {
    let mut planner = Planner { effects, options, cancel, steps: Vec::new() };
    let above = missing_folders(effects, to.parent().unwrap_or(Path::new("")));
    planner.steps.extend(above.into_iter().map(Step::Folder));
    planner.folder(from, to)?;
    Ok(planner.steps)
}

/// Whether this is what a network file system leaves of a removed file that is still open, or what a run that
/// was killed leaves of a file that it was writing.
pub fn is_placeholder(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(PLACEHOLDER_PREFIX.as_bytes()) || is_partial(name)
}

struct Planner<'a> {
    effects: &'a dyn Effects,
    options: TreeOptions,
    cancel: &'a Cancel,
    steps: Vec<Step>,
}

impl Planner<'_> {
    fn folder(&mut self, from: &Path, to: &Path) -> Result<()> {
        self.cancel.check()?;
        if leads_back(from) {
            let why = "the link leads back to a folder that it is in";
            return Err(Error::file("copy", from)(std::io::Error::other(why)));
        }
        let names = self.effects.list(from).map_err(Error::file("list the files in", from))?;
        if !self.effects.is_folder(to) {
            // What is told has no slash at its end, whatever the option had.
            self.steps.push(Step::Folder(normalized(to)));
        }
        for name in names {
            if is_partial(&name) {
                self.effects.remove_left_over(&from.join(&name));
            } else if !is_placeholder(&name) {
                self.entry(from.join(&name), to.join(&name))?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, from: PathBuf, to: PathBuf) -> Result<()> {
        if self.options.preserve_symlinks
            && let Ok(target) = from.read_link()
        {
            self.steps.push(Step::Link { target, path: to });
            return Ok(());
        }
        match self.effects.stat(&from) {
            Ok(facts) if facts.kind == Kind::Folder => self.folder(&from, &to)?,
            Ok(facts) if facts.kind == Kind::File => self.steps.push(Step::Copy(Copy {
                from,
                to,
                preserve_mode: self.options.preserve_mode,
                preserve_times: self.options.preserve_times,
                only_newer: self.options.only_newer,
                means: Means::Contents,
            })),
            _ => return Err(Error::NotARegularFile(from)),
        }
        Ok(())
    }
}

/// Whether `folder` is a symbolic link to a folder that was gone through to get to it, or that has such a one
/// in it: then what is below it has no end.
fn leads_back(folder: &Path) -> bool {
    if !folder.is_symlink() {
        return false;
    }
    let Ok(target) = folder.canonicalize() else { return false };
    folder.ancestors().skip(1).any(|outer| {
        let outer = if outer.as_os_str().is_empty() { Path::new(".") } else { outer };
        outer.canonicalize().is_ok_and(|outer| outer.starts_with(&target))
    })
}

/// The folders on the way to `path`, itself included, that are not there: outermost first.
pub fn missing_folders(effects: &dyn Effects, path: &Path) -> Vec<PathBuf> {
    let mut missing: Vec<PathBuf> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !effects.is_folder(folder))
        .map(Path::to_path_buf)
        .collect();
    missing.reverse();
    // In `new/../x` the folder `new` has to be there, `new/..` is there then, and so may `x` be.
    if path.components().any(|component| component == Component::ParentDir) {
        let mut seen = BTreeSet::new();
        missing.retain(|folder| {
            let clean = normalized(folder);
            folder.file_name().is_some() && !effects.is_folder(&clean) && seen.insert(clean)
        });
    }
    missing
}

/// `os.path.normpath`: no `.`, no `x/..`, no doubled separators, all by name alone.
pub fn normalized(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            Component::ParentDir if clean.has_root() => {}
            other => clean.push(other),
        }
    }
    clean
}

/// Whether `path` names a place outside of `folder`, by name alone.
pub fn leads_out(folder: &Path, path: &Path) -> bool {
    !absolute(path).starts_with(absolute(folder))
}

/// Do what was planned: folders first, links, then all files at once. The answers are for the copies, in order.
pub fn carry_out(
    effects: &dyn Effects,
    steps: &[Step],
    mode: u32,
    cancel: &Cancel,
) -> Result<Vec<Copied>, Stopped> {
    let stopped = |error| Stopped { done: Vec::new(), error };
    let mut copies = Vec::new();
    for step in steps {
        match step {
            Step::Folder(path) if effects.is_folder(path) => {}
            Step::Folder(path) => effects.make_folder(path, mode).map_err(stopped)?,
            Step::Link { target, path } => effects.make_symlink(target, path).map_err(stopped)?,
            Step::Copy(copy) => copies.push(copy.clone()),
        }
    }
    let mut targets = HashSet::new();
    if copies.iter().all(|copy| targets.insert(&copy.to)) {
        return effects.copy_files(&copies, cancel);
    }
    // Of several copies to one name the last shall stay, as if each was made in its turn.
    let mut done = Vec::new();
    for copy in &copies {
        match effects.copy_files(std::slice::from_ref(copy), cancel) {
            Ok(answers) => done.extend(answers),
            Err(stopped) => return Err(Stopped { done, error: stopped.error }),
        }
    }
    Ok(done)
}

/// Whether a name itself is a symbolic link, also with a slash behind it.
pub fn is_link(path: &Path) -> bool {
    path.components().as_path().is_symlink()
}

/// Everything in a folder and then the folder, in the order in which it can be removed. Links are not followed, and
/// one in the place of the folder is an error.
pub fn removals(effects: &dyn Effects, folder: &Path) -> Result<Vec<Removal>> {
    if is_link(folder) {
        return Err(Error::file("remove", folder)(std::io::Error::other("it is a symbolic link")));
    }
    let mut removals = Vec::new();
    collect_removals(effects, folder, &mut removals)?;
    Ok(removals)
}

/// One removal: see [`removals`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    File(PathBuf),
    Folder(PathBuf),
}

impl Removal {
    pub fn carry_out(&self, effects: &dyn Effects) -> Result<()> {
        match self {
            Removal::File(path) => effects.remove_file(path),
            Removal::Folder(path) => effects.remove_folder(path),
        }
    }
}

fn collect_removals(effects: &dyn Effects, folder: &Path, removals: &mut Vec<Removal>) -> Result<()> {
    for name in effects.list(folder).map_err(Error::file("list the files in", folder))? {
        let path = folder.join(name);
        if effects.is_folder(&path) && !path.is_symlink() {
            collect_removals(effects, &path, removals)?;
        } else {
            removals.push(Removal::File(path));
        }
    }
    removals.push(Removal::Folder(folder.to_path_buf()));
    Ok(())
}
