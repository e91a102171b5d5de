//! Options of a command line as distutils' `FancyGetopt` knows them: tables, aliases, and what arguments set.
//!
//! | part | what it is for |
//! | --- | --- |
//! | [`Table`] | a checked table of options, with aliases and negative aliases |
//! | [`Table::parse`] | what the arguments before the first non-option set, in their order |
//! | [`scan`] | the rules of Python's `getopt` alone: prefixes, clusters, `--name=value`, `--` |
//! | [`generate_help`], [`wrap_text`] | the help text of a table |
//!
//! All of it works on plain values. Where a setting depends on what it replaces (a repeated `-v`), it says
//! so ([`SettingValue::Count`]), and whoever holds the current value does the counting.

mod help;
mod scan;
mod table;

pub use help::{generate_help, wrap_text};
pub use scan::{Found, Name, Place, scan};
pub use table::Table;

use crate::{Error, Result};

/// What options that are true or false take for true, in any case.
pub const TRUE: [&str; 6] = ["y", "yes", "t", "true", "on", "1"];
/// And for false.
pub const FALSE: [&str; 6] = ["n", "no", "f", "false", "off", "0"];

/// One row of an option table, as a command declares it in `user_options`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionRow {
    /// The long name, with `=` at its end if the option takes a value.
    pub long: String,
    /// The short name; a table is refused if that is not exactly one character.
    pub short: Option<String>,
    /// The explanation in the help text.
    pub help: Option<String>,
    /// Whether giving the option again counts up. Only a fourth element of `None` in the Python tuple makes
    /// it false: rows of three elements count as well. It has no effect on an option that takes a value, nor
    /// on one with a hyphen in its name.
    pub repeat: bool,
}

impl OptionRow {
    /// A row of three elements.
    pub fn new(long: &str, short: Option<&str>, help: Option<&str>) -> Self {
        OptionRow {
            long: long.to_string(),
            short: short.map(str::to_string),
            help: help.map(str::to_string),
            repeat: true,
        }
    }

    /// The long name without the `=`.
    pub fn name(&self) -> &str {
        self.long.strip_suffix('=').unwrap_or(&self.long)
    }

    /// Whether the option takes a value.
    pub fn takes_value(&self) -> bool {
        self.long.ends_with('=')
    }
}

/// What the arguments of a command line say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// One for each option given, in their order. With the value that was set in the end, this is also what
    /// `FancyGetopt.get_option_order()` lists.
    pub settings: Vec<Setting>,
    /// The index of the first argument that is left over; all that follow are left over, too.
    pub rest: usize,
}

/// One option given: set `attribute` to `value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The long name of the option that is set: aliases and negative aliases are followed.
    pub option: String,
    /// The same as a Python identifier.
    pub attribute: String,
    pub value: SettingValue,
    /// Where in the arguments the value stands, if it has one.
    pub place: Option<Place>,
}

/// What an option given sets its attribute to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// The value of an option that takes one. Empty for `--name=`.
    Text(String),
    /// `1`, or `0` for a negative alias.
    Flag(bool),
    /// One more than the attribute's current value, which is taken as 0 where there is none.
    Count,
}

/// The two dictionaries of aliases, as error messages call them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AliasKind {
    Alias,
    Negative,
}

impl AliasKind {
    fn words(self) -> &'static str {
        match self {
            AliasKind::Alias => "alias",
            AliasKind::Negative => "negative alias",
        }
    }
}

/// Checks that both sides of every alias are in the table. `defined` is asked for names as the table has
/// them, so an option that takes a value is only found with its `=`. Errors are [`Error::OptionTable`].
pub fn check_aliases(
    kind: AliasKind,
    aliases: &[(String, String)],
    defined: impl Fn(&str) -> bool,
) -> Result<()> {
    for (alias, option) in aliases {
        let (missing, role) = match (defined(alias), defined(option)) {
            (false, _) => (alias, "option"),
            (true, false) => (option, "aliased option"),
            (true, true) => continue,
        };
        let kind = kind.words();
        return Err(Error::OptionTable(format!("invalid {kind} '{alias}': {role} '{missing}' not defined")));
    }
    Ok(())
}

/// The error for adding an option to a table that has one of this long name.
pub fn already_defined(long: &str) -> Error {
    Error::OptionTable(format!("option conflict: already an option '{long}'"))
}

/// The error for a long name that is too short or, in Python, no string; `shown` is its `str()`.
pub fn invalid_long(shown: &str) -> Error {
    Error::OptionTable(format!("invalid long option '{shown}': must be a string of length >= 2"))
}

/// The error for a short name that is not one character or, in Python, no string; `shown` is its `str()`.
pub fn invalid_short(shown: &str) -> Error {
    Error::OptionTable(format!("invalid short option '{shown}': must a single character or None"))
}

/// What is said of a value for an option that takes none. Two options with one letter lead to it, too.
pub const SWITCH_WITH_VALUE: &str = "boolean option can't have value";

/// A long option's name as a Python identifier: hyphens become underscores.
pub fn translate_longopt(option: &str) -> String {
    option.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
    }

    #[test]
    fn both_sides_of_an_alias_must_be_defined() {
        let defined = |name: &str| ["quiet", "verbose", "out="].contains(&name);
        let check = |kind, aliases: &[(&str, &str)]| {
            check_aliases(kind, &pairs(aliases), defined).map_err(|error| error.to_string())
        };
        assert_eq!(check(AliasKind::Negative, &[("quiet", "verbose")]), Ok(()));
        assert_eq!(
            check(AliasKind::Negative, &[("quiet", "verbose"), ("silent", "verbose")]),
            Err("invalid negative alias 'silent': option 'silent' not defined".to_string())
        );
        assert_eq!(
            check(AliasKind::Alias, &[("quiet", "out")]),
            Err("invalid alias 'quiet': aliased option 'out' not defined".to_string())
        );
    }

    #[test]
    fn a_rows_name_is_without_its_equals_sign() {
        let row = OptionRow::new("build-base=", Some("b"), None);
        assert_eq!((row.name(), row.takes_value()), ("build-base", true));
        assert_eq!(translate_longopt(row.name()), "build_base");
    }
}
