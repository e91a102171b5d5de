//! Listing the files of a release as if they had been copied below a folder of its name.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::tree::{Identity, Linked, identity};
use super::{Attributes, Container, Content, Entry, Format, ownership};
use crate::effects::{Cancel, on_all_cores};
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
    /// Whether a link is packed as the file that it leads to, and a second name of a file as a file of its own.
    pub follow: bool,
}

#[derive(Debug, Clone)]
pub enum Contents {
    /// A file, relative to the release's root.
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

impl ReleaseFile {
    /// A file that has the same name below the root and in the release.
    pub fn on_disk(name: impl Into<PathBuf>) -> ReleaseFile {
        let name = name.into();
        ReleaseFile {
            contents: Contents::Disk(name.clone()),
            name,
            mode: None,
            modified: None,
            follow: false,
        }
    }

    /// A file that is made up on the way.
    pub fn in_memory(name: impl Into<PathBuf>, contents: impl Into<Arc<[u8]>>) -> ReleaseFile {
        let contents = Contents::Memory(contents.into());
        ReleaseFile { name: name.into(), contents, mode: None, modified: None, follow: false }
    }
}

/// The mode of the folders, which are nowhere on the disk.
const FOLDER_MODE: u32 = 0o755;
/// The mode of files that are only in memory.
const FILE_MODE: u32 = 0o644;

/// The members of a release: a folder `base`, and below it the folders and files that a copy by hard links
/// would have, sorted depth first. Where two files have one name, the later one counts.
///
/// Sources are relative to `root`. Folders are as new as the newest file, so that nothing depends on the clock.
/// As in [`tree`](super::tree), a symbolic link to a file is a link in a tar file too, and so are the second
/// and later names of one file (which may have them by way of a link to a folder), unless the file says
/// [`follow`](ReleaseFile::follow); in a zip file all are files. A source that leads to no regular file is
/// [`Error::NotARegularFile`].
pub fn release(
    root: &Path,
    base: &Path,
    files: &[ReleaseFile],
    format: &Format,
    cancel: &Cancel,
) -> Result<Vec<Entry>> {
    let keep_links = matches!(format.container, Container::Tar(_));
    let mut named = BTreeMap::new();
    for file in files {
        named.insert(below(base, &file.name)?, file);
    }
    let files: Vec<(PathBuf, &ReleaseFile)> = named.into_iter().collect();
    let one = |(name, file): &(PathBuf, &ReleaseFile)| {
        cancel.check().and_then(|()| look_up(root, name.clone(), file, keep_links && !file.follow))
    };
    let listed = on_all_cores(&files, 64, one).into_iter().collect::<Result<Vec<_>>>()?;

    let newest = listed.iter().filter_map(|found| found.modified).max().unwrap_or(0);
    let (uid, gid) = ownership::of_this_process();
    let folder = |name: &Path| Entry {
        name: name.to_path_buf(),
        content: Content::Folder,
        attributes: Attributes { mode: FOLDER_MODE, modified: newest, uid, gid },
    };
    let mut entries: Vec<Entry> = Vec::with_capacity(listed.len() + listed.len() / 8 + 1);
    let mut at = base.to_path_buf();
    entries.push(folder(base));
    let mut linked = Linked::default();
    for Found { mut entry, modified, identity } in listed {
        entry.attributes.modified = modified.unwrap_or(newest);
        if keep_links && let Some(earlier) = linked.earlier_name(identity, &entry.name) {
            entry.content = Content::HardLink(earlier);
        }
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

/// What is known about one file.
struct Found {
    entry: Entry,
    /// Its time, if it has one.
    modified: Option<i64>,
    identity: Option<Identity>,
}

fn look_up(root: &Path, name: PathBuf, file: &ReleaseFile, keep_links: bool) -> Result<Found> {
    let (content, attributes, modified, identity) = match &file.contents {
        Contents::Memory(bytes) => {
            let (uid, gid) = ownership::of_this_process();
            let attributes = Attributes { mode: FILE_MODE, modified: 0, uid, gid };
            (Content::Memory(bytes.clone()), attributes, None, None)
        }
        Contents::Disk(path) => {
            let source = root.join(path);
            let (content, metadata) = on_disk(&source, keep_links).ok_or(Error::NotARegularFile(source))?;
            let attributes = Attributes::of(&metadata);
            let identity = if keep_links { identity(&metadata) } else { None };
            (content, attributes, Some(attributes.modified), identity)
        }
    };
    let attributes = Attributes { mode: file.mode.unwrap_or(attributes.mode), ..attributes };
    Ok(Found { entry: Entry { name, content, attributes }, modified: file.modified.or(modified), identity })
}

/// A regular file or a link to one; `None` for all else.
fn on_disk(source: &Path, keep_links: bool) -> Option<(Content, Metadata)> {
    let metadata = fs::symlink_metadata(source).ok()?;
    if !metadata.is_symlink() {
        let content = Content::File { source: source.to_path_buf(), len: metadata.len() };
        return metadata.is_file().then_some((content, metadata));
    }
    let target = fs::metadata(source).ok().filter(Metadata::is_file)?;
    if keep_links {
        return Some((Content::Symlink(fs::read_link(source).ok()?), metadata));
    }
    Some((Content::File { source: source.to_path_buf(), len: target.len() }, target))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn listed(root: &Path, names: &[&str], format: &str) -> Vec<(String, String)> {
        let files: Vec<ReleaseFile> = names.iter().map(ReleaseFile::on_disk).collect();
        let format = Format::named(format).unwrap();
        release(root, Path::new("p-1"), &files, format, &Cancel::default())
            .unwrap()
            .into_iter()
            .map(|entry| {
                let what = match entry.content {
                    Content::Folder => "folder".to_string(),
                    Content::Symlink(target) => format!("-> {}", target.display()),
                    Content::HardLink(earlier) => format!("= {}", earlier.display()),
                    _ => "file".to_string(),
                };
                (entry.name.display().to_string(), what)
            })
            .collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, what)| (name.to_string(), what.to_string())).collect()
    }

    #[test]
    fn a_release_has_the_folders_that_its_files_are_in_and_keeps_links_in_tar_files() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("a/b")).unwrap();
        fs::write(at("a/b/c"), "c").unwrap();
        fs::write(at("a.txt"), "text").unwrap();
        fs::hard_link(at("a.txt"), at("b.txt")).unwrap();
        std::os::unix::fs::symlink("a.txt", at("link")).unwrap();
        std::os::unix::fs::symlink("a", at("folder link")).unwrap();

