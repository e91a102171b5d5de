"""Popular packages: setuptools makes the same wheel on our distutils as without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import real_packages
from interpreters import versions
from outputs import assert_same, inside
from wheels import only_wheel

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
    ours, theirs = inside(made), inside(expected)
    assert list(ours) == list(theirs)
    assert_same(ours, theirs)
    assert sum(name.endswith(".so") for name in ours) == package.modules


def wheel_of(package: Popular, there: Installed, folder: Path, active: bool) -> Path:
    """What `pip wheel` makes of the package's source archive."""
    source = real_packages.unpack(package, folder)
    pip = ["-m", "pip", *WHEEL.split(), "--wheel-dir", "../made"]
    there.run("python", *pip, cwd=source, active=active, env=QUICK)
    return only_wheel(folder, "made")
