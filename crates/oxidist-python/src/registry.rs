//! The Windows registry, read through the functions that a distutils module keeps for it.
//!
//! Scripts and tests replace them there (`msvc9compiler.RegOpenKeyEx`). A Python without `winreg` has no registry:
//! nothing is found in it then.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::seam;
use crate::value::Elements;

/// Where keys are looked for: the user's settings come before the machine's.
const HIVES: [&str; 4] = ["HKEY_USERS", "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE", "HKEY_CLASSES_ROOT"];

/// The functions, by the names that modules keep them under.
const FUNCTIONS: [(&str, &str); 4] = [
    ("RegOpenKeyEx", "OpenKeyEx"),
    ("RegEnumKey", "EnumKey"),
    ("RegEnumValue", "EnumValue"),
    ("RegError", "error"),
];

/// For the `__getattr__` of a module: `winreg` and what is taken from it. `None` for other names, and where this
/// Python has no registry.
pub fn late<'py>(py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Ok(winreg) = py.import("winreg") else { return Ok(None) };
    if let Some((_, function)) = FUNCTIONS.iter().find(|row| row.0 == name) {
        return winreg.getattr(*function).map(Some);
    }
    match name {
        "winreg" => Ok(Some(winreg.into_any())),
        "HKEYS" => {
            let hives = HIVES.iter().map(|hive| winreg.getattr(*hive)).collect::<PyResult<Vec<_>>>()?;
            Ok(Some(PyTuple::new(py, hives)?.into_any()))
        }
        _ => Ok(None),
    }
}

/// `HKEYS` of the module; none where there is no registry.
pub fn hives<'py>(py: Python<'py>, module: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
    match seam::face(py, module)?.getattr_opt("HKEYS")? {
        Some(hives) => hives.elements()?.collect(),
        None => Ok(Vec::new()),
    }
}

/// An open key, and the functions of the module that read it.
pub struct Key<'py> {
    handle: Bound<'py, PyAny>,
    face: Bound<'py, PyModule>,
}

impl<'py> Key<'py> {
    /// `None` where there is no such key.
    pub fn open(
        module: &str,
        base: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Key<'py>>> {
        let face = seam::face(base.py(), module)?;
        let Some(open) = face.getattr_opt("RegOpenKeyEx")? else { return Ok(None) };
        let handle = unless_registry_error(&face, open.call1((base, key)))?;
        Ok(handle.map(|handle| Key { handle, face }))
    }

    /// What `RegEnumKey` or `RegEnumValue` says of the item at `place`; `None` behind the last one.
    pub fn item(&self, function: &str, place: usize) -> PyResult<Option<Bound<'py, PyAny>>> {
        let answer = self.face.getattr(function)?.call1((&self.handle, place));
        unless_registry_error(&self.face, answer)
    }
}

fn unless_registry_error<'py>(
    face: &Bound<'py, PyModule>,
    answer: PyResult<Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.matches(face.py(), face.getattr("RegError")?)? => Ok(None),
        Err(error) => Err(error),
    }
}

/// The names of the keys in `key`, which is below the hive `base`; `None` where it is not there.
pub fn keys<'py>(
    module: &str,
    base: &Bound<'py, PyAny>,
    key: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyList>>> {
    let Some(key) = Key::open(module, base, key)? else { return Ok(None) };
    let names = PyList::empty(base.py());
    while let Some(name) = key.item("RegEnumKey", names.len())? {
        names.append(name)?;
    }
    Ok(Some(names))
}

/// The values in `key`, by their names in small letters; `None` where it is not there.
/// Names and values go through `decoded`.
pub fn values<'py>(
    module: &str,
    base: &Bound<'py, PyAny>,
    key: &Bound<'py, PyAny>,
    decoded: &Bound<'py, PyAny>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let Some(key) = Key::open(module, base, key)? else { return Ok(None) };
    let values = PyDict::new(base.py());
    let mut place = 0;
    while let Some(item) = key.item("RegEnumValue", place)? {
        let name = item.get_item(0)?.call_method0("lower")?;
        values.set_item(decoded.call1((name,))?, decoded.call1((item.get_item(1)?,))?)?;
        place += 1;
    }
    Ok(Some(values))
}

/// Bytes in the code page of this Windows as text; everything else, and what does not decode, as it is.
pub fn decoded<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = value.py();
    let Some(decode) = value.getattr_opt("decode")? else { return Ok(value.clone()) };
    match decode.call1(("mbcs",)) {
        Err(error) if error.is_instance_of::<pyo3::exceptions::PyUnicodeError>(py) => Ok(value.clone()),
        text => text,
    }
}

/// What the settings call the installed version of .NET; a macro of both old modules.
pub fn set_framework_version<'py>(
    module: &str,
    macros: &Bound<'py, PyAny>,
    decoded: &Bound<'py, PyAny>,
) -> PyResult<()> {
    let py = macros.py();
    let path = r"Software\Microsoft\NET Framework Setup\Product";
    for base in hives(py, module)? {
        let Some(key) = Key::open(module, &base, PyString::new(py, path).as_any())? else { continue };
        let name = key.face.getattr("RegEnumKey")?.call1((&key.handle, 0))?;
        let product = PyString::new(py, &format!(r"{path}\{name}")).into_any();
        if let Some(values) = values(module, &base, &product, decoded)? {
            macros.set_item("$(FrameworkVersion)", values.as_any().get_item("version")?)?;
        }
    }
    Ok(())
}

/// `text` with each of `macros` (`{"$(Name)": value}`) in it replaced.
pub fn expand<'py>(macros: &Bound<'py, PyAny>, text: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let mut text = text;
    for item in macros.call_method0("items")?.try_iter()? {
        let (name, value): (Bound<'py, PyAny>, Bound<'py, PyAny>) = item?.extract()?;
        text = text.call_method1("replace", (name, value))?;
    }
    Ok(text)
}
