"""The ways to put setuptools on our distutils: in whose hands they work, and that they warn of nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import clients
import environments
import interpreters
import pytest
import wheels
from conftest import Completed, clean_environment
from interpreters import Interpreter, versions
from outputs import below

from ecosystem.installed import Installed, wheel
from ecosystem.setuptools_projects import CURRENT, LINES, NAMESPACE, C, Line, newest, pairs_of

# A project that says in its metadata which distutils it was built with.
TELLING = {
    "setup.py": """
        import os, sys
        import distutils.core
        from setuptools import Extension, setup
        ours = "oxidist._core" in sys.modules and "_distutils" not in distutils.core.__file__
        setup(
            name="telling",
            version="1.0",
            description="ours" if ours else "another",
            packages=["telling"],
            ext_modules=[Extension("telling.one", ["one.c"])],
        )
        """,
    "telling/__init__.py": "",
    "one.c": C["src/two.c"].replace('#include "size.h"', "#define SIZE 1"),
}


def system(backend: str, *requires: str) -> dict[str, str]:
    listed = json.dumps(requires)
    return {"pyproject.toml": f'[build-system]\nrequires = {listed}\nbuild-backend = "{backend}"\n'}


OURS = system("oxidist.setuptools_meta", "oxidist", "setuptools")


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel under test and the current setuptools', in place of an index."""
    kept = environments.VENVS / f"wheelhouse-setuptools-{CURRENT.version}"
    with environments.locked(kept):
        if not list(kept.glob("*.whl")):
            pip = [clients.folder() / "pip", "--quiet", "--disable-pip-version-check"]
            download = [*pip, "download", "--no-deps", "--only-binary=:all:", "--dest", kept]
            subprocess.run([*download, *CURRENT.requirements], check=True)
    folder = tmp_path_factory.mktemp("wheelhouse")
    for path in (wheel(), *kept.glob("*.whl")):
        shutil.copy(path, folder)
    return folder


# Each makes a wheel of the project in the folder, in an environment that it makes for that.
FRONT_ENDS: dict[str, tuple[str, ...]] = {
    "pip": ("pip", "wheel", "--no-index", "--find-links={house}", "--wheel-dir=dist", "."),
    "build": ("pyproject-build", "--wheel", "--outdir=dist"),
    "uv": (
        "uv",
        "build",
        "--wheel",
        "--no-index",
        "--find-links={house}",
        "--python={python}",
        "--out-dir=dist",
        ".",
    ),
}


@pytest.fixture
def isolated(wheelhouse: Path) -> Callable[..., Path]:
    """`isolated("pip", folder)`: the wheel that a front end makes of the project there."""

    def build(front_end: str, folder: Path, **variables: str) -> Path:
        words = [
            word.format(house=wheelhouse, python=clients.folder() / "python")
            for word in FRONT_ENDS[front_end]
        ]
        env = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheelhouse), **variables}
        clients.run(*words, cwd=folder, env=env)
        return wheels.only_wheel(folder)

    return build


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_the_backend_works_in_the_environment_that_a_front_end_makes(project, isolated, front_end) -> None:
    made = isolated(front_end, project({**TELLING, **OURS}))
    assert wheels.headers(made, "METADATA")["Summary"] == "ours"
    assert any(name.endswith(".so") for name in wheels.contents(made))


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_variable_is_enough_for_setuptools_own_backend_where_oxidist_is_required(
    project, isolated, front_end
) -> None:
    files = {**TELLING, **system("setuptools.build_meta", "setuptools", "oxidist")}
    for variable, whose in (("1", "ours"), ("", "another")):
        folder = project(files, name=whose)
        made = isolated(front_end, folder, OXIDIST_DISTUTILS=variable)
        assert wheels.headers(made, "METADATA")["Summary"] == whose


