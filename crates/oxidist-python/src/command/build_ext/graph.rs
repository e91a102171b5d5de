//! Extensions as one graph of steps: their objects and links side by side, and only what is out of date.
//!
//! Every hook is asked as the long way asks it, in the same order; only the compiler's steps wait until all
//! extensions have been asked. So this way is taken where nobody can tell: see [`covers_all`], [`covers_one`].

use std::collections::HashSet;

use oxidist_engine::compile::{Group, Step};
use pyo3::prelude::*;
use pyo3::types::PySlice;

use super::building::{CompileCall, LinkCall, Question};
use super::failures::filtered;
use super::{BuildExt, compiler};
use crate::cygwinccompiler::CygwinCCompiler;
use crate::steps::{self, Texts};
use crate::{seam, text};

const TEXTS: Texts =
    Texts { begins: "building '%s' extension", up_to_date: "skipping '%s' extension (up-to-date)" };

/// Those of an extension whose objects are made before its link is asked for.
const OBJECTS_ALONE: Texts = Texts { up_to_date: "", ..TEXTS };

/// What is called for each extension as a whole.
const EACH_EXTENSION: &[&str] =
    &["build_extension", "_build_extensions_serial", "_build_extensions_parallel", "_filter_build_errors"];

/// What is called between the compiling and the link, and may look at the objects.
const BEFORE_THE_LINK: &[&str] = &["get_libraries", "get_export_symbols"];

/// Whether all extensions may be one graph.
pub fn covers_all(slf: &Bound<'_, BuildExt>) -> PyResult<bool> {
    Ok(covers_one(slf)?
        && seam::methods_are_ours(slf.as_any(), EACH_EXTENSION)?
        && seam::methods_are_ours(slf.as_any(), BEFORE_THE_LINK)?
        && links_have_own_files(slf)?)
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
    let (mut extensions, mut groups) = (Vec::new(), Vec::new());
    for extension in slf.getattr("extensions")?.try_iter()? {
        let extension = extension?;
        filtered(slf, &extension, || {
            groups.push(plan(slf, &extension)?.group);
            extensions.push(extension.clone());
            Ok(())
        })?;
    }
    let outcomes = steps::run(&slf.getattr("compiler")?, &groups, &TEXTS)?;
    for ((extension, group), outcome) in extensions.iter().zip(&groups).zip(&outcomes) {
        filtered(slf, extension, || steps::raise_failure(group, outcome))?;
    }
    Ok(())
}

/// Build one extension: a script calls this for each.
pub fn build_one(slf: &Bound<'_, BuildExt>, extension: &Bound<'_, PyAny>) -> PyResult<()> {
    compiler::remember(slf)?;
    let plan = plan(slf, extension)?;
    let texts = if plan.is_told { Texts::default() } else { TEXTS };
    steps::run_one(&slf.getattr("compiler")?, &plan.group, &texts)
}

/// What is to be done for one extension.
struct Plan {
    group: Group,
    /// Its objects had to be made already, and people have seen that it is built.
    is_told: bool,
}

/// The steps of one extension. Whoever wants to see the objects before they are linked finds them made.
fn plan(slf: &Bound<'_, BuildExt>, extension: &Bound<'_, PyAny>) -> PyResult<Plan> {
    let py = slf.py();
    let question = Question::of(slf, extension)?;
    let mut steps: Vec<Step> = Vec::new();
    let sources = steps::gather(&mut steps, || question.sources_to_compile(slf, extension))?;
    let call = CompileCall::of(slf, extension, &sources)?;
    let objects = steps::gather(&mut steps, || call.carry_out(slf))?;
    slf.setattr("_built_objects", objects.get_item(PySlice::full(py))?)?;
    let name = text::from_python(&extension.getattr("name")?.str()?)?.into_owned();
    let mut group = Group { name, optional: extension.getattr("optional")?.is_truthy()?, steps };
    let mut is_told = false;
    if !seam::methods_are_ours(slf.as_any(), BEFORE_THE_LINK)? {
        is_told = steps::run_part(&slf.getattr("compiler")?, &group, &OBJECTS_ALONE)?;
    }
    let call = LinkCall::of(slf, extension, &sources, objects, question.ext_path)?;
    steps::gather(&mut group.steps, || call.carry_out(slf))?;
    Ok(Plan { group, is_told })
}
