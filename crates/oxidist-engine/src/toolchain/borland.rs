//! The command lines of Borland's C++ compiler and linker.

use std::ffi::{OsStr, OsString};

use super::msvc::Flags;

/// The programs, all found on the path: attributes of a compiler object.
pub const PROGRAMS: &[(&str, &str)] = &[("cc", "bcc32.exe"), ("linker", "ilink32.exe"), ("lib", "tlib.exe")];

/// Its flags: attributes too.
pub const FLAGS: &Flags = &[
    ("compile_options", &["/tWM", "/O2", "/q", "/g0"]),
    ("compile_options_debug", &["/tWM", "/Od", "/q", "/g0"]),
    ("ldflags_shared", &["/Tpd", "/Gn", "/q", "/x"]),
    ("ldflags_shared_debug", &["/Tpd", "/Gn", "/q", "/x"]),
    ("ldflags_static", &[]),
    ("ldflags_exe", &["/Gn", "/q", "/x"]),
    ("ldflags_exe_debug", &["/Gn", "/q", "/x", "/r"]),
];

/// The arguments of one link, without the linker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Where a program starts, otherwise where a library does.
    pub program: bool,
    pub flags: Vec<OsString>,
    pub library_dirs: Vec<OsString>,
    pub objects: Vec<OsString>,
    pub output: OsString,
    pub libraries: Vec<OsString>,
    /// A file that names what is exported; empty where there is none.
    pub definitions: OsString,
    /// Compiled resources.
    pub resources: Vec<OsString>,
}

impl Link {
    /// The linker takes lists by their place, with commas between them: flags and objects, output, map (none),
    /// libraries, definitions, resources. A comma must be a word of its own, so that no name is quoted with it.
    pub fn words(&self) -> Vec<OsString> {
        let mut words = self.flags.clone();
        words.extend(self.library_dirs.iter().map(|folder| joined("/L", folder)));
        words.extend(["/L.", if self.program { "c0w32" } else { "c0d32" }].map(OsString::from));
        words.extend_from_slice(&self.objects);
        words.extend([",".into(), self.output.clone(), ",,".into()]);
        words.extend_from_slice(&self.libraries);
        words.extend(["import32", "cw32mt", ","].map(OsString::from));
        words.extend([self.definitions.clone(), ",".into()]);
        words.extend_from_slice(&self.resources);
        words
    }
}

/// Compile a source. C++ is told by its ending here (`cpp`); sources come last.
pub fn compile(
    cc: &OsStr,
    options: &[OsString],
    cpp: bool,
    after: &[OsString],
    source: &OsStr,
    object: &OsStr,
) -> Vec<OsString> {
    let mut words = vec![cc.to_os_string()];
    words.extend_from_slice(options);
    words.extend([if cpp { "-P".into() } else { OsString::new() }, joined("-o", object)]);
    words.extend_from_slice(after);
    words.push(source.to_os_string());
    words
}

/// Compile a resource script.
pub fn resource(script: &OsStr, compiled: &OsStr) -> Vec<OsString> {
    [OsStr::new("brcc32"), OsStr::new("-fo"), compiled, script].map(OsStr::to_os_string).into()
}

/// The arguments that make a static library, without the librarian.
pub fn archive(objects: &[OsString], output: &OsStr) -> Vec<OsString> {
    let mut words = vec![output.to_os_string(), "/u".into()];
    words.extend_from_slice(objects);
    words
}

fn joined(option: &str, value: &OsStr) -> OsString {
    let mut word = OsString::from(option);
    word.push(value);
    word
}
