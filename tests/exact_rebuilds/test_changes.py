"""What is built again after a change: what the change concerns, all of it and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from c_projects import (
    COUNTING,
    FAKE,
    WORKS_HERE,
    built,
    call,
    function,
    install_compiler,
    later,
    object_of,
    setup_script,
)

from exact_rebuilds.project import ALL, EVERYTHING, NOTHING, VALUES, Project

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc")


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


def later_line(name: str, seconds: float = 2) -> Callable[[Project], None]:
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


def times_of_all(one: Project) -> None:
    """As a checkout, a cache or a copy gives them: outputs too."""
    for number, path in enumerate(sorted(one.folder.rglob("*.*"))):
        if path.is_file() and not path.name.startswith(".oxidist"):
            os.utime(path, (1_000_000_000 + number, 1_000_000_000 + number))


def written_once_more(one: Project) -> None:
    for name in "include/inner.h", "include/direct.h", "src/one.c", "notes.txt":
        path = one.folder / name
        text = path.read_text()
        path.unlink()
        path.write_text(text)


def of_the_same_size_and_time(one: Project) -> None:
    header = one.folder / "include/inner.h"
    status = header.stat()
    one.edit("include/inner.h", "10", "80")
    os.utime(header, ns=(status.st_atime_ns, status.st_mtime_ns))


def in_a_later_century(one: Project) -> None:
    header = one.folder / "include/direct.h"
    os.utime(header, (10**10, 10**10))
    one.build()
    assert one.steps() == NOTHING
    one.edit("include/direct.h", "DIRECT 1", "DIRECT 2")
    os.utime(header, (2 * 10**10, 2 * 10**10))


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
    Change("a source, and it is newer", later_line("src/two.c"), "two", "one"),
    Change("a source, and it is older", later_line("src/two.c", -9999), "two", "one"),
    Change("times only", times_of_all, *NOTHING),
    Change("files written once more", written_once_more, *NOTHING),
    Change("size and time as before", of_the_same_size_and_time, "one two", "one", {"one": 81, "two": 80}),
    Change("a time in a later century", in_a_later_century, "one", "one", {"one": 12}),
    Change("a header", edit("include/direct.h", "DIRECT 1", "DIRECT 2"), "one", "one", {"one": 12}),
    Change("a header by an older one", replaced_by_an_older_one, "one", "one", {"one": 12}),
    Change(
        "a header's header", edit("include/inner.h", "10", "40"), "one two", "one", {"one": 41, "two": 40}
    ),
    Change("a system's header", edit("system/like_system.h", "100", "5"), "three", "one", {"three": 5}),
    Change("another header of that name", header_moved, "one", "one", {"one": 40}),
    Change("a header was gone, and is there", header_there_again, "one", "one", {"one": 15}),
    Change("a file that depends names", later_line("notes.txt"), ALL, "one"),
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
