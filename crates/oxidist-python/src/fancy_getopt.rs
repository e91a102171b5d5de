//! distutils.fancy_getopt: option tables tied to a command line and to a help text.

use std::collections::HashMap;

use oxidist_engine::options::{self, AliasKind, OptionRow, Place, SettingValue, Table};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PySlice, PyString, PyTuple};

use crate::dist::display::or_escaped;
use crate::errors::{DistutilsArgError, OrRaise, exception};
use crate::value::Elements;
use crate::{late, text};

/// A parser for options that have long names, letters, help texts, aliases and opposites.
///
/// A table's rows are `(long name, letter or None, help text[, repeatable])`; a long name ends in `=`
/// where the option takes a value.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.fancy_getopt")]
pub struct FancyGetopt;

#[pymethods]
impl FancyGetopt {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        FancyGetopt
    }

    #[pyo3(signature = (option_table = None))]
    fn __init__(slf: &Bound<'_, Self>, option_table: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let py = slf.py();
        let given = option_table.as_ref().map_or(Ok(false), |table| table.is_truthy())?;
        slf.setattr("option_table", option_table)?;
        slf.setattr("option_index", PyDict::new(py))?;
        if given {
            slf.call_method0("_build_index")?;
        }
        for name in ["alias", "negative_alias", "short2long", "attr_name", "takes_arg"] {
            slf.setattr(name, PyDict::new(py))?;
        }
        for name in ["short_opts", "long_opts", "option_order"] {
            slf.setattr(name, PyList::empty(py))?;
        }
        Ok(())
    }

    fn _build_index(slf: &Bound<'_, Self>) -> PyResult<()> {
        let index = slf.getattr("option_index")?;
        index.call_method0("clear")?;
        for row in slf.getattr("option_table")?.try_iter()? {
            let row = row?;
            index.set_item(row.get_item(0)?, row)?;
        }
        Ok(())
    }

    /// Put another table in place of the one there is.
    fn set_option_table(slf: &Bound<'_, Self>, option_table: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.setattr("option_table", option_table)?;
        slf.call_method0("_build_index").map(drop)
    }

    /// Add one row to the table.
    #[pyo3(signature = (long_option, short_option = None, help_string = None))]
    fn add_option(
        slf: &Bound<'_, Self>,
        long_option: &Bound<'_, PyString>,
        short_option: Option<Bound<'_, PyAny>>,
        help_string: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let index = slf.getattr("option_index")?;
        if index.contains(long_option)? {
            return Err(exception(options::already_defined(&long_option.to_cow()?)));
        }
        let row = (long_option, short_option, help_string).into_pyobject(slf.py())?;
        slf.getattr("option_table")?.call_method1("append", (&row,))?;
        index.set_item(long_option, row)
    }

    /// Whether the table has this long name (with its `=`).
    fn has_option(slf: &Bound<'_, Self>, long_option: &Bound<'_, PyAny>) -> PyResult<bool> {
        slf.getattr("option_index")?.contains(long_option)
    }

    /// The long name as the attribute that the option sets.
    fn get_attr_name(&self, long_option: &str) -> String {
        options::translate_longopt(long_option)
    }

    fn _check_alias_dict(
        slf: &Bound<'_, Self>,
        aliases: &Bound<'_, PyDict>,
        what: &Bound<'_, PyString>,
    ) -> PyResult<()> {
        let index = slf.getattr("option_index")?;
        let kind = if what.to_cow()? == "alias" { AliasKind::Alias } else { AliasKind::Negative };
        options::check_aliases(kind, &pairs(aliases)?, |name| index.contains(name).unwrap_or(false))
            .or_raise()
    }

    /// Other names for options: `{alias: long name}`.
    fn set_aliases(slf: &Bound<'_, Self>, alias: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.call_method1("_check_alias_dict", (alias, "alias"))?;
        slf.setattr("alias", alias)
    }

    /// Options that turn another one off: `{opposite: long name}`.
    fn set_negative_aliases(slf: &Bound<'_, Self>, negative_alias: &Bound<'_, PyAny>) -> PyResult<()> {
        slf.call_method1("_check_alias_dict", (negative_alias, "negative alias"))?;
        slf.setattr("negative_alias", negative_alias)
    }

    /// Check the table, and fill the attributes that describe it.
    fn _grok_option_table(slf: &Bound<'_, Self>) -> PyResult<()> {
        let (table, rows) = checked_table(slf, earlier_options(slf)?)?;
        let py = slf.py();
        slf.setattr("short_opts", text::list_to_python(py, table.short_opts())?)?;
        slf.setattr("long_opts", table.long_opts())?;
        let letters = slf.getattr("short2long")?;
        letters.call_method0("clear")?;
        for (letter, long) in table.short_to_long() {
            letters.set_item(text::to_python(py, letter.encode_utf8(&mut [0; 4]))?, long)?;
        }
        let repeat = PyDict::new(py);
        let (attributes, takes_value) = (slf.getattr("attr_name")?, slf.getattr("takes_arg")?);
        for (row, given) in rows.iter().zip(slf.getattr("option_table")?.try_iter()?) {
            let given = given?;
            let count =
                if given.len()? > 3 { given.get_item(3)? } else { 0_i64.into_pyobject(py)?.into_any() };
            repeat.set_item(&row.long, count)?;
            attributes.set_item(row.name(), slf.call_method1("get_attr_name", (row.name(),))?)?;
            takes_value.set_item(row.name(), i64::from(row.takes_value()))?;
        }
        slf.setattr("repeat", repeat)
    }

    /// Parse the options at the front of `args` into attributes of `object`.
    ///
    /// The arguments left over are returned; without an `object`, a pair of them and a new one.
    #[pyo3(signature = (args = None, object = None))]
    fn getopt<'py>(
        slf: &Bound<'py, Self>,
        args: Option<Bound<'py, PyAny>>,
        object: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let args = match args {
            Some(args) => words(&args)?,
            None => words(&py.import("sys")?.getattr("argv")?)?.into_iter().skip(1).collect(),
        };
        let target = match &object {
            Some(object) => object.clone(),
            None => crate::seam::global(py, "fancy_getopt", "OptionDummy")?.call0()?,
        };
        // As they are before this table joins them.
        let earlier = earlier_options(slf)?;
        slf.call_method0("_grok_option_table")?;
        let (table, _) = checked_table(slf, earlier)?;
        let texts = args.iter().map(|word| text::from_python(word).map(|text| text.into_owned()));
        let texts = texts.collect::<PyResult<Vec<_>>>()?;
        let (found, rest) = table.find(&texts).or_raise()?;

        let order = slf.getattr("option_order")?;
        for found in found {
            let setting = table.setting(found).or_raise()?;
            let value = match setting.value {
                SettingValue::Text(_) => cut(py, &args, setting.place)?,
                SettingValue::Flag(on) => i64::from(on).into_pyobject(py)?.into_any(),
                SettingValue::Count => one_more(target.getattr_opt(&*setting.attribute)?, py)?,
            };
            target.setattr(&*setting.attribute, &value)?;
            order.call_method1("append", ((setting.option, value),))?;
        }
        let rest = PyList::new(py, &args[rest..])?.into_any();
        match object {
            Some(_) => Ok(rest),
            None => Ok((rest, target).into_pyobject(py)?.into_any()),
        }
    }

    /// The `(long name, value)` pairs that were parsed, in the command line's order.
    fn get_option_order<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let order = slf.getattr("option_order")?;
        if order.is_none() {
            return Err(PyRuntimeError::new_err("'getopt()' hasn't been called yet"));
        }
        Ok(order)
    }

    /// The help text of the table, a string for each line.
    #[pyo3(signature = (header = None))]
    fn generate_help<'py>(
        slf: &Bound<'py, Self>,
        header: Option<&Bound<'py, PyString>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let header = header.map(text::from_python).transpose()?;
        let lines = options::generate_help(&rows(&slf.getattr("option_table")?)?, header.as_deref());
        text::list_to_python(slf.py(), &lines)
    }

    /// Write the help text to `file`, or to standard output.
    #[pyo3(signature = (header = None, file = None))]
    fn print_help(
        slf: &Bound<'_, Self>,
        header: Option<Bound<'_, PyAny>>,
        file: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let file = match file {
            Some(file) => file,
            None => slf.py().import("sys")?.getattr("stdout")?,
        };
        // A standard output that was closed before Python began; `print` says nothing there either.
        if file.is_none() {
            return Ok(());
        }
        for line in slf.call_method1("generate_help", (header,))?.try_iter()? {
            let write = |line: &Bound<'_, PyAny>| file.call_method1("write", (line,)).map(drop);
            or_escaped(&line?.add("\n")?, || Ok(file.clone()), write)?;
        }
        Ok(())
    }
}

