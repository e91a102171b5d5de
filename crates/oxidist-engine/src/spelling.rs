//! Which name was meant by one that nobody has.

/// How alike two names must be for one to be suggested for the other: 1 is equal.
const ALIKE: f64 = 0.75;

/// The name of `known` that was probably meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace('_', "-");
    let name = plain(name);
    let mut best = None;
    for candidate in known {
        let likeness = strsim::normalized_damerau_levenshtein(&name, &plain(candidate))
            .max(strsim::jaro_winkler(&name, &plain(candidate)) - 0.1);
        if likeness >= ALIKE && best.is_none_or(|(_, other)| likeness > other) {
            best = Some((candidate, likeness));
        }
    }
    best.map(|(candidate, _)| candidate)
}

/// The same for names that often begin alike, as `bdist_rpm` and `bdist_dumb` do: what they end in counts as much.
pub fn nearest_by_letters<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase().replace('-', "_");
    let alike = |known: &'a str| (strsim::normalized_damerau_levenshtein(&name, known), known);
    let best = known.into_iter().map(alike).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness >= ALIKE).map(|(_, known)| known)
}

/// The name of `known` from which `name` differs by a slip of the hand: capitals, hyphens or spaces for underscores, one
/// letter too many, too few or another one, or two that changed places. In long names it may be two such letters.
///
/// This is for names that need not be wrong at all.
pub fn slip<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase().replace(['-', ' '], "_");
    let letters = if name.len() >= LONG { 2 } else { 1 };
    known.into_iter().find(|known| strsim::damerau_levenshtein(&name, known) <= letters)
}

/// From how many letters on a name is long.
const LONG: usize = 11;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_were_probably_meant_are_suggested() {
        assert_eq!(nearest("pakages", ["packages", "package-dir"]), Some("packages"));
        assert_eq!(nearest("package_data", ["packages", "package-data"]), Some("package-data"));
        assert_eq!(nearest("xyz", ["packages", "package-dir"]), None);
    }

    #[test]
    fn a_slip_is_one_letter_or_two_in_a_long_name() {
        let known = ["build", "build_ext", "sdist", "install", "install_scripts", "bdist_rpm", "bdist_dumb"];
        for (name, meant) in [
            ("buld", "build"),
            ("biuld", "build"),
            ("Build", "build"),
            ("build-ext", "build_ext"),
            ("build ext", "build_ext"),
            ("sdsit", "sdist"),
            ("instal", "install"),
            ("install_scirps", "install_scripts"),
        ] {
            assert_eq!(slip(name, known), Some(meant), "{name}");
        }
        for name in
            ["flake8", "tool:pytest", "metadata", "bdist_egg", "build_sphinx", "test", "bdist_dmg", "isort"]
        {
            assert_eq!(slip(name, known), None, "{name}");
        }
    }
}
