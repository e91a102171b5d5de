//! distutils.errors: the exceptions, and the one place where the engine's errors become them.

use oxidist_engine::Error;
use pyo3::PyTypeInfo;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyType};

use crate::text::Message;

/// Declares the exceptions and registers each under its name.
macro_rules! exceptions {
    ($($name:ident($base:ty), $doc:literal;)*) => {
        $(create_exception!(distutils.errors, $name, $base, $doc);)*

        pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
            $(module.add(stringify!($name), module.py().get_type::<$name>())?;)*
            let py = module.py();
            give_notes(&py.get_type::<DistutilsError>())?;
            give_notes(&py.get_type::<CCompilerError>())
        }
    };
}

exceptions! {
    DistutilsError(PyException), "What every distutils exception but the compiler's derives from.";
    DistutilsModuleError(DistutilsError), "A command's module, or the class in it, cannot be loaded.";
    DistutilsClassError(DistutilsError), "A command class lacks a part of the command protocol.";
    DistutilsGetoptError(DistutilsError), "An option table is malformed.";
    DistutilsArgError(DistutilsError), "The command line is wrong.";
    DistutilsFileError(DistutilsError), "A file is missing, or something cannot be done to it.";
    DistutilsOptionError(DistutilsError), "An option has a value that it cannot have, from wherever.";
    DistutilsSetupError(DistutilsError), "The setup script's arguments are wrong.";
    DistutilsPlatformError(DistutilsError), "This platform cannot do what was asked.";
    DistutilsExecError(DistutilsError), "A program could not be started, or failed.";
    DistutilsInternalError(DistutilsError), "Something that should be impossible.";
    DistutilsTemplateError(DistutilsError), "A manifest template has a syntax error.";
    DistutilsByteCompileError(DistutilsError), "Byte-compiling is not possible.";
    CCompilerError(PyException), "A compiler, archiver or linker step failed.";
    PreprocessError(CCompilerError), "The preprocessor failed.";
    CompileError(CCompilerError), "A source file did not compile.";
    LibError(CCompilerError), "A static library could not be made.";
    LinkError(CCompilerError), "A shared library or program could not be linked.";
    UnknownFileError(CCompilerError), "A file's type is not one that the compiler knows.";
}

/// Exceptions of Python 3.11 and later have `add_note`. 3.10's get one, so that whoever calls it may.
fn give_notes(class: &Bound<'_, PyType>) -> PyResult<()> {
    if class.hasattr("add_note")? { Ok(()) } else { class.setattr("add_note", AddNote) }
}

/// The method `add_note` of an exception.
#[pyclass(frozen)]
struct AddNote;

#[pymethods]
impl AddNote {
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        instance: &Bound<'py, PyAny>,
        owner: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = owner;
        if instance.is_none() {
            return Ok(slf.clone().into_any());
        }
        slf.py().import("_functools")?.call_method1("partial", (slf, instance))
    }

    /// Add a string to the exception's `__notes__`. Tracebacks show them from Python 3.11 on.
    fn __call__(&self, exception: &Bound<'_, PyAny>, note: &Bound<'_, PyString>) -> PyResult<()> {
        if !exception.hasattr("__notes__")? {
            exception.setattr("__notes__", PyList::empty(exception.py()))?;
        }
        exception.getattr("__notes__")?.call_method1("append", (note,)).map(drop)
    }
}

/// The engine's error as the exception that distutils raises in its case.
pub fn exception(error: Error) -> PyErr {
    let text = Message(error.to_string());
    match error {
        Error::File { .. }
        | Error::NotARegularFile(_)
        | Error::NoPackageFolder(_)
        | Error::NotAPackageFolder(_)
        | Error::Changed(_)
        | Error::Locked(_)
        | Error::Archive { .. } => DistutilsFileError::new_err(text),
        Error::Syntax { .. } | Error::Template(_) | Error::UnsupportedPattern(_) => {
            DistutilsTemplateError::new_err(text)
        }
        Error::Option(_) => DistutilsOptionError::new_err(text),
        Error::Metadata(_) => DistutilsSetupError::new_err(text),
        Error::Platform(_) => DistutilsPlatformError::new_err(text),
        Error::Process(_) | Error::TooManyProcesses(_) => DistutilsExecError::new_err(text),
        Error::Interpreter(_) => DistutilsByteCompileError::new_err(text),
        Error::OptionTable(_) => DistutilsGetoptError::new_err(text),
        Error::CommandLine(_) => DistutilsArgError::new_err(text),
        Error::Version(_) => PyValueError::new_err(text),
        Error::NoOrder(_) => PyTypeError::new_err(text),
        Error::Interrupted => crate::interrupt::raised(),
    }
}

/// An error of distutils that is a `Pythons` as well: what CPython raises in this case, so that `except` finds it.
///
/// Errors of distutils are told in one line; a RuntimeError or TypeError alone would end in a traceback.
pub fn also<Ours: PyTypeInfo, Pythons: PyTypeInfo>(py: Python<'_>, text: String) -> PyErr {
    let (ours, pythons) = (py.get_type::<Ours>(), py.get_type::<Pythons>());
    let made = (|| {
        let body = PyDict::new(py);
        body.set_item("__module__", "distutils.errors")?;
        let class = py.get_type::<PyType>().call1((ours.name()?, (&ours, pythons), body))?;
        class.call1((&text,))
    })();
    match made {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}

/// `error`, with `cause` as what Python's `raise ... from` gives it.
pub fn caused(py: Python<'_>, error: PyErr, cause: PyErr) -> PyErr {
    error.set_cause(py, Some(cause));
    error
}

/// A program that could not be run or failed, as the exception of the step that it was run for.
pub fn or_failed(
    py: Python<'_>,
    result: PyResult<()>,
    exception: impl FnOnce((Py<PyAny>,)) -> PyErr,
) -> PyResult<()> {
    match result {
        Err(error) if error.is_instance_of::<DistutilsExecError>(py) => {
            let reason = error.clone_ref(py).into_value(py).into_any();
            Err(caused(py, exception((reason,)), error))
        }
        result => result,
    }
}

/// `?` for the engine's results in functions that answer to Python.
pub trait OrRaise<T> {
    fn or_raise(self) -> PyResult<T>;
}

impl<T> OrRaise<T> for oxidist_engine::Result<T> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(exception)
    }
}
