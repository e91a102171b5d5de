"""What is missing, forbidden, full or interrupted: one line that names it, and no half-written file."""

from __future__ import annotations

import ctypes
import marshal
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Completed, clean_environment, snapshot, write_files
from wholeness import PYC_HEADER, TEMPORARY, assert_whole

SETUP = """
from distutils.core import setup

setup(
    name="thing", version="1.0", url="https://example.org/", author="A. Person",
    author_email="a@example.org",
    package_dir={"": "src"},
    packages=["pkg", "pkg.sub"],
    package_data={"pkg": ["data/*"]},
    scripts=["scripts/run"],
    headers=["include/thing.h"],
    data_files=[("share", ["share/one.dat"])],
)
"""

FILES = {
    "README": "A thing.\n",
    "src/pkg/__init__.py": "import pkg.module\n",
    "src/pkg/module.py": "one = 1\n" * 50,
    "src/pkg/sub/__init__.py": "sub = 1\n",
    "src/pkg/data/a.txt": "a\n" * 50,
    "scripts/run": "#!python\nimport pkg\n",
    "include/thing.h": "#define THING 1\n",
    "share/one.dat": "1\n",
    "MANIFEST.in": "graft src\ngraft share\ninclude include/*.h\n",
}

ROOT = ["--root=root", "--prefix=/usr"]


def make_project(folder: Path) -> Path:
    return write_files(folder, {**FILES, "setup.py": SETUP})


@dataclass
class Case:
    """Something that is wrong, and the runs that must stop at it with an error that has `says` in it."""

    says: str
    runs: list[list[str]]
    spoil: Callable[[Path], object] = lambda folder: None


