//! The paths at which a compile did not find a header: if a file appears there, the next compile reads it instead.
//!
//! Compilers report what they have read. The rest follows from the names in the `#include` and `__has_include` of
//! those files, and from the folders of the command line: each folder that comes before the one where a header was
//! found has been looked into. The system's own folders come last, and nothing is looked for behind them.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::command_files;
use super::directives::{self, Directives, Kind};
use super::path_bytes;
use super::stamp::{Sight, Stamp};

/// The folders in which one command looks for headers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Folders {
    /// For names in quotes only.
    quoted: Vec<PathBuf>,
    /// For all names.
    all: Vec<PathBuf>,
    /// Behind those of the system.
    last: Vec<PathBuf>,
    /// Files that are read before the source (`-include`).
    before: Vec<PathBuf>,
}

/// Which of the lists a folder goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Quoted,
    Own,
    System,
    Last,
    /// A folder `include` in it is a system's.
    Prefix,
    Before,
    /// What `-iwithprefix` and `-iwithprefixbefore` put in front of their values, as they are written.
    WithPrefix,
    LastWithPrefix,
    OwnWithPrefix,
    /// The folder that `=` and `$SYSROOT` stand for.
    SystemRoot,
    /// The next word is nothing of concern here.
    Other,
}

/// The options that name them; the value is the next word, or behind the option (and `=`, for long ones).
const OPTIONS: &[(&str, List)] = &[
    ("--include-directory-after", List::Last),
    ("--include-directory", List::Own),
    ("-iquote", List::Quoted),
    ("-iprefix", List::WithPrefix),
    ("-iwithprefixbefore", List::OwnWithPrefix),
    ("-iwithprefix", List::LastWithPrefix),
    ("--sysroot", List::SystemRoot),
    ("-isysroot", List::SystemRoot),
    ("-isystem", List::System),
    ("-cxx-isystem", List::System),
    ("-stdlib++-isystem", List::System),
    ("-idirafter", List::Last),
    ("-include", List::Before),
    ("--include", List::Before),
    ("-imacros", List::Before),
    ("/FI", List::Before),
    ("/external:I", List::System),
    ("-imsvc", List::System),
    ("/I", List::Own),
    ("-I", List::Own),
    ("-B", List::Prefix),
    ("-o", List::Other),
    ("-D", List::Other),
    ("-U", List::Other),
    ("-MF", List::Other),
    ("-MT", List::Other),
    ("-MQ", List::Other),
    ("-x", List::Other),
];

/// Variables with folders, and whether these come before those of `-isystem`.
const VARIABLES: &[(&str, List)] = &[
    ("CPATH", List::Own),
    ("C_INCLUDE_PATH", List::System),
    ("CPLUS_INCLUDE_PATH", List::System),
    ("OBJC_INCLUDE_PATH", List::System),
    ("OBJCPLUS_INCLUDE_PATH", List::System),
    ("INCLUDE", List::System),
];

/// Endings of a header that was compiled before, in whose place it is read.
const PRECOMPILED: &[&str] = &["gch", "pch"];

