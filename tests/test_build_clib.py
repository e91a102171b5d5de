"""build_clib: static libraries beside CPython's, and extensions that are linked with them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from extensions import MEETING_COMPILER, told
from twins import setup_py

ONE_C = '#include "sum.h"\nint one(void) { return ONE; }\n'
TWO_C = "int two(void) { return TWO; }\n"
THREE_CPP = 'extern "C" int three() { return 3; }\n'
OTHER_C = "int other(void) { return 10; }\n"

SUM_LIBRARY = (
    "sum",
    {
        "sources": ["lib/one.c", "lib/deep/two.c", "lib/three.cpp"],
        "macros": [("TWO", "2"), ("GONE", None), ("NDEBUG",)],
        "include_dirs": ["inc"],
    },
)
OTHER_LIBRARY = ("other", {"sources": ("lib/other.c",)})

SETUP = setup_py(libraries=[SUM_LIBRARY, OTHER_LIBRARY], include_dirs=["more inc"])

FILES: dict[str, str | bytes] = {
    "setup.py": SETUP,
    "inc/sum.h": "#define ONE 1\n",
    "more inc/more.h": "",
    "lib/one.c": ONE_C,
    "lib/deep/two.c": TWO_C,
    "lib/three.cpp": THREE_CPP,
    "lib/other.c": OTHER_C,
}

# The programs by their short names, and flags that are easy to see.
SHORT = {"CC": "gcc", "AR": "ar", "CFLAGS": "-O0 -Wall"}

OPTIONS = [
    [],
    ["--debug"],
    ["--build-clib=libs", "--build-temp=temp"],
    ["-b", "libs", "--force", "--compiler=unix"],
]


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_libraries_are_built_by_cpythons_command_lines(twins, options: list[str]) -> None:
    pair = twins(FILES)
    ours, theirs = pair.run("build_clib", *options, env=SHORT)
    assert told(ours.stdout) == told(theirs.stdout)
    assert [line for line in ours.stdout.splitlines() if line.startswith("building ")] == [
        "building 'sum' library",
        "building 'other' library",
    ]
    ours_made, theirs_made = (
        {path.relative_to(twin).as_posix(): symbols(path) for path in twin.rglob("*.a")}
        for twin in (pair.ours, pair.theirs)
    )
    assert ours_made == theirs_made
    assert sorted(Path(name).name for name in ours_made) == ["libother.a", "libsum.a"]


def symbols(archive: Path) -> str:
    return subprocess.run(
        ["nm", "-A", archive.name], cwd=archive.parent, capture_output=True, text=True
    ).stdout


def test_the_interpreters_own_flags_and_those_of_the_environment_are_used(twins) -> None:
    pair = twins(FILES)
    ours, theirs = pair.run("build_clib")
    assert told(ours.stdout) == told(theirs.stdout)
    environment = {"CC": "gcc -std=gnu99", "CFLAGS": "-O1", "CPPFLAGS": "-DCPP", "AR": "ar", "ARFLAGS": "rcD"}
    ours, theirs = pair.run("build_clib", "--force", env=environment)
    assert told(ours.stdout) == told(theirs.stdout)
    assert "ar rcD build" in ours.stdout


def test_build_builds_the_libraries_before_the_extensions(twins) -> None:
    pair = twins(FILES)
    ours, theirs = pair.run("build", "--build-temp=temp", "--debug", env=SHORT)
    assert told(ours.stdout) == told(theirs.stdout)
    assert ours.stdout.startswith("running build\nrunning build_clib\n")
    assert (pair.ours / "temp/libsum.a").is_file()


def test_a_dry_run_shows_the_command_lines_and_changes_nothing(twins, tree) -> None:
    pair = twins(FILES)
    before = tree(pair.ours)
    ours, theirs = pair.run("--dry-run", "build_clib", env=SHORT)
    assert told(ours.stdout) == told(theirs.stdout)
    assert "building 'sum' library\n" in ours.stdout
    assert tree(pair.ours) == before


def test_the_sources_are_in_the_source_distribution(twins) -> None:
    pair = twins(FILES)
    pair.run("-q", "sdist", "--manifest-only")
    pair.assert_same("MANIFEST")
    assert "lib/deep/two.c" in (pair.ours / "MANIFEST").read_text()


# name: what `libraries` is.
MISTAKES: dict[str, object] = {
    "a tuple": (SUM_LIBRARY,),
    "a string": "sum",
    "names only": ["sum", "other"],
    "three items, no tuple": [["a", {}, 3]],
    "a number for a name": [(3, {})],
    "a folder in a name": [("lib/sum", {"sources": []})],
    "sources, but no dictionary": [("sum", ["one.c"])],
    "no sources": [("sum", {})],
    "sources that are a string": [("sum", {"sources": "one.c"})],
    "sources that are None": [("sum", {"sources": None})],
    "a list for the tuple": [["sum", {"sources": ["lib/other.c"]}]],
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_malformed_list_is_refused_in_cpythons_words(twins, name: str) -> None:
    pair = twins({**FILES, "setup.py": setup_py(libraries=MISTAKES[name])})
    ours, theirs = pair.run("build_clib", status=None)
    assert ours.returncode == theirs.returncode
    assert ours.stderr.splitlines()[-1:] == theirs.stderr.splitlines()[-1:]
    assert ("error: " in ours.stderr) == (name != "a list for the tuple")


@pytest.mark.parametrize("libraries", [[("a", {}, 3)], [3], [None]], ids=str)
def test_what_is_no_pair_is_refused_in_one_line(project, run_setup, libraries: object) -> None:
    # CPython looks at the length of lists only, and ends in a traceback.
    folder = project({"setup.py": setup_py(libraries=libraries)})
    done = run_setup(folder, "build_clib", status=1)
    assert done.stderr == "error: each element of 'libraries' must a 2-tuple\n"


def test_a_project_without_libraries_has_nothing_to_do(twins) -> None:
    for libraries in (None, []):
        pair = twins({"setup.py": setup_py(libraries=libraries)})
        ours, theirs = pair.run("build_clib")
        assert ours.stdout == theirs.stdout == "running build_clib\n"
        shutil.rmtree(pair.ours.parent)


QUESTIONS = """
from distutils.command.build_clib import build_clib
from distutils.core import Distribution

