"""distutils, the build commands of Python packages and the means to extend them.

A submodule is loaded when it is first used: `import distutils.core` alone gives scripts all the others,
as it always did.
"""

import importlib
import sys
from types import ModuleType

__version__ = sys.version.split()[0]


def __getattr__(name: str) -> ModuleType:
    if not name.startswith("__"):
        try:
            return importlib.import_module(f"{__name__}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{__name__}.{name}":
                raise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
