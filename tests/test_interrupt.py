"""Ctrl-C and sudden death: whole files and no processes are left, and the next run completes the work."""

from __future__ import annotations

import marshal
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from conftest import Snapshot, clean_environment, snapshot, write_files
from wholeness import PYC_HEADER, TEMPORARY, assert_whole

# How long a run goes on after Ctrl-C, in seconds: on an idle machine a tenth of this, at the worst (other
# runs keep all cores busy) twice as long.
AT_ONCE = 0.5

MODULES = 1_400
DATA_FILES = 600

SETUP = """
from distutils.core import setup

setup(
    name="large", version="1.0", author="Ann", author_email="ann@example.org", url="https://example.org",
    packages=[f"pkg.part{number}" for number in range(20)] + ["pkg"], package_data={"": ["*.dat"]},
)
"""


@pytest.fixture(scope="session")
def large_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of 2,000 files, which nobody changes."""
    files = {"setup.py": SETUP, "README": "read me\n", "pkg/__init__.py": "", "MANIFEST.in": "graft pkg\n"}
    for part in range(20):
        files[f"pkg/part{part}/__init__.py"] = f"PART = {part}\n"
    for number in range(MODULES):
        lines = [f"def function_{line}(argument):\n    return argument + {number}\n" for line in range(3)]
        files[f"pkg/part{number % 20}/module_{number}.py"] = "\n".join(lines)
    for number in range(DATA_FILES):
        files[f"pkg/part{number % 20}/data_{number}.dat"] = f"{number}\n" * 100
    return write_files(tmp_path_factory.mktemp("large"), files)


@dataclass
class Outputs:
    """The options that send everything a run makes to a folder of its own."""

    folder: Path

    def build(self, *more: str) -> list[str]:
        return ["build", f"--build-base={self.folder}/build", *more]

    def install(self) -> list[str]:
        return [*self.build(), "install", f"--root={self.folder}/root", "--prefix=/usr"]

    def sdist(self) -> list[str]:
        options = [f"--dist-dir={self.folder}/dist", f"--manifest={self.folder}/MANIFEST", "--formats=tar"]
        return ["sdist", *options]

    def bdist_dumb(self) -> list[str]:
        options = [f"--bdist-dir={self.folder}/dumb", f"--dist-dir={self.folder}/dist", "--format=tar"]
        return [*self.build(), "bdist_dumb", *options]


COMMANDS: dict[str, Callable[[Outputs], list[str]]] = {
    "build": Outputs.build,
    "install": Outputs.install,
    "sdist": Outputs.sdist,
    "bdist_dumb": Outputs.bdist_dumb,
}


def start(
    folder: Path, home: Path, *args: str, script: tuple[str, ...] = ("setup.py",)
) -> subprocess.Popen[str]:
    """Start a run in a group of processes of its own, as a shell does."""
    return subprocess.Popen(
        [sys.executable, *script, *args],
        cwd=folder,
        env=clean_environment(home, OXIDIST_DISTUTILS="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def group_is_gone(group: int) -> bool:
    """Whether no process of a group is left, given time to end: a busy machine takes some."""
    for _ in range(1000):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def interrupt(process: subprocess.Popen[str], *, everyone: bool = False) -> tuple[str, str, float]:
    """Press Ctrl-C: for the process alone, or as a terminal does it for everyone in its group.

    What it printed, and how many seconds it went on.
    """
    begin = time.monotonic()
    (os.killpg if everyone else os.kill)(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    return output, errors, time.monotonic() - begin


def result(folder: Path) -> dict[str, object]:
    """What a run has made, in a form in which it is the same each time."""
    found: dict[str, object] = {}
    for parent, _, files in os.walk(folder):
        for name in files:
            path = Path(parent, name)
            shown = path.relative_to(folder).as_posix()
            if name.endswith(".pyc"):
                contents = path.read_bytes()
                found[shown] = (contents[:PYC_HEADER], marshal.loads(contents[PYC_HEADER:]))
            elif name.endswith(".tar"):
                with tarfile.open(path) as archive:
                    files_in = {member.name: archive.extractfile(member) for member in archive}
                    # Byte code is marshalled a little differently each time.
                    found[shown] = {
                        name: name.endswith(".pyc") or (file and file.read())
                        for name, file in files_in.items()
                    }
            else:
                found[shown] = path.read_bytes()
    return found


@dataclass
class Whole:
    """A run that nobody disturbed: what it made, and how many seconds it took after its first line."""

    made: dict[str, object]
    seconds: float


@pytest.fixture(scope="session")
def whole(
    large_project: Path, clean_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Whole]:
    """`whole("build")`, run once."""

    @cache
    def run(command: str) -> Whole:
        out = tmp_path_factory.mktemp("whole")
        process = begin(large_project, clean_home, *COMMANDS[command](Outputs(out)))
        first_line = time.monotonic()
        _, errors = process.communicate()
        seconds = time.monotonic() - first_line
        assert (process.returncode, errors) == (0, "")
        made = result(out)
        shutil.rmtree(out)
        return Whole(made, seconds)

    return run


@pytest.fixture(scope="session")
def sources(large_project: Path) -> Snapshot:
    return snapshot(large_project)


class Moments:
    """Random moments of runs that take `seconds`; where one was over already, later ones are earlier."""

    def __init__(self, seconds: float, seed: int) -> None:
        self.seconds = seconds
        self.chance = random.Random(seed)

    def wait(self) -> None:
        time.sleep(self.seconds * self.chance.uniform(0, 0.9))

    def too_late(self) -> None:
        self.seconds *= 0.7


def begin(folder: Path, home: Path, *args: str) -> subprocess.Popen[str]:
    """Start a run, and wait for its first line."""
    process = start(folder, home, *args)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def complete(folder: Path, home: Path, *args: str) -> None:
    process = start(folder, home, *args)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize(
    ("command", "times"), [("build", 8), ("install", 8), ("sdist", 8), ("bdist_dumb", 4)]
)
def test_ctrl_c_at_any_moment_leaves_whole_files_and_the_next_run_completes_them(
    large_project: Path, clean_home: Path, sources: Snapshot, whole, tmp_path: Path, command: str, times: int
) -> None:
    moments, went_on = Moments(whole(command).seconds, 1), []
    for number in range(times):
        out = tmp_path / str(number)
        out.mkdir()
        process = begin(large_project, clean_home, *COMMANDS[command](Outputs(out)))
        moments.wait()
        _, errors, seconds = interrupt(process, everyone=number % 2 == 0)
        assert group_is_gone(process.pid)
        assert_whole(sources, {**sources, **snapshot(out)})
        if process.returncode == 0:
            moments.too_late()
        else:
            assert (process.returncode, errors) == (130, "interrupted\n")
            went_on.append(seconds)
        if number == times - 1:
            complete(large_project, clean_home, *COMMANDS[command](Outputs(out)))
            assert result(out) == whole(command).made
        shutil.rmtree(out)
    assert len(went_on) > times // 3, "the runs are too short to be interrupted"
    assert sorted(went_on)[len(went_on) // 2] < AT_ONCE
    assert snapshot(large_project) == sources


@pytest.mark.parametrize(("command", "times"), [("build", 8), ("install", 2)])
def test_what_a_killed_run_has_not_done_the_next_one_does(
    large_project: Path, clean_home: Path, whole, tmp_path: Path, command: str, times: int
) -> None:
    moments, killed = Moments(whole(command).seconds, 2), 0
    for number in range(times):
        out = tmp_path / str(number)
        process = begin(large_project, clean_home, *COMMANDS[command](Outputs(out)))
        moments.wait()
        process.kill()
        process.communicate()
        assert group_is_gone(process.pid)
        if process.returncode == 0:
            moments.too_late()
        else:
            killed += 1
        complete(large_project, clean_home, *COMMANDS[command](Outputs(out)))
        made = {name: contents for name, contents in result(out).items() if TEMPORARY not in name}
        assert made == whole(command).made
        shutil.rmtree(out)
    assert killed, "the runs are too short to be killed"


# What a run that is killed while it writes a file leaves, and a name of the user's own that is similar.
LEFT_OVER = ".oxidist-4711-3"
KEPT = ".oxidist-notes"

LEFT_OVER_SETUP = """
from distutils.core import setup

