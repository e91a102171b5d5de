//! The way through an installation, and what can be done where one is already.

use super::super::py_dialog::{PLAIN_TEXT, SHOWN};
use super::controls::*;
use super::*;

// Bits of special controls.
const PROGRESS_BAR: i64 = 0x1_0001;
const FIXED_VOLUMES: i64 = 0x6_0007;
const VISIBLE: i64 = 1;

const ONLY_CANCEL: [Option<&str>; 3] = [Some("Cancel"); 3];
const STEP: [Option<&str>; 3] = [Some("Next"), Some("Next"), Some("Cancel")];

/// With the folder that was chosen by hand.
const OTHER_IS_CHOSEN: &str = "FEATURE_SELECTED AND &Python{other}=3";
const OTHER_IS_NOT: &str = "FEATURE_SELECTED AND &Python{other}<>3";
const WITH_OTHER: &[(&str, &str)] = &[
    ("Enable", OTHER_IS_CHOSEN),
    ("Show", OTHER_IS_CHOSEN),
    ("Disable", OTHER_IS_NOT),
    ("Hide", OTHER_IS_NOT),
];
const REPAIR: Option<&str> = Some("MaintenanceForm_Action=\"Repair\"");
const REMOVE: Option<&str> = Some("MaintenanceForm_Action=\"Remove\"");

