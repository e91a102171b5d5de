"""The commands bdist and bdist_dumb: what is built, under which names, and by which calls."""

import json
import os
import re
import sys
from pathlib import Path

import pytest
from archives import members, owners

SETUP = """
from distutils.core import setup
setup(name="p", version="1.0", url="u", author="a", author_email="e",
      packages=["pkg"], package_data={"pkg": ["*.dat"]}, py_modules=["mod"], scripts=["scripts/run"],
      data_files=[("share/p", ["data/d"])])
"""

PROJECT = {
    "setup.py": SETUP,
    "pkg/__init__.py": "x = 1\n",
    "pkg/x.dat": "x",
    "mod.py": "y = 2\n",
    "scripts/run": "#! python\nprint()\n",
    "data/d": "d",
}

FORMATS = {"gztar": ".tar.gz", "bztar": ".tar.bz2", "xztar": ".tar.xz", "tar": ".tar", "zip": ".zip"}

WHERE = "import sys; print(sys.prefix); print('%d.%d' % sys.version_info[:2])"


def neutral(archive: Path, prefix: str, version: str) -> dict[str, tuple[object, ...]]:
    """The members, with the running Python's prefix and version out of their names and contents."""
    found = {}
    for name, (kind, mode, content) in members(archive).items():
        name = name.removeprefix("./").replace(prefix.lstrip("/"), "PREFIX")
        name = name.replace(f"python{version}", "python3.x").replace(f"py{version}", "py3.x")
        name = re.sub(r"cpython-3\d+", "cpython-3x", name)
        # Debian's Pythons give this file no version.
        name = name.replace("-py3.x.egg-info", ".egg-info")
        # Folders above the prefix differ with it; byte code and the first line of a script with the Python.
        if "PREFIX" in name:
            if name.endswith(".pyc") or "/bin/" in name:
                content = None
            found[name] = (kind, mode, content)
    return found


@pytest.mark.parametrize("format", FORMATS)
def test_the_archive_has_the_members_of_cpythons(format, project, oracle, run_setup) -> None:
    theirs, ours = project(PROJECT, "theirs"), project(PROJECT, "ours")
    oracle.run("setup.py", "bdist_dumb", f"--format={format}", cwd=theirs)
    run_setup(ours, "bdist_dumb", f"--format={format}")
    their_prefix, their_version = oracle.run("-c", WHERE, cwd=theirs).stdout.split()
    own_version = "{}.{}".format(*sys.version_info[:2])
    (their_archive,), (own_archive,) = os.listdir(theirs / "dist"), os.listdir(ours / "dist")
    assert own_archive == their_archive == f"p-1.0.{platform()}{FORMATS[format]}"
    expected = neutral(theirs / "dist" / their_archive, their_prefix, their_version)
    found = neutral(ours / "dist" / own_archive, sys.prefix, own_version)
    assert found == expected
    assert "PREFIX/share/p/d" in found and "PREFIX/bin/run" in found
    assert not list((ours / "build").glob("bdist*/dumb"))


def platform() -> str:
    import sysconfig

    return sysconfig.get_platform()


def test_names_can_be_relative_to_the_prefix(project, run_setup) -> None:
    folder = project(PROJECT)
    run_setup(folder, "bdist_dumb", "--relative")
    names = [name.removeprefix("./") for name in members(folder / f"dist/p-1.0.{platform()}.tar.gz")]
    assert "share/p/d" in names and "bin/run" in names


def test_options_say_names_folders_and_owners(project, run_setup) -> None:
    grp, pwd = pytest.importorskip("grp"), pytest.importorskip("pwd")
    user, group = pwd.getpwuid(1).pw_name, grp.getgrgid(1).gr_name
    folder = project(PROJECT)
    options = ["--plat-name=here", "--dist-dir=out", "--bdist-dir=tmp/b", "--keep-temp"]
    run_setup(folder, "bdist_dumb", *options, f"--owner={user}", f"--group={group}")
    assert os.listdir(folder / "out") == ["p-1.0.here.tar.gz"]
    assert owners(folder / "out/p-1.0.here.tar.gz") == {(1, 1, user, group)}
    assert list((folder / "tmp/b").rglob("mod.py"))


def test_bdist_runs_the_command_of_each_format_and_keeps_what_is_needed_again(project, run_setup) -> None:
    script = (
        """
import json
from distutils.command.bdist_dumb import bdist_dumb
seen = []

class noted(bdist_dumb):
    def run(self):
        seen.append([self.format, self.keep_temp, self.owner, self.group])
        bdist_dumb.run(self)
"""
        + SETUP.replace("setup(", "distribution = setup(cmdclass={'bdist_dumb': noted}, ")
        + "print('SEEN', json.dumps([seen, distribution.dist_files]))\n"
    )
    folder = project({**PROJECT, "setup.py": script})
    done = run_setup(folder, "bdist", "--formats=zip,gztar", "--owner=root", "--plat-name=x")
    seen, files = json.loads(done.stdout.split("SEEN ")[1])
    assert seen == [["zip", 1, "root", None], ["gztar", 0, "root", None]]
    assert files == [["bdist_dumb", "any", f"{folder}/dist/p-1.0.x{end}"] for end in (".zip", ".tar.gz")]
    assert sorted(os.listdir(folder / "dist")) == ["p-1.0.x.tar.gz", "p-1.0.x.zip"]


