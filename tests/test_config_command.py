"""config: what a project may ask the compiler, answered as CPython answers, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import clean_environment
from twins import LIBRARY, Twins

# Asks the questions given on the command line, and shows each answer.
ASK = """
import sys
from distutils import log
from distutils.command.config import LANG_EXT, config, dump_file
from distutils.core import Distribution

log.set_verbosity(1)
distribution = Distribution()
c = config(distribution)
c.ensure_finalized()
for question in sys.argv[1:]:
    try:
        answer = eval(question)
    except Exception as error:
        answer = repr(error)
    print(question, "->", answer, flush=True)
"""

YES = "int main(void) { return 0; }"

# question: the answer.
QUESTIONS: dict[str, bool] = {
    f"c.try_compile({YES!r})": True,
    "c.try_compile('int x = ;')": False,
    "c.try_compile('int x;', ['stdio.h', 'stddef.h'])": True,
    "c.try_compile('class A { int x; };', lang='c++')": True,
    "c.try_compile('class A { int x; };')": False,
    "c.try_compile('int x = X;', ['inner.h'])": False,
    "c.try_compile('int x = X;', ['inner.h'], ['include'])": True,
    "c.try_compile('/* 100% \u00e9\u4e2d %s */\\n')": True,
    f"c.try_link({YES!r})": True,
    f"c.try_link({YES!r}, lang='c++')": True,
    "c.try_link('int f(void);\\nint main(void) { return f(); }')": False,
    f"c.try_link({YES!r}, libraries=['nosuch'])": False,
    f"c.try_link({YES!r}, None, None, ['m'], ['/nowhere'])": True,
    "c.try_run('int main(void) { return 3; }')": False,
    "c.try_run('int main(void) { return f(); }')": False,
    "c.check_func('puts', ['stdio.h'])": True,
    "c.check_func('puts')": False,
    "c.check_func('puts', decl=1)": True,
    "c.check_func('puts', decl=True, call=True)": True,
    "c.check_func('nosuch', decl=1, call=1)": False,
    "c.check_func('cos', ['math.h'], libraries=['m'])": True,
    "c.check_header('stdio.h')": True,
    "c.check_header('nosuch.h')": False,
    "c.check_header('inner.h', ['include'])": True,
    "c.check_lib('m')": True,
    "c.check_lib('m', headers=['math.h'])": True,
    "c.check_lib('m', headers=['nosuch.h'])": False,
    "c.check_lib('nosuch', other_libraries=['m'])": False,
    "c.try_cpp('x', ['stddef.h'])": True,
    "c.try_cpp('#error no')": False,
    "c.search_cpp('^two$', 'one\\ntwo\\n')": True,
    "c.search_cpp('^three$', 'one\\ntwo\\n')": False,
    "c.search_cpp(__import__('re').compile('^TWO', 2), 'one\\ntwo')": True,
    "c.search_cpp('^[0-9]+$', 'X', ['inner.h'], ['include'])": True,
}


@pytest.fixture
def pair(twins) -> Twins:
    return twins({"ask.py": ASK, "include/inner.h": "#define X 42\n"})


def ask(folder: Path, run_setup, *questions: str, **more):
    return run_setup(folder, *questions, script="ask.py", **more)


def asked(pair: Twins, run_setup, oracle, *questions: str, **env: str) -> tuple[str, str]:
    """The output of both, on one interpreter."""
    ours = run_setup(
        pair.ours,
        *questions,
        python=oracle.python,
        script=["-S", "-W", "ignore", "ask.py"],
        env={"OXIDIST_DISTUTILS": "", "PYTHONPATH": str(LIBRARY), **env},
    )
    theirs = oracle.run("ask.py", *questions, cwd=pair.theirs, env=env)
    return ours.stdout, theirs.stdout


def answers(output: str) -> list[str]:
    return [line.rpartition(" -> ")[2] for line in output.splitlines() if " -> " in line]


def test_every_question_gets_cpythons_answer_and_tells_what_cpython_tells(pair, run_setup, oracle) -> None:
    before = sorted(os.listdir(pair.ours))
    ours, theirs = asked(pair, run_setup, oracle, *QUESTIONS)
    assert ours == theirs
    assert answers(ours) == [str(answer) for answer in QUESTIONS.values()]
    assert sorted(os.listdir(pair.ours)) == before


def test_a_program_is_run_from_the_working_folder(pair, run_setup, oracle) -> None:
    # CPython's looks for it on the PATH alone, and so finds it where "." is on that.
    path = {"env": {"PATH": f"{os.environ['PATH']}:."}}
    question = f"c.try_run({YES!r})"
    ours = ask(pair.ours, run_setup, question)
    theirs = oracle.run("ask.py", question, cwd=pair.theirs, **path)
    assert answers(ours.stdout) == answers(theirs.stdout) == ["True"]
    assert len(ours.stdout.splitlines()) == len(theirs.stdout.splitlines())
    assert "\n_configtest\nsuccess!\n" in ours.stdout


# Questions that end in a traceback in CPython, though its documentation allows them.
ONLY_HERE: dict[str, bool] = {
    "c.try_cpp()": True,
    "c.try_cpp(headers=['stdio.h'])": True,
    "c.try_cpp(headers='stdio.h')": True,
    "c.search_cpp('printf', headers=['stdio.h'])": True,
    "c.search_cpp('.*never.*')": False,
    "c.try_compile('')": True,
    "c.check_lib('m', other_libraries=('c',))": True,
}


def test_a_question_needs_no_body(pair, run_setup, oracle) -> None:
    assert answers(ask(pair.ours, run_setup, *ONLY_HERE).stdout) == [
        str(answer) for answer in ONLY_HERE.values()
    ]


def test_a_language_that_nobody_knows_is_an_error(pair, run_setup, oracle) -> None:
    ours, theirs = asked(pair, run_setup, oracle, "c.try_compile('x', lang='fortran')")
    assert ours == theirs
    assert answers(ours) == ["KeyError('fortran')"]


def test_a_script_may_add_a_language(pair, run_setup, oracle) -> None:
    questions = ["LANG_EXT.update(objc='.m')", "c.try_cpp('int x;', lang='objc')", "dump_file('ask.py') or 1"]
    ours, theirs = asked(pair, run_setup, oracle, *questions)
    assert ours == theirs
    assert "_configtest.m" in ours


def test_sources_are_shown_as_they_are(pair, run_setup, oracle) -> None:
    (pair.ours / "x.txt").write_bytes(b"100% %s\n\n")
    pair.copy()
    questions = [
        "dump_file('x.txt')",
        "dump_file('x.txt', 'the file %s:')",
        "dump_file('nosuch')",
        "setattr(c, 'dump_source', 0)",
        f"c.try_compile({YES!r})",
    ]
    ours, theirs = asked(pair, run_setup, oracle, *questions)
    assert ours == theirs
    assert "the file %s:\n100% %s\n" in ours


def test_bytes_that_are_no_text_do_not_stop_a_search(pair, run_setup) -> None:
    (pair.ours / "include/odd.h").write_bytes(b'char *odd = "\xff\xfe";\nint even;\n')
    question = "c.search_cpp('even', headers=['odd.h'], include_dirs=['include'])"
    assert answers(ask(pair.ours, run_setup, question).stdout) == ["True"]


SETUP = """
from distutils.command.config import config as _config
from distutils.core import setup

