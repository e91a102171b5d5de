//! What bdist_rpm's options and the distribution's metadata say, put together for the spec file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oxidist_engine::Error;
use oxidist_engine::effects::{Makes, Process};
use oxidist_engine::pyproject;
use oxidist_engine::rpm::{self, Spec};
use pyo3::prelude::*;

use super::{BdistRpm, has_extensions, is_set};
use crate::dist::keywords;
use crate::door::door;
use crate::errors::{DistutilsFileError, DistutilsSetupError, OrRaise};
use crate::interrupt::released;
use crate::value::{expected, option};

/// Tags that have an option each, of the same name in small letters.
const TAGS: [&str; 6] = ["Vendor", "Packager", "Provides", "Requires", "Conflicts", "Obsoletes"];

/// What a field is that nobody has set.
const UNKNOWN: &str = "UNKNOWN";

/// Sections that RPM runs, and the option that names a file with another script for it.
const SCRIPTS: [(&str, &str); 9] = [
    ("prep", "prep_script"),
    ("build", "build_script"),
    ("install", "install_script"),
    ("clean", "clean_script"),
    ("verifyscript", "verify_script"),
    ("pre", "pre_install"),
    ("post", "post_install"),
    ("preun", "pre_uninstall"),
    ("postun", "post_uninstall"),
];

/// What builds a project that has a `pyproject.toml` and no `setup.py`.
const WITHOUT_SCRIPT: &str = "-m oxidist";

/// The metadata is asked for in distutils' order.
pub fn read(slf: &Bound<'_, BdistRpm>) -> PyResult<Spec> {
    let name = of_distribution(slf, "get_name")?;
    // distutils asks twice: for RPM's form of it, and for its own.
    of_distribution(slf, "get_version")?;
    let version = of_distribution(slf, "get_version")?;
    Ok(Spec {
        name,
        version,
        release: option(slf, "release")?,
        summary: of_distribution(slf, "get_description")?,
        after_install: after_install(slf.py())?,
        archive_ending: if is_set(slf, "use_bzip2")? { ".tar.bz2" } else { ".tar.gz" }.into(),
        tags: tags(slf)?,
        description: of_distribution(slf, "get_long_description")?,
        scripts: scripts(slf)?,
        doc_files: option::<Option<Vec<String>>>(slf, "doc_files")?.unwrap_or_default(),
        changelog: option::<Option<Vec<String>>>(slf, "changelog")?.unwrap_or_default(),
    })
}

/// A text of the metadata; DistutilsSetupError where it is none.
fn of_distribution(slf: &Bound<'_, BdistRpm>, getter: &str) -> PyResult<String> {
    let value = slf.getattr("distribution")?.call_method0(getter)?;
    value.extract().map_err(|_| {
        let name = getter.trim_start_matches("get_");
        DistutilsSetupError::new_err(expected(name, "a string", &value))
    })
}

/// What RPM runs after `%install`, where it is in need of another value. Where there is no RPM, it is not.
fn after_install(py: Python<'_>) -> PyResult<Option<String>> {
    let argv = ["rpm", "--eval", "%{__os_install_post}"].map(OsString::from).to_vec();
    let question = Process { argv, ..Process::default() };
    // A question changes nothing, so it is asked in a dry run, too.
    match released(py, |cancel| door(false).capture(&question, Makes::default(), cancel))? {
        Ok(answer) => Ok(rpm::passes_python(&String::from_utf8_lossy(&answer.output))),
        Err(Error::Process(_)) => Ok(None),
        Err(error) => Err(error).or_raise(),
    }
}

fn tags(slf: &Bound<'_, BdistRpm>) -> PyResult<Vec<(String, String)>> {
    let mut tags = Vec::new();
    let mut add = |tag: &str, value: String| tags.push((tag.to_string(), value));
    add("License", license(slf)?);
    add("Group", option(slf, "group")?);
    add("BuildRoot", "%{_tmppath}/%{name}-%{version}-%{release}-buildroot".into());
    add("Prefix", "%{_prefix}".into());
    if is_set(slf, "force_arch")? {
        add("BuildArch", option(slf, "force_arch")?);
    } else if !has_extensions(slf)? {
        add("BuildArch", "noarch".into());
    }
    for tag in TAGS {
        let value = slf.getattr(tag.to_lowercase())?;
        if let Some(value) = words(&tag.to_lowercase(), &value)? {
            add(tag, value);
        }
    }
    if let Some(url) = url(slf)? {
        add("Url", url);
    }
    if is_set(slf, "distribution_name")? {
        add("Distribution", option(slf, "distribution_name")?);
    }
    if is_set(slf, "build_requires")? {
        add("BuildRequires", option::<Vec<String>>(slf, "build_requires")?.join(" "));
    }
    if is_set(slf, "icon")? {
        let icon: PathBuf = option(slf, "icon")?;
        add("Icon", icon.file_name().unwrap_or_default().to_string_lossy().into_owned());
    }
    if is_set(slf, "no_autoreq")? {
        add("AutoReq", "0".into());
    }
    Ok(tags)
}

