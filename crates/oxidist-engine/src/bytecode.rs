//! Byte-compiling: `.pyc` files made by interpreters that run side by side, one for each core.
//!
//! A worker is the running Python with a small script. It says which byte code it makes (its magic number),
//! and then answers each request with a `.pyc` file's contents or with what is wrong with the source:
//!
//! | direction | |
//! | --- | --- |
//! | request | two lengths (little-endian, 32 bits), then the path and the name that the code shall carry |
//! | answer | one byte (see [`Answer`]), a length, the contents or the message |

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::SystemTime;

use crate::effects::{
    Cancel, Conversation, Effects, Facts, Kind, NewFile, Process, Put, on_all_cores, require_regular, start,
};
use crate::{Error, Result, tree};

/// One source file, and what is to become of it.
#[derive(Debug, Clone)]
pub struct Source {
    pub file: PathBuf,
    /// The `.pyc` file.
    pub target: PathBuf,
    /// The file name that tracebacks show, in the file system's encoding.
    pub shown: Vec<u8>,
}

/// How a worker is started.
#[derive(Debug, Clone)]
pub struct Interpreter {
    /// The program with all its arguments, the worker's script among them.
    pub process: Process,
    /// The magic number that its byte code must have.
    pub magic: Vec<u8>,
}

/// What became of one source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Compiled,
    /// The source is wrong; the text is for the user, and may have several lines.
    Rejected(String),
}

/// Which sources have to be compiled: for each, the mode of its `.pyc` file, or `None` if that is up to date.
///
/// With `force` all of them; else those whose `.pyc` is missing or older than the source.
///
/// # Errors
/// If a source is missing, or its `.pyc` file's place is taken by a link or something that is no file.
pub fn outdated(
    effects: &dyn Effects,
    sources: &[Source],
    force: bool,
    cancel: &Cancel,
) -> Result<Vec<Option<u32>>> {
    let one = |source: &Source| {
        cancel.check()?;
        let facts = effects.stat(&source.file).map_err(Error::file("byte-compile", &source.file))?;
        if !force && has_newer_target(effects, source, facts.modified) {
            return Ok(None);
        }
        // Said before anything is compiled.
        require_regular(&source.target)?;
        Ok(Some(mode_for(&facts)))
    };
    on_all_cores(sources, 1, one).into_iter().collect()
}

fn has_newer_target(effects: &dyn Effects, source: &Source, modified: SystemTime) -> bool {
    let target = effects.stat(&source.target);
    target.is_ok_and(|target| target.kind == Kind::File && target.modified >= modified)
}

/// Like the source, but writable for its owner and executable for nobody, as Python's own are.
fn mode_for(source: &Facts) -> u32 {
    (source.mode | 0o200) & 0o666
}

/// Make the folders that the `.pyc` files go into.
pub fn make_folders(effects: &dyn Effects, targets: &[NewFile]) -> Result<()> {
    let folders: BTreeSet<_> = targets.iter().filter_map(|target| target.path.parent()).collect();
    for folder in folders {
        for missing in tree::missing_folders(effects, folder) {
            effects.make_folder(&missing, 0o777)?;
        }
    }
    Ok(())
}

/// How many sources make it worth while to start one more worker.
const SOURCES_PER_WORKER: usize = 8;

/// Compile all of `sources`, and write `targets` (one for each, in folders that exist). Answers in order.
///
/// # Errors
/// [`Error::Interpreter`] if no worker comes up, with nothing written; else what was written stays.
pub fn compile(
    effects: &dyn Effects,
    interpreter: &Interpreter,
    sources: &[Source],
    targets: &[NewFile],
    cancel: &Cancel,
) -> Result<Vec<Outcome>> {
    let rejected: Vec<OnceLock<String>> = sources.iter().map(|_| OnceLock::new()).collect();
    effects.write_files(targets, &mut |put| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let batch = Batch { sources, next: AtomicUsize::new(0), put, rejected: &rejected, cancel };
        batch.run(effects, interpreter, cores.min(sources.len().div_ceil(SOURCES_PER_WORKER)))
    })?;
    let outcome = |text: OnceLock<String>| text.into_inner().map_or(Outcome::Compiled, Outcome::Rejected);
    Ok(rejected.into_iter().map(outcome).collect())
}

/// What all workers share: the sources, and how far down the list they are.
struct Batch<'a> {
    sources: &'a [Source],
    next: AtomicUsize,
    put: &'a Put<'a>,
    rejected: &'a [OnceLock<String>],
    cancel: &'a Cancel,
}

/// The kinds of a worker's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// The contents of the `.pyc` file.
    Contents,
    /// A message: the source does not compile.
    Rejected,
    /// A message: the source cannot be read.
    Unreadable,
}

