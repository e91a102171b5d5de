"""The project of these tests, not built yet and built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from c_projects import install_compiler

from exact_rebuilds.project import EVERYTHING, FILES, VALUES, Project


@pytest.fixture
def new(project, run_setup, tmp_path: Path) -> Callable[..., Project]:
    """`new(files)`: a project that is not built yet."""

    def make(files: Mapping[str, str] = FILES, name: str = "project") -> Project:
        folder = project(files, name=name)
        one = Project(folder, install_compiler(tmp_path / f"{name}-compiler"), run_setup)
        one.environment["CFLAGS"] = "-O0"
        return one

    return make


@pytest.fixture
def demo(new) -> Project:
    """The project above, built."""
    one = new()
    one.library(2)
    one.object("extra", "extra", 3)
    one.build()
    assert one.steps() == EVERYTHING
    assert one.values() == VALUES
    return one
