//! The dialogs of an installer, as data: `drawing` walks over them.
//!
//! Names of dialogs, controls and properties, and what the buttons do, are what scripts and Windows Installer know.
//! Places and texts are free. In texts, conditions and names of properties `{other}` stands for `other_version`.

mod controls;
mod endings;
mod steps;

/// Left, top, width and height, in units of dialogs.
pub type Place = [i64; 4];

/// One dialog.
pub struct Dialog {
    pub name: &'static str,
    pub frame: Frame,
    /// Bits of a dialog.
    pub bits: i64,
    /// The controls that are first in the order of the tab key, and that Enter and Escape press.
    pub keys: [Option<&'static str>; 3],
    pub controls: &'static [Control],
}

/// Which class makes the dialog, and how large it is.
pub enum Frame {
    /// A `PyDialog` of the size that all pages have.
    Page,
    /// A plain `Dialog` of this width and height.
    Message(i64, i64),
}

/// One control, and what it is tied to.
pub struct Control {
    pub kind: Kind,
    pub events: &'static [Event],
    /// `(what the installer tells, which attribute of the control shows it)`.
    pub mapping: Option<(&'static str, &'static str)>,
    /// `(what is done with the control, when)`.
    pub conditions: &'static [(&'static str, &'static str)],
}

pub enum Kind {
    Title(&'static str),
    Text {
        name: &'static str,
        place: Place,
        bits: i64,
        text: Option<&'static str>,
    },
    /// One of a page's three buttons.
    Row {
        role: Role,
        label: &'static str,
        next: Option<&'static str>,
        name: &'static str,
        active: bool,
    },
    /// A button alone in the middle of a page's row.
    Middle {
        name: &'static str,
        label: &'static str,
    },
    Button {
        name: &'static str,
        place: Place,
        label: &'static str,
        next: Option<&'static str>,
    },
    Choice {
        name: &'static str,
        place: Place,
        property: &'static str,
        next: &'static str,
        /// `(value, top, text)`.
        options: &'static [(&'static str, i64, &'static str)],
    },
    Other {
        name: &'static str,
        kind: &'static str,
        place: Place,
        bits: i64,
        property: Option<&'static str>,
        text: Option<&'static str>,
        next: Option<&'static str>,
    },
}

/// The method of `PyDialog` that makes the button.
#[derive(Clone, Copy)]
pub enum Role {
    Back,
    Next,
    Cancel,
}

/// What happens when a control is used: the event, its argument, the condition, and its place among the events.
pub struct Event(pub &'static str, pub &'static str, pub Option<&'static str>, pub Option<i64>);

pub const PAGE: Place = [50, 50, 370, 300];
/// Where messages are, in percent of the screen.
pub const MESSAGE_AT: [i64; 2] = [50, 10];
pub const WINDOW_TITLE: &str = "[ProductName] Setup";

// Bits of a dialog.
pub(super) const MODELESS: i64 = 1;
pub(super) const MODAL: i64 = 3;
pub(super) const KEEP_MODELESS: i64 = 16;
pub(super) const ERROR: i64 = 0x1_0000;
pub(super) const MINIMIZE: i64 = 4;
pub(super) const TRACK_DISK_SPACE: i64 = 32;

/// In the order in which they are added.
pub const DIALOGS: [&[Dialog]; 2] = [endings::DIALOGS, steps::DIALOGS];

/// Rows of `Property`: what the dialogs show and set.
pub const PROPERTIES: [(&str, &str); 6] = [
    ("DefaultUIFont", "DlgFont8"),
    ("ErrorDialog", "ErrorDlg"),
    ("Progress1", "Install"),
    ("Progress2", "installs"),
    ("MaintenanceForm_Action", "Repair"),
    ("WhichUsers", "ALL"),
];

/// Rows of `TextStyle`: name, font, size in points, colour and bits (1: bold).
pub const STYLES: [(&str, &str, i64, Option<i64>, i64); 4] = [
    ("DlgFont8", "Tahoma", 9, None, 0),
    ("DlgFontBold8", "Tahoma", 8, None, 1),
    ("VerdanaBold10", "Verdana", 10, None, 1),
    ("VerdanaRed9", "Verdana", 9, Some(255), 0),
];

/// Rows of `InstallUISequence`: which dialog is shown when, among the actions of msilib's sequences.
pub const SEQUENCE: [(&str, Option<&str>, i64); 5] = [
    ("PrepareDlg", Some("Not Privileged or Windows9x or Installed"), 140),
    ("WhichUsersDlg", Some("Privileged and not Windows9x and not Installed"), 141),
    ("SelectFeaturesDlg", Some("Not Installed"), 1230),
    ("MaintenanceTypeDlg", Some("Installed AND NOT RESUME AND NOT Preselected"), 1250),
    ("ProgressDlg", None, 1280),
];
