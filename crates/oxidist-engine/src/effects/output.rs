//! One rule for every file that is written: what happens to what is at its name.
//!
//! | at the name | [`Over::Through`], as `open(path, "w")` | [`Over::Name`], as a copy |
//! | --- | --- | --- |
//! | nothing, or a link to nothing | a new file, where the link leads | the same |
//! | a regular file | a new one takes its place, with its mode, owner and attributes | a new one takes its place |
//! | a link to a regular file | the same with the file that it leads to; the link stays | a new file takes the link's place |
//! | a device, a pipe | written to | written to |
//! | a link to one, `/dev/stdout`, `/dev/fd/3` | written to | a new file takes the link's place |
//! | a folder, a socket | an error | an error |
//!
//! A new file is written beside its place and renamed into it, so it is there as a whole or not at all. A regular file
//! of which that cannot be done is written to where it is: one in a folder where no file can be made, one that is a
//! mount point, one whose owner this process may not give to another file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use super::partial::Partial;
use super::place::{self, Place};
use super::waiting::{Patience, Waiting, is_interrupted};
use super::{Cancel, attributes, left_over};
use crate::{Error, Result};

/// What is to become of what is at the name: see the table above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    Through,
    Name,
}

/// A file that is being written. Without [`complete`](Output::complete) nothing of it stays, where that can be.
pub(super) struct Output<'a> {
    name: &'a Path,
    state: State<'a>,
}

enum State<'a> {
    /// To be renamed to `place`.
    Beside {
        partial: Partial,
        place: PathBuf,
        over: Over,
    },
    /// Emptied when the first bytes come, so that what fails before leaves it as it was.
    InPlace {
        file: File,
        is_begun: bool,
    },
    Kept(Waiting<'a>),
}

impl<'a> Output<'a> {
    /// Begin to write `name`. `mode`, less the umask, is for a file that is new.
    pub(super) fn open(
        name: &'a Path,
        mode: u32,
        over: Over,
        patience: Patience,
        cancel: Option<&'a Cancel>,
    ) -> Result<Output<'a>> {
        let state = open(name, mode, over, patience, cancel).map_err(|error| {
            // A folder is there, so nothing was to be created.
            let action = if error.kind() == io::ErrorKind::IsADirectory { "write" } else { "create" };
            failed(action, name, error)
        })?;
        Ok(Output { name, state })
    }

    /// The open file, for what is faster without a [`Write`] in between.
    pub(super) fn file(&mut self) -> &mut File {
        match &mut self.state {
            State::Beside { partial, .. } => &mut partial.file,
            State::InPlace { file, .. } => file,
            State::Kept(waiting) => &mut waiting.file,
        }
    }

    /// Whether it is a file of its own, which has a mode and times to be set.
    pub(super) fn is_new(&self) -> bool {
        matches!(self.state, State::Beside { .. })
    }

    /// All is written: put the file in its place.
    pub(super) fn complete(self) -> Result<()> {
        let name = self.name;
        complete(self.state).map_err(|error| failed("write", name, error))
    }
}

impl Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Beside { partial, .. } => partial.file.write(bytes),
            State::InPlace { file, is_begun } => {
                begin(file, is_begun)?;
                file.write(bytes)
            }
            State::Kept(waiting) => waiting.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn open<'a>(
    name: &Path,
    mode: u32,
    over: Over,
    patience: Patience,
    cancel: Option<&'a Cancel>,
) -> io::Result<State<'a>> {
    let beside = |place: PathBuf| {
        if place != name {
            left_over::remove_from(place.parent().unwrap_or(Path::new("")));
        }
        Ok(State::Beside { partial: Partial::beside(&place, mode)?, place, over })
    };
    match place::of(name)? {
        Place::Nothing(place) => beside(place),
        Place::Regular(_) if over == Over::Name => beside(name.to_path_buf()),
        Place::Kept(_) if over == Over::Name && name.is_symlink() => beside(name.to_path_buf()),
        Place::Kept(kind) => Ok(State::Kept(Waiting::open(name, kind, patience, cancel)?)),
        Place::Regular(place) => {
            let there = match OpenOptions::new().write(true).open(&place) {
                // A program that runs cannot be written to, but another can take its name.
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => File::open(&place)?,
                opened => opened?,
            };
            match beside(place) {
                Ok(State::Beside { partial, place, over }) if attributes::keep(&there, &partial.file)? => {
                    Ok(State::Beside { partial, place, over })
                }
                Err(error) if !is_refused(&error) => Err(error),
                _ => Ok(State::InPlace { file: there, is_begun: false }),
            }
        }
    }
}

fn begin(file: &File, is_begun: &mut bool) -> io::Result<()> {
    if !*is_begun {
        file.set_len(0)?;
        *is_begun = true;
    }
    Ok(())
}

fn complete(state: State<'_>) -> io::Result<()> {
    match state {
        State::Beside { mut partial, place, over } => match fs::rename(partial.path(), &place) {
            Ok(()) => {
                partial.completed();
                Ok(())
            }
            Err(error) if is_kept_in_place(&error, over) && place.is_file() => {
                pour(&mut partial, &place).map_err(|_| error)
            }
            Err(error) => Err(error),
        },
        State::InPlace { file, mut is_begun } => begin(&file, &mut is_begun),
        State::Kept(_) => Ok(()),
    }
}

