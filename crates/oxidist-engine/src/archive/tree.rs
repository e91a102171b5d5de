//! Listing a folder for an archive: what goes in, in which order, and under which names.

use std::collections::{HashMap, hash_map};
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::path::{Component, Path, PathBuf};

use super::{Attributes, Container, Content, Entry, Format};
use crate::effects::is_partial;
use crate::{Error, Result};

/// Everything below `root/base`, and `base` itself, as members named after `base` (distutils' `make_archive`
/// with its `root_dir` and `base_dir`). `base` is relative to `root`; an empty `root` is the working folder.
///
/// - Tar: depth first and sorted, folders before what is in them. Symbolic links stay links, and a file that
///   was listed before under another name becomes a hard link. Sockets are left out.
/// - Zip: in each folder the folders come first. Names are normalised, `.` itself is no member, links are
///   followed (but folders behind them not entered), and what is neither file nor folder is left out.
pub fn tree(root: &Path, base: &Path, format: &Format) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    match format.container {
        Container::Tar(_) => {
            TarWalk { entries: &mut entries, linked: Linked::default() }.add(&root.join(base), base)?;
        }
        Container::Zip => {
            let top = root.join(base);
            if base != Path::new(".") {
                add_to_zip(&top, &normalised(base), &mut entries)?;
            }
            if is_real_or_linked_folder(&top) {
                walk_for_zip(&top, &normalised(base), &mut entries)?;
            }
        }
    }
    Ok(entries)
}

/// A file's device and inode.
pub(super) type Identity = (u64, u64);

/// Which regular file this is; always `None` where the platform does not tell.
#[cfg(unix)]
pub(super) fn identity(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    metadata.is_file().then(|| (metadata.dev(), metadata.ino()))
}

/// [`identity`] where the file has other names as well.
#[cfg(unix)]
fn shared_identity(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    if metadata.nlink() > 1 { identity(metadata) } else { None }
}

#[cfg(not(unix))]
pub(super) fn identity(_: &Metadata) -> Option<Identity> {
    None
}

#[cfg(not(unix))]
fn shared_identity(_: &Metadata) -> Option<Identity> {
    None
}

/// The names in the archive of files that may get others.
#[derive(Default)]
pub(super) struct Linked(HashMap<Identity, PathBuf>);

impl Linked {
    /// The name under which the file is in the archive already; else it is so from now on, as `name`.
    pub(super) fn earlier_name(&mut self, identity: Option<Identity>, name: &Path) -> Option<PathBuf> {
        match self.0.entry(identity?) {
            hash_map::Entry::Occupied(earlier) => Some(earlier.get().clone()),
            hash_map::Entry::Vacant(place) => {
                place.insert(name.to_path_buf());
                None
            }
        }
    }
}

struct TarWalk<'a> {
    entries: &'a mut Vec<Entry>,
    linked: Linked,
}

impl TarWalk<'_> {
    fn add(&mut self, path: &Path, name: &Path) -> Result<()> {
        let metadata = fs::symlink_metadata(path).map_err(Error::file("archive", path))?;
        let Some(content) = self.content(path, name, &metadata)? else { return Ok(()) };
        let is_folder = matches!(content, Content::Folder);
        self.entries.push(Entry { name: name.to_path_buf(), content, attributes: Attributes::of(&metadata) });
        if is_folder {
            for child in names_in(path)? {
                self.add(&path.join(&child), &name.join(&child))?;
            }
        }
        Ok(())
    }

    fn content(&mut self, path: &Path, name: &Path, metadata: &Metadata) -> Result<Option<Content>> {
        let kind = metadata.file_type();
        if kind.is_dir() {
            return Ok(Some(Content::Folder));
        }
        if kind.is_symlink() {
            let target = fs::read_link(path).map_err(Error::file("read the link", path))?;
            return Ok(Some(Content::Symlink(target)));
        }
        if !kind.is_file() {
            return special(path, metadata);
        }
        Ok(Some(match self.linked.earlier_name(shared_identity(metadata), name) {
            Some(earlier) => Content::HardLink(earlier),
            None => Content::File { source: path.to_path_buf(), len: metadata.len() },
        }))
    }
}

/// What a tar file makes of something that is neither file, folder nor link.
#[cfg(unix)]
fn special(path: &Path, metadata: &Metadata) -> Result<Option<Content>> {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    if kind.is_fifo() {
        Ok(Some(Content::Pipe))
    } else if kind.is_socket() {
        Ok(None)
    } else {
        Err(Error::file("archive", path)(std::io::Error::other("it is a device")))
    }
}

#[cfg(not(unix))]
fn special(_: &Path, _: &Metadata) -> Result<Option<Content>> {
    Ok(None)
}

fn walk_for_zip(folder: &Path, name: &Path, entries: &mut Vec<Entry>) -> Result<()> {
    let (folders, others): (Vec<_>, Vec<_>) =
        names_in(folder)?.into_iter().partition(|child| is_real_or_linked_folder(&folder.join(child)));
    for child in folders.iter().chain(&others) {
        add_to_zip(&folder.join(child), &normalised(&name.join(child)), entries)?;
    }
    for child in &folders {
        let path = folder.join(child);
        if !path.is_symlink() {
            walk_for_zip(&path, &name.join(child), entries)?;
        }
    }
    Ok(())
}

fn add_to_zip(path: &Path, name: &Path, entries: &mut Vec<Entry>) -> Result<()> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        // A link that leads nowhere, or round in a circle.
        Err(_) if path.is_symlink() => return Ok(()),
        Err(error) => return Err(Error::file("archive", path)(error)),
    };
    let content = if metadata.is_dir() {
        Content::Folder
    } else if metadata.is_file() {
        Content::File { source: path.to_path_buf(), len: metadata.len() }
    } else {
        return Ok(());
    };
    entries.push(Entry { name: name.to_path_buf(), content, attributes: Attributes::of(&metadata) });
    Ok(())
}

fn is_real_or_linked_folder(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// The names in a folder, sorted; without files that this or another run is just writing.
fn names_in(folder: &Path) -> Result<Vec<OsString>> {
    let read = |folder: &Path| -> std::io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name();
            if !is_partial(&name) {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    };
    read(folder).map_err(Error::file("list", folder))
}

/// The path without `.`, without what `..` undoes, and relative (Python's `normpath`, and zipfile's own rule).
fn normalised(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => clean.push(name),
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            Component::ParentDir if !path.has_root() => clean.push(".."),
            _ => {}
        }
    }
    if clean.as_os_str().is_empty() {
        return PathBuf::from(".");
    }
    clean
}