        let names = ["link", "b.txt", "a.txt", "./a/b/c", "a.txt", "folder link/b/c"];
        let expected = [
            ("p-1", "folder"),
            ("p-1/a", "folder"),
            ("p-1/a/b", "folder"),
            ("p-1/a/b/c", "file"),
            ("p-1/a.txt", "file"),
            ("p-1/b.txt", "= p-1/a.txt"),
            ("p-1/folder link", "folder"),
            ("p-1/folder link/b", "folder"),
            ("p-1/folder link/b/c", "= p-1/a/b/c"),
            ("p-1/link", "-> a.txt"),
        ];
        assert_eq!(listed(root.path(), &names, "gztar"), pairs(&expected));
        let all_files = expected.map(|(name, what)| (name, if what == "folder" { what } else { "file" }));
        assert_eq!(listed(root.path(), &names, "zip"), pairs(&all_files));
    }

    #[test]
    fn what_leads_to_no_file_or_out_of_the_release_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("nowhere", root.path().join("link")).unwrap();
        let format = Format::named("tar").unwrap();
        for name in ["missing", "link", "../x", "."] {
            let files = [ReleaseFile::on_disk(name)];
            release(root.path(), Path::new("p-1"), &files, format, &Cancel::default()).unwrap_err();
        }
    }
}
