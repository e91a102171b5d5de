"""One project built twice: with Oxidist, and with the distutils that this Python or setuptools has itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Completed, Files, write_files
from interpreters import Interpreter, versions
from outputs import Outputs, assert_same, below, made_of

from ecosystem.installed import Installed

SETUPTOOLS = "setuptools==84.2.1"


@dataclass(frozen=True)
class Way:
    """How people have their `setup`: from `module`, on this Python. There is no other module of that kind."""

    module: str
    interpreter: Interpreter

    def __str__(self) -> str:
        return f"{self.module}-{'.'.join(map(str, self.interpreter.version[:2]))}"

    def sides(
        self, environment: Callable[..., Installed], folder: Path, files: Files, *requirements: str
    ) -> Sides:
        """The project in an environment with these packages.

        `SETUP` in its texts is the `module`, and `COMMAND` the package with its commands.
        """
        package = self.module.removesuffix(".core") + ".command"
        files = {
            name: text.replace("SETUP", self.module).replace("COMMAND", package)
            if name.endswith(".py") and isinstance(text, str)
            else text
            for name, text in files.items()
        }
        with_setuptools = (SETUPTOOLS, *requirements)
        there = environment(
            self.interpreter, *(with_setuptools if self.module == "setuptools" else requirements)
        )
        # A Python that has no distutils has setuptools' copy, to compare with.
        beside = there if self.interpreter.distutils else environment(self.interpreter, *with_setuptools)
        return Sides(there, folder, files, beside)


WITH_ITS_OWN, WITHOUT = versions((3, 10), (3, 11))[0], versions((3, 13), (3, 14), (3, 12))[0]

PLAIN = Way("distutils.core", WITH_ITS_OWN)
PLAIN_WITHOUT_ITS_OWN = Way("distutils.core", WITHOUT)
WITH_SETUPTOOLS = Way("setuptools", WITHOUT)
WAYS = [PLAIN, PLAIN_WITHOUT_ITS_OWN, WITH_SETUPTOOLS]

# A test over these runs once with plain distutils where Python has one, once where it has none, once with
# setuptools.
every_way = pytest.mark.parametrize("way", WAYS, ids=str)


class Sides:
    """`ours` and `theirs` are equal copies of a project until something is run in them.

    `ours` is run with Oxidist active in `there`, `theirs` without it in `beside`: with the interpreter's own
    distutils where it has one and the environment has no setuptools, and else with setuptools' copy.
    """

    def __init__(self, there: Installed, folder: Path, files: Files, beside: Installed) -> None:
        self.there, self.beside = there, beside
        self.ours, self.theirs = folder / "ours", folder / "theirs"
        for side in (self.ours, self.theirs):
            side.mkdir(parents=True)
            write_files(side, files)

    def setup(self, *arguments: str, **more: object) -> tuple[Completed, Completed]:
        """`python setup.py ARGUMENTS` in both."""
        return self.run("python", "setup.py", *arguments, **more)

    def run(self, program: str, *arguments: str, **more: object) -> tuple[Completed, Completed]:
        ours = self.there.run(program, *arguments, cwd=self.ours, **more)  # type: ignore[arg-type]
        theirs = self.beside.run(program, *arguments, cwd=self.theirs, active=False, **more)  # type: ignore[arg-type]
        return ours, theirs

    def assert_same(self, *folders: str, but: tuple[str, ...] = ()) -> Outputs:
        """That what is below these folders is equal, code included; what it is, of the last of them.

        Files in whose path one of the expressions `but` is found are left out.
        """
        for folder in folders:
            ours, theirs = (below(side / folder, but=but) for side in (self.ours, self.theirs))
            assert_same(ours, theirs, made_of)
        return ours
