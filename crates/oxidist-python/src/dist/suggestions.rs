//! What a command line that cannot be understood was probably meant to say.
//!
//! All of it is looked for when the error is there. Modules of command packages are not imported for it.

use oxidist_engine::spelling::{self, nearest};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use super::command_line::is_command_name;
use super::commands::{ADDITIONS, finds_by_us};
use super::{Distribution, installed_commands, keywords, tables};
use crate::errors::{DistutilsArgError, caused};
use crate::seam;
use crate::value::Elements;

/// Commands that people know from elsewhere, and what became of them.
const GONE: [(&str, &str); 13] = [
    ("test", "a command of older versions of setuptools: run your tests with 'python -m unittest' or pytest"),
    ("bdist_egg", "a command of setuptools; wheels took the place of eggs: use 'bdist_wheel'"),
    ("bdist_wininst", "Python 3.10 removed it: use 'bdist_wheel', or 'bdist_msi' where there is one"),
    ("easy_install", "a command of older versions of setuptools: use 'pip install'"),
    ("upload_docs", "a command of older versions of setuptools"),
    ("alias", "a command of setuptools: import setup from setuptools for it"),
    ("rotate", "a command of older versions of setuptools"),
    ("saveopts", "a command of setuptools: write the options into setup.cfg"),
    ("setopt", "a command of setuptools: write the options into setup.cfg"),
    ("build_sphinx", "Sphinx 7 removed it: run 'sphinx-build'"),
    ("nosetests", "a command of nose, which needs setuptools"),
    ("pytest", "a command of pytest-runner, which needs setuptools: run pytest itself"),
    ("flake8", "older versions of flake8 had it, for setuptools: run flake8 itself"),
];

/// Options that setuptools' commands of the same name have, and distutils' have not.
const OF_SETUPTOOLS: [(&str, &[&str]); 7] = [
    ("install", &["single-version-externally-managed", "old-and-unmanageable"]),
    (
        "develop",
        &["egg-path", "always-copy", "allow-hosts", "editable", "no-deps", "always-unzip", "multi-version"],
    ),
    ("egg_info", &["tag-build", "tag-date", "no-date", "tag-svn-revision"]),
    (
        "bdist_wheel",
        &["universal", "bdist-dir", "relative", "build-number", "py-limited-api", "dist-info-dir"],
    ),
    ("sdist", &["no-dist-info"]),
    ("upload", &["attestations"]),
    ("dist_info", &["egg-base", "tag-build", "tag-date", "no-date", "keep-egg-info"]),
];

/// Arguments of setuptools' `setup()` that distutils' does not know.
const ARGUMENTS_OF_SETUPTOOLS: [&str; 14] = [
    "dependency_links",
    "eager_resources",
    "features",
    "ext_package_data",
    "namespace_packages",
    "provides_extras",
    "setup_requires",
    "src_root",
    "test_loader",
    "test_runner",
    "test_suite",
    "tests_require",
    "use_2to3",
    "license_file",
];

/// An option of `python -m oxidist`.
const SHOW_ORIGINS: &str = "show-origins";

/// What follows `invalid command 'x'`: what became of it, or what was meant.
pub fn of_command(dist: &Bound<'_, Distribution>, command: &str) -> String {
    if let Some((_, what)) = GONE.iter().find(|(name, _)| *name == command) {
        return format!(": {what}");
    }
    let known = command_names(dist).unwrap_or_default();
    let near = spelling::nearest_by_letters(command, known.iter().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!(": did you mean '{near}'?"));
    if hint.is_empty() { option_without_hyphens(dist, command).unwrap_or_default() } else { hint }
}

/// A word behind a command that is the name of one of its options.
fn option_without_hyphens(dist: &Bound<'_, Distribution>, word: &str) -> PyResult<String> {
    let commands: Vec<Bound<'_, PyAny>> = dist.getattr("commands")?.elements()?.collect::<PyResult<_>>()?;
    for command in commands.iter().rev().filter(|command| !command.eq(word).unwrap_or(false)) {
        let class = dist.getattr("cmdclass")?.call_method1("get", (command,))?;
        if !class.is_none() && names(&class.getattr("user_options")?)?.contains(&word.replace('_', "-")) {
            return Ok(format!(
                ": did you mean '--{}', an option of '{}'?",
                word.replace('_', "-"),
                command.str()?
            ));
        }
    }
    Ok(String::new())
}

/// The error for a word that cannot be a command's name, with the name that was meant.
pub fn of_command_name(dist: &Bound<'_, Distribution>, word: &str) -> String {
    let plain = word.replace('-', "_");
    let known = command_names(dist).unwrap_or_default();
    if known.contains(&plain) { format!(": did you mean '{plain}'?") } else { String::new() }
}

