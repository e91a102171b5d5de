"""A wheel of one package with thousands of modules: ours, and what others make of the same tree.

Each builds in a process of its own, without a frontend's isolation: only making the wheel is measured.
The modules and data files in it have to be the same.
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import zipfile
from pathlib import Path

import sample_tree
from contestants import UV, Contestant, environment, head, in_turn, oxidist, row, setuptools

PACKAGES, MODULES_EACH, DATA_EACH = 250, 20, 8

# Contestant, and how many times longer than ours it has to take at least.
GOALS = {"setuptools": 6.0, "uv build": 1.0, "hatchling": 1.0, "flit": 1.0}

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


def everyone() -> list[tuple[Contestant, list[str], tuple[str, str] | None]]:
    """Each contestant, its arguments, and the backend that its `pyproject.toml` names."""
    uv = environment("uv", UV).parent / "uv"
    hatchling = environment("hatchling", HATCHLING, "packaging", "pathspec", "pluggy", "trove-classifiers")
    flit = environment("flit", FLIT)
    return [
        (oxidist(), ["-q", "bdist_wheel"], None),
        (setuptools(), ["-q", "bdist_wheel"], None),
        (
            Contestant("uv build", [str(uv)], {"UV_OFFLINE": "1"}),
            ["build", "--quiet", "--wheel"],
            ("uv_build>=0.13,<0.14", "uv_build"),
        ),
        (
            Contestant("hatchling", [str(hatchling), "-m", "hatchling"]),
            ["build", "-t", "wheel"],
            ("hatchling", "hatchling.build"),
        ),
        (Contestant("flit", [str(flit), "-m", "flit_core.wheel"]), [], ("flit_core", "flit_core.buildapi")),
    ]


def contents(project: Path) -> dict[str, int]:
    """Checksum of each file of the package in the wheel. Some have members for folders, too."""
    with zipfile.ZipFile(next((project / "dist").glob("*.whl"))) as wheel:
        files = [info for info in wheel.infolist() if not info.is_dir()]
        return {info.filename: info.CRC for info in files if info.filename.startswith("many/")}


def compare(rounds: int, scratch: Path, scale: float) -> None:
    """The table."""
    all_of_them = everyone()
    by_name = {one.name: (arguments, backend) for one, arguments, backend in all_of_them}
    times: dict[str, list[float]] = {name: [] for name in by_name}
    sizes: dict[str, int] = {}
    outputs: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory(prefix="oxidist-bench-wheel-", dir=scratch) as folder:
        source = Path(folder) / "source"
        write(source, scale)
        for one in in_turn([one for one, _, _ in all_of_them], rounds):
            arguments, backend = by_name[one.name]
            with tempfile.TemporaryDirectory(dir=folder) as place:
                project = Path(place) / "project"
                shutil.copytree(source, project)
                if backend:
                    with_backend(project, *backend)
                times[one.name].append(one.run(project, arguments)[0])
                outputs.setdefault(one.name, contents(project))
                sizes[one.name] = next((project / "dist").glob("*.whl")).stat().st_size
    ours = all_of_them[0][0].name
    for name, output in outputs.items():
        if output != outputs[ours]:
            different = sorted(set(output.items()) ^ set(outputs[ours].items()))[:5]
            raise SystemExit(f"the wheels of {name} and {ours} differ: {different}")
    head(f"a wheel of {len(outputs[ours])} files", "seconds", f"times {ours}'s", "goal", "KiB")
    least = statistics.median(times[ours])
    for name, taken in times.items():
        median = statistics.median(taken)
        goal = f"{GOALS[name]:g}" if name in GOALS else "-"
        row([name, f"{median:.3f}", f"{median / least:.2f}", goal, str(sizes[name] // 1024)])
