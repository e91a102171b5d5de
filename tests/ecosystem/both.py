"""One project at one path: made on Oxidist, and on the distutils that the environment has otherwise."""

from __future__ import annotations

import re
import shutil
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conftest import Files, write_files
from wheels import exported

from ecosystem.installed import Installed

# setuptools' copy of distutils calls the folder of a build lib.linux-x86_64-cpython-313.
LATER_NAME = re.compile(r"\b((?:lib|temp|src)\.[^/]*)-cpython-(\d)(\d+)")

# Files that say when or where they were made.
PASSING = re.compile(r"\.pyc$|(^|/)\.oxidist-|(^|/)\.git/")


@dataclass(frozen=True)
class Side:
    """The project after all command lines have run in it, and all that they printed."""

    folder: Path
    said: str

    def tree(self, *parts: str) -> dict[str, bytes]:
        """Each file below what these patterns match in the project (all of it where there is none)."""
        tops = [top for part in parts or ("*",) for top in sorted(self.folder.glob(part))]
        found = {}
        for path in [path for top in tops for path in (top, *sorted(top.rglob("*")))]:
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and not PASSING.search(name):
                found[LATER_NAME.sub(r"\1-\2.\3", name)] = path.read_bytes()
        return found

    def archive(self, pattern: str) -> dict[str, bytes]:
        """Each file in the one archive (a wheel, a source archive) that the pattern matches."""
        (path,) = self.folder.glob(pattern)
        if path.name.endswith((".whl", ".zip")):
            with zipfile.ZipFile(path) as wheel:
                return {name: wheel.read(name) for name in sorted(wheel.namelist()) if name[-1] != "/"}
        with tarfile.open(path) as archive:
            members = {each.name: archive.extractfile(each) for each in archive if each.isfile()}
            return {name: file.read() for name, file in sorted(members.items()) if file is not None}


def symbols(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """These files, of shared objects what they export: setuptools' own distutils has other flags for C++."""
    return {name: exported(content) if name.endswith(".so") else content for name, content in files.items()}


def both(
    there: Installed,
    folder: Path,
    files: Files,
    *commands: Sequence[str],
    env: Mapping[str, str] | None = None,
) -> tuple[Side, Side]:
    """`python COMMAND` for each of the commands: with Oxidist, and without. Each must succeed.

    Both stand at the same path while they run, since object files have it in them.
    """
    sides = []
    for whose in ("ours", "theirs"):
        project = write_files(folder / "project", files)
        said = ""
        for command in commands:
            done = there.run("python", "-W", "ignore", *command, cwd=project, active=whose == "ours", env=env)
            said += done.stdout + done.stderr
        shutil.move(project, folder / whose)
        sides.append(Side(folder / whose, said))
    ours, theirs = sides
    return ours, theirs


def assert_same(ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> None:
    """Equal names and equal contents, with the names of what differs where they are not."""
    one_sided = sorted(set(ours) ^ set(theirs))
    assert not one_sided, f"only on one side: {one_sided}"
    differing = [name for name in ours if ours[name] != theirs[name]]
    assert not differing, f"different: {differing}"
    assert ours, "there is nothing to compare"
