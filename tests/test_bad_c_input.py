"""Bad input to C builds: a right result, or one line that names what is wrong; never a wrong result."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from c_projects import WORKS_HERE, built, call, function, install_compiler, setup_script
from conftest import Completed, clean_environment, write_files
from interpreters import found
from test_bad_input import refused
from test_bad_places import LIMITED

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc")

EXTENSION = 'Extension("one", ["one.c", "two.c"])'
FILES = {"setup.py": setup_script(EXTENSION), "one.c": function("one", 1), "two.c": function("two", 2)}


@pytest.fixture
def build(run_setup) -> Callable[..., Completed]:
    """`build(folder)`: with gcc, quickly."""

    def run(
        folder: Path, *args: str, env: Mapping[str, str] | None = None, status: int | None = 0, **more
    ) -> Completed:
        return run_setup(folder, "build", *args, env={"CFLAGS": "-O0", **(env or {})}, status=status, **more)

    return run


def assert_built(folder: Path, build: Callable[..., Completed]) -> None:
    """That a build, of whatever was left, gives what is right."""
    build(folder)
    module = built(folder, "one")
    assert [call(module, "one"), call(module, "two")] == [1, 2]


# Compilers.


def test_a_compiler_that_does_not_exist_is_named(project, build) -> None:
    folder = project(FILES)
    for compiler in "no-such-cc", "/no/such/cc", "./no-cc -pipe":
        refused(build(folder, env={"CC": compiler}, status=1), compiler.split()[0])
    assert_built(folder, build)


@pytest.mark.parametrize("mode", ["a folder", "not executable", "an empty file", "no program"])
def test_a_compiler_that_cannot_be_run_is_named(project, build, mode: str) -> None:
    folder = project({**FILES, "bin/": ""})
    compiler = folder / "bin/cc"
    if mode == "a folder":
        compiler.mkdir()
    else:
        compiler.write_bytes(b"" if mode == "an empty file" else b"\x7fELF, but no program")
        compiler.chmod(0o644 if mode == "not executable" else 0o755)
    refused(build(folder, env={"CC": str(compiler)}, status=1), str(compiler))
    assert_built(folder, build)


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_a_compiler_that_fails_is_named_with_its_source_and_its_status(project, build, jobs: str) -> None:
    folder = project({**FILES, "two.c": "int two(void) { return ; }\n#error not here\n"})
    done = build(folder, env={"OXIDIST_JOBS": jobs}, status=1)
    assert re.search(r"\b1\b", refused(done, "two.c"))
    assert "not here" in done.stdout + done.stderr
    write_files(folder, FILES)
    assert_built(folder, build)


# What a compiler does with two.c; `$out` is its output.
REAL = 'gcc "$@"'
HALF = f'{REAL}; head -c 500 "$out" > "$out.half"; mv "$out.half" "$out"'
COMPILERS = {
    "exits 0 and writes nothing": "exit 0",
    "exits 0 and removes what was there": 'rm -f "$out"; exit 0',
    "writes half of it and dies": "{half}; kill -9 $$",
    "writes half of it and fails": "{half}; exit 1",
    "writes all of it and fails": "{real}; exit 1",
    "writes a folder": 'mkdir -p "$out"; exit 0',
    "writes to another place": '{real}; mv "$out" elsewhere.o',
}

WRAPPER = """#!/bin/sh
for word; do
    case $word in -c) compiles=1;; *two.c) second=1;; esac
    case $previous in -o) out=$word;; esac
    previous=$word
done
if [ "$compiles$second" = 11 ]; then
    {does}
    exit
