"""Whose distutils it is, and `python -m oxidist`."""

from __future__ import annotations

import importlib.metadata
import io
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import interpreters
import oxidist
import pytest
from conftest import PATIENCE, clean_environment

# Where the two packages are, wherever they were imported from.
SITE = Path(oxidist.__file__).parent.parent
PTH = Path(__file__).parent.parent / "oxidist.data" / "purelib" / "oxidist.pth"

WHOSE = """
import sys
import distutils.core
ours = "oxidist._core" in sys.modules and type(distutils.core.Command.run).__name__ == "method_descriptor"
print("ours" if ours else "setuptools" if "setuptools" in distutils.core.__file__ else "python")
"""

# What setuptools installs: a finder in front, put there by a .pth file and by `import setuptools` unless a
# variable says otherwise; and the distutils that it finds.
HACK = {
    "distutils-precedence.pth": (
        "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; "
        "enabled and __import__('_distutils_hack').add_shim();\n"
    ),
    "_distutils_hack/__init__.py": """
import importlib.util, os, sys, warnings

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "setuptools", "_distutils")


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "distutils":
            return importlib.util.spec_from_file_location(
                name, os.path.join(FOLDER, "__init__.py"), submodule_search_locations=[FOLDER])


DISTUTILS_FINDER = Finder()


def enabled():
    which = os.environ.get("SETUPTOOLS_USE_DISTUTILS", "local")
    if which == "stdlib":
        warnings.warn("Reliance on distutils from stdlib is deprecated.")
    return which == "local"


def add_shim():
    DISTUTILS_FINDER in sys.meta_path or sys.meta_path.insert(0, DISTUTILS_FINDER)
""",
    "_distutils_hack/override.py": """
import sys, _distutils_hack
if _distutils_hack.enabled():
    if "distutils" in sys.modules:
        _distutils_hack.warnings.warn("Distutils was imported before Setuptools")
    for name in [name for name in sys.modules if name.split(".")[0] == "distutils"]:
        del sys.modules[name]
    _distutils_hack.add_shim()
""",
    "setuptools/__init__.py": "import _distutils_hack.override\n",
    "setuptools/_distutils/__init__.py": "",
    "setuptools/_distutils/core.py": "class Command:\n    run = 1\n",
}


@pytest.fixture(scope="module")
def environments(tmp_path_factory):
    """`environments(interpreter, hack=False)`: a Python that has this package installed, and perhaps a hack
    like that of setuptools. `pth` is the name of our .pth file: they are read in the order of their names."""
    made: dict[tuple[Path, bool, str], Path] = {}

    def make(interpreter: interpreters.Interpreter, hack: bool = False, pth: str = PTH.name) -> Path:
        key = (interpreter.path, hack, pth)
        if key not in made:
            folder = tmp_path_factory.mktemp("environment")
            subprocess.run([interpreter.path, "-m", "venv", "--without-pip", folder], check=True)
            (site,) = folder.glob("lib/python3*/site-packages")
            for name in ("oxidist", "distutils"):
                (site / name).symlink_to(SITE / name)
            (site / pth).write_text(PTH.read_text())
            if hack:
                for name, text in HACK.items():
                    (site / name).parent.mkdir(parents=True, exist_ok=True)
                    (site / name).write_text(text)
            made[key] = folder / "bin" / "python"
        return made[key]

    return make


