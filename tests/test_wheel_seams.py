"""Every hook of the commands that make wheels is a seam, as with the commands of `test_seams.py`.

CPython has none of these: what their hooks are called with, and in which order, is written down here. They
are overridden all at once, and each alone: a short way that did not ask whether this one is still ours would
pass it by. What an override does has to be seen in what is made.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import wheels
from conftest import clean_environment, write_files
from seams.scenarios import EVERYTHING, FILES

RECORDER = Path(__file__).parent / "seams" / "wheels.py"
OWNERS = ["bdist_wheel", "dist_info", "egg_info", "editable_wheel", "develop"]
WAYS = ["subclass", "class", "instance"]

# What all commands have from `Command`, and `test_seams.py` is about.
PLUMBING = re.compile(
    r"\w+\.(initialize_options|get_command_name|ensure_\w+|_ensure_\w+|get_finalized_command|set_undefined_options)\("
)

FINALIZE_EGG_INFO = """
    egg_info.finalize_options()
    egg_info.tagged_version()
    egg_info.tags()
    egg_info.tags()
    """
RUN_EGG_INFO = """
    egg_info.run()
    egg_info.mkpath('src/sample.egg-info')
    egg_info.write_file('PKG-INFO', 'src/sample.egg-info/PKG-INFO', ...
    egg_info.write_file('top_level.txt', 'src/sample.egg-info/top_level.txt', ...
    egg_info.write_or_delete_file('zip-safe', 'src/sample.egg-info/zip-safe', ...
    egg_info.write_file('zip-safe', 'src/sample.egg-info/zip-safe', ...
    egg_info.write_or_delete_file('not-zip-safe', 'src/sample.egg-info/not-zip-safe', ...
    egg_info.find_sources()
    egg_info.write_file('sources', 'src/sample.egg-info/SOURCES.txt', ...
    """
FINALIZE_WHEEL = f"""
    bdist_wheel.finalize_options()
    {FINALIZE_EGG_INFO}
    """
# Below the folder in which a wheel is put together.
INFO = "'build/bdist.<platform>/wheel/sample-1.0.dist-info'"
RUN_DIST_INFO = f"""
    dist_info.finalize_options()
    dist_info.run()
    dist_info.run_command('egg_info')
    {RUN_EGG_INFO}
    bdist_wheel.egg2dist('src/sample.egg-info', {INFO})
    """
WRITE_WHEELFILE = f"""
    bdist_wheel.mkpath({INFO})
    bdist_wheel.write_wheelfile({INFO})
    bdist_wheel.get_tag()
    """

# name: the command line, and the calls.
SCENARIOS: dict[str, tuple[list[str], str]] = {
    "a wheel": (
        ["bdist_wheel"],
        f"""
        {FINALIZE_WHEEL}
        bdist_wheel.run()
        bdist_wheel.run_command('build')
        bdist_wheel.reinitialize_command('install', reinit_subcommands=1)
        bdist_wheel.reinitialize_command('install_scripts')
        bdist_wheel.run_command('install')
        bdist_wheel.egg2dist('build/bdist.<platform>/wheel/sample-1.0-py<py>.egg-info', {INFO})
        bdist_wheel.get_tag()
        {WRITE_WHEELFILE}
        bdist_wheel.mkpath('dist')
        """,
    ),
    "metadata": (
        ["dist_info"],
        f"""
        dist_info.finalize_options()
        {FINALIZE_EGG_INFO}
        dist_info.run()
        bdist_wheel.finalize_options()
        dist_info.run_command('egg_info')
        {RUN_EGG_INFO}
        bdist_wheel.egg2dist('src/sample.egg-info', './sample-1.0.dist-info')
        """,
    ),
    "metadata for older tools": (["egg_info"], FINALIZE_EGG_INFO + RUN_EGG_INFO),
    "an editable wheel": (
        ["editable_wheel"],
        f"""
        editable_wheel.finalize_options()
        editable_wheel.run()
        editable_wheel.run_command('build_scripts')
        {FINALIZE_WHEEL}
        {RUN_DIST_INFO}
        bdist_wheel.get_tag()
        {WRITE_WHEELFILE}
        bdist_wheel.mkpath('dist')
        editable_wheel.reinitialize_command('bdist_wheel')
        """,
    ),
    "an installation to develop in": (
        ["develop", "--install-dir=there"],
        f"""
        develop.finalize_options()
        develop.run()
        develop.install_for_development()
        develop.run_command('build_scripts')
        {FINALIZE_WHEEL}
        {RUN_DIST_INFO}
        {WRITE_WHEELFILE}
        develop.reinitialize_command('bdist_wheel')
        """,
    ),
    "its removal": (
        ["develop", "--install-dir=there", "--uninstall"],
        """
        develop.finalize_options()
        develop.run()
        develop.uninstall_link()
        """,
    ),
}

# The short way to the same metadata has no call of these.
ONLY_BESIDE_OTHERS = {
    ("dist_info", "run_command"): "egg_info runs only where it, or egg2dist, is overridden",
    ("bdist_wheel", "mkpath"): "the folder is made only for a write_wheelfile that is overridden",
}

Record = Callable[[list[dict[str, Any]], dict[str, Any]], list[list[list[str]]]]


@pytest.fixture(scope="module")
def record(clean_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The calls of each round, which says scenario, way and hooks."""
    folder = tmp_path_factory.mktemp("rounds")
    project = write_files(folder / "project", FILES)

    def run(rounds: list[dict[str, Any]], more: dict[str, Any]) -> list[list[list[str]]]:
        attributes = {**EVERYTHING, "zip_safe": True}
        scenarios = {
            name: {"arguments": words, "attributes": attributes, **more}
            for name, (words, _) in SCENARIOS.items()
        }
        plan = {"project": str(project), "scenarios": scenarios, "rounds": rounds} if rounds else {}
        home = folder / "home"
        environment = clean_environment(
            clean_home, OXIDIST_DISTUTILS="1", SEAMS_TMP=str(folder), HOME=str(home)
        )
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(RECORDER)],
            input=json.dumps(plan),
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        answer: list[list[list[str]]] = json.loads(done.stdout)
        return answer

    return run


@pytest.fixture(scope="module")
def hooks(record: Record) -> list[tuple[str, str]]:
    catalogue: Any = record([], {})
    return [(owner, name) for owner in OWNERS for name in catalogue["classes"][owner]]


def shown(call: list[str]) -> str:
    text = "{}.{}({})".format(*call)
    return re.sub(r"'build/bdist\.[^/]*/", "'build/bdist.<platform>/", text)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_as_written(call: str, written: str) -> bool:
    return call.startswith(written.removesuffix("...")) if written.endswith("...") else call == written


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("way", WAYS)
def test_overrides_get_the_calls_that_are_written_here(
    record: Record, hooks, way: str, scenario: str
) -> None:
    (calls,) = record([{"scenario": scenario, "way": way, "hooks": hooks}], {})
    found = [call for call in map(shown, calls) if not PLUMBING.match(call)]
    written = lines(SCENARIOS[scenario][1])
    assert len(found) == len(written) and all(map(is_as_written, found, written)), "\n".join(found)


@pytest.mark.parametrize("way", WAYS)
def test_a_hook_that_is_overridden_alone_is_called(record: Record, way: str) -> None:
    rounds, expected = [], []
    for scenario, (_, text) in SCENARIOS.items():
        written = lines(text)
        names = {tuple(line.split("(")[0].split(".")) for line in written} - ONLY_BESIDE_OTHERS.keys()
        for owner, hook in sorted(names):
            rounds.append({"scenario": scenario, "way": way, "hooks": [(owner, hook)]})
            expected.append([line for line in written if line.startswith(f"{owner}.{hook}(")])
    missing = {
        f"{each['scenario']}: {written[0]}": (calls, written)
        for each, calls, written in zip(rounds, record(rounds, {}), expected, strict=True)
        if len(calls) != len(written) or not all(map(is_as_written, map(shown, calls), written))
    }
    assert not missing, json.dumps(missing, indent=1)


OWN = "open(folder + '/own.txt', 'w').close()"

# What makes the project, a command and its hook, the override, and what is to be seen in what was made.
EFFECTS: list[tuple[str, str, str, str, str]] = [
    ("*_wheel", "bdist_wheel", "get_tag", "return ('py9', 'none', 'any')", "-py9-none-any.whl"),
    (
        "*_wheel",
        "bdist_wheel",
        "write_wheelfile",
        f"folder = args[0]; original(self, *args); {OWN}",
        "own.txt",
    ),
    ("*", "bdist_wheel", "egg2dist", f"folder = args[1]; original(self, *args); {OWN}", "own.txt"),
    ("*_wheel", "bdist_wheel", "finalize_options", "original(self); self.build_number = '7'", "-7-"),
    ("*", "dist_info", "run", f"original(self); folder = self.dist_info_dir; {OWN}", "own.txt"),
    ("*", "egg_info", "run", f"original(self); folder = self.egg_info; {OWN}", "own.txt"),
    ("*", "egg_info", "find_sources", f"folder = self.egg_info; {OWN}", "own.txt"),
    ("*", "egg_info", "tagged_version", "return '1.0.post9'", "1.0.post9"),
    ("*", "egg_info", "tags", "return '.post9'", "1.0.post9"),
]
MODULE_EFFECTS = [
    ("safer_name", "lambda name: 'other'", "other-1.0-"),
    ("safer_version", "lambda version: '9.9'", "sample-9.9-"),
    ("python_tag", "lambda: 'py9'", "-py9-none-any.whl"),
]


def made(folder: Path, command: str) -> str:
    """All names of what a command has made, one on a line."""
    if command == "dist_info":
        (info,) = folder.glob("*.dist-info")
        return "\n".join([info.name, *(path.name for path in info.rglob("*"))])
    wheel = wheels.only_wheel(folder)
    return "\n".join([wheel.name, *wheels.contents(wheel)])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: f"{effect[1]}.{effect[2]}")
def test_what_an_override_does_is_seen_in_what_is_made(project, run_setup, effect, way: str) -> None:
    commands, owner, hook, body, seen = effect
    place = {
        "subclass": f"commands['{owner}'] = type('{owner}', (module.{owner},), {{'{hook}': override}})",
        "class": f"module.{owner}.{hook} = override",
        "instance": "",
    }[way]
    setup = f"""
import types
import distutils.command.{owner} as module
import distutils.core

commands = {{}}
original = module.{owner}.{hook}

def override(self, *args):
    {body}

{place}

class Distribution(distutils.core.Distribution):
    def get_command_obj(self, command, create=1):
        known = self.command_obj.get(command)
        found = super().get_command_obj(command, create)
        if "{way}" == "instance" and command == "{owner}" and known is None:
            found.{hook} = types.MethodType(override, found)
        return found

distutils.core.setup(
    name="sample", version="1.0", py_modules=["single"], cmdclass=commands, distclass=Distribution
)
"""
    for command in ("bdist_wheel", "editable_wheel", "dist_info"):
        if commands == "*" or commands == "*_wheel" and command != "dist_info":
            folder = project({"setup.py": setup, "single.py": ""}, command)
            run_setup(folder, command)
            assert seen in made(folder, command), command
            assert not list(folder.glob("*.egg-info"))


@pytest.mark.parametrize(("name", "value", "seen"), MODULE_EFFECTS, ids=[row[0] for row in MODULE_EFFECTS])
@pytest.mark.parametrize("command", ["bdist_wheel", "editable_wheel"])
def test_what_is_replaced_in_the_module_is_seen_in_the_wheel(
    project, run_setup, command: str, name: str, value: str, seen: str
) -> None:
    setup = f"""
        import distutils.command.bdist_wheel as module
        from distutils.core import setup
        module.{name} = {value}
        setup(name="sample", version="1.0", py_modules=["single"])
        """
    folder = project({"setup.py": setup, "single.py": ""})
    run_setup(folder, command)
    assert seen in wheels.only_wheel(folder).name.replace("-0.editable", "")


def test_the_abi_and_the_platform_of_a_wheel_with_extensions_are_asked_of_the_module(
    project, run_setup
) -> None:
    setup = """
        import distutils.command.bdist_wheel as module
        from distutils.core import Extension, setup
        module.get_abi_tag = lambda: "myabi"
        module.get_platform = lambda folder: "myplace_1"
        class mine(module.bdist_wheel):
            def finalize_options(self):
                super().finalize_options()
                self.plat_name = None
        setup(name="sample", version="1.0", py_modules=["single"], cmdclass={"bdist_wheel": mine},
              ext_modules=[Extension("spam", ["spam.c"])])
        """
    folder = project({"setup.py": setup, "single.py": "", "spam.c": "int PyInit_spam;\n"})
    run_setup(folder, "bdist_wheel")
    assert wheels.only_wheel(folder).name.endswith("-myabi-myplace_1.whl")
