"""A project whose releases are compared: files, and rules, of every kind."""

import os
from pathlib import Path

from archives import members

SETUP = """
from distutils.core import setup
setup(name="p", version="1.0", url="u", author="a", author_email="e", long_description="long\\n\\ntext",
      packages=["pkg", "pkg.sub"], package_data={"pkg": ["*.dat", "data/*"]}, py_modules=["mod"],
      scripts=["scripts/run"], data_files=["data/d1", ("share", ["data/d2", "data/none"])])
"""

PROJECT = {
    "setup.py": SETUP,
    "setup.cfg": "",
    "README.txt": "read\n",
    "README.rst": "not me\n",
    "mod.py": "",
    "pkg/__init__.py": "",
    "pkg/m.py": "x = 1\n",
    "pkg/x.dat": "x",
    "pkg/data/y": "y",
    "pkg/sub/__init__.py": "",
    "pkg/other.txt": "",
    "scripts/run": "#! python\n",
    "data/d1": "1",
    "data/d2": "2",
    "test/test_a.py": "",
    "test/data.txt": "",
    "docs/a.rst": "",
    "docs/api/b.rst": "",
    "docs/api/c.txt": "",
    "build/lib/x.py": "",
    ".git/config": "",
    "pkg/CVS/Root": "",
    "p-1.0.txt": "",
}

TEMPLATE = """
# every kind of rule
include docs/*.rst *.nothing
recursive-include docs *.txt
global-include *.dat Root
exclude data/d2
global-exclude *.nothing
graft test
recursive-exclude test *.txt *.nothing
prune docs/none
bogus line
include
graft build
"""


def copies(project, files, prepare=lambda folder: None) -> tuple[Path, Path]:
    """Two folders with the same files, of which links are links too: for the oracle, and for ours."""
    theirs = project(files, "theirs")
    if (theirs / "scripts/run").exists():
        (theirs / "scripts/run").chmod(0o755)
    prepare(theirs)
    ours = theirs.with_name("ours")
    # Copies of links are links, and of pairs of hard links too.
    os.system(f"cp -a '{theirs}' '{ours}'")
    return theirs, ours


def warnings(stderr: str) -> list[str]:
    return sorted(line for line in stderr.splitlines() if line)


def assert_same_release(theirs: Path, ours: Path) -> None:
    """The same manifest, and archives of the same names with the same members."""
    assert (ours / "MANIFEST").read_bytes() == (theirs / "MANIFEST").read_bytes()
    archives = sorted(os.listdir(theirs / "dist"))
    assert sorted(os.listdir(ours / "dist")) == archives
    for archive in archives:
        assert members(ours / "dist" / archive) == members(theirs / "dist" / archive), archive