for libraries in [
    None,
    [],
    [("a", {"sources": ["x.c", "y.c"]}), ("b", {"sources": ("z.c",)})],
    [("a", {"sources": []}), ["b", {"sources": "z.c"}]],
    [("a", {})],
]:
    distribution = Distribution({"libraries": libraries, "include_dirs": "one:two"})
    command = build_clib(distribution)
    command.ensure_finalized()
    for method in command.get_library_names, command.get_source_files:
        try:
            print(method())
        except Exception as error:
            print(type(error).__name__, error)
options = {name: value for name, value in vars(command).items() if not name.startswith("_")}
for name in "distribution build_temp build_clib launcher".split():
    options.pop(name, None)
print(sorted(options.items(), key=str))
print(build_clib.description, build_clib.boolean_options, build_clib.sub_commands)
print([option[:2] for option in build_clib.user_options][:5])
print([option[:2] for option in build_clib.help_options])
"""


def test_questions_about_libraries_are_answered_as_in_cpython(twins) -> None:
    pair = twins({"setup.py": QUESTIONS})
    ours, theirs = pair.run()
    assert told(ours.stdout) == told(theirs.stdout)


# Shows each call that reaches the compiler.
RECORDER = """
import distutils.ccompiler
import distutils.command.build_clib as module
from distutils.core import setup

class Recorder:
    def __init__(self, **options):
        print("new", sorted(options.items()))

    def __getattr__(self, name):
        def method(*args, **kwargs):
            print(" ", name, args, sorted(kwargs.items()))
            args and isinstance(args[0], list) and args[0].append("changed")
            return [name]
        return method

class build_clib(module.build_clib):
    def finalize_options(self):
        super().finalize_options()
        self.define = [("A", "1"), ("B", None)]
        self.undef = ["C"]

