"""One budget for a build, for what it is started by, and for what it starts: GNU make and cargo beside it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import clean_environment
from job_log import JobLog

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the jobserver's files are numbers on Linux only"),
    pytest.mark.skipif(not shutil.which("make"), reason="there is no GNU make"),
]

SETUP = """
    from distutils.core import Extension, setup
    setup(name="many", version="1", ext_modules=[
        Extension(f"many{part}", [f"{part}{number}.c" for number in range(3)]) for part in "ab"
    ])
"""

MODULE = "#include <Python.h>\nPyMODINIT_FUNC PyInit_many{part}(void) {{ return NULL; }}\n"

SPAWN = """
    import os, sys
    from distutils.spawn import spawn
    before = dict(os.environ)
    spawn(sys.argv[1:])
    assert dict(os.environ) == before
"""


@pytest.fixture
def log(tmp_path: Path) -> JobLog:
    return JobLog(tmp_path / "log")


@pytest.fixture
def many(project):
    """Two extensions of three sources each."""
    sources = {f"{part}{number}.c": f"int {part}{number};\n" for part in "ab" for number in (1, 2)}
    modules = {f"{part}0.c": MODULE.format(part=part) for part in "ab"}
    return lambda name="project": project({"setup.py": SETUP, **sources, **modules}, name)


def makefile(log: JobLog) -> bytes:
    names = " ".join(f"job{number}" for number in range(6))
    return f"all: {names}\n{names}:\n\t@{log.begin}; sleep 0.05; {log.end}\n".encode()


@pytest.mark.parametrize("width", [1, 3])
def test_a_make_that_is_spawned_runs_as_many_jobs_as_the_build_may(project, run_setup, log, width) -> None:
    folder = project({"setup.py": SPAWN, "Makefile": makefile(log)})
    done = run_setup(folder, "make", env={"OXIDIST_JOBS": str(width)})
    assert (log.jobs, log.most) == (6, width)
    assert done.stderr == ""


def test_a_make_inside_build_ext_runs_as_many_jobs_as_build_ext(project, run_setup, log) -> None:
    script = """
        from distutils.command.build_ext import build_ext
        from distutils.core import Extension, setup
        class with_make(build_ext):
            def build_extension(self, ext):
                self.spawn(["make"])
        setup(name="made", ext_modules=[Extension("made", [])], cmdclass={"build_ext": with_make})
    """
    folder = project({"setup.py": script, "Makefile": makefile(log)})
    run_setup(folder, "build_ext", "-j3", env={"OXIDIST_JOBS": "1"})
    assert (log.jobs, log.most) == (6, 3)


def test_a_make_with_jobs_of_its_own_keeps_them(project, run_setup, log) -> None:
    folder = project({"setup.py": SPAWN, "Makefile": makefile(log)})
    run_setup(folder, "make", "-j4", env={"OXIDIST_JOBS": "1"})
    assert (log.jobs, log.most) == (6, 4)


def test_the_flags_that_make_was_to_have_are_kept(project, run_setup, log) -> None:
    rules = "all: bad good\nbad:\n\t@false\ngood:\n\t@echo $(NAME) > name\n"
    folder = project({"setup.py": SPAWN, "Makefile": rules.encode()})
    env = {"MAKEFLAGS": "k -j7 --jobserver-auth=97,98 -- NAME=kept", "OXIDIST_JOBS": "1"}
    run_setup(folder, "make", env=env, status=1)
    assert (folder / "name").read_text() == "kept\n"


def test_a_cargo_that_is_spawned_takes_its_jobs_from_the_build(project, run_setup, log, tmp_path) -> None:
    rustc = shutil.which("rustc")
    assert rustc and shutil.which("cargo"), "what builds this project is missing"
    names = [f"part{number}" for number in range(4)]
    manifest = '[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "2021"\n[lib]\npath = "lib.rs"\n'
    members = {f"{name}/Cargo.toml": manifest.format(name=name) for name in names}
    sources = {f"{name}/lib.rs": "" for name in names}
    workspace = f"[workspace]\nresolver = '2'\nmembers = {names}\n"
    folder = project({"setup.py": SPAWN, "Cargo.toml": workspace, **members, **sources})
    wrapper = tmp_path / "rustc-wrapper"
    compile_ = f'{log.begin}; sleep 0.1; "$@"; status=$?; {log.end}; exit $status'
    # Cargo also asks rustc what it is: those are no jobs.
    wrapper.write_text(f'#!/bin/sh\ncase "$*" in *part*) {compile_} ;; esac\nexec "$@"\n')
    wrapper.chmod(0o755)
    # rustup, if that is what `cargo` is, finds its toolchains from here.
    home = Path.home()
    env = {
        "RUSTC_WRAPPER": str(wrapper),
        "CARGO_HOME": os.environ.get("CARGO_HOME", str(home / ".cargo")),
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(home / ".rustup")),
    }
    for width in (1, 3):
        env |= {"OXIDIST_JOBS": str(width), "CARGO_TARGET_DIR": str(tmp_path / f"target{width}")}
        run_setup(folder, "cargo", "build", "--offline", "-q", "-j4", env=env)
        assert (log.jobs, log.most) == (4, width)
        log.path.unlink()


def test_a_build_for_which_no_number_was_given_says_what_is_wrong(project, run_setup) -> None:
    folder = project({"setup.py": SPAWN})
    done = run_setup(folder, "true", env={"OXIDIST_JOBS": "many"}, status=1)
    assert "OXIDIST_JOBS: 'many' is not a number of jobs (1 or more)" in done.stderr.splitlines()[-1]


# A method of a script's own, and so no batches; and more threads than any make below allows for.
LONG_WAY = """
    from concurrent.futures import ThreadPoolExecutor
    from distutils.ccompiler import CCompiler
    def compile(self, sources, output_dir=None, macros=None, include_dirs=None, debug=0,
                extra_preargs=None, extra_postargs=None, depends=None):
        setup = self._setup_compile(output_dir, macros, include_dirs, sources, depends, extra_postargs)
        macros, objects, extra_postargs, pp_opts, build = setup
        cc_args = self._get_cc_args(pp_opts, debug, extra_preargs)
        def one(obj):
            self._compile(obj, *build[obj], cc_args, extra_postargs, pp_opts)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(one, objects))
        return objects
    CCompiler.compile = compile
