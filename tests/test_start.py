"""What a run imports before it works: little, as most of its time would go there."""

from __future__ import annotations

from pathlib import Path

import oxidist
import pytest

# Each of these takes longer to import than all of distutils.
COSTLY = {
    *("argparse", "email", "inspect", "json", "logging", "operator", "pathlib", "pkgutil", "re", "shutil"),
    *("string", "subprocess", "tempfile", "traceback", "typing", "urllib", "zipfile"),
}

SETUP = """
import sys
from distutils.core import Extension, setup
setup(name="p", version="1.0", py_modules=["m"], ext_modules=[Extension("e", ["e.c"])])
print(*sys.modules)
"""

SOURCE = """
#include <Python.h>
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "e", 0, -1, 0};
PyMODINIT_FUNC PyInit_e(void) { return PyModule_Create(&definition); }
"""


@pytest.mark.parametrize("script", [["setup.py"], ["-m", "oxidist"]], ids=" ".join)
def test_a_run_with_nothing_to_do_imports_nothing_costly(project, run_setup, script: list[str]) -> None:
    folder = project({"setup.py": SETUP, "m.py": "", "e.c": SOURCE})
    # Without site: what an environment imports at its start is its own affair.
    environment = {"PYTHONPATH": str(Path(oxidist.__file__).resolve().parent.parent), "OXIDIST_DISTUTILS": ""}

    def modules(*arguments: str) -> set[str]:
        done = run_setup(folder, env=environment, script=["-S", *arguments])
        return set(done.stdout.split())

    modules(*script, "-q", "build")
    python_itself = modules("-c", "import runpy, sys; print(*sys.modules)")
    new = modules(*script, "-q", "build") - python_itself
    assert {"distutils.command.build_py", "distutils.command.build_ext", "distutils.ccompiler"} <= new
    # From 3.12 on, Python's own sysconfig imports it (threading does).
    assert new & COSTLY - {"operator"} == set()


def test_a_question_of_the_metadata_imports_little(project, run_setup) -> None:
    folder = project({"setup.py": SETUP, "m.py": "", "e.c": SOURCE})
    environment = {"PYTHONPATH": str(Path(oxidist.__file__).resolve().parent.parent), "OXIDIST_DISTUTILS": ""}
    version, modules = run_setup(
        folder, "--version", env=environment, script=["-S", "setup.py"]
    ).stdout.split("\n", 1)
    assert version == "1.0"
    assert {*modules.split()} & {*COSTLY, "distutils.spawn", "sysconfig"} == set()
