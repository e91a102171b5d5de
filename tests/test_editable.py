"""Editable installations: by pip and uv, by `develop`, and the wheel that they are made from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import zipfile
from functools import partial
from pathlib import Path

import c_projects
import pytest
import wheels
from editable_projects import LAYOUTS, SPAM, SUB, SYSTEM, Environment, script
from twins import LIBRARY


@pytest.fixture
def environment(tmp_path) -> Environment:
    return Environment(tmp_path / "venv", tmp_path / "linked")


@pytest.fixture(params=list(LAYOUTS))
def any_project(request, project) -> Path:
    setup, files = LAYOUTS[request.param]
    return project({**files, "setup.py": setup, "pyproject.toml": SYSTEM}, "any project")


@pytest.mark.parametrize("tool", ["pip", "uv", "develop"])
def test_a_project_is_imported_from_where_it_lies_and_nothing_is_left_of_it_afterwards(
    any_project, environment, tool
) -> None:
    before = environment.files()
    environment.install(tool, any_project)
    assert environment.run(environment.folder / "bin/hello") == "hello\n"
    assert environment.run(environment.folder / "bin/say") == "say\n"
    assert (environment.folder / "share/fake/say").exists()
    environment.ask("import pkg, single")
    (sub,) = [path for path in any_project.rglob("sub/__init__.py") if "hello" in path.read_text()]
    sub.write_text(SUB.replace("'hello'", "'changed'"))
    assert environment.run(environment.folder / "bin/hello") == "changed\n"
    question = """
        import json
        from importlib.metadata import distribution
        d = distribution("fake-pkg")
        print(json.dumps([d.version, json.loads(d.read_text("direct_url.json"))["dir_info"],
                          [str(f) for f in d.files if not f.locate().exists()]]))
        """
    assert json.loads(environment.ask(textwrap.dedent(question))) == ["1.0", {"editable": True}, []]
    environment.uninstall(tool, any_project)
    assert environment.files() == before


def test_an_ordinary_wheel_after_an_editable_one_is_whole(project, run_setup) -> None:
    setup, files = LAYOUTS["extension"]
    folder = project({**files, "setup.py": setup})
    run_setup(folder, "editable_wheel", "--dist-dir", "editable", "bdist_wheel")
    names = wheels.contents(wheels.only_wheel(folder))
    assert [name for name in names if name.startswith("pkg/spam")]


@pytest.mark.parametrize("tool", ["pip", "develop"])
def test_what_develop_and_pip_have_installed_pip_and_uv_can_remove(project, environment, tool) -> None:
    setup, files = LAYOUTS["mapped"]
    folder = project({**files, "setup.py": setup, "pyproject.toml": SYSTEM})
    before = environment.files()
    environment.install("develop", folder)
    environment.uninstall(tool, folder)
    assert environment.files() == before


def test_after_a_change_in_c_exactly_one_file_is_compiled_again(project, environment, tmp_path) -> None:
    setup, files = LAYOUTS["extension"]
    folder = project({**files, "setup.py": setup, "pyproject.toml": SYSTEM})
    compiler = c_projects.install_compiler(tmp_path / "compiler")
    env = compiler.environment

    def made() -> list[str]:
        return [line.split()[0] for line in compiler.lines()]

    environment.install("pip", folder, env=env)
    assert sorted(made()) == ["compile", "compile", "link"]
    number = "import pkg.spam; print(pkg.spam.number)"
    assert environment.ask(number) == "1"
    environment.install("pip", folder, env=env)
    assert made() == []
    for value, how in ((2, "build_ext"), (3, "pip"), (4, "develop")):
        spam = folder / "spam.c"
        spam.write_text(textwrap.dedent(SPAM).replace('"number", 1', f'"number", {value}'))
        if how == "build_ext":
            environment.setup(folder, "build_ext", "--inplace", env=env)
        elif how == "pip":
            environment.install("pip", folder, env=env)
        else:
            environment.uninstall("pip", folder)
            environment.install("develop", folder, env=env)
        assert made() == ["compile", "link"], how
        assert environment.ask(number) == str(value)


def test_a_path_entry_is_written_only_where_it_says_all_of_it(project, run_setup) -> None:
    found = {}
    for layout, (setup, files) in LAYOUTS.items():
        folder = project({**files, "setup.py": setup}, layout)
        run_setup(folder, "editable_wheel")
        wheel = wheels.only_wheel(folder)
        assert wheel.name.startswith("fake_pkg-1.0-0.editable-")
        found[layout] = {
            name.replace(str(folder), ""): data.decode().replace(str(folder), "PROJECT")
            for name, data in wheels.contents(wheel).items()
            if "/" not in name
        }
    assert found["flat"] == {"_editable_fake_pkg.pth": "PROJECT\n"}
    assert found["src"] == found["extension"] == {"_editable_fake_pkg.pth": "PROJECT/src\n"}
    mapped = found["mapped"]
    assert mapped["_editable_fake_pkg.pth"] == "import _editable_fake_pkg; _editable_fake_pkg.install()\n"
    finder = mapped["_editable_fake_pkg.py"]
    assert "'single': 'PROJECT/lib/one'" in finder and "oxidist" not in finder
    assert finder.isascii()


def test_a_wheel_for_one_has_scripts_data_and_metadata_of_the_other(project, run_setup) -> None:
    setup, files = LAYOUTS["extension"]
    folder = project({**files, "setup.py": setup})
    run_setup(folder, "editable_wheel", "--dist-dir", "editable", "bdist_wheel", "dist_info")
    ordinary, editable = wheels.only_wheel(folder), wheels.only_wheel(folder, "editable")
    assert editable.name == ordinary.name.replace("-1.0-", "-1.0-0.editable-")
    theirs, ours = wheels.contents(ordinary), wheels.contents(editable)
    for name in theirs:
        if "/" in name and ".d" in name and not name.endswith(("RECORD", "WHEEL")):
            assert ours[name] == theirs[name]
    assert not [name for name in ours if name.endswith(".so")]
    assert list((folder / "src/pkg").glob("spam*.so"))


def test_a_name_beside_the_project_is_not_found_through_a_mapping(project, environment) -> None:
    setup, files = LAYOUTS["mapped"]
    folder = project({**files, "setup.py": setup, "neighbour.py": "", "lib/inner.py": ""})
    environment.install("develop", folder)
    environment.ask("import pkg.inner")
    for name in ("neighbour", "setup", "one", "lib"):
        assert "No module named" in environment.ask(f"import {name}", status=1)


def test_namespaces_of_several_projects_are_one(project, environment) -> None:
    for name in ("one", "two"):
        setup = f"""
            from distutils.core import setup
            setup(name='ns-{name}', version='1', packages=['ns.{name}'], package_dir={{'ns.{name}': 'code'}})
            """
        folder = project({"setup.py": setup, "code/__init__.py": f"name = {name!r}\n"}, name)
        environment.install("develop", folder)
    flat = "from distutils.core import setup\nsetup(name='ns-three', version='1', packages=['ns.three'])\n"
    folder = project({"setup.py": flat, "ns/three/__init__.py": "name = 'three'\n"}, "three")
    environment.install("develop", folder)
    code = "import ns.one, ns.two, ns.three; print(ns.one.name, ns.two.name, ns.three.name)"
    assert environment.ask(code) == "one two three"


def test_a_folder_that_is_not_ascii_is_found_in_every_locale(project, environment) -> None:
    folder = project({"setup.py": script("py_modules=['single']"), "single.py": "x = 1\n"}, "größe")
    environment.install("develop", folder)
    (path_file,) = environment.folder.rglob("_editable_*.pth")
    assert path_file.read_bytes().isascii()
    code = "import single; print(single.x)"
    command = [
        "env",
        "-i",
        "LC_ALL=C",
        "PYTHONCOERCECLOCALE=0",
        "PYTHONUTF8=1",
        environment.python,
        "-c",
        code,
    ]
    assert environment.run(*command) == "1\n"


def test_develop_replaces_what_an_earlier_run_has_installed(project, environment) -> None:
    folder = project({"setup.py": script("py_modules=['single']"), "single.py": ""})
    environment.install("develop", folder)
    (folder / "setup.py").write_text(script("py_modules=['single']").replace("1.0", "2.0"))
    environment.install("develop", folder)
    (info,) = environment.folder.rglob("fake_pkg-*.dist-info")
    assert info.name == "fake_pkg-2.0.dist-info"


def test_develop_lets_alone_what_another_installer_has_installed(project, environment) -> None:
    folder = project({"setup.py": script("py_modules=['single']"), "single.py": "", "pyproject.toml": SYSTEM})
    environment.install("pip", folder)
    before = environment.files()
    for words in (["develop"], ["develop", "--uninstall"]):
        said = environment.setup(folder, *words, status=1).stderr
        assert "'Fake.Pkg' 1.0 was installed in '" in said and "by pip: uninstall it with that" in said
        assert len(said.strip().splitlines()) == 1
    assert environment.files() == before


def test_develop_into_a_folder_puts_all_of_it_there(project, environment, tmp_path) -> None:
    setup, files = LAYOUTS["flat"]
    folder = project({**files, "setup.py": setup})
    environment.setup(folder, "--dry-run", "develop", "--install-dir", str(tmp_path / "there"))
    assert not (tmp_path / "there").exists() and not (folder / "build").exists()
    environment.setup(folder, "develop", "--install-dir", str(tmp_path / "there"), "--no-deps")
    assert {"_editable_fake_pkg.pth", "say", "hello", "share"} < set(os.listdir(tmp_path / "there"))
    environment.setup(folder, "develop", "-d", str(tmp_path / "there"), "-u")
    assert os.listdir(tmp_path / "there") == []


def test_develop_for_one_person_goes_below_their_folder(project, run_setup, tmp_path) -> None:
    folder = project({"setup.py": script("py_modules=['single']"), "single.py": ""})
    # An environment has no folder for a person. What is below it may have a setuptools that would come first.
    env = {"PYTHONUSERBASE": str(tmp_path / "person"), "PYTHONPATH": str(LIBRARY), "OXIDIST_DISTUTILS": ""}
    run = partial(
        run_setup, folder, env=env, python=Path(sys.base_prefix, "bin/python3"), script=["-m", "oxidist"]
    )
    run("develop", "--user")
    assert len(list((tmp_path / "person").rglob("_editable_fake_pkg.pth"))) == 1
    run("develop", "--user", "--uninstall")
    assert not [path for path in (tmp_path / "person").rglob("*") if path.is_file()]


def test_for_one_person_is_refused_where_their_folder_is_not_searched(project, environment) -> None:
    folder = project({"setup.py": script("py_modules=['single']"), "single.py": ""})
    said = environment.setup(folder, "develop", "--user", status=1).stderr
    assert said.splitlines()[-1].startswith("error: '--user': this Python does not search your own folder")


def test_a_place_that_is_taken_is_an_error_and_nothing_stays_installed(project, environment) -> None:
    setup, files = LAYOUTS["mapped"]
    folder = project({**files, "setup.py": setup})
    (environment.folder / "bin/hello/taken").mkdir(parents=True)
    before = environment.files()
    said = environment.setup(folder, "develop", status=1).stderr
    assert said.splitlines()[-1].startswith("error: ") and "bin/hello" in said
    assert environment.files() == before
    assert not list(environment.folder.rglob("fake_pkg*"))


def test_scripts_of_another_build_are_made_again_for_this_interpreter(
    project, environment, run_setup
) -> None:
    setup, files = LAYOUTS["flat"]
    folder = project({**files, "setup.py": setup})
    run_setup(folder, "build_scripts")
    environment.install("develop", folder)
    installed = (environment.folder / "bin/say").read_text()
    assert installed.splitlines()[0] == f"#!{environment.python}"
    for command in ("bdist_wheel", "editable_wheel"):
        run_setup(folder, command)
        wheel = wheels.contents(wheels.only_wheel(folder))
        assert wheel["fake_pkg-1.0.data/scripts/say"].startswith(b"#!python\n"), command
        (folder / "dist").rename(folder / command)


@pytest.mark.parametrize("command", ["editable_wheel", "develop"])
@pytest.mark.parametrize(
    ("setup", "words"),
    [
        (script("packages=['missing']"), "package directory 'missing' does not exist"),
        (script("version='one two', py_modules=['single']").replace("version='1.0', ", ""), "'version'"),
        (script("py_modules=['single'], scripts=['missing']"), "missing"),
        (script("py_modules=['single'], data_files=[('', ['missing'])]"), "missing"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(project, environment, command, setup, words) -> None:
    folder = project({"setup.py": setup, "single.py": ""})
    before = environment.files()
    said = environment.setup(folder, command, status=1).stderr
    assert words in said and said.strip().splitlines()[-1].startswith("error: ")
    assert "Traceback" not in said
    assert environment.files() == before
    assert not list(folder.glob("dist/*"))


def test_uninstalling_what_is_not_installed_is_a_warning(project, environment) -> None:
    folder = project({"setup.py": script("py_modules=['single']"), "single.py": ""})
    assert "warning: 'Fake.Pkg' is not installed in '" in environment.setup(folder, "develop", "-u").stderr


def test_the_backend_makes_an_editable_wheel_and_leaves_the_process_as_it_was(project, tmp_path) -> None:
    folder = project(
        {"setup.py": script("packages=['pkg']"), "pkg/__init__.py": "", "pyproject.toml": SYSTEM}
    )
    code = """
        import os, sys
        from oxidist import build_meta
        def state():
            return os.getcwd(), sys.argv[:], sys.path[:], dict(os.environ), "distutils" in sys.modules
        before = state()
        assert build_meta.get_requires_for_build_editable({}) == []
        info = build_meta.prepare_metadata_for_build_editable(sys.argv[1])
        name = build_meta.build_editable(sys.argv[1], {}, os.path.join(sys.argv[1], info))
        assert state() == before
        print(info, name)
        """
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-c", textwrap.dedent(code), str(out)]
    environment = {name: value for name, value in os.environ.items() if name != "OXIDIST_DISTUTILS"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    info, name = done.stdout.split()[-2:]
    assert (info, name) == ("fake_pkg-1.0.dist-info", "fake_pkg-1.0-0.editable-py3-none-any.whl")
    with zipfile.ZipFile(out / name) as wheel:
        assert wheel.read(f"{info}/METADATA") == (out / info / "METADATA").read_bytes()
    assert not (folder / "dist").exists()
