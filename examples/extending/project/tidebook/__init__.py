"""Tide tables for small harbours."""

from string import Template

from tidebook.harbours import read, stations

__version__ = "1.2"


def table(name):
    """The table of one station, as text."""
    import os

    path = os.path.join(os.path.dirname(__file__), "templates", "table.txt")
    with open(path, encoding="utf-8") as template:
        return Template(template.read()).substitute(read(name))


__all__ = ["read", "stations", "table"]
