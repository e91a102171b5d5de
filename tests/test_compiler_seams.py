"""The compiler's seams: what a script overrides is called, with CPython's arguments and in CPython's order.

Scenarios (`seams/compilers.py`) are run on a compiler with its methods overridden, in a subclass, on the
class or on the instance, and with the functions of its modules replaced; under CPython's own distutils and
under ours, on one interpreter. Below that, what scripts in the wild do with compilers, with a real one.
"""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from copy import copy
from multiprocessing.pool import ThreadPool
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import Oracle
from seams.both import Both

# Methods that only later copies of distutils have.
LATER = {"call", "configure_system"}

WAYS = ["subclass", "class", "instance", "module"]


@pytest.fixture(scope="session")
def both(oracle: Oracle, tmp_path_factory: pytest.TempPathFactory) -> Both:
    return Both(oracle, tmp_path_factory.mktemp("compilers"))


def hooks_for(both: Both, way: str) -> list[list[str]]:
    catalogue = both.catalogue()
    if way != "module":
        return [["compiler", name] for name in catalogue["methods"]]
    return [[module, name] for module, names in catalogue["functions"].items() for name in names]


def test_every_method_and_function_of_cpython_is_there_to_be_overridden(both: Both) -> None:
    ours, theirs = both({})
    assert [name for name in ours["methods"] if name not in LATER] == theirs["methods"]
    for module, names in theirs["functions"].items():
        assert set(names) <= set(ours["functions"][module])


@pytest.mark.parametrize("way", WAYS)
def test_all_overrides_together_see_cpythons_calls(both: Both, way: str) -> None:
    hooks = hooks_for(both, way)
    rounds = [{"scenario": name, "way": way, "hooks": hooks} for name in both.catalogue()["scenarios"]]
    ours, theirs = both({"rounds": rounds})
    for each, our_calls, their_calls in zip(rounds, ours, theirs, strict=True):
        assert listed(our_calls, each) == listed(their_calls, each), each["scenario"]


@pytest.mark.parametrize("way", WAYS)
def test_each_override_alone_sees_cpythons_calls(both: Both, way: str) -> None:
    rounds = [
        {"scenario": name, "way": way, "hooks": [hook]}
        for name in both.catalogue()["scenarios"]
        for hook in hooks_for(both, way)
    ]
    ours, theirs = both({"rounds": rounds})
    reached = set()
    for each, our_calls, their_calls in zip(rounds, ours, theirs, strict=True):
        assert listed(our_calls, each) == listed(their_calls, each), each
        reached.update((owner, name) for owner, name, _ in their_calls)
    # A name that the module has for compilers of other kinds.
    assert {tuple(hook) for hook in hooks_for(both, way)} - reached <= {("ccompiler", "gen_lib_options")}


# The trial's files are in another folder than CPython's, which leaves them where it is.
TRIAL = re.compile(r"'[^']*printf[^']*'")
NAMED_IN_A_TRIAL = ("compile", "link_executable", "executable_filename", "link")


def listed(calls: list[list[str]], entry: dict[str, Any]) -> list[str]:
    if entry["scenario"] != "has_function":
        return [f"{owner}.{hook}({arguments})" for owner, hook, arguments in calls]
    return [
        f"{owner}.{hook}({TRIAL.sub('<trial>', arguments) if hook in NAMED_IN_A_TRIAL else ''})"
        for owner, hook, arguments in calls
    ]


# What scripts in the wild do.