class config(_config):
    def run(self):
        {body}

setup(name="p", cmdclass=dict(config=config), include_dirs={include_dirs!r})
"""


def setup_script(body: str, include_dirs: object = None) -> dict[str, str | bytes]:
    script = SETUP.replace("{body}", body.replace("\n", "\n        "))
    return {"setup.py": script.replace("{include_dirs!r}", repr(include_dirs)), "inc/inner.h": "int inner;\n"}


# Options on the command line, and what the script's own `include_dirs` are.
OPTIONS = [
    ([], None),
    ([], ["inc"]),
    (["-Iinc:other"], None),
    (["-Iinc", "-lm", "-L/nowhere:/none", "--compiler=unix"], ["inc2"]),
    (["--noisy", "--dump-source"], None),
]


@pytest.mark.parametrize(("options", "include_dirs"), OPTIONS, ids=str)
def test_options_reach_the_compiler(twins, options: list[str], include_dirs: object) -> None:
    body = "print(self.include_dirs, self.libraries, self.library_dirs, self.noisy, self.dump_source)\n"
    body += f"print(self.try_link({YES!r}), self.check_header('inner.h'))\n"
    body += "print(self.compiler.compiler_type, self.temp_files)\n"
    pair = twins(setup_script(body, include_dirs))
    ours, theirs = pair.run("config", *options)
    assert ours.stdout == theirs.stdout


def test_macros_on_the_command_line_are_defined(project, run_setup) -> None:
    # CPython lists the two options, and refuses them.
    body = "print(self.define, self.undef)\n"
    body += "print(self.search_cpp('^7 1 linux', 'A B linux unix'), self.search_cpp(' unix$', 'unix linux'))"
    folder = project(setup_script(body))
    done = run_setup(folder, "config", "-DA=7,B", "-Ulinux,X")
    assert "[('A', '7'), ('B', '1')] ['linux', 'X']\n" in done.stdout
    assert "True False\n" in done.stdout
    assert " -DA=7 -DB=1 -Ulinux -UX -o _configtest.i _configtest.c\n" in done.stdout


def test_the_compiler_on_the_command_line_is_used(project, run_setup) -> None:
    # CPython has the option, and never looks at it.
    body = f"print(self.try_link({YES!r}), self.check_header('inner.h', ['inc']))"
    folder = project({**setup_script(body), "my cc": '#!/bin/sh\nexec gcc "$@"\n'})
    (folder / "my cc").chmod(0o755)
    done = run_setup(folder, "config", "--cc='./my cc' -DMINE", env={"CFLAGS": "-O0"})
    assert "True True\n" in done.stdout
    commands = [line for line in done.stdout.splitlines() if line.startswith("./my cc -DMINE ")]
    assert len(commands) == 3
    assert not [line for line in done.stdout.splitlines() if line.startswith("gcc")]


def test_a_dry_run_asks_nothing_and_writes_nothing(twins, tree) -> None:
    body = f"print(self.try_compile({YES!r}), self.try_run('int x = ;'), self.check_header('nosuch.h'))"
    pair = twins(setup_script(body))
    before = tree(pair.ours)
    ours, theirs = pair.run("--dry-run", "config")
    assert ours.stdout == theirs.stdout
    assert "True True True\n" in ours.stdout
    assert tree(pair.ours) == before


def test_a_dry_run_finds_nothing_in_what_is_not_preprocessed(project, run_setup, tree) -> None:
    # CPython ends in a traceback: there is no output to search.
    folder = project(setup_script("print(self.search_cpp('x', 'x'))"))
    before = tree(folder)
    assert run_setup(folder, "--dry-run", "config").stdout.endswith("False\n")
    assert tree(folder) == before


def test_a_dry_run_lists_what_a_real_run_does(project, run_setup) -> None:
    body = f"self.try_link({YES!r})\nimport oxidist._core as core\nprint(core.journal(bool(self.dry_run)))"
    folder = project(setup_script(body))
    outputs = [run_setup(folder, *dry, "config").stdout.splitlines() for dry in ([], ["--dry-run"])]
    assert outputs[0][:-1] == outputs[1][:-1]
    journals = [eval(output[-1]) for output in outputs]
    assert [step for step in journals[1] if step[0] in ("write", "run")] == [
        step for step in journals[0] if step[0] in ("write", "run")
    ]


# What goes wrong, and what the last line says. The files of the question must be gone each time.
TROUBLE: dict[str, tuple[str, dict[str, str], str]] = {
    "no such compiler": ("self.try_compile('int x;')", {"CC": "nosuch-cc"}, ""),
    "a missing header is searched": ("self.search_cpp('x', 'x', ['nosuch.h'])", {}, "failed with exit"),
    "a pattern that does not parse": ("self.search_cpp('(', 'x')", {}, ""),
    "a line that cannot be searched": ("self.search_cpp(3, 'x')", {}, ""),
    "the script's own mistake": ("self.dump_source = property\nself._compile(3, 4, 5, 'c')", {}, ""),
    "an object that is none": (
        "self._check_compiler()\nself.compiler.object_filenames = lambda s: []\nself.try_link('int x;')",
        {},
        "",
    ),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_whatever_goes_wrong_no_file_is_left(project, run_setup, tree, name: str) -> None:
    body, environment, text = TROUBLE[name]
    folder = project(setup_script(body))
    before = tree(folder)
    done = run_setup(folder, "config", env=environment, status=None)
    assert text in done.stderr
    assert tree(folder) == before


def test_a_compiler_that_does_not_exist_answers_no(pair, run_setup, oracle) -> None:
    questions = [f"c.{name}({YES!r})" for name in ("try_cpp", "try_compile", "try_link", "try_run")]
    ours, theirs = asked(pair, run_setup, oracle, *questions, CC="nosuch-cc")
    assert ours == theirs
    assert answers(ours) == ["False"] * 4


@pytest.mark.parametrize("everyone", [True, False], ids=["at a terminal", "the process alone"])
@pytest.mark.parametrize(
    ("stage", "output"),
    [
        ("*-E*", "_configtest.i"),
        ("*-c*", "_configtest.o"),
        ("*-o _configtest", "_configtest"),
        ("the program", "_configtest"),
    ],
    ids=["preprocessing", "compiling", "linking", "running"],
)
def test_ctrl_c_leaves_no_file(
    project, clean_home: Path, tree, stage: str, output: str, everyone: bool
) -> None:
    cc = f"""
        #!/bin/sh
        case "$*" in {stage.replace(" ", chr(92) + " ")}) touch {output}; echo started; exec sleep 20;; esac
        exec gcc "$@"
        """
    body = "print(self.try_cpp('x'), self.try_run(\n"
    body += "'#include <unistd.h>\\nint main(void) { write(1, \"started\\\\n\", 8); return sleep(20); }'))"
    folder = project({**setup_script(body), "cc": cc})
    (folder / "cc").chmod(0o755)
    before = tree(folder)
    process = subprocess.Popen(
        [sys.executable, "setup.py", "config"],
        cwd=folder,
        env=clean_environment(clean_home, OXIDIST_DISTUTILS="1", CC=f"{folder}/cc", CFLAGS=""),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    while (line := process.stdout.readline()) != "started\n":
        assert line, process.stderr and process.stderr.read()
    begin = time.monotonic()
    (os.killpg if everyone else os.kill)(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert time.monotonic() - begin < 2
    assert process.returncode == 130
    assert errors.endswith("interrupted\n")
    assert tree(folder) == before


# Shows each call that reaches the compiler.
RECORDER = """
import distutils.ccompiler, sys
from distutils import log
from distutils.command.config import config
from distutils.core import Distribution

