"""distutils.sysconfig: compilers, names and folders, as CPython's own has them."""

from __future__ import annotations

import itertools
import json
import os
import sys
import sysconfig
import warnings
from pathlib import Path

import interpreters
import oxidist
import pytest
from same_interpreter import answers, every_distutils

# What each combination of these says is tried, 512 in all.
VARIABLES = {
    "CC": "clang -m64",
    "CXX": "clang++",
    "CPP": "cpp -P",
    "LDSHARED": "ld -dylib",
    "CFLAGS": "-DC -g",
    "CPPFLAGS": "-Ip",
    "LDFLAGS": "-Ll",
    "AR": "llvm-ar",
    "ARFLAGS": "-qc",
}

CUSTOMIZE = f"""
VARIABLES = {list(VARIABLES)}
"""
CUSTOMIZE += """
from distutils import sysconfig

class Compiler:
    def __init__(self, compiler_type):
        object.__setattr__(self, "seen", [])
        object.__setattr__(self, "compiler_type", compiler_type)
    def set_executables(self, **executables):
        self.seen.append(list(executables.items()))
    def __setattr__(self, name, value):
        self.seen.append([name, value])

# On a Mac these would be looked for among its own compilers.
sysconfig._config_vars["CUSTOMIZED_OSX_COMPILER"] = "True"
outcome = []
for platform, kind, values, environment in questions:
    sys.platform = platform
    for name in VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(environment)
    if values:
        sysconfig.get_config_vars = lambda *names: [values.get(name) for name in names]
    compiler = Compiler(kind)
    try:
        sysconfig.customize_compiler(compiler)
    except (AttributeError, TypeError):
        compiler.seen.append("TypeError")
    except sysconfig.DistutilsPlatformError as error:
        assert "configured without" in str(error)
        compiler.seen.append("TypeError")
    outcome.append(compiler.seen)
told(outcome)
"""


@every_distutils
def test_every_combination_of_variables_makes_the_compiler_that_cpython_makes(python, tmp_path) -> None:
    questions = []
    for platform in ("linux", "darwin"):
        for chosen in itertools.product((False, True), repeat=len(VARIABLES)):
            environment = dict(itertools.compress(VARIABLES.items(), chosen))
            questions.append((platform, "unix", None, environment))
    ours, theirs = answers(python, CUSTOMIZE, questions, tmp_path)
    for question, own, their in zip(questions, ours, theirs, strict=True):
        assert own == their, question
    assert len({json.dumps(own) for own in ours}) > 256


@every_distutils
def test_odd_values_make_the_compiler_that_cpython_makes(python, tmp_path) -> None:
    plain = {
        "CC": "gcc",
        "CXX": "g++",
        "CFLAGS": "-O2",
        "CCSHARED": "-fPIC",
        "LDSHARED": "gcc -shared",
        "SHLIB_SUFFIX": ".so",
        "AR": "ar",
        "ARFLAGS": "rcs",
        "CONFIGURE_CPPFLAGS": "-Idefault",
        "CONFIGURE_CFLAGS": "-Wdefault",
        "CONFIGURE_LDFLAGS": "-Ldefault",
    }
    changes = [
        {"CC": ""},
        {"CC": "gcc -pthread"},
        {"CC": "/opt/grüße/gcc"},
        {"CFLAGS": ""},
        {"LDSHARED": "ld -shared"},
        {"LDSHARED": ""},
        {"SHLIB_SUFFIX": None},
        {"CXX": None},
        {"CC": None},
        {"AR": None},
        {"LDSHARED": None},
        {"CFLAGS": None},
        {"CCSHARED": None},
        {"CONFIGURE_CPPFLAGS": "", "CONFIGURE_CFLAGS": None},
    ]
    two, three = {"CC": "tcc", "LDFLAGS": ""}, {"CC": "tcc", "AR": "a", "LDSHARED": "l"}
    environments = [{}, {"CC": ""}, two, three, VARIABLES]
    kinds = ["unix", "cygwin", "mingw32", "msvc", "bcpp", "Unix", None]
    questions = [
        (platform, "unix", {**plain, **change}, environment)
        for platform in ("linux", "darwin", "win32")
        for change in changes
        for environment in environments
    ]
    questions += [("linux", kind, plain, VARIABLES) for kind in kinds]
    ours, theirs = answers(python, CUSTOMIZE, questions, tmp_path)
    for question, own, their in zip(questions, ours, theirs, strict=True):
        if not (python.patched and None in (question[2]["CC"], question[2]["CXX"])):
            # (Debian's takes both for names, and ends there.)
            assert own == their, question
    assert ours[-len(kinds) + 1 :] == [[]] * (len(kinds) - 1)