distutils.ccompiler.new_compiler = lambda **options: Recorder(**options)
module.customize_compiler = lambda compiler: print("customize", type(compiler).__name__)
libraries = [
    ("sum", {"sources": ["a.c", "b.c"], "macros": [("X", "1")], "include_dirs": ["inc"], "other": 1}),
    ("more", {"sources": ("c.c",)}),
]
setup(name="p", libraries=libraries, include_dirs=["top"], cmdclass={"build_clib": build_clib})
print(libraries)
"""


@pytest.mark.parametrize("dry", [[], ["--dry-run"]], ids=["wet", "dry"])
def test_the_compiler_is_called_as_cpython_calls_it(twins, dry: list[str]) -> None:
    pair = twins({"setup.py": RECORDER})
    options = ["--debug", "--force", "--compiler=mine", "--build-temp=temp", "--build-clib=libs"]
    ours, theirs = pair.run(*dry, "build_clib", *options)
    assert told(ours.stdout) == told(theirs.stdout)
    assert "create_static_lib (['compile'], 'more') [('debug', 1), ('output_dir', 'libs')]" in ours.stdout


OVERRIDING = """
from distutils.command.build_clib import build_clib as _build_clib
from distutils.core import setup

class build_clib(_build_clib):
    def build_libraries(self, libraries):
        print("libraries", [name for name, _ in libraries], type(self.compiler).__name__)
        self.compiler.compiler_so.append("-DOVERRIDDEN")
        for library in libraries:
            super().build_libraries([library])

    def check_library_list(self, libraries):
        print("checked", len(libraries))
        super().check_library_list(libraries)

    def get_library_names(self):
        return [*super().get_library_names(), "m"]

setup(name="p", libraries=[("other", {"sources": ["lib/other.c"]})], cmdclass={"build_clib": build_clib})
"""


def test_a_subclass_has_the_last_word(twins) -> None:
    pair = twins({**FILES, "setup.py": OVERRIDING})
    ours, theirs = pair.run("build", "--build-temp=temp", env=SHORT)
    assert told(ours.stdout) == told(theirs.stdout)
    assert " -DOVERRIDDEN -c lib/other.c " in ours.stdout


SHOW_LAUNCHER = """
from distutils.command.build_clib import build_clib
from distutils.core import setup

class show(build_clib):
    def run(self):
        print("launcher:", self.launcher)

setup(name="p", cmdclass={"build_clib": show})
"""

# What setup.cfg says, the command line, and whose launcher it is then.
LAUNCHERS = {
    "nobody's": ("", ["build_clib"], None),
    "its own": ("[build_clib]\nlauncher = mine\n[build_ext]\nlauncher = theirs\n", ["build_clib"], "mine"),
    "build_ext's": ("[build_ext]\nlauncher = theirs\n", ["build_clib"], "theirs"),
    "the command line's": ("[build_ext]\nlauncher = theirs\n", ["build_clib", "--launcher=my"], "my"),
    "build_ext's on the command line": ("", ["build_clib", "build_ext", "--launcher=theirs"], "theirs"),
    "switched off": ("[build_ext]\nlauncher = theirs\n", ["build_clib", "--launcher="], ""),
}


@pytest.mark.parametrize("name", LAUNCHERS)
def test_a_launcher_for_extensions_is_one_for_libraries_too(project, run_setup, name: str) -> None:
    configuration, arguments, launcher = LAUNCHERS[name]
    folder = project({"setup.py": SHOW_LAUNCHER, "setup.cfg": configuration})
    assert f"launcher: {launcher}\n" in run_setup(folder, *arguments).stdout


def test_a_source_that_does_not_compile_is_named(project, run_setup) -> None:
    folder = project({**FILES, "lib/other.c": "int other(void) { return nonsense; }\n"})
    done = run_setup(folder, "build_clib", env=SHORT, status=1)
    assert "lib/other.c" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: ")
    assert "Traceback" not in done.stderr
    assert not list(folder.rglob("libother.a"))


def test_the_compilers_are_listed(twins) -> None:
    pair = twins(FILES)
    ours, theirs = pair.run("build_clib", "--help-compiler")
    assert told(ours.stdout) == told(theirs.stdout)


EXTENSION_C = """
    #include <Python.h>

    int one(void), two(void), three(void), other(void);

    static PyObject *total(PyObject *self, PyObject *ignored) {
        return PyLong_FromLong(one() + two() + three() + other());
    }

    static PyMethodDef methods[] = {{"total", total, METH_NOARGS, ""}, {0}};
    static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "linked", "", -1, methods};
    PyMODINIT_FUNC PyInit_linked(void) { return PyModule_Create(&definition); }
    """

LINKED_SETUP = f"""
from distutils.core import Extension, setup

