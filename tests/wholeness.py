"""Whether every file below a folder is whole: a copy of a source, or a complete file of its own kind."""

from __future__ import annotations

import io
import marshal
import os
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from conftest import Snapshot

# What a file that is being written is called until it has its own name.
TEMPORARY = ".oxidist-"

# Before a `.pyc` file's code: the magic number, the flags, and a time with a size or a hash.
PYC_HEADER = 16


def temporary_files(folder: Path) -> list[str]:
    """The files below `folder` that somebody began to write and did not take away."""
    return [
        os.path.join(parent, name)
        for parent, _, files in os.walk(folder)
        for name in files
        if name.startswith(TEMPORARY)
    ]


def assert_whole(before: Snapshot, after: Snapshot) -> None:
    """Nothing of `before` has changed or gone, and every file that is new in `after` is whole."""
    for name, entry in before.items():
        if entry[0] != "dir":
            assert after.get(name) == entry, f"{name} has changed"
    sources = {entry[2] for entry in before.values() if isinstance(entry[2], bytes)}
    rests = {rest_of(source) for source in sources}
    for name, (kind, _, contents) in after.items():
        assert not os.path.basename(name).startswith(TEMPORARY), f"{name} was left behind"
        if name in before or kind != "file" or contents in sources:
            continue
        assert isinstance(contents, bytes)
        assert is_complete(name, contents) or rest_of(contents) in rests, f"{name} is not whole"


def rest_of(script: bytes) -> bytes:
    """A script without its first line, which building it may replace."""
    first, _, rest = script.partition(b"\n")
    return rest if first.startswith(b"#!") else script


def is_complete(name: str, contents: bytes) -> bool:
    """Whether a file that is not copied from anywhere is complete, as far as its kind lets one see."""
    base = os.path.basename(name)
    if base.endswith(".pyc"):
        return loads(contents)
    if base.endswith(".zip"):
        return unpacks_zip(contents)
    if ".tar" in base:
        return unpacks_tar(contents)
    if base.endswith(".egg-info") or base == "PKG-INFO":
        return contents.startswith(b"Metadata-Version: ") and contents.endswith(b"\n")
    if base in ("MANIFEST", "record"):
        return contents.endswith(b"\n")
    return False


def loads(pyc: bytes) -> bool:
    try:
        return bool(marshal.loads(pyc[PYC_HEADER:]))
    except (EOFError, ValueError, TypeError):
        return False


def unpacks_zip(contents: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(contents)) as archive:
            return archive.testzip() is None
    except zipfile.BadZipFile:
        return False


def unpacks_tar(contents: bytes) -> bool:
    try:
        with tarfile.open(fileobj=io.BytesIO(contents)) as archive:
            return all(read_whole(archive, member) for member in archive)
    except (tarfile.TarError, EOFError, OSError):
        return False


def read_whole(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bool:
    file = archive.extractfile(member) if member.isreg() else None
    return file is None or len(file.read()) == member.size


def files_of(after: Snapshot, folders: Iterable[str]) -> list[str]:
    """The names of the files in `after` that are below any of `folders`."""
    return [
        name for name, entry in after.items() if entry[0] == "file" and name.partition("/")[0] in set(folders)
    ]
