"""build_ext: the command lines of CPython's for every option, and modules that Python imports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import textwrap

import interpreters
import pytest
from extensions import answer, assert_same_run, command_lines, make_old, module, names_below, script, told

SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")

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
    # Here `build` copies what is built in place on to build_lib; the command alone does not.
    (compiled, linked) = assert_same_run(twins, "build_ext", env=recorded)
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
            # CPython goes by the time, and this distutils by what is in the file.
            (folder / name).write_text((folder / name).read_text() + "\n")
        assert_same_run(twins, "build_ext", env=recorded)
    after = assert_same_run(twins, "build_ext", "--force", env=recorded)
    assert len(after) == 8


def test_several_jobs_give_the_same_modules(project, run_setup) -> None:
    extensions = "[Extension(f'm{n}', [f'm{n}.c']) for n in range(4)]"
    files = {f"m{n}.c": module(f"m{n}", str(n)) for n in range(4)}
    folder = project({"setup.py": script(extensions), **files})
    run_setup(folder, "build_ext", "-j3", "--build-lib=out")
    assert [answer(folder / "out", f"m{n}") for n in range(4)] == [0, 1, 2, 3]


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


def test_a_dry_run_says_what_would_be_done_and_does_nothing(pair, tree) -> None:
    twins = pair({**EVERYTHING, "lib/more.o": ""})
    before = tree(twins.ours)
    ours, theirs = twins.run("--dry-run", "build")
    assert told(ours.stdout) == told(theirs.stdout)
    assert tree(twins.ours) == before


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
