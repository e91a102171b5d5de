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
    try:
        with open(path, "rb") as script:
            source = script.read()
    except OSError as error:
        sys.exit(f"error: could not read '{SCRIPT}': {error.strerror}")
    code = compile(source, path, "exec", dont_inherit=True)
    main_module = type(sys)("__main__")
    main_module.__file__ = path
    sys.modules["__main__"] = main_module
    exec(code, vars(main_module))


def nothing_to_build() -> str | None:
    """Why the current folder has no project for this library, in one line; None where it has one."""
    from distutils.errors import DistutilsError

    from oxidist import _core

    if name() is None:
        if os.path.lexists(SCRIPT):
            what = "a folder" if os.path.isdir(SCRIPT) else "no file, or a link that leads to none"
            return f"'{SCRIPT}' in '{os.getcwd()}' is {what}"
        return f"there is neither a setup.py nor a pyproject.toml in '{os.getcwd()}'"
    if not os.path.isfile(SCRIPT):
        try:
            _core.check_describes_a_build()
        except DistutilsError as error:
            return str(error)
    return None


def run_without_script(args: list[str], shown_as: str = CONFIGURATION) -> None:
    """What `from distutils.core import setup; setup()` does; help calls the script `shown_as`."""
    from distutils import core

    sys.argv = [shown_as, *args]
    core.setup()