setup(
    name="linked",
    version="1.0",
    libraries=[{SUM_LIBRARY!r}, {OTHER_LIBRARY!r}],
    ext_modules=[Extension("linked", ["linked.c"], language="c++")],
)
"""


def total(folder: Path, python: str | Path = sys.executable) -> str:
    """What the built module says, in a process of its own."""
    (module,) = folder.glob("build/lib*/linked*.so")
    done = subprocess.run(
        [python, "-c", "import linked; print(linked.total())"],
        cwd=module.parent,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() or done.stderr


def test_an_extension_is_linked_with_the_libraries_of_its_project(project, run_setup) -> None:
    folder = project({**FILES, "setup.py": LINKED_SETUP, "linked.c": EXTENSION_C})
    run_setup(folder, "build")
    assert total(folder) == "16"


def test_a_build_for_linking_equals_cpythons(twins) -> None:
    pair = twins({**FILES, "setup.py": LINKED_SETUP, "linked.c": EXTENSION_C})
    ours, theirs = pair.run("build", env=SHORT)
    assert told(ours.stdout) == told(theirs.stdout)


def test_a_source_that_is_gone_is_gone_from_the_archive(project, run_setup) -> None:
    folder = project(FILES)
    run_setup(folder, "build_clib", "--build-clib=temp", env=SHORT)
    assert "T two" in symbols(folder / "temp/libsum.a")
    less = (SUM_LIBRARY[0], {**SUM_LIBRARY[1], "sources": ["lib/one.c"]})
    (folder / "setup.py").write_text(setup_py(libraries=[less]))
    run_setup(folder, "build_clib", "--build-clib=temp", env=SHORT)
    assert "T two" not in symbols(folder / "temp/libsum.a")


def test_a_changed_library_source_changes_the_extension(project, run_setup) -> None:
    folder = project({**FILES, "setup.py": LINKED_SETUP, "linked.c": EXTENSION_C})
    run_setup(folder, "build")
    (folder / "lib/other.c").write_text(OTHER_C.replace("10", "110"))
    run_setup(folder, "build")
    assert total(folder) == "116"


def made(output: str) -> list[str]:
    """What a verbose run has compiled and archived: sources, and names of libraries."""
    lines = [line.split() for line in output.splitlines() if line.startswith(("gcc", "ar "))]
    return [words[words.index("-c") + 1] if "-c" in words else Path(words[2]).name for words in lines]


# What is done between two builds (`folder` is the project's), and what the second one makes.
CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "nothing": (lambda folder: None, []),
    "touched, not changed": (lambda folder: (folder / "lib/other.c").touch(), []),
    "a source": (
        lambda folder: (folder / "lib/other.c").write_text("int other(void) { return 4; }\n"),
        ["lib/other.c", "libother.a"],
    ),
    "a header": (
        lambda folder: (folder / "inc/sum.h").write_text("#define ONE 11\n"),
        ["lib/one.c", "libsum.a"],
    ),
    "another header of that name": (
        lambda folder: (folder / "more inc/sum.h").write_text("#define ONE 11\n"),
        [],
    ),
    "an object is gone": (
        lambda folder: (folder / "temp/lib/other.o").unlink(),
        ["lib/other.c", "libother.a"],
    ),
    "an archive is gone": (lambda folder: (folder / "libs/libsum.a").unlink(), ["libsum.a"]),
    "an archive of somebody else's": (
        lambda folder: (folder / "libs/libother.a").write_text("x"),
        ["libother.a"],
    ),
    "a macro": (
        lambda folder: (folder / "setup.py").write_text(SETUP.replace("'2'", "'22'")),
        ["lib/one.c", "lib/deep/two.c", "lib/three.cpp", "libsum.a"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_only_what_has_changed_is_made_again(project, run_setup, name: str) -> None:
    change, expected = CHANGES[name]
    folder = project(FILES)
    arguments = ["-v", "build_clib", "--build-clib=libs", "--build-temp=temp"]
    first = run_setup(folder, *arguments, env=SHORT)
    assert len(made(first.stdout)) == 6
    change(folder)
    assert made(run_setup(folder, *arguments, env=SHORT).stdout) == expected
    assert made(run_setup(folder, *arguments, env=SHORT).stdout) == []
    assert len(made(run_setup(folder, *arguments, "--force", env=SHORT).stdout)) == 6


@pytest.mark.parametrize("jobs", [1, 4])
def test_as_many_compilers_run_as_build_was_told(project, run_setup, jobs: int) -> None:
    folder = project({**FILES, "cc": MEETING_COMPILER})
    (folder / "cc").chmod(0o755)
    notes = folder / "notes"
    environment = {**SHORT, "CC": f"{folder}/cc", "NOTES": str(notes), "EXPECTED": str(jobs)}
    run_setup(folder, "build", f"-j{jobs}", env=environment)
    running = [0]
    for line in notes.read_text().splitlines():
        running.append(running[-1] + (1 if line == "begin" else -1))
    assert max(running) == jobs


def test_a_launcher_starts_the_compilers_and_no_archiver(project, run_setup) -> None:
    launcher = '#!/bin/sh\necho "$*" >>"$NOTES"\nexec "$@"\n'
    folder = project({**FILES, "launch": launcher})
    (folder / "launch").chmod(0o755)
    options = [f"--launcher={folder}/launch", "--build-clib=libs"]
    run_setup(folder, "build_clib", *options, env={**SHORT, "NOTES": f"{folder}/notes"})
    launched = (folder / "notes").read_text().splitlines()
    assert len([line for line in launched if " -c " in line]) == 4
    assert not [line for line in launched if line.startswith("ar ")]
    assert "T three" in symbols(folder / "libs/libsum.a")


def test_the_first_failure_stops_the_rest_and_the_next_run_goes_on(project, run_setup) -> None:
    folder = project({**FILES, "lib/one.c": "#error not yet\n"})
    arguments = ["-v", "build", "-j1", "build_clib", "--build-temp=temp", "--build-clib=libs"]
    done = run_setup(folder, *arguments, env=SHORT, status=1)
    assert made(done.stdout) == ["lib/one.c"]
    assert "lib/one.c" in done.stderr.splitlines()[-1]
    (folder / "lib/one.c").write_text(ONE_C)
    assert len(made(run_setup(folder, *arguments, env=SHORT).stdout)) == 6


REPLACED = """
import distutils.ccompiler
import distutils.command.build_clib as module
from distutils.core import setup

