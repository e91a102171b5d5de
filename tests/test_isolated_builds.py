"""The examples, as people build them: front ends install Oxidist themselves, and from no index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import backend_packages
import clients
import pytest
import real_packages
from conftest import snapshot
from ecosystem.installed import wheel as wheel_under_test
from test_wheel_clients import INSTALLERS_OWN
from wheels import only_wheel

pytestmark = pytest.mark.slow
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

# Without what a debugger would want to know of folders, modules are the same from each of them.
QUICK = {"CFLAGS": "-O0 -w -g0", "CXXFLAGS": "-O0 -w -g0"}
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")


@dataclass(frozen=True)
class Example:
    """`question` is asked of what is installed; after `change` (a file, its text before, and after) of the
    source, an editable installation answers `changed`. `strict`: twine has nothing to add."""

    folder: str
    sdist: str
    question: str
    answer: str
    change: tuple[str, str, str]
    changed: str
    native: bool = True
    strict: bool = False

    def __str__(self) -> str:
        return self.folder


ALL = (
    Example(
        "extending",
        "tidebook-1.2.tar.gz",
        "import tidebook; print(*sorted(tidebook.stations().values()), tidebook.read('husum')['name'])",
        "Brest Husum Husum",
        ("tidebook/harbours/husum.station", "Husum", "Husum Nord"),
        "Brest Husum Husum Nord",
        native=False,
    ),
    Example(
        "native",
        "sounding-0.3.tar.gz",
        "import sounding; print(sounding.median([9, 1, 5, 2, 7]), *sounding.__all__)",
        "5.0 depth features median",
        ("sounding/__init__.py", '"features", ', ""),
        "5.0 depth median",
    ),
    Example(
        "pyproject",
        "tide_table-0.2.tar.gz",
        "from tide.table import day; print(len(day('husum')))",
        "24",
        ("src/tide/table.py", "def day(", "def day(name):\n    return 'changed'\n\n\ndef other_day("),
        "7",
        strict=True,
    ),
)


@pytest.fixture(params=ALL, ids=str)
def example(request: pytest.FixtureRequest) -> Example:
    return request.param


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Example, str], Path]:
    """`copy(example, "one")`: the project in a folder of its own."""
    made_by_use = shutil.ignore_patterns("build", "dist", "MANIFEST", "__pycache__", "*.so", "*.egg-info")

    def make(example: Example, name: str) -> Path:
        source = EXAMPLES / example.folder / "project"
        return Path(shutil.copytree(source, tmp_path / name, ignore=made_by_use))

    return make


@pytest.fixture
def front_end(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`front_end(program, *arguments, cwd=...)`: one that finds Oxidist in a folder, and no index."""
    shelf, home = tmp_path / "shelf", tmp_path / "home"
    shelf.mkdir()
    home.mkdir()
    shutil.copy(wheel_under_test(), shelf)
    found = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf), "PIP_CONFIG_FILE": os.devnull}
    found |= {"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(shelf), "UV_NO_CONFIG": "1"}
    places = {"HOME": str(home), "UV_CACHE_DIR": str(home / "uv-cache")}

    def run(program: str, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        return clients.run(program, *arguments, cwd=cwd, env={**QUICK, **found, **places})

    return run


def uv(*words: str | Path) -> tuple[str | Path, ...]:
    return ("uv", *words, "--quiet", "--python", clients.folder() / "python")


def built(front_end: Callable, tool: str, folder: Path, out: Path) -> Path:
    """What a front end makes of the project: the wheel, and the source archive where it makes one."""
    if tool == "build":
        front_end("python", "-m", "build", "--outdir", out, ".", cwd=folder)
    elif tool == "uv":
        front_end(*uv("build", "--out-dir", out, "."), cwd=folder)
    else:
        front_end("python", *PIP, "wheel", "--wheel-dir", out, ".", cwd=folder)
    return out


def answer(code: str, modules: Path) -> str:
    """What an interpreter prints that has the folder `modules` among its site-packages."""
    code = f"import site, sys; site.addsitedir(sys.argv[1])\n{code}"
    command = [clients.folder() / "python", "-c", code, modules]
    done = subprocess.run(command, cwd="/", env={"PATH": os.defpath}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def installed(prefix: Path) -> dict[str, tuple[str, bytes | str | None]]:
    """What is below `prefix`, but for what is the installer's own: its records, and byte code."""
    found = {}
    for name, (kind, _mode, content) in snapshot(prefix).items():
        if kind != "dir" and not name.endswith(INSTALLERS_OWN) and "__pycache__" not in name:
            # Scripts of entry points are written by whoever installs.
            found[name] = (kind, None if name == "bin/tide" else content)
    return found


def test_every_front_end_makes_the_same_archives_and_others_have_no_complaint(
    example: Example, copy: Callable, front_end: Callable, tmp_path: Path
) -> None:
    # By way of the source archive the first two, and pip's from the tree.
    made = [
        built(front_end, tool, copy(example, tool), tmp_path / f"by-{tool}")
        for tool in ("build", "uv", "pip")
    ]
    one, two, three = (only_wheel(folder, ".") for folder in made)
    assert one.name == two.name == three.name
    assert one.read_bytes() == two.read_bytes() == three.read_bytes()
    archives = [folder / example.sdist for folder in made[:2]]
    assert archives[0].read_bytes() == archives[1].read_bytes()

    strict = ("--strict",) if example.strict else ()
    said = clients.run("twine", "check", *strict, one, archives[0], cwd=tmp_path).stdout
    assert said.count("PASSED") == 2 and "FAILED" not in said
    assert clients.run("check-wheel-contents", one, cwd=tmp_path).stdout.rstrip().endswith("OK")
    if example.native and sys.platform == "linux":
        assert "manylinux_" in clients.run("auditwheel", "show", one, cwd=tmp_path).stdout
    project = EXAMPLES / example.folder / "project" / "pyproject.toml"
    assert "Valid" in clients.run("validate-pyproject", project, cwd=tmp_path).stdout


def test_pip_and_uv_install_the_same_files_from_the_project_as_from_its_wheel(
    example: Example, copy: Callable, front_end: Callable, tmp_path: Path
) -> None:
    by_pip, by_uv = tmp_path / "by-pip", tmp_path / "by-uv"
    front_end("python", *PIP, "install", "--prefix", by_pip, ".", cwd=copy(example, "pip"))
    front_end(*uv("pip", "install", "--prefix", by_uv, "--link-mode", "copy", "."), cwd=copy(example, "uv"))
    assert installed(by_pip) == installed(by_uv)
    wheel = only_wheel(built(front_end, "pip", copy(example, "wheel"), tmp_path / "out"), ".")
    modules = clients.pip_install(wheel, tmp_path / "from-wheel")
    assert installed(by_pip) == installed(tmp_path / "from-wheel")
    assert answer(example.question, modules) == example.answer
    for prefix in (by_pip, by_uv):
        assert answer(example.question, clients.modules(prefix)) == example.answer


@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_an_editable_installation_follows_the_source(
    example: Example, tool: str, copy: Callable, front_end: Callable, tmp_path: Path
) -> None:
    folder, prefix = copy(example, "project"), tmp_path / "prefix"
    if tool == "pip":
        front_end("python", *PIP, "install", "--prefix", prefix, "--editable", ".", cwd=folder)
    else:
        front_end(*uv("pip", "install", "--prefix", prefix, "--editable", "."), cwd=folder)
    modules = clients.modules(prefix)
    assert answer(example.question, modules) == example.answer
    file, before, after = example.change
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    assert answer(example.question, modules) == example.changed


RELEASED = [
    package for package in backend_packages.PACKAGES if package.package.name in ("certifi", "crcmod", "six")
]


@pytest.mark.parametrize("package", RELEASED, ids=str)
@pytest.mark.parametrize("tool", ["pip", "build", "uv"])
def test_what_was_released_long_ago_is_built_with_no_other_tool_and_runs(
    package: backend_packages.BackendPackage, tool: str, front_end: Callable, tmp_path: Path
) -> None:
    folder = real_packages.unpack(package.package, tmp_path / "source")
    backend_packages.build_with(folder, package.backend, ("oxidist",))
    out = built(front_end, tool, folder, tmp_path / "out")
    modules = clients.uv_install(only_wheel(out, "."), tmp_path / "prefix")
    assert answer(package.package.check, modules) == ""
