//! Two steps with one output: one source in two extensions, with the same flags or with others.

use std::fs;

use oxidist_engine::compile::{Group, Step};

use crate::workshop::{Workshop, group, pause};

/// One source compiled for two extensions by commands that differ; each library must have its own object in it.
fn two_extensions() -> (Workshop, Vec<Group>, impl Fn(&Workshop) -> (String, String)) {
    let shop = Workshop::new();
    shop.write("common.c", "text");
    shop.script("cc", "cat \"$3\" > \"$5\"; echo \"$1\" >> \"$5\"");
    shop.script("ld", "cat \"$1\" \"$2\" > \"$4\"");
    shop.write("own.c", "own");
    let cc = || shop.path("cc").into_os_string();
    let common = |flag: &str| shop.compile(cc(), "common.c", &[flag]);
    let own = shop.compile(cc(), "own.c", &["-own"]);
    let link = |out: &str, object: &Step| shop.link_with(shop.path("ld").into(), out, &[object, &own], &[]);
    let (one, two) = (common("-one"), common("-two"));
    let groups = vec![
        group("one", &[&own, &one, &link("out/one", &one)]),
        group("two", &[&own, &two, &link("out/two", &two)]),
    ];
    pause();
    (shop, groups, |shop| (shop.read("out/one"), shop.read("out/two")))
}

fn right() -> (String, String) {
    ("text-one\nown-own\n".into(), "text-two\nown-own\n".into())
}

#[test]
fn each_link_gets_the_object_of_its_own_command() {
    let (shop, groups, result) = two_extensions();
    for _ in 0..3 {
        let heard = shop.run(&groups);
        assert_eq!(
            heard.ran(),
            ["build/own.c.o", "build/common.c.o", "out/one", "build/common.c.o", "out/two"]
        );
        assert_eq!(result(&shop), right());
        fs::remove_dir_all(shop.path("build")).unwrap();
        fs::remove_dir_all(shop.path("out")).unwrap();
    }
}

