//! distutils.spawn: other programs, run to their end, and found on the path.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oxidist_engine::Error;
use oxidist_engine::compile::budget::Budget;
use oxidist_engine::effects::{Cancel, Process};
use oxidist_engine::words;
use pyo3::exceptions::{PyAttributeError, PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::door::door;
use crate::errors::{DistutilsExecError, OrRaise, caused};
use crate::file_name::AsFileName;
use crate::interrupt::released;
use crate::python_os::{Os, reason};
use crate::seam::Borrowed;
use crate::value::{Elements, Flag, path_to_python};
use crate::{debug, late, log, platform, seam};

/// Run a program given as a list of its name and arguments, and wait for it.
///
/// With `search_path` the program is looked for on the PATH. Raises DistutilsExecError where it cannot be
/// started or its exit status is not 0.
#[pyfunction]
#[pyo3(signature = (cmd, search_path = Flag(true), verbose = 0, dry_run = Flag(false)), text_signature = "(cmd, search_path=1, verbose=0, dry_run=0)")]
fn spawn(
    py: Python<'_>,
    cmd: &Bound<'_, PyAny>,
    search_path: Flag,
    verbose: i64,
    dry_run: Flag,
) -> PyResult<()> {
    let _ = verbose;
    if let Some(text) = not_words(cmd)? {
        // A dry run starts nothing that could fail.
        return if dry_run.0 {
            log::warn(py, &format!("warning: {text}"))
        } else {
            Err(DistutilsExecError::new_err(text))
        };
    }
    let list = PyList::new(py, cmd.elements()?.collect::<PyResult<Vec<_>>>()?)?;
    let words: Vec<String> = list
        .iter()
        .map(|word| word.str().map(|word| word.to_string_lossy().into_owned()))
        .collect::<PyResult<_>>()?;
    log::info(py, &words.join(" "))?;
    if search_path.0 && !list.is_empty() {
        let found = seam::global(py, "spawn", "find_executable")?.call1((list.get_item(0)?,))?;
        if !found.is_none() {
            list.set_item(0, found)?;
        }
    }
    let shown = if debug::is_on(py, "spawn")? { list.as_any().repr()? } else { list.get_item(0)?.repr()? };
    if !dry_run.0 && !subprocess_is_pythons(py)? {
        return spawn_by_python(&list, &shown.to_string_lossy());
    }
    let mut argv = list.iter().map(|word| word.extract()).collect::<PyResult<Vec<PathBuf>>>()?;
    if search_path.0
        && let Some(program) = argv.first_mut()
        && is_only_here(program)
    {
        *program = Path::new(".").join(&program);
    }
    let mut process =
        Process { argv: argv.into_iter().map(PathBuf::into_os_string).collect(), ..Process::default() };
    if !dry_run.0 {
        process.more_environment = platform::build_environment(py)?;
    }
    // A make or a cargo takes its jobs from this process's pool. Nothing of that is in `os.environ`.
    let budget = Budget::shared(None, None).or_raise()?;
    budget.configure(&mut process);
    let door = door(dry_run.0);
    // The child writes to the same streams: what Python still holds back comes first.
    for name in ["stdout", "stderr"] {
        let stream = py.import("sys")?.getattr(name)?;
        if !stream.is_none() {
            stream.call_method0("flush")?;
        }
    }
    let run = |cancel: &Cancel| {
        // Threads of a script's own decide for themselves how many they are, unless that is another's to decide.
        let _token = if budget.is_joined() { Some(budget.acquire(cancel)?) } else { None };
        door.run(&process, cancel)
    };
    let status = released(py, run)?.map_err(|error| match error {
        Error::Process(text) => Error::Process(format!("{text}{}", one_word_for_all(&words))),
        other => other,
    });
    match status.or_raise()? {
        0 => Ok(()),
        code => Err(DistutilsExecError::new_err(format!("command {shown} failed with exit code {code}"))),
    }
}

/// What is wrong with a command line that is no list of words. A string would be taken for a list of its letters.
fn not_words(cmd: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let quoted =
        |words: &[String]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    if let Ok(text) = cmd.cast::<PyString>() {
        let text = text.to_string_lossy();
        // One letter is the same both ways.
        if text.chars().nth(1).is_none() && !text.is_empty() {
            return Ok(None);
        }
        let words = words::split_quoted(&text).unwrap_or_else(|_| vec![text.to_string()]);
        return Ok(Some(format!("spawn takes a list of words: write [{}] for '{text}'", quoted(&words))));
    }
    if cmd.is_instance_of::<PyBytes>() || cmd.try_iter().is_err() {
        let shown = cmd.repr()?.to_string_lossy().into_owned();
        return Ok(Some(format!("spawn takes a list of words, such as [\"ls\", \"-l\"] (got {shown})")));
    }
    if cmd.len().is_ok_and(|length| length == 0) {
        return Ok(Some("spawn takes a list of words, and this one is empty".to_string()));
    }
    if !cmd.is_instance_of::<PyList>() && !cmd.is_instance_of::<PyTuple>() {
        return Ok(None);
    }
    let path = cmd.py().import("os")?.getattr("PathLike")?;
    for (index, word) in cmd.try_iter()?.enumerate() {
        let word = word?;
        // The program is looked for, by a name that is a string.
        let is_word = word.is_instance_of::<PyString>()
            || index > 0 && word.is_instance_of::<PyBytes>()
            || word.is_instance(&path)?;
        if !is_word {
            let (shown, list) = (word.repr()?.to_string_lossy().into_owned(), cmd.repr()?);
            return Ok(Some(format!(
                "spawn takes a list of strings: {shown} is none (got {})",
                list.to_string_lossy()
            )));
        }
    }
    Ok(None)
}

/// Behind the error of a program that cannot be started: its name may be a whole command line.
fn one_word_for_all(words: &[String]) -> String {
    match words {
        [line] if line.contains(' ') && !Path::new(line).exists() => {
            let words: Vec<_> = line.split_whitespace().map(|word| format!("\"{word}\"")).collect();
            format!(" (the program is one word, each argument another: write [{}])", words.join(", "))
        }
        _ => String::new(),
    }
}

/// Whether nobody could tell that programs are started without `subprocess`. This module has it only where
/// somebody asked for it.
fn subprocess_is_pythons(py: Python<'_>) -> PyResult<bool> {
    static STARTING: [Borrowed; 1] = [Borrowed::new("subprocess", &["Popen"])];
    let here = seam::face(py, "spawn")?.dict().get_item("subprocess")?;
    Ok(here.map_or(Ok(true), |here| py.import("subprocess").map(|real| real.is(&here)))?
        && seam::world_is_pythons(py, "spawn", &STARTING)?)
}

/// Through `subprocess.Popen`, where a script has replaced it.
fn spawn_by_python(list: &Bound<'_, PyList>, shown: &str) -> PyResult<()> {
    let py = list.py();
    let failed = |why: String| DistutilsExecError::new_err(format!("command {shown} failed{why}"));
    let more = platform::build_environment(py)?;
    let keywords = PyDict::new(py);
    keywords.set_item("env", py.None())?;
    if !more.is_empty() {
        let environment = PyDict::new(py);
        environment.call_method1("update", (py.import("os")?.getattr("environ")?,))?;
        environment.call_method1(
            "update",
            (more
                .iter()
                .map(|(name, value)| (name.as_file_name(), value.as_file_name()))
                .into_py_dict(py)?,),
        )?;
        keywords.set_item("env", environment)?;
    }
    let ended = (|| {
        let process =
            seam::global(py, "spawn", "subprocess")?.getattr("Popen")?.call((list,), Some(&keywords))?;
        process.call_method0("wait")?;
        process.getattr("returncode")
    })();
    match ended {
        Err(error) if error.is_instance_of::<PyOSError>(py) => {
            Err(caused(py, failed(format!(": {}", reason(py, &error)?)), error))
        }
        Ok(code) if code.is_truthy()? => Err(failed(format!(" with exit code {code}"))),
        ended => ended.map(drop),
    }
}

/// Whether `find_executable` meant a file in the working folder, of a name that the PATH does not have: to start
/// it takes more than its name.
fn is_only_here(program: &Path) -> bool {
    let on_path = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    };
    program.components().count() == 1 && program.is_file() && !on_path()
}

