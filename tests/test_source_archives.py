"""`python -m oxidist -C ARCHIVE`: wheels of real source archives, which stay packed and as they are."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import real_c_packages
import real_packages
from backend_packages import BY_NAME
from real_packages import RealPackage
from test_real_packages import ours
from wheels import only_wheel

__all__ = ["ours"]  # a fixture
pytestmark = pytest.mark.slow

PACKAGES = (
    real_packages.BY_NAME["termcolor"],
    real_packages.BY_NAME["docutils"],
    real_packages.BY_NAME["CherryPy"],
    real_c_packages.BY_NAME["crcmod"],
    BY_NAME["olefile"],
)

AS_RELEASED, BZ2 = "as released", "tar.bz2"
CASES = [(package, AS_RELEASED) for package in PACKAGES]
CASES += [(package, BZ2) for package in PACKAGES if package.file.endswith(".tar.gz")]

# Objects of one source then are the same in every folder.
QUICK = {"CFLAGS": "-O0 -w -g0"}


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Mode, time and contents of a folder with files, itself included."""
    return {
        path.name: (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in (folder, *folder.iterdir())
    }


def as_bz2(archive: Path, folder: Path) -> Path:
    """The same members in an archive of the kind that the index took until 2016."""
    made = folder / archive.name.replace(".tar.gz", ".tar.bz2")
    with tarfile.open(archive) as members, tarfile.open(made, "w:bz2") as again:
        for member in members:
            again.addfile(member, members.extractfile(member) if member.isfile() else None)
    return made


@pytest.mark.parametrize(("package", "kind"), CASES, ids=str)
def test_a_wheel_is_made_of_an_archive_that_nobody_may_write(
    package: RealPackage, kind: str, ours: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, here, scratch = tmp_path / "shelf", tmp_path / "here", tmp_path / "scratch"
    for folder in (shelf, here, scratch):
        folder.mkdir()
    released = real_packages.sdist(package)
    archive = as_bz2(released, shelf) if kind == BZ2 else Path(shutil.copy2(released, shelf))
    archive.chmod(0o444)
    shelf.chmod(0o555)
    before = state(shelf)
    try:
        env = {**QUICK, "TMPDIR": str(scratch)}
        ours(here, "-q", "bdist_wheel", script=("-m", "oxidist", "-C", str(archive)), env=env)
        assert state(shelf) == before
    finally:
        shelf.chmod(0o755)
    assert list(scratch.iterdir()) == []
    assert [path.name for path in here.iterdir()] == ["dist"]

    tree = real_packages.unpack(package, tmp_path / "tree")
    ours(tree, "-q", "bdist_wheel", script=("-m", "oxidist"), env=QUICK)
    assert only_wheel(here).name == only_wheel(tree).name
    assert only_wheel(here).read_bytes() == only_wheel(tree).read_bytes()
