//! Extensions as one graph of steps: their objects and links side by side, and only what is out of date.
//!
//! Every hook is asked as the long way asks it, in the same order; only the compiler's steps wait until all
//! extensions have been asked. So this way is taken where nobody can tell: see [`covers_all`], [`covers_one`].

use std::cell::RefCell;
use std::collections::HashSet;

use oxidist_engine::compile::{Group, Outcome, Step};
use pyo3::prelude::*;
use pyo3::types::PySlice;

use super::building::{CompileCall, LinkCall, Question, require_own_objects};
use super::failures::filtered;
use super::{BuildExt, compiler, repeated};
use crate::cygwinccompiler::CygwinCCompiler;
use crate::steps::{self, Texts};
use crate::{seam, setuptools, text};

const TEXTS: Texts =
    Texts { begins: "building '%s' extension", up_to_date: "skipping '%s' extension (up-to-date)" };

/// Those of an extension whose objects are made before its link is asked for.
const OBJECTS_ALONE: Texts = Texts { up_to_date: "", ..TEXTS };

/// What is called for all extensions, and around each, beside `build_extension`.
const ALL_EXTENSIONS: &[&str] =
    &["_build_extensions_serial", "_build_extensions_parallel", "_filter_build_errors"];

/// An extension, and what is to be done for it.
struct Planned {
    extension: Py<PyAny>,
    work: Work,
}

enum Work {
    /// The steps that make it.
    Steps(Group),
    /// Nothing, unless `first` fails, an optional extension that makes the same module, `path`.
    IfFails { first: Py<PyAny>, path: Py<PyAny> },
}

thread_local! {
    /// What `build_extension` plans instead of building it, while [`build_all`] asks it of each extension.
    static PLANS: RefCell<Option<Vec<Planned>>> = const { RefCell::new(None) };
}

/// Whether all extensions may be one graph.
pub fn covers_all(slf: &Bound<'_, BuildExt>) -> PyResult<bool> {
    Ok(covers_one(slf)?
        && seam::methods_are_ours(slf.as_any(), ALL_EXTENSIONS)?
        && builds_each_by_us(slf)?
        && nobody_looks_before_the_link(slf)?
        && links_have_own_files(slf)?)
}

/// Whether `build_extension` may plan what it is to build: it is ours, or setuptools' without a compiler of its own.
fn builds_each_by_us(slf: &Bound<'_, BuildExt>) -> PyResult<bool> {
    if seam::methods_are_ours(slf.as_any(), &["build_extension"])? {
        return Ok(true);
    }
    let has_shared_libraries = match slf.getattr_opt("shlibs")? {
        Some(libraries) => libraries.is_truthy()?,
        None => false,
    };
    let known = setuptools::BUILD_EXTENSION;
    Ok(!has_shared_libraries && setuptools::adds_only_what_is_known(slf.as_any(), "build_extension", known)?)
}

/// Whether what is called between the compiling and the link is ours, or as good as that: it may look at the objects.
fn nobody_looks_before_the_link(slf: &Bound<'_, BuildExt>) -> PyResult<bool> {
    let known = setuptools::GET_EXPORT_SYMBOLS;
    Ok(seam::methods_are_ours(slf.as_any(), &["get_libraries"])?
        && setuptools::adds_only_what_is_known(slf.as_any(), "get_export_symbols", known)?)
}

