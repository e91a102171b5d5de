"""Mistakes that people make, and the one line that they read: what, where, and what to write instead."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import clean_environment

# A command with an option, a switch and its opposite. The class statement stands on line 3.
COMMAND = """\
from distutils.core import Command, setup, Extension

class foo(Command):
    user_options = [("level=", "l", "how much"), ("fast", "f", "in a hurry"), ("no-fast", None, "at ease")]
    boolean_options = ["fast"]
    negative_opt = {"no-fast": "fast"}

    def initialize_options(self):
        self.level = None
        self.fast = 0

    def finalize_options(self):
        pass

    def run(self):
        print("foo ran")

"""
SETUP = 'setup(name="demo", version="1", cmdclass={"foo": foo})\n'
ROWS = '[("level=", "l", "how much"), ("fast", "f", "in a hurry"), ("no-fast", None, "at ease")]'


def command(old: str = "", new: str = "", setup: str = SETUP) -> dict[str, str]:
    assert old in COMMAND
    return {"setup.py": COMMAND.replace(old, new) + setup if old else COMMAND + setup}


def options(rows: str) -> dict[str, str]:
    return command(ROWS, rows)


def script(arguments: str) -> dict[str, str]:
    return {"setup.py": f"from distutils.core import *\nsetup(name='demo', {arguments})\n"}


# A C file that compiles to an empty module.
MODULE = """\
#include <Python.h>
static struct PyModuleDef mod = {PyModuleDef_HEAD_INIT, "mod", 0, -1, 0};
PyMODINIT_FUNC PyInit_mod(void) { return PyModule_Create(&mod); }
"""
LEVEL_IS_HIGH = 'from distutils import errors; raise errors.DistutilsOptionError("level must be high or low")'
RUNS_ALL = "foo.run = lambda self: [self.run_command(name) for name in self.get_sub_commands()]\n" + SETUP
PACKAGE = {"setup.py": "from distutils.core import setup\nsetup(name='demo')\n", "cmds/__init__.py": ""}


def sub_commands(row: str, arguments: str = "", name: str = "build") -> dict[str, str]:
    """A `build` whose class begins on line 4, with one more row."""
    body = (
        f"from distutils.core import setup\nfrom distutils.command.{name} import {name} as _{name}\n\n"
        f"class {name}(_{name}):\n    sub_commands = _{name}.sub_commands + [{row}]\n\n"
        "    def initialize_options(self):\n        super().initialize_options()\n\n"
    )
    return {"setup.py": f"{body}setup(name='demo', {arguments}cmdclass={{'{name}': {name}}})\n", "mod.py": ""}


@dataclass
class Mistake:
    """`reads` is the last line on standard error; one that begins with `warning:` may come before others."""

    name: str
    files: dict[str, str]
    line: str
    reads: str
    environment: dict[str, str] = field(default_factory=dict)


MISTAKES = [
    # Options of a command.
    Mistake(
        "an attribute that initialize_options does not set",
        command("        self.level = None\n", ""),
        "foo --level=3",
        "error: error in command line: command 'foo' has no such option 'level': foo (setup.py:3) "
        "lists 'level', "
        "but initialize_options() does not set self.level",
    ),
    Mistake(
        "the same from a configuration file",
        {**command("        self.level = None\n", ""), "setup.cfg": "[foo]\n\nlevel = 3\n"},
        "foo",
        "error: error in setup.cfg:3: command 'foo' has no such option 'level': foo (setup.py:3) "
        "lists 'level', "
        "but initialize_options() does not set self.level",
    ),
    Mistake(
        "a misspelt option in a configuration file",
        {**command(), "setup.cfg": "[foo]\nlevle = 3\n"},
        "foo",
        "error: error in setup.cfg:2: command 'foo' has no such option 'levle': did you mean 'level'?",
    ),
    Mistake(
        "an underscore in the name of an option",
        options('[("lev_el=", None, "x")]'),
        "foo",
        "error: foo.user_options[0] (setup.py:3): 'lev_el=': write 'lev-el='; the attribute is lev_el",
    ),
    Mistake(
        "hyphens before the name of an option",
        options('[("fast", None, "x"), ("--level", None, "x")]'),
        "foo",
        "error: foo.user_options[1] (setup.py:3): '--level': write 'level'; the attribute is level",
    ),
    Mistake(
        "a name of one letter",
        options('[("l=", None, "x"), ("x", None, "x")]'),
        "foo",
        "error: foo.user_options[1] (setup.py:3): 'x': a name has two characters or more: a letter, "
        "then letters, "
        "digits and hyphens (and '=' at the end where the option takes a value)",
    ),
    Mistake(
        "a name that is no string",
        options('[(5, None, "x")]'),
        "foo",
        "error: foo.user_options[0] (setup.py:3): the name must be a string (got 5)",
    ),
    Mistake(
        "a tuple of two",
        options('[("level=", "how much")]'),
        "foo",
        "error: foo.user_options[0] (setup.py:3) must be (name, letter or None, help) (got "
        "('level=', 'how much'))",
    ),
    Mistake(
        "a tuple of five",
        options('[("fast", None, "x"), ("level=", "l", "how", "much", "more")]'),
        "foo",
        "error: foo.user_options[1] (setup.py:3) must be (name, letter or None, help) "
        "(got ('level=', 'l', 'how', 'much', 'more'))",
    ),
    Mistake(
        "a string for a tuple",
        options('["level="]'),
        "foo",
        "error: foo.user_options[0] (setup.py:3) must be (name, letter or None, help) (got 'level=')",
    ),
    Mistake(
        "an empty tuple",
        options("[()]"),
        "foo",
        "error: foo.user_options[0] (setup.py:3) must be (name, letter or None, help) (got ())",
    ),
    Mistake(
        "no tuple at all",
        options("[None]"),
        "foo",
        "error: foo.user_options[0] (setup.py:3) must be (name, letter or None, help) (got None)",
    ),
    Mistake(
        "two letters",
        options('[("level=", "lv", "x")]'),
        "foo",
        "error: foo.user_options[0] (setup.py:3): 'lv': the second item is one letter, without a "
        "hyphen, or None",
    ),
    Mistake(
        "no letter",
        options('[("level=", "", "x")]'),
        "foo",
        "error: foo.user_options[0] (setup.py:3): the letter is empty: write None where there is none",
    ),
    Mistake(
        "options in a tuple",
        options('(("level=", "l", "x"),)'),
        "foo",
        "error: command class <class '__main__.foo'> must provide 'user_options' attribute (a list "
        "of tuples) "
        "(setup.py:3)",
    ),
    Mistake(
        "a letter for two options, the first of which takes a value",
        options('[("level=", "l", "x"), ("fast", "l", "x"), ("no-fast", None, "x")]'),
        "foo -l 3",
        "error: foo.user_options (setup.py:3): -l is both --level and --fast",
    ),
    Mistake(
        "a letter for two switches",
        options('[("loud", "l", "x"), ("fast", "l", "x"), ("no-fast", None, "x")]'),
        "foo -l",
        "warning: foo.user_options (setup.py:3): -l is both --loud and --fast",
    ),
    Mistake(
        "a letter that every command has",
        options('[("nice=", "n", "x"), ("fast", None, "x"), ("no-fast", None, "x")]'),
        "foo",
        "warning: foo.user_options (setup.py:3): -n of --nice hides the -n (--dry-run) of every command: "
        "take another letter",
    ),
    Mistake(
        "an option twice",
        options('[("fast", None, "x"), ("no-fast", None, "x"), ("fast=", None, "y")]'),
        "foo",
        "warning: foo.user_options (setup.py:3): 'fast' is there twice",
    ),
    Mistake(
        "a switch that is none of the options",
        command('["fast"]', '["fsat"]'),
        "foo",
        "warning: foo.boolean_options (setup.py:3): 'fsat' is not in user_options: did you mean 'fast'?",
    ),
    Mistake(
        "switches in one string",
        command('["fast"]', '"fast,slow"'),
        "foo",
        "warning: foo.boolean_options (setup.py:3): a list of names is needed, not a string",
    ),
    Mistake(
        "opposites as a list of pairs",
        command('{"no-fast": "fast"}', '[("no-fast", "fast")]'),
        "foo",
        'warning: foo.negative_opt (setup.py:3): a dictionary is needed, {"no-fast": "fast"}: in '
        "configuration files "
        "this one is passed over",
    ),
    Mistake(
        "opposites as a list",
        command('{"no-fast": "fast"}', '["no-fast"]'),
        "foo",
        'error: foo.negative_opt (setup.py:3) must be a dictionary: {"no-fast": "fast"} (got [\'no-fast\'])',
    ),
    Mistake(
        "the opposite of an option that is not there",
        command('{"no-fast": "fast"}', '{"no-fast": "fsat"}'),
        "foo",
        "error: foo.negative_opt (setup.py:3): 'fsat', the option to turn off, is not in user_options: "
        "did you mean 'fast'?",
    ),
    Mistake(
        "an opposite that is not there",
        command('{"no-fast": "fast"}', '{"no-fsat": "fast"}'),
        "foo",
        "error: foo.negative_opt (setup.py:3): 'no-fsat', the option, is not in user_options: "
        "did you mean 'no-fast'?",
    ),
    Mistake(
        "the opposite of an option with a value",
        command('{"no-fast": "fast"}', '{"no-fast": "level"}'),
        "foo",
        "error: foo.negative_opt (setup.py:3): 'level', the option to turn off, takes a value; only "
        "switches have an "
        "opposite",
    ),
    Mistake(
        "a help option without its function",
        command("    boolean_options", '    help_options = [("help-x", None, "x")]\n    boolean_options'),
        "foo",
        "error: foo.help_options[0] (setup.py:3) must be (name, letter or None, help, function) "
        "(got ('help-x', None, 'x'))",
    ),
    # The methods of a command.
    *[
        Mistake(
            f"no {method}",
            command(f"def {method}", "def other"),
            "foo",
            f"error: abstract method -- subclass <class '__main__.foo'> must override: {method}() is missing "
            "(setup.py:3)",
        )
        for method in ("initialize_options", "finalize_options", "run")
    ],
    # Sub-commands.
    *[
        Mistake(
            f"{row} in sub_commands",
            sub_commands(row),
            "build",
            f"error: build.sub_commands[4] (setup.py:4) must be (name, predicate or None) (got {got or row})",
        )
        for row, got in [
            ("'foo'", ""),
            ("('foo',)", ""),
            ("('foo', None, None)", ""),
            ("('foo', 'has_foo')", ""),
            ("'ab'", ""),
            ("None", ""),
            ("(str, None)", "(<class 'str'>, None)"),
        ]
    ],
    Mistake(
        "sub_commands in a string",
        command("    boolean_options", "    sub_commands = 'build'\n    boolean_options", RUNS_ALL),
        "foo",
        "error: foo.sub_commands (setup.py:3) must be a list of (name, predicate or None) (got 'build')",
    ),
    Mistake(
        "a predicate without an argument",
        sub_commands("('foo', lambda: True)"),
        "build",
        "error: build.sub_commands[4] (setup.py:4): the predicate of 'foo' (setup.py:5) is called "
        "with the command, and "
        "nothing else: build.<lambda>() takes 0 positional arguments but 1 was given",
    ),
    Mistake(
        "a sub-command that nobody has",
        sub_commands("('bulid_gen', None)", "py_modules=['mod'], "),
        "clean build",
        "error: invalid command 'bulid_gen', in build.sub_commands[4] (setup.py:4)",
    ),
    Mistake(
        "a misspelt sub-command with a predicate",
        sub_commands("('biuld_scripts', lambda self: True)", "py_modules=['mod'], "),
        "build",
        "error: invalid command 'biuld_scripts', in build.sub_commands[4] (setup.py:4): "
        "did you mean 'build_scripts'?",
    ),
    Mistake(
        "a sub-command of install that nobody has",
        sub_commands("('gen', lambda self: True)", "py_modules=['mod'], ", "install"),
        "install --prefix=there",
        "error: invalid command 'gen', in install.sub_commands[5] (setup.py:4)",
    ),
    # What a command does.
    Mistake(
        "a command line in a string",
        command('print("foo ran")', "self.spawn(\"ls -l 'a b'\")"),
        "foo",
        """error: spawn takes a list of words: write ["ls", "-l", "a b"] for 'ls -l 'a b''""",
    ),
    Mistake(
        "a command line in one word",
        command('print("foo ran")', 'self.spawn(["ls -l"])'),
        "foo",
        "error: command 'ls -l' failed: No such file or directory (the program is one word, each "
        "argument another: "
        'write ["ls", "-l"])',
    ),
    Mistake(
        "a number in a command line",
        command('print("foo ran")', 'self.spawn(["head", "-n", 5])'),
        "foo",
        "error: spawn takes a list of strings: 5 is none (got ['head', '-n', 5])",
    ),
    Mistake(
        "an empty command line",
        command('print("foo ran")', "self.spawn([])"),
        "foo",
        "error: spawn takes a list of words, and this one is empty",
    ),
    Mistake(
        "a command line in a string, in a dry run",
        command('print("foo ran")', 'self.spawn("ls -l")'),
        "-n foo",
        """warning: spawn takes a list of words: write ["ls", "-l"] for 'ls -l'""",
    ),
    Mistake(
        "a file that is not there",
        command('print("foo ran")', 'open("/nope/x")'),
        "foo",
        "error: command 'foo' (setup.py:16): [Errno 2] No such file or directory: '/nope/x'",
    ),
    Mistake(
        "a file that is not there, asked for by another module of the project",
        {
            **command('print("foo ran")', "import reading; reading.read()"),
            "reading.py": "\n\ndef read():\n    open('/nope/x')\n",
        },
        "foo",
        "error: command 'foo' (reading.py:4): [Errno 2] No such file or directory: '/nope/x'",
    ),
    Mistake(
        "a file that is not there, asked for by the standard library",
        command('print("foo ran")', 'import shutil; shutil.copy("/nope/x", "y")'),
        "foo",
        "error: command 'foo' (setup.py:16): [Errno 2] No such file or directory: '/nope/x'",
    ),
    Mistake(
        "a file that is not there, asked for by a command that another one runs",
        {
            "setup.py": COMMAND.replace('print("foo ran")', 'open("/nope/x")')
            + "from distutils.command.build import build\nbuild.sub_commands.append(('foo', None))\n"
            + SETUP
        },
        "build",
        "error: command 'foo' (setup.py:16): [Errno 2] No such file or directory: '/nope/x'",
    ),
    Mistake(
        "a file that is not there, in finalize_options",
        command("        pass", '        open("/nope/x")'),
        "foo",
        "error: command 'foo' (setup.py:13): [Errno 2] No such file or directory: '/nope/x'",
    ),
    Mistake(
        "a file that is not there, in initialize_options",
        command("self.fast = 0", 'self.fast = open("/nope/x")'),
        "foo",
        "error: command 'foo' (setup.py:10): [Errno 2] No such file or directory: '/nope/x'",
    ),
    *[
        Mistake(
            f"a wrong value from a file, found by {name}",
            {**command("        pass", f"        {check}"), "setup.cfg": "[foo]\nfast = 1\nlevel = 3\n"},
            "foo",
            f"error: {text} (setup.cfg:3)",
        )
        for name, check, text in [
            ("the script", LEVEL_IS_HIGH, "level must be high or low"),
            (
                "ensure_filename",
                'self.ensure_filename("level")',
                "error in 'level' option: '3' does not exist or is not a file",
            ),
        ]
    ],
    Mistake(
        "a wrong value from a file, found when the command runs",
        {**command('print("foo ran")', LEVEL_IS_HIGH), "setup.cfg": "[foo]\n\nlevel: 3\n"},
        "foo",
        "error: level must be high or low (setup.cfg:3)",
    ),
    Mistake(
        "a wrong value from a file for another command",
        {
            **command(
                "        pass",
                "        self.set_undefined_options('build', ('build_base', 'level'))\n        "
                + LEVEL_IS_HIGH,
            ),
            "setup.cfg": "[build]\nbuild_base = out\n",
        },
        "foo",
        "error: level must be high or low (setup.cfg:2)",
    ),
    Mistake(
        "a wrong value from a file for one of distutils' own commands",
        {**command(), "setup.cfg": "[build]\nparallel = many\n"},
        "build",
        "error: parallel should be an integer (got 'many') (setup.cfg:2)",
    ),
    # Modules of commands.
    Mistake(
        "an import that fails in the module of a command",
        {**PACKAGE, "cmds/boat.py": "import os\nimport nosuchmodule\n"},
        "--command-packages=cmds boat",
        "error: invalid command 'boat' (module 'cmds.boat' cannot be imported: ModuleNotFoundError: "
        "No module named 'nosuchmodule' (cmds/boat.py:2))",
    ),
    Mistake(
        "a name that is not there",
        {**PACKAGE, "cmds/boat.py": "\nfrom cmds.oars import left\n", "cmds/oars.py": "\n\nright = lfet\n"},
        "--command-packages=cmds boat",
        "error: invalid command 'boat' (module 'cmds.boat' cannot be imported: NameError: "
        "name 'lfet' is not defined (cmds/oars.py:3))",
    ),
    Mistake(
        "a module that does not parse",
        {**PACKAGE, "cmds/boat.py": "x = 1\nclass boat(:\n"},
        "--command-packages=cmds boat",
        "error: invalid command 'boat' (module 'cmds.boat' cannot be imported: SyntaxError: "
        "invalid syntax (cmds/boat.py:2))",
    ),
    Mistake(
        "an import that fails in the package",
        {**PACKAGE, "cmds/__init__.py": "\nimport nosuchmodule\n", "cmds/boat.py": ""},
        "--command-packages=cmds boat",
        "error: invalid command 'boat' (package 'cmds' cannot be imported: ModuleNotFoundError: "
        "No module named 'nosuchmodule' (cmds/__init__.py:2))",
    ),
    Mistake(
        "an import that fails in the package, for the list of commands",
        {**PACKAGE, "cmds/__init__.py": "\nimport nosuchmodule\n", "cmds/boat.py": ""},
        "--command-packages=cmds --help-commands",
        "warning: the command package 'cmds' cannot be imported: ModuleNotFoundError: "
        "No module named 'nosuchmodule' (cmds/__init__.py:2)",
    ),
    Mistake(
        "a module that ends the process",
        {**PACKAGE, "cmds/boat.py": "import sys\n\nsys.exit()\n"},
        "--command-packages=cmds boat",
        "error: invalid command 'boat' (module 'cmds.boat' cannot be imported: it calls sys.exit() "
        "(cmds/boat.py:3))",
    ),
    Mistake(
        "a module that ends the process with a message",
        {**PACKAGE, "cmds/boat.py": "import sys\n\nsys.exit('only at sea')\n"},
        "--command-packages=cmds boat",
        "only at sea",
    ),
    Mistake(
        "a command package that is not there",
        {**command(), "setup.cfg": "[global]\ncommand_packages = nosuchpackage\n"},
        "clean",
        "warning: setup.cfg:2: command_packages: 'nosuchpackage': there is no such package",
    ),
    Mistake(
        "a command package that is not there, for the list of commands",
        {**command(), "setup.cfg": "[global]\ncommand_packages = nosuchpackage.inner\n"},
        "--help-commands",
        "warning: setup.cfg:2: command_packages: 'nosuchpackage.inner': there is no such package",
    ),
    # The command line.
    *[
        Mistake(f"the command line {line}", command(), line, f"error: {reads}")
        for line, reads in [
            (
                "foo --command-packages=x",
                "option --command-packages not recognized: --command-packages stands before every command",
            ),
            (
                "foo --help-commands",
                "option --help-commands not recognized: --help-commands stands before every command",
            ),
            (
                "--level=3 foo",
                "option --level not recognized: an option of 'foo': write it behind that command",
            ),
            ("--lev=3 foo", "option --lev not recognized: an option of 'foo': write it behind that command"),
            ("-l3 foo", "option -l not recognized: an option of 'foo': write it behind that command"),
            (
                "--inplace build_ext",
                "option --inplace not recognized: an option of 'build_ext': write it behind that command",
            ),
            (
                "build --inplace",
                "option --inplace not recognized: an option of 'build_ext': write it behind that command",
            ),
            (
                "build_ext --help-compilers",
                "option --help-compilers not recognized: did you mean --help-compiler?",
            ),
            ("build_ext --jobs=4", "option --jobs not recognized: it is --parallel here"),
            (
                "build --show-origins",
                "option --show-origins not recognized: write 'python -m oxidist --show-origins build'",
            ),
            (
                "--show-origins build",
                "option --show-origins not recognized: write 'python -m oxidist --show-origins', "
                "and the commands",
            ),
            ("build_ext --inplce", "option --inplce not recognized: did you mean --inplace?"),
            ("foo --fsat", "option --fsat not recognized: did you mean --fast?"),
            ("clean -all", "option -l not recognized: did you mean --all?"),
            ("--verison", "option --verison not recognized: did you mean --version?"),
            ("--ver", "option --ver not a unique prefix: it may be --verbose or --version"),
            (
                "install --install-",
                "option --install- not a unique prefix: it may be --install-base or --install-platbase or "
                "--install-purelib or --install-platlib or --install-lib or --install-headers or "
                "--install-scripts or --install-data",
            ),
            (
                "install --single-version-externally-managed --record=x",
                "option --single-version-externally-managed not "
                "recognized: an option of setuptools' 'install': import setup from setuptools for it",
            ),
            ("biuld", "invalid command 'biuld': did you mean 'build'?"),
            ("buildext", "invalid command 'buildext': did you mean 'build_ext'?"),
            ("fooo", "invalid command 'fooo': did you mean 'foo'?"),
            ("foo fast", "invalid command 'fast': did you mean '--fast', an option of 'foo'?"),
            (
                "test",
                "invalid command 'test': a command of older versions of setuptools: run your tests "
                "with 'python -m "
                "unittest' or pytest",
            ),
            (
                "bdist_egg",
                "invalid command 'bdist_egg': a command of setuptools; wheels took the place of "
                "eggs: use 'bdist_wheel'",
            ),
            (
                "bdist_wininst",
                "invalid command 'bdist_wininst': Python 3.10 removed it: use 'bdist_wheel', or 'bdist_msi' "
                "where there is one",
            ),
            ("qqqqqq", "invalid command 'qqqqqq'"),
            ("foo --qqqqqq", "option --qqqqqq not recognized"),
        ]
    ],
    Mistake(
        "a command with a hyphen",
        command(),
        "build-ext",
        "invalid command name 'build-ext': did you mean 'build_ext'?",
    ),
    # Extensions, and compilers that are not there.
    *[
        Mistake(
            f"a string for {name}",
            {**script(f"ext_modules=[Extension('mod', ['mod.c'], {name}='{value}')]"), "mod.c": ""},
            "build_ext",
            f"error: extension 'mod': '{name}' must be {what} (got '{value}')",
        )
        for name, value, what in [
            ("include_dirs", "include", "a list of strings"),
            ("libraries", "m", "a list of strings"),
            ("library_dirs", "lib", "a list of strings"),
            ("runtime_library_dirs", "/lib", "a list of strings"),
            ("extra_objects", "a.o", "a list of strings"),
            ("extra_compile_args", "-O2", "a list of strings"),
            ("extra_link_args", "-s", "a list of strings"),
            ("depends", "mod.h", "a list of strings"),
            ("export_symbols", "run", "a list of strings"),
            ("define_macros", "NDEBUG", "a list of (name, value) pairs"),
        ]
    ],
    *[
        Mistake(
            f"{given} for {name}",
            {**script(f"ext_modules=[Extension('mod', ['mod.c'], {name}={given})]"), "mod.c": MODULE},
            "build_ext",
            f"{kind}extension 'mod': {text}",
        )
        for name, given, kind, text in [
            ("libraries", "[None]", "error: ", "libraries[0] is None: must be a string"),
            ("libraries", "['m', 1]", "error: ", "libraries[1] is 1: must be a string"),
            ("library_dirs", "[1]", "error: ", "library_dirs[0] is 1: must be a string"),
            ("runtime_library_dirs", "(0,)", "error: ", "runtime_library_dirs[0] is 0: must be a string"),
            ("extra_objects", "[None]", "error: ", "extra_objects[0] is None: must be a string"),
            ("extra_link_args", "[1]", "error: ", "extra_link_args[0] is 1: must be a string"),
            ("extra_compile_args", "[1]", "error: ", "extra_compile_args[0] is 1: must be a string"),
            *[
                (name, "7", "error: ", f"'{name}' must be a list of strings (got 7)")
                for name in [
                    "extra_objects",
                    "extra_compile_args",
                    "extra_link_args",
                    "export_symbols",
                    "swig_opts",
                ]
            ],
            ("include_dirs", "[1]", "warning: ", "include_dirs[0] is 1: must be a string"),
            ("depends", "[None]", "warning: ", "depends[0] is None: must be a string"),
            ("swig_opts", "[1]", "warning: ", "swig_opts[0] is 1: must be a string"),
            ("undef_macros", "[None]", "warning: ", "undef_macros[0] is None: must be a string"),
            ("export_symbols", "[1]", "warning: ", "export_symbols[0] is 1: must be a string"),
        ]
    ],
    Mistake(
        "a number for the macros of an old pair",
        {**script("ext_modules=[('mod', {'sources': ['mod.c'], 'macros': 1})]"), "mod.c": ""},
        "build_ext",
        "error: in 'ext_modules' option (extension 'mod'): 'macros' must be a list of tuples (got 1)",
    ),
    Mistake(
        "a type of compiler that there is not",
        {**script("ext_modules=[Extension('mod', ['mod.c'])]"), "mod.c": ""},
        "build_ext --compiler=clang",
        "error: don't know how to compile C/C++ code on platform 'posix' with 'clang' compiler "
        "(the types are unix, msvc, cygwin, mingw32, bcpp)",
    ),
    # What the methods of Command are given.
    *[
        Mistake(
            f"a command calls {call}",
            command(f"{where}\n        pass", f"{where}\n        {call}"),
            "foo",
            f"error: {text}",
        )
        for where, call, text in [
            (
                "def finalize_options(self):",
                "self.set_undefined_options('build', 'build_lib')",
                "foo (setup.py:3): set_undefined_options() from 'build': "
                'write ("build_lib", "build_lib") for \'build_lib\'',
            ),
            (
                "def finalize_options(self):",
                "self.set_undefined_options('build', 5)",
                "foo (setup.py:3): set_undefined_options() from 'build': "
                "a pair of names is needed, (theirs, own) (got 5)",
            ),
            (
                "def finalize_options(self):",
                "self.set_undefined_options('build', ('nope', 'nope'))",
                "foo (setup.py:3): set_undefined_options(): command 'foo' has no attribute 'nope'",
            ),
            (
                "def finalize_options(self):",
                "self.set_undefined_options('build', ['nope', 'level'])",
                "foo (setup.py:3): set_undefined_options(): command 'build' has no attribute 'nope'",
            ),
            (
                "def finalize_options(self):",
                "self.spawn([b'ls'])",
                "spawn takes a list of strings: b'ls' is none (got [b'ls'])",
            ),
            (
                "def finalize_options(self):",
                "self.spawn((b'ls',))",
                "spawn takes a list of strings: b'ls' is none (got (b'ls',))",
            ),
        ]
    ],
    # Other names of options, and values that say nothing.
    *[
        Mistake(f"setup.cfg has {lines!r}", {**script(""), "setup.cfg": lines}, command, f"error: {text}")
        for lines, command, text in [
            (
                "[install]\nno-compile = 1\n",
                "install",
                "error in setup.cfg:2: command 'install' has no such option 'no_compile': "
                "it is for command lines; write compile = 0 here",
            ),
            (
                "[build_ext]\njobs = 3\n",
                "build_ext",
                "error in setup.cfg:2: command 'build_ext' has no such option 'jobs': it is 'parallel' here",
            ),
            ("[sdist]\nformats =\n", "sdist", "unknown archive format ''"),
        ]
    ],
    Mistake("no format", script(""), "sdist --formats=", "error: unknown archive format ''"),
    Mistake(
        "the file of a module in py_modules",
        script("py_modules=['a.py']"),
        "build_py",
        "error: package directory 'a' does not exist: 'py_modules' has 'a.py' in it: write 'a'",
    ),
    Mistake(
        "a slash in the name of a script",
        script("version='1', entry_points={'console_scripts': ['a/b = p:main']}"),
        "egg_info",
        "error: 'entry_points': \"a/b = p:main\" is not a script: "
        "its name is a file's, and has no slash in it",
    ),
    Mistake(
        "an option that is not ASCII",
        options('[("bär=", None, "x")]'),
        "foo",
        "error: foo.user_options[0] (setup.py:3): 'bär=': "
        "only ASCII letters, digits and hyphens are allowed in a name",
    ),
    Mistake(
        "a string for the include_dirs of a library",
        {**script("libraries=[('x', {'sources': ['x.c'], 'include_dirs': 'include'})]"), "x.c": ""},
        "build_clib",
        "error: library 'x': 'include_dirs' must be a list (got 'include')",
    ),
    *[
        Mistake(
            f"CC={value!r}",
            {**script("ext_modules=[Extension('mod', ['mod.c'])]"), "mod.c": ""},
            "build_ext",
            reads,
            {"CC": value},
        )
        for value, reads in [
            ("", "error: CC is set, and empty: unset it, or let it name a program (command ..."),
            (" ", "error: CC is set, and empty: unset it, or let it name a program (command ..."),
            (
                "nogcc",
                "error: command 'nogcc' failed: No such file or directory: 'nogcc' (from CC) cannot be run",
            ),
            (
                "/nope/gcc -m64",
                "error: command '/nope/gcc' failed: No such file or directory: "
                "'/nope/gcc' (from CC) cannot be run",
            ),
        ]
    ],
    # Arguments of setup().
    Mistake(
        "a number in cmdclass",
        script("cmdclass={'foo': 5}"),
        "foo",
        "error: command 'foo': command class 5 must subclass Command",
    ),
    Mistake(
        "an object in cmdclass",
        {"setup.py": "from distutils.core import *\n\nclass foo:\n    def run(self): pass\n\n" + SETUP},
        "foo",
        "error: command 'foo': command class <class '__main__.foo'> must subclass Command (setup.py:3)",
    ),
    Mistake(
        "an argument of setuptools",
        script("test_suite='tests'"),
        "--name",
        "warning: setup.py:2: UserWarning: Unknown distribution option: 'test_suite'; setuptools has "
        "it: import setup "
        "from setuptools for it",
    ),
    Mistake(
        "options for a command that nobody has",
        script("options={'biuld': {'force': 1}}"),
        "--name",
        "warning: setup script: 'biuld' in the options is no command's: did you mean [build]?",
    ),
    # Configuration files.
    *[
        Mistake(
            f"the section {section}",
            {**command(), "setup.cfg": f"[metadata]\nname = x\n[{section}]\n\nx = 1\n"},
            "--name",
            f"warning: setup.cfg:3: [{section}] is no command's: did you mean [{meant}]?",
        )
        for section, meant in [
            ("buld", "build"),
            ("build-ext", "build_ext"),
            ("Build", "build"),
            ("sdsit", "sdist"),
            ("install_scirps", "install_scripts"),
            ("gloabl", "global"),
            ("fooo", "foo"),
        ]
    ],
]

# Runs each setup script in its folder, and writes what it gave as JSON.
DRIVER = r"""
import contextlib, io, json, os, runpy, sys, traceback
from distutils import log

