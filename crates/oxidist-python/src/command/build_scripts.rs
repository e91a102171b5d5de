//! distutils.command.build_scripts: copies scripts, and makes those in Python start the right interpreter.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use oxidist_engine::effects::{COPIED_MODE, Effects, Kind};
use pyo3::exceptions::{PySyntaxError, PyValueError};
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use super::Row;
use crate::cmd::Command;
use crate::door;
use crate::errors::{DistutilsFileError, DistutilsOptionError, OrRaise, exception};
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{fixers, late, log, seam};

/// Builds scripts: copies them, with the `#!` line of those in Python naming the interpreter that they are for.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.build_scripts", name = "build_scripts")]
pub struct BuildScripts;

/// The hooks by which a script of a project's own could change what is built.
const HOOKS: &[&str] = &["run", "copy_scripts", "copy_file"];

#[pymethods]
impl BuildScripts {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BuildScripts)
    }

    #[classattr]
    fn description() -> &'static str {
        "\"build\" scripts (copy and fixup #! line)"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("build-dir=", Some("d"), "folder to copy to"),
            ("force", Some("f"), "copy everything, up to date or not"),
            ("executable=", Some("e"), "the interpreter that scripts are to be run by"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["force"]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for name in ["build_dir", "scripts", "force", "executable", "outfiles"] {
            slf.setattr(name, slf.py().None())?;
        }
        Ok(())
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let pairs = (("build_scripts", "build_dir"), ("force", "force"), ("executable", "executable"));
        slf.call_method1("set_undefined_options", ("build", pairs.0, pairs.1, pairs.2))?;
        slf.setattr("scripts", slf.getattr("distribution")?.getattr("scripts")?)
    }

    fn get_source_files<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        option::<Option<Vec<PathBuf>>>(slf.as_any(), "scripts")?;
        slf.getattr("scripts")
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        if slf.getattr("scripts")?.is_truthy()? {
            slf.call_method0("copy_scripts")?;
        }
        Ok(())
    }

    /// Copy all scripts. Returns the new files, and those of them that were copied this time.
    fn copy_scripts<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
        let py = slf.py();
        let build_dir: PathBuf = option(slf.as_any(), "build_dir")?;
        slf.call_method1("mkpath", (build_dir.as_file_name(),))?;
        let (outfiles, updated) = (PyList::empty(py), PyList::empty(py));
        option::<Vec<PathBuf>>(slf.as_any(), "scripts")?;
        for script in slf.getattr("scripts")?.try_iter()? {
            BuildScripts::_copy_script(slf, &script?, outfiles.as_any(), updated.as_any())?;
        }
        BuildScripts::_change_modes(slf, outfiles.as_any())?;
        Ok((outfiles, updated))
    }

    /// Copy one script, and add where it goes to `outfiles`; also to `updated_files` where it was not up to date.
    fn _copy_script(
        slf: &Bound<'_, Self>,
        script: &Bound<'_, PyAny>,
        outfiles: &Bound<'_, PyAny>,
        updated_files: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let convert_path = seam::global(slf.py(), "command.build_scripts", "convert_path")?;
        let build_dir: PathBuf = option(slf.as_any(), "build_dir")?;
        let script: PathBuf = convert_path.call1((script,))?.extract()?;
        let outfile = build_dir.join(script.file_name().unwrap_or_default());
        outfiles.call_method1("append", (outfile.as_file_name(),))?;
        if build(slf, &script, &outfile, &build_dir)? {
            updated_files.call_method1("append", (outfile.as_file_name(),))?;
        }
        Ok(())
    }

    /// Let everyone read and execute these files, on Unix.
    fn _change_modes(slf: &Bound<'_, Self>, outfiles: &Bound<'_, PyAny>) -> PyResult<()> {
        if slf.py().import("os")?.getattr("name")?.eq("posix")? {
            for outfile in outfiles.try_iter()? {
                BuildScripts::_change_mode(slf, outfile?.extract()?)?;
            }
        }
        Ok(())
    }

    fn _change_mode(slf: &Bound<'_, Self>, file: PathBuf) -> PyResult<()> {
        make_executable(slf.py(), door::of(slf.as_any())?, &file)
    }

    /// ValueError where a first line is not decodable from UTF-8 and from the script's `encoding`.
    #[staticmethod]
    fn _validate_shebang(shebang: &Bound<'_, PyString>, encoding: &str) -> PyResult<()> {
        let line = shebang.call_method1("encode", ("utf-8",))?;
        match undecodable(&line, encoding)? {
            None => Ok(()),
            Some(shown) => {
                let text = format!("The shebang ({}) is not decodable from {shown}", line.repr()?);
                Err(PyValueError::new_err(text))
            }
        }
    }
}

/// `build_scripts` for scripts in Python 2, which lib2to3 translates (on Pythons that have lib2to3).
#[pyclass(subclass, frozen, extends = BuildScripts, module = "distutils.command.build_scripts", name = "build_scripts_2to3")]
pub struct BuildScripts2to3;

