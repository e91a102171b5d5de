"""Commands that installed distributions offer as entry points of the group `distutils.commands`."""

from __future__ import annotations

import itertools
from pathlib import Path

import oxidist
import pytest
from test_command_packages import SETUP, command, last


def distribution(name: str, points: str) -> dict[str, str]:
    """A distribution as an installer leaves it."""
    info = f"installed/{name}-1.0.dist-info/"
    return {
        info + "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        info + "entry_points.txt": f"[distutils.commands]\n{points}\n",
    }


@pytest.fixture
def run(project, run_setup):
    """`run(files, *arguments)`: a project with a folder of installed distributions on the path."""

    numbers = itertools.count()

    def run(files: dict[str, str], *arguments: str, status: int = 0, script: str = SETUP):
        folder = project({"setup.py": script, **files}, f"project {next(numbers)}")
        path = f"{folder / 'installed'}:{Path(oxidist.__file__).parent.parent}"
        return run_setup(folder, *arguments, status=status, env={"PYTHONPATH": path})

    return run


BOAT = {
    **distribution("harbour", "bdist_boat = harbour.commands:Boat\nsail = harbour.commands:sail"),
    "installed/harbour/__init__.py": "",
    "installed/harbour/commands.py": command("Boat") + command("sail"),
}


def test_a_command_is_found_by_its_name_wherever_its_class_is(run) -> None:
    assert last(run(BOAT, "bdist_boat")) == "harbour.commands"


def test_they_are_listed_with_their_descriptions(run) -> None:
    said = run(BOAT, "--help-commands").stdout
    extra = said.partition("Extra commands:")[2]
    assert "bdist_boat" in extra and "sail" in extra and "the Boat of harbour.commands" in extra


def test_command_packages_and_the_script_come_first(run) -> None:
    files = {**BOAT, "pack/__init__.py": "", "pack/sail.py": command("sail")}
    assert last(run(files, "--command-packages=pack", "sail")) == "pack.sail"


def test_what_the_script_names_comes_first(run) -> None:
    script = command("sail") + "from distutils.core import setup\nsetup(cmdclass={'sail': sail})\n"
    assert last(run(BOAT, "sail", script=script)) == "__main__"


def test_distutils_own_commands_are_not_replaced(run) -> None:
    files = {**BOAT, **distribution("thief", "clean = harbour.commands:Boat\ndevelop = nowhere:nothing")}
    assert "harbour" not in run(files, "clean").stdout
    assert "nowhere" not in run(files, "--help-commands").stdout


def test_commands_of_setuptools_are_for_its_own_setup_alone(run) -> None:
    files = {**BOAT, **distribution("setuptools", "alias = harbour.commands:Boat")}
    assert "error: invalid command 'alias': a command of setuptools" in run(files, "alias", status=1).stderr
    assert "alias" not in run(files, "--help-commands").stdout


def test_with_setuptools_imported_its_commands_are_there(run) -> None:
    files = {
        **BOAT,
        **distribution("setuptools", "alias = harbour.commands:Boat"),
        "installed/setuptools/__init__.py": "",
    }
    assert last(run(files, "alias", script="import setuptools\n" + SETUP)) == "harbour.commands"


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ("nowhere.at_all:Boat", "ModuleNotFoundError: No module named 'nowhere'"),
        ("harbour.commands:Ship", "AttributeError: module 'harbour.commands' has no attribute 'Ship'"),
        ("harbour.broken:Boat", "ZeroDivisionError: division by zero (installed/harbour/broken.py:1)"),
    ],
)
def test_a_broken_one_is_one_line_that_names_the_distribution(run, point, words) -> None:
    files = {**BOAT, **distribution("wreck", f"sink = {point}"), "installed/harbour/broken.py": "1 / 0\n"}
    said = run(files, "sink", status=1).stderr
    told = (
        f"error: invalid command 'sink' (entry point '{point}' of the distribution 'wreck' cannot be loaded: "
    )
    assert said.splitlines()[-1] == f"{told}{words})"
    assert "Traceback" not in said


def test_a_broken_one_does_not_spoil_the_list(run) -> None:
    files = {**BOAT, **distribution("wreck", "sink = nowhere:Boat")}
    extra = run(files, "--help-commands").stdout.partition("Extra commands:")[2]
    assert "bdist_boat" in extra and "the distribution 'wreck' cannot be loaded" in extra


def test_what_is_no_command_is_refused(run) -> None:
    files = {**BOAT, **distribution("wreck", "sink = harbour.commands:__name__")}
    said = run(files, "sink", status=1).stderr
    assert "Traceback" not in said and said.splitlines()[-1].startswith("error: ")


# A command of setuptools', one that can do without it, and a setuptools that nobody may import.
NEEDS_SETUPTOOLS = {
    **distribution("chandler", "sort = chandler:sort\nsail = sailor:sail"),
    "installed/setuptools/__init__.py": "print('SETUPTOOLS')\n",
    "installed/chandler.py": "from setuptools import Command\nclass sort(Command):\n    user_options = []\n",
    "installed/sailor.py": "try:\n    from setuptools import Command\nexcept ImportError:\n"
    "    from distutils.core import Command\n" + command("sail").replace("from distutils", "# "),
    "pack/__init__.py": "",
    "pack/knot.py": "from setuptools import Command\nclass knot(Command):\n    user_options = []\n",
}


def test_a_command_of_setuptools_says_in_one_line_what_it_needs(run) -> None:
    done = run(NEEDS_SETUPTOOLS, "sort", status=1)
    assert done.stderr.splitlines()[-1] == (
        "error: invalid command 'sort' (that of the distribution 'chandler' needs setuptools: import setup "
        "from setuptools instead of distutils.core)"
    )
    assert "Traceback" not in done.stderr and "SETUPTOOLS" not in done.stdout


def test_a_command_that_can_do_without_setuptools_runs(run) -> None:
    assert last(run(NEEDS_SETUPTOOLS, "sail")) == "sailor"


def test_neither_a_list_nor_a_question_imports_setuptools(run) -> None:
    said = run(NEEDS_SETUPTOOLS, "--command-packages=pack", "--help-commands").stdout
    extra = said.partition("Extra commands:")[2]
    assert "SETUPTOOLS" not in said
    assert extra.count("needs setuptools") == 2 and "the sail of sailor" in extra
    script = """
        import sys
        from distutils.core import setup
        from distutils.errors import DistutilsModuleError
        distribution = setup(name="d", version="1", py_modules=["a"])
        distribution.get_command_list()
        try:
            distribution.get_command_obj("sort")
        except DistutilsModuleError:
            print("refused")
        for name in ["sdist", "build", "install", "clean"]:
            distribution.get_command_obj(name).ensure_finalized()
        assert "setuptools" not in sys.modules and not sys.meta_path[0].__class__.__module__ == "oxidist"
        """
    assert last(run({**NEEDS_SETUPTOOLS, "a.py": ""}, "build", script=script)) == "refused"


def test_an_ordinary_run_does_not_look_for_them(run) -> None:
    script = SETUP + "import sys\nprint('importlib.metadata' in sys.modules)\n"
    assert last(run(BOAT, "clean", script=script)) == "False"
