"""The build backend: in this process, and in the hands of pip, build and uv."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from email.parser import Parser
from pathlib import Path

import clients
import hooks
import oxidist
import pytest
import wheels
from conftest import clean_environment

SYSTEM = """
    [build-system]
    requires = ["oxidist"]
    build-backend = "oxidist.build_meta"
    """
SCRIPT = """
    from distutils.core import setup
    setup(name="Fake.Pkg", version="1.0-RC1", packages=["pkg"], author="A", author_email="a@example.org")
    """
PYPROJECT = (
    SYSTEM
    + """
    [project]
    name = "Fake.Pkg"
    version = "1.0"
    readme = "README.md"
    license = "MIT"
    license-files = ["LICENSE"]
    scripts.hello = "pkg:main"

    [tool.oxidist]
    packages = ["pkg"]
    [[tool.oxidist.ext-modules]]
    name = "pkg.spam"
    sources = ["spam.c"]
    """
)
FILES = {
    "pyproject.toml": PYPROJECT,
    "README.md": "# A sample\n",
    "LICENSE": "Do what you want.\n",
    "pkg/__init__.py": "def main():\n    print('hello')\n",
    "spam.c": """
        #include <Python.h>
        static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "spam", NULL, -1, NULL};
        PyMODINIT_FUNC PyInit_spam(void) { return PyModule_Create(&module); }
        """,
}


@pytest.fixture
def call(clean_home):
    """`call(folder, ("build_wheel", "out"), ...)`: the answers of these hooks, all in one process."""
    return lambda folder, *calls, **more: hooks.call(folder, clean_home, *calls, **more)


def names(archive: Path) -> list[str]:
    with tarfile.open(archive) as file:
        return sorted(member.name for member in file if not member.isdir())


def test_every_hook_answers_and_leaves_the_process_as_it_was(project, call) -> None:
    folder = project(FILES)
    answers = call(
        folder,
        ("get_requires_for_build_sdist",),
        ("get_requires_for_build_wheel", {}),
        ("build_sdist", "out"),
        ("prepare_metadata_for_build_wheel", "out"),
        ("build_wheel", "out", None, "out/fake_pkg-1.0.dist-info"),
    )
    assert answers[:4] == [[], [], "fake_pkg-1.0.tar.gz", "fake_pkg-1.0.dist-info"]
    wheel = folder / "out" / answers[4]
    assert (folder / "out/fake_pkg-1.0.dist-info/METADATA").read_text() == wheels.info(wheel, "METADATA")


def test_a_script_runs_as_main_and_its_names_are_normalised_in_archives(project, call) -> None:
    folder = project({"setup.py": SCRIPT, "pyproject.toml": SYSTEM, "pkg/__init__.py": ""})
    answers = call(folder, ("build_sdist", "out"), ("build_wheel", "out"))
    assert answers == ["fake_pkg-1.0rc1.tar.gz", "fake_pkg-1.0rc1-py3-none-any.whl"]
    base = "fake_pkg-1.0rc1/"
    assert names(folder / "out" / answers[0]) == [
        base + name for name in ("PKG-INFO", "pkg/__init__.py", "pyproject.toml", "setup.py")
    ]
    with tarfile.open(folder / "out" / answers[0]) as archive:
        text = archive.extractfile(base + "PKG-INFO").read().decode()
    assert Parser().parsestr(text)["Metadata-Version"] == "2.4"


def test_a_source_archive_depends_on_neither_time_nor_owner_nor_folder(project, call) -> None:
    made = []
    for name, time, mode in (("one", 1_600_000_000, 0o600), ("two", 1_700_000_000, 0o664)):
        folder = project(FILES, name)
        for path in folder.rglob("*"):
            os.utime(path, (time, time))
            if path.is_file():
                path.chmod(mode)
        for epoch in ({}, {"SOURCE_DATE_EPOCH": "1500000000"}):
            (answer,) = call(folder, ("build_sdist", "out"), env=epoch)
            made.append((folder / "out" / answer).read_bytes())
    assert made[0] == made[2] and made[1] == made[3] and made[0] != made[1]


def left(folder: Path) -> list[str]:
    """What is in the project's folder after the hooks that have made archives in `out`."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if "out" not in path.parts
    )


