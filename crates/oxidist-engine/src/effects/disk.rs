//! The door that opens: files are really written, processes really started.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, FileTimes};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use super::output::{self, Output, Over};
use super::partial::Partial;
use super::{
    Action, Cancel, Captured, Conversation, Copied, Copy, Effects, Facts, Fill, FillMany, Journal, Kind,
    Ledger, Makes, Means, NewFile, Patience, Process, Stopped, left_over, on_all_cores,
};
use crate::{Error, Result};

/// Does what it is told.
#[derive(Debug, Default)]
pub struct Disk {
    journal: Journal,
    patience: Patience,
}

impl Disk {
    /// One that waits in this way for the reader of a pipe.
    pub fn with(patience: Patience) -> Disk {
        Disk { patience, ..Disk::default() }
    }

    fn fill(&self, path: &Path, mode: u32, over: Over, fill: &mut Fill<'_>) -> Result<()> {
        remove_left_over_beside([path]);
        let mut output = Output::open(path, mode, over, self.patience, None)?;
        let mut writer = BufWriter::with_capacity(128 * 1024, &mut output);
        let filled = fill(&mut writer).and_then(|()| writer.flush().map_err(Error::file("write", path)));
        // Dropped as it is, it would still write what it holds.
        let _ = writer.into_parts();
        filled.map_err(output::or_interrupted)?;
        output.complete()?;
        self.journal.add(Action::Write(path.to_path_buf()));
        Ok(())
    }
}

impl Effects for Disk {
    fn stat(&self, path: &Path) -> io::Result<Facts> {
        facts(&fs::metadata(path)?)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut names = fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort_unstable();
        Ok(names)
    }

    fn make_folder(&self, path: &Path, mode: u32) -> Result<()> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
        #[cfg(not(unix))]
        let _ = mode;
        builder.create(path).map_err(Error::file("create", path))?;
        self.journal.add(Action::MakeFolder(path.to_path_buf()));
        Ok(())
    }

    fn copy_files(&self, copies: &[Copy], cancel: &Cancel) -> Result<Vec<Copied>, Stopped> {
        // After a failure only what stands before it in the list is still worth doing.
        let failed_at = AtomicUsize::new(usize::MAX);
        let one = |&(index, copy): &(usize, &Copy)| -> Result<Copied> {
            if index > failed_at.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            cancel.check().and_then(|()| copy_file(copy, self.patience, cancel)).inspect_err(|_| {
                failed_at.fetch_min(index, Ordering::Relaxed);
            })
        };
        remove_left_over_beside(copies.iter().map(|copy| &*copy.to));
        let numbered: Vec<(usize, &Copy)> = copies.iter().enumerate().collect();
        let results = on_all_cores(&numbered, 4, one);
        let mut done = Vec::with_capacity(copies.len());
        for (copy, result) in copies.iter().zip(results) {
            match result {
                Ok(copied) => {
                    if copied == Copied::Done {
                        self.journal.add(Action::Copy {
                            from: copy.from.clone(),
                            to: copy.to.clone(),
                            means: copy.means,
                        });
                    }
                    done.push(copied);
                }
                Err(error) => return Err(Stopped { done, error }),
            }
        }
        Ok(done)
    }

    fn write_file(&self, path: &Path, mode: u32, fill: &mut Fill<'_>) -> Result<()> {
        self.fill(path, mode, Over::Through, fill)
    }

    fn replace_file(&self, path: &Path, mode: u32, fill: &mut Fill<'_>) -> Result<()> {
        self.fill(path, mode, Over::Name, fill)
    }

    fn write_files(&self, files: &[NewFile], fill: &mut FillMany<'_>) -> Result<Vec<bool>> {
        files.iter().try_for_each(|file| output::require_regular(&file.path))?;
        remove_left_over_beside(files.iter().map(|file| &*file.path));
        let written: Vec<AtomicBool> = files.iter().map(|_| AtomicBool::new(false)).collect();
        let result = fill(&|index, contents| {
            let NewFile { path, mode } = &files[index];
            let mut partial = Partial::beside(path, *mode).map_err(Error::file("create", path))?;
            partial.file.write_all(contents).map_err(Error::file("write", path))?;
            partial.complete(path).map_err(Error::file("write", path))?;
            written[index].store(true, Ordering::Relaxed);
            Ok(())
        });
        let written: Vec<bool> = written.into_iter().map(AtomicBool::into_inner).collect();
        let done = files.iter().zip(&written).filter(|(_, written)| **written);
        self.journal.extend(done.map(|(file, _)| Action::Write(file.path.clone())));
        result.map(|()| written)
    }

    fn make_symlink(&self, target: &Path, path: &Path) -> Result<()> {
        symlink(target, path).map_err(Error::file("create", path))?;
        self.journal.add(Action::MakeSymlink { target: target.to_path_buf(), path: path.to_path_buf() });
        Ok(())
    }

    fn set_mode(&self, path: &Path, mode: u32) -> Result<()> {
        #[cfg(unix)]
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
            .map_err(Error::file("change the mode of", path))?;
        self.journal.add(Action::SetMode { path: path.to_path_buf(), mode });
        Ok(())
    }

    fn set_modified(&self, path: &Path, modified: SystemTime) -> Result<()> {
        File::options()
            .write(true)
            .open(path)
            .and_then(|file| file.set_modified(modified))
            .map_err(Error::file("set the times of", path))?;
        self.journal.add(Action::SetModified { path: path.to_path_buf(), modified });
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        fs::rename(from, to).map_err(Error::file("move", from))?;
        self.journal.add(Action::Rename { from: from.to_path_buf(), to: to.to_path_buf() });
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        fs::remove_file(path).map_err(Error::file("delete", path))?;
        self.journal.add(Action::RemoveFile(path.to_path_buf()));
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> Result<()> {
        fs::remove_dir(path).map_err(Error::file("remove", path))?;
        self.journal.add(Action::RemoveFolder(path.to_path_buf()));
        Ok(())
    }

    fn remove_left_over(&self, path: &Path) {
        left_over::remove(path);
    }

    fn run(&self, process: &Process, cancel: &Cancel) -> Result<i32> {
        self.journal.add(Action::Run(process.argv.clone()));
        process.run(cancel)
    }

    fn capture(&self, process: &Process, makes: Makes<'_>, cancel: &Cancel) -> Result<Captured> {
        process.capture(makes, cancel)
    }

    fn converse(&self, process: &Process) -> Result<Conversation> {
        process.converse()
    }

    fn perform(&self, what: &str) -> bool {
        self.journal.add(Action::Perform(what.to_string()));
        true
    }

    /// Whether it is there, the disk itself can tell.
    fn expect_file(&self, _: &Path) {}

    fn ledger(&self, folder: &Path) -> Ledger {
        Ledger::at(folder)
    }

    fn journal(&self) -> &Journal {
        &self.journal
    }
}

