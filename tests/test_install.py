"""install and its parts: into which folders of which scheme, what is listed, and what is said of mistakes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import interpreters
import pytest
from twins import LIBRARY, setup_py

PROJECT: dict[str, str | bytes] = {
    "src/pkg/__init__.py": "",
    "src/pkg/mod.py": '"""Doc."""\nassert True, "kept"\n',
    "src/pkg/sub/__init__.py": "",
    "src/pkg/table.dat": b"\0\1\2",
    "src/single.py": "x = 1\n",
    "bin/run": "#!/usr/bin/python -u\nprint(1)\n",
    "bin/run.sh": "#!/bin/sh\n",
    "include/p.h": "int p;\n",
    "loose.txt": "loose\n",
    "docs/a.txt": "a\n",
    "docs/b.txt": "b\n",
}
KEYWORDS = {
    "name": "some-thing",
    "version": "1.0 beta-2",
    "description": "what it is",
    "author": "Somebody",
    "author_email": "somebody@example.org",
    "url": "https://example.org",
    "package_dir": {"": "src"},
    "packages": ["pkg", "pkg.sub"],
    "py_modules": ["single"],
    "package_data": {"pkg": ["*.dat"]},
    "scripts": ["bin/run", "bin/run.sh"],
    "headers": ["include/p.h"],
    "data_files": [
        "loose.txt",
        ("share/doc", ["docs/a.txt", "docs/b.txt"]),
        ("share/empty", []),
        ("/etc/thing", ["loose.txt"]),
        ["share/doc", ["loose.txt"]],
    ],
}
FILES = {"setup.py": setup_py(**KEYWORDS), **PROJECT}

# What else stands on the command line; everything goes below a root.
COMMAND_LINES = [
    [],
    ["--prefix=/opt/thing"],
    ["--prefix=/opt/thing", "--exec-prefix=/opt/plat"],
    ["--prefix=/usr/local"],
    ["--home=/home/somebody"],
    ["--prefix=/p", "--install-lib=$base/here", "--install-scripts=$platbase/$py_version_short/$dist_name"],
    ["--prefix=/p", "--install-data=/d-$dist_version", "--install-headers=~/include"],
    ["--prefix=/p", "--install-purelib=/pure", "--install-platlib=/plat"],
    ["--prefix=/p", "--no-compile"],
    ["--prefix=/p", "--optimize=1"],
    ["--prefix=/p", "--no-compile", "-O2"],
    ["--prefix=/p", "--force"],
]


@pytest.mark.parametrize("options", COMMAND_LINES, ids=" ".join)
def test_what_is_installed_is_what_cpython_installs(twins, options: list[str]) -> None:
    pair = twins(FILES)
    for _ in ("at first", "with everything up to date"):
        ours, theirs = pair.run("-q", "install", "--root=root", "--record=record.txt", *options)
        assert ours.stderr == theirs.stderr
        pair.assert_same("root")
        records = [(twin / "record.txt").read_text().splitlines() for twin in (pair.ours, pair.theirs)]
        assert sorted(records[0]) == sorted(records[1])
        assert len(records[0]) == len(set(records[0]))
    for line in records[0]:
        assert (pair.ours / "root" / line.lstrip("/")).exists(), line


def test_without_a_root_it_goes_where_the_options_say(twins, tmp_path: Path) -> None:
    pair = twins(FILES | {"setup.py": setup_py(**(KEYWORDS | {"data_files": [("share", ["loose.txt"])]}))})
    pair.run("-q", "install", "--prefix=here", "--record=record.txt")
    pair.assert_same("here")
    pair.run("-q", "install", "--home=there")
    pair.assert_same("there")


@pytest.mark.parametrize("option", ["pkg", "a,b", "a,b/c"])
def test_an_extra_path_gets_a_pth_file(twins, option: str) -> None:
    script = setup_py(py_modules=["m"], extra_path=option)
    pair = twins({"setup.py": script, "m.py": ""})
    ours, theirs = pair.run("-q", "install", "--root=root", "--prefix=/p", "--record=record")
    assert ours.stderr == theirs.stderr
    assert any(name.endswith(".pth") for name in pair.assert_same("root"))
    assert sorted((pair.ours / "record").read_text()) == sorted((pair.theirs / "record").read_text())


REPORT = """
import os
from distutils.command.install import install
from distutils.core import setup