OWN_SDIST = """
    from distutils.command.sdist import sdist
    from distutils.core import setup
    class own(sdist):
        def make_release_tree(self, base_dir, files):
            super().make_release_tree(base_dir, files)
            FAILS
    setup(name="Fake.Pkg", version="1.0", packages=["pkg"], cmdclass={"sdist": own})
    """


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        (FILES, "fake_pkg-1.0.tar.gz"),
        ({**FILES, "MANIFEST.in": "include pkg/*\n"}, "fake_pkg-1.0.tar.gz"),
        ({"setup.py": OWN_SDIST.replace("FAILS", "pass"), "pkg/__init__.py": ""}, "fake_pkg-1.0.tar.gz"),
        ({"setup.py": OWN_SDIST.replace("FAILS", "1 / 0"), "pkg/__init__.py": ""}, "raised"),
    ],
)
def test_a_source_archive_is_all_that_is_left_of_making_it(project, call, files, answer) -> None:
    folder = project(files)
    before = left(folder)
    (found,) = call(folder, ("build_sdist", "out"))
    assert answer in (found, found[0])
    assert left(folder) == before
    assert len(list((folder / "out").iterdir())) == (answer != "raised")


@pytest.mark.parametrize(
    ("manifest", "listed"),
    [
        # Kept by hand: it is the list.
        ("README.md\npyproject.toml\n", ["PKG-INFO", "README.md", "pyproject.toml"]),
        # Made by distutils before: it is made anew, and this one is not looked at.
        (
            "# file GENERATED by distutils, do NOT edit\nREADME.md\n",
            ["LICENSE", "PKG-INFO", "README.md", "pkg/__init__.py", "pyproject.toml", "spam.c"],
        ),
    ],
)
def test_a_manifest_that_is_there_stays_as_it_is(project, call, manifest, listed) -> None:
    folder = project({**FILES, "MANIFEST": manifest})
    (answer,) = call(folder, ("build_sdist", "out"))
    assert (folder / "MANIFEST").read_text() == manifest
    assert names(folder / "out" / answer) == [f"fake_pkg-1.0/{name}" for name in listed]


def test_a_manifest_that_is_asked_for_is_written(project, call) -> None:
    folder = project({**FILES, "setup.cfg": "[sdist]\nmanifest = LIST\n"})
    call(folder, ("build_sdist", "out"))
    assert "spam.c" in (folder / "LIST").read_text().splitlines()
    assert not (folder / "MANIFEST").exists()


def test_the_tags_of_egg_info_are_part_of_the_version_everywhere(project, call) -> None:
    section = "[egg_info]\ntag_build = .dev7\ntag_date = 0\ntag_svn_revision = 0\n"
    folder = project({"setup.py": SCRIPT, "setup.cfg": section, "pkg/__init__.py": ""})
    answers = call(
        folder,
        ("prepare_metadata_for_build_wheel", "out"),
        ("build_wheel", "out"),
        ("build_sdist", "out"),
        ("build_editable", "out"),
    )
    version = "fake_pkg-1.0rc1.dev7"
    assert answers[:3] == [f"{version}.dist-info", f"{version}-py3-none-any.whl", f"{version}.tar.gz"]
    assert answers[3].startswith(f"{version}-")
    prepared = (folder / "out" / answers[0] / "METADATA").read_text()
    assert prepared == wheels.info(folder / "out" / answers[1], "METADATA")
    with tarfile.open(folder / "out" / answers[2]) as archive:
        text = archive.extractfile(f"{version}/PKG-INFO").read().decode()
    assert Parser().parsestr(text)["Version"] == "1.0rc1.dev7"


def test_only_the_legacy_twin_finds_modules_beside_the_script(project, call) -> None:
    folder = project(
        {"setup.py": "import own\n" + SCRIPT.replace("    ", ""), "own.py": "", "pkg/__init__.py": ""}
    )
    (answer,) = call(folder, ("build_wheel", "out"))
    assert answer == ["raised", "ModuleNotFoundError", "No module named 'own'"]
    for twin in ("legacy", "__legacy__"):
        assert call(folder, ("build_wheel", "out"), backend=twin) == ["fake_pkg-1.0rc1-py3-none-any.whl"]