impl Folders {
    /// Of a command line; `variable` tells what is in its environment.
    pub(super) fn of(argv: &[OsString], variable: &dyn Fn(&str) -> Option<OsString>) -> Folders {
        let words = command_files::compiler_words(argv);
        let mut found: Vec<(List, PathBuf)> = Vec::new();
        let mut rest = words.iter();
        let mut prefix: &[u8] = b"";
        let mut root: &[u8] = b"";
        let mut in_root: Vec<(usize, &[u8])> = Vec::new();
        while let Some(word) = rest.next() {
            let option = OPTIONS.iter().find_map(|(name, list)| {
                let value = word.strip_prefix(name.as_bytes())?;
                let is_long = name.starts_with("--");
                match value {
                    [] => Some((*list, None)),
                    [b'=', value @ ..] if is_long => Some((*list, Some(value))),
                    _ if is_long => None,
                    value => Some((*list, Some(value))),
                }
            });
            let Some((list, value)) = option else { continue };
            let value = value.or_else(|| rest.next().map(Vec::as_slice)).unwrap_or_default();
            let (list, before): (List, &[u8]) = match list {
                List::Other => continue,
                List::WithPrefix => {
                    prefix = value;
                    continue;
                }
                List::SystemRoot => {
                    root = value;
                    continue;
                }
                List::OwnWithPrefix => (List::Own, prefix),
                List::LastWithPrefix => (List::Last, prefix),
                list => (list, b""),
            };
            let below = value.strip_prefix(b"=").or_else(|| value.strip_prefix(b"$SYSROOT"));
            if let Some(below) = below.filter(|_| !matches!(list, List::Before | List::Prefix)) {
                in_root.push((found.len(), below));
            }
            if !value.is_empty() {
                found.push((list, path_bytes::path(&[before, value].concat())));
            }
        }
        // The last one that is named counts for all.
        for (at, below) in in_root {
            if let Some((_, folder)) = found.get_mut(at) {
                *folder = path_bytes::path(&[root, below].concat());
            }
        }
        for (name, list) in VARIABLES {
            found.extend(command_files::folders_of(variable(name)).into_iter().map(|folder| (*list, folder)));
        }
        let of = |list: List| found.iter().filter(move |(of, _)| *of == list).map(|(_, path)| path.clone());
        let system: Vec<PathBuf> =
            of(List::System).chain(of(List::Prefix).map(|prefix| prefix.join("include"))).collect();
        // A folder that is in both lists counts for the second alone.
        let own = of(List::Own).filter(|folder| !system.contains(folder));
        Folders {
            quoted: of(List::Quoted).collect(),
            all: own.chain(system.iter().cloned()).collect(),
            last: of(List::Last).collect(),
            before: of(List::Before).collect(),
        }
    }
}

/// The directives of the files of a run, each read once.
#[derive(Debug, Default)]
pub(super) struct Texts(Mutex<HashMap<PathBuf, (Stamp, Arc<Directives>)>>);

impl Texts {
    /// Those of the file that has this stamp.
    pub(super) fn of(&self, file: &Path, stamp: Stamp) -> Arc<Directives> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, known)) = lock().get(file)
            && *of == stamp
        {
            return Arc::clone(known);
        }
        let read = Arc::new(directives::of(file));
        lock().insert(file.to_path_buf(), (stamp, Arc::clone(&read)));
        read
    }
}

/// What one compile has looked for.
pub(super) struct Search<'a> {
    pub(super) folders: &'a Folders,
    /// All that it has read, the source first.
    pub(super) read: &'a [PathBuf],
    pub(super) texts: &'a Texts,
    pub(super) look: &'a dyn Fn(&Path) -> Sight,
}

