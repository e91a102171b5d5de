//! The files that a command line names beside those of its step: linker scripts, response files, libraries found
//! through `-L` and `-l` in all their spellings.

mod contents;
mod libraries;
mod words;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::path_bytes;
pub(super) use contents::named_in;
pub(super) use libraries::Libraries;
use libraries::Name;
use words::{For, Word, Words};

/// What a value of an option is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    /// Where libraries are looked for.
    Folder,
    Library,
    FrameworkFolder,
    Framework,
    /// It is read, if there is such a file.
    File,
    /// In front of the names of the driver's own programs and libraries; most often a folder.
    Prefix,
    SystemRoot,
    /// It is written, or no file at all.
    Other,
}

/// Where the value of an option stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// In the next word.
    Next,
    /// Behind the option, or in the next word.
    BehindOrNext,
    /// Behind it and `=`, or in the next word. Two dashes are written; the linker takes one as well.
    Long,
}

use Means::{Folder, Framework, FrameworkFolder, Library, Other, Prefix, SystemRoot};
use Value::{BehindOrNext, Long, Next};

/// Options of drivers and of linkers, the first that fits counts. A word that none is for is looked at by
/// [`Reading::any_other`].
const OPTIONS: &[(&str, Value, Means)] = &[
    ("--library-path", Long, Folder),
    ("--library-directory", Long, Folder),
    ("--library", Long, Library),
    ("--sysroot", Long, SystemRoot),
    ("--output", Long, Other),
    ("--Map", Long, Other),
    ("--dependency-file", Long, Other),
    ("--out-implib", Long, Other),
    ("--output-def", Long, Other),
    ("--soname", Long, Other),
    ("--dynamic-linker", Long, Other),
    ("--rpath", Long, Other),
    ("--rpath-link", Long, Other),
    ("-isysroot", Next, SystemRoot),
    ("-framework", Next, Framework),
    ("-weak_framework", Next, Framework),
    ("-needed_framework", Next, Framework),
    ("-reexport_framework", Next, Framework),
    ("-install_name", Next, Other),
    ("-aux-info", Next, Other),
    ("-dumpbase", Next, Other),
    ("-dumpbase-ext", Next, Other),
    ("-dumpdir", Next, Other),
    ("-MF", Next, Other),
    ("-MT", Next, Other),
    ("-MQ", Next, Other),
    ("-MJ", Next, Other),
    ("--MD", Next, Other),
    ("-o", Next, Other),
    ("-h", Next, Other),
    ("-weak-l", BehindOrNext, Library),
    ("-needed-l", BehindOrNext, Library),
    ("-reexport-l", BehindOrNext, Library),
    ("-upward-l", BehindOrNext, Library),
    ("-hidden-l", BehindOrNext, Library),
    ("-L", BehindOrNext, Folder),
    ("-l", BehindOrNext, Library),
    ("-F", BehindOrNext, FrameworkFolder),
    ("-T", BehindOrNext, Means::File),
    ("-dT", BehindOrNext, Means::File),
    ("-R", BehindOrNext, Means::File),
];

/// Where a linker starts and stops to pass over shared libraries.
const STATIC: &[&str] = &["-Bstatic", "-dn", "-non_shared", "-static", "--static"];
const SHARED: &[&str] = &["-Bdynamic", "-dy", "-call_shared"];

/// Words for the driver that make everything static.
const ALL_STATIC: &[&str] = &["-static", "--static", "-static-pie"];

/// Options of Microsoft's linker (`/NAME:value`, `-NAME:value`) whose value is written.
const WRITTEN: &[&str] = &[
    "OUT",
    "IMPLIB",
    "PDB",
    "PDBSTRIPPED",
    "PDBALTPATH",
    "MAP",
    "ILK",
    "MANIFESTFILE",
    "TLBOUT",
    "WINMDFILE",
];

/// Folders that drivers search for libraries behind those of the command line.
const LIBRARY_PATH: &str = if cfg!(windows) { "LIB" } else { "LIBRARY_PATH" };

/// What a command line reads, as far as its words say.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// Words that may be names of files.
    pub(super) files: Vec<PathBuf>,
    pub(super) libraries: Libraries,
    /// Of `-B`.
    pub(super) prefixes: Vec<PathBuf>,
}

