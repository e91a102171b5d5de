//! The packages that there are below a folder, by patterns for their names.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::effects::Cancel;
use crate::glob::matcher::Matcher;
use crate::unread::is_absence;
use crate::{Error, Result};

/// Which packages are taken.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Patterns (`*`, `?`, `[...]`) for whole dotted names; `*` matches dots too.
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    /// Whether folders without `__init__.py` are packages (PEP 420).
    pub namespaces: bool,
}

/// The dotted names of the packages below `root`, sorted.
///
/// A folder whose name has a dot is none, and neither is `__pycache__`. What is excluded may have packages below it
/// that are not, unless a pattern says `name*` or `name.*`.
///
/// # Errors
/// [`Error::File`] for a folder that cannot be read, `root` first of all, or of which nobody can say whether it is a
/// package that the rules take.
pub fn find(root: &Path, rules: &Rules, cancel: &Cancel) -> Result<Vec<String>> {
    let mut unread = Vec::new();
    let found = find_and_unread(root, rules, cancel, &mut unread)?;
    match unread.into_iter().next() {
        Some((path, error)) => Err(Error::file("read", path)(error)),
        None => Ok(found),
    }
}

/// As [`find`], but what cannot be read below `root` is passed over, and added to `unread`.
///
/// # Errors
/// [`Error::File`] if `root` cannot be read.
pub fn find_and_unread(
    root: &Path,
    rules: &Rules,
    cancel: &Cancel,
    unread: &mut Vec<(PathBuf, io::Error)>,
) -> Result<Vec<String>> {
    let matchers = |patterns: &[String]| -> Result<Vec<Matcher>> {
        patterns.iter().map(|pattern| Matcher::fnmatch(pattern)).collect()
    };
    let search =
        Search { include: matchers(&rules.include)?, exclude: matchers(&rules.exclude)?, rules, cancel };
    let mut found = Vec::new();
    search.look_into(root, "", &mut found, unread)?;
    found.sort();
    Ok(found)
}

/// Whether a link leads to a folder that it lies in.
fn leads_back(path: &Path, folder: &Path) -> bool {
    path.is_symlink()
        && matches!((path.canonicalize(), folder.canonicalize()), (Ok(to), Ok(from)) if from.starts_with(&to))
}

struct Search<'a> {
    include: Vec<Matcher>,
    exclude: Vec<Matcher>,
    rules: &'a Rules,
    cancel: &'a Cancel,
}

impl Search<'_> {
    fn look_into(
        &self,
        folder: &Path,
        prefix: &str,
        found: &mut Vec<String>,
        unread: &mut Vec<(PathBuf, io::Error)>,
    ) -> Result<()> {
        self.cancel.check()?;
        for entry in fs::read_dir(folder).map_err(Error::file("read", folder))? {
            let entry = entry.map_err(Error::file("read", folder))?;
            let path = entry.path();
            let Some(name) = entry.file_name().to_str().map(str::to_string) else { continue };
            if name.contains('.') || name == "__pycache__" || leads_back(&path, folder) {
                continue;
            }
            let package = format!("{prefix}{name}");
            let one_of = |matchers: &[Matcher]| matchers.iter().any(|matcher| matcher.is_match(&package));
            let mark = if self.rules.namespaces { path.clone() } else { path.join("__init__.py") };
            match fs::metadata(&mark) {
                Ok(metadata) if metadata.is_dir() == self.rules.namespaces => {}
                Err(error) if !is_absence(&error) && !path.is_symlink() => {
                    if one_of(&self.include) && !one_of(&self.exclude) {
                        unread.push((path, error));
                    }
                    continue;
                }
                _ => continue,
            }
            if one_of(&self.include) && !one_of(&self.exclude) {
                found.push(package.clone());
            }
            let all_below = [format!("{package}*"), format!("{package}.*")];
            if !self.rules.exclude.iter().any(|pattern| all_below.contains(pattern)) {
                match self.look_into(&path, &format!("{package}."), found, unread) {
                    Err(Error::File { path, source, .. }) => unread.push((path, source)),
                    done => done?,
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[&str], include: &[&str], exclude: &[&str], namespaces: bool) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let strings = |items: &[&str]| items.iter().map(|item| item.to_string()).collect();
        let rules = Rules { include: strings(include), exclude: strings(exclude), namespaces };
        find(folder.path(), &rules, &Cancel::default()).unwrap()
    }

    const FILES: [&str; 6] = [
        "a/__init__.py",
        "a/b/__init__.py",
        "a/data/x",
        "tests/__init__.py",
        "a.egg-info/PKG-INFO",
        "n/s/__init__.py",
    ];

    #[test]
    fn a_package_has_an_init_file_and_so_have_those_it_is_in() {
        assert_eq!(found(&FILES, &["*"], &[], false), ["a", "a.b", "tests"]);
        assert_eq!(found(&FILES, &["*"], &[], true), ["a", "a.b", "a.data", "n", "n.s", "tests"]);
    }

    #[test]
    fn patterns_are_for_whole_names() {
        assert_eq!(found(&FILES, &["a"], &[], false), ["a"]);
        assert_eq!(found(&FILES, &["a*"], &["a.b"], false), ["a"]);
        assert_eq!(found(&FILES, &["*"], &["a"], false), ["a.b", "tests"]);
        assert_eq!(found(&FILES, &["*"], &["a*"], false), ["tests"]);
    }
}
