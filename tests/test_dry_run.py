"""A dry run changes nothing, starts nothing, and lists exactly what a real run then does."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Completed
from sample import make_sample, read_report
from twins import setup_py

ROOT = ["--root=root", "--prefix=/usr"]

# name: what was really done before, what is then run dry, then in earnest.
RUNS: dict[str, tuple[list[list[str]], list[str]]] = {
    "build": ([], ["build"]),
    "build, again": ([["build"]], ["build"]),
    "build, forced": ([["build"]], ["build", "--force"]),
    "build_py": ([], ["build_py"]),
    "build_py, byte-compiled": ([], ["build_py", "--compile", "--optimize=2"]),
    "build_scripts": ([], ["build_scripts"]),
    "install": ([], ["install", *ROOT, "--record=record.txt"]),
    "install, built before": ([["build"]], ["install", *ROOT, "--no-compile"]),
    "install, installed before": ([["install", *ROOT]], ["install", *ROOT]),
    "install in a home": ([], ["install", "--home=home", "--optimize=1"]),
    "install_lib": ([], ["install_lib", "--install-dir=lib"]),
    "install_scripts": ([], ["install_scripts", "--install-dir=bin"]),
    "install_data": ([], ["install_data", "--install-dir=data"]),
    "install_headers": ([], ["install_headers", "--install-dir=include"]),
    "install_egg_info": ([], ["install_egg_info", "--install-dir=lib"]),
    "sdist": ([], ["sdist"]),
    "sdist, all formats": ([], ["sdist", "--formats=gztar,bztar,xztar,tar,zip"]),
    "sdist, manifest only": ([], ["sdist", "--manifest-only"]),
    "sdist, tree kept": ([], ["sdist", "--keep-temp"]),
    "sdist, again": ([["sdist"]], ["sdist"]),
    "bdist": ([], ["bdist", "--formats=gztar,zip"]),
    "bdist_dumb": ([], ["bdist_dumb", "--format=gztar"]),
    "bdist_dumb, relative": ([], ["bdist_dumb", "--relative", "--format=zip"]),
    "bdist_dumb, tree kept": ([], ["bdist_dumb", "--keep-temp", "--format=gztar"]),
    "clean": ([["build"]], ["clean"]),
    "clean --all": ([["build"]], ["clean", "--all"]),
    "clean, nothing built": ([], ["clean", "--all"]),
    "check": ([], ["check"]),
    "a command that starts a program": ([], ["start"]),
}


def state(folder: Path) -> dict[str, tuple[object, ...]]:
    """What could change of everything below `folder`, the times included."""
    entries: dict[str, tuple[object, ...]] = {}
    for parent, folders, files in os.walk(folder):
        for path in [Path(parent), *(Path(parent, name) for name in folders + files)]:
            status = path.lstat()
            facts = (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            entries[str(path.relative_to(folder))] = (*facts, path.read_bytes() if path.is_file() else None)
    return entries


@pytest.mark.parametrize("name", RUNS)
def test_a_dry_run_does_nothing_and_tells_what_the_real_run_does(
    name: str, tmp_path: Path, run_setup: Callable[..., Completed]
) -> None:
    before, arguments = RUNS[name]
    folder = make_sample(tmp_path / "project")
    for earlier in before:
        run_setup(folder, *earlier)

    untouched = state(tmp_path)
    report = tmp_path.parent / f"{tmp_path.name}-report.json"
    dry = run_setup(folder, "--dry-run", *arguments, env={"SAMPLE_REPORT": str(report)})
    assert state(tmp_path) == untouched
    planned = read_report(report)
    assert planned["started"] == []
    assert planned["children_memory"] == 0, "a process was started"

    real = run_setup(folder, *arguments, env={"SAMPLE_REPORT": str(report)})
    done = read_report(report)
    assert planned["journal"] == done["journal"]
    assert planned["dist_files"] == done["dist_files"]
    assert messages(dry) == messages(real)


def messages(done: Completed) -> list[str]:
    """What was listed; of an archive, that it is made, but not each of its members."""
    return [line for line in done.stdout.splitlines() if not line.startswith("adding '")]


def test_what_a_dry_run_leaves_alone_a_real_run_changes(
    tmp_path: Path, run_setup: Callable[..., Completed]
) -> None:
    """The measure that the test above relies on sees a change where there is one."""
    folder = make_sample(tmp_path / "project")
    untouched = state(tmp_path)
    report = tmp_path.parent / f"{tmp_path.name}-report.json"
    run_setup(folder, "build_py", "start", env={"SAMPLE_REPORT": str(report)})
    assert state(tmp_path) != untouched
    done = read_report(report)
    assert done["children_memory"] > 0
    assert any(action == "run" and Path(program).name == "true" for action, program, *_ in done["journal"])


GENERATES = """
from distutils.command.build_py import build_py as _build_py
from distutils.core import setup


