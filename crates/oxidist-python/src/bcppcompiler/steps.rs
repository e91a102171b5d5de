//! The command lines of Borland's compiler and linker.

use std::ffi::OsString;

use oxidist_engine::toolchain::borland;
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::MODULE;
use crate::ccompiler::{FixedLink, LinkArguments, make_folder_of, os_path};
use crate::windows::compile::SetUp;
use crate::windows::{surrounded, word, words};
use crate::{log, seam};

/// The command lines that make `object`; none where it is not to be made. Its folder is made by asking.
pub(crate) fn compile_commands<'py>(
    slf: &Bound<'py, PyAny>,
    set_up: &SetUp<'py>,
    object: &Bound<'py, PyAny>,
) -> PyResult<Vec<Vec<OsString>>> {
    let py = object.py();
    let Some((source, ending)) = set_up.source_of(object)? else { return Ok(Vec::new()) };
    // Borland's programs do not take `/` in names.
    let source = os_path(py, "normpath", (source,))?;
    let object = os_path(py, "normpath", (object,))?;
    make_folder_of(slf, &object)?;
    let (from, to) = (word(&source)?, word(&object)?);
    if ending.eq(".res")? {
        return Ok(Vec::new());
    }
    if ending.eq(".rc")? {
        return Ok(vec![borland::resource(&from, &to)]);
    }
    // An ending that is not known here may be known to the compiler.
    let is = |kind: &str| slf.getattr(kind)?.contains(&ending);
    let cpp = !is("_c_extensions")? && is("_cpp_extensions")?;
    let options = [&set_up.options[..], &set_up.preprocessor[..]].concat();
    Ok(vec![borland::compile(&word(&slf.getattr("cc")?)?, &options, cpp, &set_up.after, &from, &to)])
}

/// What is linked: all that `link` asks hooks for before it looks whether there is something to do.
pub(crate) struct Linking<'py> {
    pub objects: Bound<'py, PyAny>,
    pub output: Bound<'py, PyAny>,
    libraries: Bound<'py, PyAny>,
    library_dirs: Bound<'py, PyAny>,
}

impl<'py> Linking<'py> {
    pub fn new(slf: &Bound<'py, PyAny>, call: &LinkArguments<'py>) -> PyResult<Self> {
        let fixed = FixedLink::of(slf, call)?;
        if fixed.runtime_library_dirs.is_truthy()? {
            let text = "I don't know what to do with 'runtime_library_dirs': %s";
            log::call(slf.py(), "warn", text, (fixed.runtime_library_dirs.str()?,))?;
        }
        let output = fixed.output(call)?;
        let FixedLink { objects, libraries, library_dirs, .. } = fixed;
        Ok(Linking { objects, output, libraries, library_dirs })
    }

    /// The linker's arguments. A file that names the exported symbols is written.
    pub fn arguments(&self, slf: &Bound<'py, PyAny>, call: &LinkArguments<'py>) -> PyResult<Vec<OsString>> {
        let py = slf.py();
        let program = call.target_desc.eq(seam::global(py, MODULE, "CCompiler")?.getattr("EXECUTABLE")?)?;
        let flags = match (program, call.debug.is_truthy()?) {
            (true, true) => "ldflags_exe_debug",
            (true, false) => "ldflags_exe",
            (false, true) => "ldflags_shared_debug",
            (false, false) => "ldflags_shared",
        };
        let mut link = borland::Link {
            program,
            flags: words(&slf.getattr(flags)?)?,
            output: word(&self.output)?,
            definitions: self.definitions(slf, &call.export_symbols)?,
            ..borland::Link::default()
        };
        for object in self.objects.try_iter()? {
            let object = os_path(py, "normpath", (object?,))?;
            let ending = os_path(py, "splitext", (os_path(py, "normcase", (&object,))?,))?.get_item(1)?;
            let list = if ending.eq(".res")? { &mut link.resources } else { &mut link.objects };
            list.push(word(&object)?);
        }
        for folder in self.library_dirs.try_iter()? {
            link.library_dirs.push(word(&os_path(py, "normpath", (folder?,))?)?);
        }
        for library in self.libraries.try_iter()? {
            let library = library?;
            let file = slf.call_method1("find_library_file", (&self.library_dirs, &library, &call.debug))?;
            // One that is not there is the compiler's own.
            link.libraries.push(word(if file.is_none() { &library } else { &file })?);
        }
        surrounded(link.words(), &call.extra_preargs, &call.extra_postargs)
    }

    /// The file that names the exported symbols, written beside the first object; empty where none is needed.
    fn definitions(&self, slf: &Bound<'py, PyAny>, symbols: &Bound<'py, PyAny>) -> PyResult<OsString> {
        let py = slf.py();
        if symbols.is_none() {
            return Ok(OsString::new());
        }
        let name = os_path(py, "splitext", (os_path(py, "basename", (&self.output,))?,))?.get_item(0)?;
        let folder = os_path(py, "dirname", (self.objects.get_item(0)?,))?;
        let file = os_path(py, "join", (folder, name.add(".def")?))?;
        let lines = PyList::new(py, ["EXPORTS"])?;
        for symbol in symbols.try_iter()? {
            let symbol = symbol?;
            lines.append(format!("  {symbol}=_{symbol}"))?;
        }
        let write = seam::global(py, MODULE, "write_file")?;
        slf.call_method1("execute", (write, (&file, lines), format!("writing {file}")))?;
        word(&file)
    }
}
