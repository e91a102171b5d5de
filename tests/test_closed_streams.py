"""Standard streams that are closed, full or gone, and options whose iterators never end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from c_projects import module
from conftest import clean_environment

SETUP = """
from distutils.core import setup, Extension
setup(name="p", version="1.0", packages=["p"], ext_modules=[Extension("e", ["e.c"])])
"""


@pytest.fixture
def shell(project, clean_home):
    folder = project({"setup.py": SETUP, "p/__init__.py": "", "e.c": module("e", 1)})

    def run(line: str) -> subprocess.CompletedProcess[str]:
        environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1", PYTHON=sys.executable)
        return subprocess.run(
            ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
        )

    run.folder = folder  # type: ignore[attr-defined]
    return run


@pytest.mark.parametrize("closing", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_closed_stream_is_no_error_and_no_file_gets_what_is_printed(shell, closing: str) -> None:
    done = shell(
        f"$PYTHON setup.py -v build sdist install --root=r --record=rec.txt {closing}; echo status=$? >status"
    )
    folder: Path = shell.folder
    assert (folder / "status").read_text() == "status=0\n", done.stderr
    assert "Traceback" not in done.stderr
    record = (folder / "rec.txt").read_text().splitlines()
    assert all(line.startswith("/") for line in record), record
    assert list(folder.glob("build/lib*/e*.so")) and list(folder.glob("dist/p-1.0.tar.gz"))
    assert "running" not in (folder / "MANIFEST").read_text()


@pytest.mark.parametrize("command", ["-v build", "--help-commands", "--name", "-q sdist", "-v register -n"])
@pytest.mark.parametrize("to", [">/dev/full", "| true", ">&-"])
def test_output_that_goes_nowhere_is_no_traceback(shell, command: str, to: str) -> None:
    done = shell(f"$PYTHON setup.py {command} {to}")
    assert "Traceback" not in done.stderr and "panicked" not in done.stderr, done.stderr


@pytest.mark.parametrize(
    "option", ["packages", "py_modules", "scripts", "data_files", "ext_modules", "libraries", "classifiers"]
)
def test_an_option_whose_iterator_never_ends_does_not_keep_ctrl_c(project, clean_home, option: str) -> None:
    script = f"""
import itertools
from distutils.core import setup
class Endless:
    def __iter__(self):
        open("reached", "w").close()
        return itertools.repeat("x")
    def __bool__(self):
        return True
setup(name="p", version="1.0", {option}=Endless())
"""
    folder = project({"setup.py": script})
    run = subprocess.Popen(
        [sys.executable, "setup.py", "build", "install", "--root=r", "sdist"],
        cwd=folder,
        env=clean_environment(clean_home, OXIDIST_DISTUTILS="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 30
    while not (folder / "reached").exists() and run.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.1)
    if run.poll() is None:
        run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=30)
    assert run.returncode != 0
    assert "MemoryError" not in errors


@pytest.mark.parametrize(
    "words", ["--help", "--print-schema", "--version", "--show-origins build", "-C .. --help"]
)
def test_what_python_m_oxidist_says_to_nobody_is_no_traceback(shell, words: str) -> None:
    line = f"$PYTHON -m oxidist {words}"
    done = shell(f"{line} | true; {line} | head -1 >head; {line} >&-; {line} >/dev/full; echo $?")
    assert done.stdout == "1\n", done.stderr
    told = [told for told in done.stderr.splitlines() if "Broken pipe" not in told]
    assert len(told) == 1 and told[0].endswith("No space left on device"), done.stderr
