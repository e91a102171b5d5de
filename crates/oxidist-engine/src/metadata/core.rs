//! Core metadata 2.4: what a wheel or an installed distribution says of itself.

use std::collections::BTreeMap;

use super::checks::{self, wrong};
use super::{normalized_name, rfc822_escape};
use crate::Result;

/// The version of the standard that is written.
pub const CORE_METADATA_VERSION: &str = "2.4";

/// How a licence stands among the classifiers.
const LICENSE_CLASSIFIER: &str = "License ::";

/// The fields. None and empty ones are not written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoreMetadata {
    pub name: String,
    pub version: String,
    /// Fields that a wheel made of this source archive may have otherwise.
    pub dynamic: Vec<String>,
    pub platforms: Vec<String>,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub description_content_type: Option<String>,
    pub keywords: Vec<String>,
    pub home_page: Option<String>,
    pub download_url: Option<String>,
    pub author: Option<String>,
    pub author_email: Option<String>,
    pub maintainer: Option<String>,
    pub maintainer_email: Option<String>,
    pub license: Option<String>,
    pub license_expression: Option<String>,
    /// Relative to the project's folder, with `/` between the parts.
    pub license_files: Vec<String>,
    pub classifiers: Vec<String>,
    pub requires_python: Option<String>,
    pub dependencies: Vec<Dependency>,
    /// Extras, also those without requirements, each with the key that it is from.
    pub extras: Vec<(String, String)>,
    /// Labels with addresses.
    pub project_urls: Vec<(String, String)>,
    /// The fields of PEP 314, which nothing reads any more.
    pub requires: Vec<String>,
    pub provides: Vec<String>,
    pub obsoletes: Vec<String>,
}

/// A requirement, and when it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependency {
    /// PEP 508, perhaps with a marker of its own.
    pub requirement: String,
    /// Only with this extra.
    pub extra: Option<String>,
    /// Only where this holds (`python_version < "3.11"`).
    pub marker: Option<String>,
    /// Where it was given, for errors.
    pub key: String,
}

impl Dependency {
    /// The requirement with all conditions in its marker.
    pub fn to_text(&self) -> Result<String> {
        checks::requirement(&self.key, &self.requirement)?;
        let (base, own) = split_marker(&self.requirement);
        let extra = match &self.extra {
            Some(extra) => Some(format!("extra == \"{}\"", checks::extra(&self.key, extra)?)),
            None => None,
        };
        let conditions = [own.map(str::to_string), self.marker.clone(), extra];
        let conditions: Vec<String> = conditions.into_iter().flatten().collect();
        let text = match conditions.as_slice() {
            [] => base.to_string(),
            [one] => format!("{base}{}{one}", separator(base)),
            several => {
                let parts: Vec<String> = several.iter().map(|one| in_parentheses_if_needed(one)).collect();
                format!("{base}{}{}", separator(base), parts.join(" and "))
            }
        };
        checks::requirement(&self.key, &text)?;
        Ok(text)
    }
}

/// The part in front of a requirement's marker, and the marker.
fn split_marker(requirement: &str) -> (&str, Option<&str>) {
    let requirement = requirement.trim();
    // In an address a semicolon only ends it with a blank before it.
    let is_url = requirement.contains('@') && requirement.contains("://");
    let at = if is_url { requirement.find(" ;").map(|at| at + 1) } else { requirement.find(';') };
    match at {
        Some(at) => (requirement[..at].trim_end(), Some(requirement[at + 1..].trim())),
        None => (requirement, None),
    }
}

fn separator(base: &str) -> &'static str {
    if base.contains("://") { " ; " } else { "; " }
}

fn in_parentheses_if_needed(marker: &str) -> String {
    let alternatives =
        marker.split(|c: char| c.is_whitespace() || "()'\"".contains(c)).any(|word| word == "or");
    if alternatives { format!("({marker})") } else { marker.to_string() }
}

