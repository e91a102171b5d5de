//! From the built project to the installer: what bdist_msi does, in distutils' order.

use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::super::install::root::require_below;
use super::{BdistMsi, MODULE, add_data, has_extensions, is_set};
use crate::errors::{DistutilsSetupError, OrRaise, caused};
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{data_files, dist_files, door, log, seam};

pub fn run(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    let py = slf.py();
    if !is_set(slf, "skip_build")? {
        slf.call_method1("run_command", ("build",))?;
    }
    check_data_files(slf)?;
    install(slf)?;

    slf.call_method1("mkpath", (slf.getattr("dist_dir")?,))?;
    let distribution = slf.getattr("distribution")?;
    let name = slf.call_method1("get_installer_filename", (distribution.call_method0("get_fullname")?,))?;
    let installer: PathBuf = py.import("os.path")?.call_method1("abspath", (name,))?.extract()?;
    let product = Product::read(slf)?;
    let door = door::of(slf)?;
    if door.exists(&installer) {
        door.remove_file(&installer).or_raise()?;
    }
    if door.perform(&format!("writing {}", installer.display())) {
        author(slf, &installer, &product)?;
    }
    door.expect_file(&installer);

    if distribution.hasattr("dist_files")? {
        let target = slf.getattr("target_version")?;
        let version =
            if target.is_truthy()? { target.str()?.to_string_lossy().into_owned() } else { "any".into() };
        dist_files::append(&distribution, "bdist_msi", &version, &product.full_name)?;
    }
    if !is_set(slf, "keep_temp")? {
        let keywords = PyDict::new(py);
        keywords.set_item("dry_run", slf.getattr("dry_run")?)?;
        seam::global(py, MODULE, "remove_tree")?.call((slf.getattr("bdist_dir")?,), Some(&keywords))?;
    }
    Ok(())
}

/// DistutilsOptionError for data files that would be installed outside of the folder that becomes the installer.
fn check_data_files(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    let root: PathBuf = option(slf, "bdist_dir")?;
    for entry in data_files::entries(&slf.getattr("distribution")?.getattr("data_files")?)? {
        let Some(folder) = entry.folder else { continue };
        let folder: PathBuf = folder.extract()?;
        if folder.is_relative() {
            let entry = format!("data_files: the folder '{}'", folder.display());
            require_below(&root, &root.join(&folder), &entry)?;
        }
    }
    Ok(())
}

/// Run `install` with `bdist_dir` as its prefix, and without byte code: that is made where the installer runs.
fn install(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    let py = slf.py();
    let folder = slf.getattr("bdist_dir")?;
    let keywords = PyDict::new(py);
    keywords.set_item("reinit_subcommands", 1)?;
    let install = slf.call_method("reinitialize_command", ("install",), Some(&keywords))?;
    install.setattr("prefix", &folder)?;
    install.setattr("skip_build", slf.getattr("skip_build")?)?;
    install.setattr("warn_dir", 0)?;
    let install_lib = slf.call_method1("reinitialize_command", ("install_lib",))?;
    install_lib.setattr("compile", 0)?;
    install_lib.setattr("optimize", 0)?;
    if has_extensions(slf)? {
        take_extensions_of_the_target(slf)?;
    }
    log::call(py, "info", "installing to %s", (&folder,))?;
    install.call_method0("ensure_finalized")?;

    // With it `install_lib` does not warn that its folder is none that Python searches.
    let search_path = py.import("sys")?.getattr("path")?.cast_into::<PyList>()?;
    let folder: PathBuf = option(slf, "bdist_dir")?;
    let searched = folder.join("PURELIB").as_file_name().into_pyobject(py)?;
    search_path.insert(0, &searched)?;
    let done = install.call_method0("run");
    search_path.call_method1("remove", (searched,))?;
    done.map(drop)
}

/// With `--skip-build` the target may be another Python than this one: its extension modules are then in the
/// folder that a build with that Python made.
fn take_extensions_of_the_target(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    let target = slf.getattr("target_version")?;
    let target = if target.is_truthy()? {
        target.str()?.to_string_lossy().into_owned()
    } else {
        let version = slf.py().version_info();
        format!("{}.{}", version.major, version.minor)
    };
    let build = slf.call_method1("get_finalized_command", ("build",))?;
    let base: PathBuf = option(&build, "build_base")?;
    let folder = base.join(format!("lib.{}-{target}", slf.getattr("plat_name")?.str()?));
    build.setattr("build_lib", folder.as_file_name())
}

