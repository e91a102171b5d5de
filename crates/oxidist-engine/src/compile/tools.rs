//! The compilers, linkers and archivers of a run: who they are, and what flags make them tell what they read.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use memchr::memmem;
use sha2::{Digest, Sha256};

use super::entry::Hash;
use super::graph::first_half;
use super::path_bytes;
use super::records::Records;
use super::step::{Kind, Reports, Step};
use super::{command_files, questions};
use crate::Result;
use crate::effects::{Cancel, Effects, Makes, Process};
use crate::toolchain::identity::{self, Identity};

/// Options of drivers that choose the linker.
const CHOOSE_LINKER: &[&str] = &["-fuse-ld=", "--ld-path=", "-B", "-m32", "-m64", "--target=", "-target"];

/// Whether a linker tells what it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LinkerReports {
    /// It was never asked.
    Unknown,
    Depfile,
    Nothing,
}

/// Endings of sources that pass through a preprocessor which reports. With any other, the flags are unknown to what
/// the compiler's driver starts, or make it fail.
const PREPROCESSED: &[&str] = &[
    "c", "C", "cc", "cp", "cpp", "CPP", "cxx", "c++", "m", "M", "mm", "S", "sx", "cppm", "ccm", "cxxm",
    "c++m", "ixx", "mpp",
];

/// What is known of a compiler that was asked what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Abilities {
    reports: Reports,
    /// It knows `-fdiagnostics-color`.
    colours: bool,
}

impl Abilities {
    const NONE: Abilities = Abilities { reports: Reports::Nothing, colours: false };

    /// As records have them: the number of [`WRITTEN`], and [`COLOURS`].
    fn written(self) -> u8 {
        let number =
            WRITTEN.iter().find(|(known, _)| *known == self.reports).map_or(0, |(_, number)| *number);
        if self.colours { number | COLOURS } else { number }
    }

    fn of_written(byte: u8) -> Option<Abilities> {
        let (reports, _) = WRITTEN.iter().find(|(_, number)| *number == byte & !COLOURS)?;
        Some(Abilities { reports: *reports, colours: byte & COLOURS != 0 })
    }
}

/// The bit for [`Abilities::colours`].
const COLOURS: u8 = 0x80;

/// How [`Reports`] is written in records.
const WRITTEN: &[(Reports, u8)] = &[(Reports::Nothing, 0), (Reports::Depfile, 1), (Reports::ShowIncludes, 2)];

/// The programs of one run, each looked at once.
#[derive(Debug)]
pub(super) struct Tools {
    environment: Hash,
    /// By where programs are looked for, and the words up to the compiler.
    identities: Mutex<HashMap<Front, Hash>>,
    abilities: Mutex<HashMap<Front, Abilities>>,
    colours: bool,
}

type Front = (Option<OsString>, Vec<OsString>);

/// The flags that one command gets, and what comes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    flags: Vec<OsString>,
    /// Where they go: SWIG takes its last word for the source.
    at: At,
    pub(super) reports: Reports,
    /// Where the depfile is going to be.
    pub(super) depfile: Option<PathBuf>,
    /// The command has a report of the user's own, so that it is asked apart from that what it reads.
    pub(super) asks_apart: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Right behind the program.
    Front,
    End,
}

impl Asked {
    pub(super) fn nothing() -> Asked {
        Asked { flags: Vec::new(), at: At::End, reports: Reports::Nothing, depfile: None, asks_apart: false }
    }

    fn depfile_of(output: &Path, at: At) -> Asked {
        // Beside the output, with `.d` behind its whole name.
        let mut depfile = output.as_os_str().to_os_string();
        depfile.push(".d");
        let flags = vec!["-MD".into(), "-MF".into(), depfile.clone()];
        Asked { flags, at, reports: Reports::Depfile, depfile: Some(depfile.into()), asks_apart: false }
    }

    /// Whether there is any flag that the command would not have had.
    pub(super) fn is_added(&self) -> bool {
        !self.flags.is_empty()
    }

    /// Put the flags into the command line that they are for.
    pub(super) fn add_to(&self, argv: &mut Vec<OsString>) {
        let at = match self.at {
            At::Front => identity::front(argv).len(),
            At::End => argv.len(),
        };
        argv.splice(at..at, self.flags.iter().cloned());
    }
}

