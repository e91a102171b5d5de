//! What counts as a change, and what does not.

use std::fs;
use std::time::UNIX_EPOCH;

use oxidist_engine::compile::{Group, Settings};

use crate::workshop::{Workshop, group, pause};

/// Two sources, one header that both read and one that only the first does.
fn project() -> (Workshop, Vec<Group>) {
    let shop = Workshop::new();
    shop.write("a.c", "#include \"own.h\"\n#include \"both.h\"\nint a(void) { return OWN + BOTH; }\n");
    shop.write("b.c", "#include \"both.h\"\nint b(void) { return BOTH; }\n");
    shop.write("own.h", "#define OWN 1\n");
    shop.write("both.h", "#define BOTH 2\n");
    pause();
    let (a, b) = (shop.gcc("a.c"), shop.gcc("b.c"));
    let link = shop.link("out/ab.so", &[&a, &b]);
    let groups = vec![group("ab", &[&a, &b, &link])];
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "build/b.c.o", "out/ab.so"]);
    (shop, groups)
}

#[test]
fn nothing_is_done_where_nothing_has_changed() {
    let (shop, groups) = project();
    let heard = shop.run(&groups);
    assert_eq!(heard.ends(), ["up to date"]);
    assert_eq!(heard.story(), ["up to date ab"]);
}

#[test]
fn a_changed_source_is_one_compile_and_one_link() {
    let (shop, groups) = project();
    shop.change("b.c");
    assert_eq!(shop.run(&groups).ran(), ["build/b.c.o", "out/ab.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn a_changed_header_counts_for_those_that_read_it() {
    let (shop, groups) = project();
    shop.change("own.h");
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "out/ab.so"]);
    shop.change("both.h");
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "build/b.c.o", "out/ab.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn an_older_file_is_a_change_too() {
    let (shop, groups) = project();
    shop.write("own.h", "#define OWN 1\n\n");
    shop.set_time("own.h", UNIX_EPOCH);
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "out/ab.so"]);
}

#[test]
fn a_file_with_the_contents_it_had_is_no_change_and_looked_at_once() {
    let (shop, groups) = project();
    for name in ["a.c", "own.h", "build/a.c.o", "out/ab.so"] {
        let contents = fs::read(shop.path(name)).unwrap();
        fs::remove_file(shop.path(name)).unwrap();
        fs::write(shop.path(name), contents).unwrap();
        shop.set_time(name, UNIX_EPOCH);
    }
    pause();
    let size = || fs::metadata(shop.path("build/.oxidist-records")).unwrap().len();
    let before = size();
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    let renewed = size();
    assert!(renewed > before);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    assert_eq!(size(), renewed);
    // And a change is a change as before.
    shop.change("own.h");
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "out/ab.so"]);
}

#[test]
fn other_contents_of_the_same_size_and_time_are_a_change() {
    let (shop, groups) = project();
    for (name, ran) in [
        ("own.h", &["build/a.c.o", "out/ab.so"][..]),
        ("b.c", &["build/b.c.o", "out/ab.so"]),
        ("build/b.c.o", &["build/b.c.o", "out/ab.so"]),
        ("out/ab.so", &["out/ab.so"]),
    ] {
        let path = shop.path(name);
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        let mut contents = fs::read(&path).unwrap();
        *contents.last_mut().unwrap() ^= b'\n' ^ b' ';
        fs::write(&path, contents).unwrap();
        shop.set_time(name, time);
        assert_eq!(shop.run(&groups).ran(), ran, "{name}");
    }
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn another_command_line_is_a_change() {
    let (shop, mut groups) = project();
    groups[0].steps[0].commands[0].push("-DMORE".into());
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "out/ab.so"]);
    groups[0].steps[2].commands[0].push("-s".into());
    assert_eq!(shop.run(&groups).ran(), ["out/ab.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn going_back_to_earlier_flags_is_a_change_each_time() {
    let (shop, groups) = project();
    let mut other = groups.clone();
    other[0].steps[0].commands[0].push("-DMORE".into());
    assert_eq!(shop.run(&other).ran(), ["build/a.c.o", "out/ab.so"]);
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "out/ab.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    assert_eq!(shop.run(&other).ran(), ["build/a.c.o", "out/ab.so"]);
}

#[test]
fn an_output_that_is_gone_or_was_changed_is_made_again() {
    let (shop, groups) = project();
    shop.remove("out/ab.so");
    assert_eq!(shop.run(&groups).ran(), ["out/ab.so"]);
    shop.remove("build/a.c.o");
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "out/ab.so"]);
    shop.change("build/b.c.o");
    assert_eq!(shop.run(&groups).ran(), ["build/b.c.o", "out/ab.so"]);
    shop.write("out/ab.so", "not a library");
    assert_eq!(shop.run(&groups).ran(), ["out/ab.so"]);
}

