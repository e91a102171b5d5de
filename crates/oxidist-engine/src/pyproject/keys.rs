//! The keys of `[tool.oxidist]` as data: what each holds, which argument of `setup()` it stands for, what it is for.
//!
//! [`super::tool`] reads files by these tables, and [`super::schema`] tells editors and validators of them.

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Flag,
    Strings,
    Pairs,
    Groups,
    /// A folder of the project.
    Folder,
    /// Packages and their folders.
    Folders,
    /// A list of packages, or a table of [`DISCOVERY_KEYS`].
    Packages,
    /// Folders with lists of patterns.
    DataFiles,
    /// A list of tables of [`EXTENSION_KEYS`].
    Extensions,
    /// A list of tables of [`LIBRARY_KEYS`].
    Libraries,
    /// A list of names, and names with values.
    Macros,
    /// Commands and their classes, as `module:class`.
    Classes,
    /// Fields of `[project]`, and where their values are.
    Dynamic,
}

/// A key: its name, what it holds, the argument of `setup()` (or `Extension`) that it stands for, what it is for.
pub type Key = (&'static str, Kind, &'static str, &'static str);

/// All keys of `[tool.oxidist]` but those of commands.
pub const TOOL_KEYS: [Key; 17] = [
    ("packages", Kind::Packages, "packages", "a list of packages, or a table that says where to find them"),
    ("package-dir", Kind::Folders, "package_dir", "the folders of packages; '' is that of all others"),
    ("package-data", Kind::Groups, "package_data", "patterns for data files in packages; '' is for all"),
    ("exclude-package-data", Kind::Groups, "exclude_package_data", "patterns for what is none"),
    ("include-package-data", Kind::Flag, "include_package_data", "whether MANIFEST.in chooses package data"),
    ("py-modules", Kind::Strings, "py_modules", "modules that are in no package"),
    (
        "data-files",
        Kind::DataFiles,
        "data_files",
        "folders, each with patterns for files that are installed there",
    ),
    ("scripts", Kind::Strings, "scripts", "files that are installed as scripts"),
    ("headers", Kind::Strings, "headers", "C headers to install"),
    ("ext-package", Kind::Text, "ext_package", "the package that all extension modules are in"),
    ("include-dirs", Kind::Strings, "include_dirs", "folders with headers, for all extension modules"),
    ("platforms", Kind::Strings, "platforms", "what it runs on, if not everywhere"),
    ("ext-modules", Kind::Extensions, "ext_modules", "extension modules"),
    ("libraries", Kind::Libraries, "libraries", "static libraries for the extension modules"),
    ("cmdclass", Kind::Classes, "cmdclass", "classes of commands, as 'module:class'"),
    ("command-packages", Kind::Strings, "command_packages", "packages with commands"),
    ("dynamic", Kind::Dynamic, "", "where the values of fields in 'project.dynamic' are"),
];

/// Keys of an extension module.
pub const EXTENSION_KEYS: [Key; 17] = [
    ("name", Kind::Text, "name", "the module's full name, with its package"),
    ("sources", Kind::Strings, "sources", "source files"),
    ("include-dirs", Kind::Strings, "include_dirs", "folders with headers"),
    ("define-macros", Kind::Macros, "define_macros", "macros to define: names, and [name, value]"),
    ("undef-macros", Kind::Strings, "undef_macros", "macros to undefine"),
    ("library-dirs", Kind::Strings, "library_dirs", "folders with libraries to link with"),
    ("libraries", Kind::Strings, "libraries", "libraries to link with"),
    ("runtime-library-dirs", Kind::Strings, "runtime_library_dirs", "folders with libraries for the loader"),
    ("extra-objects", Kind::Strings, "extra_objects", "more files to link with"),
    ("extra-compile-args", Kind::Strings, "extra_compile_args", "more words for the compiler"),
    ("extra-link-args", Kind::Strings, "extra_link_args", "more words for the linker"),
    ("export-symbols", Kind::Strings, "export_symbols", "symbols to export, beside the one of the module"),
    ("swig-opts", Kind::Strings, "swig_opts", "words for SWIG, for sources that end in .i"),
    ("depends", Kind::Strings, "depends", "files that it also is made of"),
    ("language", Kind::Text, "language", "the language (c, c++, objc), if the sources do not tell"),
    ("optional", Kind::Flag, "optional", "whether the build goes on without it"),
    ("py-limited-api", Kind::Flag, "py_limited_api", "whether it uses the limited API only (abi3)"),
];

/// Keys of a static library.
pub const LIBRARY_KEYS: [Key; 4] = [
    ("name", Kind::Text, "name", "the library's name, as the linker is told of it"),
    ("sources", Kind::Strings, "sources", "source files"),
    ("include-dirs", Kind::Strings, "include_dirs", "folders with headers"),
    ("define-macros", Kind::Macros, "macros", "macros to define: names, and [name, value]"),
];

/// What an extension module and a library must have.
pub const NEEDED: [&str; 2] = ["name", "sources"];

/// Keys of `packages`, where it is a table.
pub const DISCOVERY_KEYS: [Key; 4] = [
    ("where", Kind::Folder, "", "the folder that has the packages"),
    ("include", Kind::Strings, "", "patterns for the dotted names of packages [default: all]"),
    ("exclude", Kind::Strings, "", "patterns for packages that are left out"),
    ("namespaces", Kind::Flag, "", "whether folders without __init__.py are packages, too"),
];
