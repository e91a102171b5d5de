//! The options and texts that `Distribution` itself has.

use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::command::Row;

/// What stands above the global options in the help text.
pub const COMMON_USAGE: &str = "\
Common commands: (see '--help-commands' for more)

  setup.py build      builds everything that is needed to install, in 'build/'
  setup.py install    installs the package
";

/// Options that every command has as well. `verbose` may be repeated.
pub fn global_options(py: Python<'_>) -> PyResult<Py<PyList>> {
    let options = PyList::new(py, [("verbose", "v", "tell what is done (default)", 1)])?;
    for row in [
        ("quiet", Some("q"), "tell only what is wrong"),
        ("dry-run", Some("n"), "tell what would be done, and do nothing"),
        ("help", Some("h"), "show help"),
        ("no-user-cfg", None, "do not read the .pydistutils.cfg of your home directory"),
    ] {
        options.append(row)?;
    }
    Ok(options.unbind())
}

/// A global option that only stands before the first command.
pub const COMMAND_PACKAGES: Row =
    ("command-packages=", None, "packages to look for commands in, after distutils' own (comma separated)");

/// Options that display something, and nothing is run.
pub const DISPLAY_OPTIONS: [Row; 21] = [
    ("help-commands", None, "list all commands"),
    ("name", None, "show the package's name"),
    ("version", Some("V"), "show the package's version"),
    ("fullname", None, "show <name>-<version>"),
    ("author", None, "show the author's name"),
    ("author-email", None, "show the author's email address"),
    ("maintainer", None, "show the maintainer's name"),
    ("maintainer-email", None, "show the maintainer's email address"),
    ("contact", None, "show the maintainer's name, or the author's where there is none"),
    ("contact-email", None, "show the maintainer's email address, or the author's where there is none"),
    ("url", None, "show the package's home page"),
    ("license", None, "show the package's license"),
    ("licence", None, "the same as --license"),
    ("description", None, "show the one-line description"),
    ("long-description", None, "show the long description"),
    ("platforms", None, "show the platforms"),
    ("classifiers", None, "show the classifiers"),
    ("keywords", None, "show the keywords"),
    ("provides", None, "show what packages and modules are provided"),
    ("requires", None, "show what packages and modules are required"),
    ("obsoletes", None, "show what packages and modules are made obsolete"),
];

/// What arguments of `setup()` must be that are lists of other things than strings.
pub const LISTS: [(&str, &str); 3] = [
    ("data_files", crate::data_files::EXPECTED),
    ("ext_modules", "a list of Extension objects"),
    ("libraries", "a list of (name, options) pairs"),
];
