//! What archives do with files that change, with bad archives, and when they are only planned.
#![allow(clippy::unwrap_used, reason = "what makes up the archives is a part of the tests")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use oxidist_engine::Error;
use oxidist_engine::archive::{self, Attributes, Content, Entry, FORMATS, Format, Options, Written};
use oxidist_engine::effects::{Action, Cancel, Disk, DryRun, Effects};
use tar::{EntryType, Header};
use tempfile::TempDir;

fn format(name: &str) -> &'static Format {
    Format::named(name).unwrap()
}

fn project(files: &[(&str, &str)]) -> TempDir {
    let root = TempDir::new().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Write an archive of `pkg` below `root`; `between` runs after the files were listed and before they are read.
fn write_after(
    root: &Path,
    out: &Path,
    format: &Format,
    options: &Options,
    between: impl Fn() + Sync,
) -> Result<Option<Written>, Error> {
    let members = || {
        let entries = archive::tree(root, Path::new("pkg"), format)?;
        between();
        Ok(entries)
    };
    archive::write(&Disk::default(), out, format, &members, options, &Cancel::default())
}

fn in_memory(name: &str, contents: &[u8]) -> Entry {
    Entry {
        name: name.into(),
        content: Content::Memory(contents.into()),
        attributes: Attributes { mode: 0o644, modified: 0, uid: 0, gid: 0 },
    }
}

#[test]
fn a_file_that_shrinks_or_grows_is_named_and_no_archive_is_left() {
    for (new, how) in [("short", "shrank"), ("much longer than it was before", "grew")] {
        for format in &FORMATS {
            let root = project(&[("pkg/a", "first"), ("pkg/b", "eleven byte")]);
            let out = TempDir::new().unwrap();
            let file = root.path().join("pkg/b");
            let result = write_after(root.path(), &out.path().join("x"), format, &Options::default(), || {
                fs::write(&file, new).unwrap();
            });
            let expected = format!(
                "could not archive '{}': it {how} while it was being archived (11 bytes at first)",
                file.display()
            );
            assert_eq!(result.unwrap_err().to_string(), expected, "{}", format.name);
            assert_eq!(names_in(out.path()), [""; 0]);
        }
    }
}

#[test]
fn a_file_that_vanishes_is_named_and_an_earlier_archive_is_kept() {
    let root = project(&[("pkg/a", "first"), ("pkg/b", "second")]);
    let out = TempDir::new().unwrap();
    fs::write(out.path().join("x"), "earlier").unwrap();
    let file = root.path().join("pkg/b");
    let result =
        write_after(root.path(), &out.path().join("x"), format("gztar"), &Options::default(), || {
            fs::remove_file(&file).unwrap();
        });
    assert_eq!(
        result.unwrap_err().to_string(),
        format!("could not open '{}': No such file or directory", file.display())
    );
    assert_eq!(names_in(out.path()), ["x"]);
    assert_eq!(fs::read(out.path().join("x")).unwrap(), b"earlier");
}

#[test]
fn a_dry_run_neither_lists_nor_writes() {
    let out = TempDir::new().unwrap();
    let path = out.path().join("pkg-1.0.tar.gz");
    let effects = DryRun::default();
    let asked = Mutex::new(false);
    let members = || {
        *asked.lock().unwrap() = true;
        Ok(Vec::new())
    };
    let written =
        archive::write(&effects, &path, format("gztar"), &members, &Options::default(), &Cancel::default())
            .unwrap();
    assert_eq!(written, None);
    assert!(!*asked.lock().unwrap());
    assert_eq!(names_in(out.path()), [""; 0]);
    assert_eq!(effects.journal().read(), [Action::Write(path)]);
}

#[test]
fn an_interrupt_leaves_nothing() {
    let root = project(&[("pkg/a", "first")]);
    let out = TempDir::new().unwrap();
    let cancel = Cancel::default();
    for format in &FORMATS {
        let members = || {
            cancel.set();
            archive::tree(root.path(), Path::new("pkg"), format)
        };
        let path = out.path().join("x");
        let result = archive::write(&Disk::default(), &path, format, &members, &Options::default(), &cancel);
        assert!(matches!(result, Err(Error::Interrupted)), "{}", format.name);
        assert_eq!(names_in(out.path()), [""; 0]);
    }
}

#[test]
fn an_archive_inside_the_folder_does_not_contain_itself() {
    for kind in ["tar", "zip"] {
        let root = project(&[("pkg/a", "first"), ("pkg/dist/x", "an older archive")]);
        let path = root.path().join("pkg/dist/x");
        write_after(root.path(), &path, format(kind), &Options::default(), || ()).unwrap();
        let names = members(&path, kind);
        assert_eq!(names, ["pkg/", "pkg/a", "pkg/dist/"], "{kind}");
    }
}

/// The names of an archive's members, sorted.
fn members(path: &Path, format: &str) -> Vec<String> {
    let file = File::open(path).unwrap();
    let mut names: Vec<String> = match format {
        "zip" => zip::ZipArchive::new(file).unwrap().file_names().map(|name| name.unwrap().into()).collect(),
        _ => {
            let mut archive = tar::Archive::new(file);
            let entries = archive.entries().unwrap();
            entries.map(|entry| String::from_utf8(entry.unwrap().path_bytes().to_vec()).unwrap()).collect()
        }
    };
    names.sort();
    names
}

#[test]
fn with_a_source_date_the_bytes_do_not_depend_on_the_files_times() {
    let options = Options { source_date_epoch: Some(1_000_000_000), ..Options::default() };
    for format in &FORMATS {
        let written: Vec<Written> = (0..2)
            .map(|round| {
                let root = project(&[("pkg/a", "first"), ("pkg/b/c", "second")]);
                let out = TempDir::new().unwrap();
                let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_500_000_000 + round);
                File::options()
                    .write(true)
                    .open(root.path().join("pkg/a"))
                    .unwrap()
                    .set_modified(time)
                    .unwrap();
                write_after(root.path(), &out.path().join("x"), format, &options, || ()).unwrap().unwrap()
            })
            .collect();
        assert_eq!(written[0], written[1], "{}", format.name);
    }
}

