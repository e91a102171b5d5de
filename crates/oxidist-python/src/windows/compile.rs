//! Sources compiled by Microsoft's compiler, and resources by its resource and message compilers.

use std::ffi::OsString;
use std::path::PathBuf;

use oxidist_engine::compile::Step;
use oxidist_engine::toolchain::msvc::{Compile, Language};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;

use super::{Generation, batch, initialized, spawn, word, words};
use crate::ccompiler::{CompileArguments, os_path};
use crate::errors::CompileError;
use crate::steps;
use crate::value::Elements;

/// What `_setup_compile` answers.
pub struct SetUp<'py> {
    /// All objects, also those that are not made.
    pub objects: Bound<'py, PyAny>,
    /// `{object: (source, ending)}`
    build: Bound<'py, PyAny>,
    pub debug: bool,
    /// What comes in front: the caller's own words, the word for no linking, and the flags.
    pub options: Vec<OsString>,
    /// `-D`, `-U` and `-I`.
    pub preprocessor: Vec<OsString>,
    /// What comes last.
    pub after: Vec<OsString>,
}

impl<'py> SetUp<'py> {
    /// `only` is the compiler's word for no linking.
    pub fn new(slf: &Bound<'py, PyAny>, call: CompileArguments<'py>, only: &str) -> PyResult<Self> {
        let answer = call.set_up(slf)?;
        let answer: Vec<Bound<'py, PyAny>> = answer.elements()?.collect::<PyResult<_>>()?;
        let [_macros, objects, extra_postargs, pp_opts, build] = answer.as_slice() else {
            return Err(PyValueError::new_err("'_setup_compile' must return five values"));
        };
        let mut options = match call.extra_preargs {
            Some(before) if before.is_truthy()? => words(&before)?,
            _ => Vec::new(),
        };
        options.push(only.into());
        let debug = call.debug.is_truthy()?;
        let flags = if debug { "compile_options_debug" } else { "compile_options" };
        options.extend(words(&slf.getattr(flags)?)?);
        Ok(SetUp {
            objects: objects.clone(),
            build: build.clone(),
            debug,
            options,
            preprocessor: words(pp_opts)?,
            after: words(extra_postargs)?,
        })
    }

    /// The source of an object and the ending of its name; `None` where the object is not to be made.
    pub fn source_of(
        &self,
        object: &Bound<'py, PyAny>,
    ) -> PyResult<Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        match self.build.get_item(object) {
            Err(error) if error.is_instance_of::<PyKeyError>(object.py()) => Ok(None),
            pair => pair?.extract().map(Some),
        }
    }
}

/// What a file is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// C or C++.
    Source,
    /// A resource script.
    Resource,
    /// Message texts.
    Messages,
}

/// How an object is made.
pub(crate) struct Commands {
    pub origin: Origin,
    /// As the command line has it.
    pub source: OsString,
    /// Run one after the other.
    pub lines: Vec<Vec<OsString>>,
}

/// The sources of one `compile` with Microsoft's compiler.
pub(crate) struct Batch<'py> {
    slf: Bound<'py, PyAny>,
    set_up: SetUp<'py>,
    common: Compile,
    generation: &'static Generation,
    /// From the first source in C++ on every source is compiled with exceptions.
    seen_cpp: bool,
}

impl<'py> Batch<'py> {
    pub fn new(
        slf: &Bound<'py, PyAny>,
        generation: &'static Generation,
        call: CompileArguments<'py>,
    ) -> PyResult<Self> {
        let set_up = SetUp::new(slf, call, "/c")?;
        let program = |name: &str| word(&slf.getattr(name)?);
        let common = Compile {
            cc: program("cc")?,
            rc: program("rc")?,
            mc: program("mc")?,
            options: set_up.options.clone(),
            preprocessor: set_up.preprocessor.clone(),
            after: set_up.after.clone(),
        };
        Ok(Batch { slf: slf.clone(), set_up, common, generation, seen_cpp: false })
    }

