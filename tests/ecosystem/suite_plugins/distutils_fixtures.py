"""A pytest plugin with the fixtures that pypa/distutils' tests ask for: setuptools' copy has only the tests.

Those are in a folder `distutils` of the working folder. Where the `distutils` of the process is another one,
which has none, it gets them.
"""

from __future__ import annotations

import distutils
import distutils.dist
import distutils.log
import importlib.util
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path("distutils").absolute()
IS_THEIRS = Path(distutils.__file__).resolve().parent == HERE.resolve()

if not IS_THEIRS:
    spec = importlib.util.spec_from_file_location(
        "distutils.tests", HERE / "tests/__init__.py", submodule_search_locations=[str(HERE / "tests")]
    )
    assert spec and spec.loader
    distutils.tests = sys.modules["distutils.tests"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(distutils.tests)


def asked_while_loaded() -> dict[str, object]:
    """What one of the files looks at to see whether somebody replaced it: the module that a method is from.
    Ours are none of Python's functions, and do not know it."""
    own = distutils.dist.Distribution.__dict__["parse_config_files"]
    return {} if hasattr(own, "__module__") else {"parse_config_files": own}


METHODS = asked_while_loaded()


def pytest_configure() -> None:
    for name in METHODS:
        setattr(distutils.dist.Distribution, name, type("", (), {"__module__": "distutils.dist"}))


def pytest_collection_finish() -> None:
    for name, method in METHODS.items():
        setattr(distutils.dist.Distribution, name, method)


@pytest.fixture(autouse=True)
def folder_is_put_back() -> Iterator[None]:
    """Some tests go into folders that are gone when they end."""
    before = os.getcwd()
    yield
    os.chdir(before)


@pytest.fixture(autouse=True)
def messages_are_seen(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Of all levels. Those of a `distutils.log` that prints by itself go where the tests look for them."""
    caplog.set_level(1)
    if not IS_THEIRS:

        def log(_: object, level: int, message: str, arguments: tuple[object, ...]) -> None:
            logging.getLogger("distutils").log(level * 10, message, *arguments)

        monkeypatch.setattr(distutils.log.Log, "_log", log)


@pytest.fixture
def disable_macos_customization() -> None:
    """There is none elsewhere."""


@pytest.fixture
def needs_zlib() -> None:
    pytest.importorskip("zlib")


@pytest.fixture
def save_env() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def save_argv() -> Iterator[None]:
    before = sys.argv[:]
    yield
    sys.argv[:] = before


@pytest.fixture
def save_cwd(folder_is_put_back: None) -> None:
    pass


@pytest.fixture
def distutils_managed_tempdir(request: pytest.FixtureRequest) -> Iterator[None]:
    request.instance.tempdirs = []
    yield
    for folder in request.instance.tempdirs:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def temp_cwd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def temp_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def fake_home(temp_home: Path) -> Path:
    return temp_home
