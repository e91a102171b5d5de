//! What runs, in which order, side by side, and how it is told.

use std::fs;
use std::time::{Duration, Instant};

use oxidist_engine::Error;
use oxidist_engine::compile::{Settings, Step};
use oxidist_engine::effects::{Action, Cancel, Effects};
use oxidist_engine::toolchain::launcher::Launcher;

use crate::workshop::{Workshop, group, has_run_alone, pause};

/// A compiler that writes down when it begins and ends.
fn writing(shop: &Workshop, seconds: &str) -> std::ffi::OsString {
    let log = shop.path("log");
    let log = log.display();
    shop.script(
        "cc",
        &format!("echo \"+$2\" >> '{log}'; sleep {seconds}; cp \"$2\" \"$4\"; echo \"-$2\" >> '{log}'"),
    )
}

/// The log of [`writing`] without the folder's name.
fn log(shop: &Workshop) -> Vec<String> {
    let folder = format!("{}/", shop.path("").display());
    let text = shop.read("log").replace(folder.trim_end_matches('/'), "").replace('/', "");
    text.lines().map(str::to_string).collect()
}

#[test]
fn objects_run_side_by_side_and_are_told_in_order() {
    if has_run_alone("builds::objects_run_side_by_side_and_are_told_in_order") {
        return;
    }
    let shop = Workshop::wide(3);
    let cc = shop.meeting_compiler(3);
    let steps: Vec<Step> = ["0.c", "1.c", "2.c"]
        .iter()
        .map(|name| {
            shop.write(name, "");
            shop.compile(cc.clone(), name, &[])
        })
        .collect();
    let heard = shop.run(&[group("g", &steps.iter().collect::<Vec<_>>())]);
    assert_eq!(heard.ends(), ["built"]);
    assert_eq!(heard.ran(), ["build/0.c.o", "build/1.c.o", "build/2.c.o"]);
    let runs = shop.disk.journal().read();
    let sources: Vec<_> = runs
        .iter()
        .filter_map(|action| match action {
            Action::Run(argv) => Some(argv[2].to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    assert!(sources.is_sorted());
}

#[test]
fn no_more_run_at_once_than_the_width_says() {
    if has_run_alone("builds::no_more_run_at_once_than_the_width_says") {
        return;
    }
    let shop = Workshop::wide(2);
    let cc = writing(&shop, "0.03");
    let steps: Vec<Step> = (0..8)
        .map(|index| {
            let name = format!("{index}.c");
            shop.write(&name, "");
            shop.compile(cc.clone(), &name, &[])
        })
        .collect();
    shop.run(&[group("g", &steps.iter().collect::<Vec<_>>())]);
    let mut running = 0;
    for line in log(&shop) {
        running += if line.starts_with('+') { 1 } else { -1 };
        assert!(running <= 2);
    }
}

#[test]
fn a_link_starts_when_its_own_objects_are_there() {
    if has_run_alone("builds::a_link_starts_when_its_own_objects_are_there") {
        return;
    }
    let shop = Workshop::wide(2);
    let cc = shop.script("cc", "sleep $(cat \"$2\"); cp \"$2\" \"$4\"");
    shop.write("quick.c", "0");
    shop.write("slow.c", "0.4");
    let (quick, slow) = (shop.compile(cc.clone(), "quick.c", &[]), shop.compile(cc, "slow.c", &[]));
    // It fails where the slow object is there already.
    let probe = shop.script("ld", &format!("test ! -e '{}' && touch \"$3\"", slow.output.display()));
    let link = shop.link_with(probe, "out/quick", &[&quick], &[]);
    let heard = shop.run(&[group("slow", &[&slow]), group("quick", &[&quick, &link])]);
    assert_eq!(heard.ends(), ["built", "built"]);
    assert_eq!(heard.ran(), ["build/slow.c.o", "build/quick.c.o", "out/quick"]);
}

#[test]
fn an_ordered_step_waits_for_all_before_it_and_all_after_wait_for_it() {
    let shop = Workshop::wide(4);
    let cc = writing(&shop, "0.05");
    let mut steps: Vec<Step> = ["a", "b", "module", "c", "d"]
        .iter()
        .map(|name| {
            shop.write(name, "");
            shop.compile(cc.clone(), name, &[])
        })
        .collect();
    steps[2].ordered = true;
    shop.run(&[group("g", &steps.iter().collect::<Vec<_>>())]);
    let log = log(&shop);
    assert_eq!(log[4..6], ["+module", "-module"]);
    // Only what is out of date runs, in the order that is left.
    shop.change("module");
    shop.change("a");
    fs::remove_file(shop.path("log")).unwrap();
    shop.run(&[group("g", &steps.iter().collect::<Vec<_>>())]);
}

#[test]
fn folders_of_outputs_are_made() {
    let shop = Workshop::new();
    shop.write("deep/in/a.c", "int x;\n");
    let a = shop.gcc("deep/in/a.c");
    let heard = shop.run(&[group("g", &[&a, &shop.link("out/of/here.so", &[&a])])]);
    assert_eq!(heard.ends(), ["built"]);
    assert!(shop.exists("out/of/here.so"));
}

#[test]
fn a_launcher_goes_in_front_of_compiles_and_not_of_links() {
    let shop = Workshop::new();
    shop.write("a.c", "int x;\n");
    let launcher = shop.script("launcher", "exec \"$@\"");
    let a = shop.gcc("a.c");
    let groups = [group("g", &[&a, &shop.link("out/a.so", &[&a])])];
    pause();
    let settings = Settings { launcher: Launcher::parse(&launcher, "launcher").unwrap(), ..shop.settings() };
    let heard = shop.run_with(&groups, &settings);
    assert_eq!(
        heard.lines("build/a.c.o"),
        ["~/launcher gcc -c ~/a.c -o ~/build/a.c.o -MD -MF ~/build/a.c.o.d"]
    );
    assert_eq!(heard.lines("out/a.so"), ["gcc ~/build/a.c.o -shared -o ~/out/a.so"]);
    // Whether there is one changes nothing in what is made.
    assert_eq!(shop.run(&groups).ends(), ["up to date"]);
}

#[test]
fn an_interruption_ends_the_run_soon_and_what_ran_is_not_trusted() {
    if has_run_alone("builds::an_interruption_ends_the_run_soon_and_what_ran_is_not_trusted") {
        return;
    }
    let shop = Workshop::new();
    shop.write("a.c", "x");
    let cc = shop.script("cc", "echo half > \"$4\"; exec sleep 10");
    let groups = [group("g", &[&shop.compile(cc, "a.c", &[])])];
    let cancel = Cancel::default();
    let begin = Instant::now();
    let error = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(100));
            cancel.set();
        });
        shop.try_run(&groups, &shop.settings(), &shop.disk, &cancel).unwrap_err()
    });
    assert!(matches!(error, Error::Interrupted));
    // 250 ms are for the children to tidy up.
    assert!(begin.elapsed() < Duration::from_millis(550), "{:?}", begin.elapsed());
    shop.script("cc", "cp \"$2\" \"$4\"");
    assert_eq!(shop.run(&groups).ran(), ["build/a.c.o"]);
    assert_eq!(shop.read("build/a.c.o"), "x");
}

