"""Bad input: one line that names what is wrong, exit status 1, and nothing half-written or changed."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field

import pytest
from conftest import snapshot
from wholeness import assert_whole

PROJECT = {
    "setup.py": """
        from distutils.core import setup

        setup(
            name="demo", version="1.0", author="Ann", author_email="ann@example.org", url="https://example.org",
            packages=["pkg"], package_data={"pkg": ["*.txt"]}, py_modules=["single"], scripts=["tool"],
            data_files=[("share", ["notes.md"])], headers=["demo.h"],
        )
        """,
    "pkg/__init__.py": "VALUE = 1\n",
    "pkg/mod.py": "def answer():\n    return 42\n",
    "pkg/data.txt": "data\n",
    "single.py": "'A module.'\n",
    "tool": "#!/usr/bin/env python\nprint('tool')\n",
    "notes.md": "notes\n",
    "demo.h": "/* demo */\n",
    "README": "read me\n",
}

INSTALL = ["install", "--root", "root"]
SDIST = ["sdist"]


def refused(done: subprocess.CompletedProcess[str], *names: str) -> str:
    """The one line that a failed run ends with; it has all of `names` in it."""
    assert done.returncode == 1, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr
    lines = done.stderr.splitlines()
    errors = [line for line in lines if line.startswith("error")]
    assert errors == lines[-1:], done.stderr
    for name in names:
        assert name in errors[0], errors[0]
    return errors[0]


# What `setup()` is given, with the commands that need it, and the error.


@dataclass
class Wrong:
    arguments: dict[str, object]
    error: str
    commands: list[str] = field(default_factory=lambda: ["build", "install", "sdist", "bdist_dumb"])

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return re.sub(r" at 0x\w+", "", shown)[:60]


def in_package(**arguments: object) -> dict[str, object]:
    return {"packages": ["pkg"], **arguments}


DATA_FILES = "'data_files' must be a list of file names and (folder, [file names]) pairs (got {})"
STRINGS = "'{}' must be a list of strings (got {})"
FOLDERS = "'package_dir' must be a dictionary of paths (got {})"
PACKAGE_DATA = "'package_data' must be a dictionary of lists of strings (got {})"
INSTALLING = ["install", "bdist_dumb"]
EVERY = ["build", "install", "sdist", "bdist_dumb", "clean", "check"]

WRONG = [
    *(
        Wrong({"packages": value}, STRINGS.format("packages", repr(value)))
        for value in ("name", [1], 5, [None])
    ),
    *(Wrong({"py_modules": value}, STRINGS.format("py_modules", repr(value))) for value in ("x", [1], 5)),
    *(Wrong(in_package(package_dir=value), FOLDERS.format(value)) for value in (["x"], 5, {"": 1}, {1: "x"})),
    *(
        Wrong(in_package(package_data=value), PACKAGE_DATA.format(value))
        for value in ({"pkg": "*.txt"}, {"pkg": [1]}, {"pkg": None}, {1: ["*.txt"]}, ["*.txt"])
    ),
    *(Wrong({"scripts": value}, STRINGS.format("scripts", repr(value))) for value in ("tool", [1], 5)),
    *(
        Wrong({"headers": value}, STRINGS.format("headers", repr(value)), INSTALLING)
        for value in ("demo.h", [1], 5)
    ),
    *(
        Wrong({"data_files": value}, DATA_FILES.format(repr(value)), [*INSTALLING, "sdist"])
        for value in (5, "notes.md")
    ),
    *(
        Wrong({"data_files": [value]}, DATA_FILES.format(repr(value)), [*INSTALLING, "sdist"])
        for value in (("d",), 1, ("d", "notes.md"), ("d", [1]), (1, ["notes.md"]))
    ),
    Wrong({"ext_modules": 5}, "'ext_modules' must be a list of Extension objects (got 5)"),
    Wrong(
        {"libraries": 5}, "'libraries' must be a list of (name, options) pairs (got 5)", ["build", "sdist"]
    ),
    Wrong(
        {"extra_path": 5, "py_modules": ["single"]}, "'extra_path' option must be a list, tuple", INSTALLING
    ),
    Wrong({"version": 1.0}, "'version' must be a string (got 1.0)", INSTALLING),
    Wrong({"name": ["a"]}, "'name' must be a string (got ['a'])", INSTALLING),
    Wrong(
        {"long_description": b"x"}, "'long_description' must be a string (got b'x')", [*INSTALLING, "sdist"]
    ),
    Wrong({"verbose": "x"}, "'verbose' must be a number (got 'x')", EVERY),
    Wrong({"command_packages": 5}, "'command_packages' must be a list of strings, or a string", EVERY),
    Wrong({"script_name": 5, "py_modules": ["single"]}, "'script_name' must be a path (got 5)", ["sdist"]),
    Wrong(
        {"cmdclass": {"build": 5}},
        "command 'build': command class 5 must subclass Command",
        ["build", "install", "sdist"],
    ),
    Wrong(
        {"cmdclass": {"build": object}},
        "command 'build': command class <class 'object'> must subclass Command",
        ["build", "install", "sdist", "clean"],
    ),
    Wrong(
        {"options": {"build": {1: 2}}},
        "error in setup script: the name of an option of 'build' must be a string (got 1)",
        ["build", "install", "sdist", "clean"],
    ),
    Wrong(
        {"options": {"build": {"nosuch": 2}}},
        "error in setup script: command 'build' has no such option 'nosuch'",
        ["build", "install", "sdist", "clean"],
    ),
    Wrong(
        {"options": {"build": {"force": "maybe"}}},
        "error in setup script: option 'force' of command 'build': invalid truth value 'maybe'",
        ["build", "install", "sdist", "clean"],
    ),
    Wrong(
        in_package(options={"build": {"build_lib": ["x"]}}),
        "'build_lib' must be a path",
        ["build", "install"],
    ),
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_an_argument_of_the_wrong_type_is_named_by_every_command_that_needs_it(
    distutils, project, monkeypatch, wrong: Wrong
) -> None:
    from distutils.core import setup

    folder = project(PROJECT)
    monkeypatch.chdir(folder)
    before = snapshot(folder)
    for command in wrong.commands:
        args = [command, *(["--root", "root"] if command == "install" else [])]
        with pytest.raises(SystemExit) as ended:
            setup(**{"name": "demo", "version": "1.0", "script_args": args, **wrong.arguments})
        assert isinstance(ended.value.code, str), command
        assert ended.value.code.startswith(f"error: {wrong.error}"), command
        assert "\n" not in ended.value.code
        assert_whole(before, snapshot(folder))


IN_SETUP = [
    ({"options": {"build": 3}}, "'options' must be a dictionary {command: {option: value}} (got 3)"),
    ({"options": []}, "'options' must be a dictionary {command: {option: value}} (got [])"),
    ({"cmdclass": []}, "'cmdclass' must be a dictionary {command: class} (got [])"),
    ({"cmdclass": 5}, "'cmdclass' must be a dictionary {command: class} (got 5)"),
    ({"distclass": 5}, "'distclass' must be a class (got 5)"),
    ({"script_args": 5}, "'script_args' must be a list of strings (got 5)"),
    ({"keywords": 5}, "'keywords' must be a list of strings (got 5)"),
    ({"platforms": 5}, "'platforms' must be a list of strings (got 5)"),
    ({"classifiers": 5}, "'classifiers' must be a list of strings (got 5)"),
    ({"requires": 5}, "'requires' must be a list of strings (got 5)"),
    ({"obsoletes": [5]}, "'obsoletes' must be a list of strings (got [5])"),
    ({"provides": [5]}, "'provides' must be a list of strings (got [5])"),
    ({"requires": ["foo (bar)"]}, "bad package restriction syntax: 'bar'"),
]


@pytest.mark.parametrize(
    ("arguments", "error"), IN_SETUP, ids=[str(arguments)[:60] for arguments, _ in IN_SETUP]
)
def test_an_argument_that_setup_itself_cannot_take_is_named(
    distutils, arguments: dict[str, object], error: str
) -> None:
    from distutils.core import setup

    with pytest.raises(SystemExit) as ended:
        setup(**{"name": "demo", "script_args": ["check"], **arguments})
    assert ended.value.code == f"error in demo setup command: {error}"


@pytest.mark.parametrize("args", [["build"], "build"])
def test_arguments_in_one_string_are_no_list(distutils, args) -> None:
    from distutils.core import setup

    if isinstance(args, list):
        setup(name="demo", script_args=args)
        return
    with pytest.raises(SystemExit, match="must be a list of strings"):
        setup(name="demo", script_args=args)


def test_an_error_in_a_distribution_class_of_the_scripts_own_keeps_its_traceback(distutils) -> None:
    from distutils.core import Distribution, setup

    class Odd(Distribution):
        def finalize_options(self):
            raise TypeError("the script's own")

    with pytest.raises(TypeError, match="the script's own"):
        setup(name="demo", distclass=Odd, script_args=["check"])


RAISING = """
from distutils.command.build_py import build_py
from distutils.command.build_scripts import build_scripts
from distutils.command.install_data import install_data
from distutils.command.sdist import sdist
from distutils.core import setup


