//! The manifest template and the manifest of `sdist`.

use std::path::{Path, PathBuf};

use oxidist_engine::Error;
use oxidist_engine::manifest::{
    Level, Pattern, is_generated, prune_patterns, read_manifest, render_manifest, version_control_pattern,
};
use oxidist_engine::text_file::{self, Number, Options};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::Sdist;
use crate::door::door;
use crate::errors::{DistutilsTemplateError, OrRaise};
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{backend, filelist, log, seam, unread};

/// The methods of a `TextFile` that stand between the template and its lines.
const TEXT_FILE_METHODS: &[&str] = &["readline", "open", "close", "warn", "gen_error"];

/// The template's options as `TextFile` takes them.
const TEMPLATE_OPTIONS: [&str; 6] =
    ["strip_comments", "skip_blanks", "join_lines", "lstrip_ws", "rstrip_ws", "collapse_join"];

pub fn read_template(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    let py = slf.py();
    let template = slf.getattr("template")?;
    log::call(py, "info", "reading manifest template '%s'", (&template,))?;
    let class = seam::global(py, "command.sdist", "TextFile")?;
    if class.is(seam::global(py, "text_file", "TextFile")?)
        && seam::imports_are_ours(py, "command.sdist", &[("TextFile", "text_file")])?
        && seam::class_is_ours(&class, TEXT_FILE_METHODS)?
        && read_at_once(slf, &template.extract::<PathBuf>()?)?
    {
        return Ok(());
    }
    let keywords = PyDict::new(py);
    for name in TEMPLATE_OPTIONS {
        keywords.set_item(name, 1)?;
    }
    let file = class.call((template,), Some(&keywords))?;
    let read = read_line_by_line(slf, &file);
    file.call_method0("close")?;
    read
}

/// The whole template in the engine. `false`: that is not possible here, and nothing was done.
fn read_at_once(slf: &Bound<'_, Sdist>, template: &Path) -> PyResult<bool> {
    let lines = text_file::read_lines(template, Options::MANIFEST_TEMPLATE).or_raise()?;
    let file = template.display().to_string();
    let py = slf.py();
    let warn = |(number, warning): (Number, &str)| {
        let text = text_file::located(&file, number, warning);
        py.import("sys")?.getattr("stderr")?.call_method1("write", (format!("warning: {text}\n"),)).map(drop)
    };
    let mut warnings = lines.warnings.iter().copied().peekable();
    let applied = filelist::run_template(&slf.getattr("filelist")?, &lines.lines, &mut |message| {
        // What is wrong with a line as such comes before what becomes of it.
        if let Some(warning) = warnings.next_if(|warning| warning.0 == message.number) {
            warn(warning)?;
        }
        if message.level == Level::Malformed {
            let text = text_file::located(&file, message.number, &message.text);
            return slf.call_method1("warn", (text,)).map(drop);
        }
        log::warn(py, &message.text)
    })?;
    let Some(mut unread) = applied else { return Ok(false) };
    warnings.try_for_each(warn)?;
    if !unread.is_empty() && slf.getattr("prune")?.is_truthy()? {
        let pruned = pruned(slf)?;
        unread.retain(|unread| !pruned.iter().any(|pattern| pattern.is_match(unread.path.join("?"))));
    }
    unread::warn(py, &unread)?;
    Ok(true)
}

fn read_line_by_line(slf: &Bound<'_, Sdist>, file: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = slf.py();
    loop {
        let line = file.call_method0("readline")?;
        if line.is_none() {
            return Ok(());
        }
        match slf.getattr("filelist")?.call_method1("process_template_line", (line,)) {
            Err(error)
                if error.is_instance_of::<DistutilsTemplateError>(py)
                    || error.is_instance_of::<PyValueError>(py) =>
            {
                let name = file.getattr("filename")?.str()?.to_string_lossy().into_owned();
                let number = match file.getattr("current_line")?.extract::<(usize, usize)>() {
                    Ok((first, last)) => Number::Lines(first, last),
                    Err(_) => Number::Line(file.getattr("current_line")?.extract()?),
                };
                let text = text_file::located(&name, number, &error.value(py).str()?.to_string_lossy());
                slf.call_method1("warn", (text,))?;
            }
            result => drop(result?),
        }
    }
}

