"""What builds leave behind, and whether two of them leave the same."""

from __future__ import annotations

import os
import re
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import wheels


class File(NamedTuple):
    """Its `mode` is `st_mode` (of a member of an archive, as much of it as the archive keeps)."""

    data: bytes  # of a symbolic link: its target
    mode: int


# By path, relative to where the build was, with `!/` between an archive and what is in it.
Outputs = dict[str, File]

WHEEL, ZIPS, TARS = ".whl", (".egg", ".zip"), (".tar.gz", ".tgz", ".tar")

# What is kept for the next build, and what was there before.
OWN = (r"(^|/)\.oxidist-", r"(^|/)\.git/")

# setuptools' distutils names the folders of a build for Python's tag: lib.linux-x86_64-cpython-313.
LATER_NAME = re.compile(r"\b((?:lib|temp|src)\.[^/]*)-cpython-(\d)(\d+)")

# `name,sha256=...,12345` in a RECORD: what is hashed is compared by itself, and not always byte by byte.
HASH = re.compile(rb"(?m),sha256=.*$")


def below(folder: Path, *tops: str, but: Sequence[str] = ()) -> Outputs:
    """All files in `folder`, or in what the patterns `tops` match there, archives opened.

    Without those in whose path one of the expressions `but` is found.
    """
    found: Outputs = {}
    for top in [match for pattern in tops or ("*",) for match in sorted(folder.glob(pattern))]:
        for path in (top, *sorted(top.rglob("*"))):
            name = LATER_NAME.sub(r"\1-\2.\3", path.relative_to(folder).as_posix())
            if path.is_symlink():
                found[name] = File(os.fsencode(path.readlink()), path.lstat().st_mode)
            elif path.is_dir():
                continue
            elif path.name.endswith((WHEEL, *ZIPS, *TARS)):
                found.update({f"{name}!/{member}": file for member, file in inside(path).items()})
            else:
                found[name] = File(path.read_bytes(), path.stat().st_mode)
    left_out = re.compile("|".join((*OWN, *but)))
    return {name: file for name, file in found.items() if not left_out.search(name)}


def inside(archive: Path) -> Outputs:
    """All files in an archive, in its order; of a wheel, RECORD has to be right."""
    if archive.name.endswith(TARS):
        with tarfile.open(archive) as tar:
            return {
                member.name: File(file.read(), member.mode)
                for member in tar
                if (file := tar.extractfile(member)) is not None
            }
    if archive.name.endswith(WHEEL):
        modes = wheels.modes(archive)
        return {name: File(data, modes[name]) for name, data in wheels.whole(archive).items()}
    with zipfile.ZipFile(archive) as opened:
        return {
            member.filename: File(opened.read(member), member.external_attr >> 16)
            for member in opened.infolist()
            if not member.is_dir()
        }


def exported(module: bytes) -> list[str]:
    """The symbols of a shared object that others can use, and the kind of each."""
    return symbols(module, "--defined-only")


def symbols(module: bytes, *options: str) -> list[str]:
    """Name and kind of each dynamic symbol: without options also of those that it needs."""
    rows = told(module, "nm", "--dynamic", "--format=posix", *options).splitlines()
    return sorted(" ".join(row.split()[:2]) for row in rows)


def needed(module: bytes) -> list[str]:
    """The libraries that a shared object is linked with, where it looks for them, and its own name."""
    rows = told(module, "readelf", "--dynamic", "--wide").splitlines()
    wanted = ("(NEEDED)", "(RUNPATH)", "(RPATH)", "(SONAME)")
    return [row.split("(", 1)[1] for row in rows if any(tag in row for tag in wanted)]


def code(module: bytes) -> bytes:
    """The machine code itself, so that a flag of the compiler that is missing shows."""
    return run_on(module, "objcopy", "--dump-section", ".text=/dev/stdout", after=("/dev/null",))


def made_of(module: bytes) -> tuple[object, ...]:
    """All of a shared object but where its sources lay: symbols that it has and needs, libraries, code."""
    return symbols(module), needed(module), code(module)


def every_byte(module: bytes) -> bytes:
    return module


def told(module: bytes, *command: str) -> str:
    return run_on(module, *command).decode()


def run_on(module: bytes, *command: str, after: Sequence[str] = ()) -> bytes:
    with tempfile.NamedTemporaryFile() as file:
        file.write(module)
        file.flush()
        return subprocess.run([*command, file.name, *after], capture_output=True, check=True).stdout


def assert_same(
    ours: Outputs, theirs: Outputs, of_shared_object: Callable[[bytes], object] = exported
) -> None:
    """Both have left the same, and something: `differences` tells what is compared."""
    assert ours, "there is nothing to compare"
    different = differences(ours, theirs, of_shared_object)
    assert not different, "\n".join(different)


def differences(
    ours: Outputs, theirs: Outputs, of_shared_object: Callable[[bytes], object] = exported
) -> list[str]:
    """What is not alike in two outputs: a file that one has, a mode, or contents.

    Of byte code it has to be there; of a shared object, what `of_shared_object` says of it is compared, by
    default what it exports.
    """
    found = [f"only ours: {name}" for name in ours if name not in theirs]
    found += [f"only theirs: {name}" for name in theirs if name not in ours]
    for name in ours.keys() & theirs.keys():
        one, other = ours[name], theirs[name]
        if one.mode != other.mode:
            found.append(f"modes {one.mode:o} and {other.mode:o}: {name}")
        if one.data == other.data or name.endswith(".pyc"):
            continue
        if name.endswith(".so"):
            different = of_shared_object(one.data) != of_shared_object(other.data)
        elif name.endswith(".dist-info/RECORD"):
            different = HASH.sub(b"", one.data) != HASH.sub(b"", other.data)
        else:
            different = True
        if different:
            found.append(f"not alike: {name}")
    return sorted(found)
