"""Projects that break a standard, and full disks: hooks say so in one line, and leave nothing."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import hooks
import pytest
from conftest import snapshot

SYSTEM = """
[build-system]
requires = ["oxidist"]
build-backend = "oxidist.build_meta"
"""
PROJECT = """
[project]
name = "demo"
version = "1.0"
"""
TOOL = '\n[tool.oxidist]\npackages = ["pkg"]\n'
PACKAGE = {"pkg/__init__.py": "x = 1\n"}

SDIST, WHEEL, EDITABLE = "build_sdist", "build_wheel", "build_editable"
METADATA = "prepare_metadata_for_build_wheel"
EVERY = [SDIST, WHEEL, EDITABLE, METADATA]


def script(**arguments: object) -> dict[str, str]:
    """A project that a setup.py describes."""
    given = {"name": "demo", "version": "1.0", "packages": ["pkg"], **arguments}
    return {"pyproject.toml": SYSTEM, "setup.py": f"from distutils.core import setup\nsetup(**{given!r})\n"}


def project_table(more: str = "", tool: str = TOOL, project: str = PROJECT, **files: str) -> dict[str, str]:
    """A project that a pyproject.toml describes."""
    return {"pyproject.toml": SYSTEM + project + more + tool, **files}


BAD: list[tuple[dict[str, str], str, list[str]]] = [
    # A version.
    (script(version="1.x.y"), "'version': \"1.x.y\" is not a version number", EVERY),
    (
        project_table(project=PROJECT.replace("1.0", "1.x")),
        "'project.version': \"1.x\" is not a version",
        EVERY,
    ),
    (
        project_table(
            "dynamic = ['version']\n",
            TOOL + "dynamic.version = { file = 'VERSION' }\n",
            PROJECT.replace('version = "1.0"', ""),
            VERSION="one\n",
        ),
        "'version': \"one\" is not a version number",
        EVERY,
    ),
    # A requirement.
    (script(install_requires=["a b"]), "'install_requires': \"a b\" is not a requirement", EVERY),
    (script(extras_require={"t": ["x>>1"]}), '\'extras_require["t"]\': "x>>1" is not a requirement', EVERY),
    (script(python_requires="3.8+"), "'python_requires': \"3.8+\" is not a version specifier", EVERY),
    (project_table("dependencies = ['a b']\n"), "'project.dependencies[0]': \"a b\" is not a", EVERY),
    (
        project_table("optional-dependencies.t = ['x>>1']\n"),
        "'project.optional-dependencies.t[0]': \"x>>1\" is not a requirement",
        EVERY,
    ),
    (
        project_table(
            "dynamic = ['dependencies']\n",
            TOOL + "dynamic.dependencies = { file = 'requirements.txt' }\n",
            **{"requirements.txt": "a\n-r more.txt\n"},
        ),
        "'tool.oxidist.dynamic.dependencies' has a line that is no requirement: \"-r more.txt\"",
        EVERY,
    ),
    # A licence expression.
    (script(license_expression="Nobody-1"), "'license_expression': \"Nobody-1\" is not an SPDX", EVERY),
    (project_table("license = 'MIT AND'\n"), "'project.license': \"MIT AND\" is not an SPDX", EVERY),
    # Control characters.
    (script(description="a\x07b"), "'description': \"a\\u{7}b\" has a control character", EVERY),
    (script(author="A\nKeywords: x"), "'author': \"A\\nKeywords: x\" has a", EVERY),
    (script(keywords=["a\nb"]), "'keywords': \"a\\nb\" has a", EVERY),
    (script(project_urls={"a\nb": "https://x.example"}), "'project_urls", EVERY),
    (project_table('description = "a\\u0007"\n'), "'project.description': \"a\\u{7}\" has a control", EVERY),
    (project_table('authors = [{ name = "a\\nb" }]\n'), "'project.authors[0].name': \"a\\nb\" has a", EVERY),
    (
        project_table('urls = { "a\\nb" = "https://x.example" }\n'),
        "'project.urls': \"a\\nb\" has a line break",
        EVERY,
    ),
    (project_table('keywords = ["a\\u0000"]\n'), "'project.keywords[0]': \"a\\0\" has a control", EVERY),
    # What is dynamic, and nobody gives.
    (
        project_table("dynamic = ['dependencies']\n"),
        "'project.dynamic' has 'dependencies' in it, but neither",
        EVERY,
    ),
    (
        {
            **project_table("dynamic = ['readme']\n"),
            "setup.py": "from distutils.core import setup\nsetup()\n",
        },
        "'project.dynamic' has 'readme' in it, but neither",
        EVERY,
    ),
    (
        project_table("dynamic = ['keywords']\n", TOOL + "dynamic.keywords = { attr = 'pkg.nosuch' }\n"),
        "'tool.oxidist.dynamic.keywords' is 'pkg.nosuch', but module 'pkg' has no 'nosuch'",
        EVERY,
    ),
    (
        project_table("dynamic = ['keywords']\n", TOOL + "dynamic.keywords = { file = 'nosuch' }\n"),
        "'tool.oxidist.dynamic.keywords' is the file \"nosuch\", which cannot be read",
        EVERY,
    ),
    # Packages, modules and files that are not there.
    (script(packages=["nosuch"]), "package directory 'nosuch' does not exist", [SDIST, WHEEL, EDITABLE]),
    (
        script(packages=["pkg"], package_dir={"": "lib"}),
        "package directory 'lib/pkg' does not exist",
        [SDIST, WHEEL, EDITABLE],
    ),
    (
        project_table(tool='[tool.oxidist]\npackages = ["pkg", "nosuch"]\n'),
        "'tool.oxidist.packages[1]' is 'nosuch', but there is no folder 'nosuch'",
        EVERY,
    ),
    (
        project_table(tool='[tool.oxidist]\npackages = ["pkg"]\npackage-dir = { "" = "lib" }\n'),
        "'tool.oxidist.packages[0]' is 'pkg', but there is no folder 'lib/pkg'",
        EVERY,
    ),
    (
        project_table(tool='[tool.oxidist]\npackages = { where = "nosuch" }\n'),
        "'tool.oxidist.packages.where': there is no folder 'nosuch'",
        EVERY,
    ),
    (
        project_table(tool=TOOL + 'py-modules = ["one", "nosuch"]\n', **{"one.py": ""}),
        "'tool.oxidist.py-modules[1]' is 'nosuch', but there is no file 'nosuch.py'",
        EVERY,
    ),
    (
        project_table(tool='[tool.oxidist]\npackages = { where = "." }\npy-modules = ["nosuch"]\n'),
        "'tool.oxidist.py-modules[0]' is 'nosuch', but there is no file 'nosuch.py'",
        EVERY,
    ),
    (project_table(tool="[tool.oxidist]\n"), "there is no package or module named 'demo'", EVERY),
    (
        project_table(tool=TOOL + "data-files = { share = ['nosuch'] }\n"),
        "'tool.oxidist.data-files.share[0]': there is no file \"nosuch\"",
        EVERY,
    ),
    (script(data_files=[("share", ["nosuch"])]), "'nosuch'", [WHEEL]),
    (
        project_table(tool=TOOL + "ext-modules = [{ name = 'pkg.x', sources = ['nosuch.c'] }]\n"),
        "nosuch.c",
        [WHEEL, EDITABLE],
    ),
    # Two files for one place.
    (
        {**script(data_files=[("d", ["a/x", "b/x"])]), "a/x": "a", "b/x": "b"},
        "two files for one place, 'demo-1.0.data/data/d/x': 'a/x' and 'b/x'",
        [WHEEL],
    ),
    (
        {
            **project_table(tool=TOOL + "scripts = ['a/run', 'b/run']\n"),
            "a/run": "#!python\n1\n",
            "b/run": "#!python\n2\n",
        },
        "two files for one place, 'demo-1.0.data/scripts/run': 'a/run' and 'b/run'",
        [WHEEL, EDITABLE],
    ),
]


@pytest.mark.parametrize(("files", "message", "calls"), BAD, ids=range(len(BAD)))
def test_what_is_wrong_is_one_line_of_every_hook_and_leaves_nothing(
    project, clean_home, files, message, calls
) -> None:
    for name in calls:
        folder = project(PACKAGE, name)
        for file, text in files.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(text)
        (folder / "out").mkdir()
        before = snapshot(folder)
        ((kind, text),) = hooks.call(folder, clean_home, (name, "out"))
        assert (kind, "\n" in text) == ("exit", False) and text.startswith("error: "), (name, text)
        assert message in text, (name, text)
        assert without_build(snapshot(folder)) == before, name


def without_build(tree: dict) -> dict:
    """What was built so far stays, for the next time; and what Python makes of modules that it imports."""
    return {
        name: entry
        for name, entry in tree.items()
        if name.partition("/")[0] != "build" and "__pycache__" not in name
    }


# More than one file may be large, and small enough not to fail by itself.
LARGE = 200_000
FILES = {
    **project_table(tool='\n[tool.oxidist]\npackages = ["pkg"]\npackage-data.pkg = ["*.dat"]\n'),
    "MANIFEST.in": "include pkg/*.dat\n",
    "pkg/__init__.py": "x = 1\n",
    **{f"pkg/{number}.dat": os.urandom(LARGE) for number in range(10)},
}


def no_large_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * LARGE, 3 * LARGE))


@pytest.mark.parametrize(
    ("hook", "archive"),
    [(SDIST, "demo-1.0.tar.gz"), (WHEEL, "demo-1.0-py3-none-any.whl")],
)
def test_an_archive_that_may_not_grow_as_large_is_named_and_not_kept(
    project, clean_home, hook, archive
) -> None:
    folder = project(FILES)
    (folder / "out").mkdir()
    before = snapshot(folder)
    ((kind, text),) = hooks.call(folder, clean_home, (hook, "out"), first=no_large_files)
    assert kind == "exit" and text.startswith("error: could not write") and text.endswith("File too large")
    assert archive in text and "\n" not in text
    assert without_build(snapshot(folder)) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={3 * LARGE}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


OWN_SDIST = """
from distutils.command.sdist import sdist
from distutils.core import setup
class own(sdist):
    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
