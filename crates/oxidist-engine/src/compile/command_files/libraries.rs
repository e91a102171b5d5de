//! Libraries that a link names without their folder, and where they are looked for.

use std::path::{Path, PathBuf};

use super::super::path_bytes;

/// Which files a library `name` may be in a folder: what stands before and after it. The first that is there is
/// linked.
const NAMES: &[(&str, &str)] = if cfg!(windows) {
    &[
        ("", ".lib"),
        ("lib", ".dll.a"),
        ("", ".dll.a"),
        ("lib", ".a"),
        ("lib", ".lib"),
        ("lib", ".dll"),
        ("", ".dll"),
    ]
} else if cfg!(target_os = "macos") {
    &[("lib", ".tbd"), ("lib", ".dylib"), ("lib", ".so"), ("lib", ".a")]
} else {
    &[("lib", ".so"), ("lib", ".a")]
};

/// How a library is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// `-lx`, of which a shared library may be taken or not.
    Library { name: Vec<u8>, is_static: bool },
    /// `-l:x.a`, `x.lib`: the name of the file.
    File(Vec<u8>),
    /// `-framework x`.
    Framework(Vec<u8>),
}

/// The libraries that a link looks for, and where.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Libraries {
    /// In the order in which they are searched. All of them count for every library, wherever they stand.
    pub(super) folders: Vec<PathBuf>,
    /// Searched after these, by the driver's rules: `x` may also mean `x/../lib` or `x/../lib64`, and before all others.
    pub(super) prefixes: Vec<PathBuf>,
    pub(super) framework_folders: Vec<PathBuf>,
    /// Each once.
    pub(super) names: Vec<Name>,
}

impl Libraries {
    pub(super) fn add(&mut self, name: Name) {
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    /// The files that are linked, as far as they are in one of the folders; `exists` tells which there are, or
    /// will be.
    pub(in super::super) fn files(&self, exists: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for name in &self.names {
            let found = self.file(name, exists);
            let beside = if found.is_none() { self.below_prefixes(name, exists) } else { Vec::new() };
            files.extend(found.into_iter().chain(beside));
        }
        files
    }

    /// Which of them a driver takes depends on how it was configured: each one that is there counts.
    fn below_prefixes(&self, name: &Name, exists: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
        let below = |prefix: &PathBuf| ["", "../lib", "../lib64"].map(|more| prefix.join(more));
        let folders = self.prefixes.iter().flat_map(below);
        folders.filter_map(|folder| Self::first(&[folder], &names(name), exists)).collect()
    }

    /// The file of one of them.
    pub(super) fn file(&self, name: &Name, exists: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
        let folders = match name {
            Name::Framework(_) => &self.framework_folders,
            Name::Library { .. } | Name::File(_) => &self.folders,
        };
        Self::first(folders, &names(name), exists)
    }

    fn first(folders: &[PathBuf], names: &[PathBuf], exists: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
        folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name))).find(|file| exists(file))
    }
}

/// The files that a library may be, in a folder.
fn names(name: &Name) -> Vec<PathBuf> {
    let framework = |name: &[u8], ending: &[u8]| [name, b".framework/", name, ending].concat();
    let names = match name {
        Name::Library { name, is_static } => {
            let names = NAMES.iter().filter(|(_, ending)| !is_static || !is_shared(ending));
            names.map(|(before, after)| [before.as_bytes(), name, after.as_bytes()].concat()).collect()
        }
        Name::File(name) => vec![name.clone()],
        Name::Framework(name) => vec![framework(name, b".tbd"), framework(name, b"")],
    };
    names.iter().map(|name| path_bytes::path(name)).collect()
}

fn is_shared(ending: &str) -> bool {
    matches!(ending, ".so" | ".dylib" | ".tbd" | ".dll" | ".dll.a")
}
