//! Programs put in front of each compile: caches, and those that compile on other machines.
//!
//! | launcher | what it does with a compile | jobs at once |
//! | --- | --- | --- |
//! | `ccache`, `sccache` | takes the object from its store when the same source was compiled before | as the machine has cores |
//! | `distcc` | preprocesses here, compiles on one of its hosts | the slots of all hosts (`distcc -j`) |
//! | `icecc` | as distcc, with hosts that a scheduler chooses | its scheduler does not tell: as the machine has cores |
//! | any other | what it likes; it is started with the whole command line as its arguments | as the machine has cores |
//!
//! All of them take one source in a command, and none takes a link. Depfile flags (`-MD -MF`) they hand on.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::program;
use crate::effects::{Effects, Process};
use crate::{Error, Result};

/// The environment variable that names a launcher where no option does.
pub const VARIABLE: &str = "OXIDIST_LAUNCHER";

/// A launcher that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launcher {
    /// As the user wrote it.
    program: PathBuf,
}

/// Endings of the sources that launchers know what to do with.
const SOURCES: &[&str] = &[
    "c", "cc", "cp", "cpp", "CPP", "cxx", "c++", "C", "m", "mm", "M", "i", "ii", "mi", "mii", "s", "S", "cu",
];

/// Compiler options whose value is the next word, which is no source even where it ends like one.
const OPTIONS_WITH_VALUE: &[&str] = &[
    "-o",
    "-I",
    "-D",
    "-U",
    "-L",
    "-include",
    "-imacros",
    "-isystem",
    "-idirafter",
    "-iquote",
    "-isysroot",
    "-MF",
    "-MT",
    "-MQ",
    "-Xpreprocessor",
    "-Xassembler",
    "-Xclang",
    "-Xlinker",
    "-x",
    "-arch",
    "-target",
    "-aux-info",
    "-dumpbase",
    "-dumpdir",
    "--param",
    "--sysroot",
    "-F",
    "-iframework",
    "-mllvm",
];

impl Launcher {
    /// The launcher that `option` names, or that [`VARIABLE`] names where the option is not given.
    ///
    /// An empty text means none: `--launcher=` switches off what a configuration file asks for.
    ///
    /// # Errors
    /// [`Error::Option`] if there is no such program.
    pub fn chosen(option: Option<&OsStr>) -> Result<Option<Launcher>> {
        match option {
            Some(text) => Launcher::parse(text, "launcher"),
            None => env::var_os(VARIABLE).map_or(Ok(None), |text| Launcher::parse(&text, VARIABLE)),
        }
    }

    /// `ccache`, `sccache`, `distcc`, `icecc`, or a program by its path; `from` says who named it.
    ///
    /// # Errors
    /// [`Error::Option`] if there is no such program.
    pub fn parse(text: &OsStr, from: &str) -> Result<Option<Launcher>> {
        let trimmed = text.to_str().map_or(text, |text| OsStr::new(text.trim()));
        if trimmed.is_empty() {
            return Ok(None);
        }
        let launcher = Launcher { program: PathBuf::from(trimmed) };
        if !program::candidates(&launcher.program, None).is_empty() {
            return Ok(Some(launcher));
        }
        let (name, known) = (trimmed.display(), program::LAUNCHERS.join(", "));
        Err(Error::Option(if launcher.program.components().count() > 1 {
            format!(
                "{from}: '{name}' is not a program that can be run: correct the path, or leave {from} out"
            )
        } else if program::LAUNCHERS.iter().any(|known| trimmed == *known) {
            format!("{from}: '{name}' is not on the PATH: install it, or leave {from} out")
        } else {
            format!("{from}: '{name}' is not on the PATH: choose one of {known}, or give a program's path")
        }))
    }

    /// A compile's command line with this launcher in it, right in front of the compiler.
    ///
    /// `None` where it has to stay as it is: it has a launcher already, or it is no compile of exactly one source.
    pub fn launched(&self, argv: &[OsString]) -> Option<Vec<OsString>> {
        let at = program::front(argv).compiler;
        let compiler = Path::new(argv.get(at)?);
        if program::is_launched(argv) || compiler == self.program || !compiles_one_source(&argv[at..]) {
            return None;
        }
        let mut launched = argv.to_vec();
        launched.insert(at, self.program.clone().into_os_string());
        Some(launched)
    }

    /// How many jobs keep all of its hosts busy; `None` where it has no hosts, or does not tell.
    pub fn hosts(&self, effects: &dyn Effects) -> Option<usize> {
        if program::name(&self.program) != "distcc" {
            return None;
        }
        let argv = vec![self.program.clone().into_os_string(), "-j".into()];
        let mut distcc = effects.converse(&Process { argv, ..Process::default() }).ok()?;
        let mut answer = String::new();
        // What is wrong with the list of hosts it has said itself; it compiles here then.
        distcc.hear.read_to_string(&mut answer).ok()?;
        answer.trim().parse().ok().filter(|jobs| *jobs > 0)
    }
}

