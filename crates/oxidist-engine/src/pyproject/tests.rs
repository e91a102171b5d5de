//! What files say, whose they are, and the line of what is wrong with them. (More from the outside, in Python.)

use std::fs;

use super::*;

fn read_text(text: &str, always: bool) -> Result<Option<Pyproject>> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), text).unwrap();
    read(folder.path(), always)
}

const PROJECT: &str = "[project]\nname = \"x\"\nversion = \"1\"\n";

#[test]
fn a_file_counts_if_it_has_our_table_or_our_backend_or_is_asked_for() {
    let ours = |text: &str, always| read_text(text, always).unwrap().is_some();
    assert!(!ours(PROJECT, false));
    assert!(ours(PROJECT, true));
    assert!(ours("[tool.oxidist]\n", false));
    for backend in ["oxidist.build_meta", "oxidist.build_meta:legacy"] {
        assert!(ours(&format!("[build-system]\nbuild-backend = {backend:?}\n"), false), "{backend}");
    }
    assert!(!ours("[build-system]\nrequires = [\"oxidist\"]\nbuild-backend = \"other\"\n", false));
    // What belongs to others need not even be right.
    assert!(!ours("[project]\nname = 3\n", false));
    assert!(read(Path::new("/nonexistent"), true).unwrap().is_none());
}

#[test]
fn every_value_has_its_line_whatever_form_the_table_has() {
    let text = "tool.oxidist.packages = []\n[tool.oxidist.build]\n# why\nforce = true\n[project]\n\
                name = 'x'\nversion = '''\n1'''\nurls.Home = 'h'\n";
    let file = read_text(text, false).unwrap().unwrap();
    assert_eq!(file.tool.packages.unwrap().1, 1);
    assert_eq!(file.tool.commands[0].options[0].2, 4);
    let lines: Vec<(&str, usize)> =
        file.project.unwrap().settings.iter().map(|setting| (setting.argument, setting.line)).collect();
    assert_eq!(lines, [("name", 6), ("version", 7), ("project_urls", 9)]);
}

#[test]
fn errors_are_one_line() {
    for text in [
        "a = [\n",
        "a = 1\na = 2\n",
        "[project]\nname = 1\n",
        "= 3",
        "[tool.oxidist]\nx = {\n",
        "[tool.oxidist",
    ] {
        let told = read_text(text, true).unwrap_err().to_string();
        assert!(told.starts_with("pyproject.toml:") && !told.contains('\n'), "{told:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), b"a = 1\nb = \"\xff\"\n").unwrap();
    let told = read(folder.path(), true).unwrap_err().to_string();
    assert_eq!(told, "pyproject.toml:2: not UTF-8; save the file as UTF-8");
}

#[test]
fn modules_are_found_in_src_or_by_the_projects_name() {
    let found = |files: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        discover(folder.path(), "My.Pkg").unwrap()
    };
    let names = |names: &[&str]| -> Vec<String> { names.iter().map(|name| name.to_string()).collect() };
    assert_eq!(found(&["src/a/__init__.py", "my_pkg.py"]), ((names(&["a"]), Some("src".into())), vec![]));
    assert_eq!(found(&["My_Pkg/__init__.py", "other/__init__.py"]), ((names(&["My_Pkg"]), None), vec![]));
    assert_eq!(found(&["my_pkg.py", "src/x.c"]), ((vec![], None), names(&["my_pkg"])));
    assert_eq!(found(&["other.py"]), ((vec![], None), vec![]));
}
