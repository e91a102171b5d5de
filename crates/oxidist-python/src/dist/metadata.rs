//! `DistributionMetadata`: what a distribution says of itself, read from and written to PKG-INFO.

use std::io::Write;
use std::path::{Path, PathBuf};

use oxidist_engine::Error;
use oxidist_engine::effects::Effects;
use oxidist_engine::metadata::Metadata;
use pyo3::IntoPyObjectExt;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::{core_metadata, keywords};
use crate::errors::{DistutilsOptionError, OrRaise};
use crate::setuptools::Departure;
use crate::value::Elements;
use crate::value::expected;
use crate::{door, log, seam};

/// The text for a field that nobody has set.
const UNKNOWN: &str = "UNKNOWN";

/// The fields, each an attribute that is None until it is set.
const FIELDS: [&str; 17] = [
    "name",
    "version",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "url",
    "license",
    "description",
    "long_description",
    "keywords",
    "platforms",
    "classifiers",
    "download_url",
    "provides",
    "requires",
    "obsoletes",
];

/// What has a `get_...` method, which `Distribution` has as well.
const METHOD_BASENAMES: [&str; 20] = [
    "name",
    "version",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "url",
    "license",
    "description",
    "long_description",
    "keywords",
    "platforms",
    "fullname",
    "contact",
    "contact_email",
    "classifiers",
    "download_url",
    "provides",
    "requires",
    "obsoletes",
];

/// PKG-INFO's fields with one value: (field, the metadata's method for it).
const SINGLE_FIELDS: [(&str, &str); 7] = [
    ("Name", "get_name"),
    ("Version", "get_version"),
    ("Summary", "get_description"),
    ("Home-page", "get_url"),
    ("Author", "get_contact"),
    ("Author-email", "get_contact_email"),
    ("License", "get_license"),
];

/// PKG-INFO's fields that are there once for each value.
const LIST_FIELDS: [(&str, &str); 5] = [
    ("Platform", "get_platforms"),
    ("Classifier", "get_classifiers"),
    ("Requires", "get_requires"),
    ("Provides", "get_provides"),
    ("Obsoletes", "get_obsoletes"),
];

/// A PKG-INFO with one of these has metadata version 1.1.
const SINCE_1_1: [&str; 5] = ["provides", "requires", "obsoletes", "classifiers", "download_url"];

/// Name, version, author and so on: what `setup()` is told about a distribution.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.dist")]
pub struct DistributionMetadata;

