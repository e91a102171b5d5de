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


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """The folder that both sides run in. They write tens of thousands of files: in memory, if possible."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        plant(Path(name))
        yield Path(name)


def plant(folder: Path) -> None:
    """Make the folders that templates are applied to."""
    rng = random.Random(f"trees {SEED}")
    for number in range(inputs.TREES):
        tree = folder / f"tree{number}"
        tree.mkdir()
        for entry in inputs.tree(rng):
            name, _, target = entry.partition(" -> ")
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if target and not path.exists():
                path.symlink_to(target)
            elif not path.is_dir():
                path.write_text("")


def ask(
    python: Path, questions: str, folder: Path, home: Path, library: Path | None
) -> Iterator[tuple[str, str]]:
    """The answers of a distutils: ours where `library` says where it is, else the interpreter's own."""
    environment = clean_environment(home)
    environment.pop("PYTHONPATH", None)
    if library:
        environment["PYTHONPATH"] = str(library)
        environment["OXIDIST_DISTUTILS"] = "1"
    spelled = ["spelled"] if OWN else []
    done = subprocess.run(
        [python, "-S", "-W", "ignore", ANSWERS, *spelled],
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


@pytest.mark.parametrize("subject", inputs.SUBJECTS)
def test_generated_cases_are_answered_as_cpython_answers_them(
    subject: str, oracle: Oracle, folder: Path, clean_home: Path
) -> None:
    make = inputs.SUBJECTS[subject]
    count = CASES if make in inputs.FOREMOST else FEWER
    rng = random.Random(f"{subject} {SEED}")
    cases = [make(rng) for _ in range(count)]
    questions = "".join(json.dumps([subject, case]) + "\n" for case in cases)
    theirs = ask(OWN.path if OWN else oracle.python, questions, folder, clean_home, None)
    ours = ask(OWN.path if OWN else Path(sys.executable), questions, folder, clean_home, LIBRARY)
    differing = []
    failures = as_meant = 0
    for case, (own, own_said), (their, their_said) in zip(cases, ours, theirs, strict=True):
        failures += "Error: " in their
        if (meant.plain(own), own_said) == (meant.plain(their), their_said):
            continue
        if meant.is_meant(subject, their):
            as_meant += 1
        else:
            differing.append((case, own + own_said, their + their_said))
    if differing:
        case, own, their = min(differing, key=lambda each: len(json.dumps(each[0])))
        pytest.fail(
            f"{len(differing)} of {count} cases of {subject} differ (OXIDIST_TEST_SEED={SEED}). One is:\n"
            f"{json.dumps(case)}\nours   {own}\nCPython {their}"
        )
    # Cases that are nearly all alike would tell nothing.
    assert failures < 0.8 * count, f"{failures} of {count} cases are errors"
    assert as_meant < 0.2 * count, f"{as_meant} of {count} cases are left out"
