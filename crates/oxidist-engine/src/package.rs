//! Packages: in which folders they are, which modules and data files are in them, what building one copies.

use std::collections::{BTreeMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::effects::{Cancel, Copy, Effects, Kind, Means, absolute, is_partial, on_all_cores};
use crate::glob;
use crate::glob::path::native;
use crate::tree::{self, Step};
use crate::unread::{Unread, is_absence};
use crate::{Error, Result};

/// The file that makes a folder a package.
const INIT_FILE: &str = "__init__.py";

/// A package (dotted name, empty for what is in none) and its folder, relative to the working folder
/// (empty for that itself) or absolute.
#[derive(Debug, Clone)]
pub struct Package {
    pub name: OsString,
    pub folder: PathBuf,
}

impl Package {
    /// The package of this name, where `folders` (the option `package_dir`) has it: the entry for the longest
    /// part of the name counts, with the rest of the name below it, and the entry for `""` last.
    pub fn locate(name: &OsStr, folders: &BTreeMap<OsString, PathBuf>) -> Package {
        let bytes = name.as_encoded_bytes();
        let dots = bytes.iter().enumerate().rev().filter(|(_, byte)| **byte == b'.').map(|(at, _)| at);
        for end in std::iter::once(bytes.len()).chain(dots) {
            let (known, rest) = bytes.split_at(end);
            if let Some(folder) = folders.get(&native(known)) {
                let dots = rest.iter().take_while(|byte| **byte == b'.').count();
                let folder = below(folder, native(rest.split_at(dots).1));
                return Package { name: name.to_os_string(), folder };
            }
        }
        let top = folders.get(OsStr::new("")).map_or(Path::new(""), PathBuf::as_path);
        Package { name: name.to_os_string(), folder: below(top, name) }
    }

    /// The package's `__init__.py`, if there is one; `None` as well for what is in no package.
    ///
    /// # Errors
    /// If its folder is missing or no folder.
    pub fn init_file(&self, effects: &dyn Effects) -> Result<Option<PathBuf>> {
        // The empty name is the working folder, which is there.
        if !self.folder.as_os_str().is_empty() {
            match effects.stat(&self.folder) {
                Ok(facts) if facts.kind == Kind::Folder => {}
                Ok(_) => return Err(Error::NotAPackageFolder(self.folder.clone())),
                Err(error) if !is_absence(&error) => return Err(Error::file("read", &self.folder)(error)),
                Err(_) => return Err(Error::NoPackageFolder(self.folder.clone())),
            }
        }
        let file = self.folder.join(INIT_FILE);
        Ok((!self.name.is_empty() && effects.is_file(&file)).then_some(file))
    }

    /// Where the package's `__init__.py` has to be.
    pub fn init_path(&self) -> PathBuf {
        self.folder.join(INIT_FILE)
    }
}

/// `folder` with the parts of a dotted name below it.
pub fn below(folder: &Path, dotted: impl AsRef<OsStr>) -> PathBuf {
    let mut path = folder.to_path_buf();
    let dotted = dotted.as_ref().as_encoded_bytes();
    if !dotted.is_empty() {
        path.extend(dotted.split(|byte| *byte == b'.').map(native));
    }
    path
}

/// One Python source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Without package and `.py`.
    pub name: OsString,
    pub file: PathBuf,
}

/// What is in the folder of one package.
#[derive(Debug, Default)]
pub struct Modules {
    /// Everything that is named `*.py`, by name, apart from hidden files.
    pub modules: Vec<Module>,
    /// The setup script lies there too, and was left out.
    pub without_script: bool,
    /// The folder is there, and cannot be listed.
    pub unread: Option<Unread>,
}

/// The modules in a package's folder, but for `setup_script` (relative to the working folder, or absolute).
/// A folder that cannot be listed has none, and is [`unread`](Modules::unread).
pub fn modules_in(effects: &dyn Effects, folder: &Path, setup_script: Option<&Path>) -> Modules {
    let script = setup_script.map(absolute);
    let script_name = script.as_deref().and_then(Path::file_name);
    let mut found = Modules::default();
    let names = effects.list(folder).unwrap_or_else(|error| {
        found.unread = Unread::folder(folder, &error);
        Vec::new()
    });
    for name in names {
        let Some(stem) = module_name(&name) else { continue };
        let file = folder.join(&name);
        if Some(name.as_os_str()) == script_name && Some(absolute(&file)) == script {
            found.without_script = true;
        } else {
            found.modules.push(Module { name: stem, file });
        }
    }
    found
}

/// `name` without `.py`, unless it ends otherwise or is hidden.
fn module_name(name: &OsStr) -> Option<OsString> {
    let bytes = name.as_encoded_bytes();
    let (stem, extension) = bytes.split_at(bytes.len().checked_sub(".py".len())?);
    let is_source = extension == b".py" || cfg!(windows) && extension.eq_ignore_ascii_case(b".py");
    (is_source && !bytes.starts_with(b".")).then(|| native(stem))
}

/// A package with what was found in it.
#[derive(Debug)]
pub struct Found {
    pub init_file: Option<PathBuf>,
    pub modules: Modules,
}

