"""cx_Freeze: `build_exe` makes programs of scripts, which run without this Python's library."""

from __future__ import annotations

import subprocess

import pytest
from interpreters import versions

from ecosystem.both import both

SETUP = """
from cx_Freeze import Executable, setup
from setuptools import Extension

setup(
    name="harbour",
    version="1.2",
    packages=["harbour"],
    ext_modules=[Extension("harbour.gauge", ["gauge.c"])],
    executables=[Executable("sail.py", target_name="sail")],
)
"""

# What the program does not need.
CONFIGURATION = """
[build_exe]
excludes = asyncio,ctypes,email,http,multiprocessing,setuptools,ssl,sqlite3,test,tkinter,unittest,urllib,xml
include_files = chart.txt
silent_level = 1
"""

GAUGE = """
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "gauge", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_gauge(void)
{
    PyObject *made = PyModule_Create(&module);
    PyModule_AddIntConstant(made, "tide", 42);
    return made;
}
"""

SAIL = """
import sys
from harbour import gauge
print("frozen", sys.frozen, gauge.tide, sys.argv[1:])
"""

FILES = {
    "setup.py": SETUP,
    "setup.cfg": CONFIGURATION,
    "gauge.c": GAUGE,
    "chart.txt": "north",
    "harbour/__init__.py": "",
    "sail.py": SAIL,
}


@pytest.mark.parametrize("interpreter", versions((3, 11), (3, 13)), ids=str)
def test_a_program_is_frozen_and_runs(environment, tmp_path, interpreter) -> None:
    there = environment(interpreter, "cx_Freeze==8.7.3")
    commands = [["setup.py", "build_ext", "--inplace"], ["setup.py", "build"]]
    ours, theirs = both(there, tmp_path, FILES, *commands)
    assert list(ours.tree("build/exe*")) == list(theirs.tree("build/exe*"))
    for side in (ours, theirs):
        (program,) = side.folder.glob("build/exe*/sail")
        ran = subprocess.run([program, "east"], env={}, capture_output=True, text=True, check=True)
        assert ran.stdout == "frozen True 42 ['east']\n"
        assert (program.parent / "chart.txt").read_text() == "north"