/// The names of all commands that can be learned without importing their modules.
pub fn command_names(dist: &Bound<'_, Distribution>) -> PyResult<Vec<String>> {
    let py = dist.py();
    let mut names: Vec<String> = seam::face(py, "command")?.getattr("__all__")?.extract()?;
    if keywords::are_setuptools(dist)? {
        names.retain(|name| !ADDITIONS.contains(&&**name));
    }
    for name in dist.getattr("cmdclass")?.call_method0("keys")?.try_iter()? {
        names.extend(name?.extract::<String>());
    }
    // A list once commands were looked for; until then nothing in them is known.
    let packages: Vec<String> = dist.getattr("command_packages")?.extract().unwrap_or_default();
    let loaded = py.import("sys")?.getattr("modules")?;
    for package in packages.iter().filter(|package| *package != "distutils.command") {
        // It was imported while the command was looked for.
        let package = loaded.call_method1("get", (package,))?;
        let Some(path) = package.getattr_opt("__path__")? else { continue };
        for module in py.import("pkgutil")?.call_method1("iter_modules", (path,))?.try_iter()? {
            let name: String = module?.getattr("name")?.extract()?;
            names.extend(Some(name).filter(|name| is_command_name(name)));
        }
    }
    names.extend(installed_commands::names(py)?);
    Ok(names)
}

/// The long names in a table of options, without their `=`.
fn names(table: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let name = |row: Bound<'_, PyAny>| row.get_item(0).ok()?.extract::<String>().ok();
    Ok(table.elements()?.filter_map(|row| Some(name(row.ok()?)?.trim_end_matches('=').to_string())).collect())
}

/// The name of the option with this letter.
fn with_letter(table: &Bound<'_, PyAny>, letter: &str) -> PyResult<Option<String>> {
    for row in table.elements()? {
        let row = row?;
        if row.get_item(1)?.eq(letter)? {
            return Ok(Some(row.get_item(0)?.str()?.to_string_lossy().trim_end_matches('=').to_string()));
        }
    }
    Ok(None)
}

/// What a message of the option parser is about.
enum Complaint<'a> {
    Unknown(&'a str),
    UnknownLetter(&'a str),
    Ambiguous(&'a str),
}

impl Complaint<'_> {
    fn read(text: &str) -> Option<Complaint<'_>> {
        let text = text.strip_prefix("option -")?;
        if let Some(name) = text.strip_suffix(" not a unique prefix") {
            return name.strip_prefix('-').map(Complaint::Ambiguous);
        }
        let name = text.strip_suffix(" not recognized")?;
        Some(match name.strip_prefix('-') {
            Some(long) if !long.is_empty() => Complaint::Unknown(long),
            _ => Complaint::UnknownLetter(name),
        })
    }
}

/// `error` of the options that stand before all commands, with what was probably meant.
pub fn of_global_option(dist: &Bound<'_, Distribution>, error: PyErr) -> PyErr {
    with_hint(dist, error, |complaint, arguments| {
        let table = stand_before(dist)?;
        if matches!(complaint, Complaint::Unknown(SHOW_ORIGINS)) {
            return Ok(format!(": write 'python -m oxidist --{SHOW_ORIGINS}', and the commands"));
        }
        for word in arguments.iter().filter(|word| is_command_name(word)) {
            let Some(class) = class_of(dist, word) else { continue };
            let options = class.getattr("user_options")?;
            let option = match complaint {
                Complaint::Unknown(name) => completed(&names(&options)?, name),
                Complaint::UnknownLetter(letter) => with_letter(&options, letter)?,
                Complaint::Ambiguous(_) => None,
            };
            if option.is_some() {
                return Ok(format!(": an option of '{word}': write it behind that command"));
            }
        }
        near(complaint, &[&table], arguments)
    })
}

/// The same of the options behind a command.
pub fn of_command_option(
    dist: &Bound<'_, Distribution>,
    command: &str,
    class: &Bound<'_, PyAny>,
    error: PyErr,
) -> PyErr {
    with_hint(dist, error, |complaint, arguments| {
        let before = stand_before(dist)?;
        if let Complaint::Unknown(name) = complaint {
            if let Some(meant) = super::pyproject::meant_by_alias(&name.replace('-', "_"))
                && names(&class.getattr("user_options")?)?.iter().any(|known| known == meant)
            {
                return Ok(format!(": it is --{meant} here"));
            }
            if *name == SHOW_ORIGINS {
                return Ok(format!(": write 'python -m oxidist --{SHOW_ORIGINS} {command}'"));
            }
            if names(&before)?.iter().any(|known| known == name) {
                return Ok(format!(": --{name} stands before every command"));
            }
            let table = OF_SETUPTOOLS.iter().find(|(known, _)| *known == command);
            if table.is_some_and(|(_, options)| options.contains(name)) {
                return Ok(format!(
                    ": an option of setuptools' '{command}': import setup from setuptools for it"
                ));
            }
            for other in others(class, arguments)?.iter().filter(|other| *other != command) {
                let Some(other_class) = class_of(dist, other) else { continue };
                if names(&other_class.getattr("user_options")?)?.iter().any(|known| known == name) {
                    return Ok(format!(": an option of '{other}': write it behind that command"));
                }
            }
        }
        let mut tables = vec![class.getattr("user_options")?, dist.getattr("global_options")?];
        tables.extend(class.getattr_opt("help_options")?.filter(|table| table.try_iter().is_ok()));
        near(complaint, &tables.iter().collect::<Vec<_>>(), arguments)
    })
}

