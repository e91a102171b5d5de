//! `distutils.util.byte_compile`, and how commands use it: levels of optimisation and names of `.pyc` files.

mod long_way;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oxidist_engine::Error;
use oxidist_engine::bytecode::{self, Interpreter, Outcome, Source};
use oxidist_engine::effects::{Cancel, Effects, NewFile, Process};
use pyo3::exceptions::{PyNotImplementedError, PyOSError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::door::door;
use crate::errors::{DistutilsByteCompileError, DistutilsFileError, DistutilsOptionError, OrRaise};
use crate::file_name::AsFileName;
use crate::interrupt::released;
use crate::value::{Flag, option};
use crate::{log, seam};

/// The help of `--optimize`, which several commands have.
pub const OPTIMIZE_HELP: &str =
    "compile to .opt-1.pyc (1) or .opt-2.pyc (2) files too, as with python -O or -OO [default: 0, none]";

/// What a worker runs.
const WORKER: &str = include_str!("../../../../python/oxidist/_compile_worker.py");

/// Up to this many files are compiled in this process, which takes less time than to start another.
const FEW: usize = 8;

/// The option `optimize` of a command as a number: 0, 1 or 2, or whatever number a script has set.
pub fn finalize_optimize(command: &Bound<'_, PyAny>) -> PyResult<()> {
    let value = command.getattr("optimize")?;
    if value.is_instance_of::<pyo3::types::PyInt>() {
        return Ok(());
    }
    let level = value.extract::<String>().ok().and_then(|text| text.trim().parse::<i64>().ok());
    match level {
        Some(level @ 0..=2) => command.setattr("optimize", level),
        _ => Err(DistutilsOptionError::new_err("optimize must be 0, 1, or 2")),
    }
}

/// The levels that a command byte-compiles to, by its options `compile` and `optimize`.
pub fn wanted_levels(command: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
    let mut levels = Vec::new();
    if command.getattr("compile")?.is_truthy()? {
        levels.push(0);
    }
    let optimize: Option<i64> = option(command, "optimize")?;
    levels.extend(optimize.filter(|level| *level > 0));
    Ok(levels)
}

/// Whether this Python is told to write no `.pyc` files.
pub fn is_disabled(py: Python<'_>) -> PyResult<bool> {
    py.import("sys")?.getattr("dont_write_bytecode")?.is_truthy()
}

/// `distutils.util.byte_compile` with a command's `force` and `dry_run`, and its `verbose` where that is given.
pub fn call(
    command: &Bound<'_, PyAny>,
    files: &Bound<'_, PyAny>,
    level: i64,
    prefix: &Bound<'_, PyAny>,
    verbose: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let py = command.py();
    let keywords = PyDict::new(py);
    keywords.set_item("optimize", level)?;
    keywords.set_item("force", command.getattr("force")?)?;
    keywords.set_item("prefix", prefix)?;
    if let Some(verbose) = verbose {
        keywords.set_item("verbose", verbose)?;
    }
    keywords.set_item("dry_run", command.getattr("dry_run")?)?;
    seam::global(py, "util", "byte_compile")?.call((files,), Some(&keywords)).map(drop)
}

/// Where the `.pyc` files of this Python belong (`importlib.util.cache_from_source`).
pub struct CacheNames<'py> {
    py: Python<'py>,
    tag: String,
    /// With `sys.pycache_prefix` they are in a tree of their own, whose rules only Python knows.
    elsewhere: bool,
}

impl<'py> CacheNames<'py> {
    pub fn new(py: Python<'py>) -> PyResult<Self> {
        let sys = py.import("sys")?;
        let tag: Option<String> = sys.getattr("implementation")?.getattr("cache_tag")?.extract()?;
        let tag =
            tag.ok_or_else(|| PyNotImplementedError::new_err("sys.implementation.cache_tag is None"))?;
        Ok(CacheNames { py, tag, elsewhere: !sys.getattr("pycache_prefix")?.is_none() })
    }