setup(name="demo", version="1.0", packages=["pkg"], package_data={"pkg": ["*", ".*"]})
"""


def test_what_a_killed_run_was_writing_is_never_packaged(project, run_setup) -> None:
    folder = project(
        {"setup.py": LEFT_OVER_SETUP, "MANIFEST.in": "global-include * .*\n", "pkg/__init__.py": ""}
    )
    for place in "pkg", "build/lib/pkg", "build/bdist/pkg", ".":
        for name in LEFT_OVER, KEPT:
            (folder / place).mkdir(parents=True, exist_ok=True)
            (folder / place / name).write_text("half a li")
    run_setup(folder, "install", "--root", "root", "--prefix=/usr")
    run_setup(folder, "sdist", "--formats=tar,zip")
    run_setup(folder, "bdist_dumb", "--format=tar", "--bdist-dir=build/bdist")
    installed = [path.name for path in (folder / "root").rglob(".*")]
    assert installed == [KEPT]
    for file in (folder / "dist").iterdir():
        opened = zipfile.ZipFile(file) if file.suffix == ".zip" else tarfile.open(file)
        with opened as archive:
            names = archive.namelist() if isinstance(archive, zipfile.ZipFile) else archive.getnames()
        assert not [name for name in names if name.endswith(LEFT_OVER)], file
        assert [name for name in names if name.endswith(KEPT)], file


SLOW = """
import os, subprocess, sys, time
from distutils.command.build_py import build_py
from distutils.core import Command, setup


