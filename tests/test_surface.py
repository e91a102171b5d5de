"""All names, parameters, defaults and option tables of CPython's distutils are there, and of later copies.

`surface/*.json` is what CPython 3.10's and 3.11's distutils and that of a current setuptools have
(`surface/describe.py` wrote them down). Where this machine has such a Python, they are held against it.
"""

from __future__ import annotations

import ast
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import interpreters
import pytest
from conftest import clean_environment

FOLDER = Path(__file__).parent / "surface"
DESCRIBE = FOLDER / "describe.py"
REFERENCES = ("cpython-3.10", "cpython-3.11", "later")

# The measuring tool and the lists of names that the project was planned with, where they lie beside it.
SHARED = [parent / "shared" for parent in DESCRIBE.parents[2:5] if (parent / "shared" / "reference").is_dir()]

KINDS = ("names", "modules", "functions", "classes")

AS_IN_3_10 = "as in CPython 3.10, where the two differ"
SIGNATURE = "has `dry_run`, as in CPython 3.10"

# What is not as it is there, and why. `docs/compatibility.md` has this list, too.
EXCEPTIONS = {
    "distutils:_DEPRECATION_MESSAGE": "nothing is deprecated here",
    "distutils:tests": "CPython's own tests",
    "distutils.command.build_py:build_py_2to3 bases": "has the methods of Mixin2to3 itself",
    "distutils.command.build_scripts:build_scripts_2to3 bases": "as build_py_2to3",
}
IN_3_11 = {
    "distutils.command.bdist:bdist.format_commands": "3.10's has msi",
    "distutils.command.bdist:bdist.format_command": "3.10's has msi",
}
LATER = {
    "distutils._modified:newer_pairwise()": "None is whatever the module has for `newer` when it is called",
    "distutils.archive_util:make_archive()": SIGNATURE,
    "distutils.archive_util:make_tarball()": SIGNATURE,
    "distutils.spawn:spawn()": SIGNATURE,
    "distutils.util:byte_compile()": SIGNATURE,
    "distutils.cmd:Command.announce()": AS_IN_3_10,
    "distutils.cmd:Command.user_options": "3.10 tells a command that has no table; there it has an empty one",
    "distutils.command.bdist:bdist.format_command": "has msi, as in CPython 3.10",
    "distutils.command.bdist:bdist.format_commands": "a list, as in CPython 3.10",
    "distutils.command.install:install.boolean_options": "`--user` only where Python has a folder for it",
    "distutils.command.install:install.user_options": "`--user` only where Python has a folder for it",
    "distutils.dist:Distribution.announce()": AS_IN_3_10,
    "distutils.dist:Distribution.global_options": "has `--dry-run`, as in CPython 3.10",
    "distutils.extension:Extension.language": "an attribute of each extension",
    "distutils.extension:Extension.optional": "an attribute of each extension",
    "distutils.log:Log bases": "3.10's own class, with the methods of `logging.Logger`",
    "distutils.log:Log.threshold": "an attribute of each log",
}
EXPECTED = {"cpython-3.10": EXCEPTIONS, "cpython-3.11": EXCEPTIONS | IN_3_11, "later": LATER}

# Rows that distutils' own tables do not have: options and formats. (Debian's Pythons have the last one.)
MORE_ROWS = {"launcher=", "standard-name", "wheel", "install-layout="}

# Sub-commands whose predicate has no name of its own there.
NAMELESS = "<<lambda>>"


