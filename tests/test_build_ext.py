"""build_ext: the command lines of CPython's for every option, modules to import, and what fails."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import interpreters
import pytest
from conftest import Completed, Files, Oracle, clean_environment
from twins import Twins

SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")

# Stands in for a compiler: it writes its command line down, makes an empty file, and knows what is bad.
RECORDING_COMPILER = """
#!/bin/sh
printf '%s\\0' "$@" >>"$RECORD"
echo >>"$RECORD"
for word; do
    case $word in bad.c) echo "bad.c is bad" >&2; exit 1;; esac
    case $before in -o) : >"$word";; esac
    before=$word
done
"""


def module(name: str, answer: str = "42", head: str = "", init: str = "") -> str:
    """The source of a module with one function, `answer()`."""
    return textwrap.dedent(f"""
        #define PY_SSIZE_T_CLEAN
        #include <Python.h>
        {head}
        static PyObject *answer(PyObject *self, PyObject *none) {{ return PyLong_FromLong({answer}); }}
        static PyMethodDef methods[] = {{{{"answer", answer, METH_NOARGS, NULL}}, {{NULL, NULL, 0, NULL}}}};
        static struct PyModuleDef definition = {{
            PyModuleDef_HEAD_INIT, "{name}", NULL, 0, methods, NULL, NULL, NULL, NULL
        }};
        PyMODINIT_FUNC {init or "PyInit_" + name}(void) {{ return PyModuleDef_Init(&definition); }}
    """).lstrip()


def script(extensions: str, head: str = "", **keywords: object) -> str:
    """A setup script whose `ext_modules` is this expression."""
    arguments = "".join(f", {name}={value!r}" for name, value in keywords.items())
    return (
        f"from distutils.core import setup, Extension\n{textwrap.dedent(head)}\n"
        f"setup(name='p', version='1.0', ext_modules={extensions}{arguments})\n"
    )


def answer(folder: Path, name: str, python: str | Path = sys.executable) -> int:
    """What the built module says, asked by `python` in `folder`."""
    done = subprocess.run(
        [python, "-c", f"import {name} as module; print(module.answer())"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def plain(words: list[str]) -> list[str]:
    """A command line without the flags for dependency files, which are ours alone."""
    kept = []
    before = ""
    for word in words:
        if word not in ("-MD", "-MF") and before != "-MF":
            kept.append(word)
        before = word
    return kept


def told(output: str) -> list[list[str]]:
    """What a run printed; flags for dependency files left out of its command lines."""
    return [plain(line.split()) for line in output.splitlines()]


def make_old(folder: Path) -> None:
    """Everything in `folder` was made an hour ago, and nothing is newer than anything else."""
    then = time.time() - 3600
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


def names_below(folder: Path, *but: str) -> list[str]:
    """The files below a folder, those of a compiler's own records left out."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in but and not path.name.startswith(".oxidist")
    )


ORACLES = [each for each in interpreters.found() if each.distutils and not each.patched]


@pytest.fixture(params=ORACLES, ids=lambda each: ".".join(map(str, each.version[:2])))
def pair(
    request: pytest.FixtureRequest, tmp_path: Path, clean_home: Path, run_setup: Callable[..., Completed]
) -> Callable[[Files], Twins]:
    """As `twins`, under each Python with a distutils of its own."""
    oracle = Oracle(request.param, clean_home)
    return lambda files: Twins(tmp_path / "twins", files, run_setup, oracle)


EVERYTHING = {
    "setup.py": script(
        """[
            Extension("pkg.one", ["src/z.c", "src/one.c"], include_dirs=["inc"], depends=["inc/one.h"],
                define_macros=[("ANSWER", "40 + 2"), ("EMPTY", None)], undef_macros=["NDEBUG"],
                libraries=["m"], library_dirs=["lib"], runtime_library_dirs=["/opt/one"],
                extra_compile_args=["-O0", "-fno-strict-aliasing"], extra_link_args=["-Wl,--as-needed"],
                export_symbols=["answer"]),
            Extension("pkg.two", ["src/two.cpp", "src/plain.c"]),
            Extension("three", ["src/three.c"], language="c++", extra_objects=["lib/more.o"]),
        ]""",
        # `python -S` has not asked for the user's folders.
        "import site; site.getuserbase()",
        packages=["pkg"],
        include_dirs=["general"],
    ),
    "pkg/__init__.py": "",
    "inc/one.h": "#define SEVEN 7\n",
    "general/general.h": "",
    "src/one.c": "#include <one.h>\n#include <general.h>\n" + module("one", "ANSWER"),
    "src/z.c": "int z(void) { return 1; }\n",
    "src/two.cpp": module("two", "other()", 'extern "C" int other(void);'),
    "src/plain.c": "int other(void) { return 2; }\n",
    "src/three.c": module("three", "more()", "extern int more(void);"),
    "src/more.c": "int more(void) { return 3; }\n",
    "lib/": "",
    "x/include/": "",
}

# name: options.
OPTION_LINES: dict[str, list[str]] = {
    "nothing": [],
    "in place": ["--inplace"],
    "folders": ["--build-lib=out", "--build-temp=tmp/deep"],
    "debug": ["--debug"],
    "undef": ["--undef=ONE,TWO"],
    "define": ["--define=ONE,TWO"],
    "define and undef": ["-DONE", "-UONE"],
    "include folders": ["--include-dirs=a:b/c"],
    "libraries": ["--libraries=m dl,c", "--library-dirs=lib:/usr/lib"],
    "rpath": ["--rpath=/opt/a:/opt/b"],
    "link objects": ["--link-objects=lib/extra.o lib/extra2.o"],
    "compiler": ["--compiler=unix"],
    "force": ["--force"],
    "user": ["--user"],
}


