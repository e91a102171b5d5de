"""pyproject.toml counts wherever this library runs, and what is wrong in it is told with its line."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from email.parser import Parser
from pathlib import Path

import clients
import pytest
import wheels
from conftest import snapshot, write_files
from pyproject_mistakes import HEAD, TOOL, WRONG

PACKAGE = {"demo/__init__.py": "__version__ = '2.5'\n"}
SETUP = "from distutils.core import setup\nsetup({})\n"
MODULE = ["-m", "oxidist"]


@pytest.fixture
def build(project, run_setup):
    """`build(files, *words)`: a project of these files, and what `python -m oxidist WORDS` says there."""

    def run(files: dict[str, str], *words: str, status: int = 0, script: object = MODULE):
        folder = project({})
        for name, text in {**PACKAGE, **files}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return folder, run_setup(folder, *words, status=status, script=script)

    return run


def metadata(folder: Path):
    (path,) = folder.glob("*.dist-info/METADATA")
    return Parser().parsestr(path.read_text(encoding="utf-8"))


FULL = """\
[build-system]
requires = ["oxidist"]
build-backend = "oxidist.build_meta"

[project]
name = "demo"
version = "1.0"
description = "A sample"
readme = { file = "README", content-type = "text/markdown" }
requires-python = ">= 3.10"
license = "mit or apache-2.0"
license-files = ["LICENSES/*"]
authors = [{ name = "A" }, { name = "C. D", email = "c@example.org" }, { email = "e@example.org" }]
maintainers = [{ name = "M" }]
keywords = ["one", "two"]
classifiers = ["Programming Language :: Python :: 3"]
urls = { Source = "https://example.org/source" }
scripts = { hello = "demo:main" }
gui-scripts = { window = "demo:main" }
dependencies = ["packaging >= 20 ; python_version < '3.12'"]
[project.optional-dependencies]
test = ["pytest"]
[project.entry-points."a.group"]
one = "demo"
"""


def test_every_field_of_the_standard_reaches_the_metadata(build) -> None:
    files = {"pyproject.toml": FULL, "README": "# A sample\n", "LICENSES/MIT.txt": "x"}
    folder, _ = build(files, "-q", "dist_info")
    fields = metadata(folder)
    assert fields.get_payload() == "# A sample\n"
    assert dict(fields.items()) == {
        "Metadata-Version": "2.4",
        "Name": "demo",
        "Version": "1.0",
        "Summary": "A sample",
        "Requires-Python": ">=3.10",
        "License-Expression": "MIT OR Apache-2.0",
        "License-File": "LICENSES/MIT.txt",
        "Author": "A",
        "Author-email": '"C. D" <c@example.org>, e@example.org',
        "Maintainer": "M",
        "Keywords": "one,two",
        "Classifier": "Programming Language :: Python :: 3",
        "Project-URL": "Source, https://example.org/source",
        "Provides-Extra": "test",
        "Requires-Dist": 'pytest; extra == "test"',
        "Description-Content-Type": "text/markdown",
    }
    assert fields.get_all("Requires-Dist")[0] == "packaging >= 20; python_version < '3.12'"
    (points,) = folder.glob("*.dist-info/entry_points.txt")
    assert points.read_text() == (
        "[a.group]\none = demo\n\n[console_scripts]\nhello = demo:main\n\n[gui_scripts]\nwindow = demo:main\n"
    )


def test_a_validator_of_the_standard_has_nothing_to_say(tmp_path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(FULL, encoding="utf-8")
    clients.run("validate-pyproject", path, cwd=tmp_path)


@pytest.mark.parametrize(
    ("tool", "files", "names"),
    [
        ('packages = ["demo"]', {}, ["demo/__init__.py"]),
        (
            'packages = { where = "src" }',
            {"src/a/b/__init__.py": "", "src/a/__init__.py": ""},
            ["a/__init__.py", "a/b/__init__.py"],
        ),
        (
            'packages = { include = ["x*"], exclude = ["x.t*"] }',
            {"x/__init__.py": "", "x/t/__init__.py": ""},
            ["x/__init__.py"],
        ),
        ('packages = { where = "src", namespaces = true }', {"src/n/a/__init__.py": ""}, ["n/a/__init__.py"]),
        ('packages = ["a.b"]\npackage-dir = { a = "lib" }', {"lib/b/__init__.py": ""}, ["a/b/__init__.py"]),
        ('packages = []\npy-modules = ["one"]', {"one.py": ""}, ["one.py"]),
        (
            'packages = ["demo"]\npackage-data = { demo = ["*.dat"] }',
            {"demo/x.dat": ""},
            ["demo/__init__.py", "demo/x.dat"],
        ),
        (
            'packages = ["demo"]\npackage-data."" = ["*.dat"]\nexclude-package-data.demo = ["y*"]',
            {"demo/x.dat": "", "demo/y.dat": ""},
            ["demo/__init__.py", "demo/x.dat"],
        ),
        (
            'packages = ["demo"]\ninclude-package-data = true',
            {"demo/x.dat": "", "MANIFEST.in": "include demo/x.dat"},
            ["demo/__init__.py", "demo/x.dat"],
        ),
        (
            'packages = ["demo"]\ndata-files = { "share/d" = ["data/*"] }',
            {"data/d": ""},
            ["demo-1.0.data/data/share/d/d", "demo/__init__.py"],
        ),
        (
            'packages = ["demo"]\nscripts = ["bin/s"]',
            {"bin/s": "#!python\n"},
            ["demo-1.0.data/scripts/s", "demo/__init__.py"],
        ),
        ("", {}, ["demo/__init__.py"]),
        ("", {"src/other/__init__.py": ""}, ["other/__init__.py"]),
    ],
)
def test_what_a_wheel_has_is_said_or_found(build, tool, files, names) -> None:
    folder, _ = build({**files, "pyproject.toml": f"{HEAD}[tool.oxidist]\n{tool}\n"}, "-q", "bdist_wheel")
    found = wheels.contents(wheels.only_wheel(folder))
    assert sorted(name for name in found if ".dist-info/" not in name) == names


def test_extension_modules_and_libraries_are_tables(build) -> None:
    extension = """
