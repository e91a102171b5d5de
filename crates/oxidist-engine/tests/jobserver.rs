//! The budget beside a real GNU make: as its child, as its parent, and where its jobserver is out of reach.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use oxidist_engine::Error;
use oxidist_engine::compile::budget::Budget;
use oxidist_engine::effects::{Cancel, Disk, Effects, Process};

/// In the environment of a process that plays one of the parts below: where jobs are to be logged.
const LOG: &str = "OXIDIST_TEST_LOG";

/// This test binary, as a command line that plays `part` alone.
fn play(part: &str) -> String {
    let program = std::env::current_exe().unwrap();
    format!("{} --exact {part} --ignored --nocapture --test-threads=1 >&2", program.display())
}

fn log(event: &str) {
    let path = std::env::var_os(LOG).expect("a part is played for a test");
    let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
    // One write, so that lines of several processes do not mix.
    file.write_all(format!("{event}\n").as_bytes()).unwrap();
}

fn job() {
    log("+");
    thread::sleep(Duration::from_millis(40));
    log("-");
}

/// How many jobs the log has, and how many of them ran at once at most.
fn logged(path: &Path) -> (usize, usize) {
    let (mut jobs, mut running, mut most) = (0, 0usize, 0);
    for line in fs::read_to_string(path).unwrap_or_default().lines() {
        match line {
            "+" => (jobs, running) = (jobs + 1, running + 1),
            "-" => running -= 1,
            _ => {}
        }
        most = most.max(running);
    }
    (jobs, most)
}

#[test]
#[ignore = "a part in the tests below"]
fn a_build() {
    let budget = Budget::shared(None, None).unwrap();
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let _token = budget.acquire(&Cancel::default()).unwrap();
                job();
            });
        }
    });
}

#[test]
#[ignore = "a part in the tests below"]
fn a_build_that_is_cancelled() {
    let budget = Budget::shared(Some(3), None).unwrap();
    let cancel = Cancel::default();
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let _token = budget.acquire(&cancel)?;
                    job();
                    Ok::<(), Error>(())
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(15));
        cancel.set();
        let results: Vec<_> = waiting.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(results.iter().any(Result::is_err));
    });
}

#[test]
#[ignore = "a part in the tests below"]
fn a_build_that_runs_make() {
    let budget = Budget::shared(Some(3), None).unwrap();
    let token = budget.acquire(&Cancel::default()).unwrap();
    let mut process =
        Process { argv: vec!["make".into(), "-s".into(), "inner".into()], ..Process::default() };
    budget.configure(&mut process);
    assert_eq!(Disk::default().run(&process, &Cancel::default()).unwrap(), 0);
    drop(token);
    // Whatever make took is back.
    let free = std::iter::from_fn(|| budget.try_acquire()).collect::<Vec<_>>();
    assert_eq!(free.len(), 3);
}

#[test]
#[ignore = "a part in the tests below"]
fn a_build_whose_width_is_known_from_its_start() {
    let width = |width| Budget::shared(width, Some(7)).unwrap().width();
    let whole = Budget::shared(Some(5), None).unwrap();
    assert_eq!((width(None), width(Some(2))), (5, 2));
    let mut process = Process::default();
    Budget::shared(None, None).unwrap().configure(&mut process);
    let flags = process.more_environment[0].1.to_str().unwrap();
    assert!(flags.starts_with("-j5 "), "{flags}");
    drop(whole);
    assert_eq!((width(None), width(Some(2))), (7, 2));
}

#[test]
#[ignore = "a part in the tests below"]
fn a_build_that_lists_what_a_child_has() {
    // A child sees what this process has open for children, so the numbers it got from its own parent as well.
    let before = files_of_a_child(&Process::default());
    let budget = Budget::shared(Some(3), None).unwrap();
    let mut process = Process::default();
    budget.configure(&mut process);
    let flags: Vec<_> = process.more_environment.iter().map(|(name, _)| name.to_string_lossy()).collect();
    assert_eq!(flags, ["MAKEFLAGS"]);
    let flags = process.more_environment[0].1.to_str().unwrap().to_string();
    let (_, auth) = flags.split_once("--jobserver-auth=").unwrap();
    let after = files_of_a_child(&process);
    let new: Vec<String> = after.into_iter().filter(|number| !before.contains(number)).collect();
    assert_eq!(new.join(","), auth);
}

