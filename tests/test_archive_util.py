"""distutils.archive_util: the same members as CPython's archives have, in every format."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from archives import members, owners

FORMATS = {
    "gztar": ".tar.gz",
    "bztar": ".tar.bz2",
    "xztar": ".tar.xz",
    "ztar": ".tar.Z",
    "tar": ".tar",
    "zip": ".zip",
}

PACK = """
import sys
from distutils.archive_util import make_archive
format, name, root, base = sys.argv[1:]
print(make_archive(name, format, root or None, base or None))
"""


@pytest.fixture
def tree_to_pack(project) -> Path:
    """A folder with all that an archive can hold: links, modes, long and foreign names, empty folders."""
    folder = project(
        {
            "d/a.txt": "text\n",
            "d/empty/": "",
            "d/run": "#!/bin/sh\n",
            "d/big": os.urandom(400_000),
            "d/zeros": bytes(300_000),
            "d/" + "/".join(["long" * 10] * 5) + "/x": "deep",
            "d/" + "n" * 140: "long name",
            "d/ünï/c\u0301": "decomposed",
            "other/z": "z",
            "pack.py": PACK,
        },
        "tree",
    )
    Path(os.fsdecode(os.fsencode(folder) + b"/d/bytes\xff\xfe")).write_text("not UTF-8")
    (folder / "d/run").chmod(0o755)
    (folder / "d/a.txt").chmod(0o600)
    os.link(folder / "d/a.txt", folder / "d/same as a.txt")
    (folder / "d/link").symlink_to("a.txt")
    (folder / "d/folder link").symlink_to("../other")
    (folder / "d/broken").symlink_to("nowhere")
    (folder / "d/circle").symlink_to("circle")
    os.mkfifo(folder / "d/pipe")
    os.utime(folder / "d/run", (0, 1_000_000_000.75))
    return folder


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "ztar"])
@pytest.mark.parametrize(("root", "base"), [("", "d"), ("", "./d/"), ("d", ""), ("other/..", "d")])
def test_the_members_are_those_of_cpythons_archive(
    format, root, base, tree_to_pack, oracle, run_setup, tmp_path
) -> None:
    if format == "zip":
        # zipfile cannot write a name that is not UTF-8: CPython ends with an error.
        os.remove(os.fsencode(tree_to_pack) + b"/d/bytes\xff\xfe")
    theirs = tmp_path / "theirs" / "a.b"
    ours = tmp_path / "ours" / "a.b"
    oracle.run("pack.py", format, str(theirs), root, base, cwd=tree_to_pack)
    said = run_setup(tree_to_pack, format, str(ours), root, base, script="pack.py")
    assert said.stdout == f"{ours}{FORMATS[format]}\n"
    assert os.listdir(ours.parent) == ["a.b" + FORMATS[format]]
    assert members(Path(f"{ours}{FORMATS[format]}")) == members(Path(f"{theirs}{FORMATS[format]}"))


def test_times_owners_and_order_of_a_tar_file_are_cpythons(tree_to_pack, oracle, run_setup, tmp_path) -> None:
    oracle.run("pack.py", "tar", str(tmp_path / "theirs"), "", "d", cwd=tree_to_pack)
    run_setup(tree_to_pack, "tar", str(tmp_path / "ours"), "", "d", script="pack.py")

    def facts(name: str) -> list[tuple[object, ...]]:
        with tarfile.open(tmp_path / name) as tar:
            return [(m.name, int(m.mtime), m.uid, m.gid, m.uname, m.gname, m.size) for m in tar]

    assert facts("ours.tar") == facts("theirs.tar")


def test_the_format_of_compress_can_be_read_by_gzip(tree_to_pack, run_setup, tmp_path) -> None:
    for format in ("tar", "ztar"):
        run_setup(tree_to_pack, format, str(tmp_path / "a"), "", "d", script="pack.py")
    unpacked = subprocess.run(["gzip", "-dc", tmp_path / "a.tar.Z"], check=True, capture_output=True).stdout
    assert unpacked == (tmp_path / "a.tar").read_bytes()


def test_owner_and_group_are_written_where_the_system_knows_them(distutils, project) -> None:
    from distutils.archive_util import _get_gid, _get_uid, make_archive

    grp, pwd = pytest.importorskip("grp"), pytest.importorskip("pwd")
    folder = project({"d/a": ""})
    user, group = pwd.getpwuid(1), grp.getgrgid(1)
    name = make_archive("a", "gztar", folder, "d", owner=user.pw_name, group=group.gr_name)
    assert owners(name) == {(1, 1, user.pw_name, group.gr_name)}
    name = make_archive("b", "gztar", folder, "d", owner="nobody-of-that-name", group="nor-that")
    status = (folder / "d").stat()
    (found,) = owners(name)
    assert found[:2] == (status.st_uid, status.st_gid)
    assert (_get_uid("nobody-of-that-name"), _get_gid(None)) == (None, None)
    assert (_get_uid(user.pw_name), _get_gid(group.gr_name)) == (1, 1)


def test_a_format_of_a_scripts_own_is_found_in_the_table(distutils, monkeypatch, tmp_path) -> None:
    from distutils import archive_util

    calls = []

    def pack(base_name, base_dir, **options):
        calls.append((base_name, base_dir, options, os.getcwd()))
        return "made"

    monkeypatch.setitem(archive_util.ARCHIVE_FORMATS, "mine", (pack, [("level", 3)], "my own"))
    assert archive_util.check_archive_formats(["gztar", "mine"]) is None
    (tmp_path / "root").mkdir()
    assert archive_util.make_archive("x/y", "mine", "root", owner="me") == "made"
    options = {"dry_run": 0, "level": 3, "owner": "me", "group": None}
    assert calls == [(str(tmp_path / "x/y"), ".", options, str(tmp_path / "root"))]
    assert os.getcwd() == str(tmp_path)


def test_the_folder_is_changed_back_whatever_goes_wrong(distutils, monkeypatch, tmp_path) -> None:
    from distutils import archive_util

    def fail(*args, **options):
        raise RuntimeError("on purpose")

    monkeypatch.setitem(archive_util.ARCHIVE_FORMATS, "mine", (fail, [], ""))
    (tmp_path / "root").mkdir()
    with pytest.raises(RuntimeError, match="on purpose"):
        archive_util.make_archive("x", "mine", "root")
    with pytest.raises(ValueError, match="unknown archive format 'xxx'"):
        archive_util.make_archive("x", "xxx", "root")
    assert archive_util.check_archive_formats(["gztar", "xxx", "yyy"]) == "xxx"
    with pytest.raises(ValueError, match="bad value for 'compress'"):
        archive_util.make_tarball("x", "root", compress="rar")
    assert os.getcwd() == str(tmp_path)
    assert os.listdir() == ["root"]


def test_a_dry_run_makes_nothing_and_names_the_archive(distutils, project, tree) -> None:
    from distutils.archive_util import make_archive

    import oxidist

    folder = project({"d/a": ""})
    before = tree(folder.parent)
    for format, extension in FORMATS.items():
        if format != "ztar":
            name = make_archive("out/x", format, folder, "d", dry_run=1)
            assert name == str(folder.parent / "out/x") + extension
    assert tree(folder.parent) == before
    written = [entry[1] for entry in oxidist.journal(True) if entry[0] == "write"]
    assert str(folder.parent / "out/x.zip") in written


def test_an_archive_that_cannot_be_finished_is_not_there(distutils, project, tmp_path) -> None:
    from distutils.archive_util import make_archive
    from distutils.errors import DistutilsFileError

    folder = project({"d/a": "a", "d/z": "z"})
    if os.geteuid() == 0:
        os.mknod(folder / "d/device", 0o20666, os.makedev(1, 3))
        expected = "could not archive 'd/device': it is a device"
    else:
        (folder / "d/z").chmod(0)
        expected = "could not open 'd/z': Permission denied"
    with pytest.raises(DistutilsFileError) as caught:
        make_archive("x", "gztar", folder, "d")
    assert str(caught.value) == expected
    with pytest.raises(DistutilsFileError, match="could not archive 'missing': No such file"):
        make_archive("x", "zip", base_dir="missing")
    assert sorted(os.listdir()) == ["project"]


@pytest.mark.skipif(os.geteuid() == 0, reason="a read-only folder does not stop the superuser")
def test_a_read_only_folder_is_named(distutils, project, tmp_path) -> None:
    from distutils.archive_util import make_archive
    from distutils.errors import DistutilsFileError

    folder = project({"d/a": "a", "out/": ""})
    (folder / "out").chmod(0o555)
    with pytest.raises(DistutilsFileError, match="could not create 'project/out/x.zip': Permission denied"):
        make_archive("project/out/x", "zip", base_dir="project/d")


def test_the_messages_are_cpythons(distutils, project, capsys, monkeypatch) -> None:
    from distutils import log
    from distutils.archive_util import make_archive

    folder = project({"d/a": "a"})
    monkeypatch.chdir(folder)
    log.set_threshold(log.DEBUG)
    make_archive("x", "zip", base_dir="d")
    make_archive("x", "tar", root_dir="d", base_dir=".")
    assert capsys.readouterr().out.splitlines() == [
        "creating 'x.zip' and adding 'd' to it",
        "adding 'd'",
        "adding 'd/a'",
        "changing into 'd'",
        "Creating tar archive",
        f"changing back to '{folder}'",
    ]


def test_no_member_is_newer_than_source_date_epoch(distutils, project, monkeypatch) -> None:
    from distutils.archive_util import make_archive
    from distutils.errors import DistutilsPlatformError

    folder = project({"d/a": "a"})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    with tarfile.open(make_archive("x", "gztar", folder, "d")) as tar:
        assert {member.mtime for member in tar} == {1_000_000_000}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(DistutilsPlatformError, match="SOURCE_DATE_EPOCH must be a number of seconds"):
        make_archive("x", "gztar", folder, "d")


def test_the_signatures_are_cpythons(distutils) -> None:
    import inspect
    from distutils import archive_util

    assert str(inspect.signature(archive_util.make_zipfile)) == "(base_name, base_dir, verbose=0, dry_run=0)"
    assert sys.modules["distutils.archive_util"].make_archive is archive_util.make_archive
