//! The compiler that questions are asked of, as far as this command's own options say which.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::Config;
use crate::seam;
use crate::value::option;

/// Have the program that the option `cc` names do the work of the compiler's own, wherever that stands in
/// front of one of the compiler's commands.
pub(super) fn choose_program(slf: &Bound<'_, Config>) -> PyResult<()> {
    let chosen = match slf.getattr_opt("cc")? {
        Some(chosen) if chosen.is_truthy()? => chosen,
        _ => return Ok(()),
    };
    let chosen: Vec<String> = if chosen.is_instance_of::<PyString>() {
        seam::global(slf.py(), "util", "split_quoted")?.call1((chosen,))?.extract()?
    } else {
        option(slf.as_any(), "cc")?
    };
    let compiler = slf.getattr("compiler")?;
    let command = |name| -> Option<Vec<String>> { compiler.getattr(name).ok()?.extract().ok() };
    let Some(own) = command("compiler") else { return Ok(()) };
    // A program is linked by the compiler without its flags: that tells how many words its name has.
    let linker = command("linker_exe").unwrap_or_default();
    let words = own.iter().zip(&linker).take_while(|(one, other)| one == other).count().max(1);
    let keywords = PyDict::new(slf.py());
    for name in ["preprocessor", "compiler", "compiler_so", "linker_exe"] {
        if let Some(rest) =
            command(name).and_then(|line| line.strip_prefix(&own[..words.min(own.len())]).map(<[_]>::to_vec))
        {
            keywords.set_item(name, [chosen.as_slice(), &rest].concat())?;
        }
    }
    compiler.call_method("set_executables", (), Some(&keywords)).map(drop)
}
