"""Runs modules of CPython's own distutils tests, where the interpreter has them, against our distutils.

`python cpython_suite.py FOLDER test_x test_y` prints, as JSON, each module's number of tests and what failed
or was skipped in it: `{"test_x": {"ran": 7, "failed": {test: last line}, "skipped": {test: reason}}}`.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
import types
import unittest
import warnings

import oxidist.activate  # noqa: F401


def stand_in(folder: str) -> None:
    """Have `distutils.tests` be the package in `folder`, whose own `distutils` is CPython's."""
    package = types.ModuleType("distutils.tests")
    package.__path__ = [folder]
    package.__file__ = os.path.join(folder, "__init__.py")
    sys.modules["distutils.tests"] = package
    # What the package itself says when it is imported.
    package.missing_compiler_executable = lambda cmd_names=[]: None  # type: ignore[attr-defined]


def run(name: str) -> dict[str, object]:
    try:
        module = importlib.import_module(f"distutils.tests.{name}")
    except unittest.SkipTest as reason:
        return {"ran": 0, "failed": {}, "skipped": {name: str(reason)}}
    except Exception as error:
        return {"ran": 0, "failed": {name: f"{type(error).__name__}: {error}"}, "skipped": {}}
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(io.StringIO(), buffer=True).run(suite)
    failed = {
        test.id().partition(f"{name}.")[2]: text.strip().splitlines()[-1]
        if not os.environ.get("TRACEBACKS")
        else text
        for test, text in [*result.errors, *result.failures]
    }
    skipped = {test.id().partition(f"{name}.")[2]: reason for test, reason in result.skipped}
    return {"ran": result.testsRun, "failed": failed, "skipped": skipped}


def main() -> None:
    warnings.simplefilter("ignore")
    folder, *names = sys.argv[1:]
    stand_in(folder)
    real = os.dup(1)
    # Tests that start processes must not write into the answer.
    os.dup2(2, 1)
    answer = {name: run(name) for name in names}
    with os.fdopen(real, "w") as stream:
        json.dump(answer, stream)


if __name__ == "__main__":
    main()