/// An object to set options on, when there is no better one.
#[pyclass(subclass, dict, weakref, frozen, module = "distutils.fancy_getopt")]
pub struct OptionDummy;

#[pymethods]
impl OptionDummy {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        OptionDummy
    }

    /// Each name in `options` becomes an attribute, None.
    #[pyo3(signature = (options = None))]
    fn __init__(slf: &Bound<'_, Self>, options: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        if let Some(options) = options {
            for option in options.try_iter()? {
                slf.setattr(option?.cast_into::<PyString>()?, slf.py().None())?;
            }
        }
        Ok(())
    }
}

/// The rows of a table as Python has it: tuples (or lists) of three or four.
pub fn rows(table: &Bound<'_, PyAny>) -> PyResult<Vec<OptionRow>> {
    if table.is_none() {
        return Ok(Vec::new());
    }
    table.elements()?.map(|row| read_row(&row?)).collect()
}

/// The checked table of a parser, with its rows. Of two things that are wrong the one in the earlier row is told.
fn checked_table(
    parser: &Bound<'_, FancyGetopt>,
    earlier: HashMap<String, bool>,
) -> PyResult<(Table, Vec<OptionRow>)> {
    let mut rows = Vec::new();
    let mut wrong = None;
    for row in parser.getattr("option_table")?.try_iter()? {
        match read_row(&row?) {
            Ok(row) => rows.push(row),
            Err(error) => {
                wrong = Some(error);
                break;
            }
        }
    }
    let table = table(parser, earlier, &rows)?;
    wrong.map_or(Ok((table, rows)), Err)
}

