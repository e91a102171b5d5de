"""Configuration files: which are read, in which order, and what they set."""

from __future__ import annotations

import configparser
import sys
from pathlib import Path

import pytest

SETUP = """
from distutils.core import Command, setup


class show(Command):
    user_options = [("text=", None, ""), ("flag", None, ""), ("noflag", None, ""), ("prefix=", None, "")]
    boolean_options = ["flag"]
    negative_opt = {"noflag": "flag"}

    def initialize_options(self):
        self.text = self.prefix = None
        self.flag = 0

    def finalize_options(self):
        pass

    def run(self):
        print(self.text, self.flag, self.prefix)


setup(name="demo", version="1.0", cmdclass={"show": show}, options=OPTIONS)
"""


def script(options: str = "{}") -> str:
    return SETUP.replace("OPTIONS", options)


def shown(done) -> str:
    return done.stdout.removeprefix("running show\n").rstrip("\n")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "a home"
    folder.mkdir()
    return folder


def test_each_place_overrides_the_ones_before_it(project, run_setup, home: Path) -> None:
    extra = home / "extra.cfg"
    folder = project({"setup.py": script("{'show': {'text': 'script'}}")})
    env = {"HOME": str(home)}
    assert shown(run_setup(folder, "show", env=env)) == "script 0 None"
    (home / ".pydistutils.cfg").write_text("[show]\ntext = user\n")
    assert shown(run_setup(folder, "show", env=env)) == "user 0 None"
    extra.write_text("[show]\ntext = extra\n")
    env["DIST_EXTRA_CONFIG"] = str(extra)
    assert shown(run_setup(folder, "show", env=env)) == "extra 0 None"
    (folder / "setup.cfg").write_text("[show]\ntext = project\n")
    assert shown(run_setup(folder, "show", env=env)) == "project 0 None"
    assert shown(run_setup(folder, "show", "--text=line", env=env)) == "line 0 None"


def test_no_user_cfg_leaves_out_the_users_file_only(project, run_setup, home: Path) -> None:
    (home / ".pydistutils.cfg").write_text("[show]\ntext = user\nflag = yes\n")
    folder = project({"setup.py": script(), "setup.cfg": "[show]\ntext = project\n"})
    env = {"HOME": str(home)}
    assert shown(run_setup(folder, "show", env=env)) == "project 1 None"
    assert shown(run_setup(folder, "--no-user-cfg", "show", env=env)) == "project 0 None"
    assert shown(run_setup(folder, "-q", "--no-user-cfg", "show", env=env)) == "project 0 None"


def test_no_user_cfg_behind_the_first_command_is_too_late(distutils) -> None:
    from distutils.dist import Distribution

    def wanted(*args: str) -> bool:
        return Distribution({"script_args": args}).want_user_cfg

    assert wanted("build", "--no-user-cfg")
    assert wanted()
    assert not wanted("-v", "--no-user-cfg", "build")


def test_the_installations_file_is_found_beside_distutils(distutils, tmp_path: Path, monkeypatch) -> None:
    from distutils.dist import Distribution

    package = tmp_path / "site" / "distutils"
    package.mkdir(parents=True)
    (package / "distutils.cfg").write_text("[show]\ntext = system\n")
    monkeypatch.setattr(distutils, "__file__", str(package / "__init__.py"))
    (tmp_path / "setup.cfg").write_text("")
    assert Distribution().find_config_files() == [str(package / "distutils.cfg"), "setup.cfg"]


def test_the_users_file_has_no_dot_on_windows(distutils, tmp_path: Path, monkeypatch) -> None:
    import os
    from distutils.dist import Distribution

    (tmp_path / "pydistutils.cfg").touch()
    (tmp_path / ".pydistutils.cfg").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Distribution().find_config_files() == [str(tmp_path / ".pydistutils.cfg")]
    monkeypatch.setattr(os, "name", "nt")
    assert Distribution().find_config_files() == [str(tmp_path / "pydistutils.cfg")]


def test_an_extra_file_that_is_not_there_is_warned_of(project, run_setup) -> None:
    done = run_setup(project({"setup.py": script()}), "show", env={"DIST_EXTRA_CONFIG": "nowhere.cfg"})
    assert done.stderr == "warning: DIST_EXTRA_CONFIG: 'nowhere.cfg' is not a file\n"


def test_files_may_be_given_to_parse_config_files_and_those_that_are_missing_do_not_count(
    distutils, tmp_path: Path
) -> None:
    from distutils.dist import Distribution

    (tmp_path / "one.cfg").write_text("[clean]\nbuild-base = b\n[other]\nx: 1\n")
    dist = Distribution()
    dist.parse_config_files(["one.cfg", "nowhere.cfg"])
    assert dist.command_options == {
        "clean": {"build_base": ("one.cfg", "b")},
        "other": {"x": ("one.cfg", "1")},
    }


