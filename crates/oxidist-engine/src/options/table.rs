//! A checked table of options with its aliases, and what the options given on a command line set.

use std::collections::HashMap;

use super::{
    Found, Name, OptionRow, Parsed, SWITCH_WITH_VALUE, Setting, SettingValue, invalid_long, invalid_short,
    scan, translate_longopt,
};
use crate::{Error, Result};

/// Option tables, ready to parse with. Names that are there twice are allowed, as the options of a
/// `Distribution` and those of a command often overlap.
#[derive(Debug, Clone, Default)]
pub struct Table {
    shorts: Vec<String>,
    longs: Vec<String>,
    long_of: HashMap<char, String>,
    takes_value: HashMap<String, bool>,
    /// Long names as the table has them, to whether they count.
    repeat: HashMap<String, bool>,
    aliases: HashMap<String, String>,
    negatives: HashMap<String, String>,
}

impl Table {
    /// Checks `rows` and the two sets of aliases (`alias`, `option`). Errors are [`Error::OptionTable`].
    pub fn new(
        rows: &[OptionRow],
        aliases: &[(String, String)],
        negatives: &[(String, String)],
    ) -> Result<Table> {
        Table::after(HashMap::new(), rows, aliases, negatives)
    }

    /// The same for a parser that had other tables before: `takes_value` is what it knows of their options,
    /// to which aliases may still lead.
    pub fn after(
        takes_value: HashMap<String, bool>,
        rows: &[OptionRow],
        aliases: &[(String, String)],
        negatives: &[(String, String)],
    ) -> Result<Table> {
        let mut table = Table {
            takes_value,
            aliases: aliases.iter().cloned().collect(),
            negatives: negatives.iter().cloned().collect(),
            ..Table::default()
        };
        for (index, row) in rows.iter().enumerate() {
            table.add(row, &rows[index + 1..])?;
        }
        Ok(table)
    }

    /// Short names in `getopt`'s form, with `:` behind those that take a value.
    pub fn short_opts(&self) -> &[String] {
        &self.shorts
    }

    /// Long names in `getopt`'s form, with `=` behind those that take a value.
    pub fn long_opts(&self) -> &[String] {
        &self.longs
    }

    /// The long name that each short one stands for.
    pub fn short_to_long(&self) -> &HashMap<char, String> {
        &self.long_of
    }

    /// For each long name known, those of earlier tables among them, whether it takes a value.
    pub fn takes_value(&self) -> &HashMap<String, bool> {
        &self.takes_value
    }

    /// Parses the options at the front of `args`. Errors are [`Error::CommandLine`].
    pub fn parse(&self, args: &[String]) -> Result<Parsed> {
        let (found, rest) = self.find(args)?;
        let settings = found.into_iter().map(|found| self.setting(found)).collect::<Result<_>>()?;
        Ok(Parsed { settings, rest })
    }

    /// The options at the front of `args`, and the index of the first argument after them: see [`scan`].
    pub fn find(&self, args: &[String]) -> Result<(Vec<Found>, usize)> {
        scan(args, &self.shorts, &self.longs)
    }

    /// What an option that [`Table::find`] found sets.
    pub fn setting(&self, found: Found) -> Result<Setting> {
        let Found { name, value, place } = found;
        let typed = match name {
            Name::Long(long) => long,
            Name::Short(short) => self
                .long_of
                .get(&short)
                .cloned()
                .ok_or_else(|| Error::CommandLine(format!("option -{short} not recognized")))?,
        };
        let mut option = follow(&self.aliases, &typed).unwrap_or(&typed);
        let value = if self.takes_value.get(option).copied().unwrap_or(false) {
            SettingValue::Text(value)
        } else if !value.is_empty() {
            return Err(Error::CommandLine(SWITCH_WITH_VALUE.to_string()));
        } else if let Some(positive) = follow(&self.negatives, option) {
            option = positive;
            SettingValue::Flag(false)
        } else {
            SettingValue::Flag(true)
        };
        let attribute = translate_longopt(option);
        let given = match &value {
            SettingValue::Text(text) => !text.is_empty(),
            SettingValue::Flag(on) => *on,
            SettingValue::Count => true,
        };
        // A row is found by the attribute's name: that leaves out those with a hyphen or an equals sign.
        let value = match self.repeat.get(&attribute) {
            Some(true) if given => SettingValue::Count,
            _ => value,
        };
        Ok(Setting { option: option.to_string(), attribute, value, place })
    }

    /// Takes in one row; `later` are those that follow it.
    fn add(&mut self, row: &OptionRow, later: &[OptionRow]) -> Result<()> {
        let name = row.name();
        if row.long.chars().nth(1).is_none() {
            return Err(invalid_long(&row.long));
        }
        let short = row.short.as_deref().map(single).transpose()?;
        self.repeat.insert(row.long.clone(), row.repeat);

        if !row.takes_value()
            && self.alias_takes_value("negative alias", &self.negatives, name, later)? == Some(true)
        {
            return Err(Error::OptionTable(format!(
                "invalid negative alias '{name}': aliased option '{}' takes a value",
                self.negatives[name]
            )));
        }
        self.takes_value.insert(name.to_string(), row.takes_value());
        let aliased = self.alias_takes_value("alias", &self.aliases, name, later)?;
        if aliased.is_some_and(|takes_value| takes_value != row.takes_value()) {
            return Err(Error::OptionTable(format!(
                "invalid alias '{name}': inconsistent with aliased option '{}' \
                 (one of them takes a value, the other doesn't",
                self.aliases[name]
            )));
        }
        if !is_long_name(name) {
            return Err(Error::OptionTable(format!(
                "invalid long option name '{name}' (must be letters, numbers, hyphens only"
            )));
        }

        self.longs.push(row.long.clone());
        if let Some(short) = short {
            let mark = if row.takes_value() { ":" } else { "" };
            self.shorts.push(format!("{short}{mark}"));
            self.long_of.insert(short, name.to_string());
        }
        Ok(())
    }