impl Reads {
    /// Of `argv`; `read` gives the text of a response file, `variable` the value of one in the environment.
    pub(super) fn of(
        argv: &[OsString],
        read: &dyn Fn(&Path) -> Option<Vec<u8>>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Reads {
        let Words { words, response_files } = Words::of(argv, read);
        let is_driver = |word: &Word| word.reader == For::Driver;
        let all_static = words.iter().any(|word| is_driver(word) && is_one_of(&word.bytes, ALL_STATIC));
        let mut reading = Reading {
            reads: Reads { files: response_files, ..Reads::default() },
            folders: Vec::new(),
            system_root: None,
            is_static: all_static,
            pushed: Vec::new(),
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            reading.word(word, &mut words);
        }
        reading.end(variable)
    }
}

struct Reading {
    reads: Reads,
    /// As they are written.
    folders: Vec<Vec<u8>>,
    system_root: Option<Vec<u8>>,
    /// Whether shared libraries are passed over from here on.
    is_static: bool,
    /// The same, set aside by `--push-state`.
    pushed: Vec<bool>,
}

impl Reading {
    fn word(&mut self, word: &Word, rest: &mut std::slice::Iter<'_, Word>) {
        let bytes = &word.bytes[..];
        let is_linker = word.reader == For::Linker;
        match bytes {
            // It names what is reported by itself, and reports.
            _ if word.reader == For::Preprocessor => {}
            b"--push-state" => self.pushed.push(self.is_static),
            b"--pop-state" => self.is_static = self.pushed.pop().unwrap_or(self.is_static),
            _ if is_one_of(bytes, STATIC) => self.is_static = true,
            _ if is_one_of(bytes, SHARED) => self.is_static = false,
            _ if word.reader == For::Driver && bytes.starts_with(b"-B") => {
                let value =
                    if bytes.len() > 2 { Some(&bytes[2..]) } else { rest.next().map(|next| &next.bytes[..]) };
                self.value(Prefix, value.unwrap_or_default());
            }
            // Not a folder `IBPATH:x`.
            _ if word.reader == For::Assembler || is_microsofts_folder(bytes) => self.any_other(bytes),
            _ => match option(bytes, is_linker) {
                Some((means, Some(value))) => self.value(means, value),
                Some((means, None)) => {
                    if let Some(next) = rest.next() {
                        self.value(means, &next.bytes);
                    }
                }
                None => self.any_other(bytes),
            },
        }
    }

    fn value(&mut self, means: Means, value: &[u8]) {
        if value.is_empty() {
            return;
        }
        let path = || path_bytes::path(value);
        match means {
            Means::File => self.reads.files.push(path()),
            Folder => self.folders.push(value.to_vec()),
            FrameworkFolder => self.reads.libraries.framework_folders.push(path()),
            Framework => {
                let name = value.split(|byte| *byte == b',').next().unwrap_or_default();
                self.reads.libraries.add(Name::Framework(name.to_vec()));
            }
            Library => self.reads.libraries.add(match value.strip_prefix(b":") {
                Some(file) => Name::File(file.to_vec()),
                None => Name::Library { name: value.to_vec(), is_static: self.is_static },
            }),
            Prefix => self.reads.prefixes.push(path()),
            SystemRoot => self.system_root = Some(value.to_vec()),
            Other => {}
        }
    }

    /// A word that no option is known for: a file, or one with a value that may be a file.
    fn any_other(&mut self, bytes: &[u8]) {
        if let Some((name, value)) = microsofts(bytes) {
            let value = value.strip_prefix(b"@").unwrap_or(value);
            match &name.to_ascii_uppercase()[..] {
                b"LIBPATH" => self.value(Folder, value),
                b"DEFAULTLIB" | b"WHOLEARCHIVE" => self.microsofts_library(value),
                name if WRITTEN.iter().any(|written| name == written.as_bytes()) => {}
                _ => self.value(Means::File, value),
            }
        } else if !bytes.starts_with(b"-") {
            if ends_with(bytes, b".lib") {
                self.microsofts_library(bytes);
            }
            self.value(Means::File, bytes);
        } else if !matches!(bytes, [b'-', b'D' | b'U' | b'A' | b'I', ..])
            && let Some(at) = bytes.iter().position(|byte| *byte == b'=')
        {
            self.value(Means::File, &bytes[at + 1..]);
        }
    }

    /// Microsoft's linker looks for `x.lib` here, then in its folders: as `-l:x.lib` does. The ending may be left out.
    fn microsofts_library(&mut self, name: &[u8]) {
        self.value(Means::File, name);
        let ending: &[u8] = if ends_with(name, b".lib") { b"" } else { b".lib" };
        self.reads.libraries.add(Name::File([name, ending].concat()));
    }

