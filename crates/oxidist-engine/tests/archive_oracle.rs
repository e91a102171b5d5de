//! Archives hold what distutils' own hold, as Python's tarfile and zipfile read them, for generated trees.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what builds the trees is a part of the tests")]

mod oracle;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oracle::{Oracle, for_each, python_with_distutils};
use oxidist_engine::archive::{self, FORMATS, Format, Options, Ownership, ReleaseFile, Written};
use oxidist_engine::effects::{Cancel, Disk};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

const SCRIPT: &str = r#"
import gzip, hashlib, io, json, math, os, subprocess, sys, tarfile, zipfile
from distutils.archive_util import make_archive

def name(text):
    return os.fsencode(text).hex()

def make(base_name, format, root, base, owner, group):
    return make_archive(base_name, format, root, base, owner=owner, group=group)

def list(path, format):
    if format == "zip":
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            return [{
                "name": name(info.filename), "time": info.date_time, "mode": info.external_attr >> 16,
                "dos": info.external_attr & 0xffff, "system": info.create_system, "size": info.file_size,
                "contents": hashlib.sha256(archive.read(info)).hexdigest(),
            } for info in archive.infolist()]
    data = open(path, "rb").read()
    if format == "ztar":
        data = subprocess.run(["gzip", "-dc"], input=data, stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return [{
            "name": name(info.name), "type": info.type.decode(), "mode": info.mode, "time": math.floor(info.mtime),
            "uid": info.uid, "gid": info.gid, "uname": info.uname, "gname": info.gname, "size": info.size,
            "link": name(info.linkname),
            "contents": hashlib.sha256(archive.extractfile(info).read()).hexdigest() if info.isreg() else None,
        } for info in archive]

for question in sys.stdin:
    function, *args = json.loads(question)
    print(json.dumps(globals()[function](*args)), flush=True)
"#;

fn oracle() -> Oracle {
    Oracle::start(&python_with_distutils(), SCRIPT)
}

/// What to put on the disk.
#[derive(Debug, Clone)]
enum Node {
    Folder(Vec<(String, Node)>, u32),
    File {
        len: usize,
        mode: u32,
        modified: u64,
    },
    Symlink(String),
    /// A second name for a file at the top.
    HardLink,
    Pipe,
}

fn file() -> impl Strategy<Value = Node> {
    let mode = prop::sample::select(vec![0o644, 0o755, 0o600, 0o4711, 0o444]);
    let len = prop_oneof![4 => 0usize..3000, 1 => Just(512), 1 => Just(0), 1 => 60_000usize..70_000];
    // Even seconds, which a zip file can express; before 1980 it can not.
    let modified =
        prop_oneof![(400_000_000u64..1_000_000_000).prop_map(|time| time * 2), Just(1_700_000_000)];
    (len, mode, modified).prop_map(|(len, mode, modified)| Node::File { len, mode, modified })
}

fn name() -> impl Strategy<Value = String> {
    let long = "long-".repeat(23);
    let longer = "e".repeat(99);
    prop_oneof![
        8 => "[a-cA-C_.-]{1,3}[a-z]",
        1 => Just("ünïcode.py".to_string()),
        1 => Just("with space".to_string()),
        1 => Just("日本".to_string()),
        1 => Just(long),
        1 => Just(longer),
        1 => Just("e".repeat(100)),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    let target = prop::sample::select(vec!["aa", "nowhere", "..", ".", "first", "é", "/etc/hostname"]);
    let leaf = prop_oneof![
        10 => file(),
        2 => target.prop_map(|target| Node::Symlink(target.to_string())),
        1 => Just(Node::HardLink),
        1 => Just(Node::Pipe),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let mode = prop::sample::select(vec![0o755, 0o700, 0o2775]);
        (vec((name(), inner), 0..6), mode).prop_map(|(children, mode)| Node::Folder(children, mode))
    })
}

fn tree() -> impl Strategy<Value = Vec<(String, Node)>> {
    vec((name(), node()), 0..8)
}

fn contents(len: usize) -> Vec<u8> {
    let mut state = len as u32;
    (0..len)
        .map(|index| {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            if index % 64 < 48 { b'a' + (index % 7) as u8 } else { (state >> 24) as u8 }
        })
        .collect()
}

fn build(folder: &Path, nodes: &[(String, Node)], first: &Path) {
    for (name, node) in nodes {
        let path = folder.join(name);
        if path.symlink_metadata().is_ok() {
            continue;
        }
        match node {
            Node::Folder(children, mode) => {
                fs::create_dir(&path).unwrap();
                build(&path, children, first);
                fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).unwrap();
            }
            Node::File { len, mode, modified } => {
                fs::write(&path, contents(*len)).unwrap();
                let modified = UNIX_EPOCH + Duration::from_secs(*modified);
                fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).unwrap();
            }
            Node::Symlink(target) => symlink(target, &path).unwrap(),
            Node::HardLink => fs::hard_link(first, &path).unwrap(),
            Node::Pipe => {
                assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
            }
        }
    }
}