impl CoreMetadata {
    /// The text of `METADATA` or `PKG-INFO`.
    ///
    /// `key` gives the key under which a field (`Requires-Python`) was given, for errors.
    ///
    /// # Errors
    /// [`Error::Metadata`](crate::Error::Metadata), in one line with key and value, for what breaks a standard.
    pub fn to_text(&self, key: &dyn Fn(&str) -> String) -> Result<String> {
        checks::name(&key("Name"), &self.name)?;
        let mut fields = Fields { text: String::new(), key };
        fields.put("Metadata-Version", CORE_METADATA_VERSION)?;
        fields.put("Name", &self.name)?;
        fields.put("Version", &checks::version(&key("Version"), &self.version)?)?;
        fields.each("Dynamic", &self.dynamic)?;
        fields.each("Platform", &self.platforms)?;
        fields.given("Summary", &self.summary)?;
        fields.given("Home-page", &self.home_page)?;
        fields.given("Download-URL", &self.download_url)?;
        fields.given("Author", &self.author)?;
        fields.given("Author-email", &self.author_email)?;
        fields.given("Maintainer", &self.maintainer)?;
        fields.given("Maintainer-email", &self.maintainer_email)?;
        self.put_license(&mut fields)?;
        for (label, address) in &self.project_urls {
            checks::label(&key("Project-URL"), label)?;
            fields.put("Project-URL", &format!("{label}, {address}"))?;
        }
        if !self.keywords.is_empty() {
            fields.put("Keywords", &self.keywords.join(","))?;
        }
        fields.each("Classifier", &self.classifiers)?;
        if let Some(specifiers) = &self.requires_python {
            let specifiers = checks::specifiers(&key("Requires-Python"), specifiers)?;
            fields.put("Requires-Python", &specifiers)?;
        }
        self.put_requirements(&mut fields)?;
        fields.each("Requires", &self.requires)?;
        fields.each("Provides", &self.provides)?;
        fields.each("Obsoletes", &self.obsoletes)?;
        if let Some(content_type) = &self.description_content_type {
            checks::content_type(&key("Description-Content-Type"), content_type)?;
            fields.put("Description-Content-Type", content_type)?;
        }
        if let Some(description) = self.description.as_deref().filter(|text| !text.is_empty()) {
            checks::text(&key("Description"), description)?;
            fields.text.push('\n');
            fields.text.push_str(&description.replace("\r\n", "\n").replace('\r', "\n"));
            if !fields.text.ends_with('\n') {
                fields.text.push('\n');
            }
        }
        Ok(fields.text)
    }

    /// The extras that there are, normalised, in their order.
    ///
    /// # Errors
    /// As [`CoreMetadata::to_text`], also for two that differ in nothing but their spelling.
    pub fn extra_names(&self) -> Result<Vec<String>> {
        let mut spelled: BTreeMap<String, &str> = BTreeMap::new();
        let mut names = Vec::new();
        for (extra, key) in &self.extras {
            let name = checks::extra(key, extra)?;
            match spelled.insert(name.clone(), extra) {
                None => names.push(name),
                Some(other) if other == extra => {}
                Some(other) => {
                    return Err(wrong(
                        key,
                        extra,
                        &format!("is the same extra as {other:?}: both are '{name}'"),
                    ));
                }
            }
        }
        Ok(names)
    }

    fn put_license(&self, fields: &mut Fields<'_>) -> Result<()> {
        let key = fields.key;
        if let Some(license) = given(&self.license) {
            if self.license_expression.is_some() {
                let why = "stands beside a licence expression: give only one of them";
                return Err(wrong(&key("License"), license, why));
            }
            checks::text(&key("License"), license)?;
            fields.line("License", &rfc822_escape(&license.replace("\r\n", "\n").replace('\r', "\n")));
        }
        if let Some(expression) = &self.license_expression {
            let expression = checks::license_expression(&key("License-Expression"), expression)?;
            fields.put("License-Expression", &expression)?;
            if let Some(classifier) = self.classifiers.iter().find(|one| one.starts_with(LICENSE_CLASSIFIER))
            {
                let why = "stands beside a licence expression, which replaces such classifiers (PEP 639)";
                return Err(wrong(&key("Classifier"), classifier, why));
            }
        }
        fields.each("License-File", &self.license_files)
    }

