"""The projects that the pages' blocks are run in, and what must come of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import textwrap
import time
import zipfile
from pathlib import Path

import index_servers
from conftest import Files, clean_environment, write_files
from documents.pages import ROOT, Block
from documents.ways import Check, Place, Prepare
from extensions import module, script

SETUP = 'from distutils.core import setup\nsetup(name="sail", version="1.0", py_modules=["sail"])\n'
PLAIN = {"setup.py": SETUP, "sail.py": ""}
WIND = {"setup.py": script("[Extension('wind', ['src/wind.c'])]"), "src/wind.c": module("wind")}
ON_SETUPTOOLS = {**WIND, "setup.py": WIND["setup.py"].replace("distutils.core", "setuptools")}
BUILT_EXTENSION = ("-v build_ext --inplace",)

# A module in C that calls a function in C++.
LANGUAGES = {
    "src/deck.c": module("deck", "below()", "int below(void);"),
    "src/kernel.cpp": 'extern "C" int below(void) { return 42; }\n',
}

# The command that the pages tell of, and a package that has it.
BOAT = textwrap.dedent("""
    from distutils.core import Command

    class bdist_boat(Command):
        user_options = []
        def initialize_options(self): pass
        def finalize_options(self): pass
        def run(self): print("a boat of", self.distribution.get_name())
""")
HARBOUR = {"harbour/__init__.py": "", "harbour/bdist_boat.py": BOAT, "shipyard/__init__.py": ""}
BUILD_PY = """
from distutils.command.build_py import build_py as _build_py

class build_py(_build_py):
    def run(self):
        super().run()
        print("built by harbour")
"""
HARBOUR_COMMANDS = {"harbour/__init__.py": "", "harbour/commands.py": BOAT + BUILD_PY}


def with_commands(*commands: str, **arguments: str) -> str:
    """The end of a script whose block has these classes of commands; `arguments` are expressions."""
    classes = ", ".join(f"{command!r}: {command}" for command in commands)
    more = "".join(f", {name}={value}" for name, value in arguments.items())
    return (
        "\nfrom distutils.core import Extension, setup\n"
        f"made = setup(name='sail', version='1.0', cmdclass={{{classes}}}{more})\n"
    )


def with_build_ext(extensions: str, *commands: str) -> str:
    """The same for a class `build_ext`, and perhaps others."""
    return with_commands("build_ext", *commands, ext_modules=extensions)


def of(files: Files, **programs: str) -> Prepare:
    """A project of these files; `programs` are shell scripts on the PATH."""

    def prepare(place: Place) -> Path:
        for name, text in programs.items():
            place.program(name, text)
        return write_files(place.folder, files)

    return prepare


def has(*wanted: str, absent: str | None = None) -> Check:
    """Each of `wanted` is printed, or a file of the project (a pattern, or a path from its folder)."""

    def check(folder: Path, printed: str) -> None:
        for each in wanted:
            found = each in printed or (folder / each).exists() or any(folder.rglob(each.replace("../", "")))
            assert found, f"neither printed nor made: {each}\n{printed}"
        assert absent is None or not (folder / absent).exists()

    return check


def example(name: str, below: str = "project") -> Prepare:
    """A copy of `examples/NAME`, at its place below the folder; the commands begin in its folder `below`."""

    def prepare(place: Place) -> Path:
        made_by_use = shutil.ignore_patterns("build", "dist", "MANIFEST", "__pycache__", "*.so", "*.egg-info")
        copy = place.folder / "examples" / name
        shutil.copytree(ROOT / "examples" / name, copy, ignore=made_by_use)
        return copy / below if below else place.folder

    return prepare


def backed(place: Place) -> Path:
    """A project with the two lines in its pyproject.toml, and an extension."""
    system = '[build-system]\nrequires = ["oxidist"]\nbuild-backend = "oxidist.build_meta"\n'
    return write_files(place.folder, {**WIND, "pyproject.toml": system})


def backed_on_setuptools(place: Place) -> Path:
    """A project for setuptools, to which the page's pyproject.toml comes; it is built by pip."""
    return write_files(place.folder, ON_SETUPTOOLS)


def wheel_by_the_backend(place: Place, block: Block) -> None:
    write_files(place.folder, PLAIN)
    backend = "import os, oxidist.build_meta as backend; print(backend.build_wheel(os.getcwd()))"
    assert "sail-1.0-py3-none-any.whl" in place.run("python", "-c", backend)