def test_pip_installs_an_isolated_project_to_be_edited(
    project, environment, wheelhouse, tmp_path: Path
) -> None:
    line, interpreter = newest()
    folder = project({**NAMESPACE, **OURS})
    target = tmp_path / "target"
    there: Installed = environment(interpreter)
    install = ["-m", "pip", "install", "-q", "--no-index", f"--find-links={wheelhouse}", f"--target={target}"]
    there.run("python", *install, "-e", folder, cwd=tmp_path, active=False)
    code = f"import site; site.addsitedir({str(target)!r}); import fleet.tug; print(fleet.tug.__file__)"
    assert there.run("python", "-c", code, cwd=tmp_path, active=False).stdout.strip() == str(
        folder / "src/fleet/tug/__init__.py"
    )


def test_the_older_backend_has_the_projects_folder_on_the_path(project, isolated) -> None:
    script = (
        TELLING["setup.py"]
        .replace('version="1.0"', "version=own.VERSION")
        .replace("import os", "import own, os")
    )
    files = {**TELLING, "setup.py": script, "own.py": "VERSION = '7'\n"}
    files |= system("oxidist.setuptools_meta:__legacy__", "oxidist", "setuptools")
    made = isolated("pip", project(files))
    assert wheels.headers(made, "METADATA")["Version"] == "7"
    assert wheels.headers(made, "METADATA")["Summary"] == "ours"


def test_what_setuptools_asks_for_is_passed_on_to_front_ends(project, environment) -> None:
    line, interpreter = newest()
    script = (
        "from setuptools import setup\nsetup(name='x', py_modules=[], setup_requires=['anchor>=2', 'buoy'])\n"
    )
    code = """
        import json, sys
        from oxidist import setuptools_meta as backend
        hooks = ["get_requires_for_build_" + kind for kind in ("sdist", "wheel", "editable")]
        backends = (backend, backend.__legacy__)
        print(json.dumps([getattr(which, hook)() for which in backends for hook in hooks]))
        """
    folder = project({"setup.py": script, "ask.py": code})
    done = environment(interpreter, *line.requirements).run("python", "ask.py", cwd=folder, active=False)
    assert json.loads(done.stdout.splitlines()[-1]) == [["anchor>=2", "buoy"]] * 6


def test_the_backend_says_what_is_missing_where_there_is_no_setuptools(project, environment) -> None:
    there: Installed = environment(versions((3, 13), (3, 12))[0])
    done = there.run(
        "python", "-c", "import oxidist.setuptools_meta", cwd=project({}), active=False, status=1
    )
    told = "oxidist.setuptools_meta needs setuptools: name it beside oxidist in `requires` in pyproject.toml"
    assert done.stderr.splitlines()[-1] == f"ModuleNotFoundError: {told}"


# Each runs setup.py with the words that follow, on ours.
WAYS: dict[str, tuple[tuple[str, ...], bool]] = {
    "OXIDIST_DISTUTILS": (("setup.py",), True),
    "python -m oxidist": (("-m", "oxidist"), False),
    "import oxidist.activate": (("activated.py",), False),
}
ACTIVATED = "import oxidist.activate, runpy\nrunpy.run_path('setup.py', run_name='__main__')\n"


# Those lines whose own code warns of nothing. The libraries in 59 and 65 do, with any distutils.
SILENT = pairs_of(*(line for line in LINES if line.number > 65))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("line", "interpreter"), SILENT)
def test_no_warning_comes_out_of_a_build(
    project, environment, line: Line, interpreter: Interpreter, way: str
) -> None:
    there: Installed = environment(interpreter, *line.requirements)
    folder = project({**TELLING, "activated.py": ACTIVATED})
    words, variable = WAYS[way]
    done = there.run(
        "python",
        *("-W", "error", *words, "egg_info", "build", "sdist"),
        cwd=folder,
        active=variable,
    )
    assert "Warning" not in done.stderr
    assert "Summary: ours\n" in (folder / "telling.egg-info/PKG-INFO").read_text()


