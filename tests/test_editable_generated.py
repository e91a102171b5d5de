"""Editable installations of projects whose build generates modules and data: what it makes is there, too."""

from __future__ import annotations

import json
import textwrap

import pytest
import wheels
from conftest import snapshot
from editable_projects import LAYOUTS, SUB, SYSTEM, Environment


@pytest.fixture
def environment(tmp_path) -> Environment:
    return Environment(tmp_path / "venv", tmp_path / "linked")


# A `build_py` that generates a module, a sub-package, and data, as parsers and protocol compilers do.
GENERATES = """
    import os, sys
    from distutils.command.build import build as _build
    from distutils.command.build_py import build_py as _build_py
    from distutils.core import Command, Extension, setup

    FILES = {
        "pkg/version.py": "version = '1.5'\\n",
        "pkg/words.txt": "generated words",
        "pkg/made/__init__.py": "",
        "pkg/made/inner.py": "from pkg.sub import text\\n",
        "pkg/sub/table.py": "table = [1]\\n",
        "parser.py": "from pkg.version import version\\n",
        "ns/part.py": "part = 1\\n",
        # The source tree has these: what lies there counts.
        "pkg/__init__.py": "raise Exception\\n",
    }

    def generate(command):
        for name, text in FILES.items():
            path = os.path.join(command.build_lib, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as stream:
                stream.write(text)

    class build_py(_build_py):
        def run(self):
            super().run()
            assert os.path.isfile(os.path.join(self.build_lib, "pkg/sub/__init__.py"))
            generate(self)

    class generator(Command):
        user_options = []
        def initialize_options(self):
            self.build_lib = None
        def finalize_options(self):
            self.set_undefined_options("build", ("build_lib", "build_lib"))
        run = generate

    class build(_build):
        if "HOW" == "sub-command":
            sub_commands = _build.sub_commands + [("generator", None)]
        if "HOW" == "build":
            def run(self):
                super().run()
                generate(self)

    commands = {"build": build, "generator": generator}
    if "HOW" == "build_py":
        commands["build_py"] = build_py
    """


def generating(layout: str, how: str = "build_py") -> dict[str, str]:
    """The files of a project that generates some of its modules."""
    setup, files = LAYOUTS[layout]
    setup = setup.replace("entry_points", "cmdclass=commands, entry_points")
    setup = textwrap.dedent(GENERATES).replace("HOW", how) + setup.split("\n", 1)[1]
    return {**files, "setup.py": setup, "pyproject.toml": SYSTEM}


ASK_FOR_GENERATED = """
    import importlib.resources, json, pkgutil
    import ns.part, parser, pkg.made.inner, pkg.sub.table, single
    files = importlib.resources.files("pkg")
    print(json.dumps([
        parser.version, pkg.made.inner.text, pkg.sub.table.table,
        files.joinpath("words.txt").read_text(), (files / "sub" / "__init__.py").is_file(),
        pkgutil.get_data("pkg", "words.txt").decode(),
        sorted({module.name for module in pkgutil.iter_modules(pkg.__path__)} - {"spam", "one"}),
    ]))
    """


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("tool", ["pip", "uv", "develop"])
def test_what_a_build_py_generates_is_installed_beside_what_is_imported_from_the_project(
    project, environment, layout, tool
) -> None:
    folder = project(generating(layout), "any project")
    before, own = environment.files(), snapshot(folder)
    environment.install(tool, folder)
    code = textwrap.dedent(ASK_FOR_GENERATED)
    answer = ["1.5", "hello", [1], "generated words", True, "generated words", ["made", "sub", "version"]]
    assert json.loads(environment.ask(code)) == answer
    (sub,) = [path for path in folder.rglob("sub/__init__.py") if "hello" in path.read_text()]
    sub.write_text(SUB.replace("'hello'", "'changed'"))
    assert json.loads(environment.ask(code))[1] == "changed"
    sub.write_text(SUB)
    # Nothing is written into the project but extensions in place, what is built, and caches of the clients.
    left = [
        name for name in snapshot(folder).keys() - own.keys() if not name.startswith(("build", ".", "uv-"))
    ]
    assert [name for name in left if not name.endswith(".so")] == []
    assert not (folder / "build/editable").exists()
    environment.uninstall(tool, folder)
    assert environment.files() == before