/// Whether `argv`, beginning with the compiler, makes an object of one source.
fn compiles_one_source(argv: &[OsString]) -> bool {
    let like_cl =
        argv.first().is_some_and(|compiler| ["cl", "clang-cl"].contains(&program::name(Path::new(compiler))));
    let (mut compiles, mut sources) = (false, 0);
    let mut words = argv.iter().skip(1);
    while let Some(word) = words.next() {
        if word == "-c" || (like_cl && word == "/c") {
            compiles = true;
        } else if OPTIONS_WITH_VALUE.iter().any(|option| word == option) {
            words.next();
        } else if like_cl
            && ["/Tc", "/Tp", "-Tc", "-Tp"].iter().any(|option| program::starts_with(word, option))
        {
            sources += 1;
        } else if !program::starts_with(word, "-") {
            let ending = Path::new(word).extension();
            sources += usize::from(ending.is_some_and(|ending| SOURCES.iter().any(|known| ending == *known)));
        }
    }
    compiles && sources == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::Disk;

    fn words(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    fn launcher(program: &str) -> Launcher {
        Launcher { program: program.into() }
    }

    fn launched(program: &str, text: &str) -> Option<String> {
        let argv = launcher(program).launched(&words(text))?;
        Some(argv.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_launcher_stands_right_before_the_compiler() {
        let with = launched("ccache", "gcc -O2 -Iinclude -c src/a.c -o build/a.o").unwrap();
        assert_eq!(with, "ccache gcc -O2 -Iinclude -c src/a.c -o build/a.o");
        let with = launched("/opt/bin/wrap", "env LC_ALL=C PATH=/usr/bin g++ -c a.cpp").unwrap();
        assert_eq!(with, "env LC_ALL=C PATH=/usr/bin /opt/bin/wrap g++ -c a.cpp");
        let with = launched("sccache", r"cl.exe /nologo /c /Tca.c /Foa.obj").unwrap();
        assert_eq!(with, r"sccache cl.exe /nologo /c /Tca.c /Foa.obj");
    }

    #[test]
    fn a_command_with_a_launcher_gets_no_second_one() {
        assert_eq!(launched("ccache", "ccache gcc -c a.c"), None);
        assert_eq!(launched("ccache", "/usr/bin/ccache gcc -c a.c"), None);
        assert_eq!(launched("distcc", "ccache gcc -c a.c"), None);
        assert_eq!(launched("./wrap", "./wrap gcc -c a.c"), None);
    }

    #[test]
    fn what_is_no_compile_of_one_source_stays_as_it_is() {
        assert_eq!(launched("ccache", "gcc -shared a.o b.o -o a.so"), None);
        assert_eq!(launched("ccache", "gcc a.c -o a"), None);
        assert_eq!(launched("ccache", "gcc -E a.c"), None);
        assert_eq!(launched("ccache", "gcc -c a.c b.c"), None);
        assert_eq!(launched("ccache", "gcc -c a.f90 -o a.o"), None);
        assert_eq!(launched("ccache", "ar rcs liba.a a.o"), None);
        assert_eq!(launched("ccache", ""), None);
    }

    #[test]
    fn a_file_that_an_option_names_is_no_source() {
        assert!(launched("ccache", "gcc -include config.c -c a.c -MD -MF a.c.d.c -o a.c").is_some());
        assert!(launched("ccache", "gcc -DNAME=b.c -c a.c").is_some());
    }

    #[test]
    fn no_name_means_no_launcher() {
        assert_eq!(Launcher::parse(OsStr::new(""), "launcher").unwrap(), None);
        assert_eq!(Launcher::parse(OsStr::new("  "), "launcher").unwrap(), None);
    }

    #[test]
    fn a_program_by_its_path_or_from_the_path_is_a_launcher() {
        let program = std::env::current_exe().unwrap();
        let found = Launcher::parse(program.as_os_str(), "launcher").unwrap().unwrap();
        assert_eq!(found.program, program);
        assert_eq!(found.hosts(&Disk::default()), None);
    }

    #[test]
    fn a_launcher_that_is_not_there_is_one_clear_line() {
        let line = |text: &str, from| Launcher::parse(OsStr::new(text), from).unwrap_err().to_string();
        assert_eq!(
            line("/no/such/ccache", "OXIDIST_LAUNCHER"),
            "OXIDIST_LAUNCHER: '/no/such/ccache' is not a program that can be run: correct the path, or leave \
             OXIDIST_LAUNCHER out"
        );
        assert_eq!(
            line("ccahce", "launcher"),
            "launcher: 'ccahce' is not on the PATH: choose one of ccache, sccache, distcc, icecc, or give a \
             program's path"
        );
        // Whatever this machine has: a known name that is missing says to install it.
        if program::candidates(Path::new("icecc"), None).is_empty() {
            let text = line("icecc", "launcher");
            assert_eq!(text, "launcher: 'icecc' is not on the PATH: install it, or leave launcher out");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_width_of_distcc_is_what_it_says_itself() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let distcc = folder.path().join("distcc");
        let ask = |script: &str| {
            std::fs::write(&distcc, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&distcc, std::fs::Permissions::from_mode(0o755)).unwrap();
            Launcher { program: distcc.clone() }.hosts(&Disk::default())
        };
        assert_eq!(ask("test \"$*\" = -j && echo 11"), Some(11));
        assert_eq!(ask("exit 1"), None);
        assert_eq!(ask("echo no hosts"), None);
        assert_eq!(ask("echo 0"), None);
    }
}
