//! Steps from what a compiler's methods are called with.

use std::ffi::OsString;
use std::path::PathBuf;

use oxidist_engine::compile::{Kind, Step};
use pyo3::intern;
use pyo3::prelude::*;

use crate::platform;

/// Endings of sources whose objects can be made in any order.
///
/// Others may need what an earlier one of them makes (a Fortran module): they keep the order of the list.
const IN_ANY_ORDER: &[&str] =
    &[".c", ".C", ".cc", ".cp", ".cpp", ".CPP", ".cxx", ".c++", ".m", ".M", ".mm", ".s", ".S", ".i", ".ii"];

/// An object, made of `source` by the command line `argv`.
///
/// `None`: an argument is no string, which the long way complains of.
pub fn compile(
    compiler: &Bound<'_, PyAny>,
    (object, source, ending): (&Bound<'_, PyAny>, &Bound<'_, PyAny>, &Bound<'_, PyAny>),
    argv: &Bound<'_, PyAny>,
    depends: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<Step>> {
    let depends = depends.filter(|depends| !depends.is_none());
    let (Some(argv), Some(depends)) = (words(argv), depends.map_or(Some(Vec::new()), paths)) else {
        return Ok(None);
    };
    let (Ok(output), Ok(source)) = (object.extract(), source.extract::<PathBuf>()) else { return Ok(None) };
    Ok(Some(Step {
        depends,
        ordered: !ending.extract::<String>().is_ok_and(|ending| IN_ANY_ORDER.contains(&ending.as_str())),
        force: forced(compiler)?,
        environment: platform::build_environment(compiler.py())?,
        ..step(Kind::Compile, vec![argv], output, vec![source])
    }))
}

/// A source file, written by the program in `argv` from `source` and what that includes (`depends`).
pub fn generate(
    (source, output): (&Bound<'_, PyAny>, &Bound<'_, PyAny>),
    command: &Bound<'_, PyAny>,
    depends: &Bound<'_, PyAny>,
    force: bool,
) -> PyResult<Option<Step>> {
    let (Some(argv), Ok(source), Ok(output)) = (words(command), source.extract(), output.extract()) else {
        return Ok(None);
    };
    let depends = if depends.is_none() { Vec::new() } else { paths(depends).unwrap_or_default() };
    let environment = platform::build_environment(command.py())?;
    Ok(Some(Step { depends, force, environment, ..step(Kind::Generate, vec![argv], output, vec![source]) }))
}

/// A program or shared library, linked of `objects` and what `compiler` adds to them. Files that words of
/// the command line name besides are found by the engine.
pub fn link(
    compiler: &Bound<'_, PyAny>,
    (objects, output): (&Bound<'_, PyAny>, &Bound<'_, PyAny>),
    argv: &Bound<'_, PyAny>,
) -> PyResult<Option<Step>> {
    let (Some(argv), Some(inputs), Ok(output)) =
        (words(argv), with_own_objects(compiler, objects)?, output.extract())
    else {
        return Ok(None);
    };
    let force = forced(compiler)?;
    let environment = platform::build_environment(compiler.py())?;
    Ok(Some(Step { force, environment, ..step(Kind::Link, vec![argv], output, inputs) }))
}

/// A static library, made of `objects` and what `compiler` adds to them by one command after the other.
pub fn archive(
    compiler: &Bound<'_, PyAny>,
    (objects, output): (&Bound<'_, PyAny>, &Bound<'_, PyAny>),
    commands: &[Bound<'_, PyAny>],
) -> PyResult<Option<Step>> {
    let commands: Option<Vec<_>> = commands.iter().map(words).collect();
    let (Some(commands), Some(inputs), Ok(output)) =
        (commands, with_own_objects(compiler, objects)?, output.extract())
    else {
        return Ok(None);
    };
    let force = forced(compiler)?;
    let environment = platform::build_environment(compiler.py())?;
    Ok(Some(Step { force, environment, ..step(Kind::Archive, commands, output, inputs) }))
}

/// `objects`, and those of `add_link_object`. `None`: one of the former is no path.
fn with_own_objects(
    compiler: &Bound<'_, PyAny>,
    objects: &Bound<'_, PyAny>,
) -> PyResult<Option<Vec<PathBuf>>> {
    let Some(mut all) = paths(objects) else { return Ok(None) };
    all.extend(paths(&compiler.getattr(intern!(compiler.py(), "objects"))?).unwrap_or_default());
    Ok(Some(all))
}

/// A step about which nothing else is to be said.
pub fn step(kind: Kind, commands: Vec<Vec<OsString>>, output: PathBuf, inputs: Vec<PathBuf>) -> Step {
    Step {
        kind,
        commands,
        output,
        inputs,
        depends: Vec::new(),
        beside: Vec::new(),
        environment: Vec::new(),
        ordered: false,
        force: false,
    }
}

/// Whether the compiler object says that everything is to be made.
pub fn forced(compiler: &Bound<'_, PyAny>) -> PyResult<bool> {
    compiler.getattr(intern!(compiler.py(), "force"))?.is_truthy()
}

/// `None`: one of them is no path.
pub fn paths(list: &Bound<'_, PyAny>) -> Option<Vec<PathBuf>> {
    list.try_iter().ok()?.map(|path| path.ok()?.extract().ok()).collect()
}

fn words(list: &Bound<'_, PyAny>) -> Option<Vec<OsString>> {
    list.try_iter()
        .ok()?
        .map(|word| word.ok()?.extract::<PathBuf>().ok().map(PathBuf::into_os_string))
        .collect()
}
