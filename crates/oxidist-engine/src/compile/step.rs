//! What is to be made, as the commands of distutils hand it over: steps in groups, and the settings of a run.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::toolchain::launcher::Launcher;

/// What a step makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A source file, written by another program (SWIG).
    Generate,
    /// An object file from one source. Launchers go in front of these.
    Compile,
    /// A shared library or a program.
    Link,
    /// A static library. What is there is removed first, since `ar` would keep members that nobody asks for.
    Archive,
}

/// How a compiler tells which files it has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reports {
    /// In a file of Make rules (`-MD -MF file`).
    Depfile,
    /// In lines of its standard output (`/showIncludes`).
    ShowIncludes,
    /// Not at all.
    Nothing,
}

/// One output and the commands that make it. Paths are relative to the working folder, or absolute.
#[derive(Debug, Clone)]
pub struct Step {
    pub kind: Kind,
    /// Command lines as distutils makes them, run one after the other (`ar`, then `ranlib`) up to the first that
    /// fails. Without launcher and without flags for [`Reports`]: those are added here.
    pub commands: Vec<Vec<OsString>>,
    pub output: PathBuf,
    /// Compile: the source. Link and Archive: the objects, and other files that are named. Libraries found
    /// through `-L` and `-l` need not be listed.
    pub inputs: Vec<PathBuf>,
    /// `Extension.depends`: files that somebody says it depends on.
    pub depends: Vec<PathBuf>,
    /// Files that the commands write besides, at any time: an import library, a database of debug information. Of the
    /// steps that name the same one, of whatever group, one runs at a time, in their order; a later step that reads one
    /// waits.
    pub beside: Vec<PathBuf>,
    /// Variables in the environment of the commands, beside this process's own or in their place. Remembered as far
    /// as they decide which programs run (`PATH`) or are among those that compilers obey.
    pub environment: Vec<(OsString, OsString)>,
    /// Nothing is known of the order it needs: it runs after all earlier steps of its group and before all
    /// later ones.
    pub ordered: bool,
    /// Run, whatever is known.
    pub force: bool,
}

/// What belongs together: one extension, one library, or one call of `compile()`.
#[derive(Debug, Clone)]
pub struct Group {
    /// For people.
    pub name: String,
    /// A failure in it does not stop the others.
    pub optional: bool,
    /// In the order in which one process at a time would run them.
    pub steps: Vec<Step>,
}

/// How a run goes about it.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The folder in which to remember what was made, of what, and how (made when it is missing). `None`: nothing
    /// is remembered, everything runs, and no flag is added to any command line.
    pub records: Option<PathBuf>,
    /// What goes in front of each compile.
    pub launcher: Option<Launcher>,
    /// How many jobs run at once. `None`: as `OXIDIST_JOBS`, the launcher's hosts or this machine say.
    pub width: Option<usize>,
    /// Whether what compilers say goes to a terminal that shows colours. Those that have a flag for it are asked for them.
    pub colours: bool,
}
