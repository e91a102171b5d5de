//! The rules of a whole template at once, in the engine.

use std::path::Path;

use oxidist_engine::Error;
use oxidist_engine::manifest;
use oxidist_engine::text_file::Line;
use oxidist_engine::unread::Unread;
use pyo3::prelude::*;

use super::search::TRANSLATION;
use super::walking::WALKING;
use super::{FileList, paths, paths_to_python, replace_contents};
use crate::errors::OrRaise;
use crate::interrupt::released;
use crate::{debug, seam, setuptools};

pub(super) const CONVERT_PATH: &[(&str, &str)] = &[("convert_path", "util")];

/// All that stands between a template's line and the files that it chooses.
const RULE_METHODS: &[&str] = &[
    "process_template_line",
    "_parse_template_line",
    "include_pattern",
    "exclude_pattern",
    "debug_print",
    "findall",
];

/// Whether nothing was replaced of what a template's rule goes through.
fn rules_are_ours(list: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = list.py();
    Ok(list.is_instance_of::<FileList>()
        && !debug::is_on(py, "debug")?
        && seam::methods_are_ours(list, RULE_METHODS)?
        && seam::functions_are_ours(py, TRANSLATION)?
        && seam::functions_are_ours(py, &[("filelist", "findall"), ("filelist", "_find_all_simple")])?
        && seam::world_is_pythons(py, "filelist", &WALKING)?
        && seam::imports_are_ours(py, "filelist", CONVERT_PATH)?)
}

/// Whether a list need not be told of all files before rules are applied to it: nobody would see `allfiles`, and
/// [`run_template`] reads only the folders that a rule can include from.
pub fn finds_by_rules(list: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(rules_are_ours(list)?
        && seam::methods_are_ours(list, &["append", "extend", "sort", "remove_duplicates"])?)
}

/// Applies a whole template at once, where nothing of what it goes through was replaced; else None, and nothing was
/// done. What could not be read of that which it chooses is returned. `tell` hears of each line that is no rule, and of patterns without effect.
pub fn run_template(
    list: &Bound<'_, PyAny>,
    lines: &[Line],
    tell: &mut dyn FnMut(&manifest::Message) -> PyResult<()>,
) -> PyResult<Option<Vec<Unread>>> {
    let py = list.py();
    if !rules_are_ours(list)? {
        return Ok(None);
    }
    let Ok(files) = paths(&list.getattr("files")?) else { return Ok(None) };
    let all_files = list.getattr("allfiles")?;
    let source = if all_files.is_none() {
        manifest::Source::Tree(Path::new("."))
    } else {
        let Ok(all_files) = paths(&all_files) else { return Ok(None) };
        manifest::Source::Listed(all_files)
    };
    let spelling = setuptools::spelling(py)?;
    let outcome = match released(py, |_| manifest::run_template(lines, files, source, spelling))? {
        Err(Error::UnsupportedPattern(_)) => return Ok(None),
        outcome => outcome.or_raise()?,
    };
    replace_contents(&list.getattr("files")?, paths_to_python(py, &outcome.files)?)?;
    outcome.messages.iter().filter(|message| message.level != manifest::Level::Debug).try_for_each(tell)?;
    Ok(Some(outcome.unread))
}
