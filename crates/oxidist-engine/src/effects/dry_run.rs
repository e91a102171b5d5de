//! The door that stays shut: it writes down what would happen, and pretends afterwards that it did.
//!
//! Later steps of a run ask what earlier ones made (`install` lists what `build` would have put in place),
//! so planned files, folders and removals lie over the disk as a second layer, and questions see both.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::{
    Action, COPIED_MODE, Cancel, Captured, Conversation, Copied, Copy, Disk, Effects, Facts, Fill, FillMany,
    Journal, Kind, Ledger, Makes, NewFile, Process, Stopped, output, place,
};
use crate::{Error, Result};

/// Changes nothing.
#[derive(Debug, Default)]
pub struct DryRun {
    journal: Journal,
    disk: Disk,
    /// By absolute path: `Some`, what would be there; `None`, it would be gone.
    planned: Mutex<BTreeMap<PathBuf, Option<Facts>>>,
}

impl DryRun {
    /// Forget everything that was planned and written down: a new run begins.
    pub fn reset(&self) {
        self.planned().clear();
        self.journal.clear();
    }

    fn planned(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Option<Facts>>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn plan(&self, path: &Path, facts: Option<Facts>) {
        self.planned().insert(absolute(path), facts);
    }

    /// The parent folder of a new file must be there, or would be: the error a real run would meet.
    fn require_parent(&self, path: &Path) -> Result<()> {
        let absolute = absolute(path);
        let parent = absolute.parent().unwrap_or(Path::new("/"));
        match self.stat(parent) {
            Ok(facts) if facts.kind == Kind::Folder => Ok(()),
            Ok(_) => Err(Error::file("create", path)(io::Error::from(io::ErrorKind::NotADirectory))),
            Err(error) => Err(Error::file("create", path)(error)),
        }
    }

    fn copy_file(&self, copy: &Copy) -> Result<Copied> {
        let source = match self.stat(&copy.from) {
            Ok(facts) if facts.kind == Kind::File => facts,
            _ => return Err(Error::NotARegularFile(copy.from.clone())),
        };
        match self.stat(&copy.to) {
            Ok(target) if target.kind == Kind::Folder => {
                return Err(Error::file("write", &copy.to)(io::ErrorKind::IsADirectory.into()));
            }
            Ok(target) if copy.only_newer && source.modified <= target.modified => {
                return Ok(Copied::UpToDate);
            }
            _ => {}
        }
        self.require_parent(&copy.to)?;
        let modified = if copy.preserve_times { source.modified } else { SystemTime::now() };
        let mode = if copy.preserve_mode { source.mode & COPIED_MODE } else { 0o666 & !umask() };
        self.plan(&copy.to, Some(Facts { modified, changed: SystemTime::now(), inode: 0, mode, ..source }));
        self.journal.add(Action::Copy { from: copy.from.clone(), to: copy.to.clone(), means: copy.means });
        Ok(Copied::Done)
    }
}

impl Effects for DryRun {
    fn stat(&self, path: &Path) -> io::Result<Facts> {
        let absolute = absolute(path);
        let planned = self.planned();
        if let Some(facts) = planned.get(&absolute) {
            return facts.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound));
        }
        let folder_is_gone =
            absolute.ancestors().skip(1).find_map(|folder| planned.get(folder)).is_some_and(Option::is_none);
        drop(planned);
        if folder_is_gone {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        self.disk.stat(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        if self.stat(folder)?.kind != Kind::Folder {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        let mut names: BTreeSet<OsString> = match self.disk.list(folder) {
            Ok(names) => names.into_iter().collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeSet::new(),
            Err(error) => return Err(error),
        };
        let folder = absolute(folder);
        for (path, facts) in self.planned().range(folder.clone()..) {
            if !path.starts_with(&folder) {
                break;
            }
            if path.parent() == Some(&folder) {
                let name = path.file_name().unwrap_or_default().to_os_string();
                if facts.is_some() {
                    names.insert(name)
                } else {
                    names.remove(&name)
                };
            }
        }
        Ok(names.into_iter().collect())
    }

    fn make_folder(&self, path: &Path, mode: u32) -> Result<()> {
        self.require_parent(path)?;
        self.plan(path, Some(planned_facts(Kind::Folder, mode & !umask())));
        self.journal.add(Action::MakeFolder(path.to_path_buf()));
        Ok(())
    }

    fn copy_files(&self, copies: &[Copy], cancel: &Cancel) -> Result<Vec<Copied>, Stopped> {
        let mut done = Vec::with_capacity(copies.len());
        for copy in copies {
            match cancel.check().and_then(|()| self.copy_file(copy)) {
                Ok(copied) => done.push(copied),
                Err(error) => return Err(Stopped { done, error }),
            }
        }
        Ok(done)
    }

    fn write_file(&self, path: &Path, mode: u32, fill: &mut Fill<'_>) -> Result<()> {
        match self.stat(path) {
            // It is written to, and stays what it is.
            Ok(there) if there.kind == Kind::Other => {
                self.journal.add(Action::Write(path.to_path_buf()));
                Ok(())
            }
            Ok(there) if there.kind == Kind::File => {
                self.plan(path, Some(planned_facts(Kind::File, there.mode)));
                self.journal.add(Action::Write(path.to_path_buf()));
                Ok(())
            }
            _ => self.replace_file(path, mode, fill),
        }
    }

    fn replace_file(&self, path: &Path, mode: u32, _fill: &mut Fill<'_>) -> Result<()> {
        self.require_parent(path)?;
        if self.stat(path).is_ok_and(|there| there.kind == Kind::Folder) {
            return Err(Error::file("write", path)(place::is_a_folder()));
        }
        self.plan(path, Some(planned_facts(Kind::File, mode & !umask())));
        self.journal.add(Action::Write(path.to_path_buf()));
        Ok(())
    }

    fn write_files(&self, files: &[NewFile], _fill: &mut FillMany<'_>) -> Result<Vec<bool>> {
        files.iter().try_for_each(|file| output::require_regular(&file.path))?;
        for NewFile { path, mode } in files {
            self.replace_file(path, *mode, &mut |_| Ok(()))?;
        }
        Ok(vec![true; files.len()])
    }

    fn make_symlink(&self, target: &Path, path: &Path) -> Result<()> {
        self.require_parent(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Ok(facts) = self.stat(&folder.join(target)) {
            self.plan(path, Some(facts));
        }
        self.journal.add(Action::MakeSymlink { target: target.to_path_buf(), path: path.to_path_buf() });
        Ok(())
    }

    fn set_mode(&self, path: &Path, mode: u32) -> Result<()> {
        let facts = self.stat(path).map_err(Error::file("change the mode of", path))?;
        self.plan(path, Some(Facts { mode, ..facts }));
        self.journal.add(Action::SetMode { path: path.to_path_buf(), mode });
        Ok(())
    }

    fn set_modified(&self, path: &Path, modified: SystemTime) -> Result<()> {
        let facts = self.stat(path).map_err(Error::file("set the times of", path))?;
        self.plan(path, Some(Facts { modified, ..facts }));
        self.journal.add(Action::SetModified { path: path.to_path_buf(), modified });
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let facts = self.stat(from).map_err(Error::file("move", from))?;
        self.require_parent(to)?;
        self.plan(from, None);
        self.plan(to, Some(facts));
        self.journal.add(Action::Rename { from: from.to_path_buf(), to: to.to_path_buf() });
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        // A link whose target is gone can be removed too, so the link itself is asked for.
        if self.stat(path).is_err() && path.symlink_metadata().is_err() {
            return Err(Error::file("delete", path)(io::Error::from(io::ErrorKind::NotFound)));
        }
        self.plan(path, None);
        self.journal.add(Action::RemoveFile(path.to_path_buf()));
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> Result<()> {
        match self.list(path) {
            Ok(names) if names.is_empty() => {}
            Ok(_) => {
                return Err(Error::file("remove", path)(io::Error::from(io::ErrorKind::DirectoryNotEmpty)));
            }
            Err(error) => return Err(Error::file("remove", path)(error)),
        }
        self.plan(path, None);
        self.journal.add(Action::RemoveFolder(path.to_path_buf()));
        Ok(())
    }

    fn remove_left_over(&self, _: &Path) {}

    fn run(&self, process: &Process, _cancel: &Cancel) -> Result<i32> {
        self.journal.add(Action::Run(process.argv.clone()));
        Ok(0)
    }

    fn capture(&self, _: &Process, makes: Makes<'_>, _: &Cancel) -> Result<Captured> {
        let replaced = makes.output.is_some_and(|output| self.stat(output).is_ok());
        Ok(Captured { replaced, ..Captured::default() })
    }

    fn converse(&self, process: &Process) -> Result<Conversation> {
        Err(Error::Process(format!("a dry run does not start {:?}", process.argv)))
    }

    fn perform(&self, what: &str) -> bool {
        self.journal.add(Action::Perform(what.to_string()));
        false
    }

    fn expect_file(&self, path: &Path) {
        self.plan(path, Some(planned_facts(Kind::File, 0o644)));
    }

    fn ledger(&self, folder: &Path) -> Ledger {
        Ledger::only_read(folder)
    }

    fn journal(&self) -> &Journal {
        &self.journal
    }
}

/// What a file or folder would be that was made just now.
fn planned_facts(kind: Kind, mode: u32) -> Facts {
    let now = SystemTime::now();
    Facts { kind, len: 0, modified: now, changed: now, inode: 0, mode }
}

/// The permission bits that new files of this process do not get; the usual ones where nobody tells.
fn umask() -> u32 {
    static UMASK: LazyLock<u32> = LazyLock::new(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("Umask:"));
        line.and_then(|digits| u32::from_str_radix(digits.trim(), 8).ok()).unwrap_or(0o022)
    });
    *UMASK
}

/// `path` made absolute and freed of `.` and `..` by name alone, so that one file has one key.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => leave(&mut clean),
            other => clean.push(other),
        }
    }
    clean
}

/// Go from a folder to the one that it is in: behind a link, to that of the folder which the link leads to.
pub(crate) fn leave(folder: &mut PathBuf) {
    if folder.is_symlink()
        && let Ok(real) = folder.canonicalize()
    {
        *folder = real;
    }
    folder.pop();
}
