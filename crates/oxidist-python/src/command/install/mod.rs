//! distutils.command.install: decides which folder everything is installed in, and runs the commands that do it.

mod directories;
pub mod root;
mod schemes;

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use oxidist_engine::Error;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::Row;
use crate::cmd::{Command, check_sub_commands};
use crate::dist::keywords;
use crate::door;
use crate::errors::{DistutilsOptionError, DistutilsPlatformError, OrRaise};
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{byte_compile, debug, log, seam};

/// Installs everything: builds it, and copies it to the folders of a scheme.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.install", name = "install")]
pub struct Install;

/// Options that have no value until they are given or worked out.
const UNDEFINED: &[&str] = &[
    "prefix",
    "prefix_option",
    "exec_prefix",
    "home",
    "install_base",
    "install_platbase",
    "root",
    "install_purelib",
    "install_platlib",
    "install_headers",
    "install_lib",
    "install_scripts",
    "install_data",
    "install_layout",
    "compile",
    "optimize",
    "extra_path",
    "build_base",
    "build_lib",
    "record",
];

/// The sub-commands in the order in which they run, with the method that says whether there is need.
const SUB_COMMANDS: &[(&str, &str)] = &[
    ("install_lib", "has_lib"),
    ("install_headers", "has_headers"),
    ("install_scripts", "has_scripts"),
    ("install_data", "has_data"),
];

