//! What goes in front of a compile: a compiler cache, or one that takes it to other machines.

use std::ffi::OsString;

/// The words of a launcher: a program, and perhaps arguments of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Launcher {
    pub words: Vec<OsString>,
}