pub(super) fn facts(metadata: &fs::Metadata) -> io::Result<Facts> {
    let kind = if metadata.is_file() {
        Kind::File
    } else if metadata.is_dir() {
        Kind::Folder
    } else {
        Kind::Other
    };
    #[cfg(unix)]
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777;
    #[cfg(not(unix))]
    let mode = 0;
    let modified = metadata.modified()?;
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(metadata);
    #[cfg(not(unix))]
    let inode = 0;
    let changed = changed(metadata).unwrap_or(modified);
    Ok(Facts { kind, len: metadata.len(), modified, changed, inode, mode })
}

#[cfg(unix)]
fn changed(metadata: &fs::Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))
}

#[cfg(not(unix))]
fn changed(_: &fs::Metadata) -> Option<SystemTime> {
    None
}

/// Files up to this many bytes are read whole and written whole: two system calls instead of a loop.
const SMALL: u64 = 256 * 1024;

/// How many bytes of a larger file are copied before Ctrl-C is asked for again.
const STEP: u64 = 16 * 1024 * 1024;

fn copy_file(copy: &Copy, patience: Patience, cancel: &Cancel) -> Result<Copied> {
    let metadata = match fs::metadata(&copy.from) {
        Ok(metadata) if metadata.is_file() => metadata,
        _ => return Err(Error::NotARegularFile(copy.from.clone())),
    };
    if copy.only_newer && is_up_to_date(&metadata, &copy.to) {
        return Ok(Copied::UpToDate);
    }
    match copy.means {
        Means::SymbolicLink => replace_with(&copy.to, |place| symlink(&copy.from, place))?,
        Means::HardLink if is_same_file(&metadata, &copy.to) => {}
        Means::HardLink => {
            if replace_with(&copy.to, |place| fs::hard_link(&copy.from, place)).is_err() {
                copy_contents(copy, &metadata, patience, cancel)?;
            }
        }
        Means::Contents => copy_contents(copy, &metadata, patience, cancel)?,
    }
    Ok(Copied::Done)
}

