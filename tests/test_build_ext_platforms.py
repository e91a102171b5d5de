"""build_ext: the options and names that each platform gives it."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def command(distutils: ModuleType, **attributes: Any) -> Any:
    """A finalized build_ext."""
    from distutils.dist import Distribution

    built = Distribution(attributes).get_command_obj("build_ext")
    built.ensure_finalized()
    return built


SYMBOLS = {
    "one": "PyInit_one",
    "pkg.one": "PyInit_one",
    "pkg.m\u00f6dul": "PyInitU_mdul_5qa",
    "pkg.__init__": "PyInit_pkg",
    "__init__": "PyInit___init__",
}


@pytest.mark.parametrize("name", SYMBOLS)
def test_the_function_that_python_calls_is_exported(distutils, name: str) -> None:
    from distutils.extension import Extension

    extension = Extension(name, [], export_symbols=["more"])
    built = command(distutils, ext_modules=[extension])
    for _ in "again":
        assert built.get_export_symbols(extension) == ["more", SYMBOLS[name]]
    assert extension.export_symbols == ["more", SYMBOLS[name]]


@pytest.mark.parametrize(
    "sources",
    [("a.c", Path("b.c")), iter(["a.c", "b.c"]), [Path("a.c"), "b.c"]],
    ids=["a tuple", "an iterator", "a list"],
)
def test_sources_are_any_paths_that_can_be_listed(distutils, sources: Any) -> None:
    from distutils.extension import Extension

    assert Extension("one", sources).sources == ["a.c", "b.c"]


@pytest.mark.parametrize("sources", ["a.c", Path("a.c"), ["a.c", 1], [b"a.c"], None, 5], ids=repr)
def test_other_sources_are_refused(distutils, sources: Any) -> None:
    from distutils.extension import Extension

    with pytest.raises(AssertionError, match="'sources' must be a list of strings"):
        Extension("one", sources)


def test_a_list_of_sources_stays_the_list_that_was_given(distutils) -> None:
    from distutils.extension import Extension

    sources = ["a.c"]
    assert Extension("one", sources).sources is sources


# What Python asks about the platform, and the options, on platforms that this is not.
PLATFORMS: dict[str, str] = {
    "Windows": "os.name = 'nt'",
    "Windows, 32 bits, debug": "os.name = 'nt'; options = {'plat_name': 'win32', 'debug': 1}",
    "Windows on ARM": "os.name = 'nt'; options = {'plat_name': 'win-arm64'}",
    "Windows, a virtual environment": "os.name = 'nt'; sys.exec_prefix = sys.prefix = 'C:/venv'",
    "Windows, Python's own folder": "os.name = 'nt'; sys._home = 'C:/src'",
    "Cygwin": "sys.platform = 'cygwin'; sys.executable = sys.exec_prefix + '/bin/python'",
    "Cygwin, Python's own extensions": "sys.platform = 'cygwin'; sys.executable = '/src/python'",
    "macOS": "sys.platform = 'darwin'",
    "a shared library": "config['Py_ENABLE_SHARED'] = 1; config['LIBDIR'] = '/opt/lib'",
    "a shared library, Python's own extensions": "config['Py_ENABLE_SHARED'] = sysconfig.python_build = 1",
    "Android": "config.update(Py_ENABLE_SHARED=1, LDVERSION='3.x'); sys.getandroidapilevel = lambda: 21",
    "Cygwin, a shared library": "config.update(Py_ENABLE_SHARED=1, LDVERSION='3.x'); sys.platform = 'cygwin'",
    "built for Android": "config.update(Py_ENABLE_SHARED=1, LDVERSION='3.x', ANDROID_API_LEVEL=21); "
    "os.environ['_PYTHON_HOST_PLATFORM'] = 'android'",
    "a virtual environment": "sys.exec_prefix = '/venv'",
    "lists from the script": "options = {'include_dirs': ['a'], 'library_dirs': ['b'], 'rpath': ['c'], "
    "'libraries': ['d'], 'link_objects': ['e']}",
    "texts from the script": "options = {'include_dirs': 'a:b', 'library_dirs': 'c:d', 'rpath': 'e:f', "
    "'libraries': 'g h,i', 'link_objects': 'j k', 'undef': 'l,m', 'define': 'n,o', 'swig_opts': '-a -b', "
    "'parallel': ' 2 '}",
    "the user's own folders": "options = {'user': 1}",
}

ASK_PLATFORM = """
    import json, os, sys
    from distutils import sysconfig
    from distutils.dist import Distribution
    from distutils.extension import Extension
    import distutils.command.build, distutils.command.build_ext as build_ext

    base = os.path.expanduser("~/.local")
    build_ext.USER_BASE = base
    for name in ("include", "lib"):
        os.makedirs(os.path.join(base, name), exist_ok=True)
    config, options = {}, {}
    asked = sysconfig.get_config_var
    asked("LIBDIR")  # Read while the platform is still what it is.
    sysconfig.get_config_var = lambda name: config[name] if name in config else asked(name)
    sysconfig.get_python_inc = lambda plat_specific=0: "/plat" if plat_specific else "/one:/two"
    build_ext.get_config_h_filename = lambda: "/plat/PC/pyconfig.h"
    distutils.command.build.get_platform = build_ext.get_platform = lambda: "win-amd64"

    distribution = Distribution({"ext_package": "pkg", "include_dirs": ["general"]})
    command = distribution.get_command_obj("build_ext")
    extension = Extension("one", [], libraries=["own"])
    real = {name: getattr(os, name) for name in ("name",)}
    PLATFORM
    for name, value in options.items():
        setattr(command, name, value)
    if "plat_name" in options:
        distribution.get_command_obj("build").plat_name = options["plat_name"]
    command.ensure_finalized()
    attributes = {name: value for name, value in vars(command).items() if name[0] != "_"}
    answers = {
        "libraries": command.get_libraries(extension),
        "symbols": command.get_export_symbols(extension),
        "file": command.get_ext_filename("a.b"),
        "path": command.get_ext_fullpath("a.b"),
        "swig": command.find_swig(),
    }
    os.name = real["name"]
    for name in ("distribution", "launcher"):
        attributes.pop(name, None)
    print(json.dumps([attributes, answers], sort_keys=True, indent=1))
