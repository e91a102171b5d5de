"""Names of files and what compilers say, shown without what a terminal would obey."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Clears the screen, sets the title, goes back, turns the direction of text, begins a sequence in eight bits.
ACTIVE = "\x1b[2J\x1b]0;t\x07\x08\r\u202e\x9b1m"
SHOWN = "\\x1b[2J\\x1b]0;t\\x07\\x08\\r\\u202e\\x9b1m"

SETUP = """
from distutils.core import setup
setup(name="p", version="1.0", packages=["p"], package_data={"p": ["*.dat"]}, scripts=SCRIPTS)
"""


def assert_passive(text: str) -> None:
    assert not {character for character in text if character in ACTIVE and character not in "[]20Jt;1m"}, text


def test_names_are_shown_with_escapes_wherever_they_are_shown(project, run_setup) -> None:
    name = f"d{ACTIVE}.dat"
    folder = project(
        {"setup.py": SETUP.replace("SCRIPTS", "[]"), "p/__init__.py": "", f"p/{name}": "", "README": "r"}
    )
    (folder / "MANIFEST.in").write_text(
        f"include nosuch{ACTIVE}.txt\nrecursive-include p *.dat\n".replace("\r", "")
    )
    for arguments in [("-v", "build"), ("-v", "-n", "build"), ("-v", "install", "--root=r"), ("-v", "sdist")]:
        done = run_setup(folder, *arguments)
        assert_passive(done.stdout + done.stderr)
        assert f"d{SHOWN}.dat" in done.stdout, (arguments, done.stdout)
    # The files have their names all the same.
    assert list(folder.glob(f"build/lib*/p/{name.replace('[', '[[]')}"))


def test_names_in_errors_and_tracebacks_of_none_are_shown_with_escapes(project, run_setup) -> None:
    folder = project({"setup.py": SETUP.replace("SCRIPTS", repr([f"s{ACTIVE}"])), "p/__init__.py": ""})
    done = run_setup(folder, "build", status=1)
    assert_passive(done.stdout + done.stderr)
    assert SHOWN in done.stderr


def test_bytes_that_are_no_text_and_control_a_terminal_of_eight_bits_are_shown_with_escapes(
    project, run_setup
) -> None:
    folder = project({"setup.py": SETUP.replace("SCRIPTS", "[]"), "p/__init__.py": ""})
    name = os.fsencode(folder / "p") + b"/\x9b2J.dat"
    try:
        Path(os.fsdecode(name)).touch()
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    done = run_setup(folder, "-v", "build", env={"PYTHONIOENCODING": "utf-8:surrogateescape"})
    assert "2J.dat" in done.stdout and not {"\x9b", "\udc9b"} & set(done.stdout)


def test_compilers_keep_their_colours_and_nothing_else(project, run_setup) -> None:
    compiler = """#!/bin/sh
printf 'one \\033[01;31m\\033[Kred\\033[m\\tx\\nclear \\033[2J \\033]0;t\\007 \\010 caf\\351 \\233 end\\n' >&2
exit 1
"""
    script = """
from distutils.core import setup, Extension
setup(name="p", version="1.0", ext_modules=[Extension("e", ["e.c"])])
"""
    folder = project({"setup.py": script, "e.c": "", "cc": compiler})
    (folder / "cc").chmod(0o755)
    environment = {"CC": str(folder / "cc"), "PYTHONIOENCODING": "utf-8:surrogateescape"}
    done = run_setup(folder, "build_ext", env=environment, status=1)
    assert "one \x1b[01;31m\x1b[Kred\x1b[m\tx\n" in done.stderr
    assert "clear \\x1b[2J \\x1b]0;t\\x07 \\x08 caf" in done.stderr


def test_a_backend_and_an_option_of_a_strangers_project_are_shown_with_escapes(project, run_setup) -> None:
    table = '[build-system]\nrequires = []\nbuild-backend = "b\\u001b[2J\\u202e\\u0008"\n'
    folder = project({"pyproject.toml": table})
    done = run_setup(folder, "build", script=["-m", "oxidist"], status=1)
    assert_passive(done.stderr)
    assert "b\\x1b[2J\\u202e\\x08" in done.stderr
    other = project({"setup.py": SETUP.replace("SCRIPTS", "[]"), "p/__init__.py": ""}, "other")
    (other / "setup.cfg").write_text(f"[build]\nforce = {ACTIVE.replace(chr(13), '')}\n")
    for arguments in (["build"], ["--show-origins", "build"]):
        done = run_setup(other, *arguments, script=["-m", "oxidist"], status=None)
        assert_passive(done.stdout + done.stderr)
        assert "\\x1b[2j" in (done.stdout + done.stderr).lower()