@pytest.fixture
def recorded(tmp_path: Path) -> dict[str, str]:
    """An environment whose compilers write their command lines to `argv` in the current folder."""
    tools = tmp_path / "tools with spaces"
    tools.mkdir()
    for name in ("recording-cc", "recording-c++"):
        tool = tools / name
        tool.write_text(RECORDING_COMPILER.lstrip())
        tool.chmod(0o755)
    home = tmp_path / "home"
    for folder in ("include", "lib"):
        (home / ".local" / folder).mkdir(parents=True)
    return {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "CC": "recording-cc",
        "CXX": "recording-c++",
        "LDSHARED": "recording-cc -shared",
        "RECORD": "argv",
        "HOME": str(home),
    }


def command_lines(folder: Path) -> list[list[str]]:
    """What the recording compilers were started with in `folder`, whose own name is `<here>`."""
    lines = (folder / "argv").read_text().replace(str(folder), "<here>").split("\0\n")
    return [plain(line.split("\0")) for line in lines if line]


def assert_same_run(twins: Twins, *options: str, env: dict[str, str]) -> list[list[str]]:
    """Both print the same, start the same command lines, and make the same files. The command lines."""
    ours, theirs = twins.run(*options, env=env)
    here = [
        ours.stdout.replace(str(twins.ours), "<here>"),
        theirs.stdout.replace(str(twins.theirs), "<here>"),
    ]
    assert told(here[0]) == told(here[1])
    assert ours.stderr == theirs.stderr
    lines = command_lines(twins.ours)
    assert lines == command_lines(twins.theirs)
    assert names_below(twins.ours) == names_below(twins.theirs)
    return lines


@pytest.mark.parametrize("name", OPTION_LINES)
def test_every_option_gives_the_command_lines_of_cpython(pair, recorded: dict[str, str], name: str) -> None:
    twins = pair(EVERYTHING)
    lines = assert_same_run(twins, "build_ext", *OPTION_LINES[name], env=recorded)
    assert len(lines) == 8


def test_the_options_of_a_configuration_file_are_those_of_the_command_line(pair, recorded) -> None:
    configuration = """
        [build_ext]
        include-dirs = one:two/three
        define = ONE,TWO
        undef = THREE
        libraries = m, c
        rpath = /opt/a:/opt/b
        debug = yes
        inplace = 1
    """
    twins = pair(
        {
            "setup.py": script("[Extension('one', ['one.c'])]"),
            "setup.cfg": textwrap.dedent(configuration),
            "one.c": module("one"),
        }
    )
    (compiled, linked) = assert_same_run(twins, "build", env=recorded)
    assert {"-DONE=1", "-DTWO=1", "-UTHREE", "-Ione", "-Itwo/three", "-g"} <= set(compiled)
    assert linked[-2:] == ["-o", next(word for word in linked if word.startswith("<here>/one."))]


def test_built_modules_are_imported_by_the_python_that_built_them(project, run_setup) -> None:
    folder = project(EVERYTHING)
    subprocess.run(["gcc", "-fPIC", "-c", "src/more.c", "-o", "lib/more.o"], cwd=folder, check=True)
    run_setup(folder, "build", "--build-lib=out")
    assert names_below(folder / "out") == [
        "pkg/__init__.py",
        f"pkg/one{SUFFIX}",
        f"pkg/two{SUFFIX}",
        f"three{SUFFIX}",
    ]
    assert [answer(folder / "out", name) for name in ("pkg.one", "pkg.two", "three")] == [42, 2, 3]


def test_in_place_modules_go_where_build_py_has_the_package(project, run_setup) -> None:
    folder = project(
        {
            "setup.py": script(
                "[Extension('pkg.sub.one', ['one.c']), Extension('top', ['top.c'])]",
                packages=["pkg", "pkg.sub"],
                package_dir={"": "src", "pkg.sub": "elsewhere"},
            ),
            "src/pkg/__init__.py": "",
            "elsewhere/__init__.py": "",
            "one.c": module("one", "1"),
            "top.c": module("top", "2"),
        }
    )
    run_setup(folder, "build_ext", "--inplace")
    assert answer(folder / "src", "top") == 2
    assert answer(folder / "elsewhere", "one") == 1
    assert not list((folder / "build").rglob("*.so"))


def test_ext_package_stands_before_the_names_of_all_extensions(pair, recorded) -> None:
    twins = pair(
        {
            "setup.py": script(
                "[Extension('a.one', ['one.c']), Extension('two', ['two.c'])]", ext_package="pkg.c"
            ),
            "one.c": module("one"),
            "two.c": module("two"),
        }
    )
    assert_same_run(twins, "build_ext", "--build-lib=out", env=recorded)
    assert [name.split(".")[0] for name in names_below(twins.ours / "out")] == ["pkg/c/a/one", "pkg/c/two"]


