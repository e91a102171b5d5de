"""Wheels in the hands of others: installed by pip and uv, checked by twine and check-wheel-contents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import clients
import pytest
import wheels
from conftest import snapshot
from wheels import only_wheel

SETUP = """
from distutils.core import Extension, setup
setup(name="ns.fake--pkg", version="1.0-RC1", description="A sample.", url="https://example.org",
      author="A. Person", author_email="a@example.org",
      long_description="# A sample\\n", long_description_content_type="text/markdown",
      license_expression="mit or apache-2.0", license_files=["LICENSE*"], python_requires=">=3.10",
      classifiers=["Programming Language :: Python :: 3"], keywords=["one", "two"],
      project_urls={"Source": "https://example.org/source"},
      install_requires=["packaging >= 20 ; python_version < '3.12'"],
      extras_require={"Test_Extra": ["pytest"]},
      entry_points={"console_scripts": ["hello = pkg.sub:greet"], "a.group": ["one = pkg"]},
      packages=["pkg", "pkg.sub"], package_data={"pkg": ["*.dat"]}, scripts=["scripts/run"],
      headers=["include/h.h"], data_files=[("share/p", ["data/d"])]EXTENSION)
"""

PROJECT = {
    "pkg/__init__.py": "x = 1\n",
    "pkg/sub/__init__.py": "def greet():\n    print('hello from', __name__)\n",
    "pkg/x.dat": "x",
    "scripts/run": "#!/usr/bin/env python\nimport pkg\nprint('run', pkg.x)\n",
    "include/h.h": "/* h */\n",
    "data/d": "d",
    "LICENSE.txt": "Do what you want.\n",
    "spam.c": """
        #include <Python.h>
        static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "spam", NULL, -1, NULL};
        PyMODINIT_FUNC PyInit_spam(void) { return PyModule_Create(&module); }
        """,
}

EXTENSION = ", ext_modules=[Extension('pkg.spam', ['spam.c'])]"

# Written by whoever installs, each in its own way.
INSTALLERS_OWN = (
    "INSTALLER",
    "RECORD",
    "REQUESTED",
    "direct_url.json",
    "uv_cache.json",
    "uv_build.json",
    ".lock",
)

QUESTION = """
import json
from importlib.metadata import distribution
d = distribution("ns-fake-pkg")
points = sorted([e.group, e.name, e.value] for e in d.entry_points)
missing = [str(f) for f in d.files if not f.locate().exists()]
print(json.dumps([d.version, d.metadata["Name"], sorted(d.requires), points,
                  d.metadata.get_all("Provides-Extra"), d.metadata["License-Expression"],
                  d.metadata.get_all("License-File"), missing]))
