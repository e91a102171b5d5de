//! Steps that fail, compilers that do not do what they are for, and records that a crash has cut short.

use std::fs;

use oxidist_engine::compile::{Group, Settings};
use oxidist_engine::effects::{Action, Cancel, DryRun, Effects};

use crate::workshop::{Workshop, group, has_run_alone, pause};

/// A compiler that copies, and fails for sources with `error` in them.
fn copying(shop: &Workshop) -> std::ffi::OsString {
    shop.script("cc", "grep -q error \"$2\" && { echo \"bad $2\"; exit 3; }\ncp \"$2\" \"$4\"")
}

#[test]
fn the_first_failure_stops_new_jobs_and_is_named() {
    let shop = Workshop::wide(1);
    for (name, text) in [("a.c", "fine"), ("b.c", "error"), ("c.c", "fine")] {
        shop.write(name, text);
    }
    let cc = copying(&shop);
    let [a, b, c] = ["a.c", "b.c", "c.c"].map(|name| shop.compile(cc.clone(), name, &[]));
    let groups = [group("one", &[&a]), group("two", &[&b, &c]), group("three", &[&c])];
    pause();
    let heard = shop.run(&groups);
    assert_eq!(heard.story(), ["begins one", "ran build/a.c.o", "begins two", "ran build/b.c.o"]);
    assert_eq!(heard.ends(), ["built", "failed at 0: command 'cc' failed with exit code 3: b.c", "stopped"]);
    assert!(heard.output("build/b.c.o").starts_with("bad "));
    shop.write("b.c", "fine");
    let heard = shop.run(&groups);
    assert_eq!(heard.ends(), ["up to date", "built", "built"]);
    // What went well before the failure is kept.
    assert_eq!(heard.ran(), ["build/b.c.o", "build/c.c.o"]);
}

#[test]
fn jobs_that_run_when_one_fails_are_waited_for_and_told_in_order() {
    if has_run_alone("failures::jobs_that_run_when_one_fails_are_waited_for_and_told_in_order") {
        return;
    }
    let shop = Workshop::new();
    for (name, text) in [("a.c", "slow"), ("b.c", "error"), ("c.c", "fine")] {
        shop.write(name, text);
    }
    let cc = shop
        .script("cc", "grep -q slow \"$2\" && sleep 0.2\ngrep -q error \"$2\" && exit 1\ncp \"$2\" \"$4\"");
    let [a, b, c] = ["a.c", "b.c", "c.c"].map(|name| shop.compile(cc.clone(), name, &[]));
    let heard = shop.run(&[group("g", &[&a, &b, &c])]);
    assert_eq!(heard.story(), ["begins g", "ran build/a.c.o", "ran build/b.c.o"]);
    assert!(shop.exists("build/a.c.o"));
    assert!(!shop.exists("build/c.c.o"));
}

#[test]
fn an_optional_group_fails_alone() {
    let shop = Workshop::wide(1);
    for (name, text) in [("a.c", "error"), ("b.c", "fine"), ("c.c", "fine")] {
        shop.write(name, text);
    }
    let cc = copying(&shop);
    let [a, b, c] = ["a.c", "b.c", "c.c"].map(|name| shop.compile(cc.clone(), name, &[]));
    let optional = Group { optional: true, ..group("optional", &[&a, &b]) };
    let heard = shop.run(&[optional, group("other", &[&c])]);
    assert_eq!(heard.story(), ["begins optional", "ran build/a.c.o", "begins other", "ran build/c.c.o"]);
    assert_eq!(heard.ends()[1], "built");
    assert!(heard.ends()[0].starts_with("failed at 0: "));
}