[[tool.oxidist.libraries]]
name = "own"
sources = ["own.c"]
define-macros = [["OWN", "4"]]
[[tool.oxidist.ext-modules]]
name = "demo.spam"
sources = ["spam.c"]
define-macros = [["TWO", "2"], "DEFINED"]
undef-macros = ["NDEBUG"]
optional = false
"""
    source = """
#include <Python.h>
#ifndef DEFINED
#error
#endif
int own(void);
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "spam", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_spam(void) {
    PyObject *made = PyModule_Create(&module);
    PyModule_AddIntConstant(made, "answer", own() * 10 + TWO);
    return made;
}
"""
    files = {
        "pyproject.toml": HEAD + TOOL + extension,
        "spam.c": source,
        "own.c": "int own(void) { return OWN; }\n",
    }
    folder, _ = build(files, "-q", "build", "--build-lib=lib")
    question = [sys.executable, "-c", "import demo.spam; print(demo.spam.answer)"]
    assert subprocess.run(question, cwd=folder / "lib", capture_output=True, text=True).stdout == "42\n"


@pytest.mark.parametrize(
    ("dynamic", "files", "version"),
    [
        ('{ attr = "demo.__version__" }', {}, "2.5"),
        ('{ attr = "demo.made.version" }', {"demo/made.py": "version = (1, 2 + 1)\n"}, "1.3"),
        ('{ attr = "demo.annotated.v" }', {"demo/annotated.py": "import nosuch\nv: str = '3.1'\n"}, "3.1"),
        ('{ file = "VERSION" }', {"VERSION": "4.0\n"}, "4.0"),
    ],
)
def test_a_dynamic_version_is_in_a_module_or_a_file(build, dynamic, files, version) -> None:
    text = f'[project]\nname = "demo"\ndynamic = ["version"]\n{TOOL}dynamic.version = {dynamic}\n'
    folder, done = build({**files, "pyproject.toml": text}, "--version")
    assert done.stdout == f"{version}\n"


def test_other_fields_are_dynamic_too_and_their_files_are_in_source_archives(build) -> None:
    text = f"""\
