"""The command line: options, commands, help, and what is said when it cannot be understood."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

SETUP = """
from distutils.core import Command, setup


def show_names():
    print("names: one, two")


class hello(Command):
    description = "greets somebody"
    user_options = [
        ("who=", "w", "whom to greet, which may be anybody at all and is explained here at such "
                      "a length that the text has to be broken into several lines"),
        ("loud", "l", "shout"),
        ("no-loud", None, "whisper"),
        ("level", "L", "once more"),
    ]
    boolean_options = ["loud"]
    negative_opt = {"no-loud": "loud"}
    help_options = [("help-names", None, "list the names", show_names)]

    def initialize_options(self):
        self.who = None
        self.loud = 0
        self.level = 0

    def finalize_options(self):
        pass

    def run(self):
        print("hello", repr(self.who), self.loud, self.level, "dry" if self.dry_run else "wet", self.verbose)


class bye(Command):
    user_options = []

    def initialize_options(self):
        pass

    def finalize_options(self):
        pass

    def run(self):
        self.run_command("hello")
        print("bye")


class bare(Command):
    pass


class unruly(Command):
    user_options = [("x", None, "too short")]


class unfinished(Command):
    user_options = []


class stranger:
    user_options = []


class unhelpful(hello):
    help_options = [("help-names", None, "list the names", "show_names")]


setup(
    name="demo",
    version="1.2",
    author="Ann Author",
    author_email="ann@example.org",
    maintainer="Mia Maintainer",
    url="https://example.org/demo",
    license="MIT",
    description="a demonstration",
    long_description="A demonstration.\\n\\nAt length.",
    keywords="one, two",
    platforms=["any", "all"],
    classifiers=["Topic :: A", "Topic :: B"],
    provides=["demo"],
    requires=["other (>=1.0)", "more"],
    obsoletes=["old"],
    cmdclass={
        c.__name__: c for c in (hello, bye, bare, unruly, unfinished, stranger, unhelpful)
    },
)
"""

COMMAND_LINES = """
hello
hello --who=you
hello --who you
hello --wh you
hello -w you
hello -wyou
hello -lwyou
hello -lw you bye
hello --loud bye --help
hello --no-loud
hello --loud --no-loud
hello --no-loud --loud
hello -LLL
hello --level --level
hello --who= -l
hello -w -l
hello -w --
hello -l -- bye
hello - bye
bye hello
bye bye hello --who=late
-v hello
-vv hello
-q hello
-qv hello
-vq hello
-n hello
--dry-run hello
hello --dry-run
hello -n bye
--quiet hello --verbose
--verb hello
--no-user-cfg hello
--command-packages= hello
-h
--help
--help hello
--help hello bye
-h hello
hello --help
hello -h
hello --help bye
hello bye --help
hello --who
hello -w
hello --who=you --help
hello --help-names
hello --help-names bye
unhelpful --help-names
--help-commands
--help-commands hello
hello --help-commands
--name
-V
--version --name
--name hello
--fullname
--author --author-email
--maintainer --maintainer-email
--contact --contact-email
--url --license --licence
--description --long-description
--platforms --keywords --classifiers
--provides --requires --obsoletes
--nam
--na --ver
--lic
--name --help
--name=x

--
-- hello
--nope
--nope hello
--v
--he
-x
-vx hello
--dry-run=1 hello
--help=1
hello --nope
hello --command-packages=x
hello --name
hello -x
hello --loud=1
hello --l
hello --no=1
hello you
nosuch
hello nosuch
nosuch hello
--help nosuch
1st
hello-world
hello.world
bare
bare --help
unruly
unfinished
stranger
""".strip("\n").split("\n")  # fmt: skip

# Runs a setup script once for each command line, and writes what each gave as JSON.
DRIVER = r"""
import contextlib, io, json, logging, os, sys
from distutils import core, log