impl Tools {
    /// `colours`: see [`Settings::colours`](super::Settings::colours).
    pub(super) fn of_environment(colours: bool) -> Tools {
        let mut hash = Hasher::default();
        for (name, value) in identity::environment() {
            hash.word(&name);
            hash.word(&value);
        }
        Tools { environment: hash.end(), identities: Mutex::default(), abilities: Mutex::default(), colours }
    }

    /// Of all programs of a step, and of the variables that they obey. One that is not there has an identity too.
    pub(super) fn identity(&self, step: &Step) -> Hash {
        let mut hash = Hasher::default();
        hash.0.update(self.environment);
        for (name, value) in identity::obeyed_of(&step.environment) {
            hash.word(&name);
            hash.word(&value);
        }
        for argv in &step.commands {
            hash.0.update(self.program(&front(step, argv)));
        }
        hash.end()
    }

    /// What [`Tools::identity`] is of, for people: `=NAME=value` of each variable that is obeyed, and the file of each
    /// program, with its size and time after zeros.
    pub(super) fn told(&self, step: &Step) -> Vec<Vec<u8>> {
        let mut told = Vec::new();
        for (name, value) in identity::environment().iter().chain(&identity::obeyed_of(&step.environment)) {
            told.push([b"=", name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat());
        }
        for argv in &step.commands {
            let (path, front) = front(step, argv);
            if let Some(Identity { program, len, modified }) = Identity::on(path.as_deref(), &front) {
                let facts = format!("\0{len}\0{modified}");
                told.push([&path_bytes::of(&program), facts.as_bytes()].concat());
            }
        }
        told
    }

    fn program(&self, front: &Front) -> Hash {
        let mut identities = self.identities.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = identities.get(front) {
            return *known;
        }
        let mut hash = Hasher::default();
        let (path, argv) = front;
        if let Some(identity) = Identity::on(path.as_deref(), argv) {
            hash.word(identity.program.as_os_str());
            hash.0.update(identity.len.to_le_bytes());
            hash.0.update(identity.modified.to_le_bytes());
        }
        let program = hash.end();
        identities.insert(front.clone(), program);
        program
    }

    /// What makes the compiler of a step tell which files it reads. A compiler that nobody knows is asked what it
    /// is, and what it says is written down in `records`.
    pub(super) fn ask(
        &self,
        step: &Step,
        records: &Records,
        effects: &dyn Effects,
        cancel: &Cancel,
    ) -> Result<Asked> {
        let [argv] = &step.commands[..] else { return Ok(Asked::nothing()) };
        let at = match step.kind {
            Kind::Generate if is_swig(argv) => At::Front,
            Kind::Compile if step.inputs.first().is_some_and(is_preprocessed) => At::End,
            _ => return Ok(Asked::nothing()),
        };
        if let Some(reports) = identity::reports_by_name(argv) {
            let flags = if has_any(argv, OWN_SHOW_INCLUDES) { vec![] } else { vec!["/showIncludes".into()] };
            return Ok(Asked { flags, at, reports, ..Asked::nothing() });
        }
        let abilities = self.abilities(step, argv, records, effects, cancel)?;
        let mut asked = match abilities.reports {
            // Two reports would disturb each other.
            Reports::Depfile if has_own_depfile(step, argv) => {
                Asked { asks_apart: step.kind == Kind::Compile, ..Asked::nothing() }
            }
            Reports::Depfile => Asked::depfile_of(&step.output, at),
            Reports::ShowIncludes | Reports::Nothing => Asked::nothing(),
        };
        if self.colours && abilities.colours && !has_own_colours(argv) {
            asked.flags.push("-fdiagnostics-color=always".into());
        }
        Ok(asked)
    }

    /// Whether the linker of a step tells what it reads (`--dependency-file`).
    pub(super) fn linker(
        &self,
        step: &Step,
        argv: &[OsString],
        records: &Records,
        effects: &dyn Effects,
        cancel: &Cancel,
    ) -> Result<LinkerReports> {
        let own = memmem::Finder::new("dependency-file");
        let has_own = argv.iter().any(|word| own.find(word.as_encoded_bytes()).is_some());
        let cannot = identity::is_linker_by_name(argv) || identity::reports_by_name(argv).is_some();
        if has_own
            || cannot
            || self.abilities(step, argv, records, effects, cancel)?.reports != Reports::Depfile
        {
            return Ok(LinkerReports::Nothing);
        }
        let linker = self.linker_identity(step, argv);
        Ok(match records.known(|known| known.compiler(&linker)) {
            None => LinkerReports::Unknown,
            Some(0) => LinkerReports::Nothing,
            Some(_) => LinkerReports::Depfile,
        })
    }

    /// Write down what came of it.
    pub(super) fn linker_reports(
        &self,
        step: &Step,
        argv: &[OsString],
        records: &Records,
        reports: bool,
    ) -> Result<()> {
        records.compiler(self.linker_identity(step, argv), reports.into())
    }

    /// Of the driver, and of the words by which it takes another linker.
    fn linker_identity(&self, step: &Step, argv: &[OsString]) -> Hash {
        let mut hash = Hasher::default();
        hash.word(OsStr::new("linker"));
        hash.0.update(self.program(&front(step, argv)));
        let starts = |word: &&OsString| {
            CHOOSE_LINKER.iter().any(|option| word.as_encoded_bytes().starts_with(option.as_bytes()))
        };
        argv.iter().filter(starts).for_each(|word| hash.word(word));
        hash.end()
    }

    /// Whether the compiler of a step has been found to take the options of GCC and Clang.
    pub(super) fn takes_depfile(&self, step: &Step, argv: &[OsString]) -> bool {
        let known = self.abilities.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&front(step, argv)).is_some_and(|abilities| abilities.reports == Reports::Depfile)
    }

