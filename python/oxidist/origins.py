"""`python -m oxidist --show-origins`: what every option is set to, and what set it."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from distutils.cmd import Command
from distutils.dist import Distribution
from typing import Any

# The variables that stand for an option which nobody gave, by the option's name.
OPTION_VARIABLES = {"parallel": "OXIDIST_JOBS", "launcher": "OXIDIST_LAUNCHER"}

# The other variables that commands obey, and which commands.
COMPILING = ("build", "build_ext", "build_clib", "config", "install", "bdist", "bdist_wheel", "develop")
ARCHIVING = ("sdist", "bdist", "bdist_dumb", "bdist_wheel", "build_py", "install", "install_lib")
VARIABLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("CC", "CXX", "CPP", "CFLAGS", "CXXFLAGS", "CPPFLAGS"), COMPILING),
    **dict.fromkeys(("LDSHARED", "LDCXXSHARED", "LDFLAGS", "AR", "ARFLAGS"), COMPILING),
    **dict.fromkeys(("MACOSX_DEPLOYMENT_TARGET", "ARCHFLAGS", "_PYTHON_HOST_PLATFORM"), COMPILING),
    "SOURCE_DATE_EPOCH": ARCHIVING,
    "OXIDIST_TIMEOUT": ("register", "upload"),
}
FOR_ALL = ("DIST_EXTRA_CONFIG", "DISTUTILS_DEBUG")


def lines(dist: Distribution) -> Iterator[str]:
    """The options of `dist`, then those of its commands, then the environment variables that these obey.

    The commands are those of the command line. Where it has none, they are all that a configuration file or
    the setup script has options for.
    """
    rows = dist.global_options + [("command-packages=", None, "")]
    yield "global"
    for option in attributes(rows, dist.negative_opt):
        if option not in ("help", "no_user_cfg"):
            yield line(option, getattr(dist, option), dist.get_option_origin("global", option))
    names = [str(name) for name in getattr(dist, "commands", None) or known(dist)]
    # All of them as they were given, before one of them makes another one final.
    given = {name: dict(vars(dist.get_command_obj(name))) for name in names}
    for name in names:
        command = dist.get_command_obj(name)
        command.ensure_finalized()
        yield name
        for option in attributes(command.user_options, getattr(command, "negative_opt", {})):
            yield line(option, *value_and_origin(command, option, given[name]))
    variables = [name for name in (*VARIABLES, *FOR_ALL) if counts(name, names)]
    if variables:
        yield "environment"
        yield from (f"  {name} = {shown(os.environ[name])}" for name in variables)


def known(dist: Distribution) -> list[str]:
    return [name for name in dist.command_options if name != "global"]


def attributes(rows: Iterable[Sequence[Any]], opposites: Mapping[str, str]) -> Iterator[str]:
    """The attributes that the rows of an option table set, each once."""
    names = (row[0].rstrip("=") for row in rows)
    yield from dict.fromkeys(opposites.get(name, name).replace("-", "_") for name in names)


def value_and_origin(command: Command, option: str, given: Mapping[str, object]) -> tuple[object, str]:
    """An option's final value, and what set it. `given`: the command's attributes before it was final."""
    value = getattr(command, option, None)
    origin = command.get_option_origin(option)
    if origin != "default":
        return value, origin
    variable = OPTION_VARIABLES.get(option)
    if value is None and variable and os.environ.get(variable):
        return os.environ[variable], f"environment variable {variable}"
    if value == given.get(option):
        return value, origin
    # What set_undefined_options took, and from where.
    lender = getattr(command, "_option_lenders", {}).get(option)
    if lender is not None:
        return value, f"from {lender[0]}.{lender[1]}"
    owner = next(each for each in type(command).__mro__ if "finalize_options" in vars(each))
    return value, f"computed by {owner.__name__}.finalize_options"


def counts(variable: str, commands: Iterable[str]) -> bool:
    """Whether an environment variable is set that one of the commands obeys."""
    obeyed = variable in FOR_ALL or not set(VARIABLES[variable]).isdisjoint(commands)
    return obeyed and variable in os.environ


def line(option: str, value: object, origin: str) -> str:
    return f"  {option} = {shown(value)} ({origin})"


def shown(value: object) -> str:
    """A value as Python writes it, without the passwords of addresses."""
    return re.sub(r"(://[^/\s:@]*:)[^/\s@]+@", r"\1...@", repr(value))