@pytest.mark.parametrize(
    ("settings", "wheel"),
    [
        ({"bdist_wheel.build-number": "7"}, "fake_pkg-1.0rc1-7-py3-none-any.whl"),
        ({"bdist_wheel.python_tag": "py310"}, "fake_pkg-1.0rc1-py310-none-any.whl"),
        ({"--build-option": "--build-number=7 --python-tag py39"}, "fake_pkg-1.0rc1-7-py39-none-any.whl"),
        ({"--build-option": ["--build-number", "7"]}, "fake_pkg-1.0rc1-7-py3-none-any.whl"),
        ({"--global-option": ["--quiet"]}, "fake_pkg-1.0rc1-py3-none-any.whl"),
        ({"--global-option": "build --build-base=elsewhere"}, "fake_pkg-1.0rc1-py3-none-any.whl"),
        ({"editable_mode": "strict"}, "fake_pkg-1.0rc1-py3-none-any.whl"),
    ],
)
def test_settings_are_options_of_commands_and_words_of_the_command_line(
    project, call, settings, wheel
) -> None:
    folder = project({"setup.py": SCRIPT, "pkg/__init__.py": ""})
    assert call(folder, ("build_wheel", "out", settings)) == [wheel]
    assert (folder / "elsewhere").exists() == ("elsewhere" in str(settings))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"buidl_ext.jobs": "4"}, "buidl_ext.jobs': invalid command 'buidl_ext': did you mean 'build_ext'?"),
        (
            {"bild_ext.jobs": "4"},
            "error: config setting 'bild_ext.jobs': invalid command 'bild_ext': did you mean 'build_ext'?\n",
        ),
        ({"build_ext.jbs": "4"}, "command 'build_ext' has no option 'jbs': did you mean 'jobs'?"),
        ({"build_ext.debg": "1"}, "command 'build_ext' has no option 'debg': did you mean 'debug'?"),
        ({"--build-option": "--build-number='7"}, "config setting '--build-option': No closing quotation"),
        ({"--build-option": "--nosuch"}, "option --nosuch not recognized"),
        ({"jobs": "4"}, "error: config setting 'jobs': write 'build_ext.jobs=4' (or 'build.jobs'"),
        ({"--build-number": "7"}, "config setting '--build-number': write 'bdist_wheel.build-number=7'"),
        ({".jobs": "4"}, "config setting '.jobs': must be a command and an option"),
    ],
)
def test_a_setting_that_cannot_be_is_one_line(project, call, settings, message) -> None:
    folder = project({"setup.py": SCRIPT, "pkg/__init__.py": ""})
    ((kind, text),) = call(folder, ("build_wheel", "out", settings))
    assert kind == "exit" and message in text + "\n" and text.startswith(("error: ", "usage: "))
    assert not list((folder / "out").iterdir())


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "error: there is neither a setup.py nor a pyproject.toml in"),
        ({"setup.py": "pass"}, "error: setup.py did not call setup()"),
        ({"setup.py": SCRIPT}, "error: package directory 'pkg' does not exist"),
        ({"setup.py": "import sys; sys.exit('no')"}, "no"),
        ({"pyproject.toml": SYSTEM}, "'name' is missing"),
        ({"pyproject.toml": "a ="}, "error: pyproject.toml:1: "),
    ],
)
def test_what_goes_wrong_is_one_line_and_nothing_is_left_behind(project, call, files, message) -> None:
    folder = project(files)
    ((kind, text),) = call(folder, ("build_wheel", "out"))
    assert kind == "exit" and message in text and "\n" not in text
    assert not list((folder / "out").iterdir())


