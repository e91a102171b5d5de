"""The JSON schema of [tool.oxidist]: what the parser takes or refuses by type and name, it does, too."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import clients
import oxidist
import pytest
from conftest import clean_environment
from test_pyproject import HEAD, TOOL, WRONG

ROOT = Path(__file__).resolve().parent.parent

# One of each kind of value that TOML has.
VALUES = [
    '"x"',
    '""',
    "1",
    "1.5",
    "true",
    "1979-05-27",
    "[]",
    '["x"]',
    '["x", 1]',
    '[["x"]]',
    '[["x", "y", "z"]]',
    "[{}]",
    "{}",
    '{ a = "x" }',
    "{ a = 1 }",
    '{ a = ["x"] }',
    "{ a = [1] }",
    "{ a = {} }",
]
# And for options of commands.
OF_OPTIONS = ['"x"', '"Yes"', '"0"', "1", "7", "false", '["x"]', "[1]", "{}"]
IN_FIELDS = [
    '{ attr = "demo.x" }',
    '{ attr = "demo" }',
    "{ attr = 1 }",
    '{ file = "x" }',
    '{ file = ["x"] }',
    "{ file = [1] }",
    '{ file = "x", attr = "demo.x" }',
    '{ file = "x", content-type = "text/markdown" }',
    '{ attr = "demo.x", content-type = "text/markdown" }',
    '{ a = { file = "x" } }',
    '{ a = { attr = "demo.x" } }',
    '{ a = { attr = "demo.x", file = "x" } }',
    "{}",
    '"x"',
]

# What the parser takes as a value of the right type, and others refuse later.
LATER = re.compile(
    "there is no folder|there is no file|cannot be imported|module '.*' has no|finds no package"
    "|is for a field that 'project.dynamic' must have|content type|is neither a key nor a command"
)

PARSER = """
import json, sys
import oxidist.activate
from distutils import core
answers = []
core._setup_stop_after = "config"
for text in json.load(open("texts.json")):
    with open("pyproject.toml", "w", encoding="utf-8") as file:
        file.write(text)
    sys.argv = ["pyproject.toml"]
    try:
        core.setup()
        answers.append(None)
    except SystemExit as end:
        answers.append(str(end.code))
print(json.dumps(answers))
"""

VALIDATORS = """
import json
import fastjsonschema, jsonschema
try:
    import tomllib
except ImportError:
    import tomli as tomllib
