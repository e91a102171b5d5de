"""CPython's own tests of distutils, from the folders of the interpreters that have them, pass with ours."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import interpreters
import pytest
from conftest import clean_environment
from twins import LIBRARY

RUNNER = Path(__file__).parent / "cpython_suite.py"

ON_A_MODULE = "puts something into a module of the standard library that CPython's distutils would ask"

# What fails, and why it may. A test that is not here must pass.
MAY_FAIL = {
    "test_archive_util": {"ArchiveUtilTestCase.test_make_zipfile_no_zlib": ON_A_MODULE},
    "test_bdist": {"BuildTestCase.test_formats": "3.11's list of formats: 3.10's has msi, too"},
    "test_build_ext": {
        "*.test_unicode_module_names": "an export of a name that the interpreter does not look for",
    },
    "test_cygwinccompiler": {
        "CygwinCCompilerTestCase.test_get_msvcr": "a compiler that CPython 3.10 does not know",
    },
    "test_dir_util": {"DirUtilTestCase.test_copy_tree_exception_in_listdir": ON_A_MODULE},
    "test_dist": {"DistributionTestCase.test_announce": "a level that is no number is a TypeError"},
    "test_file_util": {
        "FileUtilTestCase.test_copy_file_hard_link_failure": ON_A_MODULE,
        "FileUtilTestCase.test_move_file_exception_unpacking_rename": ON_A_MODULE,
        "FileUtilTestCase.test_move_file_exception_unpacking_unlink": ON_A_MODULE,
    },
}

# How many tests of a module must have run, skipped ones included.
AT_LEAST = {
    "test_build_clib": 5,
    "test_build_ext": 28,
    "test_config": 3,
    "test_config_cmd": 4,
    "test_cygwinccompiler": 3,
    "test_dep_util": 3,
    "test_extension": 2,
    "test_register": 9,
    "test_sdist": 15,
    "test_sysconfig": 11,
    "test_unixccompiler": 3,
    "test_upload": 6,
}


def folder_of(interpreter: interpreters.Interpreter) -> Path | None:
    folder = interpreter.distutils and interpreter.distutils / "tests"
    return folder if folder and (folder / "test_build_clib.py").exists() else None


WITH_TESTS = [each for each in interpreters.found() if folder_of(each)]


@cache
def results(interpreter: interpreters.Interpreter, home: Path) -> dict[str, dict[str, dict[str, str]]]:
    folder = folder_of(interpreter)
    assert folder
    names = sorted(path.stem for path in folder.glob("test_*.py"))
    done = subprocess.run(
        [interpreter.path, "-S", "-W", "ignore", RUNNER, folder, *names],
        cwd=home,
        env={**clean_environment(home), "PYTHONPATH": str(LIBRARY)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, dict[str, dict[str, str]]] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("interpreter", WITH_TESTS, ids=lambda each: each.name)
def test_cpythons_own_tests_pass(interpreter: interpreters.Interpreter, clean_home: Path) -> None:
    failed = {
        f"{module}: {test}": text
        for module, result in results(interpreter, clean_home).items()
        for test, text in result["failed"].items()
        if not {test, f"*.{test.partition('.')[2]}"} & MAY_FAIL.get(module, {}).keys()
    }
    assert not failed


@pytest.mark.parametrize("interpreter", WITH_TESTS, ids=lambda each: each.name)
def test_cpythons_own_tests_were_run(interpreter: interpreters.Interpreter, clean_home: Path) -> None:
    ran = {module: result["ran"] for module, result in results(interpreter, clean_home).items()}
    assert {module: ran[module] for module, least in AT_LEAST.items() if ran[module] < least} == {}
