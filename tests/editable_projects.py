"""Projects in each layout, and environments that they are installed into in editable mode."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import clients
import oxidist
from conftest import PATIENCE, snapshot

SYSTEM = '[build-system]\nrequires = ["oxidist"]\nbuild-backend = "oxidist.build_meta"\n'
SPAM = """
    #include <Python.h>
    static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "spam", NULL, -1, NULL};
    PyMODINIT_FUNC PyInit_spam(void) {
        PyObject *spam = PyModule_Create(&module);
        PyModule_AddIntConstant(spam, "number", 1);
        return spam;
    }
    """
OTHER = "int other(void) { return 1; }\n"


def script(arguments: str) -> str:
    return (
        f"from distutils.core import Extension, setup\nsetup(name='Fake.Pkg', version='1.0', {arguments})\n"
    )


REST = (
    "scripts=['bin/say'], data_files=[('share/fake', ['bin/say'])],"
    " entry_points={'console_scripts': ['hello = pkg.sub:hello']}"
)
# What `hello` of pkg.sub says is edited.
SUB = "text = 'hello'\ndef hello():\n    print(text)\n"
SAY = "#!/usr/bin/env python\nprint('say')\n"

LAYOUTS = {
    "flat": (
        script(f"packages=['pkg', 'pkg.sub'], py_modules=['single'], {REST}"),
        {"pkg/__init__.py": "", "pkg/sub/__init__.py": SUB, "single.py": "", "bin/say": SAY},
    ),
    "src": (
        script(f"packages=['pkg', 'pkg.sub'], py_modules=['single'], package_dir={{'': 'src'}}, {REST}"),
        {"src/pkg/__init__.py": "", "src/pkg/sub/__init__.py": SUB, "src/single.py": "", "bin/say": SAY},
    ),
    "mapped": (
        script(
            "packages=['pkg', 'pkg.sub', 'single'], package_dir={'pkg': 'lib', 'pkg.sub': 'é x/sub',"
            f" 'single': 'lib/one'}}, {REST}"
        ),
        {
            "lib/__init__.py": "",
            "é x/sub/__init__.py": SUB,
            # Is no part of the package, although it lies in its folder.
            "lib/sub/__init__.py": "raise Exception",
            "lib/one/__init__.py": "",
            "bin/say": SAY,
        },
    ),
    "extension": (
        script(
            "packages=['pkg', 'pkg.sub'], py_modules=['single'], package_dir={'': 'src'},"
            f" ext_modules=[Extension('pkg.spam', ['spam.c', 'other.c'])], {REST}"
        ),
        {
            "src/pkg/__init__.py": "",
            "src/pkg/sub/__init__.py": SUB,
            "src/single.py": "",
            "bin/say": SAY,
            "spam.c": SPAM,
            "other.c": OTHER,
        },
    ),
}


class Environment:
    """A virtual environment without pip, and the clients that install into it from outside."""

    def __init__(self, folder: Path, linked: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.folder = folder
        self.python = folder / "bin/python"
        self._elsewhere = folder / "empty"
        self._elsewhere.mkdir()
        linked.mkdir()
        for package in ("oxidist", "distutils"):
            (linked / package).symlink_to(Path(oxidist.__file__).parent.parent / package)
        self._ours = {"PYTHONPATH": str(linked), "OXIDIST_DISTUTILS": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def install(
        self, tool: str, project: Path, status: int = 0, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {**self._ours, **(env or {})}
        if tool == "develop":
            return self.setup(project, "develop", env=env, status=status)
        if tool == "pip":
            words = ["python", "-m", "pip", "--disable-pip-version-check", "--python", self.python, "install"]
            words += ["--no-index", "--no-deps", "--no-build-isolation", "--no-compile", "-e", "."]
        else:
            words = ["uv", "pip", "install", "--python", self.python, "--no-deps", "--no-build-isolation"]
            words += ["-e", "."]
        return clients.run(*words, cwd=project, env=environment, status=status)

    def uninstall(self, tool: str, project: Path) -> None:
        if tool == "develop":
            self.setup(project, "develop", "--uninstall")
        elif tool == "pip":
            clients.run(
                "python", "-m", "pip", "--python", self.python, "uninstall", "-y", "fake-pkg", cwd=project
            )
        else:
            clients.run("uv", "pip", "uninstall", "--python", self.python, "Fake_Pkg", cwd=project)

    def setup(
        self, project: Path, *words: str, status: int = 0, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`python setup.py ...` with this environment's Python."""
        environment = {**os.environ, **self._ours, "HOME": str(project.parent), **(env or {})}
        command = [self.python, "setup.py", *words]
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def run(self, *words: str | Path, status: int = 0) -> str:
        """What a program says, far away from the project and without our library."""
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
        command, cwd = list(map(str, words)), self._elsewhere
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr

    def ask(self, code: str, status: int = 0) -> str:
        return self.run(self.python, "-c", code, status=status).strip()

    def files(self) -> dict[str, object]:
        found = snapshot(self.folder)
        # uv's own, which it leaves in every environment.
        found.pop(".lock", None)
        return {name: content for name, (kind, _, content) in found.items() if kind != "dir"}
