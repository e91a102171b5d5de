//! The program that links, and its own words: C++ is linked by the C++ compiler, which knows its libraries.

use std::path::Path;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PySlice};

use super::command_lines::for_cpp;
use super::libraries::{macos_support, platform};
use crate::ccompiler::LinkArguments;
use crate::seam;
use crate::setuptools::Departure;
use crate::value::Elements;

/// The linker and its own arguments, before `words`.
pub fn linker<'py>(
    compiler: &Bound<'py, PyAny>,
    arguments: &LinkArguments<'py>,
    words: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = compiler.py();
    let executable = seam::global(py, "unixccompiler", "CCompiler")?.getattr("EXECUTABLE")?;
    let links_program = arguments.target_desc.eq(executable)?;
    let whole = |words: Bound<'py, PyAny>| words.get_item(PySlice::full(py));
    let linker = if !arguments.target_lang.eq("c++")? {
        whole(compiler.getattr(if links_program { "linker_exe" } else { "linker_so" })?)?
    } else if Departure::CxxReplacesAllWords.is_there(py)? {
        setuptools_cxx_linker(compiler, links_program)?
    } else {
        cxx_linker(compiler, links_program)?
    };
    if platform(py)? == "darwin" {
        return macos_support(py)?.call_method1("compiler_fixup", (linker, words));
    }
    Ok(linker)
}

/// The linker of C++: one that somebody has set for it, or else that of C with the C++ compiler in the place of the C
/// compiler.
fn cxx_linker<'py>(compiler: &Bound<'py, PyAny>, links_program: bool) -> PyResult<Bound<'py, PyAny>> {
    let py = compiler.py();
    let (own, name) = match links_program {
        true => (intern!(py, "linker_exe_cxx"), "linker_exe"),
        false => (intern!(py, "linker_so_cxx"), "linker_so"),
    };
    if let Some(own) = for_cpp(compiler, own)? {
        return own.get_item(PySlice::full(py));
    }
    let linker = compiler.getattr(name)?.get_item(PySlice::full(py))?;
    let cxx = compiler.getattr("compiler_cxx")?;
    if !cxx.is_truthy()? {
        return Ok(linker);
    }
    let (linker, cxx) = (Command::of(&linker)?, Command::of(&cxx)?);
    let cc = Command::of(&compiler.getattr("linker_exe")?)?;
    // `env` and its variables stand before the linker or the C++ compiler; where both have them, the linker's count.
    let front = if linker.front.is_empty() { cxx.front } else { linker.front };
    // distutils puts the first word of the one in the place of the first of the other. A compiler of several words,
    // such as `ccache g++`, would be torn apart.
    let own = program_length(&cxx.compiler);
    let replaced = match program_length(&cc.compiler) {
        length if length > 1 && starts_with(&linker.compiler, &cc.compiler[..length])? => length,
        _ => leading_words(&linker.compiler).max(1),
    };
    let parts = [&front[..], &linker.script, &cxx.compiler[..own], rest(&linker.compiler, replaced)];
    Ok(PyList::new(py, parts.into_iter().flatten())?.into_any())
}

/// The same by the rules of setuptools' own distutils: all words of the C++ compiler stand before what the linker has
/// behind those of the C compiler.
fn setuptools_cxx_linker<'py>(
    compiler: &Bound<'py, PyAny>,
    links_program: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let py = compiler.py();
    let cc = match for_cpp(compiler, intern!(py, "linker_exe_cxx"))? {
        Some(own) if Departure::LinksCxxPrograms.is_there(py)? => own,
        _ => compiler.getattr("linker_exe")?,
    };
    let linker = match (links_program, for_cpp(compiler, intern!(py, "linker_so_cxx"))?) {
        (true, _) => cc.clone(),
        (false, Some(own)) => own,
        (false, None) => compiler.getattr("linker_so")?,
    };
    let cxx = compiler.getattr("compiler_cxx")?;
    if !cxx.is_truthy()? {
        return linker.get_item(PySlice::full(py));
    }
    let (linker, cxx, cc) = (Command::of(&linker)?, Command::of(&cxx)?, Command::of(&cc)?);
    let cc = cc.behind_front();
    let replaced = if starts_with(&linker.compiler, &cc)? { cc.len() } else { 1 };
    let own = cxx.behind_front();
    let parts = [&linker.front[..], &linker.script, &own, rest(&linker.compiler, replaced)];
    Ok(PyList::new(py, parts.into_iter().flatten())?.into_any())
}

/// The words of a command in three parts.
struct Command<'py> {
    /// `env` and the variables that it sets.
    front: Vec<Bound<'py, PyAny>>,
    /// AIX's script for shared objects, which starts the compiler.
    script: Vec<Bound<'py, PyAny>>,
    /// The compiler and all behind it.
    compiler: Vec<Bound<'py, PyAny>>,
}

impl<'py> Command<'py> {
    fn of(words: &Bound<'py, PyAny>) -> PyResult<Self> {
        let mut front = words.elements()?.collect::<PyResult<Vec<_>>>()?;
        let mut place = 0;
        if is_program(front.first(), "env") {
            place = 1 + front.iter().skip(1).take_while(|word| text(word).contains('=')).count();
        }
        let mut compiler = front.split_off(place);
        let mut script = Vec::new();
        if is_program(compiler.first(), "ld_so_aix") {
            script.push(compiler.remove(0));
        }
        Ok(Command { front, script, compiler })
    }

    /// All but what sets up the environment.
    fn behind_front(&self) -> Vec<Bound<'py, PyAny>> {
        self.script.iter().chain(&self.compiler).cloned().collect()
    }
}

fn text(word: &Bound<'_, PyAny>) -> String {
    word.extract().unwrap_or_default()
}

fn is_program(word: Option<&Bound<'_, PyAny>>, name: &str) -> bool {
    word.is_some_and(|word| Path::new(&text(word)).file_name().is_some_and(|file| file == name))
}

/// Programs that take options of their own before the compiler that they start.
const STARTERS: [&str; 8] = ["nice", "ionice", "time", "timeout", "taskset", "xcrun", "python", "stdbuf"];

/// How many words at the beginning are no options: `gcc`, `ccache gcc`, `zig cc`.
fn leading_words(words: &[Bound<'_, PyAny>]) -> usize {
    words.iter().take_while(|word| !text(word).starts_with('-')).count()
}

/// How many words name the program, without the options behind it: all up to the last that is no option where the
/// first starts another program (`nice -n 5 gcc`, `python3 -m ziglang cc`).
fn program_length(words: &[Bound<'_, PyAny>]) -> usize {
    let leading = leading_words(words);
    let first = words.first().map(text).unwrap_or_default();
    let file = Path::new(&first).file_name().and_then(|file| file.to_str()).unwrap_or_default();
    let name = file.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    if leading == 1 && STARTERS.contains(&name) {
        let last = words.iter().rposition(|word| !text(word).starts_with('-'));
        return last.map_or(leading, |last| last + 1);
    }
    leading.max(1).min(words.len())
}

fn starts_with(words: &[Bound<'_, PyAny>], start: &[Bound<'_, PyAny>]) -> PyResult<bool> {
    if start.len() > words.len() {
        return Ok(false);
    }
    for (word, expected) in words.iter().zip(start) {
        if !word.eq(expected)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn rest<'a, 'py>(words: &'a [Bound<'py, PyAny>], from: usize) -> &'a [Bound<'py, PyAny>] {
    words.get(from..).unwrap_or_default()
}