#[test]
fn a_gzip_header_has_no_time_of_its_own_but_a_source_date() {
    let root = project(&[("pkg/a", "first")]);
    let out = TempDir::new().unwrap();
    let path = out.path().join("x");
    for (source_date_epoch, expected) in [(None, [0; 4]), (Some(0x0102_0304), [4, 3, 2, 1])] {
        let options = Options { source_date_epoch, ..Options::default() };
        write_after(root.path(), &path, format("gztar"), &options, || ()).unwrap();
        assert_eq!(fs::read(&path).unwrap()[4..8], expected);
    }
}

#[test]
fn higher_levels_give_shorter_archives() {
    let text: String =
        (0..40_000).map(|line| format!("value{} = {}\n", line % 613, line * 7919 % 1009)).collect();
    let root = project(&[("pkg/a.py", &text)]);
    let out = TempDir::new().unwrap();
    for name in ["gztar", "zip", "xztar"] {
        let length = |level| {
            let options = Options { level: Some(level), ..Options::default() };
            write_after(root.path(), &out.path().join("x"), format(name), &options, || ())
                .unwrap()
                .unwrap()
                .bytes
        };
        assert!(length(9) < length(1), "{name}");
    }
}

#[test]
fn a_zip_file_may_have_more_members_than_its_first_format_could_count() {
    let out = TempDir::new().unwrap();
    let path = out.path().join("many.zip");
    let entries: Vec<Entry> = (0..70_000).map(|index| in_memory(&format!("n{index}"), b"")).collect();
    let list = || Ok(entries.clone());
    archive::write(&Disk::default(), &path, format("zip"), &list, &Options::default(), &Cancel::default())
        .unwrap();
    let mut archive = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
    assert_eq!(archive.len(), 70_000);
    let mut text = String::new();
    archive.by_index(69_999).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "");
}

