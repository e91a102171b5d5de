"""Builds by programs in the place of Windows' compilers: side by side, and only what is out of date."""

from __future__ import annotations

import os
import shutil
import sysconfig
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Files

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts"),
    pytest.mark.skipif(shutil.which("cc") is None, reason="needs a compiler"),
]

# Each writes a line when it begins and one when it ends, so that what ran at once can be told.
LOGGED = """#!/bin/sh
note() { echo "$1 ${0##*/} $2" >>"$RAN"; }
"""

# Includes are followed by this machine's compiler, and told as Microsoft's does.
CL = """
options= debug=
for word; do case $word in
    /Tc*|/Tp*) source=${word#/T?};; /Fo*) object=${word#/Fo};; -[DIU]*) options="$options $word";;
    /showIncludes) tell=yes;; /Zi) debug=yes;;
esac; done
note begin "$source"
echo "$source" | sed 's:.*/::'
[ -z "$debug" ] || mkdir vc140.pdb.lock || exit 2
sleep 0.2
if [ "$tell" ]; then
    cc -MM $options "$source" | tr ' \\\\' '\\n\\n' | grep '[.]h$' |
        sed "s/^/${PREFIX:-Note: including file:}   /"
fi
cc -c -fPIC $options "$source" -o "$object"
status=$?
[ -z "$debug" ] || rmdir vc140.pdb.lock
echo "$source(1): warning C4101: unused"
note end "$source"
exit $status
"""

LINK = """
objects=
for word; do case $word in
    /OUT:*) output=${word#/OUT:};; /IMPLIB:*) library=${word#/IMPLIB:};;
    /LIBPATH:*) folders="$folders ${word#/LIBPATH:}";; /*) ;; *.obj|*.res) objects="$objects $word";;
    *.lib) for folder in . $folders; do
        [ -f $folder/$word ] && objects="$objects $folder/$word" && break
    done;;
esac; done
note begin "$output"
[ -z "$library" ] || echo library >"$library"
cc -shared $objects -o "$output"
note end "$output"
"""

LIB = """
for word; do case $word in /OUT:*) output=${word#/OUT:};; *) objects="$objects $word";; esac; done
note begin "$output"
ar -cr "$output" $objects
note end "$output"
"""

RC = """
for word; do case $word in /fo*) output=${word#/fo};; -*) ;; *) source=$word;; esac; done
note begin "$source"
echo "char resource;" | cc -c -x c - -o "$output"
note end "$source"
"""

MC = """
note begin "$5"
echo '#define TEXT 1' >"$2/$(basename $5 .mc).h"
echo >"$4/$(basename $5 .mc).rc"
note end "$5"
"""

PROGRAMS = {"cl.exe": CL, "link.exe": LINK, "lib.exe": LIB, "rc.exe": RC, "mc.exe": MC}

SCRIPT = """
    from distutils import _msvccompiler
    from distutils.core import setup, Extension
    _msvccompiler.get_platform = lambda: "win-amd64"
    setup(name="p", version="1", libraries=[("helper", {"sources": ["helper.c"]})], ext_modules=[
        Extension("one", ["one.c", "both.c"]),
        Extension("pkg.two", ["two.c", "plain.c"], libraries=["helper"]),
    ])
"""

SOURCES = {
    "setup.py": textwrap.dedent(SCRIPT),
    "one.c": '#include "one.h"\nint one(void) { return ONE; }\n',
    "both.c": '#include "one.h"\n#include "two.h"\nint both(void) { return ONE + TWO; }\n',
    "two.c": '#include "two.h"\nint helper(void);\nint two(void) { return TWO + helper(); }\n',
    "plain.c": "int plain(void) { return 1; }\n",
    "helper.c": "int helper(void) { return 1; }\n",
    "one.h": "#define ONE 1\n",
    "two.h": "#define TWO 2\n",
}


class Build:
    """A project, and what the programs did in its last build."""

    def __init__(self, folder: Path, run: Callable[..., Any], env: dict[str, str]) -> None:
        self.folder, self.run, self.env = folder, run, env
        self.output = ""

    def __call__(self, *options: str, compiler: str = "msvc", status: int = 0) -> list[str]:
        """What was run, by source or output."""
        ran = Path(self.env["RAN"])
        ran.unlink(missing_ok=True)
        command = ["build", "--build-temp=temp", "--build-lib=lib", f"--compiler={compiler}", *options]
        done = self.run(self.folder, *command, env=self.env, status=status)
        self.output = done.stdout + done.stderr
        lines = ran.read_text().splitlines() if ran.exists() else []
        self.events = [line.split()[::2] for line in lines]
        return sorted(Path(name).name for what, name in self.events if what == "begin")

    def peak(self) -> int:
        """How many programs ran at once."""
        running, most = 0, 0
        for what, _ in self.events:
            running += 1 if what == "begin" else -1
            most = max(most, running)
        return most

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)


