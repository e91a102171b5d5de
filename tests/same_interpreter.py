"""One script with our distutils and with CPython's own, each on the interpreter that CPython's belongs to."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import interpreters
import oxidist
import pytest
from conftest import PATIENCE, clean_environment

LIBRARY = Path(oxidist.__file__).resolve().parent.parent

WITH_DISTUTILS = [each for each in interpreters.found() if each.distutils]

# A test over these runs once for each distutils of the machine, those that a vendor has changed included.
every_distutils = pytest.mark.parametrize("python", WITH_DISTUTILS, ids=lambda each: each.name)

HEAD = """
import json, os, sys
assert ("oxidist" in sys.modules) == (sys.argv[1] == "ours"), sys.modules.get("distutils")
questions = json.load(open(sys.argv[2], encoding="utf-8"))
def told(answer):
    print(json.dumps(answer))
"""

# `with bounded(path): …` ends a loop without end by `Endless`. CPython has many of these for odd files: its
# readings get as much of the processor as a file of that size takes at the very most.
BOUNDED = """
import contextlib, os, signal

class Endless(Exception):
    pass

def stop(*ignored):
    raise Endless

signal.signal(signal.SIGVTALRM, stop)

@contextlib.contextmanager
def bounded(path):
    patience = 0.02 + os.path.getsize(path) / 20_000 if sys.argv[1] == "theirs" else 30
    signal.setitimer(signal.ITIMER_VIRTUAL, patience)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
"""


def answers(
    python: interpreters.Interpreter,
    script: str,
    questions: Any,
    folder: Path,
    env: dict[str, str] | None = None,
) -> tuple[Any, Any]:
    """What `script` tells of `questions` with our distutils, and with the interpreter's own.

    It finds them as `questions`, and calls `told` with an answer that JSON can hold.
    """
    asked = folder / "questions.json"
    asked.write_text(json.dumps(questions), encoding="utf-8")
    environment = clean_environment(folder, **(env or {}))
    both = []
    for whose, path in (("ours", str(LIBRARY)), ("theirs", "")):
        first = "import distutils.core" + HEAD if whose == "ours" else HEAD
        done = subprocess.run(
            [str(python.path), "-S", "-W", "ignore", "-c", first + script, whose, str(asked)],
            cwd=folder,
            env={**environment, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{whose}: {done.stderr}"
        both.append(json.loads(done.stdout))
    return both[0], both[1]
