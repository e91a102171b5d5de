"""Set-user-id and set-group-id bits of source files stay with them: no copy and no archive has them."""

from __future__ import annotations

import stat
import tarfile
import zipfile
from pathlib import Path

from twins import run_script, setup_py

BITS = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX
FILES = {
    "p/__init__.py": "",
    "p/data.txt": "",
    "a.py": "",
    "s": "#!/bin/sh\n",
    "t": "#!/usr/bin/python\n",
    "h.h": "",
    "d.txt": "",
}
SETUP = setup_py(
    packages=["p"],
    package_data={"p": ["data.txt"]},
    py_modules=["a"],
    scripts=["s", "t"],
    headers=["h.h"],
    data_files=[("share", ["d.txt"])],
)


def modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_mode for path in folder.rglob("*") if path.is_file()
    }


def test_no_copy_and_no_archive_has_them(distutils, tmp_path: Path, monkeypatch) -> None:
    import os
    from distutils.dir_util import copy_tree
    from distutils.file_util import copy_file

    (tmp_path / "setup.py").write_text(SETUP)
    (tmp_path / "MANIFEST.in").write_text("global-include *\nprune dist\nprune build\nprune root\n")
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o6755 | stat.S_ISVTX)
    (tmp_path / "p").chmod(0o2755)
    run_script(["-q", "sdist", "--formats=zip,gztar", "--keep-temp"])
    run_script(["-q", "sdist", "--formats=tar,bztar"])
    run_script(["-q", "bdist_dumb", "--format=tar"])
    run_script(["-q", "install", "--root=root", "--prefix=/usr"])
    run_script(["-q", "bdist_dumb", "--format=zip", "bdist_wheel"])
    archives = list((tmp_path / "dist").iterdir())
    assert len(archives) == 7
    for archive in archives:
        if archive.suffix in (".zip", ".whl"):
            with zipfile.ZipFile(archive) as opened:
                members = {info.filename: info.external_attr >> 16 for info in opened.infolist()}
        else:
            with tarfile.open(archive) as opened:
                members = {member.name: member.mode for member in opened}
        assert members
        assert not [name for name, mode in members.items() if mode & BITS], archive
    copy_tree("p", "copies")
    copy_file("s", "copies/s")
    # The same where a script has replaced what copies.
    monkeypatch.setattr(os, "chmod", lambda path, mode, chmod=os.chmod: chmod(path, mode))
    copy_file("s", "copies/long")
    for folder in "build", "root", "copies":
        found = modes(tmp_path / folder)
        assert found
        assert not [name for name, mode in found.items() if mode & BITS]
    assert stat.S_IMODE((tmp_path / "copies/s").stat().st_mode) == 0o755
    assert (tmp_path / "s").stat().st_mode & BITS == BITS
