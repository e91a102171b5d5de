"""C++20 modules: the order in which their sources are compiled, and what is compiled again."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from c_projects import WORKS_HERE, built, call, install_compiler, setup_script

from exact_rebuilds.project import NOTHING, Project

pytest.importorskip("distutils.command.build_ext")


def knows_modules() -> bool:
    """GCC 11 or later: the flag is there, and depfiles tell of modules."""
    command = ["g++", "-std=c++20", "-fmodules-ts", "-fsyntax-only", "-x", "c++", "/dev/null"]
    return shutil.which("g++") is not None and subprocess.run(command, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(
    not (WORKS_HERE and knows_modules()), reason="the modules are Linux's, made by a g++ with -fmodules-ts"
)

FLAGS = '"-std=c++20", "-fmodules-ts", "-w", "-O0", "-fconstexpr-ops-limit=999999999"'


def extension(name: str, *sources: str, flags: str = FLAGS) -> str:
    return f'Extension("{name}", {list(sources)}, language="c++", extra_compile_args=[{flags}])'


def exporter(name: str, value: int) -> str:
    """An interface that takes the compiler a while: whoever does not wait for it finds nothing."""
    slow = "constexpr int burn(int n) { int x = 0; while (x < n) x++; return x; }\n"
    slow += "static_assert(burn(200000));\n"
    part = name.partition(":")[2] or name
    return f"export module {name};\n{slow}export inline int {part}() {{ return {value}; }}\n"


def user(name: str, imported: str, expression: str) -> str:
    return f'{imported}\nextern "C" int {name}() {{ return {expression}; }}\n'


@pytest.fixture
def modular(new, tmp_path: Path):
    def make(files: dict[str, str], name: str = "modular") -> Project:
        one = new(files, name)
        one.compiler = install_compiler(tmp_path / f"{name}-g++", compiler="g++")
        one.environment["OXIDIST_JOBS"] = "4"
        return one

    return make


def test_what_imports_comes_after_what_exports_and_is_compiled_again_with_it(modular) -> None:
    """Exporters last by name, partitions, an implementation unit, and an import that only a header has."""
    files = {
        "setup.py": setup_script(
            extension(
                "m", "a_use.cpp", "b_impl.cpp", "c_alone.cpp", "x_header.cpp", "w_whole.cpp", "y_part.cpp"
            )
        ),
        "a_use.cpp": user("total", "import whole;\n// import gone;", "part() + from_impl()"),
        "b_impl.cpp": "module whole;\nint from_impl() { return part() * 10; }\n",
        "c_alone.cpp": "int alone;\n",
        "w_whole.cpp": "export module whole;\nexport import :part;\nexport int from_impl();\n",
        "y_part.cpp": exporter("whole:part", 2),
        "x_header.cpp": user("by_header", '#include "imports.h"', "part()"),
        "imports.h": "import whole;\n",
    }
    one = modular(files)
    one.build()

    def values() -> list[int]:
        return [call(built(one.folder, "m"), name) for name in ("total", "by_header")]

    assert values() == [22, 2]
    assert one.steps() == ("a_use b_impl c_alone w_whole x_header y_part", "m")
    one.build()
    assert one.steps() == NOTHING
    one.edit("y_part.cpp", "return 2", "return 3")
    one.build()
    assert one.steps() == ("a_use b_impl w_whole x_header y_part", "m")
    assert values() == [33, 3]
    one.edit("b_impl.cpp", "* 10", "* 20")
    one.build()
    assert one.steps() == ("b_impl", "m")
    assert values() == [63, 3]
    # The compiled module is gone, and somebody needs it.
    (one.folder / "gcm.cache/whole-part.gcm").unlink()
    one.edit("c_alone.cpp", "alone", "lonely")
    one.build()
    assert one.steps() == ("a_use b_impl c_alone w_whole x_header y_part", "m")
    one.build()
    assert one.steps() == NOTHING


def test_extensions_with_modules_of_one_name_each_have_their_own(modular) -> None:
    """Both are written to one file in the working folder."""
    names = ("first", "second")
    files = {
        "setup.py": setup_script(*(extension(name, f"{name}/mod.cpp", f"{name}/use.cpp") for name in names))
    }
    for value, name in enumerate(names, 1):
        files[f"{name}/mod.cpp"] = exporter("deep", value)
        files[f"{name}/use.cpp"] = user("depth", "import deep;", "deep()")
    one = modular(files)

    def depths() -> list[int]:
        one.build()
        return [call(built(one.folder, name), "depth") for name in names]

    assert depths() == [1, 2]
    one.steps()
    assert depths() == [1, 2]
    assert one.steps() == NOTHING
    one.edit("first/use.cpp", "deep()", "deep() + 10")
    assert depths() == [11, 2]
    assert one.steps() == ("mod use", "first")
    one.edit("second/mod.cpp", "return 2", "return 3")
    assert depths() == [11, 3]
    assert one.steps() == ("mod use", "second")
    assert depths() == [11, 3]
    assert one.steps() == NOTHING


@pytest.mark.skipif(shutil.which("clang++") is None, reason="needs clang++")
@pytest.mark.parametrize("flag", ["-fmodule-file=deep=deep.pcm", "-fprebuilt-module-path=."])
def test_a_compiled_module_that_a_flag_names_is_an_input(modular, tmp_path: Path, flag: str) -> None:
    one = modular(
        {
            "setup.py": setup_script(
                extension("m", "use.cpp", flags=f'"-std=c++20", "-fmodules-ts", "{flag}"')
            ),
            "use.cpp": user("depth", "import deep;", "deep()"),
        }
    )
    one.compiler = install_compiler(tmp_path / "clang", compiler="clang++")
    flags = "-std=c++20 -fmodules-ts -fPIC -fwrapv".split()
    command = ["clang++", *flags, *"--precompile -x c++-module deep.txt -o deep.pcm".split()]

    def depth(value: int) -> int:
        (one.folder / "deep.txt").write_text(
            f"export module deep;\nexport inline int deep() {{ return {value}; }}\n"
        )
        subprocess.run(command, cwd=one.folder, check=True)
        one.build()
        return call(built(one.folder, "m"), "depth")

    assert depth(1) == 1
    assert depth(2) == 2
    one.steps()
    one.build()
    assert one.steps() == NOTHING
