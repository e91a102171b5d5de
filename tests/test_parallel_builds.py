"""C builds in parallel: as many jobs as may be, output whole and in order, an end at the first failure."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from c_projects import FAKE, WORKS_HERE, Compiler, built, call, function, install_compiler, peak, setup_script
from conftest import clean_environment
from test_interrupt import AT_ONCE, group_is_gone, interrupt

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the compilers are shell scripts")

SLEEP = "sleep 0.08"
MACHINE = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def extension(name: str, number: int, **keywords: object) -> str:
    """An extension of `number` sources."""
    sources = [f"{name}/{name}{index}.c" for index in range(number)]
    more = "".join(f", {keyword}={value!r}" for keyword, value in keywords.items())
    return f"Extension({name!r}, {sources!r}{more})"


def files(**extensions: int) -> dict[str, str]:
    """A project of extensions that have so many sources."""
    found = {
        f"{name}/{name}{index}.c": function(f"{name}{index}", index)
        for name, number in extensions.items()
        for index in range(number)
    }
    listed = [extension(name, number) for name, number in extensions.items()]
    return {"setup.py": setup_script(*listed), **found}


@pytest.fixture
def fake(tmp_path: Path) -> Compiler:
    return install_compiler(tmp_path / "fake", FAKE)


@pytest.fixture
def build(run_setup, fake: Compiler) -> Callable:
    """`build(folder, "-j3")`: with the fake compiler, which executes `does` before it writes its output."""

    def run(
        folder: Path, *args: str, does: str = SLEEP, env: Mapping[str, str] | None = None, status: int = 0
    ):
        environment = {**fake.environment, "FAKE": does, "MAKEFLAGS": "", "MFLAGS": "", **(env or {})}
        return run_setup(folder, "build_ext", *args, env=environment, status=status)

    return run


@pytest.mark.parametrize("jobs", [1, 2, 3, 5])
def test_as_many_jobs_run_as_were_asked_for(project, build, fake: Compiler, jobs: int) -> None:
    folder = project(files(one=8, two=2, three=2))
    build(folder, f"-j{jobs}")
    lines = fake.lines()
    assert peak(lines) == jobs
    assert len(lines) == 2 * (12 + 3)


@pytest.mark.parametrize(
    ("arguments", "environment", "configuration", "jobs"),
    [
        ([], {}, "", MACHINE),
        ([], {"OXIDIST_JOBS": "3"}, "", 3),
        (["-j4"], {"OXIDIST_JOBS": "3"}, "", 4),
        (["--parallel=4"], {}, "[build_ext]\nparallel = 3\n", 4),
        ([], {}, "[build_ext]\nparallel = 3\n", 3),
        ([], {}, "[build]\nparallel = 3\n", 3),
        (["-j1"], {}, "", 1),
    ],
)
def test_where_the_number_of_jobs_comes_from(
    project, build, fake: Compiler, arguments, environment, configuration: str, jobs: int
) -> None:
    folder = project({**files(one=7, two=7), "setup.cfg": configuration})
    build(folder, *arguments, env=environment)
    assert peak(fake.lines()) == jobs


@pytest.mark.parametrize("value", ["x", "0", "-1", "1.5"])
def test_a_number_of_jobs_that_is_none_is_named(project, run_setup, fake: Compiler, value: str) -> None:
    folder = project(files(one=1))
    done = run_setup(
        folder, "build_ext", env={**fake.environment, "FAKE": "", "OXIDIST_JOBS": value}, status=1
    )
    (line,) = done.stderr.splitlines()[-1:]
    assert line.startswith("error: ") and "OXIDIST_JOBS" in line and repr(value) in line
    assert fake.lines() == []


def test_libraries_and_extensions_share_the_jobs(project, build, run_setup, fake: Compiler) -> None:
    pytest.importorskip("distutils.command.build_clib")
    sources = {f"lib/lib{index}.c": function(f"lib{index}", index) for index in range(5)}
    script = files(one=5)["setup.py"].replace(
        "version='1.0'", f"version='1.0', libraries=[('helper', {{'sources': {list(sources)!r}}})]"
    )
    folder = project({**files(one=5), **sources, "setup.py": script})
    environment = {**fake.environment, "FAKE": SLEEP, "OXIDIST_JOBS": "3"}
    # Without members that are real, an archive can be made all the same.
    run_setup(folder, "build", env={**environment, "AR": "true", "RANLIB": "true"}, status=None)
    assert peak(fake.lines()) == 3


def test_a_link_does_not_wait_for_the_objects_of_others(project, build, fake: Compiler) -> None:
    folder = project(files(one=2, two=2, three=2, four=2))
    build(folder, "-j2")
    begins = [line.split()[1] for line in fake.lines() if line.startswith("begin")]
    assert begins.index("link") < len(begins) - 1 - begins[::-1].index("compile")


def test_a_link_waits_for_its_own_objects(project, build, fake: Compiler) -> None:
    folder = project(files(one=3, two=3))
    build(folder, "-j4", does="case $out in *one1.o|*two2.o) sleep 0.3;; *) sleep 0.02;; esac")
    lines = fake.lines()
    for name in "one", "two":
        (link,) = [index for index, line in enumerate(lines) if re.match(rf"begin link .*/{name}\.", line)]
        ended = [line for line in lines[:link] if line.startswith("end compile") and f"/{name}" in line]
        assert len(ended) == 3


# The first of an extension's sources take the longest.
TALK = """
if [ $kind = compile ]; then
    echo "$source: first line"; echo "$source: to stderr" >&2
    case $source in *0.c) sleep 0.12;; *1.c) sleep 0.06;; esac
    echo "$source: last line"
