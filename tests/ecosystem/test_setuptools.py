"""setuptools of each line on our distutils: what it makes of projects, compared with setuptools alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Completed, write_files
from interpreters import Interpreter
from outputs import Outputs, assert_same, below

from ecosystem.installed import Installed
from ecosystem.setuptools_projects import CURRENT, KINDS, LINES, Line, cases, pairs_of

# Calls the hooks of a backend, each as a front end does, and tells what they answer.
HOOKS = """
import importlib, json, os, sys
backend = importlib.import_module(sys.argv[1])
sys.argv[1:] = []
answers = {}
def call(hook, *args):
    if hasattr(backend, hook):
        answers[hook] = getattr(backend, hook)(*args)
for name in "sdist", "wheel", "editable":
    os.makedirs(f"out/{name}")
    call(f"get_requires_for_build_{name}")
for name in "wheel", "editable":
    os.makedirs(f"out/metadata-{name}")
    call(f"prepare_metadata_for_build_{name}", f"out/metadata-{name}")
    call(f"build_{name}", f"out/{name}", {}, None)
call("build_sdist", "out/sdist")
print("\\n" + json.dumps(answers))
"""

# What a build keeps for itself.
OWN = (r"(^|/)build/(temp|bdist)\b",)

# The interpreter of a script.
FIRST_LINE = re.compile(rb"\A#!/.*/python[\d.]*\n")

# Where a warning was given: line numbers are not those of setuptools' distutils.
PLACE = re.compile(r"^\S+:\d+: ")


class Both:
    """A project built on our distutils, and once more by setuptools alone, in the same place."""

    def __init__(self, folder: Path, there: Installed, files: dict[str, str]) -> None:
        self.there = there
        self.place = folder / "project"
        self._kept = folder
        self._files = files

    def run(self, do: Callable[[bool], Completed]) -> list[Completed]:
        """What `do(active)` returns, called with and without ours, each time in a fresh project."""
        done = []
        for name in ("ours", "alone"):
            self.place.mkdir()
            write_files(self.place, self._files)
            done.append(do(name == "ours"))
            self.place.rename(self._kept / name)
        assert warnings(done[0]) <= warnings(done[1])
        return done

    def setup(self, *runs: str, env: dict[str, str] | None = None) -> Outputs:
        """Each of `runs` is a command line of setup.py, in this order; what they made, the same of both."""

        def do(active: bool) -> Completed:
            done = [
                self.there.setup(self.place, *run.split(), active=active, env={**LOUD, **(env or {})})
                for run in runs
            ]
            return done[-1]

        self.run(do)
        return self.same()

    def same(self) -> Outputs:
        ours, alone = (below(self._kept / name, but=OWN) for name in ("ours", "alone"))
        for name, file in ours.items():
            # Alone, what bdist_wheel wrote for a wheel is installed by who comes after it; and 79 leaves it
            # to nobody in particular which Python runs an installed script.
            if name in alone and alone[name].data.startswith(b"#!python\n"):
                ours[name] = file._replace(data=FIRST_LINE.sub(b"#!python\n", file.data))
        assert_same(ours, alone)
        return ours


# All warnings, those of setuptools' about its own future as well.
LOUD = {"PYTHONWARNINGS": "always"}


def warnings(done: Completed) -> set[str]:
    return {PLACE.sub("", line) for line in done.stderr.splitlines() if "Warning: " in line}


def changed_by_debian(interpreter: Interpreter) -> bool:
    """Whether this Python has changes to whatever setuptools is there, as Debian's has from 3.12 on."""
    version = "python{}.{}".format(*interpreter.version[:2])
    return interpreter.path.parent == Path("/usr/bin") and any(
        Path("/usr/lib", version).glob("_distutils_system_mod.py")
    )


@pytest.fixture
def both(environment, tmp_path: Path) -> Callable[..., Both]:
    """`both(line, interpreter, kind)`."""
    return lambda line, interpreter, kind: Both(
        tmp_path, environment(interpreter, *line.requirements), KINDS[kind]
    )


@pytest.mark.parametrize(("line", "interpreter", "kind"), cases("pure", "C", "namespace", "C++"))
def test_what_a_project_is_made_into_is_what_setuptools_makes(both, line: Line, interpreter, kind) -> None:
    if kind == "C" and changed_by_debian(interpreter):
        pytest.skip("Debian's changes have headers of an environment go to /usr/include: ours stay in it")
    made = both(line, interpreter, kind).setup(
        "egg_info build sdist --formats=gztar,zip bdist_wheel", "install --root=root --record=record.txt"
    )
    assert any(re.search(r"build/lib[^/]*/", name) for name in made)
    for part in (".whl!/", ".tar.gz!/", ".zip!/", "egg-info/PKG-INFO", "root/", "record.txt"):
        assert any(part in name for name in made), part


