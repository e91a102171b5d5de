"""The same files give the same wheel and source archive: whoever packs them, wherever, on how many cores."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from conftest import PATIENCE, clean_environment, write_files
from twins import LIBRARY

SETUP = """
    from distutils.core import setup
    setup(name="Fake.Pkg", version="1.0", url="https://x.org", author="\u00c9mile", author_email="e@x.org",
          keywords=["one", "two"], packages=["pkg"], package_data={"pkg": ["*.txt"]}, py_modules=["module"],
          scripts=["bin/say"], headers=["one.h"], data_files=[("share", ["share/\u00e9", "share/B"])],
          extras_require={"b": ["two", "one"], "a": ["three"]},
          entry_points={"console_scripts": ["hello = pkg:hello"]}, license_files=["LICENSE"])
    """
FILES = {
    "setup.py": SETUP,
    "pyproject.toml": '[build-system]\nrequires = ["oxidist"]\nbuild-backend = "oxidist.build_meta"\n',
    "MANIFEST.in": "graft share\n",
    "LICENSE": "Do what you want.\n",
    "README.md": "# A sample\n",
    "module.py": "x = 1\n" * 50_000,
    "pkg/__init__.py": "def hello(): pass\n",
    **{f"pkg/text{number:03}.txt": f"{number}\n" * 500 for number in range(200)},
    "bin/say": "#!/usr/bin/env python\nprint('say')\n",
    "one.h": "/* h */\n",
    "share/\u00e9": "e",
    "share/B": "B",
}
BUILD = """
import sys
from oxidist import build_meta
build_meta.build_sdist("../sdist")
build_meta.build_wheel("../wheel")
"""
# Starts a program as a person who is not the one that the files of this process belong to.
ANOTHER = ["unshare", "--user", "--map-user=4711", "--map-group=4712"]


def another_can_be() -> bool:
    return (
        bool(shutil.which(ANOTHER[0]))
        and subprocess.run([*ANOTHER, "true"], capture_output=True).returncode == 0
    )


class Packed:
    """What was made of a copy of the project, below a folder of its own."""

    def __init__(self, folder: Path, name: str = "project") -> None:
        self.folder = folder
        self.project = write_files(folder / name, FILES)
        os.chmod(self.project / "bin/say", 0o755)

    def files(self) -> Iterator[Path]:
        return (path for path in self.project.rglob("*") if path.is_file())

    def build(
        self, *, umask: int = 0o022, cores: int | None = None, through: Sequence[str] = (), **env: str
    ) -> None:
        def first() -> None:
            os.umask(umask)
            if cores is not None:
                os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])

        done = subprocess.run(
            [*through, sys.executable, "-c", BUILD],
            cwd=self.project,
            env=clean_environment(self.folder, PYTHONPATH=str(LIBRARY), **env),
            preexec_fn=first,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def archives(self) -> dict[str, bytes]:
        found = {
            path.name: path.read_bytes()
            for kind in ("sdist", "wheel")
            for path in (self.folder / kind).iterdir()
        }
        assert sorted(found) == ["fake_pkg-1.0-py3-none-any.whl", "fake_pkg-1.0.tar.gz"]
        return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    packed = Packed(tmp_path_factory.mktemp("first"))
    packed.build()
    return packed.archives()


def assert_same(packed: Packed, expected: dict[str, bytes]) -> None:
    found = packed.archives()
    assert {name for name in expected if found[name] != expected[name]} == set()


def test_another_folder_and_other_modes_and_times_of_the_files_give_the_same_bytes(
    expected, tmp_path
) -> None:
    packed = Packed(tmp_path, "größe and more")
    for number, path in enumerate(packed.files()):
        os.utime(path, (1_000_000_000 + number, 1_000_000_000 + number))
        path.chmod(0o700 if path.name == "say" else 0o600)
    packed.build(umask=0o077)
    assert_same(packed, expected)


@pytest.mark.parametrize(
    "variables",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Los_Angeles", "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONHASHSEED": "2", "PYTHONOPTIMIZE": "2", "LANG": "tr_TR.UTF-8"},
        {"PYTHONHASHSEED": "3", "USER": "somebody", "HOSTNAME": "elsewhere", "COLUMNS": "20"},
    ],
    ids=lambda variables: " ".join(variables),
)
def test_what_the_environment_says_of_place_language_and_person_changes_nothing(
    expected, tmp_path, variables
) -> None:
    packed = Packed(tmp_path)
    packed.build(**variables)
    assert_same(packed, expected)


@pytest.mark.parametrize("jobs", ["1", "2", "7"])
def test_the_number_of_jobs_and_of_cores_changes_nothing(expected, tmp_path, jobs) -> None:
    packed = Packed(tmp_path)
    packed.build(cores=1 if jobs == "1" else None, OXIDIST_JOBS=jobs, RAYON_NUM_THREADS=jobs)
    assert_same(packed, expected)


@pytest.mark.skipif(not another_can_be(), reason="this machine lets nobody have another user's number")
def test_another_user_packs_the_same_bytes(expected, tmp_path) -> None:
    packed = Packed(tmp_path)
    packed.build(through=ANOTHER)
    assert_same(packed, expected)


def test_the_order_in_which_a_folder_lists_its_files_changes_nothing(expected, tmp_path) -> None:
    packed = Packed(tmp_path)
    files = {path: path.read_bytes() for path in packed.files()}
    modes = {path: path.stat().st_mode for path in files}
    for path in files:
        path.unlink()
    for path in sorted(files, reverse=True):
        path.write_bytes(files[path])
        path.chmod(modes[path])
    packed.build()
    assert_same(packed, expected)
