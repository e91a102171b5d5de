//! Digests of a file, read once.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use blake2::Blake2b;
use md5::Md5;
use sha2::digest::consts::U32;
use sha2::{Digest, Sha256};

use crate::effects::Cancel;
use crate::{Error, Result};

/// What a package index wants to know about a file. Digests are hexadecimal, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    pub bytes: u64,
    pub md5: String,
    pub sha256: String,
    /// BLAKE2b with a digest of 256 bits.
    pub blake2_256: String,
}

/// Read the file at `path` and compute all its digests.
pub fn of_file(path: &Path, cancel: &Cancel) -> Result<Digests> {
    of_file_seen(path, cancel, &mut |_| ())
}

/// As [`of_file`], with each block shown to `see` as it is read.
pub fn of_file_seen(path: &Path, cancel: &Cancel, see: &mut dyn FnMut(&[u8])) -> Result<Digests> {
    let mut file = File::open(path).map_err(Error::file("open", path))?;
    let mut buffer = vec![0; 256 * 1024];
    let (mut md5, mut sha256, mut blake2) = (Md5::new(), Sha256::new(), Blake2b::<U32>::new());
    let mut bytes = 0;
    loop {
        cancel.check()?;
        let read = file.read(&mut buffer).map_err(Error::file("read", path))?;
        if read == 0 {
            break;
        }
        md5.update(&buffer[..read]);
        sha256.update(&buffer[..read]);
        blake2.update(&buffer[..read]);
        see(&buffer[..read]);
        bytes += read as u64;
    }
    Ok(Digests {
        bytes,
        md5: hexadecimal(&md5.finalize()),
        sha256: hexadecimal(&sha256.finalize()),
        blake2_256: hexadecimal(&blake2.finalize()),
    })
}

/// The SHA-256 digest of what `content` yields to its end, and how many bytes that are.
pub fn sha256_of(content: &mut dyn Read) -> std::io::Result<([u8; 32], u64)> {
    let (mut sha256, mut buffer, mut bytes) = (Sha256::new(), vec![0; 256 * 1024], 0);
    loop {
        let read = content.read(&mut buffer)?;
        if read == 0 {
            return Ok((sha256.finalize().into(), bytes));
        }
        sha256.update(&buffer[..read]);
        bytes += read as u64;
    }
}

/// The SHA-256 digest of `bytes`, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// `bytes` in hexadecimal, in small letters.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digests_of_a_known_text_are_the_published_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        let digests = of_file(&path, &Cancel::default()).unwrap();
        assert_eq!(digests.bytes, 3);
        assert_eq!(digests.md5, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(digests.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digests.blake2_256, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = of_file(Path::new("no/such.whl"), &Cancel::default()).unwrap_err();
        assert_eq!(error.to_string(), "could not open 'no/such.whl': No such file or directory");
    }
}
