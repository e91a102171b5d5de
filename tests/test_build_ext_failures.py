"""build_ext: extensions that may fail, mistakes, and what a run leaves that does not end well."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import clean_environment
from extensions import answer, make_old, module, names_below, script

OPTIONAL = {
    "setup.py": script(
        "[Extension('bad', ['bad.c'], optional=True), Extension('good', ['good.c'], optional=True)]"
    ),
    "bad.c": "#error this does not compile\n",
    "good.c": module("good"),
}


@pytest.mark.parametrize("options", [[], ["-j2"]], ids=["one by one", "side by side"])
def test_an_optional_extension_may_fail(pair, options: list[str]) -> None:
    twins = pair(OPTIONAL)
    ours, theirs = twins.run("build_ext", "--build-lib=out", *options)
    warning = "warning: build_ext: building extension \"bad\" failed: command '/usr/bin/gcc' failed"
    assert warning in re.sub("'[^']*gcc[^']*'", "'/usr/bin/gcc'", theirs.stderr)
    assert warning in re.sub("'[^']*gcc[^']*'", "'/usr/bin/gcc'", ours.stderr)
    assert "this does not compile" in ours.stdout + ours.stderr
    assert [name.split(".")[0] for name in names_below(twins.ours / "out")] == ["good"]
    assert names_below(twins.ours / "out") == names_below(twins.theirs / "out")


def test_an_extension_that_is_not_optional_ends_the_run(project, run_setup) -> None:
    folder = project({**OPTIONAL, "setup.py": OPTIONAL["setup.py"].replace("True", "False")})
    done = run_setup(folder, "build_ext", status=1)
    assert "bad.c" in done.stdout + done.stderr
    assert re.search(r"^error: command '.*gcc.*' failed with exit code 1: bad.c$", done.stderr, re.M)
    assert "Traceback" not in done.stderr
    assert not list(folder.rglob("*.so"))


def test_swig_that_is_not_there_is_one_line(project, run_setup) -> None:
    folder = project({"setup.py": script("[Extension('_one', ['one.i'])]"), "one.i": ""})
    done = run_setup(folder, "build_ext", "--swig=/nowhere/swig", status=1)
    assert re.search(r"^error: .*/nowhere/swig", done.stderr, re.M)
    assert "Traceback" not in done.stderr


# name: (what `ext_modules` is, options, what the error says).
MISTAKES: dict[str, tuple[str, list[str], str]] = {
    "a source that is missing": (
        "[Extension('pkg.one', ['one.c', 'src/none.c'])]",
        [],
        "extension 'pkg.one': source file 'src/none.c' does not exist",
    ),
    "an interface file that is missing": (
        "[Extension('one', ['none.i'])]",
        [],
        "extension 'one': source file 'none.i' does not exist",
    ),
    "no list": (
        "Extension('one', ['one.c'])",
        [],
        "'ext_modules' option must be a list of Extension instances",
    ),
    "a tuple": (
        "(Extension('one', ['one.c']),)",
        [],
        "'ext_modules' option must be a list of Extension instances",
    ),
    "a name": (
        "['one']",
        [],
        "each element of 'ext_modules' option must be an Extension instance or 2-tuple",
    ),
    "a pair without sources": (
        "[('one', {})]",
        [],
        "in 'ext_modules' option (extension 'one'), 'sources' must be present",
    ),
    "a pair with a string": (
        "[('one', {'sources': 'one.c'})]",
        [],
        "in 'ext_modules' option (extension 'one'): 'sources' must be a list of strings",
    ),
    "a pair with a bad name": (
        "[('one two', {'sources': ['one.c']})]",
        [],
        "first element of each tuple in 'ext_modules' must be the extension name (a string)",
    ),
    "a pair with a list": (
        "[('one', ['one.c'])]",
        [],
        "second element of each tuple in 'ext_modules' must be a dictionary (build info)",
    ),
    "a pair with bad macros": (
        "[('one', {'sources': ['one.c'], 'macros': ['A']})]",
        [],
        "'macros' element of build info dict must be 1- or 2-tuple",
    ),
    "sources that became a string": (
        "[changed(sources='one.c')]",
        [],
        "in 'ext_modules' option (extension 'one'), 'sources' must be present and must be a list of source "
        "filenames",
    ),
    "depends that are a string": (
        "[changed(depends='one.h')]",
        [],
        "extension 'one': 'depends' must be a list of strings (got 'one.h')",
    ),
    "a file in the place of build_temp": (
        "[Extension('one', ['one.c'])]",
        ["--build-temp=setup.py/temp"],
        "could not create 'setup.py': File exists",
    ),
    "a file in the place of build_lib": (
        "[Extension('one', ['one.c'])]",
        ["--build-lib=setup.py/lib"],
        "could not create 'setup.py': File exists",
    ),
    "no jobs": ("[]", ["-j0"], "parallel should be an integer from 1 upwards (got 0)"),
    "fewer jobs": ("[]", ["-j-3"], "parallel should be an integer from 1 upwards (got -3)"),
    "jobs that are no number": ("[]", ["-jmany"], "parallel should be an integer (got 'many')"),
    "a compiler of a type that there is not": (
        "[Extension('one', ['one.c'])]",
        ["--compiler=abacus"],
        "don't know how to compile C/C++ code on platform 'posix' with 'abacus' compiler "
        "(the types are unix, msvc, cygwin, mingw32, bcpp)",
    ),
}

CHANGED = """
def changed(**attributes):
    extension = Extension("one", ["one.c"])
    vars(extension).update(attributes)
    return extension
