//! How modules are imported from where they lie: by one entry of Python's path, or by a mapping of names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

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
    for name in mapping.places.keys() {
        for (at, _) in name.match_indices('.') {
            if !mapping.places.contains_key(&name[..at]) {
                mapping.namespaces.insert(name[..at].to_string());
            }
        }
    }
    Layout::Mapping(mapping)
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
}