script, lines, answer = sys.argv[1:]
source = compile(open(script).read(), script, "exec")
results = []
for line in json.load(open(lines)):
    out, err, status = io.StringIO(), io.StringIO(), 0
    sys.argv = ["setup.py", *line]
    log.set_threshold(log.WARN)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            exec(source, {"__name__": "__main__", "__file__": script})
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else end.code and 1 or 0
            if isinstance(end.code, str):
                err.write(end.code + "\n")
        except Exception as error:
            status = 1
            err.write(f"error: {error}\n")
    results.append([status, out.getvalue(), err.getvalue()])
with open(answer, "w") as file:
    json.dump(results, file)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory, clean_home, oracle) -> dict[str, tuple[list, list]]:
    """For each command line, what ours and the oracle's gave: exit status, output, errors."""
    import subprocess

    from conftest import clean_environment

    folder: Path = tmp_path_factory.mktemp("answers")
    (folder / "setup.py").write_text(SETUP)
    (folder / "driver.py").write_text(DRIVER)
    (folder / "lines").write_text(json.dumps([line.split() for line in COMMAND_LINES]))
    arguments = ["driver.py", "setup.py", "lines"]
    oracle.run(*arguments, "theirs", cwd=folder)
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1")
    subprocess.run([sys.executable, *arguments, "ours"], cwd=folder, env=environment, check=True)
    ours, theirs = (json.loads((folder / name).read_text()) for name in ("ours", "theirs"))
    return dict(zip(COMMAND_LINES, zip(ours, theirs, strict=True), strict=True))


# Commands that CPython's distutils does not have.
OUR_OWN = ("bdist_wheel", "dist_info", "egg_info", "editable_wheel", "develop")


def layout(output: str) -> list[str]:
    """`output` without the explanations of distutils' own options and commands, which are in its own words.

    What is compared are headings, names, their order, and the column that explanations begin in.
    """
    lines = []
    own_words = False
    for line in output.split("\n"):
        if line.startswith("Common commands") or line.endswith((":", "commands)")):
            own_words = not line.startswith(("Options for", "Extra commands"))
        name = re.match(r"  (--\S+(?: \(-\w\))? +|setup\.py \w+ +|\w+ +)(?=\S)", line)
        if own_words and name and name[1].strip() in OUR_OWN:
            continue
        if own_words and name:
            line = name[0] + "..."
        elif own_words and line.startswith(" " * 8):
            continue
        lines.append(line)
    return lines


# What stands behind CPython's text of an error, which says no more than what is wrong.
ADDED = {
    "hello --help-commands": ": --help-commands stands before every command",
    "hello --command-packages=x": ": --command-packages stands before every command",
    "hello --name": ": --name stands before every command",
    "--na --ver": ": it may be --verbose or --version",
    "--lic": ": it may be --license or --licence",
    "--v": ": it may be --verbose or --version",
    "--he": ": it may be --help or --help-commands",
    "hello --l": ": it may be --loud or --level",
    "hello --no=1": ": it may be --no-loud or --no-user-cfg",
    "unfinished": ": initialize_options() is missing",
}

# Lines for which ours has an error text of its own (see test_mistakes.py).
OWN_WORDS = ("unruly", "stranger")


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_a_command_line_does_what_it_does_with_cpythons_distutils(line: str, answers) -> None:
    (status, output, errors), (their_status, their_output, their_errors) = answers[line]
    assert layout(output) == layout(their_output)
    if line not in OWN_WORDS:
        assert errors == their_errors[:-1] + ADDED.get(line, "") + their_errors[-1:]
    assert status == their_status


