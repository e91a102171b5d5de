//! The Pythons that have a distutils of their own, to ask what is right.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Every CPython 3.10 and 3.11 at hand whose standard library has distutils, one of each; or the one that
/// `OXIDIST_ORACLE_PYTHON` names.
///
/// # Panics
/// If there is none: then nothing would be tested.
pub fn with_distutils() -> Vec<PathBuf> {
    if let Some(python) = std::env::var_os("OXIDIST_ORACLE_PYTHON") {
        return vec![PathBuf::from(python)];
    }
    let found: Vec<PathBuf> = ["3.10", "3.11"].iter().filter_map(|version| of_version(version)).collect();
    assert!(
        !found.is_empty(),
        "these tests need a CPython 3.10 or 3.11 whose standard library has distutils: \
         install one with pyenv, or name it in OXIDIST_ORACLE_PYTHON"
    );
    found
}

fn of_version(version: &str) -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let pyenv = std::env::var_os("PYENV_ROOT").map_or_else(|| home.join(".pyenv"), PathBuf::from);
    let mut candidates: Vec<PathBuf> = std::fs::read_dir(pyenv.join("versions"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(version))
        .map(|entry| entry.path().join("bin/python"))
        .collect();
    candidates.sort();
    candidates.push(PathBuf::from(format!("python{version}")));
    candidates.into_iter().find(|python| has_distutils(python))
}

fn has_distutils(python: &Path) -> bool {
    Command::new(python)
        .args(["-S", "-E", "-W", "ignore", "-c", "import distutils.fancy_getopt"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