    fn end(mut self, variable: &dyn Fn(&str) -> Option<OsString>) -> Reads {
        let root = self.system_root.unwrap_or_default();
        let in_root =
            |folder: Vec<u8>| match folder.strip_prefix(b"=").or_else(|| folder.strip_prefix(b"$SYSROOT")) {
                Some(folder) => path_bytes::path(&[&root[..], folder].concat()),
                None => path_bytes::path(&folder),
            };
        let libraries = &mut self.reads.libraries;
        libraries.folders = self.folders.into_iter().map(in_root).collect();
        libraries.prefixes = self.reads.prefixes.clone();
        libraries.prefixes.extend(folders_of(variable(LIBRARY_PATH)));
        self.reads
    }
}

/// The folders in the value of a variable; an empty name is the working folder, as compilers have it.
pub(super) fn folders_of(value: Option<OsString>) -> Vec<PathBuf> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Vec::new() };
    let here = |folder: PathBuf| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
    std::env::split_paths(&value).map(here).collect()
}

/// What the value of an option means that `word` is or begins with, and the value itself where it is in the word.
fn option(word: &[u8], is_linker: bool) -> Option<(Means, Option<&[u8]>)> {
    OPTIONS.iter().find_map(|(name, value, means)| {
        let name = name.as_bytes();
        let behind = match value {
            // The linker takes a long option with one dash, too.
            Long if is_linker && !word.starts_with(b"--") => word.strip_prefix(&name[1..]),
            _ => word.strip_prefix(name),
        }?;
        match (value, behind) {
            (_, b"") => Some((*means, None)),
            (Long, [b'=', value @ ..]) | (BehindOrNext, value) => Some((*means, Some(value))),
            _ => None,
        }
    })
}

/// Name and value of `/NAME:value` and `-NAME:value`.
fn microsofts(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let (b'/' | b'-', rest) = word.split_first()? else { return None };
    let colon = rest.iter().position(|byte| *byte == b':').filter(|colon| *colon > 1)?;
    let (name, value) = (&rest[..colon], &rest[colon + 1..]);
    name.iter().all(u8::is_ascii_alphabetic).then_some((name, value))
}

fn is_microsofts_folder(word: &[u8]) -> bool {
    microsofts(word).is_some_and(|(name, _)| name.eq_ignore_ascii_case(b"LIBPATH"))
}

fn is_one_of(word: &[u8], list: &[&str]) -> bool {
    list.iter().any(|listed| word == listed.as_bytes())
}

fn ends_with(word: &[u8], ending: &[u8]) -> bool {
    word.len() > ending.len() && word[word.len() - ending.len()..].eq_ignore_ascii_case(ending)
}

/// A file that is longer is neither a script nor the list of an archive.
const LONGEST: u64 = 4 * 1024 * 1024;

/// How a library begins that holds what it is made of: nothing in it leads to other files.
const WHOLE: &[&[u8]] = &[b"\x7fELF", b"!<arch>\n", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"];

/// A response file, a linker script or a thin archive; `None` for anything else, and what cannot be read.
pub(super) fn read(file: &Path) -> Option<Vec<u8>> {
    let mut opened = File::open(file).ok()?;
    let mut contents = Vec::new();
    opened.by_ref().take(8).read_to_end(&mut contents).ok()?;
    if WHOLE.iter().any(|magic| contents.starts_with(magic)) {
        return None;
    }
    opened.take(LONGEST).read_to_end(&mut contents).ok()?;
    (contents.len() as u64 <= LONGEST).then_some(contents)
}

/// Whether a file may be a library by its name. Objects are no libraries, and there are many of them.
pub(super) fn is_library(file: &Path) -> bool {
    !file.extension().is_some_and(|ending| ending == "o" || ending == "obj" || ending == "c")
}

/// The words of `argv` that driver and preprocessor take, without the program.
pub(super) fn compiler_words(argv: &[OsString]) -> Vec<Vec<u8>> {
    let read = |file: &Path| if file.is_file() { read(file) } else { None };
    // Clang reads the file that `--config` names as a response file.
    let mut argv = argv.to_vec();
    let mut behind = false;
    for word in &mut argv {
        let is_option = word == "--config";
        let bytes = word.as_encoded_bytes();
        let file = if behind { Some(bytes) } else { bytes.strip_prefix(b"--config=") };
        if let Some(file) = file.filter(|file| file.contains(&b'/')) {
            *word = path_bytes::path(&[b"@", file].concat()).into_os_string();
        }
        behind = is_option;
    }
    let words = Words::of(&argv, &read).words.into_iter();
    words
        .filter(|word| matches!(word.reader, For::Driver | For::Preprocessor))
        .map(|word| word.bytes)
        .collect()
}

/// What a variable is set to for a command: in `own`, else in this process.
pub(super) fn variable(own: &[(OsString, OsString)], name: &str) -> Option<OsString> {
    let set = own.iter().rev().find(|(known, _)| known.as_os_str() == OsStr::new(name));
    set.map(|(_, value)| value.clone()).or_else(|| std::env::var_os(name))
}

#[cfg(test)]
mod tests;