impl Answer {
    fn from_byte(byte: u8) -> Option<Answer> {
        match byte {
            b'c' => Some(Answer::Contents),
            b'r' => Some(Answer::Rejected),
            b'u' => Some(Answer::Unreadable),
            _ => None,
        }
    }
}

/// How many bytes of requests may wait in a worker's pipe. It is far less than a pipe holds, so that asking
/// never blocks while the worker waits for its answer to be heard.
const WAITING: usize = 2048;

impl Batch<'_> {
    fn run(&self, effects: &dyn Effects, interpreter: &Interpreter, workers: usize) -> Result<()> {
        // Where the system has no room for one more, the others do its part.
        let is_served = AtomicBool::new(false);
        let serve = || {
            let worker = match greet(effects, interpreter) {
                Err(Error::TooManyProcesses(_)) => return Ok(()),
                worker => worker.inspect(|_| is_served.store(true, Ordering::Relaxed)),
            };
            let result = worker.and_then(|worker| self.feed(worker));
            if result.is_err() {
                self.next.store(self.sources.len(), Ordering::Relaxed);
            }
            result
        };
        let results: Vec<Result<()>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map_while(|_| start(scope, serve)).collect();
            if threads.is_empty() && workers > 0 {
                return vec![serve()];
            }
            let broken = || Err(Error::Process("a thread that byte-compiles has failed".into()));
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| broken())).collect()
        });
        results.into_iter().collect::<Result<()>>()?;
        if workers > 0 && !is_served.into_inner() {
            return Err(Error::Interpreter("the system allows no more processes".into()));
        }
        Ok(())
    }

    /// Keep one worker busy to the end of the list.
    fn feed(&self, mut worker: Conversation) -> Result<()> {
        let mut asked = std::collections::VecDeque::new();
        let mut waiting = 0;
        loop {
            while waiting < WAITING {
                let Some(index) = self.take() else { break };
                let request = self.sources[index].request();
                worker.ask.write_all(&request).map_err(|error| self.failed(index, &error))?;
                waiting += request.len();
                asked.push_back((index, request.len()));
            }
            let Some((index, length)) = asked.pop_front() else { return Ok(()) };
            self.cancel.check()?;
            let (kind, body) = hear(&mut worker).map_err(|error| self.failed(index, &error))?;
            waiting -= length;
            match kind {
                Answer::Contents => (self.put)(index, &body)?,
                Answer::Rejected => {
                    let text = String::from_utf8_lossy(&body).into_owned();
                    // Each index is taken once, so the place is empty.
                    let _ = self.rejected[index].set(text);
                }
                Answer::Unreadable => {
                    let why = io::Error::other(String::from_utf8_lossy(&body).into_owned());
                    return Err(Error::file("read", &self.sources[index].file)(why));
                }
            }
        }
    }

    fn take(&self) -> Option<usize> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        (index < self.sources.len()).then_some(index)
    }

    fn failed(&self, index: usize, error: &io::Error) -> Error {
        let file = self.sources[index].file.display();
        Error::Process(format!(
            "the interpreter that byte-compiles '{file}' failed: {}",
            crate::reason(error)
        ))
    }
}

impl Source {
    fn request(&self) -> Vec<u8> {
        let file = self.file.as_os_str().as_encoded_bytes();
        let mut request = Vec::with_capacity(8 + file.len() + self.shown.len());
        for part in [file, &self.shown] {
            request.extend((part.len() as u32).to_le_bytes());
        }
        request.extend(file);
        request.extend(&self.shown);
        request
    }
}

/// Start a worker, and make sure that it speaks the same byte code.
fn greet(effects: &dyn Effects, interpreter: &Interpreter) -> Result<Conversation> {
    let mut worker = effects.converse(&interpreter.process).map_err(|error| match error {
        Error::TooManyProcesses(_) => error,
        _ => Error::Interpreter(error.to_string()),
    })?;
    let mut magic = vec![0; interpreter.magic.len()];
    let program = interpreter.process.argv.first().map(|program| program.display().to_string());
    let unfit = |why: &str| Error::Interpreter(format!("'{}' {why}", program.unwrap_or_default()));
    match worker.hear.read_exact(&mut magic) {
        Err(_) => Err(unfit("does not answer")),
        Ok(()) if magic != interpreter.magic => Err(unfit("is another Python")),
        Ok(()) => Ok(worker),
    }
}

fn hear(worker: &mut Conversation) -> io::Result<(Answer, Vec<u8>)> {
    let mut header = [0; 5];
    worker.hear.read_exact(&mut header)?;
    let [kind, length @ ..] = header;
    let kind = Answer::from_byte(kind).ok_or_else(|| io::Error::other("its answer makes no sense"))?;
    // What it says of its length is not believed until it is there.
    let length = u64::from(u32::from_le_bytes(length));
    let mut body = Vec::new();
    worker.hear.by_ref().take(length).read_to_end(&mut body)?;
    if body.len() as u64 == length { Ok((kind, body)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
