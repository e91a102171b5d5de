//! Which compiler a command line means, how it reports what it reads, and which variables it obeys.
//!
//! | a change of | makes another compiler |
//! | --- | --- |
//! | the file that runs, found on the PATH, links followed: its path, size or time | yes |
//! | a script that stands in its place: the script's own path, size or time | yes; what it starts is not known |
//! | `env NAME=value`, launchers and others in front of it (`ccache gcc`, `/usr/lib/ccache/gcc`, `nice gcc`) | no: the compiler behind them counts |
//! | where on the PATH it was found, links that lead to the same file | no |

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::program;
use crate::compile::Reports;

/// The compiler (linker, archiver) that a command line starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The file itself: absolute, all links followed.
    pub program: PathBuf,
    /// Bytes.
    pub len: u64,
    /// Nanoseconds since 1970, negative before.
    pub modified: i128,
}

impl Identity {
    /// The identity of what `argv` runs now; `None` where there is no such program.
    pub fn of(argv: &[OsString]) -> Option<Identity> {
        Identity::on(None, argv)
    }

    /// The same, where programs are looked for in the folders of `path` (`None`: the PATH of this process).
    pub fn on(path: Option<&OsStr>, argv: &[OsString]) -> Option<Identity> {
        let front = program::front(argv);
        let path = front.path.as_deref().or(path);
        let compiler = Path::new(argv.get(front.compiler)?);
        let found = program::candidates(compiler, path);
        let mut files = found.iter().map(|file| program::resolve(file));
        let (file, masked) = files.next()?;
        if !masked {
            return Identity::of_file(file);
        }
        // A launcher under the compiler's name runs the next of that name which is the compiler. Given by its path,
        // it is not among the candidates that it looks through itself.
        let name = compiler.file_name()?;
        let behind = program::candidates(Path::new(name), path);
        let mut behind = behind.iter().map(|file| program::resolve(file));
        Identity::of_file(behind.find(|(_, masked)| !masked).map_or(file, |(behind, _)| behind))
    }

    fn of_file(program: PathBuf) -> Option<Identity> {
        let metadata = program.metadata().ok()?;
        let modified = nanoseconds(metadata.modified().ok()?);
        Some(Identity { program, len: metadata.len(), modified })
    }
}

