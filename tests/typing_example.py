"""A setup script with types: checked, never run, against the installed package.

Each `type: ignore` stands for a mistake that must be found: an unused one is an error.
"""

import os
import sys
from collections.abc import Callable
from distutils import log
from distutils.cmd import Command
from distutils.command.build import build
from distutils.command.build_py import build_py
from distutils.command.sdist import sdist
from distutils.core import Distribution, Extension, setup
from distutils.errors import DistutilsOptionError
from distutils.util import convert_path
from pathlib import Path
from typing import Any, ClassVar


class build_tables(build_py):
    """A command in the place of another one, with an option more."""

    user_options = [*build_py.user_options, ("tables=", "t", "folder of the tables")]
    boolean_options = [*build_py.boolean_options, "sorted"]

    def initialize_options(self) -> None:
        super().initialize_options()
        self.tables: str | None = None
        self.sorted = 0

    def run(self) -> None:
        super().run()
        source = self.get_package_dir("tables")
        for name in self.get_outputs(include_bytecode=0):
            log.info("%s from %s", name, source)
        self.copy_file(Path(source, "all.csv"), os.path.join(self.build_lib, "all.csv"))
        self.mkpath(self.build_lib, mode="0o755")  # type: ignore[arg-type]

    def get_source_files(self) -> list[str]:
        return [*super().get_source_files(), "tables/all.csv"]


class check_tables(Command):
    """A command of its own."""

    description = "check the tables"
    user_options: ClassVar[list[Any]] = [("strict", "s", "end with an error where one is wrong")]
    boolean_options = ["strict"]

    def initialize_options(self) -> None:
        self.strict = 0
        self.build_lib: str | None = None

    def finalize_options(self) -> None:
        self.set_undefined_options("build", ("build_lib", "build_lib"))
        if self.build_lib is None:
            raise DistutilsOptionError("no folder")

    def run(self) -> None:
        self.run_command("build_py")
        tables = self.get_finalized_command("build_py")
        name: str = self.distribution.get_name()
        self.announce(f"{name}: {tables.get_outputs()}", level=log.INFO)
        self.spawn(["tables", "--check", convert_path("tables/all.csv")])
        self.anounce("done")  # type: ignore[attr-defined]


def has_tables(command: build) -> bool:
    return bool(command.distribution.has_pure_modules())


class build_all(build):
    sub_commands = [*build.sub_commands, ("check_tables", has_tables)]


class sdist_with_list(sdist):
    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        self.execute(print, (len(self.filelist.files), "files"), msg=f"counting {base_dir}")


commands: dict[str, type[Command]] = {
    "build": build_all,
    "build_py": build_tables,
    "check_tables": check_tables,
    "sdist": sdist_with_list,
}
distribution = setup(
    name="tables",
    version="1.0",
    packages=["tables"],
    package_data={"tables": ["*.csv"]},
    ext_modules=[Extension("tables._fast", ["fast.c"], define_macros=[("FAST", None)])],
    cmdclass=commands,
)

if sys.version_info >= (3, 12):
    # Here type checkers have no distutils of their own, and these are Oxidist's types.
    made: Distribution = distribution
    origin: str = made.get_option_origin("build_py", "build_lib")
    formats: Callable[[], None] = made.print_commands
    setup(name="tables", packages="tables")  # type: ignore[arg-type]
