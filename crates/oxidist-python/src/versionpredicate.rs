//! distutils.versionpredicate: requirements on versions, as `requires` and `provides` state them.

use std::sync::atomic::{AtomicBool, Ordering};

use oxidist_engine::version;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::errors::OrRaise;
use crate::{late, seam, text};

/// A package's name, and the versions of it that will do: `pkg.name (>= 1.0, != 1.5)`.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.versionpredicate")]
pub struct VersionPredicate;

#[pymethods]
impl VersionPredicate {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        VersionPredicate
    }

    /// Sets `name` and `pred`, the list of `(comparison, StrictVersion)`. ValueError.
    #[allow(non_snake_case)] // distutils' own name
    fn __init__(slf: &Bound<'_, Self>, versionPredicateStr: &Bound<'_, PyString>) -> PyResult<()> {
        let py = slf.py();
        let carried = text::from_python(versionPredicateStr)?;
        let (name, comparisons) = version::predicate_words(&carried).or_raise()?;
        slf.setattr("name", text::to_python(py, name)?)?;
        let split_up = seam::global(py, "versionpredicate", "splitUp")?;
        let predicates = PyList::empty(py);
        for comparison in comparisons {
            predicates.append(split_up.call1((text::to_python(py, comparison)?,))?)?;
        }
        slf.setattr("pred", predicates)
    }

    fn __str__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let name = slf.getattr("name")?.str()?.to_string_lossy().into_owned();
        let mut words = Vec::new();
        for pair in slf.getattr("pred")?.try_iter()? {
            let pair = pair?;
            words.push(format!("{} {}", pair.get_item(0)?.str()?, pair.get_item(1)?.str()?));
        }
        Ok(if words.is_empty() { name } else { format!("{name} ({})", words.join(", ")) })
    }

    /// Whether a version, or a string that StrictVersion takes, is as all comparisons ask for.
    fn satisfied_by(slf: &Bound<'_, Self>, version: &Bound<'_, PyAny>) -> PyResult<bool> {
        let comparisons = seam::global(slf.py(), "versionpredicate", "compmap")?;
        for pair in slf.getattr("pred")?.try_iter()? {
            let pair = pair?;
            let holds = comparisons.get_item(pair.get_item(0)?)?;
            if !holds.call1((version, pair.get_item(1)?))?.is_truthy()? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn strict_version<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    seam::global(py, "version", "StrictVersion")?.call1((text::to_python(py, text)?,))
}

/// One comparison, such as `>= 1.0`, as `(comparison, StrictVersion)`. ValueError.
#[pyfunction]
#[pyo3(name = "splitUp")]
fn split_up<'py>(pred: &Bound<'py, PyString>) -> PyResult<(&'static str, Bound<'py, PyAny>)> {
    let carried = text::from_python(pred)?;
    let (comparison, limit) = version::comparison_words(&carried).or_raise()?;
    Ok((comparison.symbol(), strict_version(pred.py(), limit)?))
}

/// A name, and perhaps a version in parentheses, as `(name, StrictVersion or None)`. ValueError.
#[pyfunction]
fn split_provision<'py>(
    value: &Bound<'py, PyString>,
) -> PyResult<(Bound<'py, PyString>, Option<Bound<'py, PyAny>>)> {
    HAS_SPLIT_PROVISION.store(true, Ordering::Relaxed);
    let py = value.py();
    let carried = text::from_python(value)?;
    let (name, number) = version::provision_words(&carried).or_raise()?;
    Ok((text::to_python(py, name)?, number.map(|number| strict_version(py, number)).transpose()?))
}

/// Regular expressions for scripts, as nothing here needs them: compiled when they are asked for.
const EXPRESSIONS: &[(&str, &str)] = &[
    ("re_validPackage", r"(?a)\s*([a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*)(.*)"),
    ("re_paren", r"\s*\((.*)\)\s*$"),
    ("re_splitComparison", r"\s*([<>]=?|[!=]=)\s*([^,\s]+)\s*$"),
    (PROVISION, r"(?a)([a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*)(?:\s*\(\s*([^)\s]+)\s*\))?$"),
];

/// The one that is None until [`split_provision`] was called for the first time.
const PROVISION: &str = "_provision_rx";
static HAS_SPLIT_PROVISION: AtomicBool = AtomicBool::new(false);

/// The functions behind the comparisons, by their names in the module `operator`.
const FUNCTIONS: [(version::Comparison, &str); 6] = [
    (version::Comparison::Less, "lt"),
    (version::Comparison::LessOrEqual, "le"),
    (version::Comparison::Equal, "eq"),
    (version::Comparison::Greater, "gt"),
    (version::Comparison::GreaterOrEqual, "ge"),
    (version::Comparison::NotEqual, "ne"),
];

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    if name == PROVISION && !HAS_SPLIT_PROVISION.load(Ordering::Relaxed) {
        return Ok(py.None().into_bound(py));
    }
    late::expression(py, "versionpredicate", EXPRESSIONS, name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let functions = py.import("_operator")?;
    let comparisons = PyDict::new(py);
    for (comparison, name) in FUNCTIONS {
        comparisons.set_item(comparison.symbol(), functions.getattr(name)?)?;
    }
    module.add("compmap", comparisons)?;
    module.add_class::<VersionPredicate>()?;
    module.add_function(wrap_pyfunction!(split_up, module)?)?;
    module.add_function(wrap_pyfunction!(split_provision, module)?)?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)
}
