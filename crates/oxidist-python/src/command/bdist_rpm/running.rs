//! From the spec file to the RPMs: what bdist_rpm does, in distutils' order.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use oxidist_engine::effects::{Makes, Process};
use oxidist_engine::rpm::{self, Packages};
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::super::install::root::require_below;
use super::{BdistRpm, has_extensions, is_set};
use crate::door::door;
use crate::errors::{DistutilsExecError, DistutilsFileError, OrRaise};
use crate::file_name::AsFileName;
use crate::interrupt::released;
use crate::value::option;
use crate::{data_files, debug, dist_files, log, seam};

/// The folders that RPM works in, below `rpm_base`.
const FOLDERS: [&str; 5] = ["SOURCES", "SPECS", "BUILD", "RPMS", "SRPMS"];

/// What is set, and what is not, for the Python that RPM starts: it is to have this distutils where it has it
/// installed, and must write the byte code that its list of installed files has in it.
const ENVIRONMENT: [(&str, Option<&str>); 2] =
    [("OXIDIST_DISTUTILS", Some("1")), ("PYTHONDONTWRITEBYTECODE", None)];

pub fn run(slf: &Bound<'_, BdistRpm>) -> PyResult<()> {
    let py = slf.py();
    if debug::is_on(py, "command.bdist_rpm")? {
        show_package_data(slf)?;
    }
    let distribution = slf.getattr("distribution")?;
    let spec_only = is_set(slf, "spec_only")?;
    let base: PathBuf = option(slf, "rpm_base")?;
    check_data_files(slf, &base.join("BUILDROOT"))?;
    let spec_folder = if spec_only {
        let folder: PathBuf = option(slf, "dist_dir")?;
        slf.call_method1("mkpath", (folder.as_file_name(),))?;
        folder
    } else {
        for name in FOLDERS {
            slf.call_method1("mkpath", (base.join(name).as_file_name(),))?;
        }
        base.join("SPECS")
    };
    let name = format!("{}.spec", distribution.call_method0("get_name")?.str()?);
    let spec = spec_folder.join(name);
    let lines = slf.call_method0("_make_spec_file")?;
    let write_file = seam::global(py, "command.bdist_rpm", "write_file")?;
    let message = format!("writing '{}'", spec.display());
    slf.call_method1("execute", (write_file, (spec.as_file_name(), lines), message))?;
    if spec_only {
        return Ok(());
    }
    let top = top_folder(slf, &base)?;
    let is_dry = slf.getattr("dry_run")?.is_truthy()?;
    if !is_dry && seam::methods_are_ours(slf, &["spawn"])? {
        ["rpm", "rpmbuild"].into_iter().try_for_each(|program| must_be_there(py, program))?;
    }
    pack_sources(slf, &base.join("SOURCES"))?;

    log::call(py, "info", "building RPMs", ())?;
    let definitions = definitions(slf, top)?;
    let command = command_line(slf, &definitions, &spec)?;
    // In a dry run there is no spec file to ask about.
    let packages = if is_dry { Packages::default() } else { packages_of(py, &spec, &definitions)? };
    let variables = environment(slf, is_dry)?;
    with_environment(py, variables, || slf.call_method1("spawn", (command,)))
        .map_err(|error| explain(slf, error))?;
    if is_dry {
        return Ok(());
    }
    take_home(slf, &base, &packages)
}

fn show_package_data(slf: &Bound<'_, BdistRpm>) -> PyResult<()> {
    let print = slf.py().import("builtins")?.getattr("print")?;
    print.call1(("before _get_package_data():",))?;
    for option in ["vendor", "packager", "doc_files", "changelog"] {
        print.call1((format!("{option} ="), slf.getattr(option)?))?;
    }
    Ok(())
}