#[test]
fn what_a_killed_compiler_has_started_is_waited_for() {
    let shop = Workshop::new();
    shop.write("a.c", "x");
    // The second process goes on when the first is killed, and writes late. As a compiler does, it keeps the input;
    // shells take it away from what they run in the background.
    let script = "test \"$1\" = --version && exit\nexec 3<&0\n(sleep 0.8; echo late > \"$4\") >/dev/null 2>&1 & exec sleep 10";
    let cc = shop.script("cc", script);
    let groups = [group("g", &[&shop.compile(cc, "a.c", &[])])];
    let cancel = Cancel::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(100));
            cancel.set();
        });
        let interrupted = shop.try_run(&groups, &shop.settings(), &shop.disk, &cancel);
        assert!(matches!(interrupted, Err(Error::Interrupted)));
    });
    shop.script("cc", "cp \"$2\" \"$4\"");
    let heard = shop.run(&groups);
    assert_eq!(heard.story(), ["waiting", "begins g", "ran build/a.c.o"]);
    assert_eq!(shop.read("build/a.c.o"), "x");
}

#[test]
fn empty_groups_are_up_to_date() {
    let shop = Workshop::new();
    assert_eq!(shop.run(&[]).ends(), Vec::<String>::new());
    assert_eq!(shop.run(&[group("none", &[])]).story(), ["up to date none"]);
    assert!(!shop.exists("build"));
}
