"""Projects of each kind that setuptools builds, and the lines of setuptools that people have."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import pytest
from interpreters import Interpreter, versions


@dataclass(frozen=True)
class Line:
    """The last release of a line of setuptools, what else it needs, and on which Pythons it is tried."""

    version: str
    pythons: tuple[tuple[int, int], ...]
    wheel: str | None = None

    @property
    def number(self) -> int:
        return int(self.version.partition(".")[0])

    @property
    def interpreters(self) -> list[Interpreter]:
        """Those of its Pythons that this machine has, the newest last."""
        return versions(*self.pythons)

    @property
    def requirements(self) -> tuple[str, ...]:
        return (f"setuptools=={self.version}", *([f"wheel=={self.wheel}"] if self.wheel else []))


# Each on its newest Python of those that are there, and on one that has a distutils of its own. 59 and 65
# need what 3.12 has no more (pkgutil.ImpImporter), with whatever distutils. Since 70.1 bdist_wheel is
# setuptools' own command.
LINES = (
    Line("59.8.0", ((3, 10), (3, 11)), "0.37.1"),
    Line("65.7.0", ((3, 10), (3, 11)), "0.40.0"),
    Line("69.5.1", ((3, 10), (3, 13)), "0.43.0"),
    Line("75.9.1", ((3, 11), (3, 13))),
    Line("79.0.1", ((3, 10), (3, 13))),
    Line("80.10.2", ((3, 11), (3, 13), (3, 14))),
    Line("84.2.1", ((3, 10), (3, 11), (3, 12), (3, 13), (3, 14))),
)
CURRENT = LINES[-1]


def name_of(line: Line, interpreter: Interpreter) -> str:
    return f"{line.version}-{'.'.join(map(str, interpreter.version[:2]))}"


def cases(*kinds: str) -> list[object]:
    """Parameters: each line with all these kinds on its newest Python, with the last kind on others."""
    return [
        pytest.param(line, interpreter, kind, id=f"{name_of(line, interpreter)}-{kind}")
        for line in LINES
        for interpreter in line.interpreters
        for kind in (kinds if interpreter == line.interpreters[-1] else kinds[-1:])
    ]


def pairs_of(*lines: Line) -> list[object]:
    """Parameters: each of these lines with its newest Python."""
    return [
        pytest.param(line, interpreter, id=name_of(line, interpreter))
        for line in lines
        for interpreter in line.interpreters[-1:]
    ]


def newest() -> tuple[Line, Interpreter]:
    """The current setuptools on the newest Python."""
    return CURRENT, CURRENT.interpreters[-1]


MODULE = textwrap.dedent("""
    #include <Python.h>
    #include "{header}"
    {extern}int {name}_answer(void);
    static PyObject *answer(PyObject *self, PyObject *args) {{ return PyLong_FromLong({name}_answer()); }}
    static PyMethodDef methods[] = {{{{"answer", answer, METH_NOARGS, NULL}}, {{NULL, NULL, 0, NULL}}}};
    static struct PyModuleDef module = {{PyModuleDef_HEAD_INIT, "{name}", NULL, -1, methods}};
    PyMODINIT_FUNC PyInit_{name}(void) {{ return PyModule_Create(&module); }}
    """)

PURE = {
    "setup.py": """
        from setuptools import find_packages, setup
        setup(
            name="Fake.Pkg-x",
            version="1.0",
            description="A package that is none",
            long_description=open("README.rst").read(),
            author="A. Skipper",
            author_email="a@example.org",
            url="https://example.org",
            license="MIT",
            classifiers=["Programming Language :: Python :: 3"],
            packages=find_packages(exclude=["tests*"]),
            py_modules=["single"],
            scripts=["bin/hoist"],
            data_files=[("share/fake", ["data/chart.txt"])],
            package_data={"fake": ["*.txt"]},
            include_package_data=True,
            install_requires=["requests>=2; python_version < '3'"],
            extras_require={"more": ["attrs"]},
            entry_points={"console_scripts": ["fake = fake:main"]},
            python_requires=">=3.8",
            zip_safe=True,
        )
        """,
    "README.rst": "A sample\n========\n",
    "LICENSE": "Do what you want.\n",
    "MANIFEST.in": "include *.rst\nrecursive-include fake *.cfg\nglobal-exclude *.bak\n",
    "fake/__init__.py": "def main():\n    print('fake')\n",
    "fake/sub/__init__.py": "",
    "fake/sub/deep.py": "DEEP = 1\n",
    "fake/words.txt": "mast\n",
    "fake/sub/rules.cfg": "[rules]\n",
    "fake/old.bak": "",
    "single.py": "",
    "bin/hoist": "#!/usr/bin/env python3\nprint('up')\n",
    "data/chart.txt": "deep\n",
    "tests/test_fake.py": "",
}

C = {
    "setup.py": """
        from setuptools import Extension, setup
        setup(
            name="deck",
            version="2.1",
            packages=["deck"],
            ext_package="deck",
            ext_modules=[
                Extension("one", ["src/one.c", "src/one_more.c"], include_dirs=["include"],
                          depends=["include/size.h"]),
                Extension("two", ["src/two.c"], include_dirs=["include"], define_macros=[("SIZE", "7")]),
            ],
            headers=["include/size.h"],
        )
        """,
    "MANIFEST.in": "include include/*.h\n",
    "deck/__init__.py": "",
    "include/size.h": "#ifndef SIZE\n#define SIZE 3\n#endif\n",
    "src/one.c": MODULE.format(name="one", header="size.h", extern=""),
    "src/one_more.c": '#include "size.h"\nint one_answer(void) { return SIZE; }\n',
    "src/two.c": MODULE.format(name="two", header="size.h", extern="")
    + "int two_answer(void) { return SIZE; }\n",
}

CXX = {
    "setup.py": """
        from setuptools import Extension, setup
        setup(
            name="rigging",
            version="0.3",
            package_dir={"": "lib"},
            packages=["rigging"],
            libraries=[("knots", {"sources": ["knots/bowline.c"], "include_dirs": ["knots"]})],
            ext_modules=[
                Extension("rigging.shroud", ["src/shroud.c"], include_dirs=["knots"], libraries=["knots"]),
                Extension("rigging.stay", ["src/stay.cpp", "src/tension.cpp"], include_dirs=["knots"],
                          language="c++", libraries=["knots"]),
                Extension("rigging.abi", ["src/abi.c"], include_dirs=["knots"], py_limited_api=True,
                          define_macros=[("Py_LIMITED_API", "0x030A0000")]),
            ],
        )
        """,
    "MANIFEST.in": "recursive-include knots *.h\n",
    "lib/rigging/__init__.py": "",
    "knots/knots.h": "int bowline(void);\n",
    "knots/bowline.c": '#include "knots.h"\nint bowline(void) { return 5; }\n',
    "src/shroud.c": MODULE.format(name="shroud", header="knots.h", extern="")
    + "int shroud_answer(void) { return bowline(); }\n",
    "src/abi.c": MODULE.format(name="abi", header="knots.h", extern="")
    + "int abi_answer(void) { return 8; }\n",
    "src/stay.cpp": "#include <vector>\n"
    + MODULE.format(name="stay", header="knots.h", extern='extern "C" '),
    "src/tension.cpp": "#include <vector>\n"
    'extern "C" int stay_answer(void) { std::vector<int> all(4, 2); return all[0] * (int)all.size(); }\n',
}

NAMESPACE = {
    "setup.cfg": """
        [metadata]
        name = fleet-tug
        version = 3
        description = A tug of the fleet
        [options]
        package_dir =
            = src
        packages = find_namespace:
        include_package_data = true
        [options.packages.find]
        where = src
        [options.package_data]
        * = *.json
        """,
    "setup.py": "from setuptools import setup\nsetup()\n",
    "src/fleet/tug/__init__.py": "",
    "src/fleet/tug/ports.json": "{}\n",
    "src/fleet/tug/engine/diesel.py": "CYLINDERS = 6\n",
}

# One path in each of the ways to write it: since 72.2 dots and doubled slashes fall away.
SPELLINGS = {
    "setup.py": """
        from setuptools import setup
        from distutils.filelist import FileList
        from distutils.util import convert_path

        files = FileList()
        files.findall()
        files.process_template_line("graft ./src/boom/")
        files.process_template_line("exclude src//boom/./secret.py")
        files.exclude_pattern("./src/boom/data.txt")
        files.sort()
        words = [convert_path(word) for word in ("", ".", "./", "//a", "///a", "a/", "a/../b", None)]
        with open("said.txt", "w") as said:
            print(files.files, words, file=said)
        setup(
            name="boom",
            version="1",
            package_dir={"": "./src//"},
            packages=["boom"],
            py_modules=["./single"],
            package_data={"boom": ["./*.txt", ".//deep/*.json"]},
            exclude_package_data={"boom": ["./other.txt"]},
            data_files=[("./share//boom/", ["./LICENSE"]), ("share", ["src//boom/data.txt"])],
            scripts=["./hoist"],
        )
        """,
    "MANIFEST.in": """
        graft ./src
        recursive-include ./docs/ *.txt
        include docs//a.rst ./docs/b.rst
        exclude ./src/boom/secret.py src//boom/secret2.py src/boom/./secret3.py
        global-exclude ./*.bak
        prune ./src/boom/tests
        recursive-exclude .//src ./*.key
        prune docs/private/
        """,
    "LICENSE": "",
    "hoist": "#!python\n",
    "src/boom/__init__.py": "",
    **{f"src/boom/secret{number}.py": "" for number in ("", 2, 3)},
    **{
        f"src/boom/{name}": ""
        for name in ("data.txt", "other.txt", "a.key", "a.bak", "tests/t.py", "deep/d.json")
    },
    "src/single.py": "",
    **{f"docs/{name}": "" for name in ("a.rst", "b.rst", "c.txt", "private/p.txt")},
}

KINDS = {"spellings": SPELLINGS, "pure": PURE, "C": C, "namespace": NAMESPACE, "C++": CXX}