    /// The file for a level of optimisation; 0 has none in its name.
    pub fn of(&self, source: &Path, level: i64) -> PyResult<PathBuf> {
        let suffix = if level == 0 { String::new() } else { level.to_string() };
        if self.elsewhere {
            let keywords = PyDict::new(self.py);
            keywords.set_item("optimization", suffix)?;
            let cache_from_source = self.py.import("importlib.util")?.getattr("cache_from_source")?;
            return cache_from_source.call((source.as_file_name(),), Some(&keywords))?.extract();
        }
        let mut name = source.file_stem().unwrap_or_default().to_os_string();
        name.push(format!(".{}", self.tag));
        if !suffix.is_empty() {
            name.push(format!(".opt-{suffix}"));
        }
        name.push(".pyc");
        Ok(source.parent().unwrap_or(Path::new("")).join("__pycache__").join(name))
    }
}

/// Compile Python source files to `.pyc` files; names that do not end in `.py` are passed over.
///
/// `optimize` is the level: 0, 1 (no assertions), 2 (no docstrings either), below 0 this interpreter's own.
/// Only files that are newer than their `.pyc` are compiled, unless `force` is set. The file name that the
/// code carries is the one given, without `prefix` (ValueError where one does not start with it) and with
/// `base_dir` in front. `direct` is accepted and means nothing: few files are compiled in this process, many
/// by others. Raises DistutilsByteCompileError where Python is told to write no `.pyc` files; a source that
/// does not compile is told about, and the rest goes on.
#[pyfunction]
#[pyo3(
    signature = (py_files, optimize = 0, force = Flag(false), prefix = None, base_dir = None, verbose = 1, dry_run = Flag(false), direct = None),
    text_signature = "(py_files, optimize=0, force=0, prefix=None, base_dir=None, verbose=1, dry_run=0, direct=None)"
)]
#[allow(clippy::too_many_arguments)] // distutils' own parameter list
fn byte_compile(
    py: Python<'_>,
    py_files: &Bound<'_, PyAny>,
    optimize: i64,
    force: Flag,
    prefix: Option<OsString>,
    base_dir: Option<PathBuf>,
    verbose: i64,
    dry_run: Flag,
    direct: Option<Bound<'_, PyAny>>,
) -> PyResult<()> {
    let _ = verbose;
    if is_disabled(py)? {
        return Err(DistutilsByteCompileError::new_err("byte-compiling is disabled."));
    }
    // Other levels are compiled by other processes, which know nothing of this one's replacements.
    let in_this_process = direct.map_or(Ok(optimize == 0), |direct| direct.is_truthy())?;
    if in_this_process && !dry_run.0 && !seam::world_is_pythons(py, "util", &long_way::COMPILING)? {
        return long_way::byte_compile(py_files, optimize, force.0, prefix, base_dir);
    }
    let level = if optimize < 0 { interpreter_level(py)? } else { optimize };
    let names = CacheNames::new(py)?;
    let mut sources = Vec::new();
    for file in py_files.try_iter()? {
        let file: PathBuf = file?.extract()?;
        if !file.as_os_str().as_encoded_bytes().ends_with(b".py") {
            continue;
        }
        let shown = shown_name(&file, prefix.as_deref(), base_dir.as_deref())?;
        sources.push(Source { target: names.of(&file, level)?, file, shown });
    }
    let door = door(dry_run.0);
    let modes = outdated(py, door, &sources, force.0)?;
    let (stale, targets): (Vec<Source>, Vec<NewFile>) = sources
        .iter()
        .zip(&modes)
        .filter_map(|(source, mode)| {
            mode.map(|mode| (source.clone(), NewFile { path: source.target.clone(), mode }))
        })
        .unzip();
    let level = Level { number: level, by_hash: is_valid_by_hash(py)? };
    let outcomes = compile(py, door, level, &stale, &targets)?;
    report(py, &sources, &modes, outcomes)
}

