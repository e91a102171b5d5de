"""How a code block of a page is run, and what must come of it."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conftest import Files, captured, checked, clean_environment, write_files
from documents.pages import Block

# Is given the folder and what was printed. It fails by an assertion, or by False.
Check = Callable[[Path, str], object]

# Where the pages say that Oxidist's wheel is.
WHEEL_FOLDER = "/path/to/oxidist/target/demo/wheel"


@dataclass
class Place:
    """A scratch folder, an empty HOME, and the Oxidist under test behind `python`."""

    folder: Path
    home: Path
    variables: dict[str, str] = field(default_factory=dict)
    # Folders of more programs, before all others; where front ends find wheels; what is called in the end.
    path: list[Path] = field(default_factory=list)
    shelf: Path | None = None
    closing: list[Callable[[], object]] = field(default_factory=list)

    def run(self, *command: str, cwd: Path | None = None, status: int | None = 0) -> str:
        """What a command prints, its standard error behind its output."""
        environment = clean_environment(self.home, OXIDIST_DISTUTILS="1", **self.variables)
        path = self.path or [self.programs()]
        environment["PATH"] = os.pathsep.join([*map(str, path), environment["PATH"]])
        if self.path:
            # There Oxidist is installed.
            environment.pop("PYTHONPATH", None)
        done = checked(captured(command, cwd or self.folder, environment), status)
        return done.stdout + done.stderr

    def programs(self) -> Path:
        """A folder with `python`, as an activated environment has it."""
        folder = self.home / "programs"
        # A page that sets PYTHONPATH does not hide the Oxidist under test, which may be on it.
        own = os.path.abspath(os.environ.get("PYTHONPATH") or os.curdir)
        path = (
            f'PYTHONPATH="${{PYTHONPATH:+$PYTHONPATH:}}"{shlex.quote(own)}'
            if "PYTHONPATH" in os.environ
            else ""
        )
        self.program("python", f'{path} exec {shlex.quote(sys.executable)} -W ignore "$@"', folder)
        return folder

    def program(self, name: str, script: str, folder: Path | None = None) -> None:
        """Put a shell script on the PATH."""
        path = (folder or self.home / "programs") / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)


# Makes a project; the folder in which its reader types.
Prepare = Callable[[Place], Path]


class Way:
    """How one block is run."""

    def run(self, block: Block, place: Place) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Script(Way):
    """A Python block: the setup.py of a project, with `after` behind it where it calls no `setup()`.

    `commands` are its command lines; `check` is given the folder and all that was printed.
    """

    files: Files
    commands: tuple[str, ...]
    check: Check
    after: str = ""
    programs: Mapping[str, str] = field(default_factory=dict)

    def run(self, block: Block, place: Place) -> None:
        write_files(place.folder, self.files)
        (place.folder / "setup.py").write_text(block.text + self.after)
        for name, script in self.programs.items():
            place.program(name, script)
        printed = [place.run("python", "setup.py", *shlex.split(command)) for command in self.commands]
        assert self.check(place.folder, "".join(printed)) is not False, printed


@dataclass(frozen=True)
class Typed(Way):
    """Lines that a reader types one after the other, in the folder that `prepare` answers.

    `instead` has other words for those that would leave this machine.
    """

    prepare: Prepare
    check: Check
    instead: Mapping[str, str] = field(default_factory=dict)

    def run(self, block: Block, place: Place) -> None:
        folder = self.prepare(place)
        text = "\n".join(block.commands)
        for words, others in self.instead.items():
            assert words in text
            text = text.replace(words, others)
        printed = place.run("bash", "-euc", text, cwd=folder)
        assert self.check(folder, printed) is not False, printed


@dataclass(frozen=True)
class FrontEnd(Way):
    """The same in an environment with pip, Oxidist and setuptools, and with uv.

    Front ends find Oxidist's wheel in a folder: the page names one, or `PIP_FIND_LINKS` does. A block without
    commands is the content of the file `written`; pip then installs the project.
    """

    prepare: Prepare
    check: Check = lambda folder, printed: None
    find_links: bool = False
    written: str | None = None

    def run(self, block: Block, place: Place) -> None:
        folder = self.prepare(place)
        commands = block.commands
        if self.written:
            (folder / self.written).write_text(block.text)
            commands = ["pip install ."]
        place.variables |= {
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "CFLAGS": "-O0",
            "CXXFLAGS": "-O0",
        }
        place.variables |= {"UV_NO_INDEX": "1", "UV_NO_CONFIG": "1", "UV_CACHE_DIR": str(place.home / "uv")}
        if not self.find_links:
            place.variables["PIP_FIND_LINKS"] = str(place.shelf)
        text = "\n".join(commands).replace(WHEEL_FOLDER, str(place.shelf))
        printed = place.run("bash", "-euc", text, cwd=folder)
        self.check(folder, printed)


@dataclass(frozen=True)
class Written(Way):
    """A file's content, written to `name` (`~/` is HOME); `use` sees to it that it counts."""

    name: str
    use: Callable[[Place, Block], object]

    def run(self, block: Block, place: Place) -> None:
        path = place.home / self.name[2:] if self.name.startswith("~/") else place.folder / self.name
        path.write_text(block.text)
        assert self.use(place, block) is not False


@dataclass(frozen=True)
class Told(Way):
    """What a run prints: `produce` answers that, and each line of the block must be in it."""

    produce: Callable[[Place], str]

    def run(self, block: Block, place: Place) -> None:
        from documents.projects import as_here

        printed = self.produce(place)
        for line in map(as_here, block.text.splitlines()):
            assert line in printed, f"{block}: {line!r} is not in\n{printed}"


@dataclass(frozen=True)
class Elsewhere(Way):
    """Run by something else, which is named."""

    by: str
    names: str

    def run(self, block: Block, place: Place) -> None:
        from documents.pages import ROOT

        assert self.names in (ROOT / self.by).read_text(encoding="utf-8"), f"{self.by}: no {self.names!r}"
