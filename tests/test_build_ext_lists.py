"""What `build_ext` makes of lists that say a thing twice, and of macros on the command line."""

from __future__ import annotations

import pytest
from extensions import answer, module, script

TWO = "[Extension('one', ['a.c']), Extension('one', ['b.c'])]"
SPARE = (
    "[Extension('one', ['a.c'], libraries=['nowhere_to_be_found'], optional=True), Extension('one', ['b.c'])]"
)
STEP_BY_STEP = """
from distutils.ccompiler import CCompiler
spawn = CCompiler.spawn
CCompiler.spawn = lambda self, cmd: spawn(self, cmd)
"""
WAYS = pytest.mark.parametrize("head", ["", STEP_BY_STEP], ids=["one graph", "step by step"])


@WAYS
def test_of_two_extensions_with_one_name_the_first_is_built(project, run_setup, head: str) -> None:
    files = {"a.c": module("one", "1"), "b.c": module("one", "2"), "setup.py": script(TWO, head)}
    folder = project(files)
    for options in ([], [], ["-f"]):
        done = run_setup(folder, "-q", "build_ext", "--inplace", *options)
        (warning,) = done.stderr.splitlines()
        assert warning.startswith("warning: build_ext: two extensions make '")
        assert warning.endswith("': 'one' of ['a.c'] is built, 'one' of ['b.c'] is not")
        assert answer(folder, "one") == 1


@WAYS
def test_the_second_is_built_where_the_first_is_optional_and_fails(project, run_setup, head: str) -> None:
    files = {"a.c": module("one", "1"), "b.c": module("one", "2"), "setup.py": script(SPARE, head)}
    folder = project(files)
    run_setup(folder, "-q", "build_ext", "--inplace")
    assert answer(folder, "one") == 2


@WAYS
@pytest.mark.parametrize(
    "sources, error",
    [
        (
            "['x.c', 'x.cpp']",
            "error: extension 'one': sources 'x.c' and 'x.cpp' both make 't/x.o': "
            "give one of them another name",
        ),
        ("['x.c', 'x.c']", "error: extension 'one': source 'x.c' is listed twice"),
    ],
    ids=["two languages", "one source"],
)
def test_two_sources_of_one_object_are_named(project, run_setup, head: str, sources: str, error: str) -> None:
    setup = script(f"[Extension('one', {sources})]", head)
    folder = project({"x.c": module("one"), "x.cpp": "int other;", "setup.py": setup})
    done = run_setup(folder, "-q", "build_ext", "--build-temp=t", status=1)
    assert done.stderr.splitlines()[-1] == error


@pytest.mark.parametrize("bad", ["['A', '1']", "('A', '1', '2')", "'A'"])
def test_a_macro_that_is_no_tuple_is_one_line(project, run_setup, bad: str) -> None:
    setup = script(f"[Extension('one', ['x.c'], define_macros=[('B', None), {bad}])]")
    done = run_setup(project({"x.c": module("one"), "setup.py": setup}), "build_ext", status=1)
    must_be = "must be a tuple, ('NAME', 'value') or ('NAME', None)"
    assert done.stderr.splitlines()[-1] == f"error: extension 'one': define_macros[1] is {bad}: {must_be}"


def test_a_macro_of_the_command_line_may_have_a_value(project, run_setup) -> None:
    setup = script("[Extension('one', ['x.c'])]")
    head = "#define TEXT(x) #x\n#define SHOWN(x) (sizeof TEXT(x))"
    folder = project({"x.c": module("one", "N + M + SHOWN(EMPTY)", head), "setup.py": setup})
    run_setup(folder, "build_ext", "--inplace", "-D", "N=70,M,EMPTY=")
    assert answer(folder, "one") == 72


def test_libraries_of_one_name_and_sources_of_one_object_are_told(project, run_setup) -> None:
    libraries = (
        "[('q', {'sources': ['a.c']}), ('q', {'sources': ['b.c']}), ('r', {'sources': ['a.c', 'a.cpp']})]"
    )
    setup = f"from distutils.core import setup\nsetup(name='x', version='1', libraries={libraries})\n"
    folder = project({"a.c": "int a;\n", "b.c": "int b;\n", "a.cpp": "int c;\n", "setup.py": setup})
    done = run_setup(folder, "-q", "build_clib", "--build-temp=t")
    assert done.stderr.splitlines() == [
        "warning: build_clib: two libraries are called 'q': only the last one is kept",
        "warning: build_clib: library 'r': sources 'a.c' and 'a.cpp' both make 't/a.o': "
        "give one of them another name",
    ]
