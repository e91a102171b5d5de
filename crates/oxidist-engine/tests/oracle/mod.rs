//! A Python process that answers one JSON question a line, and the generator settings of the tests that ask it.
#![allow(dead_code, reason = "each test uses a part of this")]

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use serde_json::Value;

/// A running oracle; it ends when this is dropped.
pub struct Oracle {
    channel: Mutex<(BufWriter<ChildStdin>, BufReader<ChildStdout>)>,
    child: Child,
}

impl Oracle {
    /// Starts `python` on `script`, which reads questions from its standard input.
    pub fn start(python: &Path, script: &str) -> Oracle {
        let mut child = Command::new(python)
            .args(["-S", "-E", "-W", "ignore", "-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("these tests need a Python: {}: {error}", python.display()));
        let input = BufWriter::new(child.stdin.take().expect("stdin is piped"));
        let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        Oracle { channel: Mutex::new((input, output)), child }
    }

    /// The oracle's answer to `question`.
    pub fn ask(&self, question: &Value) -> Value {
        let mut channel = self.channel.lock().unwrap_or_else(PoisonError::into_inner);
        let (input, output) = &mut *channel;
        writeln!(input, "{question}").and_then(|()| input.flush()).expect("the oracle takes a question");
        let mut answer = String::new();
        output.read_line(&mut answer).expect("the oracle answers");
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer:?} to {question}"))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `check` on `cases` values of `strategy`, the same ones each time; a failing one is made smaller first.
pub fn for_each<S: Strategy>(cases: u32, strategy: S, check: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(0x0d15_7011),
        failure_persistence: None,
        ..Config::default()
    };
    if let Err(failure) = TestRunner::new(config).run(&strategy, check) {
        panic!("{failure}");
    }
}

/// A CPython 3.10 or 3.11 whose standard library has distutils: the one named in `OXIDIST_ORACLE_PYTHON`, one of
/// pyenv's, or one on the `PATH`.
pub fn python_with_distutils() -> PathBuf {
    if let Some(python) = std::env::var_os("OXIDIST_ORACLE_PYTHON") {
        return PathBuf::from(python);
    }
    pythons_with_distutils().into_iter().next().expect(
        "these tests need a CPython 3.10 or 3.11 whose standard library has distutils: \
         install one with pyenv, or name it in OXIDIST_ORACLE_PYTHON",
    )
}

/// All of them that are found without being named.
pub fn pythons_with_distutils() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let pyenv = std::env::var_os("PYENV_ROOT").map_or_else(|| home.join(".pyenv"), PathBuf::from);
    let mut candidates: Vec<PathBuf> = std::fs::read_dir(pyenv.join("versions"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| ["3.10", "3.11"].iter().any(|v| entry.file_name().to_string_lossy().starts_with(v)))
        .map(|entry| entry.path().join("bin/python"))
        .collect();
    candidates.sort();
    candidates.extend(["python3.10", "python3.11"].map(PathBuf::from));
    candidates.retain(|python| {
        Command::new(python)
            .args(["-S", "-E", "-c", "import distutils.dist"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    });
    candidates
}
