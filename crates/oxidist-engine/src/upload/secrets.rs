//! Passwords and tokens, and texts without them.

use std::fmt;

/// What stands in a text in a secret's place.
const HIDDEN: &str = "***";

/// Texts that must not be shown to anybody.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// An empty text hides nothing.
    pub fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.0.push(secret.to_string());
            // A long one may contain a short one, and is hidden whole.
            self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
    }

    /// `text` with `***` for each of the secrets.
    pub fn hide(&self, text: &str) -> String {
        // What has been put in must not be taken for a secret again: hidden places are cut out first.
        let mut pieces = vec![text.to_string()];
        for secret in &self.0 {
            pieces = pieces
                .iter()
                .flat_map(|piece| piece.split(secret.as_str()).map(str::to_string).collect::<Vec<_>>())
                .collect();
        }
        pieces.join(HIDDEN)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secrets({})", self.0.len())
    }
}

/// The place of `user:password` in an address.
fn login(url: &str) -> Option<std::ops::Range<usize>> {
    let start = url.find("://")? + "://".len();
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |end| start + end);
    let at = url[start..end].rfind('@')?;
    Some(start..start + at)
}

/// Whether an address holds a user's name or password.
pub fn has_login(url: &str) -> bool {
    login(url).is_some()
}

/// An address with `***` for the user and password in it.
pub fn without_login(url: &str) -> String {
    match login(url) {
        Some(place) => format!("{}{HIDDEN}{}", &url[..place.start], &url[place.end..]),
        None => url.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let mut secrets = Secrets::default();
        secrets.add("");
        secrets.add("pypi");
        secrets.add("pypi-token");
        assert_eq!(secrets.hide("a pypi-token, pypi"), "a ***, ***");
        assert_eq!(secrets.hide("none"), "none");
        assert_eq!(format!("{secrets:?}"), "Secrets(2)");
    }

    #[test]
    fn a_secret_of_stars_ends() {
        let mut secrets = Secrets::default();
        secrets.add("*");
        secrets.add("x");
        assert_eq!(secrets.hide("x*"), "******");
    }

    #[test]
    fn an_address_is_shown_without_its_login() {
        assert_eq!(without_login("https://me:s@cret@host/a@b"), "https://***@host/a@b");
        assert_eq!(without_login("https://host/a@b"), "https://host/a@b");
        assert!(has_login("http://token@host"));
        assert!(!has_login("pypi"));
    }
}
