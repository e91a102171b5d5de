//! Several builds at once, in one process and in several, and what is left of one that was killed.

use std::process::Command;
use std::time::Duration;

use oxidist_engine::compile::Group;

use crate::workshop::{Workshop, group, has_run_alone, pause};

/// Six sources, a compiler that takes its time and fails where another one makes the same object meanwhile, and a
/// link that copies all objects into one file.
fn project() -> (Workshop, Vec<Group>) {
    let shop = Workshop::new();
    shop.script(
        "cc",
        "mkdir \"$4.busy\" || exit 7; sleep 0.02; cp \"$2\" \"$4\"; sleep 0.02; rmdir \"$4.busy\"",
    );
    for index in 0..6 {
        shop.write(&format!("{index}.c"), &format!("{index}.c"));
    }
    pause();
    let groups = groups(&shop);
    (shop, groups)
}

fn groups(shop: &Workshop) -> Vec<Group> {
    let cc = shop.path("cc").into_os_string();
    let mut steps: Vec<_> =
        (0..6).map(|index| shop.compile(cc.clone(), &format!("{index}.c"), &[])).collect();
    let mut link = shop.link("out/all", &steps.iter().collect::<Vec<_>>());
    let script = format!("cat '{}'/*.o > \"$0\"", shop.path("build").display());
    link.commands = vec![vec!["sh".into(), "-c".into(), script.into(), link.output.clone().into()]];
    steps.push(link);
    vec![group("g", &steps.iter().collect::<Vec<_>>())]
}

#[test]
fn two_runs_of_one_process_make_each_file_once() {
    let (shop, groups) = project();
    let ran: Vec<usize> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(|| shop.run(&groups).ran().len())).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert_eq!(ran.iter().sum::<usize>(), 7);
    assert_eq!(shop.read("out/all"), "0.c1.c2.c3.c4.c5.c");
}

#[test]
fn runs_of_one_process_that_make_other_files_go_on_side_by_side() {
    if has_run_alone("concurrent::runs_of_one_process_that_make_other_files_go_on_side_by_side") {
        return;
    }
    let shop = Workshop::new();
    let cc = shop.meeting_compiler(2);
    let one = |name: &str| {
        shop.write(name, "");
        [group(name, &[&shop.compile(cc.clone(), name, &[])])]
    };
    let (a, b) = (one("a.c"), one("b.c"));
    std::thread::scope(|scope| {
        scope.spawn(|| assert_eq!(shop.run(&a).ends(), ["built"]));
        scope.spawn(|| assert_eq!(shop.run(&b).ends(), ["built"]));
    });
    assert_eq!(shop.run(&a).ends(), ["up to date"]);
    assert_eq!(shop.run(&b).ends(), ["up to date"]);
}

/// Where the test below finds the folder, when it is started as another process.
const FOLDER: &str = "OXIDIST_TEST_BUILD_FOLDER";

/// This is what [`start`] runs: one build of the project in the folder that a variable names.
#[test]
fn a_build_in_another_process() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let shop = Workshop::at(folder.into());
    let groups = groups(&shop);
    assert!(matches!(shop.run(&groups).ends()[0].as_str(), "built" | "up to date"));
}

fn start(shop: &Workshop) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "concurrent::a_build_in_another_process", "-q"])
        .env(FOLDER, shop.path(""))
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn two_processes_take_turns_and_the_second_says_that_it_waits() {
    let (shop, groups) = project();
    let mut other = start(&shop);
    while !shop.exists("build/.oxidist-records") {
        std::thread::sleep(Duration::from_millis(2));
    }
    let heard = shop.run(&groups);
    assert!(other.wait().unwrap().success());
    assert_eq!(shop.read("out/all"), "0.c1.c2.c3.c4.c5.c");
    assert_eq!(heard.story(), ["waiting", "up to date g"]);
}

#[test]
fn a_killed_build_is_finished_by_the_next_one() {
    for moment in (0..12).map(|step| step * 17) {
        let (shop, groups) = project();
        let mut other = start(&shop);
        std::thread::sleep(Duration::from_millis(20 + moment));
        other.kill().unwrap();
        other.wait().unwrap();
        // Its compilers go on, and fail whoever meets them: this waits for their end.
        let heard = shop.run(&groups);
        assert!(matches!(heard.ends()[0].as_str(), "built" | "up to date"), "{:?}", heard.ends());
        assert_eq!(shop.read("out/all"), "0.c1.c2.c3.c4.c5.c");
        assert_eq!(shop.run(&groups).ends(), ["up to date"]);
    }
}
