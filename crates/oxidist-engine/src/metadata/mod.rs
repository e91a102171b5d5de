//! A distribution's metadata, and `PKG-INFO` or `METADATA`, the text that carries it.

pub mod checks;
mod core;
mod entry_points;
mod headers;
mod names;

pub use core::{CORE_METADATA_VERSION, CoreMetadata, Dependency};
pub use entry_points::{EntryPoint, EntryPoints, Script};
pub use headers::Headers;
pub use names::{normalized_name, safe_name, safe_version, to_filename};

/// Stands for a field that was not given.
const UNKNOWN: &str = "UNKNOWN";

/// The fields of distutils' metadata (PEP 241 and PEP 314). An empty value counts as none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    pub name: Option<String>,
    pub version: Option<String>,
    pub author: Option<String>,
    pub author_email: Option<String>,
    pub maintainer: Option<String>,
    pub maintainer_email: Option<String>,
    pub url: Option<String>,
    pub license: Option<String>,
    pub description: Option<String>,
    pub long_description: Option<String>,
    pub download_url: Option<String>,
    pub keywords: Option<Vec<String>>,
    pub platforms: Option<Vec<String>>,
    pub classifiers: Option<Vec<String>>,
    pub provides: Option<Vec<String>>,
    pub requires: Option<Vec<String>>,
    pub obsoletes: Option<Vec<String>>,
}

impl Metadata {
    pub fn name(&self) -> &str {
        given(&self.name).unwrap_or(UNKNOWN)
    }

    pub fn version(&self) -> &str {
        given(&self.version).unwrap_or("0.0.0")
    }

    /// Name and version, as archives are called.
    pub fn fullname(&self) -> String {
        format!("{}-{}", self.name(), self.version())
    }

    /// Whom to write to: the maintainer, or else the author.
    pub fn contact(&self) -> &str {
        given(&self.maintainer).or(given(&self.author)).unwrap_or(UNKNOWN)
    }

    pub fn contact_email(&self) -> &str {
        given(&self.maintainer_email).or(given(&self.author_email)).unwrap_or(UNKNOWN)
    }

    /// `1.1` as soon as a field is used that `1.0` does not have.
    pub fn metadata_version(&self) -> &'static str {
        let lists = [&self.provides, &self.requires, &self.obsoletes, &self.classifiers];
        let newer = given(&self.download_url).is_some() || lists.iter().any(|list| !items(list).is_empty());
        if newer { "1.1" } else { "1.0" }
    }

    /// The text of `PKG-INFO`.
    pub fn to_pkg_info(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            text.push_str(name);
            text.push_str(": ");
            text.push_str(value);
            text.push('\n');
        };
        line("Metadata-Version", self.metadata_version());
        line("Name", self.name());
        line("Version", self.version());
        line("Summary", given(&self.description).unwrap_or(UNKNOWN));
        line("Home-page", given(&self.url).unwrap_or(UNKNOWN));
        line("Author", self.contact());
        line("Author-email", self.contact_email());
        line("License", given(&self.license).unwrap_or(UNKNOWN));
        if let Some(download_url) = given(&self.download_url) {
            line("Download-URL", download_url);
        }
        line("Description", &rfc822_escape(given(&self.long_description).unwrap_or(UNKNOWN)));
        let keywords = items(&self.keywords).join(",");
        if !keywords.is_empty() {
            line("Keywords", &keywords);
        }
        match items(&self.platforms) {
            [] => line("Platform", UNKNOWN),
            platforms => platforms.iter().for_each(|platform| line("Platform", platform)),
        }
        for (name, list) in [
            ("Classifier", &self.classifiers),
            ("Requires", &self.requires),
            ("Provides", &self.provides),
            ("Obsoletes", &self.obsoletes),
        ] {
            items(list).iter().for_each(|item| line(name, item));
        }
        text
    }

    /// What a `PKG-INFO` says, read as distutils reads it: contacts become the author's, `UNKNOWN` is nothing
    /// (but stays in lists), and PEP 314's dependencies count only in version 1.1.
    pub fn from_pkg_info(text: &str) -> Metadata {
        let headers = Headers::parse(text);
        let field = |name: &str| headers.get(name).filter(|value| *value != UNKNOWN).map(str::to_string);
        let list = |name: &str| {
            let values: Vec<String> = headers.all(name).map(str::to_string).collect();
            (!values.is_empty()).then_some(values)
        };
        let in_1_1 =
            |name: &str| if headers.get("metadata-version") == Some("1.1") { list(name) } else { None };
        Metadata {
            name: field("name"),
            version: field("version"),
            author: field("author"),
            author_email: field("author-email"),
            maintainer: None,
            maintainer_email: None,
            url: field("home-page"),
            license: field("license"),
            description: field("summary"),
            long_description: field("description"),
            download_url: field("download-url"),
            keywords: field("keywords").map(|words| words.split(',').map(str::to_string).collect()),
            platforms: list("platform"),
            classifiers: list("classifier"),
            provides: in_1_1("provides"),
            requires: in_1_1("requires"),
            obsoletes: in_1_1("obsoletes"),
        }
    }
}

fn given(field: &Option<String>) -> Option<&str> {
    field.as_deref().filter(|value| !value.is_empty())
}

fn items(field: &Option<Vec<String>>) -> &[String] {
    field.as_deref().unwrap_or_default()
}

/// The text with eight spaces in front of every line but the first, so that a header can hold it.
pub fn rfc822_escape(text: &str) -> String {
    text.replace('\n', "\n        ")
}
