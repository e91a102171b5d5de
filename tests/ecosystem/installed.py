"""Oxidist's wheel, installed beside pinned packages of other people."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import environments
from conftest import Completed, captured, checked, clean_environment
from interpreters import Interpreter

ROOT = Path(__file__).resolve().parents[2]

# Seconds after which a run hangs: some of these packages compile for a while.
PATIENCE = 600


@cache
def wheel() -> Path:
    """The wheel under test: the one that OXIDIST_TEST_WHEEL names (`tests/run.py` does), or one made now."""
    if told := os.environ.get("OXIDIST_TEST_WHEEL"):
        return Path(told)
    folder = Path(tempfile.mkdtemp(prefix="oxidist-test-wheel-"))
    maturin = ROOT / ".venv/bin/maturin"
    subprocess.run([maturin, "build", "-q", "--profile", "dev", "--out", folder], cwd=ROOT, check=True)
    (made,) = folder.glob("*.whl")
    return made


@dataclass(frozen=True)
class Installed:
    """An environment that has `requirements` and the wheel under test."""

    folder: Path
    interpreter: Interpreter
    home: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def run(
        self,
        program: str,
        *arguments: str | Path,
        cwd: Path,
        active: bool = True,
        env: Mapping[str, str] | None = None,
        status: int | None = 0,
    ) -> Completed:
        """Run one of the environment's programs in `cwd`, Oxidist being `active` or not; `status` as in
        `run_setup`."""
        environment = clean_environment(self.home, OXIDIST_DISTUTILS="1" if active else "")
        environment.pop("PYTHONPATH", None)
        environment["PATH"] = f"{self.folder / 'bin'}{os.pathsep}{environment['PATH']}"
        environment.update(env or {})
        command = [str(self.folder / "bin" / program), *map(str, arguments)]
        done = captured(command, cwd, environment, PATIENCE)
        return checked(done, status)

    def setup(self, project: Path, *arguments: str, **more: object) -> Completed:
        """`python setup.py ARGUMENTS` in `project`."""
        return self.run("python", "setup.py", *arguments, cwd=project, **more)  # type: ignore[arg-type]


def installed(
    interpreter: Interpreter, home: Path, *requirements: str, options: tuple[str, ...] = ()
) -> Installed:
    """An environment of `interpreter` with the pinned `requirements`; `options` are for pip.

    It has a setuptools only where a requirement asks for one: `venv` brings its own up to Python 3.11.
    """
    folder = environments.made("eco", interpreter.path, requirements, options, without=("setuptools",))
    digest = hashlib.sha256(wheel().read_bytes()).hexdigest()
    with environments.locked(folder):
        stamp = folder / ".wheel"
        if not stamp.exists() or stamp.read_text() != digest:
            pip = [folder / "bin/python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            environment = environments.without_python_variables()
            environment.pop("OXIDIST_DISTUTILS", None)
            subprocess.run(
                [*pip, "--no-deps", "--force-reinstall", wheel()],
                check=True,
                env=environment,
                stdout=sys.stderr,
            )
            stamp.write_text(digest)
    return Installed(folder, interpreter, home)
