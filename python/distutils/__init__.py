"""distutils, the build commands of Python packages and the means to extend them.

A submodule is loaded when it is first used: `import distutils.core` alone gives scripts all the others,
as it always did.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

__version__ = sys.version.split()[0]


def __getattr__(name: str) -> "ModuleType":
    if not name.startswith("__"):
        submodule = f"{__name__}.{name}"
        try:
            # What importlib.import_module does: to import that as well takes longer than all else here.
            __import__(submodule)
            return sys.modules[submodule]
        except ModuleNotFoundError as error:
            if error.name != submodule:
                raise
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
