"""CC, CFLAGS and their kind: on top of setuptools they do what they do to its own distutils."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecosystem.setuptools_projects import LINES, Line

# Makes a compiler for each combination of the variables, and tells how it would compile and link. Of a
# command line: the program, and which of the marks it has; of a compiler's also one of Python's own flags.
SCRIPT = """
import itertools, json, os, sys
import setuptools
from distutils.ccompiler import new_compiler
from distutils.sysconfig import customize_compiler

assert ("oxidist" in sys.modules) == bool(os.environ.get("OXIDIST_DISTUTILS"))
VARIABLES = {
    "CC": "other-cc", "LDSHARED": "other-ld -shared", "CFLAGS": "-DMARK=C",
    "CXX": "other-c++", "LDCXXSHARED": "other-ld++ -shared", "CXXFLAGS": "-DMARK=CXX",
    "CPPFLAGS": "-DMARK=CPP", "LDFLAGS": "-LMARK=LD",
}
for name in [*VARIABLES, "AR", "ARFLAGS", "CPP"]:
    os.environ.pop(name, None)
os.makedirs("out", exist_ok=True)
told = {}
for chosen in itertools.product([False, True], repeat=len(VARIABLES)):
    given = {name: value for (name, value), taken in zip(VARIABLES.items(), chosen) if taken}
    os.environ.update(given)
    compiler = new_compiler(force=True)
    customize_compiler(compiler)
    seen = []
    def spawn(command, **more):
        links = "-shared" in command
        marks = {word for word in command if "MARK" in word or (word == "-DNDEBUG" and not links)}
        seen.append((os.path.basename(command[0]), links, sorted(marks)))
    # Later ones start programs by another name.
    compiler.spawn = compiler.call = spawn
    for source, language in ("a.c", None), ("b.cpp", "c++"):
        objects = compiler.compile([source], output_dir="out")
        compiler.link_shared_object(objects, "out/module.so", target_lang=language)
    told[" ".join(given)] = seen
    for name in given:
        del os.environ[name]
print(json.dumps(told))
"""

# What concerns one of the two languages. Where none of these is given, C++ is compiled by the C compiler
# here, which does the same.
OF_ONE_LANGUAGE = {"CC", "CXX", "CFLAGS", "CXXFLAGS", "LDSHARED", "LDCXXSHARED"}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.version)
def test_every_combination_makes_the_command_lines_of_setuptools_alone(
    environment, tmp_path: Path, line: Line
) -> None:
    there = environment(line.interpreters[-1], *line.requirements)
    for name in ("a.c", "b.cpp"):
        (tmp_path / name).touch()
    ours, alone = (
        json.loads(
            there.run(
                "python", "-W", "ignore", "-c", SCRIPT, cwd=tmp_path, active=active
            ).stdout.splitlines()[-1]
        )
        for active in (True, False)
    )
    assert len(ours) == 256
    for variables, told in ours.items():
        (of_c, link_c, of_cxx, link_cxx), expected = told, alone[variables]
        if not OF_ONE_LANGUAGE & set(variables.split()):
            of_cxx[0] = expected[2][0]
        assert [of_c, link_c, of_cxx, link_cxx] == expected, variables
