"""setuptools' commands where they call up to distutils: the engine does it, and does it exactly."""

from __future__ import annotations

import json
from pathlib import Path

import c_projects
import pytest
from conftest import write_files
from job_log import JobLog

from ecosystem.installed import Installed
from ecosystem.setuptools_projects import LINES, MODULE, Line, newest, pairs_of

SOURCES = 12
NAMES = [f"part{number}" for number in range(SOURCES)]


def sources(header_in: int) -> dict[str, str]:
    """A module in each of twelve files; so many of them include a header."""
    files = {
        f"{name}.c": MODULE.format(name=name, header="size.h" if index < header_in else "plain.h", extern="")
        + f"int {name}_answer(void) {{ return {index}; }}\n"
        for index, name in enumerate(NAMES)
    }
    return {**files, "size.h": "#define SIZE 1\n", "plain.h": "", "knot.h": "#define KNOT 1\n"}


ONE_EACH = {
    **sources(header_in=3),
    "knot.c": '#include "knot.h"\nint knot(void) { return KNOT; }\n',
    "setup.py": f"""
        from setuptools import Extension, setup
        setup(
            name="parts",
            version="1.0",
            libraries=[("knot", {{"sources": ["knot.c"]}})],
            ext_modules=[Extension(name, [name + ".c"], include_dirs=["."]) for name in {NAMES}],
        )
        """,
}
ALL_IN_ONE = {
    **{
        f"{name}.c": f"int {name}(void) {{ return {index}; }}\n"
        for index, name in enumerate(NAMES[1:], start=1)
    },
    "plain.h": "",
    "part0.c": MODULE.format(name="part0", header="plain.h", extern="")
    + "int part0_answer(void) { return 0; }\n",
    "setup.py": f"""
        from setuptools import Extension, setup
        from setuptools.command.build_ext import build_ext

        class own(build_ext):
            def build_extension(self, ext):
                super().build_extension(ext)

        setup(name="part", version="1.0", cmdclass={{"build_ext": own}}, ext_modules=[
            Extension("part0", [name + ".c" for name in {NAMES}], include_dirs=["."])])
        """,
}


@pytest.mark.parametrize("files", [ONE_EACH, ALL_IN_ONE], ids=["one source each", "all in one, overridden"])
def test_objects_are_compiled_side_by_side(environment, project, tmp_path: Path, files) -> None:
    line, interpreter = newest()
    there: Installed = environment(interpreter, *line.requirements)
    running = {}
    for active in (True, False):
        log = JobLog(tmp_path / f"log-{active}")
        compiler = log.compiler(tmp_path / f"cc-{active}", seconds=0.2)
        folder = project(files, name=f"active-{active}")
        env = {"CC": str(compiler), "LDSHARED": "gcc -shared", "OXIDIST_JOBS": "4"}
        there.setup(folder, "build", active=active, env=env)
        assert log.jobs >= SOURCES
        running[active] = log.most
    assert running[True] == 4
    assert running[False] == 1


@pytest.mark.parametrize(("line", "interpreter"), pairs_of(LINES[0], LINES[-1]))
def test_what_has_changed_is_compiled_and_nothing_else(
    environment, project, tmp_path: Path, line: Line, interpreter
) -> None:
    there: Installed = environment(interpreter, *line.requirements)
    folder = project(ONE_EACH)
    compiler = c_projects.install_compiler(tmp_path / "cc")

    def build(*command: str) -> tuple[int, int]:
        there.setup(folder, *(command or ("build",)), env=compiler.environment)
        compiled, linked = compiler.steps()
        return len(compiled), len(linked)

    assert build() == (SOURCES + 1, SOURCES)
    assert build() == (0, 0)
    (folder / "size.h").write_text("#define SIZE 2\n")
    assert build() == (3, 3)
    # Each extension is linked with all libraries.
    (folder / "knot.h").write_text("#define KNOT 2\n")
    assert build() == (1, SOURCES)
    assert build("build_ext", "--inplace") == (0, 0)
    assert len(list(folder.glob("part*.so"))) == SOURCES
    assert build("build", "--force") == (SOURCES + 1, SOURCES)