"""


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_that_names_it(project, run_setup, name: str) -> None:
    extensions, options, expected = MISTAKES[name]
    folder = project({"setup.py": script(extensions, CHANGED), "one.c": module("one")})
    done = run_setup(folder, "build_ext", *options, status=1)
    assert "Traceback" not in done.stderr
    assert f"error: {expected}" in done.stderr.splitlines()[-1]
    assert not list(folder.rglob("*.so"))


def test_a_compiler_that_is_not_there_is_one_line(project, run_setup) -> None:
    folder = project({"setup.py": script("[Extension('one', ['one.c'])]"), "one.c": module("one")})
    done = run_setup(folder, "build_ext", env={"CC": "/nowhere/cc"}, status=1)
    assert "Traceback" not in done.stderr
    assert re.search(r"^error: .*/nowhere/cc", done.stderr, re.M)


# A linker that writes half a module, and then takes its time.
SLOW_LINKER = """
#!/bin/sh
for word; do
    case $before in -o) case $word in *.so) output=$word;; esac;; esac
    before=$word
done
if [ -n "$output" ] && [ ! -e "$0.fast" ]; then
    printf half >"$output"
    touch "$0.reached"
    sleep 60
fi
exec gcc "$@"
"""

# With an override of `swig_sources` the steps of an extension are taken one after the other, by the rule of
# times that distutils has.
LONG_WAY = """
from distutils.command.build_ext import build_ext
class Command(build_ext):
    def swig_sources(self, sources, extension):
        return super().swig_sources(sources, extension)
