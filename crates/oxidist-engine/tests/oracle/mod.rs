//! A Python process that answers one JSON question a line, and the generator settings of the tests that ask it.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
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
            .args(["-S", "-E", "-c", script])
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
