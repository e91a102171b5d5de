//! Files that options have a compiler or linker write beside its output, and what it reads there: a table of options.
//!
//! Steps that write the same such file must not run at once. A file has a path where an option names it. Where the
//! compiler makes up the name, of the source's last name and in the working folder (`-save-temps=cwd` writes `core.i`
//! and `core.s`), one path stands for all of them.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::path_bytes;
use super::step::{Kind, Step};

/// How an option and its value stand in a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The word alone.
    Word,
    /// `-option=value`: the value is behind the first `=`. The option is how the word begins.
    AfterEquals,
    /// `-optionvalue`.
    Joined,
    /// `-option value`.
    Next,
}

/// Where the option's file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The value is its path.
    Named,
    /// In the working folder, by the last name of the source (of the output, for a link).
    ByStem,
    /// In the folder that the value is (the working folder without one), by names that only the source tells.
    InFolder,
}

use Form::{AfterEquals, Joined, Next, Word};
use Place::{ByStem, InFolder, Named};

/// Options of GCC, Clang and others like them. Those that write only beside the output, under its name (`-gsplit-dwarf`,
/// `-fstack-usage`, `--coverage`, `-ftime-trace`, `-MD`, `-save-temps=obj`), are not here: outputs have names of
/// their own.
const OPTIONS: &[(&str, Form, Place)] = &[
    // Clang, and GCC before 11, take the working folder without `=cwd`, too.
    ("-save-temps", Word, ByStem),
    ("-save-temps=cwd", Word, ByStem),
    ("--save-temps", Word, ByStem),
    ("--save-temps=cwd", Word, ByStem),
    ("-save-stats", Word, ByStem),
    ("-save-stats=cwd", Word, ByStem),
    ("--save-stats", Word, ByStem),
    ("--save-stats=cwd", Word, ByStem),
    // Nvidia's.
    ("-keep", Word, ByStem),
    ("--keep", Word, ByStem),
    // GCC: what an `.ads` file is called is known from the headers only.
    ("-fdump-ada-spec", Joined, InFolder),
    ("-fdump-", AfterEquals, Named),
    // GCC before 11 has these in the working folder.
    ("-fdump-", Joined, ByStem),
    ("-da", Word, ByStem),
    ("-fdiagnostics-format=json-file", Word, ByStem),
    ("-fdiagnostics-format=sarif-file", Word, ByStem),
    ("-fdiagnostics-add-output=sarif", Joined, ByStem),
    ("-fdiagnostics-add-output=experimental-html", Joined, ByStem),
    ("-fdiagnostics-set-output=sarif", Joined, ByStem),
    ("-gen-decls", Word, ByStem),
    // One name for every source.
    ("-dumpbase", Next, Named),
    ("-aux-info", Next, Named),
    ("-aux-info=", AfterEquals, Named),
    ("-fopt-info", AfterEquals, Named),
    ("-fprofile-note=", AfterEquals, Named),
    ("-fdeps-file=", AfterEquals, Named),
    ("-foptimization-record-file=", AfterEquals, Named),
    ("-fproc-stat-report=", AfterEquals, Named),
    ("-ftime-trace=", AfterEquals, Named),
    ("-fmodule-output=", AfterEquals, Named),
    ("-fthin-link-bitcode=", AfterEquals, Named),
    ("-qopt-report-file=", AfterEquals, Named),
    ("-opt-report-file=", AfterEquals, Named),
    ("-MF", Next, Named),
    ("-MF", Joined, Named),
    ("-MJ", Next, Named),
    ("-MJ", Joined, Named),
    ("--serialize-diagnostics", Next, Named),
    ("-serialize-diagnostics", Next, Named),
    // Clang's inner options, behind `-Xclang`.
    ("-dependency-file", Next, Named),
    ("-dependency-dot", Next, Named),
    ("-diagnostic-log-file", Next, Named),
    ("-diagnostic-serialized-file", Next, Named),
    ("-serialize-diagnostic-file", Next, Named),
    ("-header-include-file", Next, Named),
    ("-stack-usage-file", Next, Named),
    ("-stats-file=", AfterEquals, Named),
    ("-split-dwarf-output", Next, Named),
    ("-split-dwarf-file", Next, Named),
    ("-coverage-notes-file=", AfterEquals, Named),
    ("-opt-record-file", Next, Named),
    // Microsoft's.
    ("/FA", Word, ByStem),
    ("/FAs", Word, ByStem),
    ("/FAc", Word, ByStem),
    ("/FAcs", Word, ByStem),
    ("/Fa", Joined, Named),
    ("/FR", Joined, Named),
    ("/Fr", Joined, Named),
    ("/Fm", Joined, Named),
    ("/Fi", Joined, Named),
    ("/ifcOutput", Next, Named),
    ("/MAP:", Joined, Named),
    ("/PDB:", Joined, Named),
    ("/IMPLIB:", Joined, Named),
    ("/PGD:", Joined, Named),
    ("/MANIFESTFILE:", Joined, Named),
];

