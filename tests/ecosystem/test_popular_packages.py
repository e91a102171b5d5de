"""Popular packages: setuptools makes the same wheel on our distutils as without it."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import real_packages
import wheels

from ecosystem.conftest import versions
from ecosystem.installed import Installed
from ecosystem.popular_packages import PACKAGES, REQUIREMENTS, Popular

# What is built is compared, not how fast it runs. (Other variables are for C alone in setuptools' distutils.)
# Some put flags in the order of a set, which is another one in each run of Python.
QUICK = {"CPPFLAGS": "-O0 -w", "PYTHONHASHSEED": "0"}

# From the folder that has `setup.py`, nothing isolated and nothing downloaded.
WHEEL = "wheel --no-build-isolation --no-deps --no-index --no-cache-dir --disable-pip-version-check --quiet ."


@pytest.fixture(params=versions((3, 11), (3, 13)), ids=str)
def there(request: pytest.FixtureRequest, environment: Callable[..., Installed]) -> Installed:
    return environment(request.param, *REQUIREMENTS)


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_its_wheel_is_the_same_as_without_oxidist(package: Popular, there: Installed, tmp_path: Path) -> None:
    made = wheel_of(package, there, tmp_path / "ours", active=True)
    expected = wheel_of(package, there, tmp_path / "theirs", active=False)
    assert made.name == expected.name
    assert wheels.modes(made) == wheels.modes(expected)
    ours, theirs = (comparable(wheel, tmp_path / "modules") for wheel in (made, expected))
    assert list(ours) == list(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert sum(name.endswith(".so") for name in ours) == package.modules


def wheel_of(package: Popular, there: Installed, folder: Path, active: bool) -> Path:
    """What `pip wheel` makes of the package's source archive."""
    source = real_packages.unpack(package, folder)
    pip = ["-m", "pip", *WHEEL.split(), "--wheel-dir", "../made"]
    there.run("python", *pip, cwd=source, active=active, env=QUICK)
    return wheels.only_wheel(folder, "made")


def comparable(wheel: Path, scratch: Path) -> dict[str, object]:
    """The contents of each file; of a shared object, what it exports. RECORD has been held against them."""
    found: dict[str, object] = {}
    for name, data in wheels.whole(wheel).items():
        if name.endswith(".so"):
            found[name] = exported(data, scratch)
        elif name.endswith(".dist-info/RECORD"):
            rows = csv.reader(io.StringIO(data.decode()))
            found[name] = [row[:1] if row[0].endswith(".so") else row for row in rows]
        else:
            found[name] = data
    return found


def exported(module: bytes, scratch: Path) -> list[str]:
    """The symbols of a shared object that others can use."""
    scratch.write_bytes(module)
    command = ["nm", "--dynamic", "--defined-only", "--format=posix", scratch]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    symbols = [line.split()[:2] for line in printed.splitlines()]
    assert symbols
    return sorted(" ".join(symbol) for symbol in symbols)
