//! `add_ui`: the dialogs of the table made with msilib's calls, and what goes with them.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::dialogs::{
    Control, DIALOGS, Dialog, Event, Frame, Kind, MESSAGE_AT, PAGE, PROPERTIES, Role, SEQUENCE, STYLES,
    WINDOW_TITLE,
};
use super::py_dialog::SHOWN;
use super::{BdistMsi, MODULE, add_data, versions_and_other};
use crate::seam;
use crate::value::option;

/// The dialog whose "Next" sets the folders of the Pythons that were chosen.
const SELECTION: &str = "SelectFeaturesDlg";

pub fn add_ui(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    let py = slf.py();
    let text = seam::global(py, MODULE, "text")?;
    add_data(slf, "Property", PROPERTIES.to_vec())?;
    add_data(slf, "TextStyle", STYLES.to_vec())?;
    add_data(slf, "InstallUISequence", SEQUENCE.to_vec())?;
    add_data(slf, "ActionText", text.getattr("ActionText")?)?;
    add_data(slf, "UIText", text.getattr("UIText")?)?;
    let other: String = option(slf, "other_version")?;
    for dialog in DIALOGS.into_iter().flatten() {
        let drawn = Drawn { page: open(slf, dialog)?, other: &other };
        for control in dialog.controls {
            let made = drawn.make(&control.kind)?;
            tie(&made, control, &other)?;
            if dialog.name == SELECTION && matches!(control.kind, Kind::Row { role: Role::Next, .. }) {
                choose_folders(slf, &made)?;
            }
        }
    }
    Ok(())
}

/// The dialog itself, still empty.
fn open<'py>(slf: &Bound<'py, BdistMsi>, dialog: &Dialog) -> PyResult<Bound<'py, PyAny>> {
    let database = slf.getattr("db")?;
    let (class, [left, top, width, height]) = match dialog.frame {
        Frame::Page => ("PyDialog", PAGE),
        Frame::Message(width, height) => ("Dialog", [MESSAGE_AT[0], MESSAGE_AT[1], width, height]),
    };
    let [first, default, cancel] = dialog.keys;
    let place =
        (database, dialog.name, left, top, width, height, dialog.bits, WINDOW_TITLE, first, default, cancel);
    seam::global(slf.py(), MODULE, class)?.call1(place)
}

/// A dialog that controls are put on.
struct Drawn<'a, 'py> {
    page: Bound<'py, PyAny>,
    /// What stands for `{other}`.
    other: &'a str,
}

impl<'py> Drawn<'_, 'py> {
    fn make(&self, kind: &Kind) -> PyResult<Bound<'py, PyAny>> {
        let page = &self.page;
        match *kind {
            Kind::Title(text) => page.call_method1("title", (text,)),
            Kind::Text { name, place: [left, top, width, height], bits, text } => {
                page.call_method1("text", (name, left, top, width, height, bits, text))
            }
            Kind::Row { role, label, next, name, active } => {
                let method = match role {
                    Role::Back => "back",
                    Role::Next => "next",
                    Role::Cancel => "cancel",
                };
                let keywords = PyDict::new(page.py());
                keywords.set_item("name", name)?;
                keywords.set_item("active", i64::from(active))?;
                page.call_method(method, (label, next), Some(&keywords))
            }
            Kind::Middle { name, label } => page.call_method1("xbutton", (name, label, None::<&str>, 0.5)),
            Kind::Button { name, place: [left, top, width, height], label, next } => {
                page.call_method1("pushbutton", (name, left, top, width, height, SHOWN, label, next))
            }
            Kind::Choice { name, place: [left, top, width, height], property, next, options } => {
                let place = (name, left, top, width, height, SHOWN, property, "", next);
                let group = page.call_method1("radiogroup", place)?;
                for (value, top, text) in options {
                    group.call_method1("add", (*value, 5, *top, width - 10, 17, *text))?;
                }
                Ok(group)
            }
            Kind::Other { name, kind, place: [left, top, width, height], bits, property, text, next } => {
                let property = property.map(|property| self.filled(property));
                let help = None::<&str>;
                let place = (name, kind, left, top, width, height, bits, property, text, next, help);
                page.call_method1("control", place)
            }
        }
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{other}", self.other)
    }
}

/// Give a control its events, its conditions and what it shows.
fn tie(made: &Bound<'_, PyAny>, control: &Control, other: &str) -> PyResult<()> {
    for Event(event, argument, condition, ordering) in control.events {
        add_event(made, event, argument, *condition, *ordering)?;
    }
    if let Some((what, attribute)) = control.mapping {
        made.call_method1("mapping", (what, attribute))?;
    }
    for (action, condition) in control.conditions {
        made.call_method1("condition", (action, condition.replace("{other}", other)))?;
    }
    Ok(())
}

fn add_event(
    control: &Bound<'_, PyAny>,
    event: &str,
    argument: &str,
    condition: Option<&str>,
    ordering: Option<i64>,
) -> PyResult<()> {
    let keywords = PyDict::new(control.py());
    let words = PyList::new(control.py(), [event, argument])?;
    if let Some(condition) = condition {
        words.append(condition)?;
    }
    if let Some(ordering) = ordering {
        keywords.set_item("ordering", ordering)?;
    }
    control.call_method("event", PyTuple::new(control.py(), words)?, Some(&keywords)).map(drop)
}

/// The folder of each Python that was chosen becomes the folder to install to, one after the other; then it is
/// waited until the space on the disks is known.
fn choose_folders(slf: &Bound<'_, BdistMsi>, next: &Bound<'_, PyAny>) -> PyResult<()> {
    add_event(next, "[TARGETDIR]", "[SourceDir]", None, Some(1))?;
    let mut order = 1;
    for version in versions_and_other(slf)? {
        order += 1;
        let folder = format!("[TARGETDIR{version}]");
        let chosen = format!("FEATURE_SELECTED AND &Python{version}=3");
        add_event(next, "[TARGETDIR]", &folder, Some(&chosen), Some(order))?;
    }
    add_event(next, "SpawnWaitDialog", "WaitForCostingDlg", None, Some(order + 1))?;
    add_event(next, "EndDialog", "Return", None, Some(order + 2))
}
