"""How long a setup script takes to begin: the time over Python's own start, ours and theirs in turn."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from contestants import Contestant, distutils, head, in_turn, oxidist, row, setuptools

SCRIPT = 'from distutils.core import setup\nsetup(name="sample", version="1.0", py_modules=["sample"])\n'
# The start of a process varies more than its work does, and takes little time.
TURNS_PER_ROUND = 10


def importing(one: Contestant) -> Contestant:
    """`one`, told to import what a setup script imports first, and no more."""
    before = "import setuptools, " if one.name == "setuptools" else "import "
    # Whoever is deprecated is told to be silent, which takes a Python 2 ms.
    options = ["-W", "ignore"] if "-W" in one.command else []
    return replace(one, command=[one.command[0], *options, "-c", before + "distutils.core"])


def asked_for_the_version(one: Contestant) -> Contestant:
    return replace(one, command=[*one.command, "--version"])


JOBS: list[tuple[str, Callable[[Contestant], Contestant]]] = [
    ("import distutils.core", importing),
    ("setup.py --version", asked_for_the_version),
]


def limit(bare: float) -> float:
    """What ours may take, where Python alone takes `bare` seconds."""
    return 1.15 * bare + 0.003


def compare(rounds: int, scratch: Path) -> None:
    """The table: medians in milliseconds, of whole processes."""
    ours = oxidist()
    everyone = [ours, distutils(), setuptools()]
    bare = Contestant("Python alone", [ours.command[0], "-c", "pass"])
    print("\nmilliseconds:\n")
    head("job", bare.name, *(one.name for one in everyone), "limit")
    with tempfile.TemporaryDirectory(prefix="oxidist-bench-start-", dir=scratch) as folder:
        project = Path(folder) / "project"
        project.mkdir()
        (project / "setup.py").write_text(SCRIPT)
        (project / "sample.py").touch()
        for name, job in JOBS:
            contestants = [bare, *map(job, everyone)]
            times: dict[str, list[float]] = {one.name: [] for one in contestants}
            for one in in_turn(contestants, rounds * TURNS_PER_ROUND):
                times[one.name].append(one.run(project, [])[0])
            median = {name: statistics.median(taken) for name, taken in times.items()}
            taken = [*median.values(), limit(median[bare.name])]
            row([name, *(f"{seconds * 1000:.1f}" for seconds in taken)])
