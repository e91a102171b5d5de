//! Objects put together by Microsoft's linker and librarian.

use std::ffi::OsString;

use oxidist_engine::toolchain::msvc::{self, Link};
use pyo3::prelude::*;

use super::{Generation, spawn, with_program, word, words};
use crate::ccompiler::{Archive, FixedLink, LinkArguments, is_outdated, os_path, skipped};
use crate::errors::{LibError, LinkError};
use crate::log;

/// The librarian's arguments.
pub fn archive_arguments(archive: &Archive<'_>) -> PyResult<Vec<OsString>> {
    Ok(msvc::archive(&words(&archive.objects)?, &word(&archive.output)?))
}

/// Make a static library where it is out of date. `told` sees the arguments before.
pub fn make_archive<'py>(
    slf: &Bound<'py, PyAny>,
    archive: &Archive<'py>,
    told: impl Fn(&Bound<'py, PyAny>, &[OsString]) -> PyResult<()>,
) -> PyResult<()> {
    if !is_outdated(slf, &archive.objects, &archive.output)? {
        return skipped(&archive.output);
    }
    let arguments = archive_arguments(archive)?;
    let lib = slf.getattr("lib")?;
    told(&lib, &arguments)?;
    spawn(slf, &with_program(&lib, arguments)?, LibError::new_err)
}

/// `Executing "lib.exe" a.obj b.obj`, for the debug log.
pub fn announce<'py>(program: &Bound<'py, PyAny>, arguments: &[OsString]) -> PyResult<()> {
    let line = arguments.join(" ".as_ref());
    log::call(program.py(), "debug", "Executing \"%s\" %s", (program, line))
}

/// What a library or program is linked from, and its file.
pub(crate) struct Linking<'py> {
    pub objects: Bound<'py, PyAny>,
    pub output: Bound<'py, PyAny>,
    /// Library folders and libraries, as options.
    options: Bound<'py, PyAny>,
}

impl<'py> Linking<'py> {
    pub fn new(
        slf: &Bound<'py, PyAny>,
        generation: &Generation,
        call: &LinkArguments<'py>,
    ) -> PyResult<Self> {
        let fixed = FixedLink::of(slf, call)?;
        if fixed.runtime_library_dirs.is_truthy()? {
            let folders = &fixed.runtime_library_dirs;
            let text = format!("I don't know what to do with 'runtime_library_dirs': {folders}");
            slf.call_method1("warn", (text,))?;
        }
        let options = fixed.library_options(slf, generation.module)?;
        let output = fixed.output(call)?;
        Ok(Linking { objects: fixed.objects, output, options })
    }

    pub fn is_needed(&self, slf: &Bound<'py, PyAny>) -> PyResult<bool> {
        is_outdated(slf, &self.objects, &self.output)
    }

    /// The folder of the first object: what the linker makes besides its output goes there.
    pub fn folder(&self) -> PyResult<Bound<'py, PyAny>> {
        os_path(self.objects.py(), "dirname", (self.objects.get_item(0)?,))
    }

    /// The linker's arguments, without those that the caller of `link` adds.
    pub fn arguments(
        &self,
        slf: &Bound<'py, PyAny>,
        flags: Vec<OsString>,
        export_symbols: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<OsString>> {
        let py = slf.py();
        let mut link = Link {
            flags,
            libraries: words(&self.options)?,
            objects: words(&self.objects)?,
            output: word(&self.output)?,
            ..Link::default()
        };
        if !export_symbols.is_none() {
            link.exports = words(export_symbols)?;
            // Named apart for debug and release, as the library itself is, so that both have room there.
            let file = os_path(py, "basename", (&self.output,))?;
            let name = os_path(py, "splitext", (file,))?.get_item(0)?;
            let library = slf.call_method1("library_filename", (name,))?;
            link.import_library = Some(word(&os_path(py, "join", (self.folder()?, library))?)?);
        }
        Ok(link.words())
    }
}

/// The caller's own words before and behind the others.
pub fn surrounded(
    arguments: Vec<OsString>,
    before: &Bound<'_, PyAny>,
    after: &Bound<'_, PyAny>,
) -> PyResult<Vec<OsString>> {
    let mut whole = if before.is_truthy()? { words(before)? } else { Vec::new() };
    whole.extend(arguments);
    if after.is_truthy()? {
        whole.extend(words(after)?);
    }
    Ok(whole)
}

/// Run the linker.
pub fn run_linker(slf: &Bound<'_, PyAny>, arguments: Vec<OsString>) -> PyResult<()> {
    spawn(slf, &with_program(&slf.getattr("linker")?, arguments)?, LinkError::new_err)
}
