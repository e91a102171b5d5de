//! distutils.command: one file for each command, named as the command is.

pub mod clean;

/// One row of an option table: the long name (with `=` where it takes a value), the letter, the help text.
pub type Row = (&'static str, Option<&'static str>, &'static str);
