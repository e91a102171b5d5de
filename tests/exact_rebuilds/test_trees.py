"""Trees that were moved, copied, left half built or built by another, and what is written meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest
from c_projects import WORKS_HERE, built, call, function, later, setup_script
from conftest import write_files

from exact_rebuilds.project import EVERYTHING, NOTHING, VALUES, Project

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc")

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
    later(demo.folder / "src/one.c")
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


def test_a_linked_build_folder_keeps_objects_of_sources_further_up(new, tmp_path: Path) -> None:
    one = new(
        {
            "a/b/setup.py": setup_script('Extension("one", ["../../src/one.c", "../../src/sub/two.c"])'),
            "src/one.c": function("one", "ONE", "one.h"),
            "src/one.h": "#define ONE 1\n",
            "src/sub/two.c": function("two", 2),
        }
    )
    project = one.folder
    one.folder = project / "a/b"
    elsewhere = tmp_path / "elsewhere/deep"
    elsewhere.mkdir(parents=True)
    (one.folder / "build").symlink_to(elsewhere)
    one.arguments = ["build", "--build-temp=build/t", "--build-lib=build/l"]
    one.build()
    assert one.steps() == ("one two", "one")
    objects = {str(path.relative_to(elsewhere)) for path in tmp_path.rglob("*.o")}
    assert objects == {"t/__/__/src/one.o", "t/__/__/src/sub/two.o"}
    assert {path.name for path in project.iterdir()} == {"a", "src"}
    assert [path.name for path in (project / "a").iterdir()] == ["b"]
    one.build()
    assert one.steps() == NOTHING
    (project / "src/one.h").write_text("#define ONE 5\n")
    one.build()
    assert one.steps() == ("one", "one")
    (module,) = (elsewhere / "l").iterdir()
    assert call(module, "one") == 5


def test_half_an_object_that_its_compiler_took_for_whole_is_made_again_after_the_link_failed(new) -> None:
    one = new(
        {
            "setup.py": setup_script('Extension("one", ["one.c", "two.c"])'),
            "one.c": function("one", 1),
            "two.c": function("two", 2),
        }
    )
    script = one.compiler.path.read_text()
    more = '[ -e "$0.half" ] && case $out in *two.o) . "$0.half" ;; esac\nexit 0'
    one.compiler.path.write_text(script.replace('exec gcc "$@"', f'gcc "$@" || exit\n{more}'))
    half = one.compiler.path.with_name("cc.half")
    for write in ('head -c 700 "$out"', ":", "echo garbage"):
        shutil.rmtree(one.folder / "build", ignore_errors=True)
        half.write_text(f'{write} > "$out.cut"; mv "$out.cut" "$out"')
        assert "two.o" in one.build(status=1).stderr
        half.unlink()
        one.steps()
        one.build()
        assert one.steps() == ("two", "one")
        assert call(built(one.folder, "one"), "two") == 2
        one.build()
        assert one.steps() == NOTHING
