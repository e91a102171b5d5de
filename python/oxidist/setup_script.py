"""A project's `setup.py`, run as Python runs it; or `setup()` alone, where pyproject.toml says everything."""

import os
import sys

SCRIPT = "setup.py"
CONFIGURATION = "pyproject.toml"


def name() -> str | None:
    """What the project in the current folder is described by; None where there is nothing."""
    return next((file for file in (SCRIPT, CONFIGURATION) if os.path.isfile(file)), None)


def run(args: list[str]) -> None:
    """As `python setup.py ARGS` in the current folder does it: the script is `__main__`."""
    if not os.path.isfile(SCRIPT):
        run_without_script(args)
        return
    sys.argv = [SCRIPT, *args]
    path = os.path.join(os.getcwd(), SCRIPT)
    # What runpy.run_path does, without the modules that it would import for it.
    with open(path, "rb") as script:
        code = compile(script.read(), path, "exec", dont_inherit=True)
    main_module = type(sys)("__main__")
    main_module.__file__ = path
    sys.modules["__main__"] = main_module
    exec(code, vars(main_module))


def run_without_script(args: list[str]) -> None:
    """What `from distutils.core import setup; setup()` does."""
    from distutils import core

    sys.argv = [CONFIGURATION, *args]
    core.setup()
