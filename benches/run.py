"""`make bench`: whole processes, ours and theirs in turn, with the outputs compared.

Each job runs in a fresh copy of the same project, once for each contestant in every round, so that what
disturbs the machine disturbs all of them alike. The table gives medians and how many times longer the
others take than Oxidist.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import c_builds
import pip_installs
import sample_tree
import sdist_builds
import setuptools_wheels
import start_up
import wheel_builds
from contestants import BASE, Contestant, distutils, head, in_turn, oxidist, row, setuptools

Snapshot = dict[str, str]


@dataclass
class Job:
    """One timed command. `prepare` runs first, untimed; `output` is what must be equal afterwards."""

    name: str
    arguments: list[str]
    prepare: Callable[[Contestant, Path], None]
    output: Callable[[Path], Snapshot]
    goal: float | None = None
    without: tuple[str, ...] = ()


def files(folder: Path) -> Snapshot:
    """Relative path and SHA-256 of every file below `folder`; of byte code only that it is there."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.suffix == ".pyc":
            found[name] = ""
        elif path.is_file() and not name.endswith("-info") and ".egg-info" not in name:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def members(project: Path) -> Snapshot:
    """Name and SHA-256 of each file in the source archive, without what only setuptools adds."""
    found = {}
    with tarfile.open(next((project / "dist").glob("*.tar.gz"))) as archive:
        for member in archive:
            contents = archive.extractfile(member)
            if contents is None or ".egg-info" in member.name:
                continue
            if Path(member.name).name not in ("PKG-INFO", "setup.cfg", "MANIFEST.in"):
                found[member.name] = hashlib.sha256(contents.read()).hexdigest()
    return found


def nothing(contestant: Contestant, project: Path) -> None:
    pass


def built(contestant: Contestant, project: Path) -> None:
    contestant.run(project, ["build"])


def built_and_one_touched(contestant: Contestant, project: Path) -> None:
    built(contestant, project)
    module = project / "src" / "pkg007" / "module_07.py"
    module.write_text(module.read_text() + "\nCHANGED = True\n")
    later = time.time() + 2
    os.utime(module, (later, later))


# setuptools' own `install` makes an egg: it takes no part in that job.
INSTALL = ["install", "--root", "root", "--prefix", "/usr", "--optimize=1"]
JOBS = [
    Job("build, cold", ["build"], nothing, lambda p: files(p / "build"), 2.5),
    Job("build, nothing to do", ["build"], built, lambda p: files(p / "build"), 4),
    Job("build, one file touched", ["build"], built_and_one_touched, lambda p: files(p / "build"), 4),
    Job("sdist", ["sdist"], nothing, members, 5),
    Job(
        "install, byte-compiled (-O0 and -O1)",
        INSTALL,
        built,
        lambda p: files(p / "root"),
        1.8,
        ("setuptools",),
    ),
]


def measure(
    job: Job, everyone: list[Contestant], source: Path, rounds: int, scratch_folder: Path
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {one.name: [] for one in everyone}
    outputs: dict[str, Snapshot] = {}
    for one in in_turn(everyone, rounds):
        if one.name in job.without:
            continue
        with tempfile.TemporaryDirectory(prefix="oxidist-bench-", dir=scratch_folder) as scratch:
            project = Path(scratch) / "project"
            shutil.copytree(source, project, symlinks=True)
            job.prepare(one, project)
            times[one.name].append(one.run(project, job.arguments)[0])
            outputs.setdefault(one.name, job.output(project))
    ours = outputs[everyone[0].name]
    for name, output in outputs.items():
        if output != ours:
            different = sorted(set(output.items()) ^ set(ours.items()))[:5]
            raise SystemExit(f"{job.name}: the outputs of {name} and Oxidist differ: {different}")
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="1: 5,000 modules, 2,000 data files")
    parser.add_argument(
        "--only",
        default="",
        help="jobs whose name contains this; `C`: the C builds; `start`: start-up; `sdist` and `wheel`: "
        "archives; `setuptools`: wheels of popular packages; `pip`: installed from source",
    )
    told = f"the CPython of the jobs `setuptools` and `pip` [default: {BASE}]"
    parser.add_argument("--python", default=BASE, help=told)
    # A disk that has just freed thousands of inodes makes new ones slowly, whoever asks: memory is fairer.
    memory = Path("/dev/shm")
    default = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    parser.add_argument("--scratch", type=Path, default=default, help=f"where to work [default: {default}]")
    options = parser.parse_args()
    cores, rounds = os.cpu_count(), options.rounds
    print(f"{sys.platform}, {cores} cores, {rounds} rounds in {options.scratch}, medians in seconds\n")
    chosen = [job for job in JOBS if options.only in job.name]
    if chosen and options.only != "C":
        compare(chosen, options)
    if options.only in ("", "start"):
        start_up.compare(rounds, options.scratch)
    if not options.only or options.only == "C":
        c_builds.compare(rounds, options.scratch)
    if not options.only or options.only == "sdist":
        sdist_builds.compare(rounds, options.scratch, options.scale)
    if not options.only or options.only == "wheel":
        wheel_builds.compare(rounds, options.scratch, options.scale)
    if not options.only or options.only == "setuptools":
        setuptools_wheels.compare(rounds, options.scratch, options.python)
    if not options.only or options.only == "pip":
        pip_installs.compare(rounds, options.scratch, options.python)


def compare(jobs: list[Job], options: argparse.Namespace) -> None:
    """The table of `jobs`."""
    everyone = [oxidist(), distutils(), setuptools()]
    ours, *others = [one.name for one in everyone]
    with tempfile.TemporaryDirectory(prefix="oxidist-bench-source-", dir=options.scratch) as scratch:
        source = Path(scratch) / "project"
        source.mkdir()
        sample_tree.write(source, options.scale)
        head("job", ours, *others, *(f"{other} / {ours}" for other in others), "goal")
        for job in jobs:
            times = measure(job, everyone, source, options.rounds, options.scratch)
            median = {name: statistics.median(taken) for name, taken in times.items() if taken}
            seconds = [f"{median[name]:.3f}" if name in median else "-" for name in (ours, *others)]
            ratios = [f"{median[name] / median[ours]:.2f}" if name in median else "-" for name in others]
            row([job.name, *seconds, *ratios, f"{job.goal:g}" if job.goal else "-"])


if __name__ == "__main__":
    main()