schema = json.load(open("schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
one, other = jsonschema.Draft7Validator(schema), fastjsonschema.compile(schema)
def taken(tool):
    try:
        other(tool)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True
answers = []
for text in json.load(open("texts.json")):
    tool = tomllib.loads(text)["tool"]["oxidist"]
    answers.append([one.is_valid(tool), taken(tool)])
print(json.dumps(answers))
"""


# The project's own package.
OWN = """
from distutils.cmd import Command
from distutils.command import build_py as module
class lint(Command):
    user_options = [("level=", None, ""), ("only=", None, ""), ("strict", None, "")]
    boolean_options = ["strict"]
class build_py(module.build_py):
    user_options = [*module.build_py.user_options, ("level=", None, "")]
"""


@pytest.fixture(scope="module")
def schema() -> dict:
    return json.loads(oxidist._core.tool_schema())


@pytest.fixture
def both(tmp_path, clean_home, schema):
    """`both(texts)`: for each, what the parser complains of (or None), and whether the schema takes it."""

    def run(texts: list[str]) -> list[tuple[str | None, bool]]:
        (tmp_path / "demo").mkdir()
        (tmp_path / "demo/__init__.py").write_text(OWN)
        (tmp_path / "texts.json").write_text(json.dumps(texts))
        (tmp_path / "schema.json").write_text(json.dumps(schema))
        (tmp_path / "validators.py").write_text(VALIDATORS)
        environment = clean_environment(clean_home)
        done = subprocess.run(
            [sys.executable, "-c", PARSER], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        complaints = json.loads(done.stdout)
        verdicts = json.loads(clients.run("python", "validators.py", cwd=tmp_path).stdout)
        assert len(complaints) == len(verdicts) == len(texts)
        for text, (one, other) in zip(texts, verdicts, strict=True):
            assert one == other, text
        return [(said, taken) for said, (taken, _) in zip(complaints, verdicts, strict=True)]

    return run


def disagreements(texts: list[str], answers: list[tuple[str | None, bool]]) -> list[str]:
    found = []
    for text, (said, taken) in zip(texts, answers, strict=True):
        by_the_parser = said is None or LATER.search(said) is not None
        if by_the_parser != taken:
            found.append(f"{text}\nthe parser: {said or 'taken'}; the schema: {taken}")
    return found


def tables(schema: dict) -> Iterator[tuple[str, str, list[str]]]:
    """The tables that there are: how one begins, the start of the key's line, and the keys."""
    commands = [name for name in schema["properties"] if name in schema["definitions"]]
    keys = [name for name in schema["properties"] if name not in commands]
    yield "", "", [name for name in keys if name != "packages"]
    yield "[tool.oxidist.packages]\n", "", list(schema["properties"]["packages"]["anyOf"][1]["properties"])
    yield "[tool.oxidist.dynamic]\n", "", list(schema["properties"]["dynamic"]["properties"])
    for name, key in (("extension", "ext-modules"), ("library", "libraries")):
        yield f"[[tool.oxidist.{key}]]\n", "", list(schema["definitions"][name]["properties"])


def generated(schema: dict) -> Iterator[str]:
    for table, start, keys in tables(schema):
        values = [*VALUES, *IN_FIELDS] if "dynamic" in table else VALUES
        needed = {"name": 'name = "x"\n', "sources": 'sources = ["x.c"]\n'} if "[[" in table else {}
        for key in keys:
            others = "".join(line for name, line in needed.items() if name != key)
            head = HEAD + ("[tool.oxidist]\n" if "packages" in table else TOOL)
            yield from (f"{head}{table}{others}{start}{key} = {value}\n" for value in values)
            # A key that is nearly it.
            yield f"{head}{table}{others}{start}{key}s = 1\n"
    yield from (f"{HEAD}[tool.oxidist]\npackages = {value}\n" for value in VALUES)


def test_of_every_key_and_every_type_of_value_both_think_the_same(both, schema) -> None:
    texts = list(generated(schema))
    assert len(texts) > 1000
    answers = both(texts)
    assert disagreements(texts, answers) == []
    assert {said is None for said, _ in answers} == {True, False}


def test_of_every_option_of_every_command_both_think_the_same(both, schema) -> None:
    from distutils.command import __all__ as commands
    from distutils.dist import Distribution

    texts = []
    for command in [*commands, "config", "install_egg_info"]:
        class_ = Distribution().get_command_class(command)
        assert schema["definitions"][command]["description"] == class_.description
        for row in class_.user_options:
            name = row[0].rstrip("=")
            for value in OF_OPTIONS:
                texts.append(f"{HEAD}{TOOL}[tool.oxidist.{command}]\n{name} = {value}\n")
            other = f"[tool.oxidist.{command.replace('_', '-')}]\n{name.replace('-', '_')} = "
            texts += [f"{HEAD}{TOOL}{other}{value}\n" for value in ("true", "{}")]
        texts.append(f"{HEAD}{TOOL}[tool.oxidist.{command}]\nno-such-option = 1\n")
    # The same everywhere, though not every Python has these.
    texts += [
        f"{HEAD}{TOOL}[tool.oxidist.install]\n{option}\n"
        for option in ("user = true", "install-layout = 'deb'")
    ]
    texts.append(f"{HEAD}{TOOL}[tool.oxidist.build_ext]\njobs = 4\n")
    answers = both(texts)
    assert disagreements(texts, answers) == []
    assert answers[-3:] == [(None, True)] * 3


def test_the_schema_is_the_same_for_every_python_and_machine(schema, tmp_path, run_setup) -> None:
    printed = [
        run_setup(tmp_path, script=[*words, "-m", "oxidist", "--print-schema"], env=env).stdout
        for words, env in (([], {}), (["-s"], {}), ([], {"HOME": "/elsewhere"}))
    ]
    assert printed == [oxidist._core.tool_schema()] * len(printed)
    assert str(Path.home()) not in printed[0]


TAKEN = [
    "package-dir = { a = 'lib/./b', '' = 'src' }",
    "package-data = { '' = ['*.dat'], demo = [] }",
    "data-files = { 'share/d' = [] }",
    "ext-modules = [{ name = 'a', sources = ['a.c'], define-macros = ['A', ['B'], ['C', '1']] }]",
    "libraries = [{ name = 'a', sources = [], define-macros = [] }]",
    "command-packages = ['one.two']",
    "dynamic = {}",
    # Somebody's own command, and options that only a class of the project's own has.
    "cmdclass = { lint = 'demo:lint' }\nlint = { level = 3, only = ['x'], strict = true }",
    "cmdclass = { build_py = 'demo:build_py' }\nbuild_py = { level = 3 }",
    # Nobody can run it here; but elsewhere it may be wanted.
    "bdist_msi = { install-script = 'x', skip-build = true }",
    "bdist-wheel = { build-number = 7, py_limited-api = 'cp310' }",
    "build = { force = 'On', parallel = 2, executable = '/usr/bin/python3' }",
]
REFUSED = [
    "package-dir = { a = '../b' }",
    "package-dir = { a = '/b' }",
    "package-dir = { a = 'b/..' }",
    "packages = { where = '..' }",
    "package_data = { demo = ['*'] }",
    "py_modules = ['x']",
    "cmdclass = { x = 'demo' }",
    "cmdclass = { x = 'demo:a:b' }",
    "cmdclass = { x = 'demo: a' }",
    "cmdclass = { x = ':a' }",
    "ext-modules = [{ name = 'a' }]",
    "ext-modules = [{ sources = [] }]",
    "ext-modules = { name = 'a', sources = [] }",
    "ext-modules = [{ name = 'a', sources = [], define-macros = [['A', '1', '2']] }]",
    "ext-modules = [{ name = 'a', sources = [], define-macros = [[]] }]",
    "libraries = [{ name = 'a', sources = [], depends = [] }]",
    "bdist_msi = { nosuch = 1 }",
    "bdist_msi = { skip-build = 'perhaps' }",
    "cmdclass = { build_py = 'demo:build_py' }\nbuild = { level = 3 }",
    "build = { force = ['x'] }",
    "build = { force = 'maybe' }",
    "build = { force = 2 }",
    "build_py = { no-compile = 'maybe' }",
    "build = 'x'",
    "anything = 3",
]


def test_what_is_taken_and_what_is_refused(both) -> None:
    def text(table: str) -> str:
        return HEAD + ("[tool.oxidist]\n" if table.startswith("packages") else TOOL) + table + "\n"

    texts = [text(table) for table in TAKEN + REFUSED]
    answers = both(texts)
    assert disagreements(texts, answers) == []
    verdicts = {table: taken for table, (_, taken) in zip(TAKEN + REFUSED, answers, strict=True)}
    assert verdicts == {**dict.fromkeys(TAKEN, True), **dict.fromkeys(REFUSED, False)}


def test_of_mistakes_that_are_told_with_their_lines_both_think_the_same(both) -> None:
    texts = [text for text, _ in WRONG if "[tool.oxidist" in text and "x = \n" not in text]
    # What is wrong in [project] is not for this schema.
    texts = [HEAD + text[text.index("[tool.oxidist") :] for text in texts]
    answers = both(texts)
    assert disagreements(texts, answers) == []
    assert sum(not taken for _, taken in answers) >= 8


def every_key(table: object, path: str = "") -> Iterator[tuple[str, dict]]:
    if isinstance(table, dict):
        for name, value in table.get("properties", {}).items():
            if isinstance(value, dict):
                yield f"{path}.{name}", value
        for name, value in table.items():
            yield from every_key(value, f"{path}.{name}")


def test_every_key_says_what_it_is_for(schema) -> None:
    for path, value in every_key({name: part for name, part in schema.items() if name != "allOf"}):
        reference = value.get("$ref", "").removeprefix("#/definitions/")
        told = schema["definitions"][reference] if reference else value
        inner = path.endswith((".attr", ".file", ".content-type"))
        assert inner or told.get("description"), path


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["docs/pyproject.md", "docs/extending.md", "README.md"])
def test_what_the_pages_show_is_right(tmp_path, page) -> None:
    (tmp_path / "schema.json").write_text(oxidist._core.tool_schema(), encoding="utf-8")
    for number, text in enumerate(blocks(ROOT / page)):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, encoding="utf-8")
        clients.run("validate-pyproject", "--tool", "oxidist=schema.json", path, cwd=tmp_path)


