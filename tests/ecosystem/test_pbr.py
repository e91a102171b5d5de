"""pbr: a project in its setup.cfg alone, with a version, AUTHORS and a ChangeLog from git."""

from __future__ import annotations

import shutil

import pytest
from interpreters import versions
from outputs import assert_same

from ecosystem.both import both
from ecosystem.repository import ENVIRONMENT, TAGGED

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

CONFIGURATION = """
[metadata]
name = harbour
summary = boats
author = Ann
author_email = ann@example.org
description_file = README.rst
license = MIT
platform = any

[files]
packages =
    harbour
data_files =
    share/harbour = charts/*
    etc/harbour = boats.ini

[entry_points]
console_scripts =
    sail = harbour.deck:main

[extras]
sails =
    canvas>=1.0
"""

FILES = {
    "setup.py": "from setuptools import setup\nsetup(pbr=True)\n",
    "setup.cfg": CONFIGURATION,
    "README.rst": "Boats.\n",
    "requirements.txt": "# none\n",
    "boats.ini": "[boats]\n",
    "charts/north.txt": "north",
    "harbour/__init__.py": "",
    "harbour/deck.py": "def main():\n    print('sails set')\n",
    "harbour/north/chart.txt": "tracked, so pbr has it packed",
    ".gitignore": "build\ndist\n*.egg-info\n__pycache__\nroot\n",
}


@pytest.mark.parametrize("interpreter", versions((3, 10), (3, 13)), ids=str)
def test_what_git_knows_is_in_archives_wheels_and_installations(environment, tmp_path, interpreter) -> None:
    there = environment(interpreter, "pbr==7.1.3", "setuptools==84.2.1")
    install = ["setup.py", "install", "--root=root", "--prefix=/usr", "--single-version-externally-managed"]
    commands = [TAGGED, ["setup.py", "sdist", "bdist_wheel"], install]
    ours, theirs = both(there, tmp_path, FILES, *commands, env=ENVIRONMENT)
    for pattern in ("dist/*.tar.gz", "dist/*.whl"):
        assert_same(ours.archive(pattern), theirs.archive(pattern))
    assert_same(ours.tree("root"), theirs.tree("root"))
    packed = {name.partition("/")[2]: file.data for name, file in ours.archive("dist/*.tar.gz").items()}
    assert packed["AUTHORS"] == b"Ann <ann@example.org>\n"
    assert b"first words" in packed["ChangeLog"]
    assert "harbour/north/chart.txt" in packed
    (script,) = ours.folder.glob("root/usr/bin/sail")
    (package,) = ours.folder.glob("root/usr/lib/python3*/site-packages")
    ran = there.run("python", script, cwd=tmp_path, env={"PYTHONPATH": str(package)})
    assert ran.stdout == "sails set\n"
