"""distutils.command.clean: the command `clean`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class clean(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    build_base: str | Any
    build_lib: str | Any
    build_temp: str | Any
    build_scripts: str | Any
    bdist_base: str | Any
    all: bool | Any

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