/// Cygwin's links read a file that is written before any of them runs, named for the last part of the extension's name.
fn links_have_own_files(slf: &Bound<'_, BuildExt>) -> PyResult<bool> {
    if !slf.getattr("compiler")?.is_instance_of::<CygwinCCompiler>() {
        return Ok(true);
    }
    let mut names = HashSet::new();
    for extension in slf.getattr("extensions")?.try_iter()? {
        let name = text::from_python(&extension?.getattr("name")?.str()?)?.into_owned();
        if !names.insert(name.rsplit('.').next().unwrap_or_default().to_owned()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether one extension may be a graph.
pub fn covers_one(slf: &Bound<'_, BuildExt>) -> PyResult<bool> {
    let py = slf.py();
    // A `swig_sources` of a script's own may write sources, and expects to be called when there is need.
    Ok(steps::compiler_is_ours(&slf.getattr("compiler")?)?
        && seam::methods_are_ours(slf.as_any(), &["swig_sources"])?
        && seam::imports_are_ours(py, "command.build_ext", &[("newer_group", "dep_util")])?)
}

/// Build all extensions; one that may fail and does is told of, and left out.
pub fn build_all(slf: &Bound<'_, BuildExt>) -> PyResult<()> {
    compiler::remember(slf)?;
    let (mut extensions, mut groups, mut spares) = (Vec::new(), Vec::new(), Vec::new());
    for Planned { extension, work } in plan_all(slf)? {
        match work {
            Work::Steps(group) => {
                extensions.push(extension);
                groups.push(group);
            }
            Work::IfFails { first, path } => spares.push((first, path, extension)),
        }
    }
    let outcomes = steps::run(&slf.getattr("compiler")?, &groups, &TEXTS)?;
    let mut failed = Vec::new();
    for ((extension, group), outcome) in extensions.iter().zip(&groups).zip(&outcomes) {
        if matches!(outcome, Outcome::Failed { .. }) {
            failed.push(extension);
        }
        filtered(slf, extension.bind(slf.py()), || steps::raise_failure(group, outcome))?;
    }
    for (first, path, extension) in &spares {
        let extension = extension.bind(slf.py());
        if failed.iter().any(|failed| failed.is(first)) {
            repeated::give_up(slf, path.bind(slf.py()))?;
        }
        filtered(slf, extension, || slf.call_method1("build_extension", (extension,)).map(drop))?;
    }
    Ok(())
}

/// Ask `build_extension` of each extension: what is to be done for each.
fn plan_all(slf: &Bound<'_, BuildExt>) -> PyResult<Vec<Planned>> {
    /// Ends the planning, also where an extension cannot be planned.
    struct Scope;
    impl Drop for Scope {
        fn drop(&mut self) {
            PLANS.set(None);
        }
    }
    let _scope = Scope;
    PLANS.set(Some(Vec::new()));
    for extension in slf.getattr("extensions")?.try_iter()? {
        let extension = extension?;
        filtered(slf, &extension, || slf.call_method1("build_extension", (&extension,)).map(drop))?;
    }
    Ok(PLANS.take().unwrap_or_default())
}

/// Build one extension, or plan it where all are asked first.
pub fn build_one(slf: &Bound<'_, BuildExt>, extension: &Bound<'_, PyAny>) -> PyResult<()> {
    let planning = PLANS.with_borrow(Option::is_some);
    let add = |work| {
        let planned = Planned { extension: extension.clone().unbind(), work };
        PLANS.with_borrow_mut(|plans| plans.get_or_insert_default().push(planned));
    };
    let question = Question::of(slf, extension)?;
    let path = question.ext_path.clone();
    if let Some(first) = repeated::claim(slf, extension, &path)? {
        if planning && first.getattr("optional")?.is_truthy()? {
            add(Work::IfFails { first: first.unbind(), path: path.unbind() });
            return Ok(());
        }
        return repeated::warn(slf, &first, extension, &path);
    }
    if !planning {
        compiler::remember(slf)?;
    }
    let done = plan(slf, extension, question).and_then(|plan| {
        if planning {
            add(Work::Steps(plan.group));
            return Ok(());
        }
        let texts = if plan.is_told { Texts::default() } else { TEXTS };
        steps::run_one(&slf.getattr("compiler")?, &plan.group, &texts)
    });
    if done.is_err() {
        repeated::give_up(slf, &path)?;
    }
    done
}

/// What is to be done for one extension.
struct Plan {
    group: Group,
    /// Its objects had to be made already, and people have seen that it is built.
    is_told: bool,
}

/// The steps of one extension. Whoever wants to see the objects before they are linked finds them made.
fn plan<'py>(
    slf: &Bound<'py, BuildExt>,
    extension: &Bound<'py, PyAny>,
    question: Question<'py>,
) -> PyResult<Plan> {
    let py = slf.py();
    let mut steps: Vec<Step> = Vec::new();
    let sources = steps::gather(&mut steps, || question.sources_to_compile(slf, extension))?;
    let call = CompileCall::of(slf, extension, &sources)?;
    let objects = steps::gather(&mut steps, || call.carry_out(slf))?;
    require_own_objects(extension, &sources, &objects)?;
    slf.setattr("_built_objects", objects.get_item(PySlice::full(py))?)?;
    let name = text::from_python(&extension.getattr("name")?.str()?)?.into_owned();
    let mut group = Group { name, optional: extension.getattr("optional")?.is_truthy()?, steps };
    let mut is_told = false;
    if !nobody_looks_before_the_link(slf)? {
        is_told = steps::run_part(&slf.getattr("compiler")?, &group, &OBJECTS_ALONE)?;
    }
    let call = LinkCall::of(slf, extension, &sources, objects, question.ext_path)?;
    steps::gather(&mut group.steps, || call.carry_out(slf))?;
    Ok(Plan { group, is_told })
}
