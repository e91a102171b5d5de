"""A class in the place of `distutils.core.Command`, as setuptools puts one there: commands derive from it."""

from __future__ import annotations

import shutil

import pytest
from conftest import snapshot
from same_interpreter import answers, every_distutils

COMMANDS = """
    bdist bdist_dumb bdist_rpm build build_clib build_ext build_py build_scripts check clean config install
    install_data install_egg_info install_headers install_lib install_scripts register sdist upload
    """.split()

REPLACED = """
import distutils.cmd
import distutils.core

class Command(distutils.cmd.Command):
    dry_run = False

    def __init__(self, dist, **options):
        super().__init__(dist)
        vars(self).update(options)

    def reinitialize_command(self, command, reinit_subcommands=0, **options):
        made = super().reinitialize_command(command, reinit_subcommands)
        vars(made).update(options)
        return made

    def ensure_dirname(self, option):
        return ["checked", option]

from distutils.command import build_scripts

distutils.core.Command = Command
"""

ASK = """
import importlib
classes = {}
for name in questions:
    classes[name] = getattr(importlib.import_module("distutils.command." + name), name)
dist = distutils.core.Distribution({"name": "harbour"})

class build_ext(classes["build_ext"]):
    pass

made = build_ext(dist, crew=7)
again = made.reinitialize_command("build_py", crew=8)
told([
    {name: issubclass(each, Command) for name, each in classes.items()},
    [made.crew, again.crew, again.get_command_name(), made.ensure_dirname("x"), again.ensure_dirname("y")],
    [[each.__name__, each.__qualname__, each.__module__] for each in classes.values()],
    [base.__name__ for base in classes["sdist"].__mro__ if base.__module__ != "distutils.command.sdist"],
])
"""


@every_distutils
def test_commands_derive_from_it_if_they_are_imported_after_it_was_put_there(tmp_path, python) -> None:
    ours, theirs = answers(python, REPLACED + ASK, COMMANDS, tmp_path)
    assert ours == theirs
    assert ours[0]["build_ext"]
    assert not ours[0]["build_scripts"]


PROJECT = {
    "setup.py": REPLACED
    + """
from distutils.core import Extension, setup
setup(name="harbour", packages=["harbour"], ext_modules=[Extension("harbour.deck", ["deck.c"])])
""",
    "harbour/__init__.py": "",
    "deck.c": "int deck;",
}


def test_a_dry_run_stays_one_whatever_it_says(project, run_setup) -> None:
    folder = project(PROJECT)
    before = snapshot(folder)
    done = run_setup(folder, "--dry-run", "build", "sdist")
    assert "deck.c" in done.stdout
    assert snapshot(folder) == before


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a compiler")
def test_what_is_not_overridden_still_runs_side_by_side(project, run_setup) -> None:
    folder = project(PROJECT)
    assert " -MD -MF " in run_setup(folder, "build").stdout
