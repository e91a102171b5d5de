"""Every hook is a seam: what CPython's distutils calls through `self`, or finds in a module, ours calls too.

Scenarios (`seams/scenarios.py`) are run with all hooks overridden, in a subclass, on the class, on the
instance or in the module; under CPython's own distutils, and under ours. The calls that reach the overrides
must be the same ones, in the same order, with the same arguments. Then each hook is overridden alone: a
batch that did not ask whether this one is still ours would pass it by.
"""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import Oracle, clean_environment, write_files
from seams.recorder import COMMANDS, MODULES, OTHERS
from seams.scenarios import FILES, SCENARIOS

RECORDER = Path(__file__).parent / "seams" / "recorder.py"
OWNERS = [*COMMANDS, *OTHERS]
ON_DISTRIBUTION = ("Distribution", "DistributionMetadata")
WAYS = ["subclass", "class", "instance", "distribution instance", "module"]

Hook = tuple[str, str]
Call = tuple[str, str, str]

# What CPython's classes call through `self`, or define to be called, and no scenario can reach.
NOT_REACHED = {
    ("install", "finalize_other"): "only where os.name is not posix",
    ("check", "_check_rst_data"): "only with docutils, which the oracle does not have",
    ("check", "check_restructuredtext"): "only with docutils, which the oracle does not have",
    ("DistributionMetadata", "read_pkg_file"): "only for an object that is made from a PKG-INFO",
    ("FileList", "set_allfiles"): "for scripts: nothing in distutils calls it",
}

# Functions that CPython's modules call, and ours need not.
NO_SEAM = {
    ("dist", "translate_longopt"): "names of options are translated where the table is read",
    ("dist", "fix_help_options"): "its argument is the help text, which is ours",
    ("filelist", "glob_to_re"): "a part of translate_pattern, which is a seam",
    ("util", "spawn"): "byte code is made by interpreters of our own",
    ("util", "execute"): "as spawn",
    ("spawn", "find_executable"): "as spawn",
    ("util", "newer"): "CPython asks in the interpreters that it starts, ours before it starts one",
}

# Calls that are not compared in a scenario.
LISTING = {
    ("Distribution", "get_command_packages"),  # ours lists the commands of command packages too,
    ("Distribution", "get_command_class"),  # and only those that are there,
    ("Distribution", "print_command_list"),
    ("util", "get_platform"),  # while CPython's asks for the platform as it imports them
    ("util", "get_host_platform"),
}
NOT_COMPARED = {
    "help on commands": LISTING,
    "metadata in files": LISTING,
    # With one hook alone, all extensions are asked before the first is compiled.
    "an extension that fails": set(),
    # Called while the other thread calls what is compared.
    "extensions in place, on a thread": {("build_ext", "_filter_build_errors")},
}

# Pure functions: how often and with what they are called matters, when does not.
PURE = {("command.install_data", "convert_path")}


