"""Options that have the compiler write a file beside its output: never two steps at once into one file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from c_projects import FAKE, WORKS_HERE, built, call, function, install_compiler, setup_script

from exact_rebuilds.project import NOTHING, Project

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc")

NAMES = ("one", "two", "three", "four")


def of_one_name(flags: str, link_flags: str = "", stem: str = "core") -> dict[str, str]:
    """Extensions whose sources have the same last name, in a folder each."""
    files = {}
    extensions = []
    for number, name in enumerate(NAMES, 1):
        own = stem.format(name=name)
        files[f"{name}/{own}.c"] = function(name, number)
        extensions.append(
            f'Extension("{name}.core", ["{name}/{own}.c"], extra_compile_args={flags.split()},'
            f" extra_link_args={link_flags.split()})"
        )
    return {"setup.py": setup_script(*extensions), **files}


# What takes the steps their turns, and whether sources of different names may run side by side all the same.
FLAGS = [
    ("-save-temps=cwd", "", True),
    ("-save-temps", "", True),
    ("-fdump-tree-gimple=all.txt", "", False),
    ("-aux-info all.txt", "", False),
    ("-fopt-info-all=all.txt", "", False),
    ("-Wa,-ahl=all.txt", "", False),
    ("-MMD -MF all.txt", "", False),
    ("-fdump-ada-spec", "", False),
    ("", "-Wl,-Map=all.txt", None),
    ("", "-Wl,--dependency-file,all.txt", None),
    ("", "-flto -save-temps=cwd", None),
]


@pytest.mark.parametrize(("flags", "link_flags", "by_name"), FLAGS)
def test_steps_that_write_one_file_take_turns(
    new, tmp_path: Path, flags: str, link_flags: str, by_name: bool | None
) -> None:
    def overlaps(stem: str, name: str) -> dict[str, bool]:
        one = new(of_one_name(flags, link_flags, stem), name)
        one.compiler = install_compiler(tmp_path / f"{name}-fake", FAKE)
        one.build("build_ext", "-j4", env={"FAKE": "sleep 0.05"})
        running: dict[str, int] = {"compile": 0, "link": 0}
        overlapped = {"compile": False, "link": False}
        for line in one.compiler.lines():
            what, kind, _ = line.split(maxsplit=2)
            running[kind] += 1 if what == "begin" else -1
            overlapped[kind] |= running[kind] > 1
        return overlapped

    kind = "link" if by_name is None else "compile"
    assert not overlaps("core", "same")[kind]
    if by_name:
        assert overlaps("{name}", "other")[kind]


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_temporary_files_of_one_name_never_give_a_module_the_code_of_another(
    new, tmp_path: Path, compiler: str
) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"no {compiler} here")
    one = new(of_one_name("-save-temps=cwd"))
    one.compiler = install_compiler(tmp_path / compiler, compiler=compiler)
    one.environment["OXIDIST_JOBS"] = "4"
    for turn in range(3):
        shutil.rmtree(one.folder / "build", ignore_errors=True)
        for path in one.folder.glob("core.*"):
            path.unlink()
        one.build()
        assert [call(module_of(one, name), name) for name in NAMES] == [1, 2, 3, 4], turn
    one.steps()
    one.build()
    assert one.steps() == NOTHING


def module_of(one: Project, name: str) -> Path:
    (path,) = one.folder.glob(f"build/lib*/{name}/core*.so")
    return path


def test_a_profile_that_appears_or_changes_is_a_compile(new) -> None:
    one = new(
        {
            "setup.py": setup_script(
                'Extension("one", ["one.c"], extra_compile_args=["-O1", "-fprofile-use", "-w"])'
            ),
            "one.c": function("one", 1),
        }
    )
    one.arguments = ["build", "--build-temp=temp"]
    one.build()
    one.steps()
    one.build()
    assert one.steps() == NOTHING
    for contents in (b"no profile", b"another"):
        (one.folder / "temp/one.gcda").write_bytes(contents)
        one.build()
        assert one.steps() == ("one", "one")
        one.build()
        assert one.steps() == NOTHING
    assert call(built(one.folder, "one"), "one") == 1


@pytest.mark.skipif(shutil.which("gfortran") is None, reason="needs gfortran")
def test_fortran_modules_of_one_name_in_two_extensions_are_each_their_own(new, tmp_path: Path) -> None:
    """The compiler writes both into the working folder."""
    head = (
        "from distutils.unixccompiler import UnixCCompiler\n"
        'UnixCCompiler.src_extensions = [*UnixCCompiler.src_extensions, ".f90"]\n'
    )
    files = {}
    for number, name in enumerate(NAMES, 1):
        files[f"{name}/a_values.f90"] = (
            f"module values\n  integer, parameter :: value = {number}\nend module values\n"
        )
        files[f"{name}/b_use.f90"] = (
            f'function {name}() bind(c, name="{name}")\n  use values\n  use iso_c_binding\n'
            f"  integer(c_int) :: {name}\n  {name} = value\nend function\n"
        )
    extensions = [f'Extension("{name}.core", ["{name}/a_values.f90", "{name}/b_use.f90"])' for name in NAMES]
    one = new({"setup.py": head + setup_script(*extensions), **files})
    one.compiler = install_compiler(tmp_path / "fortran", compiler="gfortran")
    one.environment = {"OXIDIST_JOBS": "4", "CFLAGS": "-w"}
    for _ in range(2):
        one.build("--force")
        assert [call(module_of(one, name), name) for name in NAMES] == [1, 2, 3, 4]