#[test]
fn what_needs_an_output_that_failed_fails_with_it() {
    let shop = Workshop::new();
    shop.write("a.c", "error");
    shop.write("b.c", "fine");
    let cc = copying(&shop);
    let [a, b] = ["a.c", "b.c"].map(|name| shop.compile(cc.clone(), name, &[]));
    let link = shop.link_with("false".into(), "out/l", &[&b, &a], &[]);
    let optional = Group { optional: true, ..group("one", &[&a]) };
    let needing = Group { optional: true, ..group("two", &[&b, &link]) };
    let heard = shop.run(&[optional, needing]);
    assert_eq!(heard.ends()[1], "failed at 1: 'out/l' needs 'build/a.c.o', which could not be made");
}

#[test]
fn a_compiler_that_is_not_there_is_named() {
    let shop = Workshop::new();
    shop.write("a.c", "");
    let heard = shop.run(&[group("g", &[&shop.compile("no-such-cc".into(), "a.c", &[])])]);
    assert_eq!(heard.ends(), ["failed at 0: command 'no-such-cc' failed: No such file or directory"]);
}

#[test]
fn a_compiler_that_writes_no_object_has_failed_also_where_an_old_one_is() {
    let shop = Workshop::new();
    shop.write("a.c", "");
    shop.write("build/a.c.o", "old");
    let heard = shop.run(&[group("g", &[&shop.compile("true".into(), "a.c", &[])])]);
    assert_eq!(heard.ends(), ["failed at 0: command 'true' wrote no 'build/a.c.o': a.c"]);
}

#[test]
fn a_missing_source_is_named_by_the_compiler() {
    let shop = Workshop::new();
    let heard = shop.run(&[group("g", &[&shop.gcc("none.c")])]);
    assert!(heard.output("build/none.c.o").contains("none.c: No such file or directory"));
    assert!(heard.ends()[0].ends_with("failed with exit code 1: none.c"));
}

#[test]
fn a_signal_is_named() {
    let shop = Workshop::new();
    shop.write("a.c", "");
    let cc = shop.script("cc", "kill -9 $$");
    let heard = shop.run(&[group("g", &[&shop.compile(cc, "a.c", &[])])]);
    assert_eq!(heard.ends(), ["failed at 0: command 'cc' terminated by signal 9: a.c"]);
}

#[test]
fn the_commands_of_a_step_run_up_to_the_first_that_fails() {
    let shop = Workshop::new();
    shop.write("a.c", "");
    let mut step = shop.compile("touch".into(), "a.c", &[]);
    let output: std::ffi::OsString = step.output.clone().into();
    step.commands =
        vec![vec!["touch".into(), output.clone()], vec!["false".into()], vec!["rm".into(), output]];
    let heard = shop.run(&[group("g", &[&step])]);
    assert_eq!(heard.lines("build/a.c.o"), ["touch ~/build/a.c.o", "false"]);
    assert!(shop.exists("build/a.c.o"));
    // Made by the first command, and still not trusted.
    step.commands.truncate(1);
    assert_eq!(shop.run(&[group("g", &[&step])]).ends(), ["built"]);
}

#[test]
fn output_comes_whole_with_both_streams_in_their_order() {
    let shop = Workshop::new();
    shop.write("a.c", "");
    let cc = shop.script("cc", "for i in 1 2 3; do echo out $i; echo err $i >&2; done; cp \"$2\" \"$4\"");
    let heard = shop.run(&[group("g", &[&shop.compile(cc, "a.c", &[])])]);
    assert_eq!(heard.output("build/a.c.o"), "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n");
}