class reporting(install):
    def run(self):
        for name in sorted(vars(self)):
            if name[0] != "_" and name not in {left_out!r}:
                print(name, repr(getattr(self, name)))
        for name in {names!r}:
            print(name, repr(self.config_vars.get(name)))
        print(self.get_sub_commands(), [row[0] for row in self.sub_commands])
        print(bool(self.has_lib()), bool(self.has_headers()), bool(self.has_scripts()), bool(self.has_data()))
        print(sorted(self.get_finalized_command("install_lib").get_outputs()))

setup(cmdclass={{"install": reporting}}, **{keywords!r})
"""
# Objects, and what only a distributor's distutils has.
LEFT_OUT = ("distribution", "config_vars", "prefix_option", "install_layout")
VARIABLES = (
    "dist_name dist_version dist_fullname py_version py_version_short py_version_nodot sys_prefix prefix "
    "sys_exec_prefix exec_prefix abiflags platlibdir base platbase srcdir"
).split()


@pytest.mark.parametrize("options", COMMAND_LINES, ids=" ".join)
def test_all_options_come_to_the_same_values(twins, options: list[str]) -> None:
    pair = twins({**FILES, "setup.py": REPORT.format(left_out=LEFT_OUT, names=VARIABLES, keywords=KEYWORDS)})
    for root in (["--root=root"], []):
        ours, theirs = pair.run("-q", "install", *root, *options)
        assert ours.stdout == theirs.stdout


def test_with_bases_of_their_own_all_folders_are_given(project, run_setup) -> None:
    folder = project(FILES)
    scheme = ["--install-lib=$base/l", "--install-headers=$base/h", "--install-scripts=$platbase/s"]
    bases = ["--install-base=/b", "--install-platbase=/pb", "--install-data=$base/d"]
    run_setup(folder, "-q", "install", "--root=root", *bases, *scheme)
    for file in ("b/l/pkg/mod.py", "b/h/p.h", "pb/s/run", "b/d/share/doc/a.txt"):
        assert (folder / "root" / file).is_file()


# name: options, and what the error says.
MISTAKES = {
    "a prefix and a home": (
        ["--prefix=/p", "--home=/h"],
        "must supply either home or prefix/exec-prefix -- not both",
    ),
    "a prefix and a base": (
        ["--prefix=/p", "--install-base=/b"],
        "must supply either prefix/exec-prefix/home or ",
    ),
    "a base alone": (["--install-base=/b"], "installation scheme is incomplete"),
    "an exec-prefix alone": (["--exec-prefix=/e"], "must not supply exec-prefix without prefix"),
    "a variable that there is not": (
        ["--install-lib=$nosuch/x"],
        "error: 'install_lib': invalid variable '$'nosuch''",
    ),
    "a level that there is not": (["--optimize=3"], "optimize must be 0, 1, or 2"),
    "an option without a value": (["--prefix"], "option --prefix requires argument"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_options_that_do_not_fit_are_named(project, run_setup, name: str) -> None:
    options, expected = MISTAKES[name]
    folder = project(FILES)
    done = run_setup(folder, "install", "--root=root", *options, status=1)
    assert "Traceback" not in done.stderr
    assert expected in done.stderr.strip().splitlines()[-1]
    assert not (folder / "root").exists()


# name: the argument of setup(), its value, and what the error says.
WRONG_ARGUMENTS = {
    "a name for data files": ("data_files", "loose.txt", "'data_files' must be a list of "),
    "a number among data files": ("data_files", ["loose.txt", 5], "(got 5)"),
    "a name for a list of data files": (
        "data_files",
        [("share", "loose.txt")],
        "(got ('share', 'loose.txt'))",
    ),
    "a folder alone": ("data_files", [("share",)], "(got ('share',))"),
    "nothing for a list of data files": ("data_files", [("share", None)], "(got ('share', None))"),
    "a data file that is missing": ("data_files", [("share", ["gone.txt"])], "can't copy 'gone.txt'"),
    "a folder among data files": ("data_files", [("share", ["docs"])], "can't copy 'docs'"),
    "a name for a list of headers": ("headers", "include/p.h", "'headers' must be a list of strings"),
    "a header that is missing": ("headers", ["gone.h"], "can't copy 'gone.h'"),
    "too many extra paths": ("extra_path", "a,b,c", "'extra_path' option must be a list, tuple, or "),
}


@pytest.mark.parametrize("name", WRONG_ARGUMENTS)
def test_arguments_that_cannot_be_installed_are_named(project, run_setup, tree, name: str) -> None:
    argument, value, expected = WRONG_ARGUMENTS[name]
    folder = project({**FILES, "setup.py": setup_py(**{**KEYWORDS, argument: value})})
    done = run_setup(folder, "install", "--root=root", "--prefix=/p", status=1)
    assert "Traceback" not in done.stderr
    assert expected in done.stderr.strip().splitlines()[-1]
    assert not [path for path in tree(folder) if ".oxidist" in path]


def test_a_target_that_cannot_be_written_is_named(project, run_setup) -> None:
    folder = project({**FILES, "root/p": "a file"})
    done = run_setup(folder, "install", "--root=root", "--prefix=/p", status=1)
    assert re.search(r"error: could not create 'root/p': File exists", done.stderr)


def test_a_list_of_installed_files_that_cannot_be_written_is_named(project, run_setup) -> None:
    folder = project(FILES)
    done = run_setup(folder, "install", "--root=root", "--record=no/folder/record", status=1)
    assert "error: could not create 'no/folder/record': No such file or directory" in done.stderr


def test_the_python_of_a_virtual_environment_installs_in_it(project, run_setup) -> None:
    folder = project(FILES)
    run_setup(folder, "-q", "install", "--record=record.txt", "--root=root")
    files = (folder / "record.txt").read_text().splitlines()
    version = "python{}.{}".format(*sys.version_info)
    assert f"{sys.prefix}/lib/{version}/site-packages/pkg/mod.py" in files
    assert f"{sys.prefix}/bin/run" in files


def bare(interpreter: interpreters.Interpreter, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Our distutils on another interpreter of this machine."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(LIBRARY),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    command = [str(interpreter.path), "-S", "-W", "ignore", "setup.py", "-q", "install", *args]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


SYSTEM = """
import json, sys, sysconfig
variables = {"installed_base": "/p", "base": "/p", "platbase": "/p", "installed_platbase": "/p"}
print(json.dumps(sysconfig.get_paths("posix_prefix", vars=variables)))
"""


@pytest.mark.parametrize("interpreter", interpreters.found(), ids=lambda each: each.name)
def test_every_python_of_this_machine_is_installed_for_by_its_own_scheme(project, interpreter) -> None:
    import json

    folder = project(FILES)
    asked = subprocess.run([interpreter.path, "-S", "-c", SYSTEM], capture_output=True, text=True, check=True)
    paths = json.loads(asked.stdout)
    done = bare(interpreter, folder, "--root=root", "--prefix=/p", "--record=record.txt")
    assert done.returncode == 0, done.stderr
    installed = (folder / "record.txt").read_text().splitlines()
    version = "py{}.{}".format(*interpreter.version)
    for expected in (
        f"{paths['purelib']}/pkg/mod.py",
        f"{paths['purelib']}/some_thing-1.0.beta_2-{version}.egg-info",
        f"{paths['scripts']}/run",
        f"{paths['include']}/some-thing/p.h",
        "/p/share/doc/a.txt",
    ):
        assert expected in installed
    assert not [line for line in installed if "$" in line or "{" in line]


@pytest.mark.parametrize(
    "interpreter", [each for each in interpreters.found() if each.patched], ids=lambda each: each.name
)
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--prefix=/usr"],
        ["--prefix=/usr/local"],
        ["--install-layout=deb"],
        ["--install-layout=unix"],
        ["--home=/h"],
    ],
    ids=" ".join,
)
def test_a_distributors_own_scheme_is_kept(twins, interpreter, options: list[str]) -> None:
    pair = twins(FILES)
    arguments = ["--root=root", "--record=record.txt", *options]
    assert bare(interpreter, pair.ours, *arguments).returncode == 0
    environment = {"PATH": os.environ["PATH"], "HOME": str(pair.ours)}
    command = [str(interpreter.path), "-S", "-W", "ignore", "setup.py", "-q", "install", *arguments]
    subprocess.run(command, cwd=pair.theirs, env=environment, check=True, capture_output=True)
    records = [sorted((twin / "record.txt").read_text().splitlines()) for twin in (pair.ours, pair.theirs)]
    assert records[0] == records[1]


def test_an_installation_for_one_person(project, run_setup) -> None:
    folder = project(FILES)
    home = folder / "home"
    environment = {"HOME": str(home), "PYTHONUSERBASE": str(home / "base")}
    done = run_setup(folder, "-q", "--dry-run", "install", "--user", env=environment)
    assert not home.exists()
    done = run_setup(folder, "install", "--user", "--record=record.txt", env=environment)
    files = (folder / "record.txt").read_text().splitlines()
    version = "{}.{}".format(*sys.version_info)
    assert f"{home}/base/lib/python{version}/site-packages/pkg/mod.py" in files
    assert f"{home}/base/bin/run" in files
    assert all(Path(file).exists() for file in files)
    assert (home / "base/lib").stat().st_mode & 0o777 == 0o755
    assert "running install_lib" in done.stdout
    clash = run_setup(folder, "install", "--user", "--prefix=/p", env=environment, status=1)
    assert "error: can't combine user with prefix, exec_prefix/home, or install_(plat)base" in clash.stderr


def test_schemes_that_a_script_adds_or_changes_are_used(project, run_setup) -> None:
    script = """
        from distutils.command import install
        from distutils.core import setup

        assert install.SCHEME_KEYS == ("purelib", "platlib", "headers", "scripts", "data")
        for scheme in install.INSTALL_SCHEMES.values():
            scheme["data"] = scheme["purelib"]
        setup(name="p", py_modules=["m"], data_files=[("d", ["m.py"])])
    """
    folder = project({"setup.py": script, "m.py": ""})
    run_setup(folder, "-q", "install", "--root=root", "--prefix=/p", "--record=record.txt")
    files = (folder / "record.txt").read_text().splitlines()
    module = next(file for file in files if file.endswith("/m.py") and "/d/" not in file)
    assert f"{Path(module).parent}/d/m.py" in files


# Debian's modules are for every Python 3, and so are the names of their metadata.
VERSION = "" if "posix_local" in sysconfig.get_scheme_names() else "-py{}.{}".format(*sys.version_info)
EGG_INFO = f"p-1{VERSION}.egg-info"

METADATA = """
from distutils.core import setup
from distutils.dist import DistributionMetadata, Distribution