@pytest.fixture
def ask(clean_home: Path, tmp_path: Path):
    """`ask(python, code, VARIABLE=...)`: what a Python prints, in an environment without ours on a path."""

    def run(python: Path, code: str = WHOSE, warnings: str = "ignore", **variables: str) -> str:
        environment = clean_environment(clean_home, **variables)
        environment.pop("PYTHONPATH", None)
        done = subprocess.run(
            [python, "-W", warnings, "-c", code],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return (done.stdout + done.stderr).strip()

    return run


def with_distutils() -> interpreters.Interpreter:
    return next(each for each in interpreters.found() if each.distutils)


def without_distutils() -> interpreters.Interpreter:
    return next(each for each in interpreters.found() if not each.distutils)


def test_where_nothing_else_provides_distutils_ours_is_there(environments, ask) -> None:
    assert ask(environments(without_distutils())) == "ours"


def test_where_python_has_one_it_stays_pythons_unless_asked(environments, ask) -> None:
    python = environments(with_distutils())
    assert ask(python) == "python"
    for no in ("0", "", "no", "off", "False"):
        assert ask(python, OXIDIST_DISTUTILS=no) == "python", no
    assert ask(python, OXIDIST_DISTUTILS="1") == "ours"
    assert ask(python, "import oxidist\n" + WHOSE) == "python"
    assert ask(python, "import oxidist.activate\n" + WHOSE) == "ours"


@pytest.mark.parametrize("choose", [with_distutils, without_distutils])
def test_where_setuptools_puts_its_own_in_front_that_stays_unless_asked(environments, ask, choose) -> None:
    python = environments(choose(), hack=True)
    assert ask(python) == "setuptools"
    assert ask(python, OXIDIST_DISTUTILS="1") == "ours"
    assert ask(python, "import oxidist.activate\n" + WHOSE) == "ours"


def test_a_distutils_that_was_imported_before_gives_way(environments, ask) -> None:
    code = "import distutils.core, distutils.cmd\nold = distutils\nimport oxidist.activate\n" + WHOSE
    assert ask(environments(with_distutils()), code) == "ours"


def test_activation_leaves_ours_alone_where_it_is_there_already(environments, ask) -> None:
    code = "import distutils.cmd as old, oxidist.activate\nimport distutils.cmd\nprint(distutils.cmd is old)"
    assert ask(environments(without_distutils()), code) == "True"


@pytest.mark.parametrize("choose", [with_distutils, without_distutils])
@pytest.mark.parametrize("pth", ["a.pth", "oxidist.pth"])
def test_setuptools_leaves_it_alone_and_warns_of_nothing(environments, ask, choose, pth) -> None:
    python = environments(choose(), hack=True, pth=pth)
    for first in (
        "",
        "import distutils.core\n",
        "import distutils.core, setuptools\ndel sys.modules['distutils']\n",
    ):
        code = f"import sys\n{first}import setuptools\n{WHOSE}"
        assert ask(python, code, "error", OXIDIST_DISTUTILS="1") == "ours"
        assert ask(python, f"import oxidist.activate\n{code}", "error") == "ours"
    code = f"import oxidist.activate, setuptools\n{WHOSE}"
    for which in ("local", "stdlib"):
        assert ask(python, code, "error", SETUPTOOLS_USE_DISTUTILS=which) == "ours"


def test_other_processes_inherit_nothing_of_an_activation(environments, ask) -> None:
    code = "import os; before = dict(os.environ); import oxidist.activate; print(dict(os.environ) == before)"
    assert ask(environments(without_distutils(), hack=True), code) == "True"


def test_children_have_the_distutils_of_their_own_environment(environments, ask) -> None:
    own = environments(without_distutils(), hack=True)
    plain = own.parent.parent.with_name("plain")
    subprocess.run([without_distutils().path, "-m", "venv", "--without-pip", plain], check=True)
    (site,) = plain.glob("lib/python3*/site-packages")
    for name, text in HACK.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)

    def of_a_child(python: Path) -> str:
        command = [str(python), "-c", "import setuptools\n" + WHOSE]
        return ask(
            own,
            f"import setuptools, subprocess; subprocess.run({command}, check=True)",
            OXIDIST_DISTUTILS="1",
        )

    assert of_a_child(plain / "bin" / "python") == "setuptools"
    assert of_a_child(own) == "ours"