def wheel_of_the_whole_example(place: Place, block: Block) -> None:
    package = {"README.md": "Sails\n", "src/sail/__init__.py": "def main(): pass\n"}
    write_files(place.folder, {**package, "src/wind.c": module("wind")})
    assert "  parallel = 4 (pyproject.toml:" in place.run(
        "python", "-m", "oxidist", "--show-origins", "build_ext"
    ).replace("'4'", "4")
    place.run("python", "-m", "oxidist", "bdist_wheel")
    (wheel,) = place.folder.glob("dist/*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "sail/__init__.py" in names and any(name.startswith("sail/wind") for name in names)


def dynamic_fields_are_computed(place: Place, block: Block) -> None:
    texts = {"README.md": "Sails\n", "CHANGES.md": "Changes\n", "requirements.txt": "rope\n"}
    write_files(place.folder, {**texts, "sail.py": '__version__ = "3.0"\n', "test-requirements.txt": ""})
    place.run("python", "-m", "oxidist", "dist_info")
    metadata = (place.folder / "sail-3.0.dist-info" / "METADATA").read_text()
    assert "Requires-Dist: rope\n" in metadata and "Changes\n" in metadata


def misspelt_key(place: Place) -> str:
    text = '[project]\nname = "sail"\nversion = "1.0"\n' + "\n" * 7 + "[tool.oxidist]\npakages = []\n"
    (place.folder / "pyproject.toml").write_text(text)
    return place.run("python", "-m", "oxidist", "build", status=1)


def entry_point_is_in_the_wheel(folder: Path, printed: str) -> bool:
    (wheel,) = folder.glob("dist/*.whl")
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("harbour-1.0.dist-info/entry_points.txt").decode()
    return text.split() == "[distutils.commands] bdist_boat = harbour.boats:BoatCommand".split()


def command_packages_are_searched(place: Place, block: Block) -> None:
    write_files(place.folder, {**PLAIN, **HARBOUR})
    assert "a boat of sail" in place.run("python", "setup.py", "bdist_boat")


def packages_of_the_example_are_searched(place: Place, block: Block) -> None:
    project = example("extending")(place)
    place.variables["PYTHONPATH"] = str(ROOT / "examples/extending/commands")
    listed = place.run("python", "setup.py", "--help-commands", cwd=project)
    assert "dist_sums" in listed and "bdist_openpkg" in listed


def launcher_runs(place: Place, block: Block) -> None:
    place.program("ccache", 'echo launched >> launched; exec "$@"')
    write_files(place.folder, WIND)
    place.run("python", "setup.py", "build_ext")
    assert (place.folder / "launched").read_text() == "launched\n"


def make_runs(place: Place, block: Block) -> None:
    write_files(place.folder, WIND)
    place.run("make", "-j2", "extension")
    assert any(place.folder.rglob("wind*.so"))


def reasons(place: Place) -> str:
    """What `-v` tells of a build after a header, a flag and a variable have changed."""
    sources = {
        "src/hull.c": module("hull", "HULL", '#include "hull.h"'),
        "include/hull.h": "#define HULL 1\n",
        "src/mast.c": module("mast"),
        "src/sail.c": module("sail"),
    }
    write_files(place.folder, sources)

    def build(flags: list[str], *names: str) -> str:
        extensions = ", ".join(
            f"Extension('{name}', ['src/{name}.c'], include_dirs=['include'], extra_compile_args={flags})"
            for name in names
        )
        (place.folder / "setup.py").write_text(script(f"[{extensions}]"))
        return place.run("python", "setup.py", "-v", "build_ext")

    build(["-O2"], "hull", "mast", "sail")
    (place.folder / "include/hull.h").write_text("#define HULL 2\n")
    told = build(["-O2"], "hull") + build(["-O3", "-DTALL"], "mast")
    place.variables["CPATH"] = "include"
    return told + build(["-O2"], "sail")


def waiting(place: Place) -> str:
    """What the second of two builds in one folder says: the first one's compiler is still at work."""
    write_files(place.folder, WIND)
    build = ["setup.py", "-q", "build_ext"]
    environment = clean_environment(
        place.home, OXIDIST_DISTUTILS="1", CC="sh -c 'echo >begun; sleep 60' sccache"
    )
    first = subprocess.Popen(
        [sys.executable, *build], cwd=place.folder, env=environment, start_new_session=True
    )
    try:
        while not (place.folder / "begun").exists():
            time.sleep(0.02)
        place.variables["OXIDIST_LOCK_TIMEOUT"] = "0.1"
        told = place.run("python", *build, status=1)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    # Which process it is differs from run to run, and from system to system.
    return re.sub(r"': process \d+ \([^)]*\)", "': process 4711 (sccache)", told)


def as_here(text: str) -> str:
    """A line of a page, with the names that this Python gives to folders and modules."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    text = text.replace(".cpython-313-x86_64-linux-gnu.so", suffix)
    platform = sysconfig.get_platform()
    return text.replace("linux-x86_64-3.13", f"{platform}-{version}")


def uploads(place: Place) -> Path:
    """A project with an index on loopback in place of PyPI (`main`) and of `here`."""
    server = index_servers.Index(index_servers.answer())
    place.closing.append(server.close)
    sections = "".join(
        f"[{name}]\nrepository: {server.url}\nusername: ada\npassword: secret\n" for name in ("main", "here")
    )
    login = place.home / ".pypirc"
    login.write_text(f"[distutils]\nindex-servers =\n    main\n    here\n{sections}")
    login.chmod(0o600)
    return write_files(place.folder, PLAIN)


def everything_was_sent(folder: Path, printed: str) -> bool:
    return printed.count("Server response (200): OK") == 2 and "secret" not in printed


def logins_are_read(place: Place, block: Block) -> None:
    (place.home / ".pypirc").chmod(0o600)
    write_files(place.folder, PLAIN)
    told = place.run("python", "setup.py", "--dry-run", "sdist", "upload", "--repository=here")
    assert "https://index.example.org/upload/" in told and "pypi-" not in told
