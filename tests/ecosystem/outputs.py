"""What a build has left behind, in a form in which two of them can be compared."""

from __future__ import annotations

import re
import stat
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

# Relative path, with `!/` between an archive and what is in it: mode, and contents (a link's target).
Outputs = dict[str, tuple[int, "bytes | str | tuple[str, ...]"]]

ZIPS, TARS = (".whl", ".egg", ".zip"), (".tar.gz", ".tgz", ".tar")

# Where builds differ by design: distutils names the folder for Python's version, setuptools for Python's tag.
BUILD_FOLDER = re.compile(r"(?<=\blib)\.[\w.]+-[^/]+")

# `name,sha256=...,12345` in a RECORD: what is hashed is compared by itself, and not always byte by byte.
HASHES = re.compile(rb"(?m),sha256=.*$")


# The interpreter of a script.
FIRST_LINE = re.compile(rb"\A#!/.*/python[\d.]*$", re.MULTILINE)


def below(folder: Path, *but: str) -> Outputs:
    """All files below `folder`, archives opened; but for the paths that one of these expressions matches."""
    found: Outputs = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(re.search(expression, name) for expression in but):
            continue
        if path.is_symlink():
            found[name] = (0, str(path.readlink()))
        elif path.is_file():
            found.update(of_file(BUILD_FOLDER.sub("", name), path))
    return found


def of_file(name: str, path: Path) -> Outputs:
    mode = stat.S_IMODE(path.stat().st_mode)
    if path.name.endswith(ZIPS):
        members: Iterator[tuple[str, int, bytes]] = zip_members(path)
    elif path.name.endswith(TARS):
        members = tar_members(path)
    else:
        return {name: (mode, comparable(name, path.read_bytes()))}
    inside = {f"{name}!/{member}": (mode, comparable(member, data)) for member, mode, data in members}
    return {name: (mode, "an archive"), **inside}


def zip_members(path: Path) -> Iterator[tuple[str, int, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                yield member.filename, member.external_attr >> 16 & 0o777, archive.read(member)


def tar_members(path: Path) -> Iterator[tuple[str, int, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                yield member.name, member.mode, file.read()


def comparable(name: str, data: bytes) -> bytes | str | tuple[str, ...]:
    if name.endswith(".pyc"):
        return "byte code"
    if name.endswith((".so", ".a")):
        return symbols(data, dynamic=name.endswith(".so"))
    if name.endswith("RECORD"):
        return b"\n".join(sorted(HASHES.sub(b"", data).splitlines()))
    # Alone, 79 leaves it to nobody in particular which Python runs an installed script.
    return FIRST_LINE.sub(b"#!python", data)


def symbols(data: bytes, dynamic: bool) -> tuple[str, ...]:
    """What a shared object or a static library exports, and the kind of each."""
    options = ["--dynamic"] if dynamic else []
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        done = subprocess.run(["nm", *options, "--defined-only", file.name], capture_output=True, check=True)
    rows = (line.split() for line in done.stdout.decode().splitlines())
    return tuple(sorted(f"{row[1]} {row[2]}" for row in rows if len(row) == 3))
