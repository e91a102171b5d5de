"""What takes texts apart answers as CPython's own distutils does, for thousands of cases of each kind.

The cases are the same in every run; `OXIDIST_TEST_SEED=2` makes others, `OXIDIST_TEST_CASES=100000` more.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import interpreters
import pytest
from conftest import Oracle, clean_environment
from generated import inputs, meant
from twins import LIBRARY

ANSWERS = Path(__file__).parent / "generated" / "answers.py"

SEED = os.environ.get("OXIDIST_TEST_SEED", "1")

# Under a Python that has a distutils of its own, both sides run there. Under another one ours is compared
# with the oracle's, by fewer cases: what it does hardly depends on the Python that it runs in.
OWN = next(
    (each for each in interpreters.found() if each.distutils and each.version == sys.version_info[:3]), None
)
CASES = int(os.environ.get("OXIDIST_TEST_CASES", 10_000 if OWN else 1_000))
# Of what is less often called.
FEWER = CASES // 3

TWIN = "-whole"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """The folder that both sides run in. They write tens of thousands of files: in memory, if possible."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        plant(Path(name))
        yield Path(name)


def plant(folder: Path) -> None:
    """Make the folders that templates are applied to, each with a twin where links to nowhere are files."""
    rng = random.Random(f"trees {SEED}")
    for number in range(inputs.TREES):
        entries = inputs.tree(rng)
        for tree in (folder / f"tree{number}", folder / f"tree{number}{TWIN}"):
            tree.mkdir()
            for entry in entries:
                name, _, target = entry.partition(" -> ")
                path = tree / name
                path.parent.mkdir(parents=True, exist_ok=True)
                if target and not path.exists():
                    path.symlink_to(target)
                elif not path.is_dir():
                    path.write_text("")
        for name in links_to_nowhere(tree):
            (tree / name).unlink()
            (tree / name).write_text("")


def links_to_nowhere(tree: Path) -> dict[str, str]:
    """The links of a tree that lead nowhere and their targets, those of outer folders first."""
    lost = [path for path in tree.rglob("*") if path.is_symlink() and not path.exists()]
    lost.sort(key=lambda path: (len(path.parts), path))
    return {path.relative_to(tree).as_posix(): os.readlink(path) for path in lost}


def ask(
    python: Path, questions: str, folder: Path, home: Path, library: Path | None, *, lenient: bool = False
) -> Iterator[tuple[str, str]]:
    """The answers of a distutils: ours where `library` says where it is, else the interpreter's own.

    `lenient`: with what ours adds to rules that have dots and doubled slashes.
    """
    environment = clean_environment(home)
    environment.pop("PYTHONPATH", None)
    if library:
        environment["PYTHONPATH"] = str(library)
        environment["OXIDIST_DISTUTILS"] = "1"
    modes = ["spelled"] * bool(OWN) + ["lenient"] * lenient
    done = subprocess.run(
        [python, "-S", "-W", "ignore", ANSWERS, *modes],
        input=questions,
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        answer, said = json.loads(line)
        yield answer, said


def said_of_links(cases: list[inputs.Case], folder: Path, home: Path, python: Path) -> dict[int, str]:
    """What ours says more than CPython, by case: which links that lead nowhere CPython would choose as files.

    Ours does so where it reads the template at once.
    """
    lost = {path.name: links_to_nowhere(path) for path in folder.glob("tree*")}
    asked = [number for number, case in enumerate(cases) if case["way"] == "ours" and lost[str(case["tree"])]]
    twins = [{**cases[number], "tree": f"{cases[number]['tree']}{TWIN}"} for number in asked]
    questions = "".join(json.dumps(["manifest", case]) + "\n" for case in twins)
    answers = ask(python, questions, folder, home, None, lenient=True)
    return {
        number: "".join(
            meant.LOST.format(name, target)
            for name, target in lost[str(cases[number]["tree"])].items()
            if f"'{name}'" in found
        )
        for number, (found, _) in zip(asked, answers, strict=True)
    }


@pytest.mark.parametrize("subject", inputs.SUBJECTS)
def test_generated_cases_are_answered_as_cpython_answers_them(
    subject: str, oracle: Oracle, folder: Path, clean_home: Path
) -> None:
    make = inputs.SUBJECTS[subject]
    count = CASES if make in inputs.FOREMOST else FEWER
    rng = random.Random(f"{subject} {SEED}")
    cases = [make(rng) for _ in range(count)]
    questions = "".join(json.dumps([subject, case]) + "\n" for case in cases)
    cpython = OWN.path if OWN else oracle.python
    theirs = ask(cpython, questions, folder, clean_home, None)
    ours = ask(OWN.path if OWN else Path(sys.executable), questions, folder, clean_home, LIBRARY)
    links = {}
    if subject == "manifest" and OWN:  # Under other Pythons what is said is not compared.
        links = said_of_links(cases, folder, clean_home, cpython)

    def differ(number: int, own: tuple[str, str], their: tuple[str, str]) -> bool:
        said = [meant.shown(their[1]) + links.get(number, "")]
        if number in links and meant.FOR_PYTHON.search(str(cases[number]["template"])):
            said.append(meant.shown(their[1]))
        return meant.plain(own[0]) != meant.plain(their[0]) or own[1] not in said

    failures = as_meant = 0
    differing: list[tuple[int, tuple[str, str], tuple[str, str]]] = []
    for number, (own, their) in enumerate(zip(ours, theirs, strict=True)):
        failures += "Error: " in their[0]
        if differ(number, own, their):
            if meant.is_meant(subject, their[0]):
                as_meant += 1
            else:
                differing.append((number, own, their))
    if differing and subject in ("patterns", "manifest"):
        questions = "".join(json.dumps([subject, cases[number]]) + "\n" for number, *_ in differing)
        lenient = ask(cpython, questions, folder, clean_home, None, lenient=True)
        differing = [
            (number, own, their)
            for (number, own, _), their in zip(differing, lenient, strict=True)
            if differ(number, own, their)
        ]
    if differing:
        number, own, their = min(differing, key=lambda each: len(json.dumps(cases[each[0]])))
        pytest.fail(
            f"{len(differing)} of {count} cases of {subject} differ (OXIDIST_TEST_SEED={SEED}). One is:\n"
            f"{json.dumps(cases[number])}\nours   {''.join(own)}\nCPython {''.join(their)}"
        )
    # Cases that are nearly all alike would tell nothing.
    assert failures < 0.8 * count, f"{failures} of {count} cases are errors"
    assert as_meant < 0.2 * count, f"{as_meant} of {count} cases are left out"
