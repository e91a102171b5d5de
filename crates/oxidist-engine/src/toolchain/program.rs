//! Which program a command line starts in the end: behind `env`, behind launchers, behind links.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Programs that start the compiler named after them, or find another machine that does.
pub(super) const LAUNCHERS: &[&str] = &["ccache", "sccache", "distcc", "icecc"];

/// Options of `env` whose value is the next word.
const ENV_OPTIONS_WITH_VALUE: &[&str] = &["-u", "--unset", "-C", "--chdir"];

/// What stands before the compiler in a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Front {
    /// Where the compiler is among the words.
    pub(super) compiler: usize,
    /// Whether one of [`LAUNCHERS`] is before it.
    pub(super) launched: bool,
    /// The PATH that `env` sets for it.
    pub(super) path: Option<OsString>,
}

/// Look through `env NAME=value ...` and launchers. Of an empty command line, the compiler is its end.
pub(super) fn front(argv: &[OsString]) -> Front {
    let mut front = Front { compiler: 0, launched: false, path: None };
    while let Some(word) = argv.get(front.compiler) {
        let name = name(Path::new(word));
        let rest = &argv[front.compiler + 1..];
        let skipped = if name == "env" {
            skip_env(rest, &mut front.path)
        } else if LAUNCHERS.contains(&name) {
            front.launched = true;
            // `ccache` takes settings in front of the compiler.
            rest.iter().take_while(|word| is_assignment(word)).count()
        } else {
            break;
        };
        // A launcher alone, or with an option in place of a compiler, is itself what runs.
        match rest.get(skipped) {
            Some(next) if !starts_with(next, "-") => front.compiler += 1 + skipped,
            _ => break,
        }
    }
    front
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