#[test]
fn a_number_too_large_for_its_field_is_still_exact() {
    let out = TempDir::new().unwrap();
    let path = out.path().join("x.tar");
    let mut entry = in_memory("odd", b"contents");
    entry.attributes = Attributes { mode: 0o644, modified: -5, uid: 3_000_000_000, gid: 2_097_152 };
    let list = || Ok(vec![entry.clone()]);
    archive::write(&Disk::default(), &path, format("tar"), &list, &Options::default(), &Cancel::default())
        .unwrap();
    let mut archive = tar::Archive::new(File::open(&path).unwrap());
    let mut member = archive.entries().unwrap().next().unwrap().unwrap();
    let extensions: Vec<(String, String)> = member
        .pax_extensions()
        .unwrap()
        .unwrap()
        .map(|record| {
            record.map(|record| (record.key().unwrap().into(), record.value().unwrap().into())).unwrap()
        })
        .collect();
    let expected = [("uid", "3000000000"), ("gid", "2097152"), ("mtime", "-5")];
    assert_eq!(extensions, expected.map(|(key, value)| (key.to_string(), value.to_string())));
}

/// One member of an archive made up for a test: its name as it stands, its type, a link's target.
struct Made(&'static str, EntryType, &'static str);

fn made_tar(members: &[Made]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for Made(name, kind, target) in members {
        let contents: &[u8] = if *kind == EntryType::Regular { b"contents" } else { b"" };
        let mut header = Header::new_ustar();
        let ustar = header.as_ustar_mut().unwrap();
        ustar.name[..name.len()].copy_from_slice(name.as_bytes());
        ustar.linkname[..target.len()].copy_from_slice(target.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_size(contents.len() as u64);
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(contents);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

fn unpack(bytes: &[u8]) -> (TempDir, Result<PathBuf, Error>) {
    let at = TempDir::new().unwrap();
    let archive = at.path().join("sdist");
    fs::write(&archive, bytes).unwrap();
    let into = at.path().join("into");
    fs::create_dir(&into).unwrap();
    let result = archive::unpack(&Disk::default(), &archive, &into, &Cancel::default());
    (at, result)
}

const FOLDER: EntryType = EntryType::Directory;
const FILE: EntryType = EntryType::Regular;
const LINK: EntryType = EntryType::Symlink;

#[test]
fn a_member_that_would_land_outside_is_refused_by_name() {
    let cases: &[(&[Made], &str)] = &[
        (&[Made("p/../../evil", FILE, "")], "member 'p/../../evil' would be unpacked outside the folder"),
        (&[Made("/p/evil", FILE, "")], "member '/p/evil' would be unpacked outside the folder"),
        (&[Made("..", FOLDER, "")], "member '..' would be unpacked outside the folder"),
        (&[Made("p/l", LINK, "/etc/passwd")], "member 'p/l' is a link to '/etc/passwd', which leads outside"),
        (&[Made("p/l", LINK, "../../x")], "member 'p/l' is a link to '../../x', which leads outside"),
        (
            &[Made("p/h", EntryType::Link, "../evil")],
            "member 'p/h' is a link to '../evil', which leads outside",
        ),
        (
            &[Made("p/l", LINK, "."), Made("p/l/evil", FILE, "")],
            "member 'p/l/evil' would be written through a link",
        ),
        (&[Made("p/l", LINK, "x"), Made("p/l", FILE, "")], "member 'p/l' would be written through a link"),
        (&[Made("p/l", FOLDER, ""), Made("p/l", LINK, "x")], "member 'p/l' is a link and a folder at once"),
        (
            // By name the second link stays inside; behind the first one it would not.
            &[Made("p/a/b/up", LINK, "../.."), Made("p/out", LINK, "a/b/up/../../evil")],
            "member 'p/out' is a link to 'a/b/up/../../evil', which leads outside",
        ),
        (&[Made("p/d", EntryType::Char, "")], "member 'p/d' is neither a file, a folder nor a link"),
        (&[Made("p/f", EntryType::Fifo, "")], "member 'p/f' is neither a file, a folder nor a link"),
        (
            &[Made("a/x", FILE, ""), Made("b/x", FILE, "")],
            "a source archive holds one folder, and everything in it",
        ),
        (&[Made("x", FILE, "")], "a source archive holds one folder, and everything in it"),
        (&[], "a source archive holds one folder, and everything in it"),
    ];
    for (members, message) in cases {
        let (at, result) = unpack(&made_tar(members));
        let expected = format!("'{}': {message}", at.path().join("sdist").display());
        assert_eq!(result.unwrap_err().to_string(), expected);
        assert_eq!(names_in(at.path()), ["into", "sdist"], "{message}");
        assert!(fs::symlink_metadata("/p").is_err());
    }
}

#[cfg(unix)]
#[test]
fn links_within_the_archive_are_made() {
    let members = [
        Made("p/", FOLDER, ""),
        Made("p/l", LINK, "d/../d/file"),
        Made("p/d/file", FILE, ""),
        Made("p/d/up", LINK, "../d"),
        Made("p/h", EntryType::Link, "p/d/file"),
        Made("p/h2", EntryType::Link, "p/l"),
    ];
    let (_at, result) = unpack(&made_tar(&members));
    let top = result.unwrap();
    for name in ["l", "h", "h2", "d/up/file"] {
        assert_eq!(fs::read(top.join(name)).unwrap(), b"contents", "{name}");
    }
    assert!(top.join("l").is_symlink() && !top.join("h").is_symlink() && top.join("h2").is_symlink());
}

#[test]
fn names_with_a_dot_in_front_are_the_same_names() {
    let members = [Made("./", FOLDER, ""), Made("./p/", FOLDER, ""), Made("./p/./file", FILE, "")];
    let (at, result) = unpack(&made_tar(&members));
    assert_eq!(result.unwrap(), at.path().join("into/p"));
    assert_eq!(fs::read(at.path().join("into/p/file")).unwrap(), b"contents");
}

#[test]
fn a_zip_file_with_a_bad_name_is_refused() {
    for name in ["p/../../evil", "/evil"] {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"contents").unwrap();
        let (at, result) = unpack(&zip.finish().unwrap().into_inner());
        let message = result.unwrap_err().to_string();
        assert!(message.contains("would be unpacked outside the folder"), "{message}");
        assert_eq!(names_in(at.path()), ["into", "sdist"]);
    }
}

#[test]
fn what_is_no_archive_or_is_cut_short_gives_an_error_that_names_the_file() {
    let whole = made_tar(&[Made("p/", FOLDER, ""), Made("p/file", FILE, "")]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&whole).unwrap();
    let packed = packed.finish().unwrap();
    let cases: [&[u8]; 6] = [
        b"this is no archive at all, however long it may be".repeat(30).leak(),
        &whole[..1024 + 5],
        &packed[..packed.len() / 2],
        b"PK\x03\x04 but nothing more",
        b"BZh9 but nothing more",
        b"\xfd7zXZ\0 but nothing more",
    ];
    for bytes in cases {
        let (at, result) = unpack(bytes);
        let message = result.unwrap_err().to_string();
        assert!(message.contains(&format!("'{}'", at.path().join("sdist").display())), "{message}");
        assert!(!message.contains('\n'), "{message}");
        if let Ok(entries) = fs::read_dir(at.path().join("into/p")) {
            assert_eq!(entries.count(), 0, "a file was left half-written");
        }
    }
}
