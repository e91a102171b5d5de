//! The files that a command line names beside those of its step: linker scripts, response files, libraries found
//! through `-L` and `-l`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::path_bytes;

/// Options whose value, in the same word, may be a file that is read.
const FILE_OPTIONS: &[&str] = &[
    "@",
    "-T",
    "-B",
    "-specs=",
    "--specs=",
    "--config=",
    "-fuse-ld=",
    "-fplugin=",
    "-fpass-plugin=",
    "-fprofile-use=",
    "-fprofile-instr-use=",
    "-fsanitize-ignorelist=",
    "-fsanitize-blacklist=",
    "/DEF:",
    "-DEF:",
    "/MANIFESTINPUT:",
];

/// Options whose value is the next word, and is written, not read.
const OUTPUT_OPTIONS: &[&str] = &["-o", "-MF", "-MT", "-MQ", "-aux-info", "-dumpbase", "-dumpdir"];

/// In front of words for the linker, which are separated by commas.
const FOR_THE_LINKER: &str = "-Wl,";

/// Which files a library `name` may be in a folder: what stands before and after it. The first that is there is
/// linked.
const LIBRARY_NAMES: &[(&str, &str)] = if cfg!(windows) {
    &[
        ("", ".lib"),
        ("lib", ".dll.a"),
        ("", ".dll.a"),
        ("lib", ".a"),
        ("lib", ".lib"),
        ("lib", ".dll"),
        ("", ".dll"),
    ]
} else if cfg!(target_os = "macos") {
    &[("lib", ".tbd"), ("lib", ".dylib"), ("lib", ".so"), ("lib", ".a")]
} else {
    &[("lib", ".so"), ("lib", ".a")]
};

/// Options that make the linker pass over shared libraries.
const STATIC_OPTIONS: &[&str] = &["-static", "-Bstatic", "-dn", "-non_shared", "-static-pie"];

/// The words of `argv` (after the program) that may be names of files which it reads.
pub(super) fn words(argv: &[OsString]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut words = argv.iter().skip(1);
    while let Some(word) = words.next() {
        let bytes = word.as_encoded_bytes();
        if OUTPUT_OPTIONS.iter().any(|option| word == option) {
            words.next();
        } else if bytes.starts_with(FOR_THE_LINKER.as_bytes()) {
            let parts = unix_bytes(word);
            for part in parts.split(|byte| *byte == b',').skip(1) {
                // `--version-script=file`, or the file as a part of its own.
                let value = part.iter().position(|byte| *byte == b'=').map_or(part, |at| &part[at + 1..]);
                if !value.is_empty() && !value.starts_with(b"-") {
                    files.push(path_bytes::path(value));
                }
            }
        } else if let Some(value) = FILE_OPTIONS.iter().find_map(|option| after(word, option)) {
            if !value.as_os_str().is_empty() {
                files.push(value);
            }
        } else if !bytes.starts_with(b"-") && !bytes.is_empty() {
            files.push(word.into());
        }
    }
    files
}

/// The libraries that a link looks for, and where.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Libraries {
    /// Of `-L`, in their order.
    folders: Vec<PathBuf>,
    /// Of `-l`, each once.
    names: Vec<OsString>,
    /// Whether shared libraries may be passed over, so that a later folder's archive is linked.
    may_be_static: bool,
}

impl Libraries {
    /// Of the command line of a link.
    pub(super) fn of(argv: &[OsString]) -> Libraries {
        let mut found = Libraries::default();
        let mut words = argv.iter().skip(1);
        while let Some(word) = words.next() {
            let mut value = |option: &str| match after(word, option)? {
                empty if empty.as_os_str().is_empty() => words.next().map(PathBuf::from),
                value => Some(value),
            };
            if let Some(folder) = value("-L").or_else(|| after(word, "/LIBPATH:")) {
                found.folders.push(folder);
            } else if let Some(name) = value("-l") {
                let name = name.into_os_string();
                if !found.names.contains(&name) {
                    found.names.push(name);
                }
            } else if word.as_encoded_bytes().ends_with(b".lib") {
                // Microsoft's linker looks for `x.lib` in its folders: as `-l:x.lib` does.
                let mut name = OsString::from(":");
                name.push(word);
                found.names.push(name);
            }
            found.may_be_static |= is_static(word);
        }
        found
    }