#[test]
fn records_that_are_cut_short_lose_their_end_and_nothing_else() {
    let shop = Workshop::new();
    let steps: Vec<_> = ["a.c", "b.c", "c.c"]
        .iter()
        .map(|name| {
            shop.write(name, "int x;\n");
            shop.gcc(name)
        })
        .collect();
    let groups = [group("g", &steps.iter().collect::<Vec<_>>())];
    pause();
    shop.run(&groups);
    let records = shop.path("build/.oxidist-records");
    let whole = fs::read(&records).unwrap();
    for cut in [0, 5, 18, 30, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        fs::write(&records, &whole[..cut]).unwrap();
        let heard = shop.run(&groups);
        assert_eq!(heard.ends(), ["built"], "cut at {cut}");
        assert_eq!(shop.run(&groups).ends(), ["up to date"], "cut at {cut}");
    }
    fs::write(&records, b"something else").unwrap();
    assert_eq!(shop.run(&groups).ran().len(), 3);
    let mut flipped = fs::read(&records).unwrap();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    fs::write(&records, flipped).unwrap();
    assert_eq!(shop.run(&groups).ends(), ["built"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn records_do_not_grow_without_end() {
    let shop = Workshop::new();
    shop.write("a.c", "x");
    let mut step = shop.compile(shop.script("cc", "cp \"$2\" \"$4\""), "a.c", &[]);
    step.force = true;
    let groups = [group("g", &[&step])];
    let size = || fs::metadata(shop.path("build/.oxidist-records")).unwrap().len();
    let largest = (0..400).map(|_| {
        shop.run(&groups);
        size()
    });
    assert!(largest.max().unwrap() < 60_000);
    assert!(size() < 40_000);
}

#[test]
fn a_dry_run_lists_what_would_run_and_writes_nothing() {
    let shop = Workshop::new();
    shop.write("a.c", "int x;\n");
    shop.write("b.c", "int y;\n");
    let (a, b) = (shop.gcc("a.c"), shop.gcc("b.c"));
    let archive = shop.archive("out/lib.a", &[&a, &b]);
    let groups = [group("g", &[&a, &b, &archive])];
    let commands = |dry: &DryRun| {
        let actions = dry.journal().read();
        let words = |action: Action| match action {
            Action::Run(argv) => Some(argv[0].to_string_lossy().into_owned()),
            Action::RemoveFile(path) => Some(format!("remove {}", path.file_name().unwrap().display())),
            _ => None,
        };
        actions.into_iter().filter_map(words).collect::<Vec<_>>()
    };
    let run = || {
        let dry = DryRun::default();
        let heard = shop.try_run(&groups, &shop.settings(), &dry, &Cancel::default()).unwrap();
        assert!(dry.exists_all(&["build/a.c.o", "out/lib.a"].map(|name| shop.path(name))));
        (heard.ends(), commands(&dry))
    };
    assert_eq!(run(), (vec!["built".into()], vec!["gcc".into(), "gcc".into(), "ar".into()]));
    assert!(!shop.exists("build"));
    pause();
    shop.run(&groups);
    assert_eq!(run(), (vec!["up to date".into()], vec![]));
    let before = fs::read(shop.path("build/.oxidist-records")).unwrap();
    shop.change("b.c");
    assert_eq!(run(), (vec!["built".into()], vec!["gcc".into(), "remove lib.a".into(), "ar".into()]));
    assert_eq!(fs::read(shop.path("build/.oxidist-records")).unwrap(), before);
    assert_eq!(shop.run(&groups).ran(), ["build/b.c.o", "out/lib.a"]);
}

trait ExistsAll {
    fn exists_all(&self, paths: &[std::path::PathBuf]) -> bool;
}

impl ExistsAll for DryRun {
    fn exists_all(&self, paths: &[std::path::PathBuf]) -> bool {
        paths.iter().all(|path| self.stat(path).is_ok())
    }
}

#[test]
fn a_folder_for_records_that_cannot_be_is_an_error_that_names_it() {
    let shop = Workshop::new();
    shop.write("a.c", "");
    shop.write("file", "");
    let settings = Settings { records: Some(shop.path("file/build")), ..shop.settings() };
    let groups = [group("g", &[&shop.gcc("a.c")])];
    let error = shop.try_run(&groups, &settings, &shop.disk, &Cancel::default()).unwrap_err();
    assert!(error.to_string().contains("/file'"), "{error}");
}