fn nanoseconds(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// The file that a command line starts: the first of that name on the PATH, unless it names a path itself.
pub fn started(argv: &[OsString]) -> Option<PathBuf> {
    program::candidates(Path::new(argv.first()?), None).into_iter().next()
}

/// The words of `argv` that say which compiler it is, with what stands before it: command lines that begin with the same
/// ones have the same [`Identity`].
pub fn front(argv: &[OsString]) -> &[OsString] {
    &argv[..program::front(argv).end]
}

/// Compilers with Microsoft's options.
const LIKE_CL: &[&str] = &["cl", "clang-cl", "icl"];

/// What `--version` says of compilers that take `-MD -MF`.
const TAKE_DEPFILE: &[&str] = &[
    // GCC under any name, with any vendor's text in front. Its assembler, and other programs of GNU, say this in other
    // words.
    "This is free software; see the source for copying conditions",
    // Clang, also Apple's, AMD's, IBM's and `zig cc`.
    "clang version",
    // Intel's two generations.
    "(ICC)",
    "oneAPI DPC++/C++",
    // Emscripten, whose own text comes before Clang's.
    "emcc (Emscripten",
    "tcc version",
];

/// How the compiler of `argv` reports, as far as its name alone tells; `None` where it has to be asked
/// ([`question`]).
pub fn reports_by_name(argv: &[OsString]) -> Option<Reports> {
    let compiler = argv.get(program::front(argv).compiler)?;
    let name = program::name(Path::new(compiler)).to_ascii_lowercase();
    LIKE_CL.contains(&name.as_str()).then_some(Reports::ShowIncludes)
}

/// Linkers that are no driver of a compiler, take Microsoft's or Borland's words, and are not to be asked
/// [`question`].
const LIKE_LINK: &[&str] = &["link", "lld-link", "xilink", "ilink32", "tlink32"];

/// Whether the program of `argv` is a linker that takes Microsoft's words, or Borland's, by its name.
pub fn is_linker_by_name(argv: &[OsString]) -> bool {
    let Some(linker) = argv.get(program::front(argv).compiler) else { return false };
    LIKE_LINK.contains(&program::name(Path::new(linker)).to_ascii_lowercase().as_str())
}

/// How a compiler reports that answers [`question`] so.
pub fn reports_by_answer(answer: &str) -> Reports {
    if TAKE_DEPFILE.iter().any(|text| answer.contains(text)) { Reports::Depfile } else { Reports::Nothing }
}

/// Whether a compiler that answers [`question`] so knows `-fdiagnostics-color=always`: Clang, and GCC from 4.9 on.
pub fn knows_colours(answer: &str) -> bool {
    if answer.contains("clang version") {
        return true;
    }
    let is_gcc = answer.contains("Free Software Foundation") && answer.contains("This is free software");
    let line = answer.lines().next().unwrap_or_default();
    let version = line.split_whitespace().rev().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let mut numbers = version.unwrap_or_default().split('.').map(|number| number.parse().unwrap_or(0));
    let version: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    is_gcc && version >= (4, 9)
}

/// The command line that asks the compiler of `argv` what it is, in English (`LC_ALL=C`). What it writes, whatever its exit status, goes to
/// [`reports_by_answer`]; one that cannot be run has said nothing.
pub fn question(argv: &[OsString]) -> Vec<OsString> {
    front(argv).iter().cloned().chain(["--version".into()]).collect()
}

/// Environment variables that change what compilers, assemblers, linkers and archivers make. One that ends in `*`
/// stands for all that begin so.
pub const VARIABLES: &[&str] = &[
    // GCC, Clang: folders searched for headers, in every language or in one.
    "CPATH",
    "C_INCLUDE_PATH",
    "CPLUS_INCLUDE_PATH",
    "OBJC_INCLUDE_PATH",
    "OBJCPLUS_INCLUDE_PATH",
    // GCC, Clang: where their own parts (cc1, as, ld) and libraries are.
    "COMPILER_PATH",
    "GCC_EXEC_PREFIX",
    "LIBRARY_PATH",
    // GCC: everything is compiled twice, and compared.
    "GCC_COMPARE_DEBUG",
    // Clang: options added, taken away, or not read from its configuration files.
    "CCC_OVERRIDE_OPTIONS",
    "CLANG_NO_DEFAULT_CONFIG",
    // What __DATE__, __TIME__ and time stamps in archives say.
    "SOURCE_DATE_EPOCH",
    // Apple: archives and objects without time stamps.
    "ZERO_AR_DATE",
    // Apple: which SDK, which tools, and the oldest system that the result must run on.
    "SDKROOT",
    "DEVELOPER_DIR",
    "TOOLCHAINS",
    "MACOSX_DEPLOYMENT_TARGET",
    "IPHONEOS_DEPLOYMENT_TARGET",
    "TVOS_DEPLOYMENT_TARGET",
    "WATCHOS_DEPLOYMENT_TARGET",
    "XROS_DEPLOYMENT_TARGET",
    // GNU ld: the run path where no option gives one, the output's format and emulation.
    "LD_RUN_PATH",
    "GNUTARGET",
    "LDEMULATION",
    // Solaris ld: more options.
    "LD_OPTIONS",
    // AIX: 32 or 64 bits, for compiler, assembler and archiver alike.
    "OBJECT_MODE",
    // Microsoft's compiler, assembler and linker: options before and after those of the command line.
    "CL",
    "_CL_",
    "ML",
    "LINK",
    "_LINK_",
    // Microsoft: folders of headers and libraries.
    "INCLUDE",
    "EXTERNAL_INCLUDE",
    "LIB",
    "LIBPATH",
    // Intel: files with more options.
    "ICCCFG",
    "ICPCCFG",
    "ICXCFG",
    "ICPXCFG",
    // Nvidia, Emscripten: more options.
    "NVCC_PREPEND_FLAGS",
    "NVCC_APPEND_FLAGS",
    "EMCC_CFLAGS",
    // The wrapper scripts of Nix: more options, also under names that end in the target's.
    "NIX_CFLAGS_*",
    "NIX_CXXSTDLIB_*",
    "NIX_LDFLAGS*",
    "NIX_HARDENING_ENABLE*",
    // Launchers: which compiler is run in place of the named one, here or on another machine.
    "CCACHE_COMPILER",
    "ICECC_CC",
    "ICECC_CXX",
    "ICECC_VERSION",
];

/// Says which characters a source file is in: see [`environment`].
const CHARSET: &str = "LC_CTYPE";

/// Those of [`VARIABLES`] that are set, with their values, by name.
///
/// The locale counts as GCC takes it: only its character set, and only where that is not UTF-8, ASCII or the
/// default. It is there as `LC_CTYPE`.
pub fn environment() -> Vec<(OsString, OsString)> {
    obeyed(env::vars_os())
}

/// Those of `variables`, which are set beside this process's own, that change what compilers make.
pub fn obeyed_of(variables: &[(OsString, OsString)]) -> Vec<(OsString, OsString)> {
    variables.iter().filter(|(name, _)| is_listed(name)).cloned().collect()
}

fn obeyed(variables: impl Iterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
    let all: BTreeMap<OsString, OsString> = variables.collect();
    let mut obeyed: BTreeMap<_, _> = all.iter().filter(|(name, _)| is_listed(name)).collect();
    let (name, charset) = (OsString::from(CHARSET), charset(&all));
    if let Some(charset) = &charset {
        obeyed.insert(&name, charset);
    }
    obeyed.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn is_listed(name: &OsStr) -> bool {
    VARIABLES.iter().any(|listed| match listed.strip_suffix('*') {
        Some(beginning) => program::starts_with(name, beginning),
        None => name == *listed,
    })
}

/// The character set of the locale that the variables choose, where it makes a difference.
fn charset(variables: &BTreeMap<OsString, OsString>) -> Option<OsString> {
    let is_set = |name: &&str| variables.get(OsStr::new(*name)).is_some_and(|value| !value.is_empty());
    let chosen = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find(is_set)?;
    let (_, charset) = variables.get(OsStr::new(chosen))?.to_str()?.split_once('.')?;
    let charset = charset.split('@').next()?.to_ascii_lowercase().replace('-', "");
    (charset != "utf8").then(|| charset.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    /// A folder with programs in it, each a small executable script.
    #[cfg(unix)]
    fn programs(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, "#!/bin/sh\n").unwrap();
            let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(&file, executable).unwrap();
        }
        folder
    }

    #[cfg(unix)]
    fn of(path: &Path, command: &str) -> Option<Identity> {
        let mut argv = vec!["env".into(), format!("PATH={}", path.display()).into()];
        argv.extend(words(command));
        Identity::of(&argv)
    }

    #[cfg(unix)]
    #[test]
    fn links_launchers_and_env_lead_to_one_compiler() {
        let folder = programs(&["bin/real-gcc", "bin/ccache"]);
        let bin = folder.path().join("bin");
        std::os::unix::fs::symlink("real-gcc", bin.join("gcc")).unwrap();
        let gcc = of(&bin, "gcc -c a.c").unwrap();
        assert_eq!(gcc.program, bin.join("real-gcc").canonicalize().unwrap());
        assert_eq!(gcc.len, 10);
        for other in ["ccache gcc", "distcc gcc", "env A=1 real-gcc", "ccache A=1 gcc -O2"] {
            assert_eq!(of(&bin, other), Some(gcc.clone()), "{other}");
        }
        assert_eq!(of(&bin, &format!("{}/gcc", bin.display())), Some(gcc));
        assert_eq!(of(&bin, "clang"), None);
        assert_eq!(Identity::of(&[]), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_launcher_named_like_a_compiler_stands_for_the_next_of_that_name() {
        let folder = programs(&["bin/gcc", "bin/ccache"]);
        let masks = folder.path().join("masks");
        std::fs::create_dir(&masks).unwrap();
        std::os::unix::fs::symlink("../bin/ccache", masks.join("gcc")).unwrap();
        let bin = folder.path().join("bin");
        let path = PathBuf::from(env::join_paths([&masks, &bin]).unwrap());
        let real = of(&bin, "gcc").unwrap();
        assert_eq!(of(&path, "gcc"), Some(real.clone()));
        assert_eq!(of(&path, &format!("{}/gcc", masks.display())), Some(real));
        // With no compiler behind it, the launcher is all there is to see.
        assert_eq!(of(&masks, "gcc").unwrap().program, bin.join("ccache").canonicalize().unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn another_size_or_time_is_another_compiler() {
        let folder = programs(&["gcc"]);
        let gcc = folder.path().join("gcc");
        let before = of(folder.path(), "gcc").unwrap();
        assert_eq!(of(folder.path(), "gcc"), Some(before.clone()));
        let file = std::fs::File::options().write(true).open(&gcc).unwrap();
        // Older counts as much as newer.
        file.set_modified(UNIX_EPOCH - std::time::Duration::from_nanos(1)).unwrap();
        let older = of(folder.path(), "gcc").unwrap();
        assert_eq!(older.modified, -1);
        assert_ne!(older, before);
        file.set_len(3).unwrap();
        file.set_modified(UNIX_EPOCH - std::time::Duration::from_nanos(1)).unwrap();
        assert_ne!(of(folder.path(), "gcc"), Some(older));
    }

    #[test]
    fn the_front_of_a_command_line_ends_with_its_compiler() {
        assert_eq!(front(&words("env A=1 ccache gcc -c a.c")), words("env A=1 ccache gcc"));
        assert_eq!(front(&words("gcc")), words("gcc"));
        assert!(front(&[]).is_empty());
        assert_eq!(question(&words("ccache gcc -pthread -c")), words("ccache gcc --version"));
    }

    #[test]
    fn compilers_that_take_depfile_flags_say_so_themselves() {
        let depfile = [
            "gcc (Debian 12.2.0-14) 12.2.0\nCopyright (C) 2022 Free Software Foundation, Inc.\n\
             This is free software; see the source for copying conditions.  There is NO\n",
            "Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu\n",
            "Apple clang version 15.0.0 (clang-1500.3.9.4)\n",
            "icc (ICC) 2021.10.0 20230609\nCopyright (C) 1985-2023 Intel Corporation.\n",
            "Intel(R) oneAPI DPC++/C++ Compiler 2024.0.0\n",
            "tcc version 0.9.27 (x86_64 Linux)\n",
        ];
        for answer in depfile {
            assert_eq!(reports_by_answer(answer), Reports::Depfile, "{answer}");
        }
        let touch = "touch (GNU coreutils) 9.1\nCopyright (C) 2022 Free Software Foundation, Inc.\n";
        for answer in
            [touch, "", "mycc 1.0\n", "mycc: unknown option --version\n", "nvc 23.11-0 64-bit target\n"]
        {
            assert_eq!(reports_by_answer(answer), Reports::Nothing, "{answer}");
        }
    }

    #[test]
    fn colours_are_known_to_clang_and_to_gcc_since_its_version_4_9() {
        let gcc = |version: &str| {
            format!(
                "gcc (Debian {version}-1) {version}\nCopyright (C) 2022 Free Software Foundation, Inc.\n\
                 This is free software; see the source for copying conditions.  There is NO\n"
            )
        };
        for (answer, is) in [
            (gcc("12.2.0"), true),
            (gcc("4.9.0"), true),
            (gcc("4.8.5"), false),
            ("gcc (GCC) 4.8.5 20150623 (Red Hat 4.8.5-44)\n".to_string(), false),
            ("Debian clang version 14.0.6\n".to_string(), true),
            ("tcc version 0.9.27 (x86_64 Linux)\n".to_string(), false),
            (String::new(), false),
        ] {
            assert_eq!(knows_colours(&answer), is, "{answer}");
        }
    }

    #[test]
    fn compilers_like_microsofts_are_known_by_their_name() {
        for line in
            ["cl /c a.c", "cl.exe /c a.c", "CL.EXE /c", "ccache clang-cl /c a.c", "/opt/msvc/bin/cl /c"]
        {
            assert_eq!(reports_by_name(&words(line)), Some(Reports::ShowIncludes), "{line}");
        }
        for line in ["gcc -c a.c", "clang a.c", "/opt/cl/gcc -c a.c"] {
            assert_eq!(reports_by_name(&words(line)), None, "{line}");
        }
        assert_eq!(reports_by_name(&[]), None);
    }

    fn obeyed_of(variables: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = variables.iter().map(|(name, value)| (name.into(), value.into()));
        let text = |text: OsString| text.into_string().unwrap();
        obeyed(pairs).into_iter().map(|(name, value)| (text(name), text(value))).collect()
    }

    #[test]
    fn variables_that_no_compiler_reads_are_left_out() {
        let all = [("PATH", "/bin"), ("CPATH", "/x"), ("CPATHS", ""), ("NIX_BUILD_TOP", "/t"), ("HOME", "/")];
        assert_eq!(obeyed_of(&all), [("CPATH".to_string(), "/x".to_string())]);
        let nix = obeyed_of(&[("NIX_LDFLAGS_BEFORE_x", "1"), ("NIX_CFLAGS_COMPILE", "2")]);
        assert_eq!(nix.len(), 2);
        // Set and empty is not the same as not set: an empty CPATH names the working folder.
        assert_eq!(obeyed_of(&[("CPATH", "")]), [("CPATH".to_string(), String::new())]);
    }

    #[test]
    fn a_locale_counts_by_its_character_set_alone() {
        for same in ["C", "POSIX", "C.UTF-8", "de_DE.utf8", "en_US.UTF-8@euro", "de_DE", ""] {
            assert_eq!(obeyed_of(&[("LANG", same)]), [], "{same}");
        }
        let latin = [("LC_CTYPE".to_string(), "iso88591".to_string())];
        assert_eq!(obeyed_of(&[("LANG", "C.UTF-8"), ("LC_CTYPE", "de_DE.ISO-8859-1")]), latin);
        assert_eq!(obeyed_of(&[("LANG", "de_DE.iso88591@euro"), ("LC_ALL", "")]), latin);
        assert_eq!(obeyed_of(&[("LC_ALL", "C"), ("LC_CTYPE", "de_DE.ISO-8859-1")]), []);
    }
}
