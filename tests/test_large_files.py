"""Files of gibibytes go through source archives and wheels in little memory, and are read back whole.

They have nothing in them but zeros, and need no room on the disk. Files of more than 8 GiB in tar files, and
the sizes around 4 GiB in zip files one by one, are tested in the engine (`archive/zip.rs`, `archive/tar.rs`).
"""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from memory import PRINT_PEAK, peak

SETUP = """
    from distutils.core import setup
    setup(name="p", version="1", url="https://example.org", data_files=[("big", ["big.bin"])])
    """
FILES = {
    "setup.py": SETUP,
    "README": "",
    "pyproject.toml": '[build-system]\nrequires = ["oxidist"]\nbuild-backend = "oxidist.build_meta"\n',
}
GIBIBYTE = 1 << 30
# Files from here on have their size in 64 bits; it would fit into 32.
IN_ZIP64 = 0xF000_0001

COMMAND = """
import runpy, sys
sys.argv = ["setup.py", "-q", *{words!r}]
runpy.run_path("setup.py", run_name="__main__")
"""
HOOK = """
from oxidist import build_meta
build_meta.{hook}("dist")
"""


def command(*words: str) -> str:
    return COMMAND.format(words=words)


def big(folder: Path, size: int) -> Path:
    with open(folder / "big.bin", "wb") as file:
        file.truncate(size)
    return folder


def size_in_zip(archive: Path, name: str) -> int:
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        return opened.getinfo(name).file_size


def size_in_tar(archive: Path, name: str) -> int:
    with tarfile.open(archive) as opened:
        member = opened.getmember(name)
        # The one behind it is found, and all of it can be read.
        assert len(opened.getmembers()) > 3
        stream = opened.extractfile(member)
        assert stream is not None
        read = sum(len(block) for block in iter(lambda: stream.read(1 << 22), b""))
        assert read == member.size
        return member.size


WAYS: dict[str, tuple[str, str, Callable[[Path, str], int], str]] = {
    "a wheel": (command("bdist_wheel"), "*.whl", size_in_zip, "p-1.data/data/big/big.bin"),
    "a source archive, gztar": (command("sdist"), "*.tar.gz", size_in_tar, "p-1/big.bin"),
    "a source archive, zip": (command("sdist", "--formats=zip"), "*.zip", size_in_zip, "p-1/big.bin"),
    "a source archive by the backend": (
        HOOK.format(hook="build_sdist"),
        "*.tar.gz",
        size_in_tar,
        "p-1/big.bin",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_file_of_a_gibibyte_is_packed_in_little_memory(project, run_setup, way: str) -> None:
    code, pattern, size_of, name = WAYS[way]
    folder = big(project(FILES), GIBIBYTE)
    done = run_setup(folder, script=["-c", code + PRINT_PEAK])
    assert peak(done.stdout) < 200 << 10
    (archive,) = (folder / "dist").glob(pattern)
    assert size_of(archive, name) == GIBIBYTE


@pytest.mark.slow
def test_a_file_of_nearly_four_gibibytes_has_its_size_in_64_bits_and_is_read_back(project, run_setup) -> None:
    folder = big(project(FILES), IN_ZIP64)
    done = run_setup(folder, script=["-c", command("sdist", "--formats=zip") + PRINT_PEAK])
    assert peak(done.stdout) < 200 << 10
    assert size_in_zip(folder / "dist/p-1.zip", "p-1/big.bin") == IN_ZIP64
