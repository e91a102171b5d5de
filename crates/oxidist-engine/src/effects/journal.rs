//! What went through the door, in order.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::SystemTime;

use super::Means;

/// One thing that was done, or that a dry run would have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    MakeFolder(PathBuf),
    Copy {
        from: PathBuf,
        to: PathBuf,
        means: Means,
    },
    Write(PathBuf),
    MakeSymlink {
        target: PathBuf,
        path: PathBuf,
    },
    SetMode {
        path: PathBuf,
        mode: u32,
    },
    SetModified {
        path: PathBuf,
        modified: SystemTime,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    RemoveFile(PathBuf),
    RemoveFolder(PathBuf),
    Run(Vec<OsString>),
    /// Something done by Python code, in the words of its message.
    Perform(String),
}

/// The list of [`Action`]s of one run. Shared by all that goes through one door.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Vec<Action>>);

impl Journal {
    pub fn add(&self, action: Action) {
        self.entries().push(action);
    }

    pub fn extend(&self, actions: impl IntoIterator<Item = Action>) {
        self.entries().extend(actions);
    }

    /// A copy of all entries so far.
    pub fn read(&self) -> Vec<Action> {
        self.entries().clone()
    }

    pub fn clear(&self) {
        self.entries().clear();
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Vec<Action>> {
        // A poisoned list is still a list: the panic that poisoned it is reported elsewhere.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