/// Have `sdist` make the archive that RPM unpacks, and put it, and the icon, where RPM looks for them.
fn pack_sources(slf: &Bound<'_, BdistRpm>, folder: &Path) -> PyResult<()> {
    let distribution = slf.getattr("distribution")?;
    let saved = PyList::new(
        slf.py(),
        distribution.getattr("dist_files")?.try_iter()?.collect::<PyResult<Vec<_>>>()?,
    )?;
    let sdist = slf.call_method1("reinitialize_command", ("sdist",))?;
    sdist.setattr("formats", [if is_set(slf, "use_bzip2")? { "bztar" } else { "gztar" }])?;
    slf.call_method1("run_command", ("sdist",))?;
    // This archive is a step, and nothing to publish.
    distribution.setattr("dist_files", saved)?;
    let archive = sdist.call_method0("get_archive_files")?.get_item(0)?;
    slf.call_method1("copy_file", (archive, folder.as_file_name()))?;
    if !is_set(slf, "icon")? {
        return Ok(());
    }
    let icon: PathBuf = option(slf, "icon")?;
    if !icon.exists() {
        let text = format!("icon file '{}' does not exist", icon.display());
        return Err(DistutilsFileError::new_err(text));
    }
    slf.call_method1("copy_file", (slf.getattr("icon")?, folder.as_file_name())).map(drop)
}

fn must_be_there(py: Python<'_>, program: &str) -> PyResult<()> {
    if !seam::global(py, "spawn", "find_executable")?.call1((program,))?.is_none() {
        return Ok(());
    }
    Err(DistutilsExecError::new_err(format!(
        "'{program}' is not installed: RPMs are made by RPM's own tools (packages 'rpm' and 'rpm-build')"
    )))
}

/// RPM's `_topdir`; `None` for RPM 2, which has one of its own.
///
/// Spec files have it in commands like `rm -rf $RPM_BUILD_ROOT`, where a space would make two paths of it.
fn top_folder(slf: &Bound<'_, BdistRpm>, base: &Path) -> PyResult<Option<String>> {
    if !is_set(slf, "rpm3_mode")? {
        return Ok(None);
    }
    let top = slf.py().import("os.path")?.call_method1("abspath", (base.as_file_name(),))?;
    let top: String = top.extract()?;
    if top.contains(char::is_whitespace) {
        return Err(DistutilsFileError::new_err(format!(
            "RPM cannot build in '{top}', a path with a space in it: name another folder with --rpm-base"
        )));
    }
    Ok(Some(top))
}

/// What RPM is to know, as words of a command line: the Python of the spec file, and where to work.
fn definitions(slf: &Bound<'_, BdistRpm>, top: Option<String>) -> PyResult<Vec<String>> {
    let python = format!("__python {}", option::<String>(slf, "python")?);
    let mut words = vec!["--define".to_string(), python];
    if let Some(top) = top {
        words.extend(["--define".to_string(), format!("_topdir {top}")]);
    }
    Ok(words)
}

fn command_line(slf: &Bound<'_, BdistRpm>, definitions: &[String], spec: &Path) -> PyResult<Vec<OsString>> {
    let what = match (is_set(slf, "source_only")?, is_set(slf, "binary_only")?) {
        (true, _) => "-bs",
        (_, true) => "-bb",
        _ => "-ba",
    };
    let mut words = vec![OsString::from("rpmbuild"), what.into()];
    words.extend(definitions.iter().map(OsString::from));
    if !is_set(slf, "keep_temp")? {
        words.push("--clean".into());
    }
    if is_quiet(slf)? {
        words.push("--quiet".into());
    }
    words.push(spec.into());
    Ok(words)
}

/// The option parser takes `--quiet` behind the command's name for the opposite of `--verbose`, which every
/// command has; from elsewhere it arrives as the option that it is.
fn is_quiet(slf: &Bound<'_, BdistRpm>) -> PyResult<bool> {
    let everywhere = !slf.getattr("distribution")?.getattr("verbose")?.is_truthy()?;
    Ok(is_set(slf, "quiet")? || !is_set(slf, "verbose")? && !everywhere)
}

