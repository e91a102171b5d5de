"""Which tests of setuptools' suites pass on its own distutils and not on ours, and why.

Each by pytest's name for it. What passes after all has to leave its list. "3.10" is CPython 3.10's distutils,
which is right; where setuptools is imported it decides by itself what some of these tests are about.
"""

from __future__ import annotations

DEPENDS = "skips itself on any other distutils, whose messages are not in logging"

# Of setuptools' own suite.
SETUPTOOLS: dict[str, str] = {
    f"setuptools/tests/test_sdist.py::TestSdistTest::test_invalid_extension_depends[{case}]": DEPENDS
    for case in (
        "can't have `..` segments",
        "doesn't exist",
        "must be inside the project root",
        "must be relative",
    )
}

ARCHIVES = "wants the names of PEP 625: 3.10 takes names as they are. setuptools replaces get_fullname"
REQUIRED = "wants name and version alone to be required: 3.10 asks for more. For setuptools we do not"
CACHE = "empties a cache that is an attribute of the function"
LINES = "has lines end where str.splitlines has them end: 3.10 knows line feeds alone"
RFC822 = "TestUtil::test_rfc822_escape"

# By file.
BY_FILE = {
    "test_bdist.py": {"TestBuild::test_formats": "wants a list without wheel, which is one of our formats"},
    "test_build.py": {
        "TestBuild::test_finalize_options": "wants folders named for cpython-313: 3.10 names them for 3.13",
    },
    "test_build_py.py": {
        "TestBuildPy::test_namespace_package_does_not_warn": "3.10 warns. For setuptools we do not",
    },
    "test_check.py": {
        "TestCheck::test_check_author_maintainer": REQUIRED,
        "TestCheck::test_check_metadata": REQUIRED,
    },
    "test_cmd.py": {"TestCommand::test_make_file": "wants quotes in a message: 3.10 has none"},
    "test_config_cmd.py": {
        "TestConfig::test_dump_file": "replaces distutils._log.log.info: 3.10 calls distutils.log.info",
    },
    "test_dir_util.py": {
        "TestDirUtil::test_mkpath_exception_uncached": "overrides pathlib.Path.mkdir: 3.10 has no such call",
        "TestDirUtil::test_mkpath_remove_tree_verbosity": "is told of the last folder: 3.10 tells of each",
    },
    "test_dist.py": {
        "TestDistributionBehavior::test_finalize_options": "wants keywords split at line feeds, and told",
        "TestDistributionBehavior::test_script_args_list_coercion": "wants a tuple to become a list",
        "TestMetadata::test_read_metadata": "wants None for what is missing: 3.10 has UNKNOWN",
        "TestMetadata::test_round_trip_through_email_generator": LINES,
    },
    "test_extension.py": {
        "TestExtension::test_extension_init": "wants TypeError: 3.10 raises AssertionError",
        "test_can_be_extended_by_setuptools": "wants a dataclass, to be inherited from as one",
    },
    "test_install.py": {
        "TestInstall::test_user_site": "wants a scheme posix_user: 3.10 calls it unix_user",
    },
    "test_sdist.py": {
        "TestSDist::test_add_defaults": ARCHIVES,
        "TestSDist::test_make_distribution": ARCHIVES,
        "TestSDist::test_make_distribution_owner_group": ARCHIVES,
        "TestSDist::test_manual_manifest": ARCHIVES,
        "TestSDist::test_metadata_check_option": REQUIRED,
        "TestSDist::test_prune_file_list": ARCHIVES,
    },
    "test_sysconfig.py": {
        "TestSysconfig::test_SO_deprecation": "wants a warning of a variable that Python 3.11 took away",
        "TestSysconfig::test_customize_compiler": "wants CFLAGS to replace Python's: 3.10 adds them",
    },
    "test_util.py": {
        "TestUtil::test_check_environ": CACHE,
        "TestUtil::test_check_environ_getpwuid": CACHE,
        "TestUtil::test_convert_path": "wants a string for a pathlib.Path: 3.10 returns what it was given",
        # As pytest writes these down.
        RFC822 + r"[hello\x0b\nworld\n-hello\x0b        \n        world\n        ]": LINES,
        RFC822 + r"[hello\x1eworld-hello\x1e        world]": LINES,
    },
}

# Of the suite of setuptools' distutils.
DISTUTILS: dict[str, str] = {
    f"distutils/tests/{file}::{test}": reason
    for file, tests in BY_FILE.items()
    for test, reason in tests.items()
}

# What passes from some Python on.
PASSES_SINCE: dict[str, tuple[int, int]] = {
    # Its email package has lines end at line feeds alone.
    "distutils/tests/test_dist.py::TestMetadata::test_round_trip_through_email_generator": (3, 13),
}
