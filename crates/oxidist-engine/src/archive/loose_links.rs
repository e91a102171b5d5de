//! Symbolic links among the files of a release that would lead nowhere, or elsewhere, once it is unpacked.

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// A link whose target does not come with the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LooseLink {
    /// As it stands in the list of files.
    pub file: PathBuf,
    /// The text of the link.
    pub target: PathBuf,
}

/// The links among `files` (relative to `root`, where the release has the same names) that are to be packed as the
/// file they lead to: what their text names in the unpacked release is not that file, or is not there at all.
pub fn loose_links(root: &Path, files: &[PathBuf]) -> Vec<LooseLink> {
    // Nearly all projects have none.
    let links: Vec<&PathBuf> = files.iter().filter(|file| root.join(file).is_symlink()).collect();
    if links.is_empty() {
        return Vec::new();
    }
    let members: HashMap<PathBuf, &PathBuf> =
        files.iter().filter_map(|file| Some((walked(Path::new(""), file)?, file))).collect();
    let comes_along = |link: &PathBuf, target: &Path| {
        let name = walked(Path::new(""), link)?;
        // A folder of the release is never a link, so that `..` leads to the outer one of the name.
        let member = members.get(&walked(name.parent()?, target)?)?;
        let (there, here) = (root.join(link).canonicalize().ok()?, root.join(member).canonicalize().ok()?);
        (there == here).then_some(())
    };
    let loose = |link: &PathBuf| {
        let target = fs::read_link(root.join(link)).ok()?;
        comes_along(link, &target).is_none().then(|| LooseLink { file: link.clone(), target })
    };
    links.into_iter().filter_map(loose).collect()
}

/// Where a relative path leads from `folder`, by its text alone; None where that is outside of the release.
fn walked(folder: &Path, path: &Path) -> Option<PathBuf> {
    let mut at = folder.to_path_buf();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => at.push(name),
            Component::ParentDir => at.pop().then_some(())?,
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(at)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_link_is_loose_where_the_release_has_not_its_file_at_that_place() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        fs::create_dir_all(root.join("a/b")).unwrap();
        for file in ["../outside", "x", "a/x", "a/b/y", "left"] {
            fs::write(root.join(file), file).unwrap();
        }
        for (link, target) in [
            ("to_member", "a/x"),
            ("a/b/up", "../x"),
            ("to_link", "./to_member"),
            ("linked", "a"),
            ("out", "../outside"),
            ("to_left", "left"),
            ("absolute", "/dev/null"),
            ("back", "../project/x"),
            ("circle", "circle"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        // Through a link to a folder, '..' leads to another file than on the disk.
        symlink("a/b", root.join("deep")).unwrap();
        let names = ["x", "a/x", "./a/b/y", "to_member", "a/b/up", "to_link", "linked/b/up", "linked/x"];
        let files = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(loose_links(&root, &files(&names)), []);
        let names = ["x", "a/x", "deep/up", "out", "to_left", "absolute", "back", "to_link"];
        let loose: Vec<_> = loose_links(&root, &files(&names)).into_iter().map(|link| link.file).collect();
        assert_eq!(loose, files(&["deep/up", "out", "to_left", "absolute", "back", "to_link"]));
    }
}