    /// The files that are linked, as far as they are in one of the folders; `exists` tells which there are, or
    /// will be.
    pub(super) fn files(&self, exists: impl Fn(&PathBuf) -> bool) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for name in &self.names {
            let candidates = |folder: &PathBuf| -> Vec<PathBuf> {
                let all = file_names(name).into_iter().map(|file| folder.join(file));
                all.filter(|file| exists(file)).collect()
            };
            if self.may_be_static {
                files.extend(self.folders.iter().flat_map(candidates));
            } else {
                let found = self.folders.iter().map(candidates).find(|found| !found.is_empty());
                files.extend(found.into_iter().flatten().next());
            }
        }
        files
    }
}

fn is_static(word: &OsStr) -> bool {
    let of_linker = |part: &[u8]| STATIC_OPTIONS.iter().any(|option| part == option.as_bytes());
    let bytes = word.as_encoded_bytes();
    match bytes.strip_prefix(FOR_THE_LINKER.as_bytes()) {
        Some(parts) => parts.split(|byte| *byte == b',').any(of_linker),
        None => of_linker(bytes),
    }
}

/// The file names that a library may have. `-l:name` is the name itself.
fn file_names(library: &OsStr) -> Vec<OsString> {
    if let Some(name) = after(library, ":") {
        return vec![name.into_os_string()];
    }
    let whole = |(before, after): &(&str, &str)| {
        let mut name = OsString::from(before);
        name.push(library);
        name.push(after);
        name
    };
    LIBRARY_NAMES.iter().map(whole).collect()
}

/// What stands behind `option` in the same word.
fn after(word: &OsStr, option: &str) -> Option<PathBuf> {
    if !word.as_encoded_bytes().starts_with(option.as_bytes()) {
        return None;
    }
    Some(path_bytes::path(&unix_bytes(word)[option.len()..]))
}

fn unix_bytes(word: &OsStr) -> Vec<u8> {
    path_bytes::of(word.as_ref()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    fn named(text: &str) -> Vec<String> {
        words(&argv(text)).into_iter().map(|path| path.into_os_string().into_string().unwrap()).collect()
    }

    #[test]
    fn words_that_may_be_files_are_those_without_a_dash() {
        assert_eq!(named("gcc -shared a.o lib/x.a -O2 -o out.so"), ["a.o", "lib/x.a"]);
        assert_eq!(named("gcc @args -specs=my.specs -DX=1 -Iinclude -c a.c"), ["args", "my.specs", "a.c"]);
        assert_eq!(named("gcc -MF a.d -MD -MT x a.c"), ["a.c"]);
    }

    #[test]
    fn parts_for_the_linker_may_be_files() {
        assert_eq!(named("gcc -Wl,--version-script=a.map,-T,b.ld,-O1 a.o"), ["a.map", "b.ld", "a.o"]);
        assert!(named("gcc -Wl,").is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_library_is_the_first_of_its_names_in_the_first_folder_that_has_one() {
        let libraries = Libraries::of(&argv("gcc a.o -lfoo -L one -Ltwo -l bar -lfoo -L three"));
        let there = ["two/libfoo.a", "two/libfoo.so", "three/libfoo.so", "three/libbar.a"];
        let files = libraries.files(|path| there.iter().any(|file| path.as_os_str() == *file));
        assert_eq!(files, [PathBuf::from("two/libfoo.so"), "three/libbar.a".into()]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn where_shared_libraries_may_be_passed_over_every_file_counts() {
        let libraries = Libraries::of(&argv("gcc -Wl,-Bstatic -Lone -Ltwo -lfoo -l:exact.a"));
        let there = ["one/libfoo.so", "two/libfoo.a", "two/exact.a"];
        let files = libraries.files(|path| there.iter().any(|file| path.as_os_str() == *file));
        assert_eq!(files, there.map(PathBuf::from));
    }
}