def test_two_projects_in_one_process_do_not_see_each_others_modules(project, clean_home) -> None:
    folder = project({"a/": "", "b/": ""})
    for name in "ab":
        files = {
            "setup.py": f"import own; assert own.name == '{name}'\n" + SCRIPT.replace("    ", ""),
            "own.py": f"name = '{name}'",
            "pkg/__init__.py": "",
        }
        for file, text in files.items():
            (folder / name / file).parent.mkdir(exist_ok=True)
            (folder / name / file).write_text(text)
    script = """
import os, sys
sys.path.remove("")
from oxidist.build_meta import legacy
for name in "ab":
    os.chdir(name)
    print(legacy.build_wheel("."))
    os.chdir("..")
"""
    command = [sys.executable, "-c", script]
    environment = clean_environment(clean_home)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def front_end(tmp_path):
    """`front_end(program, *arguments, cwd=...)`: a client in whose Python `oxidist` can be imported."""
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "oxidist").symlink_to(Path(oxidist.__file__).parent)

    def run(program: str, *arguments: str | Path, cwd: Path, status: int = 0):
        return clients.run(program, *arguments, cwd=cwd, status=status, env={"PYTHONPATH": str(linked)})

    return run


PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
PIP_OPTIONS = ("--no-index", "--no-deps", "--no-build-isolation")


def built(folder: Path, front_end, tool: str, out: Path) -> dict[str, bytes]:
    if tool == "pip":
        front_end("python", *PIP, "wheel", *PIP_OPTIONS, "-w", out, ".", cwd=folder)
    elif tool == "build":
        options = ("--no-isolation", "--skip-dependency-check", "--outdir", out)
        front_end("python", "-m", "build", *options, ".", cwd=folder)
    else:
        python = clients.folder() / "python"
        front_end("uv", "build", "--no-build-isolation", "--python", python, "-o", out, ".", cwd=folder)
    (wheel,) = out.glob("*.whl")
    if tool != "pip":
        assert (out / "fake_pkg-1.0.tar.gz").exists()
    return {
        wheel.name: b"",
        **{
            name: data
            for name, data in wheels.contents(wheel).items()
            # What the linker makes has the build's folder in it.
            if not name.endswith((".so", "RECORD"))
        },
    }


def test_pip_build_and_uv_make_the_same_wheel_also_from_the_source_archive(
    project, front_end, tmp_path
) -> None:
    folder = project(FILES)
    made = [built(folder, front_end, tool, tmp_path / tool) for tool in ("pip", "build", "uv")]
    assert made[0] == made[1] == made[2]
    assert any(name.endswith("pkg/__init__.py") for name in made[0])


def test_pip_installs_a_project_and_its_script_runs(project, front_end, tmp_path) -> None:
    folder = project(FILES)
    front_end("python", *PIP, "install", *PIP_OPTIONS, "--prefix", tmp_path / "prefix", ".", cwd=folder)
    modules = clients.modules(tmp_path / "prefix")
    environment = {"PYTHONPATH": str(modules), "PATH": "/usr/bin:/bin"}
    said = subprocess.run([tmp_path / "prefix/bin/hello"], env=environment, capture_output=True, text=True)
    assert said.stdout == "hello\n"
    question = [clients.folder() / "python", "-c", "import pkg.spam"]
    subprocess.run(question, env=environment, check=True)


@pytest.mark.parametrize("tool", ["pip", "build", "uv"])
def test_a_front_end_shows_the_line_and_no_traceback(project, front_end, tmp_path, tool) -> None:
    folder = project({**FILES, "pyproject.toml": PYPROJECT.replace("packages =", "pakages =")})
    commands = {
        "pip": ("python", *PIP, "wheel", *PIP_OPTIONS, "."),
        "build": ("python", "-m", "build", "--no-isolation", "--skip-dependency-check", "."),
        "uv": ("uv", "build", "--no-build-isolation", "--python", clients.folder() / "python", "."),
    }
    done = front_end(*commands[tool], cwd=folder, status={"uv": 2}.get(tool, 1))
    text = done.stdout + done.stderr
    assert "'tool.oxidist.pakages' is not a key of [tool.oxidist]: did you mean 'packages'?" in text
    assert "Traceback" not in text


def test_pip_hands_settings_on(project, front_end, tmp_path) -> None:
    folder = project(FILES)
    settings = ("--config-settings=bdist_wheel.build-number=7", "--config-settings=build_ext.jobs=1")
    front_end("python", *PIP, "wheel", *PIP_OPTIONS, *settings, "-w", tmp_path / "out", ".", cwd=folder)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    assert wheel.name.startswith("fake_pkg-1.0-7-")
