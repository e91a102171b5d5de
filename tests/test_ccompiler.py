"""distutils.ccompiler and distutils.unixccompiler: CPython's command lines, and what they make."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import oxidist
import pytest
from conftest import Oracle
from seams.both import Both

# How many compilers are made and used at random; each is asked for everything once or twice.
SEEDS = 500


@pytest.fixture
def ccompiler(distutils) -> ModuleType:
    """`distutils.ccompiler`; the current folder is the test's own."""
    return importlib.import_module("distutils.ccompiler")


def below(folder: Path) -> list[str]:
    """The files below a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def recording(compiler: Any) -> list[list[str]]:
    """The command lines that this compiler would run from now on."""
    commands: list[list[str]] = []
    compiler.spawn = commands.append
    compiler.mkpath = lambda name: None
    return commands


def test_command_lines_and_answers_equal_cpythons_argument_by_argument(oracle: Oracle, tmp_path) -> None:
    ours, theirs = Both(oracle, tmp_path)({"commands": [0, SEEDS]})
    assert len(ours) == SEEDS
    for seed in ours:
        assert ours[seed] == theirs[seed], f"seed {seed}"
    lines = [line.split(maxsplit=1)[0] for trace in theirs.values() for line in trace]
    assert lines.count("spawn") > 5 * SEEDS and lines.count("returned") > 15 * SEEDS


def test_the_tables_of_modules_and_classes_equal_cpythons(oracle: Oracle, tmp_path) -> None:
    ours, theirs = Both(oracle, tmp_path)({})
    assert ours["tables"] == theirs["tables"]
    assert len(theirs["tables"]) > 30


def test_methods_have_cpythons_parameters_and_defaults(ccompiler) -> None:
    import inspect
    from distutils.unixccompiler import UnixCCompiler

    def written(method: Any) -> str:
        return str(inspect.signature(method)).replace(" /,", "").replace(", /)", ")")

    assert written(UnixCCompiler.object_filenames) == ("(self, source_filenames, strip_dir=0, output_dir='')")
    assert written(UnixCCompiler.create_static_lib) == (
        "(self, objects, output_libname, output_dir=None, debug=0, target_lang=None)"
    )
    assert written(ccompiler.CCompiler.compile) == (
        "(self, sources, output_dir=None, macros=None, include_dirs=None, debug=0, extra_preargs=None, "
        "extra_postargs=None, depends=None)"
    )
    assert written(ccompiler.new_compiler) == "(plat=None, compiler=None, verbose=0, dry_run=0, force=0)"


def test_names_on_windows_are_made_as_its_paths_are(ccompiler, monkeypatch) -> None:
    import ntpath

    compiler = ccompiler.new_compiler(compiler="unix")
    monkeypatch.setattr(os, "path", ntpath)
    assert compiler.object_filenames(["C:\\src\\a.c", "d/b.c"], output_dir="o") == ["o\\src\\a.o", "o\\d/b.o"]


def test_odd_names_are_compiled_and_linked(ccompiler, tmp_path) -> None:
    # Not Unicode, a line end, quotes, spaces, a letter beyond ASCII.
    names = ["caf\udce9.c", "two\nlines.c", 'it\'s "so".c', "blank space/ü.c"]
    for number, name in enumerate(names):
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"int part{number};\n")
    Path("main.c").write_text("int main(void) { return 3; }\n")
    compiler = ccompiler.new_compiler()
    objects = compiler.compile([*names, "main.c"], output_dir="out put\udcff")
    assert objects[0] == "out put\udcff/caf\udce9.o" and all(map(os.path.exists, objects))
    compiler.link_executable(objects, "prog\udce9", output_dir="bin \u20ac")
    assert subprocess.run([os.fsencode(tmp_path / "bin \u20ac" / "prog\udce9")]).returncode == 3
    compiler.create_static_lib(objects[:4], "lib\n\udce9", output_dir="lib")
    assert compiler.find_library_file(["lib"], "lib\n\udce9") == "lib/liblib\n\udce9.a"


def test_a_source_outside_of_the_tree_is_compiled(ccompiler, tmp_path, monkeypatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.c").write_text("int a;\n")
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    compiler = ccompiler.new_compiler()
    assert compiler.compile(["../elsewhere/a.c"], output_dir="b/temp") == ["b/temp/../elsewhere/a.o"]
    absolute = str(tmp_path / "elsewhere" / "a.c")
    assert compiler.compile([absolute], output_dir="b") == [f"b{absolute[:-2]}.o"]
    assert len(below(tmp_path / "project")) == 2


def test_failures_have_the_class_of_their_step_and_say_what_failed(ccompiler, tmp_path) -> None:
    from distutils.errors import CompileError, DistutilsExecError, LibError, LinkError, UnknownFileError

    Path("bad.c").write_text("int f(\n")
    Path("other.o").write_text("no object")
    compiler = ccompiler.new_compiler()
    failed = "^command '.*{}' failed with exit code 1$"
    with pytest.raises(CompileError, match=failed.format("cc")) as caught:
        compiler.compile(["bad.c"])
    assert isinstance(caught.value.args[0], DistutilsExecError)
    assert caught.value.__cause__ is caught.value.args[0]
    with pytest.raises(LinkError, match=failed.format("cc")):
        compiler.link_shared_object(["other.o"], "x.so")
    compiler.preprocessor = ["false"]
    with pytest.raises(CompileError, match=failed.format("false")):
        compiler.preprocess("bad.c")
    with pytest.raises(UnknownFileError, match=r"^unknown file type '\.x' \(from 'a/b\.x'\)$"):
        compiler.compile(["a/b.x"])
    compiler.archiver = ["false"]
    with pytest.raises(DistutilsExecError, match=failed.format("false")):
        compiler.create_static_lib(["other.o"], "x", output_dir="")
    compiler.archiver, compiler.ranlib = ["true"], ["false"]
    with pytest.raises(LibError, match=failed.format("false")):
        compiler.create_static_lib(["other.o"], "x", output_dir="")
    compiler.compiler_so = [str(tmp_path / "none")]
    with pytest.raises(CompileError, match="No such file or directory"):
        compiler.compile(["bad.c"])


def test_no_further_source_is_compiled_after_one_that_failed(ccompiler, monkeypatch) -> None:
    monkeypatch.setenv("OXIDIST_JOBS", "1")
    Path("bad.c").write_text("int f(\n")
    Path("good.c").write_text("int g;\n")
    with pytest.raises(ccompiler.CompileError):
        ccompiler.new_compiler().compile(["bad.c", "good.c"])
    assert not Path("good.o").exists()


@pytest.mark.parametrize(
    ("plat", "compiler", "said"),
    [
        (
            "vms",
            "none",
            "don't know how to compile C/C++ code on platform 'vms' with 'none' compiler "
            "(the types are unix, msvc, cygwin, mingw32, bcpp, gone, empty)",
        ),
        (None, "gone", "can't compile C/C++ code: unable to load module 'distutils.not_a_module'"),
        (
            None,
            "empty",
            "can't compile C/C++ code: unable to find class 'X' in module 'distutils.util'",
        ),
    ],
)
def test_a_compiler_that_cannot_be_had_is_named(ccompiler, monkeypatch, plat, compiler, said) -> None:
    monkeypatch.setitem(ccompiler.compiler_class, "gone", ("not_a_module", "X", ""))
    monkeypatch.setitem(ccompiler.compiler_class, "empty", ("util", "X", ""))
    with pytest.raises((ccompiler.DistutilsPlatformError, ccompiler.DistutilsModuleError)) as caught:
        ccompiler.new_compiler(plat, compiler)
    assert str(caught.value) == said
    assert isinstance(caught.value, ccompiler.DistutilsPlatformError) == (plat is not None)


def test_get_compilers_has_the_classes_that_can_be_loaded(ccompiler, monkeypatch) -> None:
    from distutils.unixccompiler import UnixCCompiler

    monkeypatch.setitem(ccompiler.compiler_class, "gone", ("not_a_module", "X", ""))
    compilers = ccompiler.get_compilers()
    assert compilers["unix"] is UnixCCompiler
    assert "gone" not in compilers


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    """The folder for temporary files, empty."""
    import tempfile

    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_has_function_asks_the_linker_and_leaves_nothing_behind(ccompiler, temporary, tmp_path) -> None:
    Path("a.out").write_text("mine")
    compiler = ccompiler.new_compiler()
    compiler.output_dir = "own"
    assert compiler.has_function("strlen") is True
    assert compiler.has_function("no_such_function") is False
    # In the mathematical library, and so not known without it, although compilers have heard of it.
    assert compiler.has_function("tgamma") is False
    assert compiler.has_function("tgamma", libraries=["m"]) is True
    assert compiler.has_function("strlen", includes=["no_such_header.h"]) is False
    assert compiler.output_dir == "own"
    assert below(tmp_path) == ["a.out"] and Path("a.out").read_text() == "mine"
    assert os.listdir(tmp_path) == ["a.out", "temporary"] or sorted(os.listdir(tmp_path)) == [
        "a.out",
        "temporary",
    ]


def test_has_function_includes_headers_from_the_scripts_folders(ccompiler, temporary) -> None:
    Path("inc").mkdir()
    Path("inc/own.h").write_text("static int own(void) { return 0; }\n")
    compiler = ccompiler.new_compiler()
    assert compiler.has_function("own", ["own.h"], include_dirs=["inc"]) is True
    assert compiler.has_function("own", ["own.h"]) is False


def test_has_function_cleans_up_after_what_it_did_not_expect(ccompiler, temporary) -> None:
    compiler = ccompiler.new_compiler()
    commands: list[Any] = []

    def interrupted(cmd: list[str]) -> None:
        commands.append(below(temporary))
        raise KeyboardInterrupt

    compiler.spawn = interrupted
    with pytest.raises(KeyboardInterrupt):
        compiler.has_function("f")
    (source,) = commands[0]
    assert source.endswith("/f.c")
    assert compiler.output_dir is None and not list(temporary.iterdir())


def test_a_dry_run_changes_nothing_and_tells_what_it_would_do(ccompiler, temporary, tmp_path, capsys) -> None:
    from distutils import log

    log.set_verbosity(1)
    Path("a.c").write_text("int a;\n")
    compiler = ccompiler.new_compiler(dry_run=1)
    objects = compiler.compile(["a.c"], output_dir="build")
    compiler.create_static_lib(objects, "a", output_dir="lib")
    compiler.link_shared_object(objects, "a.so", output_dir="lib")
    compiler.execute(lambda: pytest.fail("called"), (), "calling")
    assert compiler.has_function("anything") is True
    lines = capsys.readouterr().out.splitlines()
    assert lines[:6] == [
        "creating build",
        "cc -c a.c -o build/a.o",
        "creating lib",
        "ar -cr lib/liba.a build/a.o",
        "cc -shared build/a.o -o lib/a.so",
        "calling",
    ]
    assert below(tmp_path) == ["a.c"] and not list(temporary.iterdir())


def test_what_is_up_to_date_is_not_linked_again(ccompiler, capsys) -> None:
    from distutils import log

    log.set_verbosity(2)
    for number, name in enumerate(["a.o", "a.so", "liba.a"]):
        Path(name).touch()
        os.utime(name, (number, number))
    compiler = ccompiler.new_compiler()
    commands = recording(compiler)
    compiler.link_shared_object(["a.o"], "a.so")
    compiler.create_static_lib(["a.o"], "a", output_dir="")
    assert commands == []
    assert capsys.readouterr().out.splitlines() == [
        "skipping a.so (up-to-date)",
        "skipping liba.a (up-to-date)",
    ]
    compiler.force = 1
    compiler.link_shared_object(["a.o"], "a.so")
    assert commands == [["cc", "-shared", "a.o", "-o", "a.so"]]


def test_a_cxx_compiler_takes_the_linkers_place_behind_env(ccompiler) -> None:
    compiler = ccompiler.new_compiler(compiler="unix")
    compiler.set_executables(linker_so="/usr/bin/env A=1 gcc -shared", compiler_cxx="env A=1 g++ -O")
    commands = recording(compiler)
    compiler.link_shared_object(["a.o"], "a.so", target_lang="c++")
    # CPython's fails where the two do not begin alike.
    compiler.set_executables(compiler_cxx="g++")
    compiler.link_shared_object(["a.o"], "a.so", target_lang="c++")
    assert commands == [["/usr/bin/env", "A=1", "g++", "-shared", "a.o", "-o", "a.so"]] * 2


@pytest.mark.parametrize(
    ("cc", "linker", "cxx", "expected"),
    [
        ("ccache gcc", "gcc -shared", "ccache g++", "ccache g++ -shared"),
        ("ccache gcc", "ccache gcc -shared", "g++", "g++ -shared"),
        ("gcc", "ccache gcc -shared", "ccache g++", "ccache g++ -shared"),
        ("zig cc", "zig cc -shared", "zig c++", "zig c++ -shared"),
        ("python3 -m ziglang cc", "gcc -shared", "python3 -m ziglang c++", "python3 -m ziglang c++ -shared"),
        ("python3 -m ziglang cc", "python3 -m ziglang cc -shared", "g++", "g++ -shared"),
        ("nice -n 5 gcc", "gcc -shared", "nice -n 5 g++ -pthread", "nice -n 5 g++ -shared"),
        ("gcc", "env A=1 ccache gcc -shared", "env B=2 ccache g++", "env A=1 ccache g++ -shared"),
        ("gcc", "gcc -shared", "env B=2 g++", "env B=2 g++ -shared"),
        ("gcc -pthread", "gcc -pthread -shared", "g++ -pthread", "g++ -pthread -shared"),
        ("gcc", "/opt/ld_so_aix ccache gcc -bI:x", "ccache g++", "/opt/ld_so_aix ccache g++ -bI:x"),
    ],
)
def test_a_cxx_compiler_of_several_words_takes_the_place_of_the_c_compiler(
    ccompiler, cc, linker, cxx, expected
) -> None:
    compiler = ccompiler.new_compiler(compiler="unix")
    compiler.set_executables(linker_exe=cc, linker_so=linker, compiler_cxx=cxx)
    commands = recording(compiler)
    compiler.link_shared_object(["a.o"], "a.so", target_lang="c++")
    assert commands == [[*expected.split(), "a.o", "-o", "a.so"]]


def test_programs_for_cxx_alone_are_taken_where_a_later_customize_compiler_sets_them(
    ccompiler, monkeypatch
) -> None:
    compiler = ccompiler.new_compiler()
    ran: list[list[str]] = []
    monkeypatch.setattr(compiler, "spawn", ran.append)
    compiler.set_executables(
        compiler_so="cc -fPIC",
        compiler_so_cxx="c++ -fPIC -DCXX",
        linker_so="cc -shared",
        linker_so_cxx="c++ -shared -DCXX",
    )
    monkeypatch.setattr(compiler, "mkpath", lambda *arguments: None)
    compiler.compile(["a.c", "b.cpp"])
    compiler.link_shared_object(["a.o", "b.o"], "one.so", target_lang="c++")
    compiler.link_shared_object(["a.o"], "two.so")
    assert [argv[:3] for argv in ran] == [
        ["cc", "-fPIC", "-c"],
        ["c++", "-fPIC", "-DCXX"],
        ["c++", "-shared", "-DCXX"],
        ["cc", "-shared", "a.o"],
    ]
    with pytest.raises(ValueError, match="unknown executable 'painter_cxx'"):
        compiler.set_executables(painter_cxx="c++")


def test_apples_tools_are_told_what_python_knows_of_them(ccompiler, monkeypatch) -> None:
    """With Python's own `_osx_support`: an `-arch` in the arguments replaces those of the compiler."""
    from distutils import sysconfig, unixccompiler

    compiler = ccompiler.new_compiler(compiler="unix")
    compiler.set_executables(compiler_so="cc -arch ppc -arch i386 -g", linker_so="cc -arch ppc -bundle")
    commands = recording(compiler)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(
        sysconfig, "get_config_var", {"CC": "cc", "CFLAGS": "-O -isysroot /SDK -g"}.__getitem__
    )
    monkeypatch.setattr(os.path, "exists", lambda path: path in {"/SDK/usr/lib/libz.tbd", "/opt/lib/libq.a"})
    compiler.compile(["a.c"], extra_postargs=["-arch", "arm64"])
    compiler.link_shared_object(["a.o"], "a.so", extra_postargs=["-arch", "arm64"])
    assert commands == [
        ["cc", "-g", "-c", "a.c", "-o", "a.o", "-arch", "arm64"],
        ["cc", "-bundle", "a.o", "-o", "a.so", "-arch", "arm64"],
    ]
    assert not hasattr(unixccompiler, "_osx_support")
    assert compiler.find_library_file(["/usr/local/lib", "/usr/lib"], "z") == "/SDK/usr/lib/libz.tbd"
    assert compiler.find_library_file(["/usr/lib", "/opt/lib"], "q") == "/opt/lib/libq.a"