fn read_row(row: &Bound<'_, PyAny>) -> PyResult<OptionRow> {
    let length = row.len().unwrap_or(0);
    if !(length == 3 || length == 4) || row.is_instance_of::<PyString>() {
        return Err(PyValueError::new_err(format!("invalid option tuple: {}", row.repr()?)));
    }
    let (long, short, help) = (row.get_item(0)?, row.get_item(1)?, row.get_item(2)?);
    let own = |value: &Bound<'_, PyString>| text::from_python(value).map(|text| text.into_owned());
    let Ok(name) = long.cast::<PyString>() else {
        return Err(exception(options::invalid_long(&own(&long.str()?)?)));
    };
    let letter = match short.is_none() {
        true => None,
        false => match short.cast::<PyString>() {
            Ok(letter) => Some(own(letter)?),
            Err(_) => return Err(exception(options::invalid_short(&own(&short.str()?)?))),
        },
    };
    let help = if help.is_none() { None } else { Some(own(&help.str()?)?) };
    let name = own(name)?;
    let repeat = length == 3 || !row.get_item(3)?.is_none();
    Ok(OptionRow { long: name, short: letter, help, repeat })
}

/// Whether the options that a parser has had so far take a value. Aliases may lead to them.
fn earlier_options(parser: &Bound<'_, FancyGetopt>) -> PyResult<HashMap<String, bool>> {
    let mut takes_value = HashMap::new();
    for item in parser.getattr("takes_arg")?.cast::<PyDict>()?.items() {
        let (name, takes): (String, Bound<'_, PyAny>) = item.extract()?;
        takes_value.insert(name, takes.is_truthy()?);
    }
    Ok(takes_value)
}

/// The engine's table for a parser's rows and aliases.
fn table(
    parser: &Bound<'_, FancyGetopt>,
    earlier: HashMap<String, bool>,
    rows: &[OptionRow],
) -> PyResult<Table> {
    let aliases = pairs(parser.getattr("alias")?.cast()?)?;
    let negatives = pairs(parser.getattr("negative_alias")?.cast()?)?;
    Table::after(earlier, rows, &aliases, &negatives).or_raise()
}

fn pairs(dictionary: &Bound<'_, PyDict>) -> PyResult<Vec<(String, String)>> {
    dictionary.items().extract()
}

/// The arguments of a command line, which must be strings.
fn words<'py>(args: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
    let shown = || args.repr().map_or_else(|_| String::new(), |text| text.to_string());
    if args.is_instance_of::<PyString>() {
        let message = format!("the arguments must be a list of strings (got {})", shown());
        return Err(DistutilsArgError::new_err(message));
    }
    args.elements()?
        .map(|word| {
            word?.cast_into::<PyString>().map_err(|_| {
                DistutilsArgError::new_err(format!("the arguments must be strings (got {})", shown()))
            })
        })
        .collect()
}

