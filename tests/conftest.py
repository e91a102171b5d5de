"""What every test can ask for: our distutils in this process or in another, an oracle, and project folders.

By hand, from any virtual environment that has pytest: `make develop` once, then
`PYTHONPATH=python .venv/bin/python -m pytest tests/test_x.py`.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import interpreters
import oxidist
import pytest

if importlib.util.find_spec("oxidist.activate"):
    importlib.import_module("oxidist.activate")
import distutils.cmd  # noqa: E402

assert distutils.cmd.Command.__init__.__objclass__ is oxidist._core.cmd.Command, "distutils is not ours here"

# A shell starts what runs in its background deaf to Ctrl-C, and so would be all that the tests start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# And `nohup` starts what it runs deaf to the end of its terminal.
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

if TYPE_CHECKING:
    from twins import Twins

Files = Mapping[str, "str | bytes"]
Snapshot = dict[str, "tuple[str, int, bytes | str | None]"]
Completed = subprocess.CompletedProcess[str]

# Seconds after which a run hangs.
PATIENCE = 120

# Variables by which a make, a cargo or a launcher around the tests would have a say in them.
BUILDS = ("MAKE", "MFLAGS", "CARGO_MAKEFLAGS", "CCACHE_", "SCCACHE_", "ICECC_")

PROBE = "import distutils.cmd, sys; print(distutils.cmd.Command.__module__, 'oxidist._core' in sys.modules)"


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a person who configured nothing: an empty HOME, no distutils variables."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(
            (
                "DIST",
                "OXIDIST",
                "PLAT",
                "PYTHON",
                "PYTEST",
                "SETUPTOOLS",
                "VIRTUAL_ENV",
                "XDG_",
                "LC_",
                *BUILDS,
            )
        )
    }
    # In the inner loop the package is not installed but on PYTHONPATH, perhaps as a relative path.
    if path := os.environ.get("PYTHONPATH"):
        entries = (os.path.abspath(entry) for entry in path.split(os.pathsep))
        environment["PYTHONPATH"] = os.pathsep.join(entries)
    environment.update({"HOME": str(home), "LANG": "C.UTF-8", **more})
    return environment


@cache
def assert_ours(python: str, path: str | None) -> None:
    """In `python`, with OXIDIST_DISTUTILS=1, the name distutils must be this library."""
    environment = {**os.environ, "OXIDIST_DISTUTILS": "1"}
    if path is not None:
        environment["PYTHONPATH"] = path
    answer = subprocess.run([python, "-c", PROBE], env=environment, capture_output=True, text=True, cwd="/")
    assert answer.stdout.split() == ["distutils.cmd", "True"], f"{python}: {answer.stdout}{answer.stderr}"


@pytest.fixture(scope="session")
def clean_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


class Oracle:
    """An interpreter that still has CPython's own distutils, started without anybody's site-packages."""

    def __init__(self, interpreter: interpreters.Interpreter, home: Path) -> None:
        assert interpreter.distutils is not None
        self.python = interpreter.path
        self.version = interpreter.version
        self.distutils: Path = interpreter.distutils
        self._home = home

    def run(
        self, *args: str, cwd: Path, env: Mapping[str, str] | None = None, status: int | None = 0
    ) -> Completed:
        """`python -S ARGS`, in an environment without ours; `status` as in `run_setup`."""
        environment = clean_environment(self._home, **(env or {}))
        environment.pop("PYTHONPATH", None)
        command = [str(self.python), "-S", "-W", "ignore", *args]
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, errors="replace"
        )
        return checked(done, status)


@pytest.fixture(scope="session")
def oracle(clean_home: Path) -> Oracle:
    """CPython's own distutils, 3.10's where there is one. `oracle.run("setup.py", "build", cwd=...)`."""
    interpreter = interpreters.oracle()
    assert interpreter is not None, "no Python with a distutils of its own was found (3.10 or 3.11)"
    return Oracle(interpreter, clean_home)


def captured(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str], patience: float = PATIENCE
) -> Completed:
    """Run `command` in `folder` with nothing to read; what it prints is text. After `patience` it hangs."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=patience,
    )


def checked(done: Completed, status: int | None) -> Completed:
    if status is not None and done.returncode != status:
        pytest.fail(f"{done.args} ended with {done.returncode}, not {status}\n{done.stdout}\n{done.stderr}")
    return done