class Recorder(distutils.ccompiler.CCompiler):
    exe_extension = None
    compiler_type = "recorder"
    fails = None

    def __init__(self, **options):
        print("new", sorted(options.items()))

def recording(name):
    def method(self, *args, **kwargs):
        print(" ", name, args, sorted(kwargs.items()))
        if self.fails == name:
            raise self.error("no")
        if name == "object_filenames":
            return ["made.o"]
        if name == "preprocess":
            with open(args[1], "w") as stream:
                stream.write("output\\n")
    return method

names = "set_include_dirs set_libraries set_library_dirs define_macro undefine_macro object_filenames"
for name in names.split() + ["preprocess", "compile", "link_executable", "set_executables"]:
    setattr(Recorder, name, recording(name))

distutils.ccompiler.new_compiler = lambda **options: Recorder(**options)
import distutils.command.config as module
module.customize_compiler = lambda compiler: print("customize", type(compiler).__name__)

log.set_verbosity(1)
distribution = Distribution()
c = config(distribution)
c.compiler = "mine"
c.include_dirs, c.libraries, c.library_dirs = "a:b", "x", "l:m"
c.spawn = lambda cmd: print("  spawn", cmd)
c.ensure_finalized()
c.try_cpp("b", ["h"], ["i"])
c.search_cpp("p", "b", ["h"], ["i"], "c++")
c.try_compile("b", ["h"], ["i"], "c++")
c.try_link("b", ["h"], ["i"], ["l"], ["d"], "c++")
c.try_run("b", ["h"], ["i"], ["l"], ["d"], "c++")
Recorder.exe_extension = ".exe"
c.try_run("b")
c.check_func("f", ["h"], ["i"], ["l"], ["d"], 1, 1)
c.check_lib("x", ["d"], ["h"], ["i"], ["o"])
c.check_header("h", ["i"], ["l"], "c++")
for Recorder.fails, Recorder.error in [
    ("preprocess", distutils.ccompiler.CompileError),
    ("compile", distutils.ccompiler.CompileError),
    ("link_executable", distutils.ccompiler.LinkError),
]:
    print(c.try_cpp("x"), c.try_compile("x"), c.try_link("x"), c.try_run("x"))
