"""What is in an archive, in a form that two of them can be compared by."""

import stat
import subprocess
import tarfile
import zipfile
from pathlib import Path

Members = dict[str, tuple[str, int, "bytes | str | None"]]

TAR_TYPES = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.DIRTYPE: "dir",
    tarfile.SYMTYPE: "link",
    tarfile.LNKTYPE: "hard link",
    tarfile.FIFOTYPE: "pipe",
}


def members(archive: Path) -> Members:
    """By name: the type, the permission bits, and the contents or a link's target.

    Names of no encoding come as Python reads them, with surrogate escapes. Each name must be there once.
    """
    if archive.suffix == ".zip":
        return zip_members(archive)
    if archive.suffix == ".Z":
        unpacked = archive.with_suffix(".unpacked")
        unpacked.write_bytes(subprocess.run(["gzip", "-dc", archive], check=True, capture_output=True).stdout)
        return tar_members(unpacked)
    return tar_members(archive)


def tar_members(archive: Path) -> Members:
    found: Members = {}
    with tarfile.open(archive, errors="surrogateescape") as tar:
        for member in tar:
            kind = TAR_TYPES[member.type]
            content = tar.extractfile(member).read() if kind == "file" else (member.linkname or None)
            assert member.name not in found
            found[member.name] = (kind, stat.S_IMODE(member.mode), content)
    return found


def zip_members(archive: Path) -> Members:
    found: Members = {}
    with zipfile.ZipFile(archive) as file:
        assert file.testzip() is None
        for member in file.infolist():
            kind = "dir" if member.is_dir() else "file"
            mode = member.external_attr >> 16
            assert (stat.S_ISDIR(mode), stat.S_ISREG(mode)) == (kind == "dir", kind == "file")
            assert member.filename not in found
            found[member.filename] = (kind, stat.S_IMODE(mode), file.read(member) if kind == "file" else None)
    return found


def owners(archive: Path) -> set[tuple[int, int, str, str]]:
    with tarfile.open(archive) as tar:
        return {(member.uid, member.gid, member.uname, member.gname) for member in tar}