fixers::declare! { BuildScripts2to3 }

#[pymethods]
impl BuildScripts2to3 {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(BuildScripts).add_subclass(BuildScripts2to3)
    }

    fn copy_scripts<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
        let (outfiles, updated) = BuildScripts::copy_scripts(slf.as_super())?;
        let door = door::of(slf.as_any())?;
        if !updated.is_empty() && door.perform("running 2to3") {
            slf.call_method1("run_2to3", (&updated,))?;
        }
        Ok((outfiles, updated))
    }
}

/// Build one script; whether it had to be.
fn build(slf: &Bound<'_, BuildScripts>, script: &Path, outfile: &Path, build_dir: &Path) -> PyResult<bool> {
    let py = slf.py();
    if !slf.getattr("force")?.is_truthy()? {
        let newer = seam::global(py, "command.build_scripts", "newer")?;
        if !newer.call1((script.as_file_name(), outfile.as_file_name()))?.is_truthy()?
            && is_for_this_interpreter(slf, script, outfile)?
        {
            log::call(py, "debug", "not copying %s (up-to-date)", (script.as_file_name(),))?;
            return Ok(false);
        }
    }
    // To read a pipe would be to wait for somebody who writes to it.
    if door::door(false).stat(script).is_ok_and(|facts| facts.kind == Kind::Other) {
        return Err(exception(oxidist_engine::Error::NotARegularFile(script.to_path_buf())));
    }
    let source = oxidist_engine::effects::reading::whole(script)
        .map_err(oxidist_engine::Error::file("read", script))
        .or_raise()?;
    if source.is_empty() {
        slf.call_method1("warn", (format!("{} is an empty file (skipping)", script.display()),))?;
        return Ok(false);
    }
    let encoding = encoding_of(py, script, &source)?;
    let end = source.iter().position(|&byte| byte == b'\n').map_or(source.len(), |at| at + 1);
    let (first_line, rest) = source.split_at(end);
    let matched = match_of(py, first_line)?;
    if matched.is_none() {
        slf.call_method1("copy_file", (script.as_file_name(), outfile.as_file_name()))?;
        return Ok(true);
    }
    let arguments = (script.as_file_name(), build_dir.as_file_name());
    log::call(py, "info", "copying and adjusting %s -> %s", arguments)?;
    let first_line = adjusted(slf, &matched)?;
    check_decodable(py, script, &first_line, &encoding)?;
    let door = door::of(slf.as_any())?;
    // A script that was there stays as executable as it was.
    let mode = door.stat(outfile).map_or(0o666, |facts| facts.mode & COPIED_MODE);
    let fill = &mut |file: &mut dyn std::io::Write| {
        let written = file.write_all(&first_line).and_then(|()| file.write_all(rest));
        written.map_err(oxidist_engine::Error::file("write", outfile))
    };
    // A script that nobody may write to can be built anew all the same.
    let written = if outfile.is_symlink() {
        door.write_file(outfile, mode, fill)
    } else {
        door.replace_file(outfile, mode, fill)
    };
    written.or_raise()?;
    Ok(true)
}

/// Whether a built script begins as it would if it were built now: it may be of an earlier build, for another
/// interpreter. Where a script's own may have had a hand in what was built, it is taken as it is.
fn is_for_this_interpreter(slf: &Bound<'_, BuildScripts>, script: &Path, outfile: &Path) -> PyResult<bool> {
    let py = slf.py();
    if !seam::methods_are_ours(slf.as_any(), HOOKS)?
        || !seam::imports_are_ours(py, "command.build_scripts", &[("newer", "dep_util")])?
    {
        return Ok(true);
    }
    // In a dry run it may not be there.
    let (Some(first_line), Some(built)) = (first_line_of(script), first_line_of(outfile)) else {
        return Ok(true);
    };
    let matched = match_of(py, &first_line)?;
    Ok(matched.is_none() || built == adjusted(slf, &matched)?)
}

/// Where a project's own methods build scripts, nobody knows which interpreter those of an earlier build are for. No
/// installer would replace another one: have them built again.
pub fn build_unknown_again(distribution: &Bound<'_, PyAny>) -> PyResult<()> {
    if distribution.call_method0("has_scripts")?.is_truthy()? {
        let command = distribution.call_method1("get_command_obj", ("build_scripts",))?;
        if !seam::methods_are_ours(&command, HOOKS)? {
            command.setattr("force", 1)?;
        }
    }
    Ok(())
}

/// The first line of a file, with its end; None where it cannot be read.
fn first_line_of(path: &Path) -> Option<Vec<u8>> {
    let file =
        std::fs::File::open(path).ok().filter(|file| file.metadata().is_ok_and(|facts| facts.is_file()))?;
    let mut line = Vec::new();
    BufReader::new(file).read_until(b'\n', &mut line).ok()?;
    Some(line)
}

