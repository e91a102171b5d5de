//! Writing a wheel from a list of members.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::record::{record_own_row, record_row};
use crate::archive::{self, Attributes, Content, Entry, Options, Sha256Digest, Written};
use crate::effects::{Cancel, Effects, Kind, on_all_cores};
use crate::{Error, Result};

/// One file of a wheel.
#[derive(Debug, Clone)]
pub struct Member {
    /// In the wheel, with `/` between its parts.
    pub name: String,
    pub source: Source,
    /// None: as the file on the disk is.
    pub executable: Option<bool>,
}

/// Where a member's contents are.
#[derive(Debug, Clone)]
pub enum Source {
    /// On the disk, relative to the working folder, or absolute.
    File(PathBuf),
    Memory(Arc<[u8]>),
}

impl Member {
    pub fn file(name: impl Into<String>, path: impl Into<PathBuf>) -> Member {
        Member { name: name.into(), source: Source::File(path.into()), executable: None }
    }

    pub fn bytes(name: impl Into<String>, contents: impl Into<Arc<[u8]>>) -> Member {
        Member { name: name.into(), source: Source::Memory(contents.into()), executable: None }
    }

    /// Where it is from, in words.
    fn origin(&self) -> String {
        match &self.source {
            Source::File(path) => format!("'{}'", path.display()),
            Source::Memory(_) => "what Oxidist writes itself".into(),
        }
    }