/// What [`prune`] takes out.
fn pruned(slf: &Bound<'_, Sdist>) -> PyResult<[Pattern; 3]> {
    let build: PathBuf =
        slf.call_method1("get_finalized_command", ("build",))?.getattr("build_base")?.extract()?;
    let base_dir: PathBuf = slf.getattr("distribution")?.call_method0("get_fullname")?.extract()?;
    prune_patterns(build.as_os_str(), base_dir.as_os_str()).or_raise()
}

pub fn prune(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    let py = slf.py();
    let build = slf.call_method1("get_finalized_command", ("build",))?;
    let base_dir = slf.getattr("distribution")?.call_method0("get_fullname")?;
    let build_base = py.import("os")?.call_method1("fspath", (build.getattr("build_base")?,))?;
    for folder in [build_base, base_dir] {
        let keywords = PyDict::new(py);
        keywords.set_item("prefix", folder)?;
        slf.getattr("filelist")?.call_method("exclude_pattern", (py.None(),), Some(&keywords))?;
    }
    let keywords = PyDict::new(py);
    keywords.set_item("is_regex", 1)?;
    slf.getattr("filelist")?.call_method("exclude_pattern", (version_control_pattern(),), Some(&keywords))?;
    Ok(())
}

pub fn write(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    let py = slf.py();
    let manifest = slf.getattr("manifest")?;
    // A front end asks for an archive, and finds no more than that; who names another file wants it.
    if backend::is_running() && !slf.getattr("manifest_only")?.is_truthy()? && manifest.eq(super::MANIFEST)? {
        return Ok(());
    }
    if slf.call_method0("_manifest_is_not_generated")?.is_truthy()? {
        let text = format!("not writing to manually maintained manifest file '{}'", manifest.str()?);
        return log::info(py, &text);
    }
    let message = format!("writing manifest file '{}'", manifest.str()?);
    let files = slf.getattr("filelist")?.getattr("files")?;
    let ours = [("util", "execute"), ("file_util", "write_file")];
    if seam::methods_are_ours(slf, &["execute"])? && seam::functions_are_ours(py, &ours)? {
        log::info(py, &message)?;
        let path: PathBuf = option(slf.as_any(), "manifest")?;
        let contents = render_manifest(&filelist::paths(&files)?);
        let dry_run = slf.getattr("dry_run")?.is_truthy()?;
        return door(dry_run)
            .write_file(&path, 0o666, &mut |file| {
                file.write_all(&contents).map_err(Error::file("write", &path))
            })
            .or_raise();
    }
    let contents = PyList::new(py, [oxidist_engine::manifest::HEADER])?;
    contents.call_method1("extend", (files,))?;
    let write_file = seam::global(py, "file_util", "write_file")?;
    slf.call_method1("execute", (write_file, (manifest, contents), message)).map(drop)
}

pub fn is_kept_by_hand(slf: &Bound<'_, Sdist>) -> PyResult<bool> {
    let path: PathBuf = option(slf.as_any(), "manifest")?;
    if !path.is_file() {
        return Ok(false);
    }
    Ok(!is_generated(&contents(&path)?))
}

pub fn read(slf: &Bound<'_, Sdist>) -> PyResult<()> {
    let path: PathBuf = option(slf.as_any(), "manifest")?;
    log::call(slf.py(), "info", "reading manifest file '%s'", (path.as_file_name(),))?;
    let filelist = slf.getattr("filelist")?;
    for file in read_manifest(&contents(&path)?) {
        filelist.call_method1("append", (file.as_file_name(),))?;
    }
    Ok(())
}

fn contents(path: &Path) -> PyResult<Vec<u8>> {
    oxidist_engine::effects::reading::whole(path).map_err(Error::file("read", path)).or_raise()
}
