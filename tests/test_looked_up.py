"""What a script replaces while it runs is looked up by public functions as CPython's look it up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import interpreters
import pytest
from conftest import PATIENCE, Oracle, clean_environment
from twins import LIBRARY

RUNNER = Path(__file__).parent / "looked_up.py"

# What names the version of the Python that runs it: nothing to compare between two versions.
OF_ONE_VERSION = ("byte-compile", "find the headers", "find the library")


def outcomes(python: Path, whose: str, home: Path) -> dict[str, Any]:
    path = str(LIBRARY) if whose == "ours" else ""
    done = subprocess.run(
        [python, "-S", "-W", "ignore", RUNNER, whose],
        cwd=home,
        env=clean_environment(home, PYTHONPATH=path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_replaced_names_see_the_calls_that_cpythons_functions_make(oracle: Oracle, clean_home: Path) -> None:
    here = Path(getattr(sys, "_base_executable", sys.executable))
    interpreter = interpreters.examine(here)
    if interpreter and interpreter.patched:
        pytest.skip("a vendor's distutils has folders of its own")
    own = interpreter is not None and interpreter.distutils is not None
    theirs = outcomes(here if own else oracle.python, "theirs", clean_home)
    ours = outcomes(here, "ours", clean_home)
    compared = [case for case in theirs if own or not case.startswith(OF_ONE_VERSION)]
    assert len(compared) > 700
    assert {case: ours.get(case) for case in compared if ours.get(case) != theirs[case]} == {}