/// A folder with the tree in `base` below it.
fn on_disk(base: &str, nodes: &[(String, Node)]) -> TempDir {
    let root = TempDir::new().unwrap();
    let top = root.path().join(base);
    fs::create_dir_all(&top).unwrap();
    let first = top.join("first");
    fs::write(&first, "the first file\n").unwrap();
    fs::File::options()
        .write(true)
        .open(&first)
        .unwrap()
        .set_modified(UNIX_EPOCH + Duration::from_secs(1_600_000_000))
        .unwrap();
    build(&top, nodes, &first);
    root
}

fn format(name: &str) -> &'static Format {
    Format::named(name).unwrap()
}

fn write_tree(out: &Path, format: &Format, root: &Path, base: &str, options: &Options) -> Written {
    let members = || archive::tree(root, Path::new(base), format);
    archive::write(&Disk::default(), out, format, &members, options, &Cancel::default()).unwrap().unwrap()
}

fn members(oracle: &Oracle, path: &Path, format: &str) -> Vec<Value> {
    serde_json::from_value(oracle.ask(&json!(["list", path, format]))).unwrap()
}

/// What the members of distutils are to be: without set-user-id, set-group-id and sticky bits, which go into no archive
/// of ours.
fn without_rights(mut members: Vec<Value>) -> Vec<Value> {
    for member in &mut members {
        let mode = member["mode"].as_u64().unwrap();
        member["mode"] = json!(mode & !0o7000);
    }
    members
}

fn sorted(mut members: Vec<Value>) -> Vec<Value> {
    members.sort_by_key(|member| member["name"].to_string());
    members
}

#[test]
fn a_tar_of_a_tree_has_the_members_of_distutils_in_their_order() {
    let oracle = oracle();
    let bases = prop::sample::select(vec!["pkg-1.0", ".", "a/b", "./pkg"]);
    for_each(120, (tree(), bases), |(nodes, base)| {
        let root = on_disk(base, &nodes);
        let out = TempDir::new().unwrap();
        let theirs =
            oracle.ask(&json!(["make", out.path().join("theirs"), "tar", root.path(), base, null, null]));
        let ours = out.path().join("ours.tar");
        write_tree(&ours, format("tar"), root.path(), base, &Options::default());
        let theirs = members(&oracle, Path::new(theirs.as_str().unwrap()), "tar");
        prop_assert_eq!(members(&oracle, &ours, "tar"), without_rights(theirs));
        Ok(())
    });
}

#[test]
fn a_zip_of_a_tree_has_the_members_of_distutils() {
    let oracle = oracle();
    let bases = prop::sample::select(vec!["pkg-1.0", ".", "a/b", "./pkg", "a/../pkg"]);
    for_each(120, (tree(), bases), |(nodes, base)| {
        let root = on_disk(base, &nodes);
        if base.starts_with("a/..") {
            fs::create_dir_all(root.path().join("a")).unwrap();
        }
        let out = TempDir::new().unwrap();
        let theirs =
            oracle.ask(&json!(["make", out.path().join("theirs"), "zip", root.path(), base, null, null]));
        let ours = out.path().join("ours.zip");
        write_tree(&ours, format("zip"), root.path(), base, &Options::default());
        let theirs = members(&oracle, Path::new(theirs.as_str().unwrap()), "zip");
        prop_assert_eq!(sorted(members(&oracle, &ours, "zip")), sorted(without_rights(theirs)));
        Ok(())
    });
}

/// A tree that is worth compressing: several blocks, one long file that does not compress, many small ones.
fn large_tree() -> TempDir {
    let root = on_disk("pkg-1.0", &[]);
    let top = root.path().join("pkg-1.0");
    fs::create_dir(top.join("data")).unwrap();
    for index in 0..400 {
        fs::write(top.join(format!("m{index}.py")), contents(index * 11)).unwrap();
    }
    let mut state = 3u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        (state >> 24) as u8
    })
    .take(9 * 1024 * 1024 + 17)
    .collect();
    fs::write(top.join("data/noise.bin"), &noise).unwrap();
    fs::write(top.join("data/text.txt"), contents(8 * 1024 * 1024)).unwrap();
    fs::write(top.join("data/block"), contents(1024 * 1024)).unwrap();
    root
}

fn fast() -> Options {
    Options { level: Some(1), ..Options::default() }
}