pub const DIALOGS: &[Dialog] = &[
    Dialog {
        name: "PrepareDlg",
        frame: Frame::Page,
        bits: MODELESS,
        keys: ONLY_CANCEL,
        controls: &[
            words("Description", [15, 70, 330, 30], "The installer has a look at this computer."),
            title("[ProductName]"),
            showing(
                live_text("ActionText", [15, 110, 330, 20], PLAIN_TEXT, Some("...")),
                "ActionText",
                "Text",
            ),
            showing(live_text("ActionData", [15, 135, 330, 30], PLAIN_TEXT, None), "ActionData", "Text"),
            back(None),
            no_next(None),
            cancel(None),
        ],
    },
    Dialog {
        name: "SelectFeaturesDlg",
        frame: Frame::Page,
        bits: MODAL,
        keys: STEP,
        controls: &[
            title("Which Pythons?"),
            control(Kind::Text {
                name: "Hint",
                place: [15, 30, 330, 20],
                bits: SHOWN,
                text: Some("Choose the Pythons that [ProductName] is to be installed for."),
            }),
            back(None),
            control(next("Next >", "Cancel")),
            cancel(Some("Features")),
            with_events(
                Kind::Other {
                    name: "Features",
                    kind: "SelectionTree",
                    place: [15, 55, 330, 135],
                    bits: SHOWN,
                    property: Some("FEATURE"),
                    text: None,
                    next: Some("PathEdit"),
                },
                &[Event("[FEATURE_SELECTED]", "1", None, None)],
            ),
            Control {
                kind: Kind::Text {
                    name: "Other",
                    place: [15, 200, 330, 15],
                    bits: SHOWN,
                    text: Some("The folder of the other Python:"),
                },
                events: &[],
                mapping: None,
                conditions: WITH_OTHER,
            },
            Control {
                kind: Kind::Other {
                    name: "PathEdit",
                    kind: "PathEdit",
                    place: [15, 216, 330, 16],
                    bits: VISIBLE,
                    property: Some("TARGETDIR{other}"),
                    text: None,
                    next: Some("Next"),
                },
                events: &[],
                mapping: None,
                conditions: WITH_OTHER,
            },
        ],
    },
    Dialog {
        name: "DiskCostDlg",
        frame: Frame::Page,
        bits: MODAL + TRACK_DISK_SPACE,
        keys: [Some("OK"); 3],
        controls: &[
            heading("{\\DlgFontBold8}Space on disks"),
            words("Description", [15, 26, 330, 15], "What is needed for your choice, and what there is."),
            control(Kind::Text {
                name: "Text",
                place: [15, 46, 340, 45],
                bits: SHOWN,
                text: Some(
                    "On the marked disks there is too little. Make room there, choose less, or choose another disk.",
                ),
            }),
            control(Kind::Other {
                name: "VolumeList",
                kind: "VolumeCostList",
                place: [15, 95, 340, 160],
                bits: FIXED_VOLUMES,
                property: None,
                text: Some("{120}{70}{70}{70}{70}"),
                next: None,
            }),
            with_events(Kind::Middle { name: "OK", label: "Ok" }, &[ends("Return")]),
        ],
    },
    // Shown before the installer looks for an earlier installation, since it looks for one of the same kind. So
    // there is no way back to it.
    Dialog {
        name: "WhichUsersDlg",
        frame: Frame::Page,
        bits: MODAL,
        keys: [Some("AdminInstall"), Some("Next"), Some("Cancel")],
        controls: &[
            title("Who is going to use [ProductName]?"),
            control(Kind::Choice {
                name: "AdminInstall",
                place: [15, 60, 330, 50],
                property: "WhichUsers",
                next: "Next",
                options: &[("ALL", 5, "Everybody on this computer"), ("JUSTME", 25, "Only me")],
            }),
            back(None),
            with_events(
                next("Next >", "Cancel"),
                &[
                    Event("[ALLUSERS]", "1", Some("WhichUsers=\"ALL\""), Some(1)),
                    Event("EndDialog", "Return", None, Some(2)),
                ],
            ),
            cancel(Some("AdminInstall")),
        ],
    },
    Dialog {
        name: "ProgressDlg",
        frame: Frame::Page,
        bits: MODELESS,
        keys: ONLY_CANCEL,
        controls: &[
            heading("{\\DlgFontBold8}[ProductName]: [Progress1]"),
            control(Kind::Text {
                name: "Text",
                place: [15, 50, 330, 30],
                bits: SHOWN,
                text: Some("The installer now [Progress2] [ProductName]. It can take a few minutes."),
            }),
            control(Kind::Text {
                name: "StatusLabel",
                place: [15, 100, 40, 20],
                bits: SHOWN,
                text: Some("Now:"),
            }),
            showing(live_text("ActionText", [60, 100, 285, 20], SHOWN, Some("...")), "ActionText", "Text"),
            showing(
                Kind::Other {
                    name: "ProgressBar",
                    kind: "ProgressBar",
                    place: [15, 125, 330, 10],
                    bits: PROGRESS_BAR,
                    property: None,
                    text: Some("Progress"),
                    next: None,
                },
                "SetProgress",
                "Progress",
            ),
            back(Some("Next")),
            no_next(Some("Cancel")),
            cancel(Some("Back")),
        ],
    },
    // Where it is installed already.
    Dialog {
        name: "MaintenanceTypeDlg",
        frame: Frame::Page,
        bits: MODAL,
        keys: STEP,
        controls: &[
            title("[ProductName] is installed"),
            words("BodyText", [15, 63, 330, 30], "What do you want to do?"),
            control(Kind::Choice {
                name: "RepairRadioGroup",
                place: [15, 100, 330, 60],
                property: "MaintenanceForm_Action",
                next: "Next",
                options: &[("Repair", 5, "&Repair it"), ("Remove", 27, "Re&move it")],
            }),
            back(None),
            with_events(
                next("Finish", "Cancel"),
                &[
                    Event("[REINSTALL]", "ALL", REPAIR, Some(5)),
                    Event("[Progress1]", "Repairing", REPAIR, Some(6)),
                    Event("[Progress2]", "repairs", REPAIR, Some(7)),
                    Event("Reinstall", "ALL", REPAIR, Some(8)),
                    Event("[REMOVE]", "ALL", REMOVE, Some(11)),
                    Event("[Progress1]", "Removing", REMOVE, Some(12)),
                    Event("[Progress2]", "removes", REMOVE, Some(13)),
                    Event("Remove", "ALL", REMOVE, Some(14)),
                    Event("EndDialog", "Return", Some("MaintenanceForm_Action<>\"Change\""), Some(20)),
                ],
            ),
            cancel(Some("RepairRadioGroup")),
        ],
    },
];
