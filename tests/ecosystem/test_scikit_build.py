"""scikit-build: extension modules by CMake, around setuptools' commands."""

from __future__ import annotations

import shutil

import pytest
from interpreters import versions
from outputs import assert_same

from ecosystem.both import both

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")

SCIKIT_BUILD = ("scikit-build==0.19.1", "cmake==4.4.5", "ninja==1.13.2", "setuptools==84.2.1")

SETUP = """
from skbuild import setup

setup(
    name="lighthouse",
    version="1.0",
    description="seen from the sea",
    license="MIT",
    packages=["lighthouse", "lighthouse.lamp"],
    package_data={"lighthouse": ["*.txt"]},
    py_modules=["keeper"],
    scripts=["shine"],
    cmake_install_dir="lighthouse",
)
"""

CMAKE = """
cmake_minimum_required(VERSION 3.18)
project(lighthouse C)
find_package(Python COMPONENTS Interpreter Development.Module REQUIRED)
python_add_library(_beam MODULE beam.c WITH_SOABI)
install(TARGETS _beam LIBRARY DESTINATION .)
install(FILES colours.txt DESTINATION lamp)
"""

BEAM = """
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_beam", NULL, -1, NULL};
PyMODINIT_FUNC PyInit__beam(void)
{
    PyObject *made = PyModule_Create(&module);
    PyModule_AddIntConstant(made, "miles", 20);
    return made;
}
"""

FILES = {
    "setup.py": SETUP,
    "CMakeLists.txt": CMAKE,
    "MANIFEST.in": "include CMakeLists.txt beam.c colours.txt\n",
    "beam.c": BEAM,
    "colours.txt": "red, green\n",
    "keeper.py": "",
    "shine": "#!/usr/bin/env python\nfrom lighthouse import _beam\nprint('miles', _beam.miles)\n",
    "lighthouse/__init__.py": "",
    "lighthouse/log.txt": "fog\n",
    "lighthouse/lamp/__init__.py": "",
}

COMMANDS = [
    ["setup.py", "install", "--root=root", "--prefix=/usr", "--single-version-externally-managed"],
    ["setup.py", "sdist", "bdist_wheel"],
    ["setup.py", "build_ext", "--inplace"],
    ["shine"],
]


@pytest.mark.parametrize("interpreter", versions((3, 11), (3, 13)), ids=str)
def test_what_cmake_builds_is_packed_with_the_rest(environment, tmp_path, interpreter) -> None:
    there = environment(interpreter, *SCIKIT_BUILD)
    ours, theirs = both(there, tmp_path, FILES, *COMMANDS, env={"PYTHONPATH": "."})
    for side in (ours, theirs):
        assert side.said.endswith("miles 20\n")
    for pattern in ("dist/*.whl", "dist/*.tar.gz"):
        assert_same(ours.archive(pattern), theirs.archive(pattern))
    assert "lighthouse/lamp/colours.txt" in ours.archive("dist/*.whl")
    assert_same(ours.tree("root"), theirs.tree("root"))
    assert_same(ours.tree("lighthouse"), theirs.tree("lighthouse"))