    fn abilities(
        &self,
        step: &Step,
        argv: &[OsString],
        records: &Records,
        effects: &dyn Effects,
        cancel: &Cancel,
    ) -> Result<Abilities> {
        let front = front(step, argv);
        let program = self.program(&front);
        // Held while one thread asks: the others have the same question.
        let mut known = self.abilities.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(abilities) = known.get(&front) {
            return Ok(*abilities);
        }
        let written = records.known(|known| known.compiler(&program));
        let abilities = match written.and_then(Abilities::of_written) {
            Some(abilities) => abilities,
            None => {
                let mut more_environment = step.environment.clone();
                more_environment.push(("LC_ALL".into(), "C".into()));
                let question = match step.kind {
                    Kind::Generate => {
                        identity::front(argv).iter().cloned().chain(["-version".into()]).collect()
                    }
                    _ => identity::question(argv),
                };
                let question = Process { argv: question, more_environment, ..Process::default() };
                let answer = match effects.capture(&question, Makes::default(), cancel) {
                    Ok(captured) => captured.output,
                    Err(crate::Error::Interrupted) => return Err(crate::Error::Interrupted),
                    // It will say so itself when it is to compile.
                    Err(_) => return Ok(Abilities::NONE),
                };
                let answer = String::from_utf8_lossy(&answer);
                let abilities = match step.kind {
                    Kind::Generate if answer.contains("SWIG Version") => {
                        Abilities { reports: Reports::Depfile, colours: false }
                    }
                    Kind::Generate => Abilities::NONE,
                    _ => Abilities {
                        reports: identity::reports_by_answer(&answer),
                        colours: identity::knows_colours(&answer),
                    },
                };
                records.compiler(program, abilities.written())?;
                abilities
            }
        };
        known.insert(front, abilities);
        Ok(abilities)
    }
}

/// The user's own words for the report of Microsoft's compiler. Without those of the system's folders it is not whole,
/// and asked for as a whole.
const OWN_SHOW_INCLUDES: &[&str] = &["/showIncludes", "-showIncludes"];

/// Whether the user has said how messages are to look.
fn has_own_colours(argv: &[OsString]) -> bool {
    const SAID: [&str; 4] =
        ["-fdiagnostics-color", "-fno-diagnostics-color", "-fcolor-diagnostics", "-fno-color-diagnostics"];
    argv.iter().skip(1).any(|word| {
        let word = word.to_string_lossy();
        word.starts_with("-fdiagnostics-format=") || SAID.iter().any(|said| word.starts_with(said))
    })
}