class Recorder:
    """Asks `seams/recorder.py` under one Python; the oracle's answers are kept from run to run."""

    def __init__(
        self, command: list[str], environment: dict[str, str], folder: Path, cache: Path | None
    ) -> None:
        self._command = [*command, "-W", "ignore", str(RECORDER)]
        self._environment = environment
        self._folder = folder
        self._cache = cache
        project = folder / "project"
        if not project.exists():
            write_files(project, FILES)
        self._project = project

    def ask(self, plan: dict[str, Any]) -> Any:
        question = json.dumps(plan, sort_keys=True)
        known = None
        if self._cache is not None:
            sources = RECORDER.read_text() + json.dumps(FILES) + repr(self._command)
            known = self._cache / hashlib.sha256((question + sources).encode()).hexdigest()
            if known.exists():
                return json.loads(known.read_text())
        # A HOME of its own for each process: `install --user` writes there.
        home = self._folder / f"home-{uuid.uuid4().hex}"
        done = subprocess.run(
            self._command,
            input=json.dumps(plan and {**plan, "project": str(self._project)}),
            env={**self._environment, "HOME": str(home), "SEAMS_TMP": str(self._folder)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        if known is not None:
            partial = known.with_name(uuid.uuid4().hex)
            partial.write_text(done.stdout)
            partial.rename(known)
        return json.loads(done.stdout)

    def record(self, rounds: list[tuple[str, str, list[Hook]]]) -> list[list[Call]]:
        """The calls of each round: (scenario, way, hooks)."""
        plan = {
            "scenarios": {name: SCENARIOS[name] for name, _, _ in rounds},
            "rounds": [
                {"scenario": name, "way": way.split()[-1], "hooks": hooks} for name, way, hooks in rounds
            ],
        }
        return [[tuple(call) for call in calls] for calls in self.ask(plan)]


@pytest.fixture(scope="session")
def cpython(
    oracle: Oracle, clean_home: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Recorder:
    environment = clean_environment(clean_home)
    environment.pop("PYTHONPATH", None)
    cache = pytestconfig.cache.mkdir("seams") if pytestconfig.cache else None
    return Recorder([str(oracle.python), "-S"], environment, tmp_path_factory.mktemp("cpython"), cache)


@pytest.fixture(scope="session")
def ours(clean_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    environment = clean_environment(clean_home, OXIDIST_DISTUTILS="1")
    return Recorder([sys.executable], environment, tmp_path_factory.mktemp("ours"), None)


@pytest.fixture(scope="session")
def hooks_for(cpython: Recorder, oracle: Oracle) -> Callable[[str], list[Hook]]:
    """All hooks that there are for one way of overriding, as CPython has them."""
    catalogue = cpython.ask({})

    @cache
    def hooks(way: str) -> list[Hook]:
        if way == "module":
            formats = [("ARCHIVE_FORMATS", name) for name in ("gztar", "tar", "zip")]
            return functions_used(catalogue["modules"], oracle.distutils) + formats
        owners = [
            owner
            for owner in OWNERS
            if "instance" not in way or (owner in ON_DISTRIBUTION) == way.startswith("distribution")
        ]
        return [(owner, name) for owner in owners for name in catalogue["classes"][owner]]

    return hooks


def functions_used(catalogue: dict[str, list[str]], distutils: Path) -> list[Hook]:
    """The public functions that CPython's modules call by their bare name, or as `module.function`."""
    used: set[Hook] = set()
    for module in MODULES:
        for call in calls_in(source(distutils, module)):
            match call.func:
                case ast.Name(id=name) if name in catalogue[module]:
                    used.add((module, name))
                case ast.Attribute(value=ast.Name(id=owner), attr=name) if name in catalogue.get(owner, ()):
                    used.add((owner, name))
    return sorted(hook for hook in used - NO_SEAM.keys() if not hook[1].startswith("_"))


def source(distutils: Path, module: str) -> ast.Module:
    return ast.parse((distutils / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))


def calls_in(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def self_calls(distutils: Path, owner: str) -> set[Hook]:
    """What the class calls through `self`, and the methods that it defines, as its source says."""
    module = OTHERS[owner][0].removeprefix("distutils.") if owner in OTHERS else f"command.{owner}"
    (cls,) = (
        node
        for node in source(distutils, module).body
        if isinstance(node, ast.ClassDef) and node.name == owner
    )
    names = {node.name for node in cls.body if isinstance(node, ast.FunctionDef)}
    for call in calls_in(cls):
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                names.add(name)
    return {(owner, name) for name in names if not name.startswith("__")}


@pytest.fixture(scope="session")
def expected(cpython: Recorder, hooks_for: Callable[[str], list[Hook]]) -> Callable[[str, str], list[Call]]:
    """The calls under CPython's distutils, all hooks of a way overridden in a scenario."""

    @cache
    def calls(way: str, scenario: str) -> list[Call]:
        return cpython.record([(scenario, way, hooks_for(way))])[0]

    return calls


@pytest.mark.parametrize("owner", OWNERS)
def test_the_scenarios_reach_every_hook(
    owner: str, expected: Callable[[str, str], list[Call]], oracle: Oracle
) -> None:
    ways = ["class"]
    reached = {(call[0], call[1]) for way in ways for name in SCENARIOS for call in expected(way, name)}
    missing = self_calls(oracle.distutils, owner) - reached
    assert missing == {hook for hook in NOT_REACHED if hook[0] == owner}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("way", WAYS)
def test_overrides_get_the_calls_that_they_get_in_cpython(
    way: str,
    scenario: str,
    expected: Callable[[str, str], list[Call]],
    hooks_for: Callable[[str], list[Hook]],
    ours: Recorder,
) -> None:
    theirs = list(expected(way, scenario))
    calls = ours.record([(scenario, way, hooks_for(way))])[0]
    if SCENARIOS[scenario].get("cpython_fails"):
        assert theirs.pop()[1] == "raised"
        calls = calls[: len(theirs)]
    assert compared(calls, scenario) == compared(theirs, scenario)


@pytest.mark.parametrize("owner", [*OWNERS, *MODULES, "ARCHIVE_FORMATS"])
def test_a_hook_that_is_overridden_alone_is_called(
    owner: str,
    expected: Callable[[str, str], list[Call]],
    hooks_for: Callable[[str], list[Hook]],
    ours: Recorder,
) -> None:
    ways = ["module"] if owner in MODULES or owner == "ARCHIVE_FORMATS" else WAYS[:-1]
    rounds: list[tuple[str, str, list[Hook]]] = []
    for way in ways:
        reached = {
            name: expected(way, name)
            for name in SCENARIOS
            if name not in NOT_COMPARED and "cpython_fails" not in SCENARIOS[name]
        }
        for hook in hooks_for(way):
            calling = [name for name, calls in reached.items() if hook in {call[:2] for call in calls}]
            if hook[0] == owner and calling:
                # The scenario with the least else in it.
                rounds.append((min(calling, key=lambda name: len(reached[name])), way, [hook]))
    results = ours.record(rounds)
    different = {
        f"{way}: {hooks[0][0]}.{hooks[0][1]} in '{name}'": (listed(calls), listed(theirs))
        for (name, way, hooks), calls in zip(rounds, results, strict=True)
        if listed(calls)
        != listed(theirs := [c for c in expected(way, name) if c[:2] in (hooks[0], ("", "raised"))])
    }
    assert not different, json.dumps(different, indent=1)


def compared(calls: list[Call], scenario: str) -> list[str]:
    left_out = NOT_COMPARED.get(scenario, set())
    pure_last = sorted(calls, key=lambda call: call[:2] in PURE)
    return listed(call for call in pure_last if call[:2] not in left_out)


def listed(calls: Iterable[Call]) -> list[str]:
    return [f"{owner}.{hook}({arguments})" for owner, hook, arguments in calls]
