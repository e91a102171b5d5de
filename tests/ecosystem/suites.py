"""Runs the test suite of somebody else on a distutils, and tells what became of each of its tests."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import environments
from conftest import captured, clean_environment
from interpreters import Interpreter
from real_packages import RealPackage, unpack

HERE = Path(__file__).parent
PLUGINS = HERE / "suite_plugins"

# Seconds: for one test, and for a whole suite. The machine may have other work.
PATIENCE, PATIENCE_IN_ALL = 300, 3600

# Its tests are not in the wheel, so they come from here, and so does what they test.
SETUPTOOLS = RealPackage(
    name="setuptools",
    version="84.2.1",
    file="setuptools-84.2.1.tar.gz",
    sha256="3ff8b3b5492a0aa66960f4419365a86b84e013070d4313e4d4a6894f5d64d6bc",
    exercises="its own test suite, and that of the distutils that is in it",
    check="",
)


def requirements() -> tuple[str, ...]:
    """What the suites import, pinned."""
    lines = (HERE / "suite_requirements.txt").read_text().splitlines()
    lines = [line.partition("#")[0].strip() for line in lines]
    return tuple(line for line in lines if line)


@dataclass(frozen=True)
class Answer:
    """What became of the tests, by the names that pytest has for them."""

    passed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def of(self, test: str) -> str:
        told = {**self.skipped, **self.failed}
        return told.get(test, "passed" if test in self.passed else "was not run")


def ask(python: Path, suite: Path, home: Path, *arguments: str, **variables: str) -> Answer:
    """Have `python` run pytest in the folder `suite`, with more `variables` in its environment."""
    answer = home / "answer.json"
    environment = clean_environment(home, **variables)
    environment.update(PYTHONPATH=str(PLUGINS), OXIDIST_SUITE_ANSWER=str(answer))
    environment["PATH"] = f"{python.parent}{os.pathsep}{environment['PATH']}"
    command = [python, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-p", "suite_answers"]
    command += ["-n", "2", "--timeout", str(PATIENCE), "--basetemp", home / "tmp", *arguments]
    done = captured(command, suite, environment, PATIENCE_IN_ALL)
    # 1: some of the tests failed.
    assert done.returncode in (0, 1), f"{done.stdout}\n{done.stderr}"
    # For whoever wants to see a failure in whole.
    (home / "log").write_text(done.stdout + done.stderr)
    return Answer(**json.loads(answer.read_text()))


def remembered(name: str, interpreter: Interpreter, asked: Callable[[Path], Answer]) -> Answer:
    """What `asked` says of an environment without Oxidist: once, while the same is asked the same way."""
    python = environments.made("suite", interpreter.path, requirements()) / "bin/python"
    sources = [Path(__file__), *sorted(PLUGINS.glob("*.py"))]
    made_of = hashlib.sha256(b"\0".join(path.read_bytes() for path in sources))
    made_of.update("\0".join([name, str(interpreter), SETUPTOOLS.sha256, *requirements()]).encode())
    kept = environments.VENVS / f"suite-{name}-{made_of.hexdigest()[:12]}.json"
    if not kept.exists():
        answer = asked(python)
        partial = kept.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(vars(answer)))
        os.replace(partial, kept)
    return Answer(**json.loads(kept.read_text()))


def of_setuptools(python: Path, folder: Path, **variables: str) -> Answer:
    """Of setuptools' own suite, the tests in its documentation among it."""
    folder.mkdir()
    return ask(python, unpack(SETUPTOOLS, folder), folder, "setuptools", **variables)


def of_distutils(python: Path, folder: Path, **variables: str) -> Answer:
    """Of pypa/distutils' suite, on that or on whichever distutils is in front of it."""
    folder.mkdir()
    suite = folder / "suite"
    suite.mkdir()
    (suite / "distutils").symlink_to(unpack(SETUPTOOLS, folder) / "setuptools/_distutils")
    # Away with setuptools' finder: what is found is what is in front.
    variables["SETUPTOOLS_USE_DISTUTILS"] = "stdlib"
    options = ["-p", "distutils_fixtures", "-c", os.devnull, "--rootdir", "."]
    return ask(python, suite, folder, *options, "distutils/tests", **variables)
