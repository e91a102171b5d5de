//! Archives as strangers may make them: numbers at their limits, headers without end, anything mutated.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use ::tar::{Builder, EntryType, Header};
use proptest::prelude::*;

use super::unpack;
use crate::effects::{Cancel, Disk};
use crate::{Error, Result};

fn unpacked(bytes: &[u8]) -> (tempfile::TempDir, Result<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("p.tar");
    std::fs::write(&archive, bytes).unwrap();
    let into = folder.path().join("into");
    std::fs::create_dir(&into).unwrap();
    let result = unpack(&Disk::default(), &archive, &into, &Cancel::default());
    (folder, result)
}

fn header(name: &str, kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_path(name).unwrap();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(1);
    header.set_cksum();
    header
}

/// A tar file of a folder and one file, whose header was `changed`.
fn with_changed(change: impl FnOnce(&mut Header)) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    builder.append(&header("p/", EntryType::Directory, 0), &b""[..]).unwrap();
    let mut changed = header("p/f", EntryType::Regular, 3);
    change(&mut changed);
    changed.set_cksum();
    builder.append(&changed, &b"abc"[..]).unwrap();
    builder.into_inner().unwrap()
}

fn with_record(key: &str, value: &str) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    builder.append(&header("p/", EntryType::Directory, 0), &b""[..]).unwrap();
    builder.append_pax_extensions([(key, value.as_bytes())]).unwrap();
    builder.append(&header("p/f", EntryType::Regular, 3), &b"abc"[..]).unwrap();
    builder.into_inner().unwrap()
}

#[test]
fn times_beyond_what_fits_are_no_panic_and_times_before_1970_are_kept() {
    for seconds in [9_300_000_000_000_000_000, u64::MAX, i64::MAX as u64, i64::MAX as u64 + 1] {
        let (_folder, result) = unpacked(&with_changed(|header| header.set_mtime(seconds)));
        let file = result.unwrap().join("f");
        assert_eq!(std::fs::read(file).unwrap(), b"abc");
    }
    for text in ["9.3e18", "1e400", "-1e400", "nan", "-9.3e18", "", "x", "99999999999999999999999"] {
        let (_folder, result) = unpacked(&with_record("mtime", text));
        assert!(result.is_ok(), "{text}");
    }
    let modified = |bytes: &[u8]| {
        let (_folder, result) = unpacked(bytes);
        let time = std::fs::metadata(result.unwrap().join("f")).unwrap().modified().unwrap();
        time.duration_since(std::time::UNIX_EPOCH).map_err(|before| before.duration().as_secs_f64())
    };
    assert_eq!(modified(&with_record("mtime", "-86400.5")).unwrap_err(), 86400.5);
    // Two's complement, as GNU tar writes it.
    let negative = with_changed(|header| {
        header.as_old_mut().mtime = [0xff; 12];
        header.as_old_mut().mtime[11] = 0xfe;
    });
    assert_eq!(modified(&negative).unwrap_err(), 2.0);
}

#[test]
fn numbers_of_all_kinds_at_their_limits_are_no_panic() {
    for key in
        ["size", "uid", "gid", "path", "linkpath", "GNU.sparse.realsize", "GNU.sparse.map", "hdrcharset"]
    {
        for value in ["18446744073709551615", "-1", "9223372036854775808", "1e30", "", "0,0,1"] {
            let _ = unpacked(&with_record(key, value));
        }
    }
    for filled in [0x00, 0x37, 0x80, 0xff] {
        let field = |change: fn(&mut Header, u8)| unpacked(&with_changed(|header| change(header, filled)));
        let _ = field(|header, byte| header.as_old_mut().size = [byte; 12]);
        let _ = field(|header, byte| header.as_old_mut().mode = [byte; 8]);
        let _ = field(|header, byte| header.as_old_mut().uid = [byte; 8]);
        let _ = field(|header, byte| header.as_old_mut().mtime = [byte; 12]);
        let _ = field(|header, byte| {
            header.set_entry_type(EntryType::GNUSparse);
            if let Some(gnu) = header.as_gnu_mut() {
                gnu.realsize = [byte; 12];
                gnu.isextended = [byte & 1];
                gnu.sparse[0].offset = [byte; 12];
                gnu.sparse[0].numbytes = [byte; 12];
            }
        });
    }
}

/// A long name of so many bytes, in GNU's form or in an extended header, in front of a file.
fn long_name(kind: EntryType, length: u64) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    builder.append(&header("././@LongLink", kind, length), std::io::repeat(b'x').take(length)).unwrap();
    builder.append(&header("p/f", EntryType::Regular, 0), &b""[..]).unwrap();
    builder.into_inner().unwrap()
}

