"""bdist_msi on a machine that says it is Windows: the installer is the one that CPython 3.10's writes.

`windows_installer/msilib` stands for Python's `msilib` and writes all rows of an installer as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import interpreters
import pytest
from conftest import Oracle, clean_environment
from twins import LIBRARY

STAGE = Path(__file__).parent / "windows_installer"
PRETEND = str(STAGE / "pretend.py")
RUNNING = "{}.{}".format(*sys.version_info)
INSTALLER = "dist/p-1.2b1.win-amd64.msi"

SETUP = """
from distutils.core import Extension, setup

distribution = setup(name="p", version="1.2b1", **{keywords})
print("DIST FILES", distribution.dist_files)
"""
PROJECT = {
    # Paths of interpreters differ in length, and so would scripts.
    "setup.cfg": "[build]\nexecutable = /python\n",
    "pkg/__init__.py": "",
    "pkg/sub/__init__.py": "one = 1\n",
    "pkg/sub/two.py": "two = 2\n",
    "m.py": "",
    "d.txt": "data\n",
    "bin/after.py": "#!python\nprint('after')\n",
    "bin/later.py": "#!python\n",
}
PURE: dict[str, Any] = {
    "packages": ["pkg", "pkg.sub"],
    "py_modules": ["m"],
    "scripts": ["bin/after.py", "bin/later.py"],
    "data_files": [("share", ["d.txt"])],
}
PERSON = {"author": "Ann", "author_email": "ann@example.org", "url": "https://example.org/p"}
KEEPER = {"maintainer": "Mae", "maintainer_email": "mae@example.org"}

# What the dialogs look like is ours. Of the controls only names and types are compared.
LAYOUT = {"Dialog": (0, 7, 8, 9), "Control": (0, 1, 2), "RadioButton": (0, 1, 2)}


@pytest.fixture
def both(tmp_path: Path, run_setup, clean_home: Path):
    """`both(keywords, *arguments)` runs `setup.py bdist_msi` in equal projects: ours, and CPython 3.10's."""
    found = [each for each in interpreters.found() if each.distutils and each.version[:2] == (3, 10)]
    if not found or not (found[0].distutils / "command/bdist_msi.py").is_file():
        pytest.skip("only CPython 3.10's distutils has bdist_msi")
    oracle = Oracle(found[0], clean_home)

    def run(
        keywords: dict[str, Any] | str,
        *arguments: str,
        more: dict[str, str] | None = None,
        setup: str = SETUP,
        status: int = 0,
        **variables: str,
    ) -> tuple[Run, Run]:
        from conftest import write_files

        files = {**PROJECT, "setup.py": setup.replace("{keywords}", str(keywords)), **(more or {})}
        runs = []
        for name in ("ours", "theirs"):
            folder = tmp_path / name
            folder.mkdir()
            write_files(folder, files)
            words = ["bdist_msi", *arguments]
            if name == "ours":
                done = run_setup(folder, *words, script=[PRETEND], env=variables, status=status)
            else:
                done = oracle.run(PRETEND, *words, cwd=folder, env=variables, status=status)
            runs.append(Run(folder, done))
        return runs[0], runs[1]

    return run


class Run:
    def __init__(self, folder: Path, done: subprocess.CompletedProcess[str]) -> None:
        self.folder, self.stdout = folder, done.stdout
        self.error = (done.stderr.splitlines() or [""])[-1].replace(str(folder), "<folder>")

    @property
    def installers(self) -> list[str]:
        return sorted(os.listdir(self.folder / "dist")) if (self.folder / "dist").is_dir() else []

    @property
    def files(self) -> list[str]:
        return sorted(
            {
                only_version(path.relative_to(self.folder).as_posix())
                for path in self.folder.rglob("*")
                if "__pycache__" not in path.parts
            }
        )

    @property
    def dist_files(self) -> list[str]:
        return [line for line in self.stdout.splitlines() if line.startswith("DIST FILES")]

    def rows(self) -> dict[str, Any]:
        """Everything in the one installer, but for the looks of its dialogs."""
        (name,) = self.installers
        content: dict[str, Any] = json.loads(only_version((self.folder / "dist" / name).read_text("utf-8")))
        for table, columns in LAYOUT.items():
            rows = content["tables"][table]
            content["tables"][table] = sorted(str([row[column] for column in columns]) for row in rows)
        content["tables"]["ControlEvent"].sort(key=str)
        return content


