//! What steps have beside their inputs and output: files that they share, and an environment of their own.

use std::ffi::OsString;

use oxidist_engine::compile::Step;

use crate::workshop::{Workshop, group};

#[test]
fn steps_that_write_one_file_beside_take_turns_over_all_groups() {
    let shop = Workshop::wide(4);
    let lock = shop.path("lock");
    let lock = lock.display();
    let turn = format!("test \"$1\" = --version && exit\nmkdir '{lock}' && sleep 0.05 && rmdir '{lock}'");
    let compiler = shop.script("cc", &format!("{turn} && cp \"$2\" \"$4\""));
    let steps: Vec<Step> = ["a.c", "b.c", "c.c", "d.c"]
        .iter()
        .map(|name| {
            shop.write(name, name);
            Step { beside: vec![shop.path("build/all.pdb")], ..shop.compile(compiler.clone(), name, &[]) }
        })
        .collect();
    let groups = [group("one", &[&steps[0], &steps[1]]), group("two", &[&steps[2], &steps[3]])];
    let heard = shop.run(&groups);
    assert_eq!(heard.ends(), ["built", "built"]);
    assert_eq!(shop.run(&groups).ends(), ["up to date", "up to date"]);
}

#[test]
fn a_link_waits_for_the_library_that_another_writes_beside() {
    let shop = Workshop::wide(4);
    shop.write("a.c", "a");
    let compiler = shop.script("cc", "test \"$1\" = --version || cp \"$2\" \"$4\"");
    let library = shop.path("build/a.lib");
    let first =
        shop.script("ld1", &format!("sleep 0.1; echo lib > '{}'; cp \"$1\" \"$3\"", library.display()));
    let second = shop.script("ld2", "cat \"$1\" \"$2\" > \"$4\"");
    let object = shop.compile(compiler, "a.c", &[]);
    let makes = Step { beside: vec![library.clone()], ..shop.link_with(first, "out/a", &[&object], &[]) };
    let reads = shop.link_with(second, "out/b", &[&object], &[&library.to_string_lossy()]);
    let groups = [group("a", &[&object, &makes]), group("b", &[&object, &reads])];
    shop.run(&groups);
    assert_eq!(shop.read("out/b"), "alib\n");
    assert_eq!(shop.run(&groups).ends(), ["up to date", "up to date"]);
}

#[test]
fn a_step_is_made_anew_for_what_its_environment_leads_to() {
    let shop = Workshop::new();
    shop.write("a.c", "a");
    for (name, text) in [("one/mycc", "1"), ("two/mycc", "2")] {
        shop.script(name, &format!("test \"$1\" = --version || echo {text} > \"$4\""));
    }
    let path = |folder: &str| -> OsString {
        let system = std::env::var_os("PATH").unwrap();
        format!("{}:{}", shop.path(folder).display(), system.display()).into()
    };
    let build = |variables: &[(&str, OsString)]| {
        let environment = variables.iter().map(|(name, value)| (name.into(), value.clone())).collect();
        let step = Step { environment, ..shop.compile("mycc".into(), "a.c", &[]) };
        let ran = shop.run(&[group("a", &[&step])]).ran().len();
        (ran, shop.read("build/a.c.o"))
    };
    assert_eq!(build(&[("PATH", path("one"))]), (1, "1\n".into()));
    assert_eq!(build(&[("PATH", path("one")), ("OTHER", "x".into())]), (0, "1\n".into()));
    assert_eq!(build(&[("PATH", path("two"))]), (1, "2\n".into()));
    assert_eq!(build(&[("PATH", path("two")), ("CPATH", "x".into())]), (1, "2\n".into()));
}
