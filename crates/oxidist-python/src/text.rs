//! Python strings as Rust text, with the bytes in them that are not UTF-8.
//!
//! Python carries such a byte through as a lone surrogate (`surrogateescape`), which Rust's text cannot hold.
//! Here it is one private-use character, the one by which the engine's patterns know it too.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// What is added to the surrogates U+DC80 to U+DCFF: they become U+10FF80 to U+10FFFF.
const SHIFT: u32 = 0x10_FF00 - 0xDC00;
const STAND_INS: std::ops::RangeInclusive<char> = '\u{10FF80}'..='\u{10FFFF}';

/// `text` with a private-use character for each byte that is not UTF-8.
///
/// Surrogates that stand for no byte give Python's UnicodeEncodeError.
pub fn from_python<'a>(text: &'a Bound<'_, PyString>) -> PyResult<Cow<'a, str>> {
    let error = match text.to_str() {
        Ok(plain) => return Ok(Cow::Borrowed(plain)),
        Err(error) => error,
    };
    let encoded = text.call_method1("encode", ("utf-32-le", "surrogatepass"))?.cast_into::<PyBytes>()?;
    let mut carried = String::new();
    for unit in encoded.as_bytes().chunks_exact(4) {
        let number = u32::from_le_bytes([unit[0], unit[1], unit[2], unit[3]]);
        let number = if (0xDC80..=0xDCFF).contains(&number) { number + SHIFT } else { number };
        match char::from_u32(number) {
            Some(character) => carried.push(character),
            None => return Err(error),
        }
    }
    Ok(Cow::Owned(carried))
}

/// The Python string that [`from_python`] made `text` from.
pub fn to_python<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyString>> {
    if !text.contains(|character| STAND_INS.contains(&character)) {
        return Ok(PyString::new(py, text));
    }
    let units = text.chars().flat_map(|character| {
        let number = u32::from(character);
        let number = if STAND_INS.contains(&character) { number - SHIFT } else { number };
        number.to_le_bytes()
    });
    let encoded = PyBytes::new(py, &units.collect::<Vec<u8>>());
    Ok(encoded.call_method1("decode", ("utf-32-le", "surrogatepass"))?.cast_into::<PyString>()?)
}
