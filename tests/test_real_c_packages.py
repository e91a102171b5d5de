"""Real packages with C or C++: built as by CPython's distutils, installed, imported, their own tests run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
import real_packages
from conftest import clean_environment
from real_c_packages import PACKAGES, CPackage
from test_real_packages import BASE, assert_same, has_its_own_distutils, installed_in, ours, theirs

__all__ = ["ours", "theirs"]  # fixtures

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.slow

# What is built is tested, not how fast it runs.
# Some put flags in the order of a set, which is another one in each run of Python: another command line.
QUICK = {"CFLAGS": "-O0 -w", "CXXFLAGS": "-O0 -w", "PYTHONHASHSEED": "0"}


def below(folder: Path, *suffixes: str) -> dict[str, bytes]:
    """The files below `folder` with one of these endings."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in suffixes and path.is_file()
    }


def without_tags(files: dict[str, bytes]) -> dict[str, bytes]:
    """Modules without what their names say of Python's ABI: CPython's own does not know `py_limited_api`."""
    return {re.sub(r"\.(abi3|cpython-[^/]*)\.so$", ".so", name): content for name, content in files.items()}


def times_of(folder: Path) -> dict[str, int]:
    return {name: (folder / name).stat().st_mtime_ns for name in below(folder, ".o", ".so")}


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_it_is_built_installed_imported_and_passes_its_own_tests(
    package: CPackage, ours: Callable, theirs: Callable, tmp_path: Path, clean_home: Path
) -> None:
    source = real_packages.unpack(package, tmp_path / "source")
    if has_its_own_distutils():
        # In the same place: objects have the name of the folder in them.
        expected = built(package, theirs, source)
        shutil.rmtree(tmp_path / "source")
        real_packages.unpack(package, tmp_path / "source")
        made = built(package, ours, source)
        assert_same(without_tags(made), without_tags(expected), "objects and modules")
    else:
        built(package, ours, source)
    times = times_of(source)
    ours(source, "--quiet", "build", env=QUICK)
    if package.built_as_needed:
        assert times_of(source) == times

    root = tmp_path / "root"
    ours(source, "--quiet", "install", "--root", root, "--prefix", "/usr/local", env=QUICK)
    modules = [path for path in root.rglob("*.so")]
    assert len(modules) == package.modules
    place = installed_in(root)
    environment = clean_environment(clean_home, PYTHONPATH=str(place))
    run(["-c", package.check, str(place)], tmp_path / "check", environment)
    if package.needs_pytest:
        environment["PYTHONPATH"] += os.pathsep + sysconfig.get_path("purelib")
    if package.self_test:
        scratch = tmp_path / "tests"
        scratch.mkdir()
        if package.tests:
            shutil.copytree(source / package.tests, scratch / package.tests)
        run(package.self_test, scratch, environment)


def built(package: CPackage, run_setup: Callable, source: Path) -> dict[str, bytes]:
    """The objects and modules that `build` makes."""
    run_setup(source, "--quiet", "build", env=QUICK)
    made = below(source, ".o", ".so")
    assert len([name for name in made if name.endswith(".so")]) == package.modules
    return made


def run(arguments: list[str] | tuple[str, ...], folder: Path, environment: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    command = [str(BASE), "-S", "-W", "ignore", *arguments]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, errors="replace", timeout=120
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