def test_pairs_of_the_old_form_are_extensions(pair, recorded) -> None:
    old = """[("one", {"sources": ["one.c"], "include_dirs": ["inc"], "libraries": ["m"], "rpath": ["/opt/x"],
        "macros": [("A", "1"), ("B", None), ("C",)], "extra_compile_args": ["-O0"],
        "def_file": "one.def"})]"""
    twins = pair({"setup.py": script(old), "one.c": module("one")})
    lines = assert_same_run(twins, "build_ext", env=recorded)
    assert {"-DA=1", "-DB", "-UC", "-Iinc", "-O0"} <= set(lines[0])


def test_objects_are_linked_with_the_libraries_of_the_same_distribution(pair, recorded) -> None:
    twins = pair(
        {
            "setup.py": script(
                "[Extension('one', ['one.c'])]",
                libraries=[("deep", {"sources": ["deep.c"], "macros": [("DEPTH", "7")]})],
            ),
            "one.c": module("one", "deep()", "extern int deep(void);"),
            "deep.c": "int deep(void) { return DEPTH; }\n",
        }
    )
    flags = {**recorded, "CFLAGS": "-fPIC"}
    lines = assert_same_run(twins, "build", "--build-lib=out", env=flags)
    assert "-ldeep" in lines[-1]


def test_a_run_with_nothing_to_do_starts_no_compiler(pair, recorded) -> None:
    twins = pair(
        {
            "setup.py": script("[Extension('one', ['one.c'], depends=['one.h'])]"),
            "one.c": module("one"),
            "one.h": "",
        }
    )
    assert_same_run(twins, "build_ext", "-v", "-v", env=recorded)
    before = command_lines(twins.ours)
    assert_same_run(twins, "-v", "-v", "build_ext", env=recorded)
    assert command_lines(twins.ours) == before
    for name in ("one.h", "one.c"):
        for folder in (twins.ours, twins.theirs):
            make_old(folder)
            (folder / name).touch()
        assert_same_run(twins, "build_ext", env=recorded)
    after = assert_same_run(twins, "build_ext", "--force", env=recorded)
    assert len(after) == 8


def test_several_jobs_give_the_same_modules(project, run_setup) -> None:
    extensions = "[Extension(f'm{n}', [f'm{n}.c']) for n in range(4)]"
    files = {f"m{n}.c": module(f"m{n}", str(n)) for n in range(4)}
    folder = project({"setup.py": script(extensions), **files})
    run_setup(folder, "build_ext", "-j3", "--build-lib=out")
    assert [answer(folder / "out", f"m{n}") for n in range(4)] == [0, 1, 2, 3]


OPTIONAL = {
    "setup.py": script(
        "[Extension('bad', ['bad.c'], optional=True), Extension('good', ['good.c'], optional=True)]"
    ),
    "bad.c": "#error this does not compile\n",
    "good.c": module("good"),
}


@pytest.mark.parametrize("options", [[], ["-j2"]], ids=["one by one", "side by side"])
def test_an_optional_extension_may_fail(pair, options: list[str]) -> None:
    twins = pair(OPTIONAL)
    ours, theirs = twins.run("build_ext", "--build-lib=out", *options)
    warning = "warning: build_ext: building extension \"bad\" failed: command '/usr/bin/gcc' failed"
    assert warning in re.sub("'[^']*gcc[^']*'", "'/usr/bin/gcc'", theirs.stderr)
    assert warning in re.sub("'[^']*gcc[^']*'", "'/usr/bin/gcc'", ours.stderr)
    assert "this does not compile" in ours.stdout + ours.stderr
    assert [name.split(".")[0] for name in names_below(twins.ours / "out")] == ["good"]
    assert names_below(twins.ours / "out") == names_below(twins.theirs / "out")


def test_an_extension_that_is_not_optional_ends_the_run(project, run_setup) -> None:
    folder = project({**OPTIONAL, "setup.py": OPTIONAL["setup.py"].replace("True", "False")})
    done = run_setup(folder, "build_ext", status=1)
    assert "bad.c" in done.stdout + done.stderr
    assert re.search(r"^error: command '.*gcc.*' failed with exit code 1$", done.stderr, re.M)
    assert "Traceback" not in done.stderr
    assert not list(folder.rglob("*.so"))


LIMITED = """
    #define Py_LIMITED_API 0x030a0000
    #include <Python.h>
    static PyObject *answer(PyObject *self, PyObject *none) { return PyLong_FromLong(10); }
    static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
    static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "stable", NULL, -1, methods};
    PyMODINIT_FUNC PyInit_stable(void) { return PyModule_Create(&definition); }
"""


def test_a_module_of_the_limited_api_is_found_by_every_python(project, run_setup) -> None:
    folder = project(
        {
            "setup.py": script(
                "[Extension('pkg.stable', ['stable.c'], py_limited_api=True)]", packages=["pkg"]
            ),
            "pkg/__init__.py": "",
            "stable.c": LIMITED,
        }
    )
    done = run_setup(
        folder, "install", "--install-lib=out", "--record=record.txt", script=["-W", "error", "setup.py"]
    )
    assert "Unknown Extension options" not in done.stderr
    assert "out/pkg/stable.abi3.so" in (folder / "record.txt").read_text()
    run_setup(folder, "build_ext", "--inplace")
    assert (folder / "pkg/stable.abi3.so").exists()
    for interpreter in interpreters.found():
        assert answer(folder / "out", "pkg.stable", interpreter.path) == 10