def test_a_setuptools_that_came_first_is_warned_of_in_one_line(environments, ask) -> None:
    code = (
        "import sys, types, warnings\n"
        "sys.modules['setuptools'] = types.ModuleType('setuptools')\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    import oxidist.activate\n"
        "print([str(warning.message) for warning in caught])\n"
    )
    told = "setuptools was imported before oxidist.activate, and keeps the distutils that it has"
    assert ask(environments(without_distutils()), code) == str([told])


def test_the_pth_file_does_not_fail_where_the_package_is_gone(environments, ask, tmp_path: Path) -> None:
    python = environments(without_distutils())
    gone = tmp_path / "gone"
    subprocess.run([python, "-m", "venv", "--without-pip", gone], check=True)
    (site,) = gone.glob("lib/python3*/site-packages")
    (site / "oxidist.pth").write_text(PTH.read_text())
    code = "import sys; print([name for name in sys.modules if name.startswith(('oxidist', 'distutils'))])"
    assert ask(gone / "bin" / "python", code, OXIDIST_DISTUTILS="1") == "[]"


def test_the_pth_file_loads_nothing_where_it_is_not_asked(environments, ask) -> None:
    code = "import sys; print([name for name in sys.modules if name.startswith(('oxidist', 'distutils'))])"
    assert ask(environments(without_distutils()), code) == "[]"
    assert ask(environments(with_distutils()), code) == "[]"


def test_activation_loads_the_library_only_when_distutils_is_used(environments, ask) -> None:
    code = "import sys; print('oxidist.activate' in sys.modules, 'oxidist._core' in sys.modules)"
    assert ask(environments(without_distutils()), code, OXIDIST_DISTUTILS="1") == "True False"


def test_the_pth_file_is_installed_beside_the_packages() -> None:
    try:
        files = importlib.metadata.files("oxidist")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the package is on PYTHONPATH, not installed")
    assert "oxidist.pth" in [str(file) for file in files]
    assert (SITE / "oxidist.pth").read_text() == PTH.read_text()


# --- python -m oxidist

SETUP = """
import os, sys
from distutils.core import Command, setup


class where(Command):
    user_options = [("make=", None, "a file to make in dist/")]

    def initialize_options(self):
        self.make = None

    def finalize_options(self):
        pass

    def run(self):
        print(__name__, os.path.basename(__file__), os.path.basename(sys.argv[0]), sys.argv[1:])
        print(os.getcwd(), sys.path[0])
        print(type(Command.run).__name__, sys.modules["__main__"].setup is setup)
        if self.make:
            self.mkpath("dist")
            open("dist/" + self.make, "w").write("made")


if __name__ == "__main__":
    setup(name="demo", version="1.0", cmdclass={"where": where})
"""


@pytest.fixture
def oxidist_command(clean_home: Path):
    """`oxidist_command(folder, "-C", ...)` runs `python -m oxidist` there."""

    def run(folder: Path, *args: str, status: int = 0, env: Mapping[str, str] | None = None):
        done = subprocess.run(
            [sys.executable, "-m", "oxidist", *args],
            cwd=folder,
            env=clean_environment(clean_home, **(env or {})),
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, done.stderr
        return done

    return run


def test_the_script_runs_as_the_main_program_in_its_folder(project, oxidist_command) -> None:
    folder = project({"setup.py": SETUP})
    lines = oxidist_command(folder, "-q", "where", "--make=").stdout.splitlines()
    assert lines == [
        "__main__ setup.py setup.py ['-q', 'where', '--make=']",
        f"{folder} {folder}",
        "method_descriptor True",
    ]


@pytest.mark.parametrize("hack", [False, True])
def test_the_program_uses_ours_where_there_is_another_one(
    environments, project, clean_home: Path, hack: bool
) -> None:
    environment = clean_environment(clean_home)
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [environments(with_distutils(), hack), "-m", "oxidist", "-q", "where"],
        cwd=project({"setup.py": SETUP}),
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1:] == ["method_descriptor True"], done.stderr
    assert done.stderr == ""


