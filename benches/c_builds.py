"""C builds: Oxidist, ninja and make with the same command lines, and what people use today, in turn.

Every contestant has a copy of the sample (`sample_c_tree`), which it builds, and builds again after each
kind of change. After each job the modules are imported and must have the values that they have to have; the
number of compiles and links is taken from what the contestant prints. `stale` are modules without the change.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sample_c_tree
from contestants import (
    BASE,
    Contestant,
    base,
    distutils,
    environment,
    head,
    in_turn,
    oxidist,
    row,
    setuptools,
)

NINJA = "ninja==1.13.2"
PYBIND11 = "pybind11==3.1.0"
JOBS = os.cpu_count() or 1

# Who takes more seconds than this for what is no cold build is measured once.
LONG = 3

OXIDIST = "Oxidist"
INTERPRETER = "python -c pass"
IMPORT = """
import importlib, json, sys
sys.path[:0] = sys.argv[1:2]
print(json.dumps({name: importlib.import_module(name).values() for name in sys.argv[2:]}))
"""


@dataclass
class Job:
    """What is done to a built project, and what must be compiled and linked because of it.

    `most` is how many times as long as ninja and make (the faster of them) Oxidist may take; `start` are the
    milliseconds that it may take over its interpreter's own start. It is done `times` times in each round.
    """

    name: str
    change: Callable[[Path], object]
    changed: str
    steps: tuple[int, int]
    variables: dict[str, str] = field(default_factory=dict)
    most: float | None = None
    start: int | None = None
    times: int = 1


PARTS = sum(map(len, sample_c_tree.extensions().values()))
MODULES = len(sample_c_tree.extensions())
DEPENDS = {"SAMPLE_DEPENDS": "1"}


def nothing(project: Path) -> None:
    pass


def remove_build(project: Path) -> None:
    shutil.rmtree(project / "build", ignore_errors=True)
    for name in (".ninja_log", ".ninja_deps"):
        (project / name).unlink(missing_ok=True)


TABLE = [
    Job("cold", remove_build, "", (PARTS, MODULES), most=1.05),
    Job("nothing to do", nothing, "", (0, 0), start=20, times=5),
    Job("one source changed", sample_c_tree.change_a_source, "source", (1, 1)),
    Job("a header of 5 changed", sample_c_tree.change_the_header, "header", (sample_c_tree.FEW, 1)),
    Job(
        "a header of 5 changed, `depends` names it",
        sample_c_tree.change_the_header,
        "header",
        (sample_c_tree.FEW, 1),
        DEPENDS,
    ),
]


def contestants() -> list[Contestant]:
    """Oxidist first."""
    ninja = environment("ninja", NINJA).with_name("ninja")
    plain, theirs = distutils(), setuptools()
    parallel = setuptools(PYBIND11, name="ParallelCompile")
    parallel.environment["SAMPLE_PARALLEL_COMPILE"] = str(JOBS)
    build = ["build_ext", f"-j{JOBS}"]
    ours = oxidist()
    everyone = [
        Contestant(ours.name, [*ours.command, *build], ours.environment),
        Contestant("ninja", [str(ninja), "-v", f"-j{JOBS}"]),
        Contestant("distutils 3.11", [*plain.command, "build_ext"]),
        Contestant(f"distutils 3.11 -j{JOBS}", [*plain.command, *build]),
        Contestant("setuptools", [*theirs.command, "build_ext"]),
        Contestant("ParallelCompile", [*parallel.command, "build_ext"], parallel.environment),
    ]
    if make := shutil.which("make"):
        everyone.insert(2, Contestant("make", [make, f"-j{JOBS}"]))
    return everyone


@dataclass
class Command:
    """A compile or a link, as it was printed."""

    words: list[str]

    @property
    def output(self) -> str:
        return self.words[self.words.index("-o") + 1]

    @property
    def compiles(self) -> bool:
        return "-c" in self.words

    @property
    def inputs(self) -> list[str]:
        if self.compiles:
            return [self.words[self.words.index("-c") + 1]]
        return [word for word in self.words if word.endswith(".o")]


def commands(printed: str) -> list[Command]:
    """The command lines among what a build printed."""
    found = []
    for line in printed.splitlines():
        # ninja says how far it is.
        line = re.sub(r"^\[\d+/\d+\] ", "", line)
        if " -o build" in line:
            found.append(Command(shlex.split(line)))
    return found


def without_depfile(words: Sequence[str]) -> list[str]:
    """A compile's words without what makes the compiler write a depfile."""
    kept = [word for word in words if word != "-MD"]
    if "-MF" in kept:
        place = kept.index("-MF")
        del kept[place : place + 2]
    return kept


def write_ninja(project: Path, lines: Iterable[Command]) -> None:
    """The same commands for ninja, with the depfiles that it has to have."""
    text = [
        "rule compile\n  command = $words -MD -MF $out.d\n  depfile = $out.d\n  deps = gcc\n",
        "rule link\n  command = $words\n",
    ]
    for each in lines:
        rule = "compile" if each.compiles else "link"
        words = shlex.join(without_depfile(each.words)).replace("$", "$$")
        text.append(f"build {each.output}: {rule} {' '.join(each.inputs)}\n  words = {words}\n")
    (project / "build.ninja").write_text("\n".join(text))