#[pymethods]
impl Install {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(Install)
    }

    #[classattr]
    fn description() -> &'static str {
        "install everything from build directory"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("prefix=", None, "folder that the scheme's folders are in"),
            ("exec-prefix=", None, "the same for what is made for one platform (Unix only)"),
            ("home=", None, "folder to install in as one's own library (Unix only)"),
            ("install-base=", None, "folder for all others, instead of --prefix or --home"),
            (
                "install-platbase=",
                None,
                "the same for what is made for one platform, instead of --exec-prefix",
            ),
            ("root=", None, "put everything below this folder, as if it were the root"),
            ("install-purelib=", None, "folder for modules if none is an extension"),
            ("install-platlib=", None, "folder for modules if some are extensions"),
            ("install-lib=", None, "folder for modules, whatever they are"),
            ("install-headers=", None, "folder for C and C++ headers"),
            ("install-scripts=", None, "folder for scripts"),
            ("install-data=", None, "folder for data files"),
            ("compile", Some("c"), "compile modules to .pyc files [default]"),
            ("no-compile", None, "make no .pyc files"),
            ("optimize=", Some("O"), byte_compile::OPTIMIZE_HELP),
            ("force", Some("f"), "install everything, up to date or not"),
            ("skip-build", None, "take what is built already"),
            ("record=", None, "file to write the names of all installed files to"),
        ]
    }

    #[classattr]
    fn boolean_options() -> Vec<&'static str> {
        vec!["compile", "force", "skip-build"]
    }

    #[classattr]
    fn negative_opt(py: Python<'_>) -> PyResult<Py<PyDict>> {
        super::negative_options(py, &[("no-compile", "compile")])
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        for name in UNDEFINED {
            slf.setattr(*name, slf.py().None())?;
        }
        for (name, value) in
            [("user", 0), ("install_path_file", 1), ("force", 0), ("skip_build", 0), ("warn_dir", 1)]
        {
            slf.setattr(name, value)?;
        }
        if constant(slf.py(), "HAS_USER_SITE")?.is_truthy()? {
            slf.setattr("install_userbase", constant(slf.py(), "USER_BASE")?)?;
            slf.setattr("install_usersite", constant(slf.py(), "USER_SITE")?)?;
        }
        Ok(())
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        directories::finalize(slf)
    }

    /// Print all options, where DISTUTILS_DEBUG is set.
    fn dump_dirs(slf: &Bound<'_, Self>, msg: &str) -> PyResult<()> {
        if !debug::is_on(slf.py(), "command.install")? {
            return Ok(());
        }
        directories::dump(slf, msg)
    }

    /// Choose the folders on Unix.
    fn finalize_unix(slf: &Bound<'_, Self>) -> PyResult<()> {
        directories::finalize_unix(slf)
    }

    /// Choose the folders on other platforms.
    fn finalize_other(slf: &Bound<'_, Self>) -> PyResult<()> {
        directories::finalize_other(slf)
    }

    /// Take the folders that are not given from a scheme. KeyError where there is none of that name.
    fn select_scheme(slf: &Bound<'_, Self>, name: &Bound<'_, PyAny>) -> PyResult<()> {
        let scheme = constant(slf.py(), "INSTALL_SCHEMES")?.get_item(name)?;
        for key in constant(slf.py(), "SCHEME_KEYS")?.try_iter()? {
            let key = key?;
            let option = format!("install_{key}");
            if slf.getattr(&*option)?.is_none() {
                slf.setattr(&*option, scheme.get_item(key)?)?;
            }
        }
        Ok(())
    }

    /// Put the home folder for `~`, and values for `$variables`, into options.
    fn _expand_attrs(slf: &Bound<'_, Self>, attrs: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = slf.py();
        let expands_home =
            ["posix", "nt"].contains(&py.import("os")?.getattr("name")?.extract::<String>()?.as_str());
        for name in attrs.try_iter()? {
            let name: String = name?.extract()?;
            let Some(mut value) = option::<Option<PathBuf>>(slf.as_any(), &name)?
                .map(|value| value.as_file_name().into_pyobject(py).map(Bound::into_any))
                .transpose()?
            else {
                continue;
            };
            if expands_home {
                value = py.import("os.path")?.call_method1("expanduser", (value,))?;
            }
            let variables = slf.getattr("config_vars")?;
            match seam::global(py, "command.install", "subst_vars")?.call1((value, variables)) {
                Ok(value) => slf.setattr(&*name, value)?,
                Err(error) if error.is_instance_of::<PyValueError>(py) => {
                    let text = format!("'{name}': {}", error.value(py));
                    return Err(DistutilsOptionError::new_err(text));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn expand_basedirs(slf: &Bound<'_, Self>) -> PyResult<()> {
        let options = PyList::new(slf.py(), ["install_base", "install_platbase", "root"])?;
        slf.call_method1("_expand_attrs", (options,)).map(drop)
    }

    fn expand_dirs(slf: &Bound<'_, Self>) -> PyResult<()> {
        let names = ["purelib", "platlib", "lib", "headers", "scripts", "data"];
        let options = PyList::new(slf.py(), names.map(|name| format!("install_{name}")))?;
        slf.call_method1("_expand_attrs", (options,)).map(drop)
    }

    /// `convert_path` on the options `install_<name>`.
    #[pyo3(signature = (*names))]
    fn convert_paths(slf: &Bound<'_, Self>, names: &Bound<'_, PyTuple>) -> PyResult<()> {
        let convert_path = seam::global(slf.py(), "command.install", "convert_path")?;
        for name in names {
            let option = format!("install_{name}");
            slf.setattr(&*option, convert_path.call1((slf.getattr(&*option)?,))?)?;
        }
        Ok(())
    }

    /// Set `path_file` and `extra_dirs` by the option `extra_path`.
    fn handle_extra_path(slf: &Bound<'_, Self>) -> PyResult<()> {
        directories::handle_extra_path(slf)
    }

    /// Put the options `install_<name>` below `root`.
    #[pyo3(signature = (*names))]
    fn change_roots(slf: &Bound<'_, Self>, names: &Bound<'_, PyTuple>) -> PyResult<()> {
        let change_root = seam::global(slf.py(), "command.install", "change_root")?;
        for name in names {
            let option = format!("install_{name}");
            let folder = slf.getattr(&*option)?;
            // Without a scheme (--install-base) only what was given has a folder.
            if !folder.is_none() {
                let root = slf.getattr("root")?;
                let place = change_root.call1((&root, &folder))?;
                if let (Ok(root), Ok(place)) = (root.extract::<PathBuf>(), place.extract::<PathBuf>()) {
                    root::require_below(&root, &place, &format!("{option} = '{folder}'"))?;
                }
                slf.setattr(&*option, place)?;
            }
        }
        Ok(())
    }

    /// Make the folders below the home folder that an installation for one person needs.
    fn create_home_path(slf: &Bound<'_, Self>) -> PyResult<()> {
        directories::create_home_path(slf)
    }

    fn run(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        if !slf.getattr("skip_build")?.is_truthy()? {
            check_sub_commands(slf.cast()?)?;
            slf.call_method1("run_command", ("build",))?;
            refuse_other_platform(slf)?;
        }
        for name in slf.call_method0("get_sub_commands")?.try_iter()? {
            slf.call_method1("run_command", (name?,))?;
        }
        if slf.getattr("path_file")?.is_truthy()? {
            slf.call_method0("create_path_file")?;
        }
        if slf.getattr("record")?.is_truthy()? {
            record(slf)?;
        }
        if slf.getattr("warn_dir")?.is_truthy()?
            && !(slf.getattr("path_file")?.is_truthy()? && slf.getattr("install_path_file")?.is_truthy()?)
            && !is_on_path(slf)?
        {
            let format = "modules installed to '%s', which is not in Python's module search path (sys.path) \
                          -- you'll have to change the search path yourself";
            log::call(py, "debug", format, (slf.getattr("install_lib")?,))?;
        }
        Ok(())
    }

    /// Write the `.pth` file that `extra_path` asks for.
    fn create_path_file(slf: &Bound<'_, Self>) -> PyResult<()> {
        let file = path_file(slf)?;
        if let Some(root) = option::<Option<PathBuf>>(slf.as_any(), "root")? {
            let entry = format!("extra_path: '{}'", slf.getattr("path_file")?);
            root::require_below(&root, &file, &entry)?;
        }
        if !slf.getattr("install_path_file")?.is_truthy()? {
            let text = format!("path file '{}' not created", file.display());
            return slf.call_method1("warn", (text,)).map(drop);
        }
        let lines = PyList::new(slf.py(), [slf.getattr("extra_dirs")?])?;
        write_lines(slf, &file, &lines, &format!("creating {}", file.display()))
    }

    /// All files that the sub-commands install, each once.
    fn get_outputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let outputs = PyList::empty(slf.py());
        let mut seen: HashSet<OsString> = HashSet::new();
        for name in slf.call_method0("get_sub_commands")?.try_iter()? {
            let command = slf.call_method1("get_finalized_command", (name?,))?;
            for file in command.call_method0("get_outputs")?.try_iter()? {
                let file = file?;
                if seen.insert(file.extract()?) {
                    outputs.append(file)?;
                }
            }
        }
        if slf.getattr("path_file")?.is_truthy()? && slf.getattr("install_path_file")?.is_truthy()? {
            outputs.append(path_file(slf)?.as_file_name())?;
        }
        Ok(outputs)
    }

    /// All files that the sub-commands install from.
    fn get_inputs<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyList>> {
        let inputs = PyList::empty(slf.py());
        for name in slf.call_method0("get_sub_commands")?.try_iter()? {
            let command = slf.call_method1("get_finalized_command", (name?,))?;
            inputs.call_method1("extend", (command.call_method0("get_inputs")?,))?;
        }
        Ok(inputs)
    }

    fn has_lib<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let distribution = slf.getattr("distribution")?;
        let has_modules = distribution.call_method0("has_pure_modules")?;
        if has_modules.is_truthy()? { Ok(has_modules) } else { distribution.call_method0("has_ext_modules") }
    }

    fn has_headers<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("distribution")?.call_method0("has_headers")
    }

    fn has_scripts<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let distribution = slf.getattr("distribution")?;
        let has_scripts = distribution.call_method0("has_scripts")?;
        if has_scripts.is_truthy()? || keywords::scripts(&distribution)?.is_empty() {
            return Ok(has_scripts);
        }
        Ok(true.into_pyobject(slf.py())?.to_owned().into_any())
    }

    fn has_data<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("distribution")?.call_method0("has_data_files")
    }
}

