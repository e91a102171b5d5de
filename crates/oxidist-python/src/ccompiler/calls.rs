//! What the methods that all classes of compilers have are called with, and what the hooks make of it.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use super::{make_folder_of, os_path};
use crate::seam;

/// What an instance is made with.
pub struct InitArguments<'py> {
    pub verbose: Bound<'py, PyAny>,
    pub dry_run: Bound<'py, PyAny>,
    pub force: Bound<'py, PyAny>,
}

impl<'py> InitArguments<'py> {
    /// `class.__init__(compiler, ...)`, for the class of that name which `module` has.
    pub fn call_of(self, compiler: &Bound<'py, PyAny>, module: &str, class: &str) -> PyResult<()> {
        let arguments = (compiler, self.verbose, self.dry_run, self.force);
        seam::global(compiler.py(), module, class)?.call_method1("__init__", arguments).map(drop)
    }
}

/// What `object_filenames` is called with.
pub struct NameArguments<'py> {
    pub source_filenames: Bound<'py, PyAny>,
    pub strip_dir: bool,
    pub output_dir: Bound<'py, PyAny>,
}

/// What `preprocess` is called with.
pub struct PreprocessArguments<'py> {
    pub source: Bound<'py, PyAny>,
    /// `None`: standard output.
    pub output_file: Option<Bound<'py, PyAny>>,
    pub macros: Option<Bound<'py, PyAny>>,
    pub include_dirs: Option<Bound<'py, PyAny>>,
    pub extra_preargs: Option<Bound<'py, PyAny>>,
    pub extra_postargs: Option<Bound<'py, PyAny>>,
}

impl<'py> PreprocessArguments<'py> {
    /// The words of `gen_preprocess_options`, which `module` has, for the macros and folders.
    pub fn options(&self, compiler: &Bound<'py, PyAny>, module: &str) -> PyResult<Bound<'py, PyAny>> {
        let py = compiler.py();
        let given = (py.None(), &self.macros, &self.include_dirs);
        let (_, macros, include_dirs): (Bound<'_, PyAny>, Bound<'_, PyAny>, Bound<'_, PyAny>) =
            compiler.call_method1("_fix_compile_args", given)?.extract()?;
        seam::global(py, module, "gen_preprocess_options")?.call1((macros, include_dirs))
    }

    /// Whether the output is to be made, as `newer`, which `module` has, says; its folder is there then.
    pub fn is_due(&self, compiler: &Bound<'py, PyAny>, module: &str) -> PyResult<bool> {
        let py = compiler.py();
        let due = compiler.getattr("force")?.is_truthy()?
            || match &self.output_file {
                None => true,
                Some(file) => seam::global(py, module, "newer")?.call1((&self.source, file))?.is_truthy()?,
            };
        if due
            && let Some(file) = &self.output_file
            && file.is_truthy()?
        {
            make_folder_of(compiler, file)?;
        }
        Ok(due)
    }
}

/// What `compile` is called with.
pub struct CompileArguments<'py> {
    pub sources: Bound<'py, PyAny>,
    pub output_dir: Option<Bound<'py, PyAny>>,
    pub macros: Option<Bound<'py, PyAny>>,
    pub include_dirs: Option<Bound<'py, PyAny>>,
    pub debug: Bound<'py, PyAny>,
    pub extra_preargs: Option<Bound<'py, PyAny>>,
    pub extra_postargs: Option<Bound<'py, PyAny>>,
    pub depends: Option<Bound<'py, PyAny>>,
}

impl<'py> CompileArguments<'py> {
    /// What `_setup_compile` answers.
    pub fn set_up(&self, compiler: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let arguments = (
            &self.output_dir,
            &self.macros,
            &self.include_dirs,
            &self.sources,
            &self.depends,
            &self.extra_postargs,
        );
        compiler.call_method1(intern!(compiler.py(), "_setup_compile"), arguments)
    }
}

/// What `_compile` is called with, without the words for the preprocessor, which `cc_args` has too.
#[derive(Clone, Copy)]
pub struct ObjectArguments<'a, 'py> {
    pub object: &'a Bound<'py, PyAny>,
    pub source: &'a Bound<'py, PyAny>,
    /// The end of the source's name: `.c`.
    pub ending: &'a Bound<'py, PyAny>,
    pub cc_args: &'a Bound<'py, PyAny>,
    pub extra_postargs: &'a Bound<'py, PyAny>,
}

/// What `create_static_lib` is called with, as far as it counts.
pub struct ArchiveArguments<'py> {
    pub objects: Bound<'py, PyAny>,
    pub output_libname: Bound<'py, PyAny>,
    pub output_dir: Option<Bound<'py, PyAny>>,
}

/// What goes into a static library, and the library's file.
pub struct Archive<'py> {
    pub objects: Bound<'py, PyAny>,
    pub output: Bound<'py, PyAny>,
}

