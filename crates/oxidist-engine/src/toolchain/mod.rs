//! Which programs make objects, libraries and extension modules, and with what flags.

pub mod assembly;
pub mod borland;
pub mod identity;
pub mod launcher;
pub mod mingw;
pub mod msvc;
pub mod object_format;
mod program;
pub mod unix;
pub mod visual_studio;
pub mod zos;
