//! All files below a folder, with links followed, read in parallel.

use std::fs;
use std::path::{Path, PathBuf};

use crate::effects::{is_partial, on_all_cores};
use crate::unread::Unread;

/// All files under `folder`, with `folder` in front of them, or relative to it if that is `.`
/// (`distutils.filelist.findall`).
///
/// The order is that of the names, the files of outer folders first. Links to files and folders are followed,
/// but not into a folder that the link is itself inside of, be it above `folder`. What is neither file nor folder, a broken link, or
/// a folder that cannot be read is among [`unread`](Walked::unread); left out is what a killed run was just writing.
pub fn find_all(folder: &Path) -> Walked {
    let mut walked = files_below(folder, &|_| true);
    if folder.as_os_str() != "." {
        walked.files.iter_mut().for_each(|file| *file = folder.join(&*file));
        walked.unread.iter_mut().for_each(|unread| unread.path = folder.join(&unread.path));
    }
    walked
}

/// What a walk has found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Walked {
    pub files: Vec<PathBuf>,
    /// What was passed over because it cannot be read: folders, and links that lead nowhere.
    pub unread: Vec<Unread>,
}

/// As [`find_all`], but relative to `top`, and only from folders that are `wanted`. Those are asked about by
/// their paths relative to `top` (which is empty itself), and none below one that is not wanted.
pub fn files_below(top: &Path, wanted: &(dyn Fn(&Path) -> bool + Sync)) -> Walked {
    let mut walked = Walked::default();
    // Level by level, so that the depth of a tree costs no stack.
    let mut level = vec![PathBuf::new()];
    while !level.is_empty() {
        let listings = on_all_cores(&level, 1, |folder| wanted(folder).then(|| list(top, folder)));
        level.clear();
        for listing in listings.into_iter().flatten() {
            walked.files.extend(listing.files);
            walked.unread.extend(listing.unread);
            level.extend(listing.folders);
        }
    }
    walked
}

#[derive(Default)]
struct Listing {
    files: Vec<PathBuf>,
    unread: Vec<Unread>,
    folders: Vec<PathBuf>,
}

fn list(top: &Path, folder: &Path) -> Listing {
    let mut listing = Listing::default();
    let entries = match fs::read_dir(top.join(folder)) {
        Ok(entries) => entries,
        Err(error) => {
            listing.unread.extend(Unread::folder(folder, &error));
            return listing;
        }
    };
    for entry in entries {
        let entry = match entry.and_then(|entry| Ok((entry.file_type()?, entry))) {
            Ok(entry) => entry,
            Err(error) => {
                listing.unread.extend(Unread::folder(folder, &error));
                continue;
            }
        };
        let (mut kind, entry) = entry;
        let name = entry.file_name();
        if is_partial(&name) {
            continue;
        }
        let path = folder.join(name);
        if kind.is_symlink() {
            let target = match fs::metadata(entry.path()) {
                Ok(target) => target,
                Err(error) => {
                    listing.unread.push(Unread::link(&path, &entry.path(), &error));
                    continue;
                }
            };
            kind = target.file_type();
            if kind.is_dir() && leads_outwards(top, folder, &entry.path()) {
                continue;
            }
        }
        if kind.is_file() {
            listing.files.push(path);
        } else if kind.is_dir() {
            listing.folders.push(path);
        }
    }
    listing.files.sort_unstable();
    listing.folders.sort_unstable();
    listing.unread.sort_unstable_by(|left, right| left.path.cmp(&right.path));
    listing
}

/// Whether a link in `folder` leads to that folder itself, or to one that was gone through to get there, or to one
/// that `top` is in.
fn leads_outwards(top: &Path, folder: &Path, link: &Path) -> bool {
    let Ok(target) = fs::canonicalize(link) else { return true };
    if fs::canonicalize(top).is_ok_and(|top| top.starts_with(&target)) {
        return true;
    }
    folder.ancestors().any(|outer| fs::canonicalize(top.join(outer)).is_ok_and(|outer| outer == target))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    fn names(files: &[PathBuf]) -> Vec<&str> {
        files.iter().map(|file| file.to_str().unwrap()).collect()
    }

    #[test]
    fn files_are_found_below_the_given_folder_and_carry_its_name() {
        let folder = tree(&["b", "a/x", "a/.hidden", "a/deep/er/y"]);
        assert_eq!(
            names(&files_below(folder.path(), &|_| true).files),
            ["b", "a/.hidden", "a/x", "a/deep/er/y"]
        );
        let inner = folder.path().join("a/deep");
        assert_eq!(find_all(&inner).files, [inner.join("er/y")]);
        assert_eq!(find_all(Path::new("/nowhere/at/all")), Walked::default());
    }

    #[test]
    fn folders_that_are_not_wanted_are_not_entered() {
        let folder = tree(&["a/x", "b/y", "b/c/z"]);
        let found = files_below(folder.path(), &|folder| folder != "b").files;
        assert_eq!(names(&found), ["a/x"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_never_in_circles() {
        use std::os::unix::fs::symlink;
        let folder = tree(&["a/x", "b/y"]);
        let at = |name: &str| folder.path().join(name);
        symlink("../a", at("a/self")).unwrap();
        symlink("..", at("a/up")).unwrap();
        symlink("../b", at("a/b")).unwrap();
        symlink("../a", at("b/a")).unwrap();
        symlink("../..", at("a/out")).unwrap();
        symlink("nowhere", at("broken")).unwrap();
        symlink("a/x", at("file")).unwrap();
        assert_eq!(
            names(&files_below(folder.path(), &|_| true).files),
            ["file", "a/x", "b/y", "a/b/y", "b/a/x"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_no_file() {
        let folder = tree(&["a"]);
        let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap();
        assert!(made.success());
        assert_eq!(names(&files_below(folder.path(), &|_| true).files), ["a"]);
    }
}
