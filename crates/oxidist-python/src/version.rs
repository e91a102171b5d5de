//! distutils.version: version numbers that compare, strict and loose.

use oxidist_engine::version;
use pyo3::basic::CompareOp;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pyclass_init::PyClassInitializer;
use pyo3::types::{PyDict, PyInt, PyList, PyString, PyTuple, PyType};

use crate::errors::OrRaise;
use crate::text::Message;
use crate::value::Elements;
use crate::{seam, text};

/// What version numbers have in common: made from a string by `parse`, compared by `_cmp`.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.version")]
pub struct Version;

#[pymethods]
impl Version {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Version
    }

    #[pyo3(signature = (vstring = None))]
    fn __init__(slf: &Bound<'_, Self>, vstring: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        match vstring {
            Some(vstring) if vstring.is_truthy()? => slf.call_method1("parse", (vstring,)).map(drop),
            _ => Ok(()),
        }
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        represented(slf, &slf.get_type().name()?)
    }

    fn __richcmp__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
        op: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let order = slf.call_method1("_cmp", (other,))?;
        if order.is(py.NotImplemented()) { Ok(order) } else { order.rich_compare(0, op) }
    }
}

/// Two or three numbers, and perhaps `a` or `b` with a number, which comes before the version without it.
#[pyclass(subclass, frozen, extends = Version, module = "distutils.version")]
pub struct StrictVersion;

#[pymethods]
impl StrictVersion {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Version).add_subclass(StrictVersion)
    }

    #[classattr]
    fn version_re() -> Expression {
        Expression(r"([0-9]+)\.([0-9]+)(\.([0-9]+))?([ab]([0-9]+))?$")
    }

    /// Set `version` (three numbers) and `prerelease` (letter and number, or None). ValueError.
    fn parse(slf: &Bound<'_, Self>, vstring: &Bound<'_, PyString>) -> PyResult<()> {
        let py = slf.py();
        if vstring.len()? > PLAIN_LENGTH || !seam::attribute_is_ours::<Expression>(slf, "version_re")? {
            return parse_by_expression(slf, vstring);
        }
        let parsed: version::StrictVersion = text::from_python(vstring)?.parse().or_raise()?;
        let numbers =
            parsed.numbers.iter().map(|number| integer(py, number)).collect::<PyResult<Vec<_>>>()?;
        slf.setattr("version", PyTuple::new(py, numbers)?)?;
        match &parsed.prerelease {
            Some(prerelease) => {
                slf.setattr("prerelease", (prerelease.letter, integer(py, &prerelease.number)?))
            }
            None => slf.setattr("prerelease", py.None()),
        }
    }

    /// Without a third number that is 0.
    fn __str__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let numbers = slf.getattr("version")?.elements()?.collect::<PyResult<Vec<_>>>()?;
        let shown = if numbers.last().is_some_and(|last| last.eq(0).unwrap_or(false)) { 2 } else { 3 };
        let mut words = Vec::new();
        for number in numbers.iter().take(shown) {
            words.push(number.str()?.to_string_lossy().into_owned());
        }
        let prerelease = slf.getattr("prerelease")?;
        if !prerelease.is_truthy()? {
            return Ok(words.join("."));
        }
        Ok(format!("{}{}{}", words.join("."), prerelease.get_item(0)?.str()?, prerelease.get_item(1)?.str()?))
    }

    /// -1, 0 or 1; NotImplemented for what is neither a version nor a string.
    fn _cmp<'py>(slf: &Bound<'py, Self>, other: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let Some(other) = comparable(other, "StrictVersion")? else {
            return Ok(slf.py().NotImplemented().into_bound(slf.py()));
        };
        let order = compare(&slf.getattr("version")?, &other.getattr("version")?)?;
        if !order.eq(0)? {
            return Ok(order);
        }
        slf.call_method1("_cmp_prerelease", (other,))
    }

    /// The same for two that have equal numbers.
    fn _cmp_prerelease<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (own, theirs) = (slf.getattr("prerelease")?, other.getattr("prerelease")?);
        match (own.is_truthy()?, theirs.is_truthy()?) {
            (true, true) => compare(&own, &theirs),
            // The one without is what the other leads to.
            (own, theirs) => Ok((i64::from(theirs) - i64::from(own)).into_pyobject(slf.py())?.into_any()),
        }
    }
}

/// Any text: its numbers compare as numbers, its words as words.
#[pyclass(subclass, frozen, extends = Version, module = "distutils.version")]
pub struct LooseVersion;

