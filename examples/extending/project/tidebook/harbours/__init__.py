"""The stations that come with Tidebook."""

import os

_HERE = os.path.dirname(__file__)


def stations():
    """What there is: name of the file to name of the harbour."""
    with open(os.path.join(_HERE, "index.txt"), encoding="utf-8") as index:
        pairs = (line.partition(":") for line in index)
        return {file.strip(): name.strip() for file, _, name in pairs}


def read(name):
    """The fields of the station `name` ("brest")."""
    with open(os.path.join(_HERE, name + ".station"), encoding="utf-8") as lines:
        pairs = (line.partition(":") for line in lines if ":" in line)
        return {field.strip(): value.strip() for field, _, value in pairs}
