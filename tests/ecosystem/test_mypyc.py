"""mypyc: modules that are compiled to C, by way of setuptools' commands."""

from __future__ import annotations

import pytest
from interpreters import versions
from outputs import assert_same

from ecosystem.both import both

SETUP = """
from mypyc.build import mypycify
from setuptools import setup

sources = ["current/__init__.py", "current/flow.py"]
setup(
    name="current",
    version="1.0",
    description="how the water flows",
    license="MIT",
    packages=["current"],
    ext_modules=mypycify(sources, opt_level="0", separate=SEPARATE),
)
"""

FLOW = """
def total(of: list[int]) -> int:
    flown = 0
    for each in of:
        flown += each
    return flown
"""

ASK = ["-c", "from current import flow; print('total', flow.total([1, 2]), flow.__file__.endswith('.so'))"]


@pytest.mark.parametrize(
    ("interpreter", "separate"),
    list(zip(versions((3, 11), (3, 13)), ["True", "False"], strict=False)),
    ids=str,
)
def test_compiled_modules_are_those_of_setuptools(environment, tmp_path, interpreter, separate: str) -> None:
    """Each a module for itself, or all in one."""
    there = environment(interpreter, "mypy==2.4.1", "setuptools==84.2.1")
    files = {
        "setup.py": SETUP.replace("SEPARATE", separate),
        "current/__init__.py": "from current.flow import total\n",
        "current/flow.py": FLOW,
    }
    commands = [["setup.py", "build_ext", "--inplace", "-j2"], ASK, ["setup.py", "bdist_wheel"]]
    ours, theirs = both(there, tmp_path, files, *commands)
    for side in (ours, theirs):
        assert "total 3 True\n" in side.said
    assert_same(ours.archive("dist/*.whl"), theirs.archive("dist/*.whl"))
    assert_same(ours.tree("current"), theirs.tree("current"))