/// The level of the interpreter that runs, by its `-O` options.
fn interpreter_level(py: Python<'_>) -> PyResult<i64> {
    py.import("sys")?.getattr("flags")?.getattr("optimize")?.extract()
}

/// How sources are compiled.
#[derive(Clone, Copy)]
struct Level {
    number: i64,
    by_hash: bool,
}

/// With SOURCE_DATE_EPOCH a `.pyc` file must not depend on times: it is valid by its source's hash.
fn is_valid_by_hash(py: Python<'_>) -> PyResult<bool> {
    py.import("os")?.getattr("environ")?.call_method1("get", ("SOURCE_DATE_EPOCH",))?.is_truthy()
}

/// The name that the code carries.
fn shown_name(file: &Path, prefix: Option<&std::ffi::OsStr>, base_dir: Option<&Path>) -> PyResult<Vec<u8>> {
    let mut shown = file.as_os_str().as_encoded_bytes();
    if let Some(prefix) = prefix {
        shown = shown.strip_prefix(prefix.as_encoded_bytes()).ok_or_else(|| {
            let (file, prefix) = (file.display(), prefix.display());
            PyValueError::new_err(format!("invalid prefix: filename '{file}' doesn't start with '{prefix}'"))
        })?;
    }
    let mut whole = Vec::new();
    if let Some(base_dir) = base_dir.filter(|_| !shown.starts_with(b"/")) {
        // An absolute name stays as it is, as with os.path.join.
        whole.extend(base_dir.join("").as_os_str().as_encoded_bytes());
    }
    whole.extend(shown);
    Ok(whole)
}

/// For each source the mode of its `.pyc` file, or `None` where that is up to date.
fn outdated(
    py: Python<'_>,
    door: &dyn Effects,
    sources: &[Source],
    force: bool,
) -> PyResult<Vec<Option<u32>>> {
    let everything =
        |force| released(py, |cancel| bytecode::outdated(door, sources, force, cancel))?.or_raise();
    if force || seam::imports_are_ours(py, "util", &[("newer", "dep_util")])? {
        return everything(force);
    }
    // A script has its own idea of what is newer.
    let newer = seam::global(py, "util", "newer")?;
    let mut modes = everything(true)?;
    for (source, mode) in sources.iter().zip(&mut modes) {
        if !newer.call1((source.file.as_file_name(), source.target.as_file_name()))?.is_truthy()? {
            *mode = None;
        }
    }
    Ok(modes)
}

fn compile(
    py: Python<'_>,
    door: &dyn Effects,
    level: Level,
    sources: &[Source],
    targets: &[NewFile],
) -> PyResult<Vec<Outcome>> {
    bytecode::make_folders(door, targets).or_raise()?;
    if sources.len() > FEW
        && let Some(interpreter) = worker(py, level)?
    {
        let work = |cancel: &Cancel| bytecode::compile(door, &interpreter, sources, targets, cancel);
        match released(py, work)? {
            // What can be done without another interpreter is done without.
            Err(Error::Interpreter(_)) => {}
            outcomes => return outcomes.or_raise(),
        }
    }
    compile_here(door, level, sources, targets)
}

