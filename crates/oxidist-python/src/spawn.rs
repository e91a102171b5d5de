//! distutils.spawn: other programs, run to their end, and found on the path.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oxidist_engine::compile::budget::Budget;
use oxidist_engine::effects::{Cancel, Process};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::door::door;
use crate::errors::{DistutilsExecError, OrRaise};
use crate::interrupt::released;
use crate::value::{Flag, path_to_python};
use crate::{debug, log, platform, seam};

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
    let list = PyList::new(py, cmd.try_iter()?.collect::<PyResult<Vec<_>>>()?)?;
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
    match released(py, run)?.or_raise()? {
        0 => Ok(()),
        code => Err(DistutilsExecError::new_err(format!("command {shown} failed with exit code {code}"))),
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
    if executable.is_file() {
        return path_to_python(py, &executable).map(Some);
    }
    let path = match path {
        Some(path) => path,
        None => match os.getattr("environ")?.call_method1("get", ("PATH",))?.extract::<Option<OsString>>()? {
            Some(path) => path,
            // What the system itself uses when there is no PATH at all.
            None => os
                .call_method1("confstr", ("CS_PATH",))
                .and_then(|path| path.extract())
                .or_else(|_| os.getattr("defpath")?.extract())?,
        },
    };
    if path.is_empty() {
        return Ok(None);
    }
    std::env::split_paths(&path)
        .map(|folder| folder.join(&executable))
        .find(|file| file.is_file())
        .map(|file| path_to_python(py, &file))
        .transpose()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(spawn, module)?)?;
    module.add_function(wrap_pyfunction!(find_executable, module)?)
}