#[pymethods]
impl DistributionMetadata {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        DistributionMetadata
    }

    #[classattr]
    #[pyo3(name = "_METHOD_BASENAMES")]
    fn method_basenames(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, METHOD_BASENAMES)?.unbind())
    }

    /// Empty, or read from the PKG-INFO file at `path`.
    #[pyo3(signature = (path = None))]
    fn __init__(slf: &Bound<'_, Self>, path: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let py = slf.py();
        let Some(path) = path else {
            return FIELDS.iter().try_for_each(|field| slf.setattr(*field, py.None()));
        };
        let keywords = PyDict::new(py);
        keywords.set_item("encoding", "utf-8")?;
        let file = py.import("builtins")?.getattr("open")?.call((path,), Some(&keywords))?;
        let read = slf.call_method1("read_pkg_file", (&file,));
        file.call_method0("close")?;
        read.map(drop)
    }

    /// Take all fields from an open PKG-INFO.
    fn read_pkg_file(slf: &Bound<'_, Self>, file: &Bound<'_, PyAny>) -> PyResult<()> {
        let text: String = file.call_method0("read")?.extract()?;
        let read = Metadata::from_pkg_info(&text);
        for (field, value) in [
            ("name", read.name),
            ("version", read.version),
            ("author", read.author),
            ("author_email", read.author_email),
            ("maintainer", read.maintainer),
            ("maintainer_email", read.maintainer_email),
            ("url", read.url),
            ("license", read.license),
            ("description", read.description),
            ("long_description", read.long_description),
            ("download_url", read.download_url),
        ] {
            slf.setattr(field, value)?;
        }
        for (field, values) in [
            ("keywords", read.keywords),
            ("platforms", read.platforms),
            ("classifiers", read.classifiers),
            ("provides", read.provides),
            ("requires", read.requires),
            ("obsoletes", read.obsoletes),
        ] {
            slf.setattr(field, values)?;
        }
        Ok(())
    }

    /// Write the file `PKG-INFO` into the folder `base_dir`.
    fn write_pkg_info(slf: &Bound<'_, Self>, base_dir: PathBuf) -> PyResult<()> {
        write_through(slf.as_any(), &base_dir, door::door(false))
    }

    /// Write PKG-INFO's text to an open file.
    fn write_pkg_file(slf: &Bound<'_, Self>, file: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        let write = |text: String| file.call_method1("write", (text,)).map(drop);
        if keywords::any_is_given(slf)? {
            return write(core_metadata::rendered(slf, None)?);
        }
        let mut version = "1.0";
        for field in SINCE_1_1 {
            if slf.getattr(field)?.is_truthy()? {
                version = "1.1";
            }
        }
        write(format!("Metadata-Version: {version}\n"))?;
        for (field, getter) in SINGLE_FIELDS {
            write(format!("{field}: {}\n", slf.call_method0(getter)?.str()?.to_cow()?))?;
        }
        let download_url = slf.getattr("download_url")?;
        if download_url.is_truthy()? {
            write(format!("Download-URL: {}\n", download_url.str()?.to_cow()?))?;
        }
        let description = slf.call_method0("get_long_description")?;
        if !description.is_instance_of::<PyString>() {
            let text = expected("long_description", "a string", &description);
            return Err(DistutilsOptionError::new_err(text));
        }
        let description = seam::global(py, "dist", "rfc822_escape")?.call1((description,))?;
        write(format!("Description: {}\n", description.str()?.to_cow()?))?;
        let keywords = PyString::new(py, ",").call_method1("join", (slf.call_method0("get_keywords")?,))?;
        if keywords.is_truthy()? {
            write(format!("Keywords: {}\n", keywords.str()?.to_cow()?))?;
        }
        for (field, getter) in LIST_FIELDS {
            slf.call_method1("_write_list", (file, field, slf.call_method0(getter)?))?;
        }
        Ok(())
    }

    fn _write_list(
        &self,
        file: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        values: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        for value in values.try_iter()? {
            file.call_method1("write", (format!("{}: {}\n", name.str()?, value?.str()?.to_cow()?),))?;
        }
        Ok(())
    }

    fn get_name<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        first_of(slf, &["name"], UNKNOWN)
    }

    fn get_version<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        first_of(slf, &["version"], "0.0.0")
    }

    /// `<name>-<version>`
    fn get_fullname(slf: &Bound<'_, Self>) -> PyResult<String> {
        Ok(format!("{}-{}", slf.call_method0("get_name")?.str()?, slf.call_method0("get_version")?.str()?))
    }

    #[staticmethod]
    fn _fullname(name: &Bound<'_, PyAny>, version: &Bound<'_, PyAny>) -> PyResult<String> {
        Ok(format!("{}-{}", name.str()?, version.str()?))
    }

    fn get_author<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["author"], UNKNOWN)
    }

    fn get_author_email<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["author_email"], UNKNOWN)
    }

    fn get_maintainer<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["maintainer"], UNKNOWN)
    }

    fn get_maintainer_email<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["maintainer_email"], UNKNOWN)
    }

    /// The maintainer, or the author where there is none.
    fn get_contact<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["maintainer", "author"], UNKNOWN)
    }

    /// The maintainer's address, or the author's where there is none.
    fn get_contact_email<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["maintainer_email", "author_email"], UNKNOWN)
    }

    fn get_url<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["url"], UNKNOWN)
    }

    fn get_license<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["license"], UNKNOWN)
    }

    fn get_licence<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["license"], UNKNOWN)
    }

    fn get_description<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["description"], UNKNOWN)
    }

    fn get_long_description<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["long_description"], UNKNOWN)
    }

    fn get_download_url<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["download_url"], UNKNOWN)
    }

    fn get_keywords<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        first_of(slf, &["keywords"], Vec::<String>::new())
    }

    fn set_keywords(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.setattr("keywords", _ensure_list(value, "keywords")?)
    }

    fn get_platforms<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        known(slf, &["platforms"], vec![UNKNOWN])
    }

    fn set_platforms(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.setattr("platforms", _ensure_list(value, "platforms")?)
    }

    fn get_classifiers<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        first_of(slf, &["classifiers"], Vec::<String>::new())
    }

    fn set_classifiers(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.setattr("classifiers", _ensure_list(value, "classifiers")?)
    }

    fn get_requires<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        first_of(slf, &["requires"], Vec::<String>::new())
    }

    /// ValueError for what is no version predicate.
    fn set_requires(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.setattr("requires", checked(value, "requires", "VersionPredicate")?)
    }

    fn get_provides<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        first_of(slf, &["provides"], Vec::<String>::new())
    }

    /// ValueError for what is neither a name nor a name with a version.
    fn set_provides(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let stripped = PyList::empty(slf.py());
        for provision in items(value, "provides")? {
            stripped.append(provision?.call_method0("strip")?)?;
        }
        slf.setattr("provides", checked(&stripped, "provides", "split_provision")?)
    }

    fn get_obsoletes<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        first_of(slf, &["obsoletes"], Vec::<String>::new())
    }

    /// ValueError for what is no version predicate.
    fn set_obsoletes(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.setattr("obsoletes", checked(value, "obsoletes", "VersionPredicate")?)
    }
}