"""


def below_make(
    folders: list[Path], log: JobLog, home: Path, make: list[str], before: str, seconds: float = 0.05
) -> str:
    """Build all `folders` side by side with `make`; what it said. A compile takes so many `seconds`."""
    program = log.compiler(log.path.with_name("cc"), seconds)
    build = " ".join(map(shlex.quote, [sys.executable, "setup.py", "-q", "build_ext"]))
    recipes = "".join(f"{folder.name}:\n\t{before}@cd {folder} && {build}\n" for folder in folders)
    names = " ".join(folder.name for folder in folders)
    (log.path.parent / "Makefile").write_text(f".PHONY: all {names}\nall: {names}\n{recipes}")
    shared = f"{program} -shared"
    env = clean_environment(home, OXIDIST_DISTUTILS="1", CC=str(program), LDSHARED=shared)
    done = subprocess.run(make, cwd=log.path.parent, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("jobs", [2, 3])
def test_two_builds_below_a_make_share_its_jobs(many, log, clean_home, jobs) -> None:
    folders = [many("one"), many("two")]
    said = below_make(folders, log, clean_home, ["make", "-s", f"-j{jobs}"], before="+")
    # Twelve compiles and four links.
    assert (log.jobs, log.most) == (16, jobs)
    # make counts at its end whether it has got everything back, and says so if not.
    assert "INTERNAL" not in said


def test_threads_of_a_script_share_the_jobs_of_a_make_too(many, log, clean_home) -> None:
    folders = [many("one"), many("two")]
    for folder in folders:
        (folder / "setup.py").write_text(textwrap.dedent(LONG_WAY) + (folder / "setup.py").read_text())
    said = below_make(folders, log, clean_home, ["make", "-s", "-j3"], before="+")
    assert (log.jobs, log.most) == (16, 3)
    assert "INTERNAL" not in said


def test_threads_of_a_script_are_as_many_as_it_says(many, log, run_setup, tmp_path) -> None:
    folder = many()
    (folder / "setup.py").write_text(textwrap.dedent(LONG_WAY) + (folder / "setup.py").read_text())
    # All of one extension at once, whatever the machine has: the first lasts until the last has begun.
    program = log.compiler(tmp_path / "cc", seconds=0.5)
    run_setup(folder, "build_ext", "-j1", env={"CC": str(program)})
    assert log.most == 3


def test_a_build_whose_compiler_fails_gives_make_its_jobs_back(many, log, clean_home) -> None:
    folders = [many("one"), many("two")]
    (folders[0] / "a1.c").write_text("#error broken on purpose\n")
    with pytest.raises(AssertionError, match="broken on purpose") as failure:
        below_make(folders, log, clean_home, ["make", "-s", "-k", "-j3"], before="+")
    assert log.most == 3
    assert "INTERNAL" not in str(failure.value)


# Ctrl-C as soon as four jobs have begun.
INTERRUPTED = """
    import os, pathlib, signal, threading, time
    def interrupt():
        log = pathlib.Path({log!r})
        while not log.exists() or log.read_text().count("+") < 4:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=interrupt, daemon=True).start()
"""


def test_an_interrupted_build_gives_make_its_jobs_back(many, log, clean_home) -> None:
    folder = many()
    interrupted = textwrap.dedent(INTERRUPTED).format(log=str(log.path))
    (folder / "setup.py").write_text(interrupted + (folder / "setup.py").read_text())
    with pytest.raises(AssertionError, match="Error 130") as failure:
        below_make([folder], log, clean_home, ["make", "-s", "-j4"], before="+", seconds=2)
    assert (log.jobs, log.most) == (4, 4)
    assert "INTERNAL" not in str(failure.value)


def test_a_build_that_make_does_not_let_in_goes_by_the_machine(many, log, clean_home) -> None:
    # Without `+` in front of a recipe, MAKEFLAGS names files that are closed. (A named pipe, which make has
    # since 4.4, can be opened by all.)
    cores = len(os.sched_getaffinity(0))
    make = ["make", "-s", f"-j{cores + 2}"]
    if not subprocess.run(["make", "--jobserver-style=pipe", "--version"], capture_output=True).returncode:
        make.append("--jobserver-style=pipe")
    below_make([many()], log, clean_home, make, before="")
    assert log.jobs == 8
    assert log.most <= cores
