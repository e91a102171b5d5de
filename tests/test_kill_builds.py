"""C builds killed at random moments: the next one gives what a clean build gives."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from c_projects import WORKS_HERE, built, call, function, setup_script
from conftest import clean_environment, write_files
from test_interrupt import group_is_gone

pytest.importorskip("distutils.command.build_ext")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc"),
]

SEED = int(os.environ.get("OXIDIST_TEST_SEED") or 20261120)
MOMENTS = 50
EXTENSIONS, SOURCES = 3, 4


def function_of(extension: int, source: int) -> str:
    return f"value_{extension}_{source}"


def sources(generation: int) -> dict[str, str]:
    """The files of a project whose functions return other values in each generation, some by a header."""
    files = {"shared.h": f"#define GENERATION {generation}\n"}
    extensions = []
    for extension in range(EXTENSIONS):
        names = [f"one{extension}/part{source}.c" for source in range(SOURCES)]
        extensions.append(f"Extension('one{extension}', {names!r}, include_dirs=['.'])")
        for source, name in enumerate(names):
            value = extension * 10 + source
            if source % 2:
                files[name] = function(
                    function_of(extension, source), f"GENERATION * 100 + {value}", "shared.h"
                )
            else:
                files[name] = function(function_of(extension, source), generation * 100 + value)
    return {"setup.py": setup_script(*extensions), **files}


def expected(generation: int) -> list[int]:
    return [
        generation * 100 + extension * 10 + source
        for extension in range(EXTENSIONS)
        for source in range(SOURCES)
    ]


def values(folder: Path) -> list[int]:
    return [
        call(built(folder, f"one{extension}"), function_of(extension, source))
        for extension in range(EXTENSIONS)
        for source in range(SOURCES)
    ]


def outputs(folder: Path) -> dict[str, bytes]:
    """Objects and modules."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / "build").rglob("*"))
        if path.suffix in (".o", ".so")
    }


def start(folder: Path, home: Path, *args: str) -> subprocess.Popen[str]:
    environment = clean_environment(home, OXIDIST_DISTUTILS="1", CFLAGS="-O0 -g0", OXIDIST_JOBS="3")
    return subprocess.Popen(
        [sys.executable, "setup.py", "build", *args],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors


@pytest.fixture
def clean_builds(tmp_path: Path, clean_home: Path) -> Callable[[int], dict[str, bytes]]:
    """What a clean build of a generation makes."""
    made: dict[int, dict[str, bytes]] = {}

    def build(generation: int) -> dict[str, bytes]:
        if generation not in made:
            folder = write_files(tmp_path / "clean", sources(generation))
            finish(start(folder, clean_home))
            assert values(folder) == expected(generation)
            made[generation] = outputs(folder)
            shutil.rmtree(folder)
        return made[generation]

    return build


@pytest.mark.parametrize("whom", ["the build", "everyone"])
def test_after_a_kill_at_any_moment_the_next_build_equals_a_clean_one(
    tmp_path: Path, clean_home: Path, clean_builds: Callable, whom: str
) -> None:
    """Killed alone, its compilers go on and write while the next build runs; together, all stop halfway."""
    chance = random.Random(f"{SEED} {whom}")
    folder = write_files(tmp_path / "project", sources(0))
    begin = time.monotonic()
    finish(start(folder, clean_home))
    whole = time.monotonic() - begin
    killed = 0
    for number in range(1, MOMENTS // 2 + 1):
        if number % 5 == 0:
            shutil.rmtree(folder)
        generation = number % 7
        write_files(folder, sources(generation))
        moment = chance.uniform(0, whole)
        begin = time.monotonic()
        process = start(folder, clean_home)
        try:
            process.wait(timeout=moment)
            # The machine has less to do than it had: a kill has to come sooner.
            whole = min(whole, 1.5 * (time.monotonic() - begin))
        except subprocess.TimeoutExpired:
            if whom == "everyone":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.communicate()
        killed += process.returncode != 0
        told = f"seed {SEED} {whom!r}, number {number}, killed after {moment:.4f} s of {whole:.4f} s"
        print(told)
        finish(start(folder, clean_home))
        assert group_is_gone(process.pid), told
        assert values(folder) == expected(generation), told
        assert outputs(folder) == clean_builds(generation), told
        left = [path.name for path in (folder / "build").rglob("*") if path.suffix == ".d"]
        assert left == [], told
    assert killed > MOMENTS // 4, "the builds are too short to be killed"


def test_killed_again_and_again_a_build_is_done_in_the_end(
    tmp_path: Path, clean_home: Path, clean_builds: Callable
) -> None:
    chance = random.Random(SEED + 1)
    folder = write_files(tmp_path / "project", sources(3))
    for number in range(10):
        process = start(folder, clean_home)
        time.sleep(chance.uniform(0.05, 0.3))
        (os.killpg if number % 2 else os.kill)(process.pid, signal.SIGKILL)
        process.communicate()
    finish(start(folder, clean_home))
    assert outputs(folder) == clean_builds(3)
