//! What is found out beside a step's own commands: what its linker and assembler read, what it reads where its command
//! line asks for a report of its own, and which programs and headers it looked for in vain.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::command_files::{self, Reads};
use super::depfile::{self, Report};
use super::include_search::{Folders, Search};
use super::job::Shop;
use super::path_bytes;
use super::stamp::{Seen, Sight, Stamp};
use super::step::{Kind, Step};
use super::tools::LinkerReports;
use crate::Result;
use crate::effects::{Captured, Makes, Process};

/// Programs and files of a driver that it takes from the folder of `-B`, where they are there.
const PARTS: &[&str] = &[
    "as",
    "cc1",
    "cc1plus",
    "cc1obj",
    "cc1objplus",
    "collect2",
    "ld",
    "ld.bfd",
    "ld.gold",
    "ld.lld",
    "ld.mold",
    "lto1",
    "lto-wrapper",
    "liblto_plugin.so",
    "specs",
    "crti.o",
    "crtbeginS.o",
    "crtendS.o",
    "crtn.o",
];

/// The user's own words for a report; the value of the second kind is behind it or the next word.
const REPORT: &[&str] = &["-M", "-MM", "-MD", "-MMD", "-MG", "-MP", "-MV"];
const REPORT_WITH_VALUE: &[&str] = &["-MF", "-MT", "-MQ"];
const LONG_REPORT: &[&str] =
    &["--dependencies", "--write-dependencies", "--user-dependencies", "--write-user-dependencies"];

/// Variables that ask GCC and Clang for a report.
pub(super) const REPORT_VARIABLES: &[&str] = &["DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES"];

/// Whether the command line asks for a report of what is read.
pub(super) fn has_own_report(argv: &[OsString]) -> bool {
    argv.iter().skip(1).any(|word| {
        let bytes = word.as_encoded_bytes();
        is_report(word) || bytes.starts_with(b"-MF") || bytes.starts_with(b"-Wp,-M")
    })
}

fn is_report(word: &OsStr) -> bool {
    REPORT.iter().chain(LONG_REPORT).any(|option| word == *option)
}

/// `argv` without what it writes: without output, and without reports of the user's own.
fn without_outputs(argv: &[OsString]) -> Vec<OsString> {
    let mut left: Vec<OsString> = argv.first().cloned().into_iter().collect();
    let mut words = argv.iter().skip(1);
    while let Some(word) = words.next() {
        let bytes = word.as_encoded_bytes();
        if REPORT_WITH_VALUE.iter().any(|option| word == *option) || word == "-o" {
            words.next();
        } else if let Some(parts) = bytes.strip_prefix(b"-Wp,") {
            left.extend(preprocessor_words(parts));
        } else if !is_report(word) && word != "-c" && !has_value_of_an_output(bytes) {
            left.push(word.clone());
        }
    }
    left
}

/// Whether the option is one for an output, with its value behind it in the same word.
fn has_value_of_an_output(word: &[u8]) -> bool {
    word.len() > 2 && word.starts_with(b"-o")
        || REPORT_WITH_VALUE.iter().any(|option| word.starts_with(option.as_bytes()))
}

/// The words behind `-Wp,` that ask for no report.
fn preprocessor_words(parts: &[u8]) -> Option<OsString> {
    let mut left: Vec<&[u8]> = Vec::new();
    let mut parts = parts.split(|byte| *byte == b',');
    while let Some(part) = parts.next() {
        match part {
            // To the preprocessor itself they take the file as their value.
            b"-MD" | b"-MMD" | b"-MF" | b"-MT" | b"-MQ" => _ = parts.next(),
            b"-M" | b"-MM" | b"-MG" | b"-MP" => {}
            other => left.push(other),
        }
    }
    let joined = [&b"-Wp,"[..], &left.join(&b","[..])].concat();
    (!left.is_empty()).then(|| path_bytes::path(&joined).into_os_string())
}