class BASE(BASE):
    def HOOK(self, *args, **kwargs):
        done = super().HOOK(*args, **kwargs)
        raise LookupError("the script's own")


setup(
    name="demo", version="1.0", packages=["pkg"], package_data={"pkg": ["*.txt"]}, scripts=["tool"],
    data_files=[("share", ["notes.md"])], cmdclass={"BASE": BASE},
)
"""


@pytest.mark.parametrize(
    ("command", "hook"),
    [
        ("build_py", "build_module"),
        ("build_py", "get_data_files"),
        ("build_py", "copy_file"),
        ("build_py", "byte_compile"),
        ("build_scripts", "copy_scripts"),
        ("install_data", "copy_file"),
        ("sdist", "add_defaults"),
        ("sdist", "make_release_tree"),
        ("sdist", "make_archive"),
    ],
)
def test_what_a_hook_of_the_scripts_own_raises_keeps_its_traceback_and_leaves_whole_files(
    project, run_setup, command: str, hook: str
) -> None:
    script = RAISING.replace("BASE", command).replace("HOOK", hook)
    folder = project({**PROJECT, "setup.py": script})
    before = snapshot(folder)
    args = SDIST if command == "sdist" else INSTALL
    done = run_setup(folder, *args, status=1)
    assert "Traceback (most recent call last):\n" in done.stderr
    assert f", in {hook}\n" in done.stderr
    assert done.stderr.endswith("LookupError: the script's own\n")
    assert_whole(before, snapshot(folder))


def test_a_module_that_is_missing_is_warned_of(project, run_setup) -> None:
    folder = project({"setup.py": "from distutils.core import setup\nsetup(name='x', py_modules=['gone'])\n"})
    assert run_setup(folder, "build").stderr == "file gone.py (for module gone) not found\n"
