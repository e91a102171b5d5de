//! Sections of configuration files, and keys of `options`, that are a slip away from the name of a command.

use std::path::PathBuf;

use oxidist_engine::spelling;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Distribution, installed_commands};
use crate::{log, seam, setuptools};

/// Sections of other programs that are a slip away from one of distutils'. This is cx_Freeze's.
const OF_OTHERS: [&str; 1] = ["build_exe"];

/// What is no command's, and distutils' all the same.
const GLOBAL: &str = "global";

/// Warn of each. Most sections that name no command are those of other programs: nothing is said of them.
pub fn warn(dist: &Bound<'_, Distribution>) -> PyResult<()> {
    let py = dist.py();
    let all = dist.getattr("command_options")?.cast_into::<PyDict>()?;
    if all.is_empty() || setuptools::is_imported(py)? {
        return Ok(());
    }
    let mut known: Vec<String> = seam::face(py, "command")?.getattr("__all__")?.extract()?;
    for name in dist.getattr("cmdclass")?.call_method0("keys")?.try_iter()? {
        known.extend(name?.extract::<String>());
    }
    known.push(GLOBAL.to_string());
    for (name, options) in all.iter() {
        let Ok(name) = name.extract::<String>() else { continue };
        if known.contains(&name) || OF_OTHERS.contains(&&*name) {
            continue;
        }
        let Some(meant) = spelling::slip(&name, known.iter().map(String::as_str)) else { continue };
        // Its author knows of commands that distutils has not found yet.
        if has_command_packages(dist)? || installed_commands::names(py)?.contains(&name) {
            continue;
        }
        let Some(place) = place(&name, &options)? else { continue };
        log::warn(py, &format!("warning: {place} is no command's: did you mean [{meant}]?"))?;
    }
    Ok(())
}

/// `setup.cfg:3: [buld]`: the line of the section in the file that has set its first option.
fn place(name: &str, options: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let Some(first) = options.call_method0("values")?.try_iter()?.next() else { return Ok(None) };
    let source = first?.get_item(0)?;
    let file: PathBuf = source.extract()?;
    let header = format!("[{name}]");
    let line = std::fs::read(&file).ok().and_then(|text| {
        String::from_utf8_lossy(&text)
            .lines()
            .position(|line| line.starts_with(&header))
            .map(|index| index + 1)
    });
    Ok(Some(match line {
        Some(line) => format!("{}:{line}: [{name}]", file.display()),
        None => format!("{}: '{name}' in the options", source.str()?),
    }))
}

fn has_command_packages(dist: &Bound<'_, Distribution>) -> PyResult<bool> {
    let option = "--command-packages";
    let given: Vec<String> = dist.getattr("script_args")?.extract().unwrap_or_default();
    Ok(dist.getattr("command_packages")?.is_truthy()?
        || dist
            .getattr("command_options")?
            .call_method1("get", (GLOBAL,))?
            .getattr_opt("__contains__")?
            .is_some_and(|has| {
                has.call1(("command_packages",)).and_then(|has| has.is_truthy()).unwrap_or(false)
            })
        || given.iter().any(|word| word.starts_with(option)))
}