[project]
name = "demo"
version = "1.0"
dynamic = ["readme", "dependencies", "optional-dependencies", "classifiers", "scripts"]
{TOOL}
[tool.oxidist.dynamic]
readme = {{ file = ["README.md", "CHANGES.md"] }}
dependencies = {{ file = "requirements.txt" }}
optional-dependencies.test = {{ file = "test.txt" }}
classifiers = {{ attr = "demo.about.classifiers" }}
scripts = {{ attr = "demo.about.scripts" }}
"""
    files = {
        "pyproject.toml": text,
        "README.md": "# One\n",
        "CHANGES.md": "# Two\n",
        "requirements.txt": "# what\npackaging>=20  # why\n\n",
        "test.txt": "pytest\n",
        "demo/about.py": "classifiers = ['Topic :: Education']\nscripts = {'hello': 'demo:main'}\n",
    }
    folder, _ = build(files, "-q", "sdist", "--formats=tar", "dist_info")
    fields = metadata(folder)
    assert fields["Description-Content-Type"] == "text/markdown"
    assert fields.get_payload() == "# One\n\n# Two\n"
    assert fields.get_all("Requires-Dist") == ["packaging>=20", 'pytest; extra == "test"']
    assert fields["Classifier"] == "Topic :: Education"
    listed = (folder / "MANIFEST").read_text().splitlines()
    assert {"CHANGES.md", "README.md", "pyproject.toml", "requirements.txt", "test.txt"} <= set(listed)


def test_options_of_commands_know_their_lines_and_their_rank(build) -> None:
    text = (
        HEAD
        + TOOL
        + "[tool.oxidist.build]\nbuild-base = 'a'\nforce = true\n[tool.oxidist.build_py]\ncompile = true\n"
    )
    files = {"pyproject.toml": text, "setup.cfg": "[build]\nbuild-base = b\nbuild-temp = c\n"}
    _, done = build(files, "--show-origins", "build", "--executable=x", "build_py")
    told = [line.strip() for line in done.stdout.splitlines()]
    assert "build_base = 'a' (pyproject.toml:7)" in told
    assert "build_temp = 'c' (setup.cfg:3)" in told
    assert "executable = 'x' (command line)" in told
    assert "force = True (pyproject.toml:8)" in told
    assert "compile = True (pyproject.toml:10)" in told


def test_classes_of_commands_and_packages_of_commands_are_the_projects_own(build) -> None:
    text = HEAD + TOOL + 'command-packages = ["more"]\ncmdclass = { build_py = "demo.build:build_py" }\n'
    command = """
from distutils.command.build_py import build_py as base
class {name}(base):
    description = "own"
    def run(self):
        print("own {name}")
"""
    files = {
        "pyproject.toml": text,
        "demo/build.py": command.format(name="build_py"),
        "more/__init__.py": "",
        "more/lint.py": command.format(name="lint"),
    }
    folder, done = build(files, "build", "lint")
    assert "own build_py" in done.stdout and "own lint" in done.stdout


def test_a_module_that_the_projects_own_build_py_makes_need_not_be_there_before(build) -> None:
    text = HEAD + TOOL + 'py-modules = ["made"]\ncmdclass = { build_py = "own:build_py" }\n'
    own = """
from distutils.command.build_py import build_py as base
class build_py(base):
    def run(self):
        with open("made.py", "w"): pass
        super().run()