class build_py(_build_py):
    def run(self):
        super().run()
        target = self.build_lib + "/made.txt"
        self.make_file("seed.txt", target, self.write, (target,))

    def write(self, target):
        with open(target, "w") as stream:
            stream.write("made")


dist = setup(name="generates", version="1", py_modules=["mod"], cmdclass={"build_py": build_py})

import oxidist

print("JOURNAL", oxidist.journal(bool(dist.dry_run)))
"""


def test_a_dry_run_counts_on_what_make_file_would_have_made(
    project: Callable[..., Path], run_setup: Callable[..., Completed]
) -> None:
    folder = project({"setup.py": GENERATES, "mod.py": "", "seed.txt": ""})
    dry = run_setup(folder, "--dry-run", "build", "install", *ROOT)
    assert not (folder / "build").exists()
    real = run_setup(folder, "build", "install", *ROOT)
    assert (folder / "root/usr").is_dir()
    assert dry.stdout == real.stdout
    assert "made.txt" in dry.stdout.split("JOURNAL")[1]


@pytest.mark.parametrize(
    "command",
    [
        ["install", *ROOT, "--dry-run"],
        ["build", "-n"],
        ["install_lib", "--install-dir=root", "--no-compile", "-n"],
        ["bdist_dumb", "--format=tar", "--keep-temp", "-n"],
        ["clean", "--all", "--dry-run"],
    ],
    ids=" ".join,
)
def test_behind_a_command_the_flag_is_that_commands_own_as_in_cpython(twins, command: list[str]) -> None:
    """The commands that it runs are not dry: only what it does itself is left out."""
    files = {"pkg/__init__.py": "", "run": "#!python\n", "data": "", "head.h": ""}
    arguments = {"packages": ["pkg"], "scripts": ["run"], "data_files": [("share", ["data"])]}
    pair = twins({"setup.py": setup_py(**arguments, headers=["head.h"], extra_path="extra"), **files})
    pair.run(*command)
    changed = [path.name for path in pair.ours.iterdir() if path.name in ("build", "root", "dist")]
    assert sorted(changed) == sorted(path.name for path in pair.theirs.iterdir() if path.name in changed)
    for folder in changed:
        pair.assert_same(folder)
    made = {path.name for path in pair.ours.rglob("*")}
    assert ("extra.pth" in made, "p-1.0.tar" in made) == ("bdist_dumb" in command, False)
    assert command[0] == "clean" or {"build", "__init__.py"} <= made


def test_moving_a_file_to_a_bare_name_is_within_the_current_folder(distutils, tmp_path, monkeypatch) -> None:
    from distutils.dir_util import copy_tree, remove_tree
    from distutils.file_util import move_file

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_text("1")
    (tmp_path / "folder").mkdir()
    # In a dry run it is the name that was given, even where the file is one that a program would have made.
    for source, target in (("a", "b"), ("a", "folder"), ("missing", "b"), ("a", "no/b")):
        assert move_file(source, target, dry_run=1) == target
    assert copy_tree("missing", "b", dry_run=1) == copy_tree("a", "b", dry_run=1) == []
    remove_tree("a", dry_run=1)
    assert sorted(os.listdir()) == ["a", "folder"]
    assert move_file("a", "b") == "b"
    assert move_file("b", "folder") == "folder/b"
    assert copy_tree("folder", "") == ["b"]
    assert (tmp_path / "b").read_text() == "1"
