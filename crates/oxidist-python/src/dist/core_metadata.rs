//! A distribution's core metadata: what its wheel and its `.dist-info` folder say of it.

use oxidist_engine::metadata::CoreMetadata;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::keywords;
use crate::errors::{DistutilsSetupError, OrRaise};
use crate::value::expected;
use crate::{log, seam};

/// The text for a field that nobody has set.
const UNKNOWN: &str = "UNKNOWN";

/// The argument of `setup()` for a field, for errors. Others have the field's name in small letters.
const KEYS: [(&str, &str); 14] = [
    ("Summary", "description"),
    ("Home-page", "url"),
    ("Description", "long_description"),
    ("Description-Content-Type", "long_description_content_type"),
    ("Platform", "platforms"),
    ("Classifier", "classifiers"),
    ("Requires-Python", "python_requires"),
    ("Requires-Dist", "install_requires"),
    ("Provides-Extra", "extras_require"),
    ("Project-URL", "project_urls"),
    ("License-File", "license_files"),
    ("Download-URL", "download_url"),
    ("Author-email", "author_email"),
    ("Maintainer-email", "maintainer_email"),
];

fn key(field: &str) -> String {
    let known = KEYS.iter().find(|row| row.0 == field).map(|row| row.1.to_string());
    known.unwrap_or_else(|| field.to_lowercase().replace('-', "_"))
}

/// The text of METADATA: core metadata 2.4, or what the script's own `write_pkg_file` writes.
///
/// DistutilsSetupError, in one line with key and value, for what breaks a standard.
pub fn text(distribution: &Bound<'_, PyAny>) -> PyResult<String> {
    let metadata = distribution.getattr("metadata")?;
    if !seam::methods_are_ours(&metadata, &["write_pkg_file"])? {
        let bytes = super::metadata::pkg_info(&metadata)?;
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    rendered(&metadata, Some(distribution))
}

/// The same for metadata whose distribution may be elsewhere.
pub fn rendered(metadata: &Bound<'_, PyAny>, distribution: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
    let known = keywords::distribution_of(metadata)?;
    of(metadata, distribution.or(known.as_ref()))?.to_text(&key).or_raise()
}

/// The fields, through the metadata's `get_...` methods where there are such.
pub fn of(metadata: &Bound<'_, PyAny>, distribution: Option<&Bound<'_, PyAny>>) -> PyResult<CoreMetadata> {
    let field = |name: &str| -> PyResult<Option<String>> {
        let value = metadata.call_method0(&*format!("get_{name}"))?;
        let text = value.str()?.to_cow()?.into_owned();
        Ok(Some(text).filter(|text| !value.is_none() && text != UNKNOWN && !text.is_empty()))
    };
    let fields = |name: &str| -> PyResult<Vec<String>> {
        let value = metadata.call_method0(&*format!("get_{name}"))?;
        if value.is_instance_of::<PyString>() {
            let text: String = value.extract()?;
            return Ok(text
                .split(',')
                .map(str::trim)
                .filter(|one| !one.is_empty())
                .map(str::to_string)
                .collect());
        }
        let items: Vec<String> =
            value.try_iter()?.map(|item| Ok(item?.str()?.to_cow()?.into_owned())).collect::<PyResult<_>>()?;
        Ok(items.into_iter().filter(|item| item != UNKNOWN && !item.is_empty()).collect())
    };
    super::pyproject::check_dynamic(metadata, distribution)?;
    let Some(name) = field("name")? else {
        let text = "'name' is missing: core metadata cannot be written without the project's name";
        return Err(DistutilsSetupError::new_err(text));
    };
    let description = metadata.call_method0("get_long_description")?;
    if !description.is_instance_of::<PyString>() {
        return Err(DistutilsSetupError::new_err(expected("long_description", "a string", &description)));
    }
    let mut core = CoreMetadata {
        name,
        version: field("version")?.unwrap_or_else(|| "0.0.0".into()),
        platforms: fields("platforms")?,
        summary: summary(metadata, field("description")?)?,
        description: field("long_description")?,
        description_content_type: keywords::string(metadata, "long_description_content_type")?,
        keywords: fields("keywords")?,
        home_page: field("url")?,
        download_url: field("download_url")?,
        author: field("author")?,
        author_email: field("author_email")?,
        maintainer: field("maintainer")?,
        maintainer_email: field("maintainer_email")?,
        license: field("license")?,
        license_expression: keywords::string(metadata, "license_expression")?,
        license_files: keywords::license_files(metadata)?,
        classifiers: fields("classifiers")?,
        project_urls: keywords::string_pairs(metadata, "project_urls")?,
        requires: fields("requires")?,
        provides: fields("provides")?,
        obsoletes: fields("obsoletes")?,
        ..CoreMetadata::default()
    };
    if let Some(distribution) = distribution {
        core.requires_python = keywords::string(distribution, "python_requires")?;
        (core.dependencies, core.extras) = keywords::dependencies(distribution)?;
    }
    Ok(core)
}

/// The description in one line. distutils took any number of them.
fn summary(metadata: &Bound<'_, PyAny>, description: Option<String>) -> PyResult<Option<String>> {
    let Some(text) = description else { return Ok(None) };
    let trimmed = text.trim();
    if !trimmed.contains(['\n', '\r']) {
        return Ok(Some(trimmed.to_string()));
    }
    log::warn(metadata.py(), "warning: 'description' has several lines: they are joined to one")?;
    Ok(Some(trimmed.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")))
}
