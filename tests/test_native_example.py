"""The project in examples/native: extensions, a library, questions to the compiler, flags of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from extensions import told
from twins import Twins

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "native" / "project"

# Compiled fast, and with warnings.
SHORT = {"CFLAGS": "-O0 -Wall -Wextra"}

ASK = """
import json, sounding
print(json.dumps([sounding.depth(0.05), sounding.depth(0.05, 20, 0, tilt=1), sounding.median([9, 1, 5, 2, 7]),
    sounding.features()]))
"""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    made_by_use = shutil.ignore_patterns("build", "dist", "MANIFEST", "__pycache__", "*.so")
    return Path(shutil.copytree(EXAMPLE, tmp_path / "project", ignore=made_by_use))


@pytest.fixture
def pair(twins, example: Path) -> Twins:
    """The example for us and for CPython's distutils."""
    files = {
        path.relative_to(example).as_posix(): path.read_bytes()
        for path in example.rglob("*")
        if path.is_file()
    }
    return twins(files)


def answers(folder: Path, python: str | Path = sys.executable) -> list:
    """What the modules in `folder` say, in a process of its own."""
    done = subprocess.run([python, "-c", ASK], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def built(folder: Path) -> Path:
    (library,) = folder.glob("build/lib*")
    return library


def compiles(output: str) -> dict[str, str]:
    """The command line that compiled each source of the project."""
    lines = [line for line in output.splitlines() if " -c " in line]
    return {line.partition(" -c ")[2].split()[0]: line for line in lines if "_configtest" not in line}


def test_the_extensions_are_built_and_know_what_config_found(example: Path, run_setup) -> None:
    run_setup(example, "build", env=SHORT)
    depth, negative, median, features = answers(built(example))
    assert depth == pytest.approx(37.24975)
    assert negative == pytest.approx(-37.0405)
    assert median == 5.0
    assert features == {"c": 201112, "fma": True, "sincospi": False}


def test_each_language_gets_its_own_flags_and_all_get_the_macros(example: Path, run_setup) -> None:
    done = run_setup(example, "-v", "build", env=SHORT)
    lines = compiles(done.stdout)
    assert sorted(lines) == ["src/chart.cpp", "src/echo.c", "water/speed.c"]
    assert lines["src/echo.c"].endswith(" -std=c11")
    assert lines["src/chart.cpp"].endswith(" -std=c++17 -fvisibility=hidden")
    assert "-std" not in lines["water/speed.c"]
    assert "-DSALT=35.0" in lines["water/speed.c"]
    assert all(" -DHAVE_FMA=1 " in lines[source] for source in ("src/echo.c", "src/chart.cpp"))


def test_cpythons_distutils_runs_the_same_command_lines(pair: Twins, oracle) -> None:
    ours, theirs = pair.run("build", env=SHORT)
    assert told(ours.stdout) == told(theirs.stdout)
    assert answers(built(pair.ours), oracle.python) == answers(built(pair.theirs), oracle.python)


def test_modules_can_be_built_in_place(example: Path, run_setup) -> None:
    run_setup(example, "build_clib", "build_ext", "--inplace", env=SHORT)
    assert answers(example)[2] == 5.0
    assert len(list((example / "sounding").glob("*.so"))) == 2


def test_a_dry_run_shows_it_all_and_changes_nothing(example: Path, run_setup, tree) -> None:
    before = tree(example)
    done = run_setup(example, "--dry-run", "build", env=SHORT)
    assert len(compiles(done.stdout)) == 3
    assert tree(example) == before


def test_config_alone_tells_what_it_found(example: Path, run_setup) -> None:
    done = run_setup(example, "config")
    assert "found: HAVE_FMA\n" in done.stdout
    assert "HAVE_SINCOSPI" not in done.stdout


def test_a_changed_header_changes_the_module(example: Path, run_setup) -> None:
    run_setup(example, "build", env=SHORT)
    before = answers(built(example))[0]
    header = example / "src/echo.h"
    header.write_text(header.read_text().replace("2.0", "4.0"))
    later = time.time() + 2
    os.utime(header, (later, later))
    done = run_setup(example, "build", env=SHORT)
    assert answers(built(example))[0] == pytest.approx(before / 2)
    assert "src/chart.cpp" not in compiles(done.stdout)


def test_everything_needed_is_in_the_source_distribution(example: Path, run_setup) -> None:
    run_setup(example, "-q", "sdist", "--formats=tar")
    unpacked = example / "unpacked"
    unpacked.mkdir()
    subprocess.run(["tar", "-xf", "../dist/sounding-0.3.tar"], cwd=unpacked, check=True)
    folder = unpacked / "sounding-0.3"
    run_setup(folder, "build", env=SHORT)
    assert answers(built(folder))[2] == 5.0