def test_a_library_with_dependencies_of_setuptools_own_is_built_by_its_rules(
    environment, project, tmp_path: Path
) -> None:
    line, interpreter = newest()
    there: Installed = environment(interpreter, *line.requirements)
    script = """
        from setuptools import setup
        depends = {"": ["all.txt"], "knot.c": ["its.txt"]}
        library = {"sources": ["knot.c"], "cflags": ["-DKNOT=7"], "obj_deps": depends}
        setup(name="knots", version="1", libraries=[("knot", library)])
        """
    files = {"setup.py": script, "knot.c": "int knot(void) { return KNOT; }\n", "all.txt": "", "its.txt": ""}
    folder = project(files)
    compiler = c_projects.install_compiler(tmp_path / "cc")

    def compiled() -> int:
        there.setup(folder, "build_clib", env=compiler.environment)
        return len(compiler.steps()[0])

    assert compiled() == 1
    assert compiled() == 0
    for name in ("all.txt", "its.txt"):
        (folder / name).touch()
        assert compiled() == 1
        assert compiled() == 0


JOURNAL = """
import json, sys
import oxidist, runpy
sys.argv = ["setup.py", "-q", *sys.argv[1:]]
runpy.run_path("setup.py", run_name="__main__")
print(json.dumps(oxidist.journal()))
"""


def test_copies_scripts_and_archives_go_through_the_engine(environment, project) -> None:
    line, interpreter = newest()
    there: Installed = environment(interpreter, *line.requirements)
    script = """
        from setuptools import find_packages, setup
        data = {"": ["*.txt"]}
        setup(name="sail", version="1.0", packages=find_packages(), package_data=data, scripts=["hoist"])
        """
    files = {"setup.py": script, "sail/__init__.py": "", "sail/words.txt": "", "hoist": "#!python\n"}
    folder = project({**files, "MANIFEST.in": "include *.py\n"})
    write_files(folder, {"journal.py": JOURNAL})
    done = there.run("python", "journal.py", "build", "sdist", "bdist_wheel", cwd=folder)
    journal = [tuple(entry) for entry in json.loads(done.stdout.splitlines()[-1])]
    of_script = "build/scripts-{}.{}/hoist".format(*interpreter.version[:2])
    for made in ("build/lib/sail/__init__.py", "build/lib/sail/words.txt", of_script, "dist/sail-1.0.tar.gz"):
        assert any(made in entry for entry in journal), (made, journal)


def test_commands_of_a_person_are_there_for_projects_of_setuptools(
    environment, project, tmp_path: Path
) -> None:
    line, interpreter = newest()
    there: Installed = environment(interpreter, *line.requirements)
    home = tmp_path / "person"
    write_files(
        home,
        {
            ".pydistutils.cfg": "[global]\ncommand_packages = harbour\n",
            "own/harbour/__init__.py": "",
            "own/harbour/bdist_boat.py": """
                from distutils.core import Command

                class bdist_boat(Command):
                    description = "make a boat"
                    user_options = []
                    def initialize_options(self): pass
                    def finalize_options(self): pass
                    def run(self):
                        self.run_command("build")
                        open("boat", "w").write(self.distribution.get_name())
                """,
        },
    )
    script = "from setuptools import setup\nsetup(name='sail', packages=['sail'])\n"
    folder = project({"setup.py": script, "sail/__init__.py": ""})
    env = {"HOME": str(home), "PYTHONPATH": str(home / "own")}
    there.setup(folder, "bdist_boat", env=env)
    assert (folder / "boat").read_text() == "sail"
    assert "bdist_boat" in there.setup(folder, "--help-commands", env=env).stdout

    (folder / "boat").unlink()
    code = (
        "from oxidist import setuptools_meta as b; b.build_wheel('dist', {'--global-option': 'bdist_boat'})"
    )
    there.run("python", "-c", code, cwd=folder, active=False, env=env)
    assert (folder / "boat").read_text() == "sail"
