"""Virtual environments with pinned packages from PyPI, made once and kept from run to run."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

VENVS = Path(__file__).parent.parent / ".venvs"


def without_python_variables() -> dict[str, str]:
    """The environment less what tells a Python where to look."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """To look at `folder`, which is kept from run to run, and make it: two processes wait for each other."""
    folder.parent.mkdir(exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def made(
    name: str,
    python: Path,
    requirements: tuple[str, ...],
    options: Sequence[str] = (),
    without: tuple[str, ...] = (),
) -> Path:
    """The folder of an environment of `python` with `requirements`, installed by its pip with `options`.

    Of what `venv` itself brings, the packages `without` go before the requirements come.

    Two processes that want the same one wait for each other. `name` begins the folder's name; the rest of
    it is a digest of all that the environment is made of.
    """
    made_of = "\0".join((str(python), *requirements, *options, *(f"-{package}" for package in without)))
    venv = VENVS / f"{name}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"
    with locked(venv):
        if not (venv / "complete").exists():
            environment = without_python_variables()
            subprocess.run([python, "-m", "venv", "--clear", venv], check=True, env=environment)
            pip = [venv / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
            if without:
                subprocess.run([*pip, "uninstall", "--yes", *without], check=True, env=environment)
            if requirements:
                subprocess.run([*pip, "install", *options, *requirements], check=True, env=environment)
            (venv / "complete").touch()
    return venv
