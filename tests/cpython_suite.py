"""Runs one file of CPython's own distutils tests, from the folder of an interpreter that has them.

`python -S cpython_suite.py FOLDER test_x ours|theirs` prints, as JSON, what became of each test:
`{"passed": [test], "failed": {test: last line}, "skipped": {test: reason}}`. A file that cannot be imported,
or skips itself, is a test named `the file itself`. With TRACEBACKS in the environment, failures are told at
length.
"""

from __future__ import annotations

import ast
import doctest
import importlib.util
import io
import json
import os
import site
import sys
import traceback
import unittest
import warnings
from collections.abc import Iterator
from types import ModuleType

THE_FILE = "the file itself"


class Result(unittest.TextTestResult):
    """Remembers what passed, too."""

    def __init__(self, *args: object, **keywords: object) -> None:
        super().__init__(*args, **keywords)  # type: ignore[arg-type]
        self.passed: list[unittest.TestCase] = []

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self.passed.append(test)


def load(name: str, path: str) -> ModuleType:
    """The module or package of that name from a file, wherever its parent is."""
    is_package = os.path.basename(path) == "__init__.py"
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=[os.path.dirname(path)] if is_package else None
    )
    assert spec and spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lend_setuptools_place() -> None:
    """From 3.12 on `test.support` finds compilers through setuptools' copy of distutils: give it ours."""
    import distutils
    from distutils import ccompiler, errors, spawn, sysconfig  # noqa: F401

    setuptools = ModuleType("setuptools")
    vars(setuptools).update(_distutils=distutils, errors=errors)
    sys.modules.update({"setuptools": setuptools, "setuptools._distutils": distutils})


def allow_user_site() -> None:
    """As without `-S`, which is there to keep other people's site-packages out."""
    site.getusersitepackages()
    site.ENABLE_USER_SITE = True


def docstrings(path: str, name: str) -> Iterator[tuple[str, str]]:
    """Each docstring of the module `name` in that source file, with the dotted name of what it is about."""
    with open(path, encoding="utf-8") as file:
        found: list[tuple[str, ast.AST]] = [(name, ast.parse(file.read()))]
    for dotted, node in found:
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            if text := ast.get_docstring(node, clean=False):
                yield dotted, text
            below = [each for each in node.body if isinstance(each, (ast.ClassDef, ast.FunctionDef))]
            found += [(f"{dotted}.{each.name}", each) for each in below]


def lend_docstrings(folder: str) -> None:
    """Where a test is that a module's docstrings tell the truth: those of CPython's module, told of ours."""

    def suite(module: ModuleType) -> unittest.TestSuite:
        path = os.path.join(folder, os.pardir, f"{module.__name__.rpartition('.')[2]}.py")
        parser = doctest.DocTestParser()
        tests = [
            parser.get_doctest(text, dict(vars(module)), name, path, 0)
            for name, text in docstrings(path, module.__name__)
        ]
        return unittest.TestSuite(doctest.DocTestCase(test) for test in tests if test.examples)

    doctest.DocTestSuite = suite  # type: ignore[assignment,misc]


def shown(text: str) -> str:
    return text if os.environ.get("TRACEBACKS") else text.strip().splitlines()[-1]


def run(folder: str, name: str) -> dict[str, object]:
    try:
        load("distutils.tests", os.path.join(folder, "__init__.py"))
        module = load(f"distutils.tests.{name}", os.path.join(folder, f"{name}.py"))
    except unittest.SkipTest as reason:
        return {"passed": [], "failed": {}, "skipped": {THE_FILE: str(reason)}}
    except Exception:
        return {"passed": [], "failed": {THE_FILE: shown(traceback.format_exc())}, "skipped": {}}
    # 3.10's files say by a function which tests there are.
    listed = getattr(module, "test_suite", None)
    suite = listed() if listed else unittest.defaultTestLoader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(io.StringIO(), buffer=True, resultclass=Result).run(suite)
    assert isinstance(result, Result)

    def identity(test: unittest.TestCase) -> str:
        return test.id().partition(f"{name}.")[2] or test.id()

    return {
        "passed": [identity(test) for test in result.passed],
        "failed": {identity(test): shown(text) for test, text in [*result.errors, *result.failures]},
        "skipped": {identity(test): reason for test, reason in result.skipped},
    }


def main() -> None:
    warnings.simplefilter("ignore")
    folder, name, whose = sys.argv[1:]
    if whose == "ours":
        importlib.import_module("oxidist.activate")
        lend_docstrings(folder)
    allow_user_site()
    if sys.version_info >= (3, 12):
        lend_setuptools_place()
    answer_goes_to = os.dup(1)
    # Tests that start processes must not write into the answer.
    os.dup2(2, 1)
    answer = run(folder, name)
    with os.fdopen(answer_goes_to, "w") as stream:
        json.dump(answer, stream)


if __name__ == "__main__":
    main()
