//! distutils.util: paths, quoting, variables, and what fits nowhere else.

use std::sync::atomic::{AtomicBool, Ordering};

use oxidist_engine::manifest::{Spelling, plain_spelling};
use oxidist_engine::options::{FALSE, TRUE};
use oxidist_engine::words;
use pyo3::exceptions::{PyImportError, PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PySlice, PyString, PyTuple};

use crate::door::door;
use crate::errors::DistutilsPlatformError;
use crate::text::Message;
use crate::value::{Elements, Flag};
use crate::{late, platform, seam, setuptools, text};

/// The name of the platform that this Python runs on, as in `build/lib.linux-x86_64-3.10`.
#[pyfunction]
fn get_host_platform(py: Python<'_>) -> PyResult<String> {
    platform::host(py)
}

/// The name of the platform that is built for: the host, unless a Windows tool chain says otherwise.
#[pyfunction]
fn get_platform(py: Python<'_>) -> PyResult<String> {
    match platform::target(py)? {
        Some(name) => Ok(name.to_string()),
        None => seam::global(py, "util", "get_host_platform")?.call0()?.extract(),
    }
}

/// A path written with `/`, as setup scripts write them, in this platform's own form.
///
/// ValueError on other than Unix where it starts or ends with `/`. Under a current setuptools it is what
/// `os.fspath(pathlib.PurePath(pathname))` makes of it, as there: without `./` and doubled slashes.
#[pyfunction]
fn convert_path<'py>(pathname: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = pathname.py();
    if setuptools::spelling(py)? == Spelling::Normalised {
        return by_pathlib(pathname);
    }
    let os = py.import("os")?;
    let separator: String = os.getattr("sep")?.extract()?;
    if separator == "/" || !pathname.is_truthy()? {
        return Ok(pathname.clone());
    }
    let pathname = pathname.cast::<PyString>()?;
    let text = text::from_python(pathname)?;
    if text.starts_with('/') {
        return Err(PyValueError::new_err(Message(format!("path '{text}' cannot be absolute"))));
    }
    if text.ends_with('/') {
        return Err(PyValueError::new_err(Message(format!("path '{text}' cannot end with '/'"))));
    }
    let parts = text.split('/').filter(|part| *part != ".").map(|part| text::to_python(pathname.py(), part));
    let parts = parts.collect::<PyResult<Vec<_>>>()?;
    if parts.is_empty() {
        return os.getattr("curdir");
    }
    os.getattr("path")?.getattr("join")?.call1(PyTuple::new(pathname.py(), parts)?)
}

/// [`convert_path`] of a current setuptools.
fn by_pathlib<'py>(pathname: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = pathname.py();
    let is_plain = |text: &Bound<'py, PyString>| {
        let plain = |text: &str| !text.is_empty() && plain_spelling(text.as_ref()).is_none();
        cfg!(not(windows)) && text.to_str().is_ok_and(plain)
    };
    if pathname.is_none() || pathname.cast_exact::<PyString>().is_ok_and(is_plain) {
        return Ok(pathname.clone());
    }
    let path = py.import("pathlib")?.getattr("PurePath")?.call1((pathname,))?;
    py.import("os")?.call_method1("fspath", (path,))
}

/// `pathname` below `new_root`, also where it is absolute.
#[pyfunction]
fn change_root<'py>(
    new_root: &Bound<'py, PyAny>,
    pathname: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let os = new_root.py().import("os")?;
    let path = os.getattr("path")?;
    let from_second = PySlice::new(new_root.py(), 1, isize::MAX, 1);
    let relative = match os.getattr("name")?.extract::<String>()?.as_str() {
        // Cut as text: doubled and trailing slashes are the script's own.
        "posix" if path.call_method1("isabs", (pathname,))?.is_truthy()? => pathname.get_item(from_second)?,
        "posix" => pathname.clone(),
        "nt" => {
            let tail = path.call_method1("splitdrive", (pathname,))?.get_item(1)?;
            let has_root = tail.get_item(PySlice::new(new_root.py(), 0, 1, 1))?.eq("\\")?;
            if has_root { tail.get_item(from_second)? } else { tail }
        }
        other => {
            let text = format!("nothing known about platform '{other}'");
            return Err(DistutilsPlatformError::new_err(text));
        }
    };
    path.call_method1("join", (new_root, relative))
}

