//! One member of an archive: its name, what is in it, and what is known about it.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use crate::effects::COPIED_MODE;
use crate::{Error, Result};

/// One member.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The name in the archive. Folders have no separator at the end; every format adds its own.
    pub name: PathBuf,
    pub content: Content,
    pub attributes: Attributes,
}

#[derive(Debug, Clone)]
pub enum Content {
    Folder,
    /// A file on the disk, `len` bytes long when it was listed (and still when it is written).
    File {
        source: PathBuf,
        len: u64,
    },
    Memory(Arc<[u8]>),
    /// A symbolic link with this text. Tar only: zip listings follow links.
    Symlink(PathBuf),
    /// Another name of the earlier member of this name. Tar only.
    HardLink(PathBuf),
    /// A named pipe. Tar only.
    Pipe,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attributes {
    /// Permission bits, [`COPIED_MODE`] of them.
    pub mode: u32,
    /// Whole seconds since 1970.
    pub modified: i64,
    /// The numbers of the owning user and group; 0 where the platform has none.
    pub uid: u32,
    pub gid: u32,
}

impl Attributes {
    pub(super) fn of(metadata: &Metadata) -> Attributes {
        let modified = match metadata.modified().map(|time| time.duration_since(UNIX_EPOCH)) {
            Ok(Ok(after)) => after.as_secs() as i64,
            // Rounded down, away from 1970.
            Ok(Err(before)) => -(before.duration().as_secs_f64().ceil() as i64),
            Err(_) => 0,
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let mode = metadata.mode() & COPIED_MODE;
            Attributes { mode, modified, uid: metadata.uid(), gid: metadata.gid() }
        }
        #[cfg(not(unix))]
        {
            let mode = match (metadata.is_dir(), metadata.permissions().readonly()) {
                (true, _) => 0o777,
                (false, true) => 0o444,
                (false, false) => 0o666,
            };
            Attributes { mode, modified, uid: 0, gid: 0 }
        }
    }
}

impl Entry {
    /// Bytes of contents.
    pub(crate) fn len(&self) -> u64 {
        match &self.content {
            Content::File { len, .. } => *len,
            Content::Memory(bytes) => bytes.len() as u64,
            _ => 0,
        }
    }

    /// Append `len` bytes of the contents from `offset` on to `into`.
    pub(super) fn read(&self, offset: u64, len: usize, into: &mut Vec<u8>) -> Result<()> {
        match &self.content {
            Content::Memory(bytes) => {
                let offset = offset as usize;
                into.extend_from_slice(&bytes[offset..offset + len]);
                Ok(())
            }
            Content::File { source, len: expected } => read_part(source, *expected, offset, len, into),
            _ => Ok(()),
        }
    }
}

/// Read a part of a file that has to be `expected` bytes long.
fn read_part(source: &Path, expected: u64, offset: u64, len: usize, into: &mut Vec<u8>) -> Result<()> {
    let mut file = File::open(source).map_err(Error::file("open", source))?;
    let found = file.metadata().map_err(Error::file("read", source))?.len();
    if found != expected {
        return Err(changed(source, expected, found));
    }
    if offset > 0 {
        file.seek(SeekFrom::Start(offset)).map_err(Error::file("read", source))?;
    }
    let start = into.len();
    into.resize(start + len, 0);
    file.read_exact(&mut into[start..]).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => changed(source, expected, 0),
        _ => Error::file("read", source)(error),
    })
}

fn changed(source: &Path, expected: u64, found: u64) -> Error {
    let how = if found > expected { "grew" } else { "shrank" };
    let message = format!("it {how} while it was being archived ({expected} bytes at first)");
    Error::file("archive", source)(io::Error::other(message))
}

/// A member's name as bytes, with `/` between its parts on every platform.
#[cfg(unix)]
pub(super) fn name_bytes(name: &Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(name.as_os_str()).to_vec()
}

#[cfg(not(unix))]
pub(super) fn name_bytes(name: &Path) -> Vec<u8> {
    name.to_string_lossy().replace('\\', "/").into_bytes()
}