/// What the expression for first lines that start Python matches; None where it does not.
fn match_of<'py>(py: Python<'py>, first_line: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let expression = seam::global(py, "command.build_scripts", "first_line_re")?;
    expression.call_method1("match", (PyBytes::new(py, first_line),))
}

/// The first line that a script with such a match gets.
fn adjusted(slf: &Bound<'_, BuildScripts>, matched: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let options: Option<Vec<u8>> = matched.call_method1("group", (1,))?.extract()?;
    let mut line = b"#!".to_vec();
    line.extend(interpreter(slf)?.as_encoded_bytes());
    line.extend(options.unwrap_or_default());
    line.push(b'\n');
    Ok(line)
}

/// The encoding of a Python source, from its first two lines (`tokenize.detect_encoding`).
fn encoding_of(py: Python<'_>, script: &Path, source: &[u8]) -> PyResult<String> {
    let head: Vec<u8> = source.split_inclusive(|&byte| byte == b'\n').take(2).flatten().copied().collect();
    // Most scripts say nothing of their encoding, and need no module that knows how it may be said.
    if head.is_ascii() && !head.windows(6).any(|part| part == b"coding") {
        return Ok("utf-8".into());
    }
    let lines = py.import("io")?.getattr("BytesIO")?.call1((PyBytes::new(py, &head),))?;
    match py.import("tokenize")?.call_method1("detect_encoding", (lines.getattr("readline")?,)) {
        Ok(found) => found.get_item(0)?.extract(),
        Err(error) if error.is_instance_of::<PySyntaxError>(py) => {
            let text = format!("script '{}': {}", script.display(), error.value(py));
            Err(DistutilsFileError::new_err(text))
        }
        Err(error) => Err(error),
    }
}

/// The interpreter that scripts are for. A Python in the folder of its own build will be elsewhere later.
fn interpreter(slf: &Bound<'_, BuildScripts>) -> PyResult<OsString> {
    let py = slf.py();
    if !seam::global(py, "sysconfig", "python_build")?.is_truthy()? {
        let executable: Option<PathBuf> = option(slf.as_any(), "executable")?;
        let missing = "'executable' is not set, and this Python does not know its own program";
        return executable.map(PathBuf::into_os_string).ok_or_else(|| DistutilsOptionError::new_err(missing));
    }
    let get_config_var = seam::global(py, "sysconfig", "get_config_var")?;
    let variable = |name: &str| -> PyResult<String> { Ok(get_config_var.call1((name,))?.str()?.to_string()) };
    let name = format!("python{}{}", variable("VERSION")?, variable("EXE")?);
    Ok(Path::new(&variable("BINDIR")?).join(name).into_os_string())
}

/// The first line is read as UTF-8 by the system's loader, and in the script's encoding by Python.
fn check_decodable(py: Python<'_>, script: &Path, first_line: &[u8], encoding: &str) -> PyResult<()> {
    let line = PyBytes::new(py, first_line);
    let Some(shown) = undecodable(&line, encoding)? else { return Ok(()) };
    let line = line.as_any().repr()?;
    let text = format!("script '{}': the shebang ({line}) is not decodable from {shown}", script.display());
    Err(DistutilsFileError::new_err(text))
}

/// Which of the two encodings `line` is not decodable from, in words.
fn undecodable(line: &Bound<'_, PyAny>, encoding: &str) -> PyResult<Option<String>> {
    for (encoding, shown) in [("utf-8", "utf-8".into()), (encoding, format!("its encoding ({encoding})"))] {
        if line.call_method1("decode", (encoding,)).is_err() {
            return Ok(Some(shown));
        }
    }
    Ok(None)
}

/// Let everyone read and execute a file. One that is not there (an empty script) is passed over.
pub fn make_executable(py: Python<'_>, door: &dyn Effects, file: &Path) -> PyResult<()> {
    let Ok(facts) = door.stat(file) else { return Ok(()) };
    let mode = (facts.mode | 0o555) & COPIED_MODE;
    if mode == facts.mode {
        return Ok(());
    }
    let arguments = (file.as_file_name(), facts.mode, mode);
    log::call(py, "info", "changing mode of %s from %o to %o", arguments)?;
    door.set_mode(file, mode).or_raise()
}

/// A first line that starts Python.
const FIRST_LINE: &str = "^#!.*python[0-9.]*([ \t].*)?$";

/// `first_line_re` for bytes and `shebang_pattern` for text, compiled when they are first asked for.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let expression = match name {
        "first_line_re" => PyBytes::new(py, FIRST_LINE.as_bytes()).into_any(),
        "shebang_pattern" => PyString::new(py, FIRST_LINE).into_any(),
        _ => return late::library(py, "command.build_scripts", name),
    };
    let value = py.import("re")?.call_method1("compile", (expression,))?;
    seam::face(py, "command.build_scripts")?.setattr(name, &value)?;
    Ok(value)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_class::<BuildScripts>()?;
    module.add_class::<BuildScripts2to3>()
}