impl Search<'_> {
    /// Paths at which there was nothing, and precompiled headers. Of a folder that is not there, the folder itself;
    /// each once.
    pub(super) fn sought(&self) -> Vec<PathBuf> {
        let mut sought = Sought { paths: Vec::new(), known: HashSet::new() };
        let mut by_name: HashMap<&[u8], Vec<&Path>> = HashMap::new();
        for path in self.read {
            if let Some(name) = path.file_name() {
                by_name.entry(name.as_encoded_bytes()).or_default().push(path);
            }
        }
        let was_read = |name: &Path| {
            let same = name.file_name().and_then(|last| by_name.get(last.as_encoded_bytes()));
            same.is_some_and(|paths| paths.iter().any(|path| path.ends_with(name)))
        };
        for file in &self.folders.before {
            self.one(file, Some(Path::new("")), true, true, &mut sought);
        }
        let mut done: HashSet<(PathBuf, Option<PathBuf>, bool)> = HashSet::new();
        for (index, file) in self.read.iter().enumerate() {
            let sight = (self.look)(file);
            if !sight.is_file {
                continue;
            }
            let directives = self.texts.of(file, sight.stamp);
            for (place, directive) in directives.names.iter().enumerate() {
                let name = path_bytes::path(&directive.name);
                let beside = directive.quoted.then(|| file.parent().unwrap_or(Path::new("")));
                let is_first = index == 0 && place == 0 && self.folders.before.is_empty();
                // In the source itself it is a plain one.
                let is_next = directive.is_next && index > 0;
                let place = if is_next { file.parent() } else { beside };
                let is_new = done.insert((name.clone(), place.map(Path::to_path_buf), is_next));
                let found = was_read(&name);
                // What no file of its name was read of stands between `#if` and `#endif`.
                if !is_new || !(found || directive.kind == Kind::Asks) {
                    continue;
                }
                if is_next {
                    self.behind(file, &name, found, &mut sought);
                } else {
                    self.one(&name, beside, found, is_first, &mut sought);
                }
            }
        }
        sought.paths
    }

    /// Files that the assembler may read, and where it looks for them first, by the names that stand in what was
    /// read. `None`: it reads none.
    pub(super) fn assembled(&self) -> Option<Vec<PathBuf>> {
        let mut sought = Sought { paths: Vec::new(), known: HashSet::new() };
        let mut open: Vec<PathBuf> = self.read.to_vec();
        let mut seen: HashSet<PathBuf> = open.iter().cloned().collect();
        let mut assembles = false;
        while let Some(file) = open.pop() {
            let sight = (self.look)(&file);
            if !sight.is_file {
                continue;
            }
            let directives = self.texts.of(&file, sight.stamp);
            assembles |= directives.assembles;
            for name in &directives.assembled {
                let name = path_bytes::path(name);
                for folder in [Path::new("")].into_iter().chain(self.folders.all.iter().map(PathBuf::as_path))
                {
                    let candidate = folder.join(&name);
                    let is_there = (self.look)(&candidate).is_file;
                    sought.add(if is_there {
                        candidate.clone()
                    } else {
                        self.first_missing(folder, candidate.clone())
                    });
                    if is_there {
                        open.extend(seen.insert(candidate.clone()).then_some(candidate));
                        break;
                    }
                }
            }
        }
        assembles.then_some(sought.paths)
    }

    /// What was looked at to find `name` behind the folder that `file` was found in.
    fn behind(&self, file: &Path, name: &Path, found: bool, sought: &mut Sought) {
        let folders = &self.folders;
        let every: Vec<&Path> =
            folders.quoted.iter().chain(&folders.all).chain(&folders.last).map(PathBuf::as_path).collect();
        let own = every.iter().position(|folder| folder.join(name) == file);
        let own = own.or_else(|| {
            let holds = every.iter().enumerate().filter(|(_, folder)| file.starts_with(folder));
            holds.max_by_key(|(_, folder)| folder.components().count()).map(|(at, _)| at)
        });
        // Those for names behind the system's folders count only where these had none.
        let end = if found { folders.quoted.len() + folders.all.len() } else { every.len() };
        for folder in every.get(own.map_or(0, |own| own + 1)..end).unwrap_or_default() {
            let candidate = folder.join(name);
            let sight = (self.look)(&candidate);
            if sight.stamp == Stamp::Missing {
                sought.add(self.first_missing(folder, candidate));
            } else if sight.is_file && own.is_some() {
                return;
            }
        }
    }

    /// What was looked at to find `name`.
    fn one(&self, name: &Path, beside: Option<&Path>, found: bool, precompiled: bool, sought: &mut Sought) {
        let folders = &self.folders;
        let own =
            beside.into_iter().chain(beside.iter().flat_map(|_| folders.quoted.iter().map(PathBuf::as_path)));
        let before = own.chain(folders.all.iter().map(PathBuf::as_path));
        // Where a file of its name was read, and none of these has it, the system has.
        let last = folders.last.iter().map(PathBuf::as_path).filter(|_| !found);
        for folder in before.chain(last) {
            let candidate = folder.join(name);
            if precompiled {
                for ending in PRECOMPILED {
                    let mut compiled = candidate.clone().into_os_string();
                    compiled.push(".");
                    compiled.push(ending);
                    let compiled = PathBuf::from(compiled);
                    // GCC takes the one of several in a folder that fits the command line.
                    if (self.look)(&compiled).is_folder
                        && let Ok(entries) = std::fs::read_dir(&compiled)
                    {
                        let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                        inside.sort();
                        inside.into_iter().for_each(|path| sought.add(path));
                    }
                    sought.add(self.first_missing(folder, compiled));
                }
            }
            let sight = (self.look)(&candidate);
            if sight.is_file {
                return;
            }
            // A folder of that name is no header, and what is in it no change.
            if sight.stamp == Stamp::Missing {
                sought.add(self.first_missing(folder, candidate));
            }
        }
    }

    /// `path` in `folder`, or the first of the folders between that is not there.
    fn first_missing(&self, folder: &Path, path: PathBuf) -> PathBuf {
        if !folder.as_os_str().is_empty() && (self.look)(folder).stamp == Stamp::Missing {
            return folder.to_path_buf();
        }
        let Ok(below) = path.strip_prefix(folder) else { return path };
        let mut there = folder.to_path_buf();
        let mut parts = below.components().peekable();
        while let Some(part) = parts.next() {
            there.push(part);
            if parts.peek().is_some() && (self.look)(&there).stamp == Stamp::Missing {
                return there;
            }
        }
        path
    }
}

