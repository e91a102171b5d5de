//! What the engine has to know of the programs of Visual Studio: where they find each other, and which files they share.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use oxidist_engine::compile::{Kind, Step};
use pyo3::prelude::*;

use super::compile::{Commands, Origin};
use super::{word, words};
use crate::_msvccompiler::MsvcCompiler;
use crate::steps;

/// Stands for every database of debug information: a compiler has it for itself while it writes to it, and which one a
/// linker reads is said in the objects. What is not named by `/Fd` is one file for all that a build compiles.
const DEBUG_INFORMATION: &str = "vc.pdb";

/// Options whose compiles write to a database, if what they begin with is followed by nothing.
const WRITE_DEBUG_INFORMATION: &[&str] = &["Zi", "ZI"];

/// With it the compilers of one database write to it by turns themselves.
const BY_TURNS: &str = "FS";

/// Precompiled headers: written by one compile, read by others, and reported by none.
const PRECOMPILED: &[&str] = &["Yc", "Yu"];

/// Whether the engine knows what the programs of `compiler` need: its class is the one from Visual Studio 2015 on.
pub fn is_known(compiler: &Bound<'_, PyAny>) -> bool {
    compiler.is_instance_of::<MsvcCompiler>()
}

/// A step that makes `object`.
pub fn compiled(
    compiler: &Bound<'_, PyAny>,
    object: &Bound<'_, PyAny>,
    made: Commands,
    depends: &[PathBuf],
) -> PyResult<Step> {
    let is_any = |names: &[&str]| made.lines.iter().flatten().any(|word| is_option(word, names));
    let writes_beside = is_any(WRITE_DEBUG_INFORMATION) && !is_any(&[BY_TURNS]);
    Ok(Step {
        // A header comes out of messages, and sources that are compiled after them may include it.
        ordered: made.origin == Origin::Messages,
        force: steps::forced(compiler)?
            || made.origin != Origin::Source
            || begins_any(&made.lines, PRECOMPILED),
        depends: depends.to_vec(),
        beside: if writes_beside { vec![DEBUG_INFORMATION.into()] } else { Vec::new() },
        environment: environment(compiler)?,
        ..steps::step(Kind::Compile, made.lines, word(object)?.into(), vec![made.source.into()])
    })
}

/// A step that makes `output` from `objects`: a link, or an archive.
pub fn put_together(
    compiler: &Bound<'_, PyAny>,
    kind: Kind,
    (objects, output): (&Bound<'_, PyAny>, &Bound<'_, PyAny>),
    command: Vec<OsString>,
) -> PyResult<Step> {
    let mut beside: Vec<PathBuf> = Vec::new();
    for argument in command.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(library) = after(argument, "/IMPLIB:") {
            beside.push(library.into());
        } else if after(argument, "/DEBUG").is_some() {
            beside.push(DEBUG_INFORMATION.into());
        }
    }
    let objects = words(objects)?.into_iter().map(PathBuf::from).collect();
    Ok(Step {
        beside,
        environment: environment(compiler)?,
        force: steps::forced(compiler)?,
        ..steps::step(kind, vec![command], word(output)?.into(), objects)
    })
}

/// What `spawn` sets while a program runs.
fn environment(compiler: &Bound<'_, PyAny>) -> PyResult<Vec<(OsString, OsString)>> {
    Ok(vec![("path".into(), word(&compiler.getattr("_paths")?)?)])
}

/// Whether `word` is one of the options `names`, behind either sign.
fn is_option(word: &OsStr, names: &[&str]) -> bool {
    option(word).is_some_and(|name| names.contains(&name))
}

fn begins_any(lines: &[Vec<OsString>], names: &[&str]) -> bool {
    let begins = |word: &OsString| {
        option(word).is_some_and(|option| names.iter().any(|name| option.starts_with(name)))
    };
    lines.iter().flatten().any(begins)
}

fn option(word: &OsStr) -> Option<&str> {
    word.to_str()?.strip_prefix(['/', '-'])
}

/// What stands behind an option of the linker, which has no case.
fn after<'a>(word: &'a str, option: &str) -> Option<&'a str> {
    let (front, rest) = word.split_at_checked(option.len())?;
    front.eq_ignore_ascii_case(option).then_some(rest)
}
