"""What cannot be read while files are looked for is named: a warning, or an error where a build lacks it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from archives import members

SETUP = "from distutils.core import setup\nsetup(name='d', version='1', **MORE)\n"


@pytest.fixture
def python(tmp_path):
    """An interpreter that may not read what its owner has shut; the superuser gives up that right."""
    if os.geteuid() != 0:
        return sys.executable
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("the superuser may read everything, and there is no setpriv to give that up")
    wrapper = tmp_path / "python"
    rights = "-dac_override,-dac_read_search"
    wrapper.write_text(f'#!/bin/sh\nexec {setpriv} --bounding-set {rights} {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    return str(wrapper)


@pytest.fixture
def shut():
    """`shut(folder)`: nobody may list it or look into it; afterwards it is open again."""
    folders: list[Path] = []

    def close(folder: Path, mode: int = 0) -> None:
        folder.chmod(mode)
        folders.append(folder)

    yield close
    for folder in folders:
        folder.chmod(0o755)


def warnings(text: str) -> list[str]:
    return [line for line in text.splitlines() if "cannot read" in line or "is a link to" in line]


@pytest.mark.parametrize("way", ["at once", "line by line"])
def test_sdist_names_what_its_rules_choose_and_nobody_can_read(project, run_setup, python, shut, way) -> None:
    override = "from distutils.filelist import FileList\nFileList.debug_print = lambda *arguments: None\n"
    folder = project(
        {
            "setup.py": override * (way != "at once") + SETUP.replace("MORE", "{}"),
            "MANIFEST.in": "graft docs\nrecursive-include data *.txt\nprune docs/private\ninclude gone\n",
            "docs/a.txt": "",
            "docs/shut/b.txt": "",
            "docs/private/shut/c.txt": "",
            "data/shut/d.txt": "",
            "build/shut/e.txt": "",
            "other/shut/f.txt": "",
            "test/test_a.py": "",
        }
    )
    (folder / "docs/lost").symlink_to("nowhere")
    (folder / "docs/private/lost").symlink_to("nowhere")
    (folder / "gone").symlink_to("nowhere")
    for name in ("docs/shut", "docs/private/shut", "data/shut", "build/shut", "other/shut", "test"):
        shut(folder / name)
    run = run_setup(folder, "-q", "sdist", python=python)
    names = [name[4:] for name, (kind, *_) in members(folder / "dist/d-1.tar.gz").items() if kind == "file"]
    assert sorted(names) == ["PKG-INFO", "docs/a.txt", "setup.py"]
    said = warnings(run.stderr)
    folders = [
        f"cannot read the folder '{name}': Permission denied" for name in ("test", "data/shut", "docs/shut")
    ]
    for text in folders:
        assert any(text in line for line in said), (text, said)
    if way == "at once":
        lost = ["'docs/lost' is a link to 'nowhere', which is not there", "'gone' is a link to 'nowhere'"]
        assert all(any(text in line for line in said) for text in lost), said
        assert len(said) == 5, said


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("{'packages': ['p', 'p.sub']}", "p/sub"),
        ("{'packages': ['p'], 'package_data': {'p': ['data/*.txt', '*/*.json']}}", "p/sub"),
    ],
    ids=["modules", "data"],
)
@pytest.mark.parametrize("way", ["at once", "one by one"])
def test_build_py_does_not_build_without_what_it_cannot_read(
    project, run_setup, python, shut, more, name, way
) -> None:
    override = "from distutils.command.build_py import build_py\nold = build_py.find_package_modules\n"
    override += "build_py.find_package_modules = lambda self, *arguments: old(self, *arguments)\n"
    override += "find = build_py.find_data_files\n"
    override += "build_py.find_data_files = lambda self, *arguments: find(self, *arguments)\n"
    folder = project(
        {
            "setup.py": override * (way != "at once") + SETUP.replace("MORE", more),
            "p/__init__.py": "",
            "p/sub/__init__.py": "",
            "p/sub/x.json": "",
            "p/data/a.txt": "",
        }
    )
    shut(folder / name, 0o300)
    run = run_setup(folder, "-q", "build", python=python, status=1)
    assert run.stderr.splitlines()[-1] == f"error: cannot read the folder '{name}': Permission denied"


def test_packages_that_cannot_be_looked_into_are_named(project, run_setup, python, shut) -> None:
    folder = project(
        {
            "setup.py": "from oxidist import find_packages, find_namespace_packages\n"
            "print(find_packages(exclude=['q*']), find_namespace_packages(exclude=['q*']))\n",
            "p/__init__.py": "",
            "p/sub/__init__.py": "",
            "q/__init__.py": "",
        }
    )
    shut(folder / "p/sub")
    shut(folder / "q")
    run = run_setup(folder, python=python)
    assert run.stdout.split() == ["['p']", "['p',", "'p.sub']"]
    said = warnings(run.stderr)
    assert len(said) == 2 and all("'./p/sub': Permission denied" in line for line in said), run.stderr


def test_a_tree_deeper_than_any_path_is_named(project, run_setup) -> None:
    folder = project(
        {
            "setup.py": SETUP.replace("MORE", "{'packages': ['p'], 'package_data': {'p': [PATTERN]}}"),
            "MANIFEST.in": "graft deep\n",
            "p/__init__.py": "",
        }
    )
    levels = 18
    at = os.open(folder, os.O_RDONLY)
    for name in ["deep", *["x" * 250] * levels]:
        os.mkdir(name, dir_fd=at)
        at, outer = os.open(name, os.O_RDONLY, dir_fd=at), at
        os.close(outer)
    os.close(os.open("file", os.O_CREAT, dir_fd=at))
    os.close(at)
    try:
        script = (folder / "setup.py").read_text()
        pattern = "'../deep/" + "*/" * levels + "*'"
        (folder / "setup.py").write_text(script.replace("PATTERN", "'*.txt'"))
        run = run_setup(folder, "-q", "sdist")
        (said,) = warnings(run.stderr)
        assert "deep/xxx" in said and said.endswith("xxx': File name too long: left out") and len(said) < 400
        (folder / "setup.py").write_text(script.replace("PATTERN", pattern))
        run = run_setup(folder, "-q", "build", status=1)
        assert run.stderr.splitlines()[-1].endswith("xxx': File name too long")
    finally:
        subprocess.run(["rm", "-rf", folder / "deep"], check=True)