/// The file that `executable` names: itself, or the first of that name in the folders of `path`.
///
/// `path` is a string in the form of the PATH variable, which is the default. None where there is none.
#[pyfunction]
#[pyo3(signature = (executable, path = None))]
fn find_executable<'py>(
    py: Python<'py>,
    executable: PathBuf,
    path: Option<OsString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let os = py.import("os")?;
    let on_windows = py.import("sys")?.getattr("platform")?.extract::<String>()? == "win32";
    let mut executable = executable;
    if on_windows && executable.extension().is_none_or(|extension| extension != "exe") {
        executable.as_mut_os_string().push(".exe");
    }
    let looks_itself = seam::world_is_pythons(py, "spawn", &LOOKING)?;
    let is_file = |path: &Path| match looks_itself {
        true => Ok(path.is_file()),
        false => Os::seen_by(py, "spawn")?.is("isfile", &path_to_python(py, path)?),
    };
    if is_file(&executable)? {
        return path_to_python(py, &executable).map(Some);
    }
    let path = match path {
        Some(path) => path,
        None => match os.getattr("environ")?.call_method1("get", ("PATH",))?.extract::<Option<OsString>>()? {
            Some(path) => path,
            // What the system itself uses when there is no PATH at all.
            None => match os.getattr("confstr").and_then(|confstr| confstr.call1(("CS_PATH",))) {
                Ok(path) => path.extract()?,
                Err(error)
                    if error.is_instance_of::<PyAttributeError>(py)
                        || error.is_instance_of::<PyValueError>(py) =>
                {
                    os.getattr("defpath")?.extract()?
                }
                Err(error) => return Err(error),
            },
        },
    };
    if path.is_empty() {
        return Ok(None);
    }
    for folder in folders_of(py, &path)? {
        let file = folder.join(&executable);
        if is_file(&file)? {
            return path_to_python(py, &file).map(Some);
        }
    }
    Ok(None)
}

/// What looking for a program looks up.
static LOOKING: [Borrowed; 2] = [Borrowed::new("os", &["stat"]), Borrowed::new("os.path", &["isfile"])];

/// The folders of a variable like PATH, with what `os.pathsep` says between them.
fn folders_of(py: Python<'_>, path: &OsString) -> PyResult<Vec<PathBuf>> {
    let separator = py.import("os")?.getattr("pathsep")?;
    let platforms = if cfg!(windows) { ";" } else { ":" };
    if separator.eq(platforms)? {
        return Ok(std::env::split_paths(path).collect());
    }
    path.as_file_name().into_pyobject(py)?.call_method1("split", (separator,))?.extract()
}

/// What this module has from others.
const BORROWED: &[late::Borrowed] = &[("subprocess", "subprocess", "")];

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    late::borrowed(py, "spawn", BORROWED, name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(spawn, module)?)?;
    module.add_function(wrap_pyfunction!(find_executable, module)?)
}