/// Options of preprocessors, behind `-Wp,` and `-Xpreprocessor`.
const OF_PREPROCESSORS: &[(&str, Form, Place)] =
    &[("-MD", Next, Named), ("-MMD", Next, Named), ("-MF", Next, Named), ("-MF", Joined, Named)];

/// Options of assemblers, behind `-Wa,` and `-Xassembler`.
const OF_ASSEMBLERS: &[(&str, Form, Place)] =
    &[("-a", AfterEquals, Named), ("--MD", Next, Named), ("--MD=", AfterEquals, Named)];

/// Options of linkers, behind `-Wl,` and `-Xlinker`: those with two dashes have one as well.
const OF_LINKERS: &[(&str, Form, Place)] = &[
    ("-Map", Next, Named),
    ("-Map=", AfterEquals, Named),
    ("-map", Next, Named),
    ("-out-implib", Next, Named),
    ("-out-implib=", AfterEquals, Named),
    ("-output-def", Next, Named),
    ("-output-def=", AfterEquals, Named),
    ("-dependency-file", Next, Named),
    ("-dependency-file=", AfterEquals, Named),
    ("-dependency_info", Next, Named),
    ("-object_path_lto", Next, Named),
    ("-lto-obj-path=", AfterEquals, Named),
    ("-reproduce", Next, Named),
    ("-reproduce=", AfterEquals, Named),
    ("-pdb=", AfterEquals, Named),
    ("-time-trace=", AfterEquals, Named),
    ("-print-symbol-order=", AfterEquals, Named),
    ("-print-archive-stats=", AfterEquals, Named),
];

/// Endings of sources that may hold Fortran modules: the compiler writes a file for each module that it meets.
const FORTRAN: &[&str] = &["f", "for", "ftn", "f77", "f90", "f95", "f03", "f08", "f18", "f23"];

/// Where Fortran's module files go, instead of the working folder.
const MODULE_FOLDERS: &[(&str, Form, Place)] = &[
    ("-J", Next, InFolder),
    ("-J", Joined, InFolder),
    ("-module", Next, InFolder),
    ("-module:", Joined, InFolder),
    ("-module-dir", Next, InFolder),
    ("-fmod=", AfterEquals, InFolder),
    ("-qmoddir=", AfterEquals, InFolder),
    ("-moddir=", AfterEquals, InFolder),
    ("-mdir", Next, InFolder),
];

/// No file of any compiler has this name: it stands for all that are called by the folder's sources.
const ANY: &str = "\u{0}any";