@pytest.fixture
def compilers(distutils, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """`distutils.ccompiler`, in an empty folder; what a test changes of the classes is put back after."""
    from distutils.ccompiler import CCompiler, compiler_class
    from distutils.unixccompiler import UnixCCompiler

    kept = [
        (held, copy(held))
        for held in (
            compiler_class,
            CCompiler.language_map,
            CCompiler.language_order,
            UnixCCompiler.src_extensions,
            UnixCCompiler.executables,
            *filter(None, UnixCCompiler.executables.values()),
        )
    ]
    yield importlib.import_module("distutils.ccompiler")
    for held, was in kept:
        if isinstance(held, dict):
            held.clear()
            held.update(was)
        else:
            held[:] = was


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    """Names of C and C++ sources in the current folder, where the C ones tell whether WITH is defined."""
    for name in ("one", "two", "three"):
        text = f"#ifdef WITH\nint {name}_with;\n#else\nint {name}_without;\n#endif\n"
        (tmp_path / f"{name}.c").write_text(text)
    (tmp_path / "four.cpp").write_text("namespace n { int four; }\n")
    return ["one.c", "two.c", "three.c", "four.cpp"]


def symbols(path: str | Path) -> set[str]:
    """The names that an object file defines."""
    done = subprocess.run(["nm", str(path)], capture_output=True, text=True, check=True)
    return {line.split()[-1] for line in done.stdout.splitlines()}


def commands_of(compiler: Any) -> list[list[str]]:
    """The command lines that this compiler will run from now on; they are run."""
    commands: list[list[str]] = []
    spawn = compiler.spawn

    def noted(cmd: list[str]) -> None:
        commands.append(list(cmd))
        spawn(cmd)

    compiler.spawn = noted
    return commands


def test_an_instances_compile_hook_chooses_flags_by_the_ending(compilers, sources) -> None:
    compiler = compilers.new_compiler()
    commands = commands_of(compiler)
    original = compiler._compile

    def by_ending(obj, src, ext, cc_args, extra_postargs, pp_opts):
        flags = {".c": ["-std=c99", "-DWITH"], ".cpp": ["-std=c++11"]}[ext]
        original(obj, src, ext, cc_args, [*extra_postargs, *flags], pp_opts)

    compiler._compile = by_ending
    objects = compiler.compile(sources, output_dir="build", extra_postargs=["-O0"])
    assert objects == [f"build/{Path(source).stem}.o" for source in sources]
    assert [command[-1] for command in commands] == ["-DWITH", "-DWITH", "-DWITH", "-std=c++11"]
    assert [symbols(name) for name in objects[:2]] == [{"one_with"}, {"two_with"}]
    assert compiler.compile(["one.c"], extra_postargs=None) == ["one.o"]


def test_compile_is_replaced_on_the_class_by_a_pool_of_threads(compilers, sources, monkeypatch) -> None:
    from distutils.ccompiler import CCompiler

    threads = set()

    def compile(
        self,
        sources,
        output_dir=None,
        macros=None,
        include_dirs=None,
        debug=0,
        extra_preargs=None,
        extra_postargs=None,
        depends=None,
    ):
        macros, objects, extra_postargs, pp_opts, build = self._setup_compile(
            output_dir, macros, include_dirs, sources, depends, extra_postargs
        )
        cc_args = self._get_cc_args(pp_opts, debug, extra_preargs)

        def one(obj):
            threads.add(threading.get_ident())
            src, ext = build[obj]
            self._compile(obj, src, ext, cc_args, extra_postargs, pp_opts)

        with ThreadPool(3) as pool:
            pool.map(one, objects)
        return objects

    monkeypatch.setattr(CCompiler, "compile", compile)
    compiler = compilers.new_compiler()
    objects = compiler.compile(sources, "build", [("WITH", "1")])
    assert threading.get_ident() not in threads
    assert [symbols(name) for name in objects[:3]] == [{"one_with"}, {"two_with"}, {"three_with"}]
    with pytest.raises(compilers.CompileError, match="failed with exit code 1$"):
        compiler.compile(["one.c", "missing.c"])


def test_words_are_taken_out_of_a_program_in_place(compilers, sources) -> None:
    compiler = compilers.new_compiler()
    compiler.set_executables(
        compiler_so="cc -Wstrict-prototypes '-DA=\"x y\"' -O0", linker_so="cc -shared -g"
    )
    compiler.compiler_so.remove("-Wstrict-prototypes")
    compiler.linker_so[1:] = ["-shared"]
    commands = commands_of(compiler)
    compiler.link_shared_object(compiler.compile(["one.c"], extra_preargs=["-fPIC"]), "one.so")
    assert commands == [
        ["cc", '-DA="x y"', "-O0", "-fPIC", "-c", "one.c", "-o", "one.o"],
        ["cc", "-shared", "one.o", "-o", "one.so"],
    ]


def test_the_list_that_an_instance_has_by_default_is_the_classs_own(compilers) -> None:
    from distutils.unixccompiler import UnixCCompiler

    compiler = compilers.new_compiler(compiler="unix")
    assert compiler.compiler_so is UnixCCompiler.executables["compiler_so"]
    compiler.compiler_so.append("-pipe")
    assert compilers.new_compiler(compiler="unix").compiler_so == ["cc", "-pipe"]


def test_endings_that_are_added_to_the_class_are_compiled(compilers, sources, tmp_path) -> None:
    from distutils.unixccompiler import UnixCCompiler

    class Sub(UnixCCompiler):
        pass

    UnixCCompiler.src_extensions.append(".f90")
    UnixCCompiler.src_extensions += [".cu"]
    UnixCCompiler.language_map[".cu"] = "c++"
    (tmp_path / "kernel.cu").write_text("int kernel;\n")
    compiler = Sub()
    default, original = compiler.compiler_so, compiler._compile

    def choosing(obj, src, ext, cc_args, extra_postargs, pp_opts):
        if ext == ".cu":
            compiler.set_executable("compiler_so", "cc -x c")
        original(obj, src, ext, cc_args, extra_postargs, pp_opts)
        compiler.compiler_so = default

    compiler._compile = choosing
    commands = commands_of(compiler)
    assert compiler.compile(["one.c", "kernel.cu"]) == ["one.o", "kernel.o"]
    assert [command[:3] for command in commands] == [["cc", "-c", "one.c"], ["cc", "-x", "c"]]
    assert compiler.object_filenames(["a/x.f90"], output_dir="o") == ["o/a/x.o"]
    assert compiler.detect_language(["one.c", "kernel.cu"]) == "c++"
    assert compiler.detect_language("x.f90") is None


def test_a_compiler_is_used_outside_of_any_command(compilers, tmp_path) -> None:
    (tmp_path / "part.c").write_text("int part(void) { return VALUE; }\n")
    (tmp_path / "main.c").write_text("int part(void);\nint main(void) { return part(); }\n")
    compiler = compilers.new_compiler()
    compiler.define_macro("VALUE", "7")
    compiler.add_library_dir("lib")
    compiler.create_static_lib(compiler.compile(["part.c"]), "part", output_dir="lib")
    assert compiler.find_library_file(["elsewhere", "lib"], "part") == "lib/libpart.a"
    compiler.link_executable(compiler.compile(["main.c"]), "main", output_dir="bin", libraries=["part"])
    assert subprocess.run([tmp_path / "bin" / "main"]).returncode == 7


def test_a_class_of_the_scripts_own_is_chosen_by_its_name(compilers, monkeypatch, capsys) -> None:
    from distutils.unixccompiler import UnixCCompiler

    class OwnCompiler(UnixCCompiler):
        compiler_type = "own"
        executables = {**UnixCCompiler.executables, "assembler": ["as", "-q"]}

        def __init__(self, verbose=0, dry_run=0, force=0):
            super().__init__(verbose, dry_run, force)
            self.asked_for = (verbose, dry_run, force)

    module = ModuleType("distutils.owncompiler")
    module.OwnCompiler = OwnCompiler
    monkeypatch.setitem(sys.modules, "distutils.owncompiler", module)
    compilers.compiler_class["own"] = ("owncompiler", "OwnCompiler", "A compiler of its own")
    compiler = compilers.new_compiler(compiler="own", verbose=1, dry_run=1, force=1)
    assert type(compiler) is OwnCompiler
    assert compiler.asked_for == (None, 1, 1)
    assert compiler.assembler == ["as", "-q"]
    compilers.show_compilers()
    assert "--compiler=own      A compiler of its own\n" in capsys.readouterr().out
    monkeypatch.setattr(compilers, "_default_compilers", (("linux.*|darwin", "own"), ("posix", "unix")))
    assert compilers.get_default_compiler(platform="linux2") == "own"
    assert compilers.get_default_compiler("posix", "sunos5") == "unix"
    assert type(compilers.new_compiler()) is (OwnCompiler if sys.platform == "linux" else UnixCCompiler)


def test_a_class_for_another_kind_of_compiler_needs_only_what_differs(compilers) -> None:
    class Recording(compilers.CCompiler):
        src_extensions = [".in"]
        obj_extension = ".out"
        exe_extension = ".run"
        executables: dict[str, Any] = {}

        def _compile(self, obj, src, ext, cc_args, extra_postargs, pp_opts):
            steps.append((obj, src, ext, cc_args, extra_postargs, pp_opts))

        def link(self, *args, **kwargs):
            steps.append((args, kwargs))

    steps: list[Any] = []
    compiler = Recording()
    assert compiler.compile(["a.in"], debug=1, extra_preargs=("-x",)) == ["a.out"]
    compiler.link_executable(["a.out"], "a", debug=None)
    assert steps == [
        ("a.out", "a.in", ".in", ["-x", "-g", "-c"], [], []),
        (("executable", ["a.out"], "a.run", None, None, None, None, None, None, None, None, None, None), {}),
    ]
    assert compiler.preprocess("a.in") is None
    for method in ("library_dir_option", "library_option", "runtime_library_dir_option"):
        with pytest.raises(NotImplementedError):
            getattr(compiler, method)("x")
    with pytest.raises(AttributeError, match="executables"):
        compilers.CCompiler()


def test_a_method_of_the_class_is_called_with_super(compilers, sources) -> None:
    from distutils.unixccompiler import UnixCCompiler

    class Mixin:
        def _get_cc_args(self, pp_opts, debug, before):
            return [*super()._get_cc_args(pp_opts, debug, before), "-DMIXED"]

    class Sub(Mixin, UnixCCompiler):
        def __init__(self, *args, own, **kwargs):
            super().__init__(*args, **kwargs)
            self.own = own

        def _compile(self, obj, *rest):
            self.own.append(obj)
            super()._compile(obj, *rest)

        def spawn(self, cmd):
            self.own.append(cmd)

    compiler = Sub(0, own=[])
    compiler.compile(["one.c"])
    assert compiler.own == ["one.o", ["cc", "-c", "-DMIXED", "one.c", "-o", "one.o"]]


def test_spawn_replaced_in_the_module_runs_every_step(compilers, sources, monkeypatch) -> None:
    ran = []
    monkeypatch.setattr(compilers, "spawn", lambda cmd, dry_run: ran.append((cmd[0], dry_run)))
    compiler = compilers.new_compiler(dry_run=2)
    compiler.compile(["one.c"])
    compiler.create_static_lib(["one.o"], "one", output_dir="lib")
    assert ran == [("cc", 2), ("ar", 2)]


def calls_noted(compiler) -> list[str]:
    """The programs that `compiler.call` is asked to run by a compile, an archive and a link."""
    compiler.compile(["one.c"])
    compiler.create_static_lib(["one.o"], "one", output_dir="lib")
    compiler.link_shared_object(["one.o"], "one.so")
    return [line[0] for line in compiler.seen]


def test_a_replaced_call_runs_every_step(compilers, sources, monkeypatch) -> None:
    from distutils.unixccompiler import UnixCCompiler

    class Sub(UnixCCompiler):
        seen: list[list[str]]

        def call(self, cmd, **kwargs):
            self.seen.append(cmd)

    compiler = Sub(force=1)
    compiler.seen = []
    assert calls_noted(compiler) == ["cc", "ar", "cc"]

    compiler = compilers.new_compiler(force=1)
    compiler.seen = []
    compiler.call = compiler.seen.append
    assert calls_noted(compiler) == ["cc", "ar", "cc"]

    with monkeypatch.context() as patch:
        patch.setattr(compilers.CCompiler, "call", lambda self, cmd: self.seen.append(cmd))
        compiler = compilers.new_compiler(force=1)
        compiler.seen = []
        assert calls_noted(compiler) == ["cc", "ar", "cc"]


def test_the_failure_of_a_replaced_call_is_a_failed_step(compilers, sources) -> None:
    from distutils.errors import CompileError

    compiler = compilers.new_compiler(force=1)

    def call(cmd):
        raise subprocess.CalledProcessError(3, cmd)

    compiler.call = call
    with pytest.raises(CompileError, match="exit status 3"):
        compiler.compile(["one.c"])