def only_version(text: str) -> str:
    """The Python that ran is in two names."""
    text = text.replace(f"-py{RUNNING}.egg-info", "-py3.10.egg-info")
    return text.replace(f"build/scripts-{RUNNING}", "build/scripts-3.10")


CASES: dict[str, tuple[dict[str, Any] | str, list[str]]] = {
    "nothing": ({}, []),
    "all kinds of files": ({**PURE, **PERSON}, []),
    "an install script": ({**PURE, **KEEPER}, ["--install-script=after.py"]),
    "both persons": ({**PURE, **PERSON, **KEEPER}, ["--no-target-compile", "--no-target-optimize"]),
    "one Python": (PURE, ["--target-version=3.7", "--install-script=later.py"]),
    "another platform": (PURE, ["--plat-name=win32", "--dist-dir=dist", "--bdist-dir=put/together"]),
    "the tree is kept": (PURE, ["--keep-temp"]),
    "nothing is built": (PURE, ["--skip-build"]),
}

BUILT = {
    "build/lib/pkg/__init__.py": "",
    **{f"build/scripts-{each}/after.py": "" for each in ("3.10", RUNNING)},
}


@pytest.mark.parametrize("case", CASES)
def test_an_installer_has_the_rows_of_cpythons(case: str, both) -> None:
    keywords, arguments = CASES[case]
    built = BUILT if "--skip-build" in arguments else {}
    ours, theirs = both(keywords, *arguments, more=built)
    assert ours.rows() == theirs.rows()
    assert ours.installers == theirs.installers
    assert ours.files == theirs.files
    assert ours.dist_files == theirs.dist_files != []


def test_on_32_bits_the_registry_is_asked_as_cpythons_does(both) -> None:
    ours, theirs = both(PURE, FAKE_MSILIB_BITS="32")
    assert ours.rows() == theirs.rows()
    assert {row[4] for row in ours.rows()["tables"]["RegLocator"]} == {2}


def test_extension_modules_of_another_python_come_from_its_build(both) -> None:
    keywords = "dict(ext_modules=[Extension('e', ['e.c'])], py_modules=['m'])"
    built = {"build/lib.win-amd64-3.7/e.pyd": "built", "build/lib.win-amd64-3.7/m.py": ""}
    ours, theirs = both(keywords, "--target-version=3.7", "--skip-build", more=built)
    assert ours.rows() == theirs.rows()
    assert ours.installers == theirs.installers == ["p-1.2b1.win-amd64-py3.7.msi"]
    assert [row[0] for row in ours.rows()["tables"]["File"]].count("file1.e.pyd") == 1


def test_the_product_version_is_numbers(both) -> None:
    ours, _ = both(PURE)
    assert ours.rows()["summary"]["version"] == "1.2.0"
    assert ["DistVersion", "1.2b1"] in ours.rows()["tables"]["Property"]


