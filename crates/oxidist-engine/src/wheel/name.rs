//! File names of wheels.

use crate::Result;
use crate::metadata::{checks, normalized_name};

use super::Tag;

/// What a wheel's file name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WheelName {
    pub name: String,
    pub version: String,
    /// Begins with a digit; decides between wheels that are else the same.
    pub build: Option<String>,
    pub tag: Tag,
}

impl WheelName {
    /// `name-version(-build)-python-abi-platform.whl`, each part with `_` for what separates parts.
    ///
    /// # Errors
    /// [`Error::Metadata`](crate::Error::Metadata) for a version that is none, a build number without a digit
    /// in front, or a tag that is none.
    pub fn file_name(&self) -> Result<String> {
        self.tag.check()?;
        Ok(format!("{}-{}.whl", self.stem()?, self.tag))
    }

    /// The part in front of the tag: name, version, build number.
    ///
    /// # Errors
    /// As [`WheelName::file_name`].
    pub fn stem(&self) -> Result<String> {
        let mut stem = format!("{}-{}", escaped_name(&self.name), escaped_version(&self.version)?);
        if let Some(build) = &self.build {
            let is_word = build.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte));
            if !is_word || !build.starts_with(|c: char| c.is_ascii_digit()) {
                return Err(checks::wrong(
                    "build_number",
                    build,
                    "must begin with a digit, and have no '-' in it",
                ));
            }
            stem.push('-');
            stem.push_str(build);
        }
        Ok(stem)
    }
}

/// A project's name in file names: normalised, with `_` for `-`.
pub fn escaped_name(name: &str) -> String {
    normalized_name(name).replace('-', "_")
}

/// A version in file names: normalised, with `_` for `-`.
///
/// # Errors
/// [`Error::Metadata`](crate::Error::Metadata) for what is no version of PEP 440.
pub fn escaped_version(version: &str) -> Result<String> {
    Ok(checks::version("version", version)?.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_are_normalised_in_file_names() {
        let tag = Tag { python: "py3".into(), abi: "none".into(), platform: "any".into() };
        let mut name =
            WheelName { name: "ns.fake--Pkg".into(), version: "1.0-RC1+ab-c".into(), build: None, tag };
        assert_eq!(name.file_name().unwrap(), "ns_fake_pkg-1.0rc1+ab.c-py3-none-any.whl");
        name.build = Some("1a".into());
        assert_eq!(name.file_name().unwrap(), "ns_fake_pkg-1.0rc1+ab.c-1a-py3-none-any.whl");
        name.build = Some("a1".into());
        assert!(name.file_name().is_err());
    }
}
