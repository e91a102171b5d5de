"""distutils.command.install_headers: the command `install_headers`."""

from typing import Any, ClassVar

from oxidist._core.cmd import Command
from oxidist._core.fancy_getopt import _Table

class install_headers(Command):
    description: ClassVar[str]
    user_options: ClassVar[_Table]
    boolean_options: ClassVar[list[str]]

    install_dir: str | Any
    outfiles: list[str]

    def initialize_options(self) -> None: ...
    def finalize_options(self) -> None: ...
    def run(self) -> None: ...
    def get_inputs(self) -> list[str]: ...
    def get_outputs(self) -> list[str]: ...
