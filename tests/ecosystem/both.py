"""One project at one path: made on Oxidist, and on the distutils that the environment has otherwise."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conftest import Files, write_files
from outputs import Outputs, below, inside

from ecosystem.installed import Installed


@dataclass(frozen=True)
class Side:
    """The project after all command lines have run in it, and all that they printed."""

    folder: Path
    said: str

    def tree(self, *parts: str) -> Outputs:
        """Each file below what these patterns match in the project (all of it where there is none)."""
        return below(self.folder, *parts)

    def archive(self, pattern: str) -> Outputs:
        """Each file in the one archive (a wheel, a source archive) that the pattern matches."""
        (path,) = self.folder.glob(pattern)
        return inside(path)


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
