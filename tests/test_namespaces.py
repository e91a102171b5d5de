"""What stands in the namespaces of distutils' modules is there for scripts: they use and replace it.

That is more than the interface that `test_surface.py` compares: modules of Python's own library, too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from unittest import mock

import interpreters
import pytest
from conftest import clean_environment
from twins import LIBRARY

SURFACE = Path(__file__).parent / "surface"

# Prints the names in each module's namespace, and of modules there also what they are.
NAMES = """
import importlib, json, pkgutil, sys, types
sys.path.insert(0, sys.argv[1])
import describe
describe.stand_in()
import distutils
found = {}
for each in pkgutil.walk_packages(distutils.__path__, "distutils."):
    if not each.name.startswith(describe.LEFT_OUT):
        namespace = vars(importlib.import_module(each.name))
        found[each.name] = {
            name: value.__name__ if isinstance(value, types.ModuleType) else None
            for name, value in namespace.items()
            if not name.startswith("__")
        }
print(json.dumps(found))
"""

# Reads such names, and prints those that the modules lack, and modules that are others.
LACKING = """
import importlib, json, sys, types
sys.path.insert(0, sys.argv[1])
import describe
describe.stand_in()
lacking = []
for module, names in json.load(sys.stdin).items():
    try:
        face = importlib.import_module(module)
    except ImportError:
        lacking.append(module)
        continue
    for name, meant in names.items():
        value = getattr(face, name, face)
        if value is face or meant and getattr(value, "__name__", None) != meant:
            lacking.append(f"{module}.{name}")
print(json.dumps(lacking))
"""

WITH_DISTUTILS = [each for each in interpreters.found() if each.distutils and not each.patched]


def run(python: str | Path, script: str, environment: dict[str, str], text: str = "") -> str:
    done = subprocess.run(
        [python, "-S", "-W", "ignore", "-c", script, SURFACE],
        input=text,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("interpreter", WITH_DISTUTILS, ids=lambda each: each.name)
def test_every_name_in_cpythons_namespaces_is_in_ours(
    interpreter: interpreters.Interpreter, clean_home: Path
) -> None:
    environment = clean_environment(clean_home)
    environment.pop("PYTHONPATH", None)
    names = run(interpreter.path, NAMES, environment)
    assert len(json.loads(names)) > 40
    ours = clean_environment(clean_home, PYTHONPATH=str(LIBRARY))
    assert json.loads(run(sys.executable, LACKING, ours, names)) == []


LATE = {
    *("contextlib", "copy", "fnmatch", "functools", "getopt", "glob", "importlib", "io", "operator", "re"),
    *("string", "tokenize", "warnings"),
}

# What Python's own sysconfig imports is its affair.
IMPORTS = """
import sys, sysconfig
before = {*sys.modules}
import distutils.core, distutils.command.build_ext, distutils.command.install, distutils.command.sdist
import distutils.versionpredicate, distutils.cygwinccompiler, distutils.file_util, distutils.text_file
print(*{*sys.modules} - before)
"""


def test_modules_of_pythons_library_are_imported_for_those_who_ask(clean_home: Path) -> None:
    environment = clean_environment(clean_home, PYTHONPATH=str(LIBRARY))
    assert {*run(sys.executable, IMPORTS, environment).split()} & LATE == set()


def test_a_module_in_a_namespace_can_be_replaced_and_put_back(distutils) -> None:
    import distutils.cmd
    import distutils.util
    import re

    with mock.patch("distutils.cmd.re") as replaced:
        assert distutils.cmd.re is replaced
    with mock.patch("distutils.util.re.compile", return_value="compiled"):
        assert re.compile("a") == "compiled"
    assert distutils.cmd.re is distutils.util.re is re
    assert vars(distutils.cmd)["re"] is re
    with pytest.raises(AttributeError, match="module 'distutils.cmd' has no attribute 'shutil'"):
        distutils.cmd.shutil  # noqa: B018


BOTH = """
import distutils.util, distutils.versionpredicate as predicate
util = distutils.util
names = ["_wordchars_re", "_squote_re", "_dquote_re"]
shown = lambda value: value and (value.pattern, value.flags)
samples = ["a b", "'x\\\\'y' z", '"q"', "\\\\", "é\\x1fx", "a\\x0bb", "n.a (1.0)", "_x", "1", "a (", ""]
print([getattr(util, name) for name in names], predicate._provision_rx)
util.split_quoted("a b")
found = [getattr(util, name) for name in names]
util._init_regex()
predicate.split_provision("a.b (1.0)")
for expression in [*found, *(getattr(util, name) for name in names), predicate._provision_rx]:
    for sample in samples:
        match = expression.match(sample)
        print(ascii(match and (match.span(), match.groups())))
"""


def test_private_expressions_are_none_until_they_are_needed_and_match_what_cpythons_match(
    oracle, clean_home: Path
) -> None:
    ours = run(sys.executable, BOTH, clean_environment(clean_home, PYTHONPATH=str(LIBRARY)))
    environment = clean_environment(clean_home)
    environment.pop("PYTHONPATH", None)
    assert ours == run(oracle.python, BOTH, environment)
    assert ours.startswith("[None, None, None] None\n")


FILES = """
import os, sys, tempfile
from distutils import dir_util, file_util, log
from distutils.errors import DistutilsFileError
os.chdir(tempfile.mkdtemp())
print(sorted(map(str, file_util._copy_action.items())))
os.makedirs("a/b/c")
for name in ("a/x", "a/b/y", "a/b/c/z"):
    with open(name, "w") as file:
        file.write(name * 5)
os.symlink("b", "a/link")
calls = []
dir_util._build_cmdtuple("a", calls)
print(sorted((function.__name__, path) for function, path in calls), calls[-1][1])
print(file_util._copy_file_contents("a/x", "copy", buffer_size=2), open("copy").read())
for names in [("a/gone", "copy"), ("a/x", "no/folder"), ("a/x", "a")]:
    try:
        file_util._copy_file_contents(*names)
    except DistutilsFileError as error:
        print(error)
seen = []
file_util._copy_file_contents = lambda src, dst: seen.append((src, dst)) or open(dst, "w").close()
file_util.copy_file("a/x", "other")
print(os.path.getsize("other"))
print(sorted(dir_util.copy_tree("a", "tree")), sorted(seen))
dir_util._build_cmdtuple = lambda path, calls: calls.append((seen.append, path))
dir_util.remove_tree("a")
print(seen[-1], os.path.exists("a"))
"""


def test_private_functions_on_files_do_and_are_asked_for_what_cpythons_are(oracle, clean_home: Path) -> None:
    ours = run(sys.executable, FILES, clean_environment(clean_home, PYTHONPATH=str(LIBRARY)))
    environment = clean_environment(clean_home)
    environment.pop("PYTHONPATH", None)
    assert ours == run(oracle.python, FILES, environment)