def test_help_shows_the_global_and_the_display_options_with_their_headings(project, run_setup) -> None:
    output = run_setup(project({"setup.py": SETUP}), "--help").stdout
    assert output.startswith("Common commands: (see '--help-commands' for more)\n\n  setup.py build ")
    assert "\n\nGlobal options:\n  --verbose (-v)      " in output
    assert "\nInformation display options (just display information, ignore any commands)\n" in output
    assert output.endswith(
        "usage: setup.py [global_opts] cmd1 [cmd1_opts] [cmd2 [cmd2_opts] ...]\n"
        "   or: setup.py --help [cmd1 cmd2 ...]\n"
        "   or: setup.py --help-commands\n"
        "   or: setup.py cmd --help\n\n"
    )


def test_an_error_on_the_command_line_comes_after_the_usage_with_exit_status_1(project, run_setup) -> None:
    done = run_setup(project({"setup.py": SETUP}), "nosuch", status=1)
    assert done.stdout == ""
    assert done.stderr.startswith("usage: setup.py [global_opts] cmd1 ")
    assert done.stderr.endswith("\n\nerror: invalid command 'nosuch'\n")


def test_an_argument_that_is_not_unicode_reaches_the_command_as_it_is(project, run_setup) -> None:
    import os

    folder = project({"setup.py": SETUP.replace("repr(self.who)", "ascii(self.who)")})
    raw = b"caf\xe9"
    done = run_setup(folder, "hello", "--who", os.fsdecode(raw))
    assert done.stdout.endswith("hello 'caf\\udce9' 0 0 wet 1\n")


def test_the_script_may_give_its_own_arguments_and_name(distutils, capsys) -> None:
    from distutils.core import setup

    setup(name="x", script_name="/somewhere/other.py", script_args=["--name"])
    with pytest.raises(SystemExit) as end:
        setup(name="x", script_name="/somewhere/other.py", script_args=("nosuch",))
    assert str(end.value).startswith("usage: other.py [global_opts]")
    assert capsys.readouterr().out == "x\n"


def test_script_args_in_one_string_are_refused_in_one_line(project, run_setup) -> None:
    folder = project({"setup.py": "from distutils.core import setup\nsetup(script_args='build --force')"})
    done = run_setup(folder, status=1)
    assert done.stderr.endswith("error: the arguments must be a list of strings (got 'build --force')\n")


def test_every_global_option_is_set_on_the_distribution_as_a_number(distutils) -> None:
    from distutils.dist import Distribution

    dist = Distribution({"script_name": "setup.py", "script_args": ["-vvn", "clean"]})
    assert dist.parse_command_line() is True
    assert (dist.verbose, dist.dry_run, dist.help, dist.commands) == (3, 1, 0, ["clean"])
    assert dist.command_options == {"clean": {}}


def test_display_options_leave_nothing_to_run(distutils, capsys) -> None:
    from distutils.dist import Distribution

    dist = Distribution({"name": "x", "script_name": "setup.py", "script_args": ["--name", "clean"]})
    assert not dist.parse_command_line()
    assert (capsys.readouterr().out, dist.commands) == ("x\n", [])


def test_options_of_a_command_are_kept_with_their_source(distutils) -> None:
    from distutils.dist import Distribution

    dist = Distribution({"script_name": "setup.py", "script_args": ["clean", "--build-base=b", "-a"]})
    dist.parse_command_line()
    assert dist.command_options == {
        "clean": {"build_base": ("command line", "b"), "all": ("command line", 1)}
    }


def test_hooks_of_a_subclass_are_called_in_distutils_order(distutils) -> None:
    from distutils.dist import Distribution

    calls = []

    class Watched(Distribution):
        def __getattribute__(self, name: str):
            value = super().__getattribute__(name)
            if callable(value) and not name.startswith("__") and not isinstance(value, type):
                calls.append(name)
            return value

    dist = Watched({"script_name": "setup.py", "script_args": ["clean", "--all"]})
    calls.clear()
    dist.parse_command_line()
    assert calls == [
        "parse_command_line",
        "_get_toplevel_options",
        "handle_display_options",
        "_parse_command_opts",
        "get_command_class",
        "get_command_packages",
        "get_option_dict",
    ]
