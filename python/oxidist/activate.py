"""`import oxidist.activate` makes this library the `distutils` of the process, whatever else provides one."""

import importlib.util
import os
import sys
import warnings
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parent.parent / "distutils"


class Finder(MetaPathFinder):
    """Finds `distutils` here before anybody else is asked; its submodules then come from its `__path__`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "distutils":
            return None
        return importlib.util.spec_from_file_location(
            fullname, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
        )


def is_ours(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and FOLDER in Path(file).resolve().parents


def activate() -> None:
    sys.meta_path.insert(0, Finder())
    for name in [name for name in sys.modules if name.partition(".")[0] == "distutils"]:
        if not is_ours(sys.modules[name]):
            del sys.modules[name]
    # setuptools replaces distutils by a copy of its own unless it is told that there is one.
    os.environ["SETUPTOOLS_USE_DISTUTILS"] = "stdlib"
    warnings.filterwarnings("ignore", "Reliance on distutils from stdlib", UserWarning)
    if "setuptools" in sys.modules:
        warnings.warn(
            "setuptools was imported before oxidist.activate, and keeps the distutils that it has",
            stacklevel=3,
        )


activate()