setup(cmdclass={"sdist": own})
"""


@pytest.mark.parametrize(("hook", "setup"), [(SDIST, None), (SDIST, OWN_SDIST), (WHEEL, None)])
def test_a_full_disk_is_told_and_nothing_is_left(project, clean_home, small_disk, hook, setup) -> None:
    folder = project({**FILES, **({"setup.py": setup} if setup else {})})
    (folder / "out").mkdir()
    before = snapshot(folder)
    ((kind, text),) = hooks.call(folder, clean_home, (hook, str(small_disk)))
    assert kind == "exit" and "No space left on device" in text and str(small_disk) in text
    assert text.startswith("error: ") and "\n" not in text
    assert without_build(snapshot(folder)) == before
    assert list(small_disk.iterdir()) == []


def test_a_full_disk_around_the_project_leaves_no_archive_elsewhere(project, clean_home, small_disk) -> None:
    folder = project(FILES)
    for name in ("pyproject.toml", "pkg/__init__.py", "pkg/0.dat"):
        (small_disk / name).parent.mkdir(exist_ok=True)
        (small_disk / name).write_bytes((folder / name).read_bytes())
    (small_disk / "fill").write_bytes(bytes(LARGE))
    (small_disk / "out").mkdir()
    out = folder / "out"
    out.mkdir()
    ((kind, text),) = hooks.call(small_disk, clean_home, (WHEEL, str(out)))
    assert kind == "exit" and "No space left on device" in text and "0.dat" in text
    assert list(out.iterdir()) == []