def test_other_unknown_arguments_of_an_extension_are_warned_of(twins) -> None:
    pair = twins({"setup.py": script("[Extension('a', [], nothing=1, py_limited_api=0)]")})
    warned = pair.ours / "setup.py"
    text = warned.read_text()
    warned.write_text(f"import warnings; warnings.simplefilter('always')\n{text}")
    ours, _ = pair.run("--name")
    assert "Unknown Extension options: 'nothing'\n" in ours.stderr


def has_objective_c() -> bool:
    command = ["gcc", "-x", "objective-c", "-fsyntax-only", os.devnull]
    return subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.skipif(not has_objective_c(), reason="gcc has no Objective-C here (apt-get install gobjc)")
def test_objective_c_is_compiled_as_what_it_is(pair, recorded) -> None:
    source = "@interface Thing\n@end\n" + module("thing", "5")
    twins = pair({"setup.py": script("[Extension('thing', ['thing.m'])]"), "thing.m": source})
    assert_same_run(twins, "build_ext", "--build-lib=out", env=recorded)


@pytest.mark.parametrize("name", ["m\u00f6dul", "\u6a21\u5757", "ascii"])
def test_a_module_may_be_called_anything_that_python_can_import(project, run_setup, name: str) -> None:
    init = f"PyInit_{name}"
    if not name.isascii():
        init = "PyInitU_" + name.encode("punycode").decode().replace("-", "_")
    folder = project(
        {
            "setup.py": script(f"[Extension({name!r}, ['source.c'])]"),
            "source.c": module(name, "6", init=init),
        }
    )
    run_setup(folder, "build_ext", "--build-lib=out")
    assert names_below(folder / "out") == [f"{name}{SUFFIX}"]
    assert answer(folder / "out", name) == 6


def command(distutils: ModuleType, **attributes: Any) -> Any:
    """A finalized build_ext."""
    from distutils.dist import Distribution

    built = Distribution(attributes).get_command_obj("build_ext")
    built.ensure_finalized()
    return built


SYMBOLS = {
    "one": "PyInit_one",
    "pkg.one": "PyInit_one",
    "pkg.m\u00f6dul": "PyInitU_mdul_5qa",
    "pkg.__init__": "PyInit_pkg",
    "__init__": "PyInit___init__",
}


@pytest.mark.parametrize("name", SYMBOLS)
def test_the_function_that_python_calls_is_exported(distutils, name: str) -> None:
    from distutils.extension import Extension

    extension = Extension(name, [], export_symbols=["more"])
    built = command(distutils, ext_modules=[extension])
    for _ in "again":
        assert built.get_export_symbols(extension) == ["more", SYMBOLS[name]]
    assert extension.export_symbols == ["more", SYMBOLS[name]]


# SWIG makes its file beside the interface file, in the language that its options ask for.
SWIG_RUNS: dict[str, tuple[list[str], str]] = {
    "C": ([], "swigged_wrap.c"),
    "C++": (["--swig-opts=-c++"], "swigged_wrap.cpp"),
    "C++, the old way": (["--swig-cpp"], "swigged_wrap.cpp"),
    "more options": (["--swig-opts=-O -Wall"], "swigged_wrap.c"),
}

INTERFACE = """
    %module swigged
    %{
    #ifdef __cplusplus
    extern "C"
    #endif
    int answer(void);
    %}
    int answer(void);
"""


@pytest.mark.skipif(not shutil.which("swig"), reason="SWIG is not there (apt-get install swig)")
@pytest.mark.parametrize("name", SWIG_RUNS)
def test_swig_makes_the_source_of_an_interface_file(pair, recorded, name: str) -> None:
    options, made = SWIG_RUNS[name]
    extension = "[Extension('_swigged', ['swigged.i', 'answer.c'], swig_opts=['-builtin'])]"
    twins = pair(
        {
            "setup.py": script(extension, py_modules=["swigged"]),
            "swigged.i": INTERFACE,
            "answer.c": "int answer(void) { return 8; }\n",
        }
    )
    assert_same_run(twins, "build_ext", "--build-lib=.", *options, env=recorded)
    assert (twins.ours / made).exists()


@pytest.mark.skipif(not shutil.which("swig"), reason="SWIG is not there (apt-get install swig)")
def test_a_swigged_module_is_imported(project, run_setup) -> None:
    folder = project(
        {
            "setup.py": script("[Extension('_swigged', ['swigged.i', 'answer.c'])]", py_modules=["swigged"]),
            "swigged.i": INTERFACE,
            "answer.c": "int answer(void) { return 8; }\n",
        }
    )
    run_setup(folder, "build_ext", "--inplace", "build_py", "--build-lib=.")
    assert answer(folder, "swigged") == 8


def test_swig_that_is_not_there_is_one_line(project, run_setup) -> None:
    folder = project({"setup.py": script("[Extension('_one', ['one.i'])]"), "one.i": ""})
    done = run_setup(folder, "build_ext", "--swig=/nowhere/swig", status=1)
    assert re.search(r"^error: .*/nowhere/swig", done.stderr, re.M)
    assert "Traceback" not in done.stderr


