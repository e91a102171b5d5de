"""A wheel of one package with thousands of modules: ours, and what others make of the same tree.

Each builds in a process of its own, without a frontend's isolation: only making the wheel is measured.
The modules and data files in it have to be the same.
"""

from __future__ import annotations

import random
import zipfile
from functools import partial
from pathlib import Path

import archive_builds
import sample_tree
from archive_builds import Builder
from contestants import UV, Contestant, environment, oxidist, setuptools

PACKAGES, MODULES_EACH, DATA_EACH = 250, 20, 8

SETUP = """\
from distutils.core import setup
packages = ["many"] + ["many.p%03d" % number for number in range(NUMBER)]
setup(name="many", version="1.0", description="Many modules.", url="https://example.org", author="A",
      author_email="a@example.org", package_dir={"": "src"}, packages=packages,
      package_data={package: ["data/*"] for package in packages})
"""

PROJECT = """\
[project]
name = "many"
version = "1.0"
description = "Many modules."

[build-system]
requires = ["REQUIRES"]
build-backend = "BACKEND"
"""

HATCHLING, FLIT = "hatchling==1.33.0", "flit_core==4.2.0"


def write(folder: Path, scale: float) -> None:
    """The tree, with a setup script for those that take one."""
    random_ = random.Random(7)
    packages = max(1, int(PACKAGES * scale))
    root = folder / "src" / "many"
    root.mkdir(parents=True)
    (root / "__init__.py").write_text('"""Many modules."""\n__version__ = "1.0"\n')
    for number in range(packages):
        package = root / f"p{number:03}"
        (package / "data").mkdir(parents=True)
        (package / "__init__.py").write_text("")
        for module in range(MODULES_EACH - 1):
            (package / f"module_{module:02}.py").write_text(sample_tree.module(random_, module))
        for data in range(DATA_EACH):
            text = "".join(random_.choices("abcdefgh \n", k=4000))
            (package / "data" / f"{data}.txt").write_text(text)
    (folder / "setup.py").write_text(SETUP.replace("NUMBER", str(packages)))


def with_backend(project: Path, requires: str, backend: str) -> None:
    (project / "setup.py").unlink()
    text = PROJECT.replace("REQUIRES", requires).replace("BACKEND", backend)
    if backend.startswith("hatchling"):
        text += '\n[tool.hatch.build.targets.wheel]\npackages = ["src/many"]\n'
    (project / "pyproject.toml").write_text(text)


def everyone() -> list[Builder]:
    uv = environment("uv", UV).parent / "uv"
    hatchling = environment("hatchling", HATCHLING, "packaging", "pathspec", "pluggy", "trove-classifiers")
    flit = environment("flit", FLIT)
    return [
        Builder(oxidist(), ["-q", "bdist_wheel"]),
        Builder(setuptools(), ["-q", "bdist_wheel"], goal=6.0),
        Builder(
            Contestant("uv build", [str(uv)], {"UV_OFFLINE": "1"}),
            ["build", "--quiet", "--wheel"],
            partial(with_backend, requires="uv_build>=0.13,<0.14", backend="uv_build"),
            goal=1.0,
        ),
        Builder(
            Contestant("hatchling", [str(hatchling), "-m", "hatchling"]),
            ["build", "-t", "wheel"],
            partial(with_backend, requires="hatchling", backend="hatchling.build"),
            goal=1.0,
        ),
        Builder(
            Contestant("flit", [str(flit), "-m", "flit_core.wheel"]),
            [],
            partial(with_backend, requires="flit_core", backend="flit_core.buildapi"),
            goal=1.0,
        ),
    ]


def contents(path: Path) -> dict[str, int]:
    """Checksum of each file of the package in the wheel. Some have members for folders, too."""
    with zipfile.ZipFile(path) as wheel:
        files = [info for info in wheel.infolist() if not info.is_dir()]
        return {info.filename: info.CRC for info in files if info.filename.startswith("many/")}


def compare(rounds: int, scratch: Path, scale: float) -> None:
    """The table."""
    archive_builds.compare("a wheel", everyone(), partial(write, scale=scale), contents, rounds, scratch)