def test_a_format_of_a_scripts_own_is_made_by_its_command(project, run_setup) -> None:
    script = """
from distutils.cmd import Command
from distutils.command.bdist import bdist
from distutils.core import setup

bdist.format_commands.append("card")
bdist.format_command["card"] = ("bdist_card", "a card")

class bdist_card(Command):
    user_options = []
    def initialize_options(self):
        self.format = None
    def finalize_options(self):
        pass
    def run(self):
        print("CARD", self.format)

setup(name="p", cmdclass={"bdist_card": bdist_card})
"""
    folder = project({"setup.py": script})
    assert "CARD card" in run_setup(folder, "bdist", "--formats=card").stdout
    listed = run_setup(folder, "bdist", "--help-formats").stdout.splitlines()
    assert listed[0] == "List of available distribution formats:"
    names = [line.split()[0].removeprefix("--formats=") for line in listed[1:] if "--formats=" in line]
    assert names == ["rpm", "gztar", "bztar", "xztar", "ztar", "tar", "zip", "msi", "wheel", "card"]


@pytest.mark.parametrize("command", ["bdist", "bdist_dumb"])
def test_a_platform_without_a_format_of_its_own_is_told(command, distutils, monkeypatch) -> None:
    from distutils.dist import Distribution
    from distutils.errors import DistutilsPlatformError

    made = Distribution({"name": "p"}).get_command_obj(command)
    made.bdist_base = made.bdist_dir = "x"
    monkeypatch.setattr(type(made), "default_format", {})
    with pytest.raises(
        DistutilsPlatformError, match=f"don't know how to create .*built distributions on platform {os.name}"
    ):
        made.finalize_options()


def test_unknown_formats_and_missing_commands_are_errors_of_one_line(project, run_setup) -> None:
    folder = project(PROJECT)
    done = run_setup(folder, "bdist", "--formats=nothing", status=1)
    assert done.stderr.splitlines()[-1] == "error: invalid format 'nothing'"
    done = run_setup(folder, "bdist_dumb", "--format=nothing", status=1)
    assert "unknown archive format 'nothing'" in done.stderr.splitlines()[-1]
    done = run_setup(folder, "bdist", "--formats=msi", status=1)
    assert "invalid command 'bdist_msi'" in done.stderr.splitlines()[-1]
    assert not (folder / "dist").exists()


@pytest.mark.parametrize("options", [["bdist_dumb"], ["bdist", "--formats=zip,tar"], ["bdist_dumb", "-k"]])
def test_a_dry_run_changes_nothing_and_tells_what_a_run_would_do(options, project, run_setup, tree) -> None:
    from test_sdist import JOURNALS

    folder = project({**PROJECT, "journals.py": JOURNALS})
    before = tree(folder)
    run_setup(folder, "--dry-run", *options)
    assert tree(folder) == before
    done = run_setup(folder, *options, script="journals.py")
    dry, real = json.loads(done.stdout.split("JOURNALS ")[1])
    assert dry[1] == real[1] != []
    assert dry[0] == real[0]


# What bdist_dumb calls through itself, and the other commands' options that it sets.
NOTED = (
    """
import json
from distutils.command.bdist import bdist as bdist_
from distutils.command.bdist_dumb import bdist_dumb as bdist_dumb_

calls = []

def noted(base):
    names = '''initialize_options finalize_options run get_finalized_command set_undefined_options run_command
        reinitialize_command make_archive ensure_string_list'''.split()
    def method(name):
        def call(self, *args, **keywords):
            words = [arg for arg in args if isinstance(arg, str)]
            calls.append([base.__name__, name, words, sorted(keywords)])
            return getattr(base, name)(self, *args, **keywords)
        return call
    return type(base.__name__, (base,), {name: method(name) for name in names})

bdist, bdist_dumb = noted(bdist_), noted(bdist_dumb_)
"""
    + SETUP.replace("setup(", "setup(cmdclass={'bdist': bdist, 'bdist_dumb': bdist_dumb}, ")
    + "print('CALLS', json.dumps(calls))\n"
)


@pytest.mark.parametrize("options", [["bdist", "--formats=gztar,zip"], ["bdist_dumb", "--relative"]])
def test_every_call_through_self_is_made_in_cpythons_order(options, project, oracle, run_setup) -> None:
    theirs, ours = project({**PROJECT, "setup.py": NOTED}, "x"), project({**PROJECT, "setup.py": NOTED}, "y")
    expected = oracle.run("setup.py", *options, cwd=theirs).stdout.split("CALLS ")[1]
    found = run_setup(ours, *options).stdout.split("CALLS ")[1]
    assert json.loads(found.replace(str(ours), "")) == json.loads(expected.replace(str(theirs), ""))
