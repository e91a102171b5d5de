//! Objects put together by Microsoft's linker and librarian.

use std::ffi::OsString;

use oxidist_engine::toolchain::msvc::{self, Link};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Generation, spawn, with_program, word, words};
use crate::ccompiler::{LinkArguments, os_path, skipped};
use crate::errors::{LibError, LinkError};
use crate::{log, seam};

/// What a static library is made of, and its file.
pub(crate) struct Archive<'py> {
    pub objects: Bound<'py, PyAny>,
    pub output: Bound<'py, PyAny>,
}

impl<'py> Archive<'py> {
    pub fn new(
        slf: &Bound<'py, PyAny>,
        objects: &Bound<'py, PyAny>,
        name: &Bound<'py, PyAny>,
        output_dir: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let py = slf.py();
        let (objects, output_dir): (Bound<'py, PyAny>, Bound<'py, PyAny>) =
            slf.call_method1("_fix_object_args", (objects, output_dir))?.extract()?;
        let keywords = PyDict::new(py);
        keywords.set_item("output_dir", output_dir)?;
        let output = slf.call_method("library_filename", (name,), Some(&keywords))?;
        Ok(Archive { objects, output })
    }

    /// The librarian's arguments.
    pub fn arguments(&self) -> PyResult<Vec<OsString>> {
        Ok(msvc::archive(&words(&self.objects)?, &word(&self.output)?))
    }

    /// Make it where it is out of date. `told` sees the arguments before.
    pub fn make(
        &self,
        slf: &Bound<'py, PyAny>,
        told: impl Fn(&Bound<'py, PyAny>, &[OsString]) -> PyResult<()>,
    ) -> PyResult<()> {
        if !slf.call_method1("_need_link", (&self.objects, &self.output))?.is_truthy()? {
            return skipped(&self.output);
        }
        let arguments = self.arguments()?;
        let lib = slf.getattr("lib")?;
        told(&lib, &arguments)?;
        spawn(slf, &with_program(&lib, arguments)?, LibError::new_err)
    }
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
        let py = slf.py();
        let (objects, output_dir): (Bound<'py, PyAny>, Bound<'py, PyAny>) =
            slf.call_method1("_fix_object_args", (&call.objects, &call.output_dir))?.extract()?;
        let (libraries, library_dirs, runtime_library_dirs): (
            Bound<'py, PyAny>,
            Bound<'py, PyAny>,
            Bound<'py, PyAny>,
        ) = slf
            .call_method1("_fix_lib_args", (&call.libraries, &call.library_dirs, &call.runtime_library_dirs))?
            .extract()?;
        if runtime_library_dirs.is_truthy()? {
            let text = format!("I don't know what to do with 'runtime_library_dirs': {runtime_library_dirs}");
            slf.call_method1("warn", (text,))?;
        }
        let options = seam::global(py, generation.module, "gen_lib_options")?.call1((
            slf,
            library_dirs,
            runtime_library_dirs,
            libraries,
        ))?;
        let output = if output_dir.is_none() {
            call.output_filename.clone()
        } else {
            os_path(py, "join", (output_dir, &call.output_filename))?
        };
        Ok(Linking { objects, output, options })
    }

    pub fn is_needed(&self, slf: &Bound<'py, PyAny>) -> PyResult<bool> {
        slf.call_method1("_need_link", (&self.objects, &self.output))?.is_truthy()
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