fi
"""


@pytest.mark.parametrize("jobs", [1, 4])
def test_the_output_of_each_job_is_whole_follows_its_command_and_is_always_in_the_same_order(
    project, fake: Compiler, clean_home: Path, jobs: int
) -> None:
    expected = []
    for name in ("one", "two"):
        for index in range(4):
            source = f"{name}/{name}{index}.c"
            expected += [source, *(f"{source}: {what}" for what in ("first line", "to stderr", "last line"))]
    folder = project(files(one=4, two=4))
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1", **fake.environment, FAKE=TALK)
    # Both streams into one file, as in a log.
    with open(folder / "log", "w") as log:
        command = [sys.executable, "setup.py", "build_ext", f"-j{jobs}"]
        subprocess.run(command, cwd=folder, env=environment, stdout=log, stderr=log, check=True, timeout=60)
    printed = (folder / "log").read_text()
    # A command line is only its source here.
    short = re.sub(rf"^{fake.path} .* -c (\S+) .*$", r"\1", printed, flags=re.MULTILINE)
    assert [line for line in short.splitlines() if re.match(r"\w+/\w+\.c", line)] == expected


def test_the_first_failure_stops_new_jobs_and_names_the_source(project, build, fake: Compiler) -> None:
    folder = project(files(one=10, two=10))
    does = 'case $source in *one2.c) echo "one2.c:1: no such word" >&2; exit 3;; esac; sleep 0.15'
    done = build(folder, "-j2", does=does, status=1)
    begun = [line for line in fake.lines() if line.startswith("begin")]
    assert len(begun) <= 4
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: ") and "one/one2.c" in last and "3" in last
    assert "one2.c:1: no such word" in done.stdout + done.stderr
    assert not [line for line in begun if "link" in line]


def test_jobs_that_run_when_one_fails_are_waited_for_and_kept(project, build, fake: Compiler) -> None:
    folder = project(files(one=6))
    fails = "case $source in *one1.c) sleep 0.05; exit 1;; *) sleep 0.3;; esac"
    build(folder, "-j2", does=fails, status=1)
    first = [line for line in fake.lines() if line.startswith("end compile")]
    assert ["one0.o" in line for line in first] == [True]
    build(folder, "-j2")
    again = [line for line in fake.lines() if line.startswith("begin compile")]
    assert len(again) == 5 and not [line for line in again if "one0.o" in line]


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_an_extension_that_is_optional_may_fail_and_the_others_are_built(
    project, build, fake: Compiler, jobs: str
) -> None:
    script = setup_script(extension("one", 3, optional=True), extension("two", 3))
    folder = project({**files(one=3, two=3), "setup.py": script})
    done = build(folder, f"-j{jobs}", does="case $source in one/*) exit 1;; esac; sleep 0.02")
    lines = fake.lines()
    assert len([line for line in lines if line.startswith("end compile")]) == 3
    assert len([line for line in lines if line.startswith("end link")]) == 1
    assert 'building extension "one" failed' in done.stdout + done.stderr


def test_a_failure_leaves_no_extension_of_its_own_linked(project, build, fake: Compiler) -> None:
    folder = project(files(one=2, two=2))
    build(folder, "-j4", does="case $source in *one0.c) exit 1;; esac; sleep 0.05", status=1)
    assert not [line for line in fake.lines() if "begin link" in line and "/one." in line]


# A jobserver, as GNU make offers it.


class Jobserver:
    """`tokens` that a build may take beside the one job it has by itself."""

    def __init__(self, tokens: int, fifo: Path | None = None) -> None:
        self.tokens = tokens
        self.fifo = fifo
        if fifo:
            os.mkfifo(fifo)
            self.reader = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
            self.writer = self.reader
        else:
            self.reader, self.writer = os.pipe()
            os.set_inheritable(self.reader, True)
            os.set_inheritable(self.writer, True)
        os.write(self.writer, b"+" * tokens)

    @property
    def makeflags(self) -> str:
        where = f"fifo:{self.fifo}" if self.fifo else f"{self.reader},{self.writer}"
        return f" -j{self.tokens + 1} --jobserver-auth={where}"

    def left(self) -> int:
        """How many tokens there are; the end."""
        os.set_blocking(self.reader, False)
        try:
            return len(os.read(self.reader, 1000))
        except BlockingIOError:
            return 0
        finally:
            for end in {self.reader, self.writer}:
                os.close(end)


@pytest.mark.parametrize("fails", [False, True], ids=["a build", "a build that fails"])
@pytest.mark.parametrize("kind", ["fifo", "pipe"])
def test_a_jobserver_of_make_is_joined(
    project, fake: Compiler, clean_home: Path, tmp_path: Path, kind: str, fails: bool
) -> None:
    folder = project(files(one=12, two=2))
    server = Jobserver(2, tmp_path / "fifo" if kind == "fifo" else None)
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1", MAKEFLAGS=server.makeflags)
    environment.update(fake.environment, FAKE=SLEEP + ("; case $source in *one7.c) exit 1;; esac" * fails))
    command = [sys.executable, "setup.py", "build_ext"]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, close_fds=False, timeout=60
    )
    assert done.returncode == (1 if fails else 0), done.stderr
    assert peak(fake.lines()) == 3
    assert server.left() == 2


def test_a_jobserver_whose_pipe_is_not_open_is_no_jobserver(project, build, fake: Compiler) -> None:
    folder = project(files(one=6))
    build(folder, env={"MAKEFLAGS": " -j9 --jobserver-auth=97,98", "OXIDIST_JOBS": "2"})
    assert peak(fake.lines()) == 2


def test_children_are_offered_a_jobserver(project, build, tmp_path: Path) -> None:
    folder = project(files(one=2))
    build(folder, "-j3", does=f'echo "$MAKEFLAGS" >> {tmp_path}/flags')
    flags = (tmp_path / "flags").read_text().splitlines()
    assert len(flags) == 3
    assert all(re.search(r"--jobserver-auth=\S+", line) for line in flags), flags


# Ctrl-C.


def begin(folder: Path, home: Path, *args: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "setup.py", "build_ext", *args],
        cwd=folder,
        env=clean_environment(home, OXIDIST_DISTUTILS="1", **environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_lines(log: Path, number: int) -> None:
    end = time.monotonic() + 30
    while not log.exists() or len(log.read_text().splitlines()) < number:
        assert time.monotonic() < end, "nothing was begun"
        time.sleep(0.005)


@pytest.mark.parametrize("everyone", [False, True], ids=["the build alone", "the whole group"])
@pytest.mark.parametrize(
    ("compiler", "limit"),
    [("exec sleep 60", AT_ONCE), ("trap '' INT TERM; exec sleep 60", 2 * AT_ONCE)],
    ids=["compilers that die of it", "compilers that do not"],
)
def test_ctrl_c_ends_a_build_at_once(
    project, fake: Compiler, clean_home: Path, everyone: bool, compiler: str, limit: float
) -> None:
    folder = project(files(one=6))
    process = begin(folder, clean_home, "-j3", **fake.environment, FAKE=compiler)
    wait_for_lines(fake.log, 3)
    _, errors, seconds = interrupt(process, everyone=everyone)
    assert (process.returncode, errors.splitlines()[-1]) == (130, "interrupted")
    assert seconds < limit
    assert group_is_gone(process.pid)
    assert len([line for line in fake.lines() if line.startswith("begin")]) == 3


# Writes half of its output, waits, and writes the rest: a build that is interrupted leaves half an object.
HALF = """\
#!/bin/sh
case " $* " in *" -c "*|*" -shared "*) ;; *) exec gcc "$@";; esac
for word; do
    case $previous in -o) out=$word;; esac
    previous=$word
