//! distutils.command.config: questions to the compiler (is there such a function, header, library?), for
//! commands that derive from it.

mod probe;
mod program;

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{IntoPyDict, PyDict, PyInt, PyList, PyString, PyTuple, PyType};

use probe::{Given, PROBE, is_planned, matches, open, source_text};
use program::choose_program;

use super::Row;
use super::compiler_options::{from_ccompiler, items, new_compiler, set_macros, split_folders, split_macros};
use crate::cmd::Command;
use crate::door;
use crate::errors::{CompileError, DistutilsExecError, LinkError, OrRaise};
use crate::value::{Elements, Flag, path_to_python};
use crate::{log, seam};

/// Does nothing by itself: it has what a project's own `config` command asks the compiler with.
#[pyclass(subclass, frozen, extends = Command, module = "distutils.command.config", name = "config")]
pub struct Config;

/// The ending of a source file for each language.
const LANG_EXT: &[(&str, &str)] = &[("c", ".c"), ("c++", ".cxx")];

#[pymethods]
impl Config {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        Command::base().add_subclass(Config)
    }

    #[classattr]
    fn description() -> &'static str {
        "prepare to build"
    }

    #[classattr]
    fn user_options() -> Vec<Row> {
        vec![
            ("compiler=", None, "the type of the compiler"),
            ("cc=", None, "the compiler itself: a program, perhaps with arguments"),
            ("include-dirs=", Some("I"), "folders to look for headers in"),
            ("define=", Some("D"), "preprocessor macros to define (comma separated)"),
            ("undef=", Some("U"), "preprocessor macros to undefine (comma separated)"),
            ("libraries=", Some("l"), "library to link with"),
            ("library-dirs=", Some("L"), "folders to look for libraries in"),
            ("noisy", None, "tell of every step (compile, link, run, ...)"),
            ("dump-source", None, "show each source file before it is compiled"),
        ]
    }

    fn initialize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        for name in ["compiler", "cc", "include_dirs", "define", "undef", "libraries", "library_dirs"] {
            slf.setattr(name, py.None())?;
        }
        slf.setattr("noisy", 1)?;
        slf.setattr("dump_source", 1)?;
        slf.setattr("temp_files", PyList::empty(py))
    }

    fn finalize_options(slf: &Bound<'_, Self>) -> PyResult<()> {
        let command = slf.as_any();
        if slf.getattr("include_dirs")?.is_none() {
            let given = slf.getattr("distribution")?.getattr("include_dirs")?;
            slf.setattr("include_dirs", super::or_empty_list(given)?)?;
        } else {
            split_folders(command, "include_dirs")?;
        }
        let libraries = slf.getattr("libraries")?;
        if libraries.is_none() {
            slf.setattr("libraries", PyList::empty(slf.py()))?;
        } else if libraries.is_instance_of::<PyString>() {
            slf.setattr("libraries", vec![libraries])?;
        }
        if slf.getattr("library_dirs")?.is_none() {
            slf.setattr("library_dirs", PyList::empty(slf.py()))?;
        } else {
            split_folders(command, "library_dirs")?;
        }
        split_macros(command)
    }

    fn run(&self) {}

    /// Make a compiler of the option `compiler`, unless it is one already.
    fn _check_compiler(slf: &Bound<'_, Self>) -> PyResult<()> {
        let py = slf.py();
        if slf.getattr("compiler")?.is_instance(&seam::global(py, "command.config", "CCompiler")?)? {
            return Ok(());
        }
        slf.setattr("compiler", new_compiler(slf.as_any(), "command.config", PyInt::new(py, 1).into_any())?)?;
        seam::global(py, "command.config", "customize_compiler")?.call1((slf.getattr("compiler")?,))?;
        for (option, method) in [
            ("include_dirs", "set_include_dirs"),
            ("libraries", "set_libraries"),
            ("library_dirs", "set_library_dirs"),
        ] {
            let value = slf.getattr(option)?;
            if value.is_truthy()? {
                slf.getattr("compiler")?.call_method1(method, (value,))?;
            }
        }
        set_macros(slf.as_any())?;
        choose_program(slf)
    }

    /// Write the source file of a question. Returns its name.
    #[pyo3(signature = (body, headers, lang))]
    fn _gen_temp_sourcefile<'py>(
        slf: &Bound<'py, Self>,
        body: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        lang: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let endings = seam::global(slf.py(), "command.config", "LANG_EXT")?;
        let name = PathBuf::from(format!("{PROBE}{}", endings.get_item(lang)?.str()?));
        let text = source_text(slf, body, headers)?;
        let text = text.call_method1("encode", ("utf-8", "surrogateescape"))?;
        let bytes: Vec<u8> = text.extract()?;
        let write = &mut |file: &mut dyn std::io::Write| {
            file.write_all(&bytes).map_err(oxidist_engine::Error::file("write", &name))
        };
        door::of(slf.as_any())?.write_file(&name, 0o666, write).or_raise()?;
        path_to_python(slf.py(), &name)
    }

    /// Preprocess a source file made of `body` and `headers`. Returns the names of both files.
    #[pyo3(signature = (body, headers, include_dirs, lang))]
    fn _preprocess<'py>(
        slf: &Bound<'py, Self>,
        body: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        lang: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let py = slf.py();
        let source = slf.call_method1("_gen_temp_sourcefile", (body, headers, lang))?;
        let output = PyString::new(py, &format!("{PROBE}.i")).into_any();
        to_remove(slf, &[&source, &output])?;
        let keywords = [("include_dirs", include_dirs)].into_py_dict(py)?;
        slf.getattr("compiler")?.call_method("preprocess", (&source, &output), Some(&keywords))?;
        if let Ok(output) = output.extract::<PathBuf>() {
            door::of(slf.as_any())?.expect_file(&output);
        }
        Ok((source, output))
    }

    /// Compile a source file made of `body` and `headers`. Returns the names of the source and the object.
    #[pyo3(signature = (body, headers, include_dirs, lang))]
    fn _compile<'py>(
        slf: &Bound<'py, Self>,
        body: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        lang: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let py = slf.py();
        let source = slf.call_method1("_gen_temp_sourcefile", (body, headers, lang))?;
        to_remove(slf, &[&source])?;
        if slf.getattr("dump_source")?.is_truthy()? {
            let head = format!("compiling '{}':", source.str()?);
            if is_planned(slf, &source)? {
                log::info(py, &head)?;
                seam::global(py, "log", "info")?.call1((source_text(slf, body, headers)?,))?;
            } else {
                seam::global(py, "command.config", "dump_file")?.call1((&source, head))?;
            }
        }
        let sources = PyList::new(py, [&source])?;
        let compiler = slf.getattr("compiler")?;
        let [object] = items(&compiler.call_method1("object_filenames", (&sources,))?)?;
        to_remove(slf, &[&object])?;
        let keywords = [("include_dirs", include_dirs)].into_py_dict(py)?;
        compiler.call_method("compile", (sources,), Some(&keywords))?;
        Ok((source, object))
    }

    /// Compile as `_compile` does, and link a program. Returns the names of the source, the object and the
    /// program.
    #[pyo3(signature = (body, headers, include_dirs, libraries, library_dirs, lang))]
    fn _link<'py>(
        slf: &Bound<'py, Self>,
        body: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        libraries: Given<'_, 'py>,
        library_dirs: Given<'_, 'py>,
        lang: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let py = slf.py();
        let made = slf.call_method1("_compile", (body, headers, include_dirs, lang))?;
        let [source, object] = items(&made)?;
        let path = py.import("os.path")?;
        let name = path.call_method1("basename", (&source,))?;
        let name = path.call_method1("splitext", (name,))?.get_item(0)?;
        let keywords = PyDict::new(py);
        keywords.set_item("libraries", libraries)?;
        keywords.set_item("library_dirs", library_dirs)?;
        keywords.set_item("target_lang", lang)?;
        let objects = PyList::new(py, [&object])?;
        let compiler = slf.getattr("compiler")?;
        let linked = compiler.call_method("link_executable", (objects, &name), Some(&keywords));
        let ending = compiler.getattr("exe_extension")?;
        let program = if ending.is_none() { name } else { name.add(ending)? };
        // What a linker left that failed or was interrupted has to go as well.
        if linked.is_ok() || program.extract::<PathBuf>().is_ok_and(|program| program.exists()) {
            to_remove(slf, &[&program])?;
        }
        linked?;
        Ok((source, object, program))
    }

    /// Remove these files or, without any, all that questions have made since the last time.
    #[pyo3(signature = (*filenames))]
    fn _clean(slf: &Bound<'_, Self>, filenames: &Bound<'_, PyTuple>) -> PyResult<()> {
        let py = slf.py();
        let mut files: Vec<Bound<'_, PyAny>> = filenames.iter().collect();
        if files.is_empty() {
            files = slf.getattr("temp_files")?.elements()?.collect::<PyResult<_>>()?;
            slf.setattr("temp_files", PyList::empty(py))?;
        }
        let listed = PyString::new(py, " ").call_method1("join", (PyList::new(py, &files)?,))?;
        log::call(py, "info", "removing: %s", (listed,))?;
        let door = door::of(slf.as_any())?;
        for file in files {
            // One that was never made is no error, nor one that cannot be removed.
            let _ = door.remove_file(&file.extract::<PathBuf>()?);
        }
        Ok(())
    }

    /// Whether a source file made of `body` and `headers` (each may be left out) can be preprocessed.
    #[pyo3(signature = (body = None, headers = None, include_dirs = None, lang = None), text_signature = "($self, body=None, headers=None, include_dirs=None, lang='c')")]
    fn try_cpp<'py>(
        slf: &Bound<'py, Self>,
        body: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        lang: Given<'_, 'py>,
    ) -> PyResult<bool> {
        slf.call_method0("_check_compiler")?;
        let arguments = (body, headers, include_dirs, language(slf, lang));
        let outcome = slf.call_method1("_preprocess", arguments).map(drop);
        let answer = answer(slf, outcome, &[slf.py().get_type::<CompileError>()])?;
        slf.call_method0("_clean")?;
        Ok(answer)
    }

    /// Whether a line of what the preprocessor makes of `body` and `headers` matches `pattern`, a string or
    /// a compiled expression.
    ///
    /// In a dry run nothing is preprocessed, and nothing matches.
    #[pyo3(signature = (pattern, body = None, headers = None, include_dirs = None, lang = None), text_signature = "($self, pattern, body=None, headers=None, include_dirs=None, lang='c')")]
    fn search_cpp<'py>(
        slf: &Bound<'py, Self>,
        pattern: &Bound<'py, PyAny>,
        body: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        lang: Given<'_, 'py>,
    ) -> PyResult<bool> {
        slf.call_method0("_check_compiler")?;
        let arguments = (body, headers, include_dirs, language(slf, lang));
        let outcome = slf
            .call_method1("_preprocess", arguments)
            .and_then(|made| items(&made))
            .and_then(|[_, output]| matches(slf, pattern, &output));
        let found = match outcome {
            Ok(found) => found,
            Err(error) => return Err(cleaned_up(slf, error)),
        };
        slf.call_method0("_clean")?;
        Ok(found)
    }

    /// Whether a source file made of `body` and `headers` compiles.
    #[pyo3(signature = (body, headers = None, include_dirs = None, lang = None), text_signature = "($self, body, headers=None, include_dirs=None, lang='c')")]
    fn try_compile<'py>(
        slf: &Bound<'py, Self>,
        body: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        lang: Given<'_, 'py>,
    ) -> PyResult<bool> {
        slf.call_method0("_check_compiler")?;
        let arguments = (body, headers, include_dirs, language(slf, lang));
        let outcome = slf.call_method1("_compile", arguments).map(drop);
        tell(slf, answer(slf, outcome, &[slf.py().get_type::<CompileError>()])?)
    }

    /// Whether a source file made of `body` and `headers` compiles, and can be linked as a program.
    #[pyo3(signature = (body, headers = None, include_dirs = None, libraries = None, library_dirs = None, lang = None), text_signature = "($self, body, headers=None, include_dirs=None, libraries=None, library_dirs=None, lang='c')")]
    fn try_link<'py>(
        slf: &Bound<'py, Self>,
        body: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        libraries: Given<'_, 'py>,
        library_dirs: Given<'_, 'py>,
        lang: Given<'_, 'py>,
    ) -> PyResult<bool> {
        let py = slf.py();
        slf.call_method0("_check_compiler")?;
        let arguments = (body, headers, include_dirs, libraries, library_dirs, language(slf, lang));
        let outcome = slf.call_method1("_link", arguments).map(drop);
        tell(slf, answer(slf, outcome, &[py.get_type::<CompileError>(), py.get_type::<LinkError>()])?)
    }

    /// Whether a program made of `body` and `headers` can be built, and ends with exit status 0.
    #[pyo3(signature = (body, headers = None, include_dirs = None, libraries = None, library_dirs = None, lang = None), text_signature = "($self, body, headers=None, include_dirs=None, libraries=None, library_dirs=None, lang='c')")]
    fn try_run<'py>(
        slf: &Bound<'py, Self>,
        body: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        libraries: Given<'_, 'py>,
        library_dirs: Given<'_, 'py>,
        lang: Given<'_, 'py>,
    ) -> PyResult<bool> {
        let py = slf.py();
        slf.call_method0("_check_compiler")?;
        let arguments = (body, headers, include_dirs, libraries, library_dirs, language(slf, lang));
        let outcome = slf
            .call_method1("_link", arguments)
            .and_then(|made| items(&made))
            .and_then(|[_, _, program]| slf.call_method1("spawn", (PyList::new(py, [program])?,)).map(drop));
        let failures =
            [py.get_type::<CompileError>(), py.get_type::<LinkError>(), py.get_type::<DistutilsExecError>()];
        tell(slf, answer(slf, outcome, &failures)?)
    }

    /// Whether a program that refers to the function `func` can be built.
    ///
    /// With `decl` the program declares it (as `int func ();`: not together with a header that does), and
    /// with `call` it calls it.
    #[pyo3(signature = (func, headers = None, include_dirs = None, libraries = None, library_dirs = None, decl = Flag(false), call = Flag(false)), text_signature = "($self, func, headers=None, include_dirs=None, libraries=None, library_dirs=None, decl=0, call=0)")]
    #[allow(clippy::too_many_arguments)] // distutils' own parameter list
    fn check_func<'py>(
        slf: &Bound<'py, Self>,
        func: &Bound<'py, PyAny>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        libraries: Given<'_, 'py>,
        library_dirs: Given<'_, 'py>,
        decl: Flag,
        call: Flag,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.call_method0("_check_compiler")?;
        let func = func.str()?;
        let declaration = if decl.0 { format!("int {func} ();\n") } else { String::new() };
        let use_of_it = if call.0 { format!("{func}()") } else { func.to_string() };
        let body = format!("{declaration}int main () {{\n  {use_of_it};\n}}\n");
        slf.call_method1("try_link", (body, headers, include_dirs, libraries, library_dirs))
    }

    /// Whether a program can be linked with `library` (and `other_libraries`, which it may need) and finds
    /// all of `headers`.
    #[pyo3(signature = (library, library_dirs = None, headers = None, include_dirs = None, other_libraries = None), text_signature = "($self, library, library_dirs=None, headers=None, include_dirs=None, other_libraries=[])")]
    fn check_lib<'py>(
        slf: &Bound<'py, Self>,
        library: &Bound<'py, PyAny>,
        library_dirs: Given<'_, 'py>,
        headers: Given<'_, 'py>,
        include_dirs: Given<'_, 'py>,
        other_libraries: Option<Vec<Bound<'py, PyAny>>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.call_method0("_check_compiler")?;
        let mut libraries = vec![library.clone()];
        libraries.extend(other_libraries.unwrap_or_default());
        slf.call_method1("try_link", ("int main (void) { }", headers, include_dirs, libraries, library_dirs))
    }

    /// Whether the preprocessor finds the header `header`.
    ///
    /// `library_dirs` and `lang` are there for those who pass them: a header is looked for as C.
    #[pyo3(signature = (header, include_dirs = None, library_dirs = None, lang = None), text_signature = "($self, header, include_dirs=None, library_dirs=None, lang='c')")]
    fn check_header<'py>(
        slf: &Bound<'py, Self>,
        header: &Bound<'py, PyAny>,
        include_dirs: Given<'_, 'py>,
        library_dirs: Given<'_, 'py>,
        lang: Given<'_, 'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = (library_dirs, lang);
        let keywords = PyDict::new(slf.py());
        keywords.set_item("body", "/* No body */")?;
        keywords.set_item("headers", vec![header])?;
        keywords.set_item("include_dirs", include_dirs)?;
        slf.call_method("try_cpp", (), Some(&keywords))
    }
}