def begun():
    print("begun", flush=True)


class slow_build(build_py):
    def build_module(self, module, module_file, package):
        done = super().build_module(module, module_file, package)
        if module == "b":
            begun()
            WAIT
        return done


class slow(Command):
    user_options = []

    def initialize_options(self):
        pass

    def finalize_options(self):
        pass

    def run(self):
        WAIT


setup(name="demo", version="1.0", packages=["pkg"], cmdclass={"build_py": slow_build, "slow": slow})
"""

# A child that tells that it runs; what it does when it is interrupted is filled in.
CHILD = """
import os, signal, sys, time
SIGNAL
open("child", "w").close()
print("begun", flush=True)
time.sleep(60)
"""


def spawning(signal_handling: str) -> str:
    return f"self.spawn([sys.executable, '-c', {CHILD.replace('SIGNAL', signal_handling)!r}])"


WAITS = {
    "sleeps": "time.sleep(60)",
    "counts": "while True: pass",
    "calls a program": "subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])",
    "catches what it can": "exec('try: time.sleep(60)\\nexcept Exception: print(1)')",
}


def slow_project(project: Callable[..., Path], wait: str) -> Path:
    modules = {f"pkg/{name}.py": f"NAME = '{name}'\n" for name in "abc"}
    return project({"setup.py": SLOW.replace("WAIT", wait), "pkg/__init__.py": "", **modules})


def wait_for(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdout is not None
    for printed in process.stdout:
        if printed == line + "\n":
            return
    raise AssertionError(f"it ended early: {process.communicate()[1]}")


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_ctrl_c_in_a_hook_of_the_scripts_own_ends_the_run(project, clean_home: Path, wait: str) -> None:
    folder = slow_project(project, wait)
    before = snapshot(folder)
    process = start(folder, clean_home, "build")
    wait_for(process, "begun")
    output, errors, seconds = interrupt(process, everyone=True)
    last = errors.splitlines()[-1:]
    assert (process.returncode, last, output) == (130, ["interrupted"], "")
    assert seconds < 2 * AT_ONCE
    assert group_is_gone(process.pid)
    assert_whole(before, snapshot(folder))
    built = {path.name for path in (folder / "build/lib/pkg").iterdir()}
    assert built == {"__init__.py", "a.py", "b.py"}


# How a child takes Ctrl-C, and whether it has time to take away the file that it was writing.
CHILDREN = {
    "one that dies of it": ("pass", True, False),
    "one that does not hear of it": ("pass", False, False),
    "one that ignores it": ("signal.signal(signal.SIGINT, signal.SIG_IGN)", True, False),
    "one that tidies up": (
        "signal.signal(signal.SIGINT, lambda *_: (time.sleep(0.03), os.remove('child'), sys.exit(1)))",
        True,
        True,
    ),
}


@pytest.mark.parametrize(("handling", "everyone", "tidied"), CHILDREN.values(), ids=CHILDREN)
def test_ctrl_c_while_a_child_runs_ends_both(
    project, clean_home: Path, handling: str, everyone: bool, tidied: bool
) -> None:
    folder = slow_project(project, spawning(handling))
    process = start(folder, clean_home, "slow")
    wait_for(process, "begun")
    _, errors, seconds = interrupt(process, everyone=everyone)
    assert (process.returncode, errors.splitlines()[-1]) == (130, "interrupted")
    assert seconds < 2 * AT_ONCE
    assert group_is_gone(process.pid)
    assert (folder / "child").exists() == (not tidied)


@pytest.mark.parametrize("as_archive", [False, True], ids=["a folder", "an archive"])
def test_ctrl_c_under_python_m_oxidist(
    project, run_setup, clean_home: Path, tmp_path: Path, as_archive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = slow_project(project, "time.sleep(60)")
    (folder / "README").write_text("")
    temporary, elsewhere = tmp_path / "temporary", tmp_path / "elsewhere"
    temporary.mkdir()
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    if as_archive:
        run_setup(folder, "sdist")
    source = folder / "dist/demo-1.0.tar.gz" if as_archive else folder
    process = start(elsewhere, clean_home, "-C", str(source), "build", script=("-m", "oxidist"))
    wait_for(process, "begun")
    _, errors, seconds = interrupt(process)
    assert (process.returncode, errors) == (130, "interrupted\n")
    assert seconds < 2 * AT_ONCE
    assert (list(temporary.iterdir()), list(elsewhere.iterdir())) == ([], [])


@pytest.mark.parametrize(
    ("script", "status"),
    [(("setup.py",), -signal.SIGINT), (("-m", "oxidist"), 130)],
    ids=["python setup.py", "python -m oxidist"],
)
def test_ctrl_c_before_setup_is_called(
    project, clean_home: Path, script: tuple[str, ...], status: int
) -> None:
    folder = project({"setup.py": "import time\nprint('begun', flush=True)\ntime.sleep(60)\n"})
    process = start(folder, clean_home, "build", script=script)
    wait_for(process, "begun")
    _, errors, _ = interrupt(process)
    assert process.returncode == status
    assert errors.endswith("interrupted\n" if status == 130 else "KeyboardInterrupt\n")


def test_ctrl_c_while_a_distribution_is_made_or_reads_its_files(project, clean_home: Path) -> None:
    script = """
    import time
    from distutils.core import Distribution, setup


    class Slow(Distribution):
        def METHOD(self, *args):
            print("begun", flush=True)
            time.sleep(60)


    setup(name="demo", distclass=Slow)
    """
    for method in "finalize_options", "find_config_files", "parse_command_line":
        folder = project({"setup.py": script.replace("METHOD", method)}, name=method)
        process = start(folder, clean_home, "build")
        wait_for(process, "begun")
        _, errors, _ = interrupt(process)
        assert (process.returncode, errors) == (130, "interrupted\n"), method


def test_an_impatient_user_presses_ctrl_c_more_than_once(
    large_project: Path, clean_home: Path, sources: Snapshot, whole, tmp_path: Path
) -> None:
    for number, pause in enumerate([0.0, 0.01]):
        out = tmp_path / str(number)
        process = begin(large_project, clean_home, *Outputs(out).install())
        time.sleep(whole("install").seconds / 2)
        for _ in range(3):
            process.send_signal(signal.SIGINT)
            time.sleep(pause)
        process.communicate()
        assert process.returncode in (130, -signal.SIGINT)
        assert_whole(sources, {**sources, **snapshot(out)})
        shutil.rmtree(out)
