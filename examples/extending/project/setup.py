"""Tidebook's setup script: it needs distutils and nothing else."""

import fnmatch
import os
from distutils.command.build import build as _build
from distutils.command.build_py import build_py as _build_py
from distutils.command.sdist import sdist as _sdist
from distutils.core import Command, setup
from distutils.errors import DistutilsOptionError, DistutilsSetupError


class build_py(_build_py):
    """Takes station and sounding files into the packages, next to the modules that read them."""

    user_options = _build_py.user_options + [
        ("data-kinds=", None, "patterns of the files to take along, comma separated"),
    ]

    def initialize_options(self):
        super().initialize_options()
        self.data_kinds = None

    def finalize_options(self):
        if self.data_kinds is None:
            self.data_kinds = "*.station,*.sounding"
        self.ensure_string_list("data_kinds")
        # Last, because it collects the data files.
        super().finalize_options()

    def find_data_files(self, package, src_dir):
        found = super().find_data_files(package, src_dir)
        names = sorted(os.listdir(src_dir)) if os.path.isdir(src_dir) else []
        for kind in self.data_kinds:
            for name in fnmatch.filter(names, kind):
                path = os.path.join(src_dir, name)
                if path not in found:
                    found.append(path)
        return found

    def get_outputs(self, include_bytecode=1):
        # What build_index adds to the package is installed with it, so it belongs into the record.
        outputs = super().get_outputs(include_bytecode)
        if "build_index" in self.get_finalized_command("build").get_sub_commands():
            outputs.append(self.get_finalized_command("build_index").index_file)
        return outputs


class build(_build):
    """Ends with an index of the stations, in projects that have stations."""

    def has_stations(self):
        return bool(station_files(self))

    sub_commands = _build.sub_commands + [("build_index", has_stations)]


class build_index(Command):
    """Writes the list of all stations, so that Tidebook need not open every file at start."""

    description = "write the index of the tide stations"
    user_options = [
        ("build-lib=", "d", "directory that holds the built packages"),
        ("force", "f", "write the index even if it is up to date"),
    ]
    boolean_options = ["force"]

    def initialize_options(self):
        self.build_lib = None
        self.force = None

    def finalize_options(self):
        self.set_undefined_options("build", ("build_lib", "build_lib"), ("force", "force"))
        self.index_file = os.path.join(self.build_lib, "tidebook", "harbours", "index.txt")

    def run(self):
        stations = station_files(self)
        self.make_file(stations, self.index_file, self.write_index, (stations,))

    def write_index(self, stations):
        self.mkpath(os.path.dirname(self.index_file))
        with open(self.index_file, "w", encoding="utf-8") as index:
            for path in stations:
                index.write(f"{os.path.basename(path)}: {read_station(path)['name']}\n")


class check_stations(Command):
    """Looks through every station file for what Tidebook cannot do without."""

    description = "check that every station file has a name, a position and a mean range"
    user_options = [("strict", "s", "stop at a station without a chart datum, too")]
    boolean_options = ["strict"]

    def initialize_options(self):
        self.strict = False

    def finalize_options(self):
        if self.strict not in (0, 1):
            raise DistutilsOptionError("'strict' is a switch: it is on or off")

    def run(self):
        for path in station_files(self):
            station = read_station(path)
            wanted = ["name", "position", "range"] + (["datum"] if self.strict else [])
            for field in wanted:
                if not station.get(field):
                    raise DistutilsSetupError(f"{path}: no {field}")
            self.announce(f"{path} is complete", level=2)


class sdist(_sdist):
    """Publishes no station file that has not been checked."""

    def has_stations(self):
        return bool(station_files(self))

    sub_commands = _sdist.sub_commands + [("check_stations", has_stations)]


def station_files(command):
    """The station files of all packages, in the order of their names."""
    build_py = command.get_finalized_command("build_py")
    folders = [build_py.get_package_dir(package) for package in build_py.packages or ()]
    return sorted(
        os.path.join(folder, name)
        for folder in folders
        if os.path.isdir(folder)
        for name in fnmatch.filter(os.listdir(folder), "*.station")
    )


def read_station(path):
    """The `field: value` lines of a station file."""
    with open(path, encoding="utf-8") as lines:
        pairs = (line.partition(":") for line in lines if ":" in line)
        return {field.strip(): value.strip() for field, _, value in pairs}


if __name__ == "__main__":
    setup(
        name="tidebook",
        version="1.2",
        description="Tide tables for small harbours",
        long_description="Tidebook reads station files and prints when the water will be high.",
        author="The Tidebook crew",
        author_email="crew@tidebook.example",
        url="https://tidebook.example/",
        license="MIT",
        packages=["tidebook", "tidebook.harbours"],
        package_data={"tidebook": ["templates/*.txt"]},
        scripts=["scripts/tidebook"],
        data_files=[("etc/tidebook", ["etc/tidebook.conf"]), ("share/doc/tidebook", ["doc/stations.txt"])],
        cmdclass={
            "build": build,
            "build_py": build_py,
            "build_index": build_index,
            "check_stations": check_stations,
            "sdist": sdist,
        },
    )