#[test]
fn force_is_obeyed_for_the_steps_that_have_it() {
    let (shop, mut groups) = project();
    groups[0].steps[1].force = true;
    assert_eq!(shop.run(&groups).ran(), ["build/b.c.o", "out/ab.so"]);
    assert_eq!(shop.run(&groups).ran(), ["build/b.c.o", "out/ab.so"]);
}

#[test]
fn another_compiler_under_the_same_name_is_a_change() {
    let shop = Workshop::new();
    shop.write("a.c", "int a;\n");
    let cc = shop.script("cc", "exec gcc \"$@\"");
    let a = shop.compile(cc, "a.c", &[]);
    let groups = [group("a", &[&a])];
    pause();
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    shop.change("cc");
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn without_records_everything_runs_and_no_flag_is_added() {
    let (shop, groups) = project();
    let settings = Settings { records: None, ..shop.settings() };
    let heard = shop.run_with(&groups, &settings);
    assert_eq!(heard.ran(), ["build/a.c.o", "build/b.c.o", "out/ab.so"]);
    assert_eq!(heard.lines("build/a.c.o"), ["gcc -c ~/a.c -o ~/build/a.c.o"]);
}

#[test]
fn the_compiler_is_asked_to_report_and_the_report_is_taken_away() {
    let (shop, groups) = project();
    shop.change("a.c");
    let heard = shop.run(&groups);
    let line = "gcc -c ~/a.c -o ~/build/a.c.o -MD -MF ~/build/a.c.o.d";
    assert_eq!(heard.lines("build/a.c.o"), [line]);
    assert_eq!(heard.lines("out/ab.so"), ["gcc ~/build/a.c.o ~/build/b.c.o -shared -o ~/out/ab.so"]);
    assert!(!shop.exists("build/a.c.o.d"));
}

#[test]
fn a_user_who_asks_for_reports_gets_them_undisturbed() {
    let shop = Workshop::new();
    shop.write("a.c", "#include \"a.h\"\nint a;\n");
    shop.write("a.h", "\n");
    let a = shop.compile("gcc".into(), "a.c", &["-MMD"]);
    let groups = [group("a", &[&a])];
    pause();
    let heard = shop.run(&groups);
    assert_eq!(heard.lines("build/a.c.o"), ["gcc -MMD -c ~/a.c -o ~/build/a.c.o"]);
    assert!(shop.exists("build/a.c.d"));
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn where_nobody_reports_one_change_is_all_objects_of_the_group() {
    let shop = Workshop::new();
    for name in ["a.x", "b.x", "c.x"] {
        shop.write(name, name);
    }
    let cc = shop.script("cc", "cp \"$2\" \"$4\"");
    let steps = ["a.x", "b.x", "c.x"].map(|name| shop.compile(cc.clone(), name, &[]));
    let groups = [group("ab", &[&steps[0], &steps[1]]), group("c", &[&steps[2]])];
    pause();
    assert_eq!(shop.run(&groups).ran().len(), 3);
    assert_eq!(shop.run(&groups).ends(), ["up to date", "up to date"]);
    shop.change("a.x");
    assert_eq!(shop.run(&groups).ran(), ["build/a.x.o", "build/b.x.o"]);
}

#[test]
fn a_depended_file_that_was_reported_counts_where_it_was_read() {
    let (shop, mut groups) = project();
    for step in &mut groups[0].steps {
        step.depends = vec![shop.path("./own.h")];
    }
    // What depends on it was never told before, so nobody knows.
    shop.run(&groups);
    shop.change("own.h");
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "out/ab.so"]);
}

#[test]
fn a_depended_file_that_nobody_reported_counts_for_all() {
    let (shop, mut groups) = project();
    shop.write("table.txt", "1");
    for step in &mut groups[0].steps {
        step.depends = vec![shop.path("table.txt")];
    }
    pause();
    shop.run(&groups);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    shop.change("table.txt");
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "build/b.c.o", "out/ab.so"]);
}

#[test]
fn a_depended_file_that_is_missing_counts_when_it_appears() {
    let (shop, mut groups) = project();
    for step in &mut groups[0].steps {
        step.depends = vec![shop.path("later.txt")];
    }
    shop.run(&groups);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    shop.write("later.txt", "1");
    pause();
    assert_eq!(shop.run(&groups).ran().len(), 3);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    shop.remove("later.txt");
    assert_eq!(shop.run(&groups).ran().len(), 3);
}