#[test]
fn every_format_is_read_by_python_and_has_the_length_and_digest_it_was_said_to_have() {
    let oracle = oracle();
    let root = large_tree();
    let out = TempDir::new().unwrap();
    let plain =
        oracle.ask(&json!(["make", out.path().join("theirs"), "tar", root.path(), "pkg-1.0", null, null]));
    let tar = members(&oracle, Path::new(plain.as_str().unwrap()), "tar");
    let plain =
        oracle.ask(&json!(["make", out.path().join("theirs"), "zip", root.path(), "pkg-1.0", null, null]));
    let zip = members(&oracle, Path::new(plain.as_str().unwrap()), "zip");
    for format in &FORMATS {
        let path = out.path().join(format!("ours{}", format.extension));
        let written = write_tree(&path, format, root.path(), "pkg-1.0", &Options::default());
        let found = members(&oracle, &path, format.name);
        if format.name == "zip" {
            assert!(sorted(found) == sorted(zip.clone()), "zip");
        } else {
            assert!(found == tar, "{}", format.name);
        }
        let digests = oxidist_engine::digest::of_file(&path, &Cancel::default()).unwrap();
        assert_eq!((written.bytes, &written.sha256), (digests.bytes, &digests.sha256), "{}", format.name);
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_cores() {
    let root = large_tree();
    let out = TempDir::new().unwrap();
    // The others are compressed on one core.
    for format in FORMATS.iter().filter(|format| ["gztar", "xztar", "zip"].contains(&format.name)) {
        let digests: Vec<Written> = [1, 2, 5]
            .into_iter()
            .map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let path = out.path().join(format!("{threads}{}", format.extension));
                pool.install(|| write_tree(&path, format, root.path(), "pkg-1.0", &fast()))
            })
            .collect();
        assert!(digests.iter().all(|written| written == &digests[0]), "{}", format.name);
    }
}

#[test]
fn gzip_and_zip_are_hardly_longer_than_what_zlib_makes_in_one_go() {
    let root = large_tree();
    let out = TempDir::new().unwrap();
    let plain =
        write_tree(&out.path().join("a.tar"), format("tar"), root.path(), "pkg-1.0", &Options::default());
    let packed = write_tree(
        &out.path().join("a.tar.gz"),
        format("gztar"),
        root.path(),
        "pkg-1.0",
        &Options::default(),
    );
    let script = "import sys, zlib; z = zlib.compressobj(6, zlib.DEFLATED, 31); \
                  print(len(z.compress(open(sys.argv[1], 'rb').read())) + len(z.flush()))";
    let output = std::process::Command::new(python_with_distutils())
        .args(["-S", "-c", script])
        .arg(out.path().join("a.tar"))
        .output()
        .unwrap();
    let zlib: u64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    assert!(packed.bytes * 100 <= zlib * 101, "{} of {} bytes, zlib: {zlib}", packed.bytes, plain.bytes);
}

#[test]
fn members_belong_to_the_owner_and_group_that_were_asked_for() {
    let oracle = oracle();
    let root = on_disk("pkg", &[]);
    let out = TempDir::new().unwrap();
    for (owner, group) in
        [(Some("daemon"), None), (None, Some("daemon")), (Some("no-such-user"), Some("no-such-group"))]
    {
        let theirs =
            oracle.ask(&json!(["make", out.path().join("theirs"), "tar", root.path(), "pkg", owner, group]));
        let options = Options { ownership: Ownership::named(owner, group), ..Options::default() };
        let ours = out.path().join("ours.tar");
        write_tree(&ours, format("tar"), root.path(), "pkg", &options);
        let theirs = members(&oracle, Path::new(theirs.as_str().unwrap()), "tar");
        assert_eq!(members(&oracle, &ours, "tar"), theirs);
    }
}

#[test]
fn names_that_are_not_utf_8_are_kept_byte_for_byte() {
    use std::os::unix::ffi::OsStrExt;
    let oracle = oracle();
    let root = on_disk("pkg", &[]);
    let odd = root.path().join("pkg").join(std::ffi::OsStr::from_bytes(b"latin-\xe9.txt"));
    if fs::write(&odd, "x").is_err() {
        return; // A file system that takes only UTF-8.
    }
    let out = TempDir::new().unwrap();
    let theirs =
        oracle.ask(&json!(["make", out.path().join("theirs"), "tar", root.path(), "pkg", null, null]));
    write_tree(&out.path().join("ours.tar"), format("tar"), root.path(), "pkg", &Options::default());
    let theirs = members(&oracle, Path::new(theirs.as_str().unwrap()), "tar");
    let ours = members(&oracle, &out.path().join("ours.tar"), "tar");
    assert_eq!(ours, theirs);
    assert!(ours.iter().any(|member| member["name"] == "706b672f6c6174696e2de92e747874"));

    // Python's zipfile refuses such names; in the file they stand as they are.
    write_tree(&out.path().join("ours.zip"), format("zip"), root.path(), "pkg", &Options::default());
    let zip = fs::read(out.path().join("ours.zip")).unwrap();
    let name = b"pkg/latin-\xe9.txt";
    assert!(zip.windows(name.len()).any(|window| window == name));
}

