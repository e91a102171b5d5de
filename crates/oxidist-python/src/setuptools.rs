//! What is known of the setuptools that stands on this distutils.
//!
//! Each version was written beside one state of setuptools' own copy of distutils. Where that copy departed from
//! CPython's in a way that shows in what setuptools makes, the version decides.
//!
//! And its commands override methods that are seams for everybody else, in nearly every setup.py there is. Those
//! listed here do not look at what the overridden method has made, so its work can wait, or go to the engine.

use oxidist_engine::manifest::Spelling;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFunction};

use crate::command::compiler_options::items;
use crate::seam;

pub const NAME: &str = "setuptools";

/// Major and minor number of a version.
type Version = (u32, u32);

/// The first that takes its own distutils unasked; those before it do what Python's distutils does.
const HAS_ITS_OWN_DISTUTILS: Version = (60, 0);

/// What setuptools' own distutils does otherwise than CPython's, by the first release that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// The C++ compiler takes the place of all words of the C compiler in a link, and not of the first alone.
    CxxReplacesAllWords,
    /// PKG-INFO leaves out what is missing; before, it was `UNKNOWN`.
    LeavesOutWhatIsMissing,
    /// Source distributions have the tests in a folder `tests`, too.
    PublishesTests,
    /// Folders of shared libraries are told to the linker by `-rpath` instead of `-R`.
    RpathOption,
    /// `convert_path` goes through `pathlib.PurePath`, so that `./` and doubled slashes fall away.
    NormalisesPaths,
    /// C++ is compiled and linked by CXX, CXXFLAGS and LDCXXSHARED.
    FlagsForCxx,
    /// CFLAGS replace those that Python was configured with; before, they were added.
    ReplacesCflags,
    /// `./` and doubled slashes of a source are not in the name of its object.
    PlainObjectNames,
    /// The system's own folder of libraries is not told to the linker as one for the run.
    NoStandardRpath,
    /// Programs in C++ are linked by `linker_exe_cxx`.
    LinksCxxPrograms,
    /// Each option for a folder of shared libraries is a word of its own.
    RpathInTwoWords,
}

impl Departure {
    const fn first(self) -> Version {
        match self {
            Departure::CxxReplacesAllWords => (61, 0),
            Departure::LeavesOutWhatIsMissing => (62, 0),
            Departure::PublishesTests => (67, 0),
            Departure::RpathOption => (69, 4),
            Departure::NormalisesPaths | Departure::FlagsForCxx => (72, 2),
            Departure::ReplacesCflags | Departure::PlainObjectNames => (75, 7),
            Departure::NoStandardRpath => (76, 0),
            Departure::LinksCxxPrograms => (79, 0),
            Departure::RpathInTwoWords => (84, 0),
        }
    }

    /// Whether the distutils that a setuptools would have without this one does so.
    pub fn is_there(self, py: Python<'_>) -> PyResult<bool> {
        Ok(has_its_own_distutils(py)? && is_since(py, self.first())?)
    }
}

/// The first whose `build_clib` sorts the sources of a library.
const SORTS_SOURCES: Version = (65, 6);

/// Whether the distutils that it would have without this one is its own. In that a CC in the environment links as
/// well, and whether a distribution has extensions is for `has_ext_modules()` to say.
pub fn has_its_own_distutils(py: Python<'_>) -> PyResult<bool> {
    let Some(version) = version(py)? else { return Ok(false) };
    // From 3.12 on there is no other one.
    if py.version_info() >= (3, 12) {
        return Ok(version >= HAS_ITS_OWN_DISTUTILS);
    }
    let environ = py.import(intern!(py, "os"))?.getattr(intern!(py, "environ"))?;
    let which = environ.call_method1(intern!(py, "get"), (WHICH_DISTUTILS,))?;
    if which.is_none() { Ok(version >= HAS_ITS_OWN_DISTUTILS) } else { which.eq("local") }
}

/// The variable that tells setuptools which distutils it is to take: `local`, its own, or `stdlib`.
const WHICH_DISTUTILS: &str = "SETUPTOOLS_USE_DISTUTILS";

/// Whether modules go where those that depend on the platform go: by `has_ext_modules()`, which scripts override for
/// what another tool compiles, where setuptools goes by that.
pub fn has_extensions(distribution: &Bound<'_, PyAny>) -> PyResult<bool> {
    let answer = match has_its_own_distutils(distribution.py())? {
        true => distribution.call_method0("has_ext_modules")?,
        false => distribution.getattr("ext_modules")?,
    };
    answer.is_truthy()
}