#[pymethods]
impl LooseVersion {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Version).add_subclass(LooseVersion)
    }

    #[classattr]
    fn component_re() -> Expression {
        Expression(r"(\d+|[a-z]+|\.)")
    }

    /// Set `vstring`, and `version` as the list of its numbers and words.
    fn parse(slf: &Bound<'_, Self>, vstring: &Bound<'_, PyString>) -> PyResult<()> {
        let py = slf.py();
        slf.setattr("vstring", vstring)?;
        let plain = vstring.to_str().ok().filter(|text| text.is_ascii() && text.len() <= PLAIN_LENGTH);
        let plain = match seam::attribute_is_ours::<Expression>(slf, "component_re")? {
            true => plain,
            false => None,
        };
        let version = PyList::empty(py);
        let Some(plain) = plain else {
            let split = slf.getattr("component_re")?.call_method1("split", (vstring,))?;
            for part in split.try_iter()? {
                let part = part?;
                if part.is_truthy()? && !part.eq(".")? {
                    version.append(number_or_word(part)?)?;
                }
            }
            return slf.setattr("version", version);
        };
        for part in version::LooseVersion::new(plain).parts {
            match part {
                version::Part::Number(number) => version.append(integer(py, &number)?)?,
                version::Part::Word(word) => version.append(word)?,
            }
        }
        slf.setattr("version", version)
    }

    fn __str__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.getattr("vstring")
    }

    fn __repr__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyString>> {
        represented(slf, intern!(slf.py(), "LooseVersion"))
    }

    /// -1, 0 or 1; NotImplemented for what is neither a version nor a string. TypeError where a number meets
    /// a word.
    fn _cmp<'py>(slf: &Bound<'py, Self>, other: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match comparable(other, "LooseVersion")? {
            Some(other) => compare(&slf.getattr("version")?, &other.getattr("version")?),
            None => Ok(slf.py().NotImplemented().into_bound(slf.py())),
        }
    }
}

/// The version's text in quotes behind a name.
fn represented<'py>(
    version: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyString>> {
    let shown = version.str()?;
    text::to_python(version.py(), &format!("{name} ('{}')", text::from_python(&shown)?))
}

/// `other` as an instance of the class of that name: a string is parsed. `None` for all else.
fn comparable<'py>(other: Bound<'py, PyAny>, class: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let class = seam::global(other.py(), "version", class)?;
    if other.is_instance_of::<PyString>() {
        return class.call1((other,)).map(Some);
    }
    Ok(if other.is_instance(&class)? { Some(other) } else { None })
}

/// -1, 0 or 1, as Python orders the two.
fn compare<'py>(own: &Bound<'py, PyAny>, theirs: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let order = if own.eq(theirs)? {
        0
    } else if own.lt(theirs)? {
        -1
    } else {
        1
    };
    Ok(i64::into_pyobject(order, own.py())?.into_any())
}

/// Up to this many ASCII characters are taken apart without Python: which other digits there are, and how long a
/// number may be, is its to say (and 640 digits are the least that a limit can be set to).
const PLAIN_LENGTH: usize = 640;

/// A part of a loose version as a number, where Python takes it for one.
fn number_or_word(part: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = part.py();
    match py.get_type::<PyInt>().call1((&part,)) {
        Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(part),
        number => number,
    }
}

/// A strict version by a subclass's own `version_re`, whose groups are: three numbers (1, 2, 4), the prerelease
/// (5) and its number (6).
fn parse_by_expression<'py>(slf: &Bound<'py, StrictVersion>, vstring: &Bound<'py, PyString>) -> PyResult<()> {
    let py = slf.py();
    let found = slf.getattr("version_re")?.call_method1("match", (vstring,))?;
    if !found.is_truthy()? {
        let shown = text::from_python(vstring)?;
        return Err(PyValueError::new_err(Message(format!("invalid version number '{shown}'"))));
    }
    let groups = found.call_method1("group", (1, 2, 4, 5, 6))?;
    let integer = |text: Bound<'py, PyAny>| py.get_type::<PyInt>().call1((text,));
    let (patch, prerelease) = (groups.get_item(2)?, groups.get_item(3)?);
    let patch = if patch.is_truthy()? { integer(patch)? } else { 0_i64.into_pyobject(py)?.into_any() };
    slf.setattr("version", (integer(groups.get_item(0)?)?, integer(groups.get_item(1)?)?, patch))?;
    if prerelease.is_truthy()? {
        slf.setattr("prerelease", (prerelease.get_item(0)?, integer(groups.get_item(4)?)?))
    } else {
        slf.setattr("prerelease", py.None())
    }
}

fn integer<'py>(py: Python<'py>, number: &version::Number) -> PyResult<Bound<'py, PyAny>> {
    match number.to_string() {
        // Nearly all: without a call.
        short if short.len() < 18 => Ok(short.parse::<i64>().unwrap_or(0).into_pyobject(py)?.into_any()),
        long => py.get_type::<PyInt>().call1((long,)),
    }
}

/// A class attribute that is a compiled regular expression, and is compiled when it is asked for: nothing here
/// needs Python's `re`.
#[pyclass(frozen)]
struct Expression(&'static str);

#[pymethods]
impl Expression {
    fn __get__<'py>(
        &self,
        instance: &Bound<'py, PyAny>,
        owner: Option<&Bound<'py, PyType>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = owner;
        instance.py().import("re")?.call_method1("compile", (self.0,))
    }
}

/// A context in which warnings are kept to oneself. (The version classes of later copies warn of themselves;
/// these do not.)
#[pyfunction]
fn suppress_known_deprecation(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let keywords = PyDict::new(py);
    keywords.set_item("record", true)?;
    py.import("warnings")?.call_method("catch_warnings", (), Some(&keywords))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Version>()?;
    module.add_class::<StrictVersion>()?;
    module.add_class::<LooseVersion>()?;
    module.add_function(wrap_pyfunction!(suppress_known_deprecation, module)?)
}