# name: (what `ext_modules` is, options, what the error says).
MISTAKES: dict[str, tuple[str, list[str], str]] = {
    "a source that is missing": (
        "[Extension('pkg.one', ['one.c', 'src/none.c'])]",
        [],
        "extension 'pkg.one': source file 'src/none.c' does not exist",
    ),
    "an interface file that is missing": (
        "[Extension('one', ['none.i'])]",
        [],
        "extension 'one': source file 'none.i' does not exist",
    ),
    "no list": (
        "Extension('one', ['one.c'])",
        [],
        "'ext_modules' option must be a list of Extension instances",
    ),
    "a tuple": (
        "(Extension('one', ['one.c']),)",
        [],
        "'ext_modules' option must be a list of Extension instances",
    ),
    "a name": (
        "['one']",
        [],
        "each element of 'ext_modules' option must be an Extension instance or 2-tuple",
    ),
    "a pair without sources": (
        "[('one', {})]",
        [],
        "in 'ext_modules' option (extension 'one'), 'sources' must be present",
    ),
    "a pair with a string": (
        "[('one', {'sources': 'one.c'})]",
        [],
        "in 'ext_modules' option (extension 'one'): 'sources' must be a list of strings",
    ),
    "a pair with a bad name": (
        "[('one two', {'sources': ['one.c']})]",
        [],
        "first element of each tuple in 'ext_modules' must be the extension name (a string)",
    ),
    "a pair with a list": (
        "[('one', ['one.c'])]",
        [],
        "second element of each tuple in 'ext_modules' must be a dictionary (build info)",
    ),
    "a pair with bad macros": (
        "[('one', {'sources': ['one.c'], 'macros': ['A']})]",
        [],
        "'macros' element of build info dict must be 1- or 2-tuple",
    ),
    "sources that became a string": (
        "[changed(sources='one.c')]",
        [],
        "in 'ext_modules' option (extension 'one'), 'sources' must be present and must be a list of source "
        "filenames",
    ),
    "depends that are a string": (
        "[changed(depends='one.h')]",
        [],
        "extension 'one': 'depends' must be a list of strings (got 'one.h')",
    ),
    "a file in the place of build_temp": (
        "[Extension('one', ['one.c'])]",
        ["--build-temp=setup.py/temp"],
        "could not create 'setup.py': File exists",
    ),
    "a file in the place of build_lib": (
        "[Extension('one', ['one.c'])]",
        ["--build-lib=setup.py/lib"],
        "could not create 'setup.py': File exists",
    ),
    "no jobs": ("[]", ["-j0"], "parallel should be an integer from 1 upwards (got 0)"),
    "fewer jobs": ("[]", ["-j-3"], "parallel should be an integer from 1 upwards (got -3)"),
    "jobs that are no number": ("[]", ["-jmany"], "parallel should be an integer (got 'many')"),
    "a compiler of a type that there is not": (
        "[Extension('one', ['one.c'])]",
        ["--compiler=abacus"],
        "don't know how to compile C/C++ code on platform 'posix' with 'abacus' compiler",
    ),
}

CHANGED = """
def changed(**attributes):
    extension = Extension("one", ["one.c"])
    vars(extension).update(attributes)
    return extension
"""


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_that_names_it(project, run_setup, name: str) -> None:
    extensions, options, expected = MISTAKES[name]
    folder = project({"setup.py": script(extensions, CHANGED), "one.c": module("one")})
    done = run_setup(folder, "build_ext", *options, status=1)
    assert "Traceback" not in done.stderr
    assert f"error: {expected}" in done.stderr.splitlines()[-1]
    assert not list(folder.rglob("*.so"))


def test_a_compiler_that_is_not_there_is_one_line(project, run_setup) -> None:
    folder = project({"setup.py": script("[Extension('one', ['one.c'])]"), "one.c": module("one")})
    done = run_setup(folder, "build_ext", env={"CC": "/nowhere/cc"}, status=1)
    assert "Traceback" not in done.stderr
    assert re.search(r"^error: .*/nowhere/cc", done.stderr, re.M)


def test_a_dry_run_says_what_would_be_done_and_does_nothing(pair, tree) -> None:
    twins = pair({**EVERYTHING, "lib/more.o": ""})
    before = tree(twins.ours)
    ours, theirs = twins.run("--dry-run", "build")
    assert told(ours.stdout) == told(theirs.stdout)
    assert tree(twins.ours) == before


# What Python asks about the platform, and the options, on platforms that this is not.
PLATFORMS: dict[str, str] = {
    "Windows": "os.name = 'nt'",
    "Windows, 32 bits, debug": "os.name = 'nt'; options = {'plat_name': 'win32', 'debug': 1}",
    "Windows on ARM": "os.name = 'nt'; options = {'plat_name': 'win-arm64'}",
    "Windows, a virtual environment": "os.name = 'nt'; sys.exec_prefix = sys.prefix = 'C:/venv'",
    "Windows, Python's own folder": "os.name = 'nt'; sys._home = 'C:/src'",
    "Cygwin": "sys.platform = 'cygwin'; sys.executable = sys.exec_prefix + '/bin/python'",
    "Cygwin, Python's own extensions": "sys.platform = 'cygwin'; sys.executable = '/src/python'",
    "macOS": "sys.platform = 'darwin'",
    "a shared library": "config['Py_ENABLE_SHARED'] = 1; config['LIBDIR'] = '/opt/lib'",
    "a shared library, Python's own extensions": "config['Py_ENABLE_SHARED'] = sysconfig.python_build = 1",
    "Android": "config.update(Py_ENABLE_SHARED=1, LDVERSION='3.x'); sys.getandroidapilevel = lambda: 21",
    "Cygwin, a shared library": "config.update(Py_ENABLE_SHARED=1, LDVERSION='3.x'); sys.platform = 'cygwin'",
    "built for Android": "config.update(Py_ENABLE_SHARED=1, LDVERSION='3.x', ANDROID_API_LEVEL=21); "
    "os.environ['_PYTHON_HOST_PLATFORM'] = 'android'",
    "a virtual environment": "sys.exec_prefix = '/venv'",
    "lists from the script": "options = {'include_dirs': ['a'], 'library_dirs': ['b'], 'rpath': ['c'], "
    "'libraries': ['d'], 'link_objects': ['e']}",
    "texts from the script": "options = {'include_dirs': 'a:b', 'library_dirs': 'c:d', 'rpath': 'e:f', "
    "'libraries': 'g h,i', 'link_objects': 'j k', 'undef': 'l,m', 'define': 'n,o', 'swig_opts': '-a -b', "
    "'parallel': ' 2 '}",
    "the user's own folders": "options = {'user': 1}",
}