class Recorder:
    compiler_type = "unix"

    def set_executables(self, **executables: str) -> None:
        self.executables = executables


def test_values_are_asked_of_python_at_each_call(distutils, monkeypatch) -> None:
    import distutils.sysconfig

    values = dict.fromkeys(["CFLAGS", "CCSHARED", "LDSHARED", "AR", "ARFLAGS"], "")

    def get_config_vars(*names: str) -> object:
        return [values.get(name) for name in names] if names else values

    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sysconfig, "get_config_vars", get_config_vars)
    compiler = Recorder()
    for values["CC"] in ("one", "two"):
        distutils.sysconfig.customize_compiler(compiler)
        assert compiler.executables["linker_exe"] == values["CC"]
    assert distutils.sysconfig.get_config_vars() is values
    assert distutils.sysconfig.get_config_vars("CC", "nothing") == ["two", None]


def test_a_replaced_get_config_vars_is_the_one_that_counts(distutils, monkeypatch) -> None:
    import distutils.sysconfig

    calls = []

    def get_config_vars(*names: str) -> list[str]:
        calls.append(names)
        return ["x"] * len(names)

    monkeypatch.setattr(distutils.sysconfig, "get_config_vars", get_config_vars)
    compiler = Recorder()
    distutils.sysconfig.customize_compiler(compiler)
    names = ("CC", "CXX", "CFLAGS", "CCSHARED", "LDSHARED", "SHLIB_SUFFIX", "AR", "ARFLAGS")
    assert [call[:8] for call in calls] == [names]
    assert compiler.shared_lib_extension == "x"  # type: ignore[attr-defined]


def test_values_changed_in_the_one_dictionary_of_python_count(distutils, monkeypatch) -> None:
    import distutils.sysconfig

    monkeypatch.delenv("CC", raising=False)
    assert distutils.sysconfig._config_vars is sysconfig.get_config_vars()
    monkeypatch.setitem(distutils.sysconfig.get_config_vars(), "CC", "changed")
    compiler = Recorder()
    distutils.sysconfig.customize_compiler(compiler)
    assert compiler.executables["linker_exe"] == "changed"
    assert distutils.sysconfig.get_config_var("CC") == "changed"


def test_a_mac_is_looked_at_once(distutils, monkeypatch) -> None:
    import _osx_support
    import distutils.sysconfig

    looked = []
    values = {**sysconfig.get_config_vars(), "CUSTOMIZED_OSX_COMPILER": ""}
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(distutils.sysconfig, "_config_vars", values)
    monkeypatch.setattr(_osx_support, "customize_compiler", looked.append)
    for _ in "twice":
        distutils.sysconfig.customize_compiler(Recorder())
    assert looked == [values] and values["CUSTOMIZED_OSX_COMPILER"] == "True"


NAMES = """
import distutils.sysconfig as module
outcome = []
for name in questions or sorted(vars(module)):
    value = getattr(module, name, "missing")
    outcome.append([name, value if isinstance(value, (str, bool)) else type(value) is type(os)])
told(outcome)
"""


@every_distutils
def test_every_name_of_cpythons_module_is_there_and_says_the_same(python, tmp_path) -> None:
    _, there = answers(python, NAMES, [], tmp_path)
    debians = ("fnmatch", "is_virtual_environment")
    names = [name for name, _ in there if not name.startswith("__") and name not in debians]
    ours, theirs = answers(python, NAMES, names, tmp_path)
    assert ours == theirs
    assert {"PREFIX", "python_build", "_config_vars", "_init_posix", "customize_compiler"} <= set(names)


FOLDERS = """
from distutils import sysconfig
outcome = []
for name, python_build, function, arguments in questions:
    os.name = name
    sysconfig.python_build = python_build
    try:
        outcome.append(getattr(sysconfig, function)(**arguments))
    except sysconfig.DistutilsPlatformError as error:
        outcome.append(str(error))
told(outcome)
"""


@every_distutils
def test_folders_are_those_of_cpython(python, tmp_path) -> None:
    prefixes = [{}, *({"prefix": prefix} for prefix in (None, "/usr", "/usr/local/", "/opt/x", ""))]
    headers = [{}, {"plat_specific": 0}, {"plat_specific": 1}]
    library = [
        {**more, **flag} for more in headers for flag in ({}, {"standard_lib": 1}, {"standard_lib": 0})
    ]
    questions = [
        (name, built, function, {**arguments, **prefix})
        for name in ("posix", "nt", "java")
        for built in (False, True)
        for function, many in (("get_python_inc", headers), ("get_python_lib", library))
        for arguments in many
        for prefix in prefixes
    ]
    ours, theirs = answers(python, FOLDERS, questions, tmp_path)
    for question, own, their in zip(questions, ours, theirs, strict=True):
        assert own == their, question


