"""setuptools-scm: versions from a git repository, and source archives of the files that are in it."""

from __future__ import annotations

import shutil

import pytest
from interpreters import versions
from outputs import assert_same

from ecosystem.both import both
from ecosystem.repository import ENVIRONMENT, ONE_MORE, TAGGED, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

SETUP = """
from setuptools import setup

setup(
    name="harbour",
    use_scm_version={"version_file": "harbour/_version.py"},
    description="boats",
    license="MIT",
    platforms=["any"],
    long_description="Boats.",
    packages=["harbour"],
    include_package_data=True,
)
"""

FILES = {
    "setup.py": SETUP,
    "harbour/__init__.py": "from ._version import version",
    "harbour/chart.txt": "north",
    "notes/plan.txt": "tracked, and no rule of distutils names it",
    ".gitignore": "build\ndist\n*.egg-info\n__pycache__\nharbour/_version.py\n",
}


@pytest.mark.parametrize("interpreter", versions((3, 10), (3, 13)), ids=str)
def test_versions_and_files_are_those_of_the_repository(environment, tmp_path, interpreter) -> None:
    there = environment(interpreter, "setuptools-scm==10.3.4", "setuptools==84.2.1")
    untracked = "open('notes/untracked.txt', 'w').close()"
    commands = [
        TAGGED,
        ONE_MORE,
        ["-c", untracked],
        ["setup.py", "--version"],
        ["setup.py", "sdist", "bdist_wheel"],
    ]
    ours, theirs = both(there, tmp_path, FILES, *commands, env=ENVIRONMENT)
    assert "\n1.3.dev1+g" in "\n" + ours.said
    for pattern in ("dist/*.tar.gz", "dist/*.whl"):
        assert_same(ours.archive(pattern), theirs.archive(pattern))
    packed = [name.partition("/")[2] for name in ours.archive("dist/*.tar.gz")]
    assert {"notes/plan.txt", "harbour/chart.txt", "harbour/_version.py"} <= set(packed)
    assert "notes/untracked.txt" not in packed
    assert "harbour/chart.txt" in ours.archive("dist/*.whl")


def test_a_tag_alone_is_the_version(environment, tmp_path) -> None:
    there = environment(versions((3, 13))[0], "setuptools-scm==10.3.4", "setuptools==84.2.1")
    ours, theirs = both(
        there, tmp_path, FILES, TAGGED, git("status|-s"), ["setup.py", "--version"], env=ENVIRONMENT
    )
    assert ours.said == theirs.said
    assert ours.said.splitlines()[-1] == "1.2"