/// DistutilsOptionError for data files that would be installed outside of the folder that RPM packs. The Python that it
/// starts may have another distutils, which does not look.
fn check_data_files(slf: &Bound<'_, BdistRpm>, root: &Path) -> PyResult<()> {
    let mut prefix = None;
    for entry in data_files::entries(&slf.getattr("distribution")?.getattr("data_files")?)? {
        let Some(folder) = entry.folder else { continue };
        let folder: PathBuf = folder.extract()?;
        if !folder.components().any(|part| part == Component::ParentDir) {
            continue;
        }
        let place = match folder.strip_prefix("/") {
            Ok(below) => root.join(below),
            Err(_) => {
                if prefix.is_none() {
                    prefix = Some(prefix_of_python(slf)?);
                }
                root.join(prefix.as_deref().unwrap_or(Path::new(""))).join(&folder)
            }
        };
        require_below(root, &place, &format!("data_files: the folder '{}'", folder.display()))?;
    }
    Ok(())
}

/// Where the Python that RPM starts installs, without the slash in front; `usr` where it does not tell.
fn prefix_of_python(slf: &Bound<'_, BdistRpm>) -> PyResult<PathBuf> {
    let python: String = slf.getattr("python")?.str()?.to_cow()?.into_owned();
    let question = [python, "-c".into(), "import sys; print(sys.prefix)".into()];
    let prefix = match answer_of(slf.py(), &question) {
        Ok((0, answer)) => PathBuf::from(answer.trim()),
        _ => PathBuf::from("/usr"),
    };
    Ok(prefix.strip_prefix("/").unwrap_or(Path::new("usr")).to_path_buf())
}

/// What RPM says, standard error included, and its exit status.
fn answer_of(py: Python<'_>, argv: &[String]) -> PyResult<(i32, String)> {
    let argv = argv.iter().map(OsString::from).collect();
    let question = Process { argv, ..Process::default() };
    let answer =
        released(py, |cancel| door(false).capture(&question, Makes::default(), cancel))?.or_raise()?;
    Ok((answer.status, String::from_utf8_lossy(&answer.output).into_owned()))
}

/// What the spec file makes. RPM's warnings are shown; what is wrong with the file is the error.
fn packages_of(py: Python<'_>, spec: &Path, definitions: &[String]) -> PyResult<Packages> {
    let (status, answer) = answer_of(py, &rpm::question(&spec.to_string_lossy(), definitions))?;
    let packages = Packages::read(&answer);
    if status != 0 || packages.source.is_none() {
        let remarks = packages.remarks.join("; ");
        let text = format!("RPM cannot read '{}': {remarks}", spec.display());
        return Err(DistutilsExecError::new_err(text));
    }
    packages.remarks.iter().try_for_each(|remark| log::warn(py, remark))?;
    Ok(packages)
}

/// The variables for RPM's scripts.
///
/// `%build` compiles with RPM's flags. `%install` says nothing of flags, and without them what was compiled would
/// be out of date, and compiled again. Scripts of the project's own see to that themselves.
fn environment(slf: &Bound<'_, BdistRpm>, is_dry: bool) -> PyResult<Vec<(&'static str, Option<String>)>> {
    let mut variables: Vec<_> =
        ENVIRONMENT.iter().map(|(name, value)| (*name, value.map(String::from))).collect();
    let has_own = is_set(slf, "build_script")? || is_set(slf, "install_script")?;
    if !is_dry && !has_own && is_set(slf, "use_rpm_opt_flags")? {
        let (status, flags) = answer_of(slf.py(), &["rpm", "--eval", "%{optflags}"].map(String::from))?;
        if status == 0 {
            variables.push(("CFLAGS", Some(flags.trim_end_matches('\n').to_string())));
        }
    }
    Ok(variables)
}

