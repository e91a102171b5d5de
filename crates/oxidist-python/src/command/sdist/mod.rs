//! distutils.command.sdist: chooses the files of a source distribution, lists them in MANIFEST, packs them.
//!
//! Here are the class and the steps of a run; [`defaults`] has the files that need no rule, [`manifest`] the
//! template and the list, [`release`] the archives.

mod defaults;
mod manifest;
mod release;

use pyo3::exceptions::PyPendingDeprecationWarning;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::Row;
use crate::cmd::Command;
use crate::errors::DistutilsOptionError;
use crate::{filelist, late, seam};

/// The methods that could look at all files there are, beside those that add the default ones.
const CHOOSING: &[&str] =
    &["run", "get_file_list", "add_defaults", "read_template", "prune_file_list", "write_manifest"];

/// The list of files, unless an option names it.
const MANIFEST: &str = "MANIFEST";

/// Makes a source distribution: archives of the project's files.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.sdist", name = "sdist")]
pub struct Sdist;

#[pymethods]
impl Sdist {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(Sdist)
    }

    #[classattr]
    fn description() -> &'static str {
        "create a source distribution (tar or zip file)"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            (
                "template=",
                Some("t"),
                "the manifest template, whose rules choose files [default: MANIFEST.in]",
            ),
            ("manifest=", Some("m"), "the manifest, the list of what was chosen [default: MANIFEST]"),
            ("use-defaults", None, "start from the default files [default; not with --no-defaults]"),
            ("no-defaults", None, "start from no files at all"),
            (
                "prune",
                None,
                "leave out what is never distributed: the build folder, version control's files \
                 [default; not with --no-prune]",
            ),
            ("no-prune", None, "leave out nothing but what the template says"),
            ("manifest-only", Some("o"), "write the manifest and stop (implies --force-manifest)"),
            ("force-manifest", Some("f"), "without effect: the manifest is always made anew"),
            ("formats=", None, "formats of the archives (a list with commas)"),
            ("keep-temp", Some("k"), "keep the folder that is packed"),
            ("dist-dir=", Some("d"), "folder that the archives go into [default: dist]"),
            ("metadata-check", None, "warn where required metadata is missing [default]"),
            ("owner=", Some("u"), "owner of the files in tar archives [default: the files' own]"),
            ("group=", Some("g"), "group of the files in tar archives [default: the files' own]"),
            (
                "standard-name",
                None,
                "name the archives as the standards have it: normalised, with '_' for '-'",
            ),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec![
            "use-defaults",
            "prune",
            "manifest-only",
            "force-manifest",
            "keep-temp",
            "metadata-check",
            "standard-name",
        ]
    }

    #[classattr]
    fn negative_opt(py: Python<'_>) -> PyResult<Py<PyDict>> {
        super::negative_options(py, &[("no-defaults", "use-defaults"), ("no-prune", "prune")])
    }

    /// Names of which the first that exists is taken.
    #[classattr]
    #[allow(non_snake_case)] // distutils' own name
    fn READMES() -> (&'static str, &'static str, &'static str) {
        ("README", "README.txt", "README.rst")
    }

    /// Whether the sub-command `check` is run.
    fn checking_metadata<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("metadata_check")
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        for option in ["template", "manifest", "dist_dir", "archive_files", "owner", "group"] {
            slf.setattr(option, py.None())?;
        }
        for (option, value) in [
            ("use_defaults", 1),
            ("prune", 1),
            ("manifest_only", 0),
            ("force_manifest", 0),
            ("keep_temp", 0),
            ("metadata_check", 1),
            ("standard_name", 0),
        ] {
            slf.setattr(option, value)?;
        }
        slf.setattr("formats", PyList::new(py, ["gztar"])?)
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        for (option, value) in [("manifest", MANIFEST), ("template", "MANIFEST.in")] {
            if slf.getattr(option)?.is_none() {
                slf.setattr(option, value)?;
            }
        }
        slf.call_method1("ensure_string_list", ("formats",))?;
        let unknown =
            seam::global(py, "archive_util", "check_archive_formats")?.call1((slf.getattr("formats")?,))?;
        // No format at all is one with an empty name.
        if unknown.is_truthy()? || unknown.eq("")? {
            let text = format!("unknown archive format '{}'", unknown.str()?);
            return Err(DistutilsOptionError::new_err(text));
        }
        if slf.getattr("dist_dir")?.is_none() {
            slf.setattr("dist_dir", "dist")?;
        }
        Ok(())
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        slf.setattr("filelist", seam::global(py, "command.sdist", "FileList")?.call0()?)?;
        for name in slf.call_method0("get_sub_commands")?.try_iter()? {
            slf.call_method1("run_command", (name?,))?;
        }
        slf.call_method0("get_file_list")?;
        if !slf.getattr("manifest_only")?.is_truthy()? {
            slf.call_method0("make_distribution")?;
        }
        Ok(())
    }

    /// Runs the command `check`. Deprecated: that is a command of its own.
    fn check_metadata(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        let category = py.get_type::<PyPendingDeprecationWarning>();
        PyErr::warn(py, &category, c"sdist.check_metadata is deprecated: run the command 'check'", 1)?;
        let check = slf.getattr("distribution")?.call_method1("get_command_obj", ("check",))?;
        check.call_method0("ensure_finalized")?;
        check.call_method0("run").map(drop)
    }

    /// Choose the files (`filelist`): those of a manifest that is kept by hand, or the default files and what
    /// the template's rules make of them, which the manifest then lists.
    fn get_file_list(slf: &Bound<'_, Self>) -> PyResult<()> {
        let template = slf.getattr("template")?;
        let has_template = slf.py().import("os.path")?.call_method1("isfile", (&template,))?.is_truthy()?;
        if !has_template && slf.call_method0("_manifest_is_not_generated")?.is_truthy()? {
            slf.call_method0("read_manifest")?;
            return sort(&slf.getattr("filelist")?);
        }
        if !has_template {
            let text =
                format!("manifest template '{}' does not exist (using default file list)", template.str()?);
            slf.call_method1("warn", (text,))?;
        }
        let filelist = slf.getattr("filelist")?;
        if !(seam::methods_are_ours(slf, CHOOSING)?
            && seam::methods_are_ours(slf, &defaults::STEPS)?
            && filelist::finds_by_rules(&filelist)?)
        {
            filelist.call_method0("findall")?;
        }
        if slf.getattr("use_defaults")?.is_truthy()? {
            slf.call_method0("add_defaults")?;
        }
        if has_template {
            slf.call_method0("read_template")?;
        }
        if slf.getattr("prune")?.is_truthy()? {
            slf.call_method0("prune_file_list")?;
        }
        sort(&slf.getattr("filelist")?)?;
        slf.call_method0("write_manifest").map(drop)
    }

    /// Add the files that need no rule: setup script, README, modules, package data, scripts, tests and more.
    fn add_defaults(slf: &Bound<'_, Self>) -> PyResult<()> {
        defaults::STEPS.iter().try_for_each(|step| slf.call_method0(*step).map(drop))
    }

    /// Whether a file exists under a name of exactly this case.
    #[staticmethod]
    fn _cs_path_exists(fspath: &Bound<'_, PyAny>) -> PyResult<bool> {
        defaults::exists_in_this_case(fspath)
    }

    fn _add_defaults_standards(slf: &Bound<'_, Self>) -> PyResult<()> {
        defaults::standards(slf)
    }

    fn _add_defaults_optional(slf: &Bound<'_, Self>) -> PyResult<()> {
        defaults::optional(slf)
    }

    fn _add_defaults_python(slf: &Bound<'_, Self>) -> PyResult<()> {
        defaults::python(slf)
    }

    fn _add_defaults_data_files(slf: &Bound<'_, Self>) -> PyResult<()> {
        defaults::data_files(slf)
    }

    fn _add_defaults_ext(slf: &Bound<'_, Self>) -> PyResult<()> {
        defaults::sources_of(slf, "has_ext_modules", "build_ext")
    }

    fn _add_defaults_c_libs(slf: &Bound<'_, Self>) -> PyResult<()> {
        defaults::sources_of(slf, "has_c_libraries", "build_clib")
    }

    fn _add_defaults_scripts(slf: &Bound<'_, Self>) -> PyResult<()> {
        defaults::sources_of(slf, "has_scripts", "build_scripts")
    }

    /// Apply the template's rules to `filelist`. A line that is no rule is warned about and passed over.
    fn read_template(slf: &Bound<'_, Self>) -> PyResult<()> {
        manifest::read_template(slf)
    }

    /// Take out the build folder, the folder that is packed, and the files of version control systems.
    fn prune_file_list(slf: &Bound<'_, Self>) -> PyResult<()> {
        manifest::prune(slf)
    }

    /// Write the list of the chosen files, unless the manifest is kept by hand.
    fn write_manifest(slf: &Bound<'_, Self>) -> PyResult<()> {
        manifest::write(slf)
    }

    /// Whether there is a manifest without the mark of one that was made.
    fn _manifest_is_not_generated(slf: &Bound<'_, Self>) -> PyResult<bool> {
        manifest::is_kept_by_hand(slf)
    }

    /// Take the files that the manifest lists.
    fn read_manifest(slf: &Bound<'_, Self>) -> PyResult<()> {
        manifest::read(slf)
    }

    /// Make the folder that is packed: hard links to `files` where that is possible, copies elsewhere, PKG-INFO.
    fn make_release_tree(
        slf: &Bound<'_, Self>,
        base_dir: &Bound<'_, PyString>,
        files: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        release::make_tree(slf, base_dir, files)
    }

    /// Make an archive of each format, and add it to the distribution's `dist_files`.
    fn make_distribution(slf: &Bound<'_, Self>) -> PyResult<()> {
        release::make_distribution(slf)
    }

    /// The archives' names, or None before they are made.
    fn get_archive_files<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("archive_files")
    }
}

