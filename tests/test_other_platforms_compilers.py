"""Compiler classes for other platforms, used on this one: they can be imported, and steered, everywhere."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import oxidist._core
import pytest
from conftest import Files

pytestmark = pytest.mark.skipif(os.name == "nt", reason="what Windows is like, the sessions tell")

WINDOWS = [
    "_msvccompiler",
    "msvc9compiler",
    "msvccompiler",
    "bcppcompiler",
    "cygwinccompiler",
    "zosccompiler",
]


def of(name: str) -> Any:
    return importlib.import_module(f"distutils.{name}")


@pytest.fixture
def commands(distutils: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that compilers would run; nothing is run."""
    ran: list[list[str]] = []
    monkeypatch.setattr(of("ccompiler").CCompiler, "spawn", lambda self, cmd: ran.append(list(cmd)))
    return ran


@pytest.mark.parametrize("name", WINDOWS)
def test_a_module_for_another_platform_can_be_imported(distutils: ModuleType, name: str) -> None:
    assert of(name).__name__ == f"distutils.{name}"


@pytest.mark.parametrize("kind", ["msvc", "bcpp", "cygwin", "mingw32"])
def test_new_compiler_makes_every_kind_that_it_lists(distutils: ModuleType, kind: str) -> None:
    compiler = of("ccompiler").new_compiler(compiler=kind, force=1)
    assert (compiler.compiler_type, compiler.force) == (kind, 1)


def test_a_python_without_a_registry_has_no_visual_studio_in_it(distutils: ModuleType) -> None:
    msvc = of("_msvccompiler")
    assert (msvc._find_vc2015(), msvc._find_vc2017()) == ((None, None), (None, None))
    assert not hasattr(msvc, "winreg")
    with pytest.raises(of("errors").DistutilsPlatformError, match="Unable to find vcvarsall.bat"):
        msvc.MSVCCompiler().initialize("win32")
    old, older = of("msvc9compiler"), of("msvccompiler")
    assert old.Reg.read_keys("HKEY_USERS", "x") is None
    assert (older.read_values("HKEY_USERS", "x"), older._can_read_reg) == (None, False)
    with pytest.raises(KeyError):
        old.Reg.get_value("path", "key")
    assert older.MSVCCompiler().get_msvc_paths("path") == []


def test_a_python_of_another_compiler_is_too_old_for_visual_studio_2008(distutils: ModuleType) -> None:
    with pytest.raises(of("errors").DistutilsPlatformError, match="VC 6.0 is not supported"):
        of("msvc9compiler").MSVCCompiler().initialize("win32")


