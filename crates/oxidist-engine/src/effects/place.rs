//! Where a file that is to be written really is: its name, with links followed as `open` follows them.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// As many links in a row as Linux follows.
const MOST_LINKS: usize = 40;

/// What stands where a file is to be written.
#[derive(Debug)]
pub(super) enum Place {
    /// Nothing. The path is no link: where the name was one, it is what that leads to.
    Nothing(PathBuf),
    /// A regular file, whose path is no link.
    Regular(PathBuf),
    /// What keeps its place and is written to.
    Kept(Kept),
}

/// Why an output is written where it is, instead of being replaced by a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Device,
    Pipe,
    /// A regular file that a process has open and that was named by that (`/dev/stdout`, `/dev/fd/3`).
    OpenFile,
}

/// Follow `path`. A folder, a socket or a circle of links is an error that says so.
pub(super) fn of(path: &Path) -> io::Result<Place> {
    if is_name_of_a_device(path) {
        return Ok(Place::Kept(Kept::Device));
    }
    let own = match fs::symlink_metadata(path) {
        Ok(own) => own,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Place::Nothing(path.to_path_buf()));
        }
        Err(error) => return Err(error),
    };
    if !own.is_symlink() {
        return place_of(path.to_path_buf(), &own);
    }
    match fs::metadata(path) {
        Ok(there) if there.is_file() => {
            let target = target_of(path)?;
            match target {
                Some(target) if is_same_file(&there, &target) => Ok(Place::Regular(target)),
                // Only the system knows the way: the file has been removed, or is seen by other processes only.
                _ => Ok(Place::Kept(Kept::OpenFile)),
            }
        }
        Ok(there) => place_of(path.to_path_buf(), &there),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(Place::Nothing(target_of(path)?.unwrap_or_else(|| path.to_path_buf())))
        }
        Err(error) => Err(error),
    }
}

fn place_of(path: PathBuf, there: &Metadata) -> io::Result<Place> {
    if there.is_file() {
        return Ok(Place::Regular(path));
    }
    if there.is_dir() {
        return Err(is_a_folder());
    }
    if is_socket(there) {
        return Err(io::Error::other("it is a socket"));
    }
    Ok(Place::Kept(if is_pipe(there) { Kept::Pipe } else { Kept::Device }))
}

/// In the system's own words.
#[cfg(unix)]
pub(super) fn is_a_folder() -> io::Error {
    rustix::io::Errno::ISDIR.into()
}

#[cfg(not(unix))]
pub(super) fn is_a_folder() -> io::Error {
    io::ErrorKind::IsADirectory.into()
}

/// Windows has some in every folder: `NUL`, `con`, `COM1`.
fn is_name_of_a_device(path: &Path) -> bool {
    const NAMES: [&str; 6] = ["nul", "con", "aux", "prn", "conout$", "conin$"];
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let is_port = |name: &str| name.len() == 4 && (name.starts_with("com") || name.starts_with("lpt"));
    cfg!(windows) && (NAMES.contains(&name.as_str()) || is_port(&name))
}

#[cfg(unix)]
fn is_pipe(there: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&there.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

/// Where a link leads in the end; `None` where one on the way is a process's open file and no name.
fn target_of(link: &Path) -> io::Result<Option<PathBuf>> {
    let mut path = link.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(there) if there.is_symlink() => {}
            Ok(_) => return Ok(Some(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(path)),
            Err(error) => return Err(error),
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
            _ => PathBuf::from("."),
        };
        if folder.canonicalize().is_ok_and(|folder| folder.starts_with("/proc")) {
            return Ok(None);
        }
        path = folder.join(fs::read_link(&path)?);
    }
    Err(io::Error::other("too many links"))
}

#[cfg(unix)]
fn is_socket(there: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&there.file_type())
}

#[cfg(not(unix))]
fn is_socket(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_same_file(there: &Metadata, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::symlink_metadata(path).is_ok_and(|own| own.dev() == there.dev() && own.ino() == there.ino())
}

#[cfg(not(unix))]
fn is_same_file(_: &Metadata, path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|own| own.is_file())
}
