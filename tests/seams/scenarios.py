"""A project that uses every part of the chapter, and the command lines that reach every hook."""

from __future__ import annotations

from typing import Any

FILES = {
    "setup.py": "raise SystemExit('the scenarios call setup() themselves')\n",
    "setup.cfg": "[build_py]\noptimize = 0\n[aliased]\nunknown-option = 1\n",
    "README.txt": "A sample.\n",
    "src/single.py": "single = 1\n",
    "src/sum.c": "int sum(void) { return 1; }\n",
    "src/one.c": "int one(void) { return 1; }\n",
    "src/one.i": "%module one\n",
    "src/two.cpp": "int two() { return 2; }\n",
    "src/pkg/__init__.py": "",
    "src/pkg/module.py": "answer = 42\n",
    "src/pkg/data/a.txt": "a\n",
    "src/pkg/data/b.txt": "b\n",
    "src/pkg/sub/__init__.py": "",
    "src/pkg/sub/deep.py": "deep = True\n",
    "tools/cc": 'for word; do case $before in -o) : >"$word";; esac; before=$word; done\n',
    "scripts/hello": "#!/usr/bin/env python\nprint('hello')\n",
    "scripts/plain.sh": "#!/bin/sh\nexit 0\n",
    "scripts/empty": "",
    "include/sample.h": "#define SAMPLE 1\n",
    "share/one.dat": "1\n",
    "share/two.dat": "2\n",
    "loose.dat": "loose\n",
    "doc/index.txt": "doc\n",
    "doc/build/left.txt": "left\n",
    "doc/draft.tmp": "draft\n",
    "test/test_sample.py": "pass\n",
    "MANIFEST.in": (
        "include loose.dat doc/*.txt missing.txt\n"
        "exclude doc/none.txt\n"
        "recursive-include doc *.txt *.tmp\n"
        "recursive-exclude doc *.tmp\n"
        "global-include *.dat\n"
        "global-exclude *.orig\n"
        "graft share\n"
        "prune doc/build\n"
        "frobnicate this\n"
    ),
}

METADATA: dict[str, Any] = {
    "name": "sample",
    "version": "1.0",
    "description": "a sample",
    "long_description": "Much more of it.",
    "author": "A. Person",
    "author_email": "a@example.org",
    "url": "https://example.org/",
    "download_url": "https://example.org/sample.tar.gz",
    "keywords": ["one", "two"],
    "platforms": ["any"],
    "classifiers": ["Topic :: Software Development"],
    "requires": ["other"],
    "provides": ["sample"],
    "obsoletes": ["older"],
}

EVERYTHING: dict[str, Any] = {
    **METADATA,
    "package_dir": {"": "src"},
    "packages": ["pkg", "pkg.sub"],
    "py_modules": ["single"],
    "package_data": {"pkg": ["data/*.txt"]},
    "scripts": ["scripts/hello", "scripts/plain.sh"],
    "headers": ["include/sample.h"],
    "data_files": [["share/sample", ["share/one.dat", "share/two.dat"]], ["share/empty", []], "loose.dat"],
}

# In the form that JSON leaves of a list of pairs.
LIBRARIES: dict[str, Any] = {
    "name": "x",
    "libraries": [["sum", {"sources": ["src/sum.c"]}]],
    "include_dirs": ["include"],
}

EXTENSIONS: dict[str, Any] = {
    "name": "x",
    "ext_package": "pkg",
    "package_dir": {"": "src"},
    "packages": ["pkg"],
    "ext_modules": [
        {
            "name": "one",
            "sources": ["src/sum.c", "src/one.c"],
            "depends": ["include/sample.h"],
            "define_macros": [["A", "1"]],
            "undef_macros": ["B"],
            "extra_objects": ["more.o"],
        },
        {"name": "sub.two", "sources": ["src/two.cpp"], "optional": True},
    ],
}