done
trap '' INT
gcc "$@" || exit
mv "$out" "$out.whole"
head -c 700 "$out.whole" > "$out"
echo "begin $out" >> '{log}'
if [ "$HALF_TIME" ]; then exec sleep $HALF_TIME; fi
mv "$out.whole" "$out"
"""


def test_what_is_half_written_at_ctrl_c_is_made_again(project, clean_home: Path, tmp_path: Path) -> None:
    folder = project(files(one=3))
    compiler = install_compiler(tmp_path / "half", HALF)
    process = begin(folder, clean_home, "-j2", **compiler.environment, HALF_TIME="30")
    wait_for_lines(compiler.log, 2)
    interrupt(process, everyone=True)
    assert group_is_gone(process.pid)
    compiler.lines()
    process = begin(folder, clean_home, "-j2", **compiler.environment)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert len(compiler.lines()) == 4
    module = built(folder, "one")
    assert [call(module, f"one{index}") for index in range(3)] == [0, 1, 2]


def test_a_compiler_that_dies_of_a_signal_is_named_with_it(project, build) -> None:
    folder = project(files(one=1))
    done = build(folder, does=f"kill -{int(signal.SIGSEGV)} $$", status=1)
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: ") and "one/one0.c" in last
    assert re.search(r"signal 11|SIGSEGV|-11", last), last


# Both ways are the same: one after the other, and all together.

ODD_SCRIPT = """
from distutils.command.build_ext import build_ext
from distutils.core import Extension, setup


class watched(build_ext):
    def build_extension(self, ext):
        print("hook", ext.name, flush=True)
        super().build_extension(ext)


setup(name="demo", version="1.0", cmdclass={"build_ext": watched}, ext_modules=[EXTENSIONS])
"""


@pytest.mark.parametrize("jobs", [1, 3])
def test_an_overridden_build_extension_still_compiles_its_objects_in_parallel(
    project, build, fake: Compiler, jobs: int
) -> None:
    listed = ", ".join(extension(name, 6) for name in ("one", "two"))
    folder = project({**files(one=6, two=6), "setup.py": ODD_SCRIPT.replace("EXTENSIONS", listed)})
    done = build(folder, f"-j{jobs}")
    hooks = [line for line in done.stdout.splitlines() if line.startswith("hook")]
    assert sorted(hooks) == ["hook one", "hook two"]
    assert peak(fake.lines()) == jobs
