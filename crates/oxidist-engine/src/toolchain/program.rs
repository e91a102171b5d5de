//! Which program a command line starts in the end: behind `env`, behind launchers, behind links.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Programs that start the compiler named after them, or find another machine that does.
pub(super) const LAUNCHERS: &[&str] = &["ccache", "sccache", "distcc", "icecc"];

/// Programs that only run the command behind them: their options whose value is the next word, and how many words of
/// theirs stand before the command.
const RUNNERS: &[(&str, &[&str], usize)] = &[
    ("nice", &["-n", "--adjustment"], 0),
    ("ionice", &["-c", "-n", "--class", "--classdata"], 0),
    ("chrt", &[], 1),
    ("taskset", &[], 1),
    ("timeout", &["-k", "-s", "--kill-after", "--signal"], 1),
    ("stdbuf", &["-i", "-o", "-e", "--input", "--output", "--error"], 0),
    ("time", &["-f", "-o", "--format", "--output"], 0),
    ("nohup", &[], 0),
    ("setsid", &[], 0),
    ("unbuffer", &[], 0),
    ("linux32", &[], 0),
    ("linux64", &[], 0),
    ("arch", &[], 0),
    ("xcrun", &["-sdk", "--sdk", "-toolchain", "--toolchain"], 0),
    ("wine", &[], 0),
    ("wine64", &[], 0),
    ("buildcache", &[], 0),
    ("gomacc", &[], 0),
    ("colorgcc", &[], 0),
];

/// Options of `env` whose value is the next word.
const ENV_OPTIONS_WITH_VALUE: &[&str] = &["-u", "--unset", "-C", "--chdir"];

/// What stands before the compiler in a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Front {
    /// Where the compiler is among the words.
    pub(super) compiler: usize,
    /// Where the words end that say which compiler it is: `zig cc`, `python -m ziglang cc` are several.
    pub(super) end: usize,
    /// Whether one of [`LAUNCHERS`] is before it.
    pub(super) launched: bool,
    /// The PATH that `env` sets for it.
    pub(super) path: Option<OsString>,
}

/// Look through `env NAME=value ...` and launchers. Of an empty command line, the compiler is its end.
pub(super) fn front(argv: &[OsString]) -> Front {
    let mut front = Front { compiler: 0, end: 0, launched: false, path: None };
    while let Some(word) = argv.get(front.compiler) {
        let name = name(Path::new(word));
        let rest = &argv[front.compiler + 1..];
        let skipped = if name == "env" {
            skip_env(rest, &mut front.path)
        } else if LAUNCHERS.contains(&name) {
            front.launched = true;
            // `ccache` takes settings in front of the compiler.
            rest.iter().take_while(|word| is_assignment(word)).count()
        } else if let Some((_, with_value, own)) = RUNNERS.iter().find(|(known, ..)| *known == name) {
            skip_options(rest, with_value) + own
        } else {
            break;
        };
        // A launcher alone, or with an option in place of a compiler, is itself what runs.
        match rest.get(skipped) {
            Some(next) if !starts_with(next, "-") => front.compiler += 1 + skipped,
            _ => break,
        }
    }
    front.end = argv.len().min(front.compiler + 1);
    front.end += own_words(&argv[front.compiler.min(argv.len())..front.end], &argv[front.end..]);
    front
}

/// How many of the words behind a program say what it does, before the first option: `cc` behind `zig`, and
/// `-m ziglang cc` behind a Python.
fn own_words(program: &[OsString], rest: &[OsString]) -> usize {
    let name = program.first().map_or("", |program| name(Path::new(program)));
    let is_python = ["python", "pypy"].iter().any(|python| name.starts_with(python));
    let module = if is_python {
        // A script is a word of its own; the interpreter's options are before it.
        let options =
            rest.iter().take_while(|word| starts_with(word, "-") && *word != "-m" && *word != "-c").count();
        options + if rest.get(options).is_some_and(|word| word == "-m") { 2 } else { 0 }
    } else {
        0
    };
    let words = rest.get(module..).unwrap_or_default();
    // What names a file is what it works on.
    let is_own = |word: &&OsString| {
        !starts_with(word, "-") && !starts_with(word, "@") && Path::new(word).extension().is_none()
    };
    let is_script = |word: &&OsString| is_python && word.as_encoded_bytes().ends_with(b".py");
    module.min(rest.len()) + words.iter().take_while(|word| is_own(word) || is_script(word)).count()
}

