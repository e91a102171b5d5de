"""Every option's value knows where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

SETUP = """
from distutils.command.clean import clean
from distutils.core import Command, setup


class source(Command):
    user_options = [("base=", "b", ""), ("temp-dir=", None, ""), ("flag", None, ""), ("no-flag", None, "")]
    boolean_options = ["flag"]
    negative_opt = {"no-flag": "flag"}

    def initialize_options(self):
        self.base = self.temp_dir = None
        self.flag = 0

    def finalize_options(self):
        if self.base is None:
            self.base = "here"

    def run(self):
        pass


class user(source):
    def finalize_options(self):
        self.set_undefined_options("source", ("base", "base"), ("temp_dir", "temp_dir"))


setup(
    name="demo",
    version="1.0",
    cmdclass={"source": source, "user": user},
    options={"source": {"temp_dir": "t"}},
)
"""
CONFIG = """
[source]
# where
base = b
[user]
no-flag = yes
"""


@pytest.fixture
def dist(distutils, project, monkeypatch):
    """The distribution of the script above, with its command line parsed."""
    from distutils.core import run_setup

    monkeypatch.chdir(project({"setup.py": SETUP, "setup.cfg": CONFIG.replace("no-flag", "flag")}))

    def make(*args: str):
        return run_setup("setup.py", list(args), stop_after="commandline")

    return make


def test_a_value_of_a_file_is_from_its_line(dist) -> None:
    made = dist("source")
    assert made.get_option_origin("source", "base") == "setup.cfg:3"
    assert made.command_options["source"]["base"] == ("setup.cfg", "b")
    assert type(made.command_options["source"]["base"][0]) is str


def test_the_command_line_the_script_and_defaults_are_told_apart(dist) -> None:
    made = dist("source", "--base=x")
    assert made.get_option_origin("source", "base") == "command line"
    assert made.get_option_origin("source", "temp_dir") == "setup script"
    assert made.get_option_origin("source", "flag") == "default"
    assert made.get_option_origin("nosuch", "flag") == "default"


def test_an_option_may_be_named_as_in_the_table(dist) -> None:
    assert dist("source").get_option_origin("source", "temp-dir=") == "setup script"


def test_a_command_knows_the_origins_of_its_own_options(dist) -> None:
    command = dist("source").get_command_obj("source")
    command.ensure_finalized()
    origins = {name: command.get_option_origin(name) for name in ("base", "temp_dir", "flag")}
    assert origins == {"base": "setup.cfg:3", "temp_dir": "setup script", "flag": "default"}


def test_a_value_taken_from_another_command_has_that_commands_origin(dist) -> None:
    command = dist("user").get_command_obj("user")
    command.ensure_finalized()
    assert (command.base, command.get_option_origin("base")) == ("b", "setup.cfg:3")
    assert (command.temp_dir, command.get_option_origin("temp_dir")) == ("t", "setup script")
    assert command.get_option_origin("flag") == "setup.cfg:5"


def test_an_own_value_comes_before_that_of_another_command(dist) -> None:
    command = dist("user", "-b", "mine").get_command_obj("user")
    command.ensure_finalized()
    assert (command.base, command.get_option_origin("base")) == ("mine", "command line")


def test_a_value_that_is_set_by_an_options_opposite_has_the_opposites_origin(dist) -> None:
    made = dist("user", "--no-flag")
    assert made.get_option_origin("user", "flag") == "command line"


def test_pairs_that_a_script_writes_itself_have_the_source_it_gave(dist) -> None:
    made = dist("source")
    made.get_option_dict("source")["base"] = ("elsewhere.cfg", "z")
    assert made.get_option_origin("source", "base") == "elsewhere.cfg"


def test_options_of_the_distribution_have_origins_too(distutils, tmp_path: Path) -> None:
    from distutils.dist import Distribution

    (tmp_path / "setup.cfg").write_text("[global]\nverbose = 1\nquiet = 1\ndry-run = 1\n")
    dist = Distribution(
        {"script_name": "setup.py", "script_args": ["-n", "clean"], "command_packages": ["distutils.command"]}
    )
    assert dist.get_option_origin("global", "verbose") == "default"
    dist.parse_config_files()
    assert dist.get_option_origin("global", "dry_run") == "setup.cfg:4"
    dist.parse_command_line()
    assert dist.get_option_origin("global", "dry-run") == "command line"
    assert dist.get_option_origin("global", "verbose") == "setup.cfg:2"
    assert dist.get_option_origin("global", "command_packages") == "setup script"


def test_show_origins_lists_every_option_of_the_commands_and_runs_nothing(project, run_setup, tree) -> None:
    folder = project({"setup.py": SETUP, "setup.cfg": CONFIG.replace("no-flag", "flag")})
    before = tree(folder)
    done = run_setup(folder, "-n", "source", "--flag", "user", script=["-m", "oxidist", "--show-origins"])
    assert done.stdout == (
        "global\n"
        "  verbose = 1 (default)\n"
        "  dry_run = 1 (command line)\n"
        "  command_packages = None (default)\n"
        "source\n"
        "  base = 'b' (setup.cfg:3)\n"
        "  temp_dir = 't' (setup script)\n"
        "  flag = 1 (command line)\n"
        "user\n"
        "  base = 'b' (setup.cfg:3)\n"
        "  temp_dir = 't' (setup script)\n"
        "  flag = 1 (setup.cfg:5)\n"
    )
    assert tree(folder) == before


def test_show_origins_tells_computed_values_and_those_of_the_environment(project, run_setup) -> None:
    script = "from distutils.core import setup\nsetup(name='d', version='1')\n"
    done = run_setup(
        project({"setup.py": script}),
        *("build_ext", "upload", "-r", "https://me:secret@host/"),
        script=["-m", "oxidist", "--show-origins"],
        env={"OXIDIST_JOBS": "3", "OXIDIST_LAUNCHER": "ccache", "CC": "gcc -m64", "CFLAGS": "-O1"},
    )
    lines = done.stdout.splitlines()
    assert "  swig_opts = [] (computed by build_ext.finalize_options)" in lines
    assert "  inplace = 0 (default)" in lines
    assert "  parallel = '3' (environment variable OXIDIST_JOBS)" in lines
    assert "  launcher = 'ccache' (environment variable OXIDIST_LAUNCHER)" in lines
    assert any(
        line.startswith("  build_lib = ") and line.endswith(" (from build.build_lib)") for line in lines
    )
    assert "  repository = 'https://me:...@host/' (command line)" in lines
    assert lines[lines.index("environment") :] == ["environment", "  CC = 'gcc -m64'", "  CFLAGS = '-O1'"]


def test_show_origins_without_commands_shows_all_that_have_options(project, run_setup) -> None:
    folder = project({"setup.py": SETUP, "setup.cfg": "[user]\nflag = 1\n"})
    done = run_setup(folder, script=["-m", "oxidist", "--show-origins"])
    headings = [line for line in done.stdout.split("\n") if line and not line.startswith(" ")]
    assert headings == ["global", "source", "user"]


def test_show_origins_tells_what_is_wrong_in_one_line(project, run_setup) -> None:
    folder = project({"setup.py": SETUP, "setup.cfg": "[user]\nnothing = 1\n"})
    done = run_setup(folder, "user", script=["-m", "oxidist", "--show-origins"], status=1)
    assert done.stderr == "error: error in setup.cfg:2: command 'user' has no such option 'nothing'\n"
