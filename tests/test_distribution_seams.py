"""Every call that CPython's `Distribution` makes through `self`, and every name it looks up, is a seam."""

from __future__ import annotations

import pytest

# Prints each method call on the distribution, its metadata or the parser, in order, with its arguments.
TRACED = """
import functools
import sys
from distutils import core, dist, fancy_getopt
from distutils.cmd import Command


def shown(value):
    if value is None or isinstance(value, (str, int)):
        return repr(value)
    # Help texts differ, and so do the reprs of objects.
    return f"{type(value).__name__}[{len(value)}]" if hasattr(value, "__len__") else type(value).__name__


def recorded(name, method, *arguments, **keywords):
    named = [f"{key}={shown(value)}" for key, value in keywords.items()]
    calls.append(f"{name}({', '.join([*map(shown, arguments), *named])})")
    return method(*arguments, **keywords)


def traced(base):
    class Traced(base):
        common_usage = "usage"

        def __getattribute__(self, name):
            value = super().__getattribute__(name)
            if callable(value) and not name.startswith("__") and not isinstance(value, type):
                return functools.partial(recorded, f"{base.__name__}.{name}", value)
            return value

    return Traced


calls = []
core.Distribution = dist.Distribution = traced(dist.Distribution)
dist.DistributionMetadata = traced(dist.DistributionMetadata)
dist.FancyGetopt = fancy_getopt.FancyGetopt = traced(fancy_getopt.FancyGetopt)


class one(Command):
    description = "one"
    user_options = [("ex=", "x", "ex"), ("flag", None, "flag")]
    boolean_options = ["flag"]
    help_options = [("help-ex", None, "help", lambda: None)]
    sub_commands = [("two", None)]

    def initialize_options(self):
        self.ex = self.flag = None

    def finalize_options(self):
        self.set_undefined_options("two", ("ex", "ex"))

    def run(self):
        for name in self.get_sub_commands():
            self.run_command(name)
        self.reinitialize_command("two", 1)
        self.run_command("two")
        self.distribution.get_option_dict("one")
        self.distribution.has_modules()
        self.distribution.is_pure()


class two(one):
    sub_commands = []

    def finalize_options(self):
        pass

    def run(self):
        pass


try:
    core.setup(
        name="demo",
        keywords="a, b",
        requires=["x"],
        options={"one": {"flag": "yes"}},
        cmdclass={"one": one, "two": two},
        py_modules=["m"],
    )
except SystemExit as end:
    calls.append("exit: " + str(end.code).strip().split("\\n")[-1])
sys.stdout.write("\\n---\\n" + "\\n".join(calls) + "\\n")
"""

COMMAND_LINES = [
    ["one"],
    ["-v", "one", "-x5", "two", "--flag"],
    ["one", "--help"],
    ["--help"],
    ["--help", "one", "two"],
    ["--help-commands"],
    ["one", "--help-ex"],
    ["--name", "--keywords", "--fullname", "--contact"],
    ["nosuch"],
    ["one", "--nope"],
    [],
]


@pytest.mark.parametrize("arguments", COMMAND_LINES, ids=" ".join)
def test_the_methods_that_setup_calls_are_those_that_cpythons_calls_in_the_same_order(
    project, run_setup, oracle, arguments: list[str]
) -> None:
    folder = project({"setup.py": TRACED, "setup.cfg": "[global]\nverbose = 1\n[two]\nex = 3\nflag = 0\n"})
    ours = run_setup(folder, *arguments)
    theirs = oracle.run("setup.py", *arguments, cwd=folder)
    calls = [done.stdout.partition("\n---\n")[2].split("\n") for done in (ours, theirs)]
    if arguments == ["--help-commands"]:
        # Ours lists the commands of command packages too, and only those that are there.
        listing = ("print_command_list(", "get_command_packages(", "get_command_class(")
        calls = [[call for call in side if not any(part in call for part in listing)] for side in calls]
    assert calls[0] == calls[1]
    assert len(calls[0]) > 10


