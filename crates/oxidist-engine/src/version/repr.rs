//! Text in quotes, as Python's `repr` writes it: error messages quote what they could not parse.

use std::fmt::Write;
use std::sync::LazyLock;

use regex::Regex;

use crate::surrogates::code_point;

/// What Python shows by its number: controls, separators but the space, and unassigned characters.
static NOT_PRINTABLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\p{C}\p{Z}]$").expect("a valid pattern"));

pub(super) fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push(quote);
    for character in text.chars() {
        match character {
            '\\' => shown.push_str(r"\\"),
            '\n' => shown.push_str(r"\n"),
            '\r' => shown.push_str(r"\r"),
            '\t' => shown.push_str(r"\t"),
            _ if character == quote => {
                shown.push('\\');
                shown.push(quote);
            }
            ' '..='~' => shown.push(character),
            _ if is_printable(character) => shown.push(character),
            _ => {
                let number = code_point(character);
                let _ = match number {
                    ..0x100 => write!(shown, r"\x{number:02x}"),
                    0x100..0x10000 => write!(shown, r"\u{number:04x}"),
                    _ => write!(shown, r"\U{number:08x}"),
                };
            }
        }
    }
    shown.push(quote);
    shown
}

fn is_printable(character: char) -> bool {
    let text = character.encode_utf8(&mut [0; 4]).to_string();
    !NOT_PRINTABLE.is_match(&text)
}