    fn is_the_same_file(&self, other: &Member) -> bool {
        match (&self.source, &other.source) {
            (Source::File(one), Source::File(other)) => one == other,
            (Source::Memory(one), Source::Memory(other)) => one == other,
            _ => false,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Compression {
    #[default]
    Deflated,
    Stored,
}

/// How a wheel is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Seconds since 1970, the time of all members. None: zip's first day, 1980-01-01, so that the time of a
    /// checkout does not show.
    pub source_date_epoch: Option<u64>,
    pub compression: Compression,
}

/// 1980-01-01
const FIRST_DAY: i64 = 315_532_800;

const FILE_MODE: u32 = 0o644;
const EXECUTABLE_MODE: u32 = 0o755;
const EXECUTABLE_BITS: u32 = 0o111;

/// Write a wheel at `path`, whole or not at all; `None` if `effects` only pretends.
///
/// `dist_info` is the name of its `.dist-info` folder, whose files come last, with RECORD at the end. Modes are
/// 0644 or 0755. The order of `members` has no part in the result.
///
/// # Errors
/// [`Error::Archive`] for two members of one name (if they are not the same file twice), a name that is another
/// one's folder, or one that leads out of the wheel; [`Error::NotARegularFile`]; [`Error::File`].
pub fn write(
    effects: &dyn Effects,
    path: &Path,
    dist_info: &str,
    members: Vec<Member>,
    settings: &Settings,
    cancel: &Cancel,
) -> Result<Option<Written>> {
    let members = in_order(path, dist_info, members)?;
    let epoch = settings.source_date_epoch.and_then(|epoch| i64::try_from(epoch).ok());
    let modified = epoch.unwrap_or(FIRST_DAY).max(FIRST_DAY);
    let options = Options {
        stored: settings.compression == Compression::Stored,
        // Times are UTC's.
        source_date_epoch: Some(modified.unsigned_abs()),
        ..Options::default()
    };
    let entries = || -> Result<Vec<Entry>> {
        let one = |member: &Member| cancel.check().and_then(|()| entry(member, modified));
        on_all_cores(&members, 64, one).into_iter().collect()
    };
    let record_name = format!("{dist_info}/RECORD");
    let closing = |entries: &[Entry], digests: &[Sha256Digest]| -> Entry {
        let text = record(entries, digests, &record_name);
        let attributes = Attributes { mode: FILE_MODE, modified, uid: 0, gid: 0 };
        Entry {
            name: record_name.clone().into(),
            content: Content::Memory(text.into_bytes().into()),
            attributes,
        }
    };
    archive::write_closed_zip(effects, path, &entries, &closing, &options, cancel)
}

/// The members sorted, each once, the `.dist-info` folder's last, without RECORD. `wheel` is named in errors.
///
/// # Errors
/// [`Error::Archive`] as [`write`].
pub fn in_order(wheel: &Path, dist_info: &str, members: Vec<Member>) -> Result<Vec<Member>> {
    let refuse = |message: String| Error::Archive { archive: wheel.to_path_buf(), message };
    let record = format!("{dist_info}/RECORD");
    let mut named: BTreeMap<(bool, String), Member> = BTreeMap::new();
    for member in members {
        if leads_elsewhere(&member.name) {
            let message =
                format!("{} cannot be put at '{}': not a place in a wheel", member.origin(), member.name);
            return Err(refuse(message));
        }
        // Made while the others are written.
        if member.name == record {
            continue;
        }
        let is_info = member.name.strip_prefix(dist_info).is_some_and(|rest| rest.starts_with('/'));
        let place = (is_info, member.name.clone());
        if let Some(other) = named.get(&place) {
            if other.is_the_same_file(&member) {
                continue;
            }
            let (name, one, two) = (&member.name, other.origin(), member.origin());
            return Err(refuse(format!("two files for one place, '{name}': {one} and {two}")));
        }
        named.insert(place, member);
    }
    let folders: BTreeSet<&str> =
        named.keys().flat_map(|(_, name)| name.match_indices('/').map(|(at, _)| &name[..at])).collect();
    if let Some(member) = named.values().find(|member| folders.contains(member.name.as_str())) {
        let (name, origin) = (&member.name, member.origin());
        return Err(refuse(format!("'{name}' is a file ({origin}) and a folder with other files")));
    }
    Ok(named.into_values().collect())
}

fn leads_elsewhere(name: &str) -> bool {
    name.is_empty()
        || name.contains(['\\', '\n', '\r', '\0'])
        || name.split('/').any(|part| part.is_empty() || part == "." || part == "..")
        || !Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

fn entry(member: &Member, modified: i64) -> Result<Entry> {
    let (content, found) = match &member.source {
        Source::Memory(bytes) => (Content::Memory(bytes.clone()), false),
        Source::File(path) => {
            let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file);
            let metadata = metadata.ok_or_else(|| Error::NotARegularFile(path.clone()))?;
            (Content::File { source: path.clone(), len: metadata.len() }, is_executable(&metadata))
        }
    };
    let mode = if member.executable.unwrap_or(found) { EXECUTABLE_MODE } else { FILE_MODE };
    let attributes = Attributes { mode, modified, uid: 0, gid: 0 };
    Ok(Entry { name: PathBuf::from(&member.name), content, attributes })
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(metadata) & EXECUTABLE_BITS != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    let _ = EXECUTABLE_BITS;
    false
}

/// RECORD: each file with its digest and length, itself without.
fn record(entries: &[Entry], digests: &[Sha256Digest], own_name: &str) -> String {
    let mut text = String::new();
    for (entry, digest) in entries.iter().zip(digests) {
        text.push_str(&record_row(&entry.name.to_string_lossy(), digest, entry.len()));
    }
    text.push_str(&record_own_row(own_name));
    text
}

/// Everything below `folder` as members below `prefix` (empty, or with `/` at its end), as `effects` sees it.
///
/// # Errors
/// [`Error::File`] for a folder that cannot be read, and for a name that is not Unicode, which RECORD cannot hold.
pub fn members_of_folder(
    effects: &dyn Effects,
    folder: &Path,
    prefix: &str,
    cancel: &Cancel,
) -> Result<Vec<Member>> {
    let mut members = Vec::new();
    let mut pending = vec![(folder.to_path_buf(), prefix.to_string())];
    while let Some((folder, prefix)) = pending.pop() {
        cancel.check()?;
        for name in effects.list(&folder).map_err(Error::file("read", &folder))? {
            if crate::effects::is_partial(&name) {
                continue;
            }
            let path = folder.join(&name);
            let Some(text) = name.to_str() else {
                let reason = std::io::Error::other("its name is not Unicode, and a wheel cannot hold it");
                return Err(Error::file("pack", path)(reason));
            };
            let name = format!("{prefix}{text}");
            match effects.stat(&path).map(|facts| facts.kind) {
                Ok(Kind::Folder) if leads_back(&path, &folder) => {
                    let reason = std::io::Error::other("it leads back to a folder that it is in");
                    return Err(Error::file("pack", path)(reason));
                }
                Ok(Kind::Folder) => pending.push((path, name + "/")),
                Ok(Kind::File) => members.push(Member::file(name, path)),
                _ => return Err(Error::NotARegularFile(path)),
            }
        }
    }
    Ok(members)
}

/// Whether `path` in `folder` is a link to that folder, or to one that it is in.
fn leads_back(path: &Path, folder: &Path) -> bool {
    path.is_symlink()
        && matches!((path.canonicalize(), folder.canonicalize()), (Ok(to), Ok(from)) if from.starts_with(&to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::Disk;

    fn made(folder: &Path, members: Vec<Member>) -> Result<Option<Written>> {
        write(
            &Disk::default(),
            &folder.join("p.whl"),
            "p-1.dist-info",
            members,
            &Settings::default(),
            &Cancel::default(),
        )
    }

    #[test]
    fn members_are_sorted_and_those_of_the_info_folder_come_last() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["z/a.py", "p-1.dist-info/WHEEL", "a, b.py", "p-1.dist-info/METADATA"];
        made(folder.path(), names.iter().map(|name| Member::bytes(*name, name.as_bytes())).collect())
            .unwrap();
        let file = fs::File::open(folder.path().join("p.whl")).unwrap();
        let mut archive = zip::ZipArchive::new(file).unwrap();
        let found: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        let expected =
            ["a, b.py", "z/a.py", "p-1.dist-info/METADATA", "p-1.dist-info/WHEEL", "p-1.dist-info/RECORD"];
        assert_eq!(found, expected);
        let record = std::io::read_to_string(archive.by_name("p-1.dist-info/RECORD").unwrap()).unwrap();
        assert!(record.starts_with("\"a, b.py\",sha256="), "{record}");
        assert!(record.ends_with("p-1.dist-info/RECORD,,\n"), "{record}");
    }

    #[test]
    fn two_files_for_one_place_and_names_that_lead_elsewhere_are_refused_and_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let text = |name: &str, text: &str| Member::bytes(name, text.as_bytes());
        for members in [
            vec![text("a", "1"), text("a", "2")],
            vec![text("a", "1"), text("a/b", "2")],
            vec![text("../a", "1")],
            vec![text("/a", "1")],
            vec![text("a//b", "1")],
            vec![text("a\\b", "1")],
            vec![Member::file("a", folder.path().join("missing"))],
        ] {
            let error = made(folder.path(), members).unwrap_err().to_string();
            assert!(!error.contains('\n'), "{error}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        made(folder.path(), vec![text("a", "1"), text("a", "1")]).unwrap();
    }
}