/// The language of a question where none was named.
fn language<'py>(slf: &Bound<'py, Config>, lang: Given<'_, 'py>) -> Bound<'py, PyAny> {
    lang.cloned().unwrap_or_else(|| PyString::new(slf.py(), "c").into_any())
}

/// Note files that `_clean` is to remove.
fn to_remove(slf: &Bound<'_, Config>, files: &[&Bound<'_, PyAny>]) -> PyResult<()> {
    slf.getattr("temp_files")?.call_method1("extend", (PyList::new(slf.py(), files)?,)).map(drop)
}

/// What a question's outcome says: yes, no (one of the `failures`), or an error of another kind.
fn answer(slf: &Bound<'_, Config>, outcome: PyResult<()>, failures: &[Bound<'_, PyType>]) -> PyResult<bool> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if failures.iter().any(|kind| error.is_instance(slf.py(), kind)) => Ok(false),
        Err(error) => Err(cleaned_up(slf, error)),
    }
}

/// `error`, with the files of the question removed: Ctrl-C leaves none behind.
fn cleaned_up(slf: &Bound<'_, Config>, error: PyErr) -> PyErr {
    if slf.getattr("temp_files").is_ok_and(|files| files.is_truthy().unwrap_or(true)) {
        // That the files cannot be removed is not what is to be told.
        let _ = slf.call_method0("_clean");
    }
    error
}

/// Say how a question was answered, and remove its files.
fn tell(slf: &Bound<'_, Config>, answer: bool) -> PyResult<bool> {
    log::info(slf.py(), if answer { "success!" } else { "failure." })?;
    slf.call_method0("_clean")?;
    Ok(answer)
}

/// Tell what is in a file, under its name or `head`.
#[pyfunction]
#[pyo3(signature = (filename, head = None))]
fn dump_file(filename: &Bound<'_, PyAny>, head: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    let py = filename.py();
    match head {
        None => log::call(py, "info", "%s", (filename,))?,
        Some(head) => drop(seam::global(py, "log", "info")?.call1((head,))?),
    }
    let file = open(filename)?;
    let text = file.call_method0("read");
    file.call_method0("close")?;
    seam::global(py, "log", "info")?.call1((text?,)).map(drop)
}

/// Names of `distutils.ccompiler`.
#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    from_ccompiler(py, "command.config", name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("LANG_EXT", LANG_EXT.into_py_dict(module.py())?)?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_class::<Config>()?;
    module.add_function(wrap_pyfunction!(dump_file, module)?)
}
