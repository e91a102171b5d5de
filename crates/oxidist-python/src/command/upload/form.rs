//! What is told to the index about a file: the metadata, as its methods give it, and the file's digests.

use std::path::PathBuf;

use oxidist_engine::upload::{Content, Form, Inspected, Layout};
use pyo3::exceptions::{PyUnicodeEncodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

use super::Upload;
use crate::errors::{DistutilsSetupError, OrRaise};
use crate::index_server::METADATA_FIELDS;
use crate::interrupt::released;
use crate::seam;

/// One entry of `dist_files`.
pub struct DistFile<'a, 'py> {
    pub command: &'a Bound<'py, PyAny>,
    pub python_version: &'a Bound<'py, PyAny>,
    pub path: &'a Bound<'py, PyAny>,
}

/// A form, and what it was made of.
pub struct Filled {
    pub form: Form,
    pub file_has_boundary: bool,
    /// Hexadecimal, as they were sent.
    pub digests: Vec<String>,
}

/// The form for a file. `in_memory`: with the file's bytes in it, and all else as CPython has it, to the byte.
pub fn filled(slf: &Bound<'_, Upload>, file: &DistFile<'_, '_>, in_memory: bool) -> PyResult<Filled> {
    let py = slf.py();
    let path: PathBuf = file.path.extract()?;
    let base_name = py.import("os.path")?.call_method1("basename", (file.path,))?;
    let base_name = base_name.str()?.to_string_lossy().into_owned();
    let table = seam::global(py, "command.upload", "_FILE_CONTENT_DIGESTS")?;
    let own_table = if in_memory { None } else { own_digests(py, &table)? };

    let mut file_has_boundary = false;
    let (content, digests) = match own_table {
        Some(names) => {
            let Inspected { digests, has_boundary } =
                released(py, |cancel| oxidist_engine::upload::inspect(&path, cancel))?.or_raise()?;
            file_has_boundary = has_boundary;
            let named = names
                .into_iter()
                .map(|name| {
                    let digest = match name {
                        "md5_digest" => digests.md5.clone(),
                        "sha256_digest" => digests.sha256.clone(),
                        // What the name says, and PyPI takes. CPython's digest has 512 bits.
                        _ => digests.blake2_256.clone(),
                    };
                    (name.to_string(), digest)
                })
                .collect();
            (Content::File { path: path.clone(), bytes: digests.bytes }, named)
        }
        None => {
            let bytes =
                std::fs::read(&path).map_err(oxidist_engine::Error::file("read", &path)).or_raise()?;
            let digests = scripts_digests(py, &table, &bytes)?;
            (Content::Bytes(bytes), digests)
        }
    };

    let metadata = slf.getattr("distribution")?.getattr("metadata")?;
    let mut form = Form::new(Layout::Upload);
    form.field(":action", "file_upload");
    form.field("protocol_version", "1");
    add(&mut form, "name", &metadata.call_method0("get_name")?)?;
    add(&mut form, "version", &metadata.call_method0("get_version")?)?;
    form.attach("content", &base_name, content);
    add(&mut form, "filetype", file.command)?;
    add(&mut form, "pyversion", file.python_version)?;
    form.field("metadata_version", "1.0");
    for (name, method) in METADATA_FIELDS {
        add(&mut form, name, &metadata.call_method0(method)?)?;
    }
    form.field("comment", "");
    for (name, digest) in &digests {
        form.field(name, digest);
    }
    if slf.getattr("sign")?.is_truthy()? {
        let mut signature = path.clone().into_os_string();
        signature.push(".asc");
        let bytes =
            std::fs::read(&signature).map_err(oxidist_engine::Error::file("read", signature)).or_raise()?;
        form.attach("gpg_signature", &format!("{base_name}.asc"), Content::Bytes(bytes));
    }
    let digests = digests.into_iter().map(|(_, digest)| digest).collect();
    Ok(Filled { form, file_has_boundary, digests })
}

/// Add a field; a list has one for each of its items.
fn add(form: &mut Form, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    if let Ok(list) = value.cast::<PyList>() {
        return list.iter().try_for_each(|item| add_one(form, name, &item));
    }
    add_one(form, name, value)
}

fn add_one(form: &mut Form, name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = value.py();
    // A script's metadata may name a file by a pair of its name and its bytes.
    if let Ok(pair) = value.cast::<PyTuple>() {
        let (file_name, bytes): (String, Vec<u8>) = pair.extract()?;
        form.attach(name, &file_name, Content::Bytes(bytes));
        return Ok(());
    }
    let text = value.str()?;
    let text = text.to_str().map_err(|error| {
        if !error.is_instance_of::<PyUnicodeEncodeError>(py) {
            return error;
        }
        DistutilsSetupError::new_err(format!("'{name}' of the metadata has something in it that is no text"))
    })?;
    form.field(name, text);
    Ok(())
}

/// The names in the table of digests, where all of them are the standard ones.
fn own_digests(py: Python<'_>, table: &Bound<'_, PyAny>) -> PyResult<Option<Vec<&'static str>>> {
    const STANDARD: [(&str, &str); 3] =
        [("md5_digest", "md5"), ("sha256_digest", "sha256"), ("blake2_256_digest", "blake2b")];
    let hashlib = py.import("hashlib")?;
    let Ok(table) = table.cast::<PyDict>() else { return Ok(None) };
    let mut names = Vec::new();
    for (name, function) in table {
        if function.is_none() {
            continue;
        }
        let standard = STANDARD.iter().find(|row| name.eq(row.0).unwrap_or(false));
        match standard {
            Some((name, original)) if hashlib.getattr(*original)?.is(&function) => names.push(*name),
            _ => return Ok(None),
        }
    }
    Ok(Some(names))
}

/// Digests by the functions in the table: those that this Python's policy forbids are left out.
fn scripts_digests(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    bytes: &[u8],
) -> PyResult<Vec<(String, String)>> {
    let bytes = PyBytes::new(py, bytes);
    let mut digests = Vec::new();
    for row in table.call_method0("items")?.try_iter()? {
        let (name, function): (String, Bound<'_, PyAny>) = row?.extract()?;
        if function.is_none() {
            continue;
        }
        match function.call1((&bytes,)).and_then(|digest| digest.call_method0("hexdigest")) {
            Ok(digest) => digests.push((name, digest.extract()?)),
            Err(error) if error.is_instance_of::<PyValueError>(py) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(digests)
}
