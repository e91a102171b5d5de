//! How modules are imported from where they lie: by one entry of Python's path, or by a mapping of names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::effects::Effects;
use crate::package::below;

/// Where a package or module lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// With dots.
    pub name: String,
    /// Absolute: a package's folder, or a module's file without its ending.
    pub base: PathBuf,
}

/// What makes a set of [`Place`]s importable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// There are none.
    Nothing,
    /// All lie below this folder as their names say.
    Path(PathBuf),
    /// They do not.
    Mapping(Mapping),
}

/// Names with their bases, and nothing that follows from another entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    pub places: BTreeMap<String, PathBuf>,
    /// Packages around the others that are in no folder.
    pub namespaces: BTreeSet<String>,
}

/// The layout of `places`. Of two for one name the last counts.
pub fn layout(places: impl IntoIterator<Item = Place>) -> Layout {
    let places: BTreeMap<String, PathBuf> =
        places.into_iter().map(|place| (place.name, place.base)).collect();
    let mut roots = places.iter().map(|(name, base)| root(name, base));
    match roots.next() {
        None => return Layout::Nothing,
        Some(Some(first)) if roots.all(|root| root == Some(first)) => {
            return Layout::Path(first.to_path_buf());
        }
        Some(_) => {}
    }
    let mut mapping = Mapping::default();
    // Sorted, so that a package comes before what is in it.
    for (name, base) in places {
        let around = enclosing(&name, &mapping.places);
        if around.is_some_and(|(outer, folder)| below(folder, &name[outer.len() + 1..]) == base) {
            continue;
        }
        mapping.places.insert(name, base);
    }
    mapping.note_namespaces();
    Layout::Mapping(mapping)
}

/// What a build has made that has no place in the source tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Generated {
    /// Relative to the folder that was built into.
    pub files: Vec<PathBuf>,
    /// Packages that have a folder in the source tree as well, by name.
    pub shared: BTreeMap<String, Shared>,
    /// Modules and packages that the source tree has nothing of; bases are relative, as [`Generated::files`] are.
    pub own: Vec<Place>,
}

/// A package of which one part was written and another generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Its folder in the source tree.
    pub source: PathBuf,
    /// Whether something else than modules was generated for it.
    pub has_data: bool,
}

/// Which of the `files` in the folder that was built into are generated: those of which `source_of` (a package's name,
/// empty for none, to its folder) does not have the original. Compiled modules of Python's cache count for nothing.
///
/// # Errors
/// What `source_of` gives.
pub fn generated<E>(
    effects: &dyn Effects,
    files: impl IntoIterator<Item = PathBuf>,
    mut source_of: impl FnMut(&str) -> Result<PathBuf, E>,
) -> Result<Generated, E> {
    let mut generated = Generated::default();
    for file in files {
        let parts: Option<Vec<&str>> = file.iter().map(|part| part.to_str()).collect();
        let Some((&name, folders)) = parts.as_deref().and_then(<[&str]>::split_last) else { continue };
        if folders.contains(&"__pycache__") {
            continue;
        }
        let mut sources = vec![source_of("")?];
        for end in 1..=folders.len() {
            sources.push(source_of(&folders[..end].join("."))?);
        }
        if effects.exists(&sources[folders.len()].join(name)) {
            continue;
        }
        generated.add(effects, folders, name, &sources);
        generated.files.push(file);
    }
    Ok(generated)
}

impl Generated {
    /// Note a file in `folders`, of which `sources` are those in the source tree, from the outermost inwards.
    fn add(&mut self, effects: &dyn Effects, folders: &[&str], file: &str, sources: &[PathBuf]) {
        let module = module_name(file);
        for (end, source) in sources.iter().enumerate().skip(1) {
            let package = folders[..end].join(".");
            if !effects.is_folder(source) {
                return self.add_own(package, folders[..end].iter().collect());
            }
            let shared = Shared { source: source.clone(), has_data: false };
            self.shared.entry(package).or_insert(shared).has_data |= module.is_none();
        }
        if let Some(module) = module.filter(|module| *module != "__init__") {
            let name: Vec<&str> = folders.iter().copied().chain([module]).collect();
            self.add_own(name.join("."), name.iter().collect());
        }
    }

    fn add_own(&mut self, name: String, base: PathBuf) {
        let place = Place { name, base };
        if !self.own.contains(&place) {
            self.own.push(place);
        }
    }
}

/// The module that a file is: its name up to the first dot, as extension modules have their tags behind it.
fn module_name(file: &str) -> Option<&str> {
    let (module, _) = file.split_once('.')?;
    [".py", ".pyc", ".so", ".pyd"].iter().any(|ending| file.ends_with(ending)).then_some(module)
}

impl Mapping {
    /// Add what was generated, which lies below `folder`, where no entry leads to it already.
    pub fn add(&mut self, generated: &Generated, folder: &Path) {
        for place in &generated.own {
            if enclosing(&place.name, &self.places).is_none() {
                self.places.insert(place.name.clone(), folder.join(&place.base));
            }
        }
        self.note_namespaces();
    }

