//! Settings of Visual Studio before 2005, in the registry.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::MODULE;
use crate::msvc9compiler::not_installed;
use crate::{late, registry, seam};

/// The names of the keys below a key; None where it is not there.
#[pyfunction]
fn read_keys<'py>(base: &Bound<'py, PyAny>, key: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyList>>> {
    registry::keys(MODULE, base, key)
}

/// The values in a key by their names, in small letters; None where it is not there.
#[pyfunction]
fn read_values<'py>(
    base: &Bound<'py, PyAny>,
    key: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    registry::values(MODULE, base, key, &seam::global(base.py(), MODULE, "convert_mbcs")?)
}

/// Bytes in the code page of this Windows as text.
#[pyfunction]
fn convert_mbcs<'py>(s: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    registry::decoded(s)
}

/// The settings may name folders by macros (`$(VCInstallDir)`), whose values are other settings.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.msvccompiler")]
pub struct MacroExpander;

#[pymethods]
impl MacroExpander {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        MacroExpander
    }

    fn __init__<'py>(slf: &Bound<'py, Self>, version: &Bound<'py, PyAny>) -> PyResult<()> {
        slf.setattr("macros", PyDict::new(slf.py()))?;
        slf.call_method1("load_macros", (version,)).map(drop)
    }

    /// Take a macro's value from the first hive that has the key `path`.
    fn set_macro<'py>(
        slf: &Bound<'py, Self>,
        r#macro: &Bound<'py, PyAny>,
        path: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let py = slf.py();
        for base in registry::hives(py, MODULE)? {
            let values = seam::global(py, MODULE, "read_values")?.call1((base, path))?;
            if values.is_truthy()? {
                return slf.getattr("macros")?.set_item(format!("$({macro})"), values.get_item(key)?);
            }
        }
        Ok(())
    }

    fn load_macros(slf: &Bound<'_, Self>, version: f64) -> PyResult<()> {
        let py = slf.py();
        let set =
            |name: &str, path: &str, key: &str| slf.call_method1("set_macro", (name, path, key)).map(drop);
        let base = format!(r"Software\Microsoft\VisualStudio\{version:.1}");
        set("VCInstallDir", &format!(r"{base}\Setup\VC"), "productdir")?;
        set("VSInstallDir", &format!(r"{base}\Setup\VS"), "productdir")?;
        let framework = r"Software\Microsoft\.NETFramework";
        set("FrameworkDir", framework, "installroot")?;
        let sdk = if version > 7.0 { "sdkinstallrootv1.1" } else { "sdkinstallroot" };
        set("FrameworkSDKDir", framework, sdk).map_err(|error| not_installed(py, error, 2003))?;
        let decoded = seam::global(py, MODULE, "convert_mbcs")?;
        registry::set_framework_version(MODULE, &slf.getattr("macros")?, &decoded)
    }

    /// `s` with every macro in it replaced.
    fn sub<'py>(slf: &Bound<'py, Self>, s: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        registry::expand(&slf.getattr("macros")?, s)
    }
}

/// The folders that the settings of the compiler's version name under `kind`; an empty list where there are none.
pub fn paths<'py>(slf: &Bound<'py, PyAny>, kind: &str, platform: &str) -> PyResult<Bound<'py, PyAny>> {
    let py = slf.py();
    let none = || Ok(PyList::empty(py).into_any());
    if !seam::global(py, MODULE, "_can_read_reg")?.is_truthy()? {
        return none();
    }
    let version: f64 = slf.getattr("_MSVCCompiler__version")?.extract()?;
    let root = slf.getattr("_MSVCCompiler__root")?;
    let key = if version >= 7.0 {
        format!(r"{root}\{version:.1}\VC\VC_OBJECTS_PLATFORM_INFO\Win32\Directories")
    } else {
        format!(r"{root}\6.0\Build System\Components\Platforms\Win32 ({platform})\Directories")
    };
    let read = seam::global(py, MODULE, "read_values")?;
    let hives = registry::hives(py, MODULE)?;
    for base in &hives {
        let values = read.call1((base, &key))?;
        if values.is_truthy()? {
            let mut folders = values.get_item(format!("{kind} dirs"))?;
            if version >= 7.0 {
                folders = slf.getattr("_MSVCCompiler__macros")?.call_method1("sub", (folders,))?;
            }
            return folders.call_method1("split", (";",));
        }
    }
    if version == 6.0 {
        for base in &hives {
            if !read.call1((base, format!(r"{root}\6.0")))?.is_none() {
                let text = "Visual Studio 6 is installed, but its settings are not in the registry: they are \
                            written when it is started for the first time.";
                slf.call_method1("warn", (text,))?;
                break;
            }
        }
    }
    none()
}

/// Names that depend on `winreg`.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    match name {
        "_can_read_reg" => Ok(py.import("winreg").is_ok().into_pyobject(py)?.to_owned().into_any()),
        "hkey_mod" => registry::late(py, "winreg")?.ok_or_else(|| late::missing(MODULE, name)),
        _ => registry::late(py, name)?.ok_or_else(|| late::missing(MODULE, name)),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(read_keys, module)?)?;
    module.add_function(wrap_pyfunction!(read_values, module)?)?;
    module.add_function(wrap_pyfunction!(convert_mbcs, module)?)
}
