//! A distribution's core metadata: what its wheel and its `.dist-info` folder say of it.

use oxidist_engine::metadata::CoreMetadata;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::{keywords, pyproject};
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
    pyproject::check_dynamic(metadata, distribution)?;
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
    if let Some(script) = metadata.getattr_opt(SOURCE_ARCHIVE)? {
        core.dynamic = may_be_otherwise(metadata, &core, &script.extract::<String>()?)?;
    }
    Ok(core)
}

/// The metadata's attribute with the script's name, while they are written into a source archive.
const SOURCE_ARCHIVE: &str = "_source_archive_of";

/// Do `work` while the metadata are those of a source archive, in which some fields are marked as dynamic (PEP 643).
pub fn in_source_archive<T>(
    distribution: &Bound<'_, PyAny>,
    work: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    let metadata = distribution.getattr("metadata")?;
    let script = distribution.getattr("script_name")?;
    let script = if script.is_none() { String::new() } else { script.str()?.to_cow()?.into_owned() };
    metadata.setattr(SOURCE_ARCHIVE, script)?;
    let done = work();
    metadata.delattr(SOURCE_ARCHIVE)?;
    done
}

/// Fields that may have another value in the next build: all that a script gives, and requirements even where it gives
/// none. What `[project]` gives is none of them; without a script, only what a module of the project computes is.
///
/// In a wheel no field is marked: there each has the value that it has.
fn may_be_otherwise(metadata: &Bound<'_, PyAny>, core: &CoreMetadata, script: &str) -> PyResult<Vec<String>> {
    let without_script = script == oxidist_engine::pyproject::FILE;
    let dynamic = match without_script {
        true => Some(pyproject::computed_fields(metadata)?),
        false => pyproject::dynamic_fields(metadata)?,
    };
    // What is no key of [project] is never static where there is a script.
    let gives_license_files = keywords::string_list(metadata, "license_files")?.is_some();
    let has = |field: &str| match field {
        "Summary" => core.summary.is_some(),
        "Description" => core.description.is_some(),
        "Description-Content-Type" => core.description_content_type.is_some(),
        "Keywords" => !core.keywords.is_empty(),
        "Home-page" => core.home_page.is_some(),
        "Download-URL" => core.download_url.is_some(),
        "Author" => core.author.is_some(),
        "Author-email" => core.author_email.is_some(),
        "Maintainer" => core.maintainer.is_some(),
        "Maintainer-email" => core.maintainer_email.is_some(),
        "License" => core.license.is_some(),
        "License-Expression" => core.license_expression.is_some(),
        "Classifier" => !core.classifiers.is_empty(),
        "Project-URL" => !core.project_urls.is_empty(),
        "License-File" => gives_license_files && !core.license_files.is_empty(),
        "Platform" => !without_script && !core.platforms.is_empty(),
        "Requires" => !without_script && !core.requires.is_empty(),
        "Provides" => !without_script && !core.provides.is_empty(),
        "Obsoletes" => !without_script && !core.obsoletes.is_empty(),
        "Requires-Python" | "Requires-Dist" | "Provides-Extra" => true,
        _ => false,
    };
    let fields = CORE_FIELDS.iter().filter(|(field, core)| {
        let is_dynamic =
            |dynamic: &Vec<String>| field.is_empty() || dynamic.iter().any(|known| known == field);
        has(core) && dynamic.as_ref().is_none_or(is_dynamic)
    });
    let mut names: Vec<String> = fields.map(|row| row.1.to_string()).collect();
    names.dedup();
    Ok(names)
}

/// Keys of `[project]`, with the fields of core metadata that they become; no key: only scripts can give it.
const CORE_FIELDS: [(&str, &str); 23] = [
    ("description", "Summary"),
    ("readme", "Description"),
    ("readme", "Description-Content-Type"),
    ("keywords", "Keywords"),
    ("urls", "Home-page"),
    ("urls", "Download-URL"),
    ("urls", "Project-URL"),
    ("authors", "Author"),
    ("authors", "Author-email"),
    ("maintainers", "Maintainer"),
    ("maintainers", "Maintainer-email"),
    ("license", "License"),
    ("license", "License-Expression"),
    ("license-files", "License-File"),
    ("classifiers", "Classifier"),
    ("", "Platform"),
    ("", "Requires"),
    ("", "Provides"),
    ("", "Obsoletes"),
    ("requires-python", "Requires-Python"),
    ("dependencies", "Requires-Dist"),
    ("optional-dependencies", "Requires-Dist"),
    ("optional-dependencies", "Provides-Extra"),
];

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