@pytest.mark.parametrize("how", ["sub-command", "build"])
def test_what_other_commands_of_build_generate_is_installed_too(project, environment, how) -> None:
    folder = project(generating("src", how))
    environment.install("pip", folder)
    assert environment.ask("import parser, pkg.made.inner; print(parser.version)") == "1.5"


def test_generated_modules_are_found_from_the_projects_own_folder_too(project, environment) -> None:
    folder = project(generating("flat"))
    environment.install("develop", folder)
    code = "import os, sys; os.chdir(sys.argv[1]); sys.path.insert(0, ''); import pkg.version as v; print(v)"
    assert environment.run(environment.python, "-c", code, folder).endswith("pkg/version.py'>\n")


def test_what_an_earlier_build_has_generated_is_not_installed(project, environment) -> None:
    files = generating("flat")
    folder = project(files)
    environment.setup(folder, "build")
    setup = (
        files["setup.py"].replace('"pkg/version.py"', '"pkg/other.py"').replace("pkg.version", "pkg.other")
    )
    (folder / "setup.py").write_text(setup)
    environment.install("develop", folder)
    assert environment.ask("import pkg.other, parser; print(parser.version)") == "1.5"
    assert "No module named" in environment.ask("import pkg.version", status=1)


def test_a_package_of_which_only_the_init_module_is_generated_is_whole(project, environment) -> None:
    setup = (
        textwrap.dedent(GENERATES)
        .replace("HOW", "build_py")
        .replace('"pkg/__init__.py": "raise', '"pkg/x.py": "')
    )
    setup = setup.replace('"pkg/version.py"', '"top/__init__.py"')
    setup += "commands['build_py'] = type('b', (_build_py,), {'run': generate})\n"
    setup += (
        "setup(name='Fake.Pkg', version='1', packages=['top'], package_dir={'': 'src'}, cmdclass=commands)\n"
    )
    folder = project({"setup.py": setup, "src/top/inner.py": "x = 1\n"})
    environment.install("develop", folder)
    assert environment.ask("import top, top.inner; print(top.version, top.inner.x)") == "1.5 1"


def test_a_build_py_is_told_that_the_installation_is_editable(project, environment) -> None:
    setup = """
        import os
        from distutils.command.build_py import build_py as _build_py
        from distutils.core import setup

        class build_py(_build_py):
            def run(self):
                super().run()
                folder = os.path.join(self.build_lib, "pkg")
                if self.editable_mode:
                    folder = self.get_package_dir("pkg")
                with open(os.path.join(folder, "made.py"), "w") as stream:
                    stream.write("made = 1\\n")

        setup(name="Fake.Pkg", version="1.0", packages=["pkg"], cmdclass={"build_py": build_py})
        """
    folder = project({"setup.py": setup, "pkg/__init__.py": ""})
    environment.install("develop", folder)
    assert (folder / "pkg/made.py").exists()
    environment.ask("import pkg.made")
    assert not list(environment.folder.rglob("*_generated"))
    (folder / "pkg/made.py").unlink()
    # A command that runs after it builds as ever.
    environment.setup(folder, "editable_wheel", "--dist-dir=editable", "bdist_wheel")
    assert "pkg/made.py" in wheels.contents(wheels.only_wheel(folder))


def test_a_dry_run_of_a_build_that_generates_leaves_the_folder_as_it_was(project, run_setup) -> None:
    files = generating("src")
    files["setup.py"] = files["setup.py"].replace("generate(self)", "self.execute(generate, (self,))")
    files["setup.py"] = files["setup.py"].replace(
        "assert os.path.isfile", "assert self.dry_run or os.path.isfile"
    )
    folder = project(files)
    before = snapshot(folder)
    run_setup(folder, "--dry-run", "editable_wheel")
    assert snapshot(folder) == before