/// The sub-commands of a class, and the other commands of the command line.
fn others(class: &Bound<'_, PyAny>, arguments: &[String]) -> PyResult<Vec<String>> {
    let mut others = Vec::new();
    if let Some(list) = class.getattr_opt("sub_commands")? {
        others.extend(names(&list)?);
    }
    others.extend(arguments.iter().filter(|word| is_command_name(word)).cloned());
    Ok(others)
}

/// The class of a command, if `word` is one. Where the script has its own way to find commands, only those of
/// `cmdclass` are.
fn class_of<'py>(dist: &Bound<'py, Distribution>, word: &str) -> Option<Bound<'py, PyAny>> {
    let known = dist.getattr("cmdclass").ok()?.call_method1("get", (word,)).ok()?;
    if known.is_none() && finds_by_us(dist).ok()? {
        return dist.call_method1("get_command_class", (PyString::new(dist.py(), word),)).ok();
    }
    Some(known).filter(|class| !class.is_none())
}

/// The options that stand before all commands.
fn stand_before<'py>(dist: &Bound<'py, Distribution>) -> PyResult<Bound<'py, PyAny>> {
    let own = PyList::new(dist.py(), [tables::COMMAND_PACKAGES])?;
    dist.getattr("global_options")?.add(own)?.add(dist.getattr("display_options")?)
}

fn with_hint(
    dist: &Bound<'_, Distribution>,
    error: PyErr,
    hint: impl FnOnce(&Complaint<'_>, &[String]) -> PyResult<String>,
) -> PyErr {
    let py = dist.py();
    if !error.is_instance_of::<DistutilsArgError>(py) {
        return error;
    }
    let text = error.value(py).to_string();
    let Some(complaint) = Complaint::read(&text) else { return error };
    let arguments: Vec<String> =
        dist.getattr("script_args").and_then(|words| words.extract()).unwrap_or_default();
    match hint(&complaint, &arguments) {
        Ok(hint) if !hint.is_empty() => {
            caused(py, DistutilsArgError::new_err(format!("{text}{hint}")), error)
        }
        _ => error,
    }
}

/// The options in `tables` that are meant, or may be.
fn near(complaint: &Complaint<'_>, tables: &[&Bound<'_, PyAny>], arguments: &[String]) -> PyResult<String> {
    let mut known = Vec::new();
    for table in tables {
        known.extend(names(table)?);
    }
    let meant = match complaint {
        Complaint::Unknown(name) => nearest(name, known.iter().map(String::as_str)),
        Complaint::Ambiguous(start) => {
            let mut all: Vec<String> =
                known.iter().filter(|name| name.starts_with(start)).map(|name| format!("--{name}")).collect();
            all.dedup();
            return Ok(if all.is_empty() {
                String::new()
            } else {
                format!(": it may be {}", all.join(" or "))
            });
        }
        // One hyphen before a long name is read as letters.
        Complaint::UnknownLetter(letter) => arguments.iter().find_map(|word| {
            let name = word.strip_prefix('-').filter(|name| name.contains(letter))?;
            known.iter().find(|known| *known == name.split('=').next().unwrap_or(name)).map(String::as_str)
        }),
    };
    Ok(meant.map_or_else(String::new, |meant| format!(": did you mean --{meant}?")))
}

/// The only name that begins with `start`, or is it.
fn completed(names: &[String], start: &str) -> Option<String> {
    if names.iter().any(|name| name == start) {
        return Some(start.to_string());
    }
    let mut all = names.iter().filter(|name| name.starts_with(start));
    all.next().filter(|_| all.next().is_none()).cloned()
}

/// Behind an unknown argument of `setup()`: whose it is, or which was meant.
pub fn of_argument(name: &str) -> &'static str {
    if ARGUMENTS_OF_SETUPTOOLS.contains(&name) {
        "; setuptools has it: import setup from setuptools for it"
    } else {
        ""
    }
}
