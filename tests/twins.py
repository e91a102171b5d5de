"""One project twice: the same command lines with our distutils and with CPython's own, on one interpreter."""

from __future__ import annotations

import runpy
import shutil
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import oxidist
from conftest import Completed, Files, Oracle, Snapshot, snapshot, write_files

LIBRARY = Path(oxidist.__file__).resolve().parent.parent

# Prints what differs between the byte code below two folders: which files, their heads, or their code.
COMPARE_BYTECODE = """
import marshal, pathlib, sys
ours, theirs = [
    {str(path.relative_to(folder)): path.read_bytes() for path in pathlib.Path(folder).rglob("*.pyc")}
    for folder in sys.argv[1:3]
]
print(*sorted(set(ours) ^ set(theirs)), sep="\\n", end="")
for name in sorted(set(ours) & set(theirs)):
    if ours[name][:16] != theirs[name][:16]:
        print("head of", name, ours[name][:16].hex(), theirs[name][:16].hex())
    one, other = marshal.loads(ours[name][16:]), marshal.loads(theirs[name][16:])
    if ".opt-" in name:
        # There CPython's keeps its assertions.
        one, other = one.co_filename, other.co_filename
    if one != other:
        print("code of", name)
"""


class Twins:
    """`ours` and `theirs` are equal copies of a project until something is run in them."""

    def __init__(
        self, folder: Path, files: Files, run_setup: Callable[..., Completed], oracle: Oracle
    ) -> None:
        self.ours, self.theirs = folder / "ours", folder / "theirs"
        self._run_setup, self._oracle = run_setup, oracle
        self.ours.mkdir(parents=True)
        write_files(self.ours, files)
        self.copy()

    def copy(self) -> None:
        """Make `theirs` like `ours` again, the times included."""
        shutil.rmtree(self.theirs, ignore_errors=True)
        shutil.copytree(self.ours, self.theirs, symlinks=True)

    def run(
        self, *args: str, env: dict[str, str] | None = None, status: int | None = 0
    ) -> tuple[Completed, Completed]:
        """`python -S setup.py ARGS` in both, which must end with `status` (None: any)."""
        environment = {"PYTHONPATH": str(LIBRARY), "OXIDIST_DISTUTILS": "", **(env or {})}
        script = ["-S", "-W", "ignore", "setup.py"]
        ours = self._run_setup(
            self.ours, *args, python=self._oracle.python, env=environment, script=script, status=status
        )
        theirs = self._oracle.run("setup.py", *args, cwd=self.theirs, env=env, status=status)
        return ours, theirs

    def assert_same(self, *folders: str) -> Snapshot:
        """That these folders or files are equal: names, types, modes, contents, and what byte code does."""
        for folder in folders:
            ours, theirs = (files_below(twin / folder) for twin in (self.ours, self.theirs))
            assert list(ours) == list(theirs)
            assert ours == theirs
            self.assert_same_bytecode(folder)
        return ours

    def assert_same_bytecode(self, folder: str) -> None:
        done = self._oracle.run(
            "-c", COMPARE_BYTECODE, str(self.ours / folder), str(self.theirs / folder), cwd=self.ours
        )
        assert done.stdout == ""


def files_below(path: Path) -> Snapshot:
    """A snapshot in which byte code is only there."""
    if path.is_file():
        return {"": ("file", path.stat().st_mode, path.read_bytes())}
    assert path.is_dir(), path
    return {
        name: (kind, mode, None if name.endswith(".pyc") else content)
        for name, (kind, mode, content) in snapshot(path).items()
    }


def run_script(arguments: list[str]) -> None:
    """`python setup.py ARGUMENTS` in this process and folder. What it fails with is raised."""
    sys.argv[1:] = arguments
    runpy.run_path("setup.py", run_name="__main__")


def setup_py(**keywords: object) -> str:
    """A setup script with these arguments."""
    lines = "".join(
        f"    {name}={value!r},\n" for name, value in {"name": "p", "version": "1.0", **keywords}.items()
    )
    return textwrap.dedent("from distutils.core import setup\n\nsetup(\n") + lines + ")\n"
