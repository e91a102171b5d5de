//! What people see of a build: command lines and what the compiler says, or one line of progress on a terminal.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use oxidist_engine::compile::{Group, Kind, Progress, Ran, Step, Watch};
use oxidist_engine::terminal;
use pyo3::prelude::*;

use crate::value::path_to_python;
use crate::{log, text};

/// What is told of each group, in Python's `%` form with the group's name; empty for nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct Texts {
    pub begins: &'static str,
    pub up_to_date: &'static str,
}

/// Tells a terminal, or whatever else standard output is, about a run.
pub struct Screen<'a> {
    texts: &'a Texts,
    /// The width of the terminal that shows a line of progress; `None` where command lines are shown.
    columns: Option<usize>,
    /// Whether reasons are wanted: why each step runs.
    reasons: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// A line of progress stands on the terminal, with the cursor on it.
    line: bool,
    /// A group was out of date.
    began: bool,
    /// What a script's own `log` raised first.
    raised: Option<PyErr>,
}

/// Moves to the line's first column and clears what is to the right of it.
const CLEAR: &str = "\r\x1b[K";

impl Screen<'_> {
    /// Look at standard output: a terminal that wants no more than what is done gets the line of progress. A dry run
    /// is there for its command lines.
    pub fn new<'a>(py: Python<'_>, texts: &'a Texts, dry_run: bool) -> PyResult<Screen<'a>> {
        // The compilers write to the same place: what Python still holds back comes first.
        for name in ["stdout", "stderr"] {
            let stream = py.import("sys")?.getattr(name)?;
            if !stream.is_none() {
                stream.call_method0("flush")?;
            }
        }
        let columns = if dry_run { None } else { columns(py)? };
        let reasons = log::wants(py, log::DEBUG)?;
        Ok(Screen { texts, columns, reasons, state: Mutex::default() })
    }

    /// Take the line of progress away; raise what a script's `log` raised. Whether a group was out of date.
    pub fn close(&self, py: Python<'_>) -> PyResult<bool> {
        let mut state = self.state();
        state.clear();
        match state.raised.take() {
            Some(error) => Err(error),
            None => py.check_signals().map(|()| state.began),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Say something with the GIL, on a line of its own.
    fn say(&self, say: impl FnOnce(Python<'_>) -> PyResult<()>) {
        let mut state = self.state();
        state.clear();
        if state.raised.is_none() {
            state.raised = Python::attach(say).err();
        }
    }
}

impl State {
    fn clear(&mut self) {
        if std::mem::take(&mut self.line) {
            show(CLEAR);
        }
    }
}

impl Watch for Screen<'_> {
    fn waiting(&self, folder: &Path, holders: Option<&str>) {
        let holders = holders.map(|holders| format!(": {holders}")).unwrap_or_default();
        let text = format!("waiting for another build, which has '{}'{holders}", folder.display());
        self.say(|py| log::warn(py, &text));
    }

    fn out_of_date(&self, step: &Step, why: &str) {
        if self.reasons {
            self.say(|py| {
                log::call(py, "debug", "making '%s': %s", (path_to_python(py, &step.output)?, why))
            });
        }
    }

    fn group_begins(&self, group: &Group) {
        self.state().began = true;
        if !self.texts.begins.is_empty() {
            self.say(|py| log::call(py, "info", self.texts.begins, (text::to_python(py, &group.name)?,)));
        }
    }

    fn group_up_to_date(&self, group: &Group) {
        if !self.texts.up_to_date.is_empty() {
            self.say(|py| {
                log::call(py, "debug", self.texts.up_to_date, (text::to_python(py, &group.name)?,))
            });
        }
    }

    fn step_ran(&self, step: &Step, ran: &[Ran]) {
        let failed = ran.last().is_some_and(|ran| ran.status != 0);
        if self.columns.is_some() && !failed && ran.iter().all(|ran| says_nothing(step, &ran.output)) {
            return;
        }
        self.say(|py| {
            if let (Kind::Generate, [source, ..]) = (step.kind, step.inputs.as_slice()) {
                let files = (path_to_python(py, source)?, path_to_python(py, &step.output)?);
                log::call(py, "info", "swigging %s to %s", files)?;
            }
            for ran in ran {
                log::command_line(py, &ran.argv)?;
                let mut stream = io::stderr().lock();
                // Nobody is left to tell where even standard error is closed.
                let said = terminal::coloured_bytes(&ran.output);
                let _ = stream.write_all(&said).and_then(|()| stream.flush());
            }
            Ok(())
        });
    }

    fn progress(&self, progress: &Progress<'_>) {
        let Some(columns) = self.columns else { return };
        let mut state = self.state();
        match line(progress, columns) {
            Some(line) => {
                show(&format!("{CLEAR}{line}"));
                state.line = true;
            }
            None => state.clear(),
        }
    }
}

/// Whether `output` is no more than the name of the source, which Microsoft's compiler writes each time.
fn says_nothing(step: &Step, output: &[u8]) -> bool {
    let output = output.trim_ascii();
    let source = step.inputs.first().and_then(|source| source.file_name());
    output.is_empty() || source.is_some_and(|name| name.as_encoded_bytes() == output)
}

/// `[ 3/72] src/spam.c  1.2 s`, cut to the terminal's width.
fn line(progress: &Progress<'_>, columns: usize) -> Option<String> {
    let step = progress.step?;
    let source = step.inputs.first().unwrap_or(&step.output).display();
    let width = progress.total.to_string().len();
    let head = format!("[{:>width$}/{}] ", progress.done, progress.total);
    let tail = format!("  {:.1} s", progress.running.as_secs_f64());
    let room = columns.saturating_sub(head.len() + tail.len() + 1);
    let source: Vec<char> = terminal::line(&source.to_string()).chars().collect();
    // The end of a path tells more than its beginning.
    let shown: String = source[source.len().saturating_sub(room)..].iter().collect();
    Some(format!("{head}{shown}{tail}"))
}

fn show(text: &str) {
    let mut stream = io::stdout().lock();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// The width of the terminal, where a line of progress is wanted there.
fn columns(py: Python<'_>) -> PyResult<Option<usize>> {
    let asks_for_less_or_more = !log::wants(py, log::INFO)? || log::wants(py, log::DEBUG)?;
    let stdout = py.import("sys")?.getattr("stdout")?;
    let is_terminal = stdout.call_method0("isatty").and_then(|is| is.is_truthy()).unwrap_or(false);
    if asks_for_less_or_more || !is_terminal {
        return Ok(None);
    }
    if std::env::var_os("TERM").is_none_or(|terminal| terminal.is_empty() || terminal == "dumb") {
        return Ok(None);
    }
    let size = py.import("os")?.call_method1("get_terminal_size", (1,));
    let columns: usize = size.and_then(|size| size.getattr("columns")?.extract()).unwrap_or(0);
    Ok(match columns {
        // A terminal that does not know how wide it is.
        0 => Some(80),
        1..=20 => None,
        columns => Some(columns),
    })
}
