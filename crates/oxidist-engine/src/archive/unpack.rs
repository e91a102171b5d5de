//! Unpacking a source archive, so that nothing lands outside the folder it is unpacked into.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ::tar::EntryType;
use ::zip::ZipArchive;

use super::limits::{LONGEST_NAME, Meter, Metered};
use crate::effects::{Cancel, Copy, Effects, Means, reading};
use crate::terminal;
use crate::{Error, Result};

/// Unpack `archive` into the folder `into`, which exists, and return the one folder that the archive holds.
///
/// Tar files (plain, or compressed with gzip, bzip2 or xz) and zip files are told apart by their contents. An
/// absolute name, a `..`, a link that leads out of `into` or through another link, a device or a pipe is an
/// [`Error::Archive`] that names the member, as is an archive with anything but one folder at its top. Files
/// keep their times, and of their modes whether they can be executed.
///
/// What an archive may take up is bounded by the variables in [`limits`](super::limits).
pub fn unpack(effects: &dyn Effects, archive: &Path, into: &Path, cancel: &Cancel) -> Result<PathBuf> {
    unpack_within(effects, archive, into, cancel, Rc::new(Meter::of_environment()?))
}

pub(super) fn unpack_within(
    effects: &dyn Effects,
    archive: &Path,
    into: &Path,
    cancel: &Cancel,
    meter: Rc<Meter>,
) -> Result<PathBuf> {
    let mut file = reading::open_regular(archive).map_err(Error::file("open", archive))?;
    let mut start = Vec::new();
    file.by_ref().take(6).read_to_end(&mut start).map_err(Error::file("read", archive))?;
    file.seek(SeekFrom::Start(0)).map_err(Error::file("read", archive))?;

    let file = BufReader::with_capacity(128 * 1024, file);
    let mut unpacking = Unpacking {
        effects,
        archive,
        into,
        cancel,
        folders: BTreeSet::new(),
        links: BTreeMap::new(),
        tops: BTreeSet::new(),
        meter,
    };
    match start.as_slice() {
        [b'P', b'K', ..] => unpacking.zip(file)?,
        [0x1f, 0x8b, ..] => unpacking.tar(flate2::bufread::MultiGzDecoder::new(file))?,
        [b'B', b'Z', b'h', ..] => unpacking.tar(bzip2::bufread::MultiBzDecoder::new(file))?,
        [0xfd, b'7', b'z', b'X', b'Z', 0] => {
            let flags = liblzma::stream::CONCATENATED;
            let decoder = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, flags)
                .map_err(|error| unpacking.unreadable(error.into()))?;
            unpacking.tar(liblzma::bufread::XzDecoder::new_stream(file, decoder))?
        }
        _ => unpacking.tar(file)?,
    }
    unpacking.make_links()?;
    unpacking.top()
}

/// What xz may take to unpack: its largest preset needs 65 MiB.
const XZ_MEMORY: u64 = 512 << 20;

struct Unpacking<'a> {
    effects: &'a dyn Effects,
    archive: &'a Path,
    into: &'a Path,
    cancel: &'a Cancel,
    /// Folders that have been made, relative to `into`.
    folders: BTreeSet<PathBuf>,
    /// Symbolic links and their texts. They are made last, so that nothing is ever written through one.
    links: BTreeMap<PathBuf, PathBuf>,
    /// The first parts of all names.
    tops: BTreeSet<OsString>,
    meter: Rc<Meter>,
}