#[test]
fn a_release_has_the_members_that_its_copied_tree_would_have() {
    let oracle = oracle();
    let paths = vec(vec("[a-c]{1,2}", 1..4), 0..14);
    for_each(150, paths, |paths| {
        let root = TempDir::new().unwrap();
        let mut files = Vec::new();
        for parts in &paths {
            let mut name: PathBuf = parts.iter().collect();
            name.set_extension("py");
            let source = root.path().join(&name);
            fs::create_dir_all(source.parent().unwrap()).unwrap();
            fs::write(&source, name.to_string_lossy().as_bytes()).unwrap();
            files.push(name);
        }
        let mut release: Vec<ReleaseFile> = files.iter().map(ReleaseFile::on_disk).collect();
        release.push(ReleaseFile::in_memory("PKG-INFO", *b"Metadata-Version: 1.0\n"));

        // What distutils does: a copy of the files, and an archive of the copy.
        let stage = TempDir::new().unwrap();
        let top = stage.path().join("pkg-1.0");
        fs::create_dir(&top).unwrap();
        for name in &files {
            fs::create_dir_all(top.join(name).parent().unwrap()).unwrap();
            fs::copy(root.path().join(name), top.join(name)).unwrap();
        }
        fs::write(top.join("PKG-INFO"), "Metadata-Version: 1.0\n").unwrap();

        for kind in ["tar", "zip"] {
            let out = TempDir::new().unwrap();
            let theirs = oracle.ask(&json!([
                "make",
                out.path().join("theirs"),
                kind,
                stage.path(),
                "pkg-1.0",
                null,
                null
            ]));
            let ours = out.path().join("ours");
            let members_of = || {
                archive::release(
                    root.path(),
                    Path::new("pkg-1.0"),
                    &release,
                    format(kind),
                    &Cancel::default(),
                )
            };
            archive::write(
                &Disk::default(),
                &ours,
                format(kind),
                &members_of,
                &Options::default(),
                &Cancel::default(),
            )
            .unwrap();
            // Times are those of the sources, and of nothing else.
            let without_time = |mut members: Vec<Value>| {
                for member in &mut members {
                    member.as_object_mut().unwrap().remove("time");
                }
                if kind == "zip" { sorted(members) } else { members }
            };
            let theirs = members(&oracle, Path::new(theirs.as_str().unwrap()), kind);
            prop_assert_eq!(without_time(members(&oracle, &ours, kind)), without_time(theirs));
        }
        Ok(())
    });
}

#[test]
fn what_was_written_is_unpacked_again() {
    let root = large_tree();
    let top = root.path().join("pkg-1.0");
    symlink("first", top.join("link")).unwrap();
    fs::hard_link(top.join("first"), top.join("second")).unwrap();
    fs::set_permissions(top.join("first"), fs::Permissions::from_mode(0o755)).unwrap();
    let out = TempDir::new().unwrap();
    for format in FORMATS.iter().filter(|format| format.name != "ztar") {
        let path = out.path().join(format!("a{}", format.extension));
        write_tree(&path, format, root.path(), "pkg-1.0", &fast());
        let into = TempDir::new().unwrap();
        let found = archive::unpack(&Disk::default(), &path, into.path(), &Cancel::default()).unwrap();
        assert_eq!(found, into.path().join("pkg-1.0"));
        for name in ["first", "second", "link", "m399.py", "data/noise.bin", "data/text.txt", "data/block"] {
            let same = fs::read(found.join(name)).unwrap() == fs::read(top.join(name)).unwrap();
            assert!(same, "{name} from {}", format.name);
        }
        let first = fs::metadata(found.join("first")).unwrap();
        assert_eq!(first.permissions().mode() & 0o111, 0o111);
        assert_eq!(
            first.modified().unwrap(),
            UNIX_EPOCH + Duration::from_secs(1_600_000_000),
            "{}",
            format.name
        );
        assert_eq!(fs::metadata(found.join("m1.py")).unwrap().permissions().mode() & 0o111, 0);
        assert_eq!(found.join("link").is_symlink(), format.name != "zip");
        assert!(fs::metadata(found.join("m1.py")).unwrap().modified().unwrap() <= SystemTime::now());
    }
}