"""


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_platform_has_the_options_that_cpython_gives_it(pair, name: str) -> None:
    indented = ASK_PLATFORM.replace("PLATFORM", PLATFORMS[name])
    twins = pair({"setup.py": textwrap.dedent(indented)})
    ours, theirs = twins.run()
    assert ours.stdout.replace(str(twins.ours), "") == theirs.stdout.replace(str(twins.theirs), "")


# name: (the platform as Python tells it, the compiler's module and class, options, what is linked with).
WINDOWS_LIBRARIES: dict[str, tuple[str, str, dict[str, int], list[str]]] = {
    "Microsoft's": ("win-amd64", "_msvccompiler.MSVCCompiler", {}, ["own"]),
    "another": ("win-amd64", "cygwinccompiler.Mingw32CCompiler", {}, ["own", "python3x"]),
    "another, debug": ("win32", "cygwinccompiler.Mingw32CCompiler", {"debug": 1}, ["own", "python3x_d"]),
    "MinGW's Python": ("mingw_x86_64", "cygwinccompiler.Mingw32CCompiler", {}, ["own", "python3.x"]),
}


@pytest.mark.parametrize("name", WINDOWS_LIBRARIES)
def test_modules_for_windows_are_linked_with_python_unless_a_header_says_so(
    distutils, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from distutils import sysconfig, util
    from distutils.extension import Extension

    platform, compiler, options, expected = WINDOWS_LIBRARIES[name]
    extension = Extension("one", [], libraries=["own"])
    built = command(distutils, ext_modules=[extension])
    vars(built).update(options)
    module, class_name = compiler.split(".")
    compiler_class = getattr(__import__(f"distutils.{module}", fromlist=[class_name]), class_name)
    built.compiler = compiler_class.__new__(compiler_class)
    variables = {"Py_ENABLE_SHARED": 1, "LDVERSION": "3.x"}
    monkeypatch.setattr(sysconfig, "get_config_var", variables.get)
    monkeypatch.setattr(util, "get_platform", lambda: platform)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "hexversion", 0x030D00F0)
    assert built.get_libraries(extension) == [each.replace("3x", "313") for each in expected]
    assert extension.libraries == ["own"]
