"""What a build of C shows: one line of progress on a terminal, plain lines everywhere else."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import PATIENCE, clean_environment
from extensions import answer, module, script

EXTENSIONS = "[Extension('one', ['src/one.c', 'src/more.c', 'src/last.c']), Extension('two', ['src/two.c'])]"
FILES = {
    "setup.py": script(EXTENSIONS),
    "src/one.c": module("one"),
    "src/two.c": module("two"),
    "src/more.c": "int more;\n",
    "src/last.c": "int last;\n",
    # Slow enough to be seen at work.
    "slow-cc": '#!/bin/sh\nsleep 0.3\nexec cc "$@"\n',
}
OPTIONS = ["build_ext", "--build-temp=temp", "--build-lib=out", "-j2"]

CLEAR = "\r\x1b[K"


@pytest.fixture
def folder(project) -> Path:
    folder = project(FILES)
    (folder / "slow-cc").chmod(0o755)
    return folder


def on_terminal(folder: Path, home: Path, *options: str, columns: int = 60, **more: str) -> tuple[int, str]:
    """The exit status of a run whose standard streams are a terminal, and what that was sent."""
    master, slave = pty.openpty()
    subprocess.run(["stty", "cols", str(columns), "rows", "24"], stdin=slave, check=True)
    cc = str(folder / "slow-cc")
    environment = clean_environment(
        home, OXIDIST_DISTUTILS="1", TERM="xterm", CC=cc, LDSHARED=f"{cc} -shared", **more
    )
    run = subprocess.Popen(
        [sys.executable, "setup.py", *options],
        cwd=folder,
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    sent = b""
    while True:
        try:
            some = os.read(master, 4096)
        except OSError:  # the other end is closed
            break
        if not some:
            break
        sent += some
    os.close(master)
    return run.wait(PATIENCE), sent.decode().replace("\r\n", "\n")


def shown(sent: str) -> list[str]:
    """The states of the line of progress, in their order."""
    return [part.partition("\n")[0] for part in sent.split(CLEAR) if part.startswith("[")]


def test_a_terminal_shows_one_line_of_progress_and_no_command_lines(folder: Path, clean_home: Path) -> None:
    status, sent = on_terminal(folder, clean_home, *OPTIONS)
    assert status == 0, sent
    states = shown(sent)
    assert states
    for state in states:
        assert re.fullmatch(r"\[[0-6]/6\] \S+  \d+\.\d s", state), state
    # The one that has been at work longest, which need not be each of them once.
    named = {re.split(r" +", state)[-3] for state in states}
    assert len(named) >= 3
    assert "src/one.c" in named
    counts = [int(state[1]) for state in states]
    assert counts == sorted(counts)
    seconds = [float(state.split()[2]) for state in states]
    assert max(seconds) >= 0.2
    assert "slow-cc" not in sent
    # What stays on the screen when the line has gone.
    left = [line.rpartition(CLEAR)[2] for line in sent.split("\n")]
    assert "building 'one' extension" in left
    assert "building 'two' extension" in left
    assert left[-1] == ""
    assert not re.search(r"\[\d/6\]", "".join(left))
    assert answer(folder / "out", "one") == 42


def test_the_line_keeps_to_the_width_of_the_terminal(folder: Path, clean_home: Path) -> None:
    deep = folder / "src" / ("deep" * 12)
    deep.mkdir()
    (folder / "src/more.c").rename(deep / "more.c")
    text = (folder / "setup.py").read_text().replace("src/more.c", f"src/{deep.name}/more.c")
    (folder / "setup.py").write_text(text)
    _, sent = on_terminal(folder, clean_home, *OPTIONS, columns=40)
    states = shown(sent)
    assert any("more.c" in state for state in states)
    assert max(len(state) for state in states) < 40


def test_what_the_compiler_says_is_shown_on_a_terminal_below_its_command(
    folder: Path, clean_home: Path
) -> None:
    (folder / "src/more.c").write_text("#warning look here\nint more;\n")
    status, sent = on_terminal(folder, clean_home, *OPTIONS, NO_COLOR="1")
    assert status == 0
    command, _, said = sent.partition("warning: #warning look here")
    assert said
    assert re.search(r"slow-cc .*-c src/more\.c", command)
    assert "-c src/one.c" not in sent


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_the_compilers_colours_are_kept_on_a_terminal(folder: Path, clean_home: Path, compiler: str) -> None:
    if not shutil.which(compiler):
        pytest.skip(f"there is no {compiler}")
    (folder / "slow-cc").write_text(f'#!/bin/sh\nexec {compiler} "$@"\n')
    (folder / "src/more.c").write_text("#warning look here\nint more;\n")
    # The magenta of a warning's heading: bold for both.
    warning = re.compile(r"\x1b\[\d[\d;]*m(\x1b\[K)?warning:")
    assert warning.search(on_terminal(folder, clean_home, *OPTIONS, "-f")[1])
    assert not warning.search(on_terminal(folder, clean_home, *OPTIONS, "-f", NO_COLOR="1")[1])
    # What is asked for counts, and is no change of the command line.
    sent = on_terminal(folder, clean_home, *OPTIONS, CFLAGS="-fdiagnostics-color=never")[1]
    assert "look here" in sent and not warning.search(sent)
    assert "look here" not in on_terminal(folder, clean_home, *OPTIONS, CFLAGS="-fdiagnostics-color=never")[1]


def test_dash_v_shows_the_command_lines_on_a_terminal(folder: Path, clean_home: Path) -> None:
    _, sent = on_terminal(folder, clean_home, "-v", *OPTIONS)
    assert len(re.findall(r"^\S*slow-cc .*-c src/\w+\.c", sent, re.M)) == 4
    assert not shown(sent)


@pytest.mark.parametrize("how", ["a dumb terminal", "a dry run", "quiet"])
def test_there_is_no_line_of_progress_for(folder: Path, clean_home: Path, how: str) -> None:
    options = {"a dry run": ["-n"], "quiet": ["-q"]}.get(how, [])
    more = {"TERM": "dumb"} if how == "a dumb terminal" else {}
    home = clean_home
    cc = str(folder / "slow-cc")
    environment = clean_environment(
        home, OXIDIST_DISTUTILS="1", CC=cc, LDSHARED=f"{cc} -shared", **{"TERM": "xterm", **more}
    )
    master, slave = pty.openpty()
    run = subprocess.run(
        [sys.executable, "setup.py", *options, *OPTIONS],
        cwd=folder,
        env=environment,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    os.set_blocking(master, False)
    sent = b""
    try:
        while some := os.read(master, 65536):
            sent += some
    except OSError:
        pass
    os.close(master)
    assert run.returncode == 0
    assert b"\x1b" not in sent
    assert (b"-c src/one.c" in sent) is (how != "quiet")


def test_elsewhere_command_lines_are_plain_lines(folder: Path, run_setup) -> None:
    cc = str(folder / "slow-cc")
    done = run_setup(folder, *OPTIONS, env={"TERM": "xterm", "CC": cc, "LDSHARED": f"{cc} -shared"})
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout + done.stderr
    assert len(re.findall(r"^\S*slow-cc .*-c src/\w+\.c", done.stdout, re.M)) == 4


def test_with_v_each_step_says_why_it_runs(project, run_setup) -> None:
    files = {"one.c": module("one"), "two.c": '#include "two.h"\n', "two.h": ""}
    folder = project({"setup.py": script("[Extension('one', ['one.c', 'two.c'])]"), **files})

    def reasons(*options: str, **environment: str) -> list[str]:
        command = ("-v", "build_ext", "--build-temp=temp", "--build-lib=lib", *options)
        printed = run_setup(folder, *command, env=environment).stdout
        return [line for line in printed.splitlines() if line.startswith("making ")]

    made = f"'lib/one{sysconfig.get_config_var('EXT_SUFFIX')}'"
    first = "it was not built before"
    all_of_them = ("'temp/one.o'", "'temp/two.o'", made)
    assert reasons() == [f"making {name}: {first}" for name in all_of_them]
    assert reasons() == []
    (folder / "two.h").write_text("int two;\n")
    assert reasons() == [
        "making 'temp/two.o': 'two.h' has changed",
        f"making {made}: 'temp/two.o' is made again",
    ]
    changed = "its command line has changed"
    flags = {"CFLAGS": "-O1 -DFOO"}
    assert reasons(**flags) == [f"making {name}: {changed}: + -O1, + -DFOO" for name in all_of_them]
    flags = {"CFLAGS": "-O0 -DFOO"}
    assert reasons("-lm", **flags) == [
        "making 'temp/one.o': its command line has changed: -O1 → -O0",
        "making 'temp/two.o': its command line has changed: -O1 → -O0",
        f"making {made}: its command line has changed: -O1 → -O0, + -lm",
    ]
    options = ["-lm"]
    variable = "the variable CPATH is set now: 'include'"
    flags["CPATH"] = "include"
    assert reasons(*options, **flags) == [f"making {name}: {variable}" for name in all_of_them]
    (folder / "two.h").unlink()
    (folder / "two.c").write_text("")
    Path(folder, made.strip("'")).unlink()
    assert reasons(*options, **flags)[:1] == ["making 'temp/two.o': 'two.c' has changed"]
    Path(folder, made.strip("'")).unlink()
    assert reasons(*options, **flags) == [f"making {made}: it is gone"]