SWIGGED: dict[str, Any] = {
    "name": "x",
    "ext_modules": [{"name": "_one", "sources": ["src/one.i", "src/one.c"], "swig_opts": ["-Wall"]}],
}

# A program that takes any command line, and makes the file that it is to make.
COMPILER = dict.fromkeys(("CC", "CXX", "LDSHARED"), "sh tools/cc")
FAILING_COMPILER = {**COMPILER, "CC": "false"}

QUESTIONS_TO_BUILD_EXT = [
    ("build_ext", "get_source_files"),
    ("build_ext", "get_outputs"),
    ("build_ext", "get_ext_fullname", "a.b"),
    ("build_ext", "get_ext_fullpath", "a.b"),
    ("build_ext", "get_ext_filename", "a.b"),
    ("build_ext", "find_swig"),
    ("build", "has_ext_modules"),
    ("", "has_ext_modules"),
]

QUESTIONS_TO_BUILD_CLIB = [
    ("build_clib", "get_library_names"),
    ("build_clib", "get_source_files"),
    ("build", "has_c_libraries"),
]

MAIN = "int main(void) { return 1; }"

QUESTIONS_TO_CONFIG = [
    ("config", "try_cpp", "int x;"),
    ("config", "search_cpp", "x", "int x;", ["stddef.h"], ["include"], "c++"),
    ("config", "try_compile", "int x;", ["sample.h"], ["include"]),
    ("config", "try_link", MAIN),
    ("config", "try_run", MAIN, None, None, ["m"], ["/nowhere"], "c++"),
    ("config", "check_func", "puts", None, None, None, None, 1),
    ("config", "check_lib", "m", None, ["math.h"], None, ["c"]),
    ("config", "check_header", "stdio.h"),
]

REFUSED_BY_CONFIG = [
    ("config", "try_cpp", "#error"),
    ("config", "try_compile", "int"),
    ("config", "try_link", "int x;"),
    ("config", "try_run", "int x;"),
    ("config", "_clean", "one", "two"),
]

# RPM's tools: one answers with the format that it is given, the other makes the files that are then moved.
RPM = {
    "tools/rpm": """#!/bin/sh
[ "$1" = -q ] || exit 0
answer=$(printf %s "$3" | sed 's/%{name}/sample/g; s/%{version}/1.0/g; s/%{release}/1/g; s/%{arch}/noarch/g')
printf "$answer"
""",
    "tools/rpmbuild": """#!/bin/sh
for word; do case $word in _topdir*) cd "${word#_topdir }" || exit 1;; esac; done
mkdir RPMS/noarch && : >SRPMS/sample-1.0-1.src.rpm && : >RPMS/noarch/sample-1.0-1.noarch.rpm
""",
}
WITH_RPM: dict[str, Any] = {"programs": RPM, "environment": {"PATH": "tools:/usr/bin:/bin"}}

PYPIRC = """\
[distutils]
index-servers =
    here

[here]
repository: http://index.example.org/upload/
username: ada
password: lovelace
"""
WITH_LOGIN: dict[str, Any] = {"home": {".pypirc": PYPIRC}}

ROOT = ["--root=root", "--prefix=/usr"]


