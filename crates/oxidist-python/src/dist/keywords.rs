//! Arguments of `setup()` beyond distutils' own: what they may be, and what they say.
//!
//! They are attributes of the classes, None until a script gives them, so that neither `vars()` of an object
//! nor what another library keeps under these names changes. Those of the metadata are not there at all until then:
//! setuptools asks for some of them with a default of its own.

use oxidist_engine::metadata::{Dependency, EntryPoints, Script};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMapping, PyString, PyTuple};

use crate::errors::{DistutilsSetupError, OrRaise};
use crate::value::expected;

/// What a value must be, and the test.
type Kind = (&'static str, fn(&Bound<'_, PyAny>) -> bool);

const STRING: Kind = ("a string", is_string);
const STRINGS: Kind = ("a list of strings, or a string with one on each line", is_strings);
const LIST: Kind = ("a list of strings", is_list);
const GROUPS: Kind = ("a dictionary of lists of strings", is_groups);
const ENTRY_POINTS: Kind =
    ("a dictionary of lists of 'name = module:function', or a string with [groups]", is_entry_points);
const ADDRESSES: Kind = ("a dictionary of strings", is_addresses);
const FLAG: Kind = ("true or false", |_| true);

/// Those that `Distribution` has.
const ON_DISTRIBUTION: [(&str, Kind); 7] = [
    ("install_requires", STRINGS),
    ("extras_require", GROUPS),
    ("python_requires", STRING),
    ("entry_points", ENTRY_POINTS),
    ("include_package_data", FLAG),
    ("exclude_package_data", GROUPS),
    ("zip_safe", FLAG),
];

/// Those that `DistributionMetadata` has.
const ON_METADATA: [(&str, Kind); 4] = [
    ("project_urls", ADDRESSES),
    ("long_description_content_type", STRING),
    ("license_files", LIST),
    ("license_expression", STRING),
];

/// Where the metadata know their distribution from, once it has one of these keywords.
const DISTRIBUTION: &str = "_distribution";

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let distribution = module.getattr("Distribution")?;
    ON_DISTRIBUTION.iter().try_for_each(|(name, _)| distribution.setattr(*name, py.None()))
}

/// Whether an argument of `setup()` is one of those that the metadata have.
pub fn is_of_metadata(name: &str) -> bool {
    ON_METADATA.iter().any(|row| row.0 == name)
}

/// Whether setuptools, whose `Distribution` this is, gives the keywords a meaning of its own.
pub fn are_setuptools(dist: &Bound<'_, PyAny>) -> PyResult<bool> {
    super::pyproject::is_of_setuptools(dist.get_type().as_any())
}

/// A value that `setup()` was given: the metadata have to find what the distribution keeps.
pub fn note(dist: &Bound<'_, PyAny>, name: &str) -> PyResult<()> {
    if ON_DISTRIBUTION.iter().any(|row| row.0 == name) {
        let reference = dist.py().import("weakref")?.call_method1("ref", (dist,))?;
        dist.getattr("metadata")?.setattr(DISTRIBUTION, reference)?;
    }
    Ok(())
}

/// The distribution whose metadata these are, if it has keywords that they need.
pub fn distribution_of<'py>(metadata: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    match metadata.getattr_opt(DISTRIBUTION)? {
        Some(reference) => Ok(Some(reference.call0()?).filter(|found| !found.is_none())),
        None => Ok(None),
    }
}

/// Whether any of the keywords is given, or something else calls for core metadata: a `[project]`, or a front end.
pub fn any_is_given(metadata: &Bound<'_, PyAny>) -> PyResult<bool> {
    let on = |object: &Bound<'_, PyAny>, table: &[(&str, Kind)]| -> PyResult<bool> {
        for (name, _) in table {
            if !attribute(object, name)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    };
    Ok(crate::backend::is_running()
        || metadata.hasattr(super::pyproject::DYNAMIC)?
        || on(metadata, &ON_METADATA)?
        || distribution_of(metadata)?.is_some_and(|dist| on(&dist, &ON_DISTRIBUTION).unwrap_or(false)))
}

/// DistutilsSetupError for a value of a type that cannot be used. setuptools takes some that we do not.
pub fn check(dist: &Bound<'_, PyAny>) -> PyResult<()> {
    if are_setuptools(dist)? {
        return Ok(());
    }
    let metadata = dist.getattr("metadata")?;
    for (object, table) in [(dist, &ON_DISTRIBUTION[..]), (&metadata, &ON_METADATA[..])] {
        for (name, (what, fits)) in table {
            let value = attribute(object, name)?;
            if !value.is_none() && !fits(&value) {
                return Err(DistutilsSetupError::new_err(expected(name, what, &value)));
            }
        }
    }
    Ok(())
}

