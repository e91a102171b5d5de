//! GCC for Windows: Cygwin's, and MinGW's.

/// How GCC is told to link a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linking {
    /// The program that links: GCC itself, or dllwrap where ld is too old for it.
    pub linker: &'static str,
    pub options: &'static str,
}

/// From what version of ld on GCC links libraries by itself, and from which it knows `-shared`.
pub const LINKS_ITSELF_FROM: &str = "2.10.90";
pub const SHARED_FROM: &str = "2.13";

/// A GCC whose runtime has to be named, and before which libraries of MinGW need their entry point named.
pub const ANCIENT_GCC: &str = "2.91.57";

impl Linking {
    /// The way of linking for an ld that is from [`LINKS_ITSELF_FROM`], and from [`SHARED_FROM`].
    pub fn new(links_itself: bool, knows_shared: bool) -> Self {
        Linking {
            linker: if links_itself { "gcc" } else { "dllwrap" },
            options: if knows_shared { "-shared" } else { "-mdll -static" },
        }
    }
}

/// The programs of Cygwin: their names on a compiler object, and command lines that are yet to be split.
pub fn cygwin(linking: Linking) -> [(&'static str, String); 5] {
    [
        ("compiler", "gcc -mcygwin -O -Wall".to_string()),
        ("compiler_so", "gcc -mcygwin -mdll -O -Wall".to_string()),
        ("compiler_cxx", "g++ -mcygwin -O -Wall".to_string()),
        ("linker_exe", "gcc -mcygwin".to_string()),
        ("linker_so", format!("{} -mcygwin {}", linking.linker, linking.options)),
    ]
}

/// The programs of MinGW, linked by `linker` (Cygwin's choice, which a script may have changed since).
pub fn mingw(linker: &str, options: &str, ancient: bool) -> [(&'static str, String); 5] {
    let entry_point = if ancient { "--entry _DllMain@12" } else { "" };
    [
        ("compiler", "gcc -O -Wall".to_string()),
        ("compiler_so", "gcc -mdll -O -Wall".to_string()),
        ("compiler_cxx", "g++ -O -Wall".to_string()),
        ("linker_exe", "gcc".to_string()),
        ("linker_so", format!("{linker} {options} {entry_point}")),
    ]
}

/// The commands that tell the versions of gcc, ld and dllwrap.
pub const VERSION_COMMANDS: &[&str] = &["gcc -dumpversion", "ld -v", "dllwrap --version"];
