"""setuptools on our distutils: projects of each kind, with setuptools of each line."""

from __future__ import annotations

import pytest

from ecosystem.conftest import versions

SETUP = """
    from setuptools import setup
    setup(name="fake", version="1.0", packages=["pkg"])
    """


@pytest.mark.parametrize("interpreter", versions((3, 13)), ids=str)
def test_a_pure_project_builds(environment, project, interpreter) -> None:
    there = environment(interpreter, "setuptools==84.2.1")
    folder = project({"setup.py": SETUP, "pkg/__init__.py": ""})
    there.setup(folder, "build")
    assert (folder / "build/lib/pkg/__init__.py").exists()