@pytest.mark.parametrize("python", interpreters.found(), ids=lambda each: each.name)
def test_the_headers_are_where_it_says_under_each_python(python, run_setup, tmp_path) -> None:
    from same_interpreter import LIBRARY

    script = (
        "import distutils.sysconfig as s, os; print(s.__file__);"
        "print(os.path.join(s.get_python_inc(), 'Python.h')); print(s.get_config_h_filename());"
        "print(s.get_makefile_filename()); print(s.get_python_lib(standard_lib=1) + '/os.py')"
    )
    environment = {"PYTHONPATH": str(LIBRARY), "OXIDIST_DISTUTILS": ""}
    done = run_setup(tmp_path, python=python.path, env=environment, script=["-S", "-c", script])
    module, *files = done.stdout.splitlines()
    assert module.startswith(str(LIBRARY))
    assert [path for path in files if not os.path.isfile(path)] == []


def test_no_deprecation_is_told_where_python_tells_none(distutils) -> None:
    import distutils.sysconfig

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert distutils.sysconfig.is_python_build() is sysconfig.is_python_build()
        assert distutils.sysconfig._python_build() is distutils.sysconfig.python_build


def test_the_module_costs_no_sysconfig_before_it_is_asked(run_setup, tmp_path) -> None:
    script = "import sys, distutils.sysconfig; print('sysconfig' in sys.modules, 're' in sys.modules)"
    # Without site, no folder of installed packages is looked into.
    environment = {
        "OXIDIST_DISTUTILS": "1",
        "PYTHONPATH": str(Path(oxidist.__file__).resolve().parent.parent),
    }
    done = run_setup(tmp_path, env=environment, script=["-S", "-c", f"import oxidist.activate; {script}"])
    assert done.stdout.split() == ["False", "False"]


SPAWN_ON_A_MAC = """
from distutils import spawn, sysconfig
from distutils.errors import DistutilsPlatformError
values = sysconfig.get_config_vars()
sys.platform = "darwin"
outcome = []
for configured, asked in questions:
    values["MACOSX_DEPLOYMENT_TARGET"] = configured
    # CPython's looks once in a process.
    spawn._cfg_target = spawn._cfg_target_split = None
    os.environ.pop("MACOSX_DEPLOYMENT_TARGET", None)
    if asked:
        os.environ["MACOSX_DEPLOYMENT_TARGET"] = asked
    try:
        spawn.spawn(["/bin/sh", "-c", "echo $MACOSX_DEPLOYMENT_TARGET > out"])
        outcome.append(open("out").read())
    except DistutilsPlatformError as error:
        outcome.append(str(error))
told(outcome)
"""


@every_distutils
def test_programs_on_a_mac_are_told_what_to_build_for(python, tmp_path) -> None:
    targets = [None, "", "10.2", "10.9", "11.0", "12"]
    questions = [(configured, asked) for configured in targets for asked in (None, "10.2", "10.9", "13.1")]
    ours, theirs = answers(python, SPAWN_ON_A_MAC, questions, tmp_path)
    assert ours == theirs
    assert sum("mismatch" in answer for answer in ours) == 3 and "10.9\n" in ours


def test_objects_and_modules_on_a_mac_are_built_for_what_python_was(distutils, monkeypatch, tmp_path) -> None:
    from distutils.ccompiler import new_compiler

    telling = tmp_path / "cc"
    telling.write_text(
        '#!/bin/sh\necho "$MACOSX_DEPLOYMENT_TARGET" >> told\nfor last; do :; done\n: > "$last"\n'
    )
    telling.chmod(0o755)
    for name in ("one.c", "two.c"):
        (tmp_path / name).touch()
    compiler = new_compiler(compiler="unix")
    compiler.set_executables(compiler=str(telling), compiler_so=str(telling), linker_so=str(telling))
    monkeypatch.setitem(sysconfig.get_config_vars(), "MACOSX_DEPLOYMENT_TARGET", "10.15")
    monkeypatch.delenv("MACOSX_DEPLOYMENT_TARGET", raising=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("_osx_support.compiler_fixup", lambda command, arguments: command)
    objects = compiler.compile(["one.c", "two.c"])
    compiler.link_shared_object(objects, "module.so")
    assert Path("told").read_text() == "10.15\n" * 3
