//! Archives: writing tar and zip files of a tree or a release, and unpacking source archives safely.
//!
//! An archive is a list of [`Entry`]s written in their order. [`tree`] lists a folder as it stands on the disk,
//! [`release`] lists files as if they had been copied into a folder of their own, without that copy.
//! [`write`] lays the list out, and reads and compresses on all cores; the bytes do not depend on how many.

mod deflate;
mod entry;
#[cfg(test)]
mod hostile;
mod limits;
mod loose_links;
mod lzw;
mod ordered;
mod ownership;
mod pax;
mod release;
mod tar;
mod tree;
mod unpack;
mod zip;

use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use entry::{Attributes, Content, Entry};
pub use loose_links::{LooseLink, loose_links};
pub use ownership::{Owner, Ownership};
pub use release::{Contents, ReleaseFile, release};
pub use tree::tree;
pub use unpack::unpack;
pub use zip::{Closing, Sha256Digest};

use crate::effects::{Cancel, Effects};
use crate::{Error, Result, digest};

/// What a file of a [`Format`] is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    Tar(Compressor),
    Zip,
}

/// What a tar stream goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compressor {
    None,
    Gzip,
    Bzip2,
    Xz,
    /// The LZW of Unix `compress`, from before gzip.
    Compress,
}

/// One archive format, by the name that distutils' `--formats` options give it.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    pub name: &'static str,
    /// With its leading dot.
    pub extension: &'static str,
    /// For `--help-formats`.
    pub description: &'static str,
    pub container: Container,
}

#[rustfmt::skip]
pub static FORMATS: [Format; 6] = [
    Format { name: "gztar", extension: ".tar.gz",  description: "tar file, compressed with gzip",     container: Container::Tar(Compressor::Gzip) },
    Format { name: "bztar", extension: ".tar.bz2", description: "tar file, compressed with bzip2",    container: Container::Tar(Compressor::Bzip2) },
    Format { name: "xztar", extension: ".tar.xz",  description: "tar file, compressed with xz",       container: Container::Tar(Compressor::Xz) },
    Format { name: "ztar",  extension: ".tar.Z",   description: "tar file, compressed with compress", container: Container::Tar(Compressor::Compress) },
    Format { name: "tar",   extension: ".tar",     description: "tar file, not compressed",           container: Container::Tar(Compressor::None) },
    Format { name: "zip",   extension: ".zip",     description: "zip file",                           container: Container::Zip },
];

impl Format {
    /// The format of that name, if there is one.
    pub fn named(name: &str) -> Option<&'static Format> {
        FORMATS.iter().find(|format| format.name == name)
    }
}

/// How an archive is written.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// 0 to 9 (bzip2 and xz: 1 to 9, 0 counts as 1). `None` is 6, and 9 for bzip2. Without meaning for
    /// `tar` and `ztar`.
    pub level: Option<u32>,
    /// Members of a zip file are not compressed.
    pub stored: bool,
    /// Who owns the members of a tar file; zip files know no owners.
    pub ownership: Ownership,
    /// Seconds since 1970: no member is newer than this, times in zip files are UTC's, and gzip's header
    /// carries it. `None` keeps the times of the files, and leaves gzip's header without one.
    pub source_date_epoch: Option<u64>,
}

/// What [`write`] made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub bytes: u64,
    /// Hexadecimal, in small letters.
    pub sha256: String,
}

/// Write an archive at `path`, whole or not at all; `None` if `effects` only pretends.
///
/// `members` is asked for the list only when the file is really written: in a dry run the tree that would be
/// listed may not be there. If the archive itself is in the list it is left out.
///
/// An unreadable member, and one whose length changes while it is read, is an [`Error::File`] that names it.
pub fn write(
    effects: &dyn Effects,
    path: &Path,
    format: &Format,
    members: &(dyn Fn() -> Result<Vec<Entry>> + Sync),
    options: &Options,
    cancel: &Cancel,
) -> Result<Option<Written>> {
    fill(effects, path, members, options, &mut |entries, sink| match format.container {
        Container::Tar(compressor) => tar::write(entries, compressor, options, sink, cancel),
        Container::Zip => zip::write(entries, options, None, sink, cancel),
    })
}

/// As [`write`], a zip file whose last member `closing` makes from the digests of all others: each is read,
/// hashed and compressed in one pass.
pub fn write_closed_zip(
    effects: &dyn Effects,
    path: &Path,
    members: &(dyn Fn() -> Result<Vec<Entry>> + Sync),
    closing: &Closing<'_>,
    options: &Options,
    cancel: &Cancel,
) -> Result<Option<Written>> {
    fill(effects, path, members, options, &mut |entries, sink| {
        zip::write(entries, options, Some(closing), sink, cancel)
    })
}

/// Lays entries out.
type Layout<'a> = dyn FnMut(&[Entry], &mut Sink<'_>) -> Result<()> + 'a;

fn fill(
    effects: &dyn Effects,
    path: &Path,
    members: &(dyn Fn() -> Result<Vec<Entry>> + Sync),
    options: &Options,
    layout: &mut Layout<'_>,
) -> Result<Option<Written>> {
    let mut written = None;
    effects.write_file(path, 0o666, &mut |out| {
        let mut entries = members()?;
        entries.retain(|entry| !is_the_archive(entry, path));
        if let Some(epoch) = options.source_date_epoch {
            let epoch = i64::try_from(epoch).unwrap_or(i64::MAX);
            for entry in &mut entries {
                entry.attributes.modified = entry.attributes.modified.min(epoch);
            }
        }
        let mut sink = Sink { out, path, hasher: Sha256::new(), bytes: 0 };
        layout(&entries, &mut sink)?;
        written = Some(Written { bytes: sink.bytes, sha256: digest::hexadecimal(&sink.hasher.finalize()) });
        Ok(())
    })?;
    Ok(written)
}

fn is_the_archive(entry: &Entry, archive: &Path) -> bool {
    let Content::File { source, .. } = &entry.content else { return false };
    let folder = |path: &Path| -> Option<PathBuf> {
        std::path::absolute(path).ok()?.parent().and_then(|folder| folder.canonicalize().ok())
    };
    source.file_name() == archive.file_name() && folder(source).is_some_and(|at| folder(archive) == Some(at))
}

/// Where an archive's bytes go; they are counted and hashed on the way.
struct Sink<'a> {
    out: &'a mut dyn Write,
    path: &'a Path,
    hasher: Sha256,
    bytes: u64,
}

impl Sink<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(Error::file("write", self.path))?;
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}
