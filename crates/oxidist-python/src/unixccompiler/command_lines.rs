//! The command lines of a Unix compiler's steps, made without running them.
//!
//! They are Python lists of what the script's own lists hold, since `spawn` takes any such; the methods that
//! distutils calls on the way (`_fix_object_args`, `library_filename`, ...) are called, so that a script's
//! own count.

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use super::libraries::{macos_support, platform};
use crate::ccompiler::{
    Archive, FixedLink, LinkArguments, ObjectArguments, PreprocessArguments, insert_first,
};

/// The preprocessor's.
pub fn preprocess_argv<'py>(
    compiler: &Bound<'py, PyAny>,
    call: &PreprocessArguments<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = compiler.py();
    let options = call.options(compiler, "unixccompiler")?;
    let words = compiler.getattr("preprocessor")?.add(options)?;
    if let Some(file) = &call.output_file
        && file.is_truthy()?
    {
        extend(&words, ("-o", file).into_pyobject(py)?.as_any())?;
    }
    if let Some(more) = &call.extra_preargs
        && more.is_truthy()?
    {
        insert_first(&words, more)?;
    }
    if let Some(more) = &call.extra_postargs
        && more.is_truthy()?
    {
        extend(&words, more)?;
    }
    words.call_method1("append", (&call.source,))?;
    Ok(words)
}

/// The compiler's, for one object.
pub fn compile_argv<'py>(
    compiler: &Bound<'py, PyAny>,
    call: ObjectArguments<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = compiler.py();
    let mut program = match for_cpp(compiler, intern!(py, "compiler_so_cxx"))? {
        Some(program) if compiler.call_method1("detect_language", (call.source,))?.eq("c++")? => program,
        _ => compiler.getattr(intern!(py, "compiler_so"))?,
    };
    if platform(py)? == "darwin" {
        let arguments = (program, call.cc_args.add(call.extra_postargs)?);
        program = macos_support(py)?.call_method1("compiler_fixup", arguments)?;
    }
    let files = [call.source, PyString::new(py, "-o").as_any(), call.object].map(Clone::clone);
    program.add(call.cc_args)?.add(PyList::new(py, files)?)?.add(call.extra_postargs)
}

/// A program that is for C++ alone, where somebody has set one: as a rule there is none.
pub fn for_cpp<'py>(
    compiler: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    Ok(compiler.getattr_opt(name)?.filter(|program| !program.is_none()))
}

/// The archiver's.
pub fn archive_argv<'py>(
    compiler: &Bound<'py, PyAny>,
    archive: &Archive<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let output = PyList::new(compiler.py(), [&archive.output])?;
    let own = compiler.getattr("objects")?;
    compiler.getattr("archiver")?.add(output)?.add(&archive.objects)?.add(own)
}

/// That of the program which gives an archive its index; `None` where the archiver does that itself.
pub fn index_argv<'py>(
    compiler: &Bound<'py, PyAny>,
    archive: &Archive<'py>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let ranlib = compiler.getattr("ranlib")?;
    if !ranlib.is_truthy()? {
        return Ok(None);
    }
    ranlib.add(PyList::new(compiler.py(), [&archive.output])?).map(Some)
}

/// What is linked: its objects, its file below `output_dir`, and the words for its libraries.
pub struct Link<'py> {
    pub objects: Bound<'py, PyAny>,
    pub output: Bound<'py, PyAny>,
    pub library_options: Bound<'py, PyAny>,
}

impl<'py> Link<'py> {
    pub fn of(compiler: &Bound<'py, PyAny>, arguments: &LinkArguments<'py>) -> PyResult<Self> {
        let fixed = FixedLink::of(compiler, arguments)?;
        let library_options = fixed.library_options(compiler, "unixccompiler")?;
        if !fixed.output_dir.is_none() && !fixed.output_dir.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("'output_dir' must be a string or None"));
        }
        let output = fixed.output(arguments)?;
        Ok(Link { objects: fixed.objects, output, library_options })
    }
}

/// What the linker is told of one output: the part of its command line behind [`linker`](super::linker::linker).
pub fn link_words<'py>(
    compiler: &Bound<'py, PyAny>,
    link: &Link<'py>,
    arguments: &LinkArguments<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = compiler.py();
    let output = PyList::new(py, [PyString::new(py, "-o").as_any(), &link.output])?;
    let own = compiler.getattr("objects")?;
    let words = link.objects.add(own)?.add(&link.library_options)?.add(output)?;
    if arguments.debug.is_truthy()? {
        insert_first(&words, PyList::new(py, ["-g"])?.as_any())?;
    }
    if arguments.extra_preargs.is_truthy()? {
        insert_first(&words, &arguments.extra_preargs)?;
    }
    if arguments.extra_postargs.is_truthy()? {
        extend(&words, &arguments.extra_postargs)?;
    }
    Ok(words)
}

fn extend<'py>(list: &Bound<'py, PyAny>, words: &Bound<'py, PyAny>) -> PyResult<()> {
    list.call_method1("extend", (words,)).map(drop)
}
