"""The CPythons of this machine: which there are, and which still have a distutils of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLDEST, NEWEST = (3, 10), (3, 14)

# Asked without site-packages: what a setuptools puts in distutils' place does not count.
QUESTION = """
import importlib.util, json, platform, sys, sysconfig
distutils = importlib.util.find_spec("distutils") and importlib.util.find_spec("distutils.core")
print(json.dumps({
    "version": sys.version_info[:3],
    "implementation": platform.python_implementation(),
    "prefix": sys.prefix,
    "is_venv": sys.prefix != sys.base_prefix,
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "distutils": distutils.origin if distutils else None,
    "has_venv": importlib.util.find_spec("venv") is not None,
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """One CPython; `distutils` is the folder of its own distutils, None where it has none."""

    path: Path
    version: tuple[int, int, int]
    distutils: Path | None

    def __str__(self) -> str:
        has = "with" if self.distutils else "without"
        return f"Python {'.'.join(map(str, self.version))} ({has} a distutils of its own): {self.path}"

    @property
    def name(self) -> str:
        """Fit for a folder: version and place, `3.11.2-usr`."""
        place = re.sub(r"\W+", "-", str(self.path.parent.parent)).strip("-").lower()
        return f"{'.'.join(map(str, self.version))}-{place}"

    @property
    def patched(self) -> bool:
        """Whether the vendor changed distutils (Debian's own install schemes)."""
        if self.distutils is None:
            return False
        return "deb_system" in (self.distutils / "command" / "install.py").read_text(encoding="utf-8")


def candidates() -> Iterator[Path]:
    """Every file that is named like a Python: on PATH, in the usual places, and among pyenv's versions."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    shims = pyenv / "shims"
    folders = [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    folders += [Path("/usr/bin"), Path("/usr/local/bin"), Path("/opt/homebrew/bin")]
    folders += sorted(pyenv.glob("versions/*/bin"))
    folders += sorted(Path("/opt").glob("python*/bin"))
    folders += sorted((Path.home() / ".local/share/uv/python").glob("*/bin"))
    names = re.compile(r"python3(\.\d+)?t?$")
    for folder in folders:
        # pyenv's shims start whichever version a folder asks for: the versions themselves are in the list.
        if folder == shims or not folder.is_dir():
            continue
        yield from sorted(path for path in folder.iterdir() if names.match(path.name))


def examine(path: Path) -> Interpreter | None:
    """What `path` is, or None where it is no CPython that we support."""
    try:
        answer = subprocess.run(
            [path, "-S", "-E", "-W", "ignore", "-c", QUESTION], capture_output=True, text=True, timeout=30
        )
        facts = json.loads(answer.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    major, minor, micro = facts["version"]
    usable = facts["implementation"] == "CPython" and facts["has_venv"]
    # The limited API does not exist for free-threaded builds.
    if not usable or facts["is_venv"] or facts["free_threaded"] or not OLDEST <= (major, minor) <= NEWEST:
        return None
    origin = facts["distutils"]
    return Interpreter(path, (major, minor, micro), Path(origin).parent if origin else None)


@cache
def found() -> tuple[Interpreter, ...]:
    """All of them, oldest first; one for each installation."""
    by_file: dict[Path, Interpreter] = {}
    seen: set[Path] = set()
    for path in candidates():
        real = path.resolve()
        if real in seen:
            continue
        seen.add(real)
        interpreter = examine(path)
        if interpreter is not None:
            by_file[real] = interpreter
    return tuple(sorted(by_file.values(), key=lambda each: (each.version, str(each.path))))


def versions(*wanted: tuple[int, int]) -> list[Interpreter]:
    """One interpreter of this machine for each of these versions.

    One with a distutils of its own comes before one that has lost it, as published before a vendor's.
    """
    chosen = []
    for version in wanted:
        these = [each for each in found() if each.version[:2] == version]
        if these:
            chosen.append(min(these, key=lambda each: (each.distutils is None, each.patched)))
    return chosen


def oracle() -> Interpreter | None:
    """The one whose distutils says what is right: 3.10's before 3.11's, as published before a vendor's."""
    told = os.environ.get("OXIDIST_ORACLE_PYTHON")
    if told:
        return examine(Path(told))
    with_distutils = [each for each in found() if each.distutils]
    return min(with_distutils, key=lambda each: (each.patched, each.version), default=None)