/// The files that a step writes beside its output, where another step may write the same.
pub(super) fn written(step: &Step) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for argv in &step.commands {
        let mut parts = Parts::of(argv);
        // `-dumpdir` alone gives the names that are made up another beginning.
        let mut folder = PathBuf::new();
        for (at, word) in parts.driver.iter().enumerate() {
            if word == "-dumpdir" {
                folder = parts.driver.get(at + 1).map(PathBuf::from).unwrap_or_default();
            }
        }
        let mut add = |place: Place, value: Option<PathBuf>| match (place, value) {
            (Named, Some(value)) if is_a_file(&value) => found.push(value),
            (Named, _) => {}
            (ByStem, _) => found.push(by_stem(step, &folder)),
            (InFolder, value) => found.push(value.unwrap_or_default().join(ANY)),
        };
        parts.driver.drain(..1.min(parts.driver.len()));
        look(&parts.driver, OPTIONS, &mut add);
        look(&parts.preprocessor, OF_PREPROCESSORS, &mut add);
        look(&parts.assembler, OF_ASSEMBLERS, &mut add);
        let linker: Vec<OsString> = parts.linker.iter().map(|word| one_dash(word)).collect();
        look(&linker, OF_LINKERS, &mut add);
        if step.kind == Kind::Compile && is_fortran(step) {
            let mut folders = Vec::new();
            look(&parts.driver, MODULE_FOLDERS, &mut |_, value| folders.push(value.unwrap_or_default()));
            found.push(folders.pop().unwrap_or_default().join(ANY));
        }
    }
    found.dedup();
    found
}

/// Files that a compile looks for beside its output or at named places, and reads where they are there: profiles, and
/// compiled modules. Folders are among them, since what is in one may change which file is read.
pub(super) fn read(step: &Step, list: &dyn Fn(&Path) -> Vec<PathBuf>) -> Vec<PathBuf> {
    if step.kind != Kind::Compile {
        return Vec::new();
    }
    let mut found = Vec::new();
    for argv in &step.commands {
        for word in &Parts::of(argv).driver {
            let Some(text) = word.to_str() else { continue };
            let value = |option: &str| text.strip_prefix(option).filter(|value| !value.is_empty());
            let in_folder = |folder: &str, ending: &str| {
                let all = list(Path::new(folder)).into_iter();
                all.filter(|path| path.extension().is_some_and(|found| found == ending)).collect::<Vec<_>>()
            };
            if ["-fprofile-use", "-fbranch-probabilities", "-fprofile-arcs-use"].contains(&text) {
                found.push(step.output.with_extension("gcda"));
                found.push("default.profdata".into());
            } else if let Some(path) = value("-fprofile-use=").or(value("-fprofile-dir=")) {
                found.push(path.into());
                found.push(Path::new(path).join("default.profdata"));
                found.extend(in_folder(path, "gcda"));
            } else if let Some(path) = value("-fprofile-sample-use=").or(value("-fauto-profile=")) {
                found.push(path.into());
            } else if text == "-fauto-profile" {
                found.push("fbdata.afdo".into());
            } else if let Some(path) = value("-fprebuilt-module-path=") {
                found.push(path.into());
                found.extend(in_folder(path, "pcm"));
            } else if let Some(path) = value("-fmodule-file=") {
                found.push(path.split_once('=').map_or(path, |(_, path)| path).into());
            } else if let Some(path) =
                value("-fmodule-mapper=").filter(|mapper| !mapper.contains([':', '|', '<']))
            {
                found.push(path.into());
            }
        }
    }
    found
}

/// The words of a command line, by the program that reads them.
#[derive(Debug, Default)]
struct Parts {
    driver: Vec<OsString>,
    preprocessor: Vec<OsString>,
    assembler: Vec<OsString>,
    linker: Vec<OsString>,
}

impl Parts {
    fn of(argv: &[OsString]) -> Parts {
        let mut parts = Parts::default();
        let mut words = argv.iter();
        while let Some(word) = words.next() {
            let for_other = [
                ("-Wp,", "-Xpreprocessor", &mut parts.preprocessor),
                ("-Wa,", "-Xassembler", &mut parts.assembler),
                ("-Wl,", "-Xlinker", &mut parts.linker),
            ];
            let mut is_for_other = false;
            for (listed, single, list) in for_other {
                if let Some(values) = word.as_encoded_bytes().strip_prefix(listed.as_bytes()) {
                    list.extend(values.split(|byte| *byte == b',').map(|part| path_bytes::path(part).into()));
                    is_for_other = true;
                } else if word == single {
                    list.extend(words.next().cloned());
                    is_for_other = true;
                }
            }
            // Clang's inner words are as good as its own.
            if !is_for_other && word != "-Xclang" {
                parts.driver.push(word.clone());
            }
        }
        parts
    }
}

