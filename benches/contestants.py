"""Who takes part in the benchmarks: ours and theirs, each in a virtual environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import interpreters  # noqa: E402  (lies in tests/)

SETUPTOOLS = "setuptools==84.2.1"
UV = "uv==0.13.8"
WITH_SETUPTOOLS = """\
import logging, setuptools, sys
logging.basicConfig(stream=sys.stdout, format="%(message)s")
sys.argv[0] = "setup.py"
exec(open("setup.py").read())
"""


@dataclass
class Contestant:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, project: Path, arguments: Sequence[str], **variables: str) -> tuple[float, str]:
        """One run: its wall time in seconds, and what it printed."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(project.parent),
            **self.environment,
            **variables,
        }
        with tempfile.TemporaryFile("w+", errors="replace") as printed:
            started = time.perf_counter()
            done = subprocess.run(
                [*self.command, *arguments],
                cwd=project,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
            taken = time.perf_counter() - started
            printed.seek(0)
            output = printed.read()
        if done.returncode:
            command = " ".join([*self.command, *arguments])
            raise SystemExit(f"{self.name}: {command} failed:\n{output[-2000:]}")
        return taken, output


# The last one with a distutils of its own to compare with, and so the one on which all of them run.
BASE = "3.11"


@cache
def base(version: str) -> Path:
    """The machine's own CPython of that version."""
    major, minor = map(int, version.split("."))
    usable = interpreters.versions((major, minor))
    if not usable:
        raise SystemExit(f"no CPython {version} on this machine: nothing to measure with")
    if version == BASE and not usable[0].distutils:
        raise SystemExit(
            f"no CPython {BASE} with its own distutils on this machine: nothing to measure against"
        )
    return usable[0].path


@cache
def environment(name: str, *requirements: str, python_version: str = BASE) -> Path:
    """The Python of a virtual environment with nothing but `requirements` in it."""
    venv = ROOT / ".venvs" / f"bench-{name}-{python_version}"
    python = venv / "bin" / "python"
    subprocess.run([base(python_version), "-m", "venv", "--clear", venv], check=True)
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "uninstall", "-y", "setuptools"], check=True)
    if requirements:
        subprocess.run([*pip, "install", "--no-deps", *requirements], check=True)
    return python


@cache
def wheel() -> Path:
    """A release wheel of the working tree; or the one that OXIDIST_WHEEL names."""
    if told := os.environ.get("OXIDIST_WHEEL"):
        return Path(told)
    folder = Path(tempfile.mkdtemp(prefix="oxidist-wheel-"))
    subprocess.run(
        [sys.executable, "-m", "maturin", "build", "--release", "--quiet", "--out", folder],
        cwd=ROOT,
        check=True,
    )
    return next(folder.glob("*.whl"))


def oxidist() -> Contestant:
    python = environment("oxidist", str(wheel()))
    return Contestant("Oxidist", [str(python), "setup.py"], {"OXIDIST_DISTUTILS": "1"})


def distutils() -> Contestant:
    return Contestant("distutils 3.11", [str(environment("distutils")), "-W", "ignore", "setup.py"])


def setuptools(*more: str, name: str = "setuptools") -> Contestant:
    python = environment(name, SETUPTOOLS, *more)
    return Contestant(name, [str(python), "-W", "ignore", "-c", WITH_SETUPTOOLS])


def in_turn(everyone: list[Contestant], rounds: int) -> Iterator[Contestant]:
    """Everyone once in each round; who comes first changes from round to round."""
    for turn in range(rounds):
        yield from everyone[turn % len(everyone) :] + everyone[: turn % len(everyone)]


def row(cells: Sequence[str]) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def head(*cells: str) -> None:
    row(cells)
    row(["---", *["---:"] * (len(cells) - 1)])