def test_another_folder_may_hold_the_project(project, oxidist_command, tmp_path: Path) -> None:
    folder = project({"setup.py": SETUP})
    for arguments in (["-C", str(folder)], [f"-C{folder}"], ["-C", folder.name]):
        lines = oxidist_command(tmp_path, *arguments, "-q", "where").stdout.splitlines()
        assert lines[1] == f"{folder} {folder}"


def archive(folder: Path, script: str = SETUP, name: str = "demo-1.0/setup.py") -> Path:
    path = folder / "demo-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as file:
        member = tarfile.TarInfo(name)
        member.size = len(script.encode())
        file.addfile(member, io.BytesIO(script.encode()))
    return path


def test_a_source_archive_is_unpacked_for_the_run_and_what_it_made_is_kept(
    oxidist_command, tmp_path: Path
) -> None:
    archive(tmp_path)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    env = {"TMPDIR": str(temporary)}
    done = oxidist_command(tmp_path, "-C", "demo-1.0.tar.gz", "-q", "where", "--make=x.whl", env=env)
    assert done.stdout.splitlines()[1].startswith(f"{temporary}/oxidist-")
    assert (tmp_path / "dist" / "x.whl").read_text() == "made"
    assert list(temporary.iterdir()) == []


def test_the_temporary_folder_is_removed_after_a_failure_too(oxidist_command, tmp_path: Path) -> None:
    archive(tmp_path)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    env = {"TMPDIR": str(temporary)}
    done = oxidist_command(tmp_path, "-C", "demo-1.0.tar.gz", "nosuch", status=1, env=env)
    assert done.stderr.endswith("error: invalid command 'nosuch'\n")
    assert list(temporary.iterdir()) == []


