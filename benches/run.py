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
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import sample_tree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import interpreters  # noqa: E402  (lies in tests/)

SETUPTOOLS = "setuptools==84.2.1"
Snapshot = dict[str, str]


@dataclass
class Contestant:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Job:
    """One timed command. `prepare` runs first, untimed; `output` is what must be equal afterwards."""

    name: str
    arguments: list[str]
    prepare: Callable[[Contestant, Path], None]
    output: Callable[[Path], Snapshot]
    goal: float | None = None
    without: tuple[str, ...] = ()


def run(contestant: Contestant, project: Path, arguments: list[str]) -> float:
    """The wall time in seconds of one `setup.py` run."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(project.parent), **contestant.environment}
    started = time.perf_counter()
    done = subprocess.run(
        [*contestant.command, *arguments],
        cwd=project,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    taken = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{contestant.name}: setup.py {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return taken


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
    run(contestant, project, ["build"])


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
    Job("setup.py --version", ["--version"], nothing, lambda p: {}),
]


def contestants() -> list[Contestant]:
    """Ours and theirs, all on the machine's own 3.11, each in a virtual environment of its own."""
    usable = [each for each in interpreters.found() if each.distutils and each.version[:2] == (3, 11)]
    if not usable:
        raise SystemExit("no CPython 3.11 with its own distutils on this machine: nothing to measure against")
    base = min(usable, key=lambda each: each.patched)
    ours = environment(base, "oxidist", str(build_wheel()))
    plain = environment(base, "distutils", None)
    theirs = environment(base, "setuptools", SETUPTOOLS)
    with_setuptools = "import setuptools, sys; sys.argv[0] = 'setup.py'; exec(open('setup.py').read())"
    return [
        Contestant("Oxidist", [str(ours), "setup.py"], {"OXIDIST_DISTUTILS": "1"}),
        Contestant("distutils 3.11", [str(plain), "-W", "ignore", "setup.py"]),
        Contestant("setuptools", [str(theirs), "-W", "ignore", "-c", with_setuptools]),
    ]


def environment(base: interpreters.Interpreter, name: str, requirement: str | None) -> Path:
    """The Python of a virtual environment with nothing but `requirement` in it."""
    venv = ROOT / ".venvs" / f"bench-{name}"
    python = venv / "bin" / "python"
    subprocess.run([base.path, "-m", "venv", "--clear", venv], check=True)
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "uninstall", "-y", "setuptools"], check=True)
    if requirement:
        subprocess.run([*pip, "install", "--no-deps", requirement], check=True)
    return python


def build_wheel() -> Path:
    """A release wheel of the working tree."""
    folder = Path(tempfile.mkdtemp(prefix="oxidist-wheel-"))
    subprocess.run(
        [sys.executable, "-m", "maturin", "build", "--release", "--quiet", "--out", folder],
        cwd=ROOT,
        check=True,
    )
    return next(folder.glob("*.whl"))


def measure(
    job: Job, everyone: list[Contestant], source: Path, rounds: int, scratch_folder: Path
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {one.name: [] for one in everyone}
    outputs: dict[str, Snapshot] = {}
    for turn in range(rounds):
        # Who comes first changes from round to round.
        for one in everyone[turn % len(everyone) :] + everyone[: turn % len(everyone)]:
            if one.name in job.without:
                continue
            with tempfile.TemporaryDirectory(prefix="oxidist-bench-", dir=scratch_folder) as scratch:
                project = Path(scratch) / "project"
                shutil.copytree(source, project, symlinks=True)
                job.prepare(one, project)
                times[one.name].append(run(one, project, job.arguments))
                outputs.setdefault(one.name, job.output(project))
    ours = outputs[everyone[0].name]
    for name, output in outputs.items():
        if output != ours:
            different = sorted(set(output.items()) ^ set(ours.items()))[:5]
            raise SystemExit(f"{job.name}: the outputs of {name} and Oxidist differ: {different}")
    return times


def row(cells: list[str]) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="1: 5,000 modules, 2,000 data files")
    parser.add_argument("--only", default="", help="jobs whose name contains this")
    # A disk that has just freed thousands of inodes makes new ones slowly, whoever asks: memory is fairer.
    memory = Path("/dev/shm")
    default = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    parser.add_argument("--scratch", type=Path, default=default, help=f"where to work [default: {default}]")
    options = parser.parse_args()
    everyone = contestants()
    ours, *others = [one.name for one in everyone]
    with tempfile.TemporaryDirectory(prefix="oxidist-bench-source-", dir=options.scratch) as scratch:
        source = Path(scratch) / "project"
        source.mkdir()
        sample_tree.write(source, options.scale)
        cores, rounds = os.cpu_count(), options.rounds
        print(f"{sys.platform}, {cores} cores, {rounds} rounds in {options.scratch}, medians in seconds\n")
        row(["job", ours, *others, *(f"{other} / {ours}" for other in others), "goal"])
        row(["---"] + ["---:"] * (2 * len(others) + 2))
        for job in JOBS:
            if options.only in job.name:
                times = measure(job, everyone, source, options.rounds, options.scratch)
                median = {name: statistics.median(taken) for name, taken in times.items() if taken}
                seconds = [f"{median[name]:.3f}" if name in median else "-" for name in (ours, *others)]
                ratios = [f"{median[name] / median[ours]:.2f}" if name in median else "-" for name in others]
                row([job.name, *seconds, *ratios, f"{job.goal:g}" if job.goal else "-"])


if __name__ == "__main__":
    main()
