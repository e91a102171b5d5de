//! `Command.sub_commands`: which of them are to run, and whether the list can be used at all.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::dist::finds_by_us;
use crate::errors::{DistutilsClassError, DistutilsModuleError, also, caused};
use crate::value::Elements;
use crate::{seam, source_lines};

/// See `Command.get_sub_commands`. A name that is no command's is an error before the first of them runs.
pub(super) fn of<'py>(command: &Bound<'py, super::Command>) -> PyResult<Bound<'py, PyList>> {
    let names = PyList::empty(command.py());
    for row in rows(command.as_any(), command.get_type().as_any())? {
        if row.applies_to(command.as_any())? {
            row.find_class(&command.getattr("distribution")?)?;
            names.append(row.name)?;
        }
    }
    Ok(names)
}

/// The same question, asked before a command runs others first. A predicate is only asked where its command is one
/// that nobody has.
pub fn check(command: &Bound<'_, super::Command>) -> PyResult<()> {
    if !seam::methods_are_ours(command.as_any(), &["get_sub_commands"])? {
        return Ok(());
    }
    let dist = command.getattr("distribution")?;
    for row in rows(command.as_any(), command.get_type().as_any())? {
        if let Err(error) = row.find_class(&dist)
            && row.applies_to(command.as_any())?
        {
            return Err(error);
        }
    }
    Ok(())
}

/// The same for a class that has no object yet, where distutils' own `run` is certain to ask for them: those without a
/// predicate.
pub fn check_class(dist: &Bound<'_, PyAny>, class: &Bound<'_, PyAny>) -> PyResult<()> {
    if class.getattr_opt("sub_commands")?.is_none_or(|list| !list.is_truthy().unwrap_or(false))
        || !seam::class_is_ours(class, &["run", "get_sub_commands"])?
    {
        return Ok(());
    }
    rows(class, class)?.iter().filter(|row| row.predicate.is_none()).try_for_each(|row| row.find_class(dist))
}

struct Row<'py> {
    name: Bound<'py, PyAny>,
    predicate: Bound<'py, PyAny>,
    class: Bound<'py, PyAny>,
    index: usize,
}

/// The rows of `holder.sub_commands`, where `holder` is a command or its `class`.
fn rows<'py>(holder: &Bound<'py, PyAny>, class: &Bound<'py, PyAny>) -> PyResult<Vec<Row<'py>>> {
    let list = holder.getattr("sub_commands")?;
    let refused = |index: Option<usize>, found: &Bound<'py, PyAny>| -> PyResult<PyErr> {
        let what = match index {
            Some(_) => "must be (name, predicate or None)",
            None => "must be a list of (name, predicate or None)",
        };
        let text = format!("{} {what} (got {})", place(class, index), found.repr()?.to_string_lossy());
        Ok(also::<DistutilsClassError, PyTypeError>(class.py(), text))
    };
    if list.is_instance_of::<PyString>() || list.try_iter().is_err() {
        return Err(refused(None, &list)?);
    }
    let mut rows = Vec::new();
    for (index, row) in list.elements()?.enumerate() {
        let row = row?;
        let pair = match row.is_instance_of::<PyString>() {
            true => None,
            false => {
                row.try_iter().ok().and_then(|_| row.elements().ok()?.collect::<PyResult<Vec<_>>>().ok())
            }
        };
        let Some([name, predicate]) = pair.and_then(|pair| <[_; 2]>::try_from(pair).ok()) else {
            return Err(refused(Some(index), &row)?);
        };
        if !name.is_instance_of::<PyString>() || !predicate.is_none() && !predicate.is_callable() {
            return Err(refused(Some(index), &row)?);
        }
        rows.push(Row { name, predicate, class: class.clone(), index });
    }
    Ok(rows)
}

impl Row<'_> {
    fn applies_to(&self, command: &Bound<'_, PyAny>) -> PyResult<bool> {
        if self.predicate.is_none() {
            return Ok(true);
        }
        let py = command.py();
        match self.predicate.call1((command,)) {
            // Without a traceback it is the call itself that failed: the predicate takes other arguments.
            Err(error) if error.is_instance_of::<PyTypeError>(py) && error.traceback(py).is_none() => {
                let at = source_lines::in_parentheses(source_lines::of_function(&self.predicate));
                let text = format!(
                    "{}: the predicate of '{}'{at} is called with the command, and nothing else: {}",
                    place(&self.class, Some(self.index)),
                    self.name.str()?.to_string_lossy(),
                    error.value(py)
                );
                Err(caused(py, also::<DistutilsClassError, PyTypeError>(py, text), error))
            }
            answer => answer?.is_truthy(),
        }
    }

    /// That there is such a command. distutils' own and those of `cmdclass` are not looked for, and none is where the
    /// script has its own way to find them: it would be called before its time.
    fn find_class(&self, dist: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = dist.py();
        if seam::face(py, "command")?.getattr("__all__")?.contains(&self.name)?
            || UNLISTED.iter().any(|name| self.name.eq(name).unwrap_or(false))
            || dist.getattr("cmdclass")?.call_method1("get", (&self.name,))?.is_truthy()?
            || !finds_by_us(dist)?
        {
            return Ok(());
        }
        match dist.call_method1("get_command_class", (&self.name,)) {
            Err(error) if error.is_instance_of::<DistutilsModuleError>(py) => {
                let (text, place) = (error.value(py).to_string(), place(&self.class, Some(self.index)));
                // The hint stays at the end.
                let hint = text.rfind(": did you mean").or_else(|| Some(text.find("': ")? + 1));
                let (what, hint) = text.split_at(hint.unwrap_or(text.len()));
                let text = format!("{what}, in {place}{hint}");
                Err(caused(py, DistutilsModuleError::new_err(text), error))
            }
            found => found.map(drop),
        }
    }
}

/// Commands of distutils that its own list leaves out.
const UNLISTED: [&str; 3] = ["install_egg_info", "bdist_msi", "config"];

/// `build.sub_commands[4] (setup.py:3)`, with the class that has the list.
fn place(class: &Bound<'_, PyAny>, index: Option<usize>) -> String {
    let name = class.getattr("__name__").map(|name| name.to_string()).unwrap_or_default();
    let index = index.map_or_else(String::new, |index| format!("[{index}]"));
    let at = source_lines::in_parentheses(source_lines::of_attribute(class, "sub_commands"));
    format!("{name}.sub_commands{index}{at}")
}