ENDED = """
import subprocess, sys
from distutils.core import Command, setup

class wait(Command):
    user_options = []
    initialize_options = finalize_options = lambda self: None

    def run(self):
        try:
            self.spawn([sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(600)"])
        except Exception:
            print("an error of the script's own")

setup(name="demo", version="1.0", cmdclass={"wait": wait})
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_the_temporary_folder_is_removed_when_the_run_is_told_to_end(
    tmp_path: Path, clean_home: Path, number: signal.Signals
) -> None:
    archive(tmp_path, script=ENDED)
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "oxidist", "-C", "demo-1.0.tar.gz", "-q", "wait"],
        cwd=tmp_path,
        env=clean_environment(clean_home, TMPDIR=str(temporary)),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    assert list(temporary.iterdir())
    process.send_signal(number)
    rest, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == -number
    assert rest == ""
    assert list(temporary.iterdir()) == []


def test_an_archive_that_leads_elsewhere_is_refused_in_one_line(oxidist_command, tmp_path: Path) -> None:
    archive(tmp_path, name="demo-1.0/../../setup.py")
    done = oxidist_command(tmp_path, "-C", "demo-1.0.tar.gz", "where", status=1)
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "setup.py").exists()


def test_a_file_that_is_no_archive_is_refused_in_one_line(oxidist_command, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to build\n" * 100)
    done = oxidist_command(tmp_path, "-C", "notes.txt", "where", status=1)
    assert done.stderr.startswith("error: ")
    assert "notes.txt" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_project_or_script_that_is_not_there_is_told_in_one_line(oxidist_command, tmp_path: Path) -> None:
    done = oxidist_command(tmp_path, "-C", "nowhere", "build", status=1)
    assert done.stderr == "error: 'nowhere' does not exist\n"
    done = oxidist_command(tmp_path, "build", status=1)
    assert done.stderr == f"error: there is neither a setup.py nor a pyproject.toml in '{tmp_path}'\n"


def test_help_and_version_need_no_project(oxidist_command, tmp_path: Path) -> None:
    usage = "usage: python -m oxidist [-C PROJECT]"
    shown = oxidist_command(tmp_path, "--help").stdout
    assert shown.startswith(usage) and "\nGlobal options:\n" in shown
    assert "\nStandard commands:\n" in "\n" + oxidist_command(tmp_path, "--help-commands").stdout
    assert "Options for 'build' command:" in oxidist_command(tmp_path, "build", "--help").stdout
    assert oxidist_command(tmp_path, "--version").stdout == f"oxidist {oxidist.__version__}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text, reason",
    [
        (
            '[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n',
            "pyproject.toml:3: the build backend is 'hatchling.build', and there is no setup.py: build this "
            "project with 'pip wheel .' or 'python -m build'",
        ),
        (
            "[tool.black]\n",
            "pyproject.toml:1: nothing says what to build: there is neither a table [tool.oxidist] nor the "
            "build backend 'oxidist.build_meta' in this file, and there is no setup.py",
        ),
    ],
    ids=["another-backend", "no-backend"],
)
def test_a_project_of_another_tool_is_not_built(project, oxidist_command, text: str, reason: str) -> None:
    folder = project({"pyproject.toml": text})
    assert oxidist_command(folder, "build", status=1).stderr == f"error: {reason}\n"
    assert oxidist_command(folder, "--show-origins", "build", status=1).stderr == f"error: {reason}\n"
    assert [path.name for path in folder.iterdir()] == ["pyproject.toml"]
    # With a setup.py the file is none of our business.
    (folder / "setup.py").write_text(SETUP)
    assert oxidist_command(folder, "--version").stdout == "1.0\n"


def test_without_arguments_it_shows_its_own_usage(project, oxidist_command) -> None:
    done = oxidist_command(project({"setup.py": SETUP}), status=1)
    assert done.stderr.startswith("usage: python -m oxidist [-C PROJECT] [options] command ...\n")
    assert oxidist_command(project({}, name="empty"), "-C", status=1).stderr.endswith(
        "\nerror: option -C requires argument\n"
    )


def test_help_and_version_are_the_setup_scripts(project, oxidist_command) -> None:
    folder = project({"setup.py": SETUP})
    assert oxidist_command(folder, "--version").stdout == "1.0\n"
    # Behind the options of `python -m oxidist` itself.
    shown = oxidist_command(folder, "--help").stdout
    assert shown.startswith("usage: python -m oxidist ") and "\nCommon commands: " in shown
    assert oxidist_command(folder, "where", "--help").stdout.startswith("Common commands: ")


def test_a_traceback_leads_to_the_script(project, oxidist_command) -> None:
    folder = project({"setup.py": "x = 1\nraise KeyError(x)\n"})
    errors = oxidist_command(folder, "build", status=1).stderr
    assert f'File "{folder}/setup.py", line 2, in <module>\n    raise KeyError(x)\n' in errors


def test_the_folder_is_not_importable_in_isolated_mode(project, clean_home: Path) -> None:
    folder = project({"setup.py": "import sys\nprint(sys.path)\n"})
    code = "import runpy, sys; sys.argv[1:] = ['build']; runpy.run_module('oxidist', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.append({os.fspath(SITE)!r}); {code}"],
        cwd=folder,
        env=clean_environment(clean_home),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert str(folder) not in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="a mode of POSIX")
def test_a_setup_script_that_cannot_be_read_is_told_in_one_line(clean_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    env = clean_environment(clean_home)

    def run() -> str:
        # As root, without root's right to read whatever there is.
        words = [sys.executable, "-m", "oxidist", "build"]
        if os.geteuid() == 0:
            drop = "--bounding-set=-dac_override,-dac_read_search"
            words = ["setpriv", drop, "--inh-caps=-all", *words]
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        return done.stderr

    script = folder / "setup.py"
    script.write_text("")
    script.chmod(0)
    assert run() == "error: could not read 'setup.py': Permission denied\n"
    script.unlink()
    script.mkdir()
    assert run() == f"error: 'setup.py' in '{folder}' is a folder\n"
    script.rmdir()
    script.symlink_to("nowhere")
    assert run() == f"error: 'setup.py' in '{folder}' is no file, or a link that leads to none\n"
