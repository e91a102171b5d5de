"""Which folders are read in search of files: those that a rule can include from, and never in a circle."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import write_files
from test_normal_forms import LONG_WAYS

SETUP = """
from distutils.core import setup
from distutils.filelist import FileList
{}
setup(name="p", version="1", packages=["pkg"])
"""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Callable[[dict], Watched]]:
    """`watched(files)`: a project whose folders tell whether they were read."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else tmp_path) as name:
        yield lambda files: Watched(Path(name) / "project", files)


class Watched:
    """A project that tells which of its folders were read: that changes the time of their last access."""

    def __init__(self, path: Path, files: dict) -> None:
        self.path = path
        write_files(path, files)
        self.folders = [Path(top) for top, _, _ in os.walk(path)]
        self.forget()
        os.listdir(path)
        if self.read() != {"."}:
            pytest.skip("here folders do not keep the time of the last access")
        self.forget()

    def forget(self) -> None:
        # Where access times are kept up only if they are older than the last change, these are.
        for folder in self.folders:
            os.utime(folder, (1, 2))

    def read(self) -> set[str]:
        times = {folder: folder.stat().st_atime for folder in self.folders}
        return {folder.relative_to(self.path).as_posix() for folder in self.folders if times[folder] > 1}


FILES = {
    "setup.py": SETUP.format(""),
    "pkg/__init__.py": "",
    "pkg/sub/deep/x.txt": "",
    "docs/a.rst": "",
    "docs/api/b.rst": "",
    "node_modules/left/pad.js": "",
    ".git/objects/00/x": "",
}
EVERYWHERE = {".", "pkg", "pkg/sub", "pkg/sub/deep", "docs", "docs/api", "node_modules", "node_modules/left"}
EVERYWHERE |= {".git", ".git/objects", ".git/objects/00"}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("include *.py", {"."}),
        ("graft docs", {".", "docs", "docs/api"}),
        (
            "recursive-include docs *.rst\nrecursive-exclude node_modules *\nprune .git",
            {".", "docs", "docs/api"},
        ),
        ("recursive-include pkg/sub *.txt", {".", "pkg", "pkg/sub", "pkg/sub/deep"}),
        ("include docs/api/*.rst", {".", "docs", "docs/api"}),
        ("graft d*", {".", "docs", "docs/api"}),
        ("include nothing/*", {"."}),
        ("exclude *.py\nglobal-exclude *.js\nprune docs", set()),
        ("# no rule", set()),
        ("graft [a-d]*s", {".", "docs", "docs/api"}),
        ("global-include *.rst", EVERYWHERE),
        ("recursive-include * *.rst", EVERYWHERE),
    ],
)
def test_only_folders_that_a_rule_can_include_from_are_read(template, expected, watched, run_setup) -> None:
    project = watched({**FILES, "MANIFEST.in": template + "\n"})
    run_setup(project.path, "-q", "sdist", "--manifest-only", "--no-defaults")
    # Python itself reads the script's folder; `build_py`, which `--no-defaults` leaves out, its packages.
    assert project.read() | {"."} == expected | {"."}


def test_without_a_template_no_folder_is_walked(watched, run_setup) -> None:
    project = watched({name: text for name, text in FILES.items()})
    run_setup(project.path, "-q", "sdist", "--manifest-only")
    assert project.read() <= {".", "pkg"}


@pytest.mark.parametrize("way", sorted(set(LONG_WAYS) - {"none"}))
def test_where_a_script_could_see_the_list_of_all_files_it_is_made_as_ever(way, watched, run_setup) -> None:
    script = SETUP.format(LONG_WAYS[way])
    project = watched({**FILES, "setup.py": script, "MANIFEST.in": "graft docs\n"})
    run_setup(project.path, "-q", "sdist", "--manifest-only", "--no-defaults")
    assert project.read() == EVERYWHERE


@pytest.mark.parametrize("hook", ["read_template", "add_defaults", "prune_file_list", "_add_defaults_ext"])
def test_a_hook_that_runs_after_the_walk_sees_all_files(hook, project, run_setup) -> None:
    script = f"""
        from distutils.core import setup
        from distutils.command.sdist import sdist

        class Own(sdist):
            def {hook}(self):
                print(sorted(self.filelist.allfiles))
                super().{hook}()

        setup(name="p", version="1", cmdclass={{"sdist": Own}})
    """
    folder = project({"setup.py": script, "MANIFEST.in": "include *.txt\n", "a/b.txt": ""})
    said = run_setup(folder, "-q", "sdist", "--manifest-only").stdout
    assert said.splitlines()[-1] == "['MANIFEST.in', 'a/b.txt', 'setup.py']"


def test_patterns_after_the_template_still_find_every_file(project, run_setup) -> None:
    script = """
        from distutils.core import setup
        from distutils.command.sdist import sdist

        class Own(sdist):
            def make_distribution(self):
                self.filelist.include_pattern("*.txt", anchor=0)
                print(sorted(self.filelist.files))

        setup(name="p", version="1", cmdclass={"sdist": Own})
    """
    folder = project({"setup.py": script, "MANIFEST.in": "include *.py\n", "a/b.txt": ""})
    assert run_setup(folder, "-q", "sdist").stdout.splitlines()[-1] == "['a/b.txt', 'setup.py']"


def circles(folder: Path) -> None:
    """Links to the folder itself, to one above, to one beside that leads back, to what is not there."""
    for name, target in {
        "a/here": ".",
        "a/self": "self",
        "a/up": "..",
        "a/b/top": "../..",
        "a/b/out": "../../../project",
        "left/right": "../right",
        "right/left": "../left",
        "gone": "nowhere",
        "absolute": str(folder),
        "a/b/again": "../../a/b",
    }.items():
        (folder / name).symlink_to(target)


@pytest.mark.parametrize("way", LONG_WAYS)
def test_no_link_is_followed_in_a_circle(way, project, run_setup) -> None:
    if way == "walk":
        pytest.skip("a script's own os.walk decides what it follows")
    script = SETUP.format(LONG_WAYS[way]).replace(', packages=["pkg"]', "")
    tree = {"a/x.txt": "", "a/b/y.txt": "", "left/l.txt": "", "right/r.txt": ""}
    folder = project({"setup.py": script, "MANIFEST.in": "global-include *.txt\n", **tree})
    circles(folder)
    run_setup(folder, "-q", "sdist", "--manifest-only")
    listed = (folder / "MANIFEST").read_text().splitlines()[1:]
    # The two that lead to each other are each gone through once from either side.
    beside = ["left/right/r.txt", "right/left/l.txt"]
    assert listed == ["setup.py", *sorted([*tree, *beside], key=os.path.split)]


def test_findall_follows_no_link_in_a_circle(distutils, project, monkeypatch) -> None:
    from distutils.filelist import FileList, _find_all_simple, findall

    folder = project({"a/x.txt": "", "a/b/y.txt": "", "left/l.txt": "", "right/r.txt": ""})
    circles(folder)
    monkeypatch.chdir(folder)
    expected = ["a/b/y.txt", "a/x.txt", "left/l.txt", "left/right/r.txt", "right/left/l.txt", "right/r.txt"]
    filelist = FileList()
    filelist.findall()
    assert sorted(findall()) == sorted(filelist.allfiles) == expected
    assert sorted(_find_all_simple(str(folder))) == [str(folder / name) for name in expected]
    assert sorted(findall("a")) == ["a/b/y.txt", "a/x.txt"]