runs, answers = sys.argv[1:]
answers, answer = open(answers, "w"), []
for folder, line, environment in json.load(open(runs)):
    os.chdir(folder)
    sys.path[0], sys.argv[:] = folder, ["setup.py", *line]
    log.set_threshold(log.WARN)
    before, modules = dict(os.environ), set(sys.modules)
    os.environ.update(environment)
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            runpy.run_path("setup.py", run_name="__main__")
        except SystemExit as end:
            status = end.code
            if isinstance(status, str):
                err.write(status + "\n")
                status = 1
        except BaseException as error:
            status = "traceback"
            err.write(traceback.format_exception_only(error)[-1])
    for name in set(sys.modules) - modules:
        if not name.startswith(("distutils", "oxidist")):
            del sys.modules[name]
    os.environ.clear()
    os.environ.update(before)
    answer.append([status, out.getvalue(), err.getvalue()])
json.dump(answer, answers)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory, clean_home) -> dict[str, tuple[object, str, str]]:
    """For each mistake: exit status, output, errors."""
    folder: Path = tmp_path_factory.mktemp("mistakes")
    runs = []
    for number, mistake in enumerate(MISTAKES):
        project = folder / str(number)
        for name, text in mistake.files.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(text)
        runs.append((str(project), mistake.line.split(), mistake.environment))
    (folder / "driver.py").write_text(DRIVER)
    (folder / "runs").write_text(json.dumps(runs))
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1")
    arguments = [sys.executable, "driver.py", "runs", "answer"]
    subprocess.run(arguments, cwd=folder, env=environment, check=True)
    answers = json.loads((folder / "answer").read_text())
    return {mistake.name: tuple(answer) for mistake, answer in zip(MISTAKES, answers, strict=True)}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_in_a_line_that_says_where_it_is_and_what_to_do(mistake: Mistake, told) -> None:
    status, output, errors = told[mistake.name]
    lines = errors.splitlines()
    if mistake.reads.startswith("warning:"):
        assert mistake.reads in lines or mistake.reads.removeprefix("warning: ") in lines
        assert status == 0
    else:
        # Three dots stand for the flags of this Python's compiler.
        beginning, dots, _ = mistake.reads.partition("...")
        assert lines[-1][: len(beginning)] == beginning
        assert dots or lines[-1] == beginning
        assert status == 1


