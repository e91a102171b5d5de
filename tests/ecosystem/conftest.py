"""Marks all that is here as `ecosystem`, and hands tests environments with other people's packages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import interpreters
import pytest

from ecosystem.installed import Installed, installed

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("ecosystem")


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Installed]:
    """`environment(interpreter, "Cython==3.0.11")`: that Python with these packages and Oxidist."""
    home = tmp_path_factory.mktemp("ecosystem-home")

    def make(
        interpreter: interpreters.Interpreter, *requirements: str, options: tuple[str, ...] = ()
    ) -> Installed:
        return installed(interpreter, home, *requirements, options=options)

    return make
