"""setuptools_dso: shared libraries in packages, and modules linked with them."""

from __future__ import annotations

import shutil

import pytest
from interpreters import versions
from outputs import assert_same, exported, needed

from ecosystem.both import both

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")

SETUP = """
from setuptools_dso import DSO, Extension, setup

moon = DSO(
    "tides.lib.moon",
    ["src/moon.c", "src/sun.cpp"],
    soversion="1.0",
    define_macros=[("SPRING", "40")],
    lang_compile_args={"c": ["-DNEAP=2"], "c++": ["-std=c++17"]},
)
gauge = Extension("tides.gauge", ["src/gauge.c"], dsos=["tides.lib.moon"])
setup(
    name="tides",
    version="1.0",
    description="what the moon does",
    long_description="What the moon does.",
    license="MIT",
    platforms=["any"],
    packages=["tides", "tides.lib"],
    x_dsos=[moon],
    ext_modules=[gauge],
    zip_safe=False,
)
"""

GAUGE = """
#include <Python.h>
int moon(void);
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "gauge", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_gauge(void)
{
    PyObject *made = PyModule_Create(&module);
    PyModule_AddIntConstant(made, "tide", moon());
    return made;
}
"""

FILES = {
    "setup.py": SETUP,
    "tides/__init__.py": "",
    "tides/lib/__init__.py": "",
    "src/moon.c": "int sun(void);\nint moon(void) { return sun() + NEAP; }\n",
    "src/sun.cpp": 'extern "C" int sun() { constexpr auto sum = [] { return SPRING; }; return sum(); }\n',
    "src/gauge.c": GAUGE,
}

ASK = ("-c", "import tides.gauge; print('tide', tides.gauge.tide)")


def exported_and_needed(module: bytes) -> tuple[object, ...]:
    return exported(module), needed(module)


@pytest.mark.parametrize(
    ("interpreter", "setuptools"),
    [*zip(versions((3, 10)), ["59.8.0"], strict=False), *zip(versions((3, 13)), ["84.2.1"], strict=False)],
    ids=str,
)
def test_a_module_is_linked_with_a_library_of_its_package(
    environment, tmp_path, interpreter, setuptools
) -> None:
    there = environment(interpreter, "setuptools_dso==2.12.4", f"setuptools=={setuptools}", "wheel==0.43.0")
    commands = [["setup.py", "build_dso", "-i", "build_ext", "-i"], ASK, ["setup.py", "bdist_wheel"]]
    ours, theirs = both(there, tmp_path, FILES, *commands, env={"NUM_JOBS": "2", "PYTHONHASHSEED": "0"})
    assert ours.said.count("tide 42\n") == 1
    assert theirs.said.count("tide 42\n") == 1
    wheels = [side.archive("dist/*.whl") for side in (ours, theirs)]
    made = [name for name in wheels[0] if ".so" in name]
    assert len(made) == 3, "the library, under both of its names, and the module"
    assert_same(*wheels, exported_and_needed)
    assert_same(ours.tree("tides"), theirs.tree("tides"), exported_and_needed)
