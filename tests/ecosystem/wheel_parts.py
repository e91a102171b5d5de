"""Single files out of a wheel on the index, where the whole of it is too large to install."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import tempfile
import time
import urllib.request
import zipfile
from email.message import Message
from pathlib import Path

import environments
import pytest
from real_packages import pip_python

# For a wheel of any interpreter and machine, since only what is written in Python is taken from it.
WHICH = (
    "--platform manylinux_2_28_x86_64 --python-version 3.11 --implementation cp --only-binary=:all: --no-deps"
)

# Bytes that are fetched in one go: more than the list of the files of a large wheel.
AT_ONCE = 1 << 20


def parts(requirement: str, sha256: str, wanted: str) -> Path:
    """A folder with the files of the wheel whose names the expression `wanted` matches; kept from run to run.

    `sha256` is that of their contents, one after the other in the order of their names.
    """
    folder = environments.VENVS / f"parts-{requirement}-{sha256[:12]}"
    with environments.locked(folder):
        if folder.exists():
            return folder
        with zipfile.ZipFile(io.BufferedReader(Remote(address(requirement)), AT_ONCE)) as wheel:
            names = sorted(name for name in wheel.namelist() if re.fullmatch(wanted, name))
            files = {name: wheel.read(name) for name in names}
        digest = hashlib.sha256(b"".join(files.values())).hexdigest()
        assert digest == sha256, f"the files of {requirement} have the SHA-256 {digest}: {names}"
        unfinished = Path(tempfile.mkdtemp(dir=environments.VENVS))
        for name, contents in files.items():
            (unfinished / name).parent.mkdir(parents=True, exist_ok=True)
            (unfinished / name).write_bytes(contents)
        unfinished.rename(folder)
    return folder


def address(requirement: str) -> str:
    """Where pip would download the wheel from."""
    with tempfile.TemporaryDirectory() as nowhere:
        command = [pip_python(), "-m", "pip", "install", "--quiet", "--dry-run", "--report=-", *WHICH.split()]
        done = subprocess.run(
            [*command, "--target", nowhere, requirement], check=True, capture_output=True, text=True
        )
    (found,) = json.loads(done.stdout)["install"]
    return found["download_info"]["url"]


def answered(request: urllib.request.Request, attempts: int = 3) -> tuple[Message, bytes]:
    """Headers and contents of the answer; a network that fails is asked again, as pip does."""
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.headers, answer.read()
    except OSError:
        if attempts == 1:
            raise
    time.sleep(2)
    return answered(request, attempts - 1)


class Remote(io.RawIOBase):
    """A file behind an address, of which only what is read is fetched."""

    def __init__(self, address: str) -> None:
        self.address, self.position = address, 0
        headers, _ = answered(urllib.request.Request(address, method="HEAD"))
        self.size = int(headers["Content-Length"])
        if headers.get("Accept-Ranges") != "bytes":
            pytest.skip("the index gives no part of a file, and the whole is too large to fetch")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        return self.position

    def readinto(self, buffer) -> int:
        end = min(self.position + len(buffer), self.size)
        if self.position >= end:
            return 0
        part = {"Range": f"bytes={self.position}-{end - 1}"}
        _, read = answered(urllib.request.Request(self.address, headers=part))
        assert len(read) == end - self.position, "the index has given another part than asked for"
        buffer[: len(read)] = read
        self.position = end
        return len(read)
