"""A child that a script forks works as its parent does, whatever that has done before."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")

# Batches that are large enough to be done on several cores.
SCRIPT = """
    import multiprocessing, os, sys
    from distutils.core import run_setup
    from distutils.filelist import findall

    def build(target):
        commands = [
            ["build", "--force", f"--build-base={target}"],
            ["install", f"--root={target}/root", "--prefix=/usr"],
            ["sdist", "--formats=gztar,xztar,zip", f"--dist-dir={target}"],
            ["bdist_wheel", f"--dist-dir={target}"],
        ]
        for command in commands:
            run_setup("setup.py", ["-q", *command])
        return len(findall("pkg"))

    if __name__ == "__main__":
        here = build("first")
        with multiprocessing.get_context("fork").Pool(1) as pool:
            there = pool.apply_async(build, ("second",)).get(timeout=100)
        print(here, there)
    """

FILES = {
    "setup.py": """
        from distutils.core import setup
        setup(name="tide", version="1.0", packages=["pkg", "pkg.a", "pkg.b", "pkg.c"],
              package_data={"": ["*.txt"]})
        """,
    "in_a_fork.py": SCRIPT,
    **{f"pkg/{name}__init__.py": "" for name in ("", "a/", "b/", "c/")},
    **{f"pkg/{folder}/{number}.txt": "" for folder in "abc" for number in range(200)},
}


def test_a_forked_child_builds_after_its_parent_did(project, run_setup, tree) -> None:
    folder = project(FILES)
    done = run_setup(folder, script="in_a_fork.py")
    assert done.stdout == "604 604\n", done.stderr
    first, second = (
        {name: kind for name, (kind, *_) in tree(folder / n).items()} for n in ("first", "second")
    )
    assert first == second
    assert any(name.endswith(".whl") for name in first)