def test_a_string_for_the_sources_of_an_extension_is_told_with_its_name(distutils) -> None:
    from distutils.core import Extension

    with pytest.raises(AssertionError) as error:
        Extension("mod", "a.c")
    assert str(error.value) == "extension 'mod': 'sources' must be a list of strings (got 'a.c')"


@pytest.mark.parametrize("line", ["foo", "--command-packages=cmds boat"])
def test_with_debugging_on_the_traceback_stands_before_each_of_them(project, run_setup, line: str) -> None:
    files = {
        **PACKAGE,
        **command('print("foo ran")', 'open("/nope")'),
        "cmds/boat.py": "import nosuchmodule\n",
    }
    done = run_setup(project(files), *line.split(), status=1, env={"DISTUTILS_DEBUG": "1"})
    assert "Traceback (most recent call last):" in done.stderr
    assert "error: " in done.stderr


def test_the_list_of_commands_goes_on_after_one_whose_module_ends_the_process(project, run_setup) -> None:
    files = {**PACKAGE, "cmds/aground.py": "import sys\nsys.exit(3)\n", "cmds/boat.py": "class boat: pass\n"}
    listed = run_setup(project(files), "--command-packages=cmds", "--help-commands").stdout
    assert (
        "(invalid command 'aground' (module 'cmds.aground' cannot be imported: it calls sys.exit(3)" in listed
    )
    assert listed.index("aground") < listed.index("  boat ")