/// The value of a keyword; None also where a distribution of another library has no such attribute.
pub fn attribute<'py>(object: &Bound<'py, PyAny>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    Ok(object.getattr_opt(name)?.unwrap_or_else(|| object.py().None().into_bound(object.py())))
}

fn is_string(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyString>()
}

/// Any iterable of strings that is no string itself.
fn is_list(value: &Bound<'_, PyAny>) -> bool {
    let is_collection = !is_string(value) && value.cast::<PyMapping>().is_err();
    is_collection && list(value).is_some()
}

fn is_strings(value: &Bound<'_, PyAny>) -> bool {
    is_string(value) || is_list(value)
}

fn is_groups(value: &Bound<'_, PyAny>) -> bool {
    pairs(value).is_some_and(|pairs| pairs.iter().all(|(name, values)| is_string(name) && is_strings(values)))
}

fn is_entry_points(value: &Bound<'_, PyAny>) -> bool {
    is_string(value) || is_groups(value)
}

fn is_addresses(value: &Bound<'_, PyAny>) -> bool {
    pairs(value).is_some_and(|pairs| pairs.iter().all(|(name, value)| is_string(name) && is_string(value)))
}

fn list(value: &Bound<'_, PyAny>) -> Option<Vec<String>> {
    value.try_iter().ok()?.map(|item| item.ok()?.extract().ok()).collect()
}

/// The items of a dictionary, or of what is like one.
fn pairs<'py>(value: &Bound<'py, PyAny>) -> Option<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
    if let Ok(dictionary) = value.cast::<PyDict>() {
        return Some(dictionary.iter().collect());
    }
    let mapping = value.cast::<PyMapping>().ok()?;
    mapping.items().ok()?.iter().map(|pair| pair.extract().ok()).collect()
}

/// The strings of a list, or the lines of a string that say something.
fn strings(value: &Bound<'_, PyAny>) -> Vec<String> {
    match value.extract::<String>() {
        Ok(text) => lines(&text),
        // Each item of a list may have several lines too.
        Err(_) => list(value).unwrap_or_default().iter().flat_map(|text| lines(text)).collect(),
    }
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split_once(" #").map_or(line, |(before, _)| before).trim());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_string).collect()
}

/// The items of a dictionary of lists or texts.
fn groups(value: &Bound<'_, PyAny>) -> Vec<(String, Vec<String>)> {
    let pairs = pairs(value).unwrap_or_default();
    pairs.into_iter().filter_map(|(name, values)| Some((name.extract().ok()?, strings(&values)))).collect()
}

