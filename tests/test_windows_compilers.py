"""The compiler classes for Windows make CPython's command lines, and find compilers where it does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import PATIENCE, Oracle, clean_environment
from twins import LIBRARY
from windows_compilers.sessions import OWN_WORDS, SESSIONS

RECORDER = Path(__file__).parent / "windows_compilers" / "recorder.py"

Traces = dict[str, list[list[Any]]]


def record(oracle: Oracle, home: Path, **environment: str) -> Traces:
    """What happens in each session, under the oracle's interpreter."""
    done = subprocess.run(
        [oracle.python, "-S", "-W", "ignore", RECORDER],
        input=json.dumps(SESSIONS),
        env={**clean_environment(home), "PYTHONPATH": "", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def theirs(oracle: Oracle, clean_home: Path) -> Traces:
    return record(oracle, clean_home)


@pytest.fixture(scope="module")
def ours(oracle: Oracle, clean_home: Path) -> Traces:
    return record(oracle, clean_home, PYTHONPATH=str(LIBRARY))


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_goes_as_with_cpythons_classes(name: str, ours: Traces, theirs: Traces) -> None:
    mine, right = ours[name], theirs[name]
    if name in OWN_WORDS:
        mine, right = (
            [entry[: 1 if entry[0] == "warn" else 2] for entry in trace] for trace in (mine, right)
        )
    assert mine == right