"""
AS_ONE_GRAPH = "from distutils.command.build_ext import build_ext as Command"
WAYS = pytest.mark.parametrize("way", [LONG_WAY, AS_ONE_GRAPH], ids=["the long way", "as one graph"])


# Ctrl-C that the system gives to a thread which is not the main one, as it may: only that one hears of it.
HEARD_ELSEWHERE = """
import glob, signal, threading, time
def hear():
    while len(glob.glob("cc.*")) < 2:
        time.sleep(0.01)
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)
threading.Thread(target=hear, daemon=True).start()
"""


def script_for(way: str, extensions: str = "[Extension('one', ['one.c'])]") -> str:
    return script(extensions, way, cmdclass={}).replace("cmdclass={}", "cmdclass={'build_ext': Command}")


@WAYS
@pytest.mark.parametrize("first", [True, False], ids=["the first build", "a later one"])
def test_a_module_that_a_killed_run_left_half_written_is_built_again(
    project, run_setup, clean_home: Path, first: bool, way: str
) -> None:
    folder = project({"setup.py": script_for(way), "one.c": module("one"), "cc": SLOW_LINKER})
    compiler = folder / "cc"
    compiler.chmod(0o755)
    environment = {"CC": str(compiler), "LDSHARED": f"{compiler} -shared"}
    options = ["build_ext", "--build-temp=temp", "--build-lib=out"]
    if not first:
        (folder / "cc.fast").touch()
        run_setup(folder, *options, env=environment)
        (folder / "cc.fast").unlink()
        make_old(folder)
        (folder / "one.c").write_text(module("one") + "\n")
    killed = subprocess.Popen(
        [sys.executable, "setup.py", *options],
        cwd=folder,
        env=clean_environment(clean_home, OXIDIST_DISTUTILS="1", **environment),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    while not (folder / "cc.reached").exists():
        assert killed.poll() is None
    os.killpg(killed.pid, 9)
    killed.wait()
    (built,) = (folder / "out").iterdir()
    assert built.read_text() == "half"
    # By its time it is up to date.
    make_old(folder)
    built.touch()
    (folder / "cc.fast").touch()
    run_setup(folder, *options, env=environment)
    assert answer(folder / "out", "one") == 42
    assert not [path for path in (folder / "temp").rglob("*") if "unfinished" in path.name]
    done = run_setup(folder, "-v", "-v", *options, env=environment)
    assert "skipping 'one' extension (up-to-date)" in done.stdout


@WAYS
def test_a_module_stays_where_its_next_version_does_not_compile(project, run_setup, way: str) -> None:
    folder = project({"setup.py": script_for(way), "one.c": module("one")})
    run_setup(folder, "build_ext", "--inplace")
    make_old(folder)
    (folder / "one.c").write_text("bad\n")
    for _ in range(2):
        run_setup(folder, "build_ext", "--inplace", status=1)
        assert answer(folder, "one") == 42


def interrupted(folder: Path, pattern: str, home: Path, *, by_itself: bool = False) -> tuple[str, float, int]:
    """`build_ext -j2`, and Ctrl-C once two files match `pattern`: what it said, how long it took to
    end, and its exit status. With `by_itself` it is the script that sends the signal.
    """
    run = subprocess.Popen(
        [sys.executable, "setup.py", "build_ext", "-j2"],
        cwd=folder,
        env=clean_environment(home, OXIDIST_DISTUTILS="1", CC=str(folder / "cc")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while len(list(folder.glob(pattern))) < 2:
        assert run.poll() is None
        time.sleep(0.01)
    if not by_itself:
        # Only Python gets it, as from `kill`.
        run.send_signal(signal.SIGINT)
    begin = time.monotonic()
    _, errors = run.communicate(timeout=30)
    return errors, time.monotonic() - begin, run.returncode


@WAYS
@pytest.mark.parametrize(
    "heard_elsewhere", [False, True], ids=["heard by the main thread", "heard by another"]
)
def test_ctrl_c_ends_what_several_threads_wait_for(
    project, run_setup, clean_home: Path, way: str, heard_elsewhere: bool
) -> None:
    extensions = "[Extension(name, [name + '.c']) for name in ('one', 'two', 'three')]"
    folder = project(
        {
            "setup.py": script_for(way + HEARD_ELSEWHERE * heard_elsewhere, extensions),
            **{f"{name}.c": "" for name in ("one", "two", "three")},
            "cc": '#!/bin/sh\n[ "$1" = --version ] && exit\ntouch "$0.$$"\nexec sleep 60\n',
        }
    )
    (folder / "cc").chmod(0o755)
    errors, seconds, status = interrupted(folder, "cc.*", clean_home, by_itself=heard_elsewhere)
    assert seconds < 5
    assert (status, errors.splitlines()[-1]) == (130, "interrupted")
    assert len(list(folder.glob("cc.*"))) == 2


BETWEEN_TWO_STEPS = """
import time
from distutils.command.build_ext import build_ext
class Command(build_ext):
    def swig_sources(self, sources, extension):
        open("between." + extension.name, "w").close()
        time.sleep(0.5)
        return super().swig_sources(sources, extension)
"""


def test_ctrl_c_ends_what_a_thread_begins_a_moment_later(project, clean_home: Path) -> None:
    folder = project(
        {
            "setup.py": script_for(
                BETWEEN_TWO_STEPS, "[Extension(name, [name + '.c']) for name in ('one', 'two')]"
            ),
            "one.c": "",
            "two.c": "",
            "cc": '#!/bin/sh\n[ "$1" = --version ] && exit\nexec sleep 60\n',
        }
    )
    (folder / "cc").chmod(0o755)
    errors, seconds, status = interrupted(folder, "between.*", clean_home)
    assert seconds < 5
    assert (status, errors.splitlines()[-1]) == (130, "interrupted")
