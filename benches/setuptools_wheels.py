"""Wheels of popular packages: setuptools on Oxidist, and setuptools alone, in turn.

Each is built by the hook that a frontend calls, in a process of its own, from a fresh copy of the unpacked
source archive: nothing is built yet, and nothing of a frontend is measured.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path

from contestants import Contestant, environment, head, row, wheel
from ecosystem.popular_packages import PACKAGES, REQUIREMENTS, Popular
from outputs import Outputs, differences, inside
from real_packages import unpack

# How many times as long as setuptools alone it may take.
MOST = 1.05

# Seconds: what takes less is measured `TURNS` times in each round, what takes more in every second round.
SHORT, LONG = 1.0, 4.0
TURNS = 4

HOOK = """\
import importlib, os, sys, tomllib

system = {}
if os.path.exists("pyproject.toml"):
    with open("pyproject.toml", "rb") as file:
        system = tomllib.load(file).get("build-system", {})
sys.path[:1] = map(os.path.abspath, system.get("backend-path", []))
module, _, name = system.get("build-backend", "setuptools.build_meta:__legacy__").partition(":")
backend = importlib.import_module(module)
getattr(backend, name, backend).build_wheel("dist")
"""


def contestants(python_version: str) -> list[Contestant]:
    """Both with the pinned packages, each in an environment of its own. Oxidist's first."""
    alone = environment("popular", *REQUIREMENTS, python_version=python_version)
    ours = environment("popular-oxidist", *REQUIREMENTS, str(wheel()), python_version=python_version)
    # Some put flags in the order of a set, which is another one in each run of Python.
    same = {"PYTHONHASHSEED": "0"}
    return [
        Contestant("on Oxidist", [str(ours)], {**same, "OXIDIST_DISTUTILS": "1"}),
        Contestant("setuptools", [str(alone)], same),
    ]


def compare(rounds: int, scratch: Path, python_version: str) -> None:
    """The table, and how much longer or shorter all of them take together."""
    everyone = contestants(python_version)
    ours, theirs = (one.name for one in everyone)
    print(f"\nwheels of popular packages, cold, Python {python_version}, medians in seconds:\n")
    head("package", theirs, ours, f"{ours} / {theirs}", "at most", "extension modules")
    sums = {ours: 0.0, theirs: 0.0}
    for package in PACKAGES:
        with tempfile.TemporaryDirectory(prefix="oxidist-bench-popular-", dir=scratch) as folder:
            times = measure(package, everyone, rounds, Path(folder))
        median = {name: statistics.median(taken) for name, taken in times.items()}
        sums = {name: sums[name] + median[name] for name in sums}
        cells = [f"{median[theirs]:.3f}", f"{median[ours]:.3f}", f"{median[ours] / median[theirs]:.3f}"]
        row([str(package), *cells, f"{MOST}", str(package.modules or "-")])
    row(["all", f"{sums[theirs]:.3f}", f"{sums[ours]:.3f}", f"{sums[ours] / sums[theirs]:.3f}", "-", "-"])


def measure(
    package: Popular, everyone: list[Contestant], rounds: int, folder: Path
) -> dict[str, list[float]]:
    """The seconds of each; ends the run where the wheels differ."""
    source = unpack(package, folder / "source")
    times: dict[str, list[float]] = {one.name: [] for one in everyone}
    made: dict[str, Outputs] = {}
    while len(times[everyone[0].name]) < turns(times, rounds):
        for one in everyone:
            with tempfile.TemporaryDirectory(dir=folder) as place:
                project = Path(place) / "project"
                shutil.copytree(source, project, symlinks=True)
                times[one.name].append(one.run(project, ["-c", HOOK])[0])
                (made_wheel,) = (project / "dist").glob("*.whl")
                made.setdefault(one.name, inside(made_wheel))
        # Who comes first in one turn comes last in the next.
        everyone = everyone[::-1]
    assert_equal(str(package), *made.values())
    return times


def turns(times: dict[str, list[float]], rounds: int) -> int:
    """How many measurements of each are enough, as far as is known."""
    first = [taken[0] for taken in times.values() if taken]
    if not first:
        return 1
    if max(first) < SHORT:
        return rounds * TURNS
    return max(rounds // 2, 3) if max(first) > LONG else rounds


def assert_equal(what: str, one: Outputs, other: Outputs) -> None:
    if different := differences(one, other):
        raise SystemExit(f"{what}: not the same with Oxidist and without it: {different[:5]}")