impl Shop<'_> {
    /// Run a link, and have the linker tell what it reads if it can: through an option that people do not see, since
    /// nothing that they get depends on it.
    pub(super) fn link(&self, step: &Step, process: &Process, makes: Makes<'_>) -> Result<Captured> {
        let plain = || self.captured(process, makes);
        let (Some(records), [argv]) = (self.records, &step.commands[..]) else { return plain() };
        let reports = self.tools.linker(step, argv, records, self.effects, self.cancel)?;
        if reports == LinkerReports::Nothing {
            return plain();
        }
        let report = records.report_of(&step.output);
        let mut asking = process.clone();
        let mut option = OsString::from("--dependency-file=");
        option.push(&report);
        asking.argv.extend(["-Xlinker".into(), option]);
        let makes_report = Makes { report: Some(&report), ..makes };
        let captured = self.captured(&asking, makes_report)?;
        if reports == LinkerReports::Depfile {
            return Ok(captured);
        }
        // Whether this linker has the option shows now.
        let says_so = memchr::memmem::find(&captured.output, b"dependency-file").is_some();
        if captured.status == 0 {
            self.tools.linker_reports(step, argv, records, captured.report.is_some())?;
        } else if says_so {
            self.tools.linker_reports(step, argv, records, false)?;
            return plain();
        }
        Ok(captured)
    }

    /// Which files a compile reads that writes a report of the user's own: asked once more, for the names alone.
    pub(super) fn ask_headers(&self, step: &Step, argv: &[OsString]) -> Result<Option<Report>> {
        self.ask(step, without_outputs(argv), |report| vec!["-M".into(), "-MF".into(), report])
    }

    /// Which files the assembler reads for a compile: `.incbin` and `.include`, which the compiler does not see.
    fn ask_assembler(&self, step: &Step, argv: &[OsString]) -> Result<Option<Report>> {
        if cfg!(windows) {
            return Ok(None);
        }
        let words = |more: &[&str], report: OsString| -> Vec<OsString> {
            let assembler = ["-Xassembler".into(), "--MD".into(), "-Xassembler".into(), report];
            let output = ["-c".into(), "-o".into(), "/dev/null".into()];
            more.iter().map(OsString::from).chain(output).chain(assembler).collect()
        };
        match self.ask(step, without_outputs(argv), |report| words(&[], report))? {
            None => self.ask(step, without_outputs(argv), |report| words(&["-fno-integrated-as"], report)),
            files => Ok(files),
        }
    }

    fn ask(
        &self,
        step: &Step,
        mut argv: Vec<OsString>,
        more: impl FnOnce(OsString) -> Vec<OsString>,
    ) -> Result<Option<Report>> {
        let Some(records) = self.records else { return Ok(None) };
        let report = records.report_of(&step.output);
        argv.extend(more(report.clone().into_os_string()));
        let process = Process {
            argv,
            input: records.lock(),
            more_environment: step.environment.clone(),
            ..Process::default()
        };
        let makes = Makes { output: None, report: Some(&report) };
        let captured = match self.captured(&process, makes) {
            Err(crate::Error::Interrupted) => return Err(crate::Error::Interrupted),
            captured => captured.ok().filter(|captured| captured.status == 0),
        };
        let text = captured.and_then(|captured| captured.report);
        let source = step.inputs.first().map_or(Path::new(""), PathBuf::as_path);
        Ok(text.and_then(|text| depfile::parse(&text, source, &step.output)))
    }

    /// What decides over a step's output beside its inputs. `reported` is what was read, as far as that is known.
    pub(super) fn sought(
        &self,
        step: &Step,
        reported: Option<&[PathBuf]>,
        look: &dyn Fn(&Path) -> Sight,
        start: Option<SystemTime>,
    ) -> Result<Vec<Seen>> {
        let variable = |name: &str| command_files::variable(&step.environment, name);
        let mut sought = Vec::new();
        for argv in &step.commands {
            sought.extend(self.parts(argv, &variable));
            if step.kind == Kind::Compile {
                self.searched(step, argv, reported, look, &mut sought)?;
            }
        }
        if step.kind == Kind::Link {
            // A temporary one, of a linker that compiles itself, is gone.
            let read = reported.unwrap_or_default().iter().cloned();
            sought.extend(read.filter(|path| look(path).is_file));
        }
        let mut known = HashSet::new();
        sought.retain(|path| known.insert(path.clone()));
        Ok(sought
            .into_iter()
            .map(|path| Seen { stamp: look(&path).since(start), path, digest: None })
            .collect())
    }

    /// The driver's own programs, where the command line names other folders for them.
    fn parts(&self, argv: &[OsString], variable: &dyn Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
        let mut prefixes = Reads::of(argv, &|_| None, variable).prefixes;
        prefixes.extend(command_files::folders_of(variable("COMPILER_PATH")));
        let of = |prefix: PathBuf| {
            let is_folder = self.sights.look(self.effects, &prefix).is_folder;
            // What is no folder is the beginning of the names.
            let beginning = if is_folder { prefix.join("") } else { prefix.clone() };
            let part = move |name: &&str| {
                let mut whole = beginning.clone().into_os_string();
                whole.push(name);
                PathBuf::from(whole)
            };
            PARTS.iter().map(part).chain((!is_folder).then_some(prefix))
        };
        prefixes.into_iter().flat_map(of).collect()
    }

    /// Where a compile looked for headers, and what its assembler reads.
    fn searched(
        &self,
        step: &Step,
        argv: &[OsString],
        reported: Option<&[PathBuf]>,
        look: &dyn Fn(&Path) -> Sight,
        sought: &mut Vec<PathBuf>,
    ) -> Result<()> {
        let mut read: Vec<PathBuf> = step.inputs.iter().take(1).cloned().collect();
        read.extend(reported.unwrap_or_default().iter().filter(|path| !step.inputs.contains(path)).cloned());
        let variable = |name: &str| command_files::variable(&step.environment, name);
        let folders = Folders::of(argv, &variable);
        let search = Search { folders: &folders, read: &read, texts: self.texts, look };
        if reported.is_some() {
            sought.extend(search.sought());
        }
        let assembled = search.assembled();
        if let Some(names) = assembled {
            let is_compiler = self.tools.takes_depfile(step, argv);
            let asked = if is_compiler { self.ask_assembler(step, argv)? } else { None };
            // What the driver has handed over is gone.
            sought.extend(
                asked.unwrap_or_default().read.into_iter().filter(|path| look(path).stamp != Stamp::Missing),
            );
            sought.extend(names);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn a_report_of_the_users_own_is_seen() {
        for own in ["gcc -MMD -c a.c", "gcc -Wp,-MD,a.d -c a.c", "gcc -M a.c", "gcc -MD -MFx a.c"] {
            assert!(has_own_report(&argv(own)), "{own}");
        }
        assert!(!has_own_report(&argv("gcc -m64 -Wp,-DM -c -DM -MJ a.json a.c")));
    }

    #[test]
    fn a_question_writes_nothing_that_the_command_writes() {
        let left = |text: &str| {
            let words = without_outputs(&argv(text));
            words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(left("gcc -O2 -MMD -MF x.d -MTa -MP -Ii -c a.c -o a.o"), "gcc -O2 -Ii a.c");
        assert_eq!(left("gcc -Wp,-MD,x.d,-DA -Wp,-MMD,y.d -c a.c -oa.o"), "gcc -Wp,-DA a.c");
    }
}
