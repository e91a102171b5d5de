"""`pip install` of projects with C from their source archives: with Oxidist active, and without it, in turn.

All that a person waits for is measured: pip itself, the hooks that it calls in processes of their own, and
unpacking the wheel. Nothing is isolated, so that nothing is downloaded.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from contestants import Contestant, head, in_turn, row
from ecosystem.popular_packages import BY_NAME
from outputs import Outputs, below
from real_packages import sdist
from setuptools_wheels import assert_equal, contestants

PACKAGES = [BY_NAME[name] for name in ("psutil", "aiohttp", "multidict")]

PIP = "-m pip --disable-pip-version-check --quiet install"
ALONE = "--no-build-isolation --no-deps --no-index --no-cache-dir"


def compare(rounds: int, scratch: Path, python_version: str) -> None:
    """The table."""
    everyone = contestants(python_version)
    ours, theirs = (one.name for one in everyone)
    print(f"\npip install of a source archive, Python {python_version}, medians in seconds:\n")
    head("package", theirs, ours, f"{ours} / {theirs}", "extension modules")
    for package in PACKAGES:
        with tempfile.TemporaryDirectory(prefix="oxidist-bench-pip-", dir=scratch) as folder:
            times = measure(sdist(package), everyone, rounds, Path(folder))
        median = {name: statistics.median(taken) for name, taken in times.items()}
        seconds = [f"{median[name]:.3f}" for name in (theirs, ours)]
        row([str(package), *seconds, f"{median[ours] / median[theirs]:.3f}", str(package.modules)])


def measure(archive: Path, everyone: list[Contestant], rounds: int, folder: Path) -> dict[str, list[float]]:
    """The seconds of each; ends the run where not the same is installed."""
    times: dict[str, list[float]] = {one.name: [] for one in everyone}
    installed: dict[str, Outputs] = {}
    for one in in_turn(everyone, rounds):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            project = Path(place) / "project"
            project.mkdir()
            arguments = [*PIP.split(), *ALONE.split(), "--target", "installed", str(archive)]
            times[one.name].append(one.run(project, arguments)[0])
            installed.setdefault(one.name, below(project / "installed"))
    assert_equal(archive.name, *installed.values())
    return times
