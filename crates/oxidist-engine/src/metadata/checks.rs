//! Values of single metadata fields, held against the standards; each error names the key and the value.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{Requirement, VerbatimUrl};
use spdx::identifiers::{EXCEPTIONS, LICENSES};
use spdx::{Expression, ParseMode};

use crate::{Error, Result};

/// The content types that a long description may have.
const CONTENT_TYPES: [&str; 3] = ["text/plain", "text/x-rst", "text/markdown"];
/// What `variant` of `text/markdown` may be.
const MARKDOWN_VARIANTS: [&str; 2] = ["CommonMark", "GFM"];

/// The error for a value of `key` that cannot be used; `why` completes "...: ".
pub fn wrong(key: &str, value: &str, why: &str) -> Error {
    // One line, whatever the value is.
    Error::Metadata(format!("'{key}': {value:?} {why}"))
}

/// A version number, in its normal form (PEP 440).
pub fn version(key: &str, value: &str) -> Result<String> {
    match Version::from_str(value.trim()) {
        Ok(version) => Ok(version.to_string()),
        Err(_) => Err(wrong(key, value, "is not a version number as PEP 440 has them (such as 1.2.3)")),
    }
}

/// What versions are allowed (PEP 440), in its normal form.
pub fn specifiers(key: &str, value: &str) -> Result<String> {
    match VersionSpecifiers::from_str(value.trim()) {
        Ok(specifiers) => {
            let parts: Vec<String> = specifiers.iter().map(|one| one.to_string().replace(' ', "")).collect();
            Ok(parts.join(","))
        }
        Err(error) => {
            let reason = first_line(&error.to_string()).trim_end_matches(':').to_string();
            Err(wrong(key, value, &format!("is not a version specifier (such as >=3.10): {reason}")))
        }
    }
}

/// A requirement (PEP 508). Nothing is changed in it.
pub fn requirement(key: &str, value: &str) -> Result<()> {
    match Requirement::<VerbatimUrl>::from_str(value) {
        Ok(_) => Ok(()),
        Err(error) => {
            let reason = error.message.to_string();
            Err(wrong(key, value, &format!("is not a requirement: {}", first_line(&reason))))
        }
    }
}

/// A licence expression (SPDX, PEP 639), its identifiers and operators in the form in which SPDX lists them.
pub fn license_expression(key: &str, value: &str) -> Result<String> {
    let listed = in_listed_case(value);
    let mode = ParseMode {
        allow_slash_as_or_operator: false,
        allow_imprecise_license_names: false,
        allow_postfix_plus_on_gpl: true,
        allow_deprecated: true,
        allow_unknown: false,
    };
    match Expression::parse_mode(&listed, mode) {
        Ok(_) => Ok(listed),
        Err(error) => {
            let at = listed.get(error.span.clone()).unwrap_or_default();
            let why = format!("is not an SPDX licence expression: {} ({at:?})", error.reason);
            Err(wrong(key, value, &first_line(&why)))
        }
    }
}

/// The words of an expression as SPDX writes them; those that it does not list as they are.
fn in_listed_case(expression: &str) -> String {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    let mut text = String::with_capacity(expression.len());
    for word in spaced.split_whitespace() {
        let written = match word.to_ascii_uppercase().as_str() {
            operator @ ("AND" | "OR" | "WITH") => operator.to_string(),
            _ => identifier(word),
        };
        if !text.is_empty() && !text.ends_with('(') && written != ")" {
            text.push(' ');
        }
        text.push_str(&written);
    }
    text
}

fn identifier(word: &str) -> String {
    const OWN: &str = "LicenseRef-";
    if word.get(..OWN.len()).is_some_and(|start| start.eq_ignore_ascii_case(OWN)) {
        return format!("{OWN}{}", &word[OWN.len()..]);
    }
    let (name, plus) = word.strip_suffix('+').map_or((word, ""), |name| (name, "+"));
    let licenses = LICENSES.iter().map(|license| license.name);
    let listed = licenses.chain(EXCEPTIONS.iter().map(|exception| exception.name));
    let found = listed.into_iter().find(|listed| listed.eq_ignore_ascii_case(name));
    format!("{}{plus}", found.unwrap_or(name))
}

/// A project's name (PEP 508). Nothing is changed in it.
pub fn name(key: &str, value: &str) -> Result<()> {
    if is_identifier(value) {
        return Ok(());
    }
    let why = "is not a project name: only letters, digits, '.', '-' and '_', a letter or digit at both ends";
    Err(wrong(key, value, why))
}

