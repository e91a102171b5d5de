"""The project in examples/pyproject: without a script, built by pip, build and uv, and used."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import clients
import oxidist
import pytest
import wheels

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "pyproject" / "project"

OPTIONS = {
    "pip": (
        "python",
        "-m",
        "pip",
        "wheel",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        "OUT",
        ".",
    ),
    "build": ("python", "-m", "build", "--no-isolation", "--skip-dependency-check", "-o", "OUT", "."),
    "uv": ("uv", "build", "--no-build-isolation", "--python", "PYTHON", "-o", "OUT", "."),
}

MODULES = [
    "tide/__init__.py",
    "tide/_curve",
    "tide/harbours/husum.txt",
    "tide/harbours/travemuende.txt",
    "tide/table.py",
]
INFO = ["METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE", "top_level.txt"]
SOURCES = ["LICENSE", "PKG-INFO", "README.md", "harbour_check.py", "pyproject.toml"]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    made_by_use = shutil.ignore_patterns("build", "dist", "MANIFEST", "__pycache__", "*.so", "*.egg-info")
    return Path(shutil.copytree(EXAMPLE, tmp_path / "project", ignore=made_by_use))


@pytest.fixture
def front_end(tmp_path):
    """`front_end(program, *arguments, cwd=...)`: a client in whose Python `oxidist` can be imported."""
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "oxidist").symlink_to(Path(oxidist.__file__).parent)

    def run(program: str, *arguments: str | Path, cwd: Path, status: int = 0):
        return clients.run(program, *arguments, cwd=cwd, status=status, env={"PYTHONPATH": str(linked)})

    return run


def used(prefix: Path, modules: Path) -> list[str]:
    """What the installed script says."""
    environment = {"PYTHONPATH": str(modules), "PATH": os.defpath}
    command = [prefix / "bin/tide", "husum"]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()


@pytest.mark.parametrize("tool", OPTIONS)
def test_every_front_end_builds_it_and_what_it_builds_is_installed_and_runs(
    example, front_end, tmp_path, tool
) -> None:
    out = tmp_path / "out"
    places = {"OUT": str(out), "PYTHON": str(clients.folder() / "python")}
    front_end(*(places.get(word, word) for word in OPTIONS[tool]), cwd=example)
    (wheel,) = out.glob("*.whl")
    assert wheel.name.startswith("tide_table-0.2-cp")
    names = sorted(name.partition(".cpython")[0] for name in wheels.contents(wheel))
    assert names == sorted(MODULES + [f"tide_table-0.2.dist-info/{name}" for name in INFO])
    if tool != "pip":
        with tarfile.open(out / "tide_table-0.2.tar.gz") as archive:
            found = sorted(member.name for member in archive if member.isfile())
        sources = [f"src/{name}" for name in MODULES if name != "tide/_curve"] + ["src/tide/_curve.c"]
        assert found == sorted(f"tide_table-0.2/{name}" for name in SOURCES + sources)
    for install in (clients.pip_install, clients.uv_install):
        prefix = tmp_path / install.__name__
        lines = used(prefix, install(wheel, prefix))
        # By the hour, as the option says to the compiler.
        assert len(lines) == 24 and lines[0] == " 0.00 +1.61 m"


def test_an_editable_installation_is_of_the_source(example, front_end, tmp_path) -> None:
    words = ("install", "--no-index", "--no-deps", "--no-build-isolation", "--prefix", tmp_path / "prefix")
    front_end("python", "-m", "pip", *words, "-e", ".", cwd=example)
    with (example / "src/tide/harbours/travemuende.txt").open("a") as harbour:
        harbour.write("1 24 0\n")
    code = "import site, sys; site.addsitedir(sys.argv[1])\nfrom tide.table import day\n"
    code += "print(day('travemuende')[0])"
    command = [clients.folder() / "python", "-c", code, clients.modules(tmp_path / "prefix")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert float(said) == pytest.approx(1.0775, abs=0.001)


def test_the_projects_own_command_ends_the_build_of_a_wrong_harbour(example, front_end, tmp_path) -> None:
    (example / "src/tide/harbours/husum.txt").write_text("1 12 0\n1 twelve 0\n")
    words = (word.replace("OUT", str(tmp_path / "out")) for word in OPTIONS["build"])
    done = front_end(*words, cwd=example, status=1)
    text = done.stdout + done.stderr
    assert "error: src/tide/harbours/husum.txt:2: not 'amplitude period phase'" in text
    assert "Traceback" not in text and not list((tmp_path / "out").glob("*"))


def test_what_its_readme_shows_is_so(example, run_setup) -> None:
    module = ["-m", "oxidist"]
    told = run_setup(example, "--show-origins", "build_ext", script=module).stdout
    (line,) = [line for line in told.splitlines() if "= 4 (" in line]
    place = line.partition("(")[2].rstrip(")")
    readme = (EXAMPLE.parent / "README.md").read_text(encoding="utf-8")
    assert f"({place})" in readme
    number = int(place.partition(":")[2])
    assert (example / "pyproject.toml").read_text().splitlines()[number - 1] == "jobs = 4"
    run_setup(example, "-q", "build_ext", "--inplace", script=module)
    assert list((example / "src/tide").glob("_curve*.so"))


def test_validators_have_nothing_to_say(example, tmp_path) -> None:
    (tmp_path / "schema.json").write_text(oxidist._core.tool_schema(), encoding="utf-8")
    options = ("--tool", "oxidist=schema.json")
    clients.run("validate-pyproject", *options, example / "pyproject.toml", cwd=tmp_path)
