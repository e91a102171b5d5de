//! `Reg` and `MacroExpander`: settings of Visual Studio 2005 and 2008 in the registry.

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple, PyType};

use super::MODULE;
use crate::errors::DistutilsPlatformError;
use crate::{registry, seam};

/// What is in the registry.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.msvc9compiler")]
pub struct Reg;

#[pymethods]
impl Reg {
    #[new]
    fn new() -> Self {
        Reg
    }

    /// The value `key` below the key `path` of the first hive that has it. KeyError where none has.
    #[classmethod]
    fn get_value<'py>(
        cls: &Bound<'py, PyType>,
        path: &Bound<'py, PyAny>,
        key: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        for base in registry::hives(cls.py(), MODULE)? {
            let values = cls.call_method1("read_values", (base, path))?;
            if values.is_truthy()? && values.contains(&key)? {
                return values.get_item(key);
            }
        }
        Err(PyKeyError::new_err(key.unbind()))
    }

    /// The names of the keys below a key; None where it is not there.
    #[classmethod]
    fn read_keys<'py>(
        cls: &Bound<'py, PyType>,
        base: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyList>>> {
        let _ = cls;
        registry::keys(MODULE, base, key)
    }

    /// The values in a key by their names, in small letters; None where it is not there.
    #[classmethod]
    fn read_values<'py>(
        cls: &Bound<'py, PyType>,
        base: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        registry::values(MODULE, base, key, &cls.getattr("convert_mbcs")?)
    }

    /// Bytes in the code page of this Windows as text.
    #[staticmethod]
    fn convert_mbcs<'py>(s: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        registry::decoded(s)
    }
}

/// Visual Studio's settings may name folders by macros (`$(VCInstallDir)`), whose values are other settings.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.msvc9compiler")]
pub struct MacroExpander;

#[pymethods]
impl MacroExpander {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        MacroExpander
    }

    fn __init__<'py>(slf: &Bound<'py, Self>, version: &Bound<'py, PyAny>) -> PyResult<()> {
        let py = slf.py();
        slf.setattr("macros", PyDict::new(py))?;
        slf.setattr("vsbase", seam::global(py, MODULE, "VS_BASE")?.rem(version)?)?;
        slf.call_method1("load_macros", (version,)).map(drop)
    }

    /// Take a macro's value from the registry.
    fn set_macro<'py>(
        slf: &Bound<'py, Self>,
        r#macro: &Bound<'py, PyAny>,
        path: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let value = seam::global(slf.py(), MODULE, "Reg")?.call_method1("get_value", (path, key))?;
        slf.getattr("macros")?.set_item(format!("$({macro})"), value)
    }

    fn load_macros<'py>(slf: &Bound<'py, Self>, version: f64) -> PyResult<()> {
        let py = slf.py();
        let base = slf.getattr("vsbase")?;
        let set = |name: &str, path: &Bound<'py, PyAny>, key: &str| {
            slf.call_method1("set_macro", (name, path, key)).map(drop)
        };
        set("VCInstallDir", &base.add(r"\Setup\VC")?, "productdir")?;
        set("VSInstallDir", &base.add(r"\Setup\VS")?, "productdir")?;
        let framework = seam::global(py, MODULE, "NET_BASE")?;
        set("FrameworkDir", &framework, "installroot")?;
        let sdk = if version >= 8.0 {
            set("FrameworkSDKDir", &framework, "sdkinstallrootv2.0")
        } else {
            Err(PyKeyError::new_err("sdkinstallrootv2.0"))
        };
        sdk.map_err(|error| not_installed(py, error, 2008))?;
        if version >= 9.0 {
            set("FrameworkVersion", &base, "clr version")?;
            return set("WindowsSdkDir", &seam::global(py, MODULE, "WINSDK_BASE")?, "currentinstallfolder");
        }
        let decoded = seam::global(py, MODULE, "Reg")?.getattr("convert_mbcs")?;
        registry::set_framework_version(MODULE, &slf.getattr("macros")?, &decoded)
    }

    /// `s` with every macro in it replaced.
    fn sub<'py>(slf: &Bound<'py, Self>, s: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        registry::expand(&slf.getattr("macros")?, s)
    }
}

/// What is said where the settings lack the version that this Python needs.
pub fn not_installed(py: Python<'_>, error: PyErr, year: i32) -> PyErr {
    if !error.is_instance_of::<PyKeyError>(py) {
        return error;
    }
    let text = format!(
        "this Python was built with Visual Studio {year}, which was not found on this system: extensions need a \
         compiler that makes compatible binaries (with MinGW or Cygwin: \"-c mingw32\")"
    );
    crate::errors::caused(py, DistutilsPlatformError::new_err(text), error)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Reg>()?;
    module.add_class::<MacroExpander>()
}

/// Names that depend on the platform and on `winreg`, asked for each time.
pub fn late<'py>(py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let sys = py.import("sys")?;
    let native = || -> PyResult<bool> {
        let on_windows = sys.getattr("platform")?.eq("win32")?;
        Ok(on_windows && sys.getattr("maxsize")?.gt(1_u64 << 32)?)
    };
    // Visual C++ is a program of 32 bits: a Python of 64 finds its settings apart from its own.
    let software = |rest: &str| -> PyResult<Option<Bound<'py, PyAny>>> {
        let software = if native()? { r"Software\Wow6432Node\Microsoft\" } else { r"Software\Microsoft\" };
        Ok(Some(PyString::new(py, &format!("{software}{rest}")).into_any()))
    };
    match name {
        "NATIVE_WIN64" => Ok(Some(native()?.into_pyobject(py)?.to_owned().into_any())),
        "VS_BASE" => software(r"VisualStudio\%0.1f"),
        "WINSDK_BASE" => software(r"Microsoft SDKs\Windows"),
        "NET_BASE" => software(".NETFramework"),
        _ => registry::late(py, name),
    }
}