ASK_PLATFORM = """
    import json, os, sys
    from distutils import sysconfig
    from distutils.dist import Distribution
    from distutils.extension import Extension
    import distutils.command.build, distutils.command.build_ext as build_ext

    base = os.path.expanduser("~/.local")
    build_ext.USER_BASE = base
    for name in ("include", "lib"):
        os.makedirs(os.path.join(base, name), exist_ok=True)
    config, options = {}, {}
    asked = sysconfig.get_config_var
    asked("LIBDIR")  # Read while the platform is still what it is.
    sysconfig.get_config_var = lambda name: config[name] if name in config else asked(name)
    sysconfig.get_python_inc = lambda plat_specific=0: "/plat" if plat_specific else "/one:/two"
    build_ext.get_config_h_filename = lambda: "/plat/PC/pyconfig.h"
    distutils.command.build.get_platform = build_ext.get_platform = lambda: "win-amd64"

    distribution = Distribution({"ext_package": "pkg", "include_dirs": ["general"]})
    command = distribution.get_command_obj("build_ext")
    extension = Extension("one", [], libraries=["own"])
    real = {name: getattr(os, name) for name in ("name",)}
    PLATFORM
    for name, value in options.items():
        setattr(command, name, value)
    if "plat_name" in options:
        distribution.get_command_obj("build").plat_name = options["plat_name"]
    command.ensure_finalized()
    attributes = {name: value for name, value in vars(command).items() if name[0] != "_"}
    answers = {
        "libraries": command.get_libraries(extension),
        "symbols": command.get_export_symbols(extension),
        "file": command.get_ext_filename("a.b"),
        "path": command.get_ext_fullpath("a.b"),
        "swig": command.find_swig(),
    }
    os.name = real["name"]
    for name in ("distribution", "launcher"):
        attributes.pop(name, None)
    print(json.dumps([attributes, answers], sort_keys=True, indent=1))
"""


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_platform_has_the_options_that_cpython_gives_it(pair, name: str) -> None:
    indented = ASK_PLATFORM.replace("PLATFORM", PLATFORMS[name])
    twins = pair({"setup.py": textwrap.dedent(indented)})
    ours, theirs = twins.run()
    assert ours.stdout.replace(str(twins.ours), "") == theirs.stdout.replace(str(twins.theirs), "")


FAKE_CMAKE = """
#!/bin/sh
# cmake SOURCE -DOUTPUT=folder -DNAME=file, then cmake --build FOLDER.
if [ "$1" = --version ]; then echo "cmake version 3.99"; exit; fi
if [ "$1" = --build ]; then
    . "$2/CMakeCache.txt"
    exec gcc -shared -fPIC $FLAGS "$SOURCE/one.c" -o "$OUTPUT/$NAME"
fi
echo "SOURCE='$1'" >CMakeCache.txt
for word; do
    case $word in -D*) echo "${word#-D}" | sed "s/=\\(.*\\)/='\\1'/" >>CMakeCache.txt;; esac
done
"""

WITH_CMAKE = """
    import os, subprocess, sysconfig
    from distutils.core import setup, Extension
    from distutils.command.build_ext import build_ext
    from distutils.version import LooseVersion

    class CMakeExtension(Extension):
        def __init__(self, name, sourcedir=""):
            Extension.__init__(self, name, sources=[])
            self.sourcedir = os.path.abspath(sourcedir)

    class CMakeBuild(build_ext):
        def run(self):
            told = subprocess.check_output(["./cmake", "--version"]).decode()
            assert LooseVersion(told.split()[2]) >= "3.1"
            for extension in self.extensions:
                self.build_extension(extension)

        def build_extension(self, ext):
            path = os.path.abspath(self.get_ext_fullpath(ext.name))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.makedirs(self.build_temp, exist_ok=True)
            cmake = os.path.abspath("cmake")
            output = ["-DOUTPUT=" + os.path.dirname(path), "-DNAME=" + os.path.basename(path)]
            flags = "-DFLAGS=-I" + sysconfig.get_paths()["include"]
            subprocess.check_call([cmake, ext.sourcedir, *output, flags], cwd=self.build_temp)
            subprocess.check_call([cmake, "--build", "."], cwd=self.build_temp)

    setup(name="p", version="1", ext_modules=[CMakeExtension("pkg.one", "native")], packages=["pkg"],
          cmdclass={"build_ext": CMakeBuild})
"""


