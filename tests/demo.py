"""The main job: a project that extends distutils, and a real package, from their setup.py to files in dist/.

    python tests/demo.py [PACKAGE]

Builds Oxidist and installs it into `.venv`, then, in an environment of a Python that has no distutils (where
the machine has one), makes the distributions of examples/extending with the chapter's own command line, and
those of a well-known package from PyPI, by name from tests/real_packages.py. Everything is made in
`target/demo`.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import interpreters
import real_packages

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
PLACE = ROOT / "target" / "demo"
WHEELS = PLACE / "wheel"
EXAMPLE = ROOT / "examples" / "extending"


def heading(text: str) -> None:
    print(f"\n=== {text}", flush=True)


def run(*command: str | Path, cwd: Path = ROOT, shown: str = "", **variables: str) -> None:
    """Run a command, after showing it as a person would type it (`shown`, where that is shorter)."""
    print(f"$ {shown or shlex.join(map(str, command))}", flush=True)
    environment = {**os.environ, **variables}
    begin = time.monotonic()
    done = subprocess.run(command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL)
    print(f"  ({time.monotonic() - begin:.1f} s)", flush=True)
    if done.returncode != 0:
        sys.exit(f"demo: that ended with {done.returncode}")


def install() -> tuple[Path, interpreters.Interpreter]:
    """Oxidist as one wheel, in `.venv` and in an environment of the demo's Python; the latter's `python`."""
    heading("Build Oxidist, and install it")
    shutil.rmtree(PLACE, ignore_errors=True)
    run(TOOLS / "maturin", "build", "--quiet", "--release", "--out", WHEELS)
    (wheel,) = WHEELS.glob("*.whl")
    pip: list[str | Path] = [TOOLS / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "install", "--no-deps", "--force-reinstall", wheel)

    found = interpreters.found()
    without = [interpreter for interpreter in found if interpreter.distutils is None]
    chosen = (without or list(found))[-1]
    if not without:
        print("This machine has no Python without a distutils of its own: ours is asked for by name.")
    print(f"The demo runs on {chosen}")
    environment = PLACE / "environment"
    run(chosen.path, "-m", "venv", "--without-pip", environment)
    python = environment / "bin" / "python"
    run(*pip, "--python", python, "install", "--no-deps", wheel)
    return python, chosen


def show_dist(project: Path) -> None:
    """Names, sizes and digests of what landed in dist/."""
    print(f"{project.name}/dist:")
    for path in sorted((project / "dist").iterdir()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"  {path.stat().st_size:>10,}  {digest}  {path.name}")


def build_example(python: Path) -> None:
    heading("A project that extends distutils, and command packages that it knows nothing of")
    place = PLACE / "extending"
    made_by_use = shutil.ignore_patterns("build", "dist", "MANIFEST", "__pycache__")
    shutil.copytree(EXAMPLE, place, ignore=made_by_use)
    line = "--command-packages distcmds,buildcmds bdist_openpkg"
    run(
        python,
        *("setup.py", *shlex.split(line)),
        cwd=place / "project",
        shown=f"PYTHONPATH=../commands python setup.py {line}",
        PYTHONPATH=str(place / "commands"),
        OXIDIST_DISTUTILS="1",
    )
    line = "--quiet bdist_dumb"
    run(
        python,
        *("-m", "oxidist", *shlex.split(line)),
        cwd=place / "project",
        shown=f"python -m oxidist {line}",
        PYTHONPATH="",
    )
    show_dist(place / "project")


def build_real_package(python: Path, name: str) -> None:
    package = real_packages.BY_NAME[name]
    heading(f"A real package: {package}")
    print(f"SHA-256 {package.sha256}\nIt exercises: {package.exercises}")
    project = real_packages.unpack(package, PLACE / "real")
    root = PLACE / "root"
    for line in ("--quiet sdist bdist_dumb", f"--quiet install --root={root} --prefix=/usr/local"):
        run(
            python,
            *("setup.py", *shlex.split(line)),
            cwd=project,
            shown=f"python setup.py {line}",
            PYTHONPATH="",
            OXIDIST_DISTUTILS="1",
        )
    show_dist(project)
    (site_packages,) = (path for path in root.rglob("site-packages") if path.is_dir())
    run(
        python,
        *("-S", "-W", "ignore", "-c", package.check),
        cwd=PLACE,
        shown=f"python -c {shlex.quote(package.check)}",
        PYTHONPATH=str(site_packages),
    )
    print(f"{package} was built, installed below {root.relative_to(ROOT)} and imported.")


def main() -> int:
    name = sys.argv[1] if len(sys.argv) > 1 else "Django"
    if name not in real_packages.BY_NAME:
        sys.exit(f"demo: no package {name!r}; there are {', '.join(real_packages.BY_NAME)}")
    python, _ = install()
    build_example(python)
    build_real_package(python, name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