@pytest.fixture
def build(
    project: Callable[..., Path], run_setup: Callable[..., Any], tmp_path: Path
) -> Callable[..., Build]:
    tools = tmp_path / "tools"
    tools.mkdir()

    def install(name: str, text: str) -> None:
        (tools / name).write_text(LOGGED + text)
        (tools / name).chmod(0o755)

    def make(files: Files = SOURCES, **programs: str) -> Build:
        for name, text in (PROGRAMS | programs).items():
            install(name, text)
        env = {
            # Python reads the folders of Visual Studio's programs from the variable in small letters.
            "path": str(tools),
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "DISTUTILS_USE_SDK": "1",
            "RAN": str(tmp_path / "ran"),
            "OXIDIST_JOBS": "4",
        }
        return Build(project(files), run_setup, env)

    return make


SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
ALL = sorted(
    ["both.c", "helper.c", "one.c", "plain.c", "two.c", "helper.lib", f"one{SUFFIX}", f"two{SUFFIX}"]
)


def test_extensions_are_built_side_by_side_and_then_left_alone(build: Callable[..., Build]) -> None:
    run = build()
    assert run() == ALL
    assert run.peak() == 4
    assert "/nologo /Ox /W3 /GL /DNDEBUG /MD" in run.output
    assert run() == []


def test_a_touched_header_makes_what_includes_it_and_what_is_linked_from_that(
    build: Callable[..., Build],
) -> None:
    run = build()
    run()
    run.write("two.h", "#define TWO 22\n")
    assert run() == sorted(["both.c", "two.c", f"one{SUFFIX}", f"two{SUFFIX}"])
    run.write("helper.c", "int helper(void) { return 2; }\n")
    # Every extension is linked with the project's own libraries.
    assert run() == sorted(["helper.c", "helper.lib", f"one{SUFFIX}", f"two{SUFFIX}"])
    run.write("plain.c", "int plain(void) { return 2; }\n")
    assert run() == sorted(["plain.c", f"two{SUFFIX}"])


def test_what_the_compiler_says_comes_without_the_notes_of_includes(build: Callable[..., Build]) -> None:
    run = build()
    run()
    assert "two.c(1): warning C4101: unused" in run.output
    assert "including file" not in run.output


def test_a_compiler_of_another_language_is_understood(build: Callable[..., Build]) -> None:
    run = build()
    run.env["PREFIX"] = "Fecha: dosiero inkludata:"
    run()
    assert "dosiero" not in run.output
    run.write("one.h", "#define ONE 11\n")
    assert run() == sorted(["both.c", "one.c", f"one{SUFFIX}"])


def test_debug_compiles_take_turns_at_their_database(build: Callable[..., Build]) -> None:
    run = build()
    assert len(run("--debug")) == len(ALL)
    assert "/Zi" in run.output
    assert run("--debug") == []


def test_another_compiler_on_the_path_of_visual_studio_makes_all_anew(build: Callable[..., Build]) -> None:
    run = build()
    run()
    (Path(run.env["path"]) / "cl.exe").write_text(LOGGED + CL + "\n")
    assert "plain.c" in run()


RESOURCES = """
    from distutils import _msvccompiler
    from distutils.core import setup, Extension
    _msvccompiler.get_platform = lambda: "win-amd64"
    setup(name="p", version="1", ext_modules=[Extension("one", ["src/all.mc", "src/one.c", "src/icon.rc"])])
"""


def test_resources_are_made_each_time_and_headers_of_messages_before_what_includes_them(
    build: Callable[..., Build],
) -> None:
    files = {
        "setup.py": textwrap.dedent(RESOURCES),
        "src/all.mc": "",
        "src/icon.rc": "",
        "src/one.c": '#include "all.h"\nint one(void) { return TEXT; }\n',
    }
    resource = RC.replace("char resource;", "char resource_$(basename $source .rc);")
    run = build(files, **{"rc.exe": resource})
    everything = sorted(["all.mc", "all.rc", "one.c", "icon.rc", f"one{SUFFIX}"])
    assert run() == everything
    assert run() == everything


def test_an_error_names_the_source_and_stops_the_build(build: Callable[..., Build]) -> None:
    run = build()
    run.write("two.c", "not C\n")
    ran = run(status=1)
    assert f"two{SUFFIX}" not in ran
    assert "failed with exit code 1: two.c" in run.output


