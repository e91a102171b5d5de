//! The file to upload, read once for all that must be known of it before the first byte is sent.

use std::path::Path;

use memchr::memmem;

use super::form::BOUNDARY;
use crate::effects::Cancel;
use crate::{Result, digest};

/// What is known of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    pub digests: digest::Digests,
    /// Whether the usual boundary of forms occurs in it.
    pub has_boundary: bool,
}

/// Read the file at `path`: its length, its digests, and whether [`BOUNDARY`] is in it.
pub fn inspect(path: &Path, cancel: &Cancel) -> Result<Inspected> {
    let finder = memmem::Finder::new(BOUNDARY);
    let overlap = BOUNDARY.len() - 1;
    let mut has_boundary = false;
    // The end of what came before, in which one may begin.
    let mut seam: Vec<u8> = Vec::new();
    let digests = digest::of_file_seen(path, cancel, &mut |block| {
        if has_boundary {
            return;
        }
        seam.extend_from_slice(&block[..block.len().min(overlap)]);
        has_boundary = finder.find(&seam).is_some() || finder.find(block).is_some();
        if block.len() >= overlap {
            seam.clear();
            seam.extend_from_slice(&block[block.len() - overlap..]);
        } else {
            let surplus = seam.len().saturating_sub(overlap);
            seam.drain(..surplus);
        }
    })?;
    Ok(Inspected { digests, has_boundary })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundary_is_found_wherever_blocks_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for before in [0, 1, 256 * 1024 - 10, 256 * 1024 - BOUNDARY.len(), 256 * 1024, 300_000] {
            std::fs::write(&path, format!("{}{BOUNDARY}", "-".repeat(before))).unwrap();
            let inspected = inspect(&path, &Cancel::default()).unwrap();
            assert!(inspected.has_boundary, "{before}");
            assert_eq!(inspected.digests.bytes as usize, before + BOUNDARY.len());
            std::fs::write(&path, format!("{}{}", "-".repeat(before), &BOUNDARY[..BOUNDARY.len() - 1]))
                .unwrap();
            assert!(!inspect(&path, &Cancel::default()).unwrap().has_boundary, "{before}");
        }
    }
}