def write_files(folder: Path, files: Files) -> Path:
    """Write `files` ("a/b.py": text or bytes; "folder/": an empty one) below `folder`. Texts are dedented."""
    for name, content in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(textwrap.dedent(content).lstrip("\n"), encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """`project({"setup.py": "...", "pkg/__init__.py": ""})` makes a folder of these files and returns it.

    A second one needs a `name` of its own.
    """

    def make(files: Files, name: str = "project") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        return write_files(folder, files)

    return make


@pytest.fixture
def run_setup(clean_home: Path) -> Callable[..., Completed]:
    """`run_setup(folder, "build", "--force")` runs `python setup.py build --force` there with our distutils.

    `status` is the exit status that it must have (None: any); `env` adds variables; `python` is another
    interpreter; `script` another script or other interpreter arguments (`["-m", "oxidist"]`).
    """

    def run(
        folder: Path,
        *args: str,
        python: str | Path | None = None,
        env: Mapping[str, str] | None = None,
        status: int | None = 0,
        script: str | list[str] = "setup.py",
    ) -> Completed:
        environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1")
        environment.update(env or {})
        executable = str(python or sys.executable)
        if environment.get("OXIDIST_DISTUTILS") == "1":
            assert_ours(executable, environment.get("PYTHONPATH"))
        command = [executable, *([script] if isinstance(script, str) else script), *args]
        done = captured(command, folder, environment)
        return checked(done, status)

    return run


def snapshot(folder: Path) -> Snapshot:
    """Everything below `folder`: relative path to (`file`, `dir` or `link`; mode; bytes or target)."""
    entries: Snapshot = {}
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            path = Path(parent, name)
            status = path.lstat()
            mode = stat.S_IMODE(status.st_mode)
            relative = path.relative_to(folder).as_posix()
            if stat.S_ISLNK(status.st_mode):
                entries[relative] = ("link", mode, os.readlink(path))
            elif stat.S_ISDIR(status.st_mode):
                entries[relative] = ("dir", mode, None)
            elif stat.S_ISREG(status.st_mode):
                entries[relative] = ("file", mode, path.read_bytes())
            else:
                entries[relative] = ("other", mode, None)
    return dict(sorted(entries.items()))


@pytest.fixture
def tree() -> Callable[[Path], Snapshot]:
    """`tree(folder)`: what is below it, for comparing before and after, or ours and the oracle's."""
    return snapshot


@pytest.fixture
def twins(tmp_path: Path, run_setup: Callable[..., Completed], oracle: Oracle) -> Callable[[Files], Twins]:
    """`twins(files)`: a project for us and the same for CPython's distutils: see `twins.Twins`."""
    from twins import Twins

    return lambda files: Twins(tmp_path / "twins", files, run_setup, oracle)


WITH_DISTUTILS = [each for each in interpreters.found() if each.distutils and not each.patched]


@pytest.fixture(params=WITH_DISTUTILS, ids=lambda each: ".".join(map(str, each.version[:2])))
def pair(
    request: pytest.FixtureRequest, tmp_path: Path, run_setup: Callable[..., Completed], clean_home: Path
) -> Callable[[Files], Twins]:
    """As `twins`, under each Python that has a distutils of its own."""
    from twins import Twins

    oracle = Oracle(request.param, clean_home)
    return lambda files: Twins(tmp_path / "twins", files, run_setup, oracle)


@pytest.fixture
def recorded(tmp_path: Path) -> dict[str, str]:
    """An environment whose compilers only write their command lines down: see `extensions.command_lines`."""
    from extensions import recording_compilers

    return recording_compilers(tmp_path)


@pytest.fixture(name="distutils")
def distutils_in_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    """Our distutils in this process; log threshold, `sys.argv`, environment and folder are put back after.

    The current folder is the test's own.
    """
    import distutils.log

    for name in ("DISTUTILS_DEBUG", "DIST_EXTRA_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "argv", ["setup.py"])
    monkeypatch.chdir(tmp_path)
    environment = dict(os.environ)
    threshold = distutils.log.set_threshold(distutils.log.WARN)
    yield distutils
    distutils.log.set_threshold(threshold)
    # `check_environ` sets variables.
    os.environ.clear()
    os.environ.update(environment)