def test_functions_are_looked_up_where_cpythons_code_has_them(distutils, monkeypatch, tmp_path) -> None:
    import distutils.dist as module
    from distutils.core import gen_usage

    seen = []
    for name in ("check_environ", "strtobool", "fix_help_options", "rfc822_escape", "FancyGetopt"):
        own = getattr(module, name)

        def replaced(*arguments, name=name, own=own):
            seen.append(name)
            return own(*arguments)

        monkeypatch.setattr(module, name, replaced)
    monkeypatch.setattr(distutils.core, "gen_usage", lambda name: seen.append("gen_usage") or gen_usage(name))
    (tmp_path / "setup.cfg").write_text("[global]\nverbose = 1\n")

    dist = module.Distribution({"script_name": "setup.py", "script_args": ["--help", "clean"]})
    dist.parse_config_files()
    assert seen == ["check_environ", "strtobool"]
    seen.clear()
    clean = dist.get_command_class("clean")
    monkeypatch.setattr(clean, "help_options", [("help-x", None, "x", print)], raising=False)
    dist.parse_command_line()
    assert seen == ["FancyGetopt", "fix_help_options", "fix_help_options", "gen_usage"]
    seen.clear()
    dist.metadata.write_pkg_info(str(tmp_path))
    assert seen == ["rfc822_escape"]


def test_the_metadata_class_is_looked_up_when_a_distribution_is_made(distutils, monkeypatch) -> None:
    import distutils.dist as module

    class Metadata(module.DistributionMetadata):
        _METHOD_BASENAMES = (*module.DistributionMetadata._METHOD_BASENAMES, "colour")

        def get_colour(self) -> str:
            return "red"

    monkeypatch.setattr(module, "DistributionMetadata", Metadata)
    dist = module.Distribution()
    assert type(dist.metadata) is Metadata
    assert dist.get_colour() == "red"


def test_a_distribution_holds_weak_references_copies_and_any_attribute(distutils) -> None:
    import copy
    import weakref
    from distutils.dist import Distribution

    dist = Distribution({"name": "demo"})
    dist.anything = [1]
    assert weakref.ref(dist)() is dist
    twin = copy.copy(dist)
    assert vars(twin) == vars(dist)
    assert twin.anything is dist.anything


def test_a_distribution_may_have_several_bases(distutils) -> None:
    import copy
    from distutils.dist import Distribution

    class Left(Distribution):
        pass

    class Right(Distribution):
        pass

    class Both(Left, Right):
        pass

    both = Both({"name": "x"})
    assert both.get_name() == "x"
    assert vars(copy.copy(both)) == vars(both)


def test_who_asks_for_egg_info_to_know_setuptools_learns_that_this_is_not_it(project, run_setup) -> None:
    script = """
        from distutils.core import Command, setup
        from distutils.errors import DistutilsModuleError
        class ask(Command):
            user_options = []
            def initialize_options(self): pass
            finalize_options = initialize_options
            def run(self):
                try:
                    print("as", type(self.distribution.get_command_obj("egg_info")).__name__)
                except DistutilsModuleError as error:
                    print(error)
        setup(name="p", version="1.0", cmdclass={"ask": ask})
        """
    folder = project({"setup.py": script})
    assert "invalid command 'egg_info'\n" in run_setup(folder, "ask").stdout
    # Whoever wants it has it.
    assert "as egg_info\n" in run_setup(folder, "egg_info", "ask").stdout
    assert "as egg_info\n" in run_setup(folder, "dist_info", "ask").stdout


def test_a_command_of_setuptools_may_leave_out_its_options(project, run_setup) -> None:
    """The base in setuptools' own distutils has an empty list; in CPython's it has none."""
    fake = "from distutils.core import Command as Base, setup\nclass Command(Base):\n    pass\n"
    script = """
        from MODULE import Command
        from setuptools import setup
        class ask(Command):
            def initialize_options(self): pass
            finalize_options = initialize_options
            def run(self): print("asked")
        setup(name="p", version="1.0", cmdclass={"ask": ask})
        """
    for_setuptools, for_distutils = (
        project({"setuptools.py": fake, "setup.py": script.replace("MODULE", module)}, module)
        for module in ("setuptools", "distutils.core")
    )
    assert "asked\n" in run_setup(for_setuptools, "ask").stdout
    assert "must provide 'user_options' attribute" in run_setup(for_distutils, "ask", status=1).stderr
