"""`import oxidist.activate` makes this library the `distutils` of the process, whatever else provides one.

With OXIDIST_DISTUTILS=1 it is imported at the start of every Python, so it imports little itself.
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


class Finder:
    """Finds `distutils` here before anybody else is asked; its submodules then come from its `__path__`."""

    @staticmethod
    def find_spec(
        fullname: str, path: object = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        if fullname == "setuptools":
            # What it is told below makes it warn. (Here, because a filter takes long to make.)
            import warnings

            warnings.filterwarnings("ignore", "Reliance on distutils from stdlib", UserWarning)
        return PathFinder.find_spec(fullname, [SITE]) if fullname == "distutils" else None


def is_ours(module: "ModuleType") -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and os.path.realpath(file).startswith(os.path.join(SITE, "distutils", ""))


def activate() -> None:
    sys.meta_path.insert(0, Finder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "distutils"]:
        if not is_ours(sys.modules[name]):
            del sys.modules[name]
    # setuptools replaces distutils by a copy of its own unless it is told that there is one.
    os.environ["SETUPTOOLS_USE_DISTUTILS"] = "stdlib"
    if "setuptools" in sys.modules:
        import warnings

        told = "setuptools was imported before oxidist.activate, and keeps the distutils that it has"
        warnings.warn(told, stacklevel=3)


activate()
