"""What a compiler says after its wrapper has ended, and processes that keep its output or a build's lock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from c_projects import module
from conftest import clean_environment

SETUP = """
from distutils.core import setup, Extension
setup(name="p", version="1.0", ext_modules=[Extension(name, [name + ".c"]) for name in NAMES])
"""


def make(project, wrapper: str, names: tuple[str, ...] = ("one",), **sources: str) -> Path:
    files = {f"{name}.c": module(name, 1) for name in names}
    folder = project({"setup.py": SETUP.replace("NAMES", repr(names)), **files, **sources, "cc": wrapper})
    (folder / "cc").chmod(0o755)
    return folder


FILTERED = """#!/bin/bash
gcc "$@" 2> >(sleep 0.5; sed 's/^/[filtered] /' >&2)
"""


def test_what_a_filter_says_after_its_compiler_has_ended_is_shown(project, run_setup) -> None:
    folder = make(project, FILTERED)
    environment = {"CC": str(folder / "cc"), "LDSHARED": "gcc -shared"}
    (folder / "one.c").write_text("#warning look here\n#error no way\n")
    done = run_setup(folder, "build_ext", env=environment, status=1)
    assert "[filtered]" in done.stderr and "no way" in done.stderr
    (folder / "one.c").write_text("#warning look here\n" * 2000 + module("one", 1))
    done = run_setup(folder, "build_ext", env=environment)
    assert done.stderr.count("warning: #warning look here") == 2000


SERVED = """#!/bin/bash
if [ ! -e "$0.served" ]; then
    touch "$0.served"
    setsid sleep 30 </dev/null & echo $! >"$0.pid"
fi
exec gcc "$@"
"""


def test_a_server_that_a_wrapper_leaves_behind_is_not_waited_for(project, run_setup) -> None:
    folder = make(project, SERVED)
    begin = time.monotonic()
    run_setup(folder, "build_ext", env={"CC": str(folder / "cc"), "LDSHARED": "gcc -shared"})
    took = time.monotonic() - begin
    os.kill(int((folder / "cc.pid").read_text()), signal.SIGKILL)
    assert took < 20


LEFT_BEHIND = """#!/bin/bash
case " $* " in *" -c "*) ;; *) exec gcc "$@" ;; esac
exec 3<&0
setsid sleep 60 <&3 3<&- >/dev/null 2>&1 & echo $! >"$0.new"; mv "$0.new" "$0.pid"
sleep 60
"""


def test_the_process_that_holds_a_dead_builds_lock_is_named_and_the_wait_has_a_bound(
    project, run_setup, clean_home
) -> None:
    folder = make(project, LEFT_BEHIND)
    options = ["build_ext", "--build-temp=temp", "--build-lib=out"]
    wrapped = {"CC": str(folder / "cc"), "LDSHARED": "gcc -shared"}
    killed = subprocess.Popen(
        [sys.executable, "setup.py", *options],
        cwd=folder,
        env=clean_environment(clean_home, OXIDIST_DISTUTILS="1", **wrapped),
        start_new_session=True,
    )
    while not (folder / "cc.pid").exists():
        assert killed.poll() is None
        time.sleep(0.01)
    holder = int((folder / "cc.pid").read_text())
    try:
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
        done = run_setup(folder, *options, env={"OXIDIST_LOCK_TIMEOUT": "0.5"}, status=1)
        assert f"waiting for another build, which has 'temp': process {holder} (sleep)" in done.stderr
        last = done.stderr.splitlines()[-1]
        assert last.startswith(f"error: 'temp' is locked by process {holder} (sleep): no longer waited for")
        done = run_setup(folder, *options, env={"OXIDIST_LOCK_TIMEOUT": "soon"}, status=1)
        assert "OXIDIST_LOCK_TIMEOUT must be a number of seconds above 0 (got 'soon')" in done.stderr
    finally:
        os.kill(holder, signal.SIGKILL)
    run_setup(folder, *options)


def test_records_that_are_no_file_are_an_error_and_no_wait_for_ever(project, run_setup) -> None:
    folder = make(project, "")
    options = ["build_ext", "--build-temp=temp", "--build-lib=out"]
    run_setup(folder, *options)
    for name in (".oxidist-records", ".oxidist-lock"):
        path = folder / "temp" / name
        contents = path.read_bytes()
        path.unlink()
        for link in (None, "/dev/zero"):
            path.symlink_to(link) if link else os.mkfifo(path)
            done = run_setup(folder, *options, status=1)
            assert f"'temp/{name}': it is not a regular file" in done.stderr, done.stderr
            path.unlink()
        path.write_bytes(contents)
    run_setup(folder, *options)


def test_a_users_file_that_never_ends_or_begins_is_an_error(project, run_setup) -> None:
    folder = project({"setup.py": "from distutils.core import setup\nsetup(name='p', version='1')\n"})
    (folder / "pyproject.toml").symlink_to("/dev/zero")
    done = run_setup(folder, "sdist", status=1)
    assert "could not read './pyproject.toml': it has more than 256 MiB, or no end" in done.stderr, (
        done.stderr
    )