fn has_any(argv: &[OsString], words: &[&str]) -> bool {
    argv.iter().skip(1).any(|word| words.iter().any(|own| word == own))
}

/// Whether the user asks for a depfile already.
fn has_own_depfile(step: &Step, argv: &[OsString]) -> bool {
    let variable = |name: &&str| command_files::variable(&step.environment, name).is_some();
    questions::has_own_report(argv) || questions::REPORT_VARIABLES.iter().any(variable)
}

/// What decides which compiler a command of `step` starts.
fn front(step: &Step, argv: &[OsString]) -> Front {
    let is_path = |name: &OsString| match cfg!(windows) {
        true => name.eq_ignore_ascii_case("PATH"),
        false => name == "PATH",
    };
    let path = step.environment.iter().rev().find(|(name, _)| is_path(name));
    (path.map(|(_, value)| value.clone()), identity::front(argv).to_vec())
}

fn is_preprocessed(source: &PathBuf) -> bool {
    let ending = Path::new(source).extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| PREPROCESSED.contains(&ending))
}

/// Whether this is a SWIG of any version, by its name (`swig`, `swig4.0`); it says itself whether that is so.
fn is_swig(argv: &[OsString]) -> bool {
    let program = identity::front(argv).last().and_then(|program| Path::new(program).file_name());
    program.is_some_and(|name| name.as_encoded_bytes().to_ascii_lowercase().starts_with(b"swig"))
}

/// A hash over words of any length.
#[derive(Default)]
struct Hasher(Sha256);

impl Hasher {
    fn word(&mut self, word: &OsStr) {
        self.0.update((word.len() as u64).to_le_bytes());
        self.0.update(word.as_encoded_bytes());
    }

    fn end(self) -> Hash {
        first_half(&self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    fn with_flags(at: At, text: &str) -> String {
        let mut words = argv(text);
        Asked::depfile_of(Path::new("a.o"), at).add_to(&mut words);
        words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn flags_stand_at_the_end_or_behind_the_program() {
        assert_eq!(with_flags(At::End, "ccache gcc -c a.c -o a.o"), "ccache gcc -c a.c -o a.o -MD -MF a.o.d");
        assert_eq!(
            with_flags(At::Front, "env A=1 swig -python a.i"),
            "env A=1 swig -MD -MF a.o.d -python a.i"
        );
        let mut words = argv("gcc -c a.c");
        Asked::nothing().add_to(&mut words);
        assert_eq!(words, argv("gcc -c a.c"));
    }

    #[test]
    fn sources_that_no_preprocessor_reads_are_not_reported_on() {
        for (name, is) in
            [("a.c", true), ("a.C", true), ("a.S", true), ("a.s", false), ("a.f90", false), ("a", false)]
        {
            assert_eq!(is_preprocessed(&PathBuf::from(name)), is, "{name}");
        }
    }

    #[test]
    fn swig_is_known_by_its_name() {
        for (line, is) in [
            ("swig -python a.i", true),
            ("/opt/swig4.0 a.i", true),
            ("SWIG.EXE a.i", true),
            ("cython a.pyx", false),
        ] {
            assert_eq!(is_swig(&argv(line)), is, "{line}");
        }
    }

    #[test]
    fn an_identity_is_of_all_programs_and_variables_of_a_step() {
        let tools = Tools::of_environment(false);
        let step = |commands: &[&str]| Step {
            kind: Kind::Archive,
            commands: commands.iter().map(|text| argv(text)).collect(),
            output: "a".into(),
            inputs: vec![],
            depends: vec![],
            beside: vec![],
            environment: vec![],
            ordered: false,
            force: false,
        };
        let sh = tools.identity(&step(&["sh -c x"]));
        assert_eq!(sh, tools.identity(&step(&["sh -c y"])));
        assert_ne!(sh, tools.identity(&step(&["sh -c x", "env"])));
        assert_ne!(sh, tools.identity(&step(&["no-such-program"])));
        let mut with_variable = step(&["sh -c x"]);
        with_variable.environment = vec![("CPATH".into(), "/x".into())];
        assert_ne!(sh, tools.identity(&with_variable));
    }
}