impl<'py> Archive<'py> {
    /// What `_fix_object_args` and `library_filename` make of the arguments.
    pub fn of(compiler: &Bound<'py, PyAny>, call: &ArchiveArguments<'py>) -> PyResult<Self> {
        let (objects, output_dir): (Bound<'py, PyAny>, Bound<'py, PyAny>) =
            compiler.call_method1("_fix_object_args", (&call.objects, &call.output_dir))?.extract()?;
        let keywords = PyDict::new(compiler.py());
        keywords.set_item("output_dir", output_dir)?;
        let output = compiler.call_method("library_filename", (&call.output_libname,), Some(&keywords))?;
        Ok(Archive { objects, output })
    }
}

/// What `link` is called with; each is None where the caller gave nothing.
pub struct LinkArguments<'py> {
    pub target_desc: Bound<'py, PyAny>,
    pub objects: Bound<'py, PyAny>,
    pub output_filename: Bound<'py, PyAny>,
    pub output_dir: Bound<'py, PyAny>,
    pub libraries: Bound<'py, PyAny>,
    pub library_dirs: Bound<'py, PyAny>,
    pub runtime_library_dirs: Bound<'py, PyAny>,
    pub export_symbols: Bound<'py, PyAny>,
    pub debug: Bound<'py, PyAny>,
    pub extra_preargs: Bound<'py, PyAny>,
    pub extra_postargs: Bound<'py, PyAny>,
    pub build_temp: Bound<'py, PyAny>,
    pub target_lang: Bound<'py, PyAny>,
}

impl<'py> LinkArguments<'py> {
    /// `compiler.link(...)`, all arguments by position.
    pub fn call(self, compiler: &Bound<'py, PyAny>) -> PyResult<()> {
        let py = compiler.py();
        compiler.call_method1(intern!(py, "link"), PyTuple::new(py, self.by_position())?).map(drop)
    }

    /// `class.link(compiler, ...)`, for a class that `compiler`'s is derived from.
    pub fn call_of(self, class: &Bound<'py, PyAny>, compiler: &Bound<'py, PyAny>) -> PyResult<()> {
        let py = compiler.py();
        let arguments = std::iter::once(compiler.clone()).chain(self.by_position());
        let arguments = PyTuple::new(py, arguments.collect::<Vec<_>>())?;
        class.call_method1(intern!(py, "link"), arguments).map(drop)
    }

    fn by_position(self) -> [Bound<'py, PyAny>; 13] {
        [
            self.target_desc,
            self.objects,
            self.output_filename,
            self.output_dir,
            self.libraries,
            self.library_dirs,
            self.runtime_library_dirs,
            self.export_symbols,
            self.debug,
            self.extra_preargs,
            self.extra_postargs,
            self.build_temp,
            self.target_lang,
        ]
    }
}

/// What `_fix_object_args` and `_fix_lib_args` make of the arguments of a link.
pub struct FixedLink<'py> {
    pub objects: Bound<'py, PyAny>,
    pub output_dir: Bound<'py, PyAny>,
    pub libraries: Bound<'py, PyAny>,
    pub library_dirs: Bound<'py, PyAny>,
    pub runtime_library_dirs: Bound<'py, PyAny>,
}

impl<'py> FixedLink<'py> {
    pub fn of(compiler: &Bound<'py, PyAny>, call: &LinkArguments<'py>) -> PyResult<Self> {
        type Three<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>);
        let (objects, output_dir): (Bound<'py, PyAny>, Bound<'py, PyAny>) =
            compiler.call_method1("_fix_object_args", (&call.objects, &call.output_dir))?.extract()?;
        let given = (&call.libraries, &call.library_dirs, &call.runtime_library_dirs);
        let (libraries, library_dirs, runtime_library_dirs): Three<'py> =
            compiler.call_method1("_fix_lib_args", given)?.extract()?;
        Ok(FixedLink { objects, output_dir, libraries, library_dirs, runtime_library_dirs })
    }

    /// The words of `gen_lib_options`, which `module` has, for the libraries and their folders.
    pub fn library_options(&self, compiler: &Bound<'py, PyAny>, module: &str) -> PyResult<Bound<'py, PyAny>> {
        let arguments = (compiler, &self.library_dirs, &self.runtime_library_dirs, &self.libraries);
        seam::global(compiler.py(), module, "gen_lib_options")?.call1(arguments)
    }

    /// The file that is made: below `output_dir` where there is one.
    pub fn output(&self, call: &LinkArguments<'py>) -> PyResult<Bound<'py, PyAny>> {
        if self.output_dir.is_none() {
            return Ok(call.output_filename.clone());
        }
        os_path(self.output_dir.py(), "join", (&self.output_dir, &call.output_filename))
    }
}

/// What `find_library_file` is called with.
pub struct FindArguments<'py> {
    pub dirs: Bound<'py, PyAny>,
    pub lib: Bound<'py, PyAny>,
    pub debug: Bound<'py, PyAny>,
}
