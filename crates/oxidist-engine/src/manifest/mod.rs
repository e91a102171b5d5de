//! Which files belong to a source distribution: patterns, templates (`MANIFEST.in`), lists (`MANIFEST`).
//!
//! One step at a time on a list that the caller keeps: [`Pattern`], [`Rule`], [`FileList`]. A whole template
//! in one go, over a tree of which only the folders are read that any rule can reach: [`run_template`].

mod file_list;
mod listing;
mod pattern;
mod regex;
mod spelling;
mod template;
mod walk;

pub use crate::glob::Dialect;
pub use file_list::{FileList, Level, Message, Outcome, Source, run_template};
pub use listing::version_control_pattern;
pub use listing::{
    HEADER, VERSION_CONTROL_FOLDERS, is_generated, prune_patterns, read_manifest, render_manifest,
};
pub use pattern::{Pattern, composed, glob_to_re, translate_pattern};
pub use spelling::{PlainPattern, Spelling, plain_name, plain_spelling};
pub use template::{Action, Arguments, Effect, Rule, Step};
pub use walk::{Walked, files_below, find_all};