def test_a_subclass_builds_with_cmake_instead(pair, project, run_setup) -> None:
    files = {
        "setup.py": WITH_CMAKE,
        "cmake": FAKE_CMAKE,
        "native/one.c": module("one", "9"),
        "pkg/__init__.py": "",
    }
    twins = pair(files)
    for folder in (twins.ours, twins.theirs):
        (folder / "cmake").chmod(0o755)
    ours, theirs = twins.run("install", "--root=root", "--prefix=/usr")
    assert ours.stdout.splitlines()[:6] == theirs.stdout.splitlines()[:6]
    assert names_below(twins.ours / "root") == names_below(twins.theirs / "root")
    folder = project(files)
    (folder / "cmake").chmod(0o755)
    run_setup(folder, "build", "--build-lib=out")
    assert answer(folder / "out", "pkg.one") == 9


# Where scripts put their own customize_compiler, and how.
WRAPPERS: dict[str, str] = {
    "in the command's module": "import distutils.command.build_ext as module",
    "in sysconfig, before the command": "import distutils.sysconfig as module",
}

WRAPPED = """
original = module.customize_compiler

def customize(compiler):
    original(compiler)
    compiler.compiler_so = [word for word in compiler.compiler_so if not word.startswith("-W")]
    compiler.compiler_so.append("-DANSWER=77")
    compiler.linker_so[:] = compiler.linker_so + ["-Wl,--as-needed"]

module.customize_compiler = customize
"""


@pytest.mark.parametrize("name", WRAPPERS)
def test_customize_compiler_can_be_wrapped(pair, project, run_setup, recorded, name: str) -> None:
    files = {
        "setup.py": script("[Extension('one', ['one.c'])]", f"{WRAPPERS[name]}\n{WRAPPED}"),
        "one.c": module("one", "ANSWER"),
    }
    compiled, linked = assert_same_run(pair(files), "build_ext", env=recorded)
    assert "-DANSWER=77" in compiled and not [word for word in compiled if word.startswith("-W")]
    assert "-Wl,--as-needed" in linked
    folder = project(files)
    run_setup(folder, "build_ext", "--inplace")
    assert answer(folder, "one") == 77


# What scripts in the wild do in subclasses of build_ext: each runs under both, and prints the same.
SUBCLASSES: dict[str, str] = {
    "flags for the compiler at hand": """
        class Command(build_ext):
            def build_extensions(self):
                print(self.compiler.compiler_type)
                for extension in self.extensions:
                    extension.extra_compile_args = ["-O1"] if self.compiler.compiler_type == "unix" else []
                build_ext.build_extensions(self)
    """,
    "the compiler's lists edited": """
        class Command(build_ext):
            def build_extensions(self):
                for word in ("-Wstrict-prototypes", "-Wall"):
                    if word in self.compiler.compiler_so:
                        self.compiler.compiler_so.remove(word)
                super().build_extensions()
    """,
    "errors filtered by hand": """
        class Command(build_ext):
            def _build_extensions_serial(self):
                for extension in self.extensions:
                    with self._filter_build_errors(extension) as nothing:
                        assert nothing is None
                        self.build_extension(extension)
    """,
    "a filter of its own": """
        import contextlib
        class Command(build_ext):
            @contextlib.contextmanager
            def _filter_build_errors(self, ext):
                print("begin", ext.name)
                try:
                    yield
                except CCompilerError as error:
                    print("failed", ext.name, type(error).__name__)
                print("end", ext.name)
    """,
    "failing is allowed": """
        class Command(build_ext):
            def run(self):
                try:
                    build_ext.run(self)
                except DistutilsPlatformError:
                    print("no")
            def build_extension(self, ext):
                try:
                    build_ext.build_extension(self, ext)
                except (CCompilerError, DistutilsExecError, DistutilsPlatformError) as error:
                    print("failed", ext.name, type(error).__name__)
    """,
    "names of its own": """
        class Command(build_ext):
            def get_ext_filename(self, ext_name):
                return build_ext.get_ext_filename(self, ext_name).replace(".cpython", ".own")
            def get_ext_fullpath(self, ext_name):
                path = super().get_ext_fullpath(ext_name)
                print(path)
                return path
    """,
    "sources made on the way": """
        class Command(build_ext):
            def swig_sources(self, sources, extension):
                made = []
                for source in build_ext.swig_sources(self, sources, extension):
                    if source.endswith(".template"):
                        with open(source) as text, open("made.c", "w") as out:
                            out.write(text.read().replace("TEN", "10"))
                        source = "made.c"
                    made.append(source)
                print(made)
                return made
    """,
    "what was compiled is looked at": """
        class Command(build_ext):
            def build_extension(self, ext):
                super().build_extension(ext)
                print(sorted(self._built_objects))
    """,
    "include folders added in finalize_options": """
        class Command(build_ext):
            def finalize_options(self):
                build_ext.finalize_options(self)
                self.include_dirs.insert(0, "late")
                self.libraries.append("m")
                self.define = [("LATE", None), ("VALUE", "2")]
    """,
    "options of its own": """
        class Command(build_ext):
            user_options = build_ext.user_options + [("own=", None, "one more" + build_ext.sep_by)]
            boolean_options = build_ext.boolean_options + ["flag"]
            def initialize_options(self):
                super().initialize_options()
                self.own = None
    """,
    "another set of compilers": """
        class Command(build_ext):
            def run(self):
                import distutils.ccompiler as ccompiler
                new_compiler = ccompiler.new_compiler
                def made(*args, **kwargs):
                    print(args, sorted(kwargs.items(), key=str))
                    return new_compiler(*args, **kwargs)
                ccompiler.new_compiler = made
                super().run()
    """,
}

