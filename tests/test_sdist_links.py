"""Links in source archives: whoever unpacks one elsewhere can read every file of it."""

import os
import shutil
import tarfile
from pathlib import Path

import pytest
from archives import members
from hooks import call as call_hooks

SETUP = "from distutils.core import setup\nsetup(name='d', version='1', packages=['pkg'])\n"
SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "oxidist.build_meta"\n'
TEMPLATE = "include *.txt LICENSE absolute broken\nrecursive-include linked *\nprune left\n"
OVERRIDE = """
from distutils.command.sdist import sdist
class own(sdist):
    def make_release_tree(self, base_dir, files): sdist.make_release_tree(self, base_dir, files)
"""


def links(folder: Path) -> None:
    (folder.parent / "LICENSE").write_text("above")
    for name, target in {
        "LICENSE": "../LICENSE",
        "kept.txt": "docs/a.txt",
        "chain.txt": "kept.txt",
        "loose.txt": "left/b.txt",
        "broken": "nowhere",
        "circle.txt": "circle.txt",
        "linked": "docs",
        "docs/round": "..",
        "absolute": str(folder / "docs/a.txt"),
    }.items():
        (folder / name).symlink_to(target)
    os.link(folder / "docs/a.txt", folder / "same.txt")


FILES = {
    "MANIFEST.in": TEMPLATE + "include docs/a.txt\n",
    "pkg/__init__.py": "",
    "docs/a.txt": "a",
    "left/b.txt": "b",
    "pyproject.toml": SYSTEM,
}
CONTENTS = {
    "LICENSE": "above",
    "absolute": "a",
    "chain.txt": "a",
    "docs/a.txt": "a",
    "kept.txt": "a",
    "linked/a.txt": "a",
    "loose.txt": "b",
    "same.txt": "a",
}


def unpacked(archive: Path, folder: Path) -> dict[str, str]:
    """What can be read of the archive's files where nothing else is."""
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="fully_trusted") if hasattr(tarfile, "data_filter") else tar.extractall(
            folder
        )
    return {name: (folder / "d-1" / name).read_text() for name in CONTENTS}


@pytest.mark.parametrize("way", ["straight", "by a folder"])
def test_the_command_keeps_links_whose_file_comes_along_and_says_which_do_not(
    project, run_setup, tmp_path, way
) -> None:
    cmdclass = "cmdclass={'sdist': own}, " if way != "straight" else ""
    folder = project(
        {**FILES, "setup.py": OVERRIDE * bool(cmdclass) + SETUP.replace("name=", cmdclass + "name=")}
    )
    links(folder)
    run = run_setup(folder, "sdist")
    archive = shutil.move(folder / "dist/d-1.tar.gz", tmp_path / "moved.tar.gz")
    kinds = {name[4:]: kind for name, (kind, *_) in members(archive).items()}
    assert [name for name, kind in kinds.items() if kind == "link"] == ["chain.txt", "kept.txt"]
    assert {kinds[name] for name in ("same.txt", "linked/a.txt")} == {"hard link"}
    shutil.rmtree(folder)
    assert unpacked(archive, tmp_path / "elsewhere") == CONTENTS
    for name, target in {"LICENSE": "../LICENSE", "loose.txt": "left/b.txt"}.items():
        assert (
            f"warning: '{name}' is a link to '{target}', which is not in the archive: its contents are packed"
            in run.stderr
        )
    assert "'kept.txt' is a link" not in run.stderr and "'broken'" in run.stderr


@pytest.mark.parametrize("way", ["straight", "by a folder"])
def test_the_backend_packs_contents_only_and_the_same_bytes_of_the_same_files(
    project, clean_home, tmp_path, way
) -> None:
    cmdclass = "cmdclass={'sdist': own}, " if way != "straight" else ""
    script = OVERRIDE * bool(cmdclass) + SETUP.replace("name=", cmdclass + "name=")
    archives = []
    for name in ("linked", "copied"):
        folder = project({**FILES, "setup.py": script}, name)
        links(folder)
        if name == "copied":
            (folder / "same.txt").unlink()
            (folder / "same.txt").write_text("a")
            for path in [path for path in folder.rglob("*") if path.is_symlink()]:
                if path.name not in ("broken", "circle.txt", "round"):
                    target = path.resolve()
                    path.unlink()
                    if target.is_dir():
                        shutil.copytree(target, path, ignore=shutil.ignore_patterns("round"))
                    else:
                        shutil.copyfile(target, path)
        call_hooks(folder, clean_home, ("build_sdist", "out"))
        archives.append(folder / "out/d-1.tar.gz")
    assert {kind for kind, *_ in members(archives[0]).values()} == {"file", "dir"}
    assert unpacked(archives[0], tmp_path / "elsewhere") == CONTENTS
    if way == "straight":
        assert archives[0].read_bytes() == archives[1].read_bytes()
