"""A module and a script to make RPMs of, the same with an extension, and how a refusal reads."""

from __future__ import annotations

from pathlib import Path

from twins import setup_py

FILES = {
    "setup.py": setup_py(
        description="a boat",
        long_description="A boat,\nand the sea.",
        author="A. Person",
        author_email="a@example.org",
        url="https://example.org/",
        license="MIT",
        py_modules=["boat"],
        scripts=["sail"],
    ),
    "boat.py": "def where():\n    assert True\n    return 'at sea'\n",
    "sail": "#!/usr/bin/env python3\nimport boat\nprint(boat.where())\n",
    "README": "Read me.\n",
    "README.txt": "Read me, too.\n",
    "NEWS": "Land.\n",
    "icon.xpm": "/* XPM */\n",
    "prep.sh": "%setup -q -n %{name}-%{unmangled_version}\necho PREPARED\n",
    "one.sh": "echo one\r\necho 'r\u00eave'\n\n",
    "two.sh": "echo two",
    "empty.sh": "",
    "setup.cfg": "",
    "MANIFEST.in": "include NEWS README.txt\n",
}
WITH_EXTENSION = {
    **FILES,
    "setup.py": FILES["setup.py"]
    .replace("import setup", "import Extension, setup")
    .replace("py_modules=", "ext_modules=[Extension('hull', ['hull.c'])], py_modules="),
    "hull.c": "#include <Python.h>\n"
    'static struct PyModuleDef hull = {PyModuleDef_HEAD_INIT, "hull", NULL, -1};\n'
    "PyMODINIT_FUNC PyInit_hull(void) { return PyModule_Create(&hull); }\n",
    "MANIFEST.in": "include NEWS README.txt hull.c\n",
}


def refused(folder: Path, run_setup, *options: str, **more) -> str:
    done = run_setup(folder, *options, status=1, **more)
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]