#[test]
fn names_targets_and_extended_headers_without_end_are_refused_with_the_variable_that_allows_them() {
    for kind in [EntryType::GNULongName, EntryType::GNULongLink, EntryType::XHeader] {
        let error = unpacked(&long_name(kind, 3 << 20)).1.unwrap_err().to_string();
        assert!(error.contains("more than 1048576 bytes of names and headers"), "{error}");
        assert!(error.contains("OXIDIST_UNPACK_HEADER"), "{error}");
    }
    // Shorter ones are no file's name either, and are shown by their ends.
    let error = unpacked(&long_name(EntryType::GNULongName, 5000)).1.unwrap_err().to_string();
    assert!(error.contains("too long for a file system") && error.len() < 500, "{error}");
    // Contents of what has none are passed over, however much it is.
    let mut builder = Builder::new(Vec::new());
    builder.append(&header("p/", EntryType::Directory, 3 << 20), std::io::repeat(0).take(3 << 20)).unwrap();
    builder.append(&header("p/f", EntryType::Regular, 3), &b"abc"[..]).unwrap();
    assert!(unpacked(&builder.into_inner().unwrap()).1.is_ok());
}

#[test]
fn holes_without_end_are_refused() {
    let sparse = with_changed(|header| {
        header.set_entry_type(EntryType::GNUSparse);
        header.set_size(0);
        if let Some(gnu) = header.as_gnu_mut() {
            gnu.set_real_size(1 << 50);
            gnu.sparse[0].set_offset(1 << 50);
            gnu.sparse[0].set_length(0);
        }
    });
    let meter = std::rc::Rc::new(super::limits::Meter::of([1 << 20, 100, 1 << 20]));
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("p.tar");
    std::fs::write(&archive, sparse).unwrap();
    let (effects, cancel) = (Disk::default(), Cancel::default());
    let error = super::unpack::unpack_within(&effects, &archive, folder.path(), &cancel, meter).unwrap_err();
    assert!(error.to_string().contains("OXIDIST_UNPACK_BYTES"), "{error}");
}

#[test]
fn hard_links_count_with_what_they_copy() {
    let mut builder = Builder::new(Vec::new());
    builder.append(&header("p/", EntryType::Directory, 0), &b""[..]).unwrap();
    builder.append(&header("p/f", EntryType::Regular, 4000), &[7; 4000][..]).unwrap();
    for number in 0..10 {
        let mut link = header(&format!("p/{number}"), EntryType::Link, 0);
        link.set_link_name("p/f").unwrap();
        link.set_cksum();
        builder.append(&link, &b""[..]).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("p.tar");
    std::fs::write(&archive, builder.into_inner().unwrap()).unwrap();
    let (effects, cancel) = (Disk::default(), Cancel::default());
    let unpack = |bytes: u64, members: u64| {
        let meter = std::rc::Rc::new(super::limits::Meter::of([bytes, members, 1 << 20]));
        let into = tempfile::tempdir().unwrap();
        super::unpack::unpack_within(&effects, &archive, into.path(), &cancel, meter).map(|_| into)
    };
    assert!(unpack(100_000, 100).is_ok());
    assert!(unpack(30_000, 100).unwrap_err().to_string().contains("30000 bytes of contents"));
    assert!(unpack(100_000, 5).unwrap_err().to_string().contains("more than 5 members"));
}

/// A small archive of each kind.
fn samples() -> Vec<Vec<u8>> {
    let tar = with_record("mtime", "1.5");
    let packed = |pack: &dyn Fn(&[u8]) -> Vec<u8>| pack(&tar);
    let gzip = packed(&|tar| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(tar).unwrap();
        encoder.finish().unwrap()
    });
    let bzip2 = packed(&|tar| {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(tar).unwrap();
        encoder.finish().unwrap()
    });
    let xz = packed(&|tar| {
        let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
        encoder.write_all(tar).unwrap();
        encoder.finish().unwrap()
    });
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f"), "abc").unwrap();
    let zip = folder.path().join("p.zip");
    let members = || {
        let attributes = super::Attributes { mode: 0o644, modified: 0, uid: 0, gid: 0 };
        let content = super::Content::Memory(b"abc".to_vec().into());
        Ok(vec![super::Entry { name: "p/f".into(), attributes, content }])
    };
    let format = super::Format::named("zip").unwrap();
    super::write(&Disk::default(), &zip, format, &members, &super::Options::default(), &Cancel::default())
        .unwrap();
    let zip = std::fs::read(zip).unwrap();
    let sparse = with_changed(|header| header.set_entry_type(EntryType::GNUSparse));
    vec![tar, gzip, bzip2, xz, zip, sparse]
}

/// Give the header in each block its checksum again, so that what is changed in it is looked at.
fn with_checksums(bytes: &mut [u8]) {
    for block in bytes.chunks_exact_mut(512) {
        if &block[257..262] == b"ustar" {
            block[148..156].copy_from_slice(b"        ");
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn mutated_archives_are_unpacked_or_refused_and_write_nothing_elsewhere(
        kind in 0usize..6,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        keeps_checksums in any::<bool>(),
    ) {
        let mut bytes = samples().swap_remove(kind);
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if keeps_checksums && [0, 5].contains(&kind) {
            with_checksums(&mut bytes);
        }
        let (folder, result) = unpacked(&bytes);
        // Paths of other errors are made safe where they are shown.
        if let Err(error @ Error::Archive { .. }) = result {
            prop_assert!(!error.to_string().contains(char::is_control), "{}", error);
        }
        let mut found: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|each| each.unwrap().file_name()).collect();
        found.sort();
        prop_assert_eq!(found, ["into", "p.tar"].map(|name| Path::new(name).as_os_str().to_owned()));
    }
}