/// See to it that the environment has `HOME` (on Unix) and `PLAT`, for `$` variables in options.
#[pyfunction]
fn check_environ(py: Python<'_>) -> PyResult<()> {
    if seam::global(py, "util", "_environ_checked")?.is_truthy()? {
        return Ok(());
    }
    let os = py.import("os")?;
    let environ = os.getattr("environ")?;
    if os.getattr("name")?.extract::<String>()? == "posix" && !environ.contains("HOME")? {
        let home = py
            .import("pwd")
            .and_then(|pwd| pwd.call_method1("getpwuid", (os.call_method0("getuid")?,))?.get_item(5));
        match home {
            Ok(home) => environ.set_item("HOME", home)?,
            // A user id without an account has no home; an option that needs one will say so.
            Err(error)
                if error.is_instance_of::<PyImportError>(py) || error.is_instance_of::<PyKeyError>(py) => {}
            Err(error) => return Err(error),
        }
    }
    if !environ.contains("PLAT")? {
        environ.set_item("PLAT", seam::global(py, "util", "get_platform")?.call0()?)?;
    }
    seam::face(py, "util")?.setattr("_environ_checked", 1)
}

/// Put values in the place of `$name` in a string: those of `local_vars`, else of the environment.
///
/// ValueError where a name is in neither.
#[pyfunction]
fn subst_vars<'py>(
    py: Python<'py>,
    s: &Bound<'py, PyString>,
    local_vars: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyString>> {
    seam::global(py, "util", "check_environ")?.call0()?;
    let environ = py.import("os")?.getattr("environ")?;
    let substituted = words::substitute(&text::from_python(s)?, |name| {
        if local_vars.contains(name)? {
            return Ok(text::from_python(&local_vars.get_item(name)?.str()?)?.into_owned());
        }
        match environ.get_item(name) {
            Ok(value) => Ok(text::from_python(&value.cast_into::<PyString>()?)?.into_owned()),
            Err(error) if error.is_instance_of::<PyKeyError>(py) => {
                Err(PyValueError::new_err(format!("invalid variable '$'{name}''")))
            }
            Err(error) => Err(error),
        }
    });
    text::to_python(py, &substituted?)
}

/// An operating system error as one line.
#[pyfunction]
#[pyo3(signature = (exc, prefix = "error: "))]
fn grok_environment_error(exc: &Bound<'_, PyAny>, prefix: &str) -> PyResult<String> {
    Ok(format!("{prefix}{}", exc.str()?))
}

/// Split a string into words as a Unix shell does, in short. ValueError where a quote has no partner.
#[pyfunction]
fn split_quoted<'py>(s: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyList>> {
    HAS_SPLIT.store(true, Ordering::Relaxed);
    match words::split_quoted(&text::from_python(s)?) {
        Ok(words) => text::list_to_python(s.py(), &words),
        Err(error) => Err(PyValueError::new_err(error.to_string())),
    }
}

/// Call `func(*args)` after telling what it does; in a dry run only tell.
#[pyfunction]
#[pyo3(signature = (func, args, msg = None, verbose = 0, dry_run = Flag(false)), text_signature = "(func, args, msg=None, verbose=0, dry_run=0)")]
fn execute(
    func: &Bound<'_, PyAny>,
    args: &Bound<'_, PyAny>,
    msg: Option<Bound<'_, PyAny>>,
    verbose: i64,
    dry_run: Flag,
) -> PyResult<()> {
    let _ = verbose;
    let py = func.py();
    let msg = match msg {
        Some(msg) => msg,
        None => {
            let text = func.getattr("__name__")?.str()?.add(args.repr()?)?.cast_into::<PyString>()?;
            let text = text::from_python(&text)?;
            let text = text.strip_suffix(",)").map_or_else(|| text.to_string(), |start| format!("{start})"));
            text::to_python(py, &text)?.into_any()
        }
    };
    seam::global(py, "log", "info")?.call1((&msg,))?;
    if door(dry_run.0).perform(&msg.str()?.to_string_lossy()) {
        func.call1(PyTuple::new(py, args.elements()?.collect::<PyResult<Vec<_>>>()?)?)?;
    }
    Ok(())
}