"""
    folder, _ = build({"pyproject.toml": text, "own.py": own}, "-q", "bdist_wheel")
    assert "made.py" in wheels.contents(wheels.only_wheel(folder))


def test_a_script_counts_beside_the_file_and_has_the_last_word_of_the_tools_table(build) -> None:
    script = SETUP.format("name='demo', packages=['other'], scripts=['s']")
    files = {
        "pyproject.toml": HEAD + TOOL + 'headers = ["h.h"]\n',
        "setup.py": script,
        "s": "",
        "h.h": "",
        "other/__init__.py": "",
    }
    folder, _ = build(files, "build", script="setup.py")
    assert sorted(path for path in snapshot(folder / "build") if path.endswith(".py")) == [
        "lib/other/__init__.py"
    ]


def test_a_file_of_another_tool_changes_nothing(build) -> None:
    text = (
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        + HEAD.replace("1.0", "9.9")
    )
    files = {
        "pyproject.toml": text + '[tool.other]\nx = "oxidist"\n',
        "setup.py": SETUP.format("name='demo', version='1.0', license='MIT'"),
    }
    folder, done = build(files, "--version", script="setup.py")
    assert done.stdout == "1.0\n"


@pytest.mark.parametrize(("text", "message"), WRONG, ids=range(len(WRONG)))
def test_a_mistake_is_one_line_with_its_place(build, text, message) -> None:
    system = "[tool.oxidist.build]\n" if "[tool.oxidist" not in text else ""
    folder, done = build({"pyproject.toml": text + system}, "bdist_wheel", status=1)
    told = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(told) == 1 and message in told[0] + "\n", done.stderr
    assert not (folder / "dist").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("version='2.0'", "pyproject.toml:3: 'project.version' is static, but setup.py gives version='2.0'"),
        (
            "author='A'",
            "pyproject.toml:1: setup.py gives 'author', but [project] neither has 'authors' nor lists it",
        ),
        ("url='https://x.example'", "setup.py gives 'url', but [project] neither has 'urls'"),
        (
            "keywords=['b']",
            "pyproject.toml:4: 'project.keywords' is static, but setup.py gives keywords=['b']",
        ),
    ],
)
def test_a_script_that_contradicts_a_static_field_is_wrong(build, arguments, message) -> None:
    files = {"pyproject.toml": HEAD + "keywords = ['a']\n" + TOOL, "setup.py": SETUP.format(arguments)}
    _, done = build(files, "build", status=1, script="setup.py")
    assert done.stderr.startswith("error: ") and message in done.stderr and done.stderr.count("\n") == 1


def test_a_script_may_say_the_same_and_what_is_dynamic(build) -> None:
    arguments = (
        "name='demo', version='1.0', keywords=('a',), license='MIT', author='A', install_requires=['x']"
    )
    text = HEAD + "keywords = ['a']\nlicense = 'MIT'\ndynamic = ['authors', 'dependencies']\n" + TOOL
    folder, _ = build({"pyproject.toml": text, "setup.py": SETUP.format(arguments)}, "-q", "dist_info")
    fields = metadata(folder)
    assert (fields["Author"], fields["Requires-Dist"], fields["License"]) == ("A", "x", None)
    assert fields["License-Expression"] == "MIT"


@pytest.mark.parametrize(
    ("text", "arguments", "dynamic"),
    [
        (HEAD + "dynamic = ['authors']\n" + TOOL, "author='A'", ["Author"]),
        (HEAD + TOOL, None, None),
        (
            TOOL,
            "name='demo', version='1.0', author='A', python_requires='>=3.8'",
            ["Author", "Requires-Python", "Requires-Dist", "Provides-Extra"],
        ),
    ],
)
def test_a_source_archive_tells_which_fields_a_script_may_change(build, text, arguments, dynamic) -> None:
    files = {"pyproject.toml": text}
    if arguments is not None:
        files["setup.py"] = SETUP.format(arguments)
    for keep in ([], ["--keep-temp"]):
        folder, _ = build(files, "-q", "sdist", *keep)
        with tarfile.open(folder / "dist/demo-1.0.tar.gz") as archive:
            fields = Parser().parsestr(archive.extractfile("demo-1.0/PKG-INFO").read().decode())
        assert fields.get_all("Dynamic") == dynamic
        shutil.rmtree(folder)


def test_without_a_script_only_what_a_module_computes_is_dynamic(build) -> None:
    text = f"""\