@pytest.mark.parametrize(("line", "interpreter"), SILENT)
def test_no_warning_comes_out_of_the_backend(project, environment, line: Line, interpreter) -> None:
    code = "from oxidist import setuptools_meta as b; b.get_requires_for_build_wheel(); b.build_wheel('dist')"
    folder = project(TELLING)
    there: Installed = environment(interpreter, *line.requirements)
    done = there.run("python", "-W", "error", "-c", code, cwd=folder, active=False)
    assert "Warning" not in done.stderr
    assert wheels.headers(wheels.only_wheel(folder), "METADATA")["Summary"] == "ours"


def test_what_a_build_starts_has_the_distutils_of_its_own_environment(
    project, environment, tmp_path: Path
) -> None:
    line, interpreter = newest()
    bare = environments.made("setuptools-alone", interpreter.path, line.requirements) / "bin/python"
    there: Installed = environment(interpreter, *line.requirements)
    script = """
        import os, subprocess, sys
        from setuptools import Command, setup

        class ask(Command):
            user_options = [("python=", None, "a Python with a setuptools")]
            def initialize_options(self): self.python = None
            def finalize_options(self): pass
            def run(self):
                code = "import setuptools, distutils.core; print('whose', distutils.core.__file__)"
                subprocess.run([self.python, "-W", "error", "-c", code], check=True)
                subprocess.run([self.python, "-m", "pip", "--version"], check=True)

        setup(name="asking", cmdclass={"ask": ask})
        """
    folder = project({"setup.py": script})

    def told(python: Path) -> str:
        done: Completed = there.setup(folder, "-q", "ask", f"--python={python}")
        return next(text for text in done.stdout.splitlines() if text.startswith("whose"))

    assert "setuptools/_distutils" in told(bare)
    assert "setuptools/_distutils" not in told(there.python)


def test_a_pip_that_is_imported_beside_it_changes_nothing(project, environment) -> None:
    code = """
        import distutils.core as before
        import pip, setuptools
        import distutils.core as after
        assert before is after, (before, after)
        """
    for line in LINES:
        for interpreter in versions(line.pythons[0]):
            there: Installed = environment(interpreter, *line.requirements)
            folder = project({"code.py": code}, name=line.version)
            options = ["-W", "error::UserWarning"]
            there.run("python", *options, "code.py", cwd=folder)


DEBIANS = [each for each in interpreters.found() if each.path.parent == Path("/usr/bin")]


@pytest.mark.parametrize("interpreter", DEBIANS, ids=str)
def test_the_systems_own_setuptools_is_on_ours_in_an_environment_that_sees_it(
    project, clean_home: Path, tmp_path: Path, interpreter: Interpreter
) -> None:
    venv = [interpreter.path, "-m", "venv", "--system-site-packages", "--without-pip", tmp_path / "venv"]
    subprocess.run(venv, check=True)
    (site,) = tmp_path.glob("venv/lib/python3*/site-packages")
    with zipfile.ZipFile(wheel()) as archive:
        archive.extractall(site)
    # Read before setuptools' own, which lies in the system's folder.
    (pth,) = site.glob("oxidist-*.data/purelib/oxidist.pth")
    shutil.copy(pth, site)
    python = tmp_path / "venv/bin/python"
    if subprocess.run([python, "-c", "import setuptools"], capture_output=True).returncode:
        pytest.skip(f"{interpreter.path} has no setuptools: install python3-setuptools")
    found = {}
    for whose, variable in (("ours", "1"), ("another", "")):
        folder = project(TELLING, name=whose)
        environment = clean_environment(clean_home, OXIDIST_DISTUTILS=variable)
        environment.pop("PYTHONPATH", None)
        command = [python, "-W", "error::UserWarning", "setup.py", "sdist", "install", "--root=root"]
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
        found[whose] = sorted(below(folder, but=("^build/", "__pycache__")))
        assert f"Summary: {whose}\n" in (folder / "telling.egg-info/PKG-INFO").read_text()
    assert found["ours"] == found["another"]