impl Unpacking<'_> {
    fn tar(&mut self, stream: impl Read) -> Result<()> {
        let meter = Rc::clone(&self.meter);
        let mut archive = ::tar::Archive::new(Metered::new(stream, &meter));
        let mut members = archive.entries().map_err(|error| self.unreadable(error))?;
        loop {
            self.cancel.check()?;
            meter.begin_header();
            let Some(member) = members.next() else { return Ok(()) };
            let mut member = member.map_err(|error| self.unreadable(error))?;
            meter.begin_contents();
            meter.member().map_err(|error| self.unreadable(error))?;
            self.tar_member(&mut member)?;
            // Skip the rest of its contents: the next header follows them.
            self.skip(&mut member)?;
        }
    }

    fn tar_member<R: Read>(&mut self, member: &mut ::tar::Entry<'_, R>) -> Result<()> {
        let kind = member.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            return Ok(());
        }
        let raw = path_of(&member.path_bytes());
        let name = self.safe_name(&raw)?;
        let mode = member.header().mode().unwrap_or(0o644);
        let modified = modified(member);
        let target = member.link_name_bytes().map(|bytes| path_of(&bytes)).unwrap_or_default();
        match kind {
            EntryType::Directory => self.folder(&name),
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let len = member.size();
                self.file(&name, mode, modified, len, member)
            }
            EntryType::Symlink => self.symlink(&name, target),
            EntryType::Link => self.hard_link(&name, &target),
            _ => Err(self.refused(&name, "is neither a file, a folder nor a link")),
        }
    }

    fn skip(&self, from: &mut dyn Read) -> Result<()> {
        let mut buffer = vec![0; 64 * 1024];
        while from.read(&mut buffer).map_err(|error| self.unreadable(error))? > 0 {
            self.cancel.check()?;
        }
        Ok(())
    }

    fn zip(&mut self, stream: impl Read + Seek) -> Result<()> {
        let mut archive = ZipArchive::new(stream).map_err(|error| self.unreadable(error.into()))?;
        for index in 0..archive.len() {
            self.cancel.check()?;
            self.meter.member().map_err(|error| self.unreadable(error))?;
            let mut member = archive.by_index(index).map_err(|error| self.unreadable(error.into()))?;
            let raw = path_of(member.name_raw());
            let name = self.safe_name(&raw)?;
            let mode = member.unix_mode().unwrap_or(0o644);
            if member.is_dir() {
                self.folder(&name)?;
            } else if member.is_symlink() {
                let mut target = Vec::new();
                let longest = LONGEST_NAME as u64 + 1;
                member
                    .by_ref()
                    .take(longest)
                    .read_to_end(&mut target)
                    .map_err(|error| self.unreadable(error))?;
                self.symlink(&name, path_of(&target))?;
            } else {
                let modified = member.last_modified().and_then(local_time);
                let len = member.size();
                self.file(&name, mode, modified, len, &mut member)?;
            }
        }
        Ok(())
    }

    /// A member's name, relative to `into` and without `.`.
    fn safe_name(&mut self, name: &Path) -> Result<PathBuf> {
        if name.as_os_str().len() > LONGEST_NAME {
            return Err(self.refused(name, "has a name that is too long for a file system"));
        }
        if name.as_os_str().as_encoded_bytes().contains(&0) {
            return Err(self.refused(name, "has a zero byte in its name"));
        }
        let Some(safe) = inside(name) else {
            return Err(self.refused(name, "would be unpacked outside the folder"));
        };
        if let Some(Component::Normal(top)) = safe.components().next() {
            self.tops.insert(top.to_os_string());
        }
        Ok(safe)
    }

    fn folder(&mut self, name: &Path) -> Result<()> {
        let mut missing: Vec<&Path> = name
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && !self.folders.contains(*folder))
            .collect();
        missing.reverse();
        for folder in missing {
            self.require_no_link(folder)?;
            let path = self.into.join(folder);
            if !self.effects.is_folder(&path) {
                self.effects.make_folder(&path, 0o777)?;
            }
            self.remember(folder)?;
            self.folders.insert(folder.to_path_buf());
        }
        Ok(())
    }

    fn file(
        &mut self,
        name: &Path,
        mode: u32,
        modified: Option<SystemTime>,
        len: u64,
        from: &mut dyn Read,
    ) -> Result<()> {
        self.require_no_link(name)?;
        self.folder(name.parent().unwrap_or(Path::new("")))?;
        let path = self.into.join(name);
        let mode = if mode & 0o100 != 0 { 0o777 } else { 0o666 };
        let mut buffer = vec![0; 64 * 1024];
        let this = &*self;
        self.effects.replace_file(&path, mode, &mut |out| {
            let mut missing = len;
            loop {
                this.cancel.check()?;
                let read = from.read(&mut buffer).map_err(|error| this.unreadable(error))?;
                if read == 0 {
                    break;
                }
                missing = missing.saturating_sub(read as u64);
                this.meter.writes(read as u64).map_err(|error| this.unreadable(error))?;
                out.write_all(&buffer[..read]).map_err(Error::file("write", &path))?;
            }
            // An archive that was cut short ends without an error here.
            if missing == 0 { Ok(()) } else { Err(this.refused(name, "is not there in full")) }
        })?;
        modified.map_or(Ok(()), |modified| self.effects.set_modified(&path, modified))
    }

    fn symlink(&mut self, name: &Path, target: PathBuf) -> Result<()> {
        self.folder(name.parent().unwrap_or(Path::new("")))?;
        if self.folders.contains(name) {
            return Err(self.refused(name, "is a link and a folder at once"));
        }
        if target.as_os_str().len() > LONGEST_NAME {
            return Err(self.refused(name, "is a link to a name that is too long for a file system"));
        }
        if target.as_os_str().as_encoded_bytes().contains(&0) {
            return Err(self.refused(name, "is a link to a name with a zero byte"));
        }
        self.remember(name)?;
        self.remember(&target)?;
        self.links.insert(name.to_path_buf(), target);
        Ok(())
    }

    /// A second name for a file that was unpacked before becomes a file of its own.
    fn hard_link(&mut self, name: &Path, target: &Path) -> Result<()> {
        let Some(target) = inside(target) else {
            let leads = format!("is a link to '{}', which leads outside", shown(target));
            return Err(self.refused(name, &leads));
        };
        if let Some(text) = self.links.get(&target).cloned() {
            return self.symlink(name, text);
        }
        self.require_no_link(&target)?;
        self.require_no_link(name)?;
        self.folder(name.parent().unwrap_or(Path::new("")))?;
        let from = self.into.join(target);
        // It is written once more, and counts once more.
        let len = self.effects.stat(&from).map_or(0, |facts| facts.len);
        self.meter.writes(len).map_err(|error| self.unreadable(error))?;
        let copy = Copy {
            from,
            to: self.into.join(name),
            preserve_mode: true,
            preserve_times: true,
            only_newer: false,
            means: Means::Contents,
        };
        self.effects.copy_files(&[copy], self.cancel).map(drop).map_err(|stopped| stopped.error)
    }

    /// No part of `name` may be a link of this archive.
    fn require_no_link(&self, name: &Path) -> Result<()> {
        if name.ancestors().any(|part| self.links.contains_key(part)) {
            return Err(self.refused(name, "would be written through a link"));
        }
        Ok(())
    }

    fn make_links(&self) -> Result<()> {
        for (name, target) in &self.links {
            let mut place = name.parent().unwrap_or(Path::new("")).to_path_buf();
            for component in target.components() {
                // With no link on the way, what the name says is where it leads.
                let inside = !self.links.contains_key(&place)
                    && match component {
                        Component::Normal(part) => {
                            place.push(part);
                            true
                        }
                        Component::CurDir => true,
                        Component::ParentDir => place.pop(),
                        _ => false,
                    };
                if !inside {
                    let leads = format!("is a link to '{}', which leads outside", shown(target));
                    return Err(self.refused(name, &leads));
                }
            }
        }
        self.links.iter().try_for_each(|(name, target)| {
            self.cancel.check()?;
            self.effects.make_symlink(target, &self.into.join(name))
        })
    }

    /// The one folder that everything was in.
    fn top(&self) -> Result<PathBuf> {
        let mut tops = self.tops.iter();
        match (tops.next(), tops.next()) {
            (Some(top), None) if self.folders.contains(Path::new(top)) => Ok(self.into.join(top)),
            _ => {
                let message = "a source archive holds one folder, and everything in it".to_string();
                Err(Error::Archive { archive: self.archive.to_path_buf(), message })
            }
        }
    }

    /// Count a name that is kept until the end.
    fn remember(&self, name: &Path) -> Result<()> {
        self.meter.remembers(name.as_os_str().len()).map_err(|error| self.unreadable(error))
    }

    fn refused(&self, member: &Path, why: &str) -> Error {
        let message = format!("member '{}' {why}", shown(member));
        Error::Archive { archive: self.archive.to_path_buf(), message }
    }

    fn unreadable(&self, error: io::Error) -> Error {
        if let Some(message) = self.meter.complaint() {
            return Error::Archive { archive: self.archive.to_path_buf(), message };
        }
        // A header that is none is quoted in the reason, line breaks and all.
        let reason = crate::reason(&error);
        let reason = reason.lines().next().unwrap_or("no reason is known").trim_end();
        let message = format!("not an archive that can be read: {}", terminal::short(reason, 300));
        Error::Archive { archive: self.archive.to_path_buf(), message }
    }
}

