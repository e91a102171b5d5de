"""CC, CFLAGS and their kind: on top of setuptools command lines are its own distutils', word by word."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import clean_environment
from twins import LIBRARY

from ecosystem.setuptools_projects import LINES, Line

# Makes a compiler for each combination of the variables, and tells how it compiles, links and archives. One
# process asks for them all, and nothing is started.
SCRIPT = """
import itertools, json, os, sys
if os.environ.get("OXIDIST_DISTUTILS"):
    import oxidist.activate
import setuptools
from distutils.ccompiler import new_compiler
from distutils.sysconfig import customize_compiler, get_config_var

assert ("oxidist" in sys.modules) == bool(os.environ.get("OXIDIST_DISTUTILS"))
VARIABLES = {
    "CC": "other-cc", "CXX": "other-c++", "CFLAGS": "-DC", "CXXFLAGS": "-DCXX", "CPPFLAGS": "-DCPP",
    "LDFLAGS": "-LLD", "LDSHARED": "other-ld -shared -DLS", "LDCXXSHARED": "other-ld++ -shared -DLXS",
    "AR": "other-ar -x", "ARFLAGS": "-rc", "CPP": "other-cpp -E",
}
SEVERAL_WORDS = {
    "CC": [None, "ccache gcc", "nice gcc", "zig cc", "env A=1 gcc"],
    "CXX": [None, "g++", "ccache g++", "zig c++", "env A=1 g++"],
    "LDSHARED": [None, "ccache gcc -shared", "gcc -shared"],
    "LDCXXSHARED": [None, "ccache g++ -shared", "env B=2 g++ -shared"],
}

def combinations(several_words):
    names = list(VARIABLES)
    for chosen in itertools.product([False, True], repeat=8):
        yield {name: VARIABLES[name] for name, taken in zip(names, chosen) if taken}
    for name in names[8:]:
        yield {name: VARIABLES[name]}
    for name in names:
        yield {other: VARIABLES[other] for other in names if other != name}
    yield VARIABLES
    for values in itertools.product(*SEVERAL_WORDS.values()) if several_words else ():
        yield {name: value for name, value in zip(SEVERAL_WORDS, values) if value is not None}

for name in VARIABLES:
    os.environ.pop(name, None)
os.makedirs("out", exist_ok=True)
sources = ["a.c", "b.cpp", "c.cc", "d.cxx", "e.C", "f.m", "./a.c", os.path.abspath("a.c")]
for source in sources:
    open(source, "a").close()
told = {}
for given in combinations(sys.argv[1] == "several words"):
    os.environ.update(given)
    compiler = new_compiler(force=True)
    customize_compiler(compiler)
    seen = []
    # Later ones start programs by another name.
    compiler.spawn = compiler.call = lambda command, **more: seen.append(" ".join(command))
    compiler.compile(
        sources, output_dir="out", macros=[("A", "1"), ("B", None)], include_dirs=["inc"],
        extra_postargs=["-DX"],
    )
    for language in None, "c", "c++":
        compiler.link_shared_object(
            ["out/a.o"], "out/m.so", libraries=["q"], library_dirs=["l"], target_lang=language, debug=1,
            runtime_library_dirs=["run", get_config_var("LIBDIR")], extra_preargs=["-p"],
            extra_postargs=["-q"],
        )
        compiler.link_shared_lib(["out/a.o"], "m", output_dir="out", target_lang=language)
        compiler.link_executable(["out/a.o"], "m", output_dir="out", target_lang=language)
        compiler.create_static_lib(["out/a.o"], "m", output_dir="out", target_lang=language)
    compiler.preprocess("a.c", "out/a.i")
    told[json.dumps(given)] = seen
    for name in given:
        del os.environ[name]
print(json.dumps(told))
"""


def told(python: Path, folder: Path, words: str, path: str = "", active: bool = True) -> dict[str, list[str]]:
    environment = clean_environment(folder, OXIDIST_DISTUTILS="1" if active else "")
    environment["PYTHONPATH"] = path
    command = [python, "-W", "ignore", "-c", SCRIPT, words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def assert_same(ours: dict[str, list[str]], alone: dict[str, list[str]]) -> None:
    assert len(ours) > 256 and ours.keys() == alone.keys()
    for variables, lines in ours.items():
        for line, expected in zip(lines, alone[variables], strict=True):
            assert line == expected, variables


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.version)
def test_every_combination_makes_the_command_lines_of_setuptools_alone(
    environment, tmp_path: Path, line: Line
) -> None:
    # 59 is on Python's distutils, which makes no command of a compiler of several words: ours does.
    words = "several words" if line.number > 60 else "one word"
    for interpreter in line.interpreters:
        there = environment(interpreter, *line.requirements)
        ours, alone = (told(there.python, tmp_path, words, active=active) for active in (True, False))
        assert_same(ours, alone)


def test_a_python_of_debian_with_debians_setuptools_does_not_differ(tmp_path: Path) -> None:
    python = Path("/usr/bin/python3")
    asked = [python, "-c", "import sys, setuptools; sys.exit(sys.version_info < (3, 10))"]
    if not python.exists() or subprocess.run(asked, capture_output=True).returncode:
        pytest.skip("needs Debian's package python3-setuptools, for Python 3.10 or later")
    ours = told(python, tmp_path, "several words", path=str(LIBRARY))
    assert_same(ours, told(python, tmp_path, "several words", active=False))
