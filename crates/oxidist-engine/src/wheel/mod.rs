//! Wheels (PEP 427): what one is called, what is in its `.dist-info` folder, and writing it.
//!
//! A wheel is written straight from a list of [`Member`]s, wherever their files lie: each is read once, and
//! hashed for RECORD and compressed in that pass, on all cores. The same members give the same bytes.

mod info;
mod name;
mod record;
mod tags;
mod write;

pub use info::{WheelFile, dist_info_folder, with_interpreter, with_python_shebang};
pub use name::{WheelName, escaped_name, escaped_version};
pub use record::{record_names, record_own_row, record_row};
pub use tags::{Interpreter, Tag, abi_tag, check_tags, interpreter_tag, platform_tag};
pub use write::{Compression, Member, Settings, Source, in_order, members_of_folder, write};