"""


@pytest.fixture(params=["pure", "extension"])
def wheel(request, project, run_setup) -> Path:
    script = SETUP.replace("EXTENSION", EXTENSION if request.param == "extension" else "")
    folder = project({**PROJECT, "setup.py": script})
    run_setup(folder, "bdist_wheel")
    return only_wheel(folder)


def installed(prefix: Path) -> dict[str, tuple[str, bytes | str | None]]:
    """What an installer has put below `prefix`, but for what is its own and the scripts it makes."""
    found = {}
    for name, (kind, _mode, content) in snapshot(prefix).items():
        if kind == "dir" or name.endswith(INSTALLERS_OWN) or "__pycache__" in name:
            continue
        found[name] = (kind, None if name == "bin/hello" else content)
    return found


def test_pip_and_uv_install_the_same_files_and_all_of_them(wheel, tmp_path) -> None:
    pip, uv = tmp_path / "pip", tmp_path / "uv"
    modules = clients.pip_install(wheel, pip)
    clients.uv_install(wheel, uv)
    found = installed(pip)
    assert installed(uv) == found
    site = modules.relative_to(pip).as_posix()
    for name, content in wheels.contents(wheel).items():
        if name.endswith("/RECORD"):
            continue
        top, _, rest = name.partition("/")
        kind, _, below = rest.partition("/")
        if not top.endswith(".data"):
            assert found[f"{site}/{name}"] == ("file", content)
        elif kind == "data":
            assert found[below] == ("file", content)
        elif kind == "headers":
            assert any(path.endswith(f"/{below}") for path in found), sorted(found)
        else:
            assert kind == "scripts" and f"bin/{below}" in found


def test_what_is_installed_runs_and_is_found_again(wheel, tmp_path) -> None:
    modules = clients.pip_install(wheel, tmp_path / "pip")
    environment = {"PYTHONPATH": str(modules), "PATH": "/usr/bin:/bin"}

    def run(*command: str | Path) -> str:
        words = [str(word) for word in command]
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout

    assert run(tmp_path / "pip/bin/hello") == "hello from pkg.sub\n"
    assert run(tmp_path / "pip/bin/run") == "run 1\n"
    assert json.loads(run(clients.folder() / "python", "-c", QUESTION)) == [
        "1.0rc1",
        "ns.fake--pkg",
        ["packaging >= 20; python_version < '3.12'", 'pytest; extra == "test-extra"'],
        [["a.group", "one", "pkg"], ["console_scripts", "hello", "pkg.sub:greet"]],
        ["test-extra"],
        "MIT OR Apache-2.0",
        ["LICENSE.txt"],
        [],
    ]


def test_twine_and_check_wheel_contents_have_no_complaint(wheel) -> None:
    folder = wheel.parent
    assert "PASSED" in clients.run("twine", "check", "--strict", wheel, cwd=folder).stdout
    assert "OK" in clients.run("check-wheel-contents", wheel, cwd=folder).stdout


STABLE = """
    #define Py_LIMITED_API 0x030b0000
    #include <Python.h>
    #include <unistd.h>
    static PyObject *where(PyObject *self, PyObject *object)
    {
        Py_buffer view;
        if (PyObject_GetBuffer(object, &view, 0) < 0)
            return NULL;
        PyBuffer_Release(&view);
        return PyLong_FromLong(getpid());
    }
    static PyMethodDef methods[] = {{"where", where, METH_O, NULL}, {NULL, NULL, 0, NULL}};
    static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "stable", NULL, -1, methods};
    PyMODINIT_FUNC PyInit_stable(void) { return PyModule_Create(&module); }
    """
STABLE_SETUP = """
    from distutils.core import Extension, setup
    setup(name="stable", version="1.0",
          ext_modules=[Extension("stable", ["stable.c"], py_limited_api=True)])
    """


@pytest.mark.skipif(sys.version_info < (3, 11), reason="buffers are in the stable ABI since Python 3.11")
@pytest.mark.parametrize(("told", "status"), [("cp311", 0), ("cp310", 1)])
def test_abi3audit_finds_the_abi_that_a_wheel_is_tagged_for(project, run_setup, told, status) -> None:
    folder = project({"setup.py": STABLE_SETUP, "stable.c": STABLE})
    run_setup(folder, "bdist_wheel", f"--py-limited-api={told}")
    wheel = only_wheel(folder)
    assert wheel.name.startswith(f"stable-1.0-{told}-abi3-")
    done = clients.run("abi3audit", "--strict", "--report", wheel, cwd=folder, status=status)
    ((module,),) = [spec["wheel"] for spec in json.loads(done.stdout)["specs"].values()]
    assert module["name"] == "stable.abi3.so"
    result = module["result"]
    assert result["is_abi3"] and result["computed"] == "3.11" and result["non_abi3_symbols"] == []
    assert result["is_abi3_baseline_compatible"] == (status == 0)


@pytest.mark.skipif(sys.platform != "linux", reason="auditwheel knows Linux only")
def test_auditwheel_shows_what_a_wheel_needs_and_what_it_makes_of_it_is_installed(
    project, run_setup, tmp_path
) -> None:
    setup = STABLE_SETUP.replace(", py_limited_api=True", "")
    folder = project({"setup.py": setup, "stable.c": STABLE.replace("#define Py_LIMITED_API 0x030b0000", "")})
    run_setup(folder, "bdist_wheel")
    wheel = only_wheel(folder)
    path = {"PATH": f"{clients.folder()}{os.pathsep}{os.environ['PATH']}"}
    shown = " ".join(clients.run("auditwheel", "show", wheel, cwd=folder, env=path).stdout.split())
    assert f'{wheel.name} is consistent with the following platform tag: "manylinux_' in shown
    assert "requires no external shared libraries" in shown
    clients.run("auditwheel", "repair", "--wheel-dir", tmp_path / "repaired", wheel, cwd=folder, env=path)
    (repaired,) = (tmp_path / "repaired").iterdir()
    assert "manylinux" in repaired.name
    modules = clients.pip_install(repaired, tmp_path / "prefix")
    command = [clients.folder() / "python", "-c", "import stable; stable.where(b'')"]
    subprocess.run(command, env={"PYTHONPATH": str(modules)}, check=True)