fn copy_contents(copy: &Copy, metadata: &fs::Metadata, patience: Patience, cancel: &Cancel) -> Result<()> {
    let mut source = File::open(&copy.from).map_err(Error::file("open", &copy.from))?;
    let mut output = Output::open(&copy.to, 0o666, Over::Name, patience, Some(cancel))?;
    if metadata.len() <= SMALL {
        let contents =
            read_small(&mut source, metadata.len() as usize).map_err(Error::file("read from", &copy.from))?;
        output
            .write_all(&contents)
            .map_err(Error::file("write to", &copy.to))
            .map_err(output::or_interrupted)?;
    } else {
        copy_large(&mut source, output.file(), copy, cancel)?;
    }
    if copy.preserve_mode && output.is_new() {
        output
            .file()
            .set_permissions(copied_permissions(metadata))
            .map_err(Error::file("change the mode of", &copy.to))?;
    }
    if copy.preserve_times && output.is_new() {
        let times = metadata
            .modified()
            .and_then(|modified| Ok((modified, metadata.accessed()?)))
            .map(|(modified, accessed)| FileTimes::new().set_modified(modified).set_accessed(accessed));
        times
            .and_then(|times| output.file().set_times(times))
            .map_err(Error::file("set the times of", &copy.to))?;
    }
    output.complete()
}

#[cfg(unix)]
fn copied_permissions(source: &fs::Metadata) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(source.permissions().mode() & super::COPIED_MODE)
}

#[cfg(not(unix))]
fn copied_permissions(source: &fs::Metadata) -> fs::Permissions {
    source.permissions()
}

/// What killed runs left in the folders of new files; each folder is looked into once.
fn remove_left_over_beside<'a>(files: impl IntoIterator<Item = &'a Path>) {
    let folders: BTreeSet<&Path> = files.into_iter().filter_map(Path::parent).collect();
    folders.into_iter().for_each(left_over::remove_from);
}

/// Left to the system, which need not move the bytes through this process.
fn copy_large(source: &mut File, target: &mut File, copy: &Copy, cancel: &Cancel) -> Result<()> {
    loop {
        cancel.check()?;
        match io::copy(&mut source.take(STEP), target) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if is_of_the_target(&error) => return Err(Error::file("write to", &copy.to)(error)),
            Err(error) => return Err(Error::file("copy", &copy.from)(error)),
        }
    }
}

/// Whether an error that may be of either file is of the one that is written.
fn is_of_the_target(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge | ReadOnlyFilesystem)
}

/// What is in a file that had `length` bytes a moment ago.
fn read_small(file: &mut File, length: usize) -> io::Result<Vec<u8>> {
    // Room for one byte more: the read that finds the expected length and leaves that room has met the end.
    let mut contents = vec![0; length + 1];
    let mut filled = 0;
    loop {
        match file.read(&mut contents[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if filled == length {
            break;
        }
        if filled == contents.len() {
            contents.resize(filled * 2, 0);
        }
    }
    contents.truncate(filled);
    Ok(contents)
}

/// distutils' rule: the target is there and the source is not newer than it. A folder in its place is no target.
fn is_up_to_date(source: &fs::Metadata, target: &Path) -> bool {
    let target = fs::metadata(target).ok().filter(fs::Metadata::is_file);
    let modified = target.and_then(|target| target.modified().ok());
    matches!((source.modified(), modified), (Ok(source), Some(target)) if source <= target)
}

#[cfg(unix)]
fn is_same_file(source: &fs::Metadata, target: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(target).is_ok_and(|target| target.dev() == source.dev() && target.ino() == source.ino())
}

#[cfg(not(unix))]
fn is_same_file(_: &fs::Metadata, _: &Path) -> bool {
    false
}

/// Make a link at `place`; where something is already, only after it is out of the way.
fn replace_with(place: &Path, make: impl Fn(&Path) -> io::Result<()>) -> Result<()> {
    match make(place) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(place).map_err(Error::file("delete", place))?;
            make(place).map_err(Error::file("create", place))
        }
        result => result.map_err(Error::file("create", place)),
    }
}

#[cfg(unix)]
fn symlink(target: &Path, place: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, place)
}

#[cfg(windows)]
fn symlink(target: &Path, place: &Path) -> io::Result<()> {
    if target.is_dir() {
        std::os::windows::fs::symlink_dir(target, place)
    } else {
        std::os::windows::fs::symlink_file(target, place)
    }
}