@pytest.mark.parametrize(("line", "interpreter"), pairs_of(LINES[0], *LINES[2:5], CURRENT))
def test_paths_with_dots_and_doubled_slashes_are_what_that_setuptools_reads(
    both, line: Line, interpreter
) -> None:
    made = both(line, interpreter, "spellings").setup("sdist bdist_wheel")
    secret = [name for name in made if ".tar.gz!/" in name and name.endswith("secret.py")]
    assert bool(secret) == (line.number < 72)


@pytest.mark.parametrize(("line", "interpreter", "kind"), cases("pure", "C", "namespace", "C++"))
def test_the_hooks_of_the_backend_make_and_answer_the_same(both, line: Line, interpreter, kind) -> None:
    pair = both(line, interpreter, kind)

    def call(active: bool) -> Completed:
        backend = "oxidist.setuptools_meta" if active else "setuptools.build_meta"
        return pair.there.run("python", "-c", HOOKS, backend, cwd=pair.place, active=False, env=LOUD)

    ours, alone = (json.loads(done.stdout.splitlines()[-1]) for done in pair.run(call))
    assert ours == alone
    # Since 64 there are editable wheels.
    assert ("build_editable" in ours) == (line.number >= 64)
    pair.same()


@pytest.mark.parametrize(("line", "interpreter", "kind"), cases("pure", "C++"))
def test_plain_install_makes_what_that_setuptools_installs(both, line: Line, interpreter, kind) -> None:
    pair = both(line, interpreter, kind)
    folder = f"prefix/lib/python{'.'.join(map(str, interpreter.version[:2]))}/site-packages"
    made = pair.setup("install --prefix=prefix", env={"PYTHONPATH": str(pair.place / folder)})
    # Before 80, where nobody in between asks for another kind of installation, an egg.
    assert any(name.endswith("easy-install.pth") for name in made) == (line.number < 80)


@pytest.mark.parametrize(("line", "interpreter", "kind"), cases("pure", "C++"))
def test_develop_and_build_in_place_leave_the_same(both, line: Line, interpreter, kind) -> None:
    # Since 80 it starts pip, which here finds all that it needs in this environment.
    pair = both(line, interpreter, kind)
    env = {"PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    env["PYTHONPATH"] = str(pair.place / "target")
    pair.setup("build_clib build_ext --inplace", "build_clib develop --no-deps --install-dir=target", env=env)


# A package with what another tool has compiled, as people say it.
PREBUILT = {
    "setup.py": """
        from setuptools import Distribution, setup

        class Prebuilt(Distribution):
            def has_ext_modules(self):
                return True

        setup(
            name="buoy", version="1.0", packages=["buoy"], package_data={"buoy": ["*.bin"]},
            distclass=Prebuilt, zip_safe=False,
        )
        """,
    "buoy/__init__.py": "",
    "buoy/bell.bin": "ding",
}


@pytest.mark.parametrize("line", [LINES[0], CURRENT], ids=lambda line: line.version)
def test_what_a_script_calls_compiled_goes_where_extensions_go(environment, tmp_path, line: Line) -> None:
    there = environment(line.interpreters[-1], *line.requirements)
    install = "install --root=root --record=record.txt --single-version-externally-managed"
    made = Both(tmp_path, there, PREBUILT).setup("build bdist_wheel", install)
    # Before 60 it is Python's own distutils that decides, and for that only `ext_modules` counts.
    is_asked = line.number >= 60
    assert any(name.startswith("build/lib.linux") for name in made) == is_asked
    (packed,) = [name for name in made if name.endswith("/bell.bin") and ".whl!/" in name]
    assert ("data/purelib" in packed) != is_asked


def test_data_files_may_be_paths(environment, tmp_path) -> None:
    there = environment(CURRENT.interpreters[-1], *CURRENT.requirements)
    script = """
        from pathlib import Path
        from setuptools import setup
        setup(name="buoy", version="1.0", py_modules=["buoy"], data_files=[("share", [Path("chart.txt")])])
        """
    files = {"setup.py": script, "buoy.py": "", "chart.txt": "rocks\n"}
    made = Both(tmp_path, there, files).setup("sdist bdist_wheel")
    assert {"buoy-1.0.data/data/share/chart.txt", "buoy-1.0/chart.txt"} <= {
        name.partition("!/")[2] for name in made
    }