    fn note_namespaces(&mut self) {
        for name in self.places.keys() {
            for (at, _) in name.match_indices('.') {
                if !self.places.contains_key(&name[..at]) {
                    self.namespaces.insert(name[..at].to_string());
                }
            }
        }
    }
}

/// The folder in which `base` is where `name` says; None where the two differ.
fn root<'a>(name: &str, base: &'a Path) -> Option<&'a Path> {
    let mut folder = base;
    for part in name.rsplit('.') {
        match folder.components().next_back() {
            Some(Component::Normal(last)) if last == part => folder = folder.parent()?,
            _ => return None,
        }
    }
    Some(folder)
}

/// The innermost package around `name` that has an entry.
fn enclosing<'a>(name: &'a str, places: &'a BTreeMap<String, PathBuf>) -> Option<(&'a str, &'a Path)> {
    let outer = name.rmatch_indices('.').map(|(at, _)| &name[..at]);
    outer.filter_map(|outer| Some((outer, places.get(outer)?.as_path()))).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(places: &[(&str, &str)]) -> Layout {
        layout(places.iter().map(|(name, base)| Place { name: (*name).into(), base: base.into() }))
    }

    fn mapping(places: &[(&str, &str)], namespaces: &[&str]) -> Layout {
        Layout::Mapping(Mapping {
            places: places.iter().map(|(name, base)| ((*name).into(), base.into())).collect(),
            namespaces: namespaces.iter().map(|name| (*name).into()).collect(),
        })
    }

    #[test]
    fn modules_that_lie_as_their_names_say_need_one_entry_of_the_path() {
        assert_eq!(of(&[]), Layout::Nothing);
        assert_eq!(of(&[("a", "/p/a"), ("ns.b.c", "/p/ns/b/c"), ("m", "/p/m")]), Layout::Path("/p".into()));
        assert_eq!(of(&[("a", "/a")]), Layout::Path("/".into()));
    }

    #[test]
    fn all_others_are_mapped_and_what_follows_from_another_entry_is_left_out() {
        assert_eq!(
            of(&[("a", "/p/lib"), ("a.b", "/p/lib/b"), ("a.c", "/p/c"), ("a.c.d", "/p/c/d")]),
            mapping(&[("a", "/p/lib"), ("a.c", "/p/c")], &[])
        );
        assert_eq!(of(&[("a", "/p/a"), ("b", "/q/b")]), mapping(&[("a", "/p/a"), ("b", "/q/b")], &[]));
        assert_eq!(of(&[("ns.x.a", "/p/a")]), mapping(&[("ns.x.a", "/p/a")], &["ns", "ns.x"]));
        assert_eq!(of(&[("a", "/")]), mapping(&[("a", "/")], &[]));
    }

    #[test]
    fn what_has_no_original_in_the_source_tree_is_generated() {
        let top = tempfile::tempdir().unwrap();
        for file in ["pkg/__init__.py", "pkg/data/a.txt", "single.py"] {
            std::fs::create_dir_all(top.path().join(file).parent().unwrap()).unwrap();
            std::fs::write(top.path().join(file), "").unwrap();
        }
        let built = [
            "pkg/__init__.py",
            "pkg/data/a.txt",
            "pkg/data/b.txt",
            "pkg/version.py",
            "pkg/new/__init__.py",
            "pkg/new/inner.py",
            "single.py",
            "other.cpython-313-x86_64-linux-gnu.so",
            "notes.txt",
            "pkg/__pycache__/__init__.cpython-313.pyc",
        ];
        let source_of = |package: &str| Ok::<_, ()>(below(top.path(), package));
        let found = generated(&crate::effects::Disk::default(), built.map(PathBuf::from), source_of).unwrap();
        let files = ["pkg/data/b.txt", "pkg/version.py", "pkg/new/__init__.py", "pkg/new/inner.py"];
        let others = ["other.cpython-313-x86_64-linux-gnu.so", "notes.txt"];
        assert_eq!(found.files, files.into_iter().chain(others).map(PathBuf::from).collect::<Vec<_>>());
        let shared =
            |name: &str, has_data| (name.to_string(), Shared { source: below(top.path(), name), has_data });
        assert_eq!(found.shared, BTreeMap::from([shared("pkg", true), shared("pkg.data", true)]));
        let own: Vec<&str> = found.own.iter().map(|place| place.name.as_str()).collect();
        assert_eq!(own, ["pkg.version", "pkg.new", "other"]);

        let Layout::Mapping(mut mapping) = of(&[("pkg", "/p/lib")]) else {
            panic!("its folder is named lib")
        };
        mapping.add(&found, Path::new("made"));
        let expected = [("pkg", "/p/lib"), ("other", "made/other")];
        assert_eq!(mapping.places, expected.map(|(name, base)| (name.into(), base.into())).into());
    }
}
