"""What a link reads beside its objects: libraries in every spelling, and files that lead to others."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from c_projects import WORKS_HERE, built, call, function, setup_script

from exact_rebuilds.project import NOTHING, Project

pytest.importorskip("distutils.command.build_ext")
pytestmark = pytest.mark.skipif(not WORKS_HERE, reason="the modules are Linux's, made by gcc")

# The module `x` links the function `x_value` of `libx.a` by these words.
WAYS = {
    "variable": "-lvariable",
    "joined": "-Wl,-Llib -Wl,-ljoined",
    "commas": "-Wl,-L,lib,-lcommas",
    # What it writes is no change.
    "writes": "-Llib -lwrites -Wl,-Map=out.map",
    "xlinker": "-Xlinker -L -Xlinker lib -Xlinker -lxlinker",
    "options": "-Wl,--library-path=lib,--library=options",
    "exact": "-Llib -l:libexact.a",
    "prefix": "-Blib -lprefix",
    "named": "-Wl,--whole-archive,lib/libnamed.a,--no-whole-archive",
    "response": "@args/response",
    "linkers_response": "-Wl,@args/linkers_response",
    "script": "-Llib -lscript_leads",
    "thin": "-Llib -lthin",
    "thin_in_script": "lib/libthin_leads.so",
}
# Where it is, if not in `lib`.
FOLDERS = {"variable": "found"}
RESPONSES = {
    "args/response": "-Llib @args/nested",
    "args/nested": "lib/libresponse.a",
    "args/linkers_response": "lib/liblinkers_response.a",
    "lib/libscript_leads.so": "INPUT(-lscript)",
    "lib/libthin_leads.so": "/* beside it */ GROUP ( AS_NEEDED ( libthin_in_script.a ) )",
}


def archive(folder: Path, name: str, value: int, into: str = "lib") -> None:
    """Make lib<name>.a, whose function <name>_value() returns `value`."""
    source = folder / into / f"{name}.c"
    source.write_text(function(f"{name}_value", value))
    made, target = source.with_suffix(".o"), folder / into / f"lib{name}.a"
    subprocess.run(["gcc", "-fPIC", "-c", source, "-o", made], check=True)
    thin = name.startswith("thin")
    if not (thin and target.exists()):
        target.unlink(missing_ok=True)
        # A thin one stays as it is: only its member is another.
        command = ["ar", "rcT" if thin else "rc", target.name, made.name]
        subprocess.run(command, cwd=target.parent, check=True)


def values(one: Project) -> dict[str, int]:
    return {name: call(built(one.folder, name), name) for name in WAYS}


@pytest.fixture
def linked(new) -> Project:
    """All the ways, built."""
    extensions = [
        f"Extension({name!r}, ['{name}.c'], extra_link_args={words.split()!r})"
        for name, words in WAYS.items()
    ]
    sources = {f"{name}.c": f"int {name}_value(void);\n" + function(name, f"{name}_value()") for name in WAYS}
    one = new({"setup.py": setup_script(*extensions), **sources, **RESPONSES})
    one.environment["LIBRARY_PATH"] = "none:found"
    (one.folder / "found").mkdir()
    for name in WAYS:
        archive(one.folder, name, 1, FOLDERS.get(name, "lib"))
    one.build()
    assert values(one) == dict.fromkeys(WAYS, 1)
    one.steps()
    one.build()
    assert one.steps() == NOTHING
    return one


def test_a_library_that_changed_is_linked_again_however_it_is_named(linked: Project) -> None:
    for name in WAYS:
        archive(linked.folder, name, 22, FOLDERS.get(name, "lib"))
    linked.build()
    assert values(linked) == dict.fromkeys(WAYS, 22)
    assert linked.steps() == ("", " ".join(sorted(WAYS)))
    linked.build()
    assert linked.steps() == NOTHING


def test_files_that_lead_to_libraries_count_and_so_does_a_library_found_first(linked: Project) -> None:
    (linked.folder / "other").mkdir()
    (linked.folder / "none").mkdir()
    led = {
        "response": ("args/nested", "other/libresponse.a"),
        "linkers_response": ("args/linkers_response", "other/liblinkers_response.a"),
        "thin_in_script": ("lib/libthin_leads.so", "INPUT(other/libthin_in_script.a)"),
    }
    for name, (file, text) in led.items():
        archive(linked.folder, name, 3, "other")
        (linked.folder / file).write_text(text)
    archive(linked.folder, "variable", 3, "none")
    linked.build()
    changed = [*led, "variable"]
    assert {name: value for name, value in values(linked).items() if value != 1} == dict.fromkeys(changed, 3)
    assert linked.steps() == ("", " ".join(sorted(changed)))


def test_a_file_of_another_extension_counts_for_one_that_depends_on_it(new) -> None:
    extensions = ["Extension('one', ['one.c'])", "Extension('other', ['other.c'], depends=[MADE])"]
    script = setup_script(*extensions).replace(
        "setup(", "import sysconfig\n\nMADE = 'made/one' + sysconfig.get_config_var('EXT_SUFFIX')\nsetup(", 1
    )
    one = new({"setup.py": script, "one.c": function("one", 1), "other.c": function("other", 1)})
    one.arguments = ["build_ext", "--build-lib=made"]
    one.build()
    assert one.steps() == ("one other", "one other")
    one.build()
    assert one.steps() == NOTHING
    one.edit("one.c", "1", "22")
    one.build()
    assert one.steps() == ("one other", "one other")
    one.build()
    assert one.steps() == NOTHING
