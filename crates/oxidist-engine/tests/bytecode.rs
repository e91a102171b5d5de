//! Byte-compiling with workers: order, mistakes, interpreters that fail, and the journal.
#![allow(clippy::unwrap_used, reason = "what makes up the folders is a part of the tests")]

mod oracle;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use oracle::python_with_distutils;
use oxidist_engine::Error;
use oxidist_engine::bytecode::{self, Interpreter, Outcome, Source};
use oxidist_engine::effects::{Action, Cancel, Disk, DryRun, Effects, NewFile, Process};

const WORKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../python/oxidist/_compile_worker.py");

/// A worker of the Python that these tests use, at level 0.
fn interpreter() -> Interpreter {
    let python = python_with_distutils();
    let question = "import importlib.util, sys; sys.stdout.buffer.write(importlib.util.MAGIC_NUMBER)";
    let magic = Command::new(&python).args(["-S", "-c", question]).output().unwrap().stdout;
    let script = std::fs::read_to_string(WORKER).unwrap();
    let argv =
        [python.as_os_str(), "-S".as_ref(), "-c".as_ref(), script.as_ref(), "0".as_ref(), "time".as_ref()];
    Interpreter { process: process(&argv.map(OsString::from)), magic }
}

fn process(argv: &[OsString]) -> Process {
    Process { argv: argv.to_vec(), ..Process::default() }
}

/// `count` sources in a folder; every seventh does not compile.
fn sources(folder: &Path, count: usize) -> (Vec<Source>, Vec<NewFile>) {
    (0..count)
        .map(|number| {
            let file = folder.join(format!("m{number:03}.py"));
            let text = if number % 7 == 3 { "def :\n" } else { "x = 1\n" };
            std::fs::write(&file, text.repeat(1 + number)).unwrap();
            let target = file.with_extension("pyc");
            let shown = format!("shown{number}.py").into_bytes();
            (Source { file, target: target.clone(), shown }, NewFile { path: target, mode: 0o644 })
        })
        .unzip()
}

fn written(effects: &dyn Effects) -> Vec<PathBuf> {
    let journal = effects.journal().read().into_iter();
    journal.filter_map(|action| if let Action::Write(path) = action { Some(path) } else { None }).collect()
}

#[test]
fn answers_and_journal_are_in_the_order_of_the_sources() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, targets) = sources(folder.path(), 100);
    let disk = Disk::default();
    let outcomes = bytecode::compile(&disk, &interpreter(), &sources, &targets, &Cancel::default()).unwrap();
    let mut expected = Vec::new();
    for (number, (outcome, target)) in outcomes.iter().zip(&targets).enumerate() {
        match outcome {
            Outcome::Rejected(text) => {
                assert_eq!(number % 7, 3);
                assert!(
                    text.contains(&format!("shown{number}.py")) && text.contains("SyntaxError"),
                    "{text}"
                );
                assert!(!target.path.exists());
            }
            Outcome::Compiled => {
                assert_ne!(number % 7, 3);
                let size = u32::try_from((1 + number) * "x = 1\n".len()).unwrap();
                assert_eq!(std::fs::read(&target.path).unwrap()[12..16], size.to_le_bytes());
                expected.push(target.path.clone());
            }
        }
    }
    assert_eq!(outcomes.len(), 100);
    assert_eq!(written(&disk), expected);
}

#[test]
fn a_dry_run_starts_no_interpreter_and_counts_every_file_as_made() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, targets) = sources(folder.path(), 20);
    let none = Interpreter { process: process(&["/nowhere/python".into()]), magic: vec![1] };
    let dry_run = DryRun::default();
    let outcomes = bytecode::compile(&dry_run, &none, &sources, &targets, &Cancel::default()).unwrap();
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Compiled));
    assert_eq!(written(&dry_run), sources.iter().map(|source| source.target.clone()).collect::<Vec<_>>());
    let left = bytecode::outdated(&dry_run, &sources, false, &Cancel::default()).unwrap();
    assert!(left.iter().all(Option::is_none));
    assert!(targets.iter().all(|target| !target.path.exists()));
}

#[test]
fn an_interpreter_that_is_missing_silent_or_another_is_told_from_one_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, targets) = sources(folder.path(), 20);
    let compile = |argv: &[&str]| {
        let argv: Vec<OsString> = argv.iter().map(OsString::from).collect();
        let interpreter = Interpreter { process: process(&argv), magic: b"magi".to_vec() };
        bytecode::compile(&Disk::default(), &interpreter, &sources, &targets, &Cancel::default()).unwrap_err()
    };
    for (argv, why) in [
        (vec!["/nowhere/python"], "No such file or directory"),
        (vec!["/bin/sh", "-c", "exit 0"], "'/bin/sh' does not answer"),
        (vec!["/bin/sh", "-c", "printf other"], "'/bin/sh' is another Python"),
    ] {
        let error = compile(&argv);
        assert!(matches!(error, Error::Interpreter(_)), "{error}");
        assert!(error.to_string().contains(why), "{error}");
    }
    for script in ["printf magi", "printf magix", "printf 'magix\\0\\0\\0\\0'; exec sleep 9"] {
        let error = compile(&["/bin/sh", "-c", script]);
        assert!(matches!(error, Error::Process(_)), "{error}");
        assert!(error.to_string().contains(".py'"), "{error}");
    }
    assert!(targets.iter().all(|target| !target.path.exists()));
}

#[test]
fn a_source_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, targets) = sources(folder.path(), 20);
    std::fs::remove_file(&sources[11].file).unwrap();
    let result = bytecode::compile(&Disk::default(), &interpreter(), &sources, &targets, &Cancel::default());
    let text = result.unwrap_err().to_string();
    assert!(
        text.starts_with("could not read '") && text.ends_with("m011.py': No such file or directory"),
        "{text}"
    );
}

#[test]
fn cancelled_work_stops() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, targets) = sources(folder.path(), 50);
    let cancel = Cancel::default();
    cancel.set();
    let result = bytecode::compile(&Disk::default(), &interpreter(), &sources, &targets, &cancel);
    assert!(matches!(result, Err(Error::Interrupted)));
    assert!(targets.iter().all(|target| !target.path.exists()));
}

#[test]
fn what_is_up_to_date_is_left_and_the_mode_is_the_sources_without_execution() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, _) = sources(folder.path(), 3);
    let outdated = |force| bytecode::outdated(&Disk::default(), &sources, force, &Cancel::default());
    std::fs::write(&sources[1].target, "").unwrap();
    #[cfg(unix)]
    for (source, mode) in sources.iter().zip([0o555, 0o644, 0o700]) {
        std::fs::set_permissions(&source.file, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }
    assert_eq!(outdated(false).unwrap(), [Some(0o644), None, Some(0o600)]);
    assert_eq!(outdated(true).unwrap(), [Some(0o644), Some(0o644), Some(0o600)]);
    std::fs::create_dir(&sources[0].target).unwrap();
    for force in [false, true] {
        assert!(outdated(force).unwrap_err().to_string().contains("not a regular file"));
    }
}