/// Call `found` for each option of `table` that is among `words`.
fn look(words: &[OsString], table: &[(&str, Form, Place)], found: &mut dyn FnMut(Place, Option<PathBuf>)) {
    for (at, word) in words.iter().enumerate() {
        let bytes = word.as_encoded_bytes();
        for (option, form, place) in table {
            let Some(rest) = bytes.strip_prefix(option.as_bytes()) else { continue };
            let value = match form {
                Word if rest.is_empty() => None,
                Next if rest.is_empty() => match words.get(at + 1) {
                    Some(value) => Some(value.as_encoded_bytes()),
                    None => continue,
                },
                Joined if !rest.is_empty() || *place != Named => Some(rest),
                AfterEquals => match bytes.iter().position(|byte| *byte == b'=') {
                    Some(equals) => Some(&bytes[equals + 1..]),
                    None => continue,
                },
                Word | Next | Joined => continue,
            };
            // The rest of an option's own name is no folder.
            let value = value.filter(|_| !(*place == InFolder && option.starts_with("-fdump")));
            found(*place, value.map(path_bytes::path));
            break;
        }
    }
}

fn by_stem(step: &Step, folder: &Path) -> PathBuf {
    let of = match step.kind {
        Kind::Generate | Kind::Compile => step.inputs.first().unwrap_or(&step.output),
        Kind::Link | Kind::Archive => &step.output,
    };
    let stem = of.file_stem().unwrap_or_default().to_ascii_lowercase();
    let mut name = folder.as_os_str().to_os_string();
    name.push(stem);
    name.push(ANY);
    name.into()
}

/// Whether what an option names is a file, and not a stream or a device.
fn is_a_file(value: &Path) -> bool {
    let text = value.as_os_str();
    !(text.is_empty()
        || ["-", "stdout", "stderr"].iter().any(|stream| text == *stream)
        || value.starts_with("/dev"))
}

fn is_fortran(step: &Step) -> bool {
    let ending = step.inputs.first().and_then(|source| source.extension()).map(OsStr::to_ascii_lowercase);
    ending.is_some_and(|ending| FORTRAN.iter().any(|known| ending == *known))
}