def test_single_macros_to_undefine_are_no_mistake(ccompiler) -> None:
    """CPython's check of a list of macros fails on them, although its text says that they may be there."""
    compiler = ccompiler.new_compiler()
    compiler._check_macro_definitions([("A",), ("A", "1"), ("A", None)])
    said = r"^invalid macro definition '\('A', 1\)': must be tuple \(string,\), \(string, string\), or "
    with pytest.raises(TypeError, match=said):
        compiler._check_macro_definitions([("A", 1)])
    with pytest.raises(
        TypeError, match=r"^bad macro definition '\('A', 'b', 'c'\)': each element of 'macros'"
    ):
        ccompiler.gen_preprocess_options([("A", "b", "c")], [])


def test_warnings_and_debugging_texts_go_where_distutils_sends_them(ccompiler, capsys, monkeypatch) -> None:
    from distutils import debug, log

    compiler = ccompiler.new_compiler()
    compiler.warn("beware of %s")
    compiler.debug_print("unseen")
    monkeypatch.setattr(debug, "DEBUG", "1")
    compiler.debug_print(["seen"])
    compiler.announce("unseen")
    log.set_verbosity(2)
    compiler.announce("%s", 5)
    told = capsys.readouterr()
    assert told.out == "['seen']\n%s\n"
    assert told.err == "warning: beware of %s\n"


