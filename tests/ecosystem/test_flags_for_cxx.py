"""CXX and CXXFLAGS: on top of setuptools they are what they are to its own distutils."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from interpreters import versions

SETUP = """
    from setuptools import Extension, setup
    setup(name="fake", version="1.0", ext_modules=[Extension("fake", ["fake.cpp", "plain.c"])])
    """

# What each source sees of CFLAGS and CXXFLAGS.
SEEN = """
    #ifndef FROM_CFLAGS
    #define FROM_CFLAGS 0
    #endif
    #ifndef FROM_CXXFLAGS
    #define FROM_CXXFLAGS 0
    #endif
    """
PLAIN = '#include "seen.h"\nint plain(void) { return 10 * FROM_CFLAGS + FROM_CXXFLAGS; }\n'
FAKE = """
    #include <Python.h>
    #include "seen.h"
    extern "C" int plain(void);
    static PyObject *seen(PyObject *, PyObject *)
    {
        return Py_BuildValue("ii", plain(), 10 * FROM_CFLAGS + FROM_CXXFLAGS);
    }
    static PyMethodDef methods[] = {{"seen", seen, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
    static PyModuleDef module = {PyModuleDef_HEAD_INIT, "fake", NULL, -1, methods};
    PyMODINIT_FUNC PyInit_fake(void) { return PyModule_Create(&module); }
    """
COMPILER = '#!/bin/sh\necho "$@" >> "$FAKE_COMPILED"\nexec g++ "$@"\n'


@pytest.fixture
def sources(project: Callable[..., Path], tmp_path: Path) -> Callable[[str], Path]:
    """`sources(name)`: the project, in a folder of that name."""
    compiler = tmp_path / "compiler"
    compiler.write_text(COMPILER)
    compiler.chmod(0o755)
    return lambda name: project(
        {"setup.py": SETUP, "seen.h": SEEN, "plain.c": PLAIN, "fake.cpp": FAKE}, name=name
    )


@pytest.mark.parametrize("setuptools", ["setuptools==65.7.0", "setuptools==84.2.1"])
@pytest.mark.parametrize("interpreter", versions((3, 11)), ids=str)
def test_flags_reach_the_languages_that_they_reach_without_oxidist(
    environment, sources, interpreter, setuptools
) -> None:
    there = environment(interpreter, setuptools)
    flags = {"CFLAGS": "-DFROM_CFLAGS=1", "CXXFLAGS": "-DFROM_CXXFLAGS=1"}
    seen = {}
    for active in (True, False):
        folder = sources(f"active-{active}")
        there.setup(folder, "build_ext", "--inplace", active=active, env=flags)
        seen[active] = there.run("python", "-c", "import fake; print(fake.seen())", cwd=folder).stdout
    assert seen[True] == seen[False]
    assert seen[True].strip() == ("(10, 1)" if "84" in setuptools else "(10, 10)")


@pytest.mark.parametrize("interpreter", versions((3, 11)), ids=str)
def test_cxx_compiles_and_links_cplusplus_and_nothing_else(
    environment, sources, interpreter, tmp_path: Path
) -> None:
    there = environment(interpreter, "setuptools==84.2.1")
    compiled = tmp_path / "compiled"
    variables = {"CXX": str(tmp_path / "compiler"), "FAKE_COMPILED": str(compiled)}
    there.setup(sources("fake"), "build_ext", "--inplace", env=variables)
    # It is also asked for its version.
    compiles, links = [line for line in compiled.read_text().splitlines() if " -o " in line]
    assert "fake.cpp" in compiles and "plain.c" not in compiles
    assert " -shared " in f" {links} "
