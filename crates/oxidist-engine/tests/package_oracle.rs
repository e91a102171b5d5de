//! Packages are found where CPython's `build_py` finds them, and their data files by the same patterns.
#![allow(clippy::unwrap_used, reason = "what makes up the folders is a part of the tests")]

mod oracle;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oracle::{Oracle, for_each, python_with_distutils};
use oxidist_engine::Error;
use oxidist_engine::effects::{Cancel, Disk};
use oxidist_engine::package::{self, Package};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

/// Answers with what a `build_py` says of packages and folders, or of the data files in one.
const SCRIPT: &str = r#"
import json, sys
from distutils.command.build_py import build_py
from distutils.dist import Distribution

command = build_py(Distribution())
for question in sys.stdin:
    question = json.loads(question)
    if "folders" in question:
        command.package_dir = question["folders"]
        answer = command.get_package_dir(question["package"])
    elif "patterns" in question:
        command.package_data = {"p": question["patterns"]}
        answer = sorted(command.find_data_files("p", question["folder"]))
    else:
        command.distribution.script_name = question["script"]
        command.check_package = lambda package, folder: None
        answer = sorted(row[1:] for row in command.find_package_modules("p", question["folder"]))
    print(json.dumps(answer), flush=True)
"#;

#[test]
fn packages_are_in_the_folders_that_cpython_says() {
    let oracle = Oracle::start(&python_with_distutils(), SCRIPT);
    let names = select(vec!["", "a", "b", "a.b", "a.b.c", "a.bb", "b.a", "ab"]);
    let folders = select(vec!["", "src", "src/x", ".", "./y", "lib/", "a", "..", "/abs", "a//b", "x/."]);
    let questions = (btree_map(names.clone(), folders, 0..4), names);
    for_each(3000, questions, |(folders, name)| {
        let theirs = oracle.ask(&json!({ "folders": folders, "package": name }));
        let folders: BTreeMap<OsString, PathBuf> =
            folders.into_iter().map(|(name, folder)| (name.into(), PathBuf::from(folder))).collect();
        let ours = Package::locate(name.as_ref(), &folders);
        prop_assert_eq!(ours.folder.to_str(), theirs.as_str());
        prop_assert_eq!(ours.name, name);
        Ok(())
    });
}

/// Files with names that patterns could trip over, links and folders among them.
fn strange_tree() -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    let files = [
        "a", "b", "ab", "abc", "a.txt", ".hidden", ".a.txt", "[a]", "a]b", "-", "!", "*", "?", "é", "a b",
        "d/a", "d/b.txt", "d/.x", "d/e/a", "d/e/f/g", "d.txt/a", "dd/a", "[ab]/a", "m.py", "setup.py",
        ".m.py", ".py", "M.PY", "x.pyc", "d/m.py",
    ];
    for file in files {
        let path = tree.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    std::fs::create_dir(tree.path().join("f.py")).unwrap();
    #[cfg(unix)]
    for (target, link) in
        [("a", "to_file"), ("d", "to_folder"), ("nowhere", "broken"), ("link.py", "link.py")]
    {
        std::os::unix::fs::symlink(target, tree.path().join(link)).unwrap();
    }
    tree
}

#[test]
fn data_files_are_those_that_cpython_finds_by_the_same_patterns() {
    let oracle = Oracle::start(&python_with_distutils(), SCRIPT);
    let tree = strange_tree();
    let pieces = [
        "a", "b", "d", "e", "*", "*", "**", "?", "[ab]", "[!a]", "[a-c]", "[", "]", "[]a]", "[!", "-", ".",
        "..", ".txt", "/", "/", "/", "é", "to_f", "x",
    ];
    let pattern = vec(select(pieces.to_vec()), 1..6).prop_map(|pieces| pieces.concat());
    let folders = select(vec!["", "d", "d.txt", "[ab]", "d/", "./d", "none"]);
    for_each(4000, (folders, vec(pattern, 0..4)), |(inner, patterns)| {
        let patterns: Vec<String> =
            patterns.into_iter().filter(|pattern| !pattern.starts_with('/')).collect();
        let folder = tree.path().join(inner);
        let theirs = oracle.ask(&json!({ "folder": folder, "patterns": patterns }));
        let own: Vec<PathBuf> = patterns.iter().map(PathBuf::from).collect();
        let mut ours = match package::data_files(&folder, &own) {
            Ok(found) => found.files,
            Err(Error::UnsupportedPattern(_)) => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        ours.sort_by(|one, other| one.as_os_str().cmp(other.as_os_str()));
        prop_assert_eq!(json!(ours), theirs);
        Ok(())
    });
}

#[test]
fn modules_are_those_that_cpython_finds_and_never_the_setup_script() {
    let oracle = Oracle::start(&python_with_distutils(), SCRIPT);
    let tree = strange_tree();
    for script in ["setup.py", "m.py", "elsewhere.py", "d/../setup.py", "d/setup.py"] {
        for inner in ["", "d", "d/../", "none"] {
            let (folder, script) = (tree.path().join(inner), tree.path().join(script));
            let theirs = oracle.ask(&json!({ "folder": folder, "script": script }));
            let found = package::modules_in(&Disk::default(), &folder, Some(&script));
            let ours: Vec<(String, &Path)> = found
                .modules
                .iter()
                .map(|module| (module.name.to_str().unwrap().to_string(), module.file.as_path()))
                .collect();
            assert_eq!(json!(ours), theirs, "{folder:?} {script:?}");
        }
    }
}

#[test]
fn an_absolute_pattern_is_refused() {
    let error = package::data_files(Path::new("p"), &["/etc/*".into()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "package_data: pattern '/etc/*' is absolute, and must be relative to its package"
    );
}

#[test]
fn of_many_packages_the_first_one_that_is_wrong_is_the_error() {
    let tree = strange_tree();
    let package =
        |name: &str| Package { name: name.into(), folder: tree.path().join(name.replace('.', "/")) };
    let found = |names: &[&str]| {
        let packages: Vec<Package> = names.iter().map(|name| package(name)).collect();
        package::find(&Disk::default(), &packages, None, &Cancel::default())
    };
    assert_eq!(found(&["d", "dd"]).unwrap().len(), 2);
    assert!(found(&["d", "gone", "ab", "lost"]).unwrap_err().to_string().ends_with("gone' does not exist"));
    assert!(found(&["ab", "gone"]).unwrap_err().to_string().ends_with("ab' exists, but is not a directory"));
}

#[test]
fn a_path_is_cut_to_the_letter() {
    let cut = |file: &str, folder: &str| package::relative_to(Path::new(file), Path::new(folder));
    assert_eq!(cut("src/pkg/./a//b", "src/pkg").to_str(), Some("./a//b"));
    assert_eq!(cut("src/a", "src/").to_str(), Some("a"));
    assert_eq!(cut("a/b", "").to_str(), Some("a/b"));
    assert_eq!(cut("/a", "").to_str(), Some("/a"));
    assert_eq!(cut("other/a", "src").to_str(), Some("other/a"));
}
