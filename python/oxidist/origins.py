"""`python -m oxidist --show-origins`: what every option is set to, and what set it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from distutils.dist import Distribution
from typing import Any


def lines(dist: Distribution) -> Iterator[str]:
    """The options of `dist`, then those of its commands.

    Those are the command line's or, where it has none, all that a configuration file or the setup script
    has options for.
    """
    rows = dist.global_options + [("command-packages=", None, "")]
    opposites = dist.negative_opt
    yield "global"
    for option in attributes(rows, opposites):
        if option not in ("help", "no_user_cfg"):
            yield line(option, getattr(dist, option), dist.get_option_origin("global", option))
    for name in getattr(dist, "commands", None) or known(dist):
        command = dist.get_command_obj(name)
        command.ensure_finalized()
        yield name
        for option in attributes(command.user_options, getattr(command, "negative_opt", {})):
            yield line(option, getattr(command, option, None), command.get_option_origin(option))


def known(dist: Distribution) -> list[str]:
    return [name for name in dist.command_options if name != "global"]


def attributes(rows: Iterable[Sequence[Any]], opposites: Mapping[str, str]) -> Iterator[str]:
    """The attributes that the rows of an option table set, each once."""
    names = (row[0].rstrip("=") for row in rows)
    yield from dict.fromkeys(opposites.get(name, name).replace("-", "_") for name in names)


def line(option: str, value: object, origin: str) -> str:
    return f"  {option} = {value!r} ({origin})"