/// A keyword that is a string, where it is given.
pub fn string(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<String>> {
    let value = attribute(object, name)?;
    match value.is_none() {
        true => Ok(None),
        false => Ok(Some(value.str()?.to_cow()?.trim().to_string()).filter(|text| !text.is_empty())),
    }
}

/// A keyword that is a list of strings, where it is given.
pub fn string_list(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<Vec<String>>> {
    let value = attribute(object, name)?;
    Ok(if value.is_none() { None } else { Some(strings(&value)) })
}

/// A keyword that is a dictionary of lists of strings.
pub fn string_groups(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<(String, Vec<String>)>> {
    Ok(groups(&attribute(object, name)?))
}

/// A keyword that is a dictionary of strings.
pub fn string_pairs(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<(String, String)>> {
    let pairs = pairs(&attribute(object, name)?).unwrap_or_default();
    pairs.into_iter().map(|(name, value)| Ok((name.extract()?, value.extract()?))).collect()
}

/// Extras, each with the key that it is from.
type Extras = Vec<(String, String)>;

/// What is required of other distributions, and the extras that there are with the key that each is from.
pub fn dependencies(dist: &Bound<'_, PyAny>) -> PyResult<(Vec<Dependency>, Extras)> {
    let mut extras = Vec::new();
    let required = string_list(dist, "install_requires")?.unwrap_or_default();
    let mut all: Vec<Dependency> = required
        .into_iter()
        .map(|requirement| Dependency {
            requirement,
            key: "install_requires".into(),
            ..Dependency::default()
        })
        .collect();
    for (name, requirements) in string_groups(dist, "extras_require")? {
        let key = format!("extras_require[{name:?}]");
        // `extra:marker`, either of which may be missing.
        let (extra, marker) = name.split_once(':').unwrap_or((&name, ""));
        let given = |text: &str| Some(text.trim().to_string()).filter(|text| !text.is_empty());
        let (extra, marker) = (given(extra), given(marker));
        if let Some(extra) = &extra {
            extras.push((extra.clone(), key.clone()));
        }
        all.extend(requirements.into_iter().map(|requirement| Dependency {
            requirement,
            extra: extra.clone(),
            marker: marker.clone(),
            key: key.clone(),
        }));
    }
    Ok((all, extras))
}

/// The entry points. DistutilsSetupError for one that does not parse.
pub fn entry_points(dist: &Bound<'_, PyAny>) -> PyResult<EntryPoints> {
    let key = "entry_points";
    let value = attribute(dist, key)?;
    if value.is_none() {
        return Ok(EntryPoints::default());
    }
    if !is_entry_points(&value) {
        return Err(DistutilsSetupError::new_err(expected(key, ENTRY_POINTS.0, &value)));
    }
    if let Ok(text) = value.extract::<String>() {
        return EntryPoints::parse(key, &text).or_raise();
    }
    let mut points = EntryPoints::default();
    for (group, lines) in groups(&value) {
        lines.iter().try_for_each(|line| points.add_lines(key, group.trim(), line)).or_raise()?;
    }
    Ok(points)
}

/// The scripts among them that the commands of `install` make. setuptools' have made theirs.
pub fn scripts(dist: &Bound<'_, PyAny>) -> PyResult<Vec<Script>> {
    if are_setuptools(dist)? { Ok(Vec::new()) } else { Ok(entry_points(dist)?.scripts()) }
}

/// The names at the root of what is installed, sorted: packages, modules and extension modules.
pub fn top_level(dist: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let mut names = std::collections::BTreeSet::new();
    let mut add = |name: &str| {
        let first = name.split('.').next().unwrap_or_default();
        names.insert(first.to_string()).then_some(());
    };
    for option in ["packages", "py_modules"] {
        let value = attribute(dist, option)?;
        if value.is_truthy()? {
            list(&value).unwrap_or_default().iter().for_each(|name| add(name));
        }
    }
    let package = string(dist, "ext_package")?;
    let extensions = attribute(dist, "ext_modules")?;
    if extensions.is_truthy()? {
        for extension in extensions.try_iter()? {
            let extension = extension?;
            // `(name, options)` is the old form.
            let name = match extension.cast::<PyTuple>() {
                Ok(pair) => pair.get_item(0)?.extract::<String>()?,
                Err(_) => extension.getattr("name")?.extract()?,
            };
            add(package.as_deref().unwrap_or(&name));
        }
    }
    Ok(names.into_iter().filter(|name| !name.is_empty()).collect())
}

/// Where the metadata keep which patterns were warned about: several commands ask for the files.
const WARNED: &str = "_warned_license_files";

fn warn_once(metadata: &Bound<'_, PyAny>, pattern: &str) -> PyResult<()> {
    let py = metadata.py();
    let warned = match metadata.getattr_opt(WARNED)? {
        Some(warned) => warned.cast_into::<PyList>()?,
        None => PyList::empty(py),
    };
    if !warned.contains(pattern)? {
        crate::log::warn(py, &format!("warning: 'license_files': '{pattern}' matches no file"))?;
        warned.append(pattern)?;
    }
    metadata.setattr(WARNED, warned)
}

/// The default of `license_files`.
const LICENSE_PATTERNS: [&str; 4] = ["LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*"];

/// The licence files: what the patterns match, relative to the working folder. A pattern of the script's own
/// that matches nothing is warned about.
pub fn license_files(metadata: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let py = metadata.py();
    let given = string_list(metadata, "license_files")?;
    let is_default = given.is_none();
    let patterns = given.unwrap_or_else(|| LICENSE_PATTERNS.map(str::to_string).to_vec());
    let mut files: Vec<String> = Vec::new();
    for pattern in &patterns {
        let keywords = PyDict::new(py);
        keywords.set_item("recursive", true)?;
        let found: Vec<String> = if pattern.contains("**") {
            py.import("glob")?.getattr("glob")?.call((pattern,), Some(&keywords))?.extract()?
        } else {
            let found = oxidist_engine::glob::files(pattern).or_raise()?;
            found.iter().filter_map(|path| path.to_str().map(str::to_string)).collect()
        };
        let mut found: Vec<String> = found
            .into_iter()
            .filter(|file| !file.ends_with('~') && std::path::Path::new(file).is_file())
            .map(|file| file.replace('\\', "/").trim_start_matches("./").to_string())
            .collect();
        found.sort();
        if let Some(file) =
            found.iter().find(|file| file.starts_with('/') || file.split('/').any(|part| part == ".."))
        {
            let text = format!("'license_files': '{file}' is not below the project's folder");
            return Err(DistutilsSetupError::new_err(text));
        }
        if found.is_empty() && !is_default {
            if let Some(line) = super::pyproject::license_line(metadata)? {
                let text = format!(
                    "{}:{line}: 'project.license-files' has {pattern:?} in it, which matches no file",
                    oxidist_engine::pyproject::FILE
                );
                return Err(DistutilsSetupError::new_err(text));
            }
            warn_once(metadata, pattern)?;
        }
        for file in found {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    Ok(files)
}
