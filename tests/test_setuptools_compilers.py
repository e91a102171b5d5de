"""Command lines on top of a setuptools: each departure of its own distutils, from the release on that has it.

A module with a version stands in for setuptools; the real ones are in `ecosystem/test_compiler_variables.py`.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType, SimpleNamespace

import pytest

CONFIGURED = {
    "CC": "gcc",
    "CXX": "g++",
    "CFLAGS": "-O2",
    "CCSHARED": "-fPIC",
    "LDSHARED": "gcc -shared -Lpython",
    "LDCXXSHARED": "g++ -shared",
    "SHLIB_SUFFIX": ".so",
    "AR": "ar",
    "ARFLAGS": "rcs",
    "GNULD": "yes",
}
VARIABLES = [*CONFIGURED, *"CPP CXXFLAGS CPPFLAGS LDFLAGS SETUPTOOLS_USE_DISTUTILS".split()]


@pytest.fixture
def commands(distutils, monkeypatch):
    """`commands(version, **variables)`: how C++ is compiled and linked, and a program of it, and C linked."""
    sysconfig: ModuleType = importlib.import_module("distutils.sysconfig")
    ccompiler: ModuleType = importlib.import_module("distutils.ccompiler")
    monkeypatch.setattr(sysconfig, "get_config_vars", lambda *names: [CONFIGURED.get(name) for name in names])
    monkeypatch.setattr(sysconfig, "get_config_var", CONFIGURED.get)
    monkeypatch.setattr(sys, "platform", "linux")

    def commands(version: str, **variables: str) -> list[str]:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setitem(sys.modules, "setuptools", SimpleNamespace(__version__=version))
        compiler = ccompiler.new_compiler(compiler="unix", force=1)
        sysconfig.customize_compiler(compiler)
        ran: list[str] = []
        compiler.spawn = lambda words: ran.append(" ".join(words))
        compiler.mkpath = lambda name: None
        compiler.compile(["./a.cpp"])
        compiler.link_shared_object(["a.o"], "a.so", target_lang="c++")
        compiler.link_executable(["a.o"], "a", target_lang="c++")
        compiler.link_shared_object(["a.o"], "a.so", runtime_library_dirs=["run"])
        return ran

    return commands


C_COMPILES_CXX = "gcc -O2 -fPIC -c ./a.cpp -o ./a.o"
CXX_COMPILES = "g++ -O2 -fPIC -c ./a.cpp -o"


@pytest.mark.parametrize(
    ("versions", "compiles", "links", "links_program", "rpath"),
    [
        ("59.8 60.0 61.0 69.3", C_COMPILES_CXX, "g++ -shared -Lpython", "g++", "--enable-new-dtags,-Rrun"),
        ("69.4 72.1", C_COMPILES_CXX, "g++ -shared -Lpython", "g++", "--enable-new-dtags,-rpath,run"),
        ("72.2", f"{CXX_COMPILES} ./a.o", "g++ -O2 -shared", "g++ -O2", None),
        ("75.6", f"{CXX_COMPILES} ./a.o", None, None, None),
        ("75.7 78.1", f"{CXX_COMPILES} a.o", None, "g++ -O2", "--enable-new-dtags,-rpath,run"),
        ("79.0 83.0", f"{CXX_COMPILES} a.o", "g++ -O2 -shared", "g++ -O2", "--enable-new-dtags,-rpath,run"),
        ("84.0", f"{CXX_COMPILES} a.o", "g++ -O2 -shared", "g++ -O2", "--enable-new-dtags -Wl,-rpath,run"),
    ],
)
def test_without_variables(commands, versions, compiles, links, links_program, rpath) -> None:
    for version in versions.split():
        said = commands(version)
        assert said[0] == compiles
        assert links is None or said[1] == f"{links} a.o -o a.so"
        assert links_program is None or said[2] == f"{links_program} a.o -o a"
        assert rpath is None or said[3] == f"gcc -shared -Lpython a.o -Wl,{rpath} -o a.so"


@pytest.mark.parametrize("version", ["61.0", "72.1"])
@pytest.mark.parametrize("cc", ["gcc", "ccache gcc", "nice gcc", "zig cc"])
@pytest.mark.parametrize("cxx", ["g++", "ccache g++", "zig c++"])
def test_compilers_of_several_words_link(commands, version: str, cc: str, cxx: str) -> None:
    said = commands(version, CC=cc, CXX=cxx)
    assert said[1:3] == [f"{cxx} -shared -Lpython a.o -o a.so", f"{cxx} a.o -o a"]
    assert said[3].startswith(f"{cc} -shared -Lpython")


def test_flags_of_one_language_are_for_it_alone(commands) -> None:
    said = commands("84.0", CFLAGS="-g", CXXFLAGS="-Os", LDFLAGS="-Ll", CPPFLAGS="-Ip")
    assert said[0].startswith("g++ -Os -Ip -fPIC -c")
    assert said[1] == "g++ -Os -Ip -shared -Ll -Os -Ip a.o -o a.so"
    assert said[3].startswith("gcc -shared -Lpython -Ll -g -Ip a.o")


def test_a_setuptools_that_is_told_to_take_pythons_distutils_departs_from_nothing(commands) -> None:
    plain = commands("59.8", CC="other")
    if sys.version_info < (3, 12):
        assert commands("84.0", CC="other", SETUPTOOLS_USE_DISTUTILS="stdlib") == plain
        assert commands("59.8", CC="other", SETUPTOOLS_USE_DISTUTILS="local") != plain
    assert commands("84.0", CC="other", SETUPTOOLS_USE_DISTUTILS="local") != plain


def test_a_compiler_that_nobody_customized_links_cxx_by_the_compiler_of_cxx(commands, monkeypatch) -> None:
    commands("84.0")
    compiler = importlib.import_module("distutils.ccompiler").new_compiler(compiler="unix", force=1)
    ran: list[list[str]] = []
    compiler.spawn = ran.append
    compiler.link_shared_object(["a.o"], "a.so", target_lang="c++")
    assert ran == [["c++", "-shared", "a.o", "-o", "a.so"]]


def test_the_systems_folder_of_libraries_is_left_out(commands, monkeypatch) -> None:
    import sysconfig

    monkeypatch.setattr(sysconfig, "get_config_var", {"LIBDIR": "/usr/lib/here"}.get)
    for version, expected in ("75.9", ["/usr/lib/here", "run"]), ("76.0", ["run"]):
        commands(version)
        compiler = importlib.import_module("distutils.ccompiler").new_compiler(compiler="unix")
        assert compiler._fix_lib_args([], [], ["/usr/lib/here", "run"])[2] == expected