SUBCLASSED = """
from distutils.command.build_ext import build_ext
from distutils.core import setup, Extension
from distutils.errors import *

{subclass}

setup(name="p", version="1", cmdclass={{"build_ext": Command}}, ext_modules=[
    Extension("one", ["one.c"]),
    Extension("bad", ["bad.c"], optional=True),
    Extension("two", ["two.template"] if "made" in {name!r} else ["two.c"]),
])
"""


@pytest.mark.parametrize("name", SUBCLASSES)
def test_a_subclass_sees_and_changes_what_it_does_in_cpython(pair, recorded, name: str) -> None:
    subclass = textwrap.dedent(SUBCLASSES[name])
    two = module("two", "2")
    twins = pair(
        {
            "setup.py": SUBCLASSED.format(subclass=subclass, name=name),
            "one.c": module("one"),
            "bad.c": "bad\n",
            "two.c": two,
            "two.template": two.replace("(2)", "(TEN)"),
        }
    )
    ours, theirs = twins.run("build_ext", "--build-lib=out", env=recorded)
    assert told(ours.stdout) == told(theirs.stdout)
    assert command_lines(twins.ours) == command_lines(twins.theirs)
    assert names_below(twins.ours, "argv") == names_below(twins.theirs, "argv")


# A linker that writes half a module, and then takes its time.
SLOW_LINKER = """
#!/bin/sh
for word; do
    case $before in -o) case $word in *.so) output=$word;; esac;; esac
    before=$word
done
if [ -n "$output" ] && [ ! -e "$0.fast" ]; then
    printf half >"$output"
    touch "$0.reached"
    sleep 60
fi
exec gcc "$@"
"""

SLOW_WAY = """
from distutils.command.build_ext import build_ext
class Command(build_ext):
    def build_extension(self, ext):
        super().build_extension(ext)
"""


@pytest.mark.parametrize("first", [True, False], ids=["the first build", "a later one"])
def test_a_module_that_a_killed_run_left_half_written_is_built_again(
    project, run_setup, clean_home: Path, first: bool
) -> None:
    folder = project(
        {
            "setup.py": script("[Extension('one', ['one.c'])]", SLOW_WAY, cmdclass={}).replace(
                "cmdclass={}", "cmdclass={'build_ext': Command}"
            ),
            "one.c": module("one"),
            "cc": SLOW_LINKER,
        }
    )
    compiler = folder / "cc"
    compiler.chmod(0o755)
    environment = {"CC": str(compiler), "LDSHARED": f"{compiler} -shared"}
    options = ["build_ext", "--build-temp=temp", "--build-lib=out"]
    if not first:
        (folder / "cc.fast").touch()
        run_setup(folder, *options, env=environment)
        (folder / "cc.fast").unlink()
        make_old(folder)
        (folder / "one.c").touch()
    killed = subprocess.Popen(
        [sys.executable, "setup.py", *options],
        cwd=folder,
        env=clean_environment(clean_home, OXIDIST_DISTUTILS="1", **environment),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    while not (folder / "cc.reached").exists():
        assert killed.poll() is None
    os.killpg(killed.pid, 9)
    killed.wait()
    (built,) = (folder / "out").iterdir()
    assert built.read_text() == "half"
    # By its time it is up to date.
    make_old(folder)
    built.touch()
    (folder / "cc.fast").touch()
    run_setup(folder, *options, env=environment)
    assert answer(folder / "out", "one") == 42
    assert not [path for path in (folder / "temp").rglob("*") if "unfinished" in path.name]
    done = run_setup(folder, "-v", "-v", *options, env=environment)
    assert "skipping 'one' extension (up-to-date)" in done.stdout


def test_a_module_stays_where_its_next_version_does_not_compile(project, run_setup) -> None:
    folder = project(
        {
            "setup.py": script("[Extension('one', ['one.c'])]", SLOW_WAY, cmdclass={}).replace(
                "cmdclass={}", "cmdclass={'build_ext': Command}"
            ),
            "one.c": module("one"),
        }
    )
    run_setup(folder, "build_ext", "--inplace")
    make_old(folder)
    (folder / "one.c").write_text("bad\n")
    for _ in range(2):
        run_setup(folder, "build_ext", "--inplace", status=1)
        assert answer(folder, "one") == 42


def test_sources_are_packed_and_modules_installed(project, run_setup) -> None:
    folder = project(
        {
            "setup.py": script("[Extension('one', ['src/one.c'], depends=['src/one.h'])]"),
            "src/one.c": module("one"),
            "src/one.h": "",
        }
    )
    run_setup(folder, "sdist", "--manifest-only")
    assert "src/one.c" in (folder / "MANIFEST").read_text().splitlines()
    run_setup(folder, "install", "--install-lib=out", "--record=record.txt")
    assert f"out/one{SUFFIX}" in (folder / "record.txt").read_text()
    assert answer(folder / "out", "one") == 42


@pytest.mark.parametrize("command", ["build_ext", "build"])
def test_the_compilers_are_listed_as_in_cpython(twins, command: str) -> None:
    pair = twins({"setup.py": script("[]")})
    ours, theirs = pair.run(command, "--help-compiler")
    assert ours.stdout == theirs.stdout
    assert "--compiler=unix" in ours.stdout