def scenario(*arguments: str, attributes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """`setup.py ARGUMENTS` for the whole project. `calls` are made after: (command or "", method, ...)."""
    return {"arguments": list(arguments), "attributes": attributes or EVERYTHING, **more}


# Each runs in a process and a copy of the project of its own.
SCENARIOS: dict[str, dict[str, Any]] = {
    "build": scenario("build"),
    "build again": scenario("build", "build", "--force"),
    "build, byte-compiled": scenario("build_py", "--compile", "--optimize=1"),
    "build in debug mode": scenario("build", environment={"DISTUTILS_DEBUG": "1"}),
    "a package without a folder": scenario("build", attributes={"name": "x", "packages": ["nowhere"]}),
    "a package of nothing but data": scenario(
        "build", attributes={"name": "x", "packages": ["doc"], "package_data": {"doc": ["*.txt"]}}
    ),
    "the project's folder as a package": scenario("build", attributes={"name": "x", "packages": [""]}),
    "an empty script": scenario(
        "--dry-run", "build_scripts", attributes={"name": "x", "scripts": ["scripts/empty"]}
    ),
    "build without byte-compiling": scenario("build_py", "--compile", dont_write_bytecode=True),
    "install_lib without byte-compiling": scenario(
        "install_lib", "--install-dir=lib", dont_write_bytecode=True
    ),
    "modules only": scenario(
        "build", "--build-lib=out", attributes={"name": "x", "py_modules": ["src.single", "src.none"]}
    ),
    "questions to build_py": scenario(
        "build_py",
        calls=[
            ("build_py", "get_outputs"),
            ("build_py", "get_outputs", 0),
            ("build_py", "get_source_files"),
            ("build_py", "find_all_modules"),
            ("build_scripts", "get_source_files"),
            ("build", "has_pure_modules"),
            ("build", "has_scripts"),
            ("build", "has_c_libraries"),
            ("build", "has_ext_modules"),
        ],
    ),
    "build libraries": scenario("build", attributes=LIBRARIES, calls=QUESTIONS_TO_BUILD_CLIB),
    "extensions": scenario("build_ext", attributes=EXTENSIONS, environment=COMPILER),
    "extensions, built twice": scenario("build", "build_ext", attributes=EXTENSIONS, environment=COMPILER),
    "extensions in place, on a thread": scenario(
        "build_ext", "--inplace", "--parallel=1", attributes=EXTENSIONS, environment=COMPILER
    ),
    "extensions in a dry run": scenario("--dry-run", "build_ext", "--force", attributes=EXTENSIONS),
    "extensions with SWIG": scenario("--dry-run", "build_ext", "--swig-opts=-O", attributes=SWIGGED),
    "extensions with SWIG, C++": scenario("--dry-run", "build_ext", "--swig-cpp", attributes=SWIGGED),
    "an extension that fails": scenario("build_ext", attributes=EXTENSIONS, environment=FAILING_COMPILER),
    "an extension that may fail": scenario(
        "build_ext",
        attributes={**EXTENSIONS, "ext_modules": EXTENSIONS["ext_modules"][1:]},
        environment=FAILING_COMPILER,
    ),
    "extensions and a library": scenario(
        "build", attributes={**EXTENSIONS, **LIBRARIES}, environment=COMPILER
    ),
    "extensions of the old form": scenario(
        "build_ext",
        attributes={"name": "x", "ext_modules": [["one", {"sources": ["src/one.c"], "rpath": ["/x"]}]]},
        environment=COMPILER,
    ),
    "extensions that are none": scenario("build_ext", attributes={"name": "x", "ext_modules": "one"}),
    "extensions, all questions": scenario(
        "--dry-run", "build_ext", attributes=EXTENSIONS, calls=QUESTIONS_TO_BUILD_EXT
    ),
    "extensions installed": scenario("install", *ROOT, attributes=EXTENSIONS, environment=COMPILER),
    "extensions in a source distribution": scenario("sdist", attributes=EXTENSIONS),
    "help on compilers": scenario("build_ext", "--help-compiler"),
    "libraries in a dry run": scenario("--dry-run", "build_clib", "--force", "--debug", attributes=LIBRARIES),
    "libraries that are none": scenario("build_clib", attributes={"name": "x", "libraries": "sum"}),
    "questions to the compiler": scenario("config", attributes={"name": "x"}, calls=QUESTIONS_TO_CONFIG),
    "questions that are answered no": scenario("config", attributes={"name": "x"}, calls=REFUSED_BY_CONFIG),
    "install below a root": scenario("install", *ROOT, "--record=record.txt"),
    "install, all questions": scenario(
        "install",
        *ROOT,
        "--no-compile",
        calls=[
            ("install", "get_outputs"),
            ("install", "has_lib"),
            ("install", "has_headers"),
            ("install", "has_scripts"),
            ("install", "has_data"),
            ("install_lib", "get_inputs"),
            ("install_lib", "get_outputs"),
            ("install_scripts", "get_inputs"),
            ("install_scripts", "get_outputs"),
            ("install_data", "get_inputs"),
            ("install_data", "get_outputs"),
            ("install_headers", "get_inputs"),
            ("install_headers", "get_outputs"),
            ("install_egg_info", "get_outputs"),
        ],
    ),
    # CPython's stops at install_egg_info, which has no get_inputs; ours goes on.
    "inputs of install": scenario("install", *ROOT, calls=[("install", "get_inputs")], cpython_fails=True),
    "install in a home": scenario("install", "--home=athome", "--optimize=1"),
    "install for the user": scenario("install", "--user"),
    "install with an extra path": scenario(
        "install", *ROOT, attributes={**EVERYTHING, "extra_path": "extra,below"}
    ),
    "install where Python does not look": scenario(
        "install",
        "--prefix=elsewhere",
        "--install-lib=elsewhere/lib",
        attributes={**EVERYTHING, "extra_path": "x"},
    ),
    "install, path file not wanted": scenario(
        "install",
        *ROOT,
        attributes={**EVERYTHING, "extra_path": "extra"},
        calls=[("install", "__setattr__", "install_path_file", 0), ("install", "create_path_file")],
    ),
    "install in debug mode": scenario("install", *ROOT, environment={"DISTUTILS_DEBUG": "1"}),
    "install without building": scenario("build", "install", *ROOT, "--skip-build", "--force"),
    "install what was not built": scenario("install_lib", "--skip-build", "--install-dir=lib"),
    "install the library alone": scenario("install_lib", "--install-dir=lib", "--optimize=2"),
    "install the rest alone": scenario(
        *("install_data", "--install-dir=data"),
        *("install_scripts", "--install-dir=bin"),
        *("install_headers", "--install-dir=include"),
        *("install_egg_info", "--install-dir=lib"),
    ),
    "install the egg-info again": scenario(
        "install_egg_info", "--install-dir=lib", calls=[("install_egg_info", "run")]
    ),
    "source archives": scenario("sdist", "--formats=gztar,zip,tar"),
    "source archive, tree kept": scenario(
        "sdist", "--keep-temp", "--owner=root", "--group=root", calls=[("sdist", "get_archive_files")]
    ),
    "manifest only": scenario("sdist", "--manifest-only"),
    "manifest without a template": scenario("sdist", "--manifest-only", without=["MANIFEST.in"]),
    "manifest without defaults": scenario("sdist", "--no-defaults", "--no-prune", "--force-manifest"),
    "manifest by hand": scenario(
        "sdist", without=["MANIFEST.in"], files={"MANIFEST": "setup.py\nloose.dat\nmissing\n"}
    ),
    "manifest of an earlier run": scenario(
        "sdist",
        files={"MANIFEST": "# file GENERATED by distutils, do NOT edit\nsetup.py\nloose.dat\n"},
    ),
    "sdist without metadata": scenario(
        "sdist", attributes={"name": "bare", "py_modules": ["single"]}, without=["README.txt"]
    ),
    "sdist, old method": scenario(
        "sdist", calls=[("sdist", "check_metadata"), ("sdist", "checking_metadata")]
    ),
    "sdist, formats": scenario("sdist", "--help-formats"),
    "binary distribution": scenario("build", "bdist", "--formats=gztar,zip", "--skip-build"),
    "dumb distribution": scenario("bdist_dumb", "--relative", "--format=gztar"),
    "dumb distribution, tree kept": scenario("bdist_dumb", "--keep-temp", "--format=zip"),
    "RPMs": scenario("bdist_rpm", calls=[("bdist_rpm", "_dist_path", "a/b.rpm")], **WITH_RPM),
    "a source RPM with an icon": scenario(
        "bdist_rpm", "--source-only", "--use-bzip2", "--icon=README.txt", "--keep-temp", **WITH_RPM
    ),
    "a binary RPM of extensions": scenario(
        "bdist_rpm", "--binary-only", "--doc-files=loose.dat", attributes=EXTENSIONS, **WITH_RPM
    ),
    "RPMs, by format": scenario("bdist", "--formats=rpm", **WITH_RPM),
    "an RPM in debug mode": scenario(
        "bdist_rpm",
        "--binary-only",
        programs=RPM,
        environment={**WITH_RPM["environment"], "DISTUTILS_DEBUG": "1"},
    ),
    "a spec file": scenario(
        "bdist_rpm", "--spec-only", "--changelog=* one", "--build-script=loose.dat", "--requires=a,b"
    ),
    "a spec file of extensions": scenario(
        "bdist_rpm", "--spec-only", "--fix-python", "--force-arch=sparc", attributes=EXTENSIONS
    ),
    "an RPM without a script": scenario("bdist_rpm", "--prep-script=nowhere"),
    "an RPM by RPM 2": scenario("bdist_rpm", "--rpm2-mode"),
    "upload": scenario(
        "sdist", "--formats=gztar", "upload", "--repository=here", "--show-response", **WITH_LOGIN
    ),
    "upload, no login known": scenario("sdist", "--formats=gztar", "upload"),
    "upload of nothing": scenario("upload", "--repository=here", **WITH_LOGIN),
    "upload, signed by nobody": scenario("upload", "--identity=ada"),
    "upload to no index": scenario(
        "sdist", "--formats=gztar", "upload", "--repository=nowhere", cpython_fails=True, **WITH_LOGIN
    ),
    "register": scenario(
        "register", "--repository=here", calls=[("register", "check_metadata")], **WITH_LOGIN
    ),
    "register, checked only": scenario("--dry-run", "register", "--repository=here", **WITH_LOGIN),
    "register, login typed": scenario("register", typed=["1", "ada", "lovelace", "y"]),
    "register, login typed and not kept": scenario("register", typed=["", "ada", "lovelace", "n"]),
    "register, a new user": scenario(
        "register", typed=["2", "ada", "lovelace", "lovelace", "ada@example.org"]
    ),
    "register, a password asked for": scenario("register", typed=["3", "ada@example.org"]),
    "register, nothing": scenario("register", typed=["4"]),
    "register, classifiers": scenario("register", "--list-classifiers"),
    "bdist, formats": scenario("bdist", "--help-formats"),
    "clean": scenario("build", "clean", "--all"),
    "clean nothing": scenario("clean", "--all"),
    "check": scenario("check", "--metadata", "--restructuredtext"),
    "check, strictly": scenario("check", "--strict", attributes={"name": "x"}),
    "display options": scenario(
        "--name", "--version", "--fullname", "--author", "--classifiers", "--keywords", "--requires"
    ),
    "more display options": scenario("--contact", "--contact-email", "--url", "--license", "--platforms"),
    "display options of the maintainer": scenario(
        "--maintainer",
        "--maintainer-email",
        "--author-email",
        "--provides",
        "--obsoletes",
        "--long-description",
    ),
    "help": scenario("--help"),
    "help on commands": scenario("--help-commands"),
    "help on one command": scenario("build_py", "--help"),
    "command packages": scenario("--command-packages=nowhere", "build_py"),
    "metadata in files": scenario(
        "check",
        calls=[
            ("", "dump_option_dicts"),
            ("", "get_command_list"),
            ("", "is_pure"),
            ("", "has_modules"),
            ("", "has_headers"),
            ("", "has_scripts"),
            ("", "has_data_files"),
            ("", "print_commands"),
            ("", "reinitialize_command", "build", 1),
        ],
    ),
}