fn files_of_a_child(process: &Process) -> Vec<String> {
    let script = "for f in /proc/$$/fd/*; do echo ${f##*/}; done > list";
    let argv = vec!["sh".into(), "-c".into(), script.into()];
    let process = Process { argv, ..process.clone() };
    assert_eq!(Disk::default().run(&process, &Cancel::default()).unwrap(), 0);
    let mut numbers: Vec<u32> =
        fs::read_to_string("list").unwrap().lines().map(|line| line.parse().unwrap()).collect();
    numbers.sort_unstable();
    numbers.iter().map(u32::to_string).collect()
}

struct Outcome {
    said: String,
    jobs: usize,
    most: usize,
}

/// Run `command` in a folder with `makefile`, in an environment that offers nothing but what `flags` say.
fn run(command: &str, makefile: &str, flags: Option<&str>) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Makefile"), makefile).unwrap();
    let path = folder.path().join("log");
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder.path()).env(LOG, &path);
    for variable in ["MAKEFLAGS", "CARGO_MAKEFLAGS", "MFLAGS", "MAKELEVEL", "OXIDIST_JOBS"] {
        shell.env_remove(variable);
    }
    if let Some(flags) = flags {
        shell.env("MAKEFLAGS", flags);
    }
    let output = shell.output().unwrap();
    let said =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "{said}");
    let (jobs, most) = logged(&path);
    Outcome { said, jobs, most }
}

#[test]
fn two_builds_below_make_share_its_jobs_and_lose_none() {
    let build = play("a_build");
    let makefile = format!("all: one two\none two:\n\t+@{build}\n");
    for jobs in [2, 3, 5] {
        let outcome = run(&format!("make -s -j{jobs}"), &makefile, None);
        assert_eq!((outcome.jobs, outcome.most), (12, jobs), "{}", outcome.said);
        // make counts its bytes at the end, and complains.
        assert!(!outcome.said.contains("INTERNAL"), "{}", outcome.said);
    }
}

#[test]
fn a_cancelled_build_gives_back_what_it_took() {
    let build = play("a_build_that_is_cancelled");
    let makefile = format!("all: one two three\none two three:\n\t+@{build}\n");
    let outcome = run("make -s -j4", &makefile, None);
    assert!(outcome.most <= 4 && !outcome.said.contains("INTERNAL"), "{}", outcome.said);
}

#[test]
fn a_make_inside_a_build_takes_its_jobs_from_the_same_pool() {
    let makefile = "inner: a b c d e f\na b c d e f:\n\t@echo + >> $(OXIDIST_TEST_LOG); sleep 0.05; \
                    echo - >> $(OXIDIST_TEST_LOG)\n";
    let outcome = run(&play("a_build_that_runs_make"), makefile, None);
    assert_eq!((outcome.jobs, outcome.most), (6, 3), "{}", outcome.said);
    assert!(!outcome.said.contains("warning"), "{}", outcome.said);
}

#[test]
fn a_child_inherits_the_two_files_of_the_jobserver_and_no_more() {
    run(&play("a_build_that_lists_what_a_child_has"), "", None);
}

#[test]
fn what_a_build_starts_goes_by_the_builds_own_width() {
    run(&play("a_build_whose_width_is_known_from_its_start"), "", None);
}

#[test]
fn a_jobserver_out_of_reach_is_as_good_as_none() {
    // Without `+` make keeps its files to itself, and names them all the same.
    let makefile = format!("all:\n\t@{}\n", play("a_build"));
    let outcome = run("OXIDIST_JOBS=4 make -s -j2", &makefile, None);
    assert_eq!((outcome.jobs, outcome.most), (6, 4), "{}", outcome.said);
    for flags in [
        "-j9 --jobserver-auth=97,98",
        "--jobserver-auth=fifo:/no/such",
        "-j9 --jobserver-fds=0,1",
        "garbage = -- -j",
    ] {
        let command = format!("OXIDIST_JOBS=2 {}", play("a_build"));
        let outcome = run(&command, "", Some(flags));
        assert_eq!((outcome.jobs, outcome.most), (6, 2), "{flags}: {}", outcome.said);
    }
}
