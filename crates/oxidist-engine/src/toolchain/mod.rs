//! Which programs make objects, libraries and extension modules, and with what flags.

pub mod launcher;
pub mod unix;