/// A constant of the module as it is now: scripts add schemes of their own.
fn constant<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    seam::global(py, "command.install", name)
}

/// What was built for another platform cannot be used here. Where `warn_dir` is off, a command that makes an
/// archive installs, and the platform is its own business.
fn refuse_other_platform(slf: &Bound<'_, Install>) -> PyResult<()> {
    let build = slf.getattr("distribution")?.call_method1("get_command_obj", ("build",))?;
    let built_for = build.getattr("plat_name")?;
    if !slf.getattr("warn_dir")?.is_truthy()? {
        return Ok(());
    }
    let here = seam::global(slf.py(), "command.install", "get_platform")?.call0()?;
    if built_for.eq(here)? {
        return Ok(());
    }
    Err(DistutilsPlatformError::new_err("Can't install when cross-compiling"))
}

/// Write the list of installed files, as they are called once `root` is the root.
fn record(slf: &Bound<'_, Install>) -> PyResult<()> {
    let py = slf.py();
    let file: PathBuf = option(slf.as_any(), "record")?;
    let root = option::<Option<PathBuf>>(slf.as_any(), "root")?.unwrap_or_default();
    let lines = PyList::empty(py);
    for output in slf.call_method0("get_outputs")?.try_iter()? {
        let output: PathBuf = output?.extract()?;
        let own = oxidist_engine::package::without_prefix(&output, &root);
        lines.append(own.as_file_name())?;
    }
    let message = format!("writing list of installed files to '{}'", file.display());
    write_lines(slf, &file, &lines, &message)
}