/// How a worker is started; `None` where Python does not know its own program.
fn worker(py: Python<'_>, level: Level) -> PyResult<Option<Interpreter>> {
    let sys = py.import("sys")?;
    let Some(program) =
        sys.getattr("executable")?.extract::<Option<OsString>>()?.filter(|name| !name.is_empty())
    else {
        return Ok(None);
    };
    let mut argv: Vec<OsString> = vec![program, "-S".into()];
    let flags = sys.getattr("flags")?;
    for (name, option) in [("isolated", "-I"), ("ignore_environment", "-E")] {
        if flags.getattr(name)?.is_truthy()? {
            argv.push(option.into());
        }
    }
    argv.extend(
        ["", "-O", "-OO"].get(level.number as usize).filter(|option| !option.is_empty()).map(OsString::from),
    );
    for option in sys.getattr("warnoptions")?.try_iter()? {
        argv.push(format!("-W{}", option?.str()?).into());
    }
    // The only one of Python's `-X` options that changes what a `.pyc` file says.
    if sys.getattr("_xoptions")?.contains("no_debug_ranges")? {
        argv.extend(["-X".into(), "no_debug_ranges".into()]);
    }
    let validity = if level.by_hash { "hash" } else { "time" };
    argv.extend(["-c".into(), WORKER.into(), level.number.to_string().into(), validity.into()]);
    let magic = py.import("_frozen_importlib_external")?.getattr("MAGIC_NUMBER")?.extract()?;
    Ok(Some(Interpreter { process: Process { argv, ..Process::default() }, magic }))
}

/// The same in this process, one file after the other.
fn compile_here(
    door: &dyn Effects,
    level: Level,
    sources: &[Source],
    targets: &[NewFile],
) -> PyResult<Vec<Outcome>> {
    let mut outcomes = vec![Outcome::Compiled; sources.len()];
    let mut raised = None;
    let result = door.write_files(targets, &mut |put| {
        Python::attach(|py| {
            for (index, source) in sources.iter().enumerate() {
                match contents(py, source, level) {
                    Ok(Ok(contents)) => put(index, &contents)?,
                    Ok(Err(complaint)) => outcomes[index] = Outcome::Rejected(complaint),
                    Err(error) => {
                        raised = Some(error);
                        break;
                    }
                }
            }
            Ok(())
        })
    });
    match raised {
        Some(error) => Err(error),
        None => result.map(|_| outcomes).or_raise(),
    }
}

/// The `.pyc` file of one source, or what is wrong with it.
fn contents(py: Python<'_>, source: &Source, level: Level) -> PyResult<Result<Vec<u8>, String>> {
    py.check_signals()?;
    let worker = py.import("oxidist._compile_worker")?;
    let shown = py.import("os")?.call_method1("fsdecode", (PyBytes::new(py, &source.shown),))?;
    let path = PyBytes::new(py, source.file.as_os_str().as_encoded_bytes());
    match worker.call_method1(intern!(py, "contents"), (path, &shown, level.number, level.by_hash)) {
        Ok(contents) => Ok(Ok(contents.extract()?)),
        Err(error) if error.is_instance_of::<PyOSError>(py) => {
            let text = format!("could not read '{}': {}", source.file.display(), error.value(py));
            Err(DistutilsFileError::new_err(text))
        }
        Err(error) if error.is_instance_of::<pyo3::exceptions::PyException>(py) => {
            Ok(Err(worker.call_method1("complaint", (error.value(py), shown))?.extract()?))
        }
        Err(error) => Err(error),
    }
}

/// The messages, in the order of the files: what was done, what was left, and what is wrong.
fn report(py: Python<'_>, sources: &[Source], modes: &[Option<u32>], outcomes: Vec<Outcome>) -> PyResult<()> {
    let mut outcomes = outcomes.into_iter();
    let mut lines = Vec::new();
    let with_skipped = log::wants(py, log::DEBUG)?;
    for (source, mode) in sources.iter().zip(modes) {
        let target = Path::new(source.target.file_name().unwrap_or_default());
        let what = format!("{} to {}", source.file.display(), target.display());
        if mode.is_none() {
            if with_skipped {
                lines.push((log::DEBUG, format!("skipping byte-compilation of {what}")));
            }
            continue;
        }
        lines.push((log::INFO, format!("byte-compiling {what}")));
        if let Some(Outcome::Rejected(complaint)) = outcomes.next() {
            log::lines(py, &std::mem::take(&mut lines))?;
            let stream = py.import("sys")?.getattr("stderr")?;
            stream.call_method1("write", (format!("{complaint}\n"),))?;
        }
    }
    log::lines(py, &lines)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(byte_compile, module)?)
}