@pytest.mark.parametrize(
    "section", ["bumpversion", "build_exe", "build_sphinx", "test", "aliases", "egg_info"]
)
def test_sections_of_other_programs_are_not_warned_of(
    distutils, project, monkeypatch, capsys, section
) -> None:
    from distutils.dist import Distribution

    names = [
        section,
        "metadata",
        "options",
        "flake8",
        "isort",
        "tool:pytest",
        "upload_docs",
        "bdist_egg",
        "wheel",
    ]
    monkeypatch.chdir(project({"setup.cfg": "".join(f"[{name}]\nx = 1\n" for name in names)}))
    Distribution().parse_config_files(["setup.cfg"])
    assert capsys.readouterr().err == ""


def test_what_packages_do_on_purpose_is_not_warned_of(distutils, capsys) -> None:
    from distutils.command.build_ext import build_ext
    from distutils.dist import Distribution

    class quiet(build_ext):
        """Replaces the help of an option, has a global one as its own, and few of its base's options."""

        user_options = [("inplace", "i", "here"), ("quiet", "q", "no words")]

    class more(build_ext):
        user_options = build_ext.user_options + [("inplace", "i", "here"), ("verbose", "v", "words")]

    for name, kind in [("quiet", quiet), ("more", more)]:
        dist = Distribution({"script_name": "setup.py", "script_args": [name], "cmdclass": {name: kind}})
        assert dist.parse_command_line() is True
    assert capsys.readouterr().err == ""