ask = {where}.new_compiler

def new_compiler(**options):
    print("asked for", sorted(options))
    return ask(**options)

{where}.new_compiler = new_compiler
setup(name="p", libraries=[("other", {{"sources": ["lib/other.c"]}})])
"""


@pytest.mark.parametrize("where", ["distutils.ccompiler", "module"])
def test_new_compiler_can_be_replaced_where_either_distutils_has_it(project, run_setup, where: str) -> None:
    folder = project({**FILES, "setup.py": REPLACED.format(where=where)})
    done = run_setup(folder, "build_clib", env=SHORT)
    assert "asked for ['compiler', 'dry_run', 'force']\n" in done.stdout


# A stand-in with a version, and its command: ours builds past `build_libraries`, which would do the same.
SETUPTOOLS_SETUP = """
import sys, types
from distutils.command.build_clib import build_clib as base
from distutils.core import setup
sys.modules["setuptools"] = types.SimpleNamespace(__version__={version!r})
class build_clib(base):
    def build_libraries(self, libraries):
        raise AssertionError("asked")
build_clib.build_libraries.__module__ = "setuptools.command.build_clib"
build_clib.build_libraries.__qualname__ = "build_clib.build_libraries"
libraries = [("q", {{"sources": ["z.c", "b/m.c", "a.c"]}})]
setup(name="d", version="1", cmdclass={{"build_clib": build_clib}}, libraries=libraries)
"""


@pytest.mark.parametrize(
    ("version", "members"), [("65.5.1", ["z.o", "m.o", "a.o"]), ("65.6.0", ["a.o", "m.o", "z.o"])]
)
def test_sources_are_in_the_order_of_the_setuptools_on_top(project, run_setup, version, members) -> None:
    sources = {name: f"int {name[-3]}(void) {{ return 1; }}\n" for name in ("z.c", "b/m.c", "a.c")}
    folder = project({**sources, "setup.py": SETUPTOOLS_SETUP.format(version=version)})
    run_setup(folder, "build_clib", "--build-clib=libs", env=SHORT)
    listed = subprocess.run(["ar", "t", "libs/libq.a"], cwd=folder, capture_output=True, text=True)
    assert listed.stdout.split() == members