/// The first of `fields` that has a value, or `otherwise`.
fn first_of<'py, T: IntoPyObject<'py>>(
    metadata: &Bound<'py, DistributionMetadata>,
    fields: &[&str],
    otherwise: T,
) -> PyResult<Bound<'py, PyAny>> {
    for field in fields {
        let value = metadata.getattr(*field)?;
        if value.is_truthy()? {
            return Ok(value);
        }
    }
    otherwise.into_bound_py_any(metadata.py())
}

/// The same of what is `UNKNOWN` where it is missing, and left as it is on top of a setuptools that counts on that.
fn known<'py, T: IntoPyObject<'py>>(
    metadata: &Bound<'py, DistributionMetadata>,
    fields: &[&str],
    unknown: T,
) -> PyResult<Bound<'py, PyAny>> {
    match fields {
        [.., last] if Departure::LeavesOutWhatIsMissing.is_there(metadata.py())? => {
            first_of(metadata, fields, metadata.getattr(*last)?)
        }
        _ => first_of(metadata, fields, unknown),
    }
}

/// `values` as a list, when `distutils.versionpredicate.<parser>` accepts each of them.
fn checked<'py>(values: &Bound<'py, PyAny>, field: &str, parser: &str) -> PyResult<Bound<'py, PyList>> {
    let parse = seam::global(values.py(), "versionpredicate", parser)?;
    let list = PyList::empty(values.py());
    for value in items(values, field)? {
        let value = value?;
        parse.call1((&value,))?;
        list.append(value)?;
    }
    Ok(list)
}

/// The items of a field that is a list; DistutilsSetupError where it has none.
fn items<'py>(
    values: &Bound<'py, PyAny>,
    field: &str,
) -> PyResult<impl Iterator<Item = PyResult<Bound<'py, PyAny>>>> {
    values.elements().map_err(|_| super::arguments::wrong_argument(field, "a list of strings", values))
}

/// `value` itself where it is a list or a string, else a list of its items, with a warning.
#[pyfunction]
fn _ensure_list<'py>(value: &Bound<'py, PyAny>, fieldname: &str) -> PyResult<Bound<'py, PyAny>> {
    if value.is_instance_of::<PyString>() || value.is_instance_of::<PyList>() {
        return Ok(value.clone());
    }
    let items = items(value, fieldname)?;
    let py = value.py();
    let kind = value.get_type();
    let text = format!("Warning: '{fieldname}' should be a list, got type '{}'", kind.name()?);
    seam::global(py, "log", "log")?.call1((log::WARN, text))?;
    let list = PyList::empty(py);
    for item in items {
        list.append(item?)?;
    }
    Ok(list.into_any())
}

/// The contents of PKG-INFO: what `write_pkg_file` writes, which scripts override.
pub fn pkg_info(metadata: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let py = metadata.py();
    let text = py.import("io")?.call_method0("StringIO")?;
    metadata.call_method1("write_pkg_file", (&text,))?;
    text.call_method0(intern!(py, "getvalue"))?.call_method1("encode", ("utf-8",))?.extract()
}

/// `write_pkg_info` through a door of the caller's choice.
pub fn write_through(metadata: &Bound<'_, PyAny>, base_dir: &Path, door: &dyn Effects) -> PyResult<()> {
    let bytes = pkg_info(metadata)?;
    let path = base_dir.join("PKG-INFO");
    let mut fill = |writer: &mut dyn Write| writer.write_all(&bytes).map_err(Error::file("write", &path));
    door.write_file(&path, 0o666, &mut fill).or_raise()
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<DistributionMetadata>()?;
    module.add_function(wrap_pyfunction!(_ensure_list, module)?)
}