def described(python: str | Path, environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [python, "-S", "-W", "ignore", DESCRIBE, *arguments], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def reference(name: str) -> dict[str, Any]:
    """What the distutils of that name has; of the later one only what is public."""
    facts: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if name == "later":
        for module in facts.values():
            module.pop("modules", None)
            for kind in module:
                public = [name for name in module[kind] if not name.startswith("_")]
                module[kind] = {each: module[kind][each] for each in public} if kind != "names" else public
            for cls in module.get("classes", {}).values():
                for kind in ("methods", "attributes"):
                    members = cls.get(kind, {}).items()
                    cls[kind] = {name: value for name, value in members if not name.startswith("_")}
    return facts


@cache
def ours(name: str, home: Path) -> dict[str, Any]:
    """What this library has of it, in this Python, with `-S` as the references were made."""
    from twins import LIBRARY

    environment = clean_environment(home, PYTHONPATH=str(LIBRARY))
    return described(sys.executable, environment, str(FOLDER / f"{name}.json"))


def differences(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for module, facts in wanted.items():
        if module not in found or "error" in found[module]:
            yield module, str(found.get(module, "missing"))
            continue
        have = found[module]
        names = {name for kind in KINDS for name in have.get(kind, ())}
        for kind in KINDS:
            for name in facts.get(kind, ()):
                if name not in names:
                    yield f"{module}:{name}", "missing"
        for name, parameters in facts.get("functions", {}).items():
            if name in names and not fits(parameters, have.get("functions", {}).get(name)):
                yield f"{module}:{name}()", f"{have['functions'].get(name)}, wanted {parameters}"
        for name, cls in facts.get("classes", {}).items():
            if name in have.get("classes", {}):
                for item, text in class_differences(cls, have["classes"][name]):
                    yield f"{module}:{name}{item}", text


def class_differences(wanted: dict[str, Any], have: dict[str, Any]) -> Iterator[tuple[str, str]]:
    missing = {base for base in wanted.get("bases", ()) if base not in have.get("bases", ())}
    if missing:
        yield " bases", f"not derived from {missing}"
    members = {**have.get("methods", {}), **have.get("attributes", {})}
    for name, parameters in wanted.get("methods", {}).items():
        if name not in members:
            yield f".{name}", "missing"
        elif name != "__init__" and not fits(parameters, members[name]):
            yield f".{name}()", f"{members[name]}, wanted {parameters}"
    for name, value in wanted.get("attributes", {}).items():
        if name not in members:
            yield f".{name}", "missing"
        elif not same_value(value, members[name]):
            yield f".{name}", f"{members[name]}, wanted {value}"


def fits(wanted: list[str] | None, have: list[str] | None) -> bool:
    """The parameters by their names, in their order, with their defaults; more may follow that have one."""
    if wanted is None:
        return True
    if not isinstance(have, list) or have[: len(wanted)] != wanted:
        return False
    return all("=" in word or word.startswith("*") for word in have[len(wanted) :])


def same_value(wanted: Any, have: Any) -> bool:
    if isinstance(wanted, list) and isinstance(have, list):
        rows = [row for row in have if (row[0] if isinstance(row, list) else row) not in MORE_ROWS]
        return len(rows) == len(wanted) and all(map(same_row, wanted, rows))
    if isinstance(wanted, dict) and isinstance(have, dict):
        have = {name: value for name, value in have.items() if name not in MORE_ROWS}
    # A regular expression, a class or a function of theirs: ours is another, and is there.
    return wanted == have or isinstance(wanted, str) and wanted.startswith("<") and have is not None


def same_row(wanted: Any, have: Any) -> bool:
    if isinstance(wanted, list) and isinstance(have, list):
        return len(wanted) == len(have) and all(map(same_row, wanted, have))
    return wanted in (have, NAMELESS)


@pytest.mark.parametrize("name", REFERENCES)
def test_every_name_parameter_default_and_option_is_there(name: str, clean_home: Path) -> None:
    found = dict(differences(reference(name), ours(name, clean_home)))
    unexpected = {item: text for item, text in found.items() if item not in EXPECTED[name]}
    assert unexpected == {}
    assert len(reference(name)) > 40


def test_no_exception_is_without_need(clean_home: Path) -> None:
    found = {item for name in REFERENCES for item, _ in differences(reference(name), ours(name, clean_home))}
    assert found == {item for name in REFERENCES for item in EXPECTED[name]}


WITH_DISTUTILS = [each for each in interpreters.found() if each.distutils and not each.patched]


@pytest.mark.parametrize("interpreter", WITH_DISTUTILS, ids=lambda each: each.name)
def test_the_data_is_what_cpythons_distutils_has(
    interpreter: interpreters.Interpreter, clean_home: Path
) -> None:
    environment = clean_environment(clean_home)
    environment.pop("PYTHONPATH", None)
    name = "cpython-{}.{}".format(*interpreter.version[:2])
    assert described(interpreter.path, environment) == reference(name)


SAMPLES: dict[str, dict[str, Any]] = {
    "distutils.extension:Extension": {"name": "a", "sources": ["a.c"]},
    "distutils.text_file:TextFile": {"filename": __file__},
    "distutils.versionpredicate:VersionPredicate": {"versionPredicateStr": "a (>1.0)"},
    "distutils.version:StrictVersion": {"vstring": "1.2"},
    "distutils.version:LooseVersion": {"vstring": "1.2"},
    "distutils.version:Version": {},
}
CONSTRUCTED = [
    "distutils.bcppcompiler:BCPPCompiler",
    "distutils.unixccompiler:UnixCCompiler",
    "distutils._msvccompiler:MSVCCompiler",
    "distutils.dist:Distribution",
    "distutils.dist:DistributionMetadata",
    "distutils.fancy_getopt:FancyGetopt",
    "distutils.fancy_getopt:OptionDummy",
    "distutils.filelist:FileList",
    "distutils.log:Log",
    *SAMPLES,
]


@pytest.mark.parametrize("item", CONSTRUCTED)
def test_a_class_takes_its_arguments_by_name_and_no_others(item: str, distutils) -> None:
    module, _, name = item.partition(":")
    wanted = reference("cpython-3.10")[module]["classes"][name]["methods"].get("__init__", [])
    arguments: dict[str, Any] = {word: None for word in wanted[1:] if "=" not in word and "*" not in word}
    takes_any = any(word.startswith("**") for word in wanted)
    for word in wanted[1:]:
        parameter, _, default = word.partition("=")
        if not word.startswith("*") and default:
            arguments[parameter] = ast.literal_eval(default)
    arguments.update(SAMPLES.get(item, {}))
    cls = getattr(importlib.import_module(module), name)
    cls(**arguments)
    cls(*arguments.values())
    if not takes_any:
        with pytest.raises(TypeError):
            cls(**arguments, nonsense=1)


@pytest.mark.skipif(
    not SHARED, reason="the lists of names that the project was planned with are not beside it"
)
@pytest.mark.parametrize("name", ["api-cpython-3.10", "api-cpython-3.11"])
def test_the_measuring_tool_finds_all_of_it(name: str, clean_home: Path) -> None:
    from twins import LIBRARY

    (shared, *_) = SHARED
    done = subprocess.run(
        [
            *(sys.executable, "-S", "-W", "ignore", shared / "tools/surface.py"),
            *("compare", shared / f"reference/{name}.json", "--list"),
        ],
        env=clean_environment(clean_home, PYTHONPATH=str(LIBRARY)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
