"""Wheels taken apart."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path


def only_wheel(project: Path, folder: str = "dist") -> Path:
    (found,) = (project / folder).glob("*.whl")
    return found


def contents(wheel: Path) -> dict[str, bytes]:
    """As `whole`; metadata have to come last."""
    files = whole(wheel)
    names = list(files)
    info = names[-1].removesuffix("RECORD")
    assert [name for name in names if not name.startswith(info)] == names[
        : -sum(n.startswith(info) for n in names)
    ]
    return files


def whole(wheel: Path) -> dict[str, bytes]:
    """Name and contents of each file, in their order; RECORD has to be right."""
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        files = {info.filename: archive.read(info) for info in archive.infolist()}
        assert len(files) == len(archive.infolist())
    names = list(files)
    record = names[-1]
    assert record.endswith(".dist-info/RECORD"), names
    rows = list(csv.reader(io.StringIO(files[record].decode())))
    assert rows == [
        [name, "sha256=" + digest(data), str(len(data))] if name != record else [name, "", ""]
        for name, data in files.items()
    ]
    return files


def digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def modes(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as archive:
        return {info.filename: info.external_attr >> 16 for info in archive.infolist()}


def times(wheel: Path) -> set[tuple[int, ...]]:
    with zipfile.ZipFile(wheel) as archive:
        return {info.date_time for info in archive.infolist()}


def info(wheel: Path, name: str) -> str:
    """A file of the `.dist-info` folder."""
    found = {path.split("/", 1)[1]: data for path, data in contents(wheel).items() if ".dist-info/" in path}
    return found[name].decode()


def headers(wheel: Path, name: str) -> Message:
    """METADATA or WHEEL, read as headers."""
    return Parser().parsestr(info(wheel, name))
