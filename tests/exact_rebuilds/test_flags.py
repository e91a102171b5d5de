"""Flags that change to and fro, and sources that several extensions compile: each with flags of its own."""

from __future__ import annotations

import pytest
from c_projects import WORKS_HERE, built, call, function, later, setup_script

from exact_rebuilds.project import EVERYTHING, NOTHING, VALUES, Project

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc")


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (["build", "--debug"], ["build"]),
        (["build", "build_ext", "--define=TWICE"], ["build"]),
        (["build", "build_ext", "--undef=linux"], ["build", "build_ext", "--define=TWICE"]),
    ],
    ids=["--debug", "a macro", "one macro, then another"],
)
def test_flags_that_are_switched_to_and_fro_are_always_those_of_the_result(
    demo: Project, there: list[str], back: list[str]
) -> None:
    values = {}
    for arguments in (there, back, there, back):
        demo.arguments = arguments
        demo.build()
        assert demo.steps() == EVERYTHING
        found = demo.values()
        assert values.setdefault(tuple(arguments), found) == found
        demo.build()
        assert demo.steps() == NOTHING
    expected = {**VALUES, "one": 21, "two": 20}
    for arguments, found in values.items():
        assert found == (expected if "--define=TWICE" in arguments else VALUES)


def test_flags_switched_while_a_build_fails_are_those_of_the_result(demo: Project) -> None:
    """What a failed build made of other flags must not be taken for what this one needs."""
    demo.edit("src/three.c", "SYSTEM", "SYSTEM +")
    demo.build("build_ext", "--define=TWICE", "-j1", status=1)
    demo.edit("src/three.c", "SYSTEM +", "SYSTEM")
    demo.build()
    assert demo.values() == VALUES
    demo.build("build_ext", "--define=TWICE")
    assert demo.values() == {**VALUES, "one": 21, "two": 20}


SHARED = [
    'Extension("first", ["shared.c"], define_macros=[("VALUE", "1")])',
    'Extension("second", ["shared.c"], define_macros=[("VALUE", "2")])',
    'Extension("third", ["shared.c", "own.c"], define_macros=[("VALUE", "1")])',
]


@pytest.mark.parametrize("jobs", [1, 4])
def test_extensions_that_share_a_source_each_have_their_own_macros(new, jobs: int) -> None:
    files = {"shared.c": function("shared", "VALUE + MORE", "more.h"), "own.c": function("own", 3)}
    one = new({"setup.py": setup_script(*SHARED), "more.h": "#define MORE 0\n", **files})
    one.environment["OXIDIST_JOBS"] = str(jobs)
    modules = ("first", "second", "third")

    def shared() -> list[int]:
        return [call(built(one.folder, name), "shared") for name in modules]

    one.build()
    assert shared() == [1, 2, 1]
    one.steps()
    one.build()
    assert one.steps() == NOTHING
    one.edit("more.h", "0", "10")
    one.build()
    assert shared() == [11, 12, 11]
    compiled, linked = one.steps()
    assert set(compiled.split()) == {"shared"} and linked == "first second third"
    # One of them alone: its own flags, though the object there is another's.
    for name, value in (("first", 11), ("second", 12), ("third", 11)):
        built(one.folder, name).unlink()
        one.build()
        assert call(built(one.folder, name), "shared") == value
        assert one.steps()[1] == name
        one.build()
        assert one.steps() == NOTHING
    assert shared() == [11, 12, 11]


def test_extensions_that_share_a_source_and_its_flags_compile_it_once(new) -> None:
    extensions = [f'Extension("{name}", ["shared.c", "{name}.c"])' for name in ("first", "second")]
    files = {f"{name}.c": function(name, 1) for name in ("first", "second", "shared")}
    one = new({"setup.py": setup_script(*extensions), **files})
    one.build()
    assert one.steps() == ("first second shared", "first second")
    later(one.folder / "shared.c")
    one.build()
    assert one.steps() == ("shared", "first second")