def test_options_are_generated_for_any_object_that_has_a_compilers_methods(ccompiler) -> None:
    warned: list[str] = []
    fake = SimpleNamespace(
        library_dir_option=lambda folder: f"-L{folder}",
        runtime_library_dir_option=lambda folder: ["-R", folder],
        library_option=lambda name: f"-l{name}",
        find_library_file=lambda folders, name: None if name == "none" else f"{folders[0]}/{name}.a",
        warn=warned.append,
    )
    options = ccompiler.gen_lib_options(fake, ["a"], ["b", "c"], ["m", "d/z", "d/none", "m"])
    assert options == ["-La", "-R", "b", "-R", "c", "-lm", "d/z.a", "-lm"]
    assert warned == ["no library file corresponding to 'd/none' found (skipping)"]


def test_the_later_names_are_the_same_classes(ccompiler) -> None:
    import distutils.compilers.errors as general
    from distutils import errors, unixccompiler
    from distutils.compilers.C import base, errors as c_errors, unix

    assert base.Compiler is ccompiler.CCompiler and unix.Compiler is unixccompiler.UnixCCompiler
    assert base.new_compiler is ccompiler.new_compiler
    assert c_errors.Error is general.Error is errors.CCompilerError
    assert c_errors.UnknownFileType is general.UnknownFileType is errors.UnknownFileError
    for name in ("PreprocessError", "CompileError", "LibError", "LinkError"):
        assert getattr(c_errors, name) is getattr(errors, name)


def test_the_faces_have_what_cpythons_modules_import(oracle: Oracle, ccompiler, tmp_path) -> None:
    for name in ("ccompiler", "unixccompiler"):
        done = oracle.run("-c", f"import distutils.{name} as m; print(*vars(m))", cwd=tmp_path)
        # `re` is not needed here, and costs every script that builds the time to load it.
        expected = {each for each in done.stdout.split() if not each.startswith("__")} - {"re"}
        assert expected <= set(vars(importlib.import_module(f"distutils.{name}"))), name
    assert ccompiler.CCompiler is oxidist._core.ccompiler.CCompiler