/// What the installer says of itself.
struct Product<'py> {
    /// `name-version`.
    full_name: Bound<'py, PyAny>,
    /// As Windows lists it among its programs, beside the Pythons.
    name: String,
    /// Three numbers: Windows Installer knows no others.
    numbers: String,
    /// The author, or else the maintainer.
    manufacturer: Bound<'py, PyAny>,
    /// Rows of the table `Property`.
    properties: Vec<(&'static str, Bound<'py, PyAny>)>,
}

impl<'py> Product<'py> {
    fn read(slf: &Bound<'py, BdistMsi>) -> PyResult<Self> {
        let py = slf.py();
        let distribution = slf.getattr("distribution")?;
        let metadata = distribution.getattr("metadata")?;
        let first_of = |names: [&str; 2]| -> PyResult<Option<Bound<'py, PyAny>>> {
            for name in names {
                let value = metadata.getattr(name)?;
                if value.is_truthy()? {
                    return Ok(Some(value));
                }
            }
            Ok(None)
        };
        let manufacturer = match first_of(["author", "maintainer"])? {
            Some(person) => person,
            None => "UNKNOWN".into_pyobject(py)?.into_any(),
        };
        let version = metadata.call_method0("get_version")?;
        let numbers = numbers(&version)?;
        let full_name = distribution.call_method0("get_fullname")?;
        let target = slf.getattr("target_version")?;
        let name = match target.is_truthy()? {
            true => format!("Python {} {}", target.str()?, full_name.str()?),
            false => format!("Python {}", full_name.str()?),
        };
        let mut properties = vec![("DistVersion", version)];
        properties.extend(first_of(["author_email", "maintainer_email"])?.map(|email| ("ARPCONTACT", email)));
        let url = metadata.getattr("url")?;
        if url.is_truthy()? {
            properties.push(("ARPURLINFOABOUT", url));
        }
        Ok(Product { full_name, name, numbers, manufacturer, properties })
    }
}

/// A version as Windows Installer wants it. That of a prerelease is that of the release.
fn numbers(version: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = version.py();
    let strict = seam::global(py, MODULE, "StrictVersion")?.call1((version,)).map_err(|error| {
        if !error.is_instance_of::<PyValueError>(py) {
            return error;
        }
        let shown = version.str().map_or_else(|_| String::new(), |text| text.to_string());
        let text = format!(
            "bdist_msi: the version of an installer must be two or three numbers, as 1.2 or 1.2.3, and \
             perhaps a1 or b1 (got '{shown}')"
        );
        caused(py, DistutilsSetupError::new_err(text), error)
    })?;
    let [first, second, third]: [Bound<'_, PyAny>; 3] = strict.getattr("version")?.extract()?;
    Ok(format!("{}.{}.{}", first.str()?, second.str()?, third.str()?))
}

/// Write the installer.
fn author(slf: &Bound<'_, BdistMsi>, installer: &std::path::Path, product: &Product<'_>) -> PyResult<()> {
    let py = slf.py();
    let msilib = seam::global(py, MODULE, "msilib")?;
    let arguments = (
        installer.as_file_name(),
        seam::global(py, MODULE, "schema")?,
        &product.name,
        msilib.call_method0("gen_uuid")?,
        &product.numbers,
        &product.manufacturer,
    );
    let database = msilib.call_method1("init_database", arguments)?;
    slf.setattr("db", &database)?;
    msilib.call_method1("add_tables", (&database, seam::global(py, MODULE, "sequence")?))?;
    let properties = PyList::empty(py);
    for row in &product.properties {
        properties.append(row)?;
    }
    add_data(slf, "Property", properties)?;
    for part in ["add_find_python", "add_files", "add_scripts", "add_ui"] {
        slf.call_method0(part)?;
    }
    slf.getattr("db")?.call_method0("Commit").map(drop)
}
