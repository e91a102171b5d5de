//! `PyDialog`: a dialog with a title at its top, a line near its bottom, and a row of buttons below the line.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple, PyType};

use crate::seam;
use crate::value::Flag;

// Units of dialogs, a twelfth of the height of the system's font each.
const FOOTER: i64 = 36;
const BUTTON_TOP: i64 = 27;
const BUTTON_WIDTH: i64 = 56;
const BUTTON_HEIGHT: i64 = 17;
const MARGIN: i64 = 10;
/// Between "Next" and "Cancel"; "Back" and "Next" touch.
const GAP: i64 = 12;

// Bits of a control.
const VISIBLE: i64 = 1;
const ENABLED: i64 = 2;
const TRANSPARENT: i64 = 0x1_0000;
const NO_PREFIX: i64 = 0x2_0000;

/// Bits of a text that shows what is behind it, and `&` as it is.
pub const PLAIN_TEXT: i64 = VISIBLE | ENABLED | TRANSPARENT | NO_PREFIX;
pub const SHOWN: i64 = VISIBLE | ENABLED;

/// The methods that `PyDialog` has beside those of `msilib.Dialog`, which is a Python class.
#[pyclass(subclass, frozen, module = "distutils.command.bdist_msi")]
struct ButtonRow;

#[pymethods]
impl ButtonRow {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        ButtonRow
    }

    /// The arguments are those of `msilib.Dialog`; named ones (`bitmap`) are ignored.
    #[pyo3(signature = (*args, **kw))]
    fn __init__(
        slf: &Bound<'_, Self>,
        args: &Bound<'_, PyTuple>,
        kw: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let _ = kw;
        let py = slf.py();
        let mut arguments = vec![slf.clone().into_any()];
        arguments.extend(args.iter());
        let arguments = PyTuple::new(py, arguments)?;
        seam::global(py, super::MODULE, "Dialog")?.call_method1("__init__", arguments)?;
        let line = ("BottomLine", 0, size(slf, "h")? - FOOTER, size(slf, "w")?, 0);
        slf.call_method1("line", line).map(drop)
    }

    /// The text at the top.
    fn title(slf: &Bound<'_, Self>, title: &Bound<'_, PyAny>) -> PyResult<()> {
        let text = format!("{{\\VerdanaBold10}}{}", title.str()?);
        slf.call_method1("text", ("Title", 15, 10, 320, 60, PLAIN_TEXT, text)).map(drop)
    }

    /// The button for the step before: its text, and the control that the tab key leads to. Returns the control.
    #[pyo3(signature = (title, next, name = "Back", active = Flag(true)), text_signature = "($self, title, next, name='Back', active=1)")]
    fn back<'py>(
        slf: &Bound<'py, Self>,
        title: Bound<'py, PyAny>,
        next: Bound<'py, PyAny>,
        name: &str,
        active: Flag,
    ) -> PyResult<Bound<'py, PyAny>> {
        push_button(slf, name, right_end(slf)? - GAP - 3 * BUTTON_WIDTH, active, title, next)
    }

    /// The button that gives up; as `back`.
    #[pyo3(signature = (title, next, name = "Cancel", active = Flag(true)), text_signature = "($self, title, next, name='Cancel', active=1)")]
    fn cancel<'py>(
        slf: &Bound<'py, Self>,
        title: Bound<'py, PyAny>,
        next: Bound<'py, PyAny>,
        name: &str,
        active: Flag,
    ) -> PyResult<Bound<'py, PyAny>> {
        push_button(slf, name, right_end(slf)? - BUTTON_WIDTH, active, title, next)
    }

    /// The button for the step after; as `back`.
    #[pyo3(signature = (title, next, name = "Next", active = Flag(true)), text_signature = "($self, title, next, name='Next', active=1)")]
    fn next<'py>(
        slf: &Bound<'py, Self>,
        title: Bound<'py, PyAny>,
        next: Bound<'py, PyAny>,
        name: &str,
        active: Flag,
    ) -> PyResult<Bound<'py, PyAny>> {
        push_button(slf, name, right_end(slf)? - GAP - 2 * BUTTON_WIDTH, active, title, next)
    }

    /// A button of its own in the row. `xpos` is where its middle is: 0 at the left of the dialog, 1 at the right.
    fn xbutton<'py>(
        slf: &Bound<'py, Self>,
        name: &str,
        title: Bound<'py, PyAny>,
        next: Bound<'py, PyAny>,
        xpos: f64,
    ) -> PyResult<Bound<'py, PyAny>> {
        let middle = slf.getattr("w")?.extract::<f64>()? * xpos;
        let left = (middle - (BUTTON_WIDTH / 2) as f64) as i64;
        push_button(slf, name, left, Flag(true), title, next)
    }
}

fn size(dialog: &Bound<'_, ButtonRow>, name: &str) -> PyResult<i64> {
    dialog.getattr(name)?.extract()
}

/// Where the row of buttons ends.
fn right_end(dialog: &Bound<'_, ButtonRow>) -> PyResult<i64> {
    Ok(size(dialog, "w")? - MARGIN)
}

fn push_button<'py>(
    dialog: &Bound<'py, ButtonRow>,
    name: &str,
    left: i64,
    active: Flag,
    title: Bound<'py, PyAny>,
    next: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let bits = if active.0 { VISIBLE | ENABLED } else { VISIBLE };
    let top = size(dialog, "h")? - BUTTON_TOP;
    let place = (name, left, top, BUTTON_WIDTH, BUTTON_HEIGHT, bits, title, next);
    dialog.call_method1("pushbutton", place)
}

/// Without `msilib`, where nobody can make a dialog, the class has no other base.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let own = py.get_type::<ButtonRow>().into_any();
    let mut bases = vec![own];
    if let Ok(msilib) = py.import("msilib") {
        bases.push(msilib.getattr("Dialog")?);
    }
    let names = PyDict::new(py);
    names.set_item("__module__", "distutils.command.bdist_msi")?;
    names.set_item("__doc__", "A dialog with a title, a line, and a row of buttons below the line.")?;
    let class = py.get_type::<PyType>().call1(("PyDialog", PyTuple::new(py, bases)?, names))?;
    module.add("PyDialog", class)
}