ERRORS: dict[str, tuple[dict[str, Any] | str, list[str], dict[str, str]]] = {
    "no such script": (PURE, ["--install-script=nothing.py"], {}),
    "a path is no name": (PURE, ["--install-script=bin/after.py"], {}),
    "a script before": (PURE, ["--pre-install-script=d.txt"], {}),
    "two files of that name": (
        {**PURE, "py_modules": ["after"]},
        ["--install-script=after.py"],
        {"after.py": ""},
    ),
    "a missing package": ({"packages": ["missing"]}, [], {}),
    "a missing script": ({"scripts": ["bin/missing.py"]}, [], {}),
    "a missing data file": ({"data_files": ["missing.txt"]}, [], {}),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_is_wrong_is_told_as_by_cpythons(case: str, both) -> None:
    keywords, arguments, more = ERRORS[case]
    ours, theirs = both(keywords, *arguments, more=more, status=1)
    assert ours.error == theirs.error
    assert ours.error.startswith("error: ")


def test_extension_modules_are_for_the_python_that_builds_them(both) -> None:
    keywords = "dict(ext_modules=[Extension('e', ['e.c'])])"
    ours, theirs = both(keywords, "--target-version=2.2", status=1)
    assert ours.error == theirs.error.replace("3.10", RUNNING)
    assert f"target version can only be {RUNNING}" in ours.error


HOOKS = """
import json
from distutils.command import bdist_msi as module
from distutils.core import Extension, setup

calls = []

def shown(value):
    kinds = (str, int, float, bool, type(None), list, tuple, dict)
    return repr(value) if isinstance(value, kinds) else type(value).__name__

def watched(name, function, skip=0):
    def call(*args, **kw):
        calls.append([name, *map(shown, args[skip:]), *(f"{key}={shown(kw[key])}" for key in sorted(kw))])
        return function(*args, **kw)
    return call

HOOKS = (
    "initialize_options finalize_options run run_command reinitialize_command get_finalized_command mkpath "
    "set_undefined_options get_installer_filename add_find_python add_files add_scripts add_ui"
).split()
WAY = {way!r}
if WAY == "subclass":
    command = type("bdist_msi", (module.bdist_msi,), {})
    for name in HOOKS:
        setattr(command, name, watched(name, getattr(module.bdist_msi, name), 1))
elif WAY == "class":
    command = module.bdist_msi
    for name in HOOKS:
        setattr(command, name, watched(name, getattr(command, name), 1))
elif WAY == "instance":
    def command(distribution):
        made = module.bdist_msi(distribution)
        for name in HOOKS:
            setattr(made, name, watched(name, getattr(made, name)))
        return made
else:
    command = module.bdist_msi
    for name in ("add_data", "Directory", "Feature", "remove_tree", "StrictVersion", "get_python_version"):
        setattr(module, name, watched(name, getattr(module, name)))
    for name in ("init_database", "add_tables", "gen_uuid", "CAB"):
        setattr(module.msilib, name, watched(name, getattr(module.msilib, name)))
setup(name="p", version="1.2b1", cmdclass={"bdist_msi": command}, **{keywords})
open("calls.json", "w").write(json.dumps(calls))
"""


@pytest.mark.parametrize("way", ["subclass", "class", "instance", "module"])
def test_each_hook_is_called_as_by_cpythons(way: str, both) -> None:
    setup = HOOKS.replace("{way!r}", repr(way))
    if way == "instance":
        # Neither distutils takes what is no class from the command line.
        setup = setup.replace('setup(name="p"', 'd = setup(script_args=[], script_name="s", name="p"', 1)
        setup = setup.replace("open(", 'd.run_command("bdist_msi")\nopen(')
        setup = setup.replace(
            "d = setup(", "import distutils.core as c\nc._setup_stop_after = 'config'\nd = setup("
        )
    ours, theirs = both(
        {**PURE, **PERSON}, *([] if way == "instance" else ["--install-script=after.py"]), setup=setup
    )
    calls = [
        json.loads(only_version((run.folder / "calls.json").read_text()).replace(str(run.folder), "<folder>"))
        for run in (ours, theirs)
    ]
    assert calls[0] == calls[1] != []


BEFORE = """
from distutils.command import bdist_msi as module
from distutils.core import setup

class bdist_msi(module.bdist_msi):
    def finalize_options(self):
        script, self.pre_install_script = self.pre_install_script, None
        super().finalize_options()
        self.pre_install_script = script

setup(name="p", version="1.2b1", cmdclass={"bdist_msi": bdist_msi}, **{keywords})
"""


def test_a_subclass_can_let_a_script_before_the_installation_through(both) -> None:
    ours, theirs = both(
        PURE, "--pre-install-script=m.py", setup=BEFORE, more={"m.py": "print('é')\nprint(2)\n"}
    )
    assert ours.rows() == theirs.rows()
    assert "print(2)" in str(ours.rows()["tables"]["Binary"])


OWN_UI = """
from distutils.command import bdist_msi as module
from distutils.core import setup

class Wide(module.PyDialog):
    def __init__(self, *args, **kw):
        module.PyDialog.__init__(self, *args, **kw)
        self.line("Second", 0, 10, self.w, 0)

class bdist_msi(module.bdist_msi):
    def add_ui(self):
        page = Wide(self.db, "Own", 50, 50, 370, 300, 3, "Title", "a", "b", "c", bitmap=False)
        page.title("Hello")
        page.back("Back", "Next", active=0)
        page.next("Next", None, "Go").event("EndDialog", "Return", ordering=2)
        page.cancel("Stop", "Go", active=False)
        page.xbutton("Middle", "Middle", None, 0.5)
        page.xbutton("Left", "Left", "Middle", xpos=0.1)

setup(name="p", version="1.2b1", cmdclass={"bdist_msi": bdist_msi}, **{keywords})
"""


def test_a_dialog_of_a_script_is_laid_out_as_by_cpythons(both) -> None:
    ours, theirs = both(PURE, setup=OWN_UI)
    tables = [json.loads((run.folder / INSTALLER).read_text("utf-8"))["tables"] for run in (ours, theirs)]
    for table in ("Dialog", "Control", "ControlEvent"):
        assert tables[0][table] == tables[1][table]


@pytest.fixture
def installer(project, run_setup) -> dict[str, Any]:
    """The tables of an installer of ours."""
    folder = project({**PROJECT, "setup.py": SETUP.replace("{keywords}", str(PURE))})
    run_setup(folder, "bdist_msi", script=[PRETEND])
    content: dict[str, Any] = json.loads((folder / INSTALLER).read_text("utf-8"))["tables"]
    return content


def test_each_dialog_can_be_used_with_the_keyboard_and_keeps_its_controls_inside(installer) -> None:
    sizes = {row[0]: row[3:5] for row in installer["Dialog"]}
    names: dict[str, set[str]] = {}
    for dialog, name, *_ in installer["Control"]:
        assert name not in names.setdefault(dialog, set())
        names[dialog].add(name)
    for dialog, _, _, left, top, width, height, *_, following, _ in installer["Control"]:
        assert left >= 0 and top >= 0
        assert left + width <= sizes[dialog][0] and top + height <= sizes[dialog][1]
        assert following is None or following in names[dialog]
    for dialog, *_, first, default, cancel in installer["Dialog"]:
        assert {first, default, cancel} - {None} <= names[dialog]
    for dialog, control, event, argument, *_ in installer["ControlEvent"]:
        assert control in names[dialog]
        assert argument in names or not event.startswith("Spawn")
    shown = {row[0] for row in installer["InstallUISequence"] if row[0].endswith(("Dlg", "Dialog", "Exit"))}
    assert shown <= set(names)
    assert {"ErrorDlg", "FilesInUse", "FatalError"} <= set(names)


def test_each_row_is_there_once(installer) -> None:
    keys = {
        "Control": 2,
        "Dialog": 1,
        "Directory": 1,
        "Component": 1,
        "File": 1,
        "CustomAction": 1,
        "Property": 1,
    }
    for table, columns in keys.items():
        found = [tuple(row[:columns]) for row in installer[table]]
        assert len(found) == len(set(found)), table


def test_data_files_that_lead_out_of_the_installer_are_named(project, run_setup, tmp_path: Path) -> None:
    data = [("../" * 8 + "out", ["d.txt"])]
    folder = project({**PROJECT, "setup.py": SETUP.replace("{keywords}", str({**PURE, "data_files": data}))})
    done = run_setup(folder, "bdist_msi", script=[PRETEND], status=1)
    assert f"error: data_files: the folder '{data[0][0]}' leads to" in done.stderr
    assert not list(tmp_path.rglob("out"))


def test_a_version_without_numbers_only_is_refused_in_one_line(project, run_setup) -> None:
    setup = SETUP.replace("{keywords}", str(PURE)).replace("1.2b1", "1.2.dev3")
    folder = project({**PROJECT, "setup.py": setup, "dist/p-1.2.dev3.win-amd64.msi": "the last one"})
    done = run_setup(folder, "bdist_msi", script=[PRETEND], status=1)
    assert "two or three numbers" in done.stderr.splitlines()[-1]
    assert done.stderr.splitlines()[-1].endswith("(got '1.2.dev3')")
    assert (folder / "dist/p-1.2.dev3.win-amd64.msi").read_text() == "the last one"


def test_more_pythons_than_there_are_numbers_for_are_refused(project, run_setup) -> None:
    setup = """
    from distutils.command.bdist_msi import bdist_msi
    from distutils.core import setup

    bdist_msi.all_versions = [f"4.{minor}" for minor in range(25)]
    setup(name="p", version="1.2b1")
    """
    done = run_setup(project({"setup.py": setup}), "bdist_msi", script=[PRETEND], status=1)
    assert (
        done.stderr.splitlines()[-1] == "error: an installer can look for 24 versions of Python, not for 25"
    )


def test_a_dry_run_writes_no_installer_and_leaves_the_last_one(project, run_setup, tree) -> None:
    folder = project(
        {**PROJECT, "setup.py": SETUP.replace("{keywords}", str(PURE)), INSTALLER: "the last one"}
    )
    before = tree(folder)
    done = run_setup(folder, "--dry-run", "bdist_msi", "--install-script=after.py", script=[PRETEND])
    assert tree(folder) == before
    assert "DIST FILES [('bdist_msi', 'any', 'p-1.2b1')]" in done.stdout


def test_the_installer_is_found_for_what_uses_dist_files(project, run_setup) -> None:
    setup = SETUP.replace("{keywords}", str(PURE)) + (
        "from oxidist._core import dist_file_digests\nprint('FOUND', dist_file_digests(distribution))\n"
    )
    folder = project({**PROJECT, "setup.py": setup})
    found = run_setup(folder, "bdist_msi", script=[PRETEND]).stdout.split("FOUND ")[1]
    ((command, path, digest),) = eval(found)
    assert (command, path) == ("bdist_msi", INSTALLER)
    assert len(digest) == 64


WARN = """
import warnings
from distutils.dist import Distribution

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from distutils.command.bdist_msi import bdist_msi
    del caught[:]
    bdist_msi(Distribution())
print([(str(each.message), each.category.__name__, each.filename) for each in caught])
"""


def test_whoever_makes_the_command_is_warned_as_by_cpythons(both) -> None:
    ours, theirs = both({}, setup=WARN)
    assert ours.stdout == theirs.stdout
    assert "DeprecationWarning', 'setup.py'" in ours.stdout


LOOK = """
import sys
import distutils.core
from distutils.dist import Distribution
from distutils.errors import DistutilsModuleError

sys.modules["msilib"] = None
sys.platform = sys.argv[1]
try:
    import distutils.command.bdist_msi
except ImportError as error:
    print(type(error).__name__, error.name)
try:
    Distribution().get_command_class("bdist_msi")
except DistutilsModuleError as error:
    print(error)
"""


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_without_msilib_there_is_no_such_command(platform: str, clean_home: Path) -> None:
    environment = clean_environment(clean_home, PYTHONPATH=str(LIBRARY))
    done = subprocess.run(
        [sys.executable, "-S", "-c", LOOK, platform], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    imported, asked = done.stdout.splitlines()
    assert imported == "ModuleNotFoundError msilib"
    assert asked.startswith("invalid command 'bdist_msi'")
    if platform == "win32":
        assert "up to 3.12" in asked
    else:
        assert asked == "invalid command 'bdist_msi'"
