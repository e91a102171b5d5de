"""What is built again after a change: what the change concerns, all of it and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from c_projects import (
    COUNTING,
    FAKE,
    WORKS_HERE,
    Compiler,
    built,
    call,
    function,
    install_compiler,
    later,
    object_of,
    setup_script,
)
from conftest import Completed, write_files

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc")

ONE = """Extension(
        "one", ["src/one.c", "src/two.c", "src/three.c"],
        include_dirs=["include"], define_macros=[("BASE", "0")],
        extra_compile_args=["-isystem", "system"], libraries=["helper"], library_dirs=["lib"],
        extra_objects=["extra.o"], depends=["include/inner.h", "notes.txt", "missing.txt"],
    )"""
OTHER = 'Extension("other", ["other.c"])'

FILES = {
    "setup.py": setup_script(ONE, OTHER),
    "include/direct.h": '#include "inner.h"\n#ifndef DIRECT\n#define DIRECT 1\n#endif\n',
    "include/inner.h": "#ifdef TWICE\n#define INNER 20\n#else\n#define INNER 10\n#endif\n",
    "system/like_system.h": "#define SYSTEM 100\n",
    "src/one.c": function("one", "BASE + DIRECT + INNER", "direct.h"),
    "src/two.c": function("two", "INNER", "inner.h")
    + "int helper(void), extra(void);\nint helped(void) { return helper() * 10 + extra(); }\n",
    "src/three.c": "#include <like_system.h>\n" + function("three", "SYSTEM"),
    "other.c": function("other", "7"),
    "notes.txt": "what the code generator read\n",
}

# What the functions of the module `one` return, as it is first built.
VALUES = {"one": 11, "two": 10, "three": 100, "helped": 23}

ALL = "one three two"
EVERYTHING = (f"one other {ALL.removeprefix('one ')}", "one other")
NOTHING = ("", "")


@dataclass
class Project:
    """A project and a compiler that counts; each of its builds gets `arguments` and `environment`."""

    folder: Path
    compiler: Compiler
    run_setup: Callable[..., Completed]
    arguments: list[str] = field(default_factory=lambda: ["build"])
    environment: dict[str, str] = field(default_factory=dict)

    def build(self, *more: str, env: Mapping[str, str] | None = None, status: int = 0) -> Completed:
        environment = {**self.compiler.environment, **self.environment, **(env or {})}
        return self.run_setup(self.folder, *self.arguments, *more, env=environment, status=status)

    def steps(self) -> tuple[str, str]:
        """What was compiled and what was linked since the last call."""
        compiled, linked = self.compiler.steps()
        return " ".join(compiled), " ".join(linked)

    def values(self) -> dict[str, int]:
        return {name: call(built(self.folder, "one"), name) for name in VALUES}

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def library(self, value: int, *, shared: bool = False) -> None:
        """Make lib/libhelper.a, or .so, whose helper() returns `value`."""
        self.object("lib/helper", "helper", value)
        target = self.folder / ("lib/libhelper.so" if shared else "lib/libhelper.a")
        target.unlink(missing_ok=True)
        command = ["gcc", "-shared", "-o"] if shared else ["ar", "rcs"]
        subprocess.run([*command, target, self.folder / "lib/helper.o"], check=True)

    def object(self, stem: str, name: str, value: int) -> None:
        path = self.folder / f"{stem}.c"
        path.parent.mkdir(exist_ok=True)
        path.write_text(function(name, value))
        subprocess.run(["gcc", "-fPIC", "-c", path, "-o", path.with_suffix(".o")], check=True)


@pytest.fixture
def new(project, run_setup, tmp_path: Path) -> Callable[..., Project]:
    """`new(files)`: a project that is not built yet."""

    def make(files: Mapping[str, str] = FILES, name: str = "project") -> Project:
        folder = project(files, name=name)
        one = Project(folder, install_compiler(tmp_path / f"{name}-compiler"), run_setup)
        one.environment["CFLAGS"] = "-O0"
        return one

    return make


@pytest.fixture
def demo(new) -> Project:
    """The project above, built."""
    one = new()
    one.library(2)
    one.object("extra", "extra", 3)
    one.build()
    assert one.steps() == EVERYTHING
    assert one.values() == VALUES
    return one


@dataclass
class Change:
    """What is done, what must be compiled and linked because of it, and what has other values then."""

    what: str
    do: Callable[[Project], object]
    compiled: str
    linked: str
    values: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.what


def arguments(*more: str) -> Callable[[Project], None]:
    return lambda one: one.arguments.extend(more)


def environment(**variables: str) -> Callable[[Project], None]:
    return lambda one: one.environment.update(variables)


def edit(name: str, old: str, new: str) -> Callable[[Project], None]:
    return lambda one: one.edit(name, old, new)


def touch(name: str, seconds: float = 2) -> Callable[[Project], None]:
    return lambda one: later(one.folder / name, seconds)


def delete(find: Callable[[Path], Path]) -> Callable[[Project], None]:
    return lambda one: find(one.folder).unlink()


def truncate(find: Callable[[Path], Path]) -> Callable[[Project], None]:
    return lambda one: os.truncate(find(one.folder), 100)


def the_object(folder: Path) -> Path:
    return object_of(folder, "two.c")


def the_module(folder: Path) -> Path:
    return built(folder, "one")


def replaced_by_an_older_one(one: Project) -> None:
    one.edit("include/direct.h", "DIRECT 1", "DIRECT 2")
    os.utime(one.folder / "include/direct.h", (1_000_000_000, 1_000_000_000))


def compiler_replaced(one: Project) -> None:
    one.compiler.path.write_text(COUNTING.format(log=one.compiler.log, compiler="gcc -DDIRECT=2"))


def header_moved(one: Project) -> None:
    """The header is found in another folder now, under the same name and with other contents."""
    (one.folder / "include/direct.h").unlink()
    (one.folder / "system/direct.h").write_text('#include "inner.h"\n#define DIRECT 30\n')


def header_there_again(one: Project) -> None:
    header = one.folder / "include/direct.h"
    text = header.read_text()
    header.unlink()
    done = one.build(status=1)
    assert "direct.h" in done.stderr and "src/one.c" in done.stderr.splitlines()[-1]
    assert one.steps() == ("one", "")
    header.write_text(text.replace("DIRECT 1", "DIRECT 5"))


def another_source(one: Project) -> None:
    (one.folder / "src/four.c").write_text(function("four", 4))
    one.edit("setup.py", '"src/three.c"', '"src/three.c", "src/four.c"')


CHANGES = [
    Change("nothing", lambda one: None, *NOTHING),
    Change("a source", edit("src/two.c", "INNER;", "INNER + 1;"), "two", "one", {"two": 11}),
    Change("a source is newer", touch("src/two.c"), "two", "one"),
    Change("a source is older", touch("src/two.c", -9999), "two", "one"),
    Change("a header", edit("include/direct.h", "DIRECT 1", "DIRECT 2"), "one", "one", {"one": 12}),
    Change("a header by an older one", replaced_by_an_older_one, "one", "one", {"one": 12}),
    Change(
        "a header's header", edit("include/inner.h", "10", "40"), "one two", "one", {"one": 41, "two": 40}
    ),
    Change("a system's header", edit("system/like_system.h", "100", "5"), "three", "one", {"three": 5}),
    Change("another header of that name", header_moved, "one", "one", {"one": 40}),
    Change("a header was gone, and is there", header_there_again, "one", "one", {"one": 15}),
    Change("a file that depends names", touch("notes.txt"), ALL, "one"),
    Change(
        "a file that depends names appears",
        lambda one: (one.folder / "missing.txt").write_text("here\n"),
        ALL,
        "one",
    ),
    Change("setup.py, elsewhere", edit("setup.py", "version='1.0'", "version='1.1'"), *NOTHING),
    Change("a macro", edit("setup.py", '"BASE", "0"', '"BASE", "5"'), ALL, "one", {"one": 16}),
    Change("another macro", arguments("build_ext", "--define=TWICE"), *EVERYTHING, {"one": 21, "two": 20}),
    Change("a macro is undefined", arguments("build_ext", "--undef=linux"), *EVERYTHING),
    Change("extra_compile_args", edit("setup.py", '"system"]', '"system", "-O1"]'), ALL, "one"),
    Change("CFLAGS", environment(CFLAGS="-O0 -DDIRECT=9"), *EVERYTHING, {"one": 19}),
    Change("CPPFLAGS", environment(CPPFLAGS="-DDIRECT=9"), *EVERYTHING, {"one": 19}),
    Change("LDFLAGS", environment(LDFLAGS="-Wl,-s"), "", "one other"),
    Change("where the compiler looks", environment(CPATH="include"), *EVERYTHING),
    Change("a folder for headers that is not there", arguments("build_ext", "-Ihollow"), *NOTHING),
    Change("include_dirs", arguments("build_ext", "--include-dirs=system"), *EVERYTHING),
    Change(
        "extra_link_args",
        edit(
            "setup.py", 'extra_objects=["extra.o"]', 'extra_objects=["extra.o"], extra_link_args=["-Wl,-s"]'
        ),
        "",
        "one",
    ),
    Change("the compiler", compiler_replaced, *EVERYTHING, {"one": 12}),
    Change("--force", arguments("--force"), *EVERYTHING),
    Change("--debug", arguments("--debug"), *EVERYTHING),
    Change("-j", arguments("build_ext", "-j", "3"), *NOTHING),
    Change("a launcher", environment(OXIDIST_LAUNCHER="/usr/bin/env"), *NOTHING),
    Change("a variable that no compiler obeys", environment(NO_COMPILER_OBEYS="it"), *NOTHING),
    Change("a variable that compilers obey", environment(SOURCE_DATE_EPOCH="1"), *EVERYTHING),
    Change("-v", lambda one: one.arguments.insert(0, "-v"), *NOTHING),
    Change("an object is gone", delete(the_object), "two", "one"),
    Change("an object is cut short", truncate(the_object), "two", "one"),
    Change("an object is newer", lambda one: later(the_object(one.folder)), "two", "one"),
    Change("a module is gone", delete(the_module), "", "one"),
    Change("a module is cut short", truncate(the_module), "", "one"),
    Change("a module is newer", lambda one: later(the_module(one.folder)), "", "one"),
    Change("a library", lambda one: one.library(5), "", "one", {"helped": 53}),
    Change(
        "an object that is linked", lambda one: one.object("extra", "extra", 6), "", "one", {"helped": 26}
    ),
    Change("a source more", another_source, "four", "one"),
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_is_built_again_when_this_changed(demo: Project, change: Change) -> None:
    change.do(demo)
    demo.build()
    assert demo.steps() == (change.compiled, change.linked)
    assert demo.values() == {**VALUES, **change.values}
    if "--force" not in demo.arguments:
        demo.build()
        assert demo.steps() == NOTHING


def test_a_source_less_is_a_link(new) -> None:
    extension = "Extension('one', ['one.c', 'two.c'])"
    one = new({"setup.py": setup_script(extension), "one.c": function("one", 1), "two.c": function("two", 2)})
    one.build()
    one.steps()
    one.edit("setup.py", ", 'two.c'", "")
    one.build()
    assert one.steps() == ("", "one")
    with pytest.raises(AttributeError):
        call(built(one.folder, "one"), "two")


def test_a_shared_library_on_the_path_in_place_of_the_archive_is_a_link(demo: Project) -> None:
    demo.environment["LD_RUN_PATH"] = str(demo.folder / "lib")
    demo.build()
    demo.steps()
    demo.library(5, shared=True)
    demo.build()
    assert demo.steps() == ("", "one")
    assert demo.values()["helped"] == 53
    demo.build()
    assert demo.steps() == NOTHING


def test_a_file_that_the_linker_is_told_of_is_a_link(new) -> None:
    script = setup_script('Extension("one", ["one.c"], extra_link_args=["-Wl,--version-script=one.map"])')
    one = new({"setup.py": script, "one.c": function("one", 1), "one.map": "{ global: *; };\n"})
    one.build()
    assert call(built(one.folder, "one"), "one") == 1
    one.steps()
    (one.folder / "one.map").write_text("{ local: *; };\n")
    one.build()
    assert one.steps() == ("", "one")
    with pytest.raises(AttributeError):
        call(built(one.folder, "one"), "one")


def test_a_compiler_that_tells_no_headers_has_sources_and_depends_counted(new, tmp_path: Path) -> None:
    extensions = [
        'Extension("one", ["one.c", "two.c"], depends=["one.h"])',
        'Extension("other", ["other.c"])',
    ]
    sources = {f"{name}.c": "" for name in ("one", "two", "other")}
    one = new({"setup.py": setup_script(*extensions), **sources, "one.h": "", "other.h": ""})
    one.compiler = install_compiler(tmp_path / "fake", FAKE)

    def begun() -> list[str]:
        one.build("build_ext", "-j1")
        lines = [line.split() for line in one.compiler.lines() if line.startswith("begin")]
        return [f"{kind} {Path(out).name.partition('.')[0]}" for _, kind, out in lines]

    assert sorted(begun()) == ["compile one", "compile other", "compile two", "link one", "link other"]
    assert begun() == []
    for changed in "one.c", "one.h":
        later(one.folder / changed)
        assert begun() == ["compile one", "compile two", "link one"]
        assert begun() == []
    later(one.folder / "other.c")
    assert begun() == ["compile other", "link other"]
    later(one.folder / "other.h")
    assert begun() == []


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (["build", "--debug"], ["build"]),
        (["build", "build_ext", "--define=TWICE"], ["build"]),
        (["build", "build_ext", "--undef=linux"], ["build", "build_ext", "--define=TWICE"]),
    ],
    ids=["--debug", "a macro", "one macro, then another"],
)
def test_flags_that_are_switched_to_and_fro_are_always_those_of_the_result(
    demo: Project, there: list[str], back: list[str]
) -> None:
    values = {}
    for arguments in (there, back, there, back):
        demo.arguments = arguments
        demo.build()
        assert demo.steps() == EVERYTHING
        found = demo.values()
        assert values.setdefault(tuple(arguments), found) == found
        demo.build()
        assert demo.steps() == NOTHING
    expected = {**VALUES, "one": 21, "two": 20}
    for arguments, found in values.items():
        assert found == (expected if "--define=TWICE" in arguments else VALUES)


def test_flags_switched_while_a_build_fails_are_those_of_the_result(demo: Project) -> None:
    """What a failed build made of other flags must not be taken for what this one needs."""
    demo.edit("src/three.c", "SYSTEM", "SYSTEM +")
    demo.build("build_ext", "--define=TWICE", "-j1", status=1)
    demo.edit("src/three.c", "SYSTEM +", "SYSTEM")
    demo.build()
    assert demo.values() == VALUES
    demo.build("build_ext", "--define=TWICE")
    assert demo.values() == {**VALUES, "one": 21, "two": 20}


SHARED = [
    'Extension("first", ["shared.c"], define_macros=[("VALUE", "1")])',
    'Extension("second", ["shared.c"], define_macros=[("VALUE", "2")])',
    'Extension("third", ["shared.c", "own.c"], define_macros=[("VALUE", "1")])',
]


@pytest.mark.parametrize("jobs", [1, 4])
def test_extensions_that_share_a_source_each_have_their_own_macros(new, jobs: int) -> None:
    files = {"shared.c": function("shared", "VALUE + MORE", "more.h"), "own.c": function("own", 3)}
    one = new({"setup.py": setup_script(*SHARED), "more.h": "#define MORE 0\n", **files})
    one.environment["OXIDIST_JOBS"] = str(jobs)
    modules = ("first", "second", "third")

    def shared() -> list[int]:
        return [call(built(one.folder, name), "shared") for name in modules]

    one.build()
    assert shared() == [1, 2, 1]
    one.steps()
    one.build()
    assert one.steps() == NOTHING
    one.edit("more.h", "0", "10")
    one.build()
    assert shared() == [11, 12, 11]
    compiled, linked = one.steps()
    assert set(compiled.split()) == {"shared"} and linked == "first second third"
    # One of them alone: its own flags, though the object there is another's.
    for name, value in (("first", 11), ("second", 12), ("third", 11)):
        built(one.folder, name).unlink()
        one.build()
        assert call(built(one.folder, name), "shared") == value
        assert one.steps()[1] == name
        one.build()
        assert one.steps() == NOTHING
    assert shared() == [11, 12, 11]


def test_extensions_that_share_a_source_and_its_flags_compile_it_once(new) -> None:
    extensions = [f'Extension("{name}", ["shared.c", "{name}.c"])' for name in ("first", "second")]
    files = {f"{name}.c": function(name, 1) for name in ("first", "second", "shared")}
    one = new({"setup.py": setup_script(*extensions), **files})
    one.build()
    assert one.steps() == ("first second shared", "first second")
    later(one.folder / "shared.c")
    one.build()
    assert one.steps() == ("shared", "first second")


LIBRARY = """
from distutils.core import Extension, setup

