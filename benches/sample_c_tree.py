"""The C project that the benchmarks build: one extension of 60 sources and twelve of 6, and headers."""

from __future__ import annotations

import random
from pathlib import Path

LARGE = 60
SMALL_EXTENSIONS = 12
SMALL = 6

# How many sources of the large extension include one header that no others include.
FEW = 5
FEW_HEADER = "large/few.h"

# What every source includes, beside Python.h.
HEADERS = ["include/types.h", "include/tables.h", "include/strings_of.h"]

# With SAMPLE_DEPENDS in the environment, the large extension names that header as what it depends on.
SETUP = """\
import os
from distutils.core import setup
from distutils.extension import Extension

if jobs := os.environ.get("SAMPLE_PARALLEL_COMPILE"):
    from pybind11.setup_helpers import ParallelCompile

    ParallelCompile(default=int(jobs)).install()

depends = [{few_header!r}] if os.environ.get("SAMPLE_DEPENDS") else []
extensions = [
    Extension(name, sources, include_dirs=["include"], depends=depends if name == "large" else [])
    for name, sources in {extensions!r}
]
setup(name="sample", version="1.0", ext_modules=extensions)
"""


def extensions() -> dict[str, list[str]]:
    """The sources of each extension."""
    small = [f"small{number:02}" for number in range(SMALL_EXTENSIONS)]
    return {
        name: [f"{name}/part{number:02}.c" for number in range(number_of_parts)]
        for name, number_of_parts in [("large", LARGE), *((name, SMALL) for name in small)]
    }


def source(random_: random.Random, name: str, number: int, parts: int) -> str:
    """A source of a few functions; that of number 0 is the module, with the values of all as a tuple."""
    lines = ["#include <Python.h>", '#include "types.h"', '#include "tables.h"', '#include "strings_of.h"']
    value = str(number)
    if name == "large" and number < FEW:
        lines.append('#include "few.h"')
        value = f"{number} + FEW"
    for function in range(random_.randint(2, 6)):
        factor, modulus = random_.randint(2, 99), random_.randint(100, 9999)
        lines.append(
            f"static long step{function}(const struct record *records, long size)\n"
            "{\n"
            f"    long sum = {random_.randint(0, 999)};\n"
            "    for (long index = 0; index < size; index++) {\n"
            f"        sum += records[index].key * {factor} % {modulus};\n"
            f"        if (sum % 7 == {function % 7}) sum += (long) strlen(name_of(records[index].key));\n"
            "    }\n"
            "    return sum;\n"
            "}\n"
            f"PyObject *{name}_list{number}_{function}(PyObject *self, PyObject *argument)\n"
            "{\n"
            "    PyObject *list = PyList_New(0), *item;\n"
            "    if (!list) return NULL;\n"
            "    for (long index = 0; index < 9; index++) {\n"
            f"        item = PyLong_FromLong(step{function}(table_of(index), index));\n"
            "        if (item) { PyList_Append(list, item); Py_DECREF(item); }\n"
            "    }\n"
            "    return list;\n"
            "}\n"
        )
    lines.append(f"long {name}_value{number}(void) {{ return {value}; }}\n")
    return "\n".join(lines) + (module(name, parts) if number == 0 else "")


def module(name: str, parts: int) -> str:
    declarations = "".join(f"long {name}_value{number}(void);\n" for number in range(parts))
    calls = "".join(
        f"    PyList_SET_ITEM(list, {n}, PyLong_FromLong({name}_value{n}()));\n" for n in range(parts)
    )
    return (
        f"{declarations}"
        "static PyObject *values(PyObject *self, PyObject *nothing)\n"
        "{\n"
        f"    PyObject *list = PyList_New({parts});\n"
        "    if (!list) return NULL;\n"
        f"{calls}"
        "    return list;\n"
        "}\n"
        'static PyMethodDef methods[] = {{"values", values, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};\n'
        f'static struct PyModuleDef definition = {{PyModuleDef_HEAD_INIT, "{name}", NULL, -1, methods}};\n'
        f"PyMODINIT_FUNC PyInit_{name}(void) {{ return PyModule_Create(&definition); }}\n"
    )


HEADER_TEXTS = {
    "include/types.h": "#pragma once\nstruct record { long key; const char *name; double weight; };\n",
    "include/tables.h": (
        '#pragma once\n#include "types.h"\n'
        "static inline const struct record *table_of(long key)\n"
        "{\n    static struct record table[9];\n"
        "    for (long index = 0; index < 9; index++) table[index].key = key + index;\n"
        "    return table;\n}\n"
    ),
    "include/strings_of.h": (
        "#pragma once\n#include <string.h>\n"
        'static inline const char *name_of(long key) { return key % 2 ? "odd" : "even number"; }\n'
    ),
    FEW_HEADER: "#pragma once\n#define FEW 1000\n",
}


def write(root: Path) -> None:
    """Write the project below `root`: 132 sources. A file that is as it should be keeps its time."""
    random_ = random.Random(20261120)
    texts = dict(HEADER_TEXTS)
    for name, sources in extensions().items():
        for number, path in enumerate(sources):
            texts[path] = source(random_, name, number, len(sources))
    texts["setup.py"] = SETUP.format(few_header=FEW_HEADER, extensions=list(extensions().items()))
    for path, text in texts.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text() != text:
            target.write_text(text)


def change_a_source(root: Path) -> None:
    edit(root / "large/part07.c", "{ return 7; }", "{ return 70007; }")


def change_the_header(root: Path) -> None:
    edit(root / FEW_HEADER, "FEW 1000", "FEW 2000")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, path
    path.write_text(text.replace(old, new))


def expected(changed: str = "") -> dict[str, list[int]]:
    """What `values()` of each module returns, as written or after "source" or "header" was changed."""
    values = {name: list(range(len(sources))) for name, sources in extensions().items()}
    few = 2000 if changed == "header" else 1000
    values["large"][:FEW] = [number + few for number in range(FEW)]
    if changed == "source":
        values["large"][7] = 70007
    return values
