//! Which of the engine's two doors a call goes through, and the journal as Python sees it.

use std::ffi::OsString;
use std::path::Path;
use std::sync::LazyLock;

use oxidist_engine::effects::{Action, Disk, DryRun, Effects, Means};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::file_name::AsFileName;
use crate::interrupt;

static DISK: LazyLock<Disk> = LazyLock::new(|| Disk::with(interrupt::PATIENCE));
static DRY_RUN: LazyLock<DryRun> = LazyLock::new(DryRun::default);

/// The only place that asks for `dry_run`: what it gives does, or only writes down.
pub fn door(dry_run: bool) -> &'static dyn Effects {
    if dry_run { &*DRY_RUN } else { &*DISK }
}

/// The door of a command: its `dry_run` decides.
pub fn of(command: &Bound<'_, PyAny>) -> PyResult<&'static dyn Effects> {
    Ok(door(command.getattr("dry_run")?.is_truthy()?))
}

/// The door of a command that only looks. It may be that of a class whose `__init__` leaves out `Command`'s, made to
/// ask these questions alone: then it has no `dry_run`, and the answers are the disk's.
pub fn to_look_through(command: &Bound<'_, PyAny>) -> PyResult<&'static dyn Effects> {
    Ok(door(command.getattr_opt("dry_run")?.map_or(Ok(false), |dry_run| dry_run.is_truthy())?))
}

/// A new run begins: what an earlier dry run of this process planned is forgotten, and so are both journals.
pub fn new_run() {
    DRY_RUN.reset();
    DISK.journal().clear();
}

/// What was done since the run began, as `(action, path, ...)` tuples of strings.
///
/// With `dry_run`, what would have been done. The actions are `make-folder`, `copy` (from, to),
/// `hard-link`, `symlink` (from, to), `write`, `set-mode` (path, octal), `move` (from, to),
/// `remove-file`, `remove-folder`, `run` (program and arguments) and `perform` (message).
#[pyfunction]
#[pyo3(signature = (dry_run = false))]
fn journal(py: Python<'_>, dry_run: bool) -> PyResult<Bound<'_, PyList>> {
    let entries = PyList::empty(py);
    for action in door(dry_run).journal().read() {
        entries
            .append(pyo3::types::PyTuple::new(py, words(&action).iter().map(|word| word.as_file_name()))?)?;
    }
    Ok(entries)
}

fn words(action: &Action) -> Vec<OsString> {
    let text = |path: &Path| path.as_os_str().to_os_string();
    match action {
        Action::MakeFolder(path) => vec!["make-folder".into(), text(path)],
        Action::Copy { from, to, means } => {
            let name = match means {
                Means::Contents => "copy",
                Means::HardLink => "hard-link",
                Means::SymbolicLink => "symlink",
            };
            vec![name.into(), text(from), text(to)]
        }
        Action::Write(path) => vec!["write".into(), text(path)],
        Action::MakeSymlink { target, path } => vec!["symlink".into(), text(target), text(path)],
        Action::SetMode { path, mode } => vec!["set-mode".into(), text(path), format!("{mode:o}").into()],
        Action::SetModified { path, modified } => {
            let since = modified.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            vec!["set-times".into(), text(path), since.as_secs().to_string().into()]
        }
        Action::Rename { from, to } => vec!["move".into(), text(from), text(to)],
        Action::RemoveFile(path) => vec!["remove-file".into(), text(path)],
        Action::RemoveFolder(path) => vec!["remove-folder".into(), text(path)],
        Action::Run(argv) => std::iter::once("run".into()).chain(argv.iter().cloned()).collect(),
        Action::Perform(what) => vec!["perform".into(), what.into()],
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(journal, module)?)
}