/// A name from an archive, for a message: on one line, and no longer than a line.
fn shown(name: &Path) -> String {
    terminal::short(&name.to_string_lossy(), 200)
}

/// A name without `.`; `None` for one that leads elsewhere.
fn inside(name: &Path) -> Option<PathBuf> {
    let mut safe = PathBuf::new();
    for component in name.components() {
        match component {
            Component::Normal(part) => safe.push(part),
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(safe)
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// A member's time: the extended header's, which may have a fraction, or the plain one's. `None` where there is none
/// that this system can tell.
fn modified<R: Read>(member: &mut ::tar::Entry<'_, R>) -> Option<SystemTime> {
    let extended = member.pax_extensions().ok().flatten().and_then(|mut records| {
        let record =
            records.find(|record| record.as_ref().is_ok_and(|record| record.key_bytes() == b"mtime"));
        record?.ok()?.value().ok()?.parse::<f64>().ok()
    });
    match extended {
        Some(seconds) => {
            let distance = Duration::try_from_secs_f64(seconds.abs()).ok()?;
            moment(distance, seconds < 0.0)
        }
        None => {
            let seconds = member.header().mtime().ok()?;
            // In GNU's form for large numbers, a negative one begins so.
            let is_negative = member.header().as_old().mtime[0] == 0xff;
            let distance = if is_negative { seconds.wrapping_neg() } else { seconds };
            moment(Duration::from_secs(distance), is_negative)
        }
    }
}

/// So long after 1970, or before it.
fn moment(distance: Duration, before: bool) -> Option<SystemTime> {
    if before { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
}

fn local_time(time: ::zip::DateTime) -> Option<SystemTime> {
    use chrono::{Local, NaiveDate, TimeZone};
    let date = NaiveDate::from_ymd_opt(time.year().into(), time.month().into(), time.day().into())?;
    let local = date.and_hms_opt(time.hour().into(), time.minute().into(), time.second().into())?;
    Some(Local.from_local_datetime(&local).earliest()?.into())
}
