"""setuptools' own test suite, and its distutils': what passes on theirs passes on ours, but for a list."""

from __future__ import annotations

import pytest
from interpreters import Interpreter, versions

from ecosystem import suites
from ecosystem.suite_exceptions import DISTUTILS, PASSES_SINCE, SETUPTOOLS

SUITES = {"setuptools": (suites.of_setuptools, SETUPTOOLS), "distutils": (suites.of_distutils, DISTUTILS)}


@pytest.mark.parametrize("interpreter", versions((3, 11), (3, 13)), ids=str)
@pytest.mark.parametrize("name", SUITES)
def test_what_passes_on_setuptools_distutils_passes_on_ours(
    name: str, interpreter: Interpreter, environment, tmp_path
) -> None:
    of_suite, exceptions = SUITES[name]
    theirs = suites.remembered(name, interpreter, lambda python: of_suite(python, tmp_path / "theirs"))
    there = environment(interpreter, *suites.requirements())
    ours = of_suite(there.python, tmp_path / "ours", OXIDIST_DISTUTILS="1")

    assert len(theirs.passed) > 150, "the suite was not found"
    not_passed = set(theirs.passed) - set(ours.passed)
    excused = {test for test in exceptions if interpreter.version < PASSES_SINCE.get(test, (4,))}
    assert {test: ours.of(test) for test in not_passed - excused} == {}
    assert excused <= not_passed, f"what passes needs no excuse: {sorted(excused - not_passed)}"