fn sort(filelist: &Bound<'_, PyAny>) -> PyResult<()> {
    filelist.call_method0("sort")?;
    filelist.call_method0("remove_duplicates").map(drop)
}

/// Print what `--formats` can be.
#[pyfunction]
fn show_formats(py: Python<'_>) -> PyResult<()> {
    let mut rows: Vec<(String, Option<String>, String)> = Vec::new();
    for item in seam::global(py, "archive_util", "ARCHIVE_FORMATS")?.call_method0("items")?.try_iter()? {
        let (name, entry): (String, Bound<'_, PyAny>) = item?.extract()?;
        rows.push((format!("formats={name}"), None, entry.get_item(2)?.extract()?));
    }
    rows.sort();
    let parser = seam::global(py, "fancy_getopt", "FancyGetopt")?.call1((rows,))?;
    parser.call_method1("print_help", ("List of available source distribution formats:",)).map(drop)
}

/// Whether a line of a manifest is a comment.
#[pyfunction]
fn is_comment(line: &str) -> bool {
    line.starts_with('#')
}

const BORROWED: [late::Borrowed; 2] = [("glob", "glob", "glob"), ("warn", "warnings", "warn")];

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    late::borrowed(py, "command.sdist", &BORROWED, name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    let py = module.py();
    module.add_class::<Sdist>()?;
    module.add_function(wrap_pyfunction!(show_formats, module)?)?;
    module.add_function(wrap_pyfunction!(is_comment, module)?)?;
    let class = py.get_type::<Sdist>();
    super::set_sub_commands(&class, &[("check", "checking_metadata")])?;
    super::set_help_options(
        &class,
        "help-formats",
        "list the formats there are",
        module.getattr("show_formats")?,
    )
}
