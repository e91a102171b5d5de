//! Sources that another program writes: SWIG, where it is there, and scripts.

use oxidist_engine::compile::{Group, Kind, Step};

use crate::workshop::{Workshop, group, pause};

/// `program -o output source`.
fn generate(shop: &Workshop, program: &str, output: &str, source: &str) -> Step {
    let mut step = shop.gcc(source);
    step.kind = Kind::Generate;
    step.output = shop.path(output);
    step.commands = vec![vec![
        shop.path(program).into(),
        "-o".into(),
        shop.path(output).into(),
        shop.path(source).into(),
    ]];
    step
}

fn project(generator: &str) -> (Workshop, Vec<Group>) {
    let shop = Workshop::new();
    shop.write("x.i", "int x;\n");
    shop.write("plain.c", "int y;\n");
    shop.script("generator", generator);
    let (make, plain) = (generate(&shop, "generator", "x_wrap.c", "x.i"), shop.gcc("plain.c"));
    let wrap = shop.gcc("x_wrap.c");
    let link = shop.link("out/x.so", &[&wrap, &plain]);
    pause();
    (shop, vec![group("x", &[&make, &wrap, &plain, &link])])
}

#[test]
fn a_generated_source_is_compiled_when_it_is_there() {
    let (shop, groups) = project("cp \"$3\" \"$2\"");
    let heard = shop.run(&groups);
    assert_eq!(heard.ends(), ["built"]);
    assert_eq!(heard.ran(), ["x_wrap.c", "build/x_wrap.c.o", "build/plain.c.o", "out/x.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    shop.change("x.i");
    assert_eq!(shop.run(&groups).ran(), ["x_wrap.c", "build/x_wrap.c.o", "out/x.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    // What somebody has changed by hand is made again.
    shop.change("x_wrap.c");
    assert_eq!(shop.run(&groups).ran(), ["x_wrap.c", "build/x_wrap.c.o", "out/x.so"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn a_header_written_beside_the_source_is_no_change() {
    let (shop, groups) = project("echo '#define X 1' > \"${2%.c}.h\"; cp \"$3\" \"$2\"");
    shop.write("x.i", "#include \"x_wrap.h\"\nint x = X;\n");
    pause();
    for _ in 0..2 {
        assert_eq!(shop.run(&groups).ends(), ["built"]);
        assert_eq!(shop.run(&groups).ends(), ["up to date"]);
        shop.change("x.i");
    }
}

#[test]
fn a_generator_that_fails_or_writes_nothing_leaves_what_was_there() {
    for (script, why) in [("exit 3", "failed with exit code 3: x.i"), (":", "wrote no 'x_wrap.c': x.i")] {
        let (shop, groups) = project(script);
        shop.write("x_wrap.c", "int kept;\n");
        let heard = shop.run(&groups);
        assert_eq!(heard.ends(), [format!("failed at 0: command 'generator' {why}")]);
        assert_eq!(shop.read("x_wrap.c"), "int kept;\n");
    }
}

#[test]
fn a_compiler_that_cannot_be_started_leaves_what_was_there() {
    let shop = Workshop::new();
    shop.write("a.c", "int a;\n");
    let step = shop.gcc("a.c");
    pause();
    shop.run(&[group("a", &[&step])]);
    let mut other = step.clone();
    other.commands[0][0] = shop.path("none").into();
    let heard = shop.run(&[group("a", &[&other])]);
    assert_eq!(heard.ends(), ["failed at 0: command 'none' failed: No such file or directory"]);
    assert!(shop.exists("build/a.c.o"));
    // It is there, and not known to be whole.
    assert_eq!(shop.run(&[group("a", &[&step])]).ran(), ["build/a.c.o"]);
}

#[test]
fn swig_tells_what_it_has_read() {
    let path = std::env::var_os("PATH").unwrap();
    let Some(swig) =
        std::env::split_paths(&path).map(|folder| folder.join("swig")).find(|file| file.is_file())
    else {
        return;
    };
    let shop = Workshop::new();
    shop.write("in here/x.i", "%module x\n%include \"y.i\"\n");
    shop.write("in here/y.i", "int f(int);\n");
    let mut step = generate(&shop, "swig", "in here/x_wrap.c", "in here/x.i");
    step.commands[0][0] = swig.into();
    step.commands[0].insert(1, "-python".into());
    let groups = [group("x", &[&step])];
    pause();
    let heard = shop.run(&groups);
    let line = heard.lines("in here/x_wrap.c").remove(0);
    assert!(line.contains("swig -MD -MF ~/in here/x_wrap.c.d -python -o"), "{line}");
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    shop.change("in here/y.i");
    assert_eq!(shop.run(&groups).ran(), ["in here/x_wrap.c"]);
    assert!(!shop.exists("in here/x_wrap.c.d"));
}
