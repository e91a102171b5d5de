//! What is in a wheel's `.dist-info` folder, and how its scripts begin.

use super::{Tag, escaped_name, escaped_version};
use crate::Result;

/// What the file `WHEEL` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WheelFile {
    /// What made it, with its version.
    pub generator: String,
    /// Whether the root goes to `purelib`.
    pub root_is_purelib: bool,
    pub tag: Tag,
    pub build: Option<String>,
}

impl WheelFile {
    pub fn to_text(&self) -> String {
        let purelib = if self.root_is_purelib { "true" } else { "false" };
        let mut text =
            format!("Wheel-Version: 1.0\nGenerator: {}\nRoot-Is-Purelib: {purelib}\n", self.generator);
        for tag in self.tag.expanded() {
            text.push_str(&format!("Tag: {tag}\n"));
        }
        if let Some(build) = &self.build {
            text.push_str(&format!("Build: {build}\n"));
        }
        text
    }
}

/// `name-version.dist-info`
///
/// # Errors
/// As [`escaped_version`].
pub fn dist_info_folder(name: &str, version: &str) -> Result<String> {
    Ok(format!("{}-{}.dist-info", escaped_name(name), escaped_version(version)?))
}

/// A script whose first line names `executable`, with `python` in its place: an installer puts its own there.
/// None where the first line names something else.
pub fn with_python_shebang(script: &[u8], executable: &str) -> Option<Vec<u8>> {
    let rest = script.strip_prefix(b"#!")?.strip_prefix(executable.as_bytes())?;
    if !matches!(rest.first(), None | Some(b'\n' | b'\r' | b' ' | b'\t')) {
        return None;
    }
    let mut with_python = b"#!python".to_vec();
    with_python.extend_from_slice(rest);
    Some(with_python)
}

/// A script that begins with `#!python`, with `executable` in its place: what an installer does. None where it begins
/// otherwise.
pub fn with_interpreter(script: &[u8], executable: &str) -> Option<Vec<u8>> {
    let rest = script.strip_prefix(b"#!python")?;
    if !matches!(rest.first(), None | Some(b'\n' | b'\r' | b' ' | b'\t')) {
        return None;
    }
    Some([b"#!", executable.as_bytes(), rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_wheel_has_a_line_for_each_tag() {
        let tag = Tag { python: "py2.py3".into(), abi: "none".into(), platform: "any".into() };
        let file = WheelFile { generator: "x 1".into(), root_is_purelib: true, tag, build: Some("7".into()) };
        let expected = "Wheel-Version: 1.0\nGenerator: x 1\nRoot-Is-Purelib: true\n\
                        Tag: py2-none-any\nTag: py3-none-any\nBuild: 7\n";
        assert_eq!(file.to_text(), expected);
    }

    #[test]
    fn only_the_interpreter_that_built_a_script_is_replaced() {
        let replaced = |text: &str| {
            with_python_shebang(text.as_bytes(), "/usr/bin/python3")
                .map(|text| String::from_utf8(text).unwrap())
        };
        assert_eq!(replaced("#!/usr/bin/python3 -E\nx").as_deref(), Some("#!python -E\nx"));
        assert_eq!(replaced("#!/usr/bin/python3\n").as_deref(), Some("#!python\n"));
        assert_eq!(replaced("#!/usr/bin/python3.11\n"), None);
        assert_eq!(replaced("#!/bin/sh\n"), None);
        assert_eq!(with_interpreter(b"#!python -E\nx", "/v/python").unwrap(), b"#!/v/python -E\nx");
        assert_eq!(with_interpreter(b"#!python3\n", "/v/python"), None);
    }
}