def test_paths_of_this_platform_are_taken_apart_by_its_rules(distutils: ModuleType) -> None:
    compiler = of("_msvccompiler").MSVCCompiler()
    names = compiler.object_filenames(["/abs/a.c", "d/b.rc"], output_dir="build")
    assert names == ["build/abs/a.obj", "build/d/b.res"]


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that take the command lines of Microsoft's, and pass them on to this machine's compiler."""
    folder = tmp_path / "tools"
    folder.mkdir()
    scripts = {
        "cl.exe": """
            for word; do case $word in
                /Tc*|/Tp*) source=${word#/T?};; /Fo*) object=${word#/Fo};; -[DIU]*) options="$options $word";;
            esac; done
            exec cc -c -fPIC $options "$source" -o "$object"
        """,
        "link.exe": """
            for word; do case $word in
                /OUT:*) output=${word#/OUT:};; /*) ;; *) objects="$objects $word";;
            esac; done
            exec cc -shared -Wl,--start-group $objects -Wl,--end-group -o "$output"
        """,
        "lib.exe": """
            for word; do case $word in /OUT:*) output=${word#/OUT:};; *) objects="$objects $word";; esac; done
            exec ar -cr "$output" $objects
        """,
    }
    for name, text in scripts.items():
        (folder / name).write_text("#!/bin/sh\nobjects= options=\n" + text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("DISTUTILS_USE_SDK", "1")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("INCLUDE", str(tmp_path / "include"))
    return folder


def test_a_library_is_built_by_programs_in_the_place_of_microsofts(
    distutils: ModuleType, project: Callable[[Files], Path], tools: Path, tmp_path: Path
) -> None:
    folder = project(
        {"src/answer.c": "int helper(void); int answer(void) { return helper() + BASE; }\n",
         "src/helper.c": "int helper(void) { return 2; }\n"}
    )  # fmt: skip
    os.chdir(folder)
    compiler = of("ccompiler").new_compiler(compiler="msvc")
    compiler.initialize("win-amd64")
    assert (compiler.cc, compiler.rc) == (str(tools / "cl.exe"), "rc.exe")
    assert compiler.include_dirs == [str(tmp_path / "include")]
    helper = compiler.compile(["src/helper.c"], output_dir="build")
    assert helper == ["build/src/helper.obj"]
    compiler.create_static_lib(helper, "helper", output_dir="build")
    objects = compiler.compile(["src/answer.c"], output_dir="build", macros=[("BASE", "40")])
    compiler.link_shared_object(
        objects, "out/answer.pyd", libraries=["build/helper"], export_symbols=["answer"], debug=1
    )
    assert ctypes.CDLL(str(folder / "out/answer.pyd")).answer() == 42
    assert "path" not in os.environ


def test_a_failing_program_is_an_error_of_its_step(
    distutils: ModuleType, tools: Path, tmp_path: Path
) -> None:
    errors = of("errors")
    (tmp_path / "bad.c").write_text("not C\n")
    compiler = of("ccompiler").new_compiler(compiler="msvc", force=1)
    compiler.initialize("win32")
    with pytest.raises(errors.CompileError, match="cl.exe.* failed with exit code") as caught:
        compiler.compile(["bad.c"])
    assert isinstance(caught.value.__cause__, errors.DistutilsExecError)
    with pytest.raises(errors.LinkError, match="link.exe"):
        compiler.link_executable(["missing.obj"], "prog")
    with pytest.raises(errors.LibError, match="lib.exe"):
        compiler.create_static_lib(["missing.obj"], "x", output_dir="no/folder")


def test_a_dry_run_only_tells_what_it_would_run(distutils: ModuleType, tools: Path, tmp_path: Path) -> None:
    compiler = of("ccompiler").new_compiler(compiler="msvc", dry_run=1)
    compiler.initialize("win32")
    before = len(oxidist._core.journal(dry_run=True))
    compiler.compile(["missing.c"], output_dir="build")
    compiler.link_executable(["build/missing.obj"], "prog", output_dir="bin")
    ran = [entry for entry in oxidist._core.journal(dry_run=True)[before:] if entry[0] == "run"]
    assert [Path(entry[1]).name for entry in ran] == ["cl.exe", "link.exe"]
    assert not (tmp_path / "build").exists()


def test_lists_of_a_class_count_for_it_and_for_subclasses(distutils: ModuleType) -> None:
    msvc = of("_msvccompiler").MSVCCompiler
    mine = type("Mine", (msvc,), {})
    assert msvc.src_extensions == [".c", ".cc", ".cpp", ".cxx", ".rc", ".mc"]
    msvc.src_extensions.append(".asm")
    try:
        assert mine().object_filenames(["a.asm"]) == ["a.obj"]
    finally:
        msvc.src_extensions.remove(".asm")
    others = [of(name).MSVCCompiler.src_extensions for name in ("msvc9compiler", "msvccompiler")]
    assert all(other is not msvc.src_extensions for other in others)


def test_flags_of_a_link_are_those_of_the_attributes(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of("_msvccompiler"), "_get_vc_env", lambda spec: {"path": ""} if spec else {})
    monkeypatch.setattr(of("_msvccompiler"), "_find_exe", lambda exe, paths=None: exe)
    compiler = of("_msvccompiler").MSVCCompiler(force=1)
    compiler.initialize("win32")
    compiler.ldflags_shared.remove("/LTCG")
    before = ["/Zc"]
    compiler.compile(["a.c"], extra_preargs=before)
    compiler.link_shared_object(["a.obj"], "a.pyd")
    assert before == ["/Zc"]
    assert commands[0][:3] == ["cl.exe", "/Zc", "/c"]
    assert "/LTCG" not in commands[1]
    assert compiler._ldflags["executable", False] is compiler.ldflags_exe


def test_every_windows_python_of_today_brings_its_runtime(
    distutils: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("1900", "1916", "1929", "1942"):
        monkeypatch.setattr(sys, "version", f"3.13.0 [MSC v.{version} 64 bit (AMD64)]")
        assert of("cygwinccompiler").get_msvcr() == []


def test_programs_that_tell_no_version_are_new_ones(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    gcc = of("cygwinccompiler")
    monkeypatch.setattr(gcc, "get_versions", lambda: (None, None, None))
    monkeypatch.setattr(gcc, "is_cygwingcc", lambda: False)
    compiler = gcc.Mingw32CCompiler(force=1)
    # This Python is not one of Microsoft's compiler, so there is no runtime to name.
    assert compiler.dll_libraries is None
    compiler.link_shared_object(["a.o"], "a.pyd", export_symbols=["f"])
    assert commands == [["gcc", "-shared", "-s", "a.o", "a.def", "-o", "a.pyd"]]
    assert Path("a.def").read_text() == "LIBRARY a.pyd\nEXPORTS\nf\n"


def test_a_compiler_is_cygwins_if_its_machine_is(
    distutils: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    gcc = of("cygwinccompiler")
    asked: list[list[str]] = []

    def check_output(command: list[str]) -> bytes:
        asked.append(command)
        return b"x86_64-pc-cygwin\n"

    monkeypatch.setattr(gcc, "check_output", check_output, raising=False)
    assert gcc.is_cygwingcc() and gcc.is_cygwincc("'my gcc' -m64")
    assert asked == [["gcc", "-dumpmachine"], ["my gcc", "-m64", "-dumpmachine"]]


class TestZos:
    """The compilers of z/OS, which no CPython knows."""

    OPEN = ["-m64", "-fvisibility=default", "-fzos-le-char-mode=ascii", "-fno-short-enums"]

    @pytest.mark.parametrize(
        ("variables", "family"),
        [
            ({}, "ibm-openxl"),
            ({"CC": "/bin/xlc"}, "ibm-xlc"),
            ({"CXX": "xlclang++", "LDSHARED": "xlc"}, "ibm-xlclang"),
            ({"CC": "gcc"}, "ibm-openxl"),
        ],
    )
    def test_the_environment_tells_the_compiler(
        self, distutils: ModuleType, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], family: str
    ) -> None:
        for name in ("CC", "CXX", "LDSHARED"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert of("zosccompiler").zOSCCompiler().zos_compiler == family

    def test_each_language_has_options_of_its_own(self, commands: list[list[str]]) -> None:
        compiler = of("zosccompiler").zOSCCompiler()
        compiler.compiler_cxx = ["c++"]
        compiler.compile(["a.c", "b.cpp", "d.s"], macros=[("A", "1")])
        compiler.zos_compiler = "ibm-xlc"
        compiler.compile(["b.C"])
        assert commands[0] == ["cc", *self.OPEN, "-DA=1", "-c", "a.c", "-o", "a.o"]
        assert commands[1] == ["c++", *self.OPEN, "-DA=1", "-c", "b.cpp", "-o", "b.o"]
        assert commands[2][:6] == ["cc", *self.OPEN, "-fasm"]
        assert commands[3][:2] == ["c++", "-q64"] and "-qlanglvl=extended0x" in commands[3]

    def test_a_library_is_linked_by_its_side_deck(
        self, commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        variables = {"installed_base": str(tmp_path), "platlibdir": "lib", "LDVERSION": "3.x"}
        asked = sysconfig.get_config_var
        monkeypatch.setattr(sysconfig, "get_config_var", lambda name: variables.get(name, asked(name)))
        monkeypatch.setattr(sysconfig, "is_python_build", lambda: False)
        for name in ("lib/libpython3.x.x", "own/spam.x"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch()
        compiler = of("zosccompiler").zOSCCompiler(force=1)
        compiler.zos_compiler = "ibm-xlc"
        compiler.link(
            "shared_object", ["a.o"], "a.so", libraries=["spam", "z"], runtime_library_dirs=["own"],
            extra_postargs=["-last"],
        )  # fmt: skip
        decks = [str(tmp_path / "lib/libpython3.x.x"), "own/spam.x"]
        assert commands == [
            ["cc", "-shared", "a.o", "-Lown", "-lz", "-o", "a.so", "-last", *decks, "-Wl,dll", "-q64"]
        ]


def test_later_names_are_the_same_classes(distutils: ModuleType) -> None:
    names = {
        "msvc.Compiler": "_msvccompiler.MSVCCompiler",
        "cygwin.Compiler": "cygwinccompiler.CygwinCCompiler",
        "cygwin.MinGW32Compiler": "cygwinccompiler.Mingw32CCompiler",
        "cygwin.is_cygwincc": "cygwinccompiler.is_cygwincc",
        "zos.Compiler": "zosccompiler.zOSCCompiler",
    }
    for later, first in names.items():
        (module, name), (first_module, first_name) = later.split("."), first.split(".")
        assert getattr(of(f"compilers.C.{module}"), name) is getattr(of(first_module), first_name)