def link(name: str, target: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return make


def folder_instead(name: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return make


def file_instead(name: str) -> Callable[[Path], object]:
    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("in the way\n")

    return make


def without(name: str) -> Callable[[Path], object]:
    def remove(folder: Path) -> None:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return remove


def rewritten(name: str, content: str | bytes) -> Callable[[Path], object]:
    return lambda folder: write_files(folder, {name: content})


CASES = {
    # Sources that are not there, or are something else.
    "a script that is not there": Case(
        "scripts/run", [["build"], ["build_scripts"], ["install", *ROOT]], without("scripts/run")
    ),
    "a script that is a folder": Case("scripts/run", [["build_scripts"]], folder_instead("scripts/run")),
    "a data file that is not there": Case(
        "share/one.dat",
        [["install_data", "--install-dir=data"], ["install", *ROOT]],
        without("share/one.dat"),
    ),
    "a data file that is a folder": Case(
        "share/one.dat", [["install_data", "--install-dir=data"]], folder_instead("share/one.dat")
    ),
    "a header that is not there": Case(
        "include/thing.h", [["install_headers", "--install-dir=include2"]], without("include/thing.h")
    ),
    "a package without its folder": Case(
        "src/pkg/sub", [["build"], ["build_py"], ["sdist"], ["install", *ROOT]], without("src/pkg/sub")
    ),
    "a package that is a file": Case(
        "src/pkg/sub",
        [["build_py"]],
        lambda folder: (without("src/pkg/sub")(folder), file_instead("src/pkg/sub")(folder)),
    ),
    "a module that leads nowhere": Case(
        "src/pkg/module.py", [["build"], ["install", *ROOT]], link("src/pkg/module.py", "nowhere")
    ),
    # Symbolic links that lead back to themselves.
    "a module that is a loop": Case(
        "src/pkg/module.py", [["build"], ["install", *ROOT]], link("src/pkg/module.py", "module.py")
    ),
    # Files that are not what they should be.
    "a manifest template that is not UTF-8": Case(
        "MANIFEST.in", [["sdist"]], rewritten("MANIFEST.in", b"include \xff\n")
    ),
    "a configuration file that is not UTF-8": Case(
        "setup.cfg", [["build"], ["--version"]], rewritten("setup.cfg", b"[build]\nbuild-base = \xff\n")
    ),
    "a configuration file without sections": Case(
        "setup.cfg", [["build"]], rewritten("setup.cfg", "force = 1\n")
    ),
    "an option that is none, in a configuration file": Case(
        "no_such", [["build"]], rewritten("setup.cfg", "[build]\nno-such = 1\n")
    ),
    "a configuration file with a wrong boolean": Case(
        "perhaps", [["build"]], rewritten("setup.cfg", "[build]\nforce = perhaps\n")
    ),
    # Targets that cannot be.
    "a file where the build folder should be": Case(
        "build", [["build"], ["install", *ROOT]], file_instead("build")
    ),
    "a file where a package should be built": Case("build/lib", [["build_py"]], file_instead("build/lib")),
    "a folder where a module should be built": Case(
        "build/lib/pkg/module.py",
        [["build_py"]],
        lambda folder: (folder / "build/lib/pkg/module.py").mkdir(parents=True),
    ),
    "a file where dist should be": Case("dist", [["sdist"], ["bdist"], ["bdist_dumb"]], file_instead("dist")),
    "a file where the root should be": Case("root", [["install", *ROOT]], file_instead("root")),
    "a folder where the manifest should be": Case(
        "MANIFEST", [["sdist"]], lambda folder: (folder / "MANIFEST").mkdir()
    ),
    "a folder where an archive should be": Case(
        "dist/thing-1.0.tar.gz",
        [["sdist"]],
        lambda folder: (folder / "dist/thing-1.0.tar.gz").mkdir(parents=True),
    ),
    "a target that nobody can write to": Case(
        "/proc/",
        [
            ["build", "--build-base=/proc/thing"],
            ["install", "--root=/proc/thing"],
            ["sdist", "--dist-dir=/proc/thing"],
        ],
    ),
    "a record in a folder that is not there": Case(
        "nowhere/record", [["install", *ROOT, "--record=nowhere/record"]]
    ),
    # Options and arguments that cannot be.
    "an unknown option": Case("--no-such", [["build", "--no-such"], ["--no-such"]]),
    "an unknown command": Case("no_such", [["no_such"], ["build", "no_such"]]),
    "an optimisation level that is no number": Case("optimize", [["build_py", "--optimize=much"]]),
    "an optimisation level that there is not": Case(
        "optimize", [["install_lib", "--install-dir=lib", "--optimize=7"]]
    ),
    "an archive format that there is not": Case(
        "rar", [["sdist", "--formats=gztar,rar"], ["bdist_dumb", "--format=rar"], ["bdist", "--formats=rar"]]
    ),
    "two places to install in": Case(
        "home", [["install", "--home=a", "--prefix=b"], ["install", "--home=a", "--user"]]
    ),
    "a flag with a value": Case("force", [["build", "--force=yes"]]),
}

RUNS = [
    pytest.param(case, arguments, id=f"{name}: {arguments[0]}")
    for name, case in CASES.items()
    for arguments in case.runs
]


@pytest.mark.parametrize(("case", "arguments"), RUNS)
def test_what_is_wrong_is_told_in_one_line_that_names_it(
    case: Case, arguments: list[str], tmp_path: Path, run_setup: Callable[..., Completed]
) -> None:
    folder = make_project(tmp_path / "project")
    case.spoil(folder)
    before = snapshot(folder)
    done = run_setup(folder, *arguments, status=None)
    assert_told_in_one_line(done, case.says)
    assert_whole(before, snapshot(folder))


# Files and folders that the one who runs it may not read or write: as for anybody who is not root.
FORBIDDEN = {
    "a module that may not be read": ("src/pkg/module.py", 0o000, [["build"], ["sdist"], ["install", *ROOT]]),
    "a data file that may not be read": ("share/one.dat", 0o000, [["sdist"], ["install", *ROOT]]),
    "a script that may not be read": ("scripts/run", 0o000, [["build_scripts"], ["sdist"]]),
    "a manifest template that may not be read": ("MANIFEST.in", 0o000, [["sdist"]]),
    "a project folder that may not be written to": (".", 0o555, [["build"], ["sdist"], ["bdist_dumb"]]),
    "a build folder that may not be written to": ("build", 0o555, [["build"], ["install", *ROOT]]),
    "a dist folder that may not be written to": ("dist", 0o555, [["sdist"], ["bdist_dumb"]]),
}


@pytest.mark.parametrize(
    ("name", "mode", "arguments"),
    [
        pytest.param(name, mode, arguments, id=f"{case}: {arguments[0]}")
        for case, (name, mode, runs) in FORBIDDEN.items()
        for arguments in runs
    ],
)
def test_what_may_not_be_read_or_written_is_told_in_one_line(
    name: str, mode: int, arguments: list[str], tmp_path: Path, clean_home: Path
) -> None:
    folder = make_project(tmp_path / "project")
    place = folder / name
    if not place.exists():
        place.mkdir()
    before = snapshot(folder)
    place.chmod(mode)
    try:
        done = run_limited(folder, arguments, clean_home, without_privileges)
    finally:
        place.chmod(0o644 if place.is_file() else 0o755)
    assert_told_in_one_line(done, name.removeprefix("."))
    assert_whole(before, snapshot(folder))


def without_privileges() -> None:
    """Permissions count for root as well: give up the two capabilities that pass them over."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        drop, override, read_search = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        for capability in (override, read_search):
            if libc.prctl(drop, capability, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "prctl")


def run_limited(
    folder: Path, arguments: list[str], home: Path, limit: Callable[[], None], script: str = "setup.py"
) -> Completed:
    return subprocess.run(
        [sys.executable, script, *arguments],
        cwd=folder,
        env=clean_environment(home, OXIDIST_DISTUTILS="1"),
        preexec_fn=limit,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


LARGE = 200_000


def make_large_project(folder: Path) -> Path:
    make_project(folder)
    noise = random.Random(1).randbytes(LARGE)
    (folder / "src/pkg/data/large.bin").write_bytes(noise)
    return folder


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for the small files of the project, and not for the large one."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={LARGE // 2}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--build-base=SMALL/build"],
        ["install", "--root=SMALL/root"],
        ["sdist", "--dist-dir=SMALL/dist"],
        ["bdist_dumb", "--dist-dir=SMALL/dist"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_full_disk_is_told_in_one_line(
    arguments: list[str], full_disk: Path, tmp_path: Path, run_setup: Callable[..., Completed]
) -> None:
    folder = make_large_project(tmp_path / "project")
    before = snapshot(folder)
    arguments = [argument.replace("SMALL", str(full_disk)) for argument in arguments]
    done = run_setup(folder, *arguments, status=None)
    assert_told_in_one_line(done, str(full_disk))
    assert "No space left on device" in done.stderr
    for place in (folder, full_disk):
        assert_whole(before, {**before, **snapshot(place)})
    assert not list(full_disk.glob("dist/*"))


@pytest.fixture(scope="module")
def large_project(tmp_path_factory: pytest.TempPathFactory, clean_home: Path) -> Path:
    """Enough to do for a second: many small modules, and data that compresses badly. Built already."""
    folder = make_project(tmp_path_factory.mktemp("large") / "project")
    with (folder / "setup.py").open("a") as script:
        # Python has no say in what happens after the run.
        script.write("import os, sys\nsys.stdout.flush()\nos._exit(0)\n")
    noise = random.Random(2)
    for number in range(1500):
        (folder / f"src/pkg/sub/module_{number}.py").write_text(f"number = {number}\n" * 40)
    for number in range(100):
        (folder / f"src/pkg/data/large_{number}.bin").write_bytes(noise.randbytes(300_000))
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1")
    command = [sys.executable, "setup.py", "--quiet", "build", "--build-base=built"]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return folder


BUILT = ["build", "--build-base=built"]
LONG = {
    "build": ["build", "--build-base=OUT/build"],
    "install": [*BUILT, "install", "--skip-build", "--root=OUT/root", "--prefix=/usr", "--no-compile"],
    "install and byte-compile": [*BUILT, "install", "--root=OUT/root", "--prefix=/usr", "--optimize=1"],
    "sdist": ["sdist", "--dist-dir=OUT/dist", "--manifest=OUT/MANIFEST"],
    "sdist, zip": ["sdist", "--dist-dir=OUT/dist", "--manifest=OUT/MANIFEST", "--formats=zip"],
}
MOMENTS = 5


@pytest.mark.parametrize("arguments", LONG.values(), ids=LONG.keys())
def test_ctrl_c_ends_a_run_at_once_and_leaves_nothing_half_written(
    arguments: list[str], large_project: Path, tmp_path: Path, clean_home: Path
) -> None:
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1")

    def run(number: int, wait: float | None) -> tuple[int, str, float]:
        """Interrupt a run `wait` seconds after it began; its status, standard error, and how long it took."""
        out = tmp_path / str(number)
        out.mkdir()
        command = [argument.replace("OUT", str(out)) for argument in arguments]
        with subprocess.Popen(
            [sys.executable, "setup.py", *command],
            cwd=large_project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.readline()
            begin = time.monotonic()
            # What it says must not fill the pipe while nobody reads.
            reader = threading.Thread(target=process.stdout.read)
            reader.start()
            if wait is not None:
                time.sleep(wait)
                begin = time.monotonic()
                # As the terminal does: to the process and those that it has started.
                os.killpg(process.pid, signal.SIGINT)
            errors = process.stderr.read()
            process.wait()
            took = time.monotonic() - begin
            reader.join()
        assert_whole_copies(out, large_project)
        return process.returncode, errors.decode(), took

    status, errors, whole = run(0, None)
    assert (status, errors) == (0, "")
    chance = random.Random(3)
    interrupted = []
    for number in range(1, MOMENTS + 1):
        status, errors, took = run(number, whole * chance.uniform(0.05, 0.6))
        if status != 0:
            assert (status, errors) == (130, "interrupted\n")
            interrupted.append(took)
    assert interrupted, "nothing was interrupted: the runs are too short"
    assert sorted(interrupted)[len(interrupted) // 2] < 0.5
    assert max(interrupted) < 2.0


def assert_whole_copies(out: Path, project: Path) -> None:
    """What an interrupted run left: whole files only."""
    for parent, _, files in os.walk(out):
        for name in files:
            path = Path(parent, name)
            assert not name.startswith(TEMPORARY), path
            if name.endswith(".pyc"):
                marshal.loads(path.read_bytes()[PYC_HEADER:])
            elif name.endswith(".tar.gz"):
                with tarfile.open(path) as archive:
                    assert len(archive.getmembers()) > 1600
            elif name.endswith(".zip"):
                with zipfile.ZipFile(path) as archive:
                    assert archive.testzip() is None
            elif name.endswith((".py", ".bin")):
                source = project / "src" / path.relative_to(path.parents[path.parts[::-1].index("pkg")])
                assert path.read_bytes() == source.read_bytes()


def assert_told_in_one_line(done: Completed, thing: str) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    *before, last = done.stderr.splitlines() or [""]
    # distutils prints how it is used before what is wrong with a command line.
    if before and before[0].startswith("usage: "):
        before = [line for line in before if line and not line.startswith(("usage:", "   or:"))]
    assert before == [], done.stderr
    assert last.startswith(("error: ", "error in thing setup command: ")), done.stderr
    assert thing in last
