//! Controls that several dialogs have, each made in one line.

use super::super::py_dialog::PLAIN_TEXT;
use super::{Control, Event, Kind, Place, Role};

const ASK_WHETHER_TO_CANCEL: &[Event] = &[Event("SpawnDialog", "CancelDlg", None, None)];

pub(super) const fn ends(how: &'static str) -> Event {
    Event("EndDialog", how, None, None)
}

pub(super) const fn control(kind: Kind) -> Control {
    Control { kind, events: &[], mapping: None, conditions: &[] }
}

pub(super) const fn with_events(kind: Kind, events: &'static [Event]) -> Control {
    Control { kind, events, mapping: None, conditions: &[] }
}

pub(super) const fn showing(kind: Kind, what: &'static str, attribute: &'static str) -> Control {
    Control { kind, events: &[], mapping: Some((what, attribute)), conditions: &[] }
}

pub(super) const fn title(text: &'static str) -> Control {
    control(Kind::Title(text))
}

pub(super) const fn words(name: &'static str, place: Place, text: &'static str) -> Control {
    control(Kind::Text { name, place, bits: PLAIN_TEXT, text: Some(text) })
}

/// The line at the top of a page without a title.
pub(super) const fn heading(text: &'static str) -> Control {
    words("Title", [15, 8, 300, 15], text)
}

pub(super) const fn live_text(
    name: &'static str,
    place: Place,
    bits: i64,
    text: Option<&'static str>,
) -> Kind {
    Kind::Text { name, place, bits, text }
}

pub(super) const fn back(next: Option<&'static str>) -> Control {
    control(Kind::Row { role: Role::Back, label: "< Back", next, name: "Back", active: false })
}

pub(super) const fn no_next(next: Option<&'static str>) -> Control {
    control(Kind::Row { role: Role::Next, label: "Next >", next, name: "Next", active: false })
}

pub(super) const fn next(label: &'static str, next: &'static str) -> Kind {
    Kind::Row { role: Role::Next, label, next: Some(next), name: "Next", active: true }
}

pub(super) const fn cancel(next: Option<&'static str>) -> Control {
    with_events(
        Kind::Row { role: Role::Cancel, label: "Cancel", next, name: "Cancel", active: true },
        ASK_WHETHER_TO_CANCEL,
    )
}

pub(super) const fn no_cancel() -> Control {
    control(Kind::Row {
        role: Role::Cancel,
        label: "Cancel",
        next: Some("Back"),
        name: "Cancel",
        active: false,
    })
}

pub(super) const fn finish(events: &'static [Event]) -> Control {
    with_events(
        Kind::Row { role: Role::Next, label: "Finish", next: Some("Cancel"), name: "Finish", active: true },
        events,
    )
}

/// A button of a message, 56 wide.
pub(super) const fn answer(
    name: &'static str,
    left: i64,
    label: &'static str,
    next: Option<&'static str>,
    events: &'static [Event],
) -> Control {
    with_events(Kind::Button { name, place: [left, 57, 56, 17], label, next }, events)
}

/// An answer to an error: which ones are shown, and where, Windows Installer decides.
pub(super) const fn error_answer(
    name: &'static str,
    left: i64,
    label: &'static str,
    events: &'static [Event],
) -> Control {
    with_events(Kind::Button { name, place: [left, 74, 40, 20], label, next: None }, events)
}
