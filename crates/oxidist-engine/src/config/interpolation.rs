//! `%(name)s` and `%%` in the values of a configuration file, as Python's `ConfigParser` replaces them.

use std::collections::HashMap;

use super::{Section, shown};

/// How deep references may lead to values with references, which ends those that lead back to themselves.
const DEPTH: usize = 10;

/// How many references of one file are followed, and how much text they may come to, in bytes. Python has no such
/// bounds; without them a file of one kilobyte fills the memory.
const REFERENCES: usize = 1_000_000;
const TEXT: usize = 1 << 26;

/// Replaces the references in the values of `sections`, each by the value of that option in the same section
/// (or in `[DEFAULT]`).
///
/// A value for which that fails keeps its text, and says in [`Value::fault`](super::Value::fault) what is wrong:
/// a file has sections of other programs too, with other rules.
pub fn interpolate(sections: &mut [Section]) {
    let mut left = Left { references: REFERENCES, text: TEXT };
    for section in sections {
        if !section.options.iter().any(|(_, value)| value.text.contains('%')) {
            continue;
        }
        let values: HashMap<&str, &str> =
            section.options.iter().map(|(name, value)| (name.as_str(), value.text.as_str())).collect();
        let replaced: Vec<_> = section
            .options
            .iter()
            .map(|(_, value)| value.text.contains('%').then(|| replaced(&value.text, &values, &mut left)))
            .collect();
        for ((_, value), replaced) in section.options.iter_mut().zip(replaced) {
            match replaced {
                None => {}
                Some(Ok(text)) => value.text = text,
                Some(Err(fault)) => value.fault = Some(fault),
            }
        }
    }
}

/// What may still be done for a file.
struct Left {
    references: usize,
    text: usize,
}

fn replaced(text: &str, values: &HashMap<&str, &str>, left: &mut Left) -> Result<String, String> {
    let mut into = String::new();
    append(&mut into, text, values, 1, left)?;
    Ok(into)
}

fn append(
    into: &mut String,
    text: &str,
    values: &HashMap<&str, &str>,
    depth: usize,
    left: &mut Left,
) -> Result<(), String> {
    if depth > DEPTH {
        return Err(format!(
            "its references to other options go more than {DEPTH} deep, or lead back to itself"
        ));
    }
    let mut rest = text;
    while let Some((plain, from_sign)) = rest.find('%').map(|place| rest.split_at(place)) {
        push(into, plain, left)?;
        if let Some(after) = from_sign.strip_prefix("%%") {
            push(into, "%", left)?;
            rest = after;
            continue;
        }
        let Some((name, after)) = reference(from_sign) else {
            return Err(format!(
                "{} is no reference to another option; write '%%' for a percent sign",
                shown(from_sign)
            ));
        };
        let name = name.to_lowercase();
        let Some(value) = values.get(name.as_str()) else {
            return Err(format!(
                "there is no option {} in its section for it to refer to; write '%%' for a percent sign",
                shown(&name)
            ));
        };
        left.references = left.references.checked_sub(1).ok_or_else(too_much)?;
        append(into, value, values, depth + 1, left)?;
        rest = after;
    }
    push(into, rest, left)
}

/// The name in `%(name)s` at the start of `text`, and what follows.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix("%(")?.split_once(')')?;
    let after = after.strip_prefix('s')?;
    (!name.is_empty()).then_some((name, after))
}

fn push(into: &mut String, text: &str, left: &mut Left) -> Result<(), String> {
    left.text = left.text.checked_sub(text.len()).ok_or_else(too_much)?;
    into.push_str(text);
    Ok(())
}

fn too_much() -> String {
    format!(
        "the references in this file come to more than {REFERENCES}, or to more than {TEXT} bytes of text"
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::parse;

    fn value(text: &str, option: &str) -> Result<String, String> {
        let mut sections = parse(text, Path::new("setup.cfg")).unwrap();
        interpolate(&mut sections);
        let value = sections[0].get(option).unwrap().clone();
        value.fault.map_or(Ok(value.text), Err)
    }

    #[test]
    fn a_reference_becomes_the_value_and_two_percent_signs_one() {
        let text = "[s]\nA = x\nb = %(a)s/%(A)s 100%% %%(a)s\nc = <%(b)s>\n[DEFAULT]\nd = %(c)s\n";
        assert_eq!(value(text, "c").unwrap(), "<x/x 100% %(a)s>");
        assert_eq!(value(text, "d").unwrap(), "<x/x 100% %(a)s>");
    }

    #[test]
    fn a_value_with_a_fault_keeps_its_text_and_says_what_is_wrong() {
        let mut sections = parse("[s]\na = %(asctime)s %d\n", Path::new("setup.cfg")).unwrap();
        interpolate(&mut sections);
        assert_eq!(sections[0].options[0].1.text, "%(asctime)s %d");
        for (text, fault) in [
            ("a = 50 % off", "'% off' is no reference to another option; write '%%' for a percent sign"),
            ("a = %", "'%' is no reference to another option; write '%%' for a percent sign"),
            ("a = %()s", "'%()s' is no reference to another option; write '%%' for a percent sign"),
            ("a = %(b)d", "'%(b)d' is no reference to another option; write '%%' for a percent sign"),
            (
                "a = %(B)s",
                "there is no option 'b' in its section for it to refer to; write '%%' for a percent sign",
            ),
            ("a = %(a)s", "its references to other options go more than 10 deep, or lead back to itself"),
        ] {
            assert_eq!(value(&format!("[s]\n{text}\n"), "a").unwrap_err(), fault, "{text}");
        }
    }

    #[test]
    fn what_references_come_to_is_bounded() {
        let many = "%(b)s".repeat(40);
        let mut text = format!("[s]\na = {many}\n");
        for (name, next) in ('b'..='h').zip('c'..='i') {
            text.push_str(&format!("{name} = {}\n", many.replace('b', &next.to_string())));
        }
        for last in ["i =\n", "i = x\n"] {
            let fault = value(&format!("{text}{last}"), "a").unwrap_err();
            assert!(fault.starts_with("the references in this file come to more than"), "{fault}");
        }
    }
}
