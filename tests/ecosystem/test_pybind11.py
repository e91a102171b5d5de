"""pybind11's `setup_helpers`: its Extension, its build_ext, and ParallelCompile, which replaces `compile`."""

from __future__ import annotations

import time

import pytest
from c_projects import install_compiler, module

from ecosystem.sides import PLAIN, WITH_SETUPTOOLS, every_way

PYBIND11 = "pybind11==3.1.0"

PROJECT = {
    "setup.py": """
        from SETUP import setup
        from pybind11.setup_helpers import ParallelCompile, Pybind11Extension, build_ext
        quick = ["-O0"]  # headers of templates take long enough
        with ParallelCompile("JOBS"):
            setup(
                name="tide",
                version="1.0",
                packages=["tide"],
                ext_modules=[
                    Pybind11Extension("tide._tide", ["src/tide.cpp", "src/table.cpp"], include_dirs=["src"],
                                      extra_compile_args=quick),
                    Pybind11Extension("tide.plain", ["src/plain.cpp"], cxx_std=14, extra_compile_args=quick),
                ],
                cmdclass={"build_ext": build_ext},
            )
        """,
    "tide/__init__.py": "from tide._tide import high\n",
    "src/table.h": "int hours();\n",
    "src/table.cpp": '#include "table.h"\nint hours() { return 12; }\n',
    "src/tide.cpp": """
        #include <pybind11/pybind11.h>
        #include "table.h"
        PYBIND11_MODULE(_tide, m) { m.def("high", [](int last) { return last + hours(); }); }
        """,
    "src/plain.cpp": module("plain", "sizeof(decltype(0))"),
}


@every_way
def test_extensions_are_built_as_without_us(environment, tmp_path, way) -> None:
    both = way.sides(environment, tmp_path, PROJECT, PYBIND11)
    both.setup("build", "--build-lib=lib", env={"JOBS": "2"})
    made = both.assert_same("lib")
    assert {name.partition(".")[0] for name in made} == {"tide/__init__", "tide/_tide", "tide/plain"}
    done = both.there.run("python", "-c", "import tide; print(tide.high(3))", cwd=both.ours / "lib")
    assert done.stdout == "15\n"


NAMES = ["one", "two", "three"]

# It needs nothing of pybind11's headers, and so is quick.
RECOMPILED = {
    "setup.py": f"""
        from SETUP import setup
        from pybind11.setup_helpers import ParallelCompile, Pybind11Extension, naive_recompile
        several = ["src/several.cpp", *(f"src/{{name}}.cpp" for name in {NAMES})]
        ParallelCompile(default=2, needs_recompile=naive_recompile).install()
        setup(
            name="tide",
            version="1.0",
            ext_modules=[
                Pybind11Extension("small", ["src/small.cpp"], cxx_std=17),
                Pybind11Extension("several", several, depends=["src/chart.h"]),
            ],
        )
        """,
    "src/chart.h": "int chart();\n",
    "src/small.cpp": module("small", 1),
    "src/several.cpp": module("several", "one() + two() + three()", "functions.h"),
    "src/functions.h": "".join(f"int {name}();\n" for name in NAMES),
    **{f"src/{name}.cpp": f"int {name}() {{ return 2; }}\n" for name in NAMES},
}


@pytest.mark.parametrize("way", [PLAIN, WITH_SETUPTOOLS], ids=str)
def test_parallel_compile_makes_again_what_it_makes_again_without_us(environment, tmp_path, way) -> None:
    both = way.sides(environment, tmp_path, RECOMPILED, PYBIND11)
    compilers = [install_compiler(tmp_path / f"{side}-compiler", compiler="g++") for side in ("our", "their")]

    def build() -> tuple[list[str], list[str]]:
        """What Oxidist compiles and links: the same as it is without."""
        both.there.setup(both.ours, "build", env=compilers[0].environment)
        both.beside.setup(both.theirs, "build", active=False, env=compilers[1].environment)
        ours, theirs = (compiler.steps() for compiler in compilers)
        assert ours == theirs
        return ours

    def change(name: str, line: str) -> None:
        # CPython's distutils compares whole seconds; Oxidist links again what was made of changed sources.
        time.sleep(1.1)
        for side in (both.ours, both.theirs):
            with open(side / name, "a") as file:
                file.write(line)

    assert build() == (["one", "several", "small", "three", "two"], ["several", "small"])
    assert build() == ([], [])
    change("src/two.cpp", "int another;\n")
    assert build() == (["two"], ["several"])
    change("src/chart.h", "extern int another;\n")
    # The extension is out of date by that, but `naive_recompile` does not look at headers.
    assert build() == ([], [])


IN_TURN = """
    from SETUP import setup
    from pybind11.setup_helpers import ParallelCompile, Pybind11Extension
    def build(name):
        extension = Pybind11Extension(name, [f"src/{name}.cpp"])
        setup(name="tide", version="1.0", ext_modules=[extension], script_args=["build"])
    build("one")
    with ParallelCompile(default=1):
        build("two")
    build("three")
    """


def test_behind_parallel_compile_all_is_as_before_it(environment, tmp_path) -> None:
    files = {"setup.py": IN_TURN, **{f"src/{name}.cpp": module(name, 1) for name in NAMES}}
    both = PLAIN.sides(environment, tmp_path, files, PYBIND11)
    ours = both.there.setup(both.ours)
    compiles = [line for line in ours.stdout.splitlines() if " -c " in line]
    # The engine is the one that asks for dependency files.
    assert [" -MD " in line for line in compiles] == [True, False, True]
