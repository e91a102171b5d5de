"""Prints, as JSON, the interface of the `distutils` that this Python imports: names, parameters, tables.

`python -S -W ignore tests/surface/describe.py > tests/surface/cpython-3.10.json`, run by a 3.10 with nothing
else in front of its distutils, makes the data that `test_surface.py` compares with. No texts are in it (of
help texts and descriptions only that they are there), and nothing that is the standard library's. With such a
file as its argument it looks for what the file has, however a module provides it.

`later.json` is of the copy in a setuptools: made by a current Python with PYTHONPATH set to that one's folder
`_vendor`, and to another folder, in which `distutils` is a link to its `_distutils`.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import sys
import types

# Test packages are no part of the interface.
LEFT_OUT = ("distutils.tests", "distutils.command.wininst")

# What modules for Windows import, for machines that have none of it.
STAND_INS = {
    "winreg": {},
    "msilib": dict.fromkeys(("schema", "sequence", "text", "Directory", "Feature", "Dialog", "add_data")),
}

KINDS = ("functions", "classes", "names", "modules")

Facts = dict[str, object]


def stand_in() -> None:
    for name, contents in STAND_INS.items():
        try:
            importlib.import_module(name)
        except ImportError:
            module = sys.modules[name] = types.ModuleType(name)
            vars(module).update(contents)
            if name == "winreg":
                module.__getattr__ = lambda attribute: attribute  # type: ignore[method-assign]
            else:
                vars(module)["Dialog"] = object
    if "MSC v." not in sys.version:
        # What a compiler class for Windows tells its own version by.
        sys.version += " [MSC v.1929 64 bit (AMD64)]"


def parameters(function: object) -> list[str] | None:
    """`["self", "name", "value=None", "*args"]`; None where Python itself cannot tell."""
    try:
        signature = inspect.signature(function)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    words = []
    for each in signature.parameters.values():
        stars = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        default = "" if each.default is each.empty else f"={shown(each.default)}"
        words.append(f"{stars}{each.name}{default}")
    return words


def shown(value: object) -> str:
    """A value, the same wherever it is made. 0 and False, 1 and True are the same default."""
    if isinstance(value, bool):
        value = int(value)
    if value is None or isinstance(value, (str, int, float, list, tuple, dict)):
        return repr(value)
    name = getattr(value, "__name__", type(value).__name__)
    return f"<{name}>"


def table(name: str, value: object) -> object:
    """An attribute of a class without what is text for people; functions by their names."""
    if name in ("description", "common_usage") or name.startswith("_"):
        return type(value).__name__
    if name.startswith("format_command") and isinstance(value, dict):
        return {format: entry[0] for format, entry in value.items()}
    if name in ("user_options", "global_options", "display_options"):
        return [row[:2] for row in value]  # type: ignore[attr-defined]
    if name == "help_options":
        return [[row[0], row[1], row[3].__name__] for row in value]  # type: ignore[attr-defined]
    return plain(value)


def plain(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    name = getattr(value, "__name__", None)
    return f"<{name or type(value).__name__}>"


def of_class(cls: type, asked: Facts) -> Facts:
    """What the class itself defines, or, where that is asked for, has from its bases."""
    methods: dict[str, object] = {}
    attributes: dict[str, object] = {}
    names = {*vars(cls), *asked.get("methods", ()), *asked.get("attributes", ())}  # type: ignore[misc]
    for name in sorted(names):
        if not hasattr(cls, name) or name.startswith("__") and name not in ("__init__", "__call__"):
            continue
        value = inspect.getattr_static(cls, name)
        function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
        if isinstance(value, (property, types.GetSetDescriptorType, types.MemberDescriptorType)):
            attributes[name] = "property"
        elif isinstance(value, type):
            attributes[name] = "class"
        elif callable(function) or callable(getattr(cls, name)):
            methods[name] = parameters(function)
        else:
            attributes[name] = table(name, value)
    bases = [f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__[1:-1]]
    facts = {"bases": bases, "methods": methods, "attributes": attributes}
    return {name: fact for name, fact in facts.items() if fact}


def home_of(value: object) -> str:
    """The module that a value is from. What has none is data, and the module's own."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    home = getattr(value, "__module__", None)
    return home if isinstance(home, str) else "distutils"


def of_module(module: types.ModuleType, asked: Facts) -> Facts:
    functions: dict[str, object] = {}
    classes: dict[str, object] = {}
    names, modules = [], []
    wanted = {name for kind in KINDS for name in asked.get(kind, ())}  # type: ignore[attr-defined]
    for name in sorted({*vars(module), *wanted}):
        if name.startswith("__") or not hasattr(module, name):
            continue
        value = getattr(module, name)
        own = getattr(value, "__module__", None) == module.__name__
        known_classes: dict[str, Facts] = asked.get("classes", {})  # type: ignore[assignment]
        if isinstance(value, type) and (own or name in known_classes):
            classes[name] = of_class(value, known_classes.get(name, {}))
        elif callable(value) and (own or name in asked.get("functions", ())):  # type: ignore[operator]
            functions[name] = parameters(value)
        elif home_of(value).startswith("distutils"):
            (modules if isinstance(value, types.ModuleType) else names).append(name)
    facts = {"functions": functions, "classes": classes, "names": names, "modules": modules}
    return {name: fact for name, fact in facts.items() if fact}


def main() -> None:
    stand_in()
    import distutils

    asked: dict[str, Facts] = {}
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            asked = json.load(file)
    surface: dict[str, Facts] = {}
    found = pkgutil.walk_packages(distutils.__path__, "distutils.", onerror=lambda name: None)
    for name in sorted({"distutils", *(each.name for each in found), *asked}):
        if name.startswith(LEFT_OUT) or ".tests" in name:
            continue
        try:
            surface[name] = of_module(importlib.import_module(name), asked.get(name, {}))
        except Exception as error:
            surface[name] = {"error": f"{type(error).__name__}: {error}"}
    lines = (f'"{name}": {json.dumps(facts, sort_keys=True)}' for name, facts in surface.items())
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main()
