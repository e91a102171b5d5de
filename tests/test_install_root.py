"""`install --root` and all that is built on it: nothing is installed outside of that folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from conftest import snapshot
from twins import run_script, setup_py

FILES = {"a.py": "", "data.txt": "data\n"}

# Each leads out of whatever root there is.
OUT = {
    "data_files, relative": {"data_files": [("../../../../../../../../out", ["data.txt"])]},
    "data_files, absolute": {"data_files": [("/etc/../../out", ["data.txt"])]},
    "an empty folder": {"data_files": [("../../../../../../../../out", [])]},
}
COMMANDS = {
    "install --root": ["install", "--root=deep/root", "--prefix=/usr"],
    "bdist_dumb": ["bdist_dumb", "--bdist-dir=deep/root"],
    "bdist_wheel": ["bdist_wheel"],
    "bdist_rpm": ["bdist_rpm", f"--python={sys.executable}"],
    # With a hook of the script's own, the wheel is what `install` puts into a folder.
    "bdist_wheel by install": ["bdist_wheel", "--bdist-dir=deep/root"],
}
HOOK = """
from distutils.command.install import install

class Install(install):
    def run(self):
        install.run(self)

"""


def script(by_install: bool, **keywords: object) -> str:
    text = setup_py(py_modules=["a"], **keywords)
    return HOOK + text.replace("setup(\n", "setup(cmdclass={'install': Install},\n") if by_install else text


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("what", OUT)
def test_data_files_that_lead_out_are_named(distutils, tmp_path: Path, command: str, what: str) -> None:

    folder = tmp_path / "a/b/c/d/e/f/g/h/project"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "setup.py").write_text(script(command.endswith("by install"), **OUT[what]))
    os.chdir(folder)
    entry = OUT[what]["data_files"][0][0]
    with pytest.raises(
        SystemExit, match=f"data_files: the folder '{entry}' .*(outside of the root|not a place)"
    ):
        run_script(["-q", *COMMANDS[command]])
    outside = snapshot(tmp_path)
    assert not [
        name for name in outside if name.endswith("out") or name.endswith("data.txt") and name.count("/") < 9
    ]
    assert not list(folder.glob("dist/*"))


def test_data_files_may_leave_the_prefix_below_the_root(distutils, tmp_path: Path) -> None:

    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "setup.py").write_text(script(False, data_files=[("../etc/p", ["data.txt"])]))
    run_script(["-q", "install", "--root=root", "--prefix=/usr", "--no-compile", "--record=record"])
    assert (tmp_path / "root/etc/p/data.txt").read_text() == "data\n"
    # Without a root, as CPython: a folder like any other.
    run_script(["-q", "install", "--prefix=usr", "--no-compile"])
    assert (tmp_path / "etc/p/data.txt").read_text() == "data\n"


@pytest.mark.parametrize(
    ("keywords", "options", "named"),
    [
        ({}, ["--install-data=../../x"], "install_data = '../../x'"),
        ({}, ["--install-lib=/../x"], "install_libbase = '/../x'"),
        ({}, ["--prefix=/usr/../../x"], "install_.* = '/usr/../../x"),
        ({"extra_path": "../" * 20 + "x"}, [], "'.*/../../x'"),
    ],
    ids=["data", "lib", "prefix", "extra_path"],
)
def test_folders_that_lead_out_of_the_root_are_named(
    distutils, tmp_path: Path, keywords: dict[str, object], options: list[str], named: str
) -> None:

    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "setup.py").write_text(script(False, data_files=["data.txt"], **keywords))
    with pytest.raises(SystemExit, match=f"{named}.* outside of"):
        run_script(["-q", "install", "--root=root", *options])
    assert not (tmp_path.parent / "x").exists()
    assert not list(tmp_path.rglob("x"))