fi
exec gcc "$@"
"""


@pytest.mark.parametrize("again", [False, True], ids=["first", "after a build"])
@pytest.mark.parametrize("does", COMPILERS.values(), ids=COMPILERS)
def test_a_compiler_that_writes_no_whole_object(
    project, build, tmp_path: Path, does: str, again: bool
) -> None:
    folder = project(FILES)
    wrapper = tmp_path / "bin/cc"
    wrapper.parent.mkdir()

    def install(what: str) -> None:
        wrapper.write_text(WRAPPER.format(does=what.format(real=REAL, half=HALF)))
        wrapper.chmod(0o755)

    environment = {"CC": str(wrapper)}
    if again:
        install("{real}")
        build(folder, env=environment)
    install(does)
    for _ in range(2):
        refused(build(folder, env=environment, status=1), "two.")
    install("{real}")
    for path in folder.rglob("two.o"):
        if path.is_dir():
            path.rmdir()
    build(folder, env=environment)
    module = built(folder, "one")
    assert [call(module, "one"), call(module, "two")] == [1, 2]


def test_a_linker_that_exits_0_and_writes_nothing(project, build, tmp_path: Path) -> None:
    folder = project(FILES)
    wrapper = install_compiler(tmp_path / "bin", '#!/bin/sh\ncase " $* " in *" -c "*) exec gcc "$@";; esac\n')
    refused(build(folder, env=wrapper.environment, status=1), "one")
    assert_built(folder, build)


@pytest.mark.parametrize("compiler", ["'unclosed", "", "   "])
def test_a_compiler_that_is_no_command_line(project, build, compiler: str) -> None:
    folder = project(FILES)
    done = build(folder, env={"CC": compiler}, status=None)
    if done.returncode:
        refused(done)
    assert_built(folder, build)


# Sources.


def test_a_missing_source_is_named(project, build) -> None:
    folder = project({**FILES, "setup.py": setup_script('Extension("one", ["one.c", "src/absent.c"])')})
    refused(build(folder, status=1), "src/absent.c")
    assert not list(folder.rglob("*.so"))


@pytest.mark.parametrize("kind", ["a folder", "a link to nowhere", "a link to itself"])
def test_a_source_that_is_no_file_is_named(project, build, kind: str) -> None:
    folder = project(FILES)
    (folder / "two.c").unlink()
    if kind == "a folder":
        (folder / "two.c").mkdir()
    else:
        (folder / "two.c").symlink_to("nowhere.c" if kind == "a link to nowhere" else "two.c")
    refused(build(folder, status=1), "two.c")


def test_a_source_of_an_unknown_kind_is_named(project, build) -> None:
    folder = project(
        {**FILES, "setup.py": setup_script('Extension("one", ["one.c", "two.xyz"])'), "two.xyz": ""}
    )
    refused(build(folder, status=1), "two.xyz")


@pytest.mark.parametrize(
    ("sources", "error"),
    [
        ("'one.c'", "sources"),
        ("[1]", "sources"),
        ("None", "sources"),
        ("[]", ""),
    ],
)
def test_sources_that_are_no_list_of_names(project, build, sources: str, error: str) -> None:
    folder = project({**FILES, "setup.py": setup_script(f"Extension('one', {sources})")})
    done = build(folder, status=None)
    if done.returncode:
        assert error in done.stderr.splitlines()[-1]


HEADERS = {
    "with guards": (
        '#ifndef A\n#define A 1\n#include "b.h"\n#endif\n',
        '#ifndef B\n#define B 2\n#include "a.h"\n#endif\n',
    ),
    "with pragma once": (
        '#pragma once\n#include "b.h"\n#define A 1\n',
        '#pragma once\n#include "a.h"\n#define B 2\n',
    ),
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_headers_that_include_each_other(project, build, headers: tuple[str, str]) -> None:
    files = {
        "a.h": headers[0],
        "b.h": headers[1],
        "one.c": function("one", "A", "a.h"),
        "two.c": function("two", "B", "b.h"),
    }
    folder = project({**FILES, **files})
    assert_built(folder, build)
    write_files(folder, {"b.h": headers[1].replace("B 2", "B 20")})
    build(folder)
    assert call(built(folder, "one"), "two") == 20


def test_headers_that_include_each_other_without_end_are_the_compilers_error(project, build) -> None:
    folder = project(
        {**FILES, "a.h": '#include "b.h"\n', "b.h": '#include "a.h"\n', "two.c": function("two", 2, "a.h")}
    )
    done = build(folder, status=1)
    refused(done, "two.c")
    assert "a.h:1" in done.stdout + done.stderr
    write_files(folder, {"b.h": ""})
    assert_built(folder, build)


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
def test_sources_and_headers_outside_the_tree(project, build, tmp_path: Path, absolute: bool) -> None:
    outside = tmp_path / "outside"
    name = str(outside) if absolute else "../outside"
    write_files(
        outside,
        {"two.c": function("two", "TWO", "two.h"), "include/two.h": "#define TWO 2\n", "deep/two.c": ""},
    )
    extension = f'Extension("one", ["one.c", "{name}/two.c"], include_dirs=["{name}/include"])'
    folder = project({**FILES, "setup.py": setup_script(extension)})
    (folder / "two.c").unlink()
    assert_built(folder, build)
    assert not [path for path in outside.rglob("*") if path.suffix in (".o", ".d", ".so")]
    write_files(outside, {"include/two.h": "#define TWO 20\n"})
    build(folder)
    assert call(built(folder, "one"), "two") == 20


def test_sources_of_one_name_in_two_folders(project, build) -> None:
    extension = 'Extension("one", ["a/same.c", "b/same.c", "a/../c/same.c"])'
    files = {
        f"{name}/same.c": function(value, number)
        for name, value, number in (("a", "one", 1), ("b", "two", 2))
    }
    folder = project({"setup.py": setup_script(extension), **files, "c/same.c": function("three", 3)})
    assert_built(folder, build)
    assert call(built(folder, "one"), "three") == 3


# Names.

NAMES = {
    "spaces": "with some  spaces",
    "quotes": 'it\'s "quoted"',
    "a newline": "one\ntwo",
    "a tab": "one\ttwo",
    "a dollar": "$HOME $(id) ${x}",
    "a hash": "#1 a#b",
    "a backslash": "back\\slash\\",
    "a colon": "a: b",
    "a percent sign": "100%",
    "a star": "*?[a]",
    "letters of others": "Größe 日本語",
    "a semicolon": "a;b|c&d",
    "an at sign": "@file",
    "what a depfile escapes": "a\\ b\\#c$$d",
    "no UTF-8": os.fsdecode(b"caf\xe9 \xff"),
}

ODD_SETUP = """
from distutils.core import Extension, setup