def test_validate_pyproject_takes_the_schema_as_a_file_and_as_a_plugin(tmp_path, run_setup) -> None:
    printed = run_setup(tmp_path, script=["-m", "oxidist", "--print-schema"]).stdout
    (tmp_path / "schema.json").write_text(printed, encoding="utf-8")
    right, wrong = tmp_path / "right.toml", tmp_path / "wrong.toml"
    right.write_text(HEAD + TOOL + "[tool.oxidist.build_ext]\njobs = 4\n")
    wrong.write_text(HEAD + TOOL + "[tool.oxidist.build_ext]\njbos = 4\n")
    # As it is installed.
    linked = tmp_path / "linked"
    (linked / "oxidist-1.dist-info").mkdir(parents=True)
    (linked / "oxidist").symlink_to(Path(oxidist.__file__).parent)
    (linked / "oxidist-1.dist-info/METADATA").write_text("Name: oxidist\nVersion: 1\n")
    own = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (group,) = re.findall(r'^\[project\.entry-points\."(.*)"\]\n(.*)\n', own, re.MULTILINE)
    points = f"[{group[0]}]\n{group[1].replace(chr(34), '')}\n"
    (linked / "oxidist-1.dist-info/entry_points.txt").write_text(points)
    for words, env in (
        (["--tool", "oxidist=schema.json"], {}),
        ([], {"PYTHONPATH": str(linked)}),
    ):
        clients.run("validate-pyproject", *words, right, cwd=tmp_path, env=env)
        done = clients.run("validate-pyproject", *words, wrong, cwd=tmp_path, env=env, status=1)
        assert "tool.oxidist.build_ext" in done.stdout + done.stderr
    clients.run("validate-pyproject", wrong, cwd=tmp_path)