setup(
    name="demo", version="1.0",
    libraries=[("helper", {"sources": ["lib/a.c", "lib/b.c"], "include_dirs": ["include"]})],
    ext_modules=[Extension("one", ["one.c"], libraries=["helper"])],
)
"""


def test_a_library_of_the_project_is_made_anew_and_linked_again(new) -> None:
    pytest.importorskip("distutils.command.build_clib")
    one = new(
        {
            "setup.py": LIBRARY,
            "include/a.h": "#define A 1\n",
            "lib/a.c": function("a", "A", "a.h"),
            "lib/b.c": function("b", 2),
            "one.c": "int a(void);\n" + function("one", "a()"),
        }
    )
    one.build()
    assert one.steps() == ("a b one", "one")
    one.build()
    assert one.steps() == NOTHING
    one.edit("include/a.h", "1", "5")
    one.build()
    assert one.steps() == ("a", "one")
    assert call(built(one.folder, "one"), "one") == 5
    one.edit("setup.py", ', "lib/b.c"', "")
    one.build()
    (archive,) = (one.folder / "build").rglob("libhelper.a")
    members = subprocess.run(["ar", "t", archive], capture_output=True, text=True, check=True).stdout
    assert members.split() == ["a.o"]


def test_a_tree_that_was_moved_is_up_to_date_or_built_right(demo: Project, tmp_path: Path) -> None:
    old = demo.folder
    demo.folder = tmp_path / "elsewhere"
    old.rename(demo.folder)
    demo.build()
    assert demo.values() == VALUES
    demo.steps()
    demo.build()
    assert demo.steps() == NOTHING
    demo.edit("include/inner.h", "10", "40")
    demo.build()
    assert demo.steps() == ("one two", "one")
    assert demo.values() == {**VALUES, "one": 41, "two": 40}


def test_a_copy_of_a_tree_looks_at_its_own_files(demo: Project, tmp_path: Path) -> None:
    original = demo.folder
    demo.folder = tmp_path / "copy"
    shutil.copytree(original, demo.folder)
    write_files(original, {"include/inner.h": "#define INNER 50\n"})
    demo.build()
    demo.steps()
    assert demo.values() == VALUES
    demo.edit("include/inner.h", "10", "40")
    demo.build()
    assert demo.steps() == ("one two", "one")
    assert demo.values() == {**VALUES, "one": 41, "two": 40}


def test_a_copy_without_times_is_built_right(demo: Project, tmp_path: Path) -> None:
    """As by a version control system, or by a cache of build folders."""
    original = demo.folder
    demo.folder = tmp_path / "copy"
    shutil.copytree(original, demo.folder, copy_function=shutil.copyfile)
    demo.edit("include/inner.h", "10", "40")
    demo.build()
    assert demo.values() == {**VALUES, "one": 41, "two": 40}


def test_a_source_that_is_saved_while_it_is_compiled_is_compiled_again(new) -> None:
    one = new({"setup.py": setup_script('Extension("one", ["one.c"])'), "one.c": function("one", 1)})
    slow = '#!/bin/sh\ncase " $* " in *" -c "*) gcc "$@"; s=$?; sleep 0.5; exit $s;; esac\nexec gcc "$@"\n'
    one.compiler.path.write_text(slow)
    source = one.folder / "one.c"

    def save() -> None:
        begin = time.monotonic()
        while not list(one.folder.rglob("*.o")) and time.monotonic() < begin + 30:
            time.sleep(0.01)
        source.write_text(function("one", 2))

    saving = threading.Thread(target=save)
    saving.start()
    one.build()
    saving.join()
    assert call(built(one.folder, "one"), "one") == 1
    one.build()
    assert call(built(one.folder, "one"), "one") == 2


def test_sources_that_are_written_right_before_each_build_are_never_missed(new) -> None:
    one = new({"setup.py": setup_script('Extension("one", ["one.c"])'), "one.c": function("one", 100)})
    for number in range(101, 121):
        (one.folder / "one.c").write_text(function("one", number))
        one.build()
        assert call(built(one.folder, "one"), "one") == number


def test_in_place_and_other_folders_are_up_to_date_by_themselves(demo: Project) -> None:
    demo.arguments = ["build_ext", "--inplace"]
    demo.build()
    compiled, linked = demo.steps()
    assert (compiled, linked) == ("", "one other")
    demo.build()
    assert demo.steps() == NOTHING
    demo.arguments = ["build"]
    demo.build()
    assert demo.steps() == NOTHING
    assert demo.values() == VALUES


def test_a_dry_run_says_what_would_be_built_and_changes_nothing(demo: Project, tree) -> None:
    later(demo.folder / "src/two.c")
    before = tree(demo.folder / "build")
    demo.arguments.insert(0, "--dry-run")
    done = demo.build()
    assert demo.steps() == NOTHING
    assert tree(demo.folder / "build") == before
    commands = [line for line in done.stdout.splitlines() if str(demo.compiler.path) in line]
    assert ["src/two.c" in commands[0], "-shared" in commands[1], len(commands)] == [True, True, 2]


def test_a_build_that_failed_goes_on_where_it_stopped(demo: Project) -> None:
    demo.edit("src/two.c", "return INNER;", "return INNER")
    touch("src/one.c")(demo)
    demo.build("build_ext", "-j1", status=1)
    assert demo.steps() == ("one two", "")
    demo.build(status=1)
    assert demo.steps() == ("two", "")
    demo.edit("src/two.c", "return INNER", "return INNER;")
    demo.build()
    assert demo.steps() == ("two", "one")


def test_objects_of_another_distutils_are_not_trusted(new, oracle) -> None:
    """Nobody knows which headers and flags they are of."""
    one = new()
    one.library(2)
    one.object("extra", "extra", 3)
    one.arguments = ["build", "--build-temp=temp", "--build-lib=build"]
    oracle.run("setup.py", *one.arguments, cwd=one.folder)
    one.edit("include/inner.h", "10", "40")
    os.utime(one.folder / "include/inner.h", (1_000_000_000, 1_000_000_000))
    for module in (one.folder / "build").rglob("*.so"):
        # The name is that of another Python.
        module.unlink()
    one.build()
    assert one.steps() == EVERYTHING
    assert one.values() == {**VALUES, "one": 41, "two": 40}


def test_a_header_is_noticed_where_a_hook_of_a_script_sends_extensions_the_long_way(new) -> None:
    """distutils' own rule knows of sources only, but what was compiled is remembered."""
    extension = 'Extension("one", ["src/one.c", "src/two.c"], include_dirs=["include"])'
    head = (
        "from distutils.command.build_ext import build_ext\n\n"
        "class Command(build_ext):\n"
        "    def swig_sources(self, sources, extension):\n"
        "        return super().swig_sources(sources, extension)\n\n"
    )
    one = new(
        {
            "setup.py": head + setup_script(extension, cmdclass="{'build_ext': Command}"),
            "include/value.h": "#define VALUE 1\n",
            "src/one.c": function("one", "VALUE", "value.h"),
            "src/two.c": function("two", "2"),
        }
    )
    one.build()
    assert one.steps() == ("one two", "one")
    one.build()
    assert one.steps() == NOTHING
    later(one.folder / "include/value.h", 2)
    one.edit("include/value.h", "1", "5")
    one.build()
    assert one.steps() == ("one", "one")
    assert call(built(one.folder, "one"), "one") == 5
    one.build()
    assert one.steps() == NOTHING


def test_an_empty_folder_for_headers_counts_as_soon_as_something_is_in_it(demo) -> None:
    demo.arguments += ["build_ext", "-Ihollow"]
    (demo.folder / "hollow").mkdir()
    demo.build()
    assert demo.steps() == NOTHING
    (demo.folder / "hollow/direct.h").write_text("#define DIRECT 5\n#include <inner.h>\n")
    demo.build()
    assert demo.steps() == EVERYTHING