ODD = NAME
setup(
    name="demo", version="1.0",
    ext_modules=[
        Extension("one", ["src/" + ODD + ".c", "src/" + ODD + "/two.c"], include_dirs=[ODD + "/include"],
                  define_macros=[("TEXT", '"a b"')])
    ],
)
"""


@pytest.mark.parametrize("odd", NAMES.values(), ids=NAMES)
def test_odd_names_are_built_tracked_and_up_to_date(project, build, tmp_path: Path, odd: str) -> None:
    files = {
        "setup.py": ODD_SETUP.replace("NAME", ascii(odd)),
        f"src/{odd}.c": "",
        f"src/{odd}/two.c": "",
        f"{odd}/include/{odd}.h": "#define ONE 1\n",
        f"{odd}/include/two.h": "#define TWO (int) sizeof(TEXT) - 2\n",
    }
    try:
        folder = project(files)
    except OSError:
        pytest.skip("this file system takes no such names")
    # A header's name with a quote or a newline in it cannot be said in C.
    header = "two.h" if set(odd) & set('"\n') else f"{odd}.h"
    value = "1" if header == "two.h" else "ONE"
    encoding = {"encoding": "utf-8", "errors": "surrogateescape"}
    (folder / f"src/{odd}.c").write_text(function("one", value, header), **encoding)
    (folder / f"src/{odd}/two.c").write_text(function("two", "TWO", "two.h"), **encoding)
    compiler = install_compiler(tmp_path / "counting")
    environment = compiler.environment
    build(folder, env=environment)
    module = built(folder, "one")
    assert [call(module, "one"), call(module, "two")] == [1, 2]
    compiler.lines()
    build(folder, env=environment)
    # gcc cannot say in a depfile that there is a newline in a name.
    assert compiler.lines() == [] or "\n" in odd
    changed = folder / f"{odd}/include/two.h"
    changed.write_text("#define TWO 20\n")
    build(folder, env=environment)
    assert call(built(folder, "one"), "two") == 20
    if header != "two.h":
        compiler.lines()
        (folder / f"{odd}/include/{odd}.h").write_text("#define ONE 10\n")
        build(folder, env=environment)
        assert call(built(folder, "one"), "one") == 10


@pytest.mark.parametrize("odd", NAMES.values(), ids=NAMES)
def test_a_tree_in_a_folder_of_an_odd_name(project, build, odd: str) -> None:
    try:
        folder = project(FILES, name=odd)
    except OSError:
        pytest.skip("this file system takes no such names")
    assert_built(folder, build)
    build(folder, "--build-base", f"other {odd}", f"--build-temp={folder}/t {odd}")
    assert [call(built(folder, "one", f"other {odd}"), name) for name in ("one", "two")] == [1, 2]


# Places.


def test_a_build_temp_that_cannot_be_written_is_named(project, build) -> None:
    folder = project({**FILES, "temp": "a file\n"})
    refused(build(folder, "build_ext", "--build-temp=temp", status=1), "temp")
    refused(build(folder, "build_ext", "--build-temp=/proc/nowhere", status=1), "/proc/nowhere")
    assert not list(folder.rglob("*.so"))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_build_temp_without_permission_is_named(project, build) -> None:
    folder = project({**FILES, "temp/": ""})
    (folder / "temp").chmod(0o500)
    refused(build(folder, "build_ext", "--build-temp=temp", status=1), "temp")


def test_a_build_lib_that_cannot_be_written_is_named(project, build) -> None:
    folder = project({**FILES, "lib": "a file\n"})
    refused(build(folder, "build_ext", "--build-lib=lib", status=1), "lib")


@pytest.mark.parametrize("what", ["object", "module"])
def test_a_folder_in_the_place_of_an_output_is_named(project, build, what: str) -> None:
    folder = project(FILES)
    build(folder)
    (path,) = folder.rglob("two.o") if what == "object" else folder.rglob("*.so")
    path.unlink()
    (path / "inside").mkdir(parents=True)
    refused(build(folder, status=1), "two.c" if what == "object" else path.name)
    shutil.rmtree(path)
    assert_built(folder, build)


@pytest.mark.parametrize("limit", [0, 100, 1000, 3000, 10_000])
def test_a_disk_that_is_full_is_an_error_or_does_not_matter(project, build, limit: int) -> None:
    folder = project(FILES)
    done = build(folder, script=["-c", LIMITED, str(limit)], status=None)
    if done.returncode:
        refused(done)
    else:
        assert [call(built(folder, "one"), name) for name in ("one", "two")] == [1, 2]
    assert_built(folder, build)


@pytest.mark.parametrize("limit", [0, 100])
def test_a_disk_that_was_full_at_the_second_build(project, build, limit: int) -> None:
    folder = project(FILES)
    build(folder)
    write_files(folder, {"two.c": function("two", 20)})
    done = build(folder, script=["-c", LIMITED, str(limit)], status=None)
    if done.returncode:
        refused(done)
    build(folder)
    assert call(built(folder, "one"), "two") == 20


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "is empty": lambda content: b"",
    "is cut short": lambda content: content[: len(content) // 2],
    "lacks its last byte": lambda content: content[:-1],
    "has another byte in it": lambda content: (
        content[: len(content) // 2] + b"\xff" + content[len(content) // 2 + 1 :]
    ),
    "is something else": lambda content: b"something else\n" * 100,
    "has something behind it": lambda content: content + b"\0" * 100,
    "is there twice": lambda content: content * 2,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_remembered_of_the_last_build_may_be_damaged(project, build, damage) -> None:
    folder = project({**FILES, "one.h": "#define ONE 1\n", "one.c": function("one", "ONE", "one.h")})
    build(folder)
    others = [
        path
        for path in (folder / "build").rglob("*")
        if path.is_file() and path.suffix not in (".o", ".so", ".py")
    ]
    for path in others:
        path.write_bytes(damage(path.read_bytes()))
    write_files(folder, {"one.h": "#define ONE 10\n"})
    build(folder)
    assert [call(built(folder, "one"), name) for name in ("one", "two")] == [10, 2]


# Several at once.


def start(
    folder: Path, home: Path, *args: str, python: str = sys.executable, **environment: str
) -> subprocess.Popen[str]:
    variables = clean_environment(home, OXIDIST_DISTUTILS="1", CFLAGS="-O0", **environment)
    if python != sys.executable:
        import oxidist

        variables["PYTHONPATH"] = str(Path(oxidist.__file__).resolve().parent.parent)
    return subprocess.Popen(
        [python, "setup.py", "build", *args],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


MANY = 12


def many() -> dict[str, str]:
    names = [f"source{number}" for number in range(MANY)]
    sources = {f"{name}.c": function(name, number) for number, name in enumerate(names)}
    return {"setup.py": setup_script(f"Extension('one', {list(sources)!r})"), **sources}


def test_two_builds_at_once_in_one_tree_are_one_build(project, clean_home: Path, tmp_path: Path) -> None:
    folder = project(many())
    compiler = install_compiler(tmp_path / "counting")
    processes = [start(folder, clean_home, **compiler.environment) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    compiled, linked = compiler.steps()
    assert (len(compiled), len(linked)) == (MANY, 1)
    module = built(folder, "one")
    assert [call(module, f"source{number}") for number in range(MANY)] == list(range(MANY))


def test_two_builds_at_once_with_different_flags_give_one_of_both(project, clean_home: Path) -> None:
    files = many()
    for number in range(MANY):
        files[f"source{number}.c"] = function(f"source{number}", f"{number} + MORE")
    folder = project(files)
    for _ in range(3):
        processes = [start(folder, clean_home, CPPFLAGS=f"-DMORE={more}") for more in (0, 100)]
        for process in processes:
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
        module = built(folder, "one")
        values = [call(module, f"source{number}") for number in range(MANY)]
        assert values in (list(range(MANY)), list(range(100, 100 + MANY)))


def test_builds_at_once_by_different_pythons_do_not_meet(project, clean_home: Path) -> None:
    pythons = list({interpreter.version[:2]: str(interpreter.path) for interpreter in found()}.values())[-3:]
    folder = project(many())
    processes = [start(folder, clean_home, python=python) for python in pythons]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    modules = list((folder / "build").rglob("*.so"))
    assert len(modules) == len(pythons)
    for module in modules:
        assert [call(module, f"source{number}") for number in range(MANY)] == list(range(MANY))
