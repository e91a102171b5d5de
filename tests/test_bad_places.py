"""Pipes, folders and links where files are expected, files that do not fit, names that are not UTF-8."""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import snapshot
from test_bad_input import INSTALL, PROJECT, refused
from wholeness import assert_whole

BDIST = ["bdist_dumb"]
SDIST = ["sdist"]


@dataclass
class Broken:
    """What is done to the project, which commands fail of it, and what their one line says."""

    what: str
    breaks: Callable[[Path], object]
    commands: list[list[str]]
    error: str


def replaced_by_folder(name: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        gone(name)(folder)
        (folder / name / "inside").mkdir(parents=True)

    return change


def replaced_by_link(name: str, target: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        gone(name)(folder)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(target)

    return change


def replaced_by_pipe(name: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        gone(name)(folder)
        os.mkfifo(folder / name)

    return change


def replaced_by_file(name: str, contents: str = "a file\n") -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        gone(name)(folder)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(contents)

    return change


def gone(name: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.is_symlink() or path.exists():
            path.unlink()

    return change


# A regular file that nobody, not even the superuser, can read: `read` fails with an input/output error.
UNREADABLE = "/proc/self/mem"

EVERY = [["build"], INSTALL, SDIST, BDIST]
BUILDS = [["build"], INSTALL, BDIST]
INSTALLS = [INSTALL, BDIST]
NO_COPY = "error: can't copy '{}': doesn't exist or not a regular file"

SOURCES = [
    Broken(
        "a package's folder is a link to nowhere",
        replaced_by_link("pkg", "nowhere"),
        EVERY,
        "error: package directory 'pkg' does not exist",
    ),
    Broken("a module is a folder", replaced_by_folder("pkg/mod.py"), BUILDS, NO_COPY.format("pkg/mod.py")),
    Broken("a module is a pipe", replaced_by_pipe("pkg/mod.py"), BUILDS, NO_COPY.format("pkg/mod.py")),
    Broken(
        "package data cannot be read",
        replaced_by_link("pkg/data.txt", UNREADABLE),
        BUILDS,
        "error: could not read from 'pkg/data.txt': Input/output error",
    ),
    Broken("a script is a pipe", replaced_by_pipe("tool"), BUILDS, "'tool'"),
    Broken(
        "a script is a link to nowhere", replaced_by_link("tool", "nowhere"), BUILDS, "tool' does not exist"
    ),
    Broken(
        "a script names an encoding that there is not",
        replaced_by_file("tool", "#!python\n# -*- coding: no-such -*-\n"),
        BUILDS,
        "error: script 'tool': unknown encoding: no-such",
    ),
    Broken("a data file is a pipe", replaced_by_pipe("notes.md"), INSTALLS, NO_COPY.format("notes.md")),
    Broken("a header is a folder", replaced_by_folder("demo.h"), INSTALLS, NO_COPY.format("demo.h")),
    Broken(
        "the template cannot be read",
        replaced_by_link("MANIFEST.in", UNREADABLE),
        [SDIST],
        "error: could not read 'MANIFEST.in': Input/output error",
    ),
    Broken(
        "the manifest cannot be read",
        replaced_by_link("MANIFEST", UNREADABLE),
        [SDIST],
        "error: could not read 'MANIFEST': Input/output error",
    ),
    Broken(
        "the configuration cannot be read",
        replaced_by_link("setup.cfg", UNREADABLE),
        [*EVERY, ["clean"], ["check"]],
        "error: could not read 'setup.cfg': Input/output error",
    ),
]

TARGETS = [
    Broken("build is a link to nowhere", replaced_by_link("build", "nowhere"), BUILDS, "'build"),
    Broken(
        "package data's place is a folder", replaced_by_folder("build/lib/pkg/data.txt"), BUILDS, "data.txt'"
    ),
    Broken("dist is a link to nowhere", replaced_by_link("dist", "nowhere"), [SDIST, BDIST], "dist'"),
    Broken(
        "the record's place is a folder",
        replaced_by_folder("record"),
        [[*INSTALL, "--record=record"]],
        "'record'",
    ),
    Broken("the release's folder is a file", replaced_by_file("demo-1.0"), [SDIST], "'demo-1.0'"),
]


@pytest.mark.parametrize("broken", [*SOURCES, *TARGETS], ids=lambda broken: broken.what)
def test_what_cannot_be_read_or_written_is_named_and_nothing_is_half_done(
    project, run_setup, broken: Broken
) -> None:
    folder = project(PROJECT)
    broken.breaks(folder)
    before = snapshot(folder)
    for command in broken.commands:
        done = run_setup(folder, *command, status=None)
        assert broken.error in refused(done), command
        assert_whole(before, snapshot(folder))


# A copy and byte code that are larger than their limits below.
BIG = {"notes.md": "0123456789abcdef" * 20_000, "pkg/code.py": "a=1\n" * 15_000}

LIMITED = """
import os, resource, sys

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
os.execv(sys.executable, [sys.executable, "setup.py", *sys.argv[2:]])
"""


@pytest.mark.parametrize(
    ("limit", "command", "error"),
    [
        (30_000, ["build"], "error: could not write to 'build/lib/pkg/code.py'"),
        (300_000, ["install_data", "--install-dir=root"], "error: could not write to 'root/share/notes.md'"),
        (0, ["install_data", "--install-dir=root"], "error: could not write to 'root/share/notes.md'"),
        (75_000, INSTALL, ".pyc'"),
        (330_000, [*BDIST, "--format=tar"], ".tar'"),
        (0, SDIST, "error: could not write 'MANIFEST'"),
        (0, ["install_egg_info", "--install-dir=root"], "error: could not write 'root/demo-1.0"),
        (0, ["build_scripts"], "error: could not write 'build/scripts-"),
    ],
)
def test_a_file_that_may_not_grow_as_large_is_named_and_not_kept(
    project, run_setup, limit: int, command: list[str], error: str
) -> None:
    folder = project({**PROJECT, **BIG})
    before = snapshot(folder)
    line = refused(run_setup(folder, *command, script=["-c", LIMITED, str(limit)], status=None))
    assert error in line and line.endswith("File too large")
    assert_whole(before, snapshot(folder))


# A name that is not UTF-8, as Python carries it.
ODD = os.fsdecode(b"caf\xe9")


@pytest.fixture
def odd_project(tmp_path: Path, project) -> Path:
    folder = project(
        {
            **PROJECT,
            "setup.py": """
                import os
                from distutils.core import setup

                ODD = os.fsdecode(b"caf\\xe9")
                setup(
                    name="demo", version="1.0", packages=["pkg"], scripts=[ODD], headers=[ODD + ".h"],
                    package_data={"pkg": ["*.txt", ODD + "/*", ODD + ".dat"]},
                    data_files=[ODD + ".md", ("share/" + ODD, [ODD + ".md", "notes.md"])],
                )
                """,
            "MANIFEST.in": "include *.h\nrecursive-include extra *\n",
        }
    )
    try:
        (folder / "pkg" / f"{ODD}.txt").write_text("text\n")
    except OSError:
        pytest.skip("this file system takes no such names")
    for name in (
        f"pkg/{ODD}/inner",
        f"pkg/{ODD}.dat",
        f"pkg/{ODD}.py",
        f"{ODD}.h",
        f"{ODD}.md",
        f"extra/{ODD}/{ODD}",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"# {name.encode(errors='surrogateescape')!r}\n")
    (folder / ODD).write_text("#!/usr/bin/env python\nprint('odd')\n")
    return folder


def test_names_that_are_not_utf_8_are_built_and_installed_byte_for_byte(odd_project: Path, run_setup) -> None:
    before = snapshot(odd_project)
    run_setup(odd_project, "build")
    run_setup(
        odd_project, "install", "--root", "root", "--prefix", f"/{ODD}", "--optimize=2", "--record=record"
    )
    after = snapshot(odd_project)
    assert_whole(before, after)
    for name in f"pkg/{ODD}.txt", f"pkg/{ODD}/inner", f"pkg/{ODD}.dat", f"pkg/{ODD}.py":
        assert after[f"build/lib/{name}"][2] == before[name][2]
    installed = {name for name in after if name.startswith(f"root/{ODD}/") and after[name][0] == "file"}
    recorded = (odd_project / "record").read_bytes().decode(errors="surrogateescape").splitlines()
    assert {"root" + name for name in recorded} == installed
    ends = [f"/bin/{ODD}", f"/{ODD}.h", f"/{ODD}/{ODD}.md", f"/share/{ODD}/{ODD}.md", f"/pkg/{ODD}.py"]
    ends.append(f"/pkg/__pycache__/{ODD}.{sys.implementation.cache_tag}.opt-2.pyc")
    for end in ends:
        assert any(name.endswith(end) for name in installed), end


UNPACK = "import sys; from oxidist import _core; _core.unpack(sys.argv[1], '.')"


@pytest.mark.parametrize("format", ["gztar", "zip"])
def test_names_that_are_not_utf_8_are_distributed_byte_for_byte(
    odd_project: Path, project, run_setup, format: str
) -> None:
    run_setup(odd_project, "sdist", "--formats", format)
    manifest = (odd_project / "MANIFEST").read_bytes().splitlines()
    names = [f"extra/{ODD}/{ODD}", f"{ODD}.h", f"{ODD}.md", ODD, f"pkg/{ODD}.txt", f"pkg/{ODD}/inner"]
    assert {os.fsencode(name) for name in names} <= set(manifest)
    # Without the template the manifest is made anew; one without the mark of such would be read.
    (archive,) = (odd_project / "dist").iterdir()
    folder = project({}, name="unpacked")
    run_setup(folder, str(archive), script=["-c", UNPACK])
    before, after = snapshot(odd_project), snapshot(folder)
    for name in names:
        assert after[f"demo-1.0/{name}"][2] == before[name][2], name


def test_a_manifest_kept_by_hand_may_have_names_that_are_not_utf_8(odd_project: Path, run_setup) -> None:
    (odd_project / "MANIFEST.in").unlink()
    (odd_project / "MANIFEST").write_bytes(os.fsencode(f"setup.py\n{ODD}.md\npkg/{ODD}.txt\n"))
    run_setup(odd_project, "sdist")
    with tarfile.open(odd_project / "dist" / "demo-1.0.tar.gz", errors="surrogateescape") as archive:
        names = {name.removeprefix("demo-1.0/") for name in archive.getnames()}
    assert names == {"demo-1.0", "PKG-INFO", "setup.py", f"{ODD}.md", "pkg", f"pkg/{ODD}.txt"}


LOOP = "error: could not copy 'build/lib/pkg/{}': the link leads back to a folder that it is in"


@pytest.mark.parametrize(
    ("links", "named"),
    [
        ({"loop": "."}, "loop"),
        ({"one": ".", "two": ".."}, "one"),
        ({"sub/up": "../../pkg"}, "sub/up"),
        ({"a/x": "../b", "b/y": "../a"}, "a/x/y"),
        ({"all": "/"}, "all"),
    ],
)
def test_a_link_in_the_build_folder_that_leads_back_is_named(
    project, run_setup, links: dict[str, str], named: str
) -> None:
    folder = project(PROJECT)
    run_setup(folder, "build")
    for name, target in links.items():
        (folder / "build/lib/pkg" / name).parent.mkdir(exist_ok=True)
        (folder / "build/lib/pkg" / name).symlink_to(target)
    before = snapshot(folder)
    line = refused(run_setup(folder, *INSTALL, status=None))
    assert line == LOOP.format(named)
    assert_whole(before, snapshot(folder))


def test_a_link_in_the_build_folder_to_another_place_is_followed(project, run_setup) -> None:
    folder = project(PROJECT)
    run_setup(folder, "build")
    (folder / "build/lib/pkg/beside").mkdir()
    (folder / "build/lib/pkg/beside/inner.txt").write_text("inner\n")
    (folder / "build/lib/pkg/again").symlink_to("beside")
    run_setup(folder, *INSTALL)
    found = [path.parent.name for path in (folder / "root").rglob("inner.txt")]
    assert sorted(found) == ["again", "beside"]


def test_links_in_circles_are_no_files_of_a_source_distribution(project, run_setup) -> None:
    folder = project({**PROJECT, "MANIFEST.in": "graft pkg\ngraft extra\n", "extra/file": "x\n"})
    for name, target in [("pkg/self", "self"), ("pkg/up", ".."), ("extra/a", "b"), ("extra/b", "a")]:
        (folder / name).symlink_to(target)
    for format in "gztar", "zip":
        run_setup(folder, "sdist", "--formats", format)
    manifest = (folder / "MANIFEST").read_text().splitlines()[1:]
    sources = ["README", "notes.md", "setup.py", "single.py", "tool", "extra/file"]
    assert manifest == [*sources, "pkg/__init__.py", "pkg/data.txt", "pkg/mod.py"]