print(c.temp_files)
c._clean("one", "two")
"""


def test_the_compiler_is_called_as_cpython_calls_it(twins, run_setup, oracle) -> None:
    pair = twins({"ask.py": RECORDER})
    ours, theirs = asked(pair, run_setup, oracle)
    assert ours == theirs
    assert "spawn ['_configtest.exe']" in ours


def test_a_subclass_that_wraps_the_steps_gets_them_all(twins) -> None:
    body = """
        self.steps = []
        print(self.check_func("puts", decl=1), self.check_header("stdio.h"))
        print(self.steps)

    def _check_compiler(self):
        _config._check_compiler(self)
        self.compiler.compiler_so[:1] = ["gcc", "-DWRAPPED"]

    def _link(self, body, headers, include_dirs, libraries, library_dirs, lang):
        self.steps.append(("link", body))
        return _config._link(self, body, headers, include_dirs, libraries, library_dirs, lang)

    def _compile(self, body, headers, include_dirs, lang):
        body = "#ifdef WRAPPED\\n" + body + "#endif\\n"
        src, obj = _config._compile(self, body, headers, include_dirs, lang)
        self.steps.append((src, obj))
        return src, obj

    def _clean(self, *filenames):
        self.steps.append(("clean", filenames, self.temp_files))
        return super()._clean(*filenames)
    """
    script = SETUP.replace("        {body}", body).replace("{include_dirs!r}", "None")
    pair = twins({"setup.py": script})
    ours, theirs = pair.run("config")
    assert ours.stdout == theirs.stdout
    assert "True True\n" in ours.stdout