/// A value as it stands in the arguments. It is empty where two options have one letter, of which the first takes
/// no value, and the last is the one that is meant.
fn cut<'py>(
    py: Python<'py>,
    args: &[Bound<'py, PyString>],
    place: Option<Place>,
) -> PyResult<Bound<'py, PyAny>> {
    let Some((word, start)) = place.and_then(|place| Some((args.get(place.argument)?, place.start))) else {
        return Ok(PyString::new(py, "").into_any());
    };
    word.get_item(PySlice::new(word.py(), isize::try_from(start)?, isize::MAX, 1))
}

fn one_more<'py>(current: Option<Bound<'py, PyAny>>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    match current.filter(|value| !value.is_none()) {
        Some(value) => value.add(1),
        None => Ok(1_i64.into_pyobject(py)?.into_any()),
    }
}

/// Parse `args` into attributes of `object` by the table `options`; see `FancyGetopt.getopt`.
#[pyfunction]
fn fancy_getopt<'py>(
    options: Bound<'py, PyAny>,
    negative_opt: Bound<'py, PyAny>,
    object: Bound<'py, PyAny>,
    args: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let parser = crate::seam::global(options.py(), "fancy_getopt", "FancyGetopt")?.call1((&options,))?;
    parser.call_method1("set_negative_aliases", (negative_opt,))?;
    parser.call_method1("getopt", (args, object))
}

/// `text` in lines of at most `width` characters.
#[pyfunction]
fn wrap_text<'py>(
    py: Python<'py>,
    text: Option<&Bound<'py, PyString>>,
    width: i64,
) -> PyResult<Bound<'py, PyList>> {
    let Some(text) = text else { return Ok(PyList::empty(py)) };
    let lines = options::wrap_text(&text::from_python(text)?, usize::try_from(width).unwrap_or(0));
    text::list_to_python(py, &lines)
}

/// A long option's name as a Python identifier.
#[pyfunction]
fn translate_longopt(opt: &str) -> String {
    options::translate_longopt(opt)
}

/// The names that a long option can have, and `quiet=!verbose`.
const EXPRESSIONS: &[(&str, &str)] = &[
    ("longopt_re", "^[a-zA-Z](?:[a-zA-Z0-9-]*)$"),
    ("neg_alias_re", "^([a-zA-Z](?:[a-zA-Z0-9-]*))=!([a-zA-Z](?:[a-zA-Z0-9-]*))$"),
];

#[pyfunction]
fn __getattr__<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    late::expression(py, "fancy_getopt", EXPRESSIONS, name)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<FancyGetopt>()?;
    module.add_class::<OptionDummy>()?;
    module.add_function(wrap_pyfunction!(__getattr__, module)?)?;
    module.add_function(wrap_pyfunction!(fancy_getopt, module)?)?;
    module.add_function(wrap_pyfunction!(wrap_text, module)?)?;
    module.add_function(wrap_pyfunction!(translate_longopt, module)?)
}