    /// All objects, also those that are not made.
    pub fn objects(&self) -> &Bound<'py, PyAny> {
        &self.set_up.objects
    }

    /// The command lines that make `object`; `None` where it is not to be made.
    /// Objects are to be asked for in their order.
    pub fn commands(&mut self, object: &Bound<'py, PyAny>) -> PyResult<Option<Commands>> {
        let py = object.py();
        let Some((source, ending)) = self.set_up.source_of(object)? else { return Ok(None) };
        // The debugger shows a source without asking for its place when the object has its full name.
        let source = if self.set_up.debug { os_path(py, "abspath", (source,))? } else { source };
        let is = |kind: &str| self.slf.getattr(kind)?.contains(&ending);
        let (from, to) = (word(&source)?, word(object)?);
        let (origin, lines) = if is("_c_extensions")? {
            (Origin::Source, vec![self.common.source(Language::C, &from, &to, self.seen_cpp)])
        } else if is("_cpp_extensions")? {
            self.seen_cpp = self.generation.exceptions;
            (Origin::Source, vec![self.common.source(Language::Cpp, &from, &to, self.seen_cpp)])
        } else if is("_rc_extensions")? {
            (Origin::Resource, vec![self.common.resource(&from, &to)])
        } else if is("_mc_extensions")? {
            // The header belongs beside the source; what becomes part of the object, beside the object.
            let beside_source = os_path(py, "dirname", (&source,))?;
            let beside_object = os_path(py, "dirname", (object,))?;
            let base = os_path(py, "splitext", (os_path(py, "basename", (&source,))?,))?.get_item(0)?;
            let script = os_path(py, "join", (&beside_object, base.add(".rc")?))?;
            let commands = self.common.messages(
                &from,
                &word(&beside_source)?,
                &word(&beside_object)?,
                &word(&script)?,
                &to,
            );
            (Origin::Messages, commands.into())
        } else {
            let text = format!("Don't know how to compile {source} to {object}");
            return Err(CompileError::new_err(text));
        };
        Ok(Some(Commands { origin, source: from, lines }))
    }

    /// Steps for all objects up to the first that cannot be made.
    fn steps(&mut self, depends: &[PathBuf]) -> PyResult<Steps> {
        let (mut steps, mut after_messages) = (Vec::new(), false);
        for object in self.objects().clone().try_iter()? {
            let object = object?;
            let made = match self.commands(&object) {
                Ok(Some(made)) => made,
                Ok(None) => continue,
                Err(failure) => return Ok(Steps { steps, failure: Some(failure) }),
            };
            // The header that messages become is written anew each time.
            after_messages |= made.origin == Origin::Messages;
            let step = batch::compiled(&self.slf, &object, made, depends)?;
            steps.push(Step { force: step.force || after_messages, ..step });
        }
        Ok(Steps { steps, failure: None })
    }
}

/// What of a batch can be done.
struct Steps {
    steps: Vec<Step>,
    /// What is raised when they are done.
    failure: Option<PyErr>,
}

/// `compile`: all objects at once where nobody can tell, else each in its turn. Returned are the names of all.
pub fn compile<'py>(
    slf: &Bound<'py, PyAny>,
    generation: &'static Generation,
    call: CompileArguments<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    initialized(slf)?;
    let depends = call.depends.as_ref().and_then(steps::paths).unwrap_or_default();
    let mut batch = Batch::new(slf, generation, call)?;
    let objects = batch.objects().clone();
    if steps::wants_batch(slf, objects.len()?)? && batch::is_known(slf) && steps::objects_are_ours(slf)? {
        let made = batch.steps(&depends)?;
        steps::add_or_run(slf, made.steps)?;
        return made.failure.map_or(Ok(objects), Err);
    }
    for object in objects.try_iter()? {
        for command in batch.commands(&object?)?.into_iter().flat_map(|commands| commands.lines) {
            spawn(slf, &command, CompileError::new_err)?;
        }
    }
    Ok(objects)
}
