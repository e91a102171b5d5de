"""`python -m oxidist -C ARCHIVE`: archives that lead out of their folder, or are cut short."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from conftest import snapshot

SETUP = b"from distutils.core import setup\nsetup(name='demo', version='1.0', py_modules=['one'])\n"
RIGHT = [("demo-1.0/setup.py", SETUP), ("demo-1.0/one.py", b"")]

FIFO, DEVICE, DISK = tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE
SYMLINK, HARD_LINK = tarfile.SYMTYPE, tarfile.LNKTYPE

# Members after the right ones: a name with its contents, or with a type and where it leads.
Member = tuple[str, bytes] | tuple[str, bytes, str]

BAD: list[tuple[list[Member], str]] = [
    ([("../evil", b"x")], "member '../evil' would be unpacked outside the folder"),
    ([("demo-1.0/../../evil", b"x")], "member 'demo-1.0/../../evil' would be unpacked outside the folder"),
    ([("OUTSIDE/evil", b"x")], "member 'OUTSIDE/evil' would be unpacked outside the folder"),
    ([("..", tarfile.DIRTYPE, "")], "member '../' would be unpacked outside the folder"),
    (
        [("demo-1.0/out", SYMLINK, "../.."), ("demo-1.0/out/evil", b"x")],
        "member 'demo-1.0/out/evil' would be written through a link",
    ),
    (
        [("demo-1.0/out", SYMLINK, "OUTSIDE"), ("demo-1.0/out/evil", b"x")],
        "member 'demo-1.0/out/evil' would be written through a link",
    ),
    ([("demo-1.0/l", SYMLINK, "OUTSIDE/mine")], "is a link to 'OUTSIDE/mine', which leads outside"),
    ([("demo-1.0/l", SYMLINK, "../../mine")], "is a link to '../../mine', which leads outside"),
    (
        # Either would stay inside without the other.
        [("demo-1.0/a/b/up", SYMLINK, "../.."), ("demo-1.0/l", SYMLINK, "a/b/up/../../mine")],
        "member 'demo-1.0/l' is a link to 'a/b/up/../../mine', which leads outside",
    ),
    (
        [("demo-1.0/one.py", SYMLINK, "../../mine"), ("demo-1.0/one.py", b"x")],
        "member 'demo-1.0/one.py' would be written through a link",
    ),
    ([("demo-1.0", SYMLINK, "OUTSIDE")], "member 'demo-1.0' is a link and a folder at once"),
    (
        [("demo-1.0/h", HARD_LINK, "../mine")],
        "member 'demo-1.0/h' is a link to '../mine', which leads outside",
    ),
    (
        [("demo-1.0/h", HARD_LINK, "OUTSIDE/mine")],
        "member 'demo-1.0/h' is a link to 'OUTSIDE/mine', which leads outside",
    ),
    (
        [("demo-1.0/l", SYMLINK, "../../mine"), ("demo-1.0/h", HARD_LINK, "demo-1.0/l")],
        "member 'demo-1.0/h' is a link to '../../mine', which leads outside",
    ),
    (
        [("demo-1.0/l", SYMLINK, "../.."), ("demo-1.0/h", HARD_LINK, "demo-1.0/l/mine")],
        "member 'demo-1.0/l/mine' would be written through a link",
    ),
    ([("demo-1.0/h", HARD_LINK, "demo-1.0/nosuch")], "nosuch"),
    ([("demo-1.0/p", FIFO, "")], "member 'demo-1.0/p' is neither a file, a folder nor a link"),
    ([("demo-1.0/d", DEVICE, "")], "member 'demo-1.0/d' is neither a file, a folder nor a link"),
    ([("demo-1.0/d", DISK, "")], "member 'demo-1.0/d' is neither a file, a folder nor a link"),
    ([("demo-1.0/one.py/evil", b"x")], "one.py"),
    ([("other/evil", b"x")], "a source archive holds one folder, and everything in it"),
    # A name that only an extended header can have.
    ([("../" + "e" * 200, b"x")], "would be unpacked outside the folder"),
]


def tar(path: Path, members: list[Member], outside: Path) -> None:
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, kind, *target in [*RIGHT, *members]:
            info = tarfile.TarInfo(name.replace("OUTSIDE", str(outside)))
            contents = b""
            if target:
                info.type, info.linkname = kind, target[0].replace("OUTSIDE", str(outside))
            else:
                contents = kind
                info.size = len(contents)
            archive.addfile(info, io.BytesIO(contents))


def zip_(path: Path, members: list[Member], outside: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, kind, *target in [*RIGHT, *members]:
            info = zipfile.ZipInfo(name.replace("OUTSIDE", str(outside)))
            info.external_attr = (0o120777 if target else 0o100644) << 16
            text = target[0].replace("OUTSIDE", str(outside)) if target else kind
            archive.writestr(info, text)


def in_zip(members: list[Member]) -> bool:
    """Zip files have files and symbolic links, and of several members of one name the last."""
    only_links = all(len(member) == 2 or member[1] == SYMLINK for member in members)
    return only_links and len({member[0] for member in members}) == len(members)


CASES = [
    *[("demo-1.0.tar.gz", tar, members, message) for members, message in BAD],
    *[("demo-1.0.zip", zip_, members, message) for members, message in BAD if in_zip(members)],
]


@pytest.mark.parametrize(("name", "pack", "members", "message"), CASES, ids=range(len(CASES)))
def test_an_archive_that_would_leave_its_folder_is_refused_by_name_and_leaves_nothing(
    tmp_path, run_setup, name, pack, members, message
) -> None:
    outside, temporary, here = tmp_path / "outside", tmp_path / "tmp", tmp_path / "here"
    for folder in (outside, temporary, here):
        folder.mkdir()
    (outside / "mine").write_text("mine")
    pack(here / name, members, outside)
    before = snapshot(tmp_path)
    done = run_setup(
        here,
        *("-C", name, "bdist_wheel"),
        script=["-m", "oxidist"],
        env={"TMPDIR": str(temporary)},
        status=1,
    )
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done.stderr
    assert message.replace("OUTSIDE", str(outside)) in done.stderr
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.98])
@pytest.mark.parametrize(("name", "pack"), [("demo-1.0.tar.gz", tar), ("demo-1.0.zip", zip_)])
def test_an_archive_that_was_cut_short_is_refused(tmp_path, run_setup, name, pack, keep) -> None:
    pack(tmp_path / name, [("demo-1.0/data", os.urandom(100_000))], tmp_path)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: int(len(whole) * keep)])
    done = run_setup(tmp_path, "-C", name, "bdist_wheel", script=["-m", "oxidist"], status=1)
    assert done.stderr.startswith(f"error: '{name}': ") and done.stderr.count("\n") == 1, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_what_has_no_bound_in_an_archive_has_one_here_which_can_be_raised(tmp_path, run_setup) -> None:
    """A name of 8 MiB packs into a few kilobytes; of 1.5 GiB, into seven megabytes."""
    with tarfile.open(tmp_path / "demo-1.0.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, contents in RIGHT:
            info = tarfile.TarInfo(name)
            info.size = len(contents)
            # No reader but this one needs the record.
            info.pax_headers = {"comment": "x" * (8 << 20)} if name.endswith("one.py") else {}
            archive.addfile(info, io.BytesIO(contents))
    arguments = ("-C", "demo-1.0.tar.gz", "-q", "bdist_wheel")
    for environment, expected in [
        ({}, "'demo-1.0.tar.gz': it has more than 1048576 bytes of names and headers for one member"),
        ({"OXIDIST_UNPACK_HEADER": "9M", "OXIDIST_UNPACK_MEMBERS": "1"}, "it has more than 1 members"),
        ({"OXIDIST_UNPACK_HEADER": "9M", "OXIDIST_UNPACK_BYTES": "1000"}, "more than 1000 bytes of contents"),
        ({"OXIDIST_UNPACK_BYTES": "lots"}, "OXIDIST_UNPACK_BYTES: 'lots' is not a number above 0"),
    ]:
        done = run_setup(tmp_path, *arguments, script=["-m", "oxidist"], env=environment, status=1)
        assert expected in done.stderr and done.stderr.count("\n") == 1, done.stderr
    run_setup(tmp_path, *arguments, script=["-m", "oxidist"], env={"OXIDIST_UNPACK_HEADER": "9m"})


def test_names_of_members_are_shown_without_what_a_terminal_obeys(tmp_path, run_setup) -> None:
    tar(tmp_path / "demo-1.0.tar.gz", [("../\x1b[2J\u202e\x9b" + "y" * 3000, b"x")], tmp_path)
    done = run_setup(tmp_path, "-C", "demo-1.0.tar.gz", "sdist", script=["-m", "oxidist"], status=1)
    assert "member '../\\x1b[2J\\u202e\\x9byyy" in done.stderr, done.stderr
    assert len(done.stderr) < 500 and not set(done.stderr) & {"\x1b", "\u202e", "\x9b"}


def test_links_that_stay_inside_and_odd_modes_are_no_mistake(tmp_path, run_setup) -> None:
    members = [
        ("demo-1.0/./pkg/", tarfile.DIRTYPE, ""),
        ("demo-1.0/pkg/link.py", SYMLINK, "../one.py"),
        ("demo-1.0/pkg/hard.py", HARD_LINK, "demo-1.0/one.py"),
    ]
    tar(tmp_path / "demo-1.0.tar.gz", members, tmp_path)
    run_setup(tmp_path, *("-C", "demo-1.0.tar.gz", "-q", "bdist_wheel"), script=["-m", "oxidist"])
    (wheel,) = (tmp_path / "dist").iterdir()
    assert wheel.name == "demo-1.0-py3-none-any.whl" and stat.S_IMODE(wheel.stat().st_mode) & 0o777
