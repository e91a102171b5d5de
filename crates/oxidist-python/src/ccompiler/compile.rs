//! Sources compiled to object files.

use pyo3::exceptions::{PyAssertionError, PyKeyError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use oxidist_engine::compile::Step;

use super::{
    CCompiler, CompileArguments, ObjectArguments, arguments, declare_methods, make_folder_of, nothing,
    os_path,
};
use crate::cygwinccompiler::object_argv;
use crate::unixccompiler::command_lines::compile_argv;
use crate::value::Elements;
use crate::{seam, steps};

#[pymethods]
impl CCompiler {
    /// What `compile` needs: `(macros, objects, extra, preprocessor options, {object: (source, ending)})`.
    #[pyo3(signature = (outdir, macros, incdirs, sources, depends, extra))]
    fn _setup_compile<'py>(
        slf: &Bound<'py, Self>,
        outdir: Option<Bound<'py, PyAny>>,
        macros: Option<Bound<'py, PyAny>>,
        incdirs: Option<Bound<'py, PyAny>>,
        sources: &Bound<'py, PyAny>,
        depends: Option<Bound<'py, PyAny>>,
        extra: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let _ = depends;
        set_up(slf.as_any(), outdir, macros, incdirs, sources, extra)
    }

    /// The arguments that all sources of one `compile` have in common.
    #[pyo3(signature = (pp_opts, debug, before))]
    fn _get_cc_args<'py>(
        slf: &Bound<'py, Self>,
        pp_opts: &Bound<'py, PyAny>,
        debug: Option<&Bound<'py, PyAny>>,
        before: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = slf;
        common_arguments(pp_opts, debug, before)
    }

    /// `(output_dir, macros, include_dirs)`, with what the instance adds; TypeError for what cannot be one.
    #[pyo3(signature = (output_dir, macros, include_dirs))]
    fn _fix_compile_args<'py>(
        slf: &Bound<'py, Self>,
        output_dir: Option<Bound<'py, PyAny>>,
        macros: Option<Bound<'py, PyAny>>,
        include_dirs: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        arguments::for_compile(slf.as_any(), output_dir, macros, include_dirs)
    }

    /// The names of the objects, and a dictionary that is empty: `compile` decides what is up to date.
    #[pyo3(signature = (sources, output_dir, depends = None))]
    fn _prep_compile<'py>(
        slf: &Bound<'py, Self>,
        sources: &Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
        depends: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyDict>)> {
        let _ = depends;
        let keywords = PyDict::new(slf.py());
        keywords.set_item("output_dir", output_dir)?;
        Ok((object_names(slf.as_any(), sources, &keywords)?, PyDict::new(slf.py())))
    }
}

declare_methods! { CCompiler {
    /// Run the preprocessor over one source, into `output_file` or to standard output. PreprocessError where
    /// it fails.
    preprocess => nothing;
    /// Compile sources to object files below `output_dir`; the names of all of these are returned.
    ///
    /// `macros`: `(name, value)` to define, `(name,)` to undefine. `extra_preargs` and `extra_postargs` go
    /// before and behind the other words of each command line. CompileError where a source does not compile.
    compile => compile;
    /// Compile `src`, whose file name ends in `ext`, to `obj`. Nothing is done here: for classes to define.
    _compile => nothing;
} }

/// `(macros, objects, extra, preprocessor options, {object: (source, ending)})`; the objects' folders are
/// made.
fn set_up<'py>(
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
        make_folder_of(compiler, &object)?;
        build.set_item(object, (source, ending))?;
    }
    PyTuple::new(py, [macros, objects, extra, options, build.into_any()])
}

/// What `object_filenames` says, which must be as many as the sources.
fn object_names<'py>(
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
fn common_arguments<'py>(
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
struct Job<'py> {
    object: Bound<'py, PyAny>,
    source: Bound<'py, PyAny>,
    ending: Bound<'py, PyAny>,
}

/// The method: the names of all objects are returned.
fn compile<'py>(compiler: &Bound<'py, PyAny>, call: CompileArguments<'py>) -> PyResult<Bound<'py, PyAny>> {
    let set_up: Vec<Bound<'py, PyAny>> = call.set_up(compiler)?.elements()?.collect::<PyResult<_>>()?;
    let [_macros, objects, extra_postargs, pp_opts, build] = set_up.as_slice() else {
        return Err(PyValueError::new_err("'_setup_compile' must return five values"));
    };
    let name = intern!(compiler.py(), "_get_cc_args");
    let cc_args = compiler.call_method1(name, (pp_opts, call.debug, call.extra_preargs))?;
    let jobs = jobs(objects, build)?;
    let calls: Vec<ObjectArguments<'_, 'py>> = jobs
        .iter()
        .map(|Job { object, source, ending }| ObjectArguments {
            object,
            source,
            ending,
            cc_args: &cc_args,
            extra_postargs,
        })
        .collect();
    match batch(compiler, &calls, call.depends.as_ref())? {
        Some(batch) => steps::add_or_run(compiler, batch)?,
        None => one_by_one(compiler, &calls, pp_opts)?,
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
    calls: &[ObjectArguments<'_, 'py>],
    depends: Option<&Bound<'py, PyAny>>,
) -> PyResult<Option<Vec<Step>>> {
    if !steps::wants_batch(compiler, calls.len())? || !steps::objects_are_ours(compiler)? {
        return Ok(None);
    }
    let is_cygwin = match seam::owner_of(compiler, "_compile")?.as_deref() {
        Some("UnixCCompiler") => false,
        Some("CygwinCCompiler") => true,
        _ => return Ok(None),
    };
    let mut batch = Vec::with_capacity(calls.len());
    for call in calls {
        let argv = if is_cygwin { object_argv(compiler, *call)? } else { compile_argv(compiler, *call)? };
        match steps::compile(compiler, (call.object, call.source, call.ending), &argv, depends)? {
            // Nobody tells what a resource script has included.
            Some(step) => {
                batch.push(Step { force: step.force || is_cygwin && call.ending.eq(".rc")?, ..step });
            }
            None => return Ok(None),
        }
    }
    Ok(Some(batch))
}

/// The long way: `_compile` for each object.
fn one_by_one<'py>(
    compiler: &Bound<'py, PyAny>,
    calls: &[ObjectArguments<'_, 'py>],
    pp_opts: &Bound<'py, PyAny>,
) -> PyResult<()> {
    for call in calls {
        let arguments = (call.object, call.source, call.ending, call.cc_args, call.extra_postargs, pp_opts);
        compiler.call_method1(intern!(compiler.py(), "_compile"), arguments)?;
    }
    Ok(())
}