/// The name of an extra, in its normal form (PEP 685).
pub fn extra(key: &str, value: &str) -> Result<String> {
    if is_identifier(value) {
        return Ok(super::normalized_name(value));
    }
    Err(wrong(key, value, "is not the name of an extra: only letters, digits, '.', '-' and '_'"))
}

fn is_identifier(text: &str) -> bool {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric)) && bytes.iter().all(inner)
}

/// A value for one line: without line breaks and control characters.
pub fn line(key: &str, value: &str) -> Result<()> {
    match value.chars().find(|c| c.is_control()) {
        None => Ok(()),
        Some('\n' | '\r') => Err(wrong(key, value, "has a line break in it, and must be one line")),
        Some(c) => Err(wrong(key, value, &format!("has a control character in it ({})", c.escape_default()))),
    }
}

/// What an address of the project is labelled with.
pub fn label(key: &str, value: &str) -> Result<()> {
    line(key, value)?;
    if value.chars().count() > 32 || value.contains(',') {
        return Err(wrong(key, value, "is no label of an address: at most 32 characters, and no comma"));
    }
    Ok(())
}

/// A value for several lines: without control characters but for line breaks, tabs and form feeds.
pub fn text(key: &str, value: &str) -> Result<()> {
    let found = value.char_indices().find(|(_, c)| c.is_control() && !"\n\r\t\u{c}".contains(*c));
    match found {
        None => Ok(()),
        Some((at, c)) => {
            let line = value[..at].matches('\n').count() + 1;
            let shown = c.escape_default();
            Err(Error::Metadata(format!("'{key}' has a control character in it ({shown}, line {line})")))
        }
    }
}

/// The content type of a long description.
pub fn content_type(key: &str, value: &str) -> Result<()> {
    line(key, value)?;
    let mut parts = value.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    if !CONTENT_TYPES.contains(&kind.as_str()) {
        return Err(wrong(key, value, &format!("must be one of {}", CONTENT_TYPES.join(", "))));
    }
    for part in parts {
        let (name, setting) = part.split_once('=').unwrap_or((part, ""));
        let setting = setting.trim().trim_matches('"');
        let fits = match name.trim().to_ascii_lowercase().as_str() {
            "charset" => setting.eq_ignore_ascii_case("utf-8"),
            "variant" => kind == "text/markdown" && MARKDOWN_VARIANTS.contains(&setting),
            _ => false,
        };
        if !fits {
            let why = format!(
                "has {part:?} in it: only charset=UTF-8 and, of text/markdown, variant=GFM or CommonMark"
            );
            return Err(wrong(key, value, &why));
        }
    }
    Ok(())
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_specifiers_come_in_their_normal_form() {
        assert_eq!(version("version", "1.0-RC1").unwrap(), "1.0rc1");
        assert_eq!(version("version", "v1.0.0.post").unwrap(), "1.0.0.post0");
        assert_eq!(specifiers("python_requires", ">= 3.8, !=3.9.*").unwrap(), ">=3.8,!=3.9.*");
    }

    #[test]
    fn licence_expressions_come_as_spdx_writes_them() {
        let ours = |text: &str| license_expression("license_expression", text).unwrap();
        assert_eq!(ours("mit or ( apache-2.0 and bsd-3-clause )"), "MIT OR (Apache-2.0 AND BSD-3-Clause)");
        assert_eq!(
            ours("gpl-2.0-or-later with classpath-exception-2.0"),
            "GPL-2.0-or-later WITH Classpath-exception-2.0"
        );
        assert_eq!(ours("licenseref-Own"), "LicenseRef-Own");
    }

    #[test]
    fn what_breaks_a_standard_is_an_error_of_one_line_that_names_key_and_value() {
        let errors = [
            version("version", "1.x.y").unwrap_err(),
            specifiers("python_requires", "3.8+").unwrap_err(),
            requirement("install_requires", "a b\nc").unwrap_err(),
            license_expression("license_expression", "MIT License").unwrap_err(),
            license_expression("license_expression", "Nobody-1.0").unwrap_err(),
            name("name", "-x-").unwrap_err(),
            line("author", "a\u{7}b").unwrap_err(),
            line("description", "a\nb").unwrap_err(),
            text("long_description", "a\nb\u{0}").unwrap_err(),
            content_type("long_description_content_type", "text/html").unwrap_err(),
            extra("extras_require", "a b").unwrap_err(),
        ];
        for error in &errors {
            let text = error.to_string();
            assert!(text.starts_with('\'') && !text.contains('\n'), "{text}");
        }
        assert!(errors[0].to_string().starts_with("'version': \"1.x.y\" is not a version number"));
    }
}
