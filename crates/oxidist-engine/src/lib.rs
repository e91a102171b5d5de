//! What a build does, without any Python: each module is one concern, named in the field's own words.
//!
//! Everything may use [`effects`], the one door to files and processes; `effects` uses nothing of the rest.
#![forbid(unsafe_code)]

pub mod archive;
pub mod bytecode;
pub mod compile;
pub mod config;
pub mod digest;
pub mod editable;
pub mod effects;
mod error;
pub mod find_packages;
pub mod glob;
pub mod makefile;
pub mod manifest;
pub mod metadata;
pub mod options;
pub mod package;
pub mod pyproject;
pub mod rpm;
pub mod setup_file;
pub mod spelling;
pub mod surrogates;
pub mod terminal;
pub mod text_file;
pub mod toolchain;
pub mod tree;
pub mod unread;
pub mod upload;
pub mod version;
pub mod wheel;
pub mod words;

pub use error::{Error, Result, reason};