class Metadata(DistributionMetadata):
    def write_pkg_file(self, file):
        file.write("Name: gr\\u00fc\\u00dfe\\n")
        print("more", file=file)
        file.writelines(["lines\\n"])
        if FAILS:
            raise ValueError("no more metadata")

class Own(Distribution):
    def __init__(self, attributes=None):
        super().__init__(attributes)
        self.metadata = Metadata()
        self.metadata.name, self.metadata.version = "p", "1"

setup(name="p", version="1", py_modules=["m"], distclass=Own)
"""


def test_metadata_are_written_by_the_distributions_own_method(project, run_setup) -> None:
    folder = project({"setup.py": METADATA.replace("FAILS", "0"), "m.py": ""})
    run_setup(folder, "-q", "install_egg_info", "--install-dir=out")
    (file,) = (folder / "out").iterdir()
    assert file.name == EGG_INFO
    assert file.read_text(encoding="utf-8") == "Name: gr\u00fc\u00dfe\nmore\nlines\n"


def test_metadata_that_fail_are_the_scripts_own_error_and_no_file(project, run_setup) -> None:
    folder = project({"setup.py": METADATA.replace("FAILS", "1"), "m.py": ""})
    done = run_setup(folder, "-q", "install_egg_info", "--install-dir=out", status=1)
    assert done.stderr.strip().splitlines()[-1] == "ValueError: no more metadata"
    assert list((folder / "out").iterdir()) == []


@pytest.mark.parametrize("old", ["file", "folder", "link"])
def test_metadata_take_the_place_of_what_was_there(project, run_setup, old: str) -> None:
    folder = project({"setup.py": setup_py(name="p", version="1"), "elsewhere": "kept"})
    target = folder / "out" / EGG_INFO
    target.parent.mkdir()
    if old == "file":
        target.write_text("old")
    elif old == "folder":
        (target / "deep").mkdir(parents=True)
        (target / "deep/file").write_text("old")
    else:
        target.symlink_to("../elsewhere")
    run_setup(folder, "-q", "install_egg_info", "--install-dir=out")
    assert target.is_file() and not target.is_symlink()
    assert "\nName: p\n" in target.read_text()
    assert (folder / "elsewhere").read_text() == "kept"


@pytest.mark.parametrize(
    ("function", "given", "expected"),
    [
        ("safe_name", "a b_c--d!?e.f", "a-b-c-d-e.f"),
        ("safe_name", "\u00e9\u00e9", "-"),
        ("safe_version", "1.0 beta 2+x_y", "1.0.beta.2-x-y"),
        ("to_filename", "a-b--c", "a_b__c"),
    ],
)
def test_names_and_versions_become_parts_of_file_names(distutils, function, given, expected) -> None:
    import distutils.command.install_egg_info as module

    assert getattr(module, function)(given) == expected


def test_data_files_with_one_target_leave_the_last_of_them(project, run_setup) -> None:
    many = {f"d{number:02}/same.txt": str(number) for number in range(20)}
    folder = project({"setup.py": setup_py(data_files=[("share", sorted(many))]), **many})
    run_setup(folder, "-q", "install_data", "--install-dir=out", "--force")
    assert (folder / "out/share/same.txt").read_text() == "19"


def test_only_what_is_newer_is_installed_again(project, run_setup) -> None:
    folder = project(FILES)
    install = ["install", "--root=root", "--prefix=/p"]
    run_setup(folder, *install)
    again = run_setup(folder, *install).stdout
    assert not [
        line for line in again.splitlines() if line.startswith(("copying", "byte-compiling", "changing"))
    ]
    later = (folder / "loose.txt").stat().st_mtime + 10
    os.utime(folder / "loose.txt", (later, later))
    again = run_setup(folder, *install).stdout
    assert len([line for line in again.splitlines() if line.startswith("copying loose.txt")]) == 3


def test_skip_build_takes_what_is_built(project, run_setup) -> None:
    folder = project(FILES)
    install = ["install_lib", "--install-dir=out", "--skip-build", "--no-compile"]
    done = run_setup(folder, *install)
    assert "warning: install_lib: 'build/lib' does not exist -- no Python modules to install" in done.stderr
    run_setup(folder, "-q", "build")
    (folder / "build/lib/added.py").write_text("")
    assert "running build_py" not in run_setup(folder, *install).stdout
    assert (folder / "out/added.py").exists()
    assert not (folder / "out/__pycache__").exists()


def test_all_that_is_installed_from_can_be_listed(project, run_setup) -> None:
    script = FILES["setup.py"] + "print(distribution.get_command_obj('install').get_inputs())\n"
    folder = project({**FILES, "setup.py": script.replace("setup(\n", "distribution = setup(\n")})
    inputs = run_setup(folder, "-q", "install", "--root=root").stdout
    for file in ("build/lib/pkg/mod.py", "include/p.h", "bin/run", "share/doc"):
        assert repr(file) in inputs


def test_debugging_shows_all_folders_and_variables(twins) -> None:
    pair = twins(FILES)
    ours, theirs = pair.run("-v", "-v", "install", "--root=root", "--prefix=/p", env={"DISTUTILS_DEBUG": "1"})
    start = [done.stdout[done.stdout.index("pre-finalize_") :] for done in (ours, theirs)]
    cut = [text[: text.index("config vars:")].splitlines() for text in start]
    options = [[line for line in lines if "install_layout" not in line] for lines in cut]
    assert options[0] == options[1]
    assert "'dist_name': 'some-thing'" in ours.stdout


def test_a_missing_folder_in_front_of_two_dots_is_made_or_passed_over(project, run_setup) -> None:
    script = "from distutils.core import setup; setup(name='p', version='1', py_modules=['m'])"
    folder = project({"setup.py": script, "m.py": ""})
    for new in ["new", "newer"]:  # (the second time `x` is there already)
        run_setup(folder, "install_egg_info", f"--install-dir={new}/../x")
    assert len(list((folder / "x").glob("p-1*.egg-info"))) == 1
    run_setup(folder, "install", "--root=r", "--install-lib=/n/../y")
    assert (folder / "r/y/m.py").exists()