[project]
name = "demo"
dynamic = ["version", "dependencies", "classifiers", "keywords", "readme"]
{TOOL}
[tool.oxidist.dynamic]
version = {{ attr = "demo.about.version" }}
dependencies = {{ attr = "demo.about.needs" }}
classifiers = {{ attr = "demo.about.classifiers" }}
keywords = {{ attr = "demo.about.words" }}
readme = {{ file = "README.md" }}
"""
    about = (
        "version = str(1.0)\nneeds = ['x'] * 1\nclassifiers = ['Topic :: Education']\nwords = ['a'] + ['b']\n"
    )
    files = {"pyproject.toml": text, "README.md": "# One\n", "demo/about.py": about}
    folder, _ = build(files, "-q", "sdist", "bdist_wheel")
    with tarfile.open(folder / "dist/demo-1.0.tar.gz") as archive:
        fields = Parser().parsestr(archive.extractfile("demo-1.0/PKG-INFO").read().decode())
    # Never the version: a source archive has one.
    assert fields.get_all("Dynamic") == ["Keywords", "Requires-Dist"]
    built = Parser().parsestr(wheels.info(wheels.only_wheel(folder), "METADATA"))
    assert built.get_all("Dynamic") is None


@pytest.mark.parametrize("more", ["", "dynamic = ['license-files']\n"])
def test_what_else_a_script_may_change_is_dynamic_in_a_source_archive_and_in_no_wheel(build, more) -> None:
    arguments = "platforms=['any'], license_files=['L*'], provides=['demo'], requires=['os_x']"
    head = HEAD + more if more else ""
    if not more:
        arguments += ", name='demo', version='1.0'"
    files = {"pyproject.toml": head + TOOL, "setup.py": SETUP.format(arguments), "LICENCE": "x"}
    folder, _ = build(files, "-q", "sdist", "bdist_wheel")
    with tarfile.open(folder / "dist/demo-1.0.tar.gz") as archive:
        fields = Parser().parsestr(archive.extractfile("demo-1.0/PKG-INFO").read().decode())
    scripts_own = ["License-File", "Platform", "Requires", "Provides"]
    requirements = [] if more else ["Requires-Python", "Requires-Dist", "Provides-Extra"]
    assert fields.get_all("Dynamic") == scripts_own + requirements
    built = Parser().parsestr(wheels.info(wheels.only_wheel(folder), "METADATA"))
    assert built.get_all("Dynamic") is None and built["License-File"] == "LICENCE"


URL = "urls = { Source = 'https://example.org' }\n"


@pytest.mark.parametrize(
    ("more", "warnings"),
    [
        (URL + "authors = [{ name = 'A', email = 'a@example.org' }]\n", []),
        (URL + "authors = [{ name = 'A' }]\n", []),
        (URL + "maintainers = [{ email = 'a@example.org' }]\n", []),
        ("authors = [{ name = 'A' }]\n", ["missing required meta-data: url"]),
        (URL, ["missing meta-data: either (author and author_email) or"]),
    ],
)
def test_check_asks_for_no_more_than_the_standard_has(build, more, warnings) -> None:
    _, done = build({"pyproject.toml": HEAD + more + TOOL}, "-q", "check")
    told = [line for line in done.stderr.splitlines() if line]
    assert len(told) == len(warnings)
    assert all(warning in line for warning, line in zip(warnings, told, strict=True)), told


def test_check_of_a_script_is_distutils_but_for_addresses_with_labels(project, run_setup) -> None:
    arguments = (
        "name='x', version='1', author_email='A <a@example.org>', project_urls={'Home': 'https://x.org'}"
    )
    done = run_setup(project({"setup.py": SETUP.format(arguments)}), "-q", "check")
    (told,) = [line for line in done.stderr.splitlines() if line]
    assert "missing meta-data: either (author and author_email) or" in told


def test_what_is_dynamic_and_not_given_is_an_error_where_metadata_are_written(build) -> None:
    text = HEAD + "dynamic = ['dependencies']\n" + TOOL
    files = {"pyproject.toml": text, "setup.py": SETUP.format("")}
    folder, done = build(files, "bdist_wheel", status=1)
    assert "error: pyproject.toml:4: 'project.dynamic' has 'dependencies' in it, but neither" in done.stderr
    assert not list(folder.glob("dist/*"))


def test_a_plain_source_archive_has_the_standards_name_where_that_is_asked_for(build) -> None:
    files = {"pyproject.toml": HEAD.replace('"demo"', '"De.Mo"').replace("1.0", "1.0-RC1") + TOOL}
    folder, _ = build(files, "-q", "sdist", "--formats=tar", "sdist", "--formats=zip", "--standard-name")
    assert [path.name for path in (folder / "dist").iterdir()] == ["de_mo-1.0rc1.zip"]


def test_packages_are_found_by_patterns(tmp_path) -> None:
    files = ["a/__init__.py", "a/b/__init__.py", "a/tests/__init__.py", "c/d/__init__.py", "e.f/__init__.py"]
    write_files(tmp_path, dict.fromkeys(files, ""))
    from oxidist import find_namespace_packages, find_packages

    assert find_packages(tmp_path) == ["a", "a.b", "a.tests"]
    assert find_packages(str(tmp_path), exclude=["*.tests"]) == ["a", "a.b"]
    assert find_packages(where=tmp_path, include=("a",)) == ["a"]
    assert find_namespace_packages(tmp_path) == ["a", "a.b", "a.tests", "c", "c.d"]
    with pytest.raises(TypeError, match="'exclude' must be a list of patterns"):
        find_packages(tmp_path, exclude="tests")
