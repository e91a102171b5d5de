"""What CPython's own tests of distutils find right in CPython's, they find right in ours.

The tests are those of the interpreters of this machine, run from their folders. Under each Python that has a
distutils its own tests run, once with that and once with ours. The newest ones run under 3.12 and later: what
passes with the distutils beside them must pass there with ours.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from pathlib import Path
from typing import Any

import docutils
import interpreters
import pytest
from conftest import captured, clean_environment
from twins import LIBRARY

RUNNER = Path(__file__).parent / "cpython_suite.py"

EXPORTED = "wants an init function that no interpreter looks for: PEP 489 has the punycode of the name itself"

# What may fail on every Python, by file and test, and why. Five at most.
MAY_FAIL: dict[tuple[str, str], str] = {
    ("test_bdist", "BuildTestCase.test_formats"): "wants 3.11's formats: 3.10's, and ours, have msi",
    ("test_build_ext", "BuildExtTestCase.test_unicode_module_names"): EXPORTED,
    ("test_build_ext", "ParallelBuildExtTestCase.test_unicode_module_names"): EXPORTED,
}

# What may fail on Debian's Python from 3.12 on, which has no distutils with Debian's changes to compare with.
LOCAL = "wants modules below the prefix: Debian's Python has what is installed by hand below /usr/local"
DEBIANS: dict[tuple[str, str], str] = {
    ("test_bdist_dumb", "BuildDumbTestCase.test_simple_built"): LOCAL,
    ("test_install", "InstallTestCase.test_debug_mode"): LOCAL,
    ("test_install", "InstallTestCase.test_record"): LOCAL,
    ("test_install", "InstallTestCase.test_record_extensions"): LOCAL,
    ("test_sysconfig", "SysconfigTestCase.test_customize_compiler"): "wants no flags that Debian links with",
}

# What Python 3.12 or a later one took away from such tests: by file and test, since which version, and what.
TAKEN_AWAY: dict[tuple[str, str], tuple[tuple[int, int], str]] = {}


def has_tests(interpreter: interpreters.Interpreter) -> bool:
    folder = interpreter.distutils and interpreter.distutils / "tests"
    return bool(folder and (folder / "test_build_ext.py").exists())


def chosen() -> tuple[Path | None, interpreters.Interpreter | None]:
    """The folder of the tests for this Python, and the Python whose distutils says how they end."""
    here = interpreters.examine(Path(getattr(sys, "_base_executable", sys.executable)))
    with_tests = [each for each in interpreters.found() if has_tests(each)]
    if here and here.distutils:
        # One without tests takes those of another of its version.
        beside = [each for each in with_tests if each.version[:2] == here.version[:2]]
        owner = here if has_tests(here) else next(iter(beside), None)
        judge: interpreters.Interpreter | None = here
    else:
        owner = judge = with_tests[-1] if with_tests else None
    return (owner.distutils / "tests" if owner and owner.distutils else None), judge


FOLDER, JUDGE = chosen()
NAMES = sorted(path.stem for path in FOLDER.glob("test_*.py")) if FOLDER else []


def results(python: str | Path, name: str, whose: str, folder: Path) -> dict[str, Any]:
    """What becomes of the tests of a file: see the runner. Each has a folder and a home of its own."""
    assert FOLDER
    home = folder / whose
    home.mkdir()
    (folder / "modules").mkdir(exist_ok=True)
    docutils_here = folder / "modules" / "docutils"
    if not docutils_here.exists():
        docutils_here.symlink_to(Path(docutils.__file__).parent)
    path = [LIBRARY] if whose == "ours" else []
    environment = clean_environment(
        home,
        PYTHONPATH=os.pathsep.join(map(str, [*path, docutils_here.parent])),
        # What starts `python3` means this one, with the same distutils.
        PATH=os.pathsep.join([str(Path(python).parent), os.environ["PATH"]]),
        SETUPTOOLS_USE_DISTUTILS="stdlib",
    )
    done = captured([python, "-S", "-W", "ignore", RUNNER, FOLDER, name, whose], home, environment)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_there_are_few_exceptions() -> None:
    assert len(MAY_FAIL) <= 5
    assert all(since >= (3, 12) for since, _ in TAKEN_AWAY.values())


@pytest.mark.skipif(not FOLDER, reason="no Python of this machine has tests for this one")
@pytest.mark.parametrize("name", NAMES)
def test_cpythons_own_tests_end_as_with_its_own_distutils(name: str, tmp_path: Path) -> None:
    assert JUDGE
    theirs = results(JUDGE.path, name, "theirs", tmp_path)
    ours = results(getattr(sys, "_base_executable", sys.executable), name, "ours", tmp_path)
    excused = {test for file, test in MAY_FAIL if file == name}
    excused |= {
        test for (file, test), (since, _) in TAKEN_AWAY.items() if file == name and sys.version_info >= since
    }
    if sys.version_info >= (3, 12) and "deb_system" in sysconfig.get_scheme_names():
        excused |= {test for file, test in DEBIANS if file == name}
    not_passed = set(theirs["passed"]) - set(ours["passed"])
    told = {**ours["failed"], **ours["skipped"]}
    assert {test: told.get(test, "was not run") for test in not_passed - excused} == {}
    if sys.version_info >= (3, 11):
        assert excused <= not_passed, "what passes needs no excuse"
