//! bdist_rpm's option table.

use super::super::Row;

pub const OPTIONS: [Row; 41] = [
    ("bdist-base=", None, "folder in which built distributions are put together"),
    ("rpm-base=", None, "folder in which RPMs are made [default: rpm in --bdist-base; RPM 2 needs one]"),
    ("dist-dir=", Some("d"), "folder that the RPMs go into (with --spec-only, the spec file)"),
    ("python=", None, "the Python that the spec file names [default: python3]"),
    ("fix-python", None, "have the spec file name the Python that runs this"),
    ("spec-only", None, "write the spec file and nothing else"),
    ("source-only", None, "make the source RPM only"),
    ("binary-only", None, "make the binary RPM only"),
    ("use-bzip2", None, "pack the sources with bzip2 [default: gzip]"),
    ("distribution-name=", None, "the Linux distribution that this RPM is part of"),
    ("group=", None, "the group of packages that it belongs to [default: Development/Libraries]"),
    ("release=", None, "number of the RPM's release [default: 1]"),
    ("serial=", None, "serial number of the RPM"),
    ("vendor=", None, "who makes it, as in \"A. Person <a@example.org>\" [default: maintainer or author]"),
    ("packager=", None, "who packages it"),
    ("doc-files=", None, "documentation to install (a list with spaces or commas)"),
    ("changelog=", None, "changelog of the RPM"),
    ("icon=", None, "file with an icon"),
    ("provides=", None, "what this package provides"),
    ("requires=", None, "what it requires"),
    ("conflicts=", None, "what it conflicts with"),
    ("build-requires=", None, "what building it requires"),
    ("obsoletes=", None, "what it makes obsolete"),
    ("no-autoreq", None, "do not have RPM find out what the package requires"),
    ("keep-temp", Some("k"), "keep the folder in which RPM builds"),
    ("no-keep-temp", None, "remove the folder in which RPM builds [default]"),
    ("use-rpm-opt-flags", None, "compile with RPM_OPT_FLAGS as CFLAGS [default, where there are extensions]"),
    ("no-rpm-opt-flags", None, "compile without RPM's flags"),
    ("rpm3-mode", None, "for RPM 3 and later [default]"),
    ("rpm2-mode", None, "for RPM 2"),
    ("prep-script=", None, "file with the script for the section %prep"),
    ("build-script=", None, "file with the script for %build"),
    ("pre-install=", None, "file with the script to run before the package is installed"),
    ("install-script=", None, "file with the script for %install"),
    ("post-install=", None, "file with the script to run after the package is installed"),
    ("pre-uninstall=", None, "file with the script to run before the package is removed"),
    ("post-uninstall=", None, "file with the script to run after the package is removed"),
    ("clean-script=", None, "file with the script for %clean"),
    ("verify-script=", None, "file with the script for %verifyscript"),
    ("force-arch=", None, "architecture of the package, whatever is in it"),
    ("quiet", Some("q"), "have RPM say less"),
];

pub const BOOLEAN: [&str; 5] = ["keep-temp", "use-rpm-opt-flags", "rpm3-mode", "no-autoreq", "quiet"];

pub const NEGATIVE: [(&str, &str); 3] =
    [("no-keep-temp", "keep-temp"), ("no-rpm-opt-flags", "use-rpm-opt-flags"), ("rpm2-mode", "rpm3-mode")];

/// What the options are before anybody has set them: None, in the order in which they are set.
pub const UNSET: [&str; 34] = [
    "bdist_base",
    "rpm_base",
    "dist_dir",
    "python",
    "fix_python",
    "spec_only",
    "binary_only",
    "source_only",
    "use_bzip2",
    "distribution_name",
    "group",
    "release",
    "serial",
    "vendor",
    "packager",
    "doc_files",
    "changelog",
    "icon",
    "prep_script",
    "build_script",
    "install_script",
    "clean_script",
    "verify_script",
    "pre_install",
    "post_install",
    "pre_uninstall",
    "post_uninstall",
    "prep",
    "provides",
    "requires",
    "conflicts",
    "build_requires",
    "obsoletes",
    "force_arch",
];

/// The others.
pub const SWITCHES: [(&str, i64); 5] =
    [("keep_temp", 0), ("use_rpm_opt_flags", 1), ("rpm3_mode", 1), ("no_autoreq", 0), ("quiet", 0)];

/// Options that name a file, in the order in which they are checked.
pub const FILES: [&str; 10] = [
    "icon",
    "prep_script",
    "build_script",
    "install_script",
    "clean_script",
    "verify_script",
    "pre_install",
    "post_install",
    "pre_uninstall",
    "post_uninstall",
];

/// Options that are lists of RPM's capabilities.
pub const CAPABILITIES: [&str; 5] = ["provides", "requires", "conflicts", "build_requires", "obsoletes"];