def write_makefile(project: Path, lines: Iterable[Command]) -> None:
    """The same for make, which includes the depfiles of the last build."""
    lines = list(lines)
    modules = " ".join(each.output for each in lines if not each.compiles)
    text = [f"all: {modules}", "-include $(wildcard build/*/*/*.d)"]
    for each in lines:
        depfile = f" -MD -MF {each.output}.d" if each.compiles else ""
        words = shlex.join(without_depfile(each.words)).replace("$", "$$") + depfile
        folder = os.path.dirname(each.output)
        text.append(f"{each.output}: {' '.join(each.inputs)}\n\t@mkdir -p {folder}\n\t{words}")
    (project / "Makefile").write_text("\n".join(text) + "\n")


def steps(printed: str) -> tuple[int, int]:
    """How many compiles and links a build printed."""
    found = commands(printed)
    compiles = sum(each.compiles for each in found)
    return compiles, len(found) - compiles


def values(project: Path) -> dict[str, list[int]]:
    """What the modules of a project say when they are imported."""
    (folder,) = (project / "build").glob("lib*")
    command = [base(BASE), "-S", "-c", IMPORT, folder, *sample_c_tree.extensions()]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def prepare(everyone: list[Contestant], folder: Path) -> dict[str, Path]:
    """A project for each, one of them built, whose command lines ninja and make get."""
    projects = {one.name: folder / re.sub(r"\W+", "-", one.name) / "project" for one in everyone}
    for project in projects.values():
        project.mkdir(parents=True)
        sample_c_tree.write(project)
    _, printed = everyone[0].run(projects[OXIDIST], ["--force"])
    lines = commands(printed)
    assert steps(printed) == (PARTS, MODULES), steps(printed)
    for name, write in (("ninja", write_ninja), ("make", write_makefile)):
        if name in projects:
            write(projects[name], lines)
    return projects


@dataclass
class Measured:
    """The seconds of each round, the steps of the last, and whether its modules had the right values."""

    seconds: list[float] = field(default_factory=list)
    steps: tuple[int, int] = (0, 0)
    right: bool = True


def measure(
    job: Job, everyone: list[Contestant], projects: dict[str, Path], rounds: int
) -> dict[str, Measured]:
    measured = {one.name: Measured() for one in everyone}
    for one in in_turn(everyone, rounds * job.times):
        project, found = projects[one.name], measured[one.name]
        if job.changed and found.seconds and found.seconds[0] > LONG:
            continue
        if job.changed:
            built_as_written(one, project, job)
        job.change(project)
        taken, printed = one.run(project, [], **job.variables)
        found.seconds.append(taken)
        found.steps = steps(printed)
        found.right = found.right and values(project) == sample_c_tree.expected(job.changed)
    return measured


def built_as_written(one: Contestant, project: Path, job: Job) -> None:
    """Take back the last change, and build."""
    sample_c_tree.write(project)
    one.run(project, [], **job.variables)
    # The next change is in another second, the least that some look at.
    time.sleep(1.1)


def compare(rounds: int, scratch_folder: Path) -> None:
    """Print the table."""
    everyone = contestants()
    others = [one.name for one in everyone[1:]]
    interpreter = Contestant(INTERPRETER, [everyone[0].command[0], "-c", "pass"], everyone[0].environment)
    print(f"\n{PARTS} sources in {MODULES} extensions, {JOBS} jobs; in brackets: compiles + links\n")
    with tempfile.TemporaryDirectory(prefix="oxidist-bench-c-", dir=scratch_folder) as folder:
        projects = prepare(everyone, Path(folder))
        projects[INTERPRETER] = projects[OXIDIST]
        head("job", OXIDIST, *others, f"{OXIDIST} / ninja", "goal")
        for job in TABLE:
            report(job, measure(job, [*everyone, *[interpreter] * bool(job.start)], projects, rounds), others)


def report(job: Job, measured: dict[str, Measured], others: list[str]) -> None:
    """The row of a job; ends the run where Oxidist did something else than it has to."""
    ours = measured[OXIDIST]
    if not ours.right or ours.steps != job.steps:
        raise SystemExit(f"{job.name}: Oxidist did {ours.steps}, not {job.steps}, or its modules are stale")
    median = {name: statistics.median(found.seconds) for name, found in measured.items()}
    cells = []
    for name in (OXIDIST, *others):
        compiles, links = measured[name].steps
        result = f"{median[name]:.3f}" if measured[name].right else "stale"
        cells.append(f"{result} ({compiles}+{links})")
    goal = "-"
    if job.most:
        fastest = min(median[name] for name in ("ninja", "make") if name in median)
        goal = f"{median[OXIDIST] / fastest:.3f} of {job.most}"
    elif job.start:
        goal = f"{1000 * (median[OXIDIST] - median[INTERPRETER]):.1f} of {job.start} ms over python"
    row([job.name, *cells, f"{median[OXIDIST] / median['ninja']:.2f}", goal])