/// Write what is in `partial` into the file at `place`.
fn pour(partial: &mut Partial, place: &Path) -> io::Result<()> {
    let mut there = OpenOptions::new().write(true).open(place)?;
    there.set_len(0)?;
    partial.file.rewind()?;
    io::copy(&mut partial.file, &mut there).map(drop)
}

/// Whether no file can be made in a folder.
fn is_refused(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// Whether a file cannot be replaced: it is a mount point, or another's in a folder like `/tmp`.
fn is_kept_in_place(error: &io::Error, over: Over) -> bool {
    error.kind() == io::ErrorKind::ResourceBusy || over == Over::Through && is_refused(error)
}

fn failed(action: &'static str, name: &Path, error: io::Error) -> Error {
    if is_interrupted(&error) { Error::Interrupted } else { Error::file(action, name)(error) }
}

/// What was written through an [`Output`] by others fails with its own reason where the user ended a wait.
pub(super) fn or_interrupted(error: Error) -> Error {
    match error {
        Error::File { source, .. } if is_interrupted(&source) => Error::Interrupted,
        error => error,
    }
}

/// Byte code takes the place of a regular file only, as with Python's own `py_compile`.
pub(crate) fn require_regular(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => {
            let why = "it is not a regular file, and would become one";
            Err(Error::file("write", path)(io::Error::other(why)))
        }
        _ => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;
    use crate::effects::{Disk, Effects};

    fn write(path: &Path, text: &str) -> Result<()> {
        Disk::default().write_file(path, 0o666, &mut |out| {
            out.write_all(text.as_bytes()).map_err(Error::file("write", path))
        })
    }

    #[test]
    fn a_link_stays_and_what_it_leads_to_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("real")).unwrap();
        fs::write(at("real/old"), "old").unwrap();
        symlink("real/old", at("first")).unwrap();
        symlink("first", at("second")).unwrap();
        symlink("real/new", at("dangling")).unwrap();
        write(&at("second"), "one").unwrap();
        write(&at("dangling"), "two").unwrap();
        assert!(at("first").is_symlink() && at("second").is_symlink() && at("dangling").is_symlink());
        assert_eq!(fs::read_to_string(at("real/old")).unwrap(), "one");
        assert_eq!(fs::read_to_string(at("real/new")).unwrap(), "two");
        assert_eq!(fs::read_dir(at("real")).unwrap().count(), 2);
    }

    #[test]
    fn a_file_that_is_replaced_hands_on_its_mode_and_attributes() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let has_attributes =
            rustix::fs::setxattr(&file, "user.who", b"me", rustix::fs::XattrFlags::empty()).is_ok();
        let before = fs::metadata(&file).unwrap();
        write(&file, "new").unwrap();
        let after = fs::metadata(&file).unwrap();
        assert_ne!(before.ino(), after.ino());
        assert_eq!(before.mode(), after.mode());
        let mut value = [0; 8];
        if has_attributes {
            assert_eq!(rustix::fs::getxattr(&file, "user.who", &mut value[..]).unwrap(), 2);
        }
    }

    #[test]
    fn what_fails_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "old").unwrap();
        let fail = |out: &mut dyn Write| {
            out.write_all(b"half").map_err(Error::file("write", "x"))?;
            Err(Error::Option("no more".into()))
        };
        Disk::default().write_file(&file, 0o666, &mut { fail }).unwrap_err();
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        // Also where it is written to in its place.
        let mut output = Output {
            name: &file,
            state: State::InPlace { file: File::options().write(true).open(&file).unwrap(), is_begun: false },
        };
        let writer = io::BufWriter::new(&mut output);
        let _ = writer.into_parts();
        drop(output);
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_pipe_is_written_to_once_it_has_a_reader() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        symlink("pipe", folder.path().join("link")).unwrap();
        for name in ["pipe", "link"] {
            let reader = {
                let pipe = pipe.clone();
                std::thread::spawn(move || fs::read_to_string(pipe).unwrap())
            };
            write(&folder.path().join(name), "through").unwrap();
            assert_eq!(reader.join().unwrap(), "through");
        }
    }

    #[test]
    fn a_wait_for_a_reader_ends_when_the_user_wants_it_to() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let disk = Disk::with(Patience { is_over: || true, ..Patience::default() });
        let error = disk.write_file(&pipe, 0o666, &mut |_| Ok(())).unwrap_err();
        assert!(matches!(error, Error::Interrupted));
    }

    #[test]
    fn folders_sockets_and_circles_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let _listener = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        symlink("circle", at("circle")).unwrap();
        let told = |name: &str| write(&at(name), "x").unwrap_err().to_string();
        assert!(told("").ends_with("Is a directory"), "{}", told(""));
        assert!(told("socket").ends_with("it is a socket"));
        assert!(told("circle").contains("symbolic link"), "{}", told("circle"));
    }
}
