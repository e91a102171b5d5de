//! How an installation can end, and what Windows Installer shows by itself: messages and questions.

use super::super::py_dialog::SHOWN;
use super::controls::*;
use super::*;

const SUNKEN: i64 = 4;

const FINISH: [Option<&str>; 3] = [Some("Finish"); 3];

const TO_CLOSE: &str = "Finish closes this window.";

pub const DIALOGS: &[Dialog] = &[
    // How an installation can end: the sequences of msilib show these three.
    Dialog {
        name: "FatalError",
        frame: Frame::Page,
        bits: MODAL,
        keys: FINISH,
        controls: &[
            title("[ProductName] could not be installed"),
            back(Some("Finish")),
            no_cancel(),
            words(
                "Description1",
                [15, 70, 330, 60],
                "There was an error, and nothing was changed on this computer. You can run the installer again.",
            ),
            words("Description2", [15, 150, 330, 20], TO_CLOSE),
            finish(&[ends("Exit")]),
        ],
    },
    Dialog {
        name: "UserExit",
        frame: Frame::Page,
        bits: MODAL,
        keys: FINISH,
        controls: &[
            title("[ProductName] was not installed"),
            back(Some("Finish")),
            no_cancel(),
            words(
                "Description1",
                [15, 70, 330, 60],
                "You stopped the installer, and nothing was changed on this computer. You can run it again at any time.",
            ),
            words("Description2", [15, 150, 330, 20], TO_CLOSE),
            finish(&[ends("Exit")]),
        ],
    },
    Dialog {
        name: "ExitDialog",
        frame: Frame::Page,
        bits: MODAL,
        keys: FINISH,
        controls: &[
            title("[ProductName]: all done"),
            back(Some("Finish")),
            no_cancel(),
            words("Description", [15, 70, 330, 20], TO_CLOSE),
            finish(&[ends("Return")]),
        ],
    },
    // What Windows Installer itself shows.
    Dialog {
        name: "FilesInUse",
        frame: Frame::Page,
        bits: MODAL + KEEP_MODELESS,
        keys: [Some("Retry"); 3],
        controls: &[
            heading("{\\DlgFontBold8}Some files are in use"),
            words("Description", [15, 26, 330, 15], "Other programs have files open that must be replaced."),
            words(
                "Text",
                [15, 46, 330, 45],
                "Close the programs in this list, and choose Retry. Ignore goes on without that.",
            ),
            control(Kind::Other {
                name: "List",
                kind: "ListBox",
                place: [15, 95, 340, 150],
                bits: SHOWN + SUNKEN,
                property: Some("FileInUseProcess"),
                text: None,
                next: None,
            }),
            with_events(
                Kind::Row {
                    role: Role::Back,
                    label: "Exit",
                    next: Some("Ignore"),
                    name: "Exit",
                    active: true,
                },
                &[ends("Exit")],
            ),
            with_events(
                Kind::Row {
                    role: Role::Next,
                    label: "Ignore",
                    next: Some("Retry"),
                    name: "Ignore",
                    active: true,
                },
                &[ends("Ignore")],
            ),
            with_events(
                Kind::Row {
                    role: Role::Cancel,
                    label: "Retry",
                    next: Some("Exit"),
                    name: "Retry",
                    active: true,
                },
                &[ends("Retry")],
            ),
        ],
    },
    Dialog {
        name: "ErrorDlg",
        frame: Frame::Message(330, 104),
        bits: ERROR + MINIMIZE + MODAL,
        keys: [Some("ErrorText"), None, None],
        controls: &[
            control(Kind::Text { name: "ErrorText", place: [20, 9, 290, 58], bits: SHOWN, text: Some("") }),
            error_answer("N", 98, "No", &[ends("ErrorNo")]),
            error_answer("Y", 54, "Yes", &[ends("ErrorYes")]),
            error_answer("A", 10, "Abort", &[ends("ErrorAbort")]),
            error_answer("C", 274, "Cancel", &[ends("ErrorCancel")]),
            error_answer("I", 186, "Ignore", &[ends("ErrorIgnore")]),
            error_answer("O", 142, "Ok", &[ends("ErrorOk")]),
            error_answer("R", 230, "Retry", &[ends("ErrorRetry")]),
        ],
    },
    Dialog {
        name: "CancelDlg",
        frame: Frame::Message(260, 85),
        bits: MODAL,
        keys: [Some("No"); 3],
        controls: &[
            control(Kind::Text {
                name: "Text",
                place: [20, 15, 220, 30],
                bits: SHOWN,
                text: Some("Do you want to stop, and leave [ProductName] uninstalled?"),
            }),
            answer("Yes", 68, "Yes", Some("No"), &[ends("Exit")]),
            answer("No", 136, "No", Some("Yes"), &[ends("Return")]),
        ],
    },
    Dialog {
        name: "WaitForCostingDlg",
        frame: Frame::Message(260, 85),
        bits: MODAL,
        keys: [Some("Return"); 3],
        controls: &[
            control(Kind::Text {
                name: "Text",
                place: [20, 15, 220, 30],
                bits: SHOWN,
                text: Some("One moment: the space that is needed on your disks is being added up."),
            }),
            answer("Return", 102, "Return", None, &[ends("Exit")]),
        ],
    },
];
