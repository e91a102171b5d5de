"""A pytest plugin for the suites of others: chooses their tests, and writes down what became of each.

The file that OXIDIST_SUITE_ANSWER names gets, as JSON,
`{"passed": [test], "failed": {test: last line}, "skipped": {test: reason}}`, by pytest's names for tests.
pytest-xdist's workers load this, too, and write nothing.
"""

from __future__ import annotations

import json
import os

import pytest

# What this plugin was found and told by is not for the processes that tests start.
os.environ.pop("PYTHONPATH", None)
ANSWER = os.environ.pop("OXIDIST_SUITE_ANSWER", None)

USE = "SETUPTOOLS_USE_DISTUTILS"

# Fixtures of setuptools' suite that make an environment, in which there is no Oxidist, with a setuptools that
# is built there, or take a project from the network: what uses them sees the same distutils on either side.
ELSEWHERE = {
    "venv",
    "bare_venv",
    "venv_without_setuptools",
    "setuptools_sdist",
    "setuptools_wheel",
    "sample_project",
}

passed: list[str] = []
failed: dict[str, str] = {}
skipped: dict[str, str] = {}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "uses_network: setuptools' own")
    # By this, while it is loaded, setuptools' suite knows that it does not see its own distutils' messages.
    # Processes that a test starts are to find out by themselves.
    if os.environ.get("OXIDIST_DISTUTILS"):
        os.environ[USE] = "stdlib"


def pytest_collection_finish() -> None:
    if os.environ.get("OXIDIST_DISTUTILS"):
        os.environ.pop(USE, None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    def is_elsewhere(item: pytest.Item) -> bool:
        fixtures = getattr(item, "fixturenames", ())
        return item.get_closest_marker("uses_network") is not None or not ELSEWHERE.isdisjoint(fixtures)

    config.hook.pytest_deselected(items=[item for item in items if is_elsewhere(item)])
    items[:] = [item for item in items if not is_elsewhere(item)]


def last_line(report: pytest.TestReport | pytest.CollectReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash else str(report.longrepr)
    return (text.strip().splitlines() or [""])[-1 if not crash else 0]


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        failed[report.nodeid] = last_line(report)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        failed[report.nodeid] = last_line(report)
    elif report.skipped:
        reason = getattr(report, "wasxfail", None) or report.longrepr
        skipped[report.nodeid] = reason[-1] if isinstance(reason, tuple) else str(reason)
    elif report.when == "call":
        passed.append(report.nodeid)


def pytest_sessionfinish() -> None:
    if ANSWER:
        answer = {
            "passed": [test for test in passed if test not in failed],
            "failed": failed,
            "skipped": skipped,
        }
        with open(ANSWER, "w", encoding="utf-8") as file:
            json.dump(answer, file)