fn one_dash(word: &OsStr) -> OsString {
    match word.as_encoded_bytes().strip_prefix(b"--") {
        Some(rest) => path_bytes::path(&[b"-", rest].concat()).into(),
        None => word.to_os_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(kind: Kind, text: &str, source: &str, output: &str) -> Step {
        Step {
            kind,
            commands: vec![text.split(' ').map(OsString::from).collect()],
            output: output.into(),
            inputs: vec![source.into()],
            depends: vec![],
            beside: vec![],
            environment: vec![],
            ordered: false,
            force: false,
        }
    }

    fn compiled(flags: &str) -> Vec<String> {
        let step = step(Kind::Compile, &format!("gcc {flags} -c src/Core.c"), "src/Core.c", "out/Core.o");
        let text = |path: PathBuf| path.to_str().unwrap().replace(ANY, "*");
        written(&step).into_iter().map(text).collect()
    }

    #[test]
    fn an_option_that_names_a_file_has_it_written() {
        for (flags, file) in [
            ("-aux-info a.x", "a.x"),
            ("-aux-info=a.x", "a.x"),
            ("-fdump-tree-gimple=g.txt", "g.txt"),
            ("-fdump-go-spec=go.txt", "go.txt"),
            ("-fopt-info-vec-missed=o.txt", "o.txt"),
            ("-fprofile-note=n.gcno", "n.gcno"),
            ("-foptimization-record-file=r.yaml", "r.yaml"),
            ("-fproc-stat-report=p.csv", "p.csv"),
            ("-MD -MF d.d", "d.d"),
            ("-MMD -MFd.d", "d.d"),
            ("-MJ j.json", "j.json"),
            ("--serialize-diagnostics s.dia", "s.dia"),
            ("-Xclang -stack-usage-file -Xclang s.su", "s.su"),
            ("-Xclang -stats-file=s.json", "s.json"),
            ("-Wp,-MD,w.d", "w.d"),
            ("-Wp,-MMD,w.d", "w.d"),
            ("-Wa,-ahl=l.txt", "l.txt"),
            ("-Wa,--MD,l.d", "l.d"),
            ("-Xassembler -aln=l.txt", "l.txt"),
            ("-fthin-link-bitcode=t.bc", "t.bc"),
            ("-dumpbase all", "all"),
        ] {
            assert_eq!(compiled(flags), [file], "{flags}");
        }
        for nothing in [
            "",
            "-O2 -g -fPIC",
            "-fopt-info",
            "-fopt-info-all=stderr",
            "-fdump-tree-all=stdout -MF -",
            "-Wa,-a",
            "-MD",
            "-save-temps=obj",
            "-dumpversion",
            "-fdump-go-spec=/dev/null",
        ] {
            let found = compiled(nothing);
            assert!(
                found.iter().all(|file| nothing.contains("-fdump") && file == "core*"),
                "{nothing}: {found:?}"
            );
        }
    }

    #[test]
    fn names_that_the_compiler_makes_up_are_the_sources() {
        for flags in [
            "-save-temps",
            "-save-temps=cwd",
            "-save-stats",
            "-fdiagnostics-format=sarif-file",
            "-da",
            "-fdump-tree-all",
        ] {
            assert_eq!(compiled(flags), ["core*"], "{flags}");
        }
        assert_eq!(compiled("-dumpdir t/x- -save-temps"), ["t/x-core*"]);
        assert_eq!(compiled("-fdump-ada-spec"), ["*"]);
        assert_eq!(compiled("-fdump-ada-spec-slim"), ["*"]);
    }

    #[test]
    fn fortran_writes_its_modules_where_it_is_told_to() {
        let of = |flags: &str| {
            let found = written(&step(Kind::Compile, &format!("gfortran {flags} -c a.F90"), "a.F90", "a.o"));
            found.iter().map(|path| path.to_str().unwrap().replace(ANY, "*")).collect::<Vec<_>>()
        };
        assert_eq!(of("-O2"), ["*"]);
        assert_eq!(of("-J mods"), ["mods/*"]);
        assert_eq!(of("-Jmods"), ["mods/*"]);
        assert_eq!(of("-module mods"), ["mods/*"]);
    }

    #[test]
    fn a_linker_writes_maps_and_import_libraries() {
        for flags in [
            "-Wl,-Map=a.map",
            "-Wl,-Map,a.map",
            "-Wl,--Map=a.map",
            "-Xlinker -Map=a.map",
            "-Xlinker -Map -Xlinker a.map",
            "-Wl,--out-implib,a.map",
            "-Wl,--dependency-file=a.map",
            "-Wl,-dependency_info,a.map",
            "/MAP:a.map",
        ] {
            let step = step(Kind::Link, &format!("gcc -shared a.o {flags}"), "a.o", "a.so");
            assert_eq!(written(&step), [PathBuf::from("a.map")], "{flags}");
        }
        let step = step(Kind::Link, "gcc -shared -flto -save-temps=cwd a.o", "a.o", "lib/core.abi3.so");
        assert_eq!(written(&step), [PathBuf::from(format!("core.abi3{ANY}"))]);
    }

    #[test]
    fn profiles_and_compiled_modules_are_read() {
        let of = |flags: &str| {
            let step = step(Kind::Compile, &format!("gcc {flags} -c a.c"), "a.c", "out/a.o");
            read(&step, &|folder| vec![folder.join("x.gcda"), folder.join("y.pcm"), folder.join("z")])
        };
        assert_eq!(of("-fprofile-use"), [PathBuf::from("out/a.gcda"), "default.profdata".into()]);
        assert_eq!(
            of("-fprofile-use=p"),
            [PathBuf::from("p"), "p/default.profdata".into(), "p/x.gcda".into()]
        );
        assert_eq!(of("-fprebuilt-module-path=m"), [PathBuf::from("m"), "m/y.pcm".into()]);
        assert_eq!(of("-fmodule-file=deep=d.pcm"), [PathBuf::from("d.pcm")]);
        assert_eq!(of("-fmodule-file=d.pcm"), [PathBuf::from("d.pcm")]);
        assert!(of("-O2").is_empty());
    }
}
