"""`import oxidist.activate` makes this library the `distutils` of the process, whatever else provides one.

With OXIDIST_DISTUTILS=1 it is imported at the start of every Python, so it imports little itself.

setuptools brings a distutils of its own, and `_distutils_hack`, which puts that in the place of any other:
at the start of Python, where a .pth file asks it to, and whenever setuptools is imported. While Oxidist is
active that module does neither. SETUPTOOLS_USE_DISTUTILS=stdlib would say the same, but setuptools warns of
it, and child processes inherit it: also those where no distutils is but setuptools'.
"""

import os
import sys

# Where importlib.machinery has it from, whose import would take longer than all else here.
from _frozen_importlib_external import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

# The folder that has both packages.
SITE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

HACK = "_distutils_hack"


class Finder:
    """Finds `distutils` here before anybody else is asked; its submodules then come from its `__path__`."""

    @staticmethod
    def find_spec(
        fullname: str, path: object = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        if fullname == "distutils":
            return PathFinder.find_spec(fullname, [SITE])
        if fullname == HACK:
            return held_back(PathFinder.find_spec(fullname))
        return None


def held_back(spec: "ModuleSpec | None") -> "ModuleSpec | None":
    """`_distutils_hack` as it is found, but for what it must not do."""
    if spec is not None and spec.loader is not None:
        load = spec.loader.exec_module

        def exec_module(module: "ModuleType") -> None:
            load(module)
            hold_back(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
    return spec


def hold_back(hack: "ModuleType") -> None:
    """Let setuptools' `_distutils_hack` leave distutils alone."""
    # Asked by `import setuptools`, which then replaces what is there.
    hack.enabled = lambda: False  # type: ignore[attr-defined]
    # Called by the .pth file, which may come after ours; its finder would stand in front of this one then.
    hack.add_shim = lambda: None  # type: ignore[attr-defined]
    # It may have come before: that finder also drops distutils from `sys.modules` when pip is imported.
    finder = getattr(hack, "DISTUTILS_FINDER", None)
    if finder in sys.meta_path:
        sys.meta_path.remove(finder)


def is_ours(module: "ModuleType") -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and os.path.realpath(file).startswith(os.path.join(SITE, "distutils", ""))


def activate() -> None:
    sys.meta_path.insert(0, Finder)
    if HACK in sys.modules:
        hold_back(sys.modules[HACK])
    for name in [name for name in sys.modules if name.partition(".")[0] == "distutils"]:
        if not is_ours(sys.modules[name]):
            del sys.modules[name]
    if "setuptools" in sys.modules:
        import warnings

        told = "setuptools was imported before oxidist.activate, and keeps the distutils that it has"
        warnings.warn(told, stacklevel=3)


activate()