/// How many words at the beginning are options and their values.
fn skip_options(words: &[OsString], with_value: &[&str]) -> usize {
    let mut index = 0;
    while let Some(word) = words.get(index).filter(|word| starts_with(word, "-")) {
        index += if with_value.iter().any(|option| word == option) { 2 } else { 1 };
    }
    index
}

/// How many words after `env` are its own.
fn skip_env(words: &[OsString], path: &mut Option<OsString>) -> usize {
    let mut index = 0;
    while let Some(word) = words.get(index) {
        if is_assignment(word) {
            if let Some(value) = word.to_str().and_then(|word| word.strip_prefix("PATH=")) {
                *path = Some(value.into());
            }
            index += 1;
        } else if ENV_OPTIONS_WITH_VALUE.iter().any(|option| word == option) {
            index += 2;
        } else if starts_with(word, "-") {
            index += 1;
        } else {
            break;
        }
    }
    index
}

fn is_assignment(word: &OsStr) -> bool {
    let bytes = word.as_encoded_bytes();
    let name = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    name > 0 && bytes.get(name) == Some(&b'=')
}

pub(super) fn starts_with(word: &OsStr, prefix: &str) -> bool {
    word.as_encoded_bytes().starts_with(prefix.as_bytes())
}

/// The name of a program without folder and `.exe`; empty where it is not Unicode.
pub(super) fn name(program: &Path) -> &str {
    let name = program.file_name().and_then(OsStr::to_str).unwrap_or_default();
    match name.len().checked_sub(4).and_then(|at| name.split_at_checked(at)) {
        Some((stem, suffix)) if suffix.eq_ignore_ascii_case(".exe") => stem,
        _ => name,
    }
}

/// All files that `program` may mean, the one that runs first: itself where it has a folder in it, else what is
/// executable and of that name in the folders of `path` (`None`: the PATH of this process).
pub(super) fn candidates(program: &Path, path: Option<&OsStr>) -> Vec<PathBuf> {
    if program.components().count() != 1 {
        return existing(program).into_iter().collect();
    }
    let path = match path {
        Some(path) => path.to_os_string(),
        // What the system itself looks through when there is no PATH at all.
        None => env::var_os("PATH").unwrap_or_else(|| "/bin:/usr/bin".into()),
    };
    env::split_paths(&path).filter_map(|folder| existing(&folder.join(program))).collect()
}

fn existing(program: &Path) -> Option<PathBuf> {
    if is_executable(program) {
        return Some(program.to_path_buf());
    }
    if cfg!(windows) {
        let mut with_suffix = program.as_os_str().to_os_string();
        with_suffix.push(".exe");
        return Some(PathBuf::from(with_suffix)).filter(|program| is_executable(program));
    }
    None
}

fn is_executable(program: &Path) -> bool {
    let Ok(metadata) = program.metadata() else { return false };
    #[cfg(unix)]
    let may_run = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may_run = true;
    metadata.is_file() && may_run
}

/// The file behind `found`, all links followed, and whether that is a launcher under the name of a compiler
/// (`/usr/lib/ccache/gcc`).
pub(super) fn resolve(found: &Path) -> (PathBuf, bool) {
    let file = found.canonicalize().unwrap_or_else(|_| found.to_path_buf());
    let masked = LAUNCHERS.contains(&name(&file)) && !LAUNCHERS.contains(&name(found));
    (file, masked)
}