def test_hyphens_and_underscores_in_the_names_of_options_are_the_same(distutils, tmp_path: Path) -> None:
    from distutils.dist import Distribution

    (tmp_path / "setup.cfg").write_text("[clean]\nbuild-base = a\nbuild_temp = b\n")
    dist = Distribution()
    dist.parse_config_files()
    assert list(dist.command_options["clean"]) == ["build_base", "build_temp"]


CONTENTS = """
[show]
text = one
  two

  # a comment
  three = 3
Flag: yes
[DEFAULT]
prefix = /opt
[other]
; none
a=%(C)s 100%% of %(Prefix)s
c
 =d
"""


def test_a_file_is_read_as_pythons_parser_reads_it(distutils, tmp_path: Path) -> None:
    from distutils.dist import Distribution

    text = CONTENTS.replace("\nc\n =d", "\nc\t:  c = d")
    (tmp_path / "setup.cfg").write_text(text)
    parser = configparser.ConfigParser()
    parser.read("setup.cfg")
    dist = Distribution()
    dist.parse_config_files()
    expected = {
        section: {option: ("setup.cfg", value) for option, value in parser.items(section)}
        for section in parser.sections()
    }
    ignored = {"prefix"} if sys.prefix != sys.base_prefix else set()
    for options in expected.values():
        for option in ignored:
            options.pop(option, None)
    assert dist.command_options == expected


def test_references_are_replaced_in_every_file_and_nowhere_else(project, run_setup, home: Path) -> None:
    extra = home / "extra.cfg"
    (home / ".pydistutils.cfg").write_text("[DEFAULT]\nflag = 1\n[show]\ntext = %(flag)s%%user\n")
    folder = project({"setup.py": script("{'show': {'text': '%(flag)s%%'}}")})
    env = {"HOME": str(home)}
    assert shown(run_setup(folder, "show", env=env)) == "1%user 1 None"
    assert shown(run_setup(folder, "--no-user-cfg", "show", env=env)) == "%(flag)s%% 0 None"
    extra.write_text("[show]\ntext = %(FLAG)s%%extra\nflag = yes\n")
    env["DIST_EXTRA_CONFIG"] = str(extra)
    assert shown(run_setup(folder, "show", env=env)) == "yes%extra 1 None"
    assert shown(run_setup(folder, "show", "--text=%(flag)s%%", env=env)) == "%(flag)s%% 1 None"


OTHERS = "[tool:pytest]\nlog_format = %(asctime)s\n[flake8]\nformat = %(path)s:%d\n[unused]\na = 5 % 3\n"


def test_a_value_that_no_command_asks_for_may_have_any_percent_signs(project, run_setup, distutils) -> None:
    from distutils.dist import Distribution

    folder = project({"setup.py": script(), "setup.cfg": OTHERS + "[show]\ntext = %(prefix)s\n"})
    # The command line's value is the one that counts, and a later file's.
    assert shown(run_setup(folder, "show", "--text=x")) == "x 0 None"
    (folder / "more.cfg").write_text("[show]\ntext = more\n")
    dist = Distribution({"name": "d"})
    files = [str(folder / "setup.cfg"), str(folder / "more.cfg")]
    dist.parse_config_files(files)
    assert dist.command_options["flake8"] == {"format": (files[0], "%(path)s:%d")}
    assert dist.get_option_dict("tool:pytest")["log_format"][1] == "%(asctime)s"
    assert dist.command_options["show"]["text"] == (files[1], "more")


@pytest.mark.parametrize("option", ["prefix", "install-lib", "install_lib"])
def test_where_to_install_is_left_to_the_environment_in_a_virtual_environment(
    distutils, tmp_path: Path, monkeypatch, option: str
) -> None:
    from distutils.dist import Distribution

    (tmp_path / "setup.cfg").write_text(f"[install]\n{option} = /x\n")

    def options() -> dict:
        dist = Distribution()
        dist.parse_config_files()
        return dist.command_options["install"]

    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    assert options() == {option.replace("-", "_"): ("setup.cfg", "/x")}
    monkeypatch.setattr(sys, "base_prefix", "/elsewhere")
    # As with CPython's, the spelling with underscores is not looked for.
    assert options() == ({"install_lib": ("setup.cfg", "/x")} if "_" in option else {})


def test_the_global_section_sets_options_of_the_distribution(distutils, tmp_path: Path) -> None:
    from distutils.dist import Distribution

    (tmp_path / "setup.cfg").write_text("[global]\nverbose = no\ndry-run = On\nhelp = x\n")
    dist = Distribution()
    dist.parse_config_files()
    assert (dist.verbose, dist.dry_run, dist.help) == (0, 1, "x")
    (tmp_path / "setup.cfg").write_text("[global]\nquiet = 1\n")
    dist = Distribution()
    dist.parse_config_files()
    assert dist.verbose is False


