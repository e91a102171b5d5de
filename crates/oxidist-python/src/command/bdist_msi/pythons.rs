//! What an installer does in the Pythons that it finds: the searches in the registry, and the project's scripts.

use std::path::PathBuf;

use oxidist_engine::Error;
use pyo3::prelude::*;

use super::{BdistMsi, MODULE, add_data, is_set, versions_and_other};
use crate::errors::{DistutilsOptionError, OrRaise};
use crate::file_name::AsFileName;
use crate::value::option;
use crate::{door, seam};

/// Where the searches are in the order of all actions: after the system's `AppSearch`, before `CostInitialize`.
/// Each version takes four numbers.
const SEARCHES: std::ops::Range<i64> = 402..500;
const NUMBERS_OF_A_SEARCH: i64 = 4;

/// Where scripts run: after the files are in place.
const SCRIPTS: i64 = 6800;

// Types of the tables `RegLocator` and `CustomAction`, in the words of Windows Installer.
const RAW_VALUE: i64 = 2;
const LOCATOR_64_BIT: i64 = 16;
const CURRENT_USER: i64 = 1;
const LOCAL_MACHINE: i64 = 2;
const SET_PROPERTY: i64 = 51;
const ONCE: i64 = 256;
const PROGRAM_NAMED_BY_PROPERTY: i64 = 50;
const PROGRAM_IN_BINARY: i64 = 2;

pub fn add_searches(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    let versions: Vec<String> = option(slf, "versions")?;
    let is_64_bit = seam::global(slf.py(), MODULE, "msilib")?.getattr("Win64")?.is_truthy()?;
    let locator = if is_64_bit { RAW_VALUE + LOCATOR_64_BIT } else { RAW_VALUE };
    let mut start = SEARCHES.start;
    for version in &versions {
        add_search(slf, version, locator, start)?;
        start += NUMBERS_OF_A_SEARCH;
        if start >= SEARCHES.end {
            let most = (SEARCHES.end - SEARCHES.start - 1) / NUMBERS_OF_A_SEARCH;
            return Err(DistutilsOptionError::new_err(format!(
                "an installer can look for {most} versions of Python, not for {}",
                versions.len()
            )));
        }
    }
    Ok(())
}

/// Look for one version: the machine's, over it the user's, and then the program in that folder.
fn add_search(slf: &Bound<'_, BdistMsi>, version: &str, locator: i64, start: i64) -> PyResult<()> {
    let key = format!("SOFTWARE\\Python\\PythonCore\\{version}\\InstallPath");
    let folder = format!("TARGETDIR{version}");
    let hives = [("machine", "PythonFromMachine", LOCAL_MACHINE), ("user", "PythonFromUser", CURRENT_USER)];
    let (mut locators, mut searches, mut actions, mut order) = (vec![], vec![], vec![], vec![]);
    for ((hive, action, root), number) in hives.into_iter().zip(start..) {
        let signature = format!("python.{hive}.{version}");
        let property = signature.to_uppercase();
        let action = format!("{action}{version}");
        locators.push((signature.clone(), root, key.clone(), None::<String>, locator));
        searches.push((property.clone(), signature));
        actions.push((action.clone(), SET_PROPERTY + ONCE, folder.clone(), format!("[{property}]")));
        order.push((action, Some(property), number));
    }
    let action = format!("PythonExe{version}");
    let program = format!("[{folder}]\\python.exe");
    actions.push((action.clone(), SET_PROPERTY + ONCE, format!("PYTHON{version}"), program));
    order.push((action, None, start + 2));

    add_data(slf, "RegLocator", locators)?;
    add_data(slf, "AppSearch", searches)?;
    add_data(slf, "CustomAction", actions)?;
    add_data(slf, "InstallExecuteSequence", order.clone())?;
    add_data(slf, "InstallUISequence", order)?;
    // Level 0 takes a feature out of the list: there is no such Python.
    add_data(slf, "Condition", vec![(format!("Python{version}"), 0, format!("NOT {folder}"))])
}

pub fn add_scripts(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    if is_set(slf, "install_script")? {
        let script = slf.getattr("install_script_key")?;
        for (version, number) in versions_and_other(slf)?.into_iter().zip(SCRIPTS..) {
            let action = format!("install_script.{version}");
            let program = format!("PYTHON{version}");
            add_data(slf, "CustomAction", vec![(&action, PROGRAM_NAMED_BY_PROPERTY, program, &script)])?;
            let chosen = format!("&Python{version}=3");
            add_data(slf, "InstallExecuteSequence", vec![(&action, chosen, number)])?;
        }
    }
    if is_set(slf, "pre_install_script")? { add_script_before(slf) } else { Ok(()) }
}

/// A batch file, in which a script in Python stands behind lines that both languages read in their own way: it
/// starts the Python that is its first argument with itself. Only where a subclass lets the option through.
fn add_script_before(slf: &Bound<'_, BdistMsi>) -> PyResult<()> {
    const NAME: &str = "PreInstall";
    let py = slf.py();
    let source: PathBuf = option(slf, "pre_install_script")?;
    let folder: PathBuf = option(slf, "bdist_dir")?;
    let batch = folder.join("preinstall.bat");
    let text = std::fs::read_to_string(&source).map_err(Error::file("read", &source)).or_raise()?;
    let line_end: String = py.import("os")?.getattr("linesep")?.extract()?;
    let text = ["rem =\"\"\"\n%1 %0\nexit\n\"\"\"\n", &text.replace("\r\n", "\n")].concat();
    let text = text.replace('\n', &line_end);
    door::of(slf)?
        .write_file(&batch, 0o666, &mut |file| {
            file.write_all(text.as_bytes()).map_err(Error::file("write", &batch))
        })
        .or_raise()?;
    let binary = seam::global(py, MODULE, "msilib")?.call_method1("Binary", (batch.as_file_name(),))?;
    add_data(slf, "Binary", vec![(NAME, binary)])?;
    add_data(slf, "CustomAction", vec![(NAME, PROGRAM_IN_BINARY, NAME, None::<&str>)])?;
    add_data(slf, "InstallExecuteSequence", vec![(NAME, "NOT Installed", 450)])
}