GCC = """
case $1 in
    -dumpversion) echo 12; exit;; -dumpmachine) echo x86_64-w64-mingw32; exit;; --version) exec cc --version;;
esac
output= last= arguments=
for word; do
    case $word in *.def) continue;; -mdll|-mno-cygwin) continue;; *.c) source=$word;; esac
    [ "$last" != -o ] || output=$word
    last=$word
    arguments="$arguments $word"
done
case $1 in -shared) name=$output;; *) name=$source;; esac
note begin "$name"
sleep 0.2
cc -fPIC $arguments
status=$?
note end "$name"
exit $status
"""


def test_mingw_builds_side_by_side_and_only_what_is_out_of_date(build: Callable[..., Build]) -> None:
    files = {name: text for name, text in SOURCES.items() if name != "helper.c"}
    files["setup.py"] = SOURCES["setup.py"].replace('libraries=[("helper", {"sources": ["helper.c"]})], ', "")
    files["setup.py"] = files["setup.py"].replace(', libraries=["helper"]', "")
    run = build(files, **{"gcc": GCC, "g++": GCC})
    everything = sorted(set(ALL) - {"helper.c", "helper.lib"})
    assert run(compiler="mingw32") == everything
    assert run.peak() >= 4
    assert (run.folder / f"temp/one{SUFFIX.removesuffix('.so')}.def").exists()
    assert run(compiler="mingw32") == []
    run.write("two.h", "#define TWO 22\n")
    assert run(compiler="mingw32") == sorted(["both.c", "two.c", f"one{SUFFIX}", f"two{SUFFIX}"])


def test_extensions_whose_links_would_write_one_file_are_built_one_after_the_other(
    build: Callable[..., Build],
) -> None:
    script = """
        from distutils.core import setup, Extension
        setup(name="p", version="1", ext_modules=[
            Extension("a.one", ["one.c"], export_symbols=["one"]), Extension("b.one", ["plain.c", "one.c"]),
        ])
    """
    run = build({**SOURCES, "setup.py": textwrap.dedent(script)}, **{"gcc": GCC, "g++": GCC})
    both = sorted(["one.c", "plain.c", f"one{SUFFIX}", f"one{SUFFIX}"])
    assert run(compiler="mingw32") == both
    files = [folder / f"one{SUFFIX}" for folder in (run.folder / "lib/a", run.folder / "lib/b")]
    assert all(file.exists() for file in files)


WITH_CUDA = """
import re
from distutils import _msvccompiler
from distutils.command.build_ext import build_ext
from distutils.core import Extension, setup

_msvccompiler.get_platform = lambda: "win-amd64"

class BuildCuda(build_ext):
    def build_extensions(self):
        compiler = self.compiler
        compiler.src_extensions += [".cu"]
        compiler._cpp_extensions += [".cu"]
        compile_original, spawn_original = compiler.compile, compiler.spawn

        def compile_and_note(*arguments, **options):
            self.flags = options["extra_postargs"]
            compiler.spawn = spawn
            try:
                return compile_original(*arguments, **options)
            finally:
                compiler.spawn = spawn_original

        def spawn(command):
            # The keys of the dictionary are words of the command, as in CPython.
            command = [word for word in command if word not in self.flags]
            (source,) = [word[3:] for word in command if re.match("/T[pc]", word)]
            (made,) = [word[3:] for word in command if word.startswith("/Fo")]
            if source.endswith(".cu"):
                command = ["nvcc", source, made, *self.flags["nvcc"]]
            else:
                command += self.flags["cxx"]
            print("spawned:", command[0].rpartition("/")[2], source, command[-1], flush=True)
            return spawn_original(command)

        compiler.compile = compile_and_note
        super().build_extensions()

flags = {"cxx": ["-DONE=1"], "nvcc": ["-DTWO=2"]}
setup(name="p", version="1", ext_modules=[Extension("one", ["one.c", "two.cu"], extra_compile_args=flags)],
      cmdclass={"build_ext": BuildCuda})
"""

NVCC = """
note begin "$1"
cc -c -fPIC "$3" -x c "$1" -o "$2"
note end "$1"
"""


def test_a_spawn_that_is_replaced_while_a_call_compiles_sees_each_command(
    build: Callable[..., Build],
) -> None:
    """As PyTorch's `BuildExtension` does it on Windows, to give some sources to another compiler."""
    files = {
        "setup.py": WITH_CUDA,
        "one.c": "int two(void);\nint one(void) { return ONE + two(); }\n",
        "two.cu": "int two(void) { return TWO; }\n",
    }
    run = build(files, nvcc=NVCC)
    assert run() == ["one.c", f"one{SUFFIX}", "two.cu"]
    spawned = [line for line in run.output.splitlines() if line.startswith("spawned")]
    assert spawned == ["spawned: cl.exe one.c -DONE=1", "spawned: nvcc two.cu -DTWO=2"]
    assert run() == []