struct Sought {
    paths: Vec<PathBuf>,
    known: HashSet<PathBuf>,
}

impl Sought {
    fn add(&mut self, path: PathBuf) {
        if self.known.insert(path.clone()) {
            self.paths.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::Disk;

    fn folders(line: &str) -> Folders {
        let argv: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        Folders::of(&argv, &|name| (name == "CPATH").then(|| "cpath".into()))
    }

    #[test]
    fn folders_are_searched_in_the_order_of_compilers() {
        let found = folders("gcc -idirafter d -Ia -isystem s -I b -iquoteq -Is -include x.h -Bp -c a.c -o I");
        let paths = |list: &[&str]| list.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(found.quoted, paths(&["q"]));
        assert_eq!(found.all, paths(&["a", "b", "cpath", "s", "p/include"]));
        assert_eq!(found.last, paths(&["d"]));
        assert_eq!(found.before, paths(&["x.h"]));
    }

    #[test]
    fn folders_may_be_below_another() {
        let line =
            "gcc -I=/a -isystem =b -I$SYSROOT/c -iprefix p/ -iwithprefixbefore d -iwithprefix e --sysroot=/r";
        let found = folders(line);
        let paths = |list: &[&str]| list.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(found.all, paths(&["/r/a", "/r/c", "p/d", "cpath", "/rb"]));
        assert_eq!(found.last, paths(&["p/e"]));
    }

    /// What is looked for by `line`, of a source which reads a header in `i`, one of the system's and one that is not
    /// there, in a folder with these files.
    #[test]
    fn what_comes_before_a_header_is_sought_and_nothing_behind_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (file, text) in [
            (
                "a.c",
                "#include \"own.h\"\n#include <sys.h>\n#ifdef NO\n#include <no.h>\n#endif\n\
                     #if __has_include(<may be.h>)\n#endif\n",
            ),
            ("i/own.h", "#  include <sub/two.h>\n"),
            ("i/sub/two.h", ""),
            ("system/sys.h", ""),
        ] {
            std::fs::create_dir_all(at(file).parent().unwrap()).unwrap();
            std::fs::write(at(file), text).unwrap();
        }
        std::fs::create_dir(at("empty")).unwrap();
        let line = "gcc -I{}/none -I{}/empty -I{}/i -idirafter {}/last"
            .replace("{}", folder.path().to_str().unwrap());
        let read = ["a.c", "i/own.h", "i/sub/two.h", "system/sys.h"].map(at);
        let search = Search {
            folders: &Folders::of(&line.split(' ').map(OsString::from).collect::<Vec<_>>(), &|_| None),
            read: &read,
            texts: &Texts::default(),
            look: &|path| Sight::of(&Disk::default(), path),
        };
        let mut sought = search.sought();
        sought.retain(|path| !path.extension().is_some_and(|ending| ending == "gch" || ending == "pch"));
        let expected = [
            "own.h",
            "none",
            "empty/own.h",
            "empty/sys.h",
            "i/sys.h",
            "empty/may be.h",
            "i/may be.h",
            "last",
            "empty/sub",
        ];
        assert_eq!(sought, expected.map(at));
    }
}
