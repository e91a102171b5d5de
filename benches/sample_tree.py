"""The project that the benchmarks build: many small modules, data files, and much that is not packaged."""

from __future__ import annotations

import random
from pathlib import Path

PACKAGES = 250
MODULES_EACH = 20
DATA_EACH = 8
OTHER_FILES = 15_000

# What a grown project's template looks like: 37 rules of all eight kinds.
TEMPLATE = """\
include README.txt LICENSE.txt
include tox.ini
include *.cfg
include docs/*.rst
recursive-include docs *.rst *.txt
recursive-include docs/guide *.png *.svg
recursive-include src *.py
recursive-include src *.txt *.json
recursive-include tools *.py *.sh
recursive-include tests *.py *.ini
recursive-include notes *.md
graft examples
graft licenses
global-include *.pyi
global-include py.typed
exclude docs/draft.rst
exclude tox-local.ini
exclude src/pkg000/data/7.txt
recursive-exclude docs/_build *
recursive-exclude tests *.tmp
recursive-exclude tools *.log
recursive-exclude src *.bak *.orig
recursive-exclude examples *.out
recursive-exclude notes draft*
prune node_modules
prune docs/_build
prune tests/cache
prune notes/private
prune examples/results
prune var
global-exclude *.py[cod]
global-exclude __pycache__
global-exclude *.so *.o
global-exclude .DS_Store
global-exclude *~
global-exclude *.swp *.swo
global-exclude core.*
"""
assert len(TEMPLATE.splitlines()) == 37

# Where the files lie that are in the tree but not in the archive, or only in part.
OTHER_FOLDERS = ["node_modules", "docs/_build", "tests/cache", "var/run", "notes", "examples", "docs/guide"]


def module(random_: random.Random, number: int) -> str:
    """A module of a few kilobytes: functions, a class, asserts and docstrings."""
    parts = [f'"""Module {number} of the sample."""\n\nimport os\nimport sys\n\n']
    for function in range(random_.randint(4, 14)):
        constants = ", ".join(str(random_.randint(0, 10**6)) for _ in range(8))
        parts.append(
            f"def function_{function}(first, second=None, *rest, **named):\n"
            f'    """Say what function {function} does with its arguments."""\n'
            f"    assert first is not None, 'first is needed'\n"
            f"    table = [{constants}]\n"
            "    for index, value in enumerate(table):\n"
            "        if value % 2 and second:\n"
            "            table[index] = value + len(rest)\n"
            "    return os.path.join(str(table), *map(str, named))\n\n\n"
        )
    parts.append(
        f"class Thing{number}:\n    size = {number}\n\n    def __len__(self):\n        return self.size\n"
    )
    return "".join(parts)


def write(root: Path, scale: float = 1.0) -> None:
    """Write the project below `root`: 5,000 modules, 2,000 data files and 15,000 others at scale 1."""
    random_ = random.Random(20261120)
    packages = max(1, round(PACKAGES * scale))
    for package in range(packages):
        folder = root / "src" / f"pkg{package:03}"
        (folder / "data").mkdir(parents=True)
        for number in range(MODULES_EACH):
            name = "__init__.py" if number == 0 else f"module_{number:02}.py"
            (folder / name).write_text(module(random_, number))
        for number in range(DATA_EACH):
            (folder / "data" / f"{number}.txt").write_text(
                f"{random_.getrandbits(4096):x}\n" * random_.randint(1, 6)
            )
    for name in ["README.txt", "LICENSE.txt", "tox.ini"]:
        (root / name).write_text(f"{name} of the sample\n")
    for number in range(round(OTHER_FILES * scale)):
        folder = root / OTHER_FOLDERS[number % len(OTHER_FOLDERS)] / f"part{number // 700:02}"
        folder.mkdir(parents=True, exist_ok=True)
        suffix = [".js", ".html", ".tmp", ".rst", ".md", ".txt", ".png"][number % 7]
        (folder / f"file{number}{suffix}").write_text(f"{random_.getrandbits(2048):x}\n")
    (root / "MANIFEST.in").write_text(TEMPLATE)
    names = [f"pkg{package:03}" for package in range(packages)]
    (root / "setup.py").write_text(
        "from distutils.core import setup\n\n"
        "setup(\n"
        "    name='sample', version='1.0', author='A', author_email='a@example.org', url='https://example.org',\n"
        "    package_dir={'': 'src'},\n"
        f"    packages={names!r},\n"
        f"    package_data={{name: ['data/*.txt'] for name in {names!r}}},\n"
        ")\n"
    )