def test_the_script_may_give_global_options_too(distutils) -> None:
    from distutils.dist import Distribution

    dist = Distribution({"options": {"global": {"dry_run": 1, "quiet": "yes"}}})
    dist.parse_config_files()
    assert (dist.dry_run, dist.verbose) == (1, False)


@pytest.mark.parametrize(
    ("contents", "error"),
    [
        ("[show]\ntext\n", "setup.cfg:2: 'text' is neither a [section] nor an option; "),
        ("text = 1\n", "setup.cfg:1: 'text = 1' stands before any section header; "),
        ("[a]\n[a]\n", "setup.cfg:2: section 'a' already exists (line 1); "),
        ("[a]\nx = 1\nX = 2\n", "setup.cfg:3: option 'x' in section 'a' already exists (line 2); "),
        (b"[show]\n\ntext = caf\xe9\n", "setup.cfg:3: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        (
            "[global]\nverbose = maybe\n",
            "error in setup.cfg:2: option 'verbose': invalid truth value 'maybe'",
        ),
        ("[global]\n\nquiet=?\n", "error in setup.cfg:3: option 'quiet': invalid truth value '?'"),
        (
            "[show]\n\ntext = %(asctime)s\n",
            "error in setup.cfg:3: option 'text' of command 'show': there is no option 'asctime' in its "
            "section for it to refer to; write '%%' for a percent sign",
        ),
        (
            "[show]\nflag = 50%\n",
            "error in setup.cfg:2: option 'flag' of command 'show': '%' is no reference to another option; ",
        ),
        (
            "[show]\ntext = %(text)s\n",
            "error in setup.cfg:2: option 'text' of command 'show': its references to other options go ",
        ),
        ("[global]\nx = %(y)s\n", "error in setup.cfg:2: option 'x': there is no option 'y' in its section "),
        ("[show]\nnothing = 1\n", "error in setup.cfg:2: command 'show' has no such option 'nothing'"),
        (
            "[show]\nflag = 7\n",
            "error in setup.cfg:2: option 'flag' of command 'show': invalid truth value '7'",
        ),
        (
            "[show]\nnoflag = -\n",
            "error in setup.cfg:2: option 'noflag' of command 'show': invalid truth value '-'",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_one_line_with_its_place(
    project, run_setup, contents: str | bytes, error: str
) -> None:
    folder = project({"setup.py": script()})
    (folder / "setup.cfg").write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    done = run_setup(folder, "show", status=1)
    assert done.stderr.startswith(f"error: {error}")
    assert done.stderr.count("\n") == 1


def test_a_wrong_option_of_the_script_is_told_with_its_source(project, run_setup) -> None:
    folder = project({"setup.py": script("{'show': {'nothing': 1}}")})
    done = run_setup(folder, "show", status=1)
    assert done.stderr == "error: error in setup script: command 'show' has no such option 'nothing'\n"


@pytest.mark.parametrize("options", ["5", "{'show': 5}", "[('show', {})]"])
def test_options_that_are_no_dictionary_are_refused_in_one_line(project, run_setup, options: str) -> None:
    done = run_setup(project({"setup.py": script(options)}), "show", status=1)
    assert done.stderr.startswith("error in demo setup command: 'options' must be a dictionary ")
    assert done.stderr.count("\n") == 1


def test_values_from_files_are_what_cpythons_distutils_takes_from_them(
    project, run_setup, oracle, home: Path
) -> None:
    files = {
        "setup.py": script("{'show': {'flag': 'no', 'text': 'from the script'}}"),
        "setup.cfg": "[show]\nflag = TRUE\nprefix=\n  a\n  b\n[unknown]\nx = %(y)s%%\ny = 1\n",
    }
    (home / ".pydistutils.cfg").write_text(
        "[show]\ntext: user = 1%% %(flag)s\nflag = 0\n[global]\nverbose = %(more)s\nmore = 0\n"
    )
    env = {"HOME": str(home)}
    folder = project(files)
    theirs = oracle.run("setup.py", "show", cwd=folder, env=env)
    ours = run_setup(folder, "show", env=env)
    # In a virtual environment the prefix is left out; the oracle does not run in one.
    assert ours.stdout.replace("None", "\na\nb") == theirs.stdout


def test_with_debugging_on_it_is_told_what_is_read(project, run_setup, oracle) -> None:
    folder = project({"setup.py": script("{'show': {'text': 'x'}}"), "setup.cfg": "[show]\nflag = 1\n"})
    env = {"DISTUTILS_DEBUG": "1"}
    arguments = ("-v", "show", "--text=y")
    ours, theirs = (
        run_setup(folder, *arguments, env=env),
        oracle.run("setup.py", *arguments, cwd=folder, env=env),
    )
    assert ours.stdout == theirs.stdout