    fn put_requirements(&self, fields: &mut Fields<'_>) -> Result<()> {
        let unconditional = self.dependencies.iter().filter(|dependency| dependency.extra.is_none());
        for dependency in unconditional {
            fields.put("Requires-Dist", &dependency.to_text()?)?;
        }
        for extra in self.extra_names()? {
            fields.put("Provides-Extra", &extra)?;
            for dependency in &self.dependencies {
                if dependency.extra.as_deref().is_some_and(|own| normalized_name(own) == extra) {
                    fields.put("Requires-Dist", &dependency.to_text()?)?;
                }
            }
        }
        Ok(())
    }
}

/// The fields written so far.
struct Fields<'a> {
    text: String,
    key: &'a dyn Fn(&str) -> String,
}

impl Fields<'_> {
    fn line(&mut self, name: &str, value: &str) {
        self.text.extend([name, ": ", value, "\n"]);
    }

    fn put(&mut self, name: &str, value: &str) -> Result<()> {
        checks::line(&(self.key)(name), value)?;
        self.line(name, value);
        Ok(())
    }

    fn given(&mut self, name: &str, value: &Option<String>) -> Result<()> {
        match given(value) {
            Some(value) => self.put(name, value),
            None => Ok(()),
        }
    }

    fn each(&mut self, name: &str, values: &[String]) -> Result<()> {
        values.iter().try_for_each(|value| self.put(name, value))
    }
}

fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(requirement: &str, extra: Option<&str>, marker: Option<&str>) -> String {
        let own = |text: Option<&str>| text.map(str::to_string);
        let key = "install_requires".to_string();
        Dependency { requirement: requirement.into(), extra: own(extra), marker: own(marker), key }
            .to_text()
            .unwrap()
    }

    #[test]
    fn conditions_of_a_requirement_are_joined_in_its_marker() {
        assert_eq!(dependency("a>=1", None, None), "a>=1");
        assert_eq!(dependency("a>=1", Some("My_Test"), None), "a>=1; extra == \"my-test\"");
        let both = "a; (os_name=='nt' or os_name=='x') and python_version<'3' and extra == \"t\"";
        assert_eq!(
            dependency("a ; os_name=='nt' or os_name=='x'", Some("t"), Some("python_version<'3'")),
            both
        );
        let address = "a @ https://example.org/a;b.zip ; extra == \"t\"";
        assert_eq!(dependency("a @ https://example.org/a;b.zip", Some("t"), None), address);
    }

    #[test]
    fn all_fields_are_written_in_a_fixed_order() {
        let text = |one: &str| Some(one.to_string());
        let metadata = CoreMetadata {
            name: "p".into(),
            version: "1.0.0-a1".into(),
            summary: text("s"),
            description: text("Long.\r\nText."),
            description_content_type: text("text/markdown; charset=UTF-8; variant=GFM"),
            license_expression: text("mit"),
            license_files: vec!["LICENSE".into()],
            requires_python: text(">=3.10"),
            extras: vec![("t".into(), "k".into())],
            dependencies: vec![Dependency {
                requirement: "x".into(),
                extra: text("t"),
                ..Default::default()
            }],
            project_urls: vec![("Home".into(), "https://example.org".into())],
            ..Default::default()
        };
        let expected = "Metadata-Version: 2.4\nName: p\nVersion: 1.0.0a1\nSummary: s\nLicense-Expression: MIT\n\
                        License-File: LICENSE\nProject-URL: Home, https://example.org\nRequires-Python: >=3.10\n\
                        Provides-Extra: t\nRequires-Dist: x; extra == \"t\"\n\
                        Description-Content-Type: text/markdown; charset=UTF-8; variant=GFM\n\nLong.\nText.\n";
        assert_eq!(metadata.to_text(&|field| field.to_string()).unwrap(), expected);
    }

    #[test]
    fn errors_name_the_key_that_a_field_was_given_under() {
        let metadata = CoreMetadata { name: "p".into(), version: "x".into(), ..Default::default() };
        let error = metadata.to_text(&|field| format!("project.{}", field.to_lowercase())).unwrap_err();
        assert!(error.to_string().starts_with("'project.version': \"x\""), "{error}");
    }
}
