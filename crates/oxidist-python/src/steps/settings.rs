//! What a compiler object carries for the engine: where to remember what was made, how wide, behind which launcher.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use oxidist_engine::compile::Settings;
use oxidist_engine::compile::budget::Budget;
use oxidist_engine::toolchain::launcher::Launcher;
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::errors::{DistutilsOptionError, OrRaise};
use crate::file_name::AsFileName;

/// The attribute of a compiler instance that a command sets: `(folder, launcher, width)`.
///
/// A compiler that is used outside any command has none, and remembers nothing: what it is told to compile is
/// compiled, and its command lines are exactly those of distutils.
const ATTRIBUTE: &str = "_remembers";

/// Let `compiler` remember what it makes in `folder` (`build_temp`).
pub fn remember_in(
    compiler: &Bound<'_, PyAny>,
    folder: &Bound<'_, PyAny>,
    launcher: &Bound<'_, PyAny>,
    width: Option<usize>,
) -> PyResult<()> {
    compiler.setattr(ATTRIBUTE, (folder, launcher, width))
}

/// Whether a command has said where `compiler` remembers what it makes.
pub fn remembers(compiler: &Bound<'_, PyAny>) -> PyResult<bool> {
    compiler.hasattr(ATTRIBUTE)
}

/// The settings that `compiler` has for the engine.
pub fn of(compiler: &Bound<'_, PyAny>) -> PyResult<Settings> {
    let carried = match compiler.getattr(ATTRIBUTE) {
        Ok(carried) => carried,
        Err(error) if error.is_instance_of::<PyAttributeError>(compiler.py()) => {
            return Ok(Settings::default());
        }
        Err(error) => return Err(error),
    };
    let (folder, launcher, width): (Option<PathBuf>, Option<OsString>, Option<usize>) = carried.extract()?;
    let launcher = Launcher::chosen(launcher.as_deref()).or_raise()?;
    Ok(Settings { records: folder, launcher, width, colours: wants_colours() })
}

/// Whether standard error, which compilers' words are shown on, is a terminal for which nobody has refused colours.
fn wants_colours() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal.is_empty() || terminal == "dumb");
    io::stderr().is_terminal() && !is_dumb && !is_set("NO_COLOR")
}

/// `cmd` with the launcher of `compiler` in it, where it compiles one source; `None` where it stays as it is.
pub fn launched<'py>(
    compiler: &Bound<'py, PyAny>,
    cmd: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyList>>> {
    let Some(launcher) = of(compiler)?.launcher else { return Ok(None) };
    // What is no list of words, `spawn` has to say.
    let Ok(words) = cmd.extract::<Vec<PathBuf>>() else { return Ok(None) };
    let words: Vec<OsString> = words.into_iter().map(PathBuf::into_os_string).collect();
    let launched = launcher.launched(&words);
    launched.map(|words| PyList::new(compiler.py(), words.iter().map(|word| word.as_file_name()))).transpose()
}

/// The share in the process's jobs for a command that is to run so many at once: to be kept while it runs, so that
/// all it starts goes by that number. `None` where it has not been told.
pub fn share(width: Option<usize>) -> PyResult<Option<Budget>> {
    width.map(|width| Budget::shared(Some(width), None)).transpose().or_raise()
}

/// How many jobs `parallel` asks for: `None` leaves it to the engine, True is as many as the machine has cores.
pub fn width_of(parallel: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
    if !parallel.is_truthy()? || parallel.is_instance_of::<pyo3::types::PyBool>() {
        return Ok(None);
    }
    parallel.extract::<usize>().map(Some).map_err(|_| {
        DistutilsOptionError::new_err(format!(
            "parallel must be a number of jobs, 1 or more (got {parallel})"
        ))
    })
}