/// Look into the folders of many packages at once; the answers are in the order of `packages`.
///
/// # Errors
/// The first one in that order: see [`Package::init_file`].
pub fn find(
    effects: &dyn Effects,
    packages: &[Package],
    setup_script: Option<&Path>,
    cancel: &Cancel,
) -> Result<Vec<Found>> {
    let one = |package: &Package| {
        cancel.check()?;
        let init_file = package.init_file(effects)?;
        Ok(Found { init_file, modules: modules_in(effects, &package.folder, setup_script) })
    };
    on_all_cores(packages, 1, one).into_iter().collect()
}

/// The files that match any of `patterns`, which are relative to `folder`: in the order of the patterns, each
/// file once, with `folder` in front of it.
///
/// # Errors
/// If a pattern is absolute (its files would have no place in the package), or cannot be understood.
pub fn data_files(folder: &Path, patterns: &[PathBuf]) -> Result<DataFiles> {
    let mut unread = Vec::new();
    let mut seen = HashSet::new();
    let mut files = Vec::new();
    for pattern in patterns {
        if pattern.has_root() {
            let text = format!(
                "package_data: pattern '{}' is absolute, and must be relative to its package",
                pattern.display()
            );
            return Err(Error::Option(text));
        }
        let (found, not_read) = glob::files_and_unread(literal(folder).join(pattern))?;
        unread.extend(not_read.into_iter().filter(|one| !unread.contains(one)).collect::<Vec<_>>());
        let is_left_over = |file: &Path| file.file_name().is_some_and(is_partial);
        files.extend(found.into_iter().filter(|file| !is_left_over(file) && seen.insert(file.clone())));
    }
    Ok(DataFiles { files, unread })
}

/// What patterns have found.
#[derive(Debug, Default)]
pub struct DataFiles {
    pub files: Vec<PathBuf>,
    /// The folders that could not be listed.
    pub unread: Vec<Unread>,
}

/// [`data_files`] of many folders at once; the answers are in their order.
pub fn all_data_files(folders: &[(PathBuf, Vec<PathBuf>)], cancel: &Cancel) -> Result<Vec<DataFiles>> {
    let one = |(folder, patterns): &(PathBuf, Vec<PathBuf>)| {
        cancel.check().and_then(|()| data_files(folder, patterns))
    };
    on_all_cores(folders, 1, one).into_iter().collect()
}

/// A path as a pattern that matches nothing else.
fn literal(path: &Path) -> PathBuf {
    let bytes = path.as_os_str().as_encoded_bytes();
    if !bytes.iter().any(|byte| b"*?[".contains(byte)) {
        return path.to_path_buf();
    }
    let escaped: Vec<u8> = bytes
        .iter()
        .flat_map(|&byte| if b"*?[".contains(&byte) { vec![b'[', byte, b']'] } else { vec![byte] })
        .collect();
    PathBuf::from(native(&escaped))
}

/// How a batch of files is copied into a build or installation folder.
#[derive(Debug, Clone, Copy)]
pub struct CopyOptions {
    pub preserve_mode: bool,
    /// Only files that are newer than their copy.
    pub only_newer: bool,
}

/// The steps that copy files to new names, each behind those that make the folders it needs.
pub fn plan_copies(
    effects: &dyn Effects,
    files: impl IntoIterator<Item = (PathBuf, PathBuf)>,
    options: CopyOptions,
) -> Vec<Step> {
    let mut known = HashSet::new();
    let mut steps = Vec::new();
    for (from, to) in files {
        let folder = to.parent().unwrap_or(Path::new(""));
        if !known.contains(folder) {
            known.insert(folder.to_path_buf());
            for missing in tree::missing_folders(effects, &tree::normalized(folder)) {
                if known.insert(missing.clone()) || missing == folder {
                    steps.push(Step::Folder(missing));
                }
            }
        }
        steps.push(Step::Copy(Copy {
            from,
            to,
            preserve_mode: options.preserve_mode,
            preserve_times: true,
            only_newer: options.only_newer,
            means: Means::Contents,
        }));
    }
    steps
}

/// `file` without the folder in front of it, to the letter (a `.` or a doubled separator stays).
pub fn relative_to(file: &Path, folder: &Path) -> PathBuf {
    let inside = without_prefix(file, folder);
    let bytes = inside.as_os_str().as_encoded_bytes();
    let is_whole =
        folder.as_os_str().is_empty() || folder.as_os_str().as_encoded_bytes().ends_with(SEPARATOR);
    match bytes.strip_prefix(SEPARATOR) {
        Some(rest) if !is_whole && inside.as_os_str() != file.as_os_str() => native(rest).into(),
        _ => inside,
    }
}

/// A path without the text that it begins with; the whole path if it begins otherwise.
pub fn without_prefix(path: &Path, prefix: &Path) -> PathBuf {
    let bytes = path.as_os_str().as_encoded_bytes();
    match bytes.strip_prefix(prefix.as_os_str().as_encoded_bytes()) {
        Some(rest) => native(rest).into(),
        None => path.to_path_buf(),
    }
}

const SEPARATOR: &[u8] = std::path::MAIN_SEPARATOR_STR.as_bytes();