/// Whether its `build_clib` sorts the sources of each library, so that archives do not follow their order.
pub fn sorts_sources(py: Python<'_>) -> PyResult<bool> {
    is_since(py, SORTS_SOURCES)
}

/// How paths in setup scripts and templates are read: as the setuptools that is imported would, or our own way.
pub fn spelling(py: Python<'_>) -> PyResult<Spelling> {
    Ok(match is_imported(py)? {
        false => Spelling::Lenient,
        true if Departure::NormalisesPaths.is_there(py)? => Spelling::Normalised,
        true => Spelling::AsWritten,
    })
}

/// Whether a setuptools is imported: what is made then is what it makes.
pub fn is_imported(py: Python<'_>) -> PyResult<bool> {
    py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.contains(NAME)
}

/// Whether a setuptools is imported that is `first` or a later one.
fn is_since(py: Python<'_>, first: Version) -> PyResult<bool> {
    Ok(version(py)?.is_some_and(|version| version >= first))
}

/// The version of the setuptools that is imported.
fn version(py: Python<'_>) -> PyResult<Option<Version>> {
    let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?.cast_into::<PyDict>()?;
    let Some(module) = modules.get_item(NAME)? else { return Ok(None) };
    let Some(version) = module.getattr_opt(intern!(py, "__version__"))? else { return Ok(None) };
    let version = version.str()?;
    let version = version.to_cow()?;
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    let (major, minor) = (numbers.next().flatten(), numbers.next().flatten());
    Ok(major.map(|major| (major, minor.unwrap_or(0))))
}

/// `build_extension`, as `(module, qualified name)`: prepares the sources, and calls the one that it overrides.
pub const BUILD_EXTENSION: &[(&str, &str)] = &[
    ("setuptools.command.build_ext", "build_ext.build_extension"),
    // Which setuptools derives its own from, where there is a Cython.
    ("Cython.Distutils.build_ext", "build_ext.build_extension"),
];

/// The same of `get_export_symbols`, for extensions that are no `Library`.
pub const GET_EXPORT_SYMBOLS: &[(&str, &str)] =
    &[("setuptools.command.build_ext", "build_ext.get_export_symbols")];

/// `build_libraries`: does what ours does, but for libraries that have their own build info.
pub const BUILD_LIBRARIES: &[(&str, &str)] =
    &[("setuptools.command.build_clib", "build_clib.build_libraries")];

/// What setuptools adds to the keys of a library's dictionary.
const OWN_BUILD_INFO: &[&str] = &["obj_deps", "cflags"];

/// Whether one of `libraries` (`(name, build_info)` pairs) says something that only setuptools knows.
pub fn has_own_build_info(libraries: &Bound<'_, PyAny>) -> PyResult<bool> {
    for library in libraries.try_iter()? {
        let [_, build_info] = items(&library?)?;
        for key in OWN_BUILD_INFO {
            if build_info.contains(key)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// How `build_py` copies: the one passes its arguments on, the other also keeps a list that nobody reads.
pub const COPYING_MODULES: &[(&str, &str)] = &[
    ("setuptools.command.build_py", "build_py.copy_file"),
    ("setuptools.command.build_py", "build_py.build_module"),
];

/// Whether a call of `method` on `object` reaches nothing but functions that are `known`, and then this library's own.
pub fn adds_only_what_is_known(
    object: &Bound<'_, PyAny>,
    method: &str,
    known: &[(&str, &str)],
) -> PyResult<bool> {
    let py = object.py();
    if object.getattr(intern!(py, "__dict__"))?.contains(method)? {
        return Ok(false);
    }
    for class in object.get_type().mro() {
        let attributes = class.getattr(intern!(py, "__dict__"))?;
        if !attributes.contains(method)? {
            continue;
        }
        let found = attributes.get_item(method)?;
        if !found.is_exact_instance_of::<PyFunction>() {
            return seam::method_is_ours(&found, method);
        }
        let module = found.getattr(intern!(py, "__module__"))?.str()?;
        let name = found.getattr(intern!(py, "__qualname__"))?.str()?;
        if !known.contains(&(&*module.to_cow()?, &*name.to_cow()?)) {
            return Ok(false);
        }
    }
    Ok(false)
}