/// `self.execute(write_file, (file, lines), message)`; where both are ours it goes through the door itself, so
/// that a dry run knows of the file.
fn write_lines(
    slf: &Bound<'_, Install>,
    file: &Path,
    lines: &Bound<'_, PyList>,
    message: &str,
) -> PyResult<()> {
    let py = slf.py();
    let is_ours = seam::methods_are_ours(slf.as_any(), &["execute"])?
        && seam::functions_are_ours(py, &[("util", "execute"), ("file_util", "write_file")])?
        && seam::imports_are_ours(py, "command.install", &[("write_file", "file_util")])?;
    if !is_ours {
        let write_file = seam::global(py, "command.install", "write_file")?;
        let arguments = (write_file, (file.as_file_name(), lines), message);
        return slf.call_method1("execute", arguments).map(drop);
    }
    log::info(py, message)?;
    let mut contents = Vec::new();
    for line in lines {
        contents.extend_from_slice(line.extract::<OsString>()?.as_encoded_bytes());
        contents.push(b'\n');
    }
    let door = door::of(slf.as_any())?;
    door.write_file(file, 0o666, &mut |out| out.write_all(&contents).map_err(Error::file("write", file)))
        .or_raise()
}

fn path_file(slf: &Bound<'_, Install>) -> PyResult<PathBuf> {
    let folder: PathBuf = option(slf.as_any(), "install_libbase")?;
    let mut name: OsString = option::<PathBuf>(slf.as_any(), "path_file")?.into_os_string();
    name.push(".pth");
    Ok(folder.join(name))
}

/// Whether Python looks for modules where they were installed.
fn is_on_path(slf: &Bound<'_, Install>) -> PyResult<bool> {
    let path = slf.py().import("os.path")?;
    let normal = |entry: Bound<'_, PyAny>| -> PyResult<OsString> {
        path.call_method1("normcase", (path.call_method1("normpath", (entry,))?,))?.extract()
    };
    let folder = normal(slf.getattr("install_lib")?)?;
    for entry in slf.py().import("sys")?.getattr("path")?.try_iter()? {
        if normal(entry?)? == folder {
            return Ok(true);
        }
    }
    Ok(false)
}

/// There is always an egg-info file to install.
#[pyfunction]
fn _always(_command: &Bound<'_, PyAny>) -> bool {
    true
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Install>()?;
    let class = module.py().get_type::<Install>();
    super::set_sub_commands(&class, SUB_COMMANDS)?;
    let always = wrap_pyfunction!(_always, module)?;
    class.getattr("sub_commands")?.call_method1("append", (("install_egg_info", always),))?;
    schemes::register(module)
}
