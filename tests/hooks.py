"""Calls hooks of the build backend as a front end does; they must leave the process as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from conftest import PATIENCE, clean_environment

CALLER = """
import json, os, sys
sys.path.remove("")
def state():
    ours = {name for name in sys.modules if name.partition(".")[0] in ("distutils", "setuptools", "own")}
    finders = [getattr(finder, "__name__", repr(finder)) for finder in sys.meta_path]
    paths = os.getcwd(), sys.argv[:], sys.path[:]
    return paths, dict(os.environ), sorted(ours), finders, sys.modules["__main__"]
from oxidist import build_meta
before, answers = state(), []
os.makedirs("out", exist_ok=True)
for backend, hook, args in json.loads(sys.argv[1]):
    try:
        answers.append(getattr(getattr(build_meta, backend), hook)(*args))
    except SystemExit as end:
        answers.append(["exit", end.code])
    except Exception as error:
        answers.append(["raised", type(error).__name__, str(error)])
    assert state() == before, (before, state())
print("\\n" + json.dumps(answers))
"""


def call(
    folder: Path,
    home: Path,
    *hooks: tuple,
    backend: str = "backend",
    env: dict[str, str] | None = None,
    first: Callable[[], None] | None = None,
) -> list:
    """The answers of hooks, `("build_wheel", "out")`, in one process, which calls `first` at its start."""
    environment = clean_environment(home, **(env or {}))
    calls = json.dumps([[backend, hook, args] for hook, *args in hooks])
    command = [sys.executable, "-c", CALLER, calls]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        preexec_fn=first,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answers = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(answers, list)
    return answers
