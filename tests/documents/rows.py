"""How each code block of each page is run: one row for each, in the order of the page."""

from __future__ import annotations

from documents import projects
from documents.projects import (
    BOAT,
    BUILT_EXTENSION,
    HARBOUR,
    HARBOUR_COMMANDS,
    LANGUAGES,
    PLAIN,
    WIND,
    example,
    has,
    of,
    with_build_ext,
    with_commands,
)
from documents.ways import Elsewhere, FrontEnd, Script, Told, Typed, Way, Written

ONE = "[Extension('wind', ['src/wind.c'])]"
DECK = "[Extension('deck', ['src/deck.c', 'src/kernel.cpp'])]"

# A row for each block of a page. `tests/documents/test_pages.py` runs them.
ROWS: dict[str, list[Way]] = {
    "README.md": [
        Elsewhere("tests/run.py", '"demo"'),
        Typed(
            of({**PLAIN, "../other/setup.py": PLAIN["setup.py"], "../other/sail.py": ""}),
            has("dist/sail-1.0.tar.gz", "../other/build/lib/sail.py", "  build_base = 'build' (default)"),
        ),
        Typed(of(WIND, ccache='exec "$@"'), has("wind*.so")),
        Written("pyproject.toml", projects.wheel_by_the_backend),
        FrontEnd(projects.backed, has("dist/p-1.0.tar.gz"), find_links=True),
        FrontEnd(projects.backed),
        FrontEnd(projects.backed_on_setuptools, written="pyproject.toml"),
        FrontEnd(of(projects.ON_SETUPTOOLS), has("wind*.so")),
        Script(
            {"sail/__init__.py": "", "sail/a.tmpl": "", "sail/b.txt": ""},
            ("build",),
            has("build/lib/sail/a.tmpl", absent="build/lib/sail/b.txt"),
        ),
        Script({}, ("lint --strict", "--help-commands"), has("running lint", "look for tabs")),
        Typed(of({**PLAIN, **HARBOUR}), has("a boat of sail", "build/lib/sail.py")),
    ],
    "docs/editable.md": [
        Script(
            {"pkg/__init__.py": ""},
            ("build",),
            has("build/lib/pkg/catalogue.bin", absent="pkg/catalogue.bin"),
            with_commands("build_py", packages="['pkg']"),
        ),
    ],
    "docs/extending.md": [
        Script(
            {"sail.py": ""},
            ("--dry-run bdist_boat", "bdist_boat --crew=ann,bo"),
            has("dist/sail-1.0.boat", "launching sail-1.0.boat"),
            with_commands("bdist_boat", py_modules="['sail']"),
        ),
        Script(
            {**HARBOUR_COMMANDS, "fleet/__init__.py": ""},
            ("bdist_boat", "build"),
            has("a boat of fleet", "built by harbour"),
        ),
        Script(
            {"stations/husum": ""},
            ("build",),
            has("an index"),
            BOAT.replace("bdist_boat", "build_index").replace('"a boat of"', '"an index of"')
            + with_commands("build", "build_index"),
        ),
        Typed(of({**PLAIN, **HARBOUR}), has("a boat of sail")),
        Written("~/.pydistutils.cfg", projects.command_packages_are_searched),
        Script(
            {"harbour/__init__.py": "", "harbour/boats.py": BOAT.replace("bdist_boat", "BoatCommand")},
            ("bdist_wheel",),
            projects.entry_point_is_in_the_wheel,
        ),
        Script(
            {"tool.c": "int main(void) { return 0; }\n"},
            ("build_tool --build-temp=t",),
            has("t/tool"),
            with_commands("build_tool"),
        ),
        Script(
            WIND,
            BUILT_EXTENSION,
            has("-DNDEBUG", "wind*.so"),
            with_build_ext(ONE),
        ),
        Script(LANGUAGES, BUILT_EXTENSION, has("-std=c11", "-std=c++17", "deck*.so"), with_build_ext(DECK)),
        Script(LANGUAGES, BUILT_EXTENSION, has("-std=c11", "-std=c++17", "deck*.so"), with_build_ext(DECK)),
        Script(
            {**WIND, "src/wave.cu": "int wave;\n"},
            BUILT_EXTENSION,
            has("nvcc", "wind*.so"),
            with_build_ext("[Extension('wind', ['src/wind.c', 'src/wave.cu'])]"),
            programs={"nvcc": 'shift 2; exec gcc -fPIC -x c "$@"'},
        ),
        Script(
            {**WIND, "engine/CMakeLists.txt": ""},
            BUILT_EXTENSION,
            has("wind*.so", "cmake -S engine -B", "cmake --build"),
            with_build_ext("[Extension('wind', ['src/wind.c']), CMakeExtension('engine', 'engine')]"),
            programs={"cmake": "exit 0"},
        ),
        Script(LANGUAGES, ("",), has("out/deck.so")),
        Script(
            WIND,
            BUILT_EXTENSION,
            has("-DHAVE_FMA=1", "wind*.so"),
            with_build_ext(ONE, "config"),
        ),
        Script(
            {},
            ("bdist_boat",),
            has("[('bdist_boat', 'sail-1.0.boat')]"),
            with_commands("bdist_boat") + "print(made.dist_files)\n",
        ),
    ],
    "docs/jobs.md": [
        Written("Makefile", projects.make_runs),
        Written("setup.cfg", projects.launcher_runs),
    ],
    "docs/limits.md": [
        Told(projects.waiting),
    ],
    "docs/pyproject.md": [
        Written("pyproject.toml", projects.wheel_of_the_whole_example),
        Told(projects.misspelt_key),
        Written("pyproject.toml", projects.dynamic_fields_are_computed),
        FrontEnd(projects.backed, has("oxidist.schema.json")),
        FrontEnd(projects.backed),
        Script(
            {"src/sail/__init__.py": "", "src/sail/tests/__init__.py": ""},
            ("build",),
            has("build/lib/sail/__init__.py", absent="build/lib/sail/tests/__init__.py"),
        ),
    ],
    "docs/rebuilds.md": [
        Told(projects.reasons),
    ],
    "docs/setuptools.md": [
        FrontEnd(projects.backed_on_setuptools, written="pyproject.toml"),
    ],
    "docs/upload.md": [
        Typed(projects.uploads, projects.everything_was_sent, {" upload  ": " upload --repository=main  "}),
        Written("~/.pypirc", projects.logins_are_read),
    ],
    "examples/extending/README.md": [
        FrontEnd(example("extending", below=""), has("build")),
        Typed(example("extending"), has("dist/tidebook-1.2.src.openpkg.tar.gz", "dist/tidebook-1.2.tar.gz")),
        Typed(example("extending"), has("dist/tidebook-1.2.openpkg-request")),
        Typed(example("extending"), has("dist/SHA256SUMS", "tidebook-1.2.tar.gz")),
        Written("~/.pydistutils.cfg", projects.packages_of_the_example_are_searched),
    ],
    "examples/native/README.md": [
        FrontEnd(example("native", below=""), has("HAVE_", "build")),
    ],
    "examples/pyproject/README.md": [
        FrontEnd(example("pyproject", below=""), has("parallel = 4 (pyproject.toml:37)")),
    ],
}
