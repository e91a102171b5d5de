"""versioneer: its `cmdclass` writes the version of a git repository into what is built and packed."""

from __future__ import annotations

import shutil

import pytest
from interpreters import versions
from outputs import assert_same

from ecosystem.both import both
from ecosystem.repository import ENVIRONMENT, ONE_MORE, TAGGED, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

SETUP = """
from {module} import setup
import versioneer

setup(
    name="harbour",
    version=versioneer.get_version(),
    cmdclass=versioneer.get_cmdclass(),
    description="boats",
    license="MIT",
    platforms=["any"],
    long_description="Boats.",
    packages=["harbour"],
)
"""

CONFIGURATION = """
[versioneer]
VCS = git
style = pep440
versionfile_source = harbour/_version.py
versionfile_build = harbour/_version.py
tag_prefix =
parentdir_prefix = harbour-
"""


def files(module: str) -> dict[str, str]:
    return {
        "setup.py": SETUP.format(module=module),
        "setup.cfg": CONFIGURATION,
        "harbour/__init__.py": "",
        ".gitignore": "build\ndist\n*.egg-info\n__pycache__\n",
    }


@pytest.mark.parametrize("interpreter", versions((3, 10), (3, 11)), ids=str)
def test_old_ones_wrap_distutils_own_commands(environment, tmp_path, interpreter) -> None:
    there = environment(interpreter, "versioneer==0.18")
    install = ["-c", "import sys, versioneer; sys.argv = ['versioneer', 'install']; versioneer.main()"]
    commands = [
        git("init|-q"),
        install,
        TAGGED,
        ONE_MORE,
        ["setup.py", "--version"],
        ["setup.py", "version", "build", "sdist"],
    ]
    ours, theirs = both(there, tmp_path, files("distutils.core"), *commands, env=ENVIRONMENT)
    assert_same(ours.tree("build"), theirs.tree("build"))
    assert_same(ours.archive("dist/*"), theirs.archive("dist/*"))
    assert b'"version": "1.2+1.g' in ours.tree("build")["build/lib/harbour/_version.py"].data
    packed = next(name for name in ours.archive("dist/*") if name.endswith("harbour/_version.py"))
    assert packed.startswith("harbour-1.2+1.g")
    assert b'"version": "1.2+1.g' in ours.archive("dist/*")[packed].data


@pytest.mark.parametrize("interpreter", versions((3, 13)), ids=str)
def test_current_ones_wrap_those_of_setuptools(environment, tmp_path, interpreter) -> None:
    there = environment(interpreter, "versioneer==0.29", "setuptools==84.2.1")
    commands = [
        git("init|-q"),
        ["-m", "versioneer", "install", "--vendor"],
        TAGGED,
        ONE_MORE,
        ["setup.py", "version", "build", "sdist", "bdist_wheel"],
        ["setup.py", "develop", "--install-dir=links", "--no-deps"],
    ]
    project = {**files("setuptools"), "links/": ""}
    env = {**ENVIRONMENT, "PYTHONPATH": "links"}
    ours, theirs = both(there, tmp_path, project, *commands, env=env)
    assert_same(ours.tree("build/lib"), theirs.tree("build/lib"))
    for pattern in ("dist/*.tar.gz", "dist/*.whl"):
        assert_same(ours.archive(pattern), theirs.archive(pattern))
    assert_same(ours.tree("harbour", "*.egg-info"), theirs.tree("harbour", "*.egg-info"))
    wheel = ours.archive("dist/*.whl")
    assert b'"version": "1.2+1.g' in wheel["harbour/_version.py"].data