#[test]
fn nothing_is_done_though_only_one_of_the_objects_is_there() {
    let (shop, groups, result) = two_extensions();
    shop.run(&groups);
    assert_eq!(shop.run(&groups).ends(), ["up to date", "up to date"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date", "up to date"]);
    assert_eq!(result(&shop), right());
}

#[test]
fn an_object_that_is_needed_again_is_made_again_and_the_other_is_not() {
    let (shop, groups, result) = two_extensions();
    shop.run(&groups);
    shop.remove("out/one");
    assert_eq!(shop.run(&groups).ran(), ["build/common.c.o", "out/one"]);
    assert_eq!(result(&shop), right());
    assert_eq!(shop.run(&groups).ends(), ["up to date", "up to date"]);
    shop.remove("out/two");
    assert_eq!(shop.run(&groups).ran(), ["build/common.c.o", "out/two"]);
    assert_eq!(result(&shop), right());
}

#[test]
fn a_link_that_needs_another_object_as_well_gets_both() {
    let (shop, groups, result) = two_extensions();
    shop.run(&groups);
    shop.write("own.c", "new");
    pause();
    let heard = shop.run(&groups);
    assert_eq!(heard.ran(), ["build/own.c.o", "build/common.c.o", "out/one", "build/common.c.o", "out/two"]);
    assert_eq!(result(&shop), ("text-one\nnew-own\n".into(), "text-two\nnew-own\n".into()));
}

#[test]
fn the_same_commands_run_once() {
    let (shop, groups, _) = two_extensions();
    // `own.c` is in both.
    let heard = shop.run(&groups);
    assert_eq!(heard.ran().iter().filter(|name| *name == "build/own.c.o").count(), 1);
    assert_eq!(heard.ends(), ["built", "built"]);
}

#[test]
fn one_extension_alone_takes_its_object_back() {
    let (shop, groups, result) = two_extensions();
    shop.run(&groups);
    for _ in 0..2 {
        // Only the object is asked for, and the one that is there is the other's.
        let mut only = groups[0].clone();
        only.steps.truncate(2);
        assert_eq!(shop.run(&[only.clone()]).ran(), ["build/common.c.o"]);
        assert_eq!(shop.run(&[only]).ends(), ["up to date"]);
        assert_eq!(shop.read("build/common.c.o"), "text-one\n");
        shop.run(&groups);
        assert_eq!(result(&shop), right());
        shop.remove("out/two");
        shop.run(&groups);
        assert_eq!(result(&shop), right());
    }
}

#[test]
fn a_failure_of_one_does_not_spoil_the_other() {
    let (shop, mut groups, _) = two_extensions();
    groups[0].optional = true;
    groups[0].steps[1].commands[0].insert(0, "false".into());
    let heard = shop.run(&groups);
    assert_eq!(heard.ends()[1], "built");
    assert_eq!(shop.read("out/two"), right().1);
}

/// One source in three extensions: the first and the last with the same options, the one between with others.
fn three_extensions() -> (Workshop, Vec<Group>) {
    let shop = Workshop::new();
    shop.write("common.c", "text");
    shop.script("cc", "cat \"$3\" > \"$5\"; sleep 0.05; echo \"$1\" >> \"$5\"");
    shop.script("ld", "cat \"$1\" > \"$3\"");
    let extension = |name: &str, flag: &str| {
        let object = shop.compile(shop.path("cc").into(), "common.c", &[flag]);
        let link = shop.link_with(shop.path("ld").into(), &format!("out/{name}"), &[&object], &[]);
        group(name, &[&object, &link])
    };
    let groups = vec![extension("one", "-a"), extension("two", "-b"), extension("three", "-a")];
    pause();
    shop.run(&groups);
    assert_eq!(shop.run(&groups).ends(), ["up to date"; 3]);
    (shop, groups)
}

#[test]
fn an_object_that_is_put_back_after_its_source_was_touched_is_the_same_for_who_linked_it_before() {
    let (shop, groups) = three_extensions();
    shop.run(&groups[1..2]);
    shop.remove("build/common.c.o");
    shop.run(&groups[1..2]);
    shop.remove("out/three");
    shop.touch("common.c");
    assert_eq!(shop.run(&groups).ran(), ["build/common.c.o", "out/three"]);
    let again = shop.run(&groups);
    assert_eq!(again.ends(), ["up to date"; 3], "{:?}", again.reasons());
}

#[test]
fn an_object_that_is_put_back_for_one_link_serves_a_later_one_when_it_is_whole() {
    let (shop, groups) = three_extensions();
    // The middle one's object is there, so the one that both others link has to be made again, once.
    shop.run(&groups[1..2]);
    shop.remove("build/common.c.o");
    shop.run(&groups[1..2]);
    shop.remove("out/one");
    shop.remove("out/three");
    assert_eq!(shop.run(&groups).ran(), ["build/common.c.o", "out/one", "out/three"]);
    assert_eq!(shop.read("out/three"), "text-a\n");
    assert_eq!(shop.run(&groups).ends(), ["up to date"; 3]);
}

#[test]
fn commands_that_run_for_two_groups_run_once_where_nothing_comes_between() {
    let (shop, groups) = three_extensions();
    shop.write("common.c", "new");
    shop.run(&groups[1..2]);
    assert_eq!(shop.run(&groups).ran(), ["build/common.c.o", "out/one", "out/three"]);
    assert_eq!(shop.read("out/one"), "new-a\n");
    assert_eq!(shop.read("out/three"), "new-a\n");
    assert_eq!(shop.run(&groups).ends(), ["up to date"; 3]);
}

#[test]
fn the_same_commands_run_twice_where_others_come_between() {
    let (shop, groups) = three_extensions();
    shop.write("common.c", "new");
    let heard = shop.run(&groups);
    let object = "build/common.c.o";
    assert_eq!(heard.ran(), [object, "out/one", object, "out/two", object, "out/three"]);
    for (name, text) in [("one", "new-a\n"), ("two", "new-b\n"), ("three", "new-a\n")] {
        assert_eq!(shop.read(&format!("out/{name}")), text);
    }
    assert_eq!(shop.run(&groups).ends(), ["up to date"; 3]);
}
