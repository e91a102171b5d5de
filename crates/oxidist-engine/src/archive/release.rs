//! Listing the files of a release as if they had been copied below a folder of its name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Attributes, Content, Entry, ownership};
use crate::effects::Cancel;
use crate::{Error, Result};

/// One file of a release.
#[derive(Debug, Clone)]
pub struct ReleaseFile {
    /// Below the release's folder.
    pub name: PathBuf,
    pub contents: Contents,
    /// Permission bits; `None`: the source's, or `0o644`.
    pub mode: Option<u32>,
    /// Seconds since 1970; `None`: the source's, or the newest time among the release's files on the disk.
    pub modified: Option<i64>,
}

#[derive(Debug, Clone)]
pub enum Contents {
    /// A file, relative to the release's root. Links are followed.
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

impl ReleaseFile {
    /// A file that has the same name below the root and in the release.
    pub fn on_disk(name: impl Into<PathBuf>) -> ReleaseFile {
        let name = name.into();
        ReleaseFile { contents: Contents::Disk(name.clone()), name, mode: None, modified: None }
    }

    /// A file that is made up on the way.
    pub fn in_memory(name: impl Into<PathBuf>, contents: impl Into<Arc<[u8]>>) -> ReleaseFile {
        let contents = Contents::Memory(contents.into());
        ReleaseFile { name: name.into(), contents, mode: None, modified: None }
    }
}

/// The mode of the folders, which are nowhere on the disk.
const FOLDER_MODE: u32 = 0o755;
/// The mode of files that are only in memory.
const FILE_MODE: u32 = 0o644;

/// The members of a release: a folder `base`, and below it the folders and files that a copy would have, sorted
/// depth first. Where two files have one name, the later one counts.
///
/// Sources are relative to `root`. Folders are as new as the newest file, so that nothing depends on the clock.
/// A source that is no regular file is [`Error::NotARegularFile`].
pub fn release(root: &Path, base: &Path, files: &[ReleaseFile], cancel: &Cancel) -> Result<Vec<Entry>> {
    let mut named = BTreeMap::new();
    for file in files {
        named.insert(below(base, &file.name)?, file);
    }
    let files: Vec<(PathBuf, &ReleaseFile)> = named.into_iter().collect();
    let listed = files
        .into_par_iter()
        .with_min_len(64)
        .map(|(name, file)| cancel.check().and_then(|()| look_up(root, name, file)))
        .collect::<Vec<Result<_>>>()
        .into_iter()
        .collect::<Result<Vec<_>>>()?;

    let newest = listed.iter().filter_map(|(_, modified)| *modified).max().unwrap_or(0);
    let (uid, gid) = ownership::of_this_process();
    let folder = |name: &Path| Entry {
        name: name.to_path_buf(),
        content: Content::Folder,
        attributes: Attributes { mode: FOLDER_MODE, modified: newest, uid, gid },
    };
    let mut entries: Vec<Entry> = Vec::with_capacity(listed.len() + listed.len() / 8 + 1);
    let mut at = base.to_path_buf();
    entries.push(folder(base));
    for (mut entry, modified) in listed {
        entry.attributes.modified = modified.unwrap_or(newest);
        let parent = entry.name.parent().unwrap_or(base).to_path_buf();
        if parent != at {
            let shared = parent.ancestors().find(|folder| at.starts_with(folder)).unwrap_or(base);
            let mut missing: Vec<&Path> = parent.ancestors().take_while(|folder| *folder != shared).collect();
            missing.reverse();
            entries.extend(missing.into_iter().map(folder));
            at = parent;
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// `name` below `base`, freed of `.`; a name that leads elsewhere is an error.
fn below(base: &Path, name: &Path) -> Result<PathBuf> {
    let mut path = base.to_path_buf();
    for component in name.components() {
        match component {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            _ => {
                return Err(Error::Option(format!(
                    "can't archive '{}': it is not below the project's folder",
                    name.display()
                )));
            }
        }
    }
    Ok(path)
}

/// The member for one file, and its time if that is known already.
fn look_up(root: &Path, name: PathBuf, file: &ReleaseFile) -> Result<(Entry, Option<i64>)> {
    let (content, found, modified) = match &file.contents {
        Contents::Memory(bytes) => {
            let (uid, gid) = ownership::of_this_process();
            (Content::Memory(bytes.clone()), Attributes { mode: FILE_MODE, modified: 0, uid, gid }, None)
        }
        Contents::Disk(path) => {
            let source = root.join(path);
            let metadata = match fs::metadata(&source) {
                Ok(metadata) if metadata.is_file() => metadata,
                _ => return Err(Error::NotARegularFile(source)),
            };
            let found = Attributes::of(&metadata);
            (Content::File { len: metadata.len(), source }, found, Some(found.modified))
        }
    };
    let attributes = Attributes { mode: file.mode.unwrap_or(found.mode), ..found };
    Ok((Entry { name, content, attributes }, file.modified.or(modified)))
}
