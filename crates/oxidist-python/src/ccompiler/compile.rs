//! Sources compiled to object files.

use pyo3::exceptions::{PyAssertionError, PyKeyError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use oxidist_engine::compile::Step;

use super::{arguments, os_path};
use crate::cygwinccompiler::object_argv;
use crate::unixccompiler::command_lines::compile_argv;
use crate::{seam, steps};

/// `(macros, objects, extra, preprocessor options, {object: (source, ending)})`; the objects' folders are
/// made.
pub fn set_up<'py>(
    compiler: &Bound<'py, PyAny>,
    outdir: Option<Bound<'py, PyAny>>,
    macros: Option<Bound<'py, PyAny>>,
    incdirs: Option<Bound<'py, PyAny>>,
    sources: &Bound<'py, PyAny>,
    extra: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyTuple>> {
    let py = compiler.py();
    let (outdir, macros, incdirs) = arguments::for_compile(compiler, outdir, macros, incdirs)?;
    let extra = extra.unwrap_or_else(|| PyList::empty(py).into_any());
    let keywords = PyDict::new(py);
    keywords.set_item("strip_dir", 0)?;
    keywords.set_item("output_dir", outdir)?;
    let objects = object_names(compiler, sources, &keywords)?;
    let options = seam::global(py, "ccompiler", "gen_preprocess_options")?.call1((&macros, incdirs))?;
    let build = PyDict::new(py);
    for place in 0..sources.len()? {
        let (source, object) = (sources.get_item(place)?, objects.get_item(place)?);
        let ending = os_path(py, "splitext", (&source,))?.get_item(1)?;
        compiler.call_method1(intern!(py, "mkpath"), (os_path(py, "dirname", (&object,))?,))?;
        build.set_item(object, (source, ending))?;
    }
    PyTuple::new(py, [macros, objects, extra, options, build.into_any()])
}

/// What `object_filenames` says, which must be as many as the sources.
pub fn object_names<'py>(
    compiler: &Bound<'py, PyAny>,
    sources: &Bound<'py, PyAny>,
    keywords: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let objects = compiler.call_method("object_filenames", (sources,), Some(keywords))?;
    if objects.len()? != sources.len()? {
        return Err(PyAssertionError::new_err(()));
    }
    Ok(objects)
}

/// The words between the compiler and the source.
pub fn common_arguments<'py>(
    pp_opts: &Bound<'py, PyAny>,
    debug: Option<&Bound<'py, PyAny>>,
    before: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = pp_opts.py();
    let arguments = pp_opts.add(PyList::new(py, ["-c"])?)?;
    if let Some(debug) = debug
        && debug.is_truthy()?
    {
        insert_first(&arguments, PyList::new(py, ["-g"])?.as_any())?;
    }
    if let Some(before) = before
        && before.is_truthy()?
    {
        insert_first(&arguments, before)?;
    }
    Ok(arguments)
}

/// Python's `list[:0] = words`.
pub fn insert_first(list: &Bound<'_, PyAny>, words: &Bound<'_, PyAny>) -> PyResult<()> {
    list.cast::<PyList>()?.set_slice(0, 0, words)
}

/// One object file to make.
pub struct Job<'py> {
    pub object: Bound<'py, PyAny>,
    pub source: Bound<'py, PyAny>,
    /// The end of the source's name: `.c`.
    pub ending: Bound<'py, PyAny>,
}

/// `compile` from where `_setup_compile` has answered; the names of all objects are returned.
pub fn run<'py>(
    compiler: &Bound<'py, PyAny>,
    set_up: &Bound<'py, PyAny>,
    debug: Bound<'py, PyAny>,
    extra_preargs: Option<Bound<'py, PyAny>>,
    depends: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let set_up: Vec<Bound<'py, PyAny>> = set_up.try_iter()?.collect::<PyResult<_>>()?;
    let [_macros, objects, extra_postargs, pp_opts, build] = set_up.as_slice() else {
        return Err(PyValueError::new_err("'_setup_compile' must return five values"));
    };
    let name = intern!(compiler.py(), "_get_cc_args");
    let cc_args = compiler.call_method1(name, (pp_opts, debug, extra_preargs))?;
    let jobs = jobs(objects, build)?;
    match batch(compiler, &jobs, &cc_args, extra_postargs, depends)? {
        Some(batch) => steps::add_or_run(compiler, batch)?,
        None => one_by_one(compiler, &jobs, &cc_args, extra_postargs, pp_opts)?,
    }
    Ok(objects.clone())
}

/// The objects that `build` has a source for, in the order of `objects`.
fn jobs<'py>(objects: &Bound<'py, PyAny>, build: &Bound<'py, PyAny>) -> PyResult<Vec<Job<'py>>> {
    let mut jobs = Vec::new();
    for object in objects.try_iter()? {
        let object = object?;
        match build.get_item(&object) {
            Ok(pair) => {
                let (source, ending) = pair.extract()?;
                jobs.push(Job { object, source, ending });
            }
            Err(error) if error.is_instance_of::<PyKeyError>(object.py()) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(jobs)
}

/// What the engine can do side by side; `None` where a script could tell, or there is nothing to win.
fn batch<'py>(
    compiler: &Bound<'py, PyAny>,
    jobs: &[Job<'py>],
    cc_args: &Bound<'py, PyAny>,
    extra_postargs: &Bound<'py, PyAny>,
    depends: Option<&Bound<'py, PyAny>>,
) -> PyResult<Option<Vec<Step>>> {
    if !steps::wants_batch(compiler, jobs.len())? || !steps::objects_are_ours(compiler)? {
        return Ok(None);
    }
    let is_cygwin = match seam::owner_of(compiler, "_compile")?.as_deref() {
        Some("UnixCCompiler") => false,
        Some("CygwinCCompiler") => true,
        _ => return Ok(None),
    };
    let mut batch = Vec::with_capacity(jobs.len());
    for Job { object, source, ending } in jobs {
        let argv = match is_cygwin {
            true => object_argv(compiler, object, source, ending, cc_args, extra_postargs)?,
            false => compile_argv(compiler, object, source, cc_args, extra_postargs)?,
        };
        match steps::compile(compiler, (object, source, ending), &argv, depends)? {
            // Nobody tells what a resource script has included.
            Some(step) => batch.push(Step { force: step.force || is_cygwin && ending.eq(".rc")?, ..step }),
            None => return Ok(None),
        }
    }
    Ok(Some(batch))
}

/// The long way: `_compile` for each object.
fn one_by_one<'py>(
    compiler: &Bound<'py, PyAny>,
    jobs: &[Job<'py>],
    cc_args: &Bound<'py, PyAny>,
    extra_postargs: &Bound<'py, PyAny>,
    pp_opts: &Bound<'py, PyAny>,
) -> PyResult<()> {
    for Job { object, source, ending } in jobs {
        let arguments = (object, source, ending, cc_args, extra_postargs, pp_opts);
        compiler.call_method1(intern!(compiler.py(), "_compile"), arguments)?;
    }
    Ok(())
}
