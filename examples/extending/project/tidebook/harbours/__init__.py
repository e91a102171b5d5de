"""The stations that come with Tidebook."""

from importlib.resources import files

# Not by `__file__`: of an editable installation the index lies elsewhere than the stations do.
_HERE = files(__name__)


def stations():
    """What there is: name of the file to name of the harbour."""
    with (_HERE / "index.txt").open(encoding="utf-8") as index:
        pairs = (line.partition(":") for line in index)
        return {file.strip(): name.strip() for file, _, name in pairs}


def read(name):
    """The fields of the station `name` ("brest")."""
    with (_HERE / (name + ".station")).open(encoding="utf-8") as lines:
        pairs = (line.partition(":") for line in lines if ":" in line)
        return {field.strip(): value.strip() for field, _, value in pairs}
