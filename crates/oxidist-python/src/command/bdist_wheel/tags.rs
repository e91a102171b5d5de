//! What this Python is, for a wheel's tags.

use oxidist_engine::wheel::{Interpreter, Tag, abi_tag, check_tags, interpreter_tag, platform_tag};
use pyo3::prelude::*;

use super::BdistWheel;
use crate::command::build::running_version;
use crate::errors::OrRaise;
use crate::seam;
use crate::value::option;

/// The tag of the command's wheel.
pub fn of(slf: &Bound<'_, BdistWheel>) -> PyResult<Tag> {
    let py = slf.py();
    let plat_name: Option<String> = option(slf.as_any(), "plat_name")?;
    let plat_name = plat_name.filter(|name| !name.is_empty());
    let is_pure = slf.getattr("root_is_pure")?.is_truthy()?;
    let given = slf.getattr("plat_name_supplied")?.is_truthy()?;
    let platform = match (given, is_pure) {
        (true, _) => platform(py, plat_name)?,
        (false, true) => "any".into(),
        (false, false) => match plat_name.filter(|name| !name.starts_with("macosx")) {
            Some(name) => platform(py, Some(name))?,
            None => {
                let get_platform = seam::global(py, "command.bdist_wheel", "get_platform")?;
                get_platform.call1((slf.getattr("bdist_dir")?,))?.extract()?
            }
        },
    };
    if is_pure {
        let universal = slf.getattr("universal")?.is_truthy()?;
        let python = if universal { "py2.py3".into() } else { option::<String>(slf.as_any(), "python_tag")? };
        return Ok(Tag { python, abi: "none".into(), platform });
    }
    let facts = facts(py, String::new())?;
    let limited = slf.getattr("py_limited_api")?;
    if limited.is_truthy()? && interpreter_tag(&facts).starts_with("cp3") {
        return Ok(Tag { python: limited.extract()?, abi: "abi3".into(), platform });
    }
    let abi = seam::global(py, "command.bdist_wheel", "get_abi_tag")?.call0()?;
    Ok(Tag { python: interpreter_tag(&facts), abi: abi.extract()?, platform })
}

/// Refuse the tags that options give before anything is built for them.
pub fn check_given(slf: &Bound<'_, BdistWheel>) -> PyResult<()> {
    if slf.getattr("root_is_pure")?.is_truthy()? && !slf.getattr("universal")?.is_truthy()? {
        check_tags("python_tag", &option::<String>(slf.as_any(), "python_tag")?).or_raise()?;
    }
    if !slf.getattr("plat_name_supplied")?.is_truthy()? {
        return Ok(());
    }
    let given: String = option(slf.as_any(), "plat_name")?;
    // What is told is what was given.
    let tag = platform(slf.py(), Some(given.clone()))?;
    check_tags("plat_name", &tag).or_else(|_| check_tags("plat_name", &given)).or_raise()
}

pub fn abi(py: Python<'_>) -> PyResult<String> {
    Ok(abi_tag(&facts(py, String::new())?))
}

/// The tag of a platform as `sysconfig` names it; None: of this one.
pub fn platform(py: Python<'_>, name: Option<String>) -> PyResult<String> {
    let name = match name {
        Some(name) => name,
        None => seam::global(py, "util", "get_platform")?.call0()?.extract()?,
    };
    Ok(platform_tag(&facts(py, name)?))
}

pub fn is_free_threaded(py: Python<'_>) -> PyResult<bool> {
    let value = py.import("sysconfig")?.call_method1("get_config_var", ("Py_GIL_DISABLED",))?;
    value.is_truthy()
}

/// What the names of extension modules for this Python alone end on.
pub fn extension_suffix(py: Python<'_>) -> PyResult<String> {
    Ok(variable(py, "EXT_SUFFIX")?.unwrap_or_default())
}

fn variable(py: Python<'_>, name: &str) -> PyResult<Option<String>> {
    let value = py.import("sysconfig")?.call_method1("get_config_var", (name,))?;
    if value.is_none() { Ok(None) } else { Ok(Some(value.str()?.to_cow()?.into_owned())) }
}

fn facts(py: Python<'_>, platform: String) -> PyResult<Interpreter> {
    let sys = py.import("sys")?;
    // On Windows only the suffix of extension modules has it: `.cp313-win_amd64.pyd`.
    let soabi = match variable(py, "SOABI")? {
        Some(soabi) => Some(soabi),
        None => {
            extension_suffix(py)?.split('.').nth(1).filter(|part| part.starts_with("cp")).map(str::to_string)
        }
    };
    Ok(Interpreter {
        implementation: sys.getattr("implementation")?.getattr("name")?.extract()?,
        version: running_version(py)?,
        version_nodot: variable(py, "py_version_nodot")?.map(|text| text.trim_end_matches('t').to_string()),
        soabi,
        debug: sys.hasattr("gettotalrefcount")?,
        platform,
        is_32_bit: sys.getattr("maxsize")?.extract::<u64>()? <= u64::from(u32::MAX),
    })
}