/// Whether a compile by this command line goes through a launcher already.
pub(super) fn is_launched(argv: &[OsString]) -> bool {
    let front = front(argv);
    let Some(compiler) = argv.get(front.compiler) else { return false };
    let first = candidates(Path::new(compiler), front.path.as_deref()).into_iter().next();
    front.launched || first.is_some_and(|file| resolve(&file).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    fn compiler(text: &str) -> String {
        let argv = words(text);
        argv[front(&argv).compiler].to_string_lossy().into_owned()
    }

    #[test]
    fn the_compiler_is_the_first_word_that_only_compiles() {
        assert_eq!(compiler("gcc -c a.c"), "gcc");
        assert_eq!(compiler("env A=1 gcc -c a.c"), "gcc");
        assert_eq!(compiler("/usr/bin/env -u HOME -i --chdir=/ A=1 B= clang -c a.c"), "clang");
        assert_eq!(compiler("ccache gcc -c a.c"), "gcc");
        assert_eq!(compiler("ccache compiler_check=none distcc /opt/gcc -c a.c"), "/opt/gcc");
        assert_eq!(compiler("env CCACHE_DIR=/x /usr/bin/sccache g++ -c a.c"), "g++");
        assert_eq!(compiler("icecc env LC_ALL=C gcc -c a.c"), "gcc");
    }

    #[test]
    fn programs_that_only_run_a_command_stand_before_the_compiler() {
        for line in [
            "nice gcc -c a.c",
            "nice -n 5 gcc -c a.c",
            "nice -10 ionice -c 3 gcc -c a.c",
            "taskset -c 0-3 gcc -c a.c",
            "timeout -k 5 600 gcc -c a.c",
            "xcrun --sdk macosx gcc -c a.c",
            "env A=1 nice ccache gcc -c a.c",
            "stdbuf -oL /usr/bin/time -p gcc -c a.c",
        ] {
            assert_eq!(compiler(line), "gcc", "{line}");
        }
        assert_eq!(compiler("nice"), "nice");
    }

    #[test]
    fn a_compiler_may_be_several_words() {
        for (line, whole) in [
            ("gcc -c a.c", "gcc"),
            ("zig cc -c a.c", "zig cc"),
            ("zig c++ -target x -c a.c", "zig c++"),
            ("python -m ziglang cc -c a.c", "python -m ziglang cc"),
            ("/opt/bin/python3.11 -I -m ziglang cc -O2 -c a.c", "/opt/bin/python3.11 -I -m ziglang cc"),
            ("python wrap.py gcc -c a.c", "python wrap.py gcc"),
            ("nice ./wrapper gcc -c a.c", "nice ./wrapper gcc"),
            ("ld a.o -o a.so", "ld"),
            ("python -m", "python -m"),
            ("gcc @words -c a.c", "gcc"),
        ] {
            let argv = words(line);
            assert_eq!(argv[..front(&argv).end], words(whole), "{line}");
        }
        assert_eq!(front(&[]).end, 0);
    }

    #[test]
    fn a_launcher_without_a_compiler_is_what_runs() {
        assert_eq!(compiler("distcc -c a.c"), "distcc");
        assert_eq!(compiler("ccache"), "ccache");
        assert_eq!(compiler("env A=1 -i"), "env");
        assert_eq!(front(&[]).compiler, 0);
    }

    #[test]
    fn env_may_say_where_the_compiler_is_looked_for() {
        assert_eq!(front(&words("env PATH=/opt/bin:/bin gcc")).path, Some("/opt/bin:/bin".into()));
        assert_eq!(front(&words("env APATH=/opt/bin gcc")).path, None);
    }

    #[cfg(unix)]
    #[test]
    fn programs_are_looked_for_as_the_system_does() {
        use std::fs;
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["a", "b", "c"] {
            fs::create_dir(path(name)).unwrap();
            fs::write(path(name).join("cc"), "").unwrap();
        }
        let text = env::join_paths(["missing", "a", "b", "c"].map(path)).unwrap();
        for name in ["b", "c"] {
            fs::set_permissions(path(name).join("cc"), fs::Permissions::from_mode(0o755)).unwrap();
        }
        // The one in `a` cannot be run, so it is none.
        let found = candidates(Path::new("cc"), Some(&text));
        assert_eq!(found, [path("b/cc"), path("c/cc")]);
        assert_eq!(candidates(&path("c/cc"), Some(&text)), [path("c/cc")]);
        assert_eq!(candidates(Path::new("./cc"), Some(&text)), Vec::<PathBuf>::new());
        assert_eq!(candidates(Path::new("gone"), Some(&text)), Vec::<PathBuf>::new());

        fs::rename(path("b/cc"), path("b/ccache")).unwrap();
        symlink("../b/ccache", path("a/gcc")).unwrap();
        assert!(resolve(&path("a/gcc")).1);
        assert!(!resolve(&path("b/ccache")).1);
        assert!(!resolve(&path("c/cc")).1);
        assert!(is_launched(&[path("a/gcc").into(), "-c".into()]));
    }
}