/// 1 for y, yes, t, true, on, 1; 0 for n, no, f, false, off, 0, in any case. Else ValueError.
#[pyfunction]
fn strtobool(val: &Bound<'_, PyAny>) -> PyResult<i64> {
    let val = val.call_method0("lower")?;
    let word = val.cast::<PyString>().ok().and_then(|word| word.to_str().ok());
    match word {
        Some(word) if TRUE.contains(&word) => Ok(1),
        Some(word) if FALSE.contains(&word) => Ok(0),
        _ => {
            let shown = val.repr()?;
            Err(PyValueError::new_err(format!("invalid truth value {}", shown.to_string_lossy())))
        }
    }
}

/// A text of several lines for an RFC 822 header: each further line behind eight spaces.
#[pyfunction]
fn rfc822_escape<'py>(header: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    header.call_method1("replace", ("\n", "\n        "))
}

/// What this module has from others, and few scripts ask it for: ours, whatever a script has put in place there.
const BORROWED: &[late::Borrowed] =
    &[("newer", "oxidist._core.dep_util", "newer"), ("spawn", "oxidist._core.spawn", "spawn")];

/// What the words of a string and its quoted parts look like, for scripts: the engine needs no expressions.
const EXPRESSIONS: &[(&str, &str)] = &[
    ("_wordchars_re", "[^\\\\'\" \t\n\r\x0b\x0c]*"),
    ("_squote_re", r"'(?:[^'\\]|\\.)*'"),
    ("_dquote_re", r#""(?:[^"\\]|\\.)*""#),
];

/// Whether scripts are to find [`EXPRESSIONS`]: they are None until the first string has been split.
static HAS_SPLIT: AtomicBool = AtomicBool::new(false);

#[pyfunction]
fn _init_regex(py: Python<'_>) -> PyResult<()> {
    HAS_SPLIT.store(true, Ordering::Relaxed);
    EXPRESSIONS.iter().try_for_each(|(name, _)| late::expression(py, "util", EXPRESSIONS, name).map(drop))
}

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    if EXPRESSIONS.iter().any(|row| row.0 == name) {
        return match HAS_SPLIT.load(Ordering::Relaxed) {
            true => late::expression(py, "util", EXPRESSIONS, name),
            false => Ok(py.None().into_bound(py)),
        };
    }
    late::borrowed(py, "util", BORROWED, name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("_environ_checked", 0)?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(get_host_platform, module)?)?;
    module.add_function(wrap_pyfunction!(get_platform, module)?)?;
    module.add_function(wrap_pyfunction!(convert_path, module)?)?;
    module.add_function(wrap_pyfunction!(change_root, module)?)?;
    module.add_function(wrap_pyfunction!(check_environ, module)?)?;
    module.add_function(wrap_pyfunction!(subst_vars, module)?)?;
    module.add_function(wrap_pyfunction!(grok_environment_error, module)?)?;
    module.add_function(wrap_pyfunction!(split_quoted, module)?)?;
    module.add_function(wrap_pyfunction!(_init_regex, module)?)?;
    module.add_function(wrap_pyfunction!(execute, module)?)?;
    module.add_function(wrap_pyfunction!(strtobool, module)?)?;
    module.add_function(wrap_pyfunction!(rfc822_escape, module)?)?;
    crate::fixers::register(module)?;
    platform::register(module)?;
    crate::byte_compile::register(module)
}