/// The licence: distutils' field, or where that says nothing the expression of the standards.
fn license(slf: &Bound<'_, BdistRpm>) -> PyResult<String> {
    let license = of_distribution(slf, "get_license")?;
    let metadata = slf.getattr("distribution")?.getattr("metadata")?;
    let expression = keywords::string(&metadata, "license_expression")?;
    Ok(expression.filter(|_| license == UNKNOWN).unwrap_or(license))
}

/// The address of the project's page: distutils' field, or of those with labels the homepage, or the first.
fn url(slf: &Bound<'_, BdistRpm>) -> PyResult<Option<String>> {
    // Asked for once to see whether there is one and once for what it is, as distutils asks.
    if of_distribution(slf, "get_url")? != UNKNOWN {
        return of_distribution(slf, "get_url").map(Some);
    }
    let metadata = slf.getattr("distribution")?.getattr("metadata")?;
    let labelled = keywords::string_pairs(&metadata, "project_urls")?;
    let homepage =
        labelled.iter().find(|pair| pair.0.replace([' ', '-', '_'], "").eq_ignore_ascii_case("homepage"));
    Ok(homepage.or(labelled.first()).map(|pair| pair.1.clone()))
}

/// A string, or a list of strings with spaces between them; `None` for None.
fn words(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    let joined =
        value.extract::<String>().or_else(|_| value.extract::<Vec<String>>().map(|all| all.join(" ")));
    joined
        .map(Some)
        .map_err(|_| DistutilsSetupError::new_err(expected(name, "a string or a list of strings", value)))
}

/// Each section with its lines: those of the file that the option names, else the default where there is one.
fn scripts(slf: &Bound<'_, BdistRpm>) -> PyResult<Vec<(String, Vec<String>)>> {
    let py = slf.py();
    let script: PathBuf = py.import("sys")?.getattr("argv")?.get_item(0)?.extract()?;
    let script = script.file_name().unwrap_or_default().to_string_lossy();
    // Where there is no script, RPM starts what started this.
    let what = if script == pyproject::FILE { WITHOUT_SCRIPT } else { &script };
    let call = format!("{} {what}", option::<String>(slf, "python")?);
    let flags = if is_set(slf, "use_rpm_opt_flags")? { "env CFLAGS=\"$RPM_OPT_FLAGS\" " } else { "" };
    let default = |section: &str| match section {
        "prep" => Some("%setup -n %{name}-%{unmangled_version}".to_string()),
        "build" => Some(format!("{flags}{call} build")),
        "install" => Some(format!("{call} install -O1 --root=$RPM_BUILD_ROOT --record=INSTALLED_FILES")),
        "clean" => Some("rm -rf $RPM_BUILD_ROOT".to_string()),
        _ => None,
    };
    let mut scripts = Vec::new();
    for (section, name) in SCRIPTS {
        let lines = if is_set(slf, name)? {
            Some(lines_of(&option::<PathBuf>(slf, name)?)?)
        } else {
            default(section).map(|line| vec![line])
        };
        scripts.extend(lines.map(|lines| (section.to_string(), lines)));
    }
    Ok(scripts)
}

/// The lines of a text file, whichever line ends it has; an empty one behind the last line end.
fn lines_of(path: &Path) -> PyResult<Vec<String>> {
    let bytes =
        oxidist_engine::effects::reading::whole(path).map_err(Error::file("read", path)).or_raise()?;
    let text = String::from_utf8(bytes).map_err(|_| {
        DistutilsFileError::new_err(format!("could not read '{}': it is not UTF-8", path.display()))
    })?;
    Ok(text.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(String::from).collect())
}