#[test]
fn a_header_that_is_gone_is_a_change() {
    let (shop, groups) = project();
    shop.write("a.c", "#include \"both.h\"\nint a(void) { return BOTH; }\n");
    shop.remove("own.h");
    pause();
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o", "out/ab.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn headers_that_include_each_other_are_read_once() {
    let shop = Workshop::new();
    shop.write("a.c", "#include \"a.h\"\nint a;\n");
    shop.write("a.h", "#pragma once\n#include \"b.h\"\n");
    shop.write("b.h", "#pragma once\n#include \"a.h\"\n");
    let groups = [group("a", &[&shop.gcc("a.c")])];
    pause();
    shop.run(&groups);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    shop.change("b.h");
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o"]);
}

#[test]
fn names_may_have_anything_in_them() {
    let names =
        ["with space.c", "quo\"te's.c", "new\nline.c", "d$ll#r.c", "naïve.c", "back\\slash.c", "co:lon.c"];
    for name in names {
        let shop = Workshop::new();
        let header = name.replace(".c", ".h").replace('\n', "_").replace(['"', '\\'], "-");
        shop.write(name, &format!("#include \"{header}\"\nint x;\n"));
        shop.write(&header, "\n");
        let groups = [group("x", &[&shop.gcc(name)])];
        pause();
        assert_eq!(shop.run(&groups).ends(), ["built"], "{name}");
        assert_eq!(shop.run(&groups).ends(), ["up to date"], "{name}");
        shop.change(&header);
        assert_eq!(shop.run(&groups).ends(), ["built"], "{name}");
        shop.change(name);
        assert_eq!(shop.run(&groups).ends(), ["built"], "{name}");
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_read_again_by_the_next_build() {
    let shop = Workshop::new();
    shop.write("a.c", "#include \"a.h\"\nint a;\n");
    shop.write("a.h", "\n");
    let header = shop.path("a.h");
    // Changed after it was read, with nothing to be seen but that it was touched.
    let cc = shop.script("gcc", &format!("/usr/bin/gcc \"$@\"; touch -r '{0}' '{0}'", header.display()));
    let groups = [group("a", &[&shop.compile(cc, "a.c", &[])])];
    pause();
    assert_eq!(shop.run(&groups).ends(), ["built"]);
    assert_eq!(shop.run(&groups).ends(), ["built"]);
}

#[test]
fn a_library_found_through_its_folder_counts() {
    let (shop, mut groups) = project();
    shop.write("z.c", "int z;\n");
    let z = shop.gcc("z.c");
    let library = group("z", &[&z, &shop.archive("build/libz0.a", &[&z])]);
    let more = ["-L".into(), shop.path("build").into(), "-lz0".into()];
    groups[0].steps[2].commands[0].extend(more);
    groups.insert(0, library);
    let heard = shop.run(&groups);
    assert_eq!(heard.ran(), ["build/z.c.o", "build/libz0.a", "out/ab.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date", "up to date"]);
    shop.change("z.c");
    assert_eq!(shop.run(&groups).ran(), ["build/z.c.o", "build/libz0.a", "out/ab.so"]);
    // Not made by a step of this run, it is a file like others.
    let link_only = &groups[1..];
    assert_eq!(shop.run(link_only).ends(), ["up to date"]);
    shop.change("build/libz0.a");
    assert_eq!(shop.run(link_only).ran(), ["out/ab.so"]);
    // One that is found before it is another one.
    fs::copy(shop.path("build/libz0.a"), shop.path("build/libz0.so")).unwrap();
    shop.write("build/libz0.so", "INPUT(AS_NEEDED(-lc))\n");
    pause();
    assert_eq!(shop.run(link_only).ran(), ["out/ab.so"]);
    assert_eq!(shop.run(link_only).ends(), ["up to date"]);
}

#[test]
fn files_named_in_a_command_line_count() {
    let (shop, mut groups) = project();
    shop.write("map.txt", "{ global: a; local: *; };\n");
    pause();
    let option = format!(
        "-Wl,--version-script={},-Map={}",
        shop.path("map.txt").display(),
        shop.path("out/map").display()
    );
    groups[0].steps[2].commands[0].push(option.into());
    assert_eq!(shop.run(&groups).ran(), ["out/ab.so"]);
    // The map is written by the linker each time: it is no input.
    assert!(shop.exists("out/map"));
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    shop.change("map.txt");
    assert_eq!(shop.run(&groups).ran(), ["out/ab.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn an_archive_loses_the_members_whose_sources_are_gone() {
    let (shop, groups) = project();
    let [a, b] = [&groups[0].steps[0], &groups[0].steps[1]];
    let both = [group("lib", &[a, b, &shop.archive("out/lib.a", &[a, b])])];
    shop.run(&both);
    let one = [group("lib", &[b, &shop.archive("out/lib.a", &[b])])];
    assert_eq!(shop.run(&one).ran(), ["out/lib.a"]);
    let list = std::process::Command::new("ar").arg("t").arg(shop.path("out/lib.a")).output().unwrap();
    assert_eq!(list.stdout, b"b.c.o\n");
}