/// Do something with other variables in `os.environ`, which then is as it was.
fn with_environment<'py, T>(
    py: Python<'py>,
    variables: Vec<(&'static str, Option<String>)>,
    work: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    let environ = py.import("os")?.getattr("environ")?;
    let mut before: Vec<(&str, Bound<'py, PyAny>)> = Vec::new();
    for (name, value) in variables {
        before.push((name, environ.call_method1("get", (name,))?));
        set_variable(&environ, name, value)?;
    }
    let result = work();
    for (name, value) in before {
        set_variable(&environ, name, (!value.is_none()).then_some(value))?;
    }
    result
}

fn set_variable<'py>(
    environ: &Bound<'py, PyAny>,
    name: &str,
    value: Option<impl IntoPyObject<'py>>,
) -> PyResult<()> {
    match value {
        Some(value) => environ.set_item(name, value),
        None => environ.call_method1("pop", (name, environ.py().None())).map(drop),
    }
}

/// The error of an `rpmbuild` that failed; where the Python that it was to start has no distutils, with that.
fn explain(slf: &Bound<'_, BdistRpm>, error: PyErr) -> PyErr {
    let py = slf.py();
    let Ok(python) = option::<PathBuf>(slf, "python") else { return error };
    if !error.is_instance_of::<DistutilsExecError>(py) {
        return error;
    }
    let shown = python.display().to_string();
    let needed = if Path::new("setup.py").is_file() { "distutils" } else { "oxidist" };
    let words = [python.into_os_string(), "-c".into(), format!("import {needed}").into()];
    let probe = Process { argv: words.to_vec(), ..Process::default() };
    match released(py, |cancel| door(false).capture(&probe, Makes::default(), cancel)) {
        Ok(Ok(answer)) if answer.status != 0 => DistutilsExecError::new_err(format!(
            "{}: '{shown}' in the spec file is a Python without {needed}; \
             install oxidist there, or name another with --python or --fix-python",
            error.value(py)
        )),
        _ => error,
    }
}

/// Move what was made to `dist_dir`, and add it to `dist_files`.
fn take_home(slf: &Bound<'_, BdistRpm>, base: &Path, packages: &Packages) -> PyResult<()> {
    let py = slf.py();
    let python_version = if has_extensions(slf)? {
        seam::global(py, "command.bdist_rpm", "get_python_version")?.call0()?.extract::<String>()?
    } else {
        "any".to_string()
    };
    let dist_dir: PathBuf = option(slf, "dist_dir")?;
    if !dist_dir.is_dir() {
        // The archive of `sdist` may have gone elsewhere.
        slf.call_method1("mkpath", (dist_dir.as_file_name(),))?;
    }
    let take = |rpm: &Path| -> PyResult<()> {
        slf.call_method1("move_file", (rpm.as_file_name(), slf.getattr("dist_dir")?))?;
        let home = dist_dir.join(rpm.file_name().unwrap_or_default());
        let home = home.as_file_name().into_pyobject(py)?;
        dist_files::append(&slf.getattr("distribution")?, "bdist_rpm", &python_version, home.as_any())
    };
    if let Some(source) = packages.source.as_ref().filter(|_| !is_set(slf, "binary_only").unwrap_or(false)) {
        let rpm = base.join("SRPMS").join(source);
        if !rpm.exists() {
            let text = format!("rpmbuild made no '{}'", rpm.display());
            return Err(DistutilsExecError::new_err(text));
        }
        take(&rpm)?;
    }
    if !is_set(slf, "source_only")? {
        let made: Vec<PathBuf> = packages.binary.iter().map(|name| base.join("RPMS").join(name)).collect();
        let made: Vec<&PathBuf> = made.iter().filter(|rpm| rpm.exists()).collect();
        if made.is_empty() {
            let text = format!("rpmbuild made no RPM below '{}'", base.join("RPMS").display());
            slf.call_method1("warn", (text,))?;
        }
        made.into_iter().try_for_each(|rpm| take(rpm))?;
    }
    Ok(())
}