    /// Whether the option that `name` is an alias of takes a value; `None` if it is no alias.
    ///
    /// What is known so far counts first, then the rows that follow.
    fn alias_takes_value(
        &self,
        kind: &str,
        aliases: &HashMap<String, String>,
        name: &str,
        later: &[OptionRow],
    ) -> Result<Option<bool>> {
        let Some(option) = aliases.get(name) else { return Ok(None) };
        let known = self.takes_value.get(option).copied();
        let known =
            known.or_else(|| later.iter().find(|row| row.name() == option).map(OptionRow::takes_value));
        known.map(Some).ok_or_else(|| {
            Error::OptionTable(format!("invalid {kind} '{name}': aliased option '{option}' not defined"))
        })
    }
}

/// Where the alias `name` leads. An empty name is no place to go.
fn follow<'a>(aliases: &'a HashMap<String, String>, name: &str) -> Option<&'a str> {
    aliases.get(name).map(String::as_str).filter(|option| !option.is_empty())
}

/// The one character of a short name.
fn single(short: &str) -> Result<char> {
    let mut letters = short.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => Ok(letter),
        _ => Err(invalid_short(short)),
    }
}

/// A letter, then letters, digits and hyphens, all of ASCII. One line break at the end is let through, as Python's
/// `$` does.
fn is_long_name(name: &str) -> bool {
    let name = name.strip_suffix('\n').unwrap_or(name);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(long: &str, short: &str) -> OptionRow {
        OptionRow::new(long, Some(short).filter(|short| !short.is_empty()), None)
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
    }

    fn distribution() -> Vec<OptionRow> {
        vec![
            row("verbose", "v"),
            row("quiet", "q"),
            row("dry-run", "n"),
            row("license", ""),
            row("licence", ""),
        ]
    }

    fn table(rows: &[OptionRow]) -> Result<Table> {
        Table::new(rows, &pairs(&[("licence", "license")]), &pairs(&[("quiet", "verbose")]))
    }

    fn settings(table: &Table, args: &[&str]) -> Vec<(String, SettingValue)> {
        let args: Vec<String> = args.iter().map(|arg| arg.to_string()).collect();
        let parsed = table.parse(&args).unwrap();
        assert_eq!(parsed.rest, args.len());
        parsed.settings.into_iter().map(|setting| (setting.attribute, setting.value)).collect()
    }

    #[test]
    fn flags_without_a_hyphen_count_and_negative_aliases_clear() {
        let table = table(&distribution()).unwrap();
        assert_eq!(
            settings(&table, &["-vvq", "--dry-run", "--licen", "--licence"][..2]),
            [
                ("verbose".to_string(), SettingValue::Count),
                ("verbose".to_string(), SettingValue::Count),
                ("verbose".to_string(), SettingValue::Flag(false)),
                ("dry_run".to_string(), SettingValue::Flag(true)),
            ]
        );
        assert_eq!(settings(&table, &["--licence"]), [("license".to_string(), SettingValue::Count)]);
    }

    #[test]
    fn a_value_is_set_under_the_name_of_its_attribute() {
        let mut rows = distribution();
        rows.push(row("build-base=", "b"));
        let table = table(&rows).unwrap();
        assert_eq!(table.short_opts(), ["v", "q", "n", "b:"]);
        assert_eq!(
            settings(&table, &["-vbout", "--build=x", "--build-base", "--"])[1..],
            ["out", "x", "--"].map(|text| ("build_base".to_string(), SettingValue::Text(text.to_string())))
        );
    }

    #[test]
    fn a_fourth_element_of_none_keeps_a_flag_from_counting() {
        let mut rows = distribution();
        rows[0].repeat = false;
        let table = table(&rows).unwrap();
        assert_eq!(settings(&table, &["-v"]), [("verbose".to_string(), SettingValue::Flag(true))]);
    }

    #[test]
    fn an_alias_may_stand_before_its_option_or_lead_to_an_earlier_table() {
        let aliases = pairs(&[("licence", "license")]);
        let backwards = [row("licence", ""), row("license", "")];
        assert!(Table::new(&backwards, &aliases, &[]).is_ok());
        let earlier = HashMap::from([("license".to_string(), false)]);
        let table = Table::after(earlier, &backwards[..1], &aliases, &[]).unwrap();
        assert_eq!(settings(&table, &["--lic"]), [("license".to_string(), SettingValue::Flag(true))]);
    }

    #[test]
    fn a_table_that_contradicts_itself_is_refused() {
        let with = |extra: OptionRow| {
            let mut rows = distribution();
            rows.insert(1, extra);
            table(&rows).unwrap_err().to_string()
        };
        assert_eq!(with(row("=", "")), "invalid long option '=': must be a string of length >= 2");
        assert_eq!(with(row("out", "ou")), "invalid short option 'ou': must a single character or None");
        assert_eq!(
            with(row("no_good=", "")),
            "invalid long option name 'no_good' (must be letters, numbers, hyphens only"
        );
        assert_eq!(
            with(row("verbose=", "")),
            "invalid negative alias 'quiet': aliased option 'verbose' takes a value"
        );
        assert_eq!(
            with(row("licence=", "")),
            "invalid alias 'licence': inconsistent with aliased option 'license' \
             (one of them takes a value, the other doesn't"
        );
        let error = Table::new(&distribution(), &[], &pairs(&[("quiet", "loud")])).unwrap_err();
        assert_eq!(error.to_string(), "invalid negative alias 'quiet': aliased option 'loud' not defined");
    }
}
